//! How often changes may ask for a scan, and that each source that is promised to be seen at once is.

use super::*;
use crate::section::{Options, collectors};

#[test]
fn changes_without_end_cost_a_burst_and_then_one_scan_per_interval() {
    let start = Instant::now();
    let mut allowance = Allowance::default();
    let mut scans = 0;
    for second in 0..600 {
        scans += u32::from(allowance.take(start + Duration::from_secs(second)).is_ok());
    }
    assert_eq!(scans, BURST + 600 / 10 - 1);
    let again = start + Duration::from_hours(1);
    for _ in 0..BURST {
        allowance.take(again).unwrap();
    }
    assert_eq!(allowance.take(again), Err(again + EACH));
    allowance.take(again + EACH).unwrap();
}

/// Every source of which it is promised that its change is seen at once, and what of the section changes it.
const SOURCES: &[(&str, SectionName)] = &[
    ("var/lib/dpkg/status", SectionName::Package),
    ("lib/apk/db/installed", SectionName::Package),
    ("var/lib/rpm/rpmdb.sqlite", SectionName::Package),
    ("var/lib/rpm/Packages.db", SectionName::Package),
    ("usr/lib/sysimage/rpm/rpmdb.sqlite", SectionName::Package),
    ("etc/passwd", SectionName::User),
    ("etc/shadow", SectionName::User),
    ("etc/group", SectionName::Group),
    ("etc/sudoers", SectionName::SudoRule),
    ("etc/sudoers.d/web", SectionName::SudoRule),
    ("etc/ssh/sshd_config", SectionName::LoginPolicy),
    ("etc/ssh/sshd_config.d/web.conf", SectionName::LoginPolicy),
    ("etc/systemd/system/web.service", SectionName::Service),
    ("run/systemd/system/web.service", SectionName::Service),
    ("usr/lib/systemd/system/web.service", SectionName::Service),
    ("etc/systemd/system/web.timer", SectionName::Timer),
    ("etc/crontab", SectionName::Cron),
    ("etc/cron.d/web", SectionName::Cron),
    ("var/spool/cron/crontabs/ann", SectionName::Cron),
    ("home/ann/.ssh/authorized_keys", SectionName::AuthorizedKey),
];

#[tokio::test]
async fn every_source_that_is_promised_is_seen_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let (base, write) = (dir.path(), |path: &str, text: &str| {
        // As tools write: another name first, then put in place.
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let draft = path.with_extension("draft");
        std::fs::write(&draft, text).unwrap();
        std::fs::rename(draft, path).unwrap();
    });
    for (path, _) in SOURCES {
        write(path, "before\n");
    }
    write("etc/passwd", "ann:x:1000:1000::/home/ann:/bin/sh\n");
    let collectors = collectors(&Options::default());
    let mut watch = Watch::new(Subjects::of(&collectors, &Root::at(base), base)).unwrap();
    for (path, section) in SOURCES {
        write(path, "ann:x:1000:1000::/home/ann:/bin/bash\n");
        // One change is several events: until the section is named.
        let seen = async { while !watch.first().await.unwrap().contains(section) {} };
        timeout_at(Instant::now() + Duration::from_secs(20), seen)
            .await
            .unwrap_or_else(|_| panic!("{path} is not seen"));
        // What is left of it must not speak for the next one.
        watch.quiet().await;
    }
}

#[test]
fn the_kernel_is_asked_to_tell_of_links_addresses_routes_and_mounts() {
    let subjects = Subjects::of(&collectors(&Options::default()), &Root::live(), Path::new("/"));
    for (event, section) in [
        (Event::Link, SectionName::Interface),
        (Event::Address, SectionName::Interface),
        (Event::Route, SectionName::Route),
        (Event::Mount, SectionName::Mount),
    ] {
        assert!(subjects.events.contains(&(event, section)), "{event:?}");
    }
}
