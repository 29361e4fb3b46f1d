//! Figures of a period, by exact definitions: how soon tickets were noticed and resolved, how often again, what waits, how sound
//! the CMDB is. Each names the query of the list that makes it.
//!
//! Times are shown as mean, median and 90th percentile: a mean alone hides the one ticket that took a month.

use muster_shared::Time;

use crate::calendar::Opening;

pub mod change;

const DAY_MS: i64 = 86_400_000;

/// In what a figure is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Percent.
    Percent,
    /// How many.
    Count,
}

impl Unit {
    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::Percent => "percent",
            Self::Count => "count",
        }
    }
}

/// What a figure is and how it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Its name.
    pub name: &'static str,
    /// In what it is counted.
    pub unit: Unit,
    /// How it is made, for people.
    pub meaning: &'static str,
}

const fn figure(name: &'static str, unit: Unit, meaning: &'static str) -> Definition {
    Definition { name, unit, meaning }
}

/// All figures.
pub const DEFINITIONS: &[Definition] = &[
    figure("mtta", Unit::Seconds, "acknowledged - opened, of the incidents acknowledged in the period"),
    figure("mttr", Unit::Seconds, "resolved - opened, of the incidents resolved in the period"),
    figure("mttr_business", Unit::Seconds, "the same, only while the calendar is open"),
    figure("on_hold", Unit::Seconds, "time on hold of the incidents resolved in the period"),
    figure("mttd", Unit::Seconds, "opened - first seen, of the incidents from drift opened in the period"),
    figure("resolved", Unit::Count, "incidents resolved in the period"),
    figure("reopen_rate", Unit::Percent, "reopened / resolved, of the incidents resolved in the period"),
    figure("first_time_fix", Unit::Percent, "never reassigned and never reopened / resolved"),
    figure("known_errors", Unit::Count, "incidents resolved in the period as known errors: incidents avoided"),
    figure("backlog_1d", Unit::Count, "active incidents, opened less than a day ago"),
    figure("backlog_7d", Unit::Count, "active incidents, opened one to seven days ago"),
    figure("backlog_30d", Unit::Count, "active incidents, opened seven to thirty days ago"),
    figure("backlog_90d", Unit::Count, "active incidents, opened thirty to ninety days ago"),
    figure("backlog_older", Unit::Count, "active incidents, opened more than ninety days ago"),
    figure("sla_attainment", Unit::Percent, "met / (met + breached), of the clocks that ended in the period"),
    figure(
        "unauthorised",
        Unit::Percent,
        "neither accepted nor explained by a change / all, of the findings from warning up first seen in the period; the list has those that are neither",
    ),
    figure("change_success", Unit::Percent, "changes closed as successful / all closed in the period"),
    figure("change_issues", Unit::Percent, "changes closed as successful with issues / all closed in the period"),
    figure("change_backed_out", Unit::Percent, "taken back / all changes closed in the period"),
    figure(
        "change_failure",
        Unit::Percent,
        "failed, taken back or the cause of an incident / all changes closed in the period",
    ),
    figure("change_emergency", Unit::Percent, "emergencies / all changes closed in the period"),
    figure("change_lead", Unit::Seconds, "began - opened, of the changes closed in the period"),
    figure("hosts_fresh", Unit::Percent, "hosts in service that are not silent; the list names the others"),
    figure("hosts_owned", Unit::Percent, "hosts in service for which somebody answers; the list names the others"),
    figure("hosts_covered", Unit::Percent, "hosts in service that are read in full; the list names the others"),
    figure("hosts_duplicate", Unit::Count, "hosts with the name of another one"),
    figure("identity_open", Unit::Count, "questions of identity that wait for a person"),
];

/// The definition of a name.
pub fn definition(name: &str) -> Option<&'static Definition> {
    DEFINITIONS.iter().find(|definition| definition.name == name)
}

/// A figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// What it is.
    pub definition: &'static Definition,
    /// The figure; of times the mean. `None` when there is nothing that makes one.
    pub value: Option<f64>,
    /// Of times: the middle one.
    pub median: Option<f64>,
    /// Of times: nine of ten are not longer.
    pub p90: Option<f64>,
    /// How many things made it.
    pub count: usize,
    /// The list that they stand in: a path of the API.
    pub list: &'static str,
    /// What that is asked.
    pub filter: String,
}

/// What figures look at in a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// When it was opened.
    pub opened_at: Time,
    /// When somebody took notice.
    pub acknowledged_at: Option<Time>,
    /// When it was resolved.
    pub resolved_at: Option<Time>,
    /// Whether there is something to do.
    pub is_active: bool,
    /// Whether it was none, or is dealt with by another one: it counts nowhere.
    pub is_void: bool,
    /// Whether it was resolved as a known error.
    pub is_known_error: bool,
    /// Time on hold, in seconds.
    pub hold_seconds: i64,
    /// How often it was reopened.
    pub reopen_count: u32,
    /// How often it was handed on.
    pub reassignment_count: u32,
    /// When what it is about was first seen, if an agent saw it.
    pub occurred_at: Option<Time>,
}

