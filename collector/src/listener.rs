//! Accept loops: TLS with or without client certificates, and plain HTTP for loopback. Bounded in connections and time.

pub mod syslog;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use muster_shared::id::AgentId;
use rustls::ServerConfig;
use rustls::server::WebPkiClientVerifier;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use crate::app::Peer;
use crate::authority::{Certified, agent_of};
use crate::service::Service;

/// A TLS handshake and the head of a request take no longer than this.
const PATIENCE: Duration = Duration::from_secs(5);
/// Open connections of one listener.
const MAX_CONNECTIONS: usize = 20_000;
/// How long requests may go on after the listener was told to stop.
const DRAIN: Duration = Duration::from_secs(8);

/// The verified client certificate of a connection, as an extension of each of its requests.
#[derive(Clone, Debug)]
pub struct PeerCertificate(Option<Arc<Certified>>);

impl PeerCertificate {
    /// Reads a certificate: once for each connection.
    pub fn new(certificate: &CertificateDer<'_>) -> Self {
        Self(agent_of(certificate).map(Arc::new))
    }

    /// The agent that it speaks for.
    pub fn agent(&self) -> Option<&Arc<Certified>> {
        self.0.as_ref()
    }
}

/// TLS 1.3 for agents: a client certificate of an own CA, or none (only enrollment works without).
pub fn agent_tls(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    believed: impl IntoIterator<Item = CertificateDer<'static>>,
) -> anyhow::Result<Arc<ServerConfig>> {
    let mut roots = rustls::RootCertStore::empty();
    for ca in believed {
        roots.add(ca)?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
        .allow_unauthenticated()
        .build()?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    // No resumption: a revoked agent must meet the deny set, and a certificate its expiry, on every connection.
    config.session_storage = Arc::new(rustls::server::NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(Arc::new(config))
}

/// TLS 1.2 and 1.3 for people.
pub fn console_tls(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> anyhow::Result<Arc<ServerConfig>> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// The TLS of a listener; another one counts from the next connection on.
pub type Tls = watch::Receiver<Arc<ServerConfig>>;

/// Serves a router until `stop` says so, then lets running requests end. `gate` is asked who is shut out: the open
/// connections of such an agent are closed at once (case 32).
pub async fn serve(
    listener: TcpListener,
    tls: Option<Tls>,
    router: Router,
    mut stop: watch::Receiver<bool>,
    gate: Option<Arc<Service>>,
) {
    let permits = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let graceful = Arc::new(Tracked { watcher: GracefulShutdown::new() });
    while let Some((permit, stream, peer)) = accept(&listener, &permits, &mut stop).await {
        drop(stream.set_nodelay(true));
        let acceptor = tls.as_ref().map(|tls| TlsAcceptor::from(Arc::clone(&*tls.borrow())));
        let (router, graceful) = (router.clone(), Arc::clone(&graceful));
        let gate = gate.clone();
        tokio::spawn(async move {
            let _permit = permit;
            match acceptor {
                None => connection(stream, peer, None, router, &graceful).await,
                Some(acceptor) => match tokio::time::timeout(PATIENCE, acceptor.accept(stream)).await {
                    Ok(Ok(stream)) => {
                        let certificate = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
                        let certificate = certificate.map(PeerCertificate::new);
                        let agent = certificate.as_ref().and_then(|certificate| Some(certificate.agent()?.agent));
                        let served = connection(stream, peer, certificate, router, &graceful);
                        match (gate, agent) {
                            // One that is shut out already hears so, by the refusal of its request: then it ends by itself.
                            (Some(gate), Some(agent)) if gate.is_revoked(agent) => {
                                drop(tokio::time::timeout(PATIENCE, served).await);
                            }
                            (Some(gate), Some(agent)) => tokio::select! {
                                () = served => {}
                                () = shut_out(&gate, agent) => tracing::info!(%agent, %peer, "connection closed: revoked"),
                            },
                            _ => served.await,
                        }
                    }
                    Ok(Err(error)) => tracing::debug!(%peer, %error, "TLS handshake"),
                    Err(_) => tracing::debug!(%peer, "TLS handshake took too long"),
                },
            }
        });
    }
    drop(listener);
    if let Some(graceful) = Arc::into_inner(graceful) {
        drop(tokio::time::timeout(DRAIN, graceful.watcher.shutdown()).await);
    }
}

/// The next connection, when there is room for one more; `None` when it is to stop.
async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
    stop: &mut watch::Receiver<bool>,
) -> Option<(OwnedSemaphorePermit, TcpStream, SocketAddr)> {
    let accepting = async {
        let permit = Arc::clone(permits).acquire_owned().await.ok()?;
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => return Some((permit, stream, peer)),
                Err(error) => {
                    // Out of file descriptors, or a connection that broke before it was accepted: wait, do not spin.
                    tracing::warn!(%error, "accepting a connection");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    };
    tokio::select! {
        accepted = accepting => accepted,
        _ = stop.wait_for(|stop| *stop) => None,
    }
}

/// Until an agent is shut out.
async fn shut_out(gate: &Service, agent: AgentId) {
    let mut revocations = gate.revocations();
    // Asked after listening began: nothing falls in between. What was missed for being too many is in the set as well.
    while !gate.is_revoked(agent) {
        if let Err(RecvError::Closed) = revocations.recv().await {
            return std::future::pending().await;
        }
    }
}

/// Connections that are told of a shutdown.
struct Tracked {
    watcher: GracefulShutdown,
}

async fn connection<S>(
    stream: S,
    peer: SocketAddr,
    certificate: Option<PeerCertificate>,
    router: Router,
    graceful: &Tracked,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let (router, certificate) = (router.clone(), certificate.clone());
        async move {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(Peer(peer));
            if let Some(certificate) = certificate {
                request.extensions_mut().insert(certificate);
            }
            Ok::<_, Infallible>(router.oneshot(request).await.unwrap_or_else(|never| match never {}))
        }
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(PATIENCE).max_buf_size(32 << 10).keep_alive(true);
    builder.http2().timer(TokioTimer::new()).max_concurrent_streams(64).max_header_list_size(32 << 10);
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    if let Err(error) = graceful.watcher.watch(connection.into_owned()).await {
        tracing::debug!(%peer, %error, "connection");
    }
}
