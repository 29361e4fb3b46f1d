//! A collector with one hostile host on it, and a browser that is signed in.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use muster_model::right::{Actor, Role};
use muster_shared::canonical::{Digest, root_digest, section_digest};
use muster_shared::enrollment::EnrollmentToken;
use muster_shared::id::{AgentId, ReportId};
use muster_shared::protocol::EnrollRequest;
use muster_shared::report::{Change, Report, SCHEMA, SectionReport};
use muster_shared::{Clock, Item, ManualClock, Problem, SectionName, SectionStatus, Time, volatility};
use muster_store_sled::{Options, SledStore};
use rcgen::{CertificateParams, KeyPair};
use serde_json::json;
use tempfile::TempDir;
use tower::ServiceExt;

use crate::app::App;
use crate::authority::Authority;
use crate::service::account::NewUser;
use crate::service::{Call, Policy, Service, Window};

/// What hosts and people call things here.
pub(super) const HOSTILE: &str = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>";
pub(super) const PASSWORD: &str = "correct horse battery staple";
pub(super) const SYSTEM: Call = Call { actor: Actor::System("test"), via: "command", request_id: None };

/// An answer.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Reply {
    pub(super) fn place(&self) -> &str {
        self.headers.get(header::LOCATION).map(|place| place.to_str().unwrap()).unwrap_or_default()
    }
}

/// A browser's session.
#[derive(Clone, Default)]
pub(super) struct Browser {
    pub(super) cookie: String,
    pub(super) csrf: String,
    pub(super) language: &'static str,
}

pub(super) struct Lab {
    pub(super) service: Arc<Service>,
    pub(super) clock: Arc<ManualClock>,
    router: Router,
    sections: BTreeMap<SectionName, Vec<Item>>,
    agent: AgentId,
    seq: u64,
    pub(super) host: String,
    _dir: TempDir,
}

fn user(name: &str, uid: u32) -> Item {
    Item::new(name).with("name", name).with("uid", uid).with("shell", "/bin/sh").with("groups", json!(["users"]))
}

/// Enrolls an agent by a token.
pub(super) async fn enroll(service: &Service, token: &str) -> AgentId {
    let token: EnrollmentToken = token.parse().unwrap();
    let csr = CertificateParams::default().serialize_request(&KeyPair::generate().unwrap()).unwrap();
    let request = EnrollRequest {
        token_id: token.id,
        token_secret: token.secret,
        csr_pem: csr.pem().unwrap(),
        hostname: HOSTILE.into(),
        machine_id: None,
        system_uuid: None,
        system_serial: None,
        agent_version: HOSTILE.into(),
    };
    service.enroll(request, [127, 0, 0, 1].into()).await.unwrap().agent_id
}

impl Lab {
    /// A host with an incident: an account with power, and a hostile name, has appeared on it.
    pub(super) async fn new() -> Self {
        let mut lab = Self::empty(false).await;
        lab.sections = BTreeMap::from([
            (
                SectionName::Host,
                vec![Item::new("host").with("name", HOSTILE).with("machine_id", "machine-1").with("os_name", HOSTILE)],
            ),
            (SectionName::User, vec![user("root", 0)]),
            (
                SectionName::Package,
                vec![Item::new("bash").with("name", HOSTILE).with("version", "1.0").with("manager", "dpkg")],
            ),
            (
                SectionName::LoginPolicy,
                vec![Item::new("PermitRootLogin").with("name", "PermitRootLogin").with("value", "no")],
            ),
        ]);
        lab.report().await;
        lab.sections.get_mut(&SectionName::User).unwrap().push(user(HOSTILE, 0));
        let value = Item::new("PermitRootLogin").with("name", "PermitRootLogin").with("value", HOSTILE);
        lab.sections.insert(SectionName::LoginPolicy, vec![value]);
        lab.clock.advance_millis(10_000);
        lab.report().await;
        lab
    }

