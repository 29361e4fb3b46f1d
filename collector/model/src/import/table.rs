//! The bytes of a file as a header and rows of cells. What is wrong with a row is said of that row, and the others stand.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::{Form, MAX_CELL_BYTES, MAX_CELLS, MAX_COLUMNS, MAX_ROWS, Plan};
use crate::export::csv::is_formula;
use crate::text::Phrase;

/// What stands before the number of a column whose name stood in the header before.
pub(crate) const REPEATED: &str = " (";
/// Longest cell of a file of tickets: all that was ever said on one stands in a cell.
const MAX_TICKET_CELL_BYTES: usize = 1 << 20;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// A text of which the column says what it is.
    Text(String),
    /// A value that says itself what it is.
    Value(Value),
}

/// A row of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The line in which it begins, from 1.
    pub line: u64,
    /// The cells that say something, by the number of the column; or what is wrong, and in which column.
    pub cells: Result<BTreeMap<usize, Cell>, (Option<usize>, Phrase)>,
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The names of its columns.
    pub columns: Vec<String>,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// Why a file is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(pub Phrase);

fn wrong<T>(phrase: Phrase) -> Result<T, Unreadable> {
    Err(Unreadable(phrase))
}

/// Reads a file.
pub fn read(bytes: &[u8], plan: &Plan) -> Result<Table, Unreadable> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return wrong(Phrase::new("import_utf16"));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.trim_ascii().is_empty() {
        return wrong(Phrase::new("import_empty"));
    }
    let longest = if plan.tickets.is_some() { MAX_TICKET_CELL_BYTES } else { MAX_CELL_BYTES };
    let table = match plan.form.unwrap_or_else(|| form_of(bytes)) {
        Form::Csv => csv(bytes, plan, longest),
        Form::Json => json(bytes, longest),
        Form::Ndjson => lines(bytes, longest),
    }?;
    if table.rows.is_empty() {
        return wrong(Phrase::new("import_no_rows"));
    }
    Ok(table)
}

/// How a file is written, by its first sign.
fn form_of(bytes: &[u8]) -> Form {
    match bytes.trim_ascii_start().first() {
        Some(b'[') => Form::Json,
        Some(b'{') => Form::Ndjson,
        _ => Form::Csv,
    }
}

/// The sign that stands most often between the names of the header.
fn delimiter_of(bytes: &[u8]) -> u8 {
    let mut is_quoted = false;
    let header = bytes.iter().take_while(|byte| {
        is_quoted ^= **byte == b'"';
        is_quoted || **byte != b'\n'
    });
    let mut found = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
    let mut is_inside = false;
    for byte in header {
        is_inside ^= *byte == b'"';
        if let Some((_, count)) = found.iter_mut().find(|(sign, _)| sign == byte && !is_inside) {
            *count += 1;
        }
    }
    // The first of those that are equally frequent.
    found.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(sign, _)| *sign)
}

fn csv(bytes: &[u8], plan: &Plan, longest: usize) -> Result<Table, Unreadable> {
    let delimiter = match plan.delimiter.map(|sign| u8::try_from(u32::from(sign))) {
        None => delimiter_of(bytes),
        Some(Ok(sign)) if sign.is_ascii() && !matches!(sign, b'"' | b'\r' | b'\n') => sign,
        Some(_) => return wrong(Phrase::new("import_delimiter")),
    };
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(bytes);
    let mut records = reader.byte_records();
    let Some(Ok(header)) = records.next() else { return wrong(Phrase::new("import_empty")) };
    let mut columns = Vec::new();
    for name in &header {
        match std::str::from_utf8(name) {
            Ok(name) => columns.push(name.trim().to_owned()),
            Err(_) => return wrong(Phrase::new("import_header_utf8").with("number", columns.len() + 1)),
        }
    }
    while columns.last().is_some_and(String::is_empty) {
        columns.pop();
    }
    // Other desks give each remark a column, all of one name.
    if plan.tickets.is_some() {
        number_repeated(&mut columns);
    }
    check_columns(&columns)?;
    let mut rows = Rows::default();
    let mut lines = Lines::of(bytes);
    for record in records {
        let Ok(record) = record else { return wrong(Phrase::new("import_empty")) };
        if record.iter().all(|cell| cell.trim_ascii().is_empty()) {
            continue;
        }
        let at = record.position().map_or(0, csv::Position::byte);
        let line = lines.at(usize::try_from(at).unwrap_or(usize::MAX));
        rows.push(Row { line, cells: cells_of(&record, columns.len(), longest) })?;
    }
    Ok(Table { columns, rows: rows.rows })
}

