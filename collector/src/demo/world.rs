//! The world in which the demo happens: its clock, its hosts, its people, and what is still to happen. Time walks from step to step;
//! every hour on the way all hosts say that they live, and once a day each tells what it uses.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use axum::http;
use muster_shared::enrollment::EnrollmentToken;
use muster_shared::id::AgentId;
use muster_shared::{Clock as _, ManualClock, SectionName, Time};
use serde_json::{Value, json};

use super::agenda::{Act, Agenda, Edit, Method};
use super::chance::Chance;
use super::desk::{Desk, MAKER};
use super::fleet::{self, Planned, Role};
use super::inventory::{self, DATA};
use super::machine::Machine;
use super::people::ADMIN;
use super::{DemoError, Tell, Wanted, pump};
use crate::app::Shared;
use crate::service::Service;

const HOUR_MS: i64 = 3_600_000;
const DAY_HOURS: i64 = 24;
/// How often hosts are compared and reports are made.
const ROUND_HOURS: i64 = 6;
/// What an answer takes: nothing in the demo happens at the same moment as something else.
const MOMENT_MS: i64 = 1_000;
/// Votes on one ticket at the most.
const MOST_VOTES: usize = 12;
/// After so long a host that told something looks again.
const SECOND_LOOK_MS: i64 = 110_000;

/// What a handle stands for.
#[derive(Clone, Debug)]
struct Kept {
    id: String,
    number: Option<String>,
}

/// The world.
pub(super) struct World {
    service: Arc<Service>,
    clock: Arc<ManualClock>,
    desk: Desk,
    machines: BTreeMap<String, Machine>,
    plans: BTreeMap<String, Planned>,
    kept: HashMap<String, Kept>,
    usage: Chance,
    hours: i64,
    next_hour: Time,
    /// Steps that the collector refused.
    pub(super) refused: usize,
    /// Who is told of each day that went by.
    pub(super) tell: Tell,
}

impl World {
    /// The world on its first day: hosts are enrolled and people have accounts.
    pub(super) async fn new(app: Shared, clock: Arc<ManualClock>, wanted: Wanted) -> Result<Self, DemoError> {
        let service = Arc::clone(&app.service);
        let mut desk = Desk::open(app, &clock).await?;
        desk.admit(&service).await?;
        let now = clock.now();
        let mut world = Self {
            service,
            clock,
            desk,
            machines: BTreeMap::new(),
            plans: BTreeMap::new(),
            kept: HashMap::new(),
            usage: Chance::of(wanted.seed, "usage"),
            hours: 0,
            next_hour: now.plus_millis(HOUR_MS),
            refused: 0,
            tell: Box::new(|_| {}),
        };
        for plan in fleet::plan(wanted.hosts) {
            world.enroll(plan, wanted.seed).await?;
        }
        Box::pin(pump::settle(&world.service)).await?;
        Ok(world)
    }

    async fn enroll(&mut self, plan: Planned, seed: u64) -> Result<(), DemoError> {
        let (text, _) = self.service.create_enrollment_token(&MAKER, &plan.short, 1, 10).await?;
        let token: EnrollmentToken = text.parse().map_err(|_| DemoError::Key("an enrollment token".into()))?;
        let sections = inventory::of(&plan, seed, self.clock.now());
        let name = plan.name();
        let mut machine = Machine::enroll(&self.service, &token, (&name, plan.address()), sections).await?;
        machine.report(&self.service).await?;
        let host = machine.host.map(|id| id.to_string()).unwrap_or_default();
        let said = json!({
            "site": plan.site, "owner": plan.role.team(), "criticality": plan.role.criticality(),
        });
        self.desk.ask("jonas", http::Method::PATCH, &format!("/hosts/{host}"), Some(&said)).await?;
        self.clock.advance_millis(MOMENT_MS);
        self.machines.insert(plan.short.clone(), machine);
        self.plans.insert(plan.short.clone(), plan);
        Ok(())
    }

