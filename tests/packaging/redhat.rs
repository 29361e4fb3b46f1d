//! The life of the rpm packages: install, enroll, upgrade, erase. The machine is the same Debian with rpm's own tool; what
//! distributions do differently with it (presets, paths) is in the packages and not in the tool.

use crate::debian::{nothing_failed, put_to_work, sees};
use crate::machine::Machine;
use crate::package::{BEFORE, PACKAGES};

/// No library is known to rpm there, Debian's own packages are not in its database.
const RPM: &str = "rpm --force-debian --nodeps";

#[test]
fn rpm_packages_live_from_install_to_erase() {
    let Some(machine) = Machine::boot("rpm", &PACKAGES) else { return };
    machine.ok("rpm --initdb");
    let said = machine.ok(&format!("{RPM} --install muster-agent-{BEFORE}-1.*.rpm"));
    assert_eq!(said.lines().count(), 3, "quiet but for the one step: {said}");
    assert!(said.contains("\n    muster-agent enroll --token-file FILE\n"), "{said}");
    let said = machine.ok(&format!("{RPM} --install muster-collector-{BEFORE}-1.*.rpm"));
    assert_eq!(said.lines().count(), 4, "quiet but for the steps: {said}");
    assert_eq!(machine.run("systemctl is-active muster-agent muster-collector").1, "inactive\ninactive\n");
    assert_eq!(machine.ok("systemctl is-enabled muster-agent.path muster-agent.service"), "enabled\nenabled\n");
    assert_eq!(machine.run("systemctl is-enabled muster-collector").1, "disabled\n");
    assert_eq!(machine.ok("rpm -V --nodeps muster-agent muster-collector"), "", "all is as packed");

    put_to_work(&machine);
    sees(&machine, "mallory");
    machine.ok("printf '\\nheartbeat_seconds = 7\\n' >>/etc/muster/agent.toml && systemctl restart muster-agent");
    let before = machine.ok("cat /etc/muster/*.toml; muster-agent status | grep ^agent");
    let version = env!("CARGO_PKG_VERSION");
    let said =
        machine.ok(&format!("{RPM} --upgrade muster-agent-{version}-1.*.rpm muster-collector-{version}-1.*.rpm"));
    assert_eq!(said, "");
    assert_eq!(machine.ok("cat /etc/muster/*.toml; muster-agent status | grep ^agent"), before, "all is kept");
    machine.ok("systemctl --quiet is-active muster-agent && systemctl --quiet is-active muster-collector");
    sees(&machine, "eve");
    let (_, verified) = machine.run("rpm -V --nodeps muster-agent muster-collector");
    let edited: Vec<&str> = verified.lines().map(|line| line.rsplit_once(' ').map_or(line, |(_, path)| path)).collect();
    assert_eq!(edited, ["/etc/muster/agent.toml", "/etc/muster/collector.toml"], "only what was edited: {verified}");

    let said = machine.ok(&format!("{RPM} --erase muster-agent muster-collector"));
    assert!(said.lines().all(|line| line.ends_with(".rpmsave")), "{said}");
    assert_eq!(machine.run("pgrep -l muster").1, "", "both are stopped");
    assert_eq!(machine.ok("find /usr /etc/systemd -iname '*muster*'"), "", "only state and edited configuration stay");
    nothing_failed(&machine);
}
