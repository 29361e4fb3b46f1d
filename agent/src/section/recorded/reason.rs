//! Every file of `../shared/fixtures` is read by a test, or stands here with the reason why it is not: one that is new there has to be
//! read, or to get its reason.

use std::collections::BTreeSet;

use super::table::{CPUS, FACTER, KEYS, NODE, PROCFS, TRIVY};
use super::*;

/// Read by the tests of sections, or by those of the collector: where, and which.
const ELSEWHERE: &[(&str, &str)] = &[
    ("facter/spec/fixtures/meminfo", "section/memory.rs"),
    ("facter/spec/fixtures/rhel5_memory", "section/memory.rs"),
    ("glpi-agent/generic/edid/", "section/monitor/tests.rs"),
    ("glpi-agent/expected/", "section/monitor/tests.rs"),
    ("go-rpmdb/", "section/package/rpm/tests.rs"),
    ("node_exporter/collector/fixtures/proc/1/mountinfo", "section/mount.rs"),
    ("node_exporter/collector/fixtures/proc/10/mountinfo", "section/mount.rs"),
    ("node_exporter/collector/fixtures/proc/mdstat", "section/raid/tests.rs"),
    ("node_exporter/collector/fixtures/sys.ttar", "section/pci.rs, sensor.rs, raid/tests.rs"),
    ("os-release/", "section/host/tests.rs"),
    ("smbios/", "section/smbios/tests.rs"),
    ("trivy/pkg/fanal/analyzer/os/release/", "section/host/tests.rs"),
    ("trivy/pkg/fanal/analyzer/pkg/apk/", "section/package/tests.rs"),
    ("trivy/pkg/fanal/analyzer/pkg/dpkg/testdata/valid.txtar", "section/package/tests.rs"),
    ("trivy/pkg/fanal/analyzer/pkg/dpkg/testdata/third-party.txtar", "section/package/tests.rs"),
    ("trivy/pkg/fanal/analyzer/pkg/dpkg/testdata/corrupsed.txtar", "section/package/tests.rs"),
    ("util-linux/lscpu/", "section/cpu/tests.rs"),
    ("util-linux/lsblk/", "section/disk/tests.rs"),
    ("wire/", "the collector's tests/e2e/foreign.rs"),
];

/// Read by nobody here, and why.
const NOT_OURS: &[(&str, &[&str])] = &[
    (
        "what AIX, Solaris, the BSDs and macOS tell",
        &[
            "aix_filesystems",
            "freebsd_swapinfo",
            "kern.geom.confxml",
            "kstat_",
            "lparstat_",
            "lslv_output",
            "lspv_",
            "macosx_filesystems",
            "niminfo_",
            "openbsd_",
            "osx_route",
            "partitions_cudv_query",
            "processors_",
            "prtdiag",
            "route_n_get_default",
            "smbios_",
            "solaris_",
            "svmon_content",
            "swap_l",
            "system_profile",
            "virtinfo",
            "vm_stat",
            "zfs",
            "zpool",
        ],
    ),
    (
        "what a program printed: none is started",
        &[
            "blkid_output",
            "centos_lsb_release",
            "df",
            "dmi_decode_",
            "ifconfig_mac",
            "ip_",
            "lsblk_output_",
            "lspci_",
            "mount",
            "netstat_",
            "virt-what-content",
            "xen_domains",
        ],
    ),
    ("facter's own files", &["broken_os_hierarchy", "external_fact_", "invalid_option_pairs.conf", "os_hierarchy"]),
    ("secrets stand in environments: they are never read", &["proc_environ_"]),
    ("netlink tells the same and more", &["proc_net_if_inet6", "proc_net_route"]),
    ("mountinfo tells the same and more", &["proc_self_mounts"]),
    ("/sys/class/net tells it of bonds", &["bond_interface_data"]),
    (
        "that a process is in a container proves nothing of the host",
        &["cgroup_file", "docker_cgroup", "lxc_cgroup", "proc_self_status"],
    ),
    ("that an address is a lease the kernel says, by its lifetime", &["dhclient_", "dhcp_", "dhcpcd"]),
    (
        "keys without their type, as no file of a user holds them",
        &["ecdsa256_key", "ecdsa384_key", "ecdsa521_key", "ecdsa_key", "ed25519_key", "rsa_key"],
    ),
    ("the whole answer of a metadata address, of which single values are asked for", &["gce"]),
    ("which security module counts the kernel says", &["selinux_config"]),
    ("what the kernel could mount is no fact of what is there", &["filesystems"]),
    ("metrics, which are taken of the running system", &["loadavg"]),
];

