//! Alert rules: the shipped one and those of owners, and what a rule would have done.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use muster_model::alert::Alert;
use muster_model::alert::preview::{self, Preview};
use muster_model::alert::rule::{AlertRule, shipped};
use muster_model::event::Event;
use muster_model::query::Query;
use muster_model::right::{Action, Resource};
use muster_model::text::Phrase;
use muster_model::ticket::Kind;
use muster_model::{ChangeSet, Collection, Expected, Versioned};
use muster_shared::Time;
use muster_shared::id::AlertRuleId;
use muster_store::{Index, Scan, TypedStore};
use serde_json::json;

use crate::service::class::wrong;
use crate::service::maker::Acting;
use crate::service::{Call, Page, Service, ServiceError, Window, check_version, conflict};

/// Alerts that a preview looks at, the last ones.
const LOOKED_AT: usize = 10_000;
const DAY_MS: i64 = 86_400_000;
/// Where a new rule stands: before the shipped one.
const POSITION: u32 = 100;

/// What somebody says of a rule; what is left out stays, or is as usual.
#[derive(Clone, Debug, Default)]
pub struct RuleDraft {
    /// What it is called.
    pub name: Option<String>,
    /// Where it stands among the others.
    pub position: Option<u32>,
    /// Whether it is tried.
    pub is_enabled: Option<bool>,
    /// Which alerts it is for.
    pub filter: Option<String>,
    /// How many events make an incident.
    pub min_count: Option<u32>,
    /// Within how many seconds.
    pub window_seconds: Option<u32>,
    /// How long an alert has to go on.
    pub hold_seconds: Option<u32>,
    /// Title of the incident.
    pub title: Option<String>,
    /// What is alike in the alerts of an incident.
    pub group_by: Option<Vec<String>>,
    /// Which group works on it.
    pub assignment_group: Option<Option<String>>,
    /// Who works on it: an id, or the name that they sign in with.
    pub assignee: Option<Option<String>>,
    /// Whether the incident ends by itself.
    pub auto_resolve: Option<bool>,
}

impl RuleDraft {
    /// All but the assignee, who has to be looked up.
    fn over(self, before: AlertRule, now: Time, by: String) -> AlertRule {
        let trimmed = |text: String| text.trim().to_owned();
        let group = self.assignment_group.map(|group| group.map(trimmed).filter(|group| !group.is_empty()));
        AlertRule {
            id: before.id,
            name: self.name.map_or(before.name, trimmed),
            position: self.position.unwrap_or(before.position),
            is_enabled: self.is_enabled.unwrap_or(before.is_enabled),
            filter: self.filter.map_or(before.filter, trimmed),
            min_count: self.min_count.unwrap_or(before.min_count),
            window_seconds: self.window_seconds.unwrap_or(before.window_seconds),
            hold_seconds: self.hold_seconds.unwrap_or(before.hold_seconds),
            title: self.title.map_or(before.title, trimmed),
            group_by: self.group_by.unwrap_or(before.group_by),
            assignment_group: group.unwrap_or(before.assignment_group),
            assignee: before.assignee,
            auto_resolve: self.auto_resolve.unwrap_or(before.auto_resolve),
            updated_at: now,
            updated_by: by,
            suspended: None,
        }
    }

    /// A rule of nothing but this.
    fn new_rule(self, now: Time, by: String) -> AlertRule {
        let empty = AlertRule {
            id: AlertRuleId::new(now),
            name: String::new(),
            position: POSITION,
            filter: String::new(),
            ..shipped()
        };
        self.over(empty, now, by)
    }
}

fn missing(id: AlertRuleId) -> ServiceError {
    ServiceError::NotFound { kind: "alert rule", id: id.to_string() }
}

impl Service {
    /// All rules in their order. The shipped one is there until somebody changes it, and then as it was changed.
    pub(super) async fn alert_rules(&self) -> Result<Vec<Versioned<AlertRule>>, ServiceError> {
        let mut rules = self.store().all::<AlertRule>(Scan::keys(Collection::AlertRule, "")).await?;
        let shipped = shipped();
        if !rules.iter().any(|rule| rule.value.id == shipped.id) {
            rules.push(Versioned { value: shipped, version: 0 });
        }
        rules.sort_by_key(|rule| (rule.value.position, rule.value.id));
        // Few people make all of them.
        let mut lacking: HashMap<String, Option<Phrase>> = HashMap::new();
        for rule in &mut rules {
            let maker = rule.value.updated_by.clone();
            rule.value.suspended = match lacking.entry(maker) {
                Entry::Occupied(known) => known.get().clone(),
                Entry::Vacant(vacant) => {
                    let lacks = self.maker_lacks(vacant.key(), Action::AlertRule).await?;
                    vacant.insert(lacks).clone()
                }
            };
        }
        Ok(rules)
    }

    /// The rules as they act: one whose maker lost the right is off.
    pub(super) async fn acting_rules(&self) -> Result<Vec<AlertRule>, ServiceError> {
        let rules = self.alert_rules().await?.into_iter().map(|stored| stored.value);
        Ok(rules.map(|rule| AlertRule { is_enabled: rule.is_enabled && rule.suspended.is_none(), ..rule }).collect())
    }

