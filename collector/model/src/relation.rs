//! Relations: what runs on what, what depends on what, and how we know.
//!
//! A relation goes from one node to another. Its source says who claims it: agents *discovered* it, it was *derived* from the
//! attributes of an item, or somebody *declared* it. A relation is one document for good: [`Relation::spans`] are the
//! times in which it held, so that the relations of any moment can be asked for.

use std::collections::BTreeSet;

use muster_shared::Time;
use muster_shared::id::{NodeId, RelationId};
use serde::{Deserialize, Serialize};

use crate::record::record;

pub mod address;
pub mod connection;
pub mod derive;
pub mod graph;
pub mod impact;

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal / $inverse:literal, $upstream:ident, $meaning:literal;)+) => {
        /// What a relation says.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum RelationKind { $($(#[$doc])* #[serde(rename = $name)] $variant,)+ }

        impl RelationKind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in JSON and URLs.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The name as the other end sees it.
            pub const fn inverse(self) -> &'static str {
                match self { $(Self::$variant => $inverse),+ }
            }

            /// The end whose trouble is trouble of the other.
            pub const fn upstream(self) -> Upstream {
                match self { $(Self::$variant => Upstream::$upstream),+ }
            }

            /// What it says, for people.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning),+ }
            }
        }
    };
}

/// The end whose trouble is trouble of the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upstream {
    /// Where the relation begins.
    From,
    /// Where it ends.
    To,
    /// None of them.
    Neither,
}

kinds! {
    /// A host contains its items.
    Contains = "contains" / "contained_in", From, "is a part of it: a host and its items";
    /// An application runs on a host, a virtual machine on its hypervisor.
    RunsOn = "runs_on" / "runs", To, "cannot run without it";
    /// It does not work without the other.
    DependsOn = "depends_on" / "needed_by", To, "does not work without it";
    /// It opens connections to the other.
    ConnectsTo = "connects_to" / "connected_from", To, "opens connections to it";
    /// It is one of those that make up the other.
    MemberOf = "member_of" / "has_member", From, "is one of those that make it up";
    /// It stands there.
    LocatedIn = "located_in" / "holds", To, "stands there";
    /// A contract or a licence covers it.
    CoveredBy = "covered_by" / "covers", Neither, "a contract or licence is about it";
    /// A team or a vendor looks after it.
    SupportedBy = "supported_by" / "supports", Neither, "looks after it";
}

impl std::fmt::Display for RelationKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// Who claims a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Agents saw it.
    Discovered,
    /// It follows from the attributes of an item.
    Derived,
    /// Somebody said it.
    Declared,
}

impl Source {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Discovered, Self::Derived, Self::Declared];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Discovered => "discovered",
            Self::Derived => "derived",
            Self::Declared => "declared",
        }
    }
}

/// A time in which a relation held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Since when.
    pub since: Time,
    /// Until when; `None` is until now.
    pub until: Option<Time>,
}

impl Span {
    /// Whether a moment is in it.
    pub fn covers(&self, moment: Time) -> bool {
        self.since <= moment && self.until.is_none_or(|until| moment < until)
    }
}

/// Spans that are kept; of older ones only the first moment.
const MAX_SPANS: usize = 64;

/// What one end of a connection saw of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// Looks in which it was there.
    pub samples: u32,
    /// The first of them.
    pub first: Time,
    /// The last of them.
    pub last: Time,
    /// The services, else the programs, that hold this end.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub services: BTreeSet<String>,
}

/// What is known of a connection: over which port, and who saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traffic {
    /// `tcp`.
    pub protocol: String,
    /// The port of the service.
    pub port: u16,
    /// What the host saw that opens the connections.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<Sighting>,
    /// What the host saw that takes them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<Sighting>,
}

/// A relation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Relation {
    /// Which relation. It follows from its ends, kind, source and port, so that finding it again is finding the same.
    pub id: RelationId,
    /// Where it begins.
    pub from: NodeId,
    /// Where it ends.
    pub to: NodeId,
    /// What it says.
    pub kind: RelationKind,
    /// Who claims it.
    pub source: Source,
    /// How sure it is, in hundredths.
    pub confidence: u8,
    /// The redundancy group of the item that depends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// For connections: what is known of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traffic: Option<Traffic>,
    /// Which rule or query it follows from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Who said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Why, in their words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// When it was first seen or said.
    pub first_seen: Time,
    /// When it was last seen; of what is said or follows, when that was last true.
    pub last_seen: Time,
    /// The times in which it held, oldest first. None while it is not yet seen often enough to count.
    pub spans: Vec<Span>,
}

record!(Relation, Relation, |relation| relation.id.to_string());

/// The id of a relation.
pub fn relation_id(from: NodeId, kind: RelationKind, to: NodeId, source: Source, detail: &str) -> RelationId {
    let text = format!("{from}\n{kind}\n{to}\n{}\n{detail}", source.as_str());
    let mut bytes = [0; 16];
    blake3::Hasher::new().update(text.as_bytes()).finalize_xof().fill(&mut bytes);
    RelationId::from_bytes(bytes)
}

impl Relation {
    /// A relation that holds since now.
    pub fn new(from: NodeId, kind: RelationKind, to: NodeId, source: Source, detail: &str, now: Time) -> Self {
        Self {
            id: relation_id(from, kind, to, source, detail),
            from,
            to,
            kind,
            source,
            confidence: 100,
            group: None,
            traffic: None,
            rule: None,
            by: None,
            reason: String::new(),
            first_seen: now,
            last_seen: now,
            spans: vec![Span { since: now, until: None }],
        }
    }

    /// Whether it holds now.
    pub fn holds(&self) -> bool {
        self.spans.last().is_some_and(|span| span.until.is_none())
    }

    /// Whether it held at a moment.
    pub fn held_at(&self, moment: Time) -> bool {
        self.spans.iter().any(|span| span.covers(moment))
    }

    /// Whether it held at no moment since then, or was never seen often enough to count and not since then.
    pub fn is_past(&self, horizon: Time) -> bool {
        match self.spans.last() {
            Some(span) => span.until.is_some_and(|until| until <= horizon),
            None => self.last_seen <= horizon,
        }
    }

    /// The relation, holding from now on. One that holds already stays as it is.
    pub fn begin(&mut self, now: Time) {
        if self.holds() {
            return;
        }
        if self.spans.len() >= MAX_SPANS {
            self.spans.remove(1);
        }
        self.spans.push(Span { since: now, until: None });
    }

    /// The relation, not holding any more.
    pub fn end(&mut self, now: Time) {
        if let Some(span) = self.spans.last_mut().filter(|span| span.until.is_none()) {
            span.until = Some(now);
        }
    }

    /// The node at the other end.
    pub fn other(&self, node: NodeId) -> NodeId {
        if self.from == node { self.to } else { self.from }
    }

    /// The ends as impact sees them: whose trouble becomes whose.
    pub const fn flow(&self) -> Option<(NodeId, NodeId)> {
        match self.kind.upstream() {
            Upstream::From => Some((self.from, self.to)),
            Upstream::To => Some((self.to, self.from)),
            Upstream::Neither => None,
        }
    }
}

#[cfg(test)]
mod tests;
