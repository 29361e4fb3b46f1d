//! `/users`: accounts, for those who administer them.

mod reach;

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use muster_model::Versioned;
use muster_model::account::User;
use muster_model::right::{Action, Reaches, Role};
use muster_shared::Time;
use muster_shared::id::UserId;

use super::answer::{self, see_other};
use super::form::{self, Attempt, Choice, Field, Form, Kind};
use super::locale::Locale;
use super::shell::Shell;
use super::submission::{Fields, Submission};
use super::visitor::Visitor;
use crate::service::ServiceError;
use crate::service::account::{NewUser, UserEdit};

/// An account.
#[derive(Clone, Debug)]
pub(super) struct UserRow {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) display_name: String,
    pub(super) roles: String,
    /// Where roles count, of those that do not count everywhere.
    pub(super) reaches: Vec<String>,
    pub(super) state: &'static str,
    pub(super) created_at: Time,
    pub(super) has_password: bool,
    /// The name of whom they report to, or nothing.
    pub(super) manager: String,
}

#[derive(Template)]
#[template(path = "users.html")]
pub(super) struct UsersPage {
    pub(super) page: Shell,
    pub(super) users: Vec<UserRow>,
    pub(super) add: Option<Form>,
}

#[derive(Template)]
#[template(path = "user.html")]
pub(super) struct UserPage {
    pub(super) page: Shell,
    pub(super) user: UserRow,
    pub(super) edit: Option<Form>,
}

impl UserRow {
    /// With where its roles count by the names of services.
    fn of(user: &User, reaches: &Reaches, manager: String, locale: Locale) -> Self {
        let roles: Vec<String> = user.roles.iter().map(|role| locale.name("role-name", role.as_str())).collect();
        Self {
            id: user.id.to_string(),
            name: user.name.clone(),
            display_name: user.display_name.clone(),
            roles: roles.join(", "),
            reaches: reach::lines(reaches),
            state: if user.disabled { "disabled" } else { "active" },
            created_at: user.created_at,
            has_password: user.password_hash.is_some(),
            manager,
        }
    }
}

fn roles(locale: Locale, chosen: &[Role]) -> Field {
    let choice = |role: &Role| Choice {
        value: role.as_str().to_owned(),
        label: locale.name("role-name", role.as_str()),
        is_chosen: chosen.contains(role),
    };
    Field::checks(locale, "roles", Role::ALL.iter().map(choice).collect())
}

fn chosen_roles(fields: &Fields) -> Vec<Role> {
    Role::ALL.iter().copied().filter(|role| fields.all("roles").any(|name| name == role.as_str())).collect()
}

fn password(locale: Locale) -> Field {
    Field::new(locale, "password", Kind::Input("password")).autocomplete("new-password")
}

