//! A collector for tests: TLS 1.3 with a private CA in this process, which remembers what it got and answers as told.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use muster_shared::enrollment::EnrollmentToken;
use muster_shared::id::{AgentId, EnrollmentTokenId, HostId};
use muster_shared::protocol::{
    Challenge, Credential, EnrollRequest, Heartbeat, HeartbeatAck, RecoverRequest, RenewRequest, ReportAck,
    ReportResult, Settings, StandingAnswer, WAITED_HEADER,
};
use muster_shared::{Clock, Report, SystemClock};
use rcgen::{BasicConstraints, CertificateParams, CertificateSigningRequestParams, IsCa, Issuer, KeyPair};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// How the next request is answered, when not as usual.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer {
    /// The request is taken, the connection ends.
    Lost,
    /// A captive portal's page.
    Page,
    /// An acknowledgement of other bytes.
    OtherDigest,
    /// The base is not there.
    UnknownBase,
    /// Busy for that many seconds.
    Busy(u32),
    /// The agent is revoked.
    Revoked,
    /// The agent is not known by its certificate.
    Refused,
    /// The report is not acceptable.
    Rejected,
    /// The report is too large as a whole.
    TooLarge,
    /// The report is not acceptable for one section.
    RejectedFor(&'static str),
    /// Which host this is, a person is asked.
    Undecided,
    /// Older than what is there.
    Stale,
    /// A heartbeat that asks for everything.
    SendFull,
    /// Not approved yet.
    Pending,
    /// The agent is a copy of one that was split.
    Split,
    /// A heartbeat that says that answers can be held back.
    CanWait,
    /// A heartbeat that is answered when [`Collector::wish`] is called, with a wish for a fresh look.
    Held,
}

/// What arrived.
#[derive(Debug)]
pub(crate) enum Got {
    Enroll(EnrollRequest),
    Renew,
    Standing,
    Recover(RecoverRequest),
    Report { report: Box<Report>, body: Bytes, waited_ms: i64 },
    Heartbeat(Heartbeat),
}

impl Got {
    pub(crate) fn report(self) -> (Report, Bytes) {
        match self {
            Self::Report { report, body, .. } => (*report, body),
            other => panic!("no report: {other:?}"),
        }
    }
}

struct Inner {
    issuer: Issuer<'static, KeyPair>,
    ca_pem: String,
    agent_id: AgentId,
    host_id: HostId,
    answers: Mutex<VecDeque<Answer>>,
    wish: tokio::sync::Notify,
    other_agent_id: Mutex<Option<AgentId>>,
    got: mpsc::UnboundedSender<Got>,
    settings: Mutex<Settings>,
    connections: std::sync::atomic::AtomicUsize,
    lifetime: Mutex<std::time::Duration>,
}

pub(crate) struct Collector {
    pub(crate) token: EnrollmentToken,
    pub(crate) got: mpsc::UnboundedReceiver<Got>,
    inner: Arc<Inner>,
}

impl Collector {
    /// Starts on a free port of the loopback.
    pub(crate) async fn start() -> Self {
        Self::start_as(|_| ()).await
    }

    /// The same with another certificate.
    pub(crate) async fn start_as(change: impl FnOnce(&mut CertificateParams)) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let ca = params.self_signed(&key).unwrap();
        let pin = muster_agent::trust::spki_sha256(ca.der()).unwrap();
        let (ca_pem, ca_der) = (ca.pem(), ca.der().clone());
        let issuer = Issuer::new(params, key);

        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut own = CertificateParams::new([address.ip().to_string()]).unwrap();
        change(&mut own);
        let acceptor = acceptor(&issuer, &ca_der, &own);
        let (sender, got) = mpsc::unbounded_channel();
        let now = SystemClock.now();
        let inner = Arc::new(Inner {
            issuer,
            ca_pem,
            agent_id: AgentId::new(now),
            host_id: HostId::new(now),
            answers: Mutex::default(),
            wish: tokio::sync::Notify::new(),
            other_agent_id: Mutex::default(),
            got: sender,
            settings: Mutex::new(Settings { heartbeat_seconds: 3_600, ..Settings::default() }),
            connections: std::sync::atomic::AtomicUsize::new(0),
            lifetime: Mutex::new(std::time::Duration::from_hours(7 * 24)),
        });
        let token = EnrollmentToken {
            url: format!("https://{address}"),
            ca_spki_sha256: pin,
            id: EnrollmentTokenId::new(now),
            secret: "secret".into(),
        };
        tokio::spawn(serve(listener, acceptor, Arc::clone(&inner)));
        Self { token, got, inner }
    }

    /// How the next requests are answered.
    pub(crate) fn script(&self, answers: impl IntoIterator<Item = Answer>) {
        self.inner.answers.lock().unwrap().extend(answers);
    }

    /// The rest of what was scripted is not played any more.
    pub(crate) fn forget(&self) {
        self.inner.answers.lock().unwrap().clear();
    }

    /// How long certificates are good for from now on.
    pub(crate) fn set_lifetime(&self, lifetime: std::time::Duration) {
        *self.inner.lifetime.lock().unwrap() = lifetime;
    }

    /// What the agent is told to go by from now on.
    pub(crate) fn set_settings(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.inner.settings.lock().unwrap());
    }

    /// How many connections were made so far.
    pub(crate) fn connections(&self) -> usize {
        self.inner.connections.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// Answers a held heartbeat.
    pub(crate) fn wish(&self) {
        self.inner.wish.notify_one();
    }

    /// Certificates are for another agent from now on.
    pub(crate) fn split(&self) -> AgentId {
        let other = AgentId::new(SystemClock.now());
        *self.inner.other_agent_id.lock().unwrap() = Some(other);
        other
    }

    /// The next request that arrived.
    pub(crate) async fn next(&mut self) -> Got {
        tokio::time::timeout(std::time::Duration::from_secs(20), self.got.recv()).await.expect("arrives").unwrap()
    }
}

