//! Which hosts there are: names, sites, roles and addresses. All names end in `demo.example`, all addresses are of the blocks that are
//! kept for documentation (RFC 5737, RFC 3849), so that nothing here can be mistaken for a machine of somebody.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What a host is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Role {
    Web,
    App,
    Database,
    Cache,
    Balancer,
    Mail,
    Files,
    Build,
    Monitoring,
    Names,
}

impl Role {
    /// How the names of its hosts begin.
    pub(super) const fn prefix(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::App => "app",
            Self::Database => "db",
            Self::Cache => "cache",
            Self::Balancer => "lb",
            Self::Mail => "mail",
            Self::Files => "nas",
            Self::Build => "ci",
            Self::Monitoring => "mon",
            Self::Names => "dns",
        }
    }

    /// The team that looks after it.
    pub(super) const fn team(self) -> &'static str {
        match self {
            Self::Database | Self::Cache => "database",
            Self::Balancer | Self::Names => "network",
            Self::Web | Self::App | Self::Mail | Self::Files | Self::Build | Self::Monitoring => "linux",
        }
    }

    /// How much depends on it.
    pub(super) const fn criticality(self) -> &'static str {
        match self {
            Self::Database | Self::Balancer => "critical",
            Self::Web | Self::App | Self::Names => "high",
            Self::Cache | Self::Mail | Self::Files => "normal",
            Self::Build | Self::Monitoring => "low",
        }
    }
}

/// Twenty hosts have these roles, and so do the next twenty.
const PATTERN: &[Role] = &[
    Role::Web,
    Role::Web,
    Role::Web,
    Role::Web,
    Role::Web,
    Role::App,
    Role::App,
    Role::App,
    Role::App,
    Role::App,
    Role::Database,
    Role::Database,
    Role::Database,
    Role::Cache,
    Role::Balancer,
    Role::Mail,
    Role::Files,
    Role::Build,
    Role::Monitoring,
    Role::Names,
];

/// The sites: name, the first address of its half or whole network, the third group of its IPv6 network.
const SITES: &[(&str, [u8; 4], u16)] = &[
    ("fra", [192, 0, 2, 10], 0xf),
    ("ber", [198, 51, 100, 10], 0xb),
    ("ams", [203, 0, 113, 10], 0xa),
    ("vie", [192, 0, 2, 138], 0xe),
];

/// A host as it was planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Planned {
    /// The first part of its name.
    pub(super) short: String,
    /// What it is for.
    pub(super) role: Role,
    /// Where it stands.
    pub(super) site: &'static str,
    /// Which one of its site it is.
    pub(super) place: u8,
    v4: Ipv4Addr,
    v6: Ipv6Addr,
}

impl Planned {
    /// Its whole name.
    pub(super) fn name(&self) -> String {
        format!("{}.demo.example", self.short)
    }

    /// Its address.
    pub(super) const fn address(&self) -> IpAddr {
        IpAddr::V4(self.v4)
    }

    /// Its addresses with the length of their networks.
    pub(super) fn addresses(&self) -> Vec<String> {
        vec![format!("{}/24", self.v4), format!("{}/64", self.v6)]
    }

    /// The first address of its network: that of the router.
    pub(super) fn gateway(&self) -> String {
        let [a, b, c, _] = self.v4.octets();
        format!("{a}.{b}.{c}.1")
    }
}

/// So many hosts.
pub(super) fn plan(count: u16) -> Vec<Planned> {
    let mut numbers: std::collections::BTreeMap<Role, u16> = std::collections::BTreeMap::new();
    let roles = PATTERN.iter().copied().cycle().take(usize::from(count));
    let mut hosts = Vec::new();
    for (index, role) in roles.enumerate() {
        let number = numbers.entry(role).and_modify(|number| *number += 1).or_insert(1);
        let (at, turn) = (index % SITES.len(), index / SITES.len());
        let Some((site, [a, b, c, first], group)) = SITES.get(at).copied() else { continue };
        let place = u8::try_from(turn).unwrap_or(u8::MAX);
        hosts.push(Planned {
            short: format!("{}-{number:02}", role.prefix()),
            role,
            site,
            place,
            v4: Ipv4Addr::new(a, b, c, first.saturating_add(place)),
            v6: Ipv6Addr::new(0x2001, 0xdb8, group, 0, 0, 0, 0, u16::from(first) + u16::from(place)),
        });
    }
    hosts
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use muster_model::demo::{FEWEST_HOSTS, MOST_HOSTS};

    use super::*;

    #[test]
    fn names_and_addresses_are_unique_and_of_nobody() {
        let all = plan(MOST_HOSTS);
        assert_eq!(all.len(), usize::from(MOST_HOSTS));
        let names: BTreeSet<String> = all.iter().map(Planned::name).collect();
        let addresses: BTreeSet<Ipv4Addr> = all.iter().map(|host| host.v4).collect();
        assert_eq!((names.len(), addresses.len()), (all.len(), all.len()));
        for host in &all {
            let documentation = host.v4.is_documentation() && host.v6.segments()[..2] == [0x2001, 0xdb8];
            assert!(documentation && host.name().ends_with(".demo.example"), "{host:?}");
        }
    }

    #[test]
    fn the_smallest_fleet_has_every_role_and_every_site() {
        let all = plan(FEWEST_HOSTS);
        let roles: BTreeSet<Role> = all.iter().map(|host| host.role).collect();
        let sites: BTreeSet<&str> = all.iter().map(|host| host.site).collect();
        assert_eq!((roles.len(), sites.len()), (10, SITES.len()));
        let larger = plan(60);
        assert_eq!(larger[..all.len()], all[..], "a larger fleet has the hosts of the smaller one");
    }
}
