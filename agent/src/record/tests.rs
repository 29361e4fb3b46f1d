//! What leaves the machine is scrubbed, consistently, and stays readable.

use std::collections::BTreeMap;

use muster_shared::{Item, SectionName};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::inventory::Inventory;
use crate::section::Section;

fn scrub() -> Scrub {
    let disk = Item::new("sda").with("serial", "WD-123ABC").with("machine_id", "0123456789abcdef0123456789abcdef");
    let sections = BTreeMap::from([(SectionName::Disk, Section::of(vec![disk], Vec::new()))]);
    let host = Item::new("host").with("name", "mars").attributes;
    Scrub::new(&Inventory { schema: 1, host, sections }).unwrap()
}

fn text(scrub: &Scrub, path: &str, text: &str) -> String {
    String::from_utf8(scrub.file(path, text.as_bytes().to_vec()).unwrap()).unwrap()
}

#[test]
fn secrets_are_gone_and_the_rest_stays() {
    let scrub = scrub();
    let shadow = "root:!$y$hash:1:::::\nann:$y$j9T$abc:1:::::\nbin:*:1:::::\nopen::1:::::\n";
    assert_eq!(
        text(&scrub, "/etc/shadow", shadow),
        "root:!:1:::::\nann:$scrubbed$:1:::::\nbin:*:1:::::\nopen::1:::::\n"
    );
    assert_eq!(text(&scrub, "/etc/x", "a https://u:p@h/x b ftp://h/\n"), "a https://scrubbed@h/x b ftp://h/\n");
    assert_eq!(text(&scrub, "/proc/cmdline", "ro wifi.password=hush x\n"), "ro wifi.password=scrubbed\n");
    assert_eq!(text(&scrub, "/etc/cron.d/x", "* * * * * root x --token hush\n"), "* * * * * root x --token scrubbed\n");
    assert_eq!(text(&scrub, "/etc/nsswitch.conf", "passwd: files\n"), "passwd: files\n");
    let unit = "[Service]\nEnvironment=A=hush\nExecStart=/bin/x --key hush\nUser=x\n";
    let unit = text(&scrub, "/etc/systemd/system/x.service", unit);
    assert_eq!(unit, "[Service]\nEnvironment=\nExecStart=/bin/x\nUser=x\n");
    let state = json!({"Config": {"Env": ["A=hush"], "Image": "x"}, "Args": ["hush"], "process": {"env": ["hush"]}});
    assert_eq!(text(&scrub, "/var/x.json", &state.to_string()), json!({"Config": {"Image": "x"}}).to_string());
    assert_eq!(text(&scrub, "/proc/7/cmdline", "/bin/x\0--hush\0"), "/bin/x\0");
    assert_eq!(scrub.file("/proc/7/environ", b"A=b".to_vec()), None);
    assert_eq!(scrub.file("/etc/x.pem", b"-----BEGIN PRIVATE KEY-----\nAA".to_vec()), None);
}

#[test]
fn names_of_the_machine_have_the_same_pseudonym_everywhere() {
    let scrub = scrub();
    let uuid = "6f1c2d3e-0000-4000-8000-00000000abcd";
    let first = text(&scrub, "/a", &format!("UUID={uuid} mac 52:54:00:aa:bb:cc 00:00:00:00:00:00 serial WD-123ABC\n"));
    assert!(!first.contains(uuid) && !first.contains("aa:bb:cc") && !first.contains("WD-123ABC"), "{first}");
    assert!(first.contains("mac 02:") && first.contains("00:00:00:00:00:00"), "{first}");
    assert!(first.contains(&scrub.path(&format!("dev/disk/by-uuid/{uuid}"))["dev/disk/by-uuid/".len()..]));
    let again = scrub.file("/b", b"\xff\0WD-123ABC\0".to_vec()).unwrap();
    assert_eq!(again.len(), 12);
    assert!(first.contains(std::str::from_utf8(&again[2..11]).unwrap()));
    let variable = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
    assert_eq!(scrub.path(variable), variable);
    let hosts = text(&scrub, "/etc/hosts", "127.0.1.1 mars.example.com mars marsch\n");
    assert!(hosts.contains(" marsch\n") && !hosts.contains("mars.") && hosts.contains(".example.com"), "{hosts}");
    let zone = text(&scrub, "/etc/os-release", "NAME=mars\n");
    assert_eq!(zone, "NAME=mars\n", "only where it stands as the host's name");
}

#[test]
fn keys_keep_their_type_and_length() {
    use base64::Engine;
    let engine = base64::engine::general_purpose::STANDARD;
    let blob = [b"\0\0\0\x0bssh-ed25519\0\0\0\x20".as_slice(), &[7; 32]].concat();
    let line = format!("ssh-ed25519 {} ann@x\n", engine.encode(&blob));
    let new = text(&scrub(), "/root/.ssh/authorized_keys", &line);
    assert_ne!(new, line);
    let word = new.split(' ').nth(1).unwrap();
    let bytes = engine.decode(word).unwrap();
    assert_eq!((bytes.len(), &bytes[..19]), (blob.len(), &blob[..19]));
    assert!(new.ends_with(" ann@x\n"));
}

#[test]
fn firmware_tables_stay_readable() {
    let like = |text: &str| "9".repeat(text.len());
    let mut table = vec![1, 27, 0, 0, 1, 2, 0, 3];
    table.extend([0xaa; 16]);
    table.extend([0, 0, 0]);
    table.extend(b"Maker\0Model\0SN123\0\0");
    table.extend([127, 4, 0, 0, 0, 0]);
    let new = firmware::scrub_smbios(table.clone(), like);
    assert_eq!(new.len(), table.len());
    assert!(new.ends_with(b"Maker\0Model\x0099999\0\0\x7f\x04\0\0\0\0"));
    assert_eq!(new[8..24], [0x99; 16]);
    let mut edid = vec![0; 128];
    edid[12..16].copy_from_slice(&[1, 2, 3, 4]);
    edid[54..72].copy_from_slice(b"\0\0\0\xff\0AB12\n        ");
    let new = firmware::scrub_edid(edid, like);
    assert_eq!(&new[54..72], b"\0\0\0\xff\x009999\n        ");
    assert_eq!(new.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte)), 0);
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..300), path in "/(etc/passwd|edid|dmi/tables/DMI|x)") {
        let _ = scrub().file(&path, bytes);
    }
}

#[test]
fn a_directory_that_is_not_empty_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("x"), "x").unwrap();
    let error = record(directory.path(), &Options::default()).unwrap_err();
    assert!(format!("{error:#}").ends_with("it is not empty"), "{error:#}");
}
