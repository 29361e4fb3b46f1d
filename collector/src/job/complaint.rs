//! What a job complains of: the same thing is said once, and then at most once a minute with how often it happened. A full disk
//! fails every second, and a log that says so every second fills what is left.

use std::time::Duration;

use tokio::time::Instant;

/// How long the same complaint is kept back.
const SILENCE: Duration = Duration::from_mins(1);

/// What was said last.
#[derive(Debug, Default)]
pub(super) struct Complaint {
    said: Option<(String, Instant)>,
    unsaid: u64,
}

impl Complaint {
    /// Hears of a failure: gives how many of the same were kept back since the last word, when it is to be said.
    fn hear(&mut self, what: &str, now: Instant) -> Option<u64> {
        let is_same = self.said.as_ref().is_some_and(|(said, at)| said == what && now.duration_since(*at) < SILENCE);
        if is_same {
            self.unsaid += 1;
            return None;
        }
        self.said = Some((what.to_owned(), now));
        Some(std::mem::take(&mut self.unsaid))
    }

    /// Writes a failure into the log, unless it was said just now.
    pub(super) fn say(&mut self, what: &'static str, error: &impl ToString) {
        let error = error.to_string();
        if let Some(unsaid) = self.hear(&error, Instant::now()) {
            tracing::error!(%error, unsaid, "{what}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_said_once_a_minute_with_how_often_it_happened() {
        let (start, mut complaint) = (Instant::now(), Complaint::default());
        let at = |seconds: u64| start + Duration::from_secs(seconds);
        assert_eq!(complaint.hear("the disk is full", at(0)), Some(0));
        for second in 1..60 {
            assert_eq!(complaint.hear("the disk is full", at(second)), None);
        }
        assert_eq!(complaint.hear("the disk is full", at(60)), Some(59));
        assert_eq!(complaint.hear("the disk is full", at(61)), None);
        assert_eq!(complaint.hear("another thing", at(62)), Some(1), "what is new is said at once");
    }
}
