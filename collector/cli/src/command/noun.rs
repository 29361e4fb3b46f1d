//! The nouns and their verbs, as the command line spells them.

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// What is wanted, in the query language, such as 'name:web* site:fra'; `as_of:2026-11-01` looks back
    #[arg(long, default_value = "")]
    pub(super) filter: String,
    /// At most so many
    #[arg(long, default_value_t = 200, value_parser = at_least_one)]
    pub(super) limit: usize,
}

/// The moment at which something is looked at.
#[derive(Debug, Args)]
pub(crate) struct MomentArgs {
    /// As it was at this time (RFC 3339, or a day)
    #[arg(long)]
    as_of: Option<String>,
    /// As far as it was known at this time
    #[arg(long)]
    known_at: Option<String>,
}

impl MomentArgs {
    /// The moment as parameters of a request.
    pub(super) fn pairs(self) -> Vec<(&'static str, String)> {
        let all = [("as_of", self.as_of), ("known_at", self.known_at)];
        all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

/// What hosts and items are asked for: they can be sorted.
#[derive(Debug, Args)]
pub(crate) struct SortedArgs {
    #[command(flatten)]
    pub(super) list: ListArgs,
    /// A column by which they are sorted, with `-` before it from the last to the first: `--sort=-version`
    #[arg(long, allow_hyphen_values = true)]
    pub(super) sort: Option<String>,
}

/// A count of entries: none at all would look as if there were none.
pub(super) fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|count| *count > 0).ok_or_else(|| "a whole number from 1 on".to_owned())
}

#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// A host (name or id) or an item; without one everything that `--filter` means
    pub(super) what: Option<String>,
    /// The earlier time, RFC 3339 or a day; a day ago without it
    #[arg(long)]
    pub(super) from: Option<String>,
    /// The later time; now without it
    #[arg(long)]
    pub(super) to: Option<String>,
    #[command(flatten)]
    pub(super) list: ListArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum HostCommand {
    /// List hosts
    List(SortedArgs),
    /// Show a host, by name or id, with its coverage and what is said of it
    Show {
        host: String,
        #[command(flatten)]
        moment: MomentArgs,
    },
    /// What changed on a host
    History {
        host: String,
        #[arg(long, default_value_t = 50, value_parser = at_least_one)]
        limit: usize,
        #[command(flatten)]
        moment: MomentArgs,
    },
    /// What people said of a host before, newest first
    Versions {
        host: String,
        #[command(flatten)]
        list: ListArgs,
    },
    /// Say again what people said in a past version
    Undo {
        host: String,
        /// Its number in the versions
        version: u64,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Set owner, site, criticality or lifecycle
    Set {
        host: String,
        /// `owner=…`, `site=…`, `criticality=low|normal|high|critical`, `lifecycle=…`
        #[arg(required = true)]
        fields: Vec<String>,
    },
    /// Ask the agent for a fresh look
    Recheck { host: String },
}

#[derive(Debug, Subcommand)]
pub(crate) enum FindingCommand {
    /// List findings that stand; `--filter state:resolved` for those that are over
    List(ListArgs),
    /// Show a finding with its evidence
    Show { finding: String },
    /// Say which of the changes that may explain it does
    Confirm {
        finding: String,
        /// Number of the change
        #[arg(long)]
        change: String,
    },
    /// Say of all that a change may explain that it does
    ConfirmAll {
        /// Number of the change
        change: String,
    },
    /// What it takes to judge it: peers, blast radius, the last changes, where it was read
    Evidence { finding: String },
    /// Accept what was found: the baseline moves
    Accept {
        finding: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Let it stand until a day
    Waive {
        finding: String,
        /// Why
        #[arg(long)]
        justification: String,
        /// RFC 3339 time
        #[arg(long)]
        expires_at: String,
    },
    /// Silence it for a time
    Suppress {
        finding: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// RFC 3339 time
        #[arg(long)]
        until: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum AgentCommand {
    /// List agents, newest first
    List(ListArgs),
    /// Let in an agent that waits for approval
    Approve { agent: String },
    /// Turn away an agent that waits for approval
    Reject {
        agent: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// End a quarantine: the machine with the newest certificate goes on as this agent
    Release {
        agent: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// Both machines stay: the copy becomes an agent of its own
        #[arg(long)]
        split: bool,
    },
    /// Shut an agent out, at once
    Revoke {
        agent: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// List enrollment tokens
    List,
    /// Make an enrollment token; prints its text, once
    Create {
        /// What it is for
        name: String,
        /// How many agents it lets in
        #[arg(long, default_value_t = 1)]
        uses: u32,
        /// How long it lives
        #[arg(long, default_value_t = 10)]
        minutes: u32,
        /// Network (CIDR) from which it lets agents in at once; may be given several times
        #[arg(long = "network")]
        networks: Vec<String>,
        /// Whether each agent waits for approval [default: for several agents over more than an hour]
        #[arg(long, value_name = "true|false", action = clap::ArgAction::Set)]
        needs_approval: Option<bool>,
    },
    /// Take an enrollment token back
    Revoke { token: String },
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// List entries, newest first
    List(ListArgs),
    /// Check that the trail is whole
    Verify {
        /// Ends that the trail had once, `number:hash`, between commas: this command prints them, and the collector's log has them.
        /// Without one nothing shows that the end was cut off or all of it written anew
        #[arg(long, default_value = "")]
        anchors: String,
    },
}
