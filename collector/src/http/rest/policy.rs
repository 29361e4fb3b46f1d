//! `/policies`: what is minded: the shipped policies with what owners set of them, and those of owners.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::policy::rule::{HELPERS, VARIABLES};
use muster_model::policy::shipped::{self, Shipped};
use muster_model::policy::{Class, Outcome, Severity};
use muster_model::text::{Phrase, Word};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::List;
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::invalid;
use crate::service::policy::{PolicyDraft, PolicyEdit, PolicyView, Preview};

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(library))
        .routes(routes!(preview))
        .routes(routes!(get, change, remove))
}

/// What a shipped policy over changes minds in one section.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyRow)]
struct RowView {
    section: &'static str,
    #[schema(value_type = Object)]
    trigger: Value,
    purpose: &'static str,
}

/// A policy.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Policy)]
struct View {
    id: String,
    purpose: String,
    /// `change`: minds what changed. `state`: minds how an item is.
    basis: &'static str,
    /// Whether it comes with the product: only `enabled`, `severity` and `outcome` can be set then.
    shipped: bool,
    sections: Vec<&'static str>,
    /// Which hosts it means, in the query language; empty is all.
    scope: String,
    /// What must not be, in CEL; null for a policy over changes.
    condition: Option<String>,
    /// What a policy over changes minds.
    rows: Vec<RowView>,
    severity: &'static str,
    /// `security` opens at once, `critical` waits for a second look.
    class: &'static str,
    /// `incident` or `finding`.
    outcome: &'static str,
    enabled: bool,
    /// Findings of it that stand.
    findings: usize,
    /// Why it cannot be asked, or had no answer the last time.
    problem: Option<String>,
    changed_by: Option<String>,
    changed_at: Option<String>,
    version: u64,
}

impl From<PolicyView> for View {
    fn from(view: PolicyView) -> Self {
        let (changed_by, changed_at) = view.changed.unzip();
        Self {
            id: view.id,
            purpose: view.purpose,
            basis: view.basis.as_str(),
            shipped: view.is_shipped,
            sections: view.sections.iter().map(|section| section.as_str()).collect(),
            scope: view.scope,
            condition: view.condition,
            rows: view
                .rows
                .iter()
                .map(|row| RowView {
                    section: row.section.as_str(),
                    trigger: serde_json::to_value(row.trigger).unwrap_or_default(),
                    purpose: row.purpose,
                })
                .collect(),
            severity: view.severity.as_str(),
            class: view.class.as_str(),
            outcome: view.outcome.as_str(),
            enabled: view.is_enabled,
            findings: view.findings,
            problem: view.problem,
            changed_by,
            changed_at: changed_at.map(|at| at.to_string()),
            version: view.version,
        }
    }
}

fn answer(status: StatusCode, view: PolicyView) -> Response {
    etag::tagged(status, view.version, View::from(view))
}

/// The policies: those over changes in the order in which they are asked, those over how things are, those of owners
#[utoipa::path(get, path = "/policies", responses((status = 200, body = List<View>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller) -> Answer<List<View>> {
    let views = app.service.list_policies(&call).await?;
    Ok(Json(List::whole(views.into_iter().map(View::from).collect())))
}

/// One policy
#[utoipa::path(get, path = "/policies/{id}", params(("id" = String, Path)), responses((status = 200, body = View)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(id): Path<String>) -> Result<Response, Refusal> {
    Ok(answer(StatusCode::OK, app.service.get_policy(&call, &id).await?))
}

/// A policy to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPolicy {
    /// Small letters, digits and dashes. It never changes.
    #[serde(default)]
    id: String,
    /// What is wrong with what it finds, in one line.
    #[serde(default)]
    purpose: String,
    /// Whose items it looks at.
    section: String,
    /// Which hosts it means, in the query language; empty is all.
    #[serde(default)]
    scope: String,
    /// What must not be, in CEL.
    condition: String,
    /// `info`, `warning`, `minor`, `major` or `critical`.
    #[serde(default)]
    severity: Option<String>,
    /// `security` opens at once, `critical` waits for a second look.
    #[serde(default)]
    class: Option<String>,
    /// `incident` or `finding`.
    #[serde(default)]
    outcome: Option<String>,
    /// Whether it is asked from now on; not, unless it is said.
    #[serde(default)]
    enabled: bool,
}

pub(super) fn choice<T>(
    pointer: &str,
    text: &str,
    of: impl Fn(&str) -> Option<T>,
    all: impl IntoIterator<Item = &'static str>,
) -> Result<T, Refusal> {
    let value: String = text.chars().take(60).collect();
    let wrong = || Phrase::new("class_choice").with("value", value).with("choices", Word::list(all));
    of(text).ok_or_else(|| invalid(pointer, wrong()).into())
}

pub(super) fn severity(text: &str) -> Result<Severity, Refusal> {
    choice("/severity", text, Severity::of, Severity::ALL.iter().map(|severity| severity.as_str()))
}

pub(super) fn class(text: &str) -> Result<Class, Refusal> {
    choice("/class", text, Class::of, Class::ALL.iter().map(|class| class.as_str()))
}

pub(super) fn outcome(text: &str) -> Result<Outcome, Refusal> {
    choice("/outcome", text, Outcome::of, Outcome::ALL.iter().map(|outcome| outcome.as_str()))
}

