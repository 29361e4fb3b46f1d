//! `/inventory`: what agents of other products send and hear, who may, and what becomes of it beside our own agent.

use std::io::{Read, Write};

use axum::body::Body;
use axum::http::{Method, Request};
use base64::Engine;
use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use muster_model::right::{Role, Scope};
use muster_shared::{Item, SectionName};
use serde_json::{Value, json};

use crate::lab::{Device, Lab, Reply, ask};

const DAY: i64 = 86_400;

fn zlib(text: &str) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn basic(name: &str, token: &str) -> String {
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{name}:{token}")))
}

fn sent(authorization: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Request<Body> {
    let mut request = Request::builder().method(Method::POST).uri("/inventory");
    if !authorization.is_empty() {
        request = request.header("authorization", authorization);
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body)).unwrap()
}

/// A machine as FusionInventory tells it.
#[derive(Clone)]
struct Machine {
    name: &'static str,
    uuid: &'static str,
    mac: &'static str,
    packages: Vec<(&'static str, &'static str)>,
    users: Vec<&'static str>,
}

const WEB: Machine =
    Machine { name: "web-1", uuid: "", mac: "52:54:00:12:34:56", packages: Vec::new(), users: Vec::new() };

impl Machine {
    fn xml(&self, client: &str) -> String {
        let package = |(name, version): &(&str, &str)| {
            format!(
                "<SOFTWARES><FROM>deb</FROM><ARCH>amd64</ARCH><NAME>{name}</NAME><VERSION>{version}</VERSION></SOFTWARES>"
            )
        };
        let user = |name: &&str| format!("<LOCAL_USERS><LOGIN>{name}</LOGIN><ID>1000</ID></LOCAL_USERS>");
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><REQUEST><DEVICEID>{name}-2026-11-28-10-00-00</DEVICEID>\
             <QUERY>INVENTORY</QUERY><CONTENT><HARDWARE><NAME>{name}</NAME><UUID>{}</UUID><MEMORY>2048</MEMORY></HARDWARE>\
             <NETWORKS><DESCRIPTION>eth0</DESCRIPTION><DRIVER>virtio_net</DRIVER><MACADDR>{}</MACADDR><VIRTUALDEV>0</VIRTUALDEV>\
             <MTU>1500</MTU></NETWORKS>{}{}<VERSIONCLIENT>{client}</VERSIONCLIENT></CONTENT></REQUEST>",
            self.uuid,
            self.mac,
            self.packages.iter().map(package).collect::<String>(),
            self.users.iter().map(user).collect::<String>(),
            name = self.name,
        )
    }
}

const FUSION: &str = "FusionInventory-Agent_v2.6";
const OCS: &str = "OCS-NG_unified_unix_agent_v2.10.0";

/// A collector with somebody who may deliver.
struct Gate {
    lab: Lab,
    admin: String,
    /// The header of the one who delivers.
    key: String,
}

impl Gate {
    async fn open() -> Self {
        let lab = Lab::new();
        let admin = lab.admin().await;
        let user = lab.user("inventory", &[Role::CmdbOwner]).await;
        let key = basic("inventory", &lab.token(&user, Scope::Inventory).await);
        Self { lab, admin, key }
    }

    async fn send(&self, body: Vec<u8>) -> Reply {
        self.lab.people(sent(&self.key, &[], body)).await
    }

    async fn tell(&self, machine: &Machine, client: &str) {
        let reply = self.send(zlib(&machine.xml(client))).await.expect(200);
        assert!(unpacked(&reply).contains("<RESPONSE>NO_ACCOUNT_UPDATE</RESPONSE>"));
    }

    async fn glpi(&self, body: &Value) -> Reply {
        let headers = [("glpi-agent-id", "8c1a0f0e-2f0b-4f5b-9f0a-0123456789ab")];
        self.lab.people(sent(&self.key, &headers, zlib(&body.to_string()))).await
    }

    async fn get(&self, path: &str) -> Value {
        self.lab.get(&self.admin, &path.replace(' ', "%20").replace('>', "%3E")).await.expect(200).json()
    }

