//! A simulated agent: its key and certificate, what it would find, and the reports about it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use base64::Engine;
use muster_shared::canonical::{Digest, root_digest, section_digest};
use muster_shared::enrollment::EnrollmentToken;
use muster_shared::id::{AgentId, ReportId};
use muster_shared::protocol::{Credential, HEARTBEATS_PATH, REPORTS_PATH};
use muster_shared::report::{Change, Report, SCHEMA, SectionReport};
use muster_shared::{Attributes, Clock, Item, SectionName, SectionStatus, Time, volatility};
use rcgen::{CertificateParams, KeyPair};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{From, Lab, Reply, SYSTEM};

/// An agent and its machine.
pub(crate) struct Device {
    pub(crate) agent: AgentId,
    pub(crate) certificate: CertificateDer<'static>,
    pub(crate) sections: BTreeMap<SectionName, Vec<Item>>,
    pub(crate) generation: u64,
    pub(crate) seq: u64,
    pub(crate) boot_id: String,
    /// The key of the certificate.
    pub(crate) key: Arc<KeyPair>,
    told: BTreeMap<SectionName, Vec<Item>>,
}

/// A signing request for a key.
pub(crate) fn csr(key: &KeyPair) -> String {
    CertificateParams::default().serialize_request(key).unwrap().pem().unwrap()
}

/// The items that are compared, as a well-behaved agent sends them.
pub(crate) fn stable(section: SectionName, items: &[Item]) -> (Vec<Item>, BTreeMap<String, Attributes>) {
    volatility::split(section, items.to_vec())
}

fn digest_of(items: &[Item]) -> Digest {
    section_digest(items.iter().map(Item::as_pair))
}

impl Device {
    /// An enrolled agent of a machine with this name and machine id.
    pub(crate) async fn enroll(lab: &Lab, name: &str, machine_id: &str) -> Self {
        let (text, _) = lab.service.create_enrollment_token(&SYSTEM, "test", 1, 10).await.unwrap();
        let token: EnrollmentToken = text.parse().unwrap();
        Self::enroll_by(lab, &token, (name, machine_id), None).await
    }

    /// The same by a token of the test's own, and with the machine id that it tells when it enrolls.
    pub(crate) async fn enroll_by(
        lab: &Lab,
        token: &EnrollmentToken,
        (name, machine_id): (&str, &str),
        told: Option<&str>,
    ) -> Self {
        let key = Arc::new(KeyPair::generate().unwrap());
        let body = json!({
            "token_id": token.id, "token_secret": token.secret, "csr_pem": csr(&key), "hostname": name,
            "agent_version": "0.1.0", "machine_id": told,
        });
        let request = super::ask(axum::http::Method::POST, "", "/enroll", &[], Some(body));
        let credential: Credential =
            serde_json::from_value(lab.agents(request, From::default()).await.expect(200).json()).unwrap();
        let sections = BTreeMap::from([
            (SectionName::Host, vec![Item::new("host").with("name", name).with("machine_id", machine_id)]),
            (SectionName::User, vec![Item::new("root").with("name", "root").with("uid", 0)]),
            (
                SectionName::Package,
                ["bash", "openssl", "zlib"]
                    .map(|n| Item::new(n).with("name", n).with("version", "1.0").with("manager", "dpkg"))
                    .into(),
            ),
        ]);
        let certificate = CertificateDer::from_pem_slice(credential.certificate_pem.as_bytes()).unwrap();
        let (agent, boot_id, told) = (credential.agent_id, "boot-1".to_owned(), BTreeMap::new());
        Self { agent, certificate, sections, generation: 0, seq: 0, boot_id, key, told }
    }

    /// The same machine once more, with all that it has and knows.
    pub(crate) fn copy(&self) -> Self {
        let (certificate, sections, told) = (self.certificate.clone(), self.sections.clone(), self.told.clone());
        let (generation, seq, boot_id, key) = (self.generation, self.seq, self.boot_id.clone(), Arc::clone(&self.key));
        Self { agent: self.agent, certificate, sections, generation, seq, boot_id, key, told }
    }

