//! `/classes`: what there is, what owners define, every version of that, and the JSON Schema of each class.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::class::{AttributeDefinition, Rule};
use muster_model::query::fields;
use muster_shared::Attributes;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListParameters, ListQuery};
use super::view::{AttributeView, ClassDetail, ClassListed, ClassVersionView, RuleView};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::class::{ClassDraft, ClassView};

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, replace, retire)).routes(routes!(versions))
}

fn answer(status: StatusCode, view: ClassView) -> Response {
    etag::tagged(status, view.version, ClassDetail::from(view))
}

/// All classes, by name
#[utoipa::path(get, path = "/classes", params(ListParameters), responses((status = 200, body = List<ClassListed>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<ClassListed>> {
    let (window, query) = query.parse(&fields::CLASSES)?;
    let classes = app.service.list_classes(&call).await?;
    Ok(Json(List::chosen(classes.iter().map(ClassListed::from).collect(), (&window, &query))?))
}

/// One class with its JSON Schema (draft 2020-12)
#[utoipa::path(get, path = "/classes/{name}", params(("name" = String, Path)), responses((status = 200, body = ClassDetail)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(name): Path<String>) -> Result<Response, Refusal> {
    Ok(answer(StatusCode::OK, app.service.get_class(&call, &name).await?))
}

/// What owners said of a class, newest first
#[utoipa::path(get, path = "/classes/{name}/versions", params(("name" = String, Path)), responses((status = 200, body = List<ClassVersionView>)))]
async fn versions(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(name): Path<String>,
) -> Answer<List<ClassVersionView>> {
    let versions = app.service.class_versions(&call, &name).await?;
    Ok(Json(List::whole(versions.into_iter().map(ClassVersionView::from).collect())))
}

/// A class. Of a shipped class only `attributes` and `rules` are taken: they are added to what is shipped.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Definition {
    /// The name in queries and URLs: `a-z`, `0-9` and `_`. With PUT it stands in the path.
    #[serde(default)]
    name: Option<String>,
    /// The name for people.
    #[serde(default)]
    label: String,
    /// What its items are.
    #[serde(default)]
    meaning: String,
    #[serde(default)]
    #[schema(value_type = Vec<AttributeView>)]
    attributes: Vec<AttributeDefinition>,
    /// Required attributes that no two living items have the same of; without any it is the name.
    #[serde(default)]
    identified_by: Vec<String>,
    /// Which relations follow from the attributes.
    #[serde(default)]
    #[schema(value_type = Vec<RuleView>)]
    rules: Vec<Rule>,
    /// Values for stored items that would not fit otherwise, by attribute; null takes a value away.
    #[serde(default)]
    #[schema(value_type = Object)]
    defaults: Attributes,
    /// Why.
    #[serde(default)]
    reason: String,
}

impl From<Definition> for ClassDraft {
    fn from(body: Definition) -> Self {
        Self {
            label: body.label,
            meaning: body.meaning,
            attributes: body.attributes,
            identified_by: body.identified_by,
            rules: body.rules,
            defaults: body.defaults,
            reason: body.reason,
        }
    }
}

/// Define a class
#[utoipa::path(post, path = "/classes", request_body = Definition, responses((status = 201, body = ClassDetail)))]
async fn create(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<Definition>,
) -> Result<Response, Refusal> {
    let name = body.name.clone().unwrap_or_default();
    Ok(answer(StatusCode::CREATED, app.service.create_class(&call, &name, body.into()).await?))
}

/// Change a class, or add attributes to a shipped one: what is sent replaces what owners said before
#[utoipa::path(put, path = "/classes/{name}", params(("name" = String, Path)), request_body = Definition, responses((status = 200, body = ClassDetail)))]
async fn replace(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(name): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Definition>,
) -> Result<Response, Refusal> {
    let seen = etag::required(&headers)?;
    Ok(answer(StatusCode::OK, app.service.update_class(&call, &name, body.into(), seen).await?))
}

/// Retire a class that no item has: it takes no new ones
#[utoipa::path(delete, path = "/classes/{name}", params(("name" = String, Path)), responses((status = 200, body = ClassDetail)))]
async fn retire(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let seen = etag::required(&headers)?;
    Ok(answer(StatusCode::OK, app.service.retire_class(&call, &name, seen).await?))
}
