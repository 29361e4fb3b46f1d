//! Known errors: by what signature one is recognised on a new incident (service-desk rules, section 5).
//!
//! A known error is a problem whose cause is known; it is suggested while it is published, that is, while its way around is known and its
//! fix is not out. Every part that its signature names has to be on the incident: one that is not there is no likeness.

use std::cmp::Ordering;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::transition::is_blank;
use crate::text::Phrase;
use crate::version;

/// Suggestions that are shown for one incident.
pub const MOST_SUGGESTED: usize = 3;

/// By what a known error is recognised.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Signature {
    /// The kind of events that it shows itself by, or the policy of drift.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The package that has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Its versions that have it, such as `>=3.0.0 <3.0.15`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub versions: Option<String>,
    /// A code that stands in messages, such as `ORA-00600`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
}

/// A bound of versions.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Bound {
    sign: &'static str,
    version: String,
}

/// A range of versions: all bounds hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versions(Vec<Bound>);

/// The signs of bounds, longer ones first.
const SIGNS: &[&str] = &["<=", ">=", "<", ">", "="];

impl FromStr for Versions {
    type Err = Phrase;

    fn from_str(text: &str) -> Result<Self, Phrase> {
        let wrong = || Phrase::new("versions_form");
        let bound = |word: &str| {
            let sign = SIGNS.iter().copied().find(|sign| word.starts_with(sign)).unwrap_or("=");
            let version = word.strip_prefix(sign).unwrap_or(word);
            let is_version = version.starts_with(|c: char| c.is_ascii_alphanumeric())
                && version.contains(|c: char| c.is_ascii_digit());
            is_version.then(|| Bound { sign, version: version.to_owned() }).ok_or_else(wrong)
        };
        let bounds: Vec<Bound> = text.split_whitespace().map(bound).collect::<Result<_, _>>()?;
        if bounds.is_empty() { Err(wrong()) } else { Ok(Self(bounds)) }
    }
}

impl Versions {
    /// Whether a version of a package of `manager` is in it.
    pub fn contains(&self, manager: &str, version: &str) -> bool {
        self.0.iter().all(|bound| {
            let order = version::order(manager, version, &bound.version);
            match bound.sign {
                "<" => order == Ordering::Less,
                "<=" => order != Ordering::Greater,
                ">" => order == Ordering::Greater,
                ">=" => order != Ordering::Less,
                _ => order == Ordering::Equal,
            }
        })
    }
}

/// A package that is installed where an incident is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// Its manager: the order of its versions.
    pub manager: String,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What an incident shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Kinds of its events, policies of its drift.
    pub kinds: Vec<String>,
    /// What is installed on its items.
    pub products: Vec<Product>,
    /// What is said of it.
    pub text: String,
}

/// Why a known error is suggested: what was found on the incident, part by part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Likeness {
    /// How much speaks for it: 1 to 100.
    pub score: u8,
    /// Part of the signature, and what was found.
    pub found: Vec<(&'static str, String)>,
}

impl Signature {
    /// Whether nothing is said in it.
    pub fn is_unset(&self) -> bool {
        *self == Self::default()
    }

    /// What in it cannot be: the field, and what would be right.
    pub fn wrong(&self) -> Option<(&'static str, Phrase)> {
        let versions = self.versions.as_ref().filter(|text| !text.trim().is_empty())?;
        if is_blank(self.product.as_ref()) {
            return Some(("product", Phrase::new("is_needed")));
        }
        versions.parse::<Versions>().err().map(|why| ("versions", why))
    }

    /// How it is like what an incident shows; `None` when one of its parts is not there, or it names none.
    pub fn likeness(&self, shown: &Shown) -> Option<Likeness> {
        let mut likeness = Likeness { score: 0, found: Vec::new() };
        if let Some(kind) = filled(self.kind.as_ref()) {
            let found = shown.kinds.iter().find(|own| own.eq_ignore_ascii_case(kind))?;
            likeness.add("kind", 30, found.clone());
        }
        if let Some(product) = filled(self.product.as_ref()) {
            let range = filled(self.versions.as_ref()).map(str::parse::<Versions>).transpose().ok()?;
            let fits = |own: &&Product| {
                own.name.eq_ignore_ascii_case(product)
                    && range.as_ref().is_none_or(|range| range.contains(&own.manager, &own.version))
            };
            let found = shown.products.iter().find(fits)?;
            likeness.add("product", 20, found.name.clone());
            if range.is_some() {
                likeness.add("versions", 15, found.version.clone());
            }
        }
        if let Some(code) = filled(self.error_code.as_ref()) {
            if !has_word(&shown.text, code) {
                return None;
            }
            likeness.add("error_code", 35, code.to_owned());
        }
        (likeness.score > 0).then_some(likeness)
    }
}

