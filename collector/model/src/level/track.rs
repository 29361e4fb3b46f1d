//! The clocks of one ticket for one target: at each moment of the timeline attach, then cancel, stop, pause or resume, and begin
//! anew (rule S2). The only place that knows how a clock goes on.

use muster_shared::Time;

use super::clock::{Clock, Mode, Outcome, Segment};
use super::moment::Moment;
use super::rules::{ReadCalendar, ReadPolicy, Rules};
use super::{Anchor, Condition, Target};
use crate::ticket::Ticket;

/// What a track is made of.
#[derive(Debug)]
pub(super) struct Track<'a> {
    pub(super) ticket: &'a Ticket,
    pub(super) moments: &'a [Moment],
    pub(super) rules: &'a Rules,
    pub(super) rules_at: Option<Time>,
    pub(super) now: Time,
    pub(super) target: Target,
}

/// From a moment on it does this.
#[derive(Clone, Debug)]
struct Mark {
    at: Time,
    mode: Mode,
    reason: Option<String>,
    /// What was promised is done, or the clock is over.
    is_stop: bool,
    is_person: bool,
}

/// A clock that goes on.
struct Running<'a> {
    policy: &'a ReadPolicy,
    calendar: &'a ReadCalendar,
    attached_at: Time,
    start_at: Time,
    swapped_at: Option<Time>,
    has_started: bool,
    marks: Vec<Mark>,
    group: String,
    priority: u8,
}

fn holds(conditions: &[Condition], moment: &Moment) -> bool {
    conditions.iter().any(|condition| match condition {
        Condition::Responded => moment.is_responded,
        Condition::Acknowledged => moment.is_acknowledged,
        Condition::State(state, reason) => {
            *state == moment.state && reason.as_ref().is_none_or(|reason| Some(reason) == moment.code.as_ref())
        }
    })
}

impl Running<'_> {
    /// What it does from a moment on.
    fn mark(&mut self, moment: &Moment, at: Time) {
        let policy = self.policy;
        self.has_started |= policy.start.is_empty() || holds(&policy.start, moment);
        let is_stop = self.has_started && holds(&policy.stop, moment);
        let mode = if is_stop || !self.has_started {
            Mode::Off
        } else if holds(&policy.pause, moment) {
            Mode::Pause
        } else {
            Mode::Run
        };
        let reason = match (&moment.code, mode) {
            (_, Mode::Run) => None,
            (Some(code), Mode::Pause) => Some(format!("{}:{code}", moment.state)),
            (_, Mode::Pause | Mode::Off) => Some(moment.state.clone()),
        };
        (self.group, self.priority) = (moment.group().to_owned(), moment.priority());
        let mark = Mark { at, mode, reason, is_stop, is_person: moment.is_person };
        let is_same = |last: &&Mark| (last.mode, last.is_stop) == (mode, is_stop) && last.reason == mark.reason;
        match self.marks.last_mut() {
            Some(last) if is_same(&&*last) => {}
            Some(last) if last.at == at => *last = mark,
            _ => self.marks.push(mark),
        }
    }

    fn is_stopped(&self) -> bool {
        self.marks.last().is_some_and(|last| last.is_stop)
    }
}

/// How a clock is left behind.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// It goes on.
    Open,
    /// Its part was done at a moment: the next one begins.
    Done(Time),
    /// It does not count from a moment on.
    Cancelled(Time),
}

