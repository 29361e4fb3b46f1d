//! Files of the host that collectors read.

use muster_shared::SectionName as S;

use super::File;

const USERS: (&str, &str) = ("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\nann:x:1000:100::/home/ann:/bin/sh\n");
const DISK: (&str, &str) = ("/sys/block/sda/size", "1000\n");
const DISK_NUMBER: (&str, &str) = ("/sys/block/sda/dev", "8:0\n");
const DEVICE: &[(&str, &str)] = &[
    ("/sys/bus/pci/devices/0000:00:03.0/vendor", "0x8086\n"),
    ("/sys/bus/pci/devices/0000:00:03.0/device", "0x100e\n"),
    ("/sys/bus/pci/devices/0000:00:03.0/class", "0x020000\n"),
    ("/sys/bus/pci/devices/0000:00:03.0/subsystem_vendor", "0x1af4\n"),
    ("/sys/bus/pci/devices/0000:00:03.0/subsystem_device", "0x1100\n"),
];

const fn row(section: S, path: &'static str) -> File {
    File { section, path, beside: &[] }
}

const fn with(section: S, path: &'static str, beside: &'static [(&'static str, &'static str)]) -> File {
    File { section, path, beside }
}

/// Name of the parser, section, file.
pub(super) const FILES: &[(&str, File)] = &[
    ("access_conf", row(S::LoginPolicy, "/etc/security/access.conf")),
    ("anacrontab", row(S::Cron, "/etc/anacrontab")),
    ("apk", row(S::Package, "/lib/apk/db/installed")),
    ("apk_repositories", row(S::Repository, "/etc/apk/repositories")),
    ("at_job", with(S::Cron, "/var/spool/cron/atjobs/a00003018f2c40", &[USERS])),
    ("apt_list", row(S::Repository, "/etc/apt/sources.list")),
    ("apt_sources", row(S::Repository, "/etc/apt/sources.list.d/a.sources")),
    ("authorized_keys", with(S::AuthorizedKey, "/home/ann/.ssh/authorized_keys", &[USERS])),
    (
        "battery_number",
        with(
            S::Battery,
            "/sys/class/power_supply/BAT0/charge_full",
            &[("/sys/class/power_supply/BAT0/type", "Battery\n"), ("/sys/class/power_supply/BAT0/present", "1\n")],
        ),
    ),
    ("cargo", with(S::Package, "/root/.cargo/.crates2.json", &[USERS])),
    ("certificate", row(S::Certificate, "/etc/nginx/site.pem")),
    ("cgroup", row(S::Host, "/proc/1/cgroup")),
    ("chrony", with(S::TimeSync, "/etc/chrony/chrony.conf", &[("/usr/sbin/chronyd", "")])),
    ("cloud_init", row(S::Host, "/run/cloud-init/instance-data.json")),
    ("connection_table", row(S::Connection, "/proc/net/tcp")),
    ("containerd_database", row(S::Image, "/var/lib/containerd/io.containerd.metadata.v1.bolt/meta.db")),
    ("containerd", row(S::Container, "/run/containerd/io.containerd.runtime.v2.task/default/a/config.json")),
    (
        "cpu_list",
        with(
            S::Cpu,
            "/sys/devices/system/cpu/online",
            &[
                ("/proc/cpuinfo", "processor\t: 0\nmodel name\t: Some\n\n"),
                ("/sys/devices/system/cpu/cpu0/topology/core_id", "0\n"),
            ],
        ),
    ),
    (
        "cpu_map",
        with(
            S::Cpu,
            "/sys/devices/system/cpu/cpu0/topology/thread_siblings",
            &[
                ("/proc/cpuinfo", "processor\t: 0\nmodel name\t: Some\n\nprocessor\t: 1\n"),
                ("/sys/devices/system/cpu/online", "0-1\n"),
                ("/sys/devices/system/cpu/cpu0/topology/core_id", "0\n"),
            ],
        ),
    ),
    ("cpuinfo", row(S::Cpu, "/proc/cpuinfo")),
    ("crontab", row(S::Cron, "/etc/crontab")),
    ("crontab_of_user", with(S::Cron, "/var/spool/cron/crontabs/ann", &[USERS])),
    ("disk_page", with(S::Disk, "/sys/block/sda/device/vpd_pg80", &[DISK, DISK_NUMBER])),
    ("dnf_conf", row(S::Repository, "/etc/dnf/dnf.conf")),
    ("docker_container", row(S::Container, "/var/lib/docker/containers/a/config.v2.json")),
    (
        "docker_host",
        with(
            S::Container,
            "/var/lib/docker/containers/a/hostconfig.json",
            &[(
                "/var/lib/docker/containers/a/config.v2.json",
                r#"{"ID":"a","Name":"/web","Config":{"Image":"nginx"}}"#,
            )],
        ),
    ),
    (
        "docker_image",
        with(
            S::Image,
            "/var/lib/docker/image/overlay2/imagedb/content/sha256/3f8a00f137a0d2c8a2163a09901e28e2471999fde4efc2f9570b91f1c30acf94",
            &[(
                "/var/lib/docker/image/overlay2/repositories.json",
                r#"{"Repositories":{"nginx":{"nginx:1":"sha256:3f8a00f137a0d2c8a2163a09901e28e2471999fde4efc2f9570b91f1c30acf94"}}}"#,
            )],
        ),
    ),
    ("docker_repositories", row(S::Image, "/var/lib/docker/image/overlay2/repositories.json")),
    (
        "docker_settings",
        with(
            S::Container,
            "/etc/docker/daemon.json",
            &[("/data/docker/containers/a/config.v2.json", r#"{"ID":"a","Name":"/web","Config":{"Image":"nginx"}}"#)],
        ),
    ),
    ("dpkg", row(S::Package, "/var/lib/dpkg/status")),
    ("edid", row(S::Monitor, "/sys/class/drm/card0-HDMI-A-1/edid")),
    ("faillock", row(S::LoginPolicy, "/etc/security/faillock.conf")),
    (
        "flatpak",
        with(
            S::Package,
            "/var/lib/flatpak/app/org.gimp.GIMP/x86_64/stable/abc/deploy",
            &[("/var/lib/flatpak/app/org.gimp.GIMP/x86_64/stable/active", "-> abc")],
        ),
    ),
    ("group", row(S::Group, "/etc/group")),
    ("hosts", with(S::Host, "/etc/hosts", &[("/proc/sys/kernel/hostname", "mars\n")])),
    ("ip_tables", row(S::Firewall, "/etc/iptables/rules.v4")),
    ("kernel_command_line", with(S::Kernel, "/proc/cmdline", &[("/proc/sys/kernel/osrelease", "6.1.0-1-amd64\n")])),
    ("kernel_taint", with(S::Kernel, "/proc/sys/kernel/tainted", &[("/proc/sys/kernel/osrelease", "6.1.0-1-amd64\n")])),
    ("libvirt", row(S::VirtualMachine, "/etc/libvirt/qemu/a.xml")),
    ("listener_table", row(S::Listener, "/proc/net/tcp6")),
    ("login_defs", row(S::LoginPolicy, "/etc/login.defs")),
    ("lvm_backup", row(S::Lvm, "/etc/lvm/backup/vg")),
    (
        "lvm_name",
        with(
            S::Lvm,
            "/sys/block/dm-0/dm/name",
            &[
                ("/sys/block/dm-0/dm/uuid", "LVM-AAAAAABBBBCCCCDDDDEEEEFFFFGGGGGGlvroot00000000000000000000000000\n"),
                ("/sys/block/dm-0/size", "1000\n"),
            ],
        ),
    ),
    ("lxc", row(S::Container, "/var/lib/lxc/a/config")),
    ("machine_id", row(S::Host, "/etc/machine-id")),
    ("meminfo", row(S::Memory, "/proc/meminfo")),
    ("mdstat", row(S::Raid, "/proc/mdstat")),
    ("modules", row(S::Module, "/proc/modules")),
    ("mountinfo", row(S::Mount, "/proc/self/mountinfo")),
    ("mountinfo_of_filesystems", row(S::Filesystem, "/proc/self/mountinfo")),
    ("npm", row(S::Package, "/usr/lib/node_modules/x/package.json")),
    ("ntp_conf", with(S::TimeSync, "/etc/ntp.conf", &[("/usr/sbin/ntpd", "")])),
    ("ntpd_rs", with(S::TimeSync, "/etc/ntpd-rs/ntp.toml", &[("/usr/bin/ntp-daemon", "")])),
    ("os_release", row(S::Host, "/etc/os-release")),
    ("pacman", row(S::Package, "/var/lib/pacman/local/x-1-1/desc")),
    ("pacman_conf", row(S::Repository, "/etc/pacman.conf")),
    ("pam", row(S::LoginPolicy, "/etc/pam.d/common-auth")),
    ("passwd", row(S::User, "/etc/passwd")),
    ("pci_names", with(S::Pci, "/usr/share/misc/pci.ids", DEVICE)),
    ("pip", row(S::Package, "/usr/local/lib/python3.11/dist-packages/x-1.dist-info/METADATA")),
    ("podman_containers", row(S::Container, "/var/lib/containers/storage/overlay-containers/containers.json")),
    (
        "podman_database",
        with(
            S::Container,
            "/var/lib/containers/storage/db.sql",
            &[(
                "/var/lib/containers/storage/overlay-containers/containers.json",
                "[{\"id\":\"4a5ae1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e\",\"names\":[\"web\"]}]",
            )],
        ),
    ),
    (
        "podman_old_database",
        with(
            S::Container,
            "/var/lib/containers/storage/libpod/bolt_state.db",
            &[(
                "/var/lib/containers/storage/overlay-containers/containers.json",
                "[{\"id\":\"878cf31f138f33293d89c80da75d5c4f5cf1bc1946047a4871fb00f53b393f23\",\"names\":[\"web\"]}]",
            )],
        ),
    ),
    ("podman_images", row(S::Image, "/var/lib/containers/storage/overlay-images/images.json")),
    (
        "podman_layers",
        with(
            S::Image,
            "/var/lib/containers/storage/overlay-layers/layers.json",
            &[(
                "/var/lib/containers/storage/overlay-images/images.json",
                r#"[{"id":"a","names":["docker.io/library/nginx:1"],"layer":"l2","digest":"sha256:00"}]"#,
            )],
        ),
    ),
    (
        "podman_settings",
        with(
            S::Container,
            "/etc/containers/storage.conf",
            &[("/data/podman/overlay-containers/containers.json", r#"[{"id":"a","names":["web"],"metadata":"{}"}]"#)],
        ),
    ),
    ("release_of_debian", row(S::Host, "/etc/debian_version")),
    ("release_of_lsb", row(S::Host, "/etc/lsb-release")),
    ("release_of_red_hat", row(S::Host, "/etc/redhat-release")),
    (
        "process_stat",
        with(
            S::Process,
            "/proc/77/stat",
            &[
                ("/proc/stat", "btime 1700000000\n"),
                ("/proc/77/status", "Name:\tx\nUid:\t0\t0\t0\t0\n"),
                ("/proc/77/cmdline", "x\0"),
            ],
        ),
    ),
    (
        "process_status",
        with(
            S::Process,
            "/proc/77/status",
            &[
                ("/proc/stat", "btime 1700000000\n"),
                ("/proc/77/stat", "77 (x) S 1 77 77 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 100 1000 10 0\n"),
            ],
        ),
    ),
    ("proxmox_container", row(S::Container, "/etc/pve/lxc/100.conf")),
    ("proxmox_machine", row(S::VirtualMachine, "/etc/pve/qemu-server/100.conf")),
    ("pwquality", row(S::LoginPolicy, "/etc/security/pwquality.conf")),
    ("recorded_interfaces", row(S::Interface, "/.muster/interface.json")),
    ("recorded_routes", row(S::Route, "/.muster/route.json")),
    (
        "reserved_ports",
        with(
            S::Listener,
            "/proc/sys/net/ipv4/ip_local_reserved_ports",
            &[(
                "/proc/net/udp",
                " 0: 00000000:9C40 00000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 70 2\n",
            )],
        ),
    ),
    ("resolv_conf", row(S::Dns, "/etc/resolv.conf")),
    ("rpm_berkeley", row(S::Package, "/var/lib/rpm/Packages")),
    ("rpm_ndb", row(S::Package, "/var/lib/rpm/Packages.db")),
    ("rpm_sqlite", row(S::Package, "/var/lib/rpm/rpmdb.sqlite")),
    (
        "sensor_number",
        with(S::Sensor, "/sys/class/hwmon/hwmon0/temp1_input", &[("/sys/class/hwmon/hwmon0/name", "coretemp\n")]),
    ),
    ("shadow", with(S::User, "/etc/shadow", &[USERS])),
    ("smbios_firmware", row(S::Firmware, "/sys/firmware/dmi/tables/DMI")),
    ("smbios_memory", with(S::Memory, "/sys/firmware/dmi/tables/DMI", &[("/proc/meminfo", "MemTotal: 8000 kB\n")])),
    ("snap_state", row(S::Package, "/var/lib/snapd/state.json")),
    (
        "socket_arguments",
        with(
            S::Listener,
            "/proc/9/cmdline",
            &[
                (
                    "/proc/net/udp",
                    " 0: 00000000:9C40 00000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 70 2\n",
                ),
                ("/proc/9/fd/3", "-> socket:[70]"),
            ],
        ),
    ),
    ("sshd_config", row(S::LoginPolicy, "/etc/ssh/sshd_config")),
    ("sudoers", with(S::SudoRule, "/etc/sudoers", &[("/etc/sudoers.d/one", "ann ALL = /bin/ls\n")])),
    ("sysctl", row(S::Sysctl, "/proc/sys/kernel/randomize_va_space")),
    ("timer_unit", row(S::Timer, "/etc/systemd/system/x.timer")),
    ("timesyncd", with(S::TimeSync, "/etc/systemd/timesyncd.conf", &[("/usr/lib/systemd/systemd-timesyncd", "")])),
    ("udev", with(S::Disk, "/run/udev/data/b8:0", &[DISK, DISK_NUMBER])),
    ("unit", row(S::Service, "/etc/systemd/system/x.service")),
    (
        "usb_names",
        with(
            S::Usb,
            "/var/lib/usbutils/usb.ids",
            &[("/sys/bus/usb/devices/1-1/idVendor", "1d6b\n"), ("/sys/bus/usb/devices/1-1/idProduct", "0002\n")],
        ),
    ),
    (
        "vlan",
        with(
            S::Interface,
            "/proc/net/vlan/eth0.7",
            &[("/sys/class/net/eth0.7/ifindex", "2\n"), ("/sys/class/net/eth0.7/uevent", "DEVTYPE=vlan\n")],
        ),
    ),
    ("yum_repository", row(S::Repository, "/etc/yum.repos.d/a.repo")),
];

/// Name of the parser, first file, path of the second.
pub(super) const PAIRS: &[(&str, File, &str)] =
    &[("rpm_wal", row(S::Package, "/var/lib/rpm/rpmdb.sqlite"), "/var/lib/rpm/rpmdb.sqlite-wal")];
