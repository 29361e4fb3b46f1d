//! Changes: the plan, its risk and its conflicts, and what agents saw of it (service-desk rules, section 6).
//!
//! People write the plan. Risk, conflicts, approval and verification are the collector's: the service brings them up to date before an
//! event, and the event is judged by the ticket alone.

pub mod aftermath;
pub mod check;
pub mod conflict;
pub mod plan;
pub mod risk;
pub mod template;
pub mod untouched;
pub mod verification;
pub mod voted;

use muster_shared::Time;
use muster_shared::canonical::Digest;
use serde::{Deserialize, Serialize};

use super::StateName;
use super::state::CloseCode;
use super::transition::{Cause, Fields, Transition, row};
use crate::right::Action::{ChangeImplement, ChangePlan, ChangeReview};
use crate::text::{Phrase, Word};
use StateName::{Assess, Authorize, Cancelled, Closed, Draft, Implement, Rejected, Review, Scheduled};
pub use conflict::Conflict;
pub use plan::{ChangeType, Plan};
pub use risk::Risk;
use verification::{CheckResult, Verdict, Verification};

/// How long before its planned start a change may be started.
pub const EARLY_START_MS: i64 = 15 * 60_000;

/// Times that are looked at of a change that recurs, at most: one for each day of the longest.
const MOST_TIMES: usize = 366;

/// Checks that a refusal names, at most.
const NAMED: usize = 10;

/// What only changes have.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// What people plan.
    #[serde(default)]
    pub plan: Plan,
    /// How risky it is, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<Risk>,
    /// What else goes on at the time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<Conflict>,
    /// Digest of the plan that was approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_plan: Option<Digest>,
    /// What its scope meant and how risky it was when it was voted on (rule A7).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voted: Option<voted::Voted>,
    /// What its scope means otherwise since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strayed: Option<voted::Strayed>,
    /// When it really began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Time>,
    /// When it was really over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Time>,
    /// Whether it was taken back.
    #[serde(default)]
    pub is_backed_out: bool,
    /// Whether it goes on after its planned end.
    #[serde(default)]
    pub is_overrun: bool,
    /// What people found at its checks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checked: Vec<check::Checked>,
    /// What agents saw of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification: Option<Verification>,
}

/// The transitions of a change.
pub const CHANGE: &[Transition] = &[
    row("submit", &[Draft], Assess, ChangePlan).of(&[ChangeType::Normal]).guard("the plan is complete"),
    row("submit", &[Draft], Authorize, ChangePlan).of(&[ChangeType::Emergency]).guard("the plan is complete"),
    row("submit", &[Draft], Scheduled, ChangePlan)
        .of(&[ChangeType::Standard])
        .guard("the plan is complete and follows a template that is approved"),
    row("request_approval", &[Assess], Authorize, ChangePlan).guard("no conflict blocks it"),
    row("approve", &[Authorize], Scheduled, ChangeReview)
        .of(&[ChangeType::Normal])
        .by(Cause::System)
        .guard("the votes say so"),
    row("approve", &[Authorize], Implement, ChangeReview)
        .of(&[ChangeType::Emergency])
        .by(Cause::System)
        .guard("the votes say so"),
    row("reject", &[Authorize], Rejected, ChangeReview)
        .by(Cause::System)
        .takes(&["comment"])
        .guard("the votes say so"),
    row("rework", &[Assess, Authorize, Scheduled], Draft, ChangePlan).needs(&["comment"]),
    row("start", &[Scheduled], Implement, ChangeImplement).guard(
        "from 15 minutes before the planned start to the planned end; the plan is the approved one, for what was voted on and no riskier; no conflict blocks it",
    ),
    row("finish", &[Implement], Review, ChangeImplement).takes(&["comment"]),
    row("back_out", &[Implement], Review, ChangeImplement).needs(&["comment"]),
    row("close", &[Review], Closed, ChangeReview).needs(&["close_code", "close_notes"]).guard(
        "successful asks for a verification without anything undone or unexplained, and for one that was not backed out",
    ),
    row("cancel", &[Draft, Assess, Authorize, Scheduled], Cancelled, ChangePlan)
        .needs(&["reason"])
        .takes(&["comment", "duplicate_of"])
        .guard("reason duplicate asks for duplicate_of, or a link duplicate_of"),
];

