//! An inventory in GLPI's JSON, as its agents send it: what Muster knows of a host can be fed to a GLPI that people keep.
//!
//! The form has no word for listeners, units, routes, timers, keys or modules: they stay out. Sizes are in MB, as there.

use muster_shared::{Attributes, SectionName};
use serde_json::{Value, json};

use super::{Known, Snapshot, number, text};

const MB: u64 = 1_000_000;
const MIB: u64 = 1 << 20;

/// The inventory of a host.
pub fn inventory(host: &Snapshot) -> Value {
    let content = Known::default()
        .set("versionclient", Some(format!("muster_v{}", env!("CARGO_PKG_VERSION"))))
        .set("accesslog", Some(json!({"logdate": date_time(&host.at.to_string())})))
        .set("hardware", Some(hardware(host)))
        .set("operatingsystem", operating_system(host))
        .set("bios", host.only(SectionName::Firmware).map(bios))
        .set("cpus", list(host, SectionName::Cpu, cpus))
        .set("memories", list(host, SectionName::Memory, memory))
        .set("storages", list(host, SectionName::Disk, storage))
        .set("drives", list(host, SectionName::Filesystem, drive))
        .set("networks", list(host, SectionName::Interface, network))
        .set("softwares", list(host, SectionName::Package, software))
        .set("local_users", list(host, SectionName::User, user))
        .set("local_groups", list(host, SectionName::Group, group))
        .set("controllers", list(host, SectionName::Pci, controller))
        .set("usbdevices", list(host, SectionName::Usb, usb))
        .set("monitors", list(host, SectionName::Monitor, monitor))
        .set("virtualmachines", list(host, SectionName::VirtualMachine, virtual_machine));
    let created = date_time(&host.host.created_at.to_string()).replace([' ', ':'], "-");
    json!({
        "deviceid": format!("{}-{created}", host.host.name),
        "itemtype": "Computer",
        "action": "inventory",
        "content": content.into_value(),
    })
}

/// What becomes of the items of a section; `None` when it was not collected, which is not the same as empty.
fn list(host: &Snapshot, section: SectionName, of: impl Fn(&str, &Attributes) -> Vec<Value>) -> Option<Value> {
    host.sections.get(&section).map(|items| items.iter().flat_map(|(key, item)| of(key, item)).collect())
}

/// `2026-11-24 10:00:00` from RFC 3339.
fn date_time(time: &str) -> String {
    time.chars().take(19).map(|c| if c == 'T' { ' ' } else { c }).collect()
}

fn date(time: &str) -> String {
    time.chars().take(10).collect()
}

fn owned(attributes: &Attributes, name: &str) -> Option<String> {
    text(attributes, name).map(str::to_owned)
}

fn hardware(host: &Snapshot) -> Value {
    let firmware = host.only(SectionName::Firmware);
    let memory = host.items(SectionName::Memory).find_map(|(_, item)| number(item, "total_bytes"));
    let gateway = host.items(SectionName::Route).find(|(_, route)| text(route, "destination") == Some("default"));
    let servers = host.only(SectionName::Dns).and_then(|dns| dns.get("name_servers")).and_then(Value::as_array);
    let servers = servers.map(|all| all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("/"));
    let system = match host.facts.virtualization.as_str() {
        "" => None,
        "none" => Some("Physical".to_owned()),
        other => Some(other.to_owned()),
    };
    Known::default()
        .set("name", Some(host.host.name.clone()))
        .set("uuid", firmware.and_then(|firmware| owned(firmware, "system_uuid")))
        .set("chassis_type", firmware.and_then(|firmware| owned(firmware, "chassis_type")))
        .set("memory", memory.map(|bytes| bytes / MIB))
        .set("vmsystem", system)
        .set("defaultgateway", gateway.and_then(|(_, route)| owned(route, "gateway")))
        .set("dns", servers.filter(|servers| !servers.is_empty()))
        .into_value()
}

fn operating_system(host: &Snapshot) -> Option<Value> {
    let system = host.only(SectionName::Host)?;
    let kernel = host.only(SectionName::Kernel);
    let known = Known::default()
        .set("name", owned(system, "os_name"))
        .set("full_name", owned(system, "os_pretty_name"))
        .set("version", owned(system, "os_version"))
        .set("arch", owned(system, "architecture"))
        .set("fqdn", owned(system, "fqdn"))
        .set("boot_time", text(system, "booted_at").map(date_time))
        .set("kernel_name", kernel.map(|_| "linux"))
        .set("kernel_version", kernel.and_then(|kernel| owned(kernel, "release")));
    Some(known.into_value())
}

fn bios(firmware: &Attributes) -> Value {
    Known::default()
        .set("bmanufacturer", owned(firmware, "bios_vendor"))
        .set("bversion", owned(firmware, "bios_version"))
        .set("bdate", text(firmware, "bios_date").filter(|date| date.len() >= 10).map(date))
        .set("smanufacturer", owned(firmware, "system_manufacturer"))
        .set("smodel", owned(firmware, "system_product"))
        .set("ssn", owned(firmware, "system_serial"))
        .set("skunumber", owned(firmware, "system_sku"))
        .set("mmanufacturer", owned(firmware, "board_manufacturer"))
        .set("mmodel", owned(firmware, "board_product"))
        .set("msn", owned(firmware, "board_serial"))
        .set("assettag", owned(firmware, "chassis_asset_tag"))
        .set("enclosureserial", owned(firmware, "chassis_serial"))
        .into_value()
}

