//! Lines from sudoers(5) and worse.

use proptest::prelude::*;

use super::*;

fn rule(line: &str) -> Vec<Rule> {
    let entries = parse(line).unwrap_or_default();
    entries
        .into_iter()
        .map(|entry| match entry {
            Entry::Rule(rule) => rule,
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn tags_and_runas_hold_until_they_are_changed() {
    let rules =
        rule("ann, %wheel ALL = (root:adm) NOPASSWD: /bin/a x\\,y, /bin/b, PASSWD: NOEXEC: /bin/c : web1,!web2 = ALL");
    assert_eq!(rules.len(), 3);
    assert_eq!(rules[0].users, ["ann", "%wheel"]);
    assert_eq!(
        (&rules[0].runas_users[..], &rules[0].runas_groups[..]),
        (&["root".to_owned()][..], &["adm".to_owned()][..])
    );
    assert_eq!(
        (&rules[0].commands[..], &rules[0].tags[..]),
        (&["/bin/a x,y".to_owned(), "/bin/b".to_owned()][..], &["NOPASSWD".to_owned()][..])
    );
    assert_eq!(
        (&rules[1].commands[..], &rules[1].tags[..]),
        (&["/bin/c".to_owned()][..], &["NOEXEC".to_owned(), "PASSWD".to_owned()][..])
    );
    assert_eq!(rules[1].runas_users, ["root"]);
    assert_eq!((&rules[2].hosts[..], rules[2].runas_is_default), (&["web1".to_owned(), "!web2".to_owned()][..], true));
}

#[test]
fn odd_words_are_read_as_sudo_reads_them() {
    let rules = rule(
        "#1000, %#20, %\"domain users\", DOM\\\\ann, %:ext, +net fe80::1 = (:adm) CWD=/tmp sha256:ab, sha512:cd /bin/ls -l, !/bin/sh, sudoedit /etc/*",
    );
    assert_eq!(rules[0].users, ["#1000", "%#20", "%domain users", "DOM\\ann", "%:ext", "+net"]);
    assert_eq!(rules[0].hosts, ["fe80::1"]);
    assert_eq!((&rules[0].runas_users.len(), &rules[0].runas_groups[..]), (&0, &["adm".to_owned()][..]));
    assert_eq!(rules[0].options, ["CWD=/tmp"]);
    assert_eq!(rules[0].commands, ["sha256:ab, sha512:cd /bin/ls -l", "!/bin/sh", "sudoedit /etc/*"]);
    assert_eq!(
        rule("a ALL=/bin/cat ^/var/log/(a|b),x:y$, /bin/x")[0].commands,
        ["/bin/cat ^/var/log/(a|b),x:y$", "/bin/x"]
    );
    assert_eq!(rule("a ALL=ALL")[0].commands, ["ALL"]);
    assert_eq!(rule("a ALL=(ALL:ALL) ALL")[0].runas_groups, ["ALL"]);
}

#[test]
fn aliases_and_defaults_are_read() {
    let entries = parse("User_Alias ADMINS = ann, bob : OPS = %ops").unwrap();
    assert_eq!(entries[1], Entry::Alias { kind: Kind::User, name: "OPS".to_owned(), members: vec!["%ops".to_owned()] });
    let entries = parse("Defaults:ann, bob env_keep += \"A B\", !lecture, secure_path=/a\\:/b").unwrap();
    let settings: Vec<_> = entries
        .iter()
        .map(|entry| match entry {
            Entry::Defaults { scope, setting } => (scope.as_str(), setting.as_str()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        settings,
        [(":ann,bob", "env_keep += A B"), (":ann,bob", "!lecture"), (":ann,bob", "secure_path=/a:/b")]
    );
}

#[test]
fn broken_lines_are_not_understood() {
    for line in [
        "ann",
        "ann ALL",
        "ann ALL =",
        "ann ALL = (root ALL",
        "User_Alias admins = x",
        "Cmnd_Alias A",
        "= = =",
        "ann ALL = FOO=x ALL",
        // Relative paths, and what stands behind an alias: as `visudo -c` answers.
        "ann ALL = ls",
        "ann ALL = NOPASSWD: bin/ls -l",
        "ann ALL = /bin/ls, !ls",
        "ann ALL = */ls",
        "ann ALL = ALL -l",
        "ann ALL = \u{1b}[31m",
        "Cmnd_Alias A = ls",
        "User_Alias ALL = ann",
    ] {
        assert_eq!(parse(line), None, "{line}");
    }
}

proptest! {
    #[test]
    fn any_line_is_survived(text in "(?s).{0,120}", words in proptest::collection::vec("ALL|ann|=|:|,|\\(|\\)|!|NOPASSWD|CWD=|/bin/x| |\\\\|\"|#|%|sha256:|\\^|\\$", 0..24)) {
        let _ = parse(&text);
        let _ = parse(&words.concat());
        let _ = super::super::lines::split(&text);
    }
}
