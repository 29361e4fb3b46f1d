//! Python packages that no manager of the distribution owns: `*.dist-info` and `*.egg-info` in the directories that the
//! system's interpreters look into. Who installed a package stands in its file `INSTALLER`.

use std::io::BufRead;

use muster_shared::{Item, Problem};

use super::found::Found;
use crate::root::{Kind, Lines, ReadError, Root};

/// Where directories of interpreters are, and whether the distribution puts its own packages there.
const LIBRARIES: &[(&str, bool)] =
    &[("/usr/lib", true), ("/usr/lib64", true), ("/usr/local/lib", false), ("/usr/local/lib64", false)];
const SITES: &[&str] = &["dist-packages", "site-packages"];
/// What tools of distributions leave as installer.
const DISTRIBUTION_INSTALLERS: &[&str] =
    &["debian", "rpm", "dpkg", "apk", "pacman", "portage", "gpep517", "installer", "pyproject-rpm-macros"];
const METADATA_CAP_BYTES: u64 = 4 << 20;

struct Site {
    path: String,
    /// `python3`, `python3.11`.
    interpreter: String,
    is_of_distribution: bool,
}

fn list_sites(root: &Root, mut error: impl FnMut(ReadError)) -> Vec<Site> {
    let mut sites = Vec::new();
    let mut seen = Vec::new();
    for (library, is_of_distribution) in LIBRARIES {
        // `/usr/lib64` is a link to `/usr/lib` on some systems.
        let identity = root.identity(library);
        if identity.is_none() || seen.contains(&identity) {
            continue;
        }
        seen.push(identity);
        let entries = root.list(library).unwrap_or_else(|e| {
            error(e);
            Vec::new()
        });
        for entry in entries.into_iter().filter(|entry| entry.name.starts_with("python3")) {
            let paths = SITES.iter().map(|site| format!("{library}/{}/{site}", entry.name));
            let paths = paths.filter(|path| root.kind(path) == Some(Kind::Directory));
            sites.extend(paths.map(|path| Site {
                path,
                interpreter: entry.name.clone(),
                is_of_distribution: *is_of_distribution,
            }));
        }
    }
    sites
}

/// The directories that are looked into.
pub(super) fn sites(root: &Root) -> impl Iterator<Item = String> {
    list_sites(root, |_| {}).into_iter().map(|site| site.path)
}

pub(super) fn collect(root: &Root, found: &mut Found) {
    for site in list_sites(root, |error| found.error(error)) {
        let entries = match root.list(&site.path) {
            Ok(entries) => entries,
            Err(error) => {
                found.error(error);
                continue;
            }
        };
        for entry in entries {
            let path = format!("{}/{}", site.path, entry.name);
            let metadata = match entry.kind {
                Kind::Directory if entry.name.ends_with(".dist-info") => format!("{path}/METADATA"),
                Kind::Directory if entry.name.ends_with(".egg-info") => format!("{path}/PKG-INFO"),
                Kind::File if entry.name.ends_with(".egg-info") => path.clone(),
                _ => continue,
            };
            let installer = root.value(&format!("{path}/INSTALLER"));
            if is_of_distribution(installer.as_deref(), site.is_of_distribution) {
                continue;
            }
            match root.lines(&metadata, METADATA_CAP_BYTES).and_then(|mut lines| parse(&mut lines)) {
                Ok(Some(item)) => found.items.push(complete(item, &site, installer)),
                Ok(None) => {
                    found.problems.push(Problem { source: metadata, message: "no name or no version".to_owned() });
                }
                Err(error) => found.error(error),
            }
        }
    }
}

/// Whether the distribution's manager owns a package, which then tells it.
fn is_of_distribution(installer: Option<&str>, is_in_its_place: bool) -> bool {
    let word = installer.and_then(|text| text.split_whitespace().next());
    word.map_or(is_in_its_place, |word| DISTRIBUTION_INSTALLERS.contains(&word))
}

fn complete(mut item: Item, site: &Site, installer: Option<String>) -> Item {
    item.key = format!("pip:{}@{}", normalized(item.text("name").unwrap_or_default()), site.interpreter);
    item.with("manager", "pip").with("installer", installer).with("location", site.path.as_str())
}

/// The one spelling of a name (PEP 503): lower case, runs of `-`, `_` and `.` as one `-`.
fn normalized(name: &str) -> String {
    let parts = name.split(['-', '_', '.']).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("-").to_lowercase()
}

/// The fields before the first empty line; what follows is a description of any length.
fn parse(lines: &mut Lines<impl BufRead>) -> Result<Option<Item>, ReadError> {
    let mut item = Item::default();
    while let Some(line) = lines.next_line()? {
        if line.trim().is_empty() {
            break;
        }
        let Some((field, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        match field {
            "Name" => item.set("name", value),
            "Version" => item.set("version", value),
            "Summary" => item.set("summary", value),
            "License-Expression" => item.set("license", value),
            // Some put the whole text of the licence here.
            "License" if value.len() <= 100 && item.text("license").is_none() => item.set("license", value),
            _ => {}
        }
    }
    Ok((item.text("name").is_some() && item.text("version").is_some()).then_some(item))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn who_installed_it_decides_who_tells_it() {
        let told = |installer, in_its_place| !is_of_distribution(installer, in_its_place);
        assert!(told(Some("pip"), true) && told(Some("uv 0.5"), true) && told(None, false));
        assert!(!told(Some("debian"), true) && !told(Some("rpm"), true) && !told(None, true));
        assert_eq!(normalized("Zope._Interface-x"), "zope-interface-x");
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "(Name: ?|Version:|(?s).{0,9}\n){0,20}") {
            parse(&mut Lines::new(text.as_bytes(), "x")).unwrap();
        }
    }
}
