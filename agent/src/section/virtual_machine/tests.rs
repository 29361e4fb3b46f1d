//! Definitions as libvirt and Proxmox VE write them.

use muster_shared::SectionStatus;
use proptest::prelude::*;
use serde_json::json;

use super::*;

const DOMAIN: &str = r#"<!--
WARNING: THIS IS AN AUTO-GENERATED FILE. <name>not this</name>
-->

<domain type='kvm'>
  <name>web &amp; mail</name>
  <uuid>6F1C2D3E-0000-4000-8000-00000000ABCD</uuid>
  <metadata><x:info xmlns:x="http://x/"><x:os id="a>b"/></x:info></metadata>
  <memory unit='KiB'>2097152</memory>
  <vcpu placement='static'>2</vcpu>
  <os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type><boot dev='hd'/></os>
  <devices>
    <disk type='file' device='disk'><driver name='qemu'/><source file='/var/lib/libvirt/images/web.qcow2'/></disk>
    <interface type='network'><mac address='52:54:00:AA:BB:CC'/><source network='default'/></interface>
    <graphics type='vnc' passwd='hush'/>
  </devices>
</domain>
"#;

fn tree(files: &[(&str, &str)]) -> (tempfile::TempDir, Section) {
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let section = VirtualMachine.collect(&Root::at(directory.path()));
    (directory, section)
}

#[test]
fn machines_of_libvirt_are_told() {
    let files = [
        ("etc/libvirt/qemu/web.xml", DOMAIN),
        ("etc/libvirt/qemu/autostart/web.xml", ""),
        ("etc/libvirt/qemu/networks/default.xml", "<network/>"),
        ("run/libvirt/qemu/web.pid", "1"),
        ("etc/libvirt/qemu/bad.xml", "<domain>"),
    ];
    let (_directory, section) = tree(&files);
    assert_eq!((section.status, section.items.len()), (SectionStatus::Partial, 1), "{:?}", section.problems);
    let item = &section.items[0];
    assert_eq!(item.key, "libvirt/web");
    for (name, value) in [
        ("name", json!("web & mail")),
        ("uuid", json!("6f1c2d3e-0000-4000-8000-00000000abcd")),
        ("hypervisor", json!("kvm")),
        ("memory_bytes", json!(2_147_483_648_u64)),
        ("vcpus", json!(2)),
        ("machine", json!("pc-q35-7.2")),
        ("disks", json!(["/var/lib/libvirt/images/web.qcow2"])),
        ("macs", json!(["52:54:00:aa:bb:cc"])),
        ("autostart", json!(true)),
        ("state", json!("running")),
    ] {
        assert_eq!(item.attributes[name], value, "{name}");
    }
    assert!(!format!("{item:?}").contains("hush"));
}

#[test]
fn machines_of_proxmox_are_told_without_their_snapshots() {
    let text = "#note\nagent: 1\ncores: 4\nsockets: 2\nmemory: 4096\nname: db\nnet0: virtio=BC:24:11:00:00:01,bridge=vmbr0\n\
                scsi0: local-lvm:vm-101-disk-0,size=32G\nide2: none,media=cdrom\nscsihw: virtio-scsi-single\n\
                smbios1: uuid=6f1c2d3e-0000-4000-8000-00000000abcd\n\n[before]\nmemory: 1\n";
    let (_directory, section) = tree(&[("etc/pve/qemu-server/101.conf", text)]);
    let attributes = &section.items[0].attributes;
    assert_eq!((section.items[0].key.as_str(), &attributes["name"]), ("proxmox/101", &json!("db")));
    assert_eq!((&attributes["vcpus"], &attributes["memory_bytes"]), (&json!(8), &json!(4_294_967_296_u64)));
    assert_eq!(attributes["macs"], json!(["bc:24:11:00:00:01"]));
    assert_eq!(attributes["disks"], json!(["local-lvm:vm-101-disk-0"]));
    assert_eq!((&attributes["autostart"], &attributes["current_state"]), (&json!(false), &json!("shut_off")));
    assert_eq!(tree(&[]).1.status, SectionStatus::Unsupported);
}

proptest! {
    #[test]
    fn any_text_is_survived(text in "[<>/a-z='\" &!-]{0,120}") {
        let _ = domain::parse(&text);
    }
}
