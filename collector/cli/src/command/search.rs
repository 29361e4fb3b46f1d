//! `muster search` and `muster saved-search`: full text, and questions that people keep.

use anyhow::{Context, bail};
use clap::Subcommand;
use serde_json::{Value, json};

use super::record::Done;
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

const LISTS: [&str; 4] = ["hosts", "items", "findings", "tickets"];

#[derive(Debug, Subcommand)]
pub(crate) enum SavedSearchCommand {
    /// List your saved searches and those that are shared
    List,
    /// Show a saved search, by name or id
    Show { search: String },
    /// Ask a saved search: its columns in its order
    Run {
        search: String,
        /// Other columns, with commas between
        #[arg(long)]
        columns: Option<String>,
        /// Another order: a column, with `-` before it from the last to the first
        #[arg(long, allow_hyphen_values = true)]
        sort: Option<String>,
        /// At most so many
        #[arg(long, default_value_t = 200, value_parser = super::noun::at_least_one)]
        limit: usize,
    },
    /// Save a search: `muster saved-search save 'old openssl' items 'class:package name:openssl version<3.0.14'`
    Save {
        name: String,
        /// The list
        #[arg(value_parser = LISTS)]
        list: String,
        /// What is wanted, in the query language
        #[arg(default_value = "")]
        query: String,
        /// What is shown of each record, with commas between: fields, and attributes of items
        #[arg(long, default_value = "")]
        columns: String,
        /// The column by which the records are sorted; with `-` before it from the last to the first
        #[arg(long, default_value = "", allow_hyphen_values = true)]
        sort: String,
        /// Everybody sees it
        #[arg(long)]
        shared: bool,
    },
    /// Change a saved search
    Set {
        search: String,
        /// `name=…`, `list=…`, `filter=…`, `columns=…,…`, `sort=…`, `shared=true|false`
        #[arg(required = true)]
        fields: Vec<String>,
    },
    /// Remove a saved search
    Remove { search: String },
}

fn text<'a>(record: &'a Value, name: &str) -> &'a str {
    record.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Names with commas between.
fn names(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The saved search of a name or an id. Of several of a name it is one's own, else nobody knows which is meant.
async fn find(client: &Client, search: &str) -> anyhow::Result<String> {
    if search.starts_with("srch_") {
        return Ok(search.to_owned());
    }
    let all = client.list("/saved-searches", &[], usize::MAX).await?;
    let named: Vec<&Value> =
        all.iter().filter(|saved| text(saved, "name").to_lowercase() == search.to_lowercase()).collect();
    match named.as_slice() {
        [] => bail!("there is no saved search '{search}'"),
        [one] => Ok(text(one, "id").to_owned()),
        several => {
            let ids = several.iter().map(|saved| format!("{} of {}", text(saved, "id"), text(saved, "owner")));
            bail!("several saved searches are called '{search}': {}", ids.collect::<Vec<_>>().join(", "))
        }
    }
}

fn shown(format: Format, saved: &Value) -> Done {
    const FIELDS: &[Column] = &[
        col("id", "/id"),
        col("name", "/name"),
        col("list", "/list"),
        col("query", "/filter"),
        col("columns", "/columns"),
        col("sort", "/sort"),
        col("shared", "/shared"),
        col("owner", "/owner"),
        time("changed", "/updated_at"),
        col("does not hold", "/problem/detail"),
    ];
    Ok(output::record(format, FIELDS, saved)?)
}

pub(super) async fn saved_search(client: &Client, format: Format, command: SavedSearchCommand) -> Done {
    const COLUMNS: &[Column] = &[
        col("NAME", "/name"),
        col("LIST", "/list"),
        col("OWNER", "/owner"),
        col("SHARED", "/shared"),
        col("QUERY", "/filter"),
    ];
    match command {
        SavedSearchCommand::List => {
            Ok(output::rows(format, COLUMNS, &client.list("/saved-searches", &[], usize::MAX).await?)?)
        }
        SavedSearchCommand::Show { search } => {
            let path = format!("/saved-searches/{}", find(client, &search).await?);
            shown(format, &client.get(&path).await?.body)
        }
        SavedSearchCommand::Run { search, columns, sort, limit } => {
            let path = format!("/saved-searches/{}/rows", find(client, &search).await?);
            let asked = [("columns", columns), ("sort", sort)];
            let asked: Vec<_> = asked.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
            let mut columns: Vec<Column> = Vec::new();
            let look = |page: &Value| {
                let told = page.get("columns").and_then(Value::as_array).into_iter().flatten();
                columns = told.filter_map(Value::as_str).map(output::chosen).collect();
            };
            let rows = client.list_with(&path, &asked, limit, look).await?;
            Ok(output::rows(format, &columns, &rows)?)
        }
        SavedSearchCommand::Save { name, list, query, columns, sort, shared } => {
            let columns = names(&columns);
            let body = json!({"name": name, "list": list, "filter": query, "columns": columns, "sort": sort, "shared": shared});
            self::shown(format, &client.post("/saved-searches", &body).await?.body)
        }
        SavedSearchCommand::Set { search, fields } => {
            let path = format!("/saved-searches/{}", find(client, &search).await?);
            let mut edit = super::object(&fields)?;
            if let Some(columns) = edit.get_mut("columns") {
                *columns = names(columns.as_str().unwrap_or_default()).into();
            }
            if let Some(shared) = edit.get_mut("shared") {
                let is_shared = shared.as_str().and_then(|text| text.parse::<bool>().ok());
                *shared = is_shared.map(Value::from).context("shared is true or false")?;
            }
            shown(format, &client.patch(&path, &edit).await?.body)
        }
        SavedSearchCommand::Remove { search } => {
            let path = format!("/saved-searches/{}", find(client, &search).await?);
            let etag = client.get(&path).await?.etag.unwrap_or_default();
            client.remove(&path, &etag).await?;
            Ok(output::say("removed")?)
        }
    }
}

/// Full text over everything.
pub(super) async fn search(
    client: &Client,
    format: Format,
    words: &[String],
    kind: Option<String>,
    limit: usize,
) -> Done {
    const COLUMNS: &[Column] = &[
        col("KIND", "/kind"),
        col("FITS", "/rank"),
        col("CLASS", "/class"),
        col("NUMBER", "/number"),
        col("STATE", "/state"),
        col("HOSTS", "/hosts"),
        col("ID", "/id"),
        col("NAME", "/name"),
    ];
    let mut query = vec![("q", words.join(" "))];
    query.extend(kind.map(|kind| ("kind", kind)));
    Ok(output::rows(format, COLUMNS, &client.list("/search", &query, limit).await?)?)
}
