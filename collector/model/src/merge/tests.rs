//! Merging, proved against an agent played by the test: whatever it reports, what is stored is what it has, and the history
//! leads from the first look to the last.

use std::collections::BTreeMap;

use muster_shared::canonical::root_digest;
use muster_shared::id::ReportId;
use muster_shared::report::SCHEMA;
use muster_shared::{Attributes, Item, Problem, SectionStatus};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use SectionName::{Cpu, Host, Interface, Kernel, Memory, Package, User};
use history::Moment;
use history::Operation::{Added, Modified, Removed};

const HOST: HostId = HostId::from_bytes([1; 16]);
const AGENT: AgentId = AgentId::from_bytes([2; 16]);
const OTHER_AGENT: AgentId = AgentId::from_bytes([3; 16]);

fn at(seconds: i64) -> Time {
    Time::from_millis(1_700_000_000_000 + seconds * 1_000)
}

fn body_digest() -> Digest {
    Digest::of(b"as sent")
}

/// What an agent has told of a section.
#[derive(Clone, Debug, PartialEq)]
struct Told {
    items: ItemMap,
    is_known: bool,
}

/// An agent as `muster-agent` behaves: sections that cannot be read keep the items known before.
#[derive(Clone, Debug, Default)]
struct Teller {
    told: BTreeMap<SectionName, Told>,
    generation: u64,
    seq: u64,
    is_based: bool,
}

/// What a scan finds: `None` could not be read.
type Scan = BTreeMap<SectionName, Option<ItemMap>>;

impl Teller {
    fn report(&mut self, scan: &Scan) -> Report {
        let whole = !self.is_based;
        let mut sections = BTreeMap::new();
        for (name, found) in scan {
            let old = self.told.get(name).cloned().unwrap_or(Told { items: ItemMap::new(), is_known: false });
            let told = Told {
                items: found.clone().unwrap_or_else(|| old.items.clone()),
                is_known: found.is_some() || old.is_known,
            };
            let change = if told.is_known && (whole || !old.is_known) {
                Change::Whole(diff::to_items(told.items.clone()))
            } else {
                diff::between(&old.items, &told.items)
            };
            let status = if found.is_some() { SectionStatus::Ok } else { SectionStatus::Denied };
            sections.insert(*name, section(status, &told.items, change));
            self.told.insert(*name, told);
        }
        let known = self.told.iter().filter(|(_, told)| told.is_known);
        let root = root_digest(&known.map(|(name, told)| (*name, section_digest(&told.items))).collect());
        let base = if whole { 0 } else { self.generation };
        self.generation += 1;
        self.seq += 1;
        self.is_based = true;
        Report {
            schema: SCHEMA,
            report_id: ReportId::from_bytes([u8::try_from(self.seq % 251).unwrap(); 16]),
            boot_id: "boot".into(),
            seq: self.seq,
            // Ahead of the collector's clock, so that no report seems to have waited.
            collected_at: at(1_000_000),
            agent_version: "0".into(),
            base,
            next: self.generation,
            root,
            sections,
        }
    }
}

fn section(status: SectionStatus, items: &ItemMap, change: Change) -> SectionReport {
    SectionReport {
        view_changed: false,
        status,
        problems: vec![],
        not_before: None,
        digest: section_digest(items),
        change,
        metrics: BTreeMap::new(),
    }
}

/// What a store keeps of the host.
#[derive(Clone, Debug, Default)]
struct Stored {
    inventory: Option<Inventory>,
    bodies: BTreeMap<SectionName, SectionBody>,
    history: Vec<HistoryEntry>,
}

impl Stored {
    /// A section's body with the history after it, as the collector loads it.
    fn body(&self, name: SectionName) -> SectionBody {
        let mut body = self.bodies.get(&name).cloned().unwrap_or_else(|| SectionBody::empty(HOST, name));
        body.apply(&self.history);
        body
    }