/// One entry for each socket.
fn cpus(_: &str, cpu: &Attributes) -> Vec<Value> {
    // The form knows these words only; another architecture has none.
    let arch = match text(cpu, "machine_type").or_else(|| text(cpu, "isa")) {
        Some(known @ ("x86_64" | "aarch64" | "i386" | "mips" | "mips64" | "sparc" | "sparc64")) => {
            Some(known.to_owned())
        }
        Some("i686" | "i586") => Some("i386".to_owned()),
        Some("ppc64" | "ppc64le") => Some("powerpc64".to_owned()),
        Some(arm) if arm.starts_with("arm") => Some(arm.to_owned()),
        _ => None,
    };
    let one = Known::default()
        .set("name", owned(cpu, "model_name"))
        .set("manufacturer", owned(cpu, "vendor"))
        .set("arch", arch)
        .set("core", number(cpu, "cores_per_socket"))
        .set("thread", number(cpu, "threads_per_core"))
        .set("familynumber", owned(cpu, "family"))
        .set("model", owned(cpu, "model"))
        .set("stepping", text(cpu, "stepping").and_then(|stepping| stepping.parse::<u64>().ok()))
        .set("speed", number(cpu, "max_mhz"))
        .into_value();
    let sockets = usize::try_from(number(cpu, "sockets").unwrap_or(1)).unwrap_or(1).clamp(1, 1_024);
    vec![one; sockets]
}

/// A module; the memory as a whole stands in `hardware`.
fn memory(_: &str, module: &Attributes) -> Vec<Value> {
    let Some(locator) = owned(module, "locator") else { return Vec::new() };
    let speed = number(module, "speed_mts").map(|speed| format!("{speed} MT/s"));
    let one = Known::default()
        .set("caption", Some(locator))
        .set("capacity", number(module, "size_bytes").map(|bytes| bytes / MIB))
        .set("type", owned(module, "type"))
        .set("description", owned(module, "form_factor"))
        .set("manufacturer", owned(module, "manufacturer"))
        .set("model", owned(module, "part_number"))
        .set("serialnumber", owned(module, "serial"))
        .set("speed", speed);
    vec![one.into_value()]
}

fn storage(key: &str, disk: &Attributes) -> Vec<Value> {
    let bus = text(disk, "bus").unwrap_or_default().to_uppercase();
    let one = Known::default()
        .set("name", owned(disk, "name").or_else(|| Some(key.to_owned())))
        .set("type", owned(disk, "type"))
        .set("manufacturer", owned(disk, "vendor"))
        .set("model", owned(disk, "model"))
        .set("serial", owned(disk, "serial"))
        .set("wwn", owned(disk, "wwn"))
        .set("firmware", owned(disk, "revision"))
        .set("disksize", number(disk, "size_bytes").map(|bytes| bytes / MB))
        .set(
            "interface",
            Some(bus).filter(|bus| ["SCSI", "IDE", "USB", "SATA", "SAS", "ATAPI"].contains(&bus.as_str())),
        );
    vec![one.into_value()]
}

/// One entry for each mount point, and one for a file system that is not mounted.
fn drive(key: &str, filesystem: &Attributes) -> Vec<Value> {
    let device = text(filesystem, "device").unwrap_or(key);
    let device = if device.starts_with('/') { device.to_owned() } else { format!("/dev/{device}") };
    let points = filesystem.get("mount_points").and_then(Value::as_array);
    let points: Vec<Option<String>> = match points {
        Some(points) if !points.is_empty() => points.iter().map(|point| point.as_str().map(str::to_owned)).collect(),
        _ => vec![None],
    };
    let one = |point: Option<String>| {
        Known::default()
            .set("volumn", Some(device.clone()))
            .set("type", point)
            .set("filesystem", owned(filesystem, "type"))
            .set("label", owned(filesystem, "label"))
            .set("serial", owned(filesystem, "uuid"))
            .set("total", number(filesystem, "size_bytes").map(|bytes| bytes / MB))
            .set("free", number(filesystem, "available_bytes").map(|bytes| bytes / MB))
            .into_value()
    };
    points.into_iter().map(one).collect()
}

