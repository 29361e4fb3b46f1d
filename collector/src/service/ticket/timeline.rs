//! What is said of a ticket, and everything that happened to it.

use muster_model::right::Action;
use muster_model::ticket::{Ticket, TimelineEntry, Visibility, edit};
use muster_model::{Collection, Versioned};
use muster_store::Scan;

use super::check_text;
use crate::service::{Call, Page, Service, ServiceError, Window, check_version};

impl Service {
    /// Says something.
    pub async fn comment_ticket(
        &self,
        call: &Call,
        text: &str,
        comment: &str,
        visibility: Visibility,
        seen: Option<u64>,
    ) -> Result<(Versioned<Ticket>, TimelineEntry), ServiceError> {
        call.holds(Action::TicketComment)?;
        check_text("/text", comment, 1, 20_000)?;
        self.decide(|| async move {
            let stored = self.get_ticket(call, text).await?;
            self.authorize_on(call, Action::TicketComment, &stored.value).await?;
            self.check_internal(call, &stored.value, visibility).await?;
            check_version(&stored, seen)?;
            let (ticket, entry) = edit::comment(&stored.value, comment.to_owned(), visibility, &call.actor, self.now());
            let (mut changes, ticket) = Self::written(call, "ticket.comment", stored.version, ticket, entry.clone());
            let ticket = if visibility == Visibility::Public {
                self.answered_by_caller(&mut changes, call, ticket)
            } else {
                ticket
            };
            Ok((changes, (ticket, entry)))
        })
        .await
    }

    /// Everything that happened to a ticket, oldest first.
    pub async fn ticket_timeline(
        &self,
        call: &Call,
        text: &str,
        window: &Window,
    ) -> Result<Page<Versioned<TimelineEntry>>, ServiceError> {
        let ticket = self.get_ticket(call, text).await?.value;
        let sees_internal = self.sees_internal(call, &ticket).await?;
        let scan = Scan::keys(Collection::Timeline, format!("{}/", ticket.id));
        self.list(scan, window, |entry: &TimelineEntry| sees_internal || !entry.entry.is_internal()).await
    }
}