/// Counts lines along a file.
struct Lines<'a> {
    bytes: &'a [u8],
    counted: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    const fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, counted: 0, line: 1 }
    }

    /// The line of a place that is not before the last one; ends of lines at it belong to what was before.
    fn at(&mut self, place: usize) -> u64 {
        let rest = self.bytes.get(place..).unwrap_or_default();
        let place = place + rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let passed = self.bytes.get(self.counted..place).unwrap_or_default();
        let ends = passed.iter().zip(passed.iter().skip(1).map(Some).chain([None]));
        let is_end = |(byte, next): &(&u8, Option<&u8>)| **byte == b'\n' || **byte == b'\r' && *next != Some(&b'\n');
        self.line += ends.filter(is_end).count() as u64;
        self.counted = self.counted.max(place);
        self.line
    }
}

/// Tells columns of one name apart.
fn number_repeated(columns: &mut [String]) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for name in columns {
        let count = counts.entry(name.clone()).or_default();
        *count += 1;
        if *count > 1 && !name.is_empty() {
            *name = format!("{name}{REPEATED}{count})");
        }
    }
}

fn check_columns(columns: &[String]) -> Result<(), Unreadable> {
    if columns.len() > MAX_COLUMNS {
        return wrong(Phrase::new("import_columns").with("max", MAX_COLUMNS).with("count", columns.len()));
    }
    for (place, name) in columns.iter().enumerate() {
        if name.is_empty() {
            return wrong(Phrase::new("import_unnamed").with("number", place + 1));
        }
        if name.len() > MAX_CELL_BYTES {
            return wrong(Phrase::new("import_cell_long").with("max", MAX_CELL_BYTES));
        }
        if columns.iter().take(place).any(|known| known == name) {
            return wrong(Phrase::new("import_column_twice").with("column", short(name)));
        }
    }
    Ok(())
}

/// Rows as they are read, within bounds.
#[derive(Default)]
struct Rows {
    rows: Vec<Row>,
    cells: usize,
}

impl Rows {
    fn push(&mut self, row: Row) -> Result<(), Unreadable> {
        self.cells += row.cells.as_ref().map_or(0, |cells| cells.values().map(weight).sum());
        if self.rows.len() >= MAX_ROWS || self.cells > MAX_CELLS {
            return wrong(Phrase::new("import_rows").with("max", MAX_ROWS).with("cells", MAX_CELLS));
        }
        self.rows.push(row);
        Ok(())
    }
}

/// How many values a cell is made of.
fn weight(cell: &Cell) -> usize {
    fn values(value: &Value) -> usize {
        match value {
            Value::Array(inner) => inner.iter().map(values).sum::<usize>() + 1,
            Value::Object(inner) => inner.values().map(values).sum::<usize>() + 1,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 1,
        }
    }
    match cell {
        Cell::Text(_) => 1,
        Cell::Value(value) => values(value),
    }
}

/// The cells of a line. Empty ones say nothing.
fn cells_of(
    record: &csv::ByteRecord,
    columns: usize,
    longest: usize,
) -> Result<BTreeMap<usize, Cell>, (Option<usize>, Phrase)> {
    // A spreadsheet puts empty cells at the end of a line.
    let surplus = record.iter().skip(columns).any(|cell| !cell.trim_ascii().is_empty());
    if record.len() < columns || surplus {
        let why = Phrase::new("import_ragged").with("have", record.len()).with("want", columns);
        return Err((None, why));
    }
    let mut cells = BTreeMap::new();
    for (place, cell) in record.iter().take(columns).enumerate() {
        if cell.len() > longest {
            return Err((Some(place), Phrase::new("import_cell_long").with("max", longest)));
        }
        let Ok(text) = std::str::from_utf8(cell) else {
            return Err((Some(place), Phrase::new("import_utf8")));
        };
        let text = unguarded(text.trim());
        if !text.is_empty() {
            cells.insert(place, Cell::Text(text.to_owned()));
        }
    }
    Ok(cells)
}

