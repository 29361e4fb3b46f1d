//! Secrets in what is not a command line: elements of XML, calls of well-known functions of scripts. One way through the text.

use super::name::{self, Strength};
use super::{MARK, shape, words};

/// Functions that take a password, and how many arguments stand before it.
const CALLS: &[(&str, usize)] = &[
    ("PDO", 2),
    ("ftp_login", 2),
    ("imap_open", 2),
    ("ldap_bind", 2),
    ("mysql_connect", 2),
    ("mysqli", 2),
    ("mysqli_connect", 2),
    ("oci_connect", 1),
    ("ssh2_auth_password", 2),
    ("login", 1),
];

/// The most that is looked at for the arguments of one call.
const CALL_BYTES: usize = 512;

/// A text without the contents of elements whose names announce secrets, and without the passwords of calls.
pub(super) fn hide(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['<', '(']) {
        let (before, from) = rest.split_at(at + 1);
        out.push_str(before);
        rest = from;
        let hidden = match before.strip_suffix('<') {
            Some(_) => element(from),
            None => call(before, from),
        };
        if let Some((shown, left)) = hidden {
            out.push_str(shown);
            out.push_str(MARK);
            rest = left;
        }
    }
    out + rest
}

/// `password type="x">secret</…`: what is shown up to the secret, and what is left behind it.
fn element(from: &str) -> Option<(&str, &str)> {
    let tag = words::head(from);
    let (name, _) = tag.split_at(tag.find(|c: char| c == '>' || c.is_whitespace())?);
    let strength = name::strength(name.rsplit(':').next()?);
    if strength == Strength::Plain || name.starts_with(['/', '!', '?']) {
        return None;
    }
    let open = tag.find('>')? + 1;
    let is_data = from.get(open..)?.starts_with("<![CDATA[");
    let (open, end) = if is_data { (open + "<![CDATA[".len(), "]]>") } else { (open, "<") };
    let (shown, value) = from.split_at_checked(open)?;
    let (value, left) = value.split_at(value.find(end)?);
    let is_secret = strength == Strength::Secret || shape::is_random(words::head(value.trim()));
    (is_secret && !shape::is_reference(value.trim())).then_some((shown, left))
}

/// The arguments of a call up to its password, and what is left behind that.
fn call<'a>(before: &str, from: &'a str) -> Option<(&'a str, &'a str)> {
    let name = words::last_name(before.strip_suffix('(')?).rsplit('.').next()?;
    let (_, shown) = CALLS.iter().find(|(known, _)| *known == name)?;
    let arguments = words::pieces(from, CALL_BYTES).next()?;
    let mut quote = None;
    let mut commas = 0;
    let mut start = None;
    let mut before = ' ';
    for (at, c) in arguments.char_indices() {
        // Within a quoted text of the shell all quotes are escaped, else an escaped one is a part of the text.
        let sign = (c, std::mem::replace(&mut before, c) == '\\');
        match (quote, c) {
            (Some(open), _) if sign == open => {
                quote = None;
                if let Some(start) = start {
                    // What escapes the quote belongs to it.
                    let value = arguments.get(start..at)?;
                    let end = start + value.trim_end_matches('\\').len();
                    return (!shape::is_reference(value))
                        .then(|| from.split_at(end))
                        .map(|(_, left)| (from.split_at(start).0, left));
                }
            }
            (None, '\'' | '"') => {
                quote = Some(sign);
                start = (commas == *shown).then_some(at + 1);
            }
            (None, ',') => commas += 1,
            (None, ')') => return None,
            (_, _) => {}
        }
    }
    None
}
