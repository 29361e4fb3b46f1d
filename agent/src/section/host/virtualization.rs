//! What the host runs on, and whether this system is a container.
//!
//! Two questions that others mix up: the hypervisor under the host, and a container around the agent. The hypervisor is
//! asked for first (CPUID, `/sys/hypervisor`, DMI, device tree); marks of containers prove nothing about the machine, and
//! an installed docker proves nothing at all. Names are those of systemd-detect-virt(1).

use crate::root::Root;

/// What DMI strings begin with on which hypervisor.
const DMI: &[(&str, &str)] = &[
    ("KVM", "kvm"),
    ("OpenStack", "kvm"),
    ("KubeVirt", "kvm"),
    ("Amazon EC2", "amazon"),
    ("QEMU", "qemu"),
    ("VMware", "vmware"),
    ("VMW", "vmware"),
    ("innotek GmbH", "oracle"),
    ("VirtualBox", "oracle"),
    ("Xen", "xen"),
    ("Bochs", "bochs"),
    ("Parallels", "parallels"),
    ("BHYVE", "bhyve"),
    ("Hyper-V", "microsoft"),
    ("Apple Virtualization", "apple"),
    ("Google Compute Engine", "google"),
];

/// The product name, the maker of the system, of the board, of the firmware.
const DMI_FILES: &[&str] = &["product_name", "sys_vendor", "board_vendor", "bios_vendor", "product_version"];

/// Clouds and hypervisors with a name of their own, whatever drives their machines: what they say beats CPUID.
const OWN_NAME: &[&str] = &["amazon", "google", "oracle", "parallels"];

const CPUINFO_CAP_BYTES: u64 = 64 << 20;

/// What the kernel calls the clocks that hypervisors give their guests.
const CLOCKS: &[(&str, &str)] = &[("kvm-clock", "kvm"), ("hyperv_clocksource", "microsoft"), ("xen", "xen")];

/// The hypervisor under this host, `none` on bare metal, nothing when it cannot be told.
pub(super) fn detect(root: &Root) -> Option<&'static str> {
    let cpu = first_processor(root);
    if let Some(found) = xen(root).or_else(|| special(root, &cpu)) {
        return Some(found);
    }
    let dmi = by_dmi(root);
    // A flag of x86 only: other architectures have the device tree or DMI.
    if cpu.contains("\nflags\t") {
        let is_guest = has_hypervisor_flag(&cpu);
        return Some(match (is_guest, signature(root), dmi) {
            (false, ..) => "none",
            (true, _, Some(by_dmi)) if OWN_NAME.contains(&by_dmi) => by_dmi,
            // QEMU says what machine it plays, CPUID what drives it.
            (true, Some(by_cpu), _) => by_cpu,
            (true, None, by_dmi) => by_clock(root).or(by_dmi).unwrap_or("vm-other"),
        });
    }
    let has_tree = root.exists("/proc/device-tree/compatible") || root.exists("/sys/class/dmi/id/product_name");
    by_device_tree(root).or(dmi).or(has_tree.then_some("none"))
}

/// What the kernel says of the first processor, empty when it says nothing: the table of all of them may be half a megabyte, and
/// takes the kernel longer than all else that is asked here.
fn first_processor(root: &Root) -> String {
    let mut text = String::new();
    let Ok(mut lines) = root.lines("/proc/cpuinfo", CPUINFO_CAP_BYTES) else { return text };
    while let Ok(Some(line)) = lines.next_line() {
        if line.is_empty() && !text.is_empty() {
            break;
        }
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// Xen: the control domain runs on the machine itself, every other domain is a guest.
fn xen(root: &Root) -> Option<&'static str> {
    let is_xen = root.value("/sys/hypervisor/type").as_deref() == Some("xen");
    let capabilities = root.value("/proc/xen/capabilities");
    if capabilities.as_deref().is_some_and(|text| text.contains("control_d")) {
        return Some("none");
    }
    (is_xen || capabilities.is_some()).then_some("xen")
}

/// Machines that are not x86, or no machine at all.
fn special(root: &Root, cpu: &str) -> Option<&'static str> {
    if let Some(info) = root.value("/proc/sysinfo") {
        let program = info.lines().find_map(|line| line.strip_prefix("VM00 Control Program:"));
        return Some(match program.map(str::trim) {
            Some(program) if program.starts_with("KVM") => "kvm",
            Some(program) if program.starts_with("z/VM") => "zvm",
            Some(_) => "vm-other",
            None => "none",
        });
    }
    cpu.lines().any(|line| line.starts_with("vendor_id") && line.ends_with("User Mode Linux")).then_some("uml")
}

