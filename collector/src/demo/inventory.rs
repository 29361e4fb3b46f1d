//! What the agent of a made-up host finds, section by section, with the keys and attributes of the real agent.

use std::collections::BTreeMap;

use muster_shared::{Item, SectionName, Time};
use serde_json::{Value, json};

use super::chance::Chance;
use super::fleet::{Planned, Role};
use super::software;

const GIB: i64 = 1 << 30;
const DAY_MS: i64 = 86_400_000;

/// The key of the file system that a role fills.
pub(super) const DATA: &str = "5f1c0d3e-0000-4000-8000-00000000da7a";

/// An item of a key and a JSON object of attributes.
pub(super) fn item(key: &str, attributes: &Value) -> Item {
    let attributes = attributes.as_object().cloned().unwrap_or_default();
    Item { key: key.to_owned(), attributes: attributes.into_iter().collect() }
}

/// Processors and memory by role: threads, GiB.
const fn size(role: Role) -> (i64, i64) {
    match role {
        Role::Database => (16, 64),
        Role::App | Role::Build => (8, 32),
        Role::Cache | Role::Files | Role::Monitoring => (4, 16),
        Role::Web | Role::Balancer | Role::Mail | Role::Names => (2, 8),
    }
}

/// GiB of the second disk of a role; 0 is none.
const fn data_gib(role: Role) -> i64 {
    match role {
        Role::Database => 400,
        Role::Files => 2_000,
        Role::Mail | Role::Build | Role::Monitoring => 200,
        Role::Web | Role::App | Role::Cache | Role::Balancer | Role::Names => 0,
    }
}

/// What a host is made of.
fn machine(host: &Planned, chance: &mut Chance, sections: &mut BTreeMap<SectionName, Vec<Item>>) {
    let (threads, memory) = size(host.role);
    let (uuid, serial) = (chance.hex(32), chance.hex(12).to_uppercase());
    let uuid: String = uuid
        .char_indices()
        .flat_map(|(at, sign)| [(matches!(at, 8 | 12 | 16 | 20)).then_some('-'), Some(sign)])
        .flatten()
        .collect();
    let name = host.name();
    let operating_system = json!({
        "name": name, "fqdn": name, "machine_id": chance.hex(32), "architecture": "x86_64", "os_id": "debian",
        "os_name": "Debian GNU/Linux", "os_pretty_name": "Debian GNU/Linux 12 (bookworm)", "os_version": "12",
        "os_codename": "bookworm", "timezone": "Europe/Berlin", "virtualization": "kvm", "chassis": "vm",
        "load_1": 0.4, "load_5": 0.3, "load_15": 0.3, "process_count": 140,
    });
    let firmware = json!({
        "system_manufacturer": "QEMU", "system_product": "Standard PC (Q35 + ICH9, 2009)", "system_uuid": uuid,
        "system_serial": format!("DEMO-{serial}"), "bios_vendor": "SeaBIOS", "bios_version": "1.16.2", "uefi": false,
        "source": "smbios",
    });
    let processor = json!({
        "model_name": "AMD EPYC-Milan Processor", "vendor": "AuthenticAMD", "sockets": 1, "cores": threads / 2,
        "threads": threads, "threads_per_core": 2, "cores_per_socket": threads / 2,
    });
    sections.insert(SectionName::Host, vec![item("host", &operating_system)]);
    sections.insert(SectionName::Firmware, vec![item("firmware", &firmware)]);
    sections.insert(SectionName::Cpu, vec![item("cpu", &processor)]);
    let total = memory * GIB;
    let memory = json!({"total_bytes": total, "available_bytes": total / 2, "swap_total_bytes": 2 * GIB});
    sections.insert(SectionName::Memory, vec![item("memory", &memory)]);
}

fn filesystem(key: &str, device: &str, mount: &str, gib: i64, used_gib: i64) -> Item {
    let (size, used) = (gib * GIB, used_gib * GIB);
    let attributes = json!({
        "device": device, "type": "ext4", "uuid": key, "mount_points": [mount], "size_bytes": size, "used_bytes": used,
        "available_bytes": size - used,
    });
    item(key, &attributes)
}

