//! Open releases that bring another version of a package to the same hosts: whichever goes out last decides, and neither says so.

use std::collections::BTreeSet;

use muster_shared::id::{HostId, TicketId};
use serde::{Deserialize, Serialize};

use super::Package;
use crate::ticket::StateName;

/// Another release that brings another version of a package to some of the same hosts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clash {
    /// The other release.
    pub ticket: TicketId,
    /// Its number.
    pub number: String,
    /// The package.
    pub package: String,
    /// The version that this release brings.
    pub own: String,
    /// The one that the other release brings.
    pub other: String,
    /// To how many hosts both go.
    pub hosts: usize,
}

/// What a release brings, and whereto.
#[derive(Clone, Debug)]
pub struct Going {
    /// Which release.
    pub ticket: TicketId,
    /// Its number.
    pub number: String,
    /// What it brings.
    pub packages: Vec<Package>,
    /// Whereto, all waves together.
    pub hosts: BTreeSet<HostId>,
}

/// Whether a release in a state is still to bring something: one that is planned, and not out yet.
pub const fn is_to_come(state: StateName) -> bool {
    matches!(
        state,
        StateName::Planned | StateName::Frozen | StateName::Ready | StateName::Deploying | StateName::Attention
    )
}

/// The packages that others bring in another version to hosts of a release.
pub fn find(own: &Going, others: &[Going]) -> Vec<Clash> {
    let mut found = Vec::new();
    for other in others.iter().filter(|other| other.ticket != own.ticket) {
        let hosts = own.hosts.intersection(&other.hosts).count();
        for package in own.packages.iter().filter(|_| hosts > 0) {
            let same = |their: &&Package| their.name == package.name && their.version != package.version;
            found.extend(other.packages.iter().filter(same).map(|their| Clash {
                ticket: other.ticket,
                number: other.number.clone(),
                package: package.name.clone(),
                own: package.version.clone(),
                other: their.version.clone(),
                hosts,
            }));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_another_version_on_the_same_hosts_is_a_clash() {
        let going = |n: u8, packages: &[(&str, &str)], hosts: &[u8]| Going {
            ticket: TicketId::from_bytes([n; 16]),
            number: format!("REL-{n:06}"),
            packages: packages
                .iter()
                .map(|(name, version)| Package { name: (*name).into(), version: (*version).into(), checksum: None })
                .collect(),
            hosts: hosts.iter().map(|n| HostId::from_bytes([*n; 16])).collect(),
        };
        let own = going(1, &[("app", "2.0"), ("lib", "1")], &[1, 2, 3]);
        let others = [
            own.clone(),
            going(2, &[("app", "2.0"), ("lib", "1")], &[1, 2, 3]),
            going(3, &[("app", "2.1")], &[4]),
            going(4, &[("app", "2.1"), ("lib", "2")], &[3, 2, 9]),
        ];
        let told: Vec<String> = find(&own, &others)
            .iter()
            .map(|it| format!("{} {} {}/{} {}", it.number, it.package, it.own, it.other, it.hosts))
            .collect();
        assert_eq!(told, ["REL-000004 app 2.0/2.1 2", "REL-000004 lib 1/2 2"]);
        assert!(is_to_come(StateName::Ready) && !is_to_come(StateName::Draft) && !is_to_come(StateName::Completed));
    }
}
