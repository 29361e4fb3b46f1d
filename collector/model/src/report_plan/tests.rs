//! When reports are due, what is missed, and what their files hold.

use super::*;
use crate::schedule::Weekday;

fn at(text: &str) -> Time {
    text.parse().unwrap()
}

fn plan(days: Vec<Weekday>, zone: &str, next_at: &str) -> ReportPlan {
    let schedule = Schedule::Weekly { days, at: "07:00".into(), minutes: 1, zone: zone.into(), until: None };
    ReportPlan {
        id: ReportPlanId::from_bytes([1; 16]),
        terms: Terms {
            name: "Weekly figures".into(),
            subject: Subject::Kpi { days: 7 },
            schedule,
            calendar: None,
            recipients: vec!["ann@example.org".into()],
            channels: Vec::new(),
            is_active: true,
        },
        owner: UserId::from_bytes([2; 16]),
        next_at: Some(at(next_at)),
        last: None,
        created_at: at("2026-11-01T00:00:00Z"),
    }
}

#[test]
fn it_is_due_at_its_time_by_the_clocks_of_its_zone() {
    let daily = plan(Weekday::ALL.to_vec(), "Europe/Berlin", "2026-10-24T05:00:00Z");
    assert_eq!(daily.due(at("2026-10-24T04:59:59Z"), None), None);
    let due = daily.due(at("2026-10-24T05:00:00Z"), None).unwrap();
    // The clocks went back in the night: seven o'clock is an hour later in UTC.
    assert_eq!((due.missed, due.next_at), (None, Some(at("2026-10-25T06:00:00Z"))));
    let off = ReportPlan { terms: Terms { is_active: false, ..daily.terms.clone() }, ..daily };
    assert_eq!(off.due(at("2026-10-26T00:00:00Z"), None), None);
}

#[test]
fn however_many_went_by_one_run_says_how_many() {
    let daily = plan(Weekday::ALL.to_vec(), "UTC", "2026-11-02T07:00:00Z");
    let due = daily.due(at("2026-11-05T09:00:00Z"), None).unwrap();
    assert_eq!(due.at, at("2026-11-05T07:00:00Z"));
    assert_eq!(due.missed, Some((3, at("2026-11-02T07:00:00Z"))));
    assert_eq!(due.next_at, Some(at("2026-11-06T07:00:00Z")));
}

#[test]
fn what_cannot_be_is_refused_at_its_place() {
    let wrong = |change: fn(&mut Terms)| {
        let mut terms = plan(vec![Weekday::Monday], "UTC", "2026-11-02T07:00:00Z").terms;
        change(&mut terms);
        terms.check().into_iter().map(|wrong| wrong.pointer).collect::<Vec<_>>()
    };
    assert!(wrong(|_| {}).is_empty());
    assert_eq!(wrong(|terms| terms.subject = Subject::Kpi { days: 0 }), ["/subject/days"]);
    assert_eq!(wrong(|terms| terms.recipients.clear()), ["/recipients"]);
    assert_eq!(wrong(|terms| terms.recipients = vec!["a@b.c".into(); 51]), ["/recipients"]);
    let once = |terms: &mut Terms| {
        terms.schedule = Schedule::Never { starts_at: at("2026-11-02T07:00:00Z"), ends_at: at("2026-11-03T07:00:00Z") }
    };
    assert_eq!(wrong(once), ["/schedule/repeats"]);
    let nowhere = |terms: &mut Terms| {
        let days = vec![Weekday::Monday];
        terms.schedule = Schedule::Weekly { days, at: "7".into(), minutes: 1, zone: "UTC".into(), until: None };
    };
    assert_eq!(wrong(nowhere), ["/schedule/at"]);
}

#[test]
fn files_hold_what_the_columns_name_and_no_formula() {
    let records = [json!({"name": "web-1", "attributes": {"size": 5}}), json!({"name": "=HYPERLINK(\"x\")"})];
    let table = Table::of(&["name", "size"], &records, 2);
    assert_eq!(table.to_csv(), "\"name\",\"size\"\r\n\"web-1\",\"5\"\r\n\"'=HYPERLINK(\"\"x\"\")\",\"\"\r\n");
    let run = ReportRun {
        id: ReportRunId::from_bytes([3; 16]),
        plan: ReportPlanId::from_bytes([1; 16]),
        name: "Disks: ../../etc & more".into(),
        due_at: at("2026-11-02T07:00:00Z"),
        made_at: at("2026-11-02T07:00:01Z"),
        missed: Some((2, at("2026-10-31T07:00:00Z"))),
        table,
    };
    assert_eq!(run.file_name(), "disks-etc-more-2026-11-02.csv");
    let notice = run.notice();
    assert!(notice.what.to_string().contains("2 were missed since 2026-10-31"), "{}", notice.what);
    assert_eq!((notice.facts["total"].as_u64(), notice.report), (Some(2), Some(run.id)));
}

#[test]
fn only_open_days_count() {
    use crate::calendar::shipped;
    let office = shipped::calendars().into_iter().find(|(name, _)| *name == shipped::OFFICE).unwrap().1;
    let mut daily = plan(Weekday::ALL.to_vec(), "UTC", "2026-11-06T10:00:00Z");
    daily.terms.schedule = Schedule::Weekly {
        days: Weekday::ALL.to_vec(),
        at: "10:00".into(),
        minutes: 1,
        zone: "UTC".into(),
        until: None,
    };
    // A Friday: the next is Monday.
    let due = daily.due(at("2026-11-06T10:00:00Z"), Some(&Opening::of(&office))).unwrap();
    assert_eq!(due.next_at, Some(at("2026-11-09T10:00:00Z")));
}
