//! Whose votes: rules of the organisation, managers, groups, stages of a catalogue item, votes without anybody, and meetings of the
//! board (section 10: rules A1 to A9 as data).

use muster_model::right::{Role, Scope};
use serde_json::{Value, json};

use crate::change::cast::{Cast, asked, cast, drafted, event, host, plan, ticket, time, vote};
use crate::lab::Lab;

async fn person(lab: &Lab, name: &str, role: Role) -> (String, String) {
    let user = lab.user(name, &[role]).await;
    (user.id.to_string(), lab.token(&user, Scope::Work).await)
}

async fn rules(lab: &Lab, admin: &str, rules: Value) -> Value {
    lab.put(admin, "/api/v1/approval-rules", "*", json!({"rules": rules})).await.expect(200).json()
}

async fn last_round(lab: &Lab, token: &str, number: &str) -> Value {
    let rounds = lab.get(token, &format!("/api/v1/tickets/{number}/approvals")).await.expect(200).json();
    rounds["items"].as_array().unwrap().last().unwrap().clone()
}

/// A rota of a group in which one person is always on call, and another never before they do.
async fn rota(lab: &Lab, admin: &str, group: &str, members: &[&str]) {
    let layer = json!({
        "name": "primary", "members": members, "every": 52, "unit": "week", "starts_on": "2026-09-01", "handover": "09:00",
    });
    let body = json!({"name": group, "group": group, "zone": "UTC", "layers": [layer]});
    lab.post(admin, "/api/v1/rotas", body).await.expect(201);
}

fn names(round: &Value, stage: usize) -> Vec<String> {
    let seats = round["stages"][stage]["seats"].as_array().unwrap();
    let members = seats.iter().flat_map(|seat| seat["members"].as_array().unwrap());
    members.map(|member| member[1].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn rules_of_the_organisation_say_whose_votes_and_how_many() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let admin = lab.admin().await;
    let (_, ann) = person(&lab, "ann", Role::Responder).await;
    let (_, bob) = person(&lab, "bob", Role::Responder).await;
    let (_, cid) = person(&lab, "cid", Role::Responder).await;
    rota(&lab, &admin, "linux", &["ann", "bob", "cid"]).await;
    let (_, one) = host(&lab, "web-1", "1a").await;
    let shipped = lab.get(&cast.peer, "/api/v1/approval-rules").await.expect(200).json();
    assert_eq!(shipped["rules"][1]["lines"], json!(["peer | peer | any | 48 | remind"]), "{shipped}");
    assert_eq!(shipped["version"], 0);
    // As lines and as objects, people by the names that they sign in with.
    let two_of_three = json!({
        "name": "linux", "approvers": [{"group": "linux"}], "rule": {"count": 2}, "reject_rule": "when_unreachable",
        "each_member": true,
    });
    let set =
        json!([{"name": "linux hosts", "filter": "kind:change", "stages": ["ann first | user:ann", two_of_three]}]);
    let stored = rules(&lab, &admin, set).await;
    assert_eq!(stored["rules"][0]["lines"][0], "ann first | user:ann | any | 72 | remind");
    assert!(stored["rules"][0]["stages"][0]["approvers"][0]["user"].as_str().unwrap().starts_with("user_"));
    let (number, round) = asked(&lab, &cast, &plan(&lab, &[&one])).await;
    assert_eq!((&round["rule"], names(&round, 0)), (&json!("linux hosts"), vec!["ann".to_owned()]));
    let yes = json!({"decision": "approve"});
    vote(&lab, &bob, &round, yes.clone()).await.problem(409, "conflict");
    let second = vote(&lab, &ann, &round, yes.clone()).await.expect(200).json();
    assert_eq!(names(&second, 1), ["ann", "bob", "cid"]);
    let no = json!({"decision": "reject", "comment": "not yet"});
    assert_eq!(vote(&lab, &ann, &round, no).await.expect(200).json()["state"], "open", "two may still agree");
    vote(&lab, &bob, &round, yes.clone()).await.expect(200);
    assert_eq!(vote(&lab, &cid, &round, yes).await.expect(200).json()["state"], "approved");
    assert_eq!(ticket(&lab, &cast, &number).await["state"], "scheduled");
}

#[tokio::test]
async fn what_is_wrong_with_a_rule_is_said_at_its_place_and_only_administrators_set_them() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let admin = lab.admin().await;
    let body = |rule: Value| json!({"rules": [rule]});
    let good = json!({"name": "a", "stages": ["x | peer"]});
    lab.put(&cast.manager, "/api/v1/approval-rules", "*", body(good.clone())).await.problem(403, "not-authorised");
    for (rule, pointer) in [
        (json!({"name": "a", "stages": ["x | nobody"]}), "/rules/0/stages/0"),
        (json!({"name": "a", "stages": ["x | user:ghost"]}), "/rules/0/stages/0/approvers/0/user"),
        (json!({"name": "a", "stages": ["x | group:ghosts"]}), "/rules/0/stages/0/approvers/0/group"),
        (
            json!({"name": "a", "stages": ["x | peer | any | 4 | escalate to on_call:ghosts"]}),
            "/rules/0/stages/0/escalate_to/on_call",
        ),
        (json!({"name": "a", "filter": "colour:red", "stages": ["x | peer"]}), "/rules/0/filter"),
        (json!({"name": "a", "filter": "assignee:ghost", "stages": ["x | peer"]}), "/rules/0/filter"),
        (json!({"name": "access", "stages": ["x | peer"]}), "/rules/0/name"),
        (json!({"name": "a", "stages": ["x | peer | 0"]}), "/rules/0/stages/0/rule"),
        (json!({"name": "a"}), "/rules/0/stages"),
        (
            json!({"name": "a", "stages": [{"name": "x", "approvers": ["peer"], "rule": {"percent": 0}}]}),
            "/rules/0/stages/0/rule",
        ),
    ] {
        let refused = lab.put(&admin, "/api/v1/approval-rules", "*", body(rule.clone())).await;
        assert_eq!(refused.pointers(422), [pointer], "{rule}");
    }
    lab.put(&admin, "/api/v1/approval-rules", "\"7\"", body(good.clone())).await.problem(412, "stale");
    lab.put(&admin, "/api/v1/approval-rules", "\"0\"", body(good)).await.expect(200);
}

