//! The grammar of one logical line of sudoers(5).

use super::alias::Kind;

mod scan;

use scan::{Scan, Stop};

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Rule(Rule),
    Alias {
        kind: Kind,
        name: String,
        members: Vec<String>,
    },
    /// One setting of a `Defaults` line; the scope is `@host`, `:user`, `!command`, `>runas` or nothing.
    Defaults {
        scope: String,
        setting: String,
    },
}

/// Commands that are allowed to the same users, on the same hosts, in the same way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) users: Vec<String>,
    pub(super) hosts: Vec<String>,
    pub(super) runas_users: Vec<String>,
    pub(super) runas_groups: Vec<String>,
    /// No runas list is given: root, unless a default says otherwise.
    pub(super) runas_is_default: bool,
    /// `NOPASSWD:` and its kind.
    pub(super) tags: Vec<String>,
    /// `CWD=/tmp` and its kind.
    pub(super) options: Vec<String>,
    pub(super) commands: Vec<String>,
}

const TAGS: &[&str] = &[
    "EXEC",
    "NOEXEC",
    "FOLLOW",
    "NOFOLLOW",
    "INTERCEPT",
    "NOINTERCEPT",
    "LOG_INPUT",
    "NOLOG_INPUT",
    "LOG_OUTPUT",
    "NOLOG_OUTPUT",
    "MAIL",
    "NOMAIL",
    "PASSWD",
    "NOPASSWD",
    "SETENV",
    "NOSETENV",
];

const OPTIONS: &[&str] =
    &["APPARMOR_PROFILE", "CHROOT", "CWD", "LIMITPRIVS", "NOTAFTER", "NOTBEFORE", "PRIVS", "ROLE", "TIMEOUT", "TYPE"];

/// Reads a line; `None` when it is not understood.
pub(super) fn parse(line: &str) -> Option<Vec<Entry>> {
    if let Some(rest) = line.strip_prefix("Defaults")
        && rest.starts_with([' ', '\t', '@', ':', '!', '>'])
    {
        return defaults(rest);
    }
    let (word, rest) = line.split_at(line.find([' ', '\t']).unwrap_or(line.len()));
    let kind = match word {
        "User_Alias" => Kind::User,
        "Runas_Alias" => Kind::Runas,
        "Host_Alias" => Kind::Host,
        "Cmnd_Alias" | "Cmd_Alias" => Kind::Command,
        _ => return rules(line),
    };
    aliases(kind, rest)
}

fn defaults(text: &str) -> Option<Vec<Entry>> {
    let mut scan = Scan::new(text);
    let scope = if text.starts_with([' ', '\t']) { String::new() } else { scan.scope() };
    let settings = scan.settings();
    let entries = settings.into_iter().map(|setting| Entry::Defaults { scope: scope.clone(), setting });
    let entries: Vec<Entry> = entries.collect();
    (!entries.is_empty()).then_some(entries)
}

fn aliases(kind: Kind, text: &str) -> Option<Vec<Entry>> {
    let mut scan = Scan::new(text);
    let mut entries = Vec::new();
    loop {
        let name = scan.name().filter(|name| name != "ALL")?;
        scan.skip('=').then_some(())?;
        let members = match kind {
            Kind::Command => commands(&mut scan)?,
            Kind::User | Kind::Runas | Kind::Host => scan.list(kind == Kind::Host)?,
        };
        entries.push(Entry::Alias { kind, name, members });
        if scan.is_done() {
            return Some(entries);
        }
        scan.skip(':').then_some(())?;
    }
}

/// Whether it is written as the name of an alias.
pub(super) fn is_alias(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// A command as sudo takes it: with its path, an alias, or one of those that sudo itself is.
fn command(scan: &mut Scan) -> Option<String> {
    let command = scan.command()?;
    let mut words =
        command.trim_start_matches('!').split(' ').skip_while(|word| word.contains(':') && word.starts_with("sha"));
    let program = words.next()?;
    let is_sound = program.starts_with(['/', '^'])
        || matches!(program, "sudoedit" | "list")
        || is_alias(program) && words.next().is_none();
    is_sound.then_some(command)
}

fn commands(scan: &mut Scan) -> Option<Vec<String>> {
    let mut commands = vec![command(scan)?];
    while scan.skip(',') {
        commands.push(command(scan)?);
    }
    Some(commands)
}

fn rules(text: &str) -> Option<Vec<Entry>> {
    let mut scan = Scan::new(text);
    let users = scan.list(false)?;
    let mut entries = Vec::new();
    loop {
        let hosts = scan.list(true)?;
        scan.skip('=').then_some(())?;
        let mut rule = Rule { users: users.clone(), hosts, runas_is_default: true, ..Rule::default() };
        loop {
            let before = Rule { commands: Vec::new(), ..rule.clone() };
            let mut next = before.clone();
            specification(&mut scan, &mut next)?;
            if next != before && !rule.commands.is_empty() {
                entries.push(Entry::Rule(std::mem::replace(&mut rule, next)));
            } else {
                next.commands = std::mem::take(&mut rule.commands);
                rule = next;
            }
            rule.commands.push(command(&mut scan)?);
            if !scan.skip(',') {
                break;
            }
        }
        entries.push(Entry::Rule(rule));
        if scan.is_done() {
            return Some(entries);
        }
        scan.skip(':').then_some(())?;
    }
}

/// What stands before a command: the runas list, options and tags. What is not said stays as it was.
fn specification(scan: &mut Scan, rule: &mut Rule) -> Option<()> {
    if scan.skip('(') {
        rule.runas_is_default = false;
        rule.runas_users = if scan.peeks(&[':', ')']) { Vec::new() } else { scan.list(false)? };
        rule.runas_groups = Vec::new();
        if scan.skip(':') && !scan.peeks(&[')']) {
            rule.runas_groups = scan.list(false)?;
        }
        scan.skip(')').then_some(())?;
    }
    while let Some((word, stop)) = scan.upper_word() {
        match stop {
            Stop::Tag if TAGS.contains(&word.as_str()) => {
                let positive = |tag: &str| tag.strip_prefix("NO").unwrap_or(tag).to_owned();
                rule.tags.retain(|tag| positive(tag) != positive(&word));
                rule.tags.push(word);
                rule.tags.sort_unstable();
            }
            Stop::Option if OPTIONS.contains(&word.as_str()) => {
                let value = scan.option_value();
                rule.options.retain(|option| option.split('=').next() != Some(word.as_str()));
                rule.options.push(format!("{word}={value}"));
                rule.options.sort_unstable();
            }
            Stop::Tag | Stop::Option => return None,
        }
    }
    Some(())
}

#[cfg(test)]
mod tests;
