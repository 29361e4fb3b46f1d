//! The number against its list, on made days and against a slow, obvious reckoning.

use proptest::prelude::*;

use super::*;
use crate::calendar::shipped;

const HOUR: i64 = 3_600_000;

fn at(hours: i64) -> Time {
    Time::from_millis(hours * HOUR)
}

fn stretch(from: i64, to: i64) -> Stretch {
    Stretch { from: at(from), to: at(to) }
}

fn track(turns: &[(i64, Health)]) -> Track {
    let mut track = Track::of(NodeId::Host(muster_shared::id::HostId::new(at(0))));
    for (hours, health) in turns {
        track.note(at(*hours), *health, Vec::new());
    }
    track
}

#[test]
fn a_turn_is_taken_down_once_and_never_before_the_last_one() {
    let mut track = track(&[(0, Health::Up), (10, Health::Up), (12, Health::Down)]);
    assert_eq!(track.turns.len(), 2);
    // It turns out that it fell silent before it was last seen to be down: from then on.
    assert!(track.note(at(11), Health::Unknown, Vec::new()));
    assert_eq!(
        track.turns.iter().map(|turn| (turn.since, turn.health)).collect::<Vec<_>>(),
        [(at(0), Health::Up), (at(12), Health::Unknown)]
    );
    assert!(track.note(at(12), Health::Up, Vec::new()), "the turn of no time is gone, and what was before goes on");
    assert_eq!(track.turns.len(), 1);
    track.note(at(20), Health::Down, Vec::new());
    track.note(at(30), Health::Up, Vec::new());
    track.forget(at(25));
    assert_eq!(track.turns.first().map(|turn| turn.since), Some(at(20)));
}

#[test]
fn the_list_makes_the_number() {
    let track =
        track(&[(0, Health::Up), (10, Health::Down), (12, Health::AtRisk), (20, Health::Unknown), (30, Health::Up)]);
    let told = [
        Told { number: "INC-000001".into(), at: stretch(40, 43) },
        Told { number: "INC-000002".into(), at: stretch(42, 44) },
    ];
    let opening = Opening::always();
    let known = Known { turns: &track.turns, told: &told, planned: &[stretch(11, 12)], opening: &opening };
    let sum = Availability::of(known, stretch(-50, 100));
    assert_eq!((sum.up_ms, sum.at_risk_ms, sum.down_ms), (76 * HOUR, 8 * HOUR, 5 * HOUR));
    assert_eq!((sum.unknown_ms, sum.planned_ms), (10 * HOUR, HOUR));
    let list: Vec<_> = sum.outages.iter().map(|one| (one.from, one.to, one.health, one.is_planned)).collect();
    assert_eq!(
        list,
        [
            (at(10), at(11), Health::Down, false),
            (at(11), at(12), Health::Down, true),
            (at(20), at(30), Health::Unknown, false),
            (at(40), at(44), Health::Down, false)
        ]
    );
    assert_eq!(sum.outages[3].incidents.len(), 2);
    assert_eq!((sum.percent(), sum.percent_at_worst()), (Some(94.382), Some(84.848)));
    assert_eq!((sum.restore_ms(), sum.between_ms()), (Some(5 * HOUR / 2), Some(42 * HOUR)));
    assert_eq!(Availability::of(Known { turns: &[], ..known }, stretch(0, 9)).percent(), None);
    // Almost all the time is not all the time.
    assert_eq!(share(999_999_999, 1_000_000_000), Some(99.999));
}

#[test]
fn hours_in_which_nobody_needs_it_count_nowhere() {
    // A Saturday in the beginning of 1970 was the 3rd.
    let track = track(&[(0, Health::Up), (2 * 24, Health::Down), (3 * 24, Health::Up)]);
    let office = Opening::of(&shipped::calendars().remove(1).1);
    let known = Known { turns: &track.turns, told: &[], planned: &[], opening: &office };
    let sum = Availability::of(known, stretch(0, 7 * 24));
    assert_eq!((sum.down_ms, sum.outages.len(), sum.outages[0].counted_ms), (0, 1, 0));
    assert_eq!((sum.percent(), sum.restore_ms()), (Some(100.0), None));
}

fn health() -> impl Strategy<Value = Health> {
    prop::sample::select(Health::ALL)
}

proptest! {
    /// Hour by hour, the slow and obvious way.
    #[test]
    fn the_sum_is_that_of_its_hours(
        turns in prop::collection::vec((1_i64..20, health()), 1..12),
        told in prop::collection::vec((0_i64..150, 1_i64..20), 0..4),
        planned in prop::collection::vec((0_i64..150, 1_i64..20), 0..3),
        from in -10_i64..80, length in 1_i64..120,
    ) {
        let mut hours = 0;
        let turns: Vec<_> = turns.iter().map(|(step, health)| { hours += step; (hours, *health) }).collect();
        let track = track(&turns);
        let told: Vec<Told> = told.iter().map(|(from, length)| Told { number: from.to_string(), at: stretch(*from, from + length) }).collect();
        let planned: Vec<Stretch> = planned.iter().map(|(from, length)| stretch(*from, from + length)).collect();
        let opening = Opening::always();
        let known = Known { turns: &track.turns, told: &told, planned: &planned, opening: &opening };
        let sum = Availability::of(known, stretch(from, from + length));
        let mut slow = [0_i64; 5];
        for hour in from..from + length {
            let Some((_, seen)) = turns.iter().rev().find(|(since, _)| *since <= hour) else { continue };
            let health = if told.iter().any(|told| told.at.covers(at(hour))) { Health::Down } else { *seen };
            let is_planned = planned.iter().any(|planned| planned.covers(at(hour))) && health.is_out();
            let place = if is_planned { 4 } else { Health::ALL.iter().position(|one| *one == health).unwrap() };
            slow[place] += HOUR;
        }
        prop_assert_eq!([sum.down_ms, sum.unknown_ms, sum.at_risk_ms, sum.up_ms, sum.planned_ms], slow);
        let listed: i64 = sum.outages.iter().map(|outage| outage.counted_ms).sum();
        prop_assert_eq!(listed, sum.down_ms + sum.unknown_ms + sum.planned_ms);
    }
}
