//! The ceiling: a bare axum handler behind rustls that reads the body and answers, on the same cores in the same run.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::routing::post;
use hyper::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use muster_tests::simulated::client;
use rustls_pki_types::PrivateKeyDer;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

/// A running ceiling.
pub(crate) struct Ceiling {
    /// Its URL.
    pub(crate) url: String,
    /// A client that trusts it.
    pub(crate) http: reqwest::Client,
}

async fn take(body: bytes::Bytes) -> String {
    format!("{{\"bytes\":{}}}", body.len())
}

/// Starts one in this process, on its own threads of the runtime.
pub(crate) async fn start() -> anyhow::Result<Ceiling> {
    let key = rcgen::KeyPair::generate()?;
    let certificate = rcgen::CertificateParams::new(vec!["127.0.0.1".into()])?.self_signed(&key)?;
    let folder = tempfile::tempdir()?;
    let ca = folder.path().join("ca.pem");
    std::fs::write(&ca, certificate.pem())?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))?;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("https://{}/", listener.local_addr()?);
    let router: Router = Router::new().route("/", post(take)).layer(axum::extract::DefaultBodyLimit::max(64 << 20));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, router) = (acceptor.clone(), router.clone());
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else { return };
                let service = hyper::service::service_fn(move |request: Request<Incoming>| {
                    router.clone().oneshot(request.map(Body::new))
                });
                drop(Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await);
            });
        }
    });
    Ok(Ceiling { url, http: client(&ca, None)? })
}
