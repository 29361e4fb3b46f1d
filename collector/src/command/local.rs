//! `export` and `import`: the API's own answers for the host's own commands, over the local socket or from the data itself.
//!
//! On the socket a line says what is asked for, followed by as many bytes as it names. The answer is a line with the status, then
//! pieces of `[length u32 LE][bytes]`; an empty one is the end, so that an answer that was cut off does not look whole.

use std::fmt::Write as _;
use std::sync::Arc;

use anyhow::Context;
use axum::body::Body;
use axum::http::{Method, Request, Response, header};
use bytes::Bytes;
use futures_util::StreamExt;
use muster_shared::problem::ProblemDocument;
use reqwest::Url;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tower::ServiceExt;

use super::{Refused, admin, data, exit};
use crate::app::{App, Local};
use crate::config::Config;
use crate::http;
use crate::service::Service;

/// Longest problem document that is read.
const MAX_PROBLEM_BYTES: usize = 1 << 20;
/// Longest piece of an answer.
const MAX_PIECE_BYTES: u32 = 64 << 20;

/// What is asked of the API.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Asked {
    /// Path and query.
    path: String,
    /// How many bytes of a file follow: then it is sent.
    file_bytes: Option<u64>,
}

impl Asked {
    /// A question: a path behind `/api/v1`.
    pub(crate) fn of(path: &str, query: &[(String, String)]) -> anyhow::Result<Self> {
        let mut url = Url::parse("http://localhost/api/v1")?.join(&format!("/api/v1{path}"))?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        Ok(Self { path: format!("{}{query}", url.path()), file_bytes: None })
    }

    /// Lets the API answer, as the system.
    async fn answer(&self, service: Arc<Service>, file: Bytes) -> anyhow::Result<Response<Body>> {
        let method = if self.file_bytes.is_some() { Method::POST } else { Method::GET };
        let request = Request::builder()
            .method(method)
            .uri(&self.path)
            .header(header::CONTENT_LENGTH, file.len())
            .extension(Local(admin::call()))
            .body(Body::from(file))?;
        let app = Arc::new(App { service, is_secure: false });
        let Ok(response) = http::people(app).oneshot(request).await;
        Ok(response)
    }
}

/// Answers what came over the socket.
pub(super) async fn serve(
    service: Arc<Service>,
    asked: Asked,
    mut read: impl AsyncRead + Unpin,
    mut write: impl AsyncWrite + Unpin,
) -> anyhow::Result<()> {
    let length = asked.file_bytes.unwrap_or_default();
    let most = muster_model::import::MAX_FILE_BYTES as u64;
    anyhow::ensure!(length <= most, "a file of {length} bytes; at most {most} are taken");
    let mut file = Vec::new();
    (&mut read).take(length).read_to_end(&mut file).await?;
    anyhow::ensure!(file.len() as u64 == length, "the file was cut off");
    let response = asked.answer(service, file.into()).await?;
    write.write_all(format!("{}\n", response.status().as_u16()).as_bytes()).await?;
    let mut pieces = response.into_body().into_data_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.context("the answer broke off")?;
        if !piece.is_empty() {
            write.write_all(&u32::try_from(piece.len())?.to_le_bytes()).await?;
            write.write_all(&piece).await?;
        }
    }
    write.write_all(&0_u32.to_le_bytes()).await?;
    Ok(())
}

/// Asks the running collector, or opens the data itself when none runs; what it answers goes to `out`.
pub(crate) async fn ask(
    config: &Config,
    mut asked: Asked,
    file: Option<Vec<u8>>,
    out: &mut impl std::io::Write,
) -> anyhow::Result<()> {
    asked.file_bytes = file.as_ref().map(|file| file.len() as u64);
    let file = file.unwrap_or_default();
    let Some(mut stream) = admin::connect(&config.data_dir, &admin::Request::Api(asked.clone())).await? else {
        data::must_exist(config)?;
        let service = Arc::new(data::open(config, config.console, config.agents)?);
        let response = asked.answer(service, file.into()).await?;
        let status = response.status().as_u16();
        let mut pieces = response.into_body().into_data_stream();
        let mut answer = Answer::new(status, out);
        while let Some(piece) = pieces.next().await {
            answer.take(&piece.context("the answer broke off")?)?;
        }
        return answer.finish();
    };
    stream.write_all(&file).await?;
    let status = admin::line(&mut stream).await?;
    let status = status.trim().parse().with_context(|| format!("the collector did not answer: {status}"))?;
    let mut answer = Answer::new(status, out);
    loop {
        let length = stream.read_u32_le().await.context("the answer broke off")?;
        if length == 0 {
            return answer.finish();
        }
        anyhow::ensure!(length <= MAX_PIECE_BYTES, "the collector's answer is malformed");
        let mut piece = vec![0; length as usize];
        stream.read_exact(&mut piece).await.context("the answer broke off")?;
        answer.take(&piece)?;
    }
}

/// An answer as it comes in: written at once, or kept to be told as an error.
struct Answer<'a, W> {
    status: u16,
    problem: Vec<u8>,
    out: &'a mut W,
}

impl<'a, W: std::io::Write> Answer<'a, W> {
    const fn new(status: u16, out: &'a mut W) -> Self {
        Self { status, problem: Vec::new(), out }
    }

    fn take(&mut self, piece: &[u8]) -> anyhow::Result<()> {
        if self.status < 400 {
            return self.out.write_all(piece).context("writing the answer");
        }
        let room = MAX_PROBLEM_BYTES.saturating_sub(self.problem.len());
        self.problem.extend_from_slice(piece.get(..piece.len().min(room)).unwrap_or_default());
        Ok(())
    }

    fn finish(self) -> anyhow::Result<()> {
        if self.status < 400 {
            return self.out.flush().context("writing the answer");
        }
        let exit = matches!(self.status, 409 | 412).then_some(exit::CONFLICT);
        let Ok(problem) = serde_json::from_slice::<ProblemDocument>(&self.problem) else {
            return Err(Refused { text: format!("the collector answered with status {}", self.status), exit }.into());
        };
        let text = problem.detail.unwrap_or(problem.title);
        let mut more = String::new();
        // One error alone is the detail already.
        for error in problem.errors.into_iter().filter(|error| !text.contains(&error.detail)) {
            // Writing to a string cannot fail.
            let _ = write!(more, "\n{}: {}", error.pointer, error.detail);
        }
        Err(Refused { text: text + &more, exit }.into())
    }
}
