//! `muster`: the operator's command line. A client of the REST API, and `muster quickstart`.

mod careful;
mod client;
mod command;
mod exit;
mod login;
mod output;
mod quickstart;

use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    command::run().await
}
