//! `muster-agent inventory`: everything that can be found, to standard output; no collector, no state.

use std::io::{IsTerminal as _, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, ValueEnum};
use muster_shared::terminal::{self, Careful, Shown};
use muster_shared::{Item, SectionName};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::inventory::{self, Inventory};
use crate::root::Root;
use crate::section::{Collectors, Options, Section, collectors};

/// How alike two names must be before one is proposed for the other (1 is the same).
const LIKENESS: f64 = 0.75;

/// So many reasons why a section is not whole a table shows.
const REASONS: usize = 3;

/// So much of a text a table shows.
const CELL_CHARS: usize = 120;

/// Attributes that say most about an item, in the order in which the table looks for them.
const TELLING: &[&str] = &[
    "release",
    "version",
    "os_pretty_name",
    "model_name",
    "total_bytes",
    "size_bytes",
    "gateway",
    "active_state",
    "enabled_state",
    "state",
    "current_state",
    "process",
    "source",
    "operstate",
    "uid",
    "gid",
    "name_servers",
];

/// A section of more items is large.
const LARGE: usize = 1_000;

/// The form of the output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One JSON object.
    #[default]
    Json,
    /// A short table for people.
    Table,
}

/// Options of `inventory`.
#[derive(Args, Clone, Debug, Default)]
pub struct InventoryArgs {
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Json)]
    pub format: Format,
    /// Only these sections, separated by commas
    #[arg(long, value_name = "SECTION", value_delimiter = ',', value_parser = parse_section)]
    pub only: Option<Vec<SectionName>>,
    /// Inventory a recorded tree instead of this system
    #[arg(long, value_name = "DIR", default_value = "/")]
    pub root: PathBuf,
}

/// Reads the name of a section; of an unknown one the nearest known one is named.
pub fn parse_section(text: &str) -> Result<SectionName, String> {
    text.parse().map_err(|error: muster_shared::section::UnknownSection| match nearest(text) {
        Some(name) => format!("{error}; did you mean '{name}'?"),
        None => format!("{error}; `muster-agent sections` lists them"),
    })
}

fn nearest(text: &str) -> Option<SectionName> {
    let scored = SectionName::ALL.iter().map(|name| (strsim::jaro_winkler(name.as_str(), text), *name));
    let best = scored.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (best.0 >= LIKENESS).then_some(best.1)
}

/// Takes the inventory and writes it to `out`.
pub fn run(args: &InventoryArgs, options: &Options, out: &mut impl Write) -> anyhow::Result<()> {
    if !args.root.is_dir() {
        anyhow::bail!("cannot inventory {}: it is not a directory", args.root.display());
    }
    let (collectors, root, only) = (collectors(options), Root::at(&args.root), args.only.as_deref());
    match args.format {
        Format::Json => write_json(&collectors, &root, only, out),
        Format::Table => write_table(&inventory::take(&collectors, &root, only), out),
    }
}

/// A section as it stays until all is read.
#[derive(Serialize)]
#[serde(untagged)]
enum Kept {
    Items(Section),
    /// A third of what it is as items, and dearer to make: for a large one.
    Text(Box<RawValue>),
}

fn write_json(
    collectors: &Collectors,
    root: &Root,
    only: Option<&[SectionName]>,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let mut failed = Ok(());
    let inventory = inventory::take_as(collectors, root, only, |section| {
        if section.items.len() <= LARGE {
            return Kept::Items(section);
        }
        Kept::Text(to_raw_value(&section).map_err(|error| failed = Err(error)).unwrap_or_default())
    });
    failed.context("cannot write the inventory")?;
    let mut out = std::io::BufWriter::new(for_json(out));
    serde_json::to_writer(&mut out, &inventory).context("cannot write the inventory")?;
    out.write_all(b"\n").and_then(|()| out.flush()).context("cannot write the inventory")?;
    // The process ends: its memory goes at once, and not item by item.
    std::mem::forget(inventory);
    Ok(())
}

/// Where JSON is printed to: on a terminal it is still the same JSON, and nothing in it is obeyed.
pub(super) fn for_json<W: Write>(out: W) -> Careful<W> {
    Careful::showing(out, std::io::stdout().is_terminal().then_some(Shown::Escaped))
}

