//! Which host a report belongs to: the model's ladder over what is stored, with its reasons kept and people asked.
//! `Service::place` is asked by ingest for every report of an agent; what only the first report of an agent needs happens
//! here. Other sources ask `Service::recognise` with the same evidence.

mod alias;
mod explain;
mod merging;
mod occasion;
mod restore;
mod review;
mod rules;

use std::collections::{BTreeMap, BTreeSet};

use muster_model::agent::Agent;
use muster_model::host::{Criticality, Host, Lifecycle};
use muster_model::identification::decision::{Decision, KEPT_MS, Settled};
use muster_model::identification::junk;
use muster_model::identification::ladder::Rules;
use muster_model::identification::review::{Answer, ReviewKind};
use muster_model::identification::{
    self, Candidate, Evidence, Identifier, IdentifierKind, Match, Outcome, Shares, Verdict,
};
use muster_model::text::{Phrase, Word};
use muster_model::{ChangeSet, Collection, Expected, Record, Versioned};
use muster_shared::diff::ItemMap;
use muster_shared::id::{AgentId, HostId};
use muster_shared::report::{Change, Report};
use muster_shared::{SectionName, Time};
use muster_store::{Index, Scan, TypedStore};

pub use self::explain::{Explanation, Recognition};
pub use self::merging::{MergePreview, SplitPlan};
pub(crate) use self::occasion::Occasion;
pub(crate) use self::review::Question;
pub use self::review::ReviewFilter;
pub use self::rules::{DryRun, RulesEdit};
use super::{Service, ServiceError};

/// Most identifiers of a host, and most that it only shows: a machine that shows a new one every day is none to be believed.
const MAX_IDENTIFIERS: usize = 64;
/// Hosts that are looked at for one identifier; more show it only when it is junk.
const MAX_HOSTS: usize = 32;
/// Old decisions that a new one clears away.
const CLEARED: usize = 8;

/// Where a report goes.
pub(crate) enum Placed {
    /// To this host (version 0 is a new one), with what has to be written besides.
    At(Versioned<Host>, ChangeSet),
    /// Nowhere before a person decides: what is written of that, and what the agent is told.
    Waits(ChangeSet, ServiceError),
}

/// What the ladder says of some evidence, with the rules that counted.
pub(crate) struct Recognised {
    pub(crate) rules: Rules,
    pub(crate) verdict: Verdict,
}

/// What a host shows.
pub(crate) struct Shown {
    /// What it may be recognised by.
    pub(crate) free: Vec<Identifier>,
    /// What another host is recognised by, and which.
    pub(crate) claims: Vec<(Identifier, HostId)>,
    /// What counts for nothing.
    pub(crate) ignored: Vec<junk::Ignored>,
    /// The hosts that are recognised by some of it.
    holders: Vec<Candidate>,
}

/// What one decision is made from.
struct Case<'a> {
    agent: &'a Agent,
    report: &'a Report,
    evidence: Evidence,
    recognised: Recognised,
    now: Time,
}

fn missing(host: HostId) -> ServiceError {
    ServiceError::NotFound { kind: "host", id: host.to_string() }
}

impl Service {
    /// The host that an agent speaks for; its first report decides.
    pub(crate) async fn place(&self, agent: &Versioned<Agent>, report: &Report) -> Result<Placed, ServiceError> {
        if let Some(host) = agent.value.host {
            let host = self.true_host(host).await?;
            let mut changes = ChangeSet::new();
            if agent.value.version != report.agent_version {
                let mut next = agent.clone();
                next.value.version.clone_from(&report.agent_version);
                changes.update(next);
            }
            return Ok(Placed::At(host, changes));
        }
        if report.base != 0 {
            return Err(ServiceError::UnknownBase("the first report of an agent has to be a full one".into()));
        }
        let evidence = evidence(report, &agent.value.hostname);
        let recognised = self.recognise(&evidence).await?;
        let now = self.now();
        let case = Case { agent: &agent.value, report, evidence, recognised, now };
        let mut changes = ChangeSet::new();
        self.close_moot(&mut changes, &case.recognised.verdict.ignored, now).await?;
        let (settled, outcome) = self.settle(&case).await?;
        match outcome {
            Outcome::Conflict { hosts } => self.wait(changes, &case, ReviewKind::Conflict, hosts).await,
            Outcome::Same { host, rule, values } => {
                let by_ladder = settled == Settled::Ladder;
                if by_ladder && self.living_agent(host, Some(agent.value.id), now).await?.is_some() {
                    return self.wait(changes, &case, ReviewKind::Taken, vec![host]).await;
                }
                let host = self.true_host(host).await?;
                let rule = if by_ladder { rule.as_str() } else { "decision" };
                let values = values.into_iter().map(|identifier| identifier.value).collect();
                self.bind(&mut changes, agent, &case, (&host.value, settled), (rule, values)).await?;
                Ok(Placed::At(host, changes))
            }
            Outcome::New => {
                let host = Versioned { value: named_host(case.evidence.name.clone(), now), version: 0 };
                self.bind(&mut changes, agent, &case, (&host.value, settled), ("new", Vec::new())).await?;
                let suspects = case.recognised.verdict.suspects();
                if !suspects.is_empty() && case.agent.split_from.is_none() {
                    let question = Question { kind: ReviewKind::Weak, hosts: suspects, host: Some(host.value.id) };
                    self.ask(&mut changes, (&case).into(), question).await?;
                }
                Ok(Placed::At(host, changes))
            }
        }
    }

