//! Aliases of sudoers(5), and lists with their aliases replaced by what they stand for.

use std::cell::{Cell, RefCell};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use muster_shared::Problem;

use super::grammar::{Rule, is_alias};
use crate::section::oddity;

/// How deep aliases name each other; more is a loop.
const DEPTH_CAP: usize = 16;

/// The most members of a list after its aliases are replaced.
const MEMBER_CAP: usize = 500;

/// The most members that are looked at for one list: aliases that name each other many times would never end.
const STEP_CAP: usize = 10_000;

/// What an alias stands for; each kind has names of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    User,
    Runas,
    Host,
    Command,
}

/// Every alias of a policy.
#[derive(Debug, Default)]
pub(super) struct Aliases {
    members: BTreeMap<(Kind, String), Vec<String>>,
    is_cut: Cell<bool>,
    /// Names that are defined more than once.
    twice: BTreeSet<String>,
    /// Names that stand in a list and stand for nothing.
    undefined: RefCell<BTreeSet<String>>,
}

impl Aliases {
    /// The first definition counts: a second one is an error to sudo.
    pub(super) fn define(&mut self, kind: Kind, name: String, members: Vec<String>) {
        match self.members.entry((kind, name)) {
            Entry::Vacant(entry) => drop(entry.insert(members)),
            Entry::Occupied(entry) => drop(self.twice.insert(entry.key().1.clone())),
        }
    }

    /// A list with its aliases replaced; a negated alias negates its members.
    pub(super) fn expand(&self, kind: Kind, list: &[String]) -> Vec<String> {
        let mut out = Vec::new();
        let mut steps = STEP_CAP;
        self.expand_into(kind, list, (false, DEPTH_CAP), &mut steps, &mut out);
        out
    }

    fn expand_into(
        &self,
        kind: Kind,
        list: &[String],
        (is_negated, depth): (bool, usize),
        steps: &mut usize,
        out: &mut Vec<String>,
    ) {
        for member in list {
            *steps = steps.saturating_sub(1);
            let name = member.trim_start_matches('!');
            let is_negated = is_negated != ((member.len() - name.len()) % 2 == 1);
            if out.len() >= MEMBER_CAP || *steps == 0 {
                self.is_cut.set(true);
                return;
            }
            match self.members.get(&(kind, name.to_owned())) {
                Some(members) if depth > 0 => {
                    self.expand_into(kind, members, (is_negated, depth - 1), steps, out);
                }
                Some(_) => self.is_cut.set(true),
                None => {
                    if is_alias(name) && name != "ALL" {
                        self.undefined.borrow_mut().insert(name.to_owned());
                    }
                    out.push(if is_negated { format!("!{name}") } else { name.to_owned() });
                }
            }
        }
    }

    /// The aliases that a rule names itself.
    pub(super) fn names_in(&self, rule: &Rule) -> Vec<String> {
        let lists = [
            (Kind::User, &rule.users),
            (Kind::Host, &rule.hosts),
            (Kind::Runas, &rule.runas_users),
            (Kind::Runas, &rule.runas_groups),
            (Kind::Command, &rule.commands),
        ];
        let names = lists.iter().flat_map(|(kind, list)| {
            let names = list.iter().map(|member| member.trim_start_matches('!').to_owned());
            names.filter(|name| self.members.contains_key(&(*kind, name.clone())))
        });
        let mut names: Vec<String> = names.collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Says what had to be left out of a list, and what is wrong with the aliases.
    pub(super) fn say(&self, problems: &mut Vec<Problem>, source: &str) {
        for name in self.undefined.borrow().iter() {
            oddity::say(problems, source, "an alias is used and nowhere defined:", name);
        }
        for name in &self.twice {
            oddity::say(problems, source, "an alias is defined more than once, of which the first counts:", name);
        }
        let message = format!("aliases form a loop or lists of more than {MEMBER_CAP} members: the lists are cut");
        problems.extend(self.is_cut.get().then(|| Problem { source: source.to_owned(), message }));
    }
}
