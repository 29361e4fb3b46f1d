//! What happens to tickets by the clock: they wake, close, expire; changes run over their time, and their hosts are looked at again.

use muster_model::text::Phrase;
use muster_model::ticket::change::verification::Verification;
use muster_model::ticket::edit::Opening;
use muster_model::ticket::major;
use muster_model::ticket::problem::Problem;
use muster_model::ticket::transition::{self, Fields};
use muster_model::ticket::{Details, Entry, FieldChange, Kind, Link, LinkKind, State, Ticket};
use muster_model::{ChangeSet, Versioned};
use muster_shared::Time;
use muster_store::{Index, Scan, TypedStore};

use crate::service::drift::write_ticket;
use crate::service::{Call, Service, ServiceError};

/// Who acts here.
const CLOCK: &str = "clock";
/// Tickets that are looked at for one that can move.
const LOOKED_AT: usize = 64;

/// The event that the clock causes in a state.
const fn event(kind: Kind, state: &State) -> Option<&'static str> {
    match (kind, state) {
        (_, State::OnHold { .. }) => Some("resume"),
        (Kind::Incident, State::Resolved(_)) => Some("auto_close"),
        (Kind::Access, State::Granted) => Some("expire"),
        (Kind::Release, State::EarlyLife) => Some("close"),
        _ => None,
    }
}

impl Service {
    /// Does what is due by the clock to one ticket. `false` when nothing was.
    pub(in crate::service) async fn ticket_due_step(&self) -> Result<bool, ServiceError> {
        let now = self.now();
        if !self.is_due(Index::TicketDue, now).await? {
            return Ok(false);
        }
        let rows = self.store().page::<Ticket>(Scan::index(Index::TicketDue, "").limit(LOOKED_AT)).await?.rows;
        // One that cannot move does not keep the others.
        for due in rows.into_iter().filter(|due| due.value.due_at().is_some_and(|at| at <= now)) {
            if let Some(changes) = self.due_changes(due, now).await? {
                return self.commit_step(changes).await;
            }
        }
        Ok(false)
    }

    /// When the next ticket is due; what is due already and cannot move is not waited for.
    pub(in crate::service) async fn next_ticket_due(&self) -> Result<Option<Time>, ServiceError> {
        let now = self.now();
        let rows = self.store().page::<Ticket>(Scan::index(Index::TicketDue, "").limit(LOOKED_AT)).await?.rows;
        Ok(rows.iter().filter_map(|row| row.value.due_at()).find(|at| *at > now))
    }

    async fn due_changes(&self, due: Versioned<Ticket>, now: Time) -> Result<Option<ChangeSet>, ServiceError> {
        let call = Call::system(CLOCK);
        let (version, ticket) = (due.version, due.value);
        let mut changes = ChangeSet::new();
        if let Some((next, entry)) = major::remind(&ticket, &call.actor, now) {
            changes.audit.push(call.audit(now, "ticket.major.remind", next.id, next.number.clone()));
            changes.create(entry);
            write_ticket(&mut changes, Versioned { value: next, version });
            return Ok(Some(changes));
        }
        let ticket = if event(ticket.kind(), &ticket.state) == Some("auto_close") {
            self.with_problem(&mut changes, &call, &ticket).await?
        } else {
            ticket
        };
        if let Some(event) = event(ticket.kind(), &ticket.state) {
            let Ok((next, entry)) = transition::apply(&ticket, event, &Fields::default(), &call.actor, now) else {
                return Ok(None);
            };
            changes.audit.push(call.audit(now, &format!("ticket.{event}"), next.id, next.number.clone()));
            changes.create(entry);
            Box::pin(self.with_grant(&mut changes, &call, &next, event, "")).await?;
            write_ticket(&mut changes, Versioned { value: next, version });
            return Ok(Some(changes));
        }
        if matches!(ticket.details, Details::Problem(_)) {
            return self.look_at_risk_again(Versioned { value: ticket, version }).await.map(Some);
        }
        let mut next = ticket.clone();
        let Details::Change(change) = &mut next.details else { return Ok(None) };
        if matches!(ticket.state, State::Implement) {
            change.is_overrun = true;
            let field = FieldChange { field: "is_overrun".into(), from: "false".into(), to: "true".into() };
            let entry = next.note(now, &call.actor.label(), Entry::Changed { fields: vec![field] });
            changes.audit.push(call.audit(now, "ticket.overrun", next.id, next.number.clone()));
            changes.create(entry);
        } else if let Err(error) = self.verify_change(ticket.id, change).await {
            if let ServiceError::Store(_) = error {
                return Err(error);
            }
            // Its scope cannot be asked any more. It is said once, and looked at again when somebody closes it.
            tracing::warn!(%error, number = next.number, "looking whether a change was made");
            let results = change.verification.take().map(|before| before.results).unwrap_or_default();
            change.verification = Some(Verification::of(now, results));
        }
        write_ticket(&mut changes, Versioned { value: next, version });
        Ok(Some(changes))
    }

    /// A risk is lived with no longer: what is closed stays closed, and another problem goes on with what is known of it.
    async fn look_at_risk_again(&self, due: Versioned<Ticket>) -> Result<ChangeSet, ServiceError> {
        let (call, now, mut changes) = (Call::system(CLOCK), self.now(), ChangeSet::new());
        let Versioned { value: mut old, version } = due;
        let Details::Problem(problem) = &mut old.details else { return Ok(changes) };
        if let Some(risk) = &mut problem.accepted_risk {
            risk.is_over = true;
        }
        let analysis = problem.analysis.clone();
        let title = Phrase::new("risk_over").with("number", old.number.as_str()).with("title", old.title.to_string());
        let opening = Opening {
            details: Details::Problem(Box::new(Problem { analysis, ..Problem::default() })),
            description: old.description.clone(),
            impact: old.impact,
            urgency: old.urgency,
            category: old.category.clone(),
            items: old.items.clone(),
            assignment_group: old.assignment_group.clone(),
            requester: old.requester,
            ..Opening::incident(title.into(), old.channel)
        };
        let _one_at_a_time = self.numbering.lock().await;
        let mut next = self.stage_ticket(&mut changes, &call, opening).await?;
        (next.assignee, next.follows) = (old.assignee, Some(old.id));
        let ends = [(old.id, old.number.clone()), (next.id, next.number.clone())];
        for ((id, number), ticket) in ends.into_iter().zip([&mut next, &mut old]) {
            let link = Link { kind: LinkKind::RelatesTo, ticket: id, number };
            ticket.links.push(link.clone());
            changes.create(ticket.note(now, &call.actor.label(), Entry::Linked { link, is_removed: false }));
        }
        changes.audit.push(call.audit(now, "ticket.risk_over", old.id, old.number.clone()));
        changes.create(next);
        write_ticket(&mut changes, Versioned { value: old, version });
        Ok(changes)
    }
}
