//! What changed, as lines: authorised on the one side, seen on the other, with the exact place marked inside a line.

use muster_model::finding::Finding;
use muster_shared::Attributes;
use serde_json::Value;

use super::value;

/// Lines around a change that are shown with it.
const CONTEXT: usize = 3;
/// Most lines of one difference.
const MOST: usize = 200;
/// Cells of the comparison table: beyond it, everything between the first and the last change counts as changed.
const CELLS: usize = 1_000_000;

/// A piece of a line; marked pieces are what is different in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) text: String,
    pub(crate) is_marked: bool,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// On both sides.
    Same,
    /// Authorised, and not there.
    Gone,
    /// There, and not authorised.
    New,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) side: Side,
    pub(crate) old: String,
    pub(crate) new: String,
    pub(crate) parts: Vec<Part>,
}

impl Line {
    /// The class of its row.
    pub(crate) const fn class(&self) -> &'static str {
        match self.side {
            Side::Same => "same",
            Side::Gone => "gone",
            Side::New => "new",
        }
    }

    /// The sign in front of it.
    pub(crate) const fn sign(&self) -> &'static str {
        match self.side {
            Side::Same => " ",
            Side::Gone => "−",
            Side::New => "+",
        }
    }

    fn text(&self) -> String {
        self.parts.iter().map(|part| part.text.as_str()).collect()
    }
}

/// A difference to look at.
#[derive(Clone, Debug, Default)]
pub(crate) struct Difference {
    pub(crate) added: usize,
    pub(crate) removed: usize,
    pub(crate) lines: Vec<Line>,
    /// Lines that are not shown.
    pub(crate) cut: usize,
}

/// The lines of an item: one per attribute, long lists and texts one per element.
fn lines_of(attributes: &Attributes) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, value) in attributes {
        match value {
            Value::Array(list) if list.len() > 6 => {
                lines.push(format!("{name}:"));
                lines.extend(list.iter().map(|element| format!("  {}", value::exact(element))));
            }
            Value::String(text) if text.contains('\n') => {
                lines.push(format!("{name}:"));
                lines.extend(text.lines().map(|line| format!("  {line}")));
            }
            value => lines.push(format!("{name}: {}", value::exact(value))),
        }
    }
    lines
}

fn attributes_of(value: &Value) -> Attributes {
    match value {
        Value::Object(map) => map.clone().into_iter().collect(),
        Value::Null => Attributes::new(),
        other => Attributes::from([("value".to_owned(), other.clone())]),
    }
}

/// Lines of which none differs.
fn unchanged(lines: &[String]) -> Difference {
    let line = |(n, text): (usize, &String)| Line {
        side: Side::Same,
        old: (n + 1).to_string(),
        new: (n + 1).to_string(),
        parts: vec![Part { text: text.clone(), is_marked: false }],
    };
    let cut = lines.len().saturating_sub(MOST);
    Difference { added: 0, removed: 0, lines: lines.iter().take(MOST).enumerate().map(line).collect(), cut }
}

/// The difference that a finding tells of, among the item's other attributes if they are known.
pub(crate) fn of_finding(finding: &Finding, present: Option<&Attributes>) -> Difference {
    if !finding.basis.is_change() {
        // Nothing has to have changed: the item is shown as it is.
        return unchanged(&lines_of(&attributes_of(&finding.actual)));
    }
    let (before, after) = match &finding.attribute {
        None => (attributes_of(&finding.expected), attributes_of(&finding.actual)),
        Some(name) => {
            let side = |value: &Value| {
                let mut all = present.cloned().unwrap_or_default();
                all.remove(name);
                if !value.is_null() {
                    all.insert(name.clone(), value.clone());
                }
                all
            };
            (side(&finding.expected), side(&finding.actual))
        }
    };
    between(&lines_of(&before), &lines_of(&after))
}

