//! `/sources/rest/hosts`: what a script knows of a host, told as one source among others.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use muster_model::class::Violation;
use muster_model::host::{Criticality, Lifecycle};
use muster_model::identification::{Identifier, IdentifierKind, identifiers};
use muster_model::import::Outcome;
use muster_model::import::mapping::single_key;
use muster_model::source::told::{Absent, Part, Telling};
use muster_model::source::{Source, facts};
use muster_model::text::{Phrase, Word};
use muster_shared::canonical::Digest;
use muster_shared::diff::{ItemMap, to_map};
use muster_shared::report::Item;
use muster_shared::{Attributes, Problem, SectionName, volatility};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Answer, Caller, repetition};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::problem::Refusal;
use crate::service::host::{HostEdit, SaidOf, Unheard};
use crate::service::source::{About, Manner, Overruled, Report, Told};
use crate::service::{Service, ServiceError, Wrong};

/// Longest text that names a host.
const MAX_NAME: usize = 256;
/// Most items of a report.
const MAX_ITEMS: usize = 20_000;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(tell))
}

/// What a script knows of a host.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HostFacts {
    /// What the script calls the host, always the same: `asset-4711`.
    external_id: String,
    /// The host's name.
    name: String,
    /// The id of the host, when the script knows it.
    #[schema(value_type = Option<String>)]
    host: Option<muster_shared::id::HostId>,
    /// What it is recognised by: `cloud_instance`, `system_uuid`, `system_serial`, `machine_id`, `permanent_mac`, `fqdn`; a text or
    /// a list of texts each. Those among the facts need not be repeated.
    #[serde(default)]
    #[schema(value_type = Object)]
    identifiers: BTreeMap<String, Texts>,
    /// What is known, by class.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, SectionFacts>)]
    sections: BTreeMap<String, SectionFacts>,
    /// Name and version of the script.
    #[serde(default)]
    client: String,
    /// Who answers for the host: one word among others, as site, criticality and lifecycle are. Absent fields say nothing; null or an
    /// empty text says that there is none. Takes the right to change hosts.
    #[serde(default, deserialize_with = "super::host::said", skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    #[serde(default, deserialize_with = "super::host::said", skip_serializing_if = "Option::is_none")]
    site: Option<String>,
    /// `low`, `normal`, `high` or `critical`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    criticality: Option<Criticality>,
    /// `discovered`, `review`, `active`, `maintenance`, `retiring`, `retired` or `archived`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    lifecycle: Option<Lifecycle>,
}

impl HostFacts {
    fn edit(&self) -> HostEdit {
        let (owner, site) = (self.owner.clone(), self.site.clone());
        HostEdit { owner, site, criticality: self.criticality, lifecycle: self.lifecycle }
    }
}

/// A text or several.
#[derive(Debug, Deserialize, Serialize)]
#[serde(untagged, expecting = "a text or a list of texts is expected")]
enum Texts {
    One(String),
    Many(Vec<String>),
}

/// Items of one class.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SectionFacts {
    items: Vec<ItemFacts>,
    /// Whether these are all that there are: what was told before and is not among them is gone. Without it, it stays.
    #[serde(default)]
    is_complete: bool,
}

/// One item.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ItemFacts {
    /// What tells it apart on its host. Classes of which a host has one item need none.
    key: Option<String>,
    #[serde(default)]
    #[schema(value_type = Object)]
    attributes: Attributes,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
struct ToldView {
    /// The host that it is about.
    host: String,
    name: String,
    /// `created`, `updated` or `unchanged`.
    outcome: &'static str,
    /// The report by which that was decided: `/identification/explain/{report}` says why, for thirty days.
    report: Option<String>,
    /// The rule by which the host was recognised.
    rule: String,
    /// The values that were equal.
    values: Vec<String>,
    /// Values that were taken and do not count, because another source is believed more.
    overruled: Vec<OverruledView>,
}

