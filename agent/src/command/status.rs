//! `muster-agent status`: how the agent is doing, from its files; the agent itself is not disturbed.

use std::io::Write;

use anyhow::Context as _;
use muster_shared::{Clock, SectionName, SectionStatus, Time, terminal};
use serde_json::{Value, json};

use super::Setting;
use super::inventory::{cell, for_json};
use crate::disk::{Disk as _, RealDisk};
use crate::identity::{self, IdentityError, Record};
use crate::lock::{self, Holder};
use crate::spool;
use crate::status::Status;

/// With less the agent cannot even write down how it is doing.
const LEAST_FREE_BYTES: u64 = 64 << 10;
/// Within this part of its life at the end a certificate is renewed late: every agent renews its own before.
const LATE: i64 = 10;
/// So many reasons of a section people are shown.
const REASONS: usize = 3;

/// For people or for machines.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// Prints the status.
pub(crate) fn run(setting: &Setting, args: &Args, out: &mut impl Write) -> anyhow::Result<()> {
    let dir = &setting.config.state_dir;
    let record = identity::find_record(dir)?;
    let status = Status::load(dir);
    let (count, size_bytes) = spool::measure(dir);
    let holder = lock::holder(dir).with_context(|| format!("cannot ask who works with {}", dir.display()))?;
    let free_bytes = RealDisk.free_bytes(dir).ok();
    if args.json {
        let mut document = document(record.as_ref(), &status, holder.as_ref(), (count, size_bytes))?;
        if let Value::Object(members) = &mut document {
            members.insert("free_bytes".into(), json!(free_bytes));
        }
        writeln!(for_json(&mut *out), "{}", serde_json::to_string_pretty(&document)?)?;
    }
    // Not enrolled is an error here too: who asks for the status wants to know by the exit code.
    let record = record.ok_or_else(|| IdentityError::NotEnrolled(identity::record_path(dir)))?;
    let now = setting.clock.now();
    let trouble = trouble(&record, &status, now);
    if args.json {
        return trouble.map_or(Ok(()), |trouble| Err(trouble.into()));
    }
    writeln!(out, "daemon        {}", daemon(holder.as_ref()))?;
    if let Some(free_bytes) = free_bytes.filter(|free_bytes| *free_bytes < LEAST_FREE_BYTES) {
        writeln!(
            out,
            "disk          full ({free_bytes} bytes are free in {}): what follows may be of before; `journalctl -u muster-agent` \
             tells the rest",
            dir.display()
        )?;
    }
    writeln!(out, "standing      {}", standing(&status, &record, now))?;
    writeln!(out, "agent         {}", record.agent_id)?;
    writeln!(out, "collector     {}", record.url)?;
    writeln!(out, "certificate   until {}", record.not_after)?;
    if let Some(error) = &status.renewal_error {
        writeln!(out, "renewal       failed: {}", terminal::line(error))?;
    }
    writeln!(out, "last success  {}", ago(status.last_success_at, now))?;
    writeln!(out, "last report   {}", ago(status.last_report_at, now))?;
    writeln!(out, "last scan     {}", ago(status.last_scan_at, now))?;
    // What a daemon that is gone had planned does not happen.
    let next = status.next_scan_at.filter(|_| holder.as_ref().is_some_and(|holder| holder.command == "run"));
    writeln!(out, "next scan     {}", next.map_or("when the daemon runs".to_owned(), |at| at.to_string()))?;
    writeln!(out, "generation    {}", status.generation)?;
    writeln!(out, "spool         {count} reports, {size_bytes} bytes")?;
    if let Some(error) = &status.last_error {
        writeln!(out, "last error    {}", terminal::line(error))?;
    }
    let lost = [
        ("reports dropped", status.dropped_total),
        ("files set aside", status.quarantined_total),
        ("state files set aside", status.damaged_state_total),
    ];
    for (what, total) in lost.into_iter().filter(|(_, total)| *total > 0) {
        writeln!(out, "losses        {total} {what}")?;
    }
    write_coverage(&status, out)?;
    trouble.map_or(Ok(()), |trouble| Err(trouble.into()))
}

/// What is wrong with the certificate, if anything is: it is over, or near its end and was to be renewed long ago.
fn trouble(record: &Record, status: &Status, now: Time) -> Option<IdentityError> {
    let (left_ms, life_ms) = (record.not_after.since(now), record.not_after.since(record.obtained_at));
    match &status.renewal_error {
        _ if left_ms < 0 => Some(IdentityError::Expired(record.not_after)),
        Some(error) if left_ms < life_ms / LATE => Some(IdentityError::Unrenewed(record.not_after, error.clone())),
        _ => None,
    }
}

/// What could be read, section by section; those without a source on this system in one line.
fn write_coverage(status: &Status, out: &mut impl Write) -> anyhow::Result<()> {
    // What is left out for a reason (nobody asked for it) is not what this system does not have.
    let is_told = |name: &SectionName, coverage: &SectionStatus| {
        *coverage != SectionStatus::Unsupported || status.reasons.contains_key(name)
    };
    for (name, coverage) in status.coverage.iter().filter(|(name, coverage)| is_told(name, coverage)) {
        writeln!(out, "  {name:<16} {}", coverage.as_str())?;
        let reasons = status.reasons.get(name).map(Vec::as_slice).unwrap_or_default();
        for reason in reasons.iter().take(REASONS) {
            writeln!(out, "    {}", cell(&format!("{}: {}", reason.source, reason.message)))?;
        }
        if reasons.len() > REASONS {
            writeln!(out, "    and more: status --json")?;
        }
    }
    let absent = status.coverage.iter().filter(|(name, coverage)| !is_told(name, coverage));
    let absent: Vec<&str> = absent.map(|(name, _)| name.as_str()).collect();
    if !absent.is_empty() {
        writeln!(out, "  no source here   {}", absent.join(", "))?;
    }
    Ok(())
}

