//! What happens in the demo and when: a list of steps in the order of time. A step names what it is about by a handle, for the number
//! of a ticket is known only when it was opened.

use std::collections::BTreeMap;

use muster_shared::{Item, SectionName, Time};
use serde_json::{Value, json};

/// One thing that happens.
#[derive(Clone, Debug)]
pub(super) enum Act {
    /// Somebody asks the API for something; what it gives is known by a handle from then on.
    Ask { who: &'static str, method: Method, path: String, body: Value, handle: Option<String> },
    /// Somebody votes in the newest round of a ticket.
    Vote { who: &'static str, ticket: String, body: Value },
    /// All whose votes are wanted agree, but not who is to make it.
    Agree { ticket: String, but: &'static str },
    /// Somebody moves all open parts of a ticket.
    Parts { who: &'static str, ticket: String, body: Value },
    /// The newest record of a list is known by a handle from then on.
    Find { who: &'static str, path: String, handle: String },
    /// Hosts change, and their agents tell it; a little later they look again.
    Hosts { names: Vec<String>, edits: Vec<Edit> },
    /// Hosts are looked at once more.
    Look { names: Vec<String> },
    /// A host says nothing from now on, or speaks again.
    Silence { name: String, is_silent: bool },
    /// A disk is copied: two machines speak as one agent.
    Clone { name: String },
}

/// How something is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Post,
    Put,
    Patch,
}

/// A change of a host.
#[derive(Clone, Debug)]
pub(super) enum Edit {
    Put(SectionName, Item),
    Remove(SectionName, String),
    Set(SectionName, String, &'static str, Value),
}

/// What is to happen, by time. What stands at the same time happens in the order in which it was written.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    steps: BTreeMap<(Time, u64), Act>,
    written: u64,
}

impl Agenda {
    /// Writes a step down.
    pub(super) fn add(&mut self, at: Time, act: Act) {
        self.written += 1;
        self.steps.insert((at, self.written), act);
    }

    /// The next step that happens by `until`.
    pub(super) fn next(&mut self, until: Time) -> Option<(Time, Act)> {
        let first = self.steps.first_entry()?;
        if first.key().0 > until {
            return None;
        }
        let ((at, _), act) = first.remove_entry();
        Some((at, act))
    }
}

/// Somebody opens a ticket.
pub(super) fn open(who: &'static str, handle: &str, body: Value) -> Act {
    Act::Ask { who, method: Method::Post, path: "/tickets".into(), body, handle: Some(handle.to_owned()) }
}

/// Somebody moves a ticket.
pub(super) fn event(who: &'static str, handle: &str, body: Value) -> Act {
    let path = format!("/tickets/@number:{handle}/transitions");
    Act::Ask { who, method: Method::Post, path, body, handle: None }
}

/// Somebody moves a ticket by an event that asks for nothing.
pub(super) fn moved(who: &'static str, handle: &str, name: &str) -> Act {
    event(who, handle, json!({"event": name}))
}

/// Somebody says something on a ticket that everybody may read.
pub(super) fn say(who: &'static str, handle: &str, text: &str) -> Act {
    let path = format!("/tickets/@number:{handle}/comments");
    Act::Ask { who, method: Method::Post, path, body: json!({ "text": text }), handle: None }
}

/// Somebody notes something for those who work on a ticket.
pub(super) fn note(who: &'static str, handle: &str, text: &str) -> Act {
    let path = format!("/tickets/@number:{handle}/comments");
    Act::Ask { who, method: Method::Post, path, body: json!({"text": text, "visibility": "internal"}), handle: None }
}

/// Somebody changes fields of a ticket.
pub(super) fn edit(who: &'static str, handle: &str, body: Value) -> Act {
    Act::Ask { who, method: Method::Patch, path: format!("/tickets/@number:{handle}"), body, handle: None }
}

/// Somebody joins two tickets.
pub(super) fn link(who: &'static str, handle: &str, kind: &str, other: &str) -> Act {
    let path = format!("/tickets/@number:{handle}/links");
    let body = json!({"kind": kind, "ticket": format!("@number:{other}")});
    Act::Ask { who, method: Method::Post, path, body, handle: None }
}

/// Somebody makes a record of any kind.
pub(super) fn post(who: &'static str, path: &str, handle: &str, body: Value) -> Act {
    let handle = (!handle.is_empty()).then(|| handle.to_owned());
    Act::Ask { who, method: Method::Post, path: path.to_owned(), body, handle }
}

/// Somebody sets a record.
pub(super) fn put(who: &'static str, path: &str, body: Value) -> Act {
    Act::Ask { who, method: Method::Put, path: path.to_owned(), body, handle: None }
}

/// Somebody changes a record.
pub(super) fn patch(who: &'static str, path: &str, body: Value) -> Act {
    Act::Ask { who, method: Method::Patch, path: path.to_owned(), body, handle: None }
}

/// All whose votes are wanted agree; who is to make it does not vote.
pub(super) fn agree(ticket: &str, but: &'static str) -> Act {
    Act::Agree { ticket: ticket.to_owned(), but }
}

/// Somebody does all that is open of a ticket.
pub(super) fn parts(who: &'static str, ticket: &str, name: &str) -> Act {
    Act::Parts { who, ticket: ticket.to_owned(), body: json!({ "event": name }) }
}

/// The newest record of a list gets a handle.
pub(super) fn find(who: &'static str, path: &str, handle: &str) -> Act {
    Act::Find { who, path: path.to_owned(), handle: handle.to_owned() }
}

/// Somebody does not agree.
pub(super) fn reject(who: &'static str, ticket: &str, comment: &str) -> Act {
    Act::Vote { who, ticket: ticket.to_owned(), body: json!({"decision": "reject", "comment": comment}) }
}

/// Hosts change in the same way.
pub(super) fn hosts(names: &[&str], edits: Vec<Edit>) -> Act {
    Act::Hosts { names: names.iter().map(|name| (*name).to_owned()).collect(), edits }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_come_in_the_order_of_time_and_then_as_they_were_written() {
        let (early, late) = (Time::from_millis(1_000), Time::from_millis(2_000));
        let mut agenda = Agenda::default();
        for (at, name) in [(late, "c"), (early, "a"), (early, "b")] {
            agenda.add(at, Act::Silence { name: name.into(), is_silent: true });
        }
        let mut names = Vec::new();
        while let Some((_, Act::Silence { name, .. })) = agenda.next(late) {
            names.push(name);
        }
        assert_eq!(names, ["a", "b", "c"]);
        agenda.add(late, Act::Look { names: Vec::new() });
        assert!(agenda.next(early).is_none(), "what is still to come waits");
    }
}
