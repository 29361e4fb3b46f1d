//! The wrong answers that other agents were seen to give of one machine, a KVM guest with one socket of two cores and Debian: that
//! machine, and what is told of it here. One test for each of them, which names the agent; and what their mistakes teach.

use muster_shared::{Item, SectionName, SectionStatus};
use serde_json::json;

use super::rtnetlink::{Message, ROUTE};
use super::{Options, Section, collectors, route};
use crate::root::Root;

const DISK: &str = "sys/devices/pci0000:00/0000:00:04.0/virtio1/block/vda";
const CPUS: &str = "sys/devices/system/cpu";

/// The machine, as far as the wrong answers were read out of it. `-> ` begins the target of a link.
fn machine() -> tempfile::TempDir {
    let tree = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = tree.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        match text.strip_prefix("-> ") {
            Some(target) => std::os::unix::fs::symlink(target, path).unwrap(),
            None => std::fs::write(path, text).unwrap(),
        }
    };
    write("etc/passwd", "root:x:0:0:root:/root:/bin/bash\nann:x:1000:1000::/home/ann:/bin/sh\n");
    write("etc/group", "root:x:0:\nann:x:1000:\n");
    // What `last` ends with: "wtmp begins Fri ...".
    write("var/log/wtmp", "wtmp begins Fri Nov 20 08:00:00 2026\n");
    let cpu = |n: u8| {
        format!(
            "processor\t: {n}\nphysical id\t: 0\nsiblings\t: 2\ncore id\t\t: {n}\ncpu cores\t: 2\nflags\t\t: fpu lm hypervisor\n\n"
        )
    };
    write("proc/cpuinfo", &format!("{}{}", cpu(0), cpu(1)));
    write(&format!("{CPUS}/online"), "0-1\n");
    write(&format!("{CPUS}/present"), "0-1\n");
    for n in 0..2 {
        let topology = format!("{CPUS}/cpu{n}/topology");
        for (file, text) in [
            ("physical_package_id", "0\n".to_owned()),
            ("core_id", format!("{n}\n")),
            ("thread_siblings_list", format!("{n}\n")),
            ("core_cpus_list", format!("{n}\n")),
            ("package_cpus_list", "0-1\n".to_owned()),
        ] {
            write(&format!("{topology}/{file}"), &text);
        }
    }
    write("etc/hostname", "web-1\n");
    // A 64-bit kernel on which a package of another architecture is allowed.
    write("proc/sys/kernel/arch", "x86_64\n");
    write("var/lib/dpkg/arch", "amd64\ni386\n");
    write("sys/class/dmi/id/sys_vendor", "QEMU\n");
    write("sys/class/dmi/id/product_name", "KVM\n");
    write(".dockerenv", "");
    write("usr/bin/docker", "");
    for (name, speed) in [("eth0", "-1\n"), ("eth1", "4294967295\n")] {
        write(&format!("sys/class/net/{name}/ifindex"), "2\n");
        write(&format!("sys/class/net/{name}/speed"), speed);
    }
    write("sys/block/vda", &format!("-> ../{}", DISK.trim_start_matches("sys/")));
    write(&format!("{DISK}/size"), "8\n");
    write(&format!("{DISK}/queue/rotational"), "1\n");
    write(&format!("{DISK}/device"), "-> ../../../virtio1");
    write("sys/devices/pci0000:00/0000:00:04.0/virtio1/driver", "-> ../../../../bus/virtio/drivers/virtio_blk");
    write("var/lib/dpkg/status", "Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2-1\n");
    // A process with secrets where two of them look.
    write("proc/77/stat", "77 (app) S 1 77 77 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 500 0 0\n");
    write("proc/77/status", "Name:\tapp\nUid:\t1000\t1000\t1000\t1000\n");
    write("proc/77/environ", "DATABASE_PASSWORD=hunter2\0");
    write("proc/77/cmdline", "/usr/bin/app\0--token=hunter3\0");
    // A package whose date of installation was never filled in.
    write("var/lib/pacman/local/x-1-1/desc", "%NAME%\nx\n\n%VERSION%\n1-1\n\n%INSTALLDATE%\n0\n");
    tree
}

fn read(tree: &tempfile::TempDir, section: SectionName) -> Section {
    let wanted = collectors(&Options::default()).into_iter().find(|collector| collector.name() == section);
    wanted.unwrap().collect(&Root::at(tree.path()))
}

fn items(section: SectionName) -> Vec<Item> {
    let items = read(&machine(), section).items;
    assert!(!items.is_empty(), "{section}");
    items
}

/// fusioninventory-agent, glpi-agent: a user "wtmp".
#[test]
fn users_are_those_who_have_an_account() {
    let users: Vec<String> = items(SectionName::User).into_iter().map(|item| item.key).collect();
    assert_eq!(users, ["root", "ann"]);
}

/// glpi-agent: install date 1970-01-01.
#[test]
fn a_date_that_was_never_filled_in_is_none() {
    let package = items(SectionName::Package).into_iter().find(|item| item.text("manager") == Some("pacman")).unwrap();
    assert_eq!((package.text("name"), package.attributes.get("installed_at")), (Some("x"), None));
}

