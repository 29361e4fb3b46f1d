//! What an event is about: the item of an id, a name, a name in the DNS or an address. What is unknown stays unknown.

use std::net::IpAddr;

use muster_model::alert::{FoundBy, Subject};
use muster_model::declared::Declared;
use muster_model::history::Moment;
use muster_model::host::Host;
use muster_model::identification::{Identifier, IdentifierKind};
use muster_model::relation::address::{self, Address};
use muster_model::{Collection, Versioned};
use muster_shared::id::NodeId;
use muster_store::{Index, Scan, TypedStore};

use crate::service::{Call, Service, ServiceError};

/// Who looks.
const CALL: Call = Call::system("alerts");
/// Names that every machine calls itself by.
const OWN: &[&str] = &["localhost", "localhost.localdomain", "ip6-localhost"];

/// A reference without what is no part of a name: `https://web-1:9100/metrics` is about `web-1`.
fn bare(text: &str) -> &str {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let place = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let place = place.rsplit_once('@').map_or(place, |(_, place)| place);
    if let Some(inner) = place.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return inner.0;
    }
    match place.rsplit_once(':') {
        // More colons are an address of version 6.
        Some((name, port)) if !name.contains(':') && port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => place,
    }
}

fn one(mut found: Vec<Subject>) -> Option<Subject> {
    match found.len() {
        0 => None,
        1 => found.pop(),
        _ => Some(Subject::Several),
    }
}

fn host(stored: Versioned<Host>, by: FoundBy) -> Subject {
    Subject::Item { node: NodeId::Host(stored.value.id), name: stored.value.name, by }
}

impl Service {
    /// What a reference means now.
    pub(super) async fn subject_of(&self, reference: &str) -> Result<Subject, ServiceError> {
        let text = reference.trim();
        if text.is_empty() {
            return Ok(Subject::Nothing);
        }
        if let Some(found) = self.subject_by_id(text).await? {
            return Ok(found);
        }
        let place = bare(text);
        let names = if place == text { vec![text] } else { vec![text, place] };
        for name in names.into_iter().filter(|name| !OWN.contains(&name.to_lowercase().as_str())) {
            let found = match self.subject_by_name(name).await? {
                None => self.subject_by_network(name).await?,
                found => found,
            };
            if let Some(found) = found {
                return Ok(found);
            }
        }
        Ok(Subject::Nothing)
    }

    async fn subject_by_id(&self, text: &str) -> Result<Option<Subject>, ServiceError> {
        let Ok(node) = text.parse::<NodeId>() else { return Ok(None) };
        let node = match node {
            NodeId::Address(_) => return Ok(None),
            NodeId::Host(id) => match self.true_host(id).await {
                Ok(stored) => return Ok(Some(host(stored, FoundBy::Id))),
                Err(ServiceError::NotFound { .. }) => return Ok(None),
                Err(error) => return Err(error),
            },
            NodeId::Item(id) => self.get_item(&CALL, id, Moment::NOW).await.map(|_| node),
            NodeId::Declared(id) => self.get_declared(&CALL, id).await.map(|_| node),
        };
        match node {
            Ok(node) => {
                let named = self.name_node(&CALL, node).await;
                let name = match named.host_name {
                    Some(host) => format!("{host} {} {}", named.class, named.name),
                    None => named.name,
                };
                Ok(Some(Subject::Item { node, name, by: FoundBy::Id }))
            }
            Err(ServiceError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn subject_by_name(&self, name: &str) -> Result<Option<Subject>, ServiceError> {
        let folded = name.to_lowercase();
        let named = self.store().all::<Host>(Scan::exactly(Index::HostByName, &folded)).await?;
        let mut found: Vec<Subject> = named
            .into_iter()
            .filter(|stored| stored.value.merged_into.is_none())
            .map(|stored| host(stored, FoundBy::Name))
            .collect();
        let registry = self.registry().await?;
        for class in registry.all().filter(|class| class.is_declared()) {
            let scan = Scan::index(Index::DeclaredByClass, format!("{}/{folded}/", class.name));
            for stored in self.store().all::<Declared>(scan).await? {
                let item = stored.value;
                if item.is_present() && item.id.declared().is_some() && item.name.to_lowercase() == folded {
                    found.push(Subject::Item { node: item.id, name: item.name, by: FoundBy::Name });
                }
            }
        }
        Ok(one(found))
    }

    async fn subject_by_network(&self, text: &str) -> Result<Option<Subject>, ServiceError> {
        if let Ok(ip) = text.parse::<IpAddr>() {
            let scan = Scan::keys(Collection::Address, format!("{}/", ip.to_canonical()));
            let claims: Vec<Address> =
                self.store().all::<Address>(scan).await?.into_iter().map(|stored| stored.value).collect();
            let Some((id, _)) = address::owner(&claims, self.now()) else { return Ok(None) };
            let stored = self.true_host(id).await?;
            return Ok(Some(host(stored, FoundBy::Address)));
        }
        let Some(identifier) = Identifier::read(IdentifierKind::Fqdn, text) else { return Ok(None) };
        let scan = Scan::exactly(Index::HostByIdentifier, &identifier.index_key());
        let named = self.store().all::<Host>(scan).await?;
        let own = named.into_iter().filter(|stored| stored.value.merged_into.is_none());
        Ok(one(own.map(|stored| host(stored, FoundBy::Fqdn)).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_part_of_a_name_is_left_out() {
        for (text, expected) in [
            ("web-1", "web-1"),
            ("web-1:9100", "web-1"),
            ("https://web-1.example.org:443/health?x=1", "web-1.example.org"),
            ("http://user:pass@web-1/x", "web-1"),
            ("10.0.0.7:9100", "10.0.0.7"),
            ("[fd00::7]:9100", "fd00::7"),
            ("fd00::7", "fd00::7"),
            ("web-1:http", "web-1:http"),
        ] {
            assert_eq!(bare(text), expected);
        }
    }
}
