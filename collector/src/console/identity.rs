//! `/identification`: questions of identity with what was compared side by side, merges with their undo, the rules that count.

pub(super) mod rules;

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use muster_model::alias::HostMerge;
use muster_model::identification::review::{Answer, Review};
use muster_model::identification::{Considered, Identifier, IdentifierKind, Rejection};
use muster_model::right::Action;
use muster_model::text::Phrase;
use muster_model::{Versioned, identification::ladder::Rules};
use muster_shared::Time;
use muster_shared::id::{HostId, MergeId, ReviewId};

use super::answer::{self, see_other};
use super::form::{self, Attempt, Choice, Field, Form};
use super::list::Pager;
use super::locale::Locale;
use super::shell::Shell;
use super::submission::{Fields, Submission};
use super::visitor::Visitor;
use crate::service::identification::ReviewFilter;
use crate::service::{ServiceError, Window, invalid};

/// Questions and merges that the page shows.
const SHOWN: usize = 50;

/// A host beside the machine that is asked about.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) host: String,
    pub(super) name: String,
    pub(super) rule: String,
    /// Why it was taken, or not.
    pub(super) why: String,
}

/// A value of a host, and whether the machine has it too.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) is_same: bool,
}

/// A kind of identifiers: what the machine shows, and what each host is recognised by.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) label: String,
    pub(super) mine: String,
    pub(super) theirs: Vec<Cell>,
}

/// A question.
#[derive(Clone, Debug)]
pub(super) struct ReviewRow {
    pub(super) id: String,
    pub(super) kind: &'static str,
    pub(super) name: String,
    pub(super) story: String,
    pub(super) opened_at: Time,
    pub(super) host: Option<String>,
    pub(super) report: String,
    pub(super) columns: Vec<Column>,
    pub(super) lines: Vec<Line>,
    pub(super) form: Option<Form>,
}

/// A merge or a split.
#[derive(Clone, Debug)]
pub(super) struct MergeRow {
    pub(super) kind: &'static str,
    pub(super) from: (String, String),
    pub(super) into: (String, String),
    pub(super) by: String,
    pub(super) reason: String,
    pub(super) at: Time,
    pub(super) undone: Option<(String, Time, String)>,
    pub(super) form: Option<Form>,
}

#[derive(Template)]
#[template(path = "identity.html")]
pub(super) struct IdentityPage {
    pub(super) page: Shell,
    pub(super) reviews: Vec<ReviewRow>,
    pub(super) merges: Vec<MergeRow>,
    pub(super) rules: Vec<(String, &'static str)>,
    pub(super) may_change_rules: bool,
    pub(super) version: u64,
    pub(super) pager: Pager,
}

/// Why a host was taken, or not, in the reader's words.
pub(super) fn why(locale: Locale, one: &Considered) -> String {
    match &one.rejected {
        None => locale.name("rejection", "none"),
        Some(Rejection::Contradicted { kind }) => {
            format!("{} {}", locale.name("rejection", "contradicted"), locale.name("identity-kind", kind.as_str()))
        }
        Some(rejected) => locale.name("rejection", rejected.as_str()),
    }
}

fn joined<'a>(all: impl Iterator<Item = &'a Identifier>) -> String {
    all.map(|one| one.value.as_str()).collect::<Vec<_>>().join(", ")
}

fn lines(locale: Locale, review: &Review) -> Vec<Line> {
    let shown: Vec<&Considered> = columns(review);
    let line = |kind: &IdentifierKind| {
        let mine: Vec<&Identifier> = review.identifiers.iter().filter(|one| one.kind == *kind).collect();
        let cell = |one: &&Considered| {
            let theirs: Vec<&Identifier> = one.known.iter().filter(|known| known.kind == *kind).collect();
            let is_same = theirs.iter().any(|known| mine.iter().any(|mine| mine.is_same(known)));
            Cell { text: joined(theirs.into_iter()), is_same }
        };
        Line {
            label: locale.name("identity-kind", kind.as_str()),
            theirs: shown.iter().map(cell).collect(),
            mine: joined(mine.into_iter()),
        }
    };
    let all = IdentifierKind::ALL.iter().map(line);
    all.filter(|line| !line.mine.is_empty() || line.theirs.iter().any(|cell| !cell.text.is_empty())).collect()
}

/// The hosts that the answer can be, as they were looked at.
fn columns(review: &Review) -> Vec<&Considered> {
    review.considered.iter().filter(|one| review.hosts.contains(&one.host)).collect()
}

