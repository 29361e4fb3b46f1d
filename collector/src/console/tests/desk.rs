//! Pages of the desk that others do not have: the catalogue's forms, capacity, improvements, reports, and the link of a mail.

use muster_model::ChangeSet;
use muster_model::capacity::{CapacityTrack, Look, Resource};
use muster_model::improvement::{Event, Terms};
use muster_model::report_plan::{ReportPlan, ReportRun, Subject, Table};
use muster_model::right::Role;
use muster_model::schedule::{Schedule, Weekday};
use muster_shared::id::{HostId, ReportPlanId, ReportRunId, UserId};

use super::lab::{HOSTILE, Lab, SYSTEM};
use crate::service::improvement::Move;

const DAY_MS: i64 = 86_400_000;

impl Lab {
    /// An improvement in review with hostile texts; its number.
    pub(super) async fn improve(&self) -> String {
        let users = self.service.list_users(&SYSTEM).await.unwrap();
        let terms = Terms {
            title: HOSTILE.into(),
            description: HOSTILE.into(),
            measure: HOSTILE.into(),
            baseline: Some(40.0),
            target: Some(20.0),
            owner: users.iter().find(|user| user.value.roles.contains(&Role::Administrator)).map(|user| user.value.id),
            due_at: Some(self.service.now().plus_millis(-DAY_MS)),
            ..Terms::default()
        };
        let number = self.service.create_improvement(&SYSTEM, terms).await.unwrap().value.number;
        for event in [Event::Approve, Event::Start, Event::Review] {
            let asked = Move { event, note: HOSTILE.into(), value: Some(30.0) };
            self.service.move_improvement(&SYSTEM, &number, &asked, None).await.unwrap();
        }
        number
    }

    /// A month of looks at what a host has and uses.
    pub(super) async fn measure(&self, host: &str) {
        let host: HostId = host.parse().unwrap();
        let mut track = CapacityTrack::of(host);
        for day in (0_u32..30).rev() {
            let look = |resource: Resource, label: &str, used: Option<u64>| Look {
                key: resource.as_str().into(),
                resource,
                label: label.into(),
                total: 100 << 30,
                used,
            };
            let used = u64::from(80 - day) << 30;
            let looks = vec![
                look(Resource::Filesystem, HOSTILE, Some(used)),
                look(Resource::Memory, "", Some(10 << 30)),
                look(Resource::Cpu, "", None),
            ];
            track.note(looks, self.service.now().plus_millis(-DAY_MS * i64::from(day)));
        }
        let mut changes = ChangeSet::new();
        changes.create(track);
        self.service.commit(changes).await.unwrap();
    }

    /// A report that came, with hostile texts; the ids of its plan and its run.
    pub(super) async fn schedule_report(&self) -> (String, String) {
        let now = self.service.now();
        let schedule = Schedule::Weekly {
            days: vec![Weekday::Monday],
            at: "07:00".into(),
            minutes: 1,
            zone: "UTC".into(),
            until: None,
        };
        let plan = ReportPlan {
            id: ReportPlanId::new(now),
            terms: muster_model::report_plan::Terms {
                name: HOSTILE.into(),
                subject: Subject::Kpi { days: 7 },
                schedule,
                calendar: None,
                recipients: vec!["ann@example.org".into()],
                channels: Vec::new(),
                is_active: true,
            },
            owner: UserId::from_bytes([1; 16]),
            next_at: Some(now.plus_millis(DAY_MS)),
            last: None,
            created_at: now,
        };
        let run = ReportRun {
            id: ReportRunId::new(now),
            plan: plan.id,
            name: HOSTILE.into(),
            due_at: now,
            made_at: now,
            missed: Some((3, now.plus_millis(-DAY_MS))),
            table: Table { columns: vec!["name".into()], rows: vec![vec![HOSTILE.into()]], total: 1 },
        };
        let ids = (plan.id.to_string(), run.id.to_string());
        let mut changes = ChangeSet::new();
        changes.create(plan);
        changes.create(run);
        self.service.commit(changes).await.unwrap();
        ids
    }

