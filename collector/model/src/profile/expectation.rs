//! One demand of a profile: a line that people write, and the condition that it is judged by.
//!
//! The line is the one notation of the API, the command line and the console. What is judged is a condition like that of any
//! other policy, made of it here: there is one place that says whether something is as it must be.

use std::fmt;

use muster_shared::attribute::{self, Kind};
use muster_shared::{Attributes, SectionName};
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use crate::text::{Phrase, Word};

/// Longest line.
pub const MAX_LINE: usize = 1_000;

/// What must be of a thing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "must", rename_all = "snake_case")]
pub enum Demand {
    /// It is there.
    BeThere,
    /// It is not there.
    NotBeThere,
    /// The attribute is this.
    Equal {
        /// This.
        value: Value,
    },
    /// The attribute is not this.
    Differ {
        /// Not this.
        value: Value,
    },
    /// The list has this among its values.
    Hold {
        /// This.
        value: String,
    },
    /// The list does not have this among its values.
    Lack {
        /// Not this.
        value: String,
    },
    /// The number is between these, both included.
    LieIn {
        /// At least.
        min: Option<Number>,
        /// At most.
        max: Option<Number>,
    },
    /// The version is this one or newer, in the order of its ecosystem.
    ReachVersion {
        /// This one.
        version: String,
    },
}

/// A demand with the thing that it is of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Expectation {
    /// The section of the thing.
    pub section: SectionName,
    /// Its key or its name.
    pub key: String,
    /// Which attribute; `None` when it is about the thing as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribute: Option<String>,
    /// What must be of it.
    #[serde(flatten)]
    pub demand: Demand,
}

/// The signs of demands on attributes, with the kinds of attributes that each fits and what it says.
pub const SIGNS: &[(&str, &str)] = &[
    ("=", "is this; of a list: has these values and no others, written `[\"a\", \"b\"]`"),
    ("!=", "is not this"),
    (">=", "is at least this: of a number, or of a version in the order of its ecosystem"),
    ("<=", "is at most this number"),
    ("in", "lies between two numbers, both included: `4..8`"),
    ("has", "has this among its values"),
    ("lacks", "does not have this among its values"),
];

impl Demand {
    /// The kind of the demand, for people and programs.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::BeThere | Self::Hold { .. } => "must_have",
            Self::NotBeThere | Self::Lack { .. } | Self::Differ { .. } => "must_not",
            Self::Equal { .. } => "equals",
            Self::LieIn { .. } => "range",
            Self::ReachVersion { .. } => "version",
        }
    }

    /// What is wanted, for people: what it must be equal to stands there without a sign.
    pub fn wanted(&self) -> String {
        match self {
            Self::Equal { value } => crate::finding::plain(value),
            demand => demand.written(),
        }
    }

    /// The sign and the value, as they are written; empty when it is about a thing as a whole.
    pub fn written(&self) -> String {
        match self {
            Self::BeThere | Self::NotBeThere => String::new(),
            Self::Equal { value } => format!("= {}", bare(value)),
            Self::Differ { value } => format!("!= {}", bare(value)),
            Self::Hold { value } => format!("has {value}"),
            Self::Lack { value } => format!("lacks {value}"),
            Self::LieIn { min: Some(min), max: Some(max) } => format!("in {min}..{max}"),
            Self::LieIn { min: Some(min), max: None } => format!(">= {min}"),
            Self::LieIn { min: None, max: Some(max) } => format!("<= {max}"),
            Self::LieIn { min: None, max: None } => "in ..".to_owned(),
            Self::ReachVersion { version } => format!(">= {version}"),
        }
    }
}

/// A value without quotes, where it is a text.
fn bare(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A word as it is written: in quotes where it would not stand as one word.
fn quoted(word: &str) -> String {
    let plain = !word.is_empty() && !word.starts_with('"') && !word.contains(char::is_whitespace);
    if plain { word.to_owned() } else { Value::from(word).to_string() }
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.demand {
            Demand::BeThere => write!(f, "have {} {}", self.section, quoted(&self.key)),
            Demand::NotBeThere => write!(f, "not {} {}", self.section, quoted(&self.key)),
            _ => {
                let attribute = self.attribute.as_deref().unwrap_or_default();
                write!(f, "{} {} {attribute} {}", self.section, quoted(&self.key), self.demand.written())
            }
        }
    }
}

/// The next word of a line, and what comes after it. A word in quotes is written as JSON writes texts.
fn word(line: &str) -> Result<Option<(String, &str)>, Phrase> {
    let line = line.trim_start();
    if line.starts_with('"') {
        let mut words = serde_json::Deserializer::from_str(line).into_iter::<String>();
        let text = words.next().and_then(Result::ok).ok_or_else(|| Phrase::new("profile_quote"))?;
        let end = words.byte_offset();
        return Ok(Some((text, line.get(end..).unwrap_or_default())));
    }
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    Ok((!word.is_empty()).then(|| (word.to_owned(), rest)))
}

