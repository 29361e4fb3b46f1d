//! The 128 bytes in which a screen describes itself.

use muster_shared::Item;
use serde_json::json;

use crate::section::smbios::Text;

const BLOCK_BYTES: usize = 128;
const HEADER: [u8; 8] = [0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00];

/// Where the four descriptors of 18 bytes stand.
const DESCRIPTORS: [usize; 4] = [54, 72, 90, 108];

/// Numbers that makers leave in the field of the serial: none, all ones, and 01010101h of the standard's own example.
const NO_SERIAL: [u32; 3] = [0, u32::MAX, 0x0101_0101];

/// Describes a screen; what is no EDID or does not add up is said, for its fields would be guesses.
pub(super) fn parse(bytes: &[u8], connector: &str) -> Result<Item, &'static str> {
    let block = bytes.get(..BLOCK_BYTES).ok_or("shorter than an EDID of 128 bytes")?;
    if !block.starts_with(&HEADER) {
        return Err("does not begin like an EDID");
    }
    if block.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte)) != 0 {
        return Err("the checksum of the EDID is wrong");
    }
    describe(block, connector).ok_or("does not look like an EDID")
}

fn describe(block: &[u8], connector: &str) -> Option<Item> {
    let byte = |offset: usize| block.get(offset).copied();
    let manufacturer_id = manufacturer_id(u16::from_be_bytes([byte(8)?, byte(9)?]));
    let product = u16::from_le_bytes([byte(10)?, byte(11)?]);
    let number = u32::from_le_bytes([byte(12)?, byte(13)?, byte(14)?, byte(15)?]);
    let number = (!NO_SERIAL.contains(&number)).then_some(number);
    // A name that is too long for one descriptor goes on in the next.
    let text = |tag| {
        let texts: Vec<String> = descriptors(block).filter_map(|descriptor| text(descriptor, tag)).collect();
        (!texts.is_empty()).then(|| texts.join(" "))
    };
    let serial = text(0xff);
    let known_by = serial.clone().or_else(|| number.map(|number| number.to_string()));
    let maker = manufacturer_id.as_deref().unwrap_or("???");
    let key = known_by.map_or_else(|| connector.to_owned(), |serial| format!("{maker}-{product:04x}-{serial}"));
    let mut item = Item::new(key)
        .with("connector", connector)
        .with("manufacturer_id", manufacturer_id)
        .with("product_code", format!("{product:04x}"))
        .with("serial_number", number)
        .with("serial", serial)
        .with("name", text(0xfc))
        // Panels of notebooks have no name, but often the maker's designation in a free text.
        .with("text", text(0xfe))
        .with("edid_version", format!("{}.{}", byte(18)?, byte(19)?))
        .with("digital", byte(20)? & 0x80 != 0);
    // Week 255 says that the year is that of the model, since 1.4; 0 that no week is known.
    let (week, year) = (byte(16)?, 1990 + u32::from(byte(17)?));
    match week {
        255 => item.set("model_year", year),
        1..=54 => {
            item.set("manufactured_week", week);
            item.set("manufactured_year", year);
        }
        _ => item.set("manufactured_year", year),
    }
    set_size(block, &mut item);
    Some(item)
}

/// Three letters in five bits each, `A` being 1 (PNP ids that UEFI Forum gives out).
fn manufacturer_id(word: u16) -> Option<String> {
    [10, 5, 0].into_iter().map(|shift| (word >> shift) & 0x1f).map(letter).collect()
}

fn letter(number: u16) -> Option<char> {
    let number = u8::try_from(number).ok().filter(|number| (1..=26).contains(number))?;
    Some(char::from(b'A' - 1 + number))
}

fn descriptors(block: &[u8]) -> impl Iterator<Item = &[u8]> {
    DESCRIPTORS.into_iter().filter_map(|at| block.get(at..at + 18))
}

/// The text of a descriptor of that kind, up to its line feed.
fn text(descriptor: &[u8], tag: u8) -> Option<String> {
    let bytes = descriptor.strip_prefix(&[0, 0, 0, tag, 0])?;
    let end = bytes.iter().position(|byte| matches!(byte, b'\n' | 0)).unwrap_or(bytes.len());
    let text = String::from_utf8_lossy(bytes.get(..end)?).into_owned();
    Text::of(&text).value()
}

/// The size of the picture: in millimetres by the first timing, which is the preferred one, else in whole centimetres.
fn set_size(block: &[u8], item: &mut Item) {
    let byte = |offset: usize| block.get(offset).copied().map_or(0, u32::from);
    let timing = descriptors(block).next().filter(|descriptor| !descriptor.starts_with(&[0, 0]));
    if let Some([_, _, x, _, x_high, y, _, y_high, _, _, _, _, width, height, size_high, ..]) = timing {
        let join = |low: &u8, high: u8| u32::from(*low) | u32::from(high) << 8;
        item.set("native_resolution", format!("{}x{}", join(x, x_high >> 4), join(y, y_high >> 4)));
        let (width_mm, height_mm) = (join(width, size_high >> 4), join(height, size_high & 0x0f));
        // Projectors and televisions write an aspect ratio there; a screen is as large as its centimetres say.
        let is_like = |mm: u32, cm: u32| cm != 0 && mm.abs_diff(cm * 10) <= 20;
        if is_like(width_mm, byte(21)) && is_like(height_mm, byte(22)) {
            return set_millimetres(item, width_mm, height_mm);
        }
    }
    // One of them zero: an aspect ratio (since 1.4), or not known.
    if byte(21) != 0 && byte(22) != 0 {
        set_millimetres(item, byte(21) * 10, byte(22) * 10);
    }
}

fn set_millimetres(item: &mut Item, width_mm: u32, height_mm: u32) {
    item.set("width_mm", width_mm);
    item.set("height_mm", height_mm);
    let diagonal = (f64::from(width_mm).powi(2) + f64::from(height_mm).powi(2)).sqrt() / 25.4;
    item.set("diagonal_inches", json!((diagonal * 10.0).round() / 10.0));
}
