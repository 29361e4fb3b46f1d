//! Resolver settings: `/etc/resolv.conf`, as the C library reads it; behind the stub of systemd-resolved, the real servers.

use muster_shared::{Item, Problem, SectionName};

use super::{Collector, Privilege, Section, mark, oddity};
use crate::root::Root;

const RESOLV_CONF: &str = "/etc/resolv.conf";
/// What systemd-resolved asks, as it writes it down for programs that go around its stub.
const BEHIND_STUB: &str = "/run/systemd/resolve/resolv.conf";
/// Where the stub listens (`systemd-resolved.service(8)`).
const STUBS: &[&str] = &["127.0.0.53", "127.0.0.54"];

pub(super) struct Dns;

impl Collector for Dns {
    fn name(&self) -> SectionName {
        SectionName::Dns
    }

    fn contents(&self) -> &'static str {
        "resolver settings: name servers, search domains, options"
    }

    fn purpose(&self) -> &'static str {
        "a changed resolver sends every connection of the host elsewhere"
    }

    fn privilege(&self) -> Privilege {
        Privilege::None
    }

    fn watched(&self, _root: &Root) -> Vec<String> {
        super::paths(&[RESOLV_CONF, BEHIND_STUB])
    }

    fn collect(&self, root: &Root) -> Section {
        match root.text_linked(RESOLV_CONF) {
            Ok(text) => {
                let mut problems = Vec::new();
                let mut item = parse(&text, &mut problems)
                    .with("link_target", root.read_link(RESOLV_CONF).ok())
                    .with(mark::ATTRIBUTE, mark::of_text(&text));
                if is_stub(&item) {
                    item.set("stub", "systemd-resolved");
                    match root.text_linked(BEHIND_STUB) {
                        Ok(behind) => {
                            let behind = parse(&behind, &mut problems);
                            item.set("upstream_name_servers", behind.attributes.get("name_servers").cloned());
                        }
                        Err(error) => problems.push(error.problem()),
                    }
                }
                Section::of(vec![item], problems)
            }
            Err(error) => Section::unreadable(&error),
        }
    }
}

/// Whether every name server is the stub on this host.
fn is_stub(item: &Item) -> bool {
    let servers = item.attributes.get("name_servers").and_then(serde_json::Value::as_array);
    let is_stub = |server: &serde_json::Value| server.as_str().is_some_and(|server| STUBS.contains(&server));
    servers.is_some_and(|servers| !servers.is_empty() && servers.iter().all(is_stub))
}

/// The order of domains is kept: it is the order in which they are tried. Name servers are a set, for leases and renewals
/// shuffle them; their order stands beside it, as a metric. What is no address is passed over, as the C library does.
fn parse(text: &str, problems: &mut Vec<Problem>) -> Item {
    let (mut servers, mut search, mut options): (Vec<&str>, Vec<&str>, Vec<&str>) = Default::default();
    for line in text.lines() {
        let mut words = line.split_whitespace();
        match words.next() {
            // The same server twice is asked twice, but is one fact.
            Some("nameserver") => {
                let server = words.next().unwrap_or_default();
                if !oddity::is_address(server) {
                    oddity::say(problems, RESOLV_CONF, "`nameserver` without the address of one:", server);
                } else if !servers.contains(&server) {
                    servers.push(server);
                }
            }
            // `domain` and `search` exclude each other: the last one wins.
            Some("search") => search = words.collect(),
            Some("domain") => search = words.take(1).collect(),
            Some("options") => options.extend(words),
            _ => {}
        }
    }
    options.sort_unstable();
    options.dedup();
    let order = servers.clone();
    servers.sort_unstable();
    Item::new("resolver")
        .with("name_servers", servers)
        .with("name_server_order", order)
        .with("search", search)
        .with("options", options)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn order_is_kept_and_comments_are_ignored() {
        let item = parse(
            "# x\n;nameserver 9.9.9.9\nnameserver 192.0.2.2\nnameserver 2001:db8::1 # y\ndomain old.example\n\
                          search a.example b.example\noptions timeout:1 edns0\n",
            &mut Vec::new(),
        );
        assert_eq!(item.attributes["name_servers"], json!(["192.0.2.2", "2001:db8::1"]));
        assert_eq!(item.attributes["name_server_order"], json!(["192.0.2.2", "2001:db8::1"]));
        assert_eq!(item.attributes["search"], json!(["a.example", "b.example"]));
        assert_eq!(item.attributes["options"], json!(["edns0", "timeout:1"]));
    }

    #[test]
    fn what_is_no_address_is_no_server() {
        let mut problems = Vec::new();
        let item =
            parse("nameserver fe80::1%eth0\nnameserver \u{1b}[31mx\nnameserver\nnameserver 1.2.3\n", &mut problems);
        assert_eq!(item.attributes["name_servers"], json!(["fe80::1%eth0"]));
        assert_eq!(problems.len(), 3);
        assert!(problems[0].message.contains(r"\u{1b}[31mx"), "{problems:?}");
    }

    #[test]
    fn behind_the_stub_are_the_real_servers() {
        let tree = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(tree.path().join("etc")).unwrap();
        std::fs::write(tree.path().join("etc/resolv.conf"), "nameserver 127.0.0.53\noptions edns0 edns0\n").unwrap();
        let root = Root::at(tree.path());
        let section = Dns.collect(&root);
        assert_eq!((section.items[0].text("stub"), section.problems.len()), (Some("systemd-resolved"), 1));
        std::fs::create_dir_all(tree.path().join("run/systemd/resolve")).unwrap();
        let behind = "nameserver 192.0.2.1\nnameserver 2001:db8::1\nnameserver 192.0.2.1\n";
        std::fs::write(tree.path().join("run/systemd/resolve/resolv.conf"), behind).unwrap();
        let section = Dns.collect(&root);
        assert!(section.problems.is_empty());
        assert_eq!(section.items[0].attributes["upstream_name_servers"], json!(["192.0.2.1", "2001:db8::1"]));
        assert_eq!(section.items[0].attributes["options"], json!(["edns0"]));
    }
}
