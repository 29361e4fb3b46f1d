//! `/account`: one's own language, password, sessions and API tokens.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use muster_model::account::{ApiToken, Session};
use muster_model::right::Scope;
use muster_model::text::Phrase;
use muster_shared::Time;

use super::answer::{self, see_other};
use super::form::{self, Attempt, Choice, Field, Form, Kind};
use super::locale::Locale;
use super::shell::Shell;
use super::submission::{Fields, Submission};
use super::visitor::Visitor;
use crate::service::{ServiceError, invalid};

/// Days that a new token lives when nobody says otherwise.
const DAYS: u32 = 90;

/// A session of a browser.
#[derive(Clone, Debug)]
pub(super) struct SessionRow {
    pub(super) id: String,
    pub(super) user_agent: String,
    pub(super) created_at: Time,
    pub(super) used_at: Time,
    pub(super) is_this: bool,
}

/// An API token, without its secret.
#[derive(Clone, Debug)]
pub(super) struct TokenRow {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) scopes: String,
    pub(super) created_at: Time,
    pub(super) expires_at: Time,
    pub(super) state: &'static str,
}

#[derive(Template)]
#[template(path = "account.html")]
pub(super) struct AccountPage {
    pub(super) page: Shell,
    pub(super) name: String,
    pub(super) roles: Vec<String>,
    pub(super) language: Form,
    pub(super) password: Form,
    pub(super) token: Form,
    pub(super) sessions: Vec<SessionRow>,
    pub(super) tokens: Vec<TokenRow>,
    /// The text of a token that was made just now: it is shown this once.
    pub(super) secret: Option<String>,
}

