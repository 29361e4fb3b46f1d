//! All tickets by the fields that people ask for, in memory: a list is picked there, and only what it shows is read.
//!
//! It is made from the store after a start, active tickets first: who asks for those does not wait for the history of years. Every
//! commit says which tickets it wrote; those are read again before the next question, so a question sees everything that was
//! acknowledged before it.

use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};
use std::fmt;
use std::ops::Bound;
use std::str::FromStr;
use std::sync::{PoisonError, RwLock};

use muster_model::query::columns::{Columns, Picked};
use muster_model::query::{Query, fields};
use muster_model::right::Action;
use muster_model::ticket::Ticket;
use muster_model::{ChangeSet, Collection, Document};
use muster_shared::id::TicketId;
use muster_store::{Index, Scan, TypedStore};
use roaring::RoaringBitmap;
use serde_json::Value;

use super::entry;
use crate::service::noted::Noted;
use crate::service::{Call, Service, ServiceError};

/// Fields of which nearly every ticket has a value of its own.
const TEXTS: &[&str] = &["title", "number"];
/// Tickets that are taken in together.
const BATCH: usize = 1_000;

/// How many tickets have which value, and those that have to be read to know.
type Counted = (HashMap<Value, u64>, Vec<TicketId>);

/// In which order tickets are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// What was opened last comes first.
    Newest,
    /// The first things come first, the oldest of them before the others.
    Urgent,
}

/// Where a ticket stands in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    rank: u8,
    at: i64,
    pub(super) id: TicketId,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.rank, self.at, self.id)
    }
}

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.splitn(3, '/');
        let mut part = || parts.next().ok_or(());
        let (rank, at, id) = (part()?, part()?, part()?);
        let (rank, at) = (rank.parse().map_err(|_| ())?, at.parse().map_err(|_| ())?);
        Ok(Self { rank, at, id: id.parse().map_err(|_| ())? })
    }
}

/// What the order of lists needs of a ticket.
#[derive(Clone, Copy, Debug)]
struct Row {
    id: TicketId,
    opened: i64,
    priority: u8,
}

impl Row {
    const fn place(&self, order: Order) -> Place {
        match order {
            Order::Newest => Place { rank: 0, at: -self.opened, id: self.id },
            Order::Urgent => Place { rank: self.priority, at: self.opened, id: self.id },
        }
    }
}

/// Which tickets are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Extent {
    /// Some of the active ones.
    Nothing,
    /// All active ones, and some of the others.
    Active,
    All,
}

impl Extent {
    /// What has to be known for a question.
    fn of(query: &Query) -> Self {
        let is_active = query.moment.is_now() && query.requires("active") == Some("true");
        if is_active { Self::Active } else { Self::All }
    }
}

#[derive(Debug)]
struct Known {
    extent: Extent,
    /// How far the reading of what comes next has come.
    read_to: Option<String>,
    columns: Columns,
    /// By number.
    rows: Vec<Row>,
    numbers: HashMap<TicketId, u32>,
    /// All of them in the orders of lists.
    newest: BTreeMap<Place, u32>,
    urgent: BTreeMap<Place, u32>,
}

impl Default for Known {
    fn default() -> Self {
        Self {
            extent: Extent::Nothing,
            read_to: None,
            columns: Columns::new(&fields::TICKET, TEXTS),
            rows: Vec::new(),
            numbers: HashMap::new(),
            newest: BTreeMap::new(),
            urgent: BTreeMap::new(),
        }
    }
}

impl Known {
    fn unsure(&self, picked: &Picked) -> Vec<TicketId> {
        let unsure = &picked.possible - &picked.certain;
        unsure.iter().filter_map(|number| self.rows.get(number as usize).map(|row| row.id)).collect()
    }

    fn forget(&mut self, id: TicketId) {
        if let Some(number) = self.numbers.remove(&id) {
            self.columns.remove(number);
            if let Some(row) = self.rows.get(number as usize) {
                self.newest.remove(&row.place(Order::Newest));
                self.urgent.remove(&row.place(Order::Urgent));
            }
        }
    }

