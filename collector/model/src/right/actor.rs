//! Who acts, on what, and the answer "no".

use muster_shared::id::{AgentId, UserId};

use super::{Action, Reaches, Role, Scope, holders};
use crate::text::{Phrase, Word};

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person or a script, with the rights that the account has now.
    User {
        /// The account.
        id: UserId,
        /// Its sign-in name.
        name: String,
        /// Its roles.
        roles: Vec<Role>,
        /// Where they count, of those that do not count everywhere.
        reaches: Reaches,
        /// The limits of the API token, when one is used.
        scopes: Option<Vec<Scope>>,
    },
    /// An enrolled agent. It may report, and nothing else.
    Agent(AgentId),
    /// A job of the collector itself, by name.
    System(&'static str),
}

impl Actor {
    /// The name that timelines and the audit trail show.
    pub fn label(&self) -> String {
        match self {
            Self::User { name, .. } => name.clone(),
            Self::Agent(id) => id.to_string(),
            Self::System(job) => format!("system:{job}"),
        }
    }

    /// The account, if a person or a script acts.
    pub const fn user(&self) -> Option<UserId> {
        match self {
            Self::User { id, .. } => Some(*id),
            Self::Agent(_) | Self::System(_) => None,
        }
    }
}

/// What is acted on. A role that counts in a part of the organisation gives no right over a whole kind of records, nor over a record of
/// which nobody asked where it lies: deny by default. Use cases that ask it take the [`extent`](super::extent) of the right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource<'a> {
    /// A whole kind of records.
    All,
    /// What is the same for everybody: definitions, catalogues, names of colleagues.
    Shared,
    /// One record, by id, wherever it lies.
    One(&'a str),
    /// Something of this account's own.
    Own(UserId),
}

/// The answer "no", with what would have been needed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.phrase())]
pub struct Denied {
    /// Who asked.
    pub actor: String,
    /// For what.
    pub action: Action,
    /// What is missing.
    pub because: Because,
}

/// Why the answer is "no".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// No role of the account gives the right.
    Role,
    /// A role would do, but the token's scope does not.
    Token,
    /// The roles that give the right do not reach so far.
    Reach,
}

impl Denied {
    /// The answer as a sentence.
    pub fn phrase(&self) -> Phrase {
        let holders = holders(self.action).iter().map(|role| role.as_str());
        let key = match self.because {
            Because::Role => "denied",
            Because::Token => "denied_by_scope",
            Because::Reach => "denied_by_reach",
        };
        let phrase =
            Phrase::new(key).term("actor", "actor", self.actor.clone()).term("action", "action", self.action.as_str());
        if self.because == Because::Reach { phrase } else { phrase.with("roles", Word::terms("role-name", holders)) }
    }
}
