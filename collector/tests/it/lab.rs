//! A collector in a temporary folder, requests to it, and simulated agents.

mod device;
mod reply;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request};
use muster_collector::app::{App, Peer};
use muster_collector::authority::Authority;
use muster_collector::http;
use muster_collector::listener::PeerCertificate;
use muster_collector::service::account::NewUser;
use muster_collector::service::notification::{Keyring, Post, PostSettings};
use muster_collector::service::{Call, Policy, Service, Window};
use muster_model::account::User;
use muster_model::query::Query;
use muster_model::retention::Retention;
use muster_model::right::{Actor, Role, Scope};
use muster_shared::protocol::Settings;
use muster_shared::{Clock, ManualClock, Time};
use muster_store::Store;
use muster_store_sled::{Options, SledStore};
use rustls_pki_types::CertificateDer;
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt;

pub(crate) use device::{Device, csr, post_compressed, post_report, wrong_digest};
pub(crate) use reply::Reply;

/// What a test says as the collector itself.
pub(crate) const SYSTEM: Call = Call { actor: Actor::System("test"), via: "command", request_id: None };

/// A collector.
pub(crate) struct Lab {
    people: Router,
    agents: Router,
    pub(crate) service: Arc<Service>,
    pub(crate) store: Arc<SledStore>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) authority: Authority,
    pub(crate) dir: TempDir,
    is_secure: bool,
}

