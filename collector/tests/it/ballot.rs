//! Votes by the link of a mail (rule A8): without a session, once, for one seat, on one plan; and everything that must not vote.

use axum::body::Body;
use axum::http::Request;
use muster_model::Collection;
use muster_model::audit::AuditEntry;
use muster_model::right::{Role, Scope};
use muster_store::{Scan, TypedStore as _};
use serde_json::{Value, json};

use crate::change::cast::{Cast, asked, cast, event, host, plan, ticket, vote};
use crate::lab::{Lab, Reply};
use crate::notification::mailbox::Mailbox;
use crate::notification::{plan as tell, send};

/// Who may vote is told by mail, at `NAME@example.org`.
async fn addressed(lab: &Lab, name: &str) {
    let users = lab.service.list_users(&crate::lab::SYSTEM).await.unwrap();
    let user = users.into_iter().find(|user| user.value.name == name).unwrap().value;
    let token = &lab.token(&user, Scope::All).await;
    let body = json!({"email": format!("{name}@example.org")});
    lab.put(token, "/api/v1/notification-preferences/me", "*", body).await.expect(200);
}

/// The links of the mails that went out since, by who they went to.
async fn links(lab: &Lab, mailbox: &Mailbox) -> Vec<(String, String)> {
    let service = mailbox.service(lab);
    tell(&service).await;
    send(&service).await;
    let mut links = Vec::new();
    for mail in mailbox.take() {
        let to = mail.lines().find_map(|line| line.strip_prefix("To: ")).unwrap().to_owned();
        let name = to.trim_matches(['<', '>']).split('@').next().unwrap().to_owned();
        let link = mail.split("http://127.0.0.1:8080/ballot?t=").nth(1);
        links.extend(link.map(|rest| {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').unwrap();
            (name, rest[..end].to_owned())
        }));
    }
    links
}

fn of<'a>(links: &'a [(String, String)], name: &str) -> &'a str {
    links.iter().find(|(to, _)| to == name).map(|(_, link)| link.as_str()).unwrap()
}

async fn open(lab: &Lab, link: &str) -> Reply {
    lab.get("", &format!("/ballot?t={link}")).await
}

async fn cast_by(lab: &Lab, link: &str, decision: &str, comment: &str) -> Reply {
    let body = format!("t={link}&decision={decision}&comment={comment}");
    let request = Request::post("/ballot").header("content-type", "application/x-www-form-urlencoded");
    lab.people(request.body(Body::from(body)).unwrap()).await
}

/// What a page says, with the status that it has to have: pages are no problem documents.
trait Said {
    fn said(self, status: u16) -> String;
}

impl Said for Reply {
    fn said(self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.text());
        self.text()
    }
}

async fn votes(lab: &Lab) -> Vec<AuditEntry> {
    let all = lab.store.all::<AuditEntry>(Scan::keys(Collection::Audit, "")).await.unwrap();
    all.into_iter().map(|stored| stored.value).filter(|entry| entry.draft.action == "approval.vote").collect()
}

/// A change that waits for votes, and the links that its voters were sent.
async fn waiting(lab: &Lab, mailbox: &Mailbox) -> (Cast, String, Value, Vec<(String, String)>) {
    let cast = cast(lab).await;
    addressed(lab, "peer").await;
    addressed(lab, "ivan").await;
    let (_, one) = host(lab, "web-1", "1a").await;
    tell(&mailbox.service(lab)).await;
    let (number, round) = asked(lab, &cast, &plan(lab, &[&one])).await;
    let links = links(lab, mailbox).await;
    (cast, number, round, links)
}

