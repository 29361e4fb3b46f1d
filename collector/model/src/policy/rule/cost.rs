//! What a condition costs at most, told before it is ever asked: lists that grow with each step make an hour of work of two hundred
//! bytes.

use cel::common::ast::{ComprehensionExpr, EntryExpr, Expr, IdedExpr, LiteralValue, operators};

/// Steps that a condition may take over one item, were each list of the item as long as [`LIST`].
pub(super) const MAX_COST: u64 = 1_000_000;
/// How long lists of items are thought to be.
const LIST: u64 = 100;

/// What a value and the way to it come to.
#[derive(Clone, Copy, Debug)]
struct Bound {
    /// How many elements it has.
    len: u64,
    /// How large the largest of them is.
    each: u64,
    /// How large it is with all that is in it.
    size: u64,
    /// The steps until it is there.
    cost: u64,
}

impl Bound {
    const ONE: Self = Self { len: 1, each: 1, size: 1, cost: 1 };

    /// So many simple elements.
    const fn simple(len: u64, cost: u64) -> Self {
        Self { len, each: 1, size: len, cost }
    }

    /// One of the elements.
    const fn element(self, cost: u64) -> Self {
        Self { len: self.each, each: self.each, size: self.each, cost }
    }

    /// One or the other, after both were asked.
    fn or(self, other: Self) -> Self {
        Self {
            len: self.len.max(other.len),
            each: self.each.max(other.each),
            size: self.size.max(other.size),
            cost: self.cost.saturating_add(other.cost),
        }
    }

    /// Both after each other: what `+` makes.
    fn joined(self, other: Self) -> Self {
        let (len, size) = (self.len.saturating_add(other.len), self.size.saturating_add(other.size));
        Self { len, size, cost: self.or(other).cost.saturating_add(size), ..self.or(other) }
    }

    /// A list of these.
    fn list(parts: &[Self]) -> Self {
        Self {
            len: u64::try_from(parts.len()).unwrap_or(u64::MAX),
            each: parts.iter().map(|part| part.size).max().unwrap_or(1),
            size: parts.iter().fold(0, |size, part| size.saturating_add(part.size)),
            cost: parts.iter().fold(1, |cost, part| cost.saturating_add(part.cost)),
        }
    }
}

/// The variables of the loops around an expression, the innermost last.
type Scope = Vec<(String, Bound)>;

/// The steps that an expression takes at most.
pub(super) fn of(expression: &IdedExpr) -> u64 {
    bound(expression, &mut Scope::new()).cost
}

fn bound(expression: &IdedExpr, scope: &mut Scope) -> Bound {
    match &expression.expr {
        Expr::Literal(LiteralValue::String(text)) => {
            Bound::simple(u64::try_from(text.inner().len()).unwrap_or(u64::MAX), 1)
        }
        Expr::Unspecified | Expr::Literal(_) => Bound::ONE,
        Expr::Ident(name) => {
            scope.iter().rev().find(|(known, _)| known == name).map_or(Bound::ONE, |(_, bound)| *bound)
        }
        // An attribute may be a list; so may be what a helper finds.
        Expr::Select(select) => {
            let of = bound(&select.operand, scope);
            Bound { len: of.len.max(LIST), size: of.size.max(LIST), cost: of.cost.saturating_add(1), ..of }
        }
        Expr::Call(call) => {
            let target = call.target.iter().map(|target| &**target);
            let parts: Vec<Bound> = target.chain(&call.args).map(|part| bound(part, scope)).collect();
            let total = parts.iter().copied().fold(Bound::ONE, Bound::or);
            match (call.func_name.as_str(), parts.as_slice()) {
                (operators::ADD, [one, other]) => one.joined(*other),
                (operators::INDEX, [list, _]) => list.element(total.cost.saturating_add(1)),
                // Who looks into lists and texts goes through them.
                _ => Bound { cost: total.cost.saturating_add(Bound::list(&parts).size), ..total },
            }
        }
        Expr::List(list) => {
            let parts: Vec<Bound> = list.elements.iter().map(|part| bound(part, scope)).collect();
            Bound::list(&parts)
        }
        Expr::Map(map) => entries(map.entries.iter().map(|entry| &entry.expr), scope),
        Expr::Struct(made) => entries(made.entries.iter().map(|entry| &entry.expr), scope),
        Expr::Comprehension(comprehension) => looped(comprehension, scope),
    }
}

fn looped(comprehension: &ComprehensionExpr, scope: &mut Scope) -> Bound {
    let range = bound(&comprehension.iter_range, scope);
    let first = bound(&comprehension.accu_init, scope);
    let depth = scope.len();
    scope.push((comprehension.iter_var.clone(), range.element(1)));
    scope.extend(comprehension.iter_var2.iter().map(|name| (name.clone(), range.element(1))));
    // What a turn adds is told of an empty result; all turns together add it so many times.
    scope.push((comprehension.accu_var.clone(), Bound::simple(0, 1)));
    let turn = bound(&comprehension.loop_cond, scope).cost;
    let step = bound(&comprehension.loop_step, scope);
    let times = |added: u64| range.len.saturating_mul(added);
    let made = Bound {
        len: first.len.saturating_add(times(step.len)),
        each: step.each.max(first.each),
        size: first.size.saturating_add(times(step.size)),
        cost: 1,
    };
    if let Some(last) = scope.last_mut() {
        last.1 = made;
    }
    let result = bound(&comprehension.result, scope).cost;
    scope.truncate(depth);
    let parts = [range.cost, first.cost, times(turn.saturating_add(step.cost)), made.size, result];
    Bound { cost: parts.into_iter().fold(0, u64::saturating_add), ..made }
}

fn entries<'e>(entries: impl Iterator<Item = &'e EntryExpr>, scope: &mut Scope) -> Bound {
    let mut bounds = Vec::new();
    for entry in entries {
        match entry {
            EntryExpr::StructField(field) => bounds.push(bound(&field.value, scope)),
            EntryExpr::MapEntry(entry) => {
                bounds.push(bound(&entry.key, scope));
                bounds.push(bound(&entry.value, scope));
            }
        }
    }
    Bound::list(&bounds)
}
