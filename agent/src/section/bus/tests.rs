//! Answers as a bus gives them, and a bus that is played.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use proptest::prelude::*;

use super::*;

const CALL: Call =
    Call { destination: "a.b", path: "/c", interface: "a.b.C", member: "M", arguments: &[], answer: "a(su)" };

/// A message in little-endian order, as systemd and the bus write them.
pub(in crate::section) fn message(kind: u8, answers: u32, (signature, body): (&str, &[u8])) -> Vec<u8> {
    let mut fields = vec![5, 1, b'u', 0];
    fields.extend(answers.to_le_bytes());
    // The sender, which nobody reads.
    fields.extend([7, 1, b's', 0, 4, 0, 0, 0, b':', b'1', b'.', b'7', 0]);
    fields.resize(fields.len().next_multiple_of(8), 0);
    if kind == ERROR {
        fields.extend([4, 1, b's', 0, 3, 0, 0, 0, b'x', b'.', b'y', 0]);
        fields.resize(fields.len().next_multiple_of(8), 0);
    }
    fields.extend([8, 1, b'g', 0, u8::try_from(signature.len()).unwrap()]);
    fields.extend(signature.bytes().chain([0]));
    let mut bytes = vec![b'l', kind, 0, 1];
    bytes.extend(length(body.len()).to_le_bytes());
    bytes.extend(7_u32.to_le_bytes());
    bytes.extend(length(fields.len()).to_le_bytes());
    bytes.extend(fields);
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    bytes.extend(body);
    bytes
}

/// What systemd answers to the one call: the handshake and a return.
pub(in crate::section) fn answer(signature: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = b"OK 0123456789abcdef0123456789abcdef\r\n".to_vec();
    bytes.extend(message(METHOD_RETURN, SERIAL, (signature, body)));
    bytes
}

/// Appends a text as it stands in a body.
pub(in crate::section) fn push_text(body: &mut Vec<u8>, text: &str) {
    body.resize(body.len().next_multiple_of(4), 0);
    body.extend(length(text.len()).to_le_bytes());
    body.extend(text.bytes().chain([0]));
}

/// Plays the other side once, as systemd does: reads the handshake, welcomes, reads the calls, answers, hangs up. Gives what
/// was said.
pub(in crate::section) fn play(directory: &Path, answer: Vec<u8>) -> (PathBuf, JoinHandle<Vec<u8>>) {
    let path = directory.join("bus");
    let listener = UnixListener::bind(&path).unwrap();
    let play = move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut said = Vec::new();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        while !said.ends_with(b"BEGIN\r\n") {
            reader.read_until(b'\n', &mut said).unwrap();
        }
        assert!(reader.buffer().is_empty(), "systemd loses what comes along with the handshake");
        let end = answer.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        stream.write_all(&answer[..end]).unwrap();
        if !reader.fill_buf().unwrap().is_empty() {
            // Who is asked for nothing more may be gone.
            drop(stream.write_all(&answer[end..]));
        }
        drop(stream.shutdown(std::net::Shutdown::Write));
        reader.read_to_end(&mut said).unwrap();
        said
    };
    (path, std::thread::spawn(play))
}

fn pairs() -> Vec<u8> {
    let mut list = Vec::new();
    for (name, number) in [("one", 1_u32), ("three", 3)] {
        list.resize(usize::next_multiple_of(list.len(), 8), 0);
        push_text(&mut list, name);
        list.resize(list.len().next_multiple_of(4), 0);
        list.extend(number.to_le_bytes());
    }
    let mut body = length(list.len()).to_le_bytes().to_vec();
    body.resize(8, 0);
    body.extend(list);
    body
}

fn read_pairs(mut body: Body) -> Result<Vec<(String, u32)>> {
    body.structures(|body| Ok((body.text()?, body.number()?)))
}

