//! Subscriptions: who is told of what, besides those whose ticket it is.

use std::collections::BTreeSet;

use muster_shared::Time;
use muster_shared::id::{ChannelId, RotaId, SubscriptionId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Source, Topic};
use crate::class::Violation;
use crate::on_call::check_name;
use crate::query::{Fields, Query, fields};
use crate::record::record;
use crate::text::Phrase;

/// Who is told: `{"channel": "chn_…"}`, `{"user": "user_…"}` or `{"rota": "rota_…"}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// A channel.
    Channel(ChannelId),
    /// A person, as they wish.
    User(UserId),
    /// Whoever is on call then.
    Rota(RotaId),
}

impl Target {
    /// The id of whom it names.
    pub fn id(&self) -> String {
        match self {
            Self::Channel(id) => id.to_string(),
            Self::User(id) => id.to_string(),
            Self::Rota(id) => id.to_string(),
        }
    }
}

impl std::str::FromStr for Target {
    type Err = ();

    /// By the id alone: each kind has its own prefix.
    fn from_str(text: &str) -> Result<Self, ()> {
        let channel = text.parse().map(Self::Channel).ok();
        channel.or_else(|| text.parse().map(Self::User).ok()).or_else(|| text.parse().map(Self::Rota).ok()).ok_or(())
    }
}

/// Who is told of what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// Which one.
    pub id: SubscriptionId,
    /// What it is called.
    pub name: String,
    /// Of what. All of them are about the same: tickets, drift, agents or identity.
    pub topics: BTreeSet<Topic>,
    /// Which of those, in the query language.
    pub filter: String,
    /// Who.
    pub target: Target,
    /// Whether it may wake people, whatever it is about.
    #[serde(default)]
    pub is_urgent: bool,
    /// Whether it is used.
    pub is_active: bool,
    /// When it was changed.
    pub changed_at: Time,
    /// By whom.
    pub changed_by: String,
}

record!(Subscription, Subscription, |subscription| subscription.id.to_string());

/// What can be asked of what a notice is about; nothing of agents and identity.
const fn fields_of(source: Source) -> Option<&'static Fields<'static>> {
    match source {
        Source::Ticket => Some(&fields::TICKET),
        Source::Finding => Some(&fields::FINDING),
        Source::Agent | Source::Identity | Source::Item | Source::Notification => None,
    }
}

impl Subscription {
    /// What it is about.
    pub fn source(&self) -> Option<Source> {
        self.topics.first().map(|topic| topic.source())
    }

    /// Whether it is about what happened: `entry` is the record as queries see it.
    pub fn wants(&self, topic: Topic, entry: &Value) -> bool {
        if !self.is_active || !self.topics.contains(&topic) {
            return false;
        }
        let Some(fields) = fields_of(topic.source()) else { return true };
        // What cannot be read any more asks for nothing: a person sees that it does not hold.
        Query::parse(&self.filter, fields).is_ok_and(|query| query.matches(entry))
    }
}

/// What does not hold of a subscription's question any more.
pub fn problem(subscription: &Subscription) -> Option<Phrase> {
    match subscription.source().map(fields_of) {
        Some(Some(fields)) => Query::parse(&subscription.filter, fields).err().map(|error| error.phrase()),
        Some(None) => (!subscription.filter.trim().is_empty()).then(|| Phrase::new("no_filter_here")),
        None => None,
    }
}

/// What forbids to keep a subscription.
pub fn check(subscription: &Subscription) -> Vec<Violation> {
    let mut wrong: Vec<Violation> = check_name("/name", &subscription.name).into_iter().collect();
    let sources: BTreeSet<_> = subscription.topics.iter().map(|topic| topic.source()).collect();
    let why = match sources.len() {
        0 => Some("is_needed"),
        1 if subscription.topics.iter().all(|topic| topic.can_be_asked_for()) => None,
        1 => Some("topic_by_itself"),
        _ => Some("topics_of_one_kind"),
    };
    wrong.extend(why.map(|why| Violation { pointer: "/topics".into(), why: Phrase::new(why) }));
    wrong.extend(problem(subscription).map(|why| Violation { pointer: "/filter".into(), why }));
    wrong
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn subscription(topics: &[Topic], filter: &str) -> Subscription {
        Subscription {
            id: SubscriptionId::from_bytes([1; 16]),
            name: "ops".into(),
            topics: topics.iter().copied().collect(),
            filter: filter.into(),
            target: Target::Channel(ChannelId::from_bytes([1; 16])),
            is_urgent: false,
            is_active: true,
            changed_at: Time::from_millis(0),
            changed_by: "ann".into(),
        }
    }

    #[test]
    fn a_question_is_asked_of_what_the_topics_are_about() {
        let critical = subscription(&[Topic::FindingOpened], "severity:critical");
        assert!(check(&critical).is_empty());
        assert!(critical.wants(Topic::FindingOpened, &json!({"severity": "critical"})));
        assert!(!critical.wants(Topic::FindingOpened, &json!({"severity": "low"})));
        assert!(!critical.wants(Topic::FindingResolved, &json!({"severity": "critical"})));
        assert!(
            !Subscription { is_active: false, ..critical }
                .wants(Topic::FindingOpened, &json!({"severity": "critical"}))
        );
        let pointers = |topics: &[Topic], filter: &str| {
            let wrong = check(&subscription(topics, filter)).into_iter();
            wrong.map(|violation| violation.pointer).collect::<Vec<_>>()
        };
        assert_eq!(pointers(&[Topic::TicketOpened], "severity:critical"), ["/filter"]);
        assert_eq!(pointers(&[Topic::AgentPending], "priority:1"), ["/filter"]);
        assert_eq!(pointers(&[Topic::TicketOpened, Topic::AgentPending], ""), ["/topics"]);
        assert_eq!(pointers(&[Topic::Page], ""), ["/topics"]);
        assert_eq!(pointers(&[], ""), ["/topics"]);
    }

    #[test]
    fn a_target_is_known_by_its_id() {
        let rota = Target::Rota(RotaId::from_bytes([2; 16]));
        assert_eq!(rota.id().parse(), Ok(rota));
        assert_eq!("host_1".parse::<Target>(), Err(()));
        assert_eq!(serde_json::to_value(rota).unwrap(), json!({"rota": rota.id()}));
    }
}
