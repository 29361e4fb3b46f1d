//! Settings: TOML file < environment < flag. Unknown keys are refused with the nearest known one.
//!
//! The environment names a key in capitals behind `MUSTER_AGENT_` (or `MUSTER_`, which the more specific name beats):
//! `MUSTER_AGENT_STATE_DIR`, `MUSTER_AGENT_SCAN_SECONDS`, `MUSTER_AGENT_SECTIONS_EXCLUDE=package,service`.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use muster_shared::SectionName;
use muster_shared::mapping::Mapping as _;
use serde::{Serialize, Serializer};
use toml::{Table, Value};

use crate::disk;
use crate::log;
use crate::probe;
use crate::redact;
use crate::section::Options;
use crate::strict::{self, Loose};

/// Where the configuration is, unless told otherwise.
pub const DEFAULT_PATH: &str = "/etc/muster/agent.toml";
/// Where the state is, unless told otherwise.
pub const DEFAULT_STATE_DIR: &str = "/var/lib/muster-agent";
/// Longest interval that makes sense: a day.
const MAX_SECONDS: i64 = 86_400;
const MAX_FILE_BYTES: u64 = 1 << 20;
const WHAT: &str = "the configuration";

/// Every key, those of a table behind a dot. The environment writes the dot as `_`.
const KEYS: &[&str] = &[
    "state_dir",
    "heartbeat_seconds",
    "scan_seconds",
    "proxy",
    "probe_socket",
    "metrics",
    "spool_max_bytes",
    "log",
    "sections.exclude",
    "collect.certificates",
    "collect.files",
    "collect.processes",
    "collect.container_sockets",
    "collect.cloud_metadata",
    "collect.collector_files",
];
/// Variables of the same prefix that are no settings of this file.
const OTHER_ENVIRONMENT: &[&str] = &["CONFIG", "LOG_FORMAT"];

/// What the agent goes by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Config {
    /// Keys, spool and what was told.
    pub state_dir: PathBuf,
    /// Instead of what the collector tells.
    pub heartbeat_seconds: Option<u32>,
    /// Instead of what the collector tells.
    pub scan_seconds: Option<u32>,
    /// HTTP proxy; without it `HTTPS_PROXY` counts.
    #[serde(serialize_with = "without_password")]
    pub proxy: Option<String>,
    /// Where the probe listens. When nothing is there, this process reads by itself.
    pub probe_socket: PathBuf,
    /// Where metrics are served: an address of loopback.
    pub metrics: Option<SocketAddr>,
    /// Most bytes that undelivered reports may take.
    pub spool_max_bytes: u64,
    /// What is logged: `error`, `warn`, `info`, `debug`, `trace`, or a filter such as `info,muster_agent::client=debug`.
    pub log: String,
    /// Sections that are not collected.
    #[serde(rename = "sections", serialize_with = "as_table")]
    pub exclude: Vec<SectionName>,
    /// What is collected beyond what every agent collects.
    pub collect: Options,
}

/// As it stands in the file: `[sections]` with `exclude`.
fn as_table<S: Serializer>(exclude: &[SectionName], serializer: S) -> Result<S::Ok, S::Error> {
    BTreeMap::from([("exclude", exclude)]).serialize(serializer)
}

/// What is printed may be read by others than the file: without the password.
#[expect(clippy::ref_option, reason = "the shape that serde asks for")]
fn without_password<S: Serializer>(proxy: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    proxy.as_deref().map(redact::command_line).serialize(serializer)
}

impl Default for Config {
    fn default() -> Self {
        Self {
            state_dir: PathBuf::from(DEFAULT_STATE_DIR),
            heartbeat_seconds: None,
            scan_seconds: None,
            proxy: None,
            probe_socket: PathBuf::from(probe::DEFAULT_SOCKET),
            metrics: None,
            exclude: Vec::new(),
            collect: Options::default(),
            spool_max_bytes: 256 << 20,
            log: "info".to_owned(),
        }
    }
}

/// What is wrong with a setting.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration {}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Others can change what the agent goes by, or read the password of the proxy.
    #[error(transparent)]
    Loose(#[from] Loose),
    /// The file is no TOML.
    #[error("{} is not TOML", path.display())]
    Syntax {
        /// Which.
        path: PathBuf,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
    /// There is no such key.
    #[error("{from}: there is no key '{key}'{hint}")]
    UnknownKey {
        /// File or environment.
        from: String,
        /// The key.
        key: String,
        /// Which might be meant.
        hint: String,
    },
    /// The value does not fit.
    #[error("{from}: '{key}' must be {expected}")]
    Value {
        /// File or environment.
        from: String,
        /// The key.
        key: String,
        /// What would be right.
        expected: String,
    },
}

/// What the flags say.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `--config`: must exist when given.
    pub config: Option<PathBuf>,
    /// `--state-dir`.
    pub state_dir: Option<PathBuf>,
}