#[tokio::test]
async fn a_rule_that_more_have_to_agree_to_than_there_are_opens_no_round() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let admin = lab.admin().await;
    let (_, one) = host(&lab, "web-1", "2a").await;
    person(&lab, "ann", Role::Responder).await;
    rota(&lab, &admin, "linux", &["ann"]).await;
    rules(
        &lab,
        &admin,
        json!([{"name": "two", "filter": "kind:change", "stages": ["x | group:linux | 2 | 72 | remind | each"]}]),
    )
    .await;
    let number = drafted(&lab, &cast, &plan(&lab, &[&one])).await;
    event(&lab, &cast.planner, &number, json!({"event": "submit"})).await.expect(200);
    let refused = event(&lab, &cast.planner, &number, json!({"event": "request_approval"})).await;
    let detail = refused.problem(409, "conflict")["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("group:linux") && detail.contains("two"), "{detail}");
    assert_eq!(ticket(&lab, &cast, &number).await["state"], "assess");
}

#[tokio::test]
async fn a_rule_without_votes_approves_at_once_and_says_which_rule_did() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let admin = lab.admin().await;
    let (_, one) = host(&lab, "web-1", "3a").await;
    rules(&lab, &admin, json!([{"name": "small things", "filter": "kind:change risk:low", "auto_approve": true}]))
        .await;
    let (number, _) = asked(&lab, &cast, &plan(&lab, &[&one])).await;
    lab.settle().await;
    assert_eq!(ticket(&lab, &cast, &number).await["state"], "scheduled");
    let round = last_round(&lab, &cast.peer, &number).await;
    assert_eq!((&round["state"], &round["rule"]), (&json!("approved"), &json!("small things")));
    let timeline = lab.all(&cast.peer, &format!("/api/v1/tickets/{number}/timeline?limit=1000")).await;
    assert!(json!(timeline).to_string().contains("the rule small things, set by administrator"), "{timeline:?}");
}

