//! The review queue: questions of identity, asked once, and what people answer.

use muster_model::agent::Agent;
use muster_model::event::Event;
use muster_model::host::Host;
use muster_model::identification::Identifier;
use muster_model::identification::junk::{Ignored, Junk};
use muster_model::identification::review::{Answer, Review, ReviewKind, ReviewState};
use muster_model::right::{Action, Actor, Resource};
use muster_model::text::Phrase;
use muster_model::ticket::Ticket;
use muster_model::ticket::edit::Opening;
use muster_model::ticket::transition::{self, Fields};
use muster_model::{ChangeSet, Versioned};
use muster_shared::Time;
use muster_shared::id::{AgentId, HostId, ReviewId, TicketId};
use muster_store::{Index, Scan, TypedStore};

use super::occasion::{Occasion, incident};
use crate::service::drift::write_ticket;
use crate::service::finding::words;
use crate::service::{Call, Page, Service, ServiceError, Window, check_version, conflict, invalid};

/// A question before it is asked.
pub(crate) struct Question {
    pub(crate) kind: ReviewKind,
    pub(crate) hosts: Vec<HostId>,
    pub(crate) host: Option<HostId>,
}

/// Which questions a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewFilter {
    /// Those that wait.
    Open,
    /// All of them.
    All,
}

impl Service {
    /// The questions about an agent or a host, newest first.
    pub(crate) async fn reviews_of(&self, subject: &str) -> Result<Vec<Versioned<Review>>, ServiceError> {
        let scan = Scan::index(Index::ReviewBySubject, format!("{subject}/")).descending();
        Ok(self.store().all::<Review>(scan).await?)
    }

    /// Asks, unless the same was asked before and stands or was answered. Gives the question, and whether it is new.
    pub(crate) async fn ask(
        &self,
        changes: &mut ChangeSet,
        occasion: Occasion<'_>,
        question: Question,
    ) -> Result<(ReviewId, bool), ServiceError> {
        let Question { kind, hosts, host } = question;
        let asked = self.reviews_of(&host.map_or_else(|| occasion.subject(), |host| host.to_string())).await?;
        let counts = |review: &&Versioned<Review>| !matches!(review.value.state, ReviewState::Over { .. });
        let same = asked.iter().filter(counts).find(|review| review.value.is_same(kind, &hosts));
        if let Some(same) = same {
            return Ok((same.value.id, false));
        }
        let mut incident = None;
        if kind.is_blocking() {
            for other in asked.into_iter().filter(|review| review.value.state.is_open()) {
                incident = incident.or(other.value.incident);
                end(changes, other, occasion.now);
            }
        }
        let review = Review {
            id: ReviewId::new(occasion.now),
            kind,
            agent: occasion.agent,
            host,
            name: occasion.evidence.name.clone(),
            report: occasion.report,
            identifiers: occasion.evidence.identifiers.clone(),
            considered: occasion.considered.to_vec(),
            hosts,
            opened_at: occasion.now,
            incident,
            state: ReviewState::Open,
            device: occasion.device,
        };
        let id = review.id;
        let call = Call { actor: Actor::System("identification"), via: "agent", request_id: None };
        changes.audit.push(call.audit(occasion.now, "identity.ask", id, format!("{}: {}", kind.as_str(), review.name)));
        changes.events.push(Event::ReviewOpened { review: id });
        changes.create(review);
        Ok((id, true))
    }

    /// The questions of an agent or a device that answered themselves: it has a host now.
    pub(crate) async fn close_reviews(
        &self,
        changes: &mut ChangeSet,
        subject: &str,
        now: Time,
    ) -> Result<(), ServiceError> {
        for review in self.reviews_of(subject).await? {
            if review.value.state.is_open() && review.value.kind.is_blocking() {
                self.end_incident(changes, review.value.incident, now).await?;
                end(changes, review, now);
            }
        }
        Ok(())
    }

    /// Questions that rest on nothing but values that proved to be junk.
    pub(super) async fn close_moot(
        &self,
        changes: &mut ChangeSet,
        ignored: &[Ignored],
        now: Time,
    ) -> Result<(), ServiceError> {
        if !ignored.iter().any(|one| one.why == Junk::Shared) {
            return Ok(());
        }
        for review in self.store().page::<Review>(Scan::index(Index::ReviewOpen, "")).await?.rows {
            let mut values = review.value.considered.iter().flat_map(|one| &one.values).peekable();
            let is_moot = values.peek().is_some() && values.all(|value| is_shared(ignored, value));
            if is_moot && !review.value.kind.is_blocking() {
                end(changes, review, now);
            }
        }
        Ok(())
    }

