//! What the other desk is sent: bodies of the ServiceNow Table API and of Jira's REST API v2.

use std::collections::BTreeMap;

use muster_shared::id::TicketId;
use serde_json::{Map, Value, json};

use super::{Desk, Owner, Twin, shared};
use crate::exchange::{Field, Preset, Told, write};
use crate::ticket::{Entry, Kind, TimelineEntry, Visibility};

/// What is to be told of a ticket: the fields that differ from what the other desk has, as far as they are not that desk's own.
pub fn news(told: &Told, twin: &Twin, desk: &Desk, preset: Preset) -> BTreeMap<Field, String> {
    let mut all = shared(told, preset);
    all.retain(|field, text| {
        desk.owner(*field) != Owner::Theirs && twin.remote.get(field).map_or("", String::as_str) != text.as_str()
    });
    all
}

/// Whether an entry is to be told as a comment: one for everybody that did not come from there.
pub fn comment(entry: &TimelineEntry, twin: &Twin) -> Option<String> {
    match &entry.entry {
        Entry::Comment { text, visibility: Visibility::Public, .. }
            if entry.imported_from.is_none() && !twin.foreign.contains(&entry.seq) =>
        {
            Some(text.clone())
        }
        _ => None,
    }
}

/// What stands behind a comment that this side sends: by it the comment is known when it comes back, and when it is sent again.
pub fn mark(number: &str, seq: u64) -> String {
    format!("[Muster {number} #{seq}]")
}

/// A comment as it is sent.
pub fn signed(text: &str, actor: &str, number: &str, seq: u64) -> String {
    format!("{actor}: {text}\n\n{}", mark(number, seq))
}

/// Whether a text was sent by this side.
pub fn is_own(text: &str) -> bool {
    text.trim_end().rsplit_once("[Muster ").is_some_and(|(_, rest)| rest.ends_with(']') && rest.contains(" #"))
}

/// The table of a kind at ServiceNow.
pub const fn table(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Incident => Some("incident"),
        Kind::Problem => Some("problem"),
        Kind::Change => Some("change_request"),
        Kind::Release => Some("rm_release"),
        Kind::Request => Some("sc_request"),
        Kind::Task => Some("sc_task"),
        Kind::Access => None,
    }
}

/// The fields of a record at ServiceNow, in display values.
pub fn servicenow(told: &Told, fields: &BTreeMap<Field, String>) -> Map<String, Value> {
    let columns = |field: Field| Preset::ServiceNow.column(field);
    let mut body = Map::new();
    for field in fields.keys() {
        let text = write::text(told, *field, Preset::ServiceNow, &crate::zone::Zone::default());
        body.extend(columns(*field).map(|name| (name.to_owned(), json!(text))));
    }
    body
}

/// The label by which an issue is found again that was made and whose answer was lost.
pub fn label(ticket: TicketId) -> String {
    format!("muster-{ticket}")
}

/// A new issue of Jira.
pub fn jira_issue(told: &Told, desk: &Desk, ticket: TicketId) -> Value {
    let kind = told.kind.as_str();
    let usual = || write::text(told, Field::Kind, Preset::Jira, &crate::zone::Zone::default());
    let mut fields = jira_fields(told, &shared(told, Preset::Jira));
    fields.insert("project".into(), json!({"key": desk.project.as_deref().unwrap_or_default()}));
    fields.insert("issuetype".into(), json!({"name": desk.issue_types.get(kind).cloned().unwrap_or_else(usual)}));
    fields.insert("labels".into(), json!([label(ticket)]));
    json!({ "fields": fields })
}

/// The fields of an issue that are set as such; its status is not.
pub fn jira_fields(told: &Told, fields: &BTreeMap<Field, String>) -> Map<String, Value> {
    let text = |field: Field| write::text(told, field, Preset::Jira, &crate::zone::Zone::default());
    let mut body = Map::new();
    for field in fields.keys() {
        match field {
            Field::Title => drop(body.insert("summary".into(), json!(text(*field)))),
            Field::Description => drop(body.insert("description".into(), json!(text(*field)))),
            Field::Priority => drop(body.insert("priority".into(), json!({"name": text(*field)}))),
            _ => {}
        }
    }
    body
}

/// The transition of an issue that leads to a status which means where the ticket stands, among those that Jira offers.
pub fn jira_transition(told: &Told, offered: &Value) -> Option<String> {
    let is_there = |one: &&Value| {
        let name = one.pointer("/to/name").and_then(Value::as_str).unwrap_or_default();
        let ours = Preset::Jira.meaning(Field::State, told.kind, name);
        let (state, detail) = ours.split_once(':').map_or((ours.as_str(), None), |(state, rest)| (state, Some(rest)));
        let own = told.get(Field::HoldReason).or_else(|| told.get(Field::CloseCode));
        told.get(Field::State) == Some(state) && (detail.is_none() || detail == own)
    };
    let all = offered.get("transitions").and_then(Value::as_array)?;
    // A status that says it just so comes first, then one that only says the state.
    let found = all.iter().find(is_there).or_else(|| {
        all.iter().find(|one| {
            let name = one.pointer("/to/name").and_then(Value::as_str).unwrap_or_default();
            let ours = Preset::Jira.meaning(Field::State, told.kind, name);
            told.get(Field::State) == ours.split(':').next()
        })
    });
    found.and_then(|one| one.get("id")).and_then(Value::as_str).map(str::to_owned)
}
