//! State files in JSON: without environments, arguments and secrets. What looks like JSON and is none has no members that
//! could be told apart, so that nothing of it may leave the machine.

use serde_json::Value;

use super::Scrub;
use super::line::SECRET;

/// Members that hold environments, arguments, and what an owner gave a machine to start with.
const PRIVATE_MEMBERS: &[&str] = &[
    "env",
    "args",
    "cmd",
    "command",
    "entrypoint",
    "process",
    "auths",
    "auth",
    "userdata",
    "user-data",
    "user_data",
    "vendordata",
    "vendor-data",
    "vendor_data",
    "macaroon",
    "discharges",
];

/// What a file is.
pub(super) enum Json {
    /// Another format.
    No,
    /// JSON, scrubbed.
    Sound(String),
    /// It begins like JSON, or has its name, and cannot be read as it.
    Broken,
}

impl Scrub {
    pub(super) fn json(&self, path: &str, text: &str) -> Json {
        let start = text.trim_start().trim_start_matches('\u{feff}');
        // Groups of other formats begin with a bracket too, and then a name.
        let after_bracket = start.strip_prefix('[').map(str::trim_start);
        let is_array = after_bracket.is_some_and(|rest| rest.is_empty() || rest.starts_with(['{', '[', '"', ']']));
        let has_name = path.rsplit('.').next().is_some_and(|end| end.eq_ignore_ascii_case("json"));
        if !has_name && !start.starts_with('{') && !is_array {
            return Json::No;
        }
        if start.is_empty() {
            return Json::Sound(text.to_owned());
        }
        match serde_json::from_slice::<Value>(start.as_bytes()) {
            Ok(mut value) => {
                self.value(&mut value);
                Json::Sound(value.to_string())
            }
            Err(_) => Json::Broken,
        }
    }

    fn value(&self, value: &mut Value) {
        match value {
            Value::Object(members) => {
                let is_private = |name: &str| {
                    let name = name.to_ascii_lowercase();
                    PRIVATE_MEMBERS.contains(&name.as_str()) || SECRET.iter().any(|part| name.contains(part))
                };
                members.retain(|name, _| !is_private(name));
                members.values_mut().for_each(|value| self.value(value));
            }
            Value::Array(values) => values.iter_mut().for_each(|value| self.value(value)),
            Value::String(text) => {
                // JSON within JSON is how some engines keep their own.
                *text = match self.json("", text) {
                    Json::Sound(inner) => inner,
                    Json::Broken => super::SCRUBBED.to_owned(),
                    Json::No => self.words(text, true),
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}
