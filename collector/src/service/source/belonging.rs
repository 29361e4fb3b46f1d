//! Which host a report of another source is about: the ladder of identifiers, then the hint of what that source calls it.

use muster_model::host::Host;
use muster_model::identification::decision::{Decision, Settled};
use muster_model::identification::review::{Answer, ReviewKind};
use muster_model::identification::{self, Evidence, Identifier, Match, Outcome, is_placeholder};
use muster_model::source::{Source, SourceHead, source_key};
use muster_model::text::{Phrase, Word};
use muster_model::{ChangeSet, Expected, Versioned};
use muster_shared::Time;
use muster_shared::id::{AgentId, HostId, ReportId, ReviewId};
use muster_shared::report::Report as AgentReport;
use muster_store::{Index, Scan, TypedStore};
use tokio::sync::MutexGuard;

use super::{About, Report};
use crate::service::identification::{Occasion, Question, Recognised, evidence, named_host};
use crate::service::{Service, ServiceError};

/// Where a report belongs.
#[derive(Debug)]
pub(super) enum Place {
    /// To this host.
    At(Box<Belonging>),
    /// Nowhere before a person answers: the question, and what the sender is told.
    Waits(Box<ChangeSet>, ServiceError),
}

/// The host of a report.
#[derive(Debug)]
pub(super) struct Belonging {
    /// Which; version 0 is a new one.
    pub(super) host: Versioned<Host>,
    /// Why.
    pub(super) matched: Match,
    /// Identifiers of the report that belong to no other host.
    pub(super) free: Vec<Identifier>,
    /// Those by which another host is recognised.
    pub(super) claims: Vec<Identifier>,
    /// The decision, when it is another one than that of the reports before.
    pub(super) decision: Option<Decision>,
    /// Whether our own agent speaks for it: then what others say does not change how it is recognised.
    pub(super) has_agent: bool,
}

/// Takes over what a report tells of a host as such. Name and identifiers are those that its own agent tells, if it has one:
/// nobody else can make its agent's reports belong elsewhere.
pub(super) fn learn(host: &mut Host, report: &Report, (free, claims): (&[Identifier], &[Identifier]), has_agent: bool) {
    let source = report.telling.source;
    if !host.sources.contains(&source) {
        host.sources.push(source);
        host.sources.sort_unstable();
    }
    if has_agent {
        return;
    }
    if !report.name.is_empty() {
        host.name.clone_from(&report.name);
    }
    // Claims are counted: what too many hosts show is junk, whoever tells it of them.
    for (known, fresh) in [(&mut host.identifiers, free), (&mut host.claims, claims)] {
        let unknown: Vec<Identifier> = fresh.iter().filter(|one| !known.contains(one)).cloned().collect();
        known.extend(unknown);
        known.sort();
    }
}