    /// The pages of all that.
    pub(super) async fn desk_pages(&self, host: &str) -> Vec<String> {
        self.measure(host).await;
        let (plan, run) = self.schedule_report().await;
        let offer = self.offer().await;
        vec![
            "/catalogue/new".into(),
            format!("/catalogue/{offer}/edit"),
            "/capacity".into(),
            "/capacity?resource=memory&standing=fine".into(),
            format!("/capacity/{host}"),
            "/improvements".into(),
            "/improvements/new".into(),
            format!("/improvements/{}", self.improve().await),
            "/reports".into(),
            "/reports/new".into(),
            format!("/reports/{plan}"),
            format!("/reports/{plan}/runs/{run}"),
        ]
    }
}

#[tokio::test]
async fn an_item_is_written_published_and_ordered_in_the_console() {
    let lab = Lab::new().await;
    let ann = lab.sign_in("ann", Role::Administrator).await;
    let fields = [
        ("name", "a laptop"),
        ("description", "with a bag"),
        ("form", "model* | one of: small, large | Which model\ncount | integer 1..3 | How many"),
        ("tasks", "buy | Buy it | purchasing\nhand? | Hand it over | | after: buy"),
        ("approval", "none"),
        ("cost", "1299.5 EUR"),
    ];
    let made = lab.post(&ann, "/catalogue/new", &fields).await;
    let path = made.place().split('?').next().unwrap().to_owned();
    assert!(path.starts_with("/catalogue/cat_"), "{path}");
    let page = lab.get(&ann, &path).await.body;
    assert!(page.contains("1299.50 EUR") && page.contains("Buy it") && page.contains("draft"), "{page}");
    let after = page.split("Hand it over").nth(1).unwrap().split("</tr>").next().unwrap();
    assert!(after.contains("Buy it") && !after.contains(">buy<"), "a task is called by its title: {after}");
    // What was written comes back as it was written.
    let edit = lab.get(&ann, &format!("{path}/edit")).await.body;
    assert!(edit.contains("model* | one of: small, large | Which model"), "{edit}");
    assert!(edit.contains("hand? | Hand it over |  | after: buy"), "{edit}");
    let wrong = [("name", "a laptop"), ("form", "model | colour"), ("version", "1")];
    let refused = lab.post(&ann, &format!("{path}/edit"), &wrong).await;
    assert!(refused.status.as_u16() == 422 && refused.body.contains("line 1 does not fit"), "{}", refused.body);
    let moved = lab.post(&ann, &format!("{path}/state/published"), &[("version", "1")]).await;
    assert!(moved.place().contains("done=saved"), "{}", moved.body);
    let stale = lab.post(&ann, &format!("{path}/state/retired"), &[("version", "1")]).await;
    assert_ne!(stale.status.as_u16(), 303, "somebody published it meanwhile");
    let ordered = lab.post(&ann, &path, &[("answer_model", "large"), ("answer_count", "2")]).await;
    assert!(ordered.place().starts_with("/tickets/REQ-"), "{}", ordered.place());
    let moved = lab.post(&ann, &format!("{path}/state/retired"), &[("version", "2")]).await;
    assert!(moved.place().contains("done=saved"), "{}", moved.body);
    let page = lab.get(&ann, &path).await.body;
    assert!(page.contains("retired") && !page.contains("answer_model"), "{page}");
    // Who only asks sees no forms of the catalogue.
    let rita = lab.sign_in("rita", Role::Requester).await;
    assert_eq!(lab.get(&rita, "/catalogue/new").await.status.as_u16(), 403);
    assert_eq!(lab.post(&rita, &format!("{path}/state/published"), &[("version", "3")]).await.status.as_u16(), 404);
}

#[tokio::test]
async fn each_kind_is_cancelled_by_its_own_name() {
    let lab = Lab::new().await;
    let ann = lab.sign_in("ann", Role::Administrator).await;
    for kind in ["problem", "change", "release", "request", "access"] {
        let opened = lab.post(&ann, &format!("/tickets/new?kind={kind}"), &[("title", "a title")]).await;
        let path = opened.place().split('?').next().unwrap().to_owned();
        let page = lab.get(&ann, &path).await.body;
        assert!(page.contains(&format!("Cancel the {kind}")), "{path}: {page}");
        assert!(!page.contains("Cancel the incident"), "{path}");
    }
}

