//! `/approvals/board`: the agenda of the change advisory board, the form that writes a meeting down, and those that were held (rule A9).

use std::collections::BTreeMap;

use axum::response::Response;
use muster_model::Versioned;
use muster_model::approval::Approval;
use muster_model::approval::meeting::{Meeting, Outcome};
use muster_model::right::Action;
use muster_model::text::Phrase;
use muster_model::ticket::Ticket;
use muster_shared::id::UserId;

use super::address;
use super::inbox::tabs;
use crate::console::answer::{self, see_other};
use crate::console::form::{self, Attempt, Choice, Field, Form, Kind};
use crate::console::list::{self, Pager};
use crate::console::sheet::{Cell, Row, SheetPage, Table};
use crate::console::shell::Shell;
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::Visitor;
use crate::service::approval::meeting::MeetingDraft;
use crate::service::{Page, ServiceError, Wrong, invalid};

/// A change that the board has before it.
type Item = (Ticket, Approval);

fn agenda_row(visitor: &Visitor, shell: &Shell, (ticket, round): &Item) -> Option<Row> {
    let (locale, change) = (visitor.locale, ticket.details.change()?);
    let stage = round.open_stage();
    let seats = stage.map_or(&[][..], |stage| stage.seats.as_slice());
    let voted = seats.iter().filter(|seat| seat.is_filled()).count();
    let score = change.risk.as_ref().map(|risk| risk.score.to_string()).unwrap_or_default();
    Some(Row {
        cells: vec![
            Cell::text(format!("{} {}", ticket.number, locale.say(&ticket.title)))
                .look("main")
                .link(address(&ticket.number)),
            Cell::text(score),
            Cell::text(change.blocks().count().to_string()),
            change.plan.planned_start.map_or_else(|| Cell::text(""), |at| Cell::drawn(shell.when(&at))),
            Cell::text(stage.map(|stage| locale.name("stage", &stage.name)).unwrap_or_default()),
            Cell::text(
                locale.with("board-votes", &[("voted", &voted.to_string()), ("seats", &seats.len().to_string())]),
            ),
        ],
        forms: Vec::new(),
    })
}

fn meeting_row(visitor: &Visitor, shell: &Shell, stored: &Versioned<Meeting>) -> Row {
    let (locale, meeting) = (visitor.locale, &stored.value);
    let settled = |item: &muster_model::approval::meeting::Settled| {
        let said = if item.comment.is_empty() { String::new() } else { format!(" ({})", item.comment) };
        format!("{}: {}{said}", item.number, locale.name("meeting-outcome", item.outcome.as_str()))
    };
    let names: Vec<&str> = meeting.present.iter().map(|(_, name)| name.as_str()).collect();
    Row {
        cells: vec![
            Cell::drawn(shell.when(&meeting.held_at)),
            Cell::text(meeting.items.iter().map(settled).collect::<Vec<_>>().join("; ")).look("main"),
            Cell::text(names.join(", ")),
            Cell::text(&meeting.minutes),
            Cell::text(&meeting.recorded_by),
        ],
        forms: Vec::new(),
    }
}

fn outcome_field(number: &str) -> String {
    format!("outcome-{number}")
}

fn comment_field(number: &str) -> String {
    format!("comment-{number}")
}

/// The form that writes a meeting down: those who have seats, and what came of each change that waits for the board.
fn form(visitor: &Visitor, agenda: &[Item], attempt: Option<&Attempt>) -> Option<Form> {
    let locale = visitor.locale;
    let open: Vec<&Item> = agenda.iter().filter(|(_, round)| round.waits_for_board()).collect();
    let mut seated: BTreeMap<String, UserId> = BTreeMap::new();
    for (_, round) in &open {
        let seats = round.open_stage().into_iter().flat_map(|stage| &stage.seats);
        seated.extend(seats.flat_map(|seat| seat.members.iter().map(|(id, name)| (name.clone(), *id))));
    }
    if open.is_empty() || !visitor.may(Action::BoardRecord) {
        return None;
    }
    let member = |(name, id): (String, UserId)| Choice { value: id.to_string(), label: name, is_chosen: false };
    let moment = Field::new(locale, "held_at", Kind::Input("datetime-local")).hint(locale.t("hint-utc"));
    let mut form = Form::new(visitor, "meeting", "/approvals/board".to_owned(), locale.t("meeting-new"))
        .note(locale.t("meeting-note"))
        .field(moment)
        .field(Field::checks(locale, "present", seated.into_iter().map(member).collect()));
    for (ticket, _) in open {
        let mut outcomes = vec![form::nothing(locale.t("meeting-not-settled"), true)];
        outcomes.extend(form::choices(locale, "meeting-outcome", Outcome::ALL.iter().map(|it| it.as_str()), ""));
        let title = format!("{} {}", ticket.number, locale.say(&ticket.title));
        let why = locale.with("meeting-comment", &[("number", &ticket.number)]);
        form = form
            .field(Field::named(outcome_field(&ticket.number), title, Kind::Select).choices(outcomes))
            .field(Field::named(comment_field(&ticket.number), why, Kind::Input("text")));
    }
    Some(form.field(Field::named("minutes", locale.t("meeting-minutes"), Kind::Area)).after(attempt))
}