impl Service {
    /// An agent's first report decides which host it speaks for: nobody else decides about the same identifiers meanwhile.
    pub(crate) async fn claim_identity(
        &self,
        agent: AgentId,
        report: &AgentReport,
    ) -> Result<Vec<MutexGuard<'_, ()>>, ServiceError> {
        if report.base != 0 || self.authenticate_agent(agent).await?.value.host.is_some() {
            return Ok(Vec::new());
        }
        Ok(self.claims.claim(names(&evidence(report, "").identifiers)).await)
    }

    /// Which host a report is about, or the question that a person has to answer first.
    pub(super) async fn belonging(&self, report: &Report) -> Result<Place, ServiceError> {
        let evidence = Evidence { name: report.name.clone(), identifiers: report.identifiers.clone() };
        let recognised = self.recognise(&evidence).await?;
        let now = self.now();
        let (host, settled, rule, values) = match recognised.verdict.outcome.clone() {
            _ if let About::Host(id) = report.about => {
                (self.true_host(id).await?, Settled::Said, "said", vec![id.to_string()])
            }
            Outcome::Conflict { hosts } => match self.said_of(report).await? {
                Some((review, Answer::Same(host))) => {
                    (self.true_host(host).await?, Settled::Review { review }, "decision", Vec::new())
                }
                Some((review, Answer::New)) if !report.is_partial => {
                    let host = Versioned { value: new_host(report, now)?, version: 0 };
                    (host, Settled::Review { review }, "decision", Vec::new())
                }
                Some(_) | None => return self.wait_told(report, (evidence, recognised), hosts, now).await,
            },
            Outcome::Same { host, rule, values } => {
                let values = values.into_iter().map(|identifier| identifier.value).collect();
                (self.true_host(host).await?, Settled::Ladder, rule.as_str(), values)
            }
            Outcome::New => match self.hinted(report).await? {
                Some(host) => (host, Settled::Named, "device_id", vec![report.telling.device_id.clone()]),
                None if report.is_partial => {
                    let why = "this partial inventory is of no host that is known here; send a full one first";
                    return Err(ServiceError::Conflict(why.into()));
                }
                None => {
                    self.check_likeness(report).await?;
                    let host = Versioned { value: new_host(report, now)?, version: 0 };
                    (host, Settled::Ladder, "new", Vec::new())
                }
            },
        };
        let has_agent = host.version > 0 && self.has_agent(host.value.id).await?;
        let shown = self.shown(&recognised.rules, host.value.id, &report.identifiers).await?;
        let claims: Vec<Identifier> = shown.claims.into_iter().map(|(identifier, _)| identifier).collect();
        let free = shown.free;
        let id = host.value.id;
        let head = self.store().find::<SourceHead>(&source_key(id, report.telling.source)).await?;
        let before = head.map(|head| head.value.matched);
        if let Some(matched) = before.filter(|before| before.rule == rule && before.values == values) {
            return Ok(Place::At(Box::new(Belonging { host, matched, free, claims, decision: None, has_agent })));
        }
        let decision = decision(report, ReportId::new(now), (evidence, recognised), (settled, Some(id)), now);
        let matched = Match { rule: rule.to_owned(), values, at: now, report: Some(decision.report) };
        Ok(Place::At(Box::new(Belonging { host, matched, free, claims, decision: Some(decision), has_agent })))
    }

    /// What a person answered of what this source calls the machine.
    async fn said_of(&self, report: &Report) -> Result<Option<(ReviewId, Answer)>, ServiceError> {
        let asked = self.reviews_of(&report.device().subject()).await?;
        let mut answered = asked.iter().filter(|review| review.value.kind.is_blocking());
        Ok(answered.find_map(|review| Some((review.value.id, review.value.answer()?))))
    }

    /// Nothing is stored but the question, asked once.
    async fn wait_told(
        &self,
        report: &Report,
        (evidence, recognised): (Evidence, Recognised),
        hosts: Vec<HostId>,
        now: Time,
    ) -> Result<Place, ServiceError> {
        let mut changes = ChangeSet::new();
        let names = Word::list(&hosts);
        let occasion = Occasion {
            agent: None,
            device: Some(report.device()),
            report: ReportId::new(now),
            evidence: &evidence,
            considered: &recognised.verdict.considered,
            now,
        };
        let id = occasion.report;
        let question = Question { kind: ReviewKind::Conflict, hosts, host: None };
        let (review, is_new) = self.ask(&mut changes, occasion, question).await?;
        if is_new {
            let settled = Settled::Waits { review };
            changes.put(decision(report, id, (evidence, recognised), (settled, None), now), Expected::Any);
        }
        let why = Phrase::new("identity_conflict").with("hosts", names).with("review", review.to_string());
        Ok(Place::Waits(Box::new(changes), ServiceError::Conflict(why.into())))
    }

    /// A name alone never says which host it is, and never that it is another one: where nothing else tells them apart, whoever
    /// sends the report says it.
    async fn check_likeness(&self, report: &Report) -> Result<(), ServiceError> {
        if report.about != About::Asked {
            return Ok(());
        }
        let mut alike = self.hosts_named(&report.name).await?;
        alike.retain(|host| identification::can_be(&host.identifiers, &report.identifiers));
        if alike.is_empty() {
            return Ok(());
        }
        let hosts = Word::list(alike.iter().take(5).map(|host| host.id));
        Err(ServiceError::Conflict(Phrase::new("import_name_alone").with("hosts", hosts).into()))
    }

    /// The hosts that have a name, those that are out of service only where no other has it.
    pub(crate) async fn hosts_named(&self, name: &str) -> Result<Vec<Host>, ServiceError> {
        let scan = Scan::exactly(Index::HostByName, &name.to_lowercase());
        let all = self.store().all::<Host>(scan).await?.into_iter().map(|stored| stored.value);
        let mut all: Vec<Host> = all.filter(|host| host.merged_into.is_none()).collect();
        if all.iter().any(|host| !host.lifecycle.is_over()) {
            all.retain(|host| !host.lifecycle.is_over());
        }
        Ok(all)
    }

    async fn has_agent(&self, host: HostId) -> Result<bool, ServiceError> {
        let scan = Scan::index(Index::AgentByHost, host.to_string()).limit(1);
        Ok(!self.store().page::<muster_model::agent::Agent>(scan).await?.rows.is_empty())
    }

    /// The one host that the source calls so and that nothing contradicts. Cloned machines share what a source calls them, so
    /// several hosts are no hint, and neither is one of another name.
    async fn hinted(&self, report: &Report) -> Result<Option<Versioned<Host>>, ServiceError> {
        let source: Source = report.telling.source;
        let device = format!("{source}/{}", report.telling.device_id);
        let heads = self.store().all::<SourceHead>(Scan::index(Index::SourceByDevice, device)).await?;
        let same = heads.into_iter().filter(|head| head.value.device_id == report.telling.device_id);
        let hosts: Vec<HostId> = same.map(|head| head.value.host).collect();
        let [id] = hosts.as_slice() else { return Ok(None) };
        let host = self.true_host(*id).await?;
        let has_name = report.name.is_empty() || host.value.name.eq_ignore_ascii_case(&report.name);
        let can_be = identification::can_be(&host.value.identifiers, &report.identifiers);
        Ok((has_name && can_be).then_some(host))
    }
}

/// Why a report belongs where it does, or waits.
fn decision(
    report: &Report,
    id: ReportId,
    (evidence, recognised): (Evidence, Recognised),
    (settled, host): (Settled, Option<HostId>),
    now: Time,
) -> Decision {
    Decision {
        report: id,
        source: report.telling.source.to_string(),
        at: now,
        rules: recognised.rules.version,
        evidence,
        verdict: recognised.verdict.outcome,
        settled,
        host,
        considered: recognised.verdict.considered,
        ignored: recognised.verdict.ignored,
    }
}

fn new_host(report: &Report, now: Time) -> Result<Host, ServiceError> {
    if report.name.is_empty() {
        return Err(crate::service::invalid("/host/name", Phrase::new("host_nameless")));
    }
    Ok(named_host(report.name.clone(), now))
}

/// The names under which identifiers are claimed: one for all spellings. Placeholders are nobody's.
pub(super) fn names(identifiers: &[Identifier]) -> impl Iterator<Item = String> {
    let good = identifiers.iter().filter(|identifier| !is_placeholder(&identifier.value));
    good.filter_map(|identifier| identifier.spellings().iter().map(Identifier::index_key).min())
}
