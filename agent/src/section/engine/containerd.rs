//! containerd from the folders of its running tasks: what kubelet and nerdctl run. Docker's own tasks are told by docker. Of an image the
//! digest is known where it was asked for by that, for what a name stood for is in containerd's own database alone.

use serde::Deserialize;
use serde_json::Value;

use super::workload::{Labels, Workload};
use super::{Container, Engine, Survey, api, at, image_name, text};
use crate::root::{Kind, Root};

const TASKS: &str = "/run/containerd/io.containerd.runtime.v2.task";
/// Docker's namespace within containerd, and that of its plugins.
const DOCKER: &[&str] = &["moby", "plugins.moby"];

/// What is kept of a runtime configuration (OCI): its annotations, nothing of the process.
#[derive(Deserialize)]
struct Bundle {
    annotations: Option<Labels>,
}

/// Every running task that has a name that stays.
pub(in crate::section) fn containers(root: &Root, survey: &mut Survey<Container>) {
    let Some(namespaces) = survey.take(root.list(TASKS)) else { return };
    let mut unnamed = 0_usize;
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
            let image = image.map(|image| image_name(image)).unwrap_or_default();
            let ports = annotations.get("nerdctl/ports").and_then(|ports| serde_json::from_str::<Value>(ports).ok());
            let pid: Option<u32> = root.number(&format!("{directory}/{}/init.pid", task.name));
            let is_alive = pid.is_none_or(|pid| root.exists(&format!("/proc/{pid}")));
            survey.found.push(Container {
                engine: Engine::of_system("containerd"),
                id: task.name,
                name,
                image: image.to_owned(),
                image_digest: image.split_once('@').map(|(_, digest)| digest.to_owned()).unwrap_or_default(),
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
