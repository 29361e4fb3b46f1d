//! Connections between hosts, from what the agents at both ends see.
//!
//! An agent tells an edge when it saw it in several looks ([`SAMPLES`] at least) and takes it back when it did not see it for a
//! week. Both ends of one conversation make one relation: from the host that opens the connections to the one that has the
//! port. It counts when it was seen often enough; it is stale a week after it was last seen, and over after a month.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use muster_shared::diff::ItemMap;
use muster_shared::id::{HostId, NodeId, RelationId};
use muster_shared::{Attributes, Time};
use serde_json::Value;

use super::{Relation, RelationKind, Sighting, Source, Traffic, relation_id};

/// So often a connection must be seen to count.
pub const SAMPLES: u32 = 3;
/// Between the first and the last of these looks: two windows at least.
pub const WINDOW_MS: i64 = 5 * 60_000;
/// For so long after it was last seen it is as sure as then.
pub const FRESH_MS: i64 = 86_400_000;
/// After this it is stale.
pub const STALE_MS: i64 = 7 * 86_400_000;
/// After this it is over.
pub const OVER_MS: i64 = 30 * 86_400_000;
/// Most connections of a host that are kept: those that were seen most often.
pub const MAX_PER_HOST: usize = 500;

/// A connection as one host tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Whether the host takes the connections; else it opens them.
    pub is_inbound: bool,
    /// The other end.
    pub remote: IpAddr,
    /// The port of the service.
    pub port: u16,
    /// What this host saw.
    pub sighting: Sighting,
}

fn number(attributes: &Attributes, name: &str) -> Option<u64> {
    attributes.get(name).and_then(Value::as_u64)
}

fn text<'a>(attributes: &'a Attributes, name: &str) -> Option<&'a str> {
    attributes.get(name).and_then(Value::as_str)
}

/// The connections of a host's section, the most seen first. `heard` is when the host was last heard: what an agent still tells
/// it saw within the last week.
pub fn told(items: &ItemMap, metrics: &ItemMap, heard: Time, now: Time) -> Vec<Told> {
    let read = |(key, attributes): (&String, &Attributes)| -> Option<Told> {
        let nothing = Attributes::new();
        let metrics = metrics.get(key).unwrap_or(&nothing);
        let time = |name: &str| text(metrics, name).and_then(|text| text.parse::<Time>().ok()).map(|at| at.min(now));
        let last = time("last_seen_at").unwrap_or(heard).max(heard.plus_millis(-STALE_MS));
        let service = text(attributes, "unit").or_else(|| text(attributes, "process"));
        let samples = number(metrics, "samples").and_then(|n| u32::try_from(n).ok()).unwrap_or(1);
        Some(Told {
            is_inbound: text(attributes, "direction")? == "inbound",
            remote: text(attributes, "remote_address")?.parse::<IpAddr>().ok()?.to_canonical(),
            port: u16::try_from(number(attributes, "port")?).ok()?,
            sighting: Sighting {
                samples,
                first: time("first_seen_at").unwrap_or(last).min(last),
                last,
                services: service.map(str::to_owned).into_iter().collect(),
            },
        })
    };
    let mut all: Vec<Told> = items.iter().filter_map(read).collect();
    all.sort_by(|a, b| b.sighting.samples.cmp(&a.sighting.samples).then_with(|| a.port.cmp(&b.port)));
    all.truncate(MAX_PER_HOST);
    all
}

/// What is known of the other ends.
#[derive(Clone, Debug, Default)]
pub struct Ends {
    /// The host that has an address now, and since when.
    pub owners: BTreeMap<IpAddr, (HostId, Time)>,
    /// Hosts that had an address before and have it no more.
    pub former: BTreeMap<IpAddr, BTreeSet<HostId>>,
}

