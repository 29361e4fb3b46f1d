//! Policies: what is shipped with what owners set of it, and what owners make themselves.

mod preview;
mod view;

use std::sync::Arc;

use muster_model::event::Cursor;
use muster_model::grant::observed;
use muster_model::peer;
use muster_model::policy::book::{Book, Settings};
use muster_model::policy::own::{self, OwnPolicy, PolicySetting};
use muster_model::policy::patience::{GroupBy, Patience};
use muster_model::policy::shipped;
use muster_model::policy::sweep::Sweep;
use muster_model::policy::{self, Class, Outcome, Severity};
use muster_model::profile::Profile;
use muster_model::right::{Action, Resource};
use muster_model::routing::{self, rule::Routing};
use muster_model::text::Phrase;
use muster_model::waiver::Waiver;
use muster_model::{ChangeSet, Collection, Document, Expected};
use muster_shared::SectionName;
use muster_store::{Index, Scan, TypedStore};

use super::class::wrong;
use super::majority::HOSTS as PEERS;
use super::{Call, Service, ServiceError, conflict, invalid};
pub(super) use preview::Trial;
pub use preview::{Preview, PreviewHit};
pub use view::PolicyView;
use view::{of_owner, over_changes, over_state};

/// Most policies of owners.
const MOST: usize = 2_000;

/// A policy that an owner makes.
#[derive(Clone, Debug)]
pub struct PolicyDraft {
    /// Its name.
    pub id: String,
    /// What it is for.
    pub purpose: String,
    /// Whose items it looks at.
    pub section: SectionName,
    /// Which hosts it means; empty is all.
    pub scope: String,
    /// What must not be.
    pub condition: String,
    /// How bad.
    pub severity: Severity,
    /// How patient.
    pub class: Class,
    /// With what outcome.
    pub outcome: Outcome,
    /// How long it waits, and what is told as one incident.
    pub patience: Patience,
    /// Whether it is asked.
    pub is_enabled: bool,
}

/// What is changed of a policy; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct PolicyEdit {
    /// What it is for.
    pub purpose: Option<String>,
    /// Which hosts it means.
    pub scope: Option<String>,
    /// What must not be.
    pub condition: Option<String>,
    /// How bad.
    pub severity: Option<Severity>,
    /// How patient.
    pub class: Option<Class>,
    /// With what outcome.
    pub outcome: Option<Outcome>,
    /// For how long something has to stand.
    pub debounce: Option<Debounce>,
    /// What is told as one incident.
    pub group_by: Option<GroupBy>,
    /// Whether it is asked.
    pub is_enabled: Option<bool>,
}

/// For how long something has to stand, as it is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Debounce {
    /// Until a second look, or for 90 s.
    Usual,
    /// So many seconds.
    Seconds(u32),
}

impl Debounce {
    /// As it is kept.
    pub const fn seconds(self) -> Option<u32> {
        match self {
            Self::Usual => None,
            Self::Seconds(seconds) => Some(seconds),
        }
    }

    /// From what was said: nothing is the usual way.
    pub fn of(seconds: Option<u32>) -> Self {
        seconds.map_or(Self::Usual, Self::Seconds)
    }
}

fn missing(id: &str) -> ServiceError {
    ServiceError::NotFound { kind: "policy", id: id.chars().take(80).collect() }
}

pub(super) fn expected(version: u64) -> Expected {
    if version == 0 { Expected::Absent } else { Expected::Version(version) }
}

/// Whether a change set says something else of policies, or of what they may name.
pub(super) fn rewrites(changes: &ChangeSet) -> bool {
    let kept = [
        Collection::Policy,
        Collection::PolicySetting,
        Collection::Profile,
        Collection::Proposal,
        Collection::Class,
        Collection::Waiver,
        Collection::Routing,
    ];
    let speaks = |document: &Document| kept.contains(&document.collection());
    changes.puts.iter().any(|put| speaks(&put.document))
        || changes.deletes.iter().any(|target| kept.contains(&target.collection))
}

impl Service {
    /// All policies as they hold, compiled.
    pub(crate) async fn policy_book(&self) -> Result<Arc<Book>, ServiceError> {
        let (generation, known) = self.books.get();
        if let Some(known) = known {
            return Ok(known);
        }
        let book = Box::pin(self.read_book()).await?;
        Ok(self.books.keep(generation, book))
    }

    /// Reads and compiles all policies.
    async fn read_book(&self) -> Result<Book, ServiceError> {
        let registry = self.registry().await?;
        let own = self.store().all::<OwnPolicy>(Scan::keys(Collection::Policy, "")).await?;
        let set = self.store().all::<PolicySetting>(Scan::keys(Collection::PolicySetting, "")).await?;
        let settings = Settings::new(set.into_iter().map(|stored| stored.value)).but(self.accepted_volatile().await?);
        let waivers = self.store().all::<Waiver>(Scan::keys(Collection::Waiver, "")).await?;
        let routing = self.store().find::<Routing>(routing::rule::KEY).await?.map(|stored| stored.value);
        let profiles = self.store().all::<Profile>(Scan::keys(Collection::Profile, "")).await?;
        let book = Book::new(own.iter().map(|stored| &stored.value), settings, &registry)
            .demanding(profiles.iter().map(|stored| &stored.value), &registry);
        Ok(book.with(waivers.into_iter().map(|stored| stored.value), routing.as_ref()))
    }

