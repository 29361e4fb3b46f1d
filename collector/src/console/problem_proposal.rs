//! `/problem-proposals`: what came so often that it may be a problem, what made each proposal, and the two answers of a person.

use axum::extract::Path;
use axum::response::Response;
use muster_model::Versioned;
use muster_model::problem_proposal::{ProblemProposal, ProposalState};
use muster_model::right::Action;

use super::answer::{self, see_other};
use super::form::{self, Attempt, Field, Form};
use super::list;
use super::sheet::{Cell, Row, SheetPage, Table};
use super::shell::Shell;
use super::submission::{Fields, Submission};
use super::ticket::address;
use super::visitor::Visitor;
use crate::service::ServiceError;

fn place(id: &str) -> String {
    format!("/problem-proposals/{id}")
}

/// What the rules counted, one sentence each.
fn reasons(visitor: &Visitor, proposal: &ProblemProposal) -> String {
    let said = proposal.reasons.iter().map(|reason| visitor.locale.phrase(&reason.says()));
    said.collect::<Vec<_>>().join("; ")
}

fn state(visitor: &Visitor, proposal: &ProblemProposal) -> String {
    let locale = visitor.locale;
    let name = locale.name("problem-proposal", proposal.state.as_str());
    match &proposal.state {
        ProposalState::Accepted { number, .. } => format!("{name}: {number}"),
        ProposalState::Proposed | ProposalState::Rejected { .. } => name,
    }
}

fn row(visitor: &Visitor, shell: &Shell, stored: &Versioned<ProblemProposal>) -> Row {
    let proposal = &stored.value;
    Row {
        cells: vec![
            Cell::text(visitor.locale.say(&proposal.title)).look("main").link(place(&proposal.id)),
            Cell::text(state(visitor, proposal)),
            Cell::text(reasons(visitor, proposal)),
            Cell::text(proposal.hosts.iter().map(|host| host.name.as_str()).collect::<Vec<_>>().join(", ")),
            Cell::drawn(shell.when(&proposal.last_at)),
        ],
        forms: Vec::new(),
    }
}

async fn all(visitor: &Visitor) -> Result<Response, ServiceError> {
    let (service, call, locale) = (visitor.service(), &visitor.call, visitor.locale);
    let shell = Shell::at(visitor, "/tickets", &locale.t("problem-proposals-title")).await;
    let mut tables = Vec::new();
    for (id, of) in [("proposed", "proposed"), ("rejected", "rejected"), ("accepted", "accepted")] {
        let page = service.list_problem_proposals(call, Some(of), &list::window(visitor)).await?;
        if page.items.is_empty() && of != "proposed" {
            continue;
        }
        tables.push(Table {
            id,
            title: locale.name("problem-proposals", of),
            heads: ["col-title", "policy-state", "problem-because", "col-hosts", "col-last-seen"]
                .map(|key| locale.t(key))
                .into(),
            rows: page.items.iter().map(|stored| row(visitor, &shell, stored)).collect(),
            empty: locale.t("problem-proposals-none"),
        });
    }
    let page = SheetPage {
        above: Some(("/tickets?kind=problem", locale.name("kinds", "problem"))),
        note: locale.t("problem-proposals-note"),
        begin: None,
        facts: Vec::new(),
        tables,
        forms: Vec::new(),
        folds: Vec::new(),
        page: shell,
    };
    Ok(answer::page(form::status(None), &page))
}

/// `GET /problem-proposals`.
pub(super) async fn show_all(visitor: Visitor) -> Response {
    let outcome = all(&visitor).await;
    visitor.answer(outcome)
}

fn facts(visitor: &Visitor, shell: &Shell, proposal: &ProblemProposal) -> Vec<(String, Cell)> {
    let locale = visitor.locale;
    let mut facts = vec![
        (locale.t("policy-state"), Cell::text(locale.name("problem-proposal", proposal.state.as_str()))),
        (locale.t("problem-because"), Cell::text(reasons(visitor, proposal))),
        (locale.t("problem-first"), Cell::drawn(shell.when(&proposal.first_at))),
        (locale.t("col-last-seen"), Cell::drawn(shell.when(&proposal.last_at))),
    ];
    match &proposal.state {
        ProposalState::Proposed => {}
        ProposalState::Accepted { by, number, .. } => {
            facts.push((locale.name("ticket-kind", "problem"), Cell::text(number).link(address(number))));
            facts.push((locale.t("problem-decided-by"), Cell::text(locale.actor(by))));
        }
        ProposalState::Rejected { by, reason, until, .. } => {
            facts.push((locale.t("problem-decided-by"), Cell::text(locale.actor(by))));
            facts.push((locale.t("waiver-because"), Cell::text(reason)));
            facts.push((locale.t("problem-rests"), Cell::drawn(shell.when(until))));
        }
    }
    facts
}

