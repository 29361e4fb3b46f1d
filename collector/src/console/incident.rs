//! Incidents: the list, and one with everything that it takes to understand, decide and act.

pub(super) mod act;
pub(super) mod detail;
pub(super) mod handling;
pub(super) mod list;
pub(super) mod timeline;

pub(super) use handling::people;
