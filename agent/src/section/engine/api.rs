//! Docker's API, which podman speaks too, on a socket that the configuration names.

use std::time::{Duration, Instant};

use muster_shared::Item;
use serde_json::Value;

use super::workload::{self, Workload};
use super::{Container, Engine, Image, at, http, image_name, text, texts};
use crate::root::Root;
use crate::section::account;

/// So many containers are asked for their restart policy one by one, and so long.
const DETAIL_CAP: usize = 256;
const DETAIL_TIME: Duration = Duration::from_secs(3);

/// The containers of the engine behind a socket, stopped ones too.
pub(in crate::section) fn containers(root: &Root, path: &str) -> Result<(Engine, Vec<Container>), String> {
    let (engine, rows) = ask(root, path, "/containers/json?all=1")?;
    let (_, images) = ask(root, path, "/images/json")?;
    let ends_at = Instant::now() + DETAIL_TIME;
    let mut containers = Vec::with_capacity(rows.len());
    for (i, row) in rows.into_iter().enumerate() {
        let Some(mut container) = container(&engine, &row, &images) else { continue };
        if i < DETAIL_CAP && Instant::now() < ends_at {
            container.restart_policy = ask_restart_policy(path, &container.id);
        }
        containers.push(container);
    }
    Ok((engine, containers))
}

/// `None` for what has no name, or only holds the namespaces of a pod.
fn container(engine: &Engine, row: &Value, images: &[Value]) -> Option<Container> {
    let labels = workload::labels(at(row, "/Labels"));
    let name = texts(row, "/Names").next().unwrap_or_default();
    let name = name.trim_start_matches('/').to_owned();
    let workload = Workload::of(&labels);
    if name.is_empty() || workload.is_sandbox(&labels) {
        return None;
    }
    let (written, image_id) = (text(row, "/Image"), text(row, "/ImageID"));
    let image = images.iter().find(|image| text(image, "/Id") == image_id);
    Some(Container {
        engine: engine.clone(),
        id: text(row, "/Id"),
        name,
        image: image_name(&written).to_owned(),
        image_digest: image.map(|image| digest(image, &written)).unwrap_or_default(),
        image_id,
        state: Some(state(&text(row, "/State"))),
        ports: at(row, "/Ports").as_array().into_iter().flatten().map(port).collect(),
        restart_policy: None,
        workload,
        created_at: moment(at(row, "/Created")),
        autostart: None,
    })
}

/// The images of the engine behind a socket that have a name.
pub(in crate::section) fn images(root: &Root, path: &str) -> Result<(Engine, Vec<Image>), String> {
    let (engine, rows) = ask(root, path, "/images/json")?;
    let images = named(&engine, &rows);
    Ok((engine, images))
}

fn named(engine: &Engine, rows: &[Value]) -> Vec<Image> {
    let mut images = Vec::new();
    for row in rows {
        let with_name = |place: &'static str| texts(row, place).filter(|name| !name.starts_with("<none>"));
        let mut names: Vec<&str> = with_name("/RepoTags").collect();
        if names.is_empty() {
            names.extend(with_name("/RepoDigests").take(1));
        }
        images.extend(names.into_iter().map(|name| Image {
            engine: engine.clone(),
            name: image_name(name).to_owned(),
            digest: digest(row, name),
            id: with_algorithm(&text(row, "/Id")),
            size_bytes: at(row, "/Size").as_u64(),
            created_at: moment(at(row, "/Created")),
            architecture: String::new(),
        }));
    }
    images
}

/// What is made of any answer, as items: for the table of foreign bytes.
pub(in crate::section) fn of_answer(bytes: &[u8]) -> Vec<Item> {
    let Ok(answer) = http::read_answer(bytes) else { return Vec::new() };
    let engine = Engine::of_system("docker");
    let detail: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let rows = detail.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut items: Vec<Item> = rows.iter().filter_map(|row| Some(container(&engine, row, &[])?.item())).collect();
    items.extend(named(&engine, rows).iter().map(Image::item));
    items.extend(detail.get("HostConfig").and_then(restart_policy).map(Item::new));
    items
}

/// The rows of an answer; each has an id.
fn ask(root: &Root, path: &str, target: &str) -> Result<(Engine, Vec<Value>), String> {
    let answer = http::get(path, target).map_err(|error| match error.kind() {
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        std::io::ErrorKind::NotFound => "not there".to_owned(),
        _ => error.to_string(),
    })?;
    let kind = if answer.server.starts_with("Libpod") { "podman" } else { "docker" };
    let rows = match serde_json::from_slice(&answer.body) {
        Ok(Value::Array(rows)) if rows.iter().all(|row| !text(row, "/Id").is_empty()) => rows,
        _ => return Err("answers in a form that is not known".to_owned()),
    };
    Ok((Engine { kind, user: owner(root, path) }, rows))
}

/// Whose engine it is, where its socket is in a user's own directory.
fn owner(root: &Root, path: &str) -> Option<String> {
    let uid: u32 = path.strip_prefix("/run/user/")?.split('/').next()?.parse().ok()?;
    Some(account::user_names(root).get(&uid).cloned().unwrap_or_else(|| uid.to_string()))
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

/// The ports that were asked for, as [`port`] writes them.
pub(super) fn ports(host: &Value) -> Vec<String> {
    let bindings = at(host, "/PortBindings").as_object().into_iter().flatten();
    let of_port = |(port, list): (&String, &Value)| {
        let write = |binding: &Value| port_text(&text(binding, "/HostIp"), &text(binding, "/HostPort"), port);
        list.as_array().into_iter().flatten().map(write).collect::<Vec<_>>()
    };
    bindings.flat_map(of_port).collect()
}

/// A port of a container that is told by the API.
fn port(row: &Value) -> String {
    let number = |place: &str| at(row, place).as_u64().unwrap_or_default();
    let port = format!("{}/{}", number("/PrivatePort"), text(row, "/Type"));
    let public = number("/PublicPort");
    if public == 0 { port } else { port_text(&text(row, "/IP"), &public.to_string(), &port) }
}

/// The digest under which a registry knows the image of that name.
fn digest(image: &Value, name: &str) -> String {
    let repository = repository(name);
    let digests = || texts(image, "/RepoDigests").filter_map(|full| full.split_once('@'));
    let same = digests().find(|(from, _)| *from == repository).or_else(|| digests().next());
    same.map(|(_, digest)| digest.to_owned()).unwrap_or_default()
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
pub(super) fn port_text(address: &str, host_port: &str, port: &str) -> String {
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

fn moment(seconds: &Value) -> String {
    let seconds = seconds.as_i64().unwrap_or_default();
    let at = jiff::Timestamp::from_second(seconds).ok().filter(|_| seconds > 0);
    at.map(|at| at.to_string()).unwrap_or_default()
}
