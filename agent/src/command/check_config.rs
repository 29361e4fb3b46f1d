//! `muster-agent check-config`: says whether the configuration is right, and what counts in the end.

use std::io::Write;

use super::Setting;
use crate::client::Client;

/// Prints the settings after file, environment and flags. Loading them was the check.
pub(crate) fn run(setting: &Setting, out: &mut impl Write) -> anyhow::Result<()> {
    if let Some(proxy) = &setting.config.proxy {
        Client::check_proxy(proxy)?;
    }
    writeln!(out, "{}", toml::to_string(&setting.config)?.trim_end())?;
    Ok(())
}
