//! `/on-call`: who is on call now and in the next days, who stands in, and tickets that nobody took yet.

pub(super) mod plan;
pub(super) mod rota;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use muster_model::on_call::escalation::EscalationState;
use muster_model::on_call::shift::Because;
use muster_model::right::Action;
use muster_model::text::Phrase;
use muster_model::ticket::Kind as TicketKind;
use muster_shared::Time;
use muster_shared::id::RotaId;

use super::answer::{self, see_other};
use super::form::{self, Attempt, Choice, Field, Form, Kind};
use super::shell::Shell;
use super::submission::{Fields, Submission};
use super::visitor::Visitor;
use crate::service::{ServiceError, Window, invalid};

/// How far the calendar looks.
const AHEAD_MS: i64 = 14 * 86_400_000;
/// Escalations that are shown.
const SHOWN: usize = 20;

/// A turn.
#[derive(Clone, Debug)]
pub(super) struct ShiftRow {
    pub(super) from: Time,
    /// Where the rota is at home.
    pub(super) local: String,
    pub(super) who: Option<String>,
    pub(super) why: String,
}

/// Somebody who stands in.
#[derive(Clone, Debug)]
pub(super) struct OverrideRow {
    pub(super) id: String,
    pub(super) who: String,
    pub(super) from: Time,
    pub(super) to: Time,
    pub(super) reason: String,
    pub(super) by: String,
    pub(super) version: u64,
}

/// A rota with its next days.
#[derive(Clone, Debug)]
pub(super) struct RotaPanel {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) group: Option<String>,
    pub(super) zone: String,
    pub(super) now: Option<String>,
    pub(super) shifts: Vec<ShiftRow>,
    pub(super) overrides: Vec<OverrideRow>,
    /// The form that lets somebody stand in, for whom may.
    pub(super) stand_in: Option<Form>,
}

/// A ticket that nobody took yet, or that somebody did.
#[derive(Clone, Debug)]
pub(super) struct EscalationRow {
    pub(super) number: String,
    pub(super) policy: String,
    pub(super) state: &'static str,
    pub(super) began_at: Time,
    pub(super) next_at: Option<Time>,
    pub(super) told: String,
}

/// A plan.
#[derive(Clone, Debug)]
pub(super) struct PolicyRow {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) filter: String,
    pub(super) steps: Vec<String>,
    pub(super) is_active: bool,
}

#[derive(Template)]
#[template(path = "on_call.html")]
pub(super) struct OnCallPage {
    pub(super) page: Shell,
    pub(super) rotas: Vec<RotaPanel>,
    pub(super) escalations: Vec<EscalationRow>,
    pub(super) policies: Vec<PolicyRow>,
    pub(super) may_take: bool,
    pub(super) may_manage: bool,
}

fn stand_in(visitor: &Visitor, id: RotaId, people: &[Choice], attempt: Option<&Attempt>) -> Form {
    let locale = visitor.locale;
    let moment =
        |name: &'static str| Field::named(name, locale.name("on-call", name), Kind::Input("datetime-local")).required();
    let user = Field::named("user", locale.t("on-call-user"), Kind::Select).choices(people.to_vec());
    Form::new(visitor, format!("stand-in-{id}"), format!("/on-call/{id}/stand-in"), locale.t("on-call-stand-in"))
        .field(user.required())
        .field(moment("from").hint(locale.t("hint-utc")))
        .field(moment("to").hint(locale.t("hint-utc")))
        .field(Field::text(locale, "reason").required())
        .after(attempt)
}

async fn people(visitor: &Visitor) -> Result<Vec<Choice>, ServiceError> {
    let mut choices = vec![form::nothing(visitor.locale.t("choose"), true)];
    if visitor.may(Action::OnCallOverride) {
        let people = visitor.service().list_people(&visitor.call).await?;
        for person in people.into_iter().filter(|person| person.may(TicketKind::Incident.work())) {
            choices.push(Choice { value: person.id.to_string(), label: person.display_name, is_chosen: false });
        }
    }
    Ok(choices)
}

