//! The figures of changes closed in a period: how they went, how many were emergencies, how long they took to begin
//! (service-desk rules, section 13).

use muster_shared::Time;

use super::{Figure, Period, plain, times};
use crate::ticket::state::CloseCode;

/// What figures look at in a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Case {
    /// When it was opened.
    pub opened_at: Time,
    /// When the work began.
    pub started_at: Option<Time>,
    /// When it was closed; `None` for one that goes on or was never made.
    pub closed_at: Option<Time>,
    /// How it went, as its review says.
    pub outcome: Option<CloseCode>,
    /// Whether it was an emergency.
    pub is_emergency: bool,
    /// Whether an incident came of it.
    pub causes: bool,
}

impl Case {
    /// Whether it failed: it says so itself, or an incident came of it.
    pub const fn has_failed(&self) -> bool {
        self.causes || matches!(self.outcome, Some(CloseCode::Failed | CloseCode::BackedOut))
    }
}

/// Finished changes, and nothing that was never made.
const FINISHED: &str = "kind:change state:closed";

/// The figures of changes.
pub fn changes(cases: &[Case], period: Period) -> Vec<Figure> {
    let finished: Vec<&Case> = cases.iter().filter(|case| period.holds(case.closed_at)).collect();
    let of = |more: &str| format!("{FINISHED} {}{more}", period.terms("closed_at"));
    let share = |name: &str, more: &str, fits: fn(&Case) -> bool| {
        let count = finished.iter().filter(|case| fits(case)).count();
        plain(name, super::percent(count, finished.len()), count, "/tickets", of(more))
    };
    let lead = |case: &&Case| Some(case.started_at?.since(case.opened_at).max(0));
    let failed = " (close_code:failed,backed_out or causes>0)";
    let figures = [
        share("change_success", " close_code:successful", |case| case.outcome == Some(CloseCode::Successful)),
        share("change_issues", " close_code:successful_with_issues", |case| {
            case.outcome == Some(CloseCode::SuccessfulWithIssues)
        }),
        share("change_backed_out", " close_code:backed_out", |case| case.outcome == Some(CloseCode::BackedOut)),
        share("change_failure", failed, Case::has_failed),
        share("change_emergency", " change_type:emergency", |case| case.is_emergency),
        times("change_lead", finished.iter().filter_map(lead).collect(), of("")),
    ];
    figures.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::{Query, fields};

    const HOUR: i64 = 3_600_000;

    fn case(outcome: CloseCode, closed_h: Option<i64>) -> Case {
        let at = |hours: i64| Time::from_millis(hours * HOUR);
        Case {
            opened_at: at(0),
            started_at: Some(at(4)),
            closed_at: closed_h.map(at),
            outcome: Some(outcome),
            is_emergency: false,
            causes: false,
        }
    }

    #[test]
    fn a_change_that_caused_an_incident_failed_whatever_its_review_says() {
        let period = Period { from: Time::from_millis(0), to: Time::from_millis(100 * HOUR) };
        let mut cases: Vec<Case> = [
            CloseCode::Successful,
            CloseCode::Successful,
            CloseCode::SuccessfulWithIssues,
            CloseCode::BackedOut,
            CloseCode::Failed,
        ]
        .into_iter()
        .map(|outcome| case(outcome, Some(10)))
        .collect();
        cases[1].causes = true;
        cases[4].is_emergency = true;
        cases[4].started_at = Some(Time::from_millis(24 * HOUR));
        cases.extend([case(CloseCode::Failed, None), case(CloseCode::Failed, Some(100))]);
        let figures = changes(&cases, period);
        let of = |name: &str| figures.iter().find(|figure| figure.definition.name == name).unwrap();
        assert_eq!((of("change_success").value, of("change_success").count), (Some(40.0), 2));
        assert_eq!(of("change_issues").value, Some(20.0));
        assert_eq!(of("change_backed_out").value, Some(20.0));
        assert_eq!((of("change_failure").value, of("change_failure").count), (Some(60.0), 3));
        assert_eq!(of("change_emergency").value, Some(20.0));
        assert_eq!((of("change_lead").value, of("change_lead").p90), (Some(8.0 * 3_600.0), Some(86_400.0)));
        assert!(changes(&[], period).iter().all(|figure| figure.value.is_none()));
        for figure in figures {
            assert!(Query::parse(&figure.filter, &fields::TICKET).is_ok(), "{}", figure.filter);
        }
    }
}
