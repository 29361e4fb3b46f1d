//! Channels: making, changing, trying and removing them. Their secrets are shown once and sealed.

use muster_model::bridge::Desk;
use muster_model::notification::channel::{self, Channel, ChannelKind, Sealed};
use muster_model::notification::delivery::{Delivery, Destination};
use muster_model::notification::happening;
use muster_model::notification::subscription::{Subscription, Target};
use muster_model::on_call::escalation::EscalationPolicy;
use muster_model::right::{Action, Resource};
use muster_model::text::Phrase;
use muster_model::{ChangeSet, Collection, Expected, Record, Versioned};
use muster_shared::id::ChannelId;
use muster_store::{Scan, TypedStore};

use super::{SealError, web};
use crate::service::class::wrong;
use crate::service::maker::Acting;
use crate::service::{Call, Service, ServiceError, check_version, invalid};

/// Most channels.
const MOST: usize = 200;
/// Longest login at another desk.
const MAX_LOGIN: usize = 4_000;
/// Where the secret lies that signs what comes by a bridge.
const SIGNING: &str = "signing";
/// Where `PagerDuty` takes events.
const PAGERDUTY: &str = "https://events.pagerduty.com/v2/enqueue";

/// A new channel.
#[derive(Clone, Debug)]
pub struct ChannelDraft {
    /// What a bridge has besides.
    pub desk: Option<Desk>,
    /// What it is called.
    pub name: String,
    /// The form of what goes out.
    pub kind: ChannelKind,
    /// Where it goes; `PagerDuty` has a usual one.
    pub url: Option<String>,
    /// The routing key of `PagerDuty`.
    pub secret: Option<String>,
    /// The addresses of e-mail.
    pub addresses: Vec<String>,
}

/// What is changed of a channel; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct ChannelEdit {
    /// What a bridge has besides, in place of what it had.
    pub desk: Option<Desk>,
    /// What it is called.
    pub name: Option<String>,
    /// Where it goes.
    pub url: Option<String>,
    /// The routing key of `PagerDuty`.
    pub secret: Option<String>,
    /// The addresses of e-mail.
    pub addresses: Option<Vec<String>>,
    /// Whether it is used.
    pub is_active: Option<bool>,
}

/// A channel with a secret that is shown this once.
#[derive(Clone, Debug)]
pub struct SecretChannel {
    /// The channel.
    pub channel: Versioned<Channel>,
    /// The secret, if one was drawn.
    pub secret: Option<String>,
}

fn missing(id: ChannelId) -> ServiceError {
    ServiceError::NotFound { kind: "channel", id: id.to_string() }
}

fn place(id: ChannelId, what: &str) -> String {
    format!("{id}/{what}")
}

impl Service {
    /// All channels, by name.
    pub async fn list_channels(&self, call: &Call) -> Result<Vec<Versioned<Channel>>, ServiceError> {
        call.authorize(Action::NotificationRead, Resource::All)?;
        let mut all = self.store().all::<Channel>(Scan::keys(Collection::Channel, "")).await?;
        all.sort_by_key(|channel| channel.value.name.to_lowercase());
        Ok(all)
    }

    /// A channel.
    pub async fn get_channel(&self, call: &Call, id: ChannelId) -> Result<Versioned<Channel>, ServiceError> {
        call.authorize(Action::NotificationRead, Resource::One(&id.to_string()))?;
        self.store().find::<Channel>(&id.to_string()).await?.ok_or_else(|| missing(id))
    }

    fn seal(&self, id: ChannelId, what: &str, text: &str) -> Result<Sealed, ServiceError> {
        let closed = |error: SealError| ServiceError::Conflict(error.to_string().into());
        self.post().keyring.seal(&place(id, what), text).map_err(closed)
    }

    /// What a channel keeps sealed: its address, and its secret if it has one.
    pub(super) fn open_channel(&self, channel: &Channel) -> Result<(String, Option<String>), SealError> {
        let open = |what: &str, sealed: &Sealed| self.post().keyring.open_sealed(&place(channel.id, what), sealed);
        let url = channel.url.as_ref().map(|sealed| open("url", sealed)).transpose()?.unwrap_or_default();
        Ok((url, channel.secret.as_ref().map(|sealed| open("secret", sealed)).transpose()?))
    }

    /// What signs events that come by a bridge.
    pub(in crate::service) fn open_signing(&self, channel: &Channel) -> Result<String, SealError> {
        let sealed = channel.desk.as_ref().and_then(|desk| desk.signing.as_ref()).ok_or(SealError::Closed)?;
        self.post().keyring.open_sealed(&place(channel.id, SIGNING), sealed)
    }

