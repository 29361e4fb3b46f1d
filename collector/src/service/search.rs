//! Full text: hosts, declared items, accounts, articles and tickets by their words, in memory. The items of hosts stand in the index of
//! `lookup`, with their names.
//!
//! It is made from the store after a start. Every commit says which documents it touched; those are read again before the next
//! question, so a question sees everything that was acknowledged before it. Internal comments stand in an index of their own, which
//! only those ask who may read them.

mod find;
mod kind;
mod read;

use std::collections::BTreeSet;
use std::sync::{PoisonError, RwLock};

use muster_model::account::User;
use muster_model::change_set::Target;
use muster_model::declared::Declared;
use muster_model::host::Host;
use muster_model::knowledge::Article;
use muster_model::search::Index;
use muster_model::ticket::Ticket;
use muster_model::{ChangeSet, Collection, Document, Record};
use muster_shared::id::{ArticleId, DeclaredId, HostId, TicketId, UserId};
use muster_store::{Scan, TypedStore};

pub use find::{Answer, Hit, Question};
pub use kind::Kind;
use read::Timelines;

use super::noted::Noted;
use super::{Service, ServiceError};

/// Tickets that are read before they are taken in together.
const BATCH: usize = 500;

/// A document that can be found by its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Key {
    /// A host.
    Host(HostId),
    /// An item that people declare.
    Declared(DeclaredId),
    /// An account.
    User(UserId),
    /// An article.
    Article(ArticleId),
    /// A ticket with its timeline.
    Ticket(TicketId),
}

/// The index.
#[derive(Debug, Default)]
pub(super) struct Search {
    known: RwLock<Known>,
    /// What commits touched since it was last read.
    touched: Noted<Key>,
    /// One reads at a time.
    reading: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Known {
    is_made: bool,
    /// Hosts, declared items, accounts and articles.
    named: Index<Key>,
    /// The articles that everybody may read.
    open_articles: BTreeSet<ArticleId>,
    /// Tickets by what everybody may read who may see tickets.
    tickets: Index<TicketId>,
    /// Tickets that have internal comments, by all that is said.
    internal: Index<TicketId>,
}

/// What a commit touches.
#[derive(Debug, Default)]
pub(super) struct Touched(Vec<Key>);

impl Touched {
    /// By a change set.
    pub(super) fn by(changes: &ChangeSet) -> Self {
        let key = |document: &Document| match document {
            Document::Host(host) => Some(Key::Host(host.id)),
            Document::Address(address) => Some(Key::Host(address.host)),
            Document::Declared(declared) => declared.id.declared().map(Key::Declared),
            Document::User(user) => Some(Key::User(user.id)),
            Document::Article(article) => Some(Key::Article(article.id)),
            Document::Ticket(ticket) => Some(Key::Ticket(ticket.id)),
            Document::Timeline(entry) => Some(Key::Ticket(entry.ticket)),
            _ => None,
        };
        let gone = |target: &Target| match target.collection {
            Collection::Host => target.key.parse().ok().map(Key::Host),
            Collection::Declared => target.key.parse().ok().map(Key::Declared),
            Collection::User => target.key.parse().ok().map(Key::User),
            Collection::Article => target.key.parse().ok().map(Key::Article),
            Collection::Ticket => target.key.parse().ok().map(Key::Ticket),
            _ => None,
        };
        let puts = changes.puts.iter().filter_map(|put| key(&put.document));
        Self(puts.chain(changes.deletes.iter().filter_map(gone)).collect())
    }
}

impl Search {
    /// Notes what was written.
    pub(super) fn touch(&self, touched: Touched) {
        self.touched.note(touched.0);
    }

    fn read<T>(&self, look: impl FnOnce(&Known) -> T) -> T {
        look(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write<T>(&self, change: impl FnOnce(&mut Known) -> T) -> T {
        change(&mut self.known.write().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Service {
    /// Brings the index up to date with what was committed, and makes it first if need be; `false` while somebody else makes it.
    pub async fn update_search(&self) -> Result<bool, ServiceError> {
        let is_made = self.search.read(|known| known.is_made);
        let _alone = match self.search.reading.try_lock() {
            Ok(alone) => alone,
            Err(_) if !is_made => return Ok(false),
            Err(_) => self.search.reading.lock().await,
        };
        if !self.search.read(|known| known.is_made) {
            self.make_search().await?;
        }
        loop {
            let mut touched = self.search.touched.take();
            if touched.is_empty() {
                return Ok(true);
            }
            while let Some(key) = touched.first() {
                self.read_again(key).await?;
                touched.pop();
            }
        }
    }

    async fn read_again(&self, key: Key) -> Result<(), ServiceError> {
        match key {
            Key::Ticket(id) => self.search_ticket(id).await?,
            Key::Host(id) => {
                let host = self.store().find::<Host>(&id.to_string()).await?;
                self.search_host(id, host.map(|host| host.value)).await?;
            }
            Key::Declared(id) => {
                let item = self.store().find::<Declared>(&id.to_string()).await?;
                self.keep_named(key, item.as_ref().and_then(|item| read::declared(&item.value)));
            }
            Key::User(id) => {
                let user = self.store().find::<User>(&id.to_string()).await?;
                self.keep_named(key, user.map(|user| read::user(&user.value)));
            }
            Key::Article(id) => {
                let article = self.store().find::<Article>(&id.to_string()).await?;
                self.search_article(id, article.map(|article| article.value).as_ref());
            }
        }
        Ok(())
    }

    /// Makes the index from what is stored. What is committed meanwhile is noted and read again afterwards.
    async fn make_search(&self) -> Result<(), ServiceError> {
        self.search.write(|known| *known = Known::default());
        let mut after = None;
        loop {
            let page = self.store().page::<Host>(Scan::keys(Collection::Host, "").limit(BATCH).after(after)).await?;
            for host in page.rows {
                self.search_host(host.value.id, Some(host.value)).await?;
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        for item in self.store().all::<Declared>(Scan::keys(Collection::Declared, "")).await? {
            if let Some(id) = item.value.id.declared() {
                self.keep_named(Key::Declared(id), read::declared(&item.value));
            }
        }
        for user in self.store().all::<User>(Scan::keys(Collection::User, "")).await? {
            self.keep_named(Key::User(user.value.id), Some(read::user(&user.value)));
        }
        for article in self.store().all::<Article>(Scan::keys(Collection::Article, "")).await? {
            self.search_article(article.value.id, Some(&article.value));
        }
        self.make_tickets().await?;
        self.search.write(|known| known.is_made = true);
        Ok(())
    }

    /// All tickets with their timelines, both read once from one end to the other.
    async fn make_tickets(&self) -> Result<(), ServiceError> {
        let mut timelines = Timelines::default();
        let mut after = None;
        loop {
            let page =
                self.store().page::<Ticket>(Scan::keys(Collection::Ticket, "").limit(BATCH).after(after)).await?;
            let mut read = Vec::new();
            for stored in page.rows {
                let timeline = timelines.of(self.store(), &stored.value.key()).await?;
                let (public, internal) = read::ticket(&stored.value, &timeline);
                read.push((stored.value.id, public, internal));
            }
            self.search.write(|known| {
                for (id, public, internal) in read {
                    known.keep_ticket(id, public, internal);
                }
            });
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }
}
