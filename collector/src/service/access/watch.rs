//! Compares hosts with grants: a reader of events, one host in each commit. Where agents see a grant, and what no grant allows.

use std::collections::{BTreeMap, BTreeSet};

use muster_model::alert::event::{Event as AlertEvent, Level, MAX_VALUE};
use muster_model::drift::Findings;
use muster_model::drift::state;
use muster_model::event::{Cursor, Event};
use muster_model::finding::{Finding, Resolution};
use muster_model::grant::Grant;
use muster_model::grant::observed::{self, EVERYWHERE, ORPHAN, SECTIONS, Sections, compare, verdicts};
use muster_model::history::Moment;
use muster_model::host::Host;
use muster_model::text::Phrase;
use muster_model::ticket::transition::{self, Fields};
use muster_model::ticket::{Details, Ticket};
use muster_model::{ChangeSet, Expected, Versioned};
use muster_shared::id::{HostId, NodeId};
use muster_shared::{SectionName, Time};
use muster_store::{Index, Scan, TypedStore};

use crate::service::drift::write_ticket;
use crate::service::{Call, Service, ServiceError};

/// The name of the reader's cursor.
const CURSOR: &str = "access";
/// Events that are looked through at a time.
const BATCH: usize = 256;
/// Events that may have been looked through without a word of it in the store: so many are read again after a start.
const UNWRITTEN: usize = 4_096;
/// Changes of a host that are looked through; with more of them it is compared anew in any case.
const ENTRIES: u64 = 256;

