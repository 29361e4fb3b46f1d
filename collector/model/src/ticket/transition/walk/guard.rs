//! Every guard of every kind: what stands against an event, and that it moves once that is satisfied.

use std::collections::BTreeSet;

use muster_shared::id::HostId;

use super::super::super::change::conflict::{Conflict, ConflictKind};
use super::super::super::change::verification::{CheckResult, Verdict, Verification};
use super::super::super::major::{self, MajorState};
use super::super::super::release::Member;
use super::super::super::{Link, LinkKind};
use super::*;
use crate::grant::separation::Clash;
use crate::schedule::Schedule;

/// One guard: where, which event, what is made otherwise so that it stands, and which sentence says so.
type Case = (usize, StateName, &'static str, fn(&mut Ticket, &mut Fields, &mut Time), &'static str);

fn change_of(ticket: &mut Ticket) -> &mut change::Change {
    ticket.details.change_mut().expect("a change")
}

fn release_of(ticket: &mut Ticket) -> &mut release::Release {
    if let Details::Release(release) = &mut ticket.details { release } else { panic!("no release") }
}

fn request_of(ticket: &mut Ticket) -> &mut request::Request {
    if let Details::Request(request) = &mut ticket.details { request } else { panic!("no request") }
}

fn terms_of(ticket: &mut Ticket) -> &mut access::Terms {
    if let Details::Access(access) = &mut ticket.details { &mut access.terms } else { panic!("no access") }
}

fn backwards(ticket: &mut Ticket) {
    terms_of(ticket).valid_from = Some(hour(ACCESS_ENDS));
}

fn clashing(ticket: &mut Ticket) {
    let Details::Access(access) = &mut ticket.details else { panic!("no access") };
    let separation = muster_shared::id::SeparationId::from_bytes([1; 16]);
    access.clashes.push(Clash { separation, rule: "payments".into(), with: "ACC-000009".into() });
}

fn analysis_of(ticket: &mut Ticket) -> &mut problem::Analysis {
    if let Details::Problem(problem) = &mut ticket.details { &mut problem.analysis } else { panic!("no problem") }
}

fn blocked(ticket: &mut Ticket) {
    let other = Some("CHG-000009".to_owned());
    let conflict = Conflict { kind: ConflictKind::SameItem, other, item: None, name: None, acknowledged: None };
    change_of(ticket).conflicts.push(conflict);
}

fn saw(ticket: &mut Ticket, verdict: Verdict) {
    let result = CheckResult {
        host: HostId::from_bytes([1; 16]),
        host_name: "web-1".into(),
        what: "package openssl".into(),
        seen: None,
        finding: None,
        verdict,
    };
    change_of(ticket).verification = Some(Verification::of(hour(1), vec![result]));
}

fn marked(ticket: &mut Ticket, state: MajorState) {
    let mut proposed = ticket.clone();
    proposed.major = None;
    (proposed.parent, proposed.priority, proposed.state) = (None, 1, State::New);
    assert!(major::ask_rules(&mut proposed, hour(1)));
    ticket.major = proposed.major.map(|mark| Box::new(major::Major { state, ..*mark }));
}

const INCIDENT: usize = 0;
const PROBLEM: usize = 1;
const NORMAL: usize = 2;
const RELEASE: usize = 5;
const REQUEST: usize = 6;
const ACCESS: usize = 7;
const TASK: usize = 8;

