//! A scanner of sudoers(5): words, lists, commands. It only ever goes forward.

/// What follows an upper-case word that is no command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// A colon.
    Tag,
    /// An equals sign.
    Option,
}

/// What is left of a line.
#[derive(Debug)]
pub(super) struct Scan<'a> {
    rest: &'a str,
}

impl<'a> Scan<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    fn blank(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next()?;
        self.rest = chars.as_str();
        Some(c)
    }

    pub(super) fn is_done(&mut self) -> bool {
        self.blank();
        self.rest.is_empty()
    }

    /// Passes over a character, and says whether it was there.
    pub(super) fn skip(&mut self, c: char) -> bool {
        self.blank();
        let Some(rest) = self.rest.strip_prefix(c) else { return false };
        self.rest = rest;
        true
    }

    /// Whether one of these characters is next.
    pub(super) fn peeks(&mut self, chars: &[char]) -> bool {
        self.blank();
        self.rest.starts_with(chars)
    }

    /// The name of an alias.
    pub(super) fn name(&mut self) -> Option<String> {
        self.blank();
        let is_part = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        let (name, rest) = self.rest.split_at(self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len()));
        self.rest = rest;
        name.starts_with(|c: char| c.is_ascii_uppercase()).then(|| name.to_owned())
    }

    /// Members with commas between them.
    pub(super) fn list(&mut self, is_hosts: bool) -> Option<Vec<String>> {
        let mut members = vec![self.member(is_hosts)?];
        while self.skip(',') {
            members.push(self.member(is_hosts)?);
        }
        Some(members)
    }

    /// A user, group, netgroup, host or alias, its negation in front.
    fn member(&mut self, is_host: bool) -> Option<String> {
        let mut member = self.negation();
        let start = member.len();
        for prefix in ["%:", "%", "+"] {
            if let Some(rest) = self.rest.strip_prefix(prefix) {
                member.push_str(prefix);
                self.rest = rest;
                break;
            }
        }
        if let Some(rest) = self.rest.strip_prefix('"') {
            let (quoted, rest) = rest.split_once('"')?;
            member.push_str(quoted);
            self.rest = rest;
        } else {
            let is_address = is_host && is_ipv6(self.rest);
            while let Some(c) = self.rest.chars().next() {
                let is_end =
                    c.is_whitespace() || matches!(c, ',' | '=' | '(' | ')' | '!' | '"') || c == ':' && !is_address;
                if is_end {
                    break;
                }
                self.next();
                match c {
                    '\\' => member.extend(self.next()),
                    c => member.push(c),
                }
            }
        }
        (member.len() > start).then_some(member)
    }

    fn negation(&mut self) -> String {
        let mut is_negated = false;
        while self.skip('!') {
            is_negated = !is_negated;
        }
        self.blank();
        String::from(if is_negated { "!" } else { "" })
    }

    /// An upper-case word with a colon or an equals sign behind it: a tag or an option. Anything else is left alone.
    pub(super) fn upper_word(&mut self) -> Option<(String, Stop)> {
        self.blank();
        let is_part = |c: char| c.is_ascii_uppercase() || c == '_';
        let (word, rest) = self.rest.split_at(self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len()));
        let rest = rest.trim_start();
        let stop = match rest.chars().next() {
            // `ALL : HOST = …` ends a command, and so does an alias before a colon.
            Some(':') if super::TAGS.contains(&word) => Stop::Tag,
            Some('=') => Stop::Option,
            _ => return None,
        };
        self.rest = rest.get(1..).unwrap_or_default();
        (!word.is_empty()).then(|| (word.to_owned(), stop))
    }

    /// The value of an option, maybe quoted.
    pub(super) fn option_value(&mut self) -> String {
        self.blank();
        let quoted = self.rest.strip_prefix('"').and_then(|rest| rest.split_once('"'));
        if let Some((value, rest)) = quoted {
            self.rest = rest;
            return value.to_owned();
        }
        let (value, rest) =
            self.rest.split_at(self.rest.find(|c: char| c.is_whitespace() || c == ',').unwrap_or(self.rest.len()));
        self.rest = rest;
        value.to_owned()
    }

    /// A command with its arguments, digests in front.
    pub(super) fn command(&mut self) -> Option<String> {
        let mut command = self.negation();
        let start = command.len();
        while let Some(digest) = self.digest() {
            command.push_str(&digest);
            command.push(' ');
        }
        let mut in_regex = false;
        let mut before = ' ';
        while let Some(c) = self.rest.chars().next() {
            in_regex |= c == '^' && before == ' ';
            if matches!(c, ',' | ':') && !in_regex || c == '=' && command.len() == start {
                break;
            }
            self.next();
            match c {
                '\\' => {
                    let escaped = self.next()?;
                    if !matches!(escaped, ',' | ':' | '=' | '#') || in_regex {
                        command.push('\\');
                    }
                    command.push(escaped);
                }
                c if c.is_whitespace() => {
                    in_regex &= before != '$';
                    if before != ' ' {
                        command.push(' ');
                    }
                }
                '$' if in_regex => {
                    command.push(c);
                    in_regex = !(self.rest.is_empty() || self.rest.starts_with([',', ':', ' ', '\t']));
                }
                c => command.push(c),
            }
            before = if c.is_whitespace() { ' ' } else { c };
        }
        command.truncate(command.trim_end().len());
        (command.len() > start).then_some(command)
    }

    /// `sha256:…`, with a comma when another follows.
    fn digest(&mut self) -> Option<String> {
        self.blank();
        let algorithm =
            ["sha224", "sha256", "sha384", "sha512"].into_iter().find(|name| self.rest.starts_with(name))?;
        let rest = self.rest.strip_prefix(algorithm)?.trim_start().strip_prefix(':')?.trim_start();
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
        let (value, rest) = rest.split_at(rest.find(|c| !is_part(c)).unwrap_or(rest.len()));
        let after = rest.trim_start();
        let next = after.strip_prefix(',').filter(|next| next.trim_start().starts_with("sha"));
        self.rest = next.unwrap_or(after);
        Some(format!("{algorithm}:{value}{}", if next.is_some() { "," } else { "" }))
    }

    /// The scope of defaults: everything up to a blank that no comma precedes or follows.
    pub(super) fn scope(&mut self) -> String {
        let mut scope = String::new();
        while let Some(c) = self.rest.chars().next() {
            if c.is_whitespace() {
                if !scope.ends_with(',') && !self.rest.trim_start().starts_with(',') {
                    break;
                }
            } else {
                scope.push(c);
            }
            self.next();
        }
        scope
    }

    /// Settings of defaults, with commas between them that are not quoted or escaped.
    pub(super) fn settings(&mut self) -> Vec<String> {
        let mut settings = vec![String::new()];
        let mut is_quoted = false;
        while let Some(c) = self.next() {
            let Some(setting) = settings.last_mut() else { break };
            match c {
                '\\' => setting.extend(self.next()),
                '"' => is_quoted = !is_quoted,
                ',' if !is_quoted => settings.push(String::new()),
                c if c.is_whitespace() && !is_quoted => setting.push(' '),
                c => setting.push(c),
            }
        }
        for setting in &mut settings {
            *setting = setting.trim().to_owned();
        }
        settings.retain(|setting| !setting.is_empty());
        settings
    }
}

/// Whether a text begins with an IPv6 address: two colons before anything else ends the word.
fn is_ipv6(text: &str) -> bool {
    let end = text.find(|c: char| !c.is_ascii_hexdigit() && !matches!(c, ':' | '.' | '/' | '%')).unwrap_or(text.len());
    text.get(..end).is_some_and(|word| word.matches(':').count() >= 2)
}
