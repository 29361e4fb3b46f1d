//! The rules of priorities as data (rules P1 to P4): the matrix, what criticality and severity ask for, and what makes an incident a major one.
//!
//! Every version is kept: a ticket names the one that gave it its priority. Rules that change move no ticket; who set them lets the
//! open ones follow, where they are to.

use std::collections::BTreeMap;

use muster_shared::Time;
use muster_shared::id::UserId;
use serde::{Deserialize, Serialize};

use super::{Floor, PrioritySource};
use crate::class::Violation;
use crate::host::Criticality;
use crate::policy::{Severity, own};
use crate::query::{Query, fields};
use crate::record::record;
use crate::text::Phrase;
use crate::ticket::{Kind, Ticket, asked};

/// Most rules of major incidents.
const MOST: usize = 50;
/// The longest time between two words on a major incident that a rule may set, in minutes: a day.
const MOST_MINUTES: u32 = 24 * 60;
/// The rule of major incidents that is shipped.
pub const FIRST_PRIORITY: &str = "first_priority";

/// `matrix[impact - 1][urgency - 1]`.
pub type Matrix = [[u8; 3]; 3];

/// The matrix that is shipped: the same result as the common default of the field.
pub const SHIPPED: Matrix = [[1, 2, 3], [2, 3, 4], [3, 4, 5]];

/// What comes with a major incident that a rule accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accept {
    /// What it means for the business.
    pub business_impact: String,
    /// Who leads.
    pub commander: UserId,
    /// Minutes until the first word is due.
    pub update_minutes: u32,
}

/// A rule by which an incident is proposed as a major one, or becomes one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MajorRule {
    /// What it is called: the mark says which rule made it.
    pub name: String,
    /// Which incidents it means, in the query language of tickets. Parts of another incident are never meant.
    pub filter: String,
    /// Without it the incident is proposed; with it, it is one from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accept: Option<Accept>,
}

/// The rules. What is left out is as shipped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PriorityRules {
    /// The matrix of all kinds that have none of their own.
    pub matrix: Matrix,
    /// Matrices of single kinds.
    pub kinds: BTreeMap<Kind, Matrix>,
    /// The impact that the criticality of a host or service asks for at least (rule P2); 3 asks for nothing.
    pub impact_floor: BTreeMap<Criticality, u8>,
    /// The same while the host or service is down.
    pub impact_floor_down: BTreeMap<Criticality, u8>,
    /// The urgency of incidents that machines open, by severity (rule P3).
    pub urgency: BTreeMap<Severity, u8>,
    /// What makes an incident a major one: the first that means it counts.
    pub major: Vec<MajorRule>,
}

impl Default for PriorityRules {
    fn default() -> Self {
        let first = MajorRule { name: FIRST_PRIORITY.into(), filter: "priority:1".into(), accept: None };
        Self {
            matrix: SHIPPED,
            kinds: BTreeMap::new(),
            impact_floor: Criticality::ALL.iter().map(|one| (*one, shipped_floor(*one))).collect(),
            impact_floor_down: Criticality::ALL.iter().map(|one| (*one, shipped_floor_down(*one))).collect(),
            urgency: Severity::ALL.iter().map(|one| (*one, shipped_urgency(*one))).collect(),
            major: vec![first],
        }
    }
}

const fn shipped_floor(criticality: Criticality) -> u8 {
    match criticality {
        Criticality::Critical | Criticality::High => 2,
        Criticality::Normal | Criticality::Low => 3,
    }
}

const fn shipped_floor_down(criticality: Criticality) -> u8 {
    match criticality {
        Criticality::Critical => 1,
        Criticality::High => 2,
        Criticality::Normal | Criticality::Low => 3,
    }
}

const fn shipped_urgency(severity: Severity) -> u8 {
    match severity {
        Severity::Critical => 1,
        Severity::Major => 2,
        Severity::Minor | Severity::Warning | Severity::Info => 3,
    }
}

