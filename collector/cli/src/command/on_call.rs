//! `muster on-call` and `muster escalation`: who is on call, who stands in, and whom to call when nobody takes a ticket.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Subcommand;
use serde_json::{Value, json};

use super::notification::{find, remove};
use super::record::Done;
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

#[derive(Debug, Subcommand)]
pub(crate) enum OnCallCommand {
    /// Who is on call now, or at another time
    Now {
        /// Only rotas of this assignment group
        #[arg(long)]
        group: Option<String>,
        /// When (RFC 3339, or a day)
        #[arg(long)]
        at: Option<String>,
    },
    /// List rotas
    Rotas,
    /// The turns of a rota in the next days
    Shifts {
        /// Name or id of a rota
        rota: String,
        /// Until when (RFC 3339, or a day); two weeks without it
        #[arg(long)]
        to: Option<String>,
    },
    /// Make a rota from a JSON file, as docs/notifications.md says (`-` is standard input)
    Create { file: PathBuf },
    /// Replace a rota from a JSON file
    Replace { rota: String, file: PathBuf },
    /// Remove a rota
    Remove { rota: String },
    /// Who stands in, now and later
    Overrides { rota: String },
    /// Let somebody stand in
    StandIn {
        rota: String,
        /// Name or id of a user
        user: String,
        /// From when on (RFC 3339)
        #[arg(long)]
        from: String,
        /// Until when (RFC 3339)
        #[arg(long)]
        to: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Nobody stands in any more
    StandDown {
        rota: String,
        /// The id of the override
        stands_in: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum EscalationCommand {
    /// List escalations, newest first
    List {
        /// At most so many
        #[arg(long, default_value_t = 50, value_parser = super::noun::at_least_one)]
        limit: usize,
    },
    /// Show the escalation of a ticket
    Show { ticket: String },
    /// Take it: nobody else is called
    Acknowledge { ticket: String },
    /// List the plans of whom to call
    Policies,
    /// Make a plan from a JSON file, as docs/notifications.md says (`-` is standard input)
    Create { file: PathBuf },
    /// Replace a plan from a JSON file
    Replace { policy: String, file: PathBuf },
    /// Remove a plan; what runs goes on
    Remove { policy: String },
}

fn read(path: &Path) -> anyhow::Result<Value> {
    serde_json::from_str(&super::read_secret(path)?).with_context(|| format!("{} is no JSON", path.display()))
}

pub(super) async fn on_call(client: &Client, format: Format, command: OnCallCommand) -> Done {
    const NOW: &[Column] = &[
        col("ROTA", "/rota_name"),
        col("GROUP", "/group"),
        col("ON CALL", "/name"),
        time("UNTIL", "/until"),
        col("ID", "/rota"),
    ];
    const ROTAS: &[Column] = &[
        col("NAME", "/name"),
        col("GROUP", "/group"),
        col("ZONE", "/zone"),
        time("CHANGED", "/changed_at"),
        col("ID", "/id"),
    ];
    const SHIFTS: &[Column] = &[
        col("FROM", "/from"),
        col("TO", "/to"),
        col("WHO", "/name"),
        col("LAYER", "/layer"),
        col("STANDS IN", "/override"),
    ];
    const OVERRIDES: &[Column] = &[
        col("FROM", "/from"),
        col("TO", "/to"),
        col("USER", "/user"),
        col("REASON", "/reason"),
        col("BY", "/by"),
        col("ID", "/id"),
    ];
    let path = async |name: &str| -> anyhow::Result<String> {
        Ok(format!("/rotas/{}", find(client, "/rotas", "rota_", name).await?))
    };
    match command {
        OnCallCommand::Now { group, at } => {
            let query: Vec<_> = [("group", group), ("at", at)].into_iter().filter_map(|(k, v)| Some((k, v?))).collect();
            Ok(output::rows(format, NOW, &ask(client, "/on-call", &query).await?)?)
        }
        OnCallCommand::Rotas => Ok(output::rows(format, ROTAS, &client.whole("/rotas").await?)?),
        OnCallCommand::Shifts { rota, to } => {
            let query: Vec<_> = to.map(|to| ("to", to)).into_iter().collect();
            Ok(output::rows(format, SHIFTS, &ask(client, &format!("{}/shifts", path(&rota).await?), &query).await?)?)
        }
        OnCallCommand::Create { file } => {
            Ok(output::rows(format, ROTAS, &[client.post("/rotas", &read(&file)?).await?.body])?)
        }
        OnCallCommand::Replace { rota, file } => {
            let path = path(&rota).await?;
            let etag = client.get(&path).await?.etag;
            Ok(output::rows(format, ROTAS, &[client.put(&path, &read(&file)?, etag).await?.body])?)
        }
        OnCallCommand::Remove { rota } => remove(client, &path(&rota).await?).await,
        OnCallCommand::Overrides { rota } => {
            let all = client.whole(&format!("{}/overrides", path(&rota).await?)).await?;
            Ok(output::rows(format, OVERRIDES, &all)?)
        }
        OnCallCommand::StandIn { rota, user, from, to, reason } => {
            let user = find(client, "/users", "user_", &user).await?;
            let body = json!({"user": user, "from": from, "to": to, "reason": reason});
            let made = client.post(&format!("{}/overrides", path(&rota).await?), &body).await?.body;
            Ok(output::rows(format, OVERRIDES, &[made])?)
        }
        OnCallCommand::StandDown { rota, stands_in } => {
            client.remove(&format!("{}/overrides/{stands_in}", path(&rota).await?), "*").await?;
            Ok(output::say("removed")?)
        }
    }
}

/// A short list that takes parameters of its own and no page.
async fn ask(client: &Client, path: &str, query: &[(&str, String)]) -> anyhow::Result<Vec<Value>> {
    let encoded = query.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect::<Vec<_>>();
    let path = if encoded.is_empty() { path.to_owned() } else { format!("{path}?{}", encoded.join("&")) };
    Ok(client.whole(&path).await?)
}

/// A value in a query of an address.
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

pub(super) async fn escalation(client: &Client, format: Format, command: EscalationCommand) -> Done {
    const COLUMNS: &[Column] = &[
        col("TICKET", "/number"),
        col("STATE", "/state"),
        col("POLICY", "/policy_name"),
        time("BEGAN", "/began_at"),
        time("NEXT STEP", "/next_at"),
        col("TOLD", "/taken"),
    ];
    const POLICIES: &[Column] = &[
        col("ORDER", "/order"),
        col("NAME", "/name"),
        col("FILTER", "/filter"),
        col("STEPS", "/steps"),
        col("REPEAT", "/repeat"),
        col("ACTIVE", "/active"),
        col("ID", "/id"),
    ];
    let path = async |name: &str| -> anyhow::Result<String> {
        Ok(format!("/escalation-policies/{}", find(client, "/escalation-policies", "esp_", name).await?))
    };
    match command {
        EscalationCommand::List { limit } => {
            Ok(output::rows(format, COLUMNS, &client.list("/escalations", &[], limit).await?)?)
        }
        EscalationCommand::Show { ticket } => {
            Ok(output::rows(format, COLUMNS, &[client.get(&format!("/escalations/{ticket}")).await?.body])?)
        }
        EscalationCommand::Acknowledge { ticket } => {
            let taken = client.post(&format!("/escalations/{ticket}/acknowledge"), &Value::Null).await?.body;
            Ok(output::rows(format, COLUMNS, &[taken])?)
        }
        EscalationCommand::Policies => {
            Ok(output::rows(format, POLICIES, &client.whole("/escalation-policies").await?)?)
        }
        EscalationCommand::Create { file } => {
            let made = client.post("/escalation-policies", &read(&file)?).await?.body;
            Ok(output::rows(format, POLICIES, &[made])?)
        }
        EscalationCommand::Replace { policy, file } => {
            let path = path(&policy).await?;
            let etag = client.get(&path).await?.etag;
            Ok(output::rows(format, POLICIES, &[client.put(&path, &read(&file)?, etag).await?.body])?)
        }
        EscalationCommand::Remove { policy } => remove(client, &path(&policy).await?).await,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn values_of_a_query_are_escaped() {
        assert_eq!(super::escaped("2026-12-01T00:00:00+01:00 ü"), "2026-12-01T00:00:00%2B01:00%20%C3%BC");
    }
}
