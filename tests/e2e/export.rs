//! What other tools make of the exports: CycloneDX's own schema, the rules of GLPI's, Ansible itself.

use std::path::Path;
use std::process::Command;

use jsonschema::{Registry, Resource, Validator};
use muster_tests::agent::{Agent, Tree};
use muster_tests::api::Api;
use muster_tests::binary;
use muster_tests::collector::Collector;
use muster_tests::wait::until;
use serde_json::{Value, json};

struct Scene {
    _dir: tempfile::TempDir,
    collector: Collector,
    _agent: Agent,
    api: Api,
    token: String,
    host: String,
}

async fn scene() -> Scene {
    let dir = tempfile::tempdir().unwrap();
    let collector = Collector::start(dir.path(), &[]).await.unwrap();
    let (api, data) = collector.bootstrap().await.unwrap();
    let tree = Tree::new(dir.path());
    let enrollment = data["enrollment_token"].as_str().unwrap();
    let agent = Agent::enroll(&dir.path().join("agent"), enrollment, None).unwrap().run(&tree).unwrap();
    let host = until("the host is in the CMDB", async || {
        Ok(api.list("/hosts").await?.first().and_then(|host| host["id"].as_str().map(str::to_owned)))
    });
    let host = host.await.unwrap();
    let token = data["api_token"].as_str().unwrap().to_owned();
    Scene { _dir: dir, collector, _agent: agent, api, token, host }
}

fn published(name: &str) -> Value {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("browser/node_modules/@cyclonedx/cyclonedx-library/res/schema");
    let text = std::fs::read_to_string(folder.join(name)).expect("tests/run --prepare installs what the tests read");
    serde_json::from_str(&text).unwrap()
}

fn cyclonedx() -> Validator {
    let mut registry = Registry::new();
    for (uri, file) in [
        ("http://cyclonedx.org/schema/spdx.SNAPSHOT.schema.json", "spdx.SNAPSHOT.schema.json"),
        ("http://cyclonedx.org/schema/jsf-0.82.SNAPSHOT.schema.json", "jsf-0.82.SNAPSHOT.schema.json"),
        ("http://cyclonedx.org/schema/spdx.schema.json", "spdx.SNAPSHOT.schema.json"),
        ("http://cyclonedx.org/schema/jsf-0.82.schema.json", "jsf-0.82.SNAPSHOT.schema.json"),
    ] {
        registry = registry.add(uri, Resource::from_contents(published(file))).unwrap();
    }
    let registry = registry.prepare().unwrap();
    jsonschema::options().with_registry(&registry).build(&published("bom-1.6.SNAPSHOT.schema.json")).unwrap()
}

