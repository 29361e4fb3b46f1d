//! The forms of an incident: only what is legal now and what the visitor may do, each with the fields it asks for.

use muster_model::right::Action;
use muster_model::ticket::state::{CancelReason, CloseCode, HoldReason};
use muster_model::ticket::transition::Transition;
use muster_model::ticket::{Kind as TicketKind, Ticket, incident};
use muster_shared::id::UserId;

use crate::console::form::{self, Attempt, Choice, Field, Form, Kind};
use crate::console::locale::Locale;
use crate::console::moment;
use crate::console::ticket::address;
use crate::console::visitor::Visitor;
use crate::service::account::Person;
use crate::service::ticket::outlook::Possible;

/// A choice of people who may do some work, with "nobody"; whoever has it stays one.
pub(in crate::console) fn people(
    locale: Locale,
    people: &[Person],
    work: &[Action],
    chosen: Option<UserId>,
) -> Vec<Choice> {
    let person = |person: &Person| Choice {
        value: person.id.to_string(),
        label: person.display_name.clone(),
        is_chosen: chosen == Some(person.id),
    };
    let able = people.iter().filter(|person| person.may(work) || chosen == Some(person.id));
    let mut choices: Vec<Choice> = able.map(person).collect();
    choices.insert(0, form::nothing(locale.t("nobody"), chosen.is_none()));
    choices
}

/// Levels 1 to `max`, named by the catalogue.
pub(in crate::console) fn levels(locale: Locale, set: &str, max: u8, chosen: u8) -> Vec<Choice> {
    let level =
        |n: u8| Choice { value: n.to_string(), label: locale.name(set, &n.to_string()), is_chosen: n == chosen };
    (1..=max).map(level).collect()
}

fn pick(locale: Locale, set: &str, values: impl Iterator<Item = &'static str>) -> Vec<Choice> {
    let mut choices = form::choices(locale, set, values, "");
    choices.insert(0, form::nothing(locale.t("choose"), true));
    choices
}

/// A field that a transition asks for.
fn field(locale: Locale, row: &Transition, name: &'static str, ticket: &Ticket, those: &[Person]) -> Field {
    let field = match (row.event, name) {
        ("hold", "reason") => {
            Field::select(locale, name, pick(locale, "hold-reason", HoldReason::ALL.iter().map(|r| r.as_str())))
                .hint(locale.t("hint-hold"))
        }
        (_, "reason") => Field::select(
            locale,
            name,
            pick(locale, "cancel-reason", CancelReason::of(ticket.kind()).iter().map(|r| r.as_str())),
        ),
        (_, "close_code") => Field::select(
            locale,
            name,
            pick(locale, "close-code", CloseCode::of(ticket.kind()).iter().map(|c| c.as_str())),
        ),
        (_, "cause_item") => {
            let item = |item: &muster_model::ticket::TicketItem| Choice {
                value: item.id.clone(),
                label: item.name.clone(),
                is_chosen: false,
            };
            let none = Choice { value: "none".into(), label: locale.t("cause-none"), is_chosen: true };
            Field::select(locale, name, std::iter::once(none).chain(ticket.items.iter().map(item)).collect())
        }
        (_, "wake_at" | "until") => Field::new(locale, name, Kind::Input("datetime-local")).hint(locale.t("hint-utc")),
        (_, "assignee") => Field::select(locale, name, people(locale, those, ticket.kind().work(), ticket.assignee)),
        (_, "comment" | "close_notes") => Field::area(locale, name),
        (_, "duplicate_of") => Field::text(locale, name).hint(locale.t("hint-duplicate")),
        (_, "assignment_group") => {
            Field::group(locale, name).value(ticket.assignment_group.clone().unwrap_or_default())
        }
        _ => Field::text(locale, name).value(ticket.assignment_group.clone().unwrap_or_default()),
    };
    if row.required.contains(&name) { field.required() } else { field }
}

/// What a step is called: to cancel is said of what, for a button that says only so closes a form elsewhere.
fn label(locale: Locale, row: &Transition, ticket: &Ticket) -> String {
    if row.event == "cancel" {
        let kind = locale.name("ticket-kind", ticket.kind().as_str());
        return locale.with("do-cancel-kind", &[("kind", &kind)]);
    }
    locale.name("do", row.event)
}

/// What stands before a step.
fn wanting(locale: Locale, it: &Possible) -> String {
    let missing = it.missing.iter().map(|field| locale.name("field", field)).collect::<Vec<_>>().join(", ");
    let missing = (!missing.is_empty()).then(|| locale.with("step-missing", &[("fields", &missing)]));
    let refused = it.refused.as_ref().map(|why| locale.with("step-refused", &[("why", &locale.say(why))]));
    missing.into_iter().chain(refused).collect::<Vec<_>>().join(" ")
}

