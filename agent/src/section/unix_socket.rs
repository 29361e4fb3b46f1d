//! A conversation over a unix socket that ends in time, however slowly the other side drips.

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

/// A stream that gives up when its time is over.
pub(super) struct Deadline {
    stream: UnixStream,
    ends_at: Instant,
}

impl Deadline {
    /// Connects; the whole conversation may take so long.
    pub(super) fn connect(path: &str, time: Duration) -> Result<Self> {
        Ok(Self::of(UnixStream::connect(path)?, time))
    }

    pub(super) fn of(stream: UnixStream, time: Duration) -> Self {
        Self { stream, ends_at: Instant::now() + time }
    }

    fn left(&self) -> Result<Duration> {
        let left = self.ends_at.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(too_late()) } else { Ok(left) }
    }
}

fn too_late() -> Error {
    Error::new(ErrorKind::TimedOut, "no whole answer in time")
}

/// What a socket says when the time that it was given is over.
fn in_words(error: Error) -> Error {
    if error.kind() == ErrorKind::WouldBlock { too_late() } else { error }
}

impl Read for Deadline {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        self.stream.set_read_timeout(Some(self.left()?))?;
        self.stream.read(buffer).map_err(in_words)
    }
}

impl Write for Deadline {
    fn write(&mut self, buffer: &[u8]) -> Result<usize> {
        self.stream.set_write_timeout(Some(self.left()?))?;
        self.stream.write(buffer).map_err(in_words)
    }

    fn flush(&mut self) -> Result<()> {
        self.stream.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_never_answers_is_given_up() {
        let (ours, _theirs) = UnixStream::pair().unwrap();
        let mut stream = Deadline::of(ours, Duration::from_millis(20));
        assert_eq!(stream.read(&mut [0]).unwrap_err().kind(), ErrorKind::TimedOut);
        let (ours, _theirs) = UnixStream::pair().unwrap();
        let mut stream = Deadline::of(ours, Duration::from_millis(20));
        let endless = std::iter::repeat_with(|| stream.write(&[0; 4096])).find_map(Result::err);
        assert_eq!(endless.unwrap().kind(), ErrorKind::TimedOut);
    }
}
