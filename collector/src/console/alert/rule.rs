//! `/alert-rules`: which alerts make incidents, and what a rule would have done before it is saved.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use muster_model::alert::preview::{self, Preview, WouldBe};
use muster_model::alert::rule::{AlertRule, shipped};
use muster_model::query::Query;
use muster_model::right::Action;
use muster_model::text::Phrase;
use muster_model::ticket::Kind as TicketKind;
use muster_shared::id::AlertRuleId;

use crate::console::answer::{self, see_other};
use crate::console::form::{self, Attempt, Choice, Field, Form};
use crate::console::incident;
use crate::console::list::{self, Pager};
use crate::console::shell::Shell;
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::Visitor;
use crate::service::alert::RuleDraft;
use crate::service::{ServiceError, invalid};

/// A row of the list.
#[derive(Clone, Debug)]
struct RuleRow {
    id: String,
    name: String,
    is_enabled: bool,
    is_shipped: bool,
    /// Why it does not act.
    suspended: Option<String>,
    filter: String,
    /// When it fires, in words.
    when: String,
    group_by: String,
    team: String,
}

#[derive(Template)]
#[template(path = "alert_rules.html")]
struct RulesPage {
    page: Shell,
    is_one: bool,
    rows: Vec<RuleRow>,
    /// What a rule would have done.
    preview: Option<Preview>,
    shown: Vec<WouldBe>,
    edit: Option<Form>,
    remove: Option<Form>,
    pager: Pager,
}

/// What a page of rules answers to: a form that was not taken, or one that was only tried.
enum Told<'a> {
    Nothing,
    Refused(&'a Attempt),
    Tried(Fields, Preview),
}

fn row(visitor: &Visitor, rule: &AlertRule) -> RuleRow {
    let (count, window, hold) =
        (rule.min_count.to_string(), rule.window_seconds.to_string(), rule.hold_seconds.to_string());
    let values = [("count", count.as_str()), ("window", window.as_str()), ("hold", hold.as_str())];
    RuleRow {
        id: rule.id.to_string(),
        name: rule.name.clone(),
        is_enabled: rule.is_enabled,
        is_shipped: rule.id == shipped().id,
        suspended: rule
            .suspended
            .clone()
            .map(|why| visitor.locale.phrase(&Phrase::new("rule_suspended").with("why", why))),
        filter: rule.filter.clone(),
        when: visitor.locale.with("alert-rule-when", &values),
        group_by: rule.group_by.join(", "),
        team: rule.assignment_group.clone().unwrap_or_default(),
    }
}

async fn fields_of(visitor: &Visitor, form: Form, rule: &AlertRule) -> Result<Form, ServiceError> {
    let locale = visitor.locale;
    let text = |name: &'static str, value: String| Field::text(locale, name).value(value);
    let yes = |name: &'static str, label: &str, is_chosen: bool| {
        Field::checks(locale, name, vec![Choice { value: "yes".into(), label: locale.t(label), is_chosen }])
    };
    let people = visitor.service().list_people(&visitor.call).await?;
    let assignees = incident::people(locale, &people, TicketKind::Incident.work(), rule.assignee);
    let steps = form::choices(locale, "rules-step", ["try", "save"], "try");
    Ok(form
        .tone("primary")
        .submit(locale.t("apply"))
        .field(text("name", rule.name.clone()).required())
        .field(text("filter", rule.filter.clone()).hint(locale.t("hint-matcher")))
        .field(text("min_count", rule.min_count.to_string()))
        .field(text("window_seconds", rule.window_seconds.to_string()))
        .field(text("hold_seconds", rule.hold_seconds.to_string()).hint(locale.t("hint-hold-seconds")))
        .field(text("group_by", rule.group_by.join(", ")).hint(locale.t("hint-group-by")))
        .field(text("title", rule.title.clone()).hint(locale.t("hint-rule-title")))
        .field(Field::group(locale, "assignment_group").value(rule.assignment_group.clone().unwrap_or_default()))
        .field(Field::select(locale, "assignee", assignees))
        .field(yes("auto_resolve", "alert-rule-auto-resolve", rule.auto_resolve))
        .field(yes("enabled", "alert-rule-enabled", rule.is_enabled))
        .field(text("position", rule.position.to_string()).hint(locale.t("hint-position")))
        .field(Field::select(locale, "step", steps)))
}

