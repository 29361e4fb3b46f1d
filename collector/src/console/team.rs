//! `/teams`: people who work together.

use axum::extract::Path;
use axum::response::Response;
use muster_model::Versioned;
use muster_model::right::Action;
use muster_model::team::{Roster, Team};
use muster_shared::id::{TeamId, UserId};

use super::answer::{self, see_other};
use super::form::{self, Attempt, Choice, Field, Form};
use super::list::Pager;
use super::sheet::{Cell, Row, SheetPage, Table};
use super::shell::Shell;
use super::submission::{Fields, Submission};
use super::visitor::Visitor;
use crate::service::account::Person;
use crate::service::{ServiceError, Wrong};

fn named(people: &[Person], id: UserId) -> String {
    people.iter().find(|person| person.id == id).map_or_else(|| id.to_string(), |person| person.display_name.clone())
}

fn with_fields(visitor: &Visitor, form: Form, people: &[Person], roster: &Roster) -> Form {
    let locale = visitor.locale;
    // Who may do nothing any more is named only where they still are in it.
    let those = people.iter().filter(|one| one.may(&[Action::TicketRead]) || roster.members.contains(&one.id));
    let choice = |is_chosen: bool, one: &Person| Choice {
        value: one.id.to_string(),
        label: one.display_name.clone(),
        is_chosen,
    };
    let members = those.clone().map(|one| choice(roster.members.contains(&one.id), one)).collect();
    let mut leads = vec![form::nothing(locale.t("nobody"), roster.lead.is_none())];
    leads.extend(those.map(|one| choice(roster.lead == Some(one.id), one)));
    form.field(Field::text(locale, "name").required().value(&roster.name))
        .field(Field::text(locale, "description").value(&roster.description))
        .field(Field::named("members", locale.t("team-members"), form::Kind::Checks).choices(members))
        .field(Field::named("lead", locale.t("team-lead"), form::Kind::Select).choices(leads))
}

fn roster_of(fields: &Fields) -> Roster {
    Roster {
        name: fields.text("name").trim().to_owned(),
        description: fields.text("description").trim().to_owned(),
        members: fields.all("members").filter_map(|id| id.parse().ok()).collect(),
        lead: fields.text("lead").parse().ok(),
    }
}

fn row(visitor: &Visitor, people: &[Person], stored: &Versioned<Team>, attempt: Option<&Attempt>) -> Row {
    let (locale, id, roster) = (visitor.locale, stored.value.id, &stored.value.roster);
    let members: Vec<String> = roster.members.iter().map(|member| named(people, *member)).collect();
    let forms = || {
        let form = |what: &str, path: &str, title: &str| {
            Form::new(visitor, format!("{what}-{id}"), format!("/teams/{id}{path}"), locale.t(title))
                .version(stored.version)
        };
        let edit = with_fields(visitor, form("edit", "", "edit"), people, roster).submit(locale.t("save"));
        vec![edit.after(attempt), form("remove", "/remove", "team-remove").tone("danger").after(attempt)]
    };
    Row {
        cells: vec![
            Cell::text(&roster.name).look("main"),
            Cell::text(&roster.description),
            Cell::text(members.join(", ")),
            Cell::text(roster.lead.map(|lead| named(people, lead)).unwrap_or_default()),
        ],
        forms: if visitor.may(Action::UserManage) { forms() } else { Vec::new() },
    }
}

async fn page(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let (service, call, locale) = (visitor.service(), &visitor.call, visitor.locale);
    let (teams, people) = (service.list_teams(call).await?, service.list_people(call).await?);
    let add = || {
        let form = Form::new(visitor, "add", "/teams".to_owned(), locale.t("team-new")).tone("primary");
        with_fields(visitor, form, &people, &Roster::default()).after(attempt)
    };
    let heads = ["field-name", "field-description", "team-members", "team-lead"].map(|key| locale.t(key));
    let page = SheetPage {
        above: visitor.may(Action::UserRead).then(|| ("/users", locale.t("users-title"))),
        note: locale.t("teams-note"),
        tabs: Vec::new(),
        pager: Pager::default(),
        begin: None,
        facts: Vec::new(),
        tables: vec![Table {
            id: "teams",
            title: locale.t("teams-title"),
            heads: heads.into_iter().chain([String::new()]).collect(),
            rows: teams.iter().map(|stored| row(visitor, &people, stored, attempt)).collect(),
            empty: locale.t("teams-none"),
        }],
        forms: visitor.may(Action::UserManage).then(add).into_iter().collect(),
        folds: Vec::new(),
        page: Shell::at(visitor, "/users", &locale.t("teams-title")).await,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /teams`.
pub(super) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor, None).await;
    visitor.answer(outcome)
}

/// What is wrong with one member stands beside all of them.
fn placed(error: ServiceError) -> ServiceError {
    match error {
        ServiceError::Invalid(wrong) => {
            let beside = |one: Wrong| {
                let pointer = if one.pointer.starts_with("/members/") { "/members".to_owned() } else { one.pointer };
                Wrong { pointer, ..one }
            };
            ServiceError::Invalid(wrong.into_iter().map(beside).collect())
        }
        other => other,
    }
}

async fn done(
    visitor: &Visitor,
    form: &str,
    fields: Fields,
    outcome: Result<(), ServiceError>,
) -> Result<Response, ServiceError> {
    match outcome.map_err(placed) {
        Ok(()) => Ok(see_other("/teams?done=saved")),
        Err(error) => page(visitor, Some(&Attempt::new(form, fields, error, visitor.locale)?)).await,
    }
}

/// `POST /teams`.
pub(super) async fn add(Submission { visitor, fields }: Submission) -> Response {
    let made = visitor.service().create_team(&visitor.call, roster_of(&fields)).await.map(drop);
    let outcome = done(&visitor, "add", fields, made).await;
    visitor.answer(outcome)
}

fn parse(id: &str) -> Result<TeamId, ServiceError> {
    id.parse().map_err(|_| ServiceError::NotFound { kind: "team", id: id.chars().take(80).collect() })
}

async fn saved(visitor: &Visitor, id: &str, fields: Fields) -> Result<Response, ServiceError> {
    let (team, roster, seen) = (parse(id)?, roster_of(&fields), fields.version());
    let made = visitor.service().replace_team(&visitor.call, team, roster, seen).await.map(drop);
    done(visitor, &format!("edit-{id}"), fields, made).await
}

/// `POST /teams/{id}`.
pub(super) async fn save(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = saved(&visitor, &id, fields).await;
    visitor.answer(outcome)
}

async fn removed(visitor: &Visitor, id: &str, fields: Fields) -> Result<Response, ServiceError> {
    let made = visitor.service().remove_team(&visitor.call, parse(id)?, fields.version()).await;
    done(visitor, &format!("remove-{id}"), fields, made).await
}

/// `POST /teams/{id}/remove`.
pub(super) async fn remove(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = removed(&visitor, &id, fields).await;
    visitor.answer(outcome)
}
