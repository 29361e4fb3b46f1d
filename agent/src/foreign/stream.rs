//! What comes over sockets, and what lies in the agent's own files: spool, state, probe, collector, command lines.
//! Every function gives the size of what it made of the bytes.

use muster_shared::Report;
use muster_shared::enrollment::EnrollmentToken;
use muster_shared::problem::ProblemDocument;
use muster_shared::protocol::{Challenge, Credential, HeartbeatAck, ReportAck, StandingAnswer};
use serde::de::DeserializeOwned;

use super::Streams;
use crate::frame::{self, Kind};
use crate::{backoff, identity, pack, probe, redact, spool, state, trust, watch};

/// Name and reader.
pub(super) const STREAMS: Streams = &[
    ("argv", argv),
    ("collector_answer", collector_answer),
    ("collector_certificate", collector_certificate),
    ("command_line", command_line),
    ("enrollment_token", enrollment_token),
    ("identity_record", identity_record),
    ("netlink_events", watch::of_datagram),
    ("probe_answer", probe::of_answer),
    ("probe_question", probe::of_question),
    ("spool_file", spool_file),
    ("spool_name", spool_name),
    ("state_file", state_file),
];

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn size<T: serde::Serialize>(value: &T) -> usize {
    serde_json::to_vec(value).map_or(0, |json| json.len())
}

fn json<T: DeserializeOwned + serde::Serialize>(bytes: &[u8]) -> usize {
    serde_json::from_slice::<T>(bytes).map_or(0, |value| size(&value))
}

/// The words of `/proc/PID/cmdline`.
fn argv(bytes: &[u8]) -> usize {
    let text = text(bytes);
    size(&redact::arguments(text.split('\0')))
}

fn command_line(bytes: &[u8]) -> usize {
    redact::command_line(&text(bytes)).len()
}

fn enrollment_token(bytes: &[u8]) -> usize {
    text(bytes).parse::<EnrollmentToken>().map_or(0, |token| token.to_string().len())
}

/// Every body that the collector may answer with, and the one header that is read.
fn collector_answer(bytes: &[u8]) -> usize {
    let bodies: [fn(&[u8]) -> usize; 6] = [
        json::<Challenge>,
        json::<Credential>,
        json::<HeartbeatAck>,
        json::<ProblemDocument>,
        json::<ReportAck>,
        json::<StandingAnswer>,
    ];
    let header = std::str::from_utf8(bytes).ok();
    let waits = usize::from(backoff::retry_after(header).is_some());
    waits + bodies.iter().map(|read| read(bytes)).sum::<usize>()
}

fn collector_certificate(bytes: &[u8]) -> usize {
    let pem = text(bytes);
    let pin = trust::spki_sha256(&bytes.into()).unwrap_or_default();
    usize::from(trust::holds_pin(&pem, &pin).is_ok()) + pin.len()
}

fn identity_record(bytes: &[u8]) -> usize {
    json::<identity::Record>(bytes)
}

/// A report that lies in the spool: its frame, its packing, its JSON. No fuzzer finds a digest, so JSON comes bare too.
fn spool_file(bytes: &[u8]) -> usize {
    let Ok(checked) = frame::decode(Kind::Report, bytes.to_vec()) else { return json::<Report>(bytes) };
    pack::inflate(&checked.payload, muster_shared::protocol::MAX_INFLATED_BYTES).map_or(0, |text| json::<Report>(&text))
}

fn spool_name(bytes: &[u8]) -> usize {
    spool::Entry::parse(&text(bytes)).map_or(0, |entry| entry.file_name().len())
}

/// What was told, and all that stays packed in it.
fn state_file(bytes: &[u8]) -> usize {
    let state = state::State::decode(bytes.to_vec()).ok().or_else(|| serde_json::from_slice(bytes).ok());
    state.map_or(0, |state| {
        let items = state.sections.values().filter_map(|told| told.items.open()).map(|items| size(&items));
        items.sum::<usize>() + state.sampling.open().map_or(0, |sampling| size(&sampling)) + size(&state)
    })
}