fn has_hypervisor_flag(cpuinfo: &str) -> bool {
    let flags = cpuinfo.lines().find_map(|line| line.strip_prefix("flags")).unwrap_or_default();
    flags.split_whitespace().any(|flag| flag == "hypervisor")
}

/// Where the processor cannot be asked: the clock that the hypervisor gives.
fn by_clock(root: &Root) -> Option<&'static str> {
    let clocks = root.value("/sys/devices/system/clocksource/clocksource0/available_clocksource")?;
    let named = |prefix: &str| clocks.split(' ').any(|clock| clock.starts_with(prefix));
    CLOCKS.iter().find(|(prefix, _)| named(prefix)).map(|(_, name)| *name)
}

fn by_dmi(root: &Root) -> Option<&'static str> {
    // The maker's name stands on machines that are rented whole, too.
    if root.value("/sys/class/dmi/id/product_name").is_some_and(|name| name.contains(".metal")) {
        return None;
    }
    let values = DMI_FILES.iter().filter_map(|file| root.value(&format!("/sys/class/dmi/id/{file}")));
    let values: Vec<String> = values.collect();
    let is_hyperv =
        values.iter().any(|v| v == "Microsoft Corporation") && values.iter().any(|v| v == "Virtual Machine");
    let known = values.iter().find_map(|value| DMI.iter().find(|(prefix, _)| value.starts_with(prefix)));
    if is_hyperv { Some("microsoft") } else { known.map(|(_, name)| *name) }
}

fn by_device_tree(root: &Root) -> Option<&'static str> {
    match root.value("/proc/device-tree/hypervisor/compatible").as_deref() {
        Some(text) if text.contains("linux,kvm") => Some("kvm"),
        Some(text) if text.contains("xen") => Some("xen"),
        Some(text) if text.contains("vmware") => Some("vmware"),
        Some(_) => Some("vm-other"),
        None if root.exists("/proc/device-tree/ibm,partition-name") => Some("powervm"),
        // The machines that QEMU makes up; real ones have a maker.
        None => {
            let made_up = |name: &str| name.starts_with("qemu,") || name == "linux,dummy-virt";
            let compatible = root.text("/proc/device-tree/compatible").ok()?;
            compatible.split('\0').any(made_up).then_some("qemu")
        }
    }
}

/// What the processor says when asked for its hypervisor: only on the running system.
#[cfg(target_arch = "x86_64")]
fn signature(root: &Root) -> Option<&'static str> {
    use std::arch::x86_64::__cpuid;
    if !root.is_live() || __cpuid(1).ecx & (1 << 31) == 0 {
        return None;
    }
    // KVM that plays Hyper-V for Windows guests shows its own name at the second place.
    let names = [0x4000_0100, 0x4000_0000].map(|leaf| {
        let answer = __cpuid(leaf);
        let bytes: Vec<u8> = [answer.ebx, answer.ecx, answer.edx].iter().flat_map(|word| word.to_le_bytes()).collect();
        by_signature(&bytes)
    });
    let [second, first] = names;
    second.filter(|name| *name == "kvm").or(first)
}

/// Other processors have no such question.
#[cfg(not(target_arch = "x86_64"))]
fn signature(_root: &Root) -> Option<&'static str> {
    None
}

#[cfg(any(test, target_arch = "x86_64"))]
fn by_signature(signature: &[u8]) -> Option<&'static str> {
    Some(match signature {
        b"KVMKVMKVM\0\0\0" | b"Linux KVM Hv" => "kvm",
        b"TCGTCGTCGTCG" => "qemu",
        b"VMwareVMware" => "vmware",
        b"Microsoft Hv" => "microsoft",
        b"XenVMMXenVMM" => "xen",
        b"VBoxVBoxVBox" => "oracle",
        b"bhyve bhyve " => "bhyve",
        b"ACRNACRNACRN" => "acrn",
        b" lrpepyh  vr" | b"prl hyperv  " => "parallels",
        b"QNXQVMBSQG\0\0" => "qnx",
        b"SRESRESRESRE" => "sre",
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
