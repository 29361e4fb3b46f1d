//! Findings into incidents: who joins whom, when a new one begins, and how incidents end with their findings.

use muster_shared::SectionName;
use muster_shared::id::{FindingId, HostId, ItemId, TicketId, UserId};
use serde_json::{Value, json};

use super::*;
use crate::host::{Criticality, Lifecycle};
use crate::policy::{Class, Severity};
use crate::right::Role;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;

fn at(ms: i64) -> Time {
    Time::from_millis(1_700_000_000_000 + ms)
}

fn host_with(criticality: Criticality) -> Host {
    Host {
        id: HostId::from_bytes([1; 16]),
        name: "web-1".into(),
        lifecycle: Lifecycle::Active,
        owner: None,
        site: None,
        criticality,
        identifiers: vec![],
        created_at: at(0),
        claims: Vec::new(),
        merged_into: None,
        known_since: None,
        sayings: <_>::default(),
        sources: Vec::new(),
    }
}

fn host() -> Host {
    host_with(Criticality::Normal)
}

fn finding(n: u8, policy: &str, severity: Severity) -> Finding {
    let key = format!("item-{n}");
    let host = host().id;
    Finding {
        id: FindingId::from_bytes([n; 16]),
        fingerprint: format!("f{n}"),
        problem_fingerprint: String::new(),
        basis: crate::finding::Basis::Change,
        says: None,
        flap: crate::finding::flap::Flap::default(),
        parent: None,
        waiver: None,
        group_fingerprint: "g".into(),
        host,
        host_name: "web-1".into(),
        item: ItemId::new(host, SectionName::User, &key),
        section: SectionName::User,
        item_key: key,
        policy: policy.into(),
        severity,
        class: Class::Security,
        outcome: Outcome::Incident,
        patience: crate::policy::patience::Patience::default(),
        attribute: None,
        expected: Value::Null,
        actual: json!({}),
        not_before: None,
        first_seen: at(0),
        last_seen: at(0),
        count: 1,
        reopen_count: 0,
        is_routed: false,
        incident: None,
        turns: Vec::new(),
        matches: Vec::new(),
        moved_after: None,
        state: FindingState::Open { routes_at: at(0) },
    }
}

fn account(n: u8) -> Finding {
    finding(n, "account", Severity::Major)
}

fn resolved(finding: &Finding, resolution: Resolution) -> Finding {
    let state = FindingState::Resolved { resolution, by: "ann".into(), reason: "as agreed".into(), at: at(1) };
    Finding { state, ..finding.clone() }
}

/// The router as most of these tests ask it.
fn ask_router(
    finding: &Finding,
    host: &Host,
    services: Vec<Floor>,
    had: Option<&Ticket>,
    open: Option<&Ticket>,
    number: &str,
    now: Time,
) -> Routed {
    let priorities = &Priorities::default();
    let way = Way { host, priorities, services, assigned: None, number: number.into(), breadth: Breadth::Host };
    route(finding, way, had, open, now)
}

fn begun(finding: &Finding) -> Ticket {
    let routed = ask_router(finding, &host(), Vec::new(), None, None, "INC-000001", at(0));
    assert!(routed.is_new);
    routed.ticket
}

fn numbers(timeline: &[TimelineEntry]) -> Vec<u64> {
    timeline.iter().map(|entry| entry.seq).collect()
}

fn person() -> Actor {
    Actor::User {
        id: UserId::from_bytes([7; 16]),
        name: "ann".into(),
        roles: vec![Role::Responder],
        reaches: crate::right::Reaches::new(),
        scopes: None,
    }
}

