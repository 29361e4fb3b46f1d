//! `/imports`: what is wrong with a file and its rows, dry runs, going on after an interruption, who may, and hosts.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::body::Body;
use axum::http::{Method, Request};
use muster_collector::service::import::Order;
use muster_model::import::{Form, ImportFile, Plan};
use muster_model::right::{Role, Scope};
use muster_model::{ChangeSet, Collection, Versioned};
use muster_shared::canonical::Digest;
use muster_store::{Held, Page, Row, Scan, Stats, Store, StoreError, TypedStore};
use muster_store_sled::SledStore;
use serde_json::{Value, json};

use crate::lab::{Device, Lab, Reply, SYSTEM};

fn request(token: &str, query: &str, body: impl Into<Body>) -> Request<Body> {
    let request = Request::builder().method(Method::POST).uri(format!("/api/v1/imports?{query}"));
    request
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "text/csv")
        .body(body.into())
        .unwrap()
}

async fn import(lab: &Lab, token: &str, query: &str, body: impl Into<Body>) -> Reply {
    lab.clock.advance_millis(1);
    lab.people(request(token, query, body)).await
}

fn counts(import: &Value) -> [u64; 6] {
    ["rows", "created", "updated", "unchanged", "conflicts", "refused"]
        .map(|name| import["counts"][name].as_u64().unwrap_or_else(|| panic!("no import: {import}")))
}

fn errors(import: &Value) -> Vec<String> {
    let text = |error: &Value| {
        format!("{} {} {}", error["line"], error["column"].as_str().unwrap_or("-"), error["detail"].as_str().unwrap())
    };
    import["errors"].as_array().unwrap().iter().map(text).collect()
}

#[tokio::test]
async fn a_file_is_tried_imported_and_the_same_again_changes_nothing() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let file = "\u{feff}Name;Height Units;Team;Place\r\nr1;42;ops;x\r\nr2;47;;y\r\n";
    let query = "class=rack&map=Team=owner&map=Place=-&file=racks.csv&reason=the%20audit";
    let before = lab.sequence().await;
    let tried = import(&lab, &token, &format!("{query}&dry_run=true"), file).await.expect(200).json();
    assert_eq!(lab.sequence().await, before, "a dry run writes nothing");
    assert_eq!((&tried["dry_run"], counts(&tried)), (&json!(true), [2, 2, 0, 0, 0, 0]));
    let fields: Vec<&Value> = tried["columns"].as_array().unwrap().iter().map(|column| &column["field"]).collect();
    assert_eq!(fields, [&json!("name"), &json!("height_units"), &json!("owner"), &Value::Null]);
    assert_eq!(tried["samples"][0]["name"], "r1");
    assert!(
        tried["samples"][0]["fields"]
            .as_array()
            .unwrap()
            .contains(&json!({"field": "height_units", "before": null, "after": 42}))
    );

    let done = import(&lab, &token, query, file).await.expect(201).json();
    assert_eq!((&done["state"], counts(&done)), (&json!("done"), [2, 2, 0, 0, 0, 0]));
    assert_eq!(
        (&done["by"], &done["file"], &done["class"]),
        (&json!("cmdb-owner"), &json!("racks.csv"), &json!("rack"))
    );
    let racks = lab.all(&token, "/api/v1/items?class=rack").await;
    assert_eq!(racks.iter().map(|rack| &rack["name"]).collect::<Vec<_>>(), ["r1", "r2"]);
    let id = racks[0]["id"].as_str().unwrap();
    let history = lab.all(&token, &format!("/api/v1/items/{id}/history")).await;
    assert_eq!((&history[0]["source"], &history[0]["by"]), (&json!("import"), &json!("cmdb-owner")));
    let reason = format!("the audit ({})", done["id"].as_str().unwrap());
    assert_eq!(history[0]["reason"], json!(reason));

    let again = import(&lab, &token, query, file).await.expect(201).json();
    assert_eq!(counts(&again), [2, 0, 0, 2, 0, 0]);
    assert_eq!(lab.all(&token, &format!("/api/v1/items/{id}/history")).await.len(), 1);
    let changed = import(&lab, &token, "class=rack", "name,height_units,owner\nR1,45,\nr3,1,bob\n").await.json();
    assert_eq!(counts(&changed), [2, 1, 1, 0, 0, 0]);
    let rack = lab.get(&token, &format!("/api/v1/items/{id}")).await.json();
    assert_eq!(
        (&rack["attributes"]["height_units"], &rack["owner"]),
        (&json!(45), &json!("ops")),
        "an empty cell says nothing"
    );
    let listed = lab.all(&token, "/api/v1/imports?limit=1").await;
    assert_eq!(listed.len(), 3);
    assert_eq!(listed[2]["id"], done["id"]);
    assert_eq!(lab.last_audit().await.1, "import.done");
    assert!(lab.store.all::<ImportFile>(Scan::keys(Collection::ImportFile, "")).await.unwrap().is_empty());

    // By its id an item is found whatever its name is, and what was exported can come back.
    let csv = format!("id,name,tags\n{id},rack one,\"x, y\"\n");
    assert_eq!(counts(&import(&lab, &token, "class=rack", csv).await.json()), [1, 0, 1, 0, 0, 0]);
    let export = lab
        .get(&token, "/api/v1/export/items?class=rack&format=csv&columns=id,name,owner,height_units,tags")
        .await
        .text();
    assert_eq!(counts(&import(&lab, &token, "class=rack", export).await.json()), [3, 0, 0, 3, 0, 0]);
    // What a row retired stays retired when the row comes again.
    let retire = "name,lifecycle\nr3,retired\nr9,retired\n";
    assert_eq!(counts(&import(&lab, &token, "class=rack", retire).await.json()), [2, 0, 1, 0, 0, 1]);
    assert_eq!(counts(&import(&lab, &token, "class=rack", retire).await.json()), [2, 0, 0, 1, 0, 1]);
}