async fn rotas(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Vec<RotaPanel>, ServiceError> {
    let (service, call, locale, now) = (visitor.service(), &visitor.call, visitor.locale, visitor.now());
    let people = people(visitor).await?;
    let mut panels = Vec::new();
    for stored in service.list_rotas(call).await? {
        let rota = stored.value;
        let mut overrides = Vec::new();
        for stored in service.list_overrides(call, rota.id).await? {
            let it = stored.value;
            overrides.push(OverrideRow {
                id: it.id.to_string(),
                who: service.name_of_user(it.user).await?,
                from: it.from,
                to: it.to,
                reason: it.reason,
                by: it.by,
                version: stored.version,
            });
        }
        let shifts = service.shifts(call, rota.id, now, now.plus_millis(AHEAD_MS)).await?;
        let local = |at: Time| rota.zone.local(at).strftime("%Y-%m-%d %H:%M").to_string();
        let shifts: Vec<ShiftRow> = shifts
            .into_iter()
            .map(|(shift, name)| ShiftRow {
                local: format!("{} – {}", local(shift.from), local(shift.to)),
                from: shift.from,
                who: name,
                why: match shift.who {
                    Some((_, Because::Layer(layer))) => layer,
                    Some((_, Because::Override(_))) => locale.t("on-call-stands-in"),
                    None => String::new(),
                },
            })
            .collect();
        panels.push(RotaPanel {
            id: rota.id.to_string(),
            now: shifts.first().and_then(|shift| shift.who.clone()),
            name: rota.name,
            group: rota.group,
            zone: rota.zone.to_string(),
            shifts,
            overrides,
            stand_in: visitor.may(Action::OnCallOverride).then(|| stand_in(visitor, rota.id, &people, attempt)),
        });
    }
    Ok(panels)
}

async fn escalations(visitor: &Visitor) -> Result<Vec<EscalationRow>, ServiceError> {
    let window = Window { limit: SHOWN, cursor: None };
    let found = visitor.service().list_escalations(&visitor.call, &window).await?;
    let row = |it: muster_model::on_call::escalation::Escalation| {
        let told: Vec<&str> = it.taken.iter().flat_map(|taken| taken.told.iter().map(String::as_str)).collect();
        EscalationRow {
            told: told.join(", "),
            state: match &it.state {
                EscalationState::Running { .. } => "running",
                EscalationState::Over { end, .. } => end.as_str(),
            },
            next_at: it.next_at(),
            number: it.number,
            policy: it.policy.name,
            began_at: it.began_at,
        }
    };
    Ok(found.items.into_iter().map(|stored| row(stored.value)).collect())
}

async fn policies(visitor: &Visitor) -> Result<Vec<PolicyRow>, ServiceError> {
    let (service, locale) = (visitor.service(), visitor.locale);
    let mut rows = Vec::new();
    for stored in service.list_escalation_policies(&visitor.call).await? {
        let policy = stored.value;
        let mut steps = Vec::new();
        for step in &policy.steps {
            let mut names = Vec::new();
            for target in &step.targets {
                names.push(service.target_name(*target).await?);
            }
            let minutes = usize::try_from(step.after_minutes).unwrap_or_default();
            steps.push(format!("{}: {}", locale.n("on-call-after", minutes), names.join(", ")));
        }
        let (id, is_active) = (policy.id.to_string(), policy.is_active);
        rows.push(PolicyRow { id, name: policy.name, filter: policy.filter, steps, is_active });
    }
    Ok(rows)
}

async fn page(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let page = OnCallPage {
        page: Shell::at(visitor, "/on-call", &visitor.locale.t("on-call-title")).await,
        rotas: rotas(visitor, attempt).await?,
        escalations: escalations(visitor).await?,
        policies: policies(visitor).await?,
        may_take: visitor.may(Action::OnCallOverride),
        may_manage: visitor.may(Action::OnCallManage),
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /on-call`.
pub(super) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor, None).await;
    visitor.answer(outcome)
}

fn rota_id(id: &str) -> Result<RotaId, ServiceError> {
    id.parse().map_err(|_| ServiceError::NotFound { kind: "rota", id: id.chars().take(80).collect() })
}

async fn stood_in(visitor: &Visitor, id: &str, fields: Fields) -> Result<Response, ServiceError> {
    let rota = rota_id(id)?;
    let needed = |pointer: &str| invalid(pointer, Phrase::new("is_needed"));
    let read = || {
        let user = fields.text("user").parse().map_err(|_| needed("/user"))?;
        let from = fields.moment("from").ok_or_else(|| needed("/from"))?;
        let to = fields.moment("to").ok_or_else(|| needed("/to"))?;
        Ok((user, (from, to)))
    };
    let made = match read() {
        Ok((user, span)) => {
            visitor.service().create_override(&visitor.call, rota, user, span, fields.text("reason")).await
        }
        Err(error) => Err(error),
    };
    match made {
        Ok(_) => Ok(see_other("/on-call?done=saved")),
        Err(error) => {
            let attempt = Attempt::new(&format!("stand-in-{rota}"), fields, error, visitor.locale)?;
            page(visitor, Some(&attempt)).await
        }
    }
}

/// `POST /on-call/{id}/stand-in`.
pub(super) async fn add_override(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = stood_in(&visitor, &id, fields).await;
    visitor.answer(outcome)
}

async fn stood_down(visitor: &Visitor, id: &str, it: &str, fields: &Fields) -> Result<Response, ServiceError> {
    let missing = |_| ServiceError::NotFound { kind: "override", id: it.chars().take(80).collect() };
    let it = it.parse().map_err(missing)?;
    visitor.service().remove_override(&visitor.call, rota_id(id)?, it, fields.version()).await?;
    Ok(see_other("/on-call?done=removed"))
}

/// `POST /on-call/{id}/overrides/{it}/remove`.
pub(super) async fn remove_override(
    Path((id, it)): Path<(String, String)>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let outcome = stood_down(&visitor, &id, &it, &fields).await;
    visitor.answer(outcome)
}

async fn taken(visitor: &Visitor, ticket: &str) -> Result<Response, ServiceError> {
    visitor.service().acknowledge_escalation(&visitor.call, ticket).await?;
    Ok(see_other("/on-call?done=escalation-taken"))
}

/// `POST /on-call/escalations/{ticket}/take`.
pub(super) async fn take(Path(ticket): Path<String>, Submission { visitor, .. }: Submission) -> Response {
    let outcome = taken(&visitor, &ticket).await;
    visitor.answer(outcome)
}
