//! What only tickets of one kind have, and how people write it: a patch over the part that is theirs, strictly read.

use muster_shared::Time;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::access::Access;
use super::change::Change;
use super::problem::Problem;
use super::release::Release;
use super::request::Request;
use super::task::Task;
use super::{FieldChange, Kind, StateName};
use crate::class::Violation;
use crate::text::{Phrase, Text};

/// A kind with what only tickets of that kind have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "details", rename_all = "snake_case")]
pub enum Details {
    /// Nothing of its own.
    Incident,
    /// What is known of the cause.
    Problem(Box<Problem>),
    /// The plan, and what the collector knows of it.
    Change(Box<Change>),
    /// Members, versions, waves.
    Release(Box<Release>),
    /// What is asked for.
    Request(Box<Request>),
    /// Who wants into what.
    Access(Box<Access>),
    /// Its place among other tasks.
    Task(Box<Task>),
}

/// Why a patch of details was not taken: where, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadDetails {
    /// JSON pointer of the field.
    pub pointer: String,
    /// What is wrong.
    pub why: Text,
}

impl Details {
    /// The kind.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Incident => Kind::Incident,
            Self::Problem(_) => Kind::Problem,
            Self::Change(_) => Kind::Change,
            Self::Release(_) => Kind::Release,
            Self::Request(_) => Kind::Request,
            Self::Access(_) => Kind::Access,
            Self::Task(_) => Kind::Task,
        }
    }

    /// Those of a ticket of which nothing is said yet.
    pub fn empty(kind: Kind) -> Self {
        match kind {
            Kind::Incident => Self::Incident,
            Kind::Problem => Self::Problem(Box::default()),
            Kind::Change => Self::Change(Box::default()),
            Kind::Release => Self::Release(Box::default()),
            Kind::Request => Self::Request(Box::default()),
            Kind::Access => Self::Access(Box::default()),
            Kind::Task => Self::Task(Box::default()),
        }
    }

    /// Whether the part that people write stays as it is in a state: it was approved so, or it is being done.
    pub const fn is_locked(&self, state: StateName) -> bool {
        match self {
            Self::Incident | Self::Problem(_) | Self::Task(_) => false,
            Self::Change(_) => matches!(state, StateName::Scheduled | StateName::Implement | StateName::Review),
            Self::Release(_) => !matches!(state, StateName::Draft | StateName::Planned),
            Self::Request(_) | Self::Access(_) => {
                !matches!(state, StateName::Draft | StateName::Submitted | StateName::AwaitingApproval)
            }
        }
    }

    /// The item of the catalogue that it was made from, if it was.
    pub fn ordered(&self) -> Option<&super::request::Ordered> {
        if let Self::Request(request) = self { request.ordered.as_ref() } else { None }
    }

    /// The type of a change.
    pub fn change_type(&self) -> Option<super::change::ChangeType> {
        self.change().map(|change| change.plan.r#type)
    }

    /// The change, if it is one.
    pub fn change(&self) -> Option<&Change> {
        if let Self::Change(change) = self { Some(change) } else { None }
    }

    /// The access, if it is that.
    pub fn access(&self) -> Option<&Access> {
        if let Self::Access(access) = self { Some(access) } else { None }
    }

    /// The change, to note what became of it.
    pub fn change_mut(&mut self) -> Option<&mut Change> {
        if let Self::Change(change) = self { Some(change) } else { None }
    }

    /// The name of the part that people write; `None` when there is none.
    pub const fn editable(kind: Kind) -> Option<&'static str> {
        match kind {
            Kind::Incident => None,
            Kind::Problem => Some("analysis"),
            Kind::Change | Kind::Release => Some("plan"),
            Kind::Request => Some("form"),
            Kind::Access | Kind::Task => Some("terms"),
        }
    }

    /// With a patch (RFC 7396) over the part that people write. Everything else of the details is the collector's.
    pub fn patched(&self, patch: &Value) -> Result<Self, BadDetails> {
        let part = Self::editable(self.kind());
        let Value::Object(patch) = patch else { return Err(bad("/details", Phrase::new("not_an_object"))) };
        if let Some(other) = patch.keys().find(|key| Some(key.as_str()) != part) {
            let why = match part {
                Some(part) => Phrase::new("details_only").with("part", part),
                None => Phrase::new("details_none").term("kind", "ticket-kind", self.kind().as_str()),
            };
            return Err(bad(&format!("/details/{other}"), why));
        }
        let mut next = self.clone();
        let Some((name, patch)) = patch.iter().next() else { return Ok(next) };
        let pointer = format!("/details/{name}");
        match &mut next {
            Self::Incident => {}
            Self::Problem(problem) => problem.analysis = merged(&problem.analysis, patch, &pointer)?,
            Self::Change(change) => change.plan = merged(&change.plan, patch, &pointer)?,
            Self::Release(release) => release.plan = merged(&release.plan, patch, &pointer)?,
            Self::Request(request) => request.form = merged(&request.form, patch, &pointer)?,
            Self::Access(access) => access.terms = merged(&access.terms, patch, &pointer)?,
            Self::Task(task) => task.terms = merged(&task.terms, patch, &pointer)?,
        }
        Ok(next)
    }

    /// What in the part that people write cannot be, each at its field. `before` is what stood there until now: a time that was to
    /// come when it was written and has passed since is not told again.
    pub fn slips(&self, before: Option<&Self>, now: Time) -> Vec<Violation> {
        match (self, before) {
            (Self::Change(change), Some(Self::Change(before))) => {
                change.plan.slips(Some(&before.plan), now, "/details/plan")
            }
            (Self::Change(change), _) => change.plan.slips(None, now, "/details/plan"),
            (Self::Access(access), Some(Self::Access(before))) => {
                access.terms.slips(Some(&before.terms), now, "/details/terms")
            }
            (Self::Access(access), _) => access.terms.slips(None, now, "/details/terms"),
            (Self::Release(release), _) => release.plan.slips("/details/plan"),
            (Self::Incident | Self::Problem(_) | Self::Request(_) | Self::Task(_), _) => Vec::new(),
        }
    }

    /// What differs in the part that people write, field by field.
    pub fn differences(&self, next: &Self) -> Vec<FieldChange> {
        let part = |details: &Self| {
            let json = serde_json::to_value(details).unwrap_or_default();
            let name = Self::editable(details.kind()).unwrap_or_default();
            json.pointer(&format!("/details/{name}")).and_then(Value::as_object).cloned().unwrap_or_default()
        };
        let (before, after) = (part(self), part(next));
        let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let shown = |value: Option<&Value>| match value {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
        };
        let changed = names.into_iter().filter(|name| before.get(*name) != after.get(*name));
        let change = |name: &String| FieldChange {
            field: name.clone(),
            from: shown(before.get(name)),
            to: shown(after.get(name)),
        };
        changed.map(change).collect()
    }
}

