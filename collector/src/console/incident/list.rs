//! `/incidents`: first things first.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use muster_model::query::{Query, fields};
use muster_model::right::Action;
use muster_model::saved_search::ListName;
use muster_model::ticket::state::StateName;
use muster_model::ticket::{Kind, Ticket, TicketItem};
use muster_shared::id::UserId;
use muster_shared::{SectionName, Time};

use crate::console::answer;
use crate::console::form::{self, Choice};
use crate::console::list::{self, Pager};
use crate::console::locale::Locale;
use crate::console::markup;
use crate::console::saved::{self, SavedBar};
use crate::console::shell::Shell;
use crate::console::ticket::address;
use crate::console::value;
use crate::console::visitor::Visitor;
use crate::service::account::Person;
use crate::service::{Page, ServiceError, invalid};

/// Hours after which an open incident of priority 1 or 2 counts as old.
const OLD_HOURS: i64 = 24;

/// An item of a ticket, as a link.
#[derive(Clone, Debug)]
pub(in crate::console) struct ItemLink {
    pub(in crate::console) name: String,
    pub(in crate::console) href: String,
    pub(in crate::console) role: String,
}

impl ItemLink {
    /// The link to an item of a ticket.
    pub(in crate::console) fn of(item: &TicketItem, locale: Locale) -> Self {
        let place = if item.id.starts_with("host_") { "hosts" } else { "items" };
        let role = match item.role {
            muster_model::ticket::ItemRole::Cause => "cause",
            muster_model::ticket::ItemRole::Affected => "affected",
            muster_model::ticket::ItemRole::Suspected => "suspected",
            muster_model::ticket::ItemRole::Maintenance => "maintenance",
        };
        let name = if item.name.is_empty() { &item.id } else { &item.name };
        // `user deploy`: an item is named by its section and its key.
        let section = |(section, key): (&str, &'_ str)| {
            let section: SectionName = section.parse().ok()?;
            Some(format!("{} {key}", locale.name("section", section.as_str())))
        };
        let name = name.split_once(' ').filter(|_| place == "items").and_then(section).unwrap_or_else(|| name.clone());
        Self {
            name: value::middle(&name, 48),
            href: format!("/{place}/{}", markup::url(&item.id)),
            role: locale.name("role", role),
        }
    }
}

/// A row of a list of incidents.
#[derive(Clone, Debug)]
pub(in crate::console) struct TicketRow {
    pub(in crate::console) number: String,
    pub(in crate::console) title: String,
    pub(in crate::console) priority: u8,
    pub(in crate::console) state: &'static str,
    pub(in crate::console) item: Option<ItemLink>,
    /// Further hosts that it is of.
    pub(in crate::console) more_hosts: usize,
    pub(in crate::console) assignee: Option<String>,
    pub(in crate::console) opened_at: Time,
    pub(in crate::console) is_old: bool,
    pub(in crate::console) href: String,
}

impl TicketRow {
    /// A ticket as a row.
    pub(in crate::console) fn of(ticket: &Ticket, people: &[Person], locale: Locale, now: Time) -> Self {
        let item = ticket.items.iter().find(|item| item.id.starts_with("host_")).or(ticket.items.first());
        let is_active = ticket.state.name().is_active();
        // The host stands in its own column, not again in the title; of several hosts the title says how many there are.
        let of_one = ticket.title.phrase().filter(|title| title.say == "on_host");
        let what = of_one.and_then(|title| title.inner("what"));
        let title = what.map_or_else(|| locale.say(&ticket.title), |what| locale.phrase(what));
        Self {
            href: address(&ticket.number),
            number: ticket.number.clone(),
            title: value::title(&title, 200),
            priority: ticket.priority,
            state: ticket.state.name().as_str(),
            item: item.map(|item| ItemLink::of(item, locale)),
            more_hosts: ticket.items.iter().filter(|item| item.id.starts_with("host_")).count().saturating_sub(1),
            assignee: ticket.assignee.map(|id| name_of(id, people)),
            opened_at: ticket.opened_at,
            is_old: is_active && ticket.priority <= 2 && now.since(ticket.opened_at) > OLD_HOURS * 3_600_000,
        }
    }
}

