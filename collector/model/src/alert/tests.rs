//! Alerts, from events to incidents.

use muster_shared::id::{AlertRuleId, DeclaredId, HostId, MaintenanceId, SilenceId, UserId};
use proptest::prelude::*;

use super::alertmanager::{self, Message};
use super::event::{Event, Level, Outcome};
use super::incident;
use super::maintenance::Maintenance;
use super::observe::{FLAP_MS, REOPEN_MS, Sighting, observe};
use super::parent::parent;
use super::preview;
use super::rule::{AlertRule, assign, shipped};
use super::silence::{Phase, Silence};
use super::*;
use crate::class::Registry;
use crate::relation::connection::STALE_MS;
use crate::relation::graph::Graph;
use crate::relation::{Relation, RelationKind, Source, Traffic};
use crate::schedule::{Schedule, Weekday};
use crate::ticket::StateName;

const START: i64 = 1_790_000_000_000;
const MINUTE: i64 = 60_000;

fn at(minutes: i64) -> Time {
    Time::from_millis(START + minutes * MINUTE)
}

fn event(severity: Level) -> Event {
    Event {
        source: "nagios".into(),
        source_event_id: None,
        ci_ref: "web-1".into(),
        kind: "disk_full".into(),
        resource: "/var".into(),
        metric: None,
        severity,
        occurred_at: None,
        dedup_key: None,
        summary: String::new(),
        attrs: BTreeMap::new(),
    }
}

fn web() -> Subject {
    Subject::Item { node: NodeId::Host(HostId::from_bytes([1; 16])), name: "web-1".into(), by: FoundBy::Name }
}

/// An alert that takes events of one key, as a store would keep it.
#[derive(Default)]
struct Line {
    alert: Option<Alert>,
    cleared_at: Option<Time>,
}

impl Line {
    /// An event that occurred in one minute and is received in another.
    fn late(&mut self, level: Level, occurred: i64, received: i64) -> Outcome {
        let (event, subject) = (event(level), web());
        let seen = Sighting { key: "k", event: &event, subject: &subject, at: at(occurred), now: at(received) };
        let (next, outcome) = observe(self.alert.as_ref(), self.cleared_at, seen);
        if level == Level::Clear {
            self.cleared_at = self.cleared_at.max(Some(at(occurred)));
        }
        self.alert = next.or(self.alert.take());
        outcome
    }

    fn take(&mut self, level: Level, minute: i64) -> Outcome {
        self.late(level, minute, minute)
    }

    fn alert(&self) -> &Alert {
        self.alert.as_ref().unwrap()
    }

    fn state(&self) -> &'static str {
        self.alert().state.as_str()
    }
}

fn open() -> Alert {
    let mut line = Line::default();
    line.take(Level::Critical, 0);
    line.alert.unwrap()
}

#[test]
fn e1_events_of_a_key_are_one_alert_with_the_worst_severity() {
    let mut line = Line::default();
    assert_eq!(line.take(Level::Minor, 0), Outcome::Opened);
    let id = line.alert().id;
    assert_eq!(line.take(Level::Critical, 1), Outcome::Updated);
    assert_eq!(line.take(Level::Warning, 2), Outcome::Updated);
    let alert = line.alert();
    assert_eq!((alert.id, alert.count, alert.severity), (id, 3, Severity::Critical));
    assert_eq!((alert.first_at, alert.last_at), (at(0), at(2)));
    let known = event(Level::Info).keys(&web());
    assert_eq!(known.len(), 2, "an item that became known is found by what it was called before");
    assert_eq!(event(Level::Clear).keys(&Subject::Nothing), [known[1].clone()]);
    let other = Event { resource: "/".into(), ..event(Level::Info) };
    assert_ne!(other.keys(&web())[0], known[0]);
    let own =
        |source: &str| Event { dedup_key: Some("x".into()), source: source.into(), ..event(Level::Info) }.keys(&web());
    assert_eq!(own("a"), own("a"));
    assert_ne!(own("a"), own("b"), "a sender's own key is its own");
}

