//! Typed identifiers: a prefix that names the kind, then a UUID in hex.
//!
//! No raw `Uuid` or `String` stands for an id in a signature. New ids are `UUIDv7`, so they sort by birth. The one id that is
//! computed and not drawn is [`ItemId`]: it names its host and a hash of the item's section and key, so that each of a
//! million package entries has an address without a row of its own.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::clock::Time;
use crate::section::SectionName;

/// A text that is no id of the wanted kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not an id of the form {prefix}_<{digits} hex digits>")]
pub struct InvalidId {
    prefix: &'static str,
    digits: usize,
    text: String,
}

fn hex_after<'a>(prefix: &'static str, digits: usize, text: &'a str) -> Result<&'a str, InvalidId> {
    let invalid = || InvalidId { prefix, digits, text: text.chars().take(80).collect() };
    let hex = text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_')).ok_or_else(invalid)?;
    let plain = hex.len() == digits && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if plain { Ok(hex) } else { Err(invalid()) }
}

/// Draws a `UUIDv7` for `now` with random bits from the operating system.
fn draw(now: Time) -> Uuid {
    let ms = u64::try_from(now.millis()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(ms, &crate::secret::random_bytes::<10>()).into_uuid()
}

macro_rules! text_form {
    ($name:ident) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::text::read(deserializer)
            }
        }
    };
}

macro_rules! typed_id {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// What the text form begins with.
            pub const PREFIX: &'static str = $prefix;

            /// A fresh id, born `now`.
            pub fn new(now: Time) -> Self {
                Self(draw(now))
            }

            /// The same id for the same bytes: for ids that follow from something else.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// The sixteen bytes of the UUID.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!($prefix, "_"))?;
                f.write_str(self.0.simple().encode_lower(&mut Uuid::encode_buffer()))
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let hex = hex_after($prefix, 32, text)?;
                Uuid::try_parse(hex).map(Self).map_err(|_| InvalidId { prefix: $prefix, digits: 32, text: text.to_owned() })
            }
        }

        text_form!($name);
    )+};
}

typed_id! {
    /// An agent: a key pair that speaks for a host.
    AgentId = "agent";
    /// An alert: what a monitoring system says is wrong, from first to last.
    AlertId = "alrt";
    /// A rule that makes incidents of alerts.
    AlertRuleId = "arule";
    /// An API token.
    ApiTokenId = "apt";
    /// An article of knowledge.
    ArticleId = "kba";
    /// A file on a ticket.
    AttachmentId = "att";
    /// An item of the catalogue of services.
    CatalogueId = "cat";
    /// Something that is to become better.
    ImprovementId = "csi";
    /// A report that comes by itself.
    ReportPlanId = "rpl";
    /// One that came.
    ReportRunId = "rrn";
    /// A channel that notifications go out by.
    ChannelId = "chn";
    /// A comment on a ticket.
    CommentId = "cmt";
    /// An item that people declare. The items of hosts have the same prefix and more digits: [`ItemId`].
    DeclaredId = "item";
    /// A notification on its way.
    DeliveryId = "dlv";
    /// An enrollment token.
    EnrollmentTokenId = "ent";
    /// A plan of whom to call when nobody takes a ticket.
    EscalationPolicyId = "esp";
    /// A drift finding.
    FindingId = "fnd";
    /// A host: the item of class `host`.
    HostId = "host";
    /// A file of facts that was sent to be imported.
    ImportId = "imp";
    /// A maintenance window.
    MaintenanceId = "mnt";
    /// A merge or a split of hosts.
    MergeId = "mrg";
    /// Somebody who stands in for whoever is on call.
    OverrideId = "ovr";
    /// A relation between two nodes.
    RelationId = "rel";
    /// A report of an agent.
    ReportId = "rpt";
    /// A request to the collector, named in answers and logs.
    RequestId = "req";
    /// A question of identity that a person answers.
    ReviewId = "rev";
    /// Who is on call, in turns.
    RotaId = "rota";
    /// A saved search.
    SavedSearchId = "srch";
    /// A session of a person.
    SessionId = "sess";
    /// A silence: alerts that nobody wants to hear of for a time.
    SilenceId = "sil";
    /// Who is told of what.
    SubscriptionId = "sub";
    /// A team.
    TeamId = "team";
    /// A ticket of any kind.
    TicketId = "tkt";
    /// A round of votes.
    ApprovalId = "apr";
    /// A person or a script with an account.
    UserId = "user";
    /// A waiver: what may stand for a time.
    WaiverId = "wvr";
    /// What an account is allowed on hosts, for a time.
    GrantId = "grt";
    /// Two kinds of access that nobody may have together.
    SeparationId = "sod";
    /// A time in which nothing is changed.
    BlackoutId = "blk";
    /// A template of standard changes.
    TemplateId = "tpl";
    /// Who votes in whose place.
    DelegationId = "dlg";
    /// A meeting of the board.
    MeetingId = "mtg";
    /// A round in which people look over who has access.
    CampaignId = "cmp";
}

