//! The ladder as a table of cases, and what holds for every order of arrival.

use muster_shared::diff::to_map;
use muster_shared::{Item, SectionName};
use proptest::prelude::*;

use super::junk::{Junk, Placeholder, is_placeholder};
use super::ladder::{LADDER, Step};
use super::replay::World;
use super::*;
use IdentifierKind::{CloudInstance, Fqdn, MachineId, PermanentMac, SystemSerial, SystemUuid};

const UUID: &str = "4c4c4544-0051-3610-8052-b4c04f4d3532";
/// The same sixteen bytes, read by firmware of the other byte order.
const TURNED: &str = "44454c4c-5100-1036-8052-b4c04f4d3532";
const MACS: [&str; 3] = ["3c:ec:ef:11:22:31", "3c:ec:ef:11:22:32", "3c:ec:ef:11:22:33"];

fn id(kind: IdentifierKind, value: &str) -> Identifier {
    Identifier { kind, value: value.into() }
}

fn host(n: u8) -> HostId {
    HostId::from_bytes([n; 16])
}

fn evidence(name: &str, identifiers: &[(IdentifierKind, &str)]) -> Evidence {
    Evidence { name: name.into(), identifiers: identifiers.iter().map(|(kind, value)| id(*kind, value)).collect() }
}

fn known(n: u8, name: &str, identifiers: &[(IdentifierKind, &str)]) -> Candidate {
    let Evidence { name, identifiers } = evidence(name, identifiers);
    Candidate { host: host(n), name, identifiers }
}

fn ask(evidence: &Evidence, known: &[Candidate]) -> Verdict {
    identify(&Rules::shipped(), evidence, known, &Shares::new())
}

fn rule_of(verdict: &Verdict) -> Option<(HostId, &'static str)> {
    match &verdict.outcome {
        Outcome::Same { host, rule, .. } => Some((*host, rule.as_str())),
        Outcome::New | Outcome::Conflict { .. } => None,
    }
}

/// What a host is known by, what a report shows, and the rule that brings them together.
#[test]
fn each_rule_finds_its_host() {
    type Ids = &'static [(IdentifierKind, &'static str)];
    let cases: &[(&str, Ids, Ids)] = &[
        ("cloud_instance", &[(CloudInstance, "i-0abc1234")], &[(CloudInstance, "i-0abc1234"), (MachineId, "m2")]),
        (
            "serial_and_uuid",
            &[(SystemUuid, UUID), (SystemSerial, "8f2k1x2")],
            &[(SystemUuid, UUID), (SystemSerial, "8f2k1x2")],
        ),
        (
            "serial_and_uuid",
            &[(SystemUuid, UUID), (SystemSerial, "8f2k1x2")],
            &[(SystemUuid, TURNED), (SystemSerial, "8f2k1x2")],
        ),
        (
            "system_uuid",
            &[(SystemUuid, UUID), (SystemSerial, "8f2k1x2")],
            &[(SystemUuid, UUID), (SystemSerial, "9zz9zz9")],
        ),
        ("system_uuid", &[(SystemUuid, TURNED)], &[(SystemUuid, UUID), (MachineId, "other-installation")]),
        ("system_serial", &[(SystemSerial, "8f2k1x2")], &[(SystemSerial, "8f2k1x2"), (MachineId, "m-7777")]),
        ("machine_id", &[(MachineId, "m-1234")], &[(MachineId, "m-1234"), (SystemUuid, UUID)]),
        (
            "permanent_macs",
            &[(PermanentMac, MACS[0]), (PermanentMac, MACS[1])],
            &[(PermanentMac, MACS[0]), (PermanentMac, MACS[1])],
        ),
        ("mac_and_name", &[(PermanentMac, MACS[0])], &[(PermanentMac, MACS[0]), (MachineId, "m-new1")]),
    ];
    for (rule, theirs, mine) in cases {
        let verdict = ask(&evidence("web-1", mine), &[known(1, "WEB-1", theirs)]);
        assert_eq!(rule_of(&verdict), Some((host(1), *rule)), "{theirs:?} {mine:?}: {verdict:?}");
        assert_eq!(verdict.considered.len(), 1, "a host is named once, with the strongest rule");
    }
    let asked: BTreeSet<&str> = cases.iter().map(|(rule, ..)| *rule).collect();
    let rows = LADDER.iter().map(|row| row.name).filter(|name| !["agent", "fqdn"].contains(name));
    assert_eq!(rows.collect::<BTreeSet<_>>(), asked, "a rule without a case");
}

