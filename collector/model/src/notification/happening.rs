//! What events are told as: entries of a ticket's timeline, findings, agents and questions of identity, made into notices.

use muster_shared::Time;
use muster_shared::id::{AgentId, ApprovalId, MergeId, NodeId, ReviewId, UserId};
use serde_json::{Map, Value, json};

use super::{MAX_TEXT, Notice, Topic, shortened};
use crate::approval::delegation::Delegation;
use crate::declared::DeclaredChange;
use crate::export::csv;
use crate::finding::Finding;
use crate::history::{HistoryEntry, Operation};
use crate::host::{Host, said};
use crate::policy::Severity;
use crate::text::{Phrase, Text, Word};
use crate::ticket::major::Step;
use crate::ticket::{Entry, FieldChange, Ticket, TimelineEntry, Visibility};

/// A notice, with what decides who may be told of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Happening {
    /// The notice.
    pub notice: Notice,
    /// Whether only those may know who work on tickets.
    pub is_internal: bool,
    /// Who worked on it before: they are told that they do not any more.
    pub former: Option<UserId>,
}

/// The priority from which on a ticket may wake people.
const URGENT: u8 = 1;

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn ticket_facts(ticket: &Ticket) -> Map<String, Value> {
    object(json!({
        "id": ticket.id, "number": ticket.number, "kind": ticket.kind(), "title": ticket.title.to_string(),
        "state": ticket.state.name(), "priority": ticket.priority, "impact": ticket.impact, "urgency": ticket.urgency,
        "category": ticket.category, "assignment_group": ticket.assignment_group, "assignee": ticket.assignee,
        "opened_by": ticket.opened_by, "opened_at": ticket.opened_at,
        "items": ticket.items.iter().take(20).map(|item| json!({"id": item.id, "name": item.name})).collect::<Vec<_>>(),
    }))
}

/// The notice of a ticket as it is now.
pub fn ticket_notice(ticket: &Ticket, topic: Topic, at: Time, actor: &str, what: impl Into<Text>) -> Notice {
    let can_wake =
        matches!(topic, Topic::TicketOpened | Topic::TicketPriority | Topic::TicketAssigned | Topic::TicketWarned);
    Notice {
        topic,
        at,
        actor: actor.to_owned(),
        subject: ticket.id.to_string(),
        label: ticket.number.clone(),
        title: ticket.title.clone(),
        what: what.into(),
        path: format!("/incidents/{}", ticket.number),
        is_urgent: topic == Topic::Page || (can_wake && ticket.priority == URGENT),
        facts: ticket_facts(ticket),
        vote_in: None,
        report: None,
    }
}

/// One changed field as a sentence; people stand in it by their names.
fn field(change: &FieldChange, name_of: &impl Fn(&str) -> String) -> Word {
    let value = |text: &str| match text {
        "" => Word::from(Phrase::new("none")),
        text if change.field == "assignee" => name_of(text).into(),
        text => shortened(text, 200).into(),
    };
    let phrase = Phrase::new("notice_field").term("field", "field", change.field.clone());
    phrase.with("from", value(&change.from)).with("to", value(&change.to)).into()
}

fn changed(fields: &[FieldChange]) -> Topic {
    let has = |names: &[&str]| fields.iter().any(|change| names.contains(&change.field.as_str()));
    if has(&["is_overrun"]) {
        Topic::TicketWarned
    } else if has(&["assignee", "assignment_group"]) {
        Topic::TicketAssigned
    } else if has(&["priority"]) {
        Topic::TicketPriority
    } else {
        Topic::TicketChanged
    }
}

