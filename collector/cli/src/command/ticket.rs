//! Tickets of all kinds: `muster incident`, `problem`, `change`, `release`, `request`, `access`, `task`.

use clap::Subcommand;
use serde_json::{Value, json};

use super::noun::ListArgs;
use super::object;
use super::record::{Done, all_taken, list};
use super::{attachment, verification};
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

#[derive(Debug, Subcommand)]
pub(crate) enum TicketCommand {
    /// List tickets of this kind, newest first; `--filter active:true` for those to work on
    List(ListArgs),
    /// Count tickets of this kind by a field: `state`, `priority`, `assignment_group`, `assignee`, ...
    Count {
        #[arg(long, default_value = "state")]
        by: String,
        /// Which of them, such as `active:true`
        #[arg(long, default_value = "")]
        filter: String,
    },
    /// Show a ticket with its timeline
    Show { number: String },
    /// Open a ticket
    Create {
        /// One line
        title: String,
        #[arg(long, default_value = "")]
        description: String,
        /// 1 (wide) to 3
        #[arg(long, default_value_t = 3)]
        impact: u8,
        /// 1 (now) to 3
        #[arg(long, default_value_t = 3)]
        urgency: u8,
        /// Host or item that it is about; may be given several times
        #[arg(long = "item")]
        items: Vec<String>,
        /// Number of the ticket that it is a part of; a task needs one
        #[arg(long)]
        parent: Option<String>,
        /// For whom it is, by sign-in name, when not for you
        #[arg(long = "for", value_name = "NAME")]
        requester: Option<String>,
        /// How somebody asked for it
        #[arg(long, value_parser = ["phone", "email", "chat", "manual"])]
        channel: Option<String>,
        /// What only this kind has, as JSON: '{"plan": {"reason": "…"}}'
        #[arg(long)]
        details: Option<String>,
    },
    /// Move a ticket: the event, and what it asks for as `field=value`
    Do {
        number: String,
        /// One of those that `events NUMBER` lists
        event: String,
        fields: Vec<String>,
    },
    /// List the events that are possible now, with what each asks for
    Events { number: String },
    /// Change fields: `title=…`, `impact=…`, `assignee=NAME`, `details.plan.reason=…`, ...
    Set {
        number: String,
        #[arg(required = true)]
        fields: Vec<String>,
    },
    /// Say something
    Comment {
        number: String,
        text: String,
        /// Only for those who work on it
        #[arg(long)]
        internal: bool,
    },
    /// Link a ticket to another one
    Link {
        number: String,
        /// What it is to the other one
        #[arg(value_parser = ["caused_by", "causes", "fixed_by", "fixes", "duplicate_of", "duplicated_by", "relates_to"])]
        kind: String,
        /// Number of the other one
        other: String,
    },
    /// Say that what a closed incident was about is back: a new incident follows it
    Again {
        number: String,
        /// What is seen
        comment: String,
    },
    /// List the incidents that may have come of a change: link those that did with `link NUMBER causes INCIDENT`
    Aftermath { number: String },
    /// Propose, accept, reject or stand down a major incident, or tell how it stands: what it asks for as `field=value`
    Major {
        number: String,
        #[arg(value_parser = ["propose", "accept", "reject", "update", "stand_down"])]
        step: String,
        /// `note=…`, `business_impact=…`, `commander=NAME`, `next_update_at=2026-11-29T10:00:00Z`
        fields: Vec<String>,
    },
    /// List the files on a ticket
    Files { number: String },
    /// Put a file on a ticket
    Attach {
        number: String,
        /// The file; `-` reads standard input and needs `--name`
        file: String,
        /// What it is called, when not by its own name
        #[arg(long)]
        name: Option<String>,
        /// Only for those who work on it
        #[arg(long)]
        internal: bool,
    },
    /// Fetch a file of a ticket
    Download {
        number: String,
        /// Its id, or its name when only one file has it
        file: String,
        /// Where it is written; by its name into this folder without it, and `-` is standard output
        #[arg(long)]
        out: Option<std::path::PathBuf>,
    },
    /// Take a file off a ticket
    Detach {
        number: String,
        /// Its id, or its name when only one file has it
        file: String,
    },
    /// Show what agents see of a change or release now
    Verify { number: String },
    /// Take notice of a ticket; with OTHER, take on what blocks a change
    Acknowledge {
        number: String,
        /// Number of the other ticket, or a kind of conflict
        #[arg(requires = "reason")]
        other: Option<String>,
        /// Why it may go on all the same
        #[arg(long, requires = "other")]
        reason: Option<String>,
    },
    /// Note what was found at a check of a change
    Check {
        number: String,
        /// Its place in the plan, counted from 1, or its words
        check: String,
        /// It is not as it should be
        #[arg(long)]
        failed: bool,
        /// What was seen
        #[arg(long, default_value = "")]
        note: String,
    },
}

