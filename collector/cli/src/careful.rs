//! Standard output: into a file or a pipe byte for byte, on a terminal so that nothing of it is obeyed.
//!
//! What is printed was said by machines, and some of them by somebody else: a control character in it could colour the terminal,
//! clear it, or type. On a terminal each of them, C0 and C1, is shown as U+FFFD; line ends and tabs stay.

use std::io::{self, IsTerminal as _, Stdout, Write};

/// In UTF-8 a C1 control is this byte and one from 0x80 to 0x9f.
const C1_LEAD: u8 = 0xc2;
const SHOWN: &[u8] = "\u{fffd}".as_bytes();

/// A writer that lets controls through, or not.
#[derive(Debug)]
pub(crate) struct Careful<W: Write> {
    out: W,
    is_terminal: bool,
    /// The first byte of what may be a C1 control came last, and is not written yet.
    has_lead: bool,
}

/// Standard output as it is.
pub(crate) fn stdout() -> Careful<Stdout> {
    let out = io::stdout();
    Careful { is_terminal: out.is_terminal(), out, has_lead: false }
}

impl<W: Write> Careful<W> {
    fn filter(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut shown = Vec::with_capacity(bytes.len());
        for byte in bytes {
            if std::mem::take(&mut self.has_lead) {
                if matches!(byte, 0x80..=0x9f) {
                    shown.extend_from_slice(SHOWN);
                    continue;
                }
                shown.push(C1_LEAD);
            }
            match byte {
                b'\n' | b'\t' => shown.push(*byte),
                &C1_LEAD => self.has_lead = true,
                byte if byte.is_ascii_control() => shown.extend_from_slice(SHOWN),
                byte => shown.push(*byte),
            }
        }
        shown
    }
}

impl<W: Write> Write for Careful<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_terminal {
            return self.out.write(bytes);
        }
        let shown = self.filter(bytes);
        self.out.write_all(&shown)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(is_terminal: bool, parts: &[&[u8]]) -> Vec<u8> {
        let mut careful = Careful { out: Vec::new(), is_terminal, has_lead: false };
        for part in parts {
            careful.write_all(part).unwrap();
        }
        careful.out
    }

    #[test]
    fn a_terminal_is_told_nothing_that_it_obeys_and_a_file_gets_every_byte() {
        let hostile = "a\u{1b}[2Jb\r\u{7}\u{7f}\u{9b}31mc\t\"é \u{a0}\u{4e2d}\"\n".as_bytes();
        assert_eq!(written(false, &[hostile]), hostile);
        let shown = "a\u{fffd}[2Jb\u{fffd}\u{fffd}\u{fffd}\u{fffd}31mc\t\"é \u{a0}\u{4e2d}\"\n".as_bytes();
        assert_eq!(written(true, &[hostile]), shown);
        // However it is cut.
        for cut in 0..hostile.len() {
            let (first, second) = hostile.split_at(cut);
            assert_eq!(written(true, &[first, second]), shown, "{cut}");
        }
    }
}
