//! Templates of standard changes, from a change that ended well to one that suspends itself (service-desk rules, section 6).

use serde_json::{Value, json};

use super::cast::{Cast, cast, drafted, event, host, made, plan, templated, ticket, time};
use crate::lab::{Device, Lab, Reply};

/// The plan of a standard change that follows a template.
fn following(lab: &Lab, host: &str, template: &Value) -> Value {
    let mut plan = plan(lab, &[host]);
    (plan["type"], plan["template"], plan["reason"]) = (json!("standard"), template.clone(), json!("the next fix"));
    plan
}

async fn moved(lab: &Lab, token: &str, template: &Value, body: Value) -> Reply {
    let path = format!("/api/v1/change-templates/{}/transitions", template.as_str().unwrap());
    lab.post(token, &path, body).await
}

async fn shown(lab: &Lab, cast: &Cast, template: &Value) -> Value {
    let path = format!("/api/v1/change-templates/{}", template.as_str().unwrap());
    lab.get(&cast.peer, &path).await.expect(200).json()
}

/// A lab with a change that was voted on and ended well.
async fn begun() -> (Lab, Cast, Device, String, String) {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (mut device, one) = host(&lab, "web-1", "7a").await;
    let first = plan(&lab, &[&one]);
    let number = made(&lab, &cast, &mut device, &first).await;
    (lab, cast, device, one, number)
}

#[tokio::test]
async fn a_standard_change_is_what_its_template_says_and_no_way_around_votes() {
    let (lab, cast, _device, one, first) = begun().await;
    let template = templated(&lab, &cast, &first).await;
    let again = drafted(&lab, &cast, &following(&lab, &one, &template)).await;
    assert_eq!(ticket(&lab, &cast, &again).await["details"]["plan"]["template_edition"], 1, "it names the edition");
    let submitted = event(&lab, &cast.planner, &again, json!({"event": "submit"})).await.expect(200).json();
    assert_eq!(submitted["state"], "scheduled");
    for (field, value) in
        [("implementation", json!("rm -r /")), ("scope", json!({"hosts": "name:*"})), ("expect", json!([]))]
    {
        let mut other = following(&lab, &one, &template);
        other[field] = value;
        other["checks"] = json!(["it answers"]);
        let number = drafted(&lab, &cast, &other).await;
        let reply = event(&lab, &cast.planner, &number, json!({"event": "submit"})).await;
        assert_eq!(reply.pointers(422), ["/details/plan/template"]);
    }
    // A change is no template any more, whatever came of it.
    for wrong in [ticket(&lab, &cast, &first).await["id"].clone(), json!("tpl_00000000000000000000000000000000")] {
        let number = drafted(&lab, &cast, &following(&lab, &one, &wrong)).await;
        let reply = event(&lab, &cast.planner, &number, json!({"event": "submit"})).await;
        assert_eq!(reply.pointers(422), ["/details/plan/template"]);
    }
    let body = json!({"kind": "change", "title": "x", "details": {"plan": following(&lab, &one, &json!("no such"))}});
    assert_eq!(lab.post(&cast.planner, "/api/v1/tickets", body).await.pointers(422), ["/details/plan/template"]);
}

