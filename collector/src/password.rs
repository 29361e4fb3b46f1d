//! Passwords: argon2id, and the rules of NIST SP 800-63B-4 for a password as the only factor.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use muster_model::text::Phrase;

/// Least length of a password that is the only factor.
pub const MIN_CHARS: usize = 15;
/// Longer ones only cost time.
pub const MAX_CHARS: usize = 256;

/// Why a password is not good enough; `None` when it is.
pub fn weakness(password: &str, user: &str) -> Option<Phrase> {
    let length = password.chars().count();
    let lower = password.to_lowercase();
    let different = lower.chars().collect::<std::collections::BTreeSet<_>>().len();
    if length < MIN_CHARS {
        Some(Phrase::new("password_short").with("length", length).with("min", MIN_CHARS))
    } else if length > MAX_CHARS {
        Some(Phrase::new("password_long").with("length", length).with("max", MAX_CHARS))
    } else if different < 5 {
        Some(Phrase::new("password_repeats"))
    } else if lower.replace(&user.to_lowercase(), "").chars().count() < MIN_CHARS / 2
        || lower.contains("passwordpassword")
    {
        Some(Phrase::new("password_easy"))
    } else {
        None
    }
}

/// The hash of a password in PHC form. Takes tens of milliseconds and 19 MiB: call it off the async threads.
pub fn hash(password: &str) -> Option<String> {
    let salt = muster_shared::secret::random_bytes::<16>();
    Argon2::default().hash_password_with_salt(password.as_bytes(), &salt).ok().map(|hash| hash.to_string())
}

/// Whether a password fits its hash. Without a hash it takes as long and is false, so that time tells nothing.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    /// The hash of a password that nobody has.
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let Ok(parsed) = PasswordHash::new(hash.unwrap_or(NOBODY)) else { return false };
    Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok() && hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_fits() {
        let stored = hash("correct horse battery").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(verify("correct horse battery", Some(&stored)));
        assert!(!verify("correct horse batterY", Some(&stored)));
        assert!(!verify("anything", None));
    }

    #[test]
    fn weak_passwords_are_named() {
        for weak in ["short", "aaaaaaaaaaaaaaaa", "annannannannann1", &"x y z 1 2 3 ".repeat(40)] {
            assert!(weakness(weak, "ann").is_some(), "{weak}");
        }
        assert_eq!(weakness("a quiet day in the fleet", "ann"), None);
    }
}
