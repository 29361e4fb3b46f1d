//! Podman (and CRI-O) from containers/storage: JSON files of layers, images and containers. Ports, labels and restart
//! policy are in podman's own database: SQLite from version 5 on, bbolt before it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::workload::{self, Labels, Workload};
use super::{Container, Engine, Image, Survey, api, at, bolt, image_name, text, texts};
use crate::root::{Kind, ReadError, Root};
use crate::section::package::rpm::sqlite;
use crate::section::{account, cgroup, network_mount};
use muster_shared::Problem;
use muster_shared::mapping::Distinct as _;
use muster_shared::mapping::Mapping as _;

const GRAPH_ROOT: &str = "/var/lib/containers/storage";
const RUN_ROOT: &str = "/run/containers/storage";
const SETTINGS: &str = "/etc/containers/storage.conf";
/// Below a user's home directory.
const USER_GRAPH_ROOT: &str = ".local/share/containers/storage";
/// Human users begin here on every distribution of note.
const FIRST_UID: u32 = 1_000;
/// The most users whose home directory is looked into.
const USER_CAP: usize = 256;
const LAYER_CAP: usize = 512;
/// Podman's own database, and where the settings of containers stand in it.
const DATABASE: &str = "db.sql";
const SETTINGS_COLUMN: (&str, usize) = ("ContainerConfig", 3);
/// The database before version 5: a bucket of all containers, of each a bucket with its settings.
const OLD_DATABASE: &str = "libpod/bolt_state.db";
const OLD_CONTAINERS: &[u8] = b"ctr";
const OLD_SETTINGS: &[u8] = b"config";
/// The most ports of one container; a range counts once.
const PORT_CAP: usize = 256;

/// One store, and whose it is.
struct Store {
    engine: Engine,
    graph_root: String,
}

/// The stores, but for those in homes on network file systems, which may hang.
fn stores<T>(root: &Root, survey: &mut Survey<T>) -> Vec<Store> {
    let settings = root.text_linked(SETTINGS).ok().and_then(|text| text.parse::<toml::Table>().ok());
    let configured = settings.and_then(|table| Some(table.get("storage")?.get("graphroot")?.as_str()?.to_owned()));
    let graph_root = configured.filter(|path| path.starts_with('/')).unwrap_or_else(|| GRAPH_ROOT.to_owned());
    let mut stores = vec![Store { engine: Engine::of_system("podman"), graph_root }];
    let users = account::read_users(root).unwrap_or_default();
    let people = users.into_iter().filter(|user| user.uid >= FIRST_UID && user.home.len() > 1);
    let network = network_mount::read(root);
    let (local, remote): (Vec<_>, Vec<_>) =
        people.take(USER_CAP).partition(|user| network_mount::of(&network, &user.home).is_none());
    if !remote.is_empty() {
        let message = format!("not read in {} home directories, for they are on network file systems", remote.len());
        survey.problems.push(Problem { source: USER_GRAPH_ROOT.to_owned(), message });
    }
    stores.extend(local.into_iter().map(|user| Store {
        engine: Engine { kind: "podman", user: Some(user.name) },
        graph_root: format!("{}/{USER_GRAPH_ROOT}", user.home),
    }));
    stores
}

/// The folders `DRIVER-containers`, `DRIVER-images` or `DRIVER-layers` of a store.
fn folders<T>(root: &Root, store: &Store, suffix: &str, survey: &mut Survey<T>) -> Vec<String> {
    let entries = survey.take(root.list(&store.graph_root)).unwrap_or_default();
    let folders = entries.into_iter().filter(|entry| entry.kind == Kind::Directory && entry.name.ends_with(suffix));
    folders.map(|entry| entry.name).collect()
}

/// Every container of every store.
pub(in crate::section) fn containers(root: &Root, survey: &mut Survey<Container>) {
    let mut running: Option<BTreeSet<String>> = None;
    for store in stores(root, survey) {
        let told = told(root, &store, survey);
        for folder in folders(root, &store, "-containers", survey) {
            let path = format!("{}/{folder}/containers.json", store.graph_root);
            let rows = survey.rows(root, &path);
            let images = read_images(root, &store, &folder.replace("-containers", "-images"), survey);
            // Only where there are containers is it worth a look.
            let running = running.get_or_insert_with(|| with_processes(root));
            for row in rows {
                let state = state(root, &store, &folder, &text(&row, "/id"), running);
                if let Some(mut found) = container(&store, &row, &images, state) {
                    if let Some(told) = told.get(&found.id) {
                        found.ports.clone_from(&told.ports);
                        found.restart_policy.clone_from(&told.restart_policy);
                        if found.workload == Workload::default() {
                            found.workload = told.workload.clone();
                        }
                    }
                    survey.doubt_id(&path, &found.id);
                    survey.found.push(found);
                }
            }
        }
    }
}

/// What podman's database says of a container.
struct Told {
    ports: Vec<String>,
    restart_policy: Option<String>,
    workload: Workload,
}