/// Whether the agent runs.
fn daemon(holder: Option<&Holder>) -> String {
    let Some(Holder { pid, command }) = holder else {
        return "not running (`systemctl start muster-agent`)".to_owned();
    };
    let process = pid.map(|pid| format!(" (process {pid})")).unwrap_or_default();
    if command == "run" {
        format!("running{process}")
    } else {
        format!("not running; `muster-agent {command}` works now{process}")
    }
}

/// What the collector last said of the agent.
fn standing(status: &Status, record: &Record, now: Time) -> String {
    let Some(standing) = status.standing else { return "unknown: the collector was not heard yet".to_owned() };
    let said = standing.explain().replace("ID", &record.agent_id.to_string());
    status.standing_since.map_or_else(|| said.clone(), |since| format!("{said}, since {}", ago(Some(since), now)))
}

fn document(
    record: Option<&Record>,
    status: &Status,
    holder: Option<&Holder>,
    spool: (usize, u64),
) -> serde_json::Result<Value> {
    let mut document = serde_json::to_value(status)?;
    if let Value::Object(members) = &mut document {
        let daemon = holder.filter(|holder| holder.command == "run");
        members.insert("running".into(), daemon.is_some().into());
        members.insert("pid".into(), json!(daemon.and_then(|holder| holder.pid)));
        members.insert("enrolled".into(), record.is_some().into());
        members.insert("spool".into(), json!({"count": spool.0, "size_bytes": spool.1}));
        if let Some(record) = record {
            members.insert("agent_id".into(), json!(record.agent_id));
            members.insert("collector_url".into(), json!(record.url));
            members.insert("certificate_not_after".into(), json!(record.not_after));
        }
    }
    Ok(document)
}

fn ago(at: Option<Time>, now: Time) -> String {
    let Some(at) = at else { return "never".to_owned() };
    let seconds = now.since(at) / 1_000;
    let (count, unit) = match seconds {
        ..=0 => return "just now".to_owned(),
        1..=119 => (seconds, "s"),
        120..=7_199 => (seconds / 60, "min"),
        7_200..=172_799 => (seconds / 3_600, "h"),
        _ => (seconds / 86_400, "d"),
    };
    format!("{count} {unit} ago ({at})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_as_people_do() {
        let now = Time::from_millis(1_700_000_000_000);
        let told = |seconds: i64| ago(Some(now.plus_millis(-seconds * 1_000)), now);
        assert_eq!(ago(None, now), "never");
        assert!(told(5).starts_with("5 s ago ("));
        assert!(told(200).starts_with("3 min ago"));
        assert!(told(8_000).starts_with("2 h ago"));
        assert!(told(900_000).starts_with("10 d ago"));
    }

    #[test]
    fn what_nobody_asked_for_is_not_what_the_system_does_not_have() {
        let mut status = Status::default();
        for name in [SectionName::Process, SectionName::Raid, SectionName::Lvm] {
            status.coverage.insert(name, SectionStatus::Unsupported);
        }
        let source = "collect.processes".to_owned();
        let reason = muster_shared::Problem { source, message: "not asked for by the configuration".to_owned() };
        status.reasons.insert(SectionName::Process, vec![reason]);
        let mut out = Vec::new();
        write_coverage(&status, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(
            text,
            "  process          unsupported\n    collect.processes: not asked for by the configuration\n  \
             no source here   lvm, raid\n"
        );
    }

    /// Case 37: one failure says nothing yet, the last tenth of the life does.
    #[test]
    fn a_certificate_that_is_over_or_is_not_renewed_is_an_error() {
        let record: Record = serde_json::from_value(json!({
            "agent_id": muster_shared::id::AgentId::from_bytes([7; 16]), "url": "https://c", "pair": 1,
            "obtained_at": Time::from_millis(0), "not_after": Time::from_millis(1_000),
            "settings": muster_shared::protocol::Settings::default(),
        }))
        .unwrap();
        let mut status = Status::default();
        let at = |status: &Status, ms: i64| {
            trouble(&record, status, Time::from_millis(ms)).map(|error| crate::exit::of(&error.into()))
        };
        assert_eq!((at(&status, 950), at(&status, 1_001)), (None, Some(crate::exit::Exit::Unauthorised)));
        status.renewal_error = Some("away".into());
        assert_eq!((at(&status, 850), at(&status, 950)), (None, Some(crate::exit::Exit::Failed)));
    }

    #[test]
    fn json_says_whether_the_agent_is_enrolled() {
        let document = document(None, &Status::default(), None, (2, 9)).unwrap();
        assert_eq!((&document["enrolled"], &document["running"]), (&false.into(), &false.into()));
        assert_eq!(document["spool"]["count"], 2);
        assert!(document["last_success_at"].is_null());
    }
}
