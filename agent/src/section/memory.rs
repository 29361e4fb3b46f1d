//! Main memory and swap as the kernel counts them, and the modules in their slots as the firmware lists them.

use muster_shared::{Item, SectionName};

use super::smbios::Table;
use super::{Collector, Privilege, Section};
use crate::root::Root;

mod module;

#[cfg(test)]
pub(super) use module::modules;

const MEMINFO: &str = "/proc/meminfo";

/// Lines of `/proc/meminfo` and the attributes they become; the latter halves of the list are metrics.
const FIELDS: &[(&str, &str)] = &[
    ("MemTotal", "total_bytes"),
    ("SwapTotal", "swap_total_bytes"),
    ("HugePages_Total", "huge_pages"),
    ("Hugepagesize", "huge_page_size_bytes"),
    ("MemFree", "free_bytes"),
    ("MemAvailable", "available_bytes"),
    ("Cached", "cached_bytes"),
    ("SwapFree", "swap_free_bytes"),
];

pub(super) struct Memory;

impl Collector for Memory {
    fn name(&self) -> SectionName {
        SectionName::Memory
    }

    fn contents(&self) -> &'static str {
        "main memory and swap: totals, modules with size, type, speed and serial, and what is free as metrics"
    }

    fn purpose(&self) -> &'static str {
        "capacity, and which module to replace when one fails"
    }

    fn privilege(&self) -> Privilege {
        Privilege::ReadSearch(
            "the modules stand in the tables of the firmware (SMBIOS), which only root may read; without it only \
             totals are told",
        )
    }

    fn collect(&self, root: &Root) -> Section {
        let text = match root.text(MEMINFO) {
            Ok(text) => text,
            Err(error) => return Section::unreadable(&error),
        };
        let item = parse(&text);
        if !item.attributes.contains_key("total_bytes") {
            return Section::failed(MEMINFO, "has no line MemTotal");
        }
        let mut items = vec![item];
        let mut problems = Vec::new();
        match Table::read(root) {
            Ok(table) => {
                let (modules, left_out) = module::modules(&table);
                items.extend(modules);
                problems.extend(left_out);
                problems.extend(table.problem());
            }
            // Guests and boards without SMBIOS have no list of modules, which is nothing to complain of.
            Err(error) if error.is_absent() => {}
            Err(error) => problems.push(error.problem()),
        }
        Section::of(items, problems)
    }
}

fn parse(text: &str) -> Item {
    let mut item = Item::new("memory");
    for line in text.lines() {
        let Some((name, value)) = line.split_once(':') else { continue };
        let Some((_, attribute)) = FIELDS.iter().find(|(field, _)| *field == name) else { continue };
        let mut words = value.split_whitespace();
        let Some(count) = words.next().and_then(|word| word.parse::<u64>().ok()) else { continue };
        // The kernel writes kB and means KiB.
        let factor = if words.next() == Some("kB") { 1024 } else { 1 };
        item.set(attribute, count.saturating_mul(factor));
    }
    item
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kibibytes_become_bytes_and_counts_stay() {
        let item =
            parse("MemTotal:       16316412 kB\nMemFree:  1 kB\nHugePages_Total:       3\nHugepagesize: 2048 kB\nX\n");
        assert_eq!(item.attributes["total_bytes"], 16_316_412_u64 * 1024);
        assert_eq!(item.attributes["huge_pages"], 3);
        assert_eq!(item.attributes["huge_page_size_bytes"], 2 << 20);
    }

    #[test]
    fn recorded_tables_give_their_totals_and_what_a_kernel_does_not_tell_is_left_out() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/fixtures/facter/spec/fixtures");
        if !std::path::Path::new(folder).is_dir() {
            assert!(std::env::var_os("CI").is_none(), "the folder of fixtures is missing");
            println!("skipped: no fixtures");
            return;
        }
        for (name, has_available) in
            [("meminfo", true), ("meminfo2", true), ("meminfo_missing_available", false), ("rhel5_memory", true)]
        {
            let text = std::fs::read_to_string(format!("{folder}/{name}")).unwrap();
            let kib = |field: &str| -> u64 {
                let line = text.lines().find(|line| line.starts_with(field)).unwrap();
                line.split_whitespace().nth(1).unwrap().parse().unwrap()
            };
            let item = parse(&text);
            for (field, attribute) in
                [("MemTotal:", "total_bytes"), ("MemFree:", "free_bytes"), ("SwapTotal:", "swap_total_bytes")]
            {
                assert_eq!(item.attributes[attribute], kib(field) * 1024, "{name}: {field}");
            }
            assert_eq!(item.attributes.contains_key("available_bytes"), has_available, "{name}");
        }
    }
}
