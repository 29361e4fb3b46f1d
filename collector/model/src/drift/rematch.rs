//! A walk over what stands, for a change that may explain it now, or does so no more: a few findings at a time, going on where it was
//! after a restart.

use muster_shared::canonical::Digest;
use muster_shared::id::TicketId;
use serde::{Deserialize, Serialize};

use crate::record::record;

/// What the findings know of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rematch {
    /// The change.
    pub change: TicketId,
    /// Of which state and plan all of them know (see [`super::change_match::basis`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied: Option<Digest>,
    /// Of which one they are being told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub walking: Option<Digest>,
    /// The finding after which the walk goes on; `None` is from the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

record!(Rematch, Rematch, |rematch| rematch.change.to_string());

impl Rematch {
    /// Of a change that no finding knows.
    pub const fn of(change: TicketId) -> Self {
        Self { change, applied: None, walking: None, after: None }
    }

    /// Lets the walk begin, unless all findings know this already, or are being told. `false` when nothing has to be done.
    pub fn learn(&mut self, basis: Digest) -> bool {
        if self.walking.or(self.applied) == Some(basis) {
            return false;
        }
        (self.walking, self.after) = (Some(basis), None);
        true
    }

    /// Goes on after a page; without a next one all findings know.
    pub fn go_on(&mut self, next: Option<String>) {
        if next.is_none() {
            self.applied = self.walking.take();
        }
        self.after = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_shared::Time;

    #[test]
    fn a_walk_begins_for_what_is_new_and_goes_on_where_it_was() {
        let (one, two) = (Digest::of(b"1"), Digest::of(b"2"));
        let mut rematch = Rematch::of(TicketId::new(Time::from_millis(1)));
        assert!(rematch.learn(one) && !rematch.learn(one), "it is being told already");
        rematch.go_on(Some("a".into()));
        assert_eq!((rematch.after.as_deref(), rematch.applied), (Some("a"), None));
        assert!(rematch.learn(two), "another plan: from the first finding again");
        assert_eq!(rematch.after, None);
        rematch.go_on(None);
        assert_eq!((rematch.applied, rematch.walking), (Some(two), None));
        assert!(!rematch.learn(two) && rematch.learn(one));
    }
}
