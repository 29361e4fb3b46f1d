//! Teams: people who work together. Tickets, owners, rotas and stages of votes name a team by its name.

use muster_shared::Time;
use muster_shared::id::{TeamId, UserId};
use serde::{Deserialize, Serialize};

use crate::class::Violation;
use crate::policy::own;
use crate::record::record;
use crate::text::Phrase;

/// Most members.
const MOST: usize = 500;
/// Longest description.
const LONGEST: usize = 2_000;

/// A team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Which.
    pub id: TeamId,
    /// What people say of it.
    #[serde(flatten)]
    pub roster: Roster,
    /// Who changed it last.
    pub changed_by: String,
    /// When.
    pub changed_at: Time,
}

record!(Team, Team, |team| team.id.to_string());

/// What people say of a team.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roster {
    /// What it is called: what tickets have as their group, and hosts and items as their owner.
    pub name: String,
    /// What it is there for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Who is in it.
    #[serde(default)]
    pub members: Vec<UserId>,
    /// Who leads it, one of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<UserId>,
}

impl Roster {
    /// What forbids to save it.
    pub fn check(&self) -> Vec<Violation> {
        let mut wrong: Vec<Violation> =
            own::line(&self.name).map(|why| Violation::new("/name", why)).into_iter().collect();
        if self.description.chars().count() > LONGEST {
            wrong.push(Violation::new("/description", Phrase::new("at_most_characters").with("max", LONGEST)));
        }
        if self.members.len() > MOST {
            wrong.push(Violation::new("/members", Phrase::new("at_most_entries").with("max", MOST)));
        }
        for (n, member) in self.members.iter().enumerate() {
            if self.members.iter().take(n).any(|other| other == member) {
                wrong.push(Violation::new(format!("/members/{n}"), Phrase::new("meeting_twice")));
            }
        }
        if self.lead.is_some_and(|lead| !self.members.contains(&lead)) {
            wrong.push(Violation::new("/lead", Phrase::new("team_lead")));
        }
        wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_team_has_a_name_each_member_once_and_is_led_by_one_of_them() {
        let user = |n: u8| UserId::from_bytes([n; 16]);
        let roster = |members: &[u8], lead: Option<u8>| Roster {
            name: "linux".into(),
            members: members.iter().map(|n| user(*n)).collect(),
            lead: lead.map(user),
            ..Roster::default()
        };
        let wrong = |roster: &Roster| -> Vec<String> { roster.check().into_iter().map(|it| it.pointer).collect() };
        assert_eq!(wrong(&roster(&[1, 2], Some(2))), Vec::<String>::new());
        assert_eq!(wrong(&roster(&[1, 2, 1], Some(3))), ["/members/2", "/lead"]);
        assert_eq!(wrong(&Roster::default()), ["/name"]);
    }
}
