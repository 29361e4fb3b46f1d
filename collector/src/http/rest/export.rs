//! `/export/…`: whole lists as JSON, NDJSON or CSV, and hosts in the forms of other tools.

pub(crate) mod desk;
mod form;

use std::pin::Pin;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use muster_model::class::Class;
use muster_model::export::{ansible, cyclonedx, glpi, prometheus};
use muster_model::history::Moment;
use muster_model::query::{Query, fields};
use muster_model::saved_search::ListName;
use muster_model::text::Phrase;
use muster_shared::{SectionName, attribute};
use serde::Serialize;
use serde_json::Value;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use self::form::{Form, asked, members};
use super::item::ListedItem;
use super::list::{ListQuery, MomentParameters};
use super::view::{DeclaredView, FindingView, Host, Item, TicketView};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::problem::Refusal;
use crate::service::{Call, Page, ServiceError, Window, invalid};

/// Records of a list that are read at a time.
const PAGE: usize = 500;
/// Where Prometheus' node exporter listens.
const NODE_EXPORTER: u16 = 9_100;

/// The kind of content of a bill of materials.
const CYCLONEDX: &str = "application/vnd.cyclonedx+json; version=1.6";

/// What a list is exported as, for the description.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes what `ListQuery` reads")]
struct FormParameters {
    /// `json` (the default), `ndjson` or `csv`.
    format: Option<String>,
    /// Columns of a CSV, with commas between: fields and attributes.
    columns: Option<String>,
    /// What is wanted, in the query language (`docs/query.md`).
    filter: Option<String>,
}

/// The port of the targets, for the description.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes what `ListQuery` reads")]
struct TargetParameters {
    /// The port that is scraped; 9100 without it.
    port: Option<u16>,
    /// Which hosts, in the query language (`docs/query.md`).
    filter: Option<String>,
}

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(hosts))
        .routes(routes!(items))
        .routes(routes!(findings))
        .routes(routes!(tickets))
        .routes(routes!(glpi_of_host))
        .routes(routes!(cyclonedx_of_host))
        .routes(routes!(cyclonedx_of_service))
        .routes(routes!(prometheus_targets))
        .routes(routes!(ansible_inventory))
}

type Records = Pin<Box<dyn Future<Output = Result<Page<Value>, ServiceError>> + Send>>;

/// A whole list as it is read, page by page. What fails on the way cuts the answer off, so that no part looks like the whole.
async fn stream_list(
    name: &str,
    form: Form,
    read: impl Fn(Window) -> Records + Send + 'static,
) -> Result<Response, Refusal> {
    let window = |cursor| Window { limit: PAGE, cursor };
    // The first page is read before the answer begins: what is wrong with the question is said as such.
    let first = read(window(None)).await?;
    let (media_type, head) = (form.media_type, form.head());
    let disposition = format!("attachment; filename=\"muster-{name}.{}\"", form.name);
    let pages = stream::try_unfold((Some(first), head, true, form, read), move |state| async move {
        let (page, head, is_first, form, read) = state;
        let Some(page) = page else { return Ok::<_, ServiceError>(None) };
        let mut text = head;
        for (i, record) in page.items.iter().enumerate() {
            text += &form.record(record, is_first && i == 0);
        }
        let is_first = is_first && page.items.is_empty();
        let mut next = None;
        if let Some(cursor) = page.next_cursor {
            next = Some(read(window(Some(cursor))).await?);
        } else {
            text += form.tail();
        }
        Ok(Some((Bytes::from(text), (next, String::new(), is_first, form, read))))
    });
    let headers = [(header::CONTENT_TYPE, media_type.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, Body::from_stream(pages)).into_response())
}

fn values<T>(page: Page<T>, view: impl Fn(T) -> Value) -> Page<Value> {
    Page { items: page.items.into_iter().map(view).collect(), next_cursor: page.next_cursor }
}

fn json(record: impl Serialize) -> Value {
    serde_json::to_value(record).unwrap_or_default()
}

