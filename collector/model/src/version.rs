//! The order of versions, by the rules of each package manager.

use std::cmp::Ordering;
use std::str::FromStr;

mod apk;
mod segment;

/// Compares two versions of a package of `manager`; `None` when the manager's rules are not known or a version is malformed.
pub fn compare(manager: &str, left: &str, right: &str) -> Option<Ordering> {
    match manager {
        "dpkg" => parsed::<debversion::Version>(left, right),
        "rpm" => Some(segment::rpm(left, right)),
        "pacman" => Some(segment::pacman(left, right)),
        "apk" => apk::compare(left, right),
        "pip" => parsed::<pep440_rs::Version>(left, right),
        "npm" | "cargo" => {
            let (left, right) = (left.parse::<semver::Version>().ok()?, right.parse::<semver::Version>().ok()?);
            // Build metadata says nothing about what is newer.
            Some(left.cmp_precedence(&right))
        }
        _ => None,
    }
}

/// The order for people who ask: by the manager's rules, else number by number and word by word.
pub fn order(manager: &str, left: &str, right: &str) -> Ordering {
    compare(manager, left, right).unwrap_or_else(|| segment::natural(left, right))
}

fn parsed<V: FromStr + Ord>(left: &str, right: &str) -> Option<Ordering> {
    Some(left.parse::<V>().ok()?.cmp(&right.parse::<V>().ok()?))
}

#[cfg(test)]
mod tests;
