//! Conditions of policies: CEL, compiled once, bounded before anything runs.
//!
//! A condition says what must not be: an item for which it is true breaks the policy. What is not known breaks nothing: a
//! value that an item does not have makes the condition false. A condition cannot loop for long: its text, its operators, its
//! depth and the loops in loops are bounded, lists are bounded where they come in ([`super::court`]), and helpers are
//! indexed.

mod cost;
mod gives;
mod need;
mod reads;
mod slip;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock};

use cel::common::ast::{EntryExpr, Expr, IdedExpr, LiteralValue};
use cel::{Context, Env, ExecutionError, Program, Value};
use muster_shared::{Attributes, SectionName, attribute};

use crate::profile::expectation::unknown_attribute;
use crate::query::Fields;
use crate::text::{Phrase, Word};
use need::Need;
pub use reads::Reads;
pub(super) use reads::is_named;
use slip::Places;

/// Longest condition.
pub const MAX_BYTES: usize = 4 << 10;
/// Most signs of operators, calls and brackets: what bounds the depth of anything that the parser makes.
const MAX_SIGNS: usize = 400;
/// Deepest expression.
const MAX_DEPTH: usize = 64;
/// Loops in loops.
const MAX_LOOPS: usize = 2;

/// The names that a condition may use.
pub const VARIABLES: &[(&str, &str)] = &[
    ("item", "the item with its attributes"),
    ("key", "what tells the item apart on its host"),
    ("host", "its host: `id`, `name`, `site`, `owner`, `criticality`, `lifecycle`, `os`, ..."),
];

/// The functions that a condition may use besides those of the language.
pub const HELPERS: &[(&str, &str)] = &[
    ("pkg(name)", "the installed package of a name; without attributes when it is not installed"),
    ("has_pkg(name)", "whether a package of this name is installed"),
    ("one(section, key)", "the item of another section with this key; without attributes when it is not there"),
    ("has_item(section, key)", "whether another section has an item with this key"),
    ("older(package, version)", "whether a package's version is lower, by the rules of its manager"),
    ("below(version, version)", "whether a version is lower, number by number"),
    ("days_until(time)", "days from now until a time; negative when it is over"),
    ("days_since(time)", "days since a time"),
];

/// Functions of the language itself.
const LANGUAGE: &[&str] = &[
    "size",
    "contains",
    "startsWith",
    "endsWith",
    "matches",
    "int",
    "uint",
    "double",
    "string",
    "bool",
    "type",
    "dyn",
    "has",
    "all",
    "exists",
    "exists_one",
    "map",
    "filter",
    "min",
    "max",
];

/// The environment that all conditions are compiled for.
pub(super) static ENVIRONMENT: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

/// A condition that was compiled.
#[derive(Debug)]
pub struct Rule {
    program: Program,
    /// What it reads besides its item.
    pub reads: Reads,
    /// Whether its answer changes by time alone.
    pub uses_clock: bool,
    /// What an item must have so that it can be true at all; anything when it does not say.
    needs: Option<Need>,
}

/// What a walk over an expression finds.
#[derive(Debug, Default)]
struct Found {
    reads: Reads,
    uses_clock: bool,
    /// Names, with the expression that has each first.
    names: BTreeMap<String, u64>,
    bound: BTreeSet<String>,
    problem: Option<Problem>,
}

/// What is wrong, and where.
#[derive(Debug)]
struct Problem {
    why: Phrase,
    /// The expression, and the word in it that is meant.
    place: Option<(u64, String)>,
}