    /// Opens the incidents of questions that keep an agent or a device waiting; the questions themselves stand already.
    pub(crate) async fn announce_reviews(&self, subject: &str) -> Result<(), ServiceError> {
        let is_silent =
            |review: &Review| review.state.is_open() && review.kind.is_blocking() && review.incident.is_none();
        if !self.reviews_of(subject).await?.iter().any(|review| is_silent(&review.value)) {
            return Ok(());
        }
        let _one_at_a_time = self.numbering.lock().await;
        self.decide(|| async move {
            let mut changes = ChangeSet::new();
            let asked = self.reviews_of(subject).await?;
            if let Some(mut review) = asked.into_iter().find(|review| is_silent(&review.value)) {
                let call = Call { actor: Actor::System("identification"), via: "agent", request_id: None };
                review.value.incident = Some(self.open_incident(&mut changes, &call, incident(&review.value)).await?);
                changes.update(review);
            }
            Ok((changes, ()))
        })
        .await
    }

    /// Adds a new incident to what is written. The caller holds the lock of the numbers.
    pub(crate) async fn open_incident(
        &self,
        changes: &mut ChangeSet,
        call: &Call,
        opening: Opening,
    ) -> Result<TicketId, ServiceError> {
        let ticket = self.stage_ticket(changes, call, opening).await?;
        let id = ticket.id;
        changes.create(ticket);
        Ok(id)
    }

    /// Resolves the incident of a question, unless a person works on it.
    async fn end_incident(
        &self,
        changes: &mut ChangeSet,
        incident: Option<TicketId>,
        now: Time,
    ) -> Result<(), ServiceError> {
        let Some(id) = incident else { return Ok(()) };
        let Some(stored) = self.store().find::<Ticket>(&id.to_string()).await? else { return Ok(()) };
        let fields = Fields {
            close_code: Some("no_fault".to_owned()),
            said: Some(Phrase::new("identity_settled").into()),
            ..Fields::default()
        };
        let actor = Actor::System("identification");
        if let Ok((ticket, entry)) = transition::apply(&stored.value, "auto_resolve", &fields, &actor, now) {
            let call = Call { actor, via: "job", request_id: None };
            changes.audit.push(call.audit(now, "ticket.auto_resolve", ticket.id, ticket.number.clone()));
            changes.create(entry);
            write_ticket(changes, Versioned { value: ticket, version: stored.version });
        }
        Ok(())
    }

    /// Questions, the oldest that waits first; with those that are over, newest first.
    pub async fn list_reviews(
        &self,
        call: &Call,
        filter: ReviewFilter,
        window: &Window,
    ) -> Result<Page<Versioned<Review>>, ServiceError> {
        call.authorize(Action::ItemRead, Resource::All)?;
        let scan = match filter {
            ReviewFilter::Open => Scan::index(Index::ReviewOpen, ""),
            ReviewFilter::All => Scan::keys(muster_model::Collection::Review, "").descending(),
        };
        self.list(scan, window, |_: &Review| true).await
    }

    /// How many questions wait.
    pub async fn count_reviews(&self, call: &Call) -> Result<usize, ServiceError> {
        call.authorize(Action::ItemRead, Resource::All)?;
        Ok(self.store().count(Scan::index(Index::ReviewOpen, "")).await?)
    }

    /// One question.
    pub async fn get_review(&self, call: &Call, id: ReviewId) -> Result<Versioned<Review>, ServiceError> {
        call.authorize(Action::ItemRead, Resource::One(&id.to_string()))?;
        let missing = || ServiceError::NotFound { kind: "review", id: id.to_string() };
        self.store().find::<Review>(&id.to_string()).await?.ok_or_else(missing)
    }

