//! The nouns: what each command asks the API for and how the answer is shown.

use serde_json::{Value, json};

use super::item::{ItemCommand, item};
use super::noun::{
    AgentCommand, AuditCommand, FindingCommand, HostCommand, ListArgs, MomentArgs, SortedArgs, TokenCommand,
};
use super::{object, source};
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

pub(super) type Done = anyhow::Result<()>;

const CHANGES: &[Column] = &[
    time("SEEN", "/seen_at"),
    col("CLASS", "/class"),
    col("KEY", "/key"),
    col("CHANGE", "/operation"),
    col("BEFORE", "/before"),
    col("AFTER", "/after"),
];

/// How many refusals are told in the line that says why the command failed; the table before it has all.
const TOLD: usize = 5;

/// What was asked of many is done when it was done to all: an error names those that were refused (`error` is set), and why.
pub(super) fn all_taken(rows: &[Value], name: &str) -> Done {
    let why = |row: &Value| row.get("error").and_then(Value::as_str).map(str::to_owned);
    let text = |row: &Value| row.get(name).and_then(Value::as_str).unwrap_or("?").to_owned();
    let refused: Vec<String> =
        rows.iter().filter_map(|row| why(row).map(|why| format!("{}: {why}", text(row)))).collect();
    let more = refused.len().saturating_sub(TOLD);
    let mut told = refused.iter().take(TOLD).cloned().collect::<Vec<_>>().join("; ");
    if more > 0 {
        told = format!("{told}; and {more} more");
    }
    anyhow::ensure!(refused.is_empty(), "{} of {} refused: {told}", refused.len(), rows.len());
    Ok(())
}

pub(super) async fn list(client: &Client, format: Format, path: &str, args: &ListArgs, columns: &[Column]) -> Done {
    let query: Vec<(&str, String)> = match args.filter.as_str() {
        "" => Vec::new(),
        filter => vec![("filter", filter.to_owned())],
    };
    let rows = client.list(path, &query, args.limit).await?;
    Ok(output::rows(format, columns, &rows)?)
}

/// A list in the order of a column.
pub(super) async fn sorted(client: &Client, format: Format, path: &str, args: &SortedArgs, columns: &[Column]) -> Done {
    let asked = [("filter", Some(&args.list.filter)), ("sort", args.sort.as_ref())];
    let asked = asked.into_iter().filter_map(|(name, value)| Some((name, value.filter(|it| !it.is_empty())?.clone())));
    let rows = client.list(path, &asked.collect::<Vec<_>>(), args.list.limit).await?;
    Ok(output::rows(format, columns, &rows)?)
}

pub(super) async fn history(
    client: &Client,
    format: Format,
    path: String,
    (limit, moment): (usize, MomentArgs),
) -> Done {
    Ok(output::rows(format, CHANGES, &client.list(&path, &moment.pairs(), limit).await?)?)
}

/// Any list, in its usual columns.
pub(super) async fn query(client: &Client, format: Format, list: &str, filter: String, limit: usize) -> Done {
    let args = ListArgs { filter, limit };
    match list {
        "hosts" => host(client, format, HostCommand::List(SortedArgs { list: args, sort: None })).await,
        "items" => item(client, format, ItemCommand::List(SortedArgs { list: args, sort: None })).await,
        "findings" => finding(client, format, FindingCommand::List(args)).await,
        _ => self::list(client, format, "/tickets", &args, super::ticket::TICKETS).await,
    }
}

/// The id of a host that is given by name or id.
pub(super) async fn host_id(client: &Client, host: &str) -> anyhow::Result<String> {
    let found = client.get(&format!("/hosts/{host}")).await?.body;
    Ok(found.get("id").and_then(Value::as_str).unwrap_or(host).to_owned())
}

const VERSIONS: &[Column] = &[
    col("VERSION", "/version"),
    time("UNTIL", "/until"),
    col("OWNER", "/owner"),
    col("SITE", "/site"),
    col("CRITICALITY", "/criticality"),
    col("LIFECYCLE", "/lifecycle"),
];

