//! Clocks against a slow, obvious model that goes minute by minute, and the rules one by one.

use proptest::prelude::*;
use serde_json::json;

use super::clock::{Mode, Outcome, clocks};
use super::rules::Rules;
use super::*;
use crate::calendar::tests::{any_plan, is_open};
use crate::calendar::{Calendar, Plan, shipped as calendars};
use crate::right::{Actor, Role};
use crate::ticket::edit::{self, Edit, Opening};
use crate::ticket::transition::{self, Fields};
use crate::ticket::{Channel, Ticket, TimelineEntry, Visibility};
use muster_shared::id::UserId;

const MINUTE: i64 = 60_000;

fn person() -> Actor {
    let id = UserId::new(Time::from_millis(1));
    Actor::User {
        id,
        name: "ann".into(),
        roles: vec![Role::Responder],
        reaches: crate::right::Reaches::new(),
        scopes: None,
    }
}

/// A ticket with its whole timeline.
#[derive(Clone)]
struct Case {
    ticket: Ticket,
    timeline: Vec<TimelineEntry>,
}

impl Case {
    fn open(at: Time) -> Self {
        let opening = Opening { impact: 2, urgency: 2, ..Opening::incident("t".into(), Channel::Api) };
        let (ticket, opened) =
            edit::open(opening, "INC-000001".into(), &crate::ticket::Priorities::default(), &person(), at);
        Self { ticket, timeline: vec![opened] }
    }

    fn took(&mut self, next: Option<(Ticket, TimelineEntry)>) -> bool {
        let Some((ticket, entry)) = next else { return false };
        self.ticket = ticket;
        self.timeline.push(entry);
        true
    }

    fn event(&mut self, event: &str, fields: &Fields, at: Time) -> bool {
        let next = transition::apply(&self.ticket, event, fields, &person(), at).ok();
        self.took(next)
    }

    fn hold(&mut self, reason: &str, at: Time) -> bool {
        let fields = Fields { reason: Some(reason.into()), comment: Some("so".into()), ..Fields::default() };
        self.event("hold", &fields, at)
    }

    fn resolve(&mut self, at: Time) -> bool {
        let text = |text: &str| Some(text.to_owned());
        let fields = Fields {
            close_code: text("fixed"),
            close_notes: text("done"),
            cause_item: text("none"),
            ..Fields::default()
        };
        self.event("resolve", &fields, at)
    }

    fn edit(&mut self, change: Edit, at: Time) -> bool {
        let next = edit::edit(&self.ticket, change, &crate::ticket::Priorities::default(), &person(), at).unwrap();
        self.took(next)
    }

    fn priority(&mut self, priority: u8, at: Time) -> bool {
        let change = Edit { priority: Some(priority), override_reason: Some("so".into()), ..Edit::default() };
        self.edit(change, at)
    }

    fn group(&mut self, group: &str, at: Time) -> bool {
        self.edit(Edit { assignment_group: Some(Some(group.into())), ..Edit::default() }, at)
    }

    fn say(&mut self, visibility: Visibility, at: Time) -> bool {
        let next = edit::comment(&self.ticket, "hello".into(), visibility, &person(), at);
        self.took(Some(next))
    }

    fn clocks(&self, rules: &Rules, now: Time) -> Vec<Clock> {
        let entry = json!({
            "kind": "incident", "number": self.ticket.number, "state": self.ticket.state.name(), "active": true,
            "priority": self.ticket.priority, "impact": self.ticket.impact, "urgency": self.ticket.urgency,
            "category": self.ticket.category, "assignment_group": self.ticket.assignment_group,
            "assignee": self.ticket.assignee, "title": "t",
        });
        clocks(&self.ticket, &entry, &self.timeline, rules, None, now)
    }
}

fn calendar(name: &str, number: u32, plan: Plan, at: Time) -> Calendar {
    Calendar { name: name.into(), number, plan, changed_at: at, changed_by: "ann".into(), reason: String::new() }
}

