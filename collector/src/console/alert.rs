//! Alerts and what belongs to them: `/alerts`, `/silences`, `/maintenance-windows`, `/alert-rules`.

pub(super) mod detail;
pub(super) mod list;
pub(super) mod maintenance;
pub(super) mod rule;
pub(super) mod silence;

use axum::Router;
use axum::routing::{get, post};

use crate::app::Shared;

/// The pages.
pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/alerts", get(list::show))
        .route("/alerts/{id}", get(detail::show))
        .route("/alerts/{id}/{what}", post(detail::act))
        .route("/silences", get(silence::show_all).post(silence::add))
        .route("/silences/{id}", get(silence::show).post(silence::save))
        .route("/silences/{id}/end", post(silence::end))
        .route("/maintenance-windows", get(maintenance::show_all).post(maintenance::add))
        .route("/maintenance-windows/{id}", get(maintenance::show).post(maintenance::save))
        .route("/maintenance-windows/{id}/remove", post(maintenance::remove))
        .route("/alert-rules", get(rule::show_all).post(rule::add))
        .route("/alert-rules/{id}", get(rule::show).post(rule::save))
        .route("/alert-rules/{id}/remove", post(rule::remove))
}
