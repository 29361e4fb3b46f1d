//! What people say of hosts: one, or many at once with a preview before and a receipt after.

use muster_model::history::Moment;
use muster_model::host::{Criticality, Host, Lifecycle};
use muster_model::right::Action;
use muster_model::text::{Phrase, Word};
use muster_shared::id::{HostId, NodeId};

use crate::service::{Call, Service, ServiceError, invalid};

/// Longest owner and site.
const MAX_LABEL: usize = 100;

/// What people may change of a host. Absent fields stay; an empty text takes a value away.
#[derive(Clone, Debug, Default)]
pub struct HostEdit {
    /// Who answers for it.
    pub owner: Option<String>,
    /// Where it is.
    pub site: Option<String>,
    /// How much depends on it.
    pub criticality: Option<Criticality>,
    /// Where it stands in its life.
    pub lifecycle: Option<Lifecycle>,
}

/// What an edit would make of a host.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The host.
    pub id: HostId,
    /// Its name.
    pub name: String,
    /// The version that was looked at.
    pub version: u64,
    /// What would change: field, before, after; nothing when it is so already.
    pub changes: Vec<(&'static str, Option<String>, Option<String>)>,
}

/// What became of a host.
#[derive(Debug)]
pub struct Changed {
    /// The host.
    pub id: HostId,
    /// Its name.
    pub name: String,
    /// Whether it changed, or why it did not.
    pub outcome: Result<bool, ServiceError>,
}

impl HostEdit {
    /// Whether nothing is said.
    pub const fn is_empty(&self) -> bool {
        self.owner.is_none() && self.site.is_none() && self.criticality.is_none() && self.lifecycle.is_none()
    }

    pub(super) fn check(&self) -> Result<(), ServiceError> {
        for (field, text) in [("/owner", &self.owner), ("/site", &self.site)] {
            if text.as_ref().is_some_and(|text| text.chars().count() > MAX_LABEL) {
                return Err(invalid(field, Phrase::new("at_most_characters").with("max", MAX_LABEL)));
            }
        }
        if self.lifecycle.is_some_and(|lifecycle| !Lifecycle::BY_PEOPLE.contains(&lifecycle)) {
            let choices = Word::list(Lifecycle::BY_PEOPLE.iter().map(|lifecycle| lifecycle.as_str()));
            return Err(invalid("/lifecycle", Phrase::new("lifecycle_choice").with("choices", choices)));
        }
        Ok(())
    }

    /// The host as it is afterwards.
    pub(super) fn apply(&self, host: &Host) -> Host {
        let mut next = host.clone();
        let text = |text: &String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        if let Some(owner) = &self.owner {
            next.owner = text(owner);
        }
        if let Some(site) = &self.site {
            next.site = text(site);
        }
        next.criticality = self.criticality.unwrap_or(next.criticality);
        next.lifecycle = self.lifecycle.unwrap_or(next.lifecycle);
        next
    }

    fn changes(&self, host: &Host) -> Vec<(&'static str, Option<String>, Option<String>)> {
        let next = self.apply(host);
        let name = |name: &'static str| Some(name.to_owned());
        let all = [
            ("owner", host.owner.clone(), next.owner.clone()),
            ("site", host.site.clone(), next.site.clone()),
            ("criticality", name(host.criticality.as_str()), name(next.criticality.as_str())),
            ("lifecycle", name(host.lifecycle.as_str()), name(next.lifecycle.as_str())),
        ];
        all.into_iter().filter(|(_, before, after)| before != after).collect()
    }
}

impl Service {
    /// What an edit would make of hosts. Nothing is written.
    pub async fn plan_hosts(&self, call: &Call, ids: &[HostId], edit: &HostEdit) -> Result<Vec<Planned>, ServiceError> {
        call.holds(Action::HostUpdate)?;
        edit.check()?;
        let mut planned = Vec::new();
        for id in ids {
            let host = self.get_host(call, *id, Moment::NOW).await?.host;
            self.authorize_at(call, Action::HostUpdate, NodeId::Host(*id)).await?;
            let changes = edit.changes(&host.value);
            planned.push(Planned { id: host.value.id, name: host.value.name, version: host.version, changes });
        }
        Ok(planned)
    }

    /// Changes hosts, each on its own, in the version that was looked at: one that somebody else changed since stays as it is.
    pub async fn change_hosts(
        &self,
        call: &Call,
        hosts: &[(HostId, u64)],
        edit: &HostEdit,
    ) -> Result<Vec<Changed>, ServiceError> {
        call.holds(Action::HostUpdate)?;
        edit.check()?;
        let mut changed = Vec::new();
        for (id, version) in hosts {
            let host = match self.get_host(call, *id, Moment::NOW).await {
                Ok(view) => view.host,
                Err(error) => {
                    changed.push(Changed { id: *id, name: id.to_string(), outcome: Err(error) });
                    continue;
                }
            };
            let differs = !edit.changes(&host.value).is_empty();
            let outcome = self.update_host(call, host.value.id, edit.clone(), Some(*version)).await;
            changed.push(Changed { id: *id, name: host.value.name, outcome: outcome.map(|_| differs) });
        }
        Ok(changed)
    }
}
