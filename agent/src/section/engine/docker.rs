//! Docker from its own files below its data root. Only root may read them.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::workload::{self, Workload};
use super::{Container, Engine, Image, Survey, UNKNOWN_FORM, api, at, image_name, text};
use crate::root::{Kind, Root};

const ENGINE: Engine = Engine::of_system("docker");
const SETTINGS: &str = "/etc/docker/daemon.json";
const DATA_ROOT: &str = "/var/lib/docker";
/// No image has more layers (the kernel's overlay takes 500, docker 127).
const LAYER_CAP: usize = 512;

/// The file is right while the daemon lives; that the process is there is asked of the kernel. Docker keeps a flag for each state;
/// only those that change what is told are read.
fn state(root: &Root, config: &Value) -> Option<&'static str> {
    if !matches!(at(config, "/State"), Value::Object(_) | Value::Null) {
        return None;
    }
    let is = |flag: &str| at(config, &format!("/State/{flag}")).as_bool() == Some(true);
    let is_alive = at(config, "/State/Pid").as_u64().is_some_and(|pid| pid > 0 && root.exists(&format!("/proc/{pid}")));
    let started_at = at(config, "/State/StartedAt").as_str().unwrap_or_default();
    Some(match () {
        () if is("Restarting") => "restarting",
        () if is("Paused") && is_alive => "paused",
        () if is("Running") && is_alive => "running",
        () if started_at.is_empty() || started_at.starts_with("0001-") => "created",
        () => "exited",
    })
}

/// Names to image ids: `{"nginx": {"nginx:1.25": "sha256:…", "nginx@sha256:…": "sha256:…"}}`.
#[derive(Default)]
struct Repositories(Value);

impl Repositories {
    /// The digest that a registry has for the image of that id, from the repository of that name if there are several.
    fn digest(&self, repository: &str, id: &str) -> String {
        let digests = |names: &Value| {
            let mut names = names.as_object().into_iter().flatten().filter(|(_, of)| of.as_str() == Some(id));
            names.find_map(|(name, _)| name.split_once('@').map(|(_, digest)| digest.to_owned()))
        };
        let same = self.0.get(repository).and_then(digests);
        let any = || self.0.as_object().into_iter().flatten().find_map(|(_, names)| digests(names));
        same.or_else(any).unwrap_or_default()
    }
}

fn data_root(root: &Root) -> String {
    let settings = root.read_linked(SETTINGS).ok();
    let settings: Option<Value> = settings.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let path = settings.map(|settings| text(&settings, "/data-root")).filter(|path| path.starts_with('/'));
    path.unwrap_or_else(|| DATA_ROOT.to_owned())
}

/// The folders of the image stores, one per storage driver.
fn stores<T>(root: &Root, survey: &mut Survey<T>) -> Vec<String> {
    let directory = format!("{}/image", data_root(root));
    let entries = survey.take(root.list(&directory)).unwrap_or_default();
    let folders = entries.into_iter().filter(|entry| entry.kind == Kind::Directory);
    folders.map(|entry| format!("{directory}/{}", entry.name)).collect()
}

fn repositories<T>(root: &Root, store: &str, survey: &mut Survey<T>) -> Repositories {
    let path = format!("{store}/repositories.json");
    let mut known: Value = survey.json(root, &path).unwrap_or_default();
    let is_known = matches!(at(&known, "/Repositories"), Value::Object(_) | Value::Null);
    if !is_known {
        survey.miss(&path, UNKNOWN_FORM);
    }
    Repositories(known.get_mut("Repositories").map(Value::take).unwrap_or_default())
}

