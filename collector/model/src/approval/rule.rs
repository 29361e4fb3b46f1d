//! Which stages a ticket asks for: rules as data. Those of the organisation come first, in their order, then those that are shipped; the
//! first that means the ticket decides.

use muster_shared::Time;
use serde::{Deserialize, Serialize};

use super::seat::Approver;
use super::stage::{self, OnTimeout, Wanted};
use super::tally::Rule;
use crate::class::Violation;
use crate::policy::own;
use crate::query::{Entry, Query, fields};
use crate::record::record;
use crate::text::Phrase;
use crate::ticket::{Details, StateName, Ticket};

/// Most rules.
const MOST: usize = 100;

/// Kinds of tickets that wait for votes.
const VOTED_ON: [&str; 3] = ["change", "request", "access"];

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalRule {
    /// What it is called: rounds say which rule asked for them.
    pub name: String,
    /// Which tickets it means, in the query language; empty is all that wait for votes.
    #[serde(default)]
    pub filter: String,
    /// Whose votes, one stage after the other.
    #[serde(default)]
    pub stages: Vec<Wanted>,
    /// Whether such tickets are approved without votes. Nothing that is shipped is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub auto_approve: bool,
}

/// What differs between two lists of rules, in a line for the audit trail.
pub fn difference(before: &[ApprovalRule], after: &[ApprovalRule]) -> String {
    let of = |rules: &'_ [ApprovalRule], name: &str| rules.iter().position(|rule| rule.name == name);
    let mut said = Vec::new();
    for rule in after {
        let without = if rule.auto_approve { ", approves without votes" } else { "" };
        let Some(old) = of(before, &rule.name).and_then(|at| before.get(at)) else {
            said.push(format!("{} added{without}", rule.name));
            continue;
        };
        let parts = [
            ("filter", old.filter != rule.filter),
            ("stages", old.stages != rule.stages),
            ("votes", old.auto_approve != rule.auto_approve),
        ];
        let parts: Vec<&str> = parts.into_iter().filter(|(_, differs)| *differs).map(|(part, _)| part).collect();
        if !parts.is_empty() {
            said.push(format!("{} changed ({}){without}", rule.name, parts.join(", ")));
        }
    }
    let gone = before.iter().filter(|rule| of(after, &rule.name).is_none());
    said.extend(gone.map(|rule| format!("{} removed", rule.name)));
    let names = |rules: &[ApprovalRule]| rules.iter().map(|rule| rule.name.clone()).collect::<Vec<_>>();
    let kept = names(before).into_iter().filter(|name| of(after, name).is_some());
    if !kept.eq(names(after).into_iter().filter(|name| of(before, name).is_some())) {
        said.push(format!("in the order {}", names(after).join(", ")));
    }
    said.join("; ")
}

/// Those of the organisation, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalRules {
    /// The rules.
    pub rules: Vec<ApprovalRule>,
    /// When they were set.
    pub changed_at: Time,
    /// Who did that.
    pub changed_by: String,
}

/// The one key.
pub const KEY: &str = "approval_rules";

record!(ApprovalRules, ApprovalRules, |_rules| KEY.to_owned());

/// Who is on call of this group is asked first for emergencies, beside the board.
pub const EMERGENCY_GROUP: &str = "ecab";

/// The rules that are shipped.
pub fn shipped() -> Vec<ApprovalRule> {
    let rule = |name: &str, filter: &str, stages: Vec<Wanted>| ApprovalRule {
        name: name.to_owned(),
        filter: filter.to_owned(),
        stages,
        auto_approve: false,
    };
    let owners = |name| Wanted::new(name, vec![Approver::ServiceOwners]).within(72, OnTimeout::Escalate);
    let manager = || Wanted {
        skip_nobody: true,
        ..Wanted::new("manager", vec![Approver::Manager]).within(72, OnTimeout::Escalate)
    };
    // Privileged access that nobody looked at is not given.
    let security = || Wanted::new("security", vec![Approver::Security]).within(168, OnTimeout::Reject);
    let emergency = Wanted::new("emergency_board", vec![Approver::OnCall(EMERGENCY_GROUP.into()), Approver::Board]);
    let peer = Wanted::new("peer", vec![Approver::Peer]).within(48, OnTimeout::Remind);
    let both = Wanted::new("owner_and_peer", vec![Approver::ServiceOwners, Approver::Peer]);
    let board = Wanted::new("board", vec![Approver::Board]).by(Rule::Percent(50)).within(120, OnTimeout::Remind);
    vec![
        rule(
            "emergency",
            "kind:change change_type:emergency",
            vec![Wanted { each_member: true, ..emergency.within(1, OnTimeout::Escalate) }],
        ),
        rule("low risk", "kind:change risk:low", vec![peer]),
        rule("moderate risk", "kind:change risk:moderate", vec![both.by(Rule::All).within(72, OnTimeout::Escalate)]),
        rule("high risk", "kind:change", vec![owners("service_owner"), Wanted { each_member: true, ..board }]),
        rule("privileged access", "kind:access privileged:true", vec![manager(), owners("resource_owner"), security()]),
        rule("access", "kind:access", vec![manager(), owners("resource_owner")]),
        rule("request", "kind:request", vec![owners("resource_owner")]),
    ]
}

/// The names of stages that are shipped: pages say them in the language of who reads.
pub fn stage_names() -> Vec<String> {
    let mut names: Vec<String> = shipped().into_iter().flat_map(|rule| rule.stages).map(|stage| stage.name).collect();
    names.sort();
    names.dedup();
    names
}