#[tokio::test]
async fn whoever_opened_it_for_somebody_else_or_made_the_rule_for_it_does_not_decide_it() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let admin = lab.admin().await;
    let (_, one) = host(&lab, "web-1", "3b").await;
    // Written by the peer, for the planner, and handed in by the planner.
    let (_, two) = host(&lab, "web-2", "3c").await;
    let body = |host: &str, requester: &str| json!({"kind": "change", "title": "t", "details": {"plan": plan(&lab, &[host])}, "requester": requester});
    let made = lab.post(&cast.peer, "/api/v1/tickets", body(&one, "paula")).await.expect(201).json();
    let number = made["number"].as_str().unwrap().to_owned();
    event(&lab, &cast.planner, &number, json!({"event": "submit"})).await.expect(200);
    event(&lab, &cast.planner, &number, json!({"event": "request_approval"})).await.expect(200);
    let round = last_round(&lab, &cast.manager, &number).await;
    assert_eq!(names(&round, 0), ["ivan"], "not who wrote it");
    vote(&lab, &cast.peer, &round, json!({"decision": "approve"})).await.problem(409, "conflict");
    // Whoever sets a rule without votes is asked for votes on their own.
    rules(&lab, &admin, json!([{"name": "mine", "filter": "kind:change", "auto_approve": true}])).await;
    let made = lab.post(&admin, "/api/v1/tickets", body(&two, "administrator")).await.expect(201).json();
    let number = made["number"].as_str().unwrap().to_owned();
    event(&lab, &admin, &number, json!({"event": "submit"})).await.expect(200);
    event(&lab, &admin, &number, json!({"event": "request_approval"})).await.expect(200);
    lab.settle().await;
    let round = last_round(&lab, &cast.manager, &number).await;
    assert_eq!((&round["rule"], &round["state"]), (&json!("low risk"), &json!("open")));
    // Roles and people who may not vote are in no rule, and what is odd is said at its place.
    for (stage, pointer) in [
        (json!("x | role:viewer"), "/rules/0/stages/0/approvers/0/role"),
        (json!({"name": "x", "approvers": [{"user": "peer", "group": "x"}]}), "/rules/0/stages/0/approvers/0"),
        (json!("x | board | 2"), "/rules/0/stages/0/rule"),
    ] {
        let body = json!({"rules": [{"name": "a", "stages": [stage]}]});
        assert_eq!(lab.put(&admin, "/api/v1/approval-rules", "*", body).await.pointers(422), [pointer]);
    }
}

/// Access to a host, handed in by somebody.
async fn access(lab: &Lab, token: &str, host: &str) -> String {
    let terms = json!({"account": "rita", "hosts": [host], "reason": "r", "valid_to": time(lab, 40_000)});
    let body = json!({"kind": "access", "title": "account", "details": {"terms": terms}});
    let number =
        lab.post(token, "/api/v1/tickets", body).await.expect(201).json()["number"].as_str().unwrap().to_owned();
    event(lab, token, &number, json!({"event": "submit"})).await.expect(200);
    event(lab, token, &number, json!({"event": "request_approval"})).await.expect(200);
    number
}

#[tokio::test]
async fn the_manager_of_who_asks_agrees_before_the_owner() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let (rita_id, rita) = person(&lab, "rita", Role::Requester).await;
    let (_, boss) = person(&lab, "boss", Role::Requester).await;
    let (_, owner) = person(&lab, "otto", Role::ServiceOwner).await;
    let (_, one) = host(&lab, "web-1", "4a").await;
    // Nobody is recorded: the stage is left out.
    let number = access(&lab, &rita, &one).await;
    assert_eq!(last_round(&lab, &owner, &number).await["stages"].as_array().unwrap().len(), 1);
    let path = format!("/api/v1/users/{rita_id}");
    for wrong in ["rita", "ghost"] {
        assert_eq!(lab.patch(&admin, &path, "*", json!({"manager": wrong})).await.pointers(422), ["/manager"]);
    }
    let told = lab.patch(&admin, &path, "*", json!({"manager": "boss"})).await.expect(200).json();
    assert!(told["manager"].is_string());
    let number = access(&lab, &rita, &one).await;
    let round = last_round(&lab, &owner, &number).await;
    assert_eq!((&round["stages"][0]["name"], names(&round, 0)), (&json!("manager"), vec!["boss".to_owned()]));
    vote(&lab, &owner, &round, json!({"decision": "approve"})).await.problem(409, "conflict");
    vote(&lab, &boss, &round, json!({"decision": "approve"})).await.expect(200);
    assert_eq!(
        vote(&lab, &owner, &round, json!({"decision": "approve"})).await.expect(200).json()["state"],
        "approved"
    );
    let told = lab.patch(&admin, &path, "*", json!({"manager": ""})).await.expect(200).json();
    assert_eq!(told["manager"], Value::Null);
}

