//! Names where records hold ids: hosts, items, people and tickets that somebody names in a ticket. One place turns them into ids, for the
//! API, the command line and the console alike.
//!
//! A name that nobody has, or that several have, is refused at its field with what comes near. What is an id stays as it is: whether
//! there is such a thing is asked where it is used.

use muster_model::Collection;
use muster_model::approval::line;
use muster_model::declared::Declared;
use muster_model::host::Host;
use muster_model::notification::channel::Channel;
use muster_model::notification::subscription::Target;
use muster_model::on_call::Rota;
use muster_model::right::{Action, Resource};
use muster_model::text::{self, Phrase, Word};
use muster_model::ticket::Kind;
use muster_shared::id::{NodeId, TicketId, UserId};
use muster_store::{Index, Scan, TypedStore};
use serde_json::{Value, json};

use super::sight::Sight;
use super::{Call, Service, ServiceError, invalid};

/// Names that are looked through for those near, at most.
const LOOKED_AT: usize = 500;
/// Letters at the beginning that those near have too.
const SAME: usize = 2;
/// Names that a refusal gives, at most.
const GIVEN: usize = 5;
/// Characters of a name that a refusal repeats, at most.
const REPEATED: usize = 80;

/// What is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// Hosts, and items that people declare.
    Node,
    /// Hosts alone.
    Host,
    /// People, by the name that they sign in with.
    Person,
    /// Whoever is told: people, rotas and channels.
    Target,
    /// Tickets, by number.
    Ticket,
    /// Templates of standard changes, by name.
    Template,
    /// A stage of votes, as a line.
    Stage,
}

/// Where in a body something is named: a JSON pointer, in which `*` is each of a list.
pub(crate) type Place = (&'static str, What);

/// Where tickets of a kind name something, in what people write of them.
const fn places(kind: Kind) -> &'static [Place] {
    match kind {
        Kind::Change => &[
            ("/plan/scope/items/*", What::Node),
            ("/plan/implementer", What::Person),
            ("/plan/template", What::Template),
        ],
        Kind::Release => &[("/plan/changes/*", What::Ticket)],
        Kind::Access => &[("/terms/hosts/*", What::Host), ("/terms/resource", What::Node)],
        Kind::Task => &[("/terms/after/*", What::Ticket)],
        Kind::Incident | Kind::Problem | Kind::Request => &[],
    }
}

/// The pointers that a place means in a body.
fn pointers(body: &Value, place: &str) -> Vec<String> {
    let mut found = vec![(String::new(), body)];
    for part in place.split('/').skip(1) {
        let mut next = Vec::new();
        for (at, value) in found {
            match value {
                Value::Array(list) if part == "*" => {
                    next.extend(list.iter().enumerate().map(|(i, value)| (format!("{at}/{i}"), value)));
                }
                value => next.extend(value.get(part).map(|value| (format!("{at}/{part}"), value))),
            }
        }
        found = next;
    }
    found.into_iter().map(|(at, _)| at).collect()
}

fn repeated(name: &str) -> String {
    name.chars().take(REPEATED).collect()
}

impl Service {
    /// The host or the declared item that a text names, by its id or by its name; other items have ids only.
    pub(crate) async fn node_named(&self, call: &Call, field: &str, name: &str) -> Result<NodeId, ServiceError> {
        self.named_node(call, field, name, false).await
    }

    async fn named_node(&self, call: &Call, field: &str, name: &str, is_host: bool) -> Result<NodeId, ServiceError> {
        let name = name.trim();
        if let Some(node) = name.parse::<NodeId>().ok().filter(|node| !matches!(node, NodeId::Address(_))) {
            return Ok(node);
        }
        let sight = self.sight(call, Action::ItemRead).await?;
        if name.is_empty() {
            return Err(invalid(field, Phrase::new("name_unknown").with("name", "")));
        }
        let found = self.called(&sight, name, true, is_host).await?;
        match found.as_slice() {
            [(_, node)] => Ok(*node),
            [] => Err(self.unknown_node(&sight, field, name, is_host).await?),
            several => {
                let ids = several.iter().take(GIVEN).map(|(_, node)| node.to_string());
                Err(invalid(
                    field,
                    Phrase::new("name_several").with("name", repeated(name)).with("ids", Word::list(ids)),
                ))
            }
        }
    }

