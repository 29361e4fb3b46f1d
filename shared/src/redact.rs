//! Takes secrets out of command lines before anything else sees them: the one place of agent and collector that does.
//!
//! There is no grammar of secrets, so that this goes by names (`--password x`, `PGPASSWORD=x`, `?token=x`), by the options
//! of well-known programs (`mysql -px`, `curl -u user:x`), by forms (`user:x@host`, JWT, keys of clouds and forges) and by
//! where text goes (`echo x | chpasswd`). It errs towards hiding; the rest of the line stays readable.

use std::mem;

use crate::bound;

mod code;
mod name;
mod shape;
mod words;

use name::Strength;
use words::{Word, unquote};

/// What stands in place of a secret.
pub const MARK: &str = "[redacted]";

/// The most of a text that is told; what follows is only told apart.
const TEXT_CAP_BYTES: usize = 4096;

/// The most that is looked at as one: what is longer than any command is taken in pieces, for the sake of memory.
const PIECE_BYTES: usize = 64 << 10;

/// How deep commands are quoted within commands; below, a quoted text is hidden whole.
const DEPTH_CAP: usize = 4;

/// A command line as a person writes it, with quotes and pipes.
pub fn command_line(text: &str) -> String {
    let redacted: String = words::pieces(text, PIECE_BYTES).map(|piece| line(&code::hide(piece), DEPTH_CAP)).collect();
    bound::shortened(&redacted, TEXT_CAP_BYTES).into_owned()
}

/// The arguments of a process, the program first.
pub fn arguments<'a>(argv: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut redactor = Redactor::new(DEPTH_CAP);
    let mut redacted = |argument| {
        let words = words::pieces(argument, PIECE_BYTES).next().unwrap_or_default();
        bound::shortened(&shape::hide_tokens(&redactor.word(&code::hide(words))), TEXT_CAP_BYTES).into_owned()
    };
    argv.into_iter().map(&mut redacted).collect()
}

/// What people write beside a thing, such as the description of a unit: only what has the form of a secret (a URL with a password,
/// `password=x`, a token) is one, for there "password" is a word as any other.
pub fn prose(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for Word { space, text } in words::split(&code::hide(text)) {
        out.push_str(space);
        out.push_str(&Redactor::new(0).pairs(text));
    }
    shape::hide_tokens(&out)
}

fn line(text: &str, depth: usize) -> String {
    let mut redactor = Redactor::new(depth);
    let words = words::split(text);
    let fed = words::fed_to_password_program(&words);
    let mut out = String::with_capacity(text.len());
    for (i, Word { space, text }) in words.iter().enumerate() {
        out.push_str(space);
        if fed.get(i) == Some(&true) {
            out.push_str(&hide(text));
        } else {
            out.push_str(&redactor.word(text));
        }
    }
    shape::hide_tokens(&out)
}

/// What the next word is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Expect {
    #[default]
    Anything,
    /// A secret.
    Secret,
    /// A name, a separator and a secret: `user:secret`.
    Pair(char),
    /// The scheme of an `Authorization` header, or what follows it.
    Scheme,
    /// The word `by` of `IDENTIFIED BY`, at once or behind another one.
    By,
    ByButOne,
    /// A secret if it looks random.
    Key,
    /// A secret behind a sign that assigns it: `$password = 'x'`.
    Assigned,
    /// What `expect` types: a secret when a line end is typed with it.
    Typed,
    /// So many arguments that are none, and secrets up to the end.
    Rest(u8),
}

struct Redactor {
    expect: Expect,
    program: Option<&'static name::Program>,
    /// Whether `login` was seen, which gives `-p` of docker and its kind another meaning.
    is_login: bool,
    is_after_option: bool,
    depth: usize,
}

impl Redactor {
    const fn new(depth: usize) -> Self {
        Self { expect: Expect::Anything, program: None, is_login: false, is_after_option: false, depth }
    }

