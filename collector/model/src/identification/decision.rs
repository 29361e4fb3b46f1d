//! Why a report belongs to its host: what was compared, what was found, what was turned away. Kept for [`KEPT_MS`], so that
//! anybody may ask and other rules can be tried on it.

use muster_shared::Time;
use muster_shared::id::{AgentId, HostId, ReportId, ReviewId};
use serde::{Deserialize, Serialize};

use super::junk::Ignored;
use super::{Considered, Evidence, Outcome};
use crate::record::record;

/// How long decisions are kept: what a dry run looks back.
pub const KEPT_MS: i64 = 30 * 86_400_000;

/// What settled where a report belongs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Settled {
    /// The agent of the certificate speaks for the host already.
    Agent,
    /// The ladder.
    Ladder,
    /// A person, when asked.
    Review {
        /// The question.
        review: ReviewId,
    },
    /// What the source calls its machines: the ladder found none, and one host alone is called so by it.
    Named,
    /// Whoever sent it said which host it is about.
    Said,
    /// The agent is the copy of another one, and a person said that it is a machine of its own.
    Split,
    /// Nothing yet: a person is asked.
    Waits {
        /// The question.
        review: ReviewId,
    },
}

/// One decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The report.
    pub report: ReportId,
    /// Who told it: `agent_…`, or the name of another source.
    pub source: String,
    /// When it was decided.
    pub at: Time,
    /// The version of the rules that counted.
    pub rules: u64,
    /// What the report shows.
    pub evidence: Evidence,
    /// What the ladder says.
    pub verdict: Outcome,
    /// What counted in the end.
    pub settled: Settled,
    /// The host, unless a person is asked first.
    pub host: Option<HostId>,
    /// Every host that was looked at.
    pub considered: Vec<Considered>,
    /// Identifiers that counted for nothing.
    pub ignored: Vec<Ignored>,
}

// The report's id is drawn by the one who reports: it alone must not decide whose record this is.
record!(Decision, Decision, |decision| format!("{}/{}", decision.report, decision.source));

impl Decision {
    /// The source of an agent.
    pub fn source_of(agent: AgentId) -> String {
        agent.to_string()
    }
}
