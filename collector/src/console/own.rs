//! Attributes that owners added to the class of hosts and of items of hosts: what people gave, and the form that changes it.

use axum::extract::Path;
use axum::response::Response;
use muster_model::history::Moment;
use muster_model::right::Action;
use muster_shared::id::NodeId;

use super::answer::see_other;
use super::attribute;
use super::declared::entry::{in_form, own_edit, own_fields};
use super::declared::page_of;
use super::form::{Attempt, Field, Form};
use super::relation::{address, parse};
use super::submission::{Fields, Submission};
use super::visitor::Visitor;
use crate::service::ServiceError;

/// What people gave, and the form, for whom may.
#[derive(Clone, Debug, Default)]
pub(super) struct Own {
    pub(super) rows: Vec<(String, String)>,
    pub(super) form: Option<Form>,
}

/// The added attributes of a node of a class, as they were at a moment.
pub(super) async fn of_node(
    visitor: &Visitor,
    node: NodeId,
    class: &str,
    moment: Moment,
    attempt: Option<&Attempt>,
) -> Result<Own, ServiceError> {
    let (service, call, locale) = (visitor.service(), &visitor.call, visitor.locale);
    let class = service.get_class(call, class).await?.class;
    if class.declarable().next().is_none() {
        return Ok(Own::default());
    }
    let stored = service.get_declaration(call, node, moment).await?;
    let row = |(name, value): (&String, &serde_json::Value)| {
        (attribute::label(locale, name), attribute::text(locale, name, value))
    };
    let form = || {
        let mut form = Form::new(visitor, "own", format!("/items/{node}/attributes"), locale.t("own-attributes-edit"));
        form.fields = own_fields(locale, &class, &stored.value);
        form.field(Field::text(locale, "reason")).submit(locale.t("save")).version(stored.version).after(attempt)
    };
    let form = (visitor.may(Action::ItemManage) && moment.is_now()).then(form);
    Ok(Own { rows: stored.value.attributes.iter().map(row).collect(), form })
}

async fn saved(visitor: &Visitor, text: &str, fields: Fields) -> Result<Response, ServiceError> {
    let (service, call, node) = (visitor.service(), &visitor.call, parse(text)?);
    let class = match node {
        NodeId::Host(_) => "host".to_owned(),
        node => service.get_declaration(call, node, Moment::NOW).await?.value.class,
    };
    let class = service.get_class(call, &class).await?.class;
    let edit = own_edit(&class, &fields);
    match service.edit_declared(call, node, edit, fields.text("reason"), fields.version()).await {
        Ok(_) => Ok(see_other(&format!("{}?done=saved", address(node).unwrap_or_default()))),
        Err(error) => {
            let attempt = Attempt::new("own", fields, in_form(error), visitor.locale)?;
            page_of(visitor, node, Some(&attempt)).await
        }
    }
}

/// `POST /items/{id}/attributes`.
pub(super) async fn save(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = Box::pin(saved(&visitor, &id, fields)).await;
    visitor.answer(outcome)
}
