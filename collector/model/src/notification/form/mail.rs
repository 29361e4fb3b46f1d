//! E-mail: subject, text and HTML of a message, and the names by which mail programs put messages of a ticket together.

use std::collections::HashMap;

use muster_shared::id::{ApprovalId, ReportRunId};
use serde_json::Value;

use super::{Delivery, Notice, summary};
use crate::notification::one_line;

/// Longest subject.
const MAX_SUBJECT: usize = 200;

/// An e-mail, without its addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// One line.
    pub subject: String,
    /// For programs that show no HTML.
    pub text: String,
    /// The same for the others.
    pub html: String,
    /// `Message-ID`: the same however often it is sent.
    pub message_id: String,
    /// `In-Reply-To` and `References`: the same for all messages of a record, so that they stand together.
    pub thread: Option<String>,
    /// Files beside it.
    pub files: Vec<File>,
}

/// A file beside a mail: lines with commas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// What it is called.
    pub name: String,
    /// What it holds.
    pub text: String,
}

/// What a mail holds besides what it tells, made when it goes.
#[derive(Clone, Debug, Default)]
pub struct Enclosed {
    /// The links that vote, by the rounds that they vote in.
    pub ballots: HashMap<ApprovalId, String>,
    /// The files of reports.
    pub files: HashMap<ReportRunId, File>,
}

fn html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' => escaped.push_str("<br>\n"),
            c => escaped.push(c),
        }
    }
    escaped
}

fn subject(delivery: &Delivery) -> String {
    match delivery.notices.as_slice() {
        [notice] if delivery.more == 0 => one_line(&format!("[Muster] {}", summary(notice)), MAX_SUBJECT),
        notices => {
            let count = u64::try_from(notices.len()).unwrap_or_default() + delivery.more;
            let of_one = notices.windows(2).all(|pair| pair.first().map(of) == pair.last().map(of));
            match notices.first().filter(|_| of_one) {
                Some(notice) => one_line(&format!("[Muster] {} ({count})", summary(notice)), MAX_SUBJECT),
                None => format!("[Muster] {count} notifications"),
            }
        }
    }
}

const fn of(notice: &Notice) -> &String {
    &notice.subject
}

/// The state of what a notice is about, in one line.
fn facts(notice: &Notice) -> String {
    let named = ["state", "priority", "severity", "assignment_group"].into_iter().filter_map(|name| {
        let value = notice.facts.get(name).filter(|value| !value.is_null())?;
        let value = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
        Some(format!("{}: {}", name.replace('_', " "), one_line(&value, 100)))
    });
    named.collect::<Vec<_>>().join(", ")
}

/// The cells of a row.
fn cells(row: &Value) -> impl Iterator<Item = &str> {
    row.as_array().into_iter().flatten().map(|cell| cell.as_str().unwrap_or_default())
}

/// The rows of a report that a mail shows, as a table.
fn table(notice: &Notice) -> String {
    let list = |name: &str| notice.facts.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if notice.report.is_none() || list("columns").is_empty() {
        return String::new();
    }
    let row = |tag: &str, cells: Vec<&str>| {
        let cell = |text: &str| format!("<{tag}>{}</{tag}>", html(text));
        let cells: Vec<String> = cells.into_iter().map(cell).collect();
        format!("<tr>{}</tr>\n", cells.concat())
    };
    let head = row("th", list("columns").iter().filter_map(Value::as_str).collect());
    let rows: String = list("rows").iter().map(|cell| row("td", cells(cell).collect())).collect();
    format!("<table border=\"1\" cellpadding=\"4\">\n{head}{rows}</table>\n")
}

/// What stands before the link that votes.
const VOTE: &str = "Vote without signing in, once, with this link of yours: ";

/// A notice as text and as HTML, with the link that votes if it asks for a vote.
fn told(notice: &Notice, console_url: &str, ballot: Option<&str>) -> (String, String) {
    let (title, url) = (summary(notice), format!("{console_url}{}", notice.path));
    let lines = [notice.what.to_string(), facts(notice)];
    let lines: Vec<&str> = lines.iter().map(String::as_str).filter(|line| !line.is_empty()).collect();
    let vote = ballot.map(|link| format!("{VOTE}{link}"));
    let text = [&[title.as_str()], lines.as_slice(), &[url.as_str()]].concat();
    let text = text.into_iter().chain(vote.as_deref()).collect::<Vec<_>>().join("\n");
    let head = format!("<a href=\"{}\"><b>{}</b></a>", html(&url), html(&title));
    let vote = ballot.map(html).map(|link| format!("{VOTE}<a href=\"{link}\">{link}</a>"));
    let page = std::iter::once(head).chain(lines.iter().map(|line| html(line))).chain(vote).collect::<Vec<_>>();
    (format!("{text}\n\n"), format!("<p>{}</p>\n{}", page.join("<br>\n"), table(notice)))
}

/// The e-mail of a message. `domain` is that of the sender.
pub fn mail(delivery: &Delivery, console_url: &str, domain: &str, enclosed: &Enclosed) -> Mail {
    let ballot = |notice: &Notice| notice.vote_in.and_then(|round| enclosed.ballots.get(&round)).map(String::as_str);
    let (mut text, mut page): (String, String) =
        delivery.notices.iter().map(|notice| told(notice, console_url, ballot(notice))).unzip();
    if delivery.more > 0 {
        let more = format!("and {} more", delivery.more);
        text.push_str(&more);
        text.push_str("\n\n");
        page.extend(["<p>", &more, "</p>\n"]);
    }
    let settings = format!("{console_url}/account/notifications");
    let what = "What you are told of, and when: ";
    text.extend(["-- \n", what, &settings, "\n"]);
    let link = html(&settings);
    page.extend(["<p><small>", what, "<a href=\"", &link, "\">", &link, "</a></small></p>\n"]);
    let of_one = delivery.notices.first().filter(|first| delivery.notices.iter().all(|notice| of(notice) == of(first)));
    Mail {
        subject: subject(delivery),
        text,
        html: format!("<!doctype html>\n<html><body>\n{page}</body></html>\n"),
        message_id: format!("<{}@{domain}>", delivery.id),
        thread: of_one.map(|notice| format!("<{}@{domain}>", notice.subject)),
        files: delivery.notices.iter().filter_map(|notice| enclosed.files.get(&notice.report?).cloned()).collect(),
    }
}
