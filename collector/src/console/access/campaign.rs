//! `/access-reviews`: campaigns, and what of them waits for the visitor.

use axum::extract::Path;
use axum::response::Response;
use muster_model::Versioned;
use muster_model::grant::recertification::{Campaign, CampaignState, ReviewItem, Scope, Verdict};
use muster_model::query::Query;
use muster_model::right::Action;
use muster_model::text::Text;
use muster_shared::id::{CampaignId, GrantId};

use super::{right_of, tabs};
use crate::console::answer::{self, see_other};
use crate::console::form::{self, Attempt, Choice, Field, Form, Kind};
use crate::console::list::{self, Pager};
use crate::console::markup;
use crate::console::sheet::{Cell, Row, SheetPage, Table};
use crate::console::shell::Shell;
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::Visitor;
use crate::service::access::campaign::CampaignDraft;
use crate::service::{ServiceError, invalid};

fn counts(visitor: &Visitor, campaign: &Campaign) -> String {
    let counts = campaign.counts;
    visitor.locale.with(
        "campaign-counts",
        &[
            ("answered", &counts.answered.to_string()),
            ("all", &counts.all.to_string()),
            ("done", &counts.done.to_string()),
        ],
    )
}

fn row(visitor: &Visitor, shell: &Shell, campaign: &Campaign) -> Row {
    let locale = visitor.locale;
    Row {
        cells: vec![
            Cell::text(locale.say(&campaign.name)).look("main").link(format!("/access-reviews/{}", campaign.id)),
            Cell::drawn(markup::state(locale, "campaign-state", campaign.state.as_str())),
            Cell::text(counts(visitor, campaign)),
            campaign.due_at.map_or_else(|| Cell::text(""), |at| Cell::drawn(shell.when(&at))),
        ],
        forms: Vec::new(),
    }
}

