//! Profiles and one host: what they demand of it, and what of it can be demanded of others.

use std::collections::BTreeSet;
use std::sync::Arc;

use muster_model::history::Moment;
use muster_model::host::Host;
use muster_model::policy::book::StatePolicy;
use muster_model::policy::court::Facts;
use muster_model::profile::{self, Expectation, golden};
use muster_model::right::Action;
use muster_model::text::{Phrase, Word};
use muster_shared::SectionName;
use muster_shared::id::{HostId, NodeId};
use muster_store::TypedStore;
use serde_json::Value;

use crate::service::state::ask;
use crate::service::{Call, Service, ServiceError, invalid};

/// A demand as it counts, or not, on a host.
#[derive(Clone, Debug)]
pub struct Effective {
    /// The profile that makes it.
    pub profile: String,
    /// How specific that is.
    pub layer: u8,
    /// What must be.
    pub expectation: Expectation,
    /// Whether it counts.
    pub standing: Standing,
    /// What is there; null is nothing.
    pub actual: Value,
}

/// How a demand stands on a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is so.
    Met,
    /// It is not so.
    Broken,
    /// The section was never read, or the condition has no answer.
    Unknown,
    /// A more specific profile says something of the same thing: this one.
    Overruled(String),
    /// Another profile of the same layer says something else: this one.
    Undecided(String),
}

impl Standing {
    /// The name in JSON and in the console.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Broken => "broken",
            Self::Unknown => "unknown",
            Self::Overruled(_) => "overruled",
            Self::Undecided(_) => "undecided",
        }
    }

    /// The profile that is in the way.
    pub fn by(&self) -> Option<&str> {
        match self {
            Self::Overruled(by) | Self::Undecided(by) => Some(by),
            Self::Met | Self::Broken | Self::Unknown => None,
        }
    }
}

impl Service {
    /// What is there on a host now, as the lines of a profile: of some sections, or of all that are taken.
    pub async fn golden_lines(
        &self,
        call: &Call,
        host: HostId,
        sections: &[SectionName],
    ) -> Result<Vec<String>, ServiceError> {
        self.authorize_at(call, Action::ItemRead, NodeId::Host(host)).await?;
        let missing = || ServiceError::NotFound { kind: "host", id: host.to_string() };
        let stored = self.store().find::<Host>(&host.to_string()).await?.ok_or_else(missing)?;
        if let Some(other) = sections.iter().find(|section| !golden::is_taken(**section)) {
            let all = golden::TAKEN.iter().map(|(section, _)| section.as_str());
            let why = Phrase::new("class_choice").with("value", other.as_str()).with("choices", Word::list(all));
            return Err(invalid("/section", why));
        }
        let holder = self.holder(stored).await?;
        let mut lines = Vec::new();
        for (section, _) in golden::TAKEN {
            if !sections.is_empty() && !sections.contains(section) {
                continue;
            }
            for item in self.items_of(&holder, *section, Moment::NOW).await? {
                lines.extend(golden::lines(*section, &item.key, &item.attributes));
            }
        }
        Ok(lines)
    }

    /// What profiles demand of a host: what counts, what does not and why, and how it stands.
    pub async fn effective_profile(&self, call: &Call, host: HostId) -> Result<Vec<Effective>, ServiceError> {
        self.authorize_at(call, Action::FindingRead, NodeId::Host(host)).await?;
        let missing = || ServiceError::NotFound { kind: "host", id: host.to_string() };
        let stored = self.store().find::<Host>(&host.to_string()).await?.ok_or_else(missing)?;
        let entry = self.scope_entry(&stored).await?;
        let book = self.policy_book().await?;
        let is_meant = |policy: &&Arc<StatePolicy>| policy.scope.as_ref().is_none_or(|scope| scope.matches(&entry));
        let demands = book.states().iter().filter(|policy| policy.demanded.is_some());
        let meant: Vec<_> = demands.filter(is_meant).cloned().collect();
        let counted = profile::winners(&meant);
        let facts = Arc::new(self.facts_for(stored, entry.clone(), &meant).await?);
        let mut effective = Vec::new();
        for (name, answer) in ask(&facts, &counted.winners) {
            if let Ok(answer) = answer {
                let standing = if answer.violation.is_some() { Standing::Broken } else { Standing::Met };
                effective.extend(shown(&answer.policy, standing, &facts));
            } else {
                self.note_trouble(&name, &host.to_string(), "a condition has no answer");
            }
        }
        let answered: BTreeSet<(String, String)> =
            effective.iter().map(|one| (one.profile.clone(), one.expectation.to_string())).collect();
        for policy in &counted.winners {
            let one = shown(policy, Standing::Unknown, &facts);
            effective.extend(one.filter(|one| !answered.contains(&(one.profile.clone(), one.expectation.to_string()))));
        }
        for (policy, by) in &counted.overruled {
            effective.extend(shown(policy, Standing::Overruled(by.id.clone()), &facts));
        }
        for (policy, by) in &counted.undecided {
            effective.extend(shown(policy, Standing::Undecided(by.id.clone()), &facts));
        }
        effective.sort_by_key(|one| (one.expectation.to_string(), one.layer));
        Ok(effective)
    }
}

fn shown(policy: &StatePolicy, standing: Standing, facts: &Facts) -> Option<Effective> {
    let demanded = policy.demanded.as_ref()?;
    let expectation = demanded.expectation.clone();
    let section = facts.sections.get(&expectation.section);
    let item = section.and_then(|section| section.find(&expectation.key)).map(|(_, item)| item);
    let actual = expectation.actual(item);
    Some(Effective { profile: policy.id.clone(), layer: demanded.layer, expectation, standing, actual })
}
