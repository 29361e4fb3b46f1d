//! Calendars and policies: each change is a new version, which counts from then on (rule S6).

use std::collections::BTreeMap;

use muster_model::calendar::{self, Calendar, CalendarVersion, Plan};
use muster_model::class::Violation;
use muster_model::level::rules::Rules;
use muster_model::level::{self, Action as LevelAction, Anchor, Policy, PolicyVersion, Target, Terms};
use muster_model::right::{Action, Resource};
use muster_model::text::Phrase;
use muster_model::{ChangeSet, Collection, Expected, Versioned};
use muster_shared::Time;
use muster_store::{Scan, TypedStore};

use super::names;
use crate::service::class::wrong;
use crate::service::{Call, Service, ServiceError, check_version, invalid};

/// A calendar that somebody sets.
#[derive(Clone, Debug, Default)]
pub struct CalendarDraft {
    /// What it says.
    pub plan: Plan,
    /// Why.
    pub reason: String,
}

/// A policy that somebody sets; what is left out is as usual for its target.
#[derive(Clone, Debug)]
pub struct PolicyDraft {
    /// What it is called.
    pub label: String,
    /// What is promised.
    pub target: Target,
    /// For which tickets.
    pub filter: String,
    /// In which time.
    pub minutes: u32,
    /// By which calendar.
    pub calendar: String,
    /// From when on it runs.
    pub start_when: Option<Vec<String>>,
    /// When it stops.
    pub stop_when: Option<Vec<String>>,
    /// While it pauses.
    pub pause_when: Option<Vec<String>>,
    /// When its time begins.
    pub anchor: Option<Anchor>,
    /// When is warned.
    pub warn_at: Option<Vec<u8>>,
    /// What it does by itself.
    pub actions: Vec<LevelAction>,
    /// How long it pauses for a reason at most.
    pub max_pause_minutes: BTreeMap<String, u32>,
    /// Which comes first.
    pub order: Option<u32>,
    /// Whether it counts.
    pub is_enabled: bool,
    /// Why.
    pub reason: String,
}

/// The place of a policy of which nobody said where it stands: before those that are shipped.
const USUAL_ORDER: u32 = 5;
/// What is warned at when nobody said.
const USUAL_WARN_AT: [u8; 3] = [50, 75, 90];

impl PolicyDraft {
    fn terms(self) -> (Terms, String) {
        let [start, stop, pause] = level::usual(self.target);
        let terms = Terms {
            label: self.label.trim().to_owned(),
            target: self.target,
            filter: self.filter.trim().to_owned(),
            minutes: self.minutes,
            calendar: self.calendar,
            start_when: self.start_when.unwrap_or(start),
            stop_when: self.stop_when.unwrap_or(stop),
            pause_when: self.pause_when.unwrap_or(pause),
            anchor: self.anchor.unwrap_or(level::usual_anchor(self.target)),
            warn_at: self.warn_at.unwrap_or_else(|| USUAL_WARN_AT.to_vec()),
            actions: self.actions,
            max_pause_minutes: self.max_pause_minutes,
            order: self.order.unwrap_or(USUAL_ORDER),
            is_enabled: self.is_enabled,
        };
        (terms, self.reason)
    }
}

fn shipped_calendar(name: &str, plan: Plan, at: Time) -> Calendar {
    let (changed_by, reason) = ("system:levels".to_owned(), String::new());
    Calendar { name: name.into(), number: 1, plan, changed_at: at, changed_by, reason }
}

fn shipped_policy(name: &str, terms: Terms, at: Time) -> Policy {
    let (changed_by, reason) = ("system:levels".to_owned(), String::new());
    Policy { name: name.into(), number: 1, terms, changed_at: at, changed_by, reason }
}

fn put_calendar(changes: &mut ChangeSet, calendar: Calendar, expected: Expected) {
    changes.create(CalendarVersion(calendar.clone()));
    changes.put(calendar, expected);
}

fn put_policy(changes: &mut ChangeSet, policy: Policy, expected: Expected) {
    changes.create(PolicyVersion(policy.clone()));
    changes.put(policy, expected);
}

/// A name that nothing has yet, or has already, as is wanted.
fn check_new(name: &str, version: Option<u64>, is_new: bool, kind: &'static str) -> Result<(), ServiceError> {
    if let Some(why) = calendar::check_name(name).filter(|_| is_new) {
        return Err(invalid("/name", why));
    }
    match (version, is_new) {
        (Some(_), true) => Err(invalid("/name", Phrase::new("level_taken").with("name", name))),
        (None, false) => Err(ServiceError::NotFound { kind, id: name.chars().take(80).collect() }),
        _ => Ok(()),
    }
}

