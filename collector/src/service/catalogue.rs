//! The catalogue: its items and their versions, requests made from them, and the tasks that come of an approval.

use muster_model::account::User;
use muster_model::catalogue::access::AccessGrant;
use muster_model::catalogue::{self, ApproverPolicy, CatalogueItem, CatalogueVersion, ItemState, Offer, Refused};
use muster_model::level::Target;
use muster_model::right::{Action, Resource};
use muster_model::text::{Phrase, Text};
use muster_model::ticket::access::Access;
use muster_model::ticket::edit::{self, Opening};
use muster_model::ticket::request::{Ordered, Request};
use muster_model::ticket::task::{Task, Terms};
use muster_model::ticket::transition::{self, Fields};
use muster_model::ticket::{Channel, Details, Entry, Kind, StateName, Ticket};
use muster_model::{ChangeSet, Collection, Versioned};
use muster_shared::id::{CatalogueId, TicketId};
use muster_store::{Scan, TypedStore};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

use super::drift::{put_counter, ticket_changed};
use super::ticket::check_text;
use super::{Call, Service, ServiceError, Wrong, check_version, invalid};

/// An order from the catalogue.
#[derive(Clone, Debug)]
pub struct Order {
    /// Answers to the form.
    pub answers: Value,
    /// For whom, when it is not the caller.
    pub beneficiary: Option<String>,
    /// How it came.
    pub channel: Channel,
}

fn refused(error: Refused) -> ServiceError {
    invalid(&error.pointer, error.why)
}

fn missing(id: &str) -> ServiceError {
    ServiceError::NotFound { kind: "catalogue item", id: id.chars().take(80).collect() }
}

fn check_offer(offer: &Offer) -> Result<(), ServiceError> {
    check_text("/name", &offer.name, 1, 120)?;
    check_text("/description", &offer.description, 0, 10_000)?;
    check_text("/category", &offer.category, 0, 100)?;
    for (i, task) in offer.tasks.iter().enumerate() {
        check_text(&format!("/tasks/{i}/title"), &task.title, 1, 200)?;
        check_text(&format!("/tasks/{i}/description"), &task.description, 0, 4_000)?;
        let group = task.assignment_group.as_deref().unwrap_or_default();
        check_text(&format!("/tasks/{i}/assignment_group"), group, 0, 100)?;
    }
    catalogue::check(offer).map_err(refused)
}

impl Service {
    fn manages_catalogue(call: &Call) -> bool {
        call.authorize(Action::CatalogueManage, Resource::All).is_ok()
    }

    /// Which of some items somebody may see: who keeps the catalogue sees all, others what is published for them.
    async fn offered_of(
        &self,
        call: &Call,
        mut items: Vec<Versioned<CatalogueItem>>,
    ) -> Result<Vec<Versioned<CatalogueItem>>, ServiceError> {
        if Self::manages_catalogue(call) {
            return Ok(items);
        }
        let teams = match call.actor.user() {
            Some(user) => self.teams_of(user).await?,
            None => BTreeSet::new(),
        };
        items.retain(|item| {
            let offer = &item.value.offer;
            offer.state == ItemState::Published && offer.is_for(&call.actor, &teams)
        });
        Ok(items)
    }

    /// The items that the caller may see, by category and name.
    pub async fn list_catalogue(&self, call: &Call) -> Result<Vec<Versioned<CatalogueItem>>, ServiceError> {
        call.authorize(Action::TicketRead, Resource::Shared)?;
        let items = self.store().all::<CatalogueItem>(Scan::keys(Collection::CatalogueItem, "")).await?;
        let mut items = self.offered_of(call, items).await?;
        let place = |item: &Versioned<CatalogueItem>| {
            let offer = &item.value.offer;
            (offer.category.to_lowercase(), offer.name.to_lowercase(), item.value.id)
        };
        items.sort_by_key(place);
        Ok(items)
    }

