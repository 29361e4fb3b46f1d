//! `muster import`: files of facts, tried or imported; `muster imports`: what became of them.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::record::Done;
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

pub(super) const EXAMPLES: &str = "Examples:
  muster import racks.csv --class rack --dry-run          what would happen; nothing is written
  muster import edges.csv --class relation                columns from, type, to, and group, reason if you like
  muster import racks.csv --class rack --map Team=owner --map Remarks=-
  muster import servers.csv --class host --recognise-by name
  muster export items --filter class:rack --columns id,name,owner | muster import - --class rack

Rows that cannot be taken are named with line, column and what would be right, the others are imported, and the exit code is 1. The
same file again changes nothing, and goes on where an interrupted import stopped.";

/// How a file is written.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Form {
    /// A header and values with a delimiter between
    Csv,
    /// A list of objects
    Json,
    /// An object on each line
    Ndjson,
}

/// How hosts without an id are recognised.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Recognition {
    /// By serial, UUID, machine id, network cards: a name alone never says which host
    Identifiers,
    /// By the name, because names are unique in this file
    Name,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// The file (`-` is standard input): CSV with a header, a JSON list, or a JSON object on each line
    file: PathBuf,
    /// The class of its items: one of people, 'host', or a class that hosts have items of, such as 'package'; 'relation' for relations
    #[arg(long)]
    class: String,
    /// How hosts without an id are recognised
    #[arg(long, value_enum, default_value = "identifiers")]
    recognise_by: Recognition,
    #[command(flatten)]
    file_args: FileArgs,
}

