//! What goes out, with hostile words in it.

use std::collections::HashMap;

use muster_shared::Time;
use muster_shared::id::{ApprovalId, ChannelId, ReportRunId};

use super::mail::{Enclosed, File};
use super::*;
use crate::notification::delivery::Destination;

const HOSTILE: &str = "<!channel> *b* [x](http://evil) & \"q\"|</p><script>\r\nBcc: eve@example.com";
const CONSOLE: &str = "https://muster.example.com";

fn notice(topic: Topic, state: &str, title: &str) -> Notice {
    let facts = json!({"number": "INC-000007", "state": state, "priority": 2, "assignment_group": "linux"});
    Notice {
        topic,
        at: Time::from_millis(1_790_000_000_000),
        actor: "ann".into(),
        subject: "tkt_7".into(),
        label: "INC-000007".into(),
        title: title.into(),
        what: title.into(),
        path: "/incidents/INC-000007".into(),
        is_urgent: false,
        facts: facts.as_object().unwrap().clone(),
        vote_in: None,
        report: None,
    }
}

fn message(notices: Vec<Notice>) -> Delivery {
    let (now, to) = (Time::from_millis(1), Destination::Channel(ChannelId::from_bytes([1; 16])));
    let mut notices = notices.into_iter();
    let mut delivery = Delivery::new(to, None, notices.next().unwrap(), now, now);
    notices.for_each(|notice| delivery.fold(notice));
    delivery
}

#[test]
fn a_webhook_says_what_happened_and_several_things_are_a_digest() {
    let one = message(vec![notice(Topic::TicketOpened, "new", "disk full")]);
    let body = body(ChannelKind::Webhook, &one, CONSOLE, "");
    assert_eq!(body["type"], "ticket.opened");
    assert_eq!(body["timestamp"], "2026-09-21T14:13:20.000Z");
    assert_eq!(body["data"]["ticket"]["number"], "INC-000007");
    assert_eq!(body["data"]["url"], "https://muster.example.com/incidents/INC-000007");
    assert_eq!(body["data"]["summary"], "INC-000007: disk full");
    let two = message(vec![
        notice(Topic::TicketOpened, "new", "disk full"),
        notice(Topic::TicketCommented, "new", "on my way"),
    ]);
    let body = super::body(ChannelKind::Webhook, &two, CONSOLE, "");
    assert_eq!((&body["type"], &body["data"]["notices"][1]["type"]), (&json!("digest"), &json!("ticket.commented")));
    assert_eq!(body["data"]["more"], 0);
}

#[test]
fn chats_show_words_of_others_and_obey_none_of_them() {
    let message = message(vec![notice(Topic::TicketOpened, "new", HOSTILE)]);
    let slack = body(ChannelKind::Slack, &message, CONSOLE, "")["text"].as_str().unwrap().to_owned();
    assert!(
        slack.starts_with("<https://muster.example.com/incidents/INC-000007|INC-000007: &lt;!channel&gt;"),
        "{slack}"
    );
    assert_eq!(slack.matches('<').count(), 1, "{slack}");
    let mattermost = body(ChannelKind::Mattermost, &message, CONSOLE, "")["text"].as_str().unwrap().to_owned();
    assert!(
        mattermost.contains("\\[x\\]\\(http://evil\\)") && mattermost.contains("eve@\u{200b}example"),
        "{mattermost}"
    );
    let card = body(ChannelKind::Teams, &message, CONSOLE, "");
    let card = &card["attachments"][0]["content"];
    assert_eq!((&card["type"], &card["version"]), (&json!("AdaptiveCard"), &json!("1.4")));
    assert!(card["body"][0]["text"].as_str().unwrap().contains("\\<\\!channel\\>"));
}

#[test]
fn a_long_digest_shows_the_first_and_counts_the_rest() {
    let message = message((0..150).map(|n| notice(Topic::TicketOpened, "new", &format!("n{n}"))).collect());
    let text = body(ChannelKind::Slack, &message, CONSOLE, "")["text"].as_str().unwrap().to_owned();
    assert!(text.contains("n19") && !text.contains("n20>") && text.ends_with("… and 130 more"), "{text}");
}

