//! Calendars against a slow, obvious model: every minute is asked what the clock on the wall shows.

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;

const MINUTE: i64 = 60_000;

fn plan(zone: &str, hours: &[(Weekday, &str)], holidays: &[(&str, &str)]) -> Plan {
    let mut plan = Plan { label: "x".into(), zone: zone.into(), ..Plan::default() };
    for (day, text) in hours {
        plan.hours.entry(*day).or_default().push(text.parse().unwrap());
    }
    for (date, hours) in holidays {
        let hours = hours.split(' ').filter(|text| !text.is_empty()).map(|text| text.parse().unwrap()).collect();
        plan.holidays.push(Holiday { date: (*date).into(), name: "feast".into(), hours });
    }
    plan
}

/// Whether a minute is open: read off the wall.
pub(crate) fn is_open(plan: &Plan, at: Time) -> bool {
    let there = Timestamp::from_millisecond(at.millis()).unwrap().to_zoned_datetime(zone(&plan.zone).unwrap());
    let minute = u16::try_from(there.hour()).unwrap() * 60 + u16::try_from(there.minute()).unwrap();
    let date = there.date().to_string();
    let weekday = Weekday::ALL[usize::try_from(there.weekday().to_monday_zero_offset()).unwrap()];
    let hours = match plan.holidays.iter().find(|day| day.date == date) {
        Some(day) => &day.hours,
        None => match plan.hours.get(&weekday) {
            Some(hours) => hours,
            None => return false,
        },
    };
    hours.iter().any(|hours| (hours.from..hours.to).contains(&minute))
}

fn slow_elapsed(plan: &Plan, from: Time, to: Time) -> i64 {
    let (mut at, mut sum) = (from, 0);
    while at < to {
        let next = Time::from_millis((at.millis().div_euclid(MINUTE) + 1) * MINUTE).min(to);
        sum += if is_open(plan, at) { next.since(at) } else { 0 };
        at = next;
    }
    sum
}

fn slow_add(plan: &Plan, from: Time, ms: i64) -> Time {
    let (mut at, mut left) = (from, ms);
    loop {
        let next = Time::from_millis((at.millis().div_euclid(MINUTE) + 1) * MINUTE);
        if is_open(plan, at) {
            if next.since(at) >= left {
                return at.plus_millis(left);
            }
            left -= next.since(at);
        }
        at = next;
    }
}

/// Zones with whole hours, half hours and a quarter, north and south, one that moved its day, one that moves by half an hour.
const ZONES: &[&str] = &[
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Africa/Casablanca",
    "Pacific/Apia",
];

fn any_hours() -> impl Strategy<Value = Vec<Hours>> {
    prop::collection::btree_set(0_u16..=1_440, 0..7).prop_map(|minutes| {
        let minutes: Vec<u16> = minutes.into_iter().collect();
        minutes.chunks_exact(2).map(|pair| Hours { from: pair[0], to: pair[1] }).collect()
    })
}

/// Any plan that is open at some time of every week.
pub(crate) fn any_plan(holidays: &'static [&'static str]) -> impl Strategy<Value = Plan> {
    let week = prop::collection::vec(any_hours(), 7);
    let days = prop::collection::vec((prop::sample::select(holidays), any_hours()), 0..3);
    (prop::sample::select(ZONES), week, days).prop_map(|(zone, week, days)| {
        let mut hours: BTreeMap<Weekday, Vec<Hours>> = Weekday::ALL.into_iter().zip(week).collect();
        if hours.values().all(Vec::is_empty) {
            hours.insert(Weekday::Tuesday, vec![Hours { from: 61, to: 722 }]);
        }
        let mut holidays: Vec<Holiday> = Vec::new();
        for (date, hours) in days {
            if !holidays.iter().any(|day| day.date == date) {
                holidays.push(Holiday { date: date.into(), name: "feast".into(), hours });
            }
        }
        Plan { label: "x".into(), zone: zone.into(), hours, holidays }
    })
}

/// Days around changes of the clock in these zones.
const STARTS: &[&str] = &[
    "2026-03-28T00:00:00Z",
    "2026-10-24T00:00:00Z",
    "2026-03-07T12:00:00Z",
    "2026-10-31T12:00:00Z",
    "2026-04-04T00:00:00Z",
    "2026-10-03T00:00:00Z",
    "2018-11-03T12:00:00Z",
    "2011-12-28T12:00:00Z",
    "2026-02-14T00:00:00Z",
];

