//! A fleet of simulated hosts: each has an identity and a connection of its own, 850 packages, and upgrades one after the other.
//!
//! The packages are the same on every host, so that their digests are computed once: what is timed is the collector's work.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context;
use futures_util::{StreamExt, TryStreamExt, stream};
use muster_shared::canonical::{Digest, root_digest, section_digest};
use muster_shared::diff;
use muster_shared::report::{Change, Report, SectionReport};
use muster_shared::{Item, SectionName, SectionStatus};
use muster_tests::collector::Collector;
use muster_tests::simulated::{SimulatedAgent, encode, inventory};

/// Agents that enroll at the same time.
const ENROLLING: usize = 4;

/// One upgrade: the item, and the digest of all packages after it.
#[derive(Debug)]
struct Upgrade {
    item: Item,
    digest: Digest,
    /// With the surprise besides.
    surprised: Digest,
}

/// A package that is on no host, for which an upgrade is not what it takes.
fn surprise() -> Item {
    Item::new("surprise:amd64").with("name", "surprise").with("version", "1.0").with("manager", "dpkg")
}

/// What all hosts have in common.
#[derive(Debug)]
pub(crate) struct Plan {
    packages: usize,
    users: Digest,
    upgrades: Vec<Upgrade>,
}

/// One host.
#[derive(Debug)]
pub(crate) struct Host {
    /// Its agent.
    pub(crate) agent: SimulatedAgent,
    name: String,
    own: Digest,
    /// Upgrades that were reported.
    step: usize,
    plan: Arc<Plan>,
}

/// A report ready to be sent.
#[derive(Debug)]
pub(crate) struct Prepared {
    report: Report,
    digest: String,
    body: bytes::Bytes,
}

impl Prepared {
    fn of(report: Report) -> anyhow::Result<Self> {
        let (digest, body) = encode(&report)?;
        Ok(Self { report, digest, body: body.into() })
    }

    /// The bytes as they go over the wire.
    pub(crate) fn body(&self) -> bytes::Bytes {
        self.body.clone()
    }
}

impl Plan {
    fn make(packages: usize, upgrades: usize) -> anyhow::Result<Self> {
        let mut sections = inventory("any", packages);
        let users = section_digest(sections.get(&SectionName::User).context("no accounts")?);
        let installed = sections.get_mut(&SectionName::Package).context("no packages")?;
        let keys: Vec<String> = installed.keys().cloned().collect();
        let upgrade = |n: usize| {
            let key = keys.get(n % keys.len()).context("no packages")?;
            let attributes = installed.get_mut(key).context("the package is gone")?;
            attributes.insert("version".into(), format!("99.{n}-1").into());
            let item = Item { key: key.clone(), attributes: attributes.clone() };
            let digest = section_digest(&*installed);
            let new = surprise();
            installed.insert(new.key.clone(), new.attributes);
            let surprised = section_digest(&*installed);
            installed.remove(&new.key);
            Ok(Upgrade { item, digest, surprised })
        };
        let upgrades = (0..upgrades).map(upgrade).collect::<anyhow::Result<_>>()?;
        Ok(Self { packages, users, upgrades })
    }
}

fn section(change: Change, digest: Digest) -> SectionReport {
    SectionReport {
        view_changed: false,
        status: SectionStatus::Ok,
        problems: Vec::new(),
        not_before: None,
        digest,
        change,
        metrics: BTreeMap::new(),
    }
}

impl Host {
    /// Everything, as at first.
    pub(crate) fn full(&self) -> anyhow::Result<Prepared> {
        let sections = inventory(&self.name, self.plan.packages);
        let digests: BTreeMap<_, _> = sections.iter().map(|(name, items)| (*name, section_digest(items))).collect();
        let told = sections.into_iter().filter_map(|(name, items)| {
            Some((name, section(Change::Whole(diff::to_items(items)), *digests.get(&name)?)))
        });
        Prepared::of(self.agent.report_with(told.collect(), root_digest(&digests)))
    }

    /// The next upgrade of one package; `None` when there is none left.
    pub(crate) fn delta(&self) -> anyhow::Result<Option<Prepared>> {
        self.later_delta(0)
    }

    /// The upgrade after so many others that are still to be sent.
    pub(crate) fn later_delta(&self, others: usize) -> anyhow::Result<Option<Prepared>> {
        let Some(upgrade) = self.plan.upgrades.get(self.step + others) else { return Ok(None) };
        self.told(upgrade.item.clone(), upgrade.digest, others).map(Some)
    }

    /// A package besides those that it has, after at least one upgrade.
    pub(crate) fn install(&self) -> anyhow::Result<Option<Prepared>> {
        let last = self.step.checked_sub(1).and_then(|last| self.plan.upgrades.get(last)).context("no upgrade yet")?;
        self.told(surprise(), last.surprised, 0).map(Some)
    }

    /// A report of one package, after so many others that are still to be sent.
    fn told(&self, item: Item, packages: Digest, others: usize) -> anyhow::Result<Prepared> {
        let digests = BTreeMap::from([
            (SectionName::Host, self.own),
            (SectionName::User, self.plan.users),
            (SectionName::Package, packages),
        ]);
        let change = Change::Delta { upsert: vec![item], remove: Vec::new() };
        let told = BTreeMap::from([(SectionName::Package, section(change, packages))]);
        let mut report = self.agent.report_with(told, root_digest(&digests));
        for number in [&mut report.base, &mut report.next, &mut report.seq] {
            *number += others as u64;
        }
        Prepared::of(report)
    }

    /// Sends a report and waits for its acknowledgement.
    pub(crate) async fn send(&mut self, prepared: Prepared) -> anyhow::Result<()> {
        // A connection that was idle for long may have been closed just then; agents try again too.
        let answer = match self.agent.send(&prepared.digest, prepared.body()).await {
            Err(_) => self.agent.send(&prepared.digest, prepared.body()).await?,
            sent => sent?,
        };
        let (status, text) = (answer.status(), answer.bytes().await?);
        anyhow::ensure!(status.is_success(), "{}: {status} {}", self.name, String::from_utf8_lossy(&text));
        if prepared.report.base != 0 {
            self.step += 1;
        }
        self.agent.note(&prepared.report);
        Ok(())
    }
}

/// Hosts that come in by one token.
const USES: usize = 250;

/// Enrolls so many hosts; each can upgrade so often.
pub(crate) async fn enroll(
    collector: &Collector,
    hosts: usize,
    packages: usize,
    upgrades: usize,
) -> anyhow::Result<Vec<Host>> {
    let plan = Arc::new(Plan::make(packages, upgrades)?);
    let mut tokens = Vec::new();
    for _ in (0..hosts).step_by(USES) {
        tokens.push(collector.enrollment_token(u32::try_from(USES)?).await?);
    }
    let enrolled = (0..hosts).zip(tokens.iter().flat_map(|token| std::iter::repeat_n(token.clone(), USES)));
    let enrolled = stream::iter(enrolled).map(|(n, token)| {
        let (plan, ca_file) = (Arc::clone(&plan), collector.ca_file.clone());
        async move {
            let name = format!("host-{n}");
            // Many of them use up one token: who loses against too many others is told to come again.
            let agent = loop {
                match SimulatedAgent::enroll(&token, &ca_file, &name).await {
                    Err(error) if error.to_string().contains("503") => {}
                    result => break result?,
                }
            };
            let own = section_digest(inventory(&name, 0).get(&SectionName::Host).context("no host")?);
            anyhow::Ok(Host { agent, name, own, step: 0, plan })
        }
    });
    enrolled.buffer_unordered(ENROLLING).try_collect().await
}
