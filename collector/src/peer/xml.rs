//! XML messages: `<REQUEST>` with `<DEVICEID>`, `<QUERY>` and, for inventories, `<CONTENT>`.
//!
//! One pass without recursion: no document type, no entities but the five of XML itself and characters by number, bounded in
//! depth and number. Texts are borrowed from the message where they hold no reference.

use std::borrow::Cow;

use muster_model::source::Source;
use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};

use super::PeerError;
use super::message::{Content, Entry, MAX_NAME_BYTES, Message, Told};

/// Deepest element that is taken; inventories have five levels.
const MAX_DEPTH: usize = 16;
/// Most entries in one inventory.
const MAX_ENTRIES: usize = 200_000;
/// Most fields of one entry.
const MAX_FIELDS: usize = 10_000;
/// Longest text of one field.
const MAX_TEXT_BYTES: usize = 1 << 20;

/// Reads a message. `agent` is what the sender calls itself in its `User-Agent`.
pub(crate) fn read<'a>(message: &'a [u8], agent: &str) -> Result<Message<'a>, PeerError> {
    let text = std::str::from_utf8(message)
        .map_err(|error| PeerError::Malformed(format!("the XML is not UTF-8: byte {}", error.valid_up_to())))?;
    let mut reader = Reader::from_str(text);
    let mut walk = Walk::default();
    loop {
        let at = reader.buffer_position();
        let event = reader.read_event().map_err(|error| PeerError::Malformed(format!("XML, byte {at}: {error}")))?;
        match event {
            Event::Eof => break,
            Event::Start(tag) => walk.open(name_in(text, at, tag.name().0))?,
            Event::Empty(tag) => {
                walk.open(name_in(text, at, tag.name().0))?;
                walk.close()?;
            }
            Event::End(_) => walk.close()?,
            Event::Text(text) => walk.text(text.into_inner())?,
            Event::CData(text) => walk.text(text.into_inner())?,
            Event::GeneralRef(name) => walk.text(Cow::Owned(character(&name)?.to_string()))?,
            Event::DocType(_) => return Err(PeerError::Malformed("a document type is not taken".into())),
            Event::Decl(declaration) => check_encoding(declaration.encoding().and_then(Result::ok).as_deref())?,
            Event::PI(_) | Event::Comment(_) => {}
        }
    }
    walk.finish(agent)
}

/// The name of an element as it stands in the message behind its bracket: thousands of them need not be copied.
fn name_in<'a>(text: &'a str, at: u64, name: &str) -> Cow<'a, str> {
    let start = usize::try_from(at).unwrap_or(usize::MAX).saturating_add(1);
    let there = text.get(start..start.saturating_add(name.len()));
    there.filter(|there| *there == name).map_or_else(|| Cow::Owned(name.to_owned()), Cow::Borrowed)
}

fn check_encoding(encoding: Option<&str>) -> Result<(), PeerError> {
    match encoding {
        Some(name) if !name.eq_ignore_ascii_case("utf-8") && !name.eq_ignore_ascii_case("us-ascii") => {
            Err(PeerError::Malformed("XML is taken in UTF-8 only".into()))
        }
        _ => Ok(()),
    }
}

/// The character that a reference stands for.
fn character(reference: &BytesRef<'_>) -> Result<char, PeerError> {
    let known = match &*reference.borrow().into_inner() {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => reference.resolve_char_ref().ok().flatten(),
    };
    // NUL ends texts in other programs (case 8); XML does not allow it either.
    known
        .filter(|c| *c != '\0')
        .ok_or_else(|| PeerError::Malformed("an entity or character that XML does not have".into()))
}

/// Where the reader stands, and what it found.
#[derive(Default)]
struct Walk<'a> {
    /// Names of the open elements.
    path: Vec<Cow<'a, str>>,
    /// Text of the innermost element.
    text: Cow<'a, str>,
    device_id: String,
    query: String,
    content: Content<'a>,
    entry: Entry<'a>,
    entries: usize,
}