    /// One item. One that the caller may not see is not there.
    pub async fn get_catalogue_item(&self, call: &Call, id: &str) -> Result<Versioned<CatalogueItem>, ServiceError> {
        call.authorize(Action::TicketRead, Resource::Shared)?;
        let known: CatalogueId = id.parse().map_err(|_| missing(id))?;
        let found = self.store().find::<CatalogueItem>(&known.to_string()).await?;
        self.offered_of(call, found.into_iter().collect()).await?.pop().ok_or_else(|| missing(id))
    }

    /// All versions of an item, newest first.
    pub async fn catalogue_versions(&self, call: &Call, id: &str) -> Result<Vec<CatalogueVersion>, ServiceError> {
        let item = self.get_catalogue_item(call, id).await?.value;
        call.authorize(Action::TicketInternal, Resource::Shared)?;
        let scan = Scan::keys(Collection::CatalogueVersion, format!("{}/", item.id)).descending();
        Ok(self.store().all::<CatalogueVersion>(scan).await?.into_iter().map(|stored| stored.value).collect())
    }

    /// Puts an item into the catalogue.
    pub async fn create_catalogue_item(
        &self,
        call: &Call,
        offer: Offer,
    ) -> Result<Versioned<CatalogueItem>, ServiceError> {
        call.authorize(Action::CatalogueManage, Resource::All)?;
        check_offer(&offer)?;
        self.check_named(call, &offer).await?;
        let offer = self.with_audience(offer).await?;
        let now = self.now();
        let item = CatalogueItem {
            id: CatalogueId::new(now),
            offer,
            edition: 1,
            changed_by: call.actor.label(),
            changed_at: now,
        };
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(now, "catalogue.create", item.id, item.offer.name.clone()));
        changes.create(version_of(&item));
        changes.create(item.clone());
        self.commit(changes).await?;
        Ok(Versioned { value: item, version: 1 })
    }

    /// The next version of an item. Requests that were made keep theirs.
    pub async fn replace_catalogue_item(
        &self,
        call: &Call,
        id: &str,
        offer: Offer,
        seen: Option<u64>,
    ) -> Result<Versioned<CatalogueItem>, ServiceError> {
        call.authorize(Action::CatalogueManage, Resource::One(id))?;
        check_offer(&offer)?;
        self.check_named(call, &offer).await?;
        let offer = &self.with_audience(offer).await?;
        self.decide(|| async move {
            let stored = self.get_catalogue_item(call, id).await?;
            check_version(&stored, seen)?;
            if stored.value.offer == *offer {
                return Ok((ChangeSet::new(), stored));
            }
            let now = self.now();
            let next = CatalogueItem {
                id: stored.value.id,
                offer: offer.clone(),
                edition: stored.value.edition + 1,
                changed_by: call.actor.label(),
                changed_at: now,
            };
            let mut changes = ChangeSet::new();
            let summary = format!("{} {}", next.offer.name, next.edition);
            changes.audit.push(call.audit(now, "catalogue.update", next.id, summary));
            changes.create(version_of(&next));
            changes.update(Versioned { value: next.clone(), version: stored.version });
            Ok((changes, Versioned { value: next, version: stored.version + 1 }))
        })
        .await
    }

    /// Asks for an item: a request that keeps its version and the answers, still a draft.
    pub async fn order(
        &self,
        call: &Call,
        id: &str,
        order: Order,
        idempotency: Option<(String, String)>,
    ) -> Result<Versioned<Ticket>, ServiceError> {
        let item = self.get_catalogue_item(call, id).await?.value;
        call.authorize(Action::RequestSubmit, Resource::Shared)?;
        if item.offer.state != ItemState::Published {
            return Err(ServiceError::Conflict(Phrase::new("not_offered").with("name", item.offer.name).into()));
        }
        check_text("/beneficiary", order.beneficiary.as_deref().unwrap_or_default(), 0, 200)?;
        catalogue::check_answers(&item.offer.form, &order.answers).map_err(|errors| {
            let wrong = |error: Refused| Wrong { pointer: error.pointer, detail: error.why };
            ServiceError::Invalid(errors.into_iter().map(wrong).collect())
        })?;
        let account = item.offer.access_grant.as_ref().and_then(|grant| grant.wrong_account(&order.answers));
        if let Some(wrong) = account {
            return Err(refused(wrong));
        }
        let mut request = Request {
            ordered: Some(Ordered {
                item: item.id,
                edition: item.edition,
                name: item.offer.name.clone(),
                answers: order.answers,
                needs_votes: item.offer.approval != ApproverPolicy::None,
                approval_stages: item.offer.approval_stages.clone(),
                level_policy: item.offer.level_policy.clone(),
            }),
            ..Request::default()
        };
        request.form.wanted = Some(item.offer.name.clone());
        request.form.beneficiary = order.beneficiary.filter(|text| !text.trim().is_empty());
        let opening = Opening {
            details: Details::Request(Box::new(request)),
            category: Some(item.offer.category).filter(|category| !category.is_empty()),
            ..Opening::incident(item.offer.name.into(), order.channel)
        };
        self.create_ticket(call, opening, idempotency).await
    }

    /// The tasks of the version that a request was made from, when its fulfilment begins: each waits for those that it comes after.
    pub(super) async fn with_tasks(&self, changes: &mut ChangeSet, request: &Ticket) -> Result<(), ServiceError> {
        let Some(ordered) = request.details.ordered() else { return Ok(()) };
        if request.state.name() != StateName::InFulfilment {
            return Ok(());
        }
        let key = catalogue::version_key(ordered.item, ordered.edition);
        let Some(version) = self.store().find::<CatalogueVersion>(&key).await? else { return Ok(()) };
        let offer = version.value.offer;
        let tasks = catalogue::order(&offer.tasks).map_err(refused)?;
        let (now, call) = (self.now(), Call::system("catalogue"));
        let (mut counter, priorities) = (self.next_number(Kind::Task).await?, self.priorities().await?);
        let mut ids: BTreeMap<&str, TicketId> = BTreeMap::new();
        for (i, template) in tasks.iter().enumerate() {
            if i > 0 {
                counter.value.last += 1;
            }
            let after = template.after.iter().filter_map(|name| ids.get(name.as_str()).copied()).collect();
            let terms = Terms { optional: template.optional, after };
            let opening = Opening {
                details: Details::Task(Box::new(Task { terms, ..Task::default() })),
                description: Text::Written(template.description.clone()),
                assignment_group: template.assignment_group.clone(),
                parent: Some(request.id),
                ..Opening::incident(template.title.as_str().into(), request.channel)
            };
            let (task, opened) =
                edit::open(opening, Kind::Task.number(counter.value.last), &priorities, &call.actor, now);
            ids.insert(&template.name, task.id);
            changes.audit.push(call.audit(now, "ticket.create", task.id, format!("{}: {}", task.number, task.title)));
            changes.create(opened);
            changes.events.push(ticket_changed(&task));
            changes.create(task);
        }
        if !tasks.is_empty() {
            put_counter(changes, counter);
        }
        match &offer.access_grant {
            Some(grant) => Box::pin(self.with_access(changes, request, ordered, grant)).await,
            None => Ok(()),
        }
    }

    /// The access that comes with an item, as a ticket of its own that is a part of the request: in the name of who asked for it, and
    /// as far on its way as it gets by itself. Its votes are those of every access.
    async fn with_access(
        &self,
        changes: &mut ChangeSet,
        request: &Ticket,
        ordered: &Ordered,
        grant: &AccessGrant,
    ) -> Result<(), ServiceError> {
        let Some(requester) = request.requester else { return Ok(()) };
        let Some(user) = self.store().find::<User>(&requester.to_string()).await? else { return Ok(()) };
        let user = user.value;
        let reason = format!("{}: {}", request.number, ordered.name);
        let terms = grant.terms(&ordered.answers, &user.name, reason, self.now());
        let actor = user.actor(None);
        let call = Call { actor, via: "catalogue", request_id: None };
        let opening = Opening {
            details: Details::Access(Box::new(Access { terms, ..Access::default() })),
            parent: Some(request.id),
            ..Opening::incident(ordered.name.as_str().into(), request.channel)
        };
        let mut ticket = self.stage_ticket(changes, &call, opening).await?;
        let system = Call::system("catalogue");
        for (event, actor) in [("submit", &call.actor), ("request_approval", &system.actor)] {
            let prepared = Box::pin(self.prepared(&ticket, event)).await?;
            // What stands against it is for those who fulfil the request: it waits where it is.
            let Ok((next, moved)) = transition::apply(&prepared, event, &Fields::default(), actor, self.now()) else {
                break;
            };
            let mut rounds = ChangeSet::new();
            if self.keep_rounds(&call, &mut rounds, Some(&ticket), &next).await.is_err() {
                break;
            }
            changes.extend(rounds);
            changes.audit.push(call.audit(self.now(), &format!("ticket.{event}"), next.id, next.number.clone()));
            changes.create(moved);
            ticket = next;
        }
        changes.create(ticket);
        Ok(())
    }

    /// Whether an offer names what is there: its hosts, and a policy that promises something for requests.
    /// The offer with ids where it names the services whose people see it.
    async fn with_audience(&self, offer: Offer) -> Result<Offer, ServiceError> {
        let visible_within = self.checked_reach("/visible_within", offer.visible_within).await?;
        Ok(Offer { visible_within, ..offer })
    }

    async fn check_named(&self, call: &Call, offer: &Offer) -> Result<(), ServiceError> {
        for (i, task) in offer.tasks.iter().enumerate() {
            let field = format!("/tasks/{i}/assignment_group");
            self.check_group_known(call, &field, task.assignment_group.as_deref(), None).await?;
        }
        if let Some(name) = &offer.level_policy {
            let policy = self.store().find::<muster_model::level::Policy>(name).await?.map(|stored| stored.value.terms);
            let fits = |terms: &muster_model::level::Terms| {
                terms.is_enabled && !matches!(terms.target, Target::Resolve | Target::ChangeReview)
            };
            if !policy.is_some_and(|terms| fits(&terms)) {
                return Err(invalid("/level_policy", Phrase::new("no_level_policy").with("name", name.as_str())));
            }
        }
        for (n, stage) in offer.approval_stages.iter().enumerate() {
            self.check_approvers(stage, &format!("/approval_stages/{n}")).await?;
        }
        for (i, host) in offer.access_grant.iter().flat_map(|grant| &grant.hosts).enumerate() {
            let node = muster_shared::id::NodeId::Host(*host);
            let pointer = format!("/access_grant/hosts/{i}");
            self.check_node(call, node).await.map_err(|error| invalid(&pointer, error.text()))?;
        }
        match offer.access_grant.as_ref().and_then(|grant| grant.resource) {
            Some(resource) => {
                let unknown = |error: ServiceError| invalid("/access_grant/resource", error.text());
                self.check_node(call, resource).await.map_err(unknown)
            }
            None => Ok(()),
        }
    }
}

/// Whether an entry says that the fulfilment of a request begins.
pub(super) fn begins_fulfilment(before: &Ticket, entry: &Entry) -> bool {
    // It goes on after a hold with the tasks that it has.
    matches!(entry, Entry::Moved { event, .. } if event == "fulfil") && before.kind() == Kind::Request
}

fn version_of(item: &CatalogueItem) -> CatalogueVersion {
    CatalogueVersion {
        item: item.id,
        edition: item.edition,
        offer: item.offer.clone(),
        by: item.changed_by.clone(),
        at: item.changed_at,
    }
}
