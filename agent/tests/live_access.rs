//! Who gets in and what runs by the clock, against the tools that own the formats: ssh-keygen, sshd, cvtsudoers, openssl,
//! systemctl. Most compare a tree that the test makes, so that nothing of this machine matters.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

const AGENT: &str = env!("CARGO_BIN_EXE_muster-agent");

/// The items of a section of a tree, by key.
fn items(root: &Path, section: &str) -> BTreeMap<String, Value> {
    let output = Command::new(AGENT)
        .args(["inventory", "--format", "json", "--only", section, "--root"])
        .arg(root)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let inventory: Value = serde_json::from_slice(&output.stdout).unwrap();
    let list = inventory["sections"][section]["items"].as_array().unwrap();
    let items: BTreeMap<_, _> =
        list.iter().map(|item| (item["key"].as_str().unwrap().to_owned(), item["attributes"].clone())).collect();
    assert_eq!(items.len(), list.len(), "{section}: keys are not unique");
    items
}

/// What a tool prints; `None` when it is not installed or may not work here.
fn tool(name: &str, arguments: &[&str]) -> Option<String> {
    let path = format!("{}:/usr/sbin:/sbin:/usr/bin:/bin", std::env::var("PATH").unwrap_or_default());
    match Command::new(name).args(arguments).env("LC_ALL", "C").env("PATH", path).output() {
        Ok(output) if output.status.success() => Some(String::from_utf8(output.stdout).unwrap()),
        other => {
            let is_expected = name.ends_with("sshd") || name == "systemctl";
            assert!(is_expected || std::env::var_os("CI").is_none(), "{name} {arguments:?}: {other:?}");
            println!("skipped: {name} is not installed or does not work here");
            None
        }
    }
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn keys_have_the_fingerprints_of_ssh_keygen() {
    let tree = tempfile::tempdir().unwrap();
    let mut file = String::new();
    for (n, (kind, bits)) in
        [("ed25519", "256"), ("rsa", "2048"), ("rsa", "3072"), ("ecdsa", "256"), ("ecdsa", "384"), ("ecdsa", "521")]
            .iter()
            .enumerate()
    {
        let key = tree.path().join(format!("key{n}"));
        let comment = format!("comment {n}");
        let arguments = ["-q", "-t", kind, "-b", bits, "-N", "", "-C", &comment, "-f", key.to_str().unwrap()];
        if tool("ssh-keygen", &arguments).is_none() {
            return;
        }
        let options = if n % 2 == 0 { "" } else { "from=\"10.0.0.0/8\",command=\"echo \\\"a b\\\"\",no-pty " };
        file.push_str(options);
        file.push_str(&fs::read_to_string(key.with_extension("pub")).unwrap());
    }
    write(tree.path(), "etc/passwd", "ann:x:1000:1000::/home/ann:/bin/sh\n");
    write(tree.path(), "home/ann/.ssh/authorized_keys", &file);
    let path = tree.path().join("home/ann/.ssh/authorized_keys");
    let Some(theirs) = tool("ssh-keygen", &["-lf", path.to_str().unwrap()]) else { return };
    let ours: BTreeSet<String> = items(tree.path(), "authorized_key")
        .values()
        .map(|key| {
            let text = |name: &str| key[name].as_str().unwrap();
            let kind = text("type").trim_start_matches("ssh-").split("-sha2").next().unwrap().to_ascii_uppercase();
            format!("{} {} {} ({kind})", key["bits"], text("fingerprint"), text("comment"))
        })
        .collect();
    assert_eq!(ours, theirs.lines().map(str::to_owned).collect());
}

const SUDOERS: &str = r#"
Defaults env_reset, !lecture
User_Alias ADMINS = ann, %wheel, \
    OTHERS
User_Alias OTHERS = bob, #1001
Host_Alias WEB = web1, web2
Cmnd_Alias SHELLS = /bin/sh, /bin/bash
Runas_Alias DB = postgres, mysql
root ALL=(ALL:ALL) ALL
ADMINS WEB = (DB) NOPASSWD: /usr/bin/psql -c x\,y, NOEXEC: /bin/less /var/log/*, PASSWD: SHELLS
"%domain users" ALL = !SHELLS, /bin/ls "" : web9 = (:adm) /bin/id
carl ALL = (root) sha224:0GomF8mNN3wlDt1HD9XldjJ3SNgpFdbjO1+NsQ== /bin/cat
"#;

#[test]
fn rules_are_those_of_cvtsudoers() {
    let tree = tempfile::tempdir().unwrap();
    write(tree.path(), "etc/sudoers", SUDOERS);
    let path = tree.path().join("etc/sudoers");
    let Some(text) = tool("cvtsudoers", &["-e", "-f", "json", path.to_str().unwrap()]) else { return };
    let theirs: Value = serde_json::from_str(&text).unwrap();
    let names = |list: &Value, prefix: &str| -> Vec<String> {
        list.as_array().into_iter().flatten().map(|entry| member(entry, prefix)).collect()
    };
    let mut expected = BTreeSet::new();
    for spec in theirs["User_Specs"].as_array().unwrap() {
        for commands in spec["Cmnd_Specs"].as_array().unwrap() {
            let asks = commands["Options"]
                .as_array()
                .into_iter()
                .flatten()
                .find_map(|option| option["authenticate"].as_bool());
            for user in names(&spec["User_List"], "") {
                for host in names(&spec["Host_List"], "") {
                    for command in names(&commands["Commands"], "") {
                        expected.insert((user.clone(), host.clone(), command, asks == Some(false)));
                    }
                }
            }
        }
    }
    let mut ours = BTreeSet::new();
    let texts = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    for rule in items(tree.path(), "sudo_rule").values().filter(|item| item["kind"] == "rule") {
        for user in texts(&rule["users"]) {
            for host in texts(&rule["hosts"]) {
                for command in texts(&rule["commands"]) {
                    ours.insert((user.clone(), host.clone(), command, rule["no_password"] == true));
                }
            }
        }
    }
    assert_eq!(ours, expected, "{text}");
}

/// A member of a list as sudoers writes it.
fn member(entry: &Value, prefix: &str) -> String {
    let negation = if entry["negated"] == true { "!" } else { "" };
    let Some((kind, value)) =
        entry.as_object().unwrap().iter().find(|(name, _)| !matches!(name.as_str(), "negated" | "sha224"))
    else {
        return String::new();
    };
    let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let sigil = match kind.as_str() {
        "usergroup" => "%",
        "userid" => "#",
        _ => prefix,
    };
    let digest = entry["sha224"].as_str().map(|digest| format!("sha224:{digest} ")).unwrap_or_default();
    format!("{negation}{digest}{sigil}{value}")
}

#[test]
fn settings_are_those_of_sshd() {
    let tree = tempfile::tempdir().unwrap();
    let key = tree.path().join("key");
    if tool("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-f", key.to_str().unwrap()]).is_none() {
        return;
    }
    let config = "PermitRootLogin no\nPermitRootLogin yes\nport=2222\nX11Forwarding YES # x\nLoginGraceTime 3m\nClientAliveInterval 1h\n\
                  AllowUsers ann \"bob\"\nAllowUsers carl\nMaxStartups 5:30:60\nChallengeResponseAuthentication no\n\
                  Match User ann\nPasswordAuthentication no\n";
    write(tree.path(), "etc/ssh/sshd_config", config);
    write(tree.path(), "usr/sbin/sshd", "");
    let path = tree.path().join("etc/ssh/sshd_config");
    let arguments = ["-T", "-h", key.to_str().unwrap(), "-f", path.to_str().unwrap()];
    // Only root may, and only where the directory for its privilege separation is: sshd need not be running.
    let Some(text) = tool("/usr/sbin/sshd", &arguments).or_else(|| tool("sshd", &arguments)) else { return };
    let theirs: BTreeMap<&str, &str> = text.lines().filter_map(|line| line.split_once(' ')).collect();
    let items = items(tree.path(), "login_policy");
    let ours = &items["sshd"];
    let mut compared = 0;
    for (attribute, value) in ours.as_object().unwrap() {
        let keyword = attribute.trim_end_matches("_seconds").replace('_', "");
        let keyword = if keyword == "logingrace" { "logingracetime" } else { &keyword };
        let Some(their) = theirs.get(keyword).filter(|_| !value.is_array()) else { continue };
        let our = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let our = if our == "prohibit-password" { "without-password" } else { &our };
        assert_eq!(our, *their, "{keyword}");
        compared += 1;
    }
    assert!(compared >= 30, "{compared}: {theirs:?}");
    assert_eq!(ours["allow_users"], serde_json::json!(["ann", "bob", "carl"]));
    assert_eq!(ours["ports"], serde_json::json!(["2222"]));
}

#[test]
fn certificates_are_those_of_openssl() {
    let tree = tempfile::tempdir().unwrap();
    let directory = tree.path().join("etc/nginx/ssl");
    fs::create_dir_all(&directory).unwrap();
    for (name, key) in [("rsa", "rsa:2048"), ("ec", "ec"), ("ed", "ed25519")] {
        let path = |extension: &str| directory.join(format!("{name}.{extension}")).to_str().unwrap().to_owned();
        let (key_path, cert_path) = (path("key"), path("pem"));
        let mut arguments =
            vec!["req", "-x509", "-newkey", key, "-nodes", "-keyout", &key_path, "-out", &cert_path, "-days", "30"];
        arguments.extend([
            "-subj",
            "/CN=www.example.org/O=Example",
            "-addext",
            "subjectAltName=DNS:www.example.org,IP:::1",
        ]);
        if key == "ec" {
            arguments.extend(["-pkeyopt", "ec_paramgen_curve:P-384"]);
        }
        if tool("openssl", &arguments).is_none() {
            return;
        }
        let show = [
            "x509",
            "-in",
            &cert_path,
            "-noout",
            "-serial",
            "-fingerprint",
            "-sha256",
            "-enddate",
            "-dateopt",
            "iso_8601",
        ];
        let Some(text) = tool("openssl", &show) else { return };
        let field = |name: &str| {
            let line = text.lines().find(|line| line.to_ascii_lowercase().starts_with(name)).unwrap();
            line.split_once('=').unwrap().1.to_owned()
        };
        let items = items(tree.path(), "certificate");
        let ours = &items[&format!("/etc/nginx/ssl/{name}.pem")];
        assert_eq!(ours["serial"], field("serial").trim_start_matches("00"));
        assert_eq!(ours["fingerprint_sha256"], field("sha256 fingerprint").replace(':', ""));
        assert_eq!(ours["not_after"], field("notafter").replace(' ', "T"));
        let Some(text) = tool("openssl", &["x509", "-in", &cert_path, "-noout", "-text"]) else { return };
        assert!(text.contains(&format!("Public-Key: ({} bit)", ours["key_bits"])) || name == "ed", "{ours}");
        assert!(
            text.contains(&format!("Signature Algorithm: {}", ours["signature_algorithm"].as_str().unwrap())),
            "{ours}"
        );
        assert_eq!(ours["subject_alternative_names"], serde_json::json!(["DNS:www.example.org", "IP:::1"]));
        assert_eq!(ours["is_ca"], text.contains("CA:TRUE"));
    }
}

#[test]
fn timers_are_those_of_systemctl() {
    let arguments = ["list-unit-files", "--type=timer", "--no-legend", "--no-pager", "--root=/"];
    let Some(text) = tool("systemctl", &arguments) else { return };
    let theirs: BTreeMap<&str, &str> = text
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?, words.next()?))
        })
        .collect();
    let items = items(Path::new("/"), "timer");
    let ours: BTreeMap<&str, &str> =
        items.iter().map(|(key, timer)| (key.as_str(), timer["enabled_state"].as_str().unwrap())).collect();
    // What a generator or a running manager made is not seen through --root.
    let ours: BTreeMap<&str, &str> = ours.into_iter().filter(|(name, _)| theirs.contains_key(name)).collect();
    assert_eq!(ours, theirs);
}

#[test]
fn accounts_of_files_are_those_of_stat() {
    let items = items(Path::new("/"), "file");
    let Some(text) = tool("stat", &["-c", "%a %u %g %s %U %Y", "/etc/hosts"]) else { return };
    let words: Vec<&str> = text.split_whitespace().collect();
    let hosts = &items["/etc/hosts"];
    assert_eq!(hosts["mode"], format!("{:0>4}", words[0]));
    assert_eq!((hosts["uid"].to_string().as_str(), hosts["size_bytes"].to_string().as_str()), (words[1], words[3]));
    assert_eq!(hosts["owner"], words[4]);
    let Some(digest) = tool("sha256sum", &["/etc/hosts"]) else { return };
    assert_eq!(hosts["sha256"], digest.split_whitespace().next().unwrap());
}
