//! Capacity: a look at every host four times a day, and what the looks come to when somebody asks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::PoisonError;

use muster_model::capacity::trend::{Standing, Trend};
use muster_model::capacity::{
    self, CapacityTrack, DAY_MS, Look, Point, Resource, Series, Threshold, disks, filesystems, memory, processors,
};
use muster_model::host::Host;
use muster_model::inventory::{SectionMetrics, section_key};
use muster_model::relation::graph::Direction;
use muster_model::right::{Action, Resource as Right};
use muster_model::source::Source;
use muster_model::{ChangeSet, Collection, Expected, Versioned};
use muster_shared::id::{DeclaredId, HostId, NodeId};
use muster_shared::{SectionName, Time};
use muster_store::{Scan, TypedStore};

use super::class::wrong;
use super::{Call, Page, Service, ServiceError, Window, check_version};

/// How often every host is looked at.
const ROUND_MS: i64 = DAY_MS / 4;
/// Hosts that are looked at in one commit.
const BATCH: usize = 100;

/// How far the present round of looks has come.
#[derive(Debug, Default)]
pub(super) struct Walk {
    began_at: Option<Time>,
    /// The key of the last host; none when the round is over.
    after: Option<String>,
    is_on: bool,
}

/// What is asked of capacity.
#[derive(Clone, Debug, Default)]
pub struct CapacityQuestion {
    /// Which hosts, in the query language; all without it.
    pub filter: Option<String>,
    /// Only the hosts that this service stands on.
    pub service: Option<DeclaredId>,
    /// Only this.
    pub resource: Option<Resource>,
    /// Only what stands so.
    pub standing: Option<Standing>,
}

/// One thing that may run out.
#[derive(Clone, Debug)]
pub struct CapacityRow {
    /// The host.
    pub host: HostId,
    /// Its name.
    pub host_name: String,
    /// Key of the series.
    pub key: String,
    /// What it is and was.
    pub series: Series,
    /// Its last point.
    pub last: Point,
    /// What it comes to.
    pub trend: Trend,
    /// Where it stands.
    pub standing: Standing,
}

/// All of a resource together.
#[derive(Clone, Debug, Default)]
pub struct CapacitySum {
    /// Series that make it.
    pub count: usize,
    /// How much there is.
    pub total: u64,
    /// How much is used, of those that tell it.
    pub used: u64,
    /// How much those have that tell it.
    pub of: u64,
    /// How many stand how.
    pub standings: BTreeMap<Standing, usize>,
}

/// What is known of capacity.
#[derive(Clone, Debug)]
pub struct CapacityReport {
    /// What runs out first comes first.
    pub page: Page<CapacityRow>,
    /// By resource, over everything that was asked for, whatever it stands like.
    pub sums: BTreeMap<Resource, CapacitySum>,
}

impl Service {
    /// Looks at the next hosts of a round. `false` when the round is over and the next one is not due.
    pub async fn capacity_step(&self) -> Result<bool, ServiceError> {
        let now = self.now();
        let after = {
            let mut walk = self.capacity.lock().unwrap_or_else(PoisonError::into_inner);
            let is_due = walk.began_at.is_none_or(|at| !(0..ROUND_MS).contains(&now.since(at)));
            if !walk.is_on && !is_due {
                return Ok(false);
            }
            if !walk.is_on {
                *walk = Walk { began_at: Some(now), after: None, is_on: true };
            }
            walk.after.clone()
        };
        let scan = Scan::keys(Collection::Host, "").limit(BATCH).after(after);
        let page = self.store().page::<Host>(scan).await?;
        let mut changes = ChangeSet::new();
        for host in page.rows {
            if host.value.merged_into.is_some() || host.value.lifecycle.is_over() {
                continue;
            }
            let id = host.value.id;
            let looks = self.look_at_capacity(host, now).await?;
            let stored = self.store().find::<CapacityTrack>(&id.to_string()).await?;
            let (mut track, expected) = match stored {
                Some(stored) => (stored.value, Expected::Version(stored.version)),
                None => (CapacityTrack::of(id), Expected::Absent),
            };
            if track.note(looks, now) {
                changes.put(track, expected);
            }
        }
        self.commit(changes).await?;
        let mut walk = self.capacity.lock().unwrap_or_else(PoisonError::into_inner);
        walk.is_on = page.next.is_some();
        walk.after = page.next;
        Ok(true)
    }