    /// All policies: those over changes in the order in which they are asked, those over how things are, those of owners.
    pub async fn list_policies(&self, call: &Call) -> Result<Vec<PolicyView>, ServiceError> {
        call.authorize(Action::FindingRead, Resource::Shared)?;
        let mut ids: Vec<String> = Vec::new();
        let own = self.store().all::<OwnPolicy>(Scan::keys(Collection::Policy, "")).await?;
        let all = policy::DEFAULT.iter().map(|policy| policy.id.to_owned());
        let all = all.chain(
            shipped::STATE.iter().chain(peer::POLICIES).chain(observed::POLICIES).map(|policy| policy.id.to_owned()),
        );
        for id in all.chain(own.into_iter().map(|policy| policy.value.id)) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        let mut views = Vec::new();
        for id in ids {
            views.push(self.get_policy(call, &id).await?);
        }
        Ok(views)
    }

    /// One policy.
    pub async fn get_policy(&self, call: &Call, id: &str) -> Result<PolicyView, ServiceError> {
        call.authorize(Action::FindingRead, Resource::Shared)?;
        let mut view = if let Some(own) = self.store().find::<OwnPolicy>(id).await? {
            of_owner(own)
        } else {
            let set = self.store().find::<PolicySetting>(id).await?;
            match (policy::find(id), shipped::find(id)) {
                (Some(_), _) => over_changes(id, set.as_ref()).ok_or_else(|| missing(id))?,
                (None, Some(policy)) => over_state(policy, set.as_ref()),
                (None, None) => return Err(missing(id)),
            }
        };
        let broken = self.policy_book().await?.broken.get(id).map(ToString::to_string);
        view.problem = broken.or_else(|| self.trouble_of(id));
        let scan = Scan::index(Index::FindingByPolicy, format!("{id}/")).limit(usize::MAX);
        view.findings = self.store().count(scan).await?;
        Ok(view)
    }

    /// Makes a policy.
    pub async fn create_policy(&self, call: &Call, draft: PolicyDraft) -> Result<PolicyView, ServiceError> {
        call.authorize(Action::PolicyManage, Resource::All)?;
        let now = self.now();
        let policy = OwnPolicy {
            id: draft.id.trim().to_owned(),
            purpose: draft.purpose.trim().to_owned(),
            section: draft.section,
            scope: draft.scope.trim().to_owned(),
            condition: draft.condition.trim().to_owned(),
            severity: draft.severity,
            class: draft.class,
            outcome: draft.outcome,
            patience: draft.patience,
            is_enabled: draft.is_enabled,
            created_at: now,
            changed_at: now,
            changed_by: call.actor.label(),
        };
        let policy = &policy;
        self.decide(|| async move {
            self.check_free(&policy.id).await?;
            if self.store().count(Scan::keys(Collection::Policy, "").limit(MOST)).await? >= MOST {
                return Err(ServiceError::Conflict(Phrase::new("policies_full").with("max", MOST).into()));
            }
            self.put_policy(call, "policy.create", policy.clone(), 0).await
        })
        .await?;
        self.get_policy(call, &policy.id).await
    }

    /// Changes a policy. Of one that is shipped only whether it is on, how bad it is and what comes of it.
    pub async fn update_policy(
        &self,
        call: &Call,
        id: &str,
        edit: PolicyEdit,
        seen: Option<u64>,
    ) -> Result<PolicyView, ServiceError> {
        call.authorize(Action::PolicyManage, Resource::One(id))?;
        let edit = &edit;
        self.decide(|| async move {
            let view = self.get_policy(call, id).await?;
            if seen.is_some_and(|seen| seen != view.version) {
                return Err(ServiceError::Stale { have: view.version });
            }
            if view.is_shipped {
                return self.set_policy(call, id, edit, view.version).await;
            }
            let stored = self.store().find::<OwnPolicy>(id).await?.ok_or_else(|| missing(id))?;
            let before = stored.value;
            let text = |edited: &Option<String>, before: &String| {
                edited.as_ref().map_or_else(|| before.clone(), |text| text.trim().to_owned())
            };
            let next = OwnPolicy {
                purpose: text(&edit.purpose, &before.purpose),
                scope: text(&edit.scope, &before.scope),
                condition: text(&edit.condition, &before.condition),
                severity: edit.severity.unwrap_or(before.severity),
                class: edit.class.unwrap_or(before.class),
                outcome: edit.outcome.unwrap_or(before.outcome),
                patience: Patience {
                    debounce_seconds: edit.debounce.map_or(before.patience.debounce_seconds, Debounce::seconds),
                    group_by: edit.group_by.unwrap_or(before.patience.group_by),
                },
                is_enabled: edit.is_enabled.unwrap_or(before.is_enabled),
                changed_at: self.now(),
                changed_by: call.actor.label(),
                ..before
            };
            self.put_policy(call, "policy.update", next, stored.version).await
        })
        .await?;
        self.get_policy(call, id).await
    }