/// facter: no packages.
#[test]
fn packages_are_told() {
    let packages: Vec<_> = items(SectionName::Package);
    let told: Vec<_> = packages.iter().map(|item| (item.text("manager"), item.text("name"))).collect();
    assert_eq!(told, [(Some("dpkg"), Some("bash")), (Some("pacman"), Some("x"))]);
}

/// fusioninventory-agent: 2 threads a core on one socket of two cores.
#[test]
fn cores_are_no_threads() {
    let cpu = items(SectionName::Cpu).remove(0);
    for (attribute, number) in [("sockets", 1), ("cores_per_socket", 2), ("threads_per_core", 1), ("threads", 2)] {
        assert_eq!(cpu.attributes[attribute], json!(number), "{attribute}");
    }
}

/// fusioninventory-agent: arch "i386".
#[test]
fn the_architecture_is_that_of_the_kernel() {
    assert_eq!(items(SectionName::Host)[0].text("architecture"), Some("x86_64"));
}

/// fusioninventory-agent, glpi-agent, ansible: virtualisation "Docker", for a binary or a file; ocsinventory-agent: "Physical".
#[test]
fn a_guest_with_docker_is_a_guest() {
    assert_eq!(items(SectionName::Host)[0].text("virtualization"), Some("kvm"));
}

/// facter: no virtualisation at all, for one file that could not be read.
#[test]
fn one_file_that_cannot_be_read_hides_no_hypervisor() {
    for file in ["sys/class/dmi/id/sys_vendor", "sys/hypervisor/type", "proc/xen/capabilities"] {
        let tree = machine();
        // A folder in a file's place cannot be read by anybody, root not excepted.
        let _ = std::fs::remove_file(tree.path().join(file));
        std::fs::create_dir_all(tree.path().join(file)).unwrap();
        let host = read(&tree, SectionName::Host).items.remove(0);
        assert_eq!(host.text("virtualization"), Some("kvm"), "{file}");
    }
}

/// What they teach: "could not be read" is told apart from "none".
#[test]
fn what_could_not_be_read_is_not_none() {
    let tree = machine();
    std::fs::remove_file(tree.path().join("etc/passwd")).unwrap();
    std::fs::create_dir(tree.path().join("etc/passwd")).unwrap();
    let users = read(&tree, SectionName::User);
    assert_eq!((users.status, users.items.len()), (SectionStatus::Failed, 0));
    assert!(users.problems.iter().any(|problem| problem.source == "/etc/passwd"), "{:?}", users.problems);
    std::fs::write(tree.path().join("var/lib/dpkg/status"), "").unwrap();
    std::fs::remove_dir_all(tree.path().join("var/lib/pacman")).unwrap();
    let packages = read(&tree, SectionName::Package);
    assert_eq!((packages.status, packages.items.len(), packages.problems.len()), (SectionStatus::Ok, 0, 0));
}

/// Two of them send the whole environment and every command line.
#[test]
fn no_environment_and_no_secret_of_a_command_line_is_told() {
    let tree = machine();
    let options = Options { processes: true, ..Options::default() };
    let told: Vec<Section> = collectors(&options).iter().map(|each| each.collect(&Root::at(tree.path()))).collect();
    let text = serde_json::to_string(&told).unwrap();
    assert!(text.contains(r#""name":"app""#) && !text.contains("hunter"), "{text}");
}

/// ocsinventory-agent: a speed of "-1 Mbps".
#[test]
fn a_speed_that_is_not_known_is_not_told() {
    let interfaces = items(SectionName::Interface);
    assert_eq!(interfaces.len(), 2);
    assert!(interfaces.iter().all(|item| !item.attributes.contains_key("speed_mbps")), "{interfaces:?}");
}

/// facter: a virtio disk is an "hdd".
#[test]
fn what_a_virtual_disk_is_made_of_is_not_told() {
    let disk = items(SectionName::Disk).remove(0);
    assert_eq!((disk.text("bus"), disk.attributes.get("rotational")), (Some("virtio"), None));
}

/// ocsinventory-agent: gateway `fe80::`, which is the network that the link itself is in.
#[test]
fn a_network_of_the_link_is_no_gateway() {
    let names = [(2, "eth0".to_owned())].into();
    let told = |family: u8, length: u8, attributes: &[(u8, &[u8])]| {
        // `struct rtmsg` of the main table, by the kernel, unicast; then the attributes.
        let mut bytes = vec![family, length, 0, 0, 254, 2, 0, 1, 0, 0, 0, 0];
        for (kind, value) in attributes {
            bytes.extend([u8::try_from(value.len() + 4).unwrap(), 0, *kind, 0]);
            bytes.extend(*value);
        }
        let message = Message { number: 24, bytes };
        assert!(message.tells(ROUTE));
        route::item(&message, &names).unwrap()
    };
    let mut network = [0; 16];
    network[..2].copy_from_slice(&[0xfe, 0x80]);
    // `RTA_DST`, `RTA_OIF`, `RTA_GATEWAY`.
    let of_link = told(10, 64, &[(1, &network), (4, &[2, 0, 0, 0])]);
    assert_eq!((of_link.key.as_str(), of_link.attributes.get("gateway")), ("inet6 fe80::/64 dev eth0", None));
    let default = told(2, 0, &[(5, &[192, 0, 2, 1]), (4, &[2, 0, 0, 0])]);
    assert_eq!(default.text("gateway"), Some("192.0.2.1"));
}
