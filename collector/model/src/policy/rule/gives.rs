//! What a part of a condition gives, as far as that can be told before it is asked: a condition that gives a number is refused when
//! it is saved, not when the first host reports.

use cel::common::ast::{Expr, IdedExpr, LiteralValue, SelectExpr, operators};
use muster_shared::SectionName;
use muster_shared::attribute::{self, Kind};

use crate::query::Fields;
use crate::text::Phrase;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gives {
    /// True or false.
    Truth,
    /// A number.
    Number,
    /// A text; times and versions are texts.
    Text,
    /// A list.
    List,
    /// Named values.
    Table,
    /// That is not known before it is asked.
    Anything,
}

/// Whose attributes stand behind a dot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// An item of this section.
    Item(SectionName),
    /// The host.
    Host,
}

impl Gives {
    /// What it is, for people.
    pub(super) const fn phrase(self) -> Phrase {
        Phrase::new(match self {
            Self::Truth => "gives_truth",
            Self::Number => "gives_number",
            Self::Text => "gives_text",
            Self::List => "gives_list",
            Self::Table | Self::Anything => "gives_table",
        })
    }

    const fn of_kind(kind: Kind) -> Self {
        match kind {
            Kind::Text | Kind::Time | Kind::Version => Self::Text,
            Kind::Integer | Kind::Number => Self::Number,
            Kind::Boolean => Self::Truth,
            Kind::List => Self::List,
            Kind::Table => Self::Table,
            Kind::Any => Self::Anything,
        }
    }

    /// This, when both ways give it.
    fn or(self, other: Self) -> Self {
        if self == other { self } else { Self::Anything }
    }

    /// Whether one can be compared with the other at all.
    pub(super) fn meets(self, other: Self) -> bool {
        self == other || self == Self::Anything || other == Self::Anything
    }
}

/// What a condition speaks of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subjects<'a> {
    /// Whose items it looks at.
    pub(super) section: SectionName,
    /// What is known of hosts.
    pub(super) host: &'a Fields<'a>,
}

impl Subjects<'_> {
    /// Whose attributes an expression has, if it is one thing.
    pub(super) fn owner(&self, expression: &IdedExpr) -> Option<Owner> {
        match &expression.expr {
            Expr::Ident(name) if name == "item" => Some(Owner::Item(self.section)),
            Expr::Ident(name) if name == "host" => Some(Owner::Host),
            Expr::Call(call) if call.func_name == "pkg" => Some(Owner::Item(SectionName::Package)),
            Expr::Call(call) if call.func_name == "one" => {
                Some(Owner::Item(literal(call.args.first()?)?.parse().ok()?))
            }
            _ => None,
        }
    }

    /// The kind of an attribute of a host.
    fn of_host(&self, name: &str) -> Option<Kind> {
        let own = self.host.own_attributes.iter().find(|(own, _)| own == name).map(|(_, kind)| *kind);
        own.or_else(|| self.host.rows.iter().find(|field| field.name == name).map(|field| field.kind))
    }

    fn selected(&self, select: &SelectExpr) -> Gives {
        let kind = match self.owner(&select.operand) {
            _ if select.test => Some(Kind::Boolean),
            Some(Owner::Item(section)) => attribute::kind_of(section, &select.field),
            Some(Owner::Host) => self.of_host(&select.field),
            None => None,
        };
        kind.map_or(Gives::Anything, Gives::of_kind)
    }

    /// What an expression gives.
    pub(super) fn gives(&self, expression: &IdedExpr) -> Gives {
        match &expression.expr {
            Expr::Literal(literal) => of_literal(literal),
            Expr::Ident(name) if name == "key" => Gives::Text,
            Expr::Ident(name) if ["item", "host"].contains(&name.as_str()) => Gives::Table,
            Expr::Select(select) => self.selected(select),
            Expr::List(_) => Gives::List,
            Expr::Map(_) => Gives::Table,
            Expr::Call(call) => match (call.func_name.as_str(), call.args.as_slice()) {
                (operators::CONDITIONAL, [_, one, other]) | (operators::ADD, [one, other]) => {
                    self.gives(one).or(self.gives(other))
                }
                (name, _) => of_call(name),
            },
            // A loop gives what it begins with, or what is made of that at the end.
            Expr::Comprehension(looped) => match &looped.result.expr {
                Expr::Ident(name) if *name == looped.accu_var => self.gives(&looped.accu_init),
                _ => self.gives(&looped.result),
            },
            Expr::Unspecified | Expr::Ident(_) | Expr::Struct(_) => Gives::Anything,
        }
    }
}

/// The text of an expression that is one.
pub(super) fn literal(expression: &IdedExpr) -> Option<&str> {
    match &expression.expr {
        Expr::Literal(LiteralValue::String(text)) => Some(text.inner()),
        _ => None,
    }
}

const fn of_literal(literal: &LiteralValue) -> Gives {
    match literal {
        LiteralValue::Boolean(_) => Gives::Truth,
        LiteralValue::Int(_) | LiteralValue::UInt(_) | LiteralValue::Double(_) => Gives::Number,
        LiteralValue::String(_) => Gives::Text,
        // Null is compared with anything.
        LiteralValue::Bytes(_) | LiteralValue::Null => Gives::Anything,
    }
}

fn of_call(name: &str) -> Gives {
    match name {
        operators::LOGICAL_AND
        | operators::LOGICAL_OR
        | operators::LOGICAL_NOT
        | operators::EQUALS
        | operators::NOT_EQUALS
        | operators::GREATER
        | operators::GREATER_EQUALS
        | operators::LESS
        | operators::LESS_EQUALS
        | operators::IN
        | operators::NOT_STRICTLY_FALSE
        | "has_pkg"
        | "has_item"
        | "older"
        | "below"
        | "contains"
        | "startsWith"
        | "endsWith"
        | "matches"
        | "bool" => Gives::Truth,
        operators::SUBSTRACT
        | operators::MULTIPLY
        | operators::DIVIDE
        | operators::MODULO
        | operators::NEGATE
        | "days_until"
        | "days_since"
        | "size"
        | "int"
        | "uint"
        | "double" => Gives::Number,
        "string" => Gives::Text,
        "pkg" | "one" => Gives::Table,
        _ => Gives::Anything,
    }
}
