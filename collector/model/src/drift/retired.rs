//! Hosts that are out of service and report.

use muster_shared::id::ItemId;
use muster_shared::{SectionName, Time};
use serde_json::Value;

use super::{Windows, first_state};
use crate::finding::{self, Finding, Subject};
use crate::host::Host;
use crate::policy::book::Settings;
use crate::policy::{self, Violation};

/// The policy that minds reports of hosts that are out of service.
pub const RETIRED_HOST: &str = "retired-host";

/// The finding that a host which is out of service reports; `None` when one stands already, or nobody minds.
pub fn zombie(host: &Host, active: &[Finding], settings: &Settings, windows: &Windows, now: Time) -> Option<Finding> {
    let policy = policy::find(RETIRED_HOST).filter(|policy| settings.is_on(policy.id))?;
    let (section, attribute) = (SectionName::Host, "lifecycle".to_owned());
    let fingerprint = finding::fingerprint(host.id, section, &host.name, RETIRED_HOST, Some(&attribute));
    if active.iter().any(|finding| finding.policy == RETIRED_HOST || finding.fingerprint == fingerprint) {
        return None;
    }
    let subject = Subject {
        host: host.id,
        host_name: &host.name,
        item: ItemId::new(host.id, section, "host"),
        section,
        key: &host.name,
        not_before: None,
        seen_at: now,
    };
    let (expected, actual) = (Value::from(host.lifecycle.as_str()), Value::from("reports"));
    let minded = policy.minded(settings);
    let state = first_state(minded.class, minded.patience, windows, now);
    let violation = Violation { policy: minded, attribute: Some(attribute), expected, actual };
    Some(Finding::begin(&subject, violation, state, now))
}
