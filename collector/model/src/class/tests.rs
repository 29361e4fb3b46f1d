//! Definitions that can be taken and those that cannot, values against rules, and the schema that says the same.

use muster_shared::Attributes;
use serde_json::json;

use super::*;

fn definition(attributes: Vec<AttributeDefinition>) -> ClassDefinition {
    ClassDefinition {
        name: "printer".into(),
        label: "printer".into(),
        meaning: "Prints.".into(),
        attributes,
        identified_by: vec!["asset".into()],
        rules: Vec::new(),
        is_retired: false,
        number: 1,
        changed_at: Time::from_millis(1),
        changed_by: "ann".into(),
    }
}

fn printer() -> ClassDefinition {
    let plain = AttributeDefinition::plain;
    definition(vec![
        AttributeDefinition {
            need: Need::Required,
            pattern: Some("^PRN-[0-9]{3}$".into()),
            ..plain("asset", Kind::Text)
        },
        AttributeDefinition { minimum: Some(1.0), maximum: Some(80.0), ..plain("pages_per_minute", Kind::Integer) },
        AttributeDefinition { choices: vec!["a3".into(), "a4".into()], ..plain("paper", Kind::List) },
        plain("bought_on", Kind::Time),
        plain("colour", Kind::Boolean),
    ])
}

fn values(value: serde_json::Value) -> Attributes {
    serde_json::from_value(value).unwrap()
}

fn broken(class: &Class, value: serde_json::Value) -> Vec<(String, String)> {
    let wrong = check_values(class, &values(value)).into_iter();
    wrong.map(|violation| (violation.pointer, violation.why.say.into_owned())).collect()
}

#[test]
fn shipped_classes_are_those_of_the_sections_and_the_logical_ones() {
    let registry = Registry::new([]);
    assert_eq!(registry.all().count(), SectionName::ALL.len() + 9);
    for class in registry.all() {
        assert!(!class.meaning.is_empty() && !class.label.is_empty(), "{}", class.name);
        assert_eq!(class.is_declared(), class.origin == Origin::Shipped);
        // A logical class is held to the same rules as one that an owner defines.
        if class.is_declared() {
            let own = ClassDefinition {
                attributes: class.attributes.iter().map(|attribute| attribute.definition.clone()).collect(),
                name: format!("my_{}", class.name),
                label: class.label.clone(),
                rules: class.rules.clone(),
                identified_by: Vec::new(),
                ..printer()
            };
            // `version`, `package`, `port` and the like are attributes of sections too: queries know them already.
            assert_eq!(check_definition(&own, &registry), [], "{}", class.name);
        }
    }
}

#[test]
fn each_rule_of_a_definition_is_held_with_its_place() {
    let registry = Registry::new([]);
    assert_eq!(check_definition(&printer(), &registry), []);
    let plain = AttributeDefinition::plain;
    let wrong = [
        ("/attributes/0/name", plain("Asset", Kind::Text)),
        ("/attributes/0/name", plain("9a", Kind::Text)),
        ("/attributes/0/name", plain("owner", Kind::Text)),
        ("/attributes/0/name", plain("tags", Kind::Text)),
        ("/attributes/0/kind", plain("any", Kind::Any)),
        ("/attributes/0/choices", AttributeDefinition { choices: vec!["1".into()], ..plain("n", Kind::Integer) }),
        ("/attributes/0/choices", AttributeDefinition { choices: vec![String::new()], ..plain("n", Kind::Text) }),
        ("/attributes/0/minimum", AttributeDefinition { minimum: Some(1.0), ..plain("n", Kind::Text) }),
        (
            "/attributes/0/minimum",
            AttributeDefinition { minimum: Some(2.0), maximum: Some(1.0), ..plain("n", Kind::Number) },
        ),
        ("/attributes/0/pattern", AttributeDefinition { pattern: Some("(".into()), ..plain("n", Kind::Text) }),
        (
            "/attributes/0/pattern",
            AttributeDefinition { pattern: Some("(a{900}){900}".into()), ..plain("n", Kind::Text) },
        ),
        ("/attributes/0/meaning", AttributeDefinition { meaning: "a\u{202e}b".into(), ..plain("n", Kind::Text) }),
    ];
    for (pointer, attribute) in wrong {
        let definition = ClassDefinition { identified_by: Vec::new(), ..definition(vec![attribute.clone()]) };
        let found = check_definition(&definition, &registry);
        assert_eq!(found.iter().map(|v| v.pointer.as_str()).collect::<Vec<_>>(), [pointer], "{attribute:?}");
    }
    let twice = definition(vec![plain("asset", Kind::Text), plain("asset", Kind::Text)]);
    let pointers: Vec<String> = check_definition(&twice, &registry).into_iter().map(|v| v.pointer).collect();
    assert_eq!(pointers, ["/attributes/1/name", "/identified_by/0"], "an identifying attribute is required");
    let unnamed = ClassDefinition { label: " ".into(), name: "No".into(), ..printer() };
    let pointers: Vec<String> = check_definition(&unnamed, &registry).into_iter().map(|v| v.pointer).collect();
    assert_eq!(pointers, ["/name", "/label"]);
}

