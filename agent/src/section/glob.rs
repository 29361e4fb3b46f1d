//! Patterns of file names as glob(7) has them, for configurations that include others by pattern.

use crate::root::{Kind, ReadError, Root};

/// The most paths that one pattern gives.
const MATCH_CAP: usize = 1024;

/// The paths that a pattern names, in order of their names. A pattern without a wildcard names itself, there or not.
pub(super) fn expand(root: &Root, pattern: &str) -> Result<Vec<String>, ReadError> {
    let mut found = vec![String::new()];
    for part in pattern.split('/').filter(|part| !part.is_empty()) {
        if !part.contains(['*', '?', '[']) {
            for path in &mut found {
                *path = format!("{path}/{part}");
            }
            continue;
        }
        let mut next = Vec::new();
        for directory in &found {
            let entries = match root.list(if directory.is_empty() { "/" } else { directory }) {
                Ok(entries) => entries,
                Err(error) if error.is_absent() => continue,
                Err(error) => return Err(error),
            };
            let names = entries.into_iter().filter(|entry| entry.kind != Kind::Other && matches(part, &entry.name));
            next.extend(names.map(|entry| format!("{directory}/{}", entry.name)));
        }
        next.truncate(MATCH_CAP);
        found = next;
    }
    Ok(found)
}

/// Whether a name matches a pattern of `*`, `?` and `[...]`; a leading dot is only matched by a dot.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    if name.starts_with('.') && !pattern.starts_with('.') {
        return false;
    }
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut p, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(c) = name.get(n) {
        match step(pattern.get(p..).unwrap_or_default(), *c) {
            Step::Star => {
                star = Some((p, n));
                p += 1;
            }
            Step::Match(width) => {
                p += width;
                n += 1;
            }
            Step::Mismatch => {
                // The last star takes one more character.
                let Some((at, from)) = star else { return false };
                star = Some((at, from + 1));
                (p, n) = (at + 1, from + 1);
            }
        }
    }
    pattern.get(p..).unwrap_or_default().iter().all(|c| *c == '*')
}

enum Step {
    Star,
    /// How much of the pattern is used up.
    Match(usize),
    Mismatch,
}

fn step(pattern: &[char], c: char) -> Step {
    let matched = |is_match: bool, width: usize| if is_match { Step::Match(width) } else { Step::Mismatch };
    match pattern {
        ['*', ..] => Step::Star,
        ['?', ..] => Step::Match(1),
        ['\\', escaped, ..] => matched(*escaped == c, 2),
        ['[', set @ ..] => {
            let is_negated = matches!(set.first(), Some('!' | '^'));
            let set = if is_negated { set.get(1..).unwrap_or_default() } else { set };
            // A ']' at the first place is a member.
            let Some(end) = set.iter().skip(1).position(|c| *c == ']').map(|end| end + 1) else {
                return matched(c == '[', 1);
            };
            let members = set.get(..end).unwrap_or_default();
            let is_in_range = members.windows(3).any(|w| matches!(w, [low, '-', high] if *low <= c && c <= *high));
            let is_member = is_in_range || members.contains(&c);
            matched(is_member != is_negated, end + 2 + usize::from(is_negated))
        }
        [literal, ..] => matched(*literal == c, 1),
        [] => Step::Mismatch,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn patterns_match_as_the_c_library_has_it() {
        for (pattern, name, expected) in [
            ("*.conf", "a.conf", true),
            ("*.conf", ".a.conf", false),
            ("*.conf", "a.conf~", false),
            ("a*b*c", "aXbYbZc", true),
            ("?[0-9]x", "a5x", true),
            ("[!a]x", "ax", false),
            ("[]x]", "]", true),
            ("[x", "[x", true),
            ("\\*", "*", true),
            ("**", "", true),
            ("a", "ab", false),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }

    proptest! {
        #[test]
        fn any_pattern_ends(pattern in "[*?a\\[\\]!-]{0,40}", name in "[a-]{0,40}") {
            let _ = matches(&pattern, &name);
        }
    }
}
