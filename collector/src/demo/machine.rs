//! A made-up host and its agent: what it has, and what its agent tells of it. It enrolls with a key of its own, sends whole reports and
//! differences with their digests, and renews its certificate, as a real one does; only the network between is left out.

use std::collections::BTreeMap;
use std::net::IpAddr;

use muster_shared::canonical::{Digest, root_digest, section_digest};
use muster_shared::enrollment::EnrollmentToken;
use muster_shared::id::{AgentId, HostId, ReportId};
use muster_shared::protocol::{EnrollRequest, Heartbeat, RenewRequest, ReportResult};
use muster_shared::report::{Change, Report, SCHEMA, SectionReport};
use muster_shared::{Attributes, Item, SectionName, SectionStatus, Time, VERSION, volatility};
use rcgen::{CertificateParams, KeyPair};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use super::DemoError;
use crate::authority::{Certified, agent_of};
use crate::service::Service;
use crate::service::demo::boot_id;

/// How often a certificate is renewed: it lives a week.
const RENEWAL_MS: i64 = 5 * 86_400_000;

/// A made-up host.
#[derive(Debug)]
pub(super) struct Machine {
    /// Its name.
    pub(super) name: String,
    /// Its agent.
    pub(super) agent: AgentId,
    /// The host that its first report made.
    pub(super) host: Option<HostId>,
    /// Whether it says nothing any more.
    pub(super) is_silent: bool,
    certified: Certified,
    renewed_at: Time,
    sections: BTreeMap<SectionName, Vec<Item>>,
    told: BTreeMap<SectionName, Vec<Item>>,
    root: Digest,
    generation: u64,
    seq: u64,
    boot_id: String,
}

fn signing_request() -> Result<String, DemoError> {
    let made = KeyPair::generate().and_then(|key| CertificateParams::default().serialize_request(&key)?.pem());
    made.map_err(|error| DemoError::Key(error.to_string()))
}

fn read(certificate_pem: &str) -> Result<Certified, DemoError> {
    let der = CertificateDer::from_pem_slice(certificate_pem.as_bytes());
    let der = der.map_err(|error| DemoError::Key(error.to_string()))?;
    agent_of(&der).ok_or_else(|| DemoError::Key("a certificate names no agent".into()))
}

/// The items that are compared, and the values that move by themselves.
fn stable(section: SectionName, items: &[Item]) -> (Vec<Item>, BTreeMap<String, Attributes>) {
    volatility::split(section, items.to_vec())
}

fn told(items: &[Item], change: Change, metrics: BTreeMap<String, Attributes>) -> SectionReport {
    SectionReport {
        view_changed: false,
        status: SectionStatus::Ok,
        problems: Vec::new(),
        not_before: None,
        digest: section_digest(items.iter().map(Item::as_pair)),
        change,
        metrics,
    }
}

impl Machine {
    /// A machine whose agent was let in by a token.
    pub(super) async fn enroll(
        service: &Service,
        token: &EnrollmentToken,
        (name, from): (&str, IpAddr),
        sections: BTreeMap<SectionName, Vec<Item>>,
    ) -> Result<Self, DemoError> {
        let request = EnrollRequest {
            token_id: token.id,
            token_secret: token.secret.clone(),
            csr_pem: signing_request()?,
            hostname: name.to_owned(),
            machine_id: None,
            system_uuid: None,
            system_serial: None,
            agent_version: VERSION.to_owned(),
        };
        let credential = service.enroll(request, from).await?;
        let agent = credential.agent_id;
        Ok(Self {
            name: name.to_owned(),
            agent,
            host: None,
            is_silent: false,
            certified: read(&credential.certificate_pem)?,
            renewed_at: service.now(),
            sections,
            told: BTreeMap::new(),
            root: root_digest(&BTreeMap::new()),
            generation: 0,
            seq: 0,
            boot_id: boot_id(agent),
        })
    }

    /// The same machine once more, with all that it has and knows: a copied disk.
    pub(super) fn copy(&self) -> Self {
        let (certified, sections, told) = (self.certified.clone(), self.sections.clone(), self.told.clone());
        let (name, boot_id) = (self.name.clone(), format!("{}-copy", self.boot_id));
        Self { name, certified, sections, told, boot_id, ..*self }
    }

    /// Puts an item into a section, in the place of one with the same key.
    pub(super) fn put(&mut self, section: SectionName, item: Item) {
        self.remove(section, &item.key);
        self.sections.entry(section).or_default().push(item);
    }

    /// Takes an item out of a section.
    pub(super) fn remove(&mut self, section: SectionName, key: &str) {
        self.sections.entry(section).or_default().retain(|item| item.key != key);
    }

