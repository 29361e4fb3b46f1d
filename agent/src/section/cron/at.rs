//! Jobs of at(1), each of which runs once: a file that is named by queue, number and minute, with the environment of whoever made
//! it and then the commands. The environment is passed over unread, for it may hold secrets.

use muster_shared::Item;
use muster_shared::canonical::Digest;

use crate::redact;

/// Where atd keeps them: Debian and SUSE, Red Hat.
pub(super) const SPOOLS: &[&str] = &["/var/spool/cron/atjobs", "/var/spool/at"];
/// The most that is told of the commands of a job, in bytes: the digest is one of all of them.
const COMMAND_CAP_BYTES: usize = 1_000;

/// A job as an item; `None` when it is none, as the files that atd keeps beside them.
pub(super) fn item(path: &str, text: &str, user_of: impl Fn(u32) -> Option<String>) -> Option<Item> {
    // `a00003018f2c40`: the queue, the number, minutes since 1970 in hex. A job that runs has `=` for its queue.
    let name = path.rsplit('/').next()?;
    let (queue, number, minutes) = (name.get(..1)?, name.get(1..6)?, name.get(6..)?);
    let minutes = i64::from(u32::from_str_radix(minutes, 16).ok().filter(|_| minutes.len() == 8)?);
    let job = u32::from_str_radix(number, 16).ok()?;
    queue.chars().all(|c| c.is_ascii_alphabetic()).then_some(())?;
    let at = jiff::Timestamp::from_second(minutes * 60).ok()?;
    let uid = text.lines().find_map(|line| line.strip_prefix("# atrun uid=")?.split(' ').next()?.parse().ok());
    let commands = commands(text);
    let mut told = String::new();
    for line in commands.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let line = redact::command_line(line);
        if told.len() + line.len() > COMMAND_CAP_BYTES {
            told.push_str(" ...");
            break;
        }
        told.push_str(if told.is_empty() { "" } else { "; " });
        told.push_str(&line);
    }
    Some(
        Item::new(path)
            .with("kind", "at")
            .with("source", path)
            .with("user", uid.map(|uid: u32| user_of(uid).unwrap_or_else(|| uid.to_string())))
            .with("schedule", at.to_string())
            .with("job", format!("{queue} {job}"))
            .with("command", told)
            .with("command_digest", Digest::of(commands.as_bytes()).to_string()),
    )
}

/// What stands behind the change of directory, which ends what `at` itself writes: `cd DIR || {`, two lines, `}`. Without it nothing
/// is told, for then it is not known where the environment ends.
fn commands(text: &str) -> &str {
    let behind = text.split_once("\ncd ").and_then(|(_, rest)| rest.split_once("\n}\n")).map_or("", |(_, rest)| rest);
    // Red Hat's feeds them to a shell, between two lines with a word that is made up.
    let Some((first, rest)) = behind.trim_start().split_once('\n') else { return behind.trim() };
    let word = first.split_once("<< '").and_then(|(_, word)| word.strip_suffix('\''));
    word.and_then(|word| rest.trim_end().strip_suffix(word)).unwrap_or(behind).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "#!/bin/sh\n# atrun uid=1000 gid=1000\n# mail ann 0\numask 22\nTOKEN=hunter2; export TOKEN\n\
                        cd /home/ann || {\n\t echo 'Execution directory inaccessible' >&2\n\t exit 1\n}\n";

    fn told(path: &str, text: &str) -> Option<Item> {
        item(path, text, |uid| (uid == 1_000).then(|| "ann".to_owned()))
    }

    #[test]
    fn a_job_is_told_with_its_time_and_without_environment_and_secrets() {
        for text in [
            format!("{HEAD}backup --password=hunter2\n\nsync\n"),
            format!(
                "{HEAD}${{SHELL:-/bin/sh}} << 'marcinDELIMITER0b5b'\nbackup --password=hunter2\n\nsync\n\nmarcinDELIMITER0b5b\n"
            ),
        ] {
            let item = told("/var/spool/at/a00003018f2c40", &text).unwrap();
            let json = serde_json::to_string(&item).unwrap();
            assert!(!json.contains("hunter2") && !json.contains("TOKEN"), "{json}");
            assert_eq!((item.text("user"), item.text("job")), (Some("ann"), Some("a 3")));
            assert_eq!(item.text("schedule"), Some("2019-09-27T19:12:00Z"));
            let command = item.text("command").unwrap();
            assert!(command.starts_with("backup --password=") && command.ends_with("; sync"), "{command}");
            let other = told("/var/spool/at/a00003018f2c40", &text.replace("sync", "reboot")).unwrap();
            assert_ne!(item.text("command_digest"), other.text("command_digest"));
        }
        let long = told("/x/b00001018f2c40", &format!("{HEAD}{}", "echo x\n".repeat(5_000))).unwrap();
        assert!(long.text("command").unwrap().len() <= COMMAND_CAP_BYTES + 10);
    }

    #[test]
    fn what_is_no_job_is_none_and_where_the_environment_ends_must_be_known() {
        for name in [".SEQ", ".lockfile", "=00003018f2c40", "a0000301", "spool", "ä0003018f2c40"] {
            assert_eq!(told(&format!("/var/spool/cron/atjobs/{name}"), HEAD), None, "{name}");
        }
        let item = told("/x/a00003018f2c40", "#!/bin/sh\nTOKEN=hunter2; export TOKEN\nls\n").unwrap();
        assert_eq!((item.text("command"), item.text("user")), (None, None));
    }
}
