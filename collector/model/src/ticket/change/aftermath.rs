//! What may have come of a change: incidents that were opened while it was made or within a day after it, on what it touched or on what
//! depends on that (service-desk rules, section 6). They are proposed; a person who knows links them as caused by it.

use std::collections::BTreeSet;

use muster_shared::Time;
use muster_shared::id::NodeId;

use super::Change;
use crate::ticket::{Kind, LinkKind, Ticket};

/// How long after a change an incident may be its fault.
pub const AFTERMATH_MS: i64 = 86_400_000;

/// The time in which what is opened may have come of a change; none before it began.
pub fn window(change: &Change, now: Time) -> Option<(Time, Time)> {
    let from = change.started_at?;
    Some((from, change.finished_at.unwrap_or(now).plus_millis(AFTERMATH_MS)))
}

/// The item by which an incident may have come of a change, when it may: `touched` is what the change touched and what depends on
/// that. What is linked as its cause or its effect is no proposal any more.
pub fn touches<'a>(change: &Ticket, incident: &'a Ticket, touched: &BTreeSet<NodeId>) -> Option<&'a str> {
    let is_linked = incident.links.iter().any(|link| link.ticket == change.id && link.kind == LinkKind::CausedBy)
        || change.links.iter().any(|link| link.ticket == incident.id);
    if incident.kind() != Kind::Incident || is_linked {
        return None;
    }
    let hosts: BTreeSet<_> = touched.iter().filter_map(NodeId::host).collect();
    let is_touched = |id: &str| {
        let Ok(node) = id.parse::<NodeId>() else { return false };
        touched.contains(&node) || node.host().is_some_and(|host| hosts.contains(&host))
    };
    incident.items.iter().find(|item| is_touched(&item.id)).map(|item| item.name.as_str())
}

#[cfg(test)]
mod tests {
    use muster_shared::id::{DeclaredId, HostId, TicketId, UserId};

    use super::*;
    use crate::right::Actor;
    use crate::ticket::edit::{Opening, open};
    use crate::ticket::{Channel, Details, ItemRole, Link, TicketItem};

    fn ticket(details: Details, items: &[String]) -> Ticket {
        let item = |id: &String| TicketItem::named(id, id, ItemRole::Affected);
        let opening =
            Opening { details, items: items.iter().map(item).collect(), ..Opening::incident("x".into(), Channel::Api) };
        let actor = Actor::User {
            id: UserId::from_bytes([9; 16]),
            name: "ann".into(),
            roles: Vec::new(),
            reaches: crate::right::Reaches::new(),
            scopes: None,
        };
        open(opening, "X-1".into(), &crate::ticket::Priorities::default(), &actor, Time::from_millis(1_000)).0
    }

    #[test]
    fn it_is_proposed_by_what_it_is_about_and_once_it_is_linked_no_more() {
        let (one, two) = (HostId::from_bytes([1; 16]), HostId::from_bytes([2; 16]));
        let service = NodeId::Declared(DeclaredId::from_bytes([3; 16]));
        let touched: BTreeSet<NodeId> = [NodeId::Host(one), service].into();
        let mut change = ticket(Details::empty(Kind::Change), &[]);
        let incident = ticket(Details::Incident, &[two.to_string(), service.to_string()]);
        assert_eq!(touches(&change, &incident, &touched), Some(service.to_string().as_str()));
        let item = muster_shared::id::ItemId::new(one, muster_shared::SectionName::Package, "openssl").to_string();
        assert!(touches(&change, &ticket(Details::Incident, &[item]), &touched).is_some(), "an item of a host of it");
        assert_eq!(touches(&change, &ticket(Details::Incident, &[two.to_string()]), &touched), None);
        assert_eq!(touches(&change, &ticket(Details::empty(Kind::Problem), &[one.to_string()]), &touched), None);
        change.links.push(Link { kind: LinkKind::Causes, ticket: incident.id, number: "X-1".into() });
        assert_eq!(touches(&change, &incident, &touched), None);
        assert_ne!(incident.id, TicketId::from_bytes([0; 16]));
    }

    #[test]
    fn the_window_opens_with_the_work_and_closes_a_day_after_it() {
        let at = Time::from_millis;
        let mut change = Change::default();
        assert_eq!(window(&change, at(5)), None);
        change.started_at = Some(at(10));
        assert_eq!(window(&change, at(20)), Some((at(10), at(20 + AFTERMATH_MS))));
        change.finished_at = Some(at(15));
        assert_eq!(window(&change, at(99)), Some((at(10), at(15 + AFTERMATH_MS))));
    }
}
