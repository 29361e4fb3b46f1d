//! Random bytes and the text form of secrets.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// `N` random bytes from the operating system.
///
/// # Panics
///
/// When the operating system has no random source: then this program cannot run at all.
#[expect(clippy::expect_used, reason = "no secret may ever be drawn from anything else")]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// A fresh 256-bit secret as base64url text.
pub fn draw_secret() -> String {
    encode(&random_bytes::<32>())
}

/// base64url without padding.
pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of a base64url text, or `None` when it is none.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}
