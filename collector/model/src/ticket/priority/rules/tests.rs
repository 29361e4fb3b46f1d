//! The rules of priorities: as shipped, as somebody sets them, and what is refused.

use serde_json::json;

use super::*;
use crate::right::Actor;
use crate::ticket::Channel;
use crate::ticket::edit::{self, Edit, Opening};
use crate::ticket::major::{self, MajorState};

const ANN: Actor = Actor::System("ann");

fn at(minute: i64) -> Time {
    Time::from_millis(minute * 60_000)
}

fn opened(priorities: &Priorities, impact: u8, urgency: u8) -> Ticket {
    let opening = Opening { impact, urgency, ..Opening::incident("t".into(), Channel::Api) };
    edit::open(opening, "INC-000001".into(), priorities, &ANN, at(0)).0
}

#[test]
fn p1_the_matrix_as_shipped_is_the_one_of_the_service_desk_rules() {
    let shipped = Priorities::default();
    let expected = [(1, 1, 1), (1, 2, 2), (1, 3, 3), (2, 1, 2), (2, 2, 3), (2, 3, 4), (3, 1, 3), (3, 2, 4), (3, 3, 5)];
    for (impact, urgency, priority) in expected {
        assert_eq!(shipped.of(Kind::Incident, impact, urgency), priority);
    }
    assert_eq!(shipped.of(Kind::Change, 0, 9), 5);
    assert_eq!(PriorityRules::default().check(), []);
}

#[test]
fn p1_a_kind_has_a_matrix_of_its_own_and_a_ticket_says_which_version_gave_it_its_priority() {
    let rules: PriorityRules =
        serde_json::from_value(json!({"kinds": {"incident": [[1, 1, 1], [2, 2, 2], [3, 3, 4]]}})).unwrap();
    let priorities = Priorities::new(7, rules);
    let ticket = opened(&priorities, 3, 3);
    assert_eq!((ticket.priority, ticket.priority_rules), (4, 7));
    assert_eq!(priorities.of(Kind::Request, 3, 3), 5, "what is left out is as shipped");
    assert_eq!(priorities.rules.impact_floor[&Criticality::High], 2);
    let before = opened(&Priorities::default(), 3, 3);
    assert_eq!((before.priority, before.priority_rules), (5, 0));
    let title = Edit { title: Some("other".into()), ..Edit::default() };
    let (next, _) = edit::edit(&before, title, &priorities, &ANN, at(1)).unwrap().unwrap();
    assert_eq!((next.priority, next.priority_rules), (5, 0), "other rules alone move nothing");
    let wide = Edit { impact: Some(2), ..Edit::default() };
    let (next, _) = edit::edit(&next, wide, &priorities, &ANN, at(2)).unwrap().unwrap();
    assert_eq!((next.priority, next.priority_rules), (2, 7));
}

#[test]
fn open_tickets_follow_when_they_are_told_to_and_those_that_are_over_or_set_by_hand_never() {
    let mut rules = PriorityRules::default();
    rules.matrix[2][2] = 4;
    let priorities = Priorities::new(1, rules);
    let ticket = opened(&Priorities::default(), 3, 3);
    let (next, entry) = edit::follow(&ticket, &priorities, &ANN, at(1)).unwrap();
    assert_eq!((next.priority, next.priority_rules), (4, 1));
    assert!(matches!(entry.entry, crate::ticket::Entry::Changed { fields } if fields[0].field == "priority"));
    assert_eq!(edit::follow(&next, &priorities, &ANN, at(2)), None);
    let by_hand = Edit { priority: Some(1), override_reason: Some("the board".into()), ..Edit::default() };
    let (by_hand, _) = edit::edit(&ticket, by_hand, &priorities, &ANN, at(1)).unwrap().unwrap();
    assert_eq!(edit::follow(&by_hand, &priorities, &ANN, at(2)), None);
    let mut over = ticket;
    over.state = crate::ticket::State::Cancelled {
        reason: crate::ticket::state::CancelReason::FalseAlarm,
        comment: String::new(),
    };
    assert_eq!(edit::follow(&over, &priorities, &ANN, at(2)), None);
}

