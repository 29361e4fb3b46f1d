//! Known errors on incidents: which ones are like one, and taking one on.

use muster_model::alert::Alert;
use muster_model::right::Action;
use muster_model::text::{Phrase, Text};
use muster_model::ticket::known_error::{Likeness, MOST_SUGGESTED, Product, Shown};
use muster_model::ticket::problem::{self, KnownError, Problem};
use muster_model::ticket::transition::{self, Fields};
use muster_model::ticket::{Details, Entry, Kind, Link, LinkKind, StateName, Ticket};
use muster_model::{ChangeSet, Versioned};
use muster_shared::SectionName;
use muster_shared::id::{HostId, NodeId, TicketId};
use muster_store::{Index, Scan, TypedStore};

use crate::service::drift::write_ticket;
use crate::service::{Call, Page, Service, ServiceError, Window, check_version, invalid};
use muster_model::facet::Tally;
use muster_model::history::Moment;
use muster_model::host::Host;

/// Hosts of an incident whose packages are looked at.
const HOSTS: usize = 20;
/// Alerts of an incident whose kinds are looked at.
const ALERTS: usize = 50;
/// Known errors that are fixed, or retired, whose signatures are looked at: the last of each.
const OVER: usize = 200;

/// A known error that is like an incident.
#[derive(Clone, Debug)]
pub struct Suggestion {
    /// The problem.
    pub problem: Ticket,
    /// Why.
    pub likeness: Likeness,
}

impl Suggestion {
    /// What is known of it.
    pub fn analysis(&self) -> Option<&problem::Analysis> {
        analysis(&self.problem).map(|problem| &problem.analysis)
    }
}

fn analysis(ticket: &Ticket) -> Option<&Problem> {
    if let Details::Problem(problem) = &ticket.details { Some(problem) } else { None }
}

impl Service {
    /// Known errors, newest first; of one state only where it is named.
    pub async fn list_known_errors(
        &self,
        call: &Call,
        state: Option<KnownError>,
        window: &Window,
    ) -> Result<Page<Versioned<Ticket>>, ServiceError> {
        let sight = self.sight(call, Action::TicketRead).await?;
        let prefix = state.map_or_else(String::new, |state| format!("{}/", state.as_str()));
        let scan = Scan::index(Index::KnownErrorByState, prefix).descending();
        self.list(scan, window, |ticket: &Ticket| sight.sees_ticket(ticket)).await
    }

    /// One known error, by the number or id of its problem.
    pub async fn get_known_error(&self, call: &Call, text: &str) -> Result<Versioned<Ticket>, ServiceError> {
        let stored = self.get_ticket(call, text).await?;
        let missing = || ServiceError::NotFound { kind: "known_error", id: text.chars().take(80).collect() };
        problem::known_error(&stored.value).map(|_| ()).ok_or_else(missing)?;
        Ok(stored)
    }

    /// What has a known error now: how many items its question means, and the question. `None` without one.
    pub async fn items_of_known_error(
        &self,
        call: &Call,
        ticket: &Ticket,
    ) -> Result<Option<(String, Tally)>, ServiceError> {
        let Some(question) = analysis(ticket).and_then(|problem| problem.analysis.items.clone()) else {
            return Ok(None);
        };
        let registry = self.registry().await?;
        let query = muster_model::query::Query::parse(&question, &registry.item_fields())?;
        let tally = Box::pin(self.count_items(call, &query)).await?;
        Ok(Some((question, tally)))
    }

    /// Publishes a known error, takes it back, or retires it.
    pub async fn stand_known_error(
        &self,
        call: &Call,
        text: &str,
        (state, reason): (KnownError, &str),
        seen: Option<u64>,
    ) -> Result<Versioned<Ticket>, ServiceError> {
        call.holds(Action::ProblemManage)?;
        let ticket = self.get_ticket(call, text).await?.value;
        Box::pin(self.authorize_on(call, Action::ProblemManage, &ticket)).await?;
        self.get_known_error(call, text).await?;
        let reason = reason.trim();
        if state != KnownError::Published && reason.is_empty() {
            return Err(invalid("/reason", Phrase::new("is_needed")));
        }
        super::check_text("/reason", reason, 0, 2_000)?;
        self.decide(|| async move {
            let stored = self.get_ticket(call, text).await?;
            check_version(&stored, seen)?;
            let stood = problem::stand(&stored.value, state, reason, &call.actor, self.now());
            let (ticket, entry) = stood.map_err(|why| ServiceError::Conflict(why.into()))?;
            let action = format!("known_error.{}", state.as_str());
            let (mut changes, written) = Self::written(call, &action, stored.version, ticket, entry);
            if let Some(audit) = changes.audit.last_mut() {
                reason.clone_into(&mut audit.reason);
            }
            Ok((changes, written))
        })
        .await
    }