    /// What a host has and uses now; nothing of one that has been silent for a day, for nobody knows.
    async fn look_at_capacity(&self, host: Versioned<Host>, now: Time) -> Result<Vec<Look>, ServiceError> {
        let id = host.value.id;
        let mut told = BTreeMap::new();
        for section in [SectionName::Filesystem, SectionName::Memory] {
            let key = section_key(id, section, Source::Agent);
            let metrics = self.store().find::<SectionMetrics>(&key).await?;
            let fresh = metrics.filter(|metrics| now.since(metrics.value.at) < DAY_MS);
            told.insert(section, fresh.map(|metrics| metrics.value.values).unwrap_or_default());
        }
        if told.values().all(BTreeMap::is_empty) {
            return Ok(Vec::new());
        }
        let none = BTreeMap::new();
        let metrics = |section| told.get(&section).unwrap_or(&none);
        let (files, _) = self.plain_section(id, SectionName::Filesystem).await?;
        let (chips, _) = self.plain_section(id, SectionName::Memory).await?;
        let (cpus, _) = self.plain_section(id, SectionName::Cpu).await?;
        let (drives, _) = self.plain_section(id, SectionName::Disk).await?;
        let mut looks = filesystems((&files, metrics(SectionName::Filesystem)));
        looks.extend(memory((&chips, metrics(SectionName::Memory))));
        looks.extend(processors(&cpus));
        looks.extend(disks(&drives));
        Ok(looks)
    }

    /// The thresholds of all resources; those that nobody set have version 0.
    pub async fn list_thresholds(&self, call: &Call) -> Result<Vec<Versioned<Threshold>>, ServiceError> {
        call.authorize(Action::ItemRead, Right::Shared)?;
        let mut all = Vec::new();
        for resource in Resource::ALL {
            let stored = self.store().find::<Threshold>(resource.as_str()).await?;
            all.push(stored.unwrap_or_else(|| Versioned { value: Threshold::usual(*resource), version: 0 }));
        }
        Ok(all)
    }

    /// Sets the threshold of a resource.
    pub async fn set_threshold(
        &self,
        call: &Call,
        threshold: Threshold,
        seen: Option<u64>,
    ) -> Result<Versioned<Threshold>, ServiceError> {
        let name = threshold.resource.as_str();
        call.authorize(Action::LevelManage, Right::One(name))?;
        let violations = threshold.check();
        if !violations.is_empty() {
            return Err(wrong(violations));
        }
        self.decide(|| async move {
            let stored = self.store().find::<Threshold>(name).await?;
            let version = stored.as_ref().map_or(0, |stored| stored.version);
            check_version(&Versioned { value: threshold, version }, seen)?;
            let mut changes = ChangeSet::new();
            let summary = format!(
                "{name}: warn {} %, critical {} %, {} days ahead",
                threshold.warn_percent, threshold.critical_percent, threshold.horizon_days
            );
            changes.audit.push(call.audit(self.now(), "capacity.threshold", name, summary));
            changes.put(threshold, if version == 0 { Expected::Absent } else { Expected::Version(version) });
            Ok((changes, Versioned { value: threshold, version: version + 1 }))
        })
        .await
    }

    /// The hosts that a question is about, with their names; `None` is all of them.
    async fn hosts_of_question(
        &self,
        call: &Call,
        question: &CapacityQuestion,
    ) -> Result<Option<BTreeSet<HostId>>, ServiceError> {
        let mut hosts: Option<BTreeSet<HostId>> = None;
        if let Some(filter) = question.filter.as_deref().filter(|filter| !filter.trim().is_empty()) {
            hosts = Some(self.hosts_asked(call, filter).await?.into_iter().map(|host| host.value.id).collect());
        }
        if let Some(service) = question.service {
            let node = NodeId::Declared(service);
            self.check_node(call, node).await?;
            let below = self.reach(node, Direction::Down).await?;
            let below: BTreeSet<HostId> = below.into_iter().filter_map(|reached| reached.node.host()).collect();
            hosts = Some(match hosts {
                Some(hosts) => hosts.intersection(&below).copied().collect(),
                None => below,
            });
        }
        Ok(hosts)
    }

