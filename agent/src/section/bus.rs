//! As much of D-Bus as it takes to ask systemd one question: the handshake, a call with texts as arguments, its answer.
//!
//! PID 1 listens on a socket of its own that only root may use, and on the system's bus. One call is made on a connection of
//! its own, then it is closed: nothing is subscribed to, and nothing is started by asking. Whatever comes back is foreign
//! bytes: bounded in time, size and shape. Written after the D-Bus Specification 0.43 ("Type System", "Message Protocol",
//! "Authentication Protocol").

use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result, Write};
use std::time::Duration;

use super::unix_socket::Deadline;

/// How long one question may take, all in all.
const TIME_OUT: Duration = Duration::from_secs(2);
/// The most that an answer may have, in bytes. A thousand units make 200 KB.
const CAP_BYTES: usize = 8 << 20;
/// The most messages before the answer: the bus greets with signals.
const MESSAGE_CAP: usize = 32;
/// The most that one line of the handshake may have, in bytes.
const LINE_CAP_BYTES: u64 = 1_024;

const METHOD_CALL: u8 = 1;
const METHOD_RETURN: u8 = 2;
const ERROR: u8 = 3;
/// `NO_AUTO_START`: who is not there is not started for our sake.
const NO_AUTO_START: u8 = 2;

/// The serial number of the call that is of interest.
const SERIAL: u32 = 2;

/// A method with its arguments.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    pub(super) destination: &'static str,
    pub(super) path: &'static str,
    pub(super) interface: &'static str,
    pub(super) member: &'static str,
    /// Texts, or none.
    pub(super) arguments: &'static [&'static str],
    /// The types that its answer must have.
    pub(super) answer: &'static str,
}

/// What a client of a message bus says first.
const HELLO: Call = Call {
    destination: "org.freedesktop.DBus",
    path: "/org/freedesktop/DBus",
    interface: "org.freedesktop.DBus",
    member: "Hello",
    arguments: &[],
    answer: "s",
};

/// A socket on which D-Bus is spoken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) path: &'a str,
    /// Whether a message bus listens there, that wants to be greeted, and not the service itself.
    pub(super) is_bus: bool,
}

impl Place<'_> {
    /// Makes the call; gives the body of the answer.
    pub(super) fn ask(&self, call: &Call) -> Result<Body> {
        let mut reader = BufReader::new(Deadline::connect(self.path, TIME_OUT)?);
        let uid = rustix::process::geteuid().as_raw().to_string();
        let uid = uid.bytes().fold(String::new(), |hex, digit| hex + &format!("{digit:02x}"));
        reader.get_mut().write_all(format!("\0AUTH EXTERNAL {uid}\r\nBEGIN\r\n").as_bytes())?;
        read_welcome(&mut reader)?;
        // Not before: systemd loses what comes along with the handshake, and never answers it.
        let mut calls = if self.is_bus { encode(&HELLO, 1) } else { Vec::new() };
        calls.extend(encode(call, SERIAL));
        reader.get_mut().write_all(&calls)?;
        read_answer(&mut reader, call.answer)
    }
}

fn wrong(what: &str) -> Error {
    Error::new(ErrorKind::InvalidData, what.to_owned())
}

/// A call as it goes over the wire, in little-endian order.
fn encode(call: &Call, serial: u32) -> Vec<u8> {
    let mut fields = Vec::new();
    for (code, kind, value) in
        [(1, 'o', call.path), (2, 's', call.interface), (3, 's', call.member), (6, 's', call.destination)]
    {
        fields.resize(fields.len().next_multiple_of(8), 0);
        fields.extend([code, 1, kind as u8, 0]);
        fields.extend(length(value.len()).to_le_bytes());
        fields.extend(value.as_bytes());
        fields.push(0);
    }
    let mut body = Vec::new();
    if !call.arguments.is_empty() {
        fields.resize(fields.len().next_multiple_of(8), 0);
        fields.extend([8, 1, b'g', 0, u8::try_from(call.arguments.len()).unwrap_or_default()]);
        fields.extend(call.arguments.iter().map(|_| b's').chain([0]));
        for argument in call.arguments {
            body.resize(body.len().next_multiple_of(4), 0);
            body.extend(length(argument.len()).to_le_bytes());
            body.extend(argument.bytes().chain([0]));
        }
    }
    let mut message = vec![b'l', METHOD_CALL, NO_AUTO_START, 1];
    message.extend(length(body.len()).to_le_bytes());
    message.extend(serial.to_le_bytes());
    message.extend(length(fields.len()).to_le_bytes());
    message.extend(fields);
    message.resize(message.len().next_multiple_of(8), 0);
    message.extend(body);
    message
}

/// What we say ourselves is short.
fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// The values of a message, one after another.
#[derive(Debug)]
pub(super) struct Body {
    bytes: Vec<u8>,
    at: usize,
    is_big_endian: bool,
}

impl Body {
    const fn of(bytes: Vec<u8>, is_big_endian: bool) -> Self {
        Self { bytes, at: 0, is_big_endian }
    }

    /// Passes over what fills up to a multiple of so many bytes.
    pub(super) fn align(&mut self, to: usize) {
        self.at = self.at.next_multiple_of(to).min(self.bytes.len());
    }

