//! Requests that come again (header `Idempotency-Key`): the first one is done, and later ones are answered as it was.

use muster_model::ChangeSet;
use muster_model::account::IdempotencyRecord;
use muster_store::TypedStore;

use super::{Call, Service, ServiceError};

/// The caller's key, and the digest that tells whether it is the same request.
pub(crate) type Repetition = Option<(String, String)>;

fn key_of(call: &Call, what: &str, key: &str) -> String {
    format!("{what}/{}/{key}", call.actor.label())
}

impl Service {
    /// The record that the first request of this key made; another request under it is refused.
    pub(super) async fn answered(
        &self,
        call: &Call,
        what: &str,
        repetition: &Repetition,
    ) -> Result<Option<String>, ServiceError> {
        let Some((key, digest)) = repetition else { return Ok(None) };
        match self.store().find::<IdempotencyRecord>(&key_of(call, what, key)).await? {
            None => Ok(None),
            Some(known) if known.value.request_digest == *digest => Ok(Some(known.value.record)),
            Some(_) => {
                let why = "this Idempotency-Key was used for another request; use a new one";
                Err(ServiceError::Conflict(why.into()))
            }
        }
    }

    /// Remembers what the first request of a key made, in the commit that makes it.
    pub(super) fn remember(
        &self,
        changes: &mut ChangeSet,
        call: &Call,
        what: &str,
        repetition: &Repetition,
        record: &impl ToString,
    ) {
        if let Some((key, digest)) = repetition {
            let (key, record) = (key_of(call, what, key), record.to_string());
            changes.create(IdempotencyRecord { key, request_digest: digest.clone(), record, at: self.now() });
        }
    }
}
