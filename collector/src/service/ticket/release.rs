//! How far releases are, by what agents report: their waves are looked at while they go out, begin one after the other, and stop.

use std::collections::{BTreeMap, BTreeSet};

use muster_model::Versioned;
use muster_model::history::Moment;
use muster_model::host::{Host, Lifecycle};
use muster_model::text::{Phrase, Text};
use muster_model::ticket::release::{
    Deployment, Elsewhere, Look, MOST_SHOWN, Package, Release, Wave, WaveState, clash,
};
use muster_model::ticket::transition::{self, Fields};
use muster_model::ticket::{Details, Entry, FieldChange, Kind, StateName, Ticket};
use muster_shared::id::{HostId, NodeId};
use muster_shared::{SectionName, Time};
use muster_store::{Index, Scan, TypedStore};

use crate::service::host::HostView;
use crate::service::{Call, Service, ServiceError};

/// Who acts here.
const RELEASE: &str = "release";
/// How long before a wave begins a host may have been heard last to be there when it does: three times the usual heartbeat.
const HEARD_MS: i64 = 15 * 60_000;

/// An urgent incident: when it was opened, its number, and the hosts that it is about.
struct Urgent {
    opened_at: Time,
    number: String,
    hosts: BTreeSet<HostId>,
}

/// Name and version of what is installed.
type Installed = BTreeMap<String, String>;

impl Service {
    /// How far a release is. Its waves begin while it `is_moving`.
    pub(super) async fn deployment_of(&self, release: &Release, is_moving: bool) -> Result<Deployment, ServiceError> {
        let call = Call::system(RELEASE);
        let urgent = self.urgent().await?;
        let mut looks = Vec::new();
        for wave in &release.plan.waves {
            let known = release.deployment.iter().flat_map(|seen| &seen.waves).find(|known| known.name == wave.name);
            let began_at = known.and_then(|known| known.began_at);
            let mut look = Look::default();
            let mut hosts = BTreeSet::new();
            for view in self.views_asked(&call, &wave.hosts).await? {
                hosts.insert(view.host.value.id);
                self.look_at(release, &view, began_at, &mut look).await?;
            }
            if let Some(began_at) = began_at {
                let is_its = |it: &&Urgent| it.opened_at >= began_at && !it.hosts.is_disjoint(&hosts);
                look.incidents = urgent.iter().filter(is_its).map(|it| it.number.clone()).collect();
            }
            looks.push(look);
        }
        Ok(release.judged(looks, is_moving, self.now()))
    }

    /// Adds one host to what is seen of a wave.
    async fn look_at(
        &self,
        release: &Release,
        view: &HostView,
        began_at: Option<Time>,
        look: &mut Look,
    ) -> Result<(), ServiceError> {
        let (id, name) = (view.host.value.id, view.host.value.name.clone());
        let installed = self.installed_on(&view.host, Moment::NOW).await?;
        let wanted = &release.plan.packages;
        let wrong = lacking(release, &installed);
        look.hosts += 1;
        look.deployed += usize::from(wrong.is_none());
        if let Some(began_at) = began_at {
            let was = match wrong {
                Some(_) => self.installed_on(&view.host, Moment { as_of: Some(began_at), known_at: None }).await?,
                None => Installed::new(),
            };
            // Neither what it had when the wave began, nor what it is to get.
            let went_astray = wanted.iter().any(|wanted| {
                let is = installed.get(&wanted.name);
                wrong.is_some() && is != Some(&wanted.version) && is != was.get(&wanted.name)
            });
            // One that was silent before has not fallen silent with the wave.
            let was_heard = view.heard_at.is_some_and(|at| began_at.since(at) <= HEARD_MS);
            let is_silent = matches!(view.lifecycle, Lifecycle::Stale | Lifecycle::Missing);
            if went_astray || (is_silent && was_heard) {
                look.failed.push(name.clone());
            }
        }
        if let Some(wanted) = wrong.filter(|_| look.others.len() < MOST_SHOWN) {
            let (package, version) = (wanted.name.clone(), installed.get(&wanted.name).cloned());
            look.others.push(Elsewhere { host: id, name, package, version });
        }
        Ok(())
    }

