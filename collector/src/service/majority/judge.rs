//! Looks at things of peers: who is odd, and what is a rollout.

use std::collections::{BTreeMap, BTreeSet};

use muster_model::drift::Findings;
use muster_model::drift::state::{self, Verdict};
use muster_model::finding::{self, Finding};
use muster_model::history::{HistoryEntry, Operation};
use muster_model::host::Host;
use muster_model::peer::{self, Group, Mode, Peer, Rollout, Share, Tally};
use muster_model::policy::book::Settings;
use muster_model::{ChangeSet, Collection, Expected, Versioned};
use muster_shared::id::{HostId, ItemId};
use muster_shared::{SectionName, Time};
use muster_store::{Index, Scan, TypedStore};
use roaring::RoaringBitmap;
use serde_json::Value;

use super::{Known, Staged};
use crate::service::{Service, ServiceError};

/// Things that are looked at in one commit.
const THINGS: usize = 128;
/// Findings that are written in one commit.
const FINDINGS: usize = 200;
/// Hosts with a rare value of which it is read since when they have it.
const ASKED: usize = 64;

/// What a thing is called, and of which attribute it is asked.
#[derive(Clone, Copy, Debug)]
struct Asked<'a> {
    section: SectionName,
    key: &'a str,
    attribute: Option<&'static str>,
}

/// The commit that a step makes.
struct Step<'a> {
    changes: ChangeSet,
    written: usize,
    settings: &'a Settings,
    now: Time,
    /// Findings of this step: one finding is written once.
    touched: BTreeSet<String>,
}

impl Service {
    /// Looks at the next things that are due. `false` when none is.
    pub(super) async fn judge_due(&self, known: &mut Known) -> Result<bool, ServiceError> {
        let now = self.now();
        let scan = Scan::index(Index::PeerDue, "");
        let Some(stored) = self.store().first::<Peer>(scan).await? else { return Ok(false) };
        if stored.value.due_at().is_none_or(|at| at > now) || !self.update_lookup().await? {
            return Ok(false);
        }
        while self.list_newcomers(usize::MAX).await? > 0 {}
        let mut peer = stored;
        let group = peer.value.group.clone();
        let members = known.groups.get(&group).cloned().unwrap_or_default();
        let is_small = members.len() < peer::FEWEST && known.standing.values().all(|hosts| hosts.is_disjoint(&members));
        if is_small {
            // Among so few nobody is odd, and nobody was.
            peer.value.due.clear();
            peer.value.walk = None;
            let staged = Staged { peers: BTreeMap::from([(peer.value.host, peer)]), gone: BTreeMap::new() };
            return self.commit_peers(known, ChangeSet::new(), staged).await;
        }
        let due: Vec<String> =
            peer.value.due.iter().filter(|(_, at)| **at <= now).map(|(thing, _)| thing.clone()).collect();
        let numbers = self.lookup_members(&members);
        let (things, walked) = if due.is_empty() {
            let after = peer.value.walk.clone().unwrap_or_default();
            let things = self.lookup_things(&numbers, &after, THINGS);
            let last = if things.len() < THINGS { None } else { things.last().cloned() };
            (things, Some(last))
        } else {
            (due.into_iter().take(THINGS).collect(), None)
        };
        let book = self.policy_book().await?;
        let settings = &book.settings;
        let mut step = Step { changes: ChangeSet::new(), written: 0, settings, now, touched: BTreeSet::new() };
        let mut reached = None;
        for thing in &things {
            peer.value.due.remove(thing);
            if let Some((section, key)) = peer::of_thing(thing) {
                self.judge_thing(known, &mut step, &mut peer.value, (&members, &numbers), (section, key)).await?;
            }
            if step.written >= FINDINGS {
                // It may not have been finished: it is looked at once more.
                if walked.is_none() {
                    peer.value.due.insert(thing.clone(), now);
                }
                break;
            }
            reached = Some(thing.clone());
        }
        if let Some(last) = walked {
            peer.value.walk = if step.written >= FINDINGS { reached.or(peer.value.walk) } else { last };
        }
        let staged = Staged { peers: BTreeMap::from([(peer.value.host, peer)]), gone: BTreeMap::new() };
        self.commit_peers(known, step.changes, staged).await
    }

