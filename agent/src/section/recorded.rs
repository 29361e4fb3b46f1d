//! Trees for tests: written from a list of files, or unpacked from an archive of recorded files.

use std::path::{Path, PathBuf};

mod reason;
mod table;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/fixtures");

/// A tree with these files.
pub(super) fn tree(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    directory
}

/// A file or folder of the fixtures; `None` where they are not there.
fn fixture(path: &str) -> Option<PathBuf> {
    let place = Path::new(FIXTURES).join(path);
    if !place.exists() {
        assert!(std::env::var_os("CI").is_none(), "the folder of fixtures is missing");
        println!("skipped: no fixtures");
        return None;
    }
    Some(place)
}

/// Unpacks the part below `sys` of a text archive of the Prometheus project ("ttar"); `None` where it is not there.
pub(super) fn unpack(archive: &str) -> Option<tempfile::TempDir> {
    let directory = tempfile::tempdir().unwrap();
    unpack_to(directory.path(), archive, "sys/", "sys/").map(|()| directory)
}

/// Unpacks the part that begins so to another place in a tree.
fn unpack_to(tree: &Path, archive: &str, part: &str, to: &str) -> Option<()> {
    let bytes = std::fs::read(fixture(archive)?).unwrap();
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let mut path = None;
    while let Some(line) = lines.next() {
        let text = String::from_utf8_lossy(line);
        let place = |name: &str| {
            let name = name.strip_prefix("fixtures/").unwrap_or(name);
            name.strip_prefix(part).map(|name| tree.join(format!("{to}{name}")))
        };
        if let Some(name) = text.strip_prefix("Directory: ") {
            if let Some(place) = place(name) {
                std::fs::create_dir_all(place).unwrap();
            }
        } else if let Some(name) = text.strip_prefix("Path: ") {
            path = place(name);
        } else if let Some(target) = text.strip_prefix("SymlinkTo: ") {
            if let Some(path) = &path {
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::os::unix::fs::symlink(target, path).unwrap();
            }
        } else if let Some(count) = text.strip_prefix("Lines: ") {
            let mut content = Vec::new();
            for line in lines.by_ref().take(count.parse().unwrap()) {
                content.extend_from_slice(line);
                content.push(b'\n');
            }
            if let Some(path) = &path {
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, unescape(&content)).unwrap();
            }
        }
    }
    Some(())
}

/// `NULLBYTE` stands for one, `EOF` at the end for "no line feed here".
fn unescape(content: &[u8]) -> Vec<u8> {
    let content = content.strip_suffix(b"EOF\n").unwrap_or(content);
    let mut bytes = Vec::with_capacity(content.len());
    let mut rest = content;
    while let Some((first, behind)) = rest.split_first() {
        if let Some(behind) = rest.strip_prefix(b"NULLBYTE") {
            bytes.push(0);
            rest = behind;
        } else {
            bytes.push(*first);
            rest = behind;
        }
    }
    bytes
}
