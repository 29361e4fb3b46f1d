//! Packing for disk and wire: JSON goes into zstd as it is written, so that the whole of a text is never there at once.
//!
//! What is short is packed at once and says its length, which its reader is glad of; what is longer goes through a stream with
//! a small window. The one level that is asked for here is the only one that `packaging/build` leaves in.

use std::io::{self, Read, Write};

use serde::Serialize;
use zstd::stream::write::Encoder;
use zstd::zstd_safe::CParameter;

const ZSTD_LEVEL: i32 = 3;
/// So much of a text waits to be packed.
const HELD_BYTES: usize = 64 << 10;
/// What a stream takes is this window (256 KiB), half of it again, and its tables: less than a third of what the level would
/// take by itself, for a report that is hardly larger.
const PARAMETERS: [CParameter; 3] = [CParameter::WindowLog(18), CParameter::HashLog(16), CParameter::ChainLog(15)];

/// Packs what is written to it.
#[derive(Default)]
pub struct Packer {
    held: Vec<u8>,
    stream: Option<Encoder<'static, Vec<u8>>>,
}

impl Packer {
    fn pass_on(&mut self) -> io::Result<()> {
        let stream = match &mut self.stream {
            Some(stream) => stream,
            none => none.insert(stream()?),
        };
        stream.write_all(&self.held)?;
        self.held.clear();
        Ok(())
    }

    /// All that was written, packed.
    pub fn finish(mut self) -> io::Result<Vec<u8>> {
        if self.stream.is_some() {
            self.pass_on()?;
        }
        match self.stream {
            Some(stream) => stream.finish(),
            None => zstd::bulk::compress(&self.held, ZSTD_LEVEL),
        }
    }
}

fn stream() -> io::Result<Encoder<'static, Vec<u8>>> {
    let mut stream = Encoder::new(Vec::new(), ZSTD_LEVEL)?;
    for parameter in PARAMETERS {
        stream.set_parameter(parameter)?;
    }
    Ok(stream)
}

impl Write for Packer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        if self.held.len() >= HELD_BYTES {
            self.pass_on()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A value as packed JSON.
pub fn pack(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut packer = Packer::default();
    serde_json::to_writer(&mut packer, value)?;
    packer.finish()
}

/// Unpacks at most `limit_bytes`; `None` when it is more or no zstd.
pub fn inflate(packed: &[u8], limit_bytes: usize) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let decoder = zstd::stream::read::Decoder::with_buffer(packed).ok()?;
    decoder.take(limit_bytes as u64 + 1).read_to_end(&mut out).ok()?;
    (out.len() <= limit_bytes).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_text_and_a_long_one_come_back() {
        for words in [0, 10, HELD_BYTES / 10, HELD_BYTES] {
            let text: Vec<String> = (0..words).map(|word| format!("word {word}")).collect();
            let packed = pack(&text).unwrap();
            let json = inflate(&packed, 10 << 20).unwrap();
            assert_eq!(serde_json::from_slice::<Vec<String>>(&json).unwrap(), text);
            let said = zstd::zstd_safe::get_frame_content_size(&packed).unwrap();
            assert_eq!(said, (words < HELD_BYTES / 10).then_some(json.len() as u64), "{words} words");
            assert!(packed.len() <= 20 + json.len() / 2, "{} of {} bytes", packed.len(), json.len());
        }
    }

    #[test]
    fn a_bomb_is_not_inflated() {
        let mut packer = Packer::default();
        packer.write_all(&vec![0; 1 << 20]).unwrap();
        let packed = packer.finish().unwrap();
        assert!(packed.len() < 1_000 && inflate(&packed, 1_000).is_none());
        assert!(inflate(b"no zstd", 1_000).is_none());
    }
}
