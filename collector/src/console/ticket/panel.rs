//! What the page of a ticket shows of its kind: the plan, risk, conflicts, votes, what agents saw, links, parts.

mod check;
mod release;
mod vote;

use muster_model::Versioned;
use muster_model::right::Action;
use muster_model::ticket::change::verification::Verdict;
use muster_model::ticket::change::{Change, conflict::Weight};
use muster_model::ticket::release::Release;
use muster_model::ticket::{Details, Kind, LinkKind, Ticket, problem};

use super::shape::{self, Shape};
use super::{address, attachment, explained, family, known, named, suggestion};
use crate::console::form::{self, Attempt, Choice, Field, Form};
use crate::console::locale::Locale;
use crate::console::visitor::Visitor;
use crate::service::ServiceError;
use crate::service::account::Person;

/// A cell of a table.
#[derive(Clone, Debug)]
pub(in crate::console) struct Cell {
    pub(in crate::console) text: String,
    pub(in crate::console) href: Option<String>,
    /// Class that says how it is: `good`, `bad`, or nothing.
    pub(in crate::console) class: &'static str,
}

impl Cell {
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), href: None, class: "" }
    }

    pub(super) fn link(text: impl Into<String>, href: String) -> Self {
        Self { href: Some(href), ..Self::plain(text) }
    }

    /// Whether it is a bare number, which says nothing without the head of its column.
    pub(in crate::console) fn is_count(&self) -> bool {
        self.text.parse::<u64>().is_ok()
    }

    pub(super) fn class(self, class: &'static str) -> Self {
        Self { class, ..self }
    }
}

/// A part of the page.
#[derive(Clone, Debug)]
pub(in crate::console) struct Panel {
    pub(in crate::console) id: &'static str,
    pub(in crate::console) title: String,
    pub(in crate::console) note: String,
    /// Name and what is said of it: a text, or links.
    pub(in crate::console) pairs: Vec<(String, Vec<Cell>)>,
    pub(in crate::console) head: Vec<String>,
    pub(in crate::console) rows: Vec<Vec<Cell>>,
    pub(in crate::console) forms: Vec<Form>,
}

impl Panel {
    pub(super) fn new(id: &'static str, title: String) -> Self {
        let (pairs, head, rows, forms) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { id, title, note: String::new(), pairs, head, rows, forms }
    }

    fn is_empty(&self) -> bool {
        self.pairs.is_empty() && self.rows.is_empty() && self.forms.is_empty() && self.note.is_empty()
    }
}

/// All panels of a ticket.
pub(in crate::console) async fn all(
    visitor: &Visitor,
    stored: &Versioned<Ticket>,
    people: &[Person],
    attempt: Option<&Attempt>,
) -> Result<Vec<Panel>, ServiceError> {
    let ticket = &stored.value;
    let mut panels = vec![written(visitor, stored, people, attempt).await];
    match &ticket.details {
        Details::Change(change) => {
            let standing = visitor.service().with_standing_conflicts(&visitor.call, ticket, change).await;
            panels.push(check::panel(visitor, stored, change, attempt));
            panels.extend(of_change(visitor, stored, &standing, attempt));
            panels.extend(explained::times(visitor, ticket, change).await?);
            panels.push(explained::panel(visitor, ticket).await?);
            panels.extend(explained::aftermath(visitor, stored).await?);
            panels.extend(super::template::propose(visitor, ticket, change));
        }
        Details::Release(release) => {
            let seen = Box::pin(visitor.service().verification_now(&visitor.call, &ticket.number)).await?;
            let now = Release { deployment: seen.deployment, clashes: seen.clashes, ..(**release).clone() };
            panels.extend(release::panels(visitor.locale, &ticket.number, &now));
        }
        Details::Request(request) => {
            panels.extend(request.ordered.as_ref().map(|ordered| answers_of(visitor, ordered)));
        }
        Details::Incident | Details::Problem(_) | Details::Access(_) | Details::Task(_) => {}
    }
    panels.extend(known::panel(visitor, stored, attempt).await?);
    panels.extend(suggestion::panels(visitor, stored, attempt).await?);
    panels.push(family::major(visitor, stored, people, attempt));
    panels.extend(vote::panels(visitor, ticket, attempt).await?);
    panels.push(links(visitor, stored, attempt));
    let (tasks, mut parts) = parts(visitor, ticket).await?;
    parts.forms.extend(family::parent(visitor, stored, attempt).await?);
    panels.extend([tasks, parts]);
    panels.push(attachment::panel(visitor, ticket, attempt).await?);
    panels.retain(|panel| !panel.is_empty());
    Ok(panels)
}

