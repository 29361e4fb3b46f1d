//! Syslog messages (RFC 5424) as events: how one is read, and which part of it says what.
//!
//! `docs/events.md` prints the tables. A message of the older form (RFC 3164) is refused: it has neither a year nor a host name that one
//! could rely on. How messages are set apart on a connection is [`frame`].

pub mod frame;

use std::collections::BTreeMap;
use std::net::IpAddr;

use muster_shared::Time;
use serde::Serialize;

use super::event::{Event, Level, MAX_ATTRS, MAX_SUMMARY, MAX_TEXT, MAX_VALUE};
use crate::text::unseen;

/// The source of all events that come so.
pub const SOURCE: &str = "syslog";
/// The structured data by which a sender says the fields of an event itself: the number is the one that is kept for documentation, for
/// want of an own one.
pub const OWN_DATA: &str = "muster@32473";
/// Most elements of structured data.
const MAX_ELEMENTS: usize = 64;

/// Severities by their number, with what they mean to alerts.
pub const SEVERITIES: [(&str, Level); 8] = [
    ("emerg", Level::Critical),
    ("alert", Level::Critical),
    ("crit", Level::Critical),
    ("err", Level::Major),
    ("warning", Level::Warning),
    ("notice", Level::Info),
    ("info", Level::Info),
    ("debug", Level::Info),
];

/// Facilities by their number.
pub const FACILITIES: [&str; 24] = [
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp",
    "audit", "console", "clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
];

/// Why a message is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It does not begin with a priority.
    #[error("a message begins with <PRI>, a number from 0 to 191 in angle brackets")]
    Priority,
    /// It is of another version, or of the older form.
    #[error("version 1 of RFC 5424 is expected; messages of RFC 3164 are not taken")]
    Version,
    /// A field of the header is missing, too long, or has other signs than ASCII shows.
    #[error("the field {0} of the header is missing, too long or not printable ASCII")]
    Header(&'static str),
    /// The time is none.
    #[error("TIMESTAMP is a time of RFC 3339 or -")]
    Timestamp,
    /// The structured data is not as it must be.
    #[error("STRUCTURED-DATA is - or elements of the form [id name=\"value\"]")]
    Data,
}

/// An element of structured data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Element {
    /// Its id.
    pub id: String,
    /// Its parameters, in their order; a name may come more than once.
    pub params: Vec<(String, String)>,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    /// 0 to 23.
    pub facility: u8,
    /// 0 to 7.
    pub severity: u8,
    /// When it was said.
    pub timestamp: Option<Time>,
    /// Whose it is.
    pub hostname: Option<String>,
    /// Which program said it.
    pub app_name: Option<String>,
    /// Which process.
    pub proc_id: Option<String>,
    /// What kind of message it is.
    pub msg_id: Option<String>,
    /// What else is known of it.
    pub data: Vec<Element>,
    /// What it says.
    pub text: String,
}

/// Takes what is before a space; the rest begins after it.
fn word<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let end = rest.iter().position(|byte| *byte == b' ')?;
    let (word, after) = rest.split_at(end);
    *rest = after.get(1..)?;
    Some(word)
}

/// A field of the header: printable ASCII, at most so long; `-` says nothing.
fn field(rest: &mut &[u8], name: &'static str, max: usize) -> Result<Option<String>, Unreadable> {
    let bytes = word(rest).ok_or(Unreadable::Header(name))?;
    let is_printable = bytes.iter().all(|byte| (33..=126).contains(byte));
    if bytes.is_empty() || bytes.len() > max || !is_printable {
        return Err(Unreadable::Header(name));
    }
    let text = String::from_utf8_lossy(bytes).into_owned();
    Ok(Some(text).filter(|text| text != "-"))
}

/// Facility and severity.
fn priority(rest: &mut &[u8]) -> Result<(u8, u8), Unreadable> {
    let inner = rest.strip_prefix(b"<").ok_or(Unreadable::Priority)?;
    let end = inner.iter().take(4).position(|byte| *byte == b'>').ok_or(Unreadable::Priority)?;
    let (digits, after) = inner.split_at(end);
    let is_number = !digits.is_empty()
        && digits.iter().all(u8::is_ascii_digit)
        && (digits.len() == 1 || digits.first() != Some(&b'0'));
    let number: Option<u8> = is_number.then(|| std::str::from_utf8(digits).ok()?.parse().ok()).flatten();
    let number = number.filter(|number| *number <= 191).ok_or(Unreadable::Priority)?;
    *rest = after.get(1..).unwrap_or_default();
    Ok((number / 8, number % 8))
}

/// The name of an element or a parameter.
fn sd_name<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let is_part = |byte: &u8| (33..=126).contains(byte) && !matches!(byte, b'=' | b']' | b'"');
    let end = rest.iter().position(|byte| !is_part(byte))?;
    let (name, after) = rest.split_at(end);
    *rest = after;
    (1..=32).contains(&name.len()).then(|| std::str::from_utf8(name).ok()).flatten()
}

/// A value in quotes, in which `"`, `\` and `]` have a backslash before them.
fn sd_value(rest: &mut &[u8]) -> Option<String> {
    let mut bytes = rest.strip_prefix(b"\"")?.iter();
    let mut value = Vec::new();
    loop {
        match bytes.next()? {
            b'"' => break,
            b']' => return None,
            b'\\' => match bytes.next()? {
                escaped @ (b'"' | b'\\' | b']') => value.push(*escaped),
                // A backslash before anything else is one.
                other => value.extend([b'\\', *other]),
            },
            byte => value.push(*byte),
        }
    }
    *rest = bytes.as_slice();
    Some(String::from_utf8_lossy(&value).into_owned())
}

