//! What acts by itself acts with the rights of who set it up last (case 77): alert rules, channels with the bridges among them, and
//! reports. Of what stops acting the trail tells in the commit that takes the right away, and an alert tells administrators.

use std::collections::BTreeMap;

use muster_model::account::User;
use muster_model::alert::event::{Event as AlertEvent, Level};
use muster_model::alert::rule::AlertRule;
use muster_model::event::Event;
use muster_model::notification::channel::Channel;
use muster_model::right::{Action, maker};
use muster_model::text::Phrase;
use muster_model::{ChangeSet, Collection};
use muster_store::{Scan, TypedStore};

use super::{Call, Service, ServiceError};

/// Something that acts by itself.
#[derive(Clone, Debug)]
pub(in crate::service) struct Acting {
    /// Its id.
    pub(in crate::service) id: String,
    /// What it is called.
    pub(in crate::service) name: String,
    /// What it is, as the trail calls it.
    pub(in crate::service) kind: &'static str,
    /// The right that it takes.
    pub(in crate::service) right: Action,
}

impl Acting {
    /// A rule of alerts.
    pub(in crate::service) fn rule(rule: &AlertRule) -> Self {
        Self { id: rule.id.to_string(), name: rule.name.clone(), kind: "alert_rule", right: Action::AlertRule }
    }

    /// A channel.
    pub(in crate::service) fn channel(channel: &Channel) -> Self {
        let (id, name) = (channel.id.to_string(), channel.name.clone());
        Self { id, name, kind: "channel", right: Action::NotificationManage }
    }
}

impl Service {
    /// Why what somebody set up does not act any more.
    pub(crate) async fn maker_lacks(&self, maker: &str, right: Action) -> Result<Option<Phrase>, ServiceError> {
        let account = self.find_user_by_name(maker).await?.map(|stored| stored.value);
        Ok(maker::lacks(maker, account.as_ref(), right))
    }

    /// What an account set up last and what acts with its rights.
    async fn made_by(&self, name: &str) -> Result<Vec<Acting>, ServiceError> {
        let rules = self.store().all::<AlertRule>(Scan::keys(Collection::AlertRule, "")).await?;
        let channels = self.store().all::<Channel>(Scan::keys(Collection::Channel, "")).await?;
        let rules = rules.iter().filter(|rule| rule.value.updated_by == name).map(|rule| Acting::rule(&rule.value));
        let channels = channels.iter().filter(|channel| channel.value.changed_by == name);
        Ok(rules.chain(channels.map(|channel| Acting::channel(&channel.value))).collect())
    }

    /// Notes in the trail what does not act any more, or does again, when an account becomes another; what that is.
    pub(super) async fn with_suspended(
        &self,
        changes: &mut ChangeSet,
        call: &Call,
        (before, after): (&User, &User),
    ) -> Result<Vec<(Acting, Option<Phrase>)>, ServiceError> {
        let mut turned = Vec::new();
        for acting in self.made_by(&after.name).await? {
            let lacks = |user: &User| maker::lacks(&user.name, Some(user), acting.right);
            let (was, is) = (lacks(before), lacks(after));
            if was.is_some() == is.is_some() {
                continue;
            }
            let action = match (acting.kind, is.is_some()) {
                ("channel", true) => "channel.suspend",
                ("channel", false) => "channel.resume",
                (_, true) => "alert_rule.suspend",
                (_, false) => "alert_rule.resume",
            };
            let mut audit = call.audit(self.now(), action, &acting.id, acting.name.clone());
            audit.reason = is.as_ref().map(ToString::to_string).unwrap_or_default();
            changes.audit.push(audit);
            if acting.right == Action::AlertRule {
                // Alerts that follow it, or waited for it, are looked at anew.
                changes.events.push(Event::AlertingChanged { what: acting.id.clone() });
            }
            turned.push((acting, is));
        }
        Ok(turned)
    }

    /// Raises an alert of what does not act any more, and ends that of what does again.
    pub(super) async fn tell_suspended(&self, turned: Vec<(Acting, Option<Phrase>)>) -> Result<(), ServiceError> {
        let at = self.now();
        let event = |(acting, lacks): (Acting, Option<Phrase>)| AlertEvent {
            source: "rules".into(),
            source_event_id: None,
            ci_ref: acting.name.clone(),
            kind: "rule_suspended".into(),
            resource: acting.id.clone(),
            metric: None,
            severity: if lacks.is_some() { Level::Critical } else { Level::Clear },
            occurred_at: Some(at),
            dedup_key: Some(format!("rule_suspended/{}", acting.id)),
            // A sender says it in one line, which has no language here.
            summary: format!(
                "{} {}: {}",
                acting.kind,
                acting.name,
                lacks.map(|why| why.to_string()).unwrap_or_default()
            ),
            attrs: BTreeMap::new(),
        };
        let rows: Vec<_> = turned.into_iter().map(|one| Ok(event(one))).collect();
        if rows.is_empty() {
            return Ok(());
        }
        self.receive_events(&Call::system("rules"), &rows).await.map(drop)
    }

    /// Somebody takes on what did not act any more.
    pub(super) async fn taken_on(&self, acting: Acting, before: &str) -> Result<(), ServiceError> {
        if self.maker_lacks(before, acting.right).await?.is_some() {
            Box::pin(self.tell_suspended(vec![(acting, None)])).await?;
        }
        Ok(())
    }
}
