//! What nobody approved: a setting of sshd that was taken back after an hour, a new sudoer, a key, a listener, a certificate that
//! ends soon, a host that fell silent, a machine that was cloned, a clock that is wrong.

use muster_shared::SectionName;
use serde_json::{Value, json};

use super::super::agenda::{Act, Edit, event, find, hosts, note, post};
use super::super::inventory::{account, authorized_key, certificate, sshd, sudo_rule};
use super::super::software::{listener, package, unit};
use super::{DAY_MS, Plot, Start};

fn put(section: SectionName, item: muster_shared::Item) -> Vec<Edit> {
    vec![Edit::Put(section, item)]
}

/// Somebody lets root log in at night, and takes it back after an hour; it happens three times, on the same host.
fn login(plot: &mut Plot) {
    for (days, minute) in [(58, 10), (41, 25), (23, 40)] {
        let Some(start) = plot.ago(days, 22, minute) else { continue };
        plot.then(start, 0, hosts(&["web-03"], put(SectionName::LoginPolicy, sshd("yes"))));
        plot.then(start, 62, hosts(&["web-03"], put(SectionName::LoginPolicy, sshd("no"))));
    }
}

fn power(plot: &mut Plot) {
    if let Some(start) = plot.ago(4, 17, 40) {
        plot.then(start, 0, hosts(&["app-02"], put(SectionName::SudoRule, sudo_rule("mallory"))));
        plot.then(start, 30, find("anna", "/tickets?kind=incident&title=*mallory*", "sudoer"));
        let assign = json!({"event": "assign", "assignment_group": "linux", "assignee": "@user:anna"});
        plot.then(start, 31, event("anna", "sudoer", assign));
        plot.then(
            start,
            40,
            note("anna", "sudoer", "Nobody of the team made it. I asked the owner of the application."),
        );
    }
    if let Some(start) = plot.ago(50, 11, 5) {
        let mut chance = plot.chance("a key");
        plot.then(start, 0, hosts(&["ci-01"], put(SectionName::AuthorizedKey, authorized_key("deploy", &mut chance))));
        plot.then(start, 60, find("jonas", "/findings?state=open&host_name=ci-01*&section=authorized_key", "key"));
        let reason = json!({"reason": "the new key of the deployment, agreed with security"});
        plot.then(start, 61, post("jonas", "/findings/@id:key/accept", "", reason));
    }
    if let Some(start) = plot.ago(12, 15, 30) {
        let debug = listener("0.0.0.0", 5_005, "java", "checkout.service");
        plot.then(start, 0, hosts(&["app-04"], put(SectionName::Listener, debug)));
        plot.then(start, 60, find("jonas", "/findings?state=open&host_name=app-04*&section=listener", "debug"));
        let body =
            json!({"expires_at": "@in:43200", "justification": "a debugger, until the leak of the checkout is found"});
        plot.then(start, 61, post("jonas", "/findings/@id:debug/waive", "", body));
    }
    if let Some(start) = plot.ago(9, 8, 15) {
        plot.then(start, 0, hosts(&["nas-01"], put(SectionName::User, account("temp", 1_077, &["users"]))));
    }
    if let Some(start) = plot.ago(2, 10, 20) {
        plot.then(start, 0, hosts(&["mail-01"], put(SectionName::Package, package("telnetd", "0.17-44"))));
    }
}

/// The same unit is switched off on three hosts within an hour: one incident, and a proposal of a problem.
fn unit_off(plot: &mut Plot) {
    let Some(start) = plot.ago(17, 20, 0) else { return };
    for (n, name) in [(0, "web-01"), (9, "web-02"), (21, "web-04")] {
        let off = unit("unattended-upgrades.service", "disabled");
        plot.then(start, n, hosts(&[name], put(SectionName::Service, off)));
    }
    for name in ["web-01", "web-02", "web-04"] {
        let on = unit("unattended-upgrades.service", "enabled");
        plot.then(start, 900, hosts(&[name], put(SectionName::Service, on)));
    }
}

fn states(plot: &mut Plot) {
    if let Some(start) = plot.ago(21, 6, 0) {
        let mut chance = plot.chance("a certificate");
        let end = plot.until.plus_millis(12 * DAY_MS);
        let old = certificate("api.demo.example", end.plus_millis(-365 * DAY_MS), end, &mut chance);
        plot.then(start, 0, hosts(&["lb-01"], put(SectionName::Certificate, old)));
    }
    if let Some(start) = plot.ago(6, 4, 30) {
        let wrong = Edit::Set(SectionName::TimeSync, "systemd-timesyncd".into(), "synchronized", Value::Bool(false));
        plot.then(start, 0, hosts(&["cache-01"], vec![wrong]));
    }
    if let Some(start) = plot.ago(3, 1, 12) {
        plot.then(start, 0, Act::Silence { name: "nas-02".into(), is_silent: true });
    }
    if let Some(start) = plot.ago(5, 16, 45) {
        plot.then(start, 0, Act::Clone { name: "ci-02".into() });
    }
    // A file server was off for a night: its services were of unknown health meanwhile.
    if let Some(start) = plot.ago(45, 18, 30) {
        plot.then(start, 0, Act::Silence { name: "mail-02".into(), is_silent: true });
        plot.then(start, 780, Act::Silence { name: "mail-02".into(), is_silent: false });
    }
}

/// A monitoring system tells of what agents do not look at.
fn alerts(plot: &mut Plot) {
    let mut chance = plot.chance("alerts");
    let kinds = [("disk_latency", "db-02"), ("http_5xx", "lb-01"), ("queue_length", "mail-01"), ("load", "app-01")];
    for week in 0..i64::from(plot.wanted.days) / 6 {
        let Some((kind, host)) = chance.one_of(&kinds).copied() else { return };
        let Some(start) = plot.ago(week * 6 + 1, 3 + chance.below(18), chance.below(60)) else { continue };
        let severity = chance.word(&["critical", "critical", "major", "warning"]);
        let tell = |severity: &str| {
            json!({
                "source": "prometheus", "ci_ref": format!("{host}.demo.example"), "kind": kind, "severity": severity,
                "summary": format!("{kind} on {host}"),
            })
        };
        plot.then(start, 0, post("jonas", "/events", "", tell(severity)));
        plot.then(start, 12 + chance.below(90), post("jonas", "/events", "", tell("clear")));
    }
    let start: Start = plot.minutes_ago(95);
    let body = json!({
        "source": "prometheus", "ci_ref": "db-02.demo.example", "kind": "replication_lag", "severity": "critical",
        "summary": "the standby is 40 minutes behind",
    });
    plot.then(start, 0, post("jonas", "/events", "", body));
}

/// All of it.
pub(super) fn write(plot: &mut Plot) {
    login(plot);
    power(plot);
    unit_off(plot);
    states(plot);
    alerts(plot);
}