/// How any file is read.
#[derive(Debug, Args)]
pub(crate) struct FileArgs {
    /// What a column is, where its name does not say it; 'column=-' leaves it out
    #[arg(long = "map", value_name = "COLUMN=FIELD")]
    map: Vec<String>,
    /// Only say what would happen
    #[arg(long)]
    dry_run: bool,
    /// How the file is written [default: found out]
    #[arg(long, value_enum)]
    format: Option<Form>,
    /// What stands between the values of a CSV, such as ';' or 'tab' [default: found out]
    #[arg(long)]
    delimiter: Option<String>,
    /// Take nothing when one row cannot be taken
    #[arg(long)]
    all_or_nothing: bool,
    /// Why it is imported
    #[arg(long, default_value = "")]
    reason: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ImportsCommand {
    /// List imports, newest first
    List {
        /// At most so many
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Show an import and what is wrong with its rows
    Show { id: String },
    /// Go on with an import that was interrupted, or import a file that waits
    Resume { id: String },
}

const IMPORT: &[Column] = &[
    col("import", "/id"),
    col("state", "/state"),
    col("class", "/class"),
    col("file", "/file"),
    col("by", "/by"),
    time("at", "/at"),
    col("reason", "/reason"),
    col("rows", "/counts/rows"),
    col("created", "/counts/created"),
    col("updated", "/counts/updated"),
    col("unchanged", "/counts/unchanged"),
    col("conflicts", "/counts/conflicts"),
    col("refused", "/counts/refused"),
    col("overruled", "/counts/overruled"),
];
const PREVIEW: &[Column] = &[
    col("rows", "/counts/rows"),
    col("would create", "/counts/created"),
    col("would update", "/counts/updated"),
    col("unchanged", "/counts/unchanged"),
    col("conflicts", "/counts/conflicts"),
    col("refused", "/counts/refused"),
    col("overruled", "/counts/overruled"),
];
const NOTES: &[Column] =
    &[col("ROW", "/row"), col("LINE", "/line"), col("COLUMN", "/column"), col("KIND", "/kind"), col("WHY", "/detail")];
const SAMPLES: &[Column] = &[
    col("LINE", "/line"),
    col("NAME", "/name"),
    col("FIELD", "/field"),
    col("BEFORE", "/before"),
    col("AFTER", "/after"),
];
const COLUMNS: &[Column] = &[col("COLUMN", "/column"), col("FIELD", "/field")];
const LIST: &[Column] = &[
    col("IMPORT", "/id"),
    time("AT", "/at"),
    col("BY", "/by"),
    col("CLASS", "/class"),
    col("FILE", "/file"),
    col("STATE", "/state"),
    col("ROWS", "/counts/rows"),
    col("CREATED", "/counts/created"),
    col("UPDATED", "/counts/updated"),
    col("CONFLICTS", "/counts/conflicts"),
    col("REFUSED", "/counts/refused"),
];

fn list_of(found: &Value, name: &str) -> Vec<Value> {
    found.get(name).and_then(Value::as_array).cloned().unwrap_or_default()
}

/// A row for each field that would change.
fn changes(found: &Value) -> Vec<Value> {
    let mut rows = Vec::new();
    for sample in list_of(found, "samples") {
        for mut field in list_of(&sample, "fields") {
            if let Some(members) = field.as_object_mut() {
                members.insert("line".into(), sample.get("line").cloned().unwrap_or_default());
                members.insert("name".into(), sample.get("name").cloned().unwrap_or_default());
            }
            rows.push(field);
        }
    }
    rows
}

/// Prints what became of a file, or would. Rows that were not taken are a failure.
fn show(format: Format, found: &Value) -> Done {
    let is_dry = found.get("dry_run").is_some();
    output::record(format, if is_dry { PREVIEW } else { IMPORT }, found)?;
    if format == Format::Table {
        let tables =
            [(COLUMNS, list_of(found, "columns")), (SAMPLES, changes(found)), (NOTES, list_of(found, "errors"))];
        for (columns, rows) in tables.into_iter().filter(|(_, rows)| !rows.is_empty()) {
            output::say("")?;
            output::rows(format, columns, &rows)?;
        }
    }
    let count = |name: &str| found.pointer(&format!("/counts/{name}")).and_then(Value::as_u64).unwrap_or(0);
    let not_taken = count("conflicts") + count("refused");
    let would = if is_dry { "would not be" } else { "were not" };
    anyhow::ensure!(not_taken == 0, "{not_taken} of {} rows {would} taken", count("rows"));
    Ok(())
}

/// Tries or imports a file of items or of facts about hosts.
pub(super) async fn import(client: &Client, format: Format, args: ImportArgs) -> Done {
    let mut query = vec![("class", args.class)];
    if matches!(args.recognise_by, Recognition::Name) {
        query.push(("recognise_by", "name".to_owned()));
    }
    send(client, format, &args.file, query, args.file_args).await
}

/// Tries or imports a file.
pub(super) async fn send(
    client: &Client,
    format: Format,
    file: &Path,
    mut query: Vec<(&'static str, String)>,
    args: FileArgs,
) -> Done {
    let is_stdin = file.as_os_str() == "-";
    let bytes = if is_stdin {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut bytes).context("reading standard input")?;
        bytes
    } else {
        std::fs::read(file).with_context(|| format!("reading {}", file.display()))?
    };
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
    query.extend([
        ("file", if is_stdin { "standard input".to_owned() } else { name.unwrap_or_default() }),
        ("reason", args.reason),
        ("delimiter", args.delimiter.unwrap_or_default()),
    ]);
    query.extend(args.map.into_iter().map(|pair| ("map", pair)));
    query.extend(args.format.map(|form| {
        let name = match form {
            Form::Csv => "csv",
            Form::Json => "json",
            Form::Ndjson => "ndjson",
        };
        ("format", name.to_owned())
    }));
    for (name, _) in [("dry_run", args.dry_run), ("all_or_nothing", args.all_or_nothing)].iter().filter(|(_, on)| *on) {
        query.push((name, "true".to_owned()));
    }
    let found = client.upload("/imports", &query, bytes).await?.body;
    show(format, &found)
}

/// What became of imports.
pub(super) async fn imports(client: &Client, format: Format, command: ImportsCommand) -> Done {
    match command {
        ImportsCommand::List { limit } => Ok(output::rows(format, LIST, &client.list("/imports", &[], limit).await?)?),
        ImportsCommand::Show { id } => {
            let mut found = client.get(&format!("/imports/{id}")).await?.body;
            let errors = client.list(&format!("/imports/{id}/errors"), &[], usize::MAX).await?;
            if let Some(members) = found.as_object_mut() {
                members.insert("errors".into(), json!(errors));
            }
            output::record(format, IMPORT, &found)?;
            if format == Format::Table && !errors.is_empty() {
                output::say("")?;
                output::rows(format, NOTES, &errors)?;
            }
            Ok(())
        }
        ImportsCommand::Resume { id } => {
            let found = client.upload(&format!("/imports/{id}/apply"), &[], Vec::new()).await?.body;
            show(format, &found)
        }
    }
}