/// Whether a ticket waits for votes where it stands.
pub fn waits_for_votes(ticket: &Ticket) -> bool {
    matches!(
        (&ticket.details, ticket.state.name()),
        (Details::Change(_), StateName::Authorize)
            | (Details::Access(_) | Details::Request(_), StateName::AwaitingApproval)
    )
}

/// The rule that counts for a ticket. One whose question cannot be read any more means nothing.
pub fn of<'a>(rules: impl IntoIterator<Item = &'a ApprovalRule>, entry: &dyn Entry) -> Option<&'a ApprovalRule> {
    let means =
        |rule: &&ApprovalRule| Query::parse(&rule.filter, &fields::TICKET).is_ok_and(|query| query.matches(entry));
    rules.into_iter().find(means)
}

/// What forbids to save rules.
pub fn check(rules: &[ApprovalRule]) -> Vec<Violation> {
    let mut wrong = Vec::new();
    if rules.len() > MOST {
        wrong.push(Violation::new("/rules", Phrase::new("at_most_entries").with("max", MOST)));
    }
    let shipped = shipped();
    for (place, rule) in rules.iter().enumerate() {
        let at = |field: &str| format!("/rules/{place}/{field}");
        if let Some(why) = own::line(&rule.name) {
            wrong.push(Violation::new(at("name"), why));
        } else if rules.iter().take(place).any(|other| other.name == rule.name)
            || shipped.iter().any(|other| other.name == rule.name)
        {
            wrong.push(Violation::new(at("name"), Phrase::new("route_taken")));
        }
        match Query::parse(&rule.filter, &fields::TICKET) {
            Err(error) => wrong.push(Violation::new(at("filter"), error.phrase())),
            Ok(query) if !query.moment.is_now() => {
                wrong.push(Violation::new(at("filter"), Phrase::new("scope_moment")));
            }
            Ok(query) if query.requires("kind").is_some_and(|kind| !VOTED_ON.contains(&kind)) => {
                wrong.push(Violation::new(at("filter"), Phrase::new("approval_rule_kind")));
            }
            Ok(_) => {}
        }
        // Without votes and with stages is a contradiction; without both nobody would ever decide.
        if rule.stages.is_empty() != rule.auto_approve {
            wrong.push(Violation::new(at("stages"), Phrase::new("approval_rule_stages")));
        }
        wrong.extend(stage::check(&rule.stages, &at("stages")));
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn decides(own: &[ApprovalRule], entry: &Value) -> String {
        let shipped = shipped();
        of(own.iter().chain(&shipped), entry).map(|rule| rule.name.clone()).unwrap_or_default()
    }

    #[test]
    fn what_is_shipped_may_be_saved_and_means_every_ticket_that_waits_for_votes() {
        let renamed: Vec<ApprovalRule> =
            shipped().into_iter().map(|rule| ApprovalRule { name: format!("own {}", rule.name), ..rule }).collect();
        assert_eq!(check(&renamed), []);
        let cases = [
            (json!({"kind": "change", "change_type": "emergency", "risk": "low"}), "emergency"),
            (json!({"kind": "change", "change_type": "normal", "risk": "low"}), "low risk"),
            (json!({"kind": "change", "change_type": "normal", "risk": "moderate"}), "moderate risk"),
            (json!({"kind": "change", "change_type": "normal", "risk": "high"}), "high risk"),
            (json!({"kind": "change", "change_type": "standard"}), "high risk"),
            (json!({"kind": "access", "privileged": true}), "privileged access"),
            (json!({"kind": "access", "privileged": false}), "access"),
            (json!({"kind": "request"}), "request"),
            (json!({"kind": "incident"}), ""),
        ];
        for (entry, rule) in cases {
            assert_eq!(decides(&[], &entry), rule, "{entry}");
        }
    }

    #[test]
    fn rules_of_the_organisation_come_first_and_one_that_cannot_be_read_means_nothing() {
        let own = |name: &str, filter: &str| ApprovalRule {
            name: name.into(),
            filter: filter.into(),
            stages: vec![Wanted::new("x", vec![Approver::Board])],
            auto_approve: false,
        };
        let rules = [own("odd", "colour:red"), own("shop", "kind:change category:shop")];
        assert_eq!(decides(&rules, &json!({"kind": "change", "category": "shop", "risk": "low"})), "shop");
        assert_eq!(decides(&rules, &json!({"kind": "change", "category": "mail", "risk": "low"})), "low risk");
    }

    #[test]
    fn what_cannot_be_is_named() {
        let rules: Vec<ApprovalRule> = serde_json::from_value(json!([
            {"name": "a", "filter": "colour:red", "stages": [{"name": "x", "approvers": []}]},
            {"name": "a", "stages": [{"name": "x", "approvers": ["peer"], "rule": {"percent": 0}},
                                     {"name": "x", "approvers": ["peer"], "rule": {"count": 0}, "due_hours": 0,
                                      "escalate_to": "board"}]},
            {"name": "access"},
            {"name": "b", "auto_approve": true, "stages": [{"name": "x", "approvers": ["peer"]}]},
            {"name": "c", "filter": "kind:incident", "stages": [{"name": "x", "approvers": ["peer"]}]},
        ]))
        .unwrap();
        let pointers: Vec<String> = check(&rules).into_iter().map(|wrong| wrong.pointer).collect();
        assert_eq!(
            pointers,
            [
                "/rules/0/filter",
                "/rules/0/stages/0/approvers",
                "/rules/1/name",
                "/rules/1/stages/0/rule",
                "/rules/1/stages/1/name",
                "/rules/1/stages/1/rule",
                "/rules/1/stages/1/due_hours",
                "/rules/1/stages/1/escalate_to",
                "/rules/2/name",
                "/rules/2/stages",
                "/rules/3/stages",
                "/rules/4/filter",
            ]
        );
    }
}
