//! The past of what is declared against a simple model: a list of all states. Undo, fitting, and what is refused.

use muster_shared::Time;
use muster_shared::id::{DeclaredId, HostId};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::class::{AttributeDefinition, ClassDefinition, Need, Registry};
use crate::query::fields;
use muster_shared::attribute::Kind;

fn hand(ms: i64) -> Hand {
    Hand { by: "ann".into(), source: ChangeSource::Rest, reason: String::new(), now: Time::from_millis(ms) }
}

/// A new item when one alone speaks: what sources say is looked at elsewhere.
fn create(
    id: NodeId,
    class: &Class,
    fields: &Fields<'_>,
    edit: &Edit,
    hand: &Hand,
) -> Result<(Declared, DeclaredChange), Vec<Violation>> {
    let made = super::create(id, class, fields, edit, hand, &Rules::default());
    made.map(|(item, change)| (Declared { voices: Voices::new(), ..item }, change))
}

/// An edit, likewise.
fn apply(
    item: &Declared,
    class: &Class,
    fields: &Fields<'_>,
    edit: &Edit,
    hand: &Hand,
) -> Result<Option<(Declared, DeclaredChange)>, Vec<Violation>> {
    let told = voice::tell(item, class, fields, edit, hand, &Rules::default())?;
    Ok(told.and_then(|told| Some((Declared { voices: Voices::new(), ..told.item }, told.change?))))
}

fn class() -> Class {
    Registry::new([]).get("application").unwrap().clone()
}

fn id() -> NodeId {
    NodeId::Declared(DeclaredId::from_bytes([1; 16]))
}

fn edit(value: Value) -> Edit {
    serde_json::from_value(value).unwrap()
}

/// What people gave, without what counts the changes.
fn said(item: &Declared) -> Declared {
    Declared { changes: 0, updated_at: Time::from_millis(0), ..item.clone() }
}

fn any_edit() -> impl Strategy<Value = Value> {
    prop_oneof![
        "[a-c]{1,2}".prop_map(|name| json!({"name": name})),
        proptest::option::of(1..4_u16).prop_map(|port| json!({"attributes": {"port": port}})),
        proptest::option::of("[xy]").prop_map(|url| json!({"attributes": {"url": url, "version": "1"}})),
        proptest::option::of("[op]").prop_map(|owner| json!({"owner": owner})),
        proptest::option::of(Just("down")).prop_map(|status| json!({"status": status})),
        Just(json!({"lifecycle": "maintenance", "tags": ["b", "a"]})),
        Just(json!({"lifecycle": "retired"})),
        Just(json!({"redundancy": {"web": 2}, "members": [{"query": "class:package name:nginx", "group": "web"}]})),
    ]
}

proptest! {
    #[test]
    fn the_item_of_any_moment_is_what_it_was(edits in proptest::collection::vec(any_edit(), 1..30)) {
        let class = class();
        let (mut item, first) = create(id(), &class, &fields::ITEM, &edit(json!({"name": "shop"})), &hand(1_000)).unwrap();
        let mut changes = vec![first];
        let mut states = vec![(1_000, item.clone())];
        for (i, value) in edits.into_iter().enumerate() {
            let now = 2_000 + i64::try_from(i).unwrap() * 10;
            if let Some((next, change)) = apply(&item, &class, &fields::ITEM, &edit(value), &hand(now)).unwrap() {
                item = next;
                changes.push(change);
                states.push((now, item.clone()));
            }
        }
        prop_assert_eq!(at(&item, &changes, Time::from_millis(999)), None);
        // What may go of the changes makes no difference from then on.
        for (horizon, _) in &states {
            let horizon = Time::from_millis(*horizon);
            let kept = changes.get(surplus(&changes, horizon)..).unwrap();
            prop_assert_eq!(kept.first().map(|change| change.at), Some(horizon), "nothing that could go stays");
            for (moment, _) in states.iter().filter(|(moment, _)| Time::from_millis(*moment) >= horizon) {
                let moment = Time::from_millis(*moment + 3);
                prop_assert_eq!(at(&item, kept, moment), at(&item, &changes, moment));
            }
        }
        for (now, state) in &states {
            for moment in [*now, now + 9] {
                let past = at(&item, &changes, Time::from_millis(moment)).unwrap();
                prop_assert_eq!(&past, state);
            }
        }
        // The last change can always be taken back, and leads to the state before it.
        if let [.., (_, before), _] = states.as_slice() {
            let undone = undo(&item, changes.last().unwrap()).unwrap();
            let (back, _) = apply(&item, &class, &fields::ITEM, &undone, &hand(9_000)).unwrap().unwrap();
            prop_assert_eq!(said(&back), said(before));
        }
    }
}

