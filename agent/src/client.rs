//! The way to the collector: HTTPS with JSON, reports as zstd with their content digest.
//!
//! An answer is an acknowledgement only when it is JSON, names the report and echoes the digest of the bytes that were sent;
//! a captive portal's page is none (case 105). No redirects, no cookies, no system roots.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use muster_shared::id::ReportId;
use muster_shared::problem::ProblemDocument;
use muster_shared::protocol::{
    CHALLENGE_PATH, Challenge, ChallengeRequest, Credential, ENROLL_PATH, EnrollRequest, HEARTBEATS_PATH, Heartbeat,
    HeartbeatAck, PENDING, QUARANTINED, RECOVER_PATH, RENEWALS_PATH, REPORTS_PATH, RecoverRequest, RenewRequest,
    ReportAck, SPLIT, STANDING_PATH, StandingAnswer, UNKNOWN_BASE,
};
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{RequestBuilder, Response, StatusCode};
use rustls::ClientConfig;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::error::ClientError;
use crate::backoff;
use crate::frame::Checked;
use crate::identity::Identity;
use crate::trust;

mod error;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const WHOLE_TIMEOUT: Duration = Duration::from_mins(1);
/// Bytes that nobody acknowledges for so long mean that the link is dead.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(15);
/// Keeps the way open for an answer that is held back: the kernel does it, the agent sleeps.
const KEEPALIVE: Duration = Duration::from_mins(1);
/// Heartbeats are minutes apart: an idle connection is not worth its memory at either end.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);
/// More than any answer of the protocol needs.
const MAX_ANSWER_BYTES: usize = 1 << 20;

/// A connection to one collector.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    url: String,
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
        let parsed = reqwest::Url::parse(url).ok().filter(|parsed| parsed.scheme() == "https" && parsed.has_host());
        let parsed = parsed.ok_or_else(|| ClientError::Url(url.to_owned()))?;
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .https_only(true)
            .http1_only()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(WHOLE_TIMEOUT)
            .tcp_user_timeout(SILENCE_TIMEOUT)
            .tcp_keepalive(KEEPALIVE)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .pool_max_idle_per_host(1)
            .user_agent(concat!("muster-agent/", env!("CARGO_PKG_VERSION")));
        if let Some(proxy) = proxy {
            builder = builder.proxy(Self::check_proxy(proxy)?);
        }
        let http = builder.build().map_err(ClientError::Build)?;
        Ok(Self { http, url: parsed.as_str().trim_end_matches('/').to_owned() })
    }

    /// The proxy that a setting names.
    pub fn check_proxy(proxy: &str) -> Result<reqwest::Proxy, ClientError> {
        reqwest::Proxy::all(proxy).map_err(|_| ClientError::Proxy)
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
        let request = self.http.post(format!("{}{HEARTBEATS_PATH}", self.url)).json(heartbeat);
        self.send(request.timeout(wait + WHOLE_TIMEOUT)).await
    }

    /// Asks how the agent stands: whether somebody approved or released it.
    pub async fn standing(&self) -> Result<StandingAnswer, ClientError> {
        self.send(self.http.get(format!("{}{STANDING_PATH}", self.url))).await
    }

    /// Asks for a challenge to recover by.
    pub async fn challenge(&self, request: &ChallengeRequest) -> Result<Challenge, ClientError> {
        self.exchange(CHALLENGE_PATH, request).await
    }

    /// Asks for a certificate by the last key.
    pub async fn recover(&self, request: &RecoverRequest) -> Result<Credential, ClientError> {
        self.exchange(RECOVER_PATH, request).await
    }

    /// Delivers a report as it stands in the spool.
    pub async fn report(&self, report_id: ReportId, body: Checked) -> Result<ReportAck, ClientError> {
        let digest = format!("sha-256=:{}:", STANDARD.encode(body.sha256));
        let request = self
            .http
            .post(format!("{}{REPORTS_PATH}", self.url))
            .header(CONTENT_TYPE, "application/json")
            .header(CONTENT_ENCODING, "zstd")
            .header("content-digest", &digest)
            .body(body.payload);
        let ack: ReportAck = self.send(request).await?;
        if ack.report_id != report_id || ack.content_digest != digest {
            return Err(self.not_an_answer("it acknowledges another report"));
        }
        Ok(ack)
    }

    async fn exchange<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, ClientError> {
        self.send(self.http.post(format!("{}{path}", self.url)).json(body)).await
    }

    async fn send<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, ClientError> {
        let answer = request.send().await.map_err(|source| ClientError::transport(&self.url, source))?;
        let (status, is_json) = (answer.status(), has_json(answer.headers()));
        let retry_after = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let retry_after = backoff::retry_after(retry_after);
        let body = self.read(answer).await?;
        if status == StatusCode::OK || status == StatusCode::CREATED {
            if !is_json {
                return Err(self.not_an_answer("it is not JSON; a proxy or a captive portal stands in between"));
            }
            return serde_json::from_slice(&body).map_err(|_| self.not_an_answer("it has another shape"));
        }
        let problem: Option<ProblemDocument> = is_json.then(|| serde_json::from_slice(&body).ok()).flatten();
        Err(self.refusal(status, problem.as_ref(), retry_after))
    }

    async fn read(&self, mut answer: Response) -> Result<Vec<u8>, ClientError> {
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|source| ClientError::transport(&self.url, source))? {
            if body.len() + chunk.len() > MAX_ANSWER_BYTES {
                return Err(self.not_an_answer("it is too long"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
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
            StatusCode::FORBIDDEN if matches!(problem.code(), PENDING | QUARANTINED) => {
                ClientError::Held { url, detail, retry_after }
            }
            StatusCode::FORBIDDEN if problem.code() == SPLIT => ClientError::Split { url },
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => ClientError::Refused { url, detail },
            StatusCode::CONFLICT => ClientError::Conflict { url, detail },
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => {
                ClientError::Busy { url, status: status.as_u16(), detail, retry_after }
            }
            status if status.is_client_error() => ClientError::Rejected { url, status: status.as_u16(), detail },
            status => ClientError::Busy { url, status: status.as_u16(), detail, retry_after },
        }
    }
}

fn has_json(headers: &HeaderMap) -> bool {
    let media = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim();
    media == "application/json" || media == muster_shared::problem::MEDIA_TYPE
}
