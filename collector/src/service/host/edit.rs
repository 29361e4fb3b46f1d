//! What people say of hosts: one, or many at once with a preview before and a receipt after.

use std::collections::BTreeMap;

use muster_model::history::Moment;
use muster_model::host::voice::MAX_LABEL;
use muster_model::host::{Criticality, Host, Lifecycle};
use muster_model::right::Action;
use muster_model::text::{Phrase, Word};
use muster_shared::id::{HostId, NodeId};
use serde_json::{Value, json};

use crate::service::{Call, Service, ServiceError, invalid};

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

/// A field, what it was before and what it is afterwards.
pub type Difference = (&'static str, Option<String>, Option<String>);

/// What an edit would make of a host.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The host.
    pub id: HostId,
    /// Its name.
    pub name: String,
    /// The version that was looked at.
    pub version: u64,
    /// What would change: field, before, after; nothing when it is so already, or when somebody else is believed more.
    pub changes: Vec<Difference>,
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

    /// What is said, by pointer; null is that there is none.
    pub(super) fn said(&self) -> Vec<(String, Value)> {
        let text = |text: &String| json!(Some(text.trim()).filter(|text| !text.is_empty()));
        let all = [
            ("/owner", self.owner.as_ref().map(text)),
            ("/site", self.site.as_ref().map(text)),
            ("/criticality", self.criticality.map(|it| json!(it))),
            ("/lifecycle", self.lifecycle.map(|it| json!(it))),
        ];
        all.into_iter().filter_map(|(pointer, value)| Some((pointer.to_owned(), value?))).collect()
    }

    /// What is said of a host that is not there yet, as what differs.
    pub(in crate::service) fn first(&self) -> BTreeMap<String, (Value, Value)> {
        let said = self.said().into_iter().filter(|(_, value)| !value.is_null());
        said.map(|(pointer, value)| (pointer.trim_start_matches('/').to_owned(), (Value::Null, value))).collect()
    }

    /// Only what differs from how a host is: a form says all of its fields, and its reader meant those that they changed.
    #[must_use]
    pub fn only_new(mut self, host: &Host) -> Self {
        let is_same = |said: &String, known: &Option<String>| said.trim() == known.as_deref().unwrap_or_default();
        self.owner.take_if(|owner| is_same(owner, &host.owner));
        self.site.take_if(|site| is_same(site, &host.site));
        self.criticality.take_if(|criticality| *criticality == host.criticality);
        self.lifecycle.take_if(|lifecycle| *lifecycle == host.lifecycle);
        self
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
            let changes = self.plan_said(call, &host, edit).await?;
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
            let differs = !self.plan_said(call, &host, edit).await?.is_empty();
            let outcome = self.update_host(call, host.value.id, edit.clone(), Some(*version)).await;
            changed.push(Changed { id: *id, name: host.value.name, outcome: outcome.map(|_| differs) });
        }
        Ok(changed)
    }
}
