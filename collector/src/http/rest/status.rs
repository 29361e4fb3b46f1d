//! What this instance is: its version, its time, and whether all in it is made up.

use axum::Json;
use axum::extract::State;
use muster_shared::Time;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Answer, Caller};
use crate::app::Shared;

/// What this instance is.
#[derive(Serialize, ToSchema)]
struct Status {
    version: &'static str,
    /// The time by which all is reckoned.
    #[schema(value_type = String, format = DateTime)]
    now: Time,
    /// Nothing, or what is known of the demo: then everything in this instance is made up, and nothing leaves it.
    demo: Option<DemoView>,
}

/// A made-up fleet.
#[derive(Serialize, ToSchema)]
struct DemoView {
    seed: u64,
    days: u16,
    hosts: u16,
    #[schema(value_type = String, format = DateTime)]
    made_at: Time,
}

/// What this instance is
#[utoipa::path(get, path = "/status", responses((status = 200, body = Status)))]
async fn status(State(app): State<Shared>, Caller(_): Caller) -> Answer<Status> {
    let demo = app.service.demo();
    let view = |demo: &muster_model::demo::Demo| DemoView {
        seed: demo.seed,
        days: demo.days,
        hosts: demo.hosts,
        made_at: demo.made_at.unwrap_or(demo.begun_at),
    };
    let demo = demo.as_deref().map(view);
    Ok(Json(Status { version: muster_shared::VERSION, now: app.service.now(), demo }))
}

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(status))
}
