//! The outside of a message: zlib, gzip or plain, told apart by the first bytes, inflated within bounds.

use std::io::Read;

use flate2::read::{GzDecoder, ZlibDecoder};

use super::PeerError;

/// Largest body as sent, in bytes: real ones have at most a few hundred KiB.
pub(crate) const MAX_BODY_BYTES: usize = 8 << 20;
/// Largest message, inflated.
const MAX_MESSAGE_BYTES: usize = 32 << 20;
/// Most that a byte may grow to. A small body may hold a long run: it counts from 64 KiB on.
const MAX_RATIO: usize = 100;

/// The message in a body.
pub(crate) fn open(body: &[u8]) -> Result<Vec<u8>, PeerError> {
    let message = match body {
        [0x1f, 0x8b, ..] => inflate(GzDecoder::new(body), body.len())?,
        // RFC 1950: method 8, and the two bytes together are a multiple of 31.
        [first, second, ..] if first & 0x0f == 8 && u16::from_be_bytes([*first, *second]).is_multiple_of(31) => {
            inflate(ZlibDecoder::new(body), body.len())?
        }
        _ => body.to_vec(),
    };
    match message.trim_ascii_start().first() {
        Some(b'<' | b'{') => Ok(message),
        _ => Err(PeerError::Malformed("XML or JSON is expected, plain or compressed once with zlib or gzip".into())),
    }
}

fn inflate(reader: impl Read, sent: usize) -> Result<Vec<u8>, PeerError> {
    let limit = MAX_MESSAGE_BYTES.min(sent.saturating_mul(MAX_RATIO).max(64 << 10));
    let mut message = Vec::with_capacity(sent.saturating_mul(8).min(limit));
    let read = reader.take(limit as u64 + 1).read_to_end(&mut message);
    read.map_err(|error| PeerError::Malformed(format!("the body cannot be inflated: {error}")))?;
    if message.len() > limit {
        return Err(PeerError::TooLarge(format!("the body inflates to more than {limit} bytes")));
    }
    Ok(message)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};

    use super::*;

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(6));
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn each_form_is_told_by_its_first_bytes() {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::new(6));
        gzip.write_all(b"<REQUEST/>").unwrap();
        for body in [zlib(b"<REQUEST/>"), gzip.finish().unwrap(), b"<REQUEST/>".to_vec()] {
            assert_eq!(open(&body).unwrap(), b"<REQUEST/>");
        }
        assert_eq!(open(b" {\"action\":1}").unwrap(), b" {\"action\":1}");
        for junk in [&b""[..], b"hello", &zlib(b"hello"), &zlib(&zlib(b"<REQUEST/>")), &[0x78, 0x9c, 1, 2]] {
            assert!(matches!(open(junk), Err(PeerError::Malformed(_))), "{junk:?}");
        }
    }

    #[test]
    fn a_bomb_is_cut_at_the_ratio() {
        let bomb = zlib(&vec![0; 40 << 20]);
        assert!(bomb.len() < 64 << 10);
        assert!(matches!(open(&bomb), Err(PeerError::TooLarge(_))));
    }
}
