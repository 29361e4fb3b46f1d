//! Which source is believed, as data: per class and attribute the order of the sources and how long their word counts.
//!
//! The narrowest rule counts: of the attribute, of the class, of everything; among equals what owners set before what is
//! shipped.

use std::collections::BTreeMap;

use muster_shared::{SectionName, Time};
use serde::{Deserialize, Serialize};

use crate::class::{Class, Registry};
use crate::host;
use crate::record::record;
use crate::source::Source;
use crate::text::Phrase;

/// The key of the one document of rules.
pub const KEY: &str = "rules";
/// Most rules that owners may set.
pub const MAX_RULES: usize = 500;
/// The longest time to live: two years.
pub const MAX_TTL_HOURS: u32 = 17_520;

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// For which class, one of agents or one whose items people declare; all when left out.
    #[serde(default)]
    pub class: Option<String>,
    /// For which attribute of it; all when left out.
    #[serde(default)]
    pub attribute: Option<String>,
    /// The sources in the order in which they are believed; those on one level are equals, of which the newest word counts. Sources
    /// that are not named come after them, in the default order.
    #[serde(default)]
    pub order: Vec<Level>,
    /// For how many hours a word of a source counts after it was said last.
    #[serde(default)]
    pub ttl_hours: BTreeMap<Source, u32>,
}

/// One source, or several that are believed alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "a source is expected (agent, glpi, fusioninventory, ocsinventory, import, rest), or a list of those that are believed alike"
)]
pub enum Level {
    /// One source.
    One(Source),
    /// Equals.
    Equal(Vec<Source>),
}

impl Level {
    fn sources(&self) -> &[Source] {
        match self {
            Self::One(source) => std::slice::from_ref(source),
            Self::Equal(sources) => sources,
        }
    }
}

/// What owners set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconciliation {
    /// The rules.
    pub rules: Vec<Rule>,
    /// Who set them last.
    pub changed_by: String,
    /// When.
    pub changed_at: Time,
}

record!(Reconciliation, Reconciliation, |_rules| KEY.to_owned());

/// What owners had set before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormerReconciliation(pub Reconciliation);

record!(FormerReconciliation, FormerReconciliation, |former| former_key(former.0.changed_at));

/// The key of rules by when they were set: sorts as time does.
pub fn former_key(changed_at: Time) -> String {
    format!("{:016x}", changed_at.millis().max(0))
}

/// What is wrong with a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {detail}")]
pub struct RuleError {
    /// Where.
    pub pointer: String,
    /// What.
    pub detail: Phrase,
}

/// Hours in a week.
const WEEK: u32 = 168;

/// For how long the word of a source counts unless a rule says otherwise: agents report every day at least, what people and
/// files say holds longer.
const fn default_ttl_hours(source: Source) -> u32 {
    match source {
        Source::Agent | Source::Glpi | Source::FusionInventory | Source::OcsInventory => WEEK,
        Source::Import | Source::Rest => 13 * WEEK,
        Source::Person => MAX_TTL_HOURS,
    }
}

/// The rules that are shipped. An asset register knows its own tags better than firmware that nobody wrote them into.
pub fn shipped() -> Vec<Rule> {
    let mut tag = Rule {
        class: Some(SectionName::Firmware.to_string()),
        attribute: Some("chassis_asset_tag".to_owned()),
        order: [Source::Import, Source::Rest].map(Level::One).to_vec(),
        ttl_hours: BTreeMap::new(),
    };
    tag.ttl_hours.insert(Source::Import, MAX_TTL_HOURS);
    let everything = Rule {
        class: None,
        attribute: None,
        order: Source::ALL.iter().filter(|source| **source != Source::Person).copied().map(Level::One).collect(),
        ttl_hours: Source::ALL.iter().map(|source| (*source, default_ttl_hours(*source))).collect(),
    };
    vec![everything, tag]
}

/// All rules that count, in the order in which they are asked.
#[derive(Clone, Debug)]
pub struct Rules {
    rules: Vec<Rule>,
    /// Those of them that owners set.
    set: Vec<Rule>,
}

impl Default for Rules {
    fn default() -> Self {
        Self::of(&[])
    }
}

impl Rules {
    /// What owners set, before what is shipped, the narrowest first.
    pub fn of(set: &[Rule]) -> Self {
        let narrow =
            |rule: &Rule| std::cmp::Reverse(u8::from(rule.class.is_some()) + u8::from(rule.attribute.is_some()));
        let mut rules: Vec<Rule> = set.iter().cloned().chain(shipped()).collect();
        rules.sort_by_key(narrow);
        let mut set = set.to_vec();
        set.sort_by_key(narrow);
        Self { rules, set }
    }

