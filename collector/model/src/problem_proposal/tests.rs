//! What is proposed, once, and when it rests.

use muster_shared::id::TicketId;

use super::*;

fn at(days: i64) -> Time {
    Time::from_millis(1_700_000_000_000 + days * DAY_MS)
}

fn judged(count: usize) -> Judged {
    Judged {
        title: "web-1: it".into(),
        reasons: vec![Reason { rule: Rule::SameItem, count }],
        tickets: Vec::new(),
        findings: Vec::new(),
        hosts: Vec::new(),
    }
}

#[test]
fn the_same_count_changes_nothing_and_another_one_the_proposal() {
    let subject = Subject::Drift { fingerprint: "f".into() };
    let first = propose(None, &subject, judged(3), at(0)).unwrap();
    assert_eq!((first.id.clone(), first.first_at, first.last_at), (subject.id(), at(0), at(0)));
    assert_eq!(propose(Some(&first), &subject, judged(3), at(1)), None);
    let more = propose(Some(&first), &subject, judged(4), at(2)).unwrap();
    assert_eq!((more.first_at, more.last_at, more.reasons[0].count), (at(0), at(2), 4));
    let json = serde_json::to_string(&more).unwrap();
    assert_eq!(serde_json::from_str::<ProblemProposal>(&json).unwrap(), more);
}

#[test]
fn what_was_decided_rests_and_begins_anew() {
    let subject = Subject::Cause { item: "host_1".into() };
    let first = propose(None, &subject, judged(3), at(0)).unwrap();
    assert!(!first.is_at_rest(false, at(0)));
    let until = Time::from_millis(at(1).millis() + REST_MS);
    let state = ProposalState::Rejected { by: "ann".into(), reason: "no".into(), at: at(1), until };
    let rejected = ProblemProposal { state, ..first.clone() };
    assert!(rejected.is_at_rest(false, at(30)) && !rejected.is_at_rest(false, at(31)));
    assert_eq!(rejected.decided_at(), Some(at(1)));
    let again = propose(Some(&rejected), &subject, judged(3), at(31)).unwrap();
    assert_eq!((again.state, again.first_at), (ProposalState::Proposed, at(31)));
    let ticket = TicketId::new(at(1));
    let state = ProposalState::Accepted { by: "ann".into(), at: at(1), ticket, number: "PRB-000001".into() };
    let accepted = ProblemProposal { state, ..first };
    assert!(accepted.is_at_rest(true, at(400)) && !accepted.is_at_rest(false, at(2)));
}

#[test]
fn every_rule_has_a_row_and_every_subject_an_id_of_its_own() {
    let rules =
        [Rule::SameItem, Rule::Hosts, Rule::CameBack, Rule::Flapping, Rule::SameCause, Rule::SameAlerts, Rule::NotDone];
    assert!(rules.iter().all(|rule| rule.row().fewest < usize::MAX && !rule.row().counts.is_empty()));
    assert!(RULES.iter().all(|row| row.days * DAY_MS <= WINDOW_MS));
    let same = "x".to_owned();
    let ids = [
        Subject::Drift { fingerprint: same.clone() }.id(),
        Subject::Cause { item: same }.id(),
        Subject::Alerts { rule: AlertRuleId::from_bytes([1; 16]), group: "a".into() }.id(),
        Subject::Alerts { rule: AlertRuleId::from_bytes([1; 16]), group: "b".into() }.id(),
    ];
    assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), ids.len());
}
