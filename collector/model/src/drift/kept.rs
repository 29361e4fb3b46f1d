//! What a tool keeps (tier V3 of volatility): that it changes what is its own is no drift, that another one does is.
//!
//! The kernel says who set a route (as whoever set it told the kernel: an administrator may call a route DHCP's), and tools that write
//! configuration put their name into it. A name in a file can be left there by
//! whoever changes the rest, so it excuses no item that comes or goes, and nothing of what stands for security: accounts, sudo,
//! keys, sshd and the packet filter are not in this table.

use muster_shared::{Attributes, SectionName};
use serde_json::Value;

use crate::history::Operation;

/// One row.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    /// The section.
    pub section: SectionName,
    /// The attribute that names who keeps an item.
    pub attribute: &'static str,
    /// Names there that stand for people.
    pub people: &'static [&'static str],
    /// Whether items that come and go are its keeper's too.
    pub comes_and_goes: bool,
    /// Who that is, for people.
    pub who: &'static str,
}

const fn named(section: SectionName, who: &'static str) -> Kept {
    Kept { section, attribute: "managed_by", people: &[], comes_and_goes: false, who }
}

/// The table. Documented in `docs/volatility.md`, which a test prints from here.
pub const TABLE: &[Kept] = &[
    Kept {
        section: SectionName::Route,
        attribute: "protocol",
        people: &["static", "boot", "unspec"],
        comes_and_goes: true,
        who: "the kernel, DHCP, router advertisements, routing daemons: whoever the kernel says set it",
    },
    named(SectionName::Sysctl, "kubelet where it runs, and what wrote the file in `/etc/sysctl.d` that sets the value"),
    named(SectionName::Dns, "what wrote `/etc/resolv.conf`"),
    named(SectionName::File, "what wrote the file"),
    named(SectionName::Repository, "what wrote the file of the source"),
    named(SectionName::Cron, "what wrote the line, or the file in `/etc/cron.d`"),
];

/// Who keeps an item, if neither people nor nobody does.
fn keeper<'a>(row: &Kept, attributes: &'a Attributes) -> Option<&'a str> {
    attributes.get(row.attribute).and_then(Value::as_str).filter(|name| !row.people.contains(name))
}

/// Who keeps an item and kept it before, from all its attributes then and now.
pub fn by<'a>(
    section: SectionName,
    operation: Operation,
    before: &'a Attributes,
    after: &'a Attributes,
) -> Option<&'a str> {
    let row = TABLE.iter().find(|row| row.section == section)?;
    let (before, after) = (keeper(row, before), keeper(row, after));
    match operation {
        Operation::Modified => before.filter(|_| before == after),
        Operation::Added => after.filter(|_| row.comes_and_goes),
        Operation::Removed => before.filter(|_| row.comes_and_goes),
    }
}

#[cfg(test)]
mod tests {
    use muster_shared::Item;

    use super::*;
    use crate::policy::{Class, DEFAULT};

    fn keeper_of(section: SectionName, before: Option<&Item>, after: Option<&Item>) -> Option<String> {
        let operation = match (before, after) {
            (None, _) => Operation::Added,
            (_, None) => Operation::Removed,
            _ => Operation::Modified,
        };
        let attributes = |item: Option<&Item>| item.map(|item| item.attributes.clone()).unwrap_or_default();
        by(section, operation, &attributes(before), &attributes(after)).map(str::to_owned)
    }

    #[test]
    fn a_keeper_changes_its_own_and_nobody_else_does() {
        let route = |protocol: &str, gateway: &str| Item::new("r").with("protocol", protocol).with("gateway", gateway);
        let (leased, moved) = (route("dhcp", "192.0.2.1"), route("dhcp", "192.0.2.2"));
        let by_hand = route("static", "192.0.2.2");
        assert_eq!(keeper_of(SectionName::Route, Some(&leased), Some(&moved)).as_deref(), Some("dhcp"));
        assert_eq!(keeper_of(SectionName::Route, Some(&leased), Some(&by_hand)), None, "another owner");
        assert_eq!(keeper_of(SectionName::Route, Some(&by_hand), Some(&route("static", "192.0.2.9"))), None);
        assert_eq!(keeper_of(SectionName::Route, None, Some(&leased)).as_deref(), Some("dhcp"));
        assert_eq!(keeper_of(SectionName::Route, Some(&leased), None).as_deref(), Some("dhcp"));
        assert_eq!(keeper_of(SectionName::Route, None, Some(&by_hand)), None);

        let file = |manager: Option<&str>| Item::new("/etc/hosts").with("managed_by", manager);
        let (puppet, cloud_init) = (file(Some("puppet")), file(Some("cloud-init")));
        assert_eq!(keeper_of(SectionName::File, Some(&puppet), Some(&puppet)).as_deref(), Some("puppet"));
        assert_eq!(keeper_of(SectionName::File, Some(&puppet), Some(&cloud_init)), None);
        assert_eq!(keeper_of(SectionName::File, Some(&puppet), Some(&file(None))), None);
        assert_eq!(keeper_of(SectionName::File, None, Some(&puppet)), None, "a name in a file is easily written");
        assert_eq!(keeper_of(SectionName::File, Some(&puppet), None), None);
    }

    #[test]
    fn nobody_keeps_what_stands_for_security() {
        for policy in DEFAULT.iter().filter(|policy| policy.class == Class::Security) {
            assert!(TABLE.iter().all(|row| row.section != policy.section), "{}", policy.id);
        }
    }
}