#[tokio::test]
async fn an_item_of_the_catalogue_names_whose_votes_it_takes() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let (_, rita) = person(&lab, "rita", Role::Requester).await;
    let (_, fin) = person(&lab, "fin", Role::Responder).await;
    person(&lab, "otto", Role::ServiceOwner).await;
    let offer = |stages: Value| json!({"name": "laptop", "description": "d", "state": "published", "approval": "stages", "approval_stages": stages});
    for (stages, pointer) in [
        (json!([]), "/approval_stages"),
        (json!(["x | user:ghost"]), "/approval_stages/0/approvers/0/user"),
        (json!(["x | king"]), "/approval_stages/0"),
    ] {
        assert_eq!(lab.post(&admin, "/api/v1/catalogue", offer(stages)).await.pointers(422), [pointer]);
    }
    let item = lab.post(&admin, "/api/v1/catalogue", offer(json!(["finance | user:fin"]))).await.expect(201).json();
    let order = format!("/api/v1/catalogue/{}/requests", item["id"].as_str().unwrap());
    let made = lab.post(&rita, &order, json!({"answers": {}})).await.expect(201).json();
    let number = made["number"].as_str().unwrap().to_owned();
    event(&lab, &rita, &number, json!({"event": "submit"})).await.expect(200);
    event(&lab, &rita, &number, json!({"event": "request_approval"})).await.expect(200);
    let round = last_round(&lab, &fin, &number).await;
    assert_eq!((&round["rule"], names(&round, 0)), (&json!("laptop"), vec!["fin".to_owned()]));
    vote(&lab, &fin, &round, json!({"decision": "approve"})).await.expect(200);
    assert_eq!(lab.get(&rita, &format!("/api/v1/tickets/{number}")).await.json()["state"], "approved");
}

#[tokio::test]
async fn who_votes_again_sees_what_was_changed_since_somebody_agreed() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (_, one) = host(&lab, "web-1", "5a").await;
    let (number, round) = asked(&lab, &cast, &plan(&lab, &[&one])).await;
    assert_eq!(round.get("changed"), None, "nobody voted before");
    vote(&lab, &cast.peer, &round, json!({"decision": "approve"})).await.expect(200);
    event(&lab, &cast.planner, &number, json!({"event": "rework", "comment": "another test"})).await.expect(200);
    let path = format!("/api/v1/tickets/{number}");
    let edit = json!({"details": {"plan": {"test": "curl", "backout": "restore"}}});
    lab.patch(&cast.planner, &path, "*", edit).await.expect(200);
    event(&lab, &cast.planner, &number, json!({"event": "submit"})).await.expect(200);
    event(&lab, &cast.planner, &number, json!({"event": "request_approval"})).await.expect(200);
    let again = last_round(&lab, &cast.peer, &number).await;
    assert_eq!((&again["round"], &again["changed"]["round"]), (&json!(2), &json!(1)));
    let changes = again["changed"]["changes"].as_array().unwrap();
    let fields: Vec<&str> = changes.iter().map(|change| change["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["/backout", "/test"]);
    assert_eq!((&changes[1]["before"], &changes[1]["after"]), (&json!("openssl version"), &json!("curl")));
}

#[tokio::test]
async fn an_emergency_asks_who_is_on_call_for_the_board_too() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let admin = lab.admin().await;
    let (_, ann) = person(&lab, "ann", Role::Responder).await;
    person(&lab, "vic", Role::ChangeApprover).await;
    rota(&lab, &admin, "ecab", &["ann", "peer"]).await;
    let (_, one) = host(&lab, "web-1", "6a").await;
    let mut urgent = plan(&lab, &[&one]);
    urgent["type"] = json!("emergency");
    let number = drafted(&lab, &cast, &urgent).await;
    event(&lab, &cast.planner, &number, json!({"event": "submit"})).await.expect(200);
    let round = last_round(&lab, &cast.peer, &number).await;
    assert_eq!(names(&round, 0), ["ann", "vic"], "whose turn it is, and the board");
    vote(&lab, &ann, &round, json!({"decision": "approve"})).await.expect(200);
    assert_eq!(ticket(&lab, &cast, &number).await["state"], "implement");
}