impl<'a> Track<'a> {
    /// Adds the clocks to those of other targets.
    pub(super) fn run(&self, clocks: &mut Vec<Clock>) {
        let mut current: Option<Running<'a>> = None;
        let mut cycle = 0;
        let mut end = |running: Running<'a>, end: End| {
            cycle += 1;
            clocks.push(self.clock(&running, cycle, end));
        };
        for (place, moment) in self.moments.iter().enumerate() {
            if moment.is_void() {
                if let Some(running) = current.take() {
                    // What was done before stays done.
                    let how = if running.is_stopped() { End::Open } else { End::Cancelled(moment.at) };
                    end(running, how);
                }
                continue;
            }
            let Some(mut running) = current.take() else {
                current = self.attach(place, moment);
                continue;
            };
            if running.is_stopped() && holds(&running.policy.stop, moment) {
                current = Some(running);
                continue;
            }
            let winner = self.winner(moment, Some(running.policy));
            let is_same = winner.is_some_and(|winner| winner.policy.name == running.policy.policy.name);
            let is_handed = moment.is_handed && running.policy.policy.terms.anchor == Anchor::GroupAssigned;
            let is_told = moment.is_update && self.target == Target::UpdateEvery && !running.is_stopped();
            current = match winner {
                Some(_) if is_same && is_handed => {
                    end(running, End::Done(moment.at));
                    self.attach(place, moment)
                }
                Some(_) if is_same && is_told => {
                    let next = self.begin(running.policy, running.calendar, moment.at, moment.at);
                    end(running, End::Done(moment.at));
                    next.map(|mut next| {
                        next.has_started = true;
                        next.mark(moment, moment.at);
                        next
                    })
                }
                Some(_) if is_same => {
                    running.mark(moment, moment.at);
                    Some(running)
                }
                Some(winner) if Self::swaps(running.policy, winner) => {
                    if let Some(calendar) = self.calendar(winner, moment.at) {
                        (running.policy, running.calendar) = (winner, calendar);
                        running.swapped_at = Some(moment.at);
                    }
                    running.mark(moment, moment.at);
                    Some(running)
                }
                _ => {
                    end(running, End::Cancelled(moment.at));
                    self.attach(place, moment)
                }
            };
        }
        if let Some(running) = current {
            end(running, End::Open);
        }
    }

    /// A clock that began with the ticket goes on under another policy (rule S3); others end, and a new one begins.
    fn swaps(from: &ReadPolicy, to: &ReadPolicy) -> bool {
        from.policy.terms.anchor == Anchor::Opened && to.policy.terms.anchor == Anchor::Opened
    }

    /// The moment whose rules count for what was decided at `at`.
    fn rules_of(&self, at: Time) -> Time {
        self.rules_at.map_or(at, |rules_at| rules_at.max(at))
    }

    fn calendar(&self, policy: &ReadPolicy, at: Time) -> Option<&'a ReadCalendar> {
        self.rules.calendar(&policy.policy.terms.calendar, self.rules_of(at))
    }

    /// The first policy that fits; the one that a clock has goes by the version that it has.
    fn winner(&self, moment: &Moment, held: Option<&'a ReadPolicy>) -> Option<&'a ReadPolicy> {
        let mut candidates: Vec<&ReadPolicy> = Vec::new();
        for (policy, since) in self.rules.policies(self.target, self.rules_of(moment.at)) {
            let is_held = held.is_some_and(|held| held.policy.name == policy.policy.name);
            // What is promised from the opening on is promised to tickets that are opened from then on.
            let is_late = policy.policy.terms.anchor == Anchor::Opened
                && since > self.ticket.opened_at
                && self.rules_at.is_none_or(|rules_at| since > rules_at);
            if !is_held && !is_late {
                candidates.push(policy);
            }
        }
        candidates.extend(held);
        // What the catalogue promises with an item goes first, whatever its filter says.
        let named = self.ticket.details.ordered().and_then(|ordered| ordered.level_policy.as_deref());
        let is_named = |policy: &ReadPolicy| Some(policy.policy.name.as_str()) == named;
        candidates.sort_by_key(|policy| (!is_named(policy), policy.policy.terms.order, &policy.policy.name));
        candidates.into_iter().find(|policy| {
            let has_group = policy.policy.terms.anchor != Anchor::GroupAssigned || !moment.group().is_empty();
            let fits = || policy.query.as_ref().is_some_and(|query| query.matches(&moment.entry));
            has_group && (is_named(policy) || fits())
        })
    }

    fn begin(
        &self,
        policy: &'a ReadPolicy,
        calendar: &'a ReadCalendar,
        attached_at: Time,
        start_at: Time,
    ) -> Option<Running<'a>> {
        (start_at <= self.now).then(|| Running {
            policy,
            calendar,
            attached_at,
            start_at,
            swapped_at: None,
            has_started: false,
            marks: Vec::new(),
            group: String::new(),
            priority: 0,
        })
    }

    /// A clock that begins at a moment, if a policy fits.
    fn attach(&self, place: usize, moment: &Moment) -> Option<Running<'a>> {
        let policy = self.winner(moment, None)?;
        let calendar = self.calendar(policy, moment.at)?;
        let start_at = match policy.policy.terms.anchor {
            Anchor::Opened => self.ticket.opened_at,
            Anchor::Attached => moment.at,
            Anchor::GroupAssigned => moment.group_since,
        };
        let mut running = self.begin(policy, calendar, moment.at, start_at)?;
        // What was so since then counts by the rules of this policy.
        let passed = self.moments.get(..=place).unwrap_or_default();
        for (n, earlier) in passed.iter().enumerate() {
            let until = passed.get(n + 1).map(|next| next.at);
            if until.is_none_or(|until| until > start_at) {
                running.mark(earlier, earlier.at.max(start_at));
            }
        }
        // What is done already is not promised any more.
        (!running.is_stopped()).then_some(running)
    }

    /// The segments of a clock: marks with their ends, and pauses no longer than they may be. Also when a pause is over that is
    /// still on.
    fn segments(&self, running: &Running<'_>, until: Option<Time>) -> (Vec<Segment>, Option<Time>) {
        let longest = &running.policy.policy.terms.max_pause_minutes;
        let mut used: std::collections::BTreeMap<&str, i64> = std::collections::BTreeMap::new();
        let (mut segments, mut runs_on_at, mut elapsed) = (Vec::new(), None, 0);
        let opening = &running.calendar.opening;
        for (n, mark) in running.marks.iter().enumerate() {
            let to = running.marks.get(n + 1).map(|next| next.at).or(until);
            let end = to.unwrap_or(self.now);
            let is_late_pause =
                mark.mode == Mode::Pause && mark.is_person && elapsed * 10 >= running.policy.target_ms() * 9;
            let mut segment =
                Segment { from: mark.at, to, mode: mark.mode, reason: mark.reason.clone(), is_late_pause };
            let reason = mark.reason.as_deref().unwrap_or_default();
            let code = reason.split_once(':').map_or(reason, |(_, code)| code);
            let bound = longest.get(code).map(|minutes| i64::from(*minutes) * 60_000);
            if let (Mode::Pause, Some(bound)) = (mark.mode, bound) {
                let used = used.entry(code).or_default();
                let over = mark.at.plus_millis((bound - *used).max(0));
                *used += end.since(mark.at);
                if over < end || (over == end && to.is_none()) {
                    segment.to = Some(over);
                    if over > mark.at {
                        segments.push(segment);
                    }
                    segment = Segment { from: over, to, mode: Mode::Run, reason: None, is_late_pause: false };
                } else if to.is_none() {
                    runs_on_at = Some(over);
                }
            }
            if segment.mode == Mode::Run {
                elapsed += opening.elapsed(segment.from, end);
            }
            if segment.to != Some(segment.from) {
                segments.push(segment);
            }
        }
        (segments, runs_on_at)
    }

    /// The clock as it stands, or as it was left.
    fn clock(&self, running: &Running<'_>, cycle: u32, end: End) -> Clock {
        let until = match end {
            End::Open => None,
            End::Done(at) | End::Cancelled(at) => Some(at),
        };
        let (segments, runs_on_at) = self.segments(running, until);
        let stopped = running.marks.last().filter(|last| last.is_stop).map(|last| last.at);
        let (policy, calendar) = (&running.policy.policy, &running.calendar.calendar);
        let mut clock = Clock {
            ticket: self.ticket.id,
            number: self.ticket.number.clone(),
            target: self.target,
            cycle,
            policy: policy.name.clone(),
            policy_number: policy.number,
            calendar: calendar.name.clone(),
            calendar_number: calendar.number,
            calendar_label: calendar.plan.label.clone(),
            attached_at: running.attached_at,
            start_at: running.start_at,
            swapped_at: running.swapped_at,
            target_ms: running.policy.target_ms(),
            segments,
            stopped_at: stopped.or(until),
            outcome: None,
            breach_at: None,
            deadline: None,
            runs_on_at,
            group: running.group.clone(),
            priority: running.priority,
            told: Vec::new(),
            due_at: None,
        };
        let over = clock.reaches(&running.calendar.opening, clock.target_ms);
        // A clock that was over its time when it came under a policy is over it from then on (rule S3).
        let since = running.attached_at.max(running.swapped_at.unwrap_or(running.attached_at));
        clock.breach_at = over.map(|at| at.max(since)).filter(|at| *at <= self.now);
        if clock.is_open() && clock.mode() == Mode::Run {
            clock.deadline = over.map(|at| at.max(since));
        }
        clock.outcome = match end {
            End::Cancelled(_) => Some(Outcome::Cancelled),
            _ if clock.breach_at.is_some() => Some(Outcome::Breached),
            _ if clock.stopped_at.is_some() => Some(Outcome::Met),
            _ => None,
        };
        clock
    }
}
