//! Exchanges of a GLPI agent as they were recorded, replayed against a real collector with its accounts: prolog, contact, a whole
//! inventory and a part of one; and the prologs of the other two.

use std::io::Write;

use muster_tests::api::Api;
use muster_tests::collector::Collector;
use serde_json::{Value, json};

const AGENT: &str = "8c1a0f0e-2f0b-4f5b-9f0a-0123456789ab";

/// A body of the wire, as the agent sends it.
fn recorded(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("e2e/wire").join(name);
    std::fs::read(path).unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

struct Wire {
    client: reqwest::Client,
    url: String,
    token: String,
}

impl Wire {
    async fn send(
        &self,
        kind: &str,
        headers: &[(&str, &str)],
        password: Option<&str>,
        body: Vec<u8>,
    ) -> reqwest::Response {
        let mut request = self.client.post(&self.url).header("content-type", kind).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(password) = password {
            request = request.basic_auth("admin", Some(password));
        }
        request.send().await.unwrap()
    }

    async fn glpi(&self, name: &str) -> (u16, Value) {
        let body = zlib(&recorded(name));
        let headers = [("glpi-agent-id", AGENT)];
        let answer = self.send("application/x-compress-zlib", &headers, Some(&self.token), body).await;
        (answer.status().as_u16(), answer.json().await.unwrap())
    }
}

async fn items(api: &Api, class: &str) -> Vec<Value> {
    api.list_all(&format!("/items?class={class}")).await.unwrap()
}

#[tokio::test]
async fn recorded_exchanges_of_glpi_fill_a_real_collector() {
    let dir = tempfile::tempdir().unwrap();
    let collector = Collector::start(dir.path(), &[]).await.unwrap();
    let (api, data) = collector.bootstrap().await.unwrap();
    let wire = Wire {
        client: reqwest::Client::new(),
        url: format!("{}/inventory", collector.console_url),
        token: data["api_token"].as_str().unwrap().to_owned(),
    };
    // Without an account, and with a wrong password: the agent is asked for one, and nothing is taken.
    let full = recorded("glpi-inventory-full.json");
    for password in [None, Some("mst_wrong")] {
        let refused = wire.send("application/json", &[("glpi-agent-id", AGENT)], password, full.clone()).await;
        assert_eq!(refused.status().as_u16(), 401);
        assert!(refused.headers()["www-authenticate"].to_str().unwrap().starts_with("Basic"));
    }
    assert!(api.list("/hosts").await.unwrap().is_empty());

    // The old protocol first, as the agent tries it: it is told to speak JSON.
    let headers = [("glpi-agent-id", AGENT)];
    let prolog = wire.send("application/xml", &headers, Some(&wire.token), recorded("glpi-prolog.xml")).await;
    assert_eq!(prolog.status().as_u16(), 200);
    assert_eq!(prolog.json::<Value>().await.unwrap()["status"], "ok");
    let (status, contact) = wire.glpi("glpi-contact.json").await;
    assert_eq!((status, &contact["status"]), (200, &json!("ok")), "{contact}");
    assert!(contact["tasks"]["inventory"].is_object(), "it is asked for an inventory: {contact}");

    let (status, told) = wire.glpi("glpi-inventory-full.json").await;
    assert_eq!((status, &told["status"]), (200, &json!("ok")), "{told}{}", collector.log());
    let hosts = api.list("/hosts").await.unwrap();
    assert_eq!((hosts.len(), &hosts[0]["name"]), (1, &json!("vm")));
    let recorded: Value = serde_json::from_slice(&full).unwrap();
    let softwares = recorded["content"]["softwares"].as_array().unwrap();
    assert_eq!(items(&api, "package").await.len(), softwares.len(), "every package that was recorded");
    let users = recorded["content"]["local_users"].as_array().unwrap();
    assert_eq!(items(&api, "user").await.len(), users.len());
    assert_eq!(hosts[0]["facts"]["os"], recorded["content"]["operatingsystem"]["full_name"]);

    // The same again is the same host; a part moves what it tells and leaves the rest.
    assert_eq!(wire.glpi("glpi-inventory-full.json").await.0, 200);
    let (status, told) = wire.glpi("glpi-inventory-partial.json").await;
    assert_eq!((status, &told["status"]), (200, &json!("ok")), "{told}");
    assert_eq!(api.list("/hosts").await.unwrap().len(), 1);
    assert_eq!(items(&api, "package").await.len(), softwares.len());
    let source = api.list("/sources").await.unwrap().into_iter().find(|source| source["name"] == "glpi").unwrap();
    assert_eq!((&source["hosts"], &source["refused"]), (&json!(1), &json!(0)), "{source}");

    // The prologs of the two that GLPI came of.
    for name in ["fusion-prolog.xml", "ocs-prolog.xml"] {
        let body = zlib(&self::recorded(name));
        let answer = wire.send("application/x-compress-zlib", &[], Some(&wire.token), body).await;
        assert_eq!(answer.status().as_u16(), 200, "{name}");
        let bytes = answer.bytes().await.unwrap();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut flate2::read::ZlibDecoder::new(&bytes[..]), &mut text).unwrap();
        assert!(text.contains("<RESPONSE>SEND</RESPONSE>"), "{name}: {text}");
    }
}
