//! `/separations`: what nobody may have together.

use axum::extract::Path;
use axum::response::Response;
use muster_model::Versioned;
use muster_model::grant::separation::{Rule, Separation, Side};
use muster_model::right::Action;
use muster_model::ticket::access::Entitlement;
use muster_shared::id::SeparationId;

use super::{right, tabs};
use crate::console::answer::{self, see_other};
use crate::console::form::{self, Attempt, Choice, Field, Form, Kind};
use crate::console::list::Pager;
use crate::console::locale::Locale;
use crate::console::sheet::{Cell, Row, SheetPage, Table};
use crate::console::shell::Shell;
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::Visitor;
use crate::service::ServiceError;
use crate::service::access::separation::Together;

/// The fields of a side: what it is allowed, in which group, on which hosts.
const SIDES: [(&str, [&str; 3]); 2] = [
    ("one", ["one_entitlement", "one_group", "one_hosts"]),
    ("other", ["other_entitlement", "other_group", "other_hosts"]),
];

fn with_fields(visitor: &Visitor, mut form: Form, rule: Option<&Rule>) -> Form {
    let locale = visitor.locale;
    form = form.field(Field::text(locale, "name").required().value(rule.map_or("", |rule| &rule.name)));
    for (i, (side, [entitlement, group, hosts])) in SIDES.into_iter().enumerate() {
        let held = rule.map(|rule| if i == 0 { &rule.one } else { &rule.other });
        let label = |key: &str| format!("{}: {}", locale.name("separation-side", side), locale.t(key));
        let chosen = held.map_or(Entitlement::Sudo, |side| side.entitlement);
        let all = Entitlement::ALL.iter().map(|it| it.as_str());
        let choices = form::choices(locale, "entitlement", all, chosen.as_str());
        form = form
            .field(Field::named(entitlement, label("field-entitlement"), Kind::Select).choices(choices))
            .field(
                Field::named(group, label("field-group"), Kind::Input("text"))
                    .value(held.and_then(|side| side.group.clone()).unwrap_or_default()),
            )
            .field(
                Field::named(hosts, label("separation-hosts"), Kind::Input("text"))
                    .value(held.map(|side| side.hosts.clone()).unwrap_or_default()),
            );
    }
    let is_on = rule.is_none_or(|rule| rule.is_enabled);
    let switch = vec![Choice { value: "yes".into(), label: locale.t("separation-on"), is_chosen: is_on }];
    form.field(Field::area(locale, "reason").value(rule.map_or("", |rule| &rule.reason)))
        .field(Field::named("is_enabled", locale.t("col-state"), Kind::Checks).choices(switch))
}

fn rule_of(fields: &Fields) -> Rule {
    let side = |[entitlement, group, hosts]: [&str; 3]| Side {
        entitlement: Entitlement::ALL
            .iter()
            .copied()
            .find(|it| it.as_str() == fields.text(entitlement))
            .unwrap_or_default(),
        group: fields.filled(group).map(str::to_owned),
        hosts: fields.text(hosts).trim().to_owned(),
    };
    Rule {
        name: fields.text("name").trim().to_owned(),
        one: side(SIDES[0].1),
        other: side(SIDES[1].1),
        reason: fields.text("reason").trim().to_owned(),
        is_enabled: fields.text("is_enabled") == "yes",
    }
}

/// Who has both, and by which tickets.
fn said(locale: Locale, pair: &Together) -> String {
    let except = if pair.is_excepted { format!(" ({})", locale.t("separation-excepted")) } else { String::new() };
    format!("{}: {}{except}", pair.account, pair.numbers.join(", "))
}

fn row(visitor: &Visitor, stored: &Versioned<Separation>, standing: &[Together], attempt: Option<&Attempt>) -> Row {
    let (locale, id, rule) = (visitor.locale, stored.value.id, &stored.value.rule);
    let side = |side: &Side| {
        let what = right(locale, side.entitlement.as_str(), side.group.as_deref());
        Cell::text(if side.hosts.is_empty() { what } else { format!("{what} ({})", side.hosts) })
    };
    let forms = || {
        let edit = Form::new(visitor, format!("edit-{id}"), format!("/separations/{id}"), locale.t("separation-edit"));
        let remove = Form::new(
            visitor,
            format!("remove-{id}"),
            format!("/separations/{id}/remove"),
            locale.t("separation-remove"),
        );
        vec![
            with_fields(visitor, edit.version(stored.version), Some(rule)).submit(locale.t("save")).after(attempt),
            remove.tone("danger").version(stored.version).after(attempt),
        ]
    };
    Row {
        cells: vec![
            Cell::text(&rule.name).look("main"),
            side(&rule.one),
            side(&rule.other),
            Cell::text(locale.name("policy-state", if rule.is_enabled { "on" } else { "off" })),
            Cell::text(&rule.reason),
            Cell::text(standing.iter().map(|pair| said(locale, pair)).collect::<Vec<_>>().join("; ")),
        ],
        forms: if visitor.may(Action::AccessReview) { forms() } else { Vec::new() },
    }
}

