//! Brings up to date what a ticket knows of its surroundings before an event is judged: the event is judged by the ticket alone.

use muster_model::Versioned;
use muster_model::query::Query;
use muster_model::right::Action;
use muster_model::ticket::release::Member;
use muster_model::ticket::request::Tasks;
use muster_model::ticket::{Details, Kind, StateName, Ticket};
use muster_shared::id::TicketId;
use muster_store::{Index, Scan, TypedStore};

use crate::service::class::wrong;
use crate::service::{Call, Service, ServiceError, invalid};
use muster_model::text::Phrase;

impl Service {
    /// The ticket with what an event will be judged by.
    pub(in crate::service) async fn prepared(&self, ticket: &Ticket, event: &str) -> Result<Ticket, ServiceError> {
        let mut next = ticket.clone();
        match &mut next.details {
            Details::Change(change) => match event {
                "edit" | "submit" | "request_approval" | "start" => {
                    self.name_edition(change).await?;
                    // A draft may still be on its way there.
                    if event != "edit" {
                        self.check_template(change).await?;
                    }
                    self.assess_change(ticket, change).await?;
                }
                "close" => self.verify_change(ticket.id, change).await?,
                _ => {}
            },
            Details::Release(release) => {
                release.members = self.members_of(&release.plan.changes).await?;
                if matches!(event, "plan" | "deploy" | "continue" | "complete") {
                    let is_moving = matches!(event, "deploy" | "complete");
                    release.deployment = Some(Box::pin(self.deployment_of(release, is_moving)).await?);
                }
            }
            Details::Request(request) => request.tasks = self.tasks_of(ticket.id).await?,
            Details::Task(task) => {
                task.waits_for = self.unfinished(&task.terms.after).await?;
                if let Some(about) = &mut task.access {
                    let grant = self.store().find::<muster_model::grant::Grant>(&about.grant.to_string()).await?;
                    about.seen_on = grant.map(|grant| grant.value.seen_on()).unwrap_or_default();
                }
            }
            Details::Access(access) => {
                access.reach = Box::pin(self.access_reach(&access.terms)).await?;
                access.clashes = self.clashes_of(ticket.id, access, ticket.requester).await?;
            }
            Details::Incident | Details::Problem(_) => {}
        }
        Ok(next)
    }

    async fn members_of(&self, changes: &[TicketId]) -> Result<Vec<Member>, ServiceError> {
        let mut members = Vec::new();
        for id in changes {
            let Some(stored) = self.store().find::<Ticket>(&id.to_string()).await? else { continue };
            let is_blocked = match stored.value.details.change() {
                Some(change) => {
                    let call = Call::system("release");
                    let standing = Box::pin(self.with_standing_conflicts(&call, &stored.value, change)).await;
                    standing.blocks().next().is_some()
                }
                None => false,
            };
            members.push(Member {
                ticket: *id,
                number: stored.value.number.clone(),
                state: stored.value.state.name(),
                is_blocked,
            });
        }
        Ok(members)
    }

    /// The tickets that are a part of one, oldest first.
    pub async fn list_parts(&self, call: &Call, text: &str) -> Result<Vec<Versioned<Ticket>>, ServiceError> {
        let ticket = self.get_ticket(call, text).await?.value;
        let sight = self.sight(call, Action::TicketRead).await?;
        let mut parts = Vec::new();
        for part in self.parts_of(ticket.id).await? {
            if self.sees_ticket(&sight, &part.value).await? {
                parts.push(part);
            }
        }
        Ok(parts)
    }

    pub(super) async fn parts_of(&self, parent: TicketId) -> Result<Vec<Versioned<Ticket>>, ServiceError> {
        Ok(self.store().all::<Ticket>(Scan::index(Index::TicketByParent, parent.to_string())).await?)
    }

    async fn tasks_of(&self, parent: TicketId) -> Result<Tasks, ServiceError> {
        let mut tasks = Tasks::default();
        for part in self.parts_of(parent).await?.into_iter().map(|stored| stored.value) {
            let is_optional = match &part.details {
                Details::Task(task) => task.terms.optional,
                // Access that came with the item: it is done when it is granted.
                Details::Access(_) => false,
                _ => continue,
            };
            match part.state.name() {
                StateName::Done | StateName::Granted => tasks.done += 1,
                StateName::Closed if part.kind() == Kind::Access => tasks.done += 1,
                StateName::Skipped | StateName::Cancelled if is_optional => tasks.done += 1,
                state if state.is_active() => tasks.open.push(part.number),
                _ => tasks.missed.push(part.number),
            }
        }
        Ok(tasks)
    }