    /// Marks new incidents that show the signature of a known error which was fixed or retired: three of them propose its problem again.
    pub(in crate::service) async fn recognise_known(
        &self,
        changes: &mut ChangeSet,
        tickets: &std::collections::BTreeSet<TicketId>,
    ) -> Result<(), ServiceError> {
        let mut fresh = Vec::new();
        for id in tickets {
            let stored = self.store().find::<Ticket>(&id.to_string()).await?;
            let is_fresh = |ticket: &Ticket| {
                ticket.kind() == Kind::Incident && ticket.state.name() == StateName::New && ticket.recognised.is_none()
            };
            fresh.extend(stored.filter(|stored| is_fresh(&stored.value)));
        }
        if fresh.is_empty() {
            return Ok(());
        }
        let mut over = Vec::new();
        for state in [KnownError::Fixed, KnownError::Retired] {
            let scan = Scan::index(Index::KnownErrorByState, format!("{}/", state.as_str())).descending().limit(OVER);
            over.extend(self.store().page::<Ticket>(scan).await?.rows.into_iter().map(|stored| stored.value));
        }
        over.retain(|known| analysis(known).is_some_and(|problem| !problem.analysis.signature.is_unset()));
        if over.is_empty() {
            return Ok(());
        }
        let asks_for_products =
            over.iter().filter_map(analysis).any(|problem| problem.analysis.signature.product.is_some());
        for mut stored in fresh {
            let shown = self.shown_by(&stored.value, asks_for_products).await?;
            let score = |known: &Ticket| Some(analysis(known)?.analysis.signature.likeness(&shown)?.score);
            let best = over.iter().filter_map(|known| Some((score(known)?, known.opened_at, known.id))).max();
            if let Some((_, _, problem)) = best {
                stored.value.recognised = Some(problem);
                write_ticket(changes, stored);
            }
        }
        Ok(())
    }

    /// The known errors that are like an incident, those first for which most speaks.
    pub async fn suggest_known_errors(&self, call: &Call, text: &str) -> Result<Vec<Suggestion>, ServiceError> {
        let ticket = self.get_ticket(call, text).await?.value;
        if ticket.kind() != Kind::Incident || !ticket.state.name().is_active() {
            return Ok(Vec::new());
        }
        let scan = Scan::index(Index::KnownErrorByState, format!("{}/", KnownError::Published.as_str()));
        let sight = self.sight(call, Action::TicketRead).await?;
        let mut known: Vec<Ticket> =
            self.store().all::<Ticket>(scan).await?.into_iter().map(|stored| stored.value).collect();
        known.retain(|problem| sight.sees_ticket(problem));
        let signatures: Vec<_> =
            known.iter().filter_map(|problem| Some(&analysis(problem)?.analysis.signature)).collect();
        if signatures.iter().all(|signature| signature.is_unset()) {
            return Ok(Vec::new());
        }
        // What is installed is looked at only when some signature names a product.
        let asks_for_products = signatures.iter().any(|signature| signature.product.is_some());
        let shown = self.shown_by(&ticket, asks_for_products).await?;
        let suggest = |problem: Ticket| {
            let likeness = analysis(&problem)?.analysis.signature.likeness(&shown)?;
            Some(Suggestion { problem, likeness })
        };
        let mut found: Vec<Suggestion> = known.into_iter().filter_map(suggest).collect();
        let newest = |suggestion: &Suggestion| suggestion.problem.opened_at;
        found.sort_by(|a, b| b.likeness.score.cmp(&a.likeness.score).then(newest(b).cmp(&newest(a))));
        found.truncate(MOST_SUGGESTED);
        Ok(found)
    }

    /// What an incident shows of itself.
    async fn shown_by(&self, ticket: &Ticket, with_products: bool) -> Result<Shown, ServiceError> {
        let mut shown = Shown { text: format!("{}\n{}", ticket.title, ticket.description), ..Shown::default() };
        shown.kinds.extend(ticket.drift.as_ref().map(|origin| origin.policy.clone()));
        if ticket.alert.is_some() {
            let scan = Scan::exactly(Index::AlertByIncident, &ticket.id.to_string()).limit(ALERTS);
            for alert in self.store().page::<Alert>(scan).await?.rows {
                shown.text.push('\n');
                shown.text.push_str(&alert.value.title());
                shown.kinds.push(alert.value.kind);
            }
        }
        let mut hosts: Vec<HostId> =
            ticket.items.iter().filter_map(|item| item.id.parse::<NodeId>().ok()?.host()).collect();
        hosts.extend(ticket.drift.as_ref().map(|origin| origin.host));
        hosts.sort();
        hosts.dedup();
        for host in hosts.into_iter().take(HOSTS).filter(|_| with_products) {
            shown.products.extend(self.products_of(host).await?);
        }
        Ok(shown)
    }

