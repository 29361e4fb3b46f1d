//! `/findings/{id}`: one difference, with everything that it takes to judge it.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use muster_model::finding::{Finding, FindingState};
use muster_model::history::Moment;
use muster_model::policy::shipped;
use muster_model::right::Action;
use muster_shared::id::{FindingId, HostId, ItemId, NodeId};
use muster_shared::{Attributes, SectionName, Time};

use super::list::FindingRow;
use super::matched::{self, MatchRow};
use crate::console::answer;
use crate::console::change::ChangeLine;
use crate::console::difference::{self, Difference};
use crate::console::evidence::{self, ProofLine};
use crate::console::form::{self, Attempt, Field, Form};
use crate::console::locale::Locale;
use crate::console::moment;
use crate::console::shell::Shell;
use crate::console::visitor::Visitor;
use crate::service::ServiceError;
use crate::service::evidence::Evidence;

/// Why a finding does not need anybody now, or how it ended.
#[derive(Clone, Debug)]
pub(in crate::console) struct Decision {
    pub(in crate::console) by: String,
    pub(in crate::console) reason: String,
    /// When it ends, or when it ended.
    pub(in crate::console) at: Time,
    /// Catalogue key of the word before that moment.
    pub(in crate::console) at_label: &'static str,
    pub(in crate::console) resolution: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "finding.html")]
pub(in crate::console) struct FindingPage {
    pub(in crate::console) page: Shell,
    pub(in crate::console) finding: Finding,
    pub(in crate::console) row: FindingRow,
    pub(in crate::console) what: WhatChanged,
    pub(in crate::console) decision: Option<Decision>,
    pub(in crate::console) opens_at: Option<Time>,
    /// The interval in which it happened.
    pub(in crate::console) happened: String,
    pub(in crate::console) purpose: String,
    pub(in crate::console) evidence: Evidence,
    pub(in crate::console) proof: Vec<ProofLine>,
    pub(in crate::console) incident: Option<String>,
    pub(in crate::console) changes: Vec<ChangeLine>,
    pub(in crate::console) elsewhere: Vec<FindingRow>,
    pub(in crate::console) matches: Vec<MatchRow>,
    pub(in crate::console) forms: Vec<Form>,
}

/// A difference under the name of its item.
#[derive(Clone, Debug)]
pub(in crate::console) struct WhatChanged {
    pub(in crate::console) finding: String,
    pub(in crate::console) host_id: String,
    pub(in crate::console) host_name: String,
    /// When the host was last seen without it, as a field takes it: from there on it is compared with now.
    pub(in crate::console) before: String,
    pub(in crate::console) item: String,
    pub(in crate::console) key: String,
    pub(in crate::console) section: String,
    pub(in crate::console) state: &'static str,
    pub(in crate::console) difference: Difference,
}

/// Items that differences are shown among, read once per section.
#[derive(Default)]
pub(in crate::console) struct Surroundings(HashMap<(HostId, SectionName), HashMap<ItemId, Attributes>>);

impl Surroundings {
    /// The difference of a finding among the item's other attributes.
    pub(in crate::console) async fn difference(
        &mut self,
        visitor: &Visitor,
        finding: &Finding,
    ) -> Result<WhatChanged, ServiceError> {
        let place = (finding.host, finding.section);
        if finding.attribute.is_some() && !self.0.contains_key(&place) {
            let items =
                visitor.service().host_section(&visitor.call, finding.host, finding.section, Moment::NOW).await?;
            self.0.insert(place, items.into_iter().map(|item| (item.id, item.attributes)).collect());
        }
        let present = self.0.get(&place).and_then(|items| items.get(&finding.item));
        Ok(WhatChanged::of(finding, present, visitor.locale.name("section", finding.section.as_str())))
    }
}

impl WhatChanged {
    /// The difference of a finding.
    pub(in crate::console) fn of(finding: &Finding, present: Option<&Attributes>, section: String) -> Self {
        let before = finding.not_before.unwrap_or_else(|| finding.first_seen.plus_millis(-1_000));
        Self {
            finding: finding.id.to_string(),
            host_id: finding.host.to_string(),
            host_name: finding.host_name.clone(),
            before: before.to_string().chars().take(19).collect(),
            item: finding.item.to_string(),
            key: finding.item_key.clone(),
            section,
            state: finding.state.as_str(),
            difference: difference::of_finding(finding, present),
        }
    }
}

fn decision(finding: &Finding) -> Option<Decision> {
    let (by, reason, at, at_label, resolution) = match &finding.state {
        FindingState::Pending { .. }
        | FindingState::Open { .. }
        | FindingState::Attached { .. }
        | FindingState::Tentative { .. }
        | FindingState::Flapping { .. }
        | FindingState::Unknown { .. } => return None,
        FindingState::Waived { by, justification, expires_at } => (by, justification, *expires_at, "until", None),
        FindingState::Suppressed { by, reason, until } => (by, reason, *until, "until", None),
        FindingState::Resolved { resolution, by, reason, at } => (by, reason, *at, "ended", Some(resolution.as_str())),
    };
    Some(Decision { by: by.clone(), reason: reason.clone(), at, at_label, resolution })
}

