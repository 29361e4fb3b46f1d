//! The frame around what the agent keeps on disk: a torn, flipped or foreign file is seen before it is believed.
//!
//! `magic (8) | payload length (u64 LE) | CRC32C (u32 LE) | SHA-256 (32) | payload`. CRC32C finds what disks do; the SHA-256 is
//! also the content digest under which a report is sent, so that it is computed once.

use sha2::{Digest as _, Sha256};

/// Bytes before the payload.
pub const HEADER_BYTES: usize = 8 + 8 + 4 + 32;

/// Which kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A spooled report: the body as it is sent.
    Report,
    /// What the agent believes to have told.
    State,
}

impl Kind {
    const fn magic(self) -> &'static [u8; 8] {
        match self {
            Self::Report => b"MUSTRPT1",
            Self::State => b"MUSTSTA1",
        }
    }
}

/// A file that is not what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Too short for a header.
    #[error("the file is cut off in its header")]
    Short,
    /// Another magic.
    #[error("the file is not of this kind")]
    Foreign,
    /// The length is wrong.
    #[error("the file is cut off or has something appended")]
    Length,
    /// The checksum is wrong.
    #[error("the checksum does not fit")]
    Checksum,
}

/// A payload whose checksums fit, with its SHA-256.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The payload.
    pub payload: Vec<u8>,
    /// Its SHA-256.
    pub sha256: [u8; 32],
}

/// The frame around `payload`.
pub fn encode(kind: Kind, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEADER_BYTES + payload.len());
    out.extend_from_slice(kind.magic());
    out.extend_from_slice(&(payload.len() as u64).to_le_bytes());
    out.extend_from_slice(&crc32c::crc32c(payload).to_le_bytes());
    out.extend_from_slice(&Sha256::digest(payload));
    out.extend_from_slice(payload);
    out
}

/// The payload of a file, if every byte is as it was written.
pub fn decode(kind: Kind, mut file: Vec<u8>) -> Result<Checked, FrameError> {
    let (magic, rest) = file.split_first_chunk::<8>().ok_or(FrameError::Short)?;
    let (length, rest) = rest.split_first_chunk::<8>().ok_or(FrameError::Short)?;
    let (crc, rest) = rest.split_first_chunk::<4>().ok_or(FrameError::Short)?;
    let (sha256, payload) = rest.split_first_chunk::<32>().ok_or(FrameError::Short)?;
    if magic != kind.magic() {
        return Err(FrameError::Foreign);
    }
    if u64::from_le_bytes(*length) != payload.len() as u64 {
        return Err(FrameError::Length);
    }
    let sha256 = *sha256;
    if u32::from_le_bytes(*crc) != crc32c::crc32c(payload) || Sha256::digest(payload).as_slice() != sha256.as_slice() {
        return Err(FrameError::Checksum);
    }
    file.drain(..HEADER_BYTES);
    Ok(Checked { payload: file, sha256 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn another_kind_is_foreign() {
        assert_eq!(decode(Kind::State, encode(Kind::Report, b"x")), Err(FrameError::Foreign));
        assert_eq!(decode(Kind::State, Vec::new()), Err(FrameError::Short));
    }

    proptest! {
        #[test]
        fn every_flip_and_every_cut_is_seen(payload in proptest::collection::vec(any::<u8>(), 0..200), at in any::<proptest::sample::Index>(), bit in 0u8..8) {
            let whole = encode(Kind::Report, &payload);
            prop_assert_eq!(decode(Kind::Report, whole.clone()).unwrap().payload, payload);
            let mut flipped = whole.clone();
            let i = at.index(whole.len());
            flipped[i] ^= 1 << bit;
            prop_assert!(decode(Kind::Report, flipped).is_err());
            prop_assert!(decode(Kind::Report, whole[..i].to_vec()).is_err());
        }
    }
}
