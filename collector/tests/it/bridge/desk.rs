//! The other desk: a real HTTP server on loopback that keeps records as the ServiceNow Table API and Jira's REST API v2 do, in the
//! documented shapes, and fails as it is told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

/// How the next request fares.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fate {
    /// It is answered so, and nothing is done.
    Refused(u16),
    /// It is done, and the answer is lost.
    Lost,
}

#[derive(Default)]
struct Inside {
    records: Vec<Map<String, Value>>,
    comments: Vec<String>,
    /// Requests that change something.
    writes: usize,
    fates: VecDeque<Fate>,
}

/// A desk.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) url: String,
    inside: Arc<Mutex<Inside>>,
}

type Shared = State<Arc<Mutex<Inside>>>;

/// The login that it knows.
pub(crate) const LOGIN: &str = "bot:s3cret";

fn answer(status: u16, body: Value) -> Response {
    (StatusCode::from_u16(status).unwrap(), axum::Json(body)).into_response()
}

/// Lets a request in, or says why not; then whether its answer is lost.
fn admit(inside: &mut Inside, headers: &HeaderMap, method: &Method) -> Result<bool, Box<Response>> {
    let fate = inside.fates.pop_front();
    if let Some(Fate::Refused(status)) = fate {
        let body = json!({"error": {"message": "not now", "detail": null}, "status": "failure"});
        let mut response = answer(status, body);
        if status == 429 {
            response.headers_mut().insert("retry-after", "120".parse().unwrap());
        }
        return Err(Box::new(response));
    }
    let given = headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
    if given != Some(format!("Basic {}", STANDARD.encode(LOGIN))) {
        return Err(Box::new(answer(401, json!({"error": {"message": "User Not Authenticated"}}))));
    }
    inside.writes += usize::from(*method != Method::GET);
    Ok(matches!(fate, Some(Fate::Lost)))
}

fn lost(is_lost: bool, response: Response) -> Response {
    if is_lost { answer(502, json!({})) } else { response }
}

async fn table(
    State(inside): Shared,
    method: Method,
    Path(table): Path<String>,
    Query(query): Query<Map<String, Value>>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let mut inside = inside.lock().unwrap();
    let is_lost = match admit(&mut inside, &headers, &method) {
        Ok(is_lost) => is_lost,
        Err(response) => return *response,
    };
    if method == Method::GET {
        let wanted = query.get("sysparm_query").and_then(Value::as_str).unwrap_or_default().to_owned();
        let is_it = |record: &&Map<String, Value>| {
            record["table"] == table.as_str()
                && wanted == format!("correlation_id={}", record["correlation_id"].as_str().unwrap())
        };
        let found: Vec<_> = inside.records.iter().filter(is_it).cloned().collect();
        return answer(200, json!({ "result": found }));
    }
    let mut record: Map<String, Value> = serde_json::from_str(&body).unwrap();
    let n = inside.records.len() + 1;
    record.insert("table".into(), json!(table));
    record.insert("sys_id".into(), json!(format!("{n:032x}")));
    record.insert("number".into(), json!(format!("INC00100{n:02}")));
    inside.records.push(record.clone());
    lost(is_lost, answer(201, json!({"result": {"sys_id": record["sys_id"], "number": record["number"]}})))
}

