//! The answers that agents of other products need to hear.
//!
//! XML goes out as zlib of level 6 (first bytes `78 9c`) with `application/x-compress-zlib`: the one form that all three take.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use serde_json::{Value, json};

/// The kind of content of an XML answer.
pub(crate) const XML_MEDIA_TYPE: &str = "application/x-compress-zlib";

/// How often an inventory is wanted, in hours.
pub(crate) const INTERVAL_HOURS: u32 = 24;

/// Which version of GLPI's protocol is spoken.
const GLPI_VERSION: &str = "10.0.18";

fn packed(xml: &str) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(6));
    // Writing into memory does not fail; an empty answer would be seen by any client.
    let written = encoder.write_all(xml.as_bytes()).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}

/// To a prolog: send your inventory.
pub(crate) fn send() -> Vec<u8> {
    packed(&format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<REPLY><PROLOG_FREQ>{INTERVAL_HOURS}</PROLOG_FREQ><RESPONSE>SEND</RESPONSE></REPLY>\n"
    ))
}

/// To an inventory: it is stored.
pub(crate) fn stored() -> Vec<u8> {
    packed("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<REPLY><RESPONSE>NO_ACCOUNT_UPDATE</RESPONSE></REPLY>\n")
}

/// To a contact of GLPI's agent: an inventory is wanted, without what holds secrets.
pub(crate) fn contact() -> Value {
    json!({
        "status": "ok", "expiration": INTERVAL_HOURS, "disabled": [],
        "tasks": {"inventory": {"server": "glpi", "version": GLPI_VERSION, "no-category": "process,environment"}},
    })
}

/// To an inventory of GLPI's agent: it is stored.
pub(crate) fn taken() -> Value {
    json!({"status": "ok", "expiration": INTERVAL_HOURS})
}

/// To GLPI's agent when something was not taken.
pub(crate) fn refused(why: &str) -> Value {
    json!({"status": "error", "message": why, "expiration": INTERVAL_HOURS})
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn xml_answers_begin_as_zlib_of_level_six_does() {
        for (packed, holds) in [(send(), "<RESPONSE>SEND<"), (stored(), "<RESPONSE>NO_ACCOUNT_UPDATE<")] {
            assert_eq!(packed[..2], [0x78, 0x9c]);
            let mut text = String::new();
            flate2::read::ZlibDecoder::new(packed.as_slice()).read_to_string(&mut text).unwrap();
            assert!(text.contains(holds), "{text}");
        }
    }
}
