//! A simulated agent: a real identity and the real protocol, with an inventory made up by the test.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use base64::Engine;
use muster_shared::canonical::{Digest, root_digest, section_digest};
use muster_shared::diff::{self, ItemMap};
use muster_shared::enrollment::EnrollmentToken;
use muster_shared::id::ReportId;
use muster_shared::protocol::{
    Credential, ENROLL_PATH, EnrollRequest, HEARTBEATS_PATH, Heartbeat, HeartbeatAck, RENEWALS_PATH, REPORTS_PATH,
    RenewRequest, ReportAck,
};
use muster_shared::report::{Change, Report, SCHEMA, SectionReport};
use muster_shared::{Clock, SectionName, SectionStatus, SystemClock};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest as _, Sha256};

/// An inventory: items by section.
pub type Sections = BTreeMap<SectionName, ItemMap>;

/// An enrolled agent.
#[derive(Debug)]
pub struct SimulatedAgent {
    http: reqwest::Client,
    url: String,
    /// What the collector calls it.
    pub credential: Credential,
    acknowledged: Sections,
    root: Digest,
    generation: u64,
    seq: u64,
}

/// A client that trusts the CA in a file, with or without a certificate of its own.
pub fn client(ca_file: &Path, own: Option<(&str, PrivateKeyDer<'static>)>) -> anyhow::Result<reqwest::Client> {
    let mut roots = rustls::RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(ca_file)? {
        roots.add(certificate?)?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_root_certificates(roots);
    let config = match own {
        Some((pem, key)) => {
            let chain = CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<Vec<_>, _>>()?;
            builder.with_client_auth_cert(chain, key)?
        }
        None => builder.with_no_client_auth(),
    };
    Ok(reqwest::Client::builder().tls_backend_preconfigured(config).build()?)
}

thread_local! {
    /// A context is dear to make: with one for each report a benchmark would time its own callers.
    static COMPRESSOR: RefCell<std::io::Result<zstd::bulk::Compressor<'static>>> = RefCell::new(zstd::bulk::Compressor::new(3));
}

/// The headers and body of a report as they go over the wire.
pub fn encode(report: &Report) -> anyhow::Result<(String, Vec<u8>)> {
    let json = serde_json::to_vec(report)?;
    let body = COMPRESSOR.with_borrow_mut(|compressor| match compressor {
        Ok(compressor) => compressor.compress(&json),
        Err(error) => Err(std::io::Error::new(error.kind(), error.to_string())),
    })?;
    Ok((digest_header(&body), body))
}

/// The `content-digest` of a body.
pub fn digest_header(body: &[u8]) -> String {
    format!("sha-256=:{}:", base64::engine::general_purpose::STANDARD.encode(Sha256::digest(body)))
}

impl SimulatedAgent {
    /// Enrolls with a token.
    pub async fn enroll(token: &str, ca_file: &Path, hostname: &str) -> anyhow::Result<Self> {
        crate::api::install_provider();
        let token: EnrollmentToken = token.parse()?;
        let key = rcgen::KeyPair::generate()?;
        let csr_pem = rcgen::CertificateParams::default().serialize_request(&key)?.pem()?;
        let request = EnrollRequest {
            token_id: token.id,
            token_secret: token.secret,
            csr_pem,
            hostname: hostname.to_owned(),
            machine_id: None,
            system_uuid: None,
            system_serial: None,
            agent_version: "simulated".into(),
        };
        let answer = client(ca_file, None)?.post(format!("{}{ENROLL_PATH}", token.url)).json(&request).send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        anyhow::ensure!(status.is_success(), "enrolling: {status} {text}");
        let credential: Credential = serde_json::from_str(&text)?;
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let http = client(ca_file, Some((&credential.certificate_pem, key)))?;
        let (acknowledged, root, generation) = (Sections::new(), root_digest(&BTreeMap::new()), 0);
        // A sequence that still grows when a test makes an agent anew.
        let seq = u64::try_from(SystemClock.now().millis())?;
        Ok(Self { http, url: token.url, credential, acknowledged, root, generation, seq })
    }

    /// The client with its certificate.
    pub const fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Base URL of the agent listener.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What the collector has acknowledged.
    pub const fn acknowledged(&self) -> &Sections {
        &self.acknowledged
    }

    /// The report that tells of `sections`: whole at first, then the differences.
    pub fn report(&self, sections: &Sections) -> Report {
        let told = sections.iter().filter_map(|(name, items)| {
            let change = match self.acknowledged.get(name) {
                _ if self.generation == 0 => Change::Whole(diff::to_items(items.clone())),
                Some(known) => diff::between(known, items),
                None => Change::Whole(diff::to_items(items.clone())),
            };
            let section = SectionReport {
                view_changed: false,
                status: SectionStatus::Ok,
                problems: Vec::new(),
                not_before: None,
                digest: section_digest(items),
                change,
                metrics: BTreeMap::new(),
            };
            (section.change != Change::Same).then_some((*name, section))
        });
        let root = root_digest(&sections.iter().map(|(name, items)| (*name, section_digest(items))).collect());
        self.report_with(told.collect(), root)
    }

    /// A report of sections that the caller put together, for those who keep track of the items themselves.
    pub fn report_with(&self, sections: BTreeMap<SectionName, SectionReport>, root: Digest) -> Report {
        let now = SystemClock.now();
        Report {
            schema: SCHEMA,
            report_id: ReportId::new(now),
            boot_id: "simulated".into(),
            seq: self.seq + 1,
            collected_at: now,
            agent_version: "simulated".into(),
            base: self.generation,
            next: self.generation + 1,
            root,
            sections,
        }
    }

    /// Takes note that such a report was acknowledged.
    pub const fn note(&mut self, report: &Report) {
        self.root = report.root;
        (self.generation, self.seq) = (report.next, report.seq);
    }

    /// Sends bytes as a report; gives the answer as it is.
    pub async fn send(&self, digest: &str, body: impl Into<reqwest::Body>) -> anyhow::Result<reqwest::Response> {
        let request = self
            .http
            .post(format!("{}{REPORTS_PATH}", self.url))
            .header("content-type", "application/json")
            .header("content-encoding", "zstd")
            .header("content-digest", digest)
            .body(body);
        request.send().await.context("sending a report")
    }

    /// Reports `sections` and takes note of the acknowledgement.
    pub async fn deliver(&mut self, sections: &Sections) -> anyhow::Result<ReportAck> {
        let report = self.report(sections);
        self.deliver_report(&report, sections).await
    }

    /// Delivers a report that was made before; the same bytes as the last time it was tried.
    pub async fn deliver_report(&mut self, report: &Report, sections: &Sections) -> anyhow::Result<ReportAck> {
        let (digest, body) = encode(report)?;
        self.deliver_encoded(report, sections, &digest, body).await
    }

    /// Delivers a report whose bytes were made before: what a benchmark times is the collector's work.
    pub async fn deliver_encoded(
        &mut self,
        report: &Report,
        sections: &Sections,
        digest: &str,
        body: Vec<u8>,
    ) -> anyhow::Result<ReportAck> {
        let answer = self.send(digest, body).await?;
        let (status, text) = (answer.status(), answer.text().await?);
        anyhow::ensure!(status.is_success(), "reporting: {status} {text}");
        let ack: ReportAck = serde_json::from_str(&text)?;
        self.acknowledged.clone_from(sections);
        self.root = report.root;
        (self.generation, self.seq) = (report.next, report.seq);
        Ok(ack)
    }

    /// Forgets what was acknowledged: the next report is a whole one, as after the answer `unknown-base`.
    pub fn forget(&mut self) {
        self.acknowledged = Sections::new();
        self.root = root_digest(&BTreeMap::new());
        self.generation = 0;
    }

    /// Takes the next certificate, for another key.
    pub async fn renew(&mut self, ca_file: &Path) -> anyhow::Result<()> {
        let key = rcgen::KeyPair::generate()?;
        let csr_pem = rcgen::CertificateParams::default().serialize_request(&key)?.pem()?;
        let answer =
            self.http.post(format!("{}{RENEWALS_PATH}", self.url)).json(&RenewRequest { csr_pem }).send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        anyhow::ensure!(status.is_success(), "renewing: {status} {text}");
        self.credential = serde_json::from_str(&text)?;
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        self.http = client(ca_file, Some((&self.credential.certificate_pem, key)))?;
        Ok(())
    }

    /// Says that it lives.
    pub async fn heartbeat(&self) -> anyhow::Result<HeartbeatAck> {
        let body = Heartbeat {
            boot_id: "simulated".into(),
            generation: self.generation,
            root: self.root,
            at: SystemClock.now(),
            looked_at: None,
            wait_seconds: None,
        };
        let answer = self.http.post(format!("{}{HEARTBEATS_PATH}", self.url)).json(&body).send().await?;
        anyhow::ensure!(answer.status().is_success(), "heartbeat: {}", answer.status());
        Ok(answer.json().await?)
    }
}

/// A realistic inventory of a host: name, machine id, accounts, `packages` packages.
pub fn inventory(name: &str, packages: usize) -> Sections {
    use muster_shared::Item;
    let id: String = Digest::of(name.as_bytes()).to_string().chars().take(32).collect();
    let host = Item::new("host").with("name", name).with("machine_id", id).with("os_name", "Debian GNU/Linux");
    let user = |n: u32| {
        Item::new(format!("user{n}")).with("name", format!("user{n}")).with("uid", 1_000 + n).with("shell", "/bin/bash")
    };
    let package = |n: usize| {
        Item::new(format!("package-{n}:amd64"))
            .with("name", format!("package-{n}"))
            .with("version", format!("{}.{}.{}-1", n % 9, n % 31, n % 7))
            .with("architecture", "amd64")
            .with("manager", "dpkg")
            .with("source", format!("source-{}", n / 3))
            .with("installed_size_bytes", (n as u64 + 1) * 40_960)
    };
    BTreeMap::from([
        (SectionName::Host, diff::to_map([host])),
        (SectionName::User, diff::to_map((0..25).map(user))),
        (SectionName::Package, diff::to_map((0..packages).map(package))),
    ])
}