    /// Seals the address of a channel, and keeps what of it may be shown.
    fn set_url(&self, channel: &mut Channel, url: Option<&str>) -> Result<(), ServiceError> {
        if channel.kind == ChannelKind::Email {
            return match url {
                Some(_) => Err(invalid("/url", Phrase::new("url_wrong"))),
                None => Ok(()),
            };
        }
        let given = url.map(str::trim).filter(|url| !url.is_empty());
        let url = given.or((channel.kind == ChannelKind::PagerDuty).then_some(PAGERDUTY));
        let url = url.ok_or_else(|| invalid("/url", Phrase::new("is_needed")))?;
        let parsed = web::parse(self.post(), url).map_err(|why| invalid("/url", why))?;
        channel.url_shown = web::shown(&parsed, channel.kind == ChannelKind::Webhook);
        channel.url = Some(self.seal(channel.id, "url", parsed.as_str())?);
        Ok(())
    }

    /// Seals what a person gives as secret.
    fn set_secret(&self, channel: &mut Channel, secret: &str) -> Result<(), ServiceError> {
        let why = match channel.kind {
            ChannelKind::PagerDuty => {
                let is_key = (10..=100).contains(&secret.len()) && secret.bytes().all(|b| b.is_ascii_alphanumeric());
                (!is_key).then_some("secret_wrong")
            }
            ChannelKind::ServiceNow | ChannelKind::Jira => {
                if secret.chars().count() > MAX_LOGIN || secret.chars().any(char::is_control) {
                    return Err(invalid("/secret", Phrase::new("bridge_login").with("max", MAX_LOGIN)));
                }
                None
            }
            ChannelKind::Webhook => Some("secret_webhook"),
            ChannelKind::Slack | ChannelKind::Teams | ChannelKind::Mattermost | ChannelKind::Email => {
                Some("secret_none")
            }
        };
        if let Some(why) = why {
            return Err(invalid("/secret", Phrase::new(why)));
        }
        channel.secret = Some(self.seal(channel.id, "secret", secret)?);
        Ok(())
    }

    /// Makes a channel. The secret of a webhook is drawn here and shown once.
    pub async fn create_channel(&self, call: &Call, draft: ChannelDraft) -> Result<SecretChannel, ServiceError> {
        call.authorize(Action::NotificationManage, Resource::All)?;
        let now = self.now();
        let mut channel = Channel {
            id: ChannelId::new(now),
            name: draft.name.trim().to_owned(),
            kind: draft.kind,
            url: None,
            url_shown: String::new(),
            secret: None,
            addresses: draft.addresses,
            desk: draft.desk.map(Box::new).or_else(|| draft.kind.desk().map(|_| Box::default())),
            is_active: true,
            changed_at: now,
            changed_by: call.actor.label(),
        };
        self.set_url(&mut channel, draft.url.as_deref().filter(|url| !url.is_empty()))?;
        if let Some(secret) = draft.secret.as_deref().map(str::trim).filter(|secret| !secret.is_empty()) {
            self.set_secret(&mut channel, secret)?;
        }
        let signs = channel.kind == ChannelKind::Webhook || channel.kind.desk().is_some();
        let secret = signs.then(web::draw_secret);
        if let (Some(desk), Some(secret)) = (channel.desk.as_mut(), &secret) {
            desk.signing = Some(self.seal(channel.id, SIGNING, secret)?);
        } else if let Some(secret) = &secret {
            channel.secret = Some(self.seal(channel.id, "secret", secret)?);
        }
        let violations = channel::check(&channel);
        if !violations.is_empty() {
            return Err(wrong(violations));
        }
        if self.store().count(Scan::keys(Collection::Channel, "").limit(MOST)).await? >= MOST {
            return Err(ServiceError::Conflict(Phrase::new("many_of_these").with("max", MOST).into()));
        }
        let mut changes = ChangeSet::new();
        let summary = format!("{}: {}", channel.name, channel.kind.as_str());
        changes.audit.push(call.audit(now, "channel.create", channel.id, summary));
        changes.create(channel.clone());
        self.commit(changes).await?;
        Ok(SecretChannel { channel: Versioned { value: channel, version: 1 }, secret })
    }

    /// Changes a channel.
    pub async fn update_channel(
        &self,
        call: &Call,
        id: ChannelId,
        edit: ChannelEdit,
        seen: Option<u64>,
    ) -> Result<Versioned<Channel>, ServiceError> {
        call.authorize(Action::NotificationManage, Resource::One(&id.to_string()))?;
        let stored = self.get_channel(call, id).await?;
        check_version(&stored, seen)?;
        let (mut channel, before) = (stored.value.clone(), stored.value.changed_by);
        if let Some(name) = edit.name {
            name.trim().clone_into(&mut channel.name);
        }
        if let Some(url) = edit.url.filter(|url| !url.trim().is_empty()) {
            self.set_url(&mut channel, Some(&url))?;
        }
        if let Some(secret) = edit.secret.filter(|secret| !secret.trim().is_empty()) {
            self.set_secret(&mut channel, secret.trim())?;
        }
        if let Some(desk) = edit.desk {
            let signing = channel.desk.take().and_then(|known| known.signing);
            channel.desk = Some(Box::new(Desk { signing, ..desk }));
        }
        channel.addresses = edit.addresses.unwrap_or(channel.addresses);
        channel.is_active = edit.is_active.unwrap_or(channel.is_active);
        let kept = self.keep_channel(call, "channel.update", channel, stored.version).await?;
        self.taken_on(Acting::channel(&kept.value), &before).await?;
        Ok(kept)
    }

