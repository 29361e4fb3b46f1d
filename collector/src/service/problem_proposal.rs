//! Proposals of problems: looking at them, making a problem of one, saying why one is none. How they come about is `step.rs`.

mod step;

use muster_model::problem_proposal::{self, ProblemProposal, ProposalState, Subject};
use muster_model::right::{Action, Resource};
use muster_model::text::{Phrase, Text};
use muster_model::ticket::edit::Opening;
use muster_model::ticket::problem::{Analysis, Problem};
use muster_model::ticket::{Channel, Details, Entry, ItemRole, Kind, Link, LinkKind, Ticket, TicketItem};
use muster_model::{ChangeSet, Versioned};
use muster_shared::Time;
use muster_shared::id::NodeId;
use muster_store::{Index, Scan, TypedStore};

use super::drift::write_ticket;
use super::finding::words;
use super::{Call, Page, Service, ServiceError, Window, check_version, conflict, invalid};

impl Service {
    /// Proposals of problems, those first of which something was seen last; of one state only where it is named.
    pub async fn list_problem_proposals(
        &self,
        call: &Call,
        state: Option<&str>,
        window: &Window,
    ) -> Result<Page<Versioned<ProblemProposal>>, ServiceError> {
        call.authorize(Action::TicketRead, Resource::All)?;
        let states = ProposalState::NAMES;
        if let Some(wrong) = state.filter(|state| !states.contains(state)) {
            let said = Phrase::new("no_proposal_state").with("value", wrong.chars().take(80).collect::<String>());
            return Err(invalid("/state", said.with("states", states.join(", "))));
        }
        let prefix = state.map_or_else(String::new, |state| format!("{state}/"));
        let scan = Scan::index(Index::ProblemProposalByState, prefix).descending();
        self.list(scan, window, |_: &ProblemProposal| true).await
    }

    /// How many wait for a person, at most `limit`.
    pub async fn count_problem_proposals(&self, call: &Call, limit: usize) -> Result<usize, ServiceError> {
        call.authorize(Action::TicketRead, Resource::All)?;
        Ok(self.store().count(Scan::index(Index::ProblemProposalByState, "proposed/").limit(limit)).await?)
    }

    /// One of them.
    pub async fn get_problem_proposal(
        &self,
        call: &Call,
        id: &str,
    ) -> Result<Versioned<ProblemProposal>, ServiceError> {
        call.authorize(Action::TicketRead, Resource::One(id))?;
        let missing = || ServiceError::NotFound { kind: "problem_proposal", id: id.chars().take(80).collect() };
        self.store().find::<ProblemProposal>(id).await?.ok_or_else(missing)
    }

    /// Makes a problem of a proposal, linked to what spoke for it, in one commit. Gives the proposal, which names it.
    pub async fn accept_problem(
        &self,
        call: &Call,
        id: &str,
        seen: Option<u64>,
    ) -> Result<Versioned<ProblemProposal>, ServiceError> {
        call.authorize(Action::ProblemManage, Resource::One(id))?;
        let _one_at_a_time = self.numbering.lock().await;
        self.decide(|| async move {
            let mut stored = self.get_problem_proposal(call, id).await?;
            check_version(&stored, seen)?;
            if matches!(stored.value.state, ProposalState::Accepted { .. }) {
                return Err(conflict("problem_accepted"));
            }
            let now = self.now();
            let mut witnesses = Vec::new();
            for witness in &stored.value.tickets {
                witnesses.extend(self.store().find::<Ticket>(&witness.ticket.to_string()).await?);
            }
            let mut changes = ChangeSet::new();
            let cause = match &stored.value.subject {
                Subject::Cause { item } => Some(self.named_cause(call, item).await),
                Subject::Drift { .. } | Subject::Alerts { .. } | Subject::Signature { .. } | Subject::Change { .. } => {
                    None
                }
            };
            // What came back is known: the new problem begins with what was found out.
            let known = match &stored.value.subject {
                Subject::Signature { problem } => self.store().find::<Ticket>(&problem.to_string()).await?,
                _ => None,
            };
            let opening = opening(&stored.value, cause, known.as_ref().map(|known| &known.value), &witnesses);
            let mut problem = Box::pin(self.stage_ticket(&mut changes, call, opening)).await?;
            if let Some(mut known) = known {
                relate(&mut changes, &mut known.value, &mut problem, call, now);
                write_ticket(&mut changes, known);
            }
            for mut witness in witnesses {
                if witness.value.kind() == Kind::Incident {
                    Self::link_cause(&mut changes, &mut witness.value, &mut problem, &call.actor, now);
                } else {
                    relate(&mut changes, &mut witness.value, &mut problem, call, now);
                }
                write_ticket(&mut changes, witness);
            }
            let (ticket, number) = (problem.id, problem.number.clone());
            let summary = format!("{number}: {}", stored.value.title);
            changes.audit.push(call.audit(now, "problem_proposal.accept", id, summary));
            changes.create(problem);
            stored.value.state = ProposalState::Accepted { by: call.actor.label(), at: now, ticket, number };
            let outcome = Versioned { value: stored.value.clone(), version: stored.version + 1 };
            changes.update(stored);
            Ok((changes, outcome))
        })
        .await
    }