fn terms(target: Target, filter: &str, minutes: u32) -> Terms {
    let [start_when, stop_when, pause_when] = usual(target);
    Terms {
        label: "x".into(),
        target,
        filter: filter.into(),
        minutes,
        calendar: "c".into(),
        start_when,
        stop_when,
        pause_when,
        anchor: usual_anchor(target),
        warn_at: vec![50, 90],
        actions: Vec::new(),
        max_pause_minutes: BTreeMap::new(),
        order: 10,
        is_enabled: true,
    }
}

fn policy(name: &str, number: u32, terms: Terms, at: Time) -> Policy {
    Policy { name: name.into(), number, terms, changed_at: at, changed_by: "ann".into(), reason: String::new() }
}

fn always() -> Plan {
    calendars::calendars().remove(0).1
}

const EPOCH: Time = Time::from_millis(0);

/// Rules of one policy, round the clock.
fn one(terms: Terms) -> Rules {
    Rules::new([policy("p", 1, terms, EPOCH)], [calendar("c", 1, always(), EPOCH)])
}

fn start() -> Time {
    "2026-11-25T08:00:00Z".parse().unwrap()
}

/// What may happen to a ticket in the model.
#[derive(Clone, Copy, Debug)]
enum Step {
    Start,
    Hold(bool),
    Resume,
    Resolve,
    Reopen,
    Cancel,
    Priority(u8),
    Say,
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => Just(Step::Start),
        3 => any::<bool>().prop_map(Step::Hold),
        3 => Just(Step::Resume),
        2 => Just(Step::Resolve),
        2 => Just(Step::Reopen),
        1 => Just(Step::Cancel),
        2 => (1_u8..4).prop_map(Step::Priority),
        1 => Just(Step::Say),
    ]
}

impl Step {
    fn happens(self, case: &mut Case, at: Time) -> bool {
        let say = Fields {
            comment: Some("so".into()),
            reason: Some("duplicate".into()),
            duplicate_of: Some("INC-000009".into()),
            ..Fields::default()
        };
        match self {
            Self::Start => case.event("start", &Fields::default(), at),
            Self::Hold(outside) => case.hold(if outside { "vendor" } else { "problem" }, at),
            Self::Resume => case.event("resume", &Fields::default(), at),
            Self::Resolve => case.resolve(at),
            Self::Reopen => case.event("reopen", &say, at),
            Self::Cancel => case.event("cancel", &say, at),
            Self::Priority(priority) => case.ticket.state.name().is_active() && case.priority(priority, at),
            Self::Say => case.say(Visibility::Public, at),
        }
    }
}

/// What the model knows of a clock.
#[derive(Debug, PartialEq)]
struct Slow {
    elapsed: i64,
    breach_at: Option<Time>,
    outcome: Option<Outcome>,
    mode: Mode,
}

/// Minutes that a priority has in the property test.
fn minutes_of(priority: u8) -> u32 {
    [30, 240, 900][usize::from(priority) - 1]
}

/// Goes through every minute from the opening to `now`.
fn slow(steps: &[(Time, Step)], plan: &Plan, opened: Time, now: Time) -> Slow {
    let mut case = Case::open(opened);
    let (mut slow, mut target) =
        (Slow { elapsed: 0, breach_at: None, outcome: None, mode: Mode::Run }, i64::from(minutes_of(3)) * MINUTE);
    let mut at = opened;
    loop {
        for (_, step) in steps.iter().filter(|(when, _)| *when == at) {
            let before = case.ticket.priority;
            if step.happens(&mut case, at) && case.ticket.priority != before {
                target = i64::from(minutes_of(case.ticket.priority)) * MINUTE;
                slow.breach_at = (slow.elapsed >= target).then_some(at);
            }
        }
        let state = serde_json::to_value(&case.ticket.state).unwrap();
        slow.mode = match (state["name"].as_str().unwrap(), state["reason"].as_str()) {
            ("resolved" | "closed" | "cancelled", _) => Mode::Off,
            ("on_hold", Some("vendor")) => Mode::Pause,
            _ => Mode::Run,
        };
        if state["name"] == "cancelled" {
            slow.outcome = Some(Outcome::Cancelled);
            return slow;
        }
        if at >= now {
            slow.outcome = match slow.breach_at {
                Some(_) => Some(Outcome::Breached),
                None => (slow.mode == Mode::Off).then_some(Outcome::Met),
            };
            return slow;
        }
        at = at.plus_millis(MINUTE);
        if slow.mode == Mode::Run && is_open(plan, at.plus_millis(-MINUTE)) {
            slow.elapsed += MINUTE;
            if slow.elapsed >= target && slow.breach_at.is_none() {
                slow.breach_at = Some(at);
            }
        }
    }
}