    fn asked<'a>(rules: &'a [Rule], class: &str, attribute: Option<&str>) -> impl Iterator<Item = &'a Rule> {
        rules.iter().filter(move |rule| {
            rule.class.as_deref().is_none_or(|of| of == class)
                && rule.attribute.as_deref().is_none_or(|name| Some(name) == attribute)
        })
    }

    /// The place of a source on an item that people declare: all are alike unless owners say otherwise, and then a person who
    /// pinned nothing is believed as the rule says, or last.
    pub fn rank_declared(&self, class: &str, attribute: Option<&str>, source: Source) -> usize {
        // A rule for all of a host means what is found there: of what is said of the host itself only one that names it speaks.
        let is_own = attribute.is_some_and(|name| is_of_host(class, name));
        let mut asked = Self::asked(&self.set, class, attribute);
        let ordered = asked.find(|rule| !rule.order.is_empty() && (!is_own || rule.attribute.is_some()));
        ordered.map_or(0, |rule| place(&rule.order, source))
    }

    /// For how long a word of a source counts on a class of any kind, in milliseconds.
    pub fn ttl_of(&self, class: &str, attribute: Option<&str>, source: Source) -> i64 {
        let said = Self::asked(&self.rules, class, attribute).find_map(|rule| rule.ttl_hours.get(&source));
        i64::from(said.copied().unwrap_or_else(|| default_ttl_hours(source))) * 3_600_000
    }

    /// The place of a source in the order: the lower, the more it is believed.
    pub fn rank(&self, class: SectionName, attribute: Option<&str>, source: Source) -> usize {
        let ordered = Self::asked(&self.rules, class.as_str(), attribute).find(|rule| !rule.order.is_empty());
        place(ordered.map(|rule| rule.order.as_slice()).unwrap_or_default(), source)
    }

    /// For how long a word of a source counts after it was said last, in milliseconds.
    pub fn ttl_ms(&self, class: SectionName, attribute: Option<&str>, source: Source) -> i64 {
        self.ttl_of(class.as_str(), attribute, source)
    }
}

/// The place of a source in an order; those that are not named come after, in the default order.
fn place(levels: &[Level], source: Source) -> usize {
    let named = levels.iter().position(|level| level.sources().contains(&source));
    let default = Source::ALL.iter().position(|known| *known == source).unwrap_or_default();
    named.unwrap_or(levels.len() + default)
}

/// Whether items of a class have a value of this name of which sources can speak.
pub fn has_value(class: &Class, name: &str) -> bool {
    class.attribute(name).is_some()
        || is_of_host(&class.name, name)
        || (class.is_declared() && ["owner", "criticality", "status"].contains(&name))
}

/// Whether a value is one of what sources and people say of a host itself.
fn is_of_host(class: &str, name: &str) -> bool {
    class == SectionName::Host.as_str() && host::voice::FIELDS.contains(&name)
}

