//! The grammar of the query language. `docs/query.md` says it for people; this is what holds.
//!
//! ```text
//! query   = any
//! any     = all *( "or" all )
//! all     = one *( ["and"] one )
//! one     = ("not" / "-") one / "(" any ")" / term / word
//! term    = field operator value *( "," value )
//! operator = ":" / "=" / "!=" / "<" / "<=" / ">" / ">="
//! value   = quoted / run of anything but blanks, commas, brackets and quotation marks
//! ```

use winnow::combinator::{alt, opt, preceded};
use winnow::error::ParserError;
use winnow::token::{any, literal, take_till, take_while};
use winnow::{Parser, Result};

use super::fields::Fields;
use super::value::Pattern;
use super::{Expression, Operator, QueryError, Term};
use crate::text::Phrase;

/// Longest query, in characters.
const MAX_LENGTH: usize = 4_000;
/// Deepest brackets and negations.
const MAX_DEPTH: usize = 32;

/// What is wrong, and how much of the text was left there.
#[derive(Debug)]
struct Fault {
    left: usize,
    why: Phrase,
}

impl Fault {
    const fn at(input: &str, why: Phrase) -> Self {
        Self { left: input.len(), why }
    }
}

impl ParserError<&str> for Fault {
    type Inner = Self;

    fn from_input(input: &&str) -> Self {
        Self::at(input, Phrase::new("query_value"))
    }

    fn into_inner(self) -> std::result::Result<Self, Self> {
        Ok(self)
    }
}

/// The demands of a query that must all hold, with their columns.
pub(super) fn query(text: &str, fields: &Fields<'_>) -> std::result::Result<Vec<(usize, Expression)>, QueryError> {
    let column = |left: usize| text.get(..text.len() - left).unwrap_or_default().chars().count() + 1;
    if text.chars().count() > MAX_LENGTH {
        let why = Phrase::new("at_most_characters").with("max", MAX_LENGTH);
        return Err(QueryError { column: MAX_LENGTH + 1, why });
    }
    let mut input = text;
    let read = Grammar(fields).whole(&mut input);
    let parts = read.map_err(|fault| QueryError { column: column(fault.left), why: fault.why })?;
    Ok(parts.into_iter().map(|(left, part)| (column(left), part)).collect())
}

/// Values that stand alone, as a parameter of an address: commas part them, blanks and brackets do not end them.
pub(super) fn values(text: &str) -> std::result::Result<Vec<Pattern>, Phrase> {
    let mut input = text;
    let is_end = |c: char| matches!(c, ',' | '"');
    let read = patterns(&mut input, is_end).map_err(|fault| fault.why)?;
    if input.is_empty() { Ok(read) } else { Err(Phrase::new("query_value")) }
}

fn blanks(input: &mut &str) -> Result<(), Fault> {
    take_while(0.., char::is_whitespace).void().parse_next(input)
}

/// Ends of a value that has no quotes.
fn is_end(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | '(' | ')' | '"')
}

/// A text in quotation marks; `\"` and `\\` stand for themselves.
fn quoted(input: &mut &str) -> Result<String, Fault> {
    let start = *input;
    literal("\"").void().parse_next(input)?;
    let mut text = String::new();
    loop {
        let open = |_: Fault| Fault::at(start, Phrase::new("quote_open"));
        match any.parse_next(input).map_err(open)? {
            '"' => return Ok(text),
            '\\' if input.starts_with(['"', '\\']) => text.push(any.parse_next(input).map_err(open)?),
            c => text.push(c),
        }
    }
}

/// Values between commas.
fn patterns(input: &mut &str, is_end: impl Fn(char) -> bool) -> Result<Vec<Pattern>, Fault> {
    let mut patterns = Vec::new();
    loop {
        patterns.push(if input.starts_with('"') {
            Pattern::literal(&quoted(input)?)
        } else {
            Pattern::wild(take_till(0.., &is_end).parse_next(input)?)
        });
        if opt(literal(",")).parse_next(input)?.is_none() {
            return Ok(patterns);
        }
    }
}

/// How a field is compared; `!=` is the denial of being.
fn operator(input: &mut &str) -> Result<(Operator, bool), Fault> {
    alt((
        literal("!=").value((Operator::Is, true)),
        literal("<=").value((Operator::AtMost, false)),
        literal(">=").value((Operator::AtLeast, false)),
        literal("<").value((Operator::Less, false)),
        literal(">").value((Operator::More, false)),
        alt((literal(":"), literal("="))).value((Operator::Is, false)),
    ))
    .parse_next(input)
}

/// A word of the language, when a whole word begins here.
fn keyword(input: &str, keyword: &str) -> Option<usize> {
    let end = input.find(is_end).unwrap_or(input.len());
    input.get(..end).filter(|word| word.eq_ignore_ascii_case(keyword)).map(str::len)
}

/// Passes a word of the language, if it stands here.
fn passes(input: &mut &str, word: &str) -> bool {
    let rest = keyword(input, word).and_then(|length| input.get(length..));
    rest.inspect(|rest| *input = rest).is_some()
}

struct Grammar<'a>(&'a Fields<'a>);

