//! Rows of declared items, hosts and their items.

use super::*;
use crate::class::Registry;
use crate::import::{Plan, table};

fn entries(class: &str, text: &str) -> Vec<Result<Entry, Vec<String>>> {
    let registry = Registry::new([]);
    let class = registry.get(class).unwrap();
    let table = table::read(text.as_bytes(), &Plan::default()).unwrap();
    let mapping = Mapping::of(&table.columns, class, &Plan::default()).unwrap();
    let say = |(column, why): Wrong| format!("{}: {why}", column.unwrap_or_default());
    let rows = table.rows.iter().map(|row| read(row, class, &mapping));
    rows.map(|entry| entry.map_err(|wrong| wrong.into_iter().map(say).collect())).collect()
}

fn declared(class: &str, text: &str) -> DeclaredEntry {
    match entries(class, text).remove(0).unwrap() {
        Entry::Declared(entry) => *entry,
        other => panic!("{other:?}"),
    }
}

#[test]
fn texts_become_values_of_their_kinds_and_empty_cells_say_nothing() {
    let entry = declared(
        "licence",
        "name;product;seats;packages;tags;owner;criticality;status\noffice;Office;25;\"a;b\";x, y;;High;up",
    );
    assert_eq!(entry.edit.name.as_deref(), Some("office"));
    assert_eq!(entry.edit.attributes["seats"], json!(25));
    assert_eq!(entry.edit.attributes["packages"], json!(["a", "b"]));
    assert_eq!(entry.edit.tags.unwrap().len(), 2);
    assert_eq!((entry.edit.owner, entry.edit.criticality), (None, Some(Criticality::High)));
    assert_eq!(entry.edit.status, Some(Some(Status::Up)));
    let json = declared("licence", r#"[{"name": "x", "owner": null, "status": null, "seats": null, "product": 7}]"#);
    assert_eq!((json.edit.owner, json.edit.status), (Some(None), Some(None)));
    assert_eq!(json.edit.attributes["seats"], Value::Null, "null takes a value away");
    assert_eq!(json.edit.attributes["product"], json!(7), "the class says what is wrong with it");
}

#[test]
fn no_number_is_lost_because_it_is_none() {
    for text in ["inf", "NaN", "1e999", "-infinity", "1,5"] {
        let entry = declared("site", &format!("name;latitude\nx;{text}"));
        assert_eq!(entry.edit.attributes["latitude"], json!(text), "the class says what is wrong with it");
    }
}

#[test]
fn a_wrong_cell_names_its_column_and_what_would_be_right() {
    let rows = entries("team", "id,name,criticality,lifecycle\nx,a,,\n,b,hgih,\n,c,,stale\n,,high,\n");
    let wrong: Vec<String> = rows.into_iter().map(|row| row.unwrap_err().join("; ")).collect();
    assert_eq!(
        wrong,
        [
            "id: 'x' is no id of this kind",
            "criticality: 'hgih' is none of the choices low, normal, high, critical",
            "lifecycle: this is seen, not said; it is one of discovered, review, active, maintenance, retiring, retired, archived",
            "name: the row gives no name and no id",
        ]
    );
    let rows = entries(
        "host",
        "name,cpu.cores,permanent_mac,os_support_end\na,many,,\nb,,nonsense,\nc,,,yesterday\n,4,,\nd,4,00:1A:2b:3c:4d:5e,\n",
    );
    let wrong: Vec<String> = rows.iter().filter_map(|row| row.as_ref().err()).map(|wrong| wrong.join("; ")).collect();
    assert_eq!(
        wrong,
        [
            "cpu.cores: this is not of the kind integer",
            "permanent_mac: 'nonsense' is no permanent_mac",
            "os_support_end: a time such as 2026-11-24T10:00:00Z, or a day such as 2026-11-24",
            "name: the row does not say which host it is about",
        ]
    );
    let Ok(Entry::Host(host)) = &rows[4] else { panic!() };
    assert_eq!(host.identifiers[0].value, "00:1a:2b:3c:4d:5e");
    assert_eq!(host.facts[&SectionName::Cpu]["cores"], json!(4));
}

#[test]
fn an_item_of_a_host_needs_its_place_and_its_key() {
    let rows = entries("package", "host,key,version\nweb-1,openssl,3.0.14\n,openssl,1\nweb-1,,1\n");
    assert!(
        matches!(&rows[0], Ok(Entry::Item(item)) if item.key == "openssl" && item.attributes["version"] == "3.0.14")
    );
    assert_eq!(rows[1].as_ref().unwrap_err()[0], "host: the row does not say on which host the item is");
    assert_eq!(rows[2].as_ref().unwrap_err()[0], "key: the row does not give the key of the item");
}
