//! `muster channel`, `muster subscription`, `muster delivery`, `muster preference`: who is told of what, and whether it got there.

use anyhow::{Context, bail};
use clap::Subcommand;
use serde_json::{Value, json};

use super::record::Done;
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

const KINDS: [&str; 8] = ["webhook", "slack", "teams", "mattermost", "pagerduty", "email", "servicenow", "jira"];

#[derive(Debug, Subcommand)]
pub(crate) enum ChannelCommand {
    /// List channels
    List,
    /// Show a channel, by name or id
    Show { channel: String },
    /// Make a channel; the secret of a webhook is printed once
    Create {
        name: String,
        /// The form of what goes out
        #[arg(value_parser = KINDS)]
        kind: String,
        /// Where it goes: an https address, or addresses of e-mail
        to: Vec<String>,
        /// File with the routing key of `PagerDuty`, or the login of a bridge as `user:password` or a token (`-` is standard input)
        #[arg(long)]
        secret_file: Option<std::path::PathBuf>,
        /// Of a bridge, in JSON: `{"project": "IT", "takes_new": true, "owners": {"state": "ours"}}`
        #[arg(long)]
        desk: Option<String>,
    },
    /// Change a channel
    Set {
        channel: String,
        /// `name=…`, `url=…`, `active=true|false`
        #[arg(required = true)]
        fields: Vec<String>,
    },
    /// Send a test
    Test { channel: String },
    /// Draw another secret for a webhook; the one before ends at once
    RenewSecret { channel: String },
    /// Remove a channel that nothing names
    Remove { channel: String },
}

#[derive(Debug, Subcommand)]
pub(crate) enum SubscriptionCommand {
    /// List subscriptions
    List,
    /// Tell a channel, a person or whoever is on call: `muster subscription create 'p1 to ops' ops ticket.opened --filter priority:1`
    Create {
        name: String,
        /// A channel's name, or the id of a channel, a user or a rota
        target: String,
        /// Of what, such as `ticket.opened`
        #[arg(required = true)]
        topics: Vec<String>,
        /// Which of those, in the query language
        #[arg(long, default_value = "")]
        filter: String,
        /// It may wake people
        #[arg(long)]
        urgent: bool,
    },
    /// Remove a subscription
    Remove { subscription: String },
}

#[derive(Debug, Subcommand)]
pub(crate) enum DeliveryCommand {
    /// List messages, newest first; `--filter state:dead` are those that were given up
    List {
        /// What is wanted, in the query language
        #[arg(long, default_value = "")]
        filter: String,
        /// At most so many
        #[arg(long, default_value_t = 50, value_parser = super::noun::at_least_one)]
        limit: usize,
    },
    /// Show a message
    Show { delivery: String },
    /// Send a message again that was given up
    Retry { delivery: String },
}

#[derive(Debug, Subcommand)]
pub(crate) enum PreferenceCommand {
    /// Show how you wish to be told
    Show,
    /// Say how you wish to be told: `muster preference set email=ann@example.com digest_minutes=30 zone=Europe/Berlin`
    Set {
        /// `email`, `channel`, `digest_minutes`, `daily_at`, `quiet_from`, `quiet_to`, `zone`, `own_tickets`; `groups` and
        /// `muted` take commas; `null` takes a value away
        #[arg(required = true)]
        fields: Vec<String>,
    },
}

fn text<'a>(record: &'a Value, name: &str) -> &'a str {
    record.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The id of a record that is named by its id or its name.
pub(super) async fn find(client: &Client, list: &str, prefix: &str, name: &str) -> anyhow::Result<String> {
    if name.starts_with(prefix) {
        return Ok(name.to_owned());
    }
    let all = client.whole(list).await?;
    let named: Vec<&Value> =
        all.iter().filter(|record| text(record, "name").to_lowercase() == name.to_lowercase()).collect();
    match named.as_slice() {
        [] => bail!("there is none called '{name}' in {list}"),
        [one] => Ok(text(one, "id").to_owned()),
        several => {
            let ids = several.iter().map(|record| text(record, "id")).collect::<Vec<_>>().join(" ");
            bail!("several are called '{name}': {ids}")
        }
    }
}

