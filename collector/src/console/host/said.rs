//! What is said of a host itself: by whom, what of it counts and why, what was said before, pins, and going back.

use axum::extract::Path;
use axum::response::Response;
use muster_model::host::{self, HostPast, voice};
use muster_model::reconcile::Reason;
use muster_model::right::Action;
use muster_shared::Time;
use muster_shared::id::NodeId;

use super::{detail, edit};
use crate::console::answer::see_other;
use crate::console::attribute;
use crate::console::form::{Attempt, Field, Form};
use crate::console::item::{AttributeRow, believed, others};
use crate::console::pin::{self, Pins};
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::Visitor;
use crate::service::ServiceError;
use crate::service::host::HostView;

/// Past versions that the page shows.
const SHOWN: usize = 10;

/// What was said until it was said otherwise.
#[derive(Clone, Debug)]
pub(in crate::console) struct PastRow {
    /// Field and value of what was different.
    pub(in crate::console) said: Vec<(String, String)>,
    pub(in crate::console) until: Time,
    /// The form that says it again, for whom may.
    pub(in crate::console) form: Option<Form>,
}

/// What is said of a host that is shown as it is now.
#[derive(Clone, Debug, Default)]
pub(in crate::console) struct SaidPanel {
    /// What sources and people say where there is more to tell than the value.
    pub(in crate::console) rows: Vec<AttributeRow>,
    pub(in crate::console) pins: Pins,
    pub(in crate::console) past: Vec<PastRow>,
}

/// Versions of what people said, newest first: those in which something of it was different from the next.
fn past_rows(visitor: &Visitor, view: &HostView, past: Vec<HostPast>, attempt: Option<&Attempt>) -> Vec<PastRow> {
    let (locale, id) = (visitor.locale, view.host.value.id);
    let mut next = host::said(&view.host.value);
    let mut rows = Vec::new();
    for past in past {
        let said = host::said(&past.value);
        let different = voice::FIELDS.iter().filter(|name| said.get(**name) != next.get(**name));
        let value = |name: &str| match said.get(name) {
            None => locale.t("none-set"),
            Some(value) => attribute::text(locale, name, value),
        };
        let told: Vec<_> = different.map(|name| (locale.name("field", name), value(name))).collect();
        if !told.is_empty() && rows.len() < SHOWN {
            let form = visitor.may(Action::HostUpdate).then(|| {
                let version = past.version;
                let action = format!("/hosts/{id}/undo/{version}");
                Form::new(visitor, format!("undo-{version}"), action, locale.t("undo"))
                    .version(view.host.version)
                    .field(Field::text(locale, "reason").required())
                    .after(attempt)
            });
            rows.push(PastRow { said: told, until: past.until, form });
        }
        next = said;
    }
    rows
}

/// What is said of a host, with what was said before.
pub(super) async fn of_host(
    visitor: &Visitor,
    view: &HostView,
    attempt: Option<&Attempt>,
) -> Result<SaidPanel, ServiceError> {
    let (service, call, locale) = (visitor.service(), &visitor.call, visitor.locale);
    let (host, counts) = (&view.host.value, host::said(&view.host.value));
    let values = service.explain_host(host).await?;
    let is_told =
        |name: &&&str| values.get(**name).is_some_and(|known| known.said.len() > 1 || known.reason == Reason::Pinned);
    let row = |name: &&str| AttributeRow {
        name: locale.name("field", name),
        seen: counts.get(*name).map_or_else(|| locale.t("none-set"), |value| attribute::text(locale, name, value)),
        authorised: None,
        believed: values.get(*name).and_then(|known| believed(known, locale)),
        others: values.get(*name).map(|known| others(name, known, locale)).unwrap_or_default(),
    };
    Ok(SaidPanel {
        rows: voice::FIELDS.iter().filter(is_told).map(row).collect(),
        pins: pin::of_host(visitor, NodeId::Host(host.id), attempt).await?,
        past: past_rows(visitor, view, service.host_versions(call, host.id).await?, attempt),
    })
}

async fn taken_back(visitor: &Visitor, id: &str, version: &str, fields: Fields) -> Result<Response, ServiceError> {
    let missing = || ServiceError::NotFound { kind: "version", id: version.chars().take(80).collect() };
    let number: u64 = version.parse().map_err(|_| missing())?;
    let (host, reason) = (edit::parse(id)?, fields.text("reason").to_owned());
    match visitor.service().undo_host(&visitor.call, host, number, &reason, fields.version()).await {
        Ok(_) => Ok(see_other(&format!("/hosts/{id}?done=undone"))),
        Err(error) => {
            let attempt = Attempt::new(&format!("undo-{number}"), fields, error, visitor.locale)?;
            detail::page(visitor, id, Some(&attempt)).await
        }
    }
}

/// `POST /hosts/{id}/undo/{version}`.
pub(in crate::console) async fn undo(
    Path((id, version)): Path<(String, String)>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let outcome = Box::pin(taken_back(&visitor, &id, &version, fields)).await;
    visitor.answer(outcome)
}
