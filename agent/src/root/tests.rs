//! What a root promises: no hang, no way out, three kinds of failure kept apart.

use std::os::unix::fs::symlink;

use super::*;

fn tree() -> (tempfile::TempDir, Root) {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(directory.path().join("etc")).unwrap();
    std::fs::create_dir_all(directory.path().join("usr/lib")).unwrap();
    let root = Root::at(directory.path());
    (directory, root)
}

#[test]
fn slash_is_the_live_system_and_anything_else_is_recorded() {
    assert!(Root::at("/").is_live());
    let (_directory, root) = tree();
    assert!(!root.is_live());
}

#[test]
fn links_are_followed_inside_the_tree_only() {
    let (directory, root) = tree();
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), "outside").unwrap();
    std::fs::write(directory.path().join("usr/lib/os-release"), "ID=x\n").unwrap();
    symlink("../usr/lib/os-release", directory.path().join("etc/os-release")).unwrap();
    symlink("/usr/lib/os-release", directory.path().join("etc/absolute")).unwrap();
    symlink("../../../../../../usr/lib/os-release", directory.path().join("etc/climbs")).unwrap();
    symlink(secret.path(), directory.path().join("etc/outside")).unwrap();
    symlink("loop", directory.path().join("etc/loop")).unwrap();
    symlink("/usr/lib", directory.path().join("lib")).unwrap();
    for path in ["/etc/os-release", "/etc/absolute", "/etc/climbs", "/lib/os-release"] {
        assert_eq!(root.text_linked(path).unwrap(), "ID=x\n", "{path}");
    }
    assert!(root.text_linked("/etc/outside").unwrap_err().is_absent());
    assert!(root.text_linked("/../../../etc/os-release").is_ok());
    assert_eq!(root.text_linked("/etc/loop").unwrap_err().message(), "too many symbolic links");
    assert_eq!(root.text("/etc/os-release").unwrap_err().message(), "is a symbolic link");
    assert_eq!(root.read_link("/etc/absolute").unwrap(), "/usr/lib/os-release");
}

#[test]
fn a_pipe_and_a_directory_are_refused_at_once_and_a_big_file_too() {
    let (directory, root) = tree();
    let pipe = directory.path().join("etc/pipe");
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, mode, 0).unwrap();
    assert_eq!(root.read("/etc/pipe").unwrap_err().message(), "not a regular file");
    assert_eq!(root.read("/usr/lib").unwrap_err().message(), "not a regular file");
    std::fs::write(directory.path().join("etc/big"), [b'x'; 11]).unwrap();
    assert_eq!(root.read_capped("/etc/big", 10).unwrap_err().message(), "larger than 10 bytes");
    assert_eq!(root.read_capped("/etc/big", 11).unwrap().len(), 11);
    let kinds: Vec<(String, Kind)> = root.list("/etc").unwrap().into_iter().map(|e| (e.name, e.kind)).collect();
    assert_eq!(kinds, [("big".to_owned(), Kind::File), ("pipe".to_owned(), Kind::Other)]);
}

#[test]
fn absent_is_not_denied() {
    use std::os::unix::fs::PermissionsExt;
    let (directory, root) = tree();
    assert!(root.read("/etc/nothing").unwrap_err().is_absent());
    assert!(root.list("/nothing").unwrap_err().is_absent());
    let locked = directory.path().join("etc/locked");
    std::fs::write(&locked, "x").unwrap();
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o000)).unwrap();
    if !rustix::process::geteuid().is_root() {
        let error = root.read("/etc/locked").unwrap_err();
        assert!(error.is_denied());
        assert_eq!(error.to_string(), "/etc/locked: permission denied");
    }
}

#[test]
fn links_of_a_directory_are_read_where_they_stand() {
    let (directory, root) = tree();
    let open_files = directory.path().join("proc/1/fd");
    std::fs::create_dir_all(&open_files).unwrap();
    symlink("socket:[7]", open_files.join("0")).unwrap();
    symlink("x".repeat(300), open_files.join("1")).unwrap();
    std::fs::write(open_files.join("2"), "no link").unwrap();
    let targets = |root: &Root| {
        let mut targets = Vec::new();
        root.each_target("/proc/1/fd", |target| targets.push(String::from_utf8_lossy(target).into_owned())).unwrap();
        targets.sort_unstable();
        targets
    };
    let [short, long] = targets(&root).try_into().unwrap();
    assert_eq!((short.as_str(), long.as_str()), ("socket:[7]", "x".repeat(256).as_str()));
    assert!(root.each_target("/proc/2/fd", |_| ()).unwrap_err().is_absent());
    // What is asked so stands in a record too.
    let trace = std::sync::Arc::new(trace::Trace::default());
    let own = Root::traced(std::sync::Arc::clone(&trace));
    let mut count = 0;
    own.each_target("/proc/self/fd", |_| count += 1).unwrap();
    assert!(count > 0 && trace.seen().places.keys().any(|path| path.starts_with("/proc/self/fd/")));
}