#[test]
fn a_call_is_written_as_the_specification_has_it() {
    let bytes = encode(&CALL, 2);
    let expected: &[&[u8]] = &[
        b"l\x01\x02\x01\0\0\0\0\x02\0\0\0\x3e\0\0\0",
        b"\x01\x01o\0\x02\0\0\0/c\0\0\0\0\0\0",
        b"\x02\x01s\0\x05\0\0\0a.b.C\0\0\0",
        b"\x03\x01s\0\x01\0\0\0M\0\0\0\0\0\0\0",
        b"\x06\x01s\0\x03\0\0\0a.b\0\0\0\0\0",
    ];
    let expected = expected.concat();
    assert_eq!(bytes.len(), expected.len());
    // The length of the fields counts no padding behind the last.
    assert_eq!((&bytes[..12], &bytes[16..]), (&expected[..12], &expected[16..]));
    assert_eq!(bytes[12..16], 60_u32.to_le_bytes());
}

#[test]
fn the_answer_is_found_among_what_a_bus_says() {
    let directory = tempfile::tempdir().unwrap();
    let mut bytes = b"OK 0123456789abcdef0123456789abcdef\r\n".to_vec();
    bytes.extend(message(METHOD_RETURN, 1, ("s", b"\x04\0\0\0:1.7\0")));
    bytes.extend(message(4, 9, ("s", b"\x04\0\0\0:1.7\0")));
    bytes.extend(message(METHOD_RETURN, SERIAL, ("a(su)", &pairs())));
    let (path, played) = play(directory.path(), bytes);
    let place = Place { path: path.to_str().unwrap(), is_bus: true };
    let body = place.ask(&CALL).unwrap();
    assert_eq!(read_pairs(body).unwrap(), [("one".to_owned(), 1), ("three".to_owned(), 3)]);
    let said = played.join().unwrap();
    assert!(said.starts_with(b"\0AUTH EXTERNAL 3"), "{said:?}");
    assert!(said.ends_with(&encode(&CALL, SERIAL)));
    assert!(said.windows(5).any(|window| window == b"Hello"));
}

#[test]
fn what_is_no_answer_is_an_error_that_says_why() {
    let ok = answer("a(su)", &pairs());
    assert_eq!(read_whole(ok.as_slice(), "a(su)").and_then(read_pairs).unwrap().len(), 2);
    let mut long = b"OK x\r\nl\x02\0\x01".to_vec();
    long.extend([0xff; 12]);
    let mut refused = b"OK x\r\n".to_vec();
    refused.extend(message(ERROR, SERIAL, ("s", b"\0\0\0\0\0")));
    let mut endless = b"OK x\r\n".to_vec();
    for _ in 0..=MESSAGE_CAP {
        endless.extend(message(4, 9, ("", b"")));
    }
    for (bytes, signature, message) in [
        (b"REJECTED EXTERNAL\r\n".to_vec(), "a(su)", "this user"),
        (Vec::new(), "a(su)", "this user"),
        (b"HTTP/1.1 200 OK\r\n".to_vec(), "a(su)", "D-Bus"),
        (b"OK x\r\nHTTP/1.1 200 OK\r\n\r\n".to_vec(), "a(su)", "D-Bus"),
        (ok.clone(), "a(sss)", "other types"),
        (ok[..ok.len() - 1].to_vec(), "a(su)", "ends early"),
        (long, "a(su)", "too large"),
        (refused, "a(su)", "x.y"),
        (endless, "a(su)", "no answer"),
    ] {
        let error = read_whole(bytes.as_slice(), signature).unwrap_err();
        assert!(error.to_string().contains(message), "{error} is not about {message}");
    }
}

#[test]
fn numbers_of_the_other_order_are_read() {
    let mut body = Body::of(b"\0\0\0\x02ab\0\0\0\0\x01\0".to_vec(), true);
    assert_eq!((body.text().unwrap().as_str(), body.number().unwrap()), ("ab", 256));
    assert!(body.number().is_err());
}

proptest! {
    #[test]
    fn any_answer_is_survived(tail in proptest::collection::vec(any::<u8>(), 0..200), at in 0_usize..150, byte: u8) {
        let mut bytes = answer("a(su)", &pairs());
        if let Some(hit) = bytes.get_mut(at) {
            *hit = byte;
        }
        let _ = read_whole(bytes.as_slice(), "a(su)").and_then(read_pairs);
        let _ = read_whole([b"OK x\r\n".as_slice(), &tail].concat().as_slice(), "a(su)");
    }
}
