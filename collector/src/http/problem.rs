//! Errors as RFC 9457 problem documents. What went wrong inside is logged, never told.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use muster_model::ticket::transition::TransitionError;
use muster_shared::problem::{FieldError, ProblemDocument};
use muster_shared::protocol::{UNDECIDED, UNKNOWN_BASE};
use serde_json::{Map, json};

use crate::service::ServiceError;

/// When an agent whose host is not clear asks again.
const ASK_A_PERSON_SECONDS: u64 = 300;

/// Why a request was refused, besides what use cases say.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// A use case refused.
    Service(ServiceError),
    /// The body or a header is malformed.
    Malformed(String),
    /// The body has the wrong shape.
    Fields(Vec<FieldError>),
    /// The body is of a kind that is not taken.
    MediaType(&'static str),
    /// The body is larger than what is taken.
    TooLarge(String),
    /// The body did not come in time.
    TooSlow,
    /// `If-Match` is missing.
    NoPrecondition,
    /// The page or route is not there.
    NoRoute,
    /// An agent speaks another protocol.
    Protocol(u32),
    /// The request comes from another site.
    CrossSite,
}

impl From<ServiceError> for Refusal {
    fn from(error: ServiceError) -> Self {
        Self::Service(error)
    }
}

/// A problem document on its way out; the edge adds the request id and writes it.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing(pub(crate) ProblemDocument);

fn document(status: StatusCode, code: &str, title: &str, detail: Option<String>) -> ProblemDocument {
    ProblemDocument {
        kind: format!("/problems/{code}"),
        title: title.to_owned(),
        status: status.as_u16(),
        detail,
        errors: Vec::new(),
        request_id: None,
        more: Map::new(),
    }
}

/// The problem of a status that the router itself answers with: a method that the route does not have, a malformed path.
pub(crate) fn of_status(status: StatusCode, detail: Option<String>) -> ProblemDocument {
    let (code, title) = match status {
        StatusCode::METHOD_NOT_ALLOWED => ("method", "This address does not take this method"),
        status if status.is_client_error() => ("malformed", "The request is malformed"),
        _ => ("internal", "Something failed here"),
    };
    document(status, code, title, detail)
}

fn of_transition(error: &TransitionError) -> ProblemDocument {
    let detail = Some(error.to_string());
    let mut problem = document(StatusCode::CONFLICT, "transition-refused", "The ticket does not move this way", detail);
    let mut tell = |from: &str, event: &str, allowed: &[&str], missing: &[&str]| {
        problem.more.insert("from".into(), json!(from));
        problem.more.insert("event".into(), json!(event));
        problem.more.insert("allowed".into(), json!(allowed));
        problem.more.insert("missing".into(), json!(missing));
        problem.errors = missing
            .iter()
            .map(|field| FieldError { pointer: format!("/{field}"), detail: "is needed for this event".into() })
            .collect();
    };
    match error {
        TransitionError::Illegal { from, event, allowed } | TransitionError::Guard { from, event, allowed, .. } => {
            tell(from.as_str(), event, allowed, &[]);
        }
        TransitionError::Missing { from, event, allowed, missing } => tell(from.as_str(), event, allowed, missing),
        TransitionError::Choice { field, .. } => {
            let mut wrong =
                document(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "A field is wrong", problem.detail.clone());
            wrong.errors = vec![FieldError { pointer: format!("/{field}"), detail: error.to_string() }];
            return wrong;
        }
    }
    problem
}

