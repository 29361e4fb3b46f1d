//! `muster approve`: what waits for a vote, voting, and who votes in whose place.

use clap::Subcommand;
use serde_json::{Value, json};

use super::record::Done;
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

#[derive(Debug, Subcommand)]
pub(crate) enum ApproveCommand {
    /// List what waits for your vote
    List,
    /// Show the rounds of votes on a ticket
    Show { number: String },
    /// Vote on a ticket that waits for your vote
    Vote {
        number: String,
        #[arg(value_parser = ["approve", "reject", "abstain", "need_info"])]
        decision: String,
        /// Why; `reject` and `need_info` ask for it
        #[arg(long, default_value = "")]
        comment: String,
    },
    /// List who votes in your place, and in whose place you vote
    Delegations,
    /// Let somebody vote in your place
    Delegate {
        /// Who votes, by name or id
        to: String,
        /// Until when, RFC 3339
        #[arg(long)]
        until: String,
        /// From when; now without it
        #[arg(long)]
        from: Option<String>,
        /// Only on tickets of this kind
        #[arg(long, value_parser = ["change", "request", "access"])]
        kind: Option<String>,
        /// Only on tickets about this service and what it stands on, by name or id
        #[arg(long)]
        service: Option<String>,
        /// Why
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Take a delegation back
    Undelegate { delegation: String },
    /// Show whose votes tickets ask for: rules of the organisation, then those that come with Muster
    Rules,
    /// Add a rule of whose votes tickets ask for, before the others
    AddRule {
        /// What it is called
        name: String,
        /// Which tickets it means, in the query language; without it all that wait for votes
        #[arg(long, default_value = "")]
        filter: String,
        /// A stage: `name | approvers | rule | hours | then | options`, such as `security | role:access_reviewer, user:ann | 2 | 48`;
        /// may be given several times
        #[arg(long = "stage", required_unless_present = "auto")]
        stages: Vec<String>,
        /// Approve such tickets without votes
        #[arg(long, conflicts_with = "stages")]
        auto: bool,
    },
    /// Change a rule of the organisation: what is not said stays as it is
    EditRule {
        /// What it is called
        rule: String,
        /// Another name
        #[arg(long)]
        name: Option<String>,
        /// Which tickets it means, in the query language
        #[arg(long)]
        filter: Option<String>,
        /// Its stages, all of them: one line each
        #[arg(long = "stage")]
        stages: Vec<String>,
        /// Its place among the rules of the organisation, from 1: the first that means a ticket counts
        #[arg(long)]
        place: Option<usize>,
        /// Approve such tickets without votes
        #[arg(long, conflicts_with = "stages")]
        auto: bool,
    },
    /// Remove a rule of the organisation
    RemoveRule { name: String },
    /// Show what the board has before it
    Board,
    /// List meetings of the board
    Meetings,
    /// Write a meeting of the board down: those present vote as it decided
    Meeting {
        /// Who was there, by name or id; may be given several times
        #[arg(long, required = true)]
        present: Vec<String>,
        /// What came of a change: `CHG-000001=approve`, `CHG-000002=reject: too early`, `CHG-000003=defer`
        #[arg(required = true)]
        settled: Vec<String>,
        /// When it was, RFC 3339; now without it
        #[arg(long)]
        at: Option<String>,
        /// What was said
        #[arg(long, default_value = "")]
        minutes: String,
    },
}

const ROUNDS: &[Column] = &[
    col("TICKET", "/number"),
    col("ROUND", "/round"),
    col("STATE", "/state"),
    time("OPENED", "/opened_at"),
    col("WAITS FOR", "/waits_for"),
    col("STAGES", "/stages"),
];

const DELEGATIONS: &[Column] = &[
    col("ID", "/id"),
    col("IN THE PLACE OF", "/from_name"),
    col("VOTES", "/to_name"),
    col("KIND", "/kind"),
    col("SERVICE", "/service_name"),
    time("FROM", "/starts_at"),
    time("UNTIL", "/ends_at"),
];

const RULES: &[Column] = &[
    col("RULE", "/name"),
    col("MEANS", "/filter"),
    col("STAGES", "/lines"),
    col("WITHOUT VOTES", "/auto_approve"),
    col("SHIPPED", "/shipped"),
];

const AGENDA: &[Column] = &[
    col("CHANGE", "/number"),
    col("TITLE", "/title"),
    col("RISK", "/risk"),
    time("FROM", "/planned_start"),
    time("UNTIL", "/planned_end"),
    col("STAGE", "/stage"),
    col("VOTED", "/voted"),
    col("SEATS", "/seats"),
];

const MEETINGS: &[Column] = &[
    col("MEETING", "/id"),
    time("HELD", "/held_at"),
    col("PRESENT", "/present"),
    col("DECIDED", "/items"),
    col("BY", "/recorded_by"),
];

/// The rules as they are, with their version: those of the organisation alone.
async fn own_rules(client: &Client) -> anyhow::Result<(Vec<Value>, Option<String>)> {
    let found = client.get("/approval-rules").await?;
    let all = found.body.get("rules").and_then(Value::as_array).cloned().unwrap_or_default();
    let is_own = |rule: &Value| rule.get("shipped").and_then(Value::as_bool) == Some(false);
    let written = |mut rule: Value| {
        if let Some(rule) = rule.as_object_mut() {
            rule.retain(|name, _| matches!(name.as_str(), "name" | "filter" | "stages" | "auto_approve"));
        }
        rule
    };
    Ok((all.into_iter().filter(is_own).map(written).collect(), found.etag))
}

/// Takes a rule out of those of the organisation: its place, and what it says.
fn take_rule(rules: &mut Vec<Value>, name: &str) -> anyhow::Result<(usize, Value)> {
    let found = rules.iter().position(|rule| rule.get("name").and_then(Value::as_str) == Some(name));
    let place = found.ok_or_else(|| anyhow::anyhow!("no rule of the organisation is called '{name}'"))?;
    Ok((place, rules.remove(place)))
}

fn show_rules(format: Format, rules: &Value) -> Done {
    let all = rules.get("rules").and_then(Value::as_array).cloned().unwrap_or_default();
    Ok(output::rows(format, RULES, &all)?)
}

/// What came of a change, as somebody writes it.
fn settled(text: &str) -> anyhow::Result<Value> {
    let (ticket, rest) = text
        .split_once('=')
        .ok_or_else(|| anyhow::anyhow!("{text}: write CHANGE=approve, CHANGE=reject: why, or CHANGE=defer"))?;
    let (outcome, comment) = rest.split_once(':').unwrap_or((rest, ""));
    Ok(json!({"ticket": ticket.trim(), "outcome": outcome.trim(), "comment": comment.trim()}))
}

/// Rules, the board and its meetings.
async fn govern(client: &Client, format: Format, command: ApproveCommand) -> Done {
    match command {
        ApproveCommand::AddRule { name, filter, stages, auto } => {
            let (mut rules, etag) = own_rules(client).await?;
            rules.insert(0, json!({"name": name, "filter": filter, "stages": stages, "auto_approve": auto}));
            show_rules(format, &client.put("/approval-rules", &json!({"rules": rules}), etag).await?.body)
        }
        ApproveCommand::EditRule { rule, name, filter, stages, place, auto } => {
            let (mut rules, etag) = own_rules(client).await?;
            let mut old = take_rule(&mut rules, &rule)?;
            let mut put =
                |field: &str, value: Value| old.1.as_object_mut().map(|rule| rule.insert(field.into(), value));
            for (field, value) in [("name", name), ("filter", filter)] {
                value.map(|value| put(field, json!(value)));
            }
            if auto || !stages.is_empty() {
                put("auto_approve", json!(auto));
                put("stages", json!(stages));
            }
            let last = rules.len() + 1;
            let place = match place {
                None => old.0,
                Some(place) if (1..=last).contains(&place) => place - 1,
                Some(place) => anyhow::bail!("--place {place}: a number from 1 to {last}"),
            };
            rules.insert(place, old.1);
            show_rules(format, &client.put("/approval-rules", &json!({"rules": rules}), etag).await?.body)
        }
        ApproveCommand::RemoveRule { name } => {
            let (mut rules, etag) = own_rules(client).await?;
            take_rule(&mut rules, &name)?;
            show_rules(format, &client.put("/approval-rules", &json!({"rules": rules}), etag).await?.body)
        }
        ApproveCommand::Board => Ok(output::rows(format, AGENDA, &client.whole("/board/agenda").await?)?),
        ApproveCommand::Meetings => {
            Ok(output::rows(format, MEETINGS, &client.list("/board/meetings", &[], usize::MAX).await?)?)
        }
        ApproveCommand::Meeting { present, settled, at, minutes } => {
            let items = settled.iter().map(|text| self::settled(text)).collect::<anyhow::Result<Vec<_>>>()?;
            let body = json!({"present": present, "items": items, "held_at": at, "minutes": minutes});
            Ok(output::record(format, MEETINGS, &client.post("/board/meetings", &body).await?.body)?)
        }
        _ => show_rules(format, &client.get("/approval-rules").await?.body),
    }
}

pub(super) async fn approve(client: &Client, format: Format, command: ApproveCommand) -> Done {
    match command {
        ApproveCommand::List => {
            let rows = client.list("/approvals", &[], usize::MAX).await?;
            Ok(output::rows(format, ROUNDS, &rows)?)
        }
        ApproveCommand::Show { number } => {
            let rows = client.get(&format!("/tickets/{number}/approvals")).await?.body;
            let rows = rows.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
            Ok(output::rows(format, ROUNDS, &rows)?)
        }
        ApproveCommand::Vote { number, decision, comment } => {
            let waiting = client.list("/approvals", &[], usize::MAX).await?;
            let is_it = |round: &&Value| {
                round.get("number").and_then(Value::as_str).is_some_and(|own| own.eq_ignore_ascii_case(&number))
            };
            let round = waiting.iter().find(is_it).and_then(|round| round.get("id")).and_then(Value::as_str);
            let round = round.ok_or_else(|| anyhow::anyhow!("{number} does not wait for your vote"))?;
            let body = json!({"decision": decision, "comment": comment});
            let answer = client.post(&format!("/approvals/{round}/votes"), &body).await?;
            Ok(output::record(format, ROUNDS, &answer.body)?)
        }
        ApproveCommand::Delegations => Ok(output::rows(format, DELEGATIONS, &client.whole("/delegations").await?)?),
        ApproveCommand::Delegate { to, until, from, kind, service, reason } => {
            let body = json!({
                "to": to, "starts_at": from, "ends_at": until, "kind": kind, "service": service, "reason": reason,
            });
            Ok(output::record(format, DELEGATIONS, &client.post("/delegations", &body).await?.body)?)
        }
        ApproveCommand::Undelegate { delegation } => {
            client.retire(&format!("/delegations/{delegation}"), &[], Some("*".to_owned())).await?;
            Ok(output::say("removed")?)
        }
        ApproveCommand::Rules
        | ApproveCommand::AddRule { .. }
        | ApproveCommand::EditRule { .. }
        | ApproveCommand::RemoveRule { .. }
        | ApproveCommand::Board
        | ApproveCommand::Meetings
        | ApproveCommand::Meeting { .. } => govern(client, format, command).await,
    }
}
