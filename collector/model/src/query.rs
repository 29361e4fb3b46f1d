//! The query language: one grammar for the API, the command line and the console, on one page in `docs/query.md`.
//!
//! A query is text until [`Query::parse`] read it against the [`Fields`] of a list; from then on it can only ask for fields
//! that exist and values that they can have, and [`Query::matches`] cannot fail. `as_of` and `known_at` are no comparisons:
//! they say at which moment the whole list is looked at.

use std::borrow::Cow;
use std::collections::BTreeSet;

use muster_shared::attribute::{self, Kind};
use muster_shared::{SectionName, volatility};
use serde_json::Value;

pub mod columns;
pub mod fields;
mod parse;
pub mod people;
mod value;
pub mod within;

pub use fields::Fields;

use crate::history::Moment;
use crate::text::{Phrase, Word};
use value::Pattern;
pub use value::moment;

/// What is wrong with a query, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.phrase())]
pub struct QueryError {
    /// The character at which it goes wrong; the first is 1.
    pub column: usize,
    /// What is wrong there and what would be right.
    pub why: Phrase,
}

impl QueryError {
    /// What people are told.
    pub fn phrase(&self) -> Phrase {
        Phrase::new("at_column").with("column", self.column).with("what", self.why.clone())
    }
}

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    /// One of the patterns fits.
    Is,
    /// It is less.
    Less,
    /// It is less or equal.
    AtMost,
    /// It is more.
    More,
    /// It is more or equal.
    AtLeast,
}

/// One comparison.
#[derive(Clone, Debug, PartialEq)]
struct Term {
    field: String,
    operator: Operator,
    patterns: Vec<Pattern>,
    /// The kind of the field, if it is the same for all entries.
    kind: Option<Kind>,
}

/// What must hold.
#[derive(Clone, Debug, PartialEq)]
enum Expression {
    /// All of them.
    All(Vec<Self>),
    /// One of them at least.
    Any(Vec<Self>),
    /// Not this.
    Not(Box<Self>),
    /// A comparison.
    Term(Term),
}

/// What a pattern asks of a time.
#[derive(Clone, Copy, Debug)]
enum AskedTime {
    /// That there is none.
    None,
    /// That there is one.
    Any,
    /// How it stands to this.
    At(i64),
    /// How it stands to what is no time: nothing does.
    Nonsense,
}

/// A query that was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// What must hold, all of it.
    all: Vec<Expression>,
    /// The moment that the list is looked at.
    pub moment: Moment,
    /// What the caller's rights leave of the list, when that is not all of it.
    pub within: Option<within::Within>,
}

/// What a query is asked of.
pub trait Entry {
    /// The value of a field; `None` when there is none.
    fn value(&self, field: &str) -> Option<Cow<'_, Value>>;

    /// The kind of a field that differs from class to class.
    fn kind(&self, _field: &str) -> Option<Kind> {
        None
    }

    /// Whose rules order the versions: the package manager.
    fn manager(&self) -> Option<&str> {
        None
    }

    /// Whether the value of a field is known here at all: an index knows some fields of what it lists.
    fn knows(&self, _field: &str) -> bool {
        true
    }
}

impl Entry for Value {
    fn value(&self, field: &str) -> Option<Cow<'_, Value>> {
        self.get(field).map(Cow::Borrowed)
    }
}

impl Query {
    /// Reads a query about entries with these fields.
    pub fn parse(text: &str, fields: &Fields<'_>) -> Result<Self, QueryError> {
        let mut query = Self::default();
        for (column, part) in parse::query(text, fields)? {
            query.demand(part).map_err(|why| QueryError { column, why })?;
        }
        Ok(query)
    }

    /// Everything, at a moment.
    pub fn at(moment: Moment) -> Self {
        Self { moment, ..Self::default() }
    }

    /// Asks for a field too, with values as they stand after `field:` in a query; blanks need no quotes here.
    pub fn and(&mut self, field: &str, values: &str, fields: &Fields<'_>) -> Result<(), Phrase> {
        let patterns = parse::values(values)?;
        self.demand(Expression::Term(fields.term(field, Operator::Is, patterns)?))
    }

    /// Takes another demand; a moment is not compared but kept.
    fn demand(&mut self, part: Expression) -> Result<(), Phrase> {
        let slot = match &part {
            Expression::Term(term) if term.operator == Operator::Is => match (term.field.as_str(), &*term.patterns) {
                (fields::AS_OF, [one]) => Some((&mut self.moment.as_of, one.moment())),
                (fields::KNOWN_AT, [one]) => Some((&mut self.moment.known_at, one.moment())),
                _ => None,
            },
            _ => None,
        };
        if let Some((slot @ None, moment)) = slot {
            *slot = moment;
            return Ok(());
        }
        if let Some(field) = [fields::AS_OF, fields::KNOWN_AT].iter().find(|field| part.mentions(field)) {
            return Err(Phrase::new("query_moment").term("field", "field", *field));
        }
        self.all.push(part);
        Ok(())
    }

