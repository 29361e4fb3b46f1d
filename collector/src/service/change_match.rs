//! Which changes explain what was found: when it is found, when a change is planned, edited or over, and when somebody says so.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use muster_model::drift::change_match::{self, Candidate, Match, Outcome};
use muster_model::drift::explained::{self, Next};
use muster_model::drift::rematch::Rematch;
use muster_model::event::Event;
use muster_model::finding::{Finding, FindingState};
use muster_model::right::Action;
use muster_model::ticket::{Entry, Kind, Link, LinkKind, Ticket, TimelineEntry};
use muster_model::{ChangeSet, Collection, Document, Expected, Record, Versioned, routing};
use muster_shared::Time;
use muster_shared::id::{FindingId, HostId, NodeId, TicketId};
use muster_store::{Index, Scan, TypedStore};

use super::drift::{staged_finding, staged_ticket, write_ticket};
use super::{Call, Page, Service, ServiceError, Window, check_version, conflict, invalid};

/// Findings that are compared in one commit of a walk.
const WALKED: usize = 64;
/// Who acts here.
const ACTOR: &str = "change";

/// Comparing several findings in one go: hosts are asked once.
#[derive(Debug)]
pub(super) struct Comparison {
    candidates: Arc<Vec<Candidate>>,
    in_group: HashMap<(TicketId, HostId), bool>,
    /// Whether the findings were there before the changes said what they say.
    is_late: bool,
}

impl Service {
    /// The changes that may explain something now.
    async fn candidates(&self) -> Result<Arc<Vec<Candidate>>, ServiceError> {
        let (generation, known) = self.candidates.get();
        if let Some(known) = known {
            return Ok(known);
        }
        let scan = Scan::index(Index::TicketActive, format!("{}/", Kind::Change.as_str()));
        let active = self.store().all::<Ticket>(scan).await?;
        let registry = self.registry().await?;
        let hosts = registry.host_fields();
        let candidates = active.iter().filter_map(|stored| Candidate::of(&stored.value, &hosts)).collect();
        Ok(self.candidates.keep(generation, candidates))
    }

    /// Begins to compare findings.
    pub(super) async fn comparison(&self, is_late: bool) -> Result<Comparison, ServiceError> {
        Ok(Comparison { candidates: self.candidates().await?, in_group: HashMap::new(), is_late })
    }

    /// How long after the end of a change its differences are told at the latest: agents look once in this time.
    fn late_ms(&self) -> i64 {
        i64::from(self.policy().agents.scan_seconds) * 1_000
    }

    /// How well a change explains a finding; `None` when it has nothing to do with it.
    async fn explains(
        &self,
        candidate: &Candidate,
        finding: &Finding,
        in_group: &mut HashMap<(TicketId, HostId), bool>,
    ) -> Result<Option<Match>, ServiceError> {
        if !candidate.was_then(finding, self.late_ms()) {
            return Ok(None);
        }
        let key = (candidate.ticket, finding.host);
        let is_in_group = match (&candidate.hosts, in_group.get(&key)) {
            (None, _) => false,
            (_, Some(known)) => *known,
            (Some(query), None) => self.host_fits(query, finding.host).await?,
        };
        in_group.insert(key, is_in_group);
        Ok(candidate.explain(finding, is_in_group, self.late_ms()))
    }

    /// Findings as changes see them: those that a change explains go there before they become anything else.
    pub(super) async fn explain_found(
        &self,
        changes: &mut ChangeSet,
        found: &mut [Versioned<Finding>],
        now: Time,
    ) -> Result<(), ServiceError> {
        if !found.iter().any(|finding| explained::may_be_explained(&finding.value)) {
            return Ok(());
        }
        let mut comparison = self.comparison(false).await?;
        for finding in found {
            if let Some(next) = self.explain(changes, &finding.value, &mut comparison, now).await? {
                finding.value = next;
            }
        }
        Ok(())
    }

    /// The same of one that has just opened.
    pub(super) async fn explain_opened(
        &self,
        changes: &mut ChangeSet,
        finding: &mut Finding,
        now: Time,
    ) -> Result<(), ServiceError> {
        let mut comparison = self.comparison(false).await?;
        if let Some(next) = self.explain(changes, finding, &mut comparison, now).await? {
            *finding = next;
        }
        Ok(())
    }

    /// What changes make of a finding; `None` when nothing changes. What is authorised by it is written as a move of the baseline.
    async fn explain(
        &self,
        changes: &mut ChangeSet,
        finding: &Finding,
        comparison: &mut Comparison,
        now: Time,
    ) -> Result<Option<Finding>, ServiceError> {
        if !explained::may_be_explained(finding) {
            return Ok(None);
        }
        let mut matches = Vec::new();
        for candidate in comparison.candidates.iter() {
            matches.extend(self.explains(candidate, finding, &mut comparison.in_group).await?);
        }
        let over = self.made(finding, &mut matches).await?;
        let when = (&self.policy().windows, now);
        Ok(match explained::consider(finding, matches, &over, comparison.is_late, when) {
            None => None,
            Some(Next::Stands(next)) => Some(next),
            Some(Next::Accepted(next, found)) => Some(self.authorise(changes, &next, &found.number, now).await?),
        })
    }