impl Change {
    /// The time in which differences may come of it: the real times where they are known.
    pub fn window(&self) -> Option<(Time, Time)> {
        let start = self.started_at.or(self.plan.planned_start)?;
        let end = self.finished_at.or(self.plan.planned_end)?;
        Some((start, end.max(start)))
    }

    /// The first time within a span in which it is made: of one that recurs that is one of its times.
    pub fn time_within(&self, (from, to): (Time, Time)) -> Option<(Time, Time)> {
        let (start, end) = self.window().filter(|own| own.0 < to && from < own.1)?;
        match self.plan.times() {
            None => Some((start, end)),
            Some(schedule) => {
                let found = schedule.touching(from.max(start), to.min(end));
                found.filter(|(starts, ends)| *starts < to && from < *ends)
            }
        }
    }

    /// When it is to begin: its planned start, of one that recurs each of its times between planned start and end.
    pub fn starts(&self) -> Vec<Time> {
        let Some(start) = self.plan.planned_start else { return Vec::new() };
        match (self.plan.times(), self.plan.planned_end) {
            (Some(times), Some(end)) => {
                times.all_within((start, end), MOST_TIMES).into_iter().map(|(starts, _)| starts).collect()
            }
            _ => vec![start],
        }
    }

    /// When its hosts are looked at again after its end.
    pub fn next_look(&self) -> Option<Time> {
        let end = self.finished_at?;
        let looked = self.verification.as_ref().map_or(end, |verification| verification.at);
        verification::LATER_LOOKS_MS.iter().map(|after| end.plus_millis(*after)).find(|at| *at > looked)
    }

    /// Conflicts that keep it from being approved or started.
    pub fn blocks(&self) -> impl Iterator<Item = &Conflict> {
        self.conflicts.iter().filter(|conflict| conflict.blocks())
    }

    fn blocked(&self) -> Option<Phrase> {
        let others: Vec<String> = self.blocks().map(Conflict::label).collect();
        (!others.is_empty()).then(|| Phrase::new("guard_conflicts").with("others", Word::list(others)))
    }
}

/// What stands against an event.
pub(super) fn refusal(change: &Change, event: &str, fields: &Fields, now: Time) -> Option<Phrase> {
    let plan = &change.plan;
    match event {
        "submit" => plan.contradiction(now),
        "request_approval" => change.blocked(),
        "start" => {
            // What was made already is only written down: its window is over.
            let early =
                !plan.is_retroactive && plan.planned_start.is_none_or(|start| now < start.plus_millis(-EARLY_START_MS));
            let late = !plan.is_retroactive && plan.planned_end.is_none_or(|end| now > end);
            if early || late {
                let time = |at: Option<Time>| at.map(|at| at.to_string()).unwrap_or_default();
                return Some(
                    Phrase::new("guard_window")
                        .with("start", time(plan.planned_start))
                        .with("end", time(plan.planned_end)),
                );
            }
            if change.approved_plan != Some(plan.digest()) {
                return Some(Phrase::new("guard_approved_plan"));
            }
            change.strays().or_else(|| change.blocked())
        }
        "close" => unproven(change, fields),
        _ => None,
    }
}

