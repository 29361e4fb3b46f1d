//! Configuration: a TOML file, then the environment, then flags; the later wins. Unknown keys are refused.

mod collect;
mod drift;
mod notification;
mod retention;
mod syslog;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use muster_model::drift::Windows;
use muster_model::retention::Retention;
use muster_shared::protocol::Settings;
use serde::{Deserialize, Serialize};

pub use self::collect::CollectLayer;
pub use self::drift::DriftLayer;
pub use self::notification::NotificationLayer;
pub use self::retention::RetentionLayer;
pub use self::syslog::{SyslogLayer, SyslogSettings};
use crate::service::notification::PostSettings;

/// Where the configuration is looked for when no file is named.
pub const DEFAULT_FILE: &str = "/etc/muster/collector.toml";

/// Why a configuration is not usable. Always names the key and what would be right.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("reading the configuration {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is no TOML of the right shape.
    #[error("the configuration {}: {message}", path.display())]
    Parse {
        /// The file.
        path: PathBuf,
        /// What and where.
        message: String,
    },
    /// A value is not usable.
    #[error("{key}: {message}")]
    Value {
        /// The key, variable or flag.
        key: String,
        /// What is wrong and what would be right.
        message: String,
    },
}

/// The file's shape, which environment and flags fill up.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Layer {
    /// Folder of all data.
    pub data_dir: Option<PathBuf>,
    /// Address of console and REST.
    pub console: Option<String>,
    /// Certificate chain of the console, PEM.
    pub console_cert: Option<PathBuf>,
    /// Its key, PEM.
    pub console_key: Option<PathBuf>,
    /// URL under which people reach the console.
    pub console_url: Option<String>,
    /// Address of the agent listener.
    pub agents: Option<String>,
    /// URL under which agents reach the collector.
    pub agents_url: Option<String>,
    /// Names and addresses in the agent listener's certificate.
    pub names: Option<Vec<String>>,
    /// Time between heartbeats.
    pub heartbeat_seconds: Option<u32>,
    /// Time between scans.
    pub scan_seconds: Option<u32>,
    /// Filter of the log, such as `info` or `muster=debug`.
    pub log: Option<String>,
    /// What agents leave out, and what they watch besides.
    pub collect: CollectLayer,
    /// Windows of the drift pipeline.
    pub drift: DriftLayer,
    /// Which store.
    pub store: StoreLayer,
    /// How long the past is kept.
    pub retention: RetentionLayer,
    /// Where notifications may go, and by what.
    pub notification: NotificationLayer,
    /// Whether and where syslog messages are taken.
    pub syslog: SyslogLayer,
}

/// Which store.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct StoreLayer {
    /// `embedded`.
    pub kind: Option<String>,
    /// Address of a database.
    pub url: Option<String>,
    /// Days that the journal of each change is kept after a checkpoint covers it.
    pub journal_days: Option<u32>,
}

/// A configuration that can be used.
#[derive(Clone, Debug)]
pub struct Config {
    /// Folder of all data.
    pub data_dir: PathBuf,
    /// Address of console and REST.
    pub console: SocketAddr,
    /// The console's certificate chain and key.
    pub console_tls: Option<(PathBuf, PathBuf)>,
    /// URL under which people reach the console; from the address when not given.
    pub console_url: Option<String>,
    /// Address of the agent listener.
    pub agents: SocketAddr,
    /// URL under which agents reach the collector; from the address when not given.
    pub agents_url: Option<String>,
    /// Names and addresses in the agent listener's certificate.
    pub names: Vec<String>,
    /// How often agents speak.
    pub settings: Settings,
    /// Windows of the drift pipeline.
    pub windows: Windows,
    /// Days that the journal of each change is kept after a checkpoint covers it.
    pub journal_days: u32,
    /// How long the past is kept.
    pub retention: Retention,
    /// Where notifications may go, and by what.
    pub post: PostSettings,
    /// The listener for syslog messages, if there is one.
    pub syslog: Option<SyslogSettings>,
    /// Filter of the log.
    pub log: String,
}

impl Config {
    /// What counts, in the keys of the file.
    pub fn layer(&self) -> Layer {
        let (cert, key) = self.console_tls.clone().unzip();
        Layer {
            data_dir: Some(self.data_dir.clone()),
            console: Some(self.console.to_string()),
            console_cert: cert,
            console_key: key,
            console_url: self.console_url.clone(),
            agents: Some(self.agents.to_string()),
            agents_url: self.agents_url.clone(),
            names: Some(self.names.clone()),
            heartbeat_seconds: Some(self.settings.heartbeat_seconds),
            scan_seconds: Some(self.settings.scan_seconds),
            log: Some(self.log.clone()),
            collect: CollectLayer::of(&self.settings),
            drift: DriftLayer::of(&self.windows),
            store: StoreLayer { kind: Some("embedded".into()), url: None, journal_days: Some(self.journal_days) },
            retention: RetentionLayer::of(&self.retention),
            notification: NotificationLayer::of(&self.post),
            syslog: SyslogLayer::of(self.syslog.as_ref()),
        }
    }

