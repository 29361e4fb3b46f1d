//! What a version of 2025 left behind (`tests/e2e/upgrade`) on a machine whose packages are upgraded: brought up under the units' sandbox,
//! as the users that they name, and the agent of then goes on.

use crate::debian::{CONFIGURE, nothing_failed};
use crate::machine::Machine;
use crate::package::{BEFORE, LEFT, PACKAGES};

/// Both are stopped, and what they have is what the older ones had. The host of then was called so.
const LEAVE: &str = r#"set -e
    systemctl stop muster-agent.service muster-agent.path muster-collector
    tar -C /root -xf /root/LEFT
    for pair in data:muster-collector agent:muster-agent; do
        from=/root/${pair%:*} user=${pair#*:}
        rm -rf /var/lib/$user && cp -a $from /var/lib/$user && chown -R $user: /var/lib/$user && chmod 0700 /var/lib/$user
    done
    sed -i -E 's|https://[^"]*|https://127.0.0.1:8443|' /var/lib/muster-agent/identity.json
    umount /etc/machine-id 2>/dev/null || true
    rm -f /etc/machine-id && echo 0123456789abcdef0123456789abcdef >/etc/machine-id && echo web-1 >/etc/hostname
    grep -q '"form": 3' /var/lib/muster-collector/store/format"#;

#[test]
fn what_an_older_version_left_is_brought_up_under_the_sandbox() {
    let Some(machine) = Machine::boot("older", &PACKAGES) else { return };
    machine.ok(&format!("dpkg --install muster-agent_{BEFORE}-1_*.deb muster-collector_{BEFORE}-1_*.deb"));
    machine.ok(CONFIGURE);
    machine.ok(&LEAVE.replace("LEFT", LEFT));
    let version = env!("CARGO_PKG_VERSION");
    machine.ok(&format!("dpkg --install muster-agent_{version}-1_*.deb muster-collector_{version}-1_*.deb"));
    machine.ok("systemctl start muster-collector && systemctl --quiet is-active muster-collector");
    machine.ok("! grep -q '\"form\": 3' /var/lib/muster-collector/store/format");
    machine.ok("systemctl start muster-agent.path muster-agent");
    machine.until("the agent of then goes on", "muster-agent status | grep -q '^standing *active'");
    machine.until(
        "it got a new certificate by its last key, and was heard",
        "! muster-agent status | grep -q -e '^last success *never' -e '^certificate *until 2025'",
    );
    machine.ok("systemctl stop muster-collector && muster-collector verify --config /etc/muster/collector.toml");
    machine.ok("systemctl start muster-collector");
    nothing_failed(&machine);
}
