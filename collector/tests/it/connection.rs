//! The agents' listener over real TLS on the loopback: who gets a connection, and who loses it (cases 28, 32, 36, 44).

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Method, Request};
use http_body_util::BodyExt;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use muster_collector::app::App;
use muster_collector::{http, listener};
use muster_shared::protocol::recovery_message;
use muster_shared::secret;
use rcgen::{KeyPair, PublicKeyData, SigningKey};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::lab::{Device, Lab, SYSTEM, ask, csr};

const MACHINE: &str = "0123456789abcdef0123456789abcdef";

/// The lab's agent listener, open.
struct Open {
    lab: Lab,
    at: SocketAddr,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl Open {
    async fn new() -> Self {
        let lab = Lab::today();
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = socket.local_addr().unwrap();
        let (chain, key) = lab.authority.issue_server(&["127.0.0.1".into()], lab.service.now()).unwrap();
        let tls = listener::agent_tls(chain, key, [lab.ca()]).unwrap();
        let router = http::agents(Arc::new(App { service: Arc::clone(&lab.service), is_secure: false }));
        let (stop, stopped) = watch::channel(false);
        let gate = Some(Arc::clone(&lab.service));
        let serving =
            tokio::spawn(listener::serve(socket, Some(tokio::sync::watch::channel(tls).1), router, stopped, gate));
        Self { lab, at, stop, serving }
    }

    /// A connection, with a certificate or without; and what becomes of it.
    async fn connect(&self, device: Option<&Device>) -> (SendRequest<Body>, JoinHandle<hyper::Result<()>>) {
        let mut roots = RootCertStore::empty();
        roots.add(self.lab.ca()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider).with_protocol_versions(&[&rustls::version::TLS13]);
        let builder = builder.unwrap().with_root_certificates(roots);
        let config = match device {
            Some(device) => {
                let key = PrivateKeyDer::Pkcs8(device.key.serialize_der().into());
                builder.with_client_auth_cert(vec![device.certificate.clone()], key).unwrap()
            }
            None => builder.with_no_client_auth(),
        };
        let stream = TcpStream::connect(self.at).await.unwrap();
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let stream = tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
        let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
        (sender, tokio::spawn(connection))
    }
}

async fn send(sender: &mut SendRequest<Body>, mut request: Request<Body>) -> (u16, Value) {
    request.headers_mut().insert("host", "127.0.0.1".parse().unwrap());
    sender.ready().await.unwrap();
    let answer = sender.send_request(request).await.unwrap();
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

fn standing() -> Request<Body> {
    ask(Method::GET, "", "/agent/v1/standing", &[], None)
}

fn post(path: &str, body: Value) -> Request<Body> {
    ask(Method::POST, "", path, &[], Some(body))
}

/// Case 32.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn open_connections_of_a_revoked_agent_are_closed_within_a_second() {
    let open = Open::new().await;
    let device = Device::enroll(&open.lab, "web-1", MACHINE).await;
    let other = Device::enroll(&open.lab, "web-2", &"ab".repeat(16)).await;
    let (mut idle, idle_ends) = open.connect(Some(&device)).await;
    assert_eq!(send(&mut idle, standing()).await.0, 200);
    let (mut stays, stays_open) = open.connect(Some(&other)).await;
    assert_eq!(send(&mut stays, standing()).await.0, 200);
    let began = Instant::now();
    open.lab.service.revoke_agent(&SYSTEM, device.agent, "stolen").await.unwrap();
    drop(tokio::time::timeout(Duration::from_secs(1), idle_ends).await.expect("closed"));
    assert!(began.elapsed() < Duration::from_secs(1));
    // Others go on; a new connection of the revoked one gets the one answer by which the agent knows that it is over.
    assert_eq!(send(&mut stays, standing()).await.0, 200);
    assert!(!stays_open.is_finished());
    let (mut again, ends) = open.connect(Some(&device)).await;
    let (status, problem) = send(&mut again, standing()).await;
    assert_eq!((status, &problem["type"]), (403, &json!("/problems/revoked")), "{problem}");
    drop(tokio::time::timeout(Duration::from_secs(10), ends).await.expect("closed"));
    open.stop.send_replace(true);
    drop((stays, open.serving.await));
}

/// Case 44.
#[tokio::test]
async fn who_is_shut_out_is_known_before_anybody_is_accepted() {
    let lab = Lab::new();
    let device = Device::enroll(&lab, "web-1", MACHINE).await;
    lab.service.revoke_agent(&SYSTEM, device.agent, "").await.unwrap();
    let again = lab.restarted();
    assert!(!again.is_revoked(device.agent));
    assert_eq!(again.load_revoked().await.unwrap(), 1);
    assert!(again.is_revoked(device.agent));
}

/// Case 36 over the wire: no client certificate, only the last key.
#[tokio::test]
async fn a_recovery_needs_no_client_certificate() {
    let open = Open::new().await;
    let device = Device::enroll(&open.lab, "web-1", MACHINE).await;
    open.lab.clock.advance_millis(90 * 24 * 3_600_000);
    let (mut sender, _) = open.connect(None).await;
    assert_eq!(send(&mut sender, standing()).await.0, 401);
    let (status, challenge) = send(&mut sender, post("/recover/challenge", json!({"agent_id": device.agent}))).await;
    assert_eq!(status, 200, "{challenge}");
    let nonce = challenge["nonce"].as_str().unwrap();
    let key = KeyPair::generate().unwrap();
    let csr_pem = csr(&key);
    let signature = device.key.sign(&recovery_message(device.agent, nonce, &csr_pem)).unwrap();
    let body = json!({
        "agent_id": device.agent, "nonce": nonce, "csr_pem": csr_pem, "signature": secret::encode(&signature),
        "last_key": secret::encode(&device.key.subject_public_key_info()),
    });
    let (status, credential) = send(&mut sender, post("/recover", body.clone())).await;
    assert_eq!((status, &credential["agent_id"]), (200, &json!(device.agent)), "{credential}");
    let pem = credential["certificate_pem"].as_str().unwrap();
    CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    // A challenge counts once.
    assert_eq!(send(&mut sender, post("/recover", body)).await.0, 403);
    open.stop.send_replace(true);
}
