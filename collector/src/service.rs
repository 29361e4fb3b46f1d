//! Use cases. Each begins with [`muster_model::right::authorize`], reads, lets the model decide, and commits once.
//!
//! JSON, HTML, jobs and the command socket call the same functions; what they present differs, what happens does not.

pub mod access;
pub mod account;
pub mod agent;
pub mod alert;
pub mod approval;
pub mod audit;
pub mod availability;
pub mod blackout;
mod breadth;
pub mod bridge;
mod call;
pub mod capacity;
pub mod catalogue;
pub mod change_calendar;
mod change_match;
pub(crate) mod change_template;
pub mod class;
pub mod compare;
pub mod declared;
pub mod demo;
pub mod discovery;
pub mod drift;
mod error;
pub mod evidence;
pub mod export;
mod family;
pub mod finding;
pub mod health;
pub mod heartbeat;
pub mod host;
pub mod identification;
pub mod impact;
pub mod import;
pub mod improvement;
pub mod ingest;
pub mod item;
mod judge;
mod kept;
pub mod knowledge;
pub mod kpi;
mod lately;
pub mod learner;
pub mod level;
pub mod listing;
mod lookup;
mod majority;
pub mod maker;
pub mod metrics;
pub(crate) mod named;
mod noted;
pub mod notification;
pub mod on_call;
pub mod overview;
mod page;
pub mod past;
pub mod policy;
pub mod problem_proposal;
pub mod profile;
mod pulse;
mod recall;
pub mod relation;
mod repetition;
pub mod report;
pub mod restore;
pub mod retention;
mod route;
pub mod routing;
pub mod saved_search;
pub mod search;
pub mod session;
mod sight;
mod silence;
pub mod source;
mod state;
mod storm;
mod stream;
mod sweep;
pub mod ticket;
pub mod token;
pub mod waiver;
pub mod why;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex as BlockingMutex};
use std::time::Duration;

use muster_model::agent::Sightings;
use muster_model::class::Registry;
use muster_model::demo::Demo;
use muster_model::drift::Windows;
use muster_model::drift::change_match::Candidate;
use muster_model::host::Host;
use muster_model::policy::book::Book;
use muster_model::retention::Retention;
use muster_model::text::Phrase;
use muster_model::ticket::Priorities;
use muster_model::{ChangeSet, Document, Versioned};
use muster_shared::id::{AgentId, HostId};
use muster_shared::protocol::Settings;
use muster_shared::{Clock, Time};
use muster_store::{Sequence, Store, StoreError};
use tokio::sync::{Mutex, RwLock, Semaphore, broadcast, watch};

use self::kept::Kept;
use crate::authority::Authority;
pub use call::Call;
pub use error::{ServiceError, Wrong, conflict, invalid};
pub use page::{Page, Window};

/// How often a decision is made again when somebody else was quicker.
const ATTEMPTS: usize = 24;
/// After so many it waits for its turn.
const HASTY: usize = 4;
/// How long it waits for its turn.
const TURN: Duration = Duration::from_millis(100);

/// Settings that use cases look at.
#[derive(Clone, Debug)]
pub struct Policy {
    /// How often agents speak.
    pub agents: Settings,
    /// The windows of the drift pipeline.
    pub windows: Windows,
    /// How long the past is kept.
    pub retention: Retention,
    /// Base URL under which agents reach the collector.
    pub agents_url: String,
    /// Base URL under which people reach the console.
    pub console_url: String,
}