/// `Firefox, Linux` out of what a browser says of itself; what is not known stands as it is.
fn browser(text: &str) -> String {
    let first =
        |names: &[(&str, &'static str)]| names.iter().find(|(mark, _)| text.contains(mark)).map(|(_, name)| *name);
    // The order matters: most browsers say that they are also others.
    let browser =
        [("Firefox/", "Firefox"), ("Edg/", "Edge"), ("OPR/", "Opera"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    let system = [
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    match (first(&browser), first(&system)) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        _ => text.chars().take(80).collect(),
    }
}

fn session_row(session: &Session, this: &Session, locale: Locale) -> SessionRow {
    let unknown = || locale.t("unknown-browser");
    SessionRow {
        id: session.id.to_string(),
        user_agent: Some(browser(&session.user_agent)).filter(|text| !text.is_empty()).unwrap_or_else(unknown),
        created_at: session.created_at,
        used_at: session.used_at,
        is_this: session.id == this.id,
    }
}

fn token_row(token: &ApiToken, now: Time, locale: Locale) -> TokenRow {
    let scopes: Vec<String> = token.scopes.iter().map(|scope| locale.name("scope", scope.as_str())).collect();
    TokenRow {
        id: token.id.to_string(),
        name: token.name.clone(),
        scopes: scopes.join(", "),
        created_at: token.created_at,
        expires_at: token.expires_at,
        state: match token.revoked_at {
            Some(_) => "revoked",
            None if now > token.expires_at => "expired",
            None => "active",
        },
    }
}

fn language(visitor: &Visitor, attempt: Option<&Attempt>) -> Form {
    let locale = visitor.locale;
    let chosen = visitor.user().locale.as_deref().and_then(Locale::of_tag);
    let choice = |one: &Locale| Choice {
        value: one.tag().to_owned(),
        label: one.endonym().to_owned(),
        is_chosen: chosen == Some(*one),
    };
    let mut choices: Vec<Choice> = Locale::ALL.iter().map(choice).collect();
    choices.insert(0, form::nothing(locale.t("language-browser"), chosen.is_none()));
    Form::new(visitor, "language", "/account/language".to_owned(), locale.t("account-language"))
        .submit(locale.t("save"))
        .field(Field::select(locale, "locale", choices))
        .after(attempt)
}

fn password(visitor: &Visitor, attempt: Option<&Attempt>) -> Form {
    let locale = visitor.locale;
    let secret = |name: &'static str, what: &'static str| {
        Field::new(locale, name, Kind::Input("password")).required().autocomplete(what)
    };
    Form::new(visitor, "password", "/account/password".to_owned(), locale.t("account-password"))
        .field(secret("old_password", "current-password"))
        .field(secret("new_password", "new-password").hint(locale.t("hint-password")))
        .note(locale.t("account-password-note"))
        .username(&visitor.user().name)
        .after(attempt)
}

fn token(visitor: &Visitor, attempt: Option<&Attempt>) -> Form {
    let locale = visitor.locale;
    let scopes = form::choices(locale, "scope", Scope::ALL.iter().map(|scope| scope.as_str()), "read");
    let days = Field::new(locale, "days", Kind::Input("number"))
        .value(DAYS.to_string())
        .required()
        .hint(locale.t("hint-days"));
    Form::new(visitor, "token", "/account/tokens".to_owned(), locale.t("account-token"))
        .field(Field::text(locale, "name").required().hint(locale.t("hint-token-name")))
        .field(Field::checks(locale, "scopes", scopes))
        .field(days)
        .after(attempt)
}

async fn page(visitor: &Visitor, attempt: Option<&Attempt>, secret: Option<String>) -> Result<Response, ServiceError> {
    let (service, call, locale, now) = (visitor.service(), &visitor.call, visitor.locale, visitor.now());
    let mut sessions = service.list_sessions(call, visitor.id()).await?;
    sessions.sort_by_key(|session| std::cmp::Reverse(session.used_at));
    let tokens = service.list_api_tokens(call, visitor.id()).await?;
    let page = AccountPage {
        page: Shell::at(visitor, "/account", &locale.t("account-title")).await,
        name: visitor.user().name.clone(),
        roles: visitor.user().roles.iter().map(|role| locale.name("role-name", role.as_str())).collect(),
        language: language(visitor, attempt),
        password: password(visitor, attempt),
        token: token(visitor, attempt),
        sessions: sessions.iter().map(|session| session_row(session, &visitor.signed_in.session, locale)).collect(),
        tokens: tokens.iter().rev().map(|stored| token_row(&stored.value, now, locale)).collect(),
        secret,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /account`.
pub(super) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor, None, None).await;
    visitor.answer(outcome)
}

async fn again(visitor: &Visitor, form: &str, fields: Fields, error: ServiceError) -> Result<Response, ServiceError> {
    let attempt = Attempt::new(form, fields, error, visitor.locale)?;
    page(visitor, Some(&attempt), None).await
}

async fn set_language(visitor: &Visitor, fields: &Fields) -> Result<Response, ServiceError> {
    let wanted = match fields.filled("locale") {
        None => None,
        Some(tag) => Some(Locale::of_tag(tag).ok_or_else(|| invalid("/locale", Phrase::new("language_choice")))?),
    };
    let tag = wanted.map(|locale| locale.tag().to_owned());
    visitor.service().set_own_locale(&visitor.call, visitor.id(), tag).await?;
    Ok(see_other("/account?done=saved"))
}

/// `POST /account/language`.
pub(super) async fn save_language(Submission { visitor, fields }: Submission) -> Response {
    let outcome = set_language(&visitor, &fields).await;
    visitor.answer(outcome)
}

/// `POST /account/password`. All sessions end, this one too.
pub(super) async fn save_password(Submission { visitor, fields }: Submission) -> Response {
    let (old, new) = (fields.text("old_password").to_owned(), fields.text("new_password").to_owned());
    let outcome = match visitor.service().set_own_password(&visitor.call, visitor.id(), old, new).await {
        Ok(()) => Ok(see_other("/sign-in?done=password")),
        Err(error) => again(&visitor, "password", fields, error).await,
    };
    visitor.answer(outcome)
}

async fn make_token(visitor: &Visitor, fields: &Fields) -> Result<String, ServiceError> {
    let scopes: Vec<Scope> =
        Scope::ALL.iter().copied().filter(|scope| fields.all("scopes").any(|name| name == scope.as_str())).collect();
    let days = fields.number("days").unwrap_or_default();
    let made =
        visitor.service().create_api_token(&visitor.call, visitor.id(), fields.text("name"), scopes, days).await?;
    Ok(made.0)
}

/// `POST /account/tokens`. The answer shows the secret: it is in no address and nowhere else.
pub(super) async fn create_token(Submission { visitor, fields }: Submission) -> Response {
    let outcome = match make_token(&visitor, &fields).await {
        Ok(secret) => page(&visitor, None, Some(secret)).await,
        Err(error) => again(&visitor, "token", fields, error).await,
    };
    visitor.answer(outcome)
}

async fn take_back(visitor: &Visitor, id: &str) -> Result<Response, ServiceError> {
    let missing = |_| ServiceError::NotFound { kind: "API token", id: id.chars().take(80).collect() };
    visitor.service().revoke_api_token(&visitor.call, visitor.id(), id.parse().map_err(missing)?).await?;
    Ok(see_other("/account?done=revoked"))
}

/// `POST /account/tokens/{id}/revoke`.
pub(super) async fn revoke_token(Path(id): Path<String>, Submission { visitor, .. }: Submission) -> Response {
    let outcome = take_back(&visitor, &id).await;
    visitor.answer(outcome)
}

async fn end(visitor: &Visitor, id: &str) -> Result<Response, ServiceError> {
    let missing = |_| ServiceError::NotFound { kind: "session", id: id.chars().take(80).collect() };
    visitor.service().end_session(&visitor.call, visitor.id(), id.parse().map_err(missing)?).await?;
    Ok(see_other("/account?done=ended"))
}

/// `POST /account/sessions/{id}/end`.
pub(super) async fn end_session(Path(id): Path<String>, Submission { visitor, .. }: Submission) -> Response {
    let outcome = end(&visitor, &id).await;
    visitor.answer(outcome)
}
