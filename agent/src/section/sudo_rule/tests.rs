//! Whole policies, and what a hostile one is refused.

use std::fs;
use std::path::Path;

use muster_shared::SectionStatus;
use serde_json::json;

use super::*;

fn policy(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    directory
}

fn collect(tree: &Path) -> Section {
    SudoRule.collect(&Root::at(tree))
}

#[test]
fn a_policy_is_told_rule_by_rule() {
    let tree = policy(&[
        (
            "etc/sudoers",
            "# comment \\\nDefaults env_reset # why\nDefaults secure_path=\"/usr/sbin:/usr/bin\"\n\
             User_Alias ADMINS = ann, \\\n    bob, OTHERS\nUser_Alias OTHERS = eve\nCmnd_Alias SHELLS = /bin/sh, /bin/bash\n\
             root ALL=(ALL:ALL) ALL\nADMINS ALL = NOPASSWD: ALL, !SHELLS\n#1000 web = /bin/mount -o password=S3cr3t\n\
             @includedir /etc/sudoers.d\nbroken line here\n",
        ),
        ("etc/sudoers.d/10-ops", "%ops ALL=(root) /usr/bin/systemctl restart *\n"),
        ("etc/sudoers.d/ops.rpmsave", "evil ALL=ALL\n"),
        ("etc/sudoers.d/README~", "evil ALL=ALL\n"),
    ]);
    let section = collect(tree.path());
    assert_eq!(section.status, SectionStatus::Partial);
    assert_eq!(section.problems[0].message, "1 lines are not understood and left out");
    let find = |key: &str| {
        &section.items.iter().find(|item| item.key == key).unwrap_or_else(|| panic!("{section:#?}")).attributes
    };
    let admins = find("ADMINS ALL = (root) NOPASSWD ALL, !SHELLS");
    assert_eq!(admins["users"], json!(["ann", "bob", "eve"]));
    assert_eq!(admins["commands"], json!(["ALL", "!/bin/sh", "!/bin/bash"]));
    assert_eq!((&admins["no_password"], &admins["all_commands"]), (&json!(true), &json!(false)));
    assert_eq!(admins["aliases"], json!(["ADMINS", "SHELLS"]));
    let root = find("root ALL = (ALL : ALL) ALL");
    assert_eq!((&root["runas"], &root["all_commands"]), (&json!("ALL : ALL"), &json!(true)));
    let ops = find("%ops ALL = (root) /usr/bin/systemctl restart *");
    assert_eq!(ops["sources"], json!(["/etc/sudoers.d/10-ops"]));
    assert_eq!(find("Defaults secure_path")["setting"], "secure_path=/usr/sbin:/usr/bin");
    let all = serde_json::to_string(&section).unwrap();
    assert!(!all.contains("evil") && !all.contains("S3cr3t"), "{all}");
}

#[test]
fn loops_depth_and_missing_files_are_problems() {
    let tree = policy(&[(
        "etc/sudoers",
        "@include sudoers\n@include /etc/gone\nUser_Alias A = B\nUser_Alias B = A\nA ALL=ALL\n",
    )]);
    let section = collect(tree.path());
    assert_eq!(section.status, SectionStatus::Partial);
    let messages: Vec<&str> = section.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert!(messages.iter().any(|message| message.contains("16 levels deep")), "{messages:?}");
    assert!(messages.contains(&"not there") && messages.iter().any(|message| message.contains("loop")), "{messages:?}");
}

#[test]
fn what_sudo_passes_over_is_said_and_the_rest_is_told() {
    let text = "Defaults env_reset, foo\nDefaults loglinelen=x, password_db=S3cr3t\nDefaults !insults\nUser_Alias A = ann\n\
                User_Alias A = eve\nA, ADMINS WEB = (OPS) SHELLS, /bin/ls\nbob ALL = ls\n";
    let section = collect(policy(&[("etc/sudoers", text)]).path());
    let keys: Vec<&str> = section.items.iter().map(|item| item.key.as_str()).collect();
    assert_eq!(keys, ["A, ADMINS WEB = (OPS) SHELLS, /bin/ls", "Defaults env_reset", "Defaults insults"]);
    assert_eq!(section.items[0].attributes["users"], json!(["ADMINS", "ann"]));
    let messages: Vec<&str> = section.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "1 lines are not understood and left out",
            "sudo knows no `Defaults` such as \"foo\"",
            "sudo knows no `Defaults` such as \"loglinelen=x\"",
            "sudo knows no `Defaults` such as \"password_db=[redacted]\"",
            "an alias is used and nowhere defined: \"ADMINS\"",
            "an alias is used and nowhere defined: \"OPS\"",
            "an alias is used and nowhere defined: \"SHELLS\"",
            "an alias is used and nowhere defined: \"WEB\"",
            "an alias is defined more than once, of which the first counts: \"A\"",
        ]
    );
}

/// Case 109: what a local user may plant.
#[test]
fn a_huge_include_a_pipe_and_a_device_are_refused_unread() {
    let tree = policy(&[(
        "etc/sudoers",
        "root ALL=ALL\n@include /etc/huge\n@include /etc/pipe\n@include /etc/sudoers.d\n@include /etc/out\n",
    )]);
    let etc = tree.path().join("etc");
    fs::create_dir(etc.join("sudoers.d")).unwrap();
    fs::File::create(etc.join("huge")).unwrap().set_len(10 << 30).unwrap();
    rustix::fs::mknodat(rustix::fs::CWD, etc.join("pipe"), rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    std::os::unix::fs::symlink("/../../../../../../etc/shadow", etc.join("out")).unwrap();
    let section = collect(tree.path());
    assert_eq!((section.status, section.items.len()), (SectionStatus::Partial, 1));
    let problem = |path: &str| section.problems.iter().find(|problem| problem.source == path).unwrap().message.clone();
    assert_eq!(problem("/etc/huge"), "larger than 1048576 bytes");
    assert_eq!(
        (problem("/etc/pipe"), problem("/etc/sudoers.d")),
        ("not a regular file".into(), "not a regular file".into())
    );
    assert_eq!(problem("/etc/out"), "not there", "a link of a recorded tree stays inside");
}

#[test]
fn aliases_and_includes_that_multiply_end() {
    let many = "A,".repeat(1000) + "A";
    let includes = "@include sudoers\n".repeat(1000);
    let text = format!("User_Alias A = {many}\nA ALL=ALL\n{includes}");
    // A thousand of each in a thousand of each: whoever looked at all of them would not come back.
    let section = collect(policy(&[("etc/sudoers", &text)]).path());
    assert!(section.problems.len() < 10, "{:?}", section.problems);
}

#[test]
fn no_sudo_is_not_no_rules() {
    let tree = tempfile::tempdir().unwrap();
    assert_eq!(collect(tree.path()).status, SectionStatus::Unsupported);
}

#[test]
fn long_rules_have_bounded_keys() {
    let text = format!("ann ALL = /bin/{}\n", "é".repeat(400));
    let section = collect(policy(&[("etc/sudoers", &text)]).path());
    assert!(section.items[0].key.len() < 200 && section.items[0].key.starts_with("ann ALL = (root) /bin/é"));
}