    /// A collector without hosts.
    pub(super) async fn empty(is_secure: bool) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(Time::from_millis(1_790_000_000_000)));
        let options = Options { cache_bytes: 4 << 20, ..Options::new(dir.path().join("store")) };
        let store = Arc::new(SledStore::open(&options).unwrap());
        let policy = Policy {
            agents: muster_shared::protocol::Settings::default(),
            windows: muster_model::drift::Windows::default(),
            retention: muster_model::retention::Retention::default(),
            agents_url: "https://collector.test:8443".into(),
            console_url: "http://127.0.0.1:8080".into(),
        };
        let authority = Authority::open(&dir.path().join("pki"), clock.now()).unwrap();
        let service = Arc::new(Service::new(store, Arc::<ManualClock>::clone(&clock), authority, policy));
        let app = Arc::new(App { service: Arc::clone(&service), is_secure });
        let router = crate::console::router().with_state(app);
        let (text, _) = service.create_enrollment_token(&SYSTEM, HOSTILE, 2, 10).await.unwrap();
        let agent = enroll(&service, &text).await;
        let (sections, host) = (BTreeMap::new(), String::new());
        Self { service, clock, router, sections, agent, seq: 0, host, _dir: dir }
    }

    async fn report(&mut self) {
        let report = self.whole();
        let body = Digest::of(&serde_json::to_vec(&report).unwrap());
        let ack =
            self.service.ingest(self.agent, report, body, "sha-256=:x:".into(), Default::default()).await.unwrap();
        self.host = ack.host_id.to_string();
        self.settle().await;
    }

    /// Another machine with the same identity: its report waits for a person.
    pub(super) async fn twin(&mut self) {
        let (text, _) = self.service.create_enrollment_token(&SYSTEM, HOSTILE, 1, 10).await.unwrap();
        let agent = enroll(&self.service, &text).await;
        let report = self.whole();
        let body = Digest::of(&serde_json::to_vec(&report).unwrap());
        self.service.ingest(agent, report, body, "sha-256=:x:".into(), Default::default()).await.unwrap_err();
        self.settle().await;
    }

    /// Everything that is found on the machine.
    fn whole(&mut self) -> Report {
        self.seq += 1;
        let mut digests = BTreeMap::new();
        let mut sections = BTreeMap::new();
        for (name, items) in &self.sections {
            let (items, metrics) = volatility::split(*name, items.clone());
            let digest = section_digest(items.iter().map(Item::as_pair));
            digests.insert(*name, digest);
            let (status, change) = (SectionStatus::Ok, Change::Whole(items));
            sections.insert(
                *name,
                SectionReport {
                    view_changed: false,
                    status,
                    problems: vec![],
                    not_before: None,
                    digest,
                    change,
                    metrics,
                },
            );
        }
        let problem = Problem { source: HOSTILE.into(), message: HOSTILE.into() };
        let denied = SectionReport {
            view_changed: false,
            status: SectionStatus::Denied,
            problems: vec![problem],
            not_before: None,
            digest: section_digest(&BTreeMap::new()),
            change: Change::Same,
            metrics: BTreeMap::new(),
        };
        sections.insert(SectionName::SudoRule, denied);
        Report {
            schema: SCHEMA,
            report_id: ReportId::new(self.clock.now()),
            boot_id: "boot-1".into(),
            seq: self.seq,
            collected_at: self.clock.now(),
            agent_version: "0.1.0".into(),
            base: 0,
            next: self.seq,
            root: root_digest(&digests),
            sections,
        }
    }

    /// Lets the engine do all that it can do now.
    async fn settle(&self) {
        loop {
            let drift = self.service.drift_step().await.unwrap();
            let due = self.service.due_step().await.unwrap();
            let routed = self.service.route_step().await.unwrap();
            let kept = self.service.level_step().await.unwrap() || self.service.level_due().await.unwrap();
            let alerts = self.service.alert_step().await.unwrap() || self.service.alert_route_step().await.unwrap();
            if !(drift || due || routed || kept || alerts) {
                return;
            }
        }
    }

    /// A new account, signed in.
    pub(super) async fn sign_in(&self, name: &str, role: Role) -> Browser {
        self.sign_in_within(name, &[role], muster_model::right::Reaches::new()).await
    }

    /// A new account whose roles count where this says, signed in.
    pub(super) async fn sign_in_within(
        &self,
        name: &str,
        roles: &[Role],
        reaches: muster_model::right::Reaches,
    ) -> Browser {
        let password = Some(PASSWORD.to_owned());
        let new = NewUser {
            name: name.into(),
            display_name: Some(HOSTILE.into()),
            password,
            roles: roles.to_vec(),
            reaches,
            manager: None,
        };
        self.service.create_user(&SYSTEM, new).await.unwrap();
        let (cookie, signed_in) = self.service.sign_in(name, PASSWORD, "127.0.0.1", HOSTILE).await.unwrap();
        Browser { cookie, csrf: signed_in.session.csrf_token, language: "en" }
    }

    /// A one-time link's secret for an account.
    pub(super) async fn link(&self, name: &str) -> String {
        let users = self.service.list_users(&SYSTEM).await.unwrap();
        let user = users.into_iter().find(|user| user.value.name == name).unwrap();
        self.service.create_sign_in_link(&SYSTEM, user.value.id).await.unwrap()
    }

    pub(super) async fn get(&self, browser: &Browser, path: &str) -> Reply {
        self.send(browser, Method::GET, path, None, "").await
    }

    /// A form with the session's token.
    pub(super) async fn post(&self, browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Reply {
        let mut all = vec![("csrf", browser.csrf.as_str())];
        all.extend_from_slice(fields);
        self.post_raw(browser, path, &all).await
    }

    /// A form with these fields and no other.
    pub(super) async fn post_raw(&self, browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Reply {
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", crate::console::markup::url(value))).collect();
        self.post_as(browser, path, "application/x-www-form-urlencoded", pairs.join("&")).await
    }

    /// A body of some kind.
    pub(super) async fn post_as(&self, browser: &Browser, path: &str, kind: &str, body: String) -> Reply {
        self.send(browser, Method::POST, path, Some(body), kind).await
    }

    async fn send(&self, browser: &Browser, method: Method, path: &str, body: Option<String>, kind: &str) -> Reply {
        let mut request = Request::builder().method(method).uri(path).header("accept-language", browser.language);
        if !browser.cookie.is_empty() {
            request = request.header("cookie", format!("muster-session={}", browser.cookie));
        }
        if body.is_some() {
            request = request.header("content-type", kind);
        }
        let request = request.body(Body::from(body.unwrap_or_default())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Reply { status: parts.status, headers: parts.headers, body }
    }

    /// The finding whose title has this in it.
    pub(super) async fn finding(&self, part: &str) -> muster_model::finding::Finding {
        let page = self
            .service
            .list_findings(&SYSTEM, &muster_model::query::Query::default(), &Window::default())
            .await
            .unwrap();
        page.items
            .into_iter()
            .map(|stored| stored.value)
            .find(|finding| finding.title().to_string().contains(part))
            .unwrap()
    }

    /// A business service that depends on the host, and a class, with hostile names; made once.
    pub(super) async fn declare(&self) -> (String, &'static str) {
        use crate::service::class::ClassDraft;
        use crate::service::declared::NewItem;
        use crate::service::relation::NewRelation;
        use muster_model::declared::Edit;

        let known = self.service.list_declared(&SYSTEM, "business_service", &Window::default()).await.unwrap();
        if let Some(known) = known.items.first() {
            return (known.value.id.to_string(), "gadget");
        }
        let attribute = muster_model::class::AttributeDefinition {
            meaning: HOSTILE.into(),
            ..muster_model::class::AttributeDefinition::plain("wattage", muster_shared::attribute::Kind::Integer)
        };
        let draft = ClassDraft {
            label: HOSTILE.into(),
            meaning: HOSTILE.into(),
            attributes: vec![attribute],
            reason: HOSTILE.into(),
            ..ClassDraft::default()
        };
        self.service.create_class(&SYSTEM, "gadget", draft).await.unwrap();
        let edit = Edit { name: Some(HOSTILE.into()), owner: Some(Some(HOSTILE.into())), ..Edit::default() };
        let new = NewItem { class: "business_service".into(), edit, reason: HOSTILE.into() };
        let item = self.service.create_declared(&SYSTEM, new, None).await.unwrap().value.id;
        let to = self.host.parse().unwrap();
        let relation = NewRelation { kind: "depends_on".into(), to, group: None, reason: HOSTILE.into() };
        self.service.declare_relation(&SYSTEM, item, relation).await.unwrap();
        (item.to_string(), "gadget")
    }

    /// The incident of this number.
    pub(super) async fn ticket(&self, number: &str) -> muster_model::Versioned<muster_model::ticket::Ticket> {
        self.service.get_ticket(&SYSTEM, number).await.unwrap()
    }

    /// How many entries the audit trail has: whether something was changed at all.
    pub(super) async fn changes(&self) -> u64 {
        let page = self
            .service
            .list_audit(&SYSTEM, &muster_model::query::Query::default(), &Window { limit: 1, cursor: None })
            .await
            .unwrap();
        page.items.first().map(|entry| entry.seq).unwrap_or_default()
    }

    /// A grant with hostile texts that somebody gave themselves, and its ticket's number.
    pub(super) async fn break_glass(&self) -> String {
        use muster_model::ticket::edit::Opening;
        use muster_model::ticket::transition::Fields;
        use muster_model::ticket::{Channel, Details, Kind};

        let terms =
            json!({"terms": {"account": "eve", "entitlement": "sudo", "hosts": [self.host], "reason": HOSTILE}});
        let opening = Opening {
            details: Details::empty(Kind::Access).patched(&terms).unwrap(),
            ..Opening::incident(HOSTILE.into(), Channel::Api)
        };
        let ticket = self.service.create_ticket(&SYSTEM, opening, None).await.unwrap().value;
        let actor = Actor::User {
            id: muster_shared::id::UserId::from_bytes([4; 16]),
            name: "on call".into(),
            roles: vec![Role::Responder],
            reaches: muster_model::right::Reaches::new(),
            scopes: None,
        };
        let call = Call { actor, via: "api", request_id: None };
        let fields = Fields { comment: Some(HOSTILE.into()), ..Fields::default() };
        Box::pin(self.service.transition_ticket(&call, &ticket.number, "break_glass", fields, None)).await.unwrap();
        while Box::pin(self.service.access_step()).await.unwrap() {}
        ticket.number
    }

    /// A round in which people look over access, and what must be separate, with hostile texts.
    pub(super) async fn review_access(&self) -> String {
        use muster_model::grant::recertification::Scope;
        use muster_model::grant::separation::{Rule, Side};
        use muster_model::ticket::access::Entitlement;

        let side =
            |group: &str| Side { entitlement: Entitlement::Group, group: Some(group.into()), hosts: String::new() };
        let (one, other) = (side(HOSTILE), side("other"));
        let rule = Rule { name: HOSTILE.into(), one, other, reason: HOSTILE.into(), is_enabled: true };
        self.service.create_separation(&SYSTEM, rule).await.unwrap();
        let draft = crate::service::access::campaign::CampaignDraft {
            name: HOSTILE.into(),
            scope: Scope::default(),
            window_days: 14,
        };
        self.service.create_campaign(&SYSTEM, draft).await.unwrap().value.id.to_string()
    }

    /// A change with hostile texts whose votes are asked for, a link and a task.
    pub(super) async fn plan_change(&self) -> String {
        use muster_model::text::Text;
        use muster_model::ticket::edit::Opening;
        use muster_model::ticket::transition::Fields;
        use muster_model::ticket::{Channel, Details, Kind, LinkKind};

        let (start, end) = (self.service.now(), self.service.now().plus_millis(3_600_000));
        let plan = json!({"plan": {
            "reason": HOSTILE, "scope": {"items": [self.host], "facts": [{"section": "package", "key": HOSTILE}]},
            "planned_start": start, "planned_end": end, "implementation": HOSTILE, "test": HOSTILE, "backout": HOSTILE,
            "outage_minutes": 5, "checks": [HOSTILE],
        }});
        let opening = Opening {
            details: Details::empty(Kind::Change).patched(&plan).unwrap(),
            description: Text::Written(HOSTILE.into()),
            ..Opening::incident(HOSTILE.into(), Channel::Api)
        };
        let ticket = self.service.create_ticket(&SYSTEM, opening, None).await.unwrap().value;
        let task = Opening {
            details: Details::empty(Kind::Task),
            parent: Some(ticket.id),
            ..Opening::incident(HOSTILE.into(), Channel::Api)
        };
        self.service.create_ticket(&SYSTEM, task, None).await.unwrap();
        let number = ticket.number;
        self.service.link_tickets(&SYSTEM, &number, LinkKind::RelatesTo, "INC-000001", None).await.unwrap();
        let new = NewUser {
            name: "peer".into(),
            display_name: Some(HOSTILE.into()),
            password: None,
            roles: vec![Role::Responder],
            reaches: muster_model::right::Reaches::new(),
            manager: None,
        };
        self.service.create_user(&SYSTEM, new).await.unwrap();
        // The system is no person, and these events are a person's.
        let actor = Actor::User {
            id: muster_shared::id::UserId::from_bytes([3; 16]),
            name: "planner".into(),
            roles: vec![Role::ChangeManager],
            reaches: muster_model::right::Reaches::new(),
            scopes: None,
        };
        let planner = Call { actor, via: "api", request_id: None };
        for event in ["submit", "request_approval"] {
            let moving = self.service.transition_ticket(&planner, &number, event, Fields::default(), None);
            Box::pin(moving).await.unwrap();
        }
        number
    }

    /// An item of the catalogue with hostile texts and a request that was made from it; the id of the item.
    pub(super) async fn offer(&self) -> String {
        use crate::service::catalogue::Order;
        use muster_model::catalogue::{Offer, TaskTemplate};
        use muster_model::ticket::Channel;

        let fields = json!({
            "text": {"type": "string", "title": HOSTILE, "description": HOSTILE, "maxLength": 100},
            "choice": {"type": "string", "title": HOSTILE, "enum": [HOSTILE]},
            "day": {"type": "string", "format": "date"},
            "count": {"type": "integer"},
            "sure": {"type": "boolean"},
        });
        let task = TaskTemplate { name: HOSTILE.into(), title: HOSTILE.into(), ..TaskTemplate::default() };
        let offer = Offer {
            name: HOSTILE.into(),
            description: HOSTILE.into(),
            category: HOSTILE.into(),
            state: muster_model::catalogue::ItemState::Published,
            form: json!({"type": "object", "properties": fields, "required": ["choice"]}),
            tasks: vec![task],
            ..Offer::default()
        };
        let id = self.service.create_catalogue_item(&SYSTEM, offer).await.unwrap().value.id.to_string();
        let answers = json!({"choice": HOSTILE, "text": HOSTILE});
        let order = Order { answers, beneficiary: None, channel: Channel::Portal };
        self.service.order(&SYSTEM, &id, order, None).await.unwrap();
        id
    }

    /// An article, a known error that the first incident is like, a file on that incident and its mark as a major one, all with hostile
    /// texts; the number of the article.
    pub(super) async fn know(&self) -> String {
        use crate::service::knowledge::ArticleEdit;
        use crate::service::ticket::attachment::NewAttachment;
        use muster_model::knowledge::ArticleState;
        use muster_model::ticket::edit::Opening;
        use muster_model::ticket::major::{Fields, Step};
        use muster_model::ticket::{Channel, Details, Kind, Visibility};

        let incident = self.service.get_ticket(&SYSTEM, "INC-000001").await.unwrap().value;
        let analysis = json!({"analysis": {
            "cause": HOSTILE, "workaround": HOSTILE, "signature": {"kind": incident.drift.unwrap().policy},
        }});
        let opening = Opening {
            details: Details::empty(Kind::Problem).patched(&analysis).unwrap(),
            ..Opening::incident(HOSTILE.into(), Channel::Api)
        };
        self.service.create_ticket(&SYSTEM, opening, None).await.unwrap();
        let name = format!("{}.html", HOSTILE.replace(['/', ':', '\n'], "_").trim());
        let new = NewAttachment { name, visibility: Visibility::Public, bytes: HOSTILE.as_bytes().to_vec() };
        self.service.attach(&SYSTEM, "INC-000001", new, None).await.unwrap();
        let fields = Fields { note: Some(HOSTILE.into()), ..Fields::default() };
        self.service.step_major(&SYSTEM, "INC-000001", Step::Propose, fields, None).await.unwrap();
        let title = format!("{HOSTILE} {}", incident.title).chars().take(200).collect();
        let draft = ArticleEdit {
            title: Some(title),
            body: Some(HOSTILE.into()),
            keywords: Some(vec!["login".into()]),
            state: Some(ArticleState::Published),
            review_at: Some(self.service.now().plus_millis(86_400_000)),
            reason: Some(HOSTILE.into()),
            ..ArticleEdit::default()
        };
        self.service.create_article(&SYSTEM, draft).await.unwrap().value.number
    }

    /// A policy with hostile texts.
    pub(super) async fn make_policy(&self) -> String {
        use crate::service::policy::PolicyDraft;
        use muster_model::policy::{Class, Outcome, Severity};

        let draft = PolicyDraft {
            id: "hostile".into(),
            purpose: HOSTILE.chars().take(200).collect(),
            section: SectionName::User,
            scope: String::new(),
            condition: "item.uid == 0 && key != '<script>alert(1)</script>'".into(),
            severity: Severity::Minor,
            class: Class::Critical,
            outcome: Outcome::Finding,
            patience: muster_model::policy::patience::Patience::default(),
            is_enabled: true,
        };
        self.service.create_policy(&SYSTEM, draft).await.unwrap().id
    }

    /// A profile with hostile words.
    pub(super) async fn make_profile(&self) -> String {
        use crate::service::profile::ProfileDraft;
        use muster_model::policy::{Class, Outcome, Severity};

        let draft = ProfileDraft {
            id: "hostile-profile".into(),
            purpose: HOSTILE.chars().take(200).collect(),
            scope: String::new(),
            layer: 1,
            expectations: vec!["not user <script>alert(1)</script>".into(), "have package auditd".into()],
            severity: Severity::Minor,
            class: Class::Critical,
            outcome: Outcome::Finding,
            is_enabled: true,
        };
        self.service.create_profile(&SYSTEM, draft).await.unwrap().profile.value.id
    }

    /// A rota with a hostile name, and somebody in it.
    pub(super) async fn make_rota(&self) -> String {
        use crate::service::on_call::RotaDraft;
        use muster_model::on_call::{Hours, Layer, Unit};

        let someone = self.service.list_people(&SYSTEM).await.unwrap().remove(0).id;
        let name: String = HOSTILE.replace('\n', " ").chars().take(40).collect();
        let (from, to) = ("18:00".parse().unwrap(), "08:00".parse().unwrap());
        let layer = |hours| Layer {
            name: name.clone(),
            members: vec![someone],
            every: 1,
            unit: Unit::Week,
            starts_on: "2026-01-05".parse().unwrap(),
            handover: "09:00".parse().unwrap(),
            hours,
        };
        let layers = vec![layer(None), layer(Some(Hours { from, to, days: Vec::new() }))];
        let draft = RotaDraft { name: name.clone(), group: None, zone: "Europe/Berlin".parse().unwrap(), layers };
        self.service.save_rota(&SYSTEM, None, draft).await.unwrap().value.id.to_string()
    }

    /// A plan with a hostile name that calls somebody.
    pub(super) async fn make_plan(&self) -> String {
        use crate::service::on_call::escalation::EscalationPolicyDraft;
        use muster_model::notification::subscription::Target;
        use muster_model::on_call::escalation::Step;

        let someone = self.service.list_people(&SYSTEM).await.unwrap().remove(0).id;
        let draft = EscalationPolicyDraft {
            name: HOSTILE.replace('\n', " ").chars().take(40).collect(),
            filter: "priority:1".into(),
            order: 1,
            steps: vec![Step { after_minutes: 5, targets: vec![Target::User(someone)] }],
            repeat: 0,
            repeat_after_minutes: 0,
            is_active: true,
        };
        self.service.save_escalation_policy(&SYSTEM, None, draft).await.unwrap().value.id.to_string()
    }

    /// A proposal of a problem with hostile words.
    pub(super) async fn propose_problem(&self) -> String {
        use muster_model::problem_proposal::{Place, ProblemProposal, ProposalState, Reason, Rule, Subject, Witness};

        let incident = self.service.get_ticket(&SYSTEM, "INC-000001").await.unwrap().value;
        let origin = incident.drift.unwrap();
        let subject = Subject::Cause { item: HOSTILE.into() };
        let proposal = ProblemProposal {
            id: subject.id(),
            subject,
            title: HOSTILE.into(),
            reasons: vec![Reason { rule: Rule::SameItem, count: 3 }],
            tickets: vec![Witness { ticket: incident.id, number: incident.number, opened_at: incident.opened_at }],
            findings: origin.findings,
            hosts: vec![Place { host: origin.host, name: HOSTILE.into() }],
            first_at: incident.opened_at,
            last_at: incident.opened_at,
            state: ProposalState::Proposed,
        };
        let id = proposal.id.clone();
        let mut changes = muster_model::ChangeSet::new();
        changes.create(proposal);
        self.service.commit(changes).await.unwrap();
        id
    }

    /// A search with a hostile name that somebody shares.
    /// Alerts of hostile words: one that made an incident, one that is silenced, and one under maintenance.
    pub(super) async fn alerts(&self) -> (String, String, String) {
        use crate::service::alert::{MaintenanceDraft, SilenceDraft};
        use muster_model::alert::event::{Event, Level};
        use muster_model::schedule::Schedule;

        let now = self.service.now();
        let event = |kind: &str, level| Event {
            source: HOSTILE.into(),
            source_event_id: None,
            ci_ref: self.host.clone(),
            kind: kind.into(),
            resource: HOSTILE.into(),
            metric: Some(HOSTILE.into()),
            severity: level,
            occurred_at: None,
            dedup_key: None,
            summary: HOSTILE.into(),
            attrs: [(HOSTILE.to_owned(), HOSTILE.to_owned())].into(),
        };
        let reason = Some(HOSTILE.to_owned());
        let silence =
            SilenceDraft { matcher: Some("kind:load".into()), reason: reason.clone(), ..SilenceDraft::default() };
        let silence = self.service.create_silence(&SYSTEM, silence).await.unwrap().value.id;
        let mut events = vec![Ok(event("disk_full", Level::Critical)), Ok(event("load", Level::Warning))];
        let taken = self.service.receive_events(&SYSTEM, &events).await.unwrap();
        self.settle().await;
        let schedule = Schedule::Never { starts_at: now, ends_at: now.plus_millis(3_600_000) };
        let window = MaintenanceDraft {
            name: Some(HOSTILE.into()),
            items: Some(vec![self.host.parse().unwrap()]),
            hosts: Some("site:fra".into()),
            schedule: Some(schedule),
            reason,
        };
        let window = self.service.create_maintenance(&SYSTEM, window).await.unwrap().value.id;
        events =
            vec![Ok(event("fan", Level::Major)), Ok(Event { ci_ref: HOSTILE.into(), ..event("fan", Level::Minor) })];
        self.service.receive_events(&SYSTEM, &events).await.unwrap();
        self.settle().await;
        let alert = taken[0].as_ref().unwrap().alert.as_ref().unwrap().id;
        (alert.to_string(), silence.to_string(), window.to_string())
    }

    pub(super) async fn save_search(&self) -> String {
        use crate::service::saved_search::SavedSearchDraft;
        use muster_model::saved_search::ListName;

        let roles = vec![Role::Administrator];
        let new = NewUser {
            name: "saver".into(),
            display_name: None,
            password: None,
            roles: roles.clone(),
            reaches: muster_model::right::Reaches::new(),
            manager: None,
        };
        let user = self.service.create_user(&SYSTEM, new).await.unwrap().value;
        let actor = user.actor(None);
        let call = Call { actor, via: "test", request_id: None };
        let filter = format!("name:\"{}\"", HOSTILE.replace('"', "\\\""));
        let (columns, sort) = (Vec::new(), String::new());
        let (name, list) = (HOSTILE.into(), ListName::Hosts);
        let draft = SavedSearchDraft { name, list, filter, columns, sort, is_shared: true };
        self.service.create_saved_search(&call, draft).await.unwrap().search.value.id.to_string()
    }

    /// The first item of a class.
    pub(super) async fn item_of(&self, class: &str) -> String {
        let query = muster_model::query::Query::parse(&format!("class:{class}"), &muster_model::query::fields::ITEM);
        let items = self.service.list_items(&SYSTEM, &query.unwrap(), &Window::default()).await.unwrap().items;
        items.first().unwrap().id.to_string()
    }
}