#[test]
fn pagerduty_follows_the_ticket() {
    let action = |topic, state| pager_action(&notice(topic, state, "x"));
    assert_eq!(action(Topic::TicketOpened, "new"), Some("trigger"));
    assert_eq!(action(Topic::TicketAssigned, "in_progress"), Some("acknowledge"));
    assert_eq!(action(Topic::TicketMoved, "in_progress"), Some("acknowledge"));
    assert_eq!(action(Topic::TicketMoved, "resolved"), Some("resolve"));
    assert_eq!(action(Topic::TicketMoved, "cancelled"), Some("resolve"));
    assert_eq!(action(Topic::TicketAssigned, "new"), None);
    assert_eq!(action(Topic::TicketCommented, "in_progress"), None);
    let trigger = message(vec![notice(Topic::TicketOpened, "new", HOSTILE)]);
    let event = body(ChannelKind::PagerDuty, &trigger, CONSOLE, "R0UTE");
    assert_eq!((&event["routing_key"], &event["dedup_key"]), (&json!("R0UTE"), &json!("tkt_7")));
    assert_eq!((&event["event_action"], &event["payload"]["severity"]), (&json!("trigger"), &json!("error")));
    let resolve = message(vec![notice(Topic::TicketMoved, "closed", "x")]);
    let event = body(ChannelKind::PagerDuty, &resolve, CONSOLE, "R0UTE");
    assert_eq!((&event["event_action"], event.get("payload")), (&json!("resolve"), None));
}

#[test]
fn an_email_has_one_line_of_subject_no_foreign_markup_and_its_thread() {
    let one = message(vec![notice(Topic::TicketOpened, "new", HOSTILE)]);
    let mail = mail::mail(&one, CONSOLE, "example.com", &Enclosed::default());
    assert!(!mail.subject.contains(['\r', '\n']), "{}", mail.subject);
    assert!(mail.subject.starts_with("[Muster] INC-000007: <!channel>"), "{}", mail.subject);
    assert!(!mail.html.contains("<script>") && mail.html.contains("&lt;script&gt;"), "{}", mail.html);
    assert!(mail.text.contains("state: new, priority: 2, assignment group: linux"), "{}", mail.text);
    assert_eq!(mail.message_id, format!("<{}@example.com>", one.id));
    assert_eq!(mail.thread.as_deref(), Some("<tkt_7@example.com>"));
    let mut other = notice(Topic::TicketOpened, "new", "y");
    other.subject = "tkt_8".into();
    let digest = message(vec![notice(Topic::TicketOpened, "new", "x"), other]);
    let digest = mail::mail(&digest, CONSOLE, "example.com", &Enclosed::default());
    assert_eq!((digest.subject.as_str(), digest.thread), ("[Muster] 2 notifications", None));
}

#[test]
fn a_mail_that_asks_for_votes_holds_the_ballot_of_each_round_and_no_other_form_does() {
    let round = |n: u8| ApprovalId::from_bytes([n; 16]);
    let asks = |n| Notice { vote_in: Some(round(n)), ..notice(Topic::ApprovalAsked, "authorize", "x") };
    let both = message(vec![asks(1), asks(2)]);
    let link = "https://muster.example.com/ballot?t=abc&x=<";
    let mail = mail::mail(
        &both,
        CONSOLE,
        "example.com",
        &Enclosed { ballots: HashMap::from([(round(2), link.to_owned())]), ..Enclosed::default() },
    );
    assert_eq!(mail.text.matches(link).count(), 1, "{}", mail.text);
    assert!(mail.html.contains("ballot?t=abc&amp;x=&lt;") && !mail.html.contains(link), "{}", mail.html);
    for kind in [ChannelKind::Webhook, ChannelKind::Slack, ChannelKind::Teams, ChannelKind::Mattermost] {
        assert!(!body(kind, &both, CONSOLE, "").to_string().contains("ballot"), "a chat has many readers");
    }
}

#[test]
fn a_report_is_a_table_in_the_mail_and_a_file_beside_it() {
    let run = ReportRunId::from_bytes([4; 16]);
    let mut brings = Notice { report: Some(run), ..notice(Topic::ReportReady, "", "Disks") };
    brings.facts = json!({"columns": ["host", "used"], "rows": [["web-1", HOSTILE]]}).as_object().unwrap().clone();
    let file = File { name: "disks.csv".into(), text: "\"host\"\r\n".into() };
    let enclosed = Enclosed { files: HashMap::from([(run, file.clone())]), ..Enclosed::default() };
    let mail = mail::mail(&message(vec![brings.clone()]), CONSOLE, "example.com", &enclosed);
    assert_eq!(mail.files, [file]);
    assert!(mail.html.contains("<th>host</th>") && mail.html.contains("<td>web-1</td>"), "{}", mail.html);
    assert!(!mail.html.contains("<script>") && !mail.text.contains("<t"), "{}", mail.html);
    let body = body(ChannelKind::Webhook, &message(vec![brings]), CONSOLE, "");
    assert_eq!((&body["type"], &body["data"]["report"]["rows"][0][0]), (&json!("report.ready"), &json!("web-1")));
}
