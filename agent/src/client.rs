//! The way to the collector: HTTPS with JSON, reports as zstd with their content digest.
//!
//! An answer is an acknowledgement only when it is JSON, names the report and echoes the digest of the bytes that were sent;
//! a captive portal's page is none (case 105). No redirects, no cookies, no system roots.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, RETRY_AFTER, USER_AGENT};
use hyper::http::request::Builder;
use hyper::{Method, Request, StatusCode};
use muster_shared::id::ReportId;
use muster_shared::problem::ProblemDocument;
use muster_shared::protocol::{
    CHALLENGE_PATH, Challenge, ChallengeRequest, Credential, ENROLL_PATH, EnrollRequest, HEARTBEATS_PATH, Heartbeat,
    HeartbeatAck, PENDING, QUARANTINED, RECOVER_PATH, RENEWALS_PATH, REPORTS_PATH, REVOKED, RecoverRequest,
    RenewRequest, ReportAck, SPLIT, STANDING_PATH, StandingAnswer, UNDECIDED, UNKNOWN_BASE, WAITED_HEADER,
};
use muster_shared::{SectionName, bound};
use rustls::ClientConfig;
use serde::Serialize;
use serde::de::DeserializeOwned;

use self::connection::Way;
pub use self::connection::{TransportError, port};
pub use self::error::ClientError;
use crate::backoff;
use crate::frame::Checked;
use crate::identity::Identity;
use crate::status::Standing;
use crate::trust;

mod connection;
mod error;

const WHOLE_TIMEOUT: Duration = Duration::from_mins(1);
const AGENT: &str = concat!("muster-agent/", env!("CARGO_PKG_VERSION"));

