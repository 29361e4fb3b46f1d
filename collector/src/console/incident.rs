//! Incidents: the list, opening one, and one with everything that it takes to understand, decide and act.

pub(super) mod act;
pub(super) mod detail;
pub(super) mod handling;
pub(super) mod list;
pub(super) mod opening;
pub(super) mod timeline;

pub(super) use handling::people;