const CASES: &[Case] = &[
    (INCIDENT, StateName::InProgress, "hold", |_, fields, _| fields.wake_at = Some(hour(0)), "guard_wake_at"),
    (INCIDENT, StateName::Resolved, "reopen", |_, _, now| *now = hour(1_000), "guard_reopen"),
    (INCIDENT, StateName::Resolved, "auto_close", |_, _, now| *now = hour(2), "guard_auto_close"),
    (INCIDENT, StateName::OnHold, "parent_resolved", |ticket, _, _| ticket.auto_follow = false, "guard_auto_follow"),
    (INCIDENT, StateName::Resolved, "confirm", |ticket, _, _| marked(ticket, MajorState::Accepted), "guard_major_open"),
    (
        INCIDENT,
        StateName::Resolved,
        "auto_close",
        |ticket, _, _| marked(ticket, MajorState::Accepted),
        "guard_major_open",
    ),
    (INCIDENT, StateName::New, "cancel", |ticket, _, _| marked(ticket, MajorState::Accepted), "guard_major_open"),
    (
        INCIDENT,
        StateName::Resolved,
        "confirm",
        |ticket, _, _| marked(ticket, MajorState::StoodDown),
        "guard_major_problem",
    ),
    (INCIDENT, StateName::New, "auto_resolve", |ticket, _, _| ticket.assignee = Some(USER), "guard_auto_resolve"),
    (PROBLEM, StateName::Assess, "find_cause", |ticket, _, _| analysis_of(ticket).cause = None, "guard_cause"),
    (
        PROBLEM,
        StateName::Assess,
        "find_cause",
        |ticket, _, _| analysis_of(ticket).cause_item = Some(" ".into()),
        "guard_cause_item",
    ),
    (PROBLEM, StateName::RootCause, "start_fix", |ticket, _, _| analysis_of(ticket).no_change = None, "guard_fix"),
    (PROBLEM, StateName::RootCause, "accept_risk", |_, fields, _| fields.until = Some(hour(1)), "guard_risk_until"),
    (
        PROBLEM,
        StateName::FixInProgress,
        "accept_risk",
        |_, fields, _| fields.until = Some(hour(1).plus_millis(problem::LONGEST_RISK_MS + 1)),
        "guard_risk_until",
    ),
    (
        NORMAL,
        StateName::Draft,
        "submit",
        |ticket, _, _| change_of(ticket).plan.planned_end = Some(hour(-1)),
        "guard_window_order",
    ),
    (
        NORMAL,
        StateName::Draft,
        "submit",
        |ticket, _, _| {
            let (starts_at, ends_at) = (hour(1), hour(2));
            change_of(ticket).plan.recurrence = Some(Schedule::Never { starts_at, ends_at });
        },
        "guard_recurrence",
    ),
    (NORMAL, StateName::Draft, "submit", |_, _, now| *now = hour(1_000), "guard_window_past"),
    (NORMAL, StateName::Assess, "request_approval", |ticket, _, _| blocked(ticket), "guard_conflicts"),
    (NORMAL, StateName::Scheduled, "start", |ticket, _, _| blocked(ticket), "guard_conflicts"),
    (NORMAL, StateName::Scheduled, "start", |_, _, now| *now = hour(1_001), "guard_window"),
    (
        NORMAL,
        StateName::Scheduled,
        "start",
        |_, _, now| *now = hour(0).plus_millis(-change::EARLY_START_MS - 1),
        "guard_window",
    ),
    (
        NORMAL,
        StateName::Scheduled,
        "start",
        |ticket, _, _| change_of(ticket).plan.test = Some("less".into()),
        "guard_approved_plan",
    ),
    (NORMAL, StateName::Review, "close", |ticket, _, _| saw(ticket, Verdict::NotDone), "guard_unproven"),
    (NORMAL, StateName::Review, "close", |ticket, _, _| saw(ticket, Verdict::Partial), "guard_unproven"),
    (NORMAL, StateName::Review, "close", |ticket, _, _| saw(ticket, Verdict::Extra), "guard_unproven"),
    (NORMAL, StateName::Review, "close", |ticket, _, _| saw(ticket, Verdict::NoData), "guard_no_data"),
    (NORMAL, StateName::Review, "close", |ticket, _, _| change_of(ticket).is_backed_out = true, "guard_backed_out"),
    (
        NORMAL,
        StateName::Review,
        "close",
        |ticket, fields, _| {
            change_of(ticket).is_backed_out = true;
            fields.close_code = Some("backed_out".into());
            saw(ticket, Verdict::NotDone);
        },
        "guard_not_back",
    ),
    (RELEASE, StateName::Draft, "plan", |ticket, _, _| release_of(ticket).plan.packages.clear(), "guard_release_empty"),
    (RELEASE, StateName::Draft, "plan", |ticket, _, _| release_of(ticket).plan.waves.clear(), "guard_release_waves"),
    (
        RELEASE,
        StateName::Frozen,
        "ready",
        |ticket, _, _| {
            let (ticket_id, number) = (TicketId::from_bytes([2; 16]), "CHG-000002".to_owned());
            let member = Member { ticket: ticket_id, number, state: StateName::Assess, is_blocked: false };
            release_of(ticket).members.push(member);
        },
        "guard_release_members",
    ),
    (
        RELEASE,
        StateName::Deploying,
        "complete",
        |ticket, _, _| release_of(ticket).deployment = None,
        "guard_release_deployed",
    ),
    (RELEASE, StateName::Completed, "early_life", |_, fields, _| fields.until = Some(hour(1)), "guard_until"),
    (
        REQUEST,
        StateName::InFulfilment,
        "complete",
        |ticket, _, _| request_of(ticket).tasks.open.push("TSK-000001".into()),
        "guard_tasks_open",
    ),
    (
        REQUEST,
        StateName::InFulfilment,
        "complete",
        |ticket, _, _| request_of(ticket).tasks.missed.push("TSK-000001".into()),
        "guard_tasks_missed",
    ),
    (
        REQUEST,
        StateName::Submitted,
        "fulfil",
        |ticket, _, _| {
            request_of(ticket).ordered = Some(request::Ordered {
                item: muster_shared::id::CatalogueId::from_bytes([1; 16]),
                edition: 1,
                name: "a laptop".into(),
                answers: json!({}),
                needs_votes: true,
                level_policy: None,
            });
        },
        "guard_votes",
    ),
    (REQUEST, StateName::InFulfilment, "hold", |_, fields, _| fields.wake_at = Some(hour(0)), "guard_wake_at"),
    (
        ACCESS,
        StateName::Draft,
        "submit",
        |ticket, _, _| {
            terms_of(ticket).entitlement = access::Entitlement::Sudo;
            terms_of(ticket).valid_to = Some(hour(2).plus_millis(access::LONGEST_PRIVILEGED_MS));
        },
        "guard_privileged",
    ),
    (ACCESS, StateName::Draft, "submit", |ticket, _, _| clashing(ticket), "guard_separation"),
    (ACCESS, StateName::Approved, "grant", |ticket, _, _| clashing(ticket), "guard_separation"),
    (
        ACCESS,
        StateName::Draft,
        "submit",
        |ticket, _, _| {
            clashing(ticket);
            // It would end before the access does.
            terms_of(ticket).exception =
                Some(access::Exception { reason: "one night".into(), until: Some(hour(ACCESS_ENDS - 1)) });
        },
        "guard_exception",
    ),
    (ACCESS, StateName::Draft, "break_glass", |_, _, now| *now = hour(ACCESS_ENDS), "guard_valid_to"),
    (ACCESS, StateName::Draft, "submit", |_, _, now| *now = hour(ACCESS_ENDS), "guard_valid_to"),
    (ACCESS, StateName::Approved, "grant", |_, _, now| *now = hour(ACCESS_ENDS), "guard_valid_to"),
    (ACCESS, StateName::Draft, "submit", |ticket, _, _| backwards(ticket), "guard_valid_order"),
    (ACCESS, StateName::Approved, "grant", |ticket, _, _| backwards(ticket), "guard_valid_order"),
    (ACCESS, StateName::Granted, "expire", |_, _, now| *now = hour(4), "guard_expire"),
    (
        TASK,
        StateName::Open,
        "start",
        |ticket, _, _| {
            let Details::Task(task) = &mut ticket.details else { panic!("no task") };
            task.waits_for.push("TSK-000002".into());
        },
        "guard_task_order",
    ),
    (
        TASK,
        StateName::InProgress,
        "done",
        |ticket, _, _| {
            let Details::Task(task) = &mut ticket.details else { panic!("no task") };
            task.waits_for.push("TSK-000002".into());
        },
        "guard_task_order",
    ),
    (
        TASK,
        StateName::InProgress,
        "done",
        |ticket, _, _| {
            let Details::Task(task) = &mut ticket.details else { panic!("no task") };
            let (grant, what) = (muster_shared::id::GrantId::from_bytes([1; 16]), task::AccessWork::Removal);
            task.access = Some(task::AboutAccess { grant, what, seen_on: vec!["web-1".into()] });
        },
        "guard_still_there",
    ),
];