    /// What is usable, but perhaps not meant.
    pub fn hints(&self) -> Vec<String> {
        let mut hints = Vec::new();
        if !self.agents.ip().is_loopback() && self.agents_url.is_none() {
            hints.push(
                "agents_url is not set: enrollment tokens will name this host as it calls itself; set agents_url to what \
                 other hosts reach it by"
                    .to_owned(),
            );
        }
        if self.console_tls.is_none() && self.console_url.is_none() {
            hints.push(
                "console_url is not set: links lead to the loopback address; set it when a proxy is in front".into(),
            );
        }
        hints
    }
}

fn value(key: &str, message: impl Into<String>) -> ConfigError {
    ConfigError::Value { key: key.to_owned(), message: message.into() }
}

impl Layer {
    /// The layer in a file. The default file may be missing, a named one may not.
    pub fn read(named: Option<&Path>) -> Result<Self, ConfigError> {
        let path = named.unwrap_or(Path::new(DEFAULT_FILE));
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && named.is_none() => return Ok(Self::default()),
            Err(source) => return Err(ConfigError::Read { path: path.to_owned(), source }),
        };
        toml::from_str(&text).map_err(|error| {
            let message = format!("{}{}", error.to_string().trim_end(), suggestion(error.message()));
            ConfigError::Parse { path: path.to_owned(), message }
        })
    }

    /// The layer in the environment: `MUSTER_` and the key in capitals.
    pub fn from_env(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let text = |key: &str| variable(&format!("MUSTER_{key}")).filter(|text| !text.is_empty());
        let number = |key: &str| {
            text(key)
                .map(|text| {
                    text.parse::<u32>()
                        .map_err(|_| value(&format!("MUSTER_{key}"), format!("'{text}' is no whole number")))
                })
                .transpose()
        };
        Ok(Self {
            data_dir: text("DATA_DIR").map(PathBuf::from),
            console: text("CONSOLE"),
            console_cert: text("CONSOLE_CERT").map(PathBuf::from),
            console_key: text("CONSOLE_KEY").map(PathBuf::from),
            console_url: text("CONSOLE_URL"),
            agents: text("AGENTS"),
            agents_url: text("AGENTS_URL"),
            names: text("NAMES").map(|names| names.split(',').map(|name| name.trim().to_owned()).collect()),
            heartbeat_seconds: number("HEARTBEAT_SECONDS")?,
            scan_seconds: number("SCAN_SECONDS")?,
            log: text("LOG"),
            collect: CollectLayer::default(),
            drift: DriftLayer {
                debounce_seconds: number("DRIFT_DEBOUNCE_SECONDS")?,
                grouping_seconds: number("DRIFT_GROUPING_SECONDS")?,
            },
            store: StoreLayer {
                kind: text("STORE_KIND"),
                url: text("STORE_URL"),
                journal_days: number("STORE_JOURNAL_DAYS")?,
            },
            retention: RetentionLayer { history_days: number("RETENTION_HISTORY_DAYS")?, ..RetentionLayer::default() },
            notification: NotificationLayer::from_env(&text),
            syslog: SyslogLayer::from_env(&text),
        })
    }

    /// This layer where it says something, else the one below.
    #[must_use]
    pub fn over(self, below: Self) -> Self {
        Self {
            data_dir: self.data_dir.or(below.data_dir),
            console: self.console.or(below.console),
            console_cert: self.console_cert.or(below.console_cert),
            console_key: self.console_key.or(below.console_key),
            console_url: self.console_url.or(below.console_url),
            agents: self.agents.or(below.agents),
            agents_url: self.agents_url.or(below.agents_url),
            names: self.names.or(below.names),
            heartbeat_seconds: self.heartbeat_seconds.or(below.heartbeat_seconds),
            scan_seconds: self.scan_seconds.or(below.scan_seconds),
            log: self.log.or(below.log),
            collect: self.collect.over(below.collect),
            drift: self.drift.over(&below.drift),
            store: StoreLayer {
                kind: self.store.kind.or(below.store.kind),
                url: self.store.url.or(below.store.url),
                journal_days: self.store.journal_days.or(below.store.journal_days),
            },
            retention: self.retention.over(below.retention),
            notification: self.notification.over(below.notification),
            syslog: self.syslog.over(below.syslog),
        }
    }

    /// A URL of the agent listener as it must be: TLS, a host, no path.
    fn agents_url(text: &str) -> Result<String, ConfigError> {
        let text = text.trim_end_matches('/').to_owned();
        let host =
            text.strip_prefix("https://").filter(|rest| !rest.is_empty() && !rest.contains(['/', ' ', '@', '?']));
        match host {
            Some(_) => Ok(text),
            None => Err(value("agents_url", format!("'{text}' is no address such as https://muster.example.com:8443"))),
        }
    }

    /// The configuration, checked.
    pub fn finish(self) -> Result<Config, ConfigError> {
        match self.store.kind.as_deref() {
            None | Some("embedded") => {}
            Some("postgres") => {
                return Err(value("store.kind", "the PostgreSQL store is not built yet; use \"embedded\""));
            }
            Some(other) => return Err(value("store.kind", format!("'{other}' is no store; use \"embedded\""))),
        }
        let console = address("console", self.console.as_deref().unwrap_or("127.0.0.1:8080"))?;
        let console_tls = match (self.console_cert, self.console_key) {
            (Some(cert), Some(key)) => Some((cert, key)),
            (None, None) => None,
            (Some(_), None) => return Err(value("console_key", "a certificate needs its key; set console_key too")),
            (None, Some(_)) => return Err(value("console_cert", "a key needs its certificate; set console_cert too")),
        };
        if console_tls.is_none() && !console.ip().is_loopback() {
            return Err(value(
                "console",
                format!(
                    "plain HTTP is served on loopback only, {console} is not; set console_cert and console_key, or use 127.0.0.1 behind a proxy on this host"
                ),
            ));
        }
        let seconds = |key: &str, given: Option<u32>, default: u32| match given {
            Some(0) => Err(value(key, "at least 1 second")),
            Some(n) if n > 7 * 86_400 => Err(value(key, "at most a week (604800 seconds)")),
            given => Ok(given.unwrap_or(default)),
        };
        let defaults = Settings::default();
        let (exclude, files) = self.collect.finish()?;
        Ok(Config {
            data_dir: self.data_dir.unwrap_or_else(|| PathBuf::from("/var/lib/muster-collector")),
            console,
            console_tls,
            console_url: self.console_url.map(|url| url.trim_end_matches('/').to_owned()),
            agents: address("agents", self.agents.as_deref().unwrap_or("0.0.0.0:8443"))?,
            agents_url: self.agents_url.as_deref().map(Self::agents_url).transpose()?,
            names: self.names.unwrap_or_default(),
            settings: Settings {
                heartbeat_seconds: seconds("heartbeat_seconds", self.heartbeat_seconds, defaults.heartbeat_seconds)?,
                scan_seconds: seconds("scan_seconds", self.scan_seconds, defaults.scan_seconds)?,
                exclude,
                files,
                ..defaults
            },
            windows: self.drift.finish(),
            journal_days: self.store.journal_days.unwrap_or(0),
            retention: self.retention.finish()?,
            post: self.notification.finish()?,
            syslog: self.syslog.finish()?,
            log: self.log.unwrap_or_else(|| "info".into()),
        })
    }
}

