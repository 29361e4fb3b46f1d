//! What a report of one source means for the view of all, when a host has several.

use std::collections::BTreeMap;

use muster_model::history::{HistoryEntry, Moment};
use muster_model::host::Host;
use muster_model::inventory::{Inventory, SectionBody};
use muster_model::merge::{self, Current};
use muster_model::reconcile::effect;
use muster_model::reconcile::{View, Word};
use muster_model::source::told::Merged;
use muster_model::source::{Source, SourceHead};
use muster_shared::id::ReportId;
use muster_shared::report::Report;
use muster_shared::{SectionName, Time};

use super::belonging::Belonging;
use super::view::{Spoken, Tellers};
use crate::service::{Service, ServiceError};

/// What one source says of a section before and after a report.
struct Turn<'a> {
    source: Source,
    section: SectionName,
    report: ReportId,
    before: Option<(&'a SectionBody, Time)>,
    after: &'a SectionBody,
    is_complete: bool,
    /// When any source looked at the host before.
    then: Time,
    now: Time,
    /// When the report came in, if it had waited.
    received_at: Option<Time>,
}

/// What the agent said before of the sections that a report speaks of.
pub(crate) fn before_of(host: &Host, current: &Current, report: &Report) -> BTreeMap<SectionName, SectionBody> {
    let body = |name| current.bodies.get(name).cloned().unwrap_or_else(|| SectionBody::empty(host.id, *name));
    report.sections.keys().map(|name| (*name, body(name))).collect()
}

impl Service {
    /// Marks the history of another source's report by what it means for the view of all.
    pub(super) async fn mark_told(
        &self,
        belonging: &Belonging,
        known: Option<&SourceHead>,
        before: &BTreeMap<SectionName, SectionBody>,
        merged: &mut Merged,
    ) -> Result<(), ServiceError> {
        let host = &belonging.host.value;
        let tellers = self.tellers(host).await?;
        let then = tellers.heard_at().unwrap_or(host.created_at);
        let now = merged.head.reported_at;
        let report = merged.history.first().map_or_else(|| ReportId::new(now), |entry| entry.report);
        let mut last = merged.head.history;
        let mut added = Vec::new();
        let first = merged.bodies.iter().filter(|body| !merged.now.contains_key(&body.section));
        for (section, after) in merged.now.iter().chain(first.map(|body| (&body.section, body))) {
            let told = known.and_then(|head| head.sections.get(section)).filter(|head| head.is_known);
            let turn = Turn {
                source: merged.head.source,
                section: *section,
                report,
                before: told.and_then(|head| Some((before.get(section)?, head.seen_at))),
                after,
                is_complete: merged.head.sections.get(section).is_some_and(|head| head.problems.is_empty()),
                then,
                now,
                received_at: None,
            };
            added.extend(self.mark(&tellers, &turn, &mut merged.history, &mut last).await?);
        }
        merged.head.history = last;
        merged.history.extend(added);
        Ok(())
    }

    /// Marks the history of our own agent's report in the same way.
    pub(crate) async fn mark_reported(
        &self,
        host: &Host,
        before: &BTreeMap<SectionName, SectionBody>,
        known: Option<&Inventory>,
        report: ReportId,
        merged: &mut merge::Merged,
    ) -> Result<(), ServiceError> {
        let tellers = self.tellers(host).await?;
        let then = tellers.heard_at().unwrap_or(host.created_at);
        let received_at = merged.inventory.received_at;
        let now = merged.inventory.looked_at.unwrap_or(received_at);
        let mut last = merged.inventory.history;
        let mut added = Vec::new();
        for (section, stored) in before {
            let Some(head) = merged.inventory.sections.get(section).filter(|head| head.is_known) else { continue };
            let told = known.and_then(|inventory| inventory.sections.get(section)).filter(|head| head.is_known);
            let mut after = stored.clone();
            match merged.bodies.iter().find(|body| body.section == *section) {
                Some(body) => after.clone_from(body),
                None => after.apply(merged.history.iter()),
            }
            let turn = Turn {
                source: Source::Agent,
                section: *section,
                report,
                before: told.map(|head| (stored, head.seen_at)),
                after: &after,
                is_complete: head.status == muster_shared::SectionStatus::Ok,
                then,
                now,
                received_at: (now != received_at).then_some(received_at),
            };
            added.extend(self.mark(&tellers, &turn, &mut merged.history, &mut last).await?);
        }
        merged.inventory.history = last;
        merged.history.extend(added);
        Ok(())
    }

    async fn mark(
        &self,
        tellers: &Tellers,
        turn: &Turn<'_>,
        history: &mut [HistoryEntry],
        last: &mut u64,
    ) -> Result<Vec<HistoryEntry>, ServiceError> {
        let spoken = self.spoken(tellers, turn.section, Moment::NOW, Some(turn.source)).await?;
        let words: Vec<Word<'_>> = spoken.iter().map(Spoken::word).collect();
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let (rules, pins) = (self.rules().await?, self.pins(&tellers.host, turn.section).await?);
        let view = View { class: turn.section, rules: &rules, pins: &pins, at: turn.now };
        let before = turn.before.map(|(body, seen_at)| Word {
            source: turn.source,
            items: &body.items,
            gone: &body.gone,
            seen_at,
            is_complete: turn.is_complete,
        });
        let after = Word {
            source: turn.source,
            items: &turn.after.items,
            gone: &turn.after.gone,
            seen_at: turn.now,
            is_complete: turn.is_complete,
        };
        let report = effect::Report {
            host: tellers.host.id,
            report: turn.report,
            before,
            after,
            others: &words,
            then: turn.then,
            received_at: turn.received_at,
        };
        let start = history.iter().position(|entry| entry.section == turn.section).unwrap_or(history.len());
        let end = history.iter().rposition(|entry| entry.section == turn.section).map_or(start, |last| last + 1);
        // Entries of one section stand together, for sections are merged one after the other.
        let own = history.get_mut(start..end).unwrap_or_default();
        Ok(effect::entries(view, report, own, last))
    }
}