    /// What the collector loads for a report: no more of a section than the merge needs.
    fn current(&self, report: &Report) -> Current {
        let heads = self.inventory.iter().flat_map(|inventory| &inventory.sections);
        let loaded = heads.filter_map(|(name, head)| {
            let (section, mut body) = (report.sections.get(name)?, self.body(*name));
            if let Needed::Named(keys) = Needed::of(*name, section, head) {
                body.items.retain(|key, _| keys.contains(key));
            }
            Some((*name, body))
        });
        Current {
            inventory: self.inventory.clone(),
            bodies: loaded.collect(),
            floor: 0,
            skew_ms: 0,
            waited_ms: None,
            unread: BTreeMap::new(),
        }
    }

    fn merge(&mut self, agent: AgentId, report: &Report, now: Time) -> Result<Merged, MergeError> {
        let merged = merge(HOST, agent, self.current(report), report, body_digest(), now)?;
        self.inventory = Some(merged.inventory.clone());
        self.bodies.extend(merged.bodies.iter().map(|body| (body.section, body.clone())));
        self.history.extend(merged.history.clone());
        Ok(merged)
    }

    fn head(&self, name: SectionName) -> &SectionHead {
        &self.inventory.as_ref().unwrap().sections[&name]
    }
}

fn items(items: impl IntoIterator<Item = Item>) -> ItemMap {
    diff::to_map(items)
}

fn packages(names: &[(&str, &str)]) -> ItemMap {
    items(names.iter().map(|(name, version)| Item::new(format!("{name}:amd64")).with("version", *version)))
}

fn scan(packages: ItemMap) -> Scan {
    BTreeMap::from([(Package, Some(packages))])
}

/// A host whose packages `a` and `b` were reported once.
fn started() -> (Stored, Teller) {
    let (mut stored, mut teller) = (Stored::default(), Teller::default());
    let report = teller.report(&scan(packages(&[("a", "1"), ("b", "1")])));
    stored.merge(AGENT, &report, at(0)).unwrap();
    (stored, teller)
}

#[test]
fn a_first_report_sets_a_baseline_and_no_history() {
    let (mut stored, mut teller) = (Stored::default(), Teller::default());
    let report = teller.report(&scan(packages(&[("a", "1")])));
    let merged = stored.merge(AGENT, &report, at(5)).unwrap();
    assert!(merged.is_first);
    assert_eq!(merged.history, []);
    assert_eq!(merged.bodies.len(), 1);
    assert_eq!(merged.bodies[0].items["a:amd64"].since, at(5));
    assert_eq!((merged.inventory.generation, merged.inventory.seq, merged.inventory.root), (1, 1, report.root));
    assert_eq!((stored.head(Package).count, stored.head(Package).pending), (1, 0));
}

#[test]
fn a_delta_makes_one_entry_per_item_with_the_interval_in_which_it_happened() {
    let (mut stored, mut teller) = started();
    let mut report = teller.report(&scan(packages(&[("a", "2"), ("c", "1")])));
    report.sections.get_mut(&Package).unwrap().not_before = Some(at(30));
    let merged = stored.merge(AGENT, &report, at(60)).unwrap();
    let seen: Vec<_> = merged.history.iter().map(|e| (e.seq, e.key.as_str(), e.operation)).collect();
    assert_eq!(seen, [(1, "b:amd64", Removed), (2, "a:amd64", Modified), (3, "c:amd64", Added)]);
    let modified = &merged.history[1];
    assert_eq!((&modified.before["version"], &modified.after["version"]), (&json!("1"), &json!("2")));
    assert!(merged.history.iter().all(|e| e.not_before == Some(at(30)) && e.seen_at == at(60)));
    assert!(merged.bodies.is_empty(), "a small delta does not write the section anew");
    assert_eq!((stored.head(Package).count, stored.head(Package).pending), (2, 3));
}

#[test]
fn an_agents_clock_cannot_move_a_change_out_of_the_time_in_which_we_looked() {
    for (claimed, expected) in [(Some(at(-99)), at(0)), (Some(at(999)), at(60)), (None, at(0))] {
        let (mut stored, mut teller) = started();
        let mut report = teller.report(&scan(packages(&[("a", "1")])));
        report.sections.get_mut(&Package).unwrap().not_before = claimed;
        let merged = stored.merge(AGENT, &report, at(60)).unwrap();
        assert_eq!(merged.history[0].not_before, Some(expected));
    }
}

