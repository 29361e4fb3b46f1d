//! containerd from the folders of its running tasks: what kubelet and nerdctl run. Docker's own tasks are told by docker. Its images,
//! and what a name stands for, are in its own database.

use std::collections::BTreeMap;

use muster_shared::mapping::Mapping as _;
use serde::Deserialize;
use serde_json::Value;

use super::workload::{Labels, Workload};
use super::{Container, Engine, Image, Survey, api, at, bolt, image_name, text};
use crate::root::{Kind, ReadError, Root};

const TASKS: &str = "/run/containerd/io.containerd.runtime.v2.task";
/// Docker's namespace within containerd, and that of its plugins.
const DOCKER: &[&str] = &["moby", "plugins.moby"];

/// The database: version, namespace, kind, name, and of an image what it points at.
const DATABASE: &str = "/var/lib/containerd/io.containerd.metadata.v1.bolt/meta.db";
const VERSION: &[u8] = b"v1";

/// An image of a namespace.
struct Named {
    namespace: String,
    name: String,
    digest: String,
}

/// Every image of the database, but for docker's.
fn named(bolt: &bolt::Bolt) -> Result<Vec<Named>, ReadError> {
    let mut found = Vec::new();
    let Some(version) = bolt.bucket(&bolt.top(), VERSION)? else { return Ok(found) };
    for (namespace, bucket) in bolt.buckets(&version)? {
        let images = bolt.bucket(&bucket, b"images")?.filter(|_| !DOCKER.contains(&namespace.as_str()));
        for (name, image) in images.map_or_else(|| Ok(Vec::new()), |images| bolt.buckets(&images))? {
            let Some(target) = bolt.bucket(&image, b"target")? else { continue };
            let digest = bolt.get(&target, b"digest")?.unwrap_or_default();
            let digest = String::from_utf8_lossy(&digest).into_owned();
            found.push(Named { namespace: namespace.clone(), name, digest });
        }
    }
    Ok(found)
}

/// Every image that somebody named: kubelet also names them by their digests.
pub(in crate::section) fn images(root: &Root, survey: &mut Survey<Image>) {
    let all = survey.take(bolt::with(root, DATABASE, named)).unwrap_or_default();
    let is_name = |image: &Named| !image.name.starts_with("sha256:") && !image.name.contains('@');
    survey.found.extend(all.into_iter().filter(is_name).map(|image| Image {
        engine: Engine::of_system("containerd"),
        name: image_name(&image.name).to_owned(),
        digest: image.digest,
        ..Image::default()
    }));
}

/// What is kept of a runtime configuration (OCI): its annotations, nothing of the process.
#[derive(Deserialize)]
struct Bundle {
    annotations: Option<Labels>,
}

/// Every running task that has a name that stays.
pub(in crate::section) fn containers(root: &Root, survey: &mut Survey<Container>) {
    let Some(namespaces) = survey.take(root.list(TASKS)) else { return };
    let mut unnamed = 0_usize;
    let known = survey.take(bolt::with(root, DATABASE, named)).unwrap_or_default();
    let digests: BTreeMap<(&str, &str), &str> =
        known.iter().map(|image| ((image.namespace.as_str(), image.name.as_str()), image.digest.as_str())).into_map();
    for namespace in namespaces.into_iter().filter(|n| n.kind == Kind::Directory && !DOCKER.contains(&n.name.as_str()))
    {
        let directory = format!("{TASKS}/{}", namespace.name);
        let tasks = survey.take(root.list(&directory)).unwrap_or_default();
        for task in tasks.into_iter().filter(|task| task.kind == Kind::Directory) {
            let Some(bundle) = survey.json::<Bundle>(root, &format!("{directory}/{}/config.json", task.name)) else {
                continue;
            };
            let annotations = bundle.annotations.unwrap_or_default();
            let workload = Workload::of(&annotations);
            if workload.is_sandbox(&annotations) {
                continue;
            }
            let Some(name) = name(&annotations, &workload, &task.name) else {
                unnamed += 1;
                continue;
            };
            let image =
                annotations.get("io.kubernetes.cri.image-name").or_else(|| annotations.get("nerdctl/image-ref"));
            let digest = image.and_then(|image| digests.get(&(namespace.name.as_str(), image.as_str())).copied());
            let image = image.map(|image| image_name(image)).unwrap_or_default();
            let digest = image.split_once('@').map(|(_, digest)| digest).or(digest).unwrap_or_default();
            let ports = annotations.get("nerdctl/ports").and_then(|ports| serde_json::from_str::<Value>(ports).ok());
            let pid: Option<u32> = root.number(&format!("{directory}/{}/init.pid", task.name));
            let is_alive = pid.is_none_or(|pid| root.exists(&format!("/proc/{pid}")));
            survey.found.push(Container {
                engine: Engine::of_system("containerd"),
                id: task.name,
                name,
                image: image.to_owned(),
                image_digest: digest.to_owned(),
                ports: ports.iter().filter_map(Value::as_array).flatten().map(port).collect(),
                state: Some(if is_alive { "running" } else { "exited" }),
                workload,
                ..Container::default()
            });
        }
    }
    if unnamed > 0 {
        survey.miss(TASKS, format!("{unnamed} containers have no name but a random id"));
    }
}

/// A published port, as nerdctl notes it.
fn port(row: &Value) -> String {
    let number = |place: &str| at(row, place).as_u64().unwrap_or_default();
    let port = format!("{}/{}", number("/ContainerPort"), text(row, "/Protocol"));
    api::port_text(&text(row, "/HostIP"), &number("/HostPort").to_string(), &port)
}

/// A name that was given by somebody; an id of 64 hex digits was not.
fn name(annotations: &Labels, workload: &Workload, id: &str) -> Option<String> {
    let is_random = id.len() == 64 && id.bytes().all(|b| b.is_ascii_hexdigit());
    let given = annotations.get("nerdctl/name").filter(|name| !name.is_empty()).cloned();
    given.or_else(|| workload.stable_name()).or_else(|| (!is_random).then(|| id.to_owned()))
}