fn address(key: &str, text: &str) -> Result<SocketAddr, ConfigError> {
    text.parse().map_err(|_| value(key, format!("'{text}' is no address and port such as 127.0.0.1:8080 or [::]:8443")))
}

/// "did you mean" for an unknown key, from the parser's own list of the keys it knows.
fn suggestion(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let Some(unknown) = quoted.next().filter(|_| message.starts_with("unknown field")) else { return String::new() };
    let near = quoted.min_by_key(|known| strsim::levenshtein(known, unknown));
    near.map(|near| format!("\ndid you mean '{near}'?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, ConfigError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        Layer::read(Some(file.path()))?.finish()
    }
    #[test]
    fn an_unknown_key_is_refused_with_the_nearest_known_one() {
        let error = parse("heartbeat_second = 5").unwrap_err().to_string();
        assert!(error.contains("heartbeat_second") && error.contains("did you mean 'heartbeat_seconds'?"), "{error}");
    }

    #[test]
    fn wrong_values_name_their_key_and_what_would_be_right() {
        for (text, key) in [
            ("console = \"nowhere\"", "console: 'nowhere'"),
            ("console = \"0.0.0.0:80\"", "console: plain HTTP is served on loopback only"),
            ("agents_url = \"http://x:8443\"", "agents_url: 'http://x:8443' is no address such as https://"),
            ("console_cert = \"/x.pem\"", "console_key"),
            ("scan_seconds = 0", "scan_seconds: at least 1"),
            ("[store]\nkind = \"postgres\"", "store.kind: the PostgreSQL store is not built yet"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(key), "{text}: {error}");
        }
    }

    #[test]
    fn flags_win_over_environment_and_that_over_the_file() {
        let file = Layer { console: Some("127.0.0.1:1".into()), log: Some("a".into()), ..Layer::default() };
        let env = Layer::from_env(|key| (key == "MUSTER_CONSOLE").then(|| "127.0.0.1:2".into())).unwrap();
        let flags = Layer { agents: Some("127.0.0.1:3".into()), ..Layer::default() };
        let config = flags.over(env).over(file).finish().unwrap();
        assert_eq!((config.console.port(), config.agents.port(), config.log.as_str()), (2, 3, "a"));
        assert!(Layer::from_env(|_| Some("x".into())).is_err());
    }
}
