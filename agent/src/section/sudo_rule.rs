//! The rules of sudo: who may run what as whom, from `/etc/sudoers` and all that it includes.
//!
//! Read as sudoers(5) describes the grammar: aliases are expanded, a command takes over the runas list and the tags of the
//! one before it, a line that is broken is left out as sudo leaves it out, and said so. Nothing is evaluated: the order
//! of rules matters to sudo (the last match wins) and a person has to judge it.

use std::collections::BTreeMap;

use muster_shared::{Item, Problem, SectionName};

use super::{Collector, Privilege, Section, oddity};
use crate::redact;
use crate::root::Root;

mod alias;
mod files;
mod grammar;
mod lines;
mod setting;

use alias::{Aliases, Kind};
use grammar::{Entry, Rule};

const SUDOERS: &str = "/etc/sudoers";
const SUDOERS_D: &str = "/etc/sudoers.d";

/// The most items of the section.
const ITEM_CAP: usize = 5_000;

pub(super) struct SudoRule;

impl Collector for SudoRule {
    fn name(&self) -> SectionName {
        SectionName::SudoRule
    }

    fn contents(&self) -> &'static str {
        "rules of sudo with aliases expanded: who, hosts, runas, commands, tags; defaults"
    }

    fn purpose(&self) -> &'static str {
        "who may become root; what grants and policies are checked against"
    }

    fn privilege(&self) -> Privilege {
        Privilege::ReadSearch("`/etc/sudoers` and what it includes only root may read; without it there are no rules")
    }

    fn watched(&self, root: &Root) -> Vec<String> {
        let mut paths = super::paths(&[SUDOERS, SUDOERS_D]);
        paths.append(&mut files::included(root, SUDOERS));
        paths
    }

    fn collect(&self, root: &Root) -> Section {
        let lines = match files::read(root, SUDOERS) {
            Ok(lines) => lines,
            Err(error) => return Section::unreadable(&error),
        };
        let mut problems = lines.problems;
        let mut aliases = Aliases::default();
        let mut entries: Vec<(Entry, String)> = Vec::new();
        let mut broken: BTreeMap<String, usize> = BTreeMap::new();
        for line in &lines.list {
            match grammar::parse(&line.text) {
                Some(parsed) => entries.extend(parsed.into_iter().map(|entry| (entry, line.source.clone()))),
                None => *broken.entry(line.source.clone()).or_default() += 1,
            }
        }
        problems.extend(broken.into_iter().map(|(source, count)| {
            let message = format!("{count} lines are not understood and left out");
            Problem { source, message }
        }));
        // Aliases may be used before they are defined.
        entries.retain_mut(|(entry, _)| match entry {
            Entry::Alias { kind, name, members } => {
                aliases.define(*kind, std::mem::take(name), std::mem::take(members));
                false
            }
            Entry::Rule(_) | Entry::Defaults { .. } => true,
        });
        let mut items: BTreeMap<String, (Item, Vec<String>)> = BTreeMap::new();
        for (entry, source) in entries {
            let item = match entry {
                Entry::Rule(rule) => rule_item(&rule, &aliases),
                // As sudo passes over it.
                Entry::Defaults { setting, .. } if !setting::is_sound(&setting) => {
                    oddity::say(
                        &mut problems,
                        &source,
                        "sudo knows no `Defaults` such as",
                        &redact::command_line(&setting),
                    );
                    continue;
                }
                Entry::Defaults { scope, setting } => defaults_item(&scope, &setting),
                Entry::Alias { .. } => continue,
            };
            // Of a default that is set twice the last one counts.
            let known = items.entry(item.key.clone()).or_insert_with(|| (Item::new(""), Vec::new()));
            known.0 = item;
            known.1.push(source);
        }
        if items.len() > ITEM_CAP {
            let message = format!("{} rules beyond {ITEM_CAP} are left out", items.len() - ITEM_CAP);
            problems.push(Problem { source: SUDOERS.to_owned(), message });
        }
        aliases.say(&mut problems, SUDOERS);
        let items = items.into_values().take(ITEM_CAP).map(|(item, mut sources)| {
            sources.sort_unstable();
            sources.dedup();
            item.with("sources", sources)
        });
        Section::of(items.collect(), problems)
    }
}

fn rule_item(rule: &Rule, aliases: &Aliases) -> Item {
    let users = aliases.expand(Kind::User, &rule.users);
    let hosts = aliases.expand(Kind::Host, &rule.hosts);
    let runas_users = aliases.expand(Kind::Runas, &rule.runas_users);
    let runas_groups = aliases.expand(Kind::Runas, &rule.runas_groups);
    let commands = aliases.expand(Kind::Command, &rule.commands);
    let commands: Vec<String> = commands.iter().map(|command| redact::command_line(command)).collect();
    let commands = ordered(commands);
    let (users, hosts) = (ordered(users), ordered(hosts));
    let runas = match (rule.runas_users.is_empty(), rule.runas_groups.is_empty()) {
        _ if rule.runas_is_default => "root".to_owned(),
        (true, true) => "self".to_owned(),
        (_, true) => runas_users.join(", "),
        (_, false) => format!("{} : {}", runas_users.join(", "), runas_groups.join(", ")),
    };
    // As it is written, aliases and all: an alias that gets another member is a change of the rule, not another rule.
    let written = format!(
        "{} {} = ({runas}) {}{}",
        rule.users.join(", "),
        rule.hosts.join(", "),
        rule.tags.iter().chain(&rule.options).fold(String::new(), |text, tag| text + tag + " "),
        rule.commands.iter().map(|command| redact::command_line(command)).collect::<Vec<_>>().join(", "),
    );
    let is_unrestricted =
        commands.iter().any(|command| command == "ALL") && !commands.iter().any(|c| c.starts_with('!'));
    let mut item = Item::new(super::bounded_key(&written))
        .with("kind", "rule")
        .with("users", users)
        .with("hosts", hosts)
        .with("runas", runas.trim_start())
        .with("commands", commands)
        .with("no_password", rule.tags.iter().any(|tag| tag == "NOPASSWD"))
        .with("all_commands", is_unrestricted);
    for (name, values) in [("tags", &rule.tags), ("options", &rule.options)] {
        if !values.is_empty() {
            item.set(name, ordered(values.clone()));
        }
    }
    let names = aliases.names_in(rule);
    if !names.is_empty() {
        item.set("aliases", names);
    }
    item
}

fn defaults_item(scope: &str, setting: &str) -> Item {
    let setting = redact::command_line(setting);
    let name = setting::name(&setting);
    // What adds to a list may be there more than once.
    let is_added = setting.contains("+=") || setting.contains("-=");
    let id = if is_added { setting.as_str() } else { name };
    Item::new(super::bounded_key(&format!("Defaults{scope} {id}")))
        .with("kind", "defaults")
        .with("scope", scope)
        .with("name", name)
        .with("setting", setting.as_str())
}

/// A sorted list, unless something is negated: then the order says what counts.
fn ordered(mut list: Vec<String>) -> Vec<String> {
    if !list.iter().any(|entry| entry.starts_with('!')) {
        list.sort_unstable();
        list.dedup();
    }
    list
}

#[cfg(test)]
mod tests;
