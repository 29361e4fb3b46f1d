//! The table of major incidents walked, what each step asks for, rules, reminders, and the close.

use muster_shared::id::TicketId;

use super::*;
use crate::right::Role;
use crate::ticket::edit::{self, Edit, Opening};
use crate::ticket::state::CloseCode;
use crate::ticket::{Channel, Link, transition};

const USER: UserId = UserId::from_bytes([7; 16]);
const MINUTE_MS: i64 = 60_000;

fn minute(minutes: i64) -> Time {
    Time::from_millis(1_700_000_000_000 + minutes * MINUTE_MS)
}

fn person() -> Actor {
    Actor::User {
        id: USER,
        name: "ann".into(),
        roles: vec![Role::Administrator],
        reaches: crate::right::Reaches::new(),
        scopes: None,
    }
}

fn opened(impact: u8, parent: Option<TicketId>) -> Ticket {
    let opening = Opening { impact, urgency: 1, parent, ..Opening::incident("t".into(), Channel::Api) };
    edit::open(opening, "INC-000001".into(), &crate::ticket::Priorities::default(), &person(), minute(0)).0
}

fn fields() -> Fields {
    Fields {
        note: Some("the shop is down".into()),
        business_impact: Some("no orders".into()),
        commander: Some(USER),
        next_update_at: Some(minute(60)),
    }
}

fn after(ticket: &Ticket, steps: &[Step]) -> Ticket {
    steps.iter().fold(ticket.clone(), |ticket, step| take(&ticket, *step, &fields(), &person(), minute(1)).unwrap().0)
}

fn in_state(state: MajorState) -> Ticket {
    let plain = opened(2, None);
    match state {
        MajorState::None => plain,
        MajorState::Proposed => after(&plain, &[Step::Propose]),
        MajorState::Accepted => after(&plain, &[Step::Accept]),
        MajorState::Rejected => after(&plain, &[Step::Propose, Step::Reject]),
        MajorState::StoodDown => after(&plain, &[Step::Propose, Step::Accept, Step::StandDown]),
    }
}

#[test]
fn every_pair_of_state_and_step_is_as_the_table_says() {
    for state in MajorState::ALL {
        for step in Step::ALL {
            let ticket = in_state(*state);
            let row = step.row().unwrap();
            match take(&ticket, *step, &fields(), &person(), minute(2)) {
                Ok((next, entry)) => {
                    assert!(row.from.contains(state), "{state:?} {step:?}");
                    assert_eq!((state_of(&next), next.timeline), (row.to, ticket.timeline + 1));
                    assert!(matches!(entry.entry, Entry::Major { step: told, .. } if told == *step));
                    assert_eq!(next.state, ticket.state, "it is a mark beside the state");
                    let json = serde_json::to_string(&next).unwrap();
                    assert_eq!(serde_json::from_str::<Ticket>(&json).unwrap(), next);
                }
                Err(refused) => {
                    assert!(!row.from.contains(state), "{state:?} {step:?} {refused:?}");
                    assert!(matches!(refused, Refused::Illegal(_)));
                }
            }
            let clock = take(&ticket, Step::Remind, &fields(), &person(), minute(2));
            assert!(clock.is_err(), "the clock's step is nobody's");
        }
    }
}

#[test]
fn every_step_asks_for_its_fields_by_name_and_the_next_word_is_to_come() {
    for row in TABLE {
        let ticket = in_state(row.from[0]);
        let none = take(&ticket, row.step, &Fields::default(), &person(), minute(2)).unwrap_err();
        assert_eq!(none, Refused::Missing(row.required.to_vec()));
        if row.required.contains(&"next_update_at") {
            let late = Fields { next_update_at: Some(minute(2)), ..fields() };
            let error = take(&ticket, row.step, &late, &person(), minute(2)).unwrap_err();
            assert!(matches!(error, Refused::Wrong("next_update_at", _)), "{error:?}");
        }
    }
}

#[test]
fn the_rules_are_asked_at_the_beginning_and_when_the_priority_changes() {
    assert_eq!(state_of(&opened(1, None)), MajorState::Proposed);
    assert_eq!(state_of(&opened(2, None)), MajorState::None);
    let raised = Edit { impact: Some(1), ..Edit::default() };
    let (next, entry) =
        edit::edit(&opened(2, None), raised.clone(), &crate::ticket::Priorities::default(), &person(), minute(1))
            .unwrap()
            .unwrap();
    assert_eq!((next.priority, state_of(&next)), (1, MajorState::Proposed));
    let Entry::Changed { fields } = entry.entry else { panic!("an edit") };
    assert!(fields.iter().any(|change| change.field == "major" && change.to == "proposed"), "{fields:?}");
    let rejected = after(&opened(2, None), &[Step::Propose, Step::Reject]);
    let (again, _) =
        edit::edit(&rejected, raised, &crate::ticket::Priorities::default(), &person(), minute(2)).unwrap().unwrap();
    assert_eq!(state_of(&again), MajorState::Rejected, "what a person decided stands");
}

