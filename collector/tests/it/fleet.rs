//! A week in a fleet, with a clock that is moved: DHCP renewals, containers that come and go, nightly upgrades, a change in two waves, and a few
//! things that nobody approved. What comes of it is written down first, and compared exactly.

use std::collections::BTreeMap;

use muster_shared::{Item, SectionName};
use serde_json::{Value, json};

use crate::change::cast::{Cast, asked, cast, drafted, event, passed, plan, templated, time, vote};
use crate::lab::{Device, Lab};

const WEB: usize = 120;
const HOSTS: usize = 200;
/// The days are counted from 0.
const LAST_NIGHT: usize = 5;

struct Fleet {
    lab: Lab,
    cast: Cast,
    admin: String,
    devices: Vec<Device>,
}

fn name(n: usize) -> String {
    if n < WEB { format!("web-{n:03}") } else { format!("db-{n:03}") }
}

fn package(name: &str, version: &str) -> Item {
    let key = format!("{name}:amd64");
    Item::new(key.as_str()).with("name", name).with("version", version).with("manager", "dpkg")
}

fn interface(n: usize, day: usize) -> Item {
    let address = format!("10.{}.{}.{}/16", n / 250, n % 250, day + 10);
    Item::new("eth0")
        .with("name", "eth0")
        .with("dynamic_addresses", vec![address])
        .with("lease_expires_at", format!("day {day}"))
}

fn mount(path: &str) -> Item {
    Item::new(path).with("source", "/dev/vdb1").with("options", "rw")
}

/// What engines do for containers, which the table of volatile things covers: each of these is minded by a policy where it does not.
fn engine(day: usize) -> [(SectionName, Item); 2] {
    let listener = Item::new("tcp/172.17.0.2:80").with("protocol", "tcp").with("port", 80);
    [
        (SectionName::Mount, mount(&format!("/var/lib/docker/overlay2/{day}/merged"))),
        (SectionName::Listener, listener.with("container_id", format!("{day:064x}"))),
    ]
}

fn nginx(state: &str) -> Item {
    Item::new("nginx.service").with("name", "nginx.service").with("enabled_state", state)
}

fn sshd(value: &str) -> Item {
    Item::new("sshd PermitRootLogin").with("name", "PermitRootLogin").with("value", value)
}

fn container(id: usize) -> Item {
    let key = format!("web/app-{id}");
    Item::new(key.as_str()).with("name", key.as_str()).with("image", "app:2")
}

impl Fleet {
    async fn new() -> Self {
        let lab = Lab::new();
        let cast = cast(&lab).await;
        let admin = lab.admin().await;
        let mut devices = Vec::new();
        for n in 0..HOSTS {
            let mut device = Device::enroll(&lab, &name(n), &format!("{:032x}", n + 1)).await;
            device.put(SectionName::Package, package("base-files", "12.0"));
            device.put(SectionName::Interface, interface(n, 0));
            device.put(SectionName::Service, nginx("enabled"));
            device.put(SectionName::LoginPolicy, sshd("no"));
            device.put(SectionName::SudoRule, Item::new("root ALL").with("user", "root"));
            device.put(SectionName::Mount, mount("/"));
            device.put(SectionName::Listener, Item::new("tcp/0.0.0.0:22").with("protocol", "tcp").with("port", 22));
            device.report_full(&lab).await;
            devices.push(device);
        }
        lab.settle().await;
        Self { lab, cast, admin, devices }
    }

    /// Moves on to the next time at which the clocks show this.
    async fn until(&self, hour: i64, minute: i64) {
        let now = time(&self.lab, 0);
        let number = |range: std::ops::Range<usize>| now[range].parse::<i64>().unwrap();
        let (past, wanted) = (number(11..13) * 60 + number(14..16), hour * 60 + minute);
        self.lab.wait_seconds((wanted - past).rem_euclid(24 * 60) * 60).await;
    }

    /// Lets hosts tell what changed, look twice, and wait for others of the kind.
    async fn told(&mut self, hosts: impl IntoIterator<Item = usize> + Clone) {
        for n in hosts.clone() {
            self.devices[n].report_delta(&self.lab).await;
        }
        self.lab.wait_seconds(100).await;
        for n in hosts {
            self.devices[n].heartbeat(&self.lab).await;
        }
        self.lab.wait_seconds(100).await;
    }

