//! Small recorded trees of each engine, and a server that answers as docker and podman do.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixListener;

use serde_json::json;

use super::*;
use crate::section::{Collector, container, image};

const ID: &str = "4a5ae1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e";
const IMAGE_ID: &str = "sha256:00c126018f668c76d2e089adacbd88d475b7cd30ec18014d2267a8f3256c4948";
const LAYER: &str = "sha256:da0135de5b035ffc964364a7a9667475703ad85366ea9198e37ac39184356099";
const DIGEST: &str = "sha256:1c6c682e3e0e45df438d6eb38732d0b318d92a7a8c8f025cc28e2ff13ff49783";

struct Tree(tempfile::TempDir);

impl Tree {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.0.path().join(path.trim_start_matches('/'));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn containers(&self) -> Section {
        container::Container { sockets: Vec::new() }.collect(&Root::at(self.0.path()))
    }

    fn images(&self) -> Section {
        image::Image { sockets: Vec::new() }.collect(&Root::at(self.0.path()))
    }
}

fn docker() -> Tree {
    let tree = Tree::new();
    tree.write("/etc/docker/daemon.json", r#"{"data-root": "/data/docker"}"#);
    let config = json!({
        "ID": ID, "Name": "/shop-web-1", "Image": IMAGE_ID, "Created": "2026-01-02T03:04:05Z",
        "Args": ["--token=hush"], "Path": "/x",
        "State": {"Running": true, "Pid": 77, "StartedAt": "2026-01-02T03:04:05Z"},
        "Config": {
            "Image": "nginx:1.25", "Env": ["PASSWORD=hush"], "Cmd": ["hush"],
            "Labels": {"com.docker.compose.project": "shop", "com.docker.compose.service": "web"},
        },
    });
    tree.write(&format!("/data/docker/containers/{ID}/config.v2.json"), config.to_string());
    let host = json!({
        "RestartPolicy": {"Name": "unless-stopped", "MaximumRetryCount": 0},
        "PortBindings": {"80/tcp": [{"HostIp": "", "HostPort": "8080"}, {"HostIp": "::1", "HostPort": ""}], "1/udp": null},
    });
    tree.write(&format!("/data/docker/containers/{ID}/hostconfig.json"), host.to_string());
    let names = json!({"Repositories": {"nginx": {"nginx:1.25": IMAGE_ID, format!("nginx@{DIGEST}"): IMAGE_ID}}});
    tree.write("/data/docker/image/overlay2/repositories.json", names.to_string());
    let image =
        json!({"architecture": "amd64", "config": {"Env": ["HUSH=hush"]}, "rootfs": {"diff_ids": [LAYER, LAYER]}});
    let content = "/data/docker/image/overlay2/imagedb/content/sha256";
    tree.write(&format!("{content}/{}", &IMAGE_ID[7..]), image.to_string());
    let layers = "/data/docker/image/overlay2/layerdb/sha256";
    tree.write(&format!("{layers}/{}/size", &LAYER[7..]), "100");
    // echo -n "$LAYER $LAYER" | sha256sum
    tree.write(&format!("{layers}/{CHAIN}/size"), "11");
    tree
}

const CHAIN: &str = "afa894ba0930c9248de99ddda566420d6960819944f7b6be51a0b6c2ce07405f";

#[test]
fn docker_is_told_from_its_files_and_no_secret_is() {
    let tree = docker();
    tree.write("/proc/77/comm", "nginx");
    let section = tree.containers();
    assert_eq!(section.status, SectionStatus::Ok, "{:?}", section.problems);
    let item = &section.items[0];
    assert_eq!((section.items.len(), item.key.as_str()), (1, "docker/shop-web-1"));
    for (name, value) in [
        ("image", json!("nginx:1.25")),
        ("image_id", json!(IMAGE_ID)),
        ("image_digest", json!(DIGEST)),
        ("state", json!("running")),
        ("ports", json!(["*:8080->80/tcp", "[::1]->80/tcp"])),
        ("restart_policy", json!("unless-stopped")),
        ("compose_project", json!("shop")),
        ("compose_service", json!("web")),
    ] {
        assert_eq!(item.attributes[name], value, "{name}");
    }
    let images = tree.images();
    let all = format!("{section:?}{images:?}");
    assert!(!all.contains("hush") && !item.key.contains(ID), "{all}");
    assert_eq!(images.items[0].key, "docker/nginx:1.25");
    let attributes = &images.items[0].attributes;
    assert_eq!(attributes["digest"], DIGEST);
    assert_eq!(attributes["size_bytes"], 111);
    assert_eq!((&attributes["repository"], &attributes["tag"]), (&json!("nginx"), &json!("1.25")));
}

#[test]
fn who_is_gone_does_not_run_and_broken_files_are_told() {
    let tree = docker();
    assert_eq!(tree.containers().items[0].attributes["state"], "exited", "no such process");
    tree.write("/data/docker/containers/b/config.v2.json", "{");
    let section = tree.containers();
    assert_eq!((section.status, section.items.len()), (SectionStatus::Partial, 1));
    assert_eq!(Tree::new().containers().status, SectionStatus::Unsupported);
    assert_eq!(Tree::new().images().status, SectionStatus::Unsupported);
    let empty = Tree::new();
    std::fs::create_dir_all(empty.0.path().join("var/lib/docker/containers")).unwrap();
    assert_eq!((empty.containers().status, empty.containers().items.len()), (SectionStatus::Ok, 0));
}

#[test]
fn podman_is_told_of_root_and_of_people() {
    let tree = Tree::new();
    tree.write("/etc/passwd", "ann:x:1000:100::/home/ann:/bin/sh\n");
    let metadata = json!({"image-name": "localhost/probe:v1", "name": "web"}).to_string();
    let containers = json!([
        {"id": ID, "names": ["web"], "image": &IMAGE_ID[7..], "metadata": metadata, "created": "2026-01-02T03:04:05Z"},
        {"id": "b", "names": ["k8s_POD_x_y_z_0"], "image": "", "metadata": "{\"pod\":true}"},
    ]);
    let images = json!([{"id": &IMAGE_ID[7..], "digest": DIGEST, "names": ["localhost/probe:v1"], "layer": "l2", "big-data-sizes": {"m": 5}}]);
    let layers = json!([{"id": "l2", "parent": "l1", "diff-size": 20}, {"id": "l1", "diff-size": 100}]);
    for store in ["/var/lib/containers/storage", "/home/ann/.local/share/containers/storage"] {
        tree.write(&format!("{store}/overlay-containers/containers.json"), containers.to_string());
        tree.write(&format!("{store}/overlay-images/images.json"), images.to_string());
        tree.write(&format!("{store}/overlay-layers/layers.json"), layers.to_string());
    }
    let state = |tree: &Tree| tree.containers().items.last().unwrap().attributes["current_state"].clone();
    assert_eq!(state(&tree), "created");
    tree.write(&format!("/var/lib/containers/storage/overlay-containers/{ID}/userdata/config.json"), "{}");
    assert_eq!(state(&tree), "exited");
    tree.write("/sys/fs/cgroup/cgroup.controllers", "");
    tree.write(&format!("/sys/fs/cgroup/machine.slice/libpod-{ID}.scope/cgroup.events"), "populated 1\n");
    assert_eq!(state(&tree), "running");
    let section = tree.containers();
    let keys: Vec<&str> = section.items.iter().map(|item| item.key.as_str()).collect();
    assert_eq!(keys, ["podman/ann/web", "podman/web"]);
    assert_eq!(section.items[1].attributes["image_digest"], DIGEST);
    assert_eq!(section.items[1].attributes["image"], "localhost/probe:v1");
    let images = tree.images();
    assert_eq!(images.items[1].attributes["size_bytes"], 125);
    assert_eq!(images.items[0].attributes["user"], "ann");
}

/// The database of podman 5, made with the table and the members of its source: a row that goes on in other pages, and one that is none.
#[test]
fn podmans_own_database_tells_ports_labels_and_restart_policy() {
    let tree = Tree::new();
    let store = "/var/lib/containers/storage";
    let containers = json!([{"id": ID, "names": ["web"], "image": "", "metadata": "{}"}]);
    tree.write(&format!("{store}/overlay-containers/containers.json"), containers.to_string());
    let database = std::fs::read(muster_replay::corpus("podman_database").join("shop")).unwrap();
    tree.write(&format!("{store}/db.sql"), &database);
    let section = tree.containers();
    assert!(section.problems.is_empty(), "{:?}", section.problems);
    let told = json!(section.items[0].attributes);
    assert_eq!(told["ports"], json!(["*:8080->80/tcp", "127.0.0.1:9000-9002->9000-9002/udp"]));
    assert_eq!((&told["restart_policy"], &told["compose_service"]), (&json!("always"), &json!("web")));
    assert!(!told.to_string().contains("hush"), "{told}");
    // One that is none is said, and the containers are told all the same.
    tree.write(&format!("{store}/db.sql"), "no database");
    let section = tree.containers();
    assert_eq!((section.items.len(), section.status), (1, SectionStatus::Partial), "{:?}", section.problems);
}

/// As podman 4.3 wrote it, of one container.
#[test]
fn the_database_of_podman_before_version_5_tells_the_same() {
    let id = "878cf31f138f33293d89c80da75d5c4f5cf1bc1946047a4871fb00f53b393f23";
    let (tree, store) = (Tree::new(), "/var/lib/containers/storage");
    let containers = json!([{"id": id, "names": ["web"], "image": "", "metadata": "{}"}]);
    tree.write(&format!("{store}/vfs-containers/containers.json"), containers.to_string());
    let database = std::fs::read(muster_replay::corpus("podman_old_database").join("shop")).unwrap();
    tree.write(&format!("{store}/libpod/bolt_state.db"), &database);
    let section = tree.containers();
    assert!(section.problems.is_empty(), "{:?}", section.problems);
    let told = json!(section.items[0].attributes);
    assert_eq!(told["ports"], json!(["*:8080->80/tcp", "127.0.0.1:9000-9002->9000-9002/udp"]));
    assert_eq!((&told["restart_policy"], &told["compose_service"]), (&json!("always"), &json!("web")));
    assert!(!told.to_string().contains("hush"), "{told}");
    tree.write(&format!("{store}/libpod/bolt_state.db"), &database[..9_000]);
    let section = tree.containers();
    assert_eq!((section.items.len(), section.status), (1, SectionStatus::Partial), "{:?}", section.problems);
}

/// As containerd 1.6 wrote it: two names of an image, and one that docker has in a namespace of its own.
#[test]
fn the_database_of_containerd_tells_images_and_what_the_names_of_its_containers_stand_for() {
    let tree = Tree::new();
    let database = std::fs::read(muster_replay::corpus("containerd_database").join("shop")).unwrap();
    tree.write("/var/lib/containerd/io.containerd.metadata.v1.bolt/meta.db", &database);
    let section = tree.images();
    assert!(section.problems.is_empty(), "{:?}", section.problems);
    let digest = "sha256:3c694b0cf14f0c09dc11b55de25e2626bf6a107e0612194df56def2d7925ed49";
    let told: Vec<_> = section.items.iter().map(|item| (item.key.as_str(), item.text("digest"))).collect();
    let keys = ["containerd/localhost/probe:v1", "containerd/nginx:1.25"];
    assert_eq!(told, keys.map(|key| (key, Some(digest))));
    let bundle = json!({"annotations": {"nerdctl/name": "web", "nerdctl/image-ref": "docker.io/library/nginx:1.25"}});
    let tasks = "/run/containerd/io.containerd.runtime.v2.task";
    tree.write(&format!("{tasks}/default/b1/config.json"), bundle.to_string());
    // The same name in another namespace may be another image.
    let bundle = json!({"annotations": {"nerdctl/name": "db", "nerdctl/image-ref": "docker.io/library/nginx:1.25"}});
    tree.write(&format!("{tasks}/other/b2/config.json"), bundle.to_string());
    let section = tree.containers();
    let told: Vec<_> = section.items.iter().map(|item| (item.key.as_str(), item.text("image_digest"))).collect();
    assert_eq!(told, [("containerd/db", None), ("containerd/web", Some(digest))]);
}

#[test]
fn pods_of_containerd_and_system_containers_are_told() {
    let tree = Tree::new();
    let tasks = "/run/containerd/io.containerd.runtime.v2.task";
    for (id, pod) in [("a1", "web-7d9f8bdc6c-x2k4z"), ("a2", "web-7d9f8bdc6c-c5d6f")] {
        let bundle = json!({"process": {"env": ["X=hush"]}, "annotations": {
            "io.kubernetes.cri.container-name": "nginx", "io.kubernetes.cri.container-type": "container",
            "io.kubernetes.cri.sandbox-name": pod, "io.kubernetes.cri.sandbox-namespace": "shop",
            "io.kubernetes.cri.image-name": "docker.io/library/nginx:1.25"}});
        tree.write(&format!("{tasks}/k8s.io/{id}/config.json"), bundle.to_string());
    }
    tree.write(
        &format!("{tasks}/k8s.io/s/config.json"),
        r#"{"annotations": {"io.kubernetes.cri.container-type": "sandbox"}}"#,
    );
    tree.write(&format!("{tasks}/moby/x/config.json"), "not ours");
    tree.write(&format!("{tasks}/default/{ID}/config.json"), "{}");
    let nerdctl = json!({"annotations": {
        "nerdctl/name": "cache", "nerdctl/image-ref": format!("docker.io/library/redis@{DIGEST}"),
        "nerdctl/ports": json!([{"HostPort": 6379, "ContainerPort": 6379, "Protocol": "tcp", "HostIP": "0.0.0.0"}]).to_string()}});
    tree.write(&format!("{tasks}/default/b1/config.json"), nerdctl.to_string());
    tree.write("/var/lib/lxc/mail/config", "lxc.uts.name = mail\nlxc.start.auto = 1\n");
    tree.write("/etc/pve/lxc/101.conf", "hostname: x\nonboot: 0\nostype: debian\n[snap]\nonboot: 1\n");
    tree.write("/sys/fs/cgroup/systemd/lxc.payload.mail/init.scope/cgroup.procs", "5\n");
    let section = tree.containers();
    assert_eq!(section.problems.len(), 1, "{:?}", section.problems);
    assert!(section.problems[0].message.starts_with("1 containers have no name"));
    let states: Vec<(&str, &serde_json::Value)> = section
        .items
        .iter()
        .map(|item| {
            (item.key.as_str(), item.attributes.get("state").unwrap_or_else(|| &item.attributes["current_state"]))
        })
        .collect();
    let (running, exited) = (&json!("running"), &json!("exited"));
    assert_eq!(
        states,
        [
            ("containerd/cache", running),
            ("containerd/shop/web/nginx", running),
            ("lxc/101", exited),
            ("lxc/mail", running)
        ]
    );
    let cache = json!(section.items[0].attributes);
    assert_eq!((&cache["ports"], &cache["image_digest"]), (&json!(["*:6379->6379/tcp"]), &json!(DIGEST)));
    assert_eq!(section.items[1].attributes["instances"], 2);
    assert_eq!(section.items[1].attributes["image"], "nginx:1.25");
    assert_eq!(section.items[1].attributes.get("pod"), None);
}

/// Answers every question on a socket like podman or docker until the test ends.
fn serve(server: &'static str) -> (tempfile::TempDir, String) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("engine.sock");
    let listener = UnixListener::bind(&path).unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut line = String::new();
            BufReader::new(&stream).read_line(&mut line).unwrap();
            let body = match line.split(' ').nth(1).unwrap() {
                "/containers/json?all=1" => json!([
                    {"Id": ID, "Names": ["/web"], "Image": "nginx:1.25", "ImageID": IMAGE_ID, "Command": "x --token=hush",
                     "Created": 1_700_000_000, "State": "running", "Status": "Up", "Labels": null,
                     "Ports": [{"IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
                               {"IP": "::", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
                               {"PrivatePort": 443, "Type": "tcp"}]},
                ]),
                "/images/json" => json!([
                    {"Id": IMAGE_ID, "RepoTags": ["nginx:1.25", "reg.example:5000/a/nginx:x"], "Created": 1_700_000_000,
                     "RepoDigests": [format!("nginx@{DIGEST}")], "Size": 7},
                    {"Id": "sha256:1", "RepoTags": ["<none>:<none>"], "RepoDigests": null, "Size": 7},
                ]),
                _ => json!({"Config": {"Env": ["A=hush"]}, "HostConfig": {"RestartPolicy": {"Name": "always"}}}),
            }
            .to_string();
            let (left, right) = body.split_at(body.len() / 2);
            let head = format!("HTTP/1.1 200 OK\r\nServer: {server}\r\nTransfer-Encoding: chunked\r\n\r\n");
            let chunks = [left, right].map(|part| format!("{:x}\r\n{part}\r\n", part.len())).concat();
            drop(write!(stream, "{head}{chunks}0\r\n\r\n"));
        }
    });
    let path = path.to_str().unwrap().to_owned();
    (directory, path)
}

