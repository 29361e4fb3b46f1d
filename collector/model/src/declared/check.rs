//! Whether what is declared can be taken.

use muster_shared::id::NodeId;

use super::{Declared, Edit};
use crate::class::{Class, Violation, check_values};
use crate::host::Lifecycle;
use crate::query::{Fields, Query};
use crate::text::{Phrase, Word, unseen};

/// Longest name.
const MAX_NAME: usize = 200;
/// Most words to find it by.
const MAX_TAGS: usize = 50;
/// Most queries of an item.
const MAX_QUERIES: usize = 20;
/// Most redundancy groups.
const MAX_GROUPS: usize = 50;

/// What is wrong with an item after an edit.
pub(super) fn check(item: &Declared, edit: &Edit, class: &Class, fields: &Fields<'_>) -> Vec<Violation> {
    let mut wrong = check_values(class, &item.attributes);
    if !matches!(item.id, NodeId::Declared(_)) {
        // Everything else of it is said elsewhere, or found.
        let others = [
            ("/name", edit.name.is_some()),
            ("/lifecycle", edit.lifecycle.is_some()),
            ("/status", edit.status.is_some()),
            ("/owner", edit.owner.is_some()),
            ("/criticality", edit.criticality.is_some()),
            ("/tags", edit.tags.is_some()),
            ("/members", edit.members.is_some()),
            ("/redundancy", edit.redundancy.is_some()),
        ];
        let others = others.into_iter().filter(|(_, is_given)| *is_given);
        wrong.extend(others.map(|(pointer, _)| Violation::new(pointer, Phrase::new("declared_attributes_only"))));
        return wrong;
    }
    wrong.extend(check_text("/name", &item.name, 1, MAX_NAME));
    wrong.extend(item.owner.as_ref().and_then(|owner| check_text("/owner", owner, 1, 100)));
    if edit.lifecycle.is_some_and(|lifecycle| !Lifecycle::BY_PEOPLE.contains(&lifecycle)) {
        let choices = Word::list(Lifecycle::BY_PEOPLE.iter().map(|lifecycle| lifecycle.as_str()));
        wrong.push(Violation::new("/lifecycle", Phrase::new("lifecycle_choice").with("choices", choices)));
    }
    if item.tags.len() > MAX_TAGS {
        wrong.push(Violation::new("/tags", Phrase::new("at_most_entries").with("max", MAX_TAGS)));
    }
    wrong.extend(item.tags.iter().find_map(|tag| check_text("/tags", tag, 1, 100)));
    if item.members.len() > MAX_QUERIES {
        wrong.push(Violation::new("/members", Phrase::new("at_most_entries").with("max", MAX_QUERIES)));
    }
    for (i, members) in item.members.iter().enumerate() {
        let place = format!("/members/{i}/query");
        match Query::parse(&members.query, fields) {
            Err(error) => wrong.push(Violation::new(place, error.phrase())),
            Ok(query) if !query.moment.is_now() || query.requires("class").is_none() => {
                wrong.push(Violation::new(place, Phrase::new("class_rule_class")));
            }
            Ok(_) => {}
        }
        if let Some(group) = members.group.as_ref().filter(|group| !item.redundancy.contains_key(*group)) {
            let why = Phrase::new("no_group").with("group", group.chars().take(60).collect::<String>());
            wrong.push(Violation::new(format!("/members/{i}/group"), why));
        }
    }
    if item.redundancy.len() > MAX_GROUPS {
        wrong.push(Violation::new("/redundancy", Phrase::new("at_most_entries").with("max", MAX_GROUPS)));
    }
    for (group, needed) in &item.redundancy {
        wrong.extend(check_text("/redundancy", group, 1, 60));
        if *needed == 0 {
            let place = format!("/redundancy/{}", group.replace('~', "~0").replace('/', "~1"));
            wrong.push(Violation::new(place, Phrase::new("group_needs_one")));
        }
    }
    wrong
}

fn check_text(pointer: &str, text: &str, min: usize, max: usize) -> Option<Violation> {
    let one_line = || text.contains(['\n', '\r', '\t']).then(|| Phrase::new("one_line"));
    if let Some(why) = unseen(text).or_else(one_line) {
        return Some(Violation::new(pointer, why));
    }
    let length = text.trim().chars().count();
    let why = || Phrase::new("characters").with("min", min).with("max", max);
    (!(min..=max).contains(&length)).then(|| Violation::new(pointer, why()))
}
