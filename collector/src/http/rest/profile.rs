//! `/profiles`: what hosts of a kind must be like; and what that comes to on one host.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::policy::{Class, Outcome, Severity};
use muster_model::profile::{Expectation, ProfileVersion};
use muster_shared::SectionName;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ask::Ask;
use super::list::List;
use super::policy::{PreviewView, class, outcome, severity};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::profile::{Effective, ProfileDraft, ProfileEdit, ProfileView};

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(preview))
        .routes(routes!(get, change, remove))
        .routes(routes!(of_host))
        .routes(routes!(golden))
        .routes(routes!(versions))
}

/// What a line of a profile says.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProfileDemand)]
struct DemandView {
    /// The line, as people write it.
    line: String,
    section: &'static str,
    /// The key of the thing, or its name.
    key: String,
    /// Null when it is about the thing as a whole.
    attribute: Option<String>,
    /// `must_have`, `must_not`, `equals`, `range` or `version`.
    kind: &'static str,
    /// The condition that it is judged by: what must not be, in CEL.
    condition: String,
}

impl From<&Expectation> for DemandView {
    fn from(expectation: &Expectation) -> Self {
        Self {
            line: expectation.to_string(),
            section: expectation.section.as_str(),
            key: expectation.key.clone(),
            attribute: expectation.attribute.clone(),
            kind: expectation.demand.kind(),
            condition: expectation.condition(),
        }
    }
}

/// A profile: what hosts of a kind must be like.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Profile)]
struct View {
    id: String,
    purpose: String,
    /// Which hosts it means, in the query language; empty is all.
    scope: String,
    /// How specific it is, 0 to 99: of two that say something of the same thing, the higher layer counts.
    layer: u8,
    /// What must be, a line each: `have package auditd`, `package openssl version >= 3.0.14`.
    expectations: Vec<String>,
    /// The same, in parts.
    demands: Vec<DemandView>,
    severity: &'static str,
    /// `security` opens at once, `critical` waits for a second look.
    class: &'static str,
    /// `incident` or `finding`.
    outcome: &'static str,
    enabled: bool,
    /// Findings of it that stand.
    findings: usize,
    /// Why something of it cannot be asked, or does not count.
    problem: Option<String>,
    created_at: String,
    changed_by: String,
    changed_at: String,
    version: u64,
}

fn answer(status: StatusCode, view: ProfileView) -> Response {
    etag::tagged(status, view.profile.version, View::from(view))
}

impl From<ProfileView> for View {
    fn from(view: ProfileView) -> Self {
        let profile = view.profile.value;
        Self {
            expectations: profile.lines(),
            demands: profile.expectations.iter().map(DemandView::from).collect(),
            id: profile.id,
            purpose: profile.purpose,
            scope: profile.scope,
            layer: profile.layer,
            severity: profile.severity.as_str(),
            class: profile.class.as_str(),
            outcome: profile.outcome.as_str(),
            enabled: profile.is_enabled,
            findings: view.findings,
            problem: view.problem,
            created_at: profile.created_at.to_string(),
            changed_by: profile.changed_by,
            changed_at: profile.changed_at.to_string(),
            version: view.profile.version,
        }
    }
}

/// The profiles, the least specific first
#[utoipa::path(get, path = "/profiles", responses((status = 200, body = List<View>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller) -> Answer<List<View>> {
    Ok(Json(List::whole(app.service.list_profiles(&call).await?.into_iter().map(View::from).collect())))
}

/// One profile
#[utoipa::path(get, path = "/profiles/{id}", params(("id" = String, Path)), responses((status = 200, body = View)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(id): Path<String>) -> Result<Response, Refusal> {
    Ok(answer(StatusCode::OK, app.service.get_profile(&call, &id).await?))
}

/// A profile to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewProfile {
    /// Small letters, digits and dashes. It never changes.
    #[serde(default)]
    id: String,
    /// What it is for, in one line.
    #[serde(default)]
    purpose: String,
    /// Which hosts it means, in the query language; empty is all.
    #[serde(default)]
    scope: String,
    /// How specific it is, 0 to 99.
    #[serde(default)]
    layer: u8,
    /// What must be, a line each.
    expectations: Vec<String>,
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

fn draft(body: NewProfile) -> Result<ProfileDraft, Refusal> {
    Ok(ProfileDraft {
        id: body.id,
        purpose: body.purpose,
        scope: body.scope,
        layer: body.layer,
        expectations: body.expectations,
        severity: body.severity.as_deref().map_or(Ok(Severity::Warning), severity)?,
        class: body.class.as_deref().map_or(Ok(Class::Critical), class)?,
        outcome: body.outcome.as_deref().map_or(Ok(Outcome::Finding), outcome)?,
        is_enabled: body.enabled,
    })
}

/// Make a profile
#[utoipa::path(post, path = "/profiles", request_body = NewProfile, responses((status = 201, body = View)))]
async fn create(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<NewProfile>,
) -> Result<Response, Refusal> {
    Ok(answer(StatusCode::CREATED, app.service.create_profile(&call, draft(body)?).await?))
}