fn acceptor(
    issuer: &Issuer<'static, KeyPair>,
    ca: &CertificateDer<'static>,
    params: &CertificateParams,
) -> tokio_rustls::TlsAcceptor {
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, issuer).unwrap();
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut roots = rustls::RootCertStore::empty();
    roots.add(ca.clone()).unwrap();
    let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
        .allow_unauthenticated()
        .build()
        .unwrap();
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_client_cert_verifier(clients)
        .with_single_cert(
            vec![certificate.der().clone(), ca.clone()],
            PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        )
        .unwrap();
    Arc::new(config).into()
}

async fn serve(listener: TcpListener, acceptor: tokio_rustls::TlsAcceptor, inner: Arc<Inner>) {
    loop {
        let (socket, _) = listener.accept().await.unwrap();
        let (acceptor, inner) = (acceptor.clone(), Arc::clone(&inner));
        tokio::spawn(async move {
            let Ok(tls) = acceptor.accept(socket).await else { return };
            inner.connections.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let known = tls.get_ref().1.peer_certificates().is_some();
            let service = hyper::service::service_fn(move |request| {
                let inner = Arc::clone(&inner);
                async move { inner.answer(request, known).await }
            });
            drop(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(tls), service).await);
        });
    }
}

type Reply = Result<Response<Full<Bytes>>, std::io::Error>;

fn page(status: u16, media: &str, body: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let builder = Response::builder().status(status).header("content-type", media);
    builder.body(Full::new(body.into())).unwrap()
}

fn problem(status: u16, code: &str) -> Response<Full<Bytes>> {
    let body = json!({"type": format!("/problems/{code}"), "title": code, "status": status});
    page(status, "application/problem+json", body.to_string())
}

async fn edited(answer: Response<Full<Bytes>>, from: &str, to: &str) -> Response<Full<Bytes>> {
    let body = answer.into_body().collect().await.unwrap_or_else(never).to_bytes();
    page(200, "application/json", String::from_utf8(body.into()).unwrap().replace(from, to))
}

impl Inner {
    async fn answer(&self, request: Request<Incoming>, known: bool) -> Reply {
        let path = request.uri().path().to_owned();
        let digest = request.headers().get("content-digest").map(|value| value.to_str().unwrap().to_owned());
        let waited = request.headers().get(WAITED_HEADER).map(|value| value.to_str().unwrap().parse().unwrap());
        let body = request.into_body().collect().await.unwrap().to_bytes();
        assert!(known || path == "/enroll" || path.starts_with("/recover"), "{path} without a client certificate");
        let usual = self.usual(&path, digest.as_deref(), waited, body);
        let scripted = self.answers.lock().unwrap().pop_front();
        Ok(match scripted {
            None => usual,
            Some(Answer::Lost) => return Err(std::io::Error::other("lost")),
            Some(Answer::Page) => page(200, "text/html", "<html>Please sign in to the hotel's network</html>"),
            Some(Answer::OtherDigest) => edited(usual, "sha-256=:", "sha-256=:A").await,
            Some(Answer::UnknownBase) => problem(409, "unknown-base"),
            Some(Answer::Busy(seconds)) => {
                let mut answer = problem(503, "busy");
                answer.headers_mut().insert("retry-after", seconds.into());
                answer
            }
            Some(Answer::Revoked) => problem(403, "revoked"),
            Some(Answer::Refused) => problem(401, "not-authenticated"),
            Some(Answer::Rejected) => problem(422, "invalid"),
            Some(Answer::TooLarge) => problem(413, "too-large"),
            Some(Answer::RejectedFor(section)) => {
                let errors =
                    json!([{"pointer": format!("/sections/{section}/change"), "detail": "the key 'x' stands twice"}]);
                let body = json!({"type": "/problems/invalid", "title": "invalid", "status": 422, "errors": errors});
                page(422, "application/problem+json", body.to_string())
            }
            Some(Answer::Stale) => edited(usual, "\"stored\"", "\"stale\"").await,
            Some(Answer::Undecided) => {
                let mut answer = problem(409, "identity-undecided");
                answer.headers_mut().insert("retry-after", 300.into());
                answer
            }
            Some(Answer::Pending) => {
                let mut answer = problem(403, "pending-approval");
                answer.headers_mut().insert("retry-after", 60.into());
                answer
            }
            Some(Answer::Split) => problem(403, "split"),
            Some(Answer::CanWait) => edited(usual, "\"can_wait\":false", "\"can_wait\":true").await,
            Some(Answer::Held) => {
                self.wish.notified().await;
                let wished = edited(usual, "\"recheck\":false", "\"recheck\":true").await;
                edited(wished, "\"can_wait\":false", "\"can_wait\":true").await
            }
            Some(Answer::SendFull) => edited(usual, "\"send_full\":false", "\"send_full\":true").await,
        })
    }

