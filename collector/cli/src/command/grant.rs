//! `muster grant`: what accounts are allowed and what they have beside that, what must be separate, and rounds in which people look
//! over it.

use clap::Subcommand;
use serde_json::{Value, json};

use super::noun::ListArgs;
use super::record::{Done, list};
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

#[derive(Debug, Subcommand)]
pub(crate) enum GrantCommand {
    /// List grants that are not over; `--filter status:expired` for the others
    List(ListArgs),
    /// Show a grant, by its id or the number of its ticket
    Show { grant: String },
    /// Take a grant back: a task has it taken off the hosts, and agents prove that
    Revoke {
        grant: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Let a grant not hold for now
    Suspend {
        grant: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Let a suspended grant hold again
    Resume { grant: String },
    /// What accounts have on hosts beside what grants allow: `--filter standing:orphan`
    Observed(ListArgs),
    /// What nobody may have together
    #[command(subcommand)]
    Separation(SeparationCommand),
    /// Rounds in which people look over who has access
    #[command(subcommand)]
    Review(ReviewCommand),
}

#[derive(Debug, Subcommand)]
pub(crate) enum SeparationCommand {
    /// List the rules
    List,
    /// Keep two kinds of access apart: `muster grant separation create payments sudo group:auditor --hosts site:fra`
    Create {
        name: String,
        /// `account`, `sudo` or `group:NAME`
        one: String,
        /// `account`, `sudo` or `group:NAME`
        other: String,
        /// On which hosts the first one counts, in the query language; any without it
        #[arg(long, default_value = "")]
        hosts: String,
        /// On which hosts the second one counts
        #[arg(long, default_value = "")]
        other_hosts: String,
        /// Why
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Take a rule away
    Remove { separation: String },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReviewCommand {
    /// List campaigns, newest first
    List(ListArgs),
    /// Show a campaign
    Show { review: String },
    /// Make a campaign, still a draft
    Create {
        name: String,
        /// Only access that gives power (`true`), or only the rest (`false`)
        #[arg(long)]
        privileged: Option<bool>,
        /// Of hosts that a query means
        #[arg(long, default_value = "")]
        hosts: String,
        /// Days that there are to answer, 14 to 30
        #[arg(long, default_value_t = 21)]
        days: u16,
    },
    /// Open a campaign: each grant gets those who are to look over it
    Open { review: String },
    /// Take a draft away
    Remove { review: String },
    /// List the grants of a campaign
    Items {
        review: String,
        #[command(flatten)]
        list: ListArgs,
    },
    /// Say whether a grant stays
    Answer {
        review: String,
        grant: String,
        #[arg(value_parser = ["keep", "revoke", "modify", "delegate"])]
        decision: String,
        /// Why; needed for all but `keep`
        #[arg(long, default_value = "")]
        comment: String,
        /// For `modify`: when it ends now, RFC 3339
        #[arg(long)]
        valid_to: Option<String>,
        /// For `delegate`: who is to say, by name or id
        #[arg(long)]
        to: Option<String>,
    },
}

const GRANTS: &[Column] = &[
    col("TICKET", "/number"),
    col("STATUS", "/status"),
    col("ACCOUNT", "/account"),
    col("ALLOWS", "/entitlement"),
    col("GROUP", "/group"),
    time("UNTIL", "/valid_to"),
    col("ID", "/id"),
];

const GRANT: &[Column] = &[
    col("id", "/id"),
    col("ticket", "/number"),
    col("status", "/status"),
    col("account", "/account"),
    col("allows", "/entitlement"),
    col("group", "/group"),
    col("hosts", "/hosts"),
    col("resource", "/resource"),
    col("question", "/question"),
    col("because", "/reason"),
    time("from", "/valid_from"),
    time("until", "/valid_to"),
    col("privileged", "/is_privileged"),
    col("without votes", "/is_emergency"),
    col("granted by", "/granted_by"),
    time("granted", "/granted_at"),
    time("looked over", "/reviewed_at"),
    time("ended", "/ended_at"),
    col("ended by", "/ended_by"),
    col("ended because", "/ended_because"),
    col("task", "/removal/task"),
    time("gone since", "/removal/proven_at"),
];

const OBSERVED: &[Column] = &[
    col("HOST", "/host_name"),
    col("ACCOUNT", "/account"),
    col("HAS", "/right"),
    col("STANDING", "/standing"),
    col("TICKET", "/number"),
    time("ENDED", "/ended_at"),
];

const SEPARATIONS: &[Column] = &[
    col("ID", "/id"),
    col("NAME", "/name"),
    col("ONE", "/one/entitlement"),
    col("GROUP", "/one/group"),
    col("OTHER", "/other/entitlement"),
    col("GROUP", "/other/group"),
    col("ON", "/is_enabled"),
    col("BECAUSE", "/reason"),
    col("STANDS", "/standing"),
];

const REVIEWS: &[Column] = &[
    col("ID", "/id"),
    col("STATE", "/state"),
    col("NAME", "/name"),
    col("GRANTS", "/counts/all"),
    col("ANSWERED", "/counts/answered"),
    col("DONE", "/counts/done"),
    time("UNTIL", "/due_at"),
];

const ITEMS: &[Column] = &[
    col("TICKET", "/number"),
    col("ACCOUNT", "/account"),
    col("HAS", "/right"),
    col("DECISION", "/decision"),
    col("BY", "/decided_by"),
    col("OUTCOME", "/outcome"),
    col("GRANT", "/grant"),
];

fn side(text: &str, hosts: &str) -> Value {
    match text.split_once(':') {
        Some((entitlement, group)) => json!({"entitlement": entitlement, "group": group, "hosts": hosts}),
        None => json!({"entitlement": text, "hosts": hosts}),
    }
}

pub(super) async fn grant(client: &Client, format: Format, command: GrantCommand) -> Done {
    let act = async |grant: &str, what: &str, body: Value| -> Done {
        let answer = client.post(&format!("/grants/{grant}/{what}"), &body).await?;
        Ok(output::record(format, GRANT, &answer.body)?)
    };
    match command {
        GrantCommand::List(args) => list(client, format, "/grants", &args, GRANTS).await,
        GrantCommand::Show { grant } => {
            Ok(output::record(format, GRANT, &client.get(&format!("/grants/{grant}")).await?.body)?)
        }
        GrantCommand::Revoke { grant, reason } => act(&grant, "revoke", json!({"reason": reason})).await,
        GrantCommand::Suspend { grant, reason } => act(&grant, "suspend", json!({"reason": reason})).await,
        GrantCommand::Resume { grant } => act(&grant, "resume", json!({})).await,
        GrantCommand::Observed(args) => list(client, format, "/observed-access", &args, OBSERVED).await,
        GrantCommand::Separation(command) => separation(client, format, command).await,
        GrantCommand::Review(command) => review(client, format, command).await,
    }
}

async fn separation(client: &Client, format: Format, command: SeparationCommand) -> Done {
    match command {
        SeparationCommand::List => Ok(output::rows(format, SEPARATIONS, &client.whole("/separations").await?)?),
        SeparationCommand::Create { name, one, other, hosts, other_hosts, reason } => {
            let body = json!({
                "name": name, "one": side(&one, &hosts), "other": side(&other, &other_hosts), "reason": reason,
            });
            Ok(output::record(format, SEPARATIONS, &client.post("/separations", &body).await?.body)?)
        }
        SeparationCommand::Remove { separation } => remove(client, &format!("/separations/{separation}")).await,
    }
}

async fn remove(client: &Client, path: &str) -> Done {
    let etag = client.get(path).await?.etag;
    client.retire(path, &[], etag).await?;
    Ok(output::say("removed")?)
}

async fn review(client: &Client, format: Format, command: ReviewCommand) -> Done {
    match command {
        ReviewCommand::List(args) => list(client, format, "/reviews", &args, REVIEWS).await,
        ReviewCommand::Show { review } => {
            Ok(output::record(format, REVIEWS, &client.get(&format!("/reviews/{review}")).await?.body)?)
        }
        ReviewCommand::Create { name, privileged, hosts, days } => {
            let scope = json!({"privileged": privileged, "hosts": hosts});
            let body = json!({"name": name, "scope": scope, "window_days": days});
            Ok(output::record(format, REVIEWS, &client.post("/reviews", &body).await?.body)?)
        }
        ReviewCommand::Open { review } => {
            let answer = client.post(&format!("/reviews/{review}/open"), &json!({})).await?;
            Ok(output::record(format, REVIEWS, &answer.body)?)
        }
        ReviewCommand::Remove { review } => remove(client, &format!("/reviews/{review}")).await,
        ReviewCommand::Items { review, list: args } => {
            list(client, format, &format!("/reviews/{review}/items"), &args, ITEMS).await
        }
        ReviewCommand::Answer { review, grant, decision, comment, valid_to, to } => {
            let body = json!({"decision": decision, "comment": comment, "valid_to": valid_to, "to": to});
            let answer = client.post(&format!("/reviews/{review}/items/{grant}"), &body).await?;
            Ok(output::record(format, ITEMS, &answer.body)?)
        }
    }
}
