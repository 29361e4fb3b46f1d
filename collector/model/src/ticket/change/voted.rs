//! What was voted on beside the text of a plan (rule A7): which hosts and items its scope meant, and how risky it was. The digest holds
//! the text alone, and a question may mean others by the time of the start.

use serde::{Deserialize, Serialize};

use super::Change;
use super::risk::Band;
use crate::text::{Phrase, Word};

/// Names that a refusal tells, at most.
const NAMED: usize = 10;

/// What was voted on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voted {
    /// The ids of what the scope meant.
    pub nodes: Vec<String>,
    /// How risky it was.
    pub band: Band,
}

/// What the scope means now, and did not when it was voted on, or the other way round: names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strayed {
    /// What came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub came: Vec<String>,
    /// What went though the scope names it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub went: Vec<String>,
}

impl Change {
    /// Notes what its scope means now: until it is approved that is what is voted on, afterwards it is compared with that. `nodes` are
    /// ids and names.
    pub fn note_scope(&mut self, nodes: &[(String, String)]) {
        let band = self.risk.as_ref().map(|risk| risk.band).unwrap_or_default();
        let Some(voted) = self.voted.as_ref().filter(|_| self.approved_plan.is_some()) else {
            let nodes = nodes.iter().map(|(id, _)| id.clone()).collect();
            self.voted = Some(Voted { nodes, band });
            self.strayed = None;
            return;
        };
        let known: std::collections::HashSet<&str> = voted.nodes.iter().map(String::as_str).collect();
        let now: std::collections::HashSet<&str> = nodes.iter().map(|(id, _)| id.as_str()).collect();
        let came = nodes.iter().filter(|(id, _)| !known.contains(id.as_str())).map(|(_, name)| name.clone());
        // Fewer hosts of a question is less of the same; what is named one by one is asked for.
        let named = |id: &&String| self.plan.scope.items.contains(id);
        let went = voted.nodes.iter().filter(|id| !now.contains(id.as_str())).filter(named).cloned();
        let strayed = Strayed { came: came.collect(), went: went.collect() };
        self.strayed = (strayed != Strayed::default()).then_some(strayed);
    }

    /// Why it is not what was voted on any more.
    pub(super) fn strays(&self) -> Option<Phrase> {
        let names = |all: &[String]| {
            let more = all.len().saturating_sub(NAMED);
            let more = (more > 0).then(|| format!("+{more}"));
            Word::list(all.iter().take(NAMED).cloned().chain(more))
        };
        if let Some(strayed) = &self.strayed {
            return Some(if strayed.came.is_empty() {
                Phrase::new("guard_scope_went").with("items", names(&strayed.went))
            } else {
                Phrase::new("guard_scope_came").with("items", names(&strayed.came))
            });
        }
        let (voted, risk) = (self.voted.as_ref()?, self.risk.as_ref()?);
        // A standard change was not voted on: its template was.
        let is_voted_on = self.plan.r#type != super::ChangeType::Standard;
        (is_voted_on && risk.band > voted.band).then(|| {
            let (from, to) = (voted.band.as_str(), risk.band.as_str());
            Phrase::new("guard_risk_rose").term("from", "band", from).term("to", "band", to)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::risk::Risk;
    use super::super::{ChangeType, Plan};
    use super::*;

    fn nodes(ids: &[&str]) -> Vec<(String, String)> {
        ids.iter().map(|id| ((*id).to_owned(), format!("name of {id}"))).collect()
    }

    fn change(items: &[&str], hosts: Option<&str>) -> Change {
        let mut change = Change { risk: Some(risk(Band::Low)), ..Change::default() };
        change.plan.scope.items = items.iter().map(|id| (*id).to_owned()).collect();
        change.plan.scope.hosts = hosts.map(str::to_owned);
        change
    }

    fn risk(band: Band) -> Risk {
        Risk { score: 0, band, inputs: Vec::new() }
    }

    fn why(change: &Change) -> String {
        change.strays().map(|why| why.to_string()).unwrap_or_default()
    }

    #[test]
    fn a7_another_host_is_another_matter_and_fewer_of_a_question_are_not() {
        let mut asked = change(&[], Some("site:fra"));
        asked.note_scope(&nodes(&["a"]));
        asked.note_scope(&nodes(&["a", "b"]));
        assert_eq!(why(&asked), "", "before the vote is over it is what is voted on");
        asked.approved_plan = Some(asked.plan.digest());
        asked.note_scope(&nodes(&["a"]));
        assert_eq!(why(&asked), "", "of a question one went");
        asked.note_scope(&nodes(&["a", "b", "c"]));
        assert!(why(&asked).contains("name of c") && !why(&asked).contains("name of b"), "{}", why(&asked));
        asked.approved_plan = None;
        asked.note_scope(&nodes(&["a", "b", "c"]));
        assert_eq!(why(&asked), "", "reworked, it is asked again");
        // What is named one by one is asked for.
        let mut named = change(&["a", "b"], None);
        named.note_scope(&nodes(&["a", "b"]));
        named.approved_plan = Some(named.plan.digest());
        named.note_scope(&nodes(&["a"]));
        assert!(why(&named).contains('b'), "{}", why(&named));
    }

    #[test]
    fn a7_a_risk_that_rose_is_voted_on_again() {
        let mut change = change(&["a"], None);
        change.note_scope(&nodes(&["a"]));
        change.approved_plan = Some(change.plan.digest());
        change.risk = Some(risk(Band::High));
        change.note_scope(&nodes(&["a"]));
        assert!(!why(&change).is_empty());
        change.plan = Plan { r#type: ChangeType::Standard, ..change.plan };
        assert_eq!(why(&change), "", "nobody votes on a standard change");
        change.risk = Some(risk(Band::Low));
        change.plan.r#type = ChangeType::Normal;
        assert_eq!(why(&change), "");
    }
}