    async fn begun(&self, plan: &Value) -> String {
        let (number, round) = asked(&self.lab, &self.cast, plan).await;
        vote(&self.lab, &self.cast.peer, &round, json!({"decision": "approve"})).await.expect(200);
        event(&self.lab, &self.cast.implementer, &number, json!({"event": "start"})).await.expect(200);
        self.lab.wait_seconds(60).await;
        number
    }

    /// Ends a change: the hosts of it are looked at once more.
    async fn ended(&self, number: &str, hosts: impl IntoIterator<Item = usize>, code: &str) -> Value {
        event(&self.lab, &self.cast.implementer, number, json!({"event": "finish"})).await.expect(200);
        self.lab.wait_seconds(60).await;
        for n in hosts {
            self.devices[n].heartbeat(&self.lab).await;
        }
        self.lab.settle().await;
        let close = json!({"event": "close", "close_code": code, "close_notes": "see what agents saw"});
        let closed = event(&self.lab, &self.cast.manager, number, close).await.expect(200).json();
        self.lab.settle().await;
        closed
    }

    /// A standard change by which every web host is upgraded each night from two to four.
    async fn nightly(&mut self) -> String {
        let mut upgrades = plan(&self.lab, &[]);
        upgrades["scope"] = json!({"hosts": "name:web-*", "facts": [{"section": "package", "key": "*"}]});
        (upgrades["expect"], upgrades["checks"]) = (json!([]), json!(["nothing is held back"]));
        let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        upgrades["recurrence"] =
            json!({"repeats": "weekly", "days": days, "at": "02:00", "minutes": 120, "zone": "UTC", "until": null});
        let template = self.begun(&upgrades).await;
        (0..WEB).for_each(|n| self.devices[n].put(SectionName::Package, package("base-files", "12.1")));
        self.told(0..WEB).await;
        passed(&self.lab, &self.cast, &template).await;
        self.ended(&template, 0..WEB, "successful").await;
        // Who reviewed it says that all of it was its making.
        let path = format!("/api/v1/tickets/{template}/findings/confirm");
        let confirmed = self.lab.post(&self.admin, &path, json!({})).await.expect(200).json();
        assert_eq!(confirmed["confirmed"], WEB);
        let mut nightly = upgrades;
        (nightly["type"], nightly["template"]) = (json!("standard"), templated(&self.lab, &self.cast, &template).await);
        nightly["planned_end"] = json!(time(&self.lab, 30 * 24 * 60));
        let number = drafted(&self.lab, &self.cast, &nightly).await;
        event(&self.lab, &self.cast.planner, &number, json!({"event": "submit"})).await.expect(200);
        self.lab.settle().await;
        number
    }

    /// What happens every day and is nobody's business.
    async fn an_ordinary_day(&mut self, day: usize) {
        self.until(2, 30).await;
        let night: Vec<usize> = (day * 10..day * 10 + 10).collect();
        for n in &night {
            self.devices[*n].put(SectionName::Package, package("base-files", "12.2"));
            self.devices[*n].put(SectionName::Package, package(&format!("libnew{day}"), "1.0"));
        }
        self.told(night.clone()).await;
        // The first look after the end of the window makes it authorised; those of the last night are silent until later.
        self.until(4, 1).await;
        if day < LAST_NIGHT {
            for n in night {
                self.devices[n].heartbeat(&self.lab).await;
            }
            self.lab.settle().await;
        }
        self.until(9, 0).await;
        let renewed: Vec<usize> = (0..20).map(|n| (n * 9 + day) % HOSTS).collect();
        for n in &renewed {
            self.devices[*n].put(SectionName::Interface, interface(*n, day + 1));
            self.devices[*n].put(SectionName::Container, container(day));
            for (section, item) in engine(day) {
                self.devices[*n].put(section, item);
            }
            self.devices[*n].remove(SectionName::Container, &format!("web/app-{}", day.wrapping_sub(1)));
        }
        self.told(renewed).await;
    }

