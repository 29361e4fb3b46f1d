//! Hosts: the list, the machine, and the items of a section.

pub(super) mod bulk;
pub(super) mod detail;
pub(super) mod edit;
pub(super) mod list;
pub(super) mod recognition;
pub(super) mod said;
pub(super) mod section;
pub(super) mod split;
