//! `muster search` and `muster saved-search`: full text, and questions that people keep.

use anyhow::{Context, bail};
use clap::Subcommand;
use serde_json::{Value, json};

use super::record::{self, Done};
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

const LISTS: [&str; 4] = ["hosts", "items", "findings", "tickets"];

#[derive(Debug, Subcommand)]
pub(crate) enum SavedSearchCommand {
    /// List your saved searches and those that are shared
    List,
    /// Show a saved search, by name or id
    Show { search: String },
    /// Ask a saved search
    Run {
        search: String,
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
        /// Everybody sees it
        #[arg(long)]
        shared: bool,
    },
    /// Change a saved search
    Set {
        search: String,
        /// `name=…`, `list=…`, `filter=…`, `shared=true|false`
        #[arg(required = true)]
        fields: Vec<String>,
    },
    /// Remove a saved search
    Remove { search: String },
}

fn text<'a>(record: &'a Value, name: &str) -> &'a str {
    record.get(name).and_then(Value::as_str).unwrap_or_default()
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
        SavedSearchCommand::Run { search, limit } => {
            let path = format!("/saved-searches/{}", find(client, &search).await?);
            let saved = client.get(&path).await?.body;
            record::query(client, format, text(&saved, "list"), text(&saved, "filter").to_owned(), limit).await
        }
        SavedSearchCommand::Save { name, list, query, shared } => {
            let body = json!({"name": name, "list": list, "filter": query, "shared": shared});
            self::shown(format, &client.post("/saved-searches", &body).await?.body)
        }
        SavedSearchCommand::Set { search, fields } => {
            let path = format!("/saved-searches/{}", find(client, &search).await?);
            let mut edit = super::object(&fields)?;
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