#[tokio::test]
async fn a_link_votes_once_without_a_session_and_the_trail_says_that_it_came_by_mail() {
    let (lab, mailbox) = (Lab::new(), Mailbox::start().await);
    let (cast, number, _, links) = waiting(&lab, &mailbox).await;
    assert_eq!(links.len(), 2, "each of those who may vote has a link of their own: {links:?}");
    let link = of(&links, "peer");
    for _ in 0..3 {
        let page = open(&lab, link).await.expect(200).text();
        assert!(page.contains(&number) && page.contains("CVE-2026-0001") && page.contains(">peer<"), "{page}");
        let ends = page.split("</time>").next().and_then(|rest| rest.rsplit('>').next()).unwrap();
        let in_how_many = ends.strip_prefix("in ").and_then(|rest| rest.split(' ').next()?.parse::<u32>().ok());
        assert!(in_how_many.is_some_and(|count| count < 100), "it ends {ends}");
    }
    assert_eq!(ticket(&lab, &cast, &number).await["state"], "authorize", "opening it votes nothing");
    assert!(votes(&lab).await.is_empty());
    cast_by(&lab, link, "", "").await.said(422);
    let refused = cast_by(&lab, link, "reject", "").await.said(422);
    assert!(refused.contains("say why"), "{refused}");
    // Whoever has it votes for the seat that it is for.
    cast_by(&lab, link, "approve", "").await.expect(200);
    assert_eq!(ticket(&lab, &cast, &number).await["state"], "scheduled");
    let votes = votes(&lab).await;
    assert_eq!(votes.len(), 1);
    assert_eq!((votes[0].draft.actor.as_str(), votes[0].draft.via.as_str()), ("peer", "mail"));
    // Again, and by the other one's, whose vote is not wanted any more.
    let again = open(&lab, link).await.said(409);
    assert!(again.contains("has voted already"), "{again}");
    cast_by(&lab, link, "reject", "no").await.said(409);
    let other = cast_by(&lab, of(&links, "ivan"), "reject", "no").await.said(409);
    assert!(other.contains("decided already"), "{other}");
    assert_eq!(ticket(&lab, &cast, &number).await["state"], "scheduled");
}

#[tokio::test]
async fn what_was_not_sent_votes_nothing() {
    let (lab, mailbox) = (Lab::new(), Mailbox::start().await);
    let (cast, number, round, links) = waiting(&lab, &mailbox).await;
    let (peer, ivan) = (of(&links, "peer"), of(&links, "ivan"));
    let (bytes, other) = (muster_shared::secret::decode(peer).unwrap(), muster_shared::secret::decode(ivan).unwrap());
    // Each byte counts: the round, the voter, the stage, the time and the signature.
    for place in 0..bytes.len() {
        let mut bent = bytes.clone();
        bent[place] ^= 1;
        let said = cast_by(&lab, &muster_shared::secret::encode(&bent), "approve", "").await.said(409);
        assert!(said.contains("not whole"), "byte {place}: {said}");
    }
    // The voter of the one under the signature of the other.
    let swapped = [&other[..41], &bytes[41..]].concat();
    cast_by(&lab, &muster_shared::secret::encode(&swapped), "approve", "").await.said(409);
    for wrong in ["", "x", "%00", &peer[..peer.len() - 2], &"A".repeat(5_000)] {
        open(&lab, wrong).await.said(409);
        cast_by(&lab, wrong, "approve", "").await.said(409);
    }
    // A form of another site.
    let request = Request::post("/ballot")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site");
    lab.people(request.body(Body::from(format!("t={peer}&decision=approve"))).unwrap()).await.said(403);
    assert!(votes(&lab).await.is_empty());
    // Another plan is another round: the old link says so, the new mail votes.
    event(&lab, &cast.planner, &number, json!({"event": "rework", "comment": "another way"})).await.expect(200);
    let said = cast_by(&lab, peer, "approve", "").await.said(409);
    assert!(said.contains("changed or taken back"), "{said}");
    let etag = lab.get(&cast.planner, &format!("/api/v1/tickets/{number}")).await.etag();
    let patch = json!({"details": {"plan": {"implementation": "another way"}}});
    lab.patch(&cast.planner, &format!("/api/v1/tickets/{number}"), &etag, patch).await.expect(200);
    event(&lab, &cast.planner, &number, json!({"event": "submit"})).await.expect(200);
    event(&lab, &cast.planner, &number, json!({"event": "request_approval"})).await.expect(200);
    let fresh = self::links(&lab, &mailbox).await;
    assert_ne!(of(&fresh, "peer"), peer);
    cast_by(&lab, peer, "approve", "").await.said(409);
    vote(&lab, &cast.peer, &round, json!({"decision": "approve"})).await.problem(409, "conflict");
    assert!(votes(&lab).await.is_empty());
    cast_by(&lab, of(&fresh, "peer"), "approve", "").await.expect(200);
    assert_eq!(ticket(&lab, &cast, &number).await["state"], "scheduled");
}

