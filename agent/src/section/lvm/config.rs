//! LVM's text format (lvm.conf(5), SYNTAX): sections in braces, assignments of numbers, texts and lists. Bounded in depth and
//! in number of nodes.

use std::collections::BTreeMap;

const DEPTH_CAP: usize = 8;
const NODE_CAP: usize = 200_000;

/// A section.
pub(super) type Tree = BTreeMap<String, Node>;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Section(Tree),
    Number(i64),
    Text(String),
    List(Vec<Node>),
}

impl Node {
    pub(super) fn section(&self) -> Option<&Tree> {
        if let Self::Section(tree) = self { Some(tree) } else { None }
    }

    pub(super) fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(super) fn number(&self) -> Option<u64> {
        if let Self::Number(number) = self { u64::try_from(*number).ok() } else { None }
    }

    pub(super) fn texts(&self) -> Vec<String> {
        let Self::List(list) = self else { return Vec::new() };
        list.iter().filter_map(Self::text).map(str::to_owned).collect()
    }
}

/// Reads a whole file.
pub(super) fn parse(text: &str) -> Result<Tree, &'static str> {
    let mut reader = Reader { rest: text, nodes: 0 };
    let tree = reader.section(0)?;
    reader.blank();
    if reader.rest.is_empty() { Ok(tree) } else { Err("a brace closes nothing") }
}

struct Reader<'a> {
    rest: &'a str,
    nodes: usize,
}

impl<'a> Reader<'a> {
    fn blank(&mut self) {
        loop {
            self.rest = self.rest.trim_start();
            let Some(comment) = self.rest.strip_prefix('#') else { return };
            self.rest = comment.split_once('\n').map_or("", |(_, after)| after);
        }
    }

    fn take(&mut self, token: char) -> bool {
        self.blank();
        let after = self.rest.strip_prefix(token);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    fn count(&mut self) -> Result<(), &'static str> {
        self.nodes += 1;
        if self.nodes > NODE_CAP { Err("too many values") } else { Ok(()) }
    }

    /// The longest run of characters that fit.
    fn run(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c: char| !fits(c)).unwrap_or(self.rest.len());
        let (run, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        run
    }

    /// Everything up to the closing brace, which stays.
    fn section(&mut self, depth: usize) -> Result<Tree, &'static str> {
        let mut tree = Tree::new();
        loop {
            self.blank();
            if self.rest.is_empty() || self.rest.starts_with('}') {
                return Ok(tree);
            }
            let name = self.name()?;
            self.count()?;
            let node = if self.take('=') {
                self.value(depth)?
            } else if self.take('{') {
                if depth == DEPTH_CAP {
                    return Err("nested too deeply");
                }
                let inner = self.section(depth + 1)?;
                if !self.take('}') {
                    return Err("a brace is not closed");
                }
                Node::Section(inner)
            } else {
                return Err("a name is followed by neither '=' nor '{'");
            };
            tree.insert(name, node);
        }
    }

    fn name(&mut self) -> Result<String, &'static str> {
        if self.rest.starts_with('"') {
            return self.quoted();
        }
        let name = self.run(|c| c.is_ascii_alphanumeric() || "_.+-/".contains(c));
        if name.is_empty() { Err("a name is missing") } else { Ok(name.to_owned()) }
    }

    fn value(&mut self, depth: usize) -> Result<Node, &'static str> {
        self.blank();
        self.count()?;
        if self.rest.starts_with('"') {
            return self.quoted().map(Node::Text);
        }
        if self.take('[') {
            if depth == DEPTH_CAP {
                return Err("nested too deeply");
            }
            let mut list = Vec::new();
            while !self.take(']') {
                list.push(self.value(depth + 1)?);
                if !self.take(',') && !self.rest.trim_start().starts_with(']') {
                    return Err("a list is not closed");
                }
            }
            return Ok(Node::List(list));
        }
        let word = self.run(|c| c.is_ascii_alphanumeric() || "+-._@".contains(c));
        match word.parse() {
            Ok(number) => Ok(Node::Number(number)),
            // Floats occur in lvm.conf only.
            Err(_) if word.is_empty() => Err("a value is missing"),
            Err(_) => Ok(Node::Text(word.to_owned())),
        }
    }

    fn quoted(&mut self) -> Result<String, &'static str> {
        let mut text = String::new();
        let mut chars = self.rest.char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.rest = self.rest.get(at + 1..).unwrap_or_default();
                    return Ok(text);
                }
                '\\' => text.extend(chars.next().map(|(_, c)| c)),
                c => text.push(c),
            }
        }
        Err("a text is not closed")
    }
}