#[test]
fn e2_a_clear_closes_and_a_new_event_soon_after_opens_the_same_alert() {
    let mut line = Line::default();
    line.take(Level::Critical, 0);
    let id = line.alert().id;
    assert_eq!(line.take(Level::Clear, 5), Outcome::Closed);
    assert_eq!(line.state(), "closed");
    assert_eq!(line.take(Level::Clear, 6), Outcome::Ignored);
    assert_eq!(line.take(Level::Warning, 12), Outcome::Reopened);
    assert_eq!((line.alert().id, line.alert().severity, line.alert().count), (id, Severity::Warning, 2));
    line.take(Level::Clear, 13);
    let later = 13 + REOPEN_MS / MINUTE + 1;
    assert_eq!(line.take(Level::Major, later), Outcome::Opened);
    assert_ne!(line.alert().id, id);
    assert_eq!((line.alert().count, line.alert().first_at), (1, at(later)));
}

#[test]
fn e3_an_alert_that_comes_and_goes_flaps_until_it_is_calm() {
    let mut line = Line::default();
    for minute in 0..6 {
        line.take(if minute % 2 == 0 { Level::Major } else { Level::Clear }, minute);
        assert_ne!(line.state(), "flapping", "minute {minute}");
    }
    assert_eq!(line.take(Level::Major, 6), Outcome::Reopened);
    assert_eq!(line.state(), "flapping");
    assert!(line.alert().state.is_on() && line.alert().routes_at().is_none());
    assert_eq!(line.take(Level::Clear, 7), Outcome::Closed);
    assert_eq!(line.state(), "flapping", "it is not told each time");
    let quiet = 7 + FLAP_MS / MINUTE;
    assert_eq!(line.alert().state.due_at(), Some(at(quiet)));
    assert_eq!(line.alert().advance(at(quiet - 1)), None);
    let calm = line.alert().advance(at(quiet)).unwrap();
    assert_eq!((calm.state.as_str(), calm.turns.len()), ("closed", 0));
    // The same, but it is on when it calms down.
    line.take(Level::Major, 8);
    let calm = line.alert().advance(at(8 + FLAP_MS / MINUTE)).unwrap();
    assert_eq!((calm.state.clone(), calm.held_from), (AlertState::Open, at(8 + FLAP_MS / MINUTE)));
}

#[test]
fn slow_turns_are_no_flapping() {
    let mut line = Line::default();
    for turn in 0..20 {
        line.take(if turn % 2 == 0 { Level::Major } else { Level::Clear }, turn * 3);
        assert_ne!(line.state(), "flapping");
    }
}

#[test]
fn e8_what_comes_late_is_counted_and_does_not_turn_the_alert() {
    let mut line = Line::default();
    line.take(Level::Major, 10);
    assert_eq!(line.late(Level::Clear, 5, 11), Outcome::Late, "a clear from before the last event");
    assert_eq!(line.state(), "open");
    assert_eq!(line.late(Level::Critical, 2, 12), Outcome::Updated);
    assert_eq!((line.alert().first_at, line.alert().last_at), (at(2), at(10)));
    assert_eq!(line.alert().severity, Severity::Major, "it occurred before this alert opened");
    line.take(Level::Clear, 20);
    assert_eq!(line.late(Level::Critical, 15, 21), Outcome::Late);
    assert_eq!((line.state(), line.alert().count), ("closed", 3));
    // The clear overtakes the event that it clears.
    let mut line = Line::default();
    assert_eq!(line.late(Level::Clear, 5, 5), Outcome::Ignored);
    assert_eq!(line.late(Level::Major, 4, 6), Outcome::Late);
    assert_eq!(line.state(), "closed");
    let ahead = Event { occurred_at: Some(at(99)), ..event(Level::Info) };
    assert_eq!(ahead.occurred(at(1)), at(1), "a clock that goes ahead tells no future");
}

proptest! {
    /// In whatever order events come, where an alert stands is what the last that occurred says.
    #[test]
    fn the_order_of_arrival_decides_nothing(
        order in Just((0..6_i64).collect::<Vec<_>>()).prop_shuffle(),
        is_clear in proptest::collection::vec(any::<bool>(), 6),
    ) {
        let mut line = Line::default();
        for (received, occurred) in order.into_iter().enumerate() {
            let place = usize::try_from(occurred).unwrap();
            let level = if is_clear[place] { Level::Clear } else { Level::Major };
            // Far enough apart to be no flapping, near enough to stay one alert.
            line.late(level, occurred * 10, 100 + i64::try_from(received).unwrap());
        }
        if let Some(alert) = &line.alert {
            prop_assert_eq!(alert.state.is_on(), !is_clear[5]);
            let firing = is_clear.iter().filter(|is_clear| !**is_clear).count() as u64;
            prop_assert!(alert.count <= firing);
        } else {
            prop_assert!(is_clear.iter().all(|is_clear| *is_clear));
        }
    }
}

