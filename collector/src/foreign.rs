//! Every parser of bytes that others send to the collector, or that lie in its store, by name.
//!
//! One table for two readers, as in the agent: the fuzz target (`tests/fuzz`) runs the parser that it is told, and the tests
//! replay the corpus and its mutations through all of them. No program looks at it. A parser that is not in the table is one
//! that nobody tries: a new one gets its row here and a folder of seeds in `tests/fuzz/corpus`.

use std::path::Path;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use muster_model::agent::parse_network;
use muster_model::alert::syslog::frame;
use muster_model::query::{Query, fields};
use muster_model::{identification, version};
use muster_shared::protocol::{
    ChallengeRequest, EnrollRequest, Heartbeat, MAX_INFLATE_RATIO, MAX_INFLATED_BYTES, RecoverRequest, RenewRequest,
};
use muster_shared::{Report, canonical, diff};
use muster_store_sled::foreign as store;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::authority;
use crate::console::foreign as console;
use crate::http::{body, etag, inventory};
use crate::peer::message::Message;
use crate::peer::{self, PeerError};
use crate::service::ingest;

/// Something that reads what others wrote.
#[derive(Clone, Copy, Debug)]
pub struct Parser {
    /// The name of its folder in the corpus.
    pub name: &'static str,
    read: fn(&[u8], &Path) -> std::io::Result<usize>,
}

impl Parser {
    /// Reads the bytes, and gives the size of what was made of them. `scratch` is a folder that belongs to this run alone.
    pub fn run(&self, bytes: &[u8], scratch: &Path) -> std::io::Result<usize> {
        (self.read)(bytes, scratch)
    }
}

const fn row(name: &'static str, read: fn(&[u8], &Path) -> std::io::Result<usize>) -> Parser {
    Parser { name, read }
}

/// All of them.
pub const PARSERS: &[Parser] = &[
    row("accept_language", |bytes, _| Ok(console::accept_language(&text(bytes)))),
    row("agent_bodies", |bytes, _| Ok(agent_bodies(bytes))),
    row("checkpoint", |bytes, scratch| store::checkpoint(bytes, &scratch.join("checkpoint"))),
    row("client_certificate", |bytes, _| Ok(client_certificate(bytes))),
    row("basic_auth", |bytes, _| {
        Ok(inventory::basic(&text(bytes)).map_or(0, |(name, token)| name.len() + token.len() + 1))
    }),
    row("cookies", |bytes, _| Ok(console::cookies(&headers(header::COOKIE, bytes)))),
    row("csr", |bytes, _| Ok(authority::requested_key(&text(bytes)).map_or(0, |key| key.len()))),
    row("query", |bytes, _| Ok(query(&text(bytes)))),
    row("form", |bytes, _| Ok(console::form(&text(bytes)))),
    row("headers", |bytes, _| Ok(request_headers(bytes))),
    row("journal_payload", |bytes, _| Ok(store::payload(bytes))),
    row("journal_segment", |bytes, scratch| store::segment(bytes, &scratch.join("segment"))),
    row("network", |bytes, _| Ok(usize::from(parse_network(&text(bytes)).is_some()))),
    row("peer_body", |bytes, _| {
        Ok(peer::envelope::open(bytes).map_or_else(|error| error.to_string().len(), |m| m.len()))
    }),
    row("peer_json", |bytes, _| Ok(peer_json(bytes))),
    row("peer_xml", |bytes, _| Ok(told(peer::xml::read(bytes, "")))),
    row("report", |bytes, _| Ok(report(bytes))),
    row("report_body", |bytes, _| Ok(report_body(bytes))),
    row("signature", |bytes, _| Ok(signature(bytes))),
    row("store_row", |bytes, _| Ok(store::row(bytes))),
    row("syslog", |bytes, _| Ok(syslog(bytes))),
    row("versions", |bytes, _| Ok(versions(&text(bytes)))),
];

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn size<T: Serialize>(value: &T) -> usize {
    serde_json::to_vec(value).map_or(0, |json| json.len())
}

/// A request with that header; none where no request could carry the bytes.
fn headers(name: HeaderName, bytes: &[u8]) -> HeaderMap {
    HeaderValue::from_bytes(bytes).map(|value| HeaderMap::from_iter([(name, value)])).unwrap_or_default()
}

fn parsed<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> usize {
    match body::parse::<T>(bytes) {
        Ok(value) => size(&value),
        Err(refusal) => size(&refusal.document()),
    }
}

/// What agents send besides reports.
fn agent_bodies(bytes: &[u8]) -> usize {
    let readers: [fn(&[u8]) -> usize; 5] = [
        parsed::<ChallengeRequest>,
        parsed::<EnrollRequest>,
        parsed::<Heartbeat>,
        parsed::<RecoverRequest>,
        parsed::<RenewRequest>,
    ];
    readers.iter().map(|read| read(bytes)).sum()
}