#[test]
fn differences_to_something_else_are_refused() {
    let (mut stored, mut teller) = started();
    let mut report = teller.report(&scan(packages(&[("a", "2"), ("b", "1")])));
    report.base = 7;
    let unknown = MergeError::UnknownBase { base: 7, have: 1 };
    assert_eq!(stored.merge(AGENT, &report, at(1)).unwrap_err(), unknown);
    report.base = 1;
    let before = stored.clone();
    stored.bodies.get_mut(&Package).unwrap().items.clear();
    let unknown = MergeError::UnknownBase { base: 1, have: 1 };
    assert_eq!(stored.merge(AGENT, &report, at(1)).unwrap_err(), unknown, "the items are not those the agent built on");
    assert_eq!(
        Stored::default().merge(AGENT, &report, at(1)).unwrap_err(),
        MergeError::UnknownBase { base: 1, have: 0 }
    );
    let mut stored = before;
    assert_eq!(stored.merge(OTHER_AGENT, &report, at(1)).unwrap_err(), MergeError::UnknownBase { base: 1, have: 1 });
    assert!(stored.merge(AGENT, &report, at(1)).is_ok());
}

#[test]
fn a_wrong_section_digest_and_a_wrong_root_are_told_apart() {
    let mut teller = Teller::default();
    let report = teller.report(&scan(packages(&[("a", "1")])));
    let mut wrong = report.clone();
    wrong.sections.get_mut(&Package).unwrap().digest = Digest::of(b"x");
    assert_eq!(Stored::default().merge(AGENT, &wrong, at(0)).unwrap_err(), MergeError::SectionDigest(Package));
    let mut wrong = report;
    wrong.root = Digest::of(b"x");
    assert_eq!(Stored::default().merge(AGENT, &wrong, at(0)).unwrap_err(), MergeError::RootDigest);
}

#[test]
fn an_older_report_is_stale_and_a_new_agent_counts_from_the_start() {
    let (mut stored, mut teller) = started();
    let again = Teller::default().report(&scan(packages(&[("a", "1"), ("b", "1")])));
    assert_eq!(stored.merge(AGENT, &again, at(1)).unwrap_err(), MergeError::Stale { seq: 1, have: 1 });
    let report = teller.report(&scan(packages(&[("a", "1")])));
    stored.merge(AGENT, &report, at(1)).unwrap();
    assert_eq!(stored.merge(AGENT, &again, at(2)).unwrap_err(), MergeError::Stale { seq: 1, have: 2 });
    let merged = stored.merge(OTHER_AGENT, &again, at(3)).unwrap();
    assert_eq!((merged.inventory.agent, merged.inventory.seq, merged.is_first), (OTHER_AGENT, 1, false));
    assert_eq!(merged.history.len(), 1, "the host is the same: what differs is history");
}

#[test]
fn merged_reports_are_remembered_for_their_repetition_and_not_for_ever() {
    let (mut stored, mut teller) = started();
    for n in 0..RECENT_REPORTS {
        let version = n.to_string();
        let report = teller.report(&scan(packages(&[("a", &version)])));
        stored.merge(AGENT, &report, at(1)).unwrap();
        let newest = stored.inventory.as_ref().unwrap().recent.last().cloned();
        assert_eq!(newest, Some(RecentReport { id: report.report_id, body: body_digest() }));
    }
    let recent = &stored.inventory.unwrap().recent;
    assert_eq!(recent.len(), RECENT_REPORTS);
    assert_eq!(recent[0].id, ReportId::from_bytes([2; 16]), "the oldest of all has gone");
}

#[test]
fn a_section_that_cannot_be_read_keeps_its_items_and_says_why() {
    let (mut stored, mut teller) = started();
    let mut report = teller.report(&BTreeMap::from([(Package, None)]));
    let problem = Problem { source: "/var/lib/dpkg/status".into(), message: "permission denied".into() };
    report.sections.get_mut(&Package).unwrap().problems = vec![problem.clone()];
    let merged = stored.merge(AGENT, &report, at(9)).unwrap();
    assert_eq!(merged.history, []);
    let head = stored.head(Package);
    assert_eq!((head.status, head.count, head.is_known, head.seen_at), (SectionStatus::Denied, 2, true, at(0)));
    assert_eq!(head.problems, [problem]);
    let report = teller.report(&scan(packages(&[("a", "1")])));
    let merged = stored.merge(AGENT, &report, at(10)).unwrap();
    assert_eq!(merged.history.len(), 1, "what went away while nobody could look is history when somebody can");
    assert_eq!(merged.history[0].not_before, Some(at(0)));
}