#[test]
fn a_name_is_a_hint_and_never_a_match() {
    let named = known(1, "web-1", &[(Fqdn, "web-1.example.org"), (MachineId, "m-1111")]);
    let mine = evidence("web-1", &[(Fqdn, "web-1.example.org"), (MachineId, "m-2222")]);
    let verdict = ask(&mine, std::slice::from_ref(&named));
    assert_eq!((&verdict.outcome, verdict.suspects()), (&Outcome::New, vec![host(1)]));
    assert_eq!(verdict.considered[0].rejected, Some(Rejection::ReviewOnly));
    // The name alone is not even that.
    let verdict = ask(&evidence("web-1", &[]), &[named]);
    assert_eq!((&verdict.outcome, verdict.suspects().len()), (&Outcome::New, 0));
}

#[test]
fn one_network_card_moves_two_are_the_machine() {
    let theirs = known(1, "web-1", &[(PermanentMac, MACS[0]), (PermanentMac, MACS[1])]);
    let one = ask(&evidence("db-1", &[(PermanentMac, MACS[0])]), std::slice::from_ref(&theirs));
    assert_eq!((&one.outcome, &one.considered[0].rejected), (&Outcome::New, &Some(Rejection::OneCard)));
    assert_eq!(one.suspects(), [], "a card that moved is no question");
    // An address that a hypervisor made up counts with the name only.
    let local = [(PermanentMac, "52:54:00:11:22:31"), (PermanentMac, "52:54:00:11:22:32")];
    let theirs_local = [known(3, "vm-1", &local)];
    assert_eq!(ask(&evidence("vm-2", &local), &theirs_local).outcome, Outcome::New);
    assert_eq!(rule_of(&ask(&evidence("vm-1", &local), &theirs_local)), Some((host(3), "mac_and_name")));
    // Cards outweigh nothing that was decided by more.
    let other = known(2, "db-1", &[(MachineId, "m-1111")]);
    let mine = evidence("db-1", &[(MachineId, "m-1111"), (PermanentMac, MACS[0]), (PermanentMac, MACS[1])]);
    let verdict = ask(&mine, &[theirs, other]);
    assert_eq!(rule_of(&verdict), Some((host(2), "machine_id")));
    assert_eq!(verdict.considered[1].rejected, Some(Rejection::Weaker));
}

#[test]
fn strong_identifiers_of_two_hosts_are_a_conflict() {
    let by_uuid = known(1, "a", &[(SystemUuid, UUID)]);
    let by_serial = known(2, "b", &[(SystemSerial, "8f2k1x2")]);
    let mine = evidence("a", &[(SystemUuid, UUID), (SystemSerial, "8f2k1x2")]);
    let verdict = ask(&mine, &[by_uuid, by_serial]);
    assert_eq!(verdict.outcome, Outcome::Conflict { hosts: vec![host(1), host(2)] });
    let twice = [known(1, "a", &[(MachineId, "m-1111")]), known(2, "b", &[(MachineId, "m-1111")])];
    let verdict = ask(&evidence("c", &[(MachineId, "m-1111")]), &twice);
    assert_eq!(verdict.outcome, Outcome::Conflict { hosts: vec![host(1), host(2)] });
}

/// A cloned disk on other hardware, and a serial that a maker gave to every board (cases 19 and 34).
#[test]
fn hardware_that_differs_outweighs_what_is_copied() {
    let other = "11111111-2222-4333-8444-555555555555";
    for copied in [(MachineId, "m-1111"), (SystemSerial, "same-serial")] {
        let first = known(1, "web-1", &[(SystemUuid, UUID), copied]);
        let verdict = ask(&evidence("web-2", &[(SystemUuid, other), copied]), std::slice::from_ref(&first));
        assert_eq!((&verdict.outcome, verdict.suspects()), (&Outcome::New, vec![host(1)]));
        assert_eq!(verdict.considered[0].rejected, Some(Rejection::Contradicted { kind: SystemUuid }));
        // It is no conflict either for a machine that is known by its own hardware.
        let second = known(2, "web-2", &[(SystemUuid, other)]);
        let verdict = ask(&evidence("web-2", &[(SystemUuid, other), copied]), &[first, second]);
        assert_eq!(rule_of(&verdict), Some((host(2), "system_uuid")));
    }
}

