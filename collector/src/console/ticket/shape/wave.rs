//! Waves of a release on one line each, as people write them: `first: site:berlin | soak 60 | stop 5 % | stop incident`.

use serde_json::{Value, json};

/// What parts the hosts of a wave and what is said of it.
const BAR: &str = " | ";

/// A wave as its line.
pub(super) fn line(wave: &Value) -> String {
    let text = |name: &str| wave.get(name).and_then(Value::as_str).unwrap_or_default();
    let mut parts = vec![format!("{}: {}", text("name"), text("hosts"))];
    let minutes = wave.get("soak_minutes").and_then(Value::as_u64);
    parts.extend(minutes.map(|minutes| format!("soak {minutes}")));
    let abort = |name: &str| wave.get("abort").and_then(|abort| abort.get(name));
    parts.extend(abort("failed_percent").and_then(Value::as_u64).map(|percent| format!("stop {percent} %")));
    parts.extend((abort("urgent_incident") == Some(&Value::Bool(true))).then(|| "stop incident".to_owned()));
    parts.join(BAR)
}

/// The wave of a line.
pub(super) fn read(line: &str) -> Option<Value> {
    let mut parts = line.split('|').map(str::trim);
    let (name, hosts) = parts.next()?.split_once(':')?;
    let mut wave = json!({"name": name.trim(), "hosts": hosts.trim()});
    let mut abort = json!({});
    for part in parts {
        let part = part.to_lowercase();
        let (word, value) = part.split_once(char::is_whitespace)?;
        let (into, field, value) = match (word, value.trim()) {
            ("soak", minutes) => (&mut wave, "soak_minutes", json!(minutes.parse::<u32>().ok()?)),
            ("stop", "incident") => (&mut abort, "urgent_incident", json!(true)),
            ("stop", percent) => {
                let percent = percent.strip_suffix('%').unwrap_or(percent).trim_end();
                (&mut abort, "failed_percent", json!(percent.parse::<u8>().ok()?))
            }
            _ => return None,
        };
        // Said twice it is said otherwise.
        if into.as_object_mut()?.insert(field.to_owned(), value).is_some() {
            return None;
        }
    }
    if abort.as_object().is_some_and(|abort| !abort.is_empty()) {
        wave.as_object_mut()?.insert("abort".to_owned(), abort);
    }
    Some(wave)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wave_comes_back_as_it_was_written() {
        for text in [
            "first: site:berlin",
            "first: site:berlin and name:web-* | soak 60",
            "rest: site:fra | soak 1440 | stop 5 % | stop incident",
            "rest: site:fra | stop incident",
        ] {
            assert_eq!(line(&read(text).unwrap()), text);
        }
        assert_eq!(line(&read("a:b|SOAK 60|Stop Incident").unwrap()), "a: b | soak 60 | stop incident");
        assert_eq!(read("a: b | stop 5%").unwrap()["abort"]["failed_percent"], 5);
        for wrong in [
            "first",
            "a: b | soak",
            "a: b | soak long",
            "a: b | stop",
            "a: b | stop 300",
            "a: b | wait 5",
            "a: b | stop 5 | stop 6",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
