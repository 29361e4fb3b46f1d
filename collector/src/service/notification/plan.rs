//! Reads the outbox: makes notices of events, messages of notices, and moves its cursor in the same commit.

use std::collections::HashMap;

use muster_model::account::User;
use muster_model::agent::Agent;
use muster_model::approval::Approval;
use muster_model::event::{Cursor, Event};
use muster_model::finding::Finding;
use muster_model::host::Host;
use muster_model::notification::happening::{self, Happening};
use muster_model::notification::{Notice, Told as Mark, Topic};
use muster_model::text::Phrase;
use muster_model::ticket::{Entry, Ticket, TimelineEntry, timeline_key};
use muster_model::{ChangeSet, Collection, Expected, Versioned};
use muster_shared::Time;
use muster_shared::id::{AgentId, FindingId, HostId, TicketId, UserId};
use muster_store::{Index, Scan, TypedStore};
use serde_json::Value;

use super::outbox::Outbox;
use super::recipient::{Directory, Told};
use super::watch::Watched;
use crate::service::{Service, ServiceError, finding, ticket};

/// The name of the cursor.
const CURSOR: &str = "notification";
/// The name of the mark of when this began: what happened before is not told. It keeps no event.
const SINCE: &str = "notification.since";
/// What sorts behind every event.
const NO_EVENT: &str = "~";
/// Events read in one step.
const BATCH: usize = 500;
/// Events that are told of, dealt with in one commit.
const TOLD: usize = 32;
/// Entries of one ticket that are told at once; older ones of a long absence are not.
const MAX_ENTRIES: u64 = 50;

/// Whether anybody may be told of an event: most are news of the inventory, which the drift engine judges first and those who watch
/// the host hear of.
fn is_told(event: &Event) -> bool {
    match event {
        Event::FindingChanged { state, .. } => happening::topic_of(state).is_some(),
        event => matches!(
            event,
            Event::TicketChanged { .. }
                | Event::AgentQuarantined { .. }
                | Event::AgentPending { .. }
                | Event::ReviewOpened { .. }
                | Event::HostsMerged { .. }
        ),
    }
}

impl Service {
    /// Deals with the next events. `false` when there are none.
    pub async fn notify_step(&self) -> Result<bool, ServiceError> {
        let Some(cursor) = self.store().find::<Cursor>(CURSOR).await? else {
            self.begin_to_notify().await?;
            return Ok(true);
        };
        let watched = self.watched().await?;
        let mut events = Vec::new();
        let mut last = None;
        for row in self.events(&cursor.value.after, BATCH).await? {
            last = Some(row.cursor());
            events.extend(Some(&row.event).filter(|event| is_told(event) || watched.has(event)).cloned());
            if events.len() >= TOLD {
                break;
            }
        }
        let Some(last) = last else { return Ok(false) };
        let (events, last, version, watched) = (&events, &last, cursor.version, &watched);
        self.decide(|| async move {
            let mut changes = self.plan_notifications(events, watched).await?;
            let moved = Cursor { name: CURSOR.into(), after: last.clone(), at: self.now() };
            changes.put(moved, Expected::Version(version));
            Ok((changes, ()))
        })
        .await?;
        Ok(true)
    }

    /// Starts at the present: whoever sets this up is not told of the past.
    async fn begin_to_notify(&self) -> Result<(), ServiceError> {
        let now = self.now();
        let after = self.last_event().await?;
        let mut changes = ChangeSet::new();
        changes.put(Cursor { name: CURSOR.into(), after, at: now }, Expected::Absent);
        changes.put(Cursor { name: SINCE.into(), after: NO_EVENT.into(), at: now }, Expected::Any);
        Ok(self.commit(changes).await?)
    }

