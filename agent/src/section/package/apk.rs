//! Alpine's packages: `/lib/apk/db/installed`, a paragraph each, one-letter fields.

use std::io::BufRead;

use muster_shared::{Item, Problem};

use super::found::Found;
use crate::root::{Lines, ReadError, Root};

/// The old place, and the one since `/lib` became a link to `/usr/lib`.
pub(super) const WATCHED: &[&str] = &["/lib/apk/db/installed", "/usr/lib/apk/db/installed"];
const CAP_BYTES: u64 = 256 << 20;

pub(super) fn collect(root: &Root, found: &mut Found) {
    for path in WATCHED {
        match root.lines(path, CAP_BYTES) {
            Ok(mut lines) => {
                found.has_source = true;
                let read = parse(&mut lines, &mut found.items, &mut found.problems);
                return read.unwrap_or_else(|e| found.error(e));
            }
            Err(error) => found.error(error),
        }
    }
}

fn parse(lines: &mut Lines<impl BufRead>, items: &mut Vec<Item>, problems: &mut Vec<Problem>) -> Result<(), ReadError> {
    let source = lines.path().to_owned();
    let mut package = Item::default();
    let (mut has_lines, mut broken) = (false, 0_usize);
    loop {
        let line = lines.next_line()?;
        let is_end = line.is_none();
        match line.as_deref().unwrap_or_default().split_once(':') {
            Some((field, value)) => {
                has_lines = true;
                take(&mut package, field, value.trim());
                continue;
            }
            None if line.as_deref().is_some_and(|line| !line.trim().is_empty()) => {
                has_lines = true;
                continue;
            }
            None => {}
        }
        let version = package.text("version").map(str::to_owned);
        if let Some((name, version)) = package.text("name").zip(version) {
            package.key = format!("apk:{name}");
            if package.text("source").is_some() {
                package.set("source_version", version);
            }
            items.push(std::mem::take(&mut package).with("manager", "apk"));
        } else if has_lines {
            broken += 1;
        }
        (package, has_lines) = (Item::default(), false);
        if is_end {
            break;
        }
    }
    if broken > 0 {
        problems.push(Problem { source, message: format!("{broken} broken paragraphs left out") });
    }
    Ok(())
}

fn take(package: &mut Item, field: &str, value: &str) {
    match field {
        "P" => package.set("name", value),
        "V" => package.set("version", value),
        "A" => package.set("architecture", value),
        "o" => package.set("source", value),
        "m" => package.set("maintainer", value),
        "T" => package.set("summary", value),
        "L" => package.set("license", value),
        "I" => package.set("size_bytes", value.parse::<u64>().ok()),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_is_survived(text in "([PVAoI]:[a-z0-9]{0,3}\n|\n|(?s).{0,20}){0,20}") {
            let mut items = Vec::new();
            parse(&mut Lines::new(text.as_bytes(), "x"), &mut items, &mut Vec::new()).unwrap();
            prop_assert!(items.iter().all(|item| item.key.starts_with("apk:") && item.text("version").is_some()));
        }
    }
}
