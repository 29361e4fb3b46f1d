//! What the page of a template lists: its steps, its editions, the changes that followed it.

use muster_model::ticket::Ticket;
use muster_model::ticket::change::template::{Step, Template, TemplateEdition};
use muster_shared::Time;

use crate::console::moment;
use crate::console::sheet::{Cell, Row, Table};
use crate::console::ticket::address;
use crate::console::visitor::Visitor;

/// A moment, if there is one.
pub(super) fn time(visitor: &Visitor, at: Option<Time>) -> Cell {
    at.map_or_else(|| Cell::text(""), |at| Cell::drawn(moment::element(visitor.locale, at, visitor.now())).look("time"))
}

/// What was done with it, newest first.
pub(super) fn history(visitor: &Visitor, template: &Template) -> Table {
    let locale = visitor.locale;
    let row = |step: &Step| Row {
        cells: vec![
            time(visitor, Some(step.at)),
            Cell::text(locale.actor(&step.by)),
            Cell::text(locale.name("template-event", step.event.as_str())).look("main"),
            Cell::text(step.edition.to_string()),
            Cell::text(step.comment.as_ref().map(|comment| locale.say(comment)).unwrap_or_default()),
        ],
        forms: Vec::new(),
    };
    let heads = ["col-when", "col-who", "col-action", "col-edition", "field-comment"];
    Table {
        id: "steps",
        title: locale.t("template-history"),
        heads: heads.map(|key| locale.t(key)).into(),
        rows: template.steps.iter().rev().map(row).collect(),
        empty: String::new(),
    }
}

/// Its editions, and what differs from one to the next.
pub(super) fn editions(visitor: &Visitor, all: &[TemplateEdition]) -> Table {
    let locale = visitor.locale;
    let row = |(n, one): (usize, &TemplateEdition)| {
        let before = all.get(n + 1).map(|before| one.draft.plan.deviations(&before.draft.plan)).unwrap_or_default();
        let names: Vec<String> = before.iter().map(|name| locale.name("field", name)).collect();
        Row {
            cells: vec![
                Cell::text(one.edition.to_string()).look("main"),
                time(visitor, Some(one.at)),
                Cell::text(locale.actor(&one.by)),
                Cell::text(names.join(", ")),
            ],
            forms: Vec::new(),
        }
    };
    Table {
        id: "editions",
        title: locale.t("template-editions"),
        heads: ["col-edition", "col-when", "col-who", "template-differs"].map(|key| locale.t(key)).into(),
        rows: all.iter().enumerate().map(row).collect(),
        empty: String::new(),
    }
}

/// The changes that followed it.
pub(super) fn followers(visitor: &Visitor, all: &[Ticket]) -> Table {
    let locale = visitor.locale;
    let row = |ticket: &Ticket| {
        let edition = ticket.details.change().and_then(|change| change.plan.template_edition);
        let code = ticket.state.resolution().map(|how| locale.name("close-code", how.close_code.as_str()));
        let label = format!("{} {}", ticket.number, locale.say(&ticket.title));
        Row {
            cells: vec![
                Cell::text(label).look("main").link(address(&ticket.number)),
                Cell::text(edition.map(|edition| edition.to_string()).unwrap_or_default()),
                Cell::text(code.unwrap_or_default()),
                time(visitor, ticket.closed_at),
            ],
            forms: Vec::new(),
        }
    };
    Table {
        id: "changes",
        title: locale.t("template-changes"),
        heads: ["col-ticket", "col-edition", "field-close-code", "col-when"].map(|key| locale.t(key)).into(),
        rows: all.iter().map(row).collect(),
        empty: locale.t("template-changes-none"),
    }
}