/// Tickets of something as rows, with the names of those who have them.
pub(in crate::console) async fn rows_of(visitor: &Visitor, tickets: &[Ticket]) -> Result<Vec<TicketRow>, ServiceError> {
    let people = visitor.service().list_people(&visitor.call).await?;
    Ok(tickets.iter().map(|ticket| TicketRow::of(ticket, &people, visitor.locale, visitor.now())).collect())
}

/// The name of an account; of one that is no assignee any more the id's end.
pub(in crate::console) fn name_of(id: UserId, people: &[Person]) -> String {
    let known = people.iter().find(|person| person.id == id).map(|person| person.display_name.clone());
    known.unwrap_or_else(|| value::middle(&id.to_string(), 16))
}

#[derive(Template)]
#[template(path = "incidents.html")]
pub(in crate::console) struct IncidentsPage {
    pub(in crate::console) page: Shell,
    pub(in crate::console) q: String,
    pub(in crate::console) shows_all: bool,
    pub(in crate::console) priorities: Vec<Choice>,
    pub(in crate::console) states: Vec<Choice>,
    pub(in crate::console) kinds: Vec<Choice>,
    pub(in crate::console) assignees: Vec<Choice>,
    pub(in crate::console) error: Option<String>,
    pub(in crate::console) tickets: Vec<TicketRow>,
    pub(in crate::console) pager: Pager,
    pub(in crate::console) is_filtered: bool,
    pub(in crate::console) saved: SavedBar,
    pub(in crate::console) may_open: bool,
    pub(in crate::console) fields: String,
}

/// What the address asks for.
#[derive(Clone, Debug, Default)]
struct Wanted {
    q: String,
    show: String,
    priority: String,
    state: String,
    assignee: String,
    kind: String,
}

/// The kind of which it does not matter.
const ANY: &str = "any";

impl Wanted {
    fn of(visitor: &Visitor) -> Self {
        let text = |name: &str| visitor.parameter(name).unwrap_or_default();
        Self {
            q: text("q"),
            show: text("show"),
            priority: text("priority"),
            state: text("state"),
            assignee: text("assignee"),
            kind: text("kind"),
        }
    }

    /// The demands of the choices beside the query line.
    fn demands(&self, me: UserId, asked: &Query) -> Vec<(&'static str, String)> {
        let over = StateName::ALL.iter().any(|state| state.as_str() == self.state && !state.is_active());
        let assignee = match self.assignee.as_str() {
            "me" => Some(me.to_string()),
            "nobody" => Some(String::new()),
            "" => None,
            id => Some(id.to_owned()),
        };
        let only_active = self.show != "all" && !over && !asked.mentions("active");
        let kind = if self.kind.is_empty() { Kind::Incident.as_str() } else { self.kind.as_str() };
        let is_one = kind != ANY && !asked.mentions("kind");
        let chosen = |value: &String| (!value.is_empty()).then(|| value.clone());
        [
            ("kind", is_one.then(|| kind.to_owned())),
            ("active", only_active.then(|| "true".to_owned())),
            ("assignee", assignee),
            ("priority", chosen(&self.priority)),
            ("state", chosen(&self.state)),
        ]
        .into_iter()
        .filter_map(|(field, value)| Some((field, value?)))
        .collect()
    }

    fn query(&self, me: UserId) -> Result<Query, ServiceError> {
        let mut query = Query::parse(&self.q, &fields::TICKET)?;
        for (field, value) in self.demands(me, &query) {
            query.and(field, &value, &fields::TICKET).map_err(|why| invalid(&format!("/{field}"), why))?;
        }
        Ok(query)
    }

