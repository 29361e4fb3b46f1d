//! Files of every kind, good and bad.

use serde_json::json;

use super::*;

fn table(text: &str) -> Table {
    read(text.as_bytes(), &Plan::default()).unwrap()
}

fn why(bytes: &[u8]) -> String {
    read(bytes, &Plan::default()).unwrap_err().to_string()
}

fn texts(row: &Row) -> Vec<(usize, &str)> {
    let cells = row.cells.as_ref().unwrap().iter();
    cells.map(|(place, cell)| (*place, if let Cell::Text(text) = cell { text.as_str() } else { panic!() })).collect()
}

#[test]
fn a_delimiter_is_found_and_a_mark_of_utf8_is_no_part_of_the_first_name() {
    for sign in [",", ";", "\t", "|"] {
        let text =
            format!("\u{feff}name{sign}\"a,b;c|d\"{sign}owner\r\nweb{sign}\"x{sign}y\"{sign}\r\n\r\ndb{sign}{sign}ann");
        let table = table(&text);
        assert_eq!(table.columns, ["name", "a,b;c|d", "owner"], "{sign:?}");
        assert_eq!(texts(&table.rows[0]), [(0, "web"), (1, &*format!("x{sign}y"))]);
        assert_eq!(texts(&table.rows[1]), [(0, "db"), (2, "ann")]);
        assert_eq!((table.rows[0].line, table.rows[1].line), (2, 4));
    }
    assert_eq!(table("name\nweb").columns, ["name"]);
    let plan = Plan { delimiter: Some('#'), ..Plan::default() };
    assert_eq!(read(b"a#b\n1#2", &plan).unwrap().columns, ["a", "b"]);
    for sign in ['"', '\n', 'é'] {
        assert!(read(b"a,b\n1,2", &Plan { delimiter: Some(sign), ..Plan::default() }).is_err(), "{sign:?}");
    }
}

#[test]
fn a_row_that_is_wrong_says_its_line_and_leaves_the_others() {
    let text = b"name,owner,tags\nweb,ann\n\"two\nlines\",bob,x\nfew,\xe9t\xe9,y\nmany,a,b,c\nfine,a,b,,\n,,\nlast,,";
    let table = read(text, &Plan::default()).unwrap();
    let lines: Vec<u64> = table.rows.iter().map(|row| row.line).collect();
    assert_eq!(lines, [2, 3, 5, 6, 7, 9], "a line without anything is no row");
    let wrong: Vec<String> = table
        .rows
        .iter()
        .filter_map(|row| row.cells.as_ref().err().map(|(place, why)| format!("{} {place:?} {why}", row.line)))
        .collect();
    assert_eq!(
        wrong,
        [
            "2 None the row has 2 cells, and the header 3",
            "5 Some(1) this is not in UTF-8; save the file as UTF-8",
            "6 None the row has 4 cells, and the header 3",
        ]
    );
    let huge = format!("name,owner\nweb,{}\ndb,x", "x".repeat(MAX_CELL_BYTES + 1));
    let table = read(huge.as_bytes(), &Plan::default()).unwrap();
    assert_eq!(table.rows[0].cells.as_ref().unwrap_err().0, Some(1));
    assert!(table.rows[1].cells.is_ok());
}

#[test]
fn what_looks_like_a_formula_is_text_and_the_apostrophe_of_an_export_goes() {
    let table = table("name,owner,tags\n=1+1,'=cmd(),'quoted\n\"'-5\",@x,''=y");
    assert_eq!(texts(&table.rows[0]), [(0, "=1+1"), (1, "=cmd()"), (2, "'quoted")]);
    assert_eq!(texts(&table.rows[1]), [(0, "-5"), (1, "@x"), (2, "'=y")]);
}

#[test]
fn what_is_no_table_is_said_in_a_sentence() {
    assert_eq!(why(b""), "the file is empty");
    assert_eq!(why(b"\xef\xbb\xbf \n"), "the file is empty");
    assert_eq!(why(b"name,owner\n\n"), "the file has a header and no rows");
    assert_eq!(why(b"\xff\xfen\0a\0"), "the file is in UTF-16; save it as UTF-8");
    assert_eq!(why(b"name,,owner\nx,y,z"), "column 2 has no name in the header");
    assert_eq!(why(b"name,name\nx,y"), "the column name stands twice in the header");
    assert_eq!(why(b"n\xe4me\nx"), "the name of column 1 is not in UTF-8; save the file as UTF-8");
    assert!(why(b"[1, 2").starts_with("the file is no JSON: EOF"), "{}", why(b"[1, 2"));
    let plan = Plan { form: Some(Form::Json), ..Plan::default() };
    let error = read(br#"{"name": "x"}"#, &plan).unwrap_err().to_string();
    assert!(error.starts_with("the file is no JSON list of objects"), "{error}");
    assert_eq!(why(b"[]"), "the file has a header and no rows");
    let wide = (0..=MAX_COLUMNS).map(|n| format!("c{n}")).collect::<Vec<_>>().join(",");
    assert_eq!(why(format!("{wide}\nx").as_bytes()), "at most 500 columns are taken; the file has 501");
}

#[test]
fn what_a_file_takes_in_memory_is_bounded() {
    let list = format!("[{}]", vec!["0"; 8_000].join(","));
    let row = format!("{{\"a\": {list}}}\n");
    let plan = Plan { form: Some(Form::Ndjson), ..Plan::default() };
    assert!(read(row.repeat(249).as_bytes(), &plan).is_ok());
    let error = read(row.repeat(250).as_bytes(), &plan).unwrap_err().to_string();
    assert_eq!(error, "at most 1000000 rows and 2000000 values are taken; cut the file in parts");
}

#[test]
fn a_list_and_lines_of_objects_are_rows_with_their_lines() {
    let list =
        table("[\n {\"name\": \"a\", \"n\": 1},\n\n {\"b\": null, \"name\": \"c\"}, 7,\n {\"b\": 1, \"b\": 2}\n]");
    assert_eq!(list.columns, ["name", "n", "b"]);
    assert_eq!(list.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 4, 4, 5]);
    let first = list.rows[0].cells.as_ref().unwrap();
    assert_eq!(first[&1], Cell::Value(json!(1)));
    assert_eq!(list.rows[1].cells.as_ref().unwrap()[&2], Cell::Value(json!(null)));
    assert_eq!(
        list.rows[2].cells.as_ref().unwrap_err().1.to_string(),
        "a row is an object: its members are the columns"
    );
    assert_eq!(list.rows[3].cells.as_ref().unwrap_err().0, Some(2));
    let lines = table("{\"name\": \"a\"}\n\n{\"name\": \n{\"name\": \"b\"}\n");
    assert_eq!(
        lines.rows.iter().map(|row| (row.line, row.cells.is_ok())).collect::<Vec<_>>(),
        [(1, true), (3, false), (4, true)]
    );
}