    fn usual(&self, path: &str, digest: Option<&str>, waited: Option<i64>, body: Bytes) -> Response<Full<Bytes>> {
        let settings = self.settings.lock().unwrap().clone();
        let json = match path {
            "/enroll" => {
                let request: EnrollRequest = serde_json::from_slice(&body).unwrap();
                let credential = self.credential(&request.csr_pem);
                self.got.send(Got::Enroll(request)).unwrap();
                serde_json::to_vec(&credential)
            }
            "/agent/v1/renewals" => {
                let request: RenewRequest = serde_json::from_slice(&body).unwrap();
                let credential = self.credential(&request.csr_pem);
                self.got.send(Got::Renew).unwrap();
                serde_json::to_vec(&credential)
            }
            "/agent/v1/standing" => {
                self.got.send(Got::Standing).unwrap();
                serde_json::to_vec(&StandingAnswer { standing: "active".into(), why: None })
            }
            "/recover/challenge" => serde_json::to_vec(&Challenge { nonce: "nonce".into() }),
            "/recover" => {
                let request: RecoverRequest = serde_json::from_slice(&body).unwrap();
                let credential = self.credential(&request.csr_pem);
                self.got.send(Got::Recover(request)).unwrap();
                serde_json::to_vec(&credential)
            }
            "/agent/v1/heartbeats" => {
                assert!(body.len() <= 300, "{} bytes", body.len());
                self.got.send(Got::Heartbeat(serde_json::from_slice(&body).unwrap())).unwrap();
                serde_json::to_vec(&HeartbeatAck { send_full: false, recheck: false, settings, can_wait: false })
            }
            "/agent/v1/reports" => {
                use sha2::Digest;
                let expected = format!("sha-256=:{}:", STANDARD.encode(sha2::Sha256::digest(&body)));
                assert_eq!(digest, Some(expected.as_str()));
                let json = zstd::decode_all(body.as_ref()).unwrap();
                let report: Report = serde_json::from_slice(&json).unwrap();
                let ack = ReportAck {
                    report_id: report.report_id,
                    content_digest: expected,
                    result: ReportResult::Stored,
                    host_id: self.host_id,
                    generation: report.next,
                    settings,
                };
                let waited_ms = waited.expect("a report says how long it waited");
                self.got.send(Got::Report { report: Box::new(report), body, waited_ms }).unwrap();
                serde_json::to_vec(&ack)
            }
            other => panic!("unknown path {other}"),
        };
        page(200, "application/json", json.unwrap())
    }

    fn credential(&self, csr_pem: &str) -> Credential {
        let request = CertificateSigningRequestParams::from_pem(csr_pem).unwrap();
        assert!(request.params.subject_alt_names.is_empty(), "the request holds only the key");
        let params = CertificateParams::default();
        let certificate = params.signed_by(&request.public_key, &self.issuer).unwrap();
        Credential {
            agent_id: self.other_agent_id.lock().unwrap().unwrap_or(self.agent_id),
            certificate_pem: certificate.pem(),
            ca_pem: self.ca_pem.clone(),
            not_after: SystemClock.now().plus_millis(i64::try_from(self.lifetime.lock().unwrap().as_millis()).unwrap()),
            settings: self.settings.lock().unwrap().clone(),
            is_pending: false,
        }
    }
}

fn never<T>(error: Infallible) -> T {
    match error {}
}