/// Reads file, environment and flags, the later over the earlier.
pub fn load(flags: &Flags, environment: &BTreeMap<String, String>) -> Result<Config, ConfigError> {
    let mut config = Config::default();
    let named = flags.config.clone().or_else(|| variable(environment, "CONFIG").map(|(_, path)| path.into()));
    let path = named.clone().unwrap_or_else(|| DEFAULT_PATH.into());
    if let Some(table) = read(&path, named.is_some())? {
        apply_file(&mut config, &path, &table)?;
    }
    apply_environment(&mut config, environment)?;
    if let Some(dir) = &flags.state_dir {
        config.state_dir.clone_from(dir);
    }
    Ok(config)
}

/// The environment of this process, as far as it is ours.
pub fn environment() -> BTreeMap<String, String> {
    let ours =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    ours.filter(|(name, _)| name.starts_with("MUSTER_")).into_map()
}

fn read(path: &Path, must_exist: bool) -> Result<Option<Table>, ConfigError> {
    let failed = |source| ConfigError::Read { path: path.to_owned(), source };
    // A link is followed: to which file is for whoever may write the directory to say.
    let file = match disk::open_file(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound && !must_exist => return Ok(None),
        opened => opened.map_err(failed)?,
    };
    let meta = file.metadata().map_err(failed)?;
    strict::check_file(WHAT, path, &meta)?;
    if meta.len() > MAX_FILE_BYTES {
        return Err(failed(std::io::Error::other("larger than 1 MiB")));
    }
    let mut text = String::new();
    file.take(MAX_FILE_BYTES).read_to_string(&mut text).map_err(failed)?;
    let table: Table = text.parse().map_err(|e| ConfigError::Syntax { path: path.to_owned(), source: Box::new(e) })?;
    if table.get("proxy").and_then(Value::as_str).is_some_and(|proxy| redact::command_line(proxy) != proxy) {
        strict::check_secret(WHAT, path, &meta)?;
    }
    Ok(Some(table))
}

fn nearest(key: &str, known: &[&str]) -> String {
    let scored = known.iter().map(|candidate| (strsim::jaro_winkler(key, candidate), candidate));
    match scored.max_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((score, best)) if score > 0.75 => format!("; did you mean '{best}'?"),
        _ => format!("; known are {}", known.join(", ")),
    }
}

fn apply_file(config: &mut Config, path: &Path, table: &Table) -> Result<(), ConfigError> {
    let from = path.display().to_string();
    for (key, value) in table {
        match value.as_table() {
            Some(inner) if !inner.is_empty() || is_table(key) => {
                for (name, value) in inner {
                    set_known(config, &from, &format!("{key}.{name}"), value)?;
                }
            }
            _ => set_known(config, &from, key, value)?,
        }
    }
    Ok(())
}

/// Whether keys stand in a table of that name.
fn is_table(name: &str) -> bool {
    KEYS.iter().any(|key| key.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
}

fn set_known(config: &mut Config, from: &str, key: &str, value: &Value) -> Result<(), ConfigError> {
    if KEYS.contains(&key) {
        return set(config, from, key, key, value);
    }
    let inner: Vec<&str> = KEYS.iter().filter_map(|known| known.strip_prefix(key)?.strip_prefix('.')).collect();
    if !inner.is_empty() {
        return Err(wrong(from, key, &format!("a table with {}", inner.join(", "))));
    }
    Err(ConfigError::UnknownKey { from: from.to_owned(), key: key.to_owned(), hint: nearest(key, KEYS) })
}

fn variable<'a>(environment: &'a BTreeMap<String, String>, name: &str) -> Option<(String, &'a str)> {
    [format!("MUSTER_AGENT_{name}"), format!("MUSTER_{name}")]
        .into_iter()
        .find_map(|full| environment.get(&full).map(|value| (full, value.as_str())))
}

fn apply_environment(config: &mut Config, environment: &BTreeMap<String, String>) -> Result<(), ConfigError> {
    let names: Vec<String> = KEYS.iter().map(|key| key.replace('.', "_").to_ascii_uppercase()).collect();
    for full in environment.keys() {
        let Some(name) = full.strip_prefix("MUSTER_AGENT_") else { continue };
        if !names.iter().any(|known| known == name) && !OTHER_ENVIRONMENT.contains(&name) {
            let known: Vec<&str> = names.iter().map(String::as_str).collect();
            let hint = nearest(name, &known).replace('\'', "");
            return Err(ConfigError::UnknownKey { from: "environment".into(), key: full.clone(), hint });
        }
    }
    for (key, name) in KEYS.iter().zip(&names) {
        let Some((full, text)) = variable(environment, name) else { continue };
        let value = match *key {
            "sections.exclude" | "collect.certificates" | "collect.files" | "collect.container_sockets" => {
                Value::Array(text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(Value::from).collect())
            }
            "heartbeat_seconds" | "scan_seconds" | "spool_max_bytes" => {
                text.trim().parse().map_or_else(|_| Value::from(text), Value::Integer)
            }
            "collect.processes" | "collect.cloud_metadata" | "collect.collector_files" => {
                text.trim().parse().map_or_else(|_| Value::from(text), Value::Boolean)
            }
            _ => Value::from(text),
        };
        set(config, "environment", &full, key, &value)?;
    }
    Ok(())
}

