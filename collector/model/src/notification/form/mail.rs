//! E-mail: subject, text and HTML of a message, and the names by which mail programs put messages of a ticket together.

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

/// The e-mail of a message. `domain` is that of the sender.
pub fn mail(delivery: &Delivery, console_url: &str, domain: &str) -> Mail {
    let (mut text, mut page) = (String::new(), String::new());
    for notice in &delivery.notices {
        let (title, what) = (summary(notice), notice.what.to_string());
        let url = format!("{console_url}{}", notice.path);
        text += &format!("{title}\n");
        page += &format!("<p><a href=\"{}\"><b>{}</b></a>", html(&url), html(&title));
        if !what.is_empty() {
            text += &format!("{what}\n");
            page += &format!("<br>\n{}", html(&what));
        }
        let state = ["state", "priority", "severity", "assignment_group"].into_iter().filter_map(|name| {
            let value = notice.facts.get(name)?;
            let value = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
            (value != "null").then(|| format!("{}: {}", name.replace('_', " "), one_line(&value, 100)))
        });
        let state = state.collect::<Vec<_>>().join(", ");
        if !state.is_empty() {
            text += &format!("{state}\n");
            page += &format!("<br>\n<small>{}</small>", html(&state));
        }
        text += &format!("{url}\n\n");
        page += "</p>\n";
    }
    if delivery.more > 0 {
        text += &format!("and {} more\n\n", delivery.more);
        page += &format!("<p>and {} more</p>\n", delivery.more);
    }
    let settings = format!("{console_url}/account/notifications");
    text += &format!("-- \nWhat you are told of, and when: {settings}\n");
    page +=
        &format!("<p><small>What you are told of, and when: <a href=\"{0}\">{0}</a></small></p>\n", html(&settings));
    let of_one = delivery.notices.first().filter(|first| delivery.notices.iter().all(|notice| of(notice) == of(first)));
    Mail {
        subject: subject(delivery),
        text,
        html: format!("<!doctype html>\n<html><body>\n{page}</body></html>\n"),
        message_id: format!("<{}@{domain}>", delivery.id),
        thread: of_one.map(|notice| format!("<{}@{domain}>", notice.subject)),
    }
}