    /// Removes a policy of an owner; what it found ends.
    pub async fn remove_policy(&self, call: &Call, id: &str, seen: Option<u64>) -> Result<(), ServiceError> {
        call.authorize(Action::PolicyManage, Resource::One(id))?;
        self.decide(|| async move {
            let view = self.get_policy(call, id).await?;
            if view.is_shipped {
                return Err(conflict("policy_fixed"));
            }
            if seen.is_some_and(|seen| seen != view.version) {
                return Err(ServiceError::Stale { have: view.version });
            }
            let mut changes = ChangeSet::new();
            changes.audit.push(call.audit(self.now(), "policy.remove", id, view.purpose));
            changes.delete(Collection::Policy, id.to_owned(), Expected::Version(view.version));
            changes.put(Sweep::of(id, self.now()), Expected::Any);
            Ok((changes, ()))
        })
        .await
    }

    /// Policies and profiles share their names: findings say by which one they were made.
    pub(super) async fn check_free(&self, id: &str) -> Result<(), ServiceError> {
        let taken = self.store().find::<OwnPolicy>(id).await?.is_some()
            || self.store().find::<Profile>(id).await?.is_some()
            || ["library", "preview", "new"].contains(&id);
        let why = || Phrase::new("policy_taken").with("name", id);
        if taken { Err(invalid("/id", why())) } else { Ok(()) }
    }

    async fn put_policy(
        &self,
        call: &Call,
        action: &str,
        policy: OwnPolicy,
        version: u64,
    ) -> Result<(ChangeSet, ()), ServiceError> {
        let violations = own::check(&policy, &*self.registry().await?);
        if !violations.is_empty() {
            return Err(wrong(violations));
        }
        let state = if policy.is_enabled { "on" } else { "off" };
        let summary =
            format!("{}, {}, {state}: {}", policy.severity.as_str(), policy.outcome.as_str(), policy.condition);
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(policy.changed_at, action, &policy.id, summary));
        changes.put(Sweep::of(&policy.id, policy.changed_at), Expected::Any);
        changes.put(policy, expected(version));
        Ok((changes, ()))
    }

    async fn set_policy(
        &self,
        call: &Call,
        id: &str,
        edit: &PolicyEdit,
        version: u64,
    ) -> Result<(ChangeSet, ()), ServiceError> {
        let fixed = [
            ("/purpose", edit.purpose.is_some()),
            ("/scope", edit.scope.is_some()),
            ("/condition", edit.condition.is_some()),
            ("/class", edit.class.is_some()),
        ];
        if let Some((field, _)) = fixed.iter().find(|(_, is_wanted)| *is_wanted) {
            return Err(invalid(field, Phrase::new("policy_fixed")));
        }
        let before = self.store().find::<PolicySetting>(id).await?.map(|stored| stored.value);
        let before = before.as_ref();
        let setting = PolicySetting {
            id: id.to_owned(),
            is_enabled: edit.is_enabled.or_else(|| before?.is_enabled),
            severity: edit.severity.or_else(|| before?.severity),
            outcome: edit.outcome.or_else(|| before?.outcome),
            debounce_seconds: edit
                .debounce
                .map_or_else(|| before.and_then(|set| set.debounce_seconds), Debounce::seconds),
            group_by: edit.group_by.or_else(|| before?.group_by),
            changed_at: self.now(),
            changed_by: call.actor.label(),
        };
        let class =
            policy::find(id).map(|policy| policy.class).or_else(|| shipped::find(id).map(|policy| policy.class));
        let patience = Settings::new([setting.clone()]).patience(id);
        if let Some(why) = class.and_then(|class| patience.wrong(class)) {
            return Err(invalid("/debounce_seconds", why));
        }
        let seconds = setting.debounce_seconds.map(|seconds| seconds.to_string());
        let say = |name: &str, value: Option<&str>| value.map(|value| format!("{name} {value}"));
        let said = [
            say("on", setting.is_enabled.map(|on| if on { "yes" } else { "no" })),
            say("severity", setting.severity.map(Severity::as_str)),
            say("outcome", setting.outcome.map(Outcome::as_str)),
            say("debounce", seconds.as_deref()),
            say("group by", setting.group_by.map(GroupBy::as_str)),
        ];
        let summary = said.into_iter().flatten().collect::<Vec<_>>().join(", ");
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(setting.changed_at, "policy.set", id, summary));
        changes.put(Sweep::of(id, setting.changed_at), Expected::Any);
        if peer::find(id).is_some() && self.store().find::<Cursor>(PEERS).await?.is_some() {
            // All hosts are compared anew.
            changes.delete(Collection::Cursor, PEERS.to_owned(), Expected::Any);
        }
        changes.put(setting, expected(version));
        Ok((changes, ()))
    }
}
