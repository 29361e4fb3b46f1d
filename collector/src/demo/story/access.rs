//! Access: granted and seen on the hosts, over and still there, suspended, asked for and not decided yet; and a round in which people
//! look over who has what.

use muster_shared::SectionName;
use serde_json::{Value, json};

use super::super::agenda::{Edit, agree, event, find, hosts, moved, open, post, reject};
use super::super::inventory::account;
use super::{Plot, Start};

fn asked(plot: &mut Plot, start: Start, handle: &str, who: &'static str, terms: &Value) {
    let name = terms.get("account").and_then(Value::as_str).unwrap_or_default();
    let body = json!({"kind": "access", "title": format!("Access for {name}"), "details": {"terms": terms}});
    plot.then(start, 0, open(who, handle, body));
    plot.then(start, 5, moved(who, handle, "submit"));
    plot.then(start, 8, moved(who, handle, "request_approval"));
}

fn granted(plot: &mut Plot, start: Start, handle: &str, who: &'static str, terms: &Value) {
    asked(plot, start, handle, who, terms);
    plot.then(start, 300, agree(handle, who));
    plot.then(start, 420, moved("hugo", handle, "grant"));
}

fn terms(name: &str, host: &str, days: i64, reason: &str) -> Value {
    let end = format!("@in:{}", days * 1_440);
    json!({"account": name, "hosts": [format!("@host:{host}")], "reason": reason, "valid_to": end})
}

/// All of it.
pub(super) fn write(plot: &mut Plot) {
    if let Some(start) = plot.ago(60, 10, 0) {
        granted(plot, start, "acc-maja", "maja", &terms("maja", "ci-01", 200, "builds of the catalogue"));
        plot.then(
            start,
            500,
            hosts(&["ci-01"], vec![Edit::Put(SectionName::User, account("maja", 1_201, &["users"]))]),
        );
    }
    // It ended weeks ago, and the account is still there: a task asks to take it off.
    if let Some(start) = plot.ago(40, 9, 15) {
        granted(plot, start, "acc-liam", "liam", &terms("liam", "mail-02", 14, "a migration"));
        plot.then(
            start,
            500,
            hosts(&["mail-02"], vec![Edit::Put(SectionName::User, account("liam", 1_202, &["users"]))]),
        );
    }
    if let Some(start) = plot.ago(30, 14, 0) {
        let mut sudo = terms("chiara", "mon-01", 60, "on duty for monitoring");
        if let Some(terms) = sudo.as_object_mut() {
            terms.insert("entitlement".into(), json!("sudo"));
        }
        granted(plot, start, "acc-chiara", "chiara", &sudo);
    }
    if let Some(start) = plot.ago(28, 11, 0) {
        granted(plot, start, "acc-noor", "noor", &terms("noor", "nas-01", 120, "keeps the archive"));
        plot.then(start, 9_000, find("hugo", "/grants?account=noor", "grant-noor"));
        let why = json!({"reason": "on leave until the end of the month"});
        plot.then(start, 9_001, post("hugo", "/grants/@id:grant-noor/suspend", "", why));
    }
    if let Some(start) = plot.ago(26, 8, 30) {
        granted(plot, start, "acc-old", "maja", &terms("maja", "nas-01", 90, "a look at the scans"));
        plot.then(
            start,
            500,
            hosts(&["nas-01"], vec![Edit::Put(SectionName::User, account("maja", 1_201, &["users"]))]),
        );
        plot.then(start, 6_000, event("hugo", "acc-old", json!({"event": "revoke", "comment": "done sooner"})));
        plot.then(start, 6_300, hosts(&["nas-01"], vec![Edit::Remove(SectionName::User, "maja".into())]));
    }
    if let Some(start) = plot.ago(19, 13, 0) {
        asked(plot, start, "acc-no", "liam", &terms("liam", "db-01", 30, "to look at orders"));
        plot.then(start, 200, reject("hugo", "acc-no", "There is a report for that."));
    }
    // Also a short story has access that the round looks over.
    if let Some(start) = plot.ago(12, 10, 0) {
        granted(plot, start, "acc-reads", "noor", &terms("noor", "mon-01", 45, "reads the graphs of capacity"));
        plot.then(
            start,
            500,
            hosts(&["mon-01"], vec![Edit::Put(SectionName::User, account("noor", 1_203, &["users"]))]),
        );
        campaign(plot);
    }
    waiting(plot);
}

/// A round that waits for answers.
fn campaign(plot: &mut Plot) {
    let Some(start) = plot.ago(8, 9, 0) else { return };
    let body = json!({"name": "Access of this quarter", "scope": {}, "window_days": 21});
    plot.then(start, 0, post("kira", "/reviews", "campaign", body));
    plot.then(start, 10, post("kira", "/reviews/@id:campaign/open", "", json!({})));
}

/// Each state that access can be in, of the last days.
fn waiting(plot: &mut Plot) {
    if let Some(start) = plot.ago(2, 9, 30) {
        let body = json!({"kind": "access", "title": "Access for noor", "details": {"terms": terms("noor", "ci-01", 30, "a course")}});
        plot.then(start, 0, open("noor", "acc-draft", body.clone()));
        plot.then(start, 1, open("noor", "acc-submitted", body.clone()));
        plot.then(start, 2, moved("noor", "acc-submitted", "submit"));
        plot.then(start, 3, open("noor", "acc-cancelled", body));
        plot.then(start, 4, event("noor", "acc-cancelled", json!({"event": "cancel", "reason": "withdrawn"})));
        asked(plot, start, "acc-waits", "maja", &terms("maja", "app-01", 60, "logs of the checkout"));
        asked(plot, start, "acc-approved", "liam", &terms("liam", "mon-01", 60, "dashboards of sales"));
        plot.then(start, 240, agree("acc-approved", "liam"));
    }
    if let Some(start) = plot.ago(1, 15, 0) {
        let sudo = json!({
            "account": "ben", "entitlement": "sudo", "hosts": ["@host:app-03"], "reason": "next week's exercise",
            "valid_to": "@in:20160",
        });
        asked(plot, start, "acc-sudo", "ben", &sudo);
    }
}
