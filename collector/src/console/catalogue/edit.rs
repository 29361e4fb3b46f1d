//! The forms that make an item of the catalogue, its next version, and that publish or retire it.

use std::collections::BTreeSet;

use axum::extract::Path;
use axum::response::Response;
use muster_model::Versioned;
use muster_model::catalogue::access::AccessGrant;
use muster_model::catalogue::{ApproverPolicy, CatalogueItem, Cost, FormSchema, ItemState, Offer, line};
use muster_model::right::{Action, Reach, Role};
use muster_model::text::Phrase;
use muster_model::ticket::access::Entitlement;

use crate::console::answer::{self, see_other};
use crate::console::form::{self, Attempt, Choice, Field, Form};
use crate::console::level::policy_label;
use crate::console::list::Pager;
use crate::console::sheet::SheetPage;
use crate::console::shell::Shell;
use crate::console::submission::{Fields, Submission};
use crate::console::ticket::approval_rule;
use crate::console::visitor::Visitor;
use crate::service::{ServiceError, Wrong, invalid};

/// What a price is written as, and read from.
pub(super) fn price(cost: &Cost) -> String {
    format!("{}.{:02} {}", cost.cents / 100, cost.cents % 100, cost.currency)
}

/// The price of a text such as `12.50 EUR`, without a sum in binary fractions on the way.
fn cost(text: &str) -> Option<Cost> {
    let (amount, currency) = text.trim().split_once(' ')?;
    let (whole, part) = amount.split_once('.').unwrap_or((amount, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(whole) || !is_digits(part) || part.len() > 2 {
        return None;
    }
    let part = format!("{part:0<2}").parse::<u64>().ok()?;
    let cents = whole.parse::<u64>().ok()?.checked_mul(100)?.checked_add(part)?;
    Some(Cost { cents, currency: currency.trim().to_owned() })
}

/// The fields of an offer.
async fn fields(visitor: &Visitor, form: Form, offer: &Offer) -> Result<Form, ServiceError> {
    let locale = visitor.locale;
    let read = FormSchema::read(&offer.form).map_err(|error| invalid(&error.pointer, error.why))?;
    let roles = Role::ALL.iter().map(|role| Choice {
        value: role.as_str().to_owned(),
        label: locale.name("role-name", role.as_str()),
        is_chosen: offer.visible_to.contains(role),
    });
    let mut policies = vec![form::nothing(locale.t("offer-level-usual"), offer.level_policy.is_none())];
    for policy in visitor.service().list_level_policies(&visitor.call).await? {
        let is_chosen = offer.level_policy.as_ref() == Some(&policy.value.name);
        let label = policy_label(locale, &policy.value.name, &policy.value.terms.label);
        policies.push(Choice { value: policy.value.name, label, is_chosen });
    }
    let grant = offer.access_grant.clone().unwrap_or_default();
    let mut entitlements = vec![form::nothing(locale.t("offer-no-access"), offer.access_grant.is_none())];
    let chosen = offer.access_grant.as_ref().map_or("", |grant| grant.entitlement.as_str());
    let all = Entitlement::ALL.iter().map(|it| it.as_str());
    entitlements.extend(form::choices(locale, "entitlement", all, chosen));
    let hosts = grant.hosts.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let services = visitor.service().service_names(&offer.visible_within.services).await?;
    let within = |kind: &str, names: &BTreeSet<String>| {
        let all: Vec<&str> = names.iter().map(String::as_str).collect();
        let name = format!("within_{kind}");
        Field::named(name.clone(), locale.name("field", &name), form::Kind::Input("text")).value(all.join(", "))
    };
    let votes = approval_rule::written(visitor, &offer.approval_stages).await?;
    let approvals = ApproverPolicy::ALL.iter().map(|policy| policy.as_str());
    Ok(form
        .field(Field::text(locale, "name").required().value(&offer.name))
        .field(Field::area(locale, "description").value(&offer.description))
        .field(Field::text(locale, "category").value(&offer.category))
        .field(Field::area(locale, "form").value(line::write_form(&read)).hint(locale.t("offer-form-hint")))
        .field(Field::area(locale, "tasks").value(line::write_tasks(&offer.tasks)).hint(locale.t("offer-tasks-hint")))
        .field(Field::select(
            locale,
            "approval",
            form::choices(locale, "approver-policy", approvals, offer.approval.as_str()),
        ))
        .field(Field::area(locale, "approval_stages").value(votes).hint(locale.t("hint-approval-stages")))
        .field(Field::select(locale, "level_policy", policies))
        .field(
            Field::text(locale, "cost")
                .value(offer.cost.as_ref().map(price).unwrap_or_default())
                .hint(locale.t("offer-cost-hint")),
        )
        .field(Field::checks(locale, "visible_to", roles.collect()))
        .field(within("sites", &offer.visible_within.sites).hint(locale.t("offer-within-hint")))
        .field(within("teams", &offer.visible_within.teams))
        .field(within("services", &services))
        .field(Field::select(locale, "access_grant", entitlements))
        .field(Field::text(locale, "access_group").value(grant.group.unwrap_or_default()))
        .field(Field::area(locale, "access_hosts").value(hosts).hint(locale.t("offer-hosts-hint")))
        .field(
            Field::text(locale, "access_resource")
                .value(grant.resource.map(|node| node.to_string()).unwrap_or_default())
                .hint(locale.t("offer-resource-hint")),
        )
        .field(
            Field::text(locale, "access_account")
                .value(grant.account.unwrap_or_default())
                .hint(locale.t("offer-account-hint")),
        )
        .field(Field::text(locale, "access_days").value(grant.days.map(|days| days.to_string()).unwrap_or_default())))
}

/// Names in a field, with commas between them.
fn names(fields: &Fields, field: &str) -> BTreeSet<String> {
    fields.text(field).split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The access in a form; none when nothing is chosen.
fn grant(fields: &Fields) -> Result<Option<AccessGrant>, ServiceError> {
    let chosen = fields.text("access_grant");
    let Some(entitlement) = Entitlement::ALL.iter().copied().find(|it| it.as_str() == chosen) else { return Ok(None) };
    let id = |(_, text): (usize, &str)| {
        text.parse().map_err(|_| invalid("/access_hosts", Phrase::new("import_no_host").with("host", text)))
    };
    let hosts = fields
        .text("access_hosts")
        .split([',', '\n'])
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .enumerate()
        .map(id);
    let days = match fields.filled("access_days") {
        Some(text) => Some(text.parse().map_err(|_| invalid("/access_days", Phrase::new("whole_number")))?),
        None => None,
    };
    Ok(Some(AccessGrant {
        entitlement,
        group: fields.filled("access_group").map(str::to_owned),
        hosts: hosts.collect::<Result<_, _>>()?,
        resource: match fields.filled("access_resource") {
            Some(text) => Some(
                text.parse()
                    .map_err(|_| invalid("/access_resource", Phrase::new("name_unknown").with("name", text)))?,
            ),
            None => None,
        },
        account: fields.filled("access_account").map(str::to_owned),
        days,
    }))
}

/// The offer in a form, in a state.
async fn offer(visitor: &Visitor, fields: &Fields, state: ItemState) -> Result<Offer, ServiceError> {
    let odd =
        |field: &str, key: &'static str, line::Odd(n): line::Odd| invalid(field, Phrase::new(key).with("line", n));
    let cost = match fields.filled("cost") {
        Some(text) => Some(cost(text).ok_or_else(|| invalid("/cost", Phrase::new("cost_form")))?),
        None => None,
    };
    let approval = ApproverPolicy::ALL.iter().copied().find(|it| it.as_str() == fields.text("approval"));
    Ok(Offer {
        name: fields.text("name").trim().to_owned(),
        description: fields.text("description").trim().to_owned(),
        category: fields.text("category").trim().to_owned(),
        state,
        form: line::read_form(fields.text("form")).map_err(|wrong| odd("/form", "form_line", wrong))?,
        visible_to: fields
            .all("visible_to")
            .filter_map(|name| Role::ALL.iter().copied().find(|role| role.as_str() == name))
            .collect(),
        visible_within: Reach {
            sites: names(fields, "within_sites"),
            teams: names(fields, "within_teams"),
            services: names(fields, "within_services"),
        },
        approval: approval.unwrap_or_default(),
        approval_stages: match approval.unwrap_or_default() {
            ApproverPolicy::Stages => {
                approval_rule::stages(visitor, "/approval_stages", fields.text("approval_stages")).await?
            }
            ApproverPolicy::None | ApproverPolicy::Vote => Vec::new(),
        },
        tasks: line::read_tasks(fields.text("tasks")).map_err(|wrong| odd("/tasks", "task_line", wrong))?,
        cost,
        level_policy: fields.filled("level_policy").map(str::to_owned),
        access_grant: grant(fields)?,
    })
}

/// Errors of an offer's access at the fields that the form has for it.
fn placed(error: ServiceError) -> ServiceError {
    let place = |mut wrong: Wrong| {
        if let Some(rest) = wrong.pointer.strip_prefix("/access_grant/") {
            wrong.pointer = format!("/access_{rest}");
        } else if let Some(rest) = wrong.pointer.strip_prefix("/visible_within/") {
            wrong.pointer = format!("/within_{rest}");
        }
        wrong
    };
    match error {
        ServiceError::Invalid(errors) => ServiceError::Invalid(errors.into_iter().map(place).collect()),
        other => other,
    }
}

async fn page(
    visitor: &Visitor,
    stored: Option<&Versioned<CatalogueItem>>,
    attempt: Option<&Attempt>,
) -> Result<Response, ServiceError> {
    visitor.call.authorize(Action::CatalogueManage, muster_model::right::Resource::All)?;
    let locale = visitor.locale;
    let title = locale.t(if stored.is_some() { "offer-edit" } else { "offer-new" });
    let action =
        stored.map_or_else(|| "/catalogue/new".to_owned(), |stored| format!("/catalogue/{}/edit", stored.value.id));
    let mut form = Form::new(visitor, "offer", action, title.clone())
        .submit(locale.t("save"))
        .tone("primary")
        .note(locale.t("offer-note"));
    if let Some(stored) = stored {
        form = form.version(stored.version);
    }
    let blank = Offer::default();
    let form = fields(visitor, form, stored.map_or(&blank, |stored| &stored.value.offer)).await?.after(attempt);
    let page = SheetPage {
        tabs: Vec::new(),
        pager: Pager::default(),
        above: Some(("/catalogue", locale.t("catalogue-title"))),
        note: String::new(),
        begin: None,
        facts: Vec::new(),
        tables: Vec::new(),
        forms: vec![form],
        folds: Vec::new(),
        page: Shell::at(visitor, "/catalogue", &stored.map_or(title, |stored| stored.value.offer.name.clone())).await,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// The forms that move an item on: it is published, or retired, or published again.
pub(super) fn moves(visitor: &Visitor, stored: &Versioned<CatalogueItem>) -> Vec<Form> {
    if !visitor.may(Action::CatalogueManage) {
        return Vec::new();
    }
    let (state, tone) = match stored.value.offer.state {
        ItemState::Draft | ItemState::Retired => (ItemState::Published, "primary"),
        ItemState::Published => (ItemState::Retired, "danger"),
    };
    let title = visitor.locale.t(&format!("offer-{}", state.as_str()));
    let action = format!("/catalogue/{}/state/{}", stored.value.id, state.as_str());
    vec![Form::new(visitor, "state", action, title).tone(tone).version(stored.version)]
}

/// `GET /catalogue/new`.
pub(in crate::console) async fn show_new(visitor: Visitor) -> Response {
    let outcome = page(&visitor, None, None).await;
    visitor.answer(outcome)
}

/// `POST /catalogue/new`.
pub(in crate::console) async fn submit_new(Submission { visitor, fields }: Submission) -> Response {
    let made = async {
        let offer = offer(&visitor, &fields, ItemState::Draft).await?;
        visitor.service().create_catalogue_item(&visitor.call, offer).await
    };
    let outcome = match made.await {
        Ok(stored) => Ok(see_other(&format!("/catalogue/{}?done=saved", stored.value.id))),
        Err(error) => match Attempt::new("offer", fields, placed(error), visitor.locale) {
            Ok(attempt) => page(&visitor, None, Some(&attempt)).await,
            Err(error) => Err(error),
        },
    };
    visitor.answer(outcome)
}

/// `GET /catalogue/{id}/edit`.
pub(in crate::console) async fn show(visitor: Visitor, Path(id): Path<String>) -> Response {
    let outcome = async {
        let stored = visitor.service().get_catalogue_item(&visitor.call, &id).await?;
        page(&visitor, Some(&stored), None).await
    };
    let outcome = outcome.await;
    visitor.answer(outcome)
}

async fn saved(visitor: &Visitor, id: &str, fields: Fields) -> Result<Response, ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let stored = service.get_catalogue_item(call, id).await?;
    let made = async {
        let offer = offer(visitor, &fields, stored.value.offer.state).await?;
        service.replace_catalogue_item(call, id, offer, fields.version()).await
    };
    match made.await {
        Ok(_) => Ok(see_other(&format!("/catalogue/{id}?done=saved"))),
        Err(error) => {
            let attempt = Attempt::new("offer", fields, placed(error), visitor.locale)?;
            page(visitor, Some(&stored), Some(&attempt)).await
        }
    }
}

/// `POST /catalogue/{id}/edit`: the next version.
pub(in crate::console) async fn save(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = saved(&visitor, &id, fields).await;
    visitor.answer(outcome)
}

/// `POST /catalogue/{id}/state/{state}`: a version that is the same but for where it stands.
pub(in crate::console) async fn set_state(
    Path((id, state)): Path<(String, String)>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let moved = async {
        let (service, call) = (visitor.service(), &visitor.call);
        let known = ItemState::ALL.iter().copied().find(|known| known.as_str() == state);
        let state = known.ok_or_else(|| ServiceError::NotFound { kind: "page", id: String::new() })?;
        let stored = service.get_catalogue_item(call, &id).await?;
        let offer = Offer { state, ..stored.value.offer };
        service.replace_catalogue_item(call, &id, offer, fields.version()).await?;
        Ok(see_other(&format!("/catalogue/{id}?done=saved")))
    };
    let outcome = moved.await;
    visitor.answer(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_exact_and_what_is_none_is_refused() {
        let read = |text: &str| cost(text).map(|cost| price(&cost));
        assert_eq!(read("12.5 EUR").as_deref(), Some("12.50 EUR"));
        assert_eq!(read(" 0.07 USD ").as_deref(), Some("0.07 USD"));
        assert_eq!(read("9 CHF").as_deref(), Some("9.00 CHF"));
        for wrong in ["", "EUR", "12.50", "12,50 EUR", "-1 EUR", "1.234 EUR", "1. EUR", "999999999999999999999 EUR"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
