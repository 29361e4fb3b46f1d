//! Random lives: no sequence of events leaves the tables, and every move is told as it was.

use super::*;

/// A patch of what people write, some of it nonsense for the kind.
fn any_patch(kind: Kind) -> BoxedStrategy<Value> {
    let full: Vec<Value> = LIVES.iter().filter(|life| life.kind == kind).map(Life::details).collect();
    let part = Details::editable(kind).unwrap_or("none");
    prop_oneof![
        4 => proptest::sample::select(full),
        1 => Just(json!({ part: {"reason": "other", "wanted": "more", "cause": null, "account": "root"} })),
        1 => Just(json!({ part: null })),
    ]
    .boxed()
}

#[derive(Clone, Debug)]
enum Step {
    Move { event: usize, fields: Box<Fields>, actor: usize },
    Edit(Value),
}

fn any_step(kind: Kind) -> impl Strategy<Value = Step> {
    let events = table(kind).len();
    let hold = proptest::option::weighted(0.2, (-5i64..300).prop_map(hour));
    let reason = proptest::sample::select(vec!["", "caller", "scheduled", "vendor", "duplicate", "not_needed", "x"]);
    let codes: Vec<&str> = CloseCode::of(kind).iter().map(|code| code.as_str()).chain(["", "x"]).collect();
    let moving = (0..=events, hold, reason, proptest::sample::select(codes), any::<bool>(), 0..3usize).prop_map(
        move |(event, wake_at, reason, code, is_said, actor)| {
            let event_name = table(kind).get(event).map_or("explode", |row| row.event);
            let full = fields(kind, event_name);
            let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            let reason = if event % 2 == 0 { full.reason.clone() } else { some(reason) };
            let close_code = if actor == 0 { full.close_code.clone() } else { some(code) };
            let comment = full.comment.clone().filter(|_| is_said);
            let fields = Box::new(Fields { comment, reason, wake_at, close_code, ..full });
            Step::Move { event, fields, actor }
        },
    );
    prop_oneof![6 => moving, 1 => any_patch(kind).prop_map(Step::Edit)]
}

fn any_walk() -> impl Strategy<Value = (usize, Vec<(Step, i64)>)> {
    (0..LIVES.len()).prop_flat_map(|life| {
        let steps = (any_step(LIVES[life].kind), prop_oneof![4 => 0i64..30, 1 => 100i64..400]);
        (Just(life), proptest::collection::vec(steps, 1..60))
    })
}

/// What holds after each move, whatever came before.
fn check_move(before: &Ticket, next: &Ticket, entry: &TimelineEntry, event: &str) -> Result<(), TestCaseError> {
    let kind = before.kind();
    let change_type = before.details.change().map(|change| change.plan.r#type);
    let row = table(kind).iter().find(|row| {
        row.event == event
            && row.from.contains(&before.state.name())
            && (row.of.is_empty() || change_type.is_some_and(|of| row.of.contains(&of)))
    });
    let Some(row) = row else { return Err(TestCaseError::fail(format!("{kind:?} {event} is not in the table"))) };
    prop_assert_eq!(next.state.name(), row.to);
    prop_assert_eq!((entry.ticket, entry.seq, next.timeline), (before.id, next.timeline, before.timeline + 1));
    let is_move = matches!(&entry.entry, Entry::Moved { event: told, from, to, .. }
        if told == event && from == before.state.name().as_str() && to == row.to.as_str());
    prop_assert!(is_move);
    let is_end = matches!(
        next.state.name(),
        StateName::Closed | StateName::Cancelled | StateName::Rejected | StateName::Done | StateName::Skipped
    );
    prop_assert!(!is_end || table(kind).iter().all(|row| !row.from.contains(&next.state.name())), "the end is the end");
    prop_assert!(!is_end || next.closed_at.is_some());
    prop_assert!(next.hold_seconds >= before.hold_seconds && next.reopen_count >= before.reopen_count);
    prop_assert_eq!(
        next.state.resolution().is_some(),
        matches!(next.state.name(), StateName::Resolved | StateName::Closed)
    );
    Ok(())
}

proptest! {
    #[test]
    fn no_sequence_of_events_of_any_kind_leaves_its_table((life, steps) in any_walk()) {
        let life = &LIVES[life];
        let mut ticket = life.opened();
        let mut timeline = Vec::new();
        let mut versions = vec![ticket.clone()];
        let mut now = hour(0);
        let actors = [person(), SYSTEM, Actor::Agent(AgentId::from_bytes([1; 16]))];
        for (step, hours) in steps {
            now = now.plus_millis(hours * HOUR_MS + 1);
            let before = ticket.clone();
            match step {
                Step::Move { event, fields, actor } => {
                    let event = table(life.kind).get(event).map_or("explode", |row| row.event);
                    let result = apply(&ticket, event, &fields, &actors[actor], now);
                    prop_assert_eq!(&ticket, &before, "a transition changes nothing in place");
                    let Ok((next, entry)) = result else { continue };
                    check_move(&before, &next, &entry, event)?;
                    timeline.push(entry);
                    ticket = next;
                }
                Step::Edit(patch) => {
                    let change = edit::Edit { details: Some(patch), ..edit::Edit::default() };
                    let Ok(Some((next, entry))) = edit::edit(&ticket, change, &crate::ticket::Priorities::default(), &person(), now) else { continue };
                    prop_assert!(!before.details.is_locked(before.state.name()));
                    prop_assert_eq!(next.state.clone(), before.state);
                    timeline.push(entry);
                    ticket = next;
                }
            }
            let json = serde_json::to_string(&ticket).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Ticket>(&json).unwrap(), &ticket);
            versions.push(ticket.clone());
        }
        prop_assert_eq!(ticket.timeline, u64::try_from(timeline.len()).unwrap() + 1, "one entry for each version");
        for version in &versions {
            let then = past::at(&ticket, &timeline, version.state_since).unwrap();
            prop_assert_eq!(then.state.name(), version.state.name());
        }
    }
}
