//! `/grants`: what accounts are allowed, and what agents see of it.

use axum::extract::Path;
use axum::response::Response;
use muster_model::Versioned;
use muster_model::grant::{Grant, GrantState};
use muster_model::query::{Query, fields};
use muster_model::right::Action;
use muster_shared::id::{HostId, NodeId};

use super::{right, tabs};
use crate::console::answer::{self, see_other};
use crate::console::form::{self, Attempt, Field, Form};
use crate::console::list::{self, Pager};
use crate::console::markup;
use crate::console::sheet::{Cell, Row, SheetPage, Table};
use crate::console::shell::Shell;
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::Visitor;
use crate::service::ServiceError;

/// On how many of its hosts agents see it.
pub(super) fn seen_words(visitor: &Visitor, grant: &Grant) -> String {
    if grant.hosts.is_empty() {
        return visitor.locale.t("grant-unseen");
    }
    let is_seen = |host: &&HostId| grant.places.iter().any(|place| place.host == **host && place.is_there);
    let seen = grant.hosts.iter().filter(is_seen).count();
    visitor.locale.with("grant-seen", &[("seen", &seen.to_string()), ("of", &grant.hosts.len().to_string())])
}

/// What a grant is for: its service or item, else its question, else its only host, else how many hosts.
async fn about(visitor: &Visitor, grant: &Grant) -> Cell {
    let only = grant.hosts.first().filter(|_| grant.hosts.len() == 1).map(|host| NodeId::Host(*host));
    if let Some(node) = grant.resource().or(only) {
        let place = if matches!(node, NodeId::Host(_)) { "hosts" } else { "items" };
        let name = visitor.service().name_node(&visitor.call, node).await.name;
        return Cell::text(name).link(format!("/{place}/{node}"));
    }
    match grant.follows.as_ref().and_then(|follows| follows.question.as_ref()) {
        Some(question) => Cell::text(question).look("mono").link(format!("/hosts?q={}", markup::url(question))),
        None => Cell::text(visitor.locale.n("n-hosts", grant.hosts.len())),
    }
}

async fn row(visitor: &Visitor, shell: &Shell, grant: &Grant) -> Row {
    let locale = visitor.locale;
    let status = grant.status(visitor.now());
    let until = grant.valid_to.map_or_else(|| Cell::text(locale.t("grant-no-end")), |at| Cell::drawn(shell.when(&at)));
    Row {
        cells: vec![
            Cell::text(&grant.account).look("main mono").link(format!("/grants/{}", grant.id)),
            Cell::text(right(locale, grant.entitlement.as_str(), grant.group.as_deref())),
            about(visitor, grant).await,
            Cell::drawn(markup::state(locale, "grant-status", status.as_str())),
            Cell::text(seen_words(visitor, grant)),
            until,
            Cell::text(&grant.number).link(format!("/tickets/{}", grant.number)),
        ],
        forms: Vec::new(),
    }
}

async fn all(visitor: &Visitor) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let mut query = Query::default();
    for (name, value) in crate::console::visitor::form_pairs(&visitor.query) {
        if !matches!(name.as_str(), "cursor" | "done") {
            query
                .and(&name, &value, &fields::GRANT)
                .map_err(|why| crate::service::invalid(&format!("/{name}"), why))?;
        }
    }
    let found = visitor.service().list_grants(&visitor.call, &query, &list::window(visitor)).await?;
    let shell = Shell::at(visitor, "/grants", &locale.t("grants-title")).await;
    let begin = visitor.may(Action::RequestSubmit);
    let mut rows = Vec::new();
    for stored in &found.items {
        rows.push(row(visitor, &shell, &stored.value).await);
    }
    let page = SheetPage {
        above: None,
        note: locale.t("grants-note"),
        tabs: tabs(visitor, "/grants"),
        pager: Pager::new(visitor, "/grants", found.next_cursor),
        begin: begin.then(|| ("/tickets/new?kind=access".to_owned(), locale.name("new", "access"))),
        facts: Vec::new(),
        tables: vec![Table {
            id: "grants",
            title: locale.t("grants-title"),
            heads: [
                "field-account",
                "field-entitlement",
                "grant-for",
                "col-state",
                "grant-seen-head",
                "until",
                "col-number",
            ]
            .map(|key| locale.t(key))
            .into(),
            rows,
            empty: locale.t("grants-none"),
        }],
        forms: Vec::new(),
        folds: Vec::new(),
        page: shell,
    };
    Ok(answer::page(form::status(None), &page))
}

/// `GET /grants`.
pub(in crate::console) async fn show_all(visitor: Visitor) -> Response {
    let outcome = all(&visitor).await;
    visitor.answer(outcome)
}

