//! What is collected beyond what every agent collects: by the configuration, and by what the collector wants to be watched.

use std::sync::{Arc, Mutex, PoisonError};

use muster_shared::protocol::{MAX_WATCHED_FILES, is_watchable};
use serde::Serialize;

/// What the configuration asks for beyond what every agent collects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Options {
    /// Files and directories with X.509 certificates, beside the well-known ones.
    pub certificates: Vec<String>,
    /// Files whose integrity is watched.
    pub files: Vec<String>,
    /// Whether running processes are told.
    pub processes: bool,
    /// Sockets of docker or podman that may be asked (whoever may ask them is root: nothing by default).
    pub container_sockets: Vec<String>,
    /// Whether the metadata address of a cloud may be asked.
    pub cloud_metadata: bool,
    /// Whether the collector may name files whose integrity is watched.
    pub collector_files: bool,
    /// Those that it names.
    #[serde(skip)]
    pub wished: Wished,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            certificates: Vec::new(),
            files: Vec::new(),
            processes: false,
            container_sockets: Vec::new(),
            cloud_metadata: false,
            collector_files: true,
            wished: Wished::default(),
        }
    }
}

/// Files that the collector wants to be watched, as it named them last: shared by those who hear of them and those who look.
#[derive(Clone, Debug, Default)]
pub struct Wished(Arc<Mutex<Vec<String>>>);

impl Wished {
    /// Takes over a new list, as far as it may be wished for; whether it is another one.
    pub fn set(&self, files: &[String]) -> bool {
        let fit = files.iter().filter(|path| is_watchable(path)).take(MAX_WATCHED_FILES);
        let files: Vec<String> = fit.cloned().collect();
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_other = *known != files;
        *known = files;
        is_other
    }

    /// The list.
    pub fn files(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl PartialEq for Wished {
    fn eq(&self, other: &Self) -> bool {
        self.files() == other.files()
    }
}

impl Eq for Wished {}
