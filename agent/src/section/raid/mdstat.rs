//! The text of `/proc/mdstat` (md(4)): written for people, without a grammar.

use std::collections::BTreeMap;

/// More arrays than the kernel numbers by default.
pub(super) const ARRAY_CAP: usize = 512;

/// How a member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Health {
    Working,
    Spare,
    Failed,
}

/// An array before it is told.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Array {
    pub(super) state: String,
    pub(super) level: Option<String>,
    pub(super) members: BTreeMap<String, Health>,
    pub(super) size_bytes: Option<u64>,
    pub(super) chunk_bytes: Option<u64>,
    pub(super) metadata: Option<String>,
    pub(super) uuid: Option<String>,
    pub(super) wanted: Option<u64>,
    pub(super) degraded: Option<u64>,
    pub(super) sync_action: Option<String>,
    pub(super) sync_percent: Option<f64>,
    pub(super) mismatches: Option<u64>,
}

/// The arrays by name, one more than are told at most.
pub(super) fn parse(text: &str) -> BTreeMap<String, Array> {
    let mut arrays: BTreeMap<String, Array> = BTreeMap::new();
    let mut current: Option<String> = None;
    for line in text.lines() {
        if line.trim().is_empty() {
            current = None;
        } else if let Some(array) = current.as_ref().and_then(|name| arrays.get_mut(name)) {
            detail(line, array);
        } else if let Some((name, array)) = head(line)
            && arrays.len() <= ARRAY_CAP
        {
            current = Some(name.clone());
            arrays.insert(name, array);
        }
    }
    arrays
}

/// `md6 : active (auto-read-only) raid1 sdb2[2](F) sda2[0]`
fn head(line: &str) -> Option<(String, Array)> {
    let (name, rest) = line.split_once(" : ")?;
    let name = name.trim();
    if !name.starts_with("md") || name.contains(char::is_whitespace) {
        return None;
    }
    let mut words = rest.split_whitespace().peekable();
    let state = words.next().filter(|state| matches!(*state, "active" | "inactive" | "broken"))?;
    let mut array = Array { state: state.to_owned(), ..Array::default() };
    while let Some(mark) = words.next_if(|word| word.starts_with('(')) {
        if mark == "(read-only)" {
            "read_only".clone_into(&mut array.state);
        }
    }
    // Inactive arrays may have no level: then the first word is a member.
    array.level = words.next_if(|word| !word.contains('[')).map(str::to_owned);
    for word in words {
        let Some((device, rest)) = word.split_once('[') else { continue };
        let health = if rest.contains("(F)") {
            Health::Failed
        } else if rest.contains("(S)") {
            Health::Spare
        } else {
            Health::Working
        };
        array.members.insert(device.to_owned(), health);
    }
    Some((name.to_owned(), array))
}

/// The lines below the head: size and shape, progress.
fn detail(line: &str, array: &mut Array) {
    if line.contains(" blocks") {
        shape(line, array);
    }
    for action in ["recovery", "resync", "check", "repair", "reshape"] {
        let Some((_, rest)) = line.split_once(action) else { continue };
        let Some(progress) = rest.trim_start().strip_prefix('=') else { continue };
        array.sync_action = Some(if action == "recovery" { "recover" } else { action }.to_owned());
        // `resync=DELAYED` and `PENDING` have no number.
        let percent = progress.trim_start().split('%').next().unwrap_or_default();
        array.sync_percent = percent.trim().parse().ok().filter(|percent: &f64| percent.is_finite());
    }
}

/// `195310144 blocks super 1.2 level 6, 64k chunk, algorithm 2 [8/7] [UUUUUUU_]`
fn shape(line: &str, array: &mut Array) {
    let words: Vec<&str> = line.split_whitespace().collect();
    for pair in words.windows(2) {
        let [word, next] = pair else { continue };
        let next = next.trim_end_matches(',');
        match *word {
            "super" => array.metadata = Some(next.to_owned()),
            blocks if next == "blocks" => {
                array.size_bytes = blocks.parse::<u64>().ok().map(|blocks| blocks.saturating_mul(1024));
            }
            size if next.starts_with("chunk") => {
                let kib = size.strip_suffix('k').and_then(|size| size.parse::<u64>().ok());
                array.chunk_bytes = kib.map(|kib| kib.saturating_mul(1024));
            }
            _ => {}
        }
    }
    let counts = words.iter().find_map(|word| {
        let (wanted, working) = word.strip_prefix('[')?.strip_suffix(']')?.split_once('/')?;
        Some((wanted.parse::<u64>().ok()?, working.parse::<u64>().ok()?))
    });
    if let Some((wanted, working)) = counts {
        array.wanted = Some(wanted);
        array.degraded = Some(wanted.saturating_sub(working));
    }
}