/// A connection to one collector.
#[derive(Clone)]
pub struct Client {
    way: Arc<Way>,
    url: String,
    /// What stands in the URL behind the port.
    base: String,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Client {
    /// For an enrolled agent.
    pub fn enrolled(identity: &Identity, proxy: Option<&str>) -> Result<Self, ClientError> {
        let tls = trust::enrolled(&identity.ca_pem, &identity.certificate_pem, &identity.key_pem)?;
        Self::new(&identity.record.url, tls, proxy)
    }

    /// For enrollment: believes only the CA with the pinned key.
    pub fn pinned(url: &str, pin: &str, proxy: Option<&str>) -> Result<Self, ClientError> {
        Self::new(url, trust::pinned(pin)?, proxy)
    }

    /// For recovery: the collector of an identity, without showing the certificate that ran out.
    pub fn unproven(identity: &Identity, proxy: Option<&str>) -> Result<Self, ClientError> {
        Self::new(&identity.record.url, trust::unproven(&identity.ca_pem)?, proxy)
    }

    fn new(url: &str, tls: ClientConfig, proxy: Option<&str>) -> Result<Self, ClientError> {
        let not_one = || ClientError::Url(url.to_owned());
        let target = connection::collector(url).ok_or_else(not_one)?;
        let proxy = proxy.map(|proxy| connection::proxy(proxy, &target).ok_or(ClientError::Proxy)).transpose()?;
        let base = target.path().trim_end_matches('/').to_owned();
        let url = target.to_string().trim_end_matches('/').to_owned();
        let way = Way::new(target, tls, proxy).ok_or_else(not_one)?;
        Ok(Self { way: Arc::new(way), url, base })
    }

    /// Whether a setting names a proxy.
    pub fn check_proxy(proxy: &str) -> Result<(), ClientError> {
        let anywhere = hyper::Uri::from_static("https://collector:8443");
        connection::proxy(proxy, &anywhere).map(drop).ok_or(ClientError::Proxy)
    }

    /// Where it goes.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Asks for an identity.
    pub async fn enroll(&self, request: &EnrollRequest) -> Result<Credential, ClientError> {
        self.exchange(ENROLL_PATH, request).await
    }

    /// Asks for the next certificate.
    pub async fn renew(&self, request: &RenewRequest) -> Result<Credential, ClientError> {
        self.exchange(RENEWALS_PATH, request).await
    }

    /// Says that the agent lives. The answer may be held back for as long as the heartbeat says.
    pub async fn heartbeat(&self, heartbeat: &Heartbeat) -> Result<HeartbeatAck, ClientError> {
        let wait = Duration::from_secs(heartbeat.wait_seconds.unwrap_or_default().into());
        let request = self.post(HEARTBEATS_PATH).header(CONTENT_TYPE, "application/json").body(json(heartbeat)?);
        self.send(request, wait + WHOLE_TIMEOUT).await
    }

    /// Asks how the agent stands: whether somebody approved or released it.
    pub async fn standing(&self) -> Result<StandingAnswer, ClientError> {
        self.send(self.request(Method::GET, STANDING_PATH).body(Full::default()), WHOLE_TIMEOUT).await
    }

    /// Asks for a challenge to recover by.
    pub async fn challenge(&self, request: &ChallengeRequest) -> Result<Challenge, ClientError> {
        self.exchange(CHALLENGE_PATH, request).await
    }

    /// Asks for a certificate by the last key.
    pub async fn recover(&self, request: &RecoverRequest) -> Result<Credential, ClientError> {
        self.exchange(RECOVER_PATH, request).await
    }

    /// Delivers a report as it stands in the spool, where it `waited_ms`.
    pub async fn report(&self, report_id: ReportId, waited_ms: i64, body: Checked) -> Result<ReportAck, ClientError> {
        let digest = format!("sha-256=:{}:", STANDARD.encode(body.sha256));
        let request = self
            .post(REPORTS_PATH)
            .header(CONTENT_TYPE, "application/json")
            .header(CONTENT_ENCODING, "zstd")
            .header("content-digest", &digest)
            .header(WAITED_HEADER, waited_ms)
            .body(Full::from(body.payload));
        let ack: ReportAck = self.send(request, WHOLE_TIMEOUT).await?;
        if ack.report_id != report_id || ack.content_digest != digest {
            return Err(self.not_an_answer("it acknowledges another report"));
        }
        Ok(ack)
    }

    fn request(&self, method: Method, path: &str) -> Builder {
        Request::builder().method(method).uri(format!("{}{path}", self.base)).header(USER_AGENT, AGENT)
    }

    fn post(&self, path: &str) -> Builder {
        self.request(Method::POST, path)
    }

    async fn exchange<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, ClientError> {
        let request = self.post(path).header(CONTENT_TYPE, "application/json").body(json(body)?);
        self.send(request, WHOLE_TIMEOUT).await
    }

    async fn send<T: DeserializeOwned>(
        &self,
        request: hyper::http::Result<Request<Full<Bytes>>>,
        time: Duration,
    ) -> Result<T, ClientError> {
        let request = request.map_err(|source| ClientError::Build(Box::new(source)))?;
        let (head, body) = self.way.ask(request, time).await.map_err(|error| match error {
            TransportError::TooLong => self.not_an_answer("it is too long"),
            source => ClientError::transport(&self.url, source),
        })?;
        let (status, is_json) = (head.status, has_json(&head.headers));
        let retry_after = head.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let retry_after = backoff::retry_after(retry_after);
        if status == StatusCode::OK || status == StatusCode::CREATED {
            if !is_json {
                return Err(self.not_an_answer("it is not JSON; a proxy or a captive portal stands in between"));
            }
            return serde_json::from_slice(&body).map_err(|_| self.not_an_answer("it has another shape"));
        }
        let problem: Option<ProblemDocument> = is_json.then(|| serde_json::from_slice(&body).ok()).flatten();
        Err(self.refusal(status, problem.as_ref(), retry_after))
    }

    fn not_an_answer(&self, why: &'static str) -> ClientError {
        ClientError::NotAnAnswer { url: self.url.clone(), why }
    }

    fn refusal(
        &self,
        status: StatusCode,
        problem: Option<&ProblemDocument>,
        retry_after: Option<Duration>,
    ) -> ClientError {
        let url = self.url.clone();
        let Some(problem) = problem else {
            // Only the collector writes problem documents: this is somebody else's page, to be tried again.
            return ClientError::Busy { url, status: status.as_u16(), detail: status.to_string(), retry_after };
        };
        let detail = problem.detail.clone().unwrap_or_else(|| problem.title.clone());
        match status {
            StatusCode::CONFLICT if problem.code() == UNKNOWN_BASE => ClientError::UnknownBase,
            StatusCode::CONFLICT if problem.code() == UNDECIDED => ClientError::Undecided { url, detail, retry_after },
            StatusCode::FORBIDDEN if problem.code() == PENDING => {
                ClientError::Held { url, standing: Standing::Pending, detail, retry_after }
            }
            StatusCode::FORBIDDEN if problem.code() == QUARANTINED => {
                ClientError::Held { url, standing: Standing::Quarantined, detail, retry_after }
            }
            StatusCode::FORBIDDEN if problem.code() == REVOKED => ClientError::Revoked { url, detail },
            StatusCode::FORBIDDEN if problem.code() == SPLIT => ClientError::Split { url },
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => ClientError::Refused { url, detail },
            StatusCode::CONFLICT => ClientError::Conflict { url, detail },
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => {
                ClientError::Busy { url, status: status.as_u16(), detail, retry_after }
            }
            status if status.is_client_error() => {
                ClientError::Rejected { url, status: status.as_u16(), detail, sections: rejected_sections(problem) }
            }
            status => ClientError::Busy { url, status: status.as_u16(), detail, retry_after },
        }
    }
}

/// The sections of a report that an answer finds wrong, each with what is wrong with it.
fn rejected_sections(problem: &ProblemDocument) -> Vec<(SectionName, String)> {
    let named = problem.errors.iter().filter_map(|error| {
        let name = error.pointer.strip_prefix("/sections/")?.split('/').next()?.parse().ok()?;
        Some((name, bound::shortened(&error.detail, bound::NAME_BYTES).into_owned()))
    });
    let mut sections: Vec<(SectionName, String)> = Vec::new();
    for (name, reason) in named {
        if !sections.iter().any(|(known, _)| *known == name) {
            sections.push((name, reason));
        }
    }
    sections
}

fn json(body: &impl Serialize) -> Result<Full<Bytes>, ClientError> {
    serde_json::to_vec(body).map(Full::from).map_err(|source| ClientError::Build(Box::new(source)))
}

fn has_json(headers: &HeaderMap) -> bool {
    let media = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim();
    media == "application/json" || media == muster_shared::problem::MEDIA_TYPE
}