    async fn host(&self) -> Value {
        let hosts = self.get("/api/v1/hosts").await["items"].as_array().unwrap().clone();
        assert_eq!(hosts.len(), 1, "{hosts:?}");
        hosts[0].clone()
    }

    /// The one item that a filter means.
    async fn item(&self, filter: &str) -> Value {
        let items = self.get(&format!("/api/v1/items?{filter}")).await["items"].as_array().unwrap().clone();
        assert_eq!(items.len(), 1, "{filter}: {items:?}");
        self.get(&format!("/api/v1/items/{}", items[0]["id"].as_str().unwrap())).await
    }

    async fn source(&self, name: &str) -> Value {
        let sources = self.get("/api/v1/sources").await["items"].as_array().unwrap().clone();
        sources.into_iter().find(|source| source["name"] == name).unwrap()
    }
}

fn unpacked(reply: &Reply) -> String {
    assert_eq!(reply.header("content-type"), "application/x-compress-zlib");
    assert_eq!(reply.body[..2], [0x78, 0x9c]);
    let mut text = String::new();
    ZlibDecoder::new(&reply.body[..]).read_to_string(&mut text).unwrap();
    text
}

#[tokio::test]
async fn only_who_has_the_right_delivers_and_a_token_for_it_opens_nothing_else() {
    let gate = Gate::open().await;
    let prolog = || zlib("<REQUEST><DEVICEID>d</DEVICEID><QUERY>PROLOG</QUERY></REQUEST>");
    let viewer = gate.lab.user("viewer", &[Role::Viewer]).await;
    let token = gate.lab.token(&viewer, Scope::All).await;
    for nobody in ["", "Basic x", "Digest x", &basic("inventory", "mst_x"), &basic("somebody", &token), "Bearer mst_x"]
    {
        let reply = gate.lab.people(sent(nobody, &[], prolog())).await;
        assert_eq!(reply.header("www-authenticate"), "Basic realm=\"muster\"", "{nobody}");
        reply.problem(401, "not-authenticated");
    }
    gate.lab.people(sent(&basic("viewer", &token), &[], prolog())).await.problem(403, "not-authorised");
    let owner = gate.lab.user("owner", &[Role::CmdbOwner]).await;
    let reads = gate.lab.token(&owner, Scope::Read).await;
    gate.lab.people(sent(&format!("Bearer {reads}"), &[], prolog())).await.problem(403, "not-authorised");
    let narrow = gate.lab.token(&owner, Scope::Inventory).await;
    gate.lab.people(sent(&format!("Bearer {narrow}"), &[], prolog())).await.expect(200);
    gate.lab.get(&narrow, "/api/v1/hosts").await.problem(403, "not-authorised");
    assert_eq!(gate.lab.people(ask(Method::GET, &narrow, "/inventory", &[], None)).await.status, 405);
}