    async fn plan_notifications(&self, events: &[Event], watched: &Watched) -> Result<ChangeSet, ServiceError> {
        let (mut changes, mut outbox) = (ChangeSet::new(), Outbox::default());
        if events.is_empty() {
            return Ok(changes);
        }
        let mut directory = Directory::read(self).await?;
        let mut tickets: Vec<TicketId> = Vec::new();
        for event in events {
            let notice = match event {
                Event::TicketChanged { ticket, .. } => {
                    // One event of a ticket tells all that happened to it since; first come, first told.
                    if !tickets.contains(ticket) {
                        tickets.push(*ticket);
                    }
                    continue;
                }
                Event::FindingChanged { finding, state, .. } => {
                    self.plan_finding(&mut directory, &mut outbox, *finding, state).await?;
                    continue;
                }
                Event::AgentQuarantined { agent, host } => {
                    let label = self.host_label(*agent, *host).await?;
                    happening::of_agent(Topic::AgentQuarantined, *agent, &label, self.now())
                }
                Event::AgentPending { agent } => {
                    let label = self.host_label(*agent, None).await?;
                    happening::of_agent(Topic::AgentPending, *agent, &label, self.now())
                }
                Event::ReviewOpened { review } => happening::of_review(*review, &review.to_string(), self.now()),
                Event::HostsMerged { merge, hosts } => {
                    let mut names = Vec::new();
                    for host in hosts {
                        names.extend(self.host_name(*host).await?);
                    }
                    happening::of_merge(*merge, &names.join(", "), self.now())
                }
                event => {
                    for (notice, watchers) in self.news_of(watched, event).await? {
                        let told = Told { notice: &notice, is_internal: false };
                        let recipients = directory.of_watchers(self, &watchers, &told).await?;
                        outbox.tell(self, recipients, &notice, self.now()).await?;
                    }
                    continue;
                }
            };
            let told = Told { notice: &notice, is_internal: false };
            let recipients = directory.of_subscribers(self, &Value::Null, &told).await?;
            outbox.tell(self, recipients, &notice, self.now()).await?;
        }
        for ticket in tickets {
            self.plan_ticket(&mut directory, &mut outbox, &mut changes, ticket).await?;
        }
        outbox.write(&mut changes);
        Ok(changes)
    }

    async fn host_name(&self, host: HostId) -> Result<Option<String>, ServiceError> {
        Ok(self.store().find::<Host>(&host.to_string()).await?.map(|host| host.value.name))
    }

    /// What people call an agent: its host's name.
    async fn host_label(&self, agent: AgentId, host: Option<HostId>) -> Result<String, ServiceError> {
        let known = self.store().find::<Agent>(&agent.to_string()).await?;
        let host = host.or_else(|| known.as_ref().and_then(|agent| agent.value.host));
        let name = match host {
            Some(host) => self.host_name(host).await?,
            None => None,
        };
        Ok(name.unwrap_or_else(|| agent.to_string()))
    }

    async fn plan_finding(
        &self,
        directory: &mut Directory,
        outbox: &mut Outbox,
        id: FindingId,
        state: &str,
    ) -> Result<(), ServiceError> {
        // Most of what opens is told to nobody: it need not be read for that.
        if !happening::topic_of(state).is_some_and(|topic| directory.is_asked_for(topic)) {
            return Ok(());
        }
        let Some(stored) = self.store().find::<Finding>(&id.to_string()).await? else { return Ok(()) };
        // It may have moved on since: then a later event tells.
        if stored.value.state.as_str() != state {
            return Ok(());
        }
        let Some(notice) = happening::of_finding(&stored.value, self.now()) else { return Ok(()) };
        let told = Told { notice: &notice, is_internal: false };
        let recipients = directory.of_subscribers(self, &finding::entry(&stored.value), &told).await?;
        outbox.tell(self, recipients, &notice, self.now()).await
    }

    /// The entries of a ticket's timeline that nobody was told of yet.
    async fn untold(&self, ticket: &Ticket, mark: Option<u64>) -> Result<Vec<TimelineEntry>, ServiceError> {
        let from = mark.unwrap_or_default().max(ticket.timeline.saturating_sub(MAX_ENTRIES));
        let scan = Scan::keys(Collection::Timeline, format!("{}/", ticket.id));
        let after = (from > 0).then(|| timeline_key(ticket.id, from));
        let entries = self.store().all::<TimelineEntry>(scan.after(after)).await?;
        let mut entries: Vec<TimelineEntry> = entries.into_iter().map(|stored| stored.value).collect();
        // What happened on another desk was told there; what is disputed with it, nowhere.
        entries.retain(|entry| entry.imported_from.is_none() || matches!(entry.entry, Entry::Disputed { .. }));
        if mark.is_none() {
            let since = self.store().find::<Cursor>(SINCE).await?.map_or(Time::default(), |since| since.value.at);
            entries.retain(|entry| entry.at >= since);
        }
        Ok(entries)
    }

