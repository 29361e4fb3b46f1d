//! What agents call: enroll, report, heartbeat, renew, recover. Who speaks is in the certificate, never in the body.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use base64::Engine;
use muster_shared::Time;
use muster_shared::canonical::Digest;
use muster_shared::protocol::{
    CHALLENGE_PATH, Challenge, ChallengeRequest, Credential, ENROLL_PATH, EnrollRequest, HEARTBEATS_PATH, Heartbeat,
    HeartbeatAck, MAX_INFLATE_RATIO, MAX_INFLATED_BYTES, MAX_REPORT_BYTES, RECOVER_PATH, REFUSED, RENEWALS_PATH,
    REPORTS_PATH, RecoverRequest, RenewRequest, ReportAck, STANDING_PATH, StandingAnswer, WAITED_HEADER,
};
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use super::body::{check_json, inflate, read};
use super::problem::Refusal;
use crate::app::{Peer, Shared};
use crate::authority::Certified;
use crate::listener::PeerCertificate;
use crate::service::ServiceError;

mod strange;

const MAX_ENROLL_BYTES: usize = 64 << 10;
const MAX_HEARTBEAT_BYTES: usize = 4 << 10;
/// Refused enrollments from one address within a minute before it has to wait.
const MAX_REFUSALS: u32 = 10;

/// Refused enrollments and recoveries by address.
#[derive(Clone, Default)]
struct Refusals(Arc<Mutex<HashMap<IpAddr, (i64, u32)>>>);

/// Who is counted: an IPv6 network of 64 bits is one place, its owner has all addresses in it.
fn place(from: IpAddr) -> IpAddr {
    match from.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        v4 @ IpAddr::V4(_) => v4,
    }
}

impl Refusals {
    fn check(&self, from: IpAddr, now: Time) -> Result<(), Refusal> {
        let minute = now.millis() / 60_000;
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let over = counts.get(&place(from)).is_some_and(|(at, count)| *at == minute && *count >= MAX_REFUSALS);
        if over { Err(ServiceError::TooMany { seconds: 60 }.into()) } else { Ok(()) }
    }

    /// Counts an answer if it is a refusal.
    fn counted<T>(&self, answer: Result<T, ServiceError>, peer: SocketAddr, now: Time) -> Result<T, ServiceError> {
        if matches!(answer, Err(ServiceError::Barred { code: REFUSED, .. })) {
            tracing::warn!(%peer, "an enrollment or recovery was refused");
            let minute = now.millis() / 60_000;
            let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            counts.retain(|_, (at, _)| *at == minute);
            counts.entry(place(peer.ip())).or_insert((minute, 0)).1 += 1;
        }
        answer
    }
}

/// The routes.
pub(crate) fn router() -> Router<Shared> {
    Router::new()
        .route(ENROLL_PATH, post(enroll))
        .route(REPORTS_PATH, post(report))
        .route(HEARTBEATS_PATH, post(heartbeat))
        .route(RENEWALS_PATH, post(renew))
        .route(STANDING_PATH, get(standing))
        .route(CHALLENGE_PATH, post(challenge))
        .route(RECOVER_PATH, post(recover))
        .fallback(not_found)
        .layer(Extension(Refusals::default()))
}

/// The agent behind the connection's certificate.
struct Speaker(Arc<Certified>);

impl FromRequestParts<Shared> for Speaker {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Refusal> {
        const NO_CERTIFICATE: ServiceError = ServiceError::Unauthenticated(
            "a client certificate is needed here; enroll first with `muster-agent enroll`",
        );
        let certificate: &PeerCertificate = parts.extensions.get().ok_or(NO_CERTIFICATE)?;
        let certified = Arc::clone(certificate.agent().ok_or(NO_CERTIFICATE)?);
        app.service.hear(&certified, parts.uri.path() == RENEWALS_PATH).await?;
        Ok(Self(certified))
    }
}