const FEASTS: &[&str] = &["2026-10-25", "2026-10-26", "2026-03-29"];
const STARTS: &[&str] =
    &["2026-10-24T18:00:00Z", "2026-03-28T20:00:00Z", "2026-10-31T20:00:00Z", "2026-11-25T08:00:00Z"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_clock_is_what_counting_minutes_gives(
        plan in any_plan(FEASTS),
        opened in prop::sample::select(STARTS),
        steps in prop::collection::vec((any_step(), 0_i64..500), 0..14),
        rest in 0_i64..1_500,
    ) {
        let opened: Time = opened.parse().unwrap();
        let rules = Rules::new(
            [1, 2, 3].map(|priority| {
                let filter = format!("priority:{priority}");
                policy(&format!("p{priority}"), 1, terms(Target::Resolve, &filter, minutes_of(priority)), EPOCH)
            }),
            [calendar("c", 1, plan.clone(), EPOCH)],
        );
        let mut at = opened;
        let steps: Vec<(Time, Step)> = steps.into_iter().map(|(step, wait)| {
            at = at.plus_millis(wait * MINUTE);
            (at, step)
        }).collect();
        let now = at.plus_millis(rest * MINUTE);
        let mut case = Case::open(opened);
        for (at, step) in &steps {
            step.happens(&mut case, *at);
        }
        let found = case.clocks(&rules, now);
        prop_assert_eq!(found.len(), 1);
        let opening = rules.calendar("c", now).unwrap().opening.clone();
        let clock = &found[0];
        let model = slow(&steps, &plan, opened, now);
        let is_over = clock.outcome == Some(Outcome::Cancelled);
        let mode = if is_over { Mode::Off } else { clock.mode() };
        let fast = Slow {
            elapsed: clock.elapsed_ms(&opening, now), breach_at: clock.breach_at, outcome: clock.outcome, mode,
        };
        prop_assert_eq!(&fast, &model);
        // A paused clock has no deadline; one that runs has it where the time is over (rule S1).
        prop_assert_eq!(clock.deadline.is_some(), clock.mode() == Mode::Run);
        // It never runs backwards, and the lines of the explanation make the number.
        let mut last = 0;
        for part in 0..=10 {
            let at = Time::from_millis(opened.millis() + now.since(opened) * part / 10);
            let elapsed = clock.elapsed_ms(&opening, at);
            prop_assert!(elapsed >= last);
            last = elapsed;
        }
        let lines = explain::lines(clock, &opening, now);
        prop_assert_eq!(lines.iter().map(|line| line.counted_ms).sum::<i64>(), model.elapsed);
        prop_assert!(lines.windows(2).all(|pair| pair[0].to == pair[1].from));
        // Looked at later, what was decided before is still the same (rule S7).
        let later = case.clocks(&rules, now.plus_millis(50 * 86_400_000));
        if let Some(breach_at) = clock.breach_at {
            prop_assert_eq!(later[0].breach_at, Some(breach_at));
        }
    }
}

#[test]
fn a_paused_clock_cannot_breach_and_says_when_it_will_not() {
    let rules = one(terms(Target::Resolve, "", 60));
    let mut case = Case::open(start());
    let after = |minutes: i64| start().plus_millis(minutes * MINUTE);
    assert_eq!(case.clocks(&rules, after(10))[0].deadline, Some(after(60)));
    assert!(case.event("start", &Fields::default(), after(10)) && case.hold("vendor", after(59)));
    let paused = &case.clocks(&rules, after(10_000))[0];
    assert_eq!((paused.mode(), paused.deadline, paused.outcome), (Mode::Pause, None, None));
    assert!(paused.segments[1].is_late_pause, "a person paused it after 59 of 60 minutes");
    assert!(case.event("resume", &Fields::default(), after(10_000)));
    let clock = &case.clocks(&rules, after(20_000))[0];
    assert_eq!((clock.outcome, clock.breach_at), (Some(Outcome::Breached), Some(after(10_001))));
}

