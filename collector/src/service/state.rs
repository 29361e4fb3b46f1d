//! How things are: asks the policies that look at what changed, and walks the fleet for policies that changed themselves or
//! whose answer depends on the time.
//!
//! A policy is compiled once and found by its sections; only items that changed are asked about, unless something that a
//! policy reads besides changed. A section that cannot be read ends nothing: items are as they were last known.

mod ask;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError};

use muster_model::drift::Findings;
use muster_model::drift::state::{self, Verdict};
use muster_model::finding::{Finding, Resolution, Subject};
use muster_model::history::Moment;
use muster_model::host::Host;
use muster_model::policy::Violation;
use muster_model::policy::book::StatePolicy;
use muster_model::policy::court::{Facts, SectionFacts};
use muster_model::profile;
use muster_model::relation::graph::Ties;
use muster_model::{ChangeSet, Versioned};
use muster_shared::id::{ItemId, NodeId};
use muster_shared::{SectionName, Time};
use muster_store::{Index, Scan, TypedStore};
use serde_json::Value;

use super::item::holder::Holder;
use super::{Service, ServiceError};
pub(in crate::service) use ask::ask;
use ask::{Standing, ask_all};

/// What policies are to be asked about on a host.
#[derive(Clone, Debug)]
pub(super) enum Touched {
    /// These items of sections; some went.
    Items {
        /// By section.
        keys: BTreeMap<SectionName, BTreeSet<String>>,
        /// Items that are not there any more.
        gone: BTreeSet<ItemId>,
    },
    /// All items of these sections.
    Whole(BTreeSet<SectionName>),
    /// All items that these policies look at.
    Policies(Vec<Arc<StatePolicy>>),
}

/// Policies to ask about the items of one section: about these items only, or about all.
#[derive(Debug, Default)]
struct Asked {
    some: Vec<Arc<StatePolicy>>,
    keys: BTreeSet<String>,
    all: Vec<Arc<StatePolicy>>,
}

/// The answer of a policy about an item.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) policy: Arc<StatePolicy>,
    /// What it was asked about: the key of the item, or the thing as a demand names it.
    pub(super) key: String,
    /// The key of the item; that of the thing when it is not there.
    pub(super) item: String,
    /// What is wrong.
    pub(super) violation: Option<Violation>,
}

type Plan = BTreeMap<SectionName, Asked>;

impl Touched {
    fn plan(&self, book: &muster_model::policy::book::Book) -> Plan {
        let mut plan = Plan::new();
        let mut whole = |policy: &Arc<StatePolicy>| {
            let all = &mut plan.entry(policy.section).or_default().all;
            if !all.iter().any(|known| Arc::ptr_eq(known, policy)) {
                all.push(Arc::clone(policy));
            }
        };
        match self {
            Self::Policies(policies) => {
                for policy in policies {
                    whole(policy);
                    // Which demand counts is known when all on the same things are there.
                    if policy.demanded.is_some() {
                        book.reading(policy.section).filter(|other| other.demanded.is_some()).for_each(&mut whole);
                    }
                }
            }
            Self::Whole(sections) => {
                for section in sections {
                    book.looking_at(*section).chain(book.reading(*section)).for_each(&mut whole);
                }
            }
            Self::Items { keys, .. } => {
                for (section, keys) in keys {
                    book.reading(*section).filter(|policy| policy.is_moved_by(*section, keys)).for_each(&mut whole);
                }
                for (section, keys) in keys {
                    let whole = plan.get(section).map_or(&[][..], |asked| &asked.all);
                    let is_whole = |policy: &&Arc<StatePolicy>| whole.iter().any(|other| Arc::ptr_eq(policy, other));
                    let some: Vec<_> = book.looking_at(*section).filter(|policy| !is_whole(policy)).cloned().collect();
                    if !some.is_empty() {
                        let asked = plan.entry(*section).or_default();
                        (asked.some, asked.keys) = (some, keys.clone());
                    }
                }
            }
        }
        plan
    }
}

