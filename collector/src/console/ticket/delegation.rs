//! Who votes in whose place: what stands on the page of approvals, and its forms.

use axum::extract::Path;
use axum::response::Response;
use muster_model::Versioned;
use muster_model::approval::delegation::Delegation;
use muster_model::right::Action;
use muster_model::text::Phrase;
use muster_model::ticket::Kind as TicketKind;
use muster_shared::id::DelegationId;

use super::inbox;
use crate::console::answer::see_other;
use crate::console::form::{self, Attempt, Choice, Field, Form, Kind};
use crate::console::sheet::{Cell, Row, Table};
use crate::console::shell::Shell;
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::Visitor;
use crate::service::approval::delegation::DelegationDraft;
use crate::service::{Service, ServiceError, invalid};

fn row(visitor: &Visitor, shell: &Shell, stored: &Versioned<Delegation>, attempt: Option<&Attempt>) -> Row {
    let (locale, it) = (visitor.locale, &stored.value);
    let remove = || {
        let id = format!("undelegate-{}", it.id);
        Form::new(visitor, id, format!("/approvals/delegations/{}/remove", it.id), locale.t("separation-remove"))
            .tone("danger")
            .version(stored.version)
            .after(attempt)
    };
    Row {
        cells: vec![
            Cell::text(&it.from_name).look("main"),
            Cell::text(&it.to_name),
            Cell::text(it.kind.map_or_else(|| locale.t("delegation-all"), |kind| locale.name("kinds", kind.as_str()))),
            Cell::text(it.service_name.clone().or_else(|| it.service.clone()).unwrap_or_default()),
            Cell::drawn(shell.when(&it.starts_at)),
            Cell::drawn(shell.when(&it.ends_at)),
        ],
        forms: (it.from == visitor.id()).then(remove).into_iter().collect(),
    }
}

/// The delegations of the visitor, as a table.
pub(super) fn table(
    visitor: &Visitor,
    shell: &Shell,
    all: &[Versioned<Delegation>],
    attempt: Option<&Attempt>,
) -> Table {
    let locale = visitor.locale;
    Table {
        id: "delegations",
        title: locale.t("delegations-title"),
        heads: [
            "delegation-from",
            "delegation-to",
            "delegation-kind",
            "delegation-service",
            "field-starts-at",
            "field-ends-at",
        ]
        .map(|key| locale.t(key))
        .into_iter()
        .chain([String::new()])
        .collect(),
        rows: all.iter().map(|stored| row(visitor, shell, stored, attempt)).collect(),
        empty: locale.t("delegations-none"),
    }
}

/// The form that makes one.
pub(super) async fn form(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Form, ServiceError> {
    let locale = visitor.locale;
    let mut people = vec![form::nothing(locale.t("choose"), true)];
    let all = visitor.service().list_people(&visitor.call).await?;
    for person in all.into_iter().filter(|it| it.id != visitor.id() && it.may(&[Action::ApprovalVote])) {
        people.push(Choice { value: person.id.to_string(), label: person.display_name, is_chosen: false });
    }
    let mut kinds = vec![form::nothing(locale.t("delegation-all"), true)];
    for kind in [TicketKind::Change, TicketKind::Request, TicketKind::Access] {
        let label = locale.name("kinds", kind.as_str());
        kinds.push(Choice { value: kind.as_str().to_owned(), label, is_chosen: false });
    }
    let moment =
        |name: &'static str| Field::new(locale, name, Kind::Input("datetime-local")).hint(locale.t("hint-utc"));
    Ok(Form::new(visitor, "delegate", "/approvals/delegations".to_owned(), locale.t("delegation-new"))
        .note(locale.t("delegation-note"))
        .field(Field::named("to", locale.t("delegation-to"), Kind::Select).choices(people))
        .field(moment("starts_at"))
        .field(moment("ends_at").required())
        .field(Field::named("kind", locale.t("delegation-kind"), Kind::Select).choices(kinds))
        .field(
            Field::named("service", locale.t("delegation-service"), Kind::Input("text"))
                .hint(locale.t("hint-delegation-service")),
        )
        .field(Field::text(locale, "reason"))
        .after(attempt))
}

async fn made(visitor: &Visitor, fields: Fields) -> Result<Response, ServiceError> {
    let draft = || {
        let to = fields.filled("to").map(str::to_owned);
        let needed = |field: &str, key| invalid(field, Phrase::new(key));
        Ok(DelegationDraft {
            to: to.ok_or_else(|| needed("/to", "is_needed"))?,
            starts_at: fields.moment("starts_at"),
            ends_at: fields.moment("ends_at").ok_or_else(|| needed("/ends_at", "date_and_time"))?,
            kind: fields.filled("kind").map(Service::parse_kind).transpose()?,
            service: fields.filled("service").map(str::to_owned),
            reason: fields.text("reason").to_owned(),
        })
    };
    let outcome = match draft() {
        Ok(draft) => visitor.service().create_delegation(&visitor.call, draft).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(_) => Ok(see_other("/approvals?done=saved")),
        Err(error) => inbox::page(visitor, Some(&Attempt::new("delegate", fields, error, visitor.locale)?)).await,
    }
}

/// `POST /approvals/delegations`.
pub(in crate::console) async fn add(Submission { visitor, fields }: Submission) -> Response {
    let outcome = made(&visitor, fields).await;
    visitor.answer(outcome)
}

async fn removed(visitor: &Visitor, id: &str, fields: Fields) -> Result<Response, ServiceError> {
    let missing = |_| ServiceError::NotFound { kind: "delegation", id: id.chars().take(80).collect() };
    let parsed: DelegationId = id.parse().map_err(missing)?;
    match visitor.service().remove_delegation(&visitor.call, parsed, fields.version()).await {
        Ok(()) => Ok(see_other("/approvals?done=removed")),
        Err(error) => {
            let attempt = Attempt::new(&format!("undelegate-{id}"), fields, error, visitor.locale)?;
            inbox::page(visitor, Some(&attempt)).await
        }
    }
}

/// `POST /approvals/delegations/{id}/remove`.
pub(in crate::console) async fn remove(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = removed(&visitor, &id, fields).await;
    visitor.answer(outcome)
}
