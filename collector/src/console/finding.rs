//! Findings: the list, one difference with its evidence, and what people decide about it.

pub(super) mod decision;
pub(super) mod detail;
pub(super) mod list;
pub(super) mod matched;
