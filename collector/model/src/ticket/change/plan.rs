//! The plan of a change: what is to be otherwise, where, when, how, and how it is taken back.

mod slip;

use muster_shared::canonical::Digest;
use muster_shared::id::UserId;
use muster_shared::{SectionName, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::risk::Band;
use super::template::Followed;
use crate::schedule::Schedule;
use crate::text::Phrase;
use crate::ticket::transition::is_blank;

/// How a change is approved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeType {
    /// By a template that was approved once.
    Standard,
    /// By votes, as many as its risk asks for.
    #[default]
    Normal,
    /// By one of those who are on call, and looked at afterwards.
    Emergency,
}

impl ChangeType {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Standard, Self::Normal, Self::Emergency];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Normal => "normal",
            Self::Emergency => "emergency",
        }
    }
}

/// What people plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Plan {
    /// How it is approved.
    pub r#type: ChangeType,
    /// What for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What it touches.
    pub scope: Scope,
    /// From when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub planned_start: Option<Time>,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub planned_end: Option<Time>,
    /// What is done, step by step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub implementation: Option<String>,
    /// How it is tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<String>,
    /// How it is taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backout: Option<String>,
    /// Whether the way back was tried.
    pub is_backout_tested: bool,
    /// Minutes without the service; 0 is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outage_minutes: Option<u32>,
    /// What is looked at afterwards, in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<String>,
    /// What agents should see afterwards.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub expect: Vec<Expectation>,
    /// Who does it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub implementer: Option<UserId>,
    /// The template that a standard change follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<Followed>,
    /// Which edition of it: the one that counts when it is chosen, where nobody says another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_edition: Option<u64>,
    /// Which approvals it asks for at least, whatever its score: raised by people, and lowered with new votes.
    #[serde(skip_serializing_if = "Band::is_low")]
    pub risk_at_least: Band,
    /// Whether it is written down after the fact.
    pub is_retroactive: bool,
    /// Times of every week: of a template those in which changes may be made by it again and again, of a standard change those in which it is made, between its planned start and end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recurrence: Option<Schedule>,
}

/// What a change touches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scope {
    /// Ids of hosts and items.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<String>,
    /// Hosts by a question, such as `site:berlin`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hosts: Option<String>,
    /// What of them: empty is everything but what stands for security.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Fact>,
}

/// A kind of facts that a change touches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// The section.
    pub section: SectionName,
    /// Which item of it; none is any. `*` stands for any letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Which attribute; none is any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribute: Option<String>,
}

/// What agents should see afterwards, on each host of the scope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// The section.
    pub section: SectionName,
    /// The key of the item, or its name.
    pub key: String,
    /// The attribute; none asks for the item itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribute: Option<String>,
    /// Its value. Null, with no attribute, is "not there".
    #[serde(default)]
    pub value: Value,
}

/// The longest time for which a standard change recurs without another look: a year.
const LONGEST_RECURRENCE_MS: i64 = 366 * 86_400_000;

impl Fact {
    /// Whether it says which item it means, and not just any of a section.
    pub fn is_named(&self) -> bool {
        self.key.as_deref().is_some_and(|pattern| pattern.chars().any(|sign| sign != '*'))
    }

    /// Whether it covers an attribute of an item; `name` is the key or the item's name.
    pub fn covers(&self, section: SectionName, names: &[&str], attribute: Option<&str>) -> bool {
        self.section == section
            && self.key.as_deref().is_none_or(|pattern| names.iter().any(|name| fits(pattern, name)))
            && self.attribute.as_deref().is_none_or(|wanted| attribute.is_none_or(|attribute| attribute == wanted))
    }
}

/// Whether a name fits a pattern in which `*` stands for any letters.
fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

impl Plan {
    /// What is still missing before it can be handed in, by name.
    pub fn missing(&self) -> Vec<&'static str> {
        let scope = &self.scope;
        let all = [
            ("reason", is_blank(self.reason.as_ref())),
            ("scope", scope.items.is_empty() && is_blank(scope.hosts.as_ref())),
            ("planned_start", self.planned_start.is_none()),
            ("planned_end", self.planned_end.is_none()),
            ("implementation", is_blank(self.implementation.as_ref())),
            ("test", is_blank(self.test.as_ref())),
            ("backout", is_blank(self.backout.as_ref())),
            ("outage_minutes", self.outage_minutes.is_none()),
            ("checks", self.checks.is_empty() && self.expect.is_empty()),
            ("template", self.r#type == ChangeType::Standard && self.template.is_none()),
        ];
        all.into_iter().filter_map(|(name, is_missing)| is_missing.then_some(name)).collect()
    }

