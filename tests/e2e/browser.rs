//! The console in a real browser: from sign-in to an incident; every page in both schemes, at desktop and phone width.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use fantoccini::{Client, ClientBuilder, Locator};
use muster_shared::{Item, SectionName};
use muster_tests::collector::Collector;
use muster_tests::simulated::{SimulatedAgent, inventory};
use muster_tests::wait::until;
use serde_json::{Value, json};

/// A driver and a browser of its own. Dropping it ends both.
struct Browser {
    driver: Child,
    url: String,
    client: Client,
    _profile: tempfile::TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        drop(self.driver.kill());
        drop(self.driver.wait());
    }
}

async fn browser() -> Browser {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let driver =
        Command::new("chromedriver").arg(format!("--port={port}")).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let driver = driver.expect("chromedriver is installed by tests/run (Debian's chromium-driver)");
    let url = format!("http://127.0.0.1:{port}");
    let profile = tempfile::tempdir().unwrap();
    let data = format!("--user-data-dir={}", profile.path().display());
    let flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--lang=en-US",
        "--window-size=1440,1000",
        &data,
    ];
    let wanted = json!({
        "browserName": "chrome",
        "goog:loggingPrefs": {"browser": "ALL"},
        "goog:chromeOptions": {"binary": "/usr/bin/chromium", "args": flags},
    });
    let Value::Object(wanted) = wanted else { unreachable!() };
    let client = until("the driver answers", async || {
        let mut connected = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        Ok(connected.capabilities(wanted.clone()).connect(&url).await.ok())
    });
    let client = client.await.unwrap();
    Browser { driver, url, client, _profile: profile }
}

impl Browser {
    /// A command of the browser's own protocol, which the standard one does not have.
    async fn command(&self, name: &str, parameters: Value) {
        let session = self.client.session_id().await.unwrap().unwrap();
        let url = format!("{}/session/{session}/goog/cdp/execute", self.url);
        let body = json!({"cmd": name, "params": parameters});
        let answer = reqwest::Client::new().post(url).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{name}: {}", answer.text().await.unwrap());
    }

    /// What the browser complained about since the last time: script errors, refused resources, CSP reports.
    async fn complaints(&self) -> Vec<String> {
        let session = self.client.session_id().await.unwrap().unwrap();
        let url = format!("{}/session/{session}/se/log", self.url);
        let answer = reqwest::Client::new().post(url).json(&json!({"type": "browser"})).send().await.unwrap();
        let log: Value = answer.json().await.unwrap();
        let entries = log["value"].as_array().cloned().unwrap_or_default();
        let serious = entries.iter().filter(|entry| entry["level"] != "DEBUG" && entry["level"] != "INFO");
        serious.map(|entry| format!("{}: {}", entry["level"], entry["message"])).collect()
    }

    /// Waits until an element holds a text; the page may be on its way out while it is asked.
    async fn wait_for_text(&self, selector: &str, wanted: &str) {
        let held = until(&format!("{selector} holds {wanted}"), async || {
            let Ok(found) = self.client.find(Locator::Css(selector)).await else { return Ok(None) };
            Ok(found.text().await.is_ok_and(|text| text.contains(wanted)).then_some(()))
        })
        .await;
        held.unwrap();
    }

    async fn fill(&self, selector: &str, text: &str) {
        self.client.find(Locator::Css(selector)).await.unwrap().send_keys(text).await.unwrap();
    }

    async fn click(&self, selector: &str) {
        self.client.find(Locator::Css(selector)).await.unwrap().click().await.unwrap();
    }

    async fn wait_for(&self, selector: &str) {
        self.client.wait().for_element(Locator::Css(selector)).await.unwrap();
    }
}

struct Scene {
    _dir: tempfile::TempDir,
    collector: Collector,
    _agent: SimulatedAgent,
    data: Value,
    host: String,
}