impl Rule {
    /// Compiles a condition over items of a section.
    pub fn compile(source: &str, section: SectionName) -> Result<Self, Phrase> {
        if source.trim().is_empty() {
            return Err(Phrase::new("is_needed"));
        }
        if source.len() > MAX_BYTES {
            return Err(Phrase::new("at_most_bytes").with("max", MAX_BYTES));
        }
        if signs(source) > MAX_SIGNS {
            return Err(Phrase::new("rule_too_large").with("max", MAX_SIGNS));
        }
        // The parser is made of foreign code that meets what people typed: should it give up, only this condition is refused.
        let compiled = catch_unwind(AssertUnwindSafe(|| ENVIRONMENT.compile(source)));
        let program = match compiled {
            Ok(Ok(program)) => program,
            Ok(Err(errors)) => return Err(unreadable(source, &errors)),
            Err(_) => return Err(Phrase::new("rule_unreadable").with("what", "the parser gave up")),
        };
        let mut found = Found::default();
        found.walk(program.expression(), section, 0, 0);
        let places = Places { source, info: program.source_info() };
        let known = |name: &str| VARIABLES.iter().any(|(known, _)| *known == name) || found.bound.contains(name);
        let unknown = found.names.iter().find(|(name, _)| !name.starts_with('@') && !known(name));
        if let Some(Problem { why, place }) = found.problem {
            return Err(match place {
                Some((id, word)) => places.at_word(id, &word, why),
                None => why,
            });
        }
        if let Some((name, id)) = unknown {
            let names = VARIABLES.iter().map(|(name, _)| *name);
            let why = Phrase::new("rule_unknown_name").with("name", name.as_str()).with("names", Word::list(names));
            return Err(places.at_word(*id, name, why));
        }
        let cost = cost::of(program.expression());
        if cost > cost::MAX_COST {
            return Err(Phrase::new("rule_costs")
                .with("cost", cost.to_string())
                .with("max", cost::MAX_COST.to_string()));
        }
        let needs = Need::of(program.expression());
        Ok(Self { program, reads: found.reads, uses_clock: found.uses_clock, needs })
    }

    /// Compiles a condition that somebody just wrote: what was typed wrong is refused too, where it could be asked all the same.
    /// `host` are the fields of hosts.
    pub fn checked(source: &str, section: SectionName, host: &Fields<'_>) -> Result<Self, Phrase> {
        let rule = Self::compile(source, section)?;
        let places = Places { source, info: rule.program.source_info() };
        match slip::find(rule.program.expression(), places, section, host) {
            Some(why) => Err(why),
            None => Ok(rule),
        }
    }

    /// Whether an item can break it at all, told without asking.
    pub fn may_hold(&self, key: &str, attributes: &Attributes) -> bool {
        self.needs.as_ref().is_none_or(|needs| needs.is_met(key, attributes))
    }

    /// Whether an item breaks it; an error says why that cannot be told.
    pub(super) fn ask(&self, context: &Context<'_, '_>) -> Result<bool, String> {
        match catch_unwind(AssertUnwindSafe(|| self.program.execute(context))) {
            Ok(Ok(Value::Bool(answer))) => Ok(answer),
            Ok(Ok(other)) => Err(format!("the condition gives {}, not true or false", other.type_of())),
            // What is not known breaks nothing.
            Ok(Err(ExecutionError::NoSuchKey(_) | ExecutionError::IndexOutOfBounds(_))) => Ok(false),
            Ok(Err(error)) => Err(error.to_string().chars().take(300).collect()),
            Err(_) => Err("the interpreter gave up".to_owned()),
        }
    }
}

/// What the parser says of a text that it cannot read: where the first mistake is, and what.
fn unreadable(source: &str, errors: &cel::ParseErrors) -> Phrase {
    let first = errors.errors.first();
    let what = first.map_or("", |error| error.msg.lines().next().unwrap_or_default());
    let why = Phrase::new("rule_unreadable").with("what", what.trim().chars().take(300).collect::<String>());
    let place = first.and_then(|error| {
        let (line, column) = (usize::try_from(error.pos.0).ok()?, usize::try_from(error.pos.1).ok()?);
        (line > 0).then_some((line, column.max(1)))
    });
    match place {
        Some((line, column)) => slip::placed(source, line, column, why),
        None => why,
    }
}

/// Signs of operators, calls and brackets outside of texts.
fn signs(source: &str) -> usize {
    let mut quote = None;
    let mut is_escaped = false;
    let mut count = 0;
    for sign in source.chars() {
        match quote {
            Some(_) if is_escaped => is_escaped = false,
            Some(_) if sign == '\\' => is_escaped = true,
            Some(open) if sign == open => quote = None,
            None if matches!(sign, '\'' | '"') => quote = Some(sign),
            None if sign.is_ascii_punctuation() && sign != '_' => count += 1,
            Some(_) | None => {}
        }
    }
    count
}

