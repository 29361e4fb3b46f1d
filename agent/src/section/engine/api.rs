//! Docker's API, which podman speaks too, on a socket that the configuration names.

use std::time::{Duration, Instant};

use muster_shared::Item;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::workload::{Labels, Workload};
use super::{Container, Engine, Image, at, http, image_name, text};
use crate::root::Root;
use crate::section::account;

/// So many containers are asked for their restart policy one by one, and so long.
const DETAIL_CAP: usize = 256;
const DETAIL_TIME: Duration = Duration::from_secs(3);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ContainerRow {
    id: String,
    names: Option<Vec<String>>,
    #[serde(default)]
    image: String,
    #[serde(default, rename = "ImageID")]
    image_id: String,
    #[serde(default)]
    created: i64,
    ports: Option<Vec<PortRow>>,
    labels: Option<Labels>,
    #[serde(default)]
    state: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PortRow {
    #[serde(default, rename = "IP")]
    ip: String,
    private_port: u16,
    #[serde(default)]
    public_port: u16,
    #[serde(default, rename = "Type")]
    protocol: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ImageRow {
    id: String,
    repo_tags: Option<Vec<String>>,
    repo_digests: Option<Vec<String>>,
    #[serde(default)]
    created: i64,
    size: Option<i64>,
}

/// The containers of the engine behind a socket, stopped ones too.
pub(in crate::section) fn containers(root: &Root, path: &str) -> Result<(Engine, Vec<Container>), String> {
    let (engine, rows): (_, Vec<ContainerRow>) = ask(root, path, "/containers/json?all=1")?;
    let (_, images): (_, Vec<ImageRow>) = ask(root, path, "/images/json")?;
    let ends_at = Instant::now() + DETAIL_TIME;
    let mut containers = Vec::with_capacity(rows.len());
    for (i, row) in rows.into_iter().enumerate() {
        let Some(mut container) = container(&engine, row, &images) else { continue };
        if i < DETAIL_CAP && Instant::now() < ends_at {
            container.restart_policy = ask_restart_policy(path, &container.id);
        }
        containers.push(container);
    }
    Ok((engine, containers))
}

/// `None` for what has no name, or only holds the namespaces of a pod.
fn container(engine: &Engine, row: ContainerRow, images: &[ImageRow]) -> Option<Container> {
    let labels = row.labels.unwrap_or_default();
    let name = row.names.unwrap_or_default().into_iter().next().unwrap_or_default();
    let name = name.trim_start_matches('/').to_owned();
    let workload = Workload::of(&labels);
    if name.is_empty() || workload.is_sandbox(&labels) {
        return None;
    }
    let image = images.iter().find(|image| image.id == row.image_id);
    Some(Container {
        engine: engine.clone(),
        id: row.id,
        name,
        image: image_name(&row.image).to_owned(),
        image_digest: image.map(|image| image.digest(&row.image)).unwrap_or_default(),
        image_id: row.image_id,
        state: Some(state(&row.state)),
        ports: row.ports.unwrap_or_default().iter().map(PortRow::text).collect(),
        restart_policy: None,
        workload,
        created_at: moment(row.created),
        autostart: None,
    })
}

/// The images of the engine behind a socket that have a name.
pub(in crate::section) fn images(root: &Root, path: &str) -> Result<(Engine, Vec<Image>), String> {
    let (engine, rows) = ask(root, path, "/images/json")?;
    let images = named(&engine, rows);
    Ok((engine, images))
}

fn named(engine: &Engine, rows: Vec<ImageRow>) -> Vec<Image> {
    let mut images = Vec::new();
    for row in rows {
        let digests = || row.repo_digests.iter().flatten().filter(|name| !name.starts_with("<none>"));
        let tags = row.repo_tags.iter().flatten().filter(|name| !name.starts_with("<none>"));
        let mut names: Vec<&String> = tags.collect();
        if names.is_empty() {
            names.extend(digests().take(1));
        }
        images.extend(names.into_iter().map(|name| Image {
            engine: engine.clone(),
            name: image_name(name).to_owned(),
            digest: row.digest(name),
            id: with_algorithm(&row.id),
            size_bytes: row.size.and_then(|size| u64::try_from(size).ok()),
            created_at: moment(row.created),
            architecture: String::new(),
        }));
    }
    images
}

/// What is made of any answer, as items: for the table of foreign bytes.
pub(in crate::section) fn of_answer(bytes: &[u8]) -> Vec<Item> {
    let Ok(answer) = http::read_answer(bytes) else { return Vec::new() };
    let engine = Engine::of_system("docker");
    let containers: Vec<ContainerRow> = serde_json::from_slice(&answer.body).unwrap_or_default();
    let mut items: Vec<Item> =
        containers.into_iter().filter_map(|row| Some(container(&engine, row, &[])?.item())).collect();
    let images = serde_json::from_slice(&answer.body).map(|rows| named(&engine, rows)).unwrap_or_default();
    items.extend(images.iter().map(Image::item));
    let detail: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    items.extend(detail.get("HostConfig").and_then(restart_policy).map(Item::new));
    items
}

fn ask<T: DeserializeOwned>(root: &Root, path: &str, target: &str) -> Result<(Engine, T), String> {
    let answer = http::get(path, target).map_err(|error| match error.kind() {
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        std::io::ErrorKind::NotFound => "not there".to_owned(),
        _ => error.to_string(),
    })?;
    let kind = if answer.server.starts_with("Libpod") { "podman" } else { "docker" };
    let value = serde_json::from_slice(&answer.body).map_err(|_| "answers in a form that is not known".to_owned())?;
    Ok((Engine { kind, user: owner(root, path) }, value))
}

/// Whose engine it is, where its socket is in a user's own directory.
fn owner(root: &Root, path: &str) -> Option<String> {
    let uid: u32 = path.strip_prefix("/run/user/")?.split('/').next()?.parse().ok()?;
    Some(account::user_names(root).remove(&uid).unwrap_or_else(|| uid.to_string()))
}

fn ask_restart_policy(path: &str, id: &str) -> Option<String> {
    if !id.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let answer = http::get(path, &format!("/containers/{id}/json")).ok()?;
    let detail: Value = serde_json::from_slice(&answer.body).ok()?;
    detail.get("HostConfig").and_then(restart_policy)
}

/// The restart policy of a host configuration in docker's words, of which there are few; without one it is `no`.
pub(super) fn restart_policy(host: &Value) -> Option<String> {
    let policy = match (at(host, "/RestartPolicy"), at(host, "/RestartPolicy/Name")) {
        (Value::Null, _) | (Value::Object(_), Value::Null) => "no",
        (_, name) => name.as_str()?,
    };
    let policy = if policy.is_empty() { "no" } else { policy };
    matches!(policy, "no" | "always" | "on-failure" | "unless-stopped").then(|| policy.to_owned())
}

/// The ports that were asked for, as [`PortRow::text`] writes them.
pub(super) fn ports(host: &Value) -> Vec<String> {
    let bindings = at(host, "/PortBindings").as_object().into_iter().flatten();
    let of_port = |(port, list): (&String, &Value)| {
        let write = |binding: &Value| port_text(&text(binding, "/HostIp"), &text(binding, "/HostPort"), port);
        list.as_array().into_iter().flatten().map(write).collect::<Vec<_>>()
    };
    bindings.flat_map(of_port).collect()
}

impl PortRow {
    fn text(&self) -> String {
        let port = format!("{}/{}", self.private_port, self.protocol);
        if self.public_port == 0 { port } else { port_text(&self.ip, &self.public_port.to_string(), &port) }
    }
}

impl ImageRow {
    /// The digest under which a registry knows the image of that name.
    fn digest(&self, name: &str) -> String {
        let repository = repository(name);
        let digests = || self.repo_digests.iter().flatten().filter_map(|full| full.split_once('@'));
        let same = digests().find(|(from, _)| *from == repository).or_else(|| digests().next());
        same.map(|(_, digest)| digest.to_owned()).unwrap_or_default()
    }
}

/// A name without tag and digest.
pub(super) fn repository(name: &str) -> &str {
    let name = name.split('@').next().unwrap_or_default();
    match name.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => repository,
        _ => name,
    }
}

/// `127.0.0.1:8080->80/tcp`; `*` for every address, no host port when the engine chooses one anew each time.
fn port_text(address: &str, host_port: &str, port: &str) -> String {
    let address = if matches!(address, "" | "0.0.0.0" | "::") { "*" } else { address };
    let address = if address.contains(':') { format!("[{address}]") } else { address.to_owned() };
    if matches!(host_port, "" | "0") { format!("{address}->{port}") } else { format!("{address}:{host_port}->{port}") }
}

/// The words of the API, and of podman's own.
fn state(text: &str) -> &'static str {
    match text {
        "running" => "running",
        "created" | "configured" | "initialized" => "created",
        "paused" => "paused",
        "restarting" => "restarting",
        "exited" | "stopped" => "exited",
        "dead" => "dead",
        "removing" => "removing",
        _ => "unknown",
    }
}

pub(super) fn with_algorithm(id: &str) -> String {
    if id.is_empty() || id.contains(':') { id.to_owned() } else { format!("sha256:{id}") }
}

pub(super) fn moment(seconds: i64) -> String {
    let at = jiff::Timestamp::from_second(seconds).ok().filter(|_| seconds > 0);
    at.map(|at| at.to_string()).unwrap_or_default()
}