#[test]
fn what_mutes_is_a_state_and_what_somebody_looks_at_is_not_muted() {
    let alert = open();
    let mute = Mute { cause: Cause::Silence, by: "sil_1".into(), name: "n".into(), until: Some(at(60)) };
    let muted = alert.muted(Some(&mute), at(1)).unwrap();
    assert_eq!((muted.state.as_str(), muted.state.is_active(), muted.mutes()), ("suppressed", true, None));
    assert_eq!(muted.muted(Some(&mute), at(2)), None);
    let back = muted.muted(None, at(60)).unwrap();
    assert_eq!((back.state.clone(), back.held_from), (AlertState::Open, at(60)));
    let taken = alert.acknowledged("ann".into(), at(1)).unwrap();
    assert_eq!((taken.muted(Some(&mute), at(2)), taken.acknowledged("bob".into(), at(2))), (None, None));
    let closed = taken.closed("ann".into(), "fixed".into(), at(3)).unwrap();
    assert_eq!((closed.state.as_str(), closed.closed("x".into(), "y".into(), at(4))), ("closed", None));
}

#[test]
fn a_silence_is_about_what_it_matches_while_it_lasts() {
    let silence = |matcher: &str| Silence {
        id: SilenceId::from_bytes([3; 16]),
        matcher: matcher.into(),
        starts_at: at(10),
        ends_at: at(20),
        author: "ann".into(),
        reason: "moving racks".into(),
        created_at: at(0),
    };
    let one = silence("ci:web-* kind:disk_full");
    assert_eq!(one.check(), []);
    let phases = [9, 10, 19, 20].map(|minute| one.phase(at(minute)));
    assert_eq!(phases, [Phase::Pending, Phase::Active, Phase::Active, Phase::Expired]);
    assert_eq!(one.mutes(&open(), at(9)), None);
    assert_eq!(one.mutes(&open(), at(10)).unwrap().until, Some(at(20)));
    assert_eq!(silence("kind:other").mutes(&open(), at(10)), None);
    assert_eq!(
        (one.turns_after(at(0)), one.turns_after(at(10)), one.turns_after(at(20))),
        (Some(at(10)), Some(at(20)), None)
    );
    for (matcher, what) in [("", "everything"), ("kynd:x", "no field"), ("state:open", "what moves")] {
        assert_eq!(silence(matcher).check()[0].pointer, "/matcher", "{what}");
    }
    assert_eq!(Silence { ends_at: at(10), ..one.clone() }.check()[0].pointer, "/ends_at");
    assert_eq!(Silence { reason: " ".into(), ..one }.check()[0].pointer, "/reason");
}

fn weekly(days: &[Weekday], clock: &str, minutes: u32, zone: &str) -> Schedule {
    Schedule::Weekly { days: days.to_vec(), at: clock.into(), minutes, zone: zone.into(), until: None }
}

fn moment(text: &str) -> Time {
    text.parse().unwrap()
}

#[test]
fn a_weekly_window_goes_by_the_clocks_of_its_zone() {
    let window = weekly(&[Weekday::Saturday], "22:30", 180, "Europe/Berlin");
    // Saturday 22:30 in Berlin is 20:30 UTC in summer and 21:30 in winter.
    for (now, ends) in [
        ("2026-07-04T20:29:59Z", None),
        ("2026-07-04T20:30:00Z", Some("2026-07-04T23:30:00Z")),
        ("2026-07-04T23:29:59Z", Some("2026-07-04T23:30:00Z")),
        ("2026-07-04T23:30:00Z", None),
        ("2026-12-05T21:00:00Z", None),
        ("2026-12-05T21:30:00Z", Some("2026-12-06T00:30:00Z")),
        ("2026-12-03T22:00:00Z", None),
    ] {
        assert_eq!(window.active(moment(now)), ends.map(moment), "{now}");
    }
    assert_eq!(window.next(moment("2026-12-06T00:00:00Z")), Some(moment("2026-12-12T21:30:00Z")));
    assert_eq!(window.turns_after(moment("2026-12-05T22:00:00Z")), Some(moment("2026-12-06T00:30:00Z")));
    // The night in which the clocks go forward has no 02:30: it begins as much later.
    let night = weekly(&[Weekday::Sunday], "02:30", 60, "Europe/Berlin");
    assert_eq!(night.active(moment("2026-03-29T01:30:00Z")), Some(moment("2026-03-29T02:30:00Z")));
    let Schedule::Weekly { days, at, minutes, zone, .. } = night else { panic!() };
    let ended = Schedule::Weekly { days, at, minutes, zone, until: Some(moment("2026-01-01T00:00:00Z")) };
    assert_eq!(
        (ended.active(moment("2026-03-29T01:30:00Z")), ended.phase(moment("2026-03-29T01:30:00Z"))),
        (None, Phase::Expired)
    );
}

