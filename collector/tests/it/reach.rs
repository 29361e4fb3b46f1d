//! Roles that count in a part of the organisation: seeing, acting, planning, voting, and what is said of where they count.

use muster_model::right::{Role, Scope};
use serde_json::{Value, json};

use crate::lab::{Device, Lab};

/// Two hosts in two sites, and who looks after all of them.
struct Sites {
    lab: Lab,
    admin: String,
    here: String,
    there: String,
}

impl Sites {
    async fn new() -> Self {
        let lab = Lab::new();
        let admin = lab.admin().await;
        let here = Device::enroll(&lab, "web-1", &"1a".repeat(16)).await.report_full(&lab).await;
        let there = Device::enroll(&lab, "db-1", &"2b".repeat(16)).await.report_full(&lab).await;
        for (host, site) in [(&here, "here"), (&there, "there")] {
            lab.patch(&admin, &format!("/api/v1/hosts/{host}"), "*", json!({"site": site})).await.expect(200);
        }
        Self { lab, admin, here, there }
    }

    /// Somebody with these roles, of which some count only where this says.
    async fn person(&self, name: &str, roles: &[Role], reaches: Value) -> String {
        let user = self.lab.user(name, roles).await;
        let path = format!("/api/v1/users/{}", user.id);
        self.lab.patch(&self.admin, &path, "*", json!({"reaches": reaches})).await.expect(200);
        self.lab.token(&user, Scope::All).await
    }

    async fn incident(&self, host: &str, group: &str) -> String {
        let body = json!({"kind": "incident", "title": "it is slow", "items": [host], "assignment_group": group});
        let made = self.lab.post(&self.admin, "/api/v1/tickets", body).await.expect(201).json();
        format!("/api/v1/tickets/{}", made["number"].as_str().unwrap())
    }
}

/// A change of tomorrow.
fn change(lab: &Lab, scope: &Value) -> Value {
    let at = |hours: i64| lab.service.now().plus_millis(hours * 3_600_000);
    json!({"kind": "change", "title": "another kernel", "details": {"plan": {
        "reason": "it is old", "scope": scope, "implementation": "apt", "test": "boot", "backout": "boot the old one",
        "outage_minutes": 5, "checks": ["it is up"],
        "planned_start": at(24), "planned_end": at(25),
    }}})
}

#[tokio::test]
async fn what_may_be_seen_and_not_be_changed_is_refused_with_what_is_missing() {
    let sites = Sites::new().await;
    let roles = [Role::Viewer, Role::CmdbOwner];
    let token = sites.person("ann", &roles, json!({"cmdb_owner": {"sites": ["HERE"]}})).await;
    let (here, there) = (format!("/api/v1/hosts/{}", sites.here), format!("/api/v1/hosts/{}", sites.there));
    sites.lab.get(&token, &there).await.expect(200);
    let refused = sites.lab.patch(&token, &there, "*", json!({"owner": "ann"})).await.problem(403, "not-authorised");
    assert!(refused["detail"].as_str().unwrap().contains("reaches so far"), "{refused}");
    sites.lab.patch(&token, &here, "*", json!({"owner": "ann"})).await.expect(200);
    // Of several hosts each is told.
    let edit = json!({"items": [sites.here, sites.there], "edit": {"owner": "ann"}});
    let planned = sites.lab.post(&token, "/api/v1/items/bulk/preview", edit).await.expect(200).json();
    let told = |n: usize| planned["items"][n]["error"].as_str().unwrap_or_default();
    assert!(!told(0).contains("reaches so far") && told(1).contains("reaches so far"), "{planned}");
}

#[tokio::test]
async fn a_ticket_is_for_those_whose_team_it_is_or_who_reach_what_it_is_about() {
    let sites = Sites::new().await;
    let team = sites.person("tom", &[Role::Responder], json!({"responder": {"teams": ["db"]}})).await;
    let site = sites.person("sam", &[Role::Responder], json!({"responder": {"sites": ["here"]}})).await;
    let both = [Role::Responder, Role::Viewer];
    let seer = sites.person("sue", &both, json!({"responder": {"sites": ["here"]}})).await;
    let theirs = sites.incident(&sites.there, "DB").await;
    let ours = sites.incident(&sites.here, "web").await;
    let count = async |token: &str| sites.lab.all(token, "/api/v1/tickets").await.len();
    assert_eq!((count(&team).await, count(&site).await, count(&seer).await), (1, 1, 2));
    sites.lab.get(&site, &theirs).await.expect(404);
    sites.lab.get(&team, &ours).await.expect(404);
    let start = async |token: &str, ticket: &str| {
        sites.lab.post(token, &format!("{ticket}/transitions"), json!({"event": "start"})).await
    };
    start(&seer, &theirs).await.problem(403, "not-authorised");
    let offered = sites.lab.get(&seer, &format!("{theirs}/transitions")).await.expect(200).json();
    assert_eq!(offered["items"], json!([]), "nothing is offered that would be refused");
    start(&team, &theirs).await.expect(200);
    start(&site, &ours).await.expect(200);
    // The counts are those of the list.
    let counts = sites.lab.get(&team, "/api/v1/tickets/counts?by=state").await.expect(200).json();
    let sum: u64 = counts["items"].as_array().unwrap().iter().map(|row| row["tickets"].as_u64().unwrap()).sum();
    assert_eq!(sum, 1, "{counts}");
}

