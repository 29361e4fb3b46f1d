//! Who keeps the clock: which service is there and enabled, its servers, and whether it says that the clock is right.
//!
//! Whether the clock is synchronised comes from systemd-timesyncd's mark below `/run` and from the kernel, as an item of its
//! own. The other services tell it only to who asks them; for them it is left out, for unknown is not "no". Whom a service follows
//! just now it is asked on loopback or on the bus, where it may be: behind a probe, which may not, by the agent.

use muster_shared::{Item, Problem, SectionName};

use super::service::search::SearchPath;
use super::service::state::State;
use super::{Collector, Privilege, Section, glob, oddity, service};
use crate::root::Root;

mod kernel;
pub(super) mod source;

/// The most servers of one service.
const SERVER_CAP: usize = 64;

const SYNCHRONIZED: &str = "/run/systemd/timesync/synchronized";

/// A service that sets the clock.
struct Daemon {
    name: &'static str,
    /// Where its program is.
    programs: &'static [&'static str],
    units: &'static [&'static str],
    /// Its configuration, what counts first in front.
    files: &'static [&'static str],
    parse: fn(&str, &mut Servers),
}

const DAEMONS: &[Daemon] = &[
    Daemon {
        name: "chrony",
        programs: &["/usr/sbin/chronyd", "/sbin/chronyd"],
        units: &["chrony.service", "chronyd.service"],
        files: &[
            "/etc/chrony/chrony.conf",
            "/etc/chrony.conf",
            "/etc/chrony/conf.d/*.conf",
            "/etc/chrony.d/*.conf",
            "/etc/chrony/sources.d/*.sources",
        ],
        parse: ntp,
    },
    Daemon {
        name: "systemd-timesyncd",
        programs: &["/usr/lib/systemd/systemd-timesyncd", "/lib/systemd/systemd-timesyncd"],
        units: &["systemd-timesyncd.service"],
        files: &[
            "/usr/lib/systemd/timesyncd.conf.d/*.conf",
            "/etc/systemd/timesyncd.conf",
            "/run/systemd/timesyncd.conf.d/*.conf",
            "/etc/systemd/timesyncd.conf.d/*.conf",
        ],
        parse: timesyncd,
    },
    Daemon {
        name: "ntpd",
        programs: &["/usr/sbin/ntpd", "/sbin/ntpd"],
        units: &["ntpsec.service", "ntp.service", "ntpd.service"],
        files: &["/etc/ntpsec/ntp.conf", "/etc/ntp.conf", "/etc/ntpsec/ntp.d/*.conf"],
        parse: ntp,
    },
    Daemon {
        name: "openntpd",
        programs: &["/usr/sbin/openntpd"],
        units: &["openntpd.service"],
        files: &["/etc/openntpd/ntpd.conf", "/etc/ntpd.conf"],
        parse: ntp,
    },
    Daemon {
        name: "ntpd-rs",
        programs: &["/usr/bin/ntp-daemon"],
        units: &["ntpd-rs.service"],
        files: &["/etc/ntpd-rs/ntp.toml"],
        parse: ntpd_rs,
    },
];

pub(super) struct TimeSync;

impl Collector for TimeSync {
    fn name(&self) -> SectionName {
        SectionName::TimeSync
    }

    fn contents(&self) -> &'static str {
        "who keeps the clock: services, servers, the source in use, whether it is synchronised, how far off it may be"
    }

    fn purpose(&self) -> &'static str {
        "logs, tokens and certificates count on a clock that is right"
    }

    fn privilege(&self) -> Privilege {
        Privilege::None
    }

    fn watched(&self, _root: &Root) -> Vec<String> {
        let files = DAEMONS.iter().flat_map(|daemon| daemon.files).map(|file| file.split("/*").next().unwrap_or(file));
        files.chain([SYNCHRONIZED]).map(str::to_owned).collect()
    }

    fn collect(&self, root: &Root) -> Section {
        let mut problems: Vec<Problem> = Vec::new();
        // What a unit's directory lacks is the service section's to tell.
        let search = SearchPath::of(root);
        let mut items: Vec<Item> =
            DAEMONS.iter().filter_map(|daemon| item(root, &search, daemon, &mut problems)).collect();
        if root.is_live() {
            items.extend(kernel::read());
        }
        if items.is_empty() && problems.is_empty() {
            return Section::unsupported();
        }
        Section::of(items, problems)
    }
}