/// Every container that docker knows.
pub(in crate::section) fn containers(root: &Root, survey: &mut Survey<Container>) {
    let directory = format!("{}/containers", data_root(root));
    let Some(entries) = survey.take(root.list(&directory)) else { return };
    let known: Vec<Repositories> = stores(root, survey).iter().map(|store| repositories(root, store, survey)).collect();
    for entry in entries.into_iter().filter(|entry| entry.kind == Kind::Directory) {
        let folder = format!("{directory}/{}", entry.name);
        let path = format!("{folder}/config.v2.json");
        let Some(config) = survey.json::<Value>(root, &path) else { continue };
        let (id, name, asked) = (text(&config, "/ID"), text(&config, "/Name"), at(&config, "/Config"));
        if id.is_empty() || name.is_empty() {
            survey.miss(&path, UNKNOWN_FORM);
            continue;
        }
        survey.doubt_id(&path, &id);
        let labels = workload::labels(at(asked, "/Labels"));
        let workload = Workload::of(&labels);
        if workload.is_sandbox(&labels) {
            continue;
        }
        let host: Option<Value> = survey.json(root, &format!("{folder}/hostconfig.json"));
        let (image, image_id) = (text(asked, "/Image"), text(&config, "/Image"));
        let digests = known.iter().map(|known| known.digest(api::repository(&image), &image_id));
        survey.found.push(Container {
            engine: ENGINE,
            name: name.trim_start_matches('/').to_owned(),
            image: image_name(&image).to_owned(),
            image_digest: digests.into_iter().find(|digest| !digest.is_empty()).unwrap_or_default(),
            image_id,
            state: state(root, &config),
            ports: host.as_ref().map(api::ports).unwrap_or_default(),
            restart_policy: host.as_ref().and_then(api::restart_policy),
            workload,
            created_at: text(&config, "/Created"),
            autostart: None,
            id,
        });
    }
}

/// Every image with a name. Those without are left by builds and come and go.
pub(in crate::section) fn images(root: &Root, survey: &mut Survey<Image>) {
    for store in stores(root, survey) {
        let known = repositories(root, &store, survey);
        for (repository, names) in known.0.as_object().into_iter().flatten() {
            let is_digest = |name: &str| name.contains('@');
            let names = || names.as_object().into_iter().flatten();
            for (name, id) in names() {
                let has_tag = names().any(|(other, of)| of == id && !is_digest(other));
                if is_digest(name) && has_tag {
                    continue;
                }
                let id = text(id, "");
                let hash = id.strip_prefix("sha256:").unwrap_or(&id);
                let path = format!("{store}/imagedb/content/sha256/{hash}");
                // Of its own configuration neither environment nor command is kept.
                let config: Option<Value> = if is_hash(hash) { survey.json(root, &path) } else { None };
                survey.found.push(Image {
                    engine: ENGINE,
                    name: image_name(name).to_owned(),
                    digest: known.digest(repository, &id),
                    id,
                    size_bytes: config.as_ref().and_then(|config| size(root, &store, config)),
                    architecture: config.as_ref().map(|config| text(config, "/architecture")).unwrap_or_default(),
                    created_at: config.map(|config| text(&config, "/created")).unwrap_or_default(),
                });
            }
        }
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// The sum of the layers. A layer is filed under its chain id: SHA-256 over the chain below and its own id (OCI image
/// specification, `ChainID`).
fn size(root: &Root, store: &str, config: &Value) -> Option<u64> {
    let diff_ids = at(config, "/rootfs/diff_ids").as_array()?;
    if diff_ids.len() > LAYER_CAP {
        return None;
    }
    let mut chain = String::new();
    let mut sum = 0_u64;
    for diff_id in diff_ids.iter().map(|id| text(id, "")) {
        chain = if chain.is_empty() {
            diff_id
        } else {
            let hash = Sha256::digest(format!("{chain} {diff_id}"));
            hash.iter().fold("sha256:".to_owned(), |text, byte| text + &format!("{byte:02x}"))
        };
        let hash = chain.strip_prefix("sha256:").filter(|hash| is_hash(hash))?;
        sum = sum.saturating_add(root.number(&format!("{store}/layerdb/sha256/{hash}/size"))?);
    }
    Some(sum)
}