    /// What counts: that a person split the agent off, what a person answered, else the ladder.
    async fn settle(&self, case: &Case<'_>) -> Result<(Settled, Outcome), ServiceError> {
        if case.agent.split_from.is_some() {
            return Ok((Settled::Split, Outcome::New));
        }
        let asked = self.reviews_of(&case.agent.id.to_string()).await?;
        let mut answered = asked.iter().filter(|review| review.value.kind.is_blocking());
        let said = answered.find_map(|review| Some((review.value.id, review.value.answer()?)));
        Ok(match said {
            Some((review, Answer::New)) => (Settled::Review { review }, Outcome::New),
            Some((review, Answer::Same(host))) => {
                let rule = identification::ladder::Rule::Agent;
                (Settled::Review { review }, Outcome::Same { host, rule, values: Vec::new() })
            }
            Some((_, Answer::Dismiss)) | None => (Settled::Ladder, case.recognised.verdict.outcome.clone()),
        })
    }

    /// Nothing is written but the question; asked once, not at every try.
    async fn wait(
        &self,
        mut changes: ChangeSet,
        case: &Case<'_>,
        kind: ReviewKind,
        hosts: Vec<HostId>,
    ) -> Result<Placed, ServiceError> {
        let names = Word::list(&hosts);
        let (review, is_new) = self.ask(&mut changes, case.into(), Question { kind, hosts, host: None }).await?;
        if is_new {
            changes.put(decision(case, Settled::Waits { review }, None), Expected::Any);
        }
        let key = if kind == ReviewKind::Taken { "identity_taken" } else { "identity_conflict" };
        let why = Phrase::new(key).with("hosts", names).with("review", review.to_string());
        Ok(Placed::Waits(changes, ServiceError::Undecided(why.into())))
    }

    /// From now on the agent speaks for this host: its record, and why.
    async fn bind(
        &self,
        changes: &mut ChangeSet,
        agent: &Versioned<Agent>,
        case: &Case<'_>,
        (host, settled): (&Host, Settled),
        (rule, values): (&str, Vec<String>),
    ) -> Result<(), ServiceError> {
        let mut next = agent.clone();
        next.value.host = Some(host.id);
        next.value.hostname.clone_from(&host.name);
        let report = Some(case.report.report_id);
        next.value.matched = Some(Match { rule: rule.to_owned(), values, at: case.now, report });
        next.value.version.clone_from(&case.report.agent_version);
        changes.update(next);
        self.supersede(changes, &settled, (host.id, case.agent.id)).await?;
        changes.put(decision(case, settled, Some(host.id)), Expected::Any);
        self.close_reviews(changes, &case.agent.id.to_string(), case.now).await?;
        self.clear_decisions(changes, case.now).await
    }

    /// What the ladder says of evidence, whoever gives it.
    pub(crate) async fn recognise(&self, evidence: &Evidence) -> Result<Recognised, ServiceError> {
        let rules = self.rules_now().await?;
        let candidates = self.candidate_hosts(&evidence.identifiers).await?;
        let shares = self.shares(&evidence.identifiers).await?;
        let verdict = identification::identify(&rules, evidence, &candidates, &shares);
        Ok(Recognised { rules, verdict })
    }

