//! Connections from two ends, addresses that move, relations that follow, and impact against a slow model over random graphs.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use muster_shared::diff::ItemMap;
use muster_shared::id::{DeclaredId, HostId, ItemId, NodeId};
use muster_shared::{SectionName, Time};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::address::{self, Address, addresses, owner};
use super::connection::{self, Ends, observe, told};
use super::derive::{derived, derivers, settle};
use super::graph::{Direction, Graph};
use super::impact::{self, Effect, Needed};
use super::*;
use crate::class::Registry;
use crate::declared::{Declared, Members};

const MINUTE: i64 = 60_000;

fn at(ms: i64) -> Time {
    Time::from_millis(1_790_000_000_000 + ms)
}

fn host(n: u8) -> HostId {
    HostId::from_bytes([n; 16])
}

fn service(n: u8) -> NodeId {
    NodeId::Declared(DeclaredId::from_bytes([n; 16]))
}

fn map(value: Value) -> ItemMap {
    serde_json::from_value(value).unwrap()
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// One connection as an agent tells it, seen `samples` times up to `last`.
fn section(direction: &str, remote: &str, port: u16, samples: u32, last: Time) -> (ItemMap, ItemMap) {
    let item = json!({"direction": direction, "remote_address": remote, "port": port, "unit": "app.service", "protocol": "tcp"});
    let metrics = json!({
        "samples": samples, "first_seen_at": last.plus_millis(-10 * MINUTE).to_string(), "last_seen_at": last.to_string(),
    });
    (map(json!({"c": item})), map(json!({"c": metrics})))
}

fn ends(owners: &[(&str, u8)]) -> Ends {
    Ends {
        owners: owners.iter().map(|(text, n)| (ip(text), (host(*n), at(-3_600_000)))).collect(),
        former: BTreeMap::new(),
    }
}

fn look(n: u8, section: &(ItemMap, ItemMap), ends: &Ends, known: Vec<Relation>, now: Time) -> Vec<Relation> {
    observe(host(n), &told(&section.0, &section.1, now, now), ends, known, now)
}

#[test]
fn both_ends_of_a_conversation_make_one_relation() {
    let ends = ends(&[("10.0.0.1", 1), ("10.0.0.2", 2)]);
    let client = look(1, &section("outbound", "10.0.0.2", 5432, 4, at(0)), &ends, Vec::new(), at(0));
    assert_eq!(client.len(), 1);
    let first = &client[0];
    assert_eq!(
        (first.from, first.to, first.kind),
        (NodeId::Host(host(1)), NodeId::Host(host(2)), RelationKind::ConnectsTo)
    );
    assert_eq!((first.confidence, first.holds()), (70, true), "one end saw it");
    assert_eq!(first.spans[0].since, at(-10 * MINUTE), "it was so before it was told");
    let server = look(2, &section("inbound", "10.0.0.1", 5432, 9, at(5)), &ends, client.clone(), at(5));
    assert_eq!(
        (server.len(), server[0].id, server[0].confidence),
        (1, first.id, 95),
        "the other end sees the same one"
    );
    let again = look(2, &section("inbound", "10.0.0.1", 5432, 9, at(5)), &ends, server, at(5));
    assert_eq!(again, [], "nothing new is no change");
}

#[test]
fn a_connection_counts_when_it_was_seen_often_enough() {
    let ends = ends(&[("10.0.0.2", 2)]);
    let once = look(1, &section("outbound", "10.0.0.2", 80, 1, at(0)), &ends, Vec::new(), at(0));
    assert_eq!((once[0].confidence, once[0].holds()), (30, false));
    let twice = look(1, &section("outbound", "10.0.0.2", 80, 2, at(0)), &ends, once, at(0));
    assert!(!twice[0].holds());
    let often = look(1, &section("outbound", "10.0.0.2", 80, 3, at(0)), &ends, twice, at(0));
    assert!(often[0].holds());
    let day = 86_400_000;
    let sure = |days: i64| connection::confidence(&often[0], at(days * day));
    assert_eq!(
        [-1, 0, 1, 2, 15, 29, 30, 31].map(sure),
        [70, 70, 70, 67, 36, 2, 0, 0],
        "it falls from a day to its end"
    );
    let said = Relation::new(often[0].from, RelationKind::DependsOn, often[0].to, Source::Declared, "", at(0));
    assert_eq!(connection::confidence(&said, at(99 * day)), 100, "what people say does not fade");
    assert!(!connection::is_stale(&often[0], at(7 * day)) && connection::is_stale(&often[0], at(7 * day + 1)));
    assert_eq!(connection::over_at(&often[0]), at(30 * day));
}

#[test]
fn what_nobody_knows_is_not_guessed() {
    let nobody = Ends::default();
    let outbound = look(1, &section("outbound", "203.0.113.9", 443, 5, at(0)), &nobody, Vec::new(), at(0));
    assert_eq!(outbound[0].to, NodeId::Address(ip("203.0.113.9")));
    assert_eq!(look(1, &section("inbound", "203.0.113.9", 443, 5, at(0)), &nobody, Vec::new(), at(0)), []);
    // As soon as it is known whose the address is, the relation leads there and the other one ends.
    let known =
        look(1, &section("outbound", "203.0.113.9", 443, 5, at(0)), &ends(&[("203.0.113.9", 7)]), outbound, at(1));
    let ended: Vec<bool> = known.iter().map(Relation::holds).collect();
    assert_eq!((known.len(), known[0].to, ended), (2, NodeId::Host(host(7)), vec![true, false]));
}

#[test]
fn an_address_that_moves_takes_its_connections_along() {
    let before = look(1, &section("outbound", "10.0.0.2", 80, 5, at(0)), &ends(&[("10.0.0.2", 2)]), Vec::new(), at(0));
    let moved = Ends { former: [(ip("10.0.0.2"), BTreeSet::from([host(2)]))].into(), ..ends(&[("10.0.0.2", 3)]) };
    let after = look(1, &section("outbound", "10.0.0.2", 80, 6, at(MINUTE)), &moved, before, at(MINUTE));
    let to = |relation: &Relation| (relation.to, relation.holds());
    assert_eq!(
        after.iter().map(to).collect::<Vec<_>>(),
        [(NodeId::Host(host(3)), true), (NodeId::Host(host(2)), false)]
    );
    assert!(after[1].held_at(at(0)) && !after[1].held_at(at(MINUTE)));
    // Another service at another address of the same host is not concerned.
    let other = look(1, &section("outbound", "10.0.0.9", 81, 5, at(0)), &ends(&[("10.0.0.9", 2)]), Vec::new(), at(0));
    let after = look(1, &section("outbound", "10.0.0.2", 80, 6, at(MINUTE)), &moved, other, at(MINUTE));
    assert_eq!(after.len(), 1);
}

#[test]
fn an_address_belongs_to_the_one_host_that_had_it_then() {
    let mut first = Address::new(ip("10.0.0.2"), host(1), at(0));
    first.set(false, at(10));
    first.set(false, at(11));
    let second = Address::new(ip("10.0.0.2"), host(2), at(20));
    let both = [first.clone(), second];
    let when = |ms| owner(&both, at(ms)).map(|(host, _)| host);
    assert_eq!([when(-1), when(0), when(10), when(15), when(20)], [None, Some(host(1)), None, None, Some(host(2))]);
    first.set(true, at(30));
    assert_eq!(owner(&[first, both[1].clone()], at(31)), None, "two at once: nobody's");
}

#[test]
fn addresses_that_say_nothing_of_a_host_are_left_out() {
    let listed =
        |values: &[&str]| json!(values.iter().map(|text| json!({"address": text, "prefix": 24})).collect::<Vec<_>>());
    let interfaces = map(json!({
        "lo": {"addresses": listed(&["127.0.0.1", "::1"])},
        "eth0": {"addresses": listed(&["10.0.0.2", "fe80::1", "169.254.1.1", "2001:db8::2"])},
    }));
    let metrics = map(
        json!({"eth0": {"dynamic_addresses": listed(&["10.0.0.3"])}, "gone": {"dynamic_addresses": listed(&["10.9.9.9"])}}),
    );
    let found: Vec<String> = addresses(&interfaces, &metrics).iter().map(ToString::to_string).collect();
    assert_eq!(found, ["10.0.0.2", "10.0.0.3", "2001:db8::2"]);
    assert!(address::addresses(&ItemMap::new(), &ItemMap::new()).is_empty());
}

#[test]
fn relations_follow_from_rules_whose_attributes_have_values() {
    let registry = Registry::new([]);
    let class = registry.get("application").unwrap();
    let mut item = Declared::empty(service(1), "application", at(0));
    assert_eq!(derivers(&item, class), []);
    item.attributes.insert("port".into(), json!(5432));
    item.attributes.insert("package".into(), json!("post\"gres"));
    item.members.push(Members { query: "class:host host.site:fra".into(), group: None });
    let found = derivers(&item, class);
    let rules: Vec<(RelationKind, String)> = found.iter().map(|deriver| (deriver.kind, deriver.rule())).collect();
    let both = r#"class:listener port:"5432" + class:package name:"post\"gres""#;
    assert_eq!(
        rules,
        [(RelationKind::RunsOn, both.to_owned()), (RelationKind::DependsOn, "class:host host.site:fra".to_owned())]
    );
    for query in found.iter().flat_map(|deriver| &deriver.queries) {
        assert!(crate::query::Query::parse(query, &registry.item_fields()).is_ok(), "{query}");
    }
    // What follows begins, stays, ends and comes back.
    let wanted = |hosts: &[u8], now| hosts.iter().map(|n| derived(&found[1], host(*n), at(now))).collect::<Vec<_>>();
    let first = settle(wanted(&[1, 2, 1], 0), Vec::new(), at(0));
    assert_eq!(first.len(), 2);
    assert_eq!(settle(wanted(&[1, 2], 1), first.clone(), at(1)), []);
    let ended = settle(wanted(&[1], 2), first.clone(), at(2));
    assert_eq!((ended.len(), ended[0].to, ended[0].holds()), (1, NodeId::Host(host(2)), false));
    let back = settle(wanted(&[1, 2], 3), vec![first[0].clone(), ended[0].clone()], at(3));
    assert_eq!((back.len(), back[0].spans.len(), back[0].holds()), (1, 2, true));
    item.lifecycle = crate::host::Lifecycle::Retired;
    assert_eq!(derivers(&item, class), []);
}

fn graph(edges: &[(NodeId, RelationKind, NodeId, Option<&str>)]) -> Graph {
    let mut graph = Graph::default();
    for (from, kind, to, group) in edges {
        let mut relation = Relation::new(*from, *kind, *to, Source::Declared, "", at(0));
        relation.group = group.map(str::to_owned);
        graph.put(&relation, 1);
    }
    graph
}

fn hit(graph: &Graph, start: NodeId) -> Vec<(NodeId, Effect, u32)> {
    let reached = impact::up(graph, &[start], 10, None, &Needed::new());
    reached.reached().map(|reached| (reached.node, reached.effect, reached.depth)).collect()
}

#[test]
fn a_group_is_at_risk_when_just_enough_are_left_and_down_when_fewer_are() {
    let [a, b, c] = [1, 2, 3].map(|n| NodeId::Host(host(n)));
    let (shop, business) = (service(8), service(9));
    let member = |host| (shop, RelationKind::DependsOn, host, Some("web"));
    let mut graph = graph(&[member(a), member(b), member(c), (business, RelationKind::DependsOn, shop, None)]);
    graph.set_redundancy(shop, &[("web".to_owned(), 2)].into());
    assert_eq!(hit(&graph, a), [(shop, Effect::AtRisk, 1), (business, Effect::AtRisk, 2)]);
    let two = impact::up(&graph, &[a, b], 10, None, &Needed::new());
    assert_eq!(two.effect(business), Some(Effect::Down));
    graph.set_redundancy(shop, &[("web".to_owned(), 1)].into());
    assert_eq!(hit(&graph, a), [], "one of three is enough and two are left");
    graph.set_redundancy(shop, &BTreeMap::new());
    assert_eq!(hit(&graph, a)[0], (shop, Effect::Down, 1), "a group without a rule is no group");
}

#[test]
fn the_explaining_path_is_a_shortest_one_and_goes_through_what_hosts_contain() {
    let (web, db) = (NodeId::Host(host(1)), NodeId::Host(host(2)));
    let unit = NodeId::Item(ItemId::new(host(2), SectionName::Service, "postgresql.service"));
    let shop = service(1);
    let graph = graph(&[
        (service(2), RelationKind::RunsOn, web, None),
        (web, RelationKind::ConnectsTo, db, None),
        (shop, RelationKind::DependsOn, unit, None),
        (db, RelationKind::LocatedIn, service(7), None),
        (shop, RelationKind::SupportedBy, service(6), None),
    ]);
    let impact = impact::up(&graph, &[db], 10, None, &Needed::new());
    let path: Vec<(NodeId, RelationKind, bool)> =
        impact.path(shop).into_iter().map(|step| (step.node, step.kind, step.is_inverse)).collect();
    assert_eq!(path, [(unit, RelationKind::Contains, false), (shop, RelationKind::DependsOn, true)]);
    assert_eq!(impact.effect(service(6)), None, "who supports it is not hit");
    assert_eq!(hit(&graph, service(7)).len(), 5, "a site takes everything in it along");
    let needs = impact::down(&graph, shop, 10, None);
    let needs: BTreeSet<NodeId> = needs.reached().map(|reached| reached.node).collect();
    assert_eq!(needs, BTreeSet::from([db, unit, service(7)]));
    assert_eq!(impact::up(&graph, &[db], 1, None, &Needed::new()).effect(service(1)), None, "two steps away");
}

#[test]
fn the_graph_of_a_moment_has_the_relations_of_then() {
    let (a, b) = (service(1), NodeId::Host(host(1)));
    let mut relation = Relation::new(a, RelationKind::DependsOn, b, Source::Declared, "", at(0));
    relation.end(at(10));
    let mut graph = Graph::default();
    graph.put(&relation, 2);
    let up = |moment| impact::up(&graph, &[b], 3, moment, &Needed::new()).effect(a);
    assert_eq!([up(None), up(Some(at(5))), up(Some(at(10)))], [None, Some(Effect::Down), None]);
    relation.begin(at(20));
    graph.put(&relation, 1);
    assert_eq!(impact::up(&graph, &[b], 3, None, &Needed::new()).effect(a), None, "an older version changes nothing");
    graph.put(&relation, 3);
    assert_eq!(impact::up(&graph, &[b], 3, None, &Needed::new()).effect(a), Some(Effect::Down));
}

type Raw = Vec<(u8, u8, Option<u8>)>;

/// The same by brute force: whoever must be down is down, over and over, until nothing moves.
fn slow(edges: &Raw, needed: u32, start: u8) -> BTreeSet<u8> {
    let mut lost = BTreeSet::from([start]);
    loop {
        let before = lost.len();
        for node in 0..8_u8 {
            let on: Vec<&(u8, u8, Option<u8>)> =
                edges.iter().filter(|(from, to, _)| *from == node && from != to).collect();
            let plain = on.iter().any(|(_, to, group)| group.is_none() && lost.contains(to));
            let members: BTreeSet<u8> = on.iter().filter(|(.., group)| group.is_some()).map(|(_, to, _)| *to).collect();
            let gone = members.intersection(&lost).count();
            let short = gone > 0 && members.len() - gone < needed as usize;
            if plain || short {
                lost.insert(node);
            }
        }
        if lost.len() == before {
            return lost;
        }
    }
}

proptest! {
    #[test]
    fn impact_is_what_brute_force_finds_also_over_cycles(
        edges in proptest::collection::vec((0..8_u8, 0..8_u8, proptest::option::of(Just(0_u8))), 0..24),
        needed in 1..4_u32,
        start in 0..8_u8,
    ) {
        // A node is in a group or not, never both: the ids of the two relations differ by the group.
        let mut graph = Graph::default();
        for (from, to, group) in edges.iter().filter(|(from, to, _)| from != to) {
            let detail = group.map(|_| "g").unwrap_or_default();
            let mut relation = Relation::new(service(*from), RelationKind::DependsOn, service(*to), Source::Declared, detail, at(0));
            relation.group = group.map(|_| "g".to_owned());
            graph.put(&relation, 1);
        }
        for node in 0..8_u8 {
            graph.set_redundancy(service(node), &[("g".to_owned(), needed)].into());
        }
        let impact = impact::up(&graph, &[service(start)], 20, None, &Needed::new());
        let down: BTreeSet<u8> = (0..8_u8).filter(|n| impact.effect(service(*n)) == Some(Effect::Down)).collect();
        prop_assert_eq!(down, slow(&edges, needed, start));
        for reached in impact.reached() {
            let path = impact.path(reached.node);
            prop_assert_eq!(path.len(), reached.depth as usize);
            prop_assert_eq!(path.last().map(|step| step.node), Some(reached.node));
        }
    }
}

#[test]
fn ten_thousand_hosts_around_one_are_walked_quickly_and_completely() {
    let hub = NodeId::Host(HostId::from_bytes([0xff; 16]));
    let mut graph = Graph::default();
    for n in 0..10_000_u32 {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&n.to_be_bytes());
        let client = NodeId::Host(HostId::from_bytes(bytes));
        graph.put(&Relation::new(client, RelationKind::ConnectsTo, hub, Source::Discovered, "tcp/53", at(0)), 1);
    }
    assert_eq!(hit(&graph, hub).len(), 10_000);
    assert_eq!(graph.neighbours(hub, Direction::Down, None), []);
}