fn wrong(from: &str, key: &str, expected: &str) -> ConfigError {
    ConfigError::Value { from: from.to_owned(), key: key.to_owned(), expected: expected.to_owned() }
}

fn set(config: &mut Config, from: &str, shown: &str, key: &str, value: &Value) -> Result<(), ConfigError> {
    let text =
        || value.as_str().filter(|text| !text.is_empty()).ok_or_else(|| wrong(from, shown, "text that is not empty"));
    let seconds = || {
        let number = value.as_integer().filter(|n| (1..=MAX_SECONDS).contains(n)).and_then(|n| u32::try_from(n).ok());
        number.ok_or_else(|| wrong(from, shown, "a number of seconds from 1 to 86400"))
    };
    match key {
        "state_dir" => config.state_dir = absolute(text()?).ok_or_else(|| wrong(from, shown, "an absolute path"))?,
        "probe_socket" => {
            config.probe_socket = absolute(text()?).ok_or_else(|| wrong(from, shown, "an absolute path"))?;
        }
        "metrics" => {
            let address = text()?.parse().ok().filter(|address: &SocketAddr| address.ip().is_loopback());
            let expected = || wrong(from, shown, "an address of loopback with a port, such as 127.0.0.1:9777");
            config.metrics = Some(address.ok_or_else(expected)?);
        }
        "heartbeat_seconds" => config.heartbeat_seconds = Some(seconds()?),
        "scan_seconds" => config.scan_seconds = Some(seconds()?),
        "proxy" => config.proxy = Some(text()?.to_owned()),
        "log" => {
            let filter = Some(text()?).filter(|filter| log::parse(filter).is_some());
            filter.ok_or_else(|| wrong(from, shown, log::FORM))?.clone_into(&mut config.log);
        }
        "spool_max_bytes" => {
            let number = value.as_integer().and_then(|n| u64::try_from(n).ok()).filter(|n| *n >= 1 << 20);
            config.spool_max_bytes = number.ok_or_else(|| wrong(from, shown, "a number of bytes, at least 1048576"))?;
        }
        "collect.certificates" => config.collect.certificates = absolute_paths(from, shown, value)?,
        "collect.files" => config.collect.files = absolute_paths(from, shown, value)?,
        "collect.container_sockets" => config.collect.container_sockets = absolute_paths(from, shown, value)?,
        "collect.processes" => config.collect.processes = yes_or_no(from, shown, value)?,
        "collect.cloud_metadata" => config.collect.cloud_metadata = yes_or_no(from, shown, value)?,
        "collect.collector_files" => config.collect.collector_files = yes_or_no(from, shown, value)?,
        _ => {
            let names = value.as_array().ok_or_else(|| wrong(from, shown, "a list of section names"))?;
            config.exclude = names.iter().map(|name| section(from, shown, name)).collect::<Result<_, _>>()?;
        }
    }
    Ok(())
}

fn yes_or_no(from: &str, key: &str, value: &Value) -> Result<bool, ConfigError> {
    value.as_bool().ok_or_else(|| wrong(from, key, "true or false"))
}

/// Each path in the one form that it has: else a file would be told twice, under two names.
fn absolute_paths(from: &str, key: &str, value: &Value) -> Result<Vec<String>, ConfigError> {
    let expected = || wrong(from, key, "a list of absolute paths without '//', '.' and '..'");
    let is_plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(char::is_control);
    let is_path = |path: &&str| {
        let parts = path.strip_suffix('/').unwrap_or(path).strip_prefix('/');
        parts.is_some_and(|parts| parts.split('/').all(is_plain))
    };
    let path = |value: &Value| value.as_str().filter(is_path).map(str::to_owned);
    value.as_array().ok_or_else(expected)?.iter().map(|value| path(value).ok_or_else(expected)).collect()
}

fn absolute(text: &str) -> Option<PathBuf> {
    let path = PathBuf::from(text);
    path.is_absolute().then_some(path)
}

fn section(from: &str, key: &str, value: &Value) -> Result<SectionName, ConfigError> {
    let text = value.as_str().ok_or_else(|| wrong(from, key, "a list of section names"))?;
    text.parse().map_err(|_| {
        let names: Vec<&str> = SectionName::ALL.iter().map(|name| name.as_str()).collect();
        wrong(from, key, &format!("a list of section names; '{text}' is none{}", nearest(text, &names)))
    })
}

#[cfg(test)]
mod tests;
