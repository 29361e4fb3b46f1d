//! Files on tickets: what is taken, under which name and as what. The bytes lie beside the documents, under their hash.
//!
//! A name is text for people and never a path. What kind of file it is its name says, by [`TYPES`]; where a kind has a beginning of its
//! own, the bytes must have it. Programs are refused whatever they are called: a ticket is no way to hand one on.

use muster_shared::Time;
use muster_shared::canonical::Digest;
use muster_shared::id::{AttachmentId, TicketId, UserId};
use serde::{Deserialize, Serialize};

use super::{Entry, Ticket, TimelineEntry, Visibility};
use crate::record::record;
use crate::right::Actor;
use crate::text::{Phrase, Word, unseen};

/// Largest file, in bytes.
pub const MAX_BYTES: usize = 10 << 20;
/// All files of a ticket together, in bytes.
pub const MAX_TICKET_BYTES: u64 = 50 << 20;
/// Files of a ticket.
pub const MAX_FILES: usize = 50;
/// Characters of a name.
const MAX_NAME: usize = 150;

/// A file on a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Which.
    pub id: AttachmentId,
    /// The ticket.
    pub ticket: TicketId,
    /// What it is called.
    pub name: String,
    /// What it is, by its name.
    pub media_type: String,
    /// Its size.
    pub size_bytes: u64,
    /// BLAKE3 of its bytes: where they lie.
    pub hash: Digest,
    /// SHA-256 of its bytes, in hex, for who compares it with other tools.
    pub sha256: String,
    /// Who may see it.
    pub visibility: Visibility,
    /// Who put it there, by name.
    pub added_by: String,
    /// Who put it there.
    pub author: Option<UserId>,
    /// When.
    pub added_at: Time,
}

record!(Attachment, Attachment, |file| attachment_key(file.ticket, file.id));

/// The key of a file of a ticket.
pub fn attachment_key(ticket: TicketId, id: AttachmentId) -> String {
    format!("{ticket}/{id}")
}

/// A kind of file that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MediaType {
    /// Endings of names, lower case.
    pub endings: &'static [&'static str],
    /// The media type.
    pub name: &'static str,
    /// One of these stands at the beginning; empty is anything.
    pub beginnings: &'static [&'static [u8]],
}

const fn kind(endings: &'static [&'static str], name: &'static str, beginnings: &'static [&'static [u8]]) -> MediaType {
    MediaType { endings, name, beginnings }
}

const ZIP: &[&[u8]] = &[b"PK\x03\x04", b"PK\x05\x06"];

