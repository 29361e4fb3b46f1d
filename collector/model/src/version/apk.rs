//! Alpine's versions: `1.2.3a_rc4_p5~0badcafe-r6`.

use std::cmp::Ordering;

/// Suffixes from the oldest to the newest; a version without one stands at `RELEASED`.
const SUFFIXES: &[&str] = &["alpha", "beta", "pre", "rc", "", "cvs", "svn", "git", "hg", "p"];
const RELEASED: usize = 4;

/// A version in its parts.
struct Version<'a> {
    numbers: Vec<&'a str>,
    letter: Option<char>,
    suffixes: Vec<(usize, &'a str)>,
    revision: &'a str,
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn parse(text: &str) -> Option<Version<'_>> {
    let (rest, revision) = match text.rsplit_once("-r") {
        Some((rest, revision)) => (rest, Some(revision).filter(|revision| is_number(revision))?),
        None => (text, "0"),
    };
    // The commit is a name, not an order.
    let rest = rest.split_once('~').map_or(rest, |(rest, _)| rest);
    let mut parts = rest.split('_');
    let plain = parts.next()?;
    let letter = plain.chars().last().filter(char::is_ascii_lowercase);
    let numbers: Vec<&str> = plain.strip_suffix(|c: char| Some(c) == letter).unwrap_or(plain).split('.').collect();
    if !numbers.iter().all(|number| is_number(number)) {
        return None;
    }
    let suffix = |part: &'_ str| {
        let (name, number) = part.split_at(part.find(|c: char| c.is_ascii_digit()).unwrap_or(part.len()));
        let place = SUFFIXES.iter().position(|known| *known == name && !name.is_empty())?;
        (number.is_empty() || is_number(number)).then_some((place, name.len()))
    };
    let suffixes = parts.map(|part| suffix(part).and_then(|(place, end)| Some((place, part.get(end..)?))));
    Some(Version { numbers, letter, suffixes: suffixes.collect::<Option<_>>()?, revision })
}

fn by_value(left: &str, right: &str) -> Ordering {
    let (left, right) = (left.trim_start_matches('0'), right.trim_start_matches('0'));
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

/// After the first point a number that begins with 0 is a fraction: 1.05 is less than 1.5.
fn by_place(place: usize, left: &str, right: &str) -> Ordering {
    let is_fraction = place > 0 && (left.starts_with('0') || right.starts_with('0'));
    if is_fraction { left.cmp(right) } else { by_value(left, right) }
}

/// Compares two; `None` when one is none of Alpine's.
pub(super) fn compare(left: &str, right: &str) -> Option<Ordering> {
    let (left, right) = (parse(left)?, parse(right)?);
    let pairs = left.numbers.iter().zip(&right.numbers).enumerate();
    let numbers = pairs.map(|(place, (left, right))| by_place(place, left, right));
    let numbers = numbers.fold(Ordering::Equal, Ordering::then).then(left.numbers.len().cmp(&right.numbers.len()));
    let longest = left.suffixes.len().max(right.suffixes.len());
    let none = (RELEASED, "");
    let suffixes = (0..longest).map(|place| {
        let (left, right) = (left.suffixes.get(place).unwrap_or(&none), right.suffixes.get(place).unwrap_or(&none));
        left.0.cmp(&right.0).then_with(|| by_value(left.1, right.1))
    });
    let rest = suffixes.fold(Ordering::Equal, Ordering::then).then_with(|| by_value(left.revision, right.revision));
    Some(numbers.then(left.letter.cmp(&right.letter)).then(rest))
}