#[tokio::test]
async fn access_that_cannot_be_is_refused_beside_its_field() {
    let lab = Lab::new().await;
    let ann = lab.sign_in("ann", Role::Administrator).await;
    let opened = lab.post(&ann, "/tickets/new?kind=access", &[("title", "for rita")]).await;
    let path = opened.place().split('?').next().unwrap().to_owned();
    let fields = [
        ("account", "Rita With Space; rm"),
        ("entitlement", "account"),
        ("valid_from", "2099-12-10T00:00"),
        ("valid_to", "2099-12-01T00:00"),
        ("version", "1"),
    ];
    let refused = lab.post(&ann, &format!("{path}/details"), &fields).await;
    assert_eq!(refused.status.as_u16(), 422, "{}", refused.body);
    for said in ["no account of a host is called so", "name a time after 2099-12-10 00:00 UTC"] {
        assert!(refused.body.contains(said), "{said}: {}", refused.body);
    }
    for field in ["details-account-error", "details-valid_to-error"] {
        assert!(refused.body.contains(field), "{field}: {}", refused.body);
    }
}

#[tokio::test]
async fn a_window_that_cannot_be_is_refused_beside_its_end_and_what_was_made_already_can_be_said() {
    let lab = Lab::new().await;
    let ann = lab.sign_in("ann", Role::Administrator).await;
    let opened = lab.post(&ann, "/tickets/new?kind=change", &[("title", "a kernel")]).await;
    let path = opened.place().split('?').next().unwrap().to_owned();
    let write = async |start: &str, end: &str, is_made: &str| {
        let fields = [
            ("type", "normal"),
            ("planned_start", start),
            ("planned_end", end),
            ("is_retroactive", is_made),
            ("version", "1"),
        ];
        lab.post(&ann, &format!("{path}/details"), &fields).await
    };
    for (start, end, said) in [
        ("2099-12-10T00:00", "2099-12-01T00:00", "name a time after 2099-12-10 00:00 UTC"),
        ("2020-01-01T00:00", "2020-01-02T00:00", "made already (is_retroactive)"),
    ] {
        let refused = write(start, end, "no").await;
        assert_eq!(refused.status.as_u16(), 422, "{}", refused.body);
        assert!(refused.body.contains("details-planned_end-error") && refused.body.contains(said), "{}", refused.body);
    }
    let saved = write("2020-01-01T00:00", "2020-01-02T00:00", "yes").await;
    assert!(saved.place().contains("done=saved"), "{}", saved.body);
    assert!(lab.get(&ann, &path).await.body.contains("Made already"));
}

#[tokio::test]
async fn changes_and_access_name_hosts_as_people_do() {
    let lab = Lab::new().await;
    let ann = lab.sign_in("ann", Role::Administrator).await;
    let host = lab.service.find_host(&SYSTEM, &lab.host, muster_model::history::Moment::NOW).await.unwrap();
    let name = host.host.value.name;
    for (kind, field) in [("change", "scope_items"), ("access", "hosts")] {
        let opened = lab.post(&ann, &format!("/tickets/new?kind={kind}"), &[("title", "t")]).await;
        let path = opened.place().split('?').next().unwrap().to_owned();
        let wrong = format!("{name}x");
        let refused = lab.post(&ann, &format!("{path}/details"), &[(field, &wrong), ("version", "1")]).await;
        assert_eq!(refused.status.as_u16(), 422, "{}", refused.body);
        assert!(refused.body.contains(&format!("details-{field}-error")), "{}", refused.body);
        assert!(refused.body.contains("near it: "), "{}", refused.body);
        let saved = lab.post(&ann, &format!("{path}/details"), &[(field, &name), ("version", "1")]).await;
        assert!(saved.place().contains("done=saved"), "{}", saved.body);
        let page = lab.get(&ann, &path).await.body;
        let area = page.split(&format!("name=\"{field}\"")).nth(1).unwrap().split("</textarea>").next().unwrap();
        assert!(area.contains("alert(") && !area.contains("host_"), "the form has the name again: {area}");
    }
}

