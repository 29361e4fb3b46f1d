//! The REST client: one request, one answer, errors in the words of the collector.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use muster_shared::problem::ProblemDocument;
use reqwest::{Method, StatusCode};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use serde_json::Value;

use crate::login::Login;

/// Why a request did not do what was asked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    /// It is not known where the collector is.
    #[error(
        "no collector is known: run `muster login --url URL --token-file FILE`, or set MUSTER_URL and MUSTER_TOKEN"
    )]
    NotLoggedIn,
    /// The collector does not answer.
    #[error("{url} does not answer: {why}")]
    Unreachable {
        /// The collector.
        url: String,
        /// Why.
        why: String,
    },
    /// The collector refuses.
    #[error("{}", told(.problem))]
    Refused {
        /// HTTP status.
        status: u16,
        /// What it says.
        problem: Box<ProblemDocument>,
    },
    /// The answer is none that a collector gives.
    #[error("{0} does not answer like a Muster collector; is the URL right?")]
    Malformed(String),
    /// The CA file cannot be used.
    #[error("the CA file {} cannot be used: {why}", path.display())]
    Ca {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
}

fn told(problem: &ProblemDocument) -> String {
    let mut text = problem.detail.clone().unwrap_or_else(|| problem.title.clone());
    for error in &problem.errors {
        if !text.contains(&error.detail) {
            text = format!("{text}\n  {}: {}", error.pointer.trim_start_matches('/'), error.detail);
        }
    }
    match &problem.request_id {
        Some(id) if problem.status >= 500 => format!("{text} ({id})"),
        _ => text,
    }
}

/// A record with its version.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) body: Value,
    pub(crate) etag: Option<String>,
}

/// Longest export.
const EXPORT: Duration = Duration::from_hours(1);

/// Access to one collector.
pub(crate) struct Client {
    http: reqwest::Client,
    url: String,
    token: String,
}

