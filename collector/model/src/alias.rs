//! Two hosts that are one, and one that is two: merges and splits as changes of the records, and what takes them back.
//!
//! A merged host keeps its record, its items and its history; its id is an alias, and answers with the host that it is in
//! truth. What moved is kept in the [`HostMerge`], so that it can move back.

use muster_shared::Time;
use muster_shared::id::{AgentId, FindingId, HostId, ItemId, MergeId};
use serde::{Deserialize, Serialize};

use crate::finding::{Finding, fingerprint};
use crate::host::Host;
use crate::identification::Identifier;
use crate::record::record;
use crate::text::Phrase;

/// Most steps from an alias to the host that it stands for.
pub const MOST_STEPS: usize = 16;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MergeKind {
    /// `from` became an alias of `into`.
    Merge,
    /// A part of `from` became `into`, a host of its own.
    Split,
}

impl MergeKind {
    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Split => "split",
        }
    }
}

/// Who took it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undone {
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Time,
}

/// A merge or a split of hosts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostMerge {
    /// Which.
    pub id: MergeId,
    /// What was done.
    pub kind: MergeKind,
    /// The host that things moved from.
    pub from: HostId,
    /// What it was called.
    pub from_name: String,
    /// The host that they moved to.
    pub into: HostId,
    /// What it was called.
    pub into_name: String,
    /// Identifiers that moved.
    pub identifiers: Vec<Identifier>,
    /// What the other host was recognised by before.
    pub known_before: Vec<Identifier>,
    /// Agents that moved.
    pub agents: Vec<AgentId>,
    /// Findings that stood and followed.
    pub findings: Vec<FindingId>,
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Time,
    /// Who took it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone: Option<Undone>,
}

record!(HostMerge, HostMerge, |merge| merge.id.to_string());

/// Why two hosts cannot become one now.
pub fn refuse_merge(from: &Host, into: &Host) -> Option<Phrase> {
    if from.id == into.id {
        return Some(Phrase::new("merge_itself"));
    }
    let alias = [from, into].into_iter().find(|host| host.merged_into.is_some())?;
    Some(Phrase::new("merge_alias").with("host", alias.id.to_string()))
}

/// The two records after `from` became an alias of `into`.
pub fn merge(from: &Host, into: &Host) -> (Host, Host) {
    let mut alias = from.clone();
    alias.identifiers.clear();
    alias.claims.clear();
    alias.merged_into = Some(into.id);
    let mut whole = into.clone();
    add(&mut whole.identifiers, &from.identifiers);
    add(&mut whole.claims, &from.claims);
    // What the other one was recognised by is no claim any more.
    let own = whole.identifiers.clone();
    whole.claims.retain(|claim| !own.iter().any(|known| known.is_same(claim)));
    (alias, whole)
}

/// The two records after a merge was taken back: what moved goes back, and so does what was learnt since, if those who moved
/// told it (`learnt_from_moved`).
pub fn unmerge(merge: &HostMerge, alias: &Host, whole: &Host, learnt_from_moved: bool) -> (Host, Host) {
    let goes = |known: &Identifier| {
        let moved = merge.identifiers.contains(known) && !merge.known_before.contains(known);
        let is_new = !merge.identifiers.contains(known) && !merge.known_before.contains(known);
        moved || is_new && learnt_from_moved
    };
    let mut back = alias.clone();
    back.merged_into = None;
    let mut rest = whole.clone();
    let (gone, kept): (Vec<_>, Vec<_>) = rest.identifiers.into_iter().partition(goes);
    add(&mut back.identifiers, &merge.identifiers);
    add(&mut back.identifiers, &gone);
    rest.identifiers = kept;
    (back, rest)
}

/// The two records after some identifiers of `from` became those of a host of its own.
pub fn split(from: &Host, new: Host, identifiers: &[Identifier]) -> (Host, Host) {
    let mut rest = from.clone();
    rest.identifiers.retain(|known| !identifiers.contains(known));
    (rest, Host { identifiers: identifiers.to_vec(), ..new })
}