impl Likeness {
    fn add(&mut self, part: &'static str, points: u8, found: String) {
        self.score += points;
        self.found.push((part, found));
    }
}

fn filled(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

/// Whether a code stands in a text, not as a piece of a longer word.
fn has_word(text: &str, code: &str) -> bool {
    let (text, code) = (text.to_lowercase(), code.to_lowercase());
    let ends = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    text.match_indices(&code).any(|(at, _)| {
        let before = text.get(..at).and_then(|part| part.chars().next_back());
        let after = text.get(at + code.len()..).and_then(|part| part.chars().next());
        ends(before) && ends(after)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown() -> Shown {
        Shown {
            kinds: vec!["disk_full".into()],
            products: vec![Product { manager: "dpkg".into(), name: "openssl".into(), version: "3.0.14-1".into() }],
            text: "backup ends with ORA-00600, twice".into(),
        }
    }

    #[test]
    fn every_part_that_is_named_has_to_be_there() {
        let whole = Signature {
            kind: Some("Disk_Full".into()),
            product: Some("openssl".into()),
            versions: Some(">=3.0.0 <3.0.15".into()),
            error_code: Some("ora-00600".into()),
        };
        let likeness = whole.likeness(&shown()).unwrap();
        assert_eq!(likeness.score, 100);
        assert_eq!(
            likeness.found.iter().map(|(part, _)| *part).collect::<Vec<_>>(),
            ["kind", "product", "versions", "error_code"]
        );
        for part in ["kind", "product", "versions", "error_code"] {
            let mut other = whole.clone();
            match part {
                "kind" => other.kind = Some("load".into()),
                "product" => other.product = Some("bash".into()),
                "versions" => other.versions = Some("<3.0.14".into()),
                _ => other.error_code = Some("ORA-006".into()),
            }
            assert_eq!(other.likeness(&shown()), None, "{part}");
        }
        let one = Signature { error_code: Some("ORA-00600".into()), ..Signature::default() };
        assert_eq!(one.likeness(&shown()).unwrap().score, 35);
        assert_eq!(Signature::default().likeness(&shown()), None, "what names nothing is like nothing");
    }

    #[test]
    fn ranges_go_by_the_managers_order_and_say_what_is_wrong() {
        let range: Versions = ">=2.9 <2.10".parse().unwrap();
        assert!(range.contains("dpkg", "2.9-1") && !range.contains("dpkg", "2.10-1") && !range.contains("dpkg", "2.8"));
        let exact: Versions = "1.2.3".parse().unwrap();
        assert!(exact.contains("npm", "1.2.3") && !exact.contains("npm", "1.2.4"));
        for wrong in ["", "  ", "<", ">= 3", "<>1"] {
            assert!(wrong.parse::<Versions>().is_err(), "{wrong}");
        }
        let alone = Signature { versions: Some("<3".into()), ..Signature::default() };
        assert_eq!(alone.wrong().unwrap().0, "product");
        let bad = Signature { product: Some("a".into()), versions: Some("<".into()), ..Signature::default() };
        assert_eq!(bad.wrong().unwrap().0, "versions");
    }

    #[test]
    fn a_code_is_found_as_a_word() {
        for (said, code, is_there) in [
            ("ORA-00600", "ora-00600", true),
            ("(ora-00600)", "ORA-00600", true),
            ("ORA-006001", "ORA-00600", false),
            ("XORA-00600 ORA-00600.", "ORA-00600", true),
            ("错误 E12。", "E12", true),
            ("", "E12", false),
        ] {
            assert_eq!(has_word(said, code), is_there, "{said}");
        }
    }
}