const BULK: &[Column] =
    &[col("TICKET", "/ticket"), col("MOVED", "/moved"), col("STATE", "/state"), col("WHY NOT", "/error")];

/// Moves or changes many tickets; each has its own answer.
pub(super) async fn bulk(client: &Client, format: Format, event: &str, tickets: &[String], fields: &[String]) -> Done {
    // Fields may stand bare behind the tickets, as in `set` of one.
    let (bare, tickets): (Vec<String>, Vec<String>) =
        tickets.iter().cloned().partition(|word| event == "set" && word.contains('='));
    let mut body = super::object(&[fields, &bare].concat())?;
    if event == "set" {
        body = json!({"edit": body});
    } else if let Some(map) = body.as_object_mut() {
        map.insert("event".into(), json!(event));
    }
    if let Some(map) = body.as_object_mut() {
        map.insert("tickets".into(), json!(tickets));
    }
    let answer = client.post("/tickets/bulk", &body).await?.body;
    let rows = answer.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
    output::rows(format, BULK, &rows)?;
    all_taken(&rows, "ticket")
}

const TICKET: &[Column] = &[
    col("number", "/number"),
    col("title", "/title"),
    col("state", "/state"),
    col("priority", "/priority"),
    col("impact", "/impact"),
    col("urgency", "/urgency"),
    time("opened", "/opened_at"),
    col("opened by", "/opened_by"),
    col("group", "/assignment_group"),
    col("assignee", "/assignee"),
    col("close code", "/close_code"),
    col("close notes", "/close_notes"),
    col("description", "/description"),
    col("part of", "/parent"),
    time("follow up", "/follow_up_at"),
    col("follows it", "/auto_follow"),
    col("major", "/major"),
    col("links", "/links"),
    col("details", "/details"),
];

pub(super) const TICKETS: &[Column] = &[
    col("NUMBER", "/number"),
    col("PRIORITY", "/priority"),
    col("STATE", "/state"),
    time("OPENED", "/opened_at"),
    col("TITLE", "/title"),
    col("GROUP", "/assignment_group"),
];

const AFTERMATH: &[Column] = &[
    col("NUMBER", "/number"),
    col("PRIORITY", "/priority"),
    col("STATE", "/state"),
    time("OPENED", "/opened_at"),
    col("BY", "/item"),
    col("TITLE", "/title"),
];

