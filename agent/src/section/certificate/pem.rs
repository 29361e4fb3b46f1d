//! Certificates of a file: PEM (RFC 7468) with anything around, or a single one in DER.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// The certificates in DER, at most `cap`, and how many were broken. Only what stands between the marks of a certificate is
/// decoded: a private key beside it stays text that nobody looks at.
pub(super) fn certificates(bytes: &[u8], cap: usize) -> (Vec<Vec<u8>>, usize) {
    // A SEQUENCE with a length of its own: DER.
    if bytes.starts_with(&[0x30, 0x82]) || bytes.starts_with(&[0x30, 0x81]) {
        return (vec![bytes.to_vec()], 0);
    }
    let text = String::from_utf8_lossy(bytes);
    let mut found = Vec::new();
    let mut broken = 0;
    for block in text.split(BEGIN).skip(1).take(cap) {
        let Some((body, _)) = block.split_once(END) else {
            broken += 1;
            continue;
        };
        let body: String = body.chars().filter(|c| !c.is_whitespace()).collect();
        match STANDARD.decode(body) {
            Ok(der) => found.push(der),
            Err(_) => broken += 1,
        }
    }
    (found, broken)
}
