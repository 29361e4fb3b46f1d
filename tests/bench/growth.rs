//! How figures grow with the fleet: one table, printed from the JSON lines of runs at several sizes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Context;
use serde_json::Value;

/// One run: how many hosts, and what was measured.
type Run = (u64, BTreeMap<String, f64>);

/// The figures of a line, by name: those that stand at its top, and the slow end of each question.
fn figures(line: &Value) -> BTreeMap<String, f64> {
    let mut all = BTreeMap::new();
    for (name, value) in line.as_object().into_iter().flatten() {
        match value {
            Value::Number(number) if name != "hosts" && name != "packages" => {
                all.extend(number.as_f64().map(|number| (name.clone(), number)));
            }
            Value::Object(parts) if name != "ceiling" => {
                for (part, rate) in parts {
                    let p99 = rate.get("p99_ms").and_then(Value::as_f64);
                    all.extend(p99.map(|p99| (format!("{part}, p99 ms"), p99)));
                }
            }
            _ => {}
        }
    }
    all
}

fn run_of(text: &str) -> anyhow::Result<Run> {
    let line: Value = serde_json::from_str(text).context("a line is no JSON")?;
    let hosts = line.get("hosts").and_then(Value::as_u64).context("a line does not say how many hosts")?;
    Ok((hosts, figures(&line)))
}

/// The table of runs, the smallest fleet first: a figure a row, a size a column.
fn table(mut runs: Vec<Run>) -> String {
    runs.sort_by_key(|(hosts, _)| *hosts);
    let names: std::collections::BTreeSet<&String> = runs.iter().flat_map(|(_, figures)| figures.keys()).collect();
    let sizes: Vec<String> = runs.iter().map(|(hosts, _)| format!("{hosts} hosts")).collect();
    let mut text = format!("| | {} |\n|---|{}\n", sizes.join(" | "), "---:|".repeat(sizes.len()));
    for name in names {
        let cell = |(_, figures): &Run| figures.get(name).map_or_else(|| "-".to_owned(), ToString::to_string);
        let cells: Vec<String> = runs.iter().map(cell).collect();
        writeln!(text, "| {name} | {} |", cells.join(" | ")).ok();
    }
    text
}

/// Prints the table of files that hold a JSON line each.
#[expect(clippy::print_stdout, reason = "the table is the output")]
pub(crate) fn run(files: &[PathBuf]) -> anyhow::Result<Value> {
    let mut runs = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
        for line in text.lines().filter(|line| line.starts_with('{')) {
            runs.push(run_of(line).with_context(|| file.display().to_string())?);
        }
    }
    anyhow::ensure!(!runs.is_empty(), "no file holds a line of a benchmark");
    let count = runs.len();
    print!("{}", table(runs));
    Ok(serde_json::json!({"bench": "growth", "runs": count}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_columns_and_figures_rows() {
        let line = |hosts: u32, p99: f64| {
            format!(
                "{{\"bench\":\"query\",\"hosts\":{hosts},\"questions\":{{\"impact\":{{\"p99_ms\":{p99}}}}},\"ceiling\":{{\"p99_ms\":9}},\"rss_mib\":70}}"
            )
        };
        let runs = vec![run_of(&line(1_000, 2.5)).unwrap(), run_of(&line(100, 1.5)).unwrap()];
        let expected =
            "| | 100 hosts | 1000 hosts |\n|---|---:|---:|\n| impact, p99 ms | 1.5 | 2.5 |\n| rss_mib | 70 | 70 |\n";
        assert_eq!(table(runs), expected);
        assert!(run_of("{}").is_err() && run_of("x").is_err());
    }
}
