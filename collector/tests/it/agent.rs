//! `/agents` and `/enrollment-tokens`, and shutting an agent out.

use axum::http::Method;
use muster_model::right::Role;
use muster_shared::SectionName;
use rcgen::KeyPair;
use serde_json::{Value, json};

use crate::lab::{Device, From, Lab, ask, csr};

#[tokio::test]
async fn an_agent_is_listed_with_its_host() {
    let lab = Lab::new();
    let token = lab.admin().await;
    let mut device = Device::enroll(&lab, "web-1", &"1f".repeat(16)).await;
    let view = async || lab.get(&token, "/api/v1/agents").await.expect(200).json()["items"][0].clone();
    assert_eq!((&view().await["state"], &view().await["host"]), (&json!("enrolled"), &Value::Null));
    let host = device.report_full(&lab).await;
    assert_eq!((&view().await["state"], &view().await["host"]), (&json!("active"), &json!(host)));
    // The list shows the version that reports now, not the one that enrolled.
    let mut report = device.full(&lab);
    report.agent_version = "0.2.0".into();
    device.deliver(&lab, &report).await.expect(200);
    assert_eq!(view().await["agent_version"], "0.2.0");
}

/// An agent sets aside what is refused and goes on: here it is said why its host stands still.
#[tokio::test]
async fn whose_reports_are_refused_is_said() {
    let lab = Lab::new();
    let token = lab.admin().await;
    let mut device = Device::enroll(&lab, "web-1", &"1f".repeat(16)).await;
    device.report_full(&lab).await;
    let why = async || lab.get(&token, "/api/v1/agents").await.expect(200).json()["items"][0]["why"].clone();
    assert_eq!(why().await, Value::Null);
    device.add_user(&"x".repeat(5_000), 0);
    let report = device.full(&lab);
    device.deliver(&lab, &report).await.expect(422);
    let said = why().await;
    let said = said.as_str().unwrap();
    assert!(said.starts_with("reports refused: /sections/user") && said.contains("(since 20"), "{said}");
    let page = lab.get(&token, "/api/v1/agents").await.expect(200);
    assert_eq!(page.json()["items"][0]["state"], "active");
    // What passes by itself is no refusal of what is told.
    let unknown = device.delta(&lab);
    device.deliver(&lab, &unknown).await;
    device.remove(SectionName::User, &"x".repeat(5_000));
    device.report_full(&lab).await;
    assert_eq!(why().await, Value::Null);
}

/// Case 32, the part of it that is no matter of connections.
#[tokio::test]
async fn a_revoked_agent_is_refused_at_once_and_its_host_stays() {
    let lab = Lab::new();
    let token = lab.admin().await;
    let mut device = Device::enroll(&lab, "web-1", &"1f".repeat(16)).await;
    device.report_full(&lab).await;
    let path = format!("/api/v1/agents/{}/revoke", device.agent);
    lab.post(&token, &path, json!({"reason": "x".repeat(2_001)})).await.expect(422);
    lab.post(&token, &path, json!({"reason": "stolen"})).await.expect(204);
    let before = lab.sequence().await;
    device.add_user("deploy", 0);
    let report = device.delta(&lab);
    device.deliver(&lab, &report).await.problem(403, "revoked");
    let body = json!({"boot_id": "b", "generation": 1, "root": report.root, "at": "2026-09-21T00:00:00Z"});
    let heartbeat = ask(Method::POST, "", "/agent/v1/heartbeats", &[], Some(body));
    lab.agents(heartbeat, device.from()).await.problem(403, "revoked");
    let renewal =
        ask(Method::POST, "", "/agent/v1/renewals", &[], Some(json!({"csr_pem": csr(&KeyPair::generate().unwrap())})));
    lab.agents(renewal, device.from()).await.problem(403, "revoked");
    assert_eq!(lab.sequence().await, before);
    assert_eq!(lab.get(&token, "/api/v1/agents").await.json()["items"][0]["state"], "revoked");
    // Its machine may come back with a new token: the same host.
    let mut successor = Device::enroll(&lab, "web-1", &"1f".repeat(16)).await;
    successor.report_full(&lab).await;
    assert_eq!(lab.all(&token, "/api/v1/hosts").await.len(), 1);
}