#[test]
fn a_part_of_another_incident_is_never_proposed() {
    let part = opened(1, Some(TicketId::from_bytes([9; 16])));
    assert_eq!(state_of(&part), MajorState::None);
    for step in [Step::Propose, Step::Accept] {
        let error = take(&part, step, &fields(), &person(), minute(1)).unwrap_err();
        assert!(matches!(&error, Refused::Illegal(why) if why.say == "major_child"), "{error:?}");
    }
    let problem = Opening {
        details: crate::ticket::Details::empty(Kind::Problem),
        ..Opening::incident("t".into(), Channel::Api)
    };
    let problem =
        edit::open(problem, "PRB-000001".into(), &crate::ticket::Priorities::default(), &person(), minute(0)).0;
    let error = take(&problem, Step::Propose, &fields(), &person(), minute(1)).unwrap_err();
    assert!(matches!(&error, Refused::Illegal(why) if why.say == "major_kind"), "{error:?}");
}

#[test]
fn it_reminds_when_a_word_is_due_and_again_until_it_comes() {
    let clock = Actor::System("clock");
    let accepted = in_state(MajorState::Accepted);
    assert_eq!(accepted.due_at(), Some(minute(60)));
    assert!(remind(&accepted, &clock, minute(59)).is_none());
    let (reminded, entry) = remind(&accepted, &clock, minute(60)).unwrap();
    assert!(matches!(entry.entry, Entry::Major { step: Step::Remind, .. }));
    assert_eq!(reminded.due_at(), Some(minute(90)));
    let (again, _) = remind(&reminded, &clock, minute(500)).unwrap();
    assert_eq!(again.due_at(), Some(minute(530)), "what was missed is not made up for");
    let word = Fields { next_update_at: Some(minute(600)), ..fields() };
    let (told, _) = take(&again, Step::Update, &word, &person(), minute(501)).unwrap();
    assert_eq!(told.due_at(), Some(minute(600)));
    let (over, _) = take(&told, Step::StandDown, &fields(), &person(), minute(502)).unwrap();
    assert_eq!((over.due_at(), remind(&over, &clock, minute(900))), (None, None));
}

#[test]
fn it_closes_when_it_is_stood_down_and_a_problem_looks_for_its_cause() {
    let resolve = transition::Fields {
        close_code: Some(CloseCode::Fixed.as_str().into()),
        close_notes: Some("n".into()),
        cause_item: Some("none".into()),
        ..transition::Fields::default()
    };
    let resolved =
        transition::apply(&in_state(MajorState::Accepted), "resolve", &resolve, &person(), minute(2)).unwrap().0;
    let confirm =
        |ticket: &Ticket| transition::apply(ticket, "confirm", &transition::Fields::default(), &person(), minute(3));
    assert!(confirm(&resolved).unwrap_err().to_string().contains("stand it down"));
    let mut stood_down = after(&resolved, &[Step::StandDown]);
    assert!(needs_problem(&stood_down));
    assert!(confirm(&stood_down).unwrap_err().to_string().contains("problem"));
    let problem = |kind| Link { kind, ticket: TicketId::from_bytes([2; 16]), number: "PRB-000001".into() };
    stood_down.links.push(problem(LinkKind::Causes));
    assert!(confirm(&stood_down).is_err(), "what comes of it is not its cause");
    stood_down.links.push(problem(LinkKind::CausedBy));
    assert!(confirm(&stood_down).is_ok());
}

#[test]
fn a_proposal_that_nobody_decided_on_ends_with_the_incident() {
    let proposed = in_state(MajorState::Proposed);
    let with = |notes: Option<&str>| transition::Fields {
        close_code: Some("fixed".into()),
        close_notes: Some("a cable".into()),
        cause_item: Some("none".into()),
        reason: Some("false_alarm".into()),
        comment: notes.map(str::to_owned),
        ..transition::Fields::default()
    };
    for (event, said) in [("resolve", "a cable"), ("cancel", "")] {
        let comment = (event == "resolve").then_some("so");
        let (over, entry) = transition::apply(&proposed, event, &with(comment), &person(), minute(2)).unwrap();
        assert_eq!(state_of(&over), MajorState::Rejected, "{event}");
        assert_eq!(over.major.as_ref().unwrap().decided_by.as_deref(), Some(person().label().as_str()));
        let Entry::Moved { note, .. } = entry.entry else { panic!("{event} is no move") };
        let note = note.to_string();
        assert!(note.contains("nobody decided") && note.contains(said), "{event}: {note}");
    }
    // One that was decided on stays as it is, and so does the word of who resolves.
    let accepted = in_state(MajorState::Accepted);
    let (over, entry) = transition::apply(&accepted, "resolve", &with(None), &person(), minute(2)).unwrap();
    assert_eq!(state_of(&over), MajorState::Accepted);
    assert!(matches!(entry.entry, Entry::Moved { note: Text::Written(said), .. } if said == "a cable"));
    // Work that begins decides nothing.
    let begun = transition::apply(&proposed, "start", &with(None), &person(), minute(2)).unwrap().0;
    assert_eq!(state_of(&begun), MajorState::Proposed);
}