#[tokio::test]
async fn a_template_is_proposed_of_what_ended_well_and_approved_by_somebody_else() {
    let (lab, cast, _device, one, first) = begun().await;
    let open = drafted(&lab, &cast, &plan(&lab, &[&one])).await;
    let path = "/api/v1/change-templates";
    let propose = async |body: Value| lab.post(&cast.planner, path, body).await;
    assert_eq!(propose(json!({"name": "x", "from": open})).await.pointers(422), ["/from"], "it was not made");
    assert_eq!(
        propose(json!({"name": "x", "plan": {"reason": "r", "planned_start": time(&lab, 5)}})).await.pointers(422),
        [
            "/plan/planned_start",
            "/plan/scope",
            "/plan/implementation",
            "/plan/test",
            "/plan/backout",
            "/plan/outage_minutes",
            "/plan/checks",
        ]
    );
    let rita = lab.token_of(muster_model::right::Role::Requester).await;
    lab.post(&rita, path, json!({"name": "x", "from": first})).await.problem(403, "not-authorised");
    let made = propose(json!({"name": "openssl", "from": first})).await.expect(201).json();
    assert_eq!((&made["state"], &made["edition"]), (&json!("proposed"), &json!(1)));
    assert_eq!(propose(json!({"name": "OpenSSL", "from": first})).await.pointers(422), ["/name"]);
    let template = made["id"].clone();
    // Nothing follows it before it was approved.
    let early = drafted(&lab, &cast, &following(&lab, &one, &json!("openssl"))).await;
    let refused = event(&lab, &cast.planner, &early, json!({"event": "submit"})).await;
    assert_eq!(refused.pointers(422), ["/details/plan/template"]);
    let approve = json!({"event": "approve", "edition": 1});
    moved(&lab, &cast.planner, &template, approve.clone()).await.problem(403, "not-authorised");
    moved(&lab, &cast.implementer, &template, approve.clone()).await.problem(403, "not-authorised");
    let stale = moved(&lab, &cast.manager, &template, json!({"event": "approve", "edition": 2})).await;
    assert_eq!(stale.pointers(422), ["/edition"]);
    let wordless = moved(&lab, &cast.manager, &template, json!({"event": "reject"})).await;
    assert_eq!(wordless.pointers(422), ["/comment"]);
    let (before, _) = lab.last_audit().await;
    let approved = moved(&lab, &cast.manager, &template, approve.clone()).await.expect(200).json();
    assert_eq!((&approved["state"], lab.last_audit().await.0), (&json!("approved"), before + 1));
    moved(&lab, &cast.manager, &template, approve).await.problem(409, "conflict");
    event(&lab, &cast.planner, &early, json!({"event": "submit"})).await.expect(200);
    // Whoever answers for changes does not approve what they wrote.
    let own = lab.post(&cast.manager, path, json!({"name": "mine", "from": first})).await.expect(201).json();
    moved(&lab, &cast.manager, &own["id"], json!({"event": "approve"})).await.problem(409, "conflict");
}

#[tokio::test]
async fn another_plan_waits_for_approval_and_what_was_scheduled_waits_with_it() {
    let (lab, cast, _device, one, first) = begun().await;
    let template = templated(&lab, &cast, &first).await;
    let number = drafted(&lab, &cast, &following(&lab, &one, &template)).await;
    event(&lab, &cast.planner, &number, json!({"event": "submit"})).await.expect(200);
    let was = shown(&lab, &cast, &template).await;
    let path = format!("/api/v1/change-templates/{}", template.as_str().unwrap());
    let mut next = json!({"name": "openssl", "description": "fixes only", "plan": was["plan"]});
    let put = async |body: &Value, version: &str| {
        let headers = [("if-match", version)];
        lab.people(crate::lab::ask(axum::http::Method::PUT, &cast.planner, &path, &headers, Some(body.clone()))).await
    };
    let renamed = put(&next, "\"2\"").await.expect(200).json();
    assert_eq!((&renamed["edition"], &renamed["state"]), (&json!(1), &json!("approved")), "a name is no plan");
    next["plan"]["backout"] = json!("the package before");
    next["review_at"] = json!(time(&lab, 3 * 24 * 60));
    put(&next, "\"2\"").await.problem(412, "stale");
    let edited = put(&next, "\"3\"").await.expect(200).json();
    assert_eq!((&edited["edition"], &edited["state"]), (&json!(2), &json!("proposed")));
    let refused = event(&lab, &cast.implementer, &number, json!({"event": "start"})).await;
    assert_eq!(refused.pointers(422), ["/details/plan/template"], "its template is another one now");
    moved(&lab, &cast.manager, &template, json!({"event": "approve", "edition": 2})).await.expect(200);
    let refused = event(&lab, &cast.implementer, &number, json!({"event": "start"})).await;
    assert_eq!(refused.pointers(422), ["/details/plan/template"], "it follows the edition before");
    let versions = lab.get(&cast.peer, &format!("{path}/versions")).await.json();
    let backouts: Vec<&Value> = versions["items"].as_array().unwrap().iter().map(|it| &it["plan"]["backout"]).collect();
    assert_eq!(backouts, [&json!("the package before"), &json!("the version before")]);
    // On the day of its review somebody looks at it again.
    lab.wait_seconds(4 * 86_400).await;
    assert_eq!(shown(&lab, &cast, &template).await["state"], "expired");
    let late = drafted(&lab, &cast, &following(&lab, &one, &template)).await;
    let refused = event(&lab, &cast.planner, &late, json!({"event": "submit"})).await;
    assert_eq!(refused.pointers(422), ["/details/plan/template"]);
    moved(&lab, &cast.planner, &template, json!({"event": "propose", "comment": "still right"})).await.expect(200);
    let approve = json!({"event": "approve"});
    moved(&lab, &cast.manager, &template, approve).await.problem(409, "conflict");
}

