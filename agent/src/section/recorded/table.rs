//! Recorded files that no section's own tests read: each in the place where it stands on a host, against what stands in it.

use std::collections::BTreeMap;

use base64::Engine as _;
use muster_shared::{SectionName, SectionStatus};
use sha2::{Digest as _, Sha256};

use super::reason::files;
use super::*;
use crate::root::Root;
use crate::section::{Options, Section, collectors};

pub(super) const FACTER: &str = "facter/spec/fixtures";
pub(super) const NODE: &str = "node_exporter/collector/fixtures";
pub(super) const TRIVY: &str = "trivy/pkg/fanal/analyzer";

fn look(root: &Root, name: SectionName) -> Section {
    let options = Options { processes: true, ..Options::default() };
    let collector = collectors(&options).into_iter().find(|collector| collector.name() == name);
    collector.unwrap().collect(root)
}

/// Keys of a section's items.
fn keys(section: &Section) -> Vec<&str> {
    section.items.iter().map(|item| item.key.as_str()).collect()
}

/// Of facter's recordings of processors: how they call themselves.
pub(super) const CPUS: &[(&str, &str, &str)] = &[
    ("cpuinfo", "model_name", "Intel(R) Xeon(R) CPU E5-2697 v4 @ 2.30GHz"),
    ("cpuinfo_arm64", "vendor", "Cavium"),
    ("cpuinfo_powerpc", "model_name", "POWER8 (raw), altivec supported"),
    ("cpuinfo_wo_physical_id", "model_name", "Intel(R) Xeon(R) CPU E5-2697 v4 @ 2.30GHz"),
];

#[test]
fn processors_are_counted_and_named_where_only_cpuinfo_is_there() {
    let Some(folder) = fixture(FACTER) else { return };
    for (name, attribute, expected) in CPUS {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let tree = tree(&[("proc/cpuinfo", &bytes)]);
        let section = look(&Root::at(tree.path()), SectionName::Cpu);
        let text = String::from_utf8(bytes).unwrap();
        let count = text.lines().filter(|line| line.starts_with("processor")).count();
        assert!(section.status == SectionStatus::Ok && count > 0, "{name}: {section:?}");
        assert_eq!(section.items[0].attributes["threads"], count, "{name}");
        assert_eq!(section.items[0].text(attribute), Some(*expected), "{name}");
        // How many sockets and cores there are stands elsewhere: not known is not one.
        assert!(!section.items[0].attributes.contains_key("sockets"), "{name}");
    }
}

/// Public keys, and how many bits they have.
pub(super) const KEYS: &[(&str, u64)] =
    &[("ecdsa", 256), ("ecdsa384", 384), ("ecdsa521", 521), ("ed25519", 256), ("rsa", 3072)];

#[test]
fn keys_of_every_type_have_the_fingerprints_that_follow_from_their_bytes() {
    let Some(folder) = fixture(FACTER) else { return };
    let lines: Vec<(String, u64)> = KEYS
        .iter()
        .map(|(name, bits)| (std::fs::read_to_string(folder.join(name)).unwrap().trim().to_owned(), *bits))
        .collect();
    let file = lines.iter().fold(String::new(), |file, (line, _)| file + line + " recorded\n");
    let tree = tree(&[("etc/passwd", b"root:x:0:0::/root:/bin/sh\n"), ("root/.ssh/authorized_keys", file.as_bytes())]);
    let section = look(&Root::at(tree.path()), SectionName::AuthorizedKey);
    assert_eq!((section.status, section.items.len()), (SectionStatus::Ok, KEYS.len()), "{section:?}");
    for (line, bits) in lines {
        let mut words = line.split_whitespace();
        let (kind, key) = (words.next().unwrap(), words.next().unwrap());
        let bytes = base64::engine::general_purpose::STANDARD.decode(key).unwrap();
        let digest = base64::engine::general_purpose::STANDARD_NO_PAD.encode(Sha256::digest(bytes));
        let item = section.items.iter().find(|item| item.key == format!("root SHA256:{digest}")).unwrap();
        assert_eq!((item.text("type"), &item.attributes["bits"]), (Some(kind), &bits.into()), "{line}");
    }
}

#[test]
fn command_lines_of_the_kernel_are_told() {
    let Some(folder) = fixture(FACTER) else { return };
    for name in ["cmdline_root_device", "cmdline_root_device_partuuid"] {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let files: [(&str, &[u8]); 2] = [("proc/cmdline", &bytes), ("proc/sys/kernel/osrelease", b"6.1.0\n")];
        let tree = tree(&files);
        let section = look(&Root::at(tree.path()), SectionName::Kernel);
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(section.items[0].text("command_line"), Some(text.trim()), "{name}: {section:?}");
    }
}

