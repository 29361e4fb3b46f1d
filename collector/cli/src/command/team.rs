//! `muster team`: people who work together.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::record::Done;
use crate::client::Client;
use crate::output::{self, Column, Format, col};

#[derive(Debug, Subcommand)]
pub(crate) enum TeamCommand {
    /// List teams
    List,
    /// Make a team: `muster team create linux --member ann --member ben --lead ann`
    Create {
        /// What tickets have as their group, and hosts and items as their owner
        name: String,
        #[command(flatten)]
        roster: RosterArgs,
    },
    /// Change a team: what is not said stays as it is
    Edit {
        /// Its name or id
        team: String,
        /// Another name
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        roster: RosterArgs,
        /// Who is in it no more, by sign-in name or id; may be given several times
        #[arg(long = "without")]
        without: Vec<String>,
    },
    /// Remove a team: what names it keeps the name
    Remove {
        /// Its name or id
        team: String,
    },
}

#[derive(Args, Debug)]
pub(crate) struct RosterArgs {
    /// Who is in it, by sign-in name or id; may be given several times
    #[arg(long = "member")]
    members: Vec<String>,
    /// Who leads it, one of them
    #[arg(long)]
    lead: Option<String>,
    /// What it is there for
    #[arg(long)]
    description: Option<String>,
}

const COLUMNS: &[Column] = &[
    col("TEAM", "/name"),
    col("MEMBERS", "/member_names"),
    col("LEAD", "/lead_name"),
    col("FOR", "/description"),
    col("ID", "/id"),
];

/// A team by its name or its id.
async fn find(client: &Client, team: &str) -> anyhow::Result<String> {
    let all = client.whole("/teams").await?;
    let is_it = |one: &&Value| ["name", "id"].iter().any(|field| one.get(*field).is_some_and(|it| it == team));
    let id = all.iter().find(is_it).and_then(|one| one.get("id")).and_then(Value::as_str);
    id.map(str::to_owned).ok_or_else(|| anyhow::anyhow!("there is no team {team}; `muster team list` has them all"))
}

/// The id of an account, for those that are taken out by name.
async fn ids_of(client: &Client, people: &[String]) -> anyhow::Result<Vec<String>> {
    let all = if people.is_empty() { Vec::new() } else { client.whole("/users").await? };
    let id = |name: &String| {
        let is_it = |one: &&Value| ["name", "id"].iter().any(|field| one.get(*field).is_some_and(|it| it == name));
        let id = all.iter().find(is_it).and_then(|one| one.get("id")).and_then(Value::as_str);
        id.map(str::to_owned).ok_or_else(|| anyhow::anyhow!("there is no user {name}"))
    };
    people.iter().map(id).collect()
}

pub(super) async fn team(client: &Client, format: Format, command: TeamCommand) -> Done {
    match command {
        TeamCommand::List => Ok(output::rows(format, COLUMNS, &client.whole("/teams").await?)?),
        TeamCommand::Create { name, roster: RosterArgs { members, lead, description } } => {
            let description = description.unwrap_or_default();
            let body = json!({"name": name, "members": members, "lead": lead, "description": description});
            Ok(output::record(format, COLUMNS, &client.post("/teams", &body).await?.body)?)
        }
        TeamCommand::Edit { team, name, roster: RosterArgs { members, lead, description }, without } => {
            let path = format!("/teams/{}", find(client, &team).await?);
            let gone = ids_of(client, &without).await?;
            let new = ids_of(client, &members).await?;
            let seen = client.get(&path).await?;
            let was = |field: &str| seen.body.get(field).cloned().unwrap_or_default();
            let mut all: Vec<Value> = was("members").as_array().cloned().unwrap_or_default();
            all.extend(
                new.into_iter()
                    .map(Value::from)
                    .filter(|one| !was("members").as_array().is_some_and(|was| was.contains(one))),
            );
            all.retain(|one| !gone.iter().any(|id| one == id));
            let body = json!({
                "name": name.map_or_else(|| was("name"), Value::from), "members": all,
                "lead": lead.map_or_else(|| was("lead"), Value::from),
                "description": description.map_or_else(|| was("description"), Value::from),
            });
            Ok(output::record(format, COLUMNS, &client.put(&path, &body, seen.etag).await?.body)?)
        }
        TeamCommand::Remove { team } => {
            let path = format!("/teams/{}", find(client, &team).await?);
            client.retire(&path, &[], Some("*".to_owned())).await?;
            Ok(output::say("removed")?)
        }
    }
}
