//! What a login needs: sshd's settings with their defaults, its `Match` blocks, and the rules for passwords.
//!
//! A default is told only when sshd is there, and marked: OpenSSH's defaults, which a distribution may have compiled
//! otherwise.

use muster_shared::{Item, Problem, SectionName};

use super::sshd_config::{self, Config, Keywords, SSHD_CONFIG};
use super::{Collector, Privilege, Section, oddity};
use crate::root::Root;

mod keyword;
mod password;

use keyword::KEYWORDS;
use password::{ACCESS_CONF, LOGIN_DEFS, PWQUALITY, PWQUALITY_D};

pub(super) struct LoginPolicy;

impl Collector for LoginPolicy {
    fn name(&self) -> SectionName {
        SectionName::LoginPolicy
    }

    fn contents(&self) -> &'static str {
        "what a login needs: settings of sshd with defaults, Match blocks, rules for passwords and access"
    }

    fn purpose(&self) -> &'static str {
        "how people get in, and whether hardening was undone"
    }

    fn privilege(&self) -> Privilege {
        Privilege::ReadSearch(
            "some distributions let only root read `sshd_config`; without it the settings of sshd are missing there",
        )
    }

    fn watched(&self, root: &Root) -> Vec<String> {
        let mut paths = sshd_config::watched(root);
        paths.append(&mut super::paths(&[LOGIN_DEFS, PWQUALITY, PWQUALITY_D, ACCESS_CONF, "/etc/pam.d"]));
        paths
    }

    fn collect(&self, root: &Root) -> Section {
        let mut problems: Vec<Problem> = Vec::new();
        let mut items = sshd(root, &mut problems);
        password::add(root, &mut items, &mut problems);
        if items.is_empty() && problems.is_empty() {
            return Section::unsupported();
        }
        Section::of(items, problems)
    }
}

fn sshd(root: &Root, problems: &mut Vec<Problem>) -> Vec<Item> {
    let is_installed = sshd_config::is_installed(root);
    let mut config = match sshd_config::read(root) {
        Ok(config) => config,
        // Without a file sshd works with its defaults.
        Err(error) if error.is_absent() && is_installed => Config::default(),
        Err(error) if error.is_absent() => return Vec::new(),
        Err(error) => {
            problems.push(error.problem());
            return Vec::new();
        }
    };
    problems.append(&mut config.problems);
    refuse(&config.global, false, problems);
    let mut global = Item::new("sshd").with("kind", "sshd").with("installed", is_installed);
    set(&mut global, &config.global, false, problems);
    if is_installed {
        let mut defaults = Vec::new();
        for (keyword, attribute, form, default) in KEYWORDS {
            if !default.is_empty() && !config.global.contains_key(*keyword) {
                global.set(attribute, keyword::value(*form, &[(*default).to_owned()], &mut |_| {}));
                defaults.push(*attribute);
            }
        }
        defaults.sort_unstable();
        global.set("defaults", defaults);
    }
    let mut files = config.files;
    files.sort_unstable();
    files.dedup();
    if !files.is_empty() {
        global.set("files", files);
    }
    let mut items = vec![global];
    for block in config.blocks {
        let key = super::bounded_key(&format!("sshd match {}", block.criteria));
        let mut item = Item::new(key).with("kind", "sshd_match").with("criteria", block.criteria.as_str());
        refuse(&block.keywords, true, problems);
        set(&mut item, &block.keywords, true, problems);
        items.push(item);
    }
    items
}

/// Takes over what is told of some keywords; what sshd refuses of them is said.
fn set(item: &mut Item, keywords: &Keywords, is_block: bool, problems: &mut Vec<Problem>) {
    for (keyword, attribute, form, _) in KEYWORDS {
        let Some(values) = keywords.get(*keyword).filter(|_| !is_block || !keyword::is_global(keyword)) else {
            continue;
        };
        let mut odd: Vec<String> = Vec::new();
        let value = keyword::value(*form, values, &mut |value| odd.push(value.to_owned()));
        if value.is_none() && odd.is_empty() {
            odd.push(values.join(" "));
        }
        for value in odd {
            oddity::say(problems, SSHD_CONFIG, &format!("sshd takes no `{keyword}` such as"), &value);
        }
        item.set(attribute, value);
    }
}

/// Says which keywords sshd knows nowhere, or not below a `Match`: nothing is told of them.
fn refuse(keywords: &Keywords, is_block: bool, problems: &mut Vec<Problem>) {
    for keyword in keywords.keys() {
        if !keyword::is_known(keyword) {
            oddity::say(problems, SSHD_CONFIG, "sshd knows no keyword", keyword);
        } else if is_block && keyword::is_global(keyword) {
            oddity::say(problems, SSHD_CONFIG, "sshd takes below no `Match` a", keyword);
        }
    }
}

#[cfg(test)]
mod tests;
