//! What people found at the validation checks of a change.

use muster_model::Versioned;
use muster_model::right::Action;
use muster_model::text::Phrase;
use muster_model::ticket::change::check::{self, Checked};
use muster_model::ticket::{Entry, FieldChange, Ticket};

use super::check_text;
use crate::service::{Call, Service, ServiceError, check_version, conflict, invalid};

/// What somebody found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The check: its place in the plan, counted from 1, or its words.
    pub check: String,
    /// Whether it is as it should be.
    pub passed: bool,
    /// What was seen.
    pub note: String,
}

impl Service {
    /// Notes what somebody found at a check of a change.
    pub async fn note_check(
        &self,
        call: &Call,
        text: &str,
        found: &Found,
        seen: Option<u64>,
    ) -> Result<Versioned<Ticket>, ServiceError> {
        let ticket = self.get_ticket(call, text).await?.value;
        Box::pin(self.authorize_on(call, Action::ChangeImplement, &ticket)).await?;
        check_text("/note", &found.note, 0, 2_000)?;
        self.decide(|| async move {
            let stored = self.get_ticket(call, text).await?;
            check_version(&stored, seen)?;
            let mut next = stored.value.clone();
            let (state, now) = (next.state.name(), self.now());
            let Some(change) = next.details.change_mut() else { return Err(conflict("check_no_change")) };
            if !check::is_time(state) {
                return Err(ServiceError::Conflict(
                    Phrase::new("check_time").term("state", "state", state.as_str()).into(),
                ));
            }
            let check = change.check_named(&found.check).map_err(|why| invalid("/check", why))?.clone();
            let (passed, note) = (found.passed, found.note.trim().to_owned());
            change.note_check(Checked { check: check.clone(), passed, note, by: call.actor.label(), at: now });
            let to = format!("{check}: {}", if passed { "passed" } else { "failed" });
            let field = FieldChange { field: "check".into(), from: String::new(), to };
            let entry = next.note(now, &call.actor.label(), Entry::Changed { fields: vec![field] });
            Ok(Self::written(call, "ticket.check", stored.version, next, entry))
        })
        .await
    }
}
