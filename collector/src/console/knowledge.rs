//! `/knowledge`: articles and known errors: what is there, one of them with its versions, and writing them.

use axum::extract::Path;
use axum::response::Response;
use muster_model::knowledge::{Article, ArticleState};
use muster_model::query::{Query, fields};
use muster_model::right::Action;
use muster_model::text::Phrase;
use muster_model::ticket::problem::{self, KnownError};
use muster_model::ticket::{Details, LinkKind, Ticket, Visibility};
use muster_model::{Versioned, query};

use super::answer::{self, see_other};
use super::form::{self, Attempt, Field, Form, Kind};
use super::list;
use super::list::Pager;
use super::markup;
use super::moment;
use super::sheet::{Cell, Row, SheetPage, Table};
use super::shell::Shell;
use super::submission::{Fields, Submission};
use super::ticket::address;
use super::visitor::Visitor;
use crate::service::knowledge::ArticleEdit;
use crate::service::{Page, ServiceError, invalid};

/// The question for what somebody should have looked at again.
const OVERDUE: &str = "overdue:true";

fn row(visitor: &Visitor, shell: &Shell, article: &Article) -> Row {
    let locale = visitor.locale;
    let content = &article.content;
    let review = content.review_at.map_or_else(|| Cell::text(""), |at| Cell::drawn(shell.when(&at)));
    let state = locale.name("article-state", content.state.as_str());
    let state = if article.is_overdue(visitor.now()) { format!("{state}, {}", locale.t("review-due")) } else { state };
    Row {
        cells: vec![
            Cell::text(&content.title).look("main").link(format!("/knowledge/{}", article.number)),
            Cell::text(&article.number).look("mono"),
            Cell::text(state),
            Cell::text(locale.name("visibility", visibility(content.visibility))),
            review,
            Cell::drawn(shell.when(&article.changed_at)),
        ],
        forms: Vec::new(),
    }
}

const fn visibility(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "public",
        Visibility::Internal => "internal",
    }
}

fn known_row(visitor: &Visitor, ticket: &Ticket) -> Row {
    let locale = visitor.locale;
    let state = problem::known_error(ticket).map_or("draft", KnownError::as_str);
    let workaround = match &ticket.details {
        Details::Problem(problem) => problem.analysis.workaround.clone().unwrap_or_default(),
        _ => String::new(),
    };
    let incidents = ticket.links.iter().filter(|link| link.kind == LinkKind::Causes).count();
    Row {
        cells: vec![
            Cell::text(locale.say(&ticket.title)).look("main").link(address(&ticket.number)),
            Cell::text(&ticket.number).look("mono"),
            Cell::text(locale.name("known-error", state)),
            Cell::text(workaround),
            Cell::text(incidents.to_string()),
        ],
        forms: Vec::new(),
    }
}

/// The form by which one looks for articles: a GET, so it needs no token.
async fn all(visitor: &Visitor) -> Result<Response, ServiceError> {
    let (service, call, locale) = (visitor.service(), &visitor.call, visitor.locale);
    let q = visitor.parameter("q").unwrap_or_default();
    let (articles, error) = match Query::parse(&q, &fields::ARTICLE) {
        Ok(query) => (service.list_articles(call, &query, &list::window(visitor)).await?, None),
        Err(error) => (Page { items: Vec::new(), next_cursor: None }, Some(query_error(error, visitor)?)),
    };
    let known = service.list_known_errors(call, None, &list::window(visitor)).await?;
    let shell = Shell::at(visitor, "/knowledge", &locale.t("knowledge-title")).await;
    let heads = |keys: &[&str]| keys.iter().map(|key| locale.t(key)).collect();
    let code = if error.is_some() { axum::http::StatusCode::UNPROCESSABLE_ENTITY } else { axum::http::StatusCode::OK };
    let may_write = visitor.may(Action::KnowledgeManage);
    let tables = vec![
        Table {
            id: "articles",
            title: locale.t("articles"),
            heads: heads(&["col-title", "col-number", "col-state", "col-visibility", "col-review", "col-changed"]),
            rows: articles.items.iter().map(|stored| row(visitor, &shell, &stored.value)).collect(),
            empty: error.unwrap_or_else(|| locale.t("articles-none")),
        },
        Table {
            id: "known-errors",
            title: locale.t("known-errors"),
            heads: heads(&["col-title", "col-number", "col-state", "col-workaround", "col-incidents"]),
            rows: known.items.iter().map(|stored| known_row(visitor, &stored.value)).collect(),
            empty: locale.t("known-errors-none"),
        },
    ];
    let page = SheetPage {
        tabs: vec![
            ("/knowledge".to_owned(), locale.t("articles-all"), q.is_empty()),
            (format!("/knowledge?q={}", markup::url(OVERDUE)), locale.t("articles-overdue"), q == OVERDUE),
        ],
        pager: Pager::default(),
        above: None,
        note: locale.t("knowledge-note"),
        begin: may_write.then(|| ("/knowledge/new".to_owned(), locale.t("article-new"))),
        facts: Vec::new(),
        tables,
        forms: Vec::new(),
        folds: Vec::new(),
        page: shell,
    };
    Ok(answer::page(code, &page))
}

