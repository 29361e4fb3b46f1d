//! Relations on the pages of hosts and items: the table, and the forms to declare one and to take it back.

use axum::extract::Path;
use axum::response::Response;
use muster_model::history::Moment;
use muster_model::relation::RelationKind;
use muster_model::relation::connection::{confidence, is_stale};
use muster_model::right::Action;
use muster_shared::Time;
use muster_shared::id::NodeId;

use super::answer::see_other;
use super::form::{Attempt, Choice, Field, Form};
use super::locale::Locale;
use super::submission::{Fields, Submission};
use super::visitor::Visitor;
use crate::service::relation::{NewRelation, RelationView};
use crate::service::{ServiceError, invalid};

/// Relations that a page shows.
const SHOWN: usize = 100;

/// A relation as the node of the page sees it.
#[derive(Clone, Debug)]
pub(super) struct RelationRow {
    pub(super) label: String,
    pub(super) other: String,
    pub(super) href: Option<String>,
    pub(super) class: String,
    pub(super) source: &'static str,
    pub(super) state: &'static str,
    pub(super) confidence: u8,
    /// Port, group, rule or reason: why it is there.
    pub(super) because: String,
    pub(super) last_seen: Option<Time>,
    /// Where the form to take it back goes to.
    pub(super) retract: Option<String>,
}

/// The relations of a page.
#[derive(Clone, Debug)]
pub(super) struct Relations {
    pub(super) node: String,
    pub(super) rows: Vec<RelationRow>,
    /// How many are not shown.
    pub(super) more: usize,
    pub(super) add: Option<Form>,
}

/// The page of a node.
pub(super) fn address(node: NodeId) -> Option<String> {
    match node {
        NodeId::Host(_) => Some(format!("/hosts/{node}")),
        NodeId::Item(_) | NodeId::Declared(_) => Some(format!("/items/{node}")),
        NodeId::Address(_) => None,
    }
}

/// The name of a class for people: of what is shipped in their language, of others as its owner calls it.
pub(super) fn class_name(locale: Locale, class: &str, label: &str) -> String {
    let shipped = locale.find(&format!("class-{}", class.replace('_', "-")));
    shipped.or_else(|| locale.find(&format!("section-{}", class.replace('_', "-")))).unwrap_or_else(|| label.to_owned())
}

fn row(view: &RelationView, node: &str, locale: Locale, may: bool, now: Time) -> RelationRow {
    let relation = view.relation.as_ref().map(|stored| &stored.value);
    let kind = if view.is_outgoing { view.kind.as_str() } else { view.kind.inverse() };
    let state = match relation {
        Some(relation) if relation.spans.is_empty() => "candidate",
        Some(relation) if is_stale(relation, now) => "stale",
        _ => "current",
    };
    let services = |relation: &muster_model::relation::Relation| {
        let traffic = relation.traffic.as_ref()?;
        let ends =
            [&traffic.client, &traffic.server].into_iter().flatten().flat_map(|seen| seen.services.iter().cloned());
        Some(
            std::iter::once(format!("{}/{}", traffic.protocol, traffic.port)).chain(ends).collect::<Vec<_>>().join(" "),
        )
    };
    let because = relation.and_then(|relation| {
        let said = Some(relation.reason.clone()).filter(|reason| !reason.is_empty());
        let why = services(relation).or_else(|| relation.rule.clone()).or(said);
        let group = relation.group.as_ref().map(|group| format!("[{group}]"));
        Some(group.into_iter().chain(why).collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty())
    });
    let is_declared = relation.is_some_and(|relation| relation.source == muster_model::relation::Source::Declared);
    RelationRow {
        label: locale.name("relation", kind),
        other: view.other.name.clone(),
        href: address(view.other.id),
        class: class_name(locale, &view.other.class, &view.other.class),
        source: relation.map_or("discovered", |relation| relation.source.as_str()),
        state,
        confidence: relation.map_or(100, |relation| confidence(relation, now)),
        because: because.unwrap_or_default(),
        last_seen: relation.map(|relation| relation.last_seen.min(now)),
        retract: relation
            .filter(|_| is_declared && may)
            .map(|relation| format!("/items/{node}/relations/{}", relation.id)),
    }
}