#[tokio::test]
async fn who_asks_sees_what_they_asked_for_and_nothing_else() {
    let sites = Sites::new().await;
    let eve = sites.person("eve", &[Role::Requester], json!({"requester": {}})).await;
    sites.incident(&sites.here, "web").await;
    assert!(sites.lab.all(&eve, "/api/v1/tickets").await.is_empty());
    assert!(sites.lab.all(&eve, "/api/v1/hosts").await.is_empty());
    // A host that is not there for them cannot be named.
    let body = json!({"kind": "incident", "title": "my screen is dark", "items": [sites.here]});
    assert_eq!(sites.lab.post(&eve, "/api/v1/tickets", body).await.pointers(422), ["/items/0"]);
    let body = json!({"kind": "incident", "title": "my screen is dark"});
    let made = sites.lab.post(&eve, "/api/v1/tickets", body).await.expect(201).json();
    let path = format!("/api/v1/tickets/{}", made["id"].as_str().unwrap());
    sites.lab.post(&eve, &format!("{path}/comments"), json!({"text": "it is very dark"})).await.expect(201);
    assert_eq!(sites.lab.all(&eve, "/api/v1/tickets").await.len(), 1);
    // What those who work on it say among themselves is not for who asked, whatever roles they have elsewhere.
    let both = sites.person("ben", &[Role::Responder], json!({"responder": {"sites": ["here"]}})).await;
    let body = json!({"kind": "incident", "title": "mine"});
    let mine = sites.lab.post(&both, "/api/v1/tickets", body).await.expect(201).json();
    let path = format!("/api/v1/tickets/{}", mine["id"].as_str().unwrap());
    let secret = json!({"text": "do not tell ben", "visibility": "internal"});
    sites.lab.post(&sites.admin, &format!("{path}/comments"), secret).await.expect(201);
    let timeline = sites.lab.get(&both, &format!("{path}/timeline")).await.expect(200).text();
    assert!(!timeline.contains("do not tell ben"), "{timeline}");
}

#[tokio::test]
async fn no_change_goes_further_than_who_plans_it() {
    let sites = Sites::new().await;
    let roles = [Role::Viewer, Role::ChangeRequester];
    let token = sites.person("pat", &roles, json!({"change_requester": {"sites": ["here"], "teams": ["ops"]}})).await;
    for scope in
        [json!({"items": [sites.there]}), json!({"items": [sites.here, sites.there]}), json!({"hosts": "site:there"})]
    {
        sites.lab.post(&token, "/api/v1/tickets", change(&sites.lab, &scope)).await.problem(403, "not-authorised");
        // Whoever it is assigned to.
        let mut body = change(&sites.lab, &scope);
        body["assignment_group"] = json!("ops");
        sites.lab.post(&token, "/api/v1/tickets", body).await.problem(403, "not-authorised");
    }
    let made = sites
        .lab
        .post(&token, "/api/v1/tickets", change(&sites.lab, &json!({"items": [sites.here]})))
        .await
        .expect(201)
        .json();
    let path = format!("/api/v1/tickets/{}", made["id"].as_str().unwrap());
    let wider = json!({"details": {"plan": {"scope": {"items": [], "hosts": "name:*"}}}});
    sites.lab.patch(&token, &path, "*", wider).await.problem(403, "not-authorised");
    let same = json!({"details": {"plan": {"scope": {"hosts": "site:here"}}}});
    sites.lab.patch(&token, &path, "*", same).await.expect(200);
}