    /// A certificate for a new key; what came is in use from now on.
    pub(crate) async fn renew(&mut self, lab: &Lab) -> Reply {
        let key = Arc::new(KeyPair::generate().unwrap());
        let body = Some(json!({"csr_pem": csr(&key)}));
        let request = super::ask(axum::http::Method::POST, "", "/agent/v1/renewals", &[], body);
        let reply = lab.agents(request, self.from()).await;
        if reply.status == 200 {
            self.take(&reply.json(), key);
        }
        reply
    }

    /// Takes over a credential for a key.
    pub(crate) fn take(&mut self, credential: &Value, key: Arc<KeyPair>) {
        self.agent = credential["agent_id"].as_str().unwrap().parse().unwrap();
        let pem = credential["certificate_pem"].as_str().unwrap();
        self.certificate = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
        self.key = key;
    }

    /// Any request: how the agent stands.
    pub(crate) async fn standing(&self, lab: &Lab) -> Reply {
        let request = super::ask(axum::http::Method::GET, "", "/agent/v1/standing", &[], None);
        lab.agents(request, self.from()).await
    }

    /// Who it is on the wire.
    pub(crate) fn from(&self) -> From {
        From(([127, 0, 0, 1], 41_000).into(), Some(self.certificate.clone()))
    }

    fn report(&mut self, lab: &Lab, base: u64, sections: BTreeMap<SectionName, SectionReport>) -> Report {
        self.seq += 1;
        self.told.clone_from(&self.sections);
        let digests = self.sections.iter().map(|(name, items)| (*name, digest_of(&stable(*name, items).0)));
        Report {
            schema: SCHEMA,
            report_id: ReportId::new(lab.clock.now()),
            boot_id: self.boot_id.clone(),
            seq: self.seq,
            collected_at: lab.clock.now(),
            agent_version: "0.1.0".into(),
            base,
            next: self.generation + 1,
            root: root_digest(&digests.collect()),
            sections,
        }
    }

    /// Everything, as it is now.
    pub(crate) fn full(&mut self, lab: &Lab) -> Report {
        let section = |(name, items): (&SectionName, &Vec<Item>)| {
            let (items, metrics) = stable(*name, items);
            let digest = digest_of(&items);
            let change = Change::Whole(items);
            let report = SectionReport {
                view_changed: false,
                status: SectionStatus::Ok,
                problems: vec![],
                not_before: None,
                digest,
                change,
                metrics,
            };
            (*name, report)
        };
        let sections = self.sections.iter().map(section).collect();
        self.report(lab, 0, sections)
    }

    /// The differences to the last report.
    pub(crate) fn delta(&mut self, lab: &Lab) -> Report {
        let mut sections = BTreeMap::new();
        for (name, items) in &self.sections {
            let (before, _) = stable(*name, self.told.get(name).map_or(&[][..], Vec::as_slice));
            let (after, metrics) = stable(*name, items);
            let upsert: Vec<Item> = after.iter().filter(|item| !before.contains(item)).cloned().collect();
            let is_gone = |item: &&Item| !after.iter().any(|other| other.key == item.key);
            let remove: Vec<String> = before.iter().filter(is_gone).map(|item| item.key.clone()).collect();
            if upsert.is_empty() && remove.is_empty() && metrics.is_empty() {
                continue;
            }
            let (digest, change) = (digest_of(&after), Change::Delta { upsert, remove });
            let report = SectionReport {
                view_changed: false,
                status: SectionStatus::Ok,
                problems: vec![],
                not_before: None,
                digest,
                change,
                metrics,
            };
            sections.insert(*name, report);
        }
        let base = self.generation;
        self.report(lab, base, sections)
    }