fn forms(visitor: &Visitor, finding: &Finding, version: u64, attempt: Option<&Attempt>) -> Vec<Form> {
    if !finding.state.is_active() {
        return Vec::new();
    }
    let locale = visitor.locale;
    let form = |id: &'static str| {
        let action = format!("/findings/{}/{id}", finding.id);
        let note = locale.name("finding-note", id);
        Form::new(visitor, id, action, locale.name("finding-do", id)).version(version).note(note)
    };
    let reason = || Field::area(locale, "reason").required();
    let confirm = || {
        let changes = match &finding.state {
            FindingState::Tentative { changes, .. } => changes.as_slice(),
            _ => &[],
        };
        let choice = |likely: &muster_model::finding::Likely| form::Choice {
            value: likely.number.clone(),
            label: likely.number.clone(),
            is_chosen: false,
        };
        let choices = changes.iter().map(choice).collect();
        form("confirm").tone("primary").field(Field::select(locale, "change", choices))
    };
    let accept = || form("accept").tone("primary").field(reason());
    let waive = || {
        form("waive")
            .field(Field::area(locale, "justification").required())
            .field(Field::new(locale, "expires_at", form::Kind::Input("date")).required().hint(locale.t("hint-year")))
    };
    let suppress = || {
        let until =
            Field::new(locale, "until", form::Kind::Input("datetime-local")).required().hint(locale.t("hint-utc"));
        form("suppress").field(reason()).field(until)
    };
    let is_tentative = matches!(finding.state, FindingState::Tentative { .. });
    let offered = [
        (visitor.may(Action::FindingAccept) && is_tentative).then(confirm),
        (visitor.may(Action::FindingAccept) && finding.basis.may_accept()).then(accept),
        visitor.may(Action::FindingWaive).then(waive),
        visitor.may(Action::FindingSuppress).then(suppress),
    ];
    offered.into_iter().flatten().map(|form| form.after(attempt)).collect()
}

/// What a policy is for, in the visitor's language if it is shipped.
pub(in crate::console) fn purpose(locale: Locale, policy: &str, otherwise: &str) -> String {
    if !shipped::is_shipped(policy) {
        return otherwise.to_owned();
    }
    locale.find(&format!("policy-{policy}")).unwrap_or_else(|| otherwise.to_owned())
}

/// The finding of a path.
pub(super) fn parse(id: &str) -> Result<FindingId, ServiceError> {
    id.parse().map_err(|_| ServiceError::NotFound { kind: "finding", id: id.chars().take(80).collect() })
}

pub(in crate::console) struct Parts {
    pub(in crate::console) finding: Finding,
    pub(in crate::console) what: WhatChanged,
    pub(in crate::console) evidence: Evidence,
    pub(in crate::console) incident: Option<String>,
    pub(in crate::console) forms: Vec<Form>,
}

pub(in crate::console) fn build(page: Shell, parts: Parts) -> FindingPage {
    let Parts { finding, what, evidence, incident, forms } = parts;
    FindingPage {
        row: FindingRow::of(&finding, page.locale),
        what,
        decision: decision(&finding),
        opens_at: match finding.state {
            FindingState::Pending { opens_at } => Some(opens_at),
            _ => None,
        },
        incident,
        happened: match finding.not_before {
            Some(from) => moment::interval(from, finding.first_seen),
            None => page.locale.with("happened-before", &[("at", &moment::exact(finding.first_seen))]),
        },
        purpose: purpose(page.locale, &finding.policy, &evidence.purpose),
        changes: evidence.history.iter().map(|entry| ChangeLine::of(entry, page.locale)).collect(),
        matches: matched::rows([&finding], page.locale),
        proof: evidence::lines(page.locale, &evidence),
        elsewhere: evidence.elsewhere.iter().map(|other| FindingRow::of(other, page.locale)).collect(),
        evidence,
        forms,
        finding,
        page,
    }
}

/// The page of a finding, with a form that was not taken if there is one.
pub(super) async fn page(visitor: &Visitor, id: &str, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let stored = service.get_finding(call, parse(id)?).await?;
    let finding = stored.value;
    let visitor = &visitor.before_node(NodeId::Host(finding.host)).await?;
    let shell = Shell::at(visitor, "/findings", &visitor.locale.phrase(&finding.title())).await;
    let parts = Parts {
        what: Surroundings::default().difference(visitor, &finding).await?,
        evidence: service.finding_evidence(call, &finding).await?,
        incident: match finding.incident {
            Some(incident) => service.number_of(incident).await?,
            None => None,
        },
        forms: forms(visitor, &finding, stored.version, attempt),
        finding,
    };
    Ok(answer::page(form::status(attempt), &build(shell, parts)))
}

/// `GET /findings/{id}`.
pub(in crate::console) async fn show(visitor: Visitor, Path(id): Path<String>) -> Response {
    let outcome = page(&visitor, &id, None).await;
    visitor.answer(outcome)
}
