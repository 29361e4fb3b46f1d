//! What a change explains of what agents found, on its page.

use muster_model::finding::FindingState;
use muster_model::right::Action;
use muster_model::ticket::Ticket;

use super::address;
use super::panel::{Cell, Panel};
use crate::console::form::Form;
use crate::console::visitor::Visitor;
use crate::service::{ServiceError, Window};

/// Findings that a change shows.
const SHOWN: usize = 50;

/// What was found that a change explains, may explain, or that contradicts it.
pub(super) async fn panel(visitor: &Visitor, ticket: &Ticket) -> Result<Panel, ServiceError> {
    let locale = visitor.locale;
    let mut panel = Panel::new("explained", locale.t("change-findings"));
    panel.head = ["col-what", "col-verdict", "col-score"].map(|key| locale.t(key)).into();
    let window = Window { limit: SHOWN, cursor: None };
    let page = visitor.service().findings_of_change(&visitor.call, ticket.id, &window).await?;
    let mut is_waiting = false;
    for finding in page.items.into_iter().map(|stored| stored.value) {
        is_waiting |= matches!(finding.state, FindingState::Tentative { .. });
        let Some(found) = finding.matches.iter().find(|found| found.change == ticket.id) else { continue };
        let verdict = if found.contradicts() {
            Cell::plain(locale.name("match", "contradicts")).class("bad")
        } else {
            let cell = Cell::plain(locale.name("finding-state", finding.state.as_str()));
            if matches!(finding.state, FindingState::Attached { is_late: true, .. }) {
                Cell::plain(locale.name("match", "late")).class("bad")
            } else if finding.state.is_settled() {
                cell.class("good")
            } else {
                cell
            }
        };
        panel.rows.push(vec![
            Cell::link(locale.phrase(&finding.title()), format!("/findings/{}", finding.id)),
            verdict,
            Cell::plain(found.score.to_string()),
        ]);
    }
    if is_waiting && visitor.may(Action::FindingAccept) {
        let action = format!("{}/findings/confirm", address(&ticket.number));
        panel.forms.push(
            Form::new(visitor, "confirm-findings", action, locale.t("findings-confirm"))
                .note(locale.t("findings-confirm-note")),
        );
    }
    if page.next_cursor.is_some() {
        panel.note = locale.with("findings-shown", &[("count", &SHOWN.to_string())]);
    }
    Ok(panel)
}