#[tokio::test]
async fn a_link_ends_with_its_time_with_an_account_and_with_a_question_and_a_reminder_brings_another() {
    let (lab, mailbox) = (Lab::new(), Mailbox::start().await);
    let (cast, number, _, links) = waiting(&lab, &mailbox).await;
    cast_by(&lab, of(&links, "peer"), "need_info", "which+one").await.expect(200);
    let used = cast_by(&lab, of(&links, "peer"), "approve", "").await.said(409);
    assert!(used.contains("has voted already"), "{used}");
    lab.clock.advance_millis(25 * 3_600_000);
    assert!(mailbox.service(&lab).approval_due_step().await.unwrap());
    let reminded = self::links(&lab, &mailbox).await;
    assert_eq!(reminded.len(), 1, "who asked back waits for an answer: {reminded:?}");
    let users = lab.service.list_users(&crate::lab::SYSTEM).await.unwrap();
    let ivan = users.into_iter().find(|user| user.value.name == "ivan").unwrap();
    let admin = lab.admin().await;
    let path = format!("/api/v1/users/{}", ivan.value.id);
    let etag = lab.get(&admin, &path).await.etag();
    lab.patch(&admin, &path, &etag, json!({"disabled": true})).await.expect(200);
    let left = cast_by(&lab, of(&reminded, "ivan"), "approve", "").await.said(409);
    assert!(left.contains("filled by somebody else"), "{left}");
    assert_eq!(ticket(&lab, &cast, &number).await["state"], "authorize");
}

#[tokio::test]
async fn an_old_link_is_over() {
    let (lab, mailbox) = (Lab::new(), Mailbox::start().await);
    let (_, _, _, links) = waiting(&lab, &mailbox).await;
    lab.clock.advance_millis(7 * 86_400_000 - 1);
    open(&lab, of(&links, "peer")).await.expect(200);
    lab.clock.advance_millis(1);
    let said = cast_by(&lab, of(&links, "peer"), "approve", "").await.said(409);
    assert!(said.contains("time of this link is over"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_at_once_are_one_vote() {
    let (lab, mailbox) = (Lab::new(), Mailbox::start().await);
    let (cast, number, _, links) = waiting(&lab, &mailbox).await;
    let link = of(&links, "peer");
    let posts = (0..50).map(|_| cast_by(&lab, link, "approve", ""));
    let statuses: Vec<u16> = futures_util::future::join_all(posts).await.iter().map(|reply| reply.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 409, 503].contains(status)), "{statuses:?}");
    assert_eq!(votes(&lab).await.len(), 1);
    assert_eq!(ticket(&lab, &cast, &number).await["state"], "scheduled");
}

#[tokio::test]
async fn both_sides_of_a_delegation_are_told() {
    let (lab, mailbox) = (Lab::new(), Mailbox::start().await);
    let mut ids = Vec::new();
    for name in ["ann", "bob"] {
        let user = lab.user(name, &[Role::Responder]).await;
        addressed(&lab, name).await;
        ids.push(user.id.to_string());
    }
    // The collector of this test has no mail: the one beside it plans, and both read the same store.
    let service = mailbox.service(&lab);
    tell(&service).await;
    let draft = muster_collector::service::approval::delegation::DelegationDraft {
        to: ids[1].parse().unwrap(),
        starts_at: None,
        ends_at: lab.service.now().plus_millis(3_600_000),
        kind: None,
        service: None,
        reason: String::new(),
    };
    let ann = muster_model::right::Actor::User {
        id: ids[0].parse().unwrap(),
        name: "ann".into(),
        roles: vec![Role::Responder],
        reaches: muster_model::right::Reaches::new(),
        scopes: None,
    };
    let call = muster_collector::service::Call { actor: ann, via: "api", request_id: None };
    let made = service.create_delegation(&call, draft).await.unwrap();
    send(&service).await;
    let mut mails = mailbox.take();
    mails.sort();
    let to = |mails: &[String], name: &str| mails.iter().filter(|mail| mail.contains(&format!("To: {name}@"))).count();
    assert_eq!((mails.len(), to(&mails, "ann"), to(&mails, "bob")), (2, 1, 1), "{mails:?}");
    assert!(mails[0].contains("bob votes in the place of ann from "), "{}", mails[0]);
    service.remove_delegation(&call, made.value.id, Some(made.version)).await.unwrap();
    send(&service).await;
    let mails = mailbox.take();
    assert_eq!(mails.len(), 2);
    assert!(mails[0].contains("bob votes in the place of ann no more"), "{}", mails[0]);
}
