//! Which host has an address, and when: from the interfaces that agents report. An address that two hosts have at once is
//! nobody's: bridges of containers and networks behind routers use the same ones everywhere, and a guess is worth nothing.

use std::collections::BTreeSet;
use std::net::IpAddr;

use muster_shared::diff::ItemMap;
use muster_shared::id::HostId;
use muster_shared::{Attributes, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Span;
use crate::record::record;

/// The times in which a host had an address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Address {
    /// The address.
    pub ip: IpAddr,
    /// The host.
    pub host: HostId,
    /// When it had it, oldest first.
    pub spans: Vec<Span>,
}

record!(Address, Address, |address| format!("{}/{}", address.ip, address.host));

/// Times that are kept.
const MAX_SPANS: usize = 64;

impl Address {
    /// A host that has an address since now.
    pub fn new(ip: IpAddr, host: HostId, now: Time) -> Self {
        Self { ip, host, spans: vec![Span { since: now, until: None }] }
    }

    /// Whether the host has it now.
    pub fn holds(&self) -> bool {
        self.spans.last().is_some_and(|span| span.until.is_none())
    }

    /// The host has it from now on, or does not have it any more.
    pub fn set(&mut self, holds: bool, now: Time) {
        match (self.holds(), holds) {
            (false, true) => {
                if self.spans.len() >= MAX_SPANS {
                    self.spans.remove(0);
                }
                self.spans.push(Span { since: now, until: None });
            }
            (true, false) => {
                if let Some(last) = self.spans.last_mut() {
                    last.until = Some(now);
                }
            }
            _ => {}
        }
    }
}

/// The one host that had an address at a moment, and since when.
pub fn owner<'a>(claims: impl IntoIterator<Item = &'a Address>, moment: Time) -> Option<(HostId, Time)> {
    let held =
        |claim: &Address| claim.spans.iter().find(|span| span.covers(moment)).map(|span| (claim.host, span.since));
    let mut holders = claims.into_iter().filter_map(held);
    let (host, since) = holders.next()?;
    holders.next().is_none().then_some((host, since))
}

/// Whether an address says which host is meant, as far as the address itself tells.
fn is_telling(ip: IpAddr) -> bool {
    let is_local = match ip {
        IpAddr::V4(ip) => ip.is_link_local() || ip.is_broadcast(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    };
    !(is_local || ip.is_loopback() || ip.is_unspecified() || ip.is_multicast())
}

/// The addresses of a host's interfaces; the leased ones stand in the metrics.
pub fn addresses(interfaces: &ItemMap, metrics: &ItemMap) -> BTreeSet<IpAddr> {
    let listed = |attributes: &Attributes, name: &str| -> Vec<IpAddr> {
        let values = attributes.get(name).and_then(Value::as_array).into_iter().flatten();
        let text = |value: &Value| value.get("address").or(Some(value))?.as_str()?.parse::<IpAddr>().ok();
        values.filter_map(text).collect()
    };
    let fixed = interfaces.values().flat_map(|attributes| listed(attributes, "addresses"));
    let leased = metrics.iter().filter(|(key, _)| interfaces.contains_key(*key));
    let leased = leased.flat_map(|(_, attributes)| listed(attributes, "dynamic_addresses"));
    fixed.chain(leased).map(|ip| ip.to_canonical()).filter(|ip| is_telling(*ip)).collect()
}
