//! `/compare`: two hosts or items, or one at two times, side by side; only what differs.

use std::collections::BTreeSet;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use muster_model::history::{Moment, Operation};
use muster_model::text::Phrase;
use muster_shared::id::NodeId;
use muster_shared::{Attributes, SectionName, Time};

use super::form::{self, Choice};
use super::shell::Shell;
use super::visitor::Visitor;
use super::{answer, attribute, list, moment, value};
use crate::service::compare::{ALIKE, Contrast, Side};
use crate::service::past::elapsed;
use crate::service::{ServiceError, invalid};

/// Differences that the page shows.
const MOST: usize = 500;

/// An item that is not alike.
#[derive(Clone, Debug)]
pub(super) struct ContrastRow {
    pub(super) class: &'static str,
    pub(super) key: String,
    pub(super) left: Vec<String>,
    pub(super) right: Vec<String>,
}

/// The differences of a class.
#[derive(Clone, Debug)]
pub(super) struct ContrastGroup {
    pub(super) title: String,
    pub(super) id: &'static str,
    pub(super) rows: Vec<ContrastRow>,
}

#[derive(Template)]
#[template(path = "compare.html")]
pub(super) struct ComparePage {
    pub(super) page: Shell,
    pub(super) left: String,
    pub(super) right: String,
    pub(super) left_as_of: String,
    pub(super) right_as_of: String,
    pub(super) classes: Vec<Choice>,
    pub(super) error: Option<String>,
    pub(super) is_asked: bool,
    pub(super) heads: (String, String),
    pub(super) groups: Vec<ContrastGroup>,
    pub(super) total: usize,
}

fn side_text(text: &str, as_of: &str) -> String {
    if as_of.is_empty() { text.to_owned() } else { format!("{text} · {as_of} UTC") }
}

fn moment_of(field: &str, text: &str, now: Time) -> Result<Moment, ServiceError> {
    if text.is_empty() {
        return Ok(Moment::NOW);
    }
    let wrong = || Phrase::new("query_time").with("field", field.to_owned()).with("value", text.to_owned());
    let at = moment::parse_field(text).ok_or_else(|| invalid(&format!("/{field}"), wrong()))?;
    elapsed(field, at, now).map(Moment::at)
}

fn row(contrast: &Contrast, visitor: &Visitor) -> ContrastRow {
    let locale = visitor.locale;
    let is_whole = contrast.operation != Operation::Modified;
    let telling = attribute::telling(contrast.class);
    let lines = |side: &Attributes| {
        let mut names: Vec<&String> =
            side.keys().filter(|name| !is_whole || telling.contains(&name.as_str())).collect();
        names.sort_by_key(|name| (attribute::rank(contrast.class, name), name.as_str()));
        let line = |name: &String| {
            let seen = side.get(name).cloned().unwrap_or_default();
            format!("{}: {}", attribute::label(locale, name), attribute::cell(locale, name, &seen))
        };
        names.into_iter().take(6).map(line).collect::<Vec<_>>()
    };
    let class = match contrast.operation {
        Operation::Added => "new",
        Operation::Removed => "gone",
        Operation::Modified => "same",
    };
    ContrastRow {
        class,
        key: value::middle(&contrast.key, 60),
        left: lines(&contrast.left),
        right: lines(&contrast.right),
    }
}

fn groups(contrasts: &[Contrast], visitor: &Visitor) -> Vec<ContrastGroup> {
    let mut groups: Vec<ContrastGroup> = Vec::new();
    for contrast in contrasts.iter().take(MOST) {
        let id = contrast.class.as_str();
        if groups.last().is_none_or(|group| group.id != id) {
            groups.push(ContrastGroup { title: visitor.locale.name("section", id), id, rows: Vec::new() });
        }
        if let Some(group) = groups.last_mut() {
            group.rows.push(row(contrast, visitor));
        }
    }
    groups
}

