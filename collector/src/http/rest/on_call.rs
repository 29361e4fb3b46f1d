//! `/rotas`, `/on-call`: who is on call, and who stands in.

use axum::Json;
use axum::extract::{Path, Query as Parameters, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::on_call::shift::Because;
use muster_model::on_call::{Layer, Override, Rota};
use muster_model::query::fields;
use muster_model::text::Phrase;
use muster_model::zone::Zone;
use muster_shared::Time;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListParameters, ListQuery};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::named::{Place, What};
use crate::service::on_call::{OnCall, RotaDraft};
use crate::service::{ServiceError, invalid};

const DAY_MS: i64 = 86_400_000;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, replace, remove))
        .routes(routes!(shifts))
        .routes(routes!(overrides, add_override))
        .routes(routes!(remove_override))
        .routes(routes!(on_call))
}

/// Who is on call, in turns.
#[derive(Debug, Serialize, ToSchema)]
struct RotaView {
    id: String,
    name: String,
    /// The assignment group that it is for.
    group: Option<String>,
    /// Where it is at home.
    zone: String,
    /// Layers with `name`, `members`, `every`, `unit`, `starts_on`, `handover` and `hours`; a later one counts first.
    #[schema(value_type = Vec<Object>)]
    layers: Vec<Layer>,
    changed_at: String,
    changed_by: String,
    version: u64,
}

impl From<Versioned<Rota>> for RotaView {
    fn from(stored: Versioned<Rota>) -> Self {
        let rota = stored.value;
        Self {
            id: rota.id.to_string(),
            name: rota.name,
            group: rota.group,
            zone: rota.zone.to_string(),
            layers: rota.layers,
            changed_at: rota.changed_at.to_string(),
            changed_by: rota.changed_by,
            version: stored.version,
        }
    }
}

/// What a rota is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RotaBody {
    name: String,
    /// The assignment group that it is for.
    group: Option<String>,
    /// Such as `Europe/Berlin`.
    #[schema(value_type = String)]
    zone: Zone,
    /// Each with `name`, `members` (ids or sign-in names of users), `every` and `unit` (`hour`, `day`, `week`), `starts_on` (a day), `handover`
    /// (a time of the day) and perhaps `hours` (`from`, `to`, `days`).
    #[schema(value_type = Vec<Object>)]
    layers: Vec<Layer>,
}

/// Where a rota names people.
const MEMBERS: &[Place] = &[("/layers/*/members/*", What::Person)];

impl RotaBody {
    fn draft(self) -> RotaDraft {
        RotaDraft { name: self.name, group: self.group, zone: self.zone, layers: self.layers }
    }
}

/// All rotas, by name
#[utoipa::path(get, path = "/rotas", params(ListParameters), responses((status = 200, body = List<RotaView>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<RotaView>> {
    let (window, query) = query.parse(&fields::NAMED)?;
    let all = app.service.list_rotas(&call).await?;
    Ok(Json(List::chosen(all.into_iter().map(RotaView::from).collect(), (&window, &query))?))
}

/// Make a rota
#[utoipa::path(post, path = "/rotas", request_body = RotaBody, responses((status = 201, body = RotaView)))]
async fn create(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<Value>,
) -> Result<Response, Refusal> {
    let body: RotaBody = super::named(&app, &call, body, MEMBERS).await?;
    let rota = app.service.save_rota(&call, None, body.draft()).await?;
    Ok(etag::tagged(StatusCode::CREATED, rota.version, RotaView::from(rota)))
}

/// One rota
#[utoipa::path(get, path = "/rotas/{id}", params(("id" = String, Path)), responses((status = 200, body = RotaView)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Result<Response, Refusal> {
    let rota = app.service.get_rota(&call, super::id("rota", &text)?).await?;
    Ok(etag::tagged(StatusCode::OK, rota.version, RotaView::from(rota)))
}

/// Change a rota
#[utoipa::path(put, path = "/rotas/{id}", params(("id" = String, Path)), request_body = RotaBody, responses((status = 200, body = RotaView)))]
async fn replace(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Value>,
) -> Result<Response, Refusal> {
    let body: RotaBody = super::named(&app, &call, body, MEMBERS).await?;
    let known = (super::id("rota", &text)?, etag::required(&headers)?);
    let rota = app.service.save_rota(&call, Some(known), body.draft()).await?;
    Ok(etag::tagged(StatusCode::OK, rota.version, RotaView::from(rota)))
}

