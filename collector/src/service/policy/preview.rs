//! What a policy would do, before it is switched on: what breaks it now, and what it would have made of the last 30 days.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use muster_model::history::HistoryEntry;
use muster_model::host::Host;
use muster_model::inventory::StoredItem;
use muster_model::policy::book::StatePolicy;
use muster_model::policy::court::{Court, Facts};
use muster_model::policy::own::{self, OwnPolicy};
use muster_model::policy::{Outcome, rule::Rule};
use muster_model::profile;
use muster_model::right::{Action, Resource};
use muster_model::routing::{LONGEST_MS, ROLLING_MS};
use muster_model::text::Phrase;
use muster_model::{Collection, Versioned};
use muster_shared::id::{HostId, ItemId};
use muster_shared::{Attributes, SectionName, Time};
use muster_store::{Index, Scan, TypedStore};
use serde_json::Value;

use super::{PolicyDraft, wrong};
use crate::service::state::ask;
use crate::service::{Call, Service, ServiceError};

/// How far it looks back.
const PAST_MS: i64 = 30 * 86_400_000;
/// Items that are named.
const NAMED: usize = 100;
/// Hosts that are looked at.
const MOST_HOSTS: usize = 5_000;

/// An item that breaks a policy now.
#[derive(Clone, Debug)]
pub struct PreviewHit {
    /// The host.
    pub host: HostId,
    /// Its name.
    pub host_name: String,
    /// The item.
    pub item: ItemId,
    /// Its key.
    pub key: String,
}

/// What a policy would do.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// Hosts that were looked at.
    pub hosts: usize,
    /// Hosts that it means.
    pub in_scope: usize,
    /// Items that it was asked about.
    pub items: usize,
    /// Hosts with an item that breaks it now.
    pub broken_hosts: usize,
    /// Items that break it now.
    pub broken: usize,
    /// The first of them.
    pub hits: Vec<PreviewHit>,
    /// Findings that it would have made in the last 30 days.
    pub past_findings: usize,
    /// Incidents that would have come of them.
    pub past_incidents: usize,
    /// Whether all hosts were looked at.
    pub is_complete: bool,
    /// Why it had no answer about some item.
    pub problem: Option<String>,
}

/// Policies that are tried.
#[derive(Debug)]
pub(in crate::service) struct Trial {
    /// These.
    pub(in crate::service) tried: Vec<Arc<StatePolicy>>,
    /// Demands of other profiles, which may be more specific.
    pub(in crate::service) others: Vec<Arc<StatePolicy>>,
}

impl Trial {
    /// Those that are tried and count on a host.
    fn counting(&self, host: &Value) -> Vec<Arc<StatePolicy>> {
        let is_meant = |policy: &&Arc<StatePolicy>| policy.scope.as_ref().is_none_or(|scope| scope.matches(host));
        let tried: Vec<_> = self.tried.iter().filter(is_meant).cloned().collect();
        let (demands, mut counting): (Vec<_>, Vec<_>) = tried.into_iter().partition(|policy| policy.demanded.is_some());
        let all: Vec<_> = demands.into_iter().chain(self.others.iter().filter(is_meant).cloned()).collect();
        let winners = profile::winners(&all).winners.into_iter();
        counting.extend(winners.filter(|policy| self.tried.iter().any(|tried| Arc::ptr_eq(tried, policy))));
        counting
    }
}

impl Service {
    /// Tries a policy without saving it.
    pub async fn preview_policy(&self, call: &Call, draft: &PolicyDraft) -> Result<Preview, ServiceError> {
        call.authorize(Action::PolicyManage, Resource::All)?;
        let now = self.now();
        let policy = OwnPolicy {
            id: "preview".into(),
            purpose: "preview".into(),
            section: draft.section,
            scope: draft.scope.trim().to_owned(),
            condition: draft.condition.trim().to_owned(),
            severity: draft.severity,
            class: draft.class,
            outcome: draft.outcome,
            patience: draft.patience,
            is_enabled: true,
            created_at: now,
            changed_at: now,
            changed_by: call.actor.label(),
        };
        let registry = self.registry().await?;
        let violations = own::check(&policy, &registry);
        if !violations.is_empty() {
            return Err(wrong(violations));
        }
        let unreadable = |why: Phrase| crate::service::invalid("/condition", why);
        let policy = Arc::new(StatePolicy::of_owner(&policy, &registry).map_err(unreadable)?);
        self.try_out(&Trial { tried: vec![policy], others: Vec::new() }, now).await
    }

    /// What policies would do.
    pub(in crate::service) async fn try_out(&self, trial: &Trial, now: Time) -> Result<Preview, ServiceError> {
        let mut preview = Preview { is_complete: true, ..Preview::default() };
        let mut scan = Scan::keys(Collection::Host, "").limit(256);
        loop {
            let page = self.store().page::<Host>(scan.clone()).await?;
            for host in &page.rows {
                if preview.hosts >= MOST_HOSTS {
                    preview.is_complete = false;
                    return Ok(preview);
                }
                if !(host.value.lifecycle.is_over() || host.value.merged_into.is_some()) {
                    preview.hosts += 1;
                    self.preview_host(&mut preview, host, trial, now).await?;
                }
            }
            match page.next {
                None => return Ok(preview),
                next => scan.after = next,
            }
        }
    }