fn assert_valid(validator: &Validator, document: &Value) {
    let errors: Vec<String> =
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

/// The rules of GLPI's inventory format for the parts that Muster fills, in our own words: what the published schema
/// (github.com/glpi-project/inventory_format, inventory.schema.json, draft-07) demands of names, kinds, patterns and what must be there.
fn glpi() -> Validator {
    let time = json!({"type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2}$"});
    let date = json!({"type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}$"});
    let (text, whole) = (json!({"type": "string"}), json!({"type": "integer"}));
    let list = |required: Value, properties: Value| {
        json!({"type": "array", "items": {
            "type": "object", "required": required, "properties": properties, "additionalProperties": false
        }})
    };
    let texts = |names: &str| -> serde_json::Map<String, Value> {
        names.split(' ').map(|name| (name.to_owned(), json!({"type": "string"}))).collect()
    };
    let object = |names: &str, more: &[(&str, &Value)]| {
        let mut all = texts(names);
        all.extend(more.iter().map(|(name, rule)| ((*name).to_owned(), (*rule).clone())));
        Value::Object(all)
    };
    let arch = json!({"type": "string", "pattern": "^(mips|mips64|alpha|sparc|sparc64|m68k|i386|x86_64|powerpc|powerpc64|arm.*|aarch64)$"});
    let status = json!({"enum": ["up", "down"]});
    let kind = json!({"enum": ["ethernet", "wifi", "infiniband", "aggregate", "loopback", "bridge"]});
    let flag = json!({"type": "boolean"});
    let names = json!({"type": "array", "items": {"type": "string"}});
    let content = json!({
        "versionclient": text,
        "accesslog": {"type": "object", "required": ["logdate"], "properties": {"logdate": time}},
        "hardware": {"type": "object", "properties": object("name uuid chassis_type vmsystem defaultgateway dns", &[("memory", &whole)]), "additionalProperties": false},
        "operatingsystem": {"type": "object", "properties": object("name full_name version arch fqdn kernel_name kernel_version", &[("boot_time", &time)]), "additionalProperties": false},
        "bios": {"type": "object", "properties": object("bmanufacturer bversion smanufacturer smodel ssn skunumber mmanufacturer mmodel msn assettag enclosureserial", &[("bdate", &date)]), "additionalProperties": false},
        "cpus": list(json!([]), object("name manufacturer familynumber model", &[("arch", &arch), ("core", &whole), ("thread", &whole), ("stepping", &whole), ("speed", &whole)])),
        "memories": list(json!([]), object("caption type description manufacturer model serialnumber speed", &[("capacity", &whole)])),
        "storages": list(json!([]), object("name type manufacturer model serial wwn firmware interface", &[("disksize", &whole)])),
        "drives": list(json!([]), object("volumn type filesystem label serial", &[("total", &whole), ("free", &whole)])),
        "networks": list(json!(["description", "status"]), object("description mac driver speed ipaddress ipaddress6", &[("status", &status), ("type", &kind), ("mtu", &whole), ("virtualdev", &flag)])),
        "softwares": list(json!(["name"]), object("name version arch from publisher comments system_category", &[("filesize", &whole), ("install_date", &date)])),
        "local_users": list(json!(["id"]), object("id login name home shell", &[])),
        "local_groups": list(json!(["id", "name"]), object("id name", &[("members", &names)])),
        "controllers": list(json!([]), object("name type manufacturer driver pcislot pciclass vendorid productid rev", &[])),
        "usbdevices": list(json!([]), object("name manufacturer vendorid productid serial", &[])),
        "monitors": list(json!([]), object("caption manufacturer serial", &[])),
        "virtualmachines": list(json!(["name", "vmtype"]), object("name vmtype uuid", &[("vcpu", &whole), ("memory", &whole)])),
    });
    let schema = json!({
        "type": "object", "required": ["deviceid", "content"], "additionalProperties": false,
        "properties": {
            "deviceid": {"type": "string", "pattern": "^\\S+-\\d{4}-\\d{2}-\\d{2}-\\d{2}-\\d{2}-\\d{2}$"},
            "itemtype": {"const": "Computer"}, "action": {"const": "inventory"},
            "content": {"type": "object", "required": ["versionclient"], "properties": content, "additionalProperties": false},
        },
    });
    jsonschema::validator_for(&schema).unwrap()
}

#[tokio::test]
async fn a_bill_of_materials_and_a_glpi_inventory_fit_their_schemas() {
    let scene = scene().await;
    let bill = scene.api.get(&format!("/export/cyclonedx/{}", scene.host)).await.unwrap();
    let validator = cyclonedx();
    assert_valid(&validator, &bill);
    assert!(!validator.is_valid(&json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{}]})));
    let components = bill["components"].as_array().unwrap();
    let openssl = components.iter().find(|component| component["name"] == "openssl").unwrap();
    let purl = openssl["purl"].as_str().unwrap();
    assert!(purl.starts_with("pkg:deb/debian/openssl@3.0.11-1?") && purl.contains("distro=debian-12"), "{purl}");

    let service = json!({"class": "business_service", "name": "the shop"});
    let service = scene.api.post("/items", &service).await.unwrap()["id"].as_str().unwrap().to_owned();
    let needs = json!({"kind": "depends_on", "to": scene.host, "reason": "as drawn"});
    scene.api.post(&format!("/items/{service}/relations"), &needs).await.unwrap();
    let output = Command::new(binary::path("muster"))
        .args(["export", "sbom", "--service", "the shop"])
        .env("MUSTER_URL", &scene.collector.console_url)
        .env("MUSTER_TOKEN", &scene.token)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let whole: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_valid(&validator, &whole);
    assert_eq!(whole["metadata"]["component"]["bom-ref"], json!(service));
    let mut parts = vec![json!({"type": "device", "bom-ref": scene.host, "name": "web-1"})];
    parts.extend(components.iter().cloned());
    assert_eq!(whole["components"], Value::from(parts), "the host, and what it has");
    let inventory = scene.api.get("/export/glpi/web-1").await.unwrap();
    assert_valid(&glpi(), &inventory);
    let names: Vec<&str> = inventory["content"]["softwares"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|software| software["name"].as_str())
        .collect();
    assert_eq!(names, ["bash", "openssl"]);
    assert!(inventory["content"].get("monitors").is_none(), "what was not collected is left out, not empty");
}

