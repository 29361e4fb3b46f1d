//! A schedule as it is written in JSON: one flat object, of which `repeats` says which fields belong to it.
//!
//! It is read flat because a reader of tagged variants knows no places: what is wrong in it would be told of the schedule as a
//! whole. Read this way each error points at its field.

use muster_shared::Time;
use serde::Deserialize;

use super::{Schedule, Weekday};

/// How often it comes.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Repeats {
    Never,
    Weekly,
}

/// All fields that there are.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    repeats: Repeats,
    starts_at: Option<Time>,
    ends_at: Option<Time>,
    days: Option<Vec<Weekday>>,
    at: Option<String>,
    minutes: Option<u32>,
    zone: Option<String>,
    until: Option<Time>,
}

/// In the words of a parser, which those that tell its errors know.
fn needed<T>(name: &str, value: Option<T>) -> Result<T, String> {
    value.ok_or_else(|| format!("missing field `{name}`"))
}

/// Refuses fields that belong to the other kind of schedule.
fn foreign(own: &str, all: &[(&str, bool)]) -> Result<(), String> {
    let stranger = all.iter().find(|(_, is_there)| *is_there);
    stranger.map_or(Ok(()), |(name, _)| Err(format!("unknown field `{name}`, expected one of {own}")))
}

impl TryFrom<Written> for Schedule {
    type Error = String;

    fn try_from(it: Written) -> Result<Self, String> {
        match it.repeats {
            Repeats::Never => {
                let others = [
                    ("days", it.days.is_some()),
                    ("at", it.at.is_some()),
                    ("minutes", it.minutes.is_some()),
                    ("zone", it.zone.is_some()),
                    ("until", it.until.is_some()),
                ];
                foreign("`starts_at`, `ends_at`", &others)?;
                Ok(Self::Never {
                    starts_at: needed("starts_at", it.starts_at)?,
                    ends_at: needed("ends_at", it.ends_at)?,
                })
            }
            Repeats::Weekly => {
                let others = [("starts_at", it.starts_at.is_some()), ("ends_at", it.ends_at.is_some())];
                foreign("`days`, `at`, `minutes`, `zone`, `until`", &others)?;
                Ok(Self::Weekly {
                    days: needed("days", it.days)?,
                    at: needed("at", it.at)?,
                    minutes: needed("minutes", it.minutes)?,
                    zone: needed("zone", it.zone)?,
                    until: it.until,
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::schedule::Schedule;
    use crate::text::parser;

    fn told(value: &Value) -> (String, String) {
        let error = serde_path_to_error::deserialize::<_, Schedule>(value).unwrap_err();
        let path = match error.path().to_string().as_str() {
            "." => String::new(),
            path => format!("/{}", path.replace('.', "/")),
        };
        parser::at(path, &error.inner().to_string())
    }

    #[test]
    fn what_is_wrong_is_told_of_its_field() {
        let weekly = json!({"repeats": "weekly", "days": ["monday"], "at": "02:00", "minutes": 60, "zone": "UTC"});
        let with = |name: &str, value: Value| {
            let mut changed = weekly.clone();
            changed[name] = value;
            told(&changed)
        };
        let said = |pointer: &str, why: &str| (pointer.to_owned(), why.to_owned());
        assert_eq!(with("repeats", json!("daily")), said("/repeats", "'daily' is none of never, weekly"));
        assert_eq!(with("minutes", json!("60")), said("/minutes", "a whole number is expected, not \"60\""));
        assert_eq!(with("zone", Value::Null), said("/zone", "is missing"));
        assert_eq!(told(&json!({"days": []})), said("/repeats", "is missing"));
        let (_, foreign) = with("starts_at", json!("2026-11-24T10:00:00Z"));
        assert!(foreign.starts_with("there is no field 'starts_at'"), "{foreign}");
    }

    #[test]
    fn what_was_written_is_read_again() {
        for written in [
            json!({"repeats": "weekly", "days": ["monday"], "at": "02:00", "minutes": 60, "zone": "UTC", "until": null}),
            json!({"repeats": "never", "starts_at": "2026-11-24T10:00:00.000Z", "ends_at": "2026-11-25T10:00:00.000Z"}),
        ] {
            let schedule: Schedule = serde_json::from_value(written.clone()).unwrap();
            assert_eq!(serde_json::to_value(&schedule).unwrap(), written);
        }
    }
}