impl<'a> Walk<'a> {
    fn open(&mut self, name: Cow<'a, str>) -> Result<(), PeerError> {
        if self.path.len() >= MAX_DEPTH {
            return Err(PeerError::Malformed(format!("the XML is nested deeper than {MAX_DEPTH} levels")));
        }
        if self.path.is_empty() && (name != "REQUEST" || !self.query.is_empty()) {
            return Err(PeerError::Malformed("one element REQUEST is expected".into()));
        }
        self.path.push(name);
        self.text = Cow::Borrowed("");
        Ok(())
    }

    fn text(&mut self, more: Cow<'a, str>) -> Result<(), PeerError> {
        if more.contains('\0') {
            return Err(PeerError::Malformed(format!("{} holds the character NUL", self.pointer())));
        }
        if self.text.is_empty() {
            self.text = more;
        } else {
            self.text.to_mut().push_str(&more);
        }
        if self.text.len() > MAX_TEXT_BYTES {
            return Err(self.too_long(MAX_TEXT_BYTES));
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), PeerError> {
        let text = std::mem::take(&mut self.text);
        let path = self.path.as_slice();
        let is_content = path.get(1).is_some_and(|name| name == "CONTENT");
        match path {
            [_, name] if name == "DEVICEID" => self.device_id = self.name(text.trim())?,
            [_, name] if name == "QUERY" => self.query = self.name(text.trim())?,
            [_, _, category] if is_content => {
                let mut entry = std::mem::take(&mut self.entry);
                entry.add("", text);
                let category = category.to_ascii_lowercase();
                self.entries += 1;
                if self.entries > MAX_ENTRIES {
                    let detail = format!("at most {MAX_ENTRIES} entries are taken");
                    return Err(PeerError::Field { pointer: self.pointer(), detail });
                }
                self.content.entry(category).or_default().push(entry);
            }
            [_, _, _, field] if is_content => {
                let name = field.clone();
                self.field(name, text)?;
            }
            [_, _, _, outer, inner] if is_content => {
                let name = format!("{outer}/{inner}");
                self.field(name.into(), text)?;
            }
            _ => {}
        }
        self.path.pop();
        Ok(())
    }

    fn field(&mut self, name: Cow<'a, str>, text: Cow<'a, str>) -> Result<(), PeerError> {
        self.entry.add(name, text);
        if self.entry.len() > MAX_FIELDS {
            let detail = format!("at most {MAX_FIELDS} fields are taken");
            return Err(PeerError::Field { pointer: self.pointer(), detail });
        }
        Ok(())
    }

    fn name(&self, text: &str) -> Result<String, PeerError> {
        if text.len() > MAX_NAME_BYTES { Err(self.too_long(MAX_NAME_BYTES)) } else { Ok(text.to_owned()) }
    }

    fn pointer(&self) -> String {
        format!("/{}", self.path.join("/"))
    }

    fn too_long(&self, most: usize) -> PeerError {
        PeerError::Field { pointer: self.pointer(), detail: format!("at most {most} bytes are taken") }
    }

    fn finish(self, agent: &str) -> Result<Message<'a>, PeerError> {
        if !self.path.is_empty() {
            return Err(PeerError::Malformed("the XML ends in the middle".into()));
        }
        match self.query.as_str() {
            "" => Err(PeerError::Malformed("the element QUERY is missing".into())),
            "PROLOG" => Ok(Message::Prolog),
            "INVENTORY" => {
                let said = self.content.get("versionclient").and_then(|entries| entries.first()?.text(&[""]));
                let client: String = said.unwrap_or(agent).chars().take(100).collect();
                let provider = self.content.get("versionprovider").and_then(|entries| entries.first()?.text(&["NAME"]));
                let source = source_of(&[&client, provider.unwrap_or_default(), agent]);
                let (device_id, content) = (self.device_id, self.content);
                Ok(Message::Inventory(Told { source, device_id, client, is_partial: false, content }))
            }
            other => Ok(Message::Other(other.to_owned())),
        }
    }
}

/// Whose agent it is, by what it says of itself. The format began with OCS.
fn source_of(said: &[&str]) -> Source {
    let says = |name: &str| said.iter().any(|text| text.to_ascii_lowercase().contains(name));
    if says("glpi") {
        Source::Glpi
    } else if says("fusioninventory") {
        Source::FusionInventory
    } else {
        Source::OcsInventory
    }
}
