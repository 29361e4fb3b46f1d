//! Profiles: what hosts of a kind must be like. Saved when they fit what others say, tried before that.

mod effective;

use std::collections::BTreeSet;
use std::sync::Arc;

use muster_model::class::Violation;
use muster_model::host::Host;
use muster_model::policy::book::StatePolicy;
use muster_model::policy::sweep::Sweep;
use muster_model::policy::{Class, Outcome, Severity};
use muster_model::profile::{self, Expectation, Profile, ProfileVersion};
use muster_model::right::{Action, Resource};
use muster_model::text::Phrase;
use muster_model::{ChangeSet, Collection, Expected, Versioned};
use muster_shared::Time;
use muster_store::{Index, Scan, TypedStore};

use super::class::wrong;
use super::policy::{Preview, Trial, expected};
use super::{Call, Service, ServiceError};

pub use effective::{Effective, Standing};

/// Most profiles.
const MOST: usize = 500;

/// A profile that somebody makes.
#[derive(Clone, Debug)]
pub struct ProfileDraft {
    /// Its name.
    pub id: String,
    /// What it is for.
    pub purpose: String,
    /// Which hosts it means; empty is all.
    pub scope: String,
    /// How specific it is.
    pub layer: u8,
    /// What must be, a line each.
    pub expectations: Vec<String>,
    /// How bad it is when something is not so.
    pub severity: Severity,
    /// How patient.
    pub class: Class,
    /// With what outcome.
    pub outcome: Outcome,
    /// Whether it is asked.
    pub is_enabled: bool,
}

/// What is changed of a profile; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct ProfileEdit {
    /// What it is for.
    pub purpose: Option<String>,
    /// Which hosts it means.
    pub scope: Option<String>,
    /// How specific it is.
    pub layer: Option<u8>,
    /// What must be, a line each.
    pub expectations: Option<Vec<String>>,
    /// How bad it is when something is not so.
    pub severity: Option<Severity>,
    /// How patient.
    pub class: Option<Class>,
    /// With what outcome.
    pub outcome: Option<Outcome>,
    /// Whether it is asked.
    pub is_enabled: Option<bool>,
}

/// A profile as it is shown.
#[derive(Clone, Debug)]
pub struct ProfileView {
    /// The profile.
    pub profile: Versioned<Profile>,
    /// Findings of it that stand.
    pub findings: usize,
    /// Why something of it cannot be asked, or does not count.
    pub problem: Option<String>,
}

fn missing(id: &str) -> ServiceError {
    ServiceError::NotFound { kind: "profile", id: id.chars().take(80).collect() }
}

/// Reads lines; empty ones, and those that begin with `#`, say nothing.
fn expectations(lines: &[String]) -> Result<Vec<Expectation>, ServiceError> {
    let mut wrongs = Vec::new();
    let mut read = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match Expectation::parse(line) {
            Ok(expectation) => read.push(expectation),
            Err(why) => wrongs.push(Violation { pointer: format!("/expectations/{place}"), why }),
        }
    }
    if wrongs.is_empty() { Ok(read) } else { Err(wrong(wrongs)) }
}

impl Service {
    /// All profiles.
    pub async fn list_profiles(&self, call: &Call) -> Result<Vec<ProfileView>, ServiceError> {
        call.authorize(Action::FindingRead, Resource::Shared)?;
        let mut views = Vec::new();
        for stored in self.all_profiles().await? {
            views.push(self.profile_view(stored).await?);
        }
        views.sort_by(|a, b| {
            let order = |view: &ProfileView| (view.profile.value.layer, view.profile.value.id.clone());
            order(a).cmp(&order(b))
        });
        Ok(views)
    }

    /// One profile.
    pub async fn get_profile(&self, call: &Call, id: &str) -> Result<ProfileView, ServiceError> {
        call.authorize(Action::FindingRead, Resource::Shared)?;
        let stored = self.store().find::<Profile>(id).await?.ok_or_else(|| missing(id))?;
        self.profile_view(stored).await
    }

    async fn all_profiles(&self) -> Result<Vec<Versioned<Profile>>, ServiceError> {
        Ok(self.store().all::<Profile>(Scan::keys(Collection::Profile, "")).await?)
    }

    async fn profile_view(&self, profile: Versioned<Profile>) -> Result<ProfileView, ServiceError> {
        let id = &profile.value.id;
        let broken = self.policy_book().await?.broken.get(id).map(ToString::to_string);
        let problem = broken.or_else(|| self.trouble_of(id));
        let scan = Scan::index(Index::FindingByPolicy, format!("{id}/")).limit(usize::MAX);
        let findings = self.store().count(scan).await?;
        Ok(ProfileView { profile, findings, problem })
    }