#[test]
fn a_pause_for_a_reason_is_no_longer_than_it_may_be() {
    let mut bounded = terms(Target::Resolve, "", 60);
    bounded.max_pause_minutes.insert("vendor".into(), 30);
    let rules = one(bounded);
    let mut case = Case::open(start());
    let after = |minutes: i64| start().plus_millis(minutes * MINUTE);
    assert!(case.event("start", &Fields::default(), after(0)) && case.hold("vendor", after(10)));
    let clock = &case.clocks(&rules, after(20))[0];
    assert_eq!((clock.mode(), clock.runs_on_at, clock.deadline), (Mode::Pause, Some(after(40)), None));
    let clock = &case.clocks(&rules, after(50))[0];
    assert_eq!((clock.mode(), clock.deadline), (Mode::Run, Some(after(90))));
    // What was used of it stays used.
    assert!(case.event("resume", &Fields::default(), after(50)) && case.hold("vendor", after(60)));
    let clock = &case.clocks(&rules, after(61))[0];
    assert_eq!((clock.mode(), clock.deadline), (Mode::Run, Some(after(90))));
}

#[test]
fn reopened_it_goes_on_where_it_was() {
    let rules = one(terms(Target::Resolve, "", 60));
    let mut case = Case::open(start());
    let after = |minutes: i64| start().plus_millis(minutes * MINUTE);
    assert!(case.resolve(after(20)));
    let clock = &case.clocks(&rules, after(500))[0];
    assert_eq!((clock.outcome, clock.stopped_at), (Some(Outcome::Met), Some(after(20))));
    assert!(case.event("reopen", &Fields { comment: Some("again".into()), ..Fields::default() }, after(500)));
    let clock = &case.clocks(&rules, after(510))[0];
    assert_eq!((clock.outcome, clock.stopped_at, clock.deadline), (None, None, Some(after(540))));
}

#[test]
fn another_priority_keeps_the_time_that_ran() {
    let rules = Rules::new(
        [
            policy("slow", 1, terms(Target::Resolve, "priority:3", 600), EPOCH),
            policy("quick", 1, terms(Target::Resolve, "priority:1", 60), EPOCH),
        ],
        [calendar("c", 1, always(), EPOCH)],
    );
    let mut case = Case::open(start());
    let after = |minutes: i64| start().plus_millis(minutes * MINUTE);
    assert!(case.priority(1, after(30)));
    let clock = &case.clocks(&rules, after(31))[0];
    assert_eq!((clock.policy.as_str(), clock.deadline, clock.swapped_at), ("quick", Some(after(60)), Some(after(30))));
    let mut late = Case::open(start());
    assert!(late.priority(1, after(100)));
    let clock = &late.clocks(&rules, after(101))[0];
    assert_eq!(clock.breach_at, Some(after(100)), "over the new time already: from the change on (rule S3)");
    // A policy that fits no more takes its clock with it at once (rule S5).
    assert!(case.priority(2, after(40)));
    let clock = &case.clocks(&rules, after(41))[0];
    assert_eq!((clock.outcome, clock.stopped_at), (Some(Outcome::Cancelled), Some(after(40))));
}

#[test]
fn each_group_has_a_clock_of_its_own() {
    let rules = one(terms(Target::OlaGroupResolve, "", 60));
    let mut case = Case::open(start());
    let after = |minutes: i64| start().plus_millis(minutes * MINUTE);
    assert!(case.clocks(&rules, after(5)).is_empty(), "nobody has it yet");
    assert!(case.group("linux", after(10)) && case.group("dba", after(80)));
    let clocks = case.clocks(&rules, after(100));
    let seen: Vec<_> =
        clocks.iter().map(|clock| (clock.cycle, clock.group.as_str(), clock.start_at, clock.outcome)).collect();
    assert_eq!(seen, [(1, "linux", after(10), Some(Outcome::Breached)), (2, "dba", after(80), None)]);
    assert_eq!(clocks[0].breach_at, Some(after(70)));
    assert_eq!(clocks[1].deadline, Some(after(140)));
}

