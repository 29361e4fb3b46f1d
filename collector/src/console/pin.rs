//! Values that people pin on an item: those that hold, the form for another one, and taking one back.

use axum::extract::Path;
use axum::response::Response;
use muster_model::Versioned;
use muster_model::class::Class;
use muster_model::declared::voice::Hold;
use muster_model::history::Moment;
use muster_model::host::voice::FIELDS as OF_HOST;
use muster_model::reconcile::pin::Pin;
use muster_model::right::Action;
use muster_model::text::Phrase;
use muster_shared::Time;
use muster_shared::attribute::{Kind, kind_of, of};
use muster_shared::id::{DeclaredId, NodeId};
use serde_json::Value;

use super::answer::see_other;
use super::attribute;
use super::declared::{field_name, page_of, value_of};
use super::form::{self, Attempt, Choice, Field, Form};
use super::relation::parse;
use super::submission::{Fields, Submission};
use super::visitor::Visitor;
use crate::service::item::ItemView;
use crate::service::source::NewPin;
use crate::service::{ServiceError, Wrong, invalid};

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

/// A pin of one attribute, with the version that taking it back names.
type Held = (String, Hold, u64);

fn held(stored: Versioned<Pin>) -> Held {
    let Pin { attribute, value, reason, by, at, until, .. } = stored.value;
    (attribute, Hold { value, reason, by, at, until }, stored.version)
}

fn row(visitor: &Visitor, id: NodeId, (name, pin, version): Held, attempt: Option<&Attempt>) -> PinRow {
    let locale = visitor.locale;
    let form = visitor.may(Action::ItemPin).then(|| {
        let action = format!("/items/{id}/unpin");
        let attribute = Choice { value: name.clone(), label: name.clone(), is_chosen: true };
        Form::new(visitor, format!("unpin-{name}"), action, locale.t("unpin"))
            .version(version)
            .field(Field::select(locale, "attribute", vec![attribute]))
            .after(attempt)
    });
    PinRow {
        attribute: attribute::label(locale, &name),
        value: attribute::text(locale, &name, &pin.value),
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
    let pins = visitor.service().item_pins(&visitor.call, view.id).await?;
    let names = of(view.class).map(|(name, _)| name).filter(|name| !name.ends_with('*')).map(str::to_owned).collect();
    Ok(pins_of(visitor, NodeId::Item(view.id), (pins.into_iter().map(held).collect(), names, view.is_present), attempt))
}

/// The same of what is said of a host itself.
pub(super) async fn of_host(visitor: &Visitor, node: NodeId, attempt: Option<&Attempt>) -> Result<Pins, ServiceError> {
    let (pins, version) = visitor.service().said_pins(&visitor.call, node).await?;
    let names = OF_HOST.iter().map(|name| (*name).to_owned()).collect();
    let pins = pins.into_iter().map(|(name, hold)| (name, hold, version)).collect();
    Ok(pins_of(visitor, node, (pins, names, true), attempt))
}

/// The values of a declared item of which sources can speak besides its attributes.
const FIELDS: &[&str] = &["owner", "criticality", "status"];

/// The same of an item that people declare.
pub(super) async fn of_declared(
    visitor: &Visitor,
    id: DeclaredId,
    class: &Class,
    attempt: Option<&Attempt>,
) -> Result<Pins, ServiceError> {
    let (pins, version) = visitor.service().said_pins(&visitor.call, NodeId::Declared(id)).await?;
    let is_present = visitor.service().get_declared(&visitor.call, id).await?.value.is_present();
    let own = class.attributes.iter().map(|attribute| attribute.definition.name.clone());
    let names = own.chain(FIELDS.iter().map(|name| (*name).to_owned())).collect();
    let pins = pins.into_iter().map(|(name, hold)| (name, hold, version)).collect();
    Ok(pins_of(visitor, NodeId::Declared(id), (pins, names, is_present), attempt))
}

fn pins_of(
    visitor: &Visitor,
    id: NodeId,
    (pins, names, is_present): (Vec<Held>, Vec<String>, bool),
    attempt: Option<&Attempt>,
) -> Pins {
    let locale = visitor.locale;
    let rows = pins.into_iter().map(|pin| row(visitor, id, pin, attempt)).collect();
    let form = (visitor.may(Action::ItemPin) && is_present).then(|| {
        let choice = |name: String| Choice { label: attribute::label(locale, &name), value: name, is_chosen: false };
        let mut names: Vec<Choice> = names.into_iter().map(choice).collect();
        names.insert(0, form::nothing(locale.t("choose"), true));
        Form::new(visitor, "pin", format!("/items/{id}/pin"), locale.t("pin-add"))
            .note(locale.t("pin-note"))
            .field(Field::select(locale, "attribute", names).required())
            .field(Field::text(locale, "value").required())
            .field(Field::text(locale, "reason").required())
            .field(Field::new(locale, "until", form::Kind::Input("datetime-local")).hint(locale.t("hint-until")))
            .after(attempt)
    });
    Pins { rows, form }
}

/// What values of an attribute are.
async fn kind_on(visitor: &Visitor, id: NodeId, attribute: &str) -> Result<Option<Kind>, ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    Ok(match id {
        NodeId::Item(id) => kind_of(service.get_item(call, id, Moment::NOW).await?.item.class, attribute),
        NodeId::Declared(id) => {
            let class = service.get_declared(call, id).await?.value.class;
            let class = service.get_class(call, &class).await?.class;
            Some(class.attribute(attribute).map_or(Kind::Text, |known| known.definition.kind))
        }
        NodeId::Host(_) => Some(Kind::Text),
        NodeId::Address(_) => return Err(ServiceError::NotFound { kind: "item", id: id.to_string() }),
    })
}

