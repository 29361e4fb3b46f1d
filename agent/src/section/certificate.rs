//! X.509 certificates of servers: whose, by whom, until when. Private keys that stand beside them are passed over unread.
//!
//! The bundle of trusted authorities is no certificate of this host and is left out: in well-known places a file with many
//! certificates is one. What the configuration names is told whatever it is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use muster_shared::{Item, Problem, SectionName};

use super::{Collector, Privilege, Section, glob, network_mount};
use crate::root::{Kind, Root};

mod describe;
mod pem;

/// Where servers have their certificates. Links of root's are followed (certbot's are links).
const PLACES: &[&str] = &[
    "/etc/apache2/ssl/*",
    "/etc/haproxy/*",
    "/etc/haproxy/certs/*",
    "/etc/httpd/ssl/*",
    "/etc/kubernetes/pki/*",
    "/etc/kubernetes/pki/etcd/*",
    "/etc/letsencrypt/live/*/cert.pem",
    "/etc/nginx/*",
    "/etc/nginx/certs/*",
    "/etc/nginx/ssl/*",
    "/etc/pki/tls/certs/*",
    "/etc/postfix/*",
    "/etc/postgresql/*/main/*",
    "/var/lib/acme/*/cert.pem",
    "/var/lib/kubelet/pki/*",
];

/// Debian keeps certificates of authorities here as links, and those of the host as files.
const SSL_CERTS: &str = "/etc/ssl/certs";

const EXTENSIONS: &[&str] = &["pem", "crt", "cer", "cert", "der"];

/// The most directories in well-known places that are watched.
const WATCH_CAP: usize = 200;

/// The most that is read of one file.
const SIZE_CAP_BYTES: u64 = 1 << 20;

/// The most certificates of a file in a well-known place: with more it is a bundle of authorities.
const CHAIN_CAP: usize = 10;

/// The most certificates of one file that the configuration names.
const BUNDLE_CAP: usize = 500;

/// The most files.
const FILE_CAP: usize = 2_000;

/// The most that is read of all files in well-known places: some of them belong to accounts of services.
const TOTAL_CAP_BYTES: usize = 64 << 20;

/// The most certificates.
const ITEM_CAP: usize = 5_000;

pub(super) struct Certificate {
    configured: Vec<String>,
}

impl Certificate {
    pub(super) fn new(configured: &[String]) -> Self {
        Self { configured: configured.iter().filter(|path| path.starts_with('/')).cloned().collect() }
    }
}

impl Collector for Certificate {
    fn name(&self) -> SectionName {
        SectionName::Certificate
    }

    fn contents(&self) -> &'static str {
        "X.509 certificates of servers and configured paths: subject, names, issuer, validity, key (never private keys)"
    }

    fn purpose(&self) -> &'static str {
        "what expires is renewed in time"
    }

    fn privilege(&self) -> Privilege {
        Privilege::ReadSearch("some servers keep certificates beside their private keys; without it those are missing")
    }

    fn watched(&self, root: &Root) -> Vec<String> {
        let network = network_mount::read(root);
        let mut paths = super::paths(&[SSL_CERTS]);
        for pattern in PLACES {
            let directory = pattern.rsplit_once('/').unwrap_or_default().0;
            let fixed = directory.split("/*").next().unwrap_or_default();
            paths.push(fixed.to_owned());
            if fixed != directory && network_mount::of(&network, fixed).is_none() {
                paths.extend(glob::expand(root, directory).unwrap_or_default());
            }
        }
        paths.truncate(WATCH_CAP);
        paths.extend(self.configured.iter().cloned());
        paths
    }

    fn collect(&self, root: &Root) -> Section {
        let mut found = Found { network: network_mount::read(root), ..Found::default() };
        for path in &self.configured {
            found.configured(root, path);
        }
        for pattern in PLACES {
            match glob::expand(root, pattern) {
                Ok(paths) => {
                    for path in paths.iter().filter(|path| has_extension(path)) {
                        found.well_known(root, path);
                    }
                }
                Err(error) => found.problems.push(error.problem()),
            }
        }
        let entries = root.list(SSL_CERTS).unwrap_or_default();
        for entry in entries.iter().filter(|entry| entry.kind == Kind::File && has_extension(&entry.name)) {
            found.well_known(root, &format!("{SSL_CERTS}/{}", entry.name));
        }
        found.section(self.configured.is_empty())
    }
}