/// What one entry of a ticket's timeline is told as. `name_of` gives the name of a user's id.
pub fn of_ticket(ticket: &Ticket, entry: &TimelineEntry, name_of: &impl Fn(&str) -> String) -> Happening {
    let by = || Word::term("actor", entry.actor.clone());
    let mut is_internal = false;
    let mut former = None;
    let (topic, what): (Topic, Text) = match &entry.entry {
        Entry::Opened => (Topic::TicketOpened, Phrase::new("notice_opened").with("by", by()).into()),
        Entry::Moved { event, from, to, note, .. } => {
            let key = if note.is_blank() { "notice_moved" } else { "notice_moved_note" };
            let mut phrase = Phrase::new(key).with("by", by()).term("event", "event", event.clone());
            phrase = phrase.term("from", "state", from.clone()).term("to", "state", to.clone());
            if !note.is_blank() {
                phrase = phrase.with("note", shortened(&note.to_string(), MAX_TEXT));
            }
            let topic = if event == "assign" { Topic::TicketAssigned } else { Topic::TicketMoved };
            (topic, phrase.into())
        }
        Entry::Comment { text, visibility, .. } => {
            is_internal = *visibility == Visibility::Internal;
            (Topic::TicketCommented, shortened(text, MAX_TEXT).into())
        }
        Entry::Changed { fields } => {
            let assignee = fields.iter().find(|change| change.field == "assignee");
            former = assignee.and_then(|change| change.from.parse().ok());
            let words = fields.iter().map(|change| field(change, name_of)).collect();
            (changed(fields), Phrase::new("notice_changed").with("by", by()).with("fields", Word::List(words)).into())
        }
        Entry::Disputed { fields } => {
            let words = fields.iter().map(|change| field(change, name_of)).collect();
            (
                Topic::TicketChanged,
                Phrase::new("notice_disputed").with("by", by()).with("fields", Word::List(words)).into(),
            )
        }
        Entry::Linked { link, is_removed } => {
            let key = if *is_removed { "notice_unlinked" } else { "notice_linked" };
            let phrase = Phrase::new(key).with("by", by()).with("other", link.number.as_str());
            (Topic::TicketChanged, phrase.into())
        }
        Entry::Attached { name, is_removed, visibility, .. } => {
            is_internal = *visibility == Visibility::Internal;
            let key = if *is_removed { "notice_detached" } else { "notice_attached" };
            (Topic::TicketChanged, Phrase::new(key).with("by", by()).with("name", shortened(name, 200)).into())
        }
        Entry::Major { step, note, next_update_at } => {
            let key = if next_update_at.is_some() { "notice_major_next" } else { "notice_major" };
            let phrase = Phrase::new(key).with("by", by()).term("step", "major-step", step.as_str());
            let phrase = phrase.with("note", shortened(&note.to_string(), MAX_TEXT));
            let at = next_update_at.map(|at| at.to_string()).unwrap_or_default();
            let topic = if *step == Step::Remind { Topic::TicketWarned } else { Topic::TicketChanged };
            (topic, phrase.with("at", at).into())
        }
        Entry::Parent { number, state } => {
            let phrase = Phrase::new("notice_parent").with("number", number.as_str());
            (Topic::TicketChanged, phrase.term("state", "state", state.clone()).into())
        }
        Entry::Voted { decision, comment } => {
            let phrase = Phrase::new("notice_voted").with("by", by()).term("decision", "decision", decision.as_str());
            (Topic::TicketVoted, phrase.with("comment", shortened(comment, MAX_TEXT)).into())
        }
        Entry::Deferred { comment, .. } => {
            let phrase = Phrase::new("notice_deferred").with("by", by());
            (Topic::TicketVoted, phrase.with("comment", shortened(comment, MAX_TEXT)).into())
        }
        Entry::Level { target, policy, percent, .. } => {
            let phrase = Phrase::new("notice_level").term("target", "level-target", target.as_str());
            (Topic::TicketWarned, phrase.with("policy", policy.as_str()).with("percent", percent.to_string()).into())
        }
        Entry::Alert { state, title, .. } => {
            let phrase = Phrase::new("notice_alert").term("state", "alert-state", state.clone());
            (Topic::TicketChanged, phrase.with("title", shortened(&title.to_string(), MAX_TEXT)).into())
        }
        Entry::Finding { state, title, .. } => {
            let phrase = Phrase::new("notice_drift").term("state", "finding-state", state.clone());
            (Topic::TicketDrift, phrase.with("title", shortened(&title.to_string(), MAX_TEXT)).into())
        }
    };
    Happening { notice: ticket_notice(ticket, topic, entry.at, &entry.actor, what), is_internal, former }
}

/// That votes are wanted in a round on a ticket, for the first time or once more.
pub fn of_approval(ticket: &Ticket, round: ApprovalId, what: Phrase, now: Time) -> Notice {
    let notice = ticket_notice(ticket, Topic::ApprovalAsked, now, "system:approvals", what);
    Notice { path: "/approvals".into(), vote_in: Some(round), ..notice }
}

/// That a meeting voted in somebody's name.
pub fn of_meeting(ticket: &Ticket, what: Phrase, now: Time) -> Notice {
    ticket_notice(ticket, Topic::ApprovalAsked, now, "system:approvals", what)
}

