//! `POST /enroll`: who is let in, and that a refusal tells nothing (cases 22 to 27).

use std::collections::BTreeSet;

use axum::http::Method;
use futures_util::future::join_all;
use muster_model::agent::{EnrollmentTokenRecord, MAX_TOKEN_FAILURES};
use muster_shared::enrollment::EnrollmentToken;
use muster_shared::id::EnrollmentTokenId;
use muster_store::TypedStore;
use rcgen::{CertificateParams, KeyPair};
use serde_json::{Value, json};

use crate::lab::{From, Lab, Reply, SYSTEM, ask, csr};

async fn token(lab: &Lab, uses: u32) -> EnrollmentToken {
    lab.service.create_enrollment_token(&SYSTEM, "test", uses, 10).await.unwrap().0.parse().unwrap()
}

fn body(token: &EnrollmentToken, key: &KeyPair) -> Value {
    json!({
        "token_id": token.id, "token_secret": token.secret, "csr_pem": csr(key), "hostname": "web-1",
        "agent_version": "0.1.0",
    })
}

async fn post(lab: &Lab, body: Value, address: u8) -> Reply {
    let from = From(([10, 0, 0, address], 1).into(), None);
    lab.agents(ask(Method::POST, "", "/enroll", &[], Some(body)), from).await
}

async fn agents(lab: &Lab) -> usize {
    lab.service.list_agents(&SYSTEM).await.unwrap().len()
}

#[tokio::test]
async fn every_refusal_has_the_same_words_and_stores_no_agent() {
    let lab = Lab::new();
    let key = KeyPair::generate().unwrap();
    let (good, expired, used, revoked) =
        (token(&lab, 1).await, token(&lab, 1).await, token(&lab, 1).await, token(&lab, 1).await);
    lab.service.revoke_enrollment_token(&SYSTEM, revoked.id).await.unwrap();
    post(&lab, body(&used, &KeyPair::generate().unwrap()), 1).await.expect(200);
    let wrong = EnrollmentToken { secret: muster_shared::secret::draw_secret(), ..good.clone() };
    let empty = EnrollmentToken { secret: String::new(), ..good.clone() };
    let unknown = EnrollmentToken { id: EnrollmentTokenId::new(lab.service.now()), ..good.clone() };
    let mut told = BTreeSet::new();
    let entries = lab.last_audit().await.0;
    for token in [&wrong, &empty, &unknown, &used, &revoked] {
        let mut problem = post(&lab, body(token, &key), 2).await.problem(403, "enrollment-refused");
        problem["request_id"] = Value::Null;
        told.insert(problem.to_string());
    }
    lab.clock.advance_millis(10 * 60_000 + 1);
    let mut problem = post(&lab, body(&expired, &key), 3).await.problem(403, "enrollment-refused");
    problem["request_id"] = Value::Null;
    told.insert(problem.to_string());
    assert_eq!(told.len(), 1, "{told:?}");
    // Each of them left an entry in the trail.
    assert_eq!((agents(&lab).await, lab.last_audit().await), (1, (entries + 6, "agent.enroll_refused".into())));
}

#[tokio::test]
async fn guesses_lock_a_token_and_slow_an_address_down() {
    let lab = Lab::new();
    let good = token(&lab, 1).await;
    let key = KeyPair::generate().unwrap();
    let wrong = body(&EnrollmentToken { secret: "x".into(), ..good.clone() }, &key);
    for _ in 0..10 {
        post(&lab, wrong.clone(), 1).await.expect(403);
    }
    let slowed = post(&lab, wrong.clone(), 1).await;
    assert_eq!(slowed.header("retry-after"), "60");
    slowed.problem(429, "too-many");
    post(&lab, wrong.clone(), 2).await.expect(403);
    lab.clock.advance_millis(60_000);
    for i in 11..MAX_TOKEN_FAILURES {
        post(&lab, wrong.clone(), u8::try_from(10 + i % 100).unwrap()).await.expect(403);
    }
    post(&lab, body(&good, &key), 200).await.expect(403);
    assert_eq!(agents(&lab).await, 0);
}

/// Case 24.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_twenty_at_once_a_single_use_token_lets_one_in() {
    let lab = Lab::new();
    for _ in 0..5 {
        let before = agents(&lab).await;
        let token = token(&lab, 1).await;
        let keys: Vec<KeyPair> = (0..20).map(|_| KeyPair::generate().unwrap()).collect();
        let enrolled =
            join_all(keys.iter().zip(50..).map(|(key, address)| post(&lab, body(&token, key), address))).await;
        let mut statuses: Vec<u16> = enrolled.iter().map(|reply| reply.status).collect();
        statuses.sort_unstable();
        assert_eq!((statuses[0], statuses[1], statuses[19]), (200, 403, 403), "{statuses:?}");
        assert_eq!(agents(&lab).await, before + 1);
    }
}

