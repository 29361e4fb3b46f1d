//! `muster user`: accounts, their roles, and where those count.

use std::collections::HashMap;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::record::Done;
use super::{object, read_secret};
use crate::client::{Client, ClientError};
use crate::output::{self, Column, Format, col};

/// What is done with accounts.
#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// List accounts
    List,
    /// Make an account
    Add {
        name: String,
        /// What it may do; may be given several times
        #[arg(long = "role", required = true)]
        roles: Vec<String>,
        /// File with its password (`-` is standard input); without one it signs in by token only
        #[arg(long)]
        password_file: Option<PathBuf>,
        /// Whom they report to, by name or id
        #[arg(long)]
        manager: Option<String>,
    },
    /// Shut an account out, or let it in again
    Set {
        user: String,
        /// `disabled=true|false`, `display_name=…`, `manager=NAME` (empty is nobody)
        #[arg(required = true)]
        fields: Vec<String>,
    },
    /// Say where a role of an account counts: what is in none of these is not there for it
    Reach(ReachArgs),
}

#[derive(Args, Debug)]
pub(crate) struct ReachArgs {
    /// The account, by name or id
    user: String,
    /// The role
    role: String,
    /// A site of hosts and items; may be given several times, as may the others
    #[arg(long = "site")]
    sites: Vec<String>,
    /// An owner of hosts and items, and a group of tickets
    #[arg(long = "team")]
    teams: Vec<String>,
    /// A service, by name or id, with what people say that it depends on
    #[arg(long = "service")]
    services: Vec<String>,
    /// The role counts everywhere
    #[arg(long, conflicts_with_all = ["sites", "teams", "services", "own"])]
    everywhere: bool,
    /// The role counts for what the account itself asked for, and for nothing else
    #[arg(long, conflicts_with_all = ["sites", "teams", "services"])]
    own: bool,
}

const COLUMNS: &[Column] = &[
    col("NAME", "/name"),
    col("FOR PEOPLE", "/display_name"),
    col("ROLES", "/roles"),
    col("REACHES", "/reach"),
    col("DISABLED", "/disabled"),
    col("ID", "/id"),
];

/// An account with where its roles count as a line, as the console writes it.
fn told(mut account: Value) -> Value {
    let empty = serde_json::Map::new();
    let reaches = account.get("reaches").and_then(Value::as_object).unwrap_or(&empty);
    let line = |(role, reach): (&String, &Value)| {
        let names = |kind: &str, list: &str| {
            let names = reach.get(list).and_then(Value::as_array).cloned().unwrap_or_default();
            names.iter().filter_map(Value::as_str).map(|name| format!("{kind}={name}")).collect::<Vec<_>>()
        };
        let all = [names("site", "sites"), names("team", "teams"), names("service", "services")].concat();
        format!("{role}: {}", if all.is_empty() { "own".to_owned() } else { all.join(", ") })
    };
    let lines: Vec<String> = reaches.iter().map(line).collect();
    if let Some(fields) = account.as_object_mut() {
        fields.insert("reach".into(), json!(lines.join("; ")));
    }
    account
}

/// Names services that accounts reach by id. One that went, or that the caller may not see, keeps its id.
async fn name_services(client: &Client, accounts: &mut [Value]) {
    let mut names: HashMap<String, String> = HashMap::new();
    let reaches = accounts.iter_mut().filter_map(|account| account.get_mut("reaches")?.as_object_mut());
    let lists =
        reaches.flat_map(|reaches| reaches.values_mut()).filter_map(|reach| reach.get_mut("services")?.as_array_mut());
    for service in lists.flatten() {
        let Some(id) = service.as_str().map(str::to_owned) else { continue };
        if !names.contains_key(&id) {
            let found = client.get(&format!("/items/{id}")).await.ok().map(|answer| answer.body);
            let name = found.as_ref().and_then(|item| item.get("name")).and_then(Value::as_str);
            names.insert(id.clone(), name.unwrap_or(&id).to_owned());
        }
        *service = json!(names.get(&id));
    }
}

/// A role as the API spells it: people write it in any case, and with a space where it has `_`.
fn spelled(role: &str) -> String {
    role.trim().to_lowercase().replace([' ', '-'], "_")
}

/// An account by its name or its id.
async fn find(client: &Client, user: &str) -> Result<Value, anyhow::Error> {
    let all = client.whole("/users").await?;
    let is_it = |account: &Value| ["name", "id"].iter().any(|field| account.get(*field).is_some_and(|it| it == user));
    all.into_iter()
        .find(is_it)
        .ok_or_else(|| anyhow::anyhow!("there is no user {user}; `muster user list` has them all"))
}

async fn reach(client: &Client, args: ReachArgs) -> Result<Value, anyhow::Error> {
    let ReachArgs { user, role, sites, teams, services, everywhere, own } = args;
    let role = spelled(&role);
    let is_named = !(sites.is_empty() && teams.is_empty() && services.is_empty());
    anyhow::ensure!(
        is_named || everywhere || own,
        "say where the role counts: --site, --team, --service, --own for own tickets only, or --everywhere"
    );
    let account = find(client, &user).await?;
    let id = account.get("id").and_then(Value::as_str).unwrap_or_default();
    let path = format!("/users/{id}");
    // Read together with the version that is changed: what somebody else says meanwhile is not written over.
    let seen = client.get(&path).await?;
    let mut reaches = seen.body.get("reaches").and_then(Value::as_object).cloned().unwrap_or_default();
    if everywhere {
        reaches.remove(&role);
    } else {
        reaches.insert(role, json!({"sites": sites, "teams": teams, "services": services}));
    }
    let changed: Result<_, ClientError> = client.change(&path, &[], &json!({"reaches": reaches}), seen.etag).await;
    Ok(changed?.body)
}

pub(super) async fn user(client: &Client, format: Format, command: UserCommand) -> Done {
    match command {
        UserCommand::List => {
            let mut users = client.whole("/users").await?;
            if format == Format::Table {
                name_services(client, &mut users).await;
                users = users.into_iter().map(told).collect();
            }
            Ok(output::rows(format, COLUMNS, &users)?)
        }
        UserCommand::Add { name, roles, password_file, manager } => {
            let password = password_file.map(|path| read_secret(&path)).transpose()?;
            let roles: Vec<String> = roles.iter().map(|role| spelled(role)).collect();
            let body = json!({"name": name, "roles": roles, "password": password, "manager": manager});
            Ok(output::record(format, COLUMNS, &client.post("/users", &body).await?.body)?)
        }
        UserCommand::Set { user, fields } => Ok(output::record(
            format,
            COLUMNS,
            &client.patch(&format!("/users/{user}"), &object(&fields)?).await?.body,
        )?),
        UserCommand::Reach(args) => {
            let mut account = reach(client, args).await?;
            if format == Format::Table {
                name_services(client, std::slice::from_mut(&mut account)).await;
                account = told(account);
            }
            Ok(output::record(format, COLUMNS, &account)?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_spelled_as_the_api_has_it() {
        for role in ["cmdb_owner", "CMDB owner", " Cmdb-Owner"] {
            assert_eq!(spelled(role), "cmdb_owner");
        }
    }
}