#[test]
fn a_finding_is_due_once_when_it_is_open_and_its_wait_is_over() {
    let open = Finding { state: FindingState::Open { routes_at: at(10) }, ..account(1) };
    assert!(!is_due(&open, at(9)) && is_due(&open, at(10)));
    assert!(!is_due(&Finding { is_routed: true, ..open.clone() }, at(10)));
    assert!(!is_due(&Finding { outcome: Outcome::Finding, ..open.clone() }, at(10)));
    let pending = FindingState::Pending { opens_at: at(0) };
    let waived = FindingState::Waived { by: String::new(), justification: String::new(), expires_at: at(99) };
    for state in [pending, waived, resolved(&open, Resolution::Reverted).state] {
        assert!(!is_due(&Finding { state, ..open.clone() }, at(10)));
    }
}

#[test]
fn a_new_incident_names_the_host_the_item_and_the_drift() {
    let finding = account(1);
    let routed = ask_router(&finding, &host_with(Criticality::Critical), Vec::new(), None, None, "INC-000007", at(5));
    let ticket = &routed.ticket;
    assert_eq!((ticket.number.as_str(), ticket.title.to_string().as_str()), ("INC-000007", "web-1: user item-1 added"));
    assert_eq!((ticket.impact, ticket.urgency, ticket.priority), (2, 2, 3));
    assert_eq!((ticket.opened_by.as_str(), ticket.channel, ticket.follows), ("system:router", Channel::Agent, None));
    let items: Vec<_> = ticket.items.iter().map(|item| (item.id.clone(), item.role)).collect();
    let expected = [(finding.host.to_string(), ItemRole::Affected), (finding.item.to_string(), ItemRole::Suspected)];
    assert_eq!(items, expected);
    let origin = ticket.drift.as_ref().unwrap();
    assert_eq!(
        (origin.host, origin.policy.as_str(), origin.findings.as_slice()),
        (finding.host, "account", [finding.id].as_slice())
    );
    assert_eq!((numbers(&routed.timeline), ticket.timeline), (vec![1, 2], 2));
    assert_eq!(routed.timeline[0].entry, Entry::Opened);
    assert!(
        matches!(&routed.timeline[1].entry, Entry::Finding { finding: id, state, .. } if *id == finding.id && state == "open")
    );
}

#[test]
fn what_the_same_policy_finds_on_the_same_host_joins() {
    let first = begun(&account(1));
    let routed = ask_router(&account(2), &host(), Vec::new(), None, Some(&first), "unused", at(MINUTE_MS));
    assert!(!routed.is_new);
    assert_eq!(
        (routed.ticket.id, routed.ticket.title.to_string().as_str()),
        (first.id, "web-1: user item-1 added (+1 more)")
    );
    assert_eq!(numbers(&routed.timeline), [3]);
    let routed = ask_router(&account(3), &host(), Vec::new(), None, Some(&routed.ticket), "unused", at(2 * MINUTE_MS));
    assert_eq!(routed.ticket.title.to_string(), "web-1: user item-1 added (+2 more)");
    let origin = routed.ticket.drift.as_ref().unwrap();
    assert_eq!((origin.findings.len(), origin.joined_at), (3, at(2 * MINUTE_MS)));
    assert_eq!(routed.ticket.items.len(), 4);
}

#[test]
fn another_policy_another_host_and_a_silence_make_another_incident() {
    let first = begun(&account(1));
    let other_host = Finding { host: HostId::from_bytes([9; 16]), ..account(2) };
    let cases = [
        (finding(2, "sudo-rule", Severity::Critical), MINUTE_MS, false),
        (other_host, MINUTE_MS, false),
        (account(2), 30 * MINUTE_MS, true),
        (account(2), 30 * MINUTE_MS + 1, false),
    ];
    for (finding, ms, joins) in cases {
        assert_eq!(takes(&first, &finding, &Breadth::Host, at(ms)), joins, "{} {ms}", finding.policy);
        let routed = ask_router(&finding, &host(), Vec::new(), None, Some(&first), "INC-000002", at(ms));
        assert_eq!(routed.is_new, !joins, "{} {ms}", finding.policy);
    }
    // An incident that goes on and on takes no more after a day.
    let mut busy = first.clone();
    busy.drift.as_mut().unwrap().joined_at = at(DAY_MS);
    assert!(
        takes(&busy, &account(2), &Breadth::Host, at(DAY_MS))
            && !takes(&busy, &account(2), &Breadth::Host, at(DAY_MS + 1))
    );
    let (over, _) = settle(
        &first,
        &resolved(&account(1), Resolution::Reverted),
        &[resolved(&account(1), Resolution::Reverted)],
        at(1),
    );
    assert!(!takes(&over, &account(2), &Breadth::Host, at(2)));
    let by_hand = Ticket { drift: None, ..first };
    assert!(!takes(&by_hand, &account(2), &Breadth::Host, at(2)));
}

