//! Reads a journal over all its segments, and says how it ends.

use std::io;
use std::path::Path;

use muster_store::Sequence;

use super::reader::{Damage, Record, first_of, read_segment, segments};
use super::{OpenSegment, Tail};

/// How a journal ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// With a whole record.
    Sound,
    /// With what an interrupted write left; it was never acknowledged.
    Torn(Damage),
    /// Within: acknowledged records are damaged or missing.
    Damaged(Damage),
    /// The record that it should go on from is another one.
    Foreign,
}

/// A journal that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Walked {
    /// The last sound record, or where the walk began.
    pub(crate) tail: Tail,
    /// The segment that the next record goes to, unless it needs a new one.
    pub(crate) open: Option<OpenSegment>,
    /// How it ends.
    pub(crate) ending: Ending,
}

/// Reads the records after `from`, up to `until`: every checksum, and that each follows the one before. Segments that end before
/// `from` are not looked at.
pub(crate) fn walk(
    folder: &Path,
    from: Tail,
    until: Sequence,
    mut each: impl FnMut(Record) -> io::Result<()>,
) -> io::Result<Walked> {
    let all = segments(folder)?;
    let begin = all.iter().rposition(|(first, _)| *first <= from.sequence + 1).unwrap_or(0);
    let count = all.len();
    let mut walked = Walked { tail: from, open: None, ending: Ending::Sound };
    let mut is_foreign = false;
    for (i, (first, path)) in all.into_iter().enumerate().skip(begin) {
        if walked.tail.sequence >= until {
            break;
        }
        let start = if i == begin && first <= from.sequence { first_of(&path, first)? } else { Some(walked.tail) };
        let start = start.unwrap_or(Tail { sequence: first.saturating_sub(1), ..walked.tail });
        if first != start.sequence + 1 {
            let (sequence, what) = (start.sequence + 1, "records before this segment are missing");
            let damage = Damage { file: path, offset: 0, sequence, what, was_durable: true };
            return Ok(Walked { ending: Ending::Damaged(damage), ..walked });
        }
        let read = read_segment(&path, start, until, |record| {
            is_foreign |= record.tail.sequence == from.sequence && record.tail.hash != from.hash;
            if record.tail.sequence > from.sequence && !is_foreign { each(record) } else { Ok(()) }
        })?;
        if is_foreign {
            return Ok(Walked { ending: Ending::Foreign, ..walked });
        }
        if read.tail.sequence >= walked.tail.sequence {
            walked.tail = read.tail;
            walked.open = (!read.is_closed).then_some(OpenSegment { path, first, written: read.written });
        }
        match read.damage {
            Some(damage) if damage.was_durable || i + 1 < count => {
                return Ok(Walked { ending: Ending::Damaged(damage), ..walked });
            }
            Some(damage) => walked.ending = Ending::Torn(damage),
            None => {}
        }
    }
    Ok(walked)
}
