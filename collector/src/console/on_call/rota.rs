//! `/on-call/rotas/…`: making a rota and changing it: its name and home in one form, each layer of people who take turns in one of its own.

use axum::extract::Path;
use axum::response::Response;
use muster_model::Versioned;
use muster_model::on_call::{Hours, Layer, Rota, Unit};
use muster_model::text::{Phrase, Text};
use muster_model::ticket::Kind as TicketKind;
use muster_model::weekday::Weekday;
use muster_model::zone::DayTime;
use muster_shared::id::UserId;

use super::rota_id;
use crate::console::answer::{self, see_other};
use crate::console::form::{self, Attempt, Choice, Field, Form, Kind};
use crate::console::list::Pager;
use crate::console::sheet::SheetPage;
use crate::console::shell::Shell;
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::Visitor;
use crate::service::account::Person;
use crate::service::on_call::RotaDraft;
use crate::service::{ServiceError, Wrong};

fn wrong(field: &str, why: Phrase) -> Wrong {
    Wrong { pointer: format!("/{field}"), detail: Text::from(why) }
}

/// The fields of a layer, filled with what it is.
fn layer_fields(visitor: &Visitor, mut form: Form, layer: Option<&Layer>, people: &[Person]) -> Form {
    let locale = visitor.locale;
    let named = |name: &'static str, kind| Field::named(name, locale.name("rota", name), kind);
    let name_of = |id: &UserId| {
        // By the name that one signs in with: it is one word, and nobody else's.
        let known = people.iter().find(|person| person.id == *id);
        known.map_or_else(|| id.to_string(), |person| person.name.clone())
    };
    let members = layer.map(|layer| layer.members.iter().map(name_of).collect::<Vec<_>>().join("\n"));
    let unit = layer.map_or(Unit::Week, |layer| layer.unit);
    let hours = layer.and_then(|layer| layer.hours.as_ref());
    let time = |time: Option<DayTime>| time.map(|time| time.to_string()).unwrap_or_default();
    let days = Weekday::ALL.iter().map(|day| Choice {
        value: day.as_str().to_owned(),
        label: locale.name("weekday", day.as_str()),
        is_chosen: hours.is_some_and(|hours| hours.days.contains(day)),
    });
    let able = people.iter().filter(|person| person.may(TicketKind::Incident.work()));
    let all: Vec<&str> = able.map(|person| person.name.as_str()).collect();
    let starts_on =
        layer.map_or_else(|| visitor.now().to_string().chars().take(10).collect(), |layer| layer.starts_on.to_string());
    for field in [
        named("layer", Kind::Input("text")).required().value(layer.map_or("primary", |layer| layer.name.as_str())),
        named("members", Kind::Area)
            .required()
            .value(members.unwrap_or_default())
            .hint(locale.with("hint-members", &[("names", &all.join(", "))])),
        named("every", Kind::Input("number")).required().value(layer.map_or(1, |layer| layer.every).to_string()),
        named("unit", Kind::Select).choices(form::choices(
            locale,
            "rota-unit",
            Unit::ALL.iter().map(|unit| unit.as_str()),
            unit.as_str(),
        )),
        named("starts_on", Kind::Input("date")).required().value(starts_on),
        named("handover", Kind::Input("time"))
            .required()
            .value(layer.map_or_else(|| "09:00".to_owned(), |layer| layer.handover.to_string())),
        named("hours_from", Kind::Input("time"))
            .value(time(hours.map(|hours| hours.from)))
            .hint(locale.t("hint-rota-hours")),
        named("hours_to", Kind::Input("time")).value(time(hours.map(|hours| hours.to))),
        named("days", Kind::Checks).choices(days.collect()),
    ] {
        form = form.field(field);
    }
    form
}