    /// Everything that the collector says of the fleet.
    async fn all_told(&self) -> BTreeMap<String, Vec<Value>> {
        let lists = ["hosts", "findings?state=all", "tickets", "baselines", "problem-proposals", "policies", "agents"];
        let mut told = BTreeMap::new();
        for list in lists {
            told.insert(list.to_owned(), self.lab.all(&self.admin, &format!("/api/v1/{list}")).await);
        }
        for ticket in &told["tickets"].clone() {
            for part in ["timeline"] {
                let path = format!("tickets/{}/{part}", ticket["number"].as_str().unwrap());
                told.insert(path.clone(), self.lab.all(&self.admin, &format!("/api/v1/{path}")).await);
            }
        }
        told
    }

    /// Starts the collector anew: it says the same of everything.
    async fn restarted(&mut self) {
        // When hosts were last heard is stored once a minute, and when the collector ends.
        self.lab.service.store_pulses().await.unwrap();
        let before = self.all_told().await;
        assert!(before.len() >= 12 && before["hosts"].len() == HOSTS, "{}", before.len());
        self.lab.restart();
        let after = self.all_told().await;
        for (path, said) in &before {
            assert_eq!(after.get(path), Some(said), "{path} after a restart");
        }
    }

    /// Version 2.0 as a release of two waves, on its way out.
    async fn released(&self) -> String {
        let plan = json!({
            "packages": [{"name": "app", "version": "2.0"}], "target_percent": 95,
            "waves": [{"name": "first", "hosts": "name:web-10*"}, {"name": "second", "hosts": "name:web-11*"}],
        });
        let body = json!({"kind": "release", "title": "app 2.0", "details": {"plan": plan}});
        let made = self.lab.post(&self.admin, "/api/v1/tickets", body).await.expect(201).json();
        let number = made["number"].as_str().unwrap().to_owned();
        for step in ["plan", "freeze", "ready", "deploy"] {
            event(&self.lab, &self.admin, &number, json!({"event": step})).await.expect(200);
        }
        number
    }

    /// On how many hosts of each wave a release is.
    async fn deployed(&self, release: &str) -> Vec<(Value, Value)> {
        let path = format!("/api/v1/tickets/{release}/verification");
        let seen = self.lab.get(&self.admin, &path).await.expect(200).json();
        let waves = seen["deployment"]["waves"].as_array().unwrap();
        waves.iter().map(|wave| (wave["deployed"].clone(), wave["hosts"].clone())).collect()
    }

    async fn incidents(&self) -> Vec<Value> {
        self.lab.all(&self.cast.peer, "/api/v1/tickets?kind=incident").await
    }
}

/// A plan that `app` 2.0 is on some hosts.
fn wave(lab: &Lab, hosts: &str) -> Value {
    let mut wave = plan(lab, &[]);
    wave["scope"] = json!({"hosts": hosts, "facts": [{"section": "package", "key": "app"}]});
    wave["expect"] = json!([{"section": "package", "key": "app", "attribute": "version", "value": "2.0"}]);
    wave
}

impl Fleet {
    /// Every night's upgrades come of the change that recurs.
    async fn each_night_is_told(&self, nightly: &str) {
        // Every night's upgrades come of the change that recurs: they are authorised, but for the last night's, whose hosts have not
        // looked since.
        let nights = self.lab.get(&self.cast.peer, &format!("/api/v1/tickets/{nightly}/verification")).await;
        let nights = nights.expect(200).json()["times"].as_array().unwrap().clone();
        let told: Vec<(&Value, &Value)> = nights.iter().map(|night| (&night["hosts"], &night["counts"])).collect();
        let done = || (json!(10), json!({"done": 20}));
        let expected = [
            // Two of the ten were renewed in the morning: that was a look.
            (json!(10), json!({"done": 4, "no_data": 16})),
            done(),
            done(),
            done(),
            // What somebody did to sshd on a host that had not looked since before the window may have been within it.
            (json!(11), json!({"done": 20, "extra": 1})),
            done(),
        ];
        assert_eq!(told, expected.iter().map(|(hosts, counts)| (hosts, counts)).collect::<Vec<_>>());
        for n in 50..60 {
            self.devices[n].heartbeat(&self.lab).await;
        }
        self.lab.settle().await;
        let made = self.lab.all(&self.cast.peer, &format!("/api/v1/tickets/{nightly}/findings")).await;
        assert_eq!(made.len(), 6 * 10 * 2);
        assert!(made.iter().all(|finding| finding["state_detail"]["resolution"] == "accepted"));
        // Nothing that a change explains counts as drift.
        let drifted = self.lab.all(&self.cast.peer, "/api/v1/hosts?filter=drift%3E0").await;
        let names: Vec<&str> = drifted.iter().filter_map(|host| host["name"].as_str()).collect();
        assert_eq!(names, ["db-120", "db-160", "db-180", "db-199", "web-077"]);
    }

