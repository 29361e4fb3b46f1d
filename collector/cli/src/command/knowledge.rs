//! `muster article` and `muster known-error`: what is known already.

use clap::Subcommand;
use serde_json::{Value, json};

use super::noun::ListArgs;
use super::object;
use super::record::{Done, list};
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

#[derive(Debug, Subcommand)]
pub(crate) enum ArticleCommand {
    /// List articles; plain words of `--filter` are looked for in title, text and keywords
    List(ListArgs),
    /// Find articles by words of title, text and keywords: `muster article search backup failed`
    Search {
        #[arg(required = true)]
        words: Vec<String>,
        /// Only those whose review is overdue
        #[arg(long)]
        overdue: bool,
    },
    /// Show an article, by its number or id
    Show { article: String },
    /// Write an article; it is a draft
    Create {
        /// One line
        title: String,
        /// The text
        #[arg(long, default_value = "")]
        body: String,
        /// A word that it is found by besides; may be given several times
        #[arg(long = "keyword")]
        keywords: Vec<String>,
        /// Only for those who work on tickets
        #[arg(long)]
        internal: bool,
    },
    /// Change an article: `title=…`, `body=…`, `visibility=public|internal`, `review_at=…`
    Set {
        article: String,
        #[arg(required = true)]
        fields: Vec<String>,
        /// Why
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Publish an article until somebody looks at it again
    Publish {
        article: String,
        /// When somebody looks at it again, RFC 3339, at most two years away
        #[arg(long)]
        review_at: String,
    },
    /// Retire an article that does not hold any more
    Retire {
        article: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// List the versions of an article
    Versions { article: String },
}

#[derive(Debug, Subcommand)]
pub(crate) enum KnownErrorCommand {
    /// List known errors; `--filter state:published` for those that are suggested
    List(ListArgs),
    /// Show a known error with how many items have it now, by the number of its problem
    Show { problem: String },
    /// Publish a known error: it is suggested, whatever its problem says
    Publish {
        problem: String,
        /// Why
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Take a known error back: it is a draft and suggested no more
    Withdraw {
        problem: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Retire a known error that does not hold any more
    Retire {
        problem: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Show what is like a ticket: known errors and articles
    Suggest { ticket: String },
    /// Resolve an incident as a known error
    Accept {
        incident: String,
        /// Number of the problem
        problem: String,
    },
}

const ARTICLES: &[Column] = &[
    col("NUMBER", "/number"),
    col("STATE", "/state"),
    col("VISIBLE TO", "/visibility"),
    col("EDITION", "/edition"),
    time("REVIEW", "/review_at"),
    col("OVERDUE", "/overdue"),
    time("CHANGED", "/changed_at"),
    col("TITLE", "/title"),
];

const ARTICLE: &[Column] = &[
    col("number", "/number"),
    col("title", "/title"),
    col("state", "/state"),
    col("visible to", "/visibility"),
    col("keywords", "/keywords"),
    col("edition", "/edition"),
    time("review", "/review_at"),
    col("overdue", "/overdue"),
    col("written by", "/changed_by"),
    time("written", "/changed_at"),
    col("text", "/body"),
];

const VERSIONS: &[Column] = &[
    col("EDITION", "/edition"),
    col("STATE", "/content/state"),
    col("BY", "/by"),
    time("WHEN", "/at"),
    col("WHY", "/reason"),
    col("TITLE", "/content/title"),
];

const KNOWN: &[Column] = &[
    col("PROBLEM", "/problem"),
    col("STATE", "/state"),
    col("TITLE", "/title"),
    col("WORKAROUND", "/analysis/workaround"),
    col("INCIDENTS", "/incidents"),
];

async fn patch(client: &Client, format: Format, article: &str, body: &Value) -> Done {
    Ok(output::record(format, ARTICLE, &client.patch(&format!("/articles/{article}"), body).await?.body)?)
}

pub(super) async fn article(client: &Client, format: Format, command: ArticleCommand) -> Done {
    match command {
        ArticleCommand::List(args) => list(client, format, "/articles", &args, ARTICLES).await,
        ArticleCommand::Search { words, overdue } => {
            let mut filter = words.join(" ");
            if overdue {
                filter.push_str(" overdue:true");
            }
            list(client, format, "/articles", &ListArgs { filter, limit: 100 }, ARTICLES).await
        }
        ArticleCommand::Show { article } => {
            Ok(output::record(format, ARTICLE, &client.get(&format!("/articles/{article}")).await?.body)?)
        }
        ArticleCommand::Create { title, body, keywords, internal } => {
            let visibility = if internal { "internal" } else { "public" };
            let body = json!({"title": title, "body": body, "keywords": keywords, "visibility": visibility});
            Ok(output::record(format, ARTICLE, &client.post("/articles", &body).await?.body)?)
        }
        ArticleCommand::Set { article, fields, reason } => {
            let mut body = object(&fields)?;
            if let Some(map) = body.as_object_mut() {
                map.insert("reason".into(), json!(reason));
            }
            patch(client, format, &article, &body).await
        }
        ArticleCommand::Publish { article, review_at } => {
            patch(client, format, &article, &json!({"state": "published", "review_at": review_at})).await
        }
        ArticleCommand::Retire { article, reason } => {
            patch(client, format, &article, &json!({"state": "retired", "reason": reason})).await
        }
        ArticleCommand::Versions { article } => {
            Ok(output::rows(format, VERSIONS, &client.whole(&format!("/articles/{article}/versions")).await?)?)
        }
    }
}

const KNOWN_ERROR: &[Column] = &[
    col("problem", "/problem"),
    col("title", "/title"),
    col("state", "/state"),
    col("can become", "/next"),
    col("items", "/concerned/count"),
    col("all counted", "/concerned/is_exact"),
    col("their question", "/concerned/filter"),
    col("incidents", "/incidents"),
    col("analysis", "/analysis"),
];

async fn stand(client: &Client, format: Format, problem: &str, (state, reason): (&str, &str)) -> Done {
    let body = json!({"state": state, "reason": reason});
    let answer = client.patch(&format!("/known-errors/{problem}"), &body).await?;
    Ok(output::record(format, KNOWN_ERROR, &answer.body)?)
}

pub(super) async fn known_error(client: &Client, format: Format, command: KnownErrorCommand) -> Done {
    match command {
        KnownErrorCommand::List(args) => list(client, format, "/known-errors", &args, KNOWN).await,
        KnownErrorCommand::Show { problem } => {
            Ok(output::record(format, KNOWN_ERROR, &client.get(&format!("/known-errors/{problem}")).await?.body)?)
        }
        KnownErrorCommand::Publish { problem, reason } => stand(client, format, &problem, ("published", &reason)).await,
        KnownErrorCommand::Withdraw { problem, reason } => stand(client, format, &problem, ("draft", &reason)).await,
        KnownErrorCommand::Retire { problem, reason } => stand(client, format, &problem, ("retired", &reason)).await,
        KnownErrorCommand::Suggest { ticket } => {
            let answer = client.get(&format!("/tickets/{ticket}/suggestions")).await?.body;
            if format != Format::Table {
                return Ok(output::record(format, &[], &answer)?);
            }
            let all = |name: &str| answer.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
            let known = [
                col("KNOWN ERROR", "/problem"),
                col("SCORE", "/score"),
                col("FOUND", "/found"),
                col("WORKAROUND", "/workaround"),
            ];
            let articles = [col("ARTICLE", "/number"), col("TITLE", "/title"), col("WORDS", "/words")];
            let (errors, written) = (all("known_errors"), all("articles"));
            // That nothing was found is said once, of both.
            if !errors.is_empty() || written.is_empty() {
                output::rows(format, &known, &errors)?;
            }
            if !written.is_empty() {
                output::rows(format, &articles, &written)?;
            }
            Ok(())
        }
        KnownErrorCommand::Accept { incident, problem } => {
            let body = json!({"problem": problem});
            let answer = client.post(&format!("/tickets/{incident}/known-error"), &body).await?;
            Ok(output::record(format, super::ticket::TICKETS, &answer.body)?)
        }
    }
}
