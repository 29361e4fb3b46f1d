//! What a source told of a host, as it was at a moment: its history is compensated, nothing is rewritten.

use std::collections::BTreeMap;

use muster_model::event::Event;
use muster_model::history::{self, Moment};
use muster_model::host::Host;
use muster_model::source::told::{self, Absent, Part, Telling};
use muster_model::source::{SourceHead, source_key};
use muster_model::{ChangeSet, Collection, Expected, Versioned};
use muster_shared::Time;
use muster_shared::diff::ItemMap;
use muster_shared::id::ReportId;

use super::belonging::Belonging;
use crate::service::{Service, ServiceError};

impl Service {
    /// Takes back what other sources told of a machine while its host (`alias`) was merged into another one: each says of that one
    /// what it said then. `floor` is the last number of the history that is written with it.
    pub(crate) async fn restore_told(
        &self,
        changes: &mut ChangeSet,
        (alias, whole): (&Host, &Versioned<Host>),
        at: Time,
        floor: u64,
    ) -> Result<(), ServiceError> {
        let heads = self.heads(&whole.value).await?;
        let mut last = heads.iter().map(|head| head.value.history).max().unwrap_or_default().max(floor);
        let from = last + 1;
        for moved in self.heads(alias).await? {
            let is_it = |head: &&Versioned<SourceHead>| {
                let (head, moved) = (&head.value, &moved.value);
                head.source == moved.source && head.device_id == moved.device_id && head.reported_at > at
            };
            if let Some(head) = heads.iter().find(is_it) {
                last = self.turn_back_told(changes, whole, head, Moment::at(at), last).await?;
            }
        }
        if last >= from {
            changes.events.push(Event::HostRebased { host: whole.value.id, from, to: last });
        }
        Ok(())
    }

    /// One of them; gives the last number of the history then.
    async fn turn_back_told(
        &self,
        changes: &mut ChangeSet,
        whole: &Versioned<Host>,
        stored: &Versioned<SourceHead>,
        moment: Moment,
        floor: u64,
    ) -> Result<u64, ServiceError> {
        let (host, head, now) = (&whole.value, &stored.value, self.now());
        let (mut sections, mut bodies) = (BTreeMap::new(), BTreeMap::new());
        for (section, known) in head.sections.iter().filter(|(_, known)| known.is_known) {
            let body = self.body_of(host.id, *section, head.source).await?;
            let entries = self.section_history(host.id, *section, head.source.mark()).await?;
            let since = known.known_since.unwrap_or(host.created_at);
            // What it had not told then it did not say.
            let past = history::items_at(body.items.clone(), &entries, since, moment).unwrap_or_default();
            let items: ItemMap = past.into_iter().map(|(key, item)| (key, item.attributes)).collect();
            let (metrics, problems) = (BTreeMap::new(), known.problems.clone());
            sections.insert(*section, Part { items, metrics, problems, absent: Absent::Gone });
            bodies.insert(*section, body);
        }
        let telling = Telling {
            source: head.source,
            // What it calls the machine that goes is no hint to this host any more.
            device_id: String::new(),
            client: head.client.clone(),
            sections,
            left_out: head.left_out.clone(),
        };
        let digests = told::changed(Some(head), &telling);
        let before = bodies.clone();
        let (matched, report) = (&head.matched, ReportId::new(now));
        let mut merged =
            told::merge(host.id, Some(head.clone()), matched, bodies, &digests, telling, floor, report, now);
        let has_agent = self.tellers(host).await?.inventory.is_some();
        let belonging = Belonging {
            host: whole.clone(),
            matched: matched.clone(),
            free: Vec::new(),
            claims: Vec::new(),
            decision: None,
            has_agent,
        };
        self.mark_told(&belonging, Some(head), &before, &mut merged).await?;
        // It did not look again: that it is so is known since then.
        merged.head.reported_at = head.reported_at;
        for (name, section) in &mut merged.head.sections {
            section.seen_at = head.sections.get(name).map_or(section.seen_at, |known| known.seen_at);
        }
        let last = merged.head.history;
        changes.put(merged.head, Expected::Version(stored.version));
        // The same bytes again are no word of this host: they are read anew, and belong to the one that goes.
        changes.delete(Collection::SourceSeen, source_key(host.id, head.source), Expected::Any);
        merged.bodies.into_iter().for_each(|body| changes.put(body, Expected::Any));
        merged.history.into_iter().for_each(|entry| changes.create(entry));
        Ok(last)
    }
}
