//! The rules of priorities: read, set, and what becomes of the tickets that are open.

use std::collections::BTreeMap;
use std::sync::Arc;

use muster_model::host::Criticality;
use muster_model::policy::Severity;
use muster_model::right::{Action, Resource};
use muster_model::ticket::edit;
use muster_model::ticket::priority::rules::{
    Accept, MajorRule, Matrix, Priorities, PriorityRules, PriorityVersion, version_key,
};
use muster_model::ticket::{Kind, Ticket};
use muster_model::{ChangeSet, Collection, Document, Versioned};
use muster_shared::id::TicketId;
use muster_store::{Index, Scan, TypedStore};
use serde::{Deserialize, Deserializer};

use crate::service::class::wrong;
use crate::service::routing::placed;
use crate::service::{Call, Service, ServiceError};

/// Tickets that follow in one go.
const FOLLOWING: usize = 200;
/// What is kept in the audit trail of the rules.
const SUBJECT: &str = "priority_rules";

/// Whether a commit makes the rules that are kept out of date.
pub(in crate::service) fn rewrites(changes: &ChangeSet) -> bool {
    changes.puts.iter().any(|put| matches!(put.document, Document::PriorityVersion(_)))
}

/// What comes with a major incident that a rule accepts, as somebody says it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptDraft {
    /// What it means for the business.
    pub business_impact: String,
    /// Who leads: an id, or the name that they sign in with.
    pub commander: String,
    /// Minutes until the first word is due.
    pub update_minutes: u32,
}

/// What somebody says of a rule of major incidents.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MajorDraft {
    /// What it is called.
    pub name: String,
    /// Which incidents it means.
    pub filter: String,
    /// Without it the incident is proposed.
    #[serde(default)]
    pub accept: Option<AcceptDraft>,
}

/// What somebody says of the rules; what is left out is as shipped.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PriorityDraft {
    /// The matrix.
    #[serde(deserialize_with = "matrix")]
    pub matrix: Matrix,
    /// Matrices of single kinds.
    #[serde(deserialize_with = "matrices")]
    pub kinds: BTreeMap<Kind, Matrix>,
    /// The impact that criticality asks for.
    pub impact_floor: BTreeMap<Criticality, u8>,
    /// The same of what is down.
    pub impact_floor_down: BTreeMap<Criticality, u8>,
    /// The urgency of what machines open.
    pub urgency: BTreeMap<Severity, u8>,
    /// What makes an incident a major one.
    pub major: Vec<MajorDraft>,
}

/// A row of a matrix. An array of another length would be told as broken JSON.
#[derive(Deserialize)]
#[serde(try_from = "Vec<u8>")]
struct MatrixRow([u8; 3]);

impl TryFrom<Vec<u8>> for MatrixRow {
    type Error = &'static str;

    fn try_from(row: Vec<u8>) -> Result<Self, &'static str> {
        row.try_into().map(Self).map_err(|_| "a row has three priorities: of urgency 1, 2 and 3")
    }
}

fn square(rows: Vec<MatrixRow>) -> Result<Matrix, &'static str> {
    let rows: Vec<[u8; 3]> = rows.into_iter().map(|row| row.0).collect();
    rows.try_into().map_err(|_| "a matrix has three rows: of impact 1, 2 and 3")
}

fn matrix<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Matrix, D::Error> {
    square(Vec::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}

fn matrices<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<Kind, Matrix>, D::Error> {
    use serde::de::{Error, IntoDeserializer};

    // Kinds as texts: then an error says of which kind it is.
    let all = BTreeMap::<String, Vec<MatrixRow>>::deserialize(deserializer)?.into_iter();
    let squared = |(kind, rows): (String, Vec<MatrixRow>)| -> Result<_, D::Error> {
        let matrix = square(rows).map_err(|why| D::Error::custom(format!("{kind}: {why}")))?;
        Ok((Kind::deserialize(IntoDeserializer::<D::Error>::into_deserializer(kind))?, matrix))
    };
    all.map(squared).collect()
}

impl From<PriorityRules> for PriorityDraft {
    fn from(rules: PriorityRules) -> Self {
        let accept = |Accept { business_impact, commander, update_minutes }| AcceptDraft {
            business_impact,
            commander: commander.to_string(),
            update_minutes,
        };
        let major =
            |MajorRule { name, filter, accept: accepts }| MajorDraft { name, filter, accept: accepts.map(accept) };
        let PriorityRules { matrix, kinds, impact_floor, impact_floor_down, urgency, major: rules } = rules;
        let major = rules.into_iter().map(major).collect();
        Self { matrix, kinds, impact_floor, impact_floor_down, urgency, major }
    }
}

impl Default for PriorityDraft {
    fn default() -> Self {
        PriorityRules::default().into()
    }
}

/// A ticket that the rules would give another priority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Following {
    /// Its number.
    pub number: String,
    /// The priority that it has.
    pub from: u8,
    /// The one of the rules.
    pub to: u8,
}

/// What became of the open tickets, or would.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Followed {
    /// Those that followed: at most a bunch.
    pub tickets: Vec<Following>,
    /// How many more there are.
    pub left: usize,
}

impl Service {
    /// What gives priorities now.
    pub(in crate::service) async fn priorities(&self) -> Result<Arc<Priorities>, ServiceError> {
        let (generation, known) = self.priorities.get();
        if let Some(known) = known {
            return Ok(known);
        }
        let stored = self.last_priorities().await?;
        let made = stored.map_or_else(Priorities::default, |stored| Priorities::new(stored.version, stored.rules));
        Ok(self.priorities.keep(generation, made))
    }

    async fn last_priorities(&self) -> Result<Option<PriorityVersion>, ServiceError> {
        let scan = Scan::keys(Collection::PriorityVersion, "").descending();
        Ok(self.store().first::<PriorityVersion>(scan).await?.map(|stored| stored.value))
    }