fn item(root: &Root, search: &SearchPath, daemon: &Daemon, problems: &mut Vec<Problem>) -> Option<Item> {
    if !daemon.programs.iter().any(|program| root.exists(program)) {
        return None;
    }
    let mut item = Item::new(daemon.name).with("service", daemon.name);
    let states = daemon.units.iter().filter_map(|unit| state(root, search, unit));
    // Of units of two names one is the other's alias.
    let state = states.min_by_key(|state| matches!(state, State::Alias));
    item.set("enabled_state", state.map(State::as_str));
    let mut servers = Servers::default();
    for pattern in daemon.files {
        let paths = glob::expand(root, pattern).map_err(|error| problems.push(error.problem())).unwrap_or_default();
        for path in paths {
            match root.text_linked(&path) {
                Ok(text) => (daemon.parse)(&text, &mut servers),
                Err(error) if error.is_absent() => {}
                Err(error) => problems.push(error.problem()),
            }
        }
    }
    for (name, mut values) in
        [("servers", servers.single), ("pools", servers.pools), ("fallback_servers", servers.fallback)]
    {
        values.sort_unstable();
        values.dedup();
        if !values.is_empty() {
            item.set(name, values);
            oddity::keep_sound(problems, daemon.name, &mut item, &[(name, is_server)]);
        }
    }
    if daemon.name == "systemd-timesyncd" && root.exists("/run/systemd/timesync") {
        item.set("synchronized", root.exists(SYNCHRONIZED));
    }
    if root.is_live()
        && let Some(source) = source::ask(daemon.name)
    {
        source.describe(&mut item);
    }
    Some(item)
}

/// Asks the services of which the process that looked could not hear whom they follow.
pub(super) fn complete(section: &mut Section, ask: impl Fn(&str) -> Option<source::Source>) {
    for item in section.items.iter_mut().filter(|item| item.text("current_source").is_none()) {
        if let Some(source) = DAEMONS.iter().find(|daemon| daemon.name == item.key).and_then(|daemon| ask(daemon.name))
        {
            source.describe(item);
        }
    }
}

fn state(root: &Root, search: &SearchPath, unit: &str) -> Option<State> {
    search.unit_files().find(|file| file.name == unit)?;
    service::load(root, search, unit).ok().map(|loaded| loaded.state)
}

/// Where the time comes from: single servers and pools of them.
#[derive(Debug, Default, PartialEq, Eq)]
struct Servers {
    single: Vec<String>,
    pools: Vec<String>,
    /// What is asked when nothing is configured.
    fallback: Vec<String>,
}

fn push(list: &mut Vec<String>, server: &str) {
    if list.len() < SERVER_CAP && !server.is_empty() {
        list.push(server.to_owned());
    }
}

/// Whether it is the name or the address of one, with a port maybe, or the driver of a clock.
fn is_server(text: &str) -> bool {
    let is_host = |text: &str| oddity::is_host_name(text) || oddity::is_address(text.trim_matches(['[', ']']));
    let has_port = |(host, port): (&str, &str)| port.parse::<u16>().is_ok() && is_host(host);
    is_host(text) || text.rsplit_once(':').is_some_and(has_port)
}

/// `server x`, `pool x`, `peer x`: chrony, ntpd and openntpd.
fn ntp(text: &str, found: &mut Servers) {
    for line in text.lines() {
        let mut words = line.split_whitespace();
        let keyword = words.next().unwrap_or_default().to_ascii_lowercase();
        // An option may stand between (`server -4 x`).
        let Some(name) = words.find(|word| !word.starts_with('-')) else { continue };
        match keyword.as_str() {
            "server" | "peer" | "refclock" => push(&mut found.single, name),
            "pool" | "servers" => push(&mut found.pools, name),
            _ => {}
        }
    }
}

/// timesyncd.conf(5): an empty value clears what was said before.
fn timesyncd(text: &str, found: &mut Servers) {
    service::unit::each(text, |section, name, value| {
        let list = match (section, name) {
            ("Time", "NTP") => &mut found.single,
            ("Time", "FallbackNTP") => &mut found.fallback,
            _ => return,
        };
        if value.is_empty() {
            list.clear();
        }
        for server in value.split_whitespace() {
            push(list, server);
        }
    });
}