pub(super) async fn host(client: &Client, format: Format, command: HostCommand) -> Done {
    const COLUMNS: &[Column] = &[
        col("NAME", "/name"),
        col("STATUS", "/status"),
        time("SEEN", "/last_seen"),
        col("FINDINGS", "/findings"),
        col("OS", "/facts/os"),
        col("OWNER", "/owner"),
        col("ID", "/id"),
    ];
    const FIELDS: &[Column] = &[
        col("id", "/id"),
        col("name", "/name"),
        col("status", "/status"),
        time("last seen", "/last_seen"),
        col("findings", "/findings"),
        col("os", "/facts/os"),
        col("kernel", "/facts/kernel"),
        col("cpu", "/facts/cpu_model"),
        col("threads", "/facts/cpu_threads"),
        col("memory bytes", "/facts/memory_bytes"),
        col("addresses", "/facts/addresses"),
        col("owner", "/owner"),
        col("site", "/site"),
        col("criticality", "/criticality"),
        col("lifecycle", "/lifecycle"),
    ];
    match command {
        HostCommand::List(args) => sorted(client, format, "/hosts", &args, COLUMNS).await,
        HostCommand::Show { host, moment } => {
            let found = client.get_with(&format!("/hosts/{host}"), &moment.pairs()).await?.body;
            output::record(format, FIELDS, &found)?;
            if format == Format::Table
                && found.get("values").and_then(Value::as_object).is_some_and(|it| !it.is_empty())
            {
                output::say("")?;
                source::said(format, &found)?;
            }
            if format == Format::Table {
                let sections = found.get("coverage").and_then(Value::as_object).into_iter().flatten();
                let rows: Vec<Value> =
                    sections.map(|(name, covered)| json!({"section": name, "coverage": covered})).collect();
                let columns =
                    [col("SECTION", "/section"), col("STATUS", "/coverage/status"), col("ITEMS", "/coverage/items")];
                output::say("")?;
                output::rows(format, &columns, &rows)?;
            }
            Ok(())
        }
        HostCommand::History { host, limit, moment } => {
            let path = format!("/hosts/{}/history", host_id(client, &host).await?);
            history(client, format, path, (limit, moment)).await
        }
        HostCommand::Versions { host, list: args } => {
            let path = format!("/hosts/{}/versions", host_id(client, &host).await?);
            list(client, format, &path, &args, VERSIONS).await
        }
        HostCommand::Undo { host, version, reason } => {
            let path = format!("/hosts/{}/undo", host_id(client, &host).await?);
            let body = json!({"version": version, "reason": reason});
            Ok(output::record(format, FIELDS, &client.post(&path, &body).await?.body)?)
        }
        HostCommand::Set { host, fields } => {
            let path = format!("/hosts/{}", host_id(client, &host).await?);
            Ok(output::record(format, FIELDS, &client.patch(&path, &object(&fields)?).await?.body)?)
        }
        HostCommand::Recheck { host } => {
            let id = host_id(client, &host).await?;
            client.post(&format!("/hosts/{id}/recheck"), &json!({})).await?;
            Ok(output::say("asked; the agent looks again as soon as it is connected")?)
        }
    }
}

pub(super) async fn finding(client: &Client, format: Format, command: FindingCommand) -> Done {
    const COLUMNS: &[Column] = &[
        col("SEVERITY", "/severity"),
        col("STATE", "/state"),
        time("SEEN", "/last_seen"),
        col("WHAT", "/title"),
        col("POLICY", "/policy"),
        col("ID", "/id"),
    ];
    const FIELDS: &[Column] = &[
        col("id", "/id"),
        col("what", "/title"),
        col("state", "/state"),
        col("severity", "/severity"),
        col("policy", "/policy"),
        col("because", "/policy_purpose"),
        col("expected", "/expected"),
        col("actual", "/actual"),
        time("happened after", "/not_before"),
        time("first seen", "/first_seen"),
        time("last seen", "/last_seen"),
        col("owner", "/owner"),
        col("seen by", "/collector"),
        col("elsewhere", "/elsewhere"),
        col("incident", "/incident"),
        col("changes", "/matches"),
    ];
    let decide = |finding: String, verb: &'static str, body: Value| async move {
        let answer = client.post(&format!("/findings/{finding}/{verb}"), &body).await?;
        Ok(output::record(format, FIELDS, &answer.body)?)
    };
    match command {
        FindingCommand::List(args) => list(client, format, "/findings", &args, COLUMNS).await,
        FindingCommand::Show { finding } => {
            Ok(output::record(format, FIELDS, &client.get(&format!("/findings/{finding}")).await?.body)?)
        }
        FindingCommand::Confirm { finding, change } => decide(finding, "confirm", json!({"change": change})).await,
        FindingCommand::ConfirmAll { change } => {
            let done = client.post(&format!("/tickets/{change}/findings/confirm"), &json!({})).await?.body;
            let count = done.get("confirmed").cloned().unwrap_or_default();
            Ok(output::say(&format!("{count} confirmed"))?)
        }
        FindingCommand::Evidence { finding } => {
            proof(format, &client.get(&format!("/findings/{finding}/evidence")).await?.body)
        }
        FindingCommand::Accept { finding, reason } => decide(finding, "accept", json!({"reason": reason})).await,
        FindingCommand::Waive { finding, justification, expires_at } => {
            decide(finding, "waive", json!({"justification": justification, "expires_at": expires_at})).await
        }
        FindingCommand::Suppress { finding, reason, until } => {
            decide(finding, "suppress", json!({"reason": reason, "until": until})).await
        }
    }
}