fn check_reason(reason: &str) -> Result<String, ServiceError> {
    let length = reason.trim().chars().count();
    if length > 2_000 {
        return Err(invalid("/reason", Phrase::new("characters").with("min", 0).with("max", 2_000)));
    }
    if let Some(why) = muster_model::text::unseen(reason) {
        return Err(invalid("/reason", why));
    }
    Ok(reason.trim().to_owned())
}

impl Service {
    /// Writes what is shipped, once: its versions count from now on, and only for tickets that come after.
    pub(super) async fn ship_levels(&self, changes: &mut ChangeSet) -> Result<(), ServiceError> {
        let now = self.now();
        for (name, plan) in calendar::shipped::calendars() {
            if self.store().find::<Calendar>(name).await?.is_none() {
                put_calendar(changes, shipped_calendar(name, plan, now), Expected::Absent);
            }
        }
        for (name, terms) in level::shipped::policies() {
            if self.store().find::<Policy>(name).await?.is_none() {
                put_policy(changes, shipped_policy(name, terms, now), Expected::Absent);
            }
        }
        Ok(())
    }

    /// All versions of policies and calendars.
    pub(super) async fn rule_versions(&self) -> Result<(Vec<Policy>, Vec<Calendar>), ServiceError> {
        let policies = self.store().all::<PolicyVersion>(Scan::keys(Collection::LevelPolicyVersion, "")).await?;
        let calendars = self.store().all::<CalendarVersion>(Scan::keys(Collection::CalendarVersion, "")).await?;
        let policies = policies.into_iter().map(|stored| stored.value.0).collect();
        Ok((policies, calendars.into_iter().map(|stored| stored.value.0).collect()))
    }

    /// All that clocks go by.
    pub(super) async fn level_rules(&self) -> Result<Rules, ServiceError> {
        let (policies, calendars) = self.rule_versions().await?;
        Ok(Rules::new(policies, calendars))
    }

    /// The calendars, by name; those that are shipped also before they are written (version 0).
    pub async fn list_calendars(&self, call: &Call) -> Result<Vec<Versioned<Calendar>>, ServiceError> {
        call.authorize(Action::TicketRead, Resource::Shared)?;
        let mut all = self.store().all::<Calendar>(Scan::keys(Collection::Calendar, "")).await?;
        for (name, plan) in calendar::shipped::calendars() {
            if !all.iter().any(|known| known.value.name == name) {
                all.push(Versioned { value: shipped_calendar(name, plan, self.now()), version: 0 });
            }
        }
        all.sort_by(|a, b| a.value.name.cmp(&b.value.name));
        Ok(all)
    }

    /// A calendar.
    pub async fn get_calendar(&self, call: &Call, name: &str) -> Result<Versioned<Calendar>, ServiceError> {
        let all = self.list_calendars(call).await?;
        let missing = || ServiceError::NotFound { kind: "calendar", id: name.chars().take(80).collect() };
        all.into_iter().find(|calendar| calendar.value.name == name).ok_or_else(missing)
    }

    /// Every version of a calendar, newest first.
    pub async fn calendar_versions(&self, call: &Call, name: &str) -> Result<Vec<Calendar>, ServiceError> {
        let newest = self.get_calendar(call, name).await?;
        let scan = Scan::keys(Collection::CalendarVersion, format!("{name}/")).descending();
        let stored = self.store().all::<CalendarVersion>(scan).await?;
        let all: Vec<Calendar> = stored.into_iter().map(|stored| stored.value.0).collect();
        Ok(if all.is_empty() { vec![newest.value] } else { all })
    }

    /// Sets a calendar: a new one, or the next version of one that is there. It counts for clocks that begin from now on.
    pub async fn set_calendar(
        &self,
        call: &Call,
        name: &str,
        draft: CalendarDraft,
        is_new: bool,
        seen: Option<u64>,
    ) -> Result<Versioned<Calendar>, ServiceError> {
        call.authorize(Action::LevelManage, Resource::One(name))?;
        let reason = &check_reason(&draft.reason)?;
        let mut plan = draft.plan;
        plan.label = plan.label.trim().to_owned();
        plan.hours.retain(|_, hours| !hours.is_empty());
        plan.holidays.sort_by(|a, b| a.date.cmp(&b.date));
        let violations = calendar::check(&plan);
        if !violations.is_empty() {
            return Err(wrong(violations));
        }
        let plan = &plan;
        self.decide(|| async move {
            let known = self.list_calendars(call).await?.into_iter().find(|known| known.value.name == name);
            check_new(name, known.as_ref().map(|known| known.version), is_new, "calendar")?;
            let (number, version) = known
                .as_ref()
                .map_or((0, 0), |known| (if known.version == 0 { 0 } else { known.value.number }, known.version));
            if let Some(known) = &known {
                check_version(known, seen)?;
            }
            let now = self.now();
            let next = Calendar {
                name: name.to_owned(),
                number: number + 1,
                plan: plan.clone(),
                changed_at: now,
                changed_by: call.actor.label(),
                reason: reason.clone(),
            };
            let mut changes = ChangeSet::new();
            let action = if is_new { "calendar.create" } else { "calendar.update" };
            let mut draft = call.audit(now, action, name, format!("{name}, version {}", next.number));
            draft.reason.clone_from(reason);
            changes.audit.push(draft);
            let expected = if version == 0 { Expected::Absent } else { Expected::Version(version) };
            put_calendar(&mut changes, next.clone(), expected);
            Ok((changes, Versioned { value: next, version: version + 1 }))
        })
        .await
    }

