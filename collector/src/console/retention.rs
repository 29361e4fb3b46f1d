//! `/retention`: for how long the past is kept, since when it is, and the form of those who say so.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;
use muster_model::retention::{Retention, Windows};
use muster_model::right::Action;
use muster_model::text::Phrase;
use muster_shared::Time;

use super::answer::{self, see_other};
use super::form::{self, Attempt, Field, Form, Kind};
use super::locale::Locale;
use super::relation::class_name;
use super::shell::Shell;
use super::submission::{Fields, Submission};
use super::visitor::Visitor;
use crate::service::retention::RetentionView;
use crate::service::{ServiceError, Wrong};

/// A window in words.
#[derive(Clone, Debug)]
pub(super) struct WindowRow {
    pub(super) what: String,
    pub(super) window: String,
    /// Since when all is kept; without it, for ever.
    pub(super) since: Option<Time>,
    pub(super) is_set: bool,
}

#[derive(Template)]
#[template(path = "retention.html")]
pub(super) struct RetentionPage {
    pub(super) page: Shell,
    pub(super) rows: Vec<WindowRow>,
    /// Who set them last, and when.
    pub(super) changed: Option<(String, Time)>,
    pub(super) form: Option<Form>,
}

fn days(locale: Locale, days: u32) -> String {
    if days == 0 { locale.t("retention-for-ever") } else { locale.n("retention-days", days as usize) }
}

fn rows(view: &RetentionView, locale: Locale) -> Vec<WindowRow> {
    let Retention { history_days, classes, event_commits, alert_days } = &view.counts;
    let set = &view.set.value.windows;
    let row = |what: String, window, since, is_set| WindowRow { what, window, since, is_set };
    let commits = match event_commits {
        0 => locale.t("retention-for-ever"),
        commits => locale.with("retention-commits", &[("count", &commits.to_string())]),
    };
    let field = |name: &str| locale.name("field", name);
    let mut rows = vec![
        row(field("history_days"), days(locale, *history_days), view.since, set.history_days.is_some()),
        row(field("alert_days"), days(locale, *alert_days), view.alerts_since, set.alert_days.is_some()),
    ];
    rows.extend(classes.iter().map(|(class, window)| {
        let (what, since) = (class_name(locale, class, class), view.classes_since.get(class).copied());
        row(what, days(locale, *window), since, set.classes.contains_key(class))
    }));
    rows.push(row(field("event_commits"), commits, None, set.event_commits.is_some()));
    rows
}

/// The windows of single classes as they are typed: a line each.
fn lines(classes: &BTreeMap<String, u32>) -> String {
    classes.iter().map(|(class, days)| format!("{class} = {days}")).collect::<Vec<_>>().join("\n")
}

async fn page(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let view = visitor.service().retention_windows(&visitor.call).await?;
    let set = &view.set.value;
    let text = |number: Option<String>| number.unwrap_or_default();
    let form = visitor.may(Action::RetentionUpdate).then(|| {
        let number = |name, value: Option<String>| {
            Field::new(locale, name, Kind::Input("number")).value(text(value)).hint(locale.t("hint-retention"))
        };
        let days = |days: Option<u32>| days.map(|days| days.to_string());
        Form::new(visitor, "retention", "/retention".to_owned(), locale.t("retention-set"))
            .tone("primary")
            .version(view.set.version)
            .note(locale.t("retention-note"))
            .field(number("history_days", days(set.windows.history_days)))
            .field(number("alert_days", days(set.windows.alert_days)))
            .field(number("event_commits", set.windows.event_commits.map(|commits| commits.to_string())))
            .field(
                Field::area(locale, "classes")
                    .value(lines(&set.windows.classes))
                    .hint(locale.t("hint-retention-classes")),
            )
            .after(attempt)
    });
    let page = RetentionPage {
        page: Shell::at(visitor, "/classes", &locale.t("retention-title")).await,
        rows: rows(&view, locale),
        changed: (view.set.version > 0).then(|| (locale.actor(&set.changed_by), set.changed_at)),
        form,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /retention`.
pub(super) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor, None).await;
    visitor.answer(outcome)
}

/// The windows that a form says.
fn windows_of(fields: &Fields) -> Result<Windows, ServiceError> {
    let mut wrong = Vec::new();
    let mut refuse = |pointer: &str, why: Phrase| wrong.push(Wrong { pointer: pointer.to_owned(), detail: why.into() });
    let mut number = |name: &str| -> Option<u64> {
        let text = fields.filled(name)?;
        let number = text.trim().parse().ok();
        if number.is_none() {
            refuse(&format!("/{name}"), Phrase::new("whole_number"));
        }
        number
    };
    let (history, alerts, event_commits) = (number("history_days"), number("alert_days"), number("event_commits"));
    let short = |days: Option<u64>| days.map(|days| u32::try_from(days).unwrap_or(u32::MAX));
    let mut classes = BTreeMap::new();
    for line in fields.text("classes").lines().map(str::trim).filter(|line| !line.is_empty()) {
        let window = line
            .split_once('=')
            .and_then(|(class, days)| Some((class.trim().to_owned(), days.trim().parse::<u32>().ok()?)));
        if let Some((class, days)) = window {
            classes.insert(class, days);
        } else {
            let line: String = line.chars().take(60).collect();
            refuse("/classes", Phrase::new("retention_line").with("line", line));
        }
    }
    if wrong.is_empty() {
        Ok(Windows { history_days: short(history), alert_days: short(alerts), event_commits, classes })
    } else {
        Err(ServiceError::Invalid(wrong))
    }
}

async fn saved(visitor: &Visitor, fields: Fields) -> Result<Response, ServiceError> {
    let outcome = match windows_of(&fields) {
        Ok(windows) => visitor.service().set_retention(&visitor.call, windows, fields.version()).await,
        Err(wrong) => Err(wrong),
    };
    match outcome {
        Ok(_) => Ok(see_other("/retention?done=saved")),
        Err(error) => page(visitor, Some(&Attempt::new("retention", fields, error, visitor.locale)?)).await,
    }
}

/// `POST /retention`.
pub(super) async fn save(Submission { visitor, fields }: Submission) -> Response {
    let outcome = saved(&visitor, fields).await;
    visitor.answer(outcome)
}