    /// The unit that came back four times is worth a look at its cause; nothing else is.
    async fn only_the_flapping_unit_is_proposed(&self) {
        let proposed = self.lab.all(&self.cast.peer, "/api/v1/problem-proposals").await;
        let told =
            |proposal: &Value| (proposal["title"].clone(), proposal["state"].clone(), proposal["reasons"].clone());
        let why =
            json!([{"rule": "came_back", "count": 4, "says": "it went back and came again 4 times within 30 days"}]);
        let title = json!("web-077: service nginx.service, enabled state enabled -> disabled");
        assert_eq!(proposed.iter().map(told).collect::<Vec<_>>(), [(title, json!("proposed"), why)]);
    }

    /// Tuesday: version 2.0 goes out in two waves; one host of the second is left out.
    async fn a_release_in_two_waves(&mut self) {
        let release = self.released().await;
        let first = self.begun(&wave(&self.lab, "name:web-10*")).await;
        (100..110).for_each(|n| self.devices[n].put(SectionName::Package, package("app", "2.0")));
        self.told(100..110).await;
        let first = self.ended(&first, 100..110, "successful").await;
        assert_eq!(first["details"]["verification"]["counts"], json!({"done": 10}));
        assert_eq!(self.deployed(&release).await, [(json!(10), json!(10)), (json!(0), json!(10))]);
        let early = event(&self.lab, &self.admin, &release, json!({"event": "complete"})).await;
        early.problem(409, "transition-refused");
        self.an_ordinary_day(1).await;
        let second = self.begun(&wave(&self.lab, "name:web-11*")).await;
        (110..119).for_each(|n| self.devices[n].put(SectionName::Package, package("app", "2.0")));
        self.told(110..119).await;
        let second = self.ended(&second, 110..120, "partial").await;
        assert_eq!(second["details"]["verification"]["counts"], json!({"done": 9, "not_done": 1}));
        assert_eq!(second["details"]["verification"]["results"][0]["host_name"], "web-119");
        assert_eq!(self.deployed(&release).await, [(json!(10), json!(10)), (json!(9), json!(10))]);
        event(&self.lab, &self.admin, &release, json!({"event": "complete"})).await.expect(200);
    }
}