    /// The hosts as they were planned.
    pub(super) fn plans(&self) -> impl Iterator<Item = &Planned> {
        self.plans.values()
    }

    /// Lets everything happen that is to happen by `until`.
    pub(super) async fn live(&mut self, agenda: &mut Agenda, until: Time) -> Result<(), DemoError> {
        while let Some((at, act)) = agenda.next(until) {
            self.pass(at).await?;
            if let Act::Hosts { names, .. } = &act {
                agenda.add(self.clock.now().plus_millis(SECOND_LOOK_MS), Act::Look { names: names.clone() });
            }
            match Box::pin(self.perform(act)).await {
                // A fleet without one step of its story is better than none; how many there were is counted and told.
                Err(error @ (DemoError::Refused { .. } | DemoError::Unknown(_))) => {
                    tracing::warn!(at = %self.clock.now(), "{error}");
                    self.refused += 1;
                }
                outcome => outcome?,
            }
            self.clock.advance_millis(MOMENT_MS);
            Box::pin(pump::settle(&self.service)).await?;
        }
        self.pass(until).await
    }

    /// Time goes by, hour by hour.
    async fn pass(&mut self, until: Time) -> Result<(), DemoError> {
        while self.next_hour <= until {
            self.move_to(self.next_hour);
            self.next_hour = self.next_hour.plus_millis(HOUR_MS);
            self.hour().await?;
        }
        self.move_to(until);
        Ok(())
    }

    fn move_to(&self, at: Time) {
        self.clock.advance_millis(at.since(self.clock.now()).max(0));
    }

    /// All hosts are heard before anybody looks who is silent.
    async fn hour(&mut self) -> Result<(), DemoError> {
        self.hours += 1;
        if self.hours % DAY_HOURS == 0 {
            let day = self.hours / DAY_HOURS;
            tracing::info!(day, "a day of the demo");
            (self.tell)(u16::try_from(day).unwrap_or(u16::MAX));
        }
        for (index, machine) in (0_i64..).zip(self.machines.values_mut()) {
            if machine.is_silent {
                continue;
            }
            if (index + self.hours) % DAY_HOURS == 0 {
                if let Some(plan) = self.plans.values().find(|plan| machine.name == plan.name()) {
                    wear(machine, plan.role, &mut self.usage);
                }
                heard(machine.report(&self.service).await)?;
            } else {
                heard(machine.beat(&self.service).await)?;
            }
        }
        if self.hours % ROUND_HOURS == 0 {
            Box::pin(pump::rounds(&self.service)).await?;
        }
        Box::pin(pump::hour(&self.service)).await?;
        Ok(())
    }

    async fn perform(&mut self, act: Act) -> Result<(), DemoError> {
        match act {
            Act::Ask { who, method, path, body, handle } => self.ask(who, method, &path, body, handle).await,
            Act::Vote { who, ticket, body } => self.vote(who, &ticket, &body).await,
            Act::Agree { ticket, but } => self.agree(&ticket, but).await,
            Act::Parts { who, ticket, body } => self.parts(who, &ticket, &body).await,
            Act::Find { who, path, handle } => {
                let answer = self.desk.ask(who, http::Method::GET, &path, None).await?;
                let found = answer.get("items").and_then(Value::as_array).and_then(|items| items.first());
                let found = found.ok_or_else(|| DemoError::Unknown(format!("{path} for {handle}")))?;
                self.keep(handle, found);
                Ok(())
            }
            Act::Hosts { names, edits } => {
                for name in &names {
                    let Some(machine) = self.machines.get_mut(name) else { continue };
                    for edit in edits.clone() {
                        match edit {
                            Edit::Put(section, item) => machine.put(section, item),
                            Edit::Remove(section, key) => machine.remove(section, &key),
                            Edit::Set(section, key, attribute, value) => machine.set(section, &key, attribute, value),
                        }
                    }
                    heard(machine.report(&self.service).await)?;
                }
                Ok(())
            }
            Act::Look { names } => {
                for name in &names {
                    if let Some(machine) = self.machines.get_mut(name) {
                        heard(machine.beat(&self.service).await)?;
                    }
                }
                Ok(())
            }
            Act::Silence { name, is_silent } => {
                if let Some(machine) = self.machines.get_mut(&name) {
                    machine.is_silent = is_silent;
                }
                Ok(())
            }
            Act::Clone { name } => self.copy(&name).await,
        }
    }