    /// What runs out, and when, of the hosts of a question. What runs out first comes first.
    pub async fn capacity(
        &self,
        call: &Call,
        question: &CapacityQuestion,
        window: &Window,
    ) -> Result<CapacityReport, ServiceError> {
        let sight = self.sight(call, Action::ItemRead).await?;
        let wanted = self.hosts_of_question(call, question).await?;
        let thresholds = self.list_thresholds(call).await?;
        let mut rows = Vec::new();
        let mut sums: BTreeMap<Resource, CapacitySum> = BTreeMap::new();
        let mut scan = Scan::keys(Collection::CapacityTrack, "").limit(BATCH);
        loop {
            let page = self.store().page::<CapacityTrack>(scan.clone()).await?;
            for track in page.rows.into_iter().map(|stored| stored.value) {
                let is_wanted = wanted.as_ref().is_none_or(|wanted| wanted.contains(&track.host));
                if !is_wanted || !sight.sees_host(track.host) {
                    continue;
                }
                let Some(host) = self.store().find::<Host>(&track.host.to_string()).await? else { continue };
                if host.value.merged_into.is_some() || host.value.lifecycle.is_over() {
                    continue;
                }
                for row in rows_of(track, &host.value.name, &thresholds) {
                    if question.resource.is_some_and(|resource| resource != row.series.resource) {
                        continue;
                    }
                    sums.entry(row.series.resource).or_default().add(&row);
                    if question.standing.is_none_or(|standing| standing == row.standing) {
                        rows.push(row);
                    }
                }
            }
            match page.next {
                Some(next) => scan = scan.after(Some(next)),
                None => break,
            }
            // Trends of a large fleet take a while: others go on meanwhile.
            tokio::task::yield_now().await;
        }
        rows.sort_by(|a, b| a.rank().cmp(&b.rank()));
        let start = match &window.cursor {
            Some(cursor) => {
                cursor.parse().map_err(|_| super::invalid("/cursor", "a cursor is taken as `next_cursor` gave it"))?
            }
            None => 0_usize,
        };
        let end = start.saturating_add(window.limit).min(rows.len());
        let next_cursor = (end < rows.len()).then(|| end.to_string());
        let items = rows.into_iter().take(end).skip(start).collect();
        Ok(CapacityReport { page: Page { items, next_cursor }, sums })
    }

    /// What was measured on a host.
    pub async fn capacity_of_host(&self, call: &Call, id: HostId) -> Result<Vec<CapacityRow>, ServiceError> {
        self.authorize_at(call, Action::ItemRead, NodeId::Host(id)).await?;
        let host = self.get_host(call, id, muster_model::history::Moment::NOW).await?.host;
        let thresholds = self.list_thresholds(call).await?;
        let track = self.store().find::<CapacityTrack>(&host.value.id.to_string()).await?;
        let rows = track.map(|track| rows_of(track.value, &host.value.name, &thresholds)).unwrap_or_default();
        Ok(rows)
    }
}

fn rows_of(track: CapacityTrack, host_name: &str, thresholds: &[Versioned<Threshold>]) -> Vec<CapacityRow> {
    let host = track.host;
    let row = |(key, series): (String, Series)| {
        let last = *series.points.last()?;
        let set = thresholds.iter().find(|stored| stored.value.resource == series.resource);
        let threshold = set.map_or_else(|| Threshold::usual(series.resource), |stored| stored.value);
        let trend = Trend::of(&series.points);
        let standing = Standing::of(last, &trend, threshold);
        Some(CapacityRow { host, host_name: host_name.to_owned(), key, series, last, trend, standing })
    };
    track.series.into_iter().filter_map(row).collect()
}

impl CapacityRow {
    /// What runs out first comes first: by standing, day, fullness, name.
    fn rank(&self) -> (Standing, i64, std::cmp::Reverse<u64>, &str, &str) {
        let day = self.trend.full.map_or(i64::MAX, |full| full.day);
        (self.standing, day, std::cmp::Reverse(self.permille()), &self.host_name, &self.key)
    }

    fn permille(&self) -> u64 {
        let used = u128::from(self.last.used.unwrap_or_default()) * 1_000;
        u64::try_from(used / u128::from(self.last.total.max(1))).unwrap_or(u64::MAX)
    }

    /// How full it is, in percent.
    pub fn percent(&self) -> Option<f64> {
        capacity::trend::percent(self.last)
    }
}

impl CapacitySum {
    fn add(&mut self, row: &CapacityRow) {
        self.count += 1;
        self.total = self.total.saturating_add(row.last.total);
        if let Some(used) = row.last.used {
            self.used = self.used.saturating_add(used);
            self.of = self.of.saturating_add(row.last.total);
        }
        *self.standings.entry(row.standing).or_default() += 1;
    }

    /// How full all of it together is, in percent.
    pub fn percent(&self) -> Option<f64> {
        capacity::trend::percent(Point { day: 0, total: self.of, used: Some(self.used) })
    }
}
