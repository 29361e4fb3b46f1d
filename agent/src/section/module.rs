//! Loaded kernel modules, from `/proc/modules` (what `lsmod` prints), with a few parameters that change what a host may do.
//!
//! What is built into the kernel is no module and is not listed. Parameters are a fixed list: some carry keys.

use muster_shared::{Item, Problem, SectionName};

use super::{Collector, Privilege, Section, kernel};
use crate::root::Root;

const MODULES: &str = "/proc/modules";
/// Far more than a distribution loads.
const ITEM_CAP: usize = 4096;

/// Parameters worth knowing, by module.
const PARAMETERS: &[(&str, &[&str])] = &[
    ("bonding", &["max_bonds", "mode"]),
    ("dm_mod", &["use_blk_mq"]),
    ("ip_conntrack", &["hashsize"]),
    ("kvm", &["halt_poll_ns", "ignore_msrs"]),
    ("kvm_amd", &["avic", "nested", "npt", "sev", "sev_es", "sev_snp"]),
    ("kvm_intel", &["ept", "nested", "sgx", "tdx", "unrestricted_guest"]),
    ("loop", &["max_loop"]),
    ("nf_conntrack", &["acct", "hashsize", "nf_conntrack_helper"]),
    ("nvidia", &["NVreg_OpenRmEnableUnsupportedGpus"]),
    ("nvidia_drm", &["modeset"]),
    ("nvme_core", &["io_timeout", "multipath"]),
    ("overlay", &["index", "metacopy", "redirect_dir"]),
    ("scsi_mod", &["scan"]),
    ("usb_storage", &["quirks"]),
    ("usbcore", &["authorized_default", "autosuspend"]),
    ("vfio_iommu_type1", &["allow_unsafe_interrupts"]),
    ("zfs", &["zfs_arc_max", "zfs_arc_min"]),
];

pub(super) struct Module;

impl Collector for Module {
    fn name(&self) -> SectionName {
        SectionName::Module
    }

    fn contents(&self) -> &'static str {
        "loaded kernel modules: state, version, taints, a few parameters"
    }

    fn purpose(&self) -> &'static str {
        "code in the kernel that nobody asked for"
    }

    fn privilege(&self) -> Privilege {
        Privilege::None
    }

    fn collect(&self, root: &Root) -> Section {
        let text = match root.text(MODULES) {
            Ok(text) => text,
            // A kernel without loadable modules has no such file.
            Err(error) => return Section::unreadable(&error),
        };
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let mut items: Vec<Item> = lines.iter().take(ITEM_CAP).filter_map(|line| parse(line)).collect();
        let unread = lines.len().saturating_sub(items.len());
        let message = format!("{unread} lines were left out");
        let problem = (unread > 0).then(|| Problem { source: MODULES.to_owned(), message });
        for item in &mut items {
            describe(root, item);
        }
        Section::of(items, problem.into_iter().collect())
    }
}

/// `name size uses users state address (taints)`; the address is never told.
fn parse(line: &str) -> Option<Item> {
    let mut words = line.split_whitespace();
    let name = words.next()?;
    let size: u64 = words.next()?.parse().ok()?;
    // `-` where the kernel cannot unload modules.
    let count: Option<i64> = words.next()?.parse().ok();
    let users: Vec<&str> = words.next()?.split(',').filter(|user| !user.is_empty() && *user != "-").collect();
    let state = words.next()?.to_ascii_lowercase();
    let taints = words.find_map(|word| word.strip_prefix('(')?.strip_suffix(')'));
    let mut item = Item::new(name)
        .with("name", name)
        .with("state", state)
        .with("size_bytes", size)
        .with("use_count", count)
        .with("used_by", sorted(users));
    if let Some(taints) = taints {
        // `+` and `-`: being loaded, being unloaded.
        let flags = taints.chars().filter(|flag| !matches!(flag, '+' | '-'));
        let words: Vec<String> =
            flags.map(|flag| kernel::taint(flag).map_or_else(|| flag.to_string(), str::to_owned)).collect();
        if !words.is_empty() {
            item.set("taints", sorted(words));
        }
    }
    Some(item)
}

fn sorted<T: Ord>(mut words: Vec<T>) -> Vec<T> {
    words.sort_unstable();
    words
}

fn describe(root: &Root, item: &mut Item) {
    let name = item.key.clone();
    let directory = format!("/sys/module/{name}");
    item.set("version", root.value(&format!("{directory}/version")));
    let known = PARAMETERS.iter().find(|(module, _)| *module == name).map(|(_, names)| *names).unwrap_or_default();
    let parameters: Vec<String> = known
        .iter()
        .filter_map(|parameter| {
            let value = root.value(&format!("{directory}/parameters/{parameter}"))?;
            Some(format!("{parameter}={value}"))
        })
        .collect();
    if !parameters.is_empty() {
        item.set("parameters", sorted(parameters));
    }
}

#[cfg(test)]
mod tests {
    use muster_shared::SectionStatus;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const TABLE: &str = "\
kvm_intel 380928 0 - Live 0xffffffffc0a00000
kvm 1142784 1 kvm_intel, Live 0x0000000000000000
zfs 4136960 6 zunicode,zzstd, Live 0x0000000000000000 (POE)
rmmodded 1 - - Unloading 0x0 (-)
broken
";

    #[test]
    fn modules_have_words_for_their_taints_and_few_parameters() {
        let directory = tempfile::tempdir().unwrap();
        let parameters = directory.path().join("sys/module/kvm_intel/parameters");
        std::fs::create_dir_all(&parameters).unwrap();
        std::fs::create_dir_all(directory.path().join("proc")).unwrap();
        std::fs::write(directory.path().join("proc/modules"), TABLE).unwrap();
        std::fs::write(parameters.join("nested"), "Y\n").unwrap();
        std::fs::write(parameters.join("secret"), "x\n").unwrap();
        let section = Module.collect(&Root::at(directory.path()));
        assert_eq!(section.status, SectionStatus::Partial, "a line was left out, and that is said");
        let keys: Vec<&str> = section.items.iter().map(|item| item.key.as_str()).collect();
        assert_eq!(keys, ["kvm_intel", "kvm", "zfs", "rmmodded"]);
        let [intel, kvm, zfs, gone] = section.items.as_slice() else { panic!() };
        assert_eq!(intel.attributes["parameters"], json!(["nested=Y"]));
        assert_eq!((&kvm.attributes["used_by"], &kvm.attributes["use_count"]), (&json!(["kvm_intel"]), &json!(1)));
        assert_eq!(zfs.attributes["taints"], json!(["out_of_tree", "proprietary", "unsigned"]));
        assert_eq!(gone.attributes["state"], "unloading");
        assert!(!gone.attributes.contains_key("use_count") && !gone.attributes.contains_key("taints"));
        assert!(!format!("{section:?}").contains("ffffffff"), "addresses of the kernel stay here");
    }

    proptest! {
        #[test]
        fn any_line_is_survived(line in "\\PC{0,80}") {
            let _ = parse(&line);
        }
    }
}
