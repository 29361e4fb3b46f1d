//! `[syslog]`: whether syslog messages are taken, where, from whom, and from which severity on. Off unless an address is given.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use ipnet::IpNet;
use muster_model::alert::syslog::SEVERITIES;
use serde::{Deserialize, Serialize};

use super::{ConfigError, address, value};

/// The keys of the file.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct SyslogLayer {
    /// Address of the listener, such as `0.0.0.0:6514`.
    pub listen: Option<String>,
    /// Certificate chain, PEM: with it TLS is spoken.
    pub cert: Option<PathBuf>,
    /// Its key, PEM.
    pub key: Option<PathBuf>,
    /// CA certificates of senders, PEM: with it only those are heard that show a certificate of one of them.
    pub client_ca: Option<PathBuf>,
    /// Networks of senders, such as `10.1.0.0/16`; without it all are heard.
    pub networks: Option<Vec<String>>,
    /// The mildest severity that becomes an event, such as `warning`.
    pub severity: Option<String>,
}

/// A listener for syslog messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyslogSettings {
    /// Its address.
    pub listen: SocketAddr,
    /// Its certificate chain and key.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// Whose certificates senders must show.
    pub client_ca: Option<PathBuf>,
    /// Networks of senders; empty is everybody.
    pub networks: Vec<IpNet>,
    /// The mildest severity that becomes an event.
    pub severity: String,
}

impl SyslogSettings {
    /// Whether a sender is heard.
    pub fn may_send(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.networks.is_empty() || self.networks.iter().any(|network| network.contains(&peer))
    }
}

impl SyslogLayer {
    pub(super) fn of(settings: Option<&SyslogSettings>) -> Self {
        let Some(settings) = settings else { return Self::default() };
        let (cert, key) = settings.tls.clone().unzip();
        Self {
            listen: Some(settings.listen.to_string()),
            cert,
            key,
            client_ca: settings.client_ca.clone(),
            networks: Some(settings.networks.iter().map(ToString::to_string).collect()),
            severity: Some(settings.severity.clone()),
        }
    }

    pub(super) fn from_env(text: &impl Fn(&str) -> Option<String>) -> Self {
        let networks = text("SYSLOG_NETWORKS");
        Self {
            listen: text("SYSLOG_LISTEN"),
            cert: text("SYSLOG_CERT").map(PathBuf::from),
            key: text("SYSLOG_KEY").map(PathBuf::from),
            client_ca: text("SYSLOG_CLIENT_CA").map(PathBuf::from),
            networks: networks.map(|all| all.split(',').map(|one| one.trim().to_owned()).collect()),
            severity: text("SYSLOG_SEVERITY"),
        }
    }

    pub(super) fn over(self, below: Self) -> Self {
        Self {
            listen: self.listen.or(below.listen),
            cert: self.cert.or(below.cert),
            key: self.key.or(below.key),
            client_ca: self.client_ca.or(below.client_ca),
            networks: self.networks.or(below.networks),
            severity: self.severity.or(below.severity),
        }
    }

    pub(super) fn finish(self) -> Result<Option<SyslogSettings>, ConfigError> {
        let Some(listen) = self.listen else { return Ok(None) };
        let listen = address("syslog.listen", &listen)?;
        let tls = match (self.cert, self.key) {
            (Some(cert), Some(key)) => Some((cert, key)),
            (None, None) => None,
            (Some(_), None) => return Err(value("syslog.key", "a certificate needs its key; set key too")),
            (None, Some(_)) => return Err(value("syslog.cert", "a key needs its certificate; set cert too")),
        };
        if self.client_ca.is_some() && tls.is_none() {
            return Err(value("syslog.client_ca", "certificates are shown in TLS only; set cert and key too"));
        }
        let network = |text: String| {
            let one = |text: &str| text.parse::<IpAddr>().map(IpNet::from);
            let wrong = || value("syslog.networks", format!("'{text}' is no network such as 10.1.0.0/16"));
            text.parse::<IpNet>().or_else(|_| one(&text)).map(|network| network.trunc()).map_err(|_| wrong())
        };
        let networks: Vec<IpNet> =
            self.networks.unwrap_or_default().into_iter().map(network).collect::<Result<_, _>>()?;
        if !listen.ip().is_loopback() && self.client_ca.is_none() && networks.is_empty() {
            let why = "whoever reaches the listener makes alerts; say whom it hears, or set client_ca";
            return Err(value("syslog.networks", why));
        }
        let severity = self.severity.unwrap_or_else(|| "warning".to_owned());
        if !SEVERITIES.iter().any(|(name, _)| *name == severity) {
            let all = SEVERITIES.map(|(name, _)| name).join(", ");
            return Err(value("syslog.severity", format!("'{severity}' is none; it is one of {all}")));
        }
        Ok(Some(SyslogSettings { listen, tls, client_ca: self.client_ca, networks, severity }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Option<SyslogSettings>, String> {
        toml::from_str::<SyslogLayer>(text).unwrap().finish().map_err(|error| error.to_string())
    }

    #[test]
    fn it_is_off_until_an_address_is_given_and_says_what_is_wrong() {
        assert_eq!(parse("severity = 'err'").unwrap(), None);
        let local = parse("listen = '127.0.0.1:1514'").unwrap().unwrap();
        assert_eq!((local.severity.as_str(), local.may_send("10.0.0.1".parse().unwrap())), ("warning", true));
        let said = "listen = '[::]:6514'\ncert = '/c'\nkey = '/k'\nnetworks = ['10.1.2.3/16', '::1']";
        let settings = parse(said).unwrap().unwrap();
        assert!(settings.may_send("::ffff:10.1.9.9".parse().unwrap()) && settings.may_send("::1".parse().unwrap()));
        assert!(!settings.may_send("10.2.0.1".parse().unwrap()));
        assert_eq!(SyslogLayer::of(Some(&settings)).finish().unwrap().unwrap(), settings);
        for (text, key) in [
            ("listen = 'here'", "syslog.listen: 'here'"),
            ("listen = '127.0.0.1:1'\ncert = '/c'", "syslog.key"),
            ("listen = '127.0.0.1:1'\nclient_ca = '/c'", "syslog.client_ca"),
            ("listen = '0.0.0.0:1'", "syslog.networks: whoever reaches"),
            ("listen = '0.0.0.0:1'\nnetworks = ['x']", "syslog.networks: 'x' is no network"),
            ("listen = '127.0.0.1:1'\nseverity = 'bad'", "syslog.severity: 'bad' is none; it is one of emerg, "),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(key), "{text}: {error}");
        }
    }
}