/// Why a change cannot be called successful, or taken back.
fn unproven(change: &Change, fields: &Fields) -> Option<Phrase> {
    let is_called = |code: CloseCode| fields.close_code.as_deref() == Some(code.as_str());
    let is_back = change.is_backed_out && is_called(CloseCode::BackedOut);
    if !is_back && !is_called(CloseCode::Successful) {
        return None;
    }
    if change.is_backed_out && !is_back {
        return Some(Phrase::new("guard_backed_out"));
    }
    let unchecked: Vec<&String> = change.unchecked().take(NAMED).collect();
    if !is_back && !unchecked.is_empty() {
        return Some(Phrase::new("guard_checks").with("checks", Word::list(unchecked)));
    }
    let verification = change.verification.as_ref()?;
    let named = |wanted: fn(Verdict) -> bool| {
        verification.results.iter().filter(move |result| wanted(result.verdict)).take(NAMED)
    };
    let is_wrong = |verdict| matches!(verdict, Verdict::NotDone | Verdict::Partial | Verdict::Extra);
    let undone: Vec<String> = named(is_wrong).map(CheckResult::label).collect();
    if !undone.is_empty() {
        let guard = if is_back { "guard_not_back" } else { "guard_unproven" };
        return Some(Phrase::new(guard).with("what", Word::list(undone)));
    }
    if is_back {
        // Where nobody looked yet, what was not taken back comes back as drift.
        return None;
    }
    let mut unseen: Vec<&str> =
        named(|verdict| verdict == Verdict::NoData).map(|result| result.host_name.as_str()).collect();
    unseen.dedup();
    (!unseen.is_empty()).then(|| Phrase::new("guard_no_data").with("hosts", Word::list(unseen)))
}

/// What an event leaves behind.
pub(super) fn effect(change: &mut Change, event: &str, now: Time) {
    let is_retroactive = change.plan.is_retroactive;
    let past_or = |planned: Option<Time>| planned.filter(|at| is_retroactive && *at < now).unwrap_or(now);
    match event {
        "start" => change.started_at = Some(past_or(change.plan.planned_start)),
        // An emergency begins with its approval.
        "approve" => {
            change.approved_plan = Some(change.plan.digest());
            if change.plan.r#type == ChangeType::Emergency {
                change.started_at = Some(now);
            }
        }
        "submit" if change.plan.r#type == ChangeType::Standard => change.approved_plan = Some(change.plan.digest()),
        "rework" => change.approved_plan = None,
        "finish" => change.finished_at = Some(past_or(change.plan.planned_end)),
        "back_out" => {
            change.finished_at = Some(now);
            change.is_backed_out = true;
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::{Schedule, Weekday};

    #[test]
    fn what_recurs_at_night_is_not_made_in_working_hours() {
        let time = |text: &str| text.parse::<Time>().unwrap();
        let at = |at: &str| {
            Some(Schedule::Weekly {
                days: Weekday::ALL.to_vec(),
                at: at.into(),
                minutes: 120,
                zone: "UTC".into(),
                until: None,
            })
        };
        // It was planned in working hours, as its window begins.
        let plan = Plan {
            planned_start: Some(time("2026-11-10T09:00:00Z")),
            planned_end: Some(time("2027-11-05T09:00:00Z")),
            ..Plan::default()
        };
        let starts_of = |plan: Plan| Change { plan, ..Change::default() }.starts();
        let office = || {
            let (name, plan) = crate::calendar::shipped::calendars().remove(1);
            let opening = crate::calendar::Opening::of(&plan);
            risk::Hours { service: None, calendar: name.into(), zone: plan.zone, opening }
        };
        let known = |plan: Plan| risk::Known {
            criticality: crate::host::Criticality::Low,
            services: 0,
            without_spare: 0,
            working: risk::working(&starts_of(plan), &[office()]),
            is_backout_tested: true,
            finished: 0,
            failed: 0,
        };
        let score = |plan: Plan| risk::assess(&known(plan)).score;
        assert_eq!(score(plan.clone()), 10, "made once, it begins then");
        let nightly = Plan { r#type: ChangeType::Standard, recurrence: at("02:00"), ..plan.clone() };
        assert_eq!(starts_of(nightly.clone()).len(), 360);
        assert_eq!(score(nightly.clone()), 0);
        assert_eq!(score(Plan { recurrence: at("10:00"), ..nightly }), 10);
        assert_eq!(score(Plan { recurrence: at("02:00"), ..plan }), 10, "a normal change is made once");
    }
}