    fn word(&mut self, word: &str) -> String {
        let expected = mem::take(&mut self.expect);
        let is_after_option = mem::replace(&mut self.is_after_option, word.starts_with('-') && word != "--");
        if words::is_operator(word) {
            (self.program, self.is_login) = (None, false);
            return word.to_owned();
        }
        if let Some(hidden) = self.expected(expected, word) {
            return hidden;
        }
        if let Some(fed) = word.strip_prefix("<<<") {
            // What is fed to a program is hidden, whatever it is.
            self.expect = if fed.is_empty() { Expect::Secret } else { Expect::Anything };
            return if fed.is_empty() { word.to_owned() } else { format!("<<<{}", hide(fed)) };
        }
        let (quote, inner) = unquote(word);
        let is_nested = inner.contains(|c: char| c.is_whitespace() || c == '\'' || c == '"');
        let redacted = if let Some(hidden) = self.option(inner, is_after_option) {
            hidden
        } else if is_nested && self.depth == 0 {
            MARK.to_owned()
        } else if is_nested && (!quote.is_empty() || inner.contains(char::is_whitespace)) {
            line(&self.pairs(inner), self.depth - 1)
        } else {
            self.pairs(inner)
        };
        if word.ends_with(';') {
            (self.program, self.is_login) = (None, false);
        }
        format!("{quote}{redacted}{quote}")
    }

    /// The word in the light of what came before it; `None` when that says nothing.
    fn expected(&mut self, expected: Expect, word: &str) -> Option<String> {
        match expected {
            Expect::Secret if matches!(word, "=" | ":" | ":=" | "PASSWORD" | "password") => {
                self.expect = Expect::Secret;
                Some(word.to_owned())
            }
            // `SET PASSWORD FOR 'a'@'%' = …`
            Expect::Secret if word.eq_ignore_ascii_case("for") => {
                self.expect = Expect::Rest(1);
                Some(word.to_owned())
            }
            Expect::Secret if !words::is_option(word) => Some(hide(word)),
            Expect::Pair(separator) => Some(hide_after(word, separator)),
            Expect::Scheme => {
                self.expect = Expect::Rest(0);
                Some(if name::is_scheme(word) { word.to_owned() } else { hide(word) })
            }
            Expect::By if word.eq_ignore_ascii_case("by") => {
                self.expect = Expect::Secret;
                Some(word.to_owned())
            }
            // `IDENTIFIED WITH mysql_native_password BY …`
            Expect::By if word.eq_ignore_ascii_case("with") => {
                self.expect = Expect::ByButOne;
                Some(word.to_owned())
            }
            Expect::ByButOne => {
                self.expect = Expect::By;
                Some(word.to_owned())
            }
            Expect::Assigned if matches!(word, "=" | ":=" | "=>") => {
                self.expect = Expect::Secret;
                Some(word.to_owned())
            }
            Expect::Typed if word.starts_with('-') => {
                self.expect = Expect::Typed;
                Some(word.to_owned())
            }
            Expect::Typed => {
                let typed = word.trim_end_matches(['"', '\'', '}', ';', '\\']);
                typed.ends_with(r"\r").then(|| hide(word)).or_else(|| typed.ends_with(r"\n").then(|| hide(word)))
            }
            Expect::Anything | Expect::Secret | Expect::By | Expect::Assigned => None,
            Expect::Key => shape::is_random(unquote(word).1).then(|| hide(word)),
            Expect::Rest(0) => {
                self.expect = Expect::Rest(0);
                Some(hide(word))
            }
            // An option says itself what follows it.
            Expect::Rest(shown) if word.starts_with('-') => {
                self.expect = Expect::Rest(shown);
                None
            }
            Expect::Rest(shown) => {
                self.expect = Expect::Rest(shown - 1);
                Some(word.to_owned())
            }
        }
    }

