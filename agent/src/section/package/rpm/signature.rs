//! Who signed a package: the id of the key, out of an `OpenPGP` signature packet (RFC 9580). Nothing is verified here.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const SIGNATURE_PACKET: u8 = 2;
/// Subpackets that name the key.
const ISSUER_KEY_ID: u8 = 16;
const ISSUER_FINGERPRINT: u8 = 33;

/// The bytes of a signature that rpm 6 keeps as text.
pub(super) fn openpgp_of_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text.trim()).ok()
}

/// The id of the key that made a signature, sixteen hexadecimal digits.
pub(super) fn key_id(packet: &[u8]) -> Option<String> {
    let body = body(packet)?;
    let id: [u8; 8] = match *body.first()? {
        // Version, length of what is hashed (5), type, time (4), key id.
        3 => *body.get(7..)?.first_chunk()?,
        version @ 4..=6 => {
            let width = if version == 6 { 4 } else { 2 };
            let (hashed, rest) = area(body.get(4..)?, width)?;
            let (unhashed, _) = area(rest, width)?;
            issuer(hashed).or_else(|| issuer(unhashed))?
        }
        _ => return None,
    };
    Some(format!("{:016x}", u64::from_be_bytes(id)))
}

/// The body of a packet of either header format, when it is a signature.
fn body(packet: &[u8]) -> Option<&[u8]> {
    let (&head, rest) = packet.split_first()?;
    if head & 0x80 == 0 {
        return None;
    }
    let (tag, length, rest) = if head & 0x40 != 0 {
        let (length, rest) = length(rest)?;
        (head & 0x3f, length, rest)
    } else {
        let width = match head & 3 {
            3 => return None,
            code => 1 << code,
        };
        let (bytes, rest) = rest.split_at_checked(width)?;
        ((head >> 2) & 0xf, big_endian(bytes), rest)
    };
    if tag == SIGNATURE_PACKET { rest.get(..length) } else { None }
}

/// The subpackets of one area, and what follows it.
fn area(bytes: &[u8], width: usize) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_at_checked(width)?;
    rest.split_at_checked(big_endian(length))
}

fn issuer(mut area: &[u8]) -> Option<[u8; 8]> {
    while !area.is_empty() {
        let (length, rest) = length(area)?;
        let (subpacket, rest) = rest.split_at_checked(length)?;
        let (&kind, value) = subpacket.split_first()?;
        match (kind & 0x7f, value.first()) {
            (ISSUER_KEY_ID, _) => return value.first_chunk().copied(),
            (ISSUER_FINGERPRINT, Some(4)) => return value.last_chunk().copied(),
            (ISSUER_FINGERPRINT, Some(5 | 6)) => return value.get(1..)?.first_chunk().copied(),
            _ => area = rest,
        }
    }
    None
}

/// A length of one, two or five octets.
fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (&first, rest) = bytes.split_first()?;
    match first {
        0..192 => Some((usize::from(first), rest)),
        192..255 => {
            let (&second, rest) = rest.split_first()?;
            Some((((usize::from(first) - 192) << 8) + usize::from(second) + 192, rest))
        }
        255 => {
            let (bytes, rest) = rest.split_at_checked(4)?;
            Some((big_endian(bytes), rest))
        }
    }
}

fn big_endian(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |sum: usize, byte| (sum << 8) | usize::from(*byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_are_found_in_signatures_of_every_version() {
        let id = [0x0c, 0xd9, 0xfe, 0xd3, 0x31, 0x35, 0xce, 0x90];
        let mut third = vec![0x88, 15, 3, 5, 0, 1, 2, 3, 4];
        third.extend(id);
        assert_eq!(key_id(&third).as_deref(), Some("0cd9fed33135ce90"));

        let mut fourth = vec![0xc2, 24, 4, 0, 1, 8, 0, 6, 5, 2, 9, 9, 9, 9, 0, 10, 9, 16];
        fourth.extend(id);
        assert_eq!(key_id(&fourth).as_deref(), Some("0cd9fed33135ce90"));

        // A fingerprint of version 4 ends with the id.
        let mut print = vec![0x89, 0, 33, 4, 0, 1, 8, 0, 23, 22, 33, 4];
        print.extend([7; 12]);
        print.extend(id);
        print.extend([0, 0, 1, 1]);
        assert_eq!(key_id(&print).as_deref(), Some("0cd9fed33135ce90"));
        assert_eq!((key_id(&[]), key_id(&[0xc2]), key_id(&print[..20])), (None, None, None));
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..80), version in 3_u8..7) {
            key_id(&bytes);
            let mut packet = vec![0xc2, u8::try_from(bytes.len() + 1).unwrap(), version];
            packet.extend(bytes);
            key_id(&packet);
        }
    }
}