#[test]
fn a_socket_is_asked_only_when_configured() {
    let (_directory, path) = serve("Docker/27.0 (linux)");
    let (engine, containers) = api::containers(&Root::live(), &path).unwrap();
    assert_eq!(engine, Engine::of_system("docker"));
    let item = containers[0].item();
    assert_eq!(item.key, "docker/web");
    assert_eq!(item.attributes["state"], "running");
    assert_eq!(item.attributes["restart_policy"], "always");
    assert_eq!(item.attributes["ports"], json!(["*:8080->80/tcp", "443/tcp"]));
    assert_eq!(item.attributes["image_digest"], DIGEST);
    assert_eq!(item.attributes["created_at"], "2023-11-14T22:13:20Z");
    let (_, images) = api::images(&Root::live(), &path).unwrap();
    let keys: Vec<String> = images.iter().map(|image| image.item().key).collect();
    assert_eq!(keys, ["docker/nginx:1.25", "docker/reg.example:5000/a/nginx:x"]);
    assert!(!format!("{containers:?}{images:?}").contains("hush"));
    let recorded = docker();
    let collector = container::Container { sockets: vec![path] };
    let section = collector.collect(&Root::at(recorded.0.path()));
    assert_eq!(section.items[0].key, "docker/shop-web-1", "a recorded tree has no socket");
    assert!(api::images(&Root::live(), "/nonexistent/x.sock").unwrap_err().contains("not there"));
    let (_directory, podman) = serve("Libpod/4.3.1 (linux)");
    assert_eq!(api::images(&Root::live(), &podman).unwrap().0, Engine::of_system("podman"));
}