/// What was asked for from the catalogue, with the answers to its form.
fn answers_of(visitor: &Visitor, ordered: &muster_model::ticket::request::Ordered) -> Panel {
    let locale = visitor.locale;
    let mut panel = Panel::new("ordered", locale.t("request-ordered"));
    panel.head = ["col-name", "col-edition"].map(|key| locale.t(key)).into();
    panel.rows = vec![vec![
        Cell::link(&ordered.name, format!("/catalogue/{}", ordered.item)),
        Cell::plain(ordered.edition.to_string()),
    ]];
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let answers = ordered.answers.as_object().into_iter().flatten();
    panel.pairs = answers.map(|(name, value)| (name.clone(), vec![Cell::plain(text(value))])).collect();
    panel
}

/// What people wrote.
async fn written(visitor: &Visitor, stored: &Versioned<Ticket>, people: &[Person], attempt: Option<&Attempt>) -> Panel {
    let (ticket, locale) = (&stored.value, visitor.locale);
    let part = shape::part(&ticket.details);
    let mut panel = Panel::new("details", locale.name("details", ticket.kind().as_str()));
    for (path, shape) in shape::shapes(ticket.kind()) {
        let value = part.pointer(&format!("/{path}"));
        let name = locale.name("field", &shape::name(path));
        if matches!(shape, Shape::Nodes | Shape::Node | Shape::Tickets | Shape::Template) {
            let listed = value.and_then(serde_json::Value::as_array).into_iter().flatten();
            let ids: Vec<&str> = listed.chain(value).filter_map(serde_json::Value::as_str).collect();
            if !ids.is_empty() {
                let name = if *path == "scope/items" { locale.t("affected-items") } else { name };
                let cells = match shape {
                    Shape::Tickets => Box::pin(named::tickets(visitor, &ids)).await,
                    Shape::Template => Box::pin(named::templates(visitor, &ids)).await,
                    _ => named::cells(visitor, &ids).await,
                };
                panel.pairs.push((name, cells));
            }
            continue;
        }
        let text = shape::said(locale, *shape, value, people);
        if !text.is_empty() {
            panel.pairs.push((name, vec![Cell::plain(text)]));
        }
    }
    if let Some(known) = problem::known_error(ticket) {
        panel.note = locale.with("known-error", &[("state", &locale.name("known-error", known.as_str()))]);
    }
    let is_open = ticket.state.name().is_active() && !ticket.details.is_locked(ticket.state.name());
    if is_open && visitor.may(ticket.kind().right()) && Details::editable(ticket.kind()).is_some() {
        let action = format!("{}/details", address(&ticket.number));
        let mut form = Form::new(visitor, "details", action, locale.t("details-edit"))
            .submit(locale.t("save"))
            .version(stored.version);
        for field in shape::fields(visitor, &ticket.details, people).await {
            form = form.field(field);
        }
        panel.forms.push(form.after(attempt));
    }
    panel
}

/// What an input of a risk was found to be: a word of a closed set, or a figure as it is.
fn found(locale: Locale, value: &str) -> String {
    match value {
        "true" => locale.name("yes-no", "yes"),
        "false" => locale.name("yes-no", "no"),
        value => locale.name("criticality", value),
    }
}

