//! Targets for Prometheus' `http_sd_configs`: one group for each host, with what is known of it as labels.

use serde_json::{Value, json};

use super::Snapshot;

/// The address under which others reach a host: its first IPv4 address, else its first address, else its name.
pub fn address(host: &Snapshot) -> &str {
    let addresses = &host.facts.addresses;
    let first = addresses.iter().find(|address| !address.contains(':')).or(addresses.first());
    first.unwrap_or(&host.host.name)
}

/// The target groups, each with this port.
pub fn targets(hosts: &[Snapshot], port: u16) -> Value {
    let group = |host: &Snapshot| {
        let said = &host.host;
        let at = address(host);
        let target = if at.contains(':') { format!("[{at}]:{port}") } else { format!("{at}:{port}") };
        // Labels are texts; an empty one is the same as none.
        let labels = json!({
            "__meta_muster_id": said.id,
            "__meta_muster_name": said.name,
            "__meta_muster_owner": said.owner.as_deref().unwrap_or_default(),
            "__meta_muster_site": said.site.as_deref().unwrap_or_default(),
            "__meta_muster_criticality": said.criticality,
            "__meta_muster_lifecycle": said.lifecycle,
            "__meta_muster_status": host.status,
            "__meta_muster_os": host.facts.os,
            "__meta_muster_architecture": host.facts.architecture,
            "__meta_muster_virtualization": host.facts.virtualization,
        });
        json!({"targets": [target], "labels": labels})
    };
    hosts.iter().map(group).collect()
}
