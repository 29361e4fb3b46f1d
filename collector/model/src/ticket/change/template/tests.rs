//! What happens to templates of standard changes.

use serde_json::json;

use super::*;

fn at(day: i64) -> Time {
    Time::from_millis(day * 86_400_000)
}

fn doer(n: u8, day: i64) -> Doer {
    Doer { by: format!("user {n}"), user: Some(UserId::from_bytes([n; 16])), at: at(day) }
}

fn draft() -> Draft {
    let plan = json!({
        "reason": "fixes", "scope": {"hosts": "name:web-*"}, "implementation": "apt", "test": "t", "backout": "b",
        "outage_minutes": 0, "checks": ["it answers"],
    });
    Draft { name: "openssl".into(), plan: serde_json::from_value(plan).unwrap(), ..Draft::default() }
}

fn proposed() -> Template {
    Template::proposed(TemplateId::from_bytes([7; 16]), draft(), None, &doer(1, 1))
}

fn approved() -> Template {
    proposed().after(TemplateEvent::Approve, Some(1), None, &doer(2, 2)).unwrap()
}

fn word() -> Text {
    Text::Written("because".into())
}

#[test]
fn what_a_template_needs_and_must_not_have_is_named() {
    assert_eq!(draft().check(None, at(1)), []);
    let pointers =
        |draft: &Draft| -> Vec<String> { draft.check(None, at(1)).into_iter().map(|wrong| wrong.pointer).collect() };
    let mut odd = draft();
    odd.name = " ".into();
    odd.plan.r#type = ChangeType::Standard;
    odd.plan.backout = None;
    odd.plan.planned_start = Some(at(3));
    odd.review_at = Some(at(500));
    let expected = ["/name", "/plan/type", "/plan/planned_start", "/plan/backout", "/plan/template", "/review_at"];
    assert_eq!(pointers(&odd), expected);
    odd.plan.implementer = Some(UserId::from_bytes([1; 16]));
    let timeless = Draft { name: "x".into(), review_at: None, ..odd }.timeless();
    assert_eq!(pointers(&timeless), ["/plan/type", "/plan/backout", "/plan/template"]);
}

#[test]
fn somebody_else_approves_the_edition_that_is_there() {
    let template = proposed();
    let vote = |who, edition| template.after(TemplateEvent::Approve, Some(edition), None, &doer(who, 2));
    assert_eq!(vote(1, 1).unwrap_err().say, "template_own");
    assert_eq!(vote(2, 2).unwrap_err().say, "template_edition_moved");
    let approved = vote(2, 1).unwrap();
    assert_eq!((approved.state, approved.valid_until()), (TemplateState::Approved, Some(at(2 + 366))));
    assert_eq!(approved.after(TemplateEvent::Approve, Some(1), None, &doer(3, 3)).unwrap_err().say, "template_event");
    let machine = Doer { user: None, ..doer(9, 2) };
    assert!(template.after(TemplateEvent::Approve, Some(1), None, &machine).is_err(), "only people vote");
    assert_eq!(template.after(TemplateEvent::Reject, None, None, &doer(2, 2)).unwrap_err().say, "template_comment");
    assert_eq!(
        template.after(TemplateEvent::Reject, None, Some(word()), &doer(2, 2)).unwrap().state,
        TemplateState::Rejected
    );
}

#[test]
fn another_plan_is_another_edition_and_another_name_is_not() {
    let template = approved();
    let renamed = template.edited(Draft { name: "tls".into(), ..draft() }, &doer(2, 3)).unwrap();
    assert_eq!((renamed.edition, renamed.state), (1, TemplateState::Approved));
    let mut other = draft();
    other.plan.implementation = Some("rm -r /".into());
    let edited = template.edited(other, &doer(2, 3)).unwrap();
    assert_eq!((edited.edition, edited.state, edited.approved_at), (2, TemplateState::Proposed, None));
    // Whoever approved the first edition wrote this one; who wrote the first one may vote now.
    assert_eq!(edited.after(TemplateEvent::Approve, Some(2), None, &doer(2, 4)).unwrap_err().say, "template_own");
    assert!(edited.after(TemplateEvent::Approve, Some(2), None, &doer(1, 4)).is_ok());
    let longer = template.edited(Draft { review_at: Some(at(300)), ..draft() }, &doer(1, 3)).unwrap();
    assert_eq!(longer.state, TemplateState::Proposed, "a later review is no way around votes");
    let gone = template.after(TemplateEvent::Withdraw, None, Some(word()), &doer(2, 3)).unwrap();
    assert_eq!(gone.edited(draft(), &doer(1, 4)).unwrap_err().say, "template_event");
}

#[test]
fn a_change_follows_the_edition_that_is_approved_until_its_review() {
    let template = approved();
    let plan = Plan {
        r#type: ChangeType::Standard,
        template: Some(Followed::Template(template.id)),
        template_edition: Some(1),
        planned_start: Some(at(5)),
        ..draft().plan
    };
    let refused =
        |template: &Template, plan: &Plan, day| template.refuses(plan, at(day)).map(|why| why.say.to_string());
    assert_eq!(refused(&template, &plan, 5), None);
    assert_eq!(refused(&template, &plan, 368).as_deref(), Some("guard_template_old"));
    assert_eq!((template.standing(at(5)), template.standing(at(368))), ("approved", "expired"));
    assert_eq!(refused(&proposed(), &plan, 5).as_deref(), Some("guard_template"));
    let older = Plan { template_edition: Some(2), ..plan.clone() };
    assert_eq!(refused(&template, &older, 5).as_deref(), Some("guard_template_edition"));
    let other = Plan { backout: Some("none".into()), ..plan };
    assert_eq!(refused(&template, &other, 5).as_deref(), Some("guard_template_differs"));
}

#[test]
fn two_failed_changes_suspend_it_and_it_is_approved_again_by_somebody_else() {
    let template = approved();
    let clock = Doer { by: "system".into(), user: None, at: at(9) };
    assert_eq!(template.after_change(1, 10, &clock), None);
    let suspended = template.after_change(2, 4, &clock).unwrap();
    assert_eq!(suspended.state, TemplateState::Suspended);
    assert_eq!(suspended.after_change(3, 4, &clock), None, "once is enough");
    assert_eq!(suspended.after(TemplateEvent::Approve, Some(1), None, &doer(2, 10)).unwrap_err().say, "template_event");
    let again = suspended.after(TemplateEvent::Propose, None, Some(word()), &doer(3, 10)).unwrap();
    assert_eq!(again.after(TemplateEvent::Approve, Some(1), None, &doer(3, 11)).unwrap_err().say, "template_own");
    let approved = again.after(TemplateEvent::Approve, Some(1), None, &doer(2, 11)).unwrap();
    assert_eq!((approved.state, approved.approved_at), (TemplateState::Approved, Some(at(11))));
    // One that is over is proposed again; one that counts is not.
    assert!(approved.after(TemplateEvent::Propose, None, Some(word()), &doer(1, 12)).is_err());
    assert!(approved.after(TemplateEvent::Propose, None, Some(word()), &doer(1, 400)).is_ok());
}
