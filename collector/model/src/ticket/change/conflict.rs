//! What else goes on where and when a change is to be made: all of it, not the first one found.

use std::collections::BTreeSet;

use muster_shared::Time;
use muster_shared::id::{TicketId, UserId};
use serde::{Deserialize, Serialize};

/// How much a conflict matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// To know.
    Info,
    /// To look at.
    Warn,
    /// Keeps the change from its approval and from its start, until somebody takes it on.
    Block,
}

impl Weight {
    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Block => "block",
        }
    }
}

/// What kind of conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictKind {
    /// Another change works on the same item.
    SameItem,
    /// Another change works on what it depends on, or on what depends on it.
    Neighbour,
    /// The person who does it does another one then.
    Implementer,
    /// It is in a time in which nothing is to be changed.
    Blackout,
    /// What has maintenance windows of its own is changed outside of them.
    OutsideMaintenance,
    /// Another change works on what would stand in for it meanwhile.
    Partner,
    /// An incident of the first priority is open on an item.
    Incident,
    /// The scope names no host or item that is there.
    EmptyScope,
}

impl ConflictKind {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::SameItem,
        Self::Neighbour,
        Self::Implementer,
        Self::Blackout,
        Self::OutsideMaintenance,
        Self::Partner,
        Self::Incident,
        Self::EmptyScope,
    ];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SameItem => "same_item",
            Self::Neighbour => "neighbour",
            Self::Implementer => "implementer",
            Self::Blackout => "blackout",
            Self::OutsideMaintenance => "outside_maintenance",
            Self::Partner => "partner",
            Self::Incident => "incident",
            Self::EmptyScope => "empty_scope",
        }
    }

    /// How much it matters.
    pub const fn weight(self) -> Weight {
        match self {
            Self::Neighbour | Self::Implementer | Self::OutsideMaintenance | Self::Partner => Weight::Warn,
            Self::SameItem | Self::Incident | Self::EmptyScope | Self::Blackout => Weight::Block,
        }
    }
}

/// One conflict.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Conflict {
    /// What kind.
    pub kind: ConflictKind,
    /// Number of the other ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
    /// The item that both are about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Who took it on, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Acknowledged>,
}

/// Who took a conflict on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Acknowledged {
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Time,
}

impl Conflict {
    /// One that nobody has taken on.
    pub fn new(kind: ConflictKind, other: Option<String>, item: Option<(String, String)>) -> Self {
        let (item, name) = item.unzip();
        Self { kind, other, item, name, acknowledged: None }
    }

    /// Whether it keeps the change from going on.
    pub fn blocks(&self) -> bool {
        self.kind.weight() == Weight::Block && self.acknowledged.is_none()
    }

    /// What it is with, for people.
    pub fn label(&self) -> String {
        let parts: Vec<&str> =
            [Some(self.kind.as_str()), self.other.as_deref(), self.name.as_deref()].into_iter().flatten().collect();
        parts.join(" ")
    }

    fn is_same(&self, other: &Self) -> bool {
        (self.kind, &self.other, &self.item) == (other.kind, &other.other, &other.item)
    }
}

/// Items that are named for each other ticket: two changes of a whole fleet share all of it.
const MOST_ITEMS: usize = 100;

/// Another change or incident, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    /// Which.
    pub ticket: TicketId,
    /// Its number.
    pub number: String,
    /// Its planned time; `None` is an incident.
    pub window: Option<(Time, Time)>,
    /// Who does it.
    pub implementer: Option<UserId>,
    /// Its hosts and items.
    pub items: BTreeSet<String>,
}

/// A change as far as conflicts are concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned<'a> {
    /// Its planned time.
    pub window: (Time, Time),
    /// Who does it.
    pub implementer: Option<UserId>,
    /// Its hosts and items, with names.
    pub items: &'a [(String, String)],
    /// What those depend on and what depends on them, two steps far, with names.
    pub neighbours: &'a [(String, String)],
    /// What would stand in for them, with names: members of the same redundancy groups.
    pub partners: &'a [(String, String)],
    /// Blackouts that it is in, by id and name.
    pub blackouts: &'a [(String, String)],
    /// Its items with maintenance windows of which none is then, with names.
    pub outside: &'a [(String, String)],
}

const fn overlaps(a: (Time, Time), b: (Time, Time)) -> bool {
    a.0.millis() < b.1.millis() && b.0.millis() < a.1.millis()
}

