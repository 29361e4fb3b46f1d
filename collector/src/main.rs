//! `muster-collector`: see `muster_collector`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(muster_collector::command::run())
}