#[test]
fn p2_the_most_critical_item_sets_the_floor_and_the_host_comes_first() {
    let floor = |item: &str, criticality| Floor {
        item: item.into(),
        name: String::new(),
        criticality,
        is_down: false,
        raised_from: None,
    };
    let shipped = Priorities::default();
    let set = |all: &[Floor]| shipped.strongest(all.to_vec()).map(|floor| floor.item);
    let host = |criticality| floor("host", criticality);
    assert_eq!(set(&[host(Criticality::Normal), floor("shop", Criticality::Low)]), None);
    assert_eq!(set(&[host(Criticality::Normal), floor("shop", Criticality::High)]).as_deref(), Some("shop"));
    assert_eq!(set(&[host(Criticality::High), floor("shop", Criticality::High)]).as_deref(), Some("host"));
    assert_eq!(set(&[host(Criticality::High), floor("shop", Criticality::Critical)]).as_deref(), Some("shop"));
    let mut rules = PriorityRules::default();
    rules.impact_floor.insert(Criticality::Critical, 1);
    assert_eq!(Priorities::new(1, rules).floor(&host(Criticality::Critical)), 1);
    // What is down and critical asks for the widest impact; of what is down and not critical nobody minds it more.
    let down = |item: &str, criticality| Floor { is_down: true, ..floor(item, criticality) };
    let critical = [host(Criticality::Critical), down("shop", Criticality::Critical)];
    assert_eq!(set(&critical).as_deref(), Some("shop"));
    assert_eq!(critical.each_ref().map(|floor| shipped.floor(floor)), [2, 1]);
    assert_eq!([Criticality::High, Criticality::Normal].map(|it| shipped.floor(&down("x", it))), [2, 3]);
}

#[test]
fn p4_a_rule_proposes_a_major_incident_or_makes_it_one() {
    let leader = UserId::new(at(0));
    let accept = Accept { business_impact: "nobody can buy".into(), commander: leader, update_minutes: 30 };
    let rule = |name: &str, filter: &str, accept| MajorRule { name: name.into(), filter: filter.into(), accept };
    let rules = PriorityRules {
        major: vec![rule("wide", "impact:1 urgency:1", Some(accept)), rule("near", "priority<=2", None)],
        ..PriorityRules::default()
    };
    assert_eq!(rules.check(), []);
    let priorities = Priorities::new(1, rules);
    let proposed = opened(&priorities, 1, 2);
    assert_eq!(major::state_of(&proposed), MajorState::Proposed);
    assert_eq!(major::state_of(&opened(&priorities, 3, 3)), MajorState::None);
    let mark = opened(&priorities, 1, 1).major.unwrap();
    assert_eq!((mark.state, mark.commander), (MajorState::Accepted, Some(leader)));
    assert_eq!((mark.next_update_at, mark.remind_at), (Some(at(30)), Some(at(30))));
    assert_eq!(mark.reason.to_string(), "by the rule wide");
    let none = Priorities::new(2, PriorityRules { major: Vec::new(), ..PriorityRules::default() });
    assert_eq!(major::state_of(&opened(&none, 1, 1)), MajorState::None);
}

#[test]
fn what_cannot_hold_is_refused_at_its_cell_and_changes_are_said_cell_by_cell() {
    let rules: PriorityRules = serde_json::from_value(json!({
        "matrix": [[1, 2, 3], [2, 0, 4], [3, 4, 6]], "kinds": {"change": [[9, 1, 1], [1, 1, 1], [1, 1, 1]]},
        "impact_floor": {"critical": 0}, "urgency": {"major": 4},
        "major": [{"name": "", "filter": "prio:1"}, {"name": "a", "filter": ""},
                  {"name": "a", "filter": "priority:1", "accept":
                      {"business_impact": " ", "commander": UserId::new(at(0)).to_string(), "update_minutes": 0}}],
    }))
    .unwrap();
    let pointers: Vec<String> = rules.check().into_iter().map(|violation| violation.pointer).collect();
    assert_eq!(
        pointers,
        [
            "/matrix/1/1",
            "/matrix/2/2",
            "/kinds/change/0/0",
            "/impact_floor/critical",
            "/urgency/major",
            "/major/0/name",
            "/major/0/filter",
            "/major/1/filter",
            "/major/2/name",
            "/major/2/accept/business_impact",
            "/major/2/accept/update_minutes",
        ]
    );
    let mut next = PriorityRules::default();
    next.matrix[2][2] = 4;
    next.impact_floor.insert(Criticality::Critical, 1);
    assert_eq!(next.differences(&PriorityRules::default()), "/impact_floor/critical: 2 > 1; /matrix/2/2: 5 > 4");
}
