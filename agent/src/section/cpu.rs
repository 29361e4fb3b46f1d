//! Processors: one item for all of them, with the counts that `lscpu` prints.
//!
//! Counts come from the sets of siblings below `/sys`, not from numbers in `/proc/cpuinfo`: those are missing on half of
//! the architectures and wrong in guests. Names come from `/proc/cpuinfo`, whose field names differ by architecture.

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::{Item, SectionName};
use serde_json::{Map, Value, json};

use super::oddity::{self, Check};
use super::{Collector, Privilege, Section};
use crate::root::Root;

mod model;
mod topology;

const CPUINFO: &str = "/proc/cpuinfo";
const CPUS: &str = "/sys/devices/system/cpu";

/// What names a design are numbers, with a few words around them on some architectures.
const CHECKS: &[Check] =
    &[("family", is_number), ("model", is_number), ("stepping", is_number), ("microcode", is_number)];

fn is_number(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
    // Of the oldest processors Linux says so itself.
    text == "unknown"
        || text.len() <= 64
            && !text.starts_with('-')
            && text.contains(|c: char| c.is_ascii_digit())
            && text.bytes().all(is_part)
}

pub(super) struct Cpu;

impl Collector for Cpu {
    fn name(&self) -> SectionName {
        SectionName::Cpu
    }

    fn contents(&self) -> &'static str {
        "processors: sockets, cores, threads, model, microcode, flags, caches, NUMA nodes, vulnerabilities"
    }

    fn purpose(&self) -> &'static str {
        "capacity and licences by core; open flaws of the processor"
    }

    fn privilege(&self) -> Privilege {
        Privilege::None
    }

    fn collect(&self, root: &Root) -> Section {
        let text = match root.text(CPUINFO) {
            Ok(text) => text,
            Err(error) => return Section::unreadable(&error),
        };
        let processors = model::parse(&text);
        let online = topology::online(root, &processors);
        if online.is_empty() {
            return Section::failed(CPUINFO, "it names no processor, and the kernel tells of none elsewhere");
        }
        let mut item = Item::new("cpu");
        model::describe(&processors, &mut item);
        let mut problems = Vec::new();
        oddity::keep_sound(&mut problems, CPUINFO, &mut item, CHECKS);
        let counts = topology::count(root, &online);
        item.set("threads", counts.threads);
        item.set("online", topology::write_set(&online));
        if let Some(cores) = counts.cores {
            item.set("cores", cores);
            item.set("threads_per_core", counts.threads.checked_div(cores));
        }
        if let (Some(sockets), Some(cores)) = (counts.sockets, counts.cores) {
            item.set("sockets", sockets);
            item.set("cores_per_socket", cores.checked_div(sockets));
        }
        set_frequencies(root, &model::kinds(&processors), &mut item);
        item.set("caches", caches(root, &online));
        let nodes = numa(root);
        if !nodes.is_empty() {
            item.set("numa_nodes", nodes.len());
            item.set("numa", nodes);
        }
        item.set("vulnerabilities", vulnerabilities(root));
        Section::of(vec![item], problems)
    }
}

/// The limits of the frequency over all kinds of cores, and the kinds themselves where there are several. Cores of a kind
/// have the same limits, so one of each is asked.
fn set_frequencies(root: &Root, kinds: &[model::Kind<'_>], item: &mut Item) {
    let limits = |kind: &model::Kind<'_>| {
        let cpu = kind.cpus.first().copied().unwrap_or(0);
        (frequency(root, cpu, "cpuinfo_max_freq"), frequency(root, cpu, "cpuinfo_min_freq"))
    };
    let limits: Vec<_> = kinds.iter().map(limits).collect();
    item.set("max_mhz", limits.iter().filter_map(|(max, _)| *max).max());
    item.set("min_mhz", limits.iter().filter_map(|(_, min)| *min).min());
    if kinds.len() > 1 {
        let to_value = |(kind, (max_mhz, min_mhz)): (&model::Kind<'_>, &(Option<u64>, Option<u64>))| {
            json!({
                "model_name": kind.name,
                "cpus": kind.cpus.len(),
                "model": kind.model,
                "stepping": kind.stepping,
                "max_mhz": max_mhz,
                "min_mhz": min_mhz,
            })
        };
        item.set("kinds", kinds.iter().zip(&limits).map(to_value).collect::<Vec<_>>());
    }
}

/// A frequency of a processor; the kernel writes kHz.
fn frequency(root: &Root, cpu: u32, name: &str) -> Option<u64> {
    root.number::<u64>(&format!("{CPUS}/cpu{cpu}/cpufreq/{name}")).map(|khz| khz / 1000)
}

/// Caches by name as `lscpu` names them: how many there are and the size of all together.
fn caches(root: &Root, online: &BTreeSet<u32>) -> Vec<Value> {
    let mut covered: BTreeSet<(usize, u32)> = BTreeSet::new();
    let mut found: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for cpu in online {
        for index in 0..16 {
            if covered.contains(&(index, *cpu)) {
                continue;
            }
            let path = format!("{CPUS}/cpu{cpu}/cache/index{index}");
            let Some(level) = root.value(&format!("{path}/level")) else { break };
            let shared =
                topology::read_set(root, &format!("{path}/shared_cpu_list"), &format!("{path}/shared_cpu_map"));
            covered.extend(shared.into_iter().flatten().map(|other| (index, other)));
            let suffix = match root.value(&format!("{path}/type")).as_deref() {
                Some("Data") => "d",
                Some("Instruction") => "i",
                _ => "",
            };
            let Some(size_bytes) = root.value(&format!("{path}/size")).as_deref().and_then(parse_size) else {
                continue;
            };
            let (instances, total) = found.entry(format!("L{level}{suffix}")).or_default();
            *instances += 1;
            *total += size_bytes;
        }
    }
    let to_value =
        |(name, (instances, size_bytes))| json!({"name": name, "instances": instances, "size_bytes": size_bytes});
    found.into_iter().map(to_value).collect()
}

/// A size such as `32K`.
fn parse_size(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor = match text.get(digits.len()..)? {
        "" => 1,
        "K" => 1 << 10,
        "M" => 1 << 20,
        _ => return None,
    };
    digits.parse::<u64>().ok().map(|n| n.saturating_mul(factor))
}

fn numa(root: &Root) -> Vec<Value> {
    const NODES: &str = "/sys/devices/system/node";
    let mut nodes: Vec<(u32, String)> = Vec::new();
    for entry in root.list(NODES).unwrap_or_default() {
        let Some(number) = entry.name.strip_prefix("node").and_then(|n| n.parse().ok()) else { continue };
        let path = format!("{NODES}/{}", entry.name);
        let cpus = topology::read_set(root, &format!("{path}/cpulist"), &format!("{path}/cpumap")).unwrap_or_default();
        nodes.push((number, topology::write_set(&cpus)));
    }
    nodes.sort_unstable();
    nodes.into_iter().map(|(node, cpus)| json!({"node": node, "cpus": cpus})).collect()
}

/// What the kernel says of each known weakness of the processor; left out when it does not say.
fn vulnerabilities(root: &Root) -> Option<Value> {
    let path = format!("{CPUS}/vulnerabilities");
    let entries = root.list(&path).ok()?;
    let states = entries.into_iter().filter_map(|entry| {
        let state = root.value(&format!("{path}/{}", entry.name))?;
        Some((entry.name, Value::from(state)))
    });
    let mut known = Map::new();
    known.extend(states);
    Some(Value::Object(known))
}

#[cfg(test)]
mod tests;