    /// The rules of priorities, or a version of before; version 0 is as shipped.
    pub async fn priority_rules(&self, call: &Call, version: Option<u64>) -> Result<PriorityVersion, ServiceError> {
        call.authorize(Action::TicketRead, Resource::Shared)?;
        let shipped = || PriorityVersion {
            version: 0,
            rules: PriorityRules::default(),
            changed_by: String::new(),
            changed_at: muster_shared::Time::default(),
        };
        match version {
            None => Ok(self.last_priorities().await?.unwrap_or_else(shipped)),
            Some(0) => Ok(shipped()),
            Some(version) => {
                let stored = self.store().find::<PriorityVersion>(&version_key(version)).await?;
                let missing = || ServiceError::NotFound { kind: "version", id: version.to_string() };
                Ok(stored.ok_or_else(missing)?.value)
            }
        }
    }

    /// Sets the rules, all of them. Tickets stay as they are: those that are over for good, the open ones until they follow.
    pub async fn set_priority_rules(
        &self,
        call: &Call,
        draft: PriorityDraft,
        seen: Option<u64>,
    ) -> Result<PriorityVersion, ServiceError> {
        call.authorize(Action::PriorityRules, Resource::All)?;
        let rules = &Box::pin(self.priority_rules_of(draft)).await?;
        self.decide(|| async move {
            let before = self.priority_rules(call, None).await?;
            if seen.is_some_and(|seen| seen != before.version) {
                return Err(ServiceError::Stale { have: before.version });
            }
            let mut changes = ChangeSet::new();
            if before.rules == *rules {
                return Ok((changes, before));
            }
            let now = self.now();
            let version = before.version + 1;
            let summary = format!("version {version}: {}", rules.differences(&before.rules));
            changes.audit.push(call.audit(now, "priority.rules", SUBJECT, summary));
            let next =
                PriorityVersion { version, rules: rules.clone(), changed_by: call.actor.label(), changed_at: now };
            changes.create(next.clone());
            Ok((changes, next))
        })
        .await
    }

    /// Rules as somebody says them: with ids in place of names, and checked.
    async fn priority_rules_of(&self, draft: PriorityDraft) -> Result<PriorityRules, ServiceError> {
        let PriorityDraft { matrix, kinds, impact_floor, impact_floor_down, urgency, major } = draft;
        let held = Vec::with_capacity(major.len());
        let mut rules = PriorityRules { matrix, kinds, impact_floor, impact_floor_down, urgency, major: held };
        // What is not named is as shipped, and stands there.
        for (criticality, level) in PriorityRules::default().impact_floor {
            rules.impact_floor.entry(criticality).or_insert(level);
        }
        for (criticality, level) in PriorityRules::default().impact_floor_down {
            rules.impact_floor_down.entry(criticality).or_insert(level);
        }
        for (severity, level) in PriorityRules::default().urgency {
            rules.urgency.entry(severity).or_insert(level);
        }
        for (i, MajorDraft { name, filter, accept }) in major.into_iter().enumerate() {
            let place = format!("/major/{i}");
            self.check_kept_filter(&filter).await.map_err(|error| placed(error, &place))?;
            let accept = match accept {
                None => None,
                Some(AcceptDraft { business_impact, commander, update_minutes }) => {
                    let field = format!("{place}/accept/commander");
                    let commander = self.user_named(&field, &commander).await?;
                    self.check_worker(commander, &field, Kind::Incident.work()).await?;
                    Some(Accept { business_impact, commander, update_minutes })
                }
            };
            rules.major.push(MajorRule { name, filter, accept });
        }
        let violations = rules.check();
        if violations.is_empty() { Ok(rules) } else { Err(wrong(violations)) }
    }

    /// Lets open tickets follow the rules: a bunch of those that would have another priority, each in a commit of its own. `is_dry` only
    /// says which.
    pub async fn follow_priorities(&self, call: &Call, is_dry: bool) -> Result<Followed, ServiceError> {
        call.authorize(Action::PriorityRules, Resource::All)?;
        let mut due: Vec<(TicketId, Following)> = Vec::new();
        let (mut followed, mut scan) = (Followed::default(), Scan::index(Index::TicketActive, "").limit(500));
        loop {
            let page = self.store().page::<Ticket>(scan.clone()).await?;
            let priorities = self.priorities().await?;
            for ticket in page.rows.into_iter().map(|stored| stored.value) {
                let Some((next, _)) = edit::follow(&ticket, &priorities, &call.actor, self.now()) else { continue };
                if due.len() < FOLLOWING {
                    due.push((
                        ticket.id,
                        Following { number: ticket.number, from: ticket.priority, to: next.priority },
                    ));
                } else {
                    followed.left += 1;
                }
            }
            match page.next {
                None => break,
                next => scan.after = next,
            }
        }
        for (id, one) in due {
            if is_dry || Box::pin(self.follow_one(call, id)).await? {
                followed.tickets.push(one);
            }
        }
        Ok(followed)
    }

    async fn follow_one(&self, call: &Call, id: TicketId) -> Result<bool, ServiceError> {
        self.decide(|| async move {
            let stored = self.store().find::<Ticket>(&id.to_string()).await?;
            let Some(Versioned { value, version }) = stored else { return Ok((ChangeSet::new(), false)) };
            let priorities = self.priorities().await?;
            let Some((next, entry)) = edit::follow(&value, &priorities, &call.actor, self.now()) else {
                return Ok((ChangeSet::new(), false));
            };
            let (changes, _) = Self::written(call, "ticket.follow_priority_rules", version, next, entry);
            Ok((changes, true))
        })
        .await
    }
}
