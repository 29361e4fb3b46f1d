//! What leaves the machine is scrubbed, consistently, and stays readable.

use std::collections::BTreeMap;

use base64::Engine;
use muster_shared::{Item, SectionName};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::inventory::Inventory;
use crate::section::Section;

fn scrub() -> Scrub {
    let disk = Item::new("sda").with("serial", "WD-123ABC").with("machine_id", "0123456789abcdef0123456789abcdef");
    let interface = Item::new("eth0").with("mac", "52:54:00:aa:bb:cc");
    let user = Item::new("ann").with("uid", 1_000).with("gecos", "Ann Exämple,Room 7,+49 30 901820");
    let section = |item: Item| Section::of(vec![item], Vec::new());
    let sections = BTreeMap::from([
        (SectionName::Disk, section(disk)),
        (SectionName::Interface, section(interface)),
        (SectionName::User, section(user)),
    ]);
    let host = Item::new("host").with("name", "mars").with("fqdn", "mars.sales.example.com").attributes;
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
    assert_eq!(scrub.file("/proc/7/environ", b"A=b".to_vec()).ok(), None);
    assert_eq!(scrub.file("/etc/x.pem", b"-----BEGIN PRIVATE KEY-----\nAA".to_vec()).ok(), None);
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
    let hosts = text(&scrub, "/etc/hosts", "127.0.1.1 mars.example.com mars marsch mars.sales.example.com\n");
    assert!(hosts.contains(" marsch ") && !hosts.contains("mars.") && hosts.contains(".example.com"), "{hosts}");
    assert!(!hosts.contains("sales.example.com"), "{hosts}");
    let zone = text(&scrub, "/etc/os-release", "NAME=mars\n");
    assert_eq!(zone, "NAME=mars\n", "only where it stands as the host's name");
}

#[test]
fn addresses_have_the_same_pseudonym_in_every_form() {
    let scrub = scrub();
    let read = |what: &str| text(&scrub, "/etc/x", what);
    let mac = read("52:54:00:aa:bb:cc");
    let bare = mac.replace(':', "");
    assert!(mac.starts_with("02:") && mac.len() == 17, "{mac}");
    assert_eq!(read("52:54:00:AA:BB:CC"), mac.to_ascii_uppercase());
    assert_eq!(read("52-54-00-aa-bb-cc"), mac.replace(':', "-"));
    assert_eq!(
        read("enx525400aabbcc 5254.00aa.bbcc"),
        format!("enx{bare} {}.{}.{}", &bare[..4], &bare[4..8], &bare[8..])
    );
    assert_eq!(scrub.path("sys/class/net/enx525400aabbcc"), format!("sys/class/net/enx{bare}"));
    // EUI-64: the seventh bit is turned, so 02 becomes 00.
    let expected: std::net::Ipv6Addr =
        format!("fe80::{}:{}ff:fe{}:{}", &bare[2..4], &bare[4..6], &bare[6..8], &bare[8..]).parse().unwrap();
    assert_eq!(read("fe80::5054:ff:feaa:bbcc/64"), format!("{expected}/64"));
    let global = read("2a01:4f8:0:1::2");
    assert!(global != "2a01:4f8:0:1::2" && global.len() == 15 && global.starts_with(['2', '3']), "{global}");
    for kept in
        ["10.1.2.3", "127.0.0.1", "255.255.255.0", "fe80::1", "::1", "fd00::1", "ff02::1", "1.2.3.4-5", "12:34:56"]
    {
        assert_eq!(read(kept), kept);
    }
    let public = read("server 93.184.216.34:123\n");
    let new = public.trim_start_matches("server ").trim_end_matches(":123\n").to_owned();
    assert!(new != "93.184.216.34" && new.len() == 13, "{public}");
    assert_eq!(text(&scrub, "/var/lib/dpkg/status", "Version: 93.184.216.34\n"), "Version: 93.184.216.34\n");
    // The kernel's table, on a machine of either order.
    let hex = |address: &str| {
        let octets = address.parse::<std::net::Ipv4Addr>().unwrap().octets();
        format!("{:08X}", u32::from_ne_bytes(octets))
    };
    let row = |address: &str| format!("   0: {}:0016 {}:D431 01 00000000:00000000\n", hex("10.0.0.1"), hex(address));
    assert_eq!(text(&scrub, "/proc/1/net/tcp", &row("93.184.216.34")), row(&new));
}