/// This machine, with everything that its agent finds, fits as well.
#[tokio::test]
async fn the_exports_of_a_real_machine_fit_their_schemas() {
    let dir = tempfile::tempdir().unwrap();
    let collector = Collector::start(dir.path(), &[]).await.unwrap();
    let (api, data) = collector.bootstrap().await.unwrap();
    let enrollment = data["enrollment_token"].as_str().unwrap();
    let state = dir.path().join("agent");
    drop(Agent::enroll(&state, enrollment, None).unwrap());
    let once = Command::new(binary::path("muster-agent")).arg("once").arg("--state-dir").arg(&state).output().unwrap();
    assert!(once.status.success(), "{}", String::from_utf8_lossy(&once.stderr));
    let host = api.list("/hosts").await.unwrap()[0]["id"].as_str().unwrap().to_owned();
    let bill = api.get(&format!("/export/cyclonedx/{host}")).await.unwrap();
    assert_valid(&cyclonedx(), &bill);
    assert!(bill["components"].as_array().unwrap().len() > 100);
    assert_valid(&glpi(), &api.get(&format!("/export/glpi/{host}")).await.unwrap());
}

#[tokio::test]
async fn ansible_reads_the_inventory() {
    let scene = scene().await;
    scene.api.call("GET", "/hosts", None).await.unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/ansible/muster-inventory");
    let binaries = binary::path("muster").parent().unwrap().to_owned();
    let path = format!("{}:{}", binaries.display(), std::env::var("PATH").unwrap_or_default());
    let read = |arguments: &[&str]| {
        let output = Command::new("ansible-inventory")
            .arg("-i")
            .arg(&script)
            .args(arguments)
            .env("PATH", &path)
            .env("MUSTER_URL", &scene.collector.console_url)
            .env("MUSTER_TOKEN", &scene.token)
            .output()
            .expect("tests/run installs ansible-core");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let inventory = read(&["--list"]);
    assert_eq!(inventory["os_debian"]["hosts"], json!(["web-1"]));
    assert_eq!(inventory["_meta"]["hostvars"]["web-1"]["muster_id"], json!(scene.host));
    assert_eq!(read(&["--host", "web-1"])["muster_lifecycle"], "discovered");
}

#[tokio::test]
async fn lists_are_exported_whole_and_spreadsheets_run_nothing() {
    let scene = scene().await;
    let muster = |arguments: &[&str]| {
        let output = Command::new(binary::path("muster"))
            .args(["export"])
            .args(arguments)
            .env("MUSTER_URL", &scene.collector.console_url)
            .env("MUSTER_TOKEN", &scene.token)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let csv = muster(&["items", "--filter", "class:package", "--columns", "name,version,host_name"]);
    assert_eq!(
        csv,
        "\"name\",\"version\",\"host_name\"\r\n\"bash\",\"5.2-1\",\"web-1\"\r\n\"openssl\",\"3.0.11-1\",\"web-1\"\r\n"
    );
    let lines = muster(&["items", "--format", "ndjson"]);
    let count = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect::<Vec<_>>().len();
    let list: Vec<Value> = serde_json::from_str(&muster(&["items", "--format", "json"])).unwrap();
    assert_eq!((count, list.len()), (scene.api.list_all("/items").await.unwrap().len(), count));
    let targets: Value = serde_json::from_str(&muster(&["prometheus", "--port", "9200"])).unwrap();
    assert!(targets[0]["targets"][0].as_str().unwrap().ends_with(":9200"), "{targets}");
    assert_eq!(targets[0]["labels"]["__meta_muster_name"], "web-1");
    let body = json!({"kind": "incident", "title": "=HYPERLINK(1)"});
    scene.api.post("/tickets", &body).await.unwrap();
    assert!(muster(&["tickets"]).contains("\"'=HYPERLINK(1)\""));
    let (status, problem) = scene.api.call("GET", "/export/items?format=xls", None).await.unwrap();
    assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!("/format")));
}
