//! The part of the organisation in which a role counts: sites, teams and services (service-desk rules, section 14).
//!
//! A role without a reach counts everywhere. Several roles that give a right reach what one of them reaches.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Action, Actor, Because, Denied, holders, in_scope};
use super::{Role, actor};

/// Sites, teams and services; nothing at all is what concerns the account itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Reach {
    /// Hosts and items of these sites.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub sites: BTreeSet<String>,
    /// What these teams own, and tickets that they are to deal with.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub teams: BTreeSet<String>,
    /// Services by their ids, with what people say that they depend on.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub services: BTreeSet<String>,
}

impl Reach {
    /// All names, for the audit trail: `site ber1, team db`.
    pub fn summary(&self) -> String {
        let kinds = [("site", &self.sites), ("team", &self.teams), ("service", &self.services)];
        let named = kinds.iter().flat_map(|(kind, names)| names.iter().map(move |name| format!("{kind} {name}")));
        let named: Vec<String> = named.collect();
        if named.is_empty() { "own things".to_owned() } else { named.join(", ") }
    }

    /// Whether nothing is named.
    pub fn is_empty(&self) -> bool {
        self.sites.is_empty() && self.teams.is_empty() && self.services.is_empty()
    }

    /// Whether one of the names is in both; sites and teams whatever their letters.
    pub fn meets(&self, other: &Self) -> bool {
        let both = |one: &BTreeSet<String>, other: &BTreeSet<String>| {
            one.iter().any(|name| other.iter().any(|their| their.to_lowercase() == name.to_lowercase()))
        };
        both(&self.sites, &other.sites) || both(&self.teams, &other.teams) || both(&self.services, &other.services)
    }

    /// Reaches what the other one does, too.
    pub fn join(&mut self, other: &Self) {
        self.sites.extend(other.sites.iter().cloned());
        self.teams.extend(other.teams.iter().cloned());
        self.services.extend(other.services.iter().cloned());
    }
}

/// The reach of an account's roles; those that are not named count everywhere.
pub type Reaches = BTreeMap<Role, Reach>;

/// Of what a right holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Of everything.
    Everything,
    /// Of what lies within this reach, and of what concerns the account itself.
    Within(Reach),
}

/// What is of the whole organisation and never of a part: it takes a role that counts everywhere.
pub const WHOLE: &[Action] = &[
    Action::AccessReview,
    Action::AgentRevoke,
    Action::AlertRule,
    Action::ApprovalRule,
    Action::AuditRead,
    Action::BoardRecord,
    Action::CatalogueManage,
    Action::ClassManage,
    Action::EnrollmentManage,
    Action::IdentityDecide,
    Action::IdentityRules,
    Action::ImprovementManage,
    Action::LevelManage,
    Action::NotificationManage,
    Action::NotificationRead,
    Action::OnCallManage,
    Action::PolicyManage,
    Action::ReconciliationUpdate,
    Action::ReportSchedule,
    Action::PriorityRules,
    Action::RetentionUpdate,
    Action::RoutingUpdate,
    Action::SearchShare,
    Action::TicketImport,
    Action::UserManage,
    Action::UserRead,
];

/// Of what `actor` may do `action`; an error when of nothing.
pub fn extent(actor: &Actor, action: Action) -> Result<Extent, Denied> {
    let denied = |because| Err(Denied { actor: actor.label(), action, because });
    let actor::Actor::User { roles, reaches, scopes, .. } = actor else {
        return if matches!(actor, Actor::System(_)) { Ok(Extent::Everything) } else { denied(Because::Role) };
    };
    let mut held = roles.iter().filter(|role| holders(action).contains(role)).peekable();
    if held.peek().is_none() {
        return denied(Because::Role);
    }
    if !scopes.as_ref().is_none_or(|scopes| scopes.iter().any(|scope| in_scope(*scope, action))) {
        return denied(Because::Token);
    }
    let mut joint = Reach::default();
    for role in held {
        match reaches.get(role) {
            Some(reach) => joint.join(reach),
            None => return Ok(Extent::Everything),
        }
    }
    if WHOLE.contains(&action) { denied(Because::Reach) } else { Ok(Extent::Within(joint)) }
}
