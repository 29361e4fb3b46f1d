//! `/inventory`: where agents of other products deliver, on the listener of people and scripts.
//!
//! An account with the right to is needed, by HTTP Basic (its name and an API token of it) or as a bearer: theirs is open by
//! default, which lets anybody write into a CMDB.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use base64::Engine;
use http_body_util::BodyExt;
use muster_model::right::{Action, Resource};
use muster_model::source::Source;
use muster_model::source::told::Telling;
use muster_shared::canonical::Digest;
use muster_shared::id::RequestId;
use muster_shared::problem::FieldError;
use serde_json::{Map, Value};

use super::body::{parse, read};
use super::problem::Refusal;
use crate::app::Shared;
use crate::peer::message::{Message, Told};
use crate::peer::translate::translate;
use crate::peer::{PeerError, envelope, json, reply, xml};
use crate::service::source::{About, Report};
use crate::service::{Call, ServiceError};

/// The header by which GLPI's agent says that it speaks JSON.
const GLPI_AGENT_ID: &str = "glpi-agent-id";

/// So much of a message of nobody known is read and thrown away, and for so long.
const MAX_UNREAD_BYTES: usize = 4 << 20;
const UNREAD: Duration = Duration::from_secs(5);

/// The route.
pub(crate) fn router() -> Router<Shared> {
    Router::new().route("/inventory", post(deliver))
}

impl From<PeerError> for Refusal {
    fn from(error: PeerError) -> Self {
        match error {
            PeerError::Malformed(why) => Self::Malformed(why),
            PeerError::TooLarge(why) => Self::TooLarge(why),
            PeerError::Field { pointer, detail } => Self::Fields(vec![FieldError { pointer, detail }]),
        }
    }
}

/// Who sends, and how it wants to be answered.
struct Sender {
    /// What it calls itself.
    agent: String,
    /// Whether it says that it is GLPI's agent.
    is_glpi: bool,
}

impl Sender {
    fn of(headers: &HeaderMap) -> Result<Self, Refusal> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let encoding = text(header::CONTENT_ENCODING.as_str());
        if !matches!(encoding, "" | "identity") {
            return Err(Refusal::MediaType(
                "a body compressed once, told by its first bytes, without a content-encoding",
            ));
        }
        let id = text(GLPI_AGENT_ID);
        if !id.is_empty() && !is_agent_id(id) {
            return Err(Refusal::Malformed("the header GLPI-Agent-ID takes a UUID".into()));
        }
        Ok(Self { agent: text(header::USER_AGENT.as_str()).chars().take(200).collect(), is_glpi: !id.is_empty() })
    }

    /// Whose agent it seems to be, when its message cannot be read.
    fn source(&self) -> Source {
        if self.is_glpi {
            Source::Glpi
        } else if self.agent.contains("FusionInventory") {
            Source::FusionInventory
        } else {
            Source::OcsInventory
        }
    }
}