/// The same of whole folders.
const NOT_OURS_BELOW: &[(&str, &[&str])] = &[
    (
        "counters: no inventory",
        &[
            "arp",
            "buddyinfo",
            "cgroups",
            "diskstats",
            "drbd",
            "interrupts",
            "loadavg",
            "net/arp",
            "net/ip_vs",
            "net/netstat",
            "net/rpc/",
            "net/snmp",
            "net/sockstat",
            "net/softnet_stat",
            "net/stat/",
            "net/xfrm_stat",
            "pressure/",
            "schedstat",
            "slabinfo",
            "softirqs",
            "spl/",
            "swaps",
            "sys/fs/file-nr",
            "sys/kernel/hung_task_detect_count",
            "sys/kernel/random/",
            "sys/kernel/seccomp/",
            "sys/net/netfilter/nf_conntrack_count",
            "vmstat",
            "zoneinfo",
        ],
    ),
    ("no place of the kernel's", &["sys/pid_max", "sys/threads-max", "10/mountstats", "11/.missing_stat"]),
];

/// All files below a folder of the fixtures, by their paths in it.
pub(super) fn files(folder: &Path) -> BTreeSet<String> {
    let (mut found, mut folders) = (BTreeSet::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    found
}

/// What `table` reads.
fn is_in_table(path: &str) -> bool {
    let facter = path.strip_prefix(FACTER).and_then(|name| name.strip_prefix('/')).unwrap_or_default();
    let node = path.strip_prefix(NODE).and_then(|name| name.strip_prefix('/')).unwrap_or_default();
    let trivy = path.strip_prefix(TRIVY).and_then(|name| name.strip_prefix('/')).unwrap_or_default();
    facter.starts_with("os_release")
        || CPUS.iter().any(|(name, ..)| *name == facter)
        || KEYS.iter().any(|(name, _)| *name == facter)
        || facter.starts_with("cmdline_root_device")
        || ["cpuinfo", "meminfo", "stat", "1/stat", "10/stat", "11/stat", "net/udp", "sys/kernel/pid_max"]
            .iter()
            .chain(&["sys/kernel/threads-max", "sys/net/netfilter/nf_conntrack_max", "interrupts_aarch64"])
            .any(|name| node.strip_prefix("proc/") == Some(name))
        || node == "udev.ttar"
        || path == PROCFS
        || trivy.starts_with("os/")
        || trivy.starts_with("pkg/dpkg/testdata/")
}

#[test]
fn every_recorded_file_is_read_by_a_test_or_has_a_reason_why_it_is_not() {
    let Some(folder) = fixture("") else { return };
    let has_reason = |path: &str| {
        let facter = path.strip_prefix(FACTER).and_then(|name| name.strip_prefix('/'));
        let proc = path.strip_prefix(NODE).and_then(|name| name.strip_prefix("/proc/"));
        let within = |table: &[(&str, &[&str])], name: Option<&str>| {
            name.is_some_and(|name| table.iter().flat_map(|(_, begins)| *begins).any(|begin| name.starts_with(begin)))
        };
        path.ends_with("LICENSE") || path == "README.md" || within(NOT_OURS, facter) || within(NOT_OURS_BELOW, proc)
    };
    let is_read = |path: &str| is_in_table(path) || ELSEWHERE.iter().any(|(begin, _)| path.starts_with(begin));
    let left: Vec<String> = files(&folder).into_iter().filter(|path| !is_read(path) && !has_reason(path)).collect();
    assert!(left.is_empty(), "neither read nor with a reason: {left:#?}");
}
