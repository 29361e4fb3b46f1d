//! A software bill of materials in CycloneDX 1.6 (ECMA-424): of one host, or of a service with the hosts that make it.

use muster_shared::{Attributes, SectionName, Time, canonical::Digest};
use serde_json::{Value, json};

use super::purl::{self, Distribution};
use super::{Known, Snapshot, text};

/// What a bill is of.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// `device` for a host, `application` for a service.
    pub kind: &'static str,
}

/// The bill of a subject with these hosts. The same facts give the same bill but for its time.
pub fn bill(subject: Subject<'_>, hosts: &[Snapshot], now: Time) -> Value {
    let mut components = Vec::new();
    let mut dependencies = Vec::new();
    let mut parts = Vec::new();
    for host in hosts {
        let id = host.host.id.to_string();
        let is_subject = id == subject.id;
        let software = software(host);
        let holds: Vec<Value> = software.iter().filter_map(|part| part.get("bom-ref").cloned()).collect();
        if is_subject {
            parts.extend(holds);
        } else {
            dependencies.push(json!({"ref": id, "dependsOn": holds}));
            parts.push(json!(id));
            components.push(json!({"type": "device", "bom-ref": id, "name": host.host.name}));
        }
        components.extend(software);
    }
    dependencies.insert(0, json!({"ref": subject.id, "dependsOn": parts}));
    let serial = serial(subject.id, &components);
    json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": serial,
        "version": 1,
        "metadata": {
            "timestamp": now.to_string(),
            "tools": {"components": [{"type": "application", "name": "muster", "version": muster_shared::VERSION}]},
            "component": {"type": subject.kind, "bom-ref": subject.id, "name": subject.name},
        },
        "components": components,
        "dependencies": dependencies,
    })
}

/// A serial number that follows from what the bill holds (RFC 9562, version 8).
fn serial(subject: &str, components: &[Value]) -> String {
    let text = format!("{subject}{}", Value::from(components.to_vec()));
    let hex = Digest::of(text.as_bytes()).to_string();
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("urn:uuid:{}-{}-8{}-a{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

fn software(host: &Snapshot) -> Vec<Value> {
    let id = host.host.id;
    let system = host.only(SectionName::Host);
    let distribution = Distribution {
        id: system.and_then(|system| text(system, "os_id")),
        version: system.and_then(|system| text(system, "os_version")),
    };
    let mut components = Vec::new();
    if let Some(name) = system.and_then(|system| text(system, "os_name")) {
        let component = Known::default()
            .set("type", Some("operating-system"))
            .set("bom-ref", Some(format!("{id}/os")))
            .set("name", Some(name))
            .set("version", distribution.version)
            .set("cpe", system.and_then(|system| text(system, "os_cpe")).filter(|cpe| cpe.starts_with("cpe:")));
        components.push(component.into_value());
    }
    for (key, package) in host.items(SectionName::Package) {
        let reference = muster_shared::id::ItemId::new(id, SectionName::Package, key).to_string();
        components.extend(component(package, &reference, distribution));
    }
    components
}

fn component(package: &Attributes, reference: &str, distribution: Distribution<'_>) -> Option<Value> {
    let manager = text(package, "manager").unwrap_or_default();
    let kind = if matches!(manager, "pip" | "npm" | "cargo") { "library" } else { "application" };
    let licence = text(package, "license").map(|name| json!([{"license": {"name": name}}]));
    let property = |name: &str| {
        let value = text(package, name)?;
        Some(json!({"name": format!("muster:{name}"), "value": value}))
    };
    let properties: Vec<Value> =
        ["manager", "architecture", "location", "origin"].into_iter().filter_map(property).collect();
    let supplier = text(package, "vendor").or_else(|| text(package, "maintainer")).map(|name| json!({"name": name}));
    let component = Known::default()
        .set("type", Some(kind))
        .set("bom-ref", Some(reference))
        .set("name", Some(text(package, "name")?))
        .set("version", text(package, "version"))
        .set("description", text(package, "summary"))
        .set("supplier", supplier)
        .set("licenses", licence)
        .set("purl", purl::of(package, distribution))
        .set("properties", Some(properties).filter(|properties| !properties.is_empty()));
    Some(component.into_value())
}