impl PriorityRules {
    /// What forbids to save them: each error names the cell or the rule.
    pub fn check(&self) -> Vec<Violation> {
        let mut wrong = Vec::new();
        let kinds = self.kinds.iter().map(|(kind, matrix)| (format!("/kinds/{}", kind.as_str()), matrix));
        let matrices = std::iter::once(("/matrix".to_owned(), &self.matrix)).chain(kinds);
        let cells = matrices.flat_map(|(at, matrix)| {
            matrix.iter().enumerate().flat_map(move |(row, cells)| {
                let at = at.clone();
                cells.iter().enumerate().map(move |(column, cell)| (format!("{at}/{row}/{column}"), *cell, 5))
            })
        });
        let tables = [("impact_floor", &self.impact_floor), ("impact_floor_down", &self.impact_floor_down)];
        let floors = tables.into_iter().flat_map(|(table, floors)| {
            floors.iter().map(move |(one, level)| (format!("/{table}/{}", one.as_str()), *level, 3))
        });
        let urgencies = self.urgency.iter().map(|(one, level)| (format!("/urgency/{}", one.as_str()), *level, 3));
        for (pointer, level, most) in cells.chain(floors).chain(urgencies) {
            if !(1..=most).contains(&level) {
                let why = Phrase::new("number_from_to").with("min", 1).with("max", usize::from(most));
                wrong.push(Violation { pointer, why });
            }
        }
        if self.major.len() > MOST {
            wrong.push(Violation { pointer: "/major".into(), why: Phrase::new("at_most_entries").with("max", MOST) });
        }
        for (place, rule) in self.major.iter().enumerate() {
            wrong.extend(self.check_major(place, rule));
        }
        wrong
    }

    fn check_major(&self, place: usize, rule: &MajorRule) -> Vec<Violation> {
        let mut wrong = Vec::new();
        let mut say = |field: &str, why| wrong.push(Violation { pointer: format!("/major/{place}/{field}"), why });
        if let Some(why) = own::line(&rule.name) {
            say("name", why);
        } else if self.major.iter().take(place).any(|other| other.name == rule.name) {
            say("name", Phrase::new("route_taken"));
        }
        match Query::parse(&rule.filter, &fields::TICKET) {
            Err(error) => say("filter", error.phrase()),
            Ok(query) if !query.moment.is_now() => say("filter", Phrase::new("scope_moment")),
            Ok(_) if rule.filter.trim().is_empty() => say("filter", Phrase::new("is_needed")),
            Ok(_) => {}
        }
        if let Some(accept) = &rule.accept {
            if accept.business_impact.trim().is_empty() {
                say("accept/business_impact", Phrase::new("is_needed"));
            }
            if !(1..=MOST_MINUTES).contains(&accept.update_minutes) {
                let why = Phrase::new("number_from_to").with("min", 1).with("max", MOST_MINUTES.to_string());
                say("accept/update_minutes", why);
            }
        }
        wrong
    }

    /// What differs from others, in a line for the audit trail: each cell with the value before.
    pub fn differences(&self, before: &Self) -> String {
        let value = |rules: &Self| serde_json::to_value(rules).unwrap_or_default();
        let mut said = Vec::new();
        differ("", &value(before), &value(self), &mut said);
        if said.is_empty() { "as before".to_owned() } else { said.join("; ") }
    }
}

/// What differs between two values, each with its place.
fn differ(at: &str, before: &serde_json::Value, after: &serde_json::Value, said: &mut Vec<String>) {
    use serde_json::Value::{Array, Null, Object};
    match (before, after) {
        (Object(old), Object(new)) => {
            let names: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            for name in names {
                let of = |fields: &serde_json::Map<_, _>| fields.get(name).cloned().unwrap_or(Null);
                differ(&format!("{at}/{name}"), &of(old), &of(new), said);
            }
        }
        (Array(old), Array(new)) if old.len() == new.len() => {
            for (place, (old, new)) in old.iter().zip(new).enumerate() {
                differ(&format!("{at}/{place}"), old, new, said);
            }
        }
        (old, new) if old != new => said.push(format!("{at}: {old} > {new}")),
        _ => {}
    }
}