/// Whether rules can be meant; the first that cannot says where.
pub fn check(rules: &[Rule], registry: &Registry) -> Result<(), RuleError> {
    let wrong = |pointer: String, detail: Phrase| Err(RuleError { pointer, detail });
    if rules.len() > MAX_RULES {
        return wrong("/rules".to_owned(), Phrase::new("at_most_items").with("max", MAX_RULES));
    }
    for (n, rule) in rules.iter().enumerate() {
        let at = |field: &str| format!("/rules/{n}/{field}");
        let class = rule.class.as_deref();
        if let Some(class) = class.filter(|class| registry.get(class).is_none()) {
            let near = registry.all().map(|known| known.name.as_str());
            let near = near.min_by_key(|known| strsim::damerau_levenshtein(known, class)).unwrap_or_default();
            let name: String = class.chars().take(80).collect();
            return wrong(at("class"), Phrase::new("rule_class_unknown").with("class", name).with("near", near));
        }
        let known = class.and_then(|class| registry.get(class));
        match (&rule.attribute, known) {
            (Some(_), None) => return wrong(at("class"), Phrase::new("rule_needs_class")),
            (Some(name), Some(class)) if !has_value(class, name) => {
                let name: String = name.chars().take(80).collect();
                let unknown = Phrase::new("no_such_attribute").with("class", class.name.as_str());
                return wrong(at("attribute"), unknown.with("attribute", name));
            }
            _ => {}
        }
        if rules.iter().take(n).any(|other| other.class == rule.class && other.attribute == rule.attribute) {
            return wrong(at("class"), Phrase::new("rule_twice"));
        }
        if rule.order.is_empty() && rule.ttl_hours.is_empty() {
            return wrong(at("order"), Phrase::new("rule_empty"));
        }
        let named: Vec<Source> = rule.order.iter().flat_map(Level::sources).copied().collect();
        // On what is declared, and of a host itself, people speak as others do; on what is found they pin.
        let is_said = rule.attribute.as_deref().zip(class).is_some_and(|(name, class)| is_of_host(class, name));
        if named.contains(&Source::Person) && !is_said && !known.is_some_and(Class::is_declared) {
            return wrong(at("order"), Phrase::new("rule_person"));
        }
        if named.iter().enumerate().any(|(n, source)| named.iter().take(n).any(|other| other == source)) {
            return wrong(at("order"), Phrase::new("rule_source_twice"));
        }
        if rule.order.iter().any(|level| level.sources().is_empty()) {
            return wrong(at("order"), Phrase::new("rule_level_empty"));
        }
        if rule.ttl_hours.values().any(|hours| !(1..=MAX_TTL_HOURS).contains(hours)) {
            let range = Phrase::new("number_from_to").with("min", 1).with("max", MAX_TTL_HOURS.to_string());
            return wrong(at("ttl_hours"), range);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(class: Option<SectionName>, attribute: Option<&str>, order: &[Source]) -> Rule {
        Rule {
            class: class.map(|class| class.to_string()),
            attribute: attribute.map(str::to_owned),
            order: order.iter().copied().map(Level::One).collect(),
            ttl_hours: BTreeMap::new(),
        }
    }

    #[test]
    fn the_narrowest_rule_counts_and_owners_come_before_what_is_shipped() {
        use SectionName::{Firmware, Host, Package};
        let none = Rules::default();
        assert!(none.rank(Host, None, Source::Agent) < none.rank(Host, None, Source::Glpi));
        assert!(none.rank(Host, None, Source::OcsInventory) < none.rank(Host, None, Source::Import));
        assert_eq!(none.rank(Firmware, Some("chassis_asset_tag"), Source::Import), 0);
        let set = [
            rule(None, None, &[Source::Glpi]),
            rule(Some(Package), None, &[Source::OcsInventory, Source::Agent]),
            rule(Some(Package), Some("vendor"), &[Source::FusionInventory]),
        ];
        let rules = Rules::of(&set);
        assert_eq!(rules.rank(Host, Some("name"), Source::Glpi), 0);
        assert!(rules.rank(Host, Some("name"), Source::Agent) < rules.rank(Host, Some("name"), Source::Import));
        assert_eq!(rules.rank(Package, Some("version"), Source::OcsInventory), 0);
        assert_eq!(rules.rank(Package, Some("vendor"), Source::FusionInventory), 0);
        assert_eq!(rules.ttl_ms(Package, Some("vendor"), Source::FusionInventory), 168 * 3_600_000);
        assert_eq!(check(&set, &Registry::new([])), Ok(()));
    }

    #[test]
    fn rules_that_cannot_be_meant_say_where() {
        use SectionName::Package;
        let twice = vec![rule(Some(Package), None, &[Source::Glpi]), rule(Some(Package), None, &[Source::Agent])];
        let level = Level::Equal(vec![]);
        let cases = [
            (twice, "/rules/1/class"),
            (vec![rule(None, Some("version"), &[Source::Glpi])], "/rules/0/class"),
            (vec![rule(Some(Package), Some("versoin"), &[Source::Glpi])], "/rules/0/attribute"),
            (vec![rule(Some(Package), None, &[])], "/rules/0/order"),
            (vec![rule(Some(Package), None, &[Source::Glpi, Source::Glpi])], "/rules/0/order"),
            (vec![rule(Some(Package), None, &[Source::Person])], "/rules/0/order"),
            (vec![Rule { order: vec![level], ..rule(Some(Package), None, &[]) }], "/rules/0/order"),
            (vec![Rule { ttl_hours: [(Source::Glpi, 0)].into(), ..rule(None, None, &[]) }], "/rules/0/ttl_hours"),
        ];
        for (rules, pointer) in cases {
            assert_eq!(check(&rules, &Registry::new([])).unwrap_err().pointer, pointer);
        }
    }
}
