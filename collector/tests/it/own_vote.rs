//! Case 71 as a state machine: whatever somebody does in whatever order (votes by each token, edits, new rounds, seats that others lend
//! them, teams that they come into, roles that they are given, being their own manager), what they asked for is not approved by them.

use muster_model::right::{Role, Scope};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::change::cast::{Cast, asked, cast, event, host, plan, vote};
use crate::lab::{Lab, SYSTEM};

/// Lives that are lived, and steps of each.
const LIVES: usize = 8;
const STEPS: usize = 14;

/// The one who asks, and what is there to try.
struct Life<'a> {
    lab: &'a Lab,
    cast: &'a Cast,
    admin: String,
    /// Two tokens of who asks.
    own: [String; 2],
    id: String,
    team: String,
    number: String,
}

impl Life<'_> {
    async fn rounds(&self) -> Vec<Value> {
        let path = format!("/api/v1/tickets/{}/approvals", self.number);
        self.lab.get(&self.admin, &path).await.expect(200).json()["items"].as_array().unwrap().clone()
    }

    /// One step; whether it is taken or refused is not asked.
    async fn step(&self, (what, choice): (usize, usize)) {
        let (lab, own) = (self.lab, &self.own[choice % 2]);
        let ticket = format!("/api/v1/tickets/{}", self.number);
        let user = format!("/api/v1/users/{}", self.id);
        match what {
            0 | 1 => {
                if let Some(round) = self.rounds().await.last() {
                    drop(vote(lab, own, round, json!({"decision": "approve"})).await);
                }
            }
            2 => {
                let ends_at = lab.service.now().plus_millis(86_400_000).to_string();
                let lends = [&self.cast.peer, &self.cast.manager][choice % 2];
                let body = json!({"to": self.id, "ends_at": ends_at});
                drop(lab.post(lends, "/api/v1/delegations", body).await);
            }
            3 => {
                let edit = json!({"details": {"plan": {"reason": format!("reason {choice}")}}});
                drop(lab.patch([own, &self.cast.peer][choice % 2], &ticket, "*", edit).await);
            }
            4 => {
                drop(event(lab, own, &self.number, json!({"event": "rework", "comment": "once more"})).await);
                drop(event(lab, own, &self.number, json!({"event": "submit"})).await);
                drop(event(lab, own, &self.number, json!({"event": "request_approval"})).await);
            }
            5 => {
                // By themselves that is refused; an administrator does it.
                let team = json!({"name": "crew", "members": ["paula", "peer"], "lead": "paula"});
                drop(lab.put([own, &self.admin][choice % 2], &self.team, "*", team).await);
            }
            6 => {
                let roles = json!({"roles": ["change_requester", "responder", "change_approver", "service_owner"]});
                drop(lab.patch([own, &self.admin][choice % 2], &user, "*", roles).await);
            }
            7 => drop(lab.patch(&self.admin, &user, "*", json!({"manager": "paula"})).await),
            _ => {
                let by_hand = ["approve", "start", "finish"][choice % 3];
                drop(event(lab, own, &self.number, json!({"event": by_hand})).await);
            }
        }
    }

    async fn check(&self, told: &str) {
        let ticket = format!("/api/v1/tickets/{}", self.number);
        let state = self.lab.get(&self.admin, &ticket).await.expect(200).json()["state"].clone();
        let state = state.as_str().unwrap();
        assert!(["draft", "assess", "authorize"].contains(&state), "{state} after {told}");
        for round in self.rounds().await {
            assert!(!round["stages"].to_string().contains("\"decision\":\"approve\""), "{round} after {told}");
        }
    }
}

#[tokio::test]
async fn case_71_no_sequence_approves_what_somebody_asked_for_themselves() {
    let mut runner = TestRunner::deterministic();
    let lives = prop::collection::vec((0_usize..9, 0_usize..12), STEPS);
    for life in 0..LIVES {
        let lab = Lab::new();
        let cast = cast(&lab).await;
        let admin = lab.admin().await;
        let (_, one) = host(&lab, "web-1", "1a").await;
        let team = json!({"name": "crew", "members": ["peer"]});
        let team = lab.post(&admin, "/api/v1/teams", team).await.expect(201).json()["id"].clone();
        // The team votes in every second life, else a peer.
        if life % 2 == 0 {
            let rule =
                json!([{"name": "crew", "filter": "kind:change", "stages": ["crew | group:crew, manager | any"]}]);
            lab.put(&admin, "/api/v1/approval-rules", "*", json!({"rules": rule})).await.expect(200);
        }
        let (number, _) = asked(&lab, &cast, &plan(&lab, &[&one])).await;
        let users = lab.service.list_users(&SYSTEM).await.unwrap();
        let paula = users.into_iter().find(|user| user.value.name == "paula").unwrap().value;
        let own = [cast.planner.clone(), lab.token(&paula, Scope::All).await];
        let team = format!("/api/v1/teams/{}", team.as_str().unwrap());
        let life = Life { lab: &lab, cast: &cast, admin, own, id: paula.id.to_string(), team, number };
        let steps = lives.new_tree(&mut runner).unwrap().current();
        for (n, step) in steps.iter().enumerate() {
            life.step(*step).await;
            life.check(&format!("{:?}", &steps[..=n])).await;
        }
        // Somebody else may: it is the vote of another one that was missing, and nothing else.
        let nina = lab.token(&lab.user("nina", &[Role::ChangeManager, Role::Responder]).await, Scope::All).await;
        let crew = json!({"name": "crew", "members": ["nina"]});
        lab.put(&life.admin, &life.team, "*", crew).await.expect(200);
        life.step((4, 0)).await;
        let rounds = life.rounds().await;
        vote(&lab, &nina, rounds.last().unwrap(), json!({"decision": "approve"})).await.expect(200);
    }
}