/// What an input was found to be, and why.
fn because(locale: Locale, input: &muster_model::ticket::change::risk::Input) -> String {
    let value = found(locale, &input.value);
    input.because.as_ref().map_or(value.clone(), |why| format!("{value}: {}", locale.say(&why.clone().into())))
}

fn of_change(visitor: &Visitor, stored: &Versioned<Ticket>, change: &Change, attempt: Option<&Attempt>) -> Vec<Panel> {
    let locale = visitor.locale;
    let mut panels = Vec::new();
    if let Some(verification) = &change.verification {
        let mut panel = Panel::new("seen", locale.t("change-seen"));
        panel.head = ["col-host", "col-check", "col-seen", "col-verdict"].map(|key| locale.t(key)).into();
        panel.rows = verification
            .results
            .iter()
            .map(|result| {
                let class = match result.verdict {
                    Verdict::Done => "good",
                    Verdict::NotDone | Verdict::Partial | Verdict::Extra => "bad",
                    Verdict::NoData => "",
                };
                let what = match result.finding {
                    Some(finding) => Cell::link(&result.what, format!("/findings/{finding}")),
                    None => Cell::plain(&result.what),
                };
                vec![
                    Cell::link(&result.host_name, format!("/hosts/{}", result.host)),
                    what,
                    Cell::plain(result.seen.clone().unwrap_or_default()),
                    Cell::plain(locale.name("verdict", result.verdict.as_str())).class(class),
                ]
            })
            .collect();
        panels.push(panel);
    }
    if !change.conflicts.is_empty() {
        panels.push(conflicts(visitor, stored, change, attempt));
    }
    if let Some(risk) = &change.risk {
        let band = locale.name("band", risk.band.as_str());
        let mut panel =
            Panel::new("risk", locale.with("change-risk", &[("score", &risk.score.to_string()), ("band", &band)]));
        panel.head = ["col-input", "col-found", "col-points"].map(|key| locale.t(key)).into();
        panel.rows = risk
            .inputs
            .iter()
            .map(|input| {
                vec![
                    Cell::plain(locale.name("risk", input.name.as_str())),
                    Cell::plain(because(locale, input)),
                    Cell::plain(format!("{}/{}", input.points, input.most)),
                ]
            })
            .collect();
        panels.push(panel);
    }
    panels
}

fn conflicts(visitor: &Visitor, stored: &Versioned<Ticket>, change: &Change, attempt: Option<&Attempt>) -> Panel {
    let locale = visitor.locale;
    let mut panel = Panel::new("conflicts", locale.t("change-conflicts"));
    panel.head = ["col-conflict", "col-with", "col-item", "col-weight"].map(|key| locale.t(key)).into();
    for conflict in &change.conflicts {
        let other = conflict.other.clone().unwrap_or_default();
        let weight = conflict.kind.weight();
        let word = match &conflict.acknowledged {
            Some(taken) => locale.with("conflict-taken", &[("by", &taken.by), ("reason", &taken.reason)]),
            None => locale.name("weight", weight.as_str()),
        };
        let class = if conflict.blocks() { "bad" } else { "" };
        panel.rows.push(vec![
            Cell::plain(locale.name("conflict", conflict.kind.as_str())),
            if other.is_empty() { Cell::plain("") } else { Cell::link(&other, address(&other)) },
            Cell::plain(conflict.name.clone().unwrap_or_default()),
            Cell::plain(word).class(class),
        ]);
    }
    let blocking: Vec<String> = change
        .blocks()
        .filter(|conflict| conflict.kind.weight() == Weight::Block)
        .map(|conflict| conflict.other.clone().unwrap_or_else(|| conflict.kind.as_str().to_owned()))
        .collect();
    if !blocking.is_empty() && visitor.may(Action::ChangeReview) {
        let mut others: Vec<form::Choice> = blocking
            .iter()
            .map(|other| form::Choice { value: other.clone(), label: other.clone(), is_chosen: false })
            .collect();
        others.dedup();
        let form = Form::new(
            visitor,
            "conflicts",
            format!("{}/conflicts", address(&stored.value.number)),
            locale.t("conflict-take"),
        )
        .version(stored.version)
        .field(Field::select(locale, "other", others))
        .field(Field::area(locale, "reason").required());
        panel.forms.push(form.after(attempt));
    }
    panel
}

