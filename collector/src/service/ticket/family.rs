//! Tickets that belong together: what is a part of what, which deals with the same, and what the end of one means for others.

use std::collections::BTreeSet;

use muster_model::text::Phrase;
use muster_model::ticket::state::HoldReason;
use muster_model::ticket::transition::{self, Fields};
use muster_model::ticket::{Entry, Kind, Link, LinkKind, State, StateName, Ticket};
use muster_model::{ChangeSet, Document, Expected, Versioned};
use muster_shared::id::TicketId;
use muster_store::TypedStore;

use crate::service::drift::{staged_ticket, write_ticket};
use crate::service::{Call, Service, ServiceError, invalid};

/// How deep parts of parts go.
const DEEPEST: usize = 5;
/// Parts that follow in one commit.
const MOST_FOLLOW: usize = 500;

impl Service {
    /// Whether a ticket can be a part of another one. `id` is none for one that is still to be opened.
    pub(super) async fn check_parent(
        &self,
        call: &Call,
        kind: Kind,
        id: Option<TicketId>,
        parent: Option<TicketId>,
    ) -> Result<(), ServiceError> {
        let wrong = |key| invalid("/parent", Phrase::new(key).term("kind", "ticket-kind", kind.as_str()));
        let Some(parent) = parent else {
            return if kind == Kind::Task { Err(wrong("task_parent")) } else { Ok(()) };
        };
        let mut above = Some(parent);
        for depth in 0..=DEEPEST {
            let Some(next) = above else { return Ok(()) };
            if Some(next) == id {
                return Err(wrong("parent_circle"));
            }
            let found = match (depth, id) {
                // A ticket that the caller may not see is none that another can be a part of.
                (0, _) => Box::pin(self.get_ticket(call, &next.to_string())).await.ok().map(|stored| stored.value),
                _ => self.store().find::<Ticket>(&next.to_string()).await?.map(|stored| stored.value),
            };
            let fits = found.as_ref().is_some_and(|found| match kind {
                Kind::Task => found.kind() != Kind::Task || depth > 0,
                _ => found.kind() == kind,
            });
            if !fits {
                return Err(wrong(if kind == Kind::Task { "task_parent" } else { "parent_kind" }));
            }
            above = found.and_then(|found| found.parent);
        }
        Err(wrong("parent_deep"))
    }

    /// The ticket with a link to what it is a duplicate of, which has the link back in the same commit.
    pub(super) async fn with_original(
        &self,
        changes: &mut ChangeSet,
        call: &Call,
        ticket: &Ticket,
        fields: &Fields,
    ) -> Result<Ticket, ServiceError> {
        let says_so = |code: &Option<String>| code.as_deref() == Some("duplicate");
        let named = fields.duplicate_of.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let Some(other) = named.filter(|_| says_so(&fields.reason) || says_so(&fields.close_code)) else {
            return Ok(ticket.clone());
        };
        let unknown = |error: ServiceError| invalid("/duplicate_of", error.text());
        let far = self.get_ticket(call, other).await.map_err(unknown)?;
        if far.value.id == ticket.id {
            return Err(invalid("/duplicate_of", Phrase::new("link_self")));
        }
        if far.value.kind() != ticket.kind() {
            let kind = ticket.kind().as_str();
            return Err(invalid("/duplicate_of", Phrase::new("duplicate_kind").term("kind", "ticket-kind", kind)));
        }
        let is = |of: &Ticket, other: TicketId| {
            of.links.iter().any(|link| link.kind == LinkKind::DuplicateOf && link.ticket == other)
        };
        if is(&far.value, ticket.id) {
            return Err(invalid("/duplicate_of", Phrase::new("duplicate_circle").with("number", far.value.number)));
        }
        let mut next = ticket.clone();
        if is(ticket, far.value.id) {
            return Ok(next);
        }
        let (now, actor) = (self.now(), call.actor.label());
        let link = Link { kind: LinkKind::DuplicateOf, ticket: far.value.id, number: far.value.number.clone() };
        let back = Link { kind: LinkKind::DuplicatedBy, ticket: ticket.id, number: ticket.number.clone() };
        next.links.push(link.clone());
        changes.create(next.note(now, &actor, Entry::Linked { link, is_removed: false }));
        let mut original = far.value;
        original.links.push(back.clone());
        changes.create(original.note(now, &actor, Entry::Linked { link: back, is_removed: false }));
        let summary = format!("{} duplicate_of {}", ticket.number, original.number);
        changes.audit.push(call.audit(now, "ticket.link", original.id, summary));
        write_ticket(changes, Versioned { value: original, version: far.version });
        Ok(next)
    }

    /// Adds to a decision of the collector what it means for tickets that wait for those that end with it, or are a part of them.
    pub(in crate::service) async fn with_consequences(&self, changes: &mut ChangeSet) -> Result<(), ServiceError> {
        let ended = |put: &muster_model::change_set::Put| match (&put.document, put.expected) {
            (Document::Ticket(ticket), Expected::Version(_)) if is_over(ticket) => Some(ticket.clone()),
            _ => None,
        };
        for ticket in changes.puts.iter().filter_map(ended).collect::<Vec<_>>() {
            let before = self.store().find::<Ticket>(&ticket.id.to_string()).await?;
            if before.is_some_and(|before| before.value.state.name() != ticket.state.name()) {
                self.move_others(changes, &ticket).await?;
            }
        }
        Ok(())
    }