    async fn judge_thing(
        &self,
        known: &mut Known,
        step: &mut Step<'_>,
        peer: &mut Peer,
        (members, numbers): (&BTreeSet<HostId>, &RoaringBitmap),
        (section, key): (SectionName, &str),
    ) -> Result<(), ServiceError> {
        let compared = peer::COMPARED.iter().filter(|(compared, _)| *compared == section);
        for attribute in compared.map(|(_, attribute)| *attribute) {
            if attribute.is_none() && !peer.group.compares_presence() {
                continue;
            }
            let asked = Asked { section, key, attribute };
            let tally = self.lookup_tally(numbers, section, key, attribute);
            let rollout = self.stored_rollout(known, &peer.group, asked).await?;
            let standing = known.standing.get(&peer::thing(section, key)).cloned().unwrap_or_default();
            let standing: BTreeSet<HostId> = standing.intersection(members).copied().collect();
            if tally.values.len() < 2 && standing.is_empty() && rollout.is_none() {
                continue;
            }
            let came = self.came_lately(asked, &tally, step.now).await?;
            let verdicts = peer::judge(&tally, &came, rollout.as_ref().map(|rollout| &rollout.value), step.now);
            let mode = verdicts.mode.clone();
            self.tell_odd(known, step, asked, (&verdicts.odd, mode.as_ref(), &standing)).await?;
            let until = self.tell_rollout(step, (&peer.group, asked), &tally, &verdicts, rollout).await?;
            let name = peer::rollout_name(&peer.group, section, key, attribute);
            if until.is_some() {
                known.rollouts.insert(name);
            } else {
                known.rollouts.remove(&name);
            }
            if let Some(until) = until {
                peer.due.insert(peer::thing(section, key), until);
            }
        }
        Ok(())
    }

    /// Which hosts came to their rare value lately, and when: of the first ones.
    async fn came_lately(
        &self,
        asked: Asked<'_>,
        tally: &Tally,
        now: Time,
    ) -> Result<BTreeMap<HostId, Time>, ServiceError> {
        let named = |share: &Share| share.hosts.iter().map(|host| (share.value.clone(), *host)).collect::<Vec<_>>();
        let rare: Vec<(Value, HostId)> = tally.values.iter().flat_map(named).take(ASKED).collect();
        let mut came = BTreeMap::new();
        for (value, host) in rare {
            let item = ItemId::new(host, asked.section, asked.key);
            let scan = Scan::index(Index::HistoryByItem, format!("{item}/")).descending().limit(4);
            for entry in self.store().page::<HistoryEntry>(scan).await?.rows {
                let entry = entry.value;
                let brought = match asked.attribute {
                    Some(name) => entry.operation == Operation::Modified && entry.after.get(name) == Some(&value),
                    None if value.is_null() => entry.operation == Operation::Removed,
                    None => entry.operation == Operation::Added,
                };
                if brought && entry.is_change() && now.since(entry.seen_at) < peer::ROLLOUT_MS {
                    came.insert(host, entry.seen_at);
                    break;
                }
            }
        }
        Ok(came)
    }

    async fn stored_rollout(
        &self,
        known: &Known,
        group: &Group,
        asked: Asked<'_>,
    ) -> Result<Option<Versioned<Rollout>>, ServiceError> {
        let name = peer::rollout_name(group, asked.section, asked.key, asked.attribute);
        if !known.rollouts.contains(&name) {
            return Ok(None);
        }
        Ok(self.store().find::<Rollout>(&name).await?)
    }

    /// Lets findings begin on the hosts that are odd, and end on those that are not any more.
    async fn tell_odd(
        &self,
        known: &mut Known,
        step: &mut Step<'_>,
        asked: Asked<'_>,
        (odd, mode, standing): (&[(HostId, Value)], Option<&Mode>, &BTreeSet<HostId>),
    ) -> Result<(), ServiceError> {
        let is_on = peer::is_on(peer::ODD, step.settings);
        let odd: BTreeMap<HostId, &Value> = odd.iter().filter(|_| is_on).map(|(host, value)| (*host, value)).collect();
        let thing = peer::thing(asked.section, asked.key);
        for host in standing.iter().chain(odd.keys()).copied().collect::<BTreeSet<_>>() {
            if step.written >= FINDINGS {
                return Ok(());
            }
            let violation = match (odd.get(&host), mode) {
                (Some(actual), Some(mode)) => Some(peer::odd(asked.attribute, (&mode.value, actual), step.settings)),
                _ => None,
            };
            let stands = violation.is_some();
            self.tell_peer(step, (host, peer::ODD), asked, violation).await?;
            if stands {
                known.standing.entry(thing.clone()).or_default().insert(host);
            }
        }
        Ok(())
    }

