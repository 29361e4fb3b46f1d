//! What documents say: the names and texts that they are found by.

use std::collections::VecDeque;

use muster_model::Collection;
use muster_model::account::User;
use muster_model::alias::MOST_STEPS;
use muster_model::declared::Declared;
use muster_model::finding::plain;
use muster_model::host::Host;
use muster_model::knowledge::Article;
use muster_model::relation::address::Address;
use muster_model::search::{Doc, fold};
use muster_model::ticket::{Details, Entry, Ticket, TimelineEntry, Visibility};
use muster_shared::id::{ArticleId, HostId, TicketId};
use muster_store::{Index, Scan, Store, StoreError, TypedStore};

use super::{Key, Known};
use crate::service::{Service, ServiceError};

fn doc<N: AsRef<str>, T: AsRef<str>>(names: impl IntoIterator<Item = N>, texts: impl IntoIterator<Item = T>) -> Doc {
    fn folded<S: AsRef<str>>(texts: impl IntoIterator<Item = S>) -> Vec<String> {
        texts.into_iter().map(|text| fold(text.as_ref())).filter(|text| !text.is_empty()).collect()
    }
    Doc { names: folded(names), texts: folded(texts) }
}

/// A declared item that is there: its name; its class, tags and values.
pub(super) fn declared(item: &Declared) -> Option<Doc> {
    let texts = [item.class.clone()].into_iter().chain(item.tags.iter().cloned());
    let texts = texts.chain(item.owner.clone()).chain(item.attributes.values().map(plain));
    item.is_present().then(|| doc([&item.name], texts))
}

/// An account: its names.
pub(super) fn user(user: &User) -> Doc {
    doc([&user.name, &user.display_name], [""; 0])
}

/// An article: its title, its number and its keywords; its text.
fn article(article: &Article) -> Doc {
    let content = &article.content;
    doc([&content.title, &article.number].into_iter().chain(&content.keywords), [&content.body])
}

/// A ticket: its title; what is said of it and in its timeline. With internal comments it is read twice: without and with them.
pub(super) fn ticket(ticket: &Ticket, timeline: &[TimelineEntry]) -> (Doc, Option<Doc>) {
    let mut texts = vec![ticket.description.to_string()];
    texts.extend(ticket.items.iter().map(|item| item.name.clone()));
    if let Details::Problem(problem) = &ticket.details {
        let found = &problem.analysis;
        let parts =
            [&found.symptom, &found.cause, &found.workaround, &found.permanent_fix, &found.signature.error_code];
        texts.extend(parts.into_iter().flatten().cloned());
    }
    texts.extend([&ticket.category, &ticket.assignment_group].into_iter().flatten().cloned());
    let mut internal = Vec::new();
    for entry in timeline {
        match &entry.entry {
            Entry::Comment { text, visibility: Visibility::Public, .. } => texts.push(text.clone()),
            Entry::Comment { text, visibility: Visibility::Internal, .. } => internal.push(text.clone()),
            Entry::Attached { name, visibility: Visibility::Public, is_removed: false, .. } => texts.push(name.clone()),
            Entry::Attached { name, visibility: Visibility::Internal, is_removed: false, .. } => {
                internal.push(name.clone());
            }
            Entry::Moved { note, .. } | Entry::Major { note, .. } => texts.push(note.to_string()),
            Entry::Finding { title, .. } | Entry::Alert { title, .. } => texts.push(title.to_string()),
            Entry::Voted { comment, .. } | Entry::Deferred { comment, .. } => texts.push(comment.clone()),
            Entry::Linked { link, .. } => texts.push(link.number.clone()),
            Entry::Opened
            | Entry::Parent { .. }
            | Entry::Attached { .. }
            | Entry::Changed { .. }
            | Entry::Disputed { .. }
            | Entry::Level { .. } => {}
        }
    }
    let public = doc([ticket.title.to_string()], texts);
    let whole = (!internal.is_empty()).then(|| {
        let mut whole = public.clone();
        whole.texts.extend(doc([""; 0], internal).texts);
        whole
    });
    (public, whole)
}

/// The timelines of tickets in the order of their keys, read once from one end to the other.
#[derive(Debug, Default)]
pub(super) struct Timelines {
    read: VecDeque<TimelineEntry>,
    after: Option<String>,
    is_over: bool,
}

