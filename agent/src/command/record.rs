//! `muster-agent record`: a scrubbed copy of everything that collectors read on this machine, to send with a bug report.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use muster_shared::terminal;

use crate::record;
use crate::section::Options;

/// Options of `record`.
#[derive(Args, Clone, Debug)]
pub struct RecordArgs {
    /// The directory that is made; it must not be there or be empty
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// Records, and says what was left out and what was not scrubbed.
pub fn run(args: &RecordArgs, options: &Options, out: &mut impl Write) -> anyhow::Result<()> {
    let told = record::record(&args.out, options)?;
    let dir = args.out.display();
    writeln!(out, "{} files, {} links, {} directories in {dir}", told.files, told.links, told.directories)?;
    if !told.left_out.is_empty() {
        writeln!(out, "\nLeft out:")?;
        for (path, reason) in &told.left_out {
            writeln!(out, "  {}", terminal::line(&format!("{path}: {reason}")))?;
        }
    }
    writeln!(
        out,
        "\nScrubbed: password hashes, private keys, SSH keys, credentials in addresses, values of secrets, environments and\n\
         arguments, serial numbers, machine id, UUIDs, MAC addresses, public IP addresses, this host's name, what people\n\
         are called.\n\
         Not scrubbed: private IP addresses, user names, names of other hosts, packages, units, paths. A host's name of a few\n\
         letters that could be any word is scrubbed only where names stand. Look at it before you send it.\n\n\
         The inventory of the copy:  muster-agent inventory --root {dir}"
    )?;
    Ok(())
}