    /// The hosts that are recognised by one of these identifiers.
    async fn candidate_hosts(&self, identifiers: &[Identifier]) -> Result<Vec<Candidate>, ServiceError> {
        let mut found: BTreeMap<HostId, Candidate> = BTreeMap::new();
        for spelling in identifiers.iter().flat_map(Identifier::spellings) {
            let scan = Scan::exactly(Index::HostByIdentifier, &spelling.index_key()).limit(MAX_HOSTS);
            for Host { id, name, identifiers, .. } in
                self.store().page::<Host>(scan).await?.rows.into_iter().map(|stored| stored.value)
            {
                found.insert(id, Candidate { host: id, name, identifiers });
            }
        }
        Ok(found.into_values().collect())
    }

    /// How many hosts show each identifier.
    async fn shares(&self, identifiers: &[Identifier]) -> Result<Shares, ServiceError> {
        let mut shares = Shares::new();
        for identifier in identifiers {
            let mut count = 0;
            for key in identifier.spellings().iter().map(Identifier::index_key) {
                count += self.store().count(Scan::exactly(Index::HostByIdentifier, &key)).await?;
                count += self.store().count(Scan::exactly(Index::HostByClaim, &key)).await?;
            }
            shares.insert(identifier.clone(), count);
        }
        Ok(shares)
    }

    /// Which hosts are recognised by these identifiers, junk and names left out.
    pub(crate) async fn known_hosts(
        &self,
        identifiers: &[Identifier],
    ) -> Result<Vec<(Identifier, HostId)>, ServiceError> {
        let rules = self.rules_now().await?;
        let (good, _) = junk::sift(&rules, identifiers, &self.shares(identifiers).await?);
        let mut known = Vec::new();
        for candidate in self.candidate_hosts(&good).await? {
            let same = good.iter().filter(|identifier| identifier.kind.is_exclusive());
            let same = same.filter(|mine| candidate.identifiers.iter().any(|theirs| theirs.is_same(mine)));
            known.extend(same.map(|identifier| (identifier.clone(), candidate.host)));
        }
        Ok(known)
    }

    /// What of these identifiers can be a host's own, and what another host is recognised by already.
    pub(crate) async fn shown(
        &self,
        rules: &Rules,
        host: HostId,
        identifiers: &[Identifier],
    ) -> Result<Shown, ServiceError> {
        let (good, ignored) = junk::sift(rules, identifiers, &self.shares(identifiers).await?);
        let holders = self.candidate_hosts(&good).await?;
        let mut shown = Shown { free: Vec::new(), claims: Vec::new(), ignored, holders };
        for identifier in good {
            let is_its = |other: &&Candidate| other.identifiers.iter().any(|known| known.is_same(&identifier));
            let holder = shown.holders.iter().find(|other| other.host != host && is_its(other)).map(|other| other.host);
            match holder.filter(|_| identifier.kind.is_exclusive()) {
                Some(other) => shown.claims.push((identifier, other)),
                None => shown.free.push(identifier),
            }
        }
        Ok(shown)
    }

    /// Identifiers that a full report shows and the host does not know yet. What another host is recognised by stays that
    /// one's: an agent that claims it would otherwise stand in the way of that host's next agent (case 18). It is counted as
    /// a claim, and people are asked.
    pub(super) async fn learn_identifiers(
        &self,
        changes: &mut ChangeSet,
        host: &mut Host,
        is_new: bool,
        agent: AgentId,
        report: &Report,
    ) -> Result<(), ServiceError> {
        if report.base != 0 {
            return Ok(());
        }
        let evidence = evidence(report, &host.name);
        let mut fresh = evidence.identifiers.clone();
        let knows = |list: &[Identifier], one: &Identifier| list.iter().any(|known| known.is_same(one));
        fresh.retain(|one| !knows(&host.identifiers, one) && !knows(&host.claims, one));
        if fresh.is_empty() {
            return Ok(());
        }
        let rules = self.rules_now().await?;
        let Shown { free, claims, ignored, holders } = self.shown(&rules, host.id, &fresh).await?;
        let mut others = BTreeSet::new();
        for (identifier, other) in claims.into_iter().take(MAX_IDENTIFIERS.saturating_sub(host.claims.len())) {
            tracing::warn!(host = %host.id, %other, kind = identifier.kind.as_str(), "an identifier of another host is claimed");
            // Network cards move between machines: that alone is no question.
            others.extend((identifier.kind != IdentifierKind::PermanentMac).then_some(other));
            host.claims.push(identifier);
        }
        host.identifiers.extend(free.into_iter().take(MAX_IDENTIFIERS.saturating_sub(host.identifiers.len())));
        host.identifiers.sort();
        host.claims.sort();
        let stored = self.authenticate_agent(agent).await?.value;
        if is_new || stored.host.is_none() {
            // The decision that is made of this very report says it all.
            return Ok(());
        }
        let now = self.now();
        let verdict = Outcome::Same { host: host.id, rule: identification::ladder::Rule::Agent, values: Vec::new() };
        let verdict = Verdict { outcome: verdict, considered: considered(&holders, host.id, &fresh), ignored };
        let stored = self.authenticate_agent(agent).await?.value;
        let case = Case { agent: &stored, report, evidence, recognised: Recognised { rules, verdict }, now };
        changes.put(decision(&case, Settled::Agent, Some(host.id)), Expected::Any);
        if !others.is_empty() {
            let hosts = others.into_iter().collect();
            self.ask(changes, (&case).into(), Question { kind: ReviewKind::Claim, hosts, host: Some(host.id) }).await?;
        }
        Ok(())
    }

