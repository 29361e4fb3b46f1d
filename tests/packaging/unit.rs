//! What lies beside the binaries: systemd units, users, sample configurations.
//!
//! Nothing is installed and no service manager has to run: systemd's own tools check the files offline.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use tempfile::TempDir;

use crate::{program, project, read, run, said};

/// Largest exposure of a unit by `systemd-analyze security`, times ten. The probe's is what two capabilities and root's files
/// cost; the others have no privilege at all.
const EXPOSURE: &[(&str, u32)] = &[("muster-agent", 15), ("muster-agent-probe@", 20), ("muster-collector", 12)];

/// A unit whose program exists: `systemd-analyze verify` looks for it.
fn stage(folder: &TempDir, unit: &str) -> String {
    let bin = folder.path().join("bin");
    fs::create_dir_all(&bin).unwrap();
    let name = unit.split("-probe@").next().unwrap();
    let program = bin.join(name);
    fs::write(&program, "#!/bin/sh\n").unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let text = read(&format!("systemd/{unit}.service"));
    let installed = format!("ExecStart=/usr/bin/{name} ");
    assert!(text.contains(&installed), "{unit} starts something else than {installed}");
    let staged = folder.path().join(format!("{unit}.service"));
    fs::write(&staged, text.replace(&installed, &format!("ExecStart={} ", program.display()))).unwrap();
    staged.to_str().unwrap().to_owned()
}

#[test]
fn units_verify_without_a_word() {
    let folder = tempfile::tempdir().unwrap();
    // A path unit is looked at together with the service that it starts.
    for other in ["muster-agent.path", "muster-agent-probe.socket"] {
        fs::copy(project(&format!("systemd/{other}")), folder.path().join(other)).unwrap();
    }
    for (unit, _) in EXPOSURE {
        let staged = stage(&folder, unit);
        let output = run("systemd-analyze", &["verify", "--man=no", &staged]);
        // An unknown key is only a warning: any word about the unit is one too many.
        let words = said(&output);
        let about: Vec<&str> = words.lines().filter(|line| line.contains(unit)).collect();
        assert!(output.status.success() && about.is_empty(), "{unit}: {words}");
    }
}

#[test]
fn units_stay_as_tight_as_they_are() {
    for (unit, most) in EXPOSURE {
        let path = project(&format!("systemd/{unit}.service"));
        let threshold = format!("--threshold={most}");
        let output = run("systemd-analyze", &["security", "--offline=true", &threshold, path.to_str().unwrap()]);
        assert!(output.status.success(), "{unit} is more exposed than {most} (score x 10):\n{}", said(&output));
    }
}

#[test]
fn the_probe_has_the_power_that_its_sections_name_and_the_agent_none() {
    assert!(read("systemd/muster-agent.service").contains("\nCapabilityBoundingSet=\n"));
    let unit = read("systemd/muster-agent-probe@.service");
    assert!(unit.contains("\nRestrictAddressFamilies=AF_NETLINK AF_UNIX\nIPAddressDeny=any\n"));
    let line = unit.lines().find_map(|line| line.strip_prefix("CapabilityBoundingSet=")).unwrap();
    let sections = run(program("muster-agent").to_str().unwrap(), &["sections"]);
    assert!(sections.status.success(), "{}", said(&sections));
    let table = String::from_utf8(sections.stdout).unwrap();
    let privileges = table.lines().filter_map(|line| line.trim().strip_prefix("privilege: "));
    // To read the packet filter is to be able to change it: that power is not given, and the section says so.
    let names = privileges.filter_map(|line| line.split(':').next());
    let needed = names.flat_map(|list| list.split(", ")).filter(|name| !matches!(*name, "none" | "CAP_NET_ADMIN"));
    let needed: std::collections::BTreeSet<&str> = needed.collect();
    assert_eq!(line.split(' ').collect::<std::collections::BTreeSet<_>>(), needed);
}

#[test]
fn the_users_and_their_directories_are_made_and_are_those_of_the_units() {
    for name in ["muster-agent", "muster-collector"] {
        let unit = read(&format!("systemd/{name}.service"));
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("etc")).unwrap();
        let root_flag = format!("--root={}", root.path().display());
        let file = project(&format!("systemd/{name}.sysusers.conf"));
        let output = run("systemd-sysusers", &[&root_flag, file.to_str().unwrap()]);
        // As an ordinary user the tool may be unable to hand files over; what it writes counts.
        let passwd = fs::read_to_string(root.path().join("etc/passwd")).unwrap_or_else(|_| panic!("{}", said(&output)));
        let line = passwd.lines().find(|line| line.starts_with(&format!("{name}:"))).unwrap();
        assert!(line.contains(&format!(":/var/lib/{name}:")) && line.ends_with("/nologin"), "{line}");
        assert!(unit.contains(&format!("\nUser={name}\nGroup={name}\n")));
        assert!(unit.contains(&format!("\nStateDirectory={name}\nStateDirectoryMode=0700\n")));
        // The directory is there as the unit would make it, before anybody enrolls or starts anything.
        let file = project(&format!("systemd/{name}.tmpfiles.conf"));
        let output = run("systemd-tmpfiles", &["--create", &root_flag, file.to_str().unwrap()]);
        let directory = root.path().join(format!("var/lib/{name}"));
        let metadata = fs::metadata(directory).unwrap_or_else(|error| panic!("{error}: {}", said(&output)));
        assert_eq!(metadata.permissions().mode() & 0o7777, 0o700);
    }
}

/// A sample with every key that it only shows switched on: lines `#key = value` and `#[table]`.
fn switched_on(sample: &str) -> String {
    let is_setting = |text: &str| text.starts_with(|first: char| first.is_ascii_lowercase() || first == '[');
    let lines = sample.lines().map(|line| line.strip_prefix('#').filter(|text| is_setting(text)).unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn sample_configurations_are_right_as_they_are_and_with_every_key() {
    for binary in ["muster-agent", "muster-collector"] {
        let sample = read(&format!("packaging/{}.toml", binary.strip_prefix("muster-").unwrap()));
        let complete = switched_on(&sample);
        assert_ne!(sample, complete);
        for text in [sample, complete] {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("config.toml");
            fs::write(&file, &text).unwrap();
            let output = Command::new(program(binary))
                .arg("check-config")
                .arg("--config")
                .arg(&file)
                .env_clear()
                .output()
                .unwrap();
            assert!(output.status.success(), "{binary}: {}\n{text}", said(&output));
        }
    }
}
