//! The one rule for what others said on its way to a terminal or a log: it is shown, and never obeyed.
//!
//! Names of hosts and files, answers of servers and texts of people may hold anything. A control character among it could move the
//! cursor, colour what follows, clear the screen, type, or end a line and begin one that nobody wrote; one that turns the direction
//! of text makes people read what is not there. Each of them is shown as U+FFFD, in JSON by its escape. Line ends and tabs stay
//! where a text has lines of its own.

use std::io::{self, Write};

/// What is shown instead.
const SHOWN: char = '\u{fffd}';
/// Whether a terminal obeys it and does not show it: a control character, or one that turns the direction of what follows, so that
/// people read other words than stand there (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069).
pub fn is_obeyed(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || c.is_control()
}

/// A text in one line: a line end in it is one of those that are shown.
pub fn line(text: &str) -> String {
    text.chars().map(|c| if is_obeyed(c) { SHOWN } else { c }).collect()
}

/// A text that may have lines: their ends and tabs stay.
pub fn lines(text: &str) -> String {
    text.chars().map(|c| if is_obeyed(c) && !matches!(c, '\n' | '\t') { SHOWN } else { c }).collect()
}

/// How a character that a terminal would obey is shown by a [`Careful`] writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// As U+FFFD.
    Replaced,
    /// As JSON escapes it, `\u202e`: what is shown is still the same JSON.
    Escaped,
}

/// A writer of text with lines, for output that is not made up as a whole: the rule holds however the bytes are cut.
#[derive(Debug)]
pub struct Careful<W> {
    out: W,
    /// Nothing is left out where there is no terminal.
    shown: Option<Shown>,
    /// The first bytes of a character whose others are still to come.
    begun: Vec<u8>,
}

impl<W> Careful<W> {
    /// Writes to `out`: byte for byte, or by the rule when that is a terminal.
    pub const fn new(out: W, is_terminal: bool) -> Self {
        Self::showing(out, if is_terminal { Some(Shown::Replaced) } else { None })
    }

    /// Writes to `out` by the rule, in this way.
    pub const fn showing(out: W, shown: Option<Shown>) -> Self {
        Self { out, shown, begun: Vec::new() }
    }

    fn filter(&mut self, bytes: &[u8], how: Shown) -> Vec<u8> {
        let mut all = std::mem::take(&mut self.begun);
        all.extend_from_slice(bytes);
        let mut shown = Vec::with_capacity(all.len());
        let mut chunks = all.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            for c in chunk.valid().chars() {
                if !is_obeyed(c) || matches!(c, '\n' | '\t') {
                    shown.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                } else if how == Shown::Escaped {
                    shown.extend_from_slice(format!("\\u{:04x}", u32::from(c)).as_bytes());
                } else {
                    shown.extend_from_slice(SHOWN.encode_utf8(&mut [0; 4]).as_bytes());
                }
            }
            let rest = chunk.invalid();
            // What is no text is what it was; what may become a character waits for its end.
            if chunks.peek().is_none() && rest.len() < 4 && is_begun(rest) {
                self.begun = rest.to_vec();
            } else {
                shown.extend_from_slice(rest);
            }
        }
        shown
    }
}

/// Whether bytes are the beginning of a character.
fn is_begun(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

impl<W: Write> Write for Careful<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(how) = self.shown else { return self.out.write(bytes) };
        let shown = self.filter(bytes, how);
        self.out.write_all(&shown)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A writer of a log: each write is one entry and ends up as one line, whatever the words in it.
#[derive(Debug)]
pub struct Entries<W>(pub W);

impl<W: Write> Write for Entries<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let mut entry = line(text.strip_suffix('\n').unwrap_or(&text));
        entry.push('\n');
        self.0.write_all(entry.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "a\u{1b}[2Jb\r\u{7}\u{7f}\u{9b}31mc\u{202e}d\u{2066}\t\"é \u{a0}\u{4e2d}\"\n";

    fn written(is_terminal: bool, parts: &[&[u8]]) -> Vec<u8> {
        let mut careful = Careful::new(Vec::new(), is_terminal);
        for part in parts {
            careful.write_all(part).unwrap();
        }
        careful.out
    }

    #[test]
    fn a_terminal_is_told_nothing_that_it_obeys_and_a_file_gets_every_byte() {
        let hostile = HOSTILE.as_bytes();
        assert_eq!(written(false, &[hostile]), hostile);
        let shown =
            "a\u{fffd}[2Jb\u{fffd}\u{fffd}\u{fffd}\u{fffd}31mc\u{fffd}d\u{fffd}\t\"é \u{a0}\u{4e2d}\"\n".as_bytes();
        assert_eq!(written(true, &[hostile]), shown);
        assert_eq!(lines(HOSTILE).as_bytes(), shown, "the same rule for a text that is there as a whole");
        // However it is cut.
        for cut in 0..hostile.len() {
            let (first, second) = hostile.split_at(cut);
            assert_eq!(written(true, &[first, second]), shown, "{cut}");
        }
    }

    #[test]
    fn json_on_a_terminal_is_the_same_json() {
        let value = serde_json::json!({"name": HOSTILE, "more": "\u{9b}x\u{202e}\u{feff}"});
        let mut careful = Careful::showing(Vec::new(), Some(Shown::Escaped));
        write!(careful, "{}", serde_json::to_string_pretty(&value).unwrap()).unwrap();
        let text = String::from_utf8(careful.out).unwrap();
        assert!(!text.contains(|c: char| is_obeyed(c) && c != '\n'), "{text}");
        assert!(text.contains("\\u009bx\\u202e"), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
        // Bytes that are no text stay bytes.
        assert_eq!(written(true, &[b"a\xff\xc2", b"b\xe2\x80"]), b"a\xff\xc2b");
    }

    #[test]
    fn words_of_others_make_no_line_of_a_table_or_a_log() {
        assert_eq!(line("a\nb\tc\u{85}\u{2028}"), "a\u{fffd}b\u{fffd}c\u{fffd}\u{2028}");
        let mut log = Entries(Vec::new());
        log.write_all("WARN cannot deliver error=no\nINFO all is well\u{1b}[0m\n".as_bytes()).unwrap();
        log.write_all(b"INFO next\n").unwrap();
        let text = String::from_utf8(log.0).unwrap();
        assert_eq!(text, "WARN cannot deliver error=no\u{fffd}INFO all is well\u{fffd}[0m\nINFO next\n");
    }
}