    /// The policies, first things first; those that are shipped also before they are written (version 0).
    pub async fn list_level_policies(&self, call: &Call) -> Result<Vec<Versioned<Policy>>, ServiceError> {
        call.authorize(Action::TicketRead, Resource::Shared)?;
        let mut all = self.store().all::<Policy>(Scan::keys(Collection::LevelPolicy, "")).await?;
        for (name, terms) in level::shipped::policies() {
            if !all.iter().any(|known| known.value.name == name) {
                all.push(Versioned { value: shipped_policy(name, terms, self.now()), version: 0 });
            }
        }
        all.sort_by(|a, b| (a.value.terms.order, &a.value.name).cmp(&(b.value.terms.order, &b.value.name)));
        Ok(all)
    }

    /// A policy.
    pub async fn get_level_policy(&self, call: &Call, name: &str) -> Result<Versioned<Policy>, ServiceError> {
        let all = self.list_level_policies(call).await?;
        let missing = || ServiceError::NotFound { kind: "service level policy", id: name.chars().take(80).collect() };
        all.into_iter().find(|policy| policy.value.name == name).ok_or_else(missing)
    }

    /// Every version of a policy, newest first.
    pub async fn level_policy_versions(&self, call: &Call, name: &str) -> Result<Vec<Policy>, ServiceError> {
        let newest = self.get_level_policy(call, name).await?;
        let scan = Scan::keys(Collection::LevelPolicyVersion, format!("{name}/")).descending();
        let stored = self.store().all::<PolicyVersion>(scan).await?;
        let all: Vec<Policy> = stored.into_iter().map(|stored| stored.value.0).collect();
        Ok(if all.is_empty() { vec![newest.value] } else { all })
    }

    /// Sets a policy: a new one, or the next version of one that is there. Clocks that run keep the version that they have.
    pub async fn set_level_policy(
        &self,
        call: &Call,
        name: &str,
        draft: PolicyDraft,
        is_new: bool,
        seen: Option<u64>,
    ) -> Result<Versioned<Policy>, ServiceError> {
        call.authorize(Action::LevelManage, Resource::One(name))?;
        let (terms, reason) = draft.terms();
        let reason = &check_reason(&reason)?;
        let mut violations = level::check(&terms);
        let calendars: Vec<String> =
            self.list_calendars(call).await?.into_iter().map(|calendar| calendar.value.name).collect();
        if !calendars.contains(&terms.calendar) {
            let shown: String = terms.calendar.chars().take(60).collect();
            let why = Phrase::new("level_calendar").with("calendar", shown).with("calendars", names(&calendars));
            violations.push(Violation { pointer: "/calendar".into(), why });
        }
        if !violations.is_empty() {
            return Err(wrong(violations));
        }
        self.check_kept_filter(&terms.filter).await?;
        let terms = &terms;
        self.decide(|| async move {
            let known = self.list_level_policies(call).await?.into_iter().find(|known| known.value.name == name);
            check_new(name, known.as_ref().map(|known| known.version), is_new, "service level policy")?;
            let (number, version) = known
                .as_ref()
                .map_or((0, 0), |known| (if known.version == 0 { 0 } else { known.value.number }, known.version));
            if let Some(known) = &known {
                check_version(known, seen)?;
            }
            let now = self.now();
            let next = Policy {
                name: name.to_owned(),
                number: number + 1,
                terms: terms.clone(),
                changed_at: now,
                changed_by: call.actor.label(),
                reason: reason.clone(),
            };
            let mut changes = ChangeSet::new();
            let action = if is_new { "level_policy.create" } else { "level_policy.update" };
            let mut draft = call.audit(now, action, name, format!("{name}, version {}", next.number));
            draft.reason.clone_from(reason);
            changes.audit.push(draft);
            let expected = if version == 0 { Expected::Absent } else { Expected::Version(version) };
            put_policy(&mut changes, next.clone(), expected);
            Ok((changes, Versioned { value: next, version: version + 1 }))
        })
        .await
    }
}
