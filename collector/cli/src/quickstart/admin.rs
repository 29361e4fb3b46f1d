//! Asks the collector's own socket for what the first start needs. Whoever may open it could write its data anyway.

use std::path::Path;

use anyhow::{Context, bail};
use serde::Deserialize;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;

/// What the first start needs.
#[derive(Debug, Deserialize)]
pub(super) struct Bootstrap {
    /// Whether the administrator was made just now, with the password that was given.
    pub(super) is_new: bool,
    pub(super) api_token: String,
    pub(super) sign_in_link: String,
    pub(super) enrollment_token: String,
}

#[derive(Debug, Deserialize)]
struct Answer {
    ok: bool,
    text: String,
    data: serde_json::Value,
}

pub(super) async fn bootstrap(socket: &Path, user: &str, password: &str) -> anyhow::Result<Bootstrap> {
    let stream = UnixStream::connect(socket).await;
    let mut stream = stream.with_context(|| format!("connecting to the collector at {}", socket.display()))?;
    let request = json!({"ask": "bootstrap", "user": user, "password": password});
    stream.write_all(format!("{request}\n").as_bytes()).await?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).await?;
    let answer: Answer = serde_json::from_str(&line).context("the collector's answer is malformed")?;
    if !answer.ok {
        bail!("the collector refuses: {}", answer.text);
    }
    serde_json::from_value(answer.data).context("the collector's answer is malformed")
}
