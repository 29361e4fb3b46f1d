//! Sections and facts of a host as all of its sources together tell them, now and at a moment before.
//!
//! A host that one source alone speaks of, which most are, is read as that source tells it and costs nothing more.

use std::collections::BTreeMap;
use std::sync::Arc;

use muster_model::history::{self, Moment};
use muster_model::host::{Host, LastSeen};
use muster_model::inventory::{Facts, Inventory, Known, SectionBody, SectionHead};
use muster_model::reconcile::pin::{Pin, pin_prefix};
use muster_model::reconcile::rule::{self, FormerReconciliation, Reconciliation, Rules};
use muster_model::reconcile::{Reconciled, View, Word, section};
use muster_model::source::heard::Heard;
use muster_model::source::{Source, SourceHead};
use muster_model::{Collection, Versioned};
use muster_shared::diff::ItemMap;
use muster_shared::{SectionName, SectionStatus, Time};
use muster_store::{Scan, TypedStore};

use crate::service::{Service, ServiceError};

/// Who speaks of a host, and when each was last heard.
#[derive(Clone, Debug)]
pub(crate) struct Tellers {
    /// What is said of the host itself.
    pub(crate) host: Host,
    /// What its own agent told.
    pub(crate) inventory: Option<Arc<Versioned<Inventory>>>,
    /// When its own agent was last heard.
    pub(crate) last_seen: Option<LastSeen>,
    /// What the other sources told.
    pub(crate) heads: Vec<SourceHead>,
    /// When these were last heard.
    pub(crate) heard: BTreeMap<Source, Time>,
    /// The last word of all of them.
    pub(crate) last_word: Option<Heard>,
}

/// What one source says of a section.
#[derive(Clone, Debug)]
pub(crate) struct Spoken {
    /// The section as it tells it.
    pub(crate) body: SectionBody,
    /// When it looked last.
    pub(crate) seen_at: Time,
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

impl Tellers {
    /// The one source that speaks of the host, if it is one and nobody pinned a value.
    pub(crate) fn only(&self) -> Option<Source> {
        match (&self.inventory, self.host.sources.as_slice()) {
            (Some(_), []) => Some(Source::Agent),
            (None, [source]) if *source != Source::Person => Some(*source),
            _ => None,
        }
    }

    /// The sources that told a section at some time.
    pub(crate) fn told_by(&self, section: SectionName) -> impl Iterator<Item = (Source, &SectionHead)> {
        let own =
            self.inventory.iter().filter_map(move |known| Some((Source::Agent, known.value.sections.get(&section)?)));
        let others = self.heads.iter().filter_map(move |head| Some((head.source, head.sections.get(&section)?)));
        own.chain(others).filter(|(_, head)| head.is_known)
    }

    /// When any source was last heard.
    pub(crate) fn heard_at(&self) -> Option<Time> {
        self.last_seen.as_ref().map(|seen| seen.at).into_iter().chain(self.heard.values().copied()).max()
    }

    /// The sections, with the head of the source that is believed most among those that told each, and the facts of the one
    /// source that there is.
    fn known(&self, rules: &Rules) -> Option<Known> {
        let own = self.inventory.iter().map(|inventory| &inventory.value.facts);
        let facts = own.chain(self.heads.iter().map(|head| &head.facts)).next()?.clone();
        let mut sections: BTreeMap<SectionName, SectionHead> = BTreeMap::new();
        let mut told_by: BTreeMap<SectionName, Vec<Source>> = BTreeMap::new();
        for section in SectionName::ALL {
            let mut told: Vec<(Source, &SectionHead)> = self.told_by(*section).collect();
            told.sort_by_key(|(source, _)| (rules.rank(*section, None, *source), *source));
            let unread = || self.inventory.as_ref()?.value.sections.get(section);
            let Some(head) = told.first().map(|(_, head)| *head).or_else(unread) else { continue };
            sections.insert(*section, head.clone());
            told_by.insert(*section, told.iter().map(|(source, _)| *source).collect());
        }
        Some(Known { facts, sections, told_by })
    }
}

impl Service {
    /// Who speaks of a host.
    pub(crate) async fn tellers(&self, host: &Host) -> Result<Tellers, ServiceError> {
        let last_seen = self.last_seen(host.id).await?.map(|stored| stored.value);
        let heard = self.heard(host).await?;
        Ok(Tellers {
            inventory: self.recall_inventory(host.id).await?,
            heads: self.heads(host).await?.into_iter().map(|stored| stored.value).collect(),
            last_word: self.last_word(last_seen.as_ref(), &heard).await?,
            host: host.clone(),
            last_seen,
            heard,
        })
    }

    /// What is known of a host as a whole.
    pub(crate) async fn known(&self, tellers: &Tellers) -> Result<Option<Known>, ServiceError> {
        let is_one = tellers.only().is_some();
        let rules = if is_one { Rules::default() } else { self.rules().await? };
        let Some(mut known) = tellers.known(&rules) else { return Ok(None) };
        if !is_one {
            known.facts = self.told_facts(tellers, Moment::NOW).await?;
        }
        Ok(Some(known))
    }