fn draft(fields: &Fields) -> Result<RuleDraft, ServiceError> {
    let text = |name: &str| Some(fields.text(name).to_owned());
    let number = |name: &str| {
        let wrong =
            || invalid(&format!("/{name}"), Phrase::new("number_from_to").with("min", "0").with("max", "86400"));
        fields.number::<u32>(name).map(Some).ok_or_else(wrong)
    };
    let names = fields.text("group_by").split(',').map(str::trim).filter(|name| !name.is_empty());
    Ok(RuleDraft {
        name: text("name"),
        position: number("position")?,
        is_enabled: Some(fields.filled("enabled").is_some()),
        filter: text("filter"),
        min_count: number("min_count")?,
        window_seconds: number("window_seconds")?,
        hold_seconds: number("hold_seconds")?,
        title: text("title"),
        group_by: Some(names.map(str::to_owned).collect()),
        assignment_group: Some(fields.filled("assignment_group").map(str::to_owned)),
        assignee: Some(fields.filled("assignee").map(str::to_owned)),
        auto_resolve: Some(fields.filled("auto_resolve").is_some()),
    })
}

/// A form as it was filled in, also when it was only tried.
fn refilled(form: Form, told: &Told<'_>) -> Form {
    match told {
        Told::Nothing => form,
        Told::Refused(attempt) => form.after(Some(attempt)),
        Told::Tried(fields, _) => {
            let id = form.id.clone();
            let attempt = Attempt {
                form: id,
                fields: fields.clone(),
                errors: Vec::new(),
                message: String::new(),
                status: axum::http::StatusCode::OK,
            };
            let mut form = form.after(Some(&attempt));
            form.message = None;
            form
        }
    }
}

fn outcome(told: Told<'_>) -> (axum::http::StatusCode, Option<Preview>) {
    match told {
        Told::Nothing => (form::status(None), None),
        Told::Refused(attempt) => (form::status(Some(attempt)), None),
        Told::Tried(_, preview) => (form::status(None), Some(preview)),
    }
}

async fn all(visitor: &Visitor, told: Told<'_>) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let window = list::window(visitor);
    let found = visitor.service().list_alert_rules(&visitor.call, &Query::default(), &window).await?;
    let edit = if visitor.may(Action::AlertRule) {
        let form = Form::new(visitor, "new", "/alert-rules".to_owned(), locale.t("alert-rule-new"));
        let empty = AlertRule { name: String::new(), position: 100, filter: String::new(), ..shipped() };
        Some(refilled(fields_of(visitor, form, &empty).await?, &told))
    } else {
        None
    };
    let (status, preview) = outcome(told);
    let page = RulesPage {
        page: Shell::at(visitor, "/alerts", &locale.t("alert-rules-title")).await,
        is_one: false,
        rows: found.items.iter().map(|stored| row(visitor, &stored.value)).collect(),
        shown: preview.iter().flat_map(|found| found.incidents.iter().take(preview::SHOWN).cloned()).collect(),
        preview,
        edit,
        remove: None,
        pager: Pager::new(visitor, "/alert-rules", found.next_cursor),
    };
    Ok(answer::page(status, &page))
}

/// `GET /alert-rules`.
pub(in crate::console) async fn show_all(visitor: Visitor) -> Response {
    let outcome = all(&visitor, Told::Nothing).await;
    visitor.answer(outcome)
}

