//! How much the incident of a finding takes in: what one policy finds on a host, the same difference on several hosts of a service or
//! site, or what the owner of the policy wants as one.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use muster_model::declared::Declared;
use muster_model::finding::Finding;
use muster_model::host::Host;
use muster_model::policy::patience::GroupBy;
use muster_model::relation::graph::Direction;
use muster_model::ticket::{Breadth, Place, Ticket};
use muster_model::{Collection, Versioned, routing, storm};
use muster_shared::Time;
use muster_shared::id::{HostId, NodeId};
use muster_store::{Index, Scan, TypedStore};

use super::impact::FLOOR_DEPTH;
use super::{Service, ServiceError};

/// Active findings of a group that are looked at; of more it is said that there are more.
pub(super) const COUNTED: usize = 1_000;
/// Hosts of a group of which it is found out where they are.
const PLACED: usize = 250;
/// Active incidents of a group or policy, one for each place, among which the right one is looked for.
const PLACES: usize = 1_000;
/// The classes of services, the one that counts first.
const SERVICES: &[&str] = &["business_service", "application"];

impl Service {
    /// How much the incident of a finding takes in.
    pub(super) async fn breadth_of(&self, finding: &Finding, now: Time) -> Result<Breadth, ServiceError> {
        if !finding.basis.may_group() {
            return Ok(Breadth::Host);
        }
        let place = match finding.patience.group_by {
            GroupBy::Difference => return self.group_of(finding, now).await,
            GroupBy::Host => return Ok(Breadth::Host),
            GroupBy::Policy => Place::Anywhere,
            GroupBy::Site => Place::Site { name: self.site_of(finding.host).await? },
            GroupBy::Service => Place::Service { name: self.service_of(finding.host).await? },
        };
        Ok(Breadth::Policy { policy: finding.policy.clone(), place })
    }

    /// The same difference on three hosts of a service or site makes one incident for them; on much of the fleet, one for all.
    async fn group_of(&self, finding: &Finding, now: Time) -> Result<Breadth, ServiceError> {
        let scan = Scan::index(Index::FindingByGroup, format!("{}/", finding.group_fingerprint)).limit(COUNTED);
        let page = self.store().page::<Finding>(scan).await?;
        // Each host with when it was last seen to differ anew; what a change explains is nobody's incident.
        let mut hosts: BTreeMap<HostId, Time> = BTreeMap::new();
        for member in page.rows.iter().map(|row| &row.value).filter(|member| !member.state.is_explained()) {
            let seen = hosts.entry(member.host).or_insert(member.first_seen);
            *seen = (*seen).max(member.first_seen);
        }
        let within = |window_ms: i64| hosts.values().filter(|seen| now.since(**seen) <= window_ms).count();
        let count = within(routing::LONGEST_MS);
        if count < storm::GROUP_HOSTS {
            return Ok(Breadth::Host);
        }
        let fingerprint = finding.group_fingerprint.clone();
        let fleet = self.store().count(Scan::keys(Collection::Host, "").limit(usize::MAX)).await?;
        if within(storm::MASS_WINDOW_MS) > storm::mass_hosts(fleet) {
            let (place, is_more) = (Place::Anywhere, page.next.is_some());
            return Ok(Breadth::Group { fingerprint, place, hosts: count, is_more, is_mass: true });
        }
        let place = self.place_of(finding.host).await?;
        let mut there = 1;
        let fresh = hosts.iter().filter(|(_, seen)| now.since(**seen) <= routing::LONGEST_MS);
        let others: Vec<HostId> = fresh.map(|(host, _)| *host).filter(|host| *host != finding.host).collect();
        for host in others.iter().take(PLACED) {
            there += usize::from(self.place_of(*host).await? == place);
        }
        if there < storm::GROUP_HOSTS {
            return Ok(Breadth::Host);
        }
        let is_more = page.next.is_some() || others.len() > PLACED;
        Ok(Breadth::Group { fingerprint, place, hosts: there, is_more, is_mass: false })
    }

    /// The active incident of this breadth that a finding could join.
    pub(super) async fn joinable(
        &self,
        finding: &Finding,
        breadth: &Breadth,
    ) -> Result<Option<Versioned<Ticket>>, ServiceError> {
        let prefix = match breadth {
            Breadth::Host => format!("{}/{}/", finding.host, finding.policy),
            Breadth::Group { fingerprint, .. } => format!("group/{fingerprint}/"),
            Breadth::Policy { policy, .. } => format!("policy/{policy}/"),
            Breadth::Digest => "digest/".to_owned(),
        };
        let scan = Scan::index(Index::TicketByDrift, prefix).descending();
        let place_of = |breadth: &Breadth| match breadth {
            Breadth::Group { place, .. } | Breadth::Policy { place, .. } => Some(place.clone()),
            Breadth::Host | Breadth::Digest => None,
        };
        let Some(place) = place_of(breadth) else { return Ok(self.store().first::<Ticket>(scan).await?) };
        let open = self.store().page::<Ticket>(scan.limit(PLACES)).await?.rows;
        let is_there = |ticket: &Versioned<Ticket>| {
            ticket.value.drift.as_ref().and_then(|origin| place_of(&origin.breadth)).is_some_and(|there| there == place)
        };
        Ok(open.into_iter().find(is_there))
    }

    /// Of which service a host is, else of which site.
    pub(super) async fn place_of(&self, host: HostId) -> Result<Place, ServiceError> {
        if let Some(name) = self.service_of(host).await? {
            return Ok(Place::Service { name: Some(name) });
        }
        Ok(self.site_of(host).await?.map_or(Place::Anywhere, |name| Place::Site { name: Some(name) }))
    }

    async fn site_of(&self, host: HostId) -> Result<Option<String>, ServiceError> {
        let stored = self.store().find::<Host>(&host.to_string()).await?;
        Ok(stored.and_then(|stored| stored.value.site).filter(|site| !site.trim().is_empty()))
    }

    /// The service that depends on a host; of several the one that matters most.
    async fn service_of(&self, host: HostId) -> Result<Option<String>, ServiceError> {
        let impact = self.walk(NodeId::Host(host), Direction::Up, FLOOR_DEPTH, None).await?;
        let mut services = Vec::new();
        for id in impact.reached().filter_map(|reached| reached.node.declared()) {
            let Some(stored) = self.store().find::<Declared>(&id.to_string()).await? else { continue };
            let item = stored.value;
            let rank = SERVICES.iter().position(|class| *class == item.class);
            if let Some(rank) = rank.filter(|_| item.is_present()) {
                services.push((rank, Reverse(item.criticality), item.name));
            }
        }
        Ok(services.into_iter().min().map(|(.., name)| name))
    }
}