/// That somebody votes in another's place, or no more: both are told.
pub fn of_delegation(delegation: &Delegation, is_over: bool, now: Time) -> Notice {
    let key = if is_over { "notice_undelegated" } else { "notice_delegated" };
    let what = Phrase::new(key)
        .with("to", delegation.to_name.as_str())
        .with("from", delegation.from_name.as_str())
        .with("starts", delegation.starts_at.to_string())
        .with("ends", delegation.ends_at.to_string());
    let notice = plain(
        Topic::ApprovalDelegated,
        now,
        delegation.id.to_string(),
        &delegation.from_name,
        "notice_delegation",
        "/approvals".into(),
    );
    Notice { actor: "system:approvals".into(), what: what.into(), ..notice }
}

/// What a finding that went into a state is news of; `None` where nobody is told.
pub fn topic_of(state: &str) -> Option<Topic> {
    match state {
        "open" => Some(Topic::FindingOpened),
        "resolved" => Some(Topic::FindingResolved),
        _ => None,
    }
}

/// What a finding in its present state is told as, if people want to know at all.
pub fn of_finding(finding: &Finding, now: Time) -> Option<Notice> {
    let topic = topic_of(finding.state.as_str())?;
    let key = if topic == Topic::FindingOpened { "notice_finding_opened" } else { "notice_finding_resolved" };
    let facts = object(json!({
        "id": finding.id, "host": finding.host, "host_name": finding.host_name, "item": finding.item,
        "section": finding.section, "item_key": finding.item_key, "policy": finding.policy,
        "severity": finding.severity, "state": finding.state.as_str(), "attribute": finding.attribute,
        "incident": finding.incident, "first_seen": finding.first_seen, "last_seen": finding.last_seen,
        "title": finding.title().to_string(),
    }));
    Some(Notice {
        topic,
        at: now,
        actor: "system:drift".into(),
        subject: finding.id.to_string(),
        label: finding.host_name.clone(),
        title: finding.title().into(),
        what: Phrase::new(key).term("severity", "severity", finding.severity.as_str()).into(),
        path: format!("/findings/{}", finding.id),
        is_urgent: topic == Topic::FindingOpened && finding.severity == Severity::Critical,
        facts,
        vote_in: None,
        report: None,
    })
}

fn plain(topic: Topic, now: Time, subject: String, label: &str, key: &'static str, path: String) -> Notice {
    Notice {
        topic,
        at: now,
        actor: "system:identification".into(),
        facts: object(json!({"id": subject, "name": label})),
        subject,
        label: label.to_owned(),
        title: Phrase::new(key).with("name", label).into(),
        what: Text::default(),
        path,
        is_urgent: false,
        vote_in: None,
        report: None,
    }
}

/// An agent that is set aside, or waits. `label` is the name of its host, if it has one.
pub fn of_agent(topic: Topic, agent: AgentId, label: &str, now: Time) -> Notice {
    let is_quarantine = topic == Topic::AgentQuarantined;
    let key = if is_quarantine { "notice_agent_quarantined" } else { "notice_agent_pending" };
    let notice = plain(topic, now, agent.to_string(), label, key, "/agents".into());
    Notice { is_urgent: is_quarantine, ..notice }
}

/// A question of identity.
pub fn of_review(review: ReviewId, label: &str, now: Time) -> Notice {
    plain(Topic::ReviewOpened, now, review.to_string(), label, "notice_review_opened", "/identification".into())
}

/// A merge or a split.
pub fn of_merge(merge: MergeId, label: &str, now: Time) -> Notice {
    plain(Topic::HostsMerged, now, merge.to_string(), label, "notice_hosts_merged", "/identification".into())
}

/// Somebody tries a channel.
pub fn of_test(subject: String, by: &str, now: Time) -> Notice {
    let notice = plain(Topic::Test, now, subject, by, "notice_test", "/".into());
    Notice { actor: by.to_owned(), ..notice }
}

/// Changes of one notice that are told one by one.
const TOLD: usize = 5;

/// What changed, as those see it who watch it.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// The host or item.
    pub node: NodeId,
    /// Its name.
    pub label: &'a str,
    /// The name of the host.
    pub host: &'a str,
    /// When it was learnt.
    pub at: Time,
}