#[tokio::test]
async fn a_week_makes_the_incidents_that_it_should_and_no_other() {
    let mut fleet = Fleet::new().await;
    let nightly = fleet.nightly().await;
    fleet.an_ordinary_day(0).await;
    fleet.a_release_in_two_waves().await;
    // At night somebody lets root log in, and takes it back after an hour.
    fleet.until(23, 0).await;
    fleet.devices[50].put(SectionName::LoginPolicy, sshd("yes"));
    fleet.told([50]).await;
    fleet.lab.wait_seconds(3_600).await;
    fleet.devices[50].put(SectionName::LoginPolicy, sshd("no"));
    fleet.told([50]).await;
    fleet.an_ordinary_day(2).await;
    // Within the window of a change of a package somebody gains power.
    let postgres = fleet.begun(&wave(&fleet.lab, "name:db-120")).await;
    fleet.devices[120].put(SectionName::Package, package("app", "2.0"));
    fleet.devices[120].put(SectionName::SudoRule, Item::new("mallory ALL").with("user", "mallory"));
    fleet.told([120]).await;
    let refused = {
        event(&fleet.lab, &fleet.cast.implementer, &postgres, json!({"event": "finish"})).await.expect(200);
        fleet.lab.wait_seconds(60).await;
        fleet.devices[120].heartbeat(&fleet.lab).await;
        let close = json!({"event": "close", "close_code": "successful", "close_notes": "all well"});
        event(&fleet.lab, &fleet.cast.manager, &postgres, close).await.problem(409, "transition-refused")
    };
    assert!(refused["detail"].as_str().unwrap().contains("mallory"), "{refused}");
    // The collector starts anew in the middle of what is told: windows are in the store.
    fleet.until(23, 0).await;
    fleet.devices[77].put(SectionName::Service, nginx("disabled"));
    fleet.devices[77].report_delta(&fleet.lab).await;
    fleet.restarted().await;
    fleet.lab.wait_seconds(100).await;
    fleet.lab.wait_seconds(100).await;
    // It flaps: one incident, whatever it does.
    for turn in 0..8 {
        fleet.devices[77].put(SectionName::Service, nginx(if turn % 2 == 0 { "enabled" } else { "disabled" }));
        fleet.told([77]).await;
    }
    fleet.an_ordinary_day(3).await;
    // Somebody gains power on a host, which is not heard of any more.
    fleet.devices[180].put(SectionName::SudoRule, Item::new("eve ALL").with("user", "eve"));
    fleet.told([180]).await;
    // A machine is cloned with all that its agent knows.
    let mut copy = fleet.devices[150].copy();
    fleet.devices[150].renew(&fleet.lab).await.expect(200);
    fleet.devices[150].heartbeat(&fleet.lab).await;
    copy.renew(&fleet.lab).await.problem(403, "quarantined");
    fleet.lab.settle().await;
    fleet.an_ordinary_day(4).await;
    // A host is set up anew.
    for n in 0..60 {
        fleet.devices[160].put(SectionName::Package, package(&format!("other-{n}"), "1.0"));
    }
    fleet.told([160]).await;
    // A mount like those of containers, where no engine makes it.
    fleet.devices[199].put(SectionName::Mount, mount("/srv/docker"));
    fleet.told([199]).await;
    fleet.an_ordinary_day(5).await;
    fleet.restarted().await;
    let mut made: BTreeMap<String, (String, String)> = BTreeMap::new();
    for incident in fleet.incidents().await {
        let text = |key: &str| incident[key].as_str().unwrap_or_default().to_owned();
        assert!(made.insert(text("title"), (text("state"), text("close_code"))).is_none(), "twice: {incident}");
    }
    let expected = [
        ("db-120: sudo rule mallory ALL added", "new", ""),
        ("Two seem to speak as the agent of db-150", "new", ""),
        ("db-160: host db-160: looks rebuilt, 60 findings in ten minutes", "new", ""),
        // Nobody has heard of it since: nothing ends.
        ("db-180: sudo rule eve ALL added", "new", ""),
        ("db-199: mount /srv/docker added", "new", ""),
        ("web-050: login policy sshd PermitRootLogin, value no -> yes", "resolved", "config_reverted"),
        // It went back and came again until it was called flapping: reopened, not opened anew.
        ("web-077: service nginx.service, enabled state enabled -> disabled", "in_progress", ""),
    ];
    let expected = expected.map(|(title, state, code)| (title.to_owned(), (state.to_owned(), code.to_owned())));
    assert_eq!(made, BTreeMap::from(expected));
    fleet.each_night_is_told(&nightly).await;
    fleet.only_the_flapping_unit_is_proposed().await;
    let unheard = fleet.lab.all(&fleet.cast.peer, "/api/v1/findings?host_name=db-180").await;
    assert_eq!((unheard.len(), &unheard[0]["state"]), (1, &json!("unknown")), "{unheard:?}");
    // Nothing stands that nobody knows of.
    let open = fleet.lab.all(&fleet.cast.peer, "/api/v1/findings?state=open").await;
    assert!(open.iter().all(|finding| !finding["incident"].is_null() || finding["policy"] == "package"), "{open:?}");
}
