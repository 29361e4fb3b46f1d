//! Answers: rendered pages, redirects, and the pages that say why there is no page.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use muster_model::text::Text;
use muster_shared::id::RequestId;
use muster_shared::problem::ProblemDocument;

use super::locale::Locale;
use super::shell::Shell;
use super::visitor::Visitor;
use crate::service::ServiceError;

/// A rendered page.
pub(crate) fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// After a form: the browser gets the page anew, so that a reload sends nothing twice.
pub(crate) fn see_other(path: &str) -> Response {
    let place = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response()
}

/// Why there is no page, in the visitor's language.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) status: StatusCode,
    pub(crate) title: String,
    pub(crate) detail: String,
    pub(crate) request_id: Option<String>,
    pub(crate) locale: Locale,
    pub(crate) retry_after: Option<u64>,
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    page: Shell,
    status: u16,
    detail: String,
    next: String,
    request_id: Option<String>,
}

/// A service's words as a sentence of a page.
pub(crate) fn sentence(text: &Text, locale: Locale) -> String {
    let text = locale.say(text);
    let mut rest = text.chars();
    let first: String = rest.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    let stop = locale.t("full-stop");
    let end = if text.ends_with(['.', '!', '?', '。']) { "" } else { &stop };
    format!("{first}{}{end}", rest.as_str())
}

/// Status and the end of the catalogue keys that speak of an error.
const fn kind(error: &ServiceError) -> (StatusCode, &'static str) {
    match error {
        ServiceError::Unauthenticated(_) => (StatusCode::UNAUTHORIZED, "error-not-authenticated"),
        ServiceError::Denied(_) | ServiceError::Barred { .. } => (StatusCode::FORBIDDEN, "error-not-authorised"),
        ServiceError::NotFound { .. } => (StatusCode::NOT_FOUND, "error-not-found"),
        ServiceError::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "error-invalid"),
        ServiceError::Stale { .. }
        | ServiceError::Conflict(_)
        | ServiceError::Undecided(_)
        | ServiceError::UnknownBase(_)
        | ServiceError::Transition(_) => (StatusCode::CONFLICT, "error-conflict"),
        ServiceError::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "error-too-large"),
        ServiceError::Busy(_) => (StatusCode::SERVICE_UNAVAILABLE, "error-busy"),
        ServiceError::TooMany { .. } => (StatusCode::TOO_MANY_REQUESTS, "error-too-many"),
        ServiceError::Store(_) => (StatusCode::INTERNAL_SERVER_ERROR, "error-internal"),
    }
}

impl Failure {
    /// Says a service error. What went wrong inside is logged, never told.
    pub(crate) fn of(error: &ServiceError, request_id: Option<RequestId>, locale: Locale) -> Self {
        let (status, key) = kind(error);
        let request_id = request_id.map(|id| id.to_string());
        let detail = match error {
            ServiceError::Store(cause) => {
                let id = request_id.as_deref().unwrap_or_default();
                tracing::error!(error = %cause, request_id = id, "a page failed");
                locale.t("error-internal-detail")
            }
            ServiceError::Invalid(errors) => {
                errors.iter().map(|wrong| sentence(&wrong.detail, locale)).collect::<Vec<_>>().join(" ")
            }
            told => sentence(&told.text(), locale),
        };
        let retry_after = match error {
            ServiceError::TooMany { seconds } => Some(*seconds),
            ServiceError::Busy(_) => Some(2),
            _ => None,
        };
        Self { status, title: locale.t(key), detail, request_id, locale, retry_after }
    }

    /// The page; with the navigation when it is known who looks.
    pub(crate) fn page(self, visitor: Option<&Visitor>) -> Response {
        let shell = match visitor {
            Some(visitor) => Shell::plain(visitor, &self.title),
            None => Shell::outside(self.locale, &self.title),
        };
        let next = self.locale.t(match self.status.as_u16() {
            401 => "error-next-sign-in",
            403 => "error-next-rights",
            404 => "error-next-not-found",
            500..=599 | 429 => "error-next-retry",
            _ => "error-next-back",
        });
        let (status, detail) = (self.status.as_u16(), self.detail);
        let mut response =
            page(self.status, &ErrorPage { page: shell, status, detail, next, request_id: self.request_id });
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// The page of a problem that is known outside the console's own handlers, in the language that `accept_language` likes.
pub(super) fn problem_page(problem: &ProblemDocument, accept_language: &str) -> Response {
    let locale = Locale::negotiate(accept_language);
    let key = format!("error-{}", problem.code());
    let title = locale.find(&key).unwrap_or_else(|| problem.title.clone());
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let detail = locale.find(&format!("{key}-detail")).or_else(|| problem.detail.clone()).unwrap_or_default();
    Failure { status, title, detail, request_id: problem.request_id.clone(), locale, retry_after: None }.page(None)
}