/// The id of an item of a host, or of one that people declare. A host is compared by what it is made of.
fn item(text: &str) -> Option<NodeId> {
    text.parse().ok().filter(|node| matches!(node, NodeId::Item(_) | NodeId::Declared(_)))
}

/// The attributes in which two items differ.
async fn of_items(
    visitor: &Visitor,
    (left, left_at): (NodeId, Moment),
    (right, right_at): (NodeId, Moment),
) -> Result<Vec<ContrastRow>, ServiceError> {
    let (service, call, locale) = (visitor.service(), &visitor.call, visitor.locale);
    let (left, right) =
        (service.attributes_at(call, left, left_at).await?, service.attributes_at(call, right, right_at).await?);
    let names: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
    let text = |side: &Attributes, name: &str| {
        side.get(name).map(|value| attribute::text(locale, name, value)).into_iter().collect::<Vec<_>>()
    };
    let differs = names.into_iter().filter(|name| left.get(*name) != right.get(*name));
    let row = |name: &String| {
        let (left, right) = (text(&left, name), text(&right, name));
        let class = match (left.is_empty(), right.is_empty()) {
            (true, _) => "new",
            (_, true) => "gone",
            (false, false) => "same",
        };
        ContrastRow { class, key: attribute::label(locale, name), left, right }
    };
    Ok(differs.map(row).collect())
}

/// What differs, and in how many things.
async fn contrasted(
    visitor: &Visitor,
    (left, left_as_of): (&str, &str),
    (right, right_as_of): (&str, &str),
    class: &str,
) -> Result<(Vec<ContrastGroup>, usize), ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let left_at = moment_of("left_as_of", left_as_of, service.now())?;
    let right_at = moment_of("right_as_of", right_as_of, service.now())?;
    if let (Some(left), Some(right)) = (item(left), item(right)) {
        let rows = of_items(visitor, (left, left_at), (right, right_at)).await?;
        let (title, total) = (visitor.locale.t("attributes-title"), rows.len());
        let group = (total > 0).then_some(ContrastGroup { title, id: "attributes", rows });
        return Ok((group.into_iter().collect(), total));
    }
    let (left, right): (Side, Side) =
        (service.side(call, left, left_at).await?, service.side(call, right, right_at).await?);
    let one = class.parse::<SectionName>().ok();
    let found = service.compare(call, &left, &right, one.as_ref().map_or(ALIKE, std::slice::from_ref)).await?;
    Ok((groups(&found, visitor), found.len()))
}

async fn page(visitor: &Visitor) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let text = |name: &str| visitor.parameter(name).unwrap_or_default();
    let (left, right, class) = (text("left"), text("right"), text("class"));
    let (left_as_of, right_as_of) = (text("left_as_of"), text("right_as_of"));
    let is_asked = !left.is_empty() && !right.is_empty();
    let mut error = None;
    let (mut groups, mut total) = (Vec::new(), 0);
    if is_asked {
        match contrasted(visitor, (&left, &left_as_of), (&right, &right_as_of), &class).await {
            Ok(found) => (groups, total) = found,
            Err(wrong @ ServiceError::NotFound { .. }) => error = Some(locale.say(&wrong.text())),
            Err(wrong) => error = Some(list::query_error(wrong, locale)?),
        }
    }
    let mut classes = form::choices(locale, "section", SectionName::ALL.iter().map(|name| name.as_str()), &class);
    classes.insert(0, form::nothing(locale.t("compare-usual"), class.is_empty()));
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = ComparePage {
        page: Shell::at(visitor, "/hosts", &locale.t("compare-title")).await,
        heads: (side_text(&left, &left_as_of), side_text(&right, &right_as_of)),
        left,
        right,
        left_as_of,
        right_as_of,
        classes,
        error,
        is_asked,
        groups,
        total,
    };
    Ok(answer::page(status, &page))
}

/// `GET /compare`.
pub(super) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor).await;
    visitor.answer(outcome)
}