impl Client {
    pub(crate) fn new(login: &Login) -> anyhow::Result<Self> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut roots = rustls::RootCertStore::empty();
        if let Some(path) = &login.ca_file {
            let bad = |why: String| ClientError::Ca { path: path.clone(), why };
            let certificates = CertificateDer::pem_file_iter(path).map_err(|error| bad(error.to_string()))?;
            for certificate in certificates {
                roots
                    .add(certificate.map_err(|error| bad(error.to_string()))?)
                    .map_err(|error| bad(error.to_string()))?;
            }
        } else {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            // What is said here is said by a person, and not by a script.
            .user_agent(concat!("muster/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_mins(1))
            .build()?;
        Ok(Self { http, url: login.url.trim_end_matches('/').to_owned(), token: login.token.clone() })
    }

    /// Base URL of the console.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Answer, ClientError> {
        self.send(Method::GET, path, None, None).await
    }

    /// The same with parameters.
    pub(crate) async fn get_with(&self, path: &str, query: &[(&str, String)]) -> Result<Answer, ClientError> {
        let request = self.http.request(Method::GET, format!("{}/api/v1{path}", self.url)).bearer_auth(&self.token);
        self.answer(request.query(query)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Answer, ClientError> {
        self.send(Method::POST, path, Some(body), None).await
    }

    /// Sends a file; the answer may take as long as the work.
    pub(crate) async fn upload(
        &self,
        path: &str,
        query: &[(&str, String)],
        bytes: Vec<u8>,
    ) -> Result<Answer, ClientError> {
        let given: Vec<&(&str, String)> = query.iter().filter(|(_, value)| !value.is_empty()).collect();
        let request = self.http.request(Method::POST, format!("{}/api/v1{path}", self.url)).bearer_auth(&self.token);
        self.answer(request.query(&given).body(bytes).timeout(EXPORT)).await
    }

    /// Changes a record as it was read: its `ETag` goes along, so that nobody else's change is lost.
    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Result<Answer, ClientError> {
        let etag = self.get(path).await?.etag;
        self.send(Method::PATCH, path, Some(body), etag).await
    }

    /// Changes a record that was read with this `ETag`.
    pub(crate) async fn change(
        &self,
        path: &str,
        query: &[(&str, String)],
        body: &Value,
        etag: Option<String>,
    ) -> Result<Answer, ClientError> {
        self.send_with(Method::PATCH, path, query, Some(body), etag).await
    }

    /// Replaces a record that was read with this `ETag`.
    pub(crate) async fn put(&self, path: &str, body: &Value, etag: Option<String>) -> Result<Answer, ClientError> {
        self.send(Method::PUT, path, Some(body), etag).await
    }

    /// Retires a record that was read with this `ETag`.
    pub(crate) async fn retire(
        &self,
        path: &str,
        query: &[(&str, String)],
        etag: Option<String>,
    ) -> Result<Answer, ClientError> {
        self.send_with(Method::DELETE, path, query, None, etag).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Result<Answer, ClientError> {
        self.send(Method::DELETE, path, None, None).await
    }

    /// Removes a record of that version.
    pub(crate) async fn remove(&self, path: &str, etag: &str) -> Result<Answer, ClientError> {
        self.send(Method::DELETE, path, None, Some(etag.to_owned())).await
    }

    /// The entries of a list that comes in one piece.
    pub(crate) async fn whole(&self, path: &str) -> Result<Vec<Value>, ClientError> {
        self.list(path, &[], usize::MAX).await
    }

    /// Every entry of a list, page by page, up to `limit`.
    pub(crate) async fn list(
        &self,
        path: &str,
        query: &[(&str, String)],
        limit: usize,
    ) -> Result<Vec<Value>, ClientError> {
        self.list_with(path, query, limit, |_| {}).await
    }

    /// The same, for who wants more of each page than its entries.
    pub(crate) async fn list_with(
        &self,
        path: &str,
        query: &[(&str, String)],
        limit: usize,
        mut look: impl FnMut(&Value),
    ) -> Result<Vec<Value>, ClientError> {
        let mut rows = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let page = limit.saturating_sub(rows.len()).min(1_000);
            if page == 0 {
                return Ok(rows);
            }
            let mut request =
                self.http.request(Method::GET, format!("{}/api/v1{path}", self.url)).bearer_auth(&self.token);
            let mut pairs: Vec<(&str, String)> = query.to_vec();
            pairs.push(("limit", page.to_string()));
            pairs.extend(cursor.take().map(|cursor| ("cursor", cursor)));
            request = request.query(&pairs);
            let mut answer = self.answer(request).await?.body;
            look(&answer);
            if let Some(Value::Array(items)) = answer.get_mut("items").map(Value::take) {
                rows.extend(items);
            }
            cursor = answer.get("next_cursor").and_then(Value::as_str).map(str::to_owned);
            if cursor.is_none() {
                return Ok(rows);
            }
        }
    }

    /// Writes an answer out as it comes, however long it is.
    pub(crate) async fn copy(
        &self,
        path: &str,
        query: &[(&str, String)],
        out: &mut impl std::io::Write,
    ) -> anyhow::Result<()> {
        let request = self.http.request(Method::GET, format!("{}/api/v1{path}", self.url)).bearer_auth(&self.token);
        let request = request.query(query).timeout(EXPORT);
        let mut response = request.send().await.map_err(|error| self.unreachable(&error))?;
        if !response.status().is_success() {
            let status = response.status().as_u16();
            let bytes = response.bytes().await.map_err(|error| self.unreachable(&error))?;
            let problem = serde_json::from_slice(&bytes).map_err(|_| ClientError::Malformed(self.url.clone()))?;
            return Err(ClientError::Refused { status, problem: Box::new(problem) }.into());
        }
        // An answer that is cut off is an error, and what was written so far no whole export.
        while let Some(chunk) = response.chunk().await.map_err(|error| self.unreachable(&error))? {
            out.write_all(&chunk)?;
        }
        Ok(out.flush()?)
    }

    /// The deepest cause of a request that did not come through.
    fn unreachable(&self, error: &reqwest::Error) -> ClientError {
        let mut why = error.to_string();
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            why = cause.to_string();
            source = cause.source();
        }
        ClientError::Unreachable { url: self.url.clone(), why }
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        if_match: Option<String>,
    ) -> Result<Answer, ClientError> {
        self.send_with(method, path, &[], body, if_match).await
    }

    async fn send_with(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, String)],
        body: Option<&Value>,
        if_match: Option<String>,
    ) -> Result<Answer, ClientError> {
        let mut request = self.http.request(method, format!("{}/api/v1{path}", self.url)).bearer_auth(&self.token);
        let given: Vec<&(&str, String)> = query.iter().filter(|(_, value)| !value.is_empty()).collect();
        if !given.is_empty() {
            request = request.query(&given);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        if let Some(tag) = if_match {
            request = request.header(reqwest::header::IF_MATCH, tag);
        }
        self.answer(request).await
    }

    async fn answer(&self, request: reqwest::RequestBuilder) -> Result<Answer, ClientError> {
        let response = request.send().await.map_err(|error| self.unreachable(&error))?;
        let status = response.status();
        let etag = response.headers().get(reqwest::header::ETAG).and_then(|tag| tag.to_str().ok()).map(str::to_owned);
        let bytes = response.bytes().await.map_err(|error| self.unreachable(&error))?;
        if status.is_success() {
            if bytes.is_empty() || status == StatusCode::NO_CONTENT {
                return Ok(Answer { body: Value::Null, etag });
            }
            let body = serde_json::from_slice(&bytes).map_err(|_| ClientError::Malformed(self.url.clone()))?;
            return Ok(Answer { body, etag });
        }
        let problem = serde_json::from_slice(&bytes).map_err(|_| ClientError::Malformed(self.url.clone()))?;
        Err(ClientError::Refused { status: status.as_u16(), problem: Box::new(problem) })
    }
}