    /// Options of programs that are known, and names that stand alone and announce a secret.
    fn option(&mut self, word: &str, is_after_option: bool) -> Option<String> {
        // The value of an option of a program is no other program: `curl -o vault`.
        let is_value = is_after_option && self.program.is_some();
        if let Some(program) = name::program(word).filter(|_| !is_value) {
            self.program = Some(program);
            self.expect = program.after("").unwrap_or_default();
            return None;
        }
        self.is_login |= word == "login";
        if word.eq_ignore_ascii_case("identified") {
            self.expect = Expect::By;
        } else if word.eq_ignore_ascii_case("password") || word.eq_ignore_ascii_case("bearer") {
            self.expect = Expect::Secret;
        } else if word == "send" {
            self.expect = Expect::Typed;
        } else if !word.contains(['=', ':']) && name::strength(word.trim_start_matches('$')) == Strength::Secret {
            self.expect = Expect::Assigned;
        }
        let program = self.program?;
        if program.needs_login && !self.is_login {
            return None;
        }
        if program.has_bare_password && word.starts_with('-') && word.contains('b') {
            self.expect = Expect::Rest(1);
            return None;
        }
        if let Some(expect) = program.after(word) {
            self.expect = expect;
            return None;
        }
        if let Some(separator) = program.argument.filter(|separator| words::is_account(word, *separator)) {
            return Some(hide_after(word, separator));
        }
        for rule in program.options {
            let Some(attached) = word.strip_prefix(rule.option) else {
                if rule.takes_next && words::is_bundle(word, rule.option) {
                    self.expect = rule.pair.map_or(Expect::Secret, Expect::Pair);
                    return None;
                }
                continue;
            };
            if attached.is_empty() {
                if rule.takes_next {
                    self.expect = rule.pair.map_or(Expect::Secret, Expect::Pair);
                }
                return None;
            }
            if rule.option.starts_with("--") && !attached.starts_with('=') {
                continue;
            }
            if rule.takes_attached {
                let hidden = rule.pair.map_or_else(|| MARK.to_owned(), |separator| hide_after(attached, separator));
                return Some(format!("{}{hidden}", rule.option));
            }
        }
        None
    }

    /// Names with values anywhere in the word: `--password=x`, `user=a;password=b`, `{"token":"x"}`, URLs.
    fn pairs(&mut self, text: &str) -> String {
        if text.starts_with('-') && !text.contains('=') && name::strength(text) == Strength::Secret {
            self.expect = Expect::Secret;
            return text.to_owned();
        }
        if let Some(password) = text.strip_prefix("pass:").filter(|password| !password.is_empty()) {
            return if shape::is_reference(password) { text.to_owned() } else { format!("pass:{MARK}") };
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, separator, after)) = words::split_pair(rest) {
            out.push_str(before);
            out.push(separator);
            if let Some(after) = after.strip_prefix("//").filter(|_| separator == ':') {
                let (authority, left) = shape::authority(after);
                out.push_str("//");
                out.push_str(&authority);
                rest = left;
                continue;
            }
            // The names of data sources of Go: `ann:secret@tcp(db:3306)/shop`.
            let network = ["@tcp(", "@unix("].iter().find_map(|network| words::head(after).find(network));
            if let Some(at) = network.filter(|_| separator == ':') {
                out.push_str(MARK);
                rest = after.split_at(at).1;
                continue;
            }
            // `mount -o user=ann%secret`
            if let Some((user, left)) = words::paired_user(before, separator, after) {
                out.extend([user, MARK]);
                rest = left;
                continue;
            }
            let name = words::last_name(before);
            let strength = name::strength(name);
            let is_whole = separator == '=' && out.len() == before.len() + 1 && words::is_assignment(before);
            let (open, from) = words::opening(after);
            out.push_str(open);
            rest = from;
            if from.is_empty() {
                self.expect = name::announces(name, strength);
                break;
            }
            let is_secret = match strength {
                Strength::Plain => false,
                // Its beginning says enough, however long it is.
                Strength::KeyLike => shape::is_random(words::value(open, words::head(from), is_whole).0),
                Strength::Secret => true,
            };
            // What is none may hold names and values itself.
            if is_secret {
                let (value, left) = words::value(open, from, is_whole);
                out.push_str(if shape::is_reference(value) { value } else { MARK });
                rest = left;
            }
        }
        out.push_str(rest);
        out
    }
}

/// A hidden word; the end of a command stays.
fn hide(word: &str) -> String {
    if shape::is_reference(unquote(word).1) {
        return word.to_owned();
    }
    let end = if word.ends_with(';') { ";" } else { "" };
    format!("{MARK}{end}")
}

/// `user:secret` with the secret hidden.
fn hide_after(word: &str, separator: char) -> String {
    let (quote, inner) = unquote(word);
    match inner.split_once(separator) {
        Some((user, secret)) if !secret.is_empty() => format!("{quote}{user}{separator}{MARK}{quote}"),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests;