/// What changes in the connections of a host by what it tells now. `known` are the discovered connections that it is an end of.
pub fn observe(host: HostId, told: &[Told], ends: &Ends, known: Vec<Relation>, now: Time) -> Vec<Relation> {
    let mut wanted: BTreeMap<RelationId, (NodeId, NodeId, Told, Option<Time>)> = BTreeMap::new();
    let mut moved: BTreeSet<(HostId, u16)> = BTreeSet::new();
    for told in told {
        let (owner, owned_since) = ends.owners.get(&told.remote).copied().unzip();
        if owner == Some(host) {
            continue;
        }
        let former = ends.former.get(&told.remote).into_iter().flatten().filter(|former| Some(**former) != owner);
        moved.extend(former.map(|former| (*former, told.port)));
        let (own, other) = (NodeId::Host(host), owner.map(NodeId::Host));
        let (from, to) = match (told.is_inbound, other) {
            (true, Some(client)) => (client, own),
            // Who from the world outside speaks with a service is no dependency that anybody can follow.
            (true, None) => continue,
            (false, Some(server)) => (own, server),
            (false, None) => (own, NodeId::Address(told.remote)),
        };
        let id = relation_id(from, RelationKind::ConnectsTo, to, Source::Discovered, &detail(told.port));
        match wanted.get_mut(&id) {
            Some((.., known, _)) => add(&mut known.sighting, &told.sighting),
            None => drop(wanted.insert(id, (from, to, told.clone(), owned_since))),
        }
    }
    let mut changed = Vec::new();
    let mut known: BTreeMap<RelationId, Relation> = known.into_iter().map(|relation| (relation.id, relation)).collect();
    for (id, (from, to, told, owned_since)) in wanted {
        let before = known.remove(&id);
        let mut next = before.clone().unwrap_or_else(|| candidate(from, to, told.port, now));
        if let Some(traffic) = &mut next.traffic {
            let side = if told.is_inbound { &mut traffic.server } else { &mut traffic.client };
            *side = Some(told.sighting);
        }
        judge(&mut next, owned_since, now);
        changed.extend(Some(next).filter(|next| before.as_ref() != Some(next)));
    }
    // An address went to another host: what was said of the one before ends with that.
    for (_, mut relation) in known {
        let ended = match (relation.to, &relation.traffic) {
            (NodeId::Host(server), Some(traffic)) => moved.contains(&(server, traffic.port)),
            // It is known by now whose the address is.
            (NodeId::Address(ip), _) => ends.owners.contains_key(&ip),
            _ => false,
        };
        if ended && relation.from == NodeId::Host(host) && relation.holds() {
            relation.end(now);
            changed.push(relation);
        }
    }
    changed
}

fn detail(port: u16) -> String {
    format!("tcp/{port}")
}

/// A connection of which nothing is known yet.
fn candidate(from: NodeId, to: NodeId, port: u16, now: Time) -> Relation {
    let mut relation = Relation::new(from, RelationKind::ConnectsTo, to, Source::Discovered, &detail(port), now);
    relation.traffic = Some(Traffic { protocol: "tcp".into(), port, client: None, server: None });
    relation.spans.clear();
    relation
}

/// Several programs of one host speak with the same service.
fn add(known: &mut Sighting, more: &Sighting) {
    known.samples = known.samples.max(more.samples);
    known.first = known.first.min(more.first);
    known.last = known.last.max(more.last);
    known.services.extend(more.services.iter().cloned());
}

/// How sure a connection is, whether it counts, and when it was first and last seen. It led to nobody before the other end had
/// its address.
fn judge(relation: &mut Relation, owned_since: Option<Time>, now: Time) {
    let Some(traffic) = &relation.traffic else { return };
    let seen: Vec<&Sighting> = [&traffic.client, &traffic.server].into_iter().flatten().collect();
    let samples = seen.iter().map(|sighting| sighting.samples).max().unwrap_or_default();
    let first = seen.iter().map(|sighting| sighting.first).min().unwrap_or(now);
    let last = seen.iter().map(|sighting| sighting.last).max().unwrap_or(now);
    relation.confidence = match (seen.len(), samples) {
        (_, 0..=1) => 30,
        (2.., _) => 95,
        _ => 70,
    };
    (relation.first_seen, relation.last_seen) = (first.min(relation.first_seen), last);
    let counts = samples >= SAMPLES && last.since(first) >= WINDOW_MS && now.since(last) < OVER_MS;
    if counts && !relation.holds() {
        // What was seen before it counted was so then too.
        let first = owned_since.map_or(relation.first_seen, |owned| owned.max(relation.first_seen));
        let since = if relation.spans.is_empty() { first } else { now };
        relation.begin(since);
    }
}

/// How sure a relation is at a moment, in hundredths. What people say and what follows from rules is as sure as it was said. Of a
/// connection the looks say how sure it was when it was last seen: 30 when it was seen once, 70 by one end, 95 by both. That counts in full
/// for a day, for what is still there is seen again within it; then it falls evenly, to nothing when the connection is over.
pub fn confidence(relation: &Relation, at: Time) -> u8 {
    if relation.traffic.is_none() {
        return relation.confidence;
    }
    fade(relation.confidence, at.since(relation.last_seen))
}

/// What is left of a confidence after so long without a look.
pub fn fade(confidence: u8, age_ms: i64) -> u8 {
    let left = (OVER_MS - age_ms).clamp(0, OVER_MS - FRESH_MS);
    u8::try_from(i64::from(confidence) * left / (OVER_MS - FRESH_MS)).unwrap_or(confidence)
}

/// Whether a discovered relation was not seen for a week.
pub const fn is_stale(relation: &Relation, now: Time) -> bool {
    matches!(relation.source, Source::Discovered) && now.since(relation.last_seen) > STALE_MS
}

/// When a discovered relation is over, unless it is seen again.
pub const fn over_at(relation: &Relation) -> Time {
    relation.last_seen.plus_millis(OVER_MS)
}
