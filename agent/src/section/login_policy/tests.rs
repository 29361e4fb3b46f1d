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

/// One line of sshd's, what is told of it (`null`: nothing), and whether it is said. As `sshd -T` of OpenSSH 9.2 answers.
#[test]
fn each_value_is_told_or_refused_as_sshd_does() {
    let told = |attribute: &'static str, value: serde_json::Value| (attribute, value, false);
    let refused = |attribute: &'static str| (attribute, json!(null), true);
    for (line, (attribute, expected, is_said)) in [
        (
            "Ciphers aes128-ctr,chacha20-poly1305@openssh.com",
            told("ciphers", json!("aes128-ctr,chacha20-poly1305@openssh.com")),
        ),
        ("Ciphers +aes128-cbc", told("ciphers", json!("+aes128-cbc"))),
        ("Ciphers -junk,aes*", told("ciphers", json!("-junk,aes*"))),
        ("Ciphers +junk", refused("ciphers")),
        ("Ciphers aes*", refused("ciphers")),
        ("Ciphers aes128-ctr,junk", refused("ciphers")),
        ("Ciphers aes128-ctr aes256-ctr", refused("ciphers")),
        ("MACs ^hmac-sha2-256,umac-128@openssh.com", told("macs", json!("^hmac-sha2-256,umac-128@openssh.com"))),
        ("MACs aes128-ctr", refused("macs")),
        (
            "KexAlgorithms mlkem768x25519-sha256,curve25519-sha256",
            told("kex_algorithms", json!("mlkem768x25519-sha256,curve25519-sha256")),
        ),
        ("KexAlgorithms \u{1b}[31m", refused("kex_algorithms")),
        ("HostKeyAlgorithms ssh-*", told("host_key_algorithms", json!("ssh-*"))),
        ("HostKeyAlgorithms zz-*", refused("host_key_algorithms")),
        (
            "PubkeyAcceptedKeyTypes +ssh-rsa,*-cert-v01@openssh.com",
            told("pubkey_accepted_algorithms", json!("+ssh-rsa,*-cert-v01@openssh.com")),
        ),
        ("PubkeyAcceptedAlgorithms rsa", refused("pubkey_accepted_algorithms")),
        ("MaxStartups 10", told("max_startups", json!("10"))),
        ("MaxStartups 10:30:60", told("max_startups", json!("10:30:60"))),
        ("MaxStartups 10:130:100", refused("max_startups")),
        ("MaxStartups 100:30:10", refused("max_startups")),
        ("MaxStartups 10:30", refused("max_startups")),
        ("MaxStartups 0", refused("max_startups")),
        ("ListenAddress 10.0.0.1 rdomain 4", told("listen_addresses", json!(["10.0.0.1 rdomain 4"]))),
        ("ListenAddress [::1]:22", told("listen_addresses", json!(["[::1]:22"]))),
        ("ListenAddress 10.0.0.1:99999\nListenAddress ::1", ("listen_addresses", json!(["::1"]), true)),
        ("ListenAddress 10.0.0.1 x", refused("listen_addresses")),
        ("ListenAddress 300.1.1.1", refused("listen_addresses")),
        ("Port 22 23", refused("ports")),
        ("Port 22\nPort 0\nPort ssh", ("ports", json!(["22", "ssh"]), true)),
        ("MaxAuthTries -1", refused("max_auth_tries")),
        ("MaxAuthTries 99999999999", refused("max_auth_tries")),
        ("MaxAuthTries", ("max_auth_tries", json!(6), true)),
        ("LogLevel INFO x", refused("log_level")),
        ("Banner a b", refused("banner")),
        (
            "AuthenticationMethods publickey,keyboard-interactive:pam password",
            told("authentication_methods", json!("publickey,keyboard-interactive:pam password")),
        ),
        ("AuthenticationMethods publickey,foo", refused("authentication_methods")),
        ("AuthorizedKeysCommand rel", refused("authorized_keys_command")),
        ("X11Forwarding true", refused("x11_forwarding")),
        ("Foo\u{202e} bar", ("foo\u{202e}", json!(null), true)),
        ("RhostsRSAAuthentication yes", told("use_pam", json!("no"))),
        ("PerSourcePenalties no", told("use_pam", json!("no"))),
    ] {
        let tree = tree(&[("etc/ssh/sshd_config", line), ("usr/sbin/sshd", "")]);
        let section = LoginPolicy.collect(&Root::at(tree.path()));
        assert_eq!(json!(section.items[0].attributes.get(attribute)), expected, "{line}");
        let status = if is_said { SectionStatus::Partial } else { SectionStatus::Ok };
        assert_eq!(
            (section.status, section.problems.len()),
            (status, usize::from(is_said)),
            "{line}: {:?}",
            section.problems
        );
        // The terminal of whoever reads it stays as it is.
        assert!(!section.problems.iter().any(|problem| problem.message.contains(['\u{1b}', '\u{202e}'])), "{line}");
    }
}

#[test]
fn a_match_that_sshd_refuses_is_no_block_and_what_may_not_stand_in_one_is_left_out() {
    let config = "Match Foo bar\nPermitRootLogin yes\nMatch User ann\nPort 2222\nX11Forwarding yes\nFoo x\nMatch\n";
    let tree = tree(&[("etc/ssh/sshd_config", config), ("usr/sbin/sshd", "")]);
    let section = LoginPolicy.collect(&Root::at(tree.path()));
    assert_eq!(section.items[0].attributes["permit_root_login"], "prohibit-password");
    let block = json!(section.items[1].attributes);
    assert_eq!(block, json!({"kind": "sshd_match", "criteria": "User ann", "x11_forwarding": "yes"}));
    assert_eq!(section.items.len(), 2);
    let messages: Vec<&str> = section.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "sshd takes no `Match` such as \"Foo bar\"",
            "sshd takes without a value no \"match\"",
            "sshd knows no keyword \"foo\"",
            "sshd takes below no `Match` a \"port\"",
        ]
    );
}

#[test]
fn what_is_no_number_is_no_rule_for_passwords() {
    let tree = tree(&[
        ("etc/login.defs", "PASS_MAX_DAYS ninety\nUID_MIN 01750\nUMASK 0x9\nENCRYPT_METHOD rot13\nPASS_MIN_DAYS 0x1\n"),
        ("etc/security/pwquality.conf", "minlen = twelve\ndcredit = -1\ndictpath = /x\nretry\n"),
        ("etc/security/faillock.conf", "deny = 3\nunlock_time = never\nfail_interval = soon\n"),
    ]);
    let section = LoginPolicy.collect(&Root::at(tree.path()));
    let items: Vec<_> = section.items.iter().map(|item| json!(item.attributes)).collect();
    assert_eq!(
        items,
        [
            json!({"kind": "login_defs", "uid_min": 1000, "password_min_days": 1}),
            json!({"kind": "pwquality", "dcredit": -1, "dictpath": "/x"}),
            json!({"kind": "faillock", "deny": 3, "unlock_time": "never"}),
        ]
    );
    assert_eq!((section.status, section.problems.len()), (SectionStatus::Partial, 6), "{:?}", section.problems);
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
        let _ = keyword::seconds(&text);
    }
}
