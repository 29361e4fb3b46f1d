//! What people write of a ticket of each kind, as one table: which fields a form has, how a text becomes a value and a value a text.

mod recurrence;
mod wave;
mod written;

use muster_model::right::Action;
use muster_model::text::Phrase;
use muster_model::ticket::access::Entitlement;
use muster_model::ticket::change::ChangeType;
use muster_model::ticket::change::risk::Band;
use muster_model::ticket::{Details, Kind};
use muster_shared::Time;
use serde_json::{Map, Value, json};

pub(in crate::console) use self::written::Shape;
use super::named;
use crate::console::form::{self, Field, Kind as FieldKind};
use crate::console::locale::Locale;
use crate::console::submission::Fields;
use crate::console::visitor::Visitor;
use crate::console::{incident, moment};
use crate::service::account::Person as Account;
use crate::service::{ServiceError, invalid};

use Shape::{
    Choice, Expectations, Facts, Line, Lines, Moment, Node, Nodes, Number, Packages, Person, Recurrence, Template,
    Text, Tickets, Waves, YesNo,
};

/// What people write of a ticket of a kind: path in its part of the details, and how it is written.
pub(in crate::console) const fn shapes(kind: Kind) -> &'static [(&'static str, Shape)] {
    match kind {
        Kind::Incident => &[],
        Kind::Problem => &[
            ("symptom", Text),
            ("cause", Text),
            ("cause_item", Line),
            ("workaround", Text),
            ("permanent_fix", Text),
            ("items", Line),
            ("signature/kind", Line),
            ("signature/product", Line),
            ("signature/versions", Line),
            ("signature/error_code", Line),
            ("no_change", Text),
        ],
        Kind::Change => &[
            ("type", Choice("change-type")),
            ("template", Template),
            ("template_edition", Number),
            ("reason", Text),
            ("scope/items", Nodes),
            ("scope/hosts", Line),
            ("scope/facts", Facts),
            ("planned_start", Moment),
            ("planned_end", Moment),
            ("is_retroactive", YesNo),
            ("recurrence", Recurrence),
            ("implementation", Text),
            ("test", Text),
            ("backout", Text),
            ("is_backout_tested", YesNo),
            ("outage_minutes", Number),
            ("checks", Lines),
            ("expect", Expectations),
            ("implementer", Person),
            ("risk_at_least", Choice("band")),
        ],
        Kind::Release => &[("changes", Tickets), ("packages", Packages), ("waves", Waves), ("target_percent", Number)],
        Kind::Request => &[("wanted", Text), ("beneficiary", Line), ("needed_by", Moment)],
        Kind::Access => &[
            ("account", Line),
            ("entitlement", Choice("entitlement")),
            ("group", Line),
            ("hosts", Nodes),
            ("resource", Node),
            ("question", Line),
            ("reason", Text),
            ("valid_from", Moment),
            ("valid_to", Moment),
            ("exception/reason", Line),
            ("exception/until", Moment),
        ],
        Kind::Task => &[("optional", YesNo), ("after", Tickets)],
    }
}

/// The name of a field in a form.
pub(in crate::console) fn name(path: &str) -> String {
    path.replace('/', "_")
}

/// The part of the details that people write.
pub(in crate::console) fn part(details: &Details) -> Value {
    let json = serde_json::to_value(details).unwrap_or_default();
    let name = Details::editable(details.kind()).unwrap_or_default();
    json.pointer(&format!("/details/{name}")).cloned().unwrap_or_default()
}

fn words(value: &Value, names: &[&str]) -> String {
    let text = |name: &&str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    names.iter().filter_map(text).collect::<Vec<_>>().join(" ")
}

/// One entry of a list, as it is written on its line.
fn line(shape: Shape, value: &Value) -> String {
    match shape {
        Facts => words(value, &["section", "key", "attribute"]),
        Expectations => {
            let left = words(value, &["section", "key", "attribute"]);
            match (value.get("attribute"), value.get("value")) {
                (None | Some(Value::Null), Some(Value::Null) | None) => format!("{left} = none"),
                (None | Some(Value::Null), Some(_)) | (_, None) => left,
                (_, Some(Value::String(text))) => format!("{left} = {text}"),
                (_, Some(value)) => format!("{left} = {value}"),
            }
        }
        Packages => words(value, &["name", "version", "checksum"]),
        Waves => wave::line(value),
        _ => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
    }
}

/// A value as it stands in a form; empty when there is none.
fn shown(shape: Shape, value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(value) if shape == Recurrence => recurrence::line(value).unwrap_or_else(|| value.to_string()),
        Some(Value::Array(all)) => all.iter().map(|value| line(shape, value)).collect::<Vec<_>>().join("\n"),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    }
}