/// A finding on another host: the one that its own host is now.
pub fn rehome(finding: &mut Finding, host: HostId, name: &str) {
    finding.host = host;
    name.clone_into(&mut finding.host_name);
    finding.item = ItemId::new(host, finding.section, &finding.item_key);
    let attribute = finding.attribute.as_deref();
    finding.fingerprint = fingerprint(host, finding.section, &finding.item_key, &finding.policy, attribute);
}

fn add(list: &mut Vec<Identifier>, more: &[Identifier]) {
    list.extend(more.iter().filter(|one| !list.contains(one)).cloned().collect::<Vec<_>>());
    list.sort();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::{Criticality, Lifecycle};
    use crate::identification::IdentifierKind;

    fn host(n: u8, identifiers: &[&str]) -> Host {
        let id = |value: &&str| Identifier { kind: IdentifierKind::MachineId, value: (*value).to_owned() };
        Host {
            id: HostId::from_bytes([n; 16]),
            name: format!("web-{n}"),
            lifecycle: Lifecycle::Active,
            owner: None,
            site: None,
            criticality: Criticality::Normal,
            identifiers: identifiers.iter().map(id).collect(),
            created_at: Time::from_millis(1),
            sources: Vec::new(),
            claims: Vec::new(),
            merged_into: None,
            known_since: None,
            sayings: <_>::default(),
        }
    }

    fn record(from: &Host, into: &Host) -> HostMerge {
        HostMerge {
            id: MergeId::from_bytes([9; 16]),
            kind: MergeKind::Merge,
            from: from.id,
            from_name: from.name.clone(),
            into: into.id,
            into_name: into.name.clone(),
            identifiers: from.identifiers.clone(),
            known_before: into.identifiers.clone(),
            agents: Vec::new(),
            findings: Vec::new(),
            by: "ann".into(),
            reason: "the same machine".into(),
            at: Time::from_millis(2),
            undone: None,
        }
    }

    #[test]
    fn what_was_merged_comes_apart_as_it_was() {
        let (b, a) = (host(2, &["m2"]), host(1, &["m1"]));
        let (alias, whole) = merge(&b, &a);
        assert_eq!((alias.merged_into, alias.identifiers.len(), whole.identifiers.len()), (Some(a.id), 0, 2));
        assert_eq!(unmerge(&record(&b, &a), &alias, &whole, false), (b.clone(), a.clone()));
        // What was learnt since goes with those who told it.
        let more = Identifier { kind: IdentifierKind::SystemSerial, value: "s1".into() };
        let mut later = whole;
        later.identifiers.push(more.clone());
        let (back, rest) = unmerge(&record(&b, &a), &alias, &later, true);
        assert!(back.identifiers.contains(&more) && rest == a);
        let (back, rest) = unmerge(&record(&b, &a), &alias, &later, false);
        assert!(rest.identifiers.contains(&more) && back == b);
    }

    #[test]
    fn a_host_merges_with_another_one_that_is_no_alias() {
        let (b, a) = (host(2, &[]), host(1, &[]));
        assert_eq!(refuse_merge(&b, &a), None);
        assert!(refuse_merge(&a, &a).is_some());
        let (alias, whole) = merge(&b, &a);
        assert!(refuse_merge(&alias, &whole).is_some() && refuse_merge(&whole, &alias).is_some());
    }

    #[test]
    fn a_split_takes_what_was_chosen() {
        let a = host(1, &["m1", "m2"]);
        let chosen = [Identifier { kind: IdentifierKind::MachineId, value: "m2".into() }];
        let (rest, new) = split(&a, host(3, &[]), &chosen);
        assert_eq!((rest.identifiers.len(), new.identifiers.as_slice()), (1, &chosen[..]));
    }
}