fn write_table(inventory: &Inventory, out: &mut impl Write) -> anyhow::Result<()> {
    let text = |name: &str| cell(inventory.host.get(name).and_then(serde_json::Value::as_str).unwrap_or("unknown"));
    let mut table = format!(
        "{}: {}, {}\n\nSECTION          STATUS        ITEMS  FIRST\n",
        text("name"),
        text("os_pretty_name"),
        text("architecture")
    );
    for (name, section) in &inventory.sections {
        let first = section.items.first().map(summary).unwrap_or_default();
        let first = if first.is_empty() { section.problems.first().map(problem).unwrap_or_default() } else { first };
        let first = cell(&first);
        let row = format!("{name:<16} {:<12} {:>6}  {first}", section.status.as_str(), section.items.len());
        table.push_str(row.trim_end());
        table.push('\n');
        // That a section is not whole says nothing without the reason; where it has no item the reason stands in its line.
        let reasons = section.problems.iter().filter(|_| !section.items.is_empty());
        for reason in reasons.take(REASONS) {
            table.extend(["    ", &cell(&problem(reason)), "\n"]);
        }
        if !section.items.is_empty() && section.problems.len() > REASONS {
            table.push_str("    (and more: --format json)\n");
        }
    }
    out.write_all(table.as_bytes()).context("cannot write the inventory")
}

/// What stands at the end of a line of a table: in one line, and not without end.
pub(super) fn cell(text: &str) -> String {
    let mut text = terminal::line(text);
    if let Some((end, _)) = text.char_indices().nth(CELL_CHARS) {
        text.truncate(end);
        text.push('…');
    }
    text
}

fn problem(problem: &muster_shared::Problem) -> String {
    format!("({}: {})", problem.source, problem.message)
}

/// An item in a few words.
fn summary(item: &Item) -> String {
    let telling = TELLING.iter().find_map(|name| item.attributes.get(*name).map(|value| (name, value)));
    match telling {
        Some((name, value)) => {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            format!("{} ({name} {value})", item.key)
        }
        None => item.key.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_section_names_the_nearest_one() {
        assert_eq!(parse_section("package"), Ok(SectionName::Package));
        assert!(parse_section("packages").unwrap_err().ends_with("did you mean 'package'?"));
        assert!(parse_section("sudorule").unwrap_err().ends_with("did you mean 'sudo_rule'?"));
        assert!(parse_section("zzz").unwrap_err().contains("lists them"));
    }

    #[test]
    fn a_table_is_not_led_astray_by_what_it_shows() {
        assert_eq!(cell("a\u{1b}[2J\nb"), "a\u{fffd}[2J\u{fffd}b");
        assert_eq!(cell(&"é".repeat(500)), format!("{}…", "é".repeat(CELL_CHARS)));
    }

    #[test]
    fn a_table_says_why_a_section_is_not_whole() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(directory.path().join("proc/net")).unwrap();
        std::fs::write(directory.path().join("proc/net/ip_tables_names"), "filter\n").unwrap();
        let only = Some(vec![SectionName::Firewall]);
        let args = InventoryArgs { root: directory.path().to_owned(), format: Format::Table, only };
        let mut table = Vec::new();
        run(&args, &Options::default(), &mut table).unwrap();
        let table = String::from_utf8(table).unwrap();
        let row = table.lines().position(|line| line.starts_with("firewall ") && line.contains(" partial ")).unwrap();
        assert!(table.lines().nth(row + 1).unwrap().contains("old iptables are not read"), "{table}");
    }

    #[test]
    fn both_forms_name_every_section_asked_for() {
        let directory = tempfile::tempdir().unwrap();
        let mut args = InventoryArgs { root: directory.path().to_owned(), ..InventoryArgs::default() };
        let mut json = Vec::new();
        run(&args, &Options::default(), &mut json).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(json["schema"], 1);
        assert_eq!(json["sections"].as_object().unwrap().len(), SectionName::ALL.len());
        assert_eq!(json["sections"]["sensor"]["status"], "unsupported");
        args.format = Format::Table;
        args.only = Some(vec![SectionName::Mount]);
        let mut table = Vec::new();
        run(&args, &Options::default(), &mut table).unwrap();
        let table = String::from_utf8(table).unwrap();
        assert!(table.lines().any(|line| line.starts_with("mount            unsupported       0")), "{table}");
        assert_eq!(table.lines().count(), 4);
        args.root = directory.path().join("nothing");
        assert!(run(&args, &Options::default(), &mut Vec::new()).is_err());
    }
}
