//! How messages are set apart on a connection (RFC 5425 and RFC 6587): a length before each, or a line end after it.
//!
//! Which of the two it is shows in the first byte of each: a digit begins a length, everything else a line. What is too long ends the
//! connection, for nobody can say where the next message begins.

use super::Unreadable;

/// The longest message, in bytes. RFC 5425 asks for 2,048 and wishes for 8,192.
pub const MAX_BYTES: usize = 64 << 10;

/// What ends a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The length is none.
    #[error("a length in digits and a space are expected before a message")]
    Length,
    /// It is longer than anything that is taken.
    #[error("a message has at most {MAX_BYTES} bytes")]
    TooLong,
}

/// Bytes of a connection that are no message yet.
#[derive(Debug, Default)]
pub struct Frames {
    bytes: Vec<u8>,
    /// Where the first byte is that was not taken.
    begin: usize,
}

impl Frames {
    /// Adds bytes that were read.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.begin > 0 {
            self.bytes.drain(..self.begin);
            self.begin = 0;
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// Whether a message began that is not whole yet.
    pub fn is_open(&self) -> bool {
        self.begin < self.bytes.len()
    }

    /// The next whole message; `None` when more bytes are needed.
    pub fn next_message(&mut self) -> Result<Option<Vec<u8>>, Broken> {
        loop {
            let rest = self.bytes.get(self.begin..).unwrap_or_default();
            let (skip, message) = match rest.first() {
                None => return Ok(None),
                Some(byte) if byte.is_ascii_digit() => match counted(rest)? {
                    None => return Ok(None),
                    Some((head, length)) => (head + length, rest.get(head..head + length)),
                },
                Some(_) => match rest.iter().take(MAX_BYTES + 1).position(|byte| matches!(byte, b'\n' | 0)) {
                    None if rest.len() > MAX_BYTES => return Err(Broken::TooLong),
                    None => return Ok(None),
                    Some(end) => (end + 1, rest.get(..end).map(|line| line.strip_suffix(b"\r").unwrap_or(line))),
                },
            };
            let message = message.unwrap_or_default().to_vec();
            self.begin += skip;
            // Empty lines are between messages: some senders end a message of a known length with a line end too.
            if !message.is_empty() {
                return Ok(Some(message));
            }
        }
    }
}

/// How long a length is with its space, and how long the message after it; `None` when not all of it is there.
fn counted(rest: &[u8]) -> Result<Option<(usize, usize)>, Broken> {
    let digits = rest.iter().take(MOST_DIGITS + 1).take_while(|byte| byte.is_ascii_digit()).count();
    if digits > MOST_DIGITS {
        return Err(Broken::TooLong);
    }
    match rest.get(digits) {
        None => return Ok(None),
        Some(b' ') => {}
        Some(_) => return Err(Broken::Length),
    }
    let text = std::str::from_utf8(rest.get(..digits).unwrap_or_default()).unwrap_or_default();
    let length: usize = text.parse().map_err(|_| Broken::Length)?;
    match length {
        0 => Err(Broken::Length),
        length if length > MAX_BYTES => Err(Broken::TooLong),
        length if rest.len() < digits + 1 + length => Ok(None),
        length => Ok(Some((digits + 1, length))),
    }
}

/// Digits of the longest length that is taken.
const MOST_DIGITS: usize = 5;

/// Reads everything that a connection sent, as the listener does: messages, and what was none.
pub fn read_all(bytes: &[u8]) -> (Vec<Result<super::Message, Unreadable>>, Option<Broken>) {
    let mut frames = Frames::default();
    frames.push(bytes);
    let mut messages = Vec::new();
    loop {
        match frames.next_message() {
            Ok(Some(message)) => messages.push(super::read(&message)),
            Ok(None) => return (messages, None),
            Err(broken) => return (messages, Some(broken)),
        }
    }
}