#[test]
fn a_value_of_another_kind_is_no_policy_and_no_state() {
    let none = |host: serde_json::Value| api::restart_policy(&host);
    assert_eq!(none(json!({})).as_deref(), Some("no"));
    assert_eq!(none(json!({"RestartPolicy": {"Name": ""}})).as_deref(), Some("no"));
    for wrong in [
        json!({"RestartPolicy": 5}),
        json!({"RestartPolicy": {"Name": 5}}),
        json!({"RestartPolicy": {"Name": "banana"}}),
    ] {
        assert_eq!(none(wrong), None);
    }
}

#[test]
fn what_no_engine_writes_is_left_out_and_said() {
    let tree = docker();
    let config = |id: &str, name: &str, more: serde_json::Value| {
        let mut config =
            json!({"ID": id, "Name": name, "Image": IMAGE_ID, "Created": "2026-01-02T03:04:05Z", "State": {}});
        config.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        tree.write(&format!("/data/docker/containers/{}/config.v2.json", name.len()), config.to_string());
    };
    config(ID, "/sound", json!({}));
    config("../x", "/odd-id", json!({}));
    config(ID, "/odd-image", json!({"Image": "sha256:xyz"}));
    config(ID, "/odd-created", json!({"Created": "yesterday"}));
    config(ID, "/\u{1b}[2Jname-of-a-terminal", json!({}));
    let section = tree.containers();
    let told: Vec<_> = section.items.iter().map(|item| (item.key.as_str(), json!(item.attributes))).collect();
    let keys: Vec<&str> = told.iter().map(|(key, _)| *key).collect();
    assert_eq!(keys, ["docker/odd-created", "docker/odd-id", "docker/odd-image", "docker/shop-web-1", "docker/sound"]);
    assert_eq!((&told[0].1["created_at"], &told[0].1["image_id"]), (&json!(null), &json!(IMAGE_ID)));
    assert_eq!((&told[2].1["created_at"], &told[2].1["image_id"]), (&json!("2026-01-02T03:04:05Z"), &json!(null)));
    assert_eq!(section.status, SectionStatus::Partial);
    let messages: Vec<&str> = section.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert!(messages.contains(&"no container has the id \"../x\""), "{messages:?}");
    assert!(messages.contains(&"`created_at` cannot be \"yesterday\""), "{messages:?}");
    assert!(messages.contains(&"`image_id` cannot be \"sha256:xyz\""), "{messages:?}");
    assert!(messages.iter().any(|message| message.starts_with("no engine has one of this name:")), "{messages:?}");
    assert!(!messages.iter().any(|message| message.contains('\u{1b}')), "{messages:?}");
}

#[test]
fn digests_are_told_from_junk() {
    for sound in [IMAGE_ID.to_owned(), format!("sha512:{}", "0f".repeat(64))] {
        assert!(is_digest(&sound), "{sound}");
    }
    for junk in ["", "sha256:", ID, "md5:0", &IMAGE_ID[..70], &format!("sha256:{}", "g".repeat(64))] {
        assert!(!is_digest(junk), "{junk}");
    }
}