impl Service {
    /// Asks the policies over how things are; gives the findings that are to be written.
    pub(super) async fn judge_states(
        &self,
        host: &Versioned<Host>,
        touched: &Touched,
        now: Time,
    ) -> Result<Vec<Versioned<Finding>>, ServiceError> {
        let mut plan = touched.plan(&*self.policy_book().await?);
        let gone = match touched {
            Touched::Items { gone, .. } => gone.clone(),
            Touched::Whole(_) | Touched::Policies(_) => BTreeSet::new(),
        };
        if plan.is_empty() && gone.is_empty() {
            return Ok(Vec::new());
        }
        let scan = Scan::index(Index::FindingStanding, format!("{}/", host.value.id));
        let mut active = self.store().all::<Finding>(scan).await?;
        let excluded = self.narrow(&mut plan, host).await?;
        let mut standing = Standing::new();
        for Versioned { value: finding, .. } in &active {
            standing.entry(finding.item_key.clone()).or_default().insert(finding.policy.clone());
        }
        let answers = self.answers(host, &plan, &standing, now).await?;
        // What broke a policy before may be the same finding again.
        let mut known: BTreeSet<String> = active.iter().map(|finding| finding.value.fingerprint.clone()).collect();
        for answer in answers.iter().filter(|answer| answer.violation.is_some()) {
            let fingerprint = answer.verdict(&host.value, now).fingerprint();
            if known.insert(fingerprint.clone()) {
                let scan = Scan::index(Index::FindingByFingerprint, format!("{fingerprint}/")).descending();
                active.extend(self.store().first::<Finding>(scan).await?);
            }
        }
        let mut findings = Findings::new(active);
        for answer in &answers {
            state::observe(&mut findings, answer.verdict(&host.value, now), &self.policy().windows, now);
        }
        let asked = match touched {
            Touched::Policies(policies) => policies.as_slice(),
            Touched::Items { .. } | Touched::Whole(_) => &[],
        };
        // A demand that its profile does not make any more.
        let is_dropped = |finding: &Finding| {
            let of_profile = |policy: &Arc<StatePolicy>| policy.demanded.is_some() && policy.id == finding.policy;
            asked.iter().any(of_profile) && !asked.iter().any(|policy| policy.made(finding))
        };
        let is_over = |finding: &Finding| {
            if is_dropped(finding) || excluded.iter().any(|policy| policy.made(finding)) {
                return Some(Resolution::PolicyRemoved);
            }
            // What says that something is missing is not over because that is gone.
            (gone.contains(&finding.item) && !finding.actual.is_null()).then_some(Resolution::ItemGone)
        };
        state::end(&mut findings, is_over, now);
        Ok(findings.into_changed())
    }

    /// Leaves those policies in the plan that count on the host; gives the others.
    async fn narrow(&self, plan: &mut Plan, host: &Versioned<Host>) -> Result<Vec<Arc<StatePolicy>>, ServiceError> {
        let is_over = host.value.lifecycle.is_over() || host.value.merged_into.is_some();
        let all = || plan.values().flat_map(|asked| asked.some.iter().chain(&asked.all));
        if !is_over && all().all(|policy| policy.scope.is_none() && policy.demanded.is_none()) {
            return Ok(Vec::new());
        }
        let entry = if is_over { Value::Null } else { self.scope_entry(host).await? };
        let is_meant =
            |policy: &&Arc<StatePolicy>| !is_over && policy.scope.as_ref().is_none_or(|scope| scope.matches(&entry));
        let (meant, mut excluded): (Vec<_>, Vec<_>) = all().cloned().partition(|policy| is_meant(&policy));
        let counted = profile::winners(&meant);
        for (policy, other) in &counted.undecided {
            self.note_trouble(&policy.id, &host.value.name, &undecided(policy, other));
        }
        excluded.extend(counted.overruled.into_iter().chain(counted.undecided).map(|(policy, _)| policy));
        let is_out = |policy: &Arc<StatePolicy>| excluded.iter().any(|out| Arc::ptr_eq(out, policy));
        for asked in plan.values_mut() {
            asked.some.retain(|policy| !is_out(policy));
            asked.all.retain(|policy| !is_out(policy));
        }
        plan.retain(|_, asked| !(asked.some.is_empty() && asked.all.is_empty()));
        Ok(excluded)
    }

    /// A host as scopes see it: as it is in the list of hosts.
    pub(super) async fn scope_entry(&self, host: &Versioned<Host>) -> Result<Value, ServiceError> {
        let Some(view) = self.host_view(host.clone(), Moment::NOW).await? else { return Ok(Value::Null) };
        let mut entry = view.entry(Ties::default());
        if let Some(entry) = entry.as_object_mut() {
            let mut added = self.added_to(host.value.id, Moment::NOW).await?;
            entry.extend(added.remove(&NodeId::Host(host.value.id)).unwrap_or_default());
        }
        Ok(entry)
    }

