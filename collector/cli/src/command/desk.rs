//! `muster ticket`: tickets out of other service desks and into them.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::import::{FileArgs, send};
use super::record::Done;
use crate::client::Client;
use crate::output::Format;

pub(super) const EXAMPLES: &str = "Examples:
  muster ticket import incidents.csv --preset servicenow --dry-run      what would happen; nothing is written
  muster ticket import incidents.csv --preset servicenow --source prod --zone Europe/Berlin
  muster ticket import it.csv --preset jira --value 'state:Awaiting Info=on_hold' --map 'Story points=-'
  muster ticket import tickets.csv --preset glpi --kind incident
  muster ticket export --preset jira --filter kind:incident > incidents.csv

A ticket is known by source and number: the same file again changes nothing, a newer one brings what is new in it.";

/// Whose names of fields and values.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Preset {
    /// Our own
    Muster,
    /// ServiceNow
    Servicenow,
    /// Jira Service Management
    Jira,
    /// GLPI
    Glpi,
    /// iTop
    Itop,
}

impl Preset {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Muster => "muster",
            Self::Servicenow => "servicenow",
            Self::Jira => "jira",
            Self::Glpi => "glpi",
            Self::Itop => "itop",
        }
    }
}

/// The form of an export.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Form {
    /// For spreadsheets and other desks
    Csv,
    /// One JSON list
    Json,
    /// A JSON record on each line
    Ndjson,
}

#[derive(Debug, Args)]
pub(crate) struct TicketImport {
    /// The file (`-` is standard input): CSV with a header, a JSON list, or a JSON object on each line
    file: PathBuf,
    /// Whose names of fields and values it has
    #[arg(long, value_enum, default_value = "muster")]
    preset: Preset,
    /// Which desk it is, where there are several of a product [default: the preset]
    #[arg(long)]
    source: Option<String>,
    /// The kind of all tickets, where no column says it
    #[arg(long)]
    kind: Option<String>,
    /// The zone of times that have none
    #[arg(long, default_value = "UTC")]
    zone: String,
    /// What a value is that the preset does not know
    #[arg(long = "value", value_name = "FIELD:THEIRS=OURS")]
    values: Vec<String>,
    #[command(flatten)]
    file_args: FileArgs,
}

#[derive(Debug, Args)]
pub(crate) struct TicketExport {
    /// Whose names of fields and values it has
    #[arg(long, value_enum, default_value = "muster")]
    preset: Preset,
    /// The desk by whose numbers its own tickets are named [default: the preset]
    #[arg(long)]
    source: Option<String>,
    /// By whose clocks times are written
    #[arg(long, default_value = "UTC")]
    zone: String,
    /// Which tickets, in the query language, such as 'kind:incident active:true'
    #[arg(long, default_value = "")]
    filter: String,
    /// The form
    #[arg(long, value_enum, default_value = "csv")]
    format: Form,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DeskCommand {
    /// Import a file of tickets of another desk, or say what it would do
    #[command(after_help = EXAMPLES)]
    Import(TicketImport),
    /// Write tickets in the words of another desk to standard output
    Export(TicketExport),
}

/// Tickets from other desks and to them.
pub(super) async fn desk(client: &Client, format: Format, command: DeskCommand) -> Done {
    match command {
        DeskCommand::Import(args) => {
            let mut query = vec![
                ("class", "ticket".to_owned()),
                ("preset", args.preset.as_str().to_owned()),
                ("source", args.source.unwrap_or_default()),
                ("kind", args.kind.unwrap_or_default()),
                ("zone", args.zone),
            ];
            query.extend(args.values.into_iter().map(|value| ("value", value)));
            send(client, format, &args.file, query, args.file_args).await
        }
        DeskCommand::Export(args) => {
            let form = match args.format {
                Form::Csv => "csv",
                Form::Json => "json",
                Form::Ndjson => "ndjson",
            };
            let query = [
                ("preset", args.preset.as_str().to_owned()),
                ("source", args.source.unwrap_or_default()),
                ("zone", args.zone),
                ("format", form.to_owned()),
                ("filter", args.filter),
            ];
            let query: Vec<_> = query.into_iter().filter(|(_, text)| !text.is_empty()).collect();
            client.copy("/export/tickets", &query, &mut std::io::stdout()).await
        }
    }
}
