//! Attributes as people read them: what they are called, what tells most of an item, and values with their units.
//!
//! The names in the data stay as they are in the API and in queries; here they get words of the catalogue. The names are
//! English: where the catalogue has none, the English console makes words of the name and any other shows the name itself.

use muster_shared::SectionName;
use serde_json::Value;

use super::locale::Locale;
use super::value;

/// Longest text that a cell shows.
const CELL: usize = 80;

/// Ends of names that say the unit: the value says it instead.
const UNITS: &[(&str, &str)] = &[
    ("_bytes", ""),
    ("_seconds", " s"),
    ("_percent", " %"),
    ("_mhz", " MHz"),
    ("_mbps", " Mb/s"),
    ("_mts", " MT/s"),
    ("_mm", " mm"),
    ("_inches", " in"),
    ("_bits", " bit"),
];

/// Parts of names that are no words.
const ACRONYMS: &[&str] = &[
    "api", "bios", "ca", "cpu", "dns", "gid", "gpg", "id", "ip", "ipv4", "ipv6", "lvm", "mac", "mtu", "numa", "nvme",
    "os", "pam", "pci", "rss", "rx", "sha256", "sku", "smbios", "ssh", "tcp", "tls", "tx", "uefi", "uid", "uri", "url",
    "usb", "uuid", "wwn", "x11",
];

/// The attributes that tell most of an item of a section, the most telling first: the columns of its table, and what a
/// change of the whole item shows.
pub(crate) const fn telling(section: SectionName) -> &'static [&'static str] {
    match section {
        SectionName::Host => {
            &["os_pretty_name", "architecture", "virtualization", "timezone", "booted_at", "machine_id"]
        }
        SectionName::Cpu => &["model_name", "sockets", "cores", "threads", "current_mhz", "microcode"],
        SectionName::Memory => {
            &["size_bytes", "total_bytes", "swap_total_bytes", "type", "speed_mts", "manufacturer", "part_number"]
        }
        SectionName::Firmware => {
            &["system_manufacturer", "system_product", "system_serial", "bios_version", "bios_date"]
        }
        SectionName::Disk => &["name", "model", "size_bytes", "type", "bus", "serial"],
        SectionName::Partition => &["name", "disk", "size_bytes", "partition_type", "label", "uuid"],
        SectionName::Filesystem => &["type", "size_bytes", "used_percent", "mount_points"],
        SectionName::Mount => &["source", "type", "options"],
        SectionName::Lvm => &["kind", "volume_group", "size_bytes", "active"],
        SectionName::Raid => &["level", "state", "size_bytes", "members", "failed_members"],
        SectionName::Interface => &["name", "operstate", "addresses", "mac", "kind", "mtu"],
        SectionName::Route => &["gateway", "interface", "protocol", "metric"],
        SectionName::Dns => &["name_servers", "search"],
        SectionName::Listener => &["process", "unit", "package", "user"],
        SectionName::Connection => &["direction", "process", "unit", "connections"],
        SectionName::Package => &["version", "architecture", "manager", "summary"],
        SectionName::Repository => &["uri", "suite", "components", "enabled", "manager"],
        SectionName::Service => &["enabled_state", "active_state", "description"],
        SectionName::Timer => &["calendar", "unit", "enabled_state"],
        SectionName::Cron => &["schedule", "user", "command"],
        SectionName::User => &["uid", "primary_group", "groups", "shell", "password_state"],
        SectionName::Group => &["gid", "members"],
        SectionName::SudoRule => &["kind", "users", "runas", "commands", "no_password"],
        SectionName::AuthorizedKey => &["account", "type", "bits", "comment", "effective"],
        SectionName::LoginPolicy => &["kind", "file", "permit_root_login", "password_authentication"],
        SectionName::Kernel => &["release", "version", "machine", "vulnerable", "command_line"],
        SectionName::Sysctl => &["value"],
        SectionName::Module => &["state", "size_bytes", "used_by", "version"],
        SectionName::Firewall => &["backend", "kind", "table", "chain", "policy", "rule_count"],
        SectionName::Certificate => &["subject", "issuer", "not_after", "key_type", "key_bits"],
        SectionName::Container => &["image", "state", "ports", "engine", "restart_policy"],
        SectionName::Image => &["names", "tag", "size_bytes", "created_at", "engine"],
        SectionName::VirtualMachine => &["hypervisor", "vcpus", "memory_bytes", "autostart", "manager"],
        SectionName::Pci => &["class", "vendor", "device", "driver"],
        SectionName::Usb => &["manufacturer", "product", "serial", "drivers"],
        SectionName::Monitor => &["manufacturer", "name", "serial", "native_resolution", "manufactured_year"],
        SectionName::Battery => &["manufacturer", "model", "status", "health_percent"],
        SectionName::Sensor => &["label", "kind", "value", "unit"],
        SectionName::File => &["mode", "owner", "group", "size_bytes", "modified_at"],
        SectionName::Process => &["user", "unit", "count", "started_at"],
        SectionName::TimeSync => &["service", "enabled_state", "synchronized"],
        SectionName::Agent => &["version", "uid", "rss_bytes", "sections_ok", "sections_denied"],
    }
}