/// A value in a line.
fn value(value: Option<&Value>) -> Word {
    match value.filter(|value| !value.is_null()) {
        None => Phrase::new("none").into(),
        Some(value) => shortened(&csv::plain(Some(value)), 80).into(),
    }
}

/// Values that differ, by attribute.
fn values<'a>(
    names: impl Iterator<Item = &'a str>,
    before: impl Fn(&str) -> Option<&'a Value>,
    after: impl Fn(&str) -> Option<&'a Value>,
) -> Vec<Word> {
    let one = |name: &'a str| {
        let phrase = Phrase::new("notice_item_value").term("attribute", "attribute", name.to_owned());
        Word::from(phrase.with("from", value(before(name))).with("to", value(after(name))))
    };
    cut(names.map(one).collect())
}

/// The first of many, and how many more there are.
fn cut(mut words: Vec<Word>) -> Vec<Word> {
    let more = words.len().saturating_sub(TOLD);
    words.truncate(TOLD);
    words.extend((more > 0).then(|| Phrase::new("notice_item_more").with("count", more).into()));
    words
}

fn of_node(seen: &Seen<'_>, class: &str, by: &str, changes: Vec<Word>) -> Notice {
    let path = match seen.node {
        NodeId::Host(id) => format!("/hosts/{id}"),
        node => format!("/items/{node}"),
    };
    let by_whom = Word::term("actor", by.to_owned());
    Notice {
        topic: Topic::ItemChanged,
        at: seen.at,
        actor: by.to_owned(),
        subject: seen.node.to_string(),
        label: seen.label.to_owned(),
        title: Phrase::new("notice_item_title")
            .term("class", "section", class.to_owned())
            .with("name", seen.label)
            .into(),
        what: Phrase::new("notice_item_changed").with("by", by_whom).with("changes", Word::List(changes)).into(),
        path,
        is_urgent: false,
        facts: object(json!({"id": seen.node, "name": seen.label, "class": class, "host_name": seen.host})),
        vote_in: None,
        report: None,
    }
}

/// What sources found on a host or an item of one.
pub fn of_history(seen: &Seen<'_>, entries: &[&HistoryEntry]) -> Notice {
    let line = |entry: &&HistoryEntry| {
        let key = match entry.operation {
            Operation::Added => "notice_item_added",
            Operation::Removed => "notice_item_removed",
            Operation::Modified => "notice_item_values",
        };
        let phrase = Phrase::new(key).term("class", "section", entry.section.as_str());
        let phrase = phrase.with("key", shortened(&entry.key, 80));
        if entry.operation != Operation::Modified {
            return Word::from(phrase);
        }
        let names: std::collections::BTreeSet<&str> =
            entry.before.keys().chain(entry.after.keys()).map(String::as_str).collect();
        let differing = values(names.into_iter(), |name| entry.before.get(name), |name| entry.after.get(name));
        phrase.with("changes", Word::List(differing)).into()
    };
    let class =
        if matches!(seen.node, NodeId::Host(_)) { "host" } else { entries.first().map_or("", |e| e.section.as_str()) };
    of_node(seen, class, "system:drift", cut(entries.iter().map(line).collect()))
}

/// What people say of a host now and said before; `None` when that is the same.
pub fn of_host(seen: &Seen<'_>, before: &Host, after: &Host) -> Option<Notice> {
    let (old, new) = (said(before), said(after));
    let names: std::collections::BTreeSet<&str> = old.keys().chain(new.keys()).map(String::as_str).collect();
    let names = names.into_iter().filter(|name| old.get(*name) != new.get(*name));
    let differing = values(names, |name| old.get(name), |name| new.get(name));
    // Who said it stands in the audit trail, not in the record.
    (!differing.is_empty()).then(|| of_node(seen, "host", "system:people", differing))
}

/// What people or sources say of an item that is declared, or add to what was found.
pub fn of_declared(seen: &Seen<'_>, class: &str, change: &DeclaredChange) -> Notice {
    let names = change.after.keys().filter(|at| *at != "/identity");
    let bare = |at: &str| at.trim_start_matches("/attributes/").trim_start_matches('/').to_owned();
    let differing = names.map(|at| {
        let phrase = Phrase::new("notice_item_value").term("attribute", "attribute", bare(at));
        let (from, to) = (value(change.before.get(at)), value(change.after.get(at)));
        Word::from(phrase.with("from", from).with("to", to))
    });
    of_node(seen, class, &change.by, cut(differing.collect()))
}