/// The relations of a node at a moment for its page, with the form to add one.
pub(super) async fn of_node(
    visitor: &Visitor,
    node: NodeId,
    moment: Moment,
    attempt: Option<&Attempt>,
) -> Result<Relations, ServiceError> {
    let locale = visitor.locale;
    let views = visitor.service().list_relations(&visitor.call, node, moment).await?;
    let may = visitor.may(Action::ItemManage) && moment.is_now();
    let (text, now) = (node.to_string(), moment.since().unwrap_or_else(|| visitor.now()));
    let kinds = RelationKind::ALL.iter().flat_map(|kind| [kind.as_str(), kind.inverse()]);
    let kinds = kinds.map(|kind| Choice {
        value: kind.to_owned(),
        label: locale.name("relation", kind),
        is_chosen: kind == RelationKind::DependsOn.as_str(),
    });
    let add = || {
        Form::new(visitor, "relate", format!("/items/{node}/relations"), locale.t("relation-add"))
            .field(Field::select(locale, "kind", kinds.collect()))
            .field(Field::text(locale, "to").required().hint(locale.t("hint-item")))
            .field(
                Field { label: locale.t("redundancy-group"), ..Field::text(locale, "group") }
                    .hint(locale.t("hint-group")),
            )
            .field(Field::text(locale, "reason").required())
            .after(attempt)
    };
    Ok(Relations {
        rows: views.iter().take(SHOWN).map(|view| row(view, &text, locale, may, now)).collect(),
        more: views.len().saturating_sub(SHOWN),
        add: may.then(add),
        node: text,
    })
}

pub(super) fn parse(text: &str) -> Result<NodeId, ServiceError> {
    text.parse().map_err(|_| ServiceError::NotFound { kind: "item", id: text.chars().take(80).collect() })
}

/// The other end: an id, or the name of a host.
async fn other_end(visitor: &Visitor, fields: &Fields) -> Result<NodeId, ServiceError> {
    let text = fields.text("to").trim();
    if let Ok(node) = text.parse() {
        return Ok(node);
    }
    let found = visitor.service().find_host(&visitor.call, text, Moment::NOW).await;
    Ok(NodeId::Host(found.map_err(|error| invalid("/to", error.text()))?.host.value.id))
}

async fn declare(visitor: &Visitor, node: NodeId, fields: &Fields) -> Result<(), ServiceError> {
    let new = NewRelation {
        kind: fields.text("kind").to_owned(),
        to: other_end(visitor, fields).await?,
        group: fields.filled("group").map(str::to_owned),
        reason: fields.text("reason").to_owned(),
    };
    visitor.service().declare_relation(&visitor.call, node, new).await.map(drop)
}

/// `POST /items/{id}/relations`, also of hosts.
pub(super) async fn add(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = async {
        let node = parse(&id)?;
        match declare(&visitor, node, &fields).await {
            Ok(()) => Ok(see_other(&format!("{}?done=saved", address(node).unwrap_or_default()))),
            Err(error) => {
                let attempt = Attempt::new("relate", fields.clone(), error, visitor.locale)?;
                super::declared::page_of(&visitor, node, Some(&attempt)).await
            }
        }
    };
    let outcome = Box::pin(outcome).await;
    visitor.answer(outcome)
}

/// `POST /items/{id}/relations/{relation}`: takes it back.
pub(super) async fn retract(
    Path((id, relation)): Path<(String, String)>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let outcome = async {
        let node = parse(&id)?;
        let missing = || ServiceError::NotFound { kind: "relation", id: relation.chars().take(80).collect() };
        let relation = relation.parse().map_err(|_| missing())?;
        visitor.service().retract_relation(&visitor.call, node, relation, fields.text("reason"), None).await?;
        Ok(see_other(&format!("{}?done=saved", address(node).unwrap_or_default())))
    };
    let outcome = Box::pin(outcome).await;
    visitor.answer(outcome)
}
