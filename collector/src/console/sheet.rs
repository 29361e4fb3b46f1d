//! A page of tables, facts and forms: what the pages of rules (policies, waivers, profiles, routing) have in common.

use askama::Template;

use super::form::Form;
use super::list::Pager;
use super::markup::{Html, escape};
use super::shell::Shell;

/// A cell of a table.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) text: Html,
    /// How it is set: `main`, `mono`, `wide`, `time`.
    pub(super) look: &'static str,
    /// Where it leads.
    pub(super) link: Option<String>,
}

impl Cell {
    /// Plain text.
    pub(super) fn text(text: impl AsRef<str>) -> Self {
        Self { text: Html(escape(text.as_ref())), look: "wide", link: None }
    }

    /// Text of which the first lines are shown, and all of it to whoever points at it: a long one would push others out of sight.
    pub(super) fn cut(text: impl AsRef<str>) -> Self {
        let text = escape(text.as_ref());
        Self { text: Html(format!("<span class=\"cut\" title=\"{text}\">{text}</span>")), look: "wide", link: None }
    }

    /// What is drawn already: a badge, a time.
    pub(super) const fn drawn(html: Html) -> Self {
        Self { text: html, look: "", link: None }
    }

    /// Set in another way.
    #[must_use]
    pub(super) const fn look(mut self, look: &'static str) -> Self {
        self.look = look;
        self
    }

    /// That leads somewhere.
    #[must_use]
    pub(super) fn link(mut self, to: String) -> Self {
        self.link = Some(to);
        self
    }
}

/// A row, with what can be done to it.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    pub(super) cells: Vec<Cell>,
    pub(super) forms: Vec<Form>,
}

/// A table.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) id: &'static str,
    pub(super) title: String,
    pub(super) heads: Vec<String>,
    pub(super) rows: Vec<Row>,
    /// What stands there without rows.
    pub(super) empty: String,
}

impl Table {
    /// The head of a column.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass references")]
    fn head(&self, column: &usize) -> &str {
        self.heads.get(*column).map_or("", String::as_str)
    }
}

/// A page of them.
#[derive(Template)]
#[template(path = "sheet.html")]
pub(super) struct SheetPage {
    pub(super) page: Shell,
    /// Address and name of the page above.
    pub(super) above: Option<(&'static str, String)>,
    pub(super) note: String,
    /// Pages beside this one: address, name, whether it is this one.
    pub(super) tabs: Vec<(String, String, bool)>,
    /// Where the first table goes on.
    pub(super) pager: Pager,
    /// Address and words of what can be begun here.
    pub(super) begin: Option<(String, String)>,
    /// What is to be known, by name.
    pub(super) facts: Vec<(String, Cell)>,
    pub(super) tables: Vec<Table>,
    pub(super) forms: Vec<Form>,
    /// Forms that stand folded.
    pub(super) folds: Vec<Form>,
}