fn channel_shown(format: Format, channel: &Value) -> Done {
    const FIELDS: &[Column] = &[
        col("id", "/id"),
        col("name", "/name"),
        col("kind", "/kind"),
        col("url", "/url"),
        col("addresses", "/addresses"),
        col("has a secret", "/has_secret"),
        col("secret", "/secret"),
        col("active", "/active"),
        col("waiting", "/health/waiting"),
        col("given up", "/health/dead"),
        col("last failure", "/health/problem"),
        time("changed", "/changed_at"),
        col("by", "/changed_by"),
    ];
    Ok(output::record(format, FIELDS, channel)?)
}

/// Fields with the values that JSON has for them: booleans and numbers are no texts.
fn typed(fields: &[String]) -> anyhow::Result<Value> {
    let mut object = super::object(fields)?;
    for (_, value) in object.as_object_mut().into_iter().flatten() {
        let parsed = value.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
        if let Some(parsed) = parsed.filter(|parsed| parsed.is_boolean() || parsed.is_number()) {
            *value = parsed;
        }
    }
    Ok(object)
}

pub(super) async fn channel(client: &Client, format: Format, command: ChannelCommand) -> Done {
    const COLUMNS: &[Column] = &[
        col("NAME", "/name"),
        col("KIND", "/kind"),
        col("URL", "/url"),
        col("ADDRESSES", "/addresses"),
        col("ACTIVE", "/active"),
        col("WAITING", "/health/waiting"),
        col("GIVEN UP", "/health/dead"),
        col("LAST FAILURE", "/health/problem"),
        col("ID", "/id"),
    ];
    let path = async |name: &str| -> anyhow::Result<String> {
        Ok(format!("/channels/{}", find(client, "/channels", "chn_", name).await?))
    };
    match command {
        ChannelCommand::List => Ok(output::rows(format, COLUMNS, &client.whole("/channels").await?)?),
        ChannelCommand::Show { channel } => channel_shown(format, &client.get(&path(&channel).await?).await?.body),
        ChannelCommand::Create { name, kind, to, secret_file, desk } => {
            let mut body = json!({"name": name, "kind": kind});
            let fields = body.as_object_mut().context("an object")?;
            if kind == "email" {
                fields.insert("addresses".into(), json!(to));
            } else if let Some(url) = to.first() {
                fields.insert("url".into(), json!(url));
            }
            if let Some(path) = secret_file {
                fields.insert("secret".into(), json!(super::read_secret(&path)?));
            }
            if let Some(desk) = desk {
                fields.insert("desk".into(), serde_json::from_str(&desk).context("--desk is no JSON object")?);
            }
            channel_shown(format, &client.post("/channels", &body).await?.body)
        }
        ChannelCommand::Set { channel, fields } => {
            channel_shown(format, &client.patch(&path(&channel).await?, &typed(&fields)?).await?.body)
        }
        ChannelCommand::Test { channel } => {
            let sent = client.post(&format!("{}/test", path(&channel).await?), &Value::Null).await?.body;
            let sent = sent.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
            Ok(output::rows(format, DELIVERIES, &sent)?)
        }
        ChannelCommand::RenewSecret { channel } => {
            let renewed = client.post(&format!("{}/secret", path(&channel).await?), &Value::Null).await?;
            channel_shown(format, &renewed.body)
        }
        ChannelCommand::Remove { channel } => remove(client, &path(&channel).await?).await,
    }
}

/// Removes a record in the version in which it is now.
pub(super) async fn remove(client: &Client, path: &str) -> Done {
    let etag = client.get(path).await?.etag.unwrap_or_default();
    client.remove(path, &etag).await?;
    Ok(output::say("removed")?)
}

