//! Where conditions are asked: what is known of a host, and the helpers that find things in it by an index.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use cel::{Context, ExecutionError, Value};
use muster_shared::{Attributes, SectionName, Time};
use serde_json::Value as Json;

use super::rule::{ENVIRONMENT, Rule};
use crate::query;
use crate::version;

/// Longest list of an item that a condition sees: a longer one leaves the condition unanswered.
const MAX_LIST: usize = 2_000;
/// Most calls of helpers by one condition over one item.
const MAX_CALLS: u32 = 10_000;
const DAY_MS: i64 = 86_400_000;

/// The items of a section by key, with the names that packages are looked up by.
#[derive(Debug, Default)]
pub struct SectionFacts {
    items: BTreeMap<String, Attributes>,
    by_name: OnceLock<HashMap<String, String>>,
}

impl SectionFacts {
    /// Over these items.
    pub fn new(items: impl IntoIterator<Item = (String, Attributes)>) -> Self {
        Self { items: items.into_iter().collect(), by_name: OnceLock::new() }
    }

    /// The items, by key.
    pub const fn items(&self) -> &BTreeMap<String, Attributes> {
        &self.items
    }

    /// The item of this key, or of this name, with its key.
    pub fn find<'a>(&'a self, key: &'a str) -> Option<(&'a str, &'a Attributes)> {
        if let Some(item) = self.items.get(key) {
            return Some((key, item));
        }
        let (key, item) = self.items.get_key_value(self.index().get(key)?)?;
        Some((key, item))
    }

    fn index(&self) -> &HashMap<String, String> {
        self.by_name.get_or_init(|| {
            let name =
                |(key, item): (&String, &Attributes)| Some((item.get("name")?.as_str()?.to_owned(), key.clone()));
            self.items.iter().rev().filter_map(name).collect()
        })
    }

    fn named(&self, name: &str) -> Option<&Attributes> {
        self.index().get(name).and_then(|key| self.items.get(key))
    }
}

/// What is known of a host when conditions are asked.
#[derive(Debug)]
pub struct Facts {
    /// The host as queries see it.
    pub host: Json,
    /// The sections that the conditions read.
    pub sections: BTreeMap<SectionName, SectionFacts>,
    /// Now.
    pub now: Time,
}

/// The place where conditions are asked about the items of one host.
pub struct Court {
    root: Context<'static, 'static>,
    calls: Arc<AtomicU32>,
}

impl std::fmt::Debug for Court {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Court").finish_non_exhaustive()
    }
}

/// A value as conditions see it; `None` when it holds a list that is too long.
fn value(json: &Json) -> Option<Value> {
    Some(match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Value::Int(whole),
            (None, Some(broken)) => Value::Float(broken),
            (None, None) => Value::Null,
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(list) if list.len() > MAX_LIST => return None,
        Json::Array(list) => Value::List(Arc::new(list.iter().map(value).collect::<Option<Vec<_>>>()?)),
        Json::Object(map) => {
            let entry = |(name, json): (&String, &Json)| Some((name.clone(), value(json)?));
            Value::from(map.iter().map(entry).collect::<Option<HashMap<_, _>>>()?)
        }
    })
}

fn map(attributes: &Attributes) -> Option<Value> {
    let entry = |(name, json): (&String, &Json)| Some((name.clone(), value(json)?));
    Some(Value::from(attributes.iter().map(entry).collect::<Option<HashMap<_, _>>>()?))
}

fn failed(function: &str, why: &str) -> ExecutionError {
    ExecutionError::function_error(function, why)
}

/// The text of an attribute of a map, if it has it.
fn text_of(map: &Value, name: &str) -> Option<String> {
    let Value::Map(map) = map else { return None };
    map.get(&cel::objects::Key::from(name)).and_then(|value| match value {
        Value::String(text) => Some(text.to_string()),
        _ => None,
    })
}

/// Days between now and a time, rounded down.
fn days(now: Time, text: &str) -> Result<i64, ExecutionError> {
    let at = query::moment(text).ok_or_else(|| failed("days_until", "the value is no time"))?;
    Ok(at.since(now).div_euclid(DAY_MS))
}