fn review_row(
    visitor: &Visitor,
    review: Review,
    names: &BTreeMap<HostId, String>,
    attempt: Option<&Attempt>,
) -> ReviewRow {
    let locale = visitor.locale;
    let form = visitor.may(Action::IdentityDecide).then(|| {
        let same = |host: &HostId| {
            let name = names.get(host).cloned().unwrap_or_else(|| host.to_string());
            Choice { value: host.to_string(), label: format!("{} {name}", locale.t("answer-same")), is_chosen: false }
        };
        let mut answers: Vec<Choice> = review.hosts.iter().map(same).collect();
        answers.extend(form::choices(locale, "answer", ["new", "dismiss"], ""));
        answers.insert(0, form::nothing(locale.t("answer-choose"), true));
        let action = format!("/identification/{}/decide", review.id);
        Form::new(visitor, format!("decide-{}", review.id), action, locale.t("identity-decide"))
            .tone("primary")
            .note(locale.name("review-note", review.kind.as_str()))
            .field(Field::select(locale, "answer", answers).required())
            .field(Field::text(locale, "reason").required())
            .after(attempt)
    });
    let column = |one: &Considered| Column {
        host: one.host.to_string(),
        name: one.name.clone(),
        rule: locale.name("rule", one.rule.as_str()),
        why: why(locale, one),
    };
    ReviewRow {
        id: review.id.to_string(),
        kind: review.kind.as_str(),
        story: locale.name("review-story", review.kind.as_str()),
        opened_at: review.opened_at,
        host: review.host.map(|host| host.to_string()),
        report: review.report.to_string(),
        columns: columns(&review).into_iter().map(column).collect(),
        lines: lines(locale, &review),
        form,
        name: review.name,
    }
}

fn merge_row(visitor: &Visitor, merge: HostMerge, attempt: Option<&Attempt>) -> MergeRow {
    let locale = visitor.locale;
    let may_undo = merge.undone.is_none() && visitor.may(Action::IdentityDecide);
    let form = may_undo.then(|| {
        let action = format!("/identification/merges/{}/undo", merge.id);
        Form::new(visitor, format!("undo-{}", merge.id), action, locale.t("identity-undo"))
            .tone("danger")
            .note(locale.t("identity-undo-note"))
            .field(Field::text(locale, "reason").required())
            .after(attempt)
    });
    MergeRow {
        kind: merge.kind.as_str(),
        from: (merge.from.to_string(), merge.from_name),
        into: (merge.into.to_string(), merge.into_name),
        by: locale.actor(&merge.by),
        reason: merge.reason,
        at: merge.at,
        undone: merge.undone.map(|undone| (locale.actor(&undone.by), undone.at, undone.reason)),
        form,
    }
}

fn rule_rows(locale: Locale, rules: &Rules) -> Vec<(String, &'static str)> {
    rules.steps.iter().map(|step| (locale.name("rule", step.rule.as_str()), step.effect.as_str())).collect()
}

async fn page(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let window = Window { limit: SHOWN, cursor: visitor.parameter("cursor") };
    let reviews = service.list_reviews(call, ReviewFilter::Open, &window).await?;
    let merges = service.list_merges(call, &Window { limit: SHOWN, cursor: None }).await?;
    let rules = service.identification_rules(call).await?;
    let mut rows = Vec::new();
    for Versioned { value: review, .. } in reviews.items {
        let names = review.considered.iter().map(|one| (one.host, one.name.clone())).collect();
        rows.push(review_row(visitor, review, &names, attempt));
    }
    let page = IdentityPage {
        page: Shell::at(visitor, "/identification", &visitor.locale.t("identity-title")).await,
        reviews: rows,
        merges: merges.items.into_iter().map(|stored| merge_row(visitor, stored.value, attempt)).collect(),
        rules: rule_rows(visitor.locale, &rules),
        version: rules.version,
        may_change_rules: visitor.may(Action::IdentityRules),
        pager: Pager::new(visitor, "/identification", reviews.next_cursor),
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /identification`.
pub(super) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor, None).await;
    visitor.answer(outcome)
}

/// What somebody says in a form.
fn said(fields: &Fields) -> Result<Answer, ServiceError> {
    match fields.text("answer") {
        "new" => Ok(Answer::New),
        "dismiss" => Ok(Answer::Dismiss),
        host => host.parse().map(Answer::Same).map_err(|_| invalid("/answer", Phrase::new("is_needed"))),
    }
}

async fn answered(visitor: &Visitor, text: &str, fields: Fields) -> Result<Response, ServiceError> {
    let missing = |_| ServiceError::NotFound { kind: "review", id: text.chars().take(80).collect() };
    let id: ReviewId = text.parse().map_err(missing)?;
    let outcome = match said(&fields) {
        Ok(answer) => {
            let decided = visitor.service().decide_review(&visitor.call, id, answer, fields.text("reason"), None).await;
            decided.map(drop)
        }
        Err(wrong) => Err(wrong),
    };
    match outcome {
        Ok(()) => Ok(see_other("/identification?done=decided")),
        Err(error) => {
            let attempt = Attempt::new(&format!("decide-{id}"), fields, error, visitor.locale)?;
            page(visitor, Some(&attempt)).await
        }
    }
}

/// `POST /identification/{id}/decide`.
pub(super) async fn decide(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = answered(&visitor, &id, fields).await;
    visitor.answer(outcome)
}

async fn taken_back(visitor: &Visitor, text: &str, fields: Fields) -> Result<Response, ServiceError> {
    let missing = |_| ServiceError::NotFound { kind: "merge", id: text.chars().take(80).collect() };
    let id: MergeId = text.parse().map_err(missing)?;
    match visitor.service().undo_merge(&visitor.call, id, fields.text("reason")).await {
        Ok(_) => Ok(see_other("/identification?done=undone")),
        Err(error) => {
            let attempt = Attempt::new(&format!("undo-{id}"), fields, error, visitor.locale)?;
            page(visitor, Some(&attempt)).await
        }
    }
}

/// `POST /identification/merges/{id}/undo`.
pub(super) async fn undo(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = taken_back(&visitor, &id, fields).await;
    visitor.answer(outcome)
}
