//! `/agents`: who reports, whether their certificates live, and the tokens that let new ones in.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use muster_model::agent::{Agent, EnrollmentTokenRecord, Standing};
use muster_model::query::{Query, fields};
use muster_model::right::Action;
use muster_model::text::{Phrase, Text};
use muster_shared::Time;

use super::answer::{self, see_other};
use super::form::{self, Attempt, Field, Form, Kind};
use super::list::{self, Pager};
use super::shell::Shell;
use super::submission::{Fields, Submission};
use super::value;
use super::visitor::Visitor;
use crate::service::agent::{AgentSeen, NewToken};
use crate::service::{Page, ServiceError, Window};

/// What an operator runs on a new host; it reads the token from its input, so that no shell keeps it.
const ENROLL: &str = "sudo muster-agent enroll --token-file -";
/// Agents that wait for a decision, which stand before the first page of the others; and those others.
const WAITING: &str = "state:pending,quarantined";
const OTHERS: &str = "-state:pending,quarantined";
/// Agents that wait and are shown at most.
const MOST_WAITING: usize = 200;
/// Minutes that a new token lives when nobody says otherwise.
const MINUTES: u32 = 10;

/// An agent.
#[derive(Clone, Debug)]
pub(super) struct AgentRow {
    pub(super) id: String,
    pub(super) id_short: String,
    pub(super) hostname: String,
    pub(super) host: Option<String>,
    pub(super) version: String,
    pub(super) expires_at: Time,
    pub(super) enrolled_at: Time,
    /// When it was last heard, and for how long it had not looked at its host then.
    pub(super) last_seen: Option<Time>,
    pub(super) lag: Option<String>,
    pub(super) state: &'static str,
    /// Why it is pending or quarantined, or its reports are refused.
    pub(super) why: Vec<String>,
    /// What can be done about it.
    pub(super) forms: Vec<Form>,
}

/// An enrollment token, without its secret.
#[derive(Clone, Debug)]
pub(super) struct TokenRow {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) created_by: String,
    pub(super) expires_at: Time,
    pub(super) uses: String,
    pub(super) state: &'static str,
}

#[derive(Template)]
#[template(path = "agents.html")]
pub(super) struct AgentsPage {
    pub(super) page: Shell,
    pub(super) agents: Vec<AgentRow>,
    pub(super) q: String,
    pub(super) error: Option<String>,
    pub(super) fields: String,
    pub(super) pager: Pager,
    pub(super) tokens: Vec<TokenRow>,
    pub(super) create: Option<Form>,
    /// The text of a token that was made just now: it is shown this once.
    pub(super) secret: Option<String>,
    pub(super) command: &'static str,
}

/// What a visitor may do about an agent as it stands.
fn forms(visitor: &Visitor, agent: &Agent, attempt: Option<&Attempt>) -> Vec<Form> {
    if agent.revoked_at.is_some() {
        return Vec::new();
    }
    let locale = visitor.locale;
    let form = |what: &str, title: String, note: String| {
        let action = format!("/agents/{}/{what}", agent.id);
        Form::new(visitor, format!("{what}-{}", agent.id), action, title).note(note)
    };
    let reason = || Field::text(locale, "reason").required();
    let approve = || form("approve", locale.t("agent-approve"), locale.t("agent-approve-note")).tone("primary");
    let reject =
        || form("reject", locale.t("agent-reject"), locale.t("agent-reject-note")).tone("danger").field(reason());
    let release = || form("release", locale.t("agent-release"), locale.t("agent-release-note")).field(reason());
    let split = || form("split", locale.t("agent-split"), locale.t("agent-split-note")).field(reason());
    let revoke = || form("revoke", locale.t("revoke"), locale.t("agent-revoke-note")).tone("danger").field(reason());
    let (may_let_in, may_revoke) = (visitor.may(Action::EnrollmentManage), visitor.may(Action::AgentRevoke));
    let forms = match agent.standing {
        Standing::Pending { .. } if may_let_in => vec![approve(), reject()],
        Standing::Quarantined { .. } if may_revoke => vec![release(), split(), revoke()],
        Standing::Active if may_revoke => vec![revoke()],
        Standing::Active | Standing::Pending { .. } | Standing::Quarantined { .. } => Vec::new(),
    };
    forms.into_iter().map(|form| form.after(attempt)).collect()
}

