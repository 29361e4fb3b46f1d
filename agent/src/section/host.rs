//! The host itself: who it is, what runs on it, what it runs on, and how it is (as metrics).

use std::net::SocketAddr;

use muster_shared::{Item, Problem, SectionName, Time, bound};
use sysinfo::System;

use super::{Collector, Options, Privilege, Section, kernel, oddity};
use crate::root::{Cause, ReadError, Root};

mod cloud;
mod container;
mod release;
mod virtualization;

const HOSTNAME: &str = "/etc/hostname";
const HOSTS: &str = "/etc/hosts";
const LOCALTIME: &str = "/etc/localtime";
const MACHINE_ID: &str = "/etc/machine-id";
const OS_RELEASE: &str = "/etc/os-release";

/// Fields of os-release(5) and the attributes they become.
const OS_FIELDS: &[(&str, &str)] = &[
    ("ID", "os_id"),
    ("ID_LIKE", "os_id_like"),
    ("NAME", "os_name"),
    ("PRETTY_NAME", "os_pretty_name"),
    ("VERSION_ID", "os_version"),
    ("VERSION_CODENAME", "os_codename"),
    ("VARIANT_ID", "os_variant"),
    ("BUILD_ID", "os_build"),
    ("CPE_NAME", "os_cpe"),
    ("SUPPORT_END", "os_support_end"),
];

#[derive(Default)]
pub(super) struct Host {
    /// Where the cloud may be asked; nothing unless the configuration allows it.
    metadata: Option<SocketAddr>,
}

impl Host {
    pub(super) fn new(options: &Options) -> Self {
        Self { metadata: options.cloud_metadata.then_some(cloud::METADATA) }
    }
}

impl Collector for Host {
    fn name(&self) -> SectionName {
        SectionName::Host
    }

    fn contents(&self) -> &'static str {
        "the host: name, ids, operating system, architecture, virtualisation, cloud, chassis, time zone, load and uptime"
    }

    fn purpose(&self) -> &'static str {
        "which machine this is, also when its name, its disk or its network card changes; what support and licences hang on"
    }

    fn privilege(&self) -> Privilege {
        Privilege::None
    }

    fn watched(&self, _root: &Root) -> Vec<String> {
        super::paths(&[HOSTNAME, HOSTS, LOCALTIME, MACHINE_ID, OS_RELEASE])
    }

    fn collect(&self, root: &Root) -> Section {
        let mut problems: Vec<Problem> = Vec::new();
        let mut item = Item::new("host");
        let name = name(root, &mut problems);
        if name.is_none() && problems.is_empty() {
            problems.push(Problem { source: HOSTNAME.to_owned(), message: "the host has no name".to_owned() });
        }
        item.set("fqdn", name.as_deref().and_then(|name| fqdn(root, name)));
        item.set("name", name);
        item.set("machine_id", machine_id(root, &mut problems));
        match os_release(root) {
            Ok(text) => {
                describe_os(&text, &mut item);
                oddity::keep_sound(&mut problems, OS_RELEASE, &mut item, &[("os_support_end", oddity::is_day)]);
            }
            Err(error) if error.is_absent() && release::describe(root, &mut item).is_some() => {}
            Err(error) => problems.push(error.problem()),
        }
        item.set("architecture", kernel::machine(root));
        item.set("virtualization", virtualization::detect(root));
        item.set("container", container::detect(root));
        cloud::describe(root, self.metadata, &mut item, &mut problems);
        item.set("chassis", root.number::<u8>("/sys/class/dmi/id/chassis_type").and_then(chassis));
        item.set("timezone", timezone(root));
        oddity::keep_sound(&mut problems, LOCALTIME, &mut item, &[("timezone", is_zone)]);
        item.set("boot_id", root.value("/proc/sys/kernel/random/boot_id"));
        if root.is_live() {
            set_live_metrics(root, &mut item);
        }
        Section::of(vec![item], problems)
    }
}

/// The first part of the name; the kernel's name when it may be asked.
fn name(root: &Root, problems: &mut Vec<Problem>) -> Option<String> {
    let name = if root.is_live() {
        hostname::get().ok()?.into_string().ok()?
    } else {
        let read = || match root.text_linked(HOSTNAME) {
            Ok(name) => Some(name),
            Err(error) => {
                problems.extend((error.cause != Cause::Absent).then(|| error.problem()));
                None
            }
        };
        root.value("/proc/sys/kernel/hostname").or_else(read)?
    };
    let name = name.trim();
    if !name.is_empty() && !is_name(name) {
        problems.push(Problem { source: HOSTNAME.to_owned(), message: format!("{name:.64?} is no name of a host") });
    }
    is_name(name).then(|| name.to_owned())
}

/// Whether people can read and write it; more is not asked, for hosts are named more freely than RFC 1123 has it.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= bound::NAME_BYTES && !text.contains(|c: char| c.is_control() || c.is_whitespace())
}

