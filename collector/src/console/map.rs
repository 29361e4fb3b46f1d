//! `/map`: what breaks if this fails, and what does it need. Services with how they do; from one of them, or any host or item,
//! a picture in layers with the table beside it.

use std::collections::HashMap;

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use muster_model::history::Moment;
use muster_model::query::{self, Query};
use muster_model::relation::graph::Direction;
use muster_model::text::{Phrase, Word};
use muster_shared::id::NodeId;

use self::layout::{Picture, Spot};
use self::overlay::{Legend, Toggle};
use super::answer;
use super::form::{self, Choice};
use super::locale::Locale;
use super::markup;
use super::relation::{address, class_name};
use super::shell::Shell;
use super::visitor::Visitor;
use crate::service::impact::overlay::Overlay;
use crate::service::impact::{Impacted, ServiceView};
use crate::service::past::elapsed;
use crate::service::{ServiceError, Window, invalid};

mod layout;
mod overlay;

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
    /// What is laid over it, in a word.
    pub(super) mark: String,
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
    /// What the colours of an overlay say.
    pub(super) legend: Vec<Legend>,
}

/// A picture alone, as a file.
#[derive(Template)]
#[template(path = "map_svg.html")]
struct MapFile {
    title: String,
    picture: Picture,
    legend: Vec<Legend>,
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
    pub(super) toggles: Vec<Toggle>,
    /// The overlay that is on.
    pub(super) overlay: String,
    /// What an overlay cannot show of the past.
    pub(super) is_past: bool,
    /// The address of the picture as a file.
    pub(super) file: String,
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
        mark: None,
    })
}

/// The map of a node: the ways that are asked for.
async fn chosen(
    visitor: &Visitor,
    node: NodeId,
    directions: &[Direction],
    depth: u32,
    (moment, over): (Moment, Option<Overlay>),
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
        mark: None,
    };
    let (mut spots, mut rows, mut nodes) = (vec![here], Vec::new(), vec![node]);
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
                mark: String::new(),
            });
            nodes.push(impacted.node.id);
        }
    }
    let legend = match over {
        None => Vec::new(),
        Some(over) => {
            let marks = service.marks(&visitor.call, over, &nodes).await?;
            let marks: HashMap<String, (&'static str, String)> =
                marks.into_iter().map(|(node, mark)| (node.to_string(), overlay::drawn(mark, locale))).collect();
            for spot in &mut spots {
                spot.mark = marks.get(&spot.id).cloned();
            }
            for (row, node) in rows.iter_mut().zip(nodes.iter().skip(1)) {
                row.mark = marks.get(&node.to_string()).map(|(_, word)| word.clone()).unwrap_or_default();
            }
            overlay::legend(marks.values())
        }
    };
    let picture = layout::draw(&spots, |n| locale.n("and-more", n));
    Ok(Chosen { name: start.name, class, href: address(node), picture, rows, down, at_risk, needed, legend })
}

/// The node of a text: an id, or the name of a host.
async fn find(visitor: &Visitor, text: &str) -> Result<NodeId, ServiceError> {
    if let Ok(node) = text.parse::<NodeId>() {
        return Ok(node);
    }
    Ok(NodeId::Host(visitor.service().find_host(&visitor.call, text, Moment::NOW).await?.host.value.id))
}

/// What an address asks for.
struct Asked {
    way: String,
    depth: String,
    as_of: String,
    item: String,
    moment: Moment,
    overlay: Option<Overlay>,
}

/// The overlay that an address names; one that there is none of is refused, as a filter is.
fn overlay_of(visitor: &Visitor) -> Result<Option<Overlay>, ServiceError> {
    let Some(name) = visitor.parameter("overlay").filter(|name| !name.is_empty()) else { return Ok(None) };
    let wrong = || {
        let value: String = name.chars().take(60).collect();
        let all = Word::list(Overlay::ALL.iter().map(|overlay| overlay.as_str()));
        invalid("/overlay", Phrase::new("no_choice").with("value", value).with("field", "overlay").with("choices", all))
    };
    overlay::of(&name).map(Some).ok_or_else(wrong)
}

