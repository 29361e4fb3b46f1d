//! `/policies`: what is minded: the shipped policies with what owners set of them, and those of owners.

mod trial;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::policy::patience::{GroupBy, Patience};
use muster_model::policy::rule::{HELPERS, VARIABLES};
use muster_model::policy::shipped::{self, Shipped};
use muster_model::policy::{Class, Outcome, Severity};
use muster_model::query::fields;
use muster_model::text::{Phrase, Word};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListParameters, ListQuery};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::invalid;
use crate::service::policy::{Debounce, PolicyDraft, PolicyEdit, PolicyView};
pub(super) use trial::PreviewView;

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
    /// Whether it comes with the product: only `enabled`, `severity`, `outcome`, `debounce_seconds` and `group_by` can be set then.
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
    /// For how many seconds something has to stand before it counts; null is the usual way: at once for `security`, else until a
    /// second look or for 90 s.
    debounce_seconds: Option<u32>,
    /// What is told as one incident: `difference` (the same on three hosts or more of a service or site, else what stands on one
    /// host), `host`, `service`, `site` or `policy`.
    group_by: &'static str,
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
            debounce_seconds: view.patience.debounce_seconds,
            group_by: view.patience.group_by.as_str(),
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
#[utoipa::path(get, path = "/policies", params(ListParameters), responses((status = 200, body = List<View>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<View>> {
    let (window, query) = query.parse(&fields::POLICY)?;
    let views = app.service.list_policies(&call).await?;
    Ok(Json(List::chosen(views.into_iter().map(View::from).collect(), (&window, &query))?))
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
    /// For how many seconds something has to stand before it counts; null is the usual way.
    #[serde(default)]
    debounce_seconds: Option<u32>,
    /// What is told as one incident: `difference`, `host`, `service`, `site` or `policy`.
    #[serde(default)]
    group_by: Option<String>,
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

fn group_by(text: &str) -> Result<GroupBy, Refusal> {
    choice("/group_by", text, GroupBy::of, GroupBy::ALL.iter().map(|group_by| group_by.as_str()))
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
        patience: Patience {
            debounce_seconds: body.debounce_seconds,
            group_by: body.group_by.as_deref().map_or(Ok(GroupBy::default()), group_by)?,
        },
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

/// A debounce that is there: null is the usual way.
fn said<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Debounce>, D::Error> {
    Ok(Some(Debounce::of(Option::<u32>::deserialize(deserializer)?)))
}

/// What is changed; what is left out stays. Of a shipped policy only `enabled`, `severity`, `outcome`, `debounce_seconds` and `group_by`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Edit {
    purpose: Option<String>,
    scope: Option<String>,
    condition: Option<String>,
    severity: Option<String>,
    class: Option<String>,
    outcome: Option<String>,
    /// Null is the usual way.
    #[serde(default, rename = "debounce_seconds", deserialize_with = "said")]
    #[schema(value_type = Option<u32>)]
    debounce: Option<Debounce>,
    group_by: Option<String>,
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
        debounce: body.debounce,
        group_by: body.group_by.as_deref().map(group_by).transpose()?,
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

/// Try a policy without saving it: what breaks it now, and what it would have made of the last 30 days
#[utoipa::path(post, path = "/policies/preview", request_body = NewPolicy, responses((status = 200, body = PreviewView)))]
async fn preview(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<NewPolicy>,
) -> Answer<PreviewView> {
    Ok(Json(app.service.preview_policy(&call, &draft(body)?).await?.into()))
}
