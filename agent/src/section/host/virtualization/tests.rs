//! Hints and marks of many hosts: what others get wrong, among it.

use super::super::container;
use super::*;

fn tree(files: &[(&str, &str)]) -> (tempfile::TempDir, Root) {
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let root = Root::at(directory.path());
    (directory, root)
}

const GUEST: (&str, &str) = ("proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu hypervisor vme\n");
const METAL: (&str, &str) = ("proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu vme\n");
const VENDOR: &str = "sys/class/dmi/id/sys_vendor";
const PRODUCT: &str = "sys/class/dmi/id/product_name";
const CLOCK: &str = "sys/devices/system/clocksource/clocksource0/available_clocksource";
const DOCKERENV: (&str, &str) = (".dockerenv", "");

#[test]
fn the_hypervisor_is_named_and_marks_of_containers_prove_nothing() {
    for (files, expected) in [
        // "Docker", said of a KVM guest that has docker installed; "Physical", said of the same.
        (vec![GUEST, (VENDOR, "QEMU\n"), (PRODUCT, "KVM\n"), DOCKERENV, ("usr/bin/docker", "")], Some("kvm")),
        (vec![GUEST, (CLOCK, "kvm-clock tsc\n"), DOCKERENV], Some("kvm")),
        (vec![GUEST, (CLOCK, "kvm-clock tsc\n"), (VENDOR, "QEMU\n")], Some("kvm")),
        (vec![GUEST, (CLOCK, "hyperv_clocksource_tsc_page acpi_pm\n")], Some("microsoft")),
        (vec![GUEST, (VENDOR, "VMware, Inc.\n")], Some("vmware")),
        (vec![GUEST, (VENDOR, "QEMU\n")], Some("qemu")),
        (vec![GUEST, (VENDOR, "Microsoft Corporation"), (PRODUCT, "Virtual Machine")], Some("microsoft")),
        (vec![GUEST, (VENDOR, "Amazon EC2"), (CLOCK, "kvm-clock tsc\n")], Some("amazon")),
        (vec![GUEST, (PRODUCT, "Google Compute Engine")], Some("google")),
        (vec![GUEST, (PRODUCT, "VirtualBox")], Some("oracle")),
        (vec![GUEST], Some("vm-other")),
        // None at all, said where a single file could not be read: what can be read still counts.
        (
            vec![
                GUEST,
                (CLOCK, "kvm-clock tsc\n"),
                ("sys/hypervisor/type/no-file", ""),
                ("sys/class/dmi/id/sys_vendor/no-file", ""),
                ("proc/xen/capabilities/no-file", ""),
            ],
            Some("kvm"),
        ),
        (vec![METAL, (VENDOR, "Dell Inc."), DOCKERENV, ("usr/bin/docker", "")], Some("none")),
        (vec![METAL, (VENDOR, "Amazon EC2"), (PRODUCT, "m5.metal")], Some("none")),
        // A laptop of Microsoft is no virtual machine.
        (vec![METAL, (VENDOR, "Microsoft Corporation"), (PRODUCT, "Surface Laptop")], Some("none")),
        (vec![METAL, ("sys/hypervisor/type", "xen\n"), ("proc/xen/capabilities", "control_d\n")], Some("none")),
        (vec![GUEST, ("sys/hypervisor/type", "xen\n")], Some("xen")),
        (vec![("proc/xen/capabilities", "\n"), ("sys/hypervisor/type", "xen\n")], Some("xen")),
        (vec![("proc/cpuinfo", "processor\t: 0\nvendor_id\t: User Mode Linux\n")], Some("uml")),
        (vec![("proc/sysinfo", "VM00 Control Program: KVM/Linux\n")], Some("kvm")),
        (vec![("proc/sysinfo", "Manufacturer: IBM\nVM00 Control Program: z/VM    6.4.0\n")], Some("zvm")),
        (vec![("proc/sysinfo", "Manufacturer: IBM\nLPAR Number: 1\n")], Some("none")),
        (vec![("proc/device-tree/hypervisor/compatible", "linux,kvm\0")], Some("kvm")),
        (vec![("proc/device-tree/hypervisor/compatible", "xen,xen-4.17\0xen,xen\0")], Some("xen")),
        (vec![("proc/device-tree/compatible", "linux,dummy-virt\0")], Some("qemu")),
        (vec![("proc/device-tree/compatible", "qemu,pseries\0IBM,pSeries\0")], Some("qemu")),
        (vec![("proc/device-tree/compatible", "raspberrypi,4-model-b\0brcm,bcm2711\0")], Some("none")),
        (
            vec![("proc/device-tree/compatible", "IBM,9009\0"), ("proc/device-tree/ibm,partition-name", "lp1")],
            Some("powervm"),
        ),
        (
            vec![("proc/cpuinfo", "processor : 0\nFeatures\t: fp\n"), (VENDOR, "Amazon EC2"), (PRODUCT, "c7g.large")],
            Some("amazon"),
        ),
        (
            vec![("proc/cpuinfo", "processor : 0\nFeatures\t: fp\n"), (VENDOR, "Amazon EC2"), (PRODUCT, "c7g.metal")],
            Some("none"),
        ),
        (vec![("proc/cpuinfo", "processor : 0\n")], None),
    ] {
        let (_directory, root) = tree(&files);
        assert_eq!(detect(&root), expected, "{files:?}");
        assert_eq!(container::detect(&root), None, "{files:?}");
    }
    assert_eq!(by_signature(b"XenVMMXenVMM"), Some("xen"));
}

#[test]
fn a_container_is_told_apart_from_the_machine_below() {
    let overlay = "22 1 0:5 / / rw - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/A,upperdir=/x\n";
    let live_image = "22 1 0:5 / / rw - overlay overlay rw,lowerdir=/run/rootfs,upperdir=/run/cow\n";
    for (files, expected) in [
        (vec![("run/systemd/container", "lxc\n")], Some("lxc")),
        (vec![("run/.containerenv", "")], Some("podman")),
        (vec![("proc/1/mountinfo", overlay), DOCKERENV], Some("docker")),
        (vec![("proc/1/mountinfo", live_image), DOCKERENV], None),
        (vec![("proc/1/cgroup", "4:memory:/docker/ee6e3eb9\n1:name=systemd:/docker/ee6e3eb9\n")], Some("docker")),
        (vec![("proc/1/cgroup", "2:cpu:/lxc/web1\n")], Some("lxc")),
        (vec![("proc/1/cgroup", "0::/init.scope\n")], None),
        (vec![("proc/sys/kernel/osrelease", "5.15.90.1-microsoft-standard-WSL2\n")], Some("wsl")),
    ] {
        let files: Vec<_> = files.into_iter().chain([GUEST, (PRODUCT, "KVM\n")]).collect();
        let (_directory, root) = tree(&files);
        assert_eq!(container::detect(&root).as_deref(), expected, "{files:?}");
        assert_eq!(detect(&root), Some("kvm"), "{files:?}");
    }
}
