//! `muster change`: changes, and the templates that standard changes follow.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::record::Done;
use super::ticket::{self, TicketCommand};
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

#[derive(Debug, Subcommand)]
pub(crate) enum ChangeCommand {
    #[command(flatten)]
    Ticket(TicketCommand),
    /// Templates: what standard changes follow, approved once
    #[command(subcommand)]
    Template(TemplateCommand),
}

#[derive(Args, Debug)]
pub(crate) struct DraftArgs {
    /// When it is right
    #[arg(long)]
    description: Option<String>,
    /// What is made, as JSON: a plan as changes have it, without times and people
    #[arg(long)]
    plan: Option<String>,
    /// When somebody has to look at it again, RFC 3339; a year after its approval without it
    #[arg(long)]
    review: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TemplateCommand {
    /// List templates
    List,
    /// Show a template with what was done with it
    Show {
        /// Its name or id
        template: String,
    },
    /// Propose a template: `muster change template propose 'openssl fixes' --from CHG-000012`
    Propose {
        /// What it is called
        name: String,
        /// Number of a normal change that was voted on and ended well
        #[arg(long, required_unless_present = "plan")]
        from: Option<String>,
        #[command(flatten)]
        draft: DraftArgs,
    },
    /// Write a template anew: what is not said stays; another plan or review waits for approval
    Edit {
        /// Its name or id
        template: String,
        /// Another name
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        draft: DraftArgs,
    },
    /// Vote on a template, suspend it, withdraw it, or propose it again
    Do {
        /// Its name or id
        template: String,
        #[arg(value_parser = ["approve", "reject", "suspend", "withdraw", "propose"])]
        event: String,
        /// Why; only approve needs no word
        #[arg(long, default_value = "")]
        comment: String,
        /// The edition that a vote is for; without it the one that is there
        #[arg(long)]
        edition: Option<u64>,
    },
    /// List all editions of a template
    Versions {
        /// Its name or id
        template: String,
    },
    /// List the last changes that followed a template
    Changes {
        /// Its name or id
        template: String,
    },
}

const TEMPLATES: &[Column] = &[
    col("TEMPLATE", "/name"),
    col("STATE", "/state"),
    col("EDITION", "/edition"),
    time("UNTIL", "/valid_until"),
    col("FOR", "/description"),
    col("ID", "/id"),
];

const TEMPLATE: &[Column] = &[
    col("id", "/id"),
    col("name", "/name"),
    col("for", "/description"),
    col("state", "/state"),
    col("edition", "/edition"),
    time("approved", "/approved_at"),
    time("until", "/valid_until"),
    col("of change", "/from"),
    col("plan", "/plan"),
    col("done", "/steps"),
];

const EDITIONS: &[Column] =
    &[col("EDITION", "/edition"), time("AT", "/at"), col("BY", "/by"), col("NAME", "/name"), col("PLAN", "/plan")];

const CHANGES: &[Column] = &[
    col("NUMBER", "/number"),
    col("EDITION", "/edition"),
    col("ENDED", "/close_code"),
    time("CLOSED", "/closed_at"),
    col("TITLE", "/title"),
];

/// A template by its name or its id.
async fn find(client: &Client, template: &str) -> anyhow::Result<String> {
    let all = client.whole("/change-templates").await?;
    let is_it = |one: &&Value| ["name", "id"].iter().any(|field| one.get(*field).is_some_and(|it| it == template));
    let id = all.iter().find(is_it).and_then(|one| one.get("id")).and_then(Value::as_str);
    let path = id.map(|id| format!("/change-templates/{id}"));
    path.ok_or_else(|| anyhow::anyhow!("there is no template {template}; `muster change template list` has them all"))
}

pub(super) async fn change(client: &Client, format: Format, command: ChangeCommand) -> Done {
    match command {
        ChangeCommand::Ticket(command) => ticket::ticket(client, format, "change", command).await,
        ChangeCommand::Template(command) => template(client, format, command).await,
    }
}

async fn template(client: &Client, format: Format, command: TemplateCommand) -> Done {
    match command {
        TemplateCommand::List => Ok(output::rows(format, TEMPLATES, &client.whole("/change-templates").await?)?),
        TemplateCommand::Show { template } => {
            let answer = client.get(&find(client, &template).await?).await?;
            Ok(output::record(format, TEMPLATE, &answer.body)?)
        }
        TemplateCommand::Propose { name, from, draft: DraftArgs { description, plan, review } } => {
            let mut body = json!({
                "name": name, "description": description.unwrap_or_default(), "from": from, "review_at": review,
            });
            if let (Some(plan), Some(body)) = (plan, body.as_object_mut()) {
                body.insert("plan".into(), serde_json::from_str(&plan)?);
            }
            Ok(output::record(format, TEMPLATE, &client.post("/change-templates", &body).await?.body)?)
        }
        TemplateCommand::Edit { template, name, draft: DraftArgs { description, plan, review } } => {
            let path = find(client, &template).await?;
            let seen = client.get(&path).await?;
            let was = |field: &str| seen.body.get(field).cloned().unwrap_or_default();
            let or = |said: Option<String>, field: &str| said.map_or_else(|| was(field), Value::from);
            let body = json!({
                "name": or(name, "name"), "description": or(description, "description"),
                "plan": plan.map_or_else(|| Ok(was("plan")), |plan| serde_json::from_str(&plan))?,
                "review_at": or(review, "review_at"),
            });
            Ok(output::record(format, TEMPLATE, &client.put(&path, &body, seen.etag).await?.body)?)
        }
        TemplateCommand::Do { template, event, comment, edition } => {
            let path = find(client, &template).await?;
            let there = client.get(&path).await?.body.get("edition").cloned();
            let edition = edition.map(Value::from).or(there);
            let body = json!({"event": event, "comment": comment, "edition": edition});
            let answer = client.post(&format!("{path}/transitions"), &body).await?;
            Ok(output::record(format, TEMPLATE, &answer.body)?)
        }
        TemplateCommand::Versions { template } => {
            let path = format!("{}/versions", find(client, &template).await?);
            Ok(output::rows(format, EDITIONS, &client.whole(&path).await?)?)
        }
        TemplateCommand::Changes { template } => {
            let path = format!("{}/changes", find(client, &template).await?);
            Ok(output::rows(format, CHANGES, &client.whole(&path).await?)?)
        }
    }
}
