//! What is told of a ticket as a row of another desk's file. What that desk has no word for has ours, which [`super::read`] takes in
//! files of every desk.

use serde_json::{Map, Value};

use super::{Field, Form, Preset, Remark, Told, journal, stamp};
use crate::ticket::StateName;
use crate::zone::Zone;

/// The names of the columns of a file; some stand several times.
pub fn columns(preset: Preset) -> Vec<String> {
    preset.columns().into_iter().map(|(_, name)| name.to_owned()).collect()
}

/// The cells of a row, in the order of [`columns`].
pub fn cells(told: &Told, preset: Preset, zone: &Zone) -> Vec<String> {
    let [public, internal] = sorted(told);
    let form = preset.table().journal;
    let count = preset.table().remark_columns;
    let mut spread = Vec::new();
    if count > 1 {
        // One in a cell; what is left over goes into the last as a list.
        let (single, rest) = public.split_at(public.len().min(if public.len() > count { count - 1 } else { count }));
        spread.extend(single.iter().map(|remark| journal::write(form, std::slice::from_ref(remark), zone)));
        spread.extend((!rest.is_empty()).then(|| journal::json(rest)));
    } else {
        spread.push(journal::write(form, &public, zone));
    }
    let mut spread = spread.into_iter();
    let mut cell = |field: Field| match field {
        Field::Comments => spread.next().unwrap_or_default(),
        Field::WorkNotes => journal::write(form, &internal, zone),
        field => text(told, field, preset, zone),
    };
    preset.columns().into_iter().map(|(field, _)| cell(field)).collect()
}

/// As a record of JSON: what is not said is not in it, and remarks are lists.
pub fn record(told: &Told, preset: Preset, zone: &Zone) -> Value {
    let [public, internal] = sorted(told);
    let list = |remarks: &[Remark]| serde_json::to_value(remarks).unwrap_or_default();
    let mut members = Map::new();
    for (field, name) in preset.columns() {
        let value = match field {
            Field::Comments => list(&public),
            Field::WorkNotes => list(&internal),
            Field::Other => told.get(field).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default(),
            field => Value::String(text(told, field, preset, zone)),
        };
        let is_empty = match &value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(list) => list.is_empty(),
            _ => false,
        };
        if !is_empty {
            members.insert(name.to_owned(), value);
        }
    }
    Value::Object(members)
}

/// Remarks for everybody, and those for who works on the ticket.
fn sorted(told: &Told) -> [Vec<Remark>; 2] {
    let (internal, public) = told.remarks.iter().cloned().partition(|remark| remark.is_internal);
    [public, internal]
}

/// A field in their words.
pub fn text(told: &Told, field: Field, preset: Preset, zone: &Zone) -> String {
    let Some(ours) = told.get(field) else { return String::new() };
    match field.form() {
        Form::Time if !preset.table().is_exact => {
            told.time(field).map_or_else(String::new, |at| stamp::write(at, zone))
        }
        Form::Level(_) => preset.theirs(field, told.kind, ours).unwrap_or(ours).to_owned(),
        Form::Choice => {
            let detail = match field {
                Field::Kind => told.get(Field::ChangeType),
                Field::State if ours == StateName::OnHold.as_str() => told.get(Field::HoldReason),
                Field::State => told.get(Field::CloseCode),
                _ => None,
            };
            let whole = detail.and_then(|detail| preset.theirs(field, told.kind, &format!("{ours}:{detail}")));
            whole.or_else(|| preset.theirs(field, told.kind, ours)).unwrap_or(ours).to_owned()
        }
        Form::Line(_) | Form::Text | Form::Time | Form::Journal | Form::Other => ours.to_owned(),
    }
}