#[test]
fn a_relation_that_is_let_go_leaves_no_trace() {
    let (shop, part) = (service(1), NodeId::Item(ItemId::new(host(2), SectionName::Listener, "tcp/443")));
    let relation = Relation::new(shop, RelationKind::DependsOn, part, Source::Declared, "", at(0));
    let mut graph = Graph::default();
    graph.put(&relation, 3);
    let count = |graph: &Graph, node, direction| graph.neighbours(node, direction, None).len();
    assert_eq!((count(&graph, shop, Direction::Down), count(&graph, NodeId::Host(host(2)), Direction::Up)), (1, 1));
    graph.remove(relation.id);
    assert!(graph.is_empty());
    assert_eq!((count(&graph, shop, Direction::Down), count(&graph, NodeId::Host(host(2)), Direction::Up)), (0, 0));
    // Made anew, it begins with the first version again.
    graph.put(&relation, 1);
    assert_eq!(count(&graph, shop, Direction::Down), 1);
    let mut ended = relation;
    assert!(!ended.is_past(at(1_000)), "it holds");
    ended.end(at(5));
    assert!(ended.is_past(at(5)) && !ended.is_past(at(4)));
    ended.spans.clear();
    assert!(ended.is_past(at(0)) && !ended.is_past(at(-1)), "seen last before that, and never often enough");
}