/// What a file of assignments says of a name, in whatever quotes.
fn written<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='))?;
    Some(value.trim().trim_matches(['"', '\''])).filter(|value| !value.is_empty())
}

#[test]
fn facters_recordings_of_os_release_give_what_stands_there() {
    let Some(folder) = fixture(FACTER) else { return };
    let names = files(&folder).into_iter().filter(|name| name.starts_with("os_release"));
    let mut count = 0;
    for name in names {
        let bytes = std::fs::read(folder.join(&name)).unwrap();
        let tree = tree(&[("etc/os-release", &bytes)]);
        let host = look(&Root::at(tree.path()), SectionName::Host).items.remove(0);
        let text = String::from_utf8(bytes).unwrap();
        for (field, attribute) in [("VERSION_ID", "os_version"), ("NAME", "os_name"), ("PRETTY_NAME", "os_pretty_name")]
        {
            assert_eq!(host.text(attribute), written(&text, field), "{name}: {field}");
        }
        assert_eq!(host.text("os_id"), Some(written(&text, "ID").unwrap_or("linux")), "{name}");
        count += 1;
    }
    assert!(count >= 13, "only {count} files");
}

#[test]
fn systems_that_are_older_than_os_release_are_known_by_what_they_have_instead() {
    let Some(folder) = fixture(TRIVY) else { return };
    let red_hat = "os/redhatbase/testdata";
    for (file, place, id, version) in [
        (format!("{red_hat}/alma/almalinux-release"), "etc/almalinux-release", "almalinux", "8.4"),
        (format!("{red_hat}/centos/centos-release"), "etc/centos-release", "centos", "7.6.1810"),
        (format!("{red_hat}/fedora_29/fedora-release"), "etc/fedora-release", "fedora", "29"),
        (format!("{red_hat}/oracle_7/oracle-release"), "etc/oracle-release", "ol", "7.6"),
        (format!("{red_hat}/redhat_6/redhat-release"), "etc/redhat-release", "rhel", "6.2"),
        (format!("{red_hat}/rocky/rocky-release"), "etc/rocky-release", "rocky", "8.4"),
        ("os/debian/testdata/debian_9/etc/debian_version".to_owned(), "etc/debian_version", "debian", "9.8"),
        ("os/debian/testdata/debian_sid/etc/debian_version".to_owned(), "etc/debian_version", "debian", "buster/sid"),
        ("os/ubuntu/testdata/lsb-release".to_owned(), "etc/lsb-release", "ubuntu", "18.04"),
    ] {
        let bytes = std::fs::read(folder.join(&file)).unwrap();
        let tree = tree(&[(place, &bytes)]);
        let section = look(&Root::at(tree.path()), SectionName::Host);
        let host = &section.items[0];
        assert_eq!((host.text("os_id"), host.text("os_version")), (Some(id), Some(version)), "{file}");
        assert!(!section.problems.iter().any(|problem| problem.source.contains("release")), "{file}: {section:?}");
    }
    for (file, place) in [
        (format!("{red_hat}/not_redhatbase/empty"), "etc/redhat-release"),
        ("os/ubuntu/testdata/invalid".to_owned(), "etc/lsb-release"),
        ("os/debian/testdata/empty".to_owned(), "etc/debian_version"),
        ("os/ubuntu/testdata/esm_enabled_status.json".to_owned(), "etc/lsb-release"),
        ("os/ubuntu/testdata/esm_disabled_status.json".to_owned(), "etc/lsb-release"),
    ] {
        let bytes = std::fs::read(folder.join(&file)).unwrap();
        let tree = tree(&[(place, &bytes)]);
        let section = look(&Root::at(tree.path()), SectionName::Host);
        assert_eq!(section.items[0].text("os_id"), None, "{file}");
        assert!(section.problems.iter().any(|problem| problem.source == "/etc/os-release"), "{file}: {section:?}");
    }
}

pub(super) const PROCFS: &str = "procfs/testdata/fixtures.ttar";

