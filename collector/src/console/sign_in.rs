//! Signing in, with a password or by a one-time link, and out again.

use askama::Template;
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use muster_model::account::SESSION_MAX_MS;

use super::answer::{self, Failure};
use super::locale::Locale;
use super::shell::Shell;
use super::submission::{Fields, Submission, read_fields};
use super::visitor::{self, browser_locale, local_path};
use crate::app::{App, Peer, Shared};
use crate::service::ServiceError;
use crate::service::session::SignedIn;
use muster_shared::id::RequestId;

#[derive(Template)]
#[template(path = "sign_in.html")]
pub(super) struct SignInPage {
    pub(super) page: Shell,
    pub(super) next: String,
    pub(super) name: String,
    pub(super) error: Option<String>,
    pub(super) notice: Option<String>,
}

#[derive(Template)]
#[template(path = "sign_in_link.html")]
pub(super) struct LinkPage {
    pub(super) page: Shell,
    pub(super) error: Option<String>,
}

fn cookie_header(app: &App, value: &str, seconds: i64) -> HeaderValue {
    let secure = if app.is_secure { "; Secure" } else { "" };
    let name = app.cookie_name();
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

fn signed_in(app: &App, (cookie, _): &(String, SignedIn), next: &str) -> Response {
    let mut response = answer::see_other(local_path(next));
    response.headers_mut().insert(header::SET_COOKIE, cookie_header(app, cookie, SESSION_MAX_MS / 1_000));
    response
}

fn user_agent(headers: &HeaderMap) -> String {
    headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

fn sign_in_page(
    locale: Locale,
    status: StatusCode,
    fields: &Fields,
    error: Option<String>,
    done: Option<String>,
) -> Response {
    let notice = done.and_then(|what| locale.find(&format!("done-{what}")));
    let page = Shell::outside(locale, &locale.t("sign-in-title"));
    let (next, name) = (local_path(fields.text("next")).to_owned(), fields.text("name").to_owned());
    answer::page(status, &SignInPage { page, next, name, error, notice })
}

/// What a refused sign-in says, and its status; `None` when it is the collector that failed.
fn refusal(locale: Locale, error: &ServiceError, wrong: &str) -> Option<(StatusCode, String)> {
    match error {
        ServiceError::Unauthenticated(_) => Some((StatusCode::UNAUTHORIZED, locale.t(wrong))),
        ServiceError::TooMany { seconds } => {
            let seconds = usize::try_from(*seconds).unwrap_or(usize::MAX);
            Some((StatusCode::TOO_MANY_REQUESTS, locale.n("sign-in-wait", seconds)))
        }
        _ => None,
    }
}

/// `GET /sign-in`.
pub(super) async fn form(State(app): State<Shared>, headers: HeaderMap, request: Request) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let fields = Fields(visitor::form_pairs(query));
    if let Some(cookie) = visitor::cookie(&headers, app.cookie_name())
        && app.service.find_session(cookie).await.is_ok()
    {
        return answer::see_other(local_path(fields.text("next")));
    }
    let done = visitor::parameter(query, "done");
    sign_in_page(browser_locale(&headers), StatusCode::OK, &fields, None, done)
}

/// `POST /sign-in`.
pub(super) async fn submit(
    State(app): State<Shared>,
    peer: Option<Extension<Peer>>,
    id: Option<Extension<RequestId>>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let fields = read_fields(request).await;
    let locale = browser_locale(&headers);
    let address = peer.map(|Extension(Peer(address))| address.ip().to_string()).unwrap_or_default();
    let outcome =
        app.service.sign_in(fields.text("name"), fields.text("password"), &address, &user_agent(&headers)).await;
    match outcome {
        Ok(session) => signed_in(&app, &session, fields.text("next")),
        Err(error) => match refusal(locale, &error, "sign-in-wrong") {
            Some((status, text)) => sign_in_page(locale, status, &fields, Some(text), None),
            None => Failure::of(&error, id.map(|Extension(id)| id), locale).page(None),
        },
    }
}

fn link_page(locale: Locale, status: StatusCode, error: Option<String>) -> Response {
    answer::page(status, &LinkPage { page: Shell::outside(locale, &locale.t("link-title")), error })
}

/// `GET /sign-in/link`: one button. The secret is in the fragment, which no browser sends anywhere.
pub(super) async fn link(headers: HeaderMap) -> Response {
    link_page(browser_locale(&headers), StatusCode::OK, None)
}

/// `POST /sign-in/link`.
pub(super) async fn submit_link(
    State(app): State<Shared>,
    id: Option<Extension<RequestId>>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let fields = read_fields(request).await;
    let locale = browser_locale(&headers);
    // People paste the whole link as well as its end.
    let secret = fields.text("secret").trim().rsplit('#').next().unwrap_or_default();
    match app.service.sign_in_by_link(secret, &user_agent(&headers)).await {
        Ok(session) => signed_in(&app, &session, "/"),
        Err(error) => match refusal(locale, &error, "link-gone") {
            Some((status, text)) => link_page(locale, status, Some(text)),
            None => Failure::of(&error, id.map(|Extension(id)| id), locale).page(None),
        },
    }
}

/// `POST /sign-out`.
pub(super) async fn sign_out(Submission { visitor, .. }: Submission) -> Response {
    match visitor.service().sign_out(&visitor.call, &visitor.signed_in.session).await {
        Ok(()) => {
            let mut response = answer::see_other("/sign-in?done=signed-out").into_response();
            response.headers_mut().insert(header::SET_COOKIE, cookie_header(&visitor.app, "", 0));
            response
        }
        Err(error) => visitor.answer(Err(error)),
    }
}