fn has_extension(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| EXTENSIONS.contains(&extension.to_ascii_lowercase().as_str()))
}

#[derive(Default)]
struct Found {
    items: BTreeMap<String, Item>,
    problems: Vec<Problem>,
    /// Files that were read: one that is reached by two paths is read once.
    seen: BTreeSet<(u64, u64)>,
    network: Arc<Vec<(String, String)>>,
    /// What was read until now.
    files: usize,
    bytes: usize,
    is_full: bool,
}

impl Found {
    fn problem(&mut self, source: &str, message: impl Into<String>) {
        self.problems.push(Problem { source: source.to_owned(), message: message.into() });
    }

    fn configured(&mut self, root: &Root, path: &str) {
        if let Some(kind) = network_mount::of(&self.network, path) {
            let message = format!("not read: it is on a network file system ({kind})");
            return self.problem(path, message);
        }
        match root.list(path) {
            Ok(entries) => {
                for entry in entries.iter().filter(|entry| entry.kind != Kind::Directory && has_extension(&entry.name))
                {
                    let path = format!("{}/{}", path.trim_end_matches('/'), entry.name);
                    self.file(root, &path, false);
                }
            }
            Err(error) if error.is_denied() => self.problems.push(error.problem()),
            Err(_) => self.file(root, path, true),
        }
    }

    /// A file that was named by someone; `is_expected` when it must hold a certificate.
    fn file(&mut self, root: &Root, path: &str, is_expected: bool) {
        let bytes = match root.read_linked_capped(path, SIZE_CAP_BYTES) {
            Ok(bytes) => bytes,
            Err(error) => return self.problems.push(error.problem()),
        };
        let (certificates, broken) = pem::certificates(&bytes, BUNDLE_CAP);
        if certificates.is_empty() && broken == 0 && is_expected {
            self.problem(path, "holds no certificate");
        }
        self.add(root, path, &certificates, broken);
    }

    fn well_known(&mut self, root: &Root, path: &str) {
        if network_mount::of(&self.network, path).is_some() {
            return;
        }
        if self.files >= FILE_CAP || self.bytes >= TOTAL_CAP_BYTES {
            self.is_full = true;
            return;
        }
        self.files += 1;
        let bytes = match root.read_linked_capped(path, SIZE_CAP_BYTES) {
            Ok(bytes) => bytes,
            Err(error) if error.is_absent() => return,
            Err(error) => return self.problems.push(error.problem()),
        };
        self.bytes += bytes.len();
        let (certificates, broken) = pem::certificates(&bytes, CHAIN_CAP + 1);
        // Other files here may be keys or parameters; these are made for one thing alone.
        if certificates.is_empty() && broken == 0 && path.ends_with("/cert.pem") {
            self.problem(path, "holds no certificate");
        }
        if certificates.len() <= CHAIN_CAP {
            self.add(root, path, &certificates, broken);
        }
    }

    fn add(&mut self, root: &Root, path: &str, certificates: &[Vec<u8>], mut broken: usize) {
        if self.seen.len() >= FILE_CAP {
            self.is_full = true;
            return;
        }
        if root.identity(path).is_some_and(|identity| !self.seen.insert(identity)) {
            return;
        }
        for (n, der) in certificates.iter().enumerate() {
            // By place, so that a renewal is a change and not another certificate.
            let key = if n == 0 { path.to_owned() } else { format!("{path} {}", n + 1) };
            if self.items.len() >= ITEM_CAP {
                self.is_full = true;
                return;
            }
            match describe::item(key, der) {
                Some(item) => drop(self.items.insert(item.key.clone(), item.with("path", path))),
                None => broken += 1,
            }
        }
        if broken > 0 {
            self.problem(path, format!("{broken} certificates are not understood and left out"));
        }
    }

    fn section(mut self, nothing_is_configured: bool) -> Section {
        if self.is_full {
            self.problem(
                SSL_CERTS,
                format!(
                    "more than {FILE_CAP} files, {TOTAL_CAP_BYTES} bytes or {ITEM_CAP} certificates: the rest is left out"
                ),
            );
        }
        // No place is a must: where none is there, there is nothing to know.
        if self.items.is_empty() && self.problems.is_empty() && nothing_is_configured {
            return Section::unsupported();
        }
        Section::of(self.items.into_values().collect(), self.problems)
    }
}

#[cfg(test)]
mod tests;