#[test]
fn a_window_of_a_host_is_one_of_its_items_and_none_of_what_it_stands_on() {
    let host = HostId::from_bytes([1; 16]);
    let item = NodeId::Item(muster_shared::id::ItemId::new(host, muster_shared::SectionName::Service, "nginx"));
    let window = |items: Vec<NodeId>, hosts: &str, schedule| Maintenance {
        id: MaintenanceId::from_bytes([2; 16]),
        name: "patch night".into(),
        items,
        hosts: hosts.into(),
        schedule,
        reason: "kernel".into(),
        author: "ann".into(),
        created_at: at(0),
    };
    let once = Schedule::Never { starts_at: at(0), ends_at: at(60) };
    let of_host = window(vec![NodeId::Host(host)], "", once.clone());
    assert!(of_host.names(item) && of_host.names(NodeId::Host(host)));
    let of_item = window(vec![item], "", once.clone());
    assert!(of_item.names(item) && !of_item.names(NodeId::Host(host)), "maintenance of a child mutes no parent");
    assert_eq!(of_item.mute(at(60)), None);
    assert_eq!(of_item.mute(at(59)).unwrap().cause, Cause::Maintenance);
    let registry = Registry::new([]);
    assert_eq!(of_host.check(&registry), []);
    for (wrong, pointer) in [
        (window(vec![], "", once.clone()), "/items"),
        (window(vec![], "sitte:x", once.clone()), "/hosts"),
        (window(vec![item], "", Schedule::Never { starts_at: at(1), ends_at: at(1) }), "/schedule/ends_at"),
        (window(vec![item], "", weekly(&[], "22:30", 60, "UTC")), "/schedule/days"),
        (window(vec![item], "", weekly(&[Weekday::Monday], "25:00", 60, "UTC")), "/schedule/at"),
        (window(vec![item], "", weekly(&[Weekday::Monday], "22:00", 0, "UTC")), "/schedule/minutes"),
        (window(vec![item], "", weekly(&[Weekday::Monday], "22:00", 60, "Mars/Base")), "/schedule/zone"),
    ] {
        assert_eq!(wrong.check(&registry)[0].pointer, pointer);
    }
}

#[test]
fn trouble_upstream_mutes_by_relations_that_are_sure() {
    let node = |n: u8| NodeId::Declared(DeclaredId::from_bytes([n; 16]));
    let (shop, app, database) = (node(1), node(2), node(3));
    let mut graph = Graph::default();
    let relation = |from, to| Relation::new(from, RelationKind::DependsOn, to, Source::Declared, "", at(0));
    graph.put(&relation(shop, app), 1);
    graph.put(&relation(app, database), 1);
    let (is_down, now) = (|node| node == database, at(0));
    assert_eq!(parent(&graph, shop, now, is_down), Some(database), "over two steps");
    assert_eq!(parent(&graph, database, now, |node| node == shop), None, "nobody is muted by what depends on it");
    assert_eq!(parent(&graph, database, now, is_down), None, "nor by itself");
    graph.put(&Relation { confidence: 79, ..relation(app, database) }, 2);
    assert_eq!(parent(&graph, shop, now, is_down), None);
    graph.put(&Relation { confidence: 80, ..relation(app, database) }, 3);
    assert_eq!(parent(&graph, shop, now, is_down), Some(database));
    // What agents saw of a connection fades: after a week without a look it mutes nobody any more.
    let traffic = Traffic { protocol: "tcp".into(), port: 5432, client: None, server: None };
    graph.put(&Relation { confidence: 95, traffic: Some(traffic), ..relation(app, database) }, 4);
    assert_eq!(parent(&graph, shop, now, is_down), Some(database));
    assert_eq!(parent(&graph, shop, now.plus_millis(STALE_MS), is_down), None);
    graph.put(&Relation { group: Some("db".into()), ..relation(app, database) }, 5);
    assert_eq!(parent(&graph, shop, now, is_down), None, "the others of the group carry on");
}

