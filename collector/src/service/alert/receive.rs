//! Events come in: one or many, in one commit, each once (rules E1, E8). A batch is taken row by row; a row that is wrong does
//! not hold up the others.

use std::collections::{HashMap, HashSet};

use muster_model::alert::event::{Event, MAX_BATCH, Outcome, Received};
use muster_model::alert::observe::{Sighting, observe};
use muster_model::alert::rule::{self, AlertRule};
use muster_model::alert::{Alert, AlertKey, AlertState, Subject};
use muster_model::right::{Action, Resource};
use muster_model::text::Phrase;
use muster_model::{ChangeSet, Expected, Versioned};
use muster_shared::id::AlertId;
use muster_shared::{Time, secret};
use muster_store::TypedStore;

use super::write_alert;
use crate::service::{Call, Service, ServiceError, Wrong, invalid};

/// An event as it was read, or what is wrong with it.
pub type Row = Result<Event, Vec<Wrong>>;

/// What became of a row, and the alert that it belongs to.
type Taken = Result<(Outcome, Option<AlertId>), Vec<Wrong>>;

/// What became of an event.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// What became of it.
    pub outcome: Outcome,
    /// Its alert, as it is now.
    pub alert: Option<Alert>,
}

/// What a batch works on: what is stored, with what its rows changed.
struct Desk {
    now: Time,
    rules: Vec<AlertRule>,
    keys: HashMap<String, (AlertKey, Expected, bool)>,
    alerts: HashMap<AlertId, Held>,
    receipts: HashSet<String>,
    subjects: HashMap<String, Subject>,
    received: Vec<Received>,
}

/// An alert as it is stored, and as it is to be.
struct Held {
    before: Option<Alert>,
    version: u64,
    next: Alert,
    is_changed: bool,
}

impl Service {
    /// Whether the caller may send events.
    pub fn may_send_events(&self, call: &Call) -> Result<(), ServiceError> {
        call.authorize(Action::EventSend, Resource::All)
    }

    /// Takes events in. What is wrong with a row is its answer; a row that was taken before changes nothing.
    pub async fn receive_events(
        &self,
        call: &Call,
        rows: &[Row],
    ) -> Result<Vec<Result<Receipt, Vec<Wrong>>>, ServiceError> {
        call.authorize(Action::EventSend, Resource::All)?;
        if !(1..=MAX_BATCH).contains(&rows.len()) {
            return Err(invalid("/events", Phrase::new("event_batch").with("max", MAX_BATCH)));
        }
        self.decide(|| async move {
            let now = self.now();
            let rules = self.acting_rules().await?;
            let mut desk = Desk {
                now,
                rules,
                keys: HashMap::new(),
                alerts: HashMap::new(),
                receipts: HashSet::new(),
                subjects: HashMap::new(),
                received: Vec::new(),
            };
            let mut outcomes: Vec<Taken> = Vec::new();
            for row in rows {
                outcomes.push(match row {
                    Err(wrong) => Err(wrong.clone()),
                    Ok(event) => match event.check() {
                        wrong if wrong.is_empty() => Ok(self.take_event(&mut desk, event).await?),
                        wrong => {
                            let wrong = wrong.into_iter();
                            Err(wrong.map(|one| Wrong { pointer: one.pointer, detail: one.why.into() }).collect())
                        }
                    },
                });
            }
            self.follow_events(&mut desk).await?;
            let answer = |outcome: Taken| {
                let (outcome, id) = outcome?;
                let alert = id.and_then(|id| desk.alerts.get(&id)).map(|held| held.next.clone());
                Ok(Receipt { outcome, alert })
            };
            let answers = outcomes.into_iter().map(answer).collect();
            Ok((desk.changes(call), answers))
        })
        .await
    }

    /// Takes one event.
    async fn take_event(&self, desk: &mut Desk, event: &Event) -> Result<(Outcome, Option<AlertId>), ServiceError> {
        let receipt = event.receipt();
        if let Some(id) = &receipt {
            if desk.receipts.contains(id) {
                let known = desk.received.iter().find(|received| received.id == *id);
                return Ok((Outcome::Duplicate, known.and_then(|received| received.alert)));
            }
            if let Some(known) = self.store().find::<Received>(id).await? {
                if let Some(alert) = known.value.alert {
                    self.hold_alert(desk, alert).await?;
                }
                return Ok((Outcome::Duplicate, known.value.alert));
            }
        }
        let subject = match desk.subjects.get(&event.ci_ref) {
            Some(known) => known.clone(),
            None => self.subject_of(&event.ci_ref).await?,
        };
        desk.subjects.insert(event.ci_ref.clone(), subject.clone());
        let (key, current) = self.current_alert(desk, event, &subject).await?;
        let at = event.occurred(desk.now);
        let cleared_at = desk.keys.get(&key).and_then(|(known, ..)| known.cleared_at);
        let seen = Sighting { key: &key, event, subject: &subject, at, now: desk.now };
        let (next, outcome) = observe(current.as_ref(), cleared_at, seen);
        let alert = next.as_ref().or(current.as_ref()).map(|alert| alert.id);
        if let Some((known, _, is_changed)) = desk.keys.get_mut(&key) {
            if event.severity.severity().is_none() {
                known.cleared_at = known.cleared_at.max(Some(at));
                *is_changed = true;
            }
            if known.alert != alert {
                known.alert = alert;
                *is_changed = true;
            }
        }
        if let Some(next) = next {
            let held = Held { before: None, version: 0, next: next.clone(), is_changed: true };
            let held = desk.alerts.entry(next.id).or_insert(held);
            held.next = next;
            held.is_changed = true;
        }
        let id = receipt.unwrap_or_else(|| secret::encode(&secret::random_bytes::<16>()));
        desk.receipts.insert(id.clone());
        let node = subject.node();
        let event = event.clone();
        desk.received.push(Received { id, alert, outcome, node, occurred_at: at, received_at: desk.now, event });
        Ok((outcome, alert))
    }

