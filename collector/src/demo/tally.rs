//! What a demo came to, counted: hosts by site, tickets by kind and state, findings by state, clocks by outcome.

use std::collections::BTreeMap;
use std::fmt;

use muster_model::Collection;
use muster_model::finding::Finding;
use muster_model::host::Host;
use muster_model::level::clock::{Clock, Outcome};
use muster_model::ticket::Ticket;
use muster_store::{Scan, TypedStore as _};

use crate::service::{Service, ServiceError};

/// Counts by what is counted and how it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally(BTreeMap<(&'static str, String), usize>);

impl Tally {
    fn count(&mut self, what: &'static str, how: impl Into<String>) {
        *self.0.entry((what, how.into())).or_default() += 1;
    }

    /// How many there are.
    pub fn get(&self, what: &str, how: &str) -> usize {
        self.0.iter().find(|((known, state), _)| *known == what && state == how).map_or(0, |(_, count)| *count)
    }

    /// How many there are of a kind, however they stand.
    pub fn all(&self, what: &str) -> usize {
        self.0.iter().filter(|((known, _), _)| *known == what).map(|(_, count)| *count).sum()
    }

    /// What is stored, counted.
    pub(super) async fn of(service: &Service, refused: usize) -> Result<Self, ServiceError> {
        let (store, mut tally) = (service.store(), Self::default());
        if refused > 0 {
            tally.0.insert(("step", "refused".into()), refused);
        }
        for host in store.all::<Host>(Scan::keys(Collection::Host, "")).await? {
            tally.count("host", host.value.site.unwrap_or_default());
        }
        for finding in store.all::<Finding>(Scan::keys(Collection::Finding, "")).await? {
            tally.count("finding", finding.value.state.as_str());
        }
        for ticket in store.all::<Ticket>(Scan::keys(Collection::Ticket, "")).await? {
            tally.count(ticket.value.kind().as_str(), ticket.value.state.name().as_str());
        }
        for clock in store.all::<Clock>(Scan::keys(Collection::LevelClock, "")).await? {
            tally.count("clock", clock.value.outcome.map_or("running", Outcome::as_str));
        }
        Ok(tally)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before = "";
        for ((what, how), count) in &self.0 {
            if *what != before {
                writeln!(f, "{}{what}: {}", if before.is_empty() { "" } else { "\n" }, self.all(what))?;
            }
            writeln!(f, "  {how}: {count}")?;
            before = what;
        }
        Ok(())
    }
}
