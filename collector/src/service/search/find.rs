//! A question in words, and its answer: what fits best first, of all kinds that the caller may see.

use std::collections::{BTreeMap, BTreeSet};

use muster_model::account::User;
use muster_model::declared::Declared;
use muster_model::knowledge::Article;
use muster_model::right::{Action, Resource};
use muster_model::search::{Asked, Candidates, Index, Rank};
use muster_model::text::Text;
use muster_model::ticket::problem::{self, KnownError};
use muster_model::ticket::{self, Ticket};
use muster_shared::id::{HostId, ItemId, TicketId};
use muster_shared::{SectionName, Time};
use muster_store::{Scan, TypedStore};
use roaring::RoaringBitmap;

use super::{Key, Kind, Known};
use crate::service::sight::Sight;
use crate::service::{Call, Service, ServiceError, Window, invalid};

/// Most documents of a kind that an answer reaches.
const REACH: usize = 1_000;
/// Tickets that are read to tell how well they fit, when their words alone tell that they do.
const LOOK: usize = 100;
/// Tickets that are read when their words alone do not tell.
const READ: usize = 400;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Question {
    /// The words.
    pub text: String,
    /// Only this kind.
    pub kind: Option<Kind>,
}

/// Something that was found.
#[derive(Clone, Debug)]
pub struct Hit {
    /// What it is.
    pub kind: Kind,
    /// How well it fits.
    pub rank: Rank,
    /// Its id; none for an item that several hosts have.
    pub id: Option<String>,
    /// Its name, or its title.
    pub name: Text,
    /// The class of an item, with the key of one that hosts have.
    pub class: Option<(String, Option<String>)>,
    /// The number and the state of a ticket or an article.
    pub ticket: Option<(String, &'static str)>,
    /// How far a problem is as a known error.
    pub known_error: Option<&'static str>,
    /// How many hosts have the item.
    pub hosts: Option<usize>,
    /// Another name by which it was found.
    pub by: Option<String>,
    /// When a ticket was opened.
    pub at: Option<Time>,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// One page of it, best first.
    pub hits: Vec<Hit>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
    /// How many there are of each kind that the caller may see.
    pub totals: BTreeMap<Kind, usize>,
    /// Whether there may be more: not all that came into question was read, or is reached, or stands in the index yet.
    pub is_cut: bool,
}

/// Something that was found, not read yet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    Named { name: String, key: Key, by: Option<String> },
    Item { name: String, class: SectionName, key: String },
    Ticket(std::cmp::Reverse<TicketId>),
}

impl Target {
    /// Whether a right to see items reaches it; of what is no item that is asked elsewhere.
    fn is_in(&self, sight: &Sight) -> bool {
        match self {
            Self::Named { key: Key::Host(id), .. } => sight.sees_host(*id),
            Self::Named { key: Key::Declared(id), .. } => sight.sees(&id.to_string()),
            Self::Named { .. } | Self::Item { .. } | Self::Ticket(_) => true,
        }
    }

    const fn kind(&self) -> Kind {
        match self {
            Self::Named { key: Key::Host(_), .. } => Kind::Host,
            Self::Named { key: Key::User(_), .. } => Kind::User,
            Self::Named { key: Key::Article(_), .. } => Kind::Article,
            Self::Named { .. } | Self::Item { .. } => Kind::Item,
            Self::Ticket(_) => Kind::Ticket,
        }
    }
}

/// Whether the caller may find things of a kind; accounts only who sees all of them.
fn may_find(call: &Call, kind: Kind) -> Result<(), ServiceError> {
    if kind == Kind::User { call.authorize(kind.right(), Resource::All) } else { call.holds(kind.right()) }
}

impl Service {
    /// Finds by words what the caller may see.
    pub async fn search(&self, call: &Call, question: &Question, window: &Window) -> Result<Answer, ServiceError> {
        let may_see = |kind: &&Kind| may_find(call, **kind).is_ok();
        let kinds: Vec<Kind> = match question.kind {
            Some(kind) => {
                may_find(call, kind)?;
                vec![kind]
            }
            None => Kind::ALL.iter().filter(may_see).copied().collect(),
        };
        if kinds.is_empty() {
            call.holds(Action::ItemRead)?;
        }
        let asked = Asked::parse(&question.text).map_err(|why| invalid("/q", why))?;
        let start = match &window.cursor {
            Some(cursor) => {
                cursor.parse().map_err(|_| invalid("/cursor", "a cursor is taken as `next_cursor` gave it"))?
            }
            None => 0_usize,
        };
        let is_whole = self.update_search().await?;
        let mut answer = Answer { is_cut: !is_whole, ..Answer::default() };
        let sight = self.sight(call, Action::ItemRead).await?;
        let mut found = self.find_named(call, &asked, &kinds);
        found.retain(|(_, target)| target.is_in(&sight));
        let hosts = sight.hosts();
        if kinds.contains(&Kind::Item) {
            if !self.update_lookup().await? {
                self.make_lookup().await?;
            }
            found.extend(
                self.lookup_names(&asked, hosts.as_ref())
                    .into_iter()
                    .map(|(rank, name, class, key)| (rank, Target::Item { name, class, key })),
            );
        }
        for kind in &kinds {
            answer.totals.insert(*kind, found.iter().filter(|(_, target)| target.kind() == *kind).count());
        }
        if kinds.contains(&Kind::Ticket) {
            let tickets = self.find_tickets(call, &asked, question.text.trim()).await?;
            answer.totals.insert(Kind::Ticket, tickets.total);
            answer.is_cut |= tickets.is_cut;
            found.extend(tickets.found.into_iter().map(|(rank, id)| (rank, Target::Ticket(std::cmp::Reverse(id)))));
        }
        found.sort_by(|(rank, target), (other_rank, other)| {
            (rank, target.kind(), target).cmp(&(other_rank, other.kind(), other))
        });
        answer.is_cut |= found.len() > REACH;
        found.truncate(REACH);
        let end = start.saturating_add(window.limit).min(found.len());
        answer.next_cursor = (end < found.len()).then(|| end.to_string());
        for (rank, target) in found.into_iter().take(end).skip(start) {
            answer.hits.extend(self.hit(rank, target, hosts.as_ref()).await?);
        }
        Ok(answer)
    }