    /// Makes a profile.
    pub async fn create_profile(&self, call: &Call, draft: ProfileDraft) -> Result<ProfileView, ServiceError> {
        call.authorize(Action::PolicyManage, Resource::All)?;
        let profile = &drawn(&draft, self.now(), call.actor.label())?;
        self.decide(|| async move {
            self.check_free(&profile.id).await?;
            if self.store().count(Scan::keys(Collection::Profile, "").limit(MOST)).await? >= MOST {
                return Err(ServiceError::Conflict(Phrase::new("policies_full").with("max", MOST).into()));
            }
            self.put_profile(call, "profile.create", profile.clone(), None).await
        })
        .await?;
        self.get_profile(call, &profile.id).await
    }

    /// Changes a profile.
    pub async fn update_profile(
        &self,
        call: &Call,
        id: &str,
        edit: ProfileEdit,
        seen: Option<u64>,
    ) -> Result<ProfileView, ServiceError> {
        call.authorize(Action::PolicyManage, Resource::One(id))?;
        let lines = edit.expectations.as_deref().map(expectations).transpose()?;
        let (edit, lines) = (&edit, &lines);
        self.decide(|| async move {
            let stored = self.store().find::<Profile>(id).await?.ok_or_else(|| missing(id))?;
            super::check_version(&stored, seen)?;
            let before = stored.value.clone();
            let text = |edited: &Option<String>, before: &String| {
                edited.as_ref().map_or_else(|| before.clone(), |text| text.trim().to_owned())
            };
            let next = Profile {
                purpose: text(&edit.purpose, &before.purpose),
                scope: text(&edit.scope, &before.scope),
                layer: edit.layer.unwrap_or(before.layer),
                expectations: lines.clone().unwrap_or_else(|| before.expectations.clone()),
                severity: edit.severity.unwrap_or(before.severity),
                class: edit.class.unwrap_or(before.class),
                outcome: edit.outcome.unwrap_or(before.outcome),
                is_enabled: edit.is_enabled.unwrap_or(before.is_enabled),
                changed_at: self.now(),
                changed_by: call.actor.label(),
                ..before
            };
            self.put_profile(call, "profile.update", next, Some(stored)).await
        })
        .await?;
        self.get_profile(call, id).await
    }

    /// Removes a profile; what it found ends.
    pub async fn remove_profile(&self, call: &Call, id: &str, seen: Option<u64>) -> Result<(), ServiceError> {
        call.authorize(Action::PolicyManage, Resource::One(id))?;
        self.decide(|| async move {
            let stored = self.store().find::<Profile>(id).await?.ok_or_else(|| missing(id))?;
            super::check_version(&stored, seen)?;
            let (now, all) = (self.now(), self.all_profiles().await?);
            let mut changes = ChangeSet::new();
            changes.audit.push(call.audit(now, "profile.remove", id, stored.value.purpose.clone()));
            // What it overruled counts again.
            let others = profile::touched_by(&stored.value, all.iter().map(|other| &other.value));
            for policy in others.iter().map(String::as_str).chain([id]) {
                changes.put(Sweep::of(policy, now), Expected::Any);
            }
            changes.delete(Collection::Profile, id.to_owned(), Expected::Version(stored.version));
            Ok((changes, ()))
        })
        .await
    }

    async fn put_profile(
        &self,
        call: &Call,
        action: &str,
        profile: Profile,
        before: Option<Versioned<Profile>>,
    ) -> Result<(ChangeSet, ()), ServiceError> {
        let others = self.check_profile(&profile).await?;
        let (mut changes, now) = (ChangeSet::new(), profile.changed_at);
        let state = if profile.is_enabled { "on" } else { "off" };
        let summary = format!("layer {}, {state}: {}", profile.layer, profile.lines().join("; "));
        let summary = summary.chars().take(2_000).collect::<String>();
        changes.audit.push(call.audit(now, action, &profile.id, summary));
        let mut touched: BTreeSet<String> = BTreeSet::from([profile.id.clone()]);
        for version in before.iter().map(|before| &before.value).chain([&profile]) {
            touched.extend(profile::touched_by(version, others.iter().map(|other| &other.value)));
        }
        for policy in touched {
            changes.put(Sweep::of(&policy, now), Expected::Any);
        }
        let version = before.map_or(0, |before| before.version);
        changes.create(ProfileVersion { version: version + 1, profile: profile.clone() });
        changes.put(profile, expected(version));
        Ok((changes, ()))
    }