    /// What lists show of a host at a moment, from its sections as all tell them.
    pub(crate) async fn told_facts(&self, tellers: &Tellers, moment: Moment) -> Result<Facts, ServiceError> {
        let mut facts = Facts::default();
        for section in Facts::SECTIONS {
            let Some(items) = self.items_told(tellers, *section, moment).await? else { continue };
            let plain: ItemMap = items.into_iter().map(|(key, item)| (key, item.attributes)).collect();
            let metrics = if moment.is_now() {
                self.metrics_told(tellers.host.id, *section, Source::Agent).await?
            } else {
                ItemMap::new()
            };
            facts.learn(*section, &plain, &metrics);
        }
        Ok(facts)
    }

    /// The items of a section at a moment as all sources together tell them; `None` when none had told it then.
    pub(crate) async fn items_told(
        &self,
        tellers: &Tellers,
        class: SectionName,
        moment: Moment,
    ) -> Result<Option<BTreeMap<String, Reconciled>>, ServiceError> {
        let spoken = self.spoken(tellers, class, moment, None).await?;
        if spoken.is_empty() {
            return Ok(None);
        }
        let words: Vec<Word<'_>> = spoken.iter().map(Spoken::word).collect();
        let (rules, pins) = (self.rules_at(moment).await?, self.pins(&tellers.host, class).await?);
        let at = moment.since().unwrap_or_else(|| self.now());
        Ok(Some(section(View { class, rules: &rules, pins: &pins, at }, &words)))
    }

    /// The rules that count now.
    pub(crate) async fn rules(&self) -> Result<Rules, ServiceError> {
        self.rules_at(Moment::NOW).await
    }

    /// The rules that count at a moment. Whom to believe is knowledge: it is that of when things were known, and a past that is
    /// looked at with all that is known now is seen by the rules of now.
    pub(crate) async fn rules_at(&self, moment: Moment) -> Result<Rules, ServiceError> {
        let set = self.store().find::<Reconciliation>(rule::KEY).await?.map(|stored| stored.value);
        let set = match moment.known_at {
            Some(at) if set.as_ref().is_some_and(|set| set.changed_at > at) => {
                let scan = Scan::keys(Collection::FormerReconciliation, "").descending();
                let former = self.store().all::<FormerReconciliation>(scan).await?;
                former.into_iter().map(|stored| stored.value.0).find(|set| set.changed_at <= at)
            }
            _ => set,
        };
        Ok(set.map_or_else(Rules::default, |set| Rules::of(&set.rules)))
    }

    /// What people pinned in a section of a host, also what they took back.
    pub(crate) async fn pins(&self, host: &Host, section: SectionName) -> Result<Vec<Pin>, ServiceError> {
        if !host.sources.contains(&Source::Person) {
            return Ok(Vec::new());
        }
        let pins = self.store().all::<Pin>(Scan::keys(Collection::Pin, pin_prefix(host.id, section))).await?;
        Ok(pins.into_iter().map(|stored| stored.value).collect())
    }

    /// What each source says of a section at a moment, but one of them.
    pub(crate) async fn spoken(
        &self,
        tellers: &Tellers,
        section: SectionName,
        moment: Moment,
        but: Option<Source>,
    ) -> Result<Vec<Spoken>, ServiceError> {
        let mut spoken = Vec::new();
        for (source, head) in tellers.told_by(section).filter(|(source, _)| Some(*source) != but) {
            let mut body = self.body_of(tellers.host.id, section, source).await?;
            let mut seen_at = seen_at(tellers, source, section, head);
            if let Some(then) = moment.since() {
                let entries = self.section_history(tellers.host.id, section, source.mark()).await?;
                let since = head.known_since.unwrap_or(tellers.host.created_at);
                let Some(items) = history::items_at(body.items, &entries, since, moment) else { continue };
                let gone = history::gone_at(body.gone, &entries, moment);
                body = SectionBody { items, gone, ..SectionBody::of(tellers.host.id, section, source) };
                seen_at = seen_at.min(then);
            }
            spoken.push(Spoken { body, seen_at, is_complete: head.status == SectionStatus::Ok });
        }
        Ok(spoken)
    }
}

/// When a source last saw a section as it tells it. An agent that finds what is here says so with its root hash alone.
fn seen_at(tellers: &Tellers, source: Source, section: SectionName, head: &SectionHead) -> Time {
    if source == Source::Agent {
        let root = tellers.inventory.as_ref().map(|inventory| inventory.value.root);
        let same = tellers.last_seen.as_ref().filter(|seen| Some(seen.root) == root);
        let same = same.filter(|_| head.in_root && head.status.is_collected());
        return same.map_or(head.seen_at, |seen| seen.at.max(head.seen_at));
    }
    let told = tellers.heads.iter().find(|head| head.source == source);
    let spoke_at = tellers.heard.get(&source).copied().unwrap_or(head.seen_at);
    told.and_then(|told| told.section_seen_at(section, spoke_at)).unwrap_or(head.seen_at)
}
