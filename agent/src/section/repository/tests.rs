//! Every file form, what must not get out, and any text.

use muster_shared::SectionStatus;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const FILES: &[(&str, &str)] = &[
    (
        "etc/apt/sources.list",
        "# deb http://old.example.org a b\ndeb [arch=amd64,arm64 signed-by=/usr/share/k.gpg] https://u:secret@a.example.org/d bookworm main contrib # c\n\
         deb cdrom:[Debian 12 _x_]/ bookworm main\ndeb-src http://b.example.org ./\nrubbish\n",
    ),
    (
        "etc/apt/sources.list.d/x.sources",
        "Types: deb deb-src\nURIs: https://c.example.org/debian\n# comment\nSuites: stable stable-updates\nComponents: main\n\
         Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n\nTypes: deb\nURIs: https://d.example.org\nSuites: s/\nEnabled: no\n\nTypes: deb\nURIs: https://h.example.org\nSuites: h/\nEnabled: perhaps\n\nTypes: deb\n",
    ),
    ("etc/apt/sources.list.d/x.list.disabled", "deb http://no.example.org a b\n"),
    (
        "etc/yum.repos.d/e.repo",
        "[base]\nname=Base $releasever\nbaseurl=https://t:secret@e.example.org/$basearch\n  https://f.example.org/\nenabled=0\n\
         gpgcheck=1\ngpgkey=file:///etc/pki/K\npassword=secret\n[up]\nmirrorlist=https://g.example.org/?repo=up&token=secret\n",
    ),
    ("etc/zypp/repos.d/z.repo", "[oss]\nbaseurl = https://h.example.org/oss\nautorefresh=1\npriority=99\n"),
    (
        "etc/apk/repositories",
        "https://i.example.org/v3.20/main\n#https://j.example.org\n@edge https://k.example.org/edge\n",
    ),
    (
        "etc/pacman.conf",
        "[options]\nSigLevel = Required DatabaseOptional\n[core]\nInclude = /etc/pacman.d/mirrorlist\n[own]\nServer = file:///srv/own\nSigLevel = Never\n",
    ),
    ("etc/pacman.d/mirrorlist", "#Server = https://no.example.org\nServer = https://l.example.org/$repo/os/$arch\n"),
];

fn section(files: &[(&str, &str)]) -> Section {
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    Repository.collect(&Root::at(directory.path()))
}

#[test]
fn a_source_that_is_trusted_unsigned_is_told_as_the_class_has_it() {
    let found = section(&[("etc/apt/sources.list", "deb [trusted=yes] https://a.example.org/d bookworm main\n")]);
    assert_eq!(found.items[0].attributes["trusted"], true);
    assert_eq!(found.strangers(SectionName::Repository), Vec::<String>::new());
}

#[test]
fn sources_of_every_manager_are_told() {
    let section = section(FILES);
    let find = |key: &str| {
        let item = section.items.iter().find(|item| item.key == key);
        json!(item.unwrap_or_else(|| panic!("{key} is missing in {:?}", section.items)).attributes)
    };
    let keys: Vec<&str> = section.items.iter().map(|item| item.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "apt:deb https://a.example.org/d bookworm",
            "apt:deb cdrom:[Debian 12 _x_]/ bookworm",
            "apt:deb-src http://b.example.org ./",
            "apt:deb https://c.example.org/debian stable",
            "apt:deb https://c.example.org/debian stable-updates",
            "apt:deb-src https://c.example.org/debian stable",
            "apt:deb-src https://c.example.org/debian stable-updates",
            "apt:deb https://d.example.org s/",
            "apt:deb https://h.example.org h/",
            "yum:base",
            "yum:up",
            "zypper:oss",
            "pacman:core",
            "pacman:own",
            "apk:https://i.example.org/v3.20/main",
            "apk:https://k.example.org/edge",
        ]
    );
    assert_eq!(
        find("apt:deb https://a.example.org/d bookworm"),
        json!({"manager": "apt", "type": "deb", "uri": "https://a.example.org/d", "suite": "bookworm", "enabled": true,
            "components": ["contrib", "main"], "architectures": ["amd64", "arm64"], "signed_by": "/usr/share/k.gpg",
            "file": "/etc/apt/sources.list"})
    );
    assert_eq!(find("apt:deb https://c.example.org/debian stable")["signed_by"], "inline");
    assert_eq!(find("apt:deb https://d.example.org s/")["enabled"], false);
    assert_eq!(find("apt:deb https://h.example.org h/")["enabled"], true, "apt uses it");
    assert_eq!(
        find("yum:base"),
        json!({"manager": "yum", "id": "base", "name": "Base $releasever", "enabled": false, "gpg_check": true,
            "uris": ["https://e.example.org/$basearch", "https://f.example.org/"], "signed_by": "file:///etc/pki/K",
            "file": "/etc/yum.repos.d/e.repo"})
    );
    assert_eq!(find("yum:up")["mirror_list"], "https://g.example.org/?repo=up&token=***");
    assert_eq!((find("yum:up")["enabled"].clone(), find("yum:up")["gpg_check"].clone()), (json!(true), Value::Null));
    assert_eq!(find("zypper:oss")["priority"], 99);
    assert_eq!(find("pacman:core")["uris"], json!(["https://l.example.org/$repo/os/$arch"]));
    assert_eq!(find("pacman:core")["signature_level"], "Required DatabaseOptional");
    assert_eq!(find("pacman:own")["signature_level"], "Never");
    assert_eq!(find("apk:https://k.example.org/edge")["tag"], "edge");
    let problems: Vec<&str> = section.problems.iter().map(|problem| problem.source.as_str()).collect();
    assert_eq!(problems, ["/etc/apt/sources.list", "/etc/apt/sources.list.d/x.sources"]);
    assert!(!serde_json::to_string(&section).unwrap().contains("secret"));
}