#[test]
fn each_word_to_the_requester_begins_anew() {
    let rules = one(terms(Target::UpdateEvery, "", 60));
    let mut case = Case::open(start());
    let after = |minutes: i64| start().plus_millis(minutes * MINUTE);
    assert!(case.say(Visibility::Public, after(30)) && case.say(Visibility::Internal, after(40)));
    assert!(case.say(Visibility::Public, after(100)) && case.resolve(after(110)));
    let clocks = case.clocks(&rules, after(500));
    let seen: Vec<_> = clocks.iter().map(|clock| (clock.start_at, clock.outcome)).collect();
    let (met, breached) = (Some(Outcome::Met), Some(Outcome::Breached));
    assert_eq!(seen, [(after(0), met), (after(30), breached), (after(100), met)]);
    assert_eq!(clocks[1].breach_at, Some(after(90)));
}

#[test]
fn answering_and_noticing_stop_their_clocks() {
    let rules = Rules::new(
        [
            policy("a", 1, terms(Target::FirstResponse, "", 30), EPOCH),
            policy("b", 1, terms(Target::Acknowledge, "", 30), EPOCH),
        ],
        [calendar("c", 1, always(), EPOCH)],
    );
    let mut case = Case::open(start());
    let after = |minutes: i64| start().plus_millis(minutes * MINUTE);
    let assignee = Some(Some(UserId::new(start())));
    assert!(case.say(Visibility::Internal, after(5)));
    assert!(case.edit(Edit { assignee, ..Edit::default() }, after(10)) && case.say(Visibility::Public, after(20)));
    let clocks = case.clocks(&rules, after(100));
    let seen: Vec<_> = clocks.iter().map(|clock| (clock.target, clock.stopped_at)).collect();
    assert_eq!(seen, [(Target::FirstResponse, Some(after(20))), (Target::Acknowledge, Some(after(10)))]);
}

#[test]
fn rules_count_from_when_they_were_set() {
    let after = |minutes: i64| start().plus_millis(minutes * MINUTE);
    let office = || Plan { zone: "UTC".into(), ..calendars::calendars().remove(1).1 };
    let rules = Rules::new(
        [
            policy("p", 1, terms(Target::Resolve, "", 60), EPOCH),
            policy("p", 2, terms(Target::Resolve, "", 10), after(5)),
            policy("later", 1, terms(Target::FirstResponse, "", 10), after(5)),
        ],
        [calendar("c", 1, always(), EPOCH), calendar("c", 2, office(), after(5))],
    );
    let mut case = Case::open(start());
    assert!(case.event("start", &Fields::default(), after(8)));
    let clocks = case.clocks(&rules, after(20));
    assert_eq!(clocks.len(), 1, "a policy of later promises nothing to what was opened before");
    assert_eq!((clocks[0].policy_number, clocks[0].calendar_number, clocks[0].outcome), (1, 1, None));
    // Reckoned anew, the rules of that moment count for all of it (rule S6).
    let entry = json!({"priority": 3, "state": "in_progress"});
    let anew = super::clock::clocks(&case.ticket, &entry, &case.timeline, &rules, Some(after(15)), after(20));
    let seen: Vec<_> =
        anew.iter().map(|clock| (clock.policy.as_str(), clock.policy_number, clock.calendar_number)).collect();
    assert_eq!(seen, [("later", 1, 2), ("p", 2, 2)]);
    assert_eq!(anew[0].outcome, Some(Outcome::Met));
    // The office opens at nine: nothing of the first hour counts.
    assert_eq!(anew[1].deadline, Some("2026-11-25T09:10:00Z".parse().unwrap()));
}

