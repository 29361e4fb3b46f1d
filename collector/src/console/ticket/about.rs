//! What a ticket is about, as people write it: a host or item on each line, and what it has to do with it when that is not the usual.

use muster_model::ticket::{ItemRole, TicketItem};

use super::named;
use super::shape::Shape;
use crate::console::visitor::Visitor;

/// The items of a ticket, one on each line, by the names that lead back to them.
pub(in crate::console) async fn lines(visitor: &Visitor, items: &[TicketItem]) -> String {
    let mut lines = Vec::new();
    for item in items {
        let name = Box::pin(named::typed(visitor, Shape::Nodes, &item.id)).await;
        lines.push(match item.role {
            ItemRole::Affected => name,
            role => format!("{name} ({})", role.as_str()),
        });
    }
    lines.join("\n")
}

/// The items of lines; whoever saves them says whether there are such.
pub(in crate::console) fn read(text: &str) -> Vec<TicketItem> {
    let item = |line: &str| {
        let (name, role) = line.strip_suffix(')').and_then(|line| line.rsplit_once(" (")).unwrap_or((line, ""));
        // What stands in brackets may be a part of the name.
        let role = ItemRole::ALL.iter().find(|known| known.as_str() == role);
        let id = role.map_or(line, |_| name).trim().to_owned();
        TicketItem::named(id, "", role.copied().unwrap_or_default())
    };
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(item).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_which_item_and_what_it_has_to_do_with_it() {
        let found = read("web-1\n\n  db-1 (cause)\nShop (old)\nhost (suspected)");
        let told: Vec<(&str, ItemRole)> = found.iter().map(|item| (item.id.as_str(), item.role)).collect();
        let expected = [
            ("web-1", ItemRole::Affected),
            ("db-1", ItemRole::Cause),
            ("Shop (old)", ItemRole::Affected),
            ("host", ItemRole::Suspected),
        ];
        assert_eq!(told, expected);
    }
}