#[tokio::test]
async fn a_host_that_only_another_agent_reports_is_a_host_like_any_other() {
    let gate = Gate::open().await;
    let reply = gate.send(zlib("<REQUEST><DEVICEID>d</DEVICEID><QUERY>PROLOG</QUERY></REQUEST>")).await.expect(200);
    assert_eq!(reply.header("connection"), "close", "it looks around now, longer than a connection waits");
    let text = unpacked(&reply);
    assert!(text.contains("<PROLOG_FREQ>24</PROLOG_FREQ><RESPONSE>SEND</RESPONSE>"), "{text}");
    let mut web = Machine { packages: vec![("bash", "5.2"), ("curl", "7.88")], users: vec!["ann"], ..WEB };
    gate.tell(&web, FUSION).await;
    let host = gate.host().await;
    assert_eq!((host["name"].as_str(), host["status"].as_str()), (Some("web-1"), Some("up")));
    assert_eq!(host["facts"]["memory_bytes"], 2048_u64 << 20);
    assert_eq!(host["coverage"]["package"]["sources"], json!(["fusioninventory"]));
    assert!(host["coverage"].get("listener").is_none(), "what the format cannot say is not collected, not none");
    let bash = gate.item("filter=class:package name:bash").await;
    assert_eq!(bash["key"], "bash:amd64");
    assert_eq!(bash["values"]["version"]["reason"], "only");
    gate.lab.settle().await;
    assert_eq!(gate.get("/api/v1/findings").await["items"], json!([]), "the first report sets the baseline");

    gate.lab.wait_seconds(DAY).await;
    web.packages[0].1 = "5.3";
    web.users.push("mallory");
    gate.tell(&web, FUSION).await;
    gate.lab.settle().await;
    assert_eq!(gate.item("filter=class:package name:bash version>5.2").await["attributes"]["version"], "5.3");
    let findings = gate.get("/api/v1/findings").await["items"].as_array().unwrap().clone();
    let users: Vec<&Value> = findings.iter().filter(|finding| finding["section"] == "user").collect();
    assert_eq!(users.len(), 1, "{findings:?}");
    let id = host["id"].as_str().unwrap();
    let history = gate.get(&format!("/api/v1/hosts/{id}/history")).await["items"].as_array().unwrap().clone();
    assert!(history.iter().all(|entry| entry["source"] == "fusioninventory" && entry["bearing"] == "effective"));
    let before =
        gate.get(&format!("/api/v1/items?filter=class:package name:bash as_of:{}", at(&gate.lab, -3_600))).await;
    assert_eq!(before["items"][0]["attributes"]["version"], "5.2");
    gate.lab.wait_seconds(4 * DAY).await;
    assert_eq!(gate.host().await["status"], "stale", "three reports did not come");
}

/// A moment so many seconds from now.
fn at(lab: &Lab, seconds: i64) -> String {
    use muster_shared::Clock;
    lab.clock.now().plus_millis(seconds * 1_000).to_string()
}

#[tokio::test]
async fn glpi_is_answered_in_json_and_a_partial_inventory_leaves_the_rest_as_it_was() {
    let gate = Gate::open().await;
    let header = [("glpi-agent-id", "8c1a0f0e-2f0b-4f5b-9f0a-0123456789ab")];
    let prolog = b"<REQUEST><DEVICEID>d</DEVICEID><QUERY>PROLOG</QUERY></REQUEST>".to_vec();
    let told = gate.lab.people(sent(&gate.key, &header, prolog)).await.expect(200).json();
    assert_eq!((told["status"].as_str(), told["expiration"].as_i64()), (Some("ok"), Some(24)));
    let contact = json!({"action": "contact", "deviceid": "web-1-2026-11-28-10-00-00", "name": "GLPI-Agent"});
    let told = gate.glpi(&contact).await.expect(200).json();
    assert_eq!(told["tasks"]["inventory"]["no-category"], "process,environment");
    let whole = json!({
        "action": "inventory", "deviceid": "web-1-2026-11-28-10-00-00", "itemtype": "Computer",
        "content": {
            "hardware": {"name": "web-1", "memory": 2048, "uuid": "4c4c4544-0051-4b10-8032-b5c04f505731"},
            "operatingsystem": {"full_name": "Debian GNU/Linux 12 (bookworm)", "arch": "x86_64", "kernel_version": "6.1.0"},
            "local_groups": [{"id": 10, "name": "wheel", "members": ["ann"]}],
            "drives": [{"volumn": "/dev/vda", "filesystem": "ext4", "type": "/", "total": 1000, "free": 10}],
            "softwares": [{"name": "bash", "version": "5.2", "arch": "amd64", "from": "deb"}],
            "versionclient": "GLPI-Agent_v1.12",
        },
    });
    assert_eq!(gate.glpi(&whole).await.expect(200).json(), json!({"status": "ok", "expiration": 24}));
    let partial = json!({
        "action": "inventory", "deviceid": "web-1-2026-11-28-10-00-00", "itemtype": "Computer", "partial": true,
        "content": {
            "hardware": {"name": "web-1", "memory": 4096},
            "local_groups": [{"id": 11, "name": "ops", "members": ["bob"]}],
            "drives": [{"volumn": "/dev/vda", "filesystem": "ext4", "type": "/", "total": 1000, "free": 20}],
            "versionclient": "GLPI-Agent_v1.12",
        },
    });
    gate.lab.wait_seconds(3_600).await;
    gate.glpi(&partial).await.expect(200);
    assert_eq!(gate.host().await["facts"]["memory_bytes"], 4096_u64 << 20);
    assert_eq!(gate.item("class=package").await["attributes"]["name"], "bash");
    let facts = &gate.host().await["facts"];
    assert_eq!(
        (facts["os"].as_str(), facts["kernel"].as_str()),
        (Some("Debian GNU/Linux 12 (bookworm)"), Some("6.1.0"))
    );
    let wheel = gate.item("filter=class:group name:wheel").await;
    assert_eq!(wheel["attributes"]["members"], json!([]), "groups without members are not told: it is still there");
    let filesystem = gate.item("class=filesystem").await;
    assert_eq!(filesystem["metrics"]["free_bytes"], 20 << 20);
    let stranger =
        json!({"action": "inventory", "deviceid": "x", "partial": true, "content": {"hardware": {"name": "x"}}});
    assert_eq!(gate.glpi(&stranger).await.status, 409, "a part of nothing known makes no host");
    let whole = zlib(&whole.to_string());
    gate.send(whole).await.problem(400, "malformed");
    assert_eq!(gate.source("glpi").await["hosts"], 1);
}

