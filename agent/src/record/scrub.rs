//! Takes what is secret or names the machine out of what was read. Pseudonyms are consistent within one recording (a serial
//! number is the same wherever it stands), as long as what they stand for, and made with a key that is thrown away.
//!
//! What cannot be taken apart is left out: private keys, environments, broken JSON, and a certificate that names the machine.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use muster_shared::canonical::Digest;
use serde_json::Value;

use super::firmware;
use crate::inventory::Inventory;

mod address;
mod json;
mod known;
mod line;

use json::Json;
use known::Known;

/// What stands where a secret was.
const SCRUBBED: &str = "scrubbed";
/// Attributes whose values name the machine.
const IDENTIFYING: &[&str] = &["serial", "wwn", "machine_id", "boot_id", "asset_tag", "service_tag"];
/// What the numbers of disks begin with, by who writes them.
const NUMBER_PREFIXES: &[&str] = &["0x", "naa.", "eui.", "t10.", "uuid."];
/// Shorter values would be found in everything.
const SHORTEST: usize = 5;
/// A shorter name of a host is likely to be a word of something else, unless it is built like a name.
const SHORTEST_NAME: usize = 8;
/// Where the name of the host stands as a name and not by chance.
const HOST_FILES: &[&str] =
    &["/etc/hostname", "/etc/hosts", "/etc/mailname", "/proc/sys/kernel/hostname", "/etc/exim4/update-exim4.conf.conf"];
/// What came with a package or describes one: four numbers with dots are a version there.
const DISTRIBUTED: &[&str] = &["/usr/", "/lib/", "/opt/", "/boot/", "/snap/", "/sys/"];
const DISTRIBUTED_PARTS: &[&str] =
    &["os-release", "/dpkg/", "/rpm/", "/apk/", "/pacman/", "/flatpak/", "/snapd/", "site-packages", "node_modules"];
/// Tables of sockets: addresses in hex.
const SOCKET_TABLES: &[&str] = &["tcp", "tcp6", "udp", "udp6", "udplite", "udplite6", "raw", "raw6", "icmp", "icmp6"];
/// Bytes that are no UTF-8 pass through the rules for text as characters of this private range.
const STRANGE: u32 = 0x10_ff00;
/// Base64 of fewer characters is no certificate.
const SHORTEST_BASE64: usize = 64;

/// Scrubs the files of one recording.
pub(super) struct Scrub {
    key: [u8; 32],
    /// Values that name the machine.
    known: Known,
    /// The name of the host, where it could be a word: only where a name stands.
    name: Known,
}

impl Scrub {
    /// Knows from the inventory which values to look for.
    pub(super) fn new(inventory: &Inventory) -> anyhow::Result<Self> {
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(|error| anyhow::anyhow!("no random numbers: {error}"))?;
        let mut scrub = Self { key, known: Known::default(), name: Known::default() };
        for item in inventory.sections.values().flat_map(|section| &section.items) {
            for (name, value) in &item.attributes {
                scrub.learn(name, value);
            }
            let is_person =
                item.attributes.get("uid").and_then(Value::as_u64).is_some_and(|uid| (1_000..65_534).contains(&uid));
            let gecos = item.text("gecos").filter(|_| is_person).unwrap_or_default();
            // Name, room, telephones.
            gecos
                .split(',')
                .map(str::trim)
                .filter(|part| part.len() >= SHORTEST)
                .for_each(|part| scrub.known.add(part));
        }
        let text = |name: &str| inventory.host.get(name).and_then(Value::as_str).unwrap_or_default();
        for name in [text("name"), text("fqdn")] {
            scrub.learn_name(name);
        }
        Ok(scrub)
    }

    fn learn(&mut self, name: &str, value: &Value) {
        let Some(text) = value.as_str() else {
            let values = value.as_array().map(Vec::as_slice).unwrap_or_default();
            values.iter().filter(|value| value.is_string()).for_each(|value| self.learn(name, value));
            return;
        };
        if address::is_mac(text) {
            for form in address::other_forms(text) {
                self.known.add_mac(&form);
            }
        }
        if !IDENTIFYING.iter().any(|part| name.contains(part)) {
            return;
        }
        let text = NUMBER_PREFIXES.iter().find_map(|prefix| text.strip_prefix(prefix)).unwrap_or(text);
        let is_specific = text.len() >= SHORTEST && text.bytes().any(|b| matches!(b, b'1'..=b'9'));
        // UUIDs are found by their form.
        if is_specific && !is_uuid(text.as_bytes()) {
            self.known.add(text);
        }
    }

