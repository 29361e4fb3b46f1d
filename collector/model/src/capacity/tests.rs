//! What is measured, kept and said of the future.

use proptest::prelude::*;
use serde_json::json;

use super::trend::{Confidence, Silence, Standing, Trend, percent};
use super::*;

const GIB: u64 = 1 << 30;

fn attributes(value: &Value) -> Attributes {
    value.as_object().unwrap().clone().into_iter().collect()
}

fn at(day: i64) -> Time {
    Time::from_millis(day * DAY_MS + 3_600_000)
}

fn points(days: std::ops::Range<i64>, total: u64, used: impl Fn(i64) -> u64) -> Vec<Point> {
    days.map(|day| Point { day, total, used: Some(used(day)) }).collect()
}

#[test]
fn looks_are_made_of_sizes_and_of_what_moves() {
    let items = [
        (
            "sda1".to_owned(),
            attributes(&json!({"type": "ext4", "mount_points": ["/srv/data", "/"], "size_bytes": 100})),
        ),
        ("loop0".to_owned(), attributes(&json!({"type": "squashfs", "mount_points": ["/snap/x"]}))),
        ("sdb1".to_owned(), attributes(&json!({"type": "ext4"}))),
        ("sdc1".to_owned(), attributes(&json!({"type": "xfs", "mount_points": ["/mnt"]}))),
    ];
    let full = attributes(&json!({"used_bytes": 60, "available_bytes": 30}));
    let metrics = [("sda1".to_owned(), full.clone()), ("loop0".to_owned(), full)];
    let looks = filesystems((&items.into(), &metrics.into()));
    assert_eq!(looks.len(), 1, "not what is full by nature, not mounted, or not told: {looks:?}");
    assert_eq!((looks[0].label.as_str(), looks[0].total, looks[0].used), ("/", 90, Some(60)));
    let items = [("memory".to_owned(), attributes(&json!({"total_bytes": 100})))].into();
    let metrics = [("memory".to_owned(), attributes(&json!({"available_bytes": 30})))].into();
    assert_eq!(memory((&items, &metrics)).unwrap().used, Some(70));
    assert_eq!(memory((&items, &BTreeMap::new())).unwrap().used, None);
    assert_eq!(processors(&[("cpu".to_owned(), attributes(&json!({"threads": 8})))].into()).unwrap().total, 8);
    let disk = |value: Value| attributes(&value);
    let items = [
        ("sda".to_owned(), disk(json!({"size_bytes": 10}))),
        ("sdb".to_owned(), disk(json!({"size_bytes": 5, "removable": true}))),
        ("dm-0".to_owned(), disk(json!({"size_bytes": 9, "stacked_on": ["sda"]}))),
    ];
    assert_eq!(disks(&items.into()).unwrap().total, 10);
    assert_eq!(disks(&BTreeMap::new()), None);
}

#[test]
fn a_day_has_one_point_with_its_highest_use_and_old_days_go() {
    let look = |used| {
        vec![Look {
            key: "memory".into(),
            resource: Resource::Memory,
            label: String::new(),
            total: 10,
            used: Some(used),
        }]
    };
    let mut track = CapacityTrack::of(HostId::from_bytes([1; 16]));
    assert!(track.note(look(5), at(100)) && track.note(look(7), at(100)));
    assert!(!track.note(look(6), at(100)), "less tells nothing new");
    assert!(!track.note(look(9), at(99)), "a clock that was set back adds nothing");
    assert!(track.note(look(4), at(101)));
    let used: Vec<_> = track.series["memory"].points.iter().map(|point| point.used.unwrap()).collect();
    assert_eq!(used, [7, 4]);
    assert!(track.note(Vec::new(), at(100 + KEPT_DAYS)));
    assert_eq!(track.series["memory"].points.len(), 1);
    assert!(track.note(Vec::new(), at(101 + KEPT_DAYS)) && track.series.is_empty());
}

#[test]
fn what_grows_evenly_is_full_on_its_day() {
    let trend = Trend::of(&points(0..30, 100 * GIB, |day| (40 + u64::try_from(day).unwrap()) * GIB));
    let full = trend.full.unwrap();
    // 69 of 100 are used on day 29, one more each day.
    assert_eq!((full.day, full.earliest, full.latest, full.confidence), (60, 60, Some(60), Confidence::High));
    assert_eq!((trend.points, trend.growing_percent), (30, 100));
    assert!((trend.per_day.unwrap() - f64::from(1 << 30)).abs() < 1.0);
}