/// The use cases and what they stand on.
pub struct Service {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    authority: Authority,
    policy: Policy,
    /// The number of the last commit: whoever waits for events watches it.
    committed: watch::Sender<Sequence>,
    /// Bound the memory that password hashing takes, and the reports of our and of other agents that are taken in at the same time.
    hashing: Semaphore,
    ingesting: Semaphore,
    telling: Semaphore,
    /// What every request of an agent asks for.
    recall: recall::Recall,
    /// Which hosts are being recognised.
    claims: source::Claims,
    /// Agents that are shut out: asked for on every request.
    revoked: BlockingMutex<HashSet<AgentId>>,
    /// Tells of agents that are shut out: their connections are closed.
    revocations: broadcast::Sender<AgentId>,
    /// Signs that two machines speak as one agent.
    sightings: BlockingMutex<HashMap<AgentId, Sightings>>,
    /// Recoveries that began.
    challenges: agent::Challenges,
    /// Heartbeats whose answer is held back; reports that were refused.
    waiting: agent::Waiting,
    refusals: agent::Refusals,
    /// Delays after failed sign-ins.
    attempts: session::Attempts,
    /// Which hosts have an item.
    lookup: lookup::Lookup,
    /// Hosts, declared items, accounts and tickets by their words.
    search: search::Search,
    ticket_columns: ticket::columns::TicketColumns,
    /// The newest events, and the newest history entries.
    stream: stream::Stream,
    lately: lately::Lately,
    /// Decisions that were overtaken often, one after the other.
    contended: Mutex<()>,
    /// One new ticket at a time: all of them move one counter, and would only make each other decide again.
    numbering: Mutex<()>,
    /// One change of an account at a time: whether an administrator is left depends on all accounts.
    accounts: Mutex<()>,
    /// One saved search at a time: whether a name is free depends on all of its owner's.
    saving: Mutex<()>,
    /// The classes as they hold, once they were asked for.
    classes: BlockingMutex<Option<Arc<Registry>>>,
    /// Who changes an item looks at its class, and who changes a class at all its items: the one waits for the other.
    class_gate: RwLock<()>,
    /// One new identity at a time: whether it is free depends on all items of the class.
    declaring: Mutex<()>,
    /// Where files are imported.
    desk: import::Desk,
    /// All relations, for impact.
    graph: relation::Web,
    /// How far accounts have been compared with grants, and alerts and proposals of problems have read the events.
    access: stream::Reader,
    alerts: stream::Reader,
    problems: stream::Reader,
    /// What sending notifications stands on.
    post: Arc<notification::Post>,
    /// The policies as they hold, compiled; the changes that may explain what is found.
    books: Kept<Book>,
    /// What gives priorities.
    priorities: Kept<Priorities>,
    candidates: Kept<Vec<Candidate>>,
    /// What lies within the reach of roles.
    grounds: sight::Grounds,
    /// How far policies have walked over the fleet.
    sweeps: Kept<sweep::Sweeps>,
    /// When it was last looked for silent hosts, and those whose findings know of it.
    silent: BlockingMutex<(Option<Time>, HashSet<HostId>)>,
    /// When it was last looked what counts of declared items, and how services do.
    settled: BlockingMutex<Option<Time>>,
    tracked: BlockingMutex<Option<Time>>,
    /// When it was last looked to which hosts grants go on.
    followed: BlockingMutex<Option<Time>>,
    /// How far the looks at what hosts use have come.
    capacity: BlockingMutex<capacity::Walk>,
    /// Who is compared with whom, once it was read.
    majority: Mutex<Option<majority::Known>>,
    /// Why policies had no answer the last time.
    troubles: BlockingMutex<BTreeMap<String, String>>,
    /// What is known of the demo, if this is one.
    demo: BlockingMutex<Option<Arc<Demo>>>,
    /// What is counted of the collector itself.
    measures: crate::measure::Measures,
    /// The figures of the last weeks, once they were asked for.
    figures: metrics::Asked,
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").field("policy", &self.policy).finish_non_exhaustive()
    }
}