    /// The disk of a host is copied and both run: the first one that renews makes the other one's certificate an old one.
    async fn copy(&mut self, name: &str) -> Result<(), DemoError> {
        let Some(machine) = self.machines.get_mut(name) else { return Ok(()) };
        let mut copy = machine.copy();
        machine.renew(&self.service).await?;
        machine.beat(&self.service).await?;
        heard(copy.beat(&self.service).await)?;
        machine.is_silent = true;
        Ok(())
    }

    async fn ask(
        &mut self,
        who: &str,
        method: Method,
        path: &str,
        body: Value,
        handle: Option<String>,
    ) -> Result<(), DemoError> {
        let method = match method {
            Method::Post => http::Method::POST,
            Method::Put => http::Method::PUT,
            Method::Patch => http::Method::PATCH,
        };
        let parts: Result<Vec<String>, DemoError> = path.split('/').map(|part| self.meaning(part)).collect();
        let (path, body) = (parts?.join("/"), self.meant(body)?);
        let answer = self.desk.ask(who, method, &path, Some(&body)).await?;
        if let Some(handle) = handle {
            self.keep(handle, &answer);
        }
        Ok(())
    }

    fn keep(&mut self, handle: String, answer: &Value) {
        let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
        let id = text("id").or_else(|| text("name")).unwrap_or_default();
        self.kept.insert(handle, Kept { id, number: text("number") });
    }

    /// The newest round of votes on a ticket.
    async fn round(&self, who: &str, ticket: &str) -> Result<Value, DemoError> {
        let number = self.meaning(&format!("@number:{ticket}"))?;
        let rounds = self.desk.ask(who, http::Method::GET, &format!("/tickets/{number}/approvals"), None).await?;
        let newest = rounds.get("items").and_then(Value::as_array).and_then(|rounds| rounds.last());
        newest.cloned().ok_or_else(|| DemoError::Unknown(format!("a round of votes on {number}")))
    }

    async fn vote(&self, who: &str, ticket: &str, body: &Value) -> Result<(), DemoError> {
        let round = self.round(who, ticket).await?;
        let path = format!("/approvals/{}/votes", text(&round, "id"));
        self.desk.ask(who, http::Method::POST, &path, Some(body)).await?;
        Ok(())
    }

    /// Vote after vote, until none is wanted any more.
    async fn agree(&self, ticket: &str, but: &str) -> Result<(), DemoError> {
        for _ in 0..MOST_VOTES {
            let round = self.round(ADMIN, ticket).await?;
            let wanted = round.get("waits_for").and_then(Value::as_array).cloned().unwrap_or_default();
            let wanted: Vec<&str> = wanted.iter().filter_map(Value::as_str).collect();
            let Some(voter) = self.desk.one_of(&wanted, but).filter(|_| text(&round, "state") == "open") else {
                return Ok(());
            };
            let path = format!("/approvals/{}/votes", text(&round, "id"));
            self.desk.ask(voter, http::Method::POST, &path, Some(&json!({"decision": "approve"}))).await?;
            self.clock.advance_millis(MOMENT_MS);
        }
        Ok(())
    }

