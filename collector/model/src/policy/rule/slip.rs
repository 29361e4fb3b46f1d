//! What is typed wrong in a condition, and where: an attribute that nothing has, two kinds of values that are never equal, a pattern
//! that is none. A condition with such a slip is never true, which nobody notices.
//!
//! It is looked for when a condition is saved. What is stored already is asked as it stands.

use cel::common::ast::{CallExpr, Expr, IdedExpr, SourceInfo, operators};
use muster_shared::SectionName;
use muster_shared::attribute;

use super::gives::{Gives, Owner, Subjects, literal};
use crate::profile::expectation::unknown_attribute;
use crate::query::fields::{self, Fields};
use crate::text::{Phrase, Word};

/// Where the parts of a condition stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places<'a> {
    pub(super) source: &'a str,
    pub(super) info: &'a SourceInfo,
}

impl Places<'_> {
    fn offset(&self, id: u64) -> Option<usize> {
        self.info.offset_for(id).and_then(|(start, _)| usize::try_from(start).ok())
    }

    /// Says where a word of an expression stands: what the parser keeps of a dot or a call is the sign, not the name.
    pub(super) fn at_word(&self, id: u64, word: &str, why: Phrase) -> Phrase {
        match self.offset(id) {
            Some(near) => at(self.source, self.word(near, word), why),
            None => why,
        }
    }

    /// Where a word stands next to a place.
    fn word(&self, near: usize, word: &str) -> usize {
        let is_sign = |sign: char| sign.is_alphanumeric() || sign == '_';
        let is_whole = |(at, word): &(usize, &str)| {
            let (before, after) = (self.source.get(..*at), self.source.get(at + word.len()..));
            !before.is_some_and(|text| text.ends_with(is_sign)) && !after.is_some_and(|text| text.starts_with(is_sign))
        };
        let whole = self.source.match_indices(word).filter(is_whole).map(|(at, _)| at);
        whole.min_by_key(|place| place.abs_diff(near)).unwrap_or(near)
    }

    /// Says where an expression begins.
    pub(super) fn at_start(&self, expression: &IdedExpr, why: Phrase) -> Phrase {
        match self.start(expression) {
            Some(start) => at(self.source, start, why),
            None => why,
        }
    }

    fn start(&self, expression: &IdedExpr) -> Option<usize> {
        let first = match &expression.expr {
            Expr::Select(select) => self.start(&select.operand),
            Expr::Comprehension(looped) => self.start(&looped.iter_range),
            Expr::Call(call) => call.target.as_deref().or_else(|| call.args.first()).and_then(|part| self.start(part)),
            _ => None,
        };
        let own = self.offset(expression.id).map(|near| match &expression.expr {
            Expr::Call(call) if call.func_name.starts_with(char::is_alphabetic) => self.word(near, &call.func_name),
            _ => near,
        });
        first.into_iter().chain(own).min()
    }
}

/// Says where in a text something stands: in which column, counted from 1, and in which line where there are several.
pub(super) fn at(source: &str, offset: usize, why: Phrase) -> Phrase {
    let before = source.get(..offset).unwrap_or_default();
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    placed(source, before.matches('\n').count() + 1, column, why)
}

/// The same, of a place that is known by its line and column.
pub(super) fn placed(source: &str, line: usize, column: usize, why: Phrase) -> Phrase {
    let phrase = Phrase::new(if source.contains('\n') { "at_line" } else { "at_column" });
    let phrase = if source.contains('\n') { phrase.with("line", line) } else { phrase };
    phrase.with("column", column).with("what", why)
}

/// Of these names the one that comes nearest.
pub(super) fn nearest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> &'n str {
    names.min_by_key(|known| strsim::damerau_levenshtein(known, name)).unwrap_or_default()
}

/// Looks a condition through; gives the first slip.
pub(super) fn find(
    expression: &IdedExpr,
    places: Places<'_>,
    section: SectionName,
    host: &Fields<'_>,
) -> Option<Phrase> {
    let search = Search { places, subjects: Subjects { section, host } };
    search.walk(expression).or_else(|| search.truth(expression))
}

struct Search<'a> {
    places: Places<'a>,
    subjects: Subjects<'a>,
}

