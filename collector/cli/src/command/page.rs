//! `muster open`: where the console shows a thing.

/// The console page of a thing.
pub(super) fn page(url: &str, what: Option<&str>) -> String {
    let Some(what) = what else { return format!("{url}/") };
    let folder = match what.split(['_', '-']).next().unwrap_or_default() {
        "host" => "hosts",
        "item" => "items",
        "fnd" => "findings",
        "PRB" | "CHG" | "REL" | "REQ" | "ACC" | "TSK" => "tickets",
        "alrt" => "alerts",
        "grt" => "grants",
        "cmp" => "access-reviews",
        "sil" => "silences",
        "mnt" => "maintenance-windows",
        "arule" => "alert-rules",
        "rev" | "mrg" => return format!("{url}/identification"),
        _ => "incidents",
    };
    format!("{url}/{folder}/{what}")
}