#[test]
fn what_is_no_utf8_is_scrubbed_like_text_and_what_is_no_json_is_left_out() {
    let scrub = scrub();
    let line = b"# Gr\xfc\xdfe\npassword=hush\nurl=http://u:p@h/\n".to_vec();
    assert_eq!(scrub.file("/etc/x", line).unwrap(), b"# Gr\xfc\xdfe\npassword=scrubbed\nurl=http://scrubbed@h/\n");
    let unit = b"[Service]\n# \xe9\nEnvironment=A=hush\n".to_vec();
    assert_eq!(scrub.file("/etc/systemd/system/x.service", unit).unwrap(), b"[Service]\n# \xe9\nEnvironment=\n");
    for broken in [r#"{"Config": {"Env": ["A=hush"]}"#, r#"[{"Env": "A=hush""#, "{'Env': 'hush'}"] {
        assert!(scrub.file("/var/lib/x/state", broken.into()).unwrap_err().contains("no JSON"), "{broken}");
    }
    assert!(scrub.file("/var/lib/x/a.json", b"A=hush".to_vec()).is_err());
    assert_eq!(text(&scrub, "/etc/x.ini", "[group]\na=b\n"), "[group]\na=b\n");
    let state = json!({"inner": r#"{"env": ["hush"], "a": 1}"#, "bad": "{hush", "key": "$6$salt$hash"});
    let expected = json!({"inner": r#"{"a":1}"#, "bad": "scrubbed", "key": "$scrubbed$"});
    assert_eq!(text(&scrub, "/var/x.json", &state.to_string()), expected.to_string());
}

#[test]
fn people_and_what_names_them_are_gone_in_any_encoding() {
    let scrub = scrub();
    let passwd = "root:x:0:0:root:/root:/bin/sh\nann:x:1000:100:Ann Exämple,Room 7,+49 30 901820:/home/ann:/bin/sh\n";
    let new = text(&scrub, "/etc/passwd", passwd);
    assert!(new.starts_with("root:x:0:0:root:/root:/bin/sh\nann:x:1000:100:"), "{new}");
    assert!(!new.contains("Ann") && !new.contains("901820") && new.ends_with(":/home/ann:/bin/sh\n"), "{new}");
    assert_eq!(text(&scrub, "/etc/group", "a:$6$x$y:1:b\n"), "a:$scrubbed$:1:b\n");
    let hash = text(&scrub, "/etc/x", "password_pbkdf2 root grub.pbkdf2.sha512.1.AB.CD\nhash '$y$j9T$a$b'\n");
    assert_eq!(hash, "password_pbkdf2 root $scrubbed$\nhash '$scrubbed$'\n");
    let wide: Vec<u8> = "id wd-123abc".bytes().flat_map(|byte| [byte, 0]).collect();
    let new = scrub.file("/sys/x", wide.clone()).unwrap();
    assert!(new.len() == wide.len() && new[..6] == wide[..6] && new[6..] != wide[6..]);
    let block =
        base64::engine::general_purpose::STANDARD.encode(format!("{}0123456789abcdef0123456789abcdef", "x".repeat(40)));
    let reason =
        scrub.file("/etc/ssl/x.pem", format!("-----BEGIN X-----\n{}\n{}\n", &block[..64], &block[64..]).into());
    assert!(reason.unwrap_err().contains("names this machine"));
}

/// The parsers still find in a scrubbed file what they found in it before.
#[test]
fn scrubbed_files_keep_their_structure() {
    let scrub = scrub();
    let scratch = tempfile::tempdir().unwrap();
    let mut compared = 0;
    for parser in crate::foreign::parsers() {
        let Some(path) = parser.path() else { continue };
        for (name, seed) in muster_replay::seeds(parser.name) {
            let Ok(new) = scrub.file(path, seed.clone()) else { continue };
            let count =
                |bytes: &[u8]| parser.section(bytes, scratch.path()).unwrap().map(|s| (s.status, s.items.len()));
            assert_eq!(count(&new), count(&seed), "{}/{name}: {}", parser.name, new.escape_ascii());
            compared += 1;
        }
    }
    assert!(compared > 90, "{compared}");
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
    /// The same text has the same pseudonym wherever it stands, and another recording has another one.
    #[test]
    fn pseudonyms_are_stable(a in any::<u32>(), b in any::<u128>(), before in "[a-z ]{0,20} ", path in "/(etc|run)/[a-z]{1,5}") {
        let scrub = scrub();
        let (a, b) = (std::net::Ipv4Addr::from(a), std::net::Ipv6Addr::from(b));
        let line = format!("{a} {b} 52:54:00:aa:bb:cc WD-123ABC 6f1c2d3e-0000-4000-8000-00000000abcd\n");
        let alone = text(&scrub, "/etc/x", &line);
        prop_assert_eq!(text(&scrub, &path, &format!("{before}{line}")), format!("{before}{alone}"));
        prop_assert_eq!(alone.split(' ').count(), line.split(' ').count());
        let words: Vec<&str> = alone.split(' ').collect();
        prop_assert!(words[0].parse::<std::net::Ipv4Addr>().is_ok() && words[1].parse::<std::net::Ipv6Addr>().is_ok());
        prop_assert!(!alone.contains("WD-123ABC") && !alone.contains("aa:bb:cc"));
    }

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