    /// Whether everything that is present passes.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty() && self.moment.is_now() && self.within.is_none()
    }

    /// The value that every entry that passes has in a field, if there is just one.
    pub fn requires(&self, field: &str) -> Option<&str> {
        self.all.iter().find_map(|part| match part {
            Expression::Term(Term { field: name, operator: Operator::Is, patterns, .. }) if name == field => {
                match patterns.as_slice() {
                    [one] => one.exact(),
                    _ => None,
                }
            }
            _ => None,
        })
    }

    /// What stands in the name or the key of everything that passes: of each list one of the ways, and of a way all of its texts,
    /// in small letters. Nothing when the query does not tell.
    pub fn named(&self) -> Vec<Vec<Vec<&str>>> {
        self.all.iter().filter_map(Expression::named).collect()
    }

    /// Whether the query says anything about a field.
    pub fn mentions(&self, field: &str) -> bool {
        self.all.iter().any(|part| part.mentions(field))
    }

    /// Whether an entry that has this text in a field can pass, as far as single demands on the field tell.
    pub fn allows(&self, field: &str, value: &str) -> bool {
        let value = Value::from(value);
        self.all.iter().all(|part| match part {
            Expression::Term(term) if term.field == field => term.holds(&value, None, None),
            Expression::Not(part) => match &**part {
                Expression::Term(term) if term.field == field => !term.holds(&value, None, None),
                _ => true,
            },
            _ => true,
        })
    }

    /// The query over what the caller's rights leave of the list; `None` is all of it.
    #[must_use]
    pub fn kept_within(mut self, within: Option<within::Within>) -> Self {
        self.within = within;
        self
    }

    /// Whether a host, and with it its items, lies within what the caller's rights leave of a list of items.
    pub fn reaches(&self, host: &str) -> bool {
        self.within.iter().flat_map(within::Within::fields).all(|(_, names)| names.contains(host))
    }

    /// The query without the demand that a field has exactly this value: for a value that stands for every value.
    #[must_use]
    pub fn without(mut self, field: &str, value: &str) -> Self {
        let is_it = |part: &Expression| match part {
            Expression::Term(term) => {
                let is_value = matches!(term.patterns.as_slice(), [one] if one.exact() == Some(value));
                term.field == field && term.operator == Operator::Is && is_value
            }
            _ => false,
        };
        self.all.retain(|part| !is_it(part));
        self
    }

    /// Refuses what cannot be asked of the past of items: how their hosts stood with reports, and metrics, which are known of the
    /// last look only. A name that some class that is meant keeps as a fact can be asked.
    pub fn only_past_items(&self, list: &Fields<'_>) -> Result<(), Phrase> {
        const HOST_STATUS: &str = "host.status";
        let is_metric = |name: &str| {
            let is_row = list.names().any(|row| row == name);
            let is_own = list.own_attributes.iter().any(|(own, _)| own == name);
            let mut holders = SectionName::ALL.iter().filter(|section| {
                self.allows("class", section.as_str())
                    && attribute::kind_of(**section, name).is_some_and(|kind| kind != Kind::Any)
            });
            let has_one = holders.clone().next().is_some();
            !is_row && !is_own && has_one && holders.all(|section| volatility::metric_rule(*section, name).is_some())
        };
        let mut asked = BTreeSet::new();
        self.all.iter().for_each(|part| part.add_fields(&mut asked));
        match asked.into_iter().find(|name| *name == HOST_STATUS || is_metric(name)) {
            None => Ok(()),
            Some(field) => {
                let kept = Word::list(list.names().filter(|name| *name != HOST_STATUS));
                Err(Phrase::new("query_not_kept").with("field", field).with("fields", kept))
            }
        }
    }

    /// Refuses what cannot be asked of the past of a list: of its other fields only the present is kept.
    pub fn only_past(&self, list: &Fields<'_>, kept: &[&'static str]) -> Result<(), Phrase> {
        let moments = [fields::AS_OF, fields::KNOWN_AT];
        let mut others = list.names().filter(|name| !kept.contains(name) && !moments.contains(name));
        match others.find(|name| self.mentions(name)) {
            None => Ok(()),
            Some(field) => Err(Phrase::new("query_not_kept").with("field", field).with("fields", Word::list(kept))),
        }
    }

    /// Whether an entry passes.
    pub fn matches(&self, entry: &dyn Entry) -> bool {
        self.within.as_ref().is_none_or(|within| within.verdict(entry) == Some(true))
            && self.all.iter().all(|part| part.verdict(entry) == Some(true))
    }

    /// Whether an entry passes; `None` when what is known of it does not tell.
    pub fn verdict(&self, entry: &dyn Entry) -> Option<bool> {
        let within = self.within.as_ref().map(|within| within.verdict(entry));
        decided(within.into_iter().chain(self.all.iter().map(|part| part.verdict(entry))), false)
    }

    /// Whether an entry passes or may pass, as far as is known of it.
    pub fn may_match(&self, entry: &dyn Entry) -> bool {
        self.within.as_ref().is_none_or(|within| within.verdict(entry) != Some(false))
            && self.all.iter().all(|part| part.verdict(entry) != Some(false))
    }
}