#[test]
fn junk_identifies_nothing() {
    let junk =
        ["", "0", "00000000-0000-0000-0000-000000000000", "To be filled by O.E.M.", "FFFFFFFF", "None", "1234567890"];
    for junk in junk.iter().chain(super::junk::PLACEHOLDERS) {
        assert!(is_placeholder(junk), "{junk}");
    }
    for real in [UUID, "8F2K1X2", "VMware-56 4d 1a 2b", "PF0ABCDE", "MXQ1234567"] {
        assert!(!is_placeholder(real), "{real}");
    }
    for (kind, value) in [
        (SystemUuid, "03000200-0400-0500-0006-000700080009"),
        // The same placeholder in the other byte order.
        (SystemUuid, "00020003-0004-0005-0006-000700080009"),
        (PermanentMac, "00:ff:12:34:56:78"),
        (PermanentMac, "02:42:ac:11:00:02"),
        (PermanentMac, "01:00:5e:00:00:01"),
        (Fqdn, "localhost.localdomain"),
    ] {
        let one = [(kind, value)];
        let verdict = ask(&evidence("x", &one), &[known(1, "x", &one)]);
        assert_eq!((&verdict.outcome, verdict.ignored.len()), (&Outcome::New, 1), "{value}");
    }
}

/// Something that makes rules wrong.
type Bend = fn(&mut Rules);

#[test]
fn owners_name_junk_reorder_rules_and_turn_them_off() {
    let one = [(SystemSerial, "acme-rack-7")];
    let same = || (evidence("x", &one), [known(1, "y", &one)]);
    let (mine, theirs) = same();
    let mut rules = Rules::shipped();
    rules.placeholders = vec![Placeholder { kind: Some(SystemSerial), value: "ACME-rack*".into() }];
    assert_eq!(rules.check(), Ok(()));
    let verdict = identify(&rules, &mine, &theirs, &Shares::new());
    assert_eq!((&verdict.outcome, verdict.ignored[0].why), (&Outcome::New, Junk::Named));
    let mut rules = Rules::shipped();
    for effect in [Effect::Off, Effect::Review] {
        rules.steps.iter_mut().filter(|step| step.rule == Rule::SystemSerial).for_each(|step| step.effect = effect);
        let verdict = identify(&rules, &mine, &theirs, &Shares::new());
        assert_eq!(
            (&verdict.outcome, verdict.suspects().len()),
            (&Outcome::New, usize::from(effect == Effect::Review))
        );
        assert_eq!(verdict.considered.len(), 1, "what would have been is said");
    }
    let wrong: [(&str, Bend); 6] = [
        ("/steps", |rules| rules.steps.truncate(8)),
        ("/steps", |rules| rules.steps[1] = rules.steps[2]),
        ("/steps/0", |rules| rules.steps.swap(0, 1)),
        ("/steps/8/effect", |rules| rules.steps[8] = Step { rule: Rule::Fqdn, effect: Effect::Match }),
        ("/placeholders/0/value", |rules| rules.placeholders = vec![Placeholder { kind: None, value: "*".into() }]),
        ("/limits/machine_id", |rules| rules.limits = BTreeMap::from([(MachineId, 0)])),
    ];
    for (pointer, bend) in wrong {
        let mut rules = Rules::shipped();
        bend(&mut rules);
        assert_eq!(rules.check().unwrap_err().0, pointer);
    }
    assert_eq!(Rules::shipped().check(), Ok(()));
}