    /// The first part of a name names the host, the rest its owner.
    fn learn_name(&mut self, name: &str) {
        let (host, domain) = name.split_once('.').unwrap_or((name, ""));
        if host.is_empty() || host == "localhost" {
            return;
        }
        let is_built = host.len() >= SHORTEST && host.bytes().any(|b| b == b'-' || b.is_ascii_digit());
        if is_built || host.len() >= SHORTEST_NAME {
            self.known.add_word(host);
        }
        self.name.add_word(host);
        if domain.contains('.') && !domain.starts_with("localdomain") {
            self.known.add_word(domain);
        }
    }

    /// The content that may leave the machine, or why nothing of it may.
    pub(super) fn file(&self, path: &str, bytes: Vec<u8>) -> Result<Vec<u8>, &'static str> {
        if path.ends_with("/environ") {
            return Err("an environment");
        }
        if holds(&bytes, b"PRIVATE KEY-----") {
            return Err("holds a private key");
        }
        if path.ends_with("/dmi/tables/DMI") {
            return Ok(firmware::scrub_smbios(bytes, |text| self.like(text)));
        }
        if path.ends_with("/edid") {
            return Ok(firmware::scrub_edid(bytes, |text| self.like(text)));
        }
        let name = path.rsplit('/').next().unwrap_or_default();
        if name == "cmdline" && path != "/proc/cmdline" {
            let program = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
            return self.text(path, &[program, b"\0"].concat());
        }
        if bytes.contains(&0) { Ok(self.binary(bytes)) } else { self.text(path, &bytes) }
    }

    /// A path or the target of a link.
    pub(super) fn path(&self, path: &str) -> String {
        // Firmware variables have the well-known id of their vendor in their name.
        if path.contains("efivars") { path.to_owned() } else { self.identifiers(path, false) }
    }

    fn text(&self, path: &str, bytes: &[u8]) -> Result<Vec<u8>, &'static str> {
        let text = to_text(bytes);
        let name = path.rsplit('/').next().unwrap_or_default();
        let is_account = matches!(name.trim_end_matches('-'), "shadow" | "gshadow" | "passwd" | "group");
        let text = if path.starts_with("/etc/") && is_account {
            let is_passwd = name.starts_with("passwd");
            text.split_inclusive('\n').map(|line| self.account(line, is_passwd)).collect()
        } else if path.starts_with("/proc/") && path.contains("/net/") && SOCKET_TABLES.contains(&name) {
            self.socket_table(&text)
        } else {
            match self.json(path, &text) {
                Json::Sound(text) => text,
                Json::Broken => return Err("is no JSON that can be read, so that its secrets cannot be found"),
                Json::No => text.split_inclusive('\n').map(|line| self.line(line, path)).collect(),
            }
        };
        let is_distributed = DISTRIBUTED.iter().any(|start| path.starts_with(start))
            || DISTRIBUTED_PARTS.iter().any(|part| path.contains(part));
        let text = self.identifiers(&text, !is_distributed);
        if self.is_named_within(&text) {
            return Err("names this machine in a form that cannot be replaced, such as a certificate");
        }
        let mut bytes = from_text(&text);
        if HOST_FILES.contains(&path) || name.starts_with("authorized_keys") {
            self.replace_known(&mut bytes, &self.name);
        }
        Ok(bytes)
    }

    /// Bytes that are no text keep their length; what of them is text is scrubbed as far as that goes.
    fn binary(&self, mut bytes: Vec<u8>) -> Vec<u8> {
        self.replace_known(&mut bytes, &self.known);
        let is_text = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
        for run in bytes.split_mut(|byte| !is_text(*byte)).filter(|run| run.len() >= 12) {
            let Ok(text) = std::str::from_utf8(run) else { continue };
            let new = self.identifiers(text, false);
            if new.len() == run.len() {
                run.copy_from_slice(new.as_bytes());
            } else {
                run.fill(b'x');
            }
        }
        bytes
    }

    /// Known values, UUIDs and addresses by their pseudonyms.
    fn identifiers(&self, text: &str, are_numbers: bool) -> String {
        let mut bytes = text.as_bytes().to_vec();
        self.replace_known(&mut bytes, &self.known);
        let text = String::from_utf8_lossy(&bytes);
        let bytes = text.as_bytes();
        let mut out = String::with_capacity(text.len());
        let (mut at, mut copied) = (0, 0);
        while let Some(byte) = bytes.get(at) {
            let before = at.checked_sub(1).and_then(|before| bytes.get(before));
            let is_start = before.is_none_or(|b| !b.is_ascii_alphanumeric() && !matches!(b, b':' | b'.'));
            let may_begin = byte.is_ascii_hexdigit() || *byte == b':';
            let found =
                text.get(at..).filter(|_| is_start && may_begin).and_then(|rest| self.identifier(rest, are_numbers));
            let Some((length, new)) = found.filter(|(length, _)| *length > 0) else {
                at += 1;
                continue;
            };
            out.push_str(text.get(copied..at).unwrap_or_default());
            out.push_str(&new);
            at += length;
            copied = at;
        }
        out + text.get(copied..).unwrap_or_default()
    }

    /// The identifier that a text begins with, by its form.
    fn identifier(&self, text: &str, are_numbers: bool) -> Option<(usize, String)> {
        let ends = text.as_bytes().get(UUID_LENGTH).is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b':');
        match text.get(..UUID_LENGTH).filter(|uuid| ends && is_uuid(uuid.as_bytes())) {
            Some(uuid) => Some((UUID_LENGTH, self.like(uuid))),
            None => self.address(text, are_numbers),
        }
    }

    /// Whether base64 in a text holds what is known: nothing of the same form could stand there.
    fn is_named_within(&self, text: &str) -> bool {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_');
        // The lines of one block belong together.
        let mut block = String::new();
        let names = |block: &str| {
            let decoded = STANDARD_NO_PAD.decode(block).or_else(|_| URL_SAFE_NO_PAD.decode(block));
            let is_long = block.len() >= SHORTEST_BASE64;
            is_long
                && decoded.is_ok_and(|bytes| {
                    self.known.is_in(&bytes) || self.name.is_in(&bytes) && holds(&bytes, b"\x06\x03\x55\x04\x03")
                })
        };
        for line in text.lines() {
            let line = line.trim().trim_end_matches('=');
            if !line.is_empty() && line.chars().all(is_part) {
                block.push_str(line);
                continue;
            }
            if names(&block) || line.split(|c| !is_part(c)).any(names) {
                return true;
            }
            block.clear();
        }
        names(&block)
    }

    /// A text of the same form: hex digits by hex digits where it is all hex, else digits by digits and letters by letters.
    fn like(&self, text: &str) -> String {
        let is_hex = text.bytes().all(|b| b.is_ascii_hexdigit() || matches!(b, b'-' | b':'));
        let is_upper = text.bytes().any(|b| b.is_ascii_uppercase());
        let stream = self.stream(text.to_ascii_lowercase().as_bytes(), text.len());
        let replace = |(old, new): (u8, u8)| -> char {
            let pick =
                |from: &'static [u8]| char::from(from.get(usize::from(new) % from.len()).copied().unwrap_or(b'x'));
            match old {
                b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F' if is_hex && is_upper => pick(b"0123456789ABCDEF"),
                b'0'..=b'9' | b'a'..=b'f' if is_hex => pick(b"0123456789abcdef"),
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

fn is_uuid(text: &[u8]) -> bool {
    text.len() == UUID_LENGTH
        && text
            .iter()
            .enumerate()
            .all(|(i, b)| if matches!(i, 8 | 13 | 18 | 23) { *b == b'-' } else { b.is_ascii_hexdigit() })
}

/// Text, and what is none of it as characters that stand for bytes.
fn to_text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().filter_map(|byte| char::from_u32(STRANGE + u32::from(*byte))));
    }
    text
}

fn from_text(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        match u32::from(c).checked_sub(STRANGE).and_then(|byte| u8::try_from(byte).ok()) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    bytes
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}
