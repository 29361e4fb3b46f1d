//! Which collector is asked, as whom, and how answers are printed: what all commands have in common.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use crate::client::ClientError;
use crate::login::{self, Login};
use crate::output::Format;

#[derive(Debug, Args)]
pub(super) struct Common {
    /// Base URL of the collector's console
    #[arg(long, global = true, env = "MUSTER_URL")]
    pub(super) url: Option<String>,
    /// File with the API token [or `MUSTER_TOKEN`]
    #[arg(long, global = true)]
    token_file: Option<PathBuf>,
    /// CA certificate of the console, PEM [default: the system's]
    #[arg(long, global = true, env = "MUSTER_CA_FILE")]
    ca_file: Option<PathBuf>,
    /// How answers are printed
    #[arg(long, short, global = true, value_enum, default_value = "table")]
    pub(super) output: Format,
}

impl Common {
    pub(super) fn login(&self) -> anyhow::Result<Login> {
        let token = match &self.token_file {
            Some(path) => Some(read_secret(path)?),
            None => std::env::var("MUSTER_TOKEN").ok().filter(|token| !token.is_empty()),
        };
        if let (Some(url), Some(token)) = (&self.url, &token) {
            return Ok(Login { url: url.clone(), token: token.clone(), ca_file: self.ca_file.clone() });
        }
        let mut login = login::find()?.ok_or(ClientError::NotLoggedIn)?;
        if let Some(url) = &self.url {
            // A remembered token belongs to the remembered collector: it is not shown to another one.
            anyhow::ensure!(*url == login.url, "a token for {url} is needed: give --token-file or MUSTER_TOKEN");
        }
        login.token = token.unwrap_or(login.token);
        login.ca_file = self.ca_file.clone().or(login.ca_file);
        Ok(login)
    }
}

pub(super) fn read_secret(path: &std::path::Path) -> anyhow::Result<String> {
    let text = if path == std::path::Path::new("-") {
        std::io::read_to_string(std::io::stdin()).context("reading standard input")?
    } else {
        std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?
    };
    Ok(text.trim().to_owned())
}