/// Who makes a request: an address, and perhaps a certificate.
#[derive(Clone)]
pub(crate) struct From(pub(crate) SocketAddr, pub(crate) Option<CertificateDer<'static>>);

impl Default for From {
    fn default() -> Self {
        Self(([127, 0, 0, 1], 40_000).into(), None)
    }
}

impl Lab {
    pub(crate) fn new() -> Self {
        Self::with_tls(false)
    }

    pub(crate) fn with_tls(is_secure: bool) -> Self {
        Self::starting(Time::from_millis(1_790_000_000_000), is_secure, Retention::default(), Settings::default())
    }

    /// One that keeps the past only so long.
    pub(crate) fn keeping(retention: Retention) -> Self {
        Self::starting(Time::from_millis(1_790_000_000_000), false, retention, Settings::default())
    }

    /// One whose agents speak so often.
    pub(crate) fn hearing(agents: Settings) -> Self {
        Self::starting(Time::from_millis(1_790_000_000_000), false, Retention::default(), agents)
    }

    /// At the time of this machine: TLS asks it whether a certificate lives.
    pub(crate) fn today() -> Self {
        Self::starting(muster_shared::SystemClock.now(), false, Retention::default(), Settings::default())
    }

    fn starting(at: Time, is_secure: bool, retention: Retention, agents: Settings) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(at));
        let options = Options { cache_bytes: 4 << 20, ..Options::new(dir.path().join("store")) };
        let store = Arc::new(SledStore::open(&options).unwrap());
        let pki = dir.path().join("pki");
        let policy = Policy {
            agents,
            windows: muster_model::drift::Windows::default(),
            retention,
            agents_url: "https://collector.test:8443".into(),
            console_url: "http://127.0.0.1:8080".into(),
        };
        let authority = Authority::open(&pki, clock.now()).unwrap();
        let store_too = Arc::<SledStore>::clone(&store);
        let service = Service::new(store_too, Arc::<ManualClock>::clone(&clock), authority, policy);
        let service = Arc::new(service.with_post(post(&pki)));
        let app = Arc::new(App { service: Arc::clone(&service), is_secure });
        let authority = Authority::open(&pki, clock.now()).unwrap();
        let (people, agents) = (http::people(Arc::clone(&app)), http::agents(app));
        Self { people, agents, service, store, clock, authority, dir, is_secure }
    }

    /// The certificate of the authority.
    pub(crate) fn ca(&self) -> CertificateDer<'static> {
        rustls_pki_types::pem::PemObject::from_pem_slice(self.service.authority().pem().as_bytes()).unwrap()
    }

    /// The use cases over the same store, as they are after a start.
    pub(crate) fn restarted(&self) -> Service {
        self.over(Arc::<SledStore>::clone(&self.store))
    }

    /// Starts anew: what is asked from now on knows nothing but what is stored.
    pub(crate) fn restart(&mut self) {
        let service = Arc::new(self.restarted());
        let app = Arc::new(App { service: Arc::clone(&service), is_secure: self.is_secure });
        (self.people, self.agents) = (http::people(Arc::clone(&app)), http::agents(app));
        self.service = service;
    }

    /// The use cases over another store.
    pub(crate) fn over(&self, store: Arc<dyn Store>) -> Service {
        let pki = self.dir.path().join("pki");
        let authority = Authority::open(&pki, self.clock.now()).unwrap();
        let policy = self.service.policy().clone();
        Service::new(store, Arc::<ManualClock>::clone(&self.clock), authority, policy).with_post(post(&pki))
    }

    /// An account without a password.
    pub(crate) async fn user(&self, name: &str, roles: &[Role]) -> User {
        let new = NewUser {
            name: name.into(),
            display_name: None,
            password: None,
            roles: roles.to_vec(),
            reaches: muster_model::right::Reaches::new(),
            manager: None,
        };
        self.service.create_user(&SYSTEM, new).await.unwrap().value
    }

    /// The text of a new token of an account.
    pub(crate) async fn token(&self, user: &User, scope: Scope) -> String {
        self.service.create_api_token(&SYSTEM, user.id, "test", vec![scope], 90).await.unwrap().0
    }

    /// A new account with a role, and its token for everything that the role may.
    pub(crate) async fn token_of(&self, role: Role) -> String {
        let user = self.user(role.as_str().replace('_', "-").as_str(), &[role]).await;
        self.token(&user, Scope::All).await
    }

    /// An administrator's token.
    pub(crate) async fn admin(&self) -> String {
        self.token_of(Role::Administrator).await
    }

    /// A request on the console's listener.
    pub(crate) async fn people(&self, request: Request<Body>) -> Reply {
        self.people_from(request, From::default()).await
    }

    pub(crate) async fn people_from(&self, request: Request<Body>, from: From) -> Reply {
        Reply::read(self.people.clone().oneshot(marked(request, from)).await.unwrap()).await
    }

    /// A request on the agents' listener.
    pub(crate) async fn agents(&self, request: Request<Body>, from: From) -> Reply {
        Reply::read(self.agents.clone().oneshot(marked(request, from)).await.unwrap()).await
    }

    pub(crate) async fn get(&self, token: &str, path: &str) -> Reply {
        self.people(ask(Method::GET, token, path, &[], None)).await
    }

    pub(crate) async fn post(&self, token: &str, path: &str, body: Value) -> Reply {
        self.people(ask(Method::POST, token, path, &[], Some(body))).await
    }

    pub(crate) async fn patch(&self, token: &str, path: &str, if_match: &str, body: Value) -> Reply {
        self.people(ask(Method::PATCH, token, path, &[("if-match", if_match)], Some(body))).await
    }

    /// A PUT; without a condition when `if_match` is empty.
    pub(crate) async fn put(&self, token: &str, path: &str, if_match: &str, body: Value) -> Reply {
        let condition = [("if-match", if_match)];
        let headers = if if_match.is_empty() { &[][..] } else { &condition[..] };
        self.people(ask(Method::PUT, token, path, headers, Some(body))).await
    }

    /// A DELETE of a version.
    pub(crate) async fn remove(&self, token: &str, path: &str, if_match: &str) -> Reply {
        self.people(ask(Method::DELETE, token, path, &[("if-match", if_match)], None)).await
    }

    pub(crate) async fn delete(&self, token: &str, path: &str) -> Reply {
        self.people(ask(Method::DELETE, token, path, &[], None)).await
    }

    /// All entries of a list, page by page.
    pub(crate) async fn all(&self, token: &str, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut cursor = String::new();
        loop {
            let sign = if path.contains('?') { '&' } else { '?' };
            let page = self.get(token, &format!("{path}{sign}{cursor}")).await.expect(200).json();
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("cursor={next}"),
                None => return items,
            }
        }
    }

    /// Number of the last commit.
    pub(crate) async fn sequence(&self) -> u64 {
        self.store.stats().await.unwrap().sequence
    }

    /// Number of the last audit entry, and what it says.
    pub(crate) async fn last_audit(&self) -> (u64, String) {
        let window = Window { limit: 1, cursor: None };
        let page = self.service.list_audit(&SYSTEM, &Query::default(), &window).await.unwrap();
        page.items.first().map(|entry| (entry.seq, entry.draft.action.clone())).unwrap_or_default()
    }

    /// Lets the engine do all that it can do now.
    pub(crate) async fn settle(&self) {
        loop {
            let mut worked = false;
            while self.service.drift_step().await.unwrap() {
                worked = true;
            }
            while self.service.due_step().await.unwrap() {
                worked = true;
            }
            while self.service.rematch_step().await.unwrap() {
                worked = true;
            }
            while self.service.route_step().await.unwrap() {
                worked = true;
            }
            while self.service.alert_step().await.unwrap()
                || self.service.alert_due_step().await.unwrap()
                || self.service.alert_route_step().await.unwrap()
            {
                worked = true;
            }
            while Box::pin(self.service.access_step()).await.unwrap()
                || Box::pin(self.service.access_due_step()).await.unwrap()
                || Box::pin(self.service.approval_due_step()).await.unwrap()
            {
                worked = true;
            }
            while self.service.waiver_step().await.unwrap() {
                worked = true;
            }
            while self.service.silence_step().await.unwrap() {
                worked = true;
            }
            while self.service.sweep_step().await.unwrap() {
                worked = true;
            }
            worked |= Box::pin(self.service.settle_declared_step()).await.unwrap();
            worked |= self.service.availability_step().await.unwrap();
            worked |= Box::pin(self.service.follow_grants_step()).await.unwrap();
            Box::pin(self.service.release_step()).await.unwrap();
            while Box::pin(self.service.problem_step()).await.unwrap() {
                worked = true;
            }
            while Box::pin(self.service.majority_step()).await.unwrap() {
                worked = true;
            }
            while self.service.relation_step().await.unwrap() || self.service.relation_due().await.unwrap() {
                worked = true;
            }
            if !worked {
                return;
            }
        }
    }

    /// Moves time, then settles.
    pub(crate) async fn wait_seconds(&self, seconds: i64) {
        self.clock.advance_millis(seconds * 1_000);
        self.settle().await;
    }
}

/// What notifications are sent by: the tests' own servers on one address of loopback may be reached, and nothing else inside.
fn post(pki: &std::path::Path) -> Post {
    let allowed_networks = vec!["127.0.0.1/32".parse().unwrap()];
    let settings = PostSettings { allowed_networks, ..PostSettings::default() };
    Post::new(Keyring::open(&pki.join("notification.key")).unwrap(), settings).unwrap()
}

fn marked(mut request: Request<Body>, From(peer, certificate): From) -> Request<Body> {
    request.extensions_mut().insert(Peer(peer));
    if let Some(certificate) = certificate {
        request.extensions_mut().insert(PeerCertificate::new(&certificate));
    }
    request
}

/// A request of the API; the empty token is nobody's.
pub(crate) fn ask(
    method: Method,
    token: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<Value>,
) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    if !token.is_empty() {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    match body {
        Some(body) => request.header("content-type", "application/json").body(Body::from(body.to_string())).unwrap(),
        None => request.body(Body::empty()).unwrap(),
    }
}
