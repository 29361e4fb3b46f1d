//! The guards of every kind as one table: what is made otherwise so that one stands, and which sentence says so.

use muster_shared::id::HostId;

use super::super::super::super::change::conflict::{Conflict, ConflictKind};
use super::super::super::super::change::risk::Band;
use super::super::super::super::change::verification::{CheckResult, Verdict, Verification};
use super::super::super::super::change::voted::{Strayed, Voted};
use super::super::super::super::major::{self, MajorState};
use super::super::super::super::release::Member;
use super::super::*;
use crate::grant::separation::Clash;
use crate::schedule::Schedule;

/// One guard: where, which event, what is made otherwise so that it stands, and which sentence says so.
pub(super) type Case = (usize, StateName, &'static str, fn(&mut Ticket, &mut Fields, &mut Time), &'static str);

fn change_of(ticket: &mut Ticket) -> &mut change::Change {
    ticket.details.change_mut().expect("a change")
}

fn release_of(ticket: &mut Ticket) -> &mut release::Release {
    if let Details::Release(release) = &mut ticket.details { release } else { panic!("no release") }
}

fn wave_of(ticket: &mut Ticket) -> &mut release::WaveState {
    &mut release_of(ticket).deployment.as_mut().expect("it was looked at").waves[0]
}

pub(super) fn request_of(ticket: &mut Ticket) -> &mut request::Request {
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

pub(super) fn analysis_of(ticket: &mut Ticket) -> &mut problem::Analysis {
    if let Details::Problem(problem) = &mut ticket.details { &mut problem.analysis } else { panic!("no problem") }
}

fn blocked(ticket: &mut Ticket) {
    let other = Some("CHG-000009".to_owned());
    let conflict = Conflict { kind: ConflictKind::SameItem, other, item: None, name: None, acknowledged: None };
    change_of(ticket).conflicts.push(conflict);
}

fn riskier(ticket: &mut Ticket) {
    let change = change_of(ticket);
    change.voted = Some(Voted::default());
    change.risk = Some(change::Risk { score: 90, band: Band::High, inputs: Vec::new() });
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
    assert!(major::ask_rules(&mut proposed, &crate::ticket::Priorities::default(), hour(1)));
    ticket.major = proposed.major.map(|mark| Box::new(major::Major { state, ..*mark }));
}

pub(super) const INCIDENT: usize = 0;
pub(super) const PROBLEM: usize = 1;
pub(super) const NORMAL: usize = 2;
pub(super) const RELEASE: usize = 5;
pub(super) const REQUEST: usize = 6;
pub(super) const ACCESS: usize = 7;
pub(super) const TASK: usize = 8;

pub(super) const CASES: &[Case] = &[
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
    (
        NORMAL,
        StateName::Scheduled,
        "start",
        |ticket, _, _| change_of(ticket).strayed = Some(Strayed { came: vec!["web-2".into()], went: Vec::new() }),
        "guard_scope_came",
    ),
    (
        NORMAL,
        StateName::Scheduled,
        "start",
        |ticket, _, _| change_of(ticket).strayed = Some(Strayed { came: Vec::new(), went: vec!["web-2".into()] }),
        "guard_scope_went",
    ),
    (NORMAL, StateName::Scheduled, "start", |ticket, _, _| riskier(ticket), "guard_risk_rose"),
    (NORMAL, StateName::Review, "close", |ticket, _, _| saw(ticket, Verdict::NotDone), "guard_unproven"),
    (NORMAL, StateName::Review, "close", |ticket, _, _| saw(ticket, Verdict::Partial), "guard_unproven"),
    (NORMAL, StateName::Review, "close", |ticket, _, _| saw(ticket, Verdict::Extra), "guard_unproven"),
    (NORMAL, StateName::Review, "close", |ticket, _, _| saw(ticket, Verdict::NoData), "guard_no_data"),
    (NORMAL, StateName::Review, "close", |ticket, _, _| change_of(ticket).is_backed_out = true, "guard_backed_out"),
    (NORMAL, StateName::Review, "close", |ticket, _, _| change_of(ticket).checked.clear(), "guard_checks"),
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
    (RELEASE, StateName::Draft, "plan", |ticket, _, _| wave_of(ticket).hosts = 0, "guard_release_wave_empty"),
    (RELEASE, StateName::Ready, "deploy", |ticket, _, _| wave_of(ticket).hosts = 0, "guard_release_wave_empty"),
    (
        RELEASE,
        StateName::Deploying,
        "complete",
        |ticket, _, _| {
            let (ticket_id, number) = (TicketId::from_bytes([2; 16]), "CHG-000002".to_owned());
            let member = Member { ticket: ticket_id, number, state: StateName::Scheduled, is_blocked: false };
            release_of(ticket).members.push(member);
        },
        "guard_release_unmade",
    ),
    (
        RELEASE,
        StateName::Deploying,
        "complete",
        |ticket, _, _| release_of(ticket).deployment = None,
        "guard_release_deployed",
    ),
    (
        RELEASE,
        StateName::Deploying,
        "complete",
        |ticket, _, _| {
            let other = release::WaveState { name: "rest".into(), ..release::WaveState::default() };
            release_of(ticket).deployment.as_mut().expect("it was looked at").waves.push(other);
        },
        "guard_release_wave_left",
    ),
    (
        RELEASE,
        StateName::Deploying,
        "complete",
        |ticket, _, _| wave_of(ticket).phase = release::Phase::Soaking,
        "guard_release_soak",
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
                approval_stages: Vec::new(),
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
