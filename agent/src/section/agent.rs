//! The agent itself: which one it is, what it may do, and how the system confines it.

use muster_shared::canonical::Digest;
use muster_shared::{Item, SectionName, SectionStatus};

use super::{Collector, Options, Privilege, Section};
use crate::root::Root;

const STATUS: &str = "/proc/self/status";

/// Names of capabilities by number (`linux/capability.h`).
const CAPABILITIES: &[&str] = &[
    "chown",
    "dac_override",
    "dac_read_search",
    "fowner",
    "fsetid",
    "kill",
    "setgid",
    "setuid",
    "setpcap",
    "linux_immutable",
    "net_bind_service",
    "net_broadcast",
    "net_admin",
    "net_raw",
    "ipc_lock",
    "ipc_owner",
    "sys_module",
    "sys_rawio",
    "sys_chroot",
    "sys_ptrace",
    "sys_pacct",
    "sys_admin",
    "sys_boot",
    "sys_nice",
    "sys_resource",
    "sys_time",
    "sys_tty_config",
    "mknod",
    "lease",
    "audit_write",
    "audit_control",
    "setfcap",
    "mac_override",
    "mac_admin",
    "syslog",
    "wake_alarm",
    "block_suspend",
    "audit_read",
    "perfmon",
    "bpf",
    "checkpoint_restore",
];

pub(super) struct Agent {
    /// Digest of what the configuration asks for.
    pub(super) options_digest: String,
}

impl Agent {
    pub(super) fn of(options: &Options) -> Self {
        let bytes = serde_json::to_vec(options).unwrap_or_default();
        Self { options_digest: Digest::of(&bytes).to_string() }
    }
}

impl Collector for Agent {
    fn name(&self) -> SectionName {
        SectionName::Agent
    }

    fn contents(&self) -> &'static str {
        "the agent itself: version, commit, capabilities, sandbox, digest of its options, coverage"
    }

    fn purpose(&self) -> &'static str {
        "whether what is told of the host is all of it"
    }

    fn privilege(&self) -> Privilege {
        Privilege::None
    }

    fn collect(&self, root: &Root) -> Section {
        let mut item = Item::new("muster-agent")
            .with("version", env!("CARGO_PKG_VERSION"))
            .with("commit", commit(muster_shared::VERSION))
            .with("options_digest", self.options_digest.as_str());
        match root.text(STATUS) {
            Ok(status) => {
                describe_process(&mut item, &status);
                Section::of(vec![item], Vec::new())
            }
            Err(error) => Section::of(vec![item], vec![error.problem()]),
        }
    }
}

/// The commit in `0.1.0 (0123abcd)`.
fn commit(version: &str) -> Option<&str> {
    version.split_once('(')?.1.strip_suffix(')').filter(|commit| *commit != "unknown")
}

fn describe_process(item: &mut Item, status: &str) {
    let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim);
    let number = |name: &str| field(name)?.split_whitespace().next()?.parse::<u64>().ok();
    // Real, effective, saved, file system: the second decides.
    let uid = field("Uid").and_then(|ids| ids.split_whitespace().nth(1)?.parse::<u32>().ok());
    item.set("uid", uid);
    let effective = field("CapEff").and_then(|mask| u64::from_str_radix(mask, 16).ok());
    item.set("capabilities", effective.map(capabilities));
    item.set("no_new_privileges", number("NoNewPrivs").map(|value| value == 1));
    item.set(
        "seccomp",
        number("Seccomp").and_then(|mode| ["disabled", "strict", "filter"].get(usize::try_from(mode).ok()?).copied()),
    );
    item.set("rss_bytes", number("VmRSS").map(|kib| kib.saturating_mul(1024)));
}

/// The names of a set, sorted; those that this program does not know by number.
fn capabilities(mask: u64) -> Vec<String> {
    let held = (0..u64::BITS).filter(|bit| mask >> bit & 1 == 1);
    let name = |bit: u32| {
        let known = usize::try_from(bit).ok().and_then(|index| CAPABILITIES.get(index));
        known.map_or_else(|| format!("capability_{bit}"), |name| (*name).to_owned())
    };
    let mut names: Vec<String> = held.map(name).collect();
    names.sort_unstable();
    names
}

/// How many sections could be read and how well, on the agent's own item.
pub(crate) fn tell_coverage(agent: &mut Section, statuses: &[SectionStatus]) {
    let Some(item) = agent.items.first_mut() else { return };
    for (status, name) in [
        (SectionStatus::Ok, "sections_ok"),
        (SectionStatus::Partial, "sections_partial"),
        (SectionStatus::Denied, "sections_denied"),
        (SectionStatus::Failed, "sections_failed"),
        (SectionStatus::Unsupported, "sections_unsupported"),
    ] {
        item.set(name, statuses.iter().filter(|found| **found == status).count());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn privilege_and_sandbox_are_those_of_the_status_file() {
        let mut item = Item::new("muster-agent");
        let status = "Name:\tx\nUid:\t0\t993\t0\t0\nVmRSS:\t    5120 kB\nCapEff:\t0000000000080004\nNoNewPrivs:\t1\nSeccomp:\t2\n";
        describe_process(&mut item, status);
        assert_eq!(item.attributes["capabilities"], json!(["dac_read_search", "sys_ptrace"]));
        assert_eq!((&item.attributes["uid"], &item.attributes["seccomp"]), (&json!(993), &json!("filter")));
        assert_eq!(
            (&item.attributes["no_new_privileges"], &item.attributes["rss_bytes"]),
            (&json!(true), &json!(5_242_880))
        );
        assert_eq!(capabilities(1 << 63), ["capability_63"]);
        assert_eq!(commit("0.1.0 (abc)"), Some("abc"));
        assert_eq!(commit("0.1.0 (unknown)"), None);
    }

    #[test]
    fn the_digest_follows_the_options() {
        let other = Options { processes: true, ..Options::default() };
        assert_ne!(Agent::of(&other).options_digest, Agent::of(&Options::default()).options_digest);
    }
}
