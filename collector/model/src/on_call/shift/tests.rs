//! Turns over weeks, changes of clocks, hours of a layer, and people who stand in.

use muster_shared::id::RotaId;
use proptest::prelude::*;

use super::*;
use crate::on_call::Hours;
use crate::weekday::Weekday;

fn time(text: &str) -> Time {
    text.parse().unwrap()
}

fn user(n: i64) -> UserId {
    UserId::from_bytes(u128::try_from(n).unwrap().to_be_bytes())
}

fn layer(name: &str, members: &[i64], every: u32, unit: Unit) -> Layer {
    Layer {
        name: name.into(),
        members: members.iter().copied().map(user).collect(),
        every,
        unit,
        starts_on: "2026-03-02".parse().unwrap(),
        handover: "09:00".parse().unwrap(),
        hours: None,
    }
}

fn rota(layers: Vec<Layer>) -> Rota {
    Rota {
        id: RotaId::from_bytes([1; 16]),
        name: "linux".into(),
        group: None,
        zone: "Europe/Berlin".parse().unwrap(),
        layers,
        changed_at: Time::from_millis(0),
        changed_by: "ann".into(),
    }
}

fn on_call(rota: &Rota, at: &str) -> Option<UserId> {
    who(rota, &[], time(at)).map(|(user, _)| user)
}

#[test]
fn turns_change_at_the_handover_where_the_rota_is_at_home() {
    let weekly = rota(vec![layer("primary", &[1, 2, 3], 1, Unit::Week)]);
    assert_eq!(on_call(&weekly, "2026-03-02T07:59:59Z"), None, "before the first handover nobody is");
    assert_eq!(on_call(&weekly, "2026-03-02T08:00:00Z"), Some(user(1)));
    assert_eq!(on_call(&weekly, "2026-03-09T07:59:59Z"), Some(user(1)));
    assert_eq!(on_call(&weekly, "2026-03-09T08:00:00Z"), Some(user(2)));
    // From 2026-03-29 on it is summer there: nine o'clock comes an hour earlier.
    assert_eq!(on_call(&weekly, "2026-03-30T06:59:59Z"), Some(user(1)));
    assert_eq!(on_call(&weekly, "2026-03-30T07:00:00Z"), Some(user(2)));
    let by_hours = rota(vec![layer("primary", &[1, 2], 12, Unit::Hour)]);
    assert_eq!(on_call(&by_hours, "2026-03-29T07:59:59Z"), Some(user(2)));
    assert_eq!(on_call(&by_hours, "2026-03-29T08:00:00Z"), Some(user(1)), "hours are hours");
}

#[test]
fn the_last_layer_that_has_somebody_counts_and_who_stands_in_before_all() {
    let mut nights = layer("nights", &[9], 1, Unit::Day);
    nights.hours =
        Some(Hours { from: "22:00".parse().unwrap(), to: "06:00".parse().unwrap(), days: vec![Weekday::Friday] });
    let rota = rota(vec![layer("primary", &[1], 1, Unit::Day), nights]);
    // 2026-03-06 is a Friday.
    assert_eq!(on_call(&rota, "2026-03-06T20:59:00Z"), Some(user(1)));
    assert_eq!(on_call(&rota, "2026-03-06T21:00:00Z"), Some(user(9)));
    assert_eq!(on_call(&rota, "2026-03-07T04:59:00Z"), Some(user(9)), "the night of Friday ends on Saturday");
    assert_eq!(on_call(&rota, "2026-03-07T05:00:00Z"), Some(user(1)));
    assert_eq!(on_call(&rota, "2026-03-07T21:00:00Z"), Some(user(1)));
    let stands_in = |n: u8, user: UserId, from: &str, to: &str| Override {
        id: OverrideId::from_bytes([n; 16]),
        rota: rota.id,
        user,
        from: time(from),
        to: time(to),
        reason: "ill".into(),
        by: "ann".into(),
    };
    let overrides = [
        stands_in(1, user(5), "2026-03-06T20:00:00Z", "2026-03-06T23:00:00Z"),
        stands_in(2, user(6), "2026-03-06T22:00:00Z", "2026-03-06T22:30:00Z"),
    ];
    let all = shifts(&rota, &overrides, time("2026-03-06T19:00:00Z"), time("2026-03-07T06:00:00Z"));
    let told: Vec<_> = all.iter().map(|shift| (shift.from, shift.who.as_ref().map(|(user, _)| *user))).collect();
    let expected = [
        ("2026-03-06T19:00:00Z", 1),
        ("2026-03-06T20:00:00Z", 5),
        ("2026-03-06T22:00:00Z", 6),
        ("2026-03-06T22:30:00Z", 5),
        ("2026-03-06T23:00:00Z", 9),
        ("2026-03-07T05:00:00Z", 1),
    ];
    assert_eq!(told, expected.map(|(at, n)| (time(at), Some(user(n)))));
}

proptest! {
    /// What the calendar shows is what anybody is told who asks at a moment, and it has no hole and no overlap.
    #[test]
    fn the_calendar_says_what_each_moment_says(
        every in 1..5_u32, unit in 0..3_usize, members in 1..4_i64, from in 0..400_i64, length in 1..20_i64,
        moments in prop::collection::vec(0.0..1.0_f64, 20), nightly in any::<bool>(),
    ) {
        let mut second = layer("second", &[7, 8], 1, Unit::Day);
        second.handover = "18:30".parse().unwrap();
        second.hours = Some(if nightly {
            Hours { from: "20:00".parse().unwrap(), to: "04:00".parse().unwrap(), days: vec![Weekday::Sunday, Weekday::Monday] }
        } else {
            Hours { from: "01:15".parse().unwrap(), to: "02:45".parse().unwrap(), days: Vec::new() }
        });
        let members: Vec<i64> = (1..=members).collect();
        let rota = rota(vec![layer("first", &members, every, *Unit::ALL.get(unit).unwrap()), second]);
        let from = time("2026-02-20T00:00:00Z").plus_millis(from * DAY_MS);
        let to = from.plus_millis(length * DAY_MS);
        let all = shifts(&rota, &[], from, to);
        prop_assert_eq!(all.first().map(|shift| shift.from), Some(from));
        prop_assert_eq!(all.last().map(|shift| shift.to), Some(to));
        for pair in all.windows(2) {
            prop_assert_eq!(pair[0].to, pair[1].from);
            prop_assert!(pair[0].who != pair[1].who);
        }
        for share in moments {
            #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "any moment will do")]
            let at = from.plus_millis((share * (length * DAY_MS) as f64) as i64);
            let shift = all.iter().find(|shift| shift.from <= at && at < shift.to).unwrap();
            prop_assert_eq!(&shift.who, &who(&rota, &[], at));
        }
    }
}
