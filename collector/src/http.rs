//! The two routers: agents on one listener, console and REST on the other. No route is on both.

mod agent;
mod alias;
pub(crate) mod body;
pub(crate) mod download;
pub mod edge;
pub(crate) mod etag;
pub(crate) mod inventory;
mod problem;
pub mod rest;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use tower::util::MapRequest;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate as _};

use crate::app::Shared;
use crate::console;

/// What agents may call.
pub fn agents(app: Shared) -> Router {
    agent::router().layer(from_fn_with_state(app.clone(), edge::agents)).with_state(app)
}

/// What people and scripts may call.
pub fn people(app: Shared) -> Router {
    let health = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(rest::ready))
        .route("/metrics", get(rest::metrics));
    let routed = Router::new()
        .merge(health)
        .merge(rest::router())
        .merge(console::router())
        .fallback(edge::not_found)
        .layer(CompressionLayer::new().compress_when(DefaultPredicate::new().and(edge::is_written)))
        // Its answers are compressed as those agents want it.
        .merge(inventory::router())
        .layer(from_fn_with_state(app.clone(), edge::people))
        .with_state(app);
    // Before anything is routed.
    Router::new().fallback_service(MapRequest::new(routed, alias::resolved))
}
