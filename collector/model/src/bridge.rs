//! A bridge: a ticket here and its twin on another desk, kept alike by what each side tells the other.
//!
//! A channel of kind `servicenow` or `jira` is a bridge. A message by it says no more than "look at this ticket"; what is sent is what
//! differs then between the ticket and what the other desk is known to have ([`outgoing`]), so a message that comes twice, late or after
//! another one sends nothing twice. What comes from there ([`incoming`]) is compared in the same way: what this side sent itself is no
//! news when it comes back.

pub mod incoming;
pub mod outgoing;

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::Time;
use muster_shared::id::{ChannelId, TicketId};
use serde::{Deserialize, Serialize};

use crate::exchange::{Field, Preset, Told};
use crate::notification::channel::Sealed;
use crate::record::record;
use crate::ticket::transition::{self, Cause, Transition};
use crate::ticket::{Kind, StateName, Ticket};
use crate::zone::Zone;

/// The fields that both sides have. ServiceNow reckons the priority by itself; Jira has no impact, and its resolutions are its own.
pub const fn fields(preset: Preset) -> &'static [Field] {
    match preset {
        Preset::Jira => &[Field::Title, Field::Description, Field::State, Field::HoldReason, Field::Priority],
        Preset::Muster | Preset::ServiceNow | Preset::Glpi | Preset::Itop => &[
            Field::Title,
            Field::Description,
            Field::State,
            Field::HoldReason,
            Field::CloseCode,
            Field::CloseNotes,
            Field::Impact,
            Field::Urgency,
        ],
    }
}

/// Whose word counts for a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// The one that changed it last.
    #[default]
    Newest,
    /// This side: what the other one says is noted and not taken.
    Ours,
    /// The other side: nothing of it is sent.
    Theirs,
}

/// What a bridge has besides its address and login.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Desk {
    /// Jira: the key of the project in which tickets are made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// Jira: the names of issue types, by kind, where they are not the usual ones.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub issue_types: BTreeMap<String, String>,
    /// Whose word counts, by field; the newest where nothing is said.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub owners: BTreeMap<Field, Owner>,
    /// Whether a ticket that is made there is made here.
    pub takes_new: bool,
    /// By whose clocks that desk writes times without a zone.
    pub zone: Zone,
    /// What signs events that come from there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signing: Option<Sealed>,
}

impl Desk {
    /// Whose word counts for a field. What belongs to the state goes with it.
    pub fn owner(&self, field: Field) -> Owner {
        let field = match field {
            Field::HoldReason | Field::CloseCode | Field::CloseNotes => Field::State,
            field => field,
        };
        self.owners.get(&field).copied().unwrap_or_default()
    }
}

/// A ticket of the other desk that is kept alike with one of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Twin {
    /// The bridge.
    pub channel: ChannelId,
    /// Our ticket.
    pub ticket: TicketId,
    /// What people call it there.
    pub external_id: String,
    /// By what its API knows it.
    pub remote_id: String,
    /// Where people see it there.
    pub url: String,
    /// What the other desk is known to have, by field.
    pub remote: BTreeMap<Field, String>,
    /// When it was heard last of a field that changed there.
    pub heard: BTreeMap<Field, Time>,
    /// The last entry of our timeline that was looked at for it.
    pub sent: u64,
    /// Entries behind that one which came from there.
    pub foreign: BTreeSet<u64>,
    /// Words of the other desk that are not known here and are noted in the timeline, by field.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unknown: BTreeMap<Field, BTreeSet<String>>,
    /// Since when they are twins.
    pub at: Time,
}

record!(Twin, Twin, |twin| format!("{}/{}", twin.channel, twin.ticket));

impl Twin {
    /// Goes on to an entry of the timeline.
    pub fn advance(&mut self, seq: u64) {
        self.sent = self.sent.max(seq);
        self.foreign.retain(|known| *known > self.sent);
    }
}

/// The fields that both sides have, as they are told; what a state does not have is empty.
pub fn shared(told: &Told, preset: Preset) -> BTreeMap<Field, String> {
    let text = |field: &Field| (*field, told.get(*field).unwrap_or_default().to_owned());
    fields(preset).iter().map(text).collect()
}

/// The events that lead from where a ticket stands to a state, fewest first; `None` when no way that a person can go leads there.
/// Only events are taken that ask for nothing else than `known`.
pub fn way(ticket: &Ticket, to: StateName, known: &[&str]) -> Option<Vec<&'static Transition>> {
    let table = transition::table(ticket.kind());
    let is_open = |row: &&'static Transition| {
        row.cause != Cause::System
            && row.required.iter().all(|field| known.contains(field))
            && (row.of.is_empty() || ticket.details.change().is_some_and(|change| row.of.contains(&change.plan.r#type)))
    };
    let mut seen = BTreeSet::from([ticket.state.name().as_str()]);
    let mut ways: Vec<(StateName, Vec<&'static Transition>)> = vec![(ticket.state.name(), Vec::new())];
    while !ways.is_empty() {
        if let Some((_, found)) = ways.iter().find(|(state, _)| *state == to) {
            return Some(found.clone());
        }
        let mut next = Vec::new();
        for (state, steps) in ways {
            for row in table.iter().filter(|row| row.from.contains(&state)).filter(is_open) {
                if seen.insert(row.to.as_str()) {
                    next.push((row.to, steps.iter().copied().chain([row]).collect()));
                }
            }
        }
        ways = next;
    }
    None
}

/// The kinds that a bridge carries.
pub const fn carries(kind: Kind) -> bool {
    !matches!(kind, Kind::Access)
}

#[cfg(test)]
mod tests;
