//! The host as a whole: name, system, kernel, firmware, processors, memory, name servers.

use muster_model::identification::is_placeholder;
use muster_model::source::Source;
use muster_shared::report::Item;
use serde_json::Value;

use super::value::{bytes, count, firmware_day, known, mebibytes, moment};
use super::{Found, Reading};

/// Hypervisors by the names that these agents give them. `Docker` and other containers say nothing about the machine, and
/// `Physical` only says that the agent saw no sign of a hypervisor: both are left out.
const HYPERVISORS: &[(&str, &str)] = &[
    ("vmware", "vmware"),
    ("kvm", "kvm"),
    ("virtualbox", "oracle"),
    ("xen", "xen"),
    ("hyper-v", "microsoft"),
    ("microsoft", "microsoft"),
    ("parallels", "parallels"),
];

/// Makers of processors by the names that these agents give them, as the processor says it.
const CPU_VENDORS: &[(&str, &str)] = &[("amd", "AuthenticAMD"), ("intel", "GenuineIntel")];

fn named(table: &[(&str, &'static str)], text: &str) -> Option<&'static str> {
    let plain = text.to_lowercase();
    table.iter().find(|(name, _)| plain.starts_with(name)).map(|(_, ours)| *ours)
}

pub(super) fn host(reading: Reading<'_>) -> Found {
    let hardware = |names: &[&str]| reading.one("hardware", names);
    let system = |names: &[&str]| reading.one("operatingsystem", names);
    let is_ocs = reading.source == Source::OcsInventory;
    // OCS writes the architecture before the time that the system is up: `x86_64/00-00-00 00:06:01`.
    let described =
        hardware(&["description"]).and_then(|text| text.split_once('/')).map(|(architecture, _)| architecture);
    let architecture = system(&["arch"]).or_else(|| described.filter(|_| is_ocs && described.is_some_and(is_word)));
    let pretty = system(&["full_name"]).or_else(|| hardware(&["oscomments"]).filter(|_| is_ocs));
    let machine = hardware(&["vmsystem"]);
    let hypervisor = machine.and_then(|text| named(HYPERVISORS, text));
    let item = Item::new("host")
        .with("name", hardware(&["name"]))
        .with("fqdn", system(&["fqdn"]).filter(|name| name.contains('.')))
        .with("os_name", system(&["name"]).or_else(|| hardware(&["osname"])))
        .with("os_pretty_name", pretty)
        .with("os_version", system(&["version"]).or_else(|| hardware(&["osversion"]).filter(|_| is_ocs)))
        .with("architecture", architecture)
        .with("virtualization", hypervisor)
        .with("booted_at", moment(system(&["boot_time"]), system(&["timezone/offset"])));
    if item.attributes.is_empty() {
        return Found::default();
    }
    let found = Found::of(vec![item]);
    if machine.is_some() && hypervisor.is_none() {
        let message = "a container, or no sign of a hypervisor, says nothing about the machine: left out";
        return found.problem("hardware/vmsystem", message);
    }
    found
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

pub(super) fn kernel(reading: Reading<'_>) -> Found {
    // OCS writes the version of the distribution where FusionInventory writes that of the kernel.
    let old = reading.one("hardware", &["osversion"]).filter(|_| reading.source != Source::OcsInventory);
    let Some(release) = reading.one("operatingsystem", &["kernel_version"]).or(old) else { return Found::default() };
    let name = reading.one("operatingsystem", &["kernel_name"]);
    let name = name.map(|name| if name == "linux" { "Linux" } else { name });
    Found::of(vec![Item::new("kernel").with("name", name).with("release", release)])
}

pub(super) fn firmware(reading: Reading<'_>) -> Found {
    let bios = |names: &[&str]| known(reading.one("bios", names)).filter(|text| !is_placeholder_text(text));
    let board_serial = bios(&["msn"]);
    // OCS takes the serial of the board, or the id of the processor, for that of a system without one.
    let serial =
        bios(&["ssn"]).filter(|serial| !is_cpu_id(serial) && (Some(*serial) != board_serial || !is_ocs(reading)));
    let item = Item::new("firmware")
        .with("bios_vendor", bios(&["bmanufacturer"]))
        .with("bios_version", bios(&["bversion"]))
        .with("bios_date", bios(&["bdate"]).map(firmware_day))
        .with("system_manufacturer", bios(&["smanufacturer"]))
        .with("system_product", bios(&["smodel"]))
        .with("system_serial", serial.filter(|serial| !is_placeholder(serial)))
        .with("system_sku", bios(&["skunumber"]))
        .with("board_manufacturer", bios(&["mmanufacturer"]))
        .with("board_product", bios(&["mmodel"]))
        .with("board_serial", board_serial)
        .with("chassis_asset_tag", bios(&["assettag"]))
        .with("chassis_type", known(reading.one("hardware", &["chassis_type"])).or_else(|| bios(&["type"])))
        .with("system_uuid", reading.one("hardware", &["uuid"]).filter(|uuid| is_uuid(uuid)).map(str::to_lowercase));
    if item.attributes.is_empty() { Found::default() } else { Found::of(vec![item]) }
}

fn is_ocs(reading: Reading<'_>) -> bool {
    reading.source == Source::OcsInventory
}

fn is_placeholder_text(text: &str) -> bool {
    matches!(text.trim().to_lowercase().as_str(), "default string" | "to be filled by o.e.m." | "system serial number")
}

/// `57 06 05 00 FF FB EB BF`: all processors of a kind have the same.
fn is_cpu_id(text: &str) -> bool {
    let parts: Vec<&str> = text.split_whitespace().collect();
    parts.len() == 8 && parts.iter().all(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn is_uuid(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
    digits == 32 && text.len() == 36 && !is_placeholder(text)
}

pub(super) fn cpu(reading: Reading<'_>) -> Found {
    let entries = reading.list("cpus");
    let Some(first) = entries.first() else { return Found::default() };
    let sum = |names: &[&str]| -> Option<u64> { entries.iter().map(|entry| count(entry.text(names))).sum() };
    let vendor = first.text(&["manufacturer"]);
    // How many threads a core has is counted wrongly by all of them but OCS, and the architecture is `i386` on every PC.
    let item = Item::new("cpu")
        .with("model_name", first.text(&["name", "type"]))
        .with("vendor", vendor.map(|text| named(CPU_VENDORS, text).unwrap_or(text)))
        .with("family", first.text(&["familynumber"]))
        .with("model", first.text(&["model"]))
        .with("stepping", first.text(&["stepping"]))
        .with("sockets", entries.len())
        .with("cores", sum(&["core", "cores"]))
        .with("cores_per_socket", count(first.text(&["core", "cores"])))
        .with("threads", sum(&["logical_cpus"]).filter(|_| is_ocs(reading)));
    Found::of(vec![item])
}

pub(super) fn memory(reading: Reading<'_>) -> Found {
    let hardware = |name: &str| reading.one("hardware", &[name]);
    let total = Item::new("memory")
        .with("total_bytes", mebibytes(hardware("memory")))
        .with("swap_total_bytes", mebibytes(hardware("swap")));
    let mut items = if total.attributes.is_empty() { Vec::new() } else { vec![total] };
    for entry in reading.list("memories") {
        let text = |names: &[&str]| known(entry.text(names));
        let Some(locator) = text(&["caption"]).or_else(|| text(&["description"])) else { continue };
        let size = bytes(entry.text(&["capacity"]), 1 << 20);
        let mut item = Item::new(locator).with("locator", locator).with("populated", size.is_some());
        if size.is_some() {
            item = item
                .with("size_bytes", size)
                .with("manufacturer", text(&["manufacturer"]))
                .with("serial", text(&["serialnumber"]).filter(|serial| !is_placeholder(serial)))
                .with("part_number", text(&["model"]))
                .with("type", text(&["type"]))
                .with("speed_mts", super::value::leading(entry.text(&["speed"])));
        }
        items.push(item);
    }
    Found::of(items)
}

pub(super) fn dns(reading: Reading<'_>) -> Found {
    let Some(text) = reading.one("hardware", &["dns"]) else { return Found::default() };
    let order: Vec<&str> = text.split(['/', ',', ' ']).filter(|server| !server.is_empty()).collect();
    let mut servers: Vec<Value> = order.iter().map(|server| Value::from(*server)).collect();
    servers.sort_by_cached_key(Value::to_string);
    servers.dedup();
    Found::of(vec![Item::new("resolver").with("name_servers", servers).with("name_server_order", order)])
}
