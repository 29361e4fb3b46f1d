//! `muster import` against a real collector: a dry run, a file with bad rows, a kill in the middle, and the same file again.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output};

use muster_tests::api::Api;
use muster_tests::binary;
use muster_tests::collector::Collector;
use muster_tests::wait::until;
use serde_json::{Value, json};

fn muster(collector: &Collector, token: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(binary::path("muster"));
    command.args(arguments).env("MUSTER_URL", &collector.console_url).env("MUSTER_TOKEN", token);
    command
}

/// A client without a connection that the collector may be about to close.
async fn fresh(collector: &Collector) -> Api {
    collector.bootstrap().await.unwrap().0
}

fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn file(dir: &Path, name: &str, text: &str) -> String {
    let path = dir.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_file_is_tried_and_imported_and_its_bad_rows_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let collector = Collector::start(dir.path(), &[]).await.unwrap();
    let (_, data) = collector.bootstrap().await.unwrap();
    let token = data["api_token"].as_str().unwrap();
    let run = |arguments: &[&str]| said(&muster(&collector, token, arguments).output().unwrap());
    let racks = file(dir.path(), "racks.csv", "Name;Height Units;Team\nr1;42;ops\nr2;tall;ops\n");
    let map = ["import", &racks, "--class", "rack", "--map", "Team=owner"];
    let (code, table, error) = run(&[&map[..], &["--dry-run"]].concat());
    assert_eq!((code, error.as_str()), (Some(1), "muster: 1 of 2 rows would not be taken\n"));
    assert!(table.contains("would create  1") && table.contains("this is not of the kind integer"), "{table}");
    assert_eq!(fresh(&collector).await.list_all("/items?class=rack").await.unwrap().len(), 0);
    let (code, table, error) = run(&map);
    assert_eq!((code, error.as_str()), (Some(1), "muster: 1 of 2 rows were not taken\n"));
    assert!(table.contains("created    1"), "{table}");
    let (code, json, _) = run(&["imports", "list", "--output", "json"]);
    let listed: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((code, &listed[0]["file"], &listed[0]["state"]), (Some(0), &json!("racks.csv"), &json!("done")));
    let (_, shown, _) = run(&["imports", "show", listed[0]["id"].as_str().unwrap()]);
    assert!(shown.contains("Height Units") && shown.contains("refused"), "{shown}");
    let (code, _, error) = run(&["import", &racks, "--class", "rack"]);
    assert_eq!(code, Some(1));
    assert!(error.contains("Team: items of the class rack have no team"), "{error}");
    let (code, _, error) = run(&["import", "/nowhere.csv", "--class", "rack"]);
    assert_eq!(code, Some(1));
    assert!(error.contains("reading /nowhere.csv"), "{error}");
}

#[tokio::test]
async fn a_kill_in_the_middle_of_an_import_loses_and_doubles_nothing() {
    const ROWS: usize = 6_000;
    let dir = tempfile::tempdir().unwrap();
    let mut collector = Collector::start(dir.path(), &[]).await.unwrap();
    let (_, data) = collector.bootstrap().await.unwrap();
    let token = data["api_token"].as_str().unwrap().to_owned();
    let mut text = String::from("name,lead\n");
    for row in 0..ROWS {
        writeln!(text, "team-{row},ann").unwrap();
    }
    let teams = file(dir.path(), "teams.csv", &text);
    let arguments = ["import", &teams, "--class", "team"];
    let mut running = muster(&collector, &token, &arguments).stdout(std::process::Stdio::null()).spawn().unwrap();
    let api = fresh(&collector).await;
    until("some rows are taken", async || Ok((!api.list("/items?class=team").await?.is_empty()).then_some(())))
        .await
        .unwrap();
    collector.kill().unwrap();
    assert_eq!(running.wait().unwrap().code(), Some(5), "the collector is gone");
    collector.restart().await.unwrap();
    let before = fresh(&collector).await.list("/imports").await.unwrap().remove(0);
    assert_eq!(before["state"], "interrupted", "the kill hit nothing: {before}");
    let (code, table, error) = said(&muster(&collector, &token, &arguments).output().unwrap());
    assert_eq!(code, Some(0), "{table}{error}");
    let api = fresh(&collector).await;
    let imports = api.list("/imports").await.unwrap();
    assert_eq!((imports.len(), &imports[0]["id"]), (1, &before["id"]), "the same import goes on");
    assert_eq!(imports[0]["counts"]["created"], ROWS);
    let items = api.list_all("/items?class=team").await.unwrap();
    let names: std::collections::BTreeSet<&str> = items.iter().filter_map(|item| item["name"].as_str()).collect();
    assert_eq!((items.len(), names.len()), (ROWS, ROWS));
}

/// What the collector's own command line says; it needs no account, and no collector that runs.
fn own(collector: &Collector, arguments: &[&str]) -> (Option<i32>, String, String) {
    said(&collector.command(arguments).unwrap())
}

#[tokio::test]
async fn the_host_itself_imports_and_exports_whether_its_collector_runs_or_not() {
    let dir = tempfile::tempdir().unwrap();
    let mut collector = Collector::start(dir.path(), &[]).await.unwrap();
    let racks = file(dir.path(), "racks.csv", "name,height_units\nr1,42\nr2,tall\n");
    let import = ["import", &racks, "--class", "rack"];
    let (code, told, _) = own(&collector, &[&import[..], &["--dry-run"]].concat());
    let tried: Value = serde_json::from_str(&told).unwrap();
    assert_eq!((code, &tried["counts"]["created"], &tried["counts"]["refused"]), (Some(1), &json!(1), &json!(1)));
    let (code, told, error) = own(&collector, &import);
    assert_eq!((code, error.as_str()), (Some(1), "muster-collector: rows that were not taken: 1\n"));
    let taken: Value = serde_json::from_str(&told).unwrap();
    assert_eq!((&taken["state"], &taken["by"]), (&json!("done"), &json!("system:command")));
    let export = ["export", "items", "--format", "csv", "--filter", "class:rack", "--columns", "name,height_units"];
    let while_it_runs = own(&collector, &export);
    assert_eq!(while_it_runs, (Some(0), "\"name\",\"height_units\"\r\n\"r1\",\"42\"\r\n".to_owned(), String::new()));
    for is_running in [true, false] {
        if !is_running {
            collector.kill().unwrap();
            assert_eq!(own(&collector, &export), while_it_runs);
            let again: Value = serde_json::from_str(&own(&collector, &import).1).unwrap();
            assert_eq!(again["counts"]["unchanged"], json!(1));
        }
        let (code, out, error) = own(&collector, &["export", "items", "--filter", "clas:rack"]);
        assert_eq!((code, out.as_str()), (Some(1), ""));
        assert!(error.contains("column 1") && error.contains("class"), "{error}");
        let (code, _, error) = own(&collector, &["export", "racks"]);
        assert!(code == Some(1) && !error.is_empty(), "{error}");
        let (code, _, error) = own(&collector, &["import", &racks, "--class", "rak"]);
        assert!(code == Some(1) && error.contains("rack"), "{error}");
        let (code, _, error) = own(&collector, &["import", "/nowhere.csv", "--class", "rack"]);
        assert!(code == Some(1) && error.contains("reading /nowhere.csv"), "{error}");
    }
}