    async fn preview_host(
        &self,
        preview: &mut Preview,
        host: &Versioned<Host>,
        trial: &Trial,
        now: Time,
    ) -> Result<(), ServiceError> {
        let entry = self.scope_entry(host).await?;
        let policies = trial.counting(&entry);
        if policies.is_empty() {
            return Ok(());
        }
        preview.in_scope += 1;
        let facts = Arc::new(self.facts_for(host.clone(), entry, &policies).await?);
        let answers = ask(&facts, &policies);
        preview.items += answers.len();
        let mut broken = 0;
        for (_, answer) in answers {
            match answer {
                Err(why) => drop(preview.problem.get_or_insert_with(|| format!("{}: {why}", host.value.name))),
                Ok(answer) if answer.violation.is_some() => {
                    broken += 1;
                    if preview.hits.len() < NAMED {
                        preview.hits.push(PreviewHit {
                            host: host.value.id,
                            host_name: host.value.name.clone(),
                            item: ItemId::new(host.value.id, answer.policy.section, &answer.item),
                            key: answer.said(),
                        });
                    }
                }
                Ok(_) => {}
            }
        }
        preview.broken += broken;
        preview.broken_hosts += usize::from(broken > 0);
        let mut told: BTreeMap<SectionName, Vec<HistoryEntry>> = BTreeMap::new();
        let mut begun = Vec::new();
        for policy in &policies {
            if let Entry::Vacant(place) = told.entry(policy.section) {
                place.insert(self.recent(host.value.id, policy.section, now).await?);
            }
            let entries = told.get(&policy.section).map(Vec::as_slice).unwrap_or_default();
            begun.extend(begun_by(&facts, policy, entries));
        }
        preview.past_findings += begun.len();
        if policies.iter().any(|policy| policy.outcome == Outcome::Incident) {
            begun.sort_unstable();
            preview.past_incidents += incidents(&begun);
        }
        Ok(())
    }

    /// The changes of a section in the last 30 days.
    async fn recent(&self, host: HostId, section: SectionName, now: Time) -> Result<Vec<HistoryEntry>, ServiceError> {
        let since = now.plus_millis(-PAST_MS);
        let mut entries = Vec::new();
        for mark in ["", "@view"] {
            let scan = Scan::index(Index::HistoryBySection, format!("{host}/{section}{mark}/"));
            entries.extend(self.store().all::<HistoryEntry>(scan).await?.into_iter().map(|stored| stored.value));
        }
        entries.retain(|entry| entry.is_change() && entry.seen_at >= since);
        entries.sort_by_key(|entry| entry.seq);
        Ok(entries)
    }
}

/// When items began to break a policy, from their changes. What the policy reads besides is as it is now.
fn begun_by(facts: &Arc<Facts>, policy: &StatePolicy, entries: &[HistoryEntry]) -> Vec<Time> {
    let Ok(court) = Court::new(facts) else { return Vec::new() };
    let Some(known) = facts.sections.get(&policy.section) else { return Vec::new() };
    let keys: BTreeSet<&str> = match &policy.demanded {
        None => entries.iter().map(|entry| entry.key.as_str()).collect(),
        // The thing by the key that it has now or had, or by its name.
        Some(demanded) => {
            let thing = demanded.expectation.key.as_str();
            let is_named = |attributes: &Attributes| attributes.get("name").is_some_and(|name| name == thing);
            let is_it = |entry: &&HistoryEntry| entry.key == thing || is_named(&entry.before) || is_named(&entry.after);
            let now = known.find(thing).map(|(key, _)| key);
            now.into_iter().chain(entries.iter().filter(is_it).map(|entry| entry.key.as_str())).collect()
        }
    };
    // What is missing is asked about too, where a demand minds that.
    let minds_absence = policy.demanded.is_some();
    let mut begun = Vec::new();
    for key in keys {
        let mut items = BTreeMap::new();
        if let Some(attributes) = known.items().get(key) {
            items.insert(key.to_owned(), StoredItem { attributes: attributes.clone(), since: facts.now });
        }
        // From the present back: what an item was before each of its changes.
        let mut is_broken = breaks(&court, &policy.rule, key, minds_absence, &items);
        for entry in entries.iter().rev().filter(|entry| entry.key == key) {
            entry.undo(&mut items, entry.seen_at);
            let was_broken = breaks(&court, &policy.rule, key, minds_absence, &items);
            if is_broken && !was_broken {
                begun.push(entry.seen_at);
            }
            is_broken = was_broken;
        }
    }
    begun.sort_unstable();
    begun
}

fn breaks(court: &Court, rule: &Rule, key: &str, minds_absence: bool, items: &BTreeMap<String, StoredItem>) -> bool {
    let answer = match items.get(key) {
        Some(item) => court.ask(key, &item.attributes, [rule]).pop(),
        None if minds_absence => court.ask("", &Attributes::new(), [rule]).pop(),
        None => None,
    };
    matches!(answer, Some(Ok(true)))
}

/// How many incidents findings of one policy on one host make: one takes others as long as the router lets it.
fn incidents(begun: &[Time]) -> usize {
    let mut count = 0;
    let mut open: Option<(Time, Time)> = None;
    for at in begun {
        match &mut open {
            Some((opened, joined)) if at.since(*joined) <= ROLLING_MS && at.since(*opened) <= LONGEST_MS => {
                *joined = *at;
            }
            _ => {
                count += 1;
                open = Some((*at, *at));
            }
        }
    }
    count
}
