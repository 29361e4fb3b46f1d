//! The life of the Debian packages on a machine: install, enroll, work under the sandbox, upgrade, crash, remove, purge.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::machine::Machine;
use crate::package::{BEFORE, PACKAGES};
use crate::read;

/// Sections that the sandbox shows in another state than a shell of root does, with the reason. Any other difference is
/// news for this table, SECURITY.md and the unit.
const DIFFERENT: &[(&str, &str)] = &[
    ("agent", "only the daemon tells of itself"),
    ("time_sync", "asking the kernel for its clock is a call that can also set it: the unit's filter has no such call"),
    ("firewall", "to read nftables is to be able to change them: that power is not given, and the section says so"),
];

/// Gets a token for the REST API into the environment of `muster`, and an enrollment token into the file `token`.
const BOOTSTRAP: &str = r#"
    answer=$(perl bootstrap.pl) && field() { sed -E "s/.*\"$1\":\"([^\"]*)\".*/\1/" <<<"$answer"; }
    field api_token >api_token && field enrollment_token >token && chmod 600 api_token token"#;

/// A collector that works with the agent of the same machine and does not wait for a second look.
pub(crate) const CONFIGURE: &str = r#"
    sed -i -e 's|^#agents_url = .*|agents_url = "https://127.0.0.1:8443"|' -e 's|^#names = .*|names = ["127.0.0.1"]|' \
        -e 's|^#debounce_seconds = .*|debounce_seconds = 1|' -e 's|^#grouping_seconds = .*|grouping_seconds = 1|' \
        /etc/muster/collector.toml
    muster-collector check-config >/dev/null && systemctl enable --quiet --now muster-collector"#;

/// The command line as somebody uses it who has logged in.
const MUSTER: &str = "muster --url http://127.0.0.1:8080 --token-file api_token --output json";

/// Lines of dpkg that say what it does, and those of the service manager about a link.
fn is_routine(line: &str) -> bool {
    let routine = [
        "Selecting previously unselected package ",
        "(Reading database ",
        "Preparing to unpack ",
        "Unpacking ",
        "Setting up ",
        "Removing ",
        "Purging configuration files for ",
        "Created symlink /etc/systemd/system/",
    ];
    routine.iter().any(|start| line.starts_with(start))
}

/// What dpkg says beside its routine.
fn dpkg(machine: &Machine, arguments: &str) -> String {
    let said = machine.ok(&format!("dpkg {arguments}"));
    said.split_inclusive('\n').filter(|line| !is_routine(line)).collect()
}

fn pid(machine: &Machine, unit: &str) -> String {
    machine.ok(&format!("systemctl show --property MainPID --value {unit}")).trim().to_owned()
}

fn agent_id(machine: &Machine) -> String {
    machine.ok("muster-agent status | sed -n 's/^agent *//p'").trim().to_owned()
}

pub(crate) fn nothing_failed(machine: &Machine) {
    assert_eq!(
        machine.ok("systemctl --failed --no-legend --plain"),
        "",
        "{}",
        machine.ok("journalctl --no-pager -n 40")
    );
}

/// Starts the collector, enrolls the agent: from then on it runs, without another step.
pub(crate) fn put_to_work(machine: &Machine) {
    machine.ok(CONFIGURE);
    machine.ok("systemctl --quiet is-active muster-collector");
    machine.ok(&format!("cat >bootstrap.pl <<'END'\n{}END\n{BOOTSTRAP}", read("tests/packaging/bootstrap.pl")));
    let enrolled = machine.ok("muster-agent enroll --token-file token");
    assert!(enrolled.starts_with("enrolled as agent_"), "{enrolled}");
    machine.until("the agent runs", "systemctl --quiet is-active muster-agent");
    machine.until(
        "the first report is there",
        "muster-agent status | grep -q '^generation *[1-9]' && ! muster-agent status | grep -q '^last report *never'",
    );
    // Landlock beside what the unit does, and let through by it, where this kernel has it: landlock_create_ruleset says its version.
    machine.ok("! perl -e 'exit(syscall(444, 0, 0, 1) < 1)' \
         || journalctl --no-pager -u muster-agent | grep -E ' confined (to the state directory|as far)'");
}

/// A new account becomes a finding: the whole way from the agent's watch to the REST API works.
pub(crate) fn sees(machine: &Machine, account: &str) {
    machine.ok(&format!("useradd {account}"));
    machine.until("the new account is a finding", &format!("{MUSTER} finding list | grep -q {account}"));
}