    /// Delivers a report and takes over the generation when it was stored.
    pub(crate) async fn deliver(&mut self, lab: &Lab, report: &Report) -> Reply {
        let reply = lab.agents(post_report(&serde_json::to_vec(report).unwrap()), self.from()).await;
        if reply.status == 200 && reply.json()["result"] == "stored" {
            self.generation = report.next;
        }
        reply
    }

    /// Reports everything; gives the id of its host.
    pub(crate) async fn report_full(&mut self, lab: &Lab) -> String {
        let report = self.full(lab);
        let ack = self.deliver(lab, &report).await.expect(200).json();
        assert_eq!(ack["result"], "stored", "{ack}");
        lab.settle().await;
        ack["host_id"].as_str().unwrap().to_owned()
    }

    /// Reports the differences.
    pub(crate) async fn report_delta(&mut self, lab: &Lab) {
        let report = self.delta(lab);
        let ack = self.deliver(lab, &report).await.expect(200).json();
        assert_eq!(ack["result"], "stored", "{ack}");
        lab.settle().await;
    }

    /// Says that it lives and that nothing has changed.
    pub(crate) async fn heartbeat(&self, lab: &Lab) -> Value {
        let ack = lab.agents(self.beat(lab, None), self.from()).await.expect(200).json();
        lab.settle().await;
        ack
    }

    /// A heartbeat that tells again what a look of so many seconds ago saw.
    pub(crate) async fn heartbeat_of(&self, lab: &Lab, seconds: i64) {
        let looked_at = lab.clock.now().plus_millis(-seconds * 1_000);
        lab.agents(self.beating(lab, None, Some(looked_at)), self.from()).await.expect(200);
        lab.settle().await;
    }

    /// A heartbeat, with the time that its answer may be held back.
    pub(crate) fn beat(&self, lab: &Lab, wait_seconds: Option<u32>) -> Request<Body> {
        self.beating(lab, wait_seconds, None)
    }

    fn beating(&self, lab: &Lab, wait_seconds: Option<u32>, looked_at: Option<Time>) -> Request<Body> {
        let digests = self.sections.iter().map(|(name, items)| (*name, digest_of(&stable(*name, items).0)));
        let body = json!({
            "boot_id": self.boot_id, "generation": self.generation, "root": root_digest(&digests.collect()),
            "at": lab.clock.now(), "looked_at": looked_at, "wait_seconds": wait_seconds,
        });
        super::ask(axum::http::Method::POST, "", HEARTBEATS_PATH, &[], Some(body))
    }

    /// Puts an item into a section, in the place of one with the same key.
    pub(crate) fn put(&mut self, section: SectionName, item: Item) {
        self.remove(section, &item.key);
        self.sections.entry(section).or_default().push(item);
    }

    pub(crate) fn remove(&mut self, section: SectionName, key: &str) {
        self.sections.entry(section).or_default().retain(|item| item.key != key);
    }

    /// An account with power appears.
    pub(crate) fn add_user(&mut self, name: &str, uid: u32) {
        self.put(SectionName::User, Item::new(name).with("name", name).with("uid", uid).with("shell", "/bin/sh"));
    }
}

/// A report's body in zstd with its digest.
pub(crate) fn post_report(json: &[u8]) -> Request<Body> {
    post_compressed(zstd::bulk::compress(json, 3).unwrap())
}

/// A body that says it is zstd, with its digest.
pub(crate) fn post_compressed(body: Vec<u8>) -> Request<Body> {
    let digest = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(&body));
    Request::post(REPORTS_PATH)
        .header("content-type", "application/json")
        .header("content-encoding", "zstd")
        .header("content-digest", format!("sha-256=:{digest}:"))
        .body(Body::from(body))
        .unwrap()
}

/// A digest that fits nothing.
pub(crate) fn wrong_digest() -> Digest {
    Digest::of(b"something else")
}
