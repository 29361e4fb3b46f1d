//! How proposals of problems come about: a reader of events with a cursor of its own counts what a finding or a ticket may be the
//! third one of.
//!
//! What is counted is read from the store each time, and the proposal is found by what it is about: events that are read again after a
//! restart change nothing.

use std::collections::{BTreeMap, BTreeSet};

use muster_model::event::{Cursor, Event};
use muster_model::finding::{Basis, Finding};
use muster_model::policy::Outcome;
use muster_model::problem_proposal::{self, Judged, ProblemProposal, ProposalState, Subject};
use muster_model::ticket::{Kind, Ticket};
use muster_model::{ChangeSet, Expected, Versioned};
use muster_shared::Time;
use muster_shared::id::{FindingId, TicketId};
use muster_store::index::time_key;
use muster_store::{Index, Scan, TypedStore};

use crate::service::{Call, Service, ServiceError};

/// The name of the cursor.
const CURSOR: &str = "problem";
/// Events that are read in one step.
const EVENTS: usize = 512;
/// After so many events the cursor is stored, whatever was in them: it holds back those that may go.
const STORED_AFTER: usize = 8_192;
/// Findings, or incidents, of one subject that are counted: newest first.
const COUNTED: usize = 500;
/// Findings of an incident that are looked at, the last that joined.
const OF_INCIDENT: usize = 16;
/// Incidents that follow each other of which the story of one finding consists.
const CHAIN: usize = 8;

/// What events tell of.
#[derive(Default)]
struct News {
    findings: BTreeSet<FindingId>,
    tickets: BTreeSet<TicketId>,
}

impl News {
    fn read(&mut self, event: &Event) {
        match event {
            Event::FindingChanged { finding, state, .. } => {
                // What is seen once, or explained, is nobody's problem.
                if matches!(state.as_str(), "open" | "flapping") {
                    self.findings.insert(*finding);
                }
            }
            Event::TicketChanged { ticket, number, .. } => {
                if [Kind::Incident, Kind::Change].iter().any(|kind| number.starts_with(kind.prefix())) {
                    self.tickets.insert(*ticket);
                }
            }
            Event::HostChanged { .. }
            | Event::HostRebased { .. }
            | Event::HostDiscovered { .. }
            | Event::SectionsDiscovered { .. }
            | Event::DigestMatched { .. }
            | Event::AgentQuarantined { .. }
            | Event::AgentPending { .. }
            | Event::ReviewOpened { .. }
            | Event::ReviewClosed { .. }
            | Event::HostsMerged { .. }
            | Event::DeclaredChanged { .. }
            | Event::AddressMoved { .. }
            | Event::ClassChanged { .. }
            | Event::LevelWarned { .. }
            | Event::LevelBreached { .. }
            | Event::AlertChanged { .. }
            | Event::AlertingChanged { .. }
            | Event::AccessChanged { .. }
            | Event::GlassBroken { .. } => {}
        }
    }
}

/// The subject of a finding that may recur.
fn subject_of(finding: &Finding) -> Option<Subject> {
    let recurs = finding.incident.is_some() || finding.reopen_count > 0 || finding.flapping_since().is_some();
    let minds = finding.outcome == Outcome::Incident && finding.basis != Basis::Storm && !finding.state.is_explained();
    (recurs && minds).then(|| Subject::Drift { fingerprint: finding.problem_fingerprint.clone() })
}

