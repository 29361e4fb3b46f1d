//! What a change touched on a host besides what its plan names: critical facts that no finding tells of.

use muster_model::finding::Finding;
use muster_model::history::HistoryEntry;
use muster_model::ticket::change::plan::Plan;
use muster_model::ticket::change::untouched;
use muster_model::ticket::change::verification::Extra;
use muster_shared::SectionName;
use muster_shared::Time;
use muster_shared::id::HostId;
use muster_store::{Index, Scan, TypedStore};

use crate::service::{Service, ServiceError};

/// Changes of a section since a change began that are looked at: a host that is set up anew has thousands.
const MOST_CHANGES: usize = 10_000;
/// Changes that are read at once.
const PAGE: usize = 256;

impl Service {
    /// Critical facts of a host that are otherwise than when a change began, that its plan does not name, and of which no finding
    /// tells: what a finding tells of is judged by that, whoever explained or accepted it.
    pub(super) async fn touched_by(
        &self,
        host: HostId,
        plan: &Plan,
        started: Time,
    ) -> Result<Vec<Extra>, ServiceError> {
        let mut entries = Vec::new();
        for section in untouched::sections() {
            entries.extend(self.changes_since(host, section, started).await?);
        }
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let book = self.policy_book().await?;
        let mut extras = Vec::new();
        let is_volatile = |section: SectionName, name: &str| book.settings.is_volatile(section, name).is_some();
        for touched in untouched::touched(&entries, plan, is_volatile) {
            let scan = Scan::index(Index::FindingByItem, format!("{}/", touched.item));
            let findings = self.store().all::<Finding>(scan).await?;
            let tells = |finding: &Finding| {
                let is_it = finding.attribute.is_none() || finding.attribute == touched.attribute;
                finding.basis.is_change() && is_it && finding.last_seen >= started
            };
            if !findings.iter().any(|stored| tells(&stored.value)) {
                extras.push(Extra { finding: None, what: touched.what.to_string() });
            }
        }
        Ok(extras)
    }

    /// The changes of a section that were seen after a moment, oldest first.
    async fn changes_since(
        &self,
        host: HostId,
        section: SectionName,
        since: Time,
    ) -> Result<Vec<HistoryEntry>, ServiceError> {
        let mut entries: Vec<HistoryEntry> = Vec::new();
        for mark in ["", "@view"] {
            let mut scan =
                Scan::index(Index::HistoryBySection, format!("{host}/{section}{mark}/")).descending().limit(PAGE);
            loop {
                let page = self.store().page::<HistoryEntry>(scan.clone()).await?;
                let read = page.rows.len();
                let fresh: Vec<HistoryEntry> =
                    page.rows.into_iter().map(|row| row.value).filter(|entry| entry.seen_at > since).collect();
                let is_all = fresh.len() == read && page.next.is_some() && entries.len() < MOST_CHANGES;
                entries.extend(fresh);
                if !is_all {
                    break;
                }
                scan.after = page.next;
            }
        }
        entries.sort_by_key(|entry| entry.seq);
        Ok(entries)
    }
}