/// What came of a form: where it leads, or what it would do.
async fn applied(
    visitor: &Visitor,
    id: Option<AlertRuleId>,
    fields: &Fields,
) -> Result<Result<Response, Preview>, ServiceError> {
    let (service, call, draft) = (visitor.service(), &visitor.call, draft(fields)?);
    if fields.text("step") != "save" {
        return Ok(Err(service.preview_alert_rule(call, id, draft).await?.1));
    }
    let saved = match id {
        Some(id) => service.update_alert_rule(call, id, draft, fields.version()).await?,
        None => service.create_alert_rule(call, draft).await?,
    };
    Ok(Ok(see_other(&format!("/alert-rules/{}?done=saved", saved.value.id))))
}

async fn create(visitor: &Visitor, fields: Fields) -> Result<Response, ServiceError> {
    match applied(visitor, None, &fields).await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(preview)) => all(visitor, Told::Tried(fields, preview)).await,
        Err(error) => {
            let attempt = Attempt::new("new", fields, error, visitor.locale)?;
            all(visitor, Told::Refused(&attempt)).await
        }
    }
}

/// `POST /alert-rules`.
pub(in crate::console) async fn add(Submission { visitor, fields }: Submission) -> Response {
    let outcome = create(&visitor, fields).await;
    visitor.answer(outcome)
}

fn parse(id: &str) -> Result<AlertRuleId, ServiceError> {
    id.parse().map_err(|_| ServiceError::NotFound { kind: "alert rule", id: id.chars().take(80).collect() })
}

async fn one(visitor: &Visitor, id: &str, told: Told<'_>) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let stored = visitor.service().get_alert_rule(&visitor.call, parse(id)?).await?;
    let (rule, may_change) = (&stored.value, visitor.may(Action::AlertRule));
    let remove = || {
        let action = format!("/alert-rules/{id}/remove");
        let form =
            Form::new(visitor, "remove", action, locale.t("alert-rule-remove")).tone("danger").version(stored.version);
        refilled(form, &told)
    };
    let removal = (may_change && rule.id != shipped().id).then(remove);
    let edit = if may_change {
        let form = Form::new(visitor, "edit", format!("/alert-rules/{id}"), locale.t("alert-rule-edit"));
        Some(refilled(fields_of(visitor, form.version(stored.version), rule).await?, &told))
    } else {
        None
    };
    let (status, preview) = outcome(told);
    let page = RulesPage {
        page: Shell::at(visitor, "/alerts", &rule.name).await,
        is_one: true,
        rows: vec![row(visitor, rule)],
        shown: preview.iter().flat_map(|found| found.incidents.iter().take(preview::SHOWN).cloned()).collect(),
        preview,
        edit,
        remove: removal,
        pager: Pager::default(),
    };
    Ok(answer::page(status, &page))
}

/// `GET /alert-rules/{id}`.
pub(in crate::console) async fn show(visitor: Visitor, Path(id): Path<String>) -> Response {
    let outcome = one(&visitor, &id, Told::Nothing).await;
    visitor.answer(outcome)
}

async fn update(visitor: &Visitor, id: &str, fields: Fields) -> Result<Response, ServiceError> {
    match applied(visitor, Some(parse(id)?), &fields).await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(preview)) => one(visitor, id, Told::Tried(fields, preview)).await,
        Err(error) => {
            let attempt = Attempt::new("edit", fields, error, visitor.locale)?;
            one(visitor, id, Told::Refused(&attempt)).await
        }
    }
}

/// `POST /alert-rules/{id}`.
pub(in crate::console) async fn save(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = update(&visitor, &id, fields).await;
    visitor.answer(outcome)
}

async fn removed(visitor: &Visitor, id: &str, fields: Fields) -> Result<Response, ServiceError> {
    match visitor.service().remove_alert_rule(&visitor.call, parse(id)?, fields.version()).await {
        Ok(()) => Ok(see_other("/alert-rules?done=rule-removed")),
        Err(error) => {
            let attempt = Attempt::new("remove", fields, error, visitor.locale)?;
            one(visitor, id, Told::Refused(&attempt)).await
        }
    }
}

/// `POST /alert-rules/{id}/remove`.
pub(in crate::console) async fn remove(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = removed(&visitor, &id, fields).await;
    visitor.answer(outcome)
}
