//! `muster service`: how business services and applications do, and what they depend on.

use clap::Subcommand;

use super::{FIELDS, impact, named};
use crate::client::Client;
use crate::command::availability;
use crate::command::noun::{ListArgs, MomentArgs};
use crate::command::record::{Done, list};
use crate::output::{self, Column, Format, col};

#[derive(Debug, Subcommand)]
pub(crate) enum ServiceCommand {
    /// List business services and applications with how they do, the worst first
    List(ListArgs),
    /// Show a service and what it depends on
    Show {
        service: String,
        #[command(flatten)]
        moment: MomentArgs,
    },
    /// The agreements of a service (SLA and OLA), and how they were kept
    Agreements {
        service: String,
        #[command(flatten)]
        period: availability::PeriodArgs,
    },
    /// How available services were, or one with its outages
    Availability {
        /// The service; all that are offered without it
        service: Option<String>,
        #[command(flatten)]
        period: availability::PeriodArgs,
    },
}

pub(crate) async fn service(client: &Client, format: Format, command: ServiceCommand) -> Done {
    const COLUMNS: &[Column] = &[
        col("HEALTH", "/health"),
        col("NAME", "/name"),
        col("CLASS", "/class"),
        col("CRITICALITY", "/criticality"),
        col("OWNER", "/owner"),
        col("TEAM", "/attributes/support_team"),
        col("NEEDS", "/depends_on"),
        col("ID", "/id"),
    ];
    match command {
        ServiceCommand::List(args) => list(client, format, "/services", &args, COLUMNS).await,
        ServiceCommand::Agreements { service, period } => {
            let service = named::id_of(client, &service).await?;
            availability::agreements(client, format, &service, period.pairs()).await
        }
        ServiceCommand::Availability { service, period } => {
            let service = match service {
                Some(service) => Some(named::id_of(client, &service).await?),
                None => None,
            };
            availability::list(client, format, service, period.pairs()).await
        }
        ServiceCommand::Show { service, moment } => {
            let (pairs, service) = (moment.pairs(), named::id_of(client, &service).await?);
            let found = client.get_with(&format!("/services/{service}"), &pairs).await?.body;
            let fields: Vec<Column> = [col("health", "/health")].into_iter().chain(FIELDS.iter().cloned()).collect();
            output::record(format, &fields, &found)?;
            if format == Format::Table {
                output::say("")?;
                let path = format!("/items/{service}/impact?direction=down&limit=1000");
                impact(format, &client.get_with(&path, &pairs).await?.body)?;
            }
            Ok(())
        }
    }
}