async fn all(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let (locale, service) = (visitor.locale, visitor.service());
    let found = service.list_campaigns(&visitor.call, &Query::default(), &list::window(visitor)).await?;
    let mine = service.my_review_items(&visitor.call).await?;
    let shell = Shell::at(visitor, "/grants", &locale.t("campaigns-title")).await;
    let add = || {
        let kinds = ["all", "privileged", "rest"];
        Form::new(visitor, "add", "/access-reviews".to_owned(), locale.t("campaign-new"))
            .tone("primary")
            .field(Field::text(locale, "name").required())
            .field(Field::named("scope", locale.t("campaign-scope"), Kind::Select).choices(form::choices(
                locale,
                "campaign-scope",
                kinds,
                "all",
            )))
            .field(Field::named("hosts", locale.t("separation-hosts"), Kind::Input("text")))
            .field(Field::named("window_days", locale.t("campaign-days"), Kind::Input("number")).value("21").required())
            .after(attempt)
    };
    let mine_rows: Vec<Row> = mine.iter().map(|stored| item_row(visitor, stored, &[], None)).collect();
    let page = SheetPage {
        above: None,
        note: locale.t("campaigns-note"),
        tabs: tabs(visitor, "/access-reviews"),
        pager: Pager::new(visitor, "/access-reviews", found.next_cursor),
        begin: None,
        facts: Vec::new(),
        tables: vec![
            Table {
                id: "campaigns",
                title: locale.t("campaigns-title"),
                heads: ["field-name", "col-state", "campaign-answers", "until"].map(|key| locale.t(key)).into(),
                rows: found.items.iter().map(|stored| row(visitor, &shell, &stored.value)).collect(),
                empty: locale.t("campaigns-none"),
            },
            Table {
                id: "mine",
                title: locale.t("campaign-mine"),
                heads: item_heads(visitor, false),
                rows: mine_rows,
                empty: locale.t("campaign-mine-none"),
            },
        ],
        forms: visitor.may(Action::AccessReview).then(add).into_iter().collect(),
        folds: Vec::new(),
        page: shell,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /access-reviews`.
pub(in crate::console) async fn show_all(visitor: Visitor) -> Response {
    let outcome = all(&visitor, None).await;
    visitor.answer(outcome)
}

async fn added(visitor: &Visitor, fields: Fields) -> Result<Response, ServiceError> {
    let privileged = match fields.text("scope") {
        "privileged" => Some(true),
        "rest" => Some(false),
        _ => None,
    };
    let draft = CampaignDraft {
        name: Text::Written(fields.text("name").trim().to_owned()),
        scope: Scope { privileged, hosts: fields.text("hosts").trim().to_owned() },
        window_days: fields.number("window_days").unwrap_or_default(),
    };
    match visitor.service().create_campaign(&visitor.call, draft).await {
        Ok(stored) => Ok(see_other(&format!("/access-reviews/{}?done=saved", stored.value.id))),
        Err(error) => {
            let error = match error {
                ServiceError::Invalid(mut wrong) => {
                    for one in wrong.iter_mut().filter(|one| one.pointer == "/scope/hosts") {
                        "/hosts".clone_into(&mut one.pointer);
                    }
                    ServiceError::Invalid(wrong)
                }
                other => other,
            };
            all(visitor, Some(&Attempt::new("add", fields, error, visitor.locale)?)).await
        }
    }
}

/// `POST /access-reviews`.
pub(in crate::console) async fn add(Submission { visitor, fields }: Submission) -> Response {
    let outcome = added(&visitor, fields).await;
    visitor.answer(outcome)
}

fn parse(id: &str) -> Result<CampaignId, ServiceError> {
    id.parse().map_err(|_| ServiceError::NotFound { kind: "review", id: id.chars().take(80).collect() })
}

fn item_heads(visitor: &Visitor, has_forms: bool) -> Vec<String> {
    let keys = ["field-account", "field-entitlement", "campaign-reviewers", "campaign-answer", "campaign-outcome"];
    let heads = keys.map(|key| visitor.locale.t(key)).into_iter();
    heads.chain(has_forms.then(String::new)).collect()
}

fn item_row(
    visitor: &Visitor,
    stored: &Versioned<ReviewItem>,
    people: &[(muster_shared::id::UserId, String)],
    attempt: Option<&Attempt>,
) -> Row {
    let (locale, item) = (visitor.locale, &stored.value);
    let form = || {
        let id = format!("answer-{}", item.grant);
        let action = format!("/access-reviews/{}/items/{}", item.campaign, item.grant);
        let verdicts = Verdict::ALL.iter().map(|verdict| verdict.as_str());
        let mut others = vec![form::nothing(locale.t("choose"), true)];
        others.extend(people.iter().map(|(id, name)| Choice {
            value: id.to_string(),
            label: name.clone(),
            is_chosen: false,
        }));
        Form::new(visitor, id, action, locale.t("campaign-answer-do"))
            .version(stored.version)
            .field(Field::named("decision", locale.t("campaign-answer"), Kind::Select).choices(form::choices(
                locale,
                "review-verdict",
                verdicts,
                "keep",
            )))
            .field(Field::area(locale, "comment"))
            .field(Field::named("valid_to", locale.t("campaign-valid-to"), Kind::Input("datetime-local")))
            .field(Field::named("to", locale.t("campaign-to"), Kind::Select).choices(others))
            .after(attempt)
    };
    let is_mine = item.reviewers.iter().any(|(user, _)| *user == visitor.id());
    let asks = is_mine && item.answer.is_none() && item.outcome.is_none() && !people.is_empty();
    let mut reviewers: Vec<&str> = item.reviewers.iter().map(|(_, name)| name.as_str()).collect();
    reviewers.truncate(5);
    let answer = item.answer.as_ref().map_or_else(String::new, |said| {
        let verdict = locale.name("review-verdict", said.verdict.as_str());
        format!("{verdict} · {} {}", locale.actor(&said.by), said.comment)
    });
    let outcome = item.outcome.map_or_else(String::new, |outcome| locale.name("review-outcome", outcome.as_str()));
    let link = if people.is_empty() {
        format!("/access-reviews/{}", item.campaign)
    } else {
        format!("/grants/{}", item.grant)
    };
    Row {
        cells: vec![
            Cell::text(&item.account).look("main mono").link(link),
            Cell::text(right_of(locale, &item.right)),
            Cell::text(reviewers.join(", ")),
            Cell::text(answer.trim()),
            Cell::text(outcome),
        ],
        forms: asks.then(form).into_iter().collect(),
    }
}

async fn one(visitor: &Visitor, id: &str, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let (locale, service, call) = (visitor.locale, visitor.service(), &visitor.call);
    let stored = service.get_campaign(call, parse(id)?).await?;
    let campaign = &stored.value;
    let items = service.list_review_items(call, campaign.id, &Query::default(), &list::window(visitor)).await?;
    let people = if visitor.may(Action::ApprovalVote) { service.list_reviewers(call).await? } else { Vec::new() };
    let shell = Shell::at(visitor, "/grants", &locale.say(&campaign.name)).await;
    let when = |at| Cell::drawn(shell.when(&at));
    let mut facts = vec![
        (locale.t("col-state"), Cell::drawn(markup::state(locale, "campaign-state", campaign.state.as_str()))),
        (locale.t("campaign-answers"), Cell::text(counts(visitor, campaign))),
        (locale.t("by"), Cell::text(locale.actor(&campaign.created_by))),
    ];
    for (key, at) in [
        ("campaign-opened", campaign.opened_at),
        ("until", campaign.due_at),
        ("campaign-escalated", campaign.escalated_at),
        ("campaign-closed", campaign.closed_at),
    ] {
        facts.extend(at.map(|at| (locale.t(key), when(at))));
    }
    let form = |what: &'static str, tone| {
        let title = locale.name("campaign-do", what);
        let form = Form::new(visitor, what, format!("/access-reviews/{}/{what}", campaign.id), title);
        form.tone(tone).version(stored.version).after(attempt)
    };
    let is_draft = campaign.state == CampaignState::Draft && visitor.may(Action::AccessReview);
    let page = SheetPage {
        above: Some(("/access-reviews", locale.t("campaigns-title"))),
        note: String::new(),
        tabs: Vec::new(),
        pager: Pager::new(visitor, &format!("/access-reviews/{}", campaign.id), items.next_cursor),
        begin: None,
        tables: vec![Table {
            id: "items",
            title: locale.t("grants-title"),
            heads: item_heads(visitor, true),
            rows: items.items.iter().map(|stored| item_row(visitor, stored, &people, attempt)).collect(),
            empty: locale.t("campaign-items-none"),
        }],
        forms: is_draft.then(|| form("open", "primary")).into_iter().collect(),
        folds: is_draft.then(|| form("remove", "danger")).into_iter().collect(),
        facts,
        page: shell,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /access-reviews/{id}`.
pub(in crate::console) async fn show(visitor: Visitor, Path(id): Path<String>) -> Response {
    let outcome = one(&visitor, &id, None).await;
    visitor.answer(outcome)
}

async fn opened(visitor: &Visitor, id: &str, fields: Fields) -> Result<Response, ServiceError> {
    match visitor.service().open_campaign(&visitor.call, parse(id)?, fields.version()).await {
        Ok(_) => Ok(see_other(&format!("/access-reviews/{id}?done=saved"))),
        Err(error) => one(visitor, id, Some(&Attempt::new("open", fields, error, visitor.locale)?)).await,
    }
}

/// `POST /access-reviews/{id}/open`.
pub(in crate::console) async fn open(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = opened(&visitor, &id, fields).await;
    visitor.answer(outcome)
}

async fn removed(visitor: &Visitor, id: &str, fields: Fields) -> Result<Response, ServiceError> {
    match visitor.service().remove_campaign(&visitor.call, parse(id)?, fields.version()).await {
        Ok(()) => Ok(see_other("/access-reviews?done=removed")),
        Err(error) => one(visitor, id, Some(&Attempt::new("remove", fields, error, visitor.locale)?)).await,
    }
}

/// `POST /access-reviews/{id}/remove`.
pub(in crate::console) async fn remove(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = removed(&visitor, &id, fields).await;
    visitor.answer(outcome)
}

async fn answered(visitor: &Visitor, id: &str, grant: &str, fields: Fields) -> Result<Response, ServiceError> {
    let missing = |_| ServiceError::NotFound { kind: "grant", id: grant.chars().take(80).collect() };
    let ids = (parse(id)?, grant.parse::<GrantId>().map_err(missing)?);
    let verdict = Verdict::ALL.iter().copied().find(|verdict| verdict.as_str() == fields.text("decision"));
    let outcome = match verdict {
        None => Err(invalid("/decision", muster_model::text::Phrase::new("is_needed"))),
        Some(verdict) => {
            let said = (fields.text("comment"), fields.moment("valid_to"), fields.filled("to"));
            visitor.service().answer_review(&visitor.call, ids, verdict, said, fields.version()).await.map(drop)
        }
    };
    match outcome {
        Ok(()) => Ok(see_other(&format!("/access-reviews/{id}?done=saved"))),
        Err(error) => {
            one(visitor, id, Some(&Attempt::new(&format!("answer-{grant}"), fields, error, visitor.locale)?)).await
        }
    }
}

/// `POST /access-reviews/{id}/items/{grant}`.
pub(in crate::console) async fn answer(
    Path((id, grant)): Path<(String, String)>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let outcome = answered(&visitor, &id, &grant, fields).await;
    visitor.answer(outcome)
}
