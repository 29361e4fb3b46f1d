//! Names in queries: records hold ids of accounts, hosts and items, and people ask for names.

use std::collections::HashMap;

use muster_shared::id::{NodeId, UserId};

use super::value::{Order, Pattern};
use super::{Expression, Operator, Query, Term};
use crate::text::{self, Phrase, Word};
use muster_shared::attribute::Kind;
use serde_json::Value;

/// The fields of tickets that hold an account.
pub const OF_TICKETS: &[&str] = &["assignee", "requester"];
/// Names that a refusal gives, at most.
const GIVEN: usize = 5;

/// Somebody, and what one may be called: the name to sign in with first.
#[derive(Clone, Debug)]
pub struct Named {
    /// Which account.
    pub id: UserId,
    /// The names.
    pub names: Vec<String>,
}

/// Whether a value is a name: no id, not nobody and not anybody.
fn is_name(pattern: &Pattern) -> bool {
    let is_id = pattern.exact().is_some_and(|text| text.is_empty() || text.parse::<UserId>().is_ok());
    !is_id && (pattern.exact().is_some() || !pattern.texts().is_empty())
}

impl Expression {
    fn terms<'a>(&'a mut self, found: &mut Vec<&'a mut Term>) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter_mut().for_each(|part| part.terms(found)),
            Self::Not(part) => part.terms(found),
            Self::Term(term) => found.push(term),
        }
    }

    fn name_in(&self, fields: &[&str]) -> Option<String> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().find_map(|part| part.name_in(fields)),
            Self::Not(part) => part.name_in(fields),
            Self::Term(term) if fields.contains(&term.field.as_str()) => {
                term.patterns.iter().find(|pattern| is_name(pattern)).map(Pattern::shown)
            }
            Self::Term(_) => None,
        }
    }
}

impl Query {
    /// The first name that one of these fields is compared with.
    pub fn name_in(&self, fields: &[&str]) -> Option<String> {
        self.all.iter().find_map(|part| part.name_in(fields))
    }

    /// Puts the ids of people where these fields are compared with their names. A name that nobody has is refused with those near it; a
    /// pattern with stars may fit nobody.
    pub fn name_people(&mut self, fields: &[&str], people: &[Named]) -> Result<(), Phrase> {
        let mut terms = Vec::new();
        self.all.iter_mut().for_each(|part| part.terms(&mut terms));
        for term in terms.into_iter().filter(|term| fields.contains(&term.field.as_str())) {
            let mut patterns = Vec::new();
            for pattern in std::mem::take(&mut term.patterns) {
                if is_name(&pattern) {
                    patterns.extend(ids_of(&pattern, people)?);
                } else {
                    patterns.push(pattern);
                }
            }
            term.patterns = patterns;
        }
        Ok(())
    }
}

impl Query {
    /// The names that a field is compared with, where its values are ids of hosts and items.
    pub fn node_names(&self, field: &str) -> Vec<String> {
        let mut query = self.clone();
        let mut terms = Vec::new();
        query.all.iter_mut().for_each(|part| part.terms(&mut terms));
        let patterns = terms.into_iter().filter(|term| term.field == field).flat_map(|term| &term.patterns);
        patterns.filter_map(node_name).collect()
    }

    /// Whether a field is compared with a part of a name, where its values are ids of hosts and items.
    pub fn has_node_patterns(&self, field: &str) -> bool {
        let mut query = self.clone();
        let mut terms = Vec::new();
        query.all.iter_mut().for_each(|part| part.terms(&mut terms));
        let mut patterns = terms.into_iter().filter(|term| term.field == field).flat_map(|term| &term.patterns);
        let is_id = |text: &str| text.starts_with("host_") || text.starts_with("item_");
        patterns.any(|pattern| {
            pattern.exact().is_none() && pattern.texts().iter().any(|text| !text.is_empty() && !is_id(text))
        })
    }

    /// Puts ids where a field is compared with names of hosts and items.
    pub fn name_nodes(&mut self, field: &str, ids: &HashMap<String, Vec<String>>) {
        let mut terms = Vec::new();
        self.all.iter_mut().for_each(|part| part.terms(&mut terms));
        for term in terms.into_iter().filter(|term| term.field == field) {
            let mut patterns = Vec::new();
            for pattern in std::mem::take(&mut term.patterns) {
                match node_name(&pattern).and_then(|name| ids.get(&name)) {
                    Some(ids) => patterns.extend(ids.iter().map(|id| Pattern::literal(id))),
                    None => patterns.push(pattern),
                }
            }
            term.patterns = patterns;
        }
    }
}