async fn enroll(
    State(app): State<Shared>,
    Extension(Peer(peer)): Extension<Peer>,
    Extension(refusals): Extension<Refusals>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Credential>, Refusal> {
    refusals.check(peer.ip(), app.service.now())?;
    check_json(&headers)?;
    let request: EnrollRequest = heard(&app, None, &read(&headers, body, MAX_ENROLL_BYTES).await?).await?;
    let answer = app.service.enroll(request, peer.ip()).await;
    Ok(Json(refusals.counted(answer, peer, app.service.now())?))
}

async fn challenge(
    State(app): State<Shared>,
    Extension(Peer(peer)): Extension<Peer>,
    Extension(refusals): Extension<Refusals>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Challenge>, Refusal> {
    refusals.check(peer.ip(), app.service.now())?;
    check_json(&headers)?;
    let request: ChallengeRequest = heard(&app, None, &read(&headers, body, MAX_HEARTBEAT_BYTES).await?).await?;
    Ok(Json(app.service.challenge(request.agent_id)?))
}

async fn recover(
    State(app): State<Shared>,
    Extension(Peer(peer)): Extension<Peer>,
    Extension(refusals): Extension<Refusals>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Credential>, Refusal> {
    refusals.check(peer.ip(), app.service.now())?;
    check_json(&headers)?;
    let request: RecoverRequest = heard(&app, None, &read(&headers, body, MAX_ENROLL_BYTES).await?).await?;
    let answer = app.service.recover(request, peer.ip()).await;
    Ok(Json(refusals.counted(answer, peer, app.service.now())?))
}

async fn standing(State(app): State<Shared>, Speaker(speaker): Speaker) -> Result<Json<StandingAnswer>, Refusal> {
    Ok(Json(app.service.standing(speaker.agent).await?))
}

async fn report(
    State(app): State<Shared>,
    Speaker(speaker): Speaker,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<ReportAck>, Refusal> {
    let taken = take(&app, &speaker, &headers, body).await;
    match &taken {
        Ok(_) => app.service.forget_refusal(speaker.agent),
        // What passes by itself says nothing of what the report holds.
        Err(refusal) => {
            if let Some(why) = refusal.of_content() {
                app.service.note_refusal_of(speaker.agent, why);
            }
        }
    }
    taken.map(Json)
}

async fn take(app: &Shared, speaker: &Certified, headers: &HeaderMap, body: Body) -> Result<ReportAck, Refusal> {
    check_json(headers)?;
    let encoding = headers.get(header::CONTENT_ENCODING).and_then(|value| value.to_str().ok());
    if encoding != Some("zstd") {
        return Err(Refusal::MediaType("a body with content-encoding zstd, and no other coding"));
    }
    let bytes = read(headers, body, MAX_REPORT_BYTES).await?;
    let announced = headers.get("content-digest").and_then(|value| value.to_str().ok());
    let announced = announced.ok_or_else(|| Refusal::Malformed("the header content-digest is missing".into()))?;
    let digest = format!("sha-256=:{}:", base64::engine::general_purpose::STANDARD.encode(Sha256::digest(&bytes)));
    if announced != digest {
        return Err(Refusal::Malformed("the body does not fit its content-digest; send it again".into()));
    }
    let json = inflate(&bytes, MAX_INFLATED_BYTES, MAX_INFLATE_RATIO)?;
    let (report, strange) = strange::report(&json)?;
    if !strange.names.is_empty() {
        app.service.note_strange(speaker.agent, Some(&report.agent_version), &strange.names).await?;
    }
    let waited = headers.get(WAITED_HEADER).and_then(|value| value.to_str().ok()?.parse().ok());
    let sent = (waited, strange.unread);
    Ok(app.service.ingest(speaker.agent, report, Digest::of(&bytes), digest, sent).await?)
}

async fn heartbeat(
    State(app): State<Shared>,
    Speaker(speaker): Speaker,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<HeartbeatAck>, Refusal> {
    check_json(&headers)?;
    let heartbeat: Heartbeat = heard(&app, Some(&speaker), &read(&headers, body, MAX_HEARTBEAT_BYTES).await?).await?;
    Ok(Json(app.service.heartbeat(speaker.agent, heartbeat).await?))
}

async fn renew(
    State(app): State<Shared>,
    Speaker(speaker): Speaker,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Credential>, Refusal> {
    check_json(&headers)?;
    let request: RenewRequest = heard(&app, Some(&speaker), &read(&headers, body, MAX_ENROLL_BYTES).await?).await?;
    Ok(Json(app.service.renew(speaker.agent, &speaker.serial, request).await?))
}

/// A message as it is known here. What is not known in it is noted of the agent, where it is known which one speaks.
async fn heard<T: DeserializeOwned>(app: &Shared, speaker: Option<&Certified>, bytes: &[u8]) -> Result<T, Refusal> {
    let (message, strange) = strange::message(bytes)?;
    match speaker {
        Some(speaker) if !strange.names.is_empty() => {
            app.service.note_strange(speaker.agent, None, &strange.names).await?;
        }
        None if !strange.names.is_empty() => {
            tracing::warn!(names = ?strange.names, "an agent says what is not known here");
        }
        _ => {}
    }
    Ok(message)
}

/// Another kind of message, or another protocol altogether.
async fn not_found(uri: Uri) -> Refusal {
    let other = uri.path().strip_prefix("/agent/v").and_then(|rest| rest.split('/').next()?.parse().ok());
    other.filter(|version: &u32| *version != 1).map_or(Refusal::NoRoute, Refusal::Protocol)
}
