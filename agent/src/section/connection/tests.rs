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