/// Where an attribute stands among those of its section.
pub(crate) fn rank(section: SectionName, name: &str) -> usize {
    let telling = telling(section);
    telling.iter().position(|other| *other == name).unwrap_or(telling.len())
}

fn unit(name: &str) -> Option<(&'static str, &'static str)> {
    UNITS.iter().copied().find(|(end, _)| name.ends_with(end) && name.len() > end.len())
}

/// What an attribute is called.
pub(crate) fn label(locale: Locale, name: &str) -> String {
    let word = name.replace('_', "-");
    if let Some(text) = locale.find(&format!("attribute-{word}")) {
        return text;
    }
    if locale != Locale::English {
        return name.to_owned();
    }
    let bare = unit(name).map_or(name, |(end, _)| name.strip_suffix(end).unwrap_or(name));
    let part = |part: &str| if ACRONYMS.contains(&part) { part.to_uppercase() } else { part.to_owned() };
    let text = bare.split('_').map(part).collect::<Vec<_>>().join(" ");
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

/// A value for reading: with its unit, and yes and no as words.
pub(crate) fn text(locale: Locale, name: &str, seen: &Value) -> String {
    match (seen, unit(name)) {
        (Value::Bool(true), _) => locale.t("yes"),
        (Value::Bool(false), _) => locale.t("no"),
        (Value::Number(number), Some(("_bytes", _))) => number.as_u64().map_or_else(|| number.to_string(), value::size),
        (Value::Number(number), Some((_, sign))) => format!("{number}{sign}"),
        _ => value::exact(seen),
    }
}

/// A value for a cell of a table.
pub(crate) fn cell(locale: Locale, name: &str, seen: &Value) -> String {
    value::middle(&text(locale, name, seen), CELL)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_are_words() {
        let named = |name: &str| label(Locale::English, name);
        assert_eq!(named("size_bytes"), "Size");
        assert_eq!(named("no_such_mac_bytes"), "No such MAC");
        assert_eq!(named("kbd_interactive_authentication"), "Kbd interactive authentication");
        assert_eq!(label(Locale::Chinese, "size_bytes"), "大小");
        assert_eq!(label(Locale::Chinese, "gecos"), "gecos", "a name of the data, not a word of another language");
        assert_eq!((named("_bytes"), named("")), (" bytes".to_owned(), String::new()));
    }

    #[test]
    fn values_have_units() {
        let read = |name: &str, value: Value| text(Locale::English, name, &value);
        assert_eq!(read("size_bytes", json!(17_179_869_184_u64)), "16.0 GiB");
        assert_eq!(read("size_bytes", json!(100)), "100 B");
        assert_eq!(read("used_percent", json!(41.5)), "41.5 %");
        assert_eq!(read("removable", json!(true)), "yes");
        assert_eq!(text(Locale::Chinese, "removable", &json!(false)), "否");
        assert_eq!(read("groups", json!(["adm", "sudo"])), "adm, sudo");
        assert_eq!(read("size_bytes", json!("unknown")), "unknown");
        assert_eq!(cell(Locale::English, "x", &json!("y".repeat(200))).chars().count(), CELL);
    }

    #[test]
    fn every_section_has_columns_and_each_once() {
        for section in SectionName::ALL {
            let names = telling(*section);
            let unique: std::collections::BTreeSet<_> = names.iter().collect();
            assert!(!names.is_empty() && unique.len() == names.len() && names.len() <= 7, "{section:?}");
        }
    }
}
