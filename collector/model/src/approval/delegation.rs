//! Who votes in whose place, for a time (rule A6): no chains, and never who asks or does the work.

use muster_shared::Time;
use muster_shared::id::{DelegationId, UserId};
use serde::{Deserialize, Serialize};

use crate::class::Violation;
use crate::record::record;
use crate::text::Phrase;
use crate::ticket::Kind;

/// The longest that somebody votes in another's place (366 days).
const LONGEST_MS: i64 = 366 * 86_400_000;

/// Somebody votes in another's place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegation {
    /// Which.
    pub id: DelegationId,
    /// In whose place.
    pub from: UserId,
    /// Their name.
    pub from_name: String,
    /// Who votes.
    pub to: UserId,
    /// Their name.
    pub to_name: String,
    /// From when.
    pub starts_at: Time,
    /// Until when.
    pub ends_at: Time,
    /// Only on tickets of this kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Only on tickets about this service and what it stands on: its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_name: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// When it was made.
    pub created_at: Time,
}

record!(Delegation, Delegation, |delegation| delegation.id.to_string());

impl Delegation {
    /// Whether it holds for tickets of a kind now.
    pub fn holds(&self, kind: Kind, now: Time) -> bool {
        self.starts_at <= now && now < self.ends_at && self.kind.is_none_or(|wanted| wanted == kind)
    }

    /// What forbids to save it.
    pub fn check(&self, now: Time) -> Vec<Violation> {
        let mut wrong = Vec::new();
        if self.from == self.to {
            wrong.push(Violation { pointer: "/to".into(), why: Phrase::new("approval_delegation_self") });
        }
        let is_fit = self.ends_at > now && (1..=LONGEST_MS).contains(&self.ends_at.since(self.starts_at));
        if !is_fit {
            wrong.push(Violation { pointer: "/ends_at".into(), why: Phrase::new("approval_delegation_time") });
        }
        wrong
    }
}

/// The delegations by which somebody votes on a ticket of a kind. What was given on is not given on again: only whose own seat it is
/// counts.
pub fn acting_for(
    delegations: &[Delegation],
    voter: UserId,
    kind: Kind,
    now: Time,
) -> impl Iterator<Item = &Delegation> {
    delegations.iter().filter(move |it| it.to == voter && it.holds(kind, now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_for_its_time_and_kind_and_goes_no_further() {
        let (a, b, c) = (UserId::from_bytes([1; 16]), UserId::from_bytes([2; 16]), UserId::from_bytes([3; 16]));
        let at = Time::from_millis;
        let given = |from, to, kind| Delegation {
            id: DelegationId::from_bytes([9; 16]),
            from,
            from_name: "from".into(),
            to,
            to_name: "to".into(),
            starts_at: at(10),
            ends_at: at(20),
            kind,
            service: None,
            service_name: None,
            reason: String::new(),
            created_at: at(1),
        };
        let all = [given(a, b, None), given(b, c, Some(Kind::Change))];
        let places = |voter, kind, now| acting_for(&all, voter, kind, at(now)).map(|it| it.from).collect::<Vec<_>>();
        assert_eq!(places(b, Kind::Access, 10), [a]);
        assert_eq!(places(c, Kind::Change, 19), [b], "not in a's place too");
        assert!(places(c, Kind::Access, 19).is_empty());
        assert!(places(b, Kind::Access, 20).is_empty() && places(b, Kind::Access, 9).is_empty());
        let pointers = |it: &Delegation, now| it.check(at(now)).into_iter().map(|w| w.pointer).collect::<Vec<_>>();
        assert!(pointers(&all[0], 5).is_empty());
        assert_eq!(pointers(&given(a, a, None), 20), ["/to", "/ends_at"]);
    }
}
