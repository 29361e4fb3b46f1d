//! The forms in which messages go out: JSON for machines and chats, `PagerDuty` events, e-mail. Pure functions of a message.

pub mod mail;

use serde_json::{Map, Value, json};

use super::channel::ChannelKind;
use super::delivery::Delivery;
use super::{Notice, Topic, one_line, shortened};

/// Notices that a chat is shown; the rest are counted.
const SHOWN: usize = 20;
/// Longest title of a line.
const MAX_TITLE: usize = 300;
/// Longest text of a line in a chat.
const MAX_WHAT: usize = 600;

/// A notice as machines read it.
fn notice_json(notice: &Notice, console_url: &str) -> Map<String, Value> {
    let record = match notice.topic.source() {
        super::Source::Ticket => "ticket",
        super::Source::Finding => "finding",
        super::Source::Agent => "agent",
        super::Source::Identity => "identity",
        super::Source::Item => "item",
        super::Source::Notification if notice.topic == Topic::ReportReady => "report",
        super::Source::Notification if notice.subject.starts_with("tkt_") => "ticket",
        super::Source::Notification => "notification",
    };
    let mut data = Map::new();
    data.insert("at".into(), json!(notice.at));
    data.insert("actor".into(), json!(notice.actor));
    data.insert("summary".into(), json!(summary(notice)));
    data.insert("text".into(), json!(notice.what.to_string()));
    data.insert("urgent".into(), json!(notice.is_urgent));
    data.insert("url".into(), json!(format!("{console_url}{}", notice.path)));
    data.insert(record.into(), Value::Object(notice.facts.clone()));
    data
}

/// One line that says what it is about.
pub fn summary(notice: &Notice) -> String {
    let title = one_line(&notice.title.to_string(), MAX_TITLE);
    if notice.facts.get("number").is_some() { format!("{}: {title}", notice.label) } else { title }
}

/// The body of a webhook. A message with several notices is of type `digest`.
fn webhook(delivery: &Delivery, console_url: &str) -> Value {
    let newest = delivery.notices.last();
    match newest.filter(|_| !delivery.is_digest()) {
        Some(notice) => json!({
            "type": notice.topic, "timestamp": notice.at, "data": notice_json(notice, console_url),
        }),
        None => json!({
            "type": "digest", "timestamp": newest.map(|notice| notice.at),
            "data": {
                "notices": delivery.notices.iter().map(|notice| {
                    let mut data = notice_json(notice, console_url);
                    data.insert("type".into(), json!(notice.topic));
                    data
                }).collect::<Vec<_>>(),
                "more": delivery.more,
            },
        }),
    }
}

/// How many notices a digest has that are not shown.
fn hidden(delivery: &Delivery) -> u64 {
    u64::try_from(delivery.notices.len().saturating_sub(SHOWN)).unwrap_or_default() + delivery.more
}

/// The lines of a chat, each made by `line` of title, address and text.
fn lines(delivery: &Delivery, console_url: &str, line: impl Fn(&str, &str, &str) -> String) -> Vec<String> {
    let mut lines: Vec<String> = delivery
        .notices
        .iter()
        .take(SHOWN)
        .map(|notice| {
            let what = shortened(&notice.what.to_string(), MAX_WHAT);
            line(&summary(notice), &format!("{console_url}{}", notice.path), &what)
        })
        .collect();
    if hidden(delivery) > 0 {
        lines.push(format!("… and {} more", hidden(delivery)));
    }
    lines
}

/// Text for Slack: three signs steer it.
fn slack_text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn slack(delivery: &Delivery, console_url: &str) -> Value {
    let line = |title: &str, url: &str, what: &str| {
        // A bar or an angle bracket would end the link early.
        let title = slack_text(title).replace('|', "/");
        let head = format!("<{url}|{title}>");
        if what.is_empty() { head } else { format!("{head}\n{}", slack_text(what)) }
    };
    json!({"text": lines(delivery, console_url, line).join("\n"), "unfurl_links": false})
}