#[tokio::test]
async fn many_tickets_are_moved_by_codes_that_can_be_chosen() {
    let lab = Lab::new().await;
    let ann = lab.sign_in("ann", Role::Administrator).await;
    let page = lab.get(&ann, "/tickets/bulk").await.body;
    let choices = |name: &str| -> Vec<String> {
        let select = page.split(&format!("name=\"{name}\"")).nth(1).unwrap().split("</select>").next().unwrap();
        select.split("value=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    for (name, codes) in [
        ("event", ["", "assign", "cancel", "back_out"]),
        ("reason", ["", "vendor", "false_alarm", "withdrawn"]),
        ("close_code", ["", "fixed", "backed_out", "complete"]),
    ] {
        let all = choices(name);
        for code in codes {
            assert_eq!(all.iter().filter(|one| *one == code).count(), 1, "{name} {code}: {all:?}");
        }
    }
    assert!(!choices("event").contains(&"auto_close".to_owned()), "what only the collector does is no choice");
    let fields = [("tickets", "INC-000001"), ("event", "cancel"), ("reason", "false_alarm")];
    let moved = lab.post(&ann, "/tickets/bulk", &fields).await.body;
    assert!(moved.contains("INC-000001") && moved.contains("cancelled"), "{moved}");
}

#[tokio::test]
async fn times_of_a_plan_are_said_as_elsewhere_and_minutes_with_the_word() {
    let lab = Lab::new().await;
    let ann = lab.sign_in("ann", Role::Administrator).await;
    let opened = lab.post(&ann, "/tickets/new?kind=change", &[("title", "nightly")]).await;
    let path = opened.place().split('?').next().unwrap().to_owned();
    let fields = [
        ("planned_start", "2099-12-09T10:00"),
        ("planned_end", "2099-12-10T10:00"),
        ("recurrence", "daily at 02:00 for 120 UTC"),
        ("version", "1"),
    ];
    let saved = lab.post(&ann, &format!("{path}/details"), &fields).await;
    assert!(saved.place().contains("done=saved"), "{}", saved.body);
    let page = lab.get(&ann, &path).await.body;
    assert!(page.contains("2099-12-09 10:00:00 UTC") && page.contains("daily at 02:00 for 120 minutes, UTC"), "{page}");
    assert!(!page.contains("2099-12-09T10:00:00"), "no time is written as machines do");
    // Of a standard change one of them has to be in its window.
    let never = [("type", "standard"), ("recurrence", "monday at 02:00 for 120 minutes, UTC"), ("version", "2")];
    let refused = lab.post(&ann, &format!("{path}/details"), &never).await;
    assert_eq!(refused.status.as_u16(), 422, "{}", refused.body);
    assert!(refused.body.contains("details-recurrence-error"), "{}", refused.body);
}

#[tokio::test]
async fn a_number_out_of_range_is_told_with_the_range_and_a_group_of_accounts_is_none_of_spares() {
    use muster_model::ticket::edit::Opening;
    use muster_model::ticket::{Channel, Details, Kind};

    let lab = Lab::empty(false).await;
    let ann = lab.sign_in("ann", Role::Administrator).await;
    let opening = Opening { details: Details::empty(Kind::Change), ..Opening::incident("t".into(), Channel::Api) };
    let number = lab.service.create_ticket(&SYSTEM, opening, None).await.unwrap().value.number;
    let refused = lab.post(&ann, &format!("/tickets/{number}/details"), &[("outage_minutes", "-5")]).await;
    assert_eq!(refused.status, axum::http::StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("write a whole number, 0 or more"), "{}", refused.body);
    let rules = lab.get(&ann, "/separations").await.body;
    assert!(rules.contains("one_group") && !rules.contains("Redundancy group"), "{rules}");
}
