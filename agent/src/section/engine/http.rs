//! As much of HTTP/1.1 as it takes to ask an engine on its unix socket: GET, a status, a bounded body, a deadline.

use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result, Write};
use std::time::Duration;

use crate::section::unix_socket::Deadline;

/// How long one question may take, all in all.
const TIME_OUT: Duration = Duration::from_secs(2);
/// The most that an answer may have, head and body, in bytes.
const CAP_BYTES: u64 = 16 << 20;
/// The most that one line of the head may have, in bytes.
const LINE_CAP_BYTES: u64 = 16 << 10;
/// The most lines of a head.
const LINE_CAP: usize = 100;

/// An answer of status 200.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// What the server says that it is.
    pub(super) server: String,
    pub(super) body: Vec<u8>,
}

/// Asks for `target` on the socket at `path`.
pub(super) fn get(path: &str, target: &str) -> Result<Answer> {
    let mut stream = Deadline::connect(path, TIME_OUT)?;
    let request =
        format!("GET {target} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    read_answer(stream)
}

fn wrong(what: &str) -> Error {
    Error::new(ErrorKind::InvalidData, what.to_owned())
}

/// What the head says of the body.
#[derive(Default)]
struct Head {
    server: String,
    is_chunked: bool,
    length: Option<u64>,
}

pub(super) fn read_answer(stream: impl Read) -> Result<Answer> {
    let mut reader = BufReader::new(stream.take(CAP_BYTES));
    let status = line(&mut reader)?;
    let code = status.strip_prefix("HTTP/1.").and_then(|rest| rest.split(' ').nth(1));
    match code {
        Some("200") => {}
        Some(code) if code.len() == 3 && code.bytes().all(|b| b.is_ascii_digit()) => {
            return Err(wrong(&format!("answers with status {code}")));
        }
        _ => return Err(wrong("does not speak HTTP")),
    }
    let mut head = Head::default();
    for count in 0.. {
        let text = line(&mut reader)?;
        if text.is_empty() {
            break;
        }
        if count == LINE_CAP {
            return Err(wrong("its head has too many lines"));
        }
        let Some((name, value)) = text.split_once(':') else { continue };
        match name.to_ascii_lowercase().as_str() {
            "server" => value.trim().clone_into(&mut head.server),
            "transfer-encoding" => head.is_chunked = value.trim().eq_ignore_ascii_case("chunked"),
            "content-length" => head.length = value.trim().parse().ok(),
            _ => {}
        }
    }
    let body = body(&mut reader, &head)?;
    Ok(Answer { server: head.server, body })
}

fn body(reader: &mut impl BufRead, head: &Head) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    if head.is_chunked {
        loop {
            let size = line(reader)?;
            let size = size.split(';').next().unwrap_or_default().trim();
            let size = u64::from_str_radix(size, 16).map_err(|_| wrong("a chunk has no size"))?;
            if size == 0 {
                return Ok(body);
            }
            part(reader, size, &mut body)?;
            line(reader)?;
        }
    }
    match head.length {
        Some(length) => part(reader, length, &mut body)?,
        None => drop(reader.read_to_end(&mut body)?),
    }
    Ok(body)
}

/// Appends exactly so many bytes.
fn part(reader: &mut impl BufRead, length: u64, body: &mut Vec<u8>) -> Result<()> {
    if length > CAP_BYTES {
        return Err(wrong("the answer is too large"));
    }
    let read = reader.take(length).read_to_end(body)?;
    if u64::try_from(read).ok() == Some(length) { Ok(()) } else { Err(wrong("the answer ends early or is too large")) }
}

/// One line without its end.
fn line(reader: &mut impl BufRead) -> Result<String> {
    let mut bytes = Vec::new();
    reader.take(LINE_CAP_BYTES).read_until(b'\n', &mut bytes)?;
    if bytes.pop() != Some(b'\n') {
        return Err(wrong("a line does not end"));
    }
    if bytes.last() == Some(&b'\r') {
        bytes.pop();
    }
    String::from_utf8(bytes).map_err(|_| wrong("a line is no text"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> std::result::Result<(String, String), String> {
        let answer = read_answer(text.as_bytes()).map_err(|error| error.to_string())?;
        Ok((answer.server, String::from_utf8(answer.body).unwrap()))
    }

    #[test]
    fn every_framing_is_read_and_a_short_answer_is_an_error() {
        let ok = "HTTP/1.1 200 OK\r\n";
        assert_eq!(read(&format!("{ok}Server: x\r\nContent-Length: 2\r\n\r\n[]rest")), Ok(("x".into(), "[]".into())));
        let chunked = "transfer-encoding: Chunked\r\n\r\n1;a=b\r\n[\r\n1\r\n]\r\n0\r\n\r\n";
        assert_eq!(read(&format!("{ok}{chunked}")), Ok((String::new(), "[]".into())));
        assert_eq!(read(&format!("{ok}\r\n[]")), Ok((String::new(), "[]".into())));
        for (answer, message) in [
            ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[]", "ends early"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n[]", "too large"),
            ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffff\r\n[]", "too large"),
            ("HTTP/1.1 403 Forbidden\r\n\r\n", "status 403"),
            ("SSH-2.0-x\r\n\r\n", "HTTP"),
            ("HTTP/1.1 200 OK\r\nx", "does not end"),
        ] {
            assert!(read(answer).unwrap_err().contains(message), "{answer}");
        }
        assert!(read_answer(std::io::repeat(b'x')).is_err(), "a line without an end");
    }

    proptest! {
        #[test]
        fn any_answer_is_survived(head in "[a-zA-Z0-9:;\\r\\n -]{0,80}", body in ".{0,40}") {
            let _ = read(&format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n{body}"));
        }
    }
}
