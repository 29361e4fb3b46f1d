//! Which processors are one core and one socket, by the kernel's sets of siblings.

use std::collections::BTreeSet;

use super::CPUS;
use super::model::Processor;
use crate::root::Root;
use muster_shared::mapping::Distinct as _;

/// More processors than any machine has: a broken range must not fill the memory.
const CPU_CAP: u32 = 65_536;

/// How many there are of each; `None` when the kernel does not say.
pub(super) struct Counts {
    pub(super) threads: usize,
    pub(super) cores: Option<usize>,
    pub(super) sockets: Option<usize>,
}

/// The processors that are switched on.
pub(super) fn online(root: &Root, processors: &[Processor<'_>]) -> BTreeSet<u32> {
    let known = root.value(&format!("{CPUS}/online")).map(|text| parse_list(&text));
    known.filter(|set| !set.is_empty()).unwrap_or_else(|| {
        processors.iter().filter_map(|processor| processor.get("processor")?.parse().ok()).into_set()
    })
}

pub(super) fn count(root: &Root, online: &BTreeSet<u32>) -> Counts {
    Counts {
        threads: online.len(),
        cores: groups(root, online, &["thread_siblings", "core_cpus"]),
        sockets: groups(root, online, &["core_siblings", "package_cpus"]),
    }
}

/// Into how many groups the processors fall; the siblings of one that was seen are not read again.
fn groups(root: &Root, online: &BTreeSet<u32>, names: &[&str]) -> Option<usize> {
    let mut seen: BTreeSet<u32> = BTreeSet::new();
    let mut groups = 0;
    for cpu in online {
        if seen.contains(cpu) {
            continue;
        }
        let siblings = names.iter().find_map(|name| {
            let path = format!("{CPUS}/cpu{cpu}/topology/{name}");
            read_set(root, &format!("{path}_list"), &path)
        })?;
        groups += 1;
        seen.insert(*cpu);
        seen.extend(siblings);
    }
    (groups > 0).then_some(groups)
}

/// A set of processors, written as a list or, by older kernels only, as a mask.
pub(super) fn read_set(root: &Root, list: &str, mask: &str) -> Option<BTreeSet<u32>> {
    root.value(list).map(|text| parse_list(&text)).or_else(|| root.value(mask).map(|text| parse_mask(&text)))
}

/// `0-3,8` as a set; what is no number is left out.
fn parse_list(text: &str) -> BTreeSet<u32> {
    let mut set = BTreeSet::new();
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        if let (Ok(first), Ok(last)) = (first.trim().parse::<u32>(), last.trim().parse::<u32>()) {
            set.extend(first..=last.min(CPU_CAP));
        }
    }
    set
}

/// `00000000,0000000f` as a set: groups of 32 bits, the highest first.
fn parse_mask(text: &str) -> BTreeSet<u32> {
    let mut set = BTreeSet::new();
    for (base, word) in (0_u32..CPU_CAP).step_by(32).zip(text.rsplit(',')) {
        let Ok(bits) = u32::from_str_radix(word.trim(), 16) else { continue };
        set.extend((0..32).filter(|bit| bits & (1 << bit) != 0).map(|bit| base + bit));
    }
    set
}

/// A set as the kernel writes lists.
pub(super) fn write_set(set: &BTreeSet<u32>) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for cpu in set {
        match ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(*cpu) => *last = *cpu,
            _ => ranges.push((*cpu, *cpu)),
        }
    }
    let write = |(first, last): (u32, u32)| if first == last { first.to_string() } else { format!("{first}-{last}") };
    ranges.into_iter().map(write).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn masks_and_lists_mean_the_same() {
        assert_eq!(parse_mask("00000003,80000001"), parse_list("0,31-33"));
        assert_eq!(parse_list("x,5-,1-2"), BTreeSet::from([1, 2]));
        assert!(parse_list("9-1").is_empty());
    }

    proptest! {
        #[test]
        fn a_written_set_reads_back(set in proptest::collection::btree_set(0_u32..200, 0..40)) {
            prop_assert_eq!(parse_list(&write_set(&set)), set);
        }
    }
}
