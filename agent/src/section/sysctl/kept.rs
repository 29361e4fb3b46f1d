//! Who keeps a kernel parameter: kubelet where it runs, or the tool that wrote the file which sets the value.
//!
//! A parameter belongs to its keeper only while it has the value that the keeper gives it: one that somebody else sets is his.

use std::collections::BTreeMap;

use super::super::mark;
use crate::root::{Kind, Root};

/// What kubelet sets at its start (`setupKernelTunables` of its container manager), sorted by name.
const KUBELET: &[(&str, &str)] = &[
    ("kernel.keys.root_maxbytes", "25000000"),
    ("kernel.keys.root_maxkeys", "1000000"),
    ("kernel.panic", "10"),
    ("kernel.panic_on_oops", "1"),
    ("vm.overcommit_memory", "1"),
    ("vm.panic_on_oom", "0"),
];

/// Where kubelet keeps its state: it is there once kubelet has run.
const KUBELET_STATE: &str = "/var/lib/kubelet";

/// What is read after the distribution's own files (sysctl.d(5)): a later file and a later line win.
const DIRECTORY: &str = "/etc/sysctl.d";
const LAST: &str = "/etc/sysctl.conf";

/// What tools set.
#[derive(Debug, Default)]
pub(super) struct Kept {
    has_kubelet: bool,
    /// Value and tool, by name; of a file that names no tool there is none.
    set: BTreeMap<String, (String, Option<&'static str>)>,
}

impl Kept {
    /// Reads the files that set parameters at boot. What cannot be read keeps nothing.
    pub(super) fn read(root: &Root) -> Self {
        let mut kept = Self { has_kubelet: root.kind(KUBELET_STATE) == Some(Kind::Directory), ..Self::default() };
        let mut files: Vec<String> =
            root.list(DIRECTORY).unwrap_or_default().into_iter().map(|entry| entry.name).collect();
        files.retain(|name| name.strip_suffix(".conf").is_some());
        files.sort_unstable();
        for path in files.iter().map(|name| format!("{DIRECTORY}/{name}")).chain([LAST.to_owned()]) {
            if let Ok(text) = root.text_linked(&path) {
                kept.file(&text);
            }
        }
        kept
    }

    fn file(&mut self, text: &str) {
        let tool = mark::of_text(text);
        for line in text.lines().map(str::trim).filter(|line| !line.starts_with(['#', ';'])) {
            let Some((name, value)) = line.split_once('=') else { continue };
            let name = name.trim().trim_start_matches('-').replace('/', ".");
            self.set.insert(name, (value.split_whitespace().collect::<Vec<_>>().join(" "), tool));
        }
    }

    /// The tool that keeps a parameter which has this value.
    pub(super) fn by(&self, name: &str, value: &str) -> Option<&'static str> {
        if let Some((set, tool)) = self.set.get(name)
            && set == value
        {
            return *tool;
        }
        (self.has_kubelet && KUBELET.contains(&(name, value))).then_some("kubelet")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(files: &[(&str, &str)], has_kubelet: bool) -> Kept {
        let tree = tempfile::tempdir().unwrap();
        let at = |path: &str| tree.path().join(path.trim_start_matches('/'));
        std::fs::create_dir_all(at(DIRECTORY)).unwrap();
        if has_kubelet {
            std::fs::create_dir_all(at(KUBELET_STATE)).unwrap();
        }
        for (path, text) in files {
            std::fs::write(at(path), text).unwrap();
        }
        Kept::read(&Root::at(tree.path()))
    }

    #[test]
    fn kubelet_keeps_what_it_set_while_it_has_that_value() {
        let with = kept(&[], true);
        assert_eq!(with.by("kernel.panic", "10"), Some("kubelet"));
        assert_eq!(with.by("kernel.panic", "0"), None, "somebody set it");
        assert_eq!(with.by("net.ipv4.ip_forward", "1"), None);
        assert_eq!(kept(&[], false).by("kernel.panic", "10"), None);
    }

    #[test]
    fn a_file_gives_its_tool_to_what_it_sets() {
        let kept = kept(
            &[
                ("/etc/sysctl.d/10-puppet.conf", "# managed by Puppet\nvm.swappiness = 10\nnet/ipv4/ip_forward=1\n"),
                (
                    "/etc/sysctl.d/20-hand.conf",
                    "# by hand\n-vm.swappiness = 20\nnet.ipv4.tcp_rmem = 4096\t87380  6291456\n",
                ),
                ("/etc/sysctl.d/README", "# Ansible managed\nvm.dirty_ratio = 5\n"),
                ("/etc/sysctl.conf", "# Ansible managed\nnet.ipv4.tcp_syncookies=1\n"),
            ],
            true,
        );
        assert_eq!(kept.by("vm.swappiness", "20"), None, "the later file wins, and nobody's name is on it");
        assert_eq!(kept.by("vm.swappiness", "10"), None, "it has not that value any more");
        assert_eq!(kept.by("net.ipv4.ip_forward", "1"), Some("puppet"));
        assert_eq!(kept.by("net.ipv4.ip_forward", "0"), None);
        assert_eq!(kept.by("net.ipv4.tcp_syncookies", "1"), Some("ansible"));
        assert_eq!(kept.by("vm.dirty_ratio", "5"), None, "no file of settings");
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(KUBELET.is_sorted());
    }
}
