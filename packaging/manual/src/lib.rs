//! Manual pages and shell completions that are installed beside the programs.
//!
//! They are printed from the clap definitions and committed under `packaging/`, so that packages are built without running
//! the programs and the programs carry none of it. Each program's own test calls [`check`]: neither can say something else.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;

/// Compares what is committed for a program with what its command line says; writes it anew with `MUSTER_BLESS=1`.
///
/// # Errors
/// The text names the file that is old and how to write it.
pub fn check(command: &Command) -> Result<(), String> {
    let name = command.get_name();
    let mut old = Vec::new();
    for (file, text) in files(command).map_err(|error| error.to_string())? {
        let path = packaging().join(&file);
        if std::env::var_os("MUSTER_BLESS").is_some_and(|value| value == "1") {
            std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        } else if std::fs::read(&path).ok().is_none_or(|committed| committed != text) {
            old.push(format!("packaging/{file}"));
        }
    }
    if old.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{} not what `{name}` says: run its tests with MUSTER_BLESS=1 and look at the difference",
        old.join(", ")
    ))
}

fn packaging() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Everything that is installed for a program: paths below `packaging/` and contents.
fn files(command: &Command) -> io::Result<Vec<(String, Vec<u8>)>> {
    let name = command.get_name();
    let mut files = vec![(format!("man/{name}.1"), page(command)?)];
    for (shell, file) in
        [(Shell::Bash, format!("{name}.bash")), (Shell::Zsh, format!("_{name}")), (Shell::Fish, format!("{name}.fish"))]
    {
        let mut text = Vec::new();
        clap_complete::generate(shell, &mut command.clone(), name, &mut text);
        let text = if shell == Shell::Bash { one_name(name, &text) } else { text };
        files.push((format!("completions/{file}"), text));
    }
    Ok(files)
}

/// In the script for bash a program with a dash in its name is called in two ways, so that no command of it is ever completed
/// (`clap_complete` 4.6.11): one of them.
fn one_name(name: &str, script: &[u8]) -> Vec<u8> {
    let script = String::from_utf8_lossy(script);
    script.replace(&name.replace('-', "__subcmd__"), &name.replace('-', "__")).into_bytes()
}

/// One page for the program with all its commands. No date and no version: they would change without a reason.
fn page(command: &Command) -> io::Result<Vec<u8>> {
    let mut command = command.clone();
    command.build();
    let man = Man::new(command.clone()).source("Muster").manual("Muster Manual");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    page.extend(b".SH COMMANDS\n");
    for inner in leaves(&command, &mut Vec::new()) {
        describe(&inner, &mut page)?;
    }
    let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    page.extend(closing(&after).into_bytes());
    Ok(page)
}

/// The commands that do something, each named with its whole path.
fn leaves(command: &Command, path: &mut Vec<String>) -> Vec<Command> {
    path.push(command.get_name().to_owned());
    let inner = command.get_subcommands().filter(|inner| inner.get_name() != "help" && !inner.is_hide_set());
    let mut found: Vec<Command> = inner.flat_map(|inner| leaves(inner, path)).collect();
    if found.is_empty() && path.len() > 1 {
        // What all commands take stands once, in front.
        let own = command.clone().display_name(path.join(" ")).bin_name(path.join(" "));
        found
            .push(own.mut_args(|arg| if arg.is_global_set() || arg.get_id() == "help" { arg.hide(true) } else { arg }));
    }
    path.pop();
    found
}

fn describe(command: &Command, page: &mut Vec<u8>) -> io::Result<()> {
    let man = Man::new(command.clone());
    let mut parts = (Vec::new(), Vec::new(), Vec::new());
    man.render_synopsis_section(&mut parts.0)?;
    man.render_description_section(&mut parts.1)?;
    man.render_options_section(&mut parts.2)?;
    page.extend(format!(".SS {}\n", quoted(command.get_bin_name().unwrap_or_default())).into_bytes());
    for (part, heading) in [(parts.0, ".SH SYNOPSIS"), (parts.1, ".SH DESCRIPTION"), (parts.2, ".SH OPTIONS")] {
        let text = String::from_utf8_lossy(&part).into_owned();
        // The page's own first lines, which define a macro, stand there already.
        let Some((_, body)) = text.split_once(heading) else { continue };
        page.extend(if heading.ends_with("OPTIONS") { b"".as_slice() } else { b".PP\n" });
        page.extend(body.trim_start().bytes());
    }
    Ok(())
}

/// What follows the help: paragraphs with a heading, as `Examples:` with its lines.
fn closing(after: &str) -> String {
    let mut text = String::new();
    for paragraph in after.split("\n\n") {
        let Some((heading, body)) = paragraph.split_once(':') else { continue };
        let heading = if heading == "Exit codes" { "EXIT STATUS".to_owned() } else { heading.to_uppercase() };
        let lines: Vec<String> = body.trim_matches('\n').lines().map(|line| escaped(line.trim())).collect();
        let _infallible = write!(text, ".SH {}\n.nf\n{}\n.fi\n", quoted(&heading), lines.join("\n"));
    }
    text
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

fn escaped(line: &str) -> String {
    let line = line.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq");
    if line.starts_with('.') { format!("\\&{line}") } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_every_command_once_with_its_own_options() {
        let add = Command::new("add").about("Makes one").arg(clap::Arg::new("role").long("role"));
        let user = Command::new("user").subcommand(add);
        let all = clap::Arg::new("config").long("config").global(true).help("A file");
        let command =
            Command::new("muster-x").about("Does x").arg(all).subcommand(user).after_help("Examples:\n  .x 'y'");
        let page = String::from_utf8(page(&command).unwrap()).unwrap();
        assert_eq!(page.matches("\n.SS \"muster\\-x user add\"\n").count(), 1, "{page}");
        assert_eq!(page.matches("A file").count(), 1, "{page}");
        assert!(page.contains("Makes one") && page.contains("role") && !page.contains("help\\-"), "{page}");
        assert!(page.ends_with(".SH \"EXAMPLES\"\n.nf\n\\&.x \\(aqy\\(aq\n.fi\n"), "{page}");
    }
}
