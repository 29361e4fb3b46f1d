//! EDIDs of recorded screens. What another program makes of them is wrong in part, so the expected values here are taken
//! from the bytes by hand; the week and year, on which both agree, are compared for all.

use std::path::Path;

use muster_shared::SectionStatus;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::recorded::{tree, unpack};
use super::*;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/fixtures/glpi-agent");

/// The recorded EDIDs by name; none where the fixtures are not there.
fn recorded() -> Vec<(String, Vec<u8>)> {
    let Ok(files) = std::fs::read_dir(Path::new(FIXTURES).join("generic/edid")) else {
        assert!(std::env::var_os("CI").is_none(), "the folder of fixtures is missing");
        println!("skipped: no fixtures");
        return Vec::new();
    };
    let files = files.map(|file| file.unwrap().path());
    files.map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap())).collect()
}

#[test]
fn recorded_screens_have_name_serial_and_date() {
    let expected = std::fs::read(Path::new(FIXTURES).join("expected/tasks__inventory__generic__screen.json"));
    let Ok(expected) = expected else { return drop(recorded()) };
    let expected: Value = serde_json::from_slice(&expected).unwrap();
    let mut compared = 0;
    for (name, bytes) in recorded() {
        let theirs = &expected["edid_tests"][&name];
        let Ok(item) = edid::parse(&bytes, "DP-1") else { continue };
        let text = |field: &str| theirs[field].as_str();
        let their_serials = [text("SERIAL"), text("ALTSERIAL")].map(|serial| serial.map(str::trim));
        let number = item.attributes.get("serial_number").and_then(Value::as_u64).map(|number| format!("{number:08x}"));
        if let Some(ours) = item.text("serial").or(number.as_deref()).filter(|_| !theirs.is_null()) {
            assert!(their_serials.contains(&Some(ours)), "{name}: {ours} {their_serials:?}");
        }
        if let (Some(caption), Some(ours)) = (text("CAPTION"), item.text("name")) {
            let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            // They set what follows apart by other spaces, or take a free text for the name.
            assert!(squeeze(caption).starts_with(&squeeze(ours)), "{name}: {ours} {caption}");
        }
        if let Some((week, year)) = text("DESCRIPTION").and_then(|date| date.split_once('/')) {
            let ours = |attribute: &str| item.attributes.get(attribute).map(Value::to_string);
            assert_eq!(ours("manufactured_year").or_else(|| ours("model_year")).as_deref(), Some(year), "{name}");
            if (1..=54).contains(&week.parse::<u32>().unwrap()) {
                assert_eq!(ours("manufactured_week").as_deref(), Some(week), "{name}");
            }
        }
        compared += 1;
    }
    assert!(compared > 50, "only {compared} screens");
}

/// File, (manufacturer, product, name, serial), number, width and height, resolution.
type Expected = (&'static str, [Option<&'static str>; 4], Value, [u32; 2], &'static str);

fn cases() -> [Expected; 3] {
    [
        (
            "lcd.dell-U2413",
            [Some("DEL"), Some("f046"), Some("DELL U2413"), Some("84K96386ACRL")],
            json!(0x4143_524c),
            [518, 324],
            "1920x1200",
        ),
        (
            "lenovo-LT2452",
            [Some("LEN"), Some("1144"), Some("LEN LT2452pwC"), None],
            json!(0x5a48_5035),
            [518, 324],
            "1920x1200",
        ),
        (
            "IMP2262",
            [Some("IMP"), Some("2262"), Some("*22W1*"), Some("74701944")],
            json!(1944),
            [473, 296],
            "1680x1050",
        ),
    ]
}

#[test]
fn some_screens_in_full() {
    for (name, [maker, product, caption, serial], number, [width, height], resolution) in cases() {
        let Some((_, bytes)) = recorded().into_iter().find(|(file, _)| file == name) else { continue };
        let item = edid::parse(&bytes, "DP-1").unwrap();
        let texts = ["manufacturer_id", "product_code", "name", "serial"].map(|attribute| item.text(attribute));
        assert_eq!(texts, [maker, product, caption, serial], "{name}");
        assert_eq!(item.attributes.get("serial_number").cloned().unwrap_or_default(), number, "{name}");
        assert_eq!([&item.attributes["width_mm"], &item.attributes["height_mm"]], [width, height], "{name}");
        assert_eq!(item.text("native_resolution"), Some(resolution), "{name}");
    }
}

#[test]
fn a_screen_is_named_once_and_an_empty_connector_is_none() {
    let Some(directory) = unpack("procfs/testdata/fixtures.ttar") else { return };
    let section = Monitor.collect(&Root::at(directory.path()));
    // That archive keeps connectors below their card and not beside it, as they are below /sys/class/drm.
    assert_eq!((section.status, section.items.len()), (SectionStatus::Ok, 0), "{section:?}");
    let (mut list, one) = (Vec::new(), recorded().into_iter().find(|(name, _)| name == "lcd.dell-U2413"));
    let Some((_, edid)) = one else { return };
    let mut broken = edid.clone();
    broken[100] ^= 1;
    list.extend([
        ("card0-DP-1", edid.as_slice()),
        ("card1-HDMI-A-1", &edid),
        ("card1-DP-2", &[]),
        ("card1-DP-3", &broken),
    ]);
    let paths: Vec<(String, &[u8])> =
        list.into_iter().map(|(name, bytes)| (format!("sys/class/drm/{name}/edid"), bytes)).collect();
    let mut files: Vec<(&str, &[u8])> = paths.iter().map(|(path, bytes)| (path.as_str(), *bytes)).collect();
    files.push(("usr/share/hwdata/pnp.ids", b"DEL\tDell Inc.\n"));
    let directory = tree(&files);
    let section = Monitor.collect(&Root::at(directory.path()));
    let keys: Vec<&str> = section.items.iter().map(|item| item.key.as_str()).collect();
    assert_eq!(keys, ["DEL-f046-84K96386ACRL", "DEL-f046-84K96386ACRL@HDMI-A-1"]);
    assert_eq!(section.items[0].text("manufacturer"), Some("Dell Inc."));
    assert_eq!(section.problems.len(), 1);
    assert!(section.problems[0].message.contains("checksum"), "{:?}", section.problems);
}

proptest! {
    #[test]
    fn any_bytes_are_survived(mut bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = edid::parse(&bytes, "DP-1");
        for (byte, right) in bytes.iter_mut().zip([0, 255, 255, 255, 255, 255, 255, 0]) {
            *byte = right;
        }
        if let Some(block) = bytes.get_mut(..128) {
            block[127] = block[..127].iter().fold(0_u8, |sum, byte| sum.wrapping_sub(*byte));
            prop_assert!(edid::parse(&bytes, "DP-1").is_ok());
        }
    }
}