#[test]
fn a_worse_finding_makes_the_incident_more_urgent_a_milder_one_does_not() {
    let mild = begun(&finding(1, "account", Severity::Minor));
    assert_eq!((mild.urgency, mild.priority), (3, 5));
    let worse =
        ask_router(&finding(2, "account", Severity::Critical), &host(), Vec::new(), None, Some(&mild), "", at(1))
            .ticket;
    assert_eq!((worse.urgency, worse.priority), (1, 3));
    let milder =
        ask_router(&finding(3, "account", Severity::Minor), &host(), Vec::new(), None, Some(&worse), "", at(2)).ticket;
    assert_eq!((milder.urgency, milder.priority), (1, 3));
    let source = PrioritySource::Override { reason: "agreed".into(), pinned: false };
    let pinned = Ticket { priority: 5, priority_source: source, ..mild };
    let worse =
        ask_router(&finding(2, "account", Severity::Critical), &host(), Vec::new(), None, Some(&pinned), "", at(1))
            .ticket;
    assert_eq!((worse.urgency, worse.priority), (1, 5), "a person's word on the priority stands");
}

#[test]
fn what_comes_back_reopens_its_incident_and_after_the_window_a_new_one_follows() {
    let first = account(1);
    let over = resolved(&first, Resolution::Reverted);
    let (done, _) = settle(&begun(&first), &over, std::slice::from_ref(&over), at(0));
    assert_eq!(done.state.name(), StateName::Resolved);
    let back = Finding { reopen_count: 1, incident: Some(done.id), ..first.clone() };

    let routed = ask_router(&back, &host(), Vec::new(), Some(&done), None, "unused", at(transition::REOPEN_WINDOW_MS));
    assert!(!routed.is_new);
    assert_eq!((routed.ticket.id, routed.ticket.state.name()), (done.id, StateName::InProgress));
    assert_eq!((routed.ticket.reopen_count, routed.ticket.resolved_at), (1, None));
    assert_eq!(routed.ticket.title, first.title().into(), "the same finding is counted once");
    assert_eq!(numbers(&routed.timeline), [done.timeline + 1, done.timeline + 2]);
    assert!(
        matches!(&routed.timeline[0].entry, Entry::Moved { event, note, .. } if event == "reopen" && note.to_string().contains("came back"))
    );

    let late = at(transition::REOPEN_WINDOW_MS + 1);
    let routed = ask_router(&back, &host(), Vec::new(), Some(&done), None, "INC-000002", late);
    assert!(routed.is_new);
    assert_eq!((routed.ticket.follows, routed.ticket.number.as_str()), (Some(done.id), "INC-000002"));

    let (closed, _) = transition::apply(&done, "confirm", &Fields::default(), &person(), at(DAY_MS)).unwrap();
    let routed = ask_router(&back, &host(), Vec::new(), Some(&closed), None, "INC-000003", at(2 * DAY_MS));
    assert!(routed.is_new, "what is closed stays closed");
    assert_eq!(routed.ticket.follows, Some(done.id));
    let open = begun(&account(2));
    let routed = ask_router(&back, &host(), Vec::new(), Some(&closed), Some(&open), "unused", at(MINUTE_MS));
    assert_eq!((routed.is_new, routed.ticket.id), (false, open.id), "an open one of the policy takes it");
}