pub(super) async fn subscription(client: &Client, format: Format, command: SubscriptionCommand) -> Done {
    const COLUMNS: &[Column] = &[
        col("NAME", "/name"),
        col("TOPICS", "/topics"),
        col("FILTER", "/filter"),
        col("TARGET", "/target_name"),
        col("URGENT", "/urgent"),
        col("ACTIVE", "/active"),
        col("DOES NOT HOLD", "/problem"),
        col("ID", "/id"),
    ];
    match command {
        SubscriptionCommand::List => Ok(output::rows(format, COLUMNS, &client.whole("/subscriptions").await?)?),
        SubscriptionCommand::Create { name, target, topics, filter, urgent } => {
            let is_id = ["chn_", "user_", "rota_"].iter().any(|prefix| target.starts_with(prefix));
            let target = if is_id { target } else { find(client, "/channels", "chn_", &target).await? };
            let body = json!({"name": name, "topics": topics, "filter": filter, "target": target, "urgent": urgent});
            let made = client.post("/subscriptions", &body).await?.body;
            Ok(output::rows(format, COLUMNS, &[made])?)
        }
        SubscriptionCommand::Remove { subscription } => {
            let id = find(client, "/subscriptions", "sub_", &subscription).await?;
            remove(client, &format!("/subscriptions/{id}")).await
        }
    }
}

const DELIVERIES: &[Column] = &[
    time("BEGUN", "/created_at"),
    col("STATE", "/state"),
    col("TO", "/to"),
    col("TOPIC", "/notices/0/topic"),
    col("ABOUT", "/notices/0/summary"),
    col("TRIES", "/tries"),
    col("FAILURE", "/failure"),
    col("ID", "/id"),
];

pub(super) async fn delivery(client: &Client, format: Format, command: DeliveryCommand) -> Done {
    const FIELDS: &[Column] = &[
        col("id", "/id"),
        col("state", "/state"),
        col("to", "/to"),
        col("tells", "/notices"),
        col("and more", "/more"),
        time("begun", "/created_at"),
        col("tries", "/tries"),
        time("due", "/due_at"),
        time("over", "/over_at"),
        col("answer", "/answer"),
        col("failure", "/failure"),
        time("failed", "/failed_at"),
    ];
    match command {
        DeliveryCommand::List { filter, limit } => {
            let query = if filter.is_empty() { vec![] } else { vec![("filter", filter)] };
            Ok(output::rows(format, DELIVERIES, &client.list("/deliveries", &query, limit).await?)?)
        }
        DeliveryCommand::Show { delivery } => {
            Ok(output::record(format, FIELDS, &client.get(&format!("/deliveries/{delivery}")).await?.body)?)
        }
        DeliveryCommand::Retry { delivery } => {
            let path = format!("/deliveries/{delivery}/retry");
            Ok(output::record(format, FIELDS, &client.post(&path, &Value::Null).await?.body)?)
        }
    }
}

pub(super) async fn preference(client: &Client, format: Format, command: PreferenceCommand) -> Done {
    const PATH: &str = "/notification-preferences/me";
    const FIELDS: &[Column] = &[
        col("email", "/email"),
        col("channel", "/channel"),
        col("digest every minutes", "/digest_minutes"),
        col("daily at", "/daily_at"),
        col("quiet from", "/quiet_from"),
        col("quiet to", "/quiet_to"),
        col("zone", "/zone"),
        col("own tickets", "/own_tickets"),
        col("groups", "/groups"),
        col("muted", "/muted"),
    ];
    let known = client.get(PATH).await?;
    let fields = match command {
        PreferenceCommand::Show => return Ok(output::record(format, FIELDS, &known.body)?),
        PreferenceCommand::Set { fields } => typed(&fields)?,
    };
    let mut body = known.body;
    for (name, value) in fields.as_object().into_iter().flatten() {
        let words = || text(&fields, name).split(',').map(str::trim).filter(|word| !word.is_empty());
        let value = if ["groups", "muted"].contains(&name.as_str()) { words().collect() } else { value.clone() };
        body.as_object_mut().context("preferences are an object")?.insert(name.clone(), value);
    }
    Ok(output::record(format, FIELDS, &client.put(PATH, &body, known.etag).await?.body)?)
}
