//! What must be separate: two kinds of access that nobody may have together (separation of duties, section 11).

use muster_shared::Time;
use muster_shared::id::{HostId, SeparationId};
use serde::{Deserialize, Serialize};

use super::Grant;
use crate::class::Violation;
use crate::query::{Fields, Query};
use crate::record::record;
use crate::text::Phrase;
use crate::ticket::access::{Access, Entitlement};

/// Longest name and reason.
const MAX_TEXT: usize = 500;

/// Two kinds of access that nobody may have together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Separation {
    /// Which.
    pub id: SeparationId,
    /// What people say of it.
    #[serde(flatten)]
    pub rule: Rule,
    /// Who changed it last.
    pub changed_by: String,
    /// When.
    pub changed_at: Time,
}

record!(Separation, Separation, |separation| separation.id.to_string());

/// What people say of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// What it is called.
    pub name: String,
    /// The one.
    pub one: Side,
    /// The other.
    pub other: Side,
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// Whether it is asked.
    #[serde(default = "yes")]
    pub is_enabled: bool,
}

const fn yes() -> bool {
    true
}

/// One kind of access.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Side {
    /// What is allowed.
    pub entitlement: Entitlement,
    /// In which group; none is any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// On which hosts, as a query; empty is any.
    pub hosts: String,
}

/// What access must not be together with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clash {
    /// The rule.
    pub separation: SeparationId,
    /// Its name.
    pub rule: String,
    /// The number of the ticket of the other access.
    pub with: String,
}

/// Access as rules look at it.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// What is allowed.
    pub entitlement: Entitlement,
    /// In which group.
    pub group: Option<&'a str>,
    /// On which hosts.
    pub hosts: &'a [HostId],
}

impl<'a> From<&'a Access> for Asked<'a> {
    fn from(access: &'a Access) -> Self {
        let terms = &access.terms;
        Self { entitlement: terms.entitlement, group: terms.group.as_deref(), hosts: &access.reach }
    }
}

impl<'a> From<&'a Grant> for Asked<'a> {
    fn from(grant: &'a Grant) -> Self {
        Self { entitlement: grant.entitlement, group: grant.group.as_deref(), hosts: &grant.hosts }
    }
}

impl Side {
    /// Whether access is of this kind. `is_meant` says whether the query of the side means a host.
    pub fn fits(&self, asked: Asked<'_>, is_meant: impl Fn(&str, HostId) -> bool) -> bool {
        let same_group = self.group.as_deref().is_none_or(|group| asked.group == Some(group));
        let on_any = || asked.hosts.iter().any(|host| is_meant(&self.hosts, *host));
        self.entitlement == asked.entitlement && same_group && (self.hosts.trim().is_empty() || on_any())
    }

    fn check(&self, place: &str, hosts: &Fields<'_>) -> Vec<Violation> {
        let mut wrong = Vec::new();
        if let Err(error) = Query::parse(&self.hosts, hosts) {
            wrong.push(Violation { pointer: format!("/{place}/hosts"), why: error.phrase() });
        }
        if self.group.is_some() && self.entitlement != Entitlement::Group {
            wrong.push(Violation { pointer: format!("/{place}/group"), why: Phrase::new("separation_group") });
        }
        wrong
    }
}

impl Rule {
    /// Whether two kinds of access are those that it keeps apart, either way round.
    pub fn parts(&self, one: Asked<'_>, other: Asked<'_>, is_meant: impl Fn(&str, HostId) -> bool + Copy) -> bool {
        let fits = |side: &Side, asked| side.fits(asked, is_meant);
        self.is_enabled
            && ((fits(&self.one, one) && fits(&self.other, other))
                || (fits(&self.one, other) && fits(&self.other, one)))
    }

    /// What forbids to save it; `hosts` is what can be asked of hosts.
    pub fn check(&self, hosts: &Fields<'_>) -> Vec<Violation> {
        let length = self.name.trim().chars().count();
        let mut wrong = Vec::new();
        if !(1..=100).contains(&length) {
            wrong.push(Violation {
                pointer: "/name".into(),
                why: Phrase::new("characters").with("min", 1).with("max", 100),
            });
        }
        if self.reason.chars().count() > MAX_TEXT {
            wrong.push(Violation {
                pointer: "/reason".into(),
                why: Phrase::new("characters").with("min", 0).with("max", MAX_TEXT),
            });
        }
        wrong.extend(self.one.check("one", hosts));
        wrong.extend(self.other.check("other", hosts));
        if wrong.is_empty() && self.one == self.other {
            wrong.push(Violation { pointer: "/other".into(), why: Phrase::new("separation_same") });
        }
        wrong
    }
}