fn draft(body: NewPolicy) -> Result<PolicyDraft, Refusal> {
    let sections = muster_shared::SectionName::ALL.iter().map(|section| section.as_str());
    Ok(PolicyDraft {
        id: body.id,
        purpose: body.purpose,
        section: choice("/section", &body.section, |text| text.parse().ok(), sections)?,
        scope: body.scope,
        condition: body.condition,
        severity: body.severity.as_deref().map_or(Ok(Severity::Warning), severity)?,
        class: body.class.as_deref().map_or(Ok(Class::Critical), class)?,
        outcome: body.outcome.as_deref().map_or(Ok(Outcome::Finding), outcome)?,
        is_enabled: body.enabled,
    })
}

/// Make a policy
#[utoipa::path(post, path = "/policies", request_body = NewPolicy, responses((status = 201, body = View)))]
async fn create(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<NewPolicy>,
) -> Result<Response, Refusal> {
    Ok(answer(StatusCode::CREATED, app.service.create_policy(&call, draft(body)?).await?))
}

/// What is changed; what is left out stays. Of a shipped policy only `enabled`, `severity` and `outcome`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Edit {
    purpose: Option<String>,
    scope: Option<String>,
    condition: Option<String>,
    severity: Option<String>,
    class: Option<String>,
    outcome: Option<String>,
    enabled: Option<bool>,
}

/// Change a policy, switch it on or off
#[utoipa::path(patch, path = "/policies/{id}", params(("id" = String, Path)), request_body = Edit, responses((status = 200, body = View)))]
async fn change(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Edit>,
) -> Result<Response, Refusal> {
    let seen = etag::required(&headers)?;
    let edit = PolicyEdit {
        purpose: body.purpose,
        scope: body.scope,
        condition: body.condition,
        severity: body.severity.as_deref().map(severity).transpose()?,
        class: body.class.as_deref().map(class).transpose()?,
        outcome: body.outcome.as_deref().map(outcome).transpose()?,
        is_enabled: body.enabled,
    };
    Ok(answer(StatusCode::OK, app.service.update_policy(&call, &id, edit, seen).await?))
}

/// Remove a policy that an owner made; what it found ends
#[utoipa::path(delete, path = "/policies/{id}", params(("id" = String, Path)), responses((status = 204)))]
async fn remove(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    app.service.remove_policy(&call, &id, etag::required(&headers)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A policy to start one's own from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyExample)]
struct Example {
    id: &'static str,
    purpose: &'static str,
    section: &'static str,
    condition: &'static str,
    severity: &'static str,
    class: &'static str,
    outcome: &'static str,
}

impl From<&Shipped> for Example {
    fn from(policy: &Shipped) -> Self {
        Self {
            id: policy.id,
            purpose: policy.purpose,
            section: policy.section.as_str(),
            condition: policy.condition,
            severity: policy.severity.as_str(),
            class: policy.class.as_str(),
            outcome: policy.outcome.as_str(),
        }
    }
}

/// A name that conditions may use.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyWord)]
struct NameView {
    name: &'static str,
    meaning: &'static str,
}

/// What there is to write policies with.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyLibrary)]
struct Library {
    /// Policies to start one's own from.
    examples: Vec<Example>,
    /// Values that a condition sees.
    variables: Vec<NameView>,
    /// Functions besides those of CEL.
    functions: Vec<NameView>,
}

/// Examples of policies, and what conditions may use
#[utoipa::path(get, path = "/policies/library", responses((status = 200, body = Library)))]
async fn library(State(app): State<Shared>, Caller(call): Caller) -> Answer<Library> {
    app.service.may_read_findings(&call)?;
    let names = |table: &'static [(&str, &str)]| -> Vec<NameView> {
        table.iter().map(|(name, meaning)| NameView { name, meaning }).collect()
    };
    let examples = shipped::EXAMPLES.iter().chain(shipped::STATE).map(Example::from).collect();
    Ok(Json(Library { examples, variables: names(VARIABLES), functions: names(HELPERS) }))
}

/// An item that breaks a policy.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyHit)]
struct HitView {
    host: String,
    host_name: String,
    item: String,
    item_key: String,
}

/// What a policy would do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyPreview)]
pub(super) struct PreviewView {
    /// Hosts that were looked at.
    hosts: usize,
    /// Hosts that it means.
    in_scope: usize,
    /// Items that it was asked about.
    items: usize,
    /// Hosts with an item that breaks it now.
    broken_hosts: usize,
    /// Items that break it now.
    broken: usize,
    /// The first 100 of them.
    hits: Vec<HitView>,
    /// Findings that it would have made of the changes of the last 30 days.
    past_findings: usize,
    /// Incidents that would have come of them.
    past_incidents: usize,
    /// Whether all hosts were looked at.
    complete: bool,
    /// Why it had no answer about some item.
    problem: Option<String>,
}

impl From<Preview> for PreviewView {
    fn from(preview: Preview) -> Self {
        let hit = |hit: crate::service::policy::PreviewHit| HitView {
            host: hit.host.to_string(),
            host_name: hit.host_name,
            item: hit.item.to_string(),
            item_key: hit.key,
        };
        Self {
            hosts: preview.hosts,
            in_scope: preview.in_scope,
            items: preview.items,
            broken_hosts: preview.broken_hosts,
            broken: preview.broken,
            hits: preview.hits.into_iter().map(hit).collect(),
            past_findings: preview.past_findings,
            past_incidents: preview.past_incidents,
            complete: preview.is_complete,
            problem: preview.problem,
        }
    }
}

/// Try a policy without saving it: what breaks it now, and what it would have made of the last 30 days
#[utoipa::path(post, path = "/policies/preview", request_body = NewPolicy, responses((status = 200, body = PreviewView)))]
async fn preview(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<NewPolicy>,
) -> Answer<PreviewView> {
    Ok(Json(app.service.preview_policy(&call, &draft(body)?).await?.into()))
}