fn structured(rest: &mut &[u8]) -> Option<Vec<Element>> {
    if let Some(after) = rest.strip_prefix(b"-") {
        *rest = after;
        return Some(Vec::new());
    }
    let mut elements = Vec::new();
    while let Some(after) = rest.strip_prefix(b"[") {
        *rest = after;
        let mut element = Element { id: sd_name(rest)?.to_owned(), params: Vec::new() };
        while let Some(after) = rest.strip_prefix(b" ") {
            *rest = after;
            let name = sd_name(rest)?.to_owned();
            *rest = rest.strip_prefix(b"=")?;
            element.params.push((name, sd_value(rest)?));
        }
        *rest = rest.strip_prefix(b"]")?;
        elements.push(element);
        if elements.len() > MAX_ELEMENTS {
            return None;
        }
    }
    (!elements.is_empty()).then_some(elements)
}

/// Reads a message.
pub fn read(bytes: &[u8]) -> Result<Message, Unreadable> {
    let mut rest = bytes;
    let (facility, severity) = priority(&mut rest)?;
    if word(&mut rest) != Some(b"1") {
        return Err(Unreadable::Version);
    }
    let timestamp = field(&mut rest, "TIMESTAMP", 40)?;
    let timestamp = timestamp.map(|text| text.parse::<Time>()).transpose().map_err(|_| Unreadable::Timestamp)?;
    let hostname = field(&mut rest, "HOSTNAME", 255)?;
    let app_name = field(&mut rest, "APP-NAME", 48)?;
    let proc_id = field(&mut rest, "PROCID", 128)?;
    let msg_id = field(&mut rest, "MSGID", 32)?;
    let data = structured(&mut rest).ok_or(Unreadable::Data)?;
    let text = match rest {
        [] => rest,
        [b' ', text @ ..] => text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text),
        _ => return Err(Unreadable::Data),
    };
    let text = String::from_utf8_lossy(text).trim_end().to_owned();
    Ok(Message { facility, severity, timestamp, hostname, app_name, proc_id, msg_id, data, text })
}

/// A text of at most so many characters, without those that cannot be seen.
fn shown(text: &str, max: usize) -> String {
    text.chars().filter(|c| unseen(c.encode_utf8(&mut [0; 4])).is_none()).take(max).collect()
}

impl Message {
    /// The name of its facility.
    pub fn facility(&self) -> &'static str {
        FACILITIES.get(usize::from(self.facility)).copied().unwrap_or("user")
    }

    /// The name of its severity, and what that means to alerts.
    pub fn severity(&self) -> (&'static str, Level) {
        SEVERITIES.get(usize::from(self.severity)).copied().unwrap_or(("debug", Level::Info))
    }

    /// Whether it is at least as bad as the severity of a name; what says so itself always is.
    pub fn is_at_least(&self, name: &str) -> bool {
        let wanted = SEVERITIES.iter().position(|(known, _)| *known == name).unwrap_or(usize::MAX);
        usize::from(self.severity) <= wanted || self.data.iter().any(|element| element.id == OWN_DATA)
    }

    /// What the sender says of the event itself.
    fn own(&self, name: &str) -> Option<String> {
        let own = self.data.iter().filter(|element| element.id == OWN_DATA).flat_map(|element| &element.params);
        let mut said =
            own.filter(|(known, _)| known == name).map(|(_, value)| shown(value, MAX_TEXT).trim().to_owned());
        said.find(|value| !value.is_empty())
    }

    /// The event that it is; `peer` sent it.
    pub fn event(&self, peer: IpAddr) -> Event {
        let app = self.app_name.as_deref().unwrap_or_else(|| self.facility());
        let level =
            self.own("severity").and_then(|name| Level::ALL.iter().copied().find(|level| level.as_str() == name));
        let mut attrs = BTreeMap::from([
            ("facility".to_owned(), self.facility().to_owned()),
            ("syslog_severity".to_owned(), self.severity().0.to_owned()),
            ("sent_from".to_owned(), peer.to_string()),
        ]);
        for (name, value) in [("app_name", &self.app_name), ("proc_id", &self.proc_id), ("msg_id", &self.msg_id)] {
            attrs.extend(value.as_ref().map(|value| (name.to_owned(), value.clone())));
        }
        let told = self.data.iter().filter(|element| element.id != OWN_DATA);
        for (id, (name, value)) in told.flat_map(|element| element.params.iter().map(|param| (&element.id, param))) {
            if attrs.len() >= MAX_ATTRS {
                break;
            }
            attrs.insert(shown(&format!("{id}.{name}"), MAX_TEXT), shown(value, MAX_VALUE));
        }
        Event {
            source: SOURCE.to_owned(),
            source_event_id: self.own("source_event_id"),
            ci_ref: self.own("ci_ref").or_else(|| self.hostname.clone()).unwrap_or_else(|| peer.to_string()),
            kind: self.own("kind").or_else(|| self.msg_id.clone()).unwrap_or_else(|| app.to_owned()),
            resource: self.own("resource").unwrap_or_else(|| app.to_owned()),
            metric: self.own("metric"),
            severity: level.unwrap_or(self.severity().1),
            occurred_at: self.timestamp,
            dedup_key: self.own("dedup_key"),
            summary: shown(&self.text, MAX_SUMMARY),
            attrs,
        }
    }
}

#[cfg(test)]
mod tests;
