//! What a grant is at a time, what accounts have beside it, what clashes, and what becomes of answers.

use std::collections::BTreeMap;

use muster_shared::Attributes;
use serde_json::{Value, json};

use super::observed::{Sections, compare};
use super::recertification::{
    self, Answer, Campaign, CampaignState, Counts, Outcome, Refused, ReviewItem, Said, Scope, Verdict,
};
use super::separation::{Asked, Rule, Side};
use super::*;
use crate::text::Text;

const HOST: HostId = HostId::from_bytes([1; 16]);
const OTHER: HostId = HostId::from_bytes([2; 16]);
const HOLDER: UserId = UserId::from_bytes([3; 16]);
const REVIEWER: UserId = UserId::from_bytes([4; 16]);
const DAY: i64 = 86_400_000;

fn day(days: i64) -> Time {
    Time::from_millis(1_700_000_000_000 + days * DAY)
}

fn grant(account: &str, entitlement: Entitlement, group: Option<&str>) -> Grant {
    Grant {
        id: GrantId::from_bytes([5; 16]),
        ticket: TicketId::from_bytes([6; 16]),
        number: "ACC-000001".into(),
        account: account.into(),
        entitlement,
        group: group.map(str::to_owned),
        hosts: vec![HOST],
        follows: None,
        left: Vec::new(),
        holder: Some(HOLDER),
        reason: "works there".into(),
        valid_from: day(0),
        valid_to: Some(day(30)),
        is_emergency: false,
        exception: None,
        granted_by: "otto".into(),
        granted_at: day(0),
        has_begun: true,
        reviewed_at: None,
        in_review: None,
        state: GrantState::Given,
        places: Vec::new(),
        removal: None,
    }
}

fn items(list: &[(&str, Value)]) -> BTreeMap<String, Attributes> {
    let attributes = |value: &Value| -> Attributes { value.as_object().unwrap().clone().into_iter().collect() };
    list.iter().map(|(key, value)| ((*key).to_owned(), attributes(value))).collect()
}

#[test]
fn where_it_stands_is_a_matter_of_the_clock() {
    let mut it = grant("rita", Entitlement::Account, None);
    let at = |it: &Grant, days| it.status(day(days)).as_str();
    assert_eq!(
        [-1, 0, 22, 23, 29, 30].map(|days| at(&it, days)),
        ["planned", "active", "active", "expiring", "expiring", "expired"]
    );
    it.state = GrantState::Suspended { by: "a".into(), at: day(1), reason: "r".into() };
    assert_eq!((at(&it, 2), at(&it, 30)), ("suspended", "expired"));
    it.state = GrantState::Revoked { by: "a".into(), at: day(1), reason: "r".into() };
    assert_eq!((at(&it, 40), it.review_due_at()), ("revoked", None));
    let mut sudo = grant("rita", Entitlement::Sudo, None);
    assert_eq!(sudo.review_due_at(), Some(day(90)), "each quarter");
    sudo.reviewed_at = Some(day(10));
    assert_eq!(sudo.review_due_at(), Some(day(100)));
    sudo.has_begun = false;
    assert_eq!(sudo.due_at(), Some(day(0)), "first its time begins");
    assert_eq!(grant("rita", Entitlement::Group, Some("users")).review_due_at(), Some(day(365)));
}

#[test]
fn what_agents_see_is_noted_once_and_gone_is_gone_from_all() {
    let mut it = grant("rita", Entitlement::Account, None);
    it.hosts.push(OTHER);
    assert!(it.note((HOST, "web-1"), true, day(1)));
    assert!(!it.note((HOST, "web-1"), true, day(2)), "no news");
    assert!(it.note((HOST, "web-1"), false, day(3)));
    assert!(!it.is_gone(), "of the other host nothing is known");
    it.note((OTHER, "web-2"), false, day(3));
    assert!(it.is_gone());
}

