//! Watching a host, an item of one and an item that people declare: who watches is told of each change, as they wish.

use muster_model::right::Role;
use muster_shared::{Item, SectionName};
use serde_json::{Value, json};

use crate::lab::{Device, Lab, ask};
use crate::notification::receiver::Receiver;
use crate::notification::{person, work};

async fn watch(lab: &Lab, token: &str, node: &str) {
    lab.post(token, &format!("/api/v1/items/{node}/watchers"), Value::Null).await.expect(204);
}

#[tokio::test]
async fn who_watches_is_told_of_each_change_and_of_nothing_else() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let chat = Receiver::start().await;
    let (eve, _) = person(&lab, &admin, "eve", Role::CmdbOwner, &chat, json!({})).await;
    let owner = lab.token_of(Role::CmdbOwner).await;
    let mut web = Device::enroll(&lab, "web-1", &"1f".repeat(16)).await;
    let host = web.report_full(&lab).await;
    let mut other = Device::enroll(&lab, "web-2", &"2f".repeat(16)).await;
    other.report_full(&lab).await;
    let shop = json!({"class": "business_service", "name": "shop", "owner": "web"});
    let shop = lab.post(&owner, "/api/v1/items", shop).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    let found = lab.all(&owner, "/api/v1/items?class=package&name=zlib&host_name=web-1").await;
    let zlib = found[0]["id"].as_str().unwrap().to_owned();
    work(&lab).await;
    chat.take();
    for node in [&zlib, &shop] {
        watch(&lab, &eve, node).await;
    }
    let path = format!("/api/v1/items/{shop}/watchers");
    assert_eq!(lab.get(&owner, &path).await.expect(200).json()["items"][0]["name"], "eve");

    let change = async |device: &mut Device, name: &str, version: &str| {
        lab.wait_seconds(1).await;
        device.put(
            SectionName::Package,
            Item::new(name).with("name", name).with("version", version).with("manager", "dpkg"),
        );
        device.report_delta(&lab).await;
        work(&lab).await;
    };
    change(&mut web, "bash", "9.9").await;
    change(&mut other, "zlib", "9.9").await;
    assert!(chat.texts().is_empty(), "neither the item nor the service changed");
    change(&mut web, "zlib", "2.0").await;
    let news = chat.texts();
    assert_eq!(news.len(), 1, "{news:?}");
    assert!(news[0].contains("zlib") && news[0].contains("1.0 -&gt; 2.0"), "{}", news[0]);

    // What others say of the service; not what one says oneself.
    lab.patch(&owner, &format!("/api/v1/items/{shop}"), "*", json!({"owner": "ops"})).await.expect(200);
    work(&lab).await;
    let news = chat.texts();
    assert!(news.len() == 1 && news[0].contains("web -&gt; ops") && news[0].contains("cmdb-owner"), "{news:?}");
    lab.patch(&eve, &format!("/api/v1/items/{shop}"), "*", json!({"owner": "eve"})).await.expect(200);
    work(&lab).await;
    assert!(chat.texts().is_empty(), "who did it knows");

    // A whole host: everything on it and what people say of it.
    watch(&lab, &eve, &host).await;
    change(&mut web, "bash", "9.10").await;
    let news = chat.texts();
    assert!(news.len() == 1 && news[0].contains("bash") && news[0].contains("9.9 -&gt; 9.10"), "{news:?}");
    lab.patch(&owner, &format!("/api/v1/hosts/{host}"), "*", json!({"site": "fra"})).await.expect(200);
    work(&lab).await;
    let news = chat.texts();
    assert!(news.len() == 1 && news[0].contains("fra"), "{news:?}");

    // Watched no more, and who does not wish to hear of it.
    let end = ask(axum::http::Method::DELETE, &eve, &format!("/api/v1/items/{host}/watchers"), &[], None);
    lab.people(end).await.expect(204);
    change(&mut web, "bash", "9.11").await;
    assert!(chat.texts().is_empty());
}

#[tokio::test]
async fn what_is_not_there_is_not_watched_and_nobody_watches_for_another() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Viewer).await;
    let unknown = format!("/api/v1/items/host_{}/watchers", "0".repeat(32));
    lab.post(&token, &unknown, Value::Null).await.problem(404, "not-found");
    let host = Device::enroll(&lab, "web-1", &"1f".repeat(16)).await.report_full(&lab).await;
    let path = format!("/api/v1/items/{host}/watchers");
    lab.post(&token, &path, json!({"user": "eve"})).await.expect(422);
    lab.post(&token, &path, Value::Null).await.expect(204);
    let before = lab.sequence().await;
    lab.post(&token, &path, Value::Null).await.expect(204);
    assert_eq!(lab.sequence().await, before, "once is enough");
    assert_eq!(lab.all(&token, &path).await.len(), 1);
}
