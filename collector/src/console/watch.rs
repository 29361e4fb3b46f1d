//! The button on the page of a host or an item by which its reader is told of its changes.

use axum::extract::Path;
use axum::response::Response;
use muster_model::history::Moment;
use muster_shared::id::NodeId;

use super::answer::see_other;
use super::declared::page_of;
use super::form::Attempt;
use super::relation::{address, parse};
use super::submission::{Fields, Submission};
use super::visitor::Visitor;
use crate::service::ServiceError;

/// The button.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    pub(super) action: String,
    pub(super) is_watched: bool,
}

/// The button of a node as it is now; none on a page of the past.
pub(super) async fn of_node(visitor: &Visitor, node: NodeId, moment: Moment) -> Result<Option<Watch>, ServiceError> {
    if !moment.is_now() {
        return Ok(None);
    }
    let watchers = visitor.service().list_item_watchers(&visitor.call, node).await?;
    let is_watched = watchers.contains_key(&visitor.id());
    let what = if is_watched { "unwatch" } else { "watch" };
    Ok(Some(Watch { action: format!("/items/{node}/{what}"), is_watched }))
}

async fn moved(visitor: &Visitor, id: &str, watches: bool, fields: Fields) -> Result<Response, ServiceError> {
    let node = parse(id)?;
    let (form, done) = if watches { ("watch", "watched") } else { ("unwatch", "unwatched") };
    match visitor.service().watch_item(&visitor.call, node, watches).await {
        Ok(()) => Ok(see_other(&format!("{}?done={done}", address(node).unwrap_or_else(|| "/items".to_owned())))),
        Err(error) => page_of(visitor, node, Some(&Attempt::new(form, fields, error, visitor.locale)?)).await,
    }
}

/// `POST /items/{id}/watch`: tell me of its changes.
pub(super) async fn add(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = Box::pin(moved(&visitor, &id, true, fields)).await;
    visitor.answer(outcome)
}

/// `POST /items/{id}/unwatch`: tell me no more.
pub(super) async fn remove(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = Box::pin(moved(&visitor, &id, false, fields)).await;
    visitor.answer(outcome)
}
