//! Drift at the size of a fleet: how long it takes from a change on a host to the incident, whether the engine keeps up with the
//! differences of the whole fleet under hundreds of policies, and how much noise an upgrade of everything and a quiet time make.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use futures_util::{StreamExt, TryStreamExt, stream};
use muster_shared::{Item, SectionName};
use muster_tests::agent::{Agent, Tree};
use muster_tests::api::Api;
use muster_tests::collector::Collector;
use muster_tests::simulated::{Sections, SimulatedAgent, inventory};
use serde_json::{Value, json};

use crate::fleet::{self, Host};
use crate::ingest::{self, memory};
use crate::rate::{Rate, cpu_ms, ms, of_ceiling, round};
use crate::report::percentile;
use crate::{Drift, ceiling};

/// Callers that send reports at the same time.
const REPORTING: usize = 32;
/// Difference reports a second of a thousand hosts.
const PACE: usize = 20;
/// A change that is no incident after so long never will be.
const PATIENCE: Duration = Duration::from_mins(1);
/// Between two changes on the host that is watched: what an agent sends at most in the long run.
const APART: Duration = Duration::from_secs(10);
/// What is asked between two looks for an incident.
const LOOK: Duration = Duration::from_millis(2);

pub(crate) async fn run(wanted: &Drift) -> anyhow::Result<Value> {
    let dir = tempfile::tempdir()?;
    let collector = Collector::start(dir.path(), &[("MUSTER_LOG", "warn")]).await?;
    let (api, _) = collector.bootstrap().await?;
    let policies = policies(&api, wanted.policies).await?;
    let watched = watched(&collector, &api, dir.path(), wanted.changes).await?;
    let upgrades = usize::try_from(wanted.seconds)? * PACE / 1_000 + 4;
    let mut fleet = fleet::enroll(&collector, wanted.hosts, wanted.packages, upgrades).await?;
    ingest::full(&mut fleet).await?;
    let mut probe = Probe::new(&collector).await?;
    let caught_up = probe.time(&api).await?;
    let quiet = quiet(&fleet, &api).await?;
    let small = fleet.first().and_then(|host| host.delta().transpose()).context("no upgrades")??.body();
    let cpu = cpu_ms(collector.pid())?;
    let (paced, under_load) = pace(&mut fleet, &mut probe, &api, wanted.seconds).await?;
    let lag = probe.time(&api).await?;
    let paced = paced.with_cpu(collector.pid(), cpu)?;
    let mass = mass(&mut fleet, &mut probe, &api).await?;
    let peak = memory(collector.pid(), "VmHWM:")?;
    let top = ceiling::start().await?;
    let top = of_ceiling(&top, small, REPORTING, Duration::from_secs(5)).await?;
    Ok(json!({
        "bench": "drift", "hosts": wanted.hosts, "packages": wanted.packages, "policies": policies,
        "change_to_incident_ms": watched, "after_first_reports_s": round(caught_up / 1_000.0),
        "paced": paced.json(), "report_to_incident_under_load_ms": figures(under_load), "lag_at_the_end_ms": round(lag),
        "mass": mass, "quiet": quiet, "peak_mib": peak,
        "ceiling": top.json(), "ratio": paced.ratio(&top),
    }))
}

fn figures(mut samples: Vec<f64>) -> Value {
    samples.sort_by(f64::total_cmp);
    let share = |share: f64| round(percentile(&samples, share));
    json!({"count": samples.len(), "p50": share(0.5), "p99": share(0.99), "max": share(1.0)})
}

/// Makes so many policies over how things are, most of them over packages, that no host of the fleet breaks.
async fn policies(api: &Api, count: usize) -> anyhow::Result<usize> {
    let make = |n: usize| async move {
        let (section, condition) = match n % 10 {
            0 => ("user", format!("item.name == 'intruder-{n}'")),
            1 => ("host", format!("has_pkg('forbidden-{n}')")),
            _ => ("package", format!("item.name == 'package-{n}' && older(item, '0.0.{n}')")),
        };
        let policy = json!({
            "id": format!("bench-{n}"), "purpose": "a policy of the benchmark", "section": section, "condition": condition,
            "outcome": "incident", "enabled": true,
        });
        api.post("/policies", &policy).await
    };
    for n in 0..count {
        make(n).await?;
    }
    Ok(count)
}