#[test]
fn identifiers_are_read_in_one_form() {
    let host = to_map([Item::new("host").with("machine_id", " ABCDEF012345 ").with("fqdn", "Web-1.Example.org.")]);
    let uuid = "{4C4C4544-0051-3610-8052-B4C04F4D3532}";
    let firmware = to_map([Item::new("system").with("system_uuid", uuid).with("system_serial", "VMware-56  4d\t1a")]);
    let card = |key: &str, mac: &str| Item::new(key).with("permanent_mac", mac);
    let interface = to_map([
        card("eth0", "3C-EC-EF-11-22-31"),
        card("br0", MACS[1]).with("kind", "bridge"),
        card("enx0", MACS[2]).with("driver", "r8152"),
        card("eth9", "nonsense"),
    ]);
    let sections = BTreeMap::from([
        (SectionName::Host, &host),
        (SectionName::Firmware, &firmware),
        (SectionName::Interface, &interface),
    ]);
    let expected = [
        id(SystemUuid, UUID),
        id(SystemSerial, "vmware-56 4d 1a"),
        id(MachineId, "abcdef012345"),
        id(PermanentMac, MACS[0]),
        id(Fqdn, "web-1.example.org"),
    ];
    assert_eq!(identifiers(&sections), expected);
}

/// Hosts that come of reports in this order: for each report the host that it went to, or `None` when a person is asked.
fn arrive(reports: &[Evidence]) -> (World, Vec<Option<HostId>>) {
    let (rules, mut world) = (Rules::shipped(), World::default());
    let mut went = Vec::new();
    for (n, report) in reports.iter().enumerate() {
        let (known, shares) = (world.candidates(&report.identifiers), world.shares(&report.identifiers));
        let verdict = identify(&rules, report, &known, &shares);
        let is_asked = !verdict.suspects().is_empty();
        went.push(match verdict.outcome {
            Outcome::Same { host, .. } => {
                world.learn(host, report);
                Some(host)
            }
            Outcome::New => {
                let id = HostId::from_bytes((n as u128).to_be_bytes());
                world.add(id, report);
                Some(id).filter(|_| !is_asked)
            }
            Outcome::Conflict { .. } => None,
        });
    }
    (world, went)
}

fn with_serial(n: usize, serial: &str, has_uuid: bool) -> Evidence {
    let mut identifiers = vec![id(SystemSerial, serial), id(MachineId, &format!("machine-{n:04}"))];
    identifiers.extend(has_uuid.then(|| id(SystemUuid, &format!("4c4c4544-0051-3610-8052-{n:012x}"))));
    Evidence { name: "template".into(), identifiers }
}

#[test]
fn five_hundred_hosts_with_one_junk_serial_stay_five_hundred() {
    let reports: Vec<Evidence> = (1..=500).map(|n| with_serial(n, "not-on-any-list", true)).collect();
    let (world, went) = arrive(&reports);
    assert_eq!(world.hosts.len(), 500);
    // People are asked while it is not known to be junk, and not for ever.
    assert!(went.iter().filter(|went| went.is_none()).count() <= 4);
    // The same with a serial of the list: nobody is asked at all.
    let reports: Vec<Evidence> = (1..=500).map(|n| with_serial(n, "default string", n % 2 == 0)).collect();
    let (world, went) = arrive(&reports);
    assert_eq!((world.hosts.len(), went.iter().filter(|went| went.is_none()).count()), (500, 0));
}

/// A machine: its hardware, the installations it had, and what of all that a report shows.
fn reports_of(machines: usize) -> impl Strategy<Value = Vec<(usize, Evidence)>> {
    let report = (0..machines, 0..3_usize, any::<[bool; 4]>()).prop_map(|(machine, installation, shows)| {
        let uuid = format!("4c4c4544-0051-3610-8052-{machine:012x}");
        // Firmware of either byte order tells the same machine.
        let uuid = if shows[0] { uuid } else { reading::other_byte_order(&uuid).unwrap() };
        let mut identifiers = vec![id(SystemUuid, &uuid), id(MachineId, &format!("machine-{machine}-{installation}"))];
        identifiers.extend(shows[1].then(|| id(SystemSerial, &format!("serial-{machine}"))));
        identifiers.extend(shows[2].then(|| id(PermanentMac, &format!("3c:ec:ef:00:00:{machine:02x}"))));
        identifiers.extend(shows[3].then(|| id(SystemSerial, "default string")));
        identifiers.sort();
        (machine, Evidence { name: "web".into(), identifiers })
    });
    prop::collection::vec(report, 1..40)
}