fn storage(host: &Planned, chance: &mut Chance, sections: &mut BTreeMap<SectionName, Vec<Item>>) {
    let disk = |name: &str, gib: i64, serial: &str| {
        let attributes =
            json!({"name": name, "size_bytes": gib * GIB, "type": "disk", "bus": "virtio", "serial": serial});
        item(name, &attributes)
    };
    let root = "5f1c0d3e-0000-4000-8000-000000000001";
    let mut disks = vec![disk("vda", 40, &chance.hex(16))];
    let mut filesystems = vec![filesystem(root, "vda1", "/", 39, 9 + chance.below(8))];
    let mount = |target: &str, source: &str| {
        item(target, &json!({"target": target, "source": source, "type": "ext4", "options": ["relatime", "rw"]}))
    };
    let mut mounts = vec![mount("/", "/dev/vda1")];
    let data = data_gib(host.role);
    if data > 0 {
        disks.push(disk("vdb", data, &chance.hex(16)));
        filesystems.push(filesystem(DATA, "vdb1", "/srv/data", data - 2, data * (30 + chance.below(25)) / 100));
        mounts.push(mount("/srv/data", "/dev/vdb1"));
    }
    sections.insert(SectionName::Disk, disks);
    sections.insert(SectionName::Filesystem, filesystems);
    sections.insert(SectionName::Mount, mounts);
}

fn network(host: &Planned, chance: &mut Chance, sections: &mut BTreeMap<SectionName, Vec<Item>>) {
    let hex = chance.hex(6);
    let mac = format!("52:54:00:{}:{}:{}", hex.get(0..2).unwrap_or("00"), hex.get(2..4).unwrap_or("00"), host.place);
    let card = json!({
        "name": "eth0", "mac": format!("{:0<17.17}", mac), "mtu": 1_500, "operstate": "up", "driver": "virtio_net",
        "kind": "ethernet", "addresses": host.addresses(), "physical": true, "speed_mbps": 10_000,
    });
    sections.insert(SectionName::Interface, vec![item("eth0", &card)]);
    let route = json!({"destination": "default", "gateway": host.gateway(), "interface": "eth0", "family": "inet"});
    sections.insert(SectionName::Route, vec![item("default via eth0", &route)]);
    let resolver = json!({"name_servers": ["192.0.2.53", "198.51.100.53"], "search": ["demo.example"]});
    sections.insert(SectionName::Dns, vec![item("resolver", &resolver)]);
}

/// An account.
pub(super) fn account(name: &str, uid: i64, groups: &[&str]) -> Item {
    let attributes = json!({
        "name": name, "uid": uid, "gid": uid, "home": format!("/home/{name}"), "shell": "/bin/bash", "groups": groups,
        "password_state": "locked",
    });
    item(name, &attributes)
}

/// A rule of sudo.
pub(super) fn sudo_rule(who: &str) -> Item {
    let attributes = json!({
        "kind": "rule", "users": [who], "hosts": ["ALL"], "commands": ["ALL"], "runas": "root", "all_commands": true,
        "sources": [format!("/etc/sudoers.d/{who}")],
    });
    item(&format!("{who} ALL = (root) ALL"), &attributes)
}

/// A key by which somebody may log in.
pub(super) fn authorized_key(account: &str, chance: &mut Chance) -> Item {
    let fingerprint = format!("SHA256:{}", chance.hex(43));
    let attributes = json!({
        "account": account, "fingerprint": fingerprint, "type": "ssh-ed25519", "bits": 256, "effective": true,
        "file": format!("/home/{account}/.ssh/authorized_keys"), "comment": format!("{account}@example.com"),
    });
    item(&format!("{account} {fingerprint}"), &attributes)
}

/// How sshd is set.
pub(super) fn sshd(root_login: &str) -> Item {
    let attributes = json!({
        "kind": "sshd", "installed": true, "PermitRootLogin": root_login, "PasswordAuthentication": "no",
        "PubkeyAuthentication": "yes", "X11Forwarding": "no", "MaxAuthTries": "4",
    });
    item("sshd", &attributes)
}

fn security(chance: &mut Chance, sections: &mut BTreeMap<SectionName, Vec<Item>>) {
    let mut root = account("root", 0, &["root"]);
    root.set("home", "/root");
    sections.insert(SectionName::User, vec![root, account("deploy", 1_001, &["deploy"])]);
    let group =
        |name: &str, gid: i64, members: &[&str]| item(name, &json!({"name": name, "gid": gid, "members": members}));
    sections.insert(SectionName::Group, vec![group("sudo", 27, &[]), group("deploy", 1_001, &["deploy"])]);
    sections.insert(SectionName::SudoRule, vec![sudo_rule("%sudo")]);
    sections.insert(SectionName::AuthorizedKey, vec![authorized_key("deploy", chance)]);
    sections.insert(SectionName::LoginPolicy, vec![sshd("no")]);
    let rules = json!({"kind": "ruleset", "backend": "nftables", "rule_count": 14, "sha256": chance.hex(64)});
    sections.insert(SectionName::Firewall, vec![item("nftables ruleset", &rules)]);
}

