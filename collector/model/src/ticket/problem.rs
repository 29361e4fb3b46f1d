//! Problems: the cause of incidents, what is known of it and what is done about it (service-desk rules, section 5).

use muster_shared::Time;
use muster_shared::id::FindingId;
use serde::{Deserialize, Serialize};

use super::known_error::Signature;
use super::transition::{Cause, Fields, Transition, is_blank, row};
use super::{Kind, Link, LinkKind, StateName, Ticket};
use crate::right::Action::{ProblemManage, RiskAccept};
use crate::text::Phrase;
use StateName::{Assess, Cancelled, Closed, FixInProgress, New, Resolved, RootCause};

/// What only problems have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What people found out.
    #[serde(default)]
    pub analysis: Analysis,
    /// Until when somebody lives with it, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_risk: Option<AcceptedRisk>,
    /// Findings that it was made of, if a proposal led to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<FindingId>,
}

/// What people found out of a problem.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Analysis {
    /// How it shows itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symptom: Option<String>,
    /// What it comes of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// The item that it comes of: an id, or a product and its versions in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause_item: Option<String>,
    /// How to get around it meanwhile. With a cause and this it is a known error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workaround: Option<String>,
    /// What mends it for good.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permanent_fix: Option<String>,
    /// By what it is recognised on a new incident.
    #[serde(skip_serializing_if = "Signature::is_unset")]
    pub signature: Signature,
    /// Why no change is needed to mend it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_change: Option<String>,
}

/// A risk that somebody takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedRisk {
    /// Until when.
    pub until: Time,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: String,
    /// Whether that day came, and another problem looks at it again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_over: bool,
}

/// How far a known error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KnownError {
    /// Its cause is known, a way around it is not.
    Draft,
    /// Both are known.
    Published,
    /// It is mended.
    Fixed,
    /// It is over.
    Retired,
}

impl KnownError {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Draft, Self::Published, Self::Fixed, Self::Retired];

    /// The one of a name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.as_str() == name)
    }

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Fixed => "fixed",
            Self::Retired => "retired",
        }
    }
}

/// Whether a problem is a known error, and how far.
pub fn known_error(ticket: &Ticket) -> Option<KnownError> {
    let super::Details::Problem(problem) = &ticket.details else { return None };
    if is_blank(problem.analysis.cause.as_ref()) {
        return None;
    }
    Some(match ticket.state.name() {
        Resolved => KnownError::Fixed,
        Closed | Cancelled => KnownError::Retired,
        _ if is_blank(problem.analysis.workaround.as_ref()) => KnownError::Draft,
        _ => KnownError::Published,
    })
}

/// The transitions of a problem.
pub const PROBLEM: &[Transition] = &[
    row("assess", &[New], Assess, ProblemManage),
    row("find_cause", &[Assess], RootCause, ProblemManage)
        .guard("the analysis names a cause and the item or version that it comes of"),
    row("start_fix", &[RootCause], FixInProgress, ProblemManage)
        .guard("a change is linked as fixed_by, or the analysis says why no change is needed"),
    row("resolve", &[FixInProgress], Resolved, ProblemManage).needs(&["close_code", "close_notes"]),
    row("not_fixed", &[Resolved], FixInProgress, ProblemManage).needs(&["comment"]),
    row("close", &[Resolved], Closed, ProblemManage).takes(&["comment"]).by(Cause::Anyone),
    row("accept_risk", &[RootCause, FixInProgress], Closed, RiskAccept)
        .needs(&["comment", "until"])
        .guard("until is a time to come, at most a year away"),
    row("cancel", &[New, Assess], Cancelled, ProblemManage)
        .needs(&["reason"])
        .takes(&["comment", "duplicate_of"])
        .guard("reason duplicate asks for duplicate_of, or a link duplicate_of"),
];

/// The longest time for which a risk is accepted at once.
pub const LONGEST_RISK_MS: i64 = 366 * 86_400_000;

/// What stands against an event.
pub(super) fn refusal(problem: &Problem, ticket: &Ticket, event: &str, fields: &Fields, now: Time) -> Option<Phrase> {
    let analysis = &problem.analysis;
    match event {
        "find_cause" if is_blank(analysis.cause.as_ref()) => Some(Phrase::new("guard_cause")),
        "find_cause" if is_blank(analysis.cause_item.as_ref()) => Some(Phrase::new("guard_cause_item")),
        "start_fix" => {
            let is_change = |link: &Link| link.number.starts_with(Kind::Change.prefix());
            let is_linked = ticket.links.iter().any(|link| link.kind == LinkKind::FixedBy && is_change(link));
            (!is_linked && is_blank(analysis.no_change.as_ref())).then(|| Phrase::new("guard_fix"))
        }
        "accept_risk" => {
            let ahead = fields.until.map_or(0, |until| until.since(now));
            (ahead <= 0 || ahead > LONGEST_RISK_MS).then(|| Phrase::new("guard_risk_until"))
        }
        _ => None,
    }
}

/// What an event leaves behind.
pub(super) fn effect(problem: &mut Problem, event: &str, fields: &Fields, actor: &str) {
    if let ("accept_risk", Some(until)) = (event, fields.until) {
        let reason = fields.comment.clone().unwrap_or_default();
        problem.accepted_risk = Some(AcceptedRisk { until, reason, by: actor.to_owned(), is_over: false });
    }
}
