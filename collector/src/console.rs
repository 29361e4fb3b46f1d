//! x
use crate::app::Shared;
pub fn router() -> axum::Router<Shared> { axum::Router::new() }
pub fn error_page(problem: &muster_shared::problem::ProblemDocument) -> axum::response::Response { axum::response::IntoResponse::into_response(problem.title.clone()) }
