//! Kernel parameters that matter to security and to the network: a fixed list, each with the reason why it is watched.
//!
//! All of `/proc/sys` would be a thousand values, half of them counters; secrets (`net.ipv4.tcp_fastopen_key`) and what moves
//! by itself are not on the list.

use muster_shared::{Item, Problem, SectionName};

use super::{Collector, Privilege, Section, mark, oddity};
use crate::root::{Kind, Root};

mod kept;
mod table;

use kept::Kept;
use table::TABLE;

const DIRECTORY: &str = "/proc/sys";

pub(super) struct Sysctl;

impl Collector for Sysctl {
    fn name(&self) -> SectionName {
        SectionName::Sysctl
    }

    fn contents(&self) -> &'static str {
        "kernel parameters that matter to security and to the network (a fixed list)"
    }

    fn purpose(&self) -> &'static str {
        "hardening that was authorised and may have been undone"
    }

    fn privilege(&self) -> Privilege {
        // Some are readable for the user root only, whatever the capabilities: those are told as problems.
        Privilege::None
    }

    fn collect(&self, root: &Root) -> Section {
        if root.kind(DIRECTORY) != Some(Kind::Directory) {
            return Section::unsupported();
        }
        let kept = Kept::read(root);
        let mut items: Vec<Item> = Vec::new();
        let mut problems: Vec<Problem> = Vec::new();
        for (name, _) in TABLE {
            match root.text(&path(name)) {
                Ok(text) => {
                    // Present and empty is a value here (`kernel.core_pattern` may be), other than for attributes elsewhere.
                    let value = text.split_whitespace().collect::<Vec<_>>().join(" ");
                    if !is_value(name, &value) {
                        oddity::say(&mut problems, name, "its value cannot be", &value);
                        continue;
                    }
                    let mut item = Item::new(*name).with(mark::ATTRIBUTE, kept.by(name, &value));
                    item.attributes.insert("value".to_owned(), value.into());
                    items.push(item);
                }
                // Kernels differ in what they have.
                Err(error) if error.is_absent() => {}
                Err(error) => problems.push(error.problem()),
            }
        }
        if items.is_empty() && problems.is_empty() {
            return Section::unsupported();
        }
        Section::of(items, problems)
    }
}

/// Parameters that are words; all others are numbers.
const WORDS: &[&str] =
    &["kernel.core_pattern", "kernel.modprobe", "net.core.default_qdisc", "net.ipv4.tcp_congestion_control"];

fn is_value(name: &str, value: &str) -> bool {
    if WORDS.contains(&name) {
        return oddity::is_readable(value);
    }
    !value.is_empty() && value.split(' ').all(|number| number.parse::<i128>().is_ok())
}

/// The file of a parameter.
fn path(name: &str) -> String {
    format!("{DIRECTORY}/{}", name.replace('.', "/"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use muster_shared::SectionStatus;

    use super::*;

    #[test]
    fn the_list_is_sorted_without_doubles_and_gives_reasons() {
        let names: Vec<&str> = TABLE.iter().map(|(name, _)| *name).collect();
        let sorted: BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(names, sorted.into_iter().collect::<Vec<_>>());
        for (name, reason) in TABLE {
            assert!(!reason.is_empty(), "{name}");
            assert!(!name.ends_with("_key") && !name.contains(".random."), "{name} is a secret or moves by itself");
        }
    }

    #[test]
    fn what_is_there_is_told_with_single_blanks() {
        let directory = tempfile::tempdir().unwrap();
        let sys = directory.path().join("proc/sys");
        std::fs::create_dir_all(sys.join("net/ipv4")).unwrap();
        std::fs::create_dir_all(sys.join("kernel")).unwrap();
        std::fs::write(sys.join("net/ipv4/ip_forward"), "1\n").unwrap();
        std::fs::write(sys.join("net/ipv4/ip_local_port_range"), "32768\t60999\n").unwrap();
        std::fs::write(sys.join("kernel/core_pattern"), "\n").unwrap();
        let section = Sysctl.collect(&Root::at(directory.path()));
        assert_eq!(section.status, SectionStatus::Ok);
        let values: Vec<(&str, &str)> =
            section.items.iter().map(|item| (item.key.as_str(), item.text("value").unwrap())).collect();
        assert_eq!(
            values,
            [
                ("kernel.core_pattern", ""),
                ("net.ipv4.ip_forward", "1"),
                ("net.ipv4.ip_local_port_range", "32768 60999")
            ]
        );
    }

    #[test]
    fn what_is_no_number_is_no_value_of_most() {
        for (name, text, is_told) in [
            ("net.ipv4.ip_forward", "1\n", true),
            ("net.ipv4.ip_forward", "yes\n", false),
            ("net.ipv4.ip_forward", "\n", false),
            ("kernel.core_pattern", "|/usr/lib/x %P\n", true),
            ("kernel.core_pattern", "\u{1b}[2J\n", false),
        ] {
            let directory = tempfile::tempdir().unwrap();
            let file = directory.path().join("proc/sys").join(name.replace('.', "/"));
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, text).unwrap();
            let section = Sysctl.collect(&Root::at(directory.path()));
            assert_eq!(
                (section.items.len(), section.problems.len()),
                (usize::from(is_told), usize::from(!is_told)),
                "{name} {text}"
            );
        }
    }
}