    /// Hosts, declared items, accounts and articles that the caller may read.
    fn find_named(&self, call: &Call, asked: &Asked, kinds: &[Kind]) -> Vec<(Rank, Target)> {
        let reads_all = Self::reads_all_articles(call);
        self.search.read(|known| {
            let may_read = |key: &Key| match key {
                Key::Article(id) => reads_all || known.open_articles.contains(id),
                _ => true,
            };
            let target = |(rank, number)| {
                let (key, doc) = (*known.named.key(number).filter(|key| may_read(key))?, known.named.doc(number)?);
                let name = doc.names.first().cloned().unwrap_or_default();
                // When its own name does not fit, it is said which other one does.
                let is_by = |other: &&String| asked.rank([other.as_str()], [""; 0]).is_some();
                let is_named = is_by(&&name);
                // The text of an article is no name.
                let texts = doc.texts.iter().filter(|_| !matches!(key, Key::Article(_)));
                let by = doc.names.iter().skip(1).chain(texts).find(is_by).filter(|_| !is_named).cloned();
                Some((rank, Target::Named { name, key, by }))
            };
            let all = known.named.ranked(asked).into_iter().filter_map(target);
            all.filter(|(_, target)| kinds.contains(&target.kind())).collect()
        })
    }

    async fn hit(
        &self,
        rank: Rank,
        target: Target,
        within: Option<&BTreeSet<HostId>>,
    ) -> Result<Option<Hit>, ServiceError> {
        let kind = target.kind();
        let hit = |id: Option<String>, name: Text| Hit {
            kind,
            rank,
            id,
            name,
            class: None,
            ticket: None,
            known_error: None,
            hosts: None,
            by: None,
            at: None,
        };
        // What went since it was found is left out.
        Ok(match target {
            Target::Named { key: Key::Host(id), by, .. } => {
                let host = self.store().find::<muster_model::host::Host>(&id.to_string()).await?;
                host.map(|host| Hit { by, ..hit(Some(id.to_string()), host.value.name.into()) })
            }
            Target::Named { key: Key::User(id), by, .. } => {
                let user = self.store().find::<User>(&id.to_string()).await?;
                user.map(|user| Hit { by, ..hit(Some(id.to_string()), user.value.name.into()) })
            }
            Target::Named { key: Key::Declared(id), by, .. } => {
                let item = self.store().find::<Declared>(&id.to_string()).await?.map(|item| item.value);
                item.map(|item| {
                    let class = Some((item.class, None));
                    Hit { class, by, ..hit(Some(id.to_string()), item.name.into()) }
                })
            }
            Target::Named { key: Key::Article(id), by, .. } => {
                let article = self.store().find::<Article>(&id.to_string()).await?.map(|article| article.value);
                article.map(|article| {
                    let ticket = Some((article.number, article.content.state.as_str()));
                    Hit { ticket, by, ..hit(Some(id.to_string()), article.content.title.into()) }
                })
            }
            Target::Named { key: Key::Ticket(_), .. } => None,
            Target::Item { class, key, .. } => self.lookup_holders(class, &key, within).map(|(name, hosts, one)| {
                let id = one.map(|host: HostId| ItemId::new(host, class, &key).to_string());
                Hit { class: Some((class.to_string(), Some(key))), hosts: Some(hosts), ..hit(id, name.into()) }
            }),
            Target::Ticket(std::cmp::Reverse(id)) => {
                let stored = self.store().find::<Ticket>(&id.to_string()).await?.map(|stored| stored.value);
                stored.map(|stored| {
                    let known_error = problem::known_error(&stored).map(KnownError::as_str);
                    let ticket = Some((stored.number, stored.state.name().as_str()));
                    Hit { ticket, known_error, at: Some(stored.opened_at), ..hit(Some(id.to_string()), stored.title) }
                })
            }
        })
    }

