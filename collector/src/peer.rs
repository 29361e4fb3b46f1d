//! What the agents of other products send: inventories of FusionInventory and OCS as XML, of GLPI as JSON.
//!
//! Bytes become a [`message::Message`] (`envelope`, `xml`, `json`), an inventory becomes sections with the keys and attributes of
//! our own agent (`translate`), and the answers are what each of them needs to hear (`reply`). Nothing here knows the store.
//!
//! What these agents are known to get wrong is put right or left out: a wrong fact is worse than none.

pub(crate) mod envelope;
pub(crate) mod json;
pub(crate) mod message;
pub(crate) mod reply;
pub(crate) mod translate;
pub(crate) mod xml;

/// Why a message was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PeerError {
    /// It is no message of these protocols.
    #[error("{0}")]
    Malformed(String),
    /// It is larger than what is taken.
    #[error("{0}")]
    TooLarge(String),
    /// A field is larger than what is taken, or holds what cannot be.
    #[error("{pointer}: {detail}")]
    Field {
        /// Where it stands in the message.
        pointer: String,
        /// What is wrong.
        detail: String,
    },
}

#[cfg(test)]
mod tests;
