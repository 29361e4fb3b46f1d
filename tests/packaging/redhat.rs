//! The life of the rpm packages with dnf and a repository: install, enroll, upgrade, remove. The machine is the same Debian with
//! dnf in it; what distributions do differently (presets, paths) is in the packages and not in the tool.

use crate::debian::{crash, inventory_is_full, nothing_failed, power_is_taken_away, put_to_work, sees};
use crate::machine::Machine;
use crate::package::{BEFORE, PACKAGES};

/// Makes the repository anew of the packages of one version. What they ask of the distribution Debian has, only rpm does not
/// know it: a package without files says so, exactly as far as they ask.
const REPOSITORY: &str = r"set -eu
mkdir -p /root/repository
cp /root/muster-*-$VERSION-1.*.rpm /root/repository
{
    printf 'Name: debian-base\nVersion: 1\nRelease: 1\nSummary: Base\nLicense: none\nBuildArch: noarch\n'
    rpm -qp --requires /root/repository/muster-*.rpm | grep -v -e '^rpmlib(' -e '^config(' | sort -u | sed 's/^/Provides: /'
    printf '%%description\nBase\n%%files\n'
} >/root/base.spec
rpmbuild --quiet --define '_rpmdir /root/repository' -bb /root/base.spec
createrepo_c --quiet /root/repository
printf '[muster]\nname=Muster\nbaseurl=file:///root/repository\ngpgcheck=0\nmetadata_expire=0\n' >/etc/yum.repos.d/muster.repo";

const DNF: &str = "dnf --assumeyes --releasever=1";

fn repository(machine: &Machine, version: &str) {
    machine.ok(&format!("mkdir -p /etc/yum.repos.d; VERSION={version}; {REPOSITORY}"));
}

#[test]
fn rpm_packages_live_from_install_to_erase() {
    let Some(machine) = Machine::boot("rpm", &PACKAGES) else { return };
    machine.ok("rpm --initdb");
    repository(&machine, BEFORE);
    let said = machine.ok(&format!("{DNF} install muster-agent"));
    assert!(said.contains("\n    muster-agent enroll --token-file FILE\n"), "{said}");
    let said = machine.ok(&format!("{DNF} install muster-collector"));
    assert!(said.contains("\n    systemctl enable --now muster-collector\n"), "{said}");
    assert_eq!(machine.run("systemctl is-active muster-agent muster-collector").1, "inactive\ninactive\n");
    assert_eq!(machine.ok("systemctl is-enabled muster-agent.path muster-agent.service"), "enabled\nenabled\n");
    assert_eq!(machine.run("systemctl is-enabled muster-collector").1, "disabled\n");
    assert_eq!(machine.ok("rpm -V muster-agent muster-collector"), "", "all is as packed");

    put_to_work(&machine);
    inventory_is_full(&machine);
    power_is_taken_away(&machine);
    sees(&machine, "mallory");
    machine.ok("printf '\\nheartbeat_seconds = 7\\n' >>/etc/muster/agent.toml && systemctl restart muster-agent");
    let before = machine.ok("cat /etc/muster/*.toml; muster-agent status | grep ^agent");
    let version = env!("CARGO_PKG_VERSION");
    repository(&machine, version);
    machine.ok(&format!("{DNF} upgrade"));
    let both = machine.ok("rpm -q --qf '%{VERSION}\\n' muster-agent muster-collector");
    assert_eq!(both, format!("{version}\n{version}\n"));
    assert_eq!(machine.ok("cat /etc/muster/*.toml; muster-agent status | grep ^agent"), before, "all is kept");
    machine.ok("systemctl --quiet is-active muster-agent && systemctl --quiet is-active muster-collector");
    sees(&machine, "eve");
    crash(&machine);
    let (_, verified) = machine.run("rpm -V muster-agent muster-collector");
    let edited: Vec<&str> = verified.lines().map(|line| line.rsplit_once(' ').map_or(line, |(_, path)| path)).collect();
    assert_eq!(edited, ["/etc/muster/agent.toml", "/etc/muster/collector.toml"], "only what was edited: {verified}");

    machine.ok(&format!("{DNF} remove muster-agent muster-collector"));
    assert_eq!(machine.run("pgrep -l muster").1, "", "both are stopped");
    assert_eq!(machine.ok("find /usr /etc/systemd -iname '*muster*'"), "", "only state and edited configuration stay");
    nothing_failed(&machine);
}
