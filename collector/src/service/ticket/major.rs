//! Major incidents: the steps of people, and the problem that looks for the cause when one closes.

use muster_model::right::Actor;
use muster_model::text::{Phrase, Text};
use muster_model::ticket::edit::Opening;
use muster_model::ticket::major::{self, Fields, Refused, Step};
use muster_model::ticket::{Details, Entry, Kind, Link, LinkKind, Ticket};
use muster_model::{ChangeSet, Versioned};
use muster_shared::Time;

use super::check_text;
use crate::service::{Call, Service, ServiceError, Wrong, check_version, invalid};

fn refused(error: Refused) -> ServiceError {
    match error {
        Refused::Illegal(why) => ServiceError::Conflict(why.into()),
        Refused::Missing(fields) => {
            let wrong = |field| Wrong { pointer: format!("/{field}"), detail: Phrase::new("is_needed").into() };
            ServiceError::Invalid(fields.into_iter().map(wrong).collect())
        }
        Refused::Wrong(field, why) => invalid(&format!("/{field}"), why),
    }
}

impl Service {
    /// Proposes, accepts, rejects or stands down a major incident, or tells how it stands.
    pub async fn step_major(
        &self,
        call: &Call,
        text: &str,
        step: Step,
        fields: Fields,
        seen: Option<u64>,
    ) -> Result<Versioned<Ticket>, ServiceError> {
        let right = step.row().map_or(muster_model::right::Action::MajorAccept, |row| row.right);
        let ticket = self.get_ticket(call, text).await?.value;
        self.authorize_on(call, right, &ticket).await?;
        for (field, value) in [("/note", &fields.note), ("/business_impact", &fields.business_impact)] {
            check_text(field, value.as_deref().unwrap_or_default(), 0, 4_000)?;
        }
        if let Some(commander) = fields.commander {
            self.check_worker(commander, "/commander", Kind::Incident.work()).await?;
        }
        let fields = &fields;
        self.decide(|| async move {
            let stored = self.get_ticket(call, text).await?;
            check_version(&stored, seen)?;
            let (ticket, entry) = major::take(&stored.value, step, fields, &call.actor, self.now()).map_err(refused)?;
            Ok(Self::written(call, &format!("ticket.major.{}", step.as_str()), stored.version, ticket, entry))
        })
        .await
    }

    /// The ticket as it may be closed: one that was a major incident has a problem that looks for its cause, which is opened when there
    /// is none.
    pub(super) async fn with_problem(
        &self,
        changes: &mut ChangeSet,
        call: &Call,
        ticket: &Ticket,
    ) -> Result<Ticket, ServiceError> {
        let mut next = ticket.clone();
        if !major::needs_problem(ticket) {
            return Ok(next);
        }
        let now = self.now();
        let title = Phrase::new("major_problem").with("number", ticket.number.as_str());
        let story = ticket.major.as_ref().and_then(|major| major.business_impact.clone()).unwrap_or_default();
        let opening = Opening {
            details: Details::empty(Kind::Problem),
            description: Text::Written(story),
            impact: ticket.impact,
            urgency: ticket.urgency,
            items: ticket.items.clone(),
            assignment_group: ticket.assignment_group.clone(),
            ..Opening::incident(title.with("title", ticket.title.to_string()).into(), ticket.channel)
        };
        // The rule makes it, not whoever closes.
        let rule = Call { actor: Actor::System("major"), ..call.clone() };
        let mut problem = self.stage_ticket(changes, &rule, opening).await?;
        Self::link_cause(changes, &mut next, &mut problem, &rule.actor, now);
        changes.create(problem);
        Ok(next)
    }

    /// Links an incident and the problem that it comes of, at both ends; whoever calls writes both.
    pub(in crate::service) fn link_cause(
        changes: &mut ChangeSet,
        incident: &mut Ticket,
        problem: &mut Ticket,
        actor: &Actor,
        now: Time,
    ) {
        let link = Link { kind: LinkKind::CausedBy, ticket: problem.id, number: problem.number.clone() };
        let back = Link { kind: LinkKind::Causes, ticket: incident.id, number: incident.number.clone() };
        for (ticket, link) in [(problem, back), (incident, link)] {
            ticket.links.push(link.clone());
            changes.create(ticket.note(now, &actor.label(), Entry::Linked { link, is_removed: false }));
        }
    }
}
