//! A section's body in runs that are compressed apart: who asks for one item of 850 inflates those beside it, not all.
//!
//! `[dictionary u8][number of runs u16]`, for each `[stored u32][inflated u32][length of its first key u16][key][hash, 8 bytes]`, then
//! the runs as zstd frames. The hash is that of the frame; runs of older programs have none. Run 0 is what stands before the items. Runs are short, so each is compressed with a dictionary of what items look like:
//! 942 packages of Debian take 55 KB in runs of 4 KiB, 51 KB as one frame, 61 KB in runs of 12 KiB with the first one as their
//! dictionary. The dictionary is a part of the stored form: this one never changes, another one gets the next number.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io;

use muster_model::inventory::block::{BETWEEN, END, Runs};

use super::{LEVEL, MAX_DOCUMENT_BYTES};

/// Fewer runs than this are not worth it.
pub(super) const WORTH: usize = 3;
/// The number of the dictionary.
const FIRST: u8 = 1;
/// Trained by `zstd --train` on packages, services, timers and kernel settings of a Debian 12, one sample each.
static DICTIONARY: &[u8] = include_bytes!("run/first.dict");

thread_local! {
    /// Contexts are large and dear to make: one for each thread.
    static COMPRESSOR: RefCell<Option<zstd::bulk::Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<zstd::bulk::Decompressor<'static>>> = const { RefCell::new(None) };
}

const HASH_BYTES: usize = 8;

/// A run as it stands in the row.
struct Run<'a> {
    key: &'a [u8],
    inflated: usize,
    frame: &'a [u8],
    hash: Option<&'a [u8]>,
}

impl Run<'_> {
    fn check(&self) -> io::Result<()> {
        match self.hash {
            Some(hash) if hash != hash_of(self.frame) => Err(io::Error::other("a run does not fit its hash")),
            Some(_) | None => Ok(()),
        }
    }
}

fn hash_of(frame: &[u8]) -> [u8; HASH_BYTES] {
    blake3::hash(frame).as_bytes().first_chunk().copied().unwrap_or_default()
}

fn broken() -> io::Error {
    io::Error::other("the runs do not fit what they name")
}

fn compress(text: &[u8]) -> io::Result<Vec<u8>> {
    COMPRESSOR.with_borrow_mut(|kept| {
        if kept.is_none() {
            *kept = Some(zstd::bulk::Compressor::with_dictionary(LEVEL, DICTIONARY)?);
        }
        kept.as_mut().ok_or_else(broken)?.compress(text)
    })
}

fn inflate(run: &Run<'_>, into: &mut Vec<u8>) -> io::Result<()> {
    run.check()?;
    let text = DECOMPRESSOR.with_borrow_mut(|kept| {
        if kept.is_none() {
            *kept = Some(zstd::bulk::Decompressor::with_dictionary(DICTIONARY)?);
        }
        kept.as_mut().ok_or_else(broken)?.decompress(run.frame, run.inflated)
    })?;
    into.extend_from_slice(&text);
    if text.len() == run.inflated { Ok(()) } else { Err(broken()) }
}

/// The packed form of a body.
pub(super) fn pack(runs: &Runs) -> io::Result<Vec<u8>> {
    let Runs { json, cuts } = runs;
    let items = json.len().saturating_sub(END.len());
    let begins = cuts.iter().map(|(_, begin)| *begin);
    let ends = begins.clone().skip(1).map(|begin| begin.saturating_sub(BETWEEN.len())).chain([items]);
    let head = json.get(..begins.clone().next().unwrap_or(items)).ok_or_else(broken)?;
    let mut parts: Vec<(&str, &[u8])> = vec![("", head)];
    for ((key, begin), end) in cuts.iter().zip(ends) {
        parts.push((key, json.get(*begin..end).ok_or_else(broken)?));
    }
    let mut packed = vec![FIRST];
    packed.extend_from_slice(&u16::try_from(parts.len()).map_err(io::Error::other)?.to_le_bytes());
    let mut frames = Vec::with_capacity(json.len() / 3);
    for (key, text) in parts {
        let frame = compress(text)?;
        packed.extend_from_slice(&u32::try_from(frame.len()).map_err(io::Error::other)?.to_le_bytes());
        packed.extend_from_slice(&u32::try_from(text.len()).map_err(io::Error::other)?.to_le_bytes());
        packed.extend_from_slice(&u16::try_from(key.len()).map_err(io::Error::other)?.to_le_bytes());
        packed.extend_from_slice(key.as_bytes());
        packed.extend_from_slice(&hash_of(&frame));
        frames.extend_from_slice(&frame);
    }
    packed.extend_from_slice(&frames);
    Ok(packed)
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> io::Result<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(length).ok_or_else(broken)?;
    *rest = left;
    Ok(taken)
}

fn number<const N: usize>(rest: &mut &[u8]) -> io::Result<usize> {
    let bytes = take(rest, N)?.iter().rev();
    Ok(bytes.fold(0, |number, byte| (number << 8) | usize::from(*byte)))
}

