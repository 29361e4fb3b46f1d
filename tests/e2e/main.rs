//! End to end: the real programs, on free ports, with data folders that go away.

mod bad_input;
mod browser;
mod drift;
mod kill;
mod quickstart;
