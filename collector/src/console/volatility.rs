//! `/volatility`: what moves by itself, and what the learner proposes; a person accepts or rejects it.

use axum::extract::Path;
use axum::response::Response;
use muster_model::Versioned;
use muster_model::learner::{Proposal, ProposalState};
use muster_model::right::Action;
use muster_shared::SectionName;
use muster_shared::volatility::{self, Target};

use super::answer::{self, see_other};
use super::attribute;
use super::form::{self, Attempt, Field, Form};
use super::list::Pager;
use super::sheet::{Cell, Row, SheetPage, Table};
use super::shell::Shell;
use super::submission::{Fields, Submission};
use super::visitor::Visitor;
use crate::service::ServiceError;
use crate::service::learner::Ruling;

fn row(visitor: &Visitor, shell: &Shell, stored: &Versioned<Proposal>, attempt: Option<&Attempt>) -> Row {
    let locale = visitor.locale;
    let proposal = &stored.value;
    let place = format!("{}-{}", proposal.section, proposal.attribute);
    let decide = |what: &'static str, tone: &'static str, label: &str| {
        let action = format!("/volatility/{}/{}/{what}", proposal.section, proposal.attribute);
        Form::new(visitor, format!("{what}-{place}"), action, locale.t(label))
            .tone(tone)
            .version(stored.version)
            .field(Field::area(locale, "reason").required())
            .after(attempt)
    };
    let mut forms = Vec::new();
    if visitor.may(Action::PolicyManage) {
        if !matches!(proposal.state, ProposalState::Accepted { .. }) {
            forms.push(decide("accept", "primary", "volatility-accept"));
        }
        if !matches!(proposal.state, ProposalState::Rejected { .. }) {
            forms.push(decide("reject", "danger", "volatility-reject"));
        }
    }
    let reason = match &proposal.state {
        ProposalState::Proposed => String::new(),
        ProposalState::Accepted { reason, by, .. } | ProposalState::Rejected { reason, by, .. } => {
            format!("{reason} ({})", locale.actor(by))
        }
    };
    let share = [("hosts", proposal.hosts.to_string()), ("of", proposal.of.to_string())];
    let share: Vec<(&str, &str)> = share.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Row {
        cells: vec![
            Cell::text(attribute::label(locale, &proposal.attribute)).look("main"),
            Cell::text(locale.name("section", proposal.section.as_str())),
            Cell::text(locale.name("proposal", proposal.state.as_str())),
            Cell::text(locale.with("volatility-share", &share)),
            Cell::text(proposal.times.to_string()),
            Cell::drawn(shell.when(&proposal.last_at)),
            Cell::text(reason),
        ],
        forms,
    }
}

fn shipped(visitor: &Visitor, rule: &volatility::Rule) -> Row {
    let what = match rule.target {
        Target::Attribute(name) => attribute::label(visitor.locale, name),
        Target::KeyPrefix(prefix) => format!("{prefix}*"),
        Target::ValuePrefix(name, prefix) => format!("{name}: {prefix}*"),
        Target::KeyHex(prefix, digits) => format!("{prefix}[0-9a-f]{{{digits}}}"),
        Target::Has(name) => format!("{name}: *"),
    };
    Row {
        cells: vec![Cell::text(what).look("main"), Cell::text(visitor.locale.name("section", rule.section.as_str()))],
        forms: Vec::new(),
    }
}

async fn page(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let proposals = visitor.service().list_proposals(&visitor.call).await?;
    let shell = Shell::at(visitor, "/policies", &locale.t("volatility-title")).await;
    let heads = |keys: &[&str]| keys.iter().map(|key| locale.t(key)).collect::<Vec<_>>();
    let mut proposed = heads(&[
        "col-attribute",
        "col-class",
        "policy-state",
        "volatility-hosts",
        "volatility-times",
        "col-last-seen",
        "waiver-because",
    ]);
    proposed.push(String::new());
    let page = SheetPage {
        tabs: Vec::new(),
        pager: Pager::default(),
        above: Some(("/policies", locale.t("policies-title"))),
        note: locale.t("volatility-note"),
        begin: None,
        facts: Vec::new(),
        tables: vec![
            Table {
                id: "proposals",
                title: locale.t("volatility-proposals"),
                heads: proposed,
                rows: proposals.iter().map(|stored| row(visitor, &shell, stored, attempt)).collect(),
                empty: locale.t("volatility-none"),
            },
            Table {
                id: "shipped",
                title: locale.t("volatility-shipped"),
                heads: heads(&["col-attribute", "col-class"]),
                rows: volatility::TABLE.iter().map(|rule| shipped(visitor, rule)).collect(),
                empty: String::new(),
            },
        ],
        forms: Vec::new(),
        folds: Vec::new(),
        page: shell,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /volatility`.
pub(super) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor, None).await;
    visitor.answer(outcome)
}

async fn decided(
    visitor: &Visitor,
    (text, attribute): (&str, &str),
    what: &str,
    fields: Fields,
) -> Result<Response, ServiceError> {
    let missing =
        || ServiceError::NotFound { kind: "proposal", id: format!("{text}/{attribute}").chars().take(80).collect() };
    let section: SectionName = text.parse().map_err(|_| missing())?;
    let ruling = match what {
        "accept" => Ruling::Accept,
        "reject" => Ruling::Reject,
        _ => return Err(missing()),
    };
    let reason = fields.text("reason").to_owned();
    let outcome =
        visitor.service().decide_proposal(&visitor.call, (section, attribute), ruling, &reason, fields.version());
    match outcome.await {
        Ok(_) => Ok(see_other("/volatility?done=saved")),
        Err(error) => {
            let form = format!("{what}-{section}-{attribute}");
            page(visitor, Some(&Attempt::new(&form, fields, error, visitor.locale)?)).await
        }
    }
}

/// `POST /volatility/{section}/{attribute}/{what}`.
pub(super) async fn decide(
    Path((section, attribute, what)): Path<(String, String, String)>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let outcome = decided(&visitor, (&section, &attribute), &what, fields).await;
    visitor.answer(outcome)
}