/// The layer that a form says.
fn read_layer(fields: &Fields, people: &[Person]) -> Result<Layer, ServiceError> {
    let mut errors = Vec::new();
    let mut members = Vec::new();
    for name in fields.text("members").split(['\n', ',']).map(str::trim).filter(|name| !name.is_empty()) {
        // The use case says whether it is somebody who may be called.
        let named = people.iter().find(|person| person.name == name).map(|person| person.id);
        match named.or_else(|| name.parse().ok()) {
            Some(id) => members.push(id),
            None => errors.push(wrong("members", Phrase::new("no_active_user").with("user", name))),
        }
    }
    let unit = Unit::ALL.iter().copied().find(|unit| unit.as_str() == fields.text("unit"));
    let day = fields.filled("starts_on").and_then(|text| text.parse().ok());
    let time = |name: &str| fields.filled(name).map(str::parse::<DayTime>);
    let handover = time("handover").and_then(Result::ok);
    let hours = match (time("hours_from"), time("hours_to")) {
        (None, None) => None,
        (Some(Ok(from)), Some(Ok(to))) => {
            let days = Weekday::ALL.into_iter().filter(|day| fields.all("days").any(|value| value == day.as_str()));
            Some(Hours { from, to, days: days.collect() })
        }
        _ => {
            errors.push(wrong("hours_to", Phrase::new("is_needed")));
            None
        }
    };
    for (field, is_there) in [("unit", unit.is_some()), ("starts_on", day.is_some()), ("handover", handover.is_some())]
    {
        if !is_there {
            errors.push(wrong(field, Phrase::new("is_needed")));
        }
    }
    match (unit, day, handover) {
        (Some(unit), Some(starts_on), Some(handover)) if errors.is_empty() => Ok(Layer {
            name: fields.text("layer").trim().to_owned(),
            members,
            every: fields.number("every").unwrap_or_default(),
            unit,
            starts_on,
            handover,
            hours,
        }),
        _ => Err(ServiceError::Invalid(errors)),
    }
}

/// Errors of the layer that a form is about stand beside its fields.
fn placed(error: ServiceError) -> ServiceError {
    let ServiceError::Invalid(errors) = error else { return error };
    let place = |mut wrong: Wrong| {
        let parts: Vec<&str> = wrong.pointer.split('/').collect();
        if let ["", "layers", _, field] = parts.as_slice() {
            wrong.pointer = match *field {
                "name" => "/layer".to_owned(),
                "hours" => "/hours_to".to_owned(),
                field => format!("/{field}"),
            };
        }
        wrong
    };
    ServiceError::Invalid(errors.into_iter().map(place).collect())
}

fn home_fields(visitor: &Visitor, form: Form, rota: Option<&Rota>) -> Form {
    let locale = visitor.locale;
    form.field(Field::text(locale, "name").required().value(rota.map_or("", |rota| rota.name.as_str())))
        .field(Field::group(locale, "group").value(rota.and_then(|rota| rota.group.as_deref()).unwrap_or_default()))
        .field(
            Field::named("zone", locale.name("rota", "zone"), Kind::Input("text"))
                .required()
                .value(rota.map_or_else(|| "UTC".to_owned(), |rota| rota.zone.to_string()))
                .hint(locale.t("hint-rota-zone")),
        )
}

/// Name, group and zone of a form, with these layers.
fn read_home(fields: &Fields, layers: Vec<Layer>) -> Result<RotaDraft, ServiceError> {
    let zone = fields.text("zone").trim();
    let zone = zone
        .parse()
        .map_err(|_| ServiceError::Invalid(vec![wrong("zone", Phrase::new("no_zone").with("value", zone))]))?;
    let group = fields.filled("group").map(str::to_owned);
    Ok(RotaDraft { name: fields.text("name").to_owned(), group, zone, layers })
}

async fn new_page(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let people = visitor.service().list_people(&visitor.call).await?;
    let form = Form::new(visitor, "rota", "/on-call/rotas/new".to_owned(), locale.t("rota-new")).tone("primary");
    let form = layer_fields(visitor, home_fields(visitor, form, None), None, &people).after(attempt);
    sheet(visitor, &locale.t("rota-new"), vec![form], Vec::new(), attempt).await
}