impl Found {
    fn fail(&mut self, why: Phrase, place: Option<(u64, &str)>) {
        self.problem.get_or_insert_with(|| Problem { why, place: place.map(|(id, word)| (id, word.to_owned())) });
    }

    fn walk(&mut self, expression: &IdedExpr, section: SectionName, depth: usize, loops: usize) {
        if depth > MAX_DEPTH {
            self.fail(Phrase::new("rule_too_deep").with("max", MAX_DEPTH), None);
            return;
        }
        let next = depth + 1;
        match &expression.expr {
            Expr::Unspecified | Expr::Literal(_) => {}
            Expr::Ident(name) => drop(self.names.entry(name.clone()).or_insert(expression.id)),
            Expr::Select(select) => {
                if matches!(&select.operand.expr, Expr::Ident(name) if name == "item")
                    && attribute::kind_of(section, &select.field).is_none()
                {
                    let unknown = unknown_attribute(section, &select.field);
                    self.fail(unknown, Some((expression.id, &select.field)));
                }
                self.walk(&select.operand, section, next, loops);
            }
            Expr::Call(call) => {
                self.call(&call.func_name, &call.args, expression.id);
                for part in call.target.iter().map(|target| &**target).chain(&call.args) {
                    self.walk(part, section, next, loops);
                }
            }
            Expr::Comprehension(comprehension) => {
                if loops >= MAX_LOOPS {
                    self.fail(Phrase::new("rule_loops").with("max", MAX_LOOPS), None);
                    return;
                }
                self.bound.extend([comprehension.iter_var.clone(), comprehension.accu_var.clone()]);
                self.bound.extend(comprehension.iter_var2.clone());
                self.walk(&comprehension.iter_range, section, next, loops);
                self.walk(&comprehension.accu_init, section, next, loops);
                for part in [&comprehension.loop_cond, &comprehension.loop_step, &comprehension.result] {
                    self.walk(part, section, next, loops + 1);
                }
            }
            Expr::List(list) => list.elements.iter().for_each(|part| self.walk(part, section, next, loops)),
            Expr::Map(map) => self.entries(map.entries.iter().map(|entry| &entry.expr), section, next, loops),
            Expr::Struct(made) => self.entries(made.entries.iter().map(|entry| &entry.expr), section, next, loops),
        }
    }

    fn entries<'e>(
        &mut self,
        entries: impl Iterator<Item = &'e EntryExpr>,
        section: SectionName,
        depth: usize,
        loops: usize,
    ) {
        for entry in entries {
            match entry {
                EntryExpr::StructField(field) => self.walk(&field.value, section, depth, loops),
                EntryExpr::MapEntry(entry) => {
                    self.walk(&entry.key, section, depth, loops);
                    self.walk(&entry.value, section, depth, loops);
                }
            }
        }
    }

    /// What a call reads, and whether there is such a function at all.
    fn call(&mut self, name: &str, arguments: &[IdedExpr], id: u64) {
        let text_at = |place: usize| match arguments.get(place).map(|argument| &argument.expr) {
            Some(Expr::Literal(LiteralValue::String(text))) => Some(text.inner()),
            _ => None,
        };
        match name {
            "pkg" | "has_pkg" => self.reads.take(SectionName::Package, text_at(0)),
            "one" | "has_item" => match text_at(0).and_then(|text| text.parse::<SectionName>().ok()) {
                Some(section) => self.reads.take(section, text_at(1)),
                None => self.fail(Phrase::new("rule_names_section").with("function", name), Some((id, name))),
            },
            "days_until" | "days_since" => self.uses_clock = true,
            "older" | "below" => {}
            // What does not begin as a name is an operator: `_&&_`, `@in`.
            _ if LANGUAGE.contains(&name) || !name.starts_with(|sign: char| sign.is_ascii_alphabetic()) => {}
            _ => {
                let helpers = || HELPERS.iter().map(|(helper, _)| helper.split('(').next().unwrap_or_default());
                let unknown = Phrase::new("rule_unknown_function")
                    .with("name", name)
                    .with("near", slip::nearest(name, helpers().chain(LANGUAGE.iter().copied())))
                    .with("names", Word::list(helpers()));
                self.fail(unknown, Some((id, name)));
            }
        }
    }
}

#[cfg(test)]
mod tests;
