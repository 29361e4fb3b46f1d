//! Recorded processes: hostile names, kernel threads, forks, and what vanishes.

use std::os::unix::fs::symlink;

use proptest::prelude::*;

use super::*;

fn stat(pid: u32, name: &str, flags: u64, start: i64) -> String {
    format!("{pid} ({name}) S 1 1 1 0 -1 {flags} 0 0 0 0 0 0 0 0 20 0 1 0 {start} 0 0\n")
}

#[test]
fn a_name_may_hold_anything() {
    for (name, shown) in [("sshd", "sshd"), (") S 1 (", ") S 1 ("), ("a\nUid:\t0", "a?Uid:?0"), ("", "")] {
        let parsed = parse_stat(stat(7, name, 4_194_560, 99).as_bytes()).unwrap();
        assert_eq!((parsed.name.as_str(), parsed.flags, parsed.start_ticks), (shown, 4_194_560, 99), "{name:?}");
    }
    assert_eq!(parse_uid("Name:\ta\\nUid:\t0\nUid:\t1000\t1001\t0\t0\n"), Some(1001));
}

#[test]
fn forks_are_one_item_and_kernel_threads_are_none() {
    let directory = tempfile::tempdir().unwrap();
    let proc = directory.path().join("proc");
    for (pid, name, flags, start) in [
        (1, "init", 0, 5),
        (2, "kthreadd", KERNEL_THREAD, 5),
        (30, "nginx", 0, 900),
        (31, "nginx", 0, 400),
        (40, "a)b", 0, 1),
    ] {
        let here = proc.join(pid.to_string());
        std::fs::create_dir_all(&here).unwrap();
        std::fs::write(here.join("stat"), stat(pid, name, flags, start)).unwrap();
        std::fs::write(here.join("status"), "Name:\tx\nUid:\t33\t33\t33\t33\n").unwrap();
        std::fs::write(here.join("cgroup"), format!("0::/system.slice/{name}.service\n")).unwrap();
        if pid != 40 {
            symlink(format!("/usr/sbin/{name}"), here.join("exe")).unwrap();
        }
    }
    // Vanished after it was listed.
    std::fs::create_dir_all(proc.join("50")).unwrap();
    std::fs::write(proc.join("stat"), "cpu 1\nbtime 1700000000\n").unwrap();
    let root = Root::at(directory.path());
    let section = Process { is_asked_for: true }.collect(&root);
    let keys: Vec<&str> = section.items.iter().map(|item| item.key.as_str()).collect();
    assert_eq!(keys, ["/usr/sbin/init 33 init.service", "/usr/sbin/nginx 33 nginx.service", "a)b 33 a)b.service"]);
    assert_eq!(section.items[1].attributes["count"], 2);
    assert_eq!(section.items[1].text("started_at"), Some(Time::from_millis(1_700_000_004_000).to_string().as_str()));
    assert_eq!(section.status, SectionStatus::Partial, "one executable could not be seen");
    assert_eq!(Process { is_asked_for: false }.collect(&root).status, SectionStatus::Unsupported);
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "\\PC{0,80}") {
        let _ = parse_stat(&bytes);
        let _ = parse_uid(&text);
    }
}
