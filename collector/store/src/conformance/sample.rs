//! Documents for the suite.

use muster_model::account::{Session, User};
use muster_model::audit::AuditDraft;
use muster_model::right::Actor;
use muster_model::ticket::edit::{self, Opening};
use muster_model::ticket::{Channel, Counter, Ticket};
use muster_shared::Time;
use muster_shared::id::{SessionId, UserId};

pub(super) fn at(seconds: i64) -> Time {
    Time::from_millis(1_700_000_000_000 + seconds * 1_000)
}

pub(super) fn counter(name: impl Into<String>, last: u64) -> Counter {
    Counter { name: name.into(), last }
}

pub(super) fn user(n: u8, name: &str) -> User {
    User {
        id: UserId::from_bytes([n; 16]),
        name: name.to_owned(),
        display_name: name.to_owned(),
        password_hash: None,
        roles: Vec::new(),
        reaches: muster_model::right::Reaches::new(),
        locale: None,
        manager: None,
        disabled: false,
        created_at: at(0),
    }
}

pub(super) fn session(token_hash: &str, user: UserId) -> Session {
    Session {
        id: SessionId::from_bytes([1; 16]),
        token_hash: token_hash.to_owned(),
        user,
        csrf_token: String::new(),
        created_at: at(0),
        used_at: at(0),
        user_agent: String::new(),
    }
}

pub(super) fn ticket(number: &str, seconds: i64) -> Ticket {
    let opening = Opening::incident(number.into(), Channel::Api);
    edit::open(
        opening,
        number.to_owned(),
        &muster_model::ticket::Priorities::default(),
        &Actor::System("conformance"),
        at(seconds),
    )
    .0
}

pub(super) fn draft(action: &str) -> AuditDraft {
    AuditDraft {
        at: at(0),
        actor: "conformance".into(),
        via: "job".into(),
        request_id: None,
        action: action.to_owned(),
        object: "conformance".into(),
        summary: String::new(),
        reason: "é\"\n".into(),
        acting_for: None,
        before: None,
        after: None,
    }
}