/// What is said of the runs, and the runs.
fn parts(packed: &[u8], is_hashed: bool) -> io::Result<(&[u8], Vec<Run<'_>>)> {
    let mut rest = packed;
    let dictionary = number::<1>(&mut rest)?;
    if dictionary != usize::from(FIRST) {
        let what = format!("it is packed with dictionary {dictionary}, which this program does not have");
        return Err(io::Error::other(what));
    }
    let count = number::<2>(&mut rest)?;
    let mut told = Vec::with_capacity(count);
    for _ in 0..count {
        let (stored, inflated, length) = (number::<4>(&mut rest)?, number::<4>(&mut rest)?, number::<2>(&mut rest)?);
        let key = take(&mut rest, length)?;
        let hash = if is_hashed { Some(take(&mut rest, HASH_BYTES)?) } else { None };
        told.push((stored, inflated, key, hash));
    }
    let said = packed.get(..packed.len() - rest.len()).ok_or_else(broken)?;
    let whole = told.iter().fold(0_usize, |sum, (_, inflated, ..)| sum.saturating_add(*inflated));
    let mut runs = Vec::with_capacity(count);
    for (stored, inflated, key, hash) in told {
        runs.push(Run { key, inflated, frame: take(&mut rest, stored)?, hash });
    }
    if rest.is_empty() && whole <= MAX_DOCUMENT_BYTES { Ok((said, runs)) } else { Err(broken()) }
}

/// What stands before hashed runs, each one's hash too: whoever checks it can check the runs one by one. Of what is broken it is all.
pub(super) fn said(packed: &[u8]) -> &[u8] {
    parts(packed, true).map_or(packed, |(said, _)| said)
}

/// Whether every run fits its hash.
pub(super) fn check(packed: &[u8]) -> io::Result<()> {
    parts(packed, true)?.1.iter().try_for_each(Run::check)
}

/// All of the JSON.
pub(super) fn whole(packed: &[u8], is_hashed: bool) -> io::Result<Vec<u8>> {
    let (_, runs) = parts(packed, is_hashed)?;
    read(&runs, &(0..runs.len()).collect())
}

/// The JSON without runs in which none of the keys can stand.
pub(super) fn part(packed: &[u8], is_hashed: bool, keys: &BTreeSet<String>) -> io::Result<Vec<u8>> {
    let (_, runs) = parts(packed, is_hashed)?;
    let place = |key: &String| runs.partition_point(|run| run.key <= key.as_bytes()).saturating_sub(1);
    read(&runs, &keys.iter().map(place).collect())
}

fn read(runs: &[Run<'_>], wanted: &BTreeSet<usize>) -> io::Result<Vec<u8>> {
    let head = runs.first().ok_or_else(broken)?;
    let size = |place: &usize| runs.get(*place).map_or(0, |run| run.inflated + BETWEEN.len());
    let mut json = Vec::with_capacity(head.inflated + wanted.iter().map(size).sum::<usize>() + END.len());
    inflate(head, &mut json)?;
    let mut is_first = true;
    for place in wanted.iter().filter(|place| **place > 0) {
        if !is_first {
            json.extend_from_slice(BETWEEN);
        }
        is_first = false;
        inflate(runs.get(*place).ok_or_else(broken)?, &mut json)?;
    }
    json.extend_from_slice(END);
    Ok(json)
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_model::inventory::{SectionBody, StoredItem};
    use muster_model::source::Source;
    use muster_shared::id::HostId;
    use muster_shared::{SectionName, Time};

    fn body(count: u32) -> SectionBody {
        let mut body = SectionBody::of(HostId::from_bytes([1; 16]), SectionName::Package, Source::Agent);
        let item = |n: u32| {
            let attributes = [("name".to_owned(), format!("package {n}").into()), ("size".to_owned(), (n * 31).into())];
            (format!("key-{n:04}"), StoredItem { attributes: attributes.into(), since: Time::from_millis(n.into()) })
        };
        body.items = (0..count).map(item).collect();
        body
    }

    #[test]
    fn all_and_single_items_come_back() {
        for count in [0, 1, 200, 2_000] {
            let body = body(count);
            let runs = body.encode_in_runs().unwrap();
            let packed = pack(&runs).unwrap();
            assert_eq!(whole(&packed, true).unwrap(), runs.json);
            check(&packed).unwrap();
            for wanted in [&[][..], &["a"], &["key-0000"], &["key-0150", "key-0150x", "key-1999"], &["z"]] {
                let keys: BTreeSet<String> = wanted.iter().map(|key| (*key).to_owned()).collect();
                let json = part(&packed, true, &keys).unwrap();
                let mut expected = body.clone();
                expected.items.retain(|key, _| keys.contains(key));
                assert_eq!(SectionBody::part(&json, &keys).unwrap(), expected);
                assert!(count < 2_000 || json.len() < runs.json.len() / 2, "only what is near is inflated");
            }
        }
    }

    /// What was stored once is read for ever.
    #[test]
    fn the_dictionary_is_the_one_that_was_stored_with() {
        let hash = blake3::hash(DICTIONARY).to_hex();
        assert_eq!(hash.as_str(), "c5c40e28808109a7a81a1a02224be27adf44d6cfed5c15c76df249bcf72bc4dc");
        let runs = body(200).encode_in_runs().unwrap();
        // As it was before runs had hashes, and as it is.
        assert_eq!(whole(include_bytes!("../tests/golden/section_in_runs.bin"), false).unwrap(), runs.json);
        let golden = include_bytes!("../tests/golden/section_in_hashed_runs.bin");
        assert_eq!(whole(golden, true).unwrap(), runs.json);
    }

    #[test]
    fn what_is_cut_or_names_too_much_is_an_error() {
        let packed = pack(&body(300).encode_in_runs().unwrap()).unwrap();
        for cut in 0..packed.len() {
            assert!(whole(&packed[..cut], true).is_err(), "{cut}");
        }
        let mut other = packed.clone();
        other[0] = 2;
        assert!(whole(&other, true).unwrap_err().to_string().contains("dictionary 2"));
        let mut huge = packed.clone();
        huge[7..11].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(whole(&huge, true).is_err());
    }
}
