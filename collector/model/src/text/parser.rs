//! What a parser says of a wrong value, in words of people: it speaks of sequences and structs, they of lists and objects.

/// Names of numbers in Rust.
const WHOLE: &[&str] = &["u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64", "isize"];

/// The words of serde's error, without its own position.
pub fn told(message: &str) -> String {
    let message = message.split(" at line ").next().unwrap_or(message);
    if let Some((found, wanted)) = parts(message, &["invalid type: ", "invalid value: "]) {
        return format!("{} is expected, not {}", wanted_of(wanted), found_of(found));
    }
    if let Some((value, choices)) = parts(message, &["unknown variant "]) {
        return format!("'{}' is none of {}", unquoted(value), listed(choices));
    }
    if let Some((field, fields)) = parts(message, &["unknown field "]) {
        let field = unquoted(field);
        let all = listed(fields);
        let near = all.split(", ").min_by_key(|known| strsim::damerau_levenshtein(known, field)).unwrap_or_default();
        return format!("there is no field '{field}'; did you mean '{near}'? The fields are {all}");
    }
    if let Some(field) = message.strip_prefix("unknown field ") {
        return format!("there is no field '{}'", unquoted(field.split(',').next().unwrap_or(field)));
    }
    match message {
        "invalid digit found in string" | "cannot parse integer from empty string" => {
            "a whole number is expected".into()
        }
        "number too large to fit in target type" => "the number is too large".into(),
        "number too small to fit in target type" => "the number is too small".into(),
        "provided string was not `true` or `false`" => "true or false is expected".into(),
        _ if message.starts_with("data did not match any variant") => "a value of another form is expected".into(),
        other => other.to_owned(),
    }
}

/// Where an error is and what it says: a field that is missing is what the error points at.
pub fn at(path: String, message: &str) -> (String, String) {
    let name = message.strip_prefix("missing field `");
    match name.and_then(|rest| rest.split('`').next()) {
        Some(name) => (format!("{path}/{name}"), "is missing".into()),
        None => (path, told(message)),
    }
}

/// What stands before and after `, expected`.
fn parts<'a>(message: &'a str, starts: &[&str]) -> Option<(&'a str, &'a str)> {
    let rest = starts.iter().find_map(|start| message.strip_prefix(start))?;
    // What was found may hold the same words: the parser's own stand last.
    rest.rsplit_once(", expected ")
}

fn unquoted(text: &str) -> &str {
    text.trim_matches('`')
}

/// "one of `a`, `b`" or "`a` or `b`" as "a, b".
fn listed(choices: &str) -> String {
    let choices = choices.strip_prefix("one of ").unwrap_or(choices);
    choices.replace("` or `", "`, `").replace('`', "")
}

fn wanted_of(wanted: &str) -> String {
    let shape = wanted.split_whitespace().next().unwrap_or_default();
    match wanted {
        "a string" | "a borrowed string" | "string" => "a text".into(),
        "a boolean" => "true or false".into(),
        "a sequence" => "a list".into(),
        "a map" => "an object".into(),
        "string or map" => "a text or an object".into(),
        "f64" | "f32" => "a number".into(),
        "unit" | "null" => "null".into(),
        _ if WHOLE.contains(&wanted) => "a whole number".into(),
        _ if shape == "struct" || wanted.starts_with("internally tagged enum") => "an object".into(),
        _ if shape == "tuple" => "a list".into(),
        _ if shape == "enum" || shape == "variant" => "one of its choices".into(),
        other => other.to_owned(),
    }
}

fn found_of(found: &str) -> String {
    match found {
        "sequence" => "a list".into(),
        "map" => "an object".into(),
        "unit value" | "Option value" => "null".into(),
        _ => {
            let kinds = ["string ", "integer ", "floating point ", "boolean "];
            let value = kinds.iter().find_map(|kind| found.strip_prefix(kind)).unwrap_or(found);
            unquoted(value).to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn no_word_of_the_parser_is_left() {
        for (said, words) in [
            ("invalid type: null, expected a string at line 1 column 5", "a text is expected, not null"),
            ("invalid type: sequence, expected struct HostFacts", "an object is expected, not a list"),
            ("invalid type: string \"x\", expected u32", "a whole number is expected, not \"x\""),
            ("invalid type: integer `5`, expected a sequence", "a list is expected, not 5"),
            ("invalid type: string \"a, expected b\", expected a map", "an object is expected, not \"a, expected b\""),
            ("unknown variant `x`, expected `a` or `b`", "'x' is none of a, b"),
            ("unknown variant `x`, expected one of `a`, `b`, `c`", "'x' is none of a, b, c"),
            (
                "unknown field `nme`, expected one of `name`, `id`",
                "there is no field 'nme'; did you mean 'name'? The fields are name, id",
            ),
            ("unknown field `x`, there are no fields", "there is no field 'x'"),
            ("invalid digit found in string", "a whole number is expected"),
            ("a source is expected", "a source is expected"),
        ] {
            assert_eq!(told(said), words);
        }
    }
}
