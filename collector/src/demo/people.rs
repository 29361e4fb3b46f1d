//! The people of the demo. They have no password, so that nobody signs in as one; mail to them would go to example.com.

use muster_model::right::Role;

/// Somebody.
#[derive(Debug)]
pub(super) struct Person {
    /// Sign-in name.
    pub(super) name: &'static str,
    /// Name for people.
    pub(super) display_name: &'static str,
    /// What they may.
    pub(super) roles: &'static [Role],
}

const fn person(name: &'static str, display_name: &'static str, roles: &'static [Role]) -> Person {
    Person { name, display_name, roles }
}

/// The administrator: whoever looks at the demo signs in as this one.
pub(super) const ADMIN: &str = "admin";

/// All of them but the administrator.
pub(super) const PEOPLE: &[Person] = &[
    person("anna", "Anna Lindqvist", &[Role::Responder, Role::ChangeImplementer]),
    person("ben", "Ben Okafor", &[Role::Responder, Role::ChangeImplementer]),
    person("chiara", "Chiara Russo", &[Role::Responder]),
    person("david", "David Nowak", &[Role::Responder, Role::ProblemManager]),
    person("elena", "Elena Petrova", &[Role::IncidentManager]),
    person("farid", "Farid Haddad", &[Role::ChangeManager]),
    person("grace", "Grace Kimani", &[Role::ReleaseManager, Role::ChangeRequester]),
    person("hugo", "Hugo Martins", &[Role::ServiceOwner]),
    person("ines", "Inès Moreau", &[Role::ServiceOwner]),
    person("jonas", "Jonas Weber", &[Role::CmdbOwner]),
    person("kira", "Kira Sato", &[Role::AccessReviewer]),
    person("liam", "Liam Byrne", &[Role::Requester]),
    person("maja", "Maja Novak", &[Role::Requester]),
    person("noor", "Noor Rahman", &[Role::Requester]),
    person("omar", "Omar Diallo", &[Role::Auditor]),
];