pub(super) async fn ticket(client: &Client, format: Format, kind: &str, command: TicketCommand) -> Done {
    match command {
        TicketCommand::List(args) => {
            let filter = format!("kind:{kind} {}", args.filter);
            list(client, format, "/tickets", &ListArgs { filter, limit: args.limit }, TICKETS).await
        }
        TicketCommand::Count { by, filter } => {
            let query = [("by", by), ("filter", format!("kind:{kind} {filter}"))];
            let columns = &[col("VALUE", "/value"), col("TICKETS", "/tickets")];
            Ok(output::rows(format, columns, &client.list("/tickets/counts", &query, 1_000).await?)?)
        }
        TicketCommand::Show { number } => show(client, format, &number).await,
        TicketCommand::Create { title, description, impact, urgency, items, parent, requester, channel, details } => {
            let mut body = json!({
                "kind": kind, "title": title, "description": description, "impact": impact, "urgency": urgency,
                "items": items, "parent": parent, "requester": requester, "channel": channel,
            });
            if let (Some(details), Some(body)) = (details, body.as_object_mut()) {
                body.insert("details".into(), serde_json::from_str(&details)?);
            }
            Ok(output::record(format, TICKET, &client.post("/tickets", &body).await?.body)?)
        }
        TicketCommand::Do { number, event, fields } => {
            let mut body = object(&fields)?;
            if let Some(map) = body.as_object_mut() {
                map.insert("event".into(), json!(event));
            }
            moved(client, format, &format!("/tickets/{number}/transitions"), &body).await
        }
        TicketCommand::Again { number, comment } => {
            let body = json!({"comment": comment});
            let answer = client.post(&format!("/tickets/{number}/again"), &body).await?;
            Ok(output::record(format, TICKET, &answer.body)?)
        }
        TicketCommand::Events { number } => events(client, format, &number).await,
        TicketCommand::Set { number, fields } => {
            let answer = client.patch(&format!("/tickets/{number}"), &object(&fields)?).await?;
            Ok(output::record(format, TICKET, &answer.body)?)
        }
        TicketCommand::Comment { number, text, internal } => {
            let body = json!({"text": text, "visibility": if internal { "internal" } else { "public" }});
            client.post(&format!("/tickets/{number}/comments"), &body).await?;
            Ok(output::say("said")?)
        }
        TicketCommand::Link { number, kind, other } => {
            let body = json!({"kind": kind, "ticket": other});
            moved(client, format, &format!("/tickets/{number}/links"), &body).await
        }
        TicketCommand::Aftermath { number } => {
            let rows = client.whole(&format!("/tickets/{number}/aftermath")).await?;
            Ok(output::rows(format, AFTERMATH, &rows)?)
        }
        TicketCommand::Major { number, step, fields } => {
            let mut body = object(&fields)?;
            if let Some(map) = body.as_object_mut() {
                map.insert("step".into(), json!(step));
            }
            moved(client, format, &format!("/tickets/{number}/major"), &body).await
        }
        TicketCommand::Files { number } => attachment::list(client, format, &number).await,
        TicketCommand::Attach { number, file, name, internal } => {
            attachment::attach(client, format, &number, &file, name, internal).await
        }
        TicketCommand::Download { number, file, out } => attachment::download(client, &number, &file, out).await,
        TicketCommand::Detach { number, file } => attachment::detach(client, &number, &file).await,
        TicketCommand::Verify { number } => verification::verify(client, format, &number).await,
        TicketCommand::Acknowledge { number, other: Some(other), reason } => {
            let body = json!({"other": other, "reason": reason});
            moved(client, format, &format!("/tickets/{number}/conflicts"), &body).await
        }
        TicketCommand::Acknowledge { number, .. } => {
            moved(client, format, &format!("/tickets/{number}/acknowledge"), &json!({})).await
        }
        TicketCommand::Check { number, check, failed, note } => {
            let body = json!({"check": check, "passed": !failed, "note": note});
            moved(client, format, &format!("/tickets/{number}/checks"), &body).await
        }
    }
}

async fn moved(client: &Client, format: Format, path: &str, body: &Value) -> Done {
    Ok(output::record(format, TICKET, &client.post(path, body).await?.body)?)
}

async fn events(client: &Client, format: Format, number: &str) -> Done {
    let columns = [
        col("EVENT", "/event"),
        col("TO", "/to"),
        col("NEEDS", "/required"),
        col("TAKES", "/optional"),
        col("MISSING", "/missing"),
        col("NOT NOW", "/refused"),
        col("GUARD", "/guard"),
        col("CHOICES", "/choices"),
    ];
    let rows = client.get(&format!("/tickets/{number}/transitions")).await?.body;
    let rows = rows.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
    Ok(output::rows(format, &columns, &rows)?)
}

async fn show(client: &Client, format: Format, number: &str) -> Done {
    let mut ticket = client.get(&format!("/tickets/{number}")).await?.body;
    let timeline = client.list(&format!("/tickets/{number}/timeline"), &[], usize::MAX).await?;
    if format != Format::Table {
        if let Some(map) = ticket.as_object_mut() {
            map.insert("timeline".into(), Value::Array(timeline));
        }
        return Ok(output::record(format, TICKET, &ticket)?);
    }
    output::record(format, TICKET, &ticket)?;
    output::say("")?;
    let line = |entry: &Value| {
        let text = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let said = match text("what").as_str() {
            "moved" => format!("{} -> {} {} {}", text("from"), text("to"), text("code"), text("note")),
            "comment" => text("text"),
            "voted" => format!("{} {}", text("decision"), text("comment")),
            "attached" => {
                let gone = entry.get("is_removed").and_then(Value::as_bool).unwrap_or_default();
                format!("{}{}", text("name"), if gone { " (taken off)" } else { "" })
            }
            "major" => format!("{} {} {}", text("step"), text("note"), text("next_update_at")),
            "parent" => format!("{} {}", text("number"), text("state")),
            "linked" => entry.get("link").map(ToString::to_string).unwrap_or_default(),
            "finding" => format!("{} [{}]", text("title"), text("state")),
            "changed" => entry.get("fields").map(ToString::to_string).unwrap_or_default(),
            _ => String::new(),
        };
        json!({"at": entry.get("at"), "actor": entry.get("actor"), "what": entry.get("what"), "said": said})
    };
    let rows: Vec<Value> = timeline.iter().map(line).collect();
    Ok(output::rows(
        format,
        &[time("WHEN", "/at"), col("WHO", "/actor"), col("WHAT", "/what"), col("", "/said")],
        &rows,
    )?)
}