/// An item of a host: the host, and the first eight bytes of BLAKE3 over section and key. Stable for the item's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemId {
    host: HostId,
    entry: u64,
}

impl ItemId {
    /// The id of the item `key` in `section` of `host`.
    pub fn new(host: HostId, section: SectionName, key: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(section.as_str().as_bytes()).update(&[0]).update(key.as_bytes());
        let mut first = [0; 8];
        hasher.finalize_xof().fill(&mut first);
        Self { host, entry: u64::from_be_bytes(first) }
    }

    /// The host that holds the item.
    pub const fn host(&self) -> HostId {
        self.host
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "item_{}{:016x}", self.host.0.simple(), self.entry)
    }
}

impl FromStr for ItemId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let invalid = || InvalidId { prefix: "item", digits: 48, text: text.to_owned() };
        let (host, entry) = hex_after("item", 48, text)?.split_at_checked(32).ok_or_else(invalid)?;
        let host = Uuid::try_parse(host).map(HostId).map_err(|_| invalid())?;
        Ok(Self { host, entry: u64::from_str_radix(entry, 16).map_err(|_| invalid())? })
    }
}

text_form!(ItemId);

/// What a relation can join: a host, an item of a host, an item that people declare, or an address of which it is not known
/// whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeId {
    /// A host.
    Host(HostId),
    /// An item of a host.
    Item(ItemId),
    /// An item that people declare.
    Declared(DeclaredId),
    /// An address that nobody known has.
    Address(IpAddr),
}

impl NodeId {
    /// The host that it is or stands on.
    pub const fn host(&self) -> Option<HostId> {
        match self {
            Self::Host(host) => Some(*host),
            Self::Item(item) => Some(item.host),
            Self::Declared(_) | Self::Address(_) => None,
        }
    }

    /// The item that people declare.
    pub const fn declared(&self) -> Option<DeclaredId> {
        match self {
            Self::Declared(id) => Some(*id),
            Self::Host(_) | Self::Item(_) | Self::Address(_) => None,
        }
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(id) => id.fmt(f),
            Self::Item(id) => id.fmt(f),
            Self::Declared(id) => id.fmt(f),
            Self::Address(ip) => write!(f, "{ADDRESS}{ip}"),
        }
    }
}

/// What the text form of an address begins with.
const ADDRESS: &str = "addr_";

impl FromStr for NodeId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let item = || text.parse().map(Self::Item);
        let declared = |_| text.parse().map(Self::Declared);
        match text.strip_prefix(ADDRESS).and_then(|ip| ip.parse().ok()) {
            Some(ip) => Ok(Self::Address(ip)),
            None if text.starts_with("host_") => text.parse().map(Self::Host),
            None => item().or_else(declared),
        }
    }
}

text_form!(NodeId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_keep_their_kind_in_text() {
        let host = HostId::new(Time::from_millis(1_700_000_000_000));
        let text = host.to_string();
        assert!(text.starts_with("host_"), "{text}");
        assert_eq!(text.parse::<HostId>().unwrap(), host);
        for wrong in ["", "host_", "user_0", &text.replace("host", "user"), &text.to_uppercase(), &format!("{text}0")] {
            assert!(wrong.parse::<HostId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_item_id_names_its_host_and_does_not_change() {
        let host = HostId::from_bytes([7; 16]);
        let id = ItemId::new(host, SectionName::Package, "openssl:amd64");
        assert_eq!(id, ItemId::new(host, SectionName::Package, "openssl:amd64"));
        assert_ne!(id, ItemId::new(host, SectionName::User, "openssl:amd64"));
        assert_eq!(id.host(), host);
        assert_eq!(id.to_string().parse::<ItemId>().unwrap(), id);
        assert!("item_zz".parse::<ItemId>().is_err());
        assert!(format!("item_{}", "é".repeat(24)).parse::<ItemId>().is_err());
    }

    #[test]
    fn a_node_says_by_its_text_what_it_is() {
        let (now, host) = (Time::from_millis(1_700_000_000_000), HostId::from_bytes([7; 16]));
        let nodes = [
            NodeId::Host(host),
            NodeId::Item(ItemId::new(host, SectionName::Package, "openssl")),
            NodeId::Declared(DeclaredId::new(now)),
            NodeId::Address("10.0.0.7".parse().unwrap()),
            NodeId::Address("fd00::7".parse().unwrap()),
        ];
        for node in nodes {
            assert_eq!(node.to_string().parse::<NodeId>().unwrap(), node);
        }
        assert_eq!((nodes[1].host(), nodes[2].host()), (Some(host), None));
        for wrong in ["", "item_", "addr_", "addr_x", "host_1", &host.to_string().replace("host", "user")] {
            assert!(wrong.parse::<NodeId>().is_err(), "{wrong}");
        }
    }
}
