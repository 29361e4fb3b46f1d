//! One connection to the collector: TCP to whichever of its addresses answers first, through a proxy when there is one, TLS,
//! HTTP/1.1. It is kept for a short while after an answer, for what often comes right behind.

use std::error::Error;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::HOST;
use hyper::http::HeaderValue;
use hyper::http::response::Parts;
use hyper::{Request, Response, Uri};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tower_service::Service;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Bytes that nobody acknowledges for so long mean that the link is dead.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(15);
/// Keeps the way open for an answer that is held back: the kernel does it, the agent sleeps.
const KEEPALIVE: Duration = Duration::from_mins(1);
/// Heartbeats are minutes apart: an idle connection is not worth its memory at either end.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);
/// More than any answer of the protocol needs.
const MAX_ANSWER_BYTES: usize = 1 << 20;

/// Why there was no whole answer.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// Nobody took the connection in time.
    #[error("no connection within {} seconds: a firewall drops it, or the host is down", CONNECT_TIMEOUT.as_secs())]
    NoConnection,
    /// Nobody answered in time.
    #[error("no whole answer within {} seconds: the collector is busy, or what stands in between holds the answer back", .0.as_secs())]
    NoAnswer(Duration),
    /// Nobody listens.
    #[error("nothing listens there (connection refused): check the port, and that the collector runs")]
    Refused,
    /// Nobody knows the name.
    #[error("the name {host} is not known ({why}): check it, and the DNS of this host (/etc/resolv.conf, /etc/hosts)")]
    NoName {
        /// The name.
        host: String,
        /// Why, in the words of the resolver.
        why: String,
    },
    /// No connection for another reason.
    #[error("no connection: check the address and the network")]
    Connect(#[source] Box<dyn Error + Send + Sync>),
    /// The proxy makes none.
    #[error("no connection through the proxy {proxy}: check the setting, and whether the proxy lets the agent through")]
    Proxy {
        /// Which.
        proxy: String,
        /// Why.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The other side is not who it should be, or does not speak TLS.
    #[error("no TLS connection")]
    Tls(#[source] io::Error),
    /// The connection broke off, or what came over it is no HTTP.
    #[error("the exchange broke off")]
    Exchange(#[from] hyper::Error),
    /// The answer does not end.
    #[error("the answer is longer than {MAX_ANSWER_BYTES} bytes")]
    TooLong,
}

/// What the resolver's word of failure begins with.
const NO_NAME: &str = "failed to lookup address information: ";

/// Sorts why there is no connection by what a person has to look at.
fn unreached(host: &str, source: Box<dyn Error + Send + Sync>) -> TransportError {
    let mut next: Option<&(dyn Error + 'static)> = Some(source.as_ref());
    while let Some(error) = next {
        if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused) {
            return TransportError::Refused;
        }
        if let Some(why) = error.to_string().strip_prefix(NO_NAME) {
            // The C libraries' word for this is for programs.
            let is_silent = matches!(why, "Try again" | "Temporary failure in name resolution");
            let why = if is_silent { "no name server answered" } else { why };
            return TransportError::NoName { host: host.to_owned(), why: why.to_owned() };
        }
        next = error.source();
    }
    TransportError::Connect(source)
}

/// The parts of `https://host:port/base`, `None` for any other text.
pub(super) fn collector(url: &str) -> Option<Uri> {
    let uri: Uri = url.parse().ok()?;
    let is_https = uri.scheme_str() == Some("https");
    let is_plain = uri.query().is_none() && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'));
    (is_https && is_plain && uri.host().is_some_and(|host| !host.is_empty())).then_some(uri)
}

/// The port of a URL, said or by its scheme.
pub fn port(url: &str) -> Option<u16> {
    let uri: Uri = url.parse().ok()?;
    uri.port_u16().or(match uri.scheme_str() {
        Some("https") => Some(443),
        Some("http") => Some(80),
        _ => None,
    })
}

/// The proxy that a setting names for a collector.
pub(super) fn proxy(setting: &str, target: &Uri) -> Option<Intercept> {
    let found = Matcher::builder().all(setting).build().intercept(target)?;
    let authority = found.uri().authority()?;
    // What is no port would be taken for none.
    let has_port = authority.port_u16().is_some() || authority.as_str().ends_with(authority.host());
    (found.uri().scheme_str() == Some("http") && has_port).then_some(found)
}

/// The way to one collector.
pub(super) struct Way {
    target: Uri,
    server: ServerName<'static>,
    host: HeaderValue,
    proxy: Option<Intercept>,
    tls: TlsConnector,
    idle: Mutex<Kept>,
}

/// The connection that waits for the next request, and how often one was put there.
#[derive(Default)]
struct Kept {
    sender: Option<SendRequest<Full<Bytes>>>,
    times: u64,
}

impl Way {
    /// To a collector as [`collector`] reads it. `None` when its name can be that of no server.
    pub(super) fn new(target: Uri, tls: ClientConfig, proxy: Option<Intercept>) -> Option<Self> {
        let host = target.host()?.trim_start_matches('[').trim_end_matches(']');
        let server = ServerName::try_from(host.to_owned()).ok()?;
        let header = HeaderValue::from_str(target.authority()?.as_str()).ok()?;
        // Without a setting the environment's `HTTPS_PROXY` and `NO_PROXY` count.
        let proxy = proxy.or_else(|| Matcher::from_env().intercept(&target));
        Some(Self {
            server,
            host: header,
            proxy,
            tls: TlsConnector::from(Arc::new(tls)),
            idle: Mutex::default(),
            target,
        })
    }

    /// Sends a request and reads its whole answer, all within `time`.
    pub(super) async fn ask(
        self: &Arc<Self>,
        mut request: Request<Full<Bytes>>,
        time: Duration,
    ) -> Result<(Parts, Vec<u8>), TransportError> {
        request.headers_mut().insert(HOST, self.host.clone());
        let asked = Box::pin(async {
            let (sender, answer) = self.send(request).await?;
            let whole = read(answer).await?;
            self.keep(sender);
            Ok(whole)
        });
        tokio::time::timeout(time, asked).await.unwrap_or(Err(TransportError::NoAnswer(time)))
    }

    /// Over the kept connection, or a new one when the other side closed it meanwhile: then nothing was sent over it.
    async fn send(
        &self,
        mut request: Request<Full<Bytes>>,
    ) -> Result<(SendRequest<Full<Bytes>>, Response<Incoming>), TransportError> {
        let kept = self.kept().sender.take();
        if let Some(mut sender) = kept
            && sender.ready().await.is_ok()
        {
            match sender.try_send_request(request).await {
                Ok(answer) => return Ok((sender, answer)),
                Err(mut error) => match error.take_message() {
                    Some(unsent) => request = unsent,
                    None => return Err(error.into_error().into()),
                },
            }
        }
        let opened = tokio::time::timeout(CONNECT_TIMEOUT, self.connect()).await;
        let mut sender = opened.unwrap_or(Err(TransportError::NoConnection))?;
        let answer = sender.send_request(request).await?;
        Ok((sender, answer))
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, TransportError> {
        let stream = self.reach().await.map_err(|source| match &self.proxy {
            None => unreached(self.target.host().unwrap_or_default(), source),
            Some(proxy) => {
                let (host, port) = (proxy.uri().host().unwrap_or_default(), proxy.uri().port_u16().unwrap_or(80));
                TransportError::Proxy { proxy: format!("{host}:{port}"), source }
            }
        })?;
        let stream = self.tls.connect(self.server.clone(), stream).await.map_err(TransportError::Tls)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // Ends with the sender; what goes wrong the sender is told too.
        tokio::spawn(async move { drop(connection.await) });
        Ok(sender)
    }

    async fn reach(&self) -> Result<TcpStream, Box<dyn Error + Send + Sync>> {
        let mut direct = HttpConnector::new();
        direct.enforce_http(false);
        direct.set_nodelay(true);
        direct.set_keepalive(Some(KEEPALIVE));
        direct.set_keepalive_interval(Some(SILENCE_TIMEOUT));
        direct.set_tcp_user_timeout(Some(SILENCE_TIMEOUT));
        let stream = match &self.proxy {
            None => direct.call(self.target.clone()).await?,
            Some(proxy) => {
                let mut tunnel = Tunnel::new(proxy.uri().clone(), direct);
                if let Some(words) = proxy.basic_auth() {
                    tunnel = tunnel.with_auth(words.clone());
                }
                tunnel.call(self.target.clone()).await?
            }
        };
        Ok(stream.into_inner())
    }

    /// Keeps a connection for a while, if it can be used again.
    fn keep(self: &Arc<Self>, sender: SendRequest<Full<Bytes>>) {
        if sender.is_closed() {
            return;
        }
        let mut kept = self.kept();
        kept.times += 1;
        let times = kept.times;
        kept.sender = Some(sender);
        drop(kept);
        let way = Arc::downgrade(self);
        tokio::spawn(async move {
            tokio::time::sleep(IDLE_TIMEOUT).await;
            let Some(way) = way.upgrade() else { return };
            let mut kept = way.kept();
            if kept.times == times {
                kept.sender = None;
            }
        });
    }

    /// A panic elsewhere leaves a connection that is whole or none.
    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn read(answer: Response<Incoming>) -> Result<(Parts, Vec<u8>), TransportError> {
    let (parts, mut body) = answer.into_parts();
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(chunk) = frame?.into_data() else { continue };
        if bytes.len() + chunk.len() > MAX_ANSWER_BYTES {
            return Err(TransportError::TooLong);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok((parts, bytes))
}

#[cfg(test)]
mod tests {
    use rustix::io::Errno;

    use super::*;

    #[test]
    fn a_collectors_url_is_https_and_nothing_beside() {
        for (url, is_one) in [
            ("https://collector:8443", true),
            ("https://[::1]:8443/base/", true),
            ("https://10.0.0.1", true),
            ("http://collector:8443", false),
            ("https://", false),
            ("https://user@collector", false),
            ("https://collector/?q", false),
            ("collector:8443", false),
            ("https://bücher.example", false),
            ("", false),
        ] {
            assert_eq!(collector(url).is_some(), is_one, "{url}");
        }
        assert_eq!(
            (port("https://c"), port("http://p/"), port("p:3128"), port("p")),
            (Some(443), Some(80), Some(3128), None)
        );
    }

    #[test]
    fn why_there_is_no_connection_is_told_apart() {
        use std::net::ToSocketAddrs;
        let text = |source: io::Error| crate::log::chain(&unreached("c.test", Box::new(source)));
        // No resolver is asked for a name that can be none.
        let no_name = ("x".repeat(300), 1).to_socket_addrs().unwrap_err();
        let said = text(no_name);
        assert!(said.starts_with("the name c.test is not known (") && said.contains("/etc/resolv.conf"), "{said}");
        let silent = io::Error::other(format!("{NO_NAME}Try again"));
        assert!(text(silent).starts_with("the name c.test is not known (no name server answered): check it"));
        assert!(text(io::ErrorKind::ConnectionRefused.into()).starts_with("nothing listens there"));
        let said = text(Errno::NETUNREACH.into());
        assert!(said.starts_with("no connection: check the address and the network: Network is unreachable"), "{said}");
    }

    #[test]
    fn a_proxy_is_http_with_or_without_a_name() {
        let target = collector("https://c:8443").unwrap();
        for (setting, uri) in [
            ("http://p.test:3128", Some("http://p.test:3128/")),
            ("p.test:3128", Some("http://p.test:3128/")),
            ("http://ann:secret@p.test:3128", Some("http://p.test:3128/")),
            ("https://p.test:3128", None),
            ("http://p.test:99999", None),
            ("p.test:abc", None),
            ("socks5://p.test:1080", None),
            ("ops:hunter22@proxy without a scheme", None),
            ("", None),
        ] {
            let found = proxy(setting, &target);
            assert_eq!(found.as_ref().map(|found| found.uri().to_string()).as_deref(), uri, "{setting}");
            let has_words = found.is_some_and(|found| found.basic_auth().is_some());
            assert_eq!(has_words, setting.contains('@') && uri.is_some(), "{setting}");
        }
    }
}