#[tokio::test]
async fn somebody_votes_in_anothers_place_for_one_service_alone() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let admin = lab.admin().await;
    let (_, sam) = person(&lab, "sam", Role::ReleaseManager).await;
    let (_, shop) = host(&lab, "web-1", "7a").await;
    let (_, mail) = host(&lab, "web-2", "7b").await;
    let service = lab
        .post(&admin, "/api/v1/items", json!({"class": "business_service", "name": "Shop"}))
        .await
        .expect(201)
        .json();
    let path = format!("/api/v1/items/{}/relations", service["id"].as_str().unwrap());
    lab.post(&admin, &path, json!({"kind": "depends_on", "to": shop, "reason": "it runs there"})).await.expect(201);
    let body = |service: &str| json!({"to": "sam", "ends_at": time(&lab, 600), "service": service});
    let refused = lab.post(&cast.peer, "/api/v1/delegations", body("Shopp")).await;
    assert_eq!(refused.pointers(422), ["/service"]);
    let given = lab.post(&cast.peer, "/api/v1/delegations", body("shop")).await.expect(201).json();
    assert_eq!((&given["service"], &given["service_name"]), (&service["id"], &json!("Shop")));
    let yes = json!({"decision": "approve"});
    let (_, other) = asked(&lab, &cast, &plan(&lab, &[&mail])).await;
    vote(&lab, &sam, &other, yes.clone()).await.problem(409, "conflict");
    let (_, round) = asked(&lab, &cast, &plan(&lab, &[&shop])).await;
    // A service stands on it, so its owners vote too: the seat of the peer is the one that is lent.
    let voted = vote(&lab, &sam, &round, yes).await.expect(200).json();
    let seats = voted["stages"][0]["seats"].as_array().unwrap();
    let lent = seats.iter().find(|seat| seat["approver"] == "peer").unwrap();
    assert_eq!((&lent["vote"]["name"], &lent["vote"]["acting_for"]), (&json!("sam"), &given["from"]));
}

/// A change that waits for the board of three, and those three.
async fn board(lab: &Lab, cast: &Cast, id: &str) -> (String, Vec<String>) {
    let mut tokens = Vec::new();
    for name in ["vic", "wim", "xan"] {
        tokens.push(
            match lab
                .service
                .list_users(&crate::lab::SYSTEM)
                .await
                .unwrap()
                .into_iter()
                .find(|user| user.value.name == name)
            {
                Some(user) => lab.token(&user.value, Scope::Work).await,
                None => person(lab, name, Role::ChangeApprover).await.1,
            },
        );
    }
    let (_, one) = host(lab, &format!("web-{id}"), id).await;
    let mut risky = plan(lab, &[&one]);
    risky["risk_at_least"] = json!("high");
    let (number, round) = asked(lab, cast, &risky).await;
    assert_eq!(round["stages"][0]["name"], "service_owner", "{round}");
    // Nobody owns it: the change manager answers.
    vote(lab, &cast.manager, &round, json!({"decision": "approve"})).await.expect(200);
    (number, tokens)
}