    /// All of it in the query language, for who saves it; nothing when nothing was chosen.
    fn text(&self, me: UserId) -> String {
        let asked = Query::parse(&self.q, &fields::TICKET).unwrap_or_default();
        let demands = self.demands(me, &asked);
        if self.is_plain() {
            return String::new();
        }
        let demands: Vec<String> = demands.iter().map(|(field, value)| format!("{field}:{value}")).collect();
        saved::with(&self.q, &demands)
    }

    fn is_plain(&self) -> bool {
        [&self.q, &self.priority, &self.state, &self.assignee, &self.kind].iter().all(|text| text.is_empty())
    }
}

fn assignees(visitor: &Visitor, people: &[Person], chosen: &str) -> Vec<Choice> {
    let locale = visitor.locale;
    let special = [("", "any"), ("me", "me"), ("nobody", "nobody")].map(|(value, key)| Choice {
        value: value.to_owned(),
        label: locale.t(key),
        is_chosen: value == chosen,
    });
    let person = |person: &Person| {
        let value = person.id.to_string();
        Choice { is_chosen: value == chosen, value, label: person.display_name.clone() }
    };
    let works = |person: &&Person| {
        let is_able = Kind::ALL.iter().any(|kind| person.may(kind.work()));
        person.id != visitor.id() && (is_able || person.id.to_string() == chosen)
    };
    special.into_iter().chain(people.iter().filter(works).map(person)).collect()
}

/// Incidents before all others: the value of that choice is none.
fn kinds(chosen: &str, locale: Locale) -> Vec<Choice> {
    let choice = |value: &str, label: String| Choice { value: value.to_owned(), label, is_chosen: value == chosen };
    let others = Kind::ALL.iter().filter(|kind| **kind != Kind::Incident).map(|kind| kind.as_str());
    let others = others.map(|kind| choice(kind, locale.name("kinds", kind)));
    let incidents = choice("", locale.name("kinds", Kind::Incident.as_str()));
    [incidents].into_iter().chain(others).chain([choice(ANY, locale.t("any"))]).collect()
}

async fn page(visitor: &Visitor) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let wanted = Wanted::of(visitor);
    let people = visitor.service().list_people(&visitor.call).await?;
    let (found, error) = match wanted.query(visitor.id()) {
        Ok(query) => (visitor.service().list_tickets(&visitor.call, &query, &list::window(visitor)).await?, None),
        Err(error) => (Page { items: Vec::new(), next_cursor: None }, Some(list::query_error(error, locale)?)),
    };
    let priority =
        |n: u8| Choice { value: n.to_string(), label: format!("P{n}"), is_chosen: wanted.priority == n.to_string() };
    let mut priorities: Vec<Choice> = (1..=5).map(priority).collect();
    priorities.insert(0, form::nothing(locale.t("any"), wanted.priority.is_empty()));
    let mut states = form::choices(locale, "state", StateName::ALL.iter().map(|state| state.as_str()), &wanted.state);
    states.insert(0, form::nothing(locale.t("any"), wanted.state.is_empty()));
    let code = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let row = |ticket: &Ticket| TicketRow::of(ticket, &people, locale, visitor.now());
    let page = IncidentsPage {
        page: Shell::at(visitor, "/incidents", &locale.t("incidents-title")).await,
        priorities,
        states,
        kinds: kinds(&wanted.kind, locale),
        assignees: assignees(visitor, &people, &wanted.assignee),
        error,
        pager: Pager::new(visitor, "/incidents", found.next_cursor),
        tickets: found.items.iter().map(|stored| row(&stored.value)).collect(),
        is_filtered: !wanted.is_plain(),
        saved: saved::bar(visitor, ListName::Tickets, &wanted.text(visitor.id())).await?,
        shows_all: wanted.show == "all",
        may_open: visitor.may(Action::TicketCreate),
        q: wanted.q,
        fields: fields::TICKET.names().collect::<Vec<_>>().join(", "),
    };
    Ok(answer::page(code, &page))
}

/// `GET /incidents`.
pub(in crate::console) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor).await;
    visitor.answer(outcome)
}
