//! `muster export`: whole lists, and hosts in the forms of other tools, written to standard output as they come.

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use crate::careful;
use crate::client::Client;
use crate::output;

/// The form of a list.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Form {
    /// One JSON list
    Json,
    /// A JSON record on each line
    Ndjson,
    /// For spreadsheets
    Csv,
}

#[derive(Debug, Args)]
pub(crate) struct ListExport {
    /// What is wanted, in the query language, such as 'class:package name:openssl'
    #[arg(long, default_value = "")]
    filter: String,
    /// The form
    #[arg(long, value_enum, default_value = "csv")]
    format: Form,
    /// Columns of a CSV, with commas between
    #[arg(long, default_value = "")]
    columns: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ExportCommand {
    /// Hosts
    Hosts(ListExport),
    /// Items of all classes
    Items(ListExport),
    /// Findings
    Findings(ListExport),
    /// Tickets
    Tickets(ListExport),
    /// The software of a host, or of all hosts on which a service depends, as a bill of materials (CycloneDX 1.6)
    Sbom {
        /// Name or id of a host
        #[arg(required_unless_present = "service")]
        host: Option<String>,
        /// Name or id of a service
        #[arg(long, conflicts_with = "host")]
        service: Option<String>,
    },
    /// A host as an inventory of GLPI's
    Glpi {
        /// Name or id
        host: String,
    },
    /// Targets for Prometheus' HTTP service discovery
    Prometheus {
        /// Which hosts
        #[arg(long, default_value = "")]
        filter: String,
        /// The port that is scraped
        #[arg(long, default_value_t = 9_100)]
        port: u16,
    },
    /// A dynamic inventory for Ansible: takes the options that Ansible gives to an inventory script
    Ansible {
        /// Which hosts
        #[arg(long, default_value = "")]
        filter: String,
        /// The whole inventory (what is done anyway)
        #[arg(long)]
        list: bool,
        /// Only the variables of this host
        #[arg(long)]
        host: Option<String>,
    },
}

/// A name as the last part of a path: names of services are free text.
fn segment(name: &str) -> anyhow::Result<String> {
    let mut url = reqwest::Url::parse("http://collector")?;
    url.path_segments_mut().map_err(|()| anyhow::anyhow!("no path"))?.push(name);
    Ok(url.path().to_owned())
}

fn filtered(filter: String) -> Vec<(&'static str, String)> {
    if filter.is_empty() { Vec::new() } else { vec![("filter", filter)] }
}

impl ListExport {
    fn query(self) -> Vec<(&'static str, String)> {
        let format = match self.format {
            Form::Json => "json",
            Form::Ndjson => "ndjson",
            Form::Csv => "csv",
        };
        let mut query = filtered(self.filter);
        query.push(("format", format.to_owned()));
        if !self.columns.is_empty() {
            query.push(("columns", self.columns));
        }
        query
    }
}

/// Writes what is asked for.
pub(super) async fn run(client: &Client, command: ExportCommand) -> anyhow::Result<()> {
    let mut out = careful::stdout();
    match command {
        ExportCommand::Hosts(list) => client.copy("/export/hosts", &list.query(), &mut out).await,
        ExportCommand::Items(list) => client.copy("/export/items", &list.query(), &mut out).await,
        ExportCommand::Findings(list) => client.copy("/export/findings", &list.query(), &mut out).await,
        ExportCommand::Tickets(list) => client.copy("/export/tickets", &list.query(), &mut out).await,
        ExportCommand::Sbom { host, service } => {
            let of = match service {
                Some(name) => format!("/services{}", segment(&name)?),
                None => segment(&host.unwrap_or_default())?,
            };
            client.copy(&format!("/export/cyclonedx{of}"), &[], &mut out).await
        }
        ExportCommand::Glpi { host } => client.copy(&format!("/export/glpi/{host}"), &[], &mut out).await,
        ExportCommand::Prometheus { filter, port } => {
            let mut query = filtered(filter);
            query.push(("port", port.to_string()));
            client.copy("/export/prometheus", &query, &mut out).await
        }
        ExportCommand::Ansible { filter, host: None, .. } => {
            client.copy("/export/ansible", &filtered(filter), &mut out).await
        }
        ExportCommand::Ansible { filter, host: Some(host), .. } => {
            let mut inventory = Vec::new();
            client.copy("/export/ansible", &filtered(filter), &mut inventory).await?;
            let inventory: Value = serde_json::from_slice(&inventory)?;
            let variables = inventory.pointer("/_meta/hostvars").and_then(|named| named.get(&host));
            Ok(output::say(&variables.unwrap_or(&json!({})).to_string())?)
        }
    }
}