/// Who came in is a document of its own: the record of a token does not grow.
#[tokio::test]
async fn each_use_of_a_token_costs_the_same() {
    let lab = Lab::new();
    let token = token(&lab, 3).await;
    let keys: Vec<KeyPair> = (0..4).map(|_| KeyPair::generate().unwrap()).collect();
    let mut agents = Vec::new();
    for key in &keys[..3] {
        agents.push(post(&lab, body(&token, key), 1).await.expect(200).json()["agent_id"].clone());
    }
    post(&lab, body(&token, &keys[3]), 1).await.expect(403);
    let again = post(&lab, body(&token, &keys[1]), 1).await.expect(200).json();
    assert_eq!(again["agent_id"], agents[1]);
    let stored = lab.store.find::<EnrollmentTokenRecord>(&token.id.to_string()).await.unwrap().unwrap().value;
    assert_eq!((stored.uses.len(), stored.uses()), (0, 3));
}

/// Case 25: the answer was lost.
#[tokio::test]
async fn the_same_key_gets_the_same_agent_again_another_does_not() {
    let lab = Lab::new();
    let token = token(&lab, 1).await;
    let (mine, other) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let first = post(&lab, body(&token, &mine), 1).await.expect(200).json();
    let again = post(&lab, body(&token, &mine), 1).await.expect(200).json();
    assert_eq!(first["agent_id"], again["agent_id"]);
    assert_ne!(first["certificate_pem"], again["certificate_pem"]);
    post(&lab, body(&token, &other), 1).await.expect(403);
    assert_eq!(agents(&lab).await, 1);
    let at_once = join_all((0..6).map(|i| post(&lab, body(&token, &mine), 10 + i))).await;
    assert!(at_once.iter().all(|reply| reply.status == 200));
    // Revoked, it does not come back by its old token.
    let id = first["agent_id"].as_str().unwrap().parse().unwrap();
    lab.service.revoke_agent(&SYSTEM, id, "").await.unwrap();
    post(&lab, body(&token, &mine), 1).await.expect(403);
}

/// Cases 26 and 27.
#[tokio::test]
async fn a_request_is_only_a_key() {
    let lab = Lab::new();
    let token = token(&lab, 10).await;
    let key = KeyPair::generate().unwrap();
    let mut forged = CertificateParams::new(vec!["collector.test".into()]).unwrap();
    forged.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let mut request = body(&token, &key);
    request["csr_pem"] = json!(forged.serialize_request(&key).unwrap().pem().unwrap());
    let credential = post(&lab, request, 1).await.expect(200).json();
    let der: rustls_pki_types::CertificateDer<'_> =
        rustls_pki_types::pem::PemObject::from_pem_slice(credential["certificate_pem"].as_str().unwrap().as_bytes())
            .unwrap();
    let agent = muster_collector::authority::agent_of(&der).unwrap().agent;
    assert_eq!(credential["agent_id"], json!(agent));
    assert!(!String::from_utf8_lossy(&der).contains("collector.test"));
    let before = agents(&lab).await;
    let good = csr(&key);
    let mut der = CertificateParams::default().serialize_request(&key).unwrap().der().to_vec();
    *der.last_mut().unwrap() ^= 1;
    let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, der);
    let other_signature = format!("-----BEGIN CERTIFICATE REQUEST-----\n{base64}\n-----END CERTIFICATE REQUEST-----\n");
    for bad in ["", "junk", &good[..good.len() / 2], &other_signature, &"A".repeat(20_000)] {
        let mut request = body(&token, &key);
        request["csr_pem"] = json!(bad);
        assert_eq!(post(&lab, request, 1).await.pointers(422), ["/csr_pem"]);
    }
    assert_eq!(agents(&lab).await, before);
}

#[tokio::test]
async fn a_malformed_enrollment_is_named() {
    let lab = Lab::new();
    let token = token(&lab, 1).await;
    let key = KeyPair::generate().unwrap();
    let twice = body(&token, &key).to_string().replacen('{', "{\"hostname\":\"web-1\",", 1);
    let mut request = ask(Method::POST, "", "/enroll", &[("content-type", "application/json")], None);
    *request.body_mut() = axum::body::Body::from(twice);
    lab.agents(request, From::default()).await.problem(400, "malformed");
    for (field, value) in
        [("hostname", json!("")), ("hostname", json!("x".repeat(254))), ("token_id", json!("agent_1"))]
    {
        let mut request = body(&token, &key);
        request[field] = value;
        assert_eq!(post(&lab, request, 1).await.pointers(422), [format!("/{field}")]);
    }
    let mut request = body(&token, &key);
    request["hostname"] = json!("x".repeat(65_536));
    post(&lab, request, 1).await.problem(413, "too-large");
    let from = From::default();
    let text = ask(Method::POST, "", "/enroll", &[("content-type", "text/plain")], None);
    lab.agents(text, from).await.problem(415, "media-type");
    assert_eq!(agents(&lab).await, 0);
    // What is no field of an enrollment is left out (case 11): nobody names his own agent.
    let mut request = body(&token, &key);
    request["agent_id"] = json!("agent_00000000000000000000000000000000");
    request["max_uses"] = json!(7);
    let credential = post(&lab, request.clone(), 1).await.expect(200).json();
    assert_ne!(credential["agent_id"], request["agent_id"]);
    assert_eq!(agents(&lab).await, 1);
}