/// The difference between two texts.
pub(crate) fn between(old: &[String], new: &[String]) -> Difference {
    let mut lines = compare(old, new);
    mark(&mut lines);
    let added = lines.iter().filter(|line| line.side == Side::New).count();
    let removed = lines.iter().filter(|line| line.side == Side::Gone).count();
    let near = near_change(&lines);
    let mut kept: Vec<Line> = lines.into_iter().zip(near).filter(|(_, near)| *near).map(|(line, _)| line).collect();
    let cut = kept.len().saturating_sub(MOST);
    kept.truncate(MOST);
    Difference { added, removed, lines: kept, cut }
}

fn near_change(lines: &[Line]) -> Vec<bool> {
    let changed: Vec<usize> =
        lines.iter().enumerate().filter(|(_, l)| l.side != Side::Same).map(|(at, _)| at).collect();
    (0..lines.len()).map(|at| changed.iter().any(|change| change.abs_diff(at) <= CONTEXT)).collect()
}

/// The lines of both sides in one order: a longest common subsequence between the first and the last change.
fn compare(old: &[String], new: &[String]) -> Vec<Line> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let (a, b) =
        (old.get(head..old.len() - tail).unwrap_or_default(), new.get(head..new.len() - tail).unwrap_or_default());
    let mut builder = Builder::default();
    old.iter().take(head).for_each(|text| builder.push(Side::Same, text));
    if a.len().saturating_mul(b.len()) > CELLS {
        for text in a {
            builder.push(Side::Gone, text);
        }
        for text in b {
            builder.push(Side::New, text);
        }
    } else {
        common(a, b, &mut builder);
    }
    old.iter().skip(old.len() - tail).for_each(|text| builder.push(Side::Same, text));
    builder.lines
}

fn common(a: &[String], b: &[String], builder: &mut Builder) {
    let width = b.len() + 1;
    let mut table = vec![0_u32; (a.len() + 1) * width];
    let at = |table: &[u32], i: usize, j: usize| table.get(i * width + j).copied().unwrap_or_default();
    for (i, left) in a.iter().enumerate().rev() {
        for (j, right) in b.iter().enumerate().rev() {
            let best = if left == right {
                at(&table, i + 1, j + 1) + 1
            } else {
                at(&table, i + 1, j).max(at(&table, i, j + 1))
            };
            if let Some(cell) = table.get_mut(i * width + j) {
                *cell = best;
            }
        }
    }
    let (mut i, mut j) = (0, 0);
    loop {
        match (a.get(i), b.get(j)) {
            (Some(left), Some(right)) if left == right => {
                builder.push(Side::Same, left);
                (i, j) = (i + 1, j + 1);
            }
            (Some(left), right) if right.is_none() || at(&table, i + 1, j) >= at(&table, i, j + 1) => {
                builder.push(Side::Gone, left);
                i += 1;
            }
            (_, Some(right)) => {
                builder.push(Side::New, right);
                j += 1;
            }
            (_, None) => return,
        }
    }
}

#[derive(Default)]
struct Builder {
    lines: Vec<Line>,
    old: usize,
    new: usize,
}

impl Builder {
    fn push(&mut self, side: Side, text: &str) {
        self.old += usize::from(side != Side::New);
        self.new += usize::from(side != Side::Gone);
        let number = |n: usize, shown: bool| if shown { n.to_string() } else { String::new() };
        self.lines.push(Line {
            side,
            old: number(self.old, side != Side::New),
            new: number(self.new, side != Side::Gone),
            parts: vec![Part { text: text.to_owned(), is_marked: false }],
        });
    }
}

/// Marks what is different inside pairs of lines that speak of the same thing, and puts removed lines before added ones.
fn mark(lines: &mut [Line]) {
    for run in lines.chunk_by_mut(|a, b| (a.side == Side::Same) == (b.side == Side::Same)) {
        if run.first().is_none_or(|line| line.side == Side::Same) {
            continue;
        }
        run.sort_by_key(|line| line.side == Side::New);
        let (gone, new): (Vec<&mut Line>, Vec<&mut Line>) = run.iter_mut().partition(|line| line.side == Side::Gone);
        for (i, old) in gone.into_iter().enumerate() {
            let Some(other) = new.get(i).map(|line| line.text()) else { break };
            let text = old.text();
            if subject(&text) == subject(&other) {
                old.parts = parts(&text, &other);
            }
        }
        let olds: Vec<String> = run.iter().filter(|line| line.side == Side::Gone).map(Line::text).collect();
        for (i, line) in run.iter_mut().filter(|line| line.side == Side::New).enumerate() {
            let Some(other) = olds.get(i) else { break };
            let text = line.text();
            if subject(&text) == subject(other) {
                line.parts = parts(&text, other);
            }
        }
    }
}

