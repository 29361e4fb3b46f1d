//! Serial numbers within binary tables: SMBIOS and EDID. Lengths stay, so that both remain readable.

/// Of the known structures: type, and the offsets of the bytes that number a string with a serial or a tag.
const SERIALS: &[(u8, &[usize])] =
    &[(1, &[7]), (2, &[7, 8]), (3, &[7, 8]), (4, &[0x20, 0x21]), (17, &[0x18, 0x19]), (22, &[6]), (39, &[8, 9])];
/// The structure of the system itself has a UUID here.
const UUID: std::ops::Range<usize> = 8..24;

/// The structure table: strings that are serial numbers or tags, and the UUID of the system.
pub(super) fn scrub_smbios(mut table: Vec<u8>, like: impl Fn(&str) -> String) -> Vec<u8> {
    let mut at = 0_usize;
    while let (Some(&kind), Some(&length)) = (table.get(at), table.get(at + 1)) {
        let length = usize::from(length);
        let Some(fields) = table.get(at..at + length).filter(|_| length >= 4).map(<[u8]>::to_vec) else { break };
        if kind == 1
            && let Some(uuid) = table.get_mut(at + UUID.start..(at + UUID.end).min(at + length))
        {
            let hex: String = uuid.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
            let new = like(&hex);
            for (i, byte) in uuid.iter_mut().enumerate() {
                *byte = new.get(i * 2..i * 2 + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()).unwrap_or(0);
            }
        }
        let offsets = SERIALS.iter().find(|(found, _)| *found == kind).map_or(&[][..], |(_, offsets)| offsets);
        let wanted: Vec<usize> = offsets
            .iter()
            .filter_map(|offset| fields.get(*offset))
            .map(|n| usize::from(*n))
            .filter(|n| *n > 0)
            .collect();
        at += length;
        let mut number = 1;
        // Strings end with a zero each, the set with one more; a set without strings is two zeros.
        loop {
            let Some(length) = table.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == 0)) else {
                return table;
            };
            if length == 0 {
                at += if number == 1 { 2 } else { 1 };
                break;
            }
            if let Some(text) = table.get_mut(at..at + length).filter(|_| wanted.contains(&number)) {
                let new = like(&String::from_utf8_lossy(text));
                text.iter_mut().zip(new.bytes().chain(std::iter::repeat(b'x'))).for_each(|(byte, new)| *byte = new);
            }
            number += 1;
            at += length + 1;
        }
    }
    table
}

/// What a screen says of itself: its number and its serial descriptor; the check sum is made right again.
pub(super) fn scrub_edid(mut edid: Vec<u8>, like: impl Fn(&str) -> String) -> Vec<u8> {
    let Some(block) = edid.get_mut(..128) else { return edid };
    if let Some(number) = block.get_mut(12..16) {
        number.fill(1);
    }
    for at in [54_usize, 72, 90, 108] {
        let Some(descriptor) = block.get_mut(at..at + 18) else { continue };
        if descriptor.starts_with(&[0, 0, 0, 0xff])
            && let Some(text) = descriptor.get_mut(5..)
        {
            let new = like(&String::from_utf8_lossy(text));
            let is_text = |byte: u8| byte.is_ascii_alphanumeric();
            text.iter_mut().zip(new.bytes()).filter(|(old, _)| is_text(**old)).for_each(|(old, new)| *old = new);
        }
    }
    let sum = block.iter().take(127).fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    if let Some(check) = block.get_mut(127) {
        *check = sum.wrapping_neg();
    }
    edid
}