    /// The item that incidents are said to come of; one that is gone is named by its id.
    pub(super) async fn named_cause(&self, call: &Call, item: &str) -> TicketItem {
        let name = match item.parse::<NodeId>() {
            Ok(node) => self.name_node(call, node).await.name,
            Err(_) => item.to_owned(),
        };
        TicketItem::computed(item, name, ItemRole::Cause)
    }

    /// Says that a proposal is no problem, and why. It rests then.
    pub async fn reject_problem(
        &self,
        call: &Call,
        id: &str,
        reason: &str,
        seen: Option<u64>,
    ) -> Result<Versioned<ProblemProposal>, ServiceError> {
        call.authorize(Action::ProblemManage, Resource::One(id))?;
        let reason = &words("/reason", reason)?;
        self.decide(|| async move {
            let mut stored = self.get_problem_proposal(call, id).await?;
            check_version(&stored, seen)?;
            match stored.value.state {
                ProposalState::Proposed => {}
                ProposalState::Accepted { .. } => return Err(conflict("problem_accepted")),
                ProposalState::Rejected { .. } => return Err(conflict("problem_rejected")),
            }
            let (now, by) = (self.now(), call.actor.label());
            let until = now.plus_millis(problem_proposal::REST_MS);
            stored.value.state = ProposalState::Rejected { by, reason: reason.clone(), at: now, until };
            let mut changes = ChangeSet::new();
            let mut audit = call.audit(now, "problem_proposal.reject", id, stored.value.title.to_string());
            audit.reason.clone_from(reason);
            changes.audit.push(audit);
            let outcome = Versioned { value: stored.value.clone(), version: stored.version + 1 };
            changes.update(stored);
            Ok((changes, outcome))
        })
        .await
    }
}

/// The problem that a proposal leads to: as wide and as urgent as the worst of its incidents.
fn opening(
    proposal: &ProblemProposal,
    cause: Option<TicketItem>,
    known: Option<&Ticket>,
    witnesses: &[Versioned<Ticket>],
) -> Opening {
    let incidents = || witnesses.iter().map(|witness| &witness.value).filter(|ticket| ticket.kind() == Kind::Incident);
    let mut items: Vec<TicketItem> = cause.into_iter().collect();
    for place in &proposal.hosts {
        let id = place.host.to_string();
        if items.iter().all(|known| known.id != id) {
            items.push(TicketItem::computed(id, &place.name, ItemRole::Affected));
        }
    }
    let analysis = match known.map(|known| &known.details) {
        // The fix did not hold: what is to mend it, and why that takes no change, is asked again.
        Some(Details::Problem(known)) => Analysis { permanent_fix: None, no_change: None, ..known.analysis.clone() },
        _ => Analysis::default(),
    };
    let problem = Problem { analysis, findings: proposal.findings.clone(), ..Problem::default() };
    Opening {
        details: Details::Problem(Box::new(problem)),
        description: Text::Drawn(proposal.reasons.iter().map(|reason| reason.says()).collect()),
        impact: incidents().map(|ticket| ticket.impact).min().unwrap_or(3),
        urgency: incidents().map(|ticket| ticket.urgency).min().unwrap_or(3),
        items,
        assignment_group: incidents().find_map(|ticket| ticket.assignment_group.clone()),
        ..Opening::incident(proposal.title.clone(), Channel::Portal)
    }
}

/// Links a change and the problem that it showed.
fn relate(changes: &mut ChangeSet, change: &mut Ticket, problem: &mut Ticket, call: &Call, now: Time) {
    let kind = LinkKind::RelatesTo;
    let link = Link { kind, ticket: problem.id, number: problem.number.clone() };
    let back = Link { kind, ticket: change.id, number: change.number.clone() };
    for (ticket, link) in [(problem, back), (change, link)] {
        ticket.links.push(link.clone());
        changes.create(ticket.note(now, &call.actor.label(), Entry::Linked { link, is_removed: false }));
    }
}