/// A text without the apostrophe by which an export keeps a spreadsheet from running it.
fn unguarded(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(text)
}

/// The members of an object, in their order.
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

/// The members of a record, with its attributes in their own right, as exports of lists nest them. An attribute stands before what
/// the list calls the same: of a thing that has a name, that is its name.
fn spread(mut members: Vec<(String, Value)>) -> Vec<(String, Value)> {
    let nested = members.iter().position(|(name, value)| name == "attributes" && value.is_object());
    let Some(place) = nested else { return members };
    if let (_, Value::Object(attributes)) = members.remove(place) {
        members.retain(|(name, _)| !attributes.contains_key(name));
        members.extend(attributes);
    }
    members
}

/// Columns by their names, as the rows bring them.
#[derive(Default)]
struct Columns {
    names: Vec<String>,
    places: BTreeMap<String, usize>,
}

impl Columns {
    fn place(&mut self, name: String) -> usize {
        if let Some(place) = self.places.get(&name) {
            return *place;
        }
        let place = self.names.len();
        self.names.push(name.clone());
        self.places.insert(name, place);
        place
    }

    /// The row of an object.
    fn row(&mut self, text: &str, line: u64, longest: usize) -> Row {
        let refused = |column, why| Row { line, cells: Err((column, why)) };
        let members = match serde_json::from_str::<Members>(text) {
            Ok(Members(members)) => members,
            Err(error) if error.is_data() => return refused(None, Phrase::new("import_no_object")),
            Err(error) => return refused(None, Phrase::new("import_no_json").with("cause", error.to_string())),
        };
        let mut cells = BTreeMap::new();
        for (name, value) in spread(members) {
            if name.is_empty() || name.len() > MAX_CELL_BYTES || self.names.len() > MAX_COLUMNS {
                return refused(None, Phrase::new("import_columns").with("max", MAX_COLUMNS).with("count", "…"));
            }
            let place = self.place(name);
            if value.to_string().len() > longest {
                return refused(Some(place), Phrase::new("import_cell_long").with("max", longest));
            }
            if cells.insert(place, Cell::Value(value)).is_some() {
                return refused(Some(place), Phrase::new("import_member_twice"));
            }
        }
        Row { line, cells: Ok(cells) }
    }

    fn table(self, rows: Rows) -> Result<Table, Unreadable> {
        check_columns(&self.names)?;
        Ok(Table { columns: self.names, rows: rows.rows })
    }
}

fn json(bytes: &[u8], longest: usize) -> Result<Table, Unreadable> {
    let items: Vec<&RawValue> = serde_json::from_slice(bytes).map_err(|error| {
        let why =
            if error.is_data() && !error.to_string().contains("UTF-8") { "import_no_list" } else { "import_json" };
        Unreadable(Phrase::new(why).with("cause", error.to_string()))
    })?;
    let mut columns = Columns::default();
    let mut rows = Rows::default();
    // The items are parts of the file, one after the other.
    let start = bytes.as_ptr().addr();
    let mut lines = Lines::of(bytes);
    for item in items {
        let line = lines.at(item.get().as_ptr().addr().saturating_sub(start));
        rows.push(columns.row(item.get(), line, longest))?;
    }
    columns.table(rows)
}

fn lines(bytes: &[u8], longest: usize) -> Result<Table, Unreadable> {
    let mut columns = Columns::default();
    let mut rows = Rows::default();
    for (line, text) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        if text.trim_ascii().is_empty() {
            continue;
        }
        rows.push(match std::str::from_utf8(text) {
            Ok(text) => columns.row(text, line, longest),
            Err(_) => Row { line, cells: Err((None, Phrase::new("import_utf8"))) },
        })?;
    }
    columns.table(rows)
}

/// What was written, as far as it helps to see it again.
pub(crate) fn short(text: &str) -> String {
    const LONGEST: usize = 60;
    if text.chars().count() <= LONGEST { text.to_owned() } else { text.chars().take(LONGEST).chain(['…']).collect() }
}

#[cfg(test)]
mod tests;