#[test]
fn every_guard_stands_until_it_is_satisfied() {
    for (life, state, event, tweak, key) in CASES {
        let life = &LIVES[*life];
        let rule = life.rules().into_iter().find(|rule| rule.event == *event).expect("a rule");
        let actor = if rule.cause == Cause::System { SYSTEM } else { person() };
        let mut ticket = life.ticket_in(*state);
        let (mut fields, mut now) = (fields(life.kind, event), time_of(event));
        let moved = apply(&ticket, event, &fields, &actor, now);
        assert!(moved.is_ok(), "{life:?} {state:?} {event} moves when nothing stands against it: {moved:?}");
        tweak(&mut ticket, &mut fields, &mut now);
        let error = apply(&ticket, event, &fields, &actor, now).unwrap_err();
        let TransitionError::Guard { from, allowed, why, .. } = &error else { panic!("{key}: {error}") };
        assert_eq!((why.say.as_ref(), *from), (*key, *state));
        assert!(allowed.contains(event), "{error}");
        assert!(!error.to_string().contains('{'), "{error}");
    }
}

/// Guards that the service asks, because they need more than the ticket.
const OF_THE_SERVICE: &[&str] = &[
    "guard_template",
    "guard_template_differs",
    "guard_voted",
    "guard_seats",
    "guard_own_review",
    "guard_template_failed",
    "guard_template_old",
];

