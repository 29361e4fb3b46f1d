//! How much an incident of drift takes in, and where that is.

use serde::{Deserialize, Serialize};

use crate::text::{Phrase, Word};

/// How much an incident of drift takes in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "breadth", rename_all = "snake_case")]
pub enum Breadth {
    /// What one policy finds on one host.
    #[default]
    Host,
    /// The same difference on several hosts of one place.
    Group {
        /// Its group fingerprint.
        fingerprint: String,
        /// Of which service or site the hosts are.
        #[serde(default, skip_serializing_if = "Place::is_anywhere")]
        place: Place,
        /// On how many hosts it stands.
        hosts: usize,
        /// Whether there are more than were counted.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        is_more: bool,
        /// Whether that is much of the fleet.
        is_mass: bool,
    },
    /// What one policy finds on all hosts of a place, because its owner wants it so.
    Policy {
        /// The policy.
        policy: String,
        /// Of which service or site the hosts are.
        #[serde(default, skip_serializing_if = "Place::is_anywhere")]
        place: Place,
    },
    /// What came faster than incidents can be read.
    Digest,
}

/// What hosts have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Place {
    /// Nothing: they may be any.
    #[default]
    Anywhere,
    /// The service that depends on them; `None` where none does.
    Service {
        /// Its name.
        name: Option<String>,
    },
    /// The site; `None` where nobody said one.
    Site {
        /// Its name.
        name: Option<String>,
    },
}

impl Breadth {
    /// Whether it is the usual one.
    pub const fn is_host(&self) -> bool {
        matches!(self, Self::Host)
    }

    /// The name in queries.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Group { .. } => "group",
            Self::Policy { .. } => "policy",
            Self::Digest => "digest",
        }
    }

    /// How many hosts it stands on, as it is said.
    pub(crate) fn said_hosts(&self) -> Word {
        match self {
            Self::Group { hosts, is_more: true, .. } => Phrase::new("or_more").with("count", *hosts).into(),
            Self::Group { hosts, .. } => (*hosts).into(),
            Self::Host | Self::Policy { .. } | Self::Digest => 1_usize.into(),
        }
    }
}

impl Place {
    /// Whether hosts have nothing in common.
    pub const fn is_anywhere(&self) -> bool {
        matches!(self, Self::Anywhere)
    }

    /// What they have in common, for people.
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Anywhere => Phrase::new("place_anywhere"),
            Self::Service { name: Some(name) } => Phrase::new("place_service").with("name", name.as_str()),
            Self::Service { name: None } => Phrase::new("place_no_service"),
            Self::Site { name: Some(name) } => Phrase::new("place_site").with("name", name.as_str()),
            Self::Site { name: None } => Phrase::new("place_no_site"),
        }
    }
}