async fn page(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let (service, call, locale) = (visitor.service(), &visitor.call, visitor.locale);
    let shell = Shell::at(visitor, "/approvals", &locale.t("board-title")).await;
    let agenda = service.board_agenda(call).await?;
    // Whoever sees only a part of the tickets sees the agenda of that part, and no meetings.
    let held = match service.list_meetings(call, &list::window(visitor)).await {
        Ok(held) => held,
        Err(ServiceError::Denied(_)) => Page { items: Vec::new(), next_cursor: None },
        Err(error) => return Err(error),
    };
    let heads = |keys: &[&'static str]| keys.iter().map(|key| locale.t(key)).collect();
    let page = SheetPage {
        above: None,
        note: locale.t("board-note"),
        tabs: tabs(visitor, "/approvals/board"),
        pager: Pager::new(visitor, "/approvals/board", held.next_cursor),
        begin: None,
        facts: Vec::new(),
        tables: vec![
            Table {
                id: "agenda",
                title: locale.t("board-title"),
                heads: heads(&[
                    "col-ticket",
                    "col-risk",
                    "board-blocks",
                    "field-planned-start",
                    "col-stage",
                    "board-vote",
                ]),
                rows: agenda.iter().filter_map(|item| agenda_row(visitor, &shell, item)).collect(),
                empty: locale.t("board-none"),
            },
            Table {
                id: "meetings",
                title: locale.t("meetings-title"),
                heads: heads(&["field-held-at", "meeting-settled", "field-present", "meeting-minutes", "meeting-by"]),
                rows: held.items.iter().map(|stored| meeting_row(visitor, &shell, stored)).collect(),
                empty: locale.t("meetings-none"),
            },
        ],
        forms: Vec::new(),
        folds: form(visitor, &agenda, attempt).into_iter().collect(),
        page: shell,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /approvals/board`.
pub(in crate::console) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor, None).await;
    visitor.answer(outcome)
}

async fn recorded(visitor: &Visitor, fields: Fields) -> Result<Response, ServiceError> {
    let mut items = Vec::new();
    for (ticket, _) in visitor.service().board_agenda(&visitor.call).await? {
        let chosen = fields.text(&outcome_field(&ticket.number));
        let outcome = Outcome::ALL.iter().copied().find(|outcome| outcome.as_str() == chosen);
        let comment = fields.text(&comment_field(&ticket.number)).to_owned();
        items.extend(outcome.map(|outcome| (ticket.number, outcome, comment)));
    }
    let numbers: Vec<String> = items.iter().map(|(number, ..)| number.clone()).collect();
    if fields.filled("held_at").is_some() && fields.moment("held_at").is_none() {
        let error = invalid("/held_at", Phrase::new("date_and_time"));
        return page(visitor, Some(&Attempt::new("meeting", fields, error, visitor.locale)?)).await;
    }
    let draft = MeetingDraft {
        held_at: fields.moment("held_at"),
        present: fields.all("present").filter_map(|id| id.parse().ok()).collect(),
        minutes: fields.text("minutes").to_owned(),
        items,
    };
    // What is wrong with a change of the agenda stands beside its outcome.
    let beside = |mut wrong: Wrong| {
        let place =
            wrong.pointer.strip_prefix("/items/").and_then(|rest| rest.split('/').next()?.parse::<usize>().ok());
        if let Some(number) = place.and_then(|place| numbers.get(place)) {
            wrong.pointer = format!("/{}", outcome_field(number));
        }
        wrong
    };
    match visitor.service().record_meeting(&visitor.call, draft).await {
        Ok(_) => Ok(see_other("/approvals/board?done=saved")),
        Err(error) => {
            let error = match error {
                ServiceError::Invalid(errors) => ServiceError::Invalid(errors.into_iter().map(beside).collect()),
                other => other,
            };
            page(visitor, Some(&Attempt::new("meeting", fields, error, visitor.locale)?)).await
        }
    }
}

/// `POST /approvals/board`.
pub(in crate::console) async fn record(Submission { visitor, fields }: Submission) -> Response {
    let outcome = recorded(&visitor, fields).await;
    visitor.answer(outcome)
}
