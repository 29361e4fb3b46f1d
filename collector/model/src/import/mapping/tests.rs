//! Columns of every class, found by their names or as it is said.

use std::collections::BTreeSet;

use super::*;
use crate::class::Registry;

fn mapped(class: &str, columns: &[&str], map: &[(&str, &str)]) -> Result<Mapping, Vec<String>> {
    let registry = Registry::new([]);
    let columns: Vec<String> = columns.iter().map(ToString::to_string).collect();
    let map = map.iter().map(|(column, field)| (column.to_string(), field.to_string())).collect();
    let plan = Plan { class: class.to_owned(), map, ..Plan::default() };
    let class = registry.get(class).unwrap();
    Mapping::of(&columns, class, &plan)
        .map_err(|wrong| wrong.into_iter().map(|one| format!("{}: {}", one.column, one.why)).collect())
}

#[test]
fn every_field_of_every_class_has_one_name() {
    for class in Registry::new([]).all() {
        let all = targets(class);
        let names: BTreeSet<&String> = all.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), all.len(), "{}", class.name);
        assert!(!names.contains(&LEFT_OUT.to_owned()));
    }
}

#[test]
fn names_are_found_in_any_case_and_others_are_said() {
    let mapping = mapped("rack", &["Name", " Height Units", "Room", "x"], &[("Room", "row"), ("x", "-")]).unwrap();
    let fields: Vec<&str> = mapping.fields.values().map(String::as_str).collect();
    assert_eq!(fields, ["name", "height_units", "row"]);
    assert_eq!(mapping.column_at("/attributes/row"), Some("Room"));
    assert_eq!(mapping.column_at("/owner"), None);
}

#[test]
fn what_cannot_be_mapped_is_told_with_what_would_be_right() {
    let wrong =
        mapped("rack", &["nmae", "serial", "row", "place"], &[("place", "row"), ("Serail", "serial")]).unwrap_err();
    assert_eq!(
        wrong,
        [
            "nmae: items of the class rack have no nmae; did you mean name? Say what the column is, or leave it out with -",
            "place: the column row is row already",
            "Serail: the file has no such column; did you mean serial? It has nmae, serial, row, place",
            "name: no column gives the name (or the id) of the items",
        ]
    );
    assert_eq!(mapped("package", &["name"], &[]).unwrap_err().len(), 2, "neither host nor key");
    assert!(mapped("package", &["host", "key", "version"], &[]).is_ok());
    assert!(mapped("firmware", &["host", "bios_version"], &[]).is_ok(), "a host has one");
    assert!(mapped("host", &["system_serial", "site"], &[]).is_ok());
    assert!(mapped("host", &["site"], &[]).unwrap_err()[0].starts_with("name: no column says which host"));
    assert!(mapped("host", &["name", "load_1"], &[]).is_err(), "what moves by itself is not imported");
}
