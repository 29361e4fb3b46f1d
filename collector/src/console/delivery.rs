//! `/deliveries`: messages that went out, that wait, and that were given up, with a button that sends these again.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use muster_model::notification::delivery::{self, DeliveryState};
use muster_model::query::Query;
use muster_model::right::Action;
use muster_shared::Time;
use muster_shared::id::ChannelId;

use super::answer::{self, see_other};
use super::list::{self, Pager};
use super::shell::Shell;
use super::submission::Submission;
use super::visitor::Visitor;
use crate::service::{ServiceError, invalid};

/// A message.
#[derive(Clone, Debug)]
pub(super) struct DeliveryRow {
    pub(super) id: String,
    pub(super) state: &'static str,
    pub(super) to: String,
    pub(super) about: String,
    pub(super) what: String,
    pub(super) href: String,
    /// How many more it tells of.
    pub(super) more: usize,
    pub(super) tries: u32,
    pub(super) failure: String,
    pub(super) created_at: Time,
    pub(super) due_at: Option<Time>,
    pub(super) is_dead: bool,
}

/// A way to see some of them.
#[derive(Clone, Debug)]
pub(super) struct StateTab {
    pub(super) label: String,
    pub(super) href: String,
    pub(super) is_here: bool,
}

#[derive(Template)]
#[template(path = "deliveries.html")]
pub(super) struct DeliveryPage {
    pub(super) page: Shell,
    pub(super) tabs: Vec<StateTab>,
    pub(super) rows: Vec<DeliveryRow>,
    pub(super) may_change: bool,
    pub(super) pager: Pager,
}

/// What a message is about: the record, unless the line of the message names it.
fn about(label: &str, title: &str) -> String {
    if title.contains(label) { title.to_owned() } else { format!("{label} {title}") }
}

async fn page(visitor: &Visitor) -> Result<Response, ServiceError> {
    let (service, locale) = (visitor.service(), visitor.locale);
    let state = visitor.parameter("state").filter(|state| DeliveryState::NAMES.contains(&state.as_str()));
    let mut query = Query::default();
    if let Some(state) = &state {
        query.and("state", state, &delivery::FIELDS).map_err(|why| invalid("/state", why))?;
    }
    let channel = visitor.parameter("channel").filter(|id| id.parse::<ChannelId>().is_ok());
    if let Some(channel) = &channel {
        query.and("channel", channel, &delivery::FIELDS).map_err(|why| invalid("/channel", why))?;
    }
    let found = service.list_deliveries(&visitor.call, &query, &list::window(visitor)).await?;
    let mut rows = Vec::new();
    for stored in found.items {
        let it = stored.value;
        let last = it.notices.last();
        let is_delivered = matches!(it.state, DeliveryState::Delivered { .. });
        rows.push(DeliveryRow {
            id: it.id.to_string(),
            state: it.state.as_str(),
            to: service.destination_name(&it.to).await?,
            about: last.map(|notice| about(&notice.label, &locale.say(&notice.title))).unwrap_or_default(),
            what: last.map(|notice| locale.name("topic", notice.topic.as_str())).unwrap_or_default(),
            href: last.map(|notice| notice.path.clone()).unwrap_or_default(),
            more: it.notices.len().saturating_sub(1) + usize::try_from(it.more).unwrap_or_default(),
            tries: it.tries,
            due_at: it.state.due_at(),
            is_dead: matches!(it.state, DeliveryState::Dead { .. }),
            // What went wrong before it was taken is over.
            failure: it.failure.filter(|_| !is_delivered).map(|failure| failure.problem).unwrap_or_default(),
            created_at: it.created_at,
        });
    }
    let (all, only) = match &channel {
        Some(channel) => (format!("/deliveries?channel={channel}"), format!("channel={channel}&")),
        None => ("/deliveries".into(), String::new()),
    };
    let mut tabs = vec![StateTab { label: locale.t("notify-all"), href: all, is_here: state.is_none() }];
    tabs.extend(DeliveryState::NAMES.iter().map(|name| StateTab {
        label: locale.name("delivery-state", name),
        href: format!("/deliveries?{only}state={name}"),
        is_here: state.as_deref() == Some(*name),
    }));
    let page = DeliveryPage {
        page: Shell::at(visitor, "/notifications", &locale.t("deliveries-title")).await,
        tabs,
        rows,
        may_change: visitor.may(Action::NotificationManage),
        pager: Pager::new(visitor, "/deliveries", found.next_cursor),
    };
    Ok(answer::page(StatusCode::OK, &page))
}

/// `GET /deliveries`.
pub(super) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor).await;
    visitor.answer(outcome)
}

async fn again(visitor: &Visitor, id: &str) -> Result<Response, ServiceError> {
    let missing = |_| ServiceError::NotFound { kind: "delivery", id: id.chars().take(80).collect() };
    visitor.service().retry_delivery(&visitor.call, id.parse().map_err(missing)?).await?;
    Ok(see_other("/deliveries?done=sent-again"))
}

/// `POST /deliveries/{id}/retry`.
pub(super) async fn retry(Path(id): Path<String>, Submission { visitor, .. }: Submission) -> Response {
    let outcome = again(&visitor, &id).await;
    visitor.answer(outcome)
}