/// What was exported says nothing new when it comes back, in any form, and brings back what was changed meanwhile.
#[tokio::test]
async fn an_export_is_imported_as_it_is() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    for body in [
        json!({"class": "rack", "name": "r1", "owner": "ops", "tags": ["x", "y"], "attributes": {"height_units": 42}}),
        json!({"class": "rack", "name": "r2", "criticality": "high"}),
    ] {
        lab.post(&token, "/api/v1/items", body).await.expect(201);
    }
    let file = "host,key,version,manager\ndb-1,openssl,3.0,dpkg\n";
    import(&lab, &token, "class=host&recognise_by=name", "name,architecture\ndb-1,x86_64\n").await.expect(201);
    assert_eq!(counts(&import(&lab, &token, "class=package", file).await.expect(201).json()), [1, 1, 0, 0, 0, 0]);
    let host = lab.all(&token, "/api/v1/items?class=host").await;
    assert_eq!((&host[0]["key"], &host[0]["name"]), (&json!("host"), &json!("db-1")), "an item of a host has its name");
    for class in ["rack", "package", "host"] {
        let mut files = Vec::new();
        for form in ["csv", "json", "ndjson"] {
            let path = format!("/api/v1/export/items?class={class}&format={form}");
            let file = lab.get(&token, &path).await.expect(200).text();
            let again =
                import(&lab, &token, &format!("class={class}&format={form}"), file.clone()).await.expect(201).json();
            let rows = if class == "rack" { 2 } else { 1 };
            assert_eq!(counts(&again), [rows, 0, 0, rows, 0, 0], "{class} {form}: {again}");
            files.push((form, file));
        }
        if class != "rack" {
            continue;
        }
        let racks = lab.all(&token, "/api/v1/items?class=rack").await;
        let path = format!("/api/v1/items/{}", racks[0]["id"].as_str().unwrap());
        for (form, file) in files {
            let changed = json!({"owner": null, "tags": [], "attributes": {"height_units": 1}});
            lab.patch(&token, &path, "*", changed).await.expect(200);
            let back = import(&lab, &token, &format!("class=rack&format={form}"), file).await.expect(201).json();
            assert_eq!(counts(&back), [2, 0, 1, 1, 0, 0], "{back}");
            let rack = lab.get(&token, &path).await.json();
            // What has one value for all comes back. Of what each source has a word on, what a person said since is newer: the file
            // says what it said before, and the answer says that it does not count.
            assert_eq!((&rack["owner"], &rack["tags"]), (&Value::Null, &json!(["x", "y"])));
            assert_eq!(rack["attributes"]["height_units"], json!(1));
            assert!(back["counts"]["overruled"].as_u64().unwrap() > 0, "{back}");
        }
    }
    let racks = lab.get(&token, "/api/v1/export/items?class=rack&format=csv").await.text();
    let other = import(&lab, &token, "class=site", racks).await;
    assert!(!other.text().contains("\"created\":2"), "racks are no sites");
}

