//! The listener for syslog messages over TCP and TLS (RFC 5424, 5425, 6587): bounded in connections, in the size of a message and in
//! how many a sender gets rid of.
//!
//! What a sender is not rid of yet waits in the sender: a connection is read again when what came over it is committed. Messages have no
//! acknowledgement; what was read when the collector ends is lost, as with every receiver of syslog.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use muster_model::alert::event::MAX_BATCH;
use muster_model::alert::syslog::{self, frame::Frames};
use rustls::ServerConfig;
use rustls::server::WebPkiClientVerifier;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;

use super::{PATIENCE, accept};
use crate::authority;
use crate::config::SyslogSettings;
use crate::service::{Call, Service};

/// Open connections.
const MAX_CONNECTIONS: usize = 512;
/// Batches of events that are on their way into the store at the same time.
const MAX_BATCHES: usize = 4;
/// Messages a second that one connection gets rid of.
const RATE: u32 = 500;
/// Messages that are taken in one commit.
const BATCH: usize = 256;
const _: () = assert!(BATCH <= MAX_BATCH);
/// A message that began is whole after so long.
const HALF: Duration = Duration::from_secs(30);
/// A connection over which nothing comes for so long is closed.
const IDLE: Duration = Duration::from_hours(2);
/// Pause before something is tried again.
const PAUSE: Duration = Duration::from_secs(1);

/// TLS 1.2 and 1.3 for senders of syslog messages: with a CA they show a certificate of it.
pub fn tls(cert: &Path, key: &Path, client_ca: Option<&Path>) -> anyhow::Result<Arc<ServerConfig>> {
    let (chain, key) = authority::read_pem(cert, key)?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions()?;
    let builder = match client_ca {
        None => builder.with_no_client_auth(),
        Some(path) => {
            let mut roots = rustls::RootCertStore::empty();
            let reading = || format!("reading the CA certificates in {}", path.display());
            for certificate in CertificateDer::pem_file_iter(path).with_context(reading)? {
                roots.add(certificate.with_context(reading)?)?;
            }
            builder.with_client_cert_verifier(
                WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build()?,
            )
        }
    };
    Ok(Arc::new(builder.with_single_cert(chain, key)?))
}

/// Takes messages until `stop`.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    settings: SyslogSettings,
    service: Arc<Service>,
    mut stop: watch::Receiver<bool>,
) {
    let acceptor = tls.map(TlsAcceptor::from);
    let permits = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let inbox = Arc::new(Inbox { settings, service, writing: Semaphore::new(MAX_BATCHES) });
    let mut connections = tokio::task::JoinSet::new();
    while let Some((permit, stream, peer)) = accept(&listener, &permits, &mut stop).await {
        if !inbox.settings.may_send(peer.ip()) {
            tracing::debug!(%peer, "syslog: it is in none of the networks that are heard");
            continue;
        }
        let (acceptor, inbox, stop) = (acceptor.clone(), Arc::clone(&inbox), stop.clone());
        connections.spawn(async move {
            let _permit = permit;
            inbox.greet(stream, peer, acceptor, stop).await;
        });
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    // Each of them hears the stop and ends after what it has taken.
    while connections.join_next().await.is_some() {}
}

/// What all connections stand on.
struct Inbox {
    settings: SyslogSettings,
    service: Arc<Service>,
    writing: Semaphore,
}

impl Inbox {
    async fn greet(
        &self,
        mut stream: TcpStream,
        peer: SocketAddr,
        acceptor: Option<TlsAcceptor>,
        stop: watch::Receiver<bool>,
    ) {
        let Some(acceptor) = acceptor else { return self.hear(&mut stream, peer.ip(), stop).await };
        match tokio::time::timeout(PATIENCE, acceptor.accept(stream)).await {
            Ok(Ok(mut stream)) => {
                self.hear(&mut stream, peer.ip(), stop).await;
                // RFC 5425, 4.4: the sender learns that this is the end, if it still listens.
                drop(tokio::time::timeout(PATIENCE, stream.shutdown()).await);
            }
            Ok(Err(error)) => tracing::debug!(%peer, %error, "TLS handshake of syslog"),
            Err(_) => tracing::debug!(%peer, "TLS handshake of syslog took too long"),
        }
    }

    /// Reads a connection to its end.
    async fn hear(&self, stream: &mut (impl AsyncRead + Unpin), peer: IpAddr, mut stop: watch::Receiver<bool>) {
        let (mut frames, mut buffer) = (Frames::default(), vec![0; 16 << 10]);
        loop {
            let patience = if frames.is_open() { HALF } else { IDLE };
            let read = tokio::select! {
                read = tokio::time::timeout(patience, stream.read(&mut buffer)) => read,
                _ = stop.wait_for(|stop| *stop) => return,
            };
            let count = match read {
                Ok(Ok(count)) => count,
                Ok(Err(error)) => return tracing::debug!(%peer, %error, "reading syslog"),
                Err(_) => return tracing::debug!(%peer, "syslog: nothing came for long"),
            };
            let is_over = count == 0;
            // The last line need not end.
            frames.push(if is_over { b"\n" } else { buffer.get(..count).unwrap_or_default() });
            let is_broken = self.take_all(&mut frames, peer, &mut stop).await;
            if is_over || is_broken {
                return;
            }
        }
    }

    /// Takes all messages that are whole. `true` when nothing can follow them.
    async fn take_all(&self, frames: &mut Frames, peer: IpAddr, stop: &mut watch::Receiver<bool>) -> bool {
        loop {
            let begin = tokio::time::Instant::now();
            let (mut rows, mut read, mut ended) = (Vec::new(), 0, None);
            while read < BATCH {
                match frames.next_message() {
                    Ok(Some(bytes)) => match syslog::read(&bytes) {
                        Ok(message) if message.is_at_least(&self.settings.severity) => {
                            rows.push(Ok(message.event(peer)));
                        }
                        Ok(_) => {}
                        Err(error) => tracing::debug!(%peer, %error, "syslog: a message was not taken"),
                    },
                    Ok(None) => ended = Some(false),
                    Err(error) => {
                        tracing::info!(%peer, %error, "syslog: connection closed");
                        ended = Some(true);
                    }
                }
                if ended.is_some() {
                    break;
                }
                read += 1;
            }
            if !rows.is_empty() && self.commit(&rows, stop).await {
                return true;
            }
            if let Some(is_broken) = ended {
                return is_broken;
            }
            tokio::time::sleep_until(begin + Duration::from_secs(1) * u32::try_from(read).unwrap_or(RATE) / RATE).await;
        }
    }

    /// Commits a batch, again and again until it is taken: the sender waits. `true` when it is time to stop.
    async fn commit(&self, rows: &[crate::service::alert::Row], stop: &mut watch::Receiver<bool>) -> bool {
        let Ok(_permit) = self.writing.acquire().await else { return true };
        let call = Call::system("syslog");
        loop {
            match Box::pin(self.service.receive_events(&call, rows)).await {
                Ok(receipts) => {
                    let refused = receipts.iter().filter(|receipt| receipt.is_err()).count();
                    if refused > 0 {
                        tracing::debug!(refused, "syslog: events were not taken");
                    }
                    return false;
                }
                Err(error) => tracing::error!(%error, "taking syslog messages"),
            }
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                _ = stop.wait_for(|stop| *stop) => return true,
            }
        }
    }
}