/// The containers of podman's database by id; nothing of commands and environments is kept.
fn told(root: &Root, store: &Store, survey: &mut Survey<Container>) -> BTreeMap<String, Told> {
    let mut found = BTreeMap::new();
    let mut take = |json: &[u8]| {
        let Ok(settings) = serde_json::from_slice::<Value>(json) else { return };
        let told = Told {
            ports: at(&settings, "/newPortMappings")
                .as_array()
                .into_iter()
                .flatten()
                .take(PORT_CAP)
                .map(port)
                .collect(),
            restart_policy: Some(text(&settings, "/restart_policy")).filter(|policy| !policy.is_empty()),
            workload: Workload::of(&workload::labels(at(&settings, "/labels"))),
        };
        found.insert(text(&settings, "/id"), told);
    };
    // One that was migrated may have both: the newer one counts.
    let old = bolt::with(root, &format!("{}/{OLD_DATABASE}", store.graph_root), settings);
    survey.take(old).into_iter().flatten().for_each(|json| take(&json));
    let path = format!("{}/{DATABASE}", store.graph_root);
    let read = sqlite::each_text(root, &path, SETTINGS_COLUMN, &mut take);
    survey.take(read);
    found
}

/// The settings of every container of podman's old database.
fn settings(bolt: &bolt::Bolt) -> Result<Vec<Vec<u8>>, ReadError> {
    let Some(containers) = bolt.bucket(&bolt.top(), OLD_CONTAINERS)? else { return Ok(Vec::new()) };
    let buckets = bolt.buckets(&containers)?;
    let each = buckets.iter().filter_map(|(_, container)| bolt.get(container, OLD_SETTINGS).transpose());
    each.collect()
}

/// A published port or range of ports, as docker's are written.
fn port(row: &Value) -> String {
    let number = |place: &str| at(row, place).as_u64().unwrap_or_default();
    let last = number("/range").max(1) - 1;
    let ports =
        |first: u64| if last == 0 { first.to_string() } else { format!("{first}-{}", first.saturating_add(last)) };
    let port = format!("{}/{}", ports(number("/container_port")), text(row, "/protocol"));
    api::port_text(&text(row, "/host_ip"), &ports(number("/host_port")), &port)
}

fn container(store: &Store, row: &Value, images: &[Value], state: &'static str) -> Option<Container> {
    let name = texts(row, "/names").next()?.to_owned();
    // JSON within JSON.
    let metadata: Value = serde_json::from_slice(text(row, "/metadata").as_bytes()).unwrap_or_default();
    let workload = Workload::of_name(&name).unwrap_or_default();
    // A container that only holds a pod's namespaces.
    if at(&metadata, "/pod").as_bool() == Some(true) || workload.is_sandbox(&Labels::new()) || name.ends_with("-infra")
    {
        return None;
    }
    let image_id = text(row, "/image");
    let image = images.iter().find(|image| text(image, "/id") == image_id);
    Some(Container {
        engine: store.engine.clone(),
        id: text(row, "/id"),
        name,
        image: image_name(&text(&metadata, "/image-name")).to_owned(),
        image_id: super::api::with_algorithm(&image_id),
        image_digest: image.map(|image| text(image, "/digest")).unwrap_or_default(),
        state: Some(state),
        workload,
        created_at: text(row, "/created"),
        ..Container::default()
    })
}

fn with_processes(root: &Root) -> BTreeSet<String> {
    let names = cgroup::populated(root, |name| cgroup::container_id(name).is_some()).unwrap_or_default();
    names.iter().filter_map(|name| cgroup::container_id(name)).map(str::to_owned).into_set()
}

/// By its control group or the process that it noted; the configuration for the runtime is written at the first start.
fn state(root: &Root, store: &Store, folder: &str, id: &str, running: &BTreeSet<String>) -> &'static str {
    let pid: Option<u32> = root.number(&format!("{RUN_ROOT}/{folder}/{id}/userdata/pidfile"));
    if running.contains(id) || pid.is_some_and(|pid| root.exists(&format!("/proc/{pid}"))) {
        "running"
    } else if root.exists(&format!("{}/{folder}/{id}/userdata/config.json", store.graph_root)) {
        "exited"
    } else {
        "created"
    }
}

fn read_images<T>(root: &Root, store: &Store, folder: &str, survey: &mut Survey<T>) -> Vec<Value> {
    survey.rows(root, &format!("{}/{folder}/images.json", store.graph_root))
}

/// Every image with a name of every store. Those without are left by builds and come and go.
pub(in crate::section) fn images(root: &Root, survey: &mut Survey<Image>) {
    for store in stores(root, survey) {
        for folder in folders(root, &store, "-images", survey) {
            let rows = read_images(root, &store, &folder, survey);
            let layers = format!("{}/{}/layers.json", store.graph_root, folder.replace("-images", "-layers"));
            let layers = survey.rows(root, &layers);
            let layers: BTreeMap<String, &Value> = layers.iter().map(|layer| (text(layer, "/id"), layer)).into_map();
            for row in rows {
                let size_bytes = size(&row, &layers);
                survey.found.extend(texts(&row, "/names").map(|name| Image {
                    engine: store.engine.clone(),
                    name: image_name(name).to_owned(),
                    id: super::api::with_algorithm(&text(&row, "/id")),
                    digest: text(&row, "/digest"),
                    size_bytes,
                    created_at: text(&row, "/created"),
                    architecture: String::new(),
                }));
            }
        }
    }
}

/// The layers and what belongs to the image itself, as `podman images` adds it up.
fn size(row: &Value, layers: &BTreeMap<String, &Value>) -> Option<u64> {
    let own = at(row, "/big-data-sizes").as_object().into_iter().flatten().filter_map(|(_, size)| size.as_u64());
    let mut sum: u64 = own.fold(0, u64::saturating_add);
    let mut next = text(row, "/layer");
    for _ in 0..LAYER_CAP {
        if next.is_empty() {
            return Some(sum);
        }
        let layer = layers.get(&next)?;
        sum = sum.saturating_add(at(layer, "/diff-size").as_u64()?);
        next = text(layer, "/parent");
    }
    None
}
