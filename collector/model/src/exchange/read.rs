//! A row of a file of tickets as what it tells, in our words; all that is wrong with it is said at once.

use std::collections::BTreeMap;

use muster_shared::Time;
use serde_json::Value;

use super::mapping::{Mapping, kinds};
use super::standing::{usual_code, usual_reason};
use super::{Field, Form, MAX_OTHER_BYTES, MAX_REMARKS, MAX_TEXT, Remark, Terms, Told, journal, stamp};
use crate::import::row::Wrong;
use crate::import::table::{Cell, Row, short};
use crate::text::{Phrase, Word, unseen};
use crate::ticket::change::ChangeType;
use crate::ticket::state::{CancelReason, CloseCode, HoldReason};
use crate::ticket::{Kind, StateName, transition};

/// One row while it is read.
struct Reader<'a> {
    mapping: &'a Mapping,
    terms: &'a Terms,
    wrong: Vec<Wrong>,
    fields: BTreeMap<Field, String>,
    other: BTreeMap<String, String>,
    /// A way to end that is none of ours: wrong, unless the ticket was given up.
    unknown_code: Option<(usize, String, Phrase)>,
    /// Values that are none of ours, where those are left out instead of refused.
    unknown: Option<Unknown>,
}

/// Values that are none of ours, by field: as they were told, and what would be one.
pub type Unknown = BTreeMap<Field, (String, Phrase)>;

/// What a row tells, or all that is wrong with it.
pub fn read(row: &Row, mapping: &Mapping, terms: &Terms) -> Result<Told, Vec<Wrong>> {
    walk(row, mapping, terms, None).map(|(told, _)| told)
}

/// What a row tells without the values that are none of ours, and those; or all that is wrong with it besides.
pub fn hear(row: &Row, mapping: &Mapping, terms: &Terms) -> Result<(Told, Unknown), Vec<Wrong>> {
    walk(row, mapping, terms, Some(Unknown::new()))
}

fn walk(row: &Row, mapping: &Mapping, terms: &Terms, unknown: Option<Unknown>) -> Result<(Told, Unknown), Vec<Wrong>> {
    let name = |place: &usize| mapping.columns.get(*place).cloned();
    let cells = row.cells.as_ref().map_err(|(place, why)| vec![(place.as_ref().and_then(name), why.clone())])?;
    let (fields, other) = (BTreeMap::new(), BTreeMap::new());
    let mut reader = Reader { mapping, terms, wrong: Vec::new(), fields, other, unknown_code: None, unknown };
    let kind = reader.kind(cells);
    let mut journals = Vec::new();
    for (place, cell) in cells {
        match mapping.targets.get(place) {
            None | Some(Field::Kind) => {}
            Some(Field::Other) => reader.keep(*place, cell),
            Some(field) if field.form() == Form::Journal => journals.push((*place, *field, text_of(cell))),
            Some(field) => reader.take(*place, *field, kind, &text_of(cell)),
        }
    }
    reader.settle(kind);
    let remarks = reader.remarks(journals);
    for field in [Field::ExternalId, Field::Title] {
        if !reader.fields.contains_key(&field) {
            reader.refuse(field, Phrase::new("is_needed"));
        }
    }
    reader.close_other();
    match kind {
        Some(kind) if reader.wrong.is_empty() => {
            reader.fields.insert(Field::Kind, kind.as_str().to_owned());
            Ok((Told { kind, fields: reader.fields, remarks }, reader.unknown.unwrap_or_default()))
        }
        _ => Err(reader.wrong),
    }
}

/// A cell as text.
fn text_of(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.trim().to_owned(),
        Cell::Value(value @ Value::Array(_)) => value.to_string(),
        Cell::Value(value) => journal::name_in(value).unwrap_or_default().trim().to_owned(),
    }
}

