//! Forms and tasks as lines that people write: one for each field and each task, parts between bars. What is read of a line and
//! written again is the same.
//!
//! A field is `name* | kind | title | note`; the star says that it has to be filled in. Kinds are `text`, `text 1..200`,
//! `integer 1..10`, `number`, `yes_no`, `date`, `date_time` and `one of: small, large`. A task is
//! `name? | title | group | after: a, b | story`; the question mark says that it is optional.

use serde_json::{Map, Value, json};

use super::{DateFormat, FieldType, FormField, FormSchema, TaskTemplate};

/// A line that says nothing known, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Odd(pub usize);

/// The lines that say something, with their numbers.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty()).map(|(n, line)| (n + 1, line))
}

/// The parts of a line, at most so many; the last one may hold bars.
pub(crate) fn parts<const N: usize>(line: &str) -> [&str; N] {
    let mut parts = [""; N];
    for (place, part) in parts.iter_mut().zip(line.splitn(N, '|')) {
        *place = part.trim();
    }
    parts
}

/// The names in a list.
pub(crate) fn names(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// Both ends of `1..10`; either may be left out.
fn range<T: std::str::FromStr>(text: &str) -> Option<(Option<T>, Option<T>)> {
    let (low, high) = text.split_once("..")?;
    let end = |text: &str| if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) };
    Some((end(low.trim())?, end(high.trim())?))
}

