//! Of what a question of identity is asked, and the incident that tells people of one.

use muster_model::identification::review::{Device, Review, ReviewKind};
use muster_model::identification::{Considered, Evidence};
use muster_model::text::{Phrase, Word};
use muster_model::ticket::edit::Opening;
use muster_model::ticket::{Channel, ItemRole, TicketItem};
use muster_shared::Time;
use muster_shared::id::{AgentId, ReportId};

use super::Case;

/// Of what a question is asked: who shows what.
pub(crate) struct Occasion<'a> {
    /// Whose machine it is: an agent's, …
    pub(crate) agent: Option<AgentId>,
    /// … or what another source calls it.
    pub(crate) device: Option<Device>,
    pub(crate) report: ReportId,
    pub(crate) evidence: &'a Evidence,
    pub(crate) considered: &'a [Considered],
    pub(crate) now: Time,
}

impl Occasion<'_> {
    /// The name under which its questions are found.
    pub(super) fn subject(&self) -> String {
        let agent = self.agent.map(|agent| agent.to_string());
        agent.or_else(|| self.device.as_ref().map(Device::subject)).unwrap_or_default()
    }
}

impl<'a> From<&'a Case<'_>> for Occasion<'a> {
    fn from(case: &'a Case<'_>) -> Self {
        Self {
            agent: Some(case.agent.id),
            device: None,
            report: case.report.report_id,
            evidence: &case.evidence,
            considered: &case.recognised.verdict.considered,
            now: case.now,
        }
    }
}

/// The incident that tells people that a machine is kept waiting.
pub(super) fn incident(review: &Review) -> Opening {
    let host: String = review.name.chars().take(100).collect();
    let key = match (review.kind, &review.device) {
        (ReviewKind::Taken, _) => "identity_taken_story",
        (_, None) => "identity_conflict_story",
        (_, Some(_)) => "identity_told_story",
    };
    let story = Phrase::new(key).with("hosts", Word::list(&review.hosts));
    let story = story.with("agent", review.agent.map(|agent| agent.to_string()).unwrap_or_default());
    let told = review.device.as_ref().map(|device| (device.source.to_string(), device.id.chars().take(100).collect()));
    let (source, device): (String, String) = told.unwrap_or_default();
    let story = story.with("source", source).with("device", device);
    let names = review.considered.iter().filter(|one| review.hosts.contains(&one.host));
    let item = |one: &Considered| TicketItem::computed(one.host.to_string(), &one.name, ItemRole::Affected);
    Opening {
        description: story.with("review", review.id.to_string()).into(),
        urgency: 2,
        category: Some("identity".into()),
        items: names.map(item).collect(),
        ..Opening::incident(Phrase::new("identity_title").with("host", host).into(), Channel::Agent)
    }
}