/// A value as it stands on a page, in its language; empty when there is none.
pub(in crate::console) fn said(locale: Locale, shape: Shape, value: Option<&Value>, people: &[Account]) -> String {
    let text = value.and_then(Value::as_str);
    match shape {
        YesNo => locale.name("yes-no", if value.is_some_and(|value| value == true) { "yes" } else { "no" }),
        Choice(set) => locale.name(set, &shown(shape, value)),
        Person => text.and_then(|id| id.parse().ok()).map(|id| incident::list::name_of(id, people)).unwrap_or_default(),
        Moment => {
            let at = text.and_then(|text| text.parse::<Time>().ok());
            at.map_or_else(|| shown(shape, value), moment::exact)
        }
        Recurrence => value.and_then(|value| recurrence::said(locale, value)).unwrap_or_else(|| shown(shape, value)),
        _ => shown(shape, value),
    }
}

/// Values of a closed set.
fn choices(set: &str) -> Vec<&'static str> {
    match set {
        "change-type" => ChangeType::ALL.iter().map(|one| one.as_str()).collect(),
        "band" => Band::ALL.iter().map(|one| one.as_str()).collect(),
        _ => Entitlement::ALL.iter().map(|one| one.as_str()).collect(),
    }
}

/// The fields of a form for what a ticket has of its own.
pub(in crate::console) async fn fields(visitor: &Visitor, details: &Details, people: &[Account]) -> Vec<Field> {
    let (locale, mut part) = (visitor.locale, part(details));
    for (path, shape) in
        shapes(details.kind()).iter().filter(|(_, shape)| matches!(shape, Nodes | Node | Tickets | Template))
    {
        let value = part.pointer_mut(&format!("/{path}"));
        for id in values(value).into_iter().take(named::MOST) {
            *id = json!(Box::pin(named::typed(visitor, *shape, id.as_str().unwrap_or_default())).await);
        }
    }
    let field = |(path, shape): &(&'static str, Shape)| {
        let value = part.pointer(&format!("/{path}"));
        let name = name(path);
        let label = locale.name("field", &name);
        let of = |kind| Field::named(name.clone(), label.clone(), kind).value(shown(*shape, value));
        match shape {
            Template => of(FieldKind::Input("text")).hint(locale.name("hint-shape", "template")),
            Node => of(FieldKind::Input("text")).hint(locale.name("hint-shape", "node")),
            Line | Number => of(FieldKind::Input(if *shape == Number { "number" } else { "text" })),
            Text => of(FieldKind::Area),
            Recurrence => of(FieldKind::Input("text")).hint(locale.name("hint-shape", "recurrence")),
            Moment => of(FieldKind::Input("datetime-local"))
                .value(value.and_then(Value::as_str).map(moment::field_of).unwrap_or_default())
                .hint(locale.t("hint-utc")),
            YesNo => of(FieldKind::Select).choices(form::choices(
                locale,
                "yes-no",
                ["no", "yes"],
                if value == Some(&Value::Bool(true)) { "yes" } else { "no" },
            )),
            Choice(set) => {
                of(FieldKind::Select).choices(form::choices(locale, set, choices(set), &shown(*shape, value)))
            }
            Person => of(FieldKind::Select).choices(incident::people(
                locale,
                people,
                &[Action::ChangeImplement],
                value.and_then(Value::as_str).and_then(|id| id.parse().ok()),
            )),
            Lines | Facts | Expectations | Packages | Waves | Tickets | Nodes => {
                of(FieldKind::Area).hint(locale.name("hint-shape", hint(*shape)))
            }
        }
    };
    shapes(details.kind()).iter().map(field).collect()
}

/// The texts of a value, of each one of a list.
fn values(value: Option<&mut Value>) -> Vec<&mut Value> {
    match value {
        Some(Value::Array(all)) => all.iter_mut().collect(),
        value => value.into_iter().filter(|value| value.is_string()).collect(),
    }
}

const fn hint(shape: Shape) -> &'static str {
    match shape {
        Facts => "facts",
        Expectations => "expectations",
        Packages => "packages",
        Waves => "waves",
        Tickets => "tickets",
        Nodes => "nodes",
        _ => "lines",
    }
}

/// A list of a plan as a timeline tells it: on one line, the way it is written; nothing of what is no list.
pub(in crate::console) fn told(field: &str, text: &str) -> Option<String> {
    let (_, shape) = Kind::ALL.iter().flat_map(|kind| shapes(*kind)).find(|(path, _)| *path == field)?;
    let value = serde_json::from_str(text).ok().filter(Value::is_array)?;
    Some(shown(*shape, Some(&value)).replace('\n', "; "))
}

/// The patch of details that a form means.
pub(in crate::console) fn patch(kind: Kind, fields: &Fields) -> Result<Value, ServiceError> {
    let mut part = Map::new();
    for (path, shape) in shapes(kind) {
        let name = name(path);
        if !fields.0.iter().any(|(key, _)| *key == name) {
            continue;
        }
        let value = read(*shape, &name, fields)?;
        match path.split_once('/') {
            None => drop(part.insert((*path).to_owned(), value)),
            Some((outer, inner)) => {
                let outer = part.entry(outer).or_insert_with(|| json!({}));
                if let Some(outer) = outer.as_object_mut() {
                    outer.insert(inner.to_owned(), value);
                }
            }
        }
    }
    let name = Details::editable(kind).unwrap_or_default();
    Ok(json!({ name: part }))
}