#[test]
fn a_first_look_at_a_section_is_a_baseline_whenever_it_comes() {
    let (mut stored, mut teller) = started();
    let never = BTreeMap::from([(User, None)]);
    stored.merge(AGENT, &teller.report(&never), at(1)).unwrap();
    assert!(!stored.head(User).is_known, "not collected is not none");
    let users = BTreeMap::from([(User, Some(items([Item::new("root").with("uid", 0)])))]);
    let merged = stored.merge(AGENT, &teller.report(&users), at(2)).unwrap();
    assert_eq!(merged.history, []);
    assert_eq!(merged.bodies.len(), 1);
    assert!(!merged.is_first && stored.head(User).is_known);
}

#[test]
fn an_agent_that_lost_its_state_is_understood_although_it_may_not_read_everything() {
    let (mut stored, mut teller) = started();
    let users = BTreeMap::from([(User, Some(items([Item::new("root").with("uid", 0)])))]);
    stored.merge(AGENT, &teller.report(&users), at(1)).unwrap();
    // The new state knows nothing of the users, and cannot read them any more.
    let mut teller = Teller { seq: teller.seq, generation: 90, ..Teller::default() };
    let found = BTreeMap::from([(Package, Some(packages(&[("a", "1"), ("b", "1")]))), (User, None)]);
    let merged = stored.merge(AGENT, &teller.report(&found), at(2)).unwrap();
    assert_eq!(merged.history, []);
    assert_eq!(stored.body(User).items.len(), 1, "what was known stays");
    let merged = stored.merge(AGENT, &teller.report(&scan(packages(&[("a", "1")]))), at(3)).unwrap();
    assert_eq!(merged.history.len(), 1);
    // Once they can be read again, what changed meanwhile is a change and no baseline.
    let users = BTreeMap::from([(User, Some(items([Item::new("eve").with("uid", 0)])))]);
    let merged = stored.merge(AGENT, &teller.report(&users), at(4)).unwrap();
    assert_eq!(merged.history.len(), 2);
}

#[test]
fn a_full_report_carries_items_that_could_not_be_read_this_time() {
    let (_, mut teller) = started();
    teller.is_based = false;
    let report = teller.report(&BTreeMap::from([(Package, None)]));
    let mut stored = Stored::default();
    stored.merge(OTHER_AGENT, &report, at(1)).unwrap();
    assert_eq!(stored.body(Package).item_map(), packages(&[("a", "1"), ("b", "1")]));
    assert!(stored.head(Package).is_known);
}

#[test]
fn a_report_that_waited_tells_when_it_looked_and_when_that_was_learnt() {
    let (mut stored, mut teller) = started();
    let mut late = teller.report(&scan(packages(&[("a", "2")])));
    late.collected_at = at(600);
    let merged = stored.merge(AGENT, &late, at(4_200)).unwrap();
    let entry = &merged.history[0];
    assert_eq!((entry.seen_at, entry.received_at), (at(600), Some(at(4_200))));
    assert_eq!(stored.head(Package).seen_at, at(600));
    let known_since = stored.head(Package).known_since.unwrap();
    let items = |as_of, known_at| {
        let moment = Moment { as_of, known_at };
        history::items_at(stored.body(Package).items, &stored.history, known_since, moment).map(|items| items.len())
    };
    assert_eq!(items(Some(at(300)), None), Some(2), "before it looked");
    assert_eq!(items(Some(at(900)), None), Some(1), "what is known now of that time");
    assert_eq!(items(Some(at(900)), Some(at(900))), Some(2), "what was known then of that time");
    assert_eq!(items(None, Some(at(4_200))), Some(1));
    // A clock that is wrong by more than a spool keeps, or runs ahead, or goes back, moves nothing.
    for (n, collected_at) in [Time::default(), at(90_000), at(500)].into_iter().enumerate() {
        let mut report = teller.report(&scan(packages(&[("a", &format!("3.{n}"))])));
        report.collected_at = collected_at;
        let seen_at = stored.merge(AGENT, &report, at(5_000)).unwrap().history[0].seen_at;
        assert_eq!(seen_at, at(5_000), "{collected_at}");
    }
}

