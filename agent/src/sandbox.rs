//! Landlock: the agent that speaks with the network, and has a probe to read for it, gives up all files but its own.
//!
//! What is left: its state directory, what it takes to find a name, the kernel's boot id, and connections to the ports of the
//! collector and the proxy. Only for the agent with a probe: in a domain of Landlock not even root sees `/proc/PID/exe` of
//! others, which an inventory needs. Best effort: a kernel that knows less of it confines less, and says so.

use std::path::Path;

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, NetPort, PathBeneath, PathFd, RestrictionStatus,
    Ruleset, RulesetAttr, RulesetCreated, RulesetCreatedAttr, RulesetError, RulesetStatus, Scope, path_beneath_rules,
};

use crate::client;

/// The newest version that the rules are made for.
const VERSION: ABI = ABI::V6;
/// Names are asked for over TCP when an answer is long.
const DOMAIN_PORT: u16 = 53;

/// What is read: to find names (their libraries too, where they are not linked in), and the boot id.
const READABLE: &[&str] = &[
    "/etc/gai.conf",
    "/etc/host.conf",
    "/etc/hosts",
    "/etc/ld.so.cache",
    "/etc/nsswitch.conf",
    "/etc/resolv.conf",
    "/etc/services",
    "/lib",
    "/lib64",
    "/proc/sys/kernel",
    "/run/nscd",
    "/run/resolvconf",
    "/run/systemd/resolve",
    "/usr/lib",
    "/usr/lib64",
];

/// Confines this thread and those that it starts from now on. `ports` are those of the collector and the proxy.
pub fn confine(state_dir: &Path, ports: &[u16]) {
    match restrict(state_dir, ports).map(|status| status.ruleset) {
        Ok(RulesetStatus::FullyEnforced) => tracing::info!("confined to the state directory and the collector's port"),
        Ok(RulesetStatus::PartiallyEnforced) => tracing::info!("confined as far as this kernel can"),
        Ok(RulesetStatus::NotEnforced) => {
            tracing::info!("not confined: this kernel has no Landlock, or the unit does not let it through");
        }
        Err(error) => tracing::warn!(%error, "not confined"),
    }
}

fn restrict(state_dir: &Path, ports: &[u16]) -> Result<RestrictionStatus, RulesetError> {
    let files = AccessFs::from_all(VERSION);
    let rules = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(files)?
        .handle_access(AccessNet::from_all(VERSION))?
        .scope(Scope::Signal)?
        .create()?
        .add_rules(path_beneath_rules(READABLE, AccessFs::from_read(VERSION)))?;
    let rules = match PathFd::new(state_dir) {
        Ok(state) => rules.add_rule(PathBeneath::new(state, files))?,
        // Without it nothing can be kept; the first write says so.
        Err(_) => rules,
    };
    let allow = |rules: RulesetCreated, port: &u16| rules.add_rule(NetPort::new(*port, AccessNet::ConnectTcp));
    ports.iter().chain(&[DOMAIN_PORT]).try_fold(rules, allow)?.restrict_self()
}

/// The ports of these addresses, such as `https://collector:8443`.
pub fn ports<'a>(urls: impl IntoIterator<Item = &'a str>) -> Vec<u16> {
    urls.into_iter().filter_map(client::port).collect()
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn what_is_not_needed_cannot_be_had_any_more() {
        let (state, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let listen = || TcpListener::bind("127.0.0.1:0").unwrap();
        let (collector, stranger) = (listen(), listen());
        let address = collector.local_addr().unwrap();
        let ports = ports([format!("https://{address}").as_str(), "http://proxy.example.test:3128"]);
        assert_eq!(ports, [address.port(), 3128]);
        // The thread ends with its confinement; the other tests go on.
        let denied = std::thread::spawn(move || {
            let status = restrict(state.path(), &ports).unwrap();
            if status.ruleset == RulesetStatus::NotEnforced {
                return None;
            }
            std::fs::write(state.path().join("spool"), "kept").unwrap();
            std::fs::rename(state.path().join("spool"), state.path().join("sent")).unwrap();
            assert!(std::fs::read_to_string("/proc/sys/kernel/random/boot_id").is_ok());
            TcpStream::connect(address).unwrap();
            let tried = [
                std::fs::write(other.path().join("x"), "x").map(drop),
                std::fs::read("/etc/passwd").map(drop),
                std::fs::read_dir("/").map(drop),
                std::fs::remove_dir(other.path()),
                TcpStream::connect(stranger.local_addr().unwrap()).map(drop),
                TcpListener::bind("127.0.0.1:0").map(drop),
            ];
            Some(tried.map(|result| result.map_err(|error| error.kind())))
        });
        let Some(denied) = denied.join().unwrap() else {
            println!("not run: this kernel has no Landlock");
            return;
        };
        // The network is confined since Linux 6.7.
        let files = denied.len() - 2;
        assert!(denied[..files].iter().all(|result| *result == Err(ErrorKind::PermissionDenied)), "{denied:?}");
        let network = &denied[files..];
        assert!(network.iter().all(|r| *r == Err(ErrorKind::PermissionDenied)) || network.iter().all(Result::is_ok));
    }
}