fn of_service(error: &ServiceError) -> ProblemDocument {
    let detail = Some(error.to_string());
    match error {
        ServiceError::Unauthenticated(_) => {
            document(StatusCode::UNAUTHORIZED, "not-authenticated", "It is not known who you are", detail)
        }
        ServiceError::Barred { code, .. } => document(StatusCode::FORBIDDEN, code, "This agent is not let in", detail),
        ServiceError::Denied(_) => document(StatusCode::FORBIDDEN, "not-authorised", "You may not do this", detail),
        ServiceError::NotFound { .. } => {
            document(StatusCode::NOT_FOUND, "not-found", "There is no such record", detail)
        }
        ServiceError::Invalid(errors) => {
            let mut problem = document(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "A field is wrong", detail);
            problem.errors = errors.iter().map(Into::into).collect();
            problem
        }
        ServiceError::Stale { have } => {
            let mut problem =
                document(StatusCode::PRECONDITION_FAILED, "stale", "The record was changed meanwhile", detail);
            problem.more.insert("version".into(), json!(have));
            problem
        }
        ServiceError::Conflict(_) => {
            document(StatusCode::CONFLICT, "conflict", "This contradicts what is stored", detail)
        }
        ServiceError::Undecided(_) => {
            document(StatusCode::CONFLICT, UNDECIDED, "A person is asked which host this is", detail)
        }
        ServiceError::Transition(error) => of_transition(error),
        ServiceError::UnknownBase(_) => {
            document(StatusCode::CONFLICT, UNKNOWN_BASE, "The differences do not fit; send everything", detail)
        }
        ServiceError::TooLarge(_) => document(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "Too large", detail),
        ServiceError::Busy(_) => document(StatusCode::SERVICE_UNAVAILABLE, "busy", "Not now", detail),
        ServiceError::TooMany { .. } => {
            document(StatusCode::TOO_MANY_REQUESTS, "too-many", "Too many attempts", detail)
        }
        ServiceError::Store(error) => {
            tracing::error!(%error, "a use case failed");
            let told = "the collector could not do this; its log names the cause under this request id".to_owned();
            document(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something failed here", Some(told))
        }
    }
}

impl Refusal {
    /// Why a body as it is will never be taken; `None` when the trouble is another one and passes.
    pub(crate) fn of_content(&self) -> Option<String> {
        let problem = self.document();
        let is_lasting = matches!(problem.status, 400 | 413 | 415 | 422);
        is_lasting.then(|| {
            let wrong = problem.errors.iter().map(|error| format!("{}: {}", error.pointer, error.detail));
            let wrong: Vec<String> = wrong.take(3).collect();
            if wrong.is_empty() { problem.detail.unwrap_or(problem.title) } else { wrong.join("; ") }
        })
    }

    pub(crate) fn document(&self) -> ProblemDocument {
        match self {
            Self::Service(error) => of_service(error),
            Self::Malformed(why) => {
                document(StatusCode::BAD_REQUEST, "malformed", "The request is malformed", Some(why.clone()))
            }
            Self::Fields(errors) => {
                of_service(&ServiceError::Invalid(errors.iter().cloned().map(Into::into).collect()))
            }
            Self::MediaType(right) => {
                let detail = Some(format!("this takes {right}"));
                document(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", "The body is of another kind", detail)
            }
            Self::TooLarge(why) => document(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "Too large", Some(why.clone())),
            Self::TooSlow => document(StatusCode::REQUEST_TIMEOUT, "too-slow", "The body did not come in time", None),
            Self::NoPrecondition => {
                let detail = Some("send the record's ETag as If-Match, so that nobody's change is lost".to_owned());
                document(StatusCode::PRECONDITION_REQUIRED, "if-match-needed", "If-Match is missing", detail)
            }
            Self::NoRoute => {
                let detail = Some("/api/openapi.json lists what is there".to_owned());
                document(StatusCode::NOT_FOUND, "no-route", "There is nothing at this address", detail)
            }
            Self::Protocol(version) => {
                let detail = format!(
                    "the agent speaks version {version} of the protocol, this collector speaks 1 only: update whichever of \
                     both is the older one"
                );
                document(StatusCode::NOT_FOUND, "protocol", "Another version of the protocol", Some(detail))
            }
            Self::CrossSite => {
                let detail = Some("forms are taken from the console's own pages only".to_owned());
                document(StatusCode::FORBIDDEN, "cross-site", "The request comes from another site", detail)
            }
        }
    }

    fn retry_after_seconds(&self) -> Option<u64> {
        match self {
            Self::Service(ServiceError::TooMany { seconds }) => Some(*seconds),
            Self::Service(ServiceError::Barred { retry_after_seconds, .. }) => *retry_after_seconds,
            Self::Service(ServiceError::Undecided(_)) => Some(ASK_A_PERSON_SECONDS),
            Self::Service(ServiceError::Busy(_)) => {
                // A little apart from each other, so that those who wait do not come back together.
                let [byte] = muster_shared::secret::random_bytes::<1>();
                Some(1 + u64::from(byte % 5))
            }
            _ => None,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let problem = self.document();
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        if let Some(seconds) = self.retry_after_seconds() {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(Outgoing(problem));
        response
    }
}

/// Writes a problem document.
pub(crate) fn write(response: &mut Response, problem: &ProblemDocument) {
    let (parts, body) = Json(problem).into_response().into_parts();
    *response.body_mut() = body;
    drop(parts);
    let kind = HeaderValue::from_static(muster_shared::problem::MEDIA_TYPE);
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response.headers_mut().remove(header::CONTENT_LENGTH);
}
