//! `/items`: lists by query. `/items/{id}`: one item. What is authorised and what was seen, since when, and what happened to it.

pub(super) mod bulk;
pub(super) mod list;

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;
use muster_model::finding::Finding;
use muster_model::history::Moment;
use muster_model::reconcile::{Explained, Said};
use muster_model::source::Source;
use muster_shared::Time;
use muster_shared::id::{ItemId, NodeId};
use serde_json::Value;

use super::answer;
use super::attribute;
use super::change::ChangeLine;
use super::finding::list::FindingRow;
use super::form::{self, Attempt};
use super::incident::list::{TicketRow, rows_of};
use super::list::Pager;
use super::locale::Locale;
use super::moment::MomentBar;
use super::own::{self, Own};
use super::pin::{self, Pins};
use super::relation::{self, Relations};
use super::shell::Shell;
use super::value;
use super::visitor::Visitor;
use super::watch::{self, Watch};
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
    /// Whose value it is, and why that counts.
    pub(super) believed: Option<(String, String)>,
    /// What others say, with who and when; whether it is too old to count.
    pub(super) others: Vec<Other>,
}

/// What a source says that is not believed.
#[derive(Clone, Debug)]
pub(super) struct Other {
    pub(super) source: String,
    pub(super) value: String,
    pub(super) seen_at: Time,
    pub(super) is_expired: bool,
}

#[derive(Template)]
#[template(path = "item.html")]
pub(super) struct ItemPage {
    pub(super) page: Shell,
    pub(super) item: ItemView,
    pub(super) name: String,
    pub(super) section_label: String,
    pub(super) attributes: Vec<AttributeRow>,
    /// Whether anybody but our own agent says something of it.
    pub(super) has_sources: bool,
    pub(super) metrics: Vec<(String, String)>,
    /// Whether the item as a whole is not authorised.
    pub(super) is_foreign: bool,
    pub(super) findings: Vec<FindingRow>,
    pub(super) tickets: Vec<TicketRow>,
    pub(super) changes: Vec<ChangeLine>,
    pub(super) pager: Pager,
    pub(super) moment: MomentBar,
    pub(super) relations: Relations,
    pub(super) pins: Pins,
    pub(super) own: Own,
    pub(super) watch: Option<Watch>,
}

/// Attributes with what findings expect of them; those that are gone stand there too.
fn attributes(item: &ItemView, findings: &[Finding], values: &Values, locale: Locale) -> Vec<AttributeRow> {
    let expected = |name: &str| findings.iter().find(|f| f.attribute.as_deref() == Some(name)).map(|f| &f.expected);
    let row = |(name, seen): (&String, &Value)| AttributeRow {
        name: attribute::label(locale, name),
        seen: attribute::text(locale, name, seen),
        authorised: expected(name).map(|value| attribute::text(locale, name, value)),
        believed: values.get(name).and_then(|explained| believed(explained, locale)),
        others: values.get(name).map(|explained| others(name, explained, locale)).unwrap_or_default(),
    };
    let lost = findings.iter().filter_map(|finding| {
        let name = finding.attribute.as_ref().filter(|name| !item.attributes.contains_key(*name))?;
        let authorised = Some(attribute::text(locale, name, &finding.expected));
        let (name, seen) = (attribute::label(locale, name), value::NONE.to_owned());
        Some(AttributeRow { name, seen, authorised, believed: None, others: Vec::new() })
    });
    // The telling ones first; the others by name.
    let mut seen: Vec<(&String, &Value)> = item.attributes.iter().collect();
    seen.sort_by_key(|(name, _)| (attribute::rank(item.class, name), *name));
    seen.into_iter().map(row).chain(lost).collect()
}

/// What every source says of each attribute.
type Values = BTreeMap<String, Explained>;

pub(super) fn believed(explained: &Explained, locale: Locale) -> Option<(String, String)> {
    let winner = explained.said.iter().find(|said| said.is_winner)?;
    Some((locale.name("source", winner.source.as_str()), locale.name("reason", explained.reason.as_str())))
}

pub(super) fn others(name: &str, explained: &Explained, locale: Locale) -> Vec<Other> {
    let told = explained.said.iter().find(|said| said.is_winner).map(|said| &said.value);
    let others = explained.said.iter().filter(|said| !said.is_winner && Some(&said.value) != told);
    let other = |said: &Said| Other {
        source: locale.name("source", said.source.as_str()),
        value: attribute::text(locale, name, &said.value),
        seen_at: said.seen_at,
        is_expired: said.is_expired,
    };
    others.map(other).collect()
}

pub(super) fn build(
    page: Shell,
    detail: ItemDetail,
    tickets: Vec<TicketRow>,
    changes: Vec<ChangeLine>,
    pager: Pager,
    moment: Moment,
    (relations, pins, own, watch): (Relations, Pins, Own, Option<Watch>),
) -> ItemPage {
    let ItemDetail { item, findings, values } = detail;
    let findings: Vec<Finding> = findings.into_iter().map(|stored| stored.value).collect();
    let locale = page.locale;
    let metric =
        |(name, value): (&String, &Value)| (attribute::label(locale, name), attribute::text(locale, name, value));
    let metrics = item.metrics.iter().map(metric).collect();
    ItemPage {
        name: item.name().to_owned(),
        section_label: page.name("section", item.class.as_str()),
        attributes: attributes(&item, &findings, &values, locale),
        has_sources: values.values().flat_map(|explained| &explained.said).any(|said| said.source != Source::Agent),
        metrics,
        is_foreign: findings.iter().any(|finding| finding.attribute.is_none() && finding.expected.is_null()),
        findings: findings.iter().map(|finding| FindingRow::of(finding, locale)).collect(),
        tickets,
        changes,
        pager,
        moment: MomentBar::new(format!("/items/{}", item.id), moment),
        relations,
        pins,
        own,
        watch,
        item,
        page,
    }
}

/// The page of an item of a host, with a form that was not taken if there is one.
pub(super) async fn page(visitor: &Visitor, id: ItemId, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let text = id.to_string();
    let (service, call, moment) = (visitor.service(), &visitor.call, visitor.moment()?);
    let detail = service.get_item(call, id, moment).await?;
    let window = Window { limit: SHOWN, cursor: visitor.parameter("cursor") };
    let history = service.item_history(call, id, moment, &window).await?;
    // What was worked on then is not kept.
    let tickets = if moment.is_now() { service.tickets_of_item(call, &text).await? } else { Vec::new() };
    let tickets = rows_of(visitor, &tickets).await?;
    let changes = history.items.iter().map(|stored| ChangeLine::of(&stored.value, visitor.locale)).collect();
    let pager = Pager::new(visitor, &format!("/items/{id}"), history.next_cursor);
    let shell = Shell::at(visitor, "/hosts", detail.item.name()).await;
    let relations = relation::of_node(visitor, NodeId::Item(id), moment, attempt).await?;
    let pins = if moment.is_now() { pin::of_item(visitor, &detail.item, attempt).await? } else { Pins::default() };
    let own = own::of_node(visitor, NodeId::Item(id), detail.item.class.as_str(), moment, attempt).await?;
    let watch = watch::of_node(visitor, NodeId::Item(id), moment).await?;
    let page = build(shell, detail, tickets, changes, pager, moment, (relations, pins, own, watch));
    Ok(answer::page(form::status(attempt), &page))
}