    async fn keep_channel(
        &self,
        call: &Call,
        action: &str,
        mut channel: Channel,
        version: u64,
    ) -> Result<Versioned<Channel>, ServiceError> {
        let violations = channel::check(&channel);
        if !violations.is_empty() {
            return Err(wrong(violations));
        }
        channel.changed_at = self.now();
        channel.changed_by = call.actor.label();
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(channel.changed_at, action, channel.id, channel.name.clone()));
        changes.update(Versioned { value: channel.clone(), version });
        self.commit(changes).await?;
        Ok(Versioned { value: channel, version: version + 1 })
    }

    /// Draws another secret for a webhook; the one before ends at once.
    pub async fn renew_secret(
        &self,
        call: &Call,
        id: ChannelId,
        seen: Option<u64>,
    ) -> Result<SecretChannel, ServiceError> {
        call.authorize(Action::NotificationManage, Resource::One(&id.to_string()))?;
        let stored = self.get_channel(call, id).await?;
        check_version(&stored, seen)?;
        let mut channel = stored.value;
        if channel.kind != ChannelKind::Webhook && channel.kind.desk().is_none() {
            return Err(ServiceError::Conflict(Phrase::new("secret_none").into()));
        }
        let secret = web::draw_secret();
        match channel.desk.as_mut() {
            Some(desk) => desk.signing = Some(self.seal(id, SIGNING, &secret)?),
            None => channel.secret = Some(self.seal(id, "secret", &secret)?),
        }
        let channel = self.keep_channel(call, "channel.renew_secret", channel, stored.version).await?;
        Ok(SecretChannel { channel, secret: Some(secret) })
    }

    /// Removes a channel that nothing names any more.
    pub async fn remove_channel(&self, call: &Call, id: ChannelId, seen: Option<u64>) -> Result<(), ServiceError> {
        call.authorize(Action::NotificationManage, Resource::One(&id.to_string()))?;
        let stored = self.get_channel(call, id).await?;
        check_version(&stored, seen)?;
        let target = Target::Channel(id);
        let subscriptions = self.store().all::<Subscription>(Scan::keys(Collection::Subscription, "")).await?;
        let policies = self.store().all::<EscalationPolicy>(Scan::keys(Collection::EscalationPolicy, "")).await?;
        let named = subscriptions.into_iter().filter(|it| it.value.target == target).map(|it| it.value.name);
        let calls = |it: &EscalationPolicy| it.steps.iter().any(|step| step.targets.contains(&target));
        let called = policies.into_iter().filter(|it| calls(&it.value)).map(|it| it.value.name);
        let users: Vec<String> = named.chain(called).take(10).collect();
        if !users.is_empty() {
            return Err(ServiceError::Conflict(Phrase::new("channel_used").with("users", users.join(", ")).into()));
        }
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(self.now(), "channel.remove", id, stored.value.name.clone()));
        changes.delete(Collection::Channel, stored.value.key(), Expected::Version(stored.version));
        Ok(self.commit(changes).await?)
    }

    /// Sends a test by a channel: messages as all others, to each of its addresses.
    pub async fn test_channel(&self, call: &Call, id: ChannelId) -> Result<Vec<Delivery>, ServiceError> {
        call.authorize(Action::NotificationManage, Resource::One(&id.to_string()))?;
        let channel = self.get_channel(call, id).await?.value;
        if channel.kind == ChannelKind::Email && !self.post().has_mail() {
            return Err(ServiceError::Conflict(Phrase::new("mail_unset").into()));
        }
        let now = self.now();
        let by = call.actor.label();
        let destinations = if channel.kind == ChannelKind::Email {
            channel.addresses.iter().cloned().map(Destination::Mail).collect()
        } else {
            vec![Destination::Channel(id)]
        };
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(now, "channel.test", id, channel.name));
        let mut messages = Vec::new();
        for to in destinations {
            let message = Delivery::new(to, None, happening::of_test(id.to_string(), &by, now), now, now);
            changes.create(message.clone());
            messages.push(message);
        }
        self.commit(changes).await?;
        Ok(messages)
    }
}