async fn list(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let mut users = Vec::new();
    let all = visitor.service().list_users(&visitor.call).await?;
    let named = |id: UserId| all.iter().find(|one| one.value.id == id).map(|one| one.value.display_name.clone());
    for stored in &all {
        let reaches = visitor.service().reaches_by_name(&stored.value).await?;
        let manager = stored.value.manager.and_then(named).unwrap_or_default();
        users.push(UserRow::of(&stored.value, &reaches, manager, locale));
    }
    let add = || {
        Form::new(visitor, "add", "/users".to_owned(), locale.t("user-add"))
            .tone("primary")
            .field(Field::text(locale, "name").required().hint(locale.t("hint-user-name")))
            .field(Field::text(locale, "display_name"))
            .field(roles(locale, &[]))
            .field(reach::field(locale, &Reaches::new()))
            .field(Field::text(locale, "manager").hint(locale.t("hint-manager")))
            .field(password(locale).hint(locale.t("hint-password-optional")))
            .after(attempt)
    };
    let page = UsersPage {
        page: Shell::at(visitor, "/users", &locale.t("users-title")).await,
        users,
        add: visitor.may(Action::UserManage).then(add),
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /users`.
pub(super) async fn show_all(visitor: Visitor) -> Response {
    let outcome = list(&visitor, None).await;
    visitor.answer(outcome)
}

async fn create(visitor: &Visitor, fields: Fields) -> Result<Response, ServiceError> {
    let outcome = match reach::read(fields.text("reaches"), visitor.locale) {
        Err(error) => Err(error),
        Ok(reaches) => {
            let new = NewUser {
                name: fields.text("name").to_owned(),
                display_name: fields.filled("display_name").map(str::to_owned),
                password: Some(fields.text("password").to_owned()).filter(|text| !text.is_empty()),
                roles: chosen_roles(&fields),
                reaches,
                manager: fields.filled("manager").map(str::to_owned),
            };
            visitor.service().create_user(&visitor.call, new).await
        }
    };
    match outcome {
        Ok(_) => Ok(see_other("/users?done=saved")),
        Err(error) => {
            let attempt = Attempt::new("add", fields, error, visitor.locale)?;
            list(visitor, Some(&attempt)).await
        }
    }
}

/// `POST /users`.
pub(super) async fn add(Submission { visitor, fields }: Submission) -> Response {
    let outcome = create(&visitor, fields).await;
    visitor.answer(outcome)
}

fn edit_form(
    visitor: &Visitor,
    user: &Versioned<User>,
    (reaches, manager): (&Reaches, String),
    attempt: Option<&Attempt>,
) -> Form {
    let locale = visitor.locale;
    let state = if user.value.disabled { "disabled" } else { "active" };
    let states = form::choices(locale, "user-state", ["active", "disabled"], state);
    Form::new(visitor, "edit", format!("/users/{}", user.value.id), locale.t("user-edit"))
        .tone("primary")
        .submit(locale.t("save"))
        .version(user.version)
        .note(locale.t("user-edit-note"))
        .field(Field::text(locale, "display_name").value(user.value.display_name.clone()))
        .field(roles(locale, &user.value.roles))
        .field(reach::field(locale, reaches))
        .field(Field::text(locale, "manager").value(manager).hint(locale.t("hint-manager")))
        .field(Field::select(locale, "state", states))
        .field(password(locale).hint(locale.t("hint-password-keep")))
        .after(attempt)
}

fn parse(id: &str) -> Result<UserId, ServiceError> {
    id.parse().map_err(|_| ServiceError::NotFound { kind: "user", id: id.chars().take(80).collect() })
}

async fn one(visitor: &Visitor, id: &str, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let user = visitor.service().get_user(&visitor.call, parse(id)?).await?;
    let reaches = visitor.service().reaches_by_name(&user.value).await?;
    let manager = match user.value.manager {
        Some(id) => visitor.service().name_of_user(id).await?,
        None => String::new(),
    };
    let page = UserPage {
        page: Shell::at(visitor, "/users", &user.value.display_name).await,
        user: UserRow::of(&user.value, &reaches, manager.clone(), visitor.locale),
        edit: visitor.may(Action::UserManage).then(|| edit_form(visitor, &user, (&reaches, manager), attempt)),
    };
    let status = attempt.map_or(StatusCode::OK, |attempt| attempt.status);
    Ok(answer::page(status, &page))
}

/// `GET /users/{id}`.
pub(super) async fn show(visitor: Visitor, Path(id): Path<String>) -> Response {
    let outcome = one(&visitor, &id, None).await;
    visitor.answer(outcome)
}

async fn update(visitor: &Visitor, id: &str, fields: Fields) -> Result<Response, ServiceError> {
    let outcome = match reach::read(fields.text("reaches"), visitor.locale) {
        Err(error) => Err(error),
        Ok(reaches) => {
            let edit = UserEdit {
                display_name: fields.filled("display_name").map(str::to_owned),
                roles: Some(chosen_roles(&fields)),
                reaches: Some(reaches),
                disabled: Some(fields.text("state") == "disabled"),
                password: Some(fields.text("password").to_owned()).filter(|text| !text.is_empty()),
                manager: Some(fields.text("manager").to_owned()),
            };
            visitor.service().update_user(&visitor.call, parse(id)?, edit, fields.version()).await
        }
    };
    match outcome {
        Ok(_) => Ok(see_other("/users?done=saved")),
        Err(error) => {
            let attempt = Attempt::new("edit", fields, error, visitor.locale)?;
            one(visitor, id, Some(&attempt)).await
        }
    }
}

/// `POST /users/{id}`.
pub(super) async fn save(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = update(&visitor, &id, fields).await;
    visitor.answer(outcome)
}