fn agent_row(visitor: &Visitor, known: AgentSeen, attempt: Option<&Attempt>) -> AgentRow {
    let say = |why: &Text| visitor.locale.say(why);
    let (why, lag) = (known.errors.iter().map(say).collect(), known.lag_seconds());
    let agent = known.agent.value;
    let is_expired = visitor.now() > agent.certificate_expires_at;
    AgentRow {
        why,
        forms: forms(visitor, &agent, attempt),
        id: agent.id.to_string(),
        id_short: value::middle(&agent.id.to_string(), 20),
        state: if agent.state() == "active" && is_expired { "expired" } else { agent.state() },
        hostname: agent.hostname,
        host: agent.host.map(|host| host.to_string()),
        version: agent.version,
        expires_at: agent.certificate_expires_at,
        enrolled_at: agent.enrolled_at,
        last_seen: known.seen.map(|seen| seen.at),
        lag: lag.map(|seconds| format!("{seconds} s")),
    }
}

/// The agents of the page: those that a query means, or without one first those that wait for a decision.
async fn found(visitor: &Visitor, q: &str) -> Result<Page<AgentSeen>, ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let window = list::window(visitor);
    if !q.is_empty() {
        return service.page_of_agents(call, &Query::parse(q, &fields::AGENT)?, &window).await;
    }
    let mut page = service.page_of_agents(call, &Query::parse(OTHERS, &fields::AGENT)?, &window).await?;
    if window.cursor.is_none() {
        let first = Window { limit: MOST_WAITING, cursor: None };
        let waiting = service.page_of_agents(call, &Query::parse(WAITING, &fields::AGENT)?, &first).await?;
        page.items.splice(0..0, waiting.items);
    }
    Ok(page)
}

fn token_row(token: EnrollmentTokenRecord, now: Time) -> TokenRow {
    TokenRow {
        id: token.id.to_string(),
        uses: format!("{} / {}", token.uses(), token.max_uses),
        state: token.state(now),
        name: token.name,
        created_by: token.created_by,
        expires_at: token.expires_at,
    }
}

fn create_form(visitor: &Visitor, attempt: Option<&Attempt>) -> Form {
    let locale = visitor.locale;
    let number = |name: &'static str, value: u32| {
        Field::new(locale, name, Kind::Input("number")).value(value.to_string()).required()
    };
    let mut approvals = form::choices(locale, "approval", ["yes", "no"], "");
    approvals.insert(0, form::nothing(locale.t("approval-as-usual"), true));
    Form::new(visitor, "create", "/agents/tokens".to_owned(), locale.t("enrollment-create"))
        .tone("primary")
        .field(Field::text(locale, "name").required().hint(locale.t("hint-enrollment-name")))
        .field(number("max_uses", 1))
        .field(number("minutes", MINUTES).hint(locale.t("hint-minutes")))
        .field(Field::text(locale, "networks").hint(locale.t("hint-networks")))
        .field(Field::select(locale, "needs_approval", approvals))
        .after(attempt)
}

async fn page(visitor: &Visitor, attempt: Option<&Attempt>, secret: Option<String>) -> Result<Response, ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let q = visitor.parameter("q").unwrap_or_default();
    let (agents, error) = match found(visitor, &q).await {
        Ok(page) => (page, None),
        Err(error) => (Page { items: Vec::new(), next_cursor: None }, Some(list::query_error(error, visitor.locale)?)),
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { form::status(attempt) };
    // A token lets in agents of any site.
    let sees_tokens = visitor.may_all(Action::AgentRead);
    let tokens = if sees_tokens { service.list_enrollment_tokens(call).await? } else { Vec::new() };
    let page = AgentsPage {
        page: Shell::at(visitor, "/agents", &visitor.locale.t("agents-title")).await,
        pager: Pager::new(visitor, "/agents", agents.next_cursor),
        agents: agents.items.into_iter().map(|known| agent_row(visitor, known, attempt)).collect(),
        q,
        error,
        fields: fields::AGENT.names().collect::<Vec<_>>().join(", "),
        tokens: tokens.into_iter().map(|token| token_row(token, visitor.now())).collect(),
        create: visitor.may(Action::EnrollmentManage).then(|| create_form(visitor, attempt)),
        secret,
        command: ENROLL,
    };
    Ok(answer::page(status, &page))
}

