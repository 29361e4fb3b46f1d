//! `/map`: what breaks if this fails, and what does it need. Services with how they do; from one of them, or any host or item,
//! a picture in layers with the table beside it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use muster_model::history::Moment;
use muster_model::query::{self, Query};
use muster_model::relation::graph::Direction;
use muster_model::text::Phrase;
use muster_shared::id::NodeId;

use self::layout::{Picture, Spot};
use super::answer;
use super::form::{self, Choice};
use super::locale::Locale;
use super::relation::{address, class_name};
use super::shell::Shell;
use super::visitor::Visitor;
use crate::service::impact::{Impacted, ServiceView};
use crate::service::past::elapsed;
use crate::service::{ServiceError, Window, invalid};

mod layout;

/// Nodes that the table shows of each way.
const SHOWN: usize = 200;
/// Steps that can be chosen.
const DEPTHS: &[&str] = &["1", "2", "3", "5", "10"];

/// A service in the list.
#[derive(Clone, Debug)]
pub(super) struct ServiceRow {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) class: String,
    pub(super) health: &'static str,
    pub(super) criticality: &'static str,
    pub(super) owner: Option<String>,
    pub(super) team: Option<String>,
    pub(super) depends_on: usize,
}

impl ServiceRow {
    fn of(view: &ServiceView, locale: Locale) -> Self {
        let item = &view.item.value;
        let team = item.attributes.get("support_team").and_then(|team| team.as_str()).map(str::to_owned);
        Self {
            id: item.id.to_string(),
            name: item.name.clone(),
            class: class_name(locale, &item.class, &item.class),
            health: view.health.as_str(),
            criticality: item.criticality.as_str(),
            owner: item.owner.clone(),
            team,
            depends_on: view.depends_on,
        }
    }
}

/// A node that is reached.
#[derive(Clone, Debug)]
pub(super) struct ReachedRow {
    pub(super) name: String,
    pub(super) class: String,
    pub(super) href: Option<String>,
    /// `needed` looking down.
    pub(super) effect: &'static str,
    pub(super) depth: u32,
    /// The way from the start, in words.
    pub(super) way: String,
}

/// The map from one node.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    pub(super) name: String,
    pub(super) class: String,
    pub(super) href: Option<String>,
    pub(super) picture: Picture,
    pub(super) rows: Vec<ReachedRow>,
    pub(super) down: usize,
    pub(super) at_risk: usize,
    pub(super) needed: usize,
}

#[derive(Template)]
#[template(path = "map.html")]
pub(super) struct MapPage {
    pub(super) page: Shell,
    pub(super) chosen: Option<Chosen>,
    pub(super) services: Vec<ServiceRow>,
    pub(super) item: String,
    pub(super) as_of: String,
    pub(super) directions: Vec<Choice>,
    pub(super) depths: Vec<Choice>,
}

/// The steps of a path, in words.
fn way(impacted: &Impacted, start: &str, locale: Locale) -> String {
    let step = |step: &crate::service::impact::NamedStep| {
        let kind = if step.is_inverse { step.kind.inverse() } else { step.kind.as_str() };
        format!("{} {}", locale.name("relation", kind), step.node.name)
    };
    std::iter::once(start.to_owned()).chain(impacted.path.iter().map(step)).collect::<Vec<_>>().join(" → ")
}

fn spot(impacted: &Impacted, direction: Direction, start: &str, locale: Locale) -> Option<Spot> {
    let depth = i32::try_from(impacted.depth).ok()?;
    let (layer, look) = match direction {
        Direction::Up => (-depth, impacted.effect.as_str()),
        Direction::Down => (depth, "needed"),
    };
    let last = impacted.path.last()?;
    let before = impacted.path.iter().rev().nth(1).map_or_else(|| start.to_owned(), |step| step.node.id.to_string());
    let kind = if last.is_inverse { last.kind.inverse() } else { last.kind.as_str() };
    Some(Spot {
        id: impacted.node.id.to_string(),
        name: impacted.node.name.clone(),
        kind: class_name(locale, &impacted.node.class, &impacted.node.class),
        href: address(impacted.node.id),
        look,
        layer,
        via: Some(before),
        relation: locale.name("relation", kind),
    })
}

