//! Lines of text: hashes of passwords, credentials in addresses, values that have a secret's name, command lines of units and
//! tables, public keys.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{SCRUBBED, Scrub};
use crate::redact;

/// Parts of names whose value is a secret.
pub(super) const SECRET: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "api_key",
    "apikey",
    "psk",
    "private_key",
    "privatekey",
    "credential",
];
/// What hashes of passwords begin with (crypt(5)), and those of GRUB.
const HASHES: &[&str] = &[
    "$1$",
    "$2a$",
    "$2b$",
    "$2x$",
    "$2y$",
    "$5$",
    "$6$",
    "$7$",
    "$y$",
    "$gy$",
    "$sha1$",
    "$md5",
    "$argon2",
    "grub.pbkdf2.",
];
const HASH: &str = "$scrubbed$";
/// The first user that is a person, and the one that is nobody.
const PEOPLE: std::ops::Range<u32> = 1_000..65_534;

impl Scrub {
    /// One line of any text file.
    pub(super) fn line(&self, line: &str, path: &str) -> String {
        let is_private =
            |name: &str| name.starts_with("Exec") || name.starts_with("Environment") || name == "SetCredential";
        if path.contains("/systemd/")
            && let Some((name, value)) = line.split_once('=')
            && is_private(name.trim())
        {
            let program = value.split_whitespace().next().filter(|_| name.starts_with("Exec")).unwrap_or_default();
            // A line that goes on goes on.
            let end = if line.trim_end().ends_with('\\') { " \\\n" } else { "\n" };
            return format!("{name}={program}{end}");
        }
        // Words of theirs are `passwd` and `NOPASSWD:`.
        let has_settings = !path.ends_with("nsswitch.conf") && !path.contains("/sudoers");
        let line = self.words(line, has_settings);
        let has_commands = ["/cron", "/etc/crontab", "/etc/anacrontab", "/proc/cmdline", "/etc/rc"];
        let is_setting = line.split_once('=').is_some_and(|(name, _)| !name.trim().contains(char::is_whitespace));
        // What is longer than a command line is none.
        let is_command = has_commands.iter().any(|part| path.contains(part)) && !is_setting && line.len() < 4_000;
        if is_command { redact::command_line(&line).replace(redact::MARK, SCRUBBED) } else { line }
    }

    /// Any text: what of a line needs no knowledge of the file.
    pub(super) fn words(&self, line: &str, has_settings: bool) -> String {
        let line = scrub_assignments(&scrub_hashes(&scrub_addresses(line)), has_settings);
        if line.contains("AAAA") { self.ssh_keys(&line) } else { line }
    }

    /// A line of an account file: what the second field says of the password stays, the hash does not. What people are called
    /// and where they can be reached goes, the names of services stay.
    pub(super) fn account(&self, line: &str, is_passwd: bool) -> String {
        let mut fields: Vec<String> = line.split(':').map(str::to_owned).collect();
        if let Some(hash) = fields.get_mut(1) {
            let kept = match hash.chars().next() {
                None => "",
                Some('!') => "!",
                Some('*') => "*",
                Some(_) if hash == "x" => "x",
                Some(_) => HASH,
            };
            // A line without a third field ends here.
            let end = if hash.ends_with('\n') { "\n" } else { "" };
            *hash = format!("{kept}{end}");
        }
        let is_person = fields.get(2).and_then(|uid| uid.parse().ok()).is_some_and(|uid: u32| PEOPLE.contains(&uid));
        if let Some(gecos) = fields.get_mut(4).filter(|_| is_passwd && is_person) {
            *gecos = self.like(gecos);
        }
        fields.join(":")
    }

    /// Public keys by others of the same type and length.
    fn ssh_keys(&self, line: &str) -> String {
        let scrub_word = |word: &str| {
            let blob = word.trim_end();
            let bytes = STANDARD.decode(blob).ok().filter(|bytes| blob.starts_with("AAAA") && bytes.len() > 32);
            bytes.map_or_else(|| word.to_owned(), |bytes| word.replace(blob, &STANDARD.encode(self.ssh_blob(bytes))))
        };
        line.split_inclusive([' ', '\t']).map(scrub_word).collect()
    }

    /// Every long field of the wire form (RFC 4253) but its first two bytes, which say sign and form.
    fn ssh_blob(&self, mut blob: Vec<u8>) -> Vec<u8> {
        let mut at = 0_usize;
        while let Some(head) = blob.get(at..at + 4).and_then(|head| <[u8; 4]>::try_from(head).ok()) {
            let length = usize::try_from(u32::from_be_bytes(head)).unwrap_or(usize::MAX);
            let Some(field) = at.checked_add(4).and_then(|from| blob.get_mut(from..from.checked_add(length)?)) else {
                break;
            };
            // The first field is the name of the type.
            if at > 0 && length >= 16 {
                let stream = self.stream(field, length);
                field.iter_mut().zip(stream).skip(2).for_each(|(byte, new)| *byte = new);
            }
            at = at.saturating_add(4).saturating_add(length);
        }
        blob
    }
}

/// The user part of addresses such as `https://user:password@host/`.
fn scrub_addresses(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("://") {
        out.push_str(before);
        out.push_str("://");
        let end = after.find(|c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'')).unwrap_or(after.len());
        let (authority, tail) = after.split_at_checked(end).unwrap_or((after, ""));
        match authority.rsplit_once('@') {
            Some((_, host)) => out.extend([SCRUBBED, "@", host]),
            None => out.push_str(authority),
        }
        rest = tail;
    }
    out + rest
}

/// Hashes of passwords, wherever they stand.
fn scrub_hashes(line: &str) -> String {
    let mut out = line.to_owned();
    for start in HASHES {
        let mut from = 0;
        while let Some(at) = out.get(from..).and_then(|rest| rest.find(start)).map(|at| from + at) {
            let rest = out.get(at..).unwrap_or_default();
            let ends = |c: char| c.is_whitespace() || matches!(c, ':' | '"' | '\'' | ',' | ';' | ')' | '}' | ']');
            let length = rest.find(ends).unwrap_or(rest.len());
            out.replace_range(at..at + length, HASH);
            from = at + HASH.len();
        }
    }
    out
}

/// What follows `--secret=` or `--secret `, up to the end of the line; with settings also what follows `secret=`, `secret =`,
/// and `secret: ` at its beginning.
fn scrub_assignments(line: &str, has_settings: bool) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    for (at, sign) in line.match_indices(['=', ':', ' ']) {
        let (before, after) = line.split_at_checked(at).unwrap_or((line, ""));
        let name = before.trim_end().trim_end_matches(['"', '\'']);
        let name = name.rsplit(|c: char| !is_part(c)).next().unwrap_or_default().to_ascii_lowercase();
        let is_first =
            || before.trim_start_matches([' ', '\t', '-', '"', '\'']).bytes().all(|b| is_part(b.into()) || b == b'"');
        let is_setting = sign == "=" || sign == ":" && after.starts_with(": ") && is_first();
        let is_value = name.starts_with("--") && sign != ":" || has_settings && is_setting;
        if is_value && SECRET.iter().any(|part| name.contains(part)) {
            let end = if line.ends_with('\n') { "\n" } else { "" };
            let sign = after.get(..after.len().min(if sign == ":" { 2 } else { 1 })).unwrap_or(" ");
            return format!("{before}{sign}{SCRUBBED}{end}");
        }
    }
    line.to_owned()
}
