//! What is installed: units that verify and stay tight, packages that are built the same twice, and their whole life on a
//! Debian machine with systemd that is booted for the test.
//!
//! The machine needs root (or sudo without a password) and, once, a network for debootstrap. Without root that part says
//! loudly that it was not run, in CI it fails. `tests/run` installs the tools.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test, with functions that are no tests themselves"
)]

mod alone;
mod container;
mod debian;
mod machine;
mod older;
mod package;
mod redhat;
mod unit;
mod weight;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path).canonicalize().unwrap()
}

fn read(path: &str) -> String {
    fs::read_to_string(project(path)).unwrap()
}

fn run(program: &str, arguments: &[&str]) -> Output {
    let output = Command::new(program).args(arguments).env("LC_ALL", "C").env("SYSTEMD_COLORS", "0").output();
    output.unwrap_or_else(|error| panic!("{program} is needed: {error}"))
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A program of ours: where `tests/run` says, or beside this test's own binary.
fn program(name: &str) -> PathBuf {
    let program = muster_tests::binary::path(name);
    assert!(program.exists(), "{} is not there: run tests/run, or `cargo build --workspace` first", program.display());
    program
}