    async fn parts(&self, who: &str, ticket: &str, body: &Value) -> Result<(), DemoError> {
        let number = self.meaning(&format!("@number:{ticket}"))?;
        let parts = self.desk.ask(who, http::Method::GET, &format!("/tickets/{number}/parts"), None).await?;
        let mut open: Vec<String> = parts
            .get("items")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter(|part| text(part, "kind") == "task" && matches!(text(part, "state"), "open" | "in_progress"))
            .map(|part| text(part, "number").to_owned())
            .collect();
        open.sort();
        for part in open {
            self.desk.ask(who, http::Method::POST, &format!("/tickets/{part}/transitions"), Some(body)).await?;
            self.clock.advance_millis(MOMENT_MS);
        }
        Ok(())
    }

    /// A body with what its words that begin with `@` stand for.
    fn meant(&self, body: Value) -> Result<Value, DemoError> {
        Ok(match body {
            Value::String(text) => Value::String(self.meaning(&text)?),
            Value::Array(all) => Value::Array(all.into_iter().map(|one| self.meant(one)).collect::<Result<_, _>>()?),
            Value::Object(all) => {
                let meant = |(name, value)| self.meant(value).map(|value| (name, value));
                Value::Object(all.into_iter().map(meant).collect::<Result<_, _>>()?)
            }
            other => other,
        })
    }

    /// What a word stands for: `@id:` and `@number:` of a handle, `@host:`, `@user:`, and `@in:` or `@ago:` so many minutes.
    fn meaning(&self, text: &str) -> Result<String, DemoError> {
        let Some((kind, name)) = text.strip_prefix('@').and_then(|rest| rest.split_once(':')) else {
            return Ok(text.to_owned());
        };
        let kept = || self.kept.get(name);
        let minutes = |sign: i64| {
            let minutes: Option<i64> = name.parse().ok();
            minutes.map(|minutes| self.clock.now().plus_millis(sign * minutes * 60_000).to_string())
        };
        let meant = match kind {
            "id" => kept().map(|kept| kept.id.clone()),
            "number" => kept().and_then(|kept| kept.number.clone()),
            "host" => self.machines.get(name).and_then(|machine| machine.host).map(|id| id.to_string()),
            "user" => self.desk.id(name).map(|id| id.to_string()),
            "in" => minutes(1),
            "ago" => minutes(-1),
            _ => None,
        };
        meant.ok_or_else(|| DemoError::Unknown(text.to_owned()))
    }

    /// Ends the making; gives the agents that live on.
    pub(super) async fn end(self) -> Result<Vec<AgentId>, DemoError> {
        Box::pin(pump::hour(&self.service)).await?;
        Box::pin(pump::rounds(&self.service)).await?;
        self.desk.close(&self.service).await?;
        Ok(self.machines.values().filter(|machine| !machine.is_silent).map(|machine| machine.agent).collect())
    }
}

fn text<'a>(record: &'a Value, name: &str) -> &'a str {
    record.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// An agent that is shut out or in quarantine is a part of the story; everything else that goes wrong is not.
fn heard(outcome: Result<(), DemoError>) -> Result<(), DemoError> {
    match outcome {
        Err(DemoError::Service(crate::service::ServiceError::Barred { .. })) => Ok(()),
        outcome => outcome,
    }
}

/// What a day does to a host: memory comes and goes, disks fill.
fn wear(machine: &mut Machine, role: Role, chance: &mut Chance) {
    let gib: i64 = 1 << 30;
    let free = 2 + chance.below(4);
    machine.set(SectionName::Memory, "memory", "available_bytes", Value::from(free * gib));
    machine.set(SectionName::Host, "host", "load_1", Value::from(chance.below(180)));
    // A file server fills by a few GiB a day, databases and mail by less; a host of its own fills in the story.
    let grown = match role {
        Role::Files => 4 + chance.below(5),
        Role::Database | Role::Mail => chance.below(2),
        Role::Web | Role::App | Role::Cache | Role::Balancer | Role::Build | Role::Names => 0,
        Role::Monitoring => 1,
    };
    machine.fill(DATA, grown * gib);
}
