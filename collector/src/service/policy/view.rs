//! Policies as they are shown: those of owners, and those that are shipped with what owners set of them.

use muster_model::Versioned;
use muster_model::finding::Basis;
use muster_model::grant::observed;
use muster_model::peer;
use muster_model::policy::book::Settings;
use muster_model::policy::own::{OwnPolicy, PolicySetting};
use muster_model::policy::patience::Patience;
use muster_model::policy::shipped::Shipped;
use muster_model::policy::{self, Class, Outcome, Policy, Severity};
use muster_shared::{SectionName, Time};

/// A policy as it is shown.
#[derive(Clone, Debug)]
pub struct PolicyView {
    /// Its name.
    pub id: String,
    /// What it is for.
    pub purpose: String,
    /// Whether it looks at changes or at how things are.
    pub basis: Basis,
    /// Whether it is shipped: its rule is fixed then.
    pub is_shipped: bool,
    /// Whose items it looks at.
    pub sections: Vec<SectionName>,
    /// Which hosts it means; empty is all.
    pub scope: String,
    /// What must not be, of one over how things are.
    pub condition: Option<String>,
    /// The rows of one over changes.
    pub rows: Vec<&'static Policy>,
    /// How bad.
    pub severity: Severity,
    /// How patient.
    pub class: Class,
    /// With what outcome.
    pub outcome: Outcome,
    /// How long it waits, and what is told as one incident.
    pub patience: Patience,
    /// Whether it is asked.
    pub is_enabled: bool,
    /// Findings of it that stand.
    pub findings: usize,
    /// Why it cannot be asked, or had no answer the last time.
    pub problem: Option<String>,
    /// Who changed it last, and when.
    pub changed: Option<(String, Time)>,
    /// The version of what an owner said; 0 is nothing yet.
    pub version: u64,
}

pub(super) fn of_owner(stored: Versioned<OwnPolicy>) -> PolicyView {
    let policy = stored.value;
    PolicyView {
        id: policy.id,
        purpose: policy.purpose,
        basis: Basis::State,
        is_shipped: false,
        sections: vec![policy.section],
        scope: policy.scope,
        condition: Some(policy.condition),
        rows: Vec::new(),
        severity: policy.severity,
        class: policy.class,
        outcome: policy.outcome,
        patience: policy.patience,
        is_enabled: policy.is_enabled,
        findings: 0,
        problem: None,
        changed: Some((policy.changed_by, policy.changed_at)),
        version: stored.version,
    }
}

/// What an owner set, as it is shown.
fn said(set: Option<&Versioned<PolicySetting>>) -> (Option<(String, Time)>, u64) {
    let changed = set.map(|set| (set.value.changed_by.clone(), set.value.changed_at));
    (changed, set.map_or(0, |set| set.version))
}

pub(super) fn over_changes(id: &str, set: Option<&Versioned<PolicySetting>>) -> Option<PolicyView> {
    let rows: Vec<&'static Policy> = policy::DEFAULT.iter().filter(|policy| policy.id == id).collect();
    let first = *rows.first()?;
    let settings = Settings::new(set.map(|set| set.value.clone()));
    let minded = first.minded(&settings);
    let mut sections: Vec<SectionName> = rows.iter().map(|row| row.section).collect();
    sections.dedup();
    let (changed, version) = said(set);
    Some(PolicyView {
        id: id.to_owned(),
        purpose: first.purpose.to_owned(),
        basis: Basis::Change,
        is_shipped: true,
        sections,
        scope: String::new(),
        condition: None,
        rows,
        severity: minded.severity,
        class: minded.class,
        outcome: minded.outcome,
        patience: minded.patience,
        is_enabled: settings.is_on(id),
        findings: 0,
        problem: None,
        changed,
        version,
    })
}

pub(super) fn over_state(policy: &'static Shipped, set: Option<&Versioned<PolicySetting>>) -> PolicyView {
    let settings = Settings::new(set.map(|set| set.value.clone()));
    let (changed, version) = said(set);
    let mut sections = match peer::find(policy.id) {
        Some(_) => peer::COMPARED.iter().map(|(section, _)| *section).collect(),
        None if observed::find(policy.id).is_some() => observed::SECTIONS.to_vec(),
        None => vec![policy.section],
    };
    sections.dedup();
    PolicyView {
        id: policy.id.to_owned(),
        purpose: policy.purpose.to_owned(),
        basis: Basis::State,
        is_shipped: true,
        sections,
        scope: String::new(),
        condition: (!policy.condition.is_empty()).then(|| policy.condition.to_owned()),
        rows: Vec::new(),
        severity: set.and_then(|set| set.value.severity).unwrap_or(policy.severity),
        class: policy.class,
        outcome: set.and_then(|set| set.value.outcome).unwrap_or(policy.outcome),
        patience: settings.patience(policy.id),
        is_enabled: settings.is_state_on(policy),
        findings: 0,
        problem: None,
        changed,
        version,
    }
}
