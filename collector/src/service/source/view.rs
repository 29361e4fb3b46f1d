//! Sections and facts of a host as all of its sources together tell them.

use std::collections::BTreeMap;

use muster_model::Collection;
use muster_model::host::{Host, LastSeen};
use muster_model::inventory::{Inventory, SectionBody};
use muster_model::reconcile::pin::{Pin, pin_prefix};
use muster_model::reconcile::rule::{self, Reconciliation, Rules};
use muster_model::reconcile::{Reconciled, View, Word, section};
use muster_model::source::Source;
use muster_shared::{SectionName, SectionStatus, Time};
use muster_store::{Scan, TypedStore};

use crate::service::{Service, ServiceError};

/// What one source says of a section.
#[derive(Clone, Debug)]
pub(crate) struct Spoken {
    /// The section as it tells it.
    pub(crate) body: SectionBody,
    /// When it looked last.
    pub(crate) seen_at: Time,
    /// Since when it tells the section.
    pub(crate) known_since: Option<Time>,
    /// Whether it sees everything there is.
    pub(crate) is_complete: bool,
}

impl Spoken {
    /// As a word for the view of all.
    pub(crate) fn word(&self) -> Word<'_> {
        Word {
            source: self.body.source,
            items: &self.body.items,
            gone: &self.body.gone,
            seen_at: self.seen_at,
            is_complete: self.is_complete,
        }
    }
}

impl Service {
    /// The rules that count now.
    pub(crate) async fn rules(&self) -> Result<Rules, ServiceError> {
        let set = self.store().find::<Reconciliation>(rule::KEY).await?;
        Ok(set.map_or_else(Rules::default, |set| Rules::of(&set.value.rules)))
    }

    /// What people pinned in a section of a host.
    pub(crate) async fn pins(&self, host: &Host, section: SectionName) -> Result<Vec<Pin>, ServiceError> {
        if !host.sources.contains(&Source::Person) {
            return Ok(Vec::new());
        }
        let pins = self.store().all::<Pin>(Scan::keys(Collection::Pin, pin_prefix(host.id, section))).await?;
        Ok(pins.into_iter().map(|stored| stored.value).collect())
    }

    /// What each source says of a section, but one of them.
    pub(crate) async fn spoken(
        &self,
        host: &Host,
        section: SectionName,
        but: Option<Source>,
    ) -> Result<Vec<Spoken>, ServiceError> {
        let mut spoken = Vec::new();
        if but != Some(Source::Agent) {
            spoken.extend(self.spoken_by_agent(host, section).await?);
        }
        let heard = self.heard(host).await?;
        for head in self.heads(host).await? {
            let (head, source) = (&head.value, head.value.source);
            let Some(known) = head.sections.get(&section).filter(|known| known.is_known) else { continue };
            if Some(source) == but {
                continue;
            }
            let heard_at = heard.get(&source).copied().unwrap_or(head.reported_at);
            spoken.push(Spoken {
                body: self.body_of(host.id, section, source).await?,
                seen_at: head.section_seen_at(section, heard_at).unwrap_or(known.seen_at),
                known_since: known.known_since,
                is_complete: known.status == SectionStatus::Ok,
            });
        }
        Ok(spoken)
    }

    async fn spoken_by_agent(&self, host: &Host, section: SectionName) -> Result<Option<Spoken>, ServiceError> {
        let key = host.id.to_string();
        let Some(inventory) = self.store().find::<Inventory>(&key).await? else { return Ok(None) };
        let Some(head) = inventory.value.sections.get(&section).filter(|head| head.is_known) else { return Ok(None) };
        // An agent that finds what is here says so with its root hash alone.
        let seen = self.store().find::<LastSeen>(&key).await?.map(|seen| seen.value);
        let same = seen.filter(|seen| seen.root == inventory.value.root && head.in_root && head.status.is_collected());
        Ok(Some(Spoken {
            body: self.section_body(host.id, section).await?,
            seen_at: same.map_or(head.seen_at, |seen| seen.at.max(head.seen_at)),
            known_since: head.known_since,
            is_complete: head.status == SectionStatus::Ok,
        }))
    }

    /// The items of a section as all sources together tell them.
    pub(crate) async fn reconciled(
        &self,
        host: &Host,
        class: SectionName,
    ) -> Result<BTreeMap<String, Reconciled>, ServiceError> {
        let spoken = self.spoken(host, class, None).await?;
        let words: Vec<Word<'_>> = spoken.iter().map(Spoken::word).collect();
        let (rules, pins) = (self.rules().await?, self.pins(host, class).await?);
        Ok(section(View { class, rules: &rules, pins: &pins, at: self.now() }, &words))
    }
}