#[test]
fn a_finding_whose_incident_is_still_worked_on_stays_there() {
    let first = account(1);
    let open = begun(&first);
    let back = Finding { incident: Some(open.id), ..first };
    let routed = ask_router(&back, &host(), Vec::new(), Some(&open), None, "unused", at(3 * DAY_MS));
    assert_eq!((routed.is_new, routed.ticket.id, routed.ticket.title), (false, open.id, open.title));
    assert_eq!(routed.ticket.drift.unwrap().findings.len(), 1);
}

#[test]
fn an_incident_ends_with_its_last_finding() {
    for (endings, code) in [
        (vec![Resolution::Reverted], CloseCode::ConfigReverted),
        (vec![Resolution::Accepted], CloseCode::NoFault),
        (vec![Resolution::ItemGone], CloseCode::NoFault),
        (vec![Resolution::Accepted, Resolution::Reverted], CloseCode::ConfigReverted),
    ] {
        let mut ticket = begun(&account(1));
        let mut all = vec![account(1)];
        for n in 2..=u8::try_from(endings.len()).unwrap() {
            all.push(account(n));
            ticket = ask_router(&account(n), &host(), Vec::new(), None, Some(&ticket), "", at(1)).ticket;
        }
        for (i, resolution) in endings.iter().enumerate() {
            all[i] = resolved(&all[i], *resolution);
            let before = ticket.timeline;
            let (next, timeline) = settle(&ticket, &all[i], &all, at(DAY_MS));
            let last = i + 1 == endings.len();
            assert_eq!(next.state.name().is_active(), !last, "partly resolved stays open");
            let expected: Vec<u64> = (before + 1..=before + 1 + u64::from(last)).collect();
            assert_eq!((numbers(&timeline), next.timeline), (expected, before + 1 + u64::from(last)));
            ticket = next;
        }
        let resolution = ticket.state.resolution().unwrap();
        assert_eq!((resolution.close_code, resolution.cause_item.as_ref()), (code, None));
        assert_eq!(resolution.close_notes.to_string().lines().count(), endings.len());
        if endings.contains(&Resolution::Accepted) {
            assert!(
                resolution.close_notes.to_string().contains("accepted by ann: as agreed"),
                "{}",
                resolution.close_notes
            );
        }
    }
}

#[test]
fn with_a_person_assigned_the_end_is_told_and_the_person_decides() {
    let ticket = Ticket { assignee: Some(UserId::from_bytes([7; 16])), ..begun(&account(1)) };
    let over = resolved(&account(1), Resolution::Reverted);
    let (next, timeline) = settle(&ticket, &over, std::slice::from_ref(&over), at(9));
    assert_eq!(next.state, ticket.state);
    assert_eq!(numbers(&timeline), [3]);
    assert!(matches!(&timeline[0].entry, Entry::Finding { state, .. } if state == "resolved (reverted)"));
}

#[test]
fn what_is_over_is_not_ended_again() {
    let over = resolved(&account(1), Resolution::Reverted);
    let cancel = Fields { reason: Some("false_alarm".into()), ..Fields::default() };
    let (cancelled, _) = transition::apply(&begun(&account(1)), "cancel", &cancel, &person(), at(1)).unwrap();
    let (next, timeline) = settle(&cancelled, &over, std::slice::from_ref(&over), at(2));
    assert_eq!((next.state.name(), timeline.len()), (StateName::Cancelled, 1));
    let (next, timeline) = settle(&begun(&account(1)), &over, &[], at(2));
    assert_eq!((next.state.name(), timeline.len()), (StateName::New, 1), "no finding at hand is no proof of an end");
    assert_ne!(next.id, TicketId::from_bytes([0; 16]));
}