/// `GET /agents`.
pub(super) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor, None, None).await;
    visitor.answer(outcome)
}

async fn again(visitor: &Visitor, form: &str, fields: Fields, error: ServiceError) -> Result<Response, ServiceError> {
    let attempt = Attempt::new(form, fields, error, visitor.locale)?;
    page(visitor, Some(&attempt), None).await
}

/// `POST /agents/tokens`. The answer shows the token: it is in no address and nowhere else.
pub(super) async fn create_token(Submission { visitor, fields }: Submission) -> Response {
    let new = NewToken {
        name: fields.text("name").to_owned(),
        max_uses: fields.number("max_uses").unwrap_or_default(),
        minutes: fields.number("minutes").unwrap_or_default(),
        networks: fields
            .text("networks")
            .split([',', ' '])
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
            .collect(),
        needs_approval: fields.filled("needs_approval").map(|choice| choice == "yes"),
    };
    let made = visitor.service().create_limited_token(&visitor.call, new).await;
    let outcome = match made {
        Ok((text, _)) => page(&visitor, None, Some(text)).await,
        Err(error) => again(&visitor, "create", fields, error).await,
    };
    visitor.answer(outcome)
}

async fn take_back(visitor: &Visitor, id: &str) -> Result<Response, ServiceError> {
    let missing = |_| ServiceError::NotFound { kind: "enrollment token", id: id.chars().take(80).collect() };
    visitor.service().revoke_enrollment_token(&visitor.call, id.parse().map_err(missing)?).await?;
    Ok(see_other("/agents?done=revoked"))
}

/// `POST /agents/tokens/{id}/revoke`.
pub(super) async fn revoke_token(Path(id): Path<String>, Submission { visitor, .. }: Submission) -> Response {
    let outcome = take_back(&visitor, &id).await;
    visitor.answer(outcome)
}

async fn decide_on(visitor: &Visitor, id: &str, what: &str, fields: Fields) -> Result<Response, ServiceError> {
    let missing = |_| ServiceError::NotFound { kind: "agent", id: id.chars().take(80).collect() };
    let agent = id.parse().map_err(missing)?;
    let form = format!("{what}-{id}");
    let reason = fields.filled("reason").map(str::to_owned).unwrap_or_default();
    if reason.is_empty() && what != "approve" {
        let error = crate::service::invalid("/reason", Phrase::new("is_needed"));
        return again(visitor, &form, fields, error).await;
    }
    let (service, call) = (visitor.service(), &visitor.call);
    let (outcome, done) = match what {
        "approve" => (service.approve_agent(call, agent).await, "approved"),
        "reject" => (service.reject_agent(call, agent, &reason).await, "rejected"),
        "release" => (service.release_agent(call, agent, false, &reason).await, "released"),
        "split" => (service.release_agent(call, agent, true, &reason).await, "released"),
        "revoke" => (service.revoke_agent(call, agent, &reason).await, "shut-out"),
        _ => return Err(ServiceError::NotFound { kind: "page", id: what.chars().take(80).collect() }),
    };
    match outcome {
        Ok(()) => Ok(see_other(&format!("/agents?done={done}"))),
        Err(error) => again(visitor, &form, fields, error).await,
    }
}

/// `POST /agents/{id}/{what}`: approve, reject, release, split, revoke.
pub(super) async fn decide(
    Path((id, what)): Path<(String, String)>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let outcome = decide_on(&visitor, &id, &what, fields).await;
    visitor.answer(outcome)
}
