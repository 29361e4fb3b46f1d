//! Heartbeats: an agent lives, sees what the collector has, and hears what is wanted of it.

use std::time::Duration;

use muster_model::agent::Standing;
use muster_model::event::Event;
use muster_model::host::{LastSeen, look_of};
use muster_model::{ChangeSet, Expected, Versioned};
use muster_shared::id::AgentId;
use muster_shared::protocol::{Heartbeat, HeartbeatAck};

use super::agent::barred;
use super::recall::Head;
use super::{Service, ServiceError};

/// Longest time that the answer to a heartbeat is held back.
const MAX_WAIT_SECONDS: u32 = 600;

impl Service {
    /// Notes that an agent lives, and tells it what is wanted of it: at once, or when that changes within the time that the
    /// agent wants to wait.
    pub async fn heartbeat(&self, agent: AgentId, heartbeat: Heartbeat) -> Result<HeartbeatAck, ServiceError> {
        let seconds = heartbeat.wait_seconds.unwrap_or_default().min(MAX_WAIT_SECONDS);
        let place = if seconds > 0 { self.waiting.enter(agent) } else { None };
        let mut ack = self.beat(agent, &heartbeat).await?;
        // Without a place there is nothing to wait for: the agent keeps to its interval.
        ack.can_wait = !self.waiting.is_closing() && (seconds == 0 || place.is_some());
        let Some(place) = place else { return Ok(ack) };
        if ack.recheck || ack.send_full {
            return Ok(ack);
        }
        place.wait(Duration::from_secs(u64::from(seconds))).await;
        ack.recheck = self.take_recheck(agent).await?;
        ack.can_wait = !self.waiting.is_closing();
        Ok(ack)
    }

    async fn beat(&self, agent: AgentId, heartbeat: &Heartbeat) -> Result<HeartbeatAck, ServiceError> {
        let stored = self.authenticate_agent(agent).await?;
        let mut standing = stored.value.standing.clone();
        if standing == Standing::Active
            && (self.note_boot(agent, &heartbeat.boot_id).await? || self.note_return(&stored.value).await?)
        {
            standing = self.authenticate_agent(agent).await?.value.standing;
        }
        if let Some(barred) = barred(&standing) {
            return Err(barred);
        }
        let settings = self.settings_of(&stored.value);
        let full = HeartbeatAck { send_full: true, recheck: false, settings: settings.clone(), can_wait: true };
        let Some(host) = stored.value.host else { return Ok(full) };
        let Some(head) = self.recall_head(host).await? else { return Ok(full) };
        let root = heartbeat.root;
        let same = head == Head { agent, generation: heartbeat.generation, root, is_read: true };
        let settings = &settings;
        self.decide(|| async move {
            let turn = self.recall.turn();
            let before = self.last_seen(host).await?;
            let recheck = before.as_ref().is_some_and(|seen| seen.value.recheck);
            let now = self.now();
            let looked_at = look_of(heartbeat.at, heartbeat.looked_at, now);
            let skew_ms = heartbeat.at.since(now);
            let seen = LastSeen { host, at: now, looked_at, root, skew_ms, recheck: false };
            let ack = HeartbeatAck { send_full: !same, recheck, settings: settings.clone(), can_wait: true };
            let mut changes = ChangeSet::new();
            let at = looked_at.unwrap_or(now);
            if same && self.waits_for_match(host, at).await? {
                changes.events.push(Event::DigestMatched { host, at });
            }
            if let Some(before) = before.filter(|_| !recheck && changes.events.is_empty()) {
                // Nothing but that it lives: no commit, unless something else is just being written.
                let pulse = Versioned { value: seen, version: before.version };
                if self.recall.keep_pulse(turn, pulse) {
                    return Ok((changes, ack));
                }
                changes.put(seen, Expected::Version(before.version));
            } else {
                changes.put(seen, before.map_or(Expected::Absent, |seen| Expected::Version(seen.version)));
            }
            Ok((changes, ack))
        })
        .await
    }

    /// Whether a fresh look is wanted of an agent's host; it is told once.
    async fn take_recheck(&self, agent: AgentId) -> Result<bool, ServiceError> {
        let Some(host) = self.authenticate_agent(agent).await?.value.host else { return Ok(false) };
        self.decide(|| async move {
            let mut changes = ChangeSet::new();
            let seen = self.last_seen(host).await?;
            let Some(mut seen) = seen.filter(|seen| seen.value.recheck) else { return Ok((changes, false)) };
            seen.value.recheck = false;
            changes.put(seen.value, Expected::Version(seen.version));
            Ok((changes, true))
        })
        .await
    }
}
