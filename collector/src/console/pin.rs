//! Values that people pin on an item of a host: those that hold, the form for another one, and taking one back.

use axum::extract::Path;
use axum::response::Response;
use muster_model::Versioned;
use muster_model::reconcile::pin::Pin;
use muster_model::right::Action;
use muster_model::text::Phrase;
use muster_shared::Time;
use muster_shared::attribute::{kind_of, of};
use muster_shared::id::ItemId;

use super::answer::see_other;
use super::declared::value_of;
use super::form::{self, Attempt, Choice, Field, Form};
use super::submission::{Fields, Submission};
use super::visitor::Visitor;
use super::{attribute, item};
use crate::service::item::ItemView;
use crate::service::source::NewPin;
use crate::service::{ServiceError, invalid};

/// A pin that holds.
#[derive(Clone, Debug)]
pub(super) struct PinRow {
    pub(super) attribute: String,
    pub(super) value: String,
    pub(super) reason: String,
    pub(super) by: String,
    pub(super) at: Time,
    pub(super) until: Option<Time>,
    /// The form that takes it back, for whom may.
    pub(super) form: Option<Form>,
}

/// The pins of an item, with the form for another one.
#[derive(Clone, Debug, Default)]
pub(super) struct Pins {
    pub(super) rows: Vec<PinRow>,
    pub(super) form: Option<Form>,
}

fn row(visitor: &Visitor, id: ItemId, stored: Versioned<Pin>, attempt: Option<&Attempt>) -> PinRow {
    let (locale, pin) = (visitor.locale, stored.value);
    let form = visitor.may(Action::ItemPin).then(|| {
        let action = format!("/items/{id}/unpin");
        let attribute = Choice { value: pin.attribute.clone(), label: pin.attribute.clone(), is_chosen: true };
        Form::new(visitor, format!("unpin-{}", pin.attribute), action, locale.t("unpin"))
            .version(stored.version)
            .field(Field::select(locale, "attribute", vec![attribute]))
            .after(attempt)
    });
    PinRow {
        attribute: attribute::label(locale, &pin.attribute),
        value: attribute::text(locale, &pin.attribute, &pin.value),
        reason: pin.reason,
        by: pin.by,
        at: pin.at,
        until: pin.until,
        form,
    }
}

/// What people pinned on an item that is shown as it is now.
pub(super) async fn of_item(
    visitor: &Visitor,
    view: &ItemView,
    attempt: Option<&Attempt>,
) -> Result<Pins, ServiceError> {
    let locale = visitor.locale;
    let pins = visitor.service().item_pins(&visitor.call, view.id).await?;
    let rows = pins.into_iter().map(|pin| row(visitor, view.id, pin, attempt)).collect();
    let form = (visitor.may(Action::ItemPin) && view.is_present).then(|| {
        let choice = |(name, _): (&str, _)| Choice {
            value: name.to_owned(),
            label: attribute::label(locale, name),
            is_chosen: false,
        };
        let mut names: Vec<Choice> = of(view.class).filter(|(name, _)| !name.ends_with('*')).map(choice).collect();
        names.insert(0, form::nothing(locale.t("choose"), true));
        Form::new(visitor, "pin", format!("/items/{}/pin", view.id), locale.t("pin-add"))
            .note(locale.t("pin-note"))
            .field(Field::select(locale, "attribute", names).required())
            .field(Field::text(locale, "value").required())
            .field(Field::text(locale, "reason").required())
            .field(Field::new(locale, "until", form::Kind::Input("datetime-local")).hint(locale.t("hint-until")))
            .after(attempt)
    });
    Ok(Pins { rows, form })
}

fn parse(id: &str) -> Result<ItemId, ServiceError> {
    id.parse().map_err(|_| ServiceError::NotFound { kind: "item", id: id.chars().take(80).collect() })
}

async fn pinned(visitor: &Visitor, id: &str, fields: Fields) -> Result<Response, ServiceError> {
    let id = parse(id)?;
    let (service, call) = (visitor.service(), &visitor.call);
    let class = service.get_item(call, id, muster_model::history::Moment::NOW).await?.item.class;
    let attribute = fields.text("attribute").to_owned();
    let value = kind_of(class, &attribute).map(|kind| value_of(kind, fields.text("value"))).unwrap_or_default();
    let until = fields.moment("until");
    let new = NewPin { attribute, value, reason: fields.text("reason").to_owned(), until };
    let outcome = if fields.filled("attribute").is_none() {
        Err(invalid("/attribute", Phrase::new("is_needed")))
    } else if fields.filled("value").is_none() {
        Err(invalid("/value", Phrase::new("is_needed")))
    } else if fields.filled("until").is_some() && until.is_none() {
        Err(invalid("/until", Phrase::new("class_time")))
    } else {
        service.pin_item(call, id, new, None).await
    };
    match outcome {
        Ok(_) => Ok(see_other(&format!("/items/{id}?done=pinned"))),
        Err(error) => item::page(visitor, id, Some(&Attempt::new("pin", fields, error, visitor.locale)?)).await,
    }
}

/// `POST /items/{id}/pin`.
pub(super) async fn add(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = pinned(&visitor, &id, fields).await;
    visitor.answer(outcome)
}

async fn taken_back(visitor: &Visitor, id: &str, fields: Fields) -> Result<Response, ServiceError> {
    let (id, attribute) = (parse(id)?, fields.text("attribute").to_owned());
    match visitor.service().unpin_item(&visitor.call, id, &attribute, fields.version()).await {
        Ok(()) => Ok(see_other(&format!("/items/{id}?done=unpinned"))),
        Err(error) => {
            let attempt = Attempt::new(&format!("unpin-{attribute}"), fields, error, visitor.locale)?;
            item::page(visitor, id, Some(&attempt)).await
        }
    }
}

/// `POST /items/{id}/unpin`.
pub(super) async fn remove(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = taken_back(&visitor, &id, fields).await;
    visitor.answer(outcome)
}