/// One version of the rules. The last one counts; all are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriorityVersion {
    /// Its number: 1 is the first that somebody set over what is shipped.
    pub version: u64,
    /// The rules.
    pub rules: PriorityRules,
    /// Who set them.
    pub changed_by: String,
    /// When.
    pub changed_at: Time,
}

/// The key of a version: they stand in their order.
pub fn version_key(version: u64) -> String {
    format!("{version:010}")
}

record!(PriorityVersion, PriorityVersion, |stored| version_key(stored.version));

/// The rules as they are asked: whoever gives a ticket a priority does so here.
#[derive(Clone, Debug)]
pub struct Priorities {
    /// The rules.
    pub rules: PriorityRules,
    /// Their version; 0 is as shipped.
    pub version: u64,
    /// The questions of the rules of major incidents; `None` where one cannot be read any more.
    major: Vec<Option<Query>>,
}

impl Default for Priorities {
    fn default() -> Self {
        Self::new(0, PriorityRules::default())
    }
}

impl Priorities {
    /// Rules that can be asked.
    pub fn new(version: u64, rules: PriorityRules) -> Self {
        let major = rules.major.iter().map(|rule| Query::parse(&rule.filter, &fields::TICKET).ok()).collect();
        Self { rules, version, major }
    }

    /// The priority of a kind of ticket. Impact and urgency are 1 to 3; anything else counts as 3.
    pub fn of(&self, kind: Kind, impact: u8, urgency: u8) -> u8 {
        let matrix = self.rules.kinds.get(&kind).unwrap_or(&self.rules.matrix);
        let row = |n: u8| usize::from(n).checked_sub(1).filter(|n| *n < 3).unwrap_or(2);
        matrix.get(row(impact)).and_then(|columns| columns.get(row(urgency))).copied().unwrap_or(5)
    }

    /// Gives a ticket the priority of the matrix, and notes which rules did.
    pub fn give(&self, ticket: &mut Ticket) {
        ticket.priority = self.of(ticket.kind(), ticket.impact, ticket.urgency);
        ticket.priority_source = PrioritySource::Matrix;
        ticket.priority_rules = self.version;
    }

    /// Rule P2: the impact that a host or service asks for at least, by how critical it is and whether it is down.
    pub fn floor(&self, floor: &Floor) -> u8 {
        let (table, shipped) = if floor.is_down {
            (&self.rules.impact_floor_down, shipped_floor_down(floor.criticality))
        } else {
            (&self.rules.impact_floor, shipped_floor(floor.criticality))
        };
        table.get(&floor.criticality).copied().unwrap_or(shipped)
    }

    /// Rule P3: the urgency of machine-made incidents.
    pub fn urgency_of(&self, severity: Severity) -> u8 {
        self.rules.urgency.get(&severity).copied().unwrap_or_else(|| shipped_urgency(severity))
    }

    /// The floor among those of a host and the services that depend on it: the one that asks for most, the most critical among those
    /// that ask for the same, the host's own before others. `None` when none asks for more than the usual.
    pub fn strongest(&self, floors: impl IntoIterator<Item = Floor>) -> Option<Floor> {
        let rank = |floor: &Floor| (std::cmp::Reverse(self.floor(floor)), floor.criticality);
        let asks = floors.into_iter().filter(|floor| self.floor(floor) < 3);
        asks.reduce(|best, next| if rank(&next) > rank(&best) { next } else { best })
    }

    /// The first rule that makes a ticket a major incident.
    pub fn major_rule(&self, ticket: &Ticket) -> Option<&MajorRule> {
        if self.major.is_empty() {
            return None;
        }
        let entry = asked(ticket);
        let means = |query: &Option<Query>| query.as_ref().is_some_and(|query| query.matches(&entry));
        self.rules.major.iter().zip(&self.major).find(|(_, query)| means(query)).map(|(rule, _)| rule)
    }
}

#[cfg(test)]
mod tests;