#[test]
fn one_cleanup_moves_it_little_and_less_is_known_of_less() {
    let cleaned = |day: i64| (40 + u64::try_from(day).unwrap() - if day == 20 { 30 } else { 0 }) * GIB;
    let full = Trend::of(&points(0..30, 100 * GIB, cleaned)).full.unwrap();
    assert_eq!((full.day, full.confidence), (60, Confidence::High));
    let grows = |day: i64| (40 + u64::try_from(day).unwrap()) * GIB;
    assert_eq!(Trend::of(&points(0..14, 100 * GIB, grows)).full.unwrap().confidence, Confidence::Medium);
    assert_eq!(Trend::of(&points(0..7, 100 * GIB, grows)).full.unwrap().confidence, Confidence::Low);
    assert_eq!(Trend::of(&points(0..6, 100 * GIB, grows)).full, Err(Silence::TooFew));
    assert_eq!(Trend::of(&[]).full, Err(Silence::TooFew));
    let flat = Trend::of(&points(0..30, 100, |_| 50));
    assert_eq!((flat.full, flat.growing_percent), (Err(Silence::Steady), 0));
    assert_eq!(Trend::of(&points(0..30, 100 * GIB, |day| 1_000 + u64::try_from(day).unwrap())).full, Err(Silence::Far));
    let cpus = [Point { day: 1, total: 8, used: None }];
    assert_eq!(Trend::of(&cpus).full, Err(Silence::NoUse));
}

#[test]
fn what_is_older_than_the_window_counts_no_more() {
    // It grew fast until day 40, and stands still since for longer than the window.
    let used = |day: i64| u64::try_from(day.min(40)).unwrap() * GIB;
    assert_eq!(Trend::of(&points(0..120, 100 * GIB, used)).full, Err(Silence::Steady));
}

#[test]
fn it_stands_by_its_threshold_and_a_guess_warns_nobody() {
    let threshold = Threshold::usual(Resource::Filesystem);
    let standing = |points: &[Point]| Standing::of(*points.last().unwrap(), &Trend::of(points), threshold);
    let flat = |used| points(0..30, 100, move |_| used);
    assert_eq!([79, 80, 90].map(|used| standing(&flat(used))), [Standing::Fine, Standing::Warn, Standing::Critical]);
    // Full in 25 days: a warning after two weeks of points, none after one.
    let grows = |day: i64| 700 + u64::try_from(day).unwrap();
    assert_eq!(standing(&points(0..14, 738, grows)), Standing::Critical);
    let slow = |day: i64| 20 + 2 * u64::try_from(day).unwrap();
    assert_eq!(standing(&points(0..14, 100, slow)), Standing::Warn);
    assert_eq!(standing(&points(7..14, 100, slow)), Standing::Fine);
    assert_eq!(standing(&[Point { day: 1, total: 8, used: None }]), Standing::Unknown);
    assert_eq!(percent(Point { day: 1, total: 0, used: Some(0) }), None);
}

#[test]
fn thresholds_are_refused_with_their_place() {
    let wrong = |warn_percent, critical_percent, horizon_days| {
        let threshold = Threshold { resource: Resource::Memory, warn_percent, critical_percent, horizon_days };
        threshold.check().into_iter().map(|wrong| wrong.pointer).collect::<Vec<_>>()
    };
    assert!(wrong(80, 90, 30).is_empty());
    assert_eq!(wrong(0, 90, 0), ["/warn_percent", "/horizon_days"]);
    assert_eq!(wrong(80, 80, 30), ["/critical_percent"]);
    assert_eq!(wrong(80, 101, 30), ["/critical_percent"]);
}

proptest! {
    #[test]
    fn a_projection_lies_ahead_and_between_its_bounds(used in prop::collection::vec(0_u64..1_000, 0..90), total in 1_u64..2_000) {
        let points: Vec<Point> =
            (0_i64..).zip(&used).map(|(day, used)| Point { day, total, used: Some((*used).min(total)) }).collect();
        let trend = Trend::of(&points);
        if let Ok(full) = trend.full {
            let last = points.last().unwrap().day;
            prop_assert!(last <= full.earliest && full.earliest <= full.day);
            prop_assert!(full.latest.is_none_or(|latest| latest >= full.day));
            prop_assert!(trend.per_day.unwrap() > 0.0);
        }
    }
}