fn facts(visitor: &Visitor, shell: &Shell, grant: &Grant, holder: Option<String>) -> Vec<(String, Cell)> {
    let locale = visitor.locale;
    let when = |at| Cell::drawn(shell.when(&at));
    let status = grant.status(visitor.now());
    let mut facts = vec![
        (locale.t("field-account"), Cell::text(&grant.account).look("mono")),
        (locale.t("field-entitlement"), Cell::text(right(locale, grant.entitlement.as_str(), grant.group.as_deref()))),
        (locale.t("col-state"), Cell::drawn(markup::state(locale, "grant-status", status.as_str()))),
        (locale.t("col-number"), Cell::text(&grant.number).link(format!("/tickets/{}", grant.number))),
        (locale.t("field-reason"), Cell::text(&grant.reason)),
        (locale.t("field-valid-from"), when(grant.valid_from)),
    ];
    facts.extend(grant.valid_to.map(|at| (locale.t("field-valid-to"), when(at))));
    facts.extend(holder.map(|name| (locale.t("grant-holder"), Cell::text(name))));
    facts.push((locale.t("grant-by"), Cell::text(locale.actor(&grant.granted_by))));
    facts
        .extend(grant.is_emergency.then(|| (locale.t("grant-emergency"), Cell::text(locale.t("grant-emergency-yes")))));
    facts.extend(
        grant.exception.as_ref().map(|exception| (locale.t("field-exception-reason"), Cell::text(&exception.reason))),
    );
    facts.extend(grant.reviewed_at.map(|at| (locale.t("grant-reviewed"), when(at))));
    match &grant.state {
        GrantState::Given => {}
        GrantState::Suspended { by, at, reason } | GrantState::Revoked { by, at, reason } => {
            facts.push((locale.t("grant-ended"), when(*at)));
            facts.push((locale.t("by"), Cell::text(locale.actor(by))));
            facts.push((locale.t("grant-because"), Cell::text(reason)));
        }
        GrantState::Expired { at } => facts.push((locale.t("grant-ended"), when(*at))),
    }
    if let Some(removal) = &grant.removal {
        let task = Cell::text(&removal.number).link(format!("/tickets/{}", removal.number));
        facts.push((locale.t("grant-removal"), task));
        let proven = removal.proven_at.map_or_else(|| Cell::text(locale.t("grant-unproven")), when);
        facts.push((locale.t("grant-proven"), proven));
    }
    facts
}

fn actions(visitor: &Visitor, stored: &Versioned<Grant>, attempt: Option<&Attempt>) -> Vec<Form> {
    let (locale, grant) = (visitor.locale, &stored.value);
    if !visitor.may(Action::AccessManage) || grant.status(visitor.now()).is_over() {
        return Vec::new();
    }
    let form = |what: &'static str, tone| {
        let form = Form::new(visitor, what, format!("/grants/{}/{what}", grant.id), locale.name("grant-do", what));
        form.tone(tone).version(stored.version)
    };
    let reason = || Field::area(locale, "reason").required();
    let is_suspended = matches!(grant.state, GrantState::Suspended { .. });
    let second = if is_suspended { form("resume", "plain") } else { form("suspend", "plain").field(reason()) };
    vec![form("revoke", "danger").field(reason()).after(attempt), second.after(attempt)]
}

async fn one(visitor: &Visitor, id: &str, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let stored = visitor.service().get_grant(&visitor.call, id).await?;
    let grant = &stored.value;
    let title = format!("{} · {}", grant.account, right(locale, grant.entitlement.as_str(), grant.group.as_deref()));
    let shell = Shell::at(visitor, "/grants", &title).await;
    let holder = match grant.holder {
        Some(holder) => Some(visitor.service().name_of_user(holder).await?),
        None => None,
    };
    let mut rows = Vec::new();
    for host in grant.touched() {
        let place = grant.places.iter().find(|place| place.host == host);
        let name = visitor.service().name_node(&visitor.call, NodeId::Host(host)).await.name;
        let mut word = place.map_or("unknown", |place| if place.is_there { "there" } else { "gone" });
        if word == "there" && !grant.hosts.contains(&host) {
            word = "left";
        }
        rows.push(Row {
            cells: vec![
                Cell::text(name).look("main").link(format!("/hosts/{host}/user")),
                Cell::text(locale.name("grant-place", word)),
                place.map_or_else(|| Cell::text(""), |place| Cell::drawn(shell.when(&place.since))),
            ],
            forms: Vec::new(),
        });
    }
    let page = SheetPage {
        above: Some(("/grants", locale.t("grants-title"))),
        note: String::new(),
        tabs: Vec::new(),
        pager: Pager::default(),
        begin: None,
        facts: [vec![(locale.t("grant-for"), about(visitor, grant).await)], facts(visitor, &shell, grant, holder)]
            .concat(),
        tables: vec![Table {
            id: "places",
            title: locale.t("grant-places"),
            heads: ["col-host", "grant-place-head", "since"].map(|key| locale.t(key)).into(),
            rows,
            empty: locale.t("grant-unseen"),
        }],
        forms: Vec::new(),
        folds: actions(visitor, &stored, attempt),
        page: shell,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /grants/{id}`.
pub(in crate::console) async fn show(visitor: Visitor, Path(id): Path<String>) -> Response {
    let outcome = one(&visitor, &id, None).await;
    visitor.answer(outcome)
}

async fn acted(visitor: &Visitor, id: &str, what: &str, fields: Fields) -> Result<Response, ServiceError> {
    let (service, call, seen) = (visitor.service(), &visitor.call, fields.version());
    let reason = fields.text("reason");
    let outcome = match what {
        "revoke" => service.revoke_grant(call, id, reason, seen).await,
        "suspend" => service.suspend_grant(call, id, Some(reason), seen).await,
        "resume" => service.suspend_grant(call, id, None, seen).await,
        _ => Err(ServiceError::NotFound { kind: "page", id: what.chars().take(40).collect() }),
    };
    match outcome {
        Ok(_) => Ok(see_other(&format!("/grants/{id}?done=saved"))),
        Err(error) => one(visitor, id, Some(&Attempt::new(what, fields, error, visitor.locale)?)).await,
    }
}

/// `POST /grants/{id}/{what}`.
pub(in crate::console) async fn act(
    Path((id, what)): Path<(String, String)>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let outcome = acted(&visitor, &id, &what, fields).await;
    visitor.answer(outcome)
}
