//! Patches of details: what people may write, what not, and where an error points.

use serde_json::json;

use super::*;
use crate::ticket::change::ChangeType;

fn patched(kind: Kind, patch: &Value) -> Result<Details, BadDetails> {
    Details::empty(kind).patched(patch)
}

#[test]
fn a_patch_adds_changes_and_takes_away() {
    let first = patched(Kind::Change, &json!({"plan": {"reason": "old kernel", "outage_minutes": 5}})).unwrap();
    let second = first.patched(&json!({"plan": {"type": "emergency", "outage_minutes": null}})).unwrap();
    let plan = &second.change().unwrap().plan;
    assert_eq!(
        (plan.r#type, plan.reason.as_deref(), plan.outage_minutes),
        (ChangeType::Emergency, Some("old kernel"), None)
    );
    let changes = first.differences(&second);
    let shown: Vec<_> = changes.iter().map(|c| (c.field.as_str(), c.from.as_str(), c.to.as_str())).collect();
    assert_eq!(shown, [("outage_minutes", "5", ""), ("type", "normal", "emergency")]);
}

#[test]
fn what_the_collector_found_out_is_not_written() {
    for (kind, patch, pointer) in [
        (Kind::Change, json!({"risk": {"score": 0}}), "/details/risk"),
        (Kind::Change, json!({"approved_plan": "x"}), "/details/approved_plan"),
        (Kind::Change, json!({"plan": {"approved_plan": "x"}}), "/details/plan"),
        (Kind::Problem, json!({"accepted_risk": null}), "/details/accepted_risk"),
        (Kind::Release, json!({"deployment": {}}), "/details/deployment"),
        (Kind::Request, json!({"outcome": "complete"}), "/details/outcome"),
        (Kind::Incident, json!({"anything": 1}), "/details/anything"),
        (Kind::Change, json!([]), "/details"),
        (Kind::Change, json!({"plan": {"planned_start": "tomorrow"}}), "/details/plan/planned_start"),
        (
            Kind::Change,
            json!({"plan": {"expect": [{"section": "nothing", "key": "x"}]}}),
            "/details/plan/expect/0/section",
        ),
        (Kind::Task, json!({"terms": {"optional": "yes"}}), "/details/terms/optional"),
    ] {
        let bad = patched(kind, &patch).unwrap_err();
        assert!(bad.pointer.starts_with(pointer), "{patch}: {} {}", bad.pointer, bad.why);
    }
}

#[test]
fn all_kinds_are_stored_with_their_kind_beside_the_rest() {
    for kind in Kind::ALL {
        let json = serde_json::to_value(Details::empty(*kind)).unwrap();
        assert_eq!(json["kind"], kind.as_str());
        assert_eq!(serde_json::from_value::<Details>(json).unwrap(), Details::empty(*kind));
    }
    // As incidents were stored before there were other kinds.
    assert_eq!(serde_json::from_value::<Details>(json!({"kind": "incident"})).unwrap(), Details::Incident);
}