#[tokio::test]
async fn each_bad_row_says_its_line_its_column_and_what_would_be_right() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let huge = format!("huge,production,{},\n", "x".repeat(20_000));
    let file = [
        "name,stage,owner,tags".as_bytes(),
        b"good,production,ops,\n",
        b"wrong,prod,ops,\n",
        b"few,production\n",
        b"caf\xe9,production,ops,\n",
        b"GOOD,test,ops,\n",
        huge.as_bytes(),
        b",production,ops,\n",
        b"=cmd|x,test,'+1,\n",
        "\u{202e}evil,test,ops,\n".as_bytes(),
    ];
    let file = [file[0], b"\n", &file[1..].concat()].concat();
    let done = import(&lab, &token, "class=environment", file.clone()).await.expect(201).json();
    assert_eq!(counts(&done), [9, 2, 0, 0, 0, 7]);
    assert_eq!(
        errors(&done),
        [
            "3 stage 'prod' is none of the choices production, staging, test, development",
            "4 - the row has 2 cells, and the header 4",
            "5 name this is not in UTF-8; save the file as UTF-8",
            "6 - line 2 is about the same already; a thing stands in one row",
            "7 owner a cell has at most 16384 bytes; is a quotation mark not closed?",
            "8 name the row gives no name and no id",
            "10 name the character U+202E cannot be seen and is not taken",
        ]
    );
    let kept = lab.all(&token, &format!("/api/v1/imports/{}/errors?limit=2", done["id"].as_str().unwrap())).await;
    assert_eq!(json!(kept), done["errors"]);
    let items = lab.all(&token, "/api/v1/items?class=environment").await;
    assert_eq!(
        items.iter().map(|item| &item["name"]).collect::<Vec<_>>(),
        ["=cmd|x", "good"],
        "text, and nothing else"
    );
    assert_eq!(items[0]["owner"], "+1");
    // All or nothing takes nothing, also not the good ones.
    let nothing = import(&lab, &token, "class=environment&all_or_nothing=true", "name,stage\nnew,test\nbad,x\n").await;
    let nothing = nothing.expect(201).json();
    assert_eq!((&nothing["state"], counts(&nothing)), (&json!("refused"), [2, 0, 0, 0, 0, 1]));
    assert_eq!(lab.all(&token, "/api/v1/items?class=environment").await.len(), 2);
    let all = import(&lab, &token, "class=environment&all_or_nothing=true", "name,stage\nnew,test\n").await.json();
    assert_eq!((&all["state"], counts(&all)), (&json!("done"), [1, 1, 0, 0, 0, 0]));
}