    /// Refuses a profile that cannot be asked, or that contradicts another one of its layer on some host. Gives the others.
    async fn check_profile(&self, profile: &Profile) -> Result<Vec<Versioned<Profile>>, ServiceError> {
        let registry = self.registry().await?;
        let violations = profile::check(profile, &registry);
        if !violations.is_empty() {
            return Err(wrong(violations));
        }
        let others = self.all_profiles().await?;
        if !profile.is_enabled {
            return Ok(others);
        }
        for other in others.iter().map(|other| &other.value).filter(|other| other.is_enabled) {
            let conflicts = profile::conflicts(profile, other);
            if conflicts.is_empty() {
                continue;
            }
            if let Some(host) = self.common_host(profile, other).await? {
                let told = |(place, theirs): (usize, &Expectation)| {
                    let mine = profile.expectations.get(place).map(Expectation::to_string).unwrap_or_default();
                    let why = Phrase::new("profile_conflict").with("profile", other.id.as_str()).with("line", mine);
                    let why = why.with("other", theirs.to_string()).with("layer", usize::from(other.layer));
                    Violation { pointer: format!("/expectations/{place}"), why: why.with("host", host.as_str()) }
                };
                return Err(wrong(conflicts.into_iter().map(told).collect()));
            }
        }
        Ok(others)
    }

    /// The first host that both mean.
    async fn common_host(&self, profile: &Profile, other: &Profile) -> Result<Option<String>, ServiceError> {
        let registry = self.registry().await?;
        let scope = |profile: &Profile| profile.policies(&registry).ok()?.into_iter().next()?.scope;
        let (mine, theirs) = (scope(profile), scope(other));
        let mut scan = Scan::keys(Collection::Host, "").limit(256);
        loop {
            let page = self.store().page::<Host>(scan.clone()).await?;
            for host in page.rows {
                if host.value.lifecycle.is_over() || host.value.merged_into.is_some() {
                    continue;
                }
                let entry = self.scope_entry(&host).await?;
                if [&mine, &theirs].iter().all(|scope| scope.as_ref().is_none_or(|scope| scope.matches(&entry))) {
                    return Ok(Some(host.value.name));
                }
            }
            match page.next {
                None => return Ok(None),
                next => scan.after = next,
            }
        }
    }

    /// Tries a profile without saving it: beside the others that are on, in the place of the one of its name.
    pub async fn preview_profile(&self, call: &Call, draft: ProfileDraft) -> Result<Preview, ServiceError> {
        call.authorize(Action::PolicyManage, Resource::All)?;
        let now = self.now();
        let mut draft = draft;
        if draft.id.trim().is_empty() {
            "this-profile".clone_into(&mut draft.id);
        }
        draft.is_enabled = true;
        let profile = drawn(&draft, now, call.actor.label())?;
        self.check_profile(&profile).await?;
        let registry = self.registry().await?;
        let unreadable = |why: Phrase| super::invalid("/expectations", why);
        let tried: Vec<Arc<StatePolicy>> =
            profile.policies(&registry).map_err(unreadable)?.into_iter().map(Arc::new).collect();
        let book = self.policy_book().await?;
        let is_other = |other: &&Arc<StatePolicy>| other.demanded.is_some() && other.id != profile.id;
        let others: Vec<_> = book.states().iter().filter(is_other).cloned().collect();
        self.try_out(&Trial { tried, others }, now).await
    }

    /// All versions of a profile, the newest first.
    pub async fn profile_versions(&self, call: &Call, id: &str) -> Result<Vec<ProfileVersion>, ServiceError> {
        let now = self.get_profile(call, id).await?.profile.value;
        let prefix = format!("{id}/{}/", now.created_at);
        let scan = Scan::keys(Collection::ProfileVersion, prefix).descending();
        let all = self.store().all::<ProfileVersion>(scan).await?;
        Ok(all.into_iter().map(|stored| stored.value).collect())
    }
}

fn drawn(draft: &ProfileDraft, now: Time, by: String) -> Result<Profile, ServiceError> {
    Ok(Profile {
        id: draft.id.trim().to_owned(),
        purpose: draft.purpose.trim().to_owned(),
        scope: draft.scope.trim().to_owned(),
        layer: draft.layer,
        expectations: expectations(&draft.expectations)?,
        severity: draft.severity,
        class: draft.class,
        outcome: draft.outcome,
        is_enabled: draft.is_enabled,
        created_at: now,
        changed_at: now,
        changed_by: by,
    })
}
