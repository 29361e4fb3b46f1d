//! Logical lines of sudoers(5): continuation, comments, includes.

/// A line that means something.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Logical {
    /// A rule, an alias or a default, without its comment.
    Text(String),
    /// `@include` or `#include`.
    Include(String),
    /// `@includedir` or `#includedir`.
    IncludeDirectory(String),
}

/// Splits a file. A comment reaches to the end of its physical line, whatever that ends with.
pub(super) fn split(text: &str) -> Vec<Logical> {
    let mut found = Vec::new();
    let mut pending = String::new();
    for physical in text.lines() {
        if pending.is_empty()
            && let Some(include) = include(physical.trim())
        {
            found.push(include);
            continue;
        }
        let (line, has_comment) = without_comment(physical, pending.is_empty());
        let line = line.trim_end();
        let slashes = line.chars().rev().take_while(|c| *c == '\\').count();
        if !has_comment && slashes % 2 == 1 {
            pending.push_str(line.strip_suffix('\\').unwrap_or(line));
            pending.push(' ');
            continue;
        }
        pending.push_str(line);
        let whole = std::mem::take(&mut pending);
        if !whole.trim().is_empty() {
            found.push(Logical::Text(whole.trim().to_owned()));
        }
    }
    if !pending.trim().is_empty() {
        found.push(Logical::Text(pending.trim().to_owned()));
    }
    found
}

fn include(line: &str) -> Option<Logical> {
    let rest = line.strip_prefix(['@', '#'])?;
    let (rest, is_directory) = match rest.strip_prefix("includedir") {
        Some(rest) => (rest, true),
        None => (rest.strip_prefix("include")?, false),
    };
    if !rest.starts_with([' ', '\t']) {
        return None;
    }
    let path = path(rest.trim());
    let include = if is_directory { Logical::IncludeDirectory } else { Logical::Include };
    (!path.is_empty()).then(|| include(path))
}

/// A path, quoted or with escaped blanks.
fn path(text: &str) -> String {
    if let Some(quoted) = text.strip_prefix('"') {
        return quoted.split('"').next().unwrap_or_default().to_owned();
    }
    let mut path = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => path.extend(chars.next()),
            c if c.is_whitespace() => break,
            c => path.push(c),
        }
    }
    path
}

/// The line up to its comment. `#` and a number is a user or group id, no comment.
fn without_comment(line: &str, is_start: bool) -> (&str, bool) {
    let mut is_quoted = false;
    let mut is_escaped = false;
    let mut before = is_start.then_some(' ');
    let mut chars = line.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            '#' if !is_quoted => {
                let next = chars.peek().map(|(_, c)| *c);
                let is_id = next.is_some_and(|c| c.is_ascii_digit() || c == '-')
                    && before.is_none_or(|c| c.is_whitespace() || matches!(c, ',' | '(' | ':' | '!' | '%' | '='));
                if !is_id {
                    return (line.get(..at).unwrap_or_default(), true);
                }
            }
            _ => {}
        }
        before = Some(c);
    }
    (line, false)
}