/// The kinds of files that are taken.
pub const TYPES: &[MediaType] = &[
    kind(&["txt", "log", "out", "err", "md", "conf", "cfg", "ini", "properties"], "text/plain", &[]),
    kind(&["csv"], "text/csv", &[]),
    kind(&["tsv"], "text/tab-separated-values", &[]),
    kind(&["json", "har"], "application/json", &[]),
    kind(&["ndjson", "jsonl"], "application/x-ndjson", &[]),
    kind(&["xml"], "application/xml", &[]),
    kind(&["yaml", "yml"], "application/yaml", &[]),
    kind(&["toml"], "application/toml", &[]),
    kind(&["diff", "patch"], "text/x-diff", &[]),
    kind(&["html", "htm"], "text/html", &[]),
    kind(&["svg"], "image/svg+xml", &[]),
    kind(&["eml"], "message/rfc822", &[]),
    kind(&["pem", "crt", "cer"], "application/x-pem-file", &[]),
    kind(&["png"], "image/png", &[b"\x89PNG\r\n\x1a\n"]),
    kind(&["jpg", "jpeg"], "image/jpeg", &[b"\xff\xd8\xff"]),
    kind(&["gif"], "image/gif", &[b"GIF87a", b"GIF89a"]),
    kind(&["webp"], "image/webp", &[b"RIFF"]),
    kind(&["pdf"], "application/pdf", &[b"%PDF-"]),
    kind(&["docx"], "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ZIP),
    kind(&["xlsx"], "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ZIP),
    kind(&["pptx"], "application/vnd.openxmlformats-officedocument.presentationml.presentation", ZIP),
    kind(&["odt"], "application/vnd.oasis.opendocument.text", ZIP),
    kind(&["ods"], "application/vnd.oasis.opendocument.spreadsheet", ZIP),
    kind(&["odp"], "application/vnd.oasis.opendocument.presentation", ZIP),
    kind(&["zip"], "application/zip", ZIP),
    kind(&["gz", "tgz"], "application/gzip", &[b"\x1f\x8b"]),
    kind(&["xz"], "application/x-xz", &[b"\xfd7zXZ\0"]),
    kind(&["zst"], "application/zstd", &[b"\x28\xb5\x2f\xfd"]),
    kind(&["bz2"], "application/x-bzip2", &[b"BZh"]),
    kind(&["7z"], "application/x-7z-compressed", &[b"7z\xbc\xaf\x27\x1c"]),
    kind(&["tar"], "application/x-tar", &[]),
    kind(&["pcap"], "application/vnd.tcpdump.pcap", &[b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1"]),
    kind(&["pcapng"], "application/x-pcapng", &[b"\x0a\x0d\x0d\x0a"]),
    kind(&["webm"], "video/webm", &[b"\x1a\x45\xdf\xa3"]),
    kind(&["mp4"], "video/mp4", &[]),
];

/// Beginnings of programs: Windows, Linux, macOS.
const PROGRAMS: &[&[u8]] = &[
    b"MZ",
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
];

/// Why a file is not taken: the field that is wrong, and what would be right.
pub type Refused = (&'static str, Phrase);

/// The kind of a file, by its name and its beginning.
pub fn check(name: &str, bytes: &[u8]) -> Result<MediaType, Refused> {
    if let Some(why) = unseen(name).filter(|_| !name.is_empty()) {
        return Err(("/name", why));
    }
    let is_name = (1..=MAX_NAME).contains(&name.chars().count())
        && name.trim() == name
        && !name.starts_with('.')
        && !name.contains(['/', '\\', ':', '\n', '\r', '\t']);
    if !is_name {
        return Err(("/name", Phrase::new("attachment_name").with("max", MAX_NAME)));
    }
    if bytes.is_empty() {
        return Err(("/file", Phrase::new("attachment_empty")));
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    let Some(found) = TYPES.iter().find(|kind| kind.endings.contains(&ending.as_str())) else {
        let endings = Word::list(TYPES.iter().flat_map(|kind| kind.endings));
        return Err(("/name", Phrase::new("attachment_type").with("endings", endings)));
    };
    if PROGRAMS.iter().any(|beginning| bytes.starts_with(beginning)) {
        return Err(("/file", Phrase::new("attachment_program")));
    }
    if !found.beginnings.is_empty() && !found.beginnings.iter().any(|beginning| bytes.starts_with(beginning)) {
        return Err(("/file", Phrase::new("attachment_content").with("type", found.name)));
    }
    Ok(*found)
}

/// Whether another file fits on a ticket that has these.
pub fn check_quota(there: &[Attachment], size_bytes: u64) -> Result<(), Refused> {
    if there.len() >= MAX_FILES {
        return Err(("/file", Phrase::new("attachment_count").with("max", MAX_FILES)));
    }
    let used: u64 = there.iter().map(|file| file.size_bytes).sum();
    if used + size_bytes > MAX_TICKET_BYTES {
        let mebibytes = |bytes: u64| format!("{}.{} MiB", bytes >> 20, ((bytes & 0xf_ffff) * 10) >> 20);
        let phrase =
            Phrase::new("attachment_quota").with("used", mebibytes(used)).with("max", mebibytes(MAX_TICKET_BYTES));
        return Err(("/file", phrase));
    }
    Ok(())
}

/// The ticket with a file more or less, and the entry that says so.
pub fn noted(
    ticket: &Ticket,
    file: &Attachment,
    is_removed: bool,
    actor: &Actor,
    now: Time,
) -> (Ticket, TimelineEntry) {
    let mut next = ticket.clone();
    let entry = Entry::Attached {
        attachment: file.id,
        name: file.name.clone(),
        size_bytes: file.size_bytes,
        visibility: file.visibility,
        is_removed,
    };
    let entry = next.note(now, &actor.label(), entry);
    (next, entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(name: &str, bytes: &[u8]) -> String {
        check(name, bytes).unwrap_err().1.say.into_owned()
    }

    #[test]
    fn a_kind_is_known_by_its_name_and_its_bytes_must_fit() {
        assert_eq!(check("syslog.LOG", b"a line").unwrap().name, "text/plain");
        assert_eq!(check("a.tar.gz", b"\x1f\x8b\x08").unwrap().name, "application/gzip");
        assert_eq!(check("drawing.svg", b"<svg onload=x>").unwrap().name, "image/svg+xml");
        assert_eq!(refused("shot.png", b"<html>"), "attachment_content");
        for (name, bytes) in [("a.exe", &b"MZ"[..]), ("run.sh", b"#!/bin/sh"), ("noending", b"x"), ("a.txt.scr", b"x")]
        {
            assert_eq!(refused(name, bytes), "attachment_type", "{name}");
        }
        for bytes in PROGRAMS {
            assert_eq!(refused("readme.txt", bytes), "attachment_program");
        }
        assert_eq!(refused("a.txt", b""), "attachment_empty");
    }

    #[test]
    fn a_name_is_no_path_and_hides_nothing() {
        let long = format!("{}.txt", "n".repeat(MAX_NAME));
        for name in ["", " a.txt", "../a.txt", "a/b.txt", "a\\b.txt", "C:a.txt", ".profile.txt", "a\nb.txt", &long] {
            assert!(check(name, b"x").is_err_and(|refused| refused.0 == "/name"), "{name:?}");
        }
        for name in ["a\0.txt", "a\u{202e}txt.exe.txt"] {
            assert!(check(name, b"x").is_err(), "{name:?}");
        }
        assert!(check("Übersicht 2026 (3).txt", b"x").is_ok() && check("日志.log", b"x").is_ok());
    }

    #[test]
    fn no_ending_stands_twice_and_every_type_can_be_had() {
        let mut endings: Vec<&str> = TYPES.iter().flat_map(|kind| kind.endings.iter().copied()).collect();
        let count = endings.len();
        endings.sort_unstable();
        endings.dedup();
        assert_eq!(endings.len(), count);
        for kind in TYPES {
            let bytes = kind.beginnings.first().copied().unwrap_or(b"x");
            assert_eq!(check(&format!("a.{}", kind.endings[0]), bytes).unwrap(), *kind);
        }
    }
}