#[test]
fn the_same_source_twice_has_two_keys_and_no_source_at_all_is_unsupported() {
    let line = "deb http://a.example.org b c\n";
    let twice = section(&[("etc/apt/sources.list", line), ("etc/apt/sources.list.d/a.list", line)]);
    assert_eq!(twice.status, SectionStatus::Ok);
    assert_eq!(twice.items[1].key, "apt:deb http://a.example.org b (/etc/apt/sources.list.d/a.list)");
    assert_eq!(section(&[]).status, SectionStatus::Unsupported);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_text_is_survived(text in "(deb |deb \\[|cdrom:\\[|\\] |http://a@|\\[x\\]\n|Types: deb\n|URIs: |=| |\n|(?s).{0,9}){0,30}") {
        for (path, _) in FILES {
            let section = section(&[(path, &text)]);
            prop_assert!(section.items.iter().all(|item| !item.key.is_empty()));
        }
    }
}

/// Addresses times suites of one paragraph are ten thousand million.
#[test]
fn sources_that_multiply_and_those_that_apt_refuses_are_left_out_and_said() {
    let many = |start: &str| (0..100_000).fold(String::new(), |text, n| text + start + &n.to_string());
    let text = format!("Types: deb deb-src\nURIs:{}\nSuites:{}\n", many(" http://h/"), many(" s"));
    let told = section(&[("etc/apt/sources.list.d/many.sources", &text)]);
    assert_eq!((told.status, told.items.len()), (SectionStatus::Partial, ITEM_CAP));
    assert_eq!(told.problems.last().unwrap().message, "sources beyond 5000 are left out");
    // The same one again and again: each has a key of its own.
    let told = section(&[("etc/apt/sources.list", &"deb http://h/ s\n".repeat(ITEM_CAP))]);
    let keys: BTreeSet<&str> = told.items.iter().map(|item| item.key.as_str()).collect();
    assert_eq!((keys.len(), told.status), (ITEM_CAP, SectionStatus::Ok));
    for (text, is_told) in [
        ("Types: deb\nURIs: http://h/\nSuites: s\n", true),
        ("Types: evil\nURIs: http://h/\nSuites: s\n", false),
        ("Types: deb\nURIs: nowhere\nSuites: s\n", false),
        ("Types: deb\nURIs: http://h/\u{202e}x\nSuites: s\n", false),
        ("Types: deb\nURIs: http://h/\nSuites: \u{1b}[2J\n", false),
    ] {
        let told = section(&[("etc/apt/sources.list.d/one.sources", text)]);
        assert_eq!((told.items.len(), told.problems.len()), (usize::from(is_told), usize::from(!is_told)), "{text}");
    }
    let told = section(&[("etc/yum.repos.d/a.repo", "[a]\nenabled=perhaps\ngpgcheck=1\nsslverify=\u{1b}[2J\n")]);
    assert_eq!((told.items.len(), told.problems.len()), (1, 2), "{:?}", told.problems);
    assert_eq!(told.items[0].attributes["gpg_check"], true);
}
