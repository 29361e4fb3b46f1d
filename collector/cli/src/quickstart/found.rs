//! The short table of what was found on this machine.

use serde_json::Value;

use crate::client::Client;
use crate::output;

/// Sections and what their items are called.
const LISTED: &[(&str, &str)] = &[
    ("disk", "disks"),
    ("filesystem", "file systems"),
    ("mount", "mounts"),
    ("interface", "network interfaces"),
    ("route", "routes"),
    ("listener", "listening sockets"),
    ("package", "packages"),
    ("service", "units"),
    ("user", "users"),
    ("group", "groups"),
];

fn bytes(value: Option<&Value>) -> String {
    let bytes = value.and_then(Value::as_u64).unwrap_or_default();
    let tenths = bytes.saturating_mul(10) >> 30;
    format!("{}.{} GiB", tenths / 10, tenths % 10)
}

pub(super) async fn print(client: &Client, host: &str) -> anyhow::Result<()> {
    let found = client.get(&format!("/hosts/{host}")).await?.body;
    let text = |pointer: &str| found.pointer(pointer).and_then(Value::as_str).unwrap_or("unknown").to_owned();
    let line = |name: &str, what: &str| output::say(&format!("{name:<20}{}", muster_shared::terminal::line(what)));
    line("Host", &format!("{} ({}, {})", text("/name"), text("/facts/os"), text("/facts/virtualization")))?;
    line("Kernel", &format!("{} {}", text("/facts/kernel"), text("/facts/architecture")))?;
    let threads = found.pointer("/facts/cpu_threads").and_then(Value::as_u64).unwrap_or_default();
    line("CPU", &format!("{} x {}", threads, text("/facts/cpu_model")))?;
    line("Memory", &bytes(found.pointer("/facts/memory_bytes")))?;
    for (section, name) in LISTED {
        let covered = |what: &str| found.pointer(&format!("/coverage/{section}/{what}"));
        let status = covered("status").and_then(Value::as_str).unwrap_or("not collected");
        let what = match covered("items").and_then(Value::as_u64) {
            Some(count) if status == "ok" => count.to_string(),
            Some(count) => format!("{count} ({status})"),
            None => format!("not collected ({status})"),
        };
        let mut name = (*name).to_owned();
        if let Some(first) = name.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        line(&name, &what)?;
    }
    Ok(())
}