/// The name that a value is; none for ids, patterns and nothing.
fn node_name(pattern: &Pattern) -> Option<String> {
    let text = pattern.exact().filter(|text| !text.is_empty() && text.parse::<NodeId>().is_err())?;
    Some(text.to_owned())
}

/// The ids of those whose names fit.
fn ids_of(pattern: &Pattern, people: &[Named]) -> Result<Vec<Pattern>, Phrase> {
    let order = Order { kind: Kind::Text, manager: None };
    let fits = |name: &String| pattern.holds(Operator::Is, &Value::from(name.as_str()), order);
    let found = people.iter().filter(|person| person.names.iter().any(fits));
    let ids: Vec<Pattern> = found.map(|person| Pattern::literal(&person.id.to_string())).collect();
    let Some(name) = pattern.exact().filter(|_| ids.is_empty()) else { return Ok(ids) };
    let near = text::near(name, people.iter().filter_map(|person| person.names.first()).map(String::as_str), GIVEN);
    let why = Phrase::new(if near.is_empty() { "person_unknown" } else { "person_near" }).with("name", pattern.shown());
    Err(if near.is_empty() { why } else { why.with("near", Word::list(near)) })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::query::fields;

    #[test]
    fn hosts_and_items_are_asked_for_by_name() {
        let host = "host_01010101010101010101010101010101";
        let mut query = Query::parse(&format!("item:web-1,{host} not item:shop item:x*"), &fields::TICKET).unwrap();
        assert_eq!(query.node_names("item"), ["web-1", "shop"]);
        let ids = [("web-1", vec!["a", "b"]), ("shop", vec!["c"])];
        let ids = ids.map(|(name, ids)| (name.to_owned(), ids.into_iter().map(str::to_owned).collect()));
        query.name_nodes("item", &HashMap::from(ids));
        let fits = |items: &[&str]| query.matches(&json!({"item": items}));
        assert!(fits(&["a", "x1"]) && fits(&["b", "x1"]) && fits(&[host, "x1"]));
        assert!(!fits(&["a", "c", "x1"]) && !fits(&["a"]) && !fits(&["web-1", "x1"]));
    }

    #[test]
    fn people_are_asked_for_by_name() {
        let (ann, ben) = (UserId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
        let named = |id, names: &[&str]| Named { id, names: names.iter().map(|name| (*name).to_owned()).collect() };
        let people = [named(ann, &["ann", "Ann Smith", "me"]), named(ben, &["ben", "Ben Smith"])];
        let asked = |text: &str| {
            let mut query = Query::parse(text, &fields::TICKET).unwrap();
            query.name_people(OF_TICKETS, &people).map(|()| query)
        };
        let fits = |text: &str, assignee: Option<UserId>| asked(text).unwrap().matches(&json!({"assignee": assignee}));
        for (text, of_ann, of_ben, of_nobody) in [
            ("assignee:ann", true, false, false),
            ("assignee:me", true, false, false),
            ("assignee:\"ben smith\"", false, true, false),
            ("assignee:*smith", true, true, false),
            ("assignee:nobody*", false, false, false),
            ("assignee:\"\",ben", false, true, true),
            ("not assignee:ann", false, true, true),
            ("(assignee:ann or assignee:ben)", true, true, false),
            ("assignee:*", true, true, false),
            (&format!("assignee:{ben}"), false, true, false),
        ] {
            let found = [fits(text, Some(ann)), fits(text, Some(ben)), fits(text, None)];
            assert_eq!(found, [of_ann, of_ben, of_nobody], "{text}");
        }
        let wrong = asked("requester:anm").unwrap_err();
        assert_eq!((wrong.say.as_ref(), wrong.to_string().contains("ann")), ("person_near", true), "{wrong}");
        assert_eq!(asked("assignee:zzzzzz").unwrap_err().say, "person_unknown");
        let kept = |text: &str| Query::parse(text, &fields::TICKET).unwrap().name_in(OF_TICKETS);
        assert_eq!(kept("priority:1 (assignee:ann or state:new)").as_deref(), Some("ann"));
        assert_eq!(kept(&format!("assignee:{ann},\"\" requester:*")), None);
    }
}