fn coverage(json: &str, key: &str) -> BTreeMap<String, String> {
    let document: Value = serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"));
    let sections = document.get(key).and_then(Value::as_object).unwrap_or_else(|| panic!("no {key}: {json}"));
    let status = |value: &Value| value.get("status").unwrap_or(value).as_str().unwrap_or_default().to_owned();
    sections.iter().map(|(name, value)| (name.clone(), status(value))).collect()
}

/// Under its sandbox the agent sees what a shell of root sees, and says where it does not.
pub(crate) fn inventory_is_full(machine: &Machine) {
    let inside = coverage(&machine.ok("muster-agent status --json"), "coverage");
    let outside = coverage(&machine.ok("muster-agent inventory 2>/dev/null"), "sections");
    assert!(outside.values().filter(|status| *status == "ok").count() > 10, "{outside:?}");
    let excused = |name: &str| DIFFERENT.iter().any(|(section, _)| *section == name);
    let differ: Vec<_> = outside
        .iter()
        .filter(|(name, status)| inside.get(*name) != Some(status) && !excused(name))
        .map(|(name, status)| format!("{name}: {status} for root, {:?} under the unit", inside.get(name)))
        .collect();
    assert!(differ.is_empty(), "the sandbox hides something: {differ:#?}");
    // Who listens is told by links in /proc that take both capabilities of the unit.
    let listeners = machine.ok(&format!("{MUSTER} item list --filter class:listener"));
    assert!(listeners.contains("muster-collector"), "{listeners}");
    let users = machine.ok(&format!("{MUSTER} item list --filter class:user | grep -c '\"class\": *\"user\"'"));
    assert_eq!(users, machine.ok("getent passwd | wc -l"), "all accounts are in the CMDB");
}

/// The kernel holds what the units say of power.
pub(crate) fn power_is_taken_away(machine: &Machine) {
    let list = "systemctl list-units --plain --no-legend 'muster-agent-probe@*' | cut -d' ' -f1 | head -n 1";
    let probe = machine.ok(list);
    let (none, both) = ("0000000000000000", "0000000000080004");
    for (unit, capabilities) in [("muster-agent", none), (probe.trim(), both), ("muster-collector", none)] {
        let status = machine.ok(&format!("cat /proc/{}/status", pid(machine, unit)));
        for line in [format!("CapBnd:\t{capabilities}"), "NoNewPrivs:\t1".to_owned(), "Seccomp:\t2".to_owned()] {
            assert!(status.contains(&format!("\n{line}\n")), "{unit} has no {line}: {status}");
        }
    }
}

/// Both say in time that they live, and one that hangs is started again. The intervals are short for the test only.
fn watchdog(machine: &Machine) {
    for unit in ["muster-collector", "muster-agent"] {
        let drop_in = format!("/run/systemd/system/{unit}.service.d");
        machine.ok(&format!(
            "mkdir -p {drop_in} && printf '[Service]\nWatchdogSec=2\nRestartSec=1\n' >{drop_in}/quick.conf && \
             systemctl daemon-reload && systemctl restart {unit}"
        ));
        let before = pid(machine, unit);
        machine.ok("sleep 4");
        assert_eq!(pid(machine, unit), before, "{unit} does not say that it lives");
        machine.ok(&format!("kill -STOP {before}"));
        let script = format!(
            "systemctl --quiet is-active {unit} && [ $(systemctl show -p MainPID --value {unit}) != {before} ]"
        );
        machine.until("what hangs is started again", &script);
        machine.ok(&format!("rm -r {drop_in} && systemctl daemon-reload && systemctl restart {unit}"));
    }
}

fn fresh_install(machine: &Machine, version: &str) {
    let said = dpkg(machine, &format!("--install muster-agent_{version}-1_*.deb"));
    assert_eq!(said.lines().count(), 3, "quiet but for the one step: {said}");
    assert!(said.contains("\n    muster-agent enroll --token-file FILE\n"), "{said}");
    let said = dpkg(machine, &format!("--install muster-collector_{version}-1_*.deb"));
    assert_eq!(said.lines().count(), 4, "quiet but for the steps: {said}");
    assert!(said.contains("systemctl enable --now muster-collector\n"), "{said}");
    for unit in ["muster-agent", "muster-collector"] {
        assert_eq!(machine.run(&format!("systemctl is-active {unit}")).1, "inactive\n");
    }
    assert_eq!(machine.ok("systemctl is-enabled muster-agent.path muster-agent.service"), "enabled\nenabled\n");
    assert_eq!(machine.run("systemctl is-enabled muster-collector").1, "disabled\n");
    assert_eq!(machine.run("pgrep -l muster").1, "", "nothing runs");
    nothing_failed(machine);
}