    async fn products_of(&self, host: HostId) -> Result<Vec<Product>, ServiceError> {
        let Some(stored) = self.store().find::<Host>(&host.to_string()).await? else { return Ok(Vec::new()) };
        let holder = self.holder(stored).await?;
        let items = self.section_at(&holder, SectionName::Package, Moment::NOW).await?.unwrap_or_default();
        let product = |(key, item): (String, muster_model::inventory::StoredItem)| {
            let text = |name: &str| item.attributes.get(name).and_then(serde_json::Value::as_str).map(str::to_owned);
            let manager = text("manager").unwrap_or_default();
            // An item has the name of its key when it tells no other.
            Some(Product { manager, name: text("name").unwrap_or(key), version: text("version")? })
        };
        Ok(items.into_iter().filter_map(product).collect())
    }

    /// Resolves an incident as a known error: its way around becomes the notes, and the two are linked, in one commit.
    pub async fn accept_known_error(
        &self,
        call: &Call,
        text: &str,
        problem: &str,
        seen: Option<u64>,
    ) -> Result<Versioned<Ticket>, ServiceError> {
        let ticket = self.get_ticket(call, text).await?.value;
        self.authorize_on(call, Action::TicketTransition, &ticket).await?;
        self.decide(|| async move {
            let stored = self.get_ticket(call, text).await?;
            check_version(&stored, seen)?;
            let unknown = |error: ServiceError| invalid("/problem", error.text());
            let known = self.get_ticket(call, problem).await.map_err(unknown)?;
            let state = problem::known_error(&known.value);
            let is_usable = matches!(state, Some(KnownError::Published | KnownError::Fixed));
            let Some(found) = analysis(&known.value).filter(|_| is_usable) else {
                return Err(invalid("/problem", Phrase::new("no_known_error").with("number", known.value.number)));
            };
            let notes = found.analysis.workaround.clone().or_else(|| found.analysis.permanent_fix.clone());
            let cause = self.cause_item(call, found).await;
            let said = Phrase::new("known_error_notes").with("number", known.value.number.as_str());
            let said = said.with("workaround", notes.unwrap_or_default());
            let fields = Fields {
                close_code: Some("known_error".into()),
                cause_item: Some(cause),
                said: Some(Text::from(said)),
                ..Fields::default()
            };
            let mut others = ChangeSet::new();
            let linked = self.with_cause(&mut others, call, &stored.value, &known);
            let (ticket, entry) = transition::apply(&linked, "resolve", &fields, &call.actor, self.now())?;
            let (mut changes, written) = Self::written(call, "ticket.resolve", stored.version, ticket, entry);
            changes.extend(others);
            self.move_others(&mut changes, &written.value).await?;
            Ok((changes, written))
        })
        .await
    }

    /// The item that a known error comes of, where it is named by an id that is or was here.
    async fn cause_item(&self, call: &Call, known: &Problem) -> String {
        let none = || "none".to_owned();
        let Some(id) = known.analysis.cause_item.clone() else { return none() };
        match id.parse::<NodeId>() {
            Ok(item) if self.check_node(call, item).await.is_ok() => id,
            _ => none(),
        }
    }

    /// The incident with a link to the problem that it comes of, which has the link back.
    fn with_cause(&self, changes: &mut ChangeSet, call: &Call, ticket: &Ticket, known: &Versioned<Ticket>) -> Ticket {
        let link = Link { kind: LinkKind::CausedBy, ticket: known.value.id, number: known.value.number.clone() };
        let mut next = ticket.clone();
        if next.links.contains(&link) {
            return next;
        }
        let (now, actor) = (self.now(), call.actor.label());
        next.links.push(link.clone());
        changes.create(next.note(now, &actor, Entry::Linked { link, is_removed: false }));
        let mut problem = known.value.clone();
        let back = Link { kind: LinkKind::Causes, ticket: ticket.id, number: ticket.number.clone() };
        problem.links.push(back.clone());
        changes.create(problem.note(now, &actor, Entry::Linked { link: back, is_removed: false }));
        let summary = format!("{} caused_by {}", ticket.number, problem.number);
        changes.audit.push(call.audit(now, "ticket.link", problem.id, summary));
        write_ticket(changes, Versioned { value: problem, version: known.version });
        next
    }
}