/// What the agent says of its own clock counts, whatever that clock shows: a minute that nobody could tell before as well.
#[test]
fn how_long_a_report_waited_its_agent_says() {
    let (mut stored, mut teller) = started();
    let mut number = 0;
    let mut seen = |waited_ms, now| {
        number += 1;
        let mut report = teller.report(&scan(packages(&[("a", &format!("2.{number}"))])));
        report.collected_at = Time::default();
        let current = Current { waited_ms, ..stored.current(&report) };
        let merged = merge(HOST, AGENT, current, &report, body_digest(), at(now)).unwrap();
        stored.inventory = Some(merged.inventory.clone());
        stored.bodies.extend(merged.bodies.iter().map(|body| (body.section, body.clone())));
        stored.history.extend(merged.history.clone());
        let entry = &merged.history[0];
        (entry.seen_at, entry.received_at)
    };
    assert_eq!(seen(Some(40_000), 1_000), (at(960), Some(at(1_000))));
    assert_eq!(seen(Some(0), 1_100), (at(1_100), None));
    assert_eq!(seen(Some(3_600_000), 4_800), (at(1_200), Some(at(4_800))));
    assert_eq!(seen(Some(3_600_000), 4_900), (at(1_300), Some(at(4_900))));
    assert_eq!(
        seen(Some(3_600_000), 4_850),
        (at(1_300), Some(at(4_850))),
        "not before the look that was merged before"
    );
    // A clock that was set meanwhile.
    for waited in [-5_000, history::LONGEST_WAIT_MS + 1, i64::MIN, i64::MAX] {
        assert_eq!(seen(Some(waited), 5_000), (at(5_000), None), "{waited}");
    }
}

#[test]
fn bodies_are_folded_at_the_limit_and_not_before() {
    let (mut stored, mut teller) = started();
    let mut all = packages(&[("a", "1"), ("b", "1")]);
    for n in 1..=FOLD_EVERY {
        all.extend(packages(&[(&format!("p{n}"), "1")]));
        let merged = stored.merge(AGENT, &teller.report(&scan(all.clone())), at(n.into())).unwrap();
        assert_eq!(merged.bodies.len(), usize::from(n == FOLD_EVERY), "{n}");
    }
    assert_eq!(stored.bodies[&Package].through, u64::from(FOLD_EVERY));
    assert_eq!(stored.bodies[&Package].item_map(), all);
    assert_eq!(stored.head(Package).pending, 0);
}

#[test]
fn metrics_are_kept_apart_and_an_agent_that_hashes_without_them_is_right() {
    let (mut stored, mut teller) = (Stored::default(), Teller::default());
    let stable = items([Item::new("memory").with("total_bytes", 100)]);
    let mut report = teller.report(&BTreeMap::from([(Memory, Some(stable.clone()))]));
    let told = report.sections.get_mut(&Memory).unwrap();
    told.change = Change::Whole(vec![Item::new("memory").with("total_bytes", 100).with("free_bytes", 7)]);
    told.metrics = BTreeMap::from([("memory".into(), Attributes::from([("free_bytes".into(), json!(7))]))]);
    let merged = stored.merge(AGENT, &report, at(0)).unwrap();
    assert_eq!(stored.body(Memory).item_map(), stable, "a careless agent cannot bring a metric into the inventory");
    assert_eq!(merged.metrics[0].values["memory"]["free_bytes"], 7);
}

/// An agent of another version, to which something is an item's that is a metric here (case 106).
#[test]
fn an_agent_that_tells_metrics_in_another_way_is_taken_at_its_word() {
    let (mut stored, mut teller) = (Stored::default(), Teller::default());
    for (free, is_first) in [(7, true), (8, false)] {
        let all = items([Item::new("memory").with("total_bytes", 100).with("free_bytes", free)]);
        let report = teller.report(&BTreeMap::from([(Memory, Some(all.clone()))]));
        let merged = stored.merge(AGENT, &report, at(free)).unwrap();
        assert_eq!(merged.is_first, is_first);
        assert_eq!(stored.body(Memory).item_map(), all);
    }
}