/// Text that Markdown reads as it stands, and that calls nobody.
fn markdown_text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\`*_{}[]()#+-.!|<>~".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
        if c == '@' {
            escaped.push('\u{200b}');
        }
    }
    escaped
}

fn mattermost(delivery: &Delivery, console_url: &str) -> Value {
    let line = |title: &str, url: &str, what: &str| {
        let head = format!("[{}]({url})", markdown_text(title));
        if what.is_empty() { head } else { format!("{head}\n{}", markdown_text(what)) }
    };
    json!({"text": lines(delivery, console_url, line).join("\n\n")})
}

fn teams(delivery: &Delivery, console_url: &str) -> Value {
    let mut body = Vec::new();
    for notice in delivery.notices.iter().take(SHOWN) {
        let title = markdown_text(&summary(notice));
        let link = format!("[{title}]({console_url}{})", notice.path);
        body.push(json!({"type": "TextBlock", "text": link, "wrap": true, "weight": "bolder"}));
        let what = shortened(&notice.what.to_string(), MAX_WHAT);
        if !what.is_empty() {
            body.push(json!({"type": "TextBlock", "text": markdown_text(&what), "wrap": true, "spacing": "none"}));
        }
    }
    if hidden(delivery) > 0 {
        body.push(json!({"type": "TextBlock", "text": format!("… and {} more", hidden(delivery)), "isSubtle": true}));
    }
    let card = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
        "body": body,
    });
    json!({
        "type": "message",
        "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": card}],
    })
}

/// What `PagerDuty` is to do about a notice, if anything.
pub fn pager_action(notice: &Notice) -> Option<&'static str> {
    let state = notice.facts.get("state").and_then(Value::as_str).unwrap_or_default();
    let is_over = ["resolved", "closed", "cancelled"].contains(&state);
    match notice.topic {
        Topic::TicketOpened
        | Topic::TicketPriority
        | Topic::Page
        | Topic::FindingOpened
        | Topic::AgentQuarantined
        | Topic::Test => Some("trigger"),
        Topic::TicketMoved if is_over => Some("resolve"),
        Topic::TicketMoved | Topic::TicketAssigned if state == "in_progress" || state == "on_hold" => {
            Some("acknowledge")
        }
        Topic::FindingResolved => Some("resolve"),
        Topic::TicketMoved
        | Topic::TicketAssigned
        | Topic::TicketCommented
        | Topic::TicketDrift
        | Topic::TicketChanged
        | Topic::ItemChanged
        | Topic::TicketWarned
        | Topic::TicketVoted
        | Topic::ApprovalAsked
        | Topic::ApprovalDelegated
        | Topic::TicketFollowUp
        | Topic::ArticleReview
        | Topic::ReportReady
        | Topic::AgentPending
        | Topic::ReviewOpened
        | Topic::HostsMerged => None,
    }
}

fn pager_severity(notice: &Notice) -> &'static str {
    let priority = notice.facts.get("priority").and_then(Value::as_u64);
    match (priority, notice.facts.get("severity").and_then(Value::as_str)) {
        (Some(1), _) | (_, Some("critical")) => "critical",
        (Some(2), _) | (_, Some("major")) => "error",
        (Some(4..), _) | (_, Some("info")) => "info",
        _ => "warning",
    }
}

fn pager(delivery: &Delivery, console_url: &str, routing_key: &str) -> Value {
    let Some(notice) = delivery.notices.last() else { return Value::Null };
    let url = format!("{console_url}{}", notice.path);
    let action = pager_action(notice).unwrap_or("trigger");
    let (payload, links) = if action == "trigger" {
        let payload = json!({
            "summary": shortened(&summary(notice), 1_024), "source": shortened(&notice.label, 255),
            "severity": pager_severity(notice), "timestamp": notice.at, "class": notice.topic,
            "group": notice.facts.get("assignment_group"), "custom_details": notice.facts,
        });
        (Some(payload), Some(json!([{"href": url, "text": notice.label}])))
    } else {
        (None, None)
    };
    let event = json!({
        "routing_key": routing_key, "event_action": action, "dedup_key": notice.subject, "client": "Muster",
        "client_url": url, "payload": payload, "links": links,
    });
    match event {
        Value::Object(event) => event.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        other => other,
    }
}

/// The JSON that a channel is sent. `secret` is what the other side knows us by, where the body names it.
pub fn body(kind: ChannelKind, delivery: &Delivery, console_url: &str, secret: &str) -> Value {
    match kind {
        ChannelKind::Webhook => webhook(delivery, console_url),
        ChannelKind::Slack => slack(delivery, console_url),
        ChannelKind::Teams => teams(delivery, console_url),
        ChannelKind::Mattermost => mattermost(delivery, console_url),
        ChannelKind::PagerDuty => pager(delivery, console_url, secret),
        // What a bridge sends is no form of a message.
        ChannelKind::Email | ChannelKind::ServiceNow | ChannelKind::Jira => Value::Null,
    }
}

#[cfg(test)]
mod tests;