fn rule(filter: &str) -> AlertRule {
    AlertRule { id: AlertRuleId::from_bytes([9; 16]), name: "r".into(), filter: filter.into(), ..shipped() }
}

#[test]
fn e4_the_first_rule_that_fits_decides_and_says_when() {
    let (alert, patient) = (open(), AlertRule { hold_seconds: 120, ..rule("kind:disk_*") });
    let route = assign(&alert, &[rule("kind:other"), patient.clone(), shipped()]).unwrap();
    assert_eq!((route.rule, route.due_at), (patient.id, Some(at(2))));
    assert_eq!(assign(&alert, &[AlertRule { is_enabled: false, ..patient.clone() }]), None);
    assert_eq!(
        assign(&alert, &[shipped()]).unwrap().rule,
        shipped().id,
        "a critical alert is an incident from the first day"
    );
    let routed = Alert { route: Some(route), ..alert.clone() };
    assert_eq!(routed.routes_at(), Some(at(2)));
    assert_eq!(Alert { is_routed: true, ..routed }.routes_at(), None);
    // Three times in ten minutes, over all alerts of the group.
    let often = AlertRule { min_count: 3, window_seconds: 600, ..patient };
    let mut line = Line::default();
    for turn in 0..3 {
        line.take(Level::Major, turn * 6);
    }
    assert_eq!(often.counted([line.alert()]), 2);
    line.take(Level::Major, 13);
    assert_eq!(often.counted([line.alert()]), 3);
    assert_eq!(often.counted([line.alert(), line.alert()]), 6);
}

#[test]
fn groups_and_titles_are_made_of_fields() {
    let mut alert = open();
    alert.attrs.insert("cluster".into(), "fra".into());
    let by = |fields: &[&str]| {
        let group_by = fields.iter().map(|field| (*field).to_owned()).collect();
        AlertRule { group_by, title: "{ci}: {kind} on {resource} ({attrs.cluster}{attrs.none})".into(), ..rule("") }
    };
    let other = Alert { resource: "/".into(), ..alert.clone() };
    assert_eq!(by(&["ci", "kind"]).group(&alert), by(&["ci", "kind"]).group(&other));
    assert_ne!(by(&["ci", "resource"]).group(&alert), by(&["ci", "resource"]).group(&other));
    assert_eq!(by(&[]).title_of(&alert), "web-1: disk_full on /var (fra)");
    assert_eq!(by(&["attrs.cluster"]).check(), []);
    for (wrong, pointer) in [
        (by(&["color"]), "/group_by/0"),
        (AlertRule { title: "{ci".into(), ..rule("") }, "/title"),
        (AlertRule { title: "{colour}".into(), ..rule("") }, "/title"),
        (AlertRule { name: String::new(), ..rule("") }, "/name"),
        (rule("kynd:x"), "/filter"),
        (rule("count>3"), "/filter"),
        (AlertRule { min_count: 0, ..rule("") }, "/min_count"),
        (AlertRule { window_seconds: 0, ..rule("") }, "/window_seconds"),
        (AlertRule { hold_seconds: 90_000, ..rule("") }, "/hold_seconds"),
    ] {
        assert_eq!(wrong.check()[0].pointer, pointer);
    }
    assert_eq!(shipped().check(), []);
}

#[test]
fn e5_an_incident_ends_with_its_last_alert_unless_a_person_is_assigned() {
    let (alert, priorities) = (open(), crate::ticket::Priorities::default());
    let (ticket, timeline) = incident::begin(
        &shipped(),
        std::slice::from_ref(&alert),
        false,
        (Vec::new(), &priorities),
        "INC-1".into(),
        at(1),
    )
    .unwrap();
    assert_eq!((ticket.urgency, ticket.items.len(), timeline.len()), (1, 1, 2));
    assert_eq!(ticket.title.to_string(), "web-1: disk_full /var");
    let minor = Alert { severity: Severity::Minor, ..open() };
    let (ticket, _) = incident::join(&ticket, &[minor], &priorities, at(2));
    assert_eq!((ticket.urgency, ticket.alert.as_ref().unwrap().joined, ticket.items.len()), (1, 2, 1));
    let changed = [(alert.clone(), "closed".to_owned())];
    let (still, timeline) = incident::settle(&ticket, &changed, false, at(3));
    assert_eq!((still.state.name(), timeline.len()), (StateName::New, 1));
    let (over, timeline) = incident::settle(&ticket, &changed, true, at(3));
    assert_eq!((over.state.name(), timeline.len()), (StateName::Resolved, 2));
    assert_eq!(over.state.resolution().unwrap().close_code.as_str(), "auto_cleared");
    let mut taken = ticket.clone();
    taken.assignee = Some(UserId::from_bytes([7; 16]));
    assert_eq!(incident::settle(&taken, &changed, true, at(3)).0.state.name(), StateName::New);
    let mut kept = ticket.clone();
    kept.alert.as_mut().unwrap().auto_resolve = false;
    assert_eq!(incident::settle(&kept, &changed, true, at(3)).0.state.name(), StateName::New);
    // It comes back: the same incident, as long as it may be reopened.
    let (back, timeline) = incident::resume(&over, std::slice::from_ref(&alert), &priorities, at(10)).unwrap();
    assert_eq!((back.state.name(), back.reopen_count, timeline.len()), (StateName::InProgress, 1, 2));
    let late = over.state.resolution().unwrap().at.plus_millis(8 * 86_400_000);
    assert!(incident::resume(&over, &[alert], &priorities, late).is_none());
}

