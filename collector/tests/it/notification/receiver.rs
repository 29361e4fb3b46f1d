//! The other side: a real HTTP server on loopback that notes what it is sent and answers as it is told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::Value;

/// What came.
#[derive(Clone, Debug)]
pub(crate) struct Got {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Got {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

#[derive(Default)]
struct Desk {
    got: Vec<Got>,
    /// Answers to come; 200 when there is none left.
    answers: VecDeque<u16>,
}

/// A server.
#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) url: String,
    desk: Arc<Mutex<Desk>>,
}

async fn take(State(desk): State<Arc<Mutex<Desk>>>, headers: HeaderMap, body: Bytes) -> Response {
    let mut desk = desk.lock().unwrap();
    desk.got.push(Got { headers, body });
    let status = StatusCode::from_u16(desk.answers.pop_front().unwrap_or(200)).unwrap();
    if status.is_redirection() {
        return (status, [(header::LOCATION, "/elsewhere")]).into_response();
    }
    (status, "said\nso").into_response()
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let desk = Arc::new(Mutex::new(Desk::default()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let router = Router::new().fallback(take).with_state(Arc::clone(&desk));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, desk }
    }

    /// Answers with these, one after the other.
    pub(crate) fn answer(&self, statuses: impl IntoIterator<Item = u16>) {
        self.desk.lock().unwrap().answers.extend(statuses);
    }

    /// What came since it was last asked.
    pub(crate) fn take(&self) -> Vec<Got> {
        std::mem::take(&mut self.desk.lock().unwrap().got)
    }

    /// The bodies of what came since it was last asked.
    pub(crate) fn bodies(&self) -> Vec<Value> {
        self.take().iter().map(Got::json).collect()
    }

    /// The texts that a chat would show of what came since it was last asked.
    pub(crate) fn texts(&self) -> Vec<String> {
        self.bodies().iter().map(|body| body["text"].as_str().unwrap().to_owned()).collect()
    }
}