/// Our own agent on the machine that the others report.
async fn own(lab: &Lab) -> Device {
    let mut device = Device::enroll(lab, "web-1", &"ab".repeat(16)).await;
    let eth0 = Item::new("eth0").with("name", "eth0").with("permanent_mac", WEB.mac).with("mac", WEB.mac);
    device.sections.insert(SectionName::Interface, vec![eth0.with("mtu", 9000)]);
    let bash = Item::new("bash:amd64").with("name", "bash").with("version", "5.2").with("architecture", "amd64");
    device.sections.insert(SectionName::Package, vec![bash.with("manager", "dpkg").with("priority", "required")]);
    device
}

#[tokio::test]
async fn what_two_report_of_one_machine_is_one_host_and_nothing_is_lost() {
    let gate = Gate::open().await;
    let web = Machine { packages: vec![("bash", "5.1"), ("curl", "7.88")], users: vec!["ann", "root"], ..WEB };
    gate.tell(&web, OCS).await;
    let first = gate.host().await;
    gate.lab.wait_seconds(60).await;
    let mut device = own(&gate.lab).await;
    let id = device.report_full(&gate.lab).await;
    assert_eq!(first["id"], id.as_str(), "one card and the name make it the same machine");
    gate.tell(&Machine { uuid: "4c4c4544-0051-4b10-8032-b5c04f505731", ..web.clone() }, FUSION).await;
    let host = gate.host().await;
    assert_eq!(host["coverage"]["package"]["sources"], json!(["agent", "fusioninventory", "ocsinventory"]));
    let bash = gate.item("filter=class:package name:bash").await;
    assert_eq!(
        (bash["attributes"]["version"].as_str(), bash["attributes"]["priority"].as_str()),
        (Some("5.2"), Some("required"))
    );
    let version = &bash["values"]["version"];
    assert_eq!(version["reason"], "rank");
    let said: Vec<&str> =
        version["said"].as_array().unwrap().iter().map(|said| said["source"].as_str().unwrap()).collect();
    assert_eq!(said, ["agent", "fusioninventory", "ocsinventory"]);
    assert_eq!(gate.item("filter=class:package name:curl").await["values"]["version"]["reason"], "agreed");
    assert_eq!(gate.item("filter=class:user name:ann").await["attributes"]["uid"], 1000);
    let eth0 = gate.item("class=interface").await;
    assert_eq!(
        (eth0["attributes"]["mtu"].as_i64(), eth0["attributes"]["driver"].as_str()),
        (Some(9000), Some("virtio_net"))
    );
    assert_eq!(host["facts"]["memory_bytes"], 2048_u64 << 20, "only the others tell the memory");

    // Two that contradict each other do not flap, and what only one sees going is gone by its word.
    gate.lab.settle().await;
    for day in 1..4 {
        gate.lab.wait_seconds(DAY).await;
        device.sections.get_mut(&SectionName::User).unwrap().retain(|item| day < 3 || item.key != "root");
        device.report_delta(&gate.lab).await;
        gate.tell(&web, OCS).await;
        assert_eq!(gate.item("filter=class:package name:bash").await["attributes"]["version"], "5.2");
    }
    let history = gate.get(&format!("/api/v1/items/{}/history", bash["id"].as_str().unwrap())).await;
    let entries = history["items"].as_array().unwrap();
    assert_eq!(entries.len(), 1, "the version that the agent told another way, once: {entries:?}");
    assert_eq!((entries[0]["bearing"].as_str(), entries[0]["source"].as_str()), (Some("winner"), Some("agent")));
    assert_eq!(gate.get("/api/v1/items?filter=class:user name:root").await["items"], json!([]));
}

