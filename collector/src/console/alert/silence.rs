//! `/silences`: alerts that nobody wants to hear of for a time, with the alerts that each is about.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use muster_model::Versioned;
use muster_model::alert::silence::{Phase, Silence};
use muster_model::query::{Query, fields};
use muster_model::right::Action;
use muster_shared::Time;
use muster_shared::id::SilenceId;

use super::list::{AlertRow, rows};
use crate::console::answer::{self, see_other};
use crate::console::form::{self, Attempt, Field, Form, Kind};
use crate::console::list::{self, Pager};
use crate::console::shell::Shell;
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::Visitor;
use crate::service::alert::SilenceDraft;
use crate::service::{Page, ServiceError};

/// A row of the list.
#[derive(Clone, Debug)]
struct SilenceRow {
    id: String,
    matcher: String,
    state: &'static str,
    starts_at: Time,
    ends_at: Time,
    author: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "silences.html")]
struct SilencesPage {
    page: Shell,
    /// Whether the page is about one.
    is_one: bool,
    rows: Vec<SilenceRow>,
    /// What was asked for, to see which alerts that is.
    matcher: String,
    error: Option<String>,
    /// Alerts that are meant; `None` when nothing was asked for.
    alerts: Option<Vec<AlertRow>>,
    edit: Option<Form>,
    end: Option<Form>,
    pager: Pager,
}

fn row(silence: &Silence, now: Time) -> SilenceRow {
    SilenceRow {
        id: silence.id.to_string(),
        matcher: silence.matcher.clone(),
        state: silence.phase(now).as_str(),
        starts_at: silence.starts_at,
        ends_at: silence.ends_at,
        author: silence.author.clone(),
        reason: silence.reason.clone(),
    }
}

/// A moment as a field of a form holds it.
pub(super) fn field_time(at: Time) -> String {
    at.to_string().chars().take(16).collect()
}

fn fields_of(visitor: &Visitor, form: Form, silence: Option<&Silence>, matcher: &str) -> Form {
    let locale = visitor.locale;
    let moment = |name: &'static str, at: Option<Time>| {
        let field = Field::new(locale, name, Kind::Input("datetime-local")).hint(locale.t("hint-utc"));
        field.value(at.map(field_time).unwrap_or_default())
    };
    let reason = silence.map(|silence| silence.reason.clone()).unwrap_or_default();
    form.tone("primary")
        .submit(locale.t("save"))
        .field(Field::text(locale, "matcher").required().value(matcher).hint(locale.t("hint-matcher")))
        .field(moment("starts_at", silence.map(|silence| silence.starts_at)))
        .field(moment("ends_at", silence.map(|silence| silence.ends_at)))
        .field(Field::area(locale, "reason").required().value(reason))
}

fn draft(fields: &Fields) -> SilenceDraft {
    SilenceDraft {
        matcher: Some(fields.text("matcher").to_owned()),
        starts_at: fields.moment("starts_at"),
        ends_at: fields.moment("ends_at"),
        reason: Some(fields.text("reason").to_owned()),
    }
}