    /// Those changes that a finding hangs on that were made and are over, with when: what they said of it still counts.
    async fn made(
        &self,
        finding: &Finding,
        matches: &mut Vec<Match>,
    ) -> Result<BTreeMap<TicketId, Time>, ServiceError> {
        let mut over = BTreeMap::new();
        for change in finding.state.changes() {
            if matches.iter().any(|found| found.change == change) {
                continue;
            }
            let Some(ticket) = self.store().find::<Ticket>(&change.to_string()).await? else { continue };
            if change_match::outcome(&ticket.value) == Outcome::Accepted {
                over.insert(change, ticket.value.closed_at.unwrap_or(ticket.value.state_since));
                matches.extend(finding.matches.iter().find(|found| found.change == change).cloned());
            }
        }
        Ok(over)
    }

    /// A finding that a change made right: the baseline moves, with the number of the change as the reason.
    pub(super) async fn authorise(
        &self,
        changes: &mut ChangeSet,
        finding: &Finding,
        number: &str,
        now: Time,
    ) -> Result<Finding, ServiceError> {
        let actor = Call::system(ACTOR).actor.label();
        self.move_baseline(changes, finding, &actor, number, now).await?;
        Ok(explained::accepted(finding, &actor, number.to_owned(), now))
    }

    /// A change was planned, edited or moved: what stands is to be compared with it anew, if that matters.
    pub(super) async fn on_ticket(&self, ticket: TicketId) -> Result<ChangeSet, ServiceError> {
        let mut changes = ChangeSet::new();
        let Some(stored) = self.store().find::<Ticket>(&ticket.to_string()).await? else { return Ok(changes) };
        let Some(basis) = change_match::basis(&stored.value) else { return Ok(changes) };
        let known = self.store().find::<Rematch>(&ticket.to_string()).await?;
        if known.is_none() && !change_match::explains(stored.value.state.name()) {
            return Ok(changes);
        }
        let (mut rematch, expected) = match known {
            Some(known) => (known.value, Expected::Version(known.version)),
            None => (Rematch::of(ticket), Expected::Absent),
        };
        if rematch.learn(basis) {
            changes.put(rematch, expected);
        }
        Ok(changes)
    }

    /// Goes on with a walk for a change. `false` when all findings know of all changes.
    pub async fn rematch_step(&self) -> Result<bool, ServiceError> {
        let all = self.store().all::<Rematch>(Scan::keys(Collection::Rematch, "")).await?;
        let Some(mut rematch) = all.into_iter().find(|rematch| rematch.value.walking.is_some()) else {
            return Ok(false);
        };
        let now = self.now();
        let mut changes = ChangeSet::new();
        let mut comparison = self.comparison(true).await?;
        let scan = Scan::index(Index::FindingActive, "").after(rematch.value.after.clone()).limit(WALKED);
        let page = self.store().page::<Finding>(scan).await?;
        for stored in page.rows {
            // It ended with another one of this page, or stood for it.
            if staged_finding(&changes, &stored.value.id.to_string()).is_some() {
                continue;
            }
            if let Some(next) = self.explain(&mut changes, &stored.value, &mut comparison, now).await? {
                self.note_late(&mut changes, &stored.value, &next, now).await?;
                self.write_finding(&mut changes, Versioned { value: next, version: stored.version }, now).await?;
            }
        }
        rematch.value.go_on(page.next);
        let change = self.store().find::<Ticket>(&rematch.value.change.to_string()).await?;
        let is_over = change.is_none_or(|change| !change.value.state.name().is_active());
        if is_over && rematch.value.walking.is_none() {
            changes.delete(Collection::Rematch, rematch.value.key(), Expected::Version(rematch.version));
        } else {
            changes.update(rematch);
        }
        self.commit_step(changes).await
    }

    /// Notes in a change that it explains what was found before: who reviews it has to look at that.
    async fn note_late(
        &self,
        changes: &mut ChangeSet,
        before: &Finding,
        next: &Finding,
        now: Time,
    ) -> Result<(), ServiceError> {
        let FindingState::Attached { change, is_late: true, .. } = &next.state else { return Ok(()) };
        if before.state == next.state {
            return Ok(());
        }
        let Some(stored) = self.ticket_in(changes, *change).await? else { return Ok(()) };
        let (ticket, entry) = routing::note(&stored.value, next, now);
        changes.create(entry);
        write_ticket(changes, Versioned { value: ticket, version: stored.version });
        Ok(())
    }

    /// A ticket as a set will store it, or as it is stored.
    async fn ticket_in(&self, changes: &ChangeSet, id: TicketId) -> Result<Option<Versioned<Ticket>>, ServiceError> {
        match staged_ticket(changes, &id.to_string()) {
            Some(staged) => Ok(Some(staged)),
            None => Ok(self.store().find::<Ticket>(&id.to_string()).await?),
        }
    }

