//! Lists come in pages.

/// A page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// The entries.
    pub items: Vec<T>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

/// Which part of a list is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// At most so many.
    pub limit: usize,
    /// Where the page begins.
    pub cursor: Option<String>,
}

impl Default for Window {
    fn default() -> Self {
        Self { limit: 50, cursor: None }
    }
}