    async fn answers(
        &self,
        host: &Versioned<Host>,
        plan: &Plan,
        standing: &Standing,
        now: Time,
    ) -> Result<Vec<Answer>, ServiceError> {
        if plan.is_empty() {
            return Ok(Vec::new());
        }
        let holder = self.holder(host.clone()).await?;
        let policies = || plan.values().flat_map(|asked| asked.some.iter().chain(&asked.all));
        let reads: BTreeSet<SectionName> = policies().flat_map(|policy| policy.rule.reads.sections()).collect();
        let mut sections = BTreeMap::new();
        for section in reads.iter().chain(plan.keys()) {
            if sections.contains_key(section) {
                continue;
            }
            let asked = plan.get(section);
            let keys = asked.filter(|asked| asked.all.is_empty() && !reads.contains(section)).map(|asked| &asked.keys);
            // Of a section that was never read nothing is known: nothing is missing in it either.
            if holder.head(*section).is_some() {
                sections.insert(*section, self.facts_of(&holder, *section, keys).await?);
            }
        }
        let entry = self.scope_entry(host).await?;
        let facts = Arc::new(Facts { host: entry, sections, now });
        let mut answers = Vec::new();
        for (policy, result) in ask_all(&facts, plan, Some(standing)) {
            match result {
                Ok(answer) => answers.push(answer),
                Err(why) => self.note_trouble(&policy, &host.value.name, &why),
            }
        }
        Ok(answers)
    }

    /// What policies need to know of a host, as it is.
    pub(super) async fn facts_for(
        &self,
        host: Versioned<Host>,
        entry: Value,
        policies: &[Arc<StatePolicy>],
    ) -> Result<Facts, ServiceError> {
        let holder = self.holder(host).await?;
        let mut asked = BTreeSet::new();
        for policy in policies {
            asked.insert(policy.section);
            asked.extend(policy.rule.reads.sections());
        }
        let mut sections = BTreeMap::new();
        for section in asked {
            if holder.head(section).is_some() {
                sections.insert(section, self.facts_of(&holder, section, None).await?);
            }
        }
        Ok(Facts { host: entry, sections, now: self.now() })
    }

    /// The items of a section, or those of some keys, as conditions see them: what is volatile too.
    pub(super) async fn facts_of(
        &self,
        holder: &Holder,
        section: SectionName,
        keys: Option<&BTreeSet<String>>,
    ) -> Result<SectionFacts, ServiceError> {
        let items = match (keys, holder.tellers.only()) {
            (Some(keys), Some(source)) => {
                let items = self.part_of(holder.host.value.id, section, source, keys).await?.items;
                self.present_items(holder, section, items, Moment::NOW).await?
            }
            _ => self.items_of(holder, section, Moment::NOW).await?,
        };
        let item = |item: super::item::ItemView| {
            let mut attributes = item.metrics;
            attributes.extend(item.attributes);
            (item.key, attributes)
        };
        Ok(SectionFacts::new(items.into_iter().map(item)))
    }

    /// Keeps why a policy had no answer, for its page. A restart forgets it, and the next look finds it again.
    pub(super) fn note_trouble(&self, policy: &str, host: &str, why: &str) {
        let mut troubles = self.troubles.lock().unwrap_or_else(PoisonError::into_inner);
        troubles.insert(policy.to_owned(), format!("{host}: {why}"));
    }

    /// Why a policy had no answer the last time.
    pub(super) fn trouble_of(&self, policy: &str) -> Option<String> {
        self.troubles.lock().unwrap_or_else(PoisonError::into_inner).get(policy).cloned()
    }

    /// Writes what a sweep found on a host.
    pub(super) async fn sweep_host(
        &self,
        changes: &mut ChangeSet,
        host: &Versioned<Host>,
        policies: &[Arc<StatePolicy>],
        now: Time,
    ) -> Result<(), ServiceError> {
        for finding in self.judge_states(host, &Touched::Policies(policies.to_vec()), now).await? {
            self.write_finding(changes, finding, now).await?;
        }
        Ok(())
    }
}

/// Why neither of two demands counts.
fn undecided(policy: &StatePolicy, other: &StatePolicy) -> String {
    let line = |policy: &StatePolicy| policy.demanded.as_ref().map(|demanded| demanded.expectation.to_string());
    let (mine, theirs) = (line(policy).unwrap_or_default(), line(other).unwrap_or_default());
    format!("the profile {} of the same layer says \u{201c}{theirs}\u{201d}, this one \u{201c}{mine}\u{201d}", other.id)
}

impl Answer {
    /// What it is about, for people: the key of an item, or what a profile demands.
    pub(super) fn said(&self) -> String {
        self.policy.demanded.as_ref().map_or_else(|| self.key.clone(), |demanded| demanded.expectation.to_string())
    }

    fn verdict<'a>(&'a self, host: &'a Host, now: Time) -> Verdict<'a> {
        let (policy, section) = (&self.policy, self.policy.section);
        let subject = Subject {
            host: host.id,
            host_name: &host.name,
            item: ItemId::new(host.id, section, &self.item),
            section,
            key: &self.key,
            not_before: None,
            seen_at: now,
        };
        let attribute = policy.demanded.as_ref().and_then(|demanded| demanded.expectation.attribute.as_deref());
        Verdict { subject, policy: &policy.id, attribute, violation: self.violation.clone() }
    }
}
