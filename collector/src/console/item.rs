//! `/items`: lists by query. `/items/{id}`: one item. What is authorised and what was seen, since when, and what happened to it.

pub(super) mod list;

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use muster_model::finding::Finding;
use muster_model::history::Moment;
use muster_shared::id::ItemId;
use serde_json::Value;

use super::answer;
use super::attribute;
use super::change::ChangeLine;
use super::finding::list::FindingRow;
use super::incident::list::TicketRow;
use super::list::Pager;
use super::locale::Locale;
use super::moment::MomentBar;
use super::shell::Shell;
use super::value;
use super::visitor::Visitor;
use crate::service::item::{ItemDetail, ItemView};
use crate::service::{ServiceError, Window};

/// Changes that the page shows.
const SHOWN: usize = 20;

/// An attribute: what was seen and what is authorised.
#[derive(Clone, Debug)]
pub(super) struct AttributeRow {
    pub(super) name: String,
    pub(super) seen: String,
    /// `None` when it is authorised as it was seen.
    pub(super) authorised: Option<String>,
}

#[derive(Template)]
#[template(path = "item.html")]
pub(super) struct ItemPage {
    pub(super) page: Shell,
    pub(super) item: ItemView,
    pub(super) name: String,
    pub(super) section_label: String,
    pub(super) attributes: Vec<AttributeRow>,
    pub(super) metrics: Vec<(String, String)>,
    /// Whether the item as a whole is not authorised.
    pub(super) is_foreign: bool,
    pub(super) findings: Vec<FindingRow>,
    pub(super) tickets: Vec<TicketRow>,
    pub(super) changes: Vec<ChangeLine>,
    pub(super) pager: Pager,
    pub(super) moment: MomentBar,
}

/// Attributes with what findings expect of them; those that are gone stand there too.
fn attributes(item: &ItemView, findings: &[Finding], locale: Locale) -> Vec<AttributeRow> {
    let expected = |name: &str| findings.iter().find(|f| f.attribute.as_deref() == Some(name)).map(|f| &f.expected);
    let row = |(name, seen): (&String, &Value)| AttributeRow {
        name: attribute::label(locale, name),
        seen: attribute::text(locale, name, seen),
        authorised: expected(name).map(|value| attribute::text(locale, name, value)),
    };
    let lost = findings.iter().filter_map(|finding| {
        let name = finding.attribute.as_ref().filter(|name| !item.attributes.contains_key(*name))?;
        let authorised = Some(attribute::text(locale, name, &finding.expected));
        Some(AttributeRow { name: attribute::label(locale, name), seen: value::NONE.to_owned(), authorised })
    });
    // The telling ones first; the others by name.
    let mut seen: Vec<(&String, &Value)> = item.attributes.iter().collect();
    seen.sort_by_key(|(name, _)| (attribute::rank(item.class, name), *name));
    seen.into_iter().map(row).chain(lost).collect()
}

pub(super) fn build(
    page: Shell,
    detail: ItemDetail,
    tickets: Vec<TicketRow>,
    changes: Vec<ChangeLine>,
    pager: Pager,
    moment: Moment,
) -> ItemPage {
    let ItemDetail { item, findings } = detail;
    let locale = page.locale;
    let metric =
        |(name, value): (&String, &Value)| (attribute::label(locale, name), attribute::text(locale, name, value));
    let metrics = item.metrics.iter().map(metric).collect();
    ItemPage {
        name: item.name().to_owned(),
        section_label: page.name("section", item.class.as_str()),
        attributes: attributes(&item, &findings, locale),
        metrics,
        is_foreign: findings.iter().any(|finding| finding.attribute.is_none() && finding.expected.is_null()),
        findings: findings.iter().map(|finding| FindingRow::of(finding, locale)).collect(),
        tickets,
        changes,
        pager,
        moment: MomentBar::new(format!("/items/{}", item.id), moment),
        item,
        page,
    }
}

async fn page(visitor: &Visitor, text: &str) -> Result<Response, ServiceError> {
    let missing = || ServiceError::NotFound { kind: "item", id: text.chars().take(80).collect() };
    let id: ItemId = text.parse().map_err(|_| missing())?;
    let (service, call, moment) = (visitor.service(), &visitor.call, visitor.moment()?);
    let detail = service.get_item(call, id, moment).await?;
    let window = Window { limit: SHOWN, cursor: visitor.parameter("cursor") };
    let history = service.item_history(call, id, &window).await?;
    let tickets = service.tickets_of_item(call, text).await?;
    let tickets = tickets.iter().map(|ticket| TicketRow::of(ticket, &[], visitor.locale, visitor.now())).collect();
    let changes = history.items.iter().map(|stored| ChangeLine::of(&stored.value, visitor.locale)).collect();
    let pager = Pager::new(visitor, &format!("/items/{id}"), history.next_cursor);
    let shell = Shell::at(visitor, "/hosts", detail.item.name()).await;
    Ok(answer::page(StatusCode::OK, &build(shell, detail, tickets, changes, pager, moment)))
}

/// `GET /items/{id}`.
pub(super) async fn show(visitor: Visitor, Path(id): Path<String>) -> Response {
    let outcome = page(&visitor, &id).await;
    visitor.answer(outcome)
}