/// What is changed; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProfileEdit)]
struct Edit {
    purpose: Option<String>,
    scope: Option<String>,
    layer: Option<u8>,
    expectations: Option<Vec<String>>,
    severity: Option<String>,
    class: Option<String>,
    outcome: Option<String>,
    enabled: Option<bool>,
}

/// Change a profile, switch it on or off
#[utoipa::path(patch, path = "/profiles/{id}", params(("id" = String, Path)), request_body = Edit, responses((status = 200, body = View)))]
async fn change(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Edit>,
) -> Result<Response, Refusal> {
    let seen = etag::required(&headers)?;
    let edit = ProfileEdit {
        purpose: body.purpose,
        scope: body.scope,
        layer: body.layer,
        expectations: body.expectations,
        severity: body.severity.as_deref().map(severity).transpose()?,
        class: body.class.as_deref().map(class).transpose()?,
        outcome: body.outcome.as_deref().map(outcome).transpose()?,
        is_enabled: body.enabled,
    };
    Ok(answer(StatusCode::OK, app.service.update_profile(&call, &id, edit, seen).await?))
}

/// Remove a profile; what it found ends
#[utoipa::path(delete, path = "/profiles/{id}", params(("id" = String, Path)), responses((status = 204)))]
async fn remove(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    app.service.remove_profile(&call, &id, etag::required(&headers)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A profile as it was.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProfileVersion)]
struct VersionView {
    version: u64,
    purpose: String,
    scope: String,
    layer: u8,
    expectations: Vec<String>,
    severity: &'static str,
    outcome: &'static str,
    enabled: bool,
    changed_by: String,
    changed_at: String,
}

/// All versions of a profile, the newest first
#[utoipa::path(get, path = "/profiles/{id}/versions", params(("id" = String, Path)), responses((status = 200, body = List<VersionView>)))]
async fn versions(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(id): Path<String>,
) -> Answer<List<VersionView>> {
    let view = |it: ProfileVersion| VersionView {
        version: it.version,
        expectations: it.profile.lines(),
        purpose: it.profile.purpose,
        scope: it.profile.scope,
        layer: it.profile.layer,
        severity: it.profile.severity.as_str(),
        outcome: it.profile.outcome.as_str(),
        enabled: it.profile.is_enabled,
        changed_by: it.profile.changed_by,
        changed_at: it.profile.changed_at.to_string(),
    };
    Ok(Json(List::whole(app.service.profile_versions(&call, &id).await?.into_iter().map(view).collect())))
}

/// Which sections are taken.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Golden {
    /// Sections, with commas between; all that can be taken without it.
    #[serde(default)]
    section: String,
}

/// What is there on a host now, as the lines of a profile for others of its kind
#[utoipa::path(get, path = "/hosts/{id}/profile/lines", params(("id" = String, Path), Golden), responses((status = 200, body = List<String>)))]
async fn golden(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    Ask(query): Ask<Golden>,
) -> Answer<List<String>> {
    let names = query.section.split(',').map(str::trim).filter(|name| !name.is_empty());
    let all = || muster_model::profile::golden::TAKEN.iter().map(|(section, _)| section.as_str());
    let sections = names
        .map(|name| super::policy::choice("/section", name, |text| text.parse().ok(), all()))
        .collect::<Result<Vec<SectionName>, Refusal>>()?;
    let lines = app.service.golden_lines(&call, super::id("host", &text)?, &sections).await?;
    Ok(Json(List::whole(lines)))
}

/// Try a profile without saving it: what breaks it now beside the others, and what it would have made of the last 30 days
#[utoipa::path(post, path = "/profiles/preview", request_body = NewProfile, responses((status = 200, body = PreviewView)))]
async fn preview(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<NewProfile>,
) -> Answer<PreviewView> {
    Ok(Json(app.service.preview_profile(&call, draft(body)?).await?.into()))
}

/// A demand as it counts, or not, on a host.
#[derive(Debug, Serialize, ToSchema)]
struct EffectiveDemand {
    /// The profile that makes it.
    profile: String,
    layer: u8,
    #[serde(flatten)]
    demand: DemandView,
    /// `met`, `broken`, `unknown`, `overruled` (a more specific profile speaks of the thing) or `undecided` (another profile of
    /// the same layer says something else).
    standing: &'static str,
    /// The profile that is in the way.
    by: Option<String>,
    /// What is there; null is nothing.
    #[schema(value_type = Object)]
    actual: Value,
}

impl From<Effective> for EffectiveDemand {
    fn from(one: Effective) -> Self {
        Self {
            demand: DemandView::from(&one.expectation),
            profile: one.profile,
            layer: one.layer,
            standing: one.standing.as_str(),
            by: one.standing.by().map(str::to_owned),
            actual: one.actual,
        }
    }
}

/// What profiles demand of a host: what counts, what does not and why, and how it stands
#[utoipa::path(get, path = "/hosts/{id}/profile", params(("id" = String, Path)), responses((status = 200, body = List<EffectiveDemand>)))]
async fn of_host(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
) -> Answer<List<EffectiveDemand>> {
    let all = app.service.effective_profile(&call, super::id("host", &text)?).await?;
    Ok(Json(List::whole(all.into_iter().map(EffectiveDemand::from).collect())))
}