    /// Links an incident to the changes that a finding of it contradicts: both ends in the same commit.
    pub(super) async fn link_contradicted(
        &self,
        changes: &mut ChangeSet,
        incident: &mut Ticket,
        timeline: &mut Vec<TimelineEntry>,
        finding: &Finding,
        now: Time,
    ) -> Result<(), ServiceError> {
        let actor = routing::ROUTER.label();
        for found in finding.matches.iter().filter(|found| found.contradicts()) {
            let link = Link { kind: LinkKind::CausedBy, ticket: found.change, number: found.number.clone() };
            let Some(stored) = self.ticket_in(changes, found.change).await? else { continue };
            if incident.links.contains(&link) {
                continue;
            }
            let back = Link { kind: LinkKind::Causes, ticket: incident.id, number: incident.number.clone() };
            let mut change = stored.value;
            change.links.push(back.clone());
            incident.links.push(link.clone());
            timeline.push(incident.note(now, &actor, Entry::Linked { link, is_removed: false }));
            changes.create(change.note(now, &actor, Entry::Linked { link: back, is_removed: false }));
            write_ticket(changes, Versioned { value: change, version: stored.version });
        }
        Ok(())
    }

    /// Somebody says which change explains a finding that waits for such a word.
    pub async fn confirm_finding(
        &self,
        call: &Call,
        id: FindingId,
        change: &str,
        seen: Option<u64>,
    ) -> Result<Versioned<Finding>, ServiceError> {
        call.holds(Action::FindingAccept)?;
        let ticket = self.get_ticket(call, change).await.map_err(|error| invalid("/change", error.text()))?.value;
        let ticket = &ticket;
        self.decide(|| async move {
            let stored = self.get_finding(call, id).await?;
            self.authorize_at(call, Action::FindingAccept, NodeId::Host(stored.value.host)).await?;
            check_version(&stored, seen)?;
            let now = self.now();
            let by = call.actor.label();
            let confirmed = explained::confirm(&stored.value, ticket.id, &by, now);
            let Some(mut finding) = confirmed else { return Err(conflict("finding_not_tentative")) };
            let mut changes = ChangeSet::new();
            let summary = format!("{}: {}", ticket.number, finding.title());
            changes.audit.push(call.audit(now, "finding.confirm", id, summary));
            if change_match::outcome(ticket) == Outcome::Accepted {
                self.move_baseline(&mut changes, &finding, &by, &ticket.number, now).await?;
                finding = explained::accepted(&finding, &by, ticket.number.clone(), now);
            }
            let outcome = Versioned { value: finding.clone(), version: stored.version + 1 };
            self.write_finding(&mut changes, Versioned { value: finding, version: stored.version }, now).await?;
            Ok((changes, outcome))
        })
        .await
    }

    /// Says of all findings that a change may explain that it does; gives how many there were.
    pub async fn confirm_findings(&self, call: &Call, change: &str) -> Result<usize, ServiceError> {
        call.holds(Action::FindingAccept)?;
        let ticket = self.get_ticket(call, change).await?.value;
        let scan = Scan::index(Index::FindingByChange, format!("{}/", ticket.id));
        let (mut count, sight) = (0, self.sight(call, Action::FindingAccept).await?);
        for stored in self.store().all::<Finding>(scan).await? {
            let waits = matches!(stored.value.state, FindingState::Tentative { .. })
                && stored.value.state.changes().contains(&ticket.id);
            if waits && sight.sees_host(stored.value.host) {
                // Somebody decided otherwise meanwhile, or it went back: that one is left.
                match self.confirm_finding(call, stored.value.id, &ticket.number, Some(stored.version)).await {
                    Ok(_) => count += 1,
                    Err(ServiceError::Stale { .. } | ServiceError::Conflict(_)) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(count)
    }

    /// The findings that a change has to do with, newest first: those that it explains, may explain or
    /// made, and those that contradict it.
    pub async fn findings_of_change(
        &self,
        call: &Call,
        change: TicketId,
        window: &Window,
    ) -> Result<Page<Versioned<Finding>>, ServiceError> {
        let sight = self.sight(call, Action::FindingRead).await?;
        let scan = Scan::index(Index::FindingByChange, format!("{change}/")).descending();
        let concerns = |finding: &Finding| {
            let speaks = |found: &Match| found.change == change && (found.contradicts() || finding.is_made_by(found));
            finding.state.changes().contains(&change) || finding.matches.iter().any(speaks)
        };
        self.list(scan, window, |finding: &Finding| concerns(finding) && sight.sees_host(finding.host)).await
    }
}

/// Whether a change set says something else of changes.
pub(super) fn rewrites(changes: &ChangeSet) -> bool {
    let is_change = |document: &Document| matches!(document, Document::Ticket(ticket) if ticket.kind() == Kind::Change);
    changes.puts.iter().any(|put| is_change(&put.document))
}

/// The change of an event, if it is about one.
pub(super) fn of_event(event: &Event) -> Option<TicketId> {
    match event {
        Event::TicketChanged { ticket, number, .. } if number.starts_with(Kind::Change.prefix()) => Some(*ticket),
        _ => None,
    }
}
