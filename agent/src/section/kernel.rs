//! The running kernel, and whether a newer one is installed. Of its command line secrets are blotted out: boot loaders carry
//! tokens and passphrases there.

use muster_shared::{Item, Problem, SectionName};

use super::{Collector, Privilege, Section};
use crate::root::Root;

mod installed;
mod taint;

pub(super) use taint::taint;

const CMDLINE: &str = "/proc/cmdline";
const RELEASE: &str = "/proc/sys/kernel/osrelease";
const VULNERABILITIES: &str = "/sys/devices/system/cpu/vulnerabilities";
/// The kernel knows about twenty.
const VULNERABILITY_CAP: usize = 128;
/// What stands in the place of a secret.
const REDACTED: &str = "<redacted>";

/// Parts of a parameter name that make its value a secret.
const SECRET_WORDS: &[&str] = &["password", "passwd", "passphrase", "secret", "token", "credential", "apikey"];
/// The same, as a whole word only (`key`, but not `keyboard`).
const SECRET_WHOLE_WORDS: &[&str] = &["key", "pass", "pw", "pwd", "auth", "psk"];

pub(super) struct Kernel;

impl Collector for Kernel {
    fn name(&self) -> SectionName {
        SectionName::Kernel
    }

    fn contents(&self) -> &'static str {
        "the running kernel: release, command line (secrets blotted out), taints, lockdown, flaws of the processor, installed kernels"
    }

    fn purpose(&self) -> &'static str {
        "which kernel runs, whether a restart is due, and which flaws are open"
    }

    fn privilege(&self) -> Privilege {
        Privilege::None
    }

    fn watched(&self, _root: &Root) -> Vec<String> {
        super::paths(&[installed::BOOT])
    }

    fn collect(&self, root: &Root) -> Section {
        let release = match root.text(RELEASE) {
            Ok(release) => release.trim().to_owned(),
            Err(error) => return Section::unreadable(&error),
        };
        let mut problems: Vec<Problem> = Vec::new();
        let command_line = match root.text(CMDLINE) {
            Ok(text) => Some(redact(&text)),
            Err(error) => {
                problems.push(error.problem());
                None
            }
        };
        let mut item = Item::new("kernel")
            .with("name", root.value("/proc/sys/kernel/ostype"))
            .with("release", release.as_str())
            .with("version", root.value("/proc/sys/kernel/version"))
            .with("command_line", command_line)
            .with("tainted", root.number::<u64>("/proc/sys/kernel/tainted"))
            .with("lockdown", root.value("/sys/kernel/security/lockdown").as_deref().and_then(chosen))
            .with("security_modules", root.value("/sys/kernel/security/lsm"))
            .with("entropy_available", root.number::<u64>("/proc/sys/kernel/random/entropy_avail"));
        item.set("machine", machine(root));
        if let Some(bits) = root.number::<u64>("/proc/sys/kernel/tainted").filter(|bits| *bits != 0) {
            item.set("taints", taint::words(bits));
        }
        item.set("clocksource", root.value("/sys/devices/system/clocksource/clocksource0/current_clocksource"));
        // A kernel that stands by to write down why this one died (kdump).
        item.set("crash_kernel_loaded", root.number::<u8>("/sys/kernel/kexec_crash_loaded").map(|loaded| loaded != 0));
        item.set("crash_kernel_reserved_bytes", root.number::<u64>("/sys/kernel/kexec_crash_size"));
        set_vulnerabilities(root, &mut item);
        installed::describe(root, &release, &mut item, &mut problems);
        Section::of(vec![item], problems)
    }
}

/// What the kernel says of the known flaws of processors: one attribute each, and the list of those that are open.
fn set_vulnerabilities(root: &Root, item: &mut Item) {
    let mut vulnerable: Vec<String> = Vec::new();
    let entries = root.list(VULNERABILITIES).unwrap_or_default();
    for entry in entries.iter().take(VULNERABILITY_CAP) {
        let Some(status) = root.value(&format!("{VULNERABILITIES}/{}", entry.name)) else { continue };
        // "KVM: Vulnerable" matters to hosts of virtual machines, "SMT vulnerable" behind a mitigation is a part of it.
        if status.starts_with("Vulnerable") || status.contains("KVM: Vulnerable") {
            vulnerable.push(entry.name.clone());
        }
        item.set(&format!("vulnerability_{}", entry.name), status);
    }
    if !entries.is_empty() {
        item.set("vulnerable", vulnerable);
    }
}

