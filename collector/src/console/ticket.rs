//! Tickets of all kinds besides incidents: their lists, what only they have, votes, links. The record page is that of incidents.

pub(super) mod about;
pub(super) mod act;
pub(super) mod approval_rule;
pub(super) mod attachment;
pub(super) mod board;
pub(super) mod bulk;
pub(super) mod delegation;
mod explained;
pub(super) mod family;
pub(super) mod inbox;
pub(super) mod known;
pub(super) mod list;
pub(super) mod meeting;
pub(super) mod named;
pub(super) mod opening;
pub(super) mod panel;
pub(super) mod shape;
pub(super) mod suggestion;
pub(super) mod template;
pub(super) mod wave;

/// Where the page of a ticket is, by its number.
pub(super) fn address(number: &str) -> String {
    let place = if number.starts_with("INC-") { "incidents" } else { "tickets" };
    format!("/{place}/{}", super::markup::url(number))
}
