//! Who calls: what every use case asks first, and what it leaves in the audit trail.

use muster_model::audit::AuditDraft;
use muster_model::right::{self, Action, Actor, Resource};
use muster_shared::Time;
use muster_shared::id::RequestId;

use super::ServiceError;

/// Who calls, how, and under which request id.
#[derive(Clone, Debug)]
pub struct Call {
    /// Who.
    pub actor: Actor,
    /// How: `console`, `api`, `agent`, `job`, `command`, `mail` (by the link of a mail, whoever has it).
    pub via: &'static str,
    /// The request.
    pub request_id: Option<RequestId>,
}

impl Call {
    /// A call of the collector itself.
    pub const fn system(job: &'static str) -> Self {
        Self { actor: Actor::System(job), via: "job", request_id: None }
    }

    /// Whether the caller may do something. Every use case asks first.
    pub(crate) fn authorize(&self, action: Action, resource: Resource<'_>) -> Result<(), ServiceError> {
        right::authorize(&self.actor, action, resource).map_err(ServiceError::Denied)
    }

    /// The entry that this call leaves in the audit trail.
    #[expect(clippy::needless_pass_by_value, reason = "ids are copied, and so is their text")]
    pub(crate) fn audit(
        &self,
        at: Time,
        action: &str,
        object: impl ToString,
        summary: impl Into<String>,
    ) -> AuditDraft {
        AuditDraft {
            at,
            actor: self.actor.label(),
            via: self.via.to_owned(),
            request_id: self.request_id.map(|id| id.to_string()),
            action: action.to_owned(),
            object: object.to_string(),
            summary: summary.into(),
            reason: String::new(),
            acting_for: None,
            before: None,
            after: None,
        }
    }
}
