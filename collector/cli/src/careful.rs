//! Standard output: into a file or a pipe byte for byte, on a terminal so that nothing of it is obeyed.
//!
//! What is printed was said by machines, and some of them by somebody else; `muster_shared::terminal` has the rule.

use std::io::{self, IsTerminal as _, Stdout};

use muster_shared::terminal::{Careful, Shown};

/// Standard output as it is.
pub(crate) fn stdout() -> Careful<Stdout> {
    let out = io::stdout();
    let is_terminal = out.is_terminal();
    Careful::new(out, is_terminal)
}

/// Standard output for JSON, which is the same JSON on a terminal: what that would obey is escaped.
pub(crate) fn json() -> Careful<Stdout> {
    let out = io::stdout();
    let shown = out.is_terminal().then_some(Shown::Escaped);
    Careful::showing(out, shown)
}