    /// Answers a question. The agent goes on with its next try; a host that stood on its own is merged when it is another one.
    pub async fn decide_review(
        &self,
        call: &Call,
        id: ReviewId,
        answer: Answer,
        reason: &str,
        seen: Option<u64>,
    ) -> Result<Versioned<Review>, ServiceError> {
        call.authorize(Action::IdentityDecide, Resource::One(&id.to_string()))?;
        let reason = &words("/reason", reason)?;
        let agent = self
            .decide(|| async move {
                let mut stored = self.get_review(call, id).await?;
                check_version(&stored, seen)?;
                if !stored.value.state.is_open() {
                    return Err(conflict("review_over"));
                }
                let now = self.now();
                let mut changes = ChangeSet::new();
                let answer = match answer {
                    Answer::Same(host) => {
                        Answer::Same(self.same(&mut changes, call, &stored.value, (host, reason)).await?)
                    }
                    Answer::New | Answer::Dismiss => answer,
                };
                self.end_incident(&mut changes, stored.value.incident, now).await?;
                let said = match answer {
                    Answer::Same(host) => format!("{}: same as {host}", stored.value.name),
                    Answer::New => format!("{}: a machine of its own", stored.value.name),
                    Answer::Dismiss => format!("{}: dismissed", stored.value.name),
                };
                let mut draft = call.audit(now, "identity.decide", id, said);
                draft.reason.clone_from(reason);
                changes.audit.push(draft);
                changes.events.push(Event::ReviewClosed { review: id });
                let (by, reason, agent) = (call.actor.label(), reason.clone(), stored.value.agent);
                stored.value.state = ReviewState::Answered { answer, by, reason, at: now };
                changes.update(stored);
                Ok((changes, agent))
            })
            .await?;
        if let Some(agent) = agent {
            self.shut_out_revoked(agent).await?;
        }
        self.get_review(call, id).await
    }

    /// What it takes that a machine is this host: others that speak for it go, or the host that stood on its own merges.
    async fn same(
        &self,
        changes: &mut ChangeSet,
        call: &Call,
        review: &Review,
        (host, reason): (HostId, &str),
    ) -> Result<HostId, ServiceError> {
        let unknown =
            |_| invalid("/same", Phrase::new("not_found").term("kind", "kind", "host").with("id", host.to_string()));
        let into = self.true_host(host).await.map_err(unknown)?;
        let id = into.value.id;
        if let Some(own) = review.host {
            let from = self.true_host(own).await?;
            let (merged, _) = self.merge_changes(call, (from, into), reason).await?;
            changes.extend(merged);
            return Ok(id);
        }
        if review.agent.is_none() {
            // What another source tells stands beside what the host's agent tells.
            return Ok(id);
        }
        let agents = self.store().all::<Agent>(Scan::index(Index::AgentByHost, id.to_string())).await?;
        for mut other in agents.into_iter().filter(|other| other.value.revoked_at.is_none()) {
            let now = self.now();
            other.value.revoked_at = Some(now);
            let mut draft = call.audit(now, "agent.revoke", other.value.id, other.value.hostname.clone());
            reason.clone_into(&mut draft.reason);
            changes.audit.push(draft);
            changes.update(other);
        }
        Ok(id)
    }

    /// Closes the door for agents that an answer revoked.
    async fn shut_out_revoked(&self, agent: AgentId) -> Result<(), ServiceError> {
        let asked = self.reviews_of(&agent.to_string()).await?;
        let hosts = asked.iter().filter_map(|review| match review.value.answer() {
            Some(Answer::Same(host)) => Some(host),
            Some(Answer::New | Answer::Dismiss) | None => None,
        });
        for host in hosts {
            let agents = self.store().all::<Agent>(Scan::index(Index::AgentByHost, host.to_string())).await?;
            for other in agents.into_iter().filter(|other| other.value.revoked_at.is_some()) {
                if !self.is_revoked(other.value.id) {
                    self.shut_out(other.value.id);
                }
            }
        }
        self.wake(agent);
        Ok(())
    }

    /// Questions whether two hosts are one, which they are now.
    pub(super) async fn close_answered(
        &self,
        changes: &mut ChangeSet,
        (from, into): (&Host, &Host),
        now: Time,
    ) -> Result<(), ServiceError> {
        for review in self.reviews_of(&from.id.to_string()).await? {
            if review.value.state.is_open() && review.value.hosts == [into.id] {
                end(changes, review, now);
            }
        }
        Ok(())
    }
}

fn end(changes: &mut ChangeSet, mut review: Versioned<Review>, now: Time) {
    changes.events.push(Event::ReviewClosed { review: review.value.id });
    review.value.state = ReviewState::Over { at: now };
    changes.update(review);
}

/// Whether an identifier is among those that too many hosts show.
fn is_shared(ignored: &[Ignored], identifier: &Identifier) -> bool {
    ignored.iter().any(|one| one.why == Junk::Shared && one.identifier.is_same(identifier))
}