/// What a kind says, as a part of a JSON Schema.
fn kind(text: &str) -> Option<Map<String, Value>> {
    let (word, rest) = text.split_once(' ').map_or((text, ""), |(word, rest)| (word, rest.trim()));
    let mut field = Map::new();
    let r#type = match word {
        "text" | "date" | "date_time" | "one" => "string",
        "integer" => "integer",
        "number" => "number",
        "yes_no" => "boolean",
        _ => return None,
    };
    field.insert("type".into(), json!(r#type));
    let mut put = |name: &str, value: Option<Value>| field.extend(value.map(|value| (name.to_owned(), value)));
    match word {
        "date" => put("format", Some(json!("date"))),
        "date_time" => put("format", Some(json!("date-time"))),
        "one" => {
            let choices = names(rest.strip_prefix("of:")?);
            if choices.is_empty() {
                return None;
            }
            put("enum", Some(json!(choices)));
            return Some(field);
        }
        "text" if !rest.is_empty() => {
            let (low, high) = range::<u64>(rest)?;
            put("minLength", low.map(Value::from));
            put("maxLength", high.map(Value::from));
            return Some(field);
        }
        "integer" if !rest.is_empty() => {
            let (low, high) = range::<i64>(rest)?;
            put("minimum", low.map(Value::from));
            put("maximum", high.map(Value::from));
            return Some(field);
        }
        "number" if !rest.is_empty() => {
            let (low, high) = range::<f64>(rest)?;
            put("minimum", low.map(Value::from));
            put("maximum", high.map(Value::from));
            return Some(field);
        }
        _ => {}
    }
    rest.is_empty().then_some(field)
}

/// The JSON Schema of a form; none when no line says anything.
pub fn read_form(text: &str) -> Result<Value, Odd> {
    let (mut properties, mut required, mut order) = (Map::new(), Vec::new(), Vec::new());
    for (n, line) in lines(text) {
        let [name, of, title, description] = parts(line);
        let (name, is_required) = name.strip_suffix('*').map_or((name, false), |name| (name.trim_end(), true));
        let mut field = kind(of).filter(|_| !properties.contains_key(name)).ok_or(Odd(n))?;
        for (key, value) in [("title", title), ("description", description)] {
            if !value.is_empty() {
                field.insert(key.into(), json!(value));
            }
        }
        if is_required {
            required.push(name.to_owned());
        }
        order.push(name.to_owned());
        properties.insert(name.to_owned(), Value::Object(field));
    }
    if properties.is_empty() {
        return Ok(Value::Null);
    }
    Ok(json!({"type": "object", "properties": properties, "required": required, "x-order": order}))
}

fn ends<T: ToString>(low: Option<T>, high: Option<T>) -> String {
    let text = |end: Option<T>| end.map(|end| end.to_string()).unwrap_or_default();
    if low.is_none() && high.is_none() { String::new() } else { format!(" {}..{}", text(low), text(high)) }
}

fn kind_of(field: &FormField) -> String {
    match (field.r#type, field.format) {
        (FieldType::Boolean, _) => "yes_no".into(),
        (FieldType::Integer, _) => format!("integer{}", ends(field.minimum, field.maximum)),
        (FieldType::Number, _) => format!("number{}", ends(field.minimum, field.maximum)),
        (FieldType::String, Some(DateFormat::Date)) => "date".into(),
        (FieldType::String, Some(DateFormat::DateTime)) => "date_time".into(),
        (FieldType::String, None) if !field.r#enum.is_empty() => format!("one of: {}", field.r#enum.join(", ")),
        (FieldType::String, None) => format!("text{}", ends(field.min_length, field.max_length)),
    }
}

/// A line without the bars at its end that say nothing.
fn line(parts: &[&str]) -> String {
    let last = parts.iter().rposition(|part| !part.is_empty()).map_or(0, |last| last + 1);
    parts.iter().take(last).copied().collect::<Vec<_>>().join(" | ")
}

/// The lines of a form.
pub fn write_form(form: &FormSchema) -> String {
    let written = form.fields().into_iter().map(|(name, field)| {
        let star = if form.required.iter().any(|required| required == name) { "*" } else { "" };
        let (title, note) =
            (field.title.as_deref().unwrap_or_default(), field.description.as_deref().unwrap_or_default());
        line(&[&format!("{name}{star}"), &kind_of(field), title, note])
    });
    written.collect::<Vec<_>>().join("\n")
}

/// The tasks of some lines.
pub fn read_tasks(text: &str) -> Result<Vec<TaskTemplate>, Odd> {
    let read = |(n, line): (usize, &str)| {
        let [name, title, group, after, description] = parts(line);
        let (name, optional) = name.strip_suffix('?').map_or((name, false), |name| (name.trim_end(), true));
        let after = if after.is_empty() { "" } else { after.strip_prefix("after:").ok_or(Odd(n))? };
        if name.is_empty() || title.is_empty() {
            return Err(Odd(n));
        }
        Ok(TaskTemplate {
            name: name.to_owned(),
            title: title.to_owned(),
            description: description.to_owned(),
            assignment_group: Some(group.to_owned()).filter(|group| !group.is_empty()),
            optional,
            after: names(after),
        })
    };
    lines(text).map(read).collect()
}

/// The lines of some tasks.
pub fn write_tasks(tasks: &[TaskTemplate]) -> String {
    let written = tasks.iter().map(|task| {
        let mark = if task.optional { "?" } else { "" };
        let after = if task.after.is_empty() { String::new() } else { format!("after: {}", task.after.join(", ")) };
        let group = task.assignment_group.as_deref().unwrap_or_default();
        let story = task.description.split_whitespace().collect::<Vec<_>>().join(" ");
        line(&[&format!("{}{mark}", task.name), &task.title, group, &after, &story])
    });
    written.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str = "why | text | What for\ncount* | integer 1..10 | How many\nmodel* | one of: large, small | Which model | Large ones come later\n\
                        needed | date | By when\nnote | text | Anything else | may hold | a bar\nprice | number ..2.5\n\
                        seen | date_time\nsilent | yes_no\nwho | text 1..64 | For whom";

    #[test]
    fn lines_are_a_form_and_a_form_is_its_lines() {
        let read = read_form(FORM).unwrap();
        let schema = FormSchema::read(&read).unwrap();
        assert_eq!(write_form(&schema), FORM);
        assert_eq!(schema.required, ["count", "model"]);
        assert_eq!(schema.properties["note"].description.as_deref(), Some("may hold | a bar"));
        assert_eq!(read_form(" \n\n").unwrap(), Value::Null);
    }

    #[test]
    fn a_line_that_says_nothing_known_is_named() {
        for wrong in [
            "a | word",
            "a",
            "a | text 1-2",
            "a | one of",
            "a | one of:",
            "a | date 1..2",
            "a | integer x..",
            "a | yes_no 1",
        ] {
            assert_eq!(read_form(&format!("b | text\n\n{wrong}")), Err(Odd(3)), "{wrong}");
        }
        assert_eq!(read_form("a | text\na | date"), Err(Odd(2)), "twice");
        assert_eq!(read_tasks("a | do it | ops\nb"), Err(Odd(2)));
        assert_eq!(read_tasks("a | do it | ops | b"), Err(Odd(1)));
    }

    #[test]
    fn tasks_go_through_their_lines() {
        let text = "order | Order it | purchasing\nsetup? | Set it up | desk | after: order | With the image | of today\nhand | Hand it over | | after: order, setup";
        let tasks = read_tasks(text).unwrap();
        assert_eq!(
            (tasks[1].optional, tasks[2].after.as_slice()),
            (true, ["order".to_owned(), "setup".to_owned()].as_slice())
        );
        assert_eq!(tasks[1].description, "With the image | of today");
        assert_eq!(read_tasks(&write_tasks(&tasks)).unwrap(), tasks);
    }
}
