//! Sends one message over HTTP: signed when it is a webhook, to the address that was checked, without following anywhere.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use muster_model::notification::delivery::Outcome;
use muster_model::text::Phrase;
use muster_shared::Time;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use reqwest::{StatusCode, Url};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use super::Post;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How long all of it may take.
const WHOLE: Duration = Duration::from_secs(15);
/// How much of an answer is read.
const MAX_ANSWER: usize = 16 << 10;
/// Largest answer of an API.
const MAX_JSON: usize = 1 << 20;
/// How much of an answer is kept.
const MAX_KEPT: usize = 200;
/// What the text form of a secret begins with.
const SECRET: &str = "whsec_";

/// Whom the collector believes when it delivers: what the system believes, and what the owner adds.
pub(super) fn tls(extra_pem: &[u8]) -> Result<rustls::ClientConfig, String> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for certificate in CertificateDer::pem_slice_iter(extra_pem) {
        let certificate = certificate.map_err(|error| error.to_string())?;
        roots.add(certificate).map_err(|error| error.to_string())?;
    }
    let builder = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(builder.map_err(|error| error.to_string())?.with_root_certificates(roots).with_no_client_auth())
}

/// A fresh secret of a webhook.
pub(super) fn draw_secret() -> String {
    format!("{SECRET}{}", STANDARD.encode(muster_shared::secret::random_bytes::<32>()))
}

/// The signature that Standard Webhooks wants: over id, time and body.
pub(super) fn signature(secret: &str, id: &str, seconds: i64, body: &[u8]) -> Option<String> {
    let key = STANDARD.decode(secret.strip_prefix(SECRET)?).ok()?;
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &key));
    context.update(format!("{id}.{seconds}.").as_bytes());
    context.update(body);
    Some(format!("v1,{}", STANDARD.encode(context.sign())))
}

/// How far the clock of whoever signs may be off.
const MAX_SKEW_SECONDS: i64 = 300;

/// What signs a request that comes in.
#[derive(Clone, Debug, Default)]
pub struct Signed {
    /// The id of the message.
    pub id: Option<String>,
    /// When it was signed.
    pub seconds: Option<i64>,
    /// As Standard Webhooks have it: several, with blanks between, while a secret is changed.
    pub signature: Option<String>,
    /// As Jira has it: `sha256=` and hex, over the body alone.
    pub hub: Option<String>,
}

impl Signed {
    /// Whether a body is signed with a secret, lately as far as that is said.
    pub(in crate::service) fn holds(&self, secret: &str, body: &[u8], now: Time) -> bool {
        let equal =
            |a: &str, b: &str| aws_lc_rs::constant_time::verify_slices_are_equal(a.as_bytes(), b.as_bytes()).is_ok();
        if let (Some(id), Some(seconds), Some(given)) = (&self.id, self.seconds, &self.signature) {
            let is_late = (now.millis() / 1_000 - seconds).abs() > MAX_SKEW_SECONDS;
            let right = signature(secret, id, seconds, body).unwrap_or_default();
            return !is_late && !right.is_empty() && given.split(' ').any(|given| equal(given, &right));
        }
        let Some(hub) = &self.hub else { return false };
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), body);
        let hex = tag.as_ref().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
        equal(hub, &format!("sha256={hex}"))
    }
}

/// Reads an address of the web and says what is wrong with it, as far as that is known without asking anybody.
pub(super) fn parse(post: &Post, text: &str) -> Result<Url, Phrase> {
    let wrong = || Phrase::new("url_wrong");
    let url = Url::parse(text.trim()).map_err(|_| wrong())?;
    let is_plain = match url.scheme() {
        "https" => false,
        "http" => true,
        _ => return Err(wrong()),
    };
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() || text.len() > 2_000 {
        return Err(wrong());
    }
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(wrong)?;
    let literal = literal(host);
    if let Some(address) = literal
        && !post.allows(address)
    {
        return Err(Phrase::new("url_forbidden").with("host", host));
    }
    let is_named = literal.map_or(!post.settings.allowed_networks.is_empty(), |address| post.is_named(address));
    if is_plain && !is_named {
        return Err(Phrase::new("url_plain"));
    }
    Ok(url)
}

/// As much of an address as may be shown: what stands behind the host may be a secret.
pub(super) fn shown(url: &Url, with_path: bool) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let path = if with_path { url.path() } else { "/…" };
    format!("{}://{}{port}{path}", url.scheme(), url.host_str().unwrap_or_default())
}