#[test]
fn a_recorded_proc_gives_sockets_processes_memory_mounts_and_parameters() {
    let directory = tempfile::tempdir().unwrap();
    if unpack_to(directory.path(), PROCFS, "proc/", "proc/").is_none() {
        return;
    }
    let root = Root::at(directory.path());
    let section = |name| look(&root, name);
    assert_eq!(
        keys(&section(SectionName::Listener)),
        ["tcp/0.0.0.0:22", "tcp/10.0.0.5:22", "udp/[::]:5355", "udp/[fe80::56e1:adff:fe7c:6609]:51073",]
    );
    let processes = section(SectionName::Process);
    // One of them has parentheses in its name.
    assert_eq!(keys(&processes), ["(a b ) ( c d) ", "/usr/bin/vim 1000", "pthread_load"]);
    assert_eq!(processes.items[1].text("started_at"), Some("2014-12-10T04:01:39.750Z"));
    assert_eq!(section(SectionName::Memory).items[0].attributes["total_bytes"], 15_666_184_u64 * 1024);
    let cpu = section(SectionName::Cpu);
    assert_eq!(cpu.items[0].text("model_name"), Some("Intel(R) Core(TM) i7-8650U CPU @ 1.90GHz"));
    assert_eq!(cpu.items[0].attributes["threads"], 8);
    let parameters: BTreeMap<String, String> = section(SectionName::Sysctl)
        .items
        .into_iter()
        .map(|item| (item.key.clone(), item.text("value").unwrap().to_owned()))
        .collect();
    assert_eq!(parameters["vm.mmap_min_addr"], "65536");
    assert_eq!(parameters.len(), 10, "{parameters:?}");
    let arrays = section(SectionName::Raid);
    assert_eq!((arrays.status, arrays.items.len()), (SectionStatus::Ok, 18), "{:?}", keys(&arrays));
    // Of eight lines one names no place.
    let mounts = section(SectionName::Mount);
    assert!(
        mounts.items.len() == 7 && mounts.items.iter().all(|item| item.key.starts_with('/')),
        "{:?}",
        keys(&mounts)
    );
}

#[test]
fn another_recorded_proc_gives_the_same_kinds_of_facts() {
    let Some(folder) = fixture(NODE) else { return };
    let root = Root::at(&folder);
    let section = |name| look(&root, name);
    let sockets = section(SectionName::Listener);
    assert_eq!(sockets.problems[0].source, "/proc/net/tcp", "it has no table of TCP: {sockets:?}");
    let processes = section(SectionName::Process);
    // The others are a kernel thread, and one whose line is empty.
    assert_eq!(keys(&processes), ["systemd"]);
    assert_eq!(section(SectionName::Memory).items[0].attributes["total_bytes"], 3_742_148_u64 * 1024);
    assert_eq!(section(SectionName::Cpu).items[0].attributes["threads"], 8);
    let parameters = section(SectionName::Sysctl);
    assert_eq!(keys(&parameters), ["kernel.pid_max", "kernel.threads-max", "net.netfilter.nf_conntrack_max"]);
    assert_eq!(parameters.items[0].text("value"), Some("123"));
}

/// What udev wrote down of devices, with the one file of `/sys` that leads to it.
#[test]
fn what_udev_knows_of_disks_and_their_content_is_told() {
    let directory = tempfile::tempdir().unwrap();
    if unpack_to(directory.path(), "node_exporter/collector/fixtures/udev.ttar", "udev/", "run/udev/").is_none() {
        return;
    }
    for (device, number) in
        [("nvme0n1", "259:0"), ("sda", "8:0"), ("sdb", "8:16"), ("sdc", "8:32"), ("mmcblk0", "179:0")]
    {
        let place = directory.path().join("sys/block").join(device);
        std::fs::create_dir_all(&place).unwrap();
        std::fs::write(place.join("dev"), format!("{number}\n")).unwrap();
        std::fs::write(place.join("size"), "2048\n").unwrap();
    }
    let root = Root::at(directory.path());
    let disks = look(&root, SectionName::Disk);
    assert_eq!(disks.status, SectionStatus::Ok, "{disks:?}");
    for item in &disks.items {
        let number =
            std::fs::read_to_string(directory.path().join(format!("sys/block/{}/dev", item.text("name").unwrap())));
        let known =
            std::fs::read_to_string(directory.path().join(format!("run/udev/data/b{}", number.unwrap().trim())));
        let known = known.unwrap();
        let property =
            |name: &str| known.lines().find_map(|line| line.strip_prefix("E:")?.strip_prefix(name)?.strip_prefix('='));
        let serial =
            property("SCSI_IDENT_SERIAL").or_else(|| property("ID_SERIAL_SHORT")).or_else(|| property("ID_SERIAL"));
        assert_eq!(item.text("serial"), serial, "{}", item.key);
        let wwn = property("ID_WWN_WITH_EXTENSION").or_else(|| property("ID_WWN"));
        assert_eq!(item.text("wwn"), wwn, "{}", item.key);
        let model = property("ID_MODEL").map(|model| model.replace('_', " "));
        assert_eq!(item.text("model").map(|model| model.replace('_', " ")), model, "{}", item.key);
    }
    assert!(disks.items.iter().filter(|item| item.text("serial").is_some()).count() >= 3, "{disks:?}");
}
