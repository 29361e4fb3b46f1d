//! Folded text as terms of the index, and needles as what to ask the terms for.

/// Whether words consist of it: letters and digits of all scripts.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric()
}

/// Whether it is of a script that sets no blanks between words: Chinese, Japanese, Thai, Lao, Burmese, Khmer.
pub(super) const fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}'
        | '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
}

/// A run of letters of one manner of writing, with where it stands in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run<'a> {
    text: &'a str,
    start: usize,
    is_unspaced: bool,
}

fn runs(text: &str) -> impl Iterator<Item = Run<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        let start = at + rest.find(is_word)?;
        let rest = text.get(start..)?;
        let first = rest.chars().next().is_some_and(is_unspaced);
        let length = rest.find(|c| !is_word(c) || is_unspaced(c) != first).unwrap_or(rest.len());
        at = start + length;
        Some(Run { text: text.get(start..at)?, start, is_unspaced: first })
    })
}

/// The pairs of letters of a run; of a single one, itself.
fn pairs(run: &str) -> impl Iterator<Item = &str> {
    let ends: Vec<usize> = run.char_indices().map(|(at, c)| at + c.len_utf8()).collect();
    let starts: Vec<usize> = run.char_indices().map(|(at, _)| at).collect();
    let last = starts.len().saturating_sub(1).max(1);
    (0..last).filter_map(move |i| {
        let end = ends.get(i + 1).or_else(|| ends.get(i))?;
        run.get(*starts.get(i)?..*end)
    })
}

/// The terms that a folded text is found by.
pub(super) fn terms(text: &str) -> impl Iterator<Item = &str> {
    runs(text).flat_map(|run| {
        let pairs = run.is_unspaced.then(|| pairs(run.text));
        let word = (!run.is_unspaced).then_some(run.text);
        word.into_iter().chain(pairs.into_iter().flatten())
    })
}

/// What a term must be for a document to come into question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Probe<'a> {
    /// Just this.
    Is(&'a str),
    /// It begins with this.
    Begins(&'a str),
    /// It ends with this.
    Ends(&'a str),
    /// This stands in it.
    Has(&'a str),
}

/// What a needle asks the terms for: each of it, or the needle is not there.
pub(super) fn probes(needle: &str) -> Vec<Probe<'_>> {
    let mut probes = Vec::new();
    for run in runs(needle) {
        let (is_first, is_last) = (run.start == 0, run.start + run.text.len() == needle.len());
        if run.is_unspaced {
            match run.text.chars().nth(1) {
                // A single letter is half of some pair, or stands alone.
                None => probes.push(Probe::Has(run.text)),
                Some(_) => probes.extend(pairs(run.text).map(Probe::Is)),
            }
            continue;
        }
        probes.push(match (is_first, is_last) {
            (true, true) => Probe::Has(run.text),
            (true, false) => Probe::Ends(run.text),
            (false, true) => Probe::Begins(run.text),
            (false, false) => Probe::Is(run.text),
        });
    }
    probes
}

/// Whether the documents that [`probes`] finds have the needle for certain: it is one term, or a part of one.
pub(super) fn is_certain(needle: &str) -> bool {
    let mut runs = runs(needle);
    let first = runs.next().filter(|run| run.text.len() == needle.len());
    first.is_some_and(|run| !run.is_unspaced || run.text.chars().nth(2).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<&str> {
        terms(text).collect()
    }

    #[test]
    fn words_and_pairs_are_terms() {
        assert_eq!(all("web-1.example.org: 3 users"), ["web", "1", "example", "org", "3", "users"]);
        assert_eq!(all("mysql数据库连接"), ["mysql", "数据", "据库", "库连", "连接"]);
        assert_eq!(all("库 a"), ["库", "a"]);
        assert_eq!(all("한국어 naïve"), ["한국어", "naïve"]);
        assert_eq!(all("--- "), Vec::<&str>::new());
    }

    #[test]
    fn a_needle_asks_for_what_its_ends_allow() {
        assert_eq!(probes("ssl"), [Probe::Has("ssl")]);
        assert_eq!(probes("log4j-core"), [Probe::Ends("log4j"), Probe::Begins("core")]);
        assert_eq!(probes("-a b c"), [Probe::Is("a"), Probe::Is("b"), Probe::Begins("c")]);
        assert_eq!(probes("数据库"), [Probe::Is("数据"), Probe::Is("据库")]);
        assert_eq!(probes("l库"), [Probe::Ends("l"), Probe::Has("库")]);
        assert!(is_certain("ssl") && is_certain("库") && is_certain("数据"));
        assert!(!is_certain("数据库") && !is_certain("web-1") && !is_certain("-a") && !is_certain("l库"));
    }
}