/// All conflicts of a change with others; what was taken on before stays so.
pub fn find(planned: &Planned<'_>, others: &[Other], before: &[Conflict]) -> Vec<Conflict> {
    let mut found = Vec::new();
    if planned.items.is_empty() {
        found.push(Conflict::new(ConflictKind::EmptyScope, None, None));
    }
    let told = |kind, of: &[(String, String)]| {
        of.iter().take(MOST_ITEMS).map(|item| Conflict::new(kind, None, Some(item.clone()))).collect::<Vec<_>>()
    };
    found.extend(told(ConflictKind::Blackout, planned.blackouts));
    found.extend(told(ConflictKind::OutsideMaintenance, planned.outside));
    for other in others {
        let number = || Some(other.number.clone());
        let shared = |of: &[(String, String)]| {
            of.iter().filter(|(id, _)| other.items.contains(id)).take(MOST_ITEMS).cloned().collect::<Vec<_>>()
        };
        let Some(window) = other.window else {
            let on = shared(planned.items);
            found.extend(on.into_iter().map(|item| Conflict::new(ConflictKind::Incident, number(), Some(item))));
            continue;
        };
        if !overlaps(planned.window, window) {
            continue;
        }
        let same = shared(planned.items);
        found.extend(same.into_iter().map(|item| Conflict::new(ConflictKind::SameItem, number(), Some(item))));
        let near = shared(planned.neighbours);
        found.extend(near.into_iter().map(|item| Conflict::new(ConflictKind::Neighbour, number(), Some(item))));
        let partners = shared(planned.partners);
        found.extend(partners.into_iter().map(|item| Conflict::new(ConflictKind::Partner, number(), Some(item))));
        if planned.implementer.is_some() && planned.implementer == other.implementer {
            found.push(Conflict::new(ConflictKind::Implementer, number(), None));
        }
    }
    for conflict in &mut found {
        let known = before.iter().find(|known| known.is_same(conflict));
        conflict.acknowledged = known.and_then(|known| known.acknowledged.clone());
    }
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> Time {
        Time::from_millis(hour * 3_600_000)
    }

    fn other(number: &str, window: Option<(i64, i64)>, items: &[&str]) -> Other {
        Other {
            ticket: TicketId::new(at(1)),
            number: number.into(),
            window: window.map(|(start, end)| (at(start), at(end))),
            implementer: Some(UserId::from_bytes([1; 16])),
            items: items.iter().map(|id| (*id).to_owned()).collect(),
        }
    }

    #[test]
    fn all_conflicts_are_told_and_what_was_taken_on_stays_so() {
        let pair = |id: &str| (id.to_owned(), format!("name of {id}"));
        let (items, neighbours) = ([pair("a"), pair("b")], [pair("c")]);
        let planned = Planned {
            window: (at(10), at(12)),
            implementer: Some(UserId::from_bytes([1; 16])),
            items: &items,
            neighbours: &neighbours,
            partners: &[pair("d")],
            blackouts: &[pair("blk_1")],
            outside: &[pair("b")],
        };
        let others = [
            other("CHG-000001", Some((11, 13)), &["a", "b"]),
            other("CHG-000002", Some((12, 13)), &["a"]),
            other("CHG-000003", Some((9, 11)), &["c", "d"]),
            other("INC-000004", None, &["b"]),
        ];
        let found = find(&planned, &others, &[]);
        let labels: Vec<String> = found.iter().map(Conflict::label).collect();
        assert_eq!(
            labels,
            [
                "same_item CHG-000001 name of a",
                "same_item CHG-000001 name of b",
                "neighbour CHG-000003 name of c",
                "implementer CHG-000001",
                "implementer CHG-000003",
                "blackout name of blk_1",
                "outside_maintenance name of b",
                "partner CHG-000003 name of d",
                "incident INC-000004 name of b",
            ],
            "one that begins when this one ends is none"
        );
        assert_eq!(found.iter().filter(|conflict| conflict.blocks()).count(), 4);
        let mut before = found;
        for conflict in &mut before {
            conflict.acknowledged =
                Some(Acknowledged { by: "ann".into(), reason: "agreed with them".into(), at: at(1) });
        }
        let again = find(&planned, &others[..1], &before);
        assert_eq!(again.len(), 5);
        assert!(again.iter().all(|conflict| !conflict.blocks()));
        let nothing = Planned { items: &[], neighbours: &[], blackouts: &[], outside: &[], ..planned };
        assert_eq!(find(&nothing, &[], &[])[0].kind, ConflictKind::EmptyScope);
    }
}
