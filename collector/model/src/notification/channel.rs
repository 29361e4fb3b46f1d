//! Channels: where notifications go that are not sent to one person.

use muster_shared::Time;
use muster_shared::id::ChannelId;
use serde::{Deserialize, Serialize};

use crate::bridge::Desk;
use crate::class::Violation;
use crate::exchange::Preset;
use crate::on_call::check_name;
use crate::record::record;
use crate::text::{Phrase, Word};
use crate::ticket::Kind;

/// Most addresses of a channel.
const MAX_ADDRESSES: usize = 50;

/// The form of what goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// JSON, signed as Standard Webhooks say.
    Webhook,
    /// An incoming webhook of Slack.
    Slack,
    /// A workflow of Microsoft Teams that takes adaptive cards.
    Teams,
    /// An incoming webhook of Mattermost.
    Mattermost,
    /// `PagerDuty` Events API v2.
    #[serde(rename = "pagerduty")]
    PagerDuty,
    /// E-mail.
    Email,
    /// Tickets of ServiceNow, by its Table API.
    #[serde(rename = "servicenow")]
    ServiceNow,
    /// Issues of Jira, by its REST API v2.
    Jira,
}

impl ChannelKind {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Webhook,
        Self::Slack,
        Self::Teams,
        Self::Mattermost,
        Self::PagerDuty,
        Self::Email,
        Self::ServiceNow,
        Self::Jira,
    ];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Slack => "slack",
            Self::Teams => "teams",
            Self::Mattermost => "mattermost",
            Self::PagerDuty => "pagerduty",
            Self::Email => "email",
            Self::ServiceNow => "servicenow",
            Self::Jira => "jira",
        }
    }

    /// The words of the other desk, when it is a bridge to one.
    pub const fn desk(self) -> Option<Preset> {
        match self {
            Self::ServiceNow => Some(Preset::ServiceNow),
            Self::Jira => Some(Preset::Jira),
            Self::Webhook | Self::Slack | Self::Teams | Self::Mattermost | Self::PagerDuty | Self::Email => None,
        }
    }

    /// Whether a report can go there: a pager and another desk hear of tickets alone.
    pub const fn takes_reports(self) -> bool {
        !matches!(self, Self::PagerDuty) && self.desk().is_none()
    }

    /// The kind of a name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == name)
    }

    /// Whether people read it: then a storm is folded. Machines get each event.
    pub const fn is_for_people(self) -> bool {
        match self {
            Self::Slack | Self::Teams | Self::Mattermost | Self::Email => true,
            Self::Webhook | Self::PagerDuty | Self::ServiceNow | Self::Jira => false,
        }
    }
}

/// Something that is kept encrypted: only who has the key file reads it. Nonce, ciphertext and tag as base64url.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sealed(pub String);

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealed(…)")
    }
}

/// A channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channel {
    /// Which one.
    pub id: ChannelId,
    /// What it is called.
    pub name: String,
    /// The form of what goes out.
    pub kind: ChannelKind,
    /// Where it goes: an address of the web can hold a secret, so it is kept sealed.
    pub url: Option<Sealed>,
    /// As much of that as may be shown.
    pub url_shown: String,
    /// What signs (a webhook) or what the other side knows us by (`PagerDuty`).
    pub secret: Option<Sealed>,
    /// The addresses of e-mail.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
    /// What a bridge to another desk has besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desk: Option<Box<Desk>>,
    /// Whether it is used.
    pub is_active: bool,
    /// When it was changed.
    pub changed_at: Time,
    /// By whom.
    pub changed_by: String,
}

record!(Channel, Channel, |channel| channel.id.to_string());

/// Whether a text is the address of a mailbox, as far as its form says. Stricter than the standard: no quotes, no comments.
pub fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let is_local = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    (1..=64).contains(&local.len())
        && local.chars().all(is_local)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && domain.len() <= 253
        && domain.split('.').all(is_label)
}

/// What is wrong with what only a bridge has.
fn check_desk(channel: &Channel) -> Vec<Violation> {
    let wrong = |pointer: &str, why: Phrase| Violation { pointer: format!("/desk{pointer}"), why };
    let Some(desk) = &channel.desk else { return Vec::new() };
    let Some(preset) = channel.kind.desk() else { return vec![wrong("", Phrase::new("bridge_only"))] };
    let mut all = Vec::new();
    let is_key = |key: &str| {
        (1..=30).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    };
    match (preset, desk.project.as_deref()) {
        (Preset::Jira, None) => all.push(wrong("/project", Phrase::new("is_needed"))),
        (Preset::Jira, Some(key)) if !is_key(key) => all.push(wrong("/project", Phrase::new("bridge_project"))),
        _ => {}
    }
    let shared = crate::bridge::fields(preset);
    for field in desk.owners.keys().filter(|field| !shared.contains(field)) {
        let known = Word::list(shared.iter().map(|field| field.as_str()));
        all.push(wrong(&format!("/owners/{}", field.as_str()), Phrase::new("import_option").with("choices", known)));
    }
    for kind in desk.issue_types.keys().filter(|kind| !Kind::ALL.iter().any(|known| known.as_str() == *kind)) {
        let known = Word::list(Kind::ALL.iter().map(|kind| kind.as_str()));
        all.push(wrong(&format!("/issue_types/{kind}"), Phrase::new("import_option").with("choices", known)));
    }
    all
}

/// What forbids to keep a channel, its address of the web apart.
pub fn check(channel: &Channel) -> Vec<Violation> {
    let mut wrong: Vec<Violation> = check_name("/name", &channel.name).into_iter().collect();
    if channel.kind == ChannelKind::Email {
        if !(1..=MAX_ADDRESSES).contains(&channel.addresses.len()) {
            let why = Phrase::new("number_from_to").with("min", 1).with("max", MAX_ADDRESSES);
            wrong.push(Violation { pointer: "/addresses".into(), why });
        }
        for (i, address) in channel.addresses.iter().enumerate().filter(|(_, address)| !is_address(address)) {
            let why = Phrase::new("no_address").with("value", address.chars().take(80).collect::<String>());
            wrong.push(Violation { pointer: format!("/addresses/{i}"), why });
        }
    } else if !channel.addresses.is_empty() {
        wrong.push(Violation { pointer: "/addresses".into(), why: Phrase::new("only_email") });
    }
    wrong.extend(check_desk(channel));
    let needs_secret = channel.kind == ChannelKind::PagerDuty || channel.kind.desk().is_some();
    if needs_secret && channel.secret.is_none() {
        wrong.push(Violation { pointer: "/secret".into(), why: Phrase::new("is_needed") });
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_hold_nothing_that_a_header_minds() {
        for right in ["ann@example.com", "a.b+c@x.example", "ops@mail", "o'neil@example.org"] {
            assert!(is_address(right), "{right}");
        }
        let wrong =
            ["", "ann", "@x", "ann@", "ann@x\r\nBcc: eve@y", "a b@x", "\"a\"@x", "ann@-x", "a..b@x", "<ann@x>", "ä@x"];
        for wrong in wrong {
            assert!(!is_address(wrong), "{wrong}");
        }
    }

    #[test]
    fn what_is_sealed_is_not_printed() {
        assert_eq!(format!("{:?}", Sealed("abc".into())), "Sealed(…)");
    }
}