/// The map of a node: the ways that are asked for.
async fn chosen(
    visitor: &Visitor,
    node: NodeId,
    directions: &[Direction],
    depth: u32,
    moment: Moment,
) -> Result<Chosen, ServiceError> {
    let (service, locale) = (visitor.service(), visitor.locale);
    let start = service.name_node(&visitor.call, node).await;
    let (id, class) = (node.to_string(), class_name(locale, &start.class, &start.class));
    let here = Spot {
        id: id.clone(),
        name: start.name.clone(),
        kind: class.clone(),
        href: address(node),
        look: "here",
        layer: 0,
        via: None,
        relation: String::new(),
    };
    let (mut spots, mut rows) = (vec![here], Vec::new());
    let (mut down, mut at_risk, mut needed) = (0, 0, 0);
    for direction in directions {
        let view = service.impact(&visitor.call, node, *direction, depth, moment, SHOWN).await?;
        match direction {
            Direction::Up => (down, at_risk) = (view.down, view.at_risk),
            Direction::Down => needed = view.down,
        }
        for impacted in &view.items {
            // What needs the start and is needed by it stands where it was met first.
            let is_new = |spot: &Spot| spots.iter().all(|known| known.id != spot.id);
            spots.extend(spot(impacted, *direction, &id, locale).filter(is_new));
            rows.push(ReachedRow {
                name: impacted.node.name.clone(),
                class: class_name(locale, &impacted.node.class, &impacted.node.class),
                href: address(impacted.node.id),
                effect: if *direction == Direction::Up { impacted.effect.as_str() } else { "needed" },
                depth: impacted.depth,
                way: way(impacted, &start.name, locale),
            });
        }
    }
    let picture = layout::draw(&spots, |n| locale.n("and-more", n));
    Ok(Chosen { name: start.name, class, href: address(node), picture, rows, down, at_risk, needed })
}

/// The node of a text: an id, or the name of a host.
async fn find(visitor: &Visitor, text: &str) -> Result<NodeId, ServiceError> {
    if let Ok(node) = text.parse::<NodeId>() {
        return Ok(node);
    }
    Ok(NodeId::Host(visitor.service().find_host(&visitor.call, text, Moment::NOW).await?.host.value.id))
}

async fn page(visitor: &Visitor) -> Result<Response, ServiceError> {
    let (service, locale) = (visitor.service(), visitor.locale);
    let way = visitor.parameter("direction").filter(|way| ["up", "down"].contains(&way.as_str())).unwrap_or_default();
    let directions: &[Direction] = match way.as_str() {
        "up" => &[Direction::Up],
        "down" => &[Direction::Down],
        _ => &[Direction::Up, Direction::Down],
    };
    let depth = visitor.parameter("depth").filter(|depth| DEPTHS.contains(&depth.as_str()));
    let depth = depth.unwrap_or_else(|| "3".to_owned());
    let as_of = visitor.parameter("as_of").unwrap_or_default();
    let moment = match as_of.as_str() {
        "" => Moment::NOW,
        text => {
            let why = || Phrase::new("query_time").with("field", "as_of").with("value", text);
            let at = query::moment(text).ok_or_else(|| invalid("/as_of", why()))?;
            Moment::at(elapsed("as_of", at, service.now())?)
        }
    };
    let item = visitor.parameter("item").unwrap_or_default();
    let chosen = match item.as_str() {
        "" => None,
        text => {
            let node = find(visitor, text).await?;
            Some(chosen(visitor, node, directions, depth.parse().unwrap_or(3), moment).await?)
        }
    };
    let window = Window { limit: SHOWN, cursor: None };
    let services = service.list_services(&visitor.call, &Query::default(), &window).await?;
    let title = chosen.as_ref().map_or_else(|| locale.t("map-title"), |chosen| chosen.name.clone());
    let mut ways = vec![form::nothing(locale.t("map-both"), way.is_empty())];
    ways.extend(form::choices(locale, "map-way", ["up", "down"], &way));
    let depths = DEPTHS.iter().map(|value| Choice {
        value: (*value).to_owned(),
        label: (*value).to_owned(),
        is_chosen: *value == depth,
    });
    let page = MapPage {
        page: Shell::at(visitor, "/map", &title).await,
        services: services.items.iter().map(|view| ServiceRow::of(view, locale)).collect(),
        chosen,
        item,
        as_of,
        directions: ways,
        depths: depths.collect(),
    };
    Ok(answer::page(StatusCode::OK, &page))
}

/// `GET /map`.
pub(super) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor).await;
    visitor.answer(outcome)
}