/// Names of attributes as the agent's collectors write them.
#[test]
fn facts_are_taken_from_what_the_agents_collectors_write() {
    let host = Item::new("host")
        .with("name", "web-1")
        .with("os_name", "Debian GNU/Linux")
        .with("os_pretty_name", "Debian GNU/Linux 12 (bookworm)")
        .with("architecture", "x86_64")
        .with("virtualization", "kvm");
    let address =
        |address: &str, scope: &str| json!({"address": address, "prefix": 24, "family": "inet", "scope": scope});
    let lo = Item::new("lo").with("addresses", json!([address("127.0.0.1", "host")]));
    let eth = Item::new("eth0").with("addresses", json!([address("192.0.2.7", "global"), address("fe80::1", "link")]));
    let found = BTreeMap::from([
        (Host, Some(items([host]))),
        (Kernel, Some(items([Item::new("kernel").with("release", "6.1.0-18-amd64").with("version", "#1 SMP")]))),
        (Cpu, Some(items([Item::new("cpu").with("model_name", "EPYC").with("model", "1").with("threads", 4)]))),
        (Memory, Some(items([Item::new("memory").with("total_bytes", 1 << 30)]))),
        (Interface, Some(items([lo, eth]))),
    ]);
    let mut report = Teller::default().report(&found);
    let leased = Attributes::from([("dynamic_addresses".into(), json!([address("198.51.100.9", "global")]))]);
    report.sections.get_mut(&Interface).unwrap().metrics = BTreeMap::from([("eth0".into(), leased)]);
    let mut stored = Stored::default();
    stored.merge(AGENT, &report, at(0)).unwrap();
    let expected = Facts {
        name: "web-1".into(),
        os: "Debian GNU/Linux 12 (bookworm)".into(),
        kernel: "6.1.0-18-amd64".into(),
        architecture: "x86_64".into(),
        virtualization: "kvm".into(),
        cpu_model: "EPYC".into(),
        cpu_threads: 4,
        memory_bytes: 1 << 30,
        addresses: vec!["192.0.2.7".into(), "198.51.100.9".into()],
    };
    assert_eq!(stored.inventory.unwrap().facts, expected);
}

/// A report of metrics alone: no history, the digests stay, and a leased address that moved is known.
#[test]
fn metrics_alone_are_no_history_and_a_leased_address_moves() {
    let (mut stored, mut teller) = (Stored::default(), Teller::default());
    let found = BTreeMap::from([(Interface, Some(items([Item::new("eth0").with("mtu", 1_500)])))]);
    let with = |mut report: Report, address: &str| {
        let leased = json!([{"address": address, "prefix": 24, "family": "inet", "scope": "global", "dhcp": true}]);
        let told = report.sections.get_mut(&Interface).unwrap();
        told.metrics = BTreeMap::from([("eth0".into(), Attributes::from([("dynamic_addresses".into(), leased)]))]);
        report
    };
    stored.merge(AGENT, &with(teller.report(&found), "192.0.2.1"), at(0)).unwrap();
    let before = stored.inventory.clone().unwrap();
    let report = with(teller.report(&found), "192.0.2.2");
    assert_eq!(report.sections[&Interface].change, Change::Same);
    let merged = stored.merge(AGENT, &report, at(1)).unwrap();
    assert!(merged.history.is_empty() && merged.bodies.is_empty());
    assert_eq!((merged.metrics.len(), merged.metrics[0].at), (1, at(1)));
    let after = stored.inventory.unwrap();
    assert_eq!((after.root, after.history, after.generation), (before.root, before.history, 2));
    assert_eq!((before.facts.addresses, after.facts.addresses), (vec!["192.0.2.1".into()], vec!["192.0.2.2".into()]));
}

fn any_items() -> impl Strategy<Value = ItemMap> {
    let attributes = proptest::collection::btree_map("[xyz]", (0u8..3).prop_map(Value::from), 0..3);
    proptest::collection::btree_map("[a-e]", attributes, 0..5)
}