/// A value that does not count.
#[derive(Debug, Serialize, ToSchema)]
struct OverruledView {
    class: &'static str,
    key: String,
    /// Empty when the whole item is not there for those who are believed more.
    attribute: String,
    #[schema(value_type = Object)]
    told: Value,
    /// What counts.
    #[schema(value_type = Object)]
    counts: Value,
    /// Who says that.
    source: &'static str,
    /// Why that one is believed: `pinned`, `rank`, `younger`, `newest`, …
    reason: &'static str,
}

impl From<Overruled> for OverruledView {
    fn from(one: Overruled) -> Self {
        Self {
            class: one.section.as_str(),
            key: one.key,
            attribute: one.attribute,
            told: one.told,
            counts: one.counts,
            source: one.source.as_str(),
            reason: one.reason.as_str(),
        }
    }
}

impl From<Unheard> for OverruledView {
    fn from(one: Unheard) -> Self {
        Self {
            class: SectionName::Host.as_str(),
            key: single_key(SectionName::Host).unwrap_or_default().to_owned(),
            attribute: one.field,
            told: one.told,
            counts: one.counts,
            source: one.source.as_str(),
            reason: one.reason.as_str(),
        }
    }
}

impl ToldView {
    fn of(told: Told, said: SaidOf) -> Self {
        let is_new = told.outcome == Outcome::Unchanged && !said.changes.is_empty();
        let unheard = said.overruled.into_iter().map(OverruledView::from);
        Self {
            host: told.host.to_string(),
            name: told.name,
            outcome: if is_new { Outcome::Updated.as_str() } else { told.outcome.as_str() },
            report: told.matched.report.map(|report| report.to_string()),
            rule: told.matched.rule,
            values: told.matched.values,
            overruled: told.overruled.into_iter().map(OverruledView::from).chain(unheard).collect(),
        }
    }
}

/// Tell what is known of a host: the first time makes it, the same again changes nothing
#[utoipa::path(post, path = "/sources/rest/hosts", request_body = HostFacts, responses((status = 200, body = ToldView)))]
async fn tell(
    State(app): State<Shared>,
    Caller(call): Caller,
    headers: HeaderMap,
    JsonBody(body): JsonBody<HostFacts>,
) -> Answer<ToldView> {
    let manner = Manner { is_dry: false, repetition: repetition(&headers, &body)? };
    let digest = Digest::of(&serde_json::to_vec(&body).unwrap_or_default());
    let edit = body.edit();
    if !edit.is_empty() {
        Service::may_say(&call, &edit)?;
    }
    let report = report(body)?;
    let _turn = app.service.turn_to_tell().await?;
    let told = app.service.tell(&call, &report, digest, &manner).await?;
    // Said again it says nothing new, so a request that broke off between the two is sent again.
    let said =
        if edit.is_empty() { SaidOf::default() } else { app.service.tell_of_host(&call, told.host, &edit).await? };
    Ok(Json(ToldView::of(told, said)))
}

fn refuse(wrong: &mut Vec<Wrong>, pointer: String, why: Phrase) {
    wrong.push(Wrong { pointer, detail: why.into() });
}

