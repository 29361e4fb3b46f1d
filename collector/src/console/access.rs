//! Access: grants, what agents see beside them, what must be separate, and campaigns.

pub(super) mod campaign;
pub(super) mod grant;
pub(super) mod holder;
pub(super) mod observed;
pub(super) mod separation;

use axum::Router;
use axum::routing::{get, post};

use super::locale::Locale;
use super::shell;
use super::visitor::Visitor;
use crate::app::Shared;

/// The pages.
pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/grants", get(grant::show_all))
        .route("/grants/{id}", get(grant::show))
        .route("/grants/{id}/{what}", post(grant::act))
        .route("/observed-access", get(observed::show))
        .route("/separations", get(separation::show).post(separation::add))
        .route("/separations/{id}", post(separation::save))
        .route("/separations/{id}/remove", post(separation::remove))
        .route("/access-reviews", get(campaign::show_all).post(campaign::add))
        .route("/access-reviews/{id}", get(campaign::show))
        .route("/access-reviews/{id}/open", post(campaign::open))
        .route("/access-reviews/{id}/remove", post(campaign::remove))
        .route("/access-reviews/{id}/items/{grant}", post(campaign::answer))
}

/// The pages beside each other.
fn tabs(visitor: &Visitor, here: &str) -> Vec<(String, String, bool)> {
    let pages = [
        ("/grants", "grants-title"),
        ("/observed-access", "observed-title"),
        ("/separations", "separations-title"),
        ("/access-reviews", "campaigns-title"),
    ];
    let open = pages.into_iter().filter(|(path, _)| shell::leads(visitor, path));
    open.map(|(path, key)| (path.to_owned(), visitor.locale.t(key), path == here)).collect()
}

/// What is allowed, as people say it.
fn right(locale: Locale, entitlement: &str, group: Option<&str>) -> String {
    let name = locale.name("entitlement", entitlement);
    group.map_or_else(|| name.clone(), |group| format!("{name} {group}"))
}

/// The same of a text such as `group docker`.
fn right_of(locale: Locale, text: &str) -> String {
    match text.split_once(' ') {
        Some((entitlement, group)) => right(locale, entitlement, Some(group)),
        None => right(locale, text, None),
    }
}