/// A certificate that ends on a day.
pub(super) fn certificate(name: &str, from: Time, to: Time, chance: &mut Chance) -> Item {
    let path = format!("/etc/ssl/{name}.pem");
    let attributes = json!({
        "path": path, "subject": format!("CN={name}"), "issuer": "CN=Demo Issuing CA 2", "serial": chance.hex(16),
        "not_before": from.to_string(), "not_after": to.to_string(), "key_type": "ec", "curve": "P-256",
        "is_ca": false, "self_signed": false, "subject_alternative_names": [name],
        "fingerprint_sha256": chance.hex(64),
    });
    item(&path, &attributes)
}

fn settings(host: &Planned, sections: &mut BTreeMap<SectionName, Vec<Item>>) {
    let kernel = json!({
        "release": "6.1.0-18-amd64", "version": "#1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1", "newer_installed": false,
        "command_line": "BOOT_IMAGE=/boot/vmlinuz-6.1.0-18-amd64 root=/dev/vda1 ro quiet", "machine": "x86_64",
    });
    sections.insert(SectionName::Kernel, vec![item("kernel", &kernel)]);
    let sysctl = |name: &str, value: &str| item(name, &json!({ "value": value }));
    let swappiness = if host.role == Role::Database { "1" } else { "60" };
    let set = vec![
        sysctl("kernel.randomize_va_space", "2"),
        sysctl("net.ipv4.ip_forward", "0"),
        sysctl("net.ipv4.tcp_syncookies", "1"),
        sysctl("vm.swappiness", swappiness),
    ];
    sections.insert(SectionName::Sysctl, set);
    let timer =
        json!({"name": "apt-daily-upgrade.timer", "enabled_state": "enabled", "unit": "apt-daily-upgrade.service"});
    sections.insert(SectionName::Timer, vec![item("apt-daily-upgrade.timer", &timer)]);
    let clock = json!({"service": "systemd-timesyncd", "synchronized": true, "servers": ["192.0.2.123"]});
    sections.insert(SectionName::TimeSync, vec![item("systemd-timesyncd", &clock)]);
    let agent = json!({"version": muster_shared::VERSION, "sections_ok": 30, "no_new_privileges": true});
    sections.insert(SectionName::Agent, vec![item("muster-agent", &agent)]);
}

/// A connection that a program of a host holds to another host.
pub(super) fn connection(to: &str, port: u16, unit: &str) -> Item {
    let attributes = json!({
        "direction": "outbound", "protocol": "tcp", "remote_address": to, "port": port, "unit": unit, "connections": 8,
    });
    item(&format!("outbound tcp {to}:{port} {unit}"), &attributes)
}

/// Everything that is on a host on its first day.
pub(super) fn of(host: &Planned, seed: u64, now: Time) -> BTreeMap<SectionName, Vec<Item>> {
    let mut chance = Chance::of(seed, &host.short);
    let mut sections = BTreeMap::new();
    machine(host, &mut chance, &mut sections);
    storage(host, &mut chance, &mut sections);
    network(host, &mut chance, &mut sections);
    security(&mut chance, &mut sections);
    settings(host, &mut sections);
    sections.insert(SectionName::Package, software::packages(host.role));
    sections.insert(SectionName::Service, software::units(host.role));
    sections.insert(SectionName::Listener, software::listeners(host.role));
    sections.insert(SectionName::Cron, Vec::new());
    sections.insert(SectionName::Connection, Vec::new());
    if matches!(host.role, Role::Web | Role::Balancer | Role::Mail) {
        // Within the made-up history none of these ends; the story has one that does.
        let end = now.plus_millis((400 + chance.below(200)) * DAY_MS);
        let from = now.plus_millis(-30 * DAY_MS);
        sections.insert(SectionName::Certificate, vec![certificate(&host.name(), from, end, &mut chance)]);
    } else {
        sections.insert(SectionName::Certificate, Vec::new());
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::fleet;

    #[test]
    fn every_attribute_is_one_that_agents_tell() {
        for host in fleet::plan(20) {
            for (section, items) in of(&host, 7, Time::from_millis(1_790_000_000_000)) {
                for item in items {
                    for name in item.attributes.keys() {
                        assert!(muster_shared::attribute::kind_of(section, name).is_some(), "{section} {name}");
                    }
                }
            }
        }
    }

    #[test]
    fn no_two_hosts_show_the_same_identifier() {
        let mut seen = std::collections::BTreeSet::new();
        for host in fleet::plan(60) {
            let sections = of(&host, 7, Time::from_millis(0));
            for (section, attribute) in [
                (SectionName::Host, "machine_id"),
                (SectionName::Firmware, "system_uuid"),
                (SectionName::Interface, "mac"),
            ] {
                let value = sections[&section][0].text(attribute).unwrap().to_owned();
                assert!(seen.insert(value.clone()), "{attribute} {value}");
            }
        }
    }
}
