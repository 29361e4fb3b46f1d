//! Where the roles of an account count: what is said of it is checked, and services get their ids.

use std::collections::BTreeSet;

use muster_model::account::User;
use muster_model::declared::Declared;
use muster_model::right::{Reach, Reaches, Role};
use muster_model::text::{Phrase, Word, unseen};
use muster_store::{Index, Scan, TypedStore};

use crate::service::impact::SERVICES;
use crate::service::{Service, ServiceError, invalid};

/// Most names of one kind.
const MAX_NAMES: usize = 200;
/// Longest name.
const MAX_NAME: usize = 200;

/// The reaches of roles that an account still has.
pub(super) fn of_roles(mut reaches: Reaches, roles: &[Role]) -> Reaches {
    reaches.retain(|role, _| roles.contains(role));
    reaches
}

/// What the audit trail says of them.
pub(super) fn summary(reaches: &Reaches) -> String {
    let lines: Vec<String> = reaches.iter().map(|(role, reach)| format!("{role} in {}", reach.summary())).collect();
    if lines.is_empty() { "everywhere".to_owned() } else { lines.join("; ") }
}

fn named(pointer: &str, names: BTreeSet<String>) -> Result<BTreeSet<String>, ServiceError> {
    if names.len() > MAX_NAMES {
        return Err(invalid(pointer, Phrase::new("at_most_items").with("max", MAX_NAMES)));
    }
    let names = names.into_iter().map(|name| name.trim().to_owned());
    names
        .map(|name| match unseen(&name) {
            Some(why) => Err(invalid(pointer, why)),
            None if name.is_empty() => Err(invalid(pointer, Phrase::new("reach_empty"))),
            None if name.chars().count() > MAX_NAME => {
                Err(invalid(pointer, Phrase::new("at_most_characters").with("max", MAX_NAME)))
            }
            None => Ok(name),
        })
        .collect()
}

impl Service {
    /// Where roles are to count, as it is kept: roles that the account has, names that can be, services that are there.
    pub(super) async fn checked_reaches(&self, reaches: Reaches, roles: &[Role]) -> Result<Reaches, ServiceError> {
        let mut checked = Reaches::new();
        for (role, reach) in reaches {
            let at = format!("/reaches/{role}");
            if !roles.contains(&role) {
                let has = Word::terms("role-name", roles.iter().map(|role| role.as_str()));
                let why = Phrase::new("reach_of_no_role").term("role", "role-name", role.as_str()).with("roles", has);
                return Err(invalid(&at, why));
            }
            checked.insert(role, self.checked_reach(&at, reach).await?);
        }
        Ok(checked)
    }

    /// A part of the organisation as it is kept: names that can be, services that are there, by their ids.
    pub(in crate::service) async fn checked_reach(&self, at: &str, reach: Reach) -> Result<Reach, ServiceError> {
        let services = self.services_named(&format!("{at}/services"), reach.services).await?;
        let sites = named(&format!("{at}/sites"), reach.sites)?;
        let teams = named(&format!("{at}/teams"), reach.teams)?;
        Ok(Reach { sites, teams, services })
    }

    /// Where the roles of an account count, with services by their names, as people write them.
    pub async fn reaches_by_name(&self, user: &User) -> Result<Reaches, ServiceError> {
        let mut reaches = user.reaches.clone();
        for reach in reaches.values_mut() {
            reach.services = self.service_names(&reach.services).await?;
        }
        Ok(reaches)
    }

    /// The names of services. One that went is shown by its id: it stands for nothing any more.
    pub(crate) async fn service_names(&self, ids: &BTreeSet<String>) -> Result<BTreeSet<String>, ServiceError> {
        let mut names = BTreeSet::new();
        for id in ids {
            let found = self.store().find::<Declared>(id).await?;
            names.insert(found.map_or_else(|| id.clone(), |stored| stored.value.name));
        }
        Ok(names)
    }

    /// The ids of services that are named by id or by name.
    pub(in crate::service) async fn services_named(
        &self,
        pointer: &str,
        names: BTreeSet<String>,
    ) -> Result<BTreeSet<String>, ServiceError> {
        let names = named(pointer, names)?;
        if names.is_empty() {
            return Ok(names);
        }
        let mut services = Vec::new();
        for class in SERVICES {
            let scan = Scan::index(Index::DeclaredByClass, format!("{class}/"));
            services.extend(self.store().all::<Declared>(scan).await?.into_iter().map(|stored| stored.value));
        }
        services.retain(Declared::is_present);
        let mut ids = BTreeSet::new();
        for name in names {
            let is_it = |item: &&Declared| item.id.to_string() == name || item.name.eq_ignore_ascii_case(&name);
            let found = services.iter().find(is_it);
            let unknown = || invalid(pointer, Phrase::new("reach_no_service").with("name", name.clone()));
            ids.insert(found.ok_or_else(unknown)?.id.to_string());
        }
        Ok(ids)
    }
}
