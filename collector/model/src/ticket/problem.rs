//! Problems: the cause of incidents, what is known of it and what is done about it (service-desk rules, section 5).

use muster_shared::Time;
use muster_shared::id::FindingId;
use serde::{Deserialize, Serialize};

use super::known_error::Signature;
use super::transition::{Cause, Fields, Transition, is_blank, row};
use super::{Details, Entry, FieldChange, Kind, Link, LinkKind, StateName, Ticket, TimelineEntry};
use crate::right::Action::{ProblemManage, RiskAccept};
use crate::right::Actor;
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
    /// How far the known error is by a person's word, against what follows from the analysis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
}

/// How far a known error is by a person's word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// How far.
    pub state: KnownError,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: Time,
    /// Why.
    pub reason: String,
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
    /// What has it: a question over items, asked anew whenever it is looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<String>,
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
    let Details::Problem(problem) = &ticket.details else { return None };
    if is_blank(problem.analysis.cause.as_ref()) {
        return None;
    }
    let no_way = is_blank(problem.analysis.workaround.as_ref());
    Some(match (problem.standing.as_ref().map(|standing| standing.state), ticket.state.name()) {
        (Some(KnownError::Retired), _) | (_, Cancelled) => KnownError::Retired,
        // What is lived with, or stands on hosts that the fix did not reach, is worth to be known on.
        (Some(KnownError::Published), _) if !no_way => KnownError::Published,
        (_, Resolved) => KnownError::Fixed,
        (_, Closed) => KnownError::Retired,
        (Some(KnownError::Draft), _) => KnownError::Draft,
        _ if no_way => KnownError::Draft,
        _ => KnownError::Published,
    })
}

/// What a person may make of a known error now.
pub fn known_error_next(ticket: &Ticket) -> Vec<KnownError> {
    let Some(now) = known_error(ticket) else { return Vec::new() };
    let is_over = !ticket.state.name().is_active();
    let all = [KnownError::Draft, KnownError::Published, KnownError::Retired];
    // A draft is taken back from people while it is worked on; what is over is published or retired.
    all.into_iter().filter(|next| *next != now && !(*next == KnownError::Draft && is_over)).collect()
}

/// Publishes a known error, takes it back, or retires it, by a person's word.
pub fn stand(
    ticket: &Ticket,
    state: KnownError,
    reason: &str,
    actor: &Actor,
    now: Time,
) -> Result<(Ticket, TimelineEntry), Phrase> {
    let before = known_error(ticket).ok_or_else(|| Phrase::new("known_error_none"))?;
    if !known_error_next(ticket).contains(&state) {
        let said = Phrase::new("known_error_is").term("state", "known-error", before.as_str());
        return Err(said);
    }
    let mut next = ticket.clone();
    let Details::Problem(problem) = &mut next.details else { return Err(Phrase::new("known_error_none")) };
    if state == KnownError::Published && is_blank(problem.analysis.workaround.as_ref()) {
        return Err(Phrase::new("known_error_workaround"));
    }
    let by = actor.label();
    problem.standing = Some(Standing { state, by: by.clone(), at: now, reason: reason.to_owned() });
    if known_error(&next) != Some(state) {
        return Err(Phrase::new("known_error_is").term("state", "known-error", before.as_str()));
    }
    let (from, to) = (before.as_str().to_owned(), state.as_str().to_owned());
    let fields = vec![FieldChange { field: "known_error".into(), from, to }];
    let entry = next.note(now, &by, Entry::Changed { fields });
    Ok((next, entry))
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ticket::edit::{Opening, open};
    use crate::ticket::{Channel, Priorities, State};

    fn at(n: i64) -> Time {
        Time::from_millis(n)
    }

    fn problem(analysis: &serde_json::Value) -> Ticket {
        let details = Details::empty(Kind::Problem).patched(&json!({ "analysis": analysis })).unwrap();
        let opening = Opening { details, ..Opening::incident("p".into(), Channel::Api) };
        open(opening, "PRB-000001".into(), &Priorities::default(), &Actor::System("t"), at(0)).0
    }

    #[test]
    fn a_known_error_is_published_taken_back_and_retired_by_hand() {
        let known = problem(&json!({"cause": "leak", "workaround": "restart"}));
        assert_eq!(known_error(&known), Some(KnownError::Published));
        let by_hand = |ticket: &Ticket, state| stand(ticket, state, "as agreed", &Actor::System("ann"), at(1));
        let (draft, entry) = by_hand(&known, KnownError::Draft).unwrap();
        assert_eq!(known_error(&draft), Some(KnownError::Draft));
        assert!(matches!(entry.entry, Entry::Changed { fields } if fields[0].to == "draft"));
        let (again, _) = by_hand(&draft, KnownError::Published).unwrap();
        assert_eq!(known_error(&again), Some(KnownError::Published));
        let (retired, _) = by_hand(&again, KnownError::Retired).unwrap();
        assert_eq!(known_error(&retired), Some(KnownError::Retired));
        assert!(by_hand(&retired, KnownError::Retired).is_err(), "it is that already");
        assert!(by_hand(&known, KnownError::Fixed).is_err(), "only its problem says that");
        let mut over = known;
        over.state = State::plain(FixInProgress).unwrap();
        over.state = State::Closed(crate::ticket::state::Resolution {
            close_code: crate::ticket::state::CloseCode::RiskAccepted,
            close_notes: crate::text::Text::default(),
            cause_item: None,
            at: at(2),
        });
        assert_eq!(known_error(&over), Some(KnownError::Retired));
        assert_eq!(known_error_next(&over), [KnownError::Published]);
        let (lived_with, _) = by_hand(&over, KnownError::Published).unwrap();
        assert_eq!(known_error(&lived_with), Some(KnownError::Published), "it is lived with, and still there");
    }

    #[test]
    fn without_a_cause_or_a_way_around_it_none_is_published() {
        let by_hand = |ticket: &Ticket, state| stand(ticket, state, "", &Actor::System("ann"), at(1)).map(|_| ());
        let key = |outcome: Result<(), Phrase>| outcome.unwrap_err().say;
        assert_eq!(key(by_hand(&problem(&json!({})), KnownError::Published)), "known_error_none");
        assert_eq!(key(by_hand(&problem(&json!({"cause": "x"})), KnownError::Published)), "known_error_workaround");
    }
}