/// One entry for each address of an interface, and one for an interface without any.
fn network(key: &str, interface: &Attributes) -> Vec<Value> {
    let addresses =
        ["addresses", "dynamic_addresses"].into_iter().filter_map(|name| interface.get(name)?.as_array()).flatten();
    let addresses: Vec<&str> = addresses.filter_map(|address| address.get("address")?.as_str()).collect();
    let flags = interface.get("flags").and_then(Value::as_array);
    let is_up = flags.is_some_and(|flags| flags.iter().any(|flag| flag == "UP"));
    let kind = match (text(interface, "kind"), text(interface, "link_type")) {
        (Some("bridge"), _) => Some("bridge"),
        (Some("bond"), _) => Some("aggregate"),
        (_, Some("loopback")) => Some("loopback"),
        (_, Some("infiniband")) => Some("infiniband"),
        _ if interface.get("wireless") == Some(&Value::Bool(true)) => Some("wifi"),
        (_, Some("ether")) => Some("ethernet"),
        _ => None,
    };
    let one = |address: Option<&str>| {
        let is_v6 = address.is_some_and(|address| address.contains(':'));
        Known::default()
            .set("description", owned(interface, "name").or_else(|| Some(key.to_owned())))
            .set("status", Some(if is_up { "up" } else { "down" }))
            .set("type", kind)
            .set("mac", owned(interface, "mac"))
            .set("driver", owned(interface, "driver"))
            .set("mtu", number(interface, "mtu"))
            .set("speed", number(interface, "speed_mbps").map(|speed| speed.to_string()))
            .set("virtualdev", interface.get("physical").and_then(Value::as_bool).map(|physical| !physical))
            .set(if is_v6 { "ipaddress6" } else { "ipaddress" }, address)
            .into_value()
    };
    if addresses.is_empty() {
        vec![one(None)]
    } else {
        addresses.into_iter().map(|address| one(Some(address))).collect()
    }
}

fn software(key: &str, package: &Attributes) -> Vec<Value> {
    let from = match text(package, "manager") {
        Some("dpkg") => Some("deb"),
        other => other,
    };
    let one = Known::default()
        .set("name", owned(package, "name").or_else(|| Some(key.to_owned())))
        .set("version", owned(package, "version"))
        .set("arch", owned(package, "architecture"))
        .set("from", from)
        .set("publisher", owned(package, "vendor").or_else(|| owned(package, "maintainer")))
        .set("comments", owned(package, "summary"))
        .set("system_category", owned(package, "section"))
        .set("filesize", number(package, "size_bytes"))
        .set("install_date", text(package, "installed_at").filter(|date| date.len() >= 10).map(date));
    vec![one.into_value()]
}

fn user(key: &str, user: &Attributes) -> Vec<Value> {
    let Some(uid) = number(user, "uid") else { return Vec::new() };
    let one = Known::default()
        .set("id", Some(uid.to_string()))
        .set("login", owned(user, "name").or_else(|| Some(key.to_owned())))
        .set("name", owned(user, "gecos"))
        .set("home", owned(user, "home"))
        .set("shell", owned(user, "shell"));
    vec![one.into_value()]
}

fn group(key: &str, group: &Attributes) -> Vec<Value> {
    let Some(gid) = number(group, "gid") else { return Vec::new() };
    let one = Known::default()
        .set("id", Some(gid.to_string()))
        .set("name", owned(group, "name").or_else(|| Some(key.to_owned())))
        .set("members", group.get("members").cloned());
    vec![one.into_value()]
}

fn controller(key: &str, device: &Attributes) -> Vec<Value> {
    let one = Known::default()
        .set("name", owned(device, "device").or_else(|| owned(device, "class")))
        .set("type", owned(device, "class"))
        .set("manufacturer", owned(device, "vendor"))
        .set("driver", owned(device, "driver"))
        .set("pcislot", owned(device, "slot").or_else(|| Some(key.to_owned())))
        .set("pciclass", text(device, "class_id").and_then(|class| class.get(..4)).map(str::to_owned))
        .set("vendorid", owned(device, "vendor_id"))
        .set("productid", owned(device, "device_id"))
        .set("rev", owned(device, "revision"));
    vec![one.into_value()]
}

fn usb(_: &str, device: &Attributes) -> Vec<Value> {
    let one = Known::default()
        .set("name", owned(device, "product"))
        .set("manufacturer", owned(device, "manufacturer").or_else(|| owned(device, "vendor")))
        .set("vendorid", owned(device, "vendor_id"))
        .set("productid", owned(device, "product_id"))
        .set("serial", owned(device, "serial"));
    vec![one.into_value()]
}

fn monitor(_: &str, monitor: &Attributes) -> Vec<Value> {
    let one = Known::default()
        .set("caption", owned(monitor, "name"))
        .set("manufacturer", owned(monitor, "manufacturer"))
        .set("serial", owned(monitor, "serial"));
    vec![one.into_value()]
}

fn virtual_machine(key: &str, machine: &Attributes) -> Vec<Value> {
    let known = |kind: &&str| ["xen", "qemu", "lxc", "virtualbox", "vmware"].contains(kind);
    let kind = text(machine, "hypervisor").filter(known).unwrap_or("libvirt");
    let one = Known::default()
        .set("name", owned(machine, "name").or_else(|| Some(key.to_owned())))
        .set("vmtype", Some(kind))
        .set("uuid", owned(machine, "uuid"))
        .set("vcpu", number(machine, "vcpus"))
        .set("memory", number(machine, "memory_bytes").map(|bytes| bytes / MIB));
    vec![one.into_value()]
}
