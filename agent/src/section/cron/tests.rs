//! Tables of every form, and what is passed over.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use muster_shared::SectionStatus;
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        let mode = if path.to_string_lossy().contains("daily") { 0o755 } else { 0o644 };
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }
    directory
}

#[test]
fn every_source_is_told_and_leftovers_are_not() {
    let tree = tree(&[
        ("etc/debian_version", "12"),
        ("etc/crontab", "SHELL=/bin/sh\n# x\n17 *\t* * *  root  cd / && run-parts /etc/cron.hourly\nnonsense\n"),
        ("etc/cron.d/backup", "CRON_TZ=UTC\nDB_PASS=S3cr3t\n@daily backup mysqldump -pS3cr3t shop > /b\\%d%S3cr3t\n"),
        ("etc/cron.d/old.dpkg-dist", "@daily root /evil\n"),
        ("var/spool/cron/crontabs/ann", "*/5 1-3 * jan,feb mon echo hi\n*/5 2 * * * echo hi\n"),
        ("etc/anacrontab", "1 5 cron.daily run-parts --report /etc/cron.daily\n@monthly 15 m nice x\n"),
        ("etc/cron.daily/logrotate", "#!/bin/sh\n"),
        ("etc/cron.daily/x.disabled", "#!/bin/sh\n"),
        ("etc/cron.weekly/not-executable", "#!/bin/sh\n"),
    ]);
    let section = Cron.collect(&Root::at(tree.path()));
    assert_eq!(section.problems.len(), 1, "{:?}", section.problems);
    let told: Vec<(&str, &str, &str)> = section
        .items
        .iter()
        .map(|item| (item.text("user").unwrap(), item.text("schedule").unwrap(), item.text("command").unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            ("root", "@monthly", "nice x"),
            ("root", "every 1 days", "run-parts --report /etc/cron.daily"),
            ("backup", "@daily", "mysqldump -p[redacted] shop > /b%d"),
            ("root", "@daily", "/etc/cron.daily/logrotate"),
            ("root", "17 * * * *", "cd / && run-parts /etc/cron.hourly"),
            ("ann", "*/5 1-3 * jan,feb mon", "echo hi"),
            ("ann", "*/5 2 * * *", "echo hi"),
        ]
    );
    let backup = &section.items[2].attributes;
    assert_eq!((&backup["time_zone"], &backup["has_input"]), (&json!("UTC"), &json!(true)));
    assert!(!serde_json::to_string(&section).unwrap().contains("S3cr3t"));
}

#[test]
fn another_time_is_a_change_of_the_same_entry() {
    let key = |line: &str| Cron.collect(&Root::at(tree(&[("etc/crontab", line)]).path())).items[0].key.clone();
    assert_eq!(key("1 * * * * root x\n"), key("2 * * * * root x\n"));
}

/// Case 109: a user's table that is a link or a pipe is not opened.
#[test]
fn links_and_pipes_of_users_are_refused() {
    let tree = tree(&[("etc/secret", "1 * * * * leak\n"), ("var/spool/cron/crontabs/bob", "")]);
    let spool = tree.path().join("var/spool/cron/crontabs");
    std::os::unix::fs::symlink("/etc/secret", spool.join("ann")).unwrap();
    rustix::fs::mknodat(rustix::fs::CWD, spool.join("eve"), rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    let section = Cron.collect(&Root::at(tree.path()));
    assert_eq!((section.status, section.items.len(), section.problems.len()), (SectionStatus::Partial, 0, 2));
}

proptest! {
    #[test]
    fn any_table_is_survived(text in "(?s).{0,200}", line in "[-*/0-9a-z @=%\\\\\t]{0,60}") {
        for form in [Form::System, Form::User("x"), Form::Anacron] {
            let _ = table::parse(&text, form);
            let _ = table::parse(&line, form);
        }
    }
}
