//! Values that name this machine and are known from its inventory: serial numbers, ids, MAC addresses, names of host and
//! people. They are found in any file, also in bytes that are no text and in UTF-16, whatever their case.

use super::Scrub;

/// How a value was written where it is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Text,
    /// Digits of a MAC address, with or without something between.
    Mac,
    /// Two bytes for a character, the lower first.
    Utf16,
    /// A word: not within a longer one.
    Word,
}

/// What is looked for, by its first byte.
#[derive(Debug, Default)]
pub(super) struct Known(Vec<Vec<(Vec<u8>, Form)>>);

impl Known {
    fn insert(&mut self, needle: Vec<u8>, form: Form) {
        self.0.resize(256, Vec::new());
        let first = needle.first().copied().map(usize::from);
        if let Some(slot) = first.and_then(|first| self.0.get_mut(first))
            && !slot.iter().any(|(known, _)| *known == needle)
        {
            // The longest first.
            let at = slot.partition_point(|(known, _)| known.len() >= needle.len());
            slot.insert(at, (needle, form));
        }
    }

    pub(super) fn add(&mut self, value: &str) {
        self.insert(value.to_ascii_lowercase().into_bytes(), Form::Text);
        if value.is_ascii() {
            let lower = value.to_ascii_lowercase();
            self.insert(lower.bytes().flat_map(|byte| [byte, 0]).collect(), Form::Utf16);
        }
    }

    pub(super) fn add_mac(&mut self, form: &str) {
        self.insert(form.to_ascii_lowercase().into_bytes(), Form::Mac);
    }

    pub(super) fn add_word(&mut self, word: &str) {
        self.insert(word.to_ascii_lowercase().into_bytes(), Form::Word);
    }

    /// The length and form of what stands there.
    fn at(&self, bytes: &[u8], at: usize) -> Option<(usize, Form)> {
        let rest = bytes.get(at..)?;
        let slot = self.0.get(usize::from(rest.first()?.to_ascii_lowercase()))?;
        let is_part = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'-');
        let found = slot.iter().find(|(needle, form)| {
            let is_here = rest.get(..needle.len()).is_some_and(|here| here.eq_ignore_ascii_case(needle));
            let is_alone = || {
                let before = at.checked_sub(1).and_then(|before| bytes.get(before));
                !is_part(before) && !is_part(rest.get(needle.len()))
            };
            is_here && (*form != Form::Word || is_alone())
        });
        found.map(|(needle, form)| (needle.len(), *form))
    }

    pub(super) fn is_in(&self, bytes: &[u8]) -> bool {
        (0..bytes.len()).any(|at| self.at(bytes, at).is_some())
    }
}

impl Scrub {
    /// Puts pseudonyms of the same length over what is known. Text stays text.
    pub(super) fn replace_known(&self, bytes: &mut [u8], known: &Known) {
        let mut at = 0;
        while at < bytes.len() {
            let Some((length, form)) = known.at(bytes, at) else {
                at += 1;
                continue;
            };
            let Some(place) = bytes.get_mut(at..at + length) else { break };
            let text: Vec<u8> =
                if form == Form::Utf16 { place.iter().copied().step_by(2).collect() } else { place.to_vec() };
            // Only ASCII is compared without case, so what is not is as it was given.
            let text = String::from_utf8_lossy(&text).into_owned();
            let new = if form == Form::Mac { self.mac(&text) } else { self.like(&text) };
            let step = if form == Form::Utf16 { 2 } else { 1 };
            place.iter_mut().step_by(step).zip(new.bytes()).for_each(|(byte, new)| *byte = new);
            at += length;
        }
    }
}