    /// Rules in their order.
    pub async fn list_alert_rules(
        &self,
        call: &Call,
        query: &Query,
        window: &Window,
    ) -> Result<Page<Versioned<AlertRule>>, ServiceError> {
        call.authorize(Action::AlertRead, Resource::Shared)?;
        let mut items = self.alert_rules().await?;
        items.retain(|rule| query.matches(&json!({"name": rule.value.name, "enabled": rule.value.is_enabled})));
        let start = window.cursor.as_deref().and_then(|cursor| cursor.parse::<usize>().ok()).unwrap_or_default();
        let next = start + window.limit;
        let next_cursor = (next < items.len()).then(|| next.to_string());
        Ok(Page { items: items.into_iter().skip(start).take(window.limit).collect(), next_cursor })
    }

    /// One rule.
    pub async fn get_alert_rule(&self, call: &Call, id: AlertRuleId) -> Result<Versioned<AlertRule>, ServiceError> {
        call.authorize(Action::AlertRead, Resource::Shared)?;
        self.alert_rules().await?.into_iter().find(|rule| rule.value.id == id).ok_or_else(|| missing(id))
    }

    /// A new rule.
    pub async fn create_alert_rule(&self, call: &Call, draft: RuleDraft) -> Result<Versioned<AlertRule>, ServiceError> {
        call.authorize(Action::AlertRule, Resource::All)?;
        let rule = self.drafted(draft, None, call.actor.label()).await?;
        self.check_rule(&rule).await?;
        self.write_rule(call, "alert_rule.create", rule, 0).await
    }

    /// Changes a rule.
    pub async fn update_alert_rule(
        &self,
        call: &Call,
        id: AlertRuleId,
        draft: RuleDraft,
        seen: Option<u64>,
    ) -> Result<Versioned<AlertRule>, ServiceError> {
        call.authorize(Action::AlertRule, Resource::One(&id.to_string()))?;
        let stored = self.get_alert_rule(call, id).await?;
        check_version(&stored, seen)?;
        let before = stored.value.updated_by.clone();
        let rule = self.drafted(draft, Some(stored.value), call.actor.label()).await?;
        self.check_rule(&rule).await?;
        let written = self.write_rule(call, "alert_rule.update", rule, stored.version).await?;
        self.taken_on(Acting::rule(&written.value), &before).await?;
        Ok(written)
    }

    /// Removes a rule. The shipped one can be switched off.
    pub async fn remove_alert_rule(&self, call: &Call, id: AlertRuleId, seen: Option<u64>) -> Result<(), ServiceError> {
        call.authorize(Action::AlertRule, Resource::One(&id.to_string()))?;
        let stored = self.get_alert_rule(call, id).await?;
        check_version(&stored, seen)?;
        if id == shipped().id {
            return Err(conflict("alert_rule_shipped"));
        }
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(self.now(), "alert_rule.remove", id, stored.value.name));
        changes.events.push(Event::AlertingChanged { what: id.to_string() });
        changes.delete(Collection::AlertRule, id.to_string(), Expected::Version(stored.version));
        Ok(self.commit(changes).await?)
    }

    /// What a rule would have done with the alerts of the last thirty days. With an id it is that rule, changed.
    pub async fn preview_alert_rule(
        &self,
        call: &Call,
        id: Option<AlertRuleId>,
        draft: RuleDraft,
    ) -> Result<(AlertRule, Preview), ServiceError> {
        call.authorize(Action::AlertRule, Resource::All)?;
        let now = self.now();
        let before = match id {
            Some(id) => Some(self.get_alert_rule(call, id).await?.value),
            None => None,
        };
        let mut rule = self.drafted(draft, before, String::new()).await?;
        if rule.name.is_empty() {
            // It needs no name yet.
            "preview".clone_into(&mut rule.name);
        }
        self.check_rule(&rule).await?;
        let since = now.plus_millis(-preview::DAYS * DAY_MS);
        let scan = Scan::index(Index::AlertByTime, "").descending();
        let window = Window { limit: LOOKED_AT, cursor: None };
        let page = self.list(scan, &window, |alert: &Alert| alert.last_at >= since).await?;
        let alerts: Vec<Alert> = page.items.into_iter().map(|stored| stored.value).collect();
        let preview = preview::preview(&rule, &alerts, now);
        Ok((rule, preview))
    }

    /// The rule that a draft makes of the one before, or of none.
    async fn drafted(
        &self,
        draft: RuleDraft,
        before: Option<AlertRule>,
        by: String,
    ) -> Result<AlertRule, ServiceError> {
        let (now, assignee) = (self.now(), draft.assignee.clone());
        let mut rule = match before {
            Some(before) => draft.over(before, now, by),
            None => draft.new_rule(now, by),
        };
        match assignee {
            Some(Some(name)) => rule.assignee = Some(self.user_named("/assignee", &name).await?),
            Some(None) => rule.assignee = None,
            None => {}
        }
        Ok(rule)
    }

    async fn check_rule(&self, rule: &AlertRule) -> Result<(), ServiceError> {
        let violations = rule.check();
        if !violations.is_empty() {
            return Err(wrong(violations));
        }
        match rule.assignee {
            Some(assignee) => self.check_worker(assignee, "/assignee", Kind::Incident.work()).await,
            None => Ok(()),
        }
    }

    async fn write_rule(
        &self,
        call: &Call,
        action: &str,
        rule: AlertRule,
        version: u64,
    ) -> Result<Versioned<AlertRule>, ServiceError> {
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(rule.updated_at, action, rule.id, format!("{}: {}", rule.name, rule.filter)));
        changes.events.push(Event::AlertingChanged { what: rule.id.to_string() });
        let expected = if version == 0 { Expected::Absent } else { Expected::Version(version) };
        changes.put(rule.clone(), expected);
        self.commit(changes).await?;
        Ok(Versioned { value: rule, version: version + 1 })
    }
}