fn unknown_section(name: &str) -> Phrase {
    let all = SectionName::ALL.iter().map(|section| section.as_str());
    Phrase::new("class_choice")
        .with("value", name.chars().take(60).collect::<String>())
        .with("choices", Word::list(all))
}

/// What is told of an attribute that the items of a section do not have: what comes near, and all that they have.
pub fn unknown_attribute(section: SectionName, name: &str) -> Phrase {
    let near = attribute::names(section).min_by_key(|known| strsim::damerau_levenshtein(known, name));
    Phrase::new("profile_attribute")
        .with("class", section.as_str())
        .with("attribute", name.chars().take(60).collect::<String>())
        .with("near", near.unwrap_or_default())
        .with("names", Word::list(attribute::names(section)))
}

impl Expectation {
    /// Reads a line; an error says what would be right.
    pub fn parse(line: &str) -> Result<Self, Phrase> {
        let shape = || Phrase::new("profile_line");
        if line.len() > MAX_LINE {
            return Err(Phrase::new("at_most_bytes").with("max", MAX_LINE));
        }
        let (first, rest) = word(line)?.ok_or_else(shape)?;
        let whole = match first.as_str() {
            "have" => Some(Demand::BeThere),
            "not" => Some(Demand::NotBeThere),
            _ => None,
        };
        let (section, rest) = if whole.is_some() { word(rest)?.ok_or_else(shape)? } else { (first, rest) };
        let section: SectionName = section.parse().map_err(|_| unknown_section(&section))?;
        let (key, rest) = word(rest)?.ok_or_else(shape)?;
        if key.is_empty() {
            return Err(shape());
        }
        if let Some(demand) = whole {
            let is_all = rest.trim().is_empty();
            return if is_all { Ok(Self { section, key, attribute: None, demand }) } else { Err(shape()) };
        }
        let (attribute, rest) = word(rest)?.ok_or_else(shape)?;
        let (sign, rest) = word(rest)?.ok_or_else(shape)?;
        let kind = attribute::kind_of(section, &attribute).filter(|_| attribute::is_known(section, &attribute));
        let kind = kind.ok_or_else(|| unknown_attribute(section, &attribute))?;
        let demand = demand(kind, &sign, rest.trim())?;
        Ok(Self { section, key, attribute: Some(attribute), demand })
    }

    /// What must *not* be, as a condition over the item, which is empty and has the key `''` when it is not there. It reads no
    /// section besides its own.
    pub fn condition(&self) -> String {
        let name = self.attribute.as_deref().unwrap_or_default();
        let text = |text: &str| Value::from(text).to_string();
        match &self.demand {
            Demand::BeThere => "key == ''".to_owned(),
            Demand::NotBeThere => "key != ''".to_owned(),
            Demand::Equal { value } => self.compared(name, "!=", value),
            Demand::Differ { value } => self.compared(name, "==", value),
            Demand::Hold { value } => format!("key != '' && (!has(item.{name}) || !({} in item.{name}))", text(value)),
            Demand::Lack { value } => format!("{} in item.{name}", text(value)),
            Demand::LieIn { min, max } => {
                let number = |number: &Number| format!("{:?}", number.as_f64().unwrap_or_default());
                let low = min.as_ref().map(|min| format!("double(item.{name}) < {}", number(min)));
                let high = max.as_ref().map(|max| format!("double(item.{name}) > {}", number(max)));
                low.into_iter().chain(high).collect::<Vec<_>>().join(" || ")
            }
            Demand::ReachVersion { version } if self.section == SectionName::Package && name == "version" => {
                format!("older(item, {})", text(version))
            }
            Demand::ReachVersion { version } => format!("below(item.{name}, {})", text(version)),
        }
    }

    fn compared(&self, name: &str, sign: &str, value: &Value) -> String {
        let is_open = attribute::kind_of(self.section, name) == Some(Kind::Any);
        match value {
            // An attribute of an open class may be told as a text or as a number.
            value if is_open => format!("string(item.{name}) {sign} {}", Value::from(bare(value))),
            Value::Number(number) => format!("double(item.{name}) {sign} {:?}", number.as_f64().unwrap_or_default()),
            Value::Array(all) => {
                let (size, list) = (all.len(), Value::Array(all.clone()));
                let same = format!("size(item.{name}) == {size} && item.{name}.all(x, x in {list})");
                if sign == "!=" { format!("!({same})") } else { same }
            }
            value => format!("item.{name} {sign} {value}"),
        }
    }

    /// What a finding says was expected; null is "not there".
    pub fn expected(&self) -> Value {
        match &self.demand {
            Demand::BeThere => serde_json::json!({"name": self.key}),
            Demand::NotBeThere => Value::Null,
            Demand::Equal { value } => value.clone(),
            demand => Value::from(demand.written()),
        }
    }

