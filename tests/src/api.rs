//! A plain client of the REST API for tests: status and body, nothing hidden.

use serde_json::Value;

/// Access with one token.
#[derive(Clone, Debug)]
pub struct Api {
    http: reqwest::Client,
    url: String,
    token: String,
}

impl Api {
    /// Access to a collector's console listener.
    pub fn new(url: &str, token: &str) -> Self {
        install_provider();
        // The collector closes connections on which nothing is asked for a while: none is kept until then.
        let http = reqwest::Client::builder().pool_idle_timeout(std::time::Duration::from_secs(5)).build();
        Self { http: http.unwrap_or_default(), url: url.to_owned(), token: token.to_owned() }
    }

    /// One request; gives status and body.
    pub async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> anyhow::Result<(u16, Value)> {
        self.call_if(method, path, "", body).await
    }

    /// One request for a record as it stands at an `ETag`; `*` is however it stands.
    pub async fn call_if(
        &self,
        method: &str,
        path: &str,
        etag: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<(u16, Value)> {
        let url = format!("{}/api/v1{path}", self.url);
        let mut request = self.http.request(method.parse()?, url).bearer_auth(&self.token);
        if !etag.is_empty() {
            request = request.header("if-match", etag);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await?;
        let status = response.status().as_u16();
        let bytes = response.bytes().await?;
        Ok((status, if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes)? }))
    }

    /// A record or list that must be there.
    pub async fn get(&self, path: &str) -> anyhow::Result<Value> {
        let (status, body) = self.call("GET", path, None).await?;
        anyhow::ensure!(status == 200, "GET {path}: {status} {body}");
        Ok(body)
    }

    /// A change that must be taken.
    pub async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        let (status, answer) = self.call("POST", path, Some(body)).await?;
        anyhow::ensure!((200..300).contains(&status), "POST {path}: {status} {answer}");
        Ok(answer)
    }

    /// A file that must be taken.
    pub async fn upload(&self, path: &str, kind: &str, bytes: Vec<u8>) -> anyhow::Result<Value> {
        let request = self.http.post(format!("{}/api/v1{path}", self.url)).bearer_auth(&self.token);
        let response = request.header("content-type", kind).body(bytes).send().await?;
        let status = response.status();
        let text = response.text().await?;
        anyhow::ensure!(status.is_success(), "POST {path}: {status} {text}");
        Ok(serde_json::from_str(&text)?)
    }

    /// Every entry of a list that may be longer than one page.
    pub async fn list_all(&self, path: &str) -> anyhow::Result<Vec<Value>> {
        let separator = if path.contains('?') { '&' } else { '?' };
        let (mut entries, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("{path}{separator}limit=1000{cursor}")).await?;
            entries.extend(page.get("items").and_then(Value::as_array).cloned().unwrap_or_default());
            match page.get("next_cursor").and_then(Value::as_str) {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(entries),
            }
        }
    }

    /// The entries of the first page of a list.
    pub async fn list(&self, path: &str) -> anyhow::Result<Vec<Value>> {
        Ok(self.get(path).await?.get("items").and_then(Value::as_array).cloned().unwrap_or_default())
    }
}

/// The one TLS provider of the workspace, for clients that take the process's default.
pub fn install_provider() {
    // A second call finds it installed: that is fine.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
}