    /// What in it cannot be.
    pub fn contradiction(&self, now: Time) -> Option<Phrase> {
        let (start, end) = (self.planned_start?, self.planned_end?);
        if end <= start {
            return Some(Phrase::new("guard_window_order"));
        }
        if let Some(when) = &self.recurrence {
            let is_short = self.r#type != ChangeType::Standard || end.since(start) <= LONGEST_RECURRENCE_MS;
            if self.r#type == ChangeType::Emergency || !matches!(when, Schedule::Weekly { .. }) || !is_short {
                return Some(Phrase::new("guard_recurrence"));
            }
        }
        (end <= now && !self.is_retroactive).then(|| Phrase::new("guard_window_past"))
    }

    /// In what a standard change differs from the template that it follows: only when and by whom it is made may be otherwise.
    pub fn deviations(&self, template: &Self) -> Vec<&'static str> {
        let all = [
            ("scope", self.scope != template.scope),
            ("implementation", self.implementation != template.implementation),
            ("test", self.test != template.test),
            ("backout", self.backout != template.backout),
            ("outage_minutes", self.outage_minutes != template.outage_minutes),
            ("checks", self.checks != template.checks),
            ("expect", self.expect != template.expect),
            // Nobody voted on a time that comes again and again but in the template.
            ("recurrence", self.recurrence.is_some() && self.recurrence != template.recurrence),
        ];
        all.into_iter().filter_map(|(name, differs)| differs.then_some(name)).collect()
    }

    /// When it is made again and again, of a standard change that does.
    pub fn times(&self) -> Option<&Schedule> {
        self.recurrence.as_ref().filter(|_| self.r#type == ChangeType::Standard)
    }

    /// Whether trouble of a kind with a part of an item is to be expected while it is made: any where an outage is planned or no facts
    /// are named, else what names one of the facts. A new package says nothing of a full disk.
    pub fn expects_trouble(&self, kind: &str, resource: &str) -> bool {
        if self.outage_minutes.unwrap_or_default() > 0 || self.scope.facts.is_empty() {
            return true;
        }
        let parts = || kind.split(|sign: char| !sign.is_alphanumeric()).chain(resource.split(['.', ':', '@', '/']));
        let mut texts = [kind, resource].into_iter().chain(parts()).filter(|text| !text.is_empty());
        let names = |text: &str| {
            let named = |fact: &Fact| match fact.key.as_deref().filter(|key| *key != "*") {
                Some(key) => fits(key, text),
                None => fact.section.as_str() == text,
            };
            self.scope.facts.iter().any(named)
        };
        texts.any(names)
    }

    /// Digest of all that votes are about: another plan is another question.
    pub fn digest(&self) -> Digest {
        Digest::of(&serde_json::to_vec(self).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_fits_whole_names() {
        for (pattern, name, expected) in [
            ("openssl", "openssl", true),
            ("openssl", "openssl-dev", false),
            ("openssl*", "openssl-dev", true),
            ("*ssl*", "libssl3", true),
            ("lib*3", "libssl3", true),
            ("lib*4", "libssl3", false),
            ("*", "", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*a", "a", false),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn trouble_is_expected_of_what_is_changed() {
        let fact = |section, key: Option<&str>| Fact { section, key: key.map(str::to_owned), attribute: None };
        let scope = Scope {
            facts: vec![fact(SectionName::Package, Some("nginx*")), fact(SectionName::Filesystem, None)],
            ..Scope::default()
        };
        let plan = Plan { scope, outage_minutes: Some(0), ..Plan::default() };
        for (kind, resource, expected) in [
            ("nginx_down", "", true),
            ("service_failed", "nginx.service", true),
            ("filesystem_full", "/var", true),
            ("disk_full", "/var", false),
            ("probe_failed", "https://shop.example/", false),
            ("", "", false),
        ] {
            assert_eq!(plan.expects_trouble(kind, resource), expected, "{kind} {resource}");
        }
        assert!(Plan { outage_minutes: Some(5), ..plan }.expects_trouble("disk_full", "/var"));
        assert!(Plan::default().expects_trouble("disk_full", "/var"), "who names nothing may mean everything");
    }

    #[test]
    fn a_fact_without_attribute_covers_all_and_one_with_covers_the_item_that_appears() {
        let fact = |key: Option<&str>, attribute: Option<&str>| Fact {
            section: SectionName::Package,
            key: key.map(str::to_owned),
            attribute: attribute.map(str::to_owned),
        };
        let names = ["dpkg/openssl/amd64", "openssl"];
        assert!(fact(None, None).covers(SectionName::Package, &names, Some("version")));
        assert!(fact(Some("openssl"), Some("version")).covers(SectionName::Package, &names, None));
        assert!(!fact(Some("openssl"), Some("version")).covers(SectionName::Package, &names, Some("state")));
        assert!(!fact(Some("bash"), None).covers(SectionName::Package, &names, Some("version")));
        assert!(!fact(None, None).covers(SectionName::User, &names, None));
    }

    #[test]
    fn an_empty_plan_names_all_that_is_missing_and_an_old_window_is_for_retroactive_ones() {
        assert_eq!(Plan::default().missing().len(), 9);
        let now = Time::from_millis(1_000_000);
        let plan = |start: i64, end: i64, is_retroactive| Plan {
            planned_start: Some(Time::from_millis(start)),
            planned_end: Some(Time::from_millis(end)),
            is_retroactive,
            ..Plan::default()
        };
        assert!(plan(2_000_000, 1_500_000, false).contradiction(now).is_some());
        assert!(plan(500, 900, false).contradiction(now).is_some());
        assert!(plan(500, 900, true).contradiction(now).is_none());
        assert!(plan(500, 2_000_000, false).contradiction(now).is_none());
    }

    #[test]
    fn a_standard_change_is_the_one_that_it_repeats_but_for_time_and_people() {
        let template = Plan { implementation: Some("apt upgrade".into()), ..Plan::default() };
        let later =
            Plan { planned_start: Some(Time::from_millis(5)), reason: Some("again".into()), ..template.clone() };
        assert!(later.deviations(&template).is_empty());
        let other = Plan { implementation: Some("rm -r /".into()), checks: vec!["none".into()], ..later };
        assert_eq!(other.deviations(&template), ["implementation", "checks"]);
    }

    #[test]
    fn any_other_plan_has_another_digest() {
        let plan = Plan { reason: Some("a".into()), ..Plan::default() };
        assert_eq!(plan.digest(), plan.clone().digest());
        assert_ne!(plan.digest(), Plan { reason: Some("b".into()), ..Plan::default() }.digest());
    }
}
