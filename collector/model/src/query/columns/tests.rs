//! The columns pick what the query itself finds, whatever comes and goes.

use proptest::prelude::*;
use serde_json::json;

use super::super::fields::TICKET;
use super::*;

/// Tickets as queries see them.
fn entry() -> impl Strategy<Value = Value> {
    let time = proptest::option::of(0_i64..4).prop_map(|day| day.map(|day| format!("2026-11-2{day}T10:00:00.000Z")));
    let item = prop::collection::vec(prop::sample::select(vec!["host_a", "host_b", "host_c"]), 0..3);
    let title = prop::sample::select(vec!["Disk full", "disk is Full\u{df}", "", "A disk", "42 days", "İstanbul"]);
    let assignee = proptest::option::of(prop::sample::select(vec!["Ann", "bob", ""]));
    (0_u8..4, 1_u8..6, title, item, assignee, time.clone(), time, 0_u8..3).prop_map(
        |(count, priority, title, item, assignee, opened, closed, reopened)| {
            json!({
                "number": format!("INC-{count:06}"), "priority": priority, "title": title, "item": item,
                "assignee": assignee, "opened_at": opened, "closed_at": closed, "reopen_count": reopened,
                "active": closed.is_none(), "state": if closed.is_none() { "new" } else { "closed" },
            })
        },
    )
}

fn term() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "active:true",
        "state:closed,cancelled",
        "state!=new",
        "priority<3",
        "priority:1,5",
        "reopen_count>=1",
        "title:disk",
        "title:*full*",
        "title:full*",
        "title:\"\"",
        "title:*",
        "disk",
        "42",
        "inc-00",
        "istanbul",
        "ss",
        "number:INC-000002",
        "item:host_b",
        "item:\"\"",
        "item!=host_a",
        "assignee:ann",
        "assignee:\"\"",
        "assignee>b",
        "opened_at>2026-11-21",
        "opened_at<=2026-11-22T10:00:00Z",
        "opened_at:2026-11-22*",
        "closed_at:\"\"",
        "closed_at:*",
        "closed_at:*,\"\"",
        "title>b",
    ])
    .prop_map(str::to_owned)
}

fn query() -> impl Strategy<Value = String> {
    term().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} or {b})")),
            inner.prop_map(|a| format!("not ({a})")),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_picked_is_what_passes(
        entries in prop::collection::vec(entry(), 0..12),
        gone in prop::collection::vec(any::<bool>(), 12),
        is_cleared in any::<bool>(),
        later in prop::collection::vec(entry(), 0..4),
        asked in query(),
    ) {
        let mut columns = Columns::new(&TICKET, &["title", "number"]);
        let mut stand: HashMap<u32, Value> = HashMap::new();
        for entry in &entries {
            stand.insert(columns.put(entry), entry.clone());
        }
        let numbers: Vec<u32> = stand.keys().copied().collect();
        for (number, _) in numbers.into_iter().zip(gone).filter(|(_, is_gone)| *is_gone) {
            columns.remove(number);
            stand.remove(&number);
        }
        if is_cleared {
            columns.clear_away();
        }
        for entry in &later {
            prop_assert!(stand.insert(columns.put(entry), entry.clone()).is_none(), "a number of an entry that stands");
        }
        let query = Query::parse(&asked, &TICKET).unwrap_or_else(|error| panic!("{asked}: {error}"));
        let picked = columns.pick(&query);
        for (number, entry) in &stand {
            let passes = query.matches(entry);
            prop_assert!(!passes || picked.possible.contains(*number), "{asked} misses {entry}");
            prop_assert!(passes || !picked.certain.contains(*number), "{asked} is sure of {entry}");
        }
        prop_assert!(picked.certain.is_subset(&picked.possible));
        prop_assert!(picked.possible.is_subset(columns.all()));
        if !asked.contains("opened_at:2026") {
            prop_assert_eq!(picked.certain, picked.possible);
        }
    }
}

#[test]
fn values_are_counted() {
    let mut columns = Columns::new(&TICKET, &["title", "number"]);
    let new = columns.put(&json!({ "state": "new", "item": ["a", "b"] }));
    columns.put(&json!({ "state": "closed", "item": ["b"] }));
    let gone = columns.put(&json!({ "state": "new" }));
    columns.remove(gone);
    let counted = |field: &str, among: &RoaringBitmap| {
        let mut counted: Vec<_> = columns.count(field, among).expect("a field that is counted").into_iter().collect();
        counted.sort_by_key(|(value, _)| value.to_string());
        counted
    };
    assert_eq!(counted("state", columns.all()), [(json!("closed"), 1), (json!("new"), 1)]);
    assert_eq!(counted("item", columns.all()), [(json!("a"), 1), (json!("b"), 2)]);
    assert_eq!(counted("state", &RoaringBitmap::from_iter([new])), [(json!("new"), 1)]);
    assert_eq!(columns.count("opened_at", columns.all()), None, "nobody counts times");
    assert!(columns.counted().any(|field| field == "assignee") && columns.counted().all(|field| field != "title"));
}

#[test]
fn what_goes_makes_room() {
    let mut columns = Columns::new(&TICKET, &["title", "number"]);
    for round in 0..40_000_u32 {
        let number = columns.put(&json!({ "title": format!("round {round}"), "state": "new" }));
        columns.remove(number);
    }
    assert!(columns.next < 12_000, "numbers are given again: {}", columns.next);
    let Some(Column::Texts(texts)) = columns.column("title") else { panic!("no texts") };
    assert!(texts.len() < 12_000 * 20, "texts go too: {}", texts.len());
}