    /// Tickets by number, and by their words. What changed last is looked at first.
    async fn find_tickets(&self, call: &Call, asked: &Asked, text: &str) -> Result<Tickets, ServiceError> {
        let sees_internal = call.authorize(Action::TicketInternal, Resource::All).is_ok();
        let seen = self.tickets_seen(call).await?;
        let is_seen = |id: &TicketId| seen.as_ref().is_none_or(|seen| seen.contains(id));
        let mut found: BTreeMap<TicketId, Rank> = self.tickets_of_number(text).await?;
        found.retain(|id, _| is_seen(id));
        let numbered: Vec<TicketId> = found.keys().copied().collect();
        let mut worded = self.search.read(|known| Worded::of(known, asked, sees_internal, &numbered));
        if seen.is_some() {
            // How many there are is known of all tickets only: of some each is read.
            worded.is_certain = false;
            worded.words.retain(is_seen);
            worded.parts.retain(is_seen);
        }
        let read = if worded.is_certain { LOOK } else { READ };
        let (mut fitting, mut is_cut) = (0, false);
        for (ids, otherwise) in [(&worded.words, Rank::Word), (&worded.parts, Rank::Part)] {
            for (i, id) in ids.iter().enumerate() {
                let rank = if i < read {
                    let Some((_, public, internal)) = self.read_ticket(*id).await? else { continue };
                    internal.filter(|_| sees_internal).unwrap_or(public).rank(asked)
                } else if worded.is_certain {
                    Some(otherwise)
                } else {
                    is_cut = true;
                    break;
                };
                let Some(rank) = rank else { continue };
                fitting += usize::from(!numbered.contains(id));
                found.entry(*id).and_modify(|known| *known = rank.min(*known)).or_insert(rank);
            }
        }
        let others = if worded.is_certain { worded.total } else { fitting };
        let found: Vec<(Rank, TicketId)> = found.into_iter().map(|(id, rank)| (rank, id)).collect();
        Ok(Tickets { total: others + numbered.len(), is_cut, found })
    }

    /// The tickets whose number this is, or begins so: `INC-000012`, `inc-0000`, `12`.
    async fn tickets_of_number(&self, text: &str) -> Result<BTreeMap<TicketId, Rank>, ServiceError> {
        let upper = text.to_ascii_uppercase();
        let mut found = BTreeMap::new();
        for kind in ticket::Kind::ALL {
            let exact = match upper.parse::<u64>() {
                Ok(count) => kind.number(count),
                Err(_) if upper.starts_with(&format!("{}-", kind.prefix())) => upper.clone(),
                Err(_) => continue,
            };
            let scan = Scan::index(muster_store::Index::TicketByNumber, exact.as_str()).descending().limit(50);
            for stored in self.store().page::<Ticket>(scan).await?.rows {
                let rank = if stored.value.number == exact { Rank::Exact } else { Rank::Prefix };
                found.insert(stored.value.id, rank);
            }
        }
        Ok(found)
    }
}

/// Tickets that fit.
struct Tickets {
    found: Vec<(Rank, TicketId)>,
    total: usize,
    is_cut: bool,
}

/// Tickets that come into question by their words, those first that changed last: some that have all words as whole words, and
/// some of the others.
struct Worded {
    words: Vec<TicketId>,
    parts: Vec<TicketId>,
    /// How many there are, without those of a number.
    total: usize,
    is_certain: bool,
}

impl Worded {
    fn of(known: &Known, asked: &Asked, sees_internal: bool, numbered: &[TicketId]) -> Self {
        let public = known.tickets.candidates(asked);
        let internal = if sees_internal { known.internal.candidates(asked) } else { Candidates::default() };
        let top = |index: &Index<TicketId>, found: &RoaringBitmap| -> Vec<TicketId> {
            found.iter().rev().take(REACH).filter_map(|number| index.key(number).copied()).collect()
        };
        let mut words = top(&known.internal, &internal.words);
        words.extend(top(&known.tickets, &public.words));
        let mut parts = top(&known.internal, &(&internal.all - &internal.words));
        parts.extend(top(&known.tickets, &(&public.all - &public.words)));
        // A ticket with internal comments stands in both.
        let mut seen = BTreeSet::new();
        words.retain(|id| seen.insert(*id));
        parts.retain(|id| seen.insert(*id));
        let in_public = |id: &TicketId| known.tickets.number(id).is_some_and(|number| public.all.contains(number));
        let only_internal = internal.all.iter().filter_map(|number| known.internal.key(number));
        let only_internal = only_internal.filter(|id| !in_public(id)).count();
        let in_internal = |id: &TicketId| known.internal.number(id).is_some_and(|number| internal.all.contains(number));
        let counted = numbered.iter().filter(|id| in_public(id) || in_internal(id)).count();
        let all = usize::try_from(public.all.len()).unwrap_or(usize::MAX).saturating_add(only_internal);
        Self { words, parts, total: all.saturating_sub(counted), is_certain: public.is_certain }
    }
}