    /// A wave of a release by its place, and all of its hosts that have not every version, as far as the caller sees them.
    pub async fn wave_left(
        &self,
        call: &Call,
        text: &str,
        place: usize,
    ) -> Result<(Wave, Vec<Elsewhere>), ServiceError> {
        let ticket = self.get_ticket(call, text).await?.value;
        let missing = || ServiceError::NotFound { kind: "wave", id: place.to_string() };
        let Details::Release(release) = &ticket.details else { return Err(missing()) };
        let wave = release.plan.waves.get(place).cloned().ok_or_else(missing)?;
        let mut left = Vec::new();
        for view in self.views_asked(call, &wave.hosts).await? {
            let installed = self.installed_on(&view.host, Moment::NOW).await?;
            if let Some(wanted) = lacking(release, &installed) {
                left.push(Elsewhere {
                    host: view.host.value.id,
                    name: view.host.value.name.clone(),
                    package: wanted.name.clone(),
                    version: installed.get(&wanted.name).cloned(),
                });
            }
        }
        left.sort_by(|one, other| one.name.cmp(&other.name));
        Ok((wave, left))
    }

    /// Other releases that bring another version of a package to hosts of one that is not out yet. Those in draft are no plan.
    pub(super) async fn release_clashes(&self, ticket: &Ticket) -> Result<Vec<clash::Clash>, ServiceError> {
        let state = ticket.state.name();
        let Details::Release(release) = &ticket.details else { return Ok(Vec::new()) };
        if release.plan.packages.is_empty() || !(state == StateName::Draft || clash::is_to_come(state)) {
            return Ok(Vec::new());
        }
        let scan = Scan::index(Index::TicketActive, format!("{}/", Kind::Release.as_str()));
        let mut others = Vec::new();
        for stored in self.store().all::<Ticket>(scan).await? {
            let other = stored.value;
            let Details::Release(theirs) = &other.details else { continue };
            let is_about = |package: &Package| release.plan.packages.iter().any(|own| own.name == package.name);
            if other.id != ticket.id
                && clash::is_to_come(other.state.name())
                && theirs.plan.packages.iter().any(is_about)
            {
                others.push(self.going(&other, theirs).await?);
            }
        }
        if others.is_empty() {
            return Ok(Vec::new());
        }
        Ok(clash::find(&self.going(ticket, release).await?, &others))
    }

    /// What a release brings, and whereto. A question that cannot be asked any more means no host.
    async fn going(&self, ticket: &Ticket, release: &Release) -> Result<clash::Going, ServiceError> {
        let call = Call::system(RELEASE);
        let mut hosts = BTreeSet::new();
        for wave in &release.plan.waves {
            match self.views_asked(&call, &wave.hosts).await {
                Ok(views) => hosts.extend(views.iter().map(|view| view.host.value.id)),
                Err(ServiceError::Invalid(_)) => {}
                Err(error) => return Err(error),
            }
        }
        let packages = release.plan.packages.clone();
        Ok(clash::Going { ticket: ticket.id, number: ticket.number.clone(), packages, hosts })
    }

    /// What is installed on a host at a moment.
    async fn installed_on(&self, host: &Versioned<Host>, at: Moment) -> Result<Installed, ServiceError> {
        let holder = self.holder(host.clone()).await?;
        let items = self.section_at(&holder, SectionName::Package, at).await?.unwrap_or_default();
        let text = |item: &muster_model::inventory::StoredItem, name: &str| {
            item.attributes.get(name).and_then(serde_json::Value::as_str).map(str::to_owned)
        };
        let named = |(key, item): (String, muster_model::inventory::StoredItem)| {
            Some((text(&item, "name").unwrap_or(key), text(&item, "version")?))
        };
        Ok(items.into_iter().filter_map(named).collect())
    }