#[tokio::test]
async fn no_release_goes_out_further_than_who_makes_it() {
    let sites = Sites::new().await;
    let reach = json!({"release_manager": {"sites": ["here"]}});
    let rea = sites.person("rea", &[Role::ReleaseManager], reach).await;
    let release = |hosts: &str| {
        let plan = json!({"packages": [{"name": "app", "version": "2"}], "waves": [{"name": "all", "hosts": hosts}]});
        json!({"kind": "release", "title": "app 2", "details": {"plan": plan}})
    };
    for hosts in ["site:there", "name:*"] {
        sites.lab.post(&rea, "/api/v1/tickets", release(hosts)).await.problem(403, "not-authorised");
    }
    let made = sites.lab.post(&rea, "/api/v1/tickets", release("site:here")).await.expect(201).json();
    let path = format!("/api/v1/tickets/{}", made["number"].as_str().unwrap());
    sites.lab.patch(&rea, &path, "*", json!({"details": release("site:there")["details"]})).await.expect(403);
    sites.lab.post(&rea, &format!("{path}/transitions"), json!({"event": "plan"})).await.expect(200);
}

#[tokio::test]
async fn a_seat_is_for_whose_role_reaches_the_ticket() {
    let sites = Sites::new().await;
    let far = sites.person("far", &[Role::Responder], json!({"responder": {"sites": ["there"]}})).await;
    let near = sites.person("near", &[Role::Responder], json!({"responder": {"sites": ["here"]}})).await;
    let planner = sites.lab.token_of(Role::ChangeManager).await;
    let made = sites
        .lab
        .post(&planner, "/api/v1/tickets", change(&sites.lab, &json!({"items": [sites.here]})))
        .await
        .expect(201)
        .json();
    let path = format!("/api/v1/tickets/{}", made["id"].as_str().unwrap());
    for event in ["submit", "request_approval"] {
        sites.lab.post(&planner, &format!("{path}/transitions"), json!({"event": event})).await.expect(200);
    }
    assert!(sites.lab.all(&far, "/api/v1/approvals").await.is_empty());
    sites.lab.get(&far, &path).await.expect(404);
    let waiting = sites.lab.all(&near, "/api/v1/approvals").await;
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    let round = format!("/api/v1/approvals/{}", waiting[0]["id"].as_str().unwrap());
    sites.lab.get(&far, &round).await.expect(404);
    sites.lab.get(&near, &round).await.expect(200);
}

#[tokio::test]
async fn a_change_is_for_whoever_reaches_a_host_that_its_question_means() {
    let sites = Sites::new().await;
    let near = sites.person("near", &[Role::Responder], json!({"responder": {"sites": ["here"]}})).await;
    let far = sites.person("far", &[Role::Responder], json!({"responder": {"sites": ["there"]}})).await;
    let planner = sites.lab.token_of(Role::ChangeManager).await;
    let body = change(&sites.lab, &json!({"hosts": "site:HERE"}));
    let made = sites.lab.post(&planner, "/api/v1/tickets", body).await.expect(201).json();
    let path = format!("/api/v1/tickets/{}", made["id"].as_str().unwrap());
    for event in ["submit", "request_approval"] {
        sites.lab.post(&planner, &format!("{path}/transitions"), json!({"event": event})).await.expect(200);
    }
    sites.lab.get(&near, &path).await.expect(200);
    assert_eq!(sites.lab.all(&near, "/api/v1/tickets").await.len(), 1);
    assert_eq!(sites.lab.all(&near, "/api/v1/approvals").await.len(), 1, "and has a seat");
    sites.lab.get(&far, &path).await.expect(404);
    assert!(sites.lab.all(&far, "/api/v1/tickets").await.is_empty());
    assert_eq!(sites.lab.all(&planner, "/api/v1/tickets?filter=scope%3A%22site%3Ahere%22").await.len(), 1);
    // Which hosts it means is asked anew when one moves.
    sites
        .lab
        .patch(&sites.admin, &format!("/api/v1/hosts/{}", sites.there), "*", json!({"site": "here"}))
        .await
        .expect(200);
    sites
        .lab
        .patch(&sites.admin, &format!("/api/v1/hosts/{}", sites.here), "*", json!({"site": "there"}))
        .await
        .expect(200);
    sites.lab.get(&near, &path).await.expect(200);
    sites.lab.get(&far, &path).await.expect(404);
}

#[tokio::test]
async fn whoever_gives_a_host_away_is_told_what_they_wrote() {
    let sites = Sites::new().await;
    let token = sites.person("olga", &[Role::CmdbOwner], json!({"cmdb_owner": {"sites": ["here"]}})).await;
    let path = format!("/api/v1/hosts/{}", sites.here);
    let moved = sites.lab.patch(&token, &path, "*", json!({"site": "there"})).await.expect(200).json();
    assert_eq!(moved["site"], "there");
    sites.lab.get(&token, &path).await.expect(404);
}