#[tokio::test]
async fn what_a_meeting_of_the_board_decides_counts_as_votes_of_those_present() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (_, clerk) = person(&lab, "clerk", Role::ChangeManager).await;
    let (first, tokens) = board(&lab, &cast, "8a").await;
    let (second, _) = board(&lab, &cast, "8b").await;
    let (third, _) = board(&lab, &cast, "8c").await;
    let agenda = lab.get(&clerk, "/api/v1/board/agenda").await.expect(200).json();
    assert_eq!(agenda["items"].as_array().unwrap().len(), 3);
    assert_eq!((&agenda["items"][0]["seats"], &agenda["items"][0]["waits_for_board"]), (&json!(3), &json!(true)));
    let meeting =
        |present: &[&str], items: Value| json!({"present": present, "items": items, "minutes": "all as it is"});
    let yes = |number: &str| json!({"ticket": number, "outcome": "approve"});
    let post = async |token: &str, body: Value| lab.post(token, "/api/v1/board/meetings", body).await;
    // Who may, of whom, and what: each at its place, and nothing is done by half.
    post(&tokens[0], meeting(&["vic", "wim"], json!([yes(&first)]))).await.problem(403, "not-authorised");
    for (body, pointer) in [
        (meeting(&["vic"], json!([yes(&first)])), "/items/0"),
        (meeting(&["vic", "ghost"], json!([yes(&first)])), "/present/1"),
        (meeting(&["vic", "vic"], json!([yes(&first)])), "/present/1"),
        (meeting(&[], json!([yes(&first)])), "/present"),
        (meeting(&["vic", "wim"], json!([])), "/items"),
        (meeting(&["vic", "wim"], json!([yes(&first), yes("CHG-000099")])), "/items/1/ticket"),
        (meeting(&["vic", "wim"], json!([yes(&first), yes(&first)])), "/items/1/ticket"),
        (meeting(&["vic", "wim"], json!([yes(&first), {"ticket": second, "outcome": "reject"}])), "/items/1/comment"),
    ] {
        let what = body.to_string();
        assert_eq!(post(&clerk, body).await.pointers(422), [pointer], "{what}");
    }
    assert_eq!(ticket(&lab, &cast, &first).await["state"], "authorize", "all of a meeting or nothing");
    let items = json!([
        yes(&first),
        {"ticket": second, "outcome": "reject", "comment": "not in this week"},
        {"ticket": third, "outcome": "defer"},
    ]);
    let held = post(&clerk, meeting(&["vic", "wim"], items)).await.expect(201).json();
    assert_eq!((&held["recorded_by"], held["items"].as_array().unwrap().len()), (&json!("clerk"), 3));
    let states = [&first, &second, &third];
    for (number, state) in states.iter().zip(["scheduled", "rejected", "authorize"]) {
        assert_eq!(ticket(&lab, &cast, number).await["state"], state, "{number}");
    }
    let round = last_round(&lab, &clerk, &first).await;
    let seats = round["stages"][1]["seats"].as_array().unwrap();
    let votes: Vec<&str> = seats.iter().map(|seat| seat["vote"]["decision"].as_str().unwrap()).collect();
    assert_eq!(votes, ["approve", "approve", "abstain"]);
    assert_eq!((&seats[0]["vote"]["via"], &seats[0]["vote"]["recorded_by"]), (&json!("meeting"), &json!("clerk")));
    let timeline = lab.all(&clerk, &format!("/api/v1/tickets/{first}/timeline?limit=1000")).await;
    let named: Vec<&Value> =
        timeline.iter().filter(|entry| entry["what"] == "voted").map(|entry| &entry["actor"]).collect();
    assert!(named.contains(&&json!("vic, wim")), "those who were there and had a seat: {named:?}");
    let all = lab.get(&clerk, "/api/v1/board/meetings").await.expect(200).json();
    assert_eq!(all["items"][0]["id"], held["id"]);
}

#[tokio::test]
async fn nobody_writes_down_what_was_decided_of_their_own_change() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let (_, boss) = person(&lab, "boss", Role::ChangeManager).await;
    for name in ["vic", "wim"] {
        person(&lab, name, Role::ChangeApprover).await;
    }
    let (_, one) = host(&lab, "web-1", "9a").await;
    let mut risky = plan(&lab, &[&one]);
    risky["risk_at_least"] = json!("high");
    // The change manager plans it: another one answers for its owners.
    let own = Cast { planner: cast.manager.clone(), ..self::cast_again(&cast) };
    let (number, round) = asked(&lab, &own, &risky).await;
    vote(&lab, &boss, &round, json!({"decision": "approve"})).await.expect(200);
    let body = json!({"present": ["vic", "wim"], "items": [{"ticket": number, "outcome": "approve"}]});
    let refused = lab.post(&cast.manager, "/api/v1/board/meetings", body.clone()).await;
    assert_eq!(refused.pointers(422), ["/items/0/ticket"]);
    lab.post(&boss, "/api/v1/board/meetings", body).await.expect(201);
    assert_eq!(ticket(&lab, &cast, &number).await["state"], "scheduled");
}

fn cast_again(cast: &Cast) -> Cast {
    Cast {
        planner: cast.planner.clone(),
        peer: cast.peer.clone(),
        implementer: cast.implementer.clone(),
        manager: cast.manager.clone(),
    }
}
