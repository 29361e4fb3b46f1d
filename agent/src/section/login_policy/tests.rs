//! A small machine with and without sshd.

use std::fs;

use muster_shared::SectionStatus;
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    directory
}

const CONFIG: &str = "PermitRootLogin without-password\nPort 2222\nPort 22\nLoginGraceTime 1h30m\nAllowUsers bob ann\n\
                      Match Group sftp\nForceCommand internal-sftp --token=S3cr3t\nPasswordAuthentication NO\n";

#[test]
fn settings_blocks_and_defaults_are_told_apart() {
    let tree = tree(&[("etc/ssh/sshd_config", CONFIG), ("usr/sbin/sshd", "")]);
    let section = LoginPolicy.collect(&Root::at(tree.path()));
    assert_eq!(section.status, SectionStatus::Ok, "{:?}", section.problems);
    let sshd = &section.items[0].attributes;
    assert_eq!(sshd["permit_root_login"], "prohibit-password");
    assert_eq!((&sshd["ports"], &sshd["allow_users"]), (&json!(["22", "2222"]), &json!(["ann", "bob"])));
    assert_eq!((&sshd["login_grace_seconds"], &sshd["max_auth_tries"]), (&json!(5400), &json!(6)));
    let defaults = sshd["defaults"].as_array().unwrap();
    assert!(defaults.contains(&json!("max_auth_tries")) && !defaults.contains(&json!("permit_root_login")));
    let block = &section.items[1];
    assert_eq!(block.key, "sshd match Group sftp");
    assert_eq!(block.attributes["force_command"], "internal-sftp --token=[redacted]");
    assert_eq!(block.attributes["password_authentication"], "no");
    assert!(!block.attributes.contains_key("max_auth_tries"));
}

#[test]
fn what_sshd_refuses_is_no_setting() {
    let config = "PermitRootLogin maybe\nMaxAuthTries six\nLoginGraceTime 1x\nUsePAM YES\nGatewayPorts clientspecified\n\
                  Port 99999\nLogLevel shout\n";
    let tree = tree(&[("etc/ssh/sshd_config", config), ("usr/sbin/sshd", "")]);
    let section = LoginPolicy.collect(&Root::at(tree.path()));
    let sshd = &section.items[0].attributes;
    assert_eq!((&sshd["use_pam"], &sshd["gateway_ports"]), (&json!("yes"), &json!("clientspecified")));
    for attribute in ["permit_root_login", "max_auth_tries", "login_grace_seconds", "ports", "log_level"] {
        assert!(!sshd.contains_key(attribute), "{attribute}");
    }
    let messages: Vec<&str> = section.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(messages.len(), 5, "{messages:?}");
    assert!(messages.contains(&"sshd takes no `permitrootlogin` such as \"maybe\""), "{messages:?}");
}

#[test]
fn without_sshd_nothing_is_a_default() {
    let tree = tree(&[("etc/ssh/sshd_config", CONFIG)]);
    let section = LoginPolicy.collect(&Root::at(tree.path()));
    let sshd = &section.items[0].attributes;
    assert_eq!(sshd["installed"], false);
    assert!(!sshd.contains_key("defaults") && !sshd.contains_key("max_auth_tries"));
}

#[test]
fn rules_for_passwords_are_told() {
    let tree = tree(&[
        ("etc/login.defs", "# x\nPASS_MAX_DAYS\t99999\nUMASK 022\nENCRYPT_METHOD yescrypt\nMAIL_DIR /var/mail\n"),
        ("etc/security/pwquality.conf", "# minlen = 1\nminlen = 12\nenforce_for_root\n"),
        ("etc/security/pwquality.conf.d/a.conf", "minlen = 8\ndcredit = -1\n"),
        ("etc/security/faillock.conf", "# deny = 3\n"),
        (
            "etc/pam.d/common-password",
            "password [success=1 default=ignore] pam_unix.so obscure yescrypt # x\npassword required pam_permit.so\n",
        ),
        ("etc/security/access.conf", "# -:ALL:ALL\n+:root:LOCAL\n-:ALL EXCEPT wheel:ALL\n"),
    ]);
    let section = LoginPolicy.collect(&Root::at(tree.path()));
    let items: Vec<_> = section.items.iter().map(|item| (item.key.as_str(), json!(item.attributes))).collect();
    assert_eq!(
        items,
        [
            (
                "login.defs",
                json!({"kind": "login_defs", "password_max_days": 99999, "umask": "022", "encrypt_method": "yescrypt"})
            ),
            ("pwquality", json!({"kind": "pwquality", "minlen": 12, "dcredit": -1, "enforce_for_root": true})),
            (
                "pam common-password",
                json!({"kind": "pam", "file": "/etc/pam.d/common-password", "rules": ["password: pam_unix.so obscure yescrypt"]})
            ),
            ("access.conf", json!({"kind": "access", "rules": ["+:root:LOCAL", "-:ALL EXCEPT wheel:ALL"]})),
        ]
    );
}

proptest! {
    #[test]
    fn any_text_is_survived(text in "(?s).{0,200}") {
        let tree = tree(&[("etc/ssh/sshd_config", &text), ("etc/login.defs", &text), ("etc/security/access.conf", &text), ("etc/pam.d/common-auth", &text), ("etc/security/pwquality.conf", &text)]);
        let _ = LoginPolicy.collect(&Root::at(tree.path()));
        let _ = seconds(&text);
    }
}