#[tokio::test]
async fn a_file_that_is_none_is_refused_with_the_reason_and_nothing_is_kept() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let before = lab.sequence().await;
    let cases: &[(&str, &[u8], &str, &str)] = &[
        ("class=team", b"", "/file", "the file is empty"),
        ("class=team", b"name\n", "/file", "no rows"),
        ("class=team", b"\xff\xfen\0", "/file", "UTF-16"),
        ("class=team", b"nmae,lead\nx,y\n", "/map/nmae", "did you mean name?"),
        ("class=team&map=x=name", b"name\nx\n", "/map/x", "did you mean name?"),
        ("class=team&map=x", b"name\nx\n", "/map", "column=field"),
        ("class=team", b"lead\nx\n", "/map/name", "no column gives the name"),
        ("class=taem", b"name\nx\n", "/class", "did you mean 'team'"),
        ("", b"name\nx\n", "/class", "is needed"),
        ("class=team&format=xml", b"name\nx\n", "/format", "csv, json, ndjson"),
        ("class=team&delimiter=ab", b"name\nx\n", "/delimiter", "one ASCII character"),
        ("class=team&dryrun=true", b"name\nx\n", "/dryrun", "dry_run"),
        ("class=team&dry_run=maybe", b"name\nx\n", "/dry_run", "true, false"),
        ("class=team&format=json", b"name\nx\n", "/file", "the file is no JSON"),
        ("class=package", b"name\nx\n", "/map/host", "no column says on which host"),
        ("class=team&file=a%0Ab", b"name\nx\n", "/file", "characters"),
    ];
    for (query, body, pointer, why) in cases {
        for dry in ["", "&dry_run=true"] {
            if query.contains("file=") && !dry.is_empty() {
                continue;
            }
            let reply = import(&lab, &token, &format!("{query}{dry}"), body.to_vec()).await;
            let problem = reply.problem(422, "invalid");
            let error = problem["errors"].as_array().unwrap().iter().find(|error| error["pointer"] == *pointer);
            let error = error.unwrap_or_else(|| panic!("{query}: {problem}"));
            assert!(error["detail"].as_str().unwrap().contains(why), "{query}: {problem}");
        }
    }
    let large = import(&lab, &token, "class=team", vec![b'x'; (32 << 20) + 1]).await.problem(413, "too-large");
    assert!(large["detail"].as_str().unwrap().contains("33554432"), "{large}");
    let mut zip = request(&token, "class=team", "PK");
    zip.headers_mut().insert("content-type", "application/zip".parse().unwrap());
    lab.people(zip).await.problem(415, "media-type");
    assert_eq!(lab.sequence().await, before);
    let viewer = lab.token_of(Role::Viewer).await;
    for query in ["class=team", "class=team&dry_run=true", "class=host"] {
        import(&lab, &viewer, query, "name\nx\n").await.problem(403, "not-authorised");
    }
    let user = lab.user("glpi", &[Role::CmdbOwner]).await;
    let narrow = lab.token(&user, Scope::Inventory).await;
    import(&lab, &narrow, "class=host", "name\nx\n").await.problem(403, "not-authorised");
}

/// Seven bad rows among many.
fn many(rows: usize) -> (String, Vec<usize>) {
    let bad: Vec<usize> = (1..=7).map(|n| n * rows / 8).collect();
    let row = |row: usize| {
        let height = if bad.contains(&row) { "tall".to_owned() } else { (row % 90 + 1).to_string() };
        format!("rack-{row},{height},team-{}\n", row % 17)
    };
    let lines = (1..=rows).map(row);
    let file = std::iter::once("name,height_units,owner\n".to_owned()).chain(lines).collect();
    (file, bad)
}

#[tokio::test]
async fn an_import_of_many_rows_says_which_seven_are_bad_and_can_be_repeated() {
    let rows = std::env::var("MUSTER_TEST_ROWS").ok().and_then(|text| text.parse().ok()).unwrap_or(5_000);
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let (file, bad) = many(rows);
    let good = rows as u64 - 7;
    let done = import(&lab, &token, "class=rack", file.clone()).await.expect(201).json();
    assert_eq!(counts(&done), [rows as u64, good, 0, 0, 0, 7]);
    let named: Vec<u64> =
        done["errors"].as_array().unwrap().iter().map(|error| error["row"].as_u64().unwrap()).collect();
    assert_eq!(named, bad.iter().map(|row| *row as u64).collect::<Vec<_>>());
    assert!(errors(&done).iter().all(|error| error.ends_with("height_units this is not of the kind integer")));
    let again = import(&lab, &token, "class=rack", file).await.expect(201).json();
    assert_eq!(counts(&again), [rows as u64, 0, 0, good, 0, 7]);
}

/// A store that fails after so many commits, as if the collector had been killed there.
struct Dying {
    store: Arc<SledStore>,
    left: AtomicU32,
}

#[async_trait::async_trait]
impl Store for Dying {
    async fn get(&self, collection: Collection, key: &str) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        self.store.get(collection, key).await
    }

    async fn part(
        &self,
        collection: Collection,
        key: &str,
        keys: &BTreeSet<String>,
    ) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        self.store.part(collection, key, keys).await
    }

    async fn scan(&self, scan: Scan) -> Result<Page<Row>, StoreError> {
        self.store.scan(scan).await
    }

    async fn places(&self, scan: Scan) -> Result<Vec<String>, StoreError> {
        self.store.places(scan).await
    }

    async fn count(&self, scan: Scan) -> Result<usize, StoreError> {
        self.store.count(scan).await
    }

    async fn commit(&self, changes: ChangeSet) -> Result<u64, StoreError> {
        let left = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if left.is_err() {
            return Err(StoreError::backend("the test ends it here"));
        }
        self.store.commit(changes).await
    }

    async fn keep_blob(&self, bytes: Vec<u8>) -> Result<Digest, StoreError> {
        self.store.keep_blob(bytes).await
    }

    async fn blob(&self, hash: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.blob(hash).await
    }

    async fn verify(&self) -> Result<Vec<String>, StoreError> {
        self.store.verify().await
    }

    async fn hold(&self) -> Result<Held, StoreError> {
        self.store.hold().await
    }

    async fn stats(&self) -> Result<Stats, StoreError> {
        self.store.stats().await
    }
}