impl Court {
    /// Over what is known of a host.
    pub fn new(facts: &Arc<Facts>) -> Result<Self, String> {
        let mut root = Context::with_env(Arc::clone(&ENVIRONMENT));
        root.add_variable_from_value("host", value(&facts.host).unwrap_or(Value::Null));
        let calls = Arc::new(AtomicU32::new(0));
        let added = lookups(&mut root, facts, &calls).and_then(|()| comparisons(&mut root, facts.now));
        added.map_err(|error| error.to_string())?;
        Ok(Self { root, calls })
    }

    /// Asks conditions about an item. An error says why a condition has no answer.
    pub fn ask<'r>(
        &self,
        key: &str,
        attributes: &Attributes,
        rules: impl IntoIterator<Item = &'r Rule>,
    ) -> Vec<Result<bool, String>> {
        let Some(item) = map(attributes) else {
            let long = || Err(format!("the item has a list of more than {MAX_LIST} values"));
            return rules.into_iter().map(|_| long()).collect();
        };
        let mut scope = self.root.new_inner_scope();
        scope.add_variable_from_value("item", item);
        scope.add_variable_from_value("key", key);
        let ask = |rule: &Rule| {
            self.calls.store(0, Ordering::Relaxed);
            rule.ask(&scope)
        };
        rules.into_iter().map(ask).collect()
    }
}

/// The helpers that find other things of the host.
fn lookups(
    root: &mut Context<'static, 'static>,
    facts: &Arc<Facts>,
    calls: &Arc<AtomicU32>,
) -> Result<(), cel::DeclarationError> {
    let count = |calls: &AtomicU32| {
        if calls.fetch_add(1, Ordering::Relaxed) < MAX_CALLS { Ok(()) } else { Err(failed("lookup", "too many calls")) }
    };
    let found = |item: Option<&Attributes>| match item {
        Some(item) => map(item).ok_or_else(|| failed("lookup", "a list is too long")),
        None => Ok(Value::from(HashMap::<String, Value>::new())),
    };
    let package = |facts: &Facts, name: &str| -> Option<Attributes> {
        facts.sections.get(&SectionName::Package)?.named(name).cloned()
    };
    let item = |facts: &Facts, section: &str, key: &str| -> Option<Attributes> {
        facts.sections.get(&section.parse().ok()?)?.items.get(key).cloned()
    };
    let (known, counter) = (Arc::clone(facts), Arc::clone(calls));
    root.add_function("pkg", move |name: Arc<String>| -> Result<Value, ExecutionError> {
        count(&counter)?;
        found(package(&known, &name).as_ref())
    })?;
    let (known, counter) = (Arc::clone(facts), Arc::clone(calls));
    root.add_function("has_pkg", move |name: Arc<String>| -> Result<bool, ExecutionError> {
        count(&counter)?;
        Ok(package(&known, &name).is_some())
    })?;
    let (known, counter) = (Arc::clone(facts), Arc::clone(calls));
    root.add_function("one", move |section: Arc<String>, key: Arc<String>| -> Result<Value, ExecutionError> {
        count(&counter)?;
        found(item(&known, &section, &key).as_ref())
    })?;
    let (known, counter) = (Arc::clone(facts), Arc::clone(calls));
    root.add_function("has_item", move |section: Arc<String>, key: Arc<String>| -> Result<bool, ExecutionError> {
        count(&counter)?;
        Ok(item(&known, &section, &key).is_some())
    })
}

/// The helpers that compare versions and times.
fn comparisons(root: &mut Context<'static, 'static>, now: Time) -> Result<(), cel::DeclarationError> {
    root.add_function("older", |package: Value, version: Arc<String>| -> Result<bool, ExecutionError> {
        let Some(have) = text_of(&package, "version") else {
            // Without a version nothing is known to be older.
            return Ok(false);
        };
        let manager = text_of(&package, "manager").unwrap_or_default();
        Ok(version::order(&manager, &have, &version).is_lt())
    })?;
    root.add_function("below", |have: Arc<String>, wanted: Arc<String>| -> bool {
        version::order("", &have, &wanted).is_lt()
    })?;
    root.add_function("days_until", move |text: Arc<String>| days(now, &text))?;
    root.add_function("days_since", move |text: Arc<String>| days(now, &text).map(|days| -1 - days))
}