fn decisions(visitor: &Visitor, stored: &Versioned<ProblemProposal>, attempt: Option<&Attempt>) -> Vec<Form> {
    let locale = visitor.locale;
    let form = |what: &'static str, tone: &'static str, key: &str| {
        Form::new(visitor, what, format!("{}/{what}", place(&stored.value.id)), locale.t(key))
            .tone(tone)
            .version(stored.version)
    };
    let accept = || form("accept", "primary", "problem-accept").note(locale.t("problem-accept-note")).after(attempt);
    let reject = || {
        let form = form("reject", "danger", "problem-reject").note(locale.t("problem-reject-note"));
        form.field(Field::area(locale, "reason").required()).after(attempt)
    };
    match (visitor.may(Action::ProblemManage), &stored.value.state) {
        (false, _) | (true, ProposalState::Accepted { .. }) => Vec::new(),
        (true, ProposalState::Proposed) => vec![accept(), reject()],
        (true, ProposalState::Rejected { .. }) => vec![accept()],
    }
}

async fn one(visitor: &Visitor, id: &str, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let (service, call, locale) = (visitor.service(), &visitor.call, visitor.locale);
    let stored = service.get_problem_proposal(call, id).await?;
    let proposal = &stored.value;
    let shell = Shell::at(visitor, "/tickets", &locale.say(&proposal.title)).await;
    let plain = |cells| Row { cells, forms: Vec::new() };
    let heads = |keys: &[&str]| keys.iter().map(|key| locale.t(key)).collect::<Vec<_>>();
    let ticket = |witness: &muster_model::problem_proposal::Witness| {
        plain(vec![
            Cell::text(&witness.number).look("main").link(address(&witness.number)),
            Cell::drawn(shell.when(&witness.opened_at)),
        ])
    };
    let mut tables = vec![Table {
        id: "witnesses",
        title: locale.t("problem-tickets"),
        heads: heads(&["col-number", "col-opened"]),
        rows: proposal.tickets.iter().map(ticket).collect(),
        empty: locale.t("problem-no-tickets"),
    }];
    if visitor.may(Action::FindingRead) && !proposal.findings.is_empty() {
        let findings = service.findings_of_ticket(call, &proposal.findings).await?;
        let finding = |stored: &Versioned<muster_model::finding::Finding>| {
            let finding = &stored.value;
            plain(vec![
                Cell::text(locale.phrase(&finding.title())).look("main").link(format!("/findings/{}", finding.id)),
                Cell::text(locale.name("finding-state", finding.state.as_str())),
                Cell::text(finding.count.to_string()),
                Cell::drawn(shell.when(&finding.last_seen)),
            ])
        };
        tables.push(Table {
            id: "findings",
            title: locale.t("col-findings"),
            heads: heads(&["col-title", "policy-state", "problem-count", "col-last-seen"]),
            rows: findings.iter().map(finding).collect(),
            empty: String::new(),
        });
    }
    let host = |place: &muster_model::problem_proposal::Place| {
        plain(vec![Cell::text(&place.name).look("main").link(format!("/hosts/{}", place.host))])
    };
    tables.push(Table {
        id: "hosts",
        title: locale.t("col-hosts"),
        heads: heads(&["col-host"]),
        rows: proposal.hosts.iter().map(host).collect(),
        empty: locale.t("problem-no-hosts"),
    });
    let page = SheetPage {
        above: Some(("/problem-proposals", locale.t("problem-proposals-title"))),
        note: String::new(),
        begin: None,
        facts: facts(visitor, &shell, proposal),
        forms: decisions(visitor, &stored, attempt),
        tables,
        folds: Vec::new(),
        page: shell,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /problem-proposals/{id}`.
pub(super) async fn show(visitor: Visitor, Path(id): Path<String>) -> Response {
    let outcome = one(&visitor, &id, None).await;
    visitor.answer(outcome)
}

async fn decided(visitor: &Visitor, id: &str, what: &str, fields: Fields) -> Result<Response, ServiceError> {
    let (service, call, seen) = (visitor.service(), &visitor.call, fields.version());
    let outcome = match what {
        "accept" => Box::pin(service.accept_problem(call, id, seen)).await,
        "reject" => service.reject_problem(call, id, fields.text("reason"), seen).await,
        _ => Err(ServiceError::NotFound { kind: "problem_proposal", id: id.chars().take(80).collect() }),
    };
    match outcome.map(|stored| stored.value.state) {
        Ok(ProposalState::Accepted { number, .. }) => Ok(see_other(&format!("{}?done=saved", address(&number)))),
        Ok(ProposalState::Proposed | ProposalState::Rejected { .. }) => {
            Ok(see_other(&format!("{}?done=saved", place(id))))
        }
        Err(error) => one(visitor, id, Some(&Attempt::new(what, fields, error, visitor.locale)?)).await,
    }
}

/// `POST /problem-proposals/{id}/{what}`.
pub(super) async fn decide(
    Path((id, what)): Path<(String, String)>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let outcome = decided(&visitor, &id, &what, fields).await;
    visitor.answer(outcome)
}