#[test]
fn only_what_people_and_power_have_is_minded() {
    let user = |uid: u64, shell: &str, groups: &[&str]| json!({"uid": uid, "shell": shell, "groups": groups});
    let sections = Sections {
        users: Some(items(&[
            ("root", user(0, "/bin/bash", &["root"])),
            ("toor", user(0, "/bin/sh", &[])),
            ("daemon", user(1, "/usr/sbin/nologin", &[])),
            ("syslog", user(104, "/usr/sbin/nologin", &["adm"])),
            ("postgres", user(110, "/bin/bash", &["ssl-cert", "sudo"])),
            ("rita", user(1_000, "/bin/bash", &["users", "adm"])),
            ("robot", user(1_001, "/usr/sbin/nologin", &[])),
            ("nobody", user(65_534, "/usr/sbin/nologin", &[])),
        ])),
        groups: Some(items(&[("docker", json!({"members": ["ghost"]})), ("ops", json!({"members": ["rita"]}))])),
        sudo_rules: Some(items(&[
            ("root ALL", json!({"kind": "rule", "users": ["root"]})),
            ("%sudo ALL", json!({"kind": "rule", "users": ["%sudo"]})),
            ("%ops ALL", json!({"kind": "rule", "users": ["%ops", "eve", "!mallory"]})),
            ("Defaults env_reset", json!({"kind": "defaults"})),
        ])),
        keys: Some(items(&[
            ("/root/k", json!({"account": "root", "effective": true})),
            ("/home/robot/k", json!({"account": "robot", "effective": false})),
        ])),
    };
    let compared = compare(HOST, &sections, &[], day(1));
    let mut seen: Vec<String> =
        compared.iter().map(|it| format!("{} {}", it.observed.account, it.observed.right())).collect();
    seen.sort();
    assert_eq!(
        seen,
        [
            "eve sudo",
            "ghost group docker",
            "postgres group sudo",
            "rita account",
            "rita group adm",
            "rita sudo ops",
            "root key",
            "toor account",
        ]
    );
    assert_eq!(sections.has(&grant("robot", Entitlement::Account, None)), Some(true), "what is granted is looked for");
    assert_eq!(sections.has(&grant("rita", Entitlement::Group, Some("users"))), Some(true));
    assert_eq!(sections.has(&grant("rita", Entitlement::Sudo, None)), Some(true), "by a group too");
    assert_eq!(sections.has(&grant("robot", Entitlement::Sudo, None)), Some(false));
    assert_eq!(Sections::default().has(&grant("rita", Entitlement::Account, None)), None);
}

#[test]
fn a_grant_allows_what_it_says_and_what_comes_with_it() {
    let sections = Sections {
        users: Some(items(&[("rita", json!({"uid": 1_000, "shell": "/bin/bash", "groups": ["docker", "wheel"]}))])),
        groups: Some(items(&[])),
        sudo_rules: Some(items(&[("rita ALL", json!({"kind": "rule", "users": ["rita"]}))])),
        keys: Some(items(&[("k", json!({"account": "rita"}))])),
    };
    let allowed = |grants: &[Grant], days: i64| -> Vec<String> {
        let compared = compare(HOST, &sections, grants, day(days));
        compared.iter().filter(|it| it.is_allowed).map(|it| it.observed.right()).collect()
    };
    assert_eq!(allowed(&[grant("rita", Entitlement::Account, None)], 1), ["account", "key"]);
    assert_eq!(allowed(&[grant("rita", Entitlement::Group, Some("docker"))], 1), ["account", "group docker", "key"]);
    assert_eq!(allowed(&[grant("rita", Entitlement::Sudo, None)], 1), ["account", "group wheel", "sudo", "key"]);
    assert!(allowed(&[grant("rita", Entitlement::Sudo, None)], 30).is_empty(), "until its end");
    assert!(allowed(&[grant("eve", Entitlement::Sudo, None)], 1).is_empty());
}