fn columns(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// All hosts that a filter means
#[utoipa::path(get, path = "/export/hosts", params(FormParameters, MomentParameters), responses((status = 200, description = "the list")))]
async fn hosts(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Result<Response, Refusal> {
    let registry = app.service.registry().await?;
    let fields = registry.host_fields();
    // What owners added to hosts stands after what every host has.
    let own: Vec<String> = fields.own_attributes.iter().map(|(name, _)| name.clone()).collect();
    let usual = columns(ListName::Hosts.columns()).into_iter().chain(own.clone()).collect();
    let (form, query) = asked::<Host>(query, &fields, |_| usual, |_, _| false)?;
    stream_list("hosts", form, move |window| {
        let (app, call, query, own): (_, Call, _, _) = (app.clone(), call.clone(), query.clone(), own.clone());
        Box::pin(async move {
            let page = app.service.list_hosts(&call, &query, &window).await?;
            let mut items = Vec::with_capacity(page.items.len());
            for view in page.items {
                let added = if own.is_empty() {
                    <_>::default()
                } else {
                    app.service.host_attributes(view.host.value.id, query.moment).await?
                };
                let mut record = json(Host::from(view));
                if let Some(record) = record.as_object_mut() {
                    record.extend(added);
                }
                items.push(record);
            }
            Ok(Page { items, next_cursor: page.next_cursor })
        })
    })
    .await
}

/// All items that a filter means
#[utoipa::path(get, path = "/export/items", params(FormParameters, MomentParameters), responses((status = 200, description = "the list")))]
async fn items(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Result<Response, Refusal> {
    whole_items(app, call, query).await
}

/// The usual columns of items. Those of one class have columns of their own; the attributes of all would be hundreds.
fn columns_of(class: Option<&Class>) -> Vec<String> {
    let mut names = columns(&["id", "class", "name", "key", "host", "host_name", "since", "seen_at", "is_present"]);
    let Some(class) = class else {
        names.push("attributes".into());
        return names;
    };
    if class.is_declared() {
        names.extend(columns(&["lifecycle", "status", "owner", "criticality", "tags"]));
    }
    let own = class.attributes.iter().map(|attribute| attribute.definition.name.clone());
    let is_new = |name: &String| !name.ends_with('*') && name != "name" && name != "key";
    names.extend(own.filter(is_new));
    names
}

/// All items that a query means, as a file.
pub(crate) async fn whole_items(app: Shared, call: Call, query: ListQuery) -> Result<Response, Refusal> {
    let registry = app.service.registry().await?;
    let fields = registry.item_fields();
    let is_attribute = |query: &Query, name: &str| {
        let mut sections = SectionName::ALL.iter().filter(|section| query.allows("class", section.as_str()));
        let own = fields.own_attributes.iter().any(|(own, _)| own == name);
        // Where attributes may have any name, they may when just that class is asked for.
        let is_asked = |section: &SectionName| query.requires("class") == Some(section.as_str());
        let is_of = |section: &SectionName| {
            let names =
                attribute::of(*section).map(|(known, _)| known).filter(|known| *known != "*" || is_asked(section));
            names
                .into_iter()
                .any(|known| known.strip_suffix('*').map_or(known == name, |start| name.starts_with(start)))
        };
        own || sections.any(is_of)
    };
    let usual = |query: &Query| columns_of(query.requires("class").and_then(|class| registry.get(class)));
    let is_other = |query: &Query, name: &str| {
        is_attribute(query, name) || members::<DeclaredView>().iter().any(|known| known == name)
    };
    let (form, query) = asked::<Item>(query, &fields, usual, is_other)?;
    stream_list("items", form, move |window| {
        let (app, call, query): (_, Call, _) = (app.clone(), call.clone(), query.clone());
        Box::pin(async move {
            let page = app.service.list_everything(&call, &query, &window).await?;
            Ok(values(page, |listed| json(ListedItem::from(listed))))
        })
    })
    .await
}

/// All findings that a filter means
#[utoipa::path(get, path = "/export/findings", params(FormParameters), responses((status = 200, description = "the list")))]
async fn findings(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Result<Response, Refusal> {
    let (form, query) =
        asked::<FindingView>(query, &fields::FINDING, |_| columns(ListName::Findings.columns()), |_, _| false)?;
    stream_list("findings", form, move |window| {
        let (app, call, query): (_, Call, _) = (app.clone(), call.clone(), query.clone());
        Box::pin(async move {
            Ok(values(app.service.list_findings(&call, &query, &window).await?, |found| json(FindingView::from(found))))
        })
    })
    .await
}

/// All tickets that a filter means, as they are or in the words of another desk
#[utoipa::path(get, path = "/export/tickets", params(FormParameters, desk::DeskParameters), responses((status = 200, description = "the list")))]
async fn tickets(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Result<Response, Refusal> {
    if query.has("preset") {
        return desk::tickets(app, call, query).await;
    }
    let (form, query) =
        asked::<TicketView>(query, &fields::TICKET, |_| columns(ListName::Tickets.columns()), |_, _| false)?;
    stream_list("tickets", form, move |window| {
        let (app, call, query): (_, Call, _) = (app.clone(), call.clone(), query.clone());
        Box::pin(async move {
            let now = app.service.now();
            let found = app.service.list_tickets(&call, &query, &window).await?;
            Ok(values(found, |found| json(TicketView::now(found, now))))
        })
    })
    .await
}

/// A host as an inventory of GLPI's, by id or name
#[utoipa::path(get, path = "/export/glpi/{host}", params(("host" = String, Path), MomentParameters), responses((status = 200, body = Object)))]
async fn glpi_of_host(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    query: ListQuery,
) -> Answer<Value> {
    Ok(Json(glpi::inventory(&app.service.snapshot(&call, &text, query.moment()?).await?)))
}

/// The software of a host as a bill of materials in CycloneDX 1.6, by id or name
#[utoipa::path(get, path = "/export/cyclonedx/{host}", params(("host" = String, Path), MomentParameters), responses((status = 200, body = Object, content_type = "application/vnd.cyclonedx+json")))]
async fn cyclonedx_of_host(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    query: ListQuery,
) -> Result<Response, Refusal> {
    let host = app.service.snapshot(&call, &text, query.moment()?).await?;
    let (id, name) = (host.host.id.to_string(), host.host.name.clone());
    let subject = cyclonedx::Subject { id: &id, name: &name, kind: "device" };
    let bill = cyclonedx::bill(subject, std::slice::from_ref(&host), app.service.now());
    Ok(([(header::CONTENT_TYPE, CYCLONEDX)], bill.to_string()).into_response())
}

/// The software of all hosts on which a service depends as one bill of materials in CycloneDX 1.6, by id or name; of 200 hosts
/// at most
#[utoipa::path(get, path = "/export/cyclonedx/services/{service}", params(("service" = String, Path), MomentParameters), responses((status = 200, body = Object, content_type = "application/vnd.cyclonedx+json")))]
async fn cyclonedx_of_service(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    query: ListQuery,
) -> Result<Response, Refusal> {
    bill_of_service(&app, &call, &text, query.moment()?).await
}

/// The bill of materials of a service, as a file.
pub(crate) async fn bill_of_service(
    app: &Shared,
    call: &Call,
    text: &str,
    moment: Moment,
) -> Result<Response, Refusal> {
    let (service, hosts) = app.service.software_of_service(call, text, moment).await?;
    let id = service.id.to_string();
    let subject = cyclonedx::Subject { id: &id, name: &service.name, kind: "application" };
    let bill = cyclonedx::bill(subject, &hosts, app.service.now());
    let disposition = format!("attachment; filename=\"{id}.cdx.json\"");
    let headers = [(header::CONTENT_TYPE, CYCLONEDX.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, bill.to_string()).into_response())
}

/// Hosts as targets for Prometheus' HTTP service discovery
#[utoipa::path(get, path = "/export/prometheus", params(TargetParameters), responses((status = 200, body = Vec<Object>)))]
async fn prometheus_targets(State(app): State<Shared>, Caller(call): Caller, mut query: ListQuery) -> Answer<Value> {
    let port = match query.take("port") {
        Some(text) => {
            let wrong = || Phrase::new("number_from_to").with("min", "1").with("max", u16::MAX.to_string());
            text.parse().ok().filter(|port| *port > 0).ok_or_else(|| invalid("/port", wrong()))?
        }
        None => NODE_EXPORTER,
    };
    let (_, query) = query.parse(&app.service.registry().await?.host_fields())?;
    Ok(Json(prometheus::targets(&app.service.snapshots(&call, &query).await?, port)))
}

/// Hosts as a dynamic inventory for Ansible
#[utoipa::path(get, path = "/export/ansible", params(FormParameters), responses((status = 200, body = Object)))]
async fn ansible_inventory(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<Value> {
    let (_, query) = query.parse(&app.service.registry().await?.host_fields())?;
    Ok(Json(ansible::inventory(&app.service.snapshots(&call, &query).await?)))
}