/// `address = "x"` and `addresses = ["x"]` below `[[source]]`.
fn ntpd_rs(text: &str, found: &mut Servers) {
    let Ok(table) = text.parse::<toml::Table>() else { return };
    for source in table.get("source").and_then(toml::Value::as_array).into_iter().flatten() {
        let is_pool = source.get("mode").and_then(toml::Value::as_str) == Some("pool");
        if let Some(address) = source.get("address").and_then(toml::Value::as_str) {
            push(if is_pool { &mut found.pools } else { &mut found.single }, address);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn services_and_their_servers_are_told() {
        let tree = tempfile::tempdir().unwrap();
        for (path, text) in [
            ("usr/sbin/chronyd", ""),
            ("usr/lib/systemd/systemd-timesyncd", ""),
            ("usr/lib/systemd/system/chrony.service", "[Install]\nAlias=chronyd.service\nWantedBy=multi-user.target\n"),
            (
                "etc/chrony/chrony.conf",
                "pool 2.debian.pool.ntp.org iburst\n# server no\nkeyfile /etc/chrony/chrony.keys\n",
            ),
            ("etc/chrony/sources.d/a.sources", "server -4 10.0.0.1 prefer\n"),
            ("etc/systemd/timesyncd.conf", "[Time]\n#NTP=x\nNTP=a b\nFallbackNTP=f\n"),
            ("etc/systemd/timesyncd.conf.d/x.conf", "[Time]\nNTP=\nNTP=c\n"),
            ("run/systemd/timesync/synchronized", ""),
        ] {
            let path = tree.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let section = TimeSync.collect(&Root::at(tree.path()));
        assert!(section.problems.is_empty(), "{:?}", section.problems);
        let told: Vec<_> = section.items.iter().map(|item| json!(item.attributes)).collect();
        assert_eq!(
            told,
            [
                json!({"service": "chrony", "enabled_state": "disabled", "pools": ["2.debian.pool.ntp.org"], "servers": ["10.0.0.1"]}),
                json!({"service": "systemd-timesyncd", "servers": ["c"], "fallback_servers": ["f"], "synchronized": true}),
            ]
        );
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "(?s).{0,200}") {
            let mut found = Servers::default();
            ntp(&text, &mut found);
            timesyncd(&text, &mut found);
            ntpd_rs(&text, &mut found);
        }
    }

    #[test]
    fn what_a_probe_could_not_hear_is_asked_for_and_nothing_else() {
        let known = Item::new("systemd-timesyncd").with("current_source", "time.example");
        let items = vec![Item::new("chrony"), known.clone(), Item::new("kernel"), Item::new("openntpd")];
        let mut section = Section::of(items, Vec::new());
        let asked = std::cell::RefCell::new(Vec::new());
        complete(&mut section, |daemon| {
            asked.borrow_mut().push(daemon.to_owned());
            (daemon == "chrony").then(|| source::tests::following("192.0.2.7"))
        });
        assert_eq!(*asked.borrow(), ["chrony", "openntpd"]);
        assert_eq!(section.items[0].text("current_source"), Some("192.0.2.7"));
        assert_eq!(section.items[1..], [known, Item::new("kernel"), Item::new("openntpd")]);
    }

    #[test]
    fn what_can_be_no_server_is_left_out_and_said() {
        let tree = tempfile::tempdir().unwrap();
        for (path, text) in [
            ("usr/sbin/chronyd", ""),
            (
                "etc/chrony.conf",
                "server 300.1.1.1\nserver 2001:db8::1\nserver ntp.example:1123\nserver \u{202e}x\npool a..b\npool p.example\nrefclock PHC /dev/ptp0\n",
            ),
        ] {
            let path = tree.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let section = TimeSync.collect(&Root::at(tree.path()));
        let told = json!(section.items[0].attributes);
        assert_eq!(
            (&told["servers"], &told["pools"]),
            (&json!(["2001:db8::1", "PHC", "ntp.example:1123"]), &json!(["p.example"]))
        );
        assert_eq!(section.problems.len(), 3, "{:?}", section.problems);
        assert!(!section.problems.iter().any(|problem| problem.message.contains('\u{202e}')));
    }
}