impl Service {
    /// The use cases over a store.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, authority: Authority, policy: Policy) -> Self {
        Self {
            store,
            clock,
            authority,
            policy,
            committed: watch::Sender::new(0),
            hashing: Semaphore::new(2),
            ingesting: Semaphore::new(32),
            recall: recall::Recall::default(),
            claims: source::Claims::default(),
            telling: Semaphore::new(16),
            revoked: BlockingMutex::default(),
            revocations: broadcast::Sender::new(64),
            sightings: BlockingMutex::default(),
            challenges: agent::Challenges::default(),
            waiting: agent::Waiting::default(),
            refusals: agent::Refusals::default(),
            attempts: session::Attempts::default(),
            lookup: lookup::Lookup::default(),
            search: search::Search::default(),
            ticket_columns: ticket::columns::TicketColumns::default(),
            stream: stream::Stream::default(),
            lately: lately::Lately::default(),
            contended: Mutex::default(),
            numbering: Mutex::default(),
            accounts: Mutex::default(),
            saving: Mutex::default(),
            classes: BlockingMutex::default(),
            class_gate: RwLock::default(),
            declaring: Mutex::default(),
            desk: import::Desk::default(),
            graph: relation::Web::default(),
            access: stream::Reader::default(),
            alerts: stream::Reader::default(),
            problems: stream::Reader::default(),
            post: Arc::new(notification::Post::unset()),
            books: Kept::default(),
            priorities: Kept::default(),
            candidates: Kept::default(),
            grounds: sight::Grounds::default(),
            sweeps: Kept::default(),
            silent: BlockingMutex::default(),
            settled: BlockingMutex::default(),
            tracked: BlockingMutex::default(),
            followed: BlockingMutex::default(),
            capacity: BlockingMutex::default(),
            majority: Mutex::new(None),
            troubles: BlockingMutex::default(),
            demo: BlockingMutex::default(),
            measures: crate::measure::Measures::default(),
            figures: metrics::Asked::default(),
        }
    }

    /// The settings.
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Now.
    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// Tells of commits: the number of the last one.
    pub fn committed(&self) -> watch::Receiver<Sequence> {
        self.committed.subscribe()
    }

    /// The store, for reads.
    pub(crate) fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// Sizes and counts of the store.
    pub async fn stats(&self) -> Result<muster_store::Stats, ServiceError> {
        Ok(self.store.stats().await?)
    }

    /// Commits a decision and tells those who wait.
    pub(crate) async fn commit(&self, mut changes: ChangeSet) -> Result<(), StoreError> {
        if changes.is_empty() {
            return Ok(());
        }
        if !changes.audit.is_empty() || changes.puts.iter().any(|put| matches!(put.document, Document::Ticket(_))) {
            self.attest(&mut changes).await?;
        }
        let outdated = recall::Outdated::by(&changes);
        let (rewrites, replans) = (policy::rewrites(&changes), change_match::rewrites(&changes));
        let reweighs = ticket::priority::rewrites(&changes);
        let (walks, moves) = (sweep::rewrites(&changes), sight::rewrites(&changes));
        let (touched, tickets) = (search::Touched::by(&changes), ticket::columns::TicketColumns::written(&changes));
        let called = changes.puts.iter().filter_map(|put| match &put.document {
            Document::Host(host) => Some(host.clone()),
            _ => None,
        });
        let called: Vec<Host> = called.collect();
        let (events, entries) = (changes.events.clone(), lately::Lately::written(&changes));
        let began = std::time::Instant::now();
        let committed = self.store.commit(changes).await;
        self.measures.observe_commit(began.elapsed());
        self.recall.forget(&outdated);
        if rewrites {
            self.books.forget();
        }
        if reweighs {
            self.priorities.forget();
        }
        if replans {
            self.candidates.forget();
        }
        if walks {
            self.sweeps.forget();
        }
        self.search.touch(touched);
        self.ticket_columns.touch(tickets);
        // After the columns know what was written: what lies where is reckoned from the questions of changes in them.
        if moves {
            self.grounds.forget();
        }
        let sequence = committed?;
        self.lately.keep(entries);
        self.stream.tell(sequence, events);
        self.recall.renew(outdated);
        for host in &called {
            self.lookup.take_name(host);
        }
        self.committed.send_replace(sequence);
        Ok(())
    }

    /// Reads, decides and commits, again from the start when somebody else was quicker.
    pub(crate) async fn decide<T, F, D>(&self, mut decision: D) -> Result<T, ServiceError>
    where
        D: FnMut() -> F + Send,
        F: Future<Output = Result<(ChangeSet, T), ServiceError>> + Send,
        T: Send,
    {
        let mut turn = None;
        for attempt in 0..ATTEMPTS {
            if attempt >= HASTY && turn.is_none() {
                // Whoever lost that often goes one after the other; not for ever, for a decision may lead to another one.
                turn = tokio::time::timeout(TURN, self.contended.lock()).await.ok();
            }
            let (changes, outcome) = decision().await?;
            match self.commit(changes).await {
                Ok(()) => return Ok(outcome),
                Err(StoreError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(ServiceError::Busy(Phrase::new("keeps_changing").into()))
    }
}

/// Refuses when the version that a caller saw is not the stored one.
pub(crate) fn check_version<T>(stored: &Versioned<T>, seen: Option<u64>) -> Result<(), ServiceError> {
    match seen {
        Some(seen) if seen != stored.version => Err(ServiceError::Stale { have: stored.version }),
        _ => Ok(()),
    }
}