/// A host with an intruder: one incident with one finding.
async fn scene() -> Scene {
    let dir = tempfile::tempdir().unwrap();
    let collector = Collector::start(dir.path(), &[]).await.unwrap();
    let (api, data) = collector.bootstrap().await.unwrap();
    let token = data["enrollment_token"].as_str().unwrap();
    let mut agent = SimulatedAgent::enroll(token, &collector.ca_file, "web-1").await.unwrap();
    let mut sections = inventory("web-1", 60);
    let host = agent.deliver(&sections).await.unwrap().host_id.to_string();
    let item = Item::new("deploy").with("name", "<b>deploy</b>").with("uid", 0);
    sections.entry(SectionName::User).or_default().insert(item.key, item.attributes);
    agent.deliver(&sections).await.unwrap();
    until("the incident is there", async || Ok(api.list("/tickets").await?.pop())).await.unwrap();
    Scene { _dir: dir, collector, _agent: agent, data, host }
}

#[tokio::test]
async fn from_sign_in_to_a_worked_incident() {
    let scene = scene().await;
    let browser = browser().await;
    let url = &scene.collector.console_url;
    browser.client.goto(&format!("{url}/incidents")).await.unwrap();
    browser.wait_for("input[name=password]").await;
    browser.fill("input[name=name]", "admin").await;
    browser.fill("input[name=password]", "a wrong password at first").await;
    browser.click("main form button[type=submit]").await;
    browser.wait_for("[role=alert]").await;
    browser.fill("input[name=password]", "a long enough password").await;
    browser.click("main form button[type=submit]").await;
    browser.wait_for("a[href='/incidents/INC-000001']").await;
    assert!(browser.client.current_url().await.unwrap().path() == "/incidents", "back to where one wanted to go");
    browser.click("a[href='/incidents/INC-000001']").await;
    browser.wait_for("textarea[name=text]").await;
    browser.wait_for_text("h1", "user deploy added, uid 0").await;
    browser.fill("textarea[name=text]", "looking into <i>it</i>").await;
    browser.click("form[action$='/comments'] button[type=submit]").await;
    browser.wait_for_text("main", "looking into <i>it</i>").await;
    assert!(browser.client.find(Locator::Css("main i")).await.is_err(), "what people write is text");
    browser.client.close_window().await.ok();
}

#[tokio::test]
async fn a_one_time_link_signs_in_by_one_button_and_only_once() {
    let scene = scene().await;
    let browser = browser().await;
    let link = scene.data["sign_in_link"].as_str().unwrap();
    browser.client.goto(link).await.unwrap();
    browser.wait_for("main form button[type=submit]").await;
    browser.click("main form button[type=submit]").await;
    browser.wait_for("nav a[aria-current=page]").await;
    browser.client.delete_all_cookies().await.unwrap();
    browser.client.goto("about:blank").await.unwrap();
    browser.client.goto(link).await.unwrap();
    browser.wait_for("main form button[type=submit]").await;
    browser.click("main form button[type=submit]").await;
    browser.wait_for("[role=alert]").await;
}

const AXE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/browser/node_modules/axe-core/axe.min.js");

async fn inspect(browser: &Browser, page: &str, how: &str, axe: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
    let surplus = browser.client.execute(wide, vec![]).await.unwrap();
    if surplus.as_i64().unwrap_or(1) > 0 {
        wrong.push(format!("{page} ({how}) is {surplus} px wider than the window"));
    }
    browser.client.execute(axe, vec![]).await.unwrap();
    let run = "const done = arguments[0]; axe.run().then(found => done(found.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3)\
               .map(n => n.target.join(' ') + ' ' + (n.any[0]?.message ?? '')).join(' | '))))";
    let violations = browser.client.execute_async(run, vec![]).await.unwrap();
    wrong.extend(violations.as_array().unwrap().iter().map(|violation| format!("{page} ({how}): {violation}")));
    wrong
}

/// More pages, which need nothing of the scene.
const STANDING: &[&str] = &[
    "/capacity",
    "/improvements",
    "/improvements/new",
    "/reports",
    "/reports/new",
    "/imports?class=ticket",
    "/catalogue/new",
];

