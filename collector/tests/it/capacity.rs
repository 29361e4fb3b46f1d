//! Capacity: what hosts use is looked at over weeks, and when it will be full; the same figures by API and CSV, and their rights.

use muster_model::right::Role;
use muster_shared::SectionName;
use muster_shared::report::Item;
use serde_json::{Value, json};

use crate::lab::{Device, Lab};

const GIB: u64 = 1 << 30;
const DAY: i64 = 86_400_000;

fn item(key: &str, attributes: &Value) -> Item {
    Item { key: key.into(), attributes: attributes.as_object().unwrap().clone().into_iter().collect() }
}

fn filesystem(used: u64, total: u64) -> Item {
    item(
        "sda1",
        &json!({
            "device": "sda1", "type": "ext4", "mount_points": ["/"], "size_bytes": total + GIB, "used_bytes": used,
            "available_bytes": total.saturating_sub(used),
        }),
    )
}

fn memory(available: u64) -> Item {
    item("memory", &json!({"total_bytes": 8 * GIB, "available_bytes": available}))
}

/// A host as it is on a day.
async fn tell(lab: &Lab, device: &mut Device, used: u64, total: u64, available: u64) {
    device.put(SectionName::Filesystem, filesystem(used, total));
    device.put(SectionName::Memory, memory(available));
    device.put(SectionName::Cpu, item("cpu", &json!({"threads": 8})));
    device.renew(lab).await.expect(200);
    device.report_full(lab).await;
}

/// A round of looks at all hosts.
async fn look(lab: &Lab) {
    while lab.service.capacity_step().await.unwrap() {}
}

async fn rows(lab: &Lab, token: &str, query: &str) -> Vec<Value> {
    let found = lab.get(token, &format!("/api/v1/reports/capacity?{query}")).await.expect(200).json();
    found["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_disk_that_grows_is_full_on_a_day_that_is_named_with_how_sure_that_is() {
    let lab = Lab::new();
    let (admin, viewer) = (lab.admin().await, lab.token_of(Role::Viewer).await);
    let mut grows = Device::enroll(&lab, "web-1", &"7a".repeat(16)).await;
    let mut steady = Device::enroll(&lab, "db-1", &"7b".repeat(16)).await;
    for day in 0..30 {
        tell(&lab, &mut grows, (20 + day) * GIB, 75 * GIB, 4 * GIB).await;
        tell(&lab, &mut steady, 10 * GIB, 75 * GIB, GIB / 2).await;
        look(&lab).await;
        if day == 4 {
            let early = rows(&lab, &viewer, "resource=filesystem&filter=name:web-1").await;
            assert_eq!((&early[0]["full"], &early[0]["silence"]), (&Value::Null, &json!("too_few")), "{early:?}");
        }
        if day < 29 {
            lab.clock.advance_millis(DAY);
        }
    }
    let files = rows(&lab, &viewer, "resource=filesystem").await;
    let names: Vec<&str> = files.iter().map(|row| row["host_name"].as_str().unwrap()).collect();
    assert_eq!(names, ["web-1", "db-1"], "what runs out first comes first");
    let web = &files[0];
    // 49 of 75 GiB on the last day, one more each day: 26 days.
    let last = lab.service.now().plus_millis(26 * DAY).to_string();
    assert_eq!(web["full"]["on"], last[..10]);
    assert_eq!((&web["full"]["confidence"], &web["standing"]), (&json!("high"), &json!("warn")), "{web}");
    assert_eq!((&web["label"], &web["used"], &web["points"]), (&json!("/"), &json!(49 * GIB), &json!(30)));
    assert_eq!((&files[1]["silence"], &files[1]["standing"]), (&json!("steady"), &json!("fine")));
    let memory = rows(&lab, &viewer, "resource=memory&standing=critical").await;
    assert_eq!(memory.len(), 1);
    assert_eq!(memory[0]["host_name"], "db-1");
    // Every number is the list that makes it.
    let report = lab.get(&viewer, "/api/v1/reports/capacity").await.expect(200).json();
    let sums = report["sums"].as_object().unwrap();
    assert_eq!(sums["cpu"]["total"], 16);
    for (resource, sum) in sums {
        for (standing, count) in sum["standings"].as_object().unwrap() {
            let listed = rows(&lab, &viewer, &format!("resource={resource}&standing={standing}")).await;
            assert_eq!(json!(listed.len()), *count, "{resource} {standing}");
        }
    }
    let host = web["host"].as_str().unwrap();
    let all = lab.all(&viewer, &format!("/api/v1/hosts/{host}/capacity")).await;
    let history =
        all.iter().find(|row| row["resource"] == "filesystem").unwrap()["history"].as_array().unwrap().clone();
    assert_eq!((history.len(), &history[0]["used"]), (30, &json!(20 * GIB)));
    let csv = lab.get(&viewer, "/api/v1/reports/capacity?format=csv&resource=filesystem").await.expect(200);
    assert!(csv.header("content-type").starts_with("text/csv"));
    let text = csv.text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3, "{text}");
    assert!(lines[0].starts_with("\"host\",\"host_name\"") && lines[1].contains(&last[..10]), "{text}");
    // Another threshold, another standing.
    let path = "/api/v1/capacity-thresholds/filesystem";
    let body = json!({"warn_percent": 60, "critical_percent": 65, "horizon_days": 5});
    lab.put(&viewer, path, "*", body.clone()).await.problem(403, "not-authorised");
    lab.put(&admin, path, "", body.clone()).await.problem(428, "if-match-needed");
    lab.put(&admin, path, "\"0\"", body).await.expect(200);
    lab.put(&admin, path, "\"0\"", json!({"warn_percent": 1, "critical_percent": 2, "horizon_days": 1}))
        .await
        .expect(412);
    assert_eq!(rows(&lab, &viewer, "resource=filesystem").await[0]["standing"], "critical");
}