/// The machine name of uname(2); a recorded tree has it only from Linux 6.1 on.
pub(super) fn machine(root: &Root) -> Option<String> {
    if root.is_live() {
        Some(rustix::system::uname().machine().to_string_lossy().into_owned())
    } else {
        root.value("/proc/sys/kernel/arch")
    }
}

/// The bracketed word of a choice such as `none [integrity] confidentiality`.
fn chosen(choices: &str) -> Option<&str> {
    choices.split_once('[')?.1.split_once(']').map(|(word, _)| word)
}

/// A command line without the values of secrets, one blank between parameters.
fn redact(command_line: &str) -> String {
    command_line.split_whitespace().map(redact_parameter).collect::<Vec<_>>().join(" ")
}

fn redact_parameter(parameter: &str) -> String {
    match parameter.split_once('=') {
        Some((name, _)) if is_secret(name) => format!("{name}={REDACTED}"),
        Some((name, value)) => format!("{name}={}", redact_address(value)),
        None => redact_address(parameter),
    }
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    SECRET_WORDS.iter().any(|word| name.contains(word)) || words.any(|word| SECRET_WHOLE_WORDS.contains(&word))
}

/// Blots out the user part of an address such as `https://user:password@host/`.
fn redact_address(value: &str) -> String {
    let Some((scheme, rest)) = value.split_once("://") else { return value.to_owned() };
    let end = rest.find('/').unwrap_or(rest.len());
    match rest.split_at_checked(end) {
        Some((authority, path)) if authority.contains('@') => {
            let host = authority.rsplit('@').next().unwrap_or_default();
            format!("{scheme}://{REDACTED}@{host}{path}")
        }
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn secrets_are_blotted_out_and_the_rest_stays() {
        for (from, to) in [
            ("ro quiet  console=ttyS0\n", "ro quiet console=ttyS0"),
            ("rd.luks.key=/k root_password=x", "rd.luks.key=<redacted> root_password=<redacted>"),
            ("keyboard=de TOKEN=abc=def", "keyboard=de TOKEN=<redacted>"),
            ("k3os.token=abc inst.ks=https://ann:pw@h/ks", "k3os.token=<redacted> inst.ks=https://<redacted>@h/ks"),
            ("url=https://h/p@q", "url=https://h/p@q"),
        ] {
            assert_eq!(redact(from), to);
        }
        assert_eq!(chosen("none [integrity] confidentiality"), Some("integrity"));
    }

    #[test]
    fn a_recorded_kernel_tells_its_flaws_taints_and_lockdown() {
        let directory = tempfile::tempdir().unwrap();
        for (path, text) in [
            ("proc/sys/kernel/osrelease", "6.1.0-18-amd64\n"),
            ("proc/sys/kernel/tainted", "4097\n"),
            ("proc/cmdline", "quiet\n"),
            ("sys/kernel/security/lockdown", "none [integrity] confidentiality\n"),
            ("sys/kernel/security/lsm", "lockdown,capability,apparmor"),
            ("sys/kernel/kexec_crash_loaded", "1\n"),
            ("sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n"),
            ("sys/devices/system/cpu/vulnerabilities/meltdown", "Mitigation: PTI\n"),
            ("sys/devices/system/cpu/vulnerabilities/mds", "Vulnerable: Clear CPU buffers attempted, no microcode\n"),
            ("boot/vmlinuz-6.1.0-20-amd64", ""),
        ] {
            let path = directory.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let section = Kernel.collect(&Root::at(directory.path()));
        assert!(section.problems.is_empty(), "{:?}", section.problems);
        let attributes = &section.items[0].attributes;
        assert_eq!(attributes["taints"], serde_json::json!(["out_of_tree", "proprietary"]));
        assert_eq!(attributes["vulnerability_meltdown"], "Mitigation: PTI");
        assert_eq!(attributes["vulnerable"], serde_json::json!(["mds"]));
        assert_eq!((&attributes["lockdown"], &attributes["clocksource"]), (&"integrity".into(), &"tsc".into()));
        assert_eq!((&attributes["crash_kernel_loaded"], &attributes["newer_installed"]), (&true.into(), &true.into()));
    }

    proptest! {
        #[test]
        fn no_value_of_a_secret_survives(word in "(root|wifi|db)[._-](password|token|key)", value in "[A-Z0-9]{6,20}") {
            let told = redact(&["quiet ", &word, "=", &value, " ro"].concat());
            prop_assert!(!told.contains(&value));
        }
    }
}