/// The name with its domain, from the name itself or `/etc/hosts`; no server is asked.
fn fqdn(root: &Root, name: &str) -> Option<String> {
    if name.contains('.') {
        return Some(name.to_owned());
    }
    let hosts = root.text_linked(HOSTS).ok()?;
    hosts.lines().find_map(|line| {
        let line = line.split('#').next().unwrap_or_default();
        let mut names = line.split_whitespace().skip(1);
        let canonical = names.next()?;
        let is_ours = canonical == name || names.any(|alias| alias == name);
        (is_ours && canonical.contains('.') && is_name(canonical)).then(|| canonical.to_owned())
    })
}

fn machine_id(root: &Root, problems: &mut Vec<Problem>) -> Option<String> {
    let mut first: Option<ReadError> = None;
    for path in [MACHINE_ID, "/var/lib/dbus/machine-id"] {
        match root.text_linked(path) {
            Ok(text) if is_machine_id(text.trim()) => return Some(text.trim().to_owned()),
            Ok(text) if !text.trim().is_empty() => {
                let message = format!("32 hexadecimal digits are a machine id, not {:.64?}", text.trim());
                first.get_or_insert(ReadError { path: path.to_owned(), cause: Cause::Failed(message) });
            }
            Ok(_) => {}
            Err(error) => drop(first.get_or_insert(error)),
        }
    }
    let message = "the host has no machine id".to_owned();
    let error = first.unwrap_or(ReadError { path: MACHINE_ID.to_owned(), cause: Cause::Failed(message) });
    problems.push(error.problem());
    None
}

/// machine-id(5); before the first boot it is empty or `uninitialized`.
fn is_machine_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn os_release(root: &Root) -> Result<String, ReadError> {
    root.text_linked(OS_RELEASE).or_else(|error| root.text_linked("/usr/lib/os-release").map_err(|_| error))
}

fn describe_os(text: &str, item: &mut Item) {
    for line in text.lines() {
        let Some((name, value)) = line.trim().split_once('=') else { continue };
        if let Some((_, attribute)) = OS_FIELDS.iter().find(|(field, _)| *field == name) {
            item.set(attribute, unquote(value));
        }
    }
    if !item.attributes.contains_key("os_id") {
        // os-release(5): "If not set, a default of ID=linux may be used".
        item.set("os_id", "linux");
    }
}

/// A value of a shell-like assignment without its quotes and escapes.
fn unquote(value: &str) -> String {
    let value = value.trim();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let inner = quote.and_then(|q| value.strip_prefix(q)?.strip_suffix(q)).unwrap_or(value);
    if quote == Some('\'') {
        return inner.to_owned();
    }
    let mut text = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        text.push(if c == '\\' { chars.next().unwrap_or(c) } else { c });
    }
    text
}

/// The chassis by its number in the SMBIOS (DSP0134, table 17), in the words of machine-info(5).
fn chassis(number: u8) -> Option<&'static str> {
    Some(match number & 0x7f {
        0x03 | 0x04 | 0x06 | 0x07 | 0x0d | 0x23 | 0x24 => "desktop",
        0x08 | 0x09 | 0x0a | 0x0e => "laptop",
        0x0b => "handset",
        0x11 | 0x1c | 0x1d => "server",
        0x1e => "tablet",
        0x1f | 0x20 => "convertible",
        0x21 | 0x22 => "embedded",
        0x01 => "other",
        _ => return None,
    })
}

/// The name of the zone: what `/etc/localtime` leads to, else what Debian writes down.
fn timezone(root: &Root) -> Option<String> {
    let target = root.read_link(LOCALTIME).ok();
    let zone = target.as_deref().and_then(|target| target.split_once("zoneinfo/")).map(|(_, zone)| zone.to_owned());
    zone.or_else(|| root.text_linked("/etc/timezone").ok()).map(|zone| zone.trim().to_owned())
}

/// Whether a zone of the tz database can be named so: `Europe/Berlin`, `Etc/GMT+5`.
fn is_zone(text: &str) -> bool {
    let is_part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'-'))
    };
    text.len() <= 64 && text.split('/').all(is_part)
}

fn set_live_metrics(root: &Root, item: &mut Item) {
    if let Ok(booted) = System::boot_time() {
        let ms = i64::try_from(booted.saturating_mul(1000)).unwrap_or(i64::MAX);
        item.set("booted_at", Time::from_millis(ms).to_string());
    }
    item.set("uptime_seconds", System::uptime().ok());
    if let Ok(load) = System::load_average() {
        item.set("load_1", load.one);
        item.set("load_5", load.five);
        item.set("load_15", load.fifteen);
    }
    let is_process = |name: &str| name.bytes().all(|b| b.is_ascii_digit());
    let processes = root.list("/proc").map(|entries| entries.iter().filter(|entry| is_process(&entry.name)).count());
    item.set("process_count", processes.ok());
}

#[cfg(test)]
mod tests;