    /// The active incidents of the first two priorities.
    async fn urgent(&self) -> Result<Vec<Urgent>, ServiceError> {
        let mut found = Vec::new();
        for priority in 1..=2 {
            let scan = Scan::index(Index::TicketActive, format!("{}/{priority}/", Kind::Incident.as_str()));
            for stored in self.store().all::<Ticket>(scan).await? {
                let Ticket { opened_at, number, items, .. } = stored.value;
                let host_of = |id: &String| id.parse::<NodeId>().ok().and_then(|node| node.host());
                let hosts = items.iter().filter_map(|item| host_of(&item.id)).collect();
                found.push(Urgent { opened_at, number, hosts });
            }
        }
        Ok(found)
    }

    /// Looks at the releases that go out: their waves move on, or a person has to look. Whether there are any.
    pub async fn release_step(&self) -> Result<bool, ServiceError> {
        let scan = Scan::index(Index::TicketActive, format!("{}/", Kind::Release.as_str()));
        let mut is_any = false;
        for stored in self.store().all::<Ticket>(scan).await? {
            if stored.value.state.name() == StateName::Deploying {
                is_any = true;
                self.move_on(stored).await?;
            }
        }
        Ok(is_any)
    }

    async fn move_on(&self, stored: Versioned<Ticket>) -> Result<(), ServiceError> {
        let Versioned { value: mut ticket, version } = stored;
        let Details::Release(release) = &mut ticket.details else { return Ok(()) };
        let before = release.deployment.clone().unwrap_or_default();
        let seen = match self.deployment_of(release, true).await {
            Ok(seen) => seen,
            // A question that cannot be asked any more is nothing that the next wave waits for.
            Err(error @ ServiceError::Invalid(_)) => {
                return self.stop_release(Versioned { value: ticket, version }, broken(&error)).await;
            }
            // A store that is busy says nothing of the release.
            Err(error) => return Err(error),
        };
        let moves = moves(&before.waves, &seen.waves);
        release.deployment = Some(seen);
        let stop = release.stop();
        let (call, now) = (Call::system(RELEASE), self.now());
        if let Some(why) = stop {
            return self.stop_release(Versioned { value: ticket, version }, why).await;
        }
        if moves.is_empty() {
            return Ok(());
        }
        let entry = ticket.note(now, &call.actor.label(), Entry::Changed { fields: moves });
        let (changes, _) = Self::written(&call, "ticket.wave", version, ticket, entry);
        self.commit_step(changes).await.map(drop)
    }

    /// A person has to look before it goes on.
    async fn stop_release(&self, stored: Versioned<Ticket>, why: Phrase) -> Result<(), ServiceError> {
        let (call, now) = (Call::system(RELEASE), self.now());
        let fields = Fields { said: Some(Text::from(why)), ..Fields::default() };
        let Ok((next, entry)) = transition::apply(&stored.value, "attention", &fields, &call.actor, now) else {
            return Ok(());
        };
        let (changes, _) = Self::written(&call, "ticket.attention", stored.version, next, entry);
        self.commit_step(changes).await.map(drop)
    }
}

/// The first package of a release that is not installed in its version.
fn lacking<'a>(release: &'a Release, installed: &Installed) -> Option<&'a Package> {
    release.plan.packages.iter().find(|wanted| installed.get(&wanted.name) != Some(&wanted.version))
}

/// What it says that waves cannot be looked at.
fn broken(error: &ServiceError) -> Phrase {
    Phrase::new("wave_stop_broken").with("why", error.text().to_string())
}

/// The waves that stand elsewhere than before.
fn moves(before: &[WaveState], after: &[WaveState]) -> Vec<FieldChange> {
    let phase = |wave: &WaveState| format!("{}: {}", wave.name, wave.phase.as_str());
    let moved = |wave: &WaveState| {
        let known = before.iter().find(|known| known.name == wave.name);
        let from = known.map(phase).unwrap_or_default();
        let to = phase(wave);
        (from != to).then(|| FieldChange { field: "wave".into(), from, to })
    };
    after.iter().filter_map(moved).collect()
}