/// The pages of the console.
fn pages(host: &str, finding: &Value) -> Vec<String> {
    let text = |name: &str| finding[name].as_str().unwrap().to_owned();
    vec![
        "/".to_owned(),
        "/hosts".into(),
        format!("/hosts/{host}"),
        format!("/hosts/{host}/package"),
        format!("/items/{}", text("item")),
        format!("/hosts/{host}?as_of={}", text("last_seen")),
        "/items".into(),
        "/items?q=class:package".into(),
        "/items/new?class=application".into(),
        "/classes".into(),
        "/classes/package".into(),
        "/map".into(),
        format!("/map?item={host}"),
        "/health".into(),
        format!("/compare?left={host}&right={host}"),
        "/identification".into(),
        "/identification/rules".into(),
        "/imports".into(),
        "/saved-searches".into(),
        "/search?q=user".into(),
        format!("/hosts/bulk?host={host}"),
        "/sources/rules".into(),
        "/policies".into(),
        "/policies/new".into(),
        "/policies/account".into(),
        "/waivers".into(),
        "/routing".into(),
        format!("/hosts/{host}/changes/1"),
        "/findings".into(),
        format!("/findings/{}", text("id")),
        "/alerts".into(),
        "/silences?matcher=kind:load".into(),
        "/maintenance-windows".into(),
        "/alert-rules".into(),
        "/incidents".into(),
        "/incidents/new".into(),
        "/board?kind=incident".into(),
        "/incidents/INC-000001".into(),
        "/kpi".into(),
        "/availability".into(),
        "/problem-proposals".into(),
        "/grants".into(),
        "/access-reviews".into(),
        "/observed-access".into(),
        "/separations".into(),
        "/changes/calendar".into(),
        "/changes/calendar?view=week".into(),
        "/blackouts".into(),
        "/profiles".into(),
        "/volatility".into(),
        "/on-call/plans/new".into(),
        "/levels".into(),
        "/levels/clocks".into(),
        "/levels/policies".into(),
        "/levels/policies/p1-resolve".into(),
        "/levels/calendars".into(),
        "/levels/calendars/business-hours".into(),
        "/agents".into(),
        "/sources".into(),
        "/users".into(),
        "/audit".into(),
        "/account".into(),
        "/account/notifications".into(),
        "/notifications".into(),
        "/deliveries".into(),
        "/on-call".into(),
        "/sign-in/link".into(),
        "/tickets".into(),
        "/tickets?kind=problem".into(),
        "/tickets/new?kind=change".into(),
        "/tickets/CHG-000001".into(),
        "/approvals".into(),
        "/catalogue".into(),
        "/knowledge".into(),
        "/api/docs".into(),
    ]
}

#[tokio::test]
async fn every_page_is_accessible_quiet_and_fits_in_both_schemes_and_widths() {
    let scene = scene().await;
    let browser = browser().await;
    let axe = std::fs::read_to_string(AXE).expect("tests/run puts axe-core there");
    let url = &scene.collector.console_url;
    browser.client.goto(scene.data["sign_in_link"].as_str().unwrap()).await.unwrap();
    browser.wait_for("main form button[type=submit]").await;
    browser.click("main form button[type=submit]").await;
    browser.wait_for("nav a[aria-current=page]").await;
    let (api, _) = scene.collector.bootstrap().await.unwrap();
    // One that came after the first report: the host is looked at as it was then.
    let findings = api.list("/findings").await.unwrap();
    let finding = findings.into_iter().find(|finding| finding["section"] == "user").unwrap();
    let plan = json!({"plan": {"reason": "to try", "scope": {"items": [scene.host]}, "checks": ["it runs"]}});
    let change = json!({"kind": "change", "title": "another kernel", "details": plan});
    api.post("/tickets", &change).await.unwrap();
    let mut pages = pages(&scene.host, &finding);
    pages.extend(STANDING.iter().map(|page| (*page).to_owned()));
    let mut wrong = Vec::new();
    for (scheme, width) in [("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390)] {
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        browser.command("Emulation.setEmulatedMedia", media).await;
        let size = json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
        browser.command("Emulation.setDeviceMetricsOverride", size).await;
        for page in &pages {
            browser.client.goto(&format!("{url}{page}")).await.unwrap();
            wrong.extend(inspect(&browser, page, &format!("{scheme}, {width} px"), &axe).await);
            wrong.extend(browser.complaints().await.into_iter().map(|line| format!("{page}: {line}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
