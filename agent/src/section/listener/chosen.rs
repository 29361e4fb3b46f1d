//! Tells ports that somebody chose from those that the kernel picked, and so a UDP server from a client: UDP has no state for it, a
//! socket that waits for whoever comes and one that waits for the answer to its question look the same to the kernel. Outside the
//! range from which the kernel picks ports every port was chosen; inside it, one counts as chosen when something says so that a
//! picked one does not show but by a rare chance:
//!
//! - the kernel itself has the socket (`WireGuard`), or never picks this port (`ip_local_reserved_ports`);
//! - systemd has it, for a socket unit names its port;
//! - the same process has the port twice: in both families, at two addresses, or once for each of its workers;
//! - the same process listens at the TCP port of that number;
//! - the process was started with the number among its arguments. They are looked through and not kept.
//!
//! What shows none of these is taken for picked, and over UDP for a client's: a server of one address that has its port from a file is
//! among them, until somebody puts its port into `ip_local_reserved_ports`, which keeps the kernel from giving it away in the first
//! place. A TCP listener at a picked port stays in the inventory; that it comes is no drift.

use std::collections::BTreeMap;

use super::Socket;
use super::owner::{Owner, Owners};
use crate::root::Root;

/// Ports of the range that the kernel never picks (`ip(7)`).
const RESERVED: &str = "/proc/sys/net/ipv4/ip_local_reserved_ports";
/// The process that opens the sockets of socket units.
const INIT: u32 = 1;
const ARGUMENTS_CAP_BYTES: u64 = 16 << 10;

/// What tells chosen ports.
pub(super) struct Chosen {
    /// First and last of each range.
    reserved: Vec<(u16, u16)>,
    /// How many sockets each process has at a port, of either protocol.
    at_port: BTreeMap<(u32, u16), usize>,
}

impl Chosen {
    /// From everything that listens and whose it is.
    pub(super) fn read(root: &Root, sockets: &[Socket], owners: &Owners) -> Self {
        let mut at_port = BTreeMap::new();
        for socket in sockets {
            if let Some(owner) = owners.by_inode.get(&socket.inode) {
                *at_port.entry((owner.pid, socket.port)).or_insert(0) += 1;
            }
        }
        Self { reserved: parse_ranges(&root.value(RESERVED).unwrap_or_default()), at_port }
    }

    /// Whether somebody chose the port of a socket.
    pub(super) fn is(&self, root: &Root, socket: &Socket, owner: Option<&Owner>) -> bool {
        let port = socket.port;
        if socket.inode == 0 || self.reserved.iter().any(|(first, last)| (*first..=*last).contains(&port)) {
            return true;
        }
        owner.is_some_and(|owner| {
            owner.pid == INIT
                || self.at_port.get(&(owner.pid, port)).is_some_and(|count| *count > 1)
                || is_argument(root, owner.pid, port)
        })
    }
}

/// Programs that listen for container engines. Their arguments name the port also where the engine picked it (`docker run -P`), anew
/// with every container: what is published there the container says.
const ENGINE_PROXIES: &[&str] = &["docker-proxy", "rootlessport"];

/// Whether a process listens for containers.
pub(super) fn is_of_engine(owner: &Owner) -> bool {
    owner.name.as_deref().is_some_and(|name| ENGINE_PROXIES.contains(&name))
}

/// Ranges such as `8080,9148-9150`; what is none is left out.
fn parse_ranges(text: &str) -> Vec<(u16, u16)> {
    let range = |part: &str| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        Some((first.trim().parse().ok()?, last.trim().parse().ok()?))
    };
    text.split(',').filter_map(range).collect()
}

