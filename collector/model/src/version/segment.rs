//! Versions as runs of digits and letters: the order of rpm, that of pacman, and the natural one for everything else.

use std::cmp::Ordering;

/// What differs between the two that came from the same code.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rules {
    Rpm,
    Pacman,
}

/// rpm: epoch, version, release; a release counts only when both name one.
pub(super) fn rpm(left: &str, right: &str) -> Ordering {
    parts(left, right, Rules::Rpm)
}

/// pacman: as rpm, without `~` and `^`, and letters at the end come before nothing.
pub(super) fn pacman(left: &str, right: &str) -> Ordering {
    parts(left, right, Rules::Pacman)
}

/// Number by number and word by word, for versions of unknown kin.
pub(super) fn natural(left: &str, right: &str) -> Ordering {
    runs(left, right, Rules::Rpm)
}

fn parts(left: &str, right: &str, rules: Rules) -> Ordering {
    let ((left_epoch, left), (right_epoch, right)) = (epoch(left), epoch(right));
    let ((left, left_release), (right, right_release)) = (release(left), release(right));
    let by_release = || match (left_release, right_release) {
        (Some(left), Some(right)) => runs(left, right, rules),
        _ => Ordering::Equal,
    };
    runs(left_epoch, right_epoch, rules).then_with(|| runs(left, right, rules)).then_with(by_release)
}

/// The epoch, which is 0 when there is none, and the rest.
fn epoch(text: &str) -> (&str, &str) {
    match text.split_once(':') {
        Some((epoch, rest)) if !epoch.is_empty() && epoch.bytes().all(|b| b.is_ascii_digit()) => (epoch, rest),
        _ => ("0", text),
    }
}

/// The version and its release.
fn release(text: &str) -> (&str, Option<&str>) {
    text.rsplit_once('-').map_or((text, None), |(version, release)| (version, Some(release)))
}

/// Splits what begins a text off it.
fn take(text: &str, is_part: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !is_part(c)).unwrap_or(text.len()))
}

/// Compares run by run: numbers as numbers, letters as text, a number before letters is newer.
fn runs(left: &str, right: &str, rules: Rules) -> Ordering {
    let is_mark = |c: char| rules == Rules::Rpm && matches!(c, '~' | '^');
    let is_gap = |c: char| !c.is_ascii_alphanumeric() && !is_mark(c);
    let (mut left, mut right) = (left, right);
    loop {
        if rules == Rules::Pacman && (left.is_empty() || right.is_empty()) {
            return end(left, right, rules);
        }
        let ((left_gap, after_left), (right_gap, after_right)) = (take(left, is_gap), take(right, is_gap));
        (left, right) = (after_left, after_right);
        if left.starts_with(is_mark) || right.starts_with(is_mark) {
            match mark(left).cmp(&mark(right)) {
                Ordering::Equal => {
                    (left, right) = (left.get(1..).unwrap_or_default(), right.get(1..).unwrap_or_default());
                    continue;
                }
                other => return other,
            }
        }
        if left.is_empty() || right.is_empty() {
            return end(left, right, rules);
        }
        if rules == Rules::Pacman && left_gap.len() != right_gap.len() {
            return left_gap.len().cmp(&right_gap.len());
        }
        let is_number = left.starts_with(|c: char| c.is_ascii_digit());
        let is_same = |c: char| if is_number { c.is_ascii_digit() } else { c.is_ascii_alphabetic() };
        let ((left_run, after_left), (right_run, after_right)) = (take(left, is_same), take(right, is_same));
        if right_run.is_empty() {
            return if is_number { Ordering::Greater } else { Ordering::Less };
        }
        let by_run = if is_number { numbers(left_run, right_run) } else { left_run.cmp(right_run) };
        if by_run.is_ne() {
            return by_run;
        }
        (left, right) = (after_left, after_right);
    }
}

/// Where a mark puts what follows: `~` before the end of the version, `^` after the end and before everything else.
fn mark(text: &str) -> u8 {
    match text.chars().next() {
        Some('~') => 0,
        None => 1,
        Some('^') => 2,
        Some(_) => 3,
    }
}

/// One ended, the other goes on.
fn end(left: &str, right: &str, rules: Rules) -> Ordering {
    let begins_a_word = |text: &str| rules == Rules::Pacman && text.starts_with(|c: char| c.is_ascii_alphabetic());
    match (left.is_empty(), right.is_empty()) {
        (true, true) => Ordering::Equal,
        (true, false) if begins_a_word(right) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, _) if begins_a_word(left) => Ordering::Less,
        (false, _) => Ordering::Greater,
    }
}

/// Numbers of any length.
fn numbers(left: &str, right: &str) -> Ordering {
    let (left, right) = (left.trim_start_matches('0'), right.trim_start_matches('0'));
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}
