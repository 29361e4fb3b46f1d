//! `muster catalogue`: what can be asked for, and asking for it.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Subcommand;
use serde_json::{Value, json};

use super::object;
use super::record::Done;
use super::ticket::TICKETS;
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

#[derive(Debug, Subcommand)]
pub(crate) enum CatalogueCommand {
    /// List what can be asked for
    List,
    /// Show an item with its form
    Show { item: String },
    /// Put an item into the catalogue, from a JSON file
    Create { file: PathBuf },
    /// Write the next version of an item, from a JSON file; requests that were made keep theirs
    Replace { item: String, file: PathBuf },
    /// List the versions of an item
    Versions { item: String },
    /// Ask for an item: answers to its form as `field=value`
    Order {
        item: String,
        answers: Vec<String>,
        /// For whom, when it is not you
        #[arg(long)]
        beneficiary: Option<String>,
    },
}

const ITEMS: &[Column] = &[
    col("ID", "/id"),
    col("NAME", "/name"),
    col("CATEGORY", "/category"),
    col("STATE", "/state"),
    col("EDITION", "/edition"),
    col("COST", "/cost"),
];

const ITEM: &[Column] = &[
    col("id", "/id"),
    col("name", "/name"),
    col("description", "/description"),
    col("category", "/category"),
    col("state", "/state"),
    col("edition", "/edition"),
    col("approval", "/approval"),
    col("visible to", "/visible_to"),
    col("visible within", "/visible_within"),
    col("form", "/form"),
    col("tasks", "/tasks"),
    col("cost", "/cost"),
];

const VERSIONS: &[Column] =
    &[col("EDITION", "/edition"), col("STATE", "/offer/state"), col("BY", "/by"), time("WHEN", "/at")];

pub(super) fn read(file: &Path) -> anyhow::Result<Value> {
    let bytes = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    serde_json::from_slice(&bytes).with_context(|| format!("{} is no JSON", file.display()))
}

/// Answers as the form wants them: what is a number or yes and no there is given as such.
fn typed(form: &Value, answers: Value) -> Value {
    let Value::Object(mut answers) = answers else { return json!({}) };
    for (name, value) in &mut answers {
        let kind = form.pointer(&format!("/properties/{name}/type")).and_then(Value::as_str).unwrap_or_default();
        if let Some(text) = value.as_str().filter(|_| matches!(kind, "integer" | "number" | "boolean")) {
            *value = serde_json::from_str(text).unwrap_or_else(|_| json!(text));
        }
    }
    Value::Object(answers)
}

pub(super) async fn catalogue(client: &Client, format: Format, command: CatalogueCommand) -> Done {
    let record = |body: &Value| output::record(format, ITEM, body);
    match command {
        CatalogueCommand::List => Ok(output::rows(format, ITEMS, &client.whole("/catalogue").await?)?),
        CatalogueCommand::Show { item } => Ok(record(&client.get(&format!("/catalogue/{item}")).await?.body)?),
        CatalogueCommand::Create { file } => Ok(record(&client.post("/catalogue", &read(&file)?).await?.body)?),
        CatalogueCommand::Replace { item, file } => {
            let path = format!("/catalogue/{item}");
            let etag = client.get(&path).await?.etag;
            Ok(record(&client.put(&path, &read(&file)?, etag).await?.body)?)
        }
        CatalogueCommand::Versions { item } => {
            Ok(output::rows(format, VERSIONS, &client.whole(&format!("/catalogue/{item}/versions")).await?)?)
        }
        CatalogueCommand::Order { item, answers, beneficiary } => {
            let form = client.get(&format!("/catalogue/{item}")).await?.body.get("form").cloned().unwrap_or_default();
            let body = json!({"answers": typed(&form, object(&answers)?), "beneficiary": beneficiary});
            let answer = client.post(&format!("/catalogue/{item}/requests"), &body).await?;
            Ok(output::record(format, TICKETS, &answer.body)?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_given_as_the_form_wants_them() {
        let form = json!({"properties": {"count": {"type": "integer"}, "model": {"type": "string"}}});
        let answers = typed(&form, json!({"count": "2", "model": "2", "other": "2"}));
        assert_eq!(answers, json!({"count": 2, "model": "2", "other": "2"}));
        assert_eq!(typed(&form, json!({"count": "two"})), json!({"count": "two"}), "the collector says what is wrong");
    }
}
