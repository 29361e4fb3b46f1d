//! Notifications: what events are told as, to whom, and how it gets there.
//!
//! `plan` reads the outbox and writes messages in the commit that moves its cursor; `send` delivers them, at least once, one
//! after the other for each address and all addresses beside each other. Nothing here waits for the other side while it holds
//! anything that others need.

mod bridge;
mod channel;
mod delivery;
mod guard;
mod health;
mod mail;
mod outbox;
mod plan;
mod preference;
mod recipient;
mod seal;
mod send;
mod subscription;
mod watch;
mod web;

use std::collections::HashMap;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use ipnet::IpNet;
use muster_shared::Time;

pub use channel::{ChannelDraft, ChannelEdit, SecretChannel};
pub use health::{ChannelHealth, LastTry, Unsent};
pub(crate) use mail::is_sender;
pub use mail::{MailSettings, MailTls};
pub use preference::{PreferenceDraft, Wishes};
pub use seal::{Keyring, SealError};
pub use send::Due;
pub use subscription::SubscriptionDraft;
pub use web::Signed;

/// What is configured of all this.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PostSettings {
    /// Networks besides the public ones that may be reached.
    pub allowed_networks: Vec<IpNet>,
    /// Certificates that are trusted besides the system's, PEM.
    pub ca_file: Option<PathBuf>,
    /// The mail server, if there is one.
    pub mail: Option<MailSettings>,
}

/// Why notifications cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// The key file cannot be used.
    #[error(transparent)]
    Key(#[from] SealError),
    /// The certificates cannot be used.
    #[error("the certificates of notification.ca_file: {0}")]
    Certificates(String),
}

/// What sending stands on.
pub struct Post {
    keyring: Keyring,
    settings: PostSettings,
    tls: rustls::ClientConfig,
    /// Extra certificates, for the mail server.
    roots: Vec<u8>,
    /// Lanes that are left alone for a while, since their other side failed.
    paused: Mutex<HashMap<String, Time>>,
}

impl std::fmt::Debug for Post {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Post").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Post {
    /// With what is configured.
    pub fn new(keyring: Keyring, settings: PostSettings) -> Result<Self, PostError> {
        let roots = match &settings.ca_file {
            Some(path) => std::fs::read(path)
                .map_err(|error| PostError::Certificates(format!("reading {}: {error}", path.display())))?,
            None => Vec::new(),
        };
        let tls = web::tls(&roots).map_err(PostError::Certificates)?;
        Ok(Self { keyring, settings, tls, roots, paused: Mutex::default() })
    }

    /// Nothing is configured, and the key ends with the process. Only system certificates are trusted.
    ///
    /// # Panics
    ///
    /// Never: without files there is nothing that could fail.
    #[expect(clippy::expect_used, reason = "there is no file that could be unreadable")]
    pub fn unset() -> Self {
        Self::new(Keyring::fleeting(), PostSettings::default()).expect("settings without files")
    }

    /// The key that seals and signs.
    pub(super) const fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// Whether e-mail can be sent.
    pub const fn has_mail(&self) -> bool {
        self.settings.mail.is_some()
    }

    /// Whether an address may be reached.
    fn allows(&self, address: IpAddr) -> bool {
        guard::allows(&self.settings.allowed_networks, address)
    }

    /// Whether an address stands in a network that the owner named: there plain http is allowed too.
    fn is_named(&self, address: IpAddr) -> bool {
        guard::is_within(&self.settings.allowed_networks, address)
    }

    fn paused_until(&self, lane: &str) -> Option<Time> {
        self.paused.lock().unwrap_or_else(PoisonError::into_inner).get(lane).copied()
    }

    /// Leaves a lane alone until then; lets go of those whose time is over.
    fn pause(&self, lane: String, until: Time, now: Time) {
        let mut paused = self.paused.lock().unwrap_or_else(PoisonError::into_inner);
        paused.retain(|_, until| *until > now);
        paused.insert(lane, until);
    }

    fn resume(&self, lane: &str) {
        self.paused.lock().unwrap_or_else(PoisonError::into_inner).remove(lane);
    }
}

impl super::Service {
    /// With a key of its own and what is configured; without it, what is sealed is lost with the process.
    #[must_use]
    pub fn with_post(mut self, post: Post) -> Self {
        self.post = Arc::new(post);
        self
    }

    /// What sending stands on.
    pub fn post(&self) -> &Post {
        &self.post
    }
}
