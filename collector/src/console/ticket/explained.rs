//! What a change explains of what agents found, and what may have come of it, on its page.

use muster_model::Versioned;
use muster_model::finding::FindingState;
use muster_model::right::Action;
use muster_model::ticket::change::Change;
use muster_model::ticket::change::verification::Verdict;
use muster_model::ticket::{LinkKind, Ticket};

use super::address;
use super::panel::{Cell, Panel};
use crate::console::form::{self, Choice, Field, Form};
use crate::console::moment;
use crate::console::visitor::Visitor;
use crate::service::{ServiceError, Window};

/// Findings that a change shows.
const SHOWN: usize = 50;
/// Times that a change shows.
const TIMES: usize = 31;

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

/// What agents saw of each time of a standard change that recurs.
pub(super) async fn times(visitor: &Visitor, ticket: &Ticket, change: &Change) -> Result<Option<Panel>, ServiceError> {
    if change.plan.times().is_none() {
        return Ok(None);
    }
    let locale = visitor.locale;
    let seen = visitor.service().verification_now(&visitor.call, &ticket.number).await?;
    let mut panel = Panel::new("times", locale.t("change-times"));
    panel.note = locale.t(if seen.times.is_empty() { "change-times-none" } else { "change-times-note" });
    let verdicts = [Verdict::Done, Verdict::NoData, Verdict::Extra, Verdict::Partial, Verdict::NotDone];
    if !seen.times.is_empty() {
        panel.head = ["col-when", "col-hosts"].map(|key| locale.t(key)).into();
        panel.head.extend(verdicts.map(|verdict| locale.name("verdict", verdict.as_str())));
    }
    for told in seen.times.iter().take(TIMES) {
        let when = moment::interval(told.time.starts_at, told.time.ends_at);
        let mut row = vec![Cell::plain(when), Cell::plain(told.hosts.to_string())];
        row.extend(verdicts.map(|verdict| {
            let count = told.counts.get(&verdict).copied().unwrap_or_default();
            Cell::plain(count.to_string()).class(if verdict == Verdict::Extra && count > 0 { "bad" } else { "" })
        }));
        panel.rows.push(row);
    }
    Ok(Some(panel))
}

/// The incidents that may have come of a change, each with the form that says so.
pub(super) async fn aftermath(visitor: &Visitor, stored: &Versioned<Ticket>) -> Result<Option<Panel>, ServiceError> {
    let (locale, ticket) = (visitor.locale, &stored.value);
    let found = visitor.service().list_aftermath(&visitor.call, &ticket.number).await?;
    if found.is_empty() {
        return Ok(None);
    }
    let mut panel = Panel::new("aftermath", locale.t("aftermath-title"));
    panel.note = locale.t("aftermath-note");
    panel.head = ["col-ticket", "col-item", "col-state"].map(|key| locale.t(key)).into();
    let mut choices = Vec::new();
    for (incident, item) in found {
        let label = format!("{} {}", incident.number, locale.say(&incident.title));
        panel.rows.push(vec![
            Cell::link(label.clone(), address(&incident.number)),
            Cell::plain(item),
            Cell::plain(locale.name("state", incident.state.name().as_str())),
        ]);
        choices.push(Choice { value: incident.number, label, is_chosen: false });
    }
    if ticket.state.name().is_active() && visitor.may(ticket.kind().right()) {
        let action = format!("{}/links", address(&ticket.number));
        let kinds = form::choices(locale, "link", [LinkKind::Causes.as_str()], LinkKind::Causes.as_str());
        panel.forms.push(
            Form::new(visitor, "aftermath", action, locale.t("aftermath-link"))
                .version(stored.version)
                .field(Field::select(locale, "kind", kinds))
                .field(Field::select(locale, "ticket", choices)),
        );
    }
    Ok(Some(panel))
}
