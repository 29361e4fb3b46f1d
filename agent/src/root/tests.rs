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