#[test]
fn a_later_change_of_the_same_field_is_not_taken_back_with_an_earlier_one() {
    let class = class();
    let (item, declared) =
        create(id(), &class, &fields::ITEM, &edit(json!({"name": "shop", "owner": "ops"})), &hand(1)).unwrap();
    let (item, first) =
        apply(&item, &class, &fields::ITEM, &edit(json!({"owner": "web", "attributes": {"port": 80}})), &hand(2))
            .unwrap()
            .unwrap();
    let (item, _) = apply(&item, &class, &fields::ITEM, &edit(json!({"owner": "db"})), &hand(3)).unwrap().unwrap();
    assert_eq!(undo(&item, &first), Err(vec!["/owner".to_owned()]));
    let (item, _) = apply(&item, &class, &fields::ITEM, &edit(json!({"owner": "web"})), &hand(4)).unwrap().unwrap();
    let back = undo(&item, &first).unwrap();
    assert_eq!(back, edit(json!({"owner": "ops", "attributes": {"port": null}})));
    assert_eq!(undo(&item, &declared).unwrap().lifecycle, Some(Lifecycle::Retired));
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let class = class();
    let wrong = [
        (json!({}), "/name"),
        (json!({"name": "a\u{0}b"}), "/name"),
        (json!({"name": "two\nlines"}), "/name"),
        (json!({"name": "a", "attributes": {"port": 0}}), "/attributes/port"),
        (json!({"name": "a", "owner": "x".repeat(101)}), "/owner"),
        (json!({"name": "a", "lifecycle": "stale"}), "/lifecycle"),
        (json!({"name": "a", "members": [{"query": "name:x"}]}), "/members/0/query"),
        (json!({"name": "a", "members": [{"query": "class:package", "group": "g"}]}), "/members/0/group"),
        (json!({"name": "a", "redundancy": {"a/b": 0}}), "/redundancy/a~1b"),
    ];
    for (value, pointer) in wrong {
        let found = create(id(), &class, &fields::ITEM, &edit(value.clone()), &hand(1)).unwrap_err();
        assert_eq!(found.iter().map(|v| v.pointer.as_str()).collect::<Vec<_>>(), [pointer], "{value}");
    }
    let retired = Class { is_retired: true, ..class };
    assert_eq!(
        create(id(), &retired, &fields::ITEM, &edit(json!({"name": "a"})), &hand(1)).unwrap_err()[0].pointer,
        "/class"
    );
}

#[test]
fn of_a_host_only_attributes_are_declared() {
    let more = ClassDefinition {
        name: "host".into(),
        label: String::new(),
        meaning: String::new(),
        attributes: vec![AttributeDefinition::plain("cost_centre", Kind::Text)],
        identified_by: Vec::new(),
        rules: Vec::new(),
        is_retired: false,
        number: 1,
        changed_at: Time::from_millis(1),
        changed_by: "ann".into(),
    };
    let registry = Registry::new([&more]);
    let class = registry.get("host").unwrap();
    let empty = Declared::empty(NodeId::Host(HostId::from_bytes([3; 16])), "host", Time::from_millis(1));
    let (item, change) =
        apply(&empty, class, &fields::ITEM, &edit(json!({"attributes": {"cost_centre": "4711"}})), &hand(2))
            .unwrap()
            .unwrap();
    assert_eq!((change.seq, item.changes), (1, 1));
    assert_eq!(undo(&item, &change).unwrap(), edit(json!({"attributes": {"cost_centre": null}})));
    let found =
        apply(&empty, class, &fields::ITEM, &edit(json!({"owner": "x", "attributes": {"name": "y"}})), &hand(2))
            .unwrap_err();
    assert_eq!(found.iter().map(|v| v.pointer.as_str()).collect::<Vec<_>>(), ["/attributes/name", "/owner"]);
}

#[test]
fn a_class_that_changes_gives_its_items_what_makes_them_fit() {
    let class = class();
    let (item, _) =
        create(id(), &class, &fields::ITEM, &edit(json!({"name": "shop", "attributes": {"url": "x"}})), &hand(1))
            .unwrap();
    let mut stricter = class.clone();
    let mut demand = |name: &str, definition: AttributeDefinition| {
        stricter.attributes.retain(|known| known.definition.name != name);
        stricter.attributes.push(crate::class::Attribute { definition, is_shipped: false });
    };
    demand("tier", AttributeDefinition { need: Need::Required, ..AttributeDefinition::plain("tier", Kind::Text) });
    demand(
        "url",
        AttributeDefinition { pattern: Some("^https:".into()), ..AttributeDefinition::plain("url", Kind::Text) },
    );
    let defaults = |value: Value| serde_json::from_value::<Attributes>(value).unwrap();
    let left = |value| {
        let wrong = fit(&item, &stricter, &defaults(value), &hand(2)).unwrap_err();
        wrong.into_iter().map(|v| v.pointer).collect::<Vec<_>>()
    };
    assert_eq!(left(json!({})), ["/attributes/url", "/attributes/tier"]);
    assert_eq!(left(json!({"tier": "gold"})), ["/attributes/url"]);
    let (fitted, _) =
        fit(&item, &stricter, &defaults(json!({"tier": "gold", "url": null})), &hand(2)).unwrap().unwrap();
    assert_eq!(fitted.attributes, defaults(json!({"tier": "gold"})));
    assert_eq!(fit(&fitted, &stricter, &defaults(json!({"tier": "silver"})), &hand(3)), Ok(None), "what fits stays");
}
