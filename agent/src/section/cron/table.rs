//! Tables of crontab(5) and anacrontab(5).

use super::super::mark;
use crate::redact;

/// Nicknames of schedules.
const NICKNAMES: &[&str] = &[
    "@reboot",
    "@yearly",
    "@annually",
    "@monthly",
    "@weekly",
    "@daily",
    "@midnight",
    "@hourly",
    "@every_minute",
    "@every_second",
];

/// The fields of a schedule: the least and the most of each, and what stands for a number.
const FIELDS: [(u32, u32, &[&str]); 5] = [
    (0, 59, &[]),
    (0, 23, &[]),
    (1, 31, &[]),
    (1, 12, &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
    (0, 7, &["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
];

/// Periods of anacron that have a name.
const PERIODS: &[&str] = &["@daily", "@weekly", "@monthly", "@yearly", "@annually"];

/// The most lines of one table.
const LINE_CAP: usize = 2_000;

/// What a line looks like.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form<'a> {
    /// Schedule, user, command.
    System,
    /// Schedule, command; the table is this user's.
    User(&'a str),
    /// Period, delay, name, command.
    Anacron,
}

/// A line of a table.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) kind: &'static str,
    pub(super) user: String,
    pub(super) schedule: String,
    /// Without its secrets, and without what is fed to it.
    pub(super) command: String,
    /// Whether text follows a `%`: it is fed to the command and never told.
    pub(super) has_input: bool,
    pub(super) time_zone: String,
    /// The name of an anacron job.
    pub(super) job: String,
    /// The tool that keeps the line, if the comment above it or its file says so.
    pub(super) manager: Option<&'static str>,
}

/// The entries, how many lines were not understood, and how many there are beyond those that are read.
pub(super) fn parse(text: &str, form: Form) -> (Vec<Entry>, usize, usize) {
    let mut entries = Vec::new();
    let mut broken = 0;
    let mut time_zone = String::new();
    // A table of a user may have lines of a tool among the user's own, and the tool's name on top all the same.
    let of_file = if matches!(form, Form::System) { mark::of_text(text) } else { None };
    let mut of_line = None;
    for (n, line) in text.lines().map(str::trim).enumerate() {
        if n >= LINE_CAP {
            return (entries, broken, text.lines().count() - n);
        }
        if line.is_empty() || line.starts_with('#') {
            of_line = mark::of_comment(line);
            continue;
        }
        if let Some((name, value)) = assignment(line) {
            if matches!(name, "CRON_TZ" | "TZ") {
                let is_zone = value.len() <= 64 && value.bytes().all(|byte| byte.is_ascii_graphic());
                broken += usize::from(!is_zone);
                if is_zone { value } else { "" }.clone_into(&mut time_zone);
            }
            continue;
        }
        match entry(line, form) {
            Some(entry) => {
                let manager = of_line.or(of_file);
                entries.push(Entry { time_zone: time_zone.clone(), manager, ..entry });
            }
            None => broken += 1,
        }
        of_line = None;
    }
    (entries, broken, 0)
}

/// `NAME=value`, as cron takes it: the name is one word, maybe quoted. Values are never told, but for the time zone.
fn assignment(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once('=')?;
    let name = name.trim().trim_matches(['"', '\'']);
    let is_name =
        name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !name.starts_with(|c: char| c.is_ascii_digit());
    (is_name && !name.is_empty()).then(|| (name, value.trim().trim_matches(['"', '\''])))
}

fn entry(line: &str, form: Form) -> Option<Entry> {
    // Red Hat's cron: do not log.
    let line = if matches!(form, Form::Anacron) { line } else { line.strip_prefix('-').unwrap_or(line) };
    let mut entry = Entry { kind: "crontab", ..Entry::default() };
    let rest = match form {
        Form::Anacron => {
            let (period, rest) = word(line)?;
            let (delay, rest) = word(rest)?;
            let (job, rest) = word(rest)?;
            let is_number = |text: &str| text.parse::<i32>().is_ok_and(|number| number >= 0);
            (is_number(period) || PERIODS.contains(&period)).then_some(())?;
            is_number(delay).then_some(())?;
            let days = if period.starts_with('@') { period.to_owned() } else { format!("every {period} days") };
            entry = Entry { kind: "anacron", user: "root".to_owned(), schedule: days, job: job.to_owned(), ..entry };
            rest
        }
        Form::System | Form::User(_) => {
            let (schedule, rest) = schedule(line)?;
            entry.schedule = schedule;
            rest
        }
    };
    let rest = match form {
        Form::System => {
            let (user, rest) = word(rest)?;
            user.clone_into(&mut entry.user);
            rest
        }
        Form::User(user) => {
            user.clone_into(&mut entry.user);
            rest
        }
        Form::Anacron => rest,
    };
    let (command, has_input) =
        if matches!(form, Form::Anacron) { (rest.to_owned(), false) } else { without_input(rest) };
    (!command.is_empty()).then(|| Entry { command: redact::command_line(&command), has_input, ..entry })
}

/// Five fields or a nickname.
fn schedule(line: &str) -> Option<(String, &str)> {
    if line.starts_with('@') {
        let (nickname, rest) = word(line)?;
        let nickname = nickname.to_ascii_lowercase();
        return NICKNAMES.contains(&nickname.as_str()).then_some((nickname, rest));
    }
    let mut fields: Vec<&str> = Vec::with_capacity(5);
    let mut rest = line;
    for _ in 0..5 {
        let (field, after) = word(rest)?;
        let limits = FIELDS.get(fields.len())?;
        field.split(',').all(|part| is_part(part, limits)).then_some(())?;
        fields.push(field);
        rest = after;
    }
    Some((fields.join(" "), rest))
}

/// `*`, a number, a name, a range (`~`: any within it), each with a step maybe.
fn is_part(part: &str, (least, most, names): &(u32, u32, &[&str])) -> bool {
    let is_value = |text: &str| {
        let is_number = text.parse().is_ok_and(|number: u32| (*least..=*most).contains(&number));
        is_number || names.iter().any(|name| name.eq_ignore_ascii_case(text))
    };
    let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
    let is_range = match range.split_once(['-', '~']) {
        Some((from, to)) => {
            (is_value(from) || from.is_empty() && range.starts_with('~'))
                && (is_value(to) || to.is_empty() && range.contains('~'))
        }
        None => matches!(range, "*" | "?") || is_value(range),
    };
    is_range && step.is_none_or(|step| step.parse::<u32>().is_ok_and(|step| step > 0))
}

fn word(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let (word, rest) = text.split_at(text.find([' ', '\t']).unwrap_or(text.len()));
    (!word.is_empty()).then(|| (word, rest.trim_start()))
}

/// The command up to the first `%` that is not escaped.
fn without_input(text: &str) -> (String, bool) {
    let mut command = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek() == Some(&'%') => command.extend(chars.next()),
            '%' => return (command.trim().to_owned(), true),
            c => command.push(c),
        }
    }
    (command.trim().to_owned(), false)
}
