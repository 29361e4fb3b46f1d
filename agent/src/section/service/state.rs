//! The state of a unit file, by the rules of systemd's `unit_file_lookup_state`.

use super::search::{Link, PERSISTENT, Resolved, SearchPath, is_runtime};
use super::unit::Unit;

/// The words of `systemctl list-unit-files`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::section) enum State {
    Enabled,
    EnabledRuntime,
    Linked,
    LinkedRuntime,
    Alias,
    Masked,
    MaskedRuntime,
    Static,
    Disabled,
    Indirect,
    Generated,
    Transient,
}

impl State {
    pub(in crate::section) const fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::EnabledRuntime => "enabled-runtime",
            Self::Linked => "linked",
            Self::LinkedRuntime => "linked-runtime",
            Self::Alias => "alias",
            Self::Masked => "masked",
            Self::MaskedRuntime => "masked-runtime",
            Self::Static => "static",
            Self::Disabled => "disabled",
            Self::Indirect => "indirect",
            Self::Generated => "generated",
            Self::Transient => "transient",
        }
    }
}

/// The state of the unit `name`, which leads to `found` and reads as `unit`.
pub(in crate::section) fn of(search: &SearchPath, name: &str, found: &Resolved, unit: &Unit) -> State {
    if found.name != name && !is_instance(name) {
        return State::Alias;
    }
    if found.path.starts_with("/run/systemd/generator") {
        return State::Generated;
    }
    if found.path.starts_with("/run/systemd/transient/") {
        return State::Transient;
    }
    let links: Vec<&Link> = search.links.iter().filter(|link| link.name == name || link.target == name).collect();
    // First the links that `systemctl enable` would make, then any others.
    if let Some(state) = by_links(search, &links, name, unit, true) {
        return state;
    }
    if by_links(search, &links, name, unit, false).is_some() {
        return State::Indirect;
    }
    if unit.has_rules() {
        State::Disabled
    } else if unit.has_also {
        State::Indirect
    } else {
        State::Static
    }
}

/// The state that the links of its name and those that lead to it give, as systemd's `find_symlinks_in_scope` sees it.
fn by_links(search: &SearchPath, links: &[&Link], name: &str, unit: &Unit, only_known_names: bool) -> Option<State> {
    let (mut runtime, mut elsewhere, mut linked, mut linked_runtime) = (false, false, false, false);
    let mut ignore_same_name = false;
    for directory in search.directories() {
        let is_persistent = *directory == PERSISTENT;
        for link in links.iter().filter(|link| link.directory == *directory) {
            let has_name = link.name == name && !ignore_same_name;
            let leads_here = link.target == name;
            if !has_name && !leads_here {
                continue;
            }
            if has_name && leads_here && !link.is_dependency {
                linked |= is_persistent;
                linked_runtime |= !is_persistent && is_runtime(directory);
            } else if !only_known_names || is_known_name(link, name, unit) {
                if is_persistent {
                    return Some(State::Enabled);
                }
                if is_runtime(directory) {
                    runtime = true;
                } else {
                    elsewhere = true;
                }
            }
        }
        // Below the file itself a link of its name is another unit's.
        ignore_same_name |= search.is_first_in(name, directory);
    }
    if runtime {
        Some(State::EnabledRuntime)
    } else if elsewhere && is_instance(name) {
        Some(State::Static)
    } else if linked {
        Some(State::Linked)
    } else if linked_runtime {
        Some(State::LinkedRuntime)
    } else {
        None
    }
}

/// Whether the unit's own `[Install]` section would make a link of this name.
fn is_known_name(link: &Link, name: &str, unit: &Unit) -> bool {
    let is_default_instance = || {
        let (prefix, suffix) = name.split_once("@.")?;
        Some(link.name == format!("{prefix}@{}.{suffix}", unit.default_instance.as_deref()?))
    };
    link.name == name || unit.aliases.contains(&link.name) || is_default_instance() == Some(true)
}

/// Whether a name is that of an instance of a template: `getty@tty1.service`.
fn is_instance(name: &str) -> bool {
    name.split_once('@').is_some_and(|(_, rest)| !rest.starts_with('.'))
}
