//! `[notification]`: where notifications may go besides the public internet, and the mail server.

use std::net::IpAddr;
use std::path::PathBuf;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::{ConfigError, value};
use crate::service::notification::{MailSettings, MailTls, PostSettings, is_sender};

/// Where notifications may go, and by what.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct NotificationLayer {
    /// Networks besides the public ones that channels may lead to, such as `10.1.0.0/16`.
    pub allowed_networks: Option<Vec<String>>,
    /// Certificates that are trusted besides the system's, PEM.
    pub ca_file: Option<PathBuf>,
    /// The mail server.
    pub mail: MailLayer,
}

/// The mail server.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailLayer {
    /// Its name and port, such as `smtp.example.com:587`.
    pub server: Option<String>,
    /// `starttls`, `implicit`, or `none` on loopback.
    pub tls: Option<String>,
    /// Who writes, such as `Muster <muster@example.com>`.
    pub from: Option<String>,
    /// The name to sign in with.
    pub user: Option<String>,
    /// The file with the password.
    pub password_file: Option<PathBuf>,
}

impl NotificationLayer {
    pub(super) fn of(settings: &PostSettings) -> Self {
        let mail = settings.mail.as_ref();
        Self {
            allowed_networks: Some(settings.allowed_networks.iter().map(ToString::to_string).collect()),
            ca_file: settings.ca_file.clone(),
            mail: MailLayer {
                server: mail.map(|mail| format!("{}:{}", mail.host, mail.port)),
                tls: mail.map(|mail| mail.tls.as_str().to_owned()),
                from: mail.map(|mail| mail.from.clone()),
                user: mail.and_then(|mail| mail.user.clone()),
                password_file: mail.and_then(|mail| mail.password_file.clone()),
            },
        }
    }

    pub(super) fn from_env(text: &impl Fn(&str) -> Option<String>) -> Self {
        let networks = text("NOTIFICATION_ALLOWED_NETWORKS");
        Self {
            allowed_networks: networks.map(|all| all.split(',').map(|one| one.trim().to_owned()).collect()),
            ca_file: text("NOTIFICATION_CA_FILE").map(PathBuf::from),
            mail: MailLayer {
                server: text("NOTIFICATION_MAIL_SERVER"),
                tls: text("NOTIFICATION_MAIL_TLS"),
                from: text("NOTIFICATION_MAIL_FROM"),
                user: text("NOTIFICATION_MAIL_USER"),
                password_file: text("NOTIFICATION_MAIL_PASSWORD_FILE").map(PathBuf::from),
            },
        }
    }

    pub(super) fn over(self, below: Self) -> Self {
        Self {
            allowed_networks: self.allowed_networks.or(below.allowed_networks),
            ca_file: self.ca_file.or(below.ca_file),
            mail: MailLayer {
                server: self.mail.server.or(below.mail.server),
                tls: self.mail.tls.or(below.mail.tls),
                from: self.mail.from.or(below.mail.from),
                user: self.mail.user.or(below.mail.user),
                password_file: self.mail.password_file.or(below.mail.password_file),
            },
        }
    }

    pub(super) fn finish(self) -> Result<PostSettings, ConfigError> {
        let network = |text: String| {
            let one = |text: &str| text.parse::<IpAddr>().map(IpNet::from);
            text.parse::<IpNet>().or_else(|_| one(&text)).map(|network| network.trunc()).map_err(|_| {
                value("notification.allowed_networks", format!("'{text}' is no network such as 10.1.0.0/16"))
            })
        };
        let networks = self.allowed_networks.unwrap_or_default();
        Ok(PostSettings {
            allowed_networks: networks.into_iter().map(network).collect::<Result<_, _>>()?,
            ca_file: self.ca_file,
            mail: self.mail.finish()?,
        })
    }
}

impl MailLayer {
    fn finish(self) -> Result<Option<MailSettings>, ConfigError> {
        let Some(server) = self.server else { return Ok(None) };
        let key = |name: &str| format!("notification.mail.{name}");
        let wrong = || value(&key("server"), format!("'{server}' is no name and port such as smtp.example.com:587"));
        let (host, port) = server.rsplit_once(':').ok_or_else(wrong)?;
        let (host, port) = (host.trim_matches(['[', ']']), port.parse::<u16>().map_err(|_| wrong())?);
        let is_local = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        let tls = match self.tls.as_deref() {
            None | Some("starttls") => MailTls::StartTls,
            Some("implicit") => MailTls::Implicit,
            Some("none") if is_local => MailTls::None,
            Some("none") => {
                return Err(value(&key("tls"), "mail goes in plain to a server on this host only; use \"starttls\""));
            }
            Some(other) => {
                let choices = "use \"starttls\", \"implicit\" or, on loopback, \"none\"";
                return Err(value(&key("tls"), format!("'{other}' is none; {choices}")));
            }
        };
        let from = self.from.unwrap_or_default();
        if !is_sender(&from) {
            let message = format!("'{from}' is no sender such as Muster <muster@example.com>");
            return Err(value(&key("from"), message));
        }
        if self.user.is_some() != self.password_file.is_some() {
            return Err(value(&key("password_file"), "a user and a file with the password belong together"));
        }
        let (user, password_file) = (self.user, self.password_file);
        Ok(Some(MailSettings { host: host.to_owned(), port, tls, from, user, password_file }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<PostSettings, String> {
        toml::from_str::<NotificationLayer>(text).unwrap().finish().map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_said_is_checked_and_comes_back() {
        assert_eq!(parse("").unwrap(), PostSettings::default());
        let said = "allowed_networks = ['10.1.2.3/16', '::1']\nmail = { server = 'smtp.example.com:587', \
                    from = 'Muster <m@example.com>', user = 'm', password_file = '/p' }";
        let settings = parse(said).unwrap();
        assert_eq!(settings.allowed_networks.first().unwrap().to_string(), "10.1.0.0/16");
        assert_eq!(settings.mail.as_ref().unwrap().tls, MailTls::StartTls);
        assert_eq!(NotificationLayer::of(&settings).finish().unwrap(), settings);
        for (text, key) in [
            ("allowed_networks = ['intranet']", "notification.allowed_networks"),
            ("mail = { server = 'x' }", "notification.mail.server"),
            ("mail = { server = 'x:25' }", "notification.mail.from"),
            ("mail = { server = 'x:25', from = 'a@b', tls = 'none' }", "notification.mail.tls"),
            ("mail = { server = 'x:25', from = 'a@b', tls = 'ssl' }", "notification.mail.tls"),
            ("mail = { server = 'x:25', from = 'a@b', user = 'u' }", "notification.mail.password_file"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.starts_with(key), "{text}: {error}");
        }
        assert!(parse("mail = { server = '127.0.0.1:25', from = 'a@b.example', tls = 'none' }").is_ok());
    }
}