    /// What a ticket in its new state means for others: incidents on hold for it go on, its parts hear of it or follow.
    pub(super) async fn move_others(&self, changes: &mut ChangeSet, ticket: &Ticket) -> Result<(), ServiceError> {
        self.wake_waiting(changes, ticket).await?;
        self.after_standard_change(changes, ticket).await?;
        if ticket.kind() == Kind::Incident && matches!(ticket.state.name(), StateName::Resolved | StateName::Cancelled)
        {
            self.tell_parts(changes, ticket).await?;
        }
        Ok(())
    }

    async fn wake_waiting(&self, changes: &mut ChangeSet, ticket: &Ticket) -> Result<(), ServiceError> {
        let (waiting, is_over) = match (ticket.kind(), ticket.state.name()) {
            (Kind::Change, state) => (HoldReason::Change, !state.is_active()),
            (Kind::Problem, state) => (HoldReason::Problem, !state.is_active()),
            _ => return Ok(()),
        };
        if !is_over {
            return Ok(());
        }
        let call = Call::system("links");
        let linked = ticket.links.iter().filter(|link| link.kind != LinkKind::DuplicateOf);
        for link in linked {
            let key = link.ticket.to_string();
            let found = match staged_ticket(changes, &key) {
                None => self.store().find::<Ticket>(&key).await?,
                staged => staged,
            };
            let Some(stored) = found else { continue };
            if !matches!(&stored.value.state, State::OnHold { reason, .. } if *reason == waiting) {
                continue;
            }
            let said = Phrase::new("linked_over").with("number", ticket.number.as_str());
            let fields = Fields { said: Some(said.into()), ..Fields::default() };
            let Ok((next, entry)) = transition::apply(&stored.value, "resume", &fields, &call.actor, self.now()) else {
                continue;
            };
            changes.audit.push(call.audit(self.now(), "ticket.resume", next.id, next.number.clone()));
            changes.create(entry);
            write_ticket(changes, Versioned { value: next, version: stored.version });
        }
        Ok(())
    }

    /// Parts of an incident that ended: those that follow a resolution are resolved, the others hear of it (rule R4).
    async fn tell_parts(&self, changes: &mut ChangeSet, ticket: &Ticket) -> Result<(), ServiceError> {
        let call = Call::system("parent");
        let (mut above, mut told) = (vec![ticket.clone()], BTreeSet::from([ticket.id]));
        while let Some(parent) = above.pop() {
            for stored in self.parts_of(parent.id).await? {
                let stored = staged_ticket(changes, &stored.value.id.to_string()).unwrap_or(stored);
                let part = &stored.value;
                let is_due = part.kind() == Kind::Incident && part.state.name().is_active();
                if !is_due || told.len() > MOST_FOLLOW || !told.insert(part.id) {
                    continue;
                }
                let now = self.now();
                let said = Phrase::new("parent_is_resolved").with("number", parent.number.as_str());
                let code = parent.state.resolution().map(|how| how.close_code.as_str().to_owned());
                let fields = Fields { close_code: code.clone(), said: Some(said.into()), ..Fields::default() };
                let followed =
                    code.and_then(|_| transition::apply(part, "parent_resolved", &fields, &call.actor, now).ok());
                let (next, entry, action) = if let Some((next, entry)) = followed {
                    above.push(next.clone());
                    (next, entry, "ticket.parent_resolved")
                } else {
                    let mut next = part.clone();
                    let (number, state) = (parent.number.clone(), parent.state.name().as_str().to_owned());
                    let entry = next.note(now, &call.actor.label(), Entry::Parent { number, state });
                    (next, entry, "ticket.parent")
                };
                changes.audit.push(call.audit(now, action, next.id, next.number.clone()));
                changes.create(entry);
                write_ticket(changes, Versioned { value: next, version: stored.version });
            }
        }
        Ok(())
    }

    /// A word of the requester wakes what waits for them: the ticket as it goes on.
    pub(super) fn answered_by_caller(
        &self,
        changes: &mut ChangeSet,
        call: &Call,
        stored: Versioned<Ticket>,
    ) -> Versioned<Ticket> {
        let is_caller = call.actor.user().is_some() && call.actor.user() == stored.value.requester;
        let waits = matches!(&stored.value.state, State::OnHold { reason: HoldReason::Caller, .. });
        if !(is_caller && waits) {
            return stored;
        }
        let clock = Call::system("caller");
        let fields = Fields { said: Some(Phrase::new("caller_answered").into()), ..Fields::default() };
        let Ok((next, entry)) = transition::apply(&stored.value, "resume", &fields, &clock.actor, self.now()) else {
            return stored;
        };
        changes.audit.push(clock.audit(self.now(), "ticket.resume", next.id, next.number.clone()));
        changes.create(entry);
        // The same document of the same commit, one step further.
        let written = Versioned { value: next, version: stored.version - 1 };
        write_ticket(changes, written.clone());
        Versioned { version: stored.version, ..written }
    }
}

/// Whether others may have waited for this.
fn is_over(ticket: &Ticket) -> bool {
    matches!(ticket.kind(), Kind::Incident | Kind::Change | Kind::Problem) && !ticket.state.name().is_active()
}
