//! A recorded table of connections: directions, the ends that are one edge, and what a host says to itself.

use std::os::unix::fs::symlink;

use super::*;

const TCP: &str = "\
   0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 7000 1
   1: 050200C0:0016 090200C0:C000 01 00000000:00000000 00:00000000 00000000     0        0 7001 1
   2: 050200C0:0016 090200C0:C001 01 00000000:00000000 00:00000000 00000000     0        0 7002 1
   3: 050200C0:D431 0A0200C0:1538 01 00000000:00000000 00:00000000 00000000   104        0 7003 1
   4: 0100007F:D432 0100007F:0016 01 00000000:00000000 00:00000000 00000000     0        0 7004 1
   5: 050200C0:D433 050200C0:0016 01 00000000:00000000 00:00000000 00000000     0        0 7005 1
   6: 050200C0:D434 0A0200C0:1538 06 00000000:00000000 00:00000000 00000000     0        0 0 1
";
const TCP6: &str = "\
   0: 0000000000000000FFFF0000050200C0:D435 0000000000000000FFFF00000A0200C0:1538 01 00000000:00000000 00:00000000 00000000 104 0 7006 1
";

#[test]
fn sockets_become_edges() {
    let directory = tempfile::tempdir().unwrap();
    let proc = directory.path().join("proc");
    std::fs::create_dir_all(proc.join("net")).unwrap();
    std::fs::write(proc.join("net/tcp"), TCP).unwrap();
    std::fs::write(proc.join("net/tcp6"), TCP6).unwrap();
    std::fs::write(proc.join("net/udp"), "").unwrap();
    for (pid, comm, unit, inodes) in
        [(20, "sshd", "ssh.service", vec![7001, 7002]), (30, "app", "app.service", vec![7003, 7006])]
    {
        std::fs::create_dir_all(proc.join(format!("{pid}/fd"))).unwrap();
        std::fs::write(proc.join(format!("{pid}/comm")), comm).unwrap();
        std::fs::write(proc.join(format!("{pid}/cgroup")), format!("0::/system.slice/{unit}\n")).unwrap();
        for inode in inodes {
            symlink(format!("socket:[{inode}]"), proc.join(format!("{pid}/fd/{inode}"))).unwrap();
        }
    }
    let section = Connection.collect(&Root::at(directory.path()));
    let keys: Vec<&str> = section.items.iter().map(|item| item.key.as_str()).collect();
    assert_eq!(keys, ["inbound tcp 192.0.2.9:22 ssh.service", "outbound tcp 192.0.2.10:5432 app.service"]);
    assert!(section.items.iter().all(|item| item.attributes["connections"] == 2), "{section:?}");
    assert_eq!(section.status, SectionStatus::Ok);
}

#[test]
fn edges_are_capped_and_the_busiest_stay() {
    let directory = tempfile::tempdir().unwrap();
    let proc = directory.path().join("proc/net");
    std::fs::create_dir_all(&proc).unwrap();
    let mut table = String::new();
    for number in 0..600_u32 {
        let row = format!(" {number}: 050200C0:D431 {:08X}:1538 01 0:0 00:0 0 0 0 1 1\n", (number << 16) | 0x0a);
        table.push_str(&row);
        if number >= 590 {
            table.push_str(&row);
        }
    }
    std::fs::write(proc.join("tcp"), table).unwrap();
    let section = Connection.collect(&Root::at(directory.path()));
    assert_eq!((section.items.len(), section.status), (CAP, SectionStatus::Partial));
    assert_eq!(section.items.iter().filter(|item| item.attributes["connections"] == 2).count(), 10);
}

/// What a container speaks with is told; what containers and host say to each other is not.
#[test]
fn connections_of_other_network_namespaces_are_edges_too() {
    let directory = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let row = |local: &str, remote: &str, state: &str, inode: u32| {
        format!("   0: {local} {remote} {state} 00000000:00000000 00:00000000 00000000     0        0 {inode} 1\n")
    };
    // On the host one to the database; a container (172.17.0.2) serves port 80, is asked by a client and by the host, and asks the
    // database and another container (172.17.0.3).
    write(
        "proc/net/tcp",
        &(row("050200C0:D431", "0A0200C0:1538", "01", 1) + &row("050200C0:D432", "050200C0:0016", "01", 2)),
    );
    write(
        "proc/300/net/tcp",
        &[
            row("00000000:0050", "00000000:0000", "0A", 3),
            row("020011AC:0050", "090200C0:C000", "01", 4),
            row("020011AC:0050", "050200C0:D439", "01", 5),
            row("020011AC:D433", "0A0200C0:1538", "01", 6),
            row("020011AC:D434", "030011AC:1F90", "01", 7),
        ]
        .concat(),
    );
    write("proc/301/net/tcp", &row("030011AC:1F90", "020011AC:D434", "01", 8));
    for (pid, namespace, inode) in [(1, 1, 1), (300, 2, 4), (301, 3, 8)] {
        write(&format!("proc/{pid}/comm"), if pid == 1 { "init\n" } else { "nginx\n" });
        for folder in ["ns", "fd"] {
            std::fs::create_dir_all(directory.path().join(format!("proc/{pid}/{folder}"))).unwrap();
        }
        symlink(format!("net:[{namespace}]"), directory.path().join(format!("proc/{pid}/ns/net"))).unwrap();
        symlink(format!("socket:[{inode}]"), directory.path().join(format!("proc/{pid}/fd/3"))).unwrap();
    }
    let section = Connection.collect(&Root::at(directory.path()));
    let keys: Vec<&str> = section.items.iter().map(|item| item.key.as_str()).collect();
    assert_eq!(
        keys,
        ["inbound tcp 192.0.2.9:80 nginx", "outbound tcp 192.0.2.10:5432 init", "outbound tcp 192.0.2.10:5432 unknown"]
    );
}