async fn pinned(visitor: &Visitor, id: &str, fields: Fields) -> Result<Response, ServiceError> {
    let id = parse(id)?;
    let (service, call) = (visitor.service(), &visitor.call);
    let attribute = fields.text("attribute").to_owned();
    let value =
        kind_on(visitor, id, &attribute).await?.map(|kind| value_of(kind, fields.text("value"))).unwrap_or_default();
    let until = fields.moment("until");
    let new = NewPin { attribute, value, reason: fields.text("reason").to_owned(), until };
    let outcome = if fields.filled("attribute").is_none() {
        Err(invalid("/attribute", Phrase::new("is_needed")))
    } else if fields.filled("value").is_none() {
        Err(invalid("/value", Phrase::new("is_needed")))
    } else if fields.filled("until").is_some() && until.is_none() {
        Err(invalid("/until", Phrase::new("class_time")))
    } else {
        match id {
            NodeId::Item(id) => service.pin_item(call, id, new, None).await.map(drop),
            node => service.pin_said(call, node, new, None).await.map(drop),
        }
    };
    match outcome {
        Ok(()) => Ok(see_other(&format!("/items/{id}?done=pinned"))),
        Err(error) => page_of(visitor, id, Some(&Attempt::new("pin", fields, error, visitor.locale)?)).await,
    }
}

/// `POST /items/{id}/pin`.
pub(super) async fn add(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = Box::pin(pinned(&visitor, &id, fields)).await;
    visitor.answer(outcome)
}

async fn taken_back(visitor: &Visitor, id: &str, fields: Fields) -> Result<Response, ServiceError> {
    let (id, attribute) = (parse(id)?, fields.text("attribute").to_owned());
    let (service, call) = (visitor.service(), &visitor.call);
    let outcome = match id {
        NodeId::Item(id) => service.unpin_item(call, id, &attribute, fields.version()).await,
        node => service.unpin_said(call, node, &attribute, fields.version()).await,
    };
    match outcome {
        Ok(()) => Ok(see_other(&format!("/items/{id}?done=unpinned"))),
        Err(error) => {
            let attempt = Attempt::new(&format!("unpin-{attribute}"), fields, error, visitor.locale)?;
            page_of(visitor, id, Some(&attempt)).await
        }
    }
}

/// `POST /items/{id}/unpin`.
pub(super) async fn remove(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = Box::pin(taken_back(&visitor, &id, fields)).await;
    visitor.answer(outcome)
}

/// Whether a form changes what is pinned: that would be kept and count for nothing, so it is told who pinned it.
pub(in crate::console) async fn check(visitor: &Visitor, node: NodeId, fields: &Fields) -> Result<(), ServiceError> {
    let (pins, _) = visitor.service().said_pins(&visitor.call, node).await?;
    let mut wrong = Vec::new();
    for (name, hold) in pins {
        // What stands in the form is the pinned value, as long as nobody wrote another one.
        let shown = match &hold.value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Null => String::new(),
            _ => continue,
        };
        let attribute = field_name(&name);
        let field = [name, attribute].into_iter().find(|field| fields.0.iter().any(|(key, _)| key == field));
        let Some(field) = field.filter(|field| fields.text(field).trim() != shown) else { continue };
        let why = Phrase::new("edit_pinned").term("by", "actor", hold.by.clone()).with("reason", hold.reason.as_str());
        wrong.push(Wrong { pointer: format!("/{field}"), detail: why.into() });
    }
    if wrong.is_empty() { Ok(()) } else { Err(ServiceError::Invalid(wrong)) }
}