#[tokio::test]
async fn another_agents_change_is_drift_only_where_it_is_believed() {
    let gate = Gate::open().await;
    let mut device = own(&gate.lab).await;
    device.report_full(&gate.lab).await;
    let mut web = Machine { packages: vec![("bash", "5.2")], users: vec!["ann"], ..WEB };
    gate.tell(&web, FUSION).await;
    gate.lab.settle().await;
    gate.lab.wait_seconds(DAY).await;
    device.report_delta(&gate.lab).await;
    web.packages[0].1 = "6.0";
    web.users.push("mallory");
    gate.tell(&web, FUSION).await;
    gate.lab.wait_seconds(120).await;
    let findings = gate.get("/api/v1/findings").await["items"].as_array().unwrap().clone();
    let titles: Vec<&str> = findings.iter().map(|finding| finding["item_key"].as_str().unwrap()).collect();
    assert_eq!(titles, ["mallory"], "only FusionInventory tells users, and the agent is believed for packages");
    assert_eq!(gate.item("filter=class:package name:bash").await["attributes"]["version"], "5.2");
    // The agent falls silent: after a week the younger word counts, which is no change of the host.
    gate.lab.wait_seconds(8 * DAY).await;
    gate.tell(&Machine { mac: WEB.mac, ..web.clone() }, FUSION).await;
    let bash = gate.item("filter=class:package name:bash").await;
    assert_eq!(
        (bash["attributes"]["version"].as_str(), bash["values"]["version"]["reason"].as_str()),
        (Some("6.0"), Some("younger"))
    );
    assert_eq!(gate.get("/api/v1/findings?filter=section:package").await["items"], json!([]));
}