impl Expression {
    fn add_fields<'a>(&'a self, fields: &mut BTreeSet<&'a str>) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.add_fields(fields)),
            Self::Not(part) => part.add_fields(fields),
            Self::Term(term) => drop(fields.insert(&term.field)),
        }
    }

    fn mentions(&self, field: &str) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.mentions(field)),
            Self::Not(part) => part.mentions(field),
            Self::Term(term) => term.field == field,
        }
    }

    /// The ways in which the name or the key can be, if it asks for that.
    fn named(&self) -> Option<Vec<Vec<&str>>> {
        match self {
            Self::Term(term) if term.operator == Operator::Is && matches!(term.field.as_str(), "name" | "key") => {
                Some(term.patterns.iter().map(Pattern::texts).collect())
            }
            Self::Any(parts) => {
                let ways: Option<Vec<_>> = parts.iter().map(Self::named).collect();
                ways.map(|ways| ways.concat())
            }
            Self::All(parts) => parts.iter().find_map(Self::named),
            Self::Term(_) | Self::Not(_) => None,
        }
    }

    /// Whether it holds; `None` when what is known does not tell.
    fn verdict(&self, entry: &dyn Entry) -> Option<bool> {
        match self {
            Self::All(parts) => decided(parts.iter().map(|part| part.verdict(entry)), false),
            Self::Any(parts) => decided(parts.iter().map(|part| part.verdict(entry)), true),
            Self::Not(part) => part.verdict(entry).map(|holds| !holds),
            Self::Term(term) => entry.knows(&term.field).then(|| {
                let value = entry.value(&term.field);
                let value = value.as_deref().unwrap_or(&Value::Null);
                term.holds(value, entry.kind(&term.field), entry.manager())
            }),
        }
    }
}

/// One verdict of many: the first `decisive` one decides; without one, any unknown leaves it open.
fn decided(verdicts: impl Iterator<Item = Option<bool>>, decisive: bool) -> Option<bool> {
    let mut outcome = Some(!decisive);
    for verdict in verdicts {
        match verdict {
            Some(holds) if holds == decisive => return Some(decisive),
            Some(_) => {}
            None => outcome = None,
        }
    }
    outcome
}

impl Term {
    /// Whether a value stands so to one of those that are asked for.
    fn holds(&self, value: &Value, kind: Option<Kind>, manager: Option<&str>) -> bool {
        let order = value::Order { kind: self.kind.or(kind).unwrap_or(Kind::Text), manager };
        self.patterns.iter().any(|pattern| pattern.holds(self.operator, value, order))
    }

    /// Whether it holds of a time in milliseconds; `None` where its text must be asked.
    fn on_times(&self) -> Option<impl Fn(Option<i64>) -> bool> {
        let asked: Option<Vec<AskedTime>> = self.patterns.iter().map(|pattern| self.on_time(pattern)).collect();
        let (asked, operator) = (asked?, self.operator);
        Some(move |time: Option<i64>| {
            asked.iter().any(|asked| match (asked, time) {
                (AskedTime::None, time) => time.is_none(),
                (AskedTime::Any, time) => time.is_some(),
                (AskedTime::At(asked), Some(time)) => match operator {
                    Operator::Is => false,
                    Operator::Less => time < *asked,
                    Operator::AtMost => time <= *asked,
                    Operator::More => time > *asked,
                    Operator::AtLeast => time >= *asked,
                },
                (AskedTime::At(_), None) | (AskedTime::Nonsense, _) => false,
            })
        })
    }

    fn on_time(&self, pattern: &Pattern) -> Option<AskedTime> {
        match self.operator {
            Operator::Is if pattern.exact() == Some("") => Some(AskedTime::None),
            Operator::Is => pattern.texts().is_empty().then_some(AskedTime::Any),
            _ => Some(pattern.moment().map_or(AskedTime::Nonsense, |at| AskedTime::At(at.millis()))),
        }
    }
}

#[cfg(test)]
mod tests;