async fn page(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let all = visitor.service().list_separations(&visitor.call).await?;
    let standing = visitor.service().standing_clashes(&visitor.call).await?;
    let of = |id: SeparationId| standing.get(&id).map_or(&[][..], Vec::as_slice);
    let shell = Shell::at(visitor, "/grants", &locale.t("separations-title")).await;
    let add = || {
        let form = Form::new(visitor, "add", "/separations".to_owned(), locale.t("separation-new")).tone("primary");
        with_fields(visitor, form, None).after(attempt)
    };
    let page = SheetPage {
        above: None,
        note: locale.t("separations-note"),
        tabs: tabs(visitor, "/separations"),
        pager: Pager::default(),
        begin: None,
        facts: Vec::new(),
        tables: vec![Table {
            id: "separations",
            title: locale.t("separations-title"),
            heads: [
                "field-name",
                "separation-side-one",
                "separation-side-other",
                "col-state",
                "field-reason",
                "separation-standing",
            ]
            .map(|key| locale.t(key))
            .into_iter()
            .chain([String::new()])
            .collect(),
            rows: all.iter().map(|stored| row(visitor, stored, of(stored.value.id), attempt)).collect(),
            empty: locale.t("separations-none"),
        }],
        forms: visitor.may(Action::AccessReview).then(add).into_iter().collect(),
        folds: Vec::new(),
        page: shell,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /separations`.
pub(in crate::console) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor, None).await;
    visitor.answer(outcome)
}

/// What is wrong with a side stands beside its field.
fn placed(error: ServiceError) -> ServiceError {
    match error {
        ServiceError::Invalid(mut wrong) => {
            for one in &mut wrong {
                if let Some((side, field)) = one.pointer.trim_start_matches('/').split_once('/') {
                    one.pointer = format!("/{side}_{field}");
                }
            }
            ServiceError::Invalid(wrong)
        }
        other => other,
    }
}

async fn done(
    visitor: &Visitor,
    form: &str,
    fields: Fields,
    outcome: Result<(), ServiceError>,
) -> Result<Response, ServiceError> {
    match outcome.map_err(placed) {
        Ok(()) => Ok(see_other("/separations?done=saved")),
        Err(error) => page(visitor, Some(&Attempt::new(form, fields, error, visitor.locale)?)).await,
    }
}

/// `POST /separations`.
pub(in crate::console) async fn add(Submission { visitor, fields }: Submission) -> Response {
    let made = visitor.service().create_separation(&visitor.call, rule_of(&fields)).await.map(drop);
    let outcome = done(&visitor, "add", fields, made).await;
    visitor.answer(outcome)
}

fn parse(id: &str) -> Result<SeparationId, ServiceError> {
    id.parse().map_err(|_| ServiceError::NotFound { kind: "separation", id: id.chars().take(80).collect() })
}

async fn saved(visitor: &Visitor, id: &str, fields: Fields) -> Result<Response, ServiceError> {
    let parsed = parse(id)?;
    let (rule, seen) = (rule_of(&fields), fields.version());
    let made = visitor.service().replace_separation(&visitor.call, parsed, rule, seen).await.map(drop);
    done(visitor, &format!("edit-{id}"), fields, made).await
}

/// `POST /separations/{id}`.
pub(in crate::console) async fn save(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = saved(&visitor, &id, fields).await;
    visitor.answer(outcome)
}

async fn removed(visitor: &Visitor, id: &str, fields: Fields) -> Result<Response, ServiceError> {
    let made = visitor.service().remove_separation(&visitor.call, parse(id)?, fields.version()).await;
    done(visitor, &format!("remove-{id}"), fields, made).await
}

/// `POST /separations/{id}/remove`.
pub(in crate::console) async fn remove(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = removed(&visitor, &id, fields).await;
    visitor.answer(outcome)
}
