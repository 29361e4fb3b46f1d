//! What an item must have so that a condition can be true: `item.name == 'openssl' && …` is asked of no other package.

use cel::common::ast::{Expr, IdedExpr, LiteralValue, operators};
use muster_shared::Attributes;
use serde_json::Value;

/// A text that an item must have: what most conditions begin with, and what hardly any item has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Need {
    /// Of which attribute; `None` is the key.
    attribute: Option<String>,
    /// One of these.
    values: Vec<String>,
}

impl Need {
    /// What an expression needs: the first text that it compares, of all that must hold.
    pub(super) fn of(expression: &IdedExpr) -> Option<Self> {
        let Expr::Call(call) = &expression.expr else { return None };
        let [one, other] = call.args.as_slice() else { return None };
        match call.func_name.as_str() {
            operators::LOGICAL_AND => Self::of(one).or_else(|| Self::of(other)),
            operators::EQUALS => Self::equal(one, other).or_else(|| Self::equal(other, one)),
            operators::IN => {
                let Expr::List(list) = &other.expr else { return None };
                let values: Option<Vec<String>> = list.elements.iter().map(text).collect();
                Some(Self { attribute: place(one)?, values: values? })
            }
            _ => None,
        }
    }

    fn equal(named: &IdedExpr, value: &IdedExpr) -> Option<Self> {
        Some(Self { attribute: place(named)?, values: vec![text(value)?] })
    }

    /// Whether an item has it.
    pub(super) fn is_met(&self, key: &str, attributes: &Attributes) -> bool {
        let found = match &self.attribute {
            None => Some(key),
            Some(attribute) => attributes.get(attribute).and_then(Value::as_str),
        };
        found.is_some_and(|found| self.values.iter().any(|value| value == found))
    }
}

/// The attribute of the item that an expression names, or its key.
#[expect(clippy::option_option, reason = "it names nothing, the key, or an attribute")]
fn place(expression: &IdedExpr) -> Option<Option<String>> {
    match &expression.expr {
        Expr::Ident(name) if name == "key" => Some(None),
        Expr::Select(select) if !select.test => match &select.operand.expr {
            Expr::Ident(name) if name == "item" => Some(Some(select.field.clone())),
            _ => None,
        },
        _ => None,
    }
}

fn text(expression: &IdedExpr) -> Option<String> {
    match &expression.expr {
        Expr::Literal(LiteralValue::String(text)) => Some(text.inner().to_owned()),
        _ => None,
    }
}
