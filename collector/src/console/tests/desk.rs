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
            owner: users.first().map(|user| user.value.id),
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