/// A period: from its beginning on, before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// From then on.
    pub from: Time,
    /// Before then.
    pub to: Time,
}

impl Period {
    /// Whether a moment is in it.
    pub fn holds(self, at: Option<Time>) -> bool {
        at.is_some_and(|at| self.from <= at && at < self.to)
    }

    /// The terms that ask whether a field is in it.
    pub fn terms(self, field: &str) -> String {
        format!("{field}>={} {field}<{}", self.from, self.to)
    }
}

/// Values in order, and what is made of them.
fn spread(mut values: Vec<i64>) -> (Option<f64>, Option<f64>, Option<f64>) {
    values.sort_unstable();
    // The least value that so many of a hundred do not exceed.
    let rank = |percent: usize| {
        let place = (values.len() * percent).div_ceil(100).max(1) - 1;
        values.get(place).map(|value| seconds(*value))
    };
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of a period")]
    let mean = (!values.is_empty()).then(|| values.iter().sum::<i64>() as f64 / values.len() as f64 / 1_000.0);
    (mean, rank(50), rank(90))
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of a period")]
fn seconds(ms: i64) -> f64 {
    ms as f64 / 1_000.0
}

/// A share in percent, to a tenth.
#[expect(clippy::cast_precision_loss, reason = "counts of records")]
pub fn percent(part: usize, all: usize) -> Option<f64> {
    (all > 0).then(|| (part as f64 / all as f64 * 1_000.0).round() / 10.0)
}

/// What says nothing counts nowhere.
const COUNTS: &str = "kind:incident -state:cancelled -close_code:duplicate";

/// A figure that is one number.
pub fn plain(name: &str, value: Option<f64>, count: usize, list: &'static str, filter: String) -> Option<Figure> {
    let definition = definition(name)?;
    Some(Figure { definition, value, median: None, p90: None, count, list, filter })
}

fn times(name: &str, values: Vec<i64>, filter: String) -> Option<Figure> {
    let (count, (value, median, p90)) = (values.len(), spread(values));
    Some(Figure { definition: definition(name)?, value, median, p90, count, list: "/tickets", filter })
}

/// The figures of incidents.
pub fn incidents(cases: &[Case], period: Period, calendar: &Opening, now: Time) -> Vec<Figure> {
    let cases: Vec<&Case> = cases.iter().filter(|case| !case.is_void).collect();
    let since = |case: &Case, at: Option<Time>| at.map(|at| at.since(case.opened_at).max(0));
    let noticed = cases.iter().filter(|case| period.holds(case.acknowledged_at));
    let noticed: Vec<i64> = noticed.filter_map(|case| since(case, case.acknowledged_at)).collect();
    let resolved: Vec<&&Case> = cases.iter().filter(|case| period.holds(case.resolved_at)).collect();
    let wall = resolved.iter().filter_map(|case| since(case, case.resolved_at)).collect();
    let business = |case: &&&Case| case.resolved_at.map(|at| calendar.elapsed(case.opened_at, at));
    let held = resolved.iter().map(|case| case.hold_seconds * 1_000).collect();
    let seen = cases.iter().filter(|case| period.holds(Some(case.opened_at)));
    let seen: Vec<i64> = seen.filter_map(|case| Some(case.opened_at.since(case.occurred_at?).max(0))).collect();
    let again = resolved.iter().filter(|case| case.reopen_count > 0).count();
    let at_once = resolved.iter().filter(|case| case.reopen_count == 0 && case.reassignment_count == 0).count();
    let known = resolved.iter().filter(|case| case.is_known_error).count();
    let all = resolved.len();
    let in_period = |field: &str| format!("{COUNTS} {}", period.terms(field));
    let of_resolved = |more: &str| format!("{}{more}", in_period("resolved_at"));
    let count = |name, n: usize, filter| plain(name, Some(whole(n)), n, "/tickets", filter);
    let mut figures = vec![
        times("mtta", noticed, in_period("acknowledged_at")),
        times("mttr", wall, of_resolved("")),
        times("mttr_business", resolved.iter().filter_map(business).collect(), of_resolved("")),
        times("on_hold", held, of_resolved("")),
        times("mttd", seen, format!("{} opened_by:\"system:router\"", in_period("opened_at"))),
        count("resolved", all, of_resolved("")),
        plain("reopen_rate", percent(again, all), again, "/tickets", of_resolved(" reopen_count>0")),
        plain(
            "first_time_fix",
            percent(at_once, all),
            at_once,
            "/tickets",
            of_resolved(" reopen_count:0 reassignment_count:0"),
        ),
        count("known_errors", known, of_resolved(" close_code:known_error")),
    ];
    figures.extend(backlog(&cases, now));
    figures.into_iter().flatten().collect()
}

#[expect(clippy::cast_precision_loss, reason = "counts of records")]
const fn whole(n: usize) -> f64 {
    n as f64
}

/// Active incidents by age: name, from how many days on, to before how many.
const AGES: &[(&str, i64, Option<i64>)] = &[
    ("backlog_1d", 0, Some(1)),
    ("backlog_7d", 1, Some(7)),
    ("backlog_30d", 7, Some(30)),
    ("backlog_90d", 30, Some(90)),
    ("backlog_older", 90, None),
];

fn backlog(cases: &[&Case], now: Time) -> Vec<Option<Figure>> {
    let figure = |(name, from, to): &(&str, i64, Option<i64>)| {
        let before = now.plus_millis(-from * DAY_MS);
        let since = to.map(|to| now.plus_millis(-to * DAY_MS));
        let fits = |case: &&&Case| case.opened_at <= before && since.is_none_or(|since| case.opened_at > since);
        let n = cases.iter().filter(|case| case.is_active).filter(fits).count();
        let older = since.map(|since| format!(" opened_at>{since}")).unwrap_or_default();
        let filter = format!("kind:incident active:true opened_at<={before}{older}");
        plain(name, Some(whole(n)), n, "/tickets", filter)
    };
    AGES.iter().map(figure).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::shipped;
    use crate::query::{Query, fields};

    const HOUR: i64 = 3_600_000;

    fn case(opened_h: i64, resolved_h: Option<i64>) -> Case {
        let at = |hours: i64| Time::from_millis(hours * HOUR);
        Case {
            opened_at: at(opened_h),
            acknowledged_at: resolved_h.map(|_| at(opened_h + 1)),
            resolved_at: resolved_h.map(at),
            is_active: resolved_h.is_none(),
            is_void: false,
            is_known_error: false,
            hold_seconds: 0,
            reopen_count: 0,
            reassignment_count: 0,
            occurred_at: None,
        }
    }

    fn of(figures: &[Figure], name: &str) -> Figure {
        figures.iter().find(|figure| figure.definition.name == name).unwrap().clone()
    }

    #[test]
    fn figures_are_what_they_are_defined_to_be() {
        let period = Period { from: Time::from_millis(0), to: Time::from_millis(1_000 * HOUR) };
        let now = Time::from_millis(1_000 * HOUR);
        let mut cases: Vec<Case> = [2, 4, 6, 8, 100].into_iter().map(|hours| case(0, Some(hours))).collect();
        cases[0].reopen_count = 1;
        cases[1].reassignment_count = 2;
        cases[2].is_known_error = true;
        cases[3].hold_seconds = 3_600;
        cases[4].occurred_at = Some(Time::from_millis(-HOUR));
        cases.push(Case { is_void: true, ..case(0, Some(999)) });
        cases.push(case(0, Some(2_000)));
        cases.extend([case(999, None), case(1_000 - 24, None), case(500, None), case(-2_000, None)]);
        let office = Opening::of(&shipped::calendars().remove(1).1);
        let figures = incidents(&cases, period, &office, now);
        let mttr = of(&figures, "mttr");
        assert_eq!(
            (mttr.count, mttr.value, mttr.median, mttr.p90),
            (5, Some(24.0 * 3_600.0), Some(21_600.0), Some(360_000.0))
        );
        assert_eq!(of(&figures, "mtta").value, Some(3_600.0));
        assert_eq!(of(&figures, "mttr_business").count, 5);
        assert_eq!(of(&figures, "on_hold").value, Some(720.0));
        assert_eq!(of(&figures, "mttd").value, Some(3_600.0));
        assert_eq!(of(&figures, "reopen_rate").value, Some(20.0));
        assert_eq!(of(&figures, "first_time_fix").value, Some(60.0));
        assert_eq!(of(&figures, "known_errors").value, Some(1.0));
        let ages: Vec<usize> = AGES.iter().map(|(name, ..)| of(&figures, name).count).collect();
        assert_eq!(ages, [1, 1, 1, 0, 1]);
        let none = incidents(&[], period, &office, now);
        assert_eq!((of(&none, "mttr").value, of(&none, "reopen_rate").value), (None, None));
        for figure in figures {
            assert!(Query::parse(&figure.filter, &fields::TICKET).is_ok(), "{}", figure.filter);
        }
    }

    #[test]
    fn one_value_is_its_own_middle() {
        assert_eq!(spread(vec![5_000]), (Some(5.0), Some(5.0), Some(5.0)));
        assert_eq!(spread((1..=10).map(|n| n * 1_000).collect()), (Some(5.5), Some(5.0), Some(9.0)));
    }
}