/// Remove a rota that nothing calls
#[utoipa::path(delete, path = "/rotas/{id}", params(("id" = String, Path)), responses((status = 204)))]
async fn remove(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    let (id, seen) = (super::id("rota", &text)?, etag::required(&headers)?);
    app.service.remove_rota(&call, id, seen).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A moment in a query.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MomentsQuery {
    /// From when on (RFC 3339); now without it.
    from: Option<String>,
    /// Until when; two weeks later without it, 92 days at most.
    to: Option<String>,
}

fn moment(field: &str, text: Option<&str>) -> Result<Option<Time>, ServiceError> {
    let wrong = |text: &str| {
        let value: String = text.chars().take(60).collect();
        invalid(&format!("/{field}"), Phrase::new("query_time").with("field", field).with("value", value))
    };
    text.map(|text| muster_model::query::moment(text).ok_or_else(|| wrong(text))).transpose()
}

/// A turn.
#[derive(Debug, Serialize, ToSchema)]
struct ShiftView {
    from: String,
    to: String,
    /// Null in a gap.
    user: Option<String>,
    name: Option<String>,
    /// The layer whose turn it is; null for who stands in.
    layer: Option<String>,
    /// By which somebody stands in.
    #[serde(rename = "override")]
    stands_in: Option<String>,
}

/// The turns of a rota, gaps too
#[utoipa::path(get, path = "/rotas/{id}/shifts", params(("id" = String, Path), MomentsQuery), responses((status = 200, body = List<ShiftView>)))]
async fn shifts(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    Parameters(query): Parameters<MomentsQuery>,
) -> Answer<List<ShiftView>> {
    let from = moment("from", query.from.as_deref())?.unwrap_or_else(|| app.service.now());
    let to = moment("to", query.to.as_deref())?.unwrap_or_else(|| from.plus_millis(14 * DAY_MS));
    let all = app.service.shifts(&call, super::id("rota", &text)?, from, to).await?;
    let views = all.into_iter().map(|(shift, name)| {
        let (layer, stands_in) = match shift.who.as_ref().map(|(_, why)| why) {
            Some(Because::Layer(layer)) => (Some(layer.clone()), None),
            Some(Because::Override(id)) => (None, Some(id.to_string())),
            None => (None, None),
        };
        ShiftView {
            from: shift.from.to_string(),
            to: shift.to.to_string(),
            user: shift.who.map(|(user, _)| user.to_string()),
            name,
            layer,
            stands_in,
        }
    });
    Ok(Json(List::whole(views.collect())))
}

fn override_view(stored: Versioned<Override>) -> Value {
    let it = stored.value;
    json!({
        "id": it.id, "rota": it.rota, "user": it.user, "from": it.from, "to": it.to, "reason": it.reason, "by": it.by,
        "version": stored.version,
    })
}

/// Who stands in, now and later
#[utoipa::path(get, path = "/rotas/{id}/overrides", params(("id" = String, Path)), responses((status = 200, body = List<Object>)))]
async fn overrides(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Answer<List<Value>> {
    let all = app.service.list_overrides(&call, super::id("rota", &text)?).await?;
    Ok(Json(List::whole(all.into_iter().map(override_view).collect())))
}

/// Who is to stand in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OverrideBody {
    /// Id or sign-in name of a user.
    user: String,
    #[schema(value_type = String)]
    from: Time,
    #[schema(value_type = String)]
    to: Time,
    reason: String,
}

/// Let somebody stand in
#[utoipa::path(post, path = "/rotas/{id}/overrides", params(("id" = String, Path)), request_body = OverrideBody, responses((status = 201, body = Object)))]
async fn add_override(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    JsonBody(body): JsonBody<Value>,
) -> Result<Response, Refusal> {
    let body: OverrideBody = super::named(&app, &call, body, &[("/user", What::Person)]).await?;
    let shown: String = body.user.chars().take(80).collect();
    let nobody = |_| invalid("/user", Phrase::new("no_active_user").with("user", shown));
    let user = body.user.parse().map_err(nobody)?;
    let (id, span) = (super::id("rota", &text)?, (body.from, body.to));
    let made = app.service.create_override(&call, id, user, span, &body.reason).await?;
    Ok(etag::tagged(StatusCode::CREATED, made.version, override_view(made)))
}

/// Nobody stands in any more
#[utoipa::path(delete, path = "/rotas/{id}/overrides/{override}", params(("id" = String, Path), ("override" = String, Path)), responses((status = 204)))]
async fn remove_override(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path((text, it)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    let (rota, it) = (super::id("rota", &text)?, super::id("override", &it)?);
    app.service.remove_override(&call, rota, it, etag::required(&headers)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Of which group, and when.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct OnCallQuery {
    /// Only rotas of this assignment group.
    group: Option<String>,
    /// When (RFC 3339); now without it.
    at: Option<String>,
}

/// Who is on call.
#[derive(Debug, Serialize, ToSchema)]
struct OnCallView {
    rota: String,
    rota_name: String,
    group: Option<String>,
    /// Null when nobody is.
    user: Option<String>,
    name: Option<String>,
    /// When that changes, within two weeks.
    until: Option<String>,
}

impl From<OnCall> for OnCallView {
    fn from(it: OnCall) -> Self {
        let (user, name) = it.who.map(|(user, name, _)| (user.to_string(), name)).unzip();
        Self {
            rota: it.rota.id.to_string(),
            rota_name: it.rota.name,
            group: it.rota.group,
            user,
            name,
            until: it.until.map(|at| at.to_string()),
        }
    }
}

/// Who is on call, now or at another time
#[utoipa::path(get, path = "/on-call", params(OnCallQuery), responses((status = 200, body = List<OnCallView>)))]
async fn on_call(
    State(app): State<Shared>,
    Caller(call): Caller,
    Parameters(query): Parameters<OnCallQuery>,
) -> Answer<List<OnCallView>> {
    let at = moment("at", query.at.as_deref())?.unwrap_or_else(|| app.service.now());
    let all = app.service.list_on_call(&call, query.group.as_deref(), at).await?;
    Ok(Json(List::whole(all.into_iter().map(OnCallView::from).collect())))
}