impl Asked {
    fn of(visitor: &Visitor) -> Result<Self, ServiceError> {
        let way = visitor.parameter("direction").filter(|way| ["up", "down"].contains(&way.as_str()));
        let depth = visitor.parameter("depth").filter(|depth| DEPTHS.contains(&depth.as_str()));
        let as_of = visitor.parameter("as_of").unwrap_or_default();
        let moment = match as_of.as_str() {
            "" => Moment::NOW,
            text => {
                let why = || Phrase::new("query_time").with("field", "as_of").with("value", text);
                let at = query::moment(text).ok_or_else(|| invalid("/as_of", why()))?;
                Moment::at(elapsed("as_of", at, visitor.service().now())?)
            }
        };
        Ok(Self {
            way: way.unwrap_or_default(),
            depth: depth.unwrap_or_else(|| "3".to_owned()),
            as_of,
            item: visitor.parameter("item").unwrap_or_default(),
            moment,
            overlay: overlay_of(visitor)?,
        })
    }

    /// The address with another overlay.
    fn address(&self, path: &str, overlay: Option<Overlay>) -> String {
        let over = overlay.map(Overlay::as_str).unwrap_or_default();
        let fields = [
            ("item", self.item.as_str()),
            ("direction", &self.way),
            ("depth", &self.depth),
            ("as_of", &self.as_of),
            ("overlay", over),
        ];
        let said = fields.iter().filter(|(_, value)| !value.is_empty());
        let pairs: Vec<String> = said.map(|(name, value)| format!("{name}={}", markup::url(value))).collect();
        format!("{path}?{}", pairs.join("&"))
    }

    /// The map of what is asked for.
    async fn chosen(&self, visitor: &Visitor) -> Result<Option<Chosen>, ServiceError> {
        if self.item.is_empty() {
            return Ok(None);
        }
        let directions: &[Direction] = match self.way.as_str() {
            "up" => &[Direction::Up],
            "down" => &[Direction::Down],
            _ => &[Direction::Up, Direction::Down],
        };
        let node = find(visitor, &self.item).await?;
        let over = self.overlay.filter(|_| self.moment.is_now());
        let depth = self.depth.parse().unwrap_or(3);
        Ok(Some(chosen(visitor, node, directions, depth, (self.moment, over)).await?))
    }
}

async fn page(visitor: &Visitor) -> Result<Response, ServiceError> {
    let (service, locale) = (visitor.service(), visitor.locale);
    let asked = Asked::of(visitor)?;
    let chosen = asked.chosen(visitor).await?;
    let toggle = |over: &Overlay| {
        let is_on = asked.overlay == Some(*over);
        let href = asked.address("/map", Some(*over).filter(|_| !is_on));
        Toggle { label: locale.name("map-overlay", over.as_str()), href, is_on }
    };
    let toggles = Overlay::ALL.iter().map(toggle).collect();
    let file = asked.address("/map.svg", asked.overlay);
    let window = Window { limit: SHOWN, cursor: None };
    let services = service.list_services(&visitor.call, &Query::default(), &window).await?;
    let title = chosen.as_ref().map_or_else(|| locale.t("map-title"), |chosen| chosen.name.clone());
    let mut ways = vec![form::nothing(locale.t("map-both"), asked.way.is_empty())];
    ways.extend(form::choices(locale, "map-way", ["up", "down"], &asked.way));
    let depths = DEPTHS.iter().map(|value| Choice {
        value: (*value).to_owned(),
        label: (*value).to_owned(),
        is_chosen: *value == asked.depth,
    });
    let page = MapPage {
        page: Shell::at(visitor, "/map", &title).await,
        services: services.items.iter().map(|view| ServiceRow::of(view, locale)).collect(),
        chosen,
        directions: ways,
        depths: depths.collect(),
        toggles,
        overlay: asked.overlay.map(|over| over.as_str().to_owned()).unwrap_or_default(),
        is_past: asked.overlay.is_some() && !asked.moment.is_now(),
        file,
        item: asked.item,
        as_of: asked.as_of,
    };
    Ok(answer::page(StatusCode::OK, &page))
}

/// `GET /map`.
pub(super) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor).await;
    visitor.answer(outcome)
}

async fn file(visitor: &Visitor) -> Result<Response, ServiceError> {
    let asked = Asked::of(visitor)?;
    let missing = || invalid("/item", Phrase::new("is_needed"));
    let Chosen { name, picture, legend, .. } = asked.chosen(visitor).await?.ok_or_else(missing)?;
    let rendered = MapFile { title: name, picture, legend }.render();
    let Ok(svg) = rendered else { return Ok(StatusCode::INTERNAL_SERVER_ERROR.into_response()) };
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"muster-map.svg\""),
    ];
    Ok((headers, svg).into_response())
}

/// `GET /map.svg`: the picture as a file.
pub(super) async fn download(visitor: Visitor) -> Response {
    let outcome = file(&visitor).await;
    visitor.answer(outcome)
}
