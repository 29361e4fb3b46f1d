//! The change calendar: changes, blackouts and maintenance windows of a span of days.

use std::collections::BTreeSet;

use muster_model::Collection;
use muster_model::alert::maintenance::Maintenance;
use muster_model::right::Action;
use muster_model::text::{Phrase, Text};
use muster_model::ticket::{Kind, StateName, Ticket};
use muster_shared::Time;
use muster_store::{Index, Scan, TypedStore};

use super::alert::sees_window;
use super::{Call, Service, ServiceError, invalid};

/// Longest span, in days.
pub const MOST_DAYS: i64 = 92;
/// Times of one change or window that are shown.
const MOST_TIMES: usize = 120;
/// Changes that are over and looked at, the newest first.
const MOST_OVER: usize = 1_000;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Nothing is to be changed.
    Blackout,
    /// Something is changed.
    Change,
    /// Items are under maintenance.
    Maintenance,
}

impl What {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Blackout, Self::Change, Self::Maintenance];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Blackout => "blackout",
            Self::Change => "change",
            Self::Maintenance => "maintenance",
        }
    }
}

/// An entry of the calendar.
#[derive(Clone, Debug)]
pub struct Planned {
    /// From when.
    pub from: Time,
    /// Until when.
    pub to: Time,
    /// What.
    pub what: What,
    /// Number of a change, id of a window.
    pub id: String,
    /// What it is called.
    pub title: Text,
    /// Where a change stands.
    pub state: Option<StateName>,
    /// How many conflicts it has.
    pub conflicts: usize,
    /// Whether one of them keeps it from going on.
    pub is_blocked: bool,
}

impl Service {
    /// What is planned and was made in a span, by time.
    pub async fn change_calendar(&self, call: &Call, from: Time, to: Time) -> Result<Vec<Planned>, ServiceError> {
        let sight = self.sight(call, Action::TicketRead).await?;
        if !(1..=MOST_DAYS * 86_400_000).contains(&to.since(from)) {
            return Err(invalid("/to", Phrase::new("calendar_span").with("max", MOST_DAYS.to_string())));
        }
        let mut all = Vec::new();
        let mut seen = BTreeSet::new();
        let over = Scan::index(Index::TicketByTime, format!("{}/", Kind::Change.as_str())).descending();
        let mut tickets = self.store().all::<Ticket>(Scan::index(Index::ChangeByStart, "")).await?;
        tickets.extend(self.store().page::<Ticket>(over.limit(MOST_OVER)).await?.rows);
        for ticket in tickets.into_iter().map(|stored| stored.value) {
            let is_off = matches!(ticket.state.name(), StateName::Cancelled | StateName::Rejected);
            let Some(change) = ticket.details.change().filter(|_| !is_off) else { continue };
            if !seen.insert(ticket.id) || !self.sees_ticket(&sight, &ticket).await? {
                continue;
            }
            let times = match (change.window(), change.plan.times()) {
                (None, _) => Vec::new(),
                (Some(own), None) => vec![own].into_iter().filter(|own| own.0 < to && from < own.1).collect(),
                (Some((start, end)), Some(schedule)) => schedule.all_within((from.max(start), to.min(end)), MOST_TIMES),
            };
            all.extend(times.into_iter().map(|(from, to)| Planned {
                from,
                to,
                what: What::Change,
                id: ticket.number.clone(),
                title: ticket.title.clone(),
                state: Some(ticket.state.name()),
                conflicts: change.conflicts.len(),
                is_blocked: change.blocks().next().is_some(),
            }));
        }
        for stored in self.list_blackouts(call).await? {
            let (id, rule) = (stored.value.id.to_string(), stored.value.rule);
            let times = rule.schedule.all_within((from, to), MOST_TIMES);
            all.extend(times.into_iter().map(|span| window(span, What::Blackout, &id, &rule.name)));
        }
        if let Ok(sight) = self.sight(call, Action::AlertRead).await {
            for stored in self.store().all::<Maintenance>(Scan::keys(Collection::Maintenance, "")).await? {
                let it = stored.value;
                if !sees_window(&sight, &it) {
                    continue;
                }
                let times = it.schedule.all_within((from, to), MOST_TIMES);
                let id = it.id.to_string();
                all.extend(times.into_iter().map(|span| window(span, What::Maintenance, &id, &it.name)));
            }
        }
        all.sort_by(|one, other| (one.from, one.what, &one.id).cmp(&(other.from, other.what, &other.id)));
        Ok(all)
    }
}

fn window((from, to): (Time, Time), what: What, id: &str, name: &str) -> Planned {
    let (id, title) = (id.to_owned(), Text::Written(name.to_owned()));
    Planned { from, to, what, id, title, state: None, conflicts: 0, is_blocked: false }
}