async fn sheet(
    visitor: &Visitor,
    title: &str,
    forms: Vec<Form>,
    folds: Vec<Form>,
    attempt: Option<&Attempt>,
) -> Result<Response, ServiceError> {
    let page = SheetPage {
        page: Shell::at(visitor, "/on-call", title).await,
        above: Some(("/on-call", visitor.locale.t("on-call-title"))),
        note: String::new(),
        tabs: Vec::new(),
        pager: Pager::default(),
        begin: None,
        facts: Vec::new(),
        tables: Vec::new(),
        forms,
        folds,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /on-call/rotas/new`.
pub(in crate::console) async fn show_new(visitor: Visitor) -> Response {
    let outcome = new_page(&visitor, None).await;
    visitor.answer(outcome)
}

async fn made(visitor: &Visitor, fields: Fields) -> Result<Response, ServiceError> {
    let people = visitor.service().list_people(&visitor.call).await?;
    let draft = read_layer(&fields, &people).and_then(|layer| read_home(&fields, vec![layer]));
    let saved = match draft {
        Ok(draft) => visitor.service().save_rota(&visitor.call, None, draft).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(saved) => Ok(see_other(&format!("/on-call/rotas/{}?done=saved", saved.value.id))),
        Err(error) => {
            let attempt = Attempt::new("rota", fields, placed(error), visitor.locale)?;
            new_page(visitor, Some(&attempt)).await
        }
    }
}

/// `POST /on-call/rotas/new`.
pub(in crate::console) async fn submit_new(Submission { visitor, fields }: Submission) -> Response {
    let outcome = made(&visitor, fields).await;
    visitor.answer(outcome)
}

async fn page(
    visitor: &Visitor,
    stored: &Versioned<Rota>,
    attempt: Option<&Attempt>,
) -> Result<Response, ServiceError> {
    let (locale, rota) = (visitor.locale, &stored.value);
    let people = visitor.service().list_people(&visitor.call).await?;
    let path = |what: &str| format!("/on-call/rotas/{}/{what}", rota.id);
    let form =
        |id: String, what: &str, title: String| Form::new(visitor, id, path(what), title).version(stored.version);
    let save = |form: Form| form.submit(locale.t("save"));
    let home = save(form("home".into(), "home", locale.t("rota-home"))).tone("primary");
    let forms = vec![home_fields(visitor, home, Some(rota)).after(attempt)];
    let mut folds = Vec::new();
    for (n, layer) in rota.layers.iter().enumerate() {
        let title = locale.with("rota-layer-of", &[("name", &layer.name)]);
        let change = save(form(format!("layer-{n}"), &format!("layer-{n}"), title));
        folds.push(layer_fields(visitor, change, Some(layer), &people).after(attempt));
        if rota.layers.len() > 1 {
            let title = locale.with("rota-layer-remove", &[("name", &layer.name)]);
            folds.push(form(format!("without-{n}"), &format!("without-{n}"), title).tone("danger").after(attempt));
        }
    }
    let add = form("layer-new".into(), "layer-new", locale.t("rota-layer-new")).note(locale.t("rota-layer-note"));
    folds.push(layer_fields(visitor, add, None, &people).after(attempt));
    folds.push(form("remove".into(), "remove", locale.t("rota-remove")).tone("danger").after(attempt));
    sheet(visitor, &rota.name, forms, folds, attempt).await
}

async fn one(visitor: &Visitor, id: &str) -> Result<Response, ServiceError> {
    let stored = visitor.service().get_rota(&visitor.call, rota_id(id)?).await?;
    page(visitor, &stored, None).await
}

/// `GET /on-call/rotas/{id}`.
pub(in crate::console) async fn show(visitor: Visitor, Path(id): Path<String>) -> Response {
    let outcome = one(&visitor, &id).await;
    visitor.answer(outcome)
}

/// What the rota is after a form was sent: `layer-N`, `without-N`, `layer-new` or `home`.
fn changed(rota: &Rota, what: &str, fields: &Fields, people: &[Person]) -> Result<RotaDraft, ServiceError> {
    let missing = || ServiceError::NotFound { kind: "layer", id: what.chars().take(80).collect() };
    let mut layers = rota.layers.clone();
    if what == "home" {
        return read_home(fields, layers);
    }
    if let Some(n) = what.strip_prefix("without-") {
        let n: usize = n.parse().ok().filter(|n| *n < layers.len()).ok_or_else(missing)?;
        layers.remove(n);
    } else if what == "layer-new" {
        layers.push(read_layer(fields, people)?);
    } else {
        let n = what.strip_prefix("layer-").and_then(|n| n.parse::<usize>().ok()).ok_or_else(missing)?;
        *layers.get_mut(n).ok_or_else(missing)? = read_layer(fields, people)?;
    }
    Ok(RotaDraft { name: rota.name.clone(), group: rota.group.clone(), zone: rota.zone.clone(), layers })
}

async fn saved(visitor: &Visitor, id: &str, what: &str, fields: Fields) -> Result<Response, ServiceError> {
    let (service, call, id) = (visitor.service(), &visitor.call, rota_id(id)?);
    let stored = service.get_rota(call, id).await?;
    let people = visitor.service().list_people(&visitor.call).await?;
    let outcome = if what == "remove" {
        service.remove_rota(call, id, fields.version()).await.map(|()| "/on-call?done=removed".to_owned())
    } else {
        match changed(&stored.value, what, &fields, &people) {
            Ok(draft) => {
                let saved = service.save_rota(call, Some((id, fields.version())), draft).await;
                saved.map(|_| format!("/on-call/rotas/{id}?done=saved"))
            }
            Err(error) => Err(error),
        }
    };
    match outcome {
        Ok(to) => Ok(see_other(&to)),
        Err(error) => page(visitor, &stored, Some(&Attempt::new(what, fields, placed(error), visitor.locale)?)).await,
    }
}

/// `POST /on-call/rotas/{id}/{what}`.
pub(in crate::console) async fn save(
    Path((id, what)): Path<(String, String)>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let outcome = saved(&visitor, &id, &what, fields).await;
    visitor.answer(outcome)
}