#[tokio::test]
async fn two_changes_that_were_backed_out_suspend_their_template() {
    let (lab, cast, _device, one, first) = begun().await;
    let template = templated(&lab, &cast, &first).await;
    let fails = async || {
        lab.clock.advance_millis(1_000);
        let number = drafted(&lab, &cast, &following(&lab, &one, &template)).await;
        event(&lab, &cast.planner, &number, json!({"event": "submit"})).await.expect(200);
        event(&lab, &cast.implementer, &number, json!({"event": "start"})).await.expect(200);
        event(&lab, &cast.implementer, &number, json!({"event": "back_out", "comment": "no"})).await.expect(200);
        let close = json!({"event": "close", "close_code": "failed", "close_notes": "it did not work"});
        event(&lab, &cast.manager, &number, close).await.expect(200);
        number
    };
    let one_failed = fails().await;
    assert_eq!(shown(&lab, &cast, &template).await["state"], "approved", "once is no pattern");
    let two_failed = fails().await;
    let suspended = shown(&lab, &cast, &template).await;
    assert_eq!(suspended["state"], "suspended");
    let last = suspended["steps"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["event"], &last["edition"]), (&json!("suspend"), &json!(1)));
    assert!(last["comment"].as_str().unwrap().starts_with("2 of the last 2 "), "{last}");
    let path = format!("/api/v1/change-templates/{}/changes", template.as_str().unwrap());
    let followed = lab.get(&cast.peer, &path).await.json();
    let numbers: Vec<&Value> = followed["items"].as_array().unwrap().iter().map(|it| &it["number"]).collect();
    assert_eq!(numbers, [&json!(two_failed), &json!(one_failed)]);
    let number = drafted(&lab, &cast, &following(&lab, &one, &template)).await;
    let refused = event(&lab, &cast.planner, &number, json!({"event": "submit"})).await;
    assert_eq!(refused.pointers(422), ["/details/plan/template"]);
    // Approved again, what went wrong before counts no more.
    lab.clock.advance_millis(1_000);
    moved(&lab, &cast.planner, &template, json!({"event": "propose", "comment": "the mirror was down"}))
        .await
        .expect(200);
    moved(&lab, &cast.manager, &template, json!({"event": "approve"})).await.expect(200);
    event(&lab, &cast.planner, &number, json!({"event": "submit"})).await.expect(200);
    event(&lab, &cast.planner, &number, json!({"event": "cancel", "reason": "not_needed"})).await;
    fails().await;
    assert_eq!(shown(&lab, &cast, &template).await["state"], "approved");
}