#[test]
fn a_shipped_class_is_only_added_to() {
    let registry = Registry::new([]);
    let plain = AttributeDefinition::plain;
    let more = |name: &str, attribute: &str| ClassDefinition {
        name: name.into(),
        identified_by: Vec::new(),
        ..definition(vec![AttributeDefinition { need: Need::Required, ..plain(attribute, Kind::Text) }])
    };
    assert_eq!(check_definition(&more("package", "approved_by"), &registry), []);
    assert_eq!(check_definition(&more("package", "manager"), &registry)[0].pointer, "/attributes/0/name");
    let registry = Registry::new([&more("package", "approved_by")]);
    let package = registry.get("package").unwrap();
    assert_eq!(broken(package, json!({"approved_by": "ann"})), []);
    assert_eq!(broken(package, json!({})), [], "what agents find is not refused for what people did not say");
    assert_eq!(
        broken(package, json!({"manager": "dpkg"})),
        [("/attributes/manager".into(), "class_discovered".into())]
    );
    assert!(Query::parse("class:package approved_by:ann", &registry.item_fields()).is_ok());
    assert!(Query::parse("approved_by:ann", &registry.host_fields()).is_err());
    assert!(Query::parse("class:rack height_units>40", &registry.item_fields()).is_ok());
    let asks = |text: &str| registry.asks_people(&Query::parse(text, &registry.item_fields()).unwrap());
    assert!(asks("approved_by:ann") && !asks("class:team email:x"));
    let schema = json_schema(package);
    assert_eq!(schema["properties"]["approved_by"]["type"], "string");
    assert_eq!(schema["properties"]["version"]["type"], "string");
    assert_eq!(json_schema(registry.get("login_policy").unwrap())["patternProperties"]["^"]["type"][0], "string");
}

#[test]
fn values_break_rules_by_name() {
    let class = Class::owned(&printer());
    let fine =
        json!({"asset": "PRN-001", "pages_per_minute": 40, "paper": ["a4"], "bought_on": "2026-01-31", "colour": true});
    assert_eq!(broken(&class, fine), []);
    let rules = [
        (json!({}), "asset", "class_required"),
        (json!({"asset": null}), "asset", "class_required"),
        (json!({"asset": 7}), "asset", "class_kind"),
        (json!({"asset": "PRN-1"}), "asset", "class_pattern"),
        (json!({"asset": "PRN-001", "pages_per_minute": 0}), "pages_per_minute", "class_minimum"),
        (json!({"asset": "PRN-001", "pages_per_minute": 81}), "pages_per_minute", "class_maximum"),
        (json!({"asset": "PRN-001", "pages_per_minute": 1.5}), "pages_per_minute", "class_kind"),
        (json!({"asset": "PRN-001", "paper": ["a4", "a5"]}), "paper", "class_choice"),
        (json!({"asset": "PRN-001", "paper": "a4"}), "paper", "class_kind"),
        (json!({"asset": "PRN-001", "paper": [4]}), "paper", "class_kind"),
        (json!({"asset": "PRN-001", "bought_on": "yesterday"}), "bought_on", "class_time"),
        (json!({"asset": "PRN-001", "bought_on": "2026-02-30"}), "bought_on", "class_time"),
        (json!({"asset": "PRN-001", "color": true}), "color", "class_no_attribute"),
        (json!({"asset": "PRN-001", "a/b~c": true}), "a~1b~0c", "class_no_attribute"),
    ];
    for (value, attribute, rule) in rules {
        assert_eq!(broken(&class, value.clone()), [(format!("/attributes/{attribute}"), rule.to_owned())], "{value}");
    }
    let near = check_values(&class, &values(json!({"asset": "PRN-001", "color": true})));
    assert!(near[0].why.to_string().contains("did you mean colour?"), "{}", near[0].why);
}

#[test]
fn the_schema_says_the_same_rules() {
    let schema = json_schema(&Class::owned(&printer()));
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!((&schema["required"], &schema["additionalProperties"]), (&json!(["asset"]), &json!(false)));
    let property = |name: &str| schema["properties"][name].clone();
    assert_eq!(property("asset"), json!({"type": "string", "pattern": "^PRN-[0-9]{3}$"}));
    assert_eq!(property("pages_per_minute"), json!({"type": "integer", "minimum": 1.0, "maximum": 80.0}));
    assert_eq!(property("paper"), json!({"type": "array", "items": {"type": "string", "enum": ["a3", "a4"]}}));
}

#[test]
fn rules_are_queries_about_a_class_with_places_for_attributes() {
    let registry = Registry::new([]);
    let rule = |query: &str| ClassDefinition {
        rules: vec![Rule { relation: RelationKind::RunsOn, query: query.into() }],
        ..printer()
    };
    assert_eq!(check_definition(&rule("class:listener port:631 process:{asset}"), &registry), []);
    for wrong in [
        "port:631",
        "class:listener port:{prt}",
        "class:lstener",
        "class:listener as_of:2026-01-01",
        "class:listener (",
    ] {
        let found = check_definition(&rule(wrong), &registry);
        assert_eq!(found.iter().map(|v| v.pointer.as_str()).collect::<Vec<_>>(), ["/rules/0/query"], "{wrong}");
    }
}

#[test]
fn a_pattern_that_would_keep_others_busy_takes_linear_time() {
    let slow =
        AttributeDefinition { pattern: Some("^(a+)+$".into()), ..AttributeDefinition::plain("asset", Kind::Text) };
    let class = Class::owned(&ClassDefinition { identified_by: Vec::new(), ..definition(vec![slow]) });
    let text = "a".repeat(10_000) + "!";
    assert_eq!(broken(&class, json!({"asset": text})).len(), 1);
}

#[test]
fn items_are_told_apart_by_name_or_by_their_identifying_attributes() {
    let class = Class::owned(&printer());
    let by_asset = |asset: &str| identity(&class, "x", &values(json!({"asset": asset})));
    assert_eq!(by_asset("PRN-001"), by_asset("prn-001"));
    assert_ne!(by_asset("PRN-001"), by_asset("PRN-002"));
    let registry = Registry::new([]);
    let team = registry.get("team").unwrap();
    assert_eq!(identity(team, " Ops", &Attributes::new()), identity(team, "ops ", &Attributes::new()));
}