impl Service {
    /// Deals with the next events. `false` when there are none.
    pub async fn access_step(&self) -> Result<bool, ServiceError> {
        let cursor = self.store().find::<Cursor>(CURSOR).await?;
        let after = self.access.after(cursor.as_ref().map(|cursor| cursor.value.after.as_str()));
        let events = self.events(after.as_deref().unwrap_or_default(), BATCH).await?;
        let Some(first) = events.first() else { return Ok(false) };
        let (mut through, mut target, mut count) = (first.cursor(), None, 0);
        for row in &events {
            if let Event::GlassBroken { ticket, is_reviewed, .. } = &row.event {
                if target.is_some() {
                    break;
                }
                // An event that comes twice is taken once.
                self.alert_glass(&ticket.to_string(), *is_reviewed).await?;
            } else if let Some(host) = self.access_host(&row.event).await? {
                if target.is_some_and(|known| known != host) {
                    break;
                }
                target = Some(host);
            }
            through = row.cursor();
            count += 1;
        }
        let mut changes = match target {
            Some(host) => self.look_over(host, self.now()).await?,
            None => ChangeSet::new(),
        };
        if target.is_none() && self.access.pass(&through, count, UNWRITTEN) {
            return Ok(true);
        }
        let expected = cursor.map_or(Expected::Absent, |cursor| Expected::Version(cursor.version));
        let at = self.now();
        changes.put(Cursor { name: CURSOR.into(), after: through, at }, expected);
        self.with_consequences(&mut changes).await?;
        match self.commit(changes).await {
            Ok(()) => {
                self.access.stored();
                Ok(true)
            }
            // What was not written is read again.
            Err(muster_store::StoreError::Conflict { .. }) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    /// The host that an event has compared anew.
    async fn access_host(&self, event: &Event) -> Result<Option<HostId>, ServiceError> {
        let host = match event {
            Event::AccessChanged { host } => return Ok(Some(*host)),
            Event::HostChanged { host, from, to } | Event::HostRebased { host, from, to } => {
                if !self.touches_access(*host, *from, *to).await? || !self.is_governed(*host).await? {
                    return Ok(None);
                }
                return Ok(Some(*host));
            }
            Event::SectionsDiscovered { host, sections } if sections.iter().any(|name| SECTIONS.contains(name)) => host,
            Event::HostDiscovered { host } => host,
            _ => return Ok(None),
        };
        Ok(self.is_governed(*host).await?.then_some(*host))
    }

    /// Whether accounts of a host are compared with grants.
    async fn is_governed(&self, host: HostId) -> Result<bool, ServiceError> {
        if self.store().first::<Grant>(Scan::index(Index::GrantByHost, host.to_string())).await?.is_some() {
            return Ok(true);
        }
        Ok(observed::is_on(EVERYWHERE, &self.policy_book().await?.settings))
    }

    async fn touches_access(&self, host: HostId, from: u64, to: u64) -> Result<bool, ServiceError> {
        if to.saturating_sub(from) > ENTRIES {
            return Ok(true);
        }
        Ok(self.entries(host, (from, to)).await?.iter().any(|entry| SECTIONS.contains(&entry.section)))
    }

    /// The accounts of a host as its agent sees them. A host that is out of service has none.
    pub(super) async fn accounts_of(&self, host: &Versioned<Host>) -> Result<Sections, ServiceError> {
        let none = || Some(BTreeMap::new());
        if host.value.lifecycle.is_over() || host.value.merged_into.is_some() {
            return Ok(Sections { users: none(), groups: none(), sudo_rules: none(), keys: none() });
        }
        let holder = self.holder(host.clone()).await?;
        let mut sections = Sections::default();
        for (name, into) in [
            (SectionName::User, &mut sections.users),
            (SectionName::Group, &mut sections.groups),
            (SectionName::SudoRule, &mut sections.sudo_rules),
            (SectionName::AuthorizedKey, &mut sections.keys),
        ] {
            if holder.head(name).is_some() {
                let items = self.section_at(&holder, name, Moment::NOW).await?;
                *into = items.map(|items| items.into_iter().map(|(key, item)| (key, item.attributes)).collect());
            }
        }
        Ok(sections)
    }

    /// The grants for a host, those that are over too.
    pub(super) async fn grants_of_host(&self, host: HostId) -> Result<Vec<Versioned<Grant>>, ServiceError> {
        Ok(self.store().all::<Grant>(Scan::index(Index::GrantByHost, host.to_string())).await?)
    }

    /// Compares a host with its grants.
    async fn look_over(&self, id: HostId, now: Time) -> Result<ChangeSet, ServiceError> {
        let mut changes = ChangeSet::new();
        let Some(host) = self.store().find::<Host>(&id.to_string()).await? else { return Ok(changes) };
        let sections = self.accounts_of(&host).await?;
        let mut grants = self.grants_of_host(id).await?;
        for stored in &mut grants {
            let is_news = sections
                .has(&stored.value)
                .is_some_and(|is_there| stored.value.note((id, &host.value.name), is_there, now));
            let is_proven = self.prove_removal(&mut changes, &mut stored.value, &host.value.name, now).await?;
            if is_news || is_proven {
                changes.put(stored.value.clone(), Expected::Version(stored.version));
            }
        }
        let grants: Vec<Grant> = grants.into_iter().map(|stored| stored.value).collect();
        self.find_orphans(&mut changes, (&host.value, &sections), &grants, now).await?;
        Ok(changes)
    }

    async fn find_orphans(
        &self,
        changes: &mut ChangeSet,
        (host, sections): (&Host, &Sections),
        grants: &[Grant],
        now: Time,
    ) -> Result<(), ServiceError> {
        let book = self.policy_book().await?;
        let settings = &book.settings;
        let minds = observed::is_on(ORPHAN, settings)
            && (!grants.is_empty() || observed::is_on(EVERYWHERE, settings))
            && !host.lifecycle.is_over()
            && host.merged_into.is_none();
        let scan = Scan::index(Index::FindingByPolicy, format!("{ORPHAN}/{}", host.id));
        let mut known = self.store().all::<Finding>(scan).await?;
        let standing: Vec<_> = known
            .iter()
            .map(|finding| &finding.value)
            .map(|finding| (finding.section, finding.item_key.clone(), finding.attribute.clone()))
            .collect();
        if !minds {
            let mut findings = Findings::new(known);
            state::end(&mut findings, |_| Some(Resolution::PolicyRemoved), now);
            for finding in findings.into_changed() {
                self.write_finding(changes, finding, now).await?;
            }
            return Ok(());
        }
        let compared = compare(host.id, sections, grants, now);
        let all = verdicts((host.id, &host.name), &compared, &standing, sections, settings, now);
        let mut seen: BTreeSet<String> = known.iter().map(|finding| finding.value.fingerprint.clone()).collect();
        for verdict in all.iter().filter(|verdict| verdict.violation.is_some()) {
            let fingerprint = verdict.fingerprint();
            if seen.insert(fingerprint.clone()) {
                let scan = Scan::index(Index::FindingByFingerprint, format!("{fingerprint}/")).descending();
                known.extend(self.store().first::<Finding>(scan).await?);
            }
        }
        let mut findings = Findings::new(known);
        for verdict in all {
            state::observe(&mut findings, verdict, &self.policy().windows, now);
        }
        for finding in findings.into_changed() {
            self.write_finding(changes, finding, now).await?;
        }
        Ok(())
    }

    /// When agents see what ended on none of its hosts any more, its task is done, with that as the proof.
    async fn prove_removal(
        &self,
        changes: &mut ChangeSet,
        grant: &mut Grant,
        host: &str,
        now: Time,
    ) -> Result<bool, ServiceError> {
        let is_gone = grant.is_gone();
        let Some(removal) = grant.removal.as_mut().filter(|removal| is_gone && removal.proven_at.is_none()) else {
            return Ok(false);
        };
        removal.proven_at = Some(now);
        let Some(stored) = self.store().find::<Ticket>(&removal.task.to_string()).await? else { return Ok(true) };
        let call = Call::system("access");
        let mut task = stored.value;
        if let Details::Task(details) = &mut task.details
            && let Some(about) = &mut details.access
        {
            about.seen_on.clear();
        }
        let proof = Phrase::new("access_removal_proof").with("host", host).with("at", now.to_string());
        let fields = Fields { said: Some(proof.into()), ..Fields::default() };
        // A person may have ended it before.
        if let Ok((next, entry)) = transition::apply(&task, "done", &fields, &call.actor, now) {
            changes.audit.push(call.audit(now, "ticket.done", next.id, next.number.clone()));
            changes.create(entry);
            write_ticket(changes, Versioned { value: next, version: stored.version });
        }
        Ok(true)
    }

    /// Tells as an alert that somebody was let in without votes, and that another one looked over it.
    async fn alert_glass(&self, ticket: &str, is_reviewed: bool) -> Result<(), ServiceError> {
        let Some(stored) = self.grant_of_ticket(ticket).await? else { return Ok(()) };
        let grant = stored.value;
        let host = grant.hosts.first().map(|host| NodeId::Host(*host)).or_else(|| grant.resource());
        let host = host.map(|node| node.to_string()).unwrap_or_default();
        // A sender says it in one line, which has no language here.
        let summary = format!("{}: {}, {}", grant.number, grant.account, grant.right());
        let event = AlertEvent {
            source: "access".into(),
            source_event_id: Some(format!("{}-{}", grant.number, if is_reviewed { "reviewed" } else { "begun" })),
            ci_ref: host,
            kind: "break_glass".into(),
            resource: grant.number.clone(),
            metric: None,
            severity: if is_reviewed { Level::Clear } else { Level::Critical },
            occurred_at: Some(self.now()),
            dedup_key: Some(format!("break_glass/{}", grant.number)),
            summary,
            attrs: BTreeMap::from([("reason".to_owned(), grant.reason.chars().take(MAX_VALUE).collect())]),
        };
        let rows = [Ok(event)];
        self.receive_events(&Call::system("access"), &rows).await.map(drop)
    }
}