#[tokio::test]
async fn a_report_never_takes_over_who_an_agent_is() {
    let gate = Gate::open().await;
    let mut device = own(&gate.lab).await;
    let id = device.report_full(&gate.lab).await;
    let mut other = Device::enroll(&gate.lab, "db-1", &"cd".repeat(16)).await;
    let uuid = "4c4c4544-0051-4b10-8032-b5c04f505731";
    other.sections.insert(SectionName::Firmware, vec![Item::new("firmware").with("system_uuid", uuid)]);
    let other_id = other.report_full(&gate.lab).await;
    // It has the card of one and the UUID of the other: the stronger decides, and neither is known by the other's from then on.
    let forged = Machine { uuid, name: "evil", users: vec!["ann"], ..WEB };
    gate.tell(&forged, FUSION).await;
    let hosts = gate.get("/api/v1/hosts").await["items"].as_array().unwrap().clone();
    let names: Vec<&str> = hosts.iter().map(|host| host["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["db-1", "web-1"], "the name is the one that its own agent tells");
    device.report_delta(&gate.lab).await;
    other.report_delta(&gate.lab).await;
    assert!(gate.get(&format!("/api/v1/hosts/{other_id}")).await["sources"].get("fusioninventory").is_some());
    assert!(gate.get(&format!("/api/v1/hosts/{id}")).await["sources"].get("fusioninventory").is_none());
    // Another name and no identifier in common is another machine, whatever it is called by its agent.
    gate.tell(&Machine { name: "new", mac: "52:54:00:00:00:01", ..WEB }, FUSION).await;
    assert_eq!(gate.get("/api/v1/hosts").await["items"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_repetition_costs_one_small_commit_and_first_reports_at_once_make_one_host() {
    let gate = Gate::open().await;
    let web = Machine { packages: vec![("bash", "5.2")], ..WEB };
    let (fusion, ocs) = (zlib(&web.xml(FUSION)), zlib(&web.xml(OCS)));
    let bodies = (0..12).map(|n| if n % 2 == 0 { fusion.clone() } else { ocs.clone() });
    let replies = futures_util::future::join_all(bodies.map(|body| gate.send(body))).await;
    assert!(replies.iter().all(|reply| reply.status == 200));
    assert_eq!(gate.host().await["sources"].as_object().unwrap().len(), 2);
    let before = gate.lab.sequence().await;
    gate.lab.wait_seconds(DAY).await;
    let idle = gate.lab.sequence().await;
    gate.send(fusion).await.expect(200);
    assert_eq!(gate.lab.sequence().await, idle + 1, "{before}");
    assert_eq!(gate.source("fusioninventory").await["last_report_at"], at(&gate.lab, 0));
    assert_eq!(gate.source("ocsinventory").await["last_report_at"], at(&gate.lab, -DAY));
}

#[tokio::test]
async fn what_is_not_taken_says_why_and_is_shown() {
    let gate = Gate::open().await;
    let bomb = zlib(&"0".repeat(40 << 20));
    gate.send(bomb).await.problem(413, "too-large");
    let nested = zlib("<REQUEST/>");
    gate.lab.people(sent(&gate.key, &[("content-encoding", "gzip, gzip")], nested)).await.problem(415, "media-type");
    for malformed in ["hello", "<REQUEST>", "<!DOCTYPE a [<!ENTITY b \"c\">]><REQUEST/>", "{\"action\":1,\"action\":2}"]
    {
        gate.send(zlib(malformed)).await.problem(400, "malformed");
    }
    gate.send("{".repeat(100_000).into_bytes()).await.problem(400, "malformed");
    gate.send(b"<REQUEST>\xff</REQUEST>".to_vec()).await.problem(400, "malformed");
    let name = format!("<NAME>{}</NAME>", "x".repeat(2 << 20));
    let problem = gate.send(WEB.xml(FUSION).replace("<NAME>web-1</NAME>", &name).into_bytes()).await;
    assert_eq!(problem.problem(422, "invalid")["errors"][0]["pointer"], "/REQUEST/CONTENT/HARDWARE/NAME");
    let source = gate.source("ocsinventory").await;
    assert!(source["refused"].as_u64().unwrap() >= 8, "{source}");
    assert!(source["errors"][0]["why"].as_str().unwrap().contains("NAME"), "{source}");
    assert_eq!(gate.get("/api/v1/hosts").await["items"], json!([]));
}

#[tokio::test]
async fn owners_say_which_source_is_believed_and_people_pin_values() {
    let gate = Gate::open().await;
    let mut device = own(&gate.lab).await;
    device.report_full(&gate.lab).await;
    gate.tell(&Machine { packages: vec![("bash", "5.1")], ..WEB }, FUSION).await;
    let version = |item: &Value| item["attributes"]["version"].as_str().unwrap().to_owned();
    let rules = |order: Value| json!({"rules": [{"class": "package", "attribute": "version", "order": order}]});
    let put = |tag: &'static str, body: Value| {
        let headers = if tag.is_empty() { vec![] } else { vec![("if-match", tag)] };
        ask(Method::PUT, &gate.admin, "/api/v1/reconciliation", &headers, Some(body))
    };
    gate.lab.people(put("", rules(json!(["glpi"])))).await.problem(428, "if-match-needed");
    let wrong = gate.lab.people(put("\"0\"", rules(json!(["glpi", "glpi"])))).await.problem(422, "invalid");
    assert_eq!(wrong["errors"][0]["pointer"], "/rules/0/order");
    let set = gate.lab.people(put("\"0\"", rules(json!([["fusioninventory", "ocsinventory"]])))).await.expect(200);
    assert_eq!(set.etag(), "\"1\"");
    gate.lab.people(put("\"0\"", rules(json!(["glpi"])))).await.problem(412, "stale");
    let bash = gate.item("filter=class:package name:bash").await;
    assert_eq!((version(&bash).as_str(), bash["values"]["version"]["reason"].as_str()), ("5.1", Some("rank")));

    let path = format!("/api/v1/items/{}/pins", bash["id"].as_str().unwrap());
    let pin = |value: Value, until: Value| json!({"attribute": "version", "value": value, "reason": "measured", "until": until});
    gate.lab.post(&gate.admin, &path, pin(json!(5), Value::Null)).await.problem(422, "invalid");
    gate.lab.post(&gate.admin, &path, pin(json!("7"), json!("2001-01-01T00:00:00Z"))).await.problem(422, "invalid");
    let made = gate.lab.post(&gate.admin, &path, pin(json!("7"), json!(at(&gate.lab, DAY)))).await.expect(201);
    let bash = gate.item("filter=class:package version:7").await;
    assert_eq!((version(&bash).as_str(), bash["values"]["version"]["reason"].as_str()), ("7", Some("pinned")));
    assert_eq!(bash["values"]["version"]["said"].as_array().unwrap().len(), 3, "all values are kept");
    gate.lab.wait_seconds(2 * DAY).await;
    assert_eq!(version(&gate.item("filter=class:package name:bash").await), "5.1", "it has ended");
    assert_eq!(gate.get(&path).await["items"], json!([]));
    drop(made);
    let made = gate.lab.post(&gate.admin, &path, pin(json!("8"), Value::Null)).await.expect(201);
    gate.lab.wait_seconds(60).await;
    let one = format!("{path}/version");
    gate.lab.delete(&gate.admin, &one).await.problem(428, "if-match-needed");
    let tag = made.etag();
    gate.lab.people(ask(Method::DELETE, &gate.admin, &one, &[("if-match", &tag)], None)).await.expect(204);
    assert_eq!(version(&gate.item("filter=class:package name:bash").await), "5.1");
    let then = gate.get(&format!("/api/v1/items?filter=class:package name:bash as_of:{}", at(&gate.lab, -30))).await;
    assert_eq!(then["items"][0]["attributes"]["version"], "8", "the past stays as it was");
    // Whom to believe is knowledge: what was known then is seen by the rules of then.
    gate.lab.wait_seconds(60).await;
    let before = at(&gate.lab, -30);
    gate.lab.people(put("\"1\"", rules(json!(["agent"])))).await.expect(200);
    assert_ne!(version(&gate.item("filter=class:package name:bash").await), "5.1");
    let known = gate.get(&format!("/api/v1/items?filter=class:package name:bash known_at:{before}")).await;
    assert_eq!(version(&known["items"][0]), "5.1");
    let as_of = gate.get(&format!("/api/v1/items?filter=class:package name:bash as_of:{before}")).await;
    assert_ne!(version(&as_of["items"][0]), "5.1");
}

/// Somebody's services need a host that only OCS or a script tells of: it does as they say, and nobody asks for our agent.
#[tokio::test]
async fn a_host_without_our_agent_lives_falls_silent_and_comes_back_by_who_reports_it() {
    let gate = Gate::open().await;
    let lab = &gate.lab;
    gate.tell(&WEB, OCS).await;
    let host = gate.host().await["id"].as_str().unwrap().to_owned();
    let shop = json!({"class": "business_service", "name": "shop", "lifecycle": "active"});
    let shop = lab.post(&gate.admin, "/api/v1/items", shop).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    let needs = json!({"kind": "depends_on", "to": host, "reason": "as drawn"});
    lab.post(&gate.admin, &format!("/api/v1/items/{shop}/relations"), needs).await.expect(201);
    lab.wait_seconds(60).await;
    lab.clock.advance_millis(3_600_000);
    gate.tell(&WEB, OCS).await;
    let heard_at = at(lab, 0);
    lab.settle().await;
    let state = async || {
        let service = gate.get(&format!("/api/v1/services/{shop}")).await["health"].as_str().unwrap().to_owned();
        let host = gate.host().await;
        (service, host["status"].as_str().unwrap().to_owned(), host["lifecycle"].as_str().unwrap().to_owned())
    };
    let is = |service: &str, status: &str, life: &str| (service.to_owned(), status.to_owned(), life.to_owned());
    assert_eq!(state().await, is("up", "up", "discovered"));
    let known = gate.get(&format!("/api/v1/hosts?filter=last_seen>={heard_at}")).await;
    assert_eq!(known["items"].as_array().map(Vec::len), Some(1), "the query asks what the page shows");
    lab.wait_seconds(DAY + 3_600).await;
    assert_eq!(state().await, is("up", "up", "discovered"), "it comes once a day");
    lab.wait_seconds(DAY - 3_600).await;
    assert_eq!(state().await, is("up", "late", "discovered"));
    lab.wait_seconds(2 * DAY).await;
    assert_eq!(state().await, is("unknown", "stale", "stale"));
    let told = gate.get(&format!("/api/v1/services/{shop}/availability")).await;
    let silence = told["outages"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&silence["health"], &silence["from"]), (&json!("unknown"), &json!(heard_at)), "{told}");
    assert_eq!(silence["because"].as_array().map(Vec::len), Some(1), "{told}");
    lab.wait_seconds(11 * DAY).await;
    assert_eq!(state().await, is("unknown", "missing", "missing"));
    gate.tell(&WEB, OCS).await;
    lab.wait_seconds(60).await;
    assert_eq!(state().await, is("up", "up", "discovered"));
}

#[tokio::test]
async fn a_host_out_of_service_that_another_agent_reports_is_a_zombie_from_its_next_word_on() {
    let gate = Gate::open().await;
    let lab = &gate.lab;
    gate.tell(&WEB, OCS).await;
    let path = format!("/api/v1/hosts/{}", gate.host().await["id"].as_str().unwrap());
    lab.patch(&gate.admin, &path, "*", json!({"lifecycle": "retired"})).await.expect(200);
    lab.wait_seconds(3_600).await;
    let zombies = async || gate.get("/api/v1/hosts?filter=zombie:true").await["items"].as_array().unwrap().len();
    assert_eq!(zombies().await, 0, "its last word was before that");
    // The same bytes as before cost one small commit, and are a sign of life like any other.
    gate.tell(&WEB, OCS).await;
    lab.settle().await;
    assert_eq!(zombies().await, 1);
    let findings = gate.get("/api/v1/findings?policy=retired-host").await;
    assert_eq!(findings["items"].as_array().map(Vec::len), Some(1), "{findings}");
    lab.wait_seconds(4 * DAY).await;
    assert_eq!(zombies().await, 0, "it is silent");
}

/// What is told without an agent counts as long as a rule says; the agent of a host is not talked over by a file.
#[tokio::test]
async fn what_is_told_of_a_host_counts_for_its_time_to_live() {
    let gate = Gate::open().await;
    let lab = &gate.lab;
    let tell = async |serial: &str, name: &str| {
        let body = json!({"external_id": name, "name": name, "identifiers": {"system_serial": serial}});
        lab.post(&gate.admin, "/api/v1/sources/rest/hosts", body).await.expect(200);
    };
    tell("SN-1", "told").await;
    let status = async || gate.host().await["status"].as_str().unwrap().to_owned();
    lab.wait_seconds(20 * DAY).await;
    assert_eq!((status().await.as_str(), gate.host().await["lifecycle"].as_str()), ("up", Some("discovered")));
    let rules = json!({"rules": [{"class": "host", "ttl_hours": {"rest": 48}}]});
    lab.put(&gate.admin, "/api/v1/reconciliation", "*", rules).await.expect(200);
    assert_eq!((status().await.as_str(), gate.host().await["lifecycle"].as_str()), ("missing", Some("missing")));
    tell("SN-1", "told").await;
    assert_eq!(status().await, "up");
}