impl Service {
    /// Reads the next events and proposes what recurs. `false` when there are none.
    pub async fn problem_step(&self) -> Result<bool, ServiceError> {
        let now = self.now();
        let cursor = self.store().find::<Cursor>(CURSOR).await?;
        let after = self.problems.after(cursor.as_ref().map(|cursor| cursor.value.after.as_str()));
        let events = self.events(after.as_deref().unwrap_or_default(), EVENTS).await?;
        let Some(through) = events.last().map(|event| event.cursor()) else { return Ok(false) };
        let mut news = News::default();
        for row in &events {
            news.read(&row.event);
        }
        let mut changes = ChangeSet::new();
        Box::pin(self.recognise_known(&mut changes, &news.tickets)).await?;
        for subject in self.subjects(&news).await? {
            self.count_subject(&mut changes, &subject, now).await?;
        }
        if changes.is_empty() && self.problems.pass(&through, events.len(), STORED_AFTER) {
            return Ok(true);
        }
        let expected = cursor.map_or(Expected::Absent, |cursor| Expected::Version(cursor.version));
        changes.put(Cursor { name: CURSOR.into(), after: through, at: now }, expected);
        self.with_consequences(&mut changes).await?;
        match self.commit(changes).await {
            Ok(()) => {
                self.problems.stored();
                Ok(true)
            }
            // A person decided at the same moment: the events are read again.
            Err(muster_store::StoreError::Conflict { .. }) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    async fn subjects(&self, news: &News) -> Result<BTreeSet<Subject>, ServiceError> {
        let mut subjects = BTreeSet::new();
        let mut findings = news.findings.clone();
        for ticket in &news.tickets {
            let Some(ticket) = self.store().find::<Ticket>(&ticket.to_string()).await? else { continue };
            subjects.extend(problem_proposal::recurs(&ticket.value));
            if ticket.value.kind() == Kind::Incident {
                let joined =
                    ticket.value.drift.iter().flat_map(|origin| origin.findings.iter().rev().take(OF_INCIDENT));
                findings.extend(joined);
            }
        }
        for finding in findings {
            let found = self.store().find::<Finding>(&finding.to_string()).await?;
            subjects.extend(found.and_then(|found| subject_of(&found.value)));
        }
        Ok(subjects)
    }

    /// Counts one subject, and proposes it when a rule says so.
    async fn count_subject(&self, changes: &mut ChangeSet, subject: &Subject, now: Time) -> Result<(), ServiceError> {
        let before = self.store().find::<ProblemProposal>(&subject.id()).await?;
        let is_active = match before.as_ref().map(|before| &before.value.state) {
            Some(ProposalState::Accepted { ticket, .. }) => {
                let problem = self.store().find::<Ticket>(&ticket.to_string()).await?;
                problem.is_some_and(|problem| problem.value.state.name().is_active())
            }
            Some(ProposalState::Proposed | ProposalState::Rejected { .. }) | None => false,
        };
        let known = before.as_ref().map(|before| &before.value);
        if known.is_some_and(|known| known.is_at_rest(is_active, now)) {
            return Ok(());
        }
        let floor = known.and_then(ProblemProposal::decided_at).unwrap_or_else(|| Time::from_millis(0));
        let Some(judged) = self.judge_subject(subject, floor, now).await? else { return Ok(()) };
        if let Some(next) = problem_proposal::propose(known, subject, judged, now) {
            let expected = before.as_ref().map_or(Expected::Absent, |before| Expected::Version(before.version));
            changes.put(next, expected);
        }
        Ok(())
    }

    async fn judge_subject(&self, subject: &Subject, floor: Time, now: Time) -> Result<Option<Judged>, ServiceError> {
        match subject {
            Subject::Drift { fingerprint } => {
                let (findings, incidents) = self.findings_of_problem(fingerprint, now).await?;
                Ok(problem_proposal::judge_drift(&findings, &incidents, floor, now))
            }
            Subject::Cause { item } => {
                let incidents = self.incidents_of(subject).await?;
                let name = self.named_cause(&Call::system("problem"), item).await.name;
                Ok(problem_proposal::judge_tickets(subject, &name, &incidents, floor, now))
            }
            Subject::Alerts { .. } => {
                let incidents = self.incidents_of(subject).await?;
                let name = incidents.first().map(|newest| newest.title.to_string()).unwrap_or_default();
                Ok(problem_proposal::judge_tickets(subject, &name, &incidents, floor, now))
            }
            Subject::Signature { problem } => {
                let incidents = self.incidents_of(subject).await?;
                let known = self.store().find::<Ticket>(&problem.to_string()).await?.map(|stored| stored.value);
                let name = known.map(|known| format!("{} {}", known.number, known.title)).unwrap_or_default();
                Ok(problem_proposal::judge_tickets(subject, &name, &incidents, floor, now))
            }
            Subject::Change { change } => {
                let change = self.store().find::<Ticket>(&change.to_string()).await?;
                Ok(change.and_then(|change| problem_proposal::judge_change(&change.value, floor, now)))
            }
        }
    }

    /// Findings of a problem fingerprint that were seen in the longest window, with the incidents of each.
    async fn findings_of_problem(
        &self,
        fingerprint: &str,
        now: Time,
    ) -> Result<(Vec<Finding>, Vec<(FindingId, Ticket)>), ServiceError> {
        let begin = time_key(now.plus_millis(-problem_proposal::WINDOW_MS));
        let scan = Scan::index(Index::FindingByProblem, format!("{fingerprint}/")).descending().limit(COUNTED);
        let rows = self.store().page::<Finding>(scan).await?.rows;
        let recent = rows.into_iter().map(|row| row.value).take_while(|finding| time_key(finding.last_seen) >= begin);
        let findings: Vec<Finding> = recent.collect();
        let mut read: BTreeMap<TicketId, Option<Versioned<Ticket>>> = BTreeMap::new();
        let mut incidents = Vec::new();
        for finding in &findings {
            let mut next = finding.incident;
            for _ in 0..CHAIN {
                let Some(id) = next else { break };
                if let std::collections::btree_map::Entry::Vacant(place) = read.entry(id) {
                    place.insert(self.store().find::<Ticket>(&id.to_string()).await?);
                }
                let Some(Some(ticket)) = read.get(&id) else { break };
                incidents.push((finding.id, ticket.value.clone()));
                next = ticket.value.follows;
            }
        }
        Ok((findings, incidents))
    }

    /// Incidents of a cause or a group of alerts, newest first.
    async fn incidents_of(&self, subject: &Subject) -> Result<Vec<Ticket>, ServiceError> {
        let Some(key) = subject.key() else { return Ok(Vec::new()) };
        let scan = Scan::index(Index::TicketByRecurrence, format!("{key}/")).descending().limit(COUNTED);
        let rows = self.store().page::<Ticket>(scan).await?.rows;
        // A group may begin as another one does.
        let own = rows.into_iter().map(|row| row.value);
        Ok(own.filter(|ticket| problem_proposal::recurs(ticket).contains(subject)).collect())
    }
}
