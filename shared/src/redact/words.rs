//! Words of a command line: near enough to a shell's to find what belongs together, and never at a loss.

/// A word and the white space before it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Word<'a> {
    pub(super) space: &'a str,
    pub(super) text: &'a str,
}

/// Programs that read a password from their standard input.
const PASSWORD_READERS: &[&str] = &["chpasswd", "passwd", "smbpasswd", "sudo", "su", "cryptsetup", "kinit", "gpg"];

/// A text in pieces of at most so many bytes.
pub(super) fn pieces(text: &str, most_bytes: usize) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = (0..=most_bytes.min(rest.len())).rev().find(|end| rest.is_char_boundary(*end))?;
        let (piece, left) = rest.split_at(end);
        rest = left;
        (!piece.is_empty()).then_some(piece)
    })
}

/// Splits at white space outside of quotes. What follows the last word is a word without text.
pub(super) fn split(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let start = rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len());
        let (space, from) = rest.split_at(start);
        let (text, left) = from.split_at(word_end(from));
        words.push(Word { space, text });
        rest = left;
    }
    words
}

fn word_end(text: &str) -> usize {
    let mut quote = None;
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        match quote {
            _ if is_escaped => is_escaped = false,
            _ if c == '\\' && quote != Some('\'') => is_escaped = true,
            Some(open) if c == open => quote = None,
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c.is_whitespace() => return at,
            // `echo 'root:x'|chpasswd`: what is fed to a program is a word of its own.
            None if c == '|' && is_fed(text.get(at + 1..).unwrap_or_default()) => return at.max(1),
            Some(_) | None => {}
        }
    }
    text.len()
}

/// Whether what follows a `|` is a program that reads a password.
fn is_fed(text: &str) -> bool {
    let name = text.trim_start().split(|c: char| c.is_whitespace() || c == ';').next().unwrap_or_default();
    PASSWORD_READERS.contains(&name.rsplit('/').next().unwrap_or_default())
}

/// The quote around a whole word, or no text, and what is inside.
pub(super) fn unquote(word: &str) -> (&str, &str) {
    for quote in ["\"", "'"] {
        if let Some(inner) = word.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            return (quote, inner);
        }
    }
    ("", word)
}

/// Whether a word ends one command and begins another.
pub(super) fn is_operator(word: &str) -> bool {
    matches!(word, "|" | "||" | "&&" | "&" | ";" | "|&" | "(" | ")" | "{" | "}")
}

/// Whether a word is an option rather than the value of the one before it.
pub(super) fn is_option(word: &str) -> bool {
    word.starts_with("--") || word.len() == 2 && word.starts_with('-')
}

/// Whether a word begins with the name of an account and a separator.
pub(super) fn is_account(word: &str, separator: char) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '#');
    word.split_once(separator).is_some_and(|(name, _)| !name.is_empty() && name.chars().all(is_part))
}

/// Whether a word is several options of a letter each, the last one of them this: `-su` for `-u`.
pub(super) fn is_bundle(word: &str, option: &str) -> bool {
    let (Some(letters), Some(letter)) = (word.strip_prefix('-'), option.strip_prefix('-')) else { return false };
    letter.len() == 1 && letters.ends_with(letter) && letters.chars().all(|c| c.is_ascii_alphabetic())
}

/// The first name, separator and value: `a=b`, `a:b`.
pub(super) fn split_pair(text: &str) -> Option<(&str, char, &str)> {
    let (before, from) = text.split_at(text.find(['=', ':'])?);
    let mut chars = from.chars();
    let separator = chars.next()?;
    Some((before, separator, chars.as_str()))
}

/// The name that a text ends with, its quotes aside.
pub(super) fn last_name(text: &str) -> &str {
    let text = text.trim_end_matches(['"', '\'', '\\', ' ']);
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    text.rsplit(|c| !is_part(c)).next().unwrap_or_default()
}

/// Whether a text is an option or the name of an environment variable, whose value reaches to the end of the word.
pub(super) fn is_assignment(text: &str) -> bool {
    text.starts_with('-')
        || !text.is_empty() && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// The name of an account with the `%` behind it that begins its password, of `user=ann%secret` among options, and what is left
/// behind that. In the question of a URL a `%` is another sign.
pub(super) fn paired_user<'a>(before: &str, separator: char, after: &'a str) -> Option<(&'a str, &'a str)> {
    let name = last_name(before);
    let is_user = separator == '=' && (name.eq_ignore_ascii_case("user") || name.eq_ignore_ascii_case("username"));
    let front = before.strip_suffix(name)?;
    if !is_user || !(front.is_empty() || front.ends_with([',', '"', '\''])) {
        return None;
    }
    let ends = [',', '"', '\'', ' ', '&'];
    let (_, sign) = head(after).match_indices(|c| c == '%' || ends.contains(&c)).next().filter(|(at, _)| *at > 0)?;
    let (user, secret) = after.split_at(after.find('%').filter(|_| sign == "%")? + 1);
    let (secret, left) = secret.split_at(secret.find(ends).unwrap_or(secret.len()));
    (!secret.is_empty() && secret != super::MARK).then_some((user, left))
}

/// The first characters of a text, enough to judge it by: a text that names something over and over is not read to its end each time.
pub(super) fn head(text: &str) -> &str {
    pieces(text, 256).next().unwrap_or_default()
}

/// What opens a value (a quote), and what follows.
pub(super) fn opening(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !matches!(c, '\\' | '"' | '\'' | '{')).unwrap_or(text.len()))
}

/// The value behind what opens it, and what is left behind it.
pub(super) fn value<'a>(open: &str, from: &'a str, is_whole: bool) -> (&'a str, &'a str) {
    let end = match open.chars().last() {
        _ if is_whole => from.trim_end_matches(['"', '\'', ';']).len(),
        Some('{') => from.find(['}', '"']).unwrap_or(from.len()),
        Some(quote @ ('"' | '\'')) => from.find([quote, '\\']).unwrap_or(from.len()),
        _ => from.find(['&', ';', ',', '"', '\'', '}', ')', '\\', '\n', ' ']).unwrap_or(from.len()),
    };
    from.split_at(end)
}

/// Marks the words that `echo` or `printf` feed to a program that reads a password.
pub(super) fn fed_to_password_program(words: &[Word]) -> Vec<bool> {
    let mut marks = vec![false; words.len()];
    let mut stage: Option<usize> = None;
    for (i, word) in words.iter().enumerate() {
        let name = word.text.rsplit('/').next().unwrap_or_default();
        if matches!(name, "echo" | "printf") {
            stage = Some(i);
        } else if matches!(word.text, ";" | "&&" | "||" | "&") {
            stage = None;
        } else if matches!(word.text, "|" | "|&") {
            let Some(first) = stage.take() else { continue };
            let next = words.get(i + 1..).unwrap_or_default().iter().take_while(|w| !is_operator(w.text));
            let reads = |name: &str| PASSWORD_READERS.contains(&name) || name.ends_with("stdin");
            let is_read = next.map(|word| word.text.rsplit('/').next()).any(|name| name.is_some_and(reads));
            let fed = marks.get_mut(first + 1..i).unwrap_or_default();
            for (mark, word) in fed.iter_mut().zip(words.get(first + 1..).unwrap_or_default()) {
                *mark = is_read && !is_option(word.text);
            }
        }
    }
    marks
}