impl Search<'_> {
    /// The first slip in an expression and all that is in it.
    fn walk(&self, expression: &IdedExpr) -> Option<Phrase> {
        match &expression.expr {
            Expr::Unspecified | Expr::Literal(_) | Expr::Ident(_) | Expr::Struct(_) => None,
            Expr::Select(select) => {
                self.walk(&select.operand).or_else(|| self.named(&select.operand, &select.field, expression.id))
            }
            Expr::Call(call) => {
                let parts = call.target.iter().map(|target| &**target).chain(&call.args);
                let inner = parts.into_iter().find_map(|part| self.walk(part));
                inner.or_else(|| self.call(call, expression.id))
            }
            Expr::List(list) => list.elements.iter().find_map(|part| self.walk(part)),
            Expr::Map(map) => map.entries.iter().find_map(|entry| match &entry.expr {
                cel::common::ast::EntryExpr::MapEntry(entry) => {
                    self.walk(&entry.key).or_else(|| self.walk(&entry.value))
                }
                cel::common::ast::EntryExpr::StructField(field) => self.walk(&field.value),
            }),
            Expr::Comprehension(looped) => {
                let parts = [&looped.iter_range, &looped.accu_init, &looped.loop_step, &looped.result];
                parts.into_iter().find_map(|part| self.walk(part))
            }
        }
    }

    /// An attribute that its owner does not have.
    fn named(&self, of: &IdedExpr, name: &str, id: u64) -> Option<Phrase> {
        let why = match self.subjects.owner(of)? {
            Owner::Item(section) if attribute::is_known(section, name) => return None,
            Owner::Item(section) => unknown_attribute(section, name),
            Owner::Host => {
                let host = self.subjects.host;
                // How the past is asked for is no attribute.
                let rows = host
                    .rows
                    .iter()
                    .map(|field| field.name)
                    .filter(|name| ![fields::AS_OF, fields::KNOWN_AT].contains(name));
                let names: Vec<&str> = rows.chain(host.own_attributes.iter().map(|(name, _)| name.as_str())).collect();
                if names.contains(&name) {
                    return None;
                }
                Phrase::new("rule_host_attribute")
                    .with("name", name.chars().take(60).collect::<String>())
                    .with("near", nearest(name, names.iter().copied()))
                    .with("names", Word::list(names))
            }
        };
        Some(self.places.at_word(id, name, why))
    }

    fn call(&self, call: &CallExpr, id: u64) -> Option<Phrase> {
        let name = call.func_name.as_str();
        match (name, call.args.as_slice()) {
            (operators::INDEX, [of, place]) => self.named(of, literal(place)?, place.id),
            (operators::LOGICAL_AND | operators::LOGICAL_OR, parts) => parts.iter().find_map(|part| self.truth(part)),
            (operators::LOGICAL_NOT, [part]) | (operators::CONDITIONAL, [part, ..]) => self.truth(part),
            (
                operators::EQUALS
                | operators::NOT_EQUALS
                | operators::LESS
                | operators::LESS_EQUALS
                | operators::GREATER
                | operators::GREATER_EQUALS,
                [one, other],
            ) => self.comparable(one, other, id),
            (operators::IN, [one, other]) => match &other.expr {
                Expr::List(list) => list.elements.iter().find_map(|element| self.comparable(one, element, element.id)),
                _ => None,
            },
            ("matches", args) => self.pattern(args.last()?),
            _ => None,
        }
    }

    /// What should be true or false and is something else.
    fn truth(&self, part: &IdedExpr) -> Option<Phrase> {
        let gives = self.subjects.gives(part);
        let is_wrong = !gives.meets(Gives::Truth);
        is_wrong.then(|| self.places.at_start(part, Phrase::new("rule_no_truth").with("what", gives.phrase())))
    }

    /// Two values that are never equal, and of which none is less.
    fn comparable(&self, one: &IdedExpr, other: &IdedExpr, id: u64) -> Option<Phrase> {
        let (first, second) = (self.subjects.gives(one), self.subjects.gives(other));
        if first.meets(second) {
            return None;
        }
        let why = Phrase::new("rule_kinds").with("one", first.phrase()).with("other", second.phrase());
        Some(self.places.offset(id).map_or_else(|| why.clone(), |offset| at(self.places.source, offset, why.clone())))
    }

    /// A pattern that is no regular expression.
    fn pattern(&self, part: &IdedExpr) -> Option<Phrase> {
        let error = regex::Regex::new(literal(part)?).err()?.to_string();
        // The last line says what is wrong; those before show where, for eyes.
        let what = error.lines().last().unwrap_or_default();
        let what = what.strip_prefix("error: ").unwrap_or(what).chars().take(200).collect::<String>();
        Some(self.places.at_start(part, Phrase::new("rule_pattern").with("what", what)))
    }
}
