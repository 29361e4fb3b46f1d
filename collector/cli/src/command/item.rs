//! `muster item` and `muster service`: items of all classes, those that people declare with their relations, and how services do.

mod bulk;
mod named;
mod service;

use anyhow::Context;
use clap::Subcommand;
use serde_json::{Map, Value, json};

pub(crate) use self::service::{ServiceCommand, service};
use super::diff::diff;
use super::noun::{DiffArgs, MomentArgs, SortedArgs, at_least_one};
use super::record::{Done, history, sorted};
use super::source;
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

#[derive(Debug, Subcommand)]
pub(crate) enum ItemCommand {
    /// List items that are there now
    List(SortedArgs),
    /// Show an item
    Show {
        item: String,
        #[command(flatten)]
        moment: MomentArgs,
    },
    /// What changed on an item
    History {
        item: String,
        #[arg(long, default_value_t = 50, value_parser = at_least_one)]
        limit: usize,
        #[command(flatten)]
        moment: MomentArgs,
    },
    /// What differs between two times on a host or an item, or with `--filter` on all that it means
    Diff(DiffArgs),
    /// Pin a value of an item: it counts before what sources say
    Pin {
        item: String,
        attribute: String,
        /// JSON, or a text
        value: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// RFC 3339 time at which it ends; without one it holds until it is taken back
        #[arg(long)]
        until: Option<String>,
    },
    /// Take a pin back
    Unpin { item: String, attribute: String },
    /// Be told of every change of a host or an item; `--stop`: no more
    Watch {
        item: String,
        /// Be told of it no more
        #[arg(long)]
        stop: bool,
    },
    /// Declare an item: `muster item create application shop owner=web port=443`
    Create {
        /// A class whose items people declare: `muster class list`
        class: String,
        name: String,
        /// `field=value`: owner, criticality, lifecycle, status, tags, or an attribute of the class
        fields: Vec<String>,
        /// Why
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Change what is declared of an item, or of a host or an item of one: `field=value`; `field=null` takes away
    Edit {
        item: String,
        #[arg(required = true)]
        fields: Vec<String>,
        /// Why
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Change many declared items of a class at once: `muster item bulk rack --filter 'owner:web*' owner=dc`; shows what would
    /// change, and with `--yes` changes it
    Bulk {
        /// A class whose items people declare
        class: String,
        /// `field=value`, as in `edit`
        #[arg(required = true)]
        fields: Vec<String>,
        /// Which of them, in the query language; all without it
        #[arg(long, default_value = "")]
        filter: String,
        /// Why
        #[arg(long, default_value = "")]
        reason: String,
        /// Change them
        #[arg(long)]
        yes: bool,
    },
    /// Retire an item that people declared
    Retire {
        item: String,
        /// Why
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Declare a relation, such as `depends_on`, `runs_on`, `needed_by`; without one list those of an item
    Relate {
        item: String,
        /// The relation, or its name as the other end sees it
        #[arg(requires = "to")]
        kind: Option<String>,
        /// Id of the other end
        #[arg(requires = "reason")]
        to: Option<String>,
        /// The redundancy group of the item that depends
        #[arg(long)]
        group: Option<String>,
        /// Why
        #[arg(long)]
        reason: Option<String>,
        #[command(flatten)]
        moment: MomentArgs,
    },
    /// Take back a relation that people declared
    Unrelate {
        item: String,
        /// Its id in the list of relations
        relation: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// What is hit when a host or item fails; `--down`: what it depends on
    Impact {
        item: String,
        /// What it depends on
        #[arg(long)]
        down: bool,
        /// Steps that are followed
        #[arg(long, default_value_t = 5)]
        depth: u32,
        #[command(flatten)]
        moment: MomentArgs,
    },
    /// Take a change back: its number in the history
    Undo {
        item: String,
        change: u64,
        /// Why
        #[arg(long, default_value = "")]
        reason: String,
    },
}

const LISTED: &[Column] = &[
    col("CLASS", "/class"),
    col("NAME", "/name"),
    col("VERSION", "/attributes/version"),
    col("HOST", "/host_name"),
    time("SINCE", "/since"),
    col("ID", "/id"),
];

const FIELDS: &[Column] = &[
    col("id", "/id"),
    col("class", "/class"),
    col("name", "/name"),
    col("key", "/key"),
    col("host", "/host_name"),
    col("present", "/is_present"),
    col("lifecycle", "/lifecycle"),
    col("status", "/status"),
    col("owner", "/owner"),
    col("criticality", "/criticality"),
    col("tags", "/tags"),
    time("since", "/since"),
    time("seen", "/seen_at"),
    col("attributes", "/attributes"),
    col("declared", "/declared"),
    col("metrics", "/metrics"),
    col("members", "/members"),
    col("redundancy", "/redundancy"),
    col("findings", "/findings"),
];

const RELATIONS: &[Column] = &[
    col("RELATION", "/label"),
    col("CLASS", "/other/class"),
    col("OTHER", "/other/name"),
    col("SOURCE", "/source"),
    col("SURE", "/confidence"),
    col("STATE", "/state"),
    col("PORT", "/port"),
    col("GROUP", "/group"),
    time("SEEN", "/last_seen"),
    col("OTHER ID", "/other/id"),
    col("ID", "/id"),
];

/// What is reached, each with the names on the way.
fn impact(format: Format, answer: &Value) -> Done {
    const COLUMNS: &[Column] = &[
        col("EFFECT", "/effect"),
        col("CLASS", "/class"),
        col("NAME", "/name"),
        col("OWNER", "/owner"),
        col("CRITICALITY", "/criticality"),
        col("STEPS", "/depth"),
        col("WAY", "/way"),
    ];
    if format == Format::Json {
        return Ok(output::record(format, &[], answer)?);
    }
    let mut rows = answer.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
    for row in &mut rows {
        let path = row.get("path").and_then(Value::as_array).into_iter().flatten();
        let way: Vec<&str> = path.filter_map(|step| step.pointer("/node/name")?.as_str()).collect();
        let way = json!(way.join(" < "));
        if let Some(row) = row.as_object_mut() {
            row.insert("way".to_owned(), way);
        }
    }
    Ok(output::rows(format, COLUMNS, &rows)?)
}

impl ItemCommand {
    /// The item that it is about, as it was typed.
    const fn item_mut(&mut self) -> Option<&mut String> {
        match self {
            Self::Show { item, .. }
            | Self::History { item, .. }
            | Self::Pin { item, .. }
            | Self::Unpin { item, .. }
            | Self::Watch { item, .. }
            | Self::Edit { item, .. }
            | Self::Retire { item, .. }
            | Self::Relate { item, .. }
            | Self::Unrelate { item, .. }
            | Self::Impact { item, .. }
            | Self::Undo { item, .. } => Some(item),
            Self::List(_) | Self::Diff(_) | Self::Create { .. } | Self::Bulk { .. } => None,
        }
    }
}

pub(super) async fn item(client: &Client, format: Format, mut command: ItemCommand) -> Done {
    let shown = |item: &Value| output::record(format, FIELDS, item);
    if let Some(item) = command.item_mut() {
        *item = named::id_of(client, item).await?;
    }
    match command {
        ItemCommand::List(args) => sorted(client, format, "/items", &args, LISTED).await,
        ItemCommand::Show { item, moment } => {
            let found = client.get_with(&format!("/items/{item}"), &moment.pairs()).await?.body;
            shown(&found)?;
            if format == Format::Table && found.get("values").is_some() {
                output::say("")?;
                source::said(format, &found)?;
            }
            Ok(())
        }
        ItemCommand::Watch { item, stop } => source::watch(client, &item, stop).await,
        ItemCommand::Pin { item, attribute, value, reason, until } => {
            source::pin(client, &item, json!({"attribute": attribute, "reason": reason, "until": until}), value).await
        }
        ItemCommand::Unpin { item, attribute } => source::unpin(client, &item, &attribute).await,
        ItemCommand::History { item, limit, moment } => {
            history(client, format, format!("/items/{item}/history"), (limit, moment)).await
        }
        ItemCommand::Diff(args) => diff(client, format, args).await,
        ItemCommand::Create { class, name, fields, reason } => {
            let mut body = fields_of(client, &class, &fields).await?;
            body.extend([("class", class), ("name", name), ("reason", reason)].map(|(k, v)| (k.to_owned(), json!(v))));
            Ok(shown(&client.post("/items", &Value::Object(body)).await?.body)?)
        }
        ItemCommand::Edit { item, fields, reason } => {
            let found = client.get(&format!("/items/{item}")).await?;
            let class = found.body.get("class").and_then(Value::as_str).unwrap_or_default();
            let body = Value::Object(fields_of(client, class, &fields).await?);
            Ok(shown(&client.change(&format!("/items/{item}"), &[("reason", reason)], &body, found.etag).await?.body)?)
        }
        ItemCommand::Bulk { class, fields, filter, reason, yes } => {
            let edit = Value::Object(fields_of(client, &class, &fields).await?);
            let filter = if filter.is_empty() { format!("class:{class}") } else { format!("class:{class} ({filter})") };
            bulk::bulk(client, format, &filter, &edit, yes.then_some(reason)).await
        }
        ItemCommand::Retire { item, reason } => {
            let path = format!("/items/{item}");
            let etag = client.get(&path).await?.etag;
            Ok(shown(&client.retire(&path, &[("reason", reason)], etag).await?.body)?)
        }
        ItemCommand::Relate { item, kind: Some(kind), to: Some(to), group, reason, .. } => {
            let body = json!({"kind": kind, "to": to, "group": group, "reason": reason});
            let made = client.post(&format!("/items/{item}/relations"), &body).await?.body;
            Ok(output::rows(format, RELATIONS, &[made])?)
        }
        ItemCommand::Relate { item, moment, .. } => {
            let path = format!("/items/{item}/relations");
            Ok(output::rows(format, RELATIONS, &client.list(&path, &moment.pairs(), usize::MAX).await?)?)
        }
        ItemCommand::Unrelate { item, relation, reason } => {
            let path = format!("/items/{item}/relations");
            let all = client.whole(&path).await?;
            let known = all.iter().find(|known| known.get("id").and_then(Value::as_str) == Some(&relation));
            let version = known.and_then(|known| known.get("version")).map(|version| format!("\"{version}\""));
            // One that is not there is refused by the collector, in its own words.
            let version = version.or_else(|| Some("*".to_owned()));
            client.retire(&format!("{path}/{relation}"), &[("reason", reason)], version).await?;
            Ok(output::say("taken back")?)
        }
        ItemCommand::Impact { item, down, depth, moment } => {
            let direction = if down { "down" } else { "up" };
            let path = format!("/items/{item}/impact?direction={direction}&depth={depth}&limit=1000");
            impact(format, &client.get_with(&path, &moment.pairs()).await?.body)
        }
        ItemCommand::Undo { item, change, reason } => {
            let body = json!({"change": change, "reason": reason});
            Ok(shown(&client.post(&format!("/items/{item}/undo"), &body).await?.body)?)
        }
    }
}

/// `field=value` pairs as the body of an item: what is no field of every item is an attribute, read as its class says.
async fn fields_of(client: &Client, class: &str, fields: &[String]) -> anyhow::Result<Map<String, Value>> {
    const OWN: &[&str] = &["name", "owner", "criticality", "lifecycle", "status"];
    const LISTS: &[&str] = &["members", "redundancy"];
    let found = client.get(&format!("/classes/{class}")).await?.body;
    let kind = |name: &str| {
        let attributes = found.get("attributes").and_then(Value::as_array).into_iter().flatten();
        let is_it = |attribute: &&Value| attribute.get("name").and_then(Value::as_str) == Some(name);
        attributes.clone().find(is_it).and_then(|attribute| attribute.get("kind")?.as_str()).unwrap_or_default()
    };
    let (mut body, mut attributes) = (Map::new(), Map::new());
    for field in fields {
        let (name, text) =
            field.split_once('=').with_context(|| format!("'{field}' is not of the form field=value"))?;
        match name {
            _ if OWN.contains(&name) && text == "null" => drop(body.insert(name.to_owned(), Value::Null)),
            _ if OWN.contains(&name) => drop(body.insert(name.to_owned(), json!(text))),
            _ if LISTS.contains(&name) => {
                let value = serde_json::from_str(text).with_context(|| format!("{name} takes JSON"))?;
                body.insert(name.to_owned(), value);
            }
            "tags" => drop(body.insert(name.to_owned(), json!(words(text)))),
            _ => drop(attributes.insert(name.to_owned(), value_of(kind(name), text))),
        }
    }
    if !attributes.is_empty() {
        body.insert("attributes".to_owned(), Value::Object(attributes));
    }
    Ok(body)
}

fn words(text: &str) -> Vec<&str> {
    text.split(',').map(str::trim).filter(|word| !word.is_empty()).collect()
}

/// A value as an attribute of a kind takes it; the collector says what is wrong with others.
fn value_of(kind: &str, text: &str) -> Value {
    match kind {
        _ if text == "null" => Value::Null,
        "integer" | "number" | "boolean" | "table" => serde_json::from_str(text).unwrap_or_else(|_| json!(text)),
        "list" => json!(words(text)),
        _ => json!(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_their_class_says() {
        assert_eq!(value_of("text", "4711"), json!("4711"));
        assert_eq!(value_of("integer", "4711"), json!(4711));
        assert_eq!(value_of("integer", "many"), json!("many"));
        assert_eq!(value_of("boolean", "true"), json!(true));
        assert_eq!(value_of("list", "a, b"), json!(["a", "b"]));
        assert_eq!(value_of("text", "null"), Value::Null);
    }
}
