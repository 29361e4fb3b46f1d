//! A random life of tickets of every kind, through the API: no record is written without an entry of the trail that follows the one
//! before (rule R2), each entry of a timeline has the next number, numbers of tickets have no gaps, and clocks never run backwards.

use std::collections::BTreeMap;

use muster_model::audit::{self, AuditEntry};
use muster_model::ticket::Ticket;
use muster_store::{Index, Scan, TypedStore};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::lab::Lab;

const KINDS: [&str; 6] = ["incident", "problem", "change", "release", "request", "access"];

/// What an event may be given: what fits is taken, what does not is refused.
fn fields(event: &Value, choice: usize) -> Value {
    let mut body = json!({"event": event["event"]});
    let names = ["required", "optional"].map(|list| event[list].as_array().cloned().unwrap_or_default()).concat();
    for name in names.iter().filter_map(Value::as_str) {
        let options = event["choices"][name].as_array().cloned().unwrap_or_default();
        let chosen = options.get(choice % options.len().max(1)).cloned();
        body[name] = match name {
            "cause_item" => json!("none"),
            "wake_at" | "until" => json!("2031-01-01T00:00:00Z"),
            "duplicate_of" => json!("INC-000001"),
            "assignee" => json!("admin"),
            _ => chosen.unwrap_or_else(|| json!("as it is")),
        };
    }
    body
}

/// One step of a life; whether it is taken or refused is not asked.
async fn step(lab: &Lab, token: &str, path: &str, (what, choice): (usize, usize)) {
    let text = format!("said {choice}");
    match what {
        0 => drop(lab.post(token, &format!("{path}/comments"), json!({"text": text})).await),
        1 => {
            let level = choice % 3 + 1;
            let edit = match choice % 4 {
                0 => json!({"title": text}),
                1 => json!({"impact": level}),
                2 => json!({"urgency": level}),
                _ => json!({"category": text, "assignment_group": "linux"}),
            };
            drop(lab.patch(token, path, "*", edit).await);
        }
        2 => {
            let link = json!({"kind": "relates_to", "ticket": format!("INC-{:06}", choice % 3 + 1)});
            drop(lab.post(token, &format!("{path}/links"), link).await);
        }
        3 => drop(lab.post(token, &format!("{path}/acknowledge"), Value::Null).await),
        _ => {
            let legal = lab.get(token, &format!("{path}/transitions")).await.expect(200).json();
            let legal = legal["items"].as_array().cloned().unwrap_or_default();
            if let Some(event) = legal.get(choice % legal.len().max(1)) {
                drop(lab.post(token, &format!("{path}/transitions"), fields(event, choice)).await);
            }
        }
    }
}

/// Every write of a ticket is in the trail, one after the other.
async fn check_trail(lab: &Lab, ticket: &Ticket) {
    let scan = Scan::index(Index::AuditByObject, format!("{}/", ticket.id));
    let entries = lab.store.all::<AuditEntry>(scan).await.unwrap();
    let mut known: Option<String> = None;
    for (n, entry) in entries.iter().map(|stored| &stored.value.draft).enumerate() {
        let is_same = n > 0 && entry.before == entries[n - 1].value.draft.before && entry.after == known;
        assert!(
            entry.before == known || is_same,
            "{} ({}): something wrote it before without a word of it",
            ticket.number,
            entry.action
        );
        known.clone_from(&entry.after);
    }
    let stored = serde_json::to_vec(ticket).unwrap();
    assert_eq!(known, Some(audit::digest(&stored)), "{}: as the trail says", ticket.number);
}

/// The time that counted on each clock of a ticket, with what it is for and since when.
async fn elapsed(lab: &Lab, token: &str, number: &str) -> BTreeMap<String, i64> {
    let clocks = lab.get(token, &format!("/api/v1/tickets/{number}/service-levels")).await.expect(200).json();
    let clocks = clocks["items"].as_array().cloned().unwrap_or_default();
    let told = |clock: Value| {
        let name = format!("{} {} {}", clock["policy"], clock["target"], clock["start_at"]);
        (name, clock["elapsed_ms"].as_i64().unwrap())
    };
    clocks.into_iter().map(told).collect()
}

#[tokio::test]
async fn whatever_happens_the_trail_the_timeline_the_numbers_and_the_clocks_hold() {
    let steps = prop::collection::vec((0..8_usize, 0..60_usize, 0..9_usize, 0..200_i64), 120..121);
    let mut runner = TestRunner::deterministic();
    for _ in 0..3 {
        let steps = steps.new_tree(&mut runner).unwrap().current();
        let lab = Lab::new();
        let admin = lab.admin().await;
        lab.service.level_step().await.unwrap();
        let mut numbers: Vec<String> = Vec::new();
        let mut counted: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::new();
        for (n, (what, choice, kind, minutes)) in steps.into_iter().enumerate() {
            lab.clock.advance_millis(minutes * 60_000);
            lab.settle().await;
            if n < 9 || kind == 8 {
                let kind = KINDS[(n + choice) % KINDS.len()];
                let body = json!({"kind": kind, "title": format!("number {n}"), "impact": choice % 3 + 1});
                let made = lab.post(&admin, "/api/v1/tickets", body).await.expect(201).json();
                numbers.push(made["number"].as_str().unwrap().to_owned());
                continue;
            }
            let number = numbers[choice % numbers.len()].clone();
            step(&lab, &admin, &format!("/api/v1/tickets/{number}"), (what, choice)).await;
            let now = elapsed(&lab, &admin, &number).await;
            let before = counted.insert(number.clone(), now.clone()).unwrap_or_default();
            for (clock, was) in before {
                assert!(now.get(&clock).is_none_or(|is| *is >= was), "{number}: {clock} ran back from {was}");
            }
        }
        for stored in lab.store.all::<Ticket>(Scan::keys(muster_model::Collection::Ticket, "")).await.unwrap() {
            check_trail(&lab, &stored.value).await;
            let path = format!("/api/v1/tickets/{}/timeline?limit=1000", stored.value.number);
            let seqs: Vec<u64> =
                lab.all(&admin, &path).await.iter().map(|entry| entry["seq"].as_u64().unwrap()).collect();
            assert_eq!(seqs, (1..=stored.value.timeline).collect::<Vec<_>>(), "{}", stored.value.number);
        }
        for kind in KINDS {
            let filter = format!("/api/v1/tickets?limit=1000&filter=kind:{kind}");
            let mut counts: Vec<u32> = Vec::new();
            for ticket in lab.all(&admin, &filter).await {
                let number = ticket["number"].as_str().unwrap();
                counts.push(number.split_once('-').unwrap().1.parse().unwrap());
            }
            counts.sort_unstable();
            assert_eq!(counts, (1..=u32::try_from(counts.len()).unwrap()).collect::<Vec<_>>(), "{kind}");
        }
    }
}
