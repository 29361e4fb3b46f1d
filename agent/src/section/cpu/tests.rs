//! Recorded machines of seven architectures against what `lscpu` prints for them.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use muster_shared::{Attributes, SectionStatus};

use super::*;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/fixtures/util-linux/lscpu");

/// `lscpu`'s fields and ours. Values are compared as text.
const FIELDS: &[(&str, &str)] = &[
    ("CPU(s)", "threads"),
    ("Thread(s) per core", "threads_per_core"),
    ("Core(s) per socket", "cores_per_socket"),
    ("Socket(s)", "sockets"),
    ("Vendor ID", "vendor"),
    ("Model name", "model_name"),
    ("CPU family", "family"),
    ("Model", "model"),
    ("Stepping", "stepping"),
    ("NUMA node(s)", "numa_nodes"),
    ("Virtualization", "virtualization"),
    ("MMU", "mmu"),
    ("Machine type", "machine_type"),
    ("Microcode version", "microcode"),
];

/// A list of processors as `lscpu` writes it: ranges may have a step (`0-62:2`).
fn cpus(text: &str) -> BTreeSet<u32> {
    let sets = text.split(',').map(|entry| {
        let (range, stride) = entry.split_once(':').unwrap_or((entry, "1"));
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        (first.parse().unwrap()..=last.parse().unwrap()).step_by(stride.parse().unwrap())
    });
    sets.flatten().collect()
}

/// Fields that are no text of one attribute. Whether the field is one of them.
fn check_others(name: &str, field: &str, value: &str, ours: &Attributes) -> bool {
    if field == "On-line CPU(s) list" {
        assert_eq!(cpus(ours["online"].as_str().unwrap()), cpus(value), "{name}: {field}");
    } else if let Some(number) = field.strip_prefix("NUMA node").and_then(|rest| rest.strip_suffix(" CPU(s)")) {
        let number: u64 = number.parse().unwrap();
        let nodes = ours["numa"].as_array().unwrap();
        let node = nodes.iter().find(|entry| entry["node"] == number).unwrap();
        assert_eq!(cpus(node["cpus"].as_str().unwrap()), cpus(value), "{name}: {field}");
    } else if let Some(attribute) = [("CPU max MHz", "max_mhz"), ("CPU min MHz", "min_mhz")]
        .iter()
        .find_map(|(theirs, attribute)| (*theirs == field).then_some(*attribute))
    {
        let whole = value.split('.').next().unwrap();
        assert_eq!(ours[attribute].to_string(), whole, "{name}: {field}");
    } else if field == "BogoMIPS" {
        let theirs: f64 = value.parse().unwrap();
        assert!((ours["bogomips"].as_f64().unwrap() - theirs).abs() < 0.01, "{name}: {field}");
    } else {
        return false;
    }
    true
}

/// The attributes of a recorded machine and what `lscpu` prints for it; `None` where the fixtures are not there.
fn recorded(name: &str) -> Option<(Attributes, String)> {
    if !Path::new(FIXTURES).is_dir() {
        assert!(std::env::var_os("CI").is_none(), "the folder of fixtures is missing");
        println!("skipped: no fixtures");
        return None;
    }
    let directory = tempfile::tempdir().unwrap();
    let archive = format!("{FIXTURES}/{name}.tar.gz");
    let status = Command::new("tar").arg("xzf").arg(&archive).arg("-C").arg(directory.path()).status().unwrap();
    assert!(status.success());
    let section = Cpu.collect(&Root::at(directory.path().join(name)));
    let expected = std::fs::read_to_string(format!("{FIXTURES}/{name}.expected")).unwrap();
    Some((section.items[0].attributes.clone(), expected))
}

