//! The order of the tasks that fulfil a request.

use std::collections::BTreeSet;

use super::{Refused, TaskTemplate, refused};
use crate::text::{Phrase, Word};

/// Tasks of an item, at most.
const MAX_TASKS: usize = 40;

/// The tasks in an order in which each comes after those that it waits for; a circle has none.
pub fn order(tasks: &[TaskTemplate]) -> Result<Vec<&TaskTemplate>, Refused> {
    if tasks.len() > MAX_TASKS {
        return Err(refused("/tasks", Phrase::new("at_most_items").with("max", MAX_TASKS)));
    }
    let mut names = BTreeSet::new();
    for (i, task) in tasks.iter().enumerate() {
        if task.name.trim().is_empty() || !names.insert(task.name.as_str()) {
            return Err(refused(format!("/tasks/{i}/name"), Phrase::new("task_name")));
        }
        if task.title.trim().is_empty() {
            return Err(refused(format!("/tasks/{i}/title"), Phrase::new("is_needed")));
        }
    }
    for (i, task) in tasks.iter().enumerate() {
        if let Some(unknown) = task.after.iter().find(|name| !names.contains(name.as_str())) {
            let why = Phrase::new("task_unknown").with("name", unknown.as_str());
            return Err(refused(format!("/tasks/{i}/after"), why));
        }
    }
    let (mut ordered, mut done): (Vec<&TaskTemplate>, BTreeSet<&str>) = (Vec::new(), BTreeSet::new());
    while ordered.len() < tasks.len() {
        let is_ready = |task: &&TaskTemplate| {
            !done.contains(task.name.as_str()) && task.after.iter().all(|name| done.contains(name.as_str()))
        };
        let Some(next) = tasks.iter().find(is_ready) else {
            let left = tasks.iter().map(|task| task.name.as_str()).filter(|name| !done.contains(name));
            return Err(refused("/tasks", Phrase::new("task_circle").with("tasks", Word::list(left))));
        };
        done.insert(&next.name);
        ordered.push(next);
    }
    Ok(ordered)
}