pub(super) async fn agent(client: &Client, format: Format, command: AgentCommand) -> Done {
    const COLUMNS: &[Column] = &[
        col("HOSTNAME", "/hostname"),
        col("STATE", "/state"),
        col("VERSION", "/agent_version"),
        time("SEEN", "/last_seen"),
        time("ENROLLED", "/enrolled_at"),
        time("CERTIFICATE ENDS", "/certificate_expires_at"),
        col("ID", "/id"),
        // As long as it is: only what stands last is never cut.
        col("WHY", "/why"),
    ];
    match command {
        AgentCommand::List(args) => list(client, format, "/agents", &args, COLUMNS).await,
        AgentCommand::Approve { agent } => {
            client.post(&format!("/agents/{agent}/approve"), &json!({})).await?;
            Ok(output::say("approved")?)
        }
        AgentCommand::Reject { agent, reason } => {
            client.post(&format!("/agents/{agent}/reject"), &json!({"reason": reason})).await?;
            Ok(output::say("turned away")?)
        }
        AgentCommand::Release { agent, reason, split } => {
            let body = json!({"reason": reason, "split": split});
            client.post(&format!("/agents/{agent}/release"), &body).await?;
            Ok(output::say("released")?)
        }
        AgentCommand::Revoke { agent, reason } => {
            client.post(&format!("/agents/{agent}/revoke"), &json!({"reason": reason})).await?;
            Ok(output::say("shut out")?)
        }
    }
}

pub(super) async fn token(client: &Client, format: Format, command: TokenCommand) -> Done {
    const COLUMNS: &[Column] = &[
        col("NAME", "/name"),
        col("STATE", "/state"),
        col("USES", "/uses"),
        col("OF", "/max_uses"),
        time("EXPIRES", "/expires_at"),
        col("BY", "/created_by"),
        col("ID", "/id"),
    ];
    match command {
        TokenCommand::List => Ok(output::rows(format, COLUMNS, &client.whole("/enrollment-tokens").await?)?),
        TokenCommand::Create { name, uses, minutes, networks, needs_approval } => {
            let body = json!({
                "name": name, "max_uses": uses, "minutes": minutes, "networks": networks, "needs_approval": needs_approval,
            });
            let made = client.post("/enrollment-tokens", &body).await?.body;
            match format {
                Format::Json => output::record(format, COLUMNS, &made)?,
                Format::Table | Format::Csv => {
                    output::say(made.get("token").and_then(Value::as_str).unwrap_or_default())?;
                }
            }
            Ok(())
        }
        TokenCommand::Revoke { token } => {
            client.delete(&format!("/enrollment-tokens/{token}")).await?;
            Ok(output::say("taken back")?)
        }
    }
}

pub(super) async fn audit(client: &Client, format: Format, command: AuditCommand) -> Done {
    const COLUMNS: &[Column] = &[
        col("SEQ", "/seq"),
        time("WHEN", "/at"),
        col("WHO", "/actor"),
        col("DID", "/action"),
        col("WHAT", "/summary"),
        col("WHY", "/reason"),
    ];
    match command {
        AuditCommand::List(args) => list(client, format, "/audit", &args, COLUMNS).await,
        AuditCommand::Verify { anchors } => {
            let found = client.get(&format!("/audit/verify?anchors={anchors}")).await?.body;
            let problems = found.get("problems").and_then(Value::as_array).cloned().unwrap_or_default();
            if format != Format::Table {
                output::record(
                    format,
                    &[col("OK", "/ok"), col("PROBLEMS", "/problems"), col("ANCHOR", "/anchor")],
                    &found,
                )?;
            } else if problems.is_empty() {
                output::say("journal and audit trail are whole")?;
                let anchor = found.get("anchor").and_then(Value::as_str).unwrap_or_default();
                output::say(&format!("anchor of the trail: {anchor}"))?;
            }
            if problems.is_empty() {
                return Ok(());
            }
            for problem in problems.iter().filter(|_| format == Format::Table) {
                output::say(problem.as_str().unwrap_or_default())?;
            }
            anyhow::bail!("the trail is not whole: {} problems", problems.len())
        }
    }
}

/// The evidence of a finding.
pub(super) fn proof(format: Format, evidence: &Value) -> Done {
    const FIELDS: &[Column] = &[
        col("finding", "/finding"),
        col("what", "/title"),
        col("policy", "/policy"),
        col("because", "/policy_purpose"),
        col("expected", "/expected"),
        col("actual", "/actual"),
        time("happened after", "/not_before"),
        time("seen", "/seen_at"),
        col("seen by", "/collector"),
        col("read from", "/source"),
        col("package", "/package"),
        col("owner", "/owner"),
        col("peers", "/peers/text"),
        col("elsewhere", "/elsewhere"),
    ];
    const CHANGES: &[Column] =
        &[time("SEEN", "/seen_at"), col("CHANGE", "/operation"), col("BEFORE", "/before"), col("AFTER", "/after")];
    const HIT: &[Column] =
        &[col("HIT", "/name"), col("CLASS", "/class"), col("EFFECT", "/effect"), col("STEPS", "/depth")];
    const QUIET: &[Column] =
        &[col("QUIET", "/kind"), col("BY", "/by"), col("BECAUSE", "/reason"), time("UNTIL", "/until")];
    output::record(format, FIELDS, evidence)?;
    if format != Format::Table {
        return Ok(());
    }
    for (name, columns) in [("history", CHANGES), ("impact", HIT), ("suppressions", QUIET)] {
        let rows = evidence.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
        if !rows.is_empty() {
            output::say("")?;
            output::rows(format, columns, &rows)?;
        }
    }
    Ok(())
}
