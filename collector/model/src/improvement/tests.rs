//! An improvement from the thought to what was measured.

use super::*;

fn at(n: i64) -> Time {
    Time::from_millis(1_790_000_000_000 + n)
}

fn improvement(terms: Terms) -> Improvement {
    Improvement {
        id: ImprovementId::from_bytes([1; 16]),
        number: "CSI-000001".into(),
        terms,
        state: State::Proposed,
        state_since: at(0),
        measured: None,
        steps: Vec::new(),
        created_by: "ann".into(),
        created_at: at(0),
    }
}

fn whole() -> Terms {
    Terms {
        title: "resolve sooner".into(),
        kpi: Some("mttr".into()),
        days: 28,
        target: Some(3_600.0),
        owner: Some(UserId::from_bytes([2; 16])),
        ..Terms::default()
    }
}

fn pointer(outcome: Result<Improvement, Refused>) -> String {
    match outcome {
        Err(Refused::Wrong(wrong)) => wrong.pointer,
        Err(Refused::NotHere) => "not here".into(),
        Ok(next) => next.state.as_str().into(),
    }
}

#[test]
fn each_event_happens_where_the_table_says_and_nowhere_else() {
    for state in State::ALL {
        for event in Event::ALL {
            let there = Improvement { state: *state, ..improvement(Terms { baseline: Some(7_200.0), ..whole() }) };
            let moved = there.moved(*event, "why", Some(5_000.0), "ann", at(1));
            let row = TABLE.iter().find(|row| row.event == *event && row.from.contains(state));
            match row {
                Some(row) => assert_eq!(moved.unwrap().state, row.to, "{state:?} {event:?}"),
                None => assert_eq!(moved, Err(Refused::NotHere), "{state:?} {event:?}"),
            }
        }
    }
}

#[test]
fn what_is_missing_is_named() {
    let go = |terms: Terms| pointer(improvement(terms).moved(Event::Approve, "", None, "ann", at(1)));
    assert_eq!(go(whole()), "approved");
    assert_eq!(go(Terms { owner: None, ..whole() }), "/owner");
    assert_eq!(go(Terms { kpi: None, ..whole() }), "/kpi");
    assert_eq!(go(Terms { kpi: None, measure: "calls a day".into(), ..whole() }), "approved");
    assert_eq!(go(Terms { target: None, ..whole() }), "/target");
    let approved = improvement(whole()).moved(Event::Approve, "", None, "ann", at(1)).unwrap();
    assert_eq!(pointer(approved.moved(Event::Start, "", None, "ann", at(2))), "/baseline");
    assert_eq!(pointer(approved.moved(Event::Start, "", Some(3_600.0), "ann", at(2))), "/target");
    assert_eq!(pointer(approved.moved(Event::Start, "", Some(f64::NAN), "ann", at(2))), "/value");
    assert_eq!(pointer(approved.moved(Event::Cancel, " ", None, "ann", at(2))), "/note");
}

#[test]
fn it_is_measured_and_whether_it_was_achieved_follows() {
    let approved = improvement(whole()).moved(Event::Approve, "", None, "ann", at(1)).unwrap();
    let started = approved.moved(Event::Start, "", Some(7_200.0), "ann", at(2)).unwrap();
    assert_eq!((started.terms.baseline, started.outcome()), (Some(7_200.0), None));
    assert_eq!(pointer(started.moved(Event::Review, "", None, "ann", at(3))), "/value");
    for (value, outcome) in [
        (3_600.0, Outcome::Achieved),
        (3_000.0, Outcome::Achieved),
        (5_400.0, Outcome::Partly),
        (7_200.0, Outcome::Missed),
        (9_000.0, Outcome::Missed),
    ] {
        let seen = started.moved(Event::Review, "", Some(value), "ann", at(3)).unwrap();
        assert_eq!(seen.outcome(), Some(outcome), "{value}: lower is better here");
        assert_eq!(seen.moved(Event::Close, "done", None, "ann", at(4)).unwrap().outcome(), Some(outcome));
    }
    let half = started.moved(Event::Review, "", Some(5_400.0), "ann", at(3)).unwrap();
    assert_eq!(half.progress(), Some(50.0));
    let again = half.moved(Event::Continue, "more", None, "ann", at(4)).unwrap();
    assert_eq!((again.state, again.measured), (State::InProgress, half.measured));
    let up = Terms { kpi: Some("change_success".into()), baseline: Some(80.0), target: Some(95.0), ..whole() };
    let up = improvement(up).moved(Event::Approve, "", None, "a", at(1)).unwrap();
    let up = up.moved(Event::Start, "", Some(10.0), "a", at(2)).unwrap();
    assert_eq!(up.terms.baseline, Some(80.0), "what was written stays");
    assert_eq!(up.moved(Event::Review, "", Some(96.0), "a", at(3)).unwrap().outcome(), Some(Outcome::Achieved));
}

#[test]
fn from_the_start_on_the_goal_posts_stay_where_they_are() {
    let begun = Improvement { state: State::InProgress, ..improvement(Terms { baseline: Some(1.0), ..whole() }) };
    let edit = |change: fn(&mut Terms)| {
        let mut next = begun.terms.clone();
        change(&mut next);
        begun.check_edit(&next).map(|wrong| wrong.pointer)
    };
    assert_eq!(edit(|terms| terms.title = "other".into()), None);
    assert_eq!(edit(|terms| terms.target = Some(9.0)).as_deref(), Some("/target"));
    assert_eq!(edit(|terms| terms.baseline = None).as_deref(), Some("/baseline"));
    assert_eq!(edit(|terms| terms.kpi = Some("mtta".into())).as_deref(), Some("/kpi"));
    assert_eq!(improvement(whole()).check_edit(&Terms::default()), None);
    let closed = Improvement { state: State::Closed, ..begun.clone() };
    assert!(closed.check_edit(&Terms { title: "x".into(), ..closed.terms.clone() }).is_some());
}

#[test]
fn terms_that_cannot_be_are_refused_at_their_field() {
    let wrong = |terms: Terms| terms.check().into_iter().map(|wrong| wrong.pointer).collect::<Vec<_>>();
    assert!(wrong(whole()).is_empty());
    assert_eq!(wrong(Terms { kpi: Some("speed".into()), ..whole() }), ["/kpi"]);
    assert_eq!(wrong(Terms { days: 0, ..whole() }), ["/days"]);
    assert_eq!(wrong(Terms { measure: "calls".into(), ..whole() }), ["/measure"]);
    assert_eq!(wrong(Terms { target: Some(f64::INFINITY), ..whole() }), ["/target"]);
    assert!(
        Improvement { state: State::Approved, ..improvement(Terms { due_at: Some(at(1)), ..whole() }) }
            .is_overdue(at(2))
    );
}