async fn all(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let (locale, service, now) = (visitor.locale, visitor.service(), visitor.now());
    let mut query = Query::default();
    let state = visitor.parameter("state").unwrap_or_default();
    if Phase::ALL.iter().any(|phase| phase.as_str() == state) {
        query.and("state", &state, &fields::SILENCE).map_err(|why| crate::service::invalid("/state", why))?;
    }
    let found = service.list_silences(&visitor.call, &query, &list::window(visitor)).await?;
    let matcher = visitor.parameter("matcher").unwrap_or_default();
    let (alerts, error) = match Query::parse(&matcher, &fields::ALERT) {
        _ if matcher.is_empty() => (None, None),
        Ok(query) => {
            let window = list::window(visitor);
            let page: Page<_> = service.list_alerts(&visitor.call, &query, &window).await?;
            let alerts: Vec<_> = page.items.into_iter().map(|stored| stored.value).collect();
            (Some(rows(visitor, &alerts).await?), None)
        }
        Err(error) => (None, Some(list::query_error(error.into(), locale)?)),
    };
    let new = || {
        let form = Form::new(visitor, "new", "/silences".to_owned(), locale.t("silence-new"));
        let mut form = fields_of(visitor, form, None, &matcher).after(attempt);
        form.is_open |= !matcher.is_empty();
        form
    };
    let page = SilencesPage {
        page: Shell::at(visitor, "/alerts", &locale.t("silences-title")).await,
        is_one: false,
        rows: found.items.iter().map(|stored| row(&stored.value, now)).collect(),
        edit: visitor.may_all(Action::AlertSilence).then(new),
        end: None,
        matcher,
        error,
        alerts,
        pager: Pager::new(visitor, "/silences", found.next_cursor),
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /silences`.
pub(in crate::console) async fn show_all(visitor: Visitor) -> Response {
    let outcome = all(&visitor, None).await;
    visitor.answer(outcome)
}

async fn create(visitor: &Visitor, fields: Fields) -> Result<Response, ServiceError> {
    match visitor.service().create_silence(&visitor.call, draft(&fields)).await {
        Ok(stored) => Ok(see_other(&format!("/silences/{}?done=saved", stored.value.id))),
        Err(error) => {
            let attempt = Attempt::new("new", fields, error, visitor.locale)?;
            all(visitor, Some(&attempt)).await
        }
    }
}

/// `POST /silences`.
pub(in crate::console) async fn add(Submission { visitor, fields }: Submission) -> Response {
    let outcome = create(&visitor, fields).await;
    visitor.answer(outcome)
}

fn parse(id: &str) -> Result<SilenceId, ServiceError> {
    id.parse().map_err(|_| ServiceError::NotFound { kind: "silence", id: id.chars().take(80).collect() })
}

async fn one(visitor: &Visitor, id: &str, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let (locale, service, now) = (visitor.locale, visitor.service(), visitor.now());
    let stored: Versioned<Silence> = service.get_silence(&visitor.call, parse(id)?).await?;
    let (silence, version) = (&stored.value, stored.version);
    let may_change = visitor.may_all(Action::AlertSilence) && silence.phase(now) != Phase::Expired;
    let meant = service.alerts_of_silence(&visitor.call, silence).await?;
    let alerts: Vec<_> = meant.items.into_iter().map(|stored| stored.value).collect();
    let edit = || {
        let form = Form::new(visitor, "edit", format!("/silences/{id}"), locale.t("silence-edit")).version(version);
        fields_of(visitor, form, Some(silence), &silence.matcher).after(attempt)
    };
    let end = || {
        let form = Form::new(visitor, "end", format!("/silences/{id}/end"), locale.t("silence-end"));
        form.tone("danger").version(version).after(attempt)
    };
    let page = SilencesPage {
        page: Shell::at(visitor, "/alerts", &locale.t("silence-title")).await,
        is_one: true,
        rows: vec![row(silence, now)],
        matcher: silence.matcher.clone(),
        error: None,
        alerts: Some(rows(visitor, &alerts).await?),
        edit: may_change.then(edit),
        end: may_change.then(end),
        pager: Pager::default(),
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /silences/{id}`.
pub(in crate::console) async fn show(visitor: Visitor, Path(id): Path<String>) -> Response {
    let outcome = one(&visitor, &id, None).await;
    visitor.answer(outcome)
}

async fn update(visitor: &Visitor, id: &str, fields: Fields) -> Result<Response, ServiceError> {
    let seen = fields.version();
    match visitor.service().update_silence(&visitor.call, parse(id)?, draft(&fields), seen).await {
        Ok(_) => Ok(see_other(&format!("/silences/{id}?done=saved"))),
        Err(error) => {
            let attempt = Attempt::new("edit", fields, error, visitor.locale)?;
            one(visitor, id, Some(&attempt)).await
        }
    }
}

/// `POST /silences/{id}`.
pub(in crate::console) async fn save(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = update(&visitor, &id, fields).await;
    visitor.answer(outcome)
}

async fn ended(visitor: &Visitor, id: &str, fields: Fields) -> Result<Response, ServiceError> {
    match visitor.service().end_silence(&visitor.call, parse(id)?, fields.version()).await {
        Ok(()) => Ok(see_other("/silences?done=silence-ended")),
        Err(error) => {
            let attempt = Attempt::new("end", fields, error, visitor.locale)?;
            one(visitor, id, Some(&attempt)).await
        }
    }
}

/// `POST /silences/{id}/end`.
pub(in crate::console) async fn end(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = ended(&visitor, &id, fields).await;
    visitor.answer(outcome)
}
