//! The edge of both listeners: request ids, security headers, the cross-site check, and how errors look.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, Version, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use muster_shared::id::RequestId;
use muster_store::StoreError;

use super::problem::{Outgoing, Refusal, of_status, write};
use crate::app::Shared;
use crate::console::{self, label};
use crate::service::ServiceError;

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                   frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/// Longest refusal of an extractor that is told.
const MAX_WHY_BYTES: usize = 4 << 10;

/// Headers of every answer that a browser could get.
const HEADERS: &[(&str, &str)] = &[
    ("content-security-policy", CSP),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// Who reads an answer.
enum Audience {
    /// Agents, on their own listener.
    Agents,
    /// Programs: problems are JSON.
    Scripts,
    /// People, who like these languages: problems are pages.
    Readers(String),
}

impl Audience {
    /// Which listener they come by.
    const fn listener(&self) -> &'static str {
        match self {
            Self::Agents => "agents",
            Self::Scripts | Self::Readers(_) => "console",
        }
    }
}

/// Around everything on the agent listener.
pub async fn agents(State(app): State<Shared>, request: Request, next: Next) -> Response {
    around(&app, request, next, &Audience::Agents).await
}

/// Around everything on the console listener.
pub async fn people(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_page = !["/api/", "/inventory", "/healthz", "/readyz", "/metrics"].iter().any(|api| path.starts_with(api));
    if is_page && is_cross_site(&request) {
        let audience = Audience::Readers(language(&request));
        return finish(&app, Refusal::CrossSite.into_response(), RequestId::new(app.service.now()), &audience);
    }
    let audience = if is_page { Audience::Readers(language(&request)) } else { Audience::Scripts };
    around(&app, request, next, &audience).await
}

/// The answer where there is no route.
pub async fn not_found() -> Response {
    Refusal::NoRoute.into_response()
}

async fn around(app: &Shared, mut request: Request, next: Next, audience: &Audience) -> Response {
    let id = RequestId::new(app.service.now());
    request.extensions_mut().insert(id);
    let (method, uri) = (request.method().clone(), request.uri().clone());
    // What was begun is finished, though the caller may have gone away: nothing is dropped between a commit and what follows from it.
    let answered = tokio::spawn(label::around(app.service.demo().is_some(), next.run(request))).await;
    let response = answered.unwrap_or_else(|error| {
        let what = if error.is_panic() { "a handler panicked" } else { "the collector ends" };
        tracing::error!(request_id = %id, %method, path = uri.path(), what);
        Refusal::Service(ServiceError::Store(StoreError::backend(what))).into_response()
    });
    log(&method, &uri, &response, id);
    app.service.measures().count_request(audience.listener(), response.status().as_u16());
    let response = if matches!(audience, Audience::Readers(_)) { response } else { explained(response).await };
    finish(app, response, id, audience)
}

/// Whether an answer has the body that goes out. The body of most refusals is written at the edge, after all that handlers wear.
pub(crate) fn is_written(status: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let is_page = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    is_page || !(status.is_client_error() || status.is_server_error())
}

/// Makes a problem document of what an extractor refused: it says in plain text why.
async fn explained(mut response: Response) -> Response {
    let is_text = |kind: &HeaderValue| kind.as_bytes().starts_with(b"text/plain");
    let is_bare = response.status().is_client_error()
        && response.extensions().get::<Outgoing>().is_none()
        && response.headers().get(header::CONTENT_TYPE).is_some_and(is_text);
    if is_bare {
        let body = std::mem::replace(response.body_mut(), Body::empty());
        let why = axum::body::to_bytes(body, MAX_WHY_BYTES).await.unwrap_or_default();
        let why = String::from_utf8_lossy(&why).into_owned();
        let problem = of_status(response.status(), Some(why).filter(|why| !why.is_empty()));
        response.extensions_mut().insert(Outgoing(problem));
    }
    response
}

fn log(method: &Method, uri: &Uri, response: &Response, id: RequestId) {
    let status = response.status().as_u16();
    if response.status().is_server_error() {
        tracing::error!(request_id = %id, %method, path = uri.path(), status, "request failed");
    } else {
        tracing::debug!(request_id = %id, %method, path = uri.path(), status, "request");
    }
}

/// What the browser says of the reader's languages.
fn language(request: &Request) -> String {
    let header = request.headers().get(header::ACCEPT_LANGUAGE);
    header.and_then(|value| value.to_str().ok()).unwrap_or("en").to_owned()
}

/// Puts on what every answer wears. For readers a problem becomes a page instead of JSON.
fn finish(app: &Shared, mut response: Response, id: RequestId, audience: &Audience) -> Response {
    let status = response.status();
    let told = response.extensions_mut().remove::<Outgoing>();
    let is_bare = !matches!(audience, Audience::Readers(_)) && (status.is_client_error() || status.is_server_error());
    let problem = told.map(|Outgoing(problem)| problem).or_else(|| is_bare.then(|| of_status(status, None)));
    if let Some(mut problem) = problem {
        problem.request_id = Some(id.to_string());
        if let Audience::Readers(languages) = audience {
            response = label::during(app.service.demo().is_some(), || console::error_page(&problem, languages));
        } else {
            write(&mut response, &problem);
        }
    }
    let headers = response.headers_mut();
    // What an agent is granted no browser sees, and each byte of a heartbeat counts.
    let is_browser = !(matches!(audience, Audience::Agents) && status.is_success());
    for (name, value) in HEADERS.iter().filter(|_| is_browser) {
        // A handler that sets one sets a stricter one.
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    }
    if is_browser && app.service.demo().is_some() {
        mark_demo(headers);
    }
    if app.is_secure && is_browser {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    if let Ok(id) = HeaderValue::from_str(&id.to_string()) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Says of an answer that it is made up, and in the name of a file as well: it will be read without its headers.
fn mark_demo(headers: &mut HeaderMap) {
    headers.insert(HeaderName::from_static("muster-demo"), HeaderValue::from_static("made-up data"));
    let named = headers.get(header::CONTENT_DISPOSITION).and_then(|value| value.to_str().ok());
    let marked = named.map(|text| text.replacen("filename=\"", "filename=\"demo-", 1).replacen("''", "''demo-", 1));
    if let Some(Ok(marked)) = marked.map(|text| HeaderValue::from_str(&text)) {
        headers.insert(header::CONTENT_DISPOSITION, marked);
    }
}

/// Whether a form comes from another site. A browser says where it comes from; a client without these headers is no browser.
fn is_cross_site(request: &Request) -> bool {
    if request.method().is_safe() {
        return false;
    }
    let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    match (text("origin"), text("host")) {
        (Some(origin), Some(host)) => origin.split_once("://").is_none_or(|(_, from)| from != host),
        (Some(_), None) => true,
        (None, _) => false,
    }
}