/// The steps that can be taken now.
pub(super) fn steps(
    visitor: &Visitor,
    ticket: &Ticket,
    version: u64,
    possible: &[Possible],
    those: &[Person],
    attempt: Option<&Attempt>,
) -> Vec<Form> {
    let locale = visitor.locale;
    let step = |it: &Possible| {
        let row = it.row;
        let action = format!("{}/do/{}", address(&ticket.number), row.event);
        let mut form =
            Form::new(visitor, format!("do-{}", row.event), action, label(locale, row, ticket)).version(version);
        for name in row.required.iter().chain(row.optional) {
            form = form.field(field(locale, row, name, ticket, those));
        }
        let form = if row.event == "start" { form.tone("primary") } else { form };
        form.note(wanting(locale, it)).after(attempt)
    };
    possible.iter().map(step).collect()
}

/// Ids of a ticket as people type them.
pub(super) struct Typed {
    pub(super) items: String,
    pub(super) requester: String,
}

/// Changes fields; the priority against the matrix only with the right to it.
pub(super) fn edit(
    visitor: &Visitor,
    ticket: &Ticket,
    version: u64,
    those: &[Person],
    typed: &Typed,
    attempt: Option<&Attempt>,
) -> Option<Form> {
    if !(visitor.may(ticket.kind().right()) && ticket.state.name().is_active()) {
        return None;
    }
    let locale = visitor.locale;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let mut form = Form::new(visitor, "edit", address(&ticket.number), locale.t("incident-edit"))
        .submit(locale.t("save"))
        .version(version)
        .field(Field::text(locale, "title").value(locale.say(&ticket.title)).required())
        .field(Field::select(locale, "assignee", people(locale, those, ticket.kind().work(), ticket.assignee)))
        .field(Field::group(locale, "assignment_group").value(text(&ticket.assignment_group)))
        .field(Field::text(locale, "category").value(text(&ticket.category)))
        .field(
            Field::new(locale, "follow_up_at", form::Kind::Input("datetime-local"))
                .value(ticket.follow_up_at.map(|at| moment::field_of(&at.to_string())).unwrap_or_default())
                .hint(locale.t("hint-follow-up")),
        )
        .field(Field::select(locale, "impact", levels(locale, "impact", 3, ticket.impact)))
        .field(Field::select(locale, "urgency", levels(locale, "urgency", 3, ticket.urgency)))
        .field(Field::area(locale, "items").value(&typed.items).hint(locale.t("hint-about")));
    if visitor.may(Action::TicketTransition) {
        form = form.field(Field::text(locale, "requester").value(&typed.requester).hint(locale.t("hint-requester")));
    }
    if visitor.may(Action::PriorityOverride) {
        let mut priorities = levels(locale, "priority", 5, 0);
        priorities.insert(0, form::nothing(locale.t("priority-as-is"), true));
        form = form
            .field(Field::select(locale, "priority", priorities).hint(locale.t("hint-priority")))
            .field(Field::text(locale, "override_reason"))
            .field(Field::checks(
                locale,
                "pin",
                vec![Choice { value: "yes".into(), label: locale.t("priority-pin"), is_chosen: ticket.is_pinned() }],
            ));
    }
    Some(form.after(attempt))
}

/// Says something.
pub(super) fn comment(visitor: &Visitor, ticket: &Ticket, attempt: Option<&Attempt>) -> Option<Form> {
    let locale = visitor.locale;
    let form = || {
        let visible: &[&str] = if visitor.may(Action::TicketInternal) { &["public", "internal"] } else { &["public"] };
        let visibilities = form::choices(locale, "visibility", visible.iter().copied(), "public");
        Form::new(visitor, "comment", format!("{}/comments", address(&ticket.number)), locale.t("incident-comment"))
            .submit(locale.t("comment"))
            .field(Field::area(locale, "text").required())
            .field(Field::select(locale, "visibility", visibilities))
            .after(attempt)
    };
    visitor.may(Action::TicketComment).then(form)
}

/// Takes everything that was found as right from now on.
pub(super) fn accept(visitor: &Visitor, ticket: &Ticket, standing: usize, attempt: Option<&Attempt>) -> Option<Form> {
    let locale = visitor.locale;
    let form = || {
        Form::new(visitor, "accept", format!("{}/accept", address(&ticket.number)), locale.n("accept-all", standing))
            .note(locale.t("finding-note-accept"))
            .field(Field::area(locale, "reason").required())
            .after(attempt)
    };
    (standing > 0 && visitor.may(Action::FindingAccept)).then(form)
}

/// That what a closed incident was about is back (rule R3): for who asked for it, and for who works on tickets.
pub(super) fn again(visitor: &Visitor, ticket: &Ticket, version: u64, attempt: Option<&Attempt>) -> Option<Form> {
    let is_over = ticket.kind() == TicketKind::Incident && incident::refuses_again(ticket, visitor.now()).is_none();
    let may = visitor.may(Action::TicketTransition)
        || (ticket.is_asked_by(&visitor.call.actor) && visitor.may(Action::TicketCreate));
    (is_over && may).then(|| {
        let locale = visitor.locale;
        Form::new(visitor, "again", format!("{}/again", address(&ticket.number)), locale.t("ticket-again"))
            .version(version)
            .note(locale.t("ticket-again-note"))
            .field(Field::area(locale, "comment").required())
            .after(attempt)
    })
}