fn literal(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

fn later(problem: impl Into<String>) -> Outcome {
    Outcome::Later { problem: problem.into(), after_ms: None }
}

fn never(problem: impl Into<String>) -> Outcome {
    Outcome::Never { problem: problem.into() }
}

/// The addresses behind a URL that may be reached.
async fn resolve(post: &Post, url: &Url) -> Result<Vec<SocketAddr>, Outcome> {
    let host = url.host_str().unwrap_or_default();
    let number = url.port_or_known_default().unwrap_or(443);
    let found: Vec<SocketAddr> = match literal(host) {
        Some(address) => vec![SocketAddr::new(address, number)],
        None => match tokio::time::timeout(CONNECT, tokio::net::lookup_host((host, number))).await {
            Ok(Ok(found)) => found.collect(),
            Ok(Err(error)) => return Err(later(format!("looking up {host}: {error}"))),
            Err(_) => return Err(later(format!("looking up {host} took too long"))),
        },
    };
    let is_plain = url.scheme() == "http";
    let may = |address: &SocketAddr| post.allows(address.ip()) && (!is_plain || post.is_named(address.ip()));
    let allowed: Vec<SocketAddr> = found.iter().copied().filter(may).collect();
    if allowed.is_empty() {
        let why = if found.is_empty() { "has no address" } else { "leads to an address that may not be reached" };
        return Err(never(format!("{host} {why}")));
    }
    Ok(allowed)
}

/// One line of what the other side said.
async fn told(mut response: reqwest::Response) -> String {
    let mut bytes = Vec::new();
    // What it says is a courtesy: it is read as far as it comes.
    while let Ok(Some(chunk)) = response.chunk().await {
        bytes.extend_from_slice(chunk.get(..chunk.len().min(MAX_ANSWER - bytes.len())).unwrap_or_default());
        if bytes.len() >= MAX_ANSWER {
            break;
        }
    }
    muster_model::notification::one_line(&String::from_utf8_lossy(&bytes), MAX_KEPT)
}

fn retry_after_ms(response: &reqwest::Response) -> Option<i64> {
    let seconds: i64 = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    (seconds >= 0).then(|| seconds.saturating_mul(1_000))
}

/// What an answer means.
fn judged(status: StatusCode, after_ms: Option<i64>, said: &str) -> Outcome {
    let line = |what: &str| {
        let said = if said.is_empty() { String::new() } else { format!(": {said}") };
        format!("{what}{}{said}", status.as_u16())
    };
    match status.as_u16() {
        200..=299 => Outcome::Taken { answer: line("") },
        300..=399 => never(line("it leads elsewhere, where nothing is sent to: ")),
        // What is wrong with the message or gone for good is not mended by waiting.
        400 | 410 | 413 | 414 | 415 | 422 => never(line("refused with ")),
        _ => Outcome::Later { problem: line("answered "), after_ms },
    }
}

/// A question to an API: the answer is wanted.
pub(super) struct Question<'a> {
    pub(super) method: reqwest::Method,
    pub(super) url: &'a str,
    pub(super) authorization: &'a str,
    pub(super) body: Option<Vec<u8>>,
}

/// Asks once; gives the JSON of the answer, null where it is empty.
pub(super) async fn ask(post: &Post, question: Question<'_>) -> Result<serde_json::Value, Outcome> {
    let (client, url) = connected(post, question.url).await?;
    let mut builder = client.request(question.method, url).header(ACCEPT, "application/json");
    builder = builder.header(AUTHORIZATION, question.authorization);
    if let Some(body) = question.body {
        builder = builder.header(CONTENT_TYPE, "application/json").body(body);
    }
    let mut response = builder.send().await.map_err(failed)?;
    let (status, after_ms) = (response.status(), retry_after_ms(&response));
    if !status.is_success() {
        return Err(judged(status, after_ms, &told(response).await));
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MAX_JSON {
            return Err(never(format!("the answer has more than {MAX_JSON} bytes")));
        }
    }
    if bytes.trim_ascii().is_empty() {
        return Ok(serde_json::Value::Null);
    }
    serde_json::from_slice(&bytes).map_err(|_| later("the answer is no JSON: is it the address of the API?"))
}

fn failed(error: reqwest::Error) -> Outcome {
    if error.is_timeout() { later("it took too long") } else { later(cause(&error.without_url())) }
}

/// A client that reaches just what was checked, and goes nowhere else.
async fn connected(post: &Post, url: &str) -> Result<(reqwest::Client, Url), Outcome> {
    let url = parse(post, url).map_err(|why| never(why.to_string()))?;
    let addresses = resolve(post, &url).await?;
    let host = url.host_str().unwrap_or_default().to_owned();
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(post.tls.clone())
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .connect_timeout(CONNECT)
        .timeout(WHOLE)
        .pool_max_idle_per_host(0)
        .user_agent(concat!("Muster/", env!("CARGO_PKG_VERSION")))
        .resolve_to_addrs(&host, &addresses)
        .build();
    match client {
        Ok(client) => Ok((client, url)),
        Err(error) => Err(later(format!("preparing to connect: {}", error.without_url()))),
    }
}

