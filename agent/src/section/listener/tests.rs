//! Tables of `/proc/net`, units in control groups, and a recorded process that listens.

use std::os::unix::fs::symlink;

use proptest::prelude::*;

use super::*;

const TCP: &str = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1538 00000000:0000 0A 00000000:00000002 00:00000000 00000000   104        0 7001 1 0 100 0 0 10 0
   1: 0100007F:0016 0100007F:C000 01 00000000:00000000 00:00000000 00000000     0        0 7002 1 0 20 4 30 10 -1
";
const TCP6: &str = "\
   0: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 7003 1
";

#[test]
fn a_recorded_listener_has_its_process_and_its_unit() {
    let directory = tempfile::tempdir().unwrap();
    let proc = directory.path().join("proc");
    std::fs::create_dir_all(proc.join("net")).unwrap();
    std::fs::write(proc.join("net/tcp"), TCP).unwrap();
    std::fs::write(proc.join("net/tcp6"), TCP6).unwrap();
    std::fs::write(proc.join("net/udp"), "").unwrap();
    std::fs::create_dir_all(proc.join("200/fd")).unwrap();
    symlink("socket:[7001]", proc.join("200/fd/5")).unwrap();
    symlink("/usr/lib/postgresql/15/bin/postgres (deleted)", proc.join("200/exe")).unwrap();
    std::fs::write(proc.join("200/comm"), "postgres\n").unwrap();
    std::fs::write(proc.join("200/cgroup"), "0::/system.slice/system-postgresql.slice/postgresql@15-main.service\n")
        .unwrap();
    let section = Listener::default().collect(&Root::at(directory.path()));
    let keys: Vec<&str> = section.items.iter().map(|item| item.key.as_str()).collect();
    assert_eq!(keys, ["tcp/127.0.0.1:5432", "tcp/[::]:22"]);
    let postgres = &section.items[0].attributes;
    assert_eq!(postgres["executable"], "/usr/lib/postgresql/15/bin/postgres");
    assert_eq!(postgres["executable_replaced"], true);
    assert_eq!((&postgres["unit"], &postgres["process"]), (&"postgresql@15-main.service".into(), &"postgres".into()));
    assert_eq!((&postgres["uid"], &postgres["queue_length"]), (&104.into(), &2.into()));
    assert!(section.problems.is_empty(), "{:?}", section.problems);
}

#[test]
fn units_are_read_from_either_kind_of_control_groups() {
    for (text, unit) in [
        ("0::/system.slice/ssh.service", Some("ssh.service")),
        ("12:pids:/x\n1:name=systemd:/system.slice/cron.service\n0::/", Some("cron.service")),
        ("0::/user.slice/user-0.slice/session-1.scope", Some("session-1.scope")),
        ("0::/user.slice/user-1.slice/user@1.service/app.slice/sync.service", Some("sync.service")),
        ("0::/", None),
        ("", None),
    ] {
        assert_eq!(owner::parse_unit(text).as_deref(), unit, "{text}");
    }
}

#[test]
fn containers_are_read_from_their_control_group() {
    let id = "0a1b".repeat(16);
    for (text, engine) in [
        (format!("0::/system.slice/docker-{id}.scope"), "docker"),
        (format!("12:pids:/docker/{id}"), "docker"),
        (format!("0::/machine.slice/libpod-{id}.scope/container"), "podman"),
        (format!("0::/kubepods.slice/kubepods-burstable.slice/cri-containerd-{id}.scope"), "containerd"),
    ] {
        assert_eq!(owner::parse_container(&text), Some(owner::Container { engine, id: id.clone() }), "{text}");
    }
    assert_eq!(owner::parse_container("0::/lxc.payload.web/init.scope").unwrap().id, "web");
    assert_eq!(owner::parse_container("0::/system.slice/docker.service"), None);
}

#[test]
fn sockets_of_containers_stand_apart_and_programs_have_their_package() {
    let directory = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("proc/net/tcp", TCP6.replace("00000000000000000000000000000000", "00000000").as_str());
    write("proc/300/net/tcp", TCP);
    let id = "0a1b".repeat(16);
    for (pid, namespace, inode, cgroup) in [
        (1, 1, 7003, "0::/system.slice/ssh.service\n".to_owned()),
        (300, 2, 7001, format!("0::/system.slice/docker-{id}.scope\n")),
    ] {
        write(&format!("proc/{pid}/cgroup"), &cgroup);
        write(&format!("proc/{pid}/comm"), "sshd\n");
        std::fs::create_dir_all(directory.path().join(format!("proc/{pid}/ns"))).unwrap();
        std::fs::create_dir_all(directory.path().join(format!("proc/{pid}/fd"))).unwrap();
        symlink(format!("net:[{namespace}]"), directory.path().join(format!("proc/{pid}/ns/net"))).unwrap();
        symlink(format!("socket:[{inode}]"), directory.path().join(format!("proc/{pid}/fd/3"))).unwrap();
        symlink("/usr/sbin/sshd", directory.path().join(format!("proc/{pid}/exe"))).unwrap();
    }
    write("var/lib/dpkg/info/openssh-server.list", "/.\n/usr\n/usr/sbin/sshd\n");
    write("var/lib/dpkg/info/other.list", "/usr/sbin/sshd-other\n");
    let section = Listener::default().collect(&Root::at(directory.path()));
    let keys: Vec<&str> = section.items.iter().map(|item| item.key.as_str()).collect();
    assert_eq!(keys, ["tcp/0.0.0.0:22", "tcp/127.0.0.1:5432@sshd"]);
    assert_eq!(section.items[0].text("package"), Some("openssh-server"));
    let inside = &section.items[1];
    assert_eq!((inside.text("container_id"), inside.text("package")), (Some(id.as_str()), None));
    assert!(muster_shared::volatility::dropped_by(SectionName::Listener, inside).is_some());
}

#[test]
fn ports_that_the_kernel_picks_are_marked() {
    let directory = tempfile::tempdir().unwrap();
    let root = Root::at(directory.path());
    assert_eq!(port_range(&root), DEFAULT_PORT_RANGE);
    std::fs::create_dir_all(directory.path().join("proc/sys/net/ipv4")).unwrap();
    std::fs::write(directory.path().join(PORT_RANGE.trim_start_matches('/')), "1024\t65535\n").unwrap();
    assert_eq!(port_range(&root), 1024..=65_535);
}

proptest! {
    #[test]
    fn any_line_is_survived(line in "[ 0-9A-F:x]{0,120}") {
        let _ = socket::parse(&line, "tcp", 10);
    }
}