const FEASTS: &[&str] = &["2026-03-29", "2026-10-25", "2026-04-05", "2011-12-30", "2018-11-04"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn it_is_open_when_the_clock_on_the_wall_says_so(
        plan in any_plan(FEASTS),
        start in prop::sample::select(STARTS),
        shift in 0_i64..3_000_000,
        length in 0_i64..300_000_000,
    ) {
        prop_assert_eq!(check(&plan), vec![]);
        let from = start.parse::<Time>().unwrap().plus_millis(shift);
        let to = from.plus_millis(length);
        let opening = Opening::of(&plan);
        let elapsed = opening.elapsed(from, to);
        prop_assert_eq!(elapsed, slow_elapsed(&plan, from, to));
        let parts = opening.parts(from, to);
        prop_assert_eq!(parts.iter().map(|part| part.to.since(part.from)).sum::<i64>(), length);
        prop_assert!(parts.windows(2).all(|pair| pair[0].to == pair[1].from));
    }

    #[test]
    fn adding_is_the_inverse_of_elapsing(
        plan in any_plan(FEASTS),
        start in prop::sample::select(STARTS),
        shift in 0_i64..3_000_000,
        ms in 1_i64..40_000_000,
    ) {
        let from = start.parse::<Time>().unwrap().plus_millis(shift);
        let opening = Opening::of(&plan);
        let at = opening.add(from, ms).unwrap();
        prop_assert_eq!(opening.elapsed(from, at), ms);
        prop_assert_eq!(opening.elapsed(from, at.plus_millis(-1)), ms - 1);
        if at.since(from) < 20 * 86_400_000 {
            prop_assert_eq!(at, slow_add(&plan, from, ms));
        }
    }
}

#[test]
fn lunch_night_and_holidays_do_not_count() {
    let day = Weekday::Wednesday;
    let plan = plan("Europe/Berlin", &[(day, "09:00-12:00"), (day, "13:00-17:00")], &[("2026-12-30", "")]);
    let opening = Opening::of(&plan);
    let time = |text: &str| text.parse::<Time>().unwrap();
    // 2026-11-25 is a Wednesday; Berlin is an hour ahead of UTC.
    let (from, to) = (time("2026-11-25T07:00:00Z"), time("2026-11-25T17:00:00Z"));
    assert_eq!(opening.elapsed(from, to), 7 * 60 * MINUTE);
    let kinds: Vec<Option<Closed>> = opening.parts(from, to).into_iter().map(|part| part.closed).collect();
    assert_eq!(kinds, [Some(Closed::Hours), None, Some(Closed::Break), None, Some(Closed::Hours)]);
    assert_eq!(opening.add(time("2026-11-25T10:30:00Z"), 60 * MINUTE), Some(time("2026-11-25T12:30:00Z")));
    // Past a holiday: a week later.
    assert_eq!(opening.add(time("2026-12-23T15:00:00Z"), 2 * 60 * MINUTE), Some(time("2027-01-06T09:00:00Z")));
    let feast = opening.parts(time("2026-12-30T08:00:00Z"), time("2026-12-30T09:00:00Z"));
    assert_eq!(feast[0].closed, Some(Closed::Holiday("feast".into())));
}

#[test]
fn an_hour_that_comes_twice_counts_twice_and_one_that_is_leapt_over_not() {
    let opening = Opening::of(&plan("Europe/Berlin", &[(Weekday::Sunday, "01:00-04:00")], &[]));
    let time = |text: &str| text.parse::<Time>().unwrap();
    let autumn = opening.elapsed(time("2026-10-24T20:00:00Z"), time("2026-10-25T20:00:00Z"));
    let spring = opening.elapsed(time("2026-03-28T20:00:00Z"), time("2026-03-29T20:00:00Z"));
    assert_eq!((autumn, spring), (4 * 60 * MINUTE, 2 * 60 * MINUTE));
}

#[test]
fn what_is_wrong_is_said_where() {
    let pointers = |plan: &Plan| check(plan).into_iter().map(|wrong| wrong.pointer).collect::<Vec<_>>();
    for (_, plan) in shipped::calendars() {
        assert_eq!(check(&plan), vec![]);
    }
    let day = Weekday::Monday;
    assert_eq!(pointers(&plan("Mars/Olympus", &[(day, "09:00-10:00")], &[])), ["/zone"]);
    assert_eq!(pointers(&plan("UTC", &[(day, "09:00-12:00"), (day, "11:59-13:00")], &[])), ["/hours/monday"]);
    assert_eq!(pointers(&plan("UTC", &[], &[])), ["/hours"]);
    let twice = plan("UTC", &[(day, "09:00-12:00")], &[("2026-02-30", ""), ("2026-01-01", ""), ("2026-01-01", "")]);
    assert_eq!(pointers(&twice), ["/holidays/0/date", "/holidays/2/date"]);
    for text in ["9:00-12:00", "12:00-09:00", "09:00", "09:00-25:00", "09:60-10:00", "aa:bb-cc:dd"] {
        assert!(text.parse::<Hours>().is_err(), "{text}");
    }
    assert_eq!("00:00-24:00".parse::<Hours>().unwrap().to_string(), "00:00-24:00");
    assert!(check_name("Office").is_some() && check_name("").is_some() && check_name("office-de").is_none());
}