    /// Writes an attribute of an item, if it has that item.
    pub(super) fn set(&mut self, section: SectionName, key: &str, attribute: &str, value: serde_json::Value) {
        let items = self.sections.entry(section).or_default();
        if let Some(item) = items.iter_mut().find(|item| item.key == key) {
            item.set(attribute, value);
        }
    }

    /// Lets a file system hold so many bytes more, if it has one of this key with room for them.
    pub(super) fn fill(&mut self, key: &str, bytes: i64) {
        let items = self.sections.entry(SectionName::Filesystem).or_default();
        let Some(item) = items.iter_mut().find(|item| item.key == key) else { return };
        let number = |item: &Item, name: &str| item.attributes.get(name).and_then(serde_json::Value::as_i64);
        let (used, free) = (number(item, "used_bytes").unwrap_or(0), number(item, "available_bytes").unwrap_or(0));
        let grown = bytes.clamp(-used, free);
        item.set("used_bytes", used + grown);
        item.set("available_bytes", free - grown);
    }

    /// Tells what is otherwise than it told the last time: everything, the first time.
    pub(super) async fn report(&mut self, service: &Service) -> Result<(), DemoError> {
        // What happens on a host that says nothing is told once it speaks again.
        if self.is_silent {
            return Ok(());
        }
        self.renew_when_due(service).await?;
        let is_first = self.generation == 0;
        let mut sections = BTreeMap::new();
        let mut digests = BTreeMap::new();
        for (name, items) in &self.sections {
            let (after, metrics) = stable(*name, items);
            digests.insert(*name, section_digest(after.iter().map(Item::as_pair)));
            let before = stable(*name, self.told.get(name).map_or(&[][..], Vec::as_slice)).0;
            if is_first {
                sections.insert(*name, told(&after, Change::Whole(after.clone()), metrics));
                continue;
            }
            let upsert: Vec<Item> = after.iter().filter(|item| !before.contains(item)).cloned().collect();
            let is_gone = |item: &&Item| !after.iter().any(|other| other.key == item.key);
            let remove: Vec<String> = before.iter().filter(is_gone).map(|item| item.key.clone()).collect();
            if !upsert.is_empty() || !remove.is_empty() || !metrics.is_empty() {
                sections.insert(*name, told(&after, Change::Delta { upsert, remove }, metrics));
            }
        }
        self.seq += 1;
        self.told.clone_from(&self.sections);
        self.root = root_digest(&digests);
        let at = service.now();
        let report = Report {
            schema: SCHEMA,
            report_id: ReportId::new(at),
            boot_id: self.boot_id.clone(),
            seq: self.seq,
            collected_at: at,
            agent_version: VERSION.to_owned(),
            base: self.generation,
            next: self.generation + 1,
            root: self.root,
            sections,
        };
        service.hear(&self.certified, false).await?;
        let body = serde_json::to_vec(&report).map_err(|error| DemoError::Key(error.to_string()))?;
        let (next, digest) = (report.next, Digest::of(&body));
        let ack = Box::pin(service.ingest(self.agent, report, digest, digest.to_string(), Default::default())).await?;
        if ack.result == ReportResult::Stored {
            self.generation = next;
            self.host = Some(ack.host_id);
        }
        Ok(())
    }

    /// Says that it lives and that nothing has changed.
    pub(super) async fn beat(&mut self, service: &Service) -> Result<(), DemoError> {
        if self.is_silent {
            return Ok(());
        }
        self.renew_when_due(service).await?;
        service.hear(&self.certified, false).await?;
        let (generation, root, at) = (self.generation, self.root, service.now());
        let heartbeat =
            Heartbeat { boot_id: self.boot_id.clone(), generation, root, at, looked_at: None, wait_seconds: None };
        Box::pin(service.heartbeat(self.agent, heartbeat)).await?;
        Ok(())
    }

    /// Gets its next certificate, as it is by now.
    pub(super) async fn renew(&mut self, service: &Service) -> Result<(), DemoError> {
        service.hear(&self.certified, true).await?;
        let request = RenewRequest { csr_pem: signing_request()? };
        let credential = service.renew(self.agent, &self.certified.serial, request).await?;
        self.certified = read(&credential.certificate_pem)?;
        self.renewed_at = service.now();
        Ok(())
    }

    async fn renew_when_due(&mut self, service: &Service) -> Result<(), DemoError> {
        if service.now().since(self.renewed_at) >= RENEWAL_MS { self.renew(service).await } else { Ok(()) }
    }
}
