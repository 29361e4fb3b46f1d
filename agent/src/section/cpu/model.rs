//! The names in `/proc/cpuinfo`, whose fields differ by architecture.

use std::collections::BTreeMap;

use muster_shared::Item;
use muster_shared::mapping::Mapping as _;

/// The fields of one processor.
pub(super) type Processor<'a> = BTreeMap<&'a str, &'a str>;

/// ARM's own and the licensees' numbers of designers that are seen in servers and boards.
const IMPLEMENTERS: &[(&str, &str)] = &[
    ("0x41", "ARM"),
    ("0x42", "Broadcom"),
    ("0x43", "Cavium"),
    ("0x46", "FUJITSU"),
    ("0x48", "HiSilicon"),
    ("0x4e", "NVIDIA"),
    ("0x50", "APM"),
    ("0x51", "Qualcomm"),
    ("0x61", "Apple"),
    ("0xc0", "Ampere"),
];

/// Cores that ARM designed.
const ARM_PARTS: &[(&str, &str)] = &[
    ("0xb76", "ARM1176"),
    ("0xc07", "Cortex-A7"),
    ("0xc08", "Cortex-A8"),
    ("0xc09", "Cortex-A9"),
    ("0xc0f", "Cortex-A15"),
    ("0xd03", "Cortex-A53"),
    ("0xd04", "Cortex-A35"),
    ("0xd05", "Cortex-A55"),
    ("0xd07", "Cortex-A57"),
    ("0xd08", "Cortex-A72"),
    ("0xd09", "Cortex-A73"),
    ("0xd0a", "Cortex-A75"),
    ("0xd0b", "Cortex-A76"),
    ("0xd0c", "Neoverse-N1"),
    ("0xd40", "Neoverse-V1"),
    ("0xd41", "Cortex-A78"),
    ("0xd44", "Cortex-X1"),
    ("0xd46", "Cortex-A510"),
    ("0xd47", "Cortex-A710"),
    ("0xd48", "Cortex-X2"),
    ("0xd49", "Neoverse-N2"),
    ("0xd4d", "Cortex-A715"),
    ("0xd4e", "Cortex-X3"),
    ("0xd4f", "Neoverse-V2"),
    ("0xd80", "Cortex-A520"),
    ("0xd81", "Cortex-A720"),
    ("0xd82", "Cortex-X4"),
];

/// Where each attribute stands, in the order in which the fields are tried.
const FIELDS: &[(&str, &[&str])] = &[
    ("vendor", &["vendor_id", "mvendorid"]),
    ("model_name", &["model name", "Model Name", "cpu", "cpu model", "uarch"]),
    ("family", &["cpu family", "CPU Family", "marchid"]),
    ("model", &["CPU Revision", "mimpid", "revision", "model"]),
    ("stepping", &["stepping"]),
    ("microcode", &["microcode"]),
    ("isa", &["isa", "ISA"]),
    ("mmu", &["mmu"]),
    ("machine_type", &["machine"]),
];

/// The processors in the order of the file. Fields before the first of them (s390, loongarch) go to all.
pub(super) fn parse(text: &str) -> Vec<Processor<'_>> {
    let mut common = Processor::new();
    let mut processors: Vec<Processor<'_>> = Vec::new();
    let mut in_processor = false;
    for line in text.lines() {
        let Some((name, value)) = line.split_once(':') else {
            in_processor &= !line.trim().is_empty();
            continue;
        };
        let (name, value) = (name.trim(), value.trim());
        if name == "processor" {
            processors.push(Processor::from([(name, value)]));
            in_processor = true;
        } else if let Some(number) = name.strip_prefix("processor ") {
            // s390: one line with everything.
            let pairs = value.split(',').filter_map(|pair| pair.split_once('='));
            let mut processor: Processor<'_> = pairs.map(|(name, value)| (name.trim(), value.trim())).into_map();
            processor.insert("processor", number);
            processors.push(processor);
        } else {
            match processors.last_mut() {
                Some(processor) if in_processor => drop(processor.entry(name).or_insert(value)),
                _ => drop(common.entry(name).or_insert(value)),
            }
        }
    }
    for processor in &mut processors {
        for (name, value) in &common {
            processor.entry(name).or_insert(value);
        }
    }
    processors
}

/// Sets what the first processor says of itself.
pub(super) fn describe(processors: &[Processor<'_>], item: &mut Item) {
    let Some(first) = processors.first() else { return };
    for (attribute, fields) in FIELDS {
        item.set(attribute, fields.iter().find_map(|field| first.get(field)).copied());
    }
    if let Some(implementer) = first.get("CPU implementer") {
        let known = IMPLEMENTERS.iter().find(|(number, _)| number == implementer);
        item.set("vendor", known.map_or(*implementer, |(_, name)| *name));
        item.set("model_name", arm_name(first));
        item.set("model", first.get("CPU revision").copied());
        item.set("stepping", arm_stepping(first));
    }
    let flags = ["flags", "Features", "features"].iter().find_map(|name| first.get(name)).copied().unwrap_or_default();
    let mut flags: Vec<&str> = flags.split_whitespace().collect();
    flags.sort_unstable();
    flags.dedup();
    let virtualization = if flags.contains(&"vmx") { Some("VT-x") } else { flags.contains(&"svm").then_some("AMD-V") };
    item.set("virtualization", virtualization);
    if !flags.is_empty() {
        item.set("flags", flags);
    }
    let number = |name: &str| first.get(name).and_then(|value| value.parse::<f64>().ok());
    item.set("current_mhz", number("cpu MHz").or_else(|| number("CPU MHz")));
    item.set("bogomips", ["bogomips", "BogoMIPS", "bogomips per cpu"].iter().find_map(|name| number(name)));
}

/// One kind of core of several (big.LITTLE).
pub(super) struct Kind<'a> {
    pub(super) name: &'a str,
    /// Numbers of its processors.
    pub(super) cpus: Vec<u32>,
    pub(super) model: Option<&'a str>,
    pub(super) stepping: Option<String>,
}

/// The kinds of cores by name; one where all are alike or the architecture does not tell.
pub(super) fn kinds<'a>(processors: &[Processor<'a>]) -> Vec<Kind<'a>> {
    let mut kinds: BTreeMap<&str, Kind<'a>> = BTreeMap::new();
    for processor in processors {
        let name = arm_name(processor).unwrap_or_default();
        let kind = kinds.entry(name).or_insert_with(|| Kind {
            name,
            cpus: Vec::new(),
            model: processor.get("CPU revision").copied(),
            stepping: arm_stepping(processor),
        });
        kind.cpus.extend(processor.get("processor").and_then(|number| number.parse::<u32>().ok()));
    }
    kinds.into_values().collect()
}

fn arm_name<'a>(processor: &Processor<'a>) -> Option<&'a str> {
    let (implementer, part) = (processor.get("CPU implementer")?, processor.get("CPU part")?);
    let known = ARM_PARTS.iter().find(|(number, _)| *implementer == "0x41" && number == part);
    Some(known.map_or(*part, |(_, name)| *name))
}

/// Variant and revision as ARM writes them: `r1p2`.
fn arm_stepping(processor: &Processor<'_>) -> Option<String> {
    let variant = processor.get("CPU variant")?.strip_prefix("0x")?;
    let variant = u32::from_str_radix(variant, 16).ok()?;
    Some(format!("r{variant}p{}", processor.get("CPU revision")?))
}
