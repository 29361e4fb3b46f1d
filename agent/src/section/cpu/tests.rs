//! Recorded machines of seven architectures against what `lscpu` prints for them.

use std::path::Path;
use std::process::Command;

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
];

fn check(name: &str, ignored: &[&str]) {
    if !Path::new(FIXTURES).is_dir() {
        assert!(std::env::var_os("CI").is_none(), "the folder of fixtures is missing");
        println!("skipped: no fixtures");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let archive = format!("{FIXTURES}/{name}.tar.gz");
    let status = Command::new("tar").arg("xzf").arg(&archive).arg("-C").arg(directory.path()).status().unwrap();
    assert!(status.success());
    let section = Cpu.collect(&Root::at(directory.path().join(name)));
    let ours = &section.items[0].attributes;
    let expected = std::fs::read_to_string(format!("{FIXTURES}/{name}.expected")).unwrap();
    let mut compared = 0;
    for line in expected.lines() {
        let Some((field, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        if ignored.contains(&field) {
            continue;
        }
        if let Some((_, attribute)) = FIELDS.iter().find(|(theirs, _)| *theirs == field) {
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
    check("arm-A510-A710-A715-X3", &["Core(s) per socket", "Model name", "Model", "Stepping", "Socket(s)"]);
    check("armv7", &[]);
    check("ppc64-POWER7", &[]);
    check("rv64-visionfive2", &[]);
    check("loongarch-loongson_3a5000_hv", &[]);
    check("s390-kvm", &["Model name"]);
}

#[test]
fn sizes_have_units() {
    assert_eq!(
        (parse_size("32K"), parse_size("2M"), parse_size("7"), parse_size("x")),
        (Some(32768), Some(2 << 20), Some(7), None)
    );
}
