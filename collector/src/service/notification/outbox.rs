//! Messages of one commit: new ones, and notices that are folded into those that are still collecting.

use std::collections::{BTreeMap, HashMap};

use muster_model::notification::Notice;
use muster_model::notification::delivery::{Delivery, Destination, STORM, STORM_MS};
use muster_model::{ChangeSet, Expected};
use muster_shared::Time;
use muster_shared::id::UserId;
use muster_store::{Index, Scan, TypedStore};

use crate::service::{Service, ServiceError};

/// Somebody who is told.
#[derive(Clone, Debug)]
pub(super) struct Recipient {
    pub(super) to: Destination,
    pub(super) user: Option<UserId>,
    pub(super) due: Time,
    /// Whether people read it: then a storm is folded.
    pub(super) folds: bool,
}

/// Of several ways to one address the one that is due first: nobody is told twice of one thing.
#[derive(Debug, Default)]
pub(super) struct Recipients(BTreeMap<String, Recipient>);

impl Recipients {
    pub(super) fn add(&mut self, recipient: Recipient) {
        let lane = recipient.to.lane();
        if self.0.get(&lane).is_none_or(|known| recipient.due < known.due) {
            self.0.insert(lane, recipient);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What one commit sends.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    new: Vec<Delivery>,
    /// Collecting messages by lane, as this commit leaves them.
    collecting: HashMap<String, (Delivery, Expected)>,
    /// Messages at once that this commit adds, by lane.
    at_once: HashMap<String, usize>,
}

impl Outbox {
    /// Tells somebody of something.
    async fn tell_one(
        &mut self,
        service: &Service,
        recipient: Recipient,
        notice: &Notice,
        now: Time,
    ) -> Result<(), ServiceError> {
        let lane = recipient.to.lane();
        let mut due = recipient.due;
        let can_fold = recipient.folds && !notice.is_urgent;
        if due <= now && can_fold && self.is_storm(service, &lane, now).await? {
            due = now.plus_millis(STORM_MS);
        }
        if due <= now {
            let before = self.at_once.entry(lane).or_default();
            // Ids sort by birth: of one lane none is born at the same moment as another.
            let born = now.plus_millis(i64::try_from(*before).unwrap_or_default());
            *before += 1;
            self.new.push(Delivery::new(recipient.to, recipient.user, notice.clone(), born, now));
            return Ok(());
        }
        if !self.collecting.contains_key(&lane) {
            let known = service.store().first::<Delivery>(Scan::exactly(Index::DeliveryCollecting, &lane)).await?;
            // One that is due is about to go: it takes nothing more.
            let known = known.filter(|known| known.value.state.due_at().is_some_and(|at| at > now));
            if let Some(known) = known {
                self.collecting.insert(lane.clone(), (known.value, Expected::Version(known.version)));
            }
        }
        if let Some((digest, _)) = self.collecting.get_mut(&lane) {
            digest.fold(notice.clone());
        } else {
            let digest = Delivery::new(recipient.to, recipient.user, notice.clone(), now, due);
            self.collecting.insert(lane, (digest, Expected::Absent));
        }
        Ok(())
    }

    /// Whether so much went to an address at once of late that the next is folded.
    async fn is_storm(&self, service: &Service, lane: &str, now: Time) -> Result<bool, ServiceError> {
        let here = self.at_once.get(lane).copied().unwrap_or_default();
        if here >= STORM {
            return Ok(true);
        }
        let scan = Scan::index(Index::DeliveryByLane, format!("{lane}/")).descending().limit(STORM - here);
        let last = service.store().page::<Delivery>(scan).await?.rows;
        let is_recent = |delivery: &Delivery| now.since(delivery.created_at) < STORM_MS;
        Ok(last.len() + here >= STORM && last.iter().all(|stored| is_recent(&stored.value)))
    }

    /// Tells all of them.
    pub(super) async fn tell(
        &mut self,
        service: &Service,
        recipients: Recipients,
        notice: &Notice,
        now: Time,
    ) -> Result<(), ServiceError> {
        for recipient in recipients.0.into_values() {
            self.tell_one(service, recipient, notice, now).await?;
        }
        Ok(())
    }

    /// Adds all of it to a commit.
    pub(super) fn write(self, changes: &mut ChangeSet) {
        self.new.into_iter().for_each(|delivery| changes.create(delivery));
        self.collecting.into_values().for_each(|(delivery, expected)| changes.put(delivery, expected));
    }
}