/// Cases 28 to 31: the own CA's other certificates and others' say nothing of an agent.
#[tokio::test]
async fn only_an_agents_certificate_speaks_for_an_agent() {
    let lab = Lab::new();
    let names = ["collector.test".to_owned()];
    let (chain, _) = lab.authority.issue_server(&names, lab.service.now()).unwrap();
    let stranger = KeyPair::generate().unwrap();
    let own = rcgen::CertificateParams::new(names.to_vec()).unwrap().self_signed(&stranger).unwrap();
    let unknown = muster_shared::id::AgentId::new(lab.service.now());
    let forgotten = lab.authority.issue_agent(&csr(&stranger), unknown, lab.service.now()).unwrap();
    let forgotten = rustls_pki_types::pem::PemObject::from_pem_slice(forgotten.pem.as_bytes()).unwrap();
    let junk = vec![0x30, 0x82, 0xff].into();
    let candidates =
        [None, Some(chain[0].clone()), Some(chain[1].clone()), Some(own.der().clone()), Some(forgotten), Some(junk)];
    for certificate in candidates {
        for path in ["/agent/v1/reports", "/agent/v1/heartbeats", "/agent/v1/renewals"] {
            let request = ask(Method::POST, "", path, &[], Some(json!({})));
            let from = From(([127, 0, 0, 1], 1).into(), certificate.clone());
            lab.agents(request, from).await.problem(401, "not-authenticated");
        }
    }
}

#[tokio::test]
async fn a_renewed_agent_goes_on_as_itself() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Auditor).await;
    let mut device = Device::enroll(&lab, "web-1", &"1f".repeat(16)).await;
    device.report_full(&lab).await;
    let key = KeyPair::generate().unwrap();
    let request = || ask(Method::POST, "", "/agent/v1/renewals", &[], Some(json!({"csr_pem": csr(&key)})));
    let credential = lab.agents(request(), device.from()).await.expect(200).json();
    assert_eq!(credential["agent_id"], json!(device.agent));
    let pem = credential["certificate_pem"].as_str().unwrap();
    device.certificate = rustls_pki_types::pem::PemObject::from_pem_slice(pem.as_bytes()).unwrap();
    device.add_user("x", 1_000);
    device.report_delta(&lab).await;
    assert_eq!(lab.all(&token, &format!("/api/v1/audit?object={}", device.agent)).await[0]["action"], "agent.renew");
    for csr in ["", "junk", pem] {
        let request = ask(Method::POST, "", "/agent/v1/renewals", &[], Some(json!({"csr_pem": csr})));
        assert_eq!(lab.agents(request, device.from()).await.pointers(422), ["/csr_pem"]);
    }
}

#[tokio::test]
async fn an_enrollment_token_is_shown_once() {
    let lab = Lab::new();
    let token = lab.admin().await;
    let made = lab.post(&token, "/api/v1/enrollment-tokens", json!({"name": "rack 7"})).await.expect(201).json();
    let text = made["token"].as_str().unwrap();
    let parsed: muster_shared::enrollment::EnrollmentToken = text.parse().unwrap();
    assert_eq!(
        (parsed.url.as_str(), parsed.ca_spki_sha256),
        ("https://collector.test:8443", lab.authority.spki_sha256())
    );
    assert_eq!((&made["state"], &made["max_uses"], &made["uses"]), (&json!("active"), &json!(1), &json!(0)));
    for path in ["/api/v1/enrollment-tokens", "/api/v1/audit"] {
        let told = lab.get(&token, path).await.expect(200).text();
        assert!(!told.contains(&parsed.secret) && !told.contains(text));
    }
    let path = format!("/api/v1/enrollment-tokens/{}", parsed.id);
    lab.delete(&token, &path).await.expect(204);
    assert_eq!(lab.get(&token, "/api/v1/enrollment-tokens").await.json()["items"][0]["state"], "revoked");
}
