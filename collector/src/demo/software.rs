//! What runs on the hosts: packages, units and listeners by role, with versions that grow night by night.

use muster_shared::Item;

use super::fleet::Role;

/// Name and version of a package of the distribution.
type Named = (&'static str, &'static str);

const BASE: &[Named] = &[
    ("adduser", "3.134"),
    ("apt", "2.6.1"),
    ("base-files", "12.4+deb12u5"),
    ("bash", "5.2.15-2"),
    ("bind9-host", "1:9.18.24-1"),
    ("bzip2", "1.0.8-5"),
    ("ca-certificates", "20230311"),
    ("coreutils", "9.1-1"),
    ("cron", "3.0pl1-162"),
    ("curl", "7.88.1-10+deb12u5"),
    ("dbus", "1.14.10-1"),
    ("debian-archive-keyring", "2023.3+deb12u1"),
    ("dpkg", "1.21.22"),
    ("e2fsprogs", "1.47.0-2"),
    ("findutils", "4.9.0-4"),
    ("gnupg", "2.2.40-1.1"),
    ("gpgv", "2.2.40-1.1"),
    ("grep", "3.8-5"),
    ("gzip", "1.12-1"),
    ("init-system-helpers", "1.65.2"),
    ("iproute2", "6.1.0-3"),
    ("iputils-ping", "3:20221126-1"),
    ("less", "590-2.1"),
    ("libc6", "2.36-9+deb12u4"),
    ("libpam-modules", "1.5.2-6"),
    ("libssl3", "3.0.11-1~deb12u2"),
    ("libsystemd0", "252.22-1~deb12u1"),
    ("linux-image-amd64", "6.1.76-1"),
    ("locales", "2.36-9+deb12u4"),
    ("login", "1:4.13+dfsg1-1"),
    ("logrotate", "3.21.0-1"),
    ("mount", "2.38.1-5"),
    ("nano", "7.2-1"),
    ("netbase", "6.4"),
    ("nftables", "1.0.6-2"),
    ("openssh-client", "1:9.2p1-2+deb12u2"),
    ("openssh-server", "1:9.2p1-2+deb12u2"),
    ("openssl", "3.0.11-1~deb12u2"),
    ("passwd", "1:4.13+dfsg1-1"),
    ("perl-base", "5.36.0-7+deb12u1"),
    ("procps", "2:4.0.2-3"),
    ("python3-minimal", "3.11.2-1"),
    ("rsyslog", "8.2302.0-1"),
    ("sed", "4.9-1"),
    ("sudo", "1.9.13p3-1+deb12u1"),
    ("systemd", "252.22-1~deb12u1"),
    ("tar", "1.34+dfsg-1.2"),
    ("tzdata", "2024a-0+deb12u1"),
    ("unattended-upgrades", "2.9.1"),
    ("util-linux", "2.38.1-5"),
    ("vim-tiny", "2:9.0.1378-2"),
    ("wget", "1.21.3-1"),
    ("xz-utils", "5.4.1-0.2"),
    ("zlib1g", "1:1.2.13.dfsg-1"),
];

/// What is upgraded at night, in turn: these have a version that counts up.
pub(super) const UPGRADED: &[&str] =
    &["curl", "libc6", "libssl3", "openssl", "perl-base", "systemd", "tzdata", "vim-tiny", "wget", "bind9-host"];

/// What a role has besides: packages; units that listen with their ports and programs.
struct Kit {
    packages: &'static [Named],
    units: &'static [(&'static str, &'static str, &'static [u16])],
}

