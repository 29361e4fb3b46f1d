//! Hosts and items that people named by their ids in a plan or in terms: by name, and with a link.

use muster_model::right::Action;
use muster_model::ticket::{Details, ItemRole, Ticket, TicketItem};
use muster_shared::id::NodeId;

use super::address;
use super::panel::Cell;
use super::shape::Shape;
use crate::console::incident::list::ItemLink;
use crate::console::visitor::Visitor;

/// Ids of which the names are looked up; a fleet that is listed one by one stays a list of ids after that.
pub(super) const MOST: usize = 50;

/// What people call a node, and its page.
async fn named(visitor: &Visitor, id: &str) -> Option<(String, String)> {
    let node: NodeId = id.parse().ok()?;
    let place = match node {
        NodeId::Host(_) => "hosts",
        NodeId::Item(_) | NodeId::Declared(_) => "items",
        NodeId::Address(_) => return None,
    };
    let known = visitor.service().name_node(&visitor.call, node).await;
    let name = match known.host_name {
        Some(host) => format!("{} ({host})", known.name),
        None => known.name,
    };
    Some((name, format!("/{place}/{node}")))
}

/// What is typed in place of an id: the number of a ticket, the name of a host or item that only it has.
pub(super) async fn typed(visitor: &Visitor, shape: Shape, id: &str) -> String {
    match shape {
        Shape::Template => template(visitor, id).await.map_or_else(|| id.to_owned(), |(name, _)| name),
        Shape::Tickets => {
            let found = visitor.service().get_ticket(&visitor.call, id).await;
            found.map_or_else(|_| id.to_owned(), |found| found.value.number)
        }
        _ => visitor.service().typed_name(&visitor.call, id).await,
    }
}

/// Ids, each as a name that leads somewhere where that can be told.
pub(super) async fn cells(visitor: &Visitor, ids: &[&str]) -> Vec<Cell> {
    let mut cells = Vec::new();
    for (n, id) in ids.iter().enumerate() {
        let known = if n < MOST { named(visitor, id).await } else { None };
        cells.push(known.map_or_else(|| Cell::plain(*id), |(name, href)| Cell::link(name, href)));
    }
    cells
}

/// The name of what a standard change follows, and its page: a template, or a change of before.
async fn template(visitor: &Visitor, id: &str) -> Option<(String, String)> {
    if let Ok(id) = id.parse() {
        let found = visitor.service().get_template(&visitor.call, id).await.ok()?;
        return Some((found.value.draft.name, format!("/changes/templates/{id}")));
    }
    let found = visitor.service().get_ticket(&visitor.call, id).await.ok()?;
    Some((found.value.number.clone(), address(&found.value.number)))
}

/// Templates by their ids, each as its name that leads there.
pub(super) async fn templates(visitor: &Visitor, ids: &[&str]) -> Vec<Cell> {
    let mut cells = Vec::new();
    for id in ids {
        let known = template(visitor, id).await;
        cells.push(known.map_or_else(|| Cell::plain(*id), |(name, href)| Cell::link(name, href)));
    }
    cells
}

/// Tickets by their ids, each as its number that leads there.
pub(super) async fn tickets(visitor: &Visitor, ids: &[&str]) -> Vec<Cell> {
    let mut cells = Vec::new();
    for id in ids {
        let number = typed(visitor, Shape::Tickets, id).await;
        cells.push(Cell::link(&number, address(&number)));
    }
    cells
}

/// What a change names in its plan, for the list of what the ticket is about.
pub(in crate::console) async fn scope(visitor: &Visitor, ticket: &Ticket) -> Vec<ItemLink> {
    let Details::Change(change) = &ticket.details else { return Vec::new() };
    let mut links = Vec::new();
    let named_already = |id: &String| ticket.items.iter().any(|item| item.id == *id);
    for id in change.plan.scope.items.iter().filter(|id| !named_already(id)).take(MOST) {
        if !visitor.may(Action::ItemRead) {
            break;
        }
        let Some((name, href)) = named(visitor, id).await else { continue };
        let item = TicketItem::named(id, &name, ItemRole::Affected);
        links.push(ItemLink { name, href, ..ItemLink::of(&item, visitor.locale) });
    }
    links
}
