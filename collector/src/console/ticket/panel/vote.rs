//! The rounds of votes on a ticket: who was asked, what they said, what was changed since somebody agreed, and the form of who may vote.

use muster_model::Versioned;
use muster_model::approval::{Approval, Decision, Difference, Seat, Stage};
use muster_model::right::Action;
use muster_model::ticket::Ticket;
use serde_json::Value;

use super::{Cell, Panel};
use crate::console::form::{self, Attempt, Field, Form};
use crate::console::locale::Locale;
use crate::console::visitor::Visitor;
use crate::service::ServiceError;

/// Characters of a value that are shown.
const SHOWN: usize = 300;

fn seat_row(stage: &Stage, seat: &Seat, locale: Locale) -> Vec<Cell> {
    let members = seat.members.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", ");
    let (word, class) = match &seat.vote {
        None => (String::new(), ""),
        Some(vote) => {
            let decision = locale.name("decision", vote.decision.as_str());
            let class = match vote.decision {
                Decision::Approve => "good",
                Decision::Reject => "bad",
                Decision::Abstain | Decision::NeedInfo => "",
            };
            let said = if vote.comment.is_empty() { String::new() } else { format!(": {}", vote.comment) };
            let place = vote.acting_for.and_then(|user| seat.members.iter().find(|(member, _)| *member == user));
            let place = place.map(|(_, name)| locale.with("vote-in-place", &[("name", name)]));
            let how = vote.recorded_by.as_ref().map(|by| locale.with("vote-in-meeting", &[("name", by)]));
            if vote.is_absent {
                let by = vote.recorded_by.clone().unwrap_or_default();
                return vec![
                    Cell::plain(locale.name("stage", &stage.name)),
                    Cell::plain(locale.name("approver", seat.approver.as_str())),
                    Cell::plain(members),
                    Cell::plain(locale.with("vote-absent", &[("name", &by)])),
                ];
            }
            let beside: Vec<String> = place.into_iter().chain(how).collect();
            let beside = if beside.is_empty() { String::new() } else { format!(" ({})", beside.join(", ")) };
            (format!("{}{beside}, {decision}{said}", vote.name), class)
        }
    };
    vec![
        Cell::plain(locale.name("stage", &stage.name)),
        Cell::plain(locale.name("approver", seat.approver.as_str())),
        Cell::plain(members),
        Cell::plain(word).class(class),
    ]
}

/// A value of a plan for people: what is an id by its name.
async fn text(visitor: &Visitor, value: &Value) -> Result<String, ServiceError> {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => match text.parse() {
            Ok(user) => visitor.service().name_of_user(user).await?,
            Err(_) => visitor.service().typed_name(&visitor.call, text).await,
        },
        Value::Array(all) => {
            let mut parts = Vec::new();
            for value in all {
                parts.push(Box::pin(self::text(visitor, value)).await?);
            }
            parts.join(", ")
        }
        Value::Bool(is_so) => visitor.locale.name("yes-no", if *is_so { "yes" } else { "no" }),
        other => other.to_string(),
    };
    let mut letters = text.chars();
    let shown: String = letters.by_ref().take(SHOWN).collect();
    Ok(if letters.next().is_some() { format!("{shown} \u{2026}") } else { shown })
}

/// What is otherwise since the round that somebody agreed in.
async fn changed(visitor: &Visitor, (round, changes): (u32, Vec<Difference>)) -> Result<Panel, ServiceError> {
    let locale = visitor.locale;
    let mut panel = Panel::new("changed", locale.with("vote-changed", &[("round", &round.to_string())]));
    panel.head = ["col-field", "col-before", "col-after"].map(|key| locale.t(key)).into();
    for change in changes {
        let field = change.field.trim_start_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
        panel.rows.push(vec![
            Cell::plain(locale.name("field", &field)),
            Cell::plain(text(visitor, &change.before).await?),
            Cell::plain(text(visitor, &change.after).await?),
        ]);
    }
    Ok(panel)
}

/// A round of votes, with the form of who may vote.
fn round(visitor: &Visitor, round: &Versioned<Approval>, attempt: Option<&Attempt>) -> Panel {
    let (approval, locale) = (&round.value, visitor.locale);
    let state = locale.name("round-state", approval.state.as_str());
    let title = locale.with("approval-round", &[("round", &approval.round.to_string()), ("state", &state)]);
    let mut panel = Panel::new("votes", title);
    panel.head = ["col-stage", "col-seat", "col-members", "col-vote"].map(|key| locale.t(key)).into();
    let row = |stage: &Stage| stage.seats.iter().map(|seat| seat_row(stage, seat, locale)).collect::<Vec<_>>();
    panel.rows = approval.stages.iter().flat_map(row).collect();
    if approval.stages.is_empty() {
        let rule = locale.with("approval-no-votes", &[("rule", &approval.rule)]);
        panel.rows.push(vec![Cell::plain(""), Cell::plain(""), Cell::plain(""), Cell::plain(rule)]);
    }
    if approval.waits_for().contains(&visitor.id()) && visitor.may(Action::ApprovalVote) {
        let decisions = ["approve", "reject", "abstain", "need_info"];
        let form = Form::new(visitor, "vote", format!("/approvals/{}", approval.id), locale.t("approval-vote"))
            .tone("primary")
            .version(round.version)
            .field(Field::select(locale, "decision", form::choices(locale, "decision", decisions, "approve")))
            .field(Field::area(locale, "comment"));
        panel.forms.push(form.after(attempt));
    }
    panel
}

/// All rounds, the last one first; beside the last what was changed since somebody agreed.
pub(super) async fn panels(
    visitor: &Visitor,
    ticket: &Ticket,
    attempt: Option<&Attempt>,
) -> Result<Vec<Panel>, ServiceError> {
    let rounds = visitor.service().approvals_of_ticket(&visitor.call, &ticket.number).await?;
    let known: Vec<Approval> = rounds.iter().map(|stored| stored.value.clone()).collect();
    let mut panels = Vec::new();
    for (n, stored) in rounds.iter().rev().enumerate() {
        panels.push(round(visitor, stored, attempt));
        if n == 0
            && let Some(since) = stored.value.changes_since(&known)
        {
            panels.push(changed(visitor, since).await?);
        }
    }
    Ok(panels)
}