fn report(body: HostFacts) -> Result<Report, Refusal> {
    let mut wrong = Vec::new();
    for (pointer, text) in [("/external_id", &body.external_id), ("/name", &body.name)] {
        if !(1..=MAX_NAME).contains(&text.trim().chars().count()) {
            refuse(&mut wrong, pointer.into(), Phrase::new("characters").with("min", 1).with("max", MAX_NAME));
        }
        wrong.extend(muster_model::text::unseen(text).map(|why| Wrong { pointer: pointer.into(), detail: why.into() }));
    }
    if body.sections.values().map(|section| section.items.len()).sum::<usize>() > MAX_ITEMS {
        refuse(&mut wrong, "/sections".into(), Phrase::new("at_most_items").with("max", MAX_ITEMS));
    }
    let mut shown = named(&body.identifiers, &mut wrong);
    let mut sections = BTreeMap::new();
    for (name, told) in body.sections {
        let Ok(section) = name.parse::<SectionName>() else {
            let near = SectionName::ALL.iter().min_by_key(|known| strsim::damerau_levenshtein(known.as_str(), &name));
            let why = Phrase::new("class_unknown").with("class", name.chars().take(60).collect::<String>());
            let pointer = format!("/sections/{}", name.replace('~', "~0").replace('/', "~1"));
            refuse(&mut wrong, pointer, why.with("near", near.map(|near| near.as_str()).unwrap_or_default()));
            continue;
        };
        sections.insert(section, part(section, told, &mut wrong));
    }
    if !wrong.is_empty() {
        return Err(ServiceError::Invalid(wrong).into());
    }
    let items: BTreeMap<SectionName, &ItemMap> = sections.iter().map(|(name, part)| (*name, &part.items)).collect();
    shown.extend(identifiers(&items));
    shown.sort();
    shown.dedup();
    let client = if body.client.is_empty() { "REST".to_owned() } else { body.client.chars().take(200).collect() };
    let telling = Telling {
        source: Source::Rest,
        device_id: body.external_id.trim().to_owned(),
        client,
        sections,
        left_out: Vec::new(),
    };
    let about = body.host.map_or(About::Asked, About::Host);
    Ok(Report { telling, name: body.name.trim().to_owned(), identifiers: shown, is_partial: false, about })
}

/// Identifiers by the names of their kinds.
fn named(told: &BTreeMap<String, Texts>, wrong: &mut Vec<Wrong>) -> Vec<Identifier> {
    let mut named = Vec::new();
    for (name, texts) in told {
        let pointer = format!("/identifiers/{}", name.replace('~', "~0").replace('/', "~1"));
        let Some(kind) = IdentifierKind::ALL.iter().find(|kind| kind.as_str() == name) else {
            let choices = Word::list(IdentifierKind::ALL.iter().map(|kind| kind.as_str()));
            let why = Phrase::new("class_choice").with("value", name.chars().take(60).collect::<String>());
            refuse(wrong, pointer, why.with("choices", choices));
            continue;
        };
        let texts = match texts {
            Texts::One(text) => std::slice::from_ref(text),
            Texts::Many(texts) => texts,
        };
        for text in texts {
            if let Some(identifier) = Identifier::read(*kind, text) {
                named.push(identifier);
            } else {
                let why = Phrase::new("no_identifier").with("value", text.chars().take(60).collect::<String>());
                refuse(wrong, pointer.clone(), why.term("kind", "identifier", kind.as_str()));
            }
        }
    }
    named
}

fn part(section: SectionName, told: SectionFacts, wrong: &mut Vec<Wrong>) -> Part {
    let mut items: Vec<Item> = Vec::new();
    let mut known = BTreeSet::new();
    for (place, item) in told.items.into_iter().enumerate() {
        let key = item.key.unwrap_or_else(|| single_key(section).unwrap_or_default().to_owned());
        let base = format!("/sections/{section}/items/{place}");
        let broken = facts::check(section, &key, &item.attributes).into_iter();
        wrong.extend(
            broken.map(|Violation { pointer, why }| Wrong { pointer: base.clone() + &pointer, detail: why.into() }),
        );
        if !known.insert(key.clone()) {
            refuse(wrong, format!("{base}/key"), Phrase::new("fact_twice"));
        }
        let attributes = item.attributes.into_iter().filter(|(_, value)| !value.is_null()).collect();
        items.push(Item { attributes, ..Item::new(key) });
    }
    let (items, metrics) = volatility::split(section, items);
    let missing = Problem { source: "rest".to_owned(), message: "the script tells a part of what there is".to_owned() };
    let (absent, problems) =
        if told.is_complete { (Absent::Gone, Vec::new()) } else { (Absent::Unchanged, vec![missing]) };
    Part { items: to_map(items), metrics, problems, absent }
}
