//! Heartbeats that wait: the answer is held back until somebody wants something of the agent.
//!
//! An agent that says `wait_seconds` gets its answer when that time is over, or at once when a fresh look is asked for. No
//! port is open on its host, and what it can be told is what a heartbeat's answer says anyway. One request is held per agent:
//! a newer one ends the older.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use muster_shared::id::AgentId;
use tokio::sync::{Notify, watch};

use crate::service::Service;

/// Requests that are held at the same time: as many as the listener has connections.
const MAX_HELD: usize = 20_000;

/// Who waits.
#[derive(Debug)]
pub(in crate::service) struct Waiting {
    held: Mutex<HashMap<AgentId, Arc<Notify>>>,
    closing: watch::Sender<bool>,
}

impl Default for Waiting {
    fn default() -> Self {
        Self { held: Mutex::default(), closing: watch::Sender::new(false) }
    }
}

/// A place among those who wait; given back when it is dropped.
pub(in crate::service) struct Place<'a> {
    waiting: &'a Waiting,
    agent: AgentId,
    woken: Arc<Notify>,
}

impl Waiting {
    /// Takes the agent's place, before its wishes are looked up: what is wished for in between is not missed.
    pub(in crate::service) fn enter(&self, agent: AgentId) -> Option<Place<'_>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= MAX_HELD && !held.contains_key(&agent) {
            return None;
        }
        let woken = Arc::new(Notify::new());
        if let Some(older) = held.insert(agent, Arc::clone(&woken)) {
            older.notify_one();
        }
        Some(Place { waiting: self, agent, woken })
    }

    /// Whether the collector stops.
    pub(in crate::service) fn is_closing(&self) -> bool {
        *self.closing.borrow()
    }

    fn wake(&self, agent: AgentId) {
        if let Some(woken) = self.held.lock().unwrap_or_else(PoisonError::into_inner).get(&agent) {
            woken.notify_one();
        }
    }
}

impl Place<'_> {
    /// Until the agent is woken, the time is over, or the collector stops.
    pub(in crate::service) async fn wait(&self, time: Duration) {
        let mut closing = self.waiting.closing.subscribe();
        tokio::select! {
            () = self.woken.notified() => {}
            () = tokio::time::sleep(time) => {}
            _ = closing.wait_for(|closing| *closing) => {}
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut held = self.waiting.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.get(&self.agent).is_some_and(|woken| Arc::ptr_eq(woken, &self.woken)) {
            held.remove(&self.agent);
        }
    }
}

impl Service {
    /// Answers an agent's held request now.
    pub(crate) fn wake(&self, agent: AgentId) {
        self.waiting.wake(agent);
    }

    /// Answers all held requests, now and from now on: the collector stops.
    pub fn stop_waiting(&self) {
        self.waiting.closing.send_replace(true);
    }

    /// How many requests are held.
    pub fn held_requests(&self) -> usize {
        self.waiting.held.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}
