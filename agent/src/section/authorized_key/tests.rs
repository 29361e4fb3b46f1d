//! Keys made by ssh-keygen with their fingerprints, and homes that a user prepared.

use std::fs;
use std::path::Path;

use muster_shared::SectionStatus;
use proptest::prelude::*;
use serde_json::json;

use super::*;

const ED25519: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIILQk5zI0AFInpvHbFL1JsSETibIcdXlVEUvkBD3cJbh";
const FINGERPRINT: &str = "SHA256:alI9ct8+ZHwbu0x6EJ2iPrdrt+QvqPqIfhv0vS6aNGY";

fn tree(files: &[(&str, String)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let passwd =
        "root:x:0:0::/root:/bin/sh\nann:x:1000:100::/home/ann:/bin/sh\nnobody:x:65534:65534::/nonexistent:/bin/false\n";
    for (path, text) in files.iter().map(|(path, text)| (*path, text.as_str())).chain([("etc/passwd", passwd)]) {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    directory
}

fn collect(tree: &Path) -> Section {
    AuthorizedKey.collect(&Root::at(tree))
}

#[test]
fn keys_are_told_by_fingerprint_with_their_options_and_never_themselves() {
    let options = "from=\"10.0.0.0/8,!10.1.1.1\",command=\"/bin/backup --password=S3cr3t \\\"a b\\\"\",No-Pty,environment=\"TOKEN=S3cr3t\",cert-authority";
    let tree = tree(&[
        ("root/.ssh/authorized_keys", format!("# x\n\n{ED25519} ann@host a b\n{ED25519} ann@host a b\nnonsense\n")),
        ("home/ann/.ssh/authorized_keys2", format!("{options} {ED25519}\n")),
    ]);
    let section = collect(tree.path());
    assert_eq!(section.problems[0].message, "1 lines are no keys and left out");
    let keys: Vec<&str> = section.items.iter().map(|item| item.key.as_str()).collect();
    assert_eq!(keys, [format!("ann {FINGERPRINT}"), format!("root {FINGERPRINT}")]);
    let ann = &section.items[0].attributes;
    assert_eq!(
        (&ann["type"], &ann["bits"], &ann["file"]),
        (&json!("ssh-ed25519"), &json!(256), &json!("/home/ann/.ssh/authorized_keys2"))
    );
    assert_eq!((&ann["from"], &ann["cert_authority"]), (&json!("10.0.0.0/8,!10.1.1.1"), &json!(true)));
    assert_eq!(ann["command"], "/bin/backup --password=[redacted] \"a b\"");
    assert_eq!(ann["options"], json!(["environment=TOKEN=[redacted]", "no-pty"]));
    assert_eq!(section.items[1].attributes["comment"], "ann@host a b");
    let all = serde_json::to_string(&section).unwrap();
    assert!(!all.contains("S3cr3t") && !all.contains("AAAA"), "{all}");
}

/// Whoever fills their own file takes nothing from what is told of others.
#[test]
fn one_file_has_room_for_so_many_keys() {
    let tree = tree(&[
        ("home/ann/.ssh/authorized_keys", format!("{ED25519} x\n").repeat(1_200)),
        ("root/.ssh/authorized_keys", format!("{ED25519} y\n")),
    ]);
    let section = collect(tree.path());
    assert_eq!(section.problems[0].message, "200 keys beyond 1000 of one file are left out");
    assert!(section.problems[0].source.ends_with("home/ann/.ssh/authorized_keys"), "{:?}", section.problems);
    assert_eq!(section.items.len(), 2);
}

#[test]
fn configured_files_are_read_and_others_are_marked() {
    let tree = tree(&[
        (
            "etc/ssh/sshd_config",
            "AuthorizedKeysFile /etc/ssh/keys/%u %h/x%%\nMatch User z\nAuthorizedKeysFile none\n".to_owned(),
        ),
        ("etc/ssh/keys/ann", format!("{ED25519} one\n")),
        ("home/ann/x%", format!("{ED25519} two\n")),
        ("home/ann/.ssh/authorized_keys", format!("{ED25519} three\n")),
    ]);
    let section = collect(tree.path());
    assert_eq!(section.status, SectionStatus::Ok, "{:?}", section.problems);
    let told: BTreeSet<(String, bool)> = section
        .items
        .iter()
        .map(|item| (item.text("comment").unwrap().to_owned(), item.attributes["effective"] == true))
        .collect();
    assert_eq!(told, [("one".to_owned(), true), ("two".to_owned(), true), ("three".to_owned(), false)].into());
}

/// Cases 109 and 110: what a user may plant in a home.
#[test]
fn links_pipes_huge_files_and_hostile_lines_are_refused() {
    let tree = tree(&[
        ("root/.ssh/other", format!("{ED25519} secret-of-root\n")),
        (
            "etc/ssh/sshd_config",
            "AuthorizedKeysFile .ssh/authorized_keys .ssh/pipe .ssh/huge .ssh/odd ../../etc/shadow\n".to_owned(),
        ),
        ("etc/shadow", format!("{ED25519} leaked\n")),
        (
            "home/ann/.ssh/odd",
            format!(
                "{ED25519} a\u{1b}[2J\u{7}b\r\n{ED25519}\nssh-ed25519 AAAA\nssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIILQ x\n{}\n",
                "x".repeat(900_000)
            ),
        ),
    ]);
    let ssh = tree.path().join("home/ann/.ssh");
    std::os::unix::fs::symlink("/root/.ssh/other", ssh.join("authorized_keys")).unwrap();
    rustix::fs::mknodat(rustix::fs::CWD, ssh.join("pipe"), rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    fs::File::create(ssh.join("huge")).unwrap().set_len(10 << 30).unwrap();
    let section = collect(tree.path());
    let problem = |name: &str| {
        let path = format!("/home/ann/.ssh/{name}");
        section.problems.iter().find(|problem| problem.source == path).unwrap().message.clone()
    };
    assert_eq!(problem("authorized_keys"), "is a symbolic link");
    assert_eq!((problem("pipe"), problem("huge")), ("not a regular file".into(), "larger than 1048576 bytes".into()));
    assert_eq!(problem("odd"), "3 lines are no keys and left out");
    assert_eq!(section.items[0].attributes["comment"], "a[2Jb");
    let all = serde_json::to_string(&section).unwrap();
    assert!(!all.contains("secret-of-root") && !all.contains("leaked"), "{all}");
}

#[test]
fn ssh_directories_are_watched() {
    let tree = tree(&[("home/ann/x", String::new())]);
    let watched = AuthorizedKey.watched(&Root::at(tree.path()));
    assert_eq!(watched, ["/etc/ssh/sshd_config", "/etc/ssh/sshd_config.d", PASSWD, "/home/ann/.ssh"]);
}

proptest! {
    #[test]
    fn any_line_is_survived(text in "(?s).{0,200}", blob in proptest::collection::vec(any::<u8>(), 0..80)) {
        use base64::Engine as _;
        let _ = line::parse(&text);
        let encoded = base64::engine::general_purpose::STANDARD.encode(&blob);
        let _ = line::parse(&format!("ssh-rsa {encoded}"));
        let mut named = vec![0, 0, 0, 7];
        named.extend(b"ssh-rsa");
        named.extend(&blob);
        let _ = line::parse(&format!("a=\"{text}\" ssh-rsa {}", base64::engine::general_purpose::STANDARD.encode(&named)));
    }
}

/// As sshd reads it; a key whose end it does not understand it refuses.
#[test]
fn an_end_that_is_no_time_makes_the_key_count_for_nothing() {
    for (written, is_sound) in [
        ("20261231", true),
        ("202612312359", true),
        ("20261231235959Z", true),
        ("20261331", false),
        ("20261200", false),
        ("202612312460", false),
        ("2026-12-31", false),
        ("never", false),
        ("", false),
    ] {
        let tree = tree(&[("root/.ssh/authorized_keys", format!("expiry-time=\"{written}\" {ED25519} x\n"))]);
        let section = collect(tree.path());
        let told = &section.items[0].attributes;
        assert_eq!(told.get("expires").and_then(serde_json::Value::as_str), is_sound.then_some(written), "{written}");
        assert_eq!((told["effective"] == true, section.problems.is_empty()), (is_sound, is_sound), "{written}");
    }
}

#[test]
fn accounts_that_cannot_be_read_are_not_no_keys() {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join("etc")).unwrap();
    for (passwd, expected) in [("junk\n", SectionStatus::Partial), ("# nobody\n", SectionStatus::Ok)] {
        fs::write(directory.path().join("etc/passwd"), passwd).unwrap();
        let section = collect(directory.path());
        assert_eq!((section.status, section.items.len()), (expected, 0), "{passwd}");
    }
}