/// Whether a process was started with a number among its arguments, alone or in a word such as `0.0.0.0:51820`.
fn is_argument(root: &Root, pid: u32, port: u16) -> bool {
    let arguments = root.read_capped(&format!("/proc/{pid}/cmdline"), ARGUMENTS_CAP_BYTES).unwrap_or_default();
    let port = port.to_string();
    // The first is the program.
    let mut words = arguments.split(|byte| *byte == 0).skip(1);
    words.any(|word| word.split(|byte| !byte.is_ascii_digit()).any(|number| number == port.as_bytes()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::super::{Collector as _, Listener};
    use super::*;

    #[test]
    fn ranges_are_read_as_the_kernel_prints_them() {
        assert_eq!(parse_ranges("8080,9148-9150\n"), [(8080, 8080), (9148, 9150)]);
        for none in ["", "\n", "x", "1-", "70000"] {
            assert_eq!(parse_ranges(none), [], "{none}");
        }
    }

    /// The keys of items that have an attribute.
    fn with(items: &[muster_shared::Item], attribute: &str) -> Vec<String> {
        items.iter().filter(|item| item.attributes.contains_key(attribute)).map(|item| item.key.clone()).collect()
    }

    /// What is left as a client's of sockets and processes.
    fn clients(
        reserved: &str,
        udp: &[(u64, u16)],
        tcp: &[(u64, u16)],
        processes: &[(u32, &str, &[u64])],
    ) -> Vec<String> {
        with(&seen("32768 60999", reserved, udp, tcp, processes), "client_port")
    }

    /// What is seen of sockets, each with inode (which makes its address) and port, and of processes with their arguments and inodes.
    fn seen(
        range: &str,
        reserved: &str,
        udp: &[(u64, u16)],
        tcp: &[(u64, u16)],
        processes: &[(u32, &str, &[u64])],
    ) -> Vec<muster_shared::Item> {
        let directory = tempfile::tempdir().unwrap();
        let write = |path: String, text: &str| {
            let path = directory.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        let table = |sockets: &[(u64, u16)], state: &str| {
            let line = |(inode, port): &(u64, u16)| {
                let address = format!("{:08X}", inode % 7);
                format!(
                    " 0: {address}:{port:04X} 00000000:0000 {state} 00000000:00000000 00:00000000 00000000 0 0 {inode} 2\n"
                )
            };
            sockets.iter().map(line).collect::<String>()
        };
        write("proc/net/udp".into(), &table(udp, "07"));
        write("proc/net/tcp".into(), &table(tcp, "0A"));
        write(RESERVED.trim_start_matches('/').into(), reserved);
        write("proc/sys/net/ipv4/ip_local_port_range".into(), range);
        for (pid, arguments, inodes) in processes {
            let program = arguments.split(' ').next().unwrap_or_default();
            write(format!("proc/{pid}/comm"), &format!("{program}\n"));
            write(format!("proc/{pid}/cmdline"), &arguments.replace(' ', "\0"));
            std::fs::create_dir_all(directory.path().join(format!("proc/{pid}/fd"))).unwrap();
            for inode in *inodes {
                symlink(format!("socket:[{inode}]"), directory.path().join(format!("proc/{pid}/fd/{inode}"))).unwrap();
            }
        }
        Listener::default().collect(&Root::at(directory.path())).items
    }

    #[test]
    fn a_tcp_port_that_was_chosen_is_told_from_one_that_the_kernel_picked_of_the_hosts_own_range() {
        let tcp: &[(u64, u16)] = &[(70, 40_000), (71, 41_000), (72, 42_000), (73, 43_000), (74, 20_000)];
        let processes: &[(u32, &str, &[u64])] = &[
            (9, "rpc.statd", &[70]),
            (10, "postgres -p 41000", &[71]),
            (11, "docker-proxy -proto tcp -host-port 42000", &[72]),
            (1, "systemd", &[73]),
            (12, "java", &[74]),
        ];
        let usual = seen("32768 60999", "", &[], tcp, processes);
        let key = |at: usize| format!("tcp/{}.0.0.0:{}", tcp[at].0 % 7, tcp[at].1);
        assert_eq!(with(&usual, "ephemeral"), [key(0), key(1), key(2), key(3)], "{usual:?}");
        assert_eq!(with(&usual, "configured_port"), [key(1), key(3)], "a database and a socket unit");
        assert_eq!(with(&usual, "client_port"), [""; 0], "a TCP listener is no client");
        // A host whose owner moved the range.
        let moved = seen("10000 30000", "", &[], tcp, processes);
        assert_eq!(with(&moved, "ephemeral"), [key(4)]);
        assert_eq!(with(&moved, "configured_port"), [""; 0]);
    }

    #[test]
    fn a_server_is_told_from_a_client() {
        let client: &[(u32, &str, &[u64])] = &[(9, "program", &[70])];
        assert_eq!(clients("", &[(70, 40_000)], &[], client), ["udp/0.0.0.0:40000"], "nothing says that it was chosen");
        assert_eq!(clients("", &[(70, 4_000)], &[], client), [""; 0], "outside the range");
        assert_eq!(clients("39999-40001", &[(70, 40_000)], &[], client), [""; 0], "the kernel does not give it away");
        assert_eq!(clients("40001", &[(70, 40_000)], &[], client).len(), 1);
        assert_eq!(clients("", &[(70, 40_000)], &[], &[(1, "init", &[70])]), [""; 0], "a socket unit");
        assert_eq!(
            clients("", &[(70, 40_000), (71, 40_000)], &[], &[(9, "p", &[70, 71])]),
            [""; 0],
            "two of one process"
        );
        assert_eq!(clients("", &[(70, 40_000), (71, 40_000)], &[], &[(9, "p", &[70]), (8, "p", &[71])]).len(), 2);
        assert_eq!(clients("", &[(70, 40_000)], &[(71, 40_000)], &[(9, "p", &[70, 71])]), [""; 0], "and TCP");
        for arguments in ["p -p 40000", "p --listen=0.0.0.0:40000", "p udp4-listen:40000,fork"] {
            assert_eq!(clients("", &[(70, 40_000)], &[], &[(9, arguments, &[70])]), [""; 0], "{arguments}");
        }
        for arguments in ["p -p 140000", "p 400001", "40000"] {
            assert_eq!(clients("", &[(70, 40_000)], &[], &[(9, arguments, &[70])]).len(), 1, "{arguments}");
        }
    }
}
