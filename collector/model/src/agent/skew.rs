//! What an agent says that this collector does not know, for the people who run both.

use std::collections::BTreeSet;

use muster_shared::VERSION;
use serde::{Deserialize, Serialize};

use super::Agent;
use crate::skew::MAX_NAMES;
use crate::text::{Phrase, Text};

/// What one version of an agent said that one version of the collector did not know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotUnderstood {
    /// The agent.
    pub agent_version: String,
    /// The collector.
    pub collector_version: String,
    /// Sections, fields and values, as pointers into its messages.
    pub names: BTreeSet<String>,
}

impl Agent {
    /// What it says that is not known here, as far as agent and collector are still those.
    pub fn not_understood(&self) -> Option<&NotUnderstood> {
        let noted = self.not_understood.as_ref()?;
        (noted.agent_version == self.version && noted.collector_version == VERSION).then_some(noted)
    }

    /// The same for people.
    pub fn skew(&self) -> Option<Text> {
        let noted = self.not_understood()?;
        let names = noted.names.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        let phrase = Phrase::new("not_understood").with("count", noted.names.len()).with("names", names.as_str());
        Some(phrase.with("agent", noted.agent_version.as_str()).with("collector", VERSION).into())
    }

    /// Notes such words of the agent as it is now (`version`). Gives whether any is news.
    pub fn note_strange(&mut self, version: &str, names: &BTreeSet<String>) -> bool {
        let is_of_now = |noted: &NotUnderstood| noted.agent_version == version && noted.collector_version == VERSION;
        let mut noted = self.not_understood.take().filter(is_of_now).unwrap_or_else(|| NotUnderstood {
            agent_version: version.to_owned(),
            collector_version: VERSION.to_owned(),
            names: BTreeSet::new(),
        });
        let before = noted.names.len();
        noted.names.extend(names.iter().cloned());
        while noted.names.len() > MAX_NAMES.max(before) {
            noted.names.pop_last();
        }
        let is_news = noted.names.len() > before;
        self.not_understood = Some(noted);
        is_news
    }
}
