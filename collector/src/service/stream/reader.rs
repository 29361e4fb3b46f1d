//! How far a follower of the stream read of which nothing had to be stored.
//!
//! Its cursor need not be stored each time, but now and then: it holds back events that may go, and what lies behind it is read
//! again after a start.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A follower.
#[derive(Debug, Default)]
pub(in crate::service) struct Reader(Mutex<Held>);

#[derive(Debug, Default)]
struct Held {
    through: Option<String>,
    /// Events that were read since something was stored.
    unstored: usize,
}

impl Reader {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where it goes on, when this is stored.
    pub(in crate::service) fn after(&self, stored: Option<&str>) -> Option<String> {
        self.held().through.clone().max(stored.map(str::to_owned))
    }

    /// It read so many events, up to this one, of which nothing had to be stored. `false`, and nothing noted, when it is time to store
    /// how far it came: after so many.
    pub(in crate::service) fn pass(&self, through: &str, events: usize, most: usize) -> bool {
        let mut held = self.held();
        let unstored = held.unstored + events;
        if unstored < most {
            *held = Held { through: Some(through.to_owned()), unstored };
        }
        unstored < most
    }

    /// It stored how far it came.
    pub(in crate::service) fn stored(&self) {
        *self.held() = Held::default();
    }
}

#[cfg(test)]
mod tests {
    use super::Reader;

    #[test]
    fn it_goes_on_behind_what_it_passed_and_stores_now_and_then() {
        let reader = Reader::default();
        assert_eq!(reader.after(None), None);
        assert!(reader.pass("c", 2, 6));
        assert!(reader.pass("d", 3, 6));
        assert_eq!(reader.after(Some("b")), Some("d".to_owned()));
        assert!(!reader.pass("e", 1, 6), "it is time");
        assert_eq!(reader.after(Some("b")), Some("d".to_owned()), "until that is stored, it is read again");
        reader.stored();
        assert_eq!(reader.after(Some("e")), Some("e".to_owned()));
        assert!(reader.pass("f", 5, 6));
    }
}
