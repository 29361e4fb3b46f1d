//! A line of `authorized_keys` as sshd(8) describes it: options, type, key, comment.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use sha2::{Digest as _, Sha256};

use crate::redact;

/// The longest comment that is told.
const COMMENT_CAP_CHARS: usize = 200;

/// The most options of one key.
const OPTION_CAP: usize = 64;

const KINDS: &[&str] = &[
    "ssh-ed25519",
    "ssh-rsa",
    "ssh-dss",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "ssh-xmss@openssh.com",
];

/// Name in lower case and value of an option.
pub(super) type NamedOption = (String, Option<String>);

/// What is told of a key.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) kind: &'static str,
    pub(super) bits: Option<u32>,
    /// As `ssh-keygen -l` prints it.
    pub(super) fingerprint: String,
    pub(super) comment: String,
    pub(super) options: Vec<NamedOption>,
}

/// Reads a line; `None` when it is no key that sshd would take.
pub(super) fn parse(line: &str) -> Option<Key> {
    let (options, rest) = match key(line) {
        Some(_) => (Vec::new(), line),
        None => options(line)?,
    };
    let (kind, blob, comment) = key(rest)?;
    Some(Key {
        kind,
        bits: bits(kind, &blob),
        fingerprint: format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(&blob))),
        comment: redact::prose(comment).chars().filter(|c| !c.is_control()).take(COMMENT_CAP_CHARS).collect(),
        options,
    })
}

/// Type, bytes and comment. The bytes must say the same type.
fn key(text: &str) -> Option<(&'static str, Vec<u8>, &str)> {
    let (word, rest) = text.split_once([' ', '\t'])?;
    let kind = KINDS.iter().copied().find(|kind| *kind == word)?;
    let rest = rest.trim_start();
    let (encoded, comment) = rest.split_at(rest.find([' ', '\t']).unwrap_or(rest.len()));
    let blob = STANDARD.decode(encoded).ok()?;
    let (name, _) = string(&blob)?;
    (name == kind.as_bytes()).then(|| (kind, blob, comment.trim()))
}

/// The options in front and what follows them.
fn options(line: &str) -> Option<(Vec<NamedOption>, &str)> {
    let mut is_quoted = false;
    let mut is_escaped = false;
    let mut options = Vec::new();
    let mut option = String::new();
    for (at, c) in line.char_indices() {
        match c {
            '"' if is_escaped => option.push('"'),
            '\\' if is_quoted && line.get(at + 1..).is_some_and(|next| next.starts_with('"')) => {}
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => options.push(named(&std::mem::take(&mut option))),
            ' ' | '\t' if !is_quoted => {
                options.push(named(&option));
                let is_fine = options.len() <= OPTION_CAP && options.iter().all(|(name, _)| !name.is_empty());
                return is_fine.then(|| (options, line.get(at..).unwrap_or_default().trim_start()));
            }
            c => option.push(c),
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    None
}

fn named(option: &str) -> NamedOption {
    match option.split_once('=') {
        Some((name, value)) => (name.to_ascii_lowercase(), Some(value.to_owned())),
        None => (option.to_ascii_lowercase(), None),
    }
}

/// A string of the SSH protocol (RFC 4251) and what follows it.
fn string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

/// The length of a key in bits, as `ssh-keygen -l` prints it.
fn bits(kind: &str, blob: &[u8]) -> Option<u32> {
    let number = |bytes: &[u8]| {
        let mut bytes = bytes.iter().skip_while(|byte| **byte == 0);
        let first = bytes.next()?;
        u32::try_from(bytes.count()).ok()?.checked_mul(8)?.checked_add(8 - first.leading_zeros())
    };
    let (_, rest) = string(blob)?;
    let (first, rest) = string(rest)?;
    match kind {
        "ssh-rsa" => number(string(rest)?.0),
        "ssh-dss" => number(first),
        "ecdsa-sha2-nistp384" => Some(384),
        "ecdsa-sha2-nistp521" => Some(521),
        "ssh-xmss@openssh.com" => None,
        _ => Some(256),
    }
}