    /// All hosts and declared items that are called so: at least one.
    pub(crate) async fn nodes_called(&self, call: &Call, field: &str, name: &str) -> Result<Vec<NodeId>, ServiceError> {
        let sight = self.sight(call, Action::ItemRead).await?;
        let found = self.called(&sight, name, true, false).await?;
        if found.is_empty() {
            return Err(self.unknown_node(&sight, field, name, false).await?);
        }
        Ok(found.into_iter().map(|(_, node)| node).collect())
    }

    /// The refusal of a name that nothing has, with those near it.
    async fn unknown_node(
        &self,
        sight: &Sight,
        field: &str,
        name: &str,
        is_host: bool,
    ) -> Result<ServiceError, ServiceError> {
        let head: String = name.chars().take(SAME).collect();
        let others = self.called(sight, &head, false, is_host).await?;
        let near = text::near(name, others.iter().map(|(name, _)| name.as_str()), GIVEN);
        let why = Phrase::new(if near.is_empty() { "name_unknown" } else { "name_near" });
        let why = why.with("name", repeated(name));
        Ok(invalid(field, if near.is_empty() { why } else { why.with("near", Word::list(near)) }))
    }

    /// Hosts and declared items that are called so, or whose names begin so, as far as somebody sees them.
    async fn called(
        &self,
        sight: &Sight,
        name: &str,
        is_whole: bool,
        is_host: bool,
    ) -> Result<Vec<(String, NodeId)>, ServiceError> {
        let name = name.to_lowercase();
        let hosts = if is_whole {
            Scan::exactly(Index::HostByName, &name)
        } else {
            Scan::index(Index::HostByName, name.clone()).limit(LOOKED_AT)
        };
        let mut found = Vec::new();
        for host in self.store().page::<Host>(hosts).await?.rows.into_iter().map(|stored| stored.value) {
            if host.merged_into.is_none() && sight.sees_host(host.id) {
                found.push((host.name, NodeId::Host(host.id)));
            }
        }
        if is_host {
            return Ok(found);
        }
        let registry = self.registry().await?;
        let end = if is_whole { "/" } else { "" };
        for class in registry.all().filter(|class| class.is_declared()) {
            let scan = Scan::index(Index::DeclaredByClass, format!("{}/{name}{end}", class.name)).limit(LOOKED_AT);
            for item in self.store().page::<Declared>(scan).await?.rows.into_iter().map(|stored| stored.value) {
                let fits = !is_whole || item.name.to_lowercase() == name;
                if fits && item.is_present() && item.id.declared().is_some() && sight.sees_node(item.id) {
                    found.push((item.name, item.id));
                }
            }
        }
        Ok(found)
    }

    /// What somebody calls a node where ids stand, as long as that name leads back to it; else the id.
    pub(crate) async fn typed_name(&self, call: &Call, id: &str) -> String {
        let Ok(node) = id.parse::<NodeId>() else { return id.to_owned() };
        let name = self.name_node(call, node).await.name;
        let found = self.node_named(call, "", &name).await;
        if found.is_ok_and(|found| found == node) { name } else { id.to_owned() }
    }

    /// The user that a text names, by id or by the name that they sign in with.
    pub(crate) async fn user_named(&self, field: &str, name: &str) -> Result<UserId, ServiceError> {
        let name = name.trim();
        if let Ok(id) = name.parse() {
            return Ok(id);
        }
        let folded = name.to_lowercase();
        if let Some(found) = self.find_user_by_name(&folded).await?.filter(|found| !found.value.disabled) {
            return Ok(found.value.id);
        }
        let why = Phrase::new("no_active_user").with("user", repeated(name));
        Err(invalid(field, why))
    }