fn subject(line: &str) -> &str {
    line.split_once(':').map_or("", |(subject, _)| subject)
}

/// `line` in pieces: what it has in common with `other` at both ends, and the marked middle.
fn parts(line: &str, other: &str) -> Vec<Part> {
    let (a, b): (Vec<char>, Vec<char>) = (line.chars().collect(), other.chars().collect());
    let mut head = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    // Marks begin at a word: half a number says nothing.
    while head > 0 && a.get(head - 1).is_some_and(|c| c.is_alphanumeric() || "._-~+".contains(*c)) {
        head -= 1;
    }
    let rest = a.len().min(b.len()) - head;
    let mut tail = a.iter().rev().zip(b.iter().rev()).take(rest).take_while(|(x, y)| x == y).count();
    while tail > 0 && a.get(a.len() - tail).is_some_and(|c| c.is_alphanumeric() || "._-~+".contains(*c)) {
        tail -= 1;
    }
    let piece = |from: usize, to: usize, is_marked: bool| Part {
        text: a.iter().skip(from).take(to.saturating_sub(from)).collect(),
        is_marked,
    };
    let all = [piece(0, head, false), piece(head, a.len() - tail, true), piece(a.len() - tail, a.len(), false)];
    all.into_iter().filter(|part| !part.text.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(old: &[&str], new: &[&str]) -> Vec<String> {
        let own = |lines: &[&str]| lines.iter().map(ToString::to_string).collect::<Vec<_>>();
        let line = |line: &Line| {
            let part = |part: &Part| if part.is_marked { format!("[{}]", part.text) } else { part.text.clone() };
            format!("{}{}", line.sign(), line.parts.iter().map(part).collect::<String>())
        };
        between(&own(old), &own(new)).lines.iter().map(line).collect()
    }

    #[test]
    fn the_place_inside_a_line_is_marked() {
        let lines = shown(&["a: 1", "groups: adm", "shell: /bin/sh"], &["a: 1", "groups: adm, sudo", "shell: /bin/sh"]);
        assert_eq!(lines, [" a: 1", "−groups: [adm]", "+groups: [adm, sudo]", " shell: /bin/sh"]);
        assert_eq!(shown(&["v: 3.0.11-1"], &["v: 3.0.13-1"]), ["−v: [3.0.11-1]", "+v: [3.0.13-1]"]);
        assert_eq!(shown(&[], &["a: 1"]), ["+a: 1"]);
        assert_eq!(shown(&["a: 1"], &[]), ["−a: 1"]);
    }

    #[test]
    fn removed_lines_come_before_added_ones_and_keep_their_numbers() {
        let own = |lines: &[&str]| lines.iter().map(ToString::to_string).collect::<Vec<_>>();
        let difference = between(&own(&["a: 1", "b: 1"]), &own(&["a: 2", "b: 2"]));
        let shape: Vec<_> = difference.lines.iter().map(|l| (l.side, l.old.as_str(), l.new.as_str())).collect();
        assert_eq!(shape, [(Side::Gone, "1", ""), (Side::Gone, "2", ""), (Side::New, "", "1"), (Side::New, "", "2")]);
        assert_eq!((difference.added, difference.removed), (2, 2));
    }

    #[test]
    fn long_differences_are_cut_and_say_so() {
        let many: Vec<String> = (0..500).map(|n| format!("{n}: x")).collect();
        let difference = between(&[], &many);
        assert_eq!((difference.lines.len(), difference.cut, difference.added), (200, 300, 500));
        let (a, b): (Vec<String>, Vec<String>) =
            ((0..2_000).map(|n| format!("a{n}")).collect(), (0..2_000).map(|n| format!("b{n}")).collect());
        assert_eq!(between(&a, &b).removed, 2_000);
    }
}
