//! Resolver settings: `/etc/resolv.conf`, as the C library reads it.

use muster_shared::{Item, SectionName};

use super::{Collector, Privilege, Section};
use crate::root::Root;

const RESOLV_CONF: &str = "/etc/resolv.conf";

pub(super) struct Dns;

impl Collector for Dns {
    fn name(&self) -> SectionName {
        SectionName::Dns
    }

    fn purpose(&self) -> &'static str {
        "resolver settings: name servers, search domains, options"
    }

    fn privilege(&self) -> Privilege {
        Privilege::None
    }

    fn watched(&self, _root: &Root) -> Vec<String> {
        super::paths(&[RESOLV_CONF])
    }

    fn collect(&self, root: &Root) -> Section {
        match root.text_linked(RESOLV_CONF) {
            Ok(text) => {
                let target = root.read_link(RESOLV_CONF).ok();
                Section::of(vec![parse(&text).with("link_target", target)], Vec::new())
            }
            Err(error) => Section::unreadable(&error),
        }
    }
}

/// The order of name servers and domains is kept: it is the order in which they are asked.
fn parse(text: &str) -> Item {
    let (mut servers, mut search, mut options): (Vec<&str>, Vec<&str>, Vec<&str>) = Default::default();
    for line in text.lines() {
        let mut words = line.split_whitespace();
        match words.next() {
            Some("nameserver") => servers.extend(words.next()),
            // `domain` and `search` exclude each other: the last one wins.
            Some("search") => search = words.collect(),
            Some("domain") => search = words.take(1).collect(),
            Some("options") => options.extend(words),
            _ => {}
        }
    }
    options.sort_unstable();
    Item::new("resolver").with("name_servers", servers).with("search", search).with("options", options)
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
        );
        assert_eq!(item.attributes["name_servers"], json!(["192.0.2.2", "2001:db8::1"]));
        assert_eq!(item.attributes["search"], json!(["a.example", "b.example"]));
        assert_eq!(item.attributes["options"], json!(["edns0", "timeout:1"]));
    }
}