fn query_error(error: query::QueryError, visitor: &Visitor) -> Result<String, ServiceError> {
    list::query_error(error.into(), visitor.locale)
}

/// `GET /knowledge`.
pub(super) async fn show_all(visitor: Visitor) -> Response {
    let outcome = all(&visitor).await;
    visitor.answer(outcome)
}

fn editor(visitor: &Visitor, stored: Option<&Versioned<Article>>, attempt: Option<&Attempt>) -> Form {
    let locale = visitor.locale;
    let content = stored.map(|stored| stored.value.content.clone()).unwrap_or_default();
    let (action, title) = match stored {
        Some(stored) => (format!("/knowledge/{}", stored.value.number), locale.t("article-edit")),
        None => ("/knowledge/new".to_owned(), locale.t("article-new")),
    };
    let now = stored.map_or(ArticleState::Draft, |stored| stored.value.content.state);
    let states = ArticleState::ALL.iter().filter(|state| **state == now || now.next().contains(state));
    let states = form::choices(locale, "article-state", states.map(|state| state.as_str()), now.as_str());
    let visible = form::choices(locale, "visibility", ["public", "internal"], visibility(content.visibility));
    let review = content.review_at.map(|at| at.to_string().chars().take(10).collect::<String>()).unwrap_or_default();
    let mut form = Form::new(visitor, "article", action, title)
        .submit(locale.t("save"))
        .tone("primary")
        .field(Field::text(locale, "title").value(content.title).required())
        .field(Field::area(locale, "body").value(content.body))
        .field(Field::text(locale, "keywords").value(content.keywords.join(", ")).hint(locale.t("hint-keywords")))
        .field(Field::select(locale, "state", states))
        .field(Field::select(locale, "visibility", visible))
        .field(Field::new(locale, "review_at", Kind::Input("date")).value(review).hint(locale.t("hint-review")))
        .field(Field::text(locale, "reason"));
    if let Some(stored) = stored {
        form = form.version(stored.version);
    }
    form.after(attempt)
}

