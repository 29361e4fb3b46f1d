//! `export` and `import`: whole lists out, files in, by who may read the data directory.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use serde_json::Value;

use super::local;
use crate::config::Config;

#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    /// hosts, items, findings, tickets, prometheus, ansible, cyclonedx/HOST, glpi/HOST
    what: String,
    /// json, ndjson or csv
    #[arg(long)]
    format: Option<String>,
    /// What is wanted, in the query language, such as 'class:package name:openssl'
    #[arg(long)]
    filter: Option<String>,
    /// Columns of a CSV, with commas between
    #[arg(long)]
    columns: Option<String>,
    /// As it was at a moment, such as 2026-11-01T12:00:00Z
    #[arg(long)]
    as_of: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// CSV, JSON or NDJSON; `-` is standard input
    file: PathBuf,
    /// What the rows are: host, relation, ticket, or a class whose items people declare
    #[arg(long)]
    class: String,
    /// Which field a column is, `column=field`; may be given several times
    #[arg(long = "map", value_name = "COLUMN=FIELD")]
    maps: Vec<String>,
    /// Only tell what would happen
    #[arg(long)]
    dry_run: bool,
    /// Take nothing when one row cannot be taken
    #[arg(long)]
    all_or_nothing: bool,
    /// Why it is imported
    #[arg(long)]
    reason: Option<String>,
}

/// Parameters that were given.
fn given(pairs: impl IntoIterator<Item = (&'static str, Option<String>)>) -> Vec<(String, String)> {
    pairs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// Writes a list to standard output.
pub(super) async fn export(config: &Config, args: ExportArgs) -> anyhow::Result<()> {
    let ExportArgs { what, format, filter, columns, as_of } = args;
    let query = given([("format", format), ("filter", filter), ("columns", columns), ("as_of", as_of)]);
    let asked = local::Asked::of(&format!("/export/{what}"), &query)?;
    local::ask(config, asked, None, &mut std::io::stdout()).await
}

/// Takes in a file; tells what came of it, and how many rows were not taken.
pub(super) async fn import(config: &Config, args: ImportArgs) -> anyhow::Result<(String, u64)> {
    let ImportArgs { file, class, maps, dry_run, all_or_nothing, reason } = args;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
    let told = |flag: bool| flag.then(|| "true".to_owned());
    let mut query = given([
        ("class", Some(class)),
        ("dry_run", told(dry_run)),
        ("all_or_nothing", told(all_or_nothing)),
        ("reason", reason),
        ("file", name),
    ]);
    query.extend(maps.into_iter().map(|map| ("map".to_owned(), map)));
    let (asked, bytes) = (local::Asked::of("/imports", &query)?, read_file(&file)?);
    let mut answer = Vec::new();
    local::ask(config, asked, Some(bytes), &mut answer).await?;
    let answer: Value = serde_json::from_slice(&answer)?;
    let count = |name: &str| answer.pointer(&format!("/counts/{name}")).and_then(Value::as_u64).unwrap_or_default();
    Ok((serde_json::to_string_pretty(&answer)?, count("refused") + count("conflicts")))
}

/// A file to send; `-` is standard input.
fn read_file(path: &Path) -> anyhow::Result<Vec<u8>> {
    let why = || format!("reading {}", path.display());
    if path != Path::new("-") {
        return std::fs::read(path).with_context(why);
    }
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut std::io::stdin(), &mut bytes).with_context(why)?;
    Ok(bytes)
}