fn check(name: &str, ignored: &[&str]) {
    let Some((ours, expected)) = recorded(name) else { return };
    let ours = &ours;
    let mut compared = 0;
    for line in expected.lines() {
        let Some((field, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        if ignored.contains(&field) {
            continue;
        }
        if check_others(name, field, value, ours) {
            compared += 1;
        } else if let Some((_, attribute)) = FIELDS.iter().find(|(theirs, _)| *theirs == field) {
            let our = &ours.get(*attribute).unwrap_or_else(|| panic!("{name}: no {attribute}"));
            let our =
                our.as_str().map_or_else(|| our.to_string(), |text| text.split(' ').collect::<Vec<_>>().join(" "));
            assert_eq!(our, value, "{name}: {field}");
            compared += 1;
        } else if let Some(level) = field.strip_suffix(" cache") {
            let caches = ours["caches"].as_array().unwrap();
            let cache = caches.iter().find(|cache| cache["name"] == level).unwrap();
            let bytes = cache["size_bytes"].as_u64().unwrap();
            assert_eq!(lscpu_size(bytes, cache["instances"].as_u64().unwrap()), value, "{name}: {field}");
            compared += 1;
        }
    }
    assert!(compared >= 3, "{name}: only {compared} fields compared");
}

/// A size as `lscpu` prints it: at most one decimal.
fn lscpu_size(bytes: u64, instances: u64) -> String {
    let (unit, name) = if bytes >= 1 << 20 { (1 << 20, "MiB") } else { (1 << 10, "KiB") };
    let tenths = bytes * 10 / unit;
    let number =
        if tenths.is_multiple_of(10) { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) };
    format!("{number} {name} ({instances} instance{})", if instances == 1 { "" } else { "s" })
}

#[test]
fn x86_64() {
    check("x86_64-epyc_7451", &[]);
    check("x86_64-64cpu", &[]);
    check("vmware_fpe", &[]);
}

#[test]
fn other_architectures() {
    // lscpu counts the cores of each kind apart; one item counts all of them.
    let of_kinds = ["Core(s) per socket", "Model name", "Model", "Stepping", "Socket(s)", "CPU max MHz", "CPU min MHz"];
    check("arm-A510-A710-A715-X3", &of_kinds);
    check("armv7", &[]);
    check("ppc64-POWER7", &[]);
    check("rv64-visionfive2", &[]);
    check("loongarch-loongson_3a5000_hv", &[]);
    check("s390-kvm", &["Model name"]);
    // lscpu counts processors that are switched off too, and cores by what the machine could have.
    check("s390-lpar", &["Model name", "CPU(s)", "Core(s) per socket"]);
}

#[test]
fn cores_of_several_kinds_are_told_apart() {
    let Some((ours, expected)) = recorded("arm-A510-A710-A715-X3") else { return };
    let kinds = ours["kinds"].as_array().unwrap();
    let expected: Vec<&str> = expected.split("Model name:").skip(1).collect();
    assert_eq!(kinds.len(), expected.len());
    for theirs in expected {
        let name = theirs.lines().next().unwrap().trim();
        let kind = kinds.iter().find(|kind| kind["model_name"] == name).unwrap();
        let field = |field: &str| {
            let line = theirs.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
            line.unwrap().trim().split('.').next().unwrap()
        };
        for (field_name, attribute) in [
            ("Core(s) per socket", "cpus"),
            ("Model", "model"),
            ("Stepping", "stepping"),
            ("CPU max MHz", "max_mhz"),
            ("CPU min MHz", "min_mhz"),
        ] {
            let our = kind[attribute].as_str().map_or_else(|| kind[attribute].to_string(), str::to_owned);
            assert_eq!(our, field(field_name), "{name}: {field_name}");
        }
    }
    assert_eq!((&ours["max_mhz"], &ours["min_mhz"]), (&json!(3187), &json!(307)));
}

#[test]
fn sizes_have_units() {
    assert_eq!(
        (parse_size("32K"), parse_size("2M"), parse_size("7"), parse_size("x")),
        (Some(32768), Some(2 << 20), Some(7), None)
    );
}

#[test]
fn no_processor_is_no_answer() {
    let tree = tempfile::tempdir().unwrap();
    std::fs::create_dir(tree.path().join("proc")).unwrap();
    std::fs::write(tree.path().join("proc/cpuinfo"), "junk\n\u{1b}[31m: x\n").unwrap();
    let section = Cpu.collect(&Root::at(tree.path()));
    assert_eq!((section.status, section.items.len()), (muster_shared::SectionStatus::Failed, 0));
}

#[test]
fn what_names_no_design_is_left_out_and_said() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("proc")).unwrap();
    let text =
        "processor\t: 0\nmodel name\t: X\ncpu family\t: six\nmodel\t: -85\nstepping\t: 7\nmicrocode\t: \u{202e}0x1\n";
    std::fs::write(directory.path().join("proc/cpuinfo"), text).unwrap();
    let section = Cpu.collect(&Root::at(directory.path()));
    let told = &section.items[0].attributes;
    for attribute in ["family", "model", "microcode"] {
        assert!(!told.contains_key(attribute), "{attribute}");
    }
    assert_eq!((&told["stepping"], &told["model_name"]), (&json!("7"), &json!("X")));
    assert_eq!((section.status, section.problems.len()), (SectionStatus::Partial, 3), "{:?}", section.problems);
}
