//! What is otherwise since somebody last agreed (rule A7): a round shows it to those who vote again.

use serde::Serialize;
use serde_json::Value;

use super::{Approval, RoundState, Seat, Vote};

/// Most differences that are told.
const MOST: usize = 100;

/// One field that is otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// RFC 6901 pointer into what is voted on.
    pub field: String,
    /// What it was; null is nothing.
    pub before: Value,
    /// What it is.
    pub after: Value,
}

/// Objects are compared field by field, everything else as a whole.
fn compare(place: &str, before: &Value, after: &Value, all: &mut Vec<Difference>) {
    if before == after || all.len() >= MOST {
        return;
    }
    if let (Value::Object(old), Value::Object(new)) = (before, after) {
        let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
        names.sort();
        names.dedup();
        for name in names {
            let part = |of: &serde_json::Map<String, Value>| of.get(name).cloned().unwrap_or_default();
            let token = name.replace('~', "~0").replace('/', "~1");
            compare(&format!("{place}/{token}"), &part(old), &part(new), all);
        }
        return;
    }
    all.push(Difference { field: place.to_owned(), before: before.clone(), after: after.clone() });
}

impl Approval {
    /// Who voted since an earlier state of this round, by name, with those in whose places they did.
    pub fn voters_since(&self, before: &Self) -> String {
        let votes = |round: &Self| -> Vec<Option<Vote>> {
            round.stages.iter().flat_map(|stage| &stage.seats).map(|seat| seat.vote.clone()).collect()
        };
        let known = votes(before);
        let seats = self.stages.iter().flat_map(|stage| &stage.seats);
        let given = seats.filter_map(|seat| Some((seat, seat.vote.as_ref()?)));
        let fresh = given.filter(|(_, vote)| !vote.is_absent && !known.iter().flatten().any(|old| old == *vote));
        let name = |(seat, vote): (&Seat, &Vote)| match vote.acting_for {
            None => vote.name.clone(),
            Some(owner) => {
                let owner = seat.members.iter().find(|(user, _)| *user == owner);
                format!("{} (for {})", vote.name, owner.map_or("?", |(_, name)| name))
            }
        };
        fresh.map(name).collect::<Vec<_>>().join(", ")
    }

    /// The earlier round that this one is compared with: the last that was approved, else the last that somebody voted in. Rounds come
    /// oldest first.
    fn base<'a>(&self, rounds: &'a [Self]) -> Option<&'a Self> {
        let known = || rounds.iter().rev().filter(|round| round.round < self.round && !round.matter.is_null());
        let is_voted =
            |round: &&Self| round.stages.iter().flat_map(|stage| &stage.seats).any(|seat| seat.vote.is_some());
        known().find(|round| matches!(round.state, RoundState::Approved { .. })).or_else(|| known().find(is_voted))
    }

    /// Since which round what is voted on was changed, and what; `None` when nobody voted before.
    pub fn changes_since(&self, rounds: &[Self]) -> Option<(u32, Vec<Difference>)> {
        let base = self.base(rounds).filter(|_| !self.matter.is_null())?;
        let mut all = Vec::new();
        compare("", &base.matter, &self.matter, &mut all);
        Some((base.round, all))
    }
}