    /// The first of some tickets behind a place. Of many the first ones are met soon on the way through all in their order; few are
    /// sorted.
    fn first(&self, among: &RoaringBitmap, order: Order, after: Option<Place>, most: usize) -> Vec<Place> {
        let all = match order {
            Order::Newest => &self.newest,
            Order::Urgent => &self.urgent,
        };
        let begin = after.map_or(Bound::Unbounded, Bound::Excluded);
        let steps = usize::try_from(among.len()).unwrap_or(usize::MAX);
        let mut way = all.range((begin, Bound::Unbounded)).fuse();
        let met = way.by_ref().take(steps).filter(|(_, number)| among.contains(**number));
        let met: Vec<Place> = met.take(most).map(|(place, _)| *place).collect();
        if met.len() >= most || way.next().is_none() {
            return met;
        }
        let mut found = BinaryHeap::new();
        for place in among.iter().filter_map(|number| self.rows.get(number as usize).map(|row| row.place(order))) {
            let is_behind = after.is_none_or(|after| place > after);
            let is_among = found.len() < most || found.peek().is_some_and(|last| place < *last);
            if is_behind && is_among {
                found.push(place);
                if found.len() > most {
                    found.pop();
                }
            }
        }
        found.into_sorted_vec()
    }

    fn take(&mut self, ticket: &Ticket) {
        self.forget(ticket.id);
        let number = self.columns.put(&entry(ticket));
        let row = Row { id: ticket.id, opened: ticket.opened_at.millis(), priority: ticket.priority };
        let at = number as usize;
        if self.rows.len() <= at {
            self.rows.resize(at + 1, row);
        }
        if let Some(slot) = self.rows.get_mut(at) {
            *slot = row;
        }
        self.newest.insert(row.place(Order::Newest), number);
        self.urgent.insert(row.place(Order::Urgent), number);
        self.numbers.insert(ticket.id, number);
    }
}

/// The tickets that are known.
#[derive(Debug, Default)]
pub(in crate::service) struct TicketColumns {
    known: RwLock<Known>,
    /// What commits wrote since it was last read.
    touched: Noted<TicketId>,
    /// One reads at a time.
    reading: tokio::sync::Mutex<()>,
}

impl TicketColumns {
    /// The tickets that a change set writes.
    pub(in crate::service) fn written(changes: &ChangeSet) -> Vec<TicketId> {
        let puts = changes.puts.iter().filter_map(|put| match &put.document {
            Document::Ticket(ticket) => Some(ticket.id),
            _ => None,
        });
        let gone = changes.deletes.iter().filter(|target| target.collection == Collection::Ticket);
        puts.chain(gone.filter_map(|target| target.key.parse().ok())).collect()
    }

    /// Notes what was written.
    pub(in crate::service) fn touch(&self, written: Vec<TicketId>) {
        self.touched.note(written);
    }

    fn read<T>(&self, look: impl FnOnce(&Known) -> T) -> T {
        look(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write<T>(&self, change: impl FnOnce(&mut Known) -> T) -> T {
        change(&mut self.known.write().unwrap_or_else(PoisonError::into_inner))
    }

    /// The first tickets behind a place that a query means or may mean.
    pub(super) fn first(&self, query: &Query, order: Order, after: Option<Place>, most: usize) -> Vec<Place> {
        self.read(|known| {
            // What it was like at a moment of the past is not known here.
            let picked = query.moment.is_now().then(|| known.columns.pick(query).possible);
            known.first(picked.as_ref().unwrap_or_else(|| known.columns.all()), order, after, most)
        })
    }

    /// How many tickets that a query means for certain have which value in a field, and those that have to be read to know.
    /// Else the fields that are counted.
    pub(super) fn count(&self, query: &Query, field: &str) -> Result<Counted, Vec<&'static str>> {
        self.read(|known| {
            let picked = known.columns.pick(query);
            let counts = known
                .columns
                .count(field, &picked.certain)
                .ok_or_else(|| known.columns.counted().collect::<Vec<_>>())?;
            Ok((counts, known.unsure(&picked)))
        })
    }

    /// The questions that say which hosts changes are about.
    fn scopes(&self) -> Vec<String> {
        self.read(|known| known.columns.texts("scope"))
    }

    /// How many tickets a query means for certain, and those that have to be read to know.
    pub(super) fn tally(&self, query: &Query) -> (usize, Vec<TicketId>) {
        self.read(|known| {
            let picked = known.columns.pick(query);
            (usize::try_from(picked.certain.len()).unwrap_or(usize::MAX), known.unsure(&picked))
        })
    }
}

impl Service {
    /// The tickets that the caller may read, by what stands on them; `None` is all of them.
    pub(in crate::service) async fn tickets_seen(
        &self,
        call: &Call,
    ) -> Result<Option<HashSet<TicketId>>, ServiceError> {
        let sight = self.sight(call, Action::TicketRead).await?;
        if sight.is_whole() {
            return Ok(None);
        }
        self.update_ticket_columns().await?;
        let query = sight.of_tickets(&Query::default());
        Ok(self.ticket_columns.read(|known| {
            let picked = known.columns.pick(&query).possible;
            Some(picked.iter().filter_map(|number| known.rows.get(number as usize).map(|row| row.id)).collect())
        }))
    }

