//! The order of package versions, by the rules of each package manager.

use std::cmp::Ordering;

/// Compares two versions of a package of `manager`; `None` when the manager's rules are not known or a version is malformed.
pub fn compare(manager: &str, left: &str, right: &str) -> Option<Ordering> {
    match manager {
        "dpkg" => {
            let left: debversion::Version = left.parse().ok()?;
            let right: debversion::Version = right.parse().ok()?;
            Some(left.cmp(&right))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dpkg_order_knows_epochs_tildes_and_numbers() {
        use Ordering::{Greater, Less};
        for (left, right, order) in [
            ("1.9", "1.10", Less),
            ("1:0.1", "2.0", Greater),
            ("1.0~rc1", "1.0", Less),
            ("3.0.11-1~deb12u2", "3.0.11-1", Less),
        ] {
            assert_eq!(compare("dpkg", left, right), Some(order), "{left} {right}");
        }
        assert_eq!(compare("unheard-of", "1", "2"), None);
    }
}