    /// Decisions that are too old go, a few with each new one.
    pub(super) async fn clear_decisions(&self, changes: &mut ChangeSet, now: Time) -> Result<(), ServiceError> {
        let oldest = self.store().page::<Decision>(Scan::index(Index::DecisionByTime, "").limit(CLEARED)).await?;
        let is_old = |stored: &&Versioned<Decision>| now.since(stored.value.at) > KEPT_MS;
        for old in oldest.rows.iter().filter(is_old) {
            changes.delete(Collection::Decision, old.value.key(), Expected::Any);
        }
        Ok(())
    }
}

/// Hosts that are recognised by what another one shows.
fn considered(taken: &[Candidate], but: HostId, shown: &[Identifier]) -> Vec<identification::Considered> {
    let others = taken.iter().filter(|other| other.host != but);
    let one = |other: &Candidate| {
        let is_shown = |known: &&Identifier| shown.iter().any(|one| one.is_same(known));
        identification::Considered {
            host: other.host,
            name: other.name.clone(),
            rule: identification::ladder::Rule::Agent,
            values: other.identifiers.iter().filter(is_shown).cloned().collect(),
            known: other.identifiers.clone(),
            rejected: Some(identification::Rejection::Weaker),
        }
    };
    others.map(one).collect()
}

fn decision(case: &Case<'_>, settled: Settled, host: Option<HostId>) -> Decision {
    Decision {
        report: case.report.report_id,
        source: Decision::source_of(case.agent.id),
        at: case.now,
        rules: case.recognised.rules.version,
        evidence: case.evidence.clone(),
        verdict: case.recognised.verdict.outcome.clone(),
        settled,
        host,
        considered: case.recognised.verdict.considered.clone(),
        ignored: case.recognised.verdict.ignored.clone(),
    }
}

/// The whole sections in which identifiers stand.
fn whole_sections(report: &Report) -> BTreeMap<SectionName, ItemMap> {
    let told = report.sections.iter().filter(|(name, _)| identification::SECTIONS.contains(name));
    let whole = told.filter_map(|(name, section)| match &section.change {
        Change::Whole(items) => Some((*name, muster_shared::diff::to_map(items.iter().cloned()))),
        Change::Delta { .. } | Change::Same => None,
    });
    whole.collect()
}

/// What a report shows of its machine; `hostname` is what it was called before it spoke.
pub(crate) fn evidence(report: &Report, hostname: &str) -> Evidence {
    let whole = whole_sections(report);
    let host = whole.get(&SectionName::Host);
    let told = host.and_then(|items| items.values().find_map(|item| item.get("name")?.as_str()));
    Evidence {
        name: told.unwrap_or(hostname).to_owned(),
        identifiers: identification::identifiers(&whole.iter().map(|(name, items)| (*name, items)).collect()),
    }
}

/// A host that is seen for the first time. What it is recognised by is learnt when its report is stored.
pub(crate) fn named_host(name: String, now: Time) -> Host {
    Host {
        id: HostId::new(now),
        name,
        lifecycle: Lifecycle::Discovered,
        owner: None,
        site: None,
        criticality: Criticality::default(),
        identifiers: Vec::new(),
        created_at: now,
        sources: Vec::new(),
        claims: Vec::new(),
        merged_into: None,
        known_since: None,
        sayings: <_>::default(),
    }
}