async fn change(
    State(inside): Shared,
    method: Method,
    Path((_, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let mut inside = inside.lock().unwrap();
    let is_lost = match admit(&mut inside, &headers, &method) {
        Ok(is_lost) => is_lost,
        Err(response) => return *response,
    };
    let mut fields: Map<String, Value> = serde_json::from_str(&body).unwrap();
    inside.comments.extend(fields.remove("comments").map(|text| text.as_str().unwrap().to_owned()));
    let record = inside.records.iter_mut().find(|record| record["sys_id"] == id.as_str()).unwrap();
    record.extend(fields);
    lost(is_lost, answer(200, json!({"result": {"sys_id": id}})))
}

/// Jira: the workflow leads from each status to each other one of these.
const STATUSES: [&str; 3] = ["Open", "Work in progress", "Completed"];

async fn jira(
    State(inside): Shared,
    method: Method,
    Path(path): Path<String>,
    Query(query): Query<Map<String, Value>>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let mut inside = inside.lock().unwrap();
    let is_lost = match admit(&mut inside, &headers, &method) {
        Ok(is_lost) => is_lost,
        Err(response) => return *response,
    };
    let body: Value = serde_json::from_str(&body).unwrap_or_default();
    let parts: Vec<&str> = path.split('/').collect();
    match (method.as_str(), parts.as_slice()) {
        ("GET", ["myself"]) => answer(200, json!({"name": "bot"})),
        ("GET", ["search"]) => {
            let label = query["jql"].as_str().unwrap().trim_start_matches("labels=").trim_matches('"').to_owned();
            let is_it = |record: &&Map<String, Value>| record["labels"][0] == label.as_str();
            let found: Vec<_> = inside
                .records
                .iter()
                .filter(is_it)
                .map(|record| json!({"id": record["id"], "key": record["key"]}))
                .collect();
            answer(200, json!({ "issues": found }))
        }
        ("POST", ["issue"]) => {
            let mut record = body["fields"].as_object().unwrap().clone();
            let n = inside.records.len() + 1;
            record.insert("id".into(), json!(format!("1000{n}")));
            record.insert("key".into(), json!(format!("{}-{n}", record["project"]["key"].as_str().unwrap())));
            record.insert("status".into(), json!("Open"));
            inside.records.push(record.clone());
            lost(is_lost, answer(201, json!({"id": record["id"], "key": record["key"], "self": "x"})))
        }
        ("PUT", ["issue", id]) => {
            let fields = body["fields"].as_object().unwrap().clone();
            inside.records.iter_mut().find(|record| record["id"] == *id).unwrap().extend(fields);
            lost(is_lost, StatusCode::NO_CONTENT.into_response())
        }
        ("GET", ["issue", _, "transitions"]) => {
            let all = STATUSES
                .iter()
                .enumerate()
                .map(|(n, name)| json!({"id": n.to_string(), "name": "go", "to": {"name": name}}));
            answer(200, json!({"transitions": all.collect::<Vec<_>>()}))
        }
        ("POST", ["issue", id, "transitions"]) => {
            let to: usize = body["transition"]["id"].as_str().unwrap().parse().unwrap();
            let record = inside.records.iter_mut().find(|record| record["id"] == *id).unwrap();
            record.insert("status".into(), json!(STATUSES[to]));
            lost(is_lost, StatusCode::NO_CONTENT.into_response())
        }
        ("POST", ["issue", _, "comment"]) => {
            inside.comments.push(body["body"].as_str().unwrap().to_owned());
            lost(is_lost, answer(201, json!({"id": "1"})))
        }
        other => panic!("{other:?}"),
    }
}

impl Desk {
    pub(crate) async fn start() -> Self {
        let inside = Arc::new(Mutex::new(Inside::default()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/api/now/table/{table}", get(table).post(table))
            .route("/api/now/table/{table}/{id}", axum::routing::patch(change))
            .route("/rest/api/2/{*path}", get(jira).put(jira).merge(post(jira)))
            .with_state(Arc::clone(&inside));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, inside }
    }

    /// The next requests fare so.
    pub(crate) fn fare(&self, fates: impl IntoIterator<Item = Fate>) {
        self.inside.lock().unwrap().fates.extend(fates);
    }

    pub(crate) fn records(&self) -> Vec<Map<String, Value>> {
        self.inside.lock().unwrap().records.clone()
    }

    pub(crate) fn comments(&self) -> Vec<String> {
        self.inside.lock().unwrap().comments.clone()
    }

    /// How many requests changed something since it was last asked.
    pub(crate) fn writes(&self) -> usize {
        std::mem::take(&mut self.inside.lock().unwrap().writes)
    }
}