/// Which reports went to the same host.
fn partition(order: &[usize], went: &[Option<HostId>]) -> BTreeSet<Vec<usize>> {
    let mut groups: BTreeMap<HostId, Vec<usize>> = BTreeMap::new();
    for (place, host) in order.iter().zip(went) {
        groups.entry(host.unwrap()).or_default().push(*place);
    }
    groups
        .into_values()
        .map(|mut group| {
            group.sort_unstable();
            group
        })
        .collect()
}

/// Anything at all: few values, so that reports clash.
fn anything() -> impl Strategy<Value = Evidence> {
    let one = (0..IdentifierKind::ALL.len(), 0..4_u8);
    (0..3_u8, prop::collection::vec(one, 0..6)).prop_map(|(name, ids)| {
        let value = |kind: IdentifierKind, n: u8| match kind {
            SystemUuid => format!("4c4c4544-0051-3610-8052-00000000000{n}"),
            PermanentMac => format!("3c:ec:ef:00:00:0{n}"),
            _ => format!("value-{n}"),
        };
        let identifiers = ids.iter().map(|(at, n)| id(IdentifierKind::ALL[*at], &value(IdentifierKind::ALL[*at], *n)));
        let identifiers: BTreeSet<Identifier> = identifiers.collect();
        Evidence { name: format!("web-{name}"), identifiers: identifiers.into_iter().collect() }
    })
}

proptest! {
    #[test]
    fn the_order_of_arrival_does_not_change_which_hosts_exist(
        (reports, order) in reports_of(6).prop_flat_map(|reports| {
            let order: Vec<usize> = (0..reports.len()).collect();
            (Just(reports), Just(order).prop_shuffle())
        })
    ) {
        let straight: Vec<Evidence> = reports.iter().map(|(_, report)| report.clone()).collect();
        let shuffled: Vec<Evidence> = order.iter().map(|place| straight[*place].clone()).collect();
        let (first, second) = (arrive(&straight), arrive(&shuffled));
        prop_assert!(first.1.iter().chain(&second.1).all(Option::is_some), "nothing conflicts here");
        let machines: BTreeSet<usize> = reports.iter().map(|(machine, _)| *machine).collect();
        prop_assert_eq!(first.0.hosts.len(), machines.len());
        let straight_order: Vec<usize> = (0..reports.len()).collect();
        prop_assert_eq!(partition(&straight_order, &first.1), partition(&order, &second.1));
    }

    #[test]
    fn no_report_goes_to_a_host_with_which_it_shares_a_name_only(reports in prop::collection::vec(anything(), 0..30)) {
        let (rules, mut world) = (Rules::shipped(), World::default());
        for (n, report) in reports.iter().enumerate() {
            let known: Vec<Candidate> = world.candidates(&report.identifiers);
            let verdict = identify(&rules, report, &known, &world.shares(&report.identifiers));
            match verdict.outcome {
                Outcome::Same { host, values, .. } => {
                    prop_assert!(values.iter().any(|value| value.kind != Fqdn), "{values:?}");
                    let candidate = known.iter().find(|known| known.host == host).unwrap();
                    prop_assert!(values.iter().all(|value| candidate.has(value)));
                    world.learn(host, report);
                }
                Outcome::New => world.add(HostId::from_bytes((n as u128).to_be_bytes()), report),
                Outcome::Conflict { hosts } => prop_assert!(hosts.len() > 1),
            }
        }
    }

    #[test]
    fn the_verdict_does_not_depend_on_the_order_of_what_is_known(
        mine in anything(),
        theirs in prop::collection::vec(anything(), 0..6).prop_flat_map(|theirs| {
            let numbered: Vec<(u8, Evidence)> = (1..).zip(theirs).collect();
            (Just(numbered.clone()), Just(numbered).prop_shuffle())
        })
    ) {
        let candidates = |all: &[(u8, Evidence)]| -> Vec<Candidate> {
            let one = |(n, e): &(u8, Evidence)| Candidate { host: host(*n), name: e.name.clone(), identifiers: e.identifiers.clone() };
            all.iter().map(one).collect()
        };
        prop_assert_eq!(ask(&mine, &candidates(&theirs.0)).outcome, ask(&mine, &candidates(&theirs.1)).outcome);
    }
}