    /// Puts ids where a body names something. `root` is what the body is of the whole that somebody sent.
    pub(crate) async fn name_places(
        &self,
        call: &Call,
        body: &mut Value,
        root: &str,
        places: &[Place],
    ) -> Result<(), ServiceError> {
        for (place, what) in places {
            for pointer in pointers(body, place) {
                if let Some(value) = body.pointer_mut(&pointer) {
                    self.name_value(call, *what, &format!("{root}{pointer}"), value).await?;
                }
            }
        }
        Ok(())
    }

    /// Puts ids where a patch of the details of a kind names hosts, items, people and tickets.
    pub(crate) async fn name_details(&self, call: &Call, kind: Kind, patch: &mut Value) -> Result<(), ServiceError> {
        self.name_places(call, patch, "/details", places(kind)).await
    }

    async fn name_value(&self, call: &Call, what: What, field: &str, value: &mut Value) -> Result<(), ServiceError> {
        let Value::String(name) = value else { return Ok(()) };
        *value = match what {
            What::Node => json!(self.named_node(call, field, name, false).await?.to_string()),
            What::Host => json!(self.named_node(call, field, name, true).await?.to_string()),
            What::Person => json!(self.person_named(call, field, name).await?),
            What::Target => json!(self.target_named(call, field, name).await?.id()),
            What::Template => json!(self.template_named(call, field, name).await?),
            What::Ticket => json!(self.ticket_named(call, field, name).await?),
            What::Stage => {
                let mut stages = line::read(name).map_err(|odd| invalid(field, odd.phrase()))?;
                let only = if stages.len() == 1 { stages.pop() } else { None };
                only.ok_or_else(|| invalid(field, Phrase::new("stage_line")))?
            }
        };
        Ok(())
    }

    /// The ticket that a text names, by id or by number.
    pub(crate) async fn ticket_named(&self, call: &Call, field: &str, name: &str) -> Result<TicketId, ServiceError> {
        if let Ok(id) = name.parse() {
            return Ok(id);
        }
        let found = Box::pin(self.get_ticket(call, name.trim())).await;
        Ok(found.map_err(|error| invalid(field, error.text()))?.value.id)
    }

    /// The user that a text names, for whoever may see tickets: their people are no secret.
    async fn person_named(&self, call: &Call, field: &str, name: &str) -> Result<UserId, ServiceError> {
        call.authorize(Action::TicketRead, Resource::Shared)?;
        self.user_named(field, name).await
    }

    /// Whom a text names as somebody to be told: a person, a rota or a channel, by id or name.
    async fn target_named(&self, call: &Call, field: &str, name: &str) -> Result<Target, ServiceError> {
        let name = name.trim();
        if let Ok(target) = name.parse() {
            return Ok(target);
        }
        call.authorize(Action::OnCallRead, Resource::Shared)?;
        let folded = name.to_lowercase();
        let user = self.find_user_by_name(&folded).await?.filter(|user| !user.value.disabled);
        let mut found: Vec<Target> = user.into_iter().map(|user| Target::User(user.value.id)).collect();
        let rotas = self.store().all::<Rota>(Scan::keys(Collection::Rota, "")).await?.into_iter();
        let rotas = rotas.map(|rota| rota.value).filter(|rota| rota.name.to_lowercase() == folded);
        found.extend(rotas.map(|rota| Target::Rota(rota.id)));
        let channels = self.store().all::<Channel>(Scan::keys(Collection::Channel, "")).await?.into_iter();
        let channels = channels.map(|channel| channel.value).filter(|channel| channel.name.to_lowercase() == folded);
        found.extend(channels.map(|channel| Target::Channel(channel.id)));
        match found.as_slice() {
            [target] => Ok(*target),
            [] => Err(invalid(field, Phrase::new("no_target").with("value", repeated(name)))),
            several => {
                let ids = Word::list(several.iter().take(GIVEN).map(Target::id));
                Err(invalid(field, Phrase::new("name_several").with("name", repeated(name)).with("ids", ids)))
            }
        }
    }
}