    /// What a finding says is there; null is "not there".
    pub fn actual(&self, item: Option<&Attributes>) -> Value {
        match (&self.attribute, item) {
            (_, None) => Value::Null,
            (None, Some(item)) => Value::Object(item.clone().into_iter().collect()),
            (Some(name), Some(item)) => item.get(name).cloned().unwrap_or(Value::Null),
        }
    }

    /// What is wrong, in one line.
    pub fn says(&self, profile: &str, item: Option<&Attributes>) -> Phrase {
        let key = match self.demand {
            Demand::BeThere => "profile_missing",
            Demand::NotBeThere => "profile_forbidden",
            _ => "profile_differs",
        };
        let phrase = Phrase::new(key).with("profile", profile);
        match &self.attribute {
            None => phrase,
            Some(name) => phrase
                .term("attribute", "attribute", name.clone())
                .with("actual", crate::finding::plain(&self.actual(item)))
                .with("wanted", self.demand.wanted()),
        }
    }

    /// Whether another demand is on the same thing and the same attribute of it.
    pub fn is_about_the_same(&self, other: &Self) -> bool {
        self.section == other.section && self.key == other.key && self.attribute == other.attribute
    }

    /// Whether two demands on one host cannot both count: they say something else of the same thing, or one forbids a thing of
    /// which the other one demands something.
    pub fn contradicts(&self, other: &Self) -> bool {
        if self.section != other.section || self.key != other.key {
            return false;
        }
        if self.attribute == other.attribute {
            return self.demand != other.demand;
        }
        let forbids = |one: &Self| one.demand == Demand::NotBeThere;
        forbids(self) || forbids(other)
    }
}

fn number(text: &str) -> Result<Number, Phrase> {
    text.parse().map_err(|_| Phrase::new("profile_number").with("value", text.chars().take(60).collect::<String>()))
}

/// The value of a kind that a text says.
fn value(kind: Kind, text: &str) -> Result<Value, Phrase> {
    if text.is_empty() {
        return Err(Phrase::new("profile_line"));
    }
    let value = match kind {
        Kind::Text | Kind::Time | Kind::Version | Kind::Any => Value::from(word(text).map_or_else(
            |_| text.to_owned(),
            |found| match found {
                // Quotes hold a text together; without them it is what is written, to the end of the line.
                Some((inner, rest)) if text.starts_with('"') && rest.trim().is_empty() => inner,
                _ => text.to_owned(),
            },
        )),
        Kind::Integer | Kind::Number | Kind::Boolean | Kind::List | Kind::Table => {
            serde_json::from_str(text).unwrap_or(Value::Null)
        }
    };
    let is_list = |value: &Value| value.as_array().is_none_or(|all| all.iter().all(Value::is_string));
    if kind.fits(&value) && is_list(&value) && kind != Kind::Table {
        return Ok(value);
    }
    let wrong = Phrase::new("profile_value").with("value", text.chars().take(60).collect::<String>());
    Err(wrong.term("kind", "value-kind", kind.as_str()))
}

fn demand(kind: Kind, sign: &str, rest: &str) -> Result<Demand, Phrase> {
    let is_number = matches!(kind, Kind::Integer | Kind::Number);
    let misfit = || Phrase::new("profile_sign_kind").with("sign", sign).term("kind", "value-kind", kind.as_str());
    match sign {
        "=" => Ok(Demand::Equal { value: value(kind, rest)? }),
        "!=" => Ok(Demand::Differ { value: value(kind, rest)? }),
        ">=" if kind == Kind::Version => match value(kind, rest)? {
            Value::String(version) => Ok(Demand::ReachVersion { version }),
            _ => Err(misfit()),
        },
        ">=" if is_number => Ok(Demand::LieIn { min: Some(number(rest)?), max: None }),
        "<=" if is_number => Ok(Demand::LieIn { min: None, max: Some(number(rest)?) }),
        "in" if is_number => {
            let (low, high) = rest.split_once("..").ok_or_else(|| Phrase::new("profile_range"))?;
            let (min, max) = (number(low.trim())?, number(high.trim())?);
            if min.as_f64() > max.as_f64() {
                return Err(Phrase::new("profile_range"));
            }
            Ok(Demand::LieIn { min: Some(min), max: Some(max) })
        }
        "has" if kind == Kind::List && !rest.is_empty() => Ok(Demand::Hold { value: rest.to_owned() }),
        "lacks" if kind == Kind::List && !rest.is_empty() => Ok(Demand::Lack { value: rest.to_owned() }),
        ">=" | "<=" | "in" | "has" | "lacks" => Err(misfit()),
        _ => {
            let known = SIGNS.iter().map(|(sign, _)| *sign);
            let unknown = Phrase::new("profile_sign").with("sign", sign.chars().take(20).collect::<String>());
            Err(unknown.with("signs", Word::list(known)))
        }
    }
}