#[tokio::test]
async fn an_import_that_was_interrupted_goes_on_with_the_next_row_by_its_id_or_by_the_same_file() {
    let (file, _) = many(700);
    for (commits, by_id) in [(0, true), (1, true), (1, false), (2, true), (3, true), (3, false)] {
        let lab = Lab::new();
        let token = lab.token_of(Role::CmdbOwner).await;
        let plan = Plan { class: "rack".into(), form: Some(Form::Csv), ..Plan::default() };
        let order = Order { plan, file: "upload".into(), reason: String::new() };
        // The first commit keeps the file; then there are three bunches of rows.
        let dying = Arc::new(Dying { store: Arc::clone(&lab.store), left: AtomicU32::new(commits) });
        let service = Arc::new(lab.over(dying));
        let kept = service.keep_import(&SYSTEM, order, file.clone().into(), &None, true).await;
        if commits == 0 {
            assert!(kept.is_err());
            assert_eq!(lab.all(&token, "/api/v1/imports").await.len(), 0);
            continue;
        }
        let id = kept.unwrap().import.id;
        service.run_import(&SYSTEM, id).await.unwrap_err();
        let seen = lab.get(&token, &format!("/api/v1/imports/{id}")).await.expect(200).json();
        let rows = u64::from(commits - 1) * 250;
        assert_eq!((&seen["state"], counts(&seen)[0]), (&json!("interrupted"), rows));
        let stored = lab.all(&token, "/api/v1/items?class=rack").await.len() as u64;
        assert_eq!(counts(&seen)[1], stored);
        let done = if by_id {
            lab.post(&token, &format!("/api/v1/imports/{id}/apply"), Value::Null).await.expect(200).json()
        } else {
            import(&lab, &token, "class=rack", file.clone()).await.expect(201).json()
        };
        assert_eq!(done["id"], json!(id.to_string()));
        assert_eq!((&done["state"], counts(&done)), (&json!("done"), [700, 693, 0, 0, 0, 7]));
        assert_eq!(done["errors"].as_array().unwrap().len(), 7);
        let racks = lab.all(&token, "/api/v1/items?class=rack").await;
        assert_eq!(racks.len(), 693);
        for rack in racks.iter().step_by(100) {
            let history = lab.all(&token, &format!("/api/v1/items/{}/history", rack["id"].as_str().unwrap())).await;
            assert_eq!(history.len(), 1, "nothing is done twice");
        }
        let over = lab.post(&token, &format!("/api/v1/imports/{id}/apply"), Value::Null).await;
        over.problem(409, "conflict");
        assert_eq!(lab.all(&token, "/api/v1/imports").await.len(), 1);
    }
}

#[tokio::test]
async fn the_key_of_a_request_makes_one_import() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let send = async |file: &'static str| {
        let mut request = request(&token, "class=team", file);
        request.headers_mut().insert("idempotency-key", "k".parse().unwrap());
        lab.people(request).await
    };
    let first = send("name\nops\n").await.expect(201).json();
    let again = send("name\nops\n").await.expect(201).json();
    assert_eq!((&first["id"], counts(&again)), (&again["id"], [1, 1, 0, 0, 0, 0]));
    send("name\ndev\n").await.problem(409, "conflict");
    assert_eq!(lab.all(&token, "/api/v1/imports").await.len(), 1);
}

