//! Replays the corpus of a parser (`tests/fuzz/corpus/NAME`) and mutations of every seed: what the fuzzer found stays found,
//! and a plain `cargo test` tries each parser with bytes that no machine wrote.
//!
//! The mutations are the same in every run: the generator begins with the name of the parser. Nothing here is random.

#![expect(clippy::panic, reason = "only tests use it, and a test fails by a panic")]

use std::path::{Path, PathBuf};

/// Mutations of one seed.
const MUTATIONS: usize = 150;
/// What a parser may make of nothing, in bytes.
const BASE_BYTES: usize = 128 << 10;
/// What it may make of one byte more: a line of a character can be an item with a name, a path and a digest.
const BYTES_PER_BYTE: usize = 512;
/// What is longer than any number of a file, and its neighbours.
const NUMBERS: &[&[u8]] = &[
    b"0",
    b"-1",
    b"18446744073709551615",
    b"9223372036854775808",
    b"4294967296",
    b"1e999",
    b"99999999999999999999999",
];
/// Bytes that mean something to most formats, or to none.
const PIECES: &[&[u8]] = &[
    b"\0",
    b"\n",
    b"\r\n",
    b"\"",
    b"\\",
    b"\\\n",
    b"[",
    b"{",
    b"}",
    b":",
    b"=",
    b"%",
    b"#",
    b"\xff\xff\xff\xff",
    b"\x80",
    b"\xc3\x28",
    b"\xe2\x80\xae",
    b"\x1b[2J",
    b"/../",
    b" ",
    b"\t",
];

/// The folder with the seeds of a parser.
pub fn corpus(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(name)
}

/// The seeds of a parser, by name of file.
///
/// # Panics
///
/// When there is none: then nobody has tried it.
pub fn seeds(name: &str) -> Vec<(String, Vec<u8>)> {
    let folder = corpus(name);
    let listed = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut seeds: Vec<(String, Vec<u8>)> = listed
        .flatten()
        .map(|file| {
            let bytes = std::fs::read(file.path()).unwrap_or_else(|error| panic!("{}: {error}", file.path().display()));
            (file.file_name().to_string_lossy().into_owned(), bytes)
        })
        .collect();
    seeds.sort();
    assert!(!seeds.is_empty(), "{} has no seeds", folder.display());
    seeds
}

/// Runs a parser, which gives the size of what it made, over its seeds and their mutations.
///
/// # Panics
///
/// When the parser does, or makes too much of too little; names the seed and the mutation.
pub fn replay(name: &str, mut run: impl FnMut(&[u8]) -> usize) {
    let seeds = seeds(name);
    let mut random = Random::new(name);
    for (file, seed) in &seeds {
        check(name, file, None, seed, &mut run);
        for number in 0..MUTATIONS {
            let other = seeds.get(random.below(seeds.len())).map_or(seed, |(_, other)| other);
            check(name, file, Some(number), &mutated(seed, other, &mut random), &mut run);
        }
    }
}

fn check(name: &str, file: &str, mutation: Option<usize>, bytes: &[u8], run: &mut impl FnMut(&[u8]) -> usize) {
    let made = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(bytes)));
    let which = mutation.map(|number| format!(", mutation {number}")).unwrap_or_default();
    let shown = || bytes.get(..bytes.len().min(2_000)).unwrap_or_default().escape_ascii().to_string();
    let Ok(made) = made else { panic!("{name}/{file}{which}: panics on \"{}\"", shown()) };
    let bound = BASE_BYTES + bytes.len() * BYTES_PER_BYTE;
    assert!(made <= bound, "{name}/{file}{which}: makes {made} bytes of {}: \"{}\"", bytes.len(), shown());
}

/// One to four changes of a seed.
fn mutated(seed: &[u8], other: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len() + 1);
        match random.below(8) {
            0 | 1 => {
                for _ in 0..=random.below(8) {
                    let at = random.below(bytes.len());
                    let bit = random.below(8);
                    bytes.get_mut(at).into_iter().for_each(|byte| *byte ^= 1 << bit);
                }
            }
            2 => bytes.truncate(at),
            3 => drop(bytes.splice(at..at, random.pick(PIECES).iter().copied())),
            4 => {
                let from = random.below(other.len() + 1);
                bytes.truncate(at);
                bytes.extend_from_slice(other.get(from..).unwrap_or_default());
            }
            5 => {
                let end = (at + random.below(200)).min(bytes.len());
                let piece = bytes.get(at..end).unwrap_or_default().to_vec();
                let times = random.below(6);
                bytes.splice(at..at, piece.repeat(times));
            }
            6 => {
                let digits = |bytes: &[u8]| bytes.iter().position(u8::is_ascii_digit);
                let Some(start) = bytes.get(at..).and_then(digits).map(|found| at + found) else { continue };
                let rest = bytes.get(start..).unwrap_or_default();
                let length = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
                bytes.splice(start..start + length, random.pick(NUMBERS).iter().copied());
            }
            _ => {
                let end = (at + random.below(64)).min(bytes.len());
                bytes.drain(at..end);
            }
        }
    }
    bytes
}

/// xorshift64*: the same numbers for the same name.
struct Random(u64);

impl Random {
    fn new(name: &str) -> Self {
        Self(
            name.bytes()
                .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)),
        )
    }

    /// A number below `end`; 0 when there is none.
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = usize::try_from(self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33).unwrap_or_default();
        number.checked_rem(end).unwrap_or_default()
    }

    fn pick(&mut self, from: &[&'static [u8]]) -> &'static [u8] {
        from.get(self.below(from.len())).copied().unwrap_or_default()
    }
}