/// What senders of syslog messages say on a connection, and the events that are made of it.
fn syslog(bytes: &[u8]) -> usize {
    let peer = std::net::IpAddr::from([127, 0, 0, 1]);
    let (messages, broken) = frame::read_all(bytes);
    let read = messages.into_iter().map(|message| match message {
        Ok(message) => size(&message) + size(&message.event(peer)),
        Err(error) => error.to_string().len(),
    });
    read.sum::<usize>() + broken.map_or(0, |broken| broken.to_string().len())
}

fn client_certificate(bytes: &[u8]) -> usize {
    authority::agent_of(&bytes.into()).map_or(0, |certified| certified.serial.len())
}

fn query(text: &str) -> usize {
    let query = Query::parse(text, &fields::ITEM);
    query.map_or_else(|error| error.to_string().len(), |query| format!("{query:?}").len())
}

fn request_headers(bytes: &[u8]) -> usize {
    let seen = etag::seen(&headers(header::IF_MATCH, bytes)).is_ok_and(|version| version.is_some());
    usize::from(seen) + usize::from(body::check_json(&headers(header::CONTENT_TYPE, bytes)).is_ok())
}

/// A report as JSON: its limits, its digests, the items that it leads to, what its host is recognised by.
fn report(bytes: &[u8]) -> usize {
    let report: Report = match body::parse(bytes) {
        Ok(report) => report,
        Err(refusal) => return size(&refusal.document()),
    };
    let mut made = ingest::check_limits(&report).map_or_else(|error| error.to_string().len(), |()| size(&report));
    let mut sections = std::collections::BTreeMap::new();
    for (name, section) in &report.sections {
        let mut items = diff::ItemMap::new();
        diff::apply(&mut items, &section.change);
        made += size(&canonical::section_digest(&items));
        sections.insert(*name, items);
    }
    let found = identification::identifiers(&sections.iter().map(|(name, items)| (*name, items)).collect());
    made + size(&found)
}

/// A message of another product's agent: what it tells, in our words.
fn told(message: Result<Message<'_>, PeerError>) -> usize {
    match message {
        Ok(Message::Inventory(told)) => match peer::translate::translate(&told) {
            Ok(translated) => {
                let items = translated.sections.values().map(|part| size(&part.items) + size(&part.metrics));
                items.sum::<usize>() + size(&translated.identifiers) + size(&translated.left_out)
            }
            Err(error) => error.to_string().len(),
        },
        Ok(Message::Prolog | Message::Contact) => 1,
        Ok(Message::Other(what)) => what.len(),
        Err(error) => error.to_string().len(),
    }
}

fn peer_json(bytes: &[u8]) -> usize {
    match body::parse::<serde_json::Map<String, serde_json::Value>>(bytes) {
        Ok(fields) => told(peer::json::read(&fields)),
        Err(refusal) => size(&refusal.document()),
    }
}

fn report_body(bytes: &[u8]) -> usize {
    match body::inflate(bytes, MAX_INFLATED_BYTES, MAX_INFLATE_RATIO) {
        Ok(json) => report(&json),
        Err(refusal) => size(&refusal.document()),
    }
}

/// A key, a message and its signature, each behind its length in one byte.
fn signature(bytes: &[u8]) -> usize {
    fn part(bytes: &[u8]) -> (&[u8], &[u8]) {
        let (length, rest) = bytes.split_first().unwrap_or((&0, &[]));
        rest.split_at_checked(usize::from(*length)).unwrap_or((rest, &[]))
    }
    let (key, rest) = part(bytes);
    let (message, rest) = part(rest);
    usize::from(authority::is_signed(key, message, part(rest).0))
}

/// Two versions of a package, a line each, by every package manager's rules.
fn versions(text: &str) -> usize {
    let (left, right) = text.split_once('\n').unwrap_or((text, ""));
    let managers = ["dpkg", "rpm", "apk", "pacman", "pip", "npm", "snap", "cargo"];
    managers.iter().filter(|manager| version::compare(manager, left, right).is_some()).count()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_parser_survives_its_corpus_and_its_mutations() {
        let scratch = tempfile::tempdir().unwrap();
        for parser in PARSERS {
            muster_replay::replay(parser.name, |bytes| parser.run(bytes, scratch.path()).unwrap());
        }
    }

    #[test]
    fn every_parser_reads_at_least_one_of_its_seeds() {
        let scratch = tempfile::tempdir().unwrap();
        let made = |parser: &Parser, bytes: &[u8]| parser.run(bytes, scratch.path()).unwrap();
        let blind = PARSERS.iter().filter(|parser| {
            let nothing = made(parser, b"");
            muster_replay::seeds(parser.name).iter().all(|(_, seed)| made(parser, seed) == nothing)
        });
        let blind: Vec<&str> = blind.map(|parser| parser.name).collect();
        assert!(blind.is_empty(), "these make nothing of any seed: {blind:?}");
        let names: BTreeSet<&str> = PARSERS.iter().map(|parser| parser.name).collect();
        assert_eq!(names.len(), PARSERS.len());
    }
}
