//! The windows for which the past is kept: what the configuration says, and what somebody set over it.

use std::collections::BTreeMap;

use muster_model::retention::{self, Retention, RetentionSet, Windows};
use muster_model::right::{Action, Resource};
use muster_model::{ChangeSet, Expected, Versioned};
use muster_shared::Time;
use muster_store::TypedStore;

use crate::service::{Call, Service, ServiceError, check_version, invalid};

/// The windows as they count now.
#[derive(Clone, Debug)]
pub struct RetentionView {
    /// What somebody set; version 0 is nothing yet.
    pub set: Versioned<RetentionSet>,
    /// What counts.
    pub counts: Retention,
    /// What the configuration says, which counts where nothing is set.
    pub configured: Retention,
    /// Since when all of the past is known, by class; what is not named is kept for ever.
    pub classes_since: BTreeMap<String, Time>,
    /// The same of relations, and of classes that are not named.
    pub since: Option<Time>,
    /// The same of alerts.
    pub alerts_since: Option<Time>,
}

impl Service {
    /// For how long what is kept.
    pub(in crate::service) async fn retention(&self) -> Result<Retention, ServiceError> {
        let set = self.store().find::<RetentionSet>(retention::KEY).await?;
        let configured = &self.policy().retention;
        Ok(set.map_or_else(|| configured.clone(), |set| set.value.windows.over(configured)))
    }

    /// The windows, and since when what is kept.
    pub async fn retention_windows(&self, call: &Call) -> Result<RetentionView, ServiceError> {
        call.authorize(Action::ItemRead, Resource::Shared)?;
        let stored = self.store().find::<RetentionSet>(retention::KEY).await?;
        let set = stored.unwrap_or_else(|| Versioned { value: RetentionSet::default(), version: 0 });
        let (configured, now) = (self.policy().retention.clone(), self.now());
        let counts = set.value.windows.over(&configured);
        let since = |class: &String| Some((class.clone(), counts.class_horizon(class, now)?));
        Ok(RetentionView {
            classes_since: counts.classes.keys().filter_map(since).collect(),
            since: counts.horizon(now),
            alerts_since: counts.alert_horizon(now),
            set,
            counts,
            configured,
        })
    }

    /// Sets the windows, all of them: what is left out is as the configuration says.
    pub async fn set_retention(
        &self,
        call: &Call,
        windows: Windows,
        seen: Option<u64>,
    ) -> Result<RetentionView, ServiceError> {
        call.authorize(Action::RetentionUpdate, Resource::All)?;
        windows.check().map_err(|(pointer, why)| invalid(&pointer, why))?;
        let registry = self.registry().await?;
        for class in windows.classes.keys() {
            Self::known_class(&registry, class).map_err(|why| invalid(&format!("/classes/{class}"), why))?;
        }
        let windows = &windows;
        self.decide(|| async move {
            let stored = self.retention_windows(call).await?.set;
            check_version(&stored, seen)?;
            let mut changes = ChangeSet::new();
            if stored.version > 0 && stored.value.windows == *windows {
                return Ok((changes, ()));
            }
            let now = self.now();
            let summary = format!("{} (before: {})", windows.summary(), stored.value.windows.summary());
            changes.audit.push(call.audit(now, "retention.update", retention::KEY, summary));
            let next = RetentionSet { windows: windows.clone(), changed_by: call.actor.label(), changed_at: now };
            let expected = if stored.version == 0 { Expected::Absent } else { Expected::Version(stored.version) };
            changes.put(next, expected);
            Ok((changes, ()))
        })
        .await?;
        self.retention_windows(call).await
    }
}