impl Grammar<'_> {
    /// All of the text. Only here are the demands told apart, since only here each must hold.
    fn whole(&self, input: &mut &str) -> Result<Vec<(usize, Expression)>, Fault> {
        let first = self.all(input, 0)?;
        let parts = if keyword(input, "or").is_some() {
            let left = first.first().map_or(input.len(), |(left, _)| *left);
            vec![(left, self.alternatives(first, input, 0)?)]
        } else {
            first
        };
        match input.chars().next() {
            None => Ok(parts),
            Some(')') => Err(Fault::at(input, Phrase::new("query_bracket_closed"))),
            Some(_) => Err(Fault::at(input, Phrase::new("query_value"))),
        }
    }

    /// What follows the first of several alternatives.
    fn alternatives(
        &self,
        first: Vec<(usize, Expression)>,
        input: &mut &str,
        depth: usize,
    ) -> Result<Expression, Fault> {
        if first.is_empty() {
            let is_or = keyword(input, "or").is_some();
            let why = if is_or { Phrase::new("query_nothing").with("word", "or") } else { Phrase::new("query_value") };
            return Err(Fault::at(input, why));
        }
        let mut ways = vec![joined(first)];
        while passes(input, "or") {
            blanks(input)?;
            let way = self.all(input, depth)?;
            if way.is_empty() {
                return Err(Fault::at(input, Phrase::new("query_nothing").with("word", "or")));
            }
            ways.push(joined(way));
        }
        Ok(if ways.len() == 1 { ways.remove(0) } else { Expression::Any(ways) })
    }

    /// Demands side by side, each with how much text was left where it began.
    fn all(&self, input: &mut &str, depth: usize) -> Result<Vec<(usize, Expression)>, Fault> {
        let mut parts = Vec::new();
        loop {
            blanks(input)?;
            if !parts.is_empty() && passes(input, "and") {
                blanks(input)?;
                if input.is_empty() {
                    return Err(Fault::at(input, Phrase::new("query_nothing").with("word", "and")));
                }
            }
            if input.is_empty() || input.starts_with(')') || keyword(input, "or").is_some() {
                return Ok(parts);
            }
            let left = input.len();
            parts.push((left, self.one(input, depth)?));
        }
    }

    fn one(&self, input: &mut &str, depth: usize) -> Result<Expression, Fault> {
        let start = *input;
        if depth > MAX_DEPTH {
            return Err(Fault::at(start, Phrase::new("query_deep").with("max", MAX_DEPTH)));
        }
        let is_negated = passes(input, "not") || opt(literal("-")).parse_next(input)?.is_some();
        if is_negated {
            blanks(input)?;
            if input.is_empty() || input.starts_with(')') {
                return Err(Fault::at(start, Phrase::new("query_nothing").with("word", "not")));
            }
            return Ok(Expression::Not(Box::new(self.one(input, depth + 1)?)));
        }
        if opt(literal("(")).parse_next(input)?.is_some() {
            let first = self.all(input, depth + 1)?;
            let inner = self.alternatives(first, input, depth + 1);
            let open = |_: Fault| Fault::at(start, Phrase::new("query_bracket_open"));
            let inner = inner?;
            literal(")").void().parse_next(input).map_err(open)?;
            return Ok(inner);
        }
        match self.term(input)? {
            Some(term) => Ok(term),
            None => self.word(input),
        }
    }

    /// `field:value`; `None`, and nothing is read, when it is none.
    fn term(&self, input: &mut &str) -> Result<Option<Expression>, Fault> {
        let start = *input;
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
        let mut rest = *input;
        let name: &str = take_while(0.., is_name).parse_next(&mut rest)?;
        let Some((operator, is_denied)) = opt(operator).parse_next(&mut rest)?.filter(|_| !name.is_empty()) else {
            return Ok(None);
        };
        *input = rest;
        let patterns = patterns(input, is_end)?;
        let term = self.0.term(name, operator, patterns).map_err(|why| Fault::at(start, why))?;
        let term = Expression::Term(term);
        Ok(Some(if is_denied { Expression::Not(Box::new(term)) } else { term }))
    }

    /// A word that stands in one of the fields that words are looked for in.
    fn word(&self, input: &mut &str) -> Result<Expression, Fault> {
        let start = *input;
        let pattern = if input.starts_with('"') {
            Pattern::within_literal(&quoted(input)?)
        } else {
            let plain: &str = preceded(opt(literal("*")), take_till(0.., is_end)).parse_next(input)?;
            // A comparison without a field is a slip, not a word to look for.
            if plain.is_empty() || operator(&mut &*start).is_ok() {
                return Err(Fault::at(start, Phrase::new("query_value")));
            }
            Pattern::within(plain)
        };
        if self.0.words.is_empty() {
            let such_as = self.0.rows.first().map_or("name", |row| row.name);
            return Err(Fault::at(start, Phrase::new("no_term").with("word", pattern.shown()).with("field", such_as)));
        }
        let term = |field: &&'static str| {
            let patterns = vec![pattern.clone()];
            Expression::Term(Term { field: (*field).to_owned(), operator: Operator::Is, patterns, kind: None })
        };
        Ok(Expression::Any(self.0.words.iter().map(term).collect()))
    }
}

/// Demands as one.
fn joined(parts: Vec<(usize, Expression)>) -> Expression {
    let mut parts: Vec<Expression> = parts.into_iter().map(|(_, part)| part).collect();
    match parts.len() {
        1 => parts.remove(0),
        _ => Expression::All(parts),
    }
}
