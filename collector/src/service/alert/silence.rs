//! Silences: made, changed, ended. One that is over stays to be seen.

use muster_model::alert::Alert;
use muster_model::alert::silence::{Phase, Silence};
use muster_model::event::Event;
use muster_model::query::Query;
use muster_model::right::{Action, Resource};
use muster_model::{ChangeSet, Collection, Expected, Versioned};
use muster_shared::Time;
use muster_shared::id::SilenceId;
use muster_store::{Index, Scan, TypedStore};
use serde_json::json;

use crate::service::class::wrong;
use crate::service::{Call, Page, Service, ServiceError, Window, check_version, conflict};

/// How long a silence lasts of which nobody says it: an hour.
const USUAL_MS: i64 = 3_600_000;

/// What somebody says of a silence; what is left out stays, or is as usual.
#[derive(Clone, Debug, Default)]
pub struct SilenceDraft {
    /// Which alerts.
    pub matcher: Option<String>,
    /// From when.
    pub starts_at: Option<Time>,
    /// Until when.
    pub ends_at: Option<Time>,
    /// Why.
    pub reason: Option<String>,
}

fn missing(id: SilenceId) -> ServiceError {
    ServiceError::NotFound { kind: "silence", id: id.to_string() }
}

impl Service {
    /// Silences, the newest first. Without a demand on the state those that are over are left out.
    pub async fn list_silences(
        &self,
        call: &Call,
        query: &Query,
        window: &Window,
    ) -> Result<Page<Versioned<Silence>>, ServiceError> {
        call.authorize(Action::AlertRead, Resource::All)?;
        let (now, asks) = (self.now(), query.mentions("state"));
        self.list(Scan::keys(Collection::Silence, "").descending(), window, |silence: &Silence| {
            let phase = silence.phase(now);
            let entry = json!({
                "state": phase.as_str(), "author": silence.author, "reason": silence.reason,
                "starts_at": silence.starts_at, "ends_at": silence.ends_at,
            });
            (asks || phase != Phase::Expired) && query.matches(&entry)
        })
        .await
    }

    /// One silence.
    pub async fn get_silence(&self, call: &Call, id: SilenceId) -> Result<Versioned<Silence>, ServiceError> {
        call.authorize(Action::AlertRead, Resource::One(&id.to_string()))?;
        self.store().find::<Silence>(&id.to_string()).await?.ok_or_else(|| missing(id))
    }

    /// Alerts that are not closed and that a silence is about, the last event first.
    pub async fn alerts_of_silence(
        &self,
        call: &Call,
        silence: &Silence,
    ) -> Result<Page<Versioned<Alert>>, ServiceError> {
        call.authorize(Action::AlertRead, Resource::All)?;
        let scan = Scan::index(Index::AlertActive, "").descending();
        self.list(scan, &Window::default(), |alert: &Alert| silence.fits(alert)).await
    }

    /// A new silence.
    pub async fn create_silence(&self, call: &Call, draft: SilenceDraft) -> Result<Versioned<Silence>, ServiceError> {
        call.authorize(Action::AlertSilence, Resource::All)?;
        let now = self.now();
        let starts_at = draft.starts_at.unwrap_or(now);
        let silence = Silence {
            id: SilenceId::new(now),
            matcher: draft.matcher.unwrap_or_default().trim().to_owned(),
            starts_at,
            ends_at: draft.ends_at.unwrap_or_else(|| starts_at.plus_millis(USUAL_MS)),
            author: call.actor.label(),
            reason: draft.reason.unwrap_or_default().trim().to_owned(),
            created_at: now,
        };
        self.write_silence(call, "silence.create", silence, 0).await
    }

    /// Changes a silence that is not over.
    pub async fn update_silence(
        &self,
        call: &Call,
        id: SilenceId,
        draft: SilenceDraft,
        seen: Option<u64>,
    ) -> Result<Versioned<Silence>, ServiceError> {
        call.authorize(Action::AlertSilence, Resource::One(&id.to_string()))?;
        let stored = self.get_silence(call, id).await?;
        check_version(&stored, seen)?;
        if stored.value.phase(self.now()) == Phase::Expired {
            return Err(conflict("silence_ended"));
        }
        let before = stored.value;
        let silence = Silence {
            matcher: draft.matcher.map_or_else(|| before.matcher.clone(), |text| text.trim().to_owned()),
            starts_at: draft.starts_at.unwrap_or(before.starts_at),
            ends_at: draft.ends_at.unwrap_or(before.ends_at),
            reason: draft.reason.map_or_else(|| before.reason.clone(), |text| text.trim().to_owned()),
            ..before
        };
        self.write_silence(call, "silence.update", silence, stored.version).await
    }

    /// Ends a silence now; one that is to come never begins.
    pub async fn end_silence(&self, call: &Call, id: SilenceId, seen: Option<u64>) -> Result<(), ServiceError> {
        call.authorize(Action::AlertSilence, Resource::One(&id.to_string()))?;
        let stored = self.get_silence(call, id).await?;
        check_version(&stored, seen)?;
        let now = self.now();
        if stored.value.phase(now) == Phase::Expired {
            return Err(conflict("silence_ended"));
        }
        let mut next = stored.value;
        next.ends_at = now;
        next.starts_at = next.starts_at.min(now);
        self.commit_silence(call, "silence.end", next, stored.version).await.map(drop)
    }

    async fn write_silence(
        &self,
        call: &Call,
        action: &str,
        silence: Silence,
        version: u64,
    ) -> Result<Versioned<Silence>, ServiceError> {
        let violations = silence.check();
        if !violations.is_empty() {
            return Err(wrong(violations));
        }
        self.commit_silence(call, action, silence, version).await
    }

    async fn commit_silence(
        &self,
        call: &Call,
        action: &str,
        silence: Silence,
        version: u64,
    ) -> Result<Versioned<Silence>, ServiceError> {
        let mut changes = ChangeSet::new();
        let mut draft = call.audit(self.now(), action, silence.id, silence.matcher.clone());
        silence.reason.clone_into(&mut draft.reason);
        changes.audit.push(draft);
        changes.events.push(Event::AlertingChanged { what: silence.id.to_string() });
        let expected = if version == 0 { Expected::Absent } else { Expected::Version(version) };
        changes.put(silence.clone(), expected);
        self.commit(changes).await?;
        Ok(Versioned { value: silence, version: version + 1 })
    }
}