    /// The questions over hosts that changes have as their scope.
    pub(in crate::service) async fn scopes_asked(&self) -> Result<Vec<String>, ServiceError> {
        self.update_ticket_columns().await?;
        Ok(self.ticket_columns.scopes())
    }

    /// Brings the columns up to date with what was committed, and makes them first if need be.
    pub async fn update_ticket_columns(&self) -> Result<(), ServiceError> {
        self.know_tickets(Extent::All).await
    }

    /// The same, as far as a question needs it.
    pub(super) async fn know_tickets_of(&self, query: &Query) -> Result<(), ServiceError> {
        self.know_tickets(Extent::of(query)).await
    }

    async fn know_tickets(&self, wanted: Extent) -> Result<(), ServiceError> {
        let columns = &self.ticket_columns;
        loop {
            // Whoever waits has a turn after each batch: who needs less is done earlier.
            let _alone = columns.reading.lock().await;
            if columns.read(|known| known.extent) < wanted {
                self.take_in_tickets().await?;
                continue;
            }
            let mut touched = columns.touched.take();
            if touched.is_empty() {
                return Ok(());
            }
            while let Some(id) = touched.first() {
                let found = self.store().find::<Ticket>(&id.to_string()).await?;
                columns.write(|known| match found {
                    Some(found) => known.take(&found.value),
                    None => known.forget(id),
                });
                touched.pop();
            }
        }
    }

    /// Takes in the next batch of what is not known yet.
    async fn take_in_tickets(&self) -> Result<(), ServiceError> {
        let columns = &self.ticket_columns;
        let (extent, after) = columns.read(|known| (known.extent, known.read_to.clone()));
        let (scan, next) = match extent {
            Extent::Nothing => (Scan::index(Index::TicketActive, ""), Extent::Active),
            Extent::Active | Extent::All => (Scan::keys(Collection::Ticket, ""), Extent::All),
        };
        let page = self.store().page::<Ticket>(scan.limit(BATCH).after(after)).await?;
        columns.write(|known| {
            page.rows.iter().for_each(|stored| known.take(&stored.value));
            known.read_to = page.next;
            if known.read_to.is_none() {
                known.extent = next;
            }
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_shared::Time;

    /// Two hundred tickets, not opened in the order of their numbers.
    fn known() -> Known {
        let mut known = Known::default();
        for number in 0..200_u32 {
            let opened = i64::from(number * 37 % 101);
            let row = Row {
                id: TicketId::new(Time::from_millis(opened)),
                opened,
                priority: u8::try_from(number % 5).unwrap_or_default() + 1,
            };
            known.rows.push(row);
            known.newest.insert(row.place(Order::Newest), number);
            known.urgent.insert(row.place(Order::Urgent), number);
        }
        known
    }

    #[test]
    fn the_first_of_some_are_those_that_sorting_all_of_them_gives() {
        let known = known();
        let many: RoaringBitmap = (0..200).filter(|number| number % 2 == 0).collect();
        let few: RoaringBitmap = [3, 50, 77, 199].into_iter().collect();
        // The oldest only: on the way through all in their order they are met last.
        let late: RoaringBitmap = (0..200).filter(|number| number * 37 % 101 < 20).collect();
        for order in [Order::Newest, Order::Urgent] {
            for among in [&many, &few, &late, &RoaringBitmap::new()] {
                let mut sorted: Vec<Place> = among.iter().map(|n| known.rows[n as usize].place(order)).collect();
                sorted.sort();
                let afters =
                    [None, sorted.first(), sorted.get(sorted.len() / 2), sorted.last()].map(Option::<&Place>::copied);
                for (after, most) in afters.into_iter().flat_map(|after| [0, 1, 7, 500].map(|most| (after, most))) {
                    let behind = sorted.iter().filter(|place| after.is_none_or(|after| **place > after));
                    let expected: Vec<Place> = behind.take(most).copied().collect();
                    assert_eq!(known.first(among, order, after, most), expected, "{order:?} {after:?} {most}");
                }
            }
        }
    }
}