/// A host that tells of an account that was added, again and again, and waits for the incident.
struct Probe {
    agent: SimulatedAgent,
    sections: Sections,
    name: String,
    count: u32,
}

impl Probe {
    async fn new(collector: &Collector) -> anyhow::Result<Self> {
        let name = "probe".to_owned();
        let token = collector.enrollment_token(1).await?;
        let mut agent = SimulatedAgent::enroll(&token, &collector.ca_file, &name).await?;
        let sections = inventory(&name, 100);
        agent.deliver(&sections).await?;
        Ok(Self { agent, sections, name, count: 0 })
    }

    /// Milliseconds from the report of another account, acknowledgement included, until its finding has an incident.
    async fn time(&mut self, api: &Api) -> anyhow::Result<f64> {
        self.count += 1;
        let account = format!("probe{}", self.count);
        let item = Item::new(account.clone()).with("name", account.as_str()).with("uid", 3_000 + self.count);
        self.sections.entry(SectionName::User).or_default().insert(item.key, item.attributes);
        let start = Instant::now();
        self.agent.deliver(&self.sections).await?;
        incident_of(api, &self.name, &account, start).await?;
        Ok(ms(start))
    }
}

/// Waits until the finding about an account of a host has an incident.
async fn incident_of(api: &Api, host: &str, account: &str, start: Instant) -> anyhow::Result<()> {
    let path = format!("/findings?filter=host_name:{host}%20item_key:{account}&limit=1");
    loop {
        let found = api.list(&path).await?;
        if found.first().is_some_and(|finding| finding.get("incident").is_some_and(|incident| !incident.is_null())) {
            return Ok(());
        }
        if start.elapsed() > PATIENCE {
            bail!("the account {account} of {host} made no incident within {PATIENCE:?}: {found:?}");
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// A real agent that watches a file tree: an account is added to a file of accounts, and the incident waited for.
async fn watched(collector: &Collector, api: &Api, dir: &std::path::Path, changes: u32) -> anyhow::Result<Value> {
    let tree = Tree::new(dir);
    let state = dir.join("agent");
    let token = collector.enrollment_token(1).await?;
    let agent = Agent::enroll(&state, &token, None)?.run(&tree)?;
    let known = Instant::now();
    while api.list("/hosts?filter=name:web-1").await?.is_empty() {
        anyhow::ensure!(known.elapsed() < PATIENCE, "the agent's host does not come");
        tokio::time::sleep(LOOK).await;
    }
    let mut accounts = String::from("root:x:0:0:root:/root:/bin/bash\n");
    let mut samples = Vec::new();
    for n in 0..changes {
        writeln!(accounts, "intruder{n}:x:{}:27::/home/intruder{n}:/bin/sh", 3_000 + n)?;
        let start = Instant::now();
        tree.write("etc/passwd", &accounts);
        incident_of(api, "web-1", &format!("intruder{n}"), start).await?;
        samples.push(ms(start));
        if n + 1 < changes {
            tokio::time::sleep(APART).await;
        }
    }
    drop(agent);
    Ok(figures(samples))
}

/// All incidents that there are.
async fn incidents(api: &Api) -> anyhow::Result<usize> {
    Ok(api.list_all("/tickets?filter=kind:incident").await?.len())
}

/// What happens on a day on which nothing happens: every host says that it is as it was.
async fn quiet(fleet: &[Host], api: &Api) -> anyhow::Result<Value> {
    let before = incidents(api).await?;
    let rounds = 3;
    for _ in 0..rounds {
        stream::iter(fleet.iter().map(|host| host.agent.heartbeat()))
            .buffer_unordered(REPORTING)
            .try_collect::<Vec<_>>()
            .await?;
    }
    let open = api.list("/findings?limit=1&filter=NOT%20host_name:probe%20NOT%20host_name:web-1").await?;
    Ok(json!({
        "heartbeats": fleet.len() * rounds, "incidents": incidents(api).await? - before, "findings": open.len(),
    }))
}

/// Differences at the pace of the fleet, and a probe each second meanwhile.
async fn pace(fleet: &mut [Host], probe: &mut Probe, api: &Api, seconds: u64) -> anyhow::Result<(Rate, Vec<f64>)> {
    let wanted = (fleet.len() * PACE).div_ceil(1_000);
    let start = Instant::now();
    let end = Duration::from_secs(seconds);
    let senders = async {
        let mut samples = Vec::new();
        let (mut sent, mut place) = (0, 0);
        while start.elapsed() < end {
            let due = usize::try_from(start.elapsed().as_millis())? * wanted / 1_000;
            let batch = (due.saturating_sub(sent)).min(REPORTING).min(fleet.len());
            if batch == 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
                continue;
            }
            if place + batch > fleet.len() {
                place = 0;
            }
            let part = fleet.get_mut(place..place + batch).context("a part of the fleet")?;
            let sending = part.iter_mut().map(|host| async move {
                let Some(prepared) = host.delta()? else { bail!("no upgrades are left") };
                let begin = Instant::now();
                host.send(prepared).await?;
                Ok(ms(begin))
            });
            samples.extend(futures_util::future::try_join_all(sending).await?);
            (sent, place) = (sent + batch, place + batch);
        }
        anyhow::Ok(samples)
    };
    let probing = async {
        let mut samples = Vec::new();
        while start.elapsed() < end {
            let begin = Instant::now();
            samples.push(probe.time(api).await?);
            tokio::time::sleep(Duration::from_secs(1).saturating_sub(begin.elapsed())).await;
        }
        anyhow::Ok(samples)
    };
    let (samples, probed) = tokio::try_join!(senders, probing)?;
    Ok((Rate::of(start.elapsed(), samples), probed))
}

/// All hosts upgrade one package, and then all install one that nobody planned: as fast as they can tell it.
async fn mass(fleet: &mut [Host], probe: &mut Probe, api: &Api) -> anyhow::Result<Value> {
    let before = incidents(api).await?;
    let start = Instant::now();
    told(fleet, Host::delta).await?;
    let upgraded = start.elapsed();
    probe.time(api).await?;
    let of_upgrade = incidents(api).await? - before;
    let begin = Instant::now();
    told(fleet, Host::install).await?;
    let installed = begin.elapsed();
    // The second look of each, which counts once the first one is dealt with, and the time for which others of the kind are waited for.
    probe.time(api).await?;
    stream::iter(fleet.iter().map(|host| host.agent.heartbeat()))
        .buffer_unordered(REPORTING)
        .try_collect::<Vec<_>>()
        .await?;
    let settled = Instant::now();
    let standing = loop {
        let standing = api.list("/tickets?filter=kind:incident%20active:true%20title:*surprise*&limit=1000").await?;
        let joined = |ticket: &Value| ticket.pointer("/drift/joined").and_then(Value::as_u64).unwrap_or_default();
        if standing.iter().map(joined).sum::<u64>() >= fleet.len() as u64 {
            break standing.len();
        }
        if settled.elapsed() > PATIENCE * 4 {
            bail!(
                "{} incidents hold {} findings of {}",
                standing.len(),
                standing.iter().map(joined).sum::<u64>(),
                fleet.len()
            );
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    Ok(json!({
        "upgrade": {"told_s": round(upgraded.as_secs_f64()), "incidents": of_upgrade},
        "installation": {
            "told_s": round(installed.as_secs_f64()), "settled_s": round(settled.elapsed().as_secs_f64()),
            "standing_incidents": standing, "incidents": incidents(api).await? - before - of_upgrade,
        },
    }))
}

/// Lets every host tell something once, as fast as it is taken.
async fn told(
    fleet: &mut [Host],
    of: impl Fn(&Host) -> anyhow::Result<Option<crate::fleet::Prepared>>,
) -> anyhow::Result<()> {
    let of = &of;
    let telling = fleet.iter_mut().map(|host| async move {
        let prepared = of(host)?.context("nothing is left to tell")?;
        host.send(prepared).await
    });
    stream::iter(telling).buffer_unordered(REPORTING).try_collect().await
}
