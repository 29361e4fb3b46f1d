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
                value.clone_into(&mut time_zone);
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
    let line = line.strip_prefix('-').unwrap_or(line);
    let mut entry = Entry { kind: "crontab", ..Entry::default() };
    let rest = match form {
        Form::Anacron => {
            let (period, rest) = word(line)?;
            let (delay, rest) = word(rest)?;
            let (job, rest) = word(rest)?;
            let is_period = period.parse::<u32>().is_ok() || period.starts_with('@');
            (is_period && delay.parse::<u32>().is_ok()).then_some(())?;
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
        let is_field =
            field.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '*' | '/' | ',' | '-' | '~' | '?' | '#'));
        is_field.then_some(())?;
        fields.push(field);
        rest = after;
    }
    Some((fields.join(" "), rest))
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