impl Timelines {
    /// The timeline of the next ticket.
    pub(super) async fn of(&mut self, store: &dyn Store, ticket: &str) -> Result<Vec<TimelineEntry>, StoreError> {
        let mut timeline = Vec::new();
        loop {
            while let Some(entry) = self.read.pop_front() {
                let of = entry.ticket.to_string();
                match of.as_str().cmp(ticket) {
                    std::cmp::Ordering::Less => {}
                    std::cmp::Ordering::Equal => timeline.push(entry),
                    std::cmp::Ordering::Greater => {
                        self.read.push_front(entry);
                        return Ok(timeline);
                    }
                }
            }
            if self.is_over {
                return Ok(timeline);
            }
            let page =
                store.page::<TimelineEntry>(Scan::keys(Collection::Timeline, "").after(self.after.take())).await?;
            self.read.extend(page.rows.into_iter().map(|row| row.value));
            self.is_over = page.next.is_none();
            self.after = page.next;
        }
    }
}

impl Known {
    pub(super) fn keep_ticket(&mut self, id: TicketId, public: Doc, internal: Option<Doc>) {
        self.tickets.put(id, public, false);
        match internal {
            Some(internal) => self.internal.put(id, internal, false),
            None => self.internal.remove(&id),
        }
    }
}

impl Service {
    pub(super) fn keep_named(&self, key: Key, doc: Option<Doc>) {
        self.search.write(|known| match doc {
            Some(doc) => known.named.put(key, doc, true),
            None => known.named.remove(&key),
        });
    }

    /// Reads an article anew, and whether everybody may read it.
    pub(super) fn search_article(&self, id: ArticleId, found: Option<&Article>) {
        self.search.write(|known| {
            if found.is_some_and(Article::is_public) {
                known.open_articles.insert(id);
            } else {
                known.open_articles.remove(&id);
            }
        });
        self.keep_named(Key::Article(id), found.map(article));
    }

    /// What a ticket says now; `None` when there is none.
    pub(super) async fn read_ticket(&self, id: TicketId) -> Result<Option<(Ticket, Doc, Option<Doc>)>, ServiceError> {
        let Some(stored) = self.store().find::<Ticket>(&id.to_string()).await? else { return Ok(None) };
        let entries = self.store().all::<TimelineEntry>(Scan::keys(Collection::Timeline, format!("{id}/"))).await?;
        let timeline: Vec<TimelineEntry> = entries.into_iter().map(|entry| entry.value).collect();
        let (public, internal) = ticket(&stored.value, &timeline);
        Ok(Some((stored.value, public, internal)))
    }

    /// Reads a ticket anew.
    pub(super) async fn search_ticket(&self, id: TicketId) -> Result<(), ServiceError> {
        let read = self.read_ticket(id).await?;
        self.search.write(|known| {
            if let Some((_, public, internal)) = read {
                known.keep_ticket(id, public, internal);
            } else {
                known.tickets.remove(&id);
                known.internal.remove(&id);
            }
        });
        Ok(())
    }

    /// Reads a host anew: its names, those of hosts that were merged into it, what it is recognised by, its addresses. An alias is
    /// found as the host that it stands for.
    pub(super) async fn search_host(&self, id: HostId, host: Option<Host>) -> Result<(), ServiceError> {
        let Some(mut host) = host else {
            self.keep_named(Key::Host(id), None);
            return Ok(());
        };
        for _ in 0..MOST_STEPS {
            let Some(into) = host.merged_into else { break };
            self.keep_named(Key::Host(host.id), None);
            let Some(next) = self.store().find::<Host>(&into.to_string()).await? else { return Ok(()) };
            host = next.value;
        }
        let mut names = vec![host.name.clone()];
        for alias in self.aliases_of(host.id).await? {
            names.extend(self.store().find::<Host>(&alias.to_string()).await?.map(|alias| alias.value.name));
        }
        names.extend(host.identifiers.iter().map(|identifier| identifier.value.clone()));
        let scan = Scan::exactly(Index::AddressByHost, &host.id.to_string());
        let addresses = self.store().all::<Address>(scan).await?;
        names.extend(
            addresses.iter().filter(|address| address.value.holds()).map(|address| address.value.ip.to_string()),
        );
        names.dedup();
        self.keep_named(Key::Host(host.id), Some(doc(names, [""; 0])));
        Ok(())
    }
}