    /// One verdict into its finding.
    async fn tell_peer(
        &self,
        step: &mut Step<'_>,
        (host, policy): (HostId, &str),
        asked: Asked<'_>,
        violation: Option<muster_model::policy::Violation>,
    ) -> Result<(), ServiceError> {
        let fingerprint = finding::fingerprint(host, asked.section, asked.key, policy, asked.attribute);
        let scan = Scan::index(Index::FindingByFingerprint, format!("{fingerprint}/")).descending();
        let stored = self.store().first::<Finding>(scan).await?;
        if (stored.is_none() && violation.is_none()) || !step.touched.insert(fingerprint) {
            return Ok(());
        }
        let name = match &stored {
            Some(stored) => stored.value.host_name.clone(),
            None => match self.store().find::<Host>(&host.to_string()).await? {
                Some(host) => host.value.name,
                None => return Ok(()),
            },
        };
        let mut findings = Findings::new(stored);
        let subject = peer::subject((host, &name), asked.section, asked.key, step.now);
        let verdict = Verdict { subject, policy, attribute: asked.attribute, violation };
        state::observe(&mut findings, verdict, &self.policy().windows, step.now);
        for finding in findings.into_changed() {
            self.write_finding(&mut step.changes, finding, step.now).await?;
            step.written += 1;
        }
        Ok(())
    }

    /// Lets the finding of a rollout begin, go on or end. Gives when it is to be looked at again.
    async fn tell_rollout(
        &self,
        step: &mut Step<'_>,
        (group, asked): (&Group, Asked<'_>),
        tally: &Tally,
        verdicts: &peer::Verdicts,
        stored: Option<Versioned<Rollout>>,
    ) -> Result<Option<Time>, ServiceError> {
        let before = stored.as_ref().map(|stored| stored.value.clone());
        let next = match (&verdicts.rollout, &before) {
            (Some((value, hosts)), before) => {
                let first = hosts.iter().min_by_key(|(host, at)| (**at, **host)).map(|(host, _)| *host);
                let last_at = hosts.values().max().copied().unwrap_or(step.now);
                let same = before.as_ref().filter(|before| before.value == *value);
                let host = same.map(|same| same.host).or(first);
                host.map(|host| Rollout {
                    name: peer::rollout_name(group, asked.section, asked.key, asked.attribute),
                    value: value.clone(),
                    host,
                    hosts: tally.having(value),
                    last_at: same.map_or(last_at, |same| same.last_at.max(last_at)),
                })
            }
            (None, Some(before)) if before.goes_on(step.now) => {
                let hosts = tally.having(&before.value);
                let last_at = if hosts > before.hosts { step.now } else { before.last_at };
                Some(Rollout { hosts, last_at, ..before.clone() })
            }
            (None, _) => None,
        };
        if let Some(before) = before.as_ref().filter(|before| next.as_ref().is_none_or(|next| next.host != before.host))
        {
            self.tell_peer(step, (before.host, peer::ROLLOUT), asked, None).await?;
        }
        let version = stored.map(|stored| stored.version);
        let Some(next) = next else {
            if let (Some(before), Some(version)) = (before, version) {
                step.changes.delete(Collection::Rollout, before.name, Expected::Version(version));
            }
            return Ok(None);
        };
        if peer::is_on(peer::ROLLOUT, step.settings) {
            let former = tally.other_than(&next.value);
            let violation = peer::rolled(asked.attribute, (&former, &next.value), next.hosts, step.settings);
            self.tell_peer(step, (next.host, peer::ROLLOUT), asked, Some(violation)).await?;
        }
        let until = next.last_at.plus_millis(peer::ROLLOUT_MS);
        if before.as_ref() != Some(&next) {
            step.changes.put(next, version.map_or(Expected::Absent, Expected::Version));
        }
        Ok(Some(until))
    }
}