impl Reader<'_> {
    fn refuse(&mut self, field: Field, why: Phrase) {
        let column = self.mapping.column(field).unwrap_or(field.as_str());
        self.wrong.push((Some(column.to_owned()), why));
    }

    fn refuse_at(&mut self, place: usize, why: Phrase) {
        self.wrong.push((self.mapping.columns.get(place).cloned(), why));
    }

    /// The kind, which says how the others are read.
    fn kind(&mut self, cells: &BTreeMap<usize, Cell>) -> Option<Kind> {
        let told = self.mapping.targets.iter().find(|(_, field)| **field == Field::Kind);
        let text = told.and_then(|(place, _)| cells.get(place)).map(text_of).filter(|text| !text.is_empty());
        let Some(text) = text else {
            if self.terms.kind.is_none() {
                self.refuse(Field::Kind, Phrase::new("is_needed"));
            }
            return self.terms.kind;
        };
        let ours = self.ours(Field::Kind, None, &text).unwrap_or_else(|| text.to_lowercase());
        let (name, r#type) = ours.split_once(':').map_or((ours.as_str(), None), |(name, rest)| (name, Some(rest)));
        let kind = Kind::ALL.iter().copied().find(|kind| kind.as_str() == name);
        match kind {
            Some(Kind::Access) => {
                self.refuse(Field::Kind, Phrase::new("desk_access"));
                None
            }
            Some(kind) => {
                self.fields.extend(r#type.map(|name| (Field::ChangeType, name.to_owned())));
                Some(kind)
            }
            None => {
                let known: Vec<&str> = self.terms.preset.known(Field::Kind, None).collect();
                let why = Phrase::new("desk_value").with("value", short(&text)).with("field", "kind");
                let known = if known.is_empty() { kinds() } else { Word::list(known) };
                self.refuse(Field::Kind, why.with("known", known));
                None
            }
        }
    }

    /// A value of theirs in our words: as it was said, or as the table says.
    fn ours(&self, field: Field, kind: Option<Kind>, theirs: &str) -> Option<String> {
        let said = self.terms.values.get(field.as_str());
        let is_it = |(known, _): &(&String, &String)| known.trim().to_lowercase() == theirs.trim().to_lowercase();
        let said = said.and_then(|values| values.iter().find(is_it)).map(|(_, ours)| ours.trim().to_owned());
        said.or_else(|| self.terms.preset.ours(field, kind, theirs).map(str::to_owned))
    }

    /// What has no field of ours.
    fn keep(&mut self, place: usize, cell: &Cell) {
        let Some(column) = self.mapping.columns.get(place) else { return };
        if column == Field::Other.as_str()
            && let Some(members) = table_of(cell)
        {
            self.other.extend(members);
            return;
        }
        let text = match cell {
            Cell::Value(value @ (Value::Object(_) | Value::Array(_))) => value.to_string(),
            cell => text_of(cell),
        };
        if !text.is_empty() {
            self.other.insert(column.clone(), text);
        }
    }

    fn close_other(&mut self) {
        if self.other.is_empty() {
            return;
        }
        let text = serde_json::to_string(&self.other).unwrap_or_default();
        if text.len() > MAX_OTHER_BYTES {
            let longest = self.other.iter().max_by_key(|(_, text)| text.len()).map(|(name, _)| name.clone());
            let why = Phrase::new("desk_other_long").with("max", MAX_OTHER_BYTES.to_string());
            self.wrong.push((longest, why));
        }
        self.fields.insert(Field::Other, text);
    }

    /// A field that is no kind and no remark.
    fn take(&mut self, place: usize, field: Field, kind: Option<Kind>, text: &str) {
        if text.is_empty() {
            return;
        }
        let taken = match field.form() {
            Form::Line(max) => line(field, text, max),
            Form::Text => long(text),
            Form::Time => stamp::parse(text, &self.terms.zone)
                .map(|at| at.to_string())
                .ok_or_else(|| Phrase::new("desk_time").with("value", short(text))),
            Form::Level(max) => {
                let ours = self.ours(field, kind, text).unwrap_or_else(|| text.to_owned());
                let level = ours.parse::<u8>().ok().filter(|level| (1..=max).contains(level));
                level.map(|level| level.to_string()).ok_or_else(|| self.unknown(field, kind, text))
            }
            Form::Choice => self.choice(field, kind, text),
            Form::Journal | Form::Other => return,
        };
        match taken {
            Ok(ours) => self.put(field, ours),
            Err(why) if field == Field::CloseCode => self.unknown_code = Some((place, text.to_owned(), why)),
            Err(why) => self.unfit(place, field, text, why),
        }
    }

    /// A value that a field does not take: one of a set is left out where that is asked for.
    fn unfit(&mut self, place: usize, field: Field, text: &str, why: Phrase) {
        match self.unknown.as_mut().filter(|_| matches!(field.form(), Form::Choice | Form::Level(_))) {
            Some(unknown) => drop(unknown.insert(field, (short(text), why))),
            None => self.refuse_at(place, why),
        }
    }

    /// A value of ours; what belongs to a state goes where it belongs, unless a column says it.
    fn put(&mut self, field: Field, ours: String) {
        let Some((state, detail)) = ours.split_once(':').filter(|_| field == Field::State) else {
            self.fields.insert(field, ours);
            return;
        };
        let slot = if state == StateName::OnHold.as_str() { Field::HoldReason } else { Field::CloseCode };
        self.fields.insert(Field::State, state.to_owned());
        self.fields.entry(slot).or_insert_with(|| detail.to_owned());
    }

    fn choice(&self, field: Field, kind: Option<Kind>, text: &str) -> Result<String, Phrase> {
        // Without a kind nothing can be said of its values; that is said already.
        let Some(kind) = kind else { return Ok(text.to_owned()) };
        let ours = self.ours(field, Some(kind), text).unwrap_or_else(|| text.to_lowercase().replace([' ', '-'], "_"));
        let (name, detail) = ours.split_once(':').map_or((ours.as_str(), None), |(name, rest)| (name, Some(rest)));
        let is_code = |name: &str| {
            codes(kind).any(|code| code.as_str() == name)
                || CancelReason::of(kind).iter().any(|one| one.as_str() == name)
        };
        let is_hold = |name: &str| HoldReason::ALL.iter().any(|reason| reason.as_str() == name);
        let is_known = match field {
            Field::State => {
                let is_state = transition::states(kind).iter().any(|state| state.as_str() == name);
                is_state && detail.is_none_or(|detail| is_hold(detail) || is_code(detail))
            }
            Field::HoldReason => is_hold(name),
            Field::CloseCode => is_code(name),
            Field::ChangeType => ChangeType::ALL.iter().any(|known| known.as_str() == name),
            _ => true,
        };
        if is_known {
            return Ok(ours);
        }
        Err(self.unknown(field, Some(kind), text))
    }

    /// What is no value, and which ones are.
    fn unknown(&self, field: Field, kind: Option<Kind>, text: &str) -> Phrase {
        let theirs: Vec<&str> = self.terms.preset.known(field, kind).collect();
        let ours: Vec<String> = match (field, kind) {
            (Field::State, Some(kind)) => {
                transition::states(kind).iter().map(|state| state.as_str().to_owned()).collect()
            }
            (Field::HoldReason, _) => HoldReason::ALL.iter().map(|one| one.as_str().to_owned()).collect(),
            (Field::CloseCode, Some(kind)) => codes(kind).map(|code| code.as_str().to_owned()).collect(),
            (Field::ChangeType, _) => ChangeType::ALL.iter().map(|one| one.as_str().to_owned()).collect(),
            _ => match field.form() {
                Form::Level(max) => (1..=max).map(|level| level.to_string()).collect(),
                _ => Vec::new(),
            },
        };
        let known = if theirs.is_empty() { Word::list(ours) } else { Word::list(theirs) };
        Phrase::new("desk_value").with("value", short(text)).with("field", field.as_str()).with("known", known)
    }

    /// What a state asks for and the row does not say is the usual; what it says and the state does not have is kept beside.
    fn settle(&mut self, kind: Option<Kind>) {
        let Some(kind) = kind else { return };
        let time =
            |fields: &BTreeMap<Field, String>, field| fields.get(&field).and_then(|text| text.parse::<Time>().ok());
        if let Some(opened) = time(&self.fields, Field::OpenedAt) {
            for field in [Field::ResolvedAt, Field::ClosedAt] {
                if time(&self.fields, field).is_some_and(|at| at < opened) {
                    self.refuse(field, Phrase::new("desk_before").with("opened", opened.to_string()));
                }
            }
        }
        let state = self.fields.get(&Field::State).cloned();
        let state = state.unwrap_or_else(|| kind.first_state().name().as_str().to_owned());
        if state == StateName::OnHold.as_str() {
            self.fields.entry(Field::HoldReason).or_insert_with(|| HoldReason::Caller.as_str().to_owned());
        } else {
            self.fields.remove(&Field::HoldReason);
        }
        let is = |name: StateName| state == name.as_str();
        match self.unknown_code.take() {
            // What a ticket that was given up says of its end is often no reason; it is kept beside.
            Some((_, text, _)) if is(StateName::Cancelled) => {
                self.other.insert(Field::CloseCode.as_str().to_owned(), text);
            }
            Some((place, text, why)) => self.unfit(place, Field::CloseCode, &text, why),
            None => {}
        }
        let code = self.fields.remove(&Field::CloseCode);
        let (fits, usual) = if is(StateName::Cancelled) {
            let all = CancelReason::of(kind);
            (
                code.as_deref().is_some_and(|code| all.iter().any(|one| one.as_str() == code)),
                usual_reason(kind).as_str(),
            )
        } else if is(StateName::Resolved) || is(StateName::Closed) {
            let fits = code.as_deref().is_some_and(|code| codes(kind).any(|one| one.as_str() == code));
            (fits, usual_code(kind).as_str())
        } else {
            self.other.extend(code.map(|code| (Field::CloseCode.as_str().to_owned(), code)));
            return;
        };
        match code {
            Some(code) if fits => {
                self.fields.insert(Field::CloseCode, code);
            }
            code => {
                self.other.extend(code.map(|code| (Field::CloseCode.as_str().to_owned(), code)));
                self.fields.insert(Field::CloseCode, usual.to_owned());
            }
        }
    }

    fn remarks(&mut self, journals: Vec<(usize, Field, String)>) -> Vec<Remark> {
        let opened = self.fields.get(&Field::OpenedAt).and_then(|text| text.parse().ok());
        let form = self.terms.preset.table().journal;
        let mut all = Vec::new();
        for (place, field, text) in journals {
            if text.is_empty() {
                continue;
            }
            match journal::parse(form, &text, field == Field::WorkNotes, &self.terms.zone, opened.unwrap_or_default()) {
                Some(remarks) => all.extend(remarks),
                None => self.refuse_at(place, Phrase::new("desk_remarks")),
            }
        }
        if opened.is_none() && all.iter().any(|remark| remark.at == Time::default()) {
            self.refuse(Field::OpenedAt, Phrase::new("is_needed"));
        }
        if all.len() > MAX_REMARKS {
            self.refuse(Field::Comments, Phrase::new("desk_many_remarks").with("max", MAX_REMARKS));
        }
        if let Some(why) = all.iter().find_map(|remark| long(&remark.text).err()) {
            self.refuse(Field::Comments, why);
        }
        all.sort_by_key(|remark| remark.at);
        all
    }
}

/// A table out of a cell.
fn table_of(cell: &Cell) -> Option<BTreeMap<String, String>> {
    match cell {
        Cell::Text(text) => serde_json::from_str(text).ok(),
        Cell::Value(value) => serde_json::from_value(value.clone()).ok(),
    }
}

fn line(field: Field, text: &str, max: usize) -> Result<String, Phrase> {
    // Some desks write a thousand as 1 000.
    let is_spaced = |c: char| matches!(c, ' ' | '\u{a0}' | '\u{202f}');
    let text = if field == Field::ExternalId && text.chars().all(|c| c.is_ascii_digit() || is_spaced(c)) {
        text.replace(is_spaced, "")
    } else {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    if text.chars().count() > max {
        return Err(Phrase::new("at_most_characters").with("max", max));
    }
    if let Some(why) = unseen(&text) {
        return Err(why);
    }
    Ok(text)
}

fn long(text: &str) -> Result<String, Phrase> {
    if text.chars().count() > MAX_TEXT {
        return Err(Phrase::new("at_most_characters").with("max", MAX_TEXT));
    }
    match unseen(text) {
        Some(why) => Err(why),
        None => Ok(text.replace("\r\n", "\n").trim().to_owned()),
    }
}

/// The codes with which a ticket of a kind can have ended.
pub(super) fn codes(kind: Kind) -> impl Iterator<Item = CloseCode> {
    let implied: &[CloseCode] = match kind {
        Kind::Problem => &[CloseCode::RiskAccepted, CloseCode::Duplicate],
        Kind::Release => &[CloseCode::Successful, CloseCode::BackedOut, CloseCode::Failed],
        Kind::Incident | Kind::Change | Kind::Request | Kind::Access | Kind::Task => &[],
    };
    CloseCode::of(kind).iter().chain(implied).copied()
}