/// A request.
pub(super) struct Request<'a> {
    pub(super) url: &'a str,
    /// The id of the message.
    pub(super) id: &'a str,
    pub(super) body: Vec<u8>,
    /// What signs it.
    pub(super) secret: Option<&'a str>,
    pub(super) now: Time,
}

/// Sends a request once.
pub(super) async fn send(post: &Post, request: Request<'_>) -> Outcome {
    let (client, url) = match connected(post, request.url).await {
        Ok(connected) => connected,
        Err(outcome) => return outcome,
    };
    let mut builder = client.post(url).header(CONTENT_TYPE, "application/json");
    if let Some(secret) = request.secret {
        let seconds = request.now.millis() / 1_000;
        let Some(signature) = signature(secret, request.id, seconds, &request.body) else {
            return never("the secret of this channel cannot sign; draw a new one");
        };
        builder = builder
            .header("webhook-id", request.id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", signature);
    }
    match builder.body(request.body).send().await {
        Ok(response) => {
            let (status, after_ms) = (response.status(), retry_after_ms(&response));
            judged(status, after_ms, &told(response).await)
        }
        Err(error) => failed(error),
    }
}

/// An error with what led to it, on one line.
fn cause(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        let line = error.to_string();
        if !text.contains(&line) {
            text = format!("{text}: {line}");
        }
        next = error.source();
    }
    muster_model::notification::one_line(&text, MAX_KEPT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::notification::{Keyring, PostSettings};

    fn post(networks: &[&str]) -> Post {
        let allowed_networks = networks.iter().map(|network| network.parse().unwrap()).collect();
        Post::new(Keyring::fleeting(), PostSettings { allowed_networks, ..PostSettings::default() }).unwrap()
    }

    /// The example of the specification (github.com/standard-webhooks/standard-webhooks, and its reference libraries' tests).
    #[test]
    fn signatures_are_those_of_the_specification() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let body = br#"{"test": 2432232314}"#;
        let signed = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signed.as_deref(), Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
        assert_eq!(signature("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "x", 1, body), None);
        let drawn = draw_secret();
        assert!(signature(&drawn, "x", 1, body).is_some() && drawn != draw_secret());
    }

    #[test]
    fn addresses_are_checked_before_anybody_is_asked() {
        let key = |post: &Post, text: &str| parse(post, text).err().map(|why| why.say.into_owned());
        let strict = post(&[]);
        assert_eq!(key(&strict, "https://hooks.example.com/a?b=c"), None);
        for (text, why) in [
            ("ftp://example.com", "url_wrong"),
            ("https://", "url_wrong"),
            ("https://user:pw@example.com/", "url_wrong"),
            ("file:///etc/passwd", "url_wrong"),
            ("http://example.com", "url_plain"),
            ("https://127.0.0.1/", "url_forbidden"),
            ("https://[::1]:8443/", "url_forbidden"),
            ("https://2130706433/", "url_forbidden"),
            ("https://0x7f.1/", "url_forbidden"),
            ("https://169.254.169.254/latest/meta-data", "url_forbidden"),
        ] {
            assert_eq!(key(&strict, text).as_deref(), Some(why), "{text}");
        }
        let open = post(&["127.0.0.0/8"]);
        assert_eq!(key(&open, "http://127.0.0.1:9000/x"), None);
        assert_eq!(key(&open, "http://8.8.8.8/x").as_deref(), Some("url_plain"));
        let url = parse(&strict, "https://hooks.example.com:444/services/T0/SECRET?x=y").unwrap();
        assert_eq!(shown(&url, false), "https://hooks.example.com:444/…");
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_followed() {
        let request = |url| Request { url, id: "dlv_1", body: Vec::new(), secret: None, now: Time::from_millis(1) };
        let outcome = send(&post(&[]), request("https://localhost:1/x")).await;
        assert!(
            matches!(&outcome, Outcome::Never { problem } if problem.contains("may not be reached")),
            "{outcome:?}"
        );
    }

    #[test]
    fn an_answer_says_whether_to_try_again() {
        let judge = |code: u16| judged(StatusCode::from_u16(code).unwrap(), Some(5_000), "no");
        assert!(matches!(judge(204), Outcome::Taken { .. }));
        for code in [301, 302, 307, 400, 410, 422] {
            assert!(matches!(judge(code), Outcome::Never { .. }), "{code}");
        }
        for code in [401, 403, 404, 408, 429, 500, 503] {
            assert!(matches!(judge(code), Outcome::Later { after_ms: Some(5_000), .. }), "{code}");
        }
    }
}