fn links(visitor: &Visitor, stored: &Versioned<Ticket>, attempt: Option<&Attempt>) -> Panel {
    let (ticket, locale) = (&stored.value, visitor.locale);
    let mut panel = Panel::new("links", locale.t("ticket-links"));
    panel.head = ["col-relation", "col-ticket"].map(|key| locale.t(key)).into();
    let row = |link: &muster_model::ticket::Link| {
        vec![Cell::plain(locale.name("link", link.kind.as_str())), Cell::link(&link.number, address(&link.number))]
    };
    panel.rows = ticket.links.iter().map(row).collect();
    if visitor.may(ticket.kind().right()) {
        let kinds = form::choices(locale, "link", LinkKind::ALL.iter().map(|kind| kind.as_str()), "relates_to");
        let form = Form::new(visitor, "link", format!("{}/links", address(&ticket.number)), locale.t("ticket-link"))
            .version(stored.version)
            .field(Field::select(locale, "kind", kinds))
            .field(Field::text(locale, "ticket").required());
        panel.forms.push(form.after(attempt));
        if !ticket.links.is_empty() {
            let choice = |link: &muster_model::ticket::Link| Choice {
                value: format!("{}/{}", link.kind.as_str(), link.number),
                label: format!("{} {}", locale.name("link", link.kind.as_str()), link.number),
                is_chosen: false,
            };
            let action = format!("{}/links/remove", address(&ticket.number));
            let form = Form::new(visitor, "unlink", action, locale.t("ticket-unlink"))
                .version(stored.version)
                .field(Field::select(locale, "link", ticket.links.iter().map(choice).collect()));
            panel.forms.push(form.after(attempt));
        }
    }
    panel
}

/// The tasks of a ticket, and the tickets of its kind that are parts of it: work on it and what else is the same are two things.
async fn parts(visitor: &Visitor, ticket: &Ticket) -> Result<(Panel, Panel), ServiceError> {
    let locale = visitor.locale;
    let head: Vec<String> = ["col-ticket", "col-title", "col-state"].map(|key| locale.t(key)).into();
    let mut panel = Panel::new("tasks", locale.t("ticket-tasks"));
    let mut others = Panel::new("parts", locale.t("ticket-parts"));
    (panel.head, others.head) = (head.clone(), head);
    for part in visitor.service().list_parts(&visitor.call, &ticket.number).await? {
        let part = part.value;
        let of_its_kind = if part.kind() == Kind::Task { &mut panel } else { &mut others };
        of_its_kind.rows.push(vec![
            Cell::link(&part.number, address(&part.number)),
            Cell::plain(locale.say(&part.title)),
            Cell::plain(locale.name("state", part.state.name().as_str())),
        ]);
    }
    if let Some(parent) = ticket.parent
        && let Some(number) = visitor.service().number_of(parent).await?
    {
        others.note = locale.with("ticket-part-of", &[("number", &number)]);
    }
    if ticket.kind() != Kind::Task && ticket.state.name().is_active() && visitor.may(Kind::Task.right()) {
        let form = Form::new(visitor, "task", format!("{}/tasks", address(&ticket.number)), locale.t("task-new"))
            .field(Field::text(locale, "title").required())
            .field(Field::area(locale, "description"))
            .field(Field::group(locale, "assignment_group"));
        let own = shape::fields(visitor, &Details::empty(Kind::Task), &[]).await;
        panel.forms.push(own.into_iter().fold(form, Form::field));
    }
    Ok((panel, others))
}