    fn take(&mut self, count: usize) -> Result<&[u8]> {
        let end = self.at.checked_add(count).ok_or_else(|| wrong("a length is too large"))?;
        let taken = self.bytes.get(self.at..end).ok_or_else(|| wrong("the answer ends early"))?;
        self.at = end;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8> {
        self.take(1)?.first().copied().ok_or_else(|| wrong("the answer ends early"))
    }

    /// A number of 32 bits.
    pub(super) fn number(&mut self) -> Result<u32> {
        self.align(4);
        let is_big_endian = self.is_big_endian;
        let bytes = *self.take(4)?.first_chunk::<4>().ok_or_else(|| wrong("the answer ends early"))?;
        Ok(if is_big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    /// A text or an object path.
    pub(super) fn text(&mut self) -> Result<String> {
        let length = self.size()?;
        self.terminated(length)
    }

    /// The beginning of a value of any type, that has to be of this one.
    pub(super) fn variant(&mut self, signature: &str) -> Result<()> {
        if self.signature()? == signature { Ok(()) } else { Err(wrong("answers with other types")) }
    }

    fn signature(&mut self) -> Result<String> {
        let length = usize::from(self.byte()?);
        self.terminated(length)
    }

    fn terminated(&mut self, length: usize) -> Result<String> {
        let text = self.take(length)?.to_vec();
        if self.byte()? != 0 {
            return Err(wrong("a text does not end"));
        }
        String::from_utf8(text).map_err(|_| wrong("a text is none"))
    }

    fn size(&mut self) -> Result<usize> {
        usize::try_from(self.number()?).map_err(|_| wrong("a length is too large"))
    }

    /// The elements of an array of structures, each read by `element`.
    pub(super) fn structures<T>(&mut self, element: impl Fn(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let length = self.size()?;
        self.align(8);
        let end = self.at.checked_add(length).filter(|end| *end <= self.bytes.len());
        let end = end.ok_or_else(|| wrong("the answer ends early"))?;
        let mut all = Vec::new();
        while self.at < end {
            self.align(8);
            all.push(element(self)?);
        }
        Ok(all)
    }
}

/// What the head of a message says.
struct Head {
    kind: u8,
    answers: Option<u32>,
    error: Option<String>,
    signature: String,
}

impl Head {
    /// Reads the fields: an array of a code and a value of any of the few types that they may have.
    fn read(kind: u8, fields: &mut Body) -> Result<Self> {
        let mut head = Self { kind, answers: None, error: None, signature: String::new() };
        while fields.at < fields.bytes.len() {
            fields.align(8);
            let (code, kind) = (fields.byte()?, fields.signature()?);
            match (code, kind.as_str()) {
                (4, "s") => head.error = Some(fields.text()?),
                (5, "u") => head.answers = Some(fields.number()?),
                (8, "g") => head.signature = fields.signature()?,
                (_, "s" | "o") => drop(fields.text()?),
                (_, "u") => drop(fields.number()?),
                (_, "g") => drop(fields.signature()?),
                _ => return Err(wrong("a field of a message is of no known type")),
            }
        }
        Ok(head)
    }
}

/// All that the other side says, in one go: the welcome and the body of its answer.
pub(super) fn read_whole(bytes: &[u8], signature: &str) -> Result<Body> {
    let mut reader = bytes;
    read_welcome(&mut reader)?;
    read_answer(&mut reader, signature)
}

/// Reads what ends the handshake.
fn read_welcome(reader: &mut impl BufRead) -> Result<()> {
    let mut line = Vec::new();
    reader.take(LINE_CAP_BYTES).read_until(b'\n', &mut line)?;
    if line.starts_with(b"OK ") && line.ends_with(b"\n") {
        return Ok(());
    }
    let is_refusal = line.starts_with(b"REJECTED") || line.is_empty();
    let refused = Error::new(ErrorKind::PermissionDenied, "does not speak with this user");
    Err(if is_refusal { refused } else { wrong("does not speak D-Bus") })
}

/// Reads messages up to the answer; gives its body.
fn read_answer(reader: &mut impl Read, signature: &str) -> Result<Body> {
    for _ in 0..MESSAGE_CAP {
        let (head, body) = message(reader)?;
        if head.answers != Some(SERIAL) {
            // The bus's answer to the greeting matters when it is a refusal only.
            if head.kind == ERROR {
                return Err(wrong(&format!("answers with {}", head.error.unwrap_or_default())));
            }
            continue;
        }
        return match head.kind {
            METHOD_RETURN if head.signature == signature => Ok(body),
            METHOD_RETURN => Err(wrong("answers with other types")),
            _ => Err(wrong(&format!("answers with {}", head.error.unwrap_or_default()))),
        };
    }
    Err(wrong("says other things and no answer"))
}

fn message(reader: &mut impl Read) -> Result<(Head, Body)> {
    let mut fixed = [0; 16];
    reader.read_exact(&mut fixed)?;
    let [order, kind, ..] = fixed;
    let is_big_endian = match order {
        b'l' => false,
        b'B' => true,
        _ => return Err(wrong("does not speak D-Bus")),
    };
    let mut numbers = Body::of(fixed.to_vec(), is_big_endian);
    numbers.at = 4;
    let (body, _serial, fields) = (numbers.size()?, numbers.number()?, numbers.size()?);
    let is_small = |length: usize| length <= CAP_BYTES;
    if !is_small(body) || !is_small(fields) {
        return Err(wrong("the answer is too large"));
    }
    let mut head = part(reader, fields.next_multiple_of(8))?;
    head.truncate(fields);
    let head = Head::read(kind, &mut Body::of(head, is_big_endian))?;
    Ok((head, Body::of(part(reader, body)?, is_big_endian)))
}

/// Exactly so many bytes; memory is taken for those alone that come.
fn part(reader: &mut impl Read, length: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(length as u64).read_to_end(&mut bytes)?;
    if bytes.len() == length { Ok(bytes) } else { Err(wrong("the answer ends early")) }
}

#[cfg(test)]
pub(super) mod tests;