#[test]
fn what_is_due_is_told_once_and_in_order() {
    let rules = one(terms(Target::Resolve, "", 100));
    let case = Case::open(start());
    let after = |minutes: i64| start().plus_millis(minutes * MINUTE);
    let opening = rules.calendar("c", start()).unwrap().opening.clone();
    let warn_at = [50, 90];
    let mut clock = case.clocks(&rules, after(10)).remove(0);
    assert_eq!(clock.untold(&opening, &warn_at, after(10)), Vec::<u8>::new());
    assert_eq!(clock.next_due(&opening, &warn_at, after(10)), Some(after(50)));
    assert_eq!(clock.untold(&opening, &warn_at, after(95)), [50, 90]);
    clock.told = vec![50, 90];
    assert_eq!(clock.next_due(&opening, &warn_at, after(95)), Some(after(100)));
    let mut over = case.clocks(&rules, after(200)).remove(0);
    over.told = vec![50];
    assert_eq!(over.untold(&opening, &warn_at, after(200)), [100], "there is nothing to warn of any more");
    over.told = vec![50, 100];
    assert_eq!(over.next_due(&opening, &warn_at, after(200)), None);
}

#[test]
fn attainment_counts_what_ended_in_the_period() {
    let rules = one(terms(Target::Resolve, "", 60));
    let after = |minutes: i64| start().plus_millis(minutes * MINUTE);
    let mut ended = Vec::new();
    for (resolve, cancel) in [(Some(10), None), (Some(90), None), (None, None), (None, Some(5)), (Some(400), None)] {
        let mut case = Case::open(start());
        if let Some(at) = resolve {
            assert!(case.resolve(after(at)));
        }
        if let Some(at) = cancel {
            let reason = Fields {
                reason: Some("duplicate".into()),
                duplicate_of: Some("INC-000009".into()),
                ..Fields::default()
            };
            assert!(case.event("cancel", &reason, after(at)));
        }
        ended.extend(case.clocks(&rules, after(500)));
    }
    let rows = attainment::attainment(&ended, start(), after(300));
    let row = &rows[0];
    assert_eq!((row.met, row.breached, row.breached_open, row.cancelled), (1, 2, 1, 1));
    assert!((row.ratio().unwrap() - 1.0 / 3.0).abs() < 1e-9);
    assert_eq!(attainment::attainment(&ended, after(300), after(301)), vec![]);
}

#[test]
fn what_is_wrong_with_a_policy_is_said_where() {
    let pointers = |terms: &Terms| check(terms).into_iter().map(|wrong| wrong.pointer).collect::<Vec<_>>();
    for (name, terms) in shipped::policies() {
        assert_eq!(check(&terms), vec![], "{name}");
        assert!(calendars::calendars().iter().any(|(calendar, _)| *calendar == terms.calendar));
    }
    let good = terms(Target::Resolve, "priority:1", 60);
    let cases = [
        (Terms { label: String::new(), ..good.clone() }, "/label"),
        (Terms { filter: "prioritty:1".into(), ..good.clone() }, "/filter"),
        (Terms { filter: "state:new".into(), ..good.clone() }, "/filter"),
        (Terms { minutes: 0, ..good.clone() }, "/minutes"),
        (Terms { stop_when: vec![], ..good.clone() }, "/stop_when"),
        (Terms { pause_when: vec!["on_hld".into()], ..good.clone() }, "/pause_when"),
        (Terms { warn_at: vec![90, 50], ..good.clone() }, "/warn_at"),
        (Terms { warn_at: vec![100], ..good.clone() }, "/warn_at"),
        (Terms { max_pause_minutes: [("vendor".into(), 0)].into(), ..good.clone() }, "/max_pause_minutes"),
        (
            Terms {
                actions: vec![Action { at: 60, assignment_group: Some("duty".into()), urgency: None }],
                ..good.clone()
            },
            "/actions/0/at",
        ),
        (Terms { actions: vec![Action { at: 100, assignment_group: None, urgency: None }], ..good }, "/actions/0"),
    ];
    for (terms, pointer) in cases {
        assert_eq!(pointers(&terms), [pointer]);
    }
}