/// The version of the agent as the collector knows it.
fn told_version(machine: &Machine, version: &str) {
    let script = format!("{MUSTER} item list --filter class:agent | grep -q '\"version\": *\"{version}\"'");
    machine.until("the agent has told its version", &script);
}

fn upgrade(machine: &Machine) {
    assert!(machine.ok("muster-agent --version && muster-collector --version").matches(BEFORE).count() == 2);
    told_version(machine, BEFORE);
    let (agent, before) = (agent_id(machine), pid(machine, "muster-agent"));
    let collector = pid(machine, "muster-collector");
    machine.ok("printf '\\nheartbeat_seconds = 7\\n' >>/etc/muster/agent.toml && systemctl restart muster-agent");
    let edited = machine.ok("cat /etc/muster/agent.toml /etc/muster/collector.toml");
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        dpkg(machine, &format!("--install muster-agent_{version}-1_*.deb muster-collector_{version}-1_*.deb")),
        ""
    );
    machine.ok("systemctl --quiet is-active muster-agent && systemctl --quiet is-active muster-collector");
    assert_ne!(pid(machine, "muster-agent"), before, "the new program runs");
    assert_ne!(pid(machine, "muster-collector"), collector, "the new program runs");
    assert_eq!(machine.ok("cat /etc/muster/agent.toml /etc/muster/collector.toml"), edited);
    assert_eq!(agent_id(machine), agent);
    told_version(machine, version);
    sees(machine, "eve");
    assert_eq!(machine.ok(&format!("{MUSTER} host list | grep -o '\"host_[^\"]*\"' | sort -u | wc -l")), "1\n");
    nothing_failed(machine);
    // What somebody stopped stays stopped.
    machine.ok("systemctl stop muster-agent && sleep 1");
    dpkg(machine, &format!("--install muster-agent_{version}-1_*.deb"));
    assert_eq!(machine.run("sleep 1; systemctl is-active muster-agent").1, "inactive\n");
    machine.ok("systemctl start muster-agent");
}

pub(crate) fn crash(machine: &Machine) {
    for unit in ["muster-collector", "muster-agent"] {
        let before = pid(machine, unit);
        // The first one only ends Rust's own handler, which expects the faulty access to come again.
        machine.ok(&format!("kill -SEGV {before}; sleep 0.2; kill -SEGV {before}"));
        let script = format!(
            "systemctl --quiet is-active {unit} && [ $(systemctl show -p MainPID --value {unit}) != {before} ] && \
             [ $(systemctl show -p NRestarts --value {unit}) = 1 ]"
        );
        machine.until("it is started again", &script);
    }
    sees(machine, "trent");
}

fn remove_and_come_back(machine: &Machine) {
    let agent = agent_id(machine);
    assert_eq!(dpkg(machine, "--remove muster-agent muster-collector"), "");
    assert_eq!(machine.run("pgrep -l muster").1, "", "both are stopped");
    machine
        .ok("test -e /var/lib/muster-agent/identity.json -a -e /etc/muster/agent.toml -a -d /var/lib/muster-collector");
    nothing_failed(machine);
    let version = env!("CARGO_PKG_VERSION");
    let said = dpkg(machine, &format!("--install muster-agent_{version}-1_*.deb muster-collector_{version}-1_*.deb"));
    assert_eq!(said, "", "all is set up: there is nothing to do");
    machine.ok("systemctl --quiet is-active muster-agent && systemctl --quiet is-active muster-collector");
    assert_eq!(agent_id(machine), agent);
    sees(machine, "peggy");
}

fn purge(machine: &Machine) {
    assert_eq!(dpkg(machine, "--purge muster-agent muster-collector"), "");
    let left =
        machine.ok("find / -xdev -iname '*muster*' -not -path '/root/*' -not -path '/proc/*' -not -path '/sys/*'");
    assert_eq!(left, "", "nothing is left");
    assert_eq!(machine.run("getent passwd muster-collector; getent group muster-collector; pgrep -l muster").1, "");
    assert_eq!(
        machine.ok(
            "systemctl list-unit-files --no-legend 'muster*'; systemctl list-units --all --no-legend --plain 'muster*'"
        ),
        ""
    );
    nothing_failed(machine);
}

#[test]
fn debian_packages_live_from_install_to_purge() {
    let Some(machine) = Machine::boot("debian", &PACKAGES) else { return };
    fresh_install(&machine, BEFORE);
    put_to_work(&machine);
    inventory_is_full(&machine);
    power_is_taken_away(&machine);
    sees(&machine, "mallory");
    upgrade(&machine);
    crash(&machine);
    watchdog(&machine);
    remove_and_come_back(&machine);
    purge(&machine);
    fresh_install(&machine, env!("CARGO_PKG_VERSION"));
    put_to_work(&machine);
}