#[test]
fn two_sides_clash_either_way_round_and_only_where_they_mean_the_hosts() {
    let side = |entitlement, group: Option<&str>, hosts: &str| Side {
        entitlement,
        group: group.map(str::to_owned),
        hosts: hosts.into(),
    };
    let rule = Rule {
        name: "r".into(),
        one: side(Entitlement::Sudo, None, "name:db"),
        other: side(Entitlement::Group, Some("audit"), ""),
        reason: String::new(),
        is_enabled: true,
    };
    let (sudo, audit) = (grant("a", Entitlement::Sudo, None), grant("a", Entitlement::Group, Some("audit")));
    let users = grant("a", Entitlement::Group, Some("users"));
    let on = |wanted: HostId| move |_: &str, host: HostId| host == wanted;
    assert!(rule.parts(Asked::from(&sudo), Asked::from(&audit), on(HOST)));
    assert!(rule.parts(Asked::from(&audit), Asked::from(&sudo), on(HOST)));
    assert!(!rule.parts(Asked::from(&sudo), Asked::from(&audit), on(OTHER)));
    assert!(!rule.parts(Asked::from(&sudo), Asked::from(&users), on(HOST)));
    let off = Rule { is_enabled: false, ..rule.clone() };
    assert!(!off.parts(Asked::from(&sudo), Asked::from(&audit), on(HOST)));
    let pointers = |rule: &Rule| {
        rule.check(&crate::query::fields::HOST).into_iter().map(|wrong| wrong.pointer).collect::<Vec<_>>()
    };
    assert!(pointers(&rule).is_empty());
    assert_eq!(pointers(&Rule { name: " ".into(), other: rule.one.clone(), ..rule.clone() }), ["/name"]);
    assert_eq!(pointers(&Rule { other: rule.one.clone(), ..rule }), ["/other"]);
}

fn campaign(state: CampaignState) -> Campaign {
    let mut campaign = Campaign {
        id: CampaignId::from_bytes([7; 16]),
        name: Text::Written("autumn".into()),
        scope: Scope::default(),
        window_days: 14,
        created_by: "vera".into(),
        created_at: day(0),
        state: CampaignState::Draft,
        opened_at: None,
        due_at: None,
        escalated_at: None,
        closed_at: None,
        counts: Counts::default(),
    };
    campaign.open(2, day(0));
    campaign.state = state;
    campaign
}

fn item(it: &Grant) -> ReviewItem {
    ReviewItem {
        campaign: CampaignId::from_bytes([7; 16]),
        grant: it.id,
        number: it.number.clone(),
        account: it.account.clone(),
        right: it.right(),
        is_privileged: it.is_privileged(),
        holder: it.holder,
        reviewers: vec![(REVIEWER, "Vera".into()), (HOLDER, "Rita".into())],
        is_escalated: false,
        handed_on: Vec::new(),
        answer: None,
        outcome: None,
    }
}

fn said(verdict: Verdict) -> Said {
    let to = Some((UserId::from_bytes([9; 16]), "olga".to_owned(), "Olga".to_owned()));
    Said { verdict, comment: "because".into(), valid_to: Some(day(5)), to }
}

#[test]
fn an_answer_is_of_who_is_asked_once_and_says_why() {
    let it = grant("rita", Entitlement::Account, None);
    let (open, asked) = (campaign(CampaignState::Open), item(&it));
    let answer = |said: &Said, by: (UserId, &str)| recertification::answer(&open, &asked, &it, by, said, day(1));
    let vera = (REVIEWER, "vera");
    for (by, refused) in [
        ((HOLDER, "rr"), Refused::Own),
        ((REVIEWER, "rita"), Refused::Own),
        ((UserId::from_bytes([8; 16]), "x"), Refused::NotAsked),
    ] {
        assert_eq!(answer(&said(Verdict::Keep), by).unwrap_err(), refused);
    }
    let silent = |verdict| Said { comment: " ".into(), ..said(verdict) };
    assert!(answer(&silent(Verdict::Keep), vera).is_ok());
    assert_eq!(answer(&silent(Verdict::Revoke), vera).unwrap_err(), Refused::Comment);
    for end in [None, Some(day(0)), Some(day(30)), Some(day(31))] {
        let wrong = Said { valid_to: end, ..said(Verdict::Modify) };
        assert_eq!(answer(&wrong, vera).unwrap_err(), Refused::End, "{end:?}");
    }
    let to = |to| answer(&Said { to, ..said(Verdict::Delegate) }, vera);
    assert_eq!(to(None).unwrap_err(), Refused::To);
    assert_eq!(to(Some((HOLDER, "rr".into(), "R".into()))).unwrap_err(), Refused::To, "not to who has it");
    let handed = answer(&said(Verdict::Delegate), vera).unwrap();
    assert_eq!((handed.reviewers.len(), handed.answer.is_none(), handed.handed_on.len()), (1, true, 1));
    let answered = answer(&said(Verdict::Keep), vera).unwrap();
    let twice = recertification::answer(&open, &answered, &it, vera, &said(Verdict::Keep), day(1));
    assert_eq!(twice.unwrap_err(), Refused::Answered);
    for state in [CampaignState::Draft, CampaignState::Enforcing, CampaignState::Closed] {
        let late = recertification::answer(&campaign(state), &asked, &it, vera, &said(Verdict::Keep), day(1));
        assert_eq!(late.unwrap_err(), Refused::Over);
    }
}

