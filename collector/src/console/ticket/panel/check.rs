//! The validation checks of a change: what was found at each, and the form that notes it.

use muster_model::Versioned;
use muster_model::right::Action;
use muster_model::ticket::Ticket;
use muster_model::ticket::change::Change;
use muster_model::ticket::change::check::is_time;

use super::{Cell, Panel};
use crate::console::form::{self, Attempt, Choice, Field, Form, Kind};
use crate::console::ticket::address;
use crate::console::visitor::Visitor;

/// The panel of the checks; nothing in it when the plan has none.
pub(super) fn panel(
    visitor: &Visitor,
    stored: &Versioned<Ticket>,
    change: &Change,
    attempt: Option<&Attempt>,
) -> Panel {
    let locale = visitor.locale;
    let mut panel = Panel::new("checks", locale.t("change-checks"));
    let checks = &change.plan.checks;
    if checks.is_empty() {
        return panel;
    }
    panel.head = ["col-check", "col-found", "col-by"].map(|key| locale.t(key)).into();
    let row = |check: &String| {
        let found = change.checked.iter().find(|found| found.check == *check);
        let word = found.map(|found| locale.name("check-found", if found.passed { "passed" } else { "failed" }));
        let class = match found {
            Some(found) if found.passed => "good",
            Some(_) => "bad",
            None => "",
        };
        let note = found.map(|found| found.note.as_str()).filter(|note| !note.is_empty());
        let text = word.into_iter().chain(note.map(str::to_owned)).collect::<Vec<_>>().join(": ");
        let by = found.map(|found| locale.actor(&found.by)).unwrap_or_default();
        vec![Cell::plain(check), Cell::plain(text).class(class), Cell::plain(by)]
    };
    panel.rows = checks.iter().map(row).collect();
    if is_time(stored.value.state.name()) && visitor.may(Action::ChangeImplement) {
        let named = |(place, check): (usize, &String)| Choice {
            value: (place + 1).to_string(),
            label: check.clone(),
            is_chosen: false,
        };
        let all = checks.iter().enumerate().map(named).collect();
        let form =
            Form::new(visitor, "check", format!("{}/checks", address(&stored.value.number)), locale.t("check-do"))
                .submit(locale.t("save"))
                .version(stored.version)
                .field(Field::named("check", locale.t("col-check"), Kind::Select).choices(all))
                .field(Field::named("found", locale.t("col-found"), Kind::Select).choices(form::choices(
                    locale,
                    "check-found",
                    ["passed", "failed"],
                    "passed",
                )))
                .field(Field::text(locale, "note"));
        panel.forms.push(form.after(attempt));
    }
    panel
}