    /// Those of some tasks that are still to be done, by number.
    async fn unfinished(&self, tasks: &[TicketId]) -> Result<Vec<String>, ServiceError> {
        let mut open = Vec::new();
        for id in tasks {
            let found = self.store().find::<Ticket>(&id.to_string()).await?.map(|stored| stored.value);
            open.extend(found.filter(|task| task.state.name().is_active()).map(|task| task.number));
        }
        Ok(open)
    }

    /// Whether details can be (`before` is what stood there until now), and name what is there: the scope of a change, the changes of a release, the hosts of access, the tasks before a task.
    pub(super) async fn check_details(
        &self,
        call: &Call,
        before: Option<&Details>,
        details: &Details,
        parent: Option<TicketId>,
    ) -> Result<(), ServiceError> {
        let recurrence = details.change().and_then(|change| change.plan.recurrence.as_ref());
        if let Some(wrong) = recurrence.and_then(|when| when.check("/details/plan/recurrence")) {
            return Err(invalid(&wrong.pointer, wrong.why));
        }
        let slips = details.slips(before, self.now());
        if !slips.is_empty() {
            return Err(wrong(slips));
        }
        match details {
            Details::Incident | Details::Request(_) => Ok(()),
            Details::Problem(problem) => {
                if let Some((field, why)) = problem.analysis.signature.wrong() {
                    return Err(invalid(&format!("/details/analysis/signature/{field}"), why));
                }
                if let Some(question) = &problem.analysis.items {
                    let field = "/details/analysis/items";
                    let registry = self.registry().await?;
                    let wrong = |error: muster_model::query::QueryError| invalid(field, error.phrase());
                    Query::parse(question, &registry.item_fields()).map_err(wrong)?;
                }
                // Words name a product and its versions; what looks like an id is the id of something.
                match problem.analysis.cause_item.as_deref().and_then(|text| text.trim().parse().ok()) {
                    Some(node) => {
                        let unknown = |error: ServiceError| invalid("/details/analysis/cause_item", error.text());
                        self.check_node(call, node).await.map_err(unknown)
                    }
                    None => Ok(()),
                }
            }
            Details::Change(change) => {
                let before = before.and_then(Details::change).and_then(|change| change.plan.implementer);
                if let Some(implementer) = change.plan.implementer.filter(|one| Some(*one) != before) {
                    let work = &[Action::ChangeImplement];
                    self.check_worker(implementer, "/details/plan/implementer", work).await?;
                }
                self.check_scope(call, &change.plan.scope).await
            }
            Details::Release(release) => {
                for (i, id) in release.plan.changes.iter().enumerate() {
                    self.check_ticket(call, *id, Kind::Change, &format!("/details/plan/changes/{i}")).await?;
                }
                let registry = self.registry().await?;
                for (i, wave) in release.plan.waves.iter().enumerate() {
                    muster_model::query::Query::parse(&wave.hosts, &registry.host_fields())
                        .map_err(|error| invalid(&format!("/details/plan/waves/{i}/hosts"), error.to_string()))?;
                }
                Ok(())
            }
            Details::Access(access) => {
                for (i, id) in access.terms.hosts.iter().enumerate() {
                    let node = muster_shared::id::NodeId::Host(*id);
                    let field = format!("/details/terms/hosts/{i}");
                    self.check_node(call, node).await.map_err(|error| invalid(&field, error.text()))?;
                }
                self.check_resource(call, &access.terms).await
            }
            Details::Task(task) => {
                let Some(parent) = parent else { return Err(invalid("/parent", Phrase::new("task_parent"))) };
                let found = self.get_ticket(call, &parent.to_string()).await.ok();
                if found.is_none_or(|found| found.value.kind() == Kind::Task) {
                    return Err(invalid("/parent", Phrase::new("task_parent")));
                }
                for (i, id) in task.terms.after.iter().enumerate() {
                    self.check_ticket(call, *id, Kind::Task, &format!("/details/terms/after/{i}")).await?;
                }
                Ok(())
            }
        }
    }

    async fn check_ticket(&self, call: &Call, id: TicketId, kind: Kind, field: &str) -> Result<(), ServiceError> {
        let found = self.get_ticket(call, &id.to_string()).await.ok();
        if found.is_some_and(|found| found.value.kind() == kind) {
            return Ok(());
        }
        Err(invalid(
            field,
            Phrase::new("no_ticket").term("kind", "ticket-kind", kind.as_str()).with("id", id.to_string()),
        ))
    }
}