#[tokio::test]
async fn a_silent_host_adds_no_points_and_a_service_shows_the_hosts_that_it_stands_on() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let mut one = Device::enroll(&lab, "web-1", &"7c".repeat(16)).await;
    let mut two = Device::enroll(&lab, "db-1", &"7d".repeat(16)).await;
    tell(&lab, &mut one, GIB, 10 * GIB, GIB).await;
    tell(&lab, &mut two, GIB, 10 * GIB, GIB).await;
    look(&lab).await;
    for _ in 0..3 {
        lab.clock.advance_millis(DAY);
        tell(&lab, &mut two, GIB, 10 * GIB, GIB).await;
        look(&lab).await;
    }
    let points = async |name: &str| -> usize {
        let found = rows(&lab, &admin, &format!("resource=cpu&filter=name:{name}")).await;
        let host = found[0]["host"].as_str().unwrap();
        let all = lab.all(&admin, &format!("/api/v1/hosts/{host}/capacity")).await;
        all.iter().find(|row| row["resource"] == "cpu").unwrap()["history"].as_array().unwrap().len()
    };
    assert_eq!((points("web-1").await, points("db-1").await), (1, 4));
    let shop = json!({"class": "business_service", "name": "shop"});
    let shop = lab.post(&admin, "/api/v1/items", shop).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    let db = rows(&lab, &admin, "resource=cpu&filter=name:db-1").await[0]["host"].as_str().unwrap().to_owned();
    let relation = json!({"kind": "depends_on", "to": db, "reason": "its data"});
    lab.post(&admin, &format!("/api/v1/items/{shop}/relations"), relation).await.expect(201);
    let found = rows(&lab, &admin, &format!("service={shop}&resource=memory")).await;
    assert_eq!(found.iter().map(|row| row["host_name"].as_str().unwrap()).collect::<Vec<_>>(), ["db-1"]);
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_with_what_would_be_right() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    for (query, pointer) in [
        ("resource=tape", "/resource"),
        ("standing=bad", "/standing"),
        ("format=xml", "/format"),
        ("cursor=eA", "/cursor"),
        ("filter=nothing:x", "/filter"),
    ] {
        let refused = lab.get(&admin, &format!("/api/v1/reports/capacity?{query}")).await;
        assert_eq!(refused.pointers(422), [pointer], "{query}");
    }
    lab.get(&admin, "/api/v1/reports/capacity?service=x").await.problem(404, "not-found");
    for (body, pointer) in [
        (json!({"warn_percent": 0, "critical_percent": 90, "horizon_days": 30}), "/warn_percent"),
        (json!({"warn_percent": 90, "critical_percent": 80, "horizon_days": 30}), "/critical_percent"),
        (json!({"warn_percent": 80, "critical_percent": 90, "horizon_days": 9_999}), "/horizon_days"),
    ] {
        assert_eq!(lab.put(&admin, "/api/v1/capacity-thresholds/memory", "*", body).await.pointers(422), [pointer]);
    }
    let body = json!({"warn_percent": 80, "critical_percent": 90, "horizon_days": 30});
    lab.put(&admin, "/api/v1/capacity-thresholds/tape", "*", body).await.problem(404, "not-found");
}