#[tokio::test]
async fn rows_about_hosts_find_them_and_never_by_a_name_alone() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let mut device = Device::enroll(&lab, "web-1", &"1f".repeat(16)).await;
    let host = device.report_full(&lab).await;
    let machine = "1f".repeat(16);

    let file = "name,site,owner\nweb-1,fra,ops\nprinter-7,fra,ops\n";
    let done = import(&lab, &token, "class=host", file).await.expect(201).json();
    assert_eq!(counts(&done), [2, 1, 0, 0, 1, 0]);
    assert!(errors(&done)[0].contains("a name alone never says which host"), "{done}");
    assert!(errors(&done)[0].contains(&host), "{done}");
    // The one that only the file knows is the same again.
    let again = import(&lab, &token, "class=host", file).await.expect(201).json();
    assert_eq!(counts(&again), [2, 0, 0, 1, 1, 0]);

    // Whoever says that names are unique in this file gets it, and so does who gives an identifier or the id.
    let by_name = "class=host&recognise_by=name";
    assert_eq!(counts(&import(&lab, &token, by_name, file).await.json()), [2, 0, 1, 1, 0, 0]);
    let got = lab.get(&token, &format!("/api/v1/hosts/{host}")).await.json();
    assert_eq!((&got["site"], &got["owner"]), (&json!("fra"), &json!("ops")));
    let by_id = format!("id,criticality\n{host},critical\nhost_00000000000000000000000000000000,low\n");
    let done = import(&lab, &token, "class=host", by_id).await.json();
    assert_eq!(counts(&done), [2, 0, 1, 0, 0, 1]);
    let by_machine =
        format!("machine_id,name,os_name,cpu.model_name,firmware.bios_vendor\n{machine},web-1,Windows,Xeon,ACME\n");
    let tried = import(&lab, &token, "class=host&dry_run=true", by_machine.clone()).await.json();
    let before = lab.get(&token, &format!("/api/v1/hosts/{host}")).await.json();
    let done = import(&lab, &token, "class=host", by_machine.clone()).await.json();
    assert_eq!(
        (counts(&tried), tried["counts"]["overruled"].as_u64()),
        (counts(&done), done["counts"]["overruled"].as_u64())
    );
    assert_eq!(counts(&done), [1, 0, 1, 0, 0, 0]);
    let after = lab.get(&token, &format!("/api/v1/hosts/{host}")).await.json();
    assert_eq!(before["name"], after["name"]);
    let firmware = lab.all(&token, &format!("/api/v1/items?class=firmware&host={host}")).await;
    assert_eq!(firmware[0]["attributes"]["bios_vendor"], "ACME", "what the agent does not say, the file adds");
    assert_eq!(lab.all(&token, "/api/v1/hosts").await.len(), 2, "one host and the printer");
    assert_eq!(counts(&import(&lab, &token, "class=host", by_machine).await.json()), [1, 0, 0, 1, 0, 0]);

    // Items of hosts: by name, with what the agent says believed more.
    let file = "host,key,version,vendor\nweb-1,zlib,9.9,ACME\nweb-1,oracle-client,19.3,Oracle\nnowhere,x,1,\n";
    let done = import(&lab, &token, "class=package", file).await.json();
    assert_eq!(counts(&done), [3, 2, 0, 0, 0, 1]);
    assert_eq!(done["counts"]["overruled"], 1);
    let overruled: Vec<String> = errors(&done).into_iter().filter(|error| error.starts_with("2 ")).collect();
    assert!(overruled[0].contains("agent") && overruled[0].contains("believed more"), "{done}");
    let packages = lab.all(&token, &format!("/api/v1/items?class=package&host={host}")).await;
    let named = |name: &str| packages.iter().find(|item| item["key"] == name).unwrap();
    assert_ne!(named("zlib")["attributes"]["version"], "9.9");
    assert_eq!(named("oracle-client")["attributes"]["version"], "19.3");
    assert_eq!(counts(&import(&lab, &token, "class=package", file).await.json()), [3, 0, 0, 2, 0, 1]);
    // The agent's next report and the file's next import do not flap.
    let history = lab.all(&token, &format!("/api/v1/hosts/{host}/history")).await.len();
    for _ in 0..3 {
        device.report_full(&lab).await;
        import(&lab, &token, "class=package", file).await.expect(201);
    }
    assert_eq!(lab.all(&token, &format!("/api/v1/hosts/{host}/history")).await.len(), history);
    let sources = lab.get(&token, "/api/v1/sources").await.json();
    let import = sources["items"].as_array().unwrap().iter().find(|row| row["name"] == "import").unwrap();
    assert_eq!(import["hosts"], 2);
}
