//! Takes what is secret or names the machine out of what was read. Pseudonyms are consistent within one recording (a serial
//! number is the same wherever it stands), as long as what they stand for, and made with a key that is thrown away.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use muster_shared::canonical::Digest;
use serde_json::Value;

use super::firmware;
use crate::inventory::Inventory;

/// What stands where a secret was.
const SCRUBBED: &str = "scrubbed";
/// Attributes whose values name the machine.
const IDENTIFYING: &[&str] = &["serial", "wwn", "machine_id", "boot_id", "asset_tag", "service_tag"];
/// Shorter values would be found in everything.
const SHORTEST: usize = 5;
/// Parts of names whose value is a secret.
const SECRET: &[&str] = &[
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
/// Members of JSON state files that hold environments and arguments.
const PRIVATE_MEMBERS: &[&str] = &["env", "args", "cmd", "command", "entrypoint", "process", "auths"];
/// Where the name of the host stands as a name and not by chance.
const HOST_FILES: &[&str] = &["/etc/hostname", "/etc/hosts", "/etc/mailname", "/proc/sys/kernel/hostname"];

/// Scrubs the files of one recording.
pub(super) struct Scrub {
    key: [u8; 32],
    /// Values that name the machine, the longest first, and their pseudonyms.
    known: Vec<(String, String)>,
    host: Option<String>,
}

impl Scrub {
    /// Knows from the inventory which values to look for.
    pub(super) fn new(inventory: &Inventory) -> anyhow::Result<Self> {
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(|error| anyhow::anyhow!("no random numbers: {error}"))?;
        let mut scrub = Self { key, known: Vec::new(), host: None };
        let mut values: Vec<String> = Vec::new();
        for item in inventory.sections.values().flat_map(|section| &section.items) {
            for (name, value) in &item.attributes {
                let Some(text) = value.as_str().filter(|_| IDENTIFYING.iter().any(|part| name.contains(part))) else {
                    continue;
                };
                let is_specific = text.len() >= SHORTEST && text.bytes().any(|b| matches!(b, b'1'..=b'9'));
                if is_specific && !is_uuid(text.as_bytes()) {
                    values.push(text.to_owned());
                }
            }
        }
        values.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        values.dedup();
        scrub.known = values
            .into_iter()
            .map(|value| {
                let new = scrub.like(&value);
                (value, new)
            })
            .collect();
        let host = inventory.host.get("name").and_then(Value::as_str);
        scrub.host = host.filter(|name| !name.is_empty() && *name != "localhost").map(str::to_owned);
        Ok(scrub)
    }

    /// The content that may leave the machine; `None` when nothing of it may.
    pub(super) fn file(&self, path: &str, bytes: Vec<u8>) -> Option<Vec<u8>> {
        if path.ends_with("/environ") || holds(&bytes, b"PRIVATE KEY-----") {
            return None;
        }
        if path.ends_with("/dmi/tables/DMI") {
            return Some(firmware::scrub_smbios(bytes, |text| self.like(text)));
        }
        if path.ends_with("/edid") {
            return Some(firmware::scrub_edid(bytes, |text| self.like(text)));
        }
        match String::from_utf8(bytes) {
            Ok(text) => Some(self.text(path, &text).into_bytes()),
            Err(error) => Some(self.binary(error.into_bytes())),
        }
    }

    /// A path or the target of a link.
    pub(super) fn path(&self, path: &str) -> String {
        // Firmware variables have the well-known id of their vendor in their name.
        if path.contains("efivars") { path.to_owned() } else { self.identifiers(path) }
    }

    fn text(&self, path: &str, text: &str) -> String {
        let name = path.rsplit('/').next().unwrap_or_default();
        let is_account = matches!(name.trim_end_matches('-'), "shadow" | "gshadow" | "passwd" | "group");
        if path.starts_with("/etc/") && is_account {
            return text.split_inclusive('\n').map(scrub_account).collect();
        }
        if name == "cmdline" && path != "/proc/cmdline" {
            return text.split('\0').next().unwrap_or_default().to_owned() + "\0";
        }
        let text = scrub_json(text).unwrap_or_else(|| {
            let is_unit = path.contains("/systemd/");
            text.split_inclusive('\n').map(|line| self.line(line, is_unit)).collect()
        });
        let text = self.identifiers(&text);
        match &self.host {
            Some(host) if HOST_FILES.contains(&path) => replace_word(&text, host, &self.like(host)),
            _ => text,
        }
    }

    fn line(&self, line: &str, is_unit: bool) -> String {
        let is_private =
            |name: &str| name.starts_with("Exec") || name.starts_with("Environment") || name == "SetCredential";
        if is_unit
            && let Some((name, value)) = line.split_once('=')
            && is_private(name.trim())
        {
            let program = value.split_whitespace().next().filter(|_| name.starts_with("Exec")).unwrap_or_default();
            // A line that goes on goes on.
            let end = if line.trim_end().ends_with('\\') { " \\\n" } else { "\n" };
            return format!("{name}={program}{end}");
        }
        let line = scrub_assignments(&scrub_addresses(line));
        if line.contains("AAAA") { self.ssh_keys(&line) } else { line }
    }

    /// Public keys by others of the same type and length.
    fn ssh_keys(&self, line: &str) -> String {
        let scrub_word = |word: &str| {
            let blob = word.trim_end();
            let bytes = STANDARD.decode(blob).ok().filter(|bytes| blob.starts_with("AAAA") && bytes.len() > 32);
            bytes.map_or_else(|| word.to_owned(), |bytes| word.replace(blob, &STANDARD.encode(self.ssh_blob(bytes))))
        };
        line.split_inclusive(' ').map(scrub_word).collect()
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

    fn binary(&self, mut bytes: Vec<u8>) -> Vec<u8> {
        for (value, new) in &self.known {
            let mut at = 0;
            while let Some(found) = bytes.get(at..).and_then(|rest| position(rest, value.as_bytes())) {
                at += found;
                if let Some(place) = bytes.get_mut(at..at + value.len()) {
                    place.copy_from_slice(new.as_bytes());
                }
                at += value.len();
            }
        }
        bytes
    }

    /// Known values, UUIDs and MAC addresses by their pseudonyms.
    fn identifiers(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (value, new) in &self.known {
            if text.contains(value.as_str()) {
                text = text.replace(value.as_str(), new);
            }
        }
        let bytes = text.as_bytes();
        let mut out = String::with_capacity(text.len());
        let (mut at, mut copied) = (0, 0);
        while at < bytes.len() {
            let is_start = at == 0 || bytes.get(at - 1).is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b':');
            let length = if is_start { identifier_length(bytes.get(at..).unwrap_or_default()) } else { 0 };
            if length == 0 {
                at += 1;
                continue;
            }
            out.push_str(text.get(copied..at).unwrap_or_default());
            let found = text.get(at..at + length).unwrap_or_default();
            out.push_str(&if length == MAC_LENGTH { self.mac(found) } else { self.like(found) });
            at += length;
            copied = at;
        }
        out + text.get(copied..).unwrap_or_default()
    }

    /// A locally administered address.
    fn mac(&self, mac: &str) -> String {
        format!("02{}", self.like(&mac.to_ascii_lowercase()).get(2..).unwrap_or_default())
    }

    /// A text of the same form: hex digits by hex digits where it is all hex, else digits by digits and letters by letters.
    fn like(&self, text: &str) -> String {
        let is_hex = text.bytes().all(|b| b.is_ascii_hexdigit() || matches!(b, b'-' | b':'));
        let stream = self.stream(text.to_ascii_lowercase().as_bytes(), text.len());
        let replace = |(old, new): (u8, u8)| -> char {
            let pick =
                |from: &'static [u8]| char::from(from.get(usize::from(new) % from.len()).copied().unwrap_or(b'x'));
            match old {
                b'0'..=b'9' | b'a'..=b'f' if is_hex => pick(b"0123456789abcdef"),
                b'A'..=b'F' if is_hex => pick(b"0123456789ABCDEF"),
                b'0'..=b'9' => pick(b"0123456789"),
                b'a'..=b'z' => pick(b"abcdefghijklmnopqrstuvwxyz"),
                b'A'..=b'Z' => pick(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
                b if b.is_ascii() => char::from(b),
                _ => 'x',
            }
        };
        text.bytes().zip(stream).map(replace).collect()
    }

    fn stream(&self, text: &[u8], length: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(length + 32);
        for block in 0_u32.. {
            if bytes.len() >= length {
                break;
            }
            bytes.extend_from_slice(Digest::of(&[&self.key, block.to_be_bytes().as_slice(), text].concat()).as_bytes());
        }
        bytes.truncate(length);
        bytes
    }
}

const UUID_LENGTH: usize = 36;
const MAC_LENGTH: usize = 17;

fn is_uuid(text: &[u8]) -> bool {
    text.len() == UUID_LENGTH
        && text
            .iter()
            .enumerate()
            .all(|(i, b)| if matches!(i, 8 | 13 | 18 | 23) { *b == b'-' } else { b.is_ascii_hexdigit() })
}

fn is_mac(text: &[u8]) -> bool {
    let has_form = text.len() == MAC_LENGTH
        && text.iter().enumerate().all(|(i, b)| if i % 3 == 2 { *b == b':' } else { b.is_ascii_hexdigit() });
    // All zeros, broadcast and multicast name nobody.
    let nobody: [&[u8]; 5] = [b"00:00:00:00:00:00", b"ff:ff:ff:ff:ff:ff", b"FF:FF:FF:FF:FF:FF", b"01:00:5e", b"33:33"];
    has_form && !nobody.iter().any(|start| text.starts_with(start))
}

/// The length of the identifier that a text begins with, 0 when with none.
fn identifier_length(text: &[u8]) -> usize {
    let ends = |length: usize| text.get(length).is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b':');
    if text.get(..UUID_LENGTH).is_some_and(is_uuid) && ends(UUID_LENGTH) {
        UUID_LENGTH
    } else if text.get(..MAC_LENGTH).is_some_and(is_mac) && ends(MAC_LENGTH) {
        MAC_LENGTH
    } else {
        0
    }
}

fn position(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    if needle.is_empty() { None } else { bytes.windows(needle.len()).position(|window| window == needle) }
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    position(bytes, needle).is_some()
}

/// The second field of an account file: what it says of the password stays, the hash does not.
fn scrub_account(line: &str) -> String {
    let Some((name, rest)) = line.split_once(':') else { return line.to_owned() };
    let Some((hash, rest)) = rest.split_once(':') else { return line.to_owned() };
    let kept = match hash.chars().next() {
        None => "",
        Some('!') => "!",
        Some('*') => "*",
        Some(_) if hash == "x" => "x",
        Some(_) => "$scrubbed$",
    };
    format!("{name}:{kept}:{rest}")
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

/// What follows `secret=`, `secret =` or `--secret `, up to the end of the line.
fn scrub_assignments(line: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    for (at, _) in line.match_indices(['=', ' ']) {
        let (before, after) = line.split_at_checked(at).unwrap_or((line, ""));
        let name = before.trim_end().rsplit(|c: char| !is_part(c)).next().unwrap_or_default().to_ascii_lowercase();
        let is_value = after.starts_with('=') || name.starts_with("--");
        if is_value && SECRET.iter().any(|part| name.contains(part)) {
            let end = if line.ends_with('\n') { "\n" } else { "" };
            return format!("{before}{}{SCRUBBED}{end}", after.chars().next().unwrap_or(' '));
        }
    }
    line.to_owned()
}

/// State files of engines without environments and arguments; `None` when the text is no JSON.
fn scrub_json(text: &str) -> Option<String> {
    let start = text.trim_start();
    if !start.starts_with('{') && !start.starts_with('[') {
        return None;
    }
    let mut value: Value = serde_json::from_str(text).ok()?;
    scrub_value(&mut value);
    Some(value.to_string())
}

fn scrub_value(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let is_private = |name: &str| {
                let name = name.to_ascii_lowercase();
                PRIVATE_MEMBERS.contains(&name.as_str()) || SECRET.iter().any(|part| name.contains(part))
            };
            members.retain(|name, _| !is_private(name));
            members.values_mut().for_each(scrub_value);
        }
        Value::Array(values) => values.iter_mut().for_each(scrub_value),
        Value::String(text) => *text = scrub_assignments(&scrub_addresses(text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A name where it stands alone or begins a longer one (`host.example.com`).
fn replace_word(text: &str, word: &str, new: &str) -> String {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '-');
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(word) {
        out.push_str(before);
        let is_alone = !is_part(out.chars().last()) && !is_part(after.chars().next());
        out.push_str(if is_alone { new } else { word });
        rest = after;
    }
    out + rest
}
