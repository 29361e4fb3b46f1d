//! Who looks at a page: the person behind the cookie, their rights, their language. Nobody else gets past this extractor.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use muster_model::account::User;
use muster_model::history::Moment;
use muster_model::right::{self, Action, Resource};
use muster_model::text::Phrase;
use muster_model::ticket::Ticket;
use muster_shared::Time;
use muster_shared::id::{NodeId, RequestId, UserId};

use super::answer;
use super::locale::Locale;
use super::markup;
use crate::app::Shared;
use crate::service::past::elapsed;
use crate::service::session::SignedIn;
use crate::service::{Call, Service, ServiceError, invalid};

/// A signed-in person and their request.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    pub(crate) app: Shared,
    pub(crate) signed_in: SignedIn,
    pub(crate) call: Call,
    pub(crate) locale: Locale,
    /// Query of the request, without the question mark.
    pub(crate) query: String,
    /// Rights that the visitor has, and not over the record of this page.
    beyond: Vec<Action>,
}

/// The value of a cookie.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// The language that the browser asks for.
pub(crate) fn browser_locale(headers: &HeaderMap) -> Locale {
    let wish = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Locale::negotiate(wish.unwrap_or_default())
}

/// A text parameter of a query, decoded by the same rules as a form.
pub(crate) fn parameter(query: &str, name: &str) -> Option<String> {
    form_pairs(query).into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

/// The pairs of a query.
pub(crate) fn form_pairs(query: &str) -> Vec<(String, String)> {
    let Ok(uri) = format!("/?{query}").parse() else { return Vec::new() };
    axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&uri).map(|pairs| pairs.0).unwrap_or_default()
}

/// Where to go after signing in: a path of this site, or the first page. Nothing that a browser could take for another site.
pub(crate) fn local_path(next: &str) -> &str {
    let plain = next.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    let local = next.starts_with('/') && !next.starts_with("//") && !next.starts_with("/sign-");
    if plain && local { next } else { "/" }
}

fn to_sign_in(parts: &Parts) -> Response {
    let next = match (&parts.method, parts.uri.path_and_query()) {
        (&Method::GET, Some(path)) => local_path(path.as_str()),
        _ => "/",
    };
    answer::see_other(&if next == "/" { "/sign-in".to_owned() } else { format!("/sign-in?next={}", markup::url(next)) })
}

impl<S> FromRequestParts<S> for Visitor
where
    Shared: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let app = Shared::from_ref(state);
        let Some(cookie) = cookie(&parts.headers, app.cookie_name()) else { return Err(to_sign_in(parts)) };
        let request_id = parts.extensions.get::<RequestId>().copied();
        let signed_in = match app.service.find_session(cookie).await {
            Ok(signed_in) => signed_in,
            Err(ServiceError::Unauthenticated(_)) => return Err(to_sign_in(parts)),
            Err(error) => {
                let failure = answer::Failure::of(&error, request_id, browser_locale(&parts.headers));
                return Err(failure.page(None));
            }
        };
        let chosen = signed_in.user.locale.as_deref().and_then(Locale::of_tag);
        let locale = chosen.unwrap_or_else(|| browser_locale(&parts.headers));
        let call = Call { actor: signed_in.actor(), via: "console", request_id };
        let query = parts.uri.query().unwrap_or_default().to_owned();
        Ok(Self { app, signed_in, call, locale, query, beyond: Vec::new() })
    }
}

impl Visitor {
    /// The use cases.
    pub(crate) fn service(&self) -> &Service {
        &self.app.service
    }

    /// Now.
    pub(crate) fn now(&self) -> Time {
        self.app.service.now()
    }

    /// The visitor's account.
    pub(crate) const fn user(&self) -> &User {
        &self.signed_in.user
    }

    /// The visitor's account's id.
    pub(crate) const fn id(&self) -> UserId {
        self.signed_in.user.id
    }

    /// Whether the visitor may do something: pages offer nothing else. The service asks again.
    pub(crate) fn may(&self, action: Action) -> bool {
        right::extent(&self.call.actor, action).is_ok() && !self.beyond.contains(&action)
    }

    /// The visitor before a ticket: with the rights that they have over it.
    pub(crate) async fn before_ticket(&self, ticket: &Ticket) -> Result<Self, ServiceError> {
        let beyond = Box::pin(self.service().beyond_ticket(&self.call, ticket)).await?;
        Ok(Self { beyond, ..self.clone() })
    }

    /// The visitor before a host or an item: with the rights that they have over it.
    pub(crate) async fn before_node(&self, node: NodeId) -> Result<Self, ServiceError> {
        let beyond = self.service().beyond_node(&self.call, node).await?;
        Ok(Self { beyond, ..self.clone() })
    }

    /// Whether the visitor may do something everywhere.
    pub(crate) fn may_all(&self, action: Action) -> bool {
        right::authorize(&self.call.actor, action, Resource::All).is_ok()
    }

    /// A parameter of the query, trimmed; absent and empty are the same.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        parameter(&self.query, name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// The moment that the address asks for.
    pub(crate) fn moment(&self) -> Result<Moment, ServiceError> {
        let time = |name: &str| {
            let Some(text) = self.parameter(name) else { return Ok(None) };
            let wrong = || Phrase::new("query_time").with("field", name).with("value", text.as_str());
            let at = super::moment::parse_field(&text).ok_or_else(|| invalid(&format!("/{name}"), wrong()))?;
            elapsed(name, at, self.service().now()).map(Some)
        };
        Ok(Moment { as_of: time("as_of")?, known_at: time("known_at")? })
    }

    /// The page of an outcome, or the page that says why there is none.
    pub(crate) fn answer(&self, outcome: Result<Response, ServiceError>) -> Response {
        outcome.unwrap_or_else(|error| answer::Failure::of(&error, self.call.request_id, self.locale).page(Some(self)))
    }

    /// The page that refuses a form without its token.
    pub(crate) fn refuse_forged(&self) -> Response {
        let (title, detail) = (self.locale.t("error-forged-title"), self.locale.t("error-forged-detail"));
        let request_id = self.call.request_id.map(|id| id.to_string());
        let status = StatusCode::FORBIDDEN;
        answer::Failure { status, title, detail, request_id, locale: self.locale, retry_after: None }
            .page(Some(self))
            .into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_gone_to() {
        for good in ["/", "/hosts?q=a%20b", "/incidents/INC-000001#timeline"] {
            assert_eq!(local_path(good), good);
        }
        for bad in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "hosts",
            "/a b",
            "/\u{e9}",
            "/a\nb",
            "/sign-out",
        ] {
            assert_eq!(local_path(bad), "/", "{bad}");
        }
    }

    #[test]
    fn cookies_are_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, "a=1; muster-session=x=y".parse().unwrap());
        headers.append(header::COOKIE, "b=2".parse().unwrap());
        assert_eq!(cookie(&headers, "muster-session"), Some("x=y"));
        assert_eq!(cookie(&headers, "b"), Some("2"));
        assert_eq!(cookie(&headers, "c"), None);
    }
}