#[test]
fn no_guard_is_without_a_case() {
    let tried: BTreeSet<&str> = CASES.iter().map(|case| case.4).chain(OF_THE_SERVICE.iter().copied()).collect();
    let all = crate::text::table::all().map(|(key, _)| *key).filter(|key| key.starts_with("guard_"));
    let untried: Vec<&str> = all.filter(|key| !tried.contains(key)).collect();
    assert!(untried.is_empty(), "{untried:?}");
}

#[test]
fn a_problem_is_mended_by_a_linked_change_or_says_why_by_none() {
    let mut ticket = LIVES[PROBLEM].ticket_in(StateName::RootCause);
    analysis_of(&mut ticket).no_change = None;
    let link = |kind| Link { kind, ticket: TicketId::from_bytes([9; 16]), number: "CHG-000001".into() };
    let start = |ticket: &Ticket| apply(ticket, "start_fix", &Fields::default(), &person(), hour(1)).is_ok();
    ticket.links.extend([link(LinkKind::RelatesTo), Link { number: "INC-000001".into(), ..link(LinkKind::FixedBy) }]);
    assert!(!start(&ticket), "any other link is no mending");
    ticket.links.push(link(LinkKind::FixedBy));
    assert!(start(&ticket));
}

#[test]
fn what_was_missed_closes_with_issues_and_never_as_complete() {
    let mut ticket = LIVES[REQUEST].ticket_in(StateName::InFulfilment);
    request_of(&mut ticket).tasks.missed.push("TSK-000001".into());
    for (code, is_taken) in [("complete", false), ("with_issues", true), ("incomplete", true)] {
        let fields = Fields { close_code: Some(code.into()), ..Fields::default() };
        let done = apply(&ticket, "complete", &fields, &person(), hour(2));
        assert_eq!(done.is_ok(), is_taken, "{code}");
        let Ok((fulfilled, _)) = done else { continue };
        let (closed, _) = apply(&fulfilled, "close", &Fields::default(), &person(), hour(3)).unwrap();
        assert_eq!(closed.state.resolution().unwrap().close_code.as_str(), code);
    }
}

#[test]
fn what_a_hand_in_lacks_is_named_part_by_part() {
    for life in LIVES.iter().filter(|life| matches!(life.kind, Kind::Change | Kind::Request | Kind::Access)) {
        let (part, whole) =
            life.details().as_object().unwrap().iter().next().map(|(k, v)| (k.clone(), v.clone())).unwrap();
        for name in whole.as_object().unwrap().keys().filter(|name| *name != "type") {
            let mut ticket = life.opened();
            ticket.details = ticket.details.patched(&json!({ part.clone(): { name.clone(): null } })).unwrap();
            match apply(&ticket, "submit", &Fields::default(), &person(), hour(1)) {
                Err(TransitionError::Missing { missing, .. }) => assert_eq!(missing, [name.as_str()], "{life:?}"),
                Ok(_) => assert!(
                    name == "valid_to" || (name == "template" && life.of != Some(ChangeType::Standard)),
                    "{life:?} {name} is asked for"
                ),
                Err(error) => panic!("{life:?} {name}: {error}"),
            }
        }
    }
}

#[test]
fn a_duplicate_names_what_it_is_one_of() {
    for life in LIVES {
        for rule in life.rules().into_iter().filter(|rule| matches!(rule.event, "cancel" | "resolve")) {
            let is_cancel = rule.event == "cancel";
            let can = if is_cancel {
                CancelReason::of(life.kind).contains(&CancelReason::Duplicate)
            } else {
                CloseCode::of(life.kind).contains(&CloseCode::Duplicate)
            };
            let mut ticket = life.ticket_in(rule.from[0]);
            let mut fields = fields(life.kind, rule.event);
            *(if is_cancel { &mut fields.reason } else { &mut fields.close_code }) = Some("duplicate".into());
            let refused = apply(&ticket, rule.event, &fields, &person(), hour(1)).unwrap_err();
            if !can {
                assert!(matches!(refused, TransitionError::Choice { .. }), "{life:?} {refused}");
                continue;
            }
            let TransitionError::Missing { missing, .. } = &refused else { panic!("{life:?} {refused}") };
            assert_eq!(missing, &["duplicate_of"]);
            let named = Fields { duplicate_of: Some("INC-000002".into()), ..fields.clone() };
            assert!(apply(&ticket, rule.event, &named, &person(), hour(1)).is_ok());
            let (id, number) = (TicketId::from_bytes([9; 16]), "INC-000002".to_owned());
            ticket.links.push(Link { kind: LinkKind::DuplicateOf, ticket: id, number });
            assert!(apply(&ticket, rule.event, &fields, &person(), hour(1)).is_ok(), "a link says it too");
        }
    }
}