#[test]
fn a_preview_counts_the_incidents_that_would_have_been() {
    let mut alerts = Vec::new();
    for (host, minutes) in [("a", [0, 100]), ("b", [5, 6])] {
        for minute in minutes {
            let mut line = Line::default();
            line.take(Level::Critical, minute);
            line.take(Level::Clear, minute + 10);
            let subject = Subject::Nothing;
            alerts.push(Alert { ci_ref: host.into(), subject, ..line.alert.unwrap() });
        }
    }
    let found = preview::preview(&shipped(), &alerts, at(500));
    // Twice on a, an hour apart; twice on b at once.
    assert_eq!((found.alerts, found.incidents.len()), (4, 3));
    assert_eq!(found.incidents.iter().map(|one| one.alerts.len()).collect::<Vec<_>>(), [1, 2, 1]);
    let often = AlertRule { min_count: 2, ..shipped() };
    assert_eq!(preview::preview(&often, &alerts, at(500)).incidents.len(), 1);
    let patient = AlertRule { hold_seconds: 660, ..shipped() };
    assert_eq!(preview::preview(&patient, &alerts, at(500)).incidents.len(), 0);
    let other = AlertRule { filter: "severity:info".into(), ..shipped() };
    assert_eq!(preview::preview(&other, &alerts, at(500)), preview::Preview::default());
}

#[test]
fn an_alertmanager_says_what_it_means_with_labels() {
    let message = r#"{"version":"4","groupKey":"g","status":"firing","receiver":"muster","alerts":[
        {"status":"firing","labels":{"alertname":"DiskFull","instance":"web-1:9100","severity":"page","mountpoint":"/var"},
         "annotations":{"summary":"disk of web-1 is full"},"startsAt":"2026-11-24T10:00:00.123456789Z",
         "endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://prom/graph","fingerprint":"aa11"},
        {"status":"resolved","labels":{"alertname":"DiskFull","host":"web-2","instance":"x","severity":"odd"},
         "annotations":{},"startsAt":"2026-11-24T10:00:00Z","endsAt":"2026-11-24T10:05:00Z","fingerprint":"bb22"}]}"#;
    let message: Message = serde_json::from_str(message).unwrap();
    let events: Vec<Event> = message.alerts.iter().map(|alert| alertmanager::event("prom", alert)).collect();
    let first = &events[0];
    assert_eq!(
        (first.kind.as_str(), first.ci_ref.as_str(), first.resource.as_str()),
        ("DiskFull", "web-1:9100", "/var")
    );
    assert_eq!((first.severity, first.summary.as_str()), (Level::Critical, "disk of web-1 is full"));
    assert_eq!(first.occurred_at, Some(moment("2026-11-24T10:00:00.123Z")));
    assert_eq!(first.attrs["generatorURL"], "http://prom/graph");
    assert_eq!((events[1].ci_ref.as_str(), events[1].severity), ("web-2", Level::Clear));
    assert_eq!(events[1].occurred_at, Some(moment("2026-11-24T10:05:00Z")));
    assert!(events.iter().all(|event| event.check().is_empty()));
    let firing = Level::of(Severity::Warning);
    let odd = alertmanager::Alert { status: alertmanager::Status::Firing, ..message.alerts[1].clone() };
    assert_eq!(alertmanager::event("prom", &odd).severity, firing, "a severity that nobody knows is a warning");
    assert_ne!(alertmanager::event("prom", &odd).source_event_id, events[1].source_event_id);
}