#[tokio::test]
async fn questions_are_saved_wherever_a_role_counts() {
    let sites = Sites::new().await;
    let token = sites.person("olga", &[Role::CmdbOwner], json!({"cmdb_owner": {"sites": ["here"]}})).await;
    let body = json!({"name": "mine", "list": "hosts", "filter": "site:here"});
    sites.lab.post(&token, "/api/v1/saved-searches", body).await.expect(201);
    assert_eq!(sites.lab.all(&token, "/api/v1/saved-searches").await.len(), 1);
}

#[tokio::test]
async fn a_service_reaches_what_people_say_that_it_depends_on() {
    let sites = Sites::new().await;
    let declare = json!({"class": "business_service", "name": "Shop"});
    let shop = sites.lab.post(&sites.admin, "/api/v1/items", declare).await.expect(201).json();
    let shop = shop["id"].as_str().unwrap().to_owned();
    let roles = [Role::Viewer, Role::CmdbOwner];
    let reaches = json!({"viewer": {"services": ["shop"]}, "cmdb_owner": {"services": ["Shop"]}});
    let token = sites.person("olga", &roles, reaches).await;
    let hosts = async || sites.lab.all(&token, "/api/v1/hosts").await.len();
    assert_eq!(hosts().await, 0);
    sites.lab.get(&token, &format!("/api/v1/services/{shop}")).await.expect(200);
    let relate = |to: &str| json!({"kind": "depends_on", "to": to, "reason": "it does"});
    let path = format!("/api/v1/items/{shop}/relations");
    // Nobody opens a door for themselves: both ends must be theirs.
    assert_eq!(sites.lab.post(&token, &path, relate(&sites.here)).await.pointers(422), ["/to"]);
    let wide = json!({"cmdb_owner": {"services": [shop]}});
    let seer = sites.person("otto", &roles, wide).await;
    sites.lab.post(&seer, &path, relate(&sites.here)).await.problem(403, "not-authorised");
    let made = sites.lab.post(&sites.admin, &path, relate(&sites.here)).await.expect(201).json();
    assert_eq!(hosts().await, 1);
    sites.lab.get(&token, &format!("/api/v1/hosts/{}", sites.here)).await.expect(200);
    sites.lab.get(&token, &format!("/api/v1/hosts/{}", sites.there)).await.expect(404);
    let gone = format!("{path}/{}?reason=over", made["id"].as_str().unwrap());
    sites.lab.remove(&sites.admin, &gone, "*").await;
    assert_eq!(hosts().await, 0);
}

#[tokio::test]
async fn where_a_role_counts_is_said_of_roles_that_there_are() {
    let sites = Sites::new().await;
    let user = sites.lab.user("ann", &[Role::Responder]).await;
    let path = format!("/api/v1/users/{}", user.id);
    let set = async |reaches: Value| sites.lab.patch(&sites.admin, &path, "*", json!({"reaches": reaches})).await;
    assert_eq!(set(json!({"viewer": {"sites": ["x"]}})).await.pointers(422), ["/reaches/viewer"]);
    assert_eq!(set(json!({"responder": {"services": ["none"]}})).await.pointers(422), ["/reaches/responder/services"]);
    assert_eq!(set(json!({"responder": {"sites": [""]}})).await.pointers(422), ["/reaches/responder/sites"]);
    set(json!({"responder": {"places": ["x"]}})).await.expect(422);
    set(json!({"nobody": {"sites": ["x"]}})).await.expect(422);
    let stored = set(json!({"responder": {"sites": ["x"]}})).await.expect(200).json();
    assert_eq!(stored["reaches"], json!({"responder": {"sites": ["x"], "teams": [], "services": []}}));
    let (_, said) = sites.lab.last_audit().await;
    assert!(said.contains("user.update"), "{said}");
    // With the role goes where it counted.
    let stored = sites.lab.patch(&sites.admin, &path, "*", json!({"roles": ["viewer"]})).await.expect(200).json();
    assert_eq!(stored["reaches"], json!({}));
    // The last administrator is one everywhere.
    let me = sites.lab.all(&sites.admin, "/api/v1/users").await;
    let me = me.iter().find(|user| user["name"] == "administrator").unwrap()["id"].as_str().unwrap().to_owned();
    let narrow = json!({"reaches": {"administrator": {"sites": ["here"]}}});
    sites.lab.patch(&sites.admin, &format!("/api/v1/users/{me}"), "*", narrow).await.expect(409);
}
