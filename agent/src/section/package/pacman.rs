//! Arch's packages: a directory each below `/var/lib/pacman/local`, with a file `desc` of `%FIELD%` and its values.

use std::io::BufRead;

use muster_shared::{Item, Problem};

use super::found::{Found, timestamp};
use crate::root::{Kind, Lines, ReadError, Root};

const DIRECTORY: &str = "/var/lib/pacman/local";
const CAP_BYTES: u64 = 4 << 20;

pub(super) const WATCHED: &[&str] = &[DIRECTORY];

pub(super) fn collect(root: &Root, found: &mut Found) {
    let entries = match root.list(DIRECTORY) {
        Ok(entries) => entries,
        Err(error) => return found.error(error),
    };
    found.has_source = true;
    for entry in entries.iter().filter(|entry| entry.kind == Kind::Directory) {
        let path = format!("{DIRECTORY}/{}/desc", entry.name);
        match root.lines(&path, CAP_BYTES).and_then(|mut lines| parse(&mut lines)) {
            Ok(Some(item)) => found.items.push(item),
            Ok(None) => found.problems.push(Problem { source: path, message: "no name or no version".to_owned() }),
            Err(error) => found.problems.push(error.problem()),
        }
    }
}

fn parse(lines: &mut Lines<impl BufRead>) -> Result<Option<Item>, ReadError> {
    let mut package = Item::default().with("manager", "pacman");
    let mut licenses: Vec<String> = Vec::new();
    let mut field = String::new();
    while let Some(line) = lines.next_line()? {
        let line = line.trim();
        if let Some(name) = line.strip_prefix('%').and_then(|rest| rest.strip_suffix('%')) {
            name.clone_into(&mut field);
            continue;
        }
        if line.is_empty() {
            continue;
        }
        match field.as_str() {
            "NAME" => package.set("name", line),
            "VERSION" => package.set("version", line),
            "BASE" => package.set("source", line),
            "DESC" => package.set("summary", line),
            "ARCH" => package.set("architecture", line),
            "PACKAGER" => package.set("maintainer", line),
            "SIZE" => package.set("size_bytes", line.parse::<u64>().ok()),
            "INSTALLDATE" => package.set("installed_at", line.parse().ok().and_then(timestamp)),
            "LICENSE" => licenses.push(line.to_owned()),
            // 1: only because another package needs it.
            "REASON" if line == "1" => package.set("automatic", true),
            _ => {}
        }
    }
    package.set("license", licenses.join(" AND "));
    let version = package.text("version").map(str::to_owned);
    let (Some(name), Some(version)) = (package.text("name"), version) else { return Ok(None) };
    package.key = format!("pacman:{name}");
    if package.text("source").is_some() {
        package.set("source_version", version);
    }
    Ok(Some(package))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn the_values_of_the_fields_are_told() {
        let text = "%NAME%\nbash\n\n%VERSION%\n5.2.037-1\n\n%BASE%\nbash\n\n%DESC%\nThe GNU shell\n\n%ARCH%\nx86_64\n\n\
                    %INSTALLDATE%\n0\n\n%SIZE%\n9\n\n%REASON%\n1\n\n%LICENSE%\nGPL\nMIT\n\n%DEPENDS%\nglibc\n";
        let item = parse(&mut Lines::new(text.as_bytes(), "x")).unwrap().unwrap();
        assert_eq!(item.key, "pacman:bash");
        let expected = json!({"manager": "pacman", "name": "bash", "version": "5.2.037-1", "source": "bash",
            "source_version": "5.2.037-1", "summary": "The GNU shell", "architecture": "x86_64", "size_bytes": 9,
            "license": "GPL AND MIT", "automatic": true});
        assert_eq!(json!(item.attributes), expected);
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "(%(NAME|VERSION|SIZE|INSTALLDATE)%\n|[0-9]{0,20}\n|(?s).{0,9}){0,20}") {
            parse(&mut Lines::new(text.as_bytes(), "x")).unwrap();
        }
    }
}