fn is_agent_id(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

async fn deliver(State(app): State<Shared>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let call = match Deliverer::from_request_parts(&mut parts, &app).await {
        Ok(Deliverer(call)) => call,
        Err(refusal) => {
            pass_over(body).await;
            return goes_to_look(asked_for_name(refusal));
        }
    };
    let sender = match Sender::of(&parts.headers) {
        Ok(sender) => sender,
        Err(refusal) => return refusal.into_response(),
    };
    let mut device_id = String::new();
    match take(&app, &call, &sender, &parts.headers, body, &mut device_id).await {
        Ok(response) => response,
        Err(refusal) => refused(&app, &sender, &device_id, refusal).await,
    }
}

/// Reads on over a message of nobody known, so that its sender hears the answer, and not a connection that ends while it still writes.
async fn pass_over(mut body: Body) {
    let reading = async {
        let mut left = MAX_UNREAD_BYTES;
        while let Some(Ok(frame)) = body.frame().await {
            let size = frame.data_ref().map_or(0, bytes::Bytes::len);
            match left.checked_sub(size) {
                Some(rest) => left = rest,
                None => return,
            }
        }
    };
    // Whoever is slower than that is cut off.
    drop(tokio::time::timeout(UNREAD, reading).await);
}

/// A program that has no name yet sends it when it is asked for the right realm.
fn asked_for_name(refusal: Refusal) -> Response {
    let mut response = refusal.into_response();
    if response.status() == StatusCode::UNAUTHORIZED {
        let basic = HeaderValue::from_static("Basic realm=\"muster\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, basic);
    }
    response
}

async fn take(
    app: &Shared,
    call: &Call,
    sender: &Sender,
    headers: &HeaderMap,
    body: Body,
    device_id: &mut String,
) -> Result<Response, Refusal> {
    let body = read(headers, body, envelope::MAX_BODY_BYTES).await?;
    let digest = Digest::of(&body);
    if app.service.hear_again(call, digest).await?.is_some() {
        // GLPI's agent speaks JSON once it was answered in JSON, which it always is here.
        return Ok(stored(sender.is_glpi));
    }
    let _permit = app.service.turn_to_tell().await?;
    let agent = sender.agent.clone();
    let reading = tokio::task::spawn_blocking(move || read_message(&body, &agent));
    let read = reading.await.map_err(|_| Refusal::Malformed("the message could not be read".into()))??;
    match read {
        Wanted::Instructions if sender.is_glpi => Ok(goes_to_look(Json(reply::contact()).into_response())),
        Wanted::Instructions => Ok(goes_to_look(xml_answer(reply::send()))),
        Wanted::Json if !sender.is_glpi => Err(Refusal::Malformed("the header GLPI-Agent-ID is missing".into())),
        Wanted::Json => Ok(goes_to_look(Json(reply::contact()).into_response())),
        Wanted::Storing { report, is_json } => {
            if is_json && !sender.is_glpi {
                return Err(Refusal::Malformed("the header GLPI-Agent-ID is missing".into()));
            }
            device_id.clone_from(&report.telling.device_id);
            app.service.take_report(call, *report, digest).await?;
            Ok(stored(is_json))
        }
    }
}

/// What a message asks for.
enum Wanted {
    /// To be told what to do, in XML or, to GLPI's agent, in JSON.
    Instructions,
    /// The same, asked in JSON.
    Json,
    /// That an inventory is stored.
    Storing {
        /// The inventory in our words.
        report: Box<Report>,
        /// Whether it came as JSON.
        is_json: bool,
    },
}

fn read_message(body: &[u8], agent: &str) -> Result<Wanted, Refusal> {
    let message = envelope::open(body)?;
    let is_json = message.trim_ascii_start().first() == Some(&b'{');
    let read = if is_json {
        let fields: Map<String, Value> = parse(&message)?;
        json::read(&fields)?
    } else {
        xml::read(&message, agent)?
    };
    match read {
        Message::Prolog => Ok(Wanted::Instructions),
        Message::Contact => Ok(Wanted::Json),
        Message::Inventory(told) => Ok(Wanted::Storing { report: Box::new(report(&told)?), is_json }),
        Message::Other(what) => {
            Err(Refusal::Malformed(format!("'{what}' is not dealt with here: inventories of computers are")))
        }
    }
}

fn report(told: &Told<'_>) -> Result<Report, PeerError> {
    let wrong = |pointer: &str, detail: &str| Err(PeerError::Field { pointer: pointer.into(), detail: detail.into() });
    if told.device_id.is_empty() {
        return wrong("/DEVICEID", "is missing");
    }
    let translated = translate(told)?;
    if translated.sections.is_empty() {
        return wrong("/CONTENT", "nothing in it is known here");
    }
    Ok(Report {
        telling: Telling {
            source: told.source,
            device_id: told.device_id.clone(),
            client: told.client.clone(),
            sections: translated.sections,
            left_out: translated.left_out,
        },
        name: translated.name,
        identifiers: translated.identifiers,
        is_partial: told.is_partial,
        about: About::Ladder,
    })
}

/// The sender looks around for seconds now. A connection that waits is closed after five, and who sends on it just then takes that for
/// an error and comes back a day later: so it opens another one.
fn goes_to_look(mut response: Response) -> Response {
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

fn stored(is_json: bool) -> Response {
    if is_json { Json(reply::taken()).into_response() } else { xml_answer(reply::stored()) }
}

fn xml_answer(body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(reply::XML_MEDIA_TYPE))], body).into_response()
}

/// What was not taken is noted where administrators see it: the agents themselves tell nobody.
async fn refused(app: &Shared, sender: &Sender, device_id: &str, refusal: Refusal) -> Response {
    let problem = refusal.document();
    let why = match problem.errors.first() {
        Some(error) => format!("{}: {}", error.pointer, error.detail),
        None => problem.detail.clone().unwrap_or_else(|| problem.title.clone()),
    };
    if (400..500).contains(&problem.status) {
        tracing::warn!(source = %sender.source(), device_id, %why, "an inventory was not taken");
        if let Err(error) = app.service.note_refusal(sender.source(), device_id, &why).await {
            tracing::warn!(%error, "a refusal could not be noted");
        }
    }
    if !sender.is_glpi {
        return refusal.into_response();
    }
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(reply::refused(&why))).into_response()
}

/// Who delivers.
struct Deliverer(Call);

impl FromRequestParts<Shared> for Deliverer {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, app: &Shared) -> Result<Self, Refusal> {
        const NO_NAME: ServiceError =
            ServiceError::Unauthenticated("a name and an API token are needed: HTTP Basic, or a bearer token");
        let text = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let (scheme, rest) = text.split_once(' ').ok_or(NO_NAME)?;
        let (name, token) = match scheme.to_ascii_lowercase().as_str() {
            "bearer" => (None, rest.trim().to_owned()),
            "basic" => basic(rest.trim()).map(|(name, token)| (Some(name), token)).ok_or(NO_NAME)?,
            _ => return Err(NO_NAME.into()),
        };
        let actor = app.service.authenticate_token(&token).await?;
        if name.is_some_and(|name| name != actor.label()) {
            return Err(ServiceError::Unauthenticated("the API token is not of this account").into());
        }
        let request_id = parts.extensions.get::<RequestId>().copied();
        let call = Call { actor, via: "inventory", request_id };
        call.authorize(Action::SourceReport, Resource::All)?;
        Ok(Self(call))
    }
}

/// Name and password of HTTP Basic (RFC 7617).
pub(crate) fn basic(text: &str) -> Option<(String, String)> {
    let bytes = base64::engine::general_purpose::STANDARD.decode(text).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (name, password) = text.split_once(':')?;
    Some((name.to_owned(), password.to_owned()))
}