/// Whether a value of a part is another one than before.
pub(super) fn is_new<T, V: PartialEq>(now: &T, before: Option<&T>, value: impl Fn(&T) -> V) -> bool {
    before.is_none_or(|before| value(before) != value(now))
}

/// A moment in a sentence, to the minute.
pub(super) fn minute(at: Time) -> String {
    let text: String = at.to_string().chars().take(16).collect();
    format!("{} UTC", text.replace('T', " "))
}

fn bad(pointer: &str, why: Phrase) -> BadDetails {
    BadDetails { pointer: pointer.to_owned(), why: why.into() }
}

/// A part with a patch over it, read strictly.
fn merged<T: Serialize + DeserializeOwned>(current: &T, patch: &Value, pointer: &str) -> Result<T, BadDetails> {
    let mut value = serde_json::to_value(current).unwrap_or_default();
    merge(&mut value, patch);
    serde_path_to_error::deserialize(value).map_err(|error| {
        use serde_path_to_error::Segment;

        let segment = |segment: &Segment| match segment {
            Segment::Seq { index } => Some(format!("/{index}")),
            Segment::Map { key } => Some(format!("/{key}")),
            Segment::Enum { .. } | Segment::Unknown => None,
        };
        let place: String = error.path().iter().filter_map(segment).collect();
        let (pointer, why) = crate::text::parser::at(format!("{pointer}{place}"), &error.inner().to_string());
        BadDetails { pointer, why: why.into() }
    })
}

/// RFC 7396.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let Value::Object(target) = target else { return };
    for (key, value) in patch {
        if value.is_null() {
            target.remove(key);
        } else {
            merge(target.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests;
