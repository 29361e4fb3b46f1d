//! What is read of a unit file: a description, a program, and what `systemctl enable` would do.

use crate::redact;

/// The parts of a unit file that are kept.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::section) struct Unit {
    pub(in crate::section) description: String,
    pub(in crate::section) service_type: String,
    pub(in crate::section) user: String,
    /// The first `ExecStart=`, whole: only its first word is told.
    exec_start: String,
    pub(in crate::section) aliases: Vec<String>,
    pub(in crate::section) default_instance: Option<String>,
    has_dependents: bool,
    pub(in crate::section) has_also: bool,
    /// Active also when nothing runs any more.
    pub(in crate::section) remains_after_exit: bool,
}

impl Unit {
    /// Whether `systemctl enable` would make a link.
    pub(in crate::section) const fn has_rules(&self) -> bool {
        !self.aliases.is_empty() || self.has_dependents
    }

    /// The program that is started, without its arguments, which may hold secrets.
    pub(in crate::section) fn program(&self) -> Option<&str> {
        let word = self.exec_start.split_whitespace().next()?;
        let word = word.trim_start_matches(['@', '-', ':', '+', '!', '|']).trim_matches('"');
        (!word.is_empty()).then_some(word)
    }
}

/// Reads a unit file (systemd.syntax(7)); what is not understood is passed over.
pub(in crate::section) fn parse(text: &str) -> Unit {
    let mut unit = Unit::default();
    each(text, |section, name, value| unit.assign(section, name, value));
    unit
}

/// Gives every assignment of a unit file: section, name, value.
pub(in crate::section) fn each(text: &str, mut take: impl FnMut(&str, &str, &str)) {
    let mut section = String::new();
    let mut pending = String::new();
    for line in text.lines() {
        let line = line.trim();
        // A comment does not end a line that goes on.
        if line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(start) = line.strip_suffix('\\') {
            pending.push_str(start);
            pending.push(' ');
            continue;
        }
        let whole = if pending.is_empty() {
            line
        } else {
            pending.push_str(line);
            pending.as_str()
        };
        if let Some(name) = whole.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name.clone_into(&mut section);
        } else if let Some((name, value)) = whole.split_once('=') {
            take(&section, name.trim(), value.trim());
        }
        pending.clear();
    }
}

impl Unit {
    fn assign(&mut self, section: &str, name: &str, value: &str) {
        let words = || value.split_whitespace().map(str::to_owned);
        match (section, name) {
            ("Unit", "Description") => self.description = redact::prose(value),
            ("Service", "Type") => value.clone_into(&mut self.service_type),
            ("Service", "RemainAfterExit") => self.remains_after_exit = matches!(value, "yes" | "true" | "on" | "1"),
            ("Service", "User") => value.clone_into(&mut self.user),
            ("Service", "ExecStart") if self.exec_start.is_empty() => value.clone_into(&mut self.exec_start),
            ("Install", "Alias") => self.aliases.extend(words()),
            ("Install", "WantedBy" | "RequiredBy" | "UpheldBy") => self.has_dependents |= !value.is_empty(),
            ("Install", "Also") => self.has_also |= !value.is_empty(),
            ("Install", "DefaultInstance") => self.default_instance = words().next(),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_go_on_and_arguments_are_not_told() {
        let unit = parse(
            "[Unit]\nDescription=A thing\n# x\n[Service]\nType=exec\nExecStart=-/usr/bin/thing \\\n; still a comment\n  --token=secret\n\
             ExecStart=/bin/second\n[Install]\nWantedBy=\nAlias=a.service b.service\nDefaultInstance=tty1\n",
        );
        assert_eq!((unit.description.as_str(), unit.program()), ("A thing", Some("/usr/bin/thing")));
        assert_eq!(unit.aliases, ["a.service", "b.service"]);
        assert!(unit.has_rules() && !unit.has_dependents && !unit.has_also);
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "(?s).{0,200}") {
            let _ = parse(&text).program();
        }
    }
}