const fn kit(role: Role) -> Kit {
    match role {
        Role::Web => Kit {
            packages: &[("nginx", "1.22.1-9"), ("storefront", "4.1.0"), ("libgd3", "2.3.3-9")],
            units: &[("nginx.service", "nginx", &[80, 443])],
        },
        Role::App => Kit {
            packages: &[("openjdk-17-jre-headless", "17.0.10+7-1"), ("checkout", "7.3.2"), ("catalogue-api", "2.8.0")],
            units: &[("checkout.service", "java", &[8_080]), ("catalogue-api.service", "java", &[8_081])],
        },
        Role::Database => Kit {
            packages: &[("postgresql-15", "15.6-0+deb12u1"), ("pgbackrest", "2.50-1"), ("pgbouncer", "1.18.0-1")],
            units: &[
                ("postgresql@15-main.service", "postgres", &[5_432]),
                ("pgbouncer.service", "pgbouncer", &[6_432]),
            ],
        },
        Role::Cache => Kit {
            packages: &[("redis-server", "5:7.0.15-1"), ("redis-tools", "5:7.0.15-1")],
            units: &[("redis-server.service", "redis-server", &[6_379])],
        },
        Role::Balancer => Kit {
            packages: &[("haproxy", "2.6.12-1"), ("keepalived", "1:2.2.7-1")],
            units: &[("haproxy.service", "haproxy", &[80, 443]), ("keepalived.service", "keepalived", &[])],
        },
        Role::Mail => Kit {
            packages: &[("postfix", "3.7.10-0"), ("dovecot-imapd", "1:2.3.19"), ("rspamd", "3.4-1")],
            units: &[("postfix.service", "master", &[25, 587]), ("dovecot.service", "dovecot", &[993])],
        },
        Role::Files => Kit {
            packages: &[("nfs-kernel-server", "1:2.6.2-4"), ("samba", "2:4.17.12")],
            units: &[("nfs-server.service", "rpc.nfsd", &[2_049]), ("smbd.service", "smbd", &[445])],
        },
        Role::Build => Kit {
            packages: &[("git", "1:2.39.2-1.1"), ("docker.io", "20.10.24"), ("forge-runner", "16.9.0")],
            units: &[("docker.service", "dockerd", &[]), ("forge-runner.service", "forge-runner", &[9_252])],
        },
        Role::Monitoring => Kit {
            packages: &[("prometheus", "2.42.0"), ("prometheus-alertmanager", "0.25.0"), ("grafana", "10.3.3")],
            units: &[
                ("prometheus.service", "prometheus", &[9_090]),
                ("prometheus-alertmanager.service", "alertmanager", &[9_093]),
                ("grafana-server.service", "grafana", &[3_000]),
            ],
        },
        Role::Names => Kit {
            packages: &[("unbound", "1.17.1-2"), ("nsd", "4.6.1-1")],
            units: &[("unbound.service", "unbound", &[53]), ("nsd.service", "nsd", &[5_353])],
        },
    }
}

/// A package of the distribution.
pub(super) fn package(name: &str, version: &str) -> Item {
    let item = Item::new(format!("{name}:amd64")).with("name", name).with("version", version);
    item.with("manager", "dpkg").with("architecture", "amd64").with("origin", "Debian").with("state", "installed")
}

/// A version after so many nightly upgrades.
pub(super) fn upgraded(name: &str, times: i64) -> Option<Item> {
    let (name, version) = BASE.iter().find(|(known, _)| *known == name)?;
    Some(package(name, &format!("{version}+demo{times}")))
}

/// All packages of a role.
pub(super) fn packages(role: Role) -> Vec<Item> {
    let all = BASE.iter().chain(kit(role).packages);
    all.map(|(name, version)| package(name, version)).collect()
}

/// A unit of systemd.
pub(super) fn unit(name: &str, state: &str) -> Item {
    let item = Item::new(name).with("name", name).with("enabled_state", state).with("manager", "systemd");
    item.with("fragment_path", format!("/lib/systemd/system/{name}")).with("type", "notify")
}

/// The units of a role.
pub(super) fn units(role: Role) -> Vec<Item> {
    let usual = ["cron.service", "dbus.service", "nftables.service", "rsyslog.service", "ssh.service"];
    let more = ["systemd-timesyncd.service", "unattended-upgrades.service", "muster-agent.service"];
    let own = kit(role).units.iter().map(|(name, _, _)| *name);
    usual.into_iter().chain(more).chain(own).map(|name| unit(name, "enabled")).collect()
}

/// Somebody who listens.
pub(super) fn listener(address: &str, port: u16, process: &str, unit: &str) -> Item {
    let item = Item::new(format!("tcp/{address}:{port}")).with("protocol", "tcp").with("address", address);
    item.with("port", port).with("process", process).with("unit", unit).with("family", "inet")
}

/// All that listens on a host of a role.
pub(super) fn listeners(role: Role) -> Vec<Item> {
    let mut all = vec![listener("0.0.0.0", 22, "sshd", "ssh.service")];
    for (unit, process, ports) in kit(role).units {
        all.extend(ports.iter().map(|port| listener("0.0.0.0", *port, process, unit)));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_upgraded_is_installed_and_its_version_grows() {
        for name in UPGRADED {
            let versions = [1, 2, 10].map(|times| upgraded(name, times).unwrap().text("version").unwrap().to_owned());
            let order = |one: &str, two: &str| muster_model::version::compare("dpkg", one, two);
            assert_eq!(order(&versions[0], &versions[1]), Some(std::cmp::Ordering::Less), "{versions:?}");
            assert_eq!(order(&versions[1], &versions[2]), Some(std::cmp::Ordering::Less), "{versions:?}");
        }
    }
}