async fn new_page(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    visitor.call.authorize(Action::KnowledgeManage, muster_model::right::Resource::Shared)?;
    let locale = visitor.locale;
    let page = SheetPage {
        tabs: Vec::new(),
        pager: Pager::default(),
        above: Some(("/knowledge", locale.t("knowledge-title"))),
        note: String::new(),
        begin: None,
        facts: Vec::new(),
        tables: Vec::new(),
        forms: vec![editor(visitor, None, attempt)],
        folds: Vec::new(),
        page: Shell::at(visitor, "/knowledge", &locale.t("article-new")).await,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /knowledge/new`.
pub(super) async fn show_new(visitor: Visitor) -> Response {
    let outcome = new_page(&visitor, None).await;
    visitor.answer(outcome)
}

async fn one(visitor: &Visitor, text: &str, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let (service, locale) = (visitor.service(), visitor.locale);
    let stored = service.get_article(&visitor.call, text).await?;
    let article = &stored.value;
    let shell = Shell::at(visitor, "/knowledge", &article.content.title).await;
    let mut facts = vec![
        (locale.t("col-number"), Cell::text(&article.number)),
        (locale.t("col-state"), Cell::text(locale.name("article-state", article.content.state.as_str()))),
        (locale.t("col-by"), Cell::text(locale.actor(&article.changed_by))),
        (locale.t("col-changed"), Cell::drawn(shell.when(&article.changed_at))),
    ];
    if let Some(at) = article.content.review_at {
        facts.push((locale.t("col-review"), Cell::drawn(shell.when(&at))));
    }
    facts.push((locale.name("field", "body"), Cell::text(&article.content.body).look("prose")));
    let mut tables = Vec::new();
    if visitor.may(Action::TicketInternal) {
        let versions = service.article_versions(&visitor.call, text).await?;
        let version = |version: &muster_model::knowledge::ArticleVersion| Row {
            cells: vec![
                Cell::text(version.edition.to_string()).look("main"),
                Cell::text(locale.name("article-state", version.content.state.as_str())),
                Cell::text(locale.actor(&version.by)),
                Cell::drawn(shell.when(&version.at)),
                Cell::text(&version.reason),
            ],
            forms: Vec::new(),
        };
        tables.push(Table {
            id: "versions",
            title: locale.t("article-versions"),
            heads: ["col-edition", "col-state", "col-by", "col-when", "col-reason"].map(|key| locale.t(key)).into(),
            rows: versions.iter().map(version).collect(),
            empty: String::new(),
        });
    }
    let may_write = visitor.may(Action::KnowledgeManage);
    let page = SheetPage {
        tabs: Vec::new(),
        pager: Pager::default(),
        above: Some(("/knowledge", locale.t("knowledge-title"))),
        note: String::new(),
        begin: None,
        facts,
        tables,
        forms: Vec::new(),
        folds: may_write.then(|| editor(visitor, Some(&stored), attempt)).into_iter().collect(),
        page: shell,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /knowledge/{number}`.
pub(super) async fn show(visitor: Visitor, Path(text): Path<String>) -> Response {
    let outcome = one(&visitor, &text, None).await;
    visitor.answer(outcome)
}

fn edit_of(fields: &Fields) -> Result<ArticleEdit, ServiceError> {
    let text = |name: &str| Some(fields.text(name).to_owned());
    let review_at = match fields.filled("review_at") {
        None => None,
        Some(text) => {
            let wrong = || invalid("/review_at", Phrase::new("date_and_time"));
            Some(
                fields
                    .moment("review_at")
                    .or_else(|| moment::parse_field(&format!("{text}T00:00")))
                    .ok_or_else(wrong)?,
            )
        }
    };
    let words = fields.text("keywords").split(',').map(str::trim).filter(|word| !word.is_empty());
    let internal = fields.text("visibility") == "internal";
    Ok(ArticleEdit {
        title: text("title"),
        body: text("body"),
        keywords: Some(words.map(str::to_owned).collect()),
        state: ArticleState::ALL.iter().copied().find(|state| state.as_str() == fields.text("state")),
        visibility: Some(if internal { Visibility::Internal } else { Visibility::Public }),
        review_at,
        reason: text("reason"),
    })
}

async fn created(visitor: &Visitor, fields: Fields) -> Result<Response, ServiceError> {
    let made = async { visitor.service().create_article(&visitor.call, edit_of(&fields)?).await };
    match made.await {
        Ok(stored) => Ok(see_other(&format!("/knowledge/{}?done=saved", stored.value.number))),
        Err(error) => {
            let attempt = Attempt::new("article", fields, error, visitor.locale)?;
            new_page(visitor, Some(&attempt)).await
        }
    }
}

/// `POST /knowledge/new`.
pub(super) async fn submit_new(Submission { visitor, fields }: Submission) -> Response {
    let outcome = created(&visitor, fields).await;
    visitor.answer(outcome)
}

async fn saved(visitor: &Visitor, text: &str, fields: Fields) -> Result<Response, ServiceError> {
    let made = async { visitor.service().edit_article(&visitor.call, text, edit_of(&fields)?, fields.version()).await };
    match made.await {
        Ok(stored) => Ok(see_other(&format!("/knowledge/{}?done=saved", stored.value.number))),
        Err(error) => {
            let attempt = Attempt::new("article", fields, error, visitor.locale)?;
            one(visitor, text, Some(&attempt)).await
        }
    }
}

/// `POST /knowledge/{number}`.
pub(super) async fn save(Path(text): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = saved(&visitor, &text, fields).await;
    visitor.answer(outcome)
}
