//! How often changes may ask for a scan, and that each source that is promised to be seen at once is.

use super::*;
use crate::section::{Options, collectors};

#[test]
fn changes_without_end_cost_a_burst_and_then_one_look_per_interval_and_keep_nobody_else_waiting() {
    let (noisy, quiet) = (SectionName::Cron, SectionName::SudoRule);
    let start = Instant::now();
    let mut allowance = Allowance::default();
    let mut looks = 0;
    for second in 0..600 {
        let now = start + Duration::from_secs(second);
        looks += u32::try_from(allowance.take([noisy].into(), now).len()).unwrap();
    }
    assert_eq!(looks, BURST + 600 / 10 - 1);
    let again = start + Duration::from_hours(1);
    for _ in 0..BURST {
        assert_eq!(allowance.take([noisy].into(), again), [noisy].into());
        assert_eq!(allowance.due(), None);
    }
    assert_eq!(allowance.take([noisy, quiet].into(), again), [quiet].into());
    assert_eq!((allowance.due(), &allowance.put_off), (Some(again + EACH), &[noisy].into()));
    assert_eq!(allowance.take([noisy].into(), again + EACH), [noisy].into(), "put off, not lost");
    assert_eq!(allowance.due(), None);
}

/// With files that change all the time an account is still told after the quiet, and what was put off by itself.
#[tokio::test(start_paused = true)]
async fn noise_puts_off_itself_alone() {
    let dir = tempfile::tempdir().unwrap();
    let paths = vec![(dir.path().join("crontab"), SectionName::Cron), (dir.path().join("passwd"), SectionName::User)];
    let mut watch = Watch::new(Subjects { paths, events: Vec::new() }).unwrap();
    let write = |name: &str| std::fs::write(dir.path().join(name), "x").unwrap();
    for _ in 0..BURST {
        write("crontab");
        let sections = watch.first().await.unwrap();
        assert_eq!(watch.settle(sections).await, [SectionName::Cron].into());
    }
    write("crontab");
    let sections = watch.first().await.unwrap();
    assert_eq!(watch.settle(sections).await, BTreeSet::new());
    write("passwd");
    let sections = watch.first().await.unwrap();
    write("crontab");
    assert_eq!(watch.settle(sections).await, [SectionName::User].into());
    let sections = watch.first().await.unwrap();
    assert_eq!(watch.settle(sections).await, [SectionName::Cron].into(), "without another change");
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
    ("etc/keys/ann", SectionName::AuthorizedKey),
    ("srv/ssh/web.conf", SectionName::LoginPolicy),
    ("srv/ssh/web.conf", SectionName::AuthorizedKey),
    ("srv/sudo/more", SectionName::SudoRule),
    ("srv/sudo.d/web", SectionName::SudoRule),
    ("etc/systemd/system/multi-user.target.wants/web.service", SectionName::Service),
    ("etc/systemd/system/timers.target.wants/web.timer", SectionName::Timer),
    ("usr/lib/systemd/system/web.service.d/own.conf", SectionName::Service),
    ("etc/rc2.d/S01web", SectionName::Service),
    ("etc/runlevels/default/web", SectionName::Service),
    ("etc/letsencrypt/live/web/cert.pem", SectionName::Certificate),
    ("etc/nginx/ssl/web.pem", SectionName::Certificate),
    ("etc/ssl/certs/web.pem", SectionName::Certificate),
    ("etc/sysconfig/iptables", SectionName::Firewall),
    ("etc/default/ufw", SectionName::Firewall),
    ("etc/ufw/user.rules", SectionName::Firewall),
    ("etc/firewalld/direct.xml", SectionName::Firewall),
    ("etc/firewalld/zones/public.xml", SectionName::Firewall),
];

/// What says where some of them are.
const SAID: &[(&str, &str)] = &[
    ("etc/passwd", "ann:x:1000:1000::/home/ann:/bin/sh\n"),
    ("etc/ssh/sshd_config", "Include /srv/ssh/*.conf\nAuthorizedKeysFile /etc/keys/%u\n"),
    ("etc/sudoers", "@include /srv/sudo/more\n@includedir /srv/sudo.d\n"),
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
    for (path, text) in SAID {
        write(path, text);
    }
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
        while let Ok(Ok(_)) = timeout_at(Instant::now() + QUIET, watch.first()).await {}
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