    /// The key that counts for an event, and its alert. One that opened before its item was known is found by what the sender
    /// calls the item.
    async fn current_alert(
        &self,
        desk: &mut Desk,
        event: &Event,
        subject: &Subject,
    ) -> Result<(String, Option<Alert>), ServiceError> {
        let keys = event.keys(subject);
        let mut first = None;
        for key in keys {
            if !desk.keys.contains_key(&key) {
                let stored = self.store().find::<AlertKey>(&key).await?;
                let held = match stored {
                    Some(stored) => (stored.value, Expected::Version(stored.version), false),
                    None => (AlertKey { key: key.clone(), alert: None, cleared_at: None }, Expected::Absent, false),
                };
                desk.keys.insert(key.clone(), held);
            }
            let id = desk.keys.get(&key).and_then(|(known, ..)| known.alert);
            let alert = match id {
                Some(id) => self.hold_alert(desk, id).await?,
                None => None,
            };
            match (&first, alert) {
                // Of the second key only what still goes on is meant.
                (Some(_), Some(alert)) if alert.state.is_active() && alert.subject.node().is_none() => {
                    return Ok((key, Some(alert)));
                }
                (None, Some(alert)) if alert.state.is_active() => return Ok((key, Some(alert))),
                (None, alert) => first = Some((key, alert)),
                (Some(_), _) => {}
            }
        }
        Ok(first.unwrap_or_default())
    }

    async fn hold_alert(&self, desk: &mut Desk, id: AlertId) -> Result<Option<Alert>, ServiceError> {
        if let Some(held) = desk.alerts.get(&id) {
            return Ok(Some(held.next.clone()));
        }
        let Some(stored) = self.store().find::<Alert>(&id.to_string()).await? else { return Ok(None) };
        let Versioned { value, version } = stored;
        let held = Held { before: Some(value.clone()), version, next: value.clone(), is_changed: false };
        desk.alerts.insert(id, held);
        Ok(Some(value))
    }

    /// What follows for the alerts that changed: what mutes them, which rule they follow.
    async fn follow_events(&self, desk: &mut Desk) -> Result<(), ServiceError> {
        let is_open = |held: &Held| held.is_changed && held.next.state == AlertState::Open;
        if !desk.alerts.values().any(is_open) {
            return Ok(());
        }
        let mut muting = self.muting(desk.now).await?;
        let mut opened: Vec<AlertId> =
            desk.alerts.iter().filter(|(_, held)| held.is_changed).map(|(id, _)| *id).collect();
        opened.sort_unstable();
        for id in &opened {
            if let Some(held) = desk.alerts.get(id) {
                muting.note(&held.next);
            }
        }
        for id in opened {
            let Some(held) = desk.alerts.get(&id).filter(|held| is_open(held)) else { continue };
            let mute = self.mute_of(&muting, &held.next).await?;
            let Some(held) = desk.alerts.get_mut(&id) else { continue };
            if let Some(muted) = held.next.muted(mute.as_ref(), desk.now) {
                held.next = muted;
                muting.note(&held.next);
            }
            if !held.next.is_routed {
                held.next.route = rule::assign(&held.next, &desk.rules);
            }
        }
        Ok(())
    }
}

impl Desk {
    fn changes(&self, call: &Call) -> ChangeSet {
        let mut changes = ChangeSet::new();
        let Some(first) = self.received.first() else { return changes };
        let summary = format!("{} events", self.received.len());
        changes.audit.push(call.audit(self.now, "event.receive", &first.event.source, summary));
        for (key, expected, _) in self.keys.values().filter(|(.., is_changed)| *is_changed) {
            changes.put(key.clone(), *expected);
        }
        for held in self.alerts.values().filter(|held| held.is_changed) {
            let next = Versioned { value: held.next.clone(), version: held.version };
            write_alert(&mut changes, held.before.as_ref(), next);
        }
        self.received.iter().for_each(|received| changes.create(received.clone()));
        changes
    }
}