fn read(shape: Shape, name: &str, fields: &Fields) -> Result<Value, ServiceError> {
    let text = fields.text(name).trim();
    let wrong = |key| invalid(&format!("/{name}"), Phrase::new(key));
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    Ok(match shape {
        YesNo => json!(text == "yes"),
        // Names in them become ids where they are saved.
        Lines | Nodes | Tickets => lines().map(Value::from).collect(),
        Facts => lines().map(|line| fact(line).ok_or_else(|| wrong("line_facts"))).collect::<Result<_, _>>()?,
        Expectations => {
            lines().map(|line| expectation(line).ok_or_else(|| wrong("line_facts"))).collect::<Result<_, _>>()?
        }
        Packages => lines()
            .map(|line| match line.split_whitespace().collect::<Vec<_>>().as_slice() {
                [name, version] => Ok(json!({"name": name, "version": version})),
                [name, version, checksum] => Ok(json!({"name": name, "version": version, "checksum": checksum})),
                _ => Err(wrong("line_packages")),
            })
            .collect::<Result<_, ServiceError>>()?,
        Waves => lines().map(|line| wave::read(line).ok_or_else(|| wrong("line_waves"))).collect::<Result<_, _>>()?,
        _ if text.is_empty() => Value::Null,
        Recurrence => recurrence::read(text).ok_or_else(|| wrong("line_recurrence"))?,
        Moment => json!(moment::parse_field(text).ok_or_else(|| wrong("date_and_time"))?),
        Number => json!(text.parse::<u32>().map_err(|_| wrong("whole_number_or_more"))?),
        Line | Text | Choice(_) | Person | Template | Node => json!(text),
    })
}

fn fact(line: &str) -> Option<Value> {
    let mut words = line.split_whitespace();
    let (section, key, attribute) = (words.next()?, words.next(), words.next());
    words.next().is_none().then(|| {
        let mut fact = json!({"section": section});
        for (name, value) in [("key", key), ("attribute", attribute)] {
            if let (Some(value), Some(fact)) = (value, fact.as_object_mut()) {
                fact.insert(name.into(), value.into());
            }
        }
        fact
    })
}

fn expectation(line: &str) -> Option<Value> {
    let (left, value) = line.split_once(" = ").map_or((line, None), |(left, value)| (left, Some(value.trim())));
    let mut fact = fact(left)?;
    fact.get("key")?;
    let has_attribute = fact.get("attribute").is_some();
    let value = match (has_attribute, value) {
        (true, Some(value)) => Value::from(value),
        (false, Some("none")) => Value::Null,
        (false, None) => Value::Bool(true),
        (true, None) | (false, Some(_)) => return None,
    };
    fact.as_object_mut()?.insert("value".into(), value);
    Some(fact)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_on_a_line_comes_back_as_it_was() {
        for text in
            ["package openssl version = 3.0.15", "package openssl = none", "user deploy", "listener tcp/22 = none"]
        {
            let value = expectation(text).unwrap();
            assert_eq!(line(Expectations, &value), text);
        }
        for text in ["package", "package openssl", "package openssl version"] {
            assert_eq!(line(Facts, &fact(text).unwrap()), text);
        }
        for text in ["", "package = 1", "a b c d", "package openssl version", "user deploy = there"] {
            assert_eq!(expectation(text), None, "{text}");
        }
    }

    #[test]
    fn every_path_is_one_of_the_details() {
        for kind in Kind::ALL {
            for (path, shape) in shapes(*kind) {
                let value = match shape {
                    Line | Text | Person => Value::Null,
                    Moment => json!("2026-01-01T00:00:00Z"),
                    Number => json!(1),
                    YesNo => json!(true),
                    Choice(set) => json!(choices(set)[0]),
                    Nodes => json!(["host_00000000000000000000000000000001"]),
                    Node => json!("host_00000000000000000000000000000001"),
                    Lines => json!(["a"]),
                    Facts => json!([fact("package openssl").unwrap()]),
                    Expectations => json!([expectation("package openssl").unwrap()]),
                    Packages => json!([{"name": "a", "version": "1"}]),
                    Waves => json!([{"name": "a", "hosts": "site:b"}]),
                    Recurrence => recurrence::read("daily at 02:00 for 120 UTC").unwrap(),
                    Tickets => json!(["tkt_00000000000000000000000000000001"]),
                    Template => json!("tpl_00000000000000000000000000000001"),
                };
                let value = path.rsplit('/').fold(value, |value, name| json!({ name: value }));
                let patch = json!({ Details::editable(*kind).unwrap(): value });
                assert!(Details::empty(*kind).patched(&patch).is_ok(), "{kind:?} {path} {patch}");
            }
        }
    }
}