    async fn plan_ticket(
        &self,
        directory: &mut Directory,
        outbox: &mut Outbox,
        changes: &mut ChangeSet,
        id: TicketId,
    ) -> Result<(), ServiceError> {
        let Some(ticket) = self.store().find::<Ticket>(&id.to_string()).await?.map(|stored| stored.value) else {
            return Ok(());
        };
        let mark = self.store().find::<Mark>(&id.to_string()).await?;
        let entries = self.untold(&ticket, mark.as_ref().map(|mark| mark.value.seq)).await?;
        let names = self.names_in(directory, &entries).await?;
        let name_of = |id: &str| names.get(id).cloned().unwrap_or_else(|| id.to_owned());
        let queried = ticket::entry(&ticket);
        for entry in &entries {
            let happening: Happening = happening::of_ticket(&ticket, entry, &name_of);
            let recipients = directory.of_ticket(self, &ticket, &queried, &happening).await?;
            outbox.tell(self, recipients, &happening.notice, self.now()).await?;
        }
        let asked = self.ask_voters(directory, outbox, &ticket, &queried, mark.as_ref()).await?;
        // The timeline may be longer than the ticket that was read: only what was told counts as told.
        let seq = entries.last().map_or(ticket.timeline, |entry| entry.seq.max(ticket.timeline));
        let expected = mark.map_or(Expected::Absent, |mark| Expected::Version(mark.version));
        changes.put(Mark { ticket: id, seq, asked }, expected);
        self.plan_escalation(changes, &ticket).await
    }

    /// Tells those whose votes a stage wants, once it is open. Gives the stage of which was told.
    async fn ask_voters(
        &self,
        directory: &mut Directory,
        outbox: &mut Outbox,
        ticket: &Ticket,
        queried: &serde_json::Value,
        mark: Option<&Versioned<Mark>>,
    ) -> Result<Option<String>, ServiceError> {
        let told = mark.and_then(|mark| mark.value.asked.clone());
        let scan = Scan::index(Index::ApprovalByTicket, format!("{}/", ticket.id)).descending();
        let Some(round) = self.store().first::<Approval>(scan).await?.map(|stored| stored.value) else {
            return Ok(told);
        };
        let Some(stage) = round.open_stage() else { return Ok(told) };
        let open = format!("{}/{}", round.round, stage.name);
        if told.as_ref() == Some(&open) {
            return Ok(told);
        }
        let what = Phrase::new("notice_approval_asked").term("stage", "stage", stage.name.clone());
        let notice = happening::of_approval(ticket, round.id, what, self.now());
        let recipients = directory.of_voters(self, round.waits_for(), queried, &notice).await?;
        outbox.tell(self, recipients, &notice, self.now()).await?;
        Ok(Some(open))
    }

    /// The names of people that stand in entries by their ids.
    async fn names_in(
        &self,
        directory: &mut Directory,
        entries: &[TimelineEntry],
    ) -> Result<HashMap<String, String>, ServiceError> {
        let mut names = HashMap::new();
        for entry in entries {
            let Entry::Changed { fields } = &entry.entry else { continue };
            for id in fields.iter().filter(|change| change.field == "assignee").flat_map(|it| [&it.from, &it.to]) {
                let Ok(user) = id.parse::<UserId>() else { continue };
                let name = match directory.person(self, user).await? {
                    Some(person) => Some(person.user.name),
                    None => self.store().find::<User>(id).await?.map(|user| user.value.name),
                };
                names.extend(name.map(|name| (id.clone(), name)));
            }
        }
        Ok(names)
    }

    /// Tells the targets of a step of an escalation, in a commit of its own making. Gives the names of whom it told.
    pub(crate) async fn page(
        &self,
        changes: &mut ChangeSet,
        notice: &Notice,
        targets: &[muster_model::notification::subscription::Target],
    ) -> Result<Vec<String>, ServiceError> {
        let mut directory = Directory::read(self).await?;
        let (mut outbox, mut recipients) = (Outbox::default(), super::outbox::Recipients::default());
        let mut names = Vec::new();
        let told = Told { notice, is_internal: false };
        for target in targets {
            names.extend(directory.add_target(self, &mut recipients, *target, &told).await?);
        }
        names.sort();
        names.dedup();
        if !recipients.is_empty() {
            outbox.tell(self, recipients, notice, self.now()).await?;
        }
        outbox.write(changes);
        Ok(names)
    }
}