#[test]
fn who_does_not_answer_is_passed_by_and_power_ends() {
    let mut open = campaign(CampaignState::Open);
    assert!(
        !open.escalates(day(13)) && open.escalates(day(14)) && !open.is_over(day(60)),
        "nobody is passed by unasked"
    );
    assert_eq!(open.next_at(), Some(day(14)));
    open.escalated_at = Some(day(14));
    assert_eq!((open.escalates(day(15)), open.is_over(day(20)), open.is_over(day(21))), (false, false, true));
    assert_eq!(open.next_at(), Some(day(21)));
    open.counts.answered = 2;
    assert!(open.is_over(day(1)), "all answered");
    let (sudo, plain) = (grant("rita", Entitlement::Sudo, None), grant("rita", Entitlement::Account, None));
    let silent = |it: &Grant, days| recertification::outcome(&item(it), it, day(days));
    assert_eq!(silent(&sudo, 1), Outcome::RevokedUnanswered);
    assert_eq!(silent(&plain, 1), Outcome::KeptUnanswered);
    assert_eq!(silent(&plain, 30), Outcome::Over);
    let mut answered = item(&sudo);
    let answer = |verdict| Answer { verdict, valid_to: None, comment: String::new(), by: "vera".into(), at: day(1) };
    for (verdict, outcome) in
        [(Verdict::Keep, Outcome::Kept), (Verdict::Revoke, Outcome::Revoked), (Verdict::Modify, Outcome::Modified)]
    {
        answered.answer = Some(answer(verdict));
        assert_eq!(recertification::outcome(&answered, &sudo, day(1)), outcome);
    }
}

#[test]
fn a_grant_goes_on_to_other_hosts_and_is_over_on_those_of_before() {
    let other = HostId::from_bytes([9; 16]);
    let mut given = grant("rita", Entitlement::Account, None);
    assert_eq!(given.follow(&[HOST], day(1)), None, "the same is no news");
    assert_eq!(given.follow(&[other], day(1)), Some((vec![other], vec![HOST])));
    assert_eq!((given.status_on(other, day(2)), given.status_on(HOST, day(2))), (Status::Active, Status::Revoked));
    assert_eq!((given.ended_on(other), given.ended_on(HOST)), (None, Some(day(1))));
    // It has to be gone from both.
    given.note((other, "b"), false, day(2));
    assert!(!given.is_gone());
    given.note((HOST, "a"), false, day(2));
    assert!(given.is_gone());
    // One that comes back is no host of before.
    assert_eq!(given.follow(&[HOST, other], day(3)), Some((vec![HOST], vec![])));
    assert!(given.left.is_empty());
    let sections = Sections {
        users: Some(items(&[("rita", json!({"uid": 1_000, "shell": "/bin/bash"}))])),
        ..Sections::default()
    };
    given.follow(&[other], day(4));
    let left = compare(HOST, &sections, std::slice::from_ref(&given), day(5));
    assert_eq!((left[0].is_allowed, left[0].ended_at), (false, Some(day(4))));
    assert!(compare(other, &sections, std::slice::from_ref(&given), day(5))[0].is_allowed);
}