/// A scan of three sections, and whether the agent is made to send everything, or loses its state.
fn any_step() -> impl Strategy<Value = (Scan, u8)> {
    let found = || proptest::option::weighted(0.8, any_items());
    (found(), found(), found(), 0u8..8).prop_map(|(package, user, kernel, event)| {
        (BTreeMap::from([(Package, package), (User, user), (Kernel, kernel)]), event)
    })
}

proptest! {
    #[test]
    fn what_is_stored_is_always_what_was_told_and_history_leads_to_it(steps in proptest::collection::vec(any_step(), 1..40)) {
        let (mut stored, mut teller) = (Stored::default(), Teller::default());
        let mut first: BTreeMap<SectionName, SectionBody> = BTreeMap::new();
        let mut seen: BTreeMap<(SectionName, usize), BTreeMap<String, StoredItem>> = BTreeMap::new();
        let mut agent = AGENT;
        for (n, (scan, event)) in steps.into_iter().enumerate() {
            match event {
                0 => teller.is_based = false,
                1 => teller = Teller { seq: teller.seq, generation: teller.generation, ..Teller::default() },
                2 => (teller, agent) = (Teller::default(), if agent == AGENT { OTHER_AGENT } else { AGENT }),
                _ => {}
            }
            let report = teller.report(&scan);
            let merged = stored.merge(agent, &report, at(i64::try_from(n).unwrap()));
            prop_assert!(merged.is_ok(), "{:?}", merged.unwrap_err());
            let inventory = stored.inventory.clone().unwrap();
            prop_assert_eq!(inventory.root, report.root);
            for (name, told) in teller.told.iter().filter(|(_, told)| told.is_known) {
                let body = stored.body(*name);
                prop_assert_eq!(&body.item_map(), &told.items);
                let head = stored.head(*name);
                prop_assert_eq!(head.digest, section_digest(&told.items));
                prop_assert_eq!(head.count, told.items.len() as u64);
                first.entry(*name).or_insert_with(|| stored.bodies[name].clone());
            }
            for (name, _) in inventory.sections.iter().filter(|(_, head)| head.is_known) {
                seen.insert((*name, n), stored.body(*name).items);
            }
            let numbers: Vec<u64> = stored.history.iter().map(|entry| entry.seq).collect();
            prop_assert_eq!(numbers, (1..=inventory.history).collect::<Vec<_>>());
            for (name, body) in &first {
                let mut replayed = body.clone();
                replayed.apply(&stored.history);
                prop_assert_eq!(replayed.items, stored.body(*name).items);
                // Every past moment is as it was when it was the present, and before the first look nothing is known.
                let entries: Vec<HistoryEntry> =
                    stored.history.iter().filter(|entry| entry.section == *name).cloned().collect();
                let known_since = stored.head(*name).known_since.unwrap();
                for step in 0..=n {
                    let moment = Moment { as_of: Some(at(i64::try_from(step).unwrap())), known_at: None };
                    let items = history::items_at(stored.body(*name).items, &entries, known_since, moment);
                    prop_assert_eq!(items.as_ref(), seen.get(&(*name, step)), "{} at {}", name, step);
                }
            }
        }
    }
}

#[test]
fn what_an_agent_of_another_version_sees_is_another_view() {
    let (mut stored, mut teller) = started();
    let mut report = teller.report(&scan(packages(&[("a", "1"), ("b", "1"), ("c", "1")])));
    report.agent_version = "1".into();
    let merged = stored.merge(AGENT, &report, at(60)).unwrap();
    assert!(merged.history.iter().all(|entry| entry.view_changed), "an upgrade of the agent");
    let mut report = teller.report(&scan(packages(&[("a", "1"), ("b", "1")])));
    report.agent_version = "1".into();
    let merged = stored.merge(AGENT, &report, at(120)).unwrap();
    assert!(
        !merged.history.is_empty() && merged.history.iter().all(|entry| !entry.view_changed),
        "the same agent again"
    );
    let mut report = teller.report(&scan(packages(&[("a", "1")])));
    (report.agent_version, report.schema) = ("1".into(), SCHEMA + 1);
    let merged = stored.merge(AGENT, &report, at(180)).unwrap();
    assert!(merged.history.iter().all(|entry| entry.view_changed), "another form of reports");
}
