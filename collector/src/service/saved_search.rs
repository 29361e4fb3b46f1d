//! Saved searches: questions that people keep, for themselves or for everybody.
//!
//! Whoever may not see the list that a search asks, or another person's private one, hears that there is none.

use std::collections::HashMap;

use muster_model::account::User;
use muster_model::query::{Query, QueryError};
use muster_model::right::{Action, Resource};
use muster_model::saved_search::{self, ListName, SavedSearch, Sort};
use muster_model::{ChangeSet, Collection, Expected, Record, Versioned};
use muster_shared::id::{SavedSearchId, UserId};
use muster_store::{Index, Scan, TypedStore};
use serde_json::json;

use super::class::wrong;
use super::{Call, Page, Service, ServiceError, Window, check_version, invalid};
use muster_model::text::Phrase;

/// Most searches that one person keeps.
const MOST: usize = 200;

/// A saved search as it is shown.
#[derive(Clone, Debug)]
pub struct SavedSearchView {
    /// The search.
    pub search: Versioned<SavedSearch>,
    /// The sign-in name of who keeps it.
    pub owner: String,
    /// What does not hold of it any more.
    pub problem: Option<QueryError>,
}

/// What somebody saves.
#[derive(Clone, Debug)]
pub struct SavedSearchDraft {
    /// What it is called.
    pub name: String,
    /// Which list it asks.
    pub list: ListName,
    /// The question.
    pub filter: String,
    /// What is shown of each record; nothing is what is usual.
    pub columns: Vec<String>,
    /// By what the records are sorted; empty is the order of the list.
    pub sort: String,
    /// Whether everybody sees it.
    pub is_shared: bool,
}

/// What is changed of a saved search; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct SavedSearchEdit {
    /// What it is called.
    pub name: Option<String>,
    /// Which list it asks.
    pub list: Option<ListName>,
    /// The question.
    pub filter: Option<String>,
    /// What is shown of each record; nothing is what is usual.
    pub columns: Option<Vec<String>>,
    /// By what the records are sorted; empty is the order of the list.
    pub sort: Option<String>,
    /// Whether everybody sees it.
    pub is_shared: Option<bool>,
}

fn missing(id: SavedSearchId) -> ServiceError {
    ServiceError::NotFound { kind: "saved search", id: id.to_string() }
}

/// Who keeps a search changes it; what is shared is changed by those who may share.
fn may_change(call: &Call, search: &SavedSearch) -> Result<(), ServiceError> {
    if call.actor.user() == Some(search.owner) {
        return Ok(());
    }
    call.authorize(Action::SearchShare, Resource::One(&search.id.to_string()))
}

/// Names as they are written.
fn trimmed(columns: Vec<String>) -> Vec<String> {
    columns.into_iter().map(|column| column.trim().to_owned()).filter(|column| !column.is_empty()).collect()
}

/// An order as it is written; empty is none.
fn order(text: &str) -> Option<Sort> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned().into())
}

/// Where a search stands in the list.
fn place(search: &SavedSearch) -> String {
    format!("{}/{}", search.name.to_lowercase(), search.id)
}

impl Service {
    /// The saved searches that the caller sees, by name.
    pub async fn list_saved_searches(
        &self,
        call: &Call,
        query: &Query,
        window: &Window,
    ) -> Result<Page<SavedSearchView>, ServiceError> {
        let may_see = |list: &ListName| call.holds(list.right()).is_ok();
        if !ListName::ALL.iter().any(may_see) {
            call.authorize(Action::ItemRead, Resource::Shared)?;
        }
        let mut found = self.store().all::<SavedSearch>(Scan::index(Index::SavedSearchShared, "")).await?;
        if let Some(user) = call.actor.user() {
            let own =
                self.store().all::<SavedSearch>(Scan::index(Index::SavedSearchByOwner, format!("{user}/"))).await?;
            found.extend(own.into_iter().filter(|search| !search.value.is_shared));
        }
        found.retain(|search| may_see(&search.value.list));
        found.sort_by_key(|search| place(&search.value));
        let mut names = HashMap::new();
        let mut items: Vec<SavedSearchView> = Vec::new();
        for search in found {
            if window.cursor.as_ref().is_some_and(|after| place(&search.value) <= *after) {
                continue;
            }
            let view = self.saved_search_view(search, &mut names).await?;
            let search = &view.search.value;
            let entry = json!({
                "name": search.name, "list": search.list, "owner": view.owner, "shared": search.is_shared,
            });
            if !query.matches(&entry) {
                continue;
            }
            if items.len() >= window.limit {
                let next_cursor = items.last().map(|last| place(&last.search.value));
                return Ok(Page { items, next_cursor });
            }
            items.push(view);
        }
        Ok(Page { items, next_cursor: None })
    }

    async fn saved_search_view(
        &self,
        search: Versioned<SavedSearch>,
        names: &mut HashMap<UserId, String>,
    ) -> Result<SavedSearchView, ServiceError> {
        let owner = search.value.owner;
        let name = match names.get(&owner) {
            Some(name) => name.clone(),
            None => {
                self.store().find::<User>(&owner.to_string()).await?.map_or_else(String::new, |user| user.value.name)
            }
        };
        names.insert(owner, name.clone());
        let registry = self.registry().await?;
        let problem = saved_search::problem(search.value.list, &search.value.filter, &registry);
        Ok(SavedSearchView { search, owner: name, problem })
    }

    /// A search that the caller sees.
    async fn seen_search(&self, call: &Call, id: SavedSearchId) -> Result<Versioned<SavedSearch>, ServiceError> {
        let stored = self.store().find::<SavedSearch>(&id.to_string()).await?.ok_or_else(|| missing(id))?;
        let is_seen = stored.value.is_for(call.actor.user());
        if is_seen && call.holds(stored.value.list.right()).is_ok() {
            return Ok(stored);
        }
        Err(missing(id))
    }

    /// One saved search, with what does not hold of it any more.
    pub async fn get_saved_search(&self, call: &Call, id: SavedSearchId) -> Result<SavedSearchView, ServiceError> {
        // Who may see no list at all is told so; who may see another one is not told of this.
        let may_see = |list: &ListName| call.holds(list.right()).is_ok();
        if !ListName::ALL.iter().any(may_see) {
            call.authorize(Action::ItemRead, Resource::Shared)?;
        }
        let search = self.seen_search(call, id).await?;
        self.saved_search_view(search, &mut HashMap::new()).await
    }

    /// Saves a search for the caller.
    pub async fn create_saved_search(
        &self,
        call: &Call,
        draft: SavedSearchDraft,
    ) -> Result<SavedSearchView, ServiceError> {
        call.authorize(Action::SearchSave, Resource::Shared)?;
        call.holds(draft.list.right())?;
        let owner = call.actor.user().ok_or(ServiceError::Unauthenticated("an account is needed for this"))?;
        let now = self.now();
        let SavedSearchDraft { name, list, filter, columns, sort, is_shared } = draft;
        let (name, filter) = (name.trim().to_owned(), filter.trim().to_owned());
        let id = SavedSearchId::new(now);
        let (columns, sort) = (trimmed(columns), order(&sort));
        let (created_at, updated_at) = (now, now);
        let search = SavedSearch { id, name, owner, is_shared, list, filter, columns, sort, created_at, updated_at };
        let _one_at_a_time = self.saving.lock().await;
        self.save_search(call, "search.create", search, Expected::Absent).await?;
        self.get_saved_search(call, id).await
    }

    /// Changes a saved search: one's own, or a shared one.
    pub async fn update_saved_search(
        &self,
        call: &Call,
        id: SavedSearchId,
        edit: SavedSearchEdit,
        seen: Option<u64>,
    ) -> Result<SavedSearchView, ServiceError> {
        call.authorize(Action::SearchSave, Resource::Shared)?;
        let _one_at_a_time = self.saving.lock().await;
        let stored = self.seen_search(call, id).await?;
        may_change(call, &stored.value)?;
        check_version(&stored, seen)?;
        let before = stored.value;
        let search = SavedSearch {
            name: edit.name.map_or_else(|| before.name.clone(), |name| name.trim().to_owned()),
            list: edit.list.unwrap_or(before.list),
            filter: edit.filter.map_or_else(|| before.filter.clone(), |filter| filter.trim().to_owned()),
            columns: edit.columns.map_or_else(|| before.columns.clone(), trimmed),
            sort: edit.sort.map_or_else(|| before.sort.clone(), |sort| order(&sort)),
            is_shared: edit.is_shared.unwrap_or(before.is_shared),
            updated_at: self.now(),
            ..before
        };
        call.holds(search.list.right())?;
        self.save_search(call, "search.update", search, Expected::Version(stored.version)).await?;
        // Whoever made another one's search private does not see it any more.
        let stored = self.store().find::<SavedSearch>(&id.to_string()).await?.ok_or_else(|| missing(id))?;
        self.saved_search_view(stored, &mut HashMap::new()).await
    }

    /// Removes a saved search: one's own, or a shared one.
    pub async fn remove_saved_search(
        &self,
        call: &Call,
        id: SavedSearchId,
        seen: Option<u64>,
    ) -> Result<(), ServiceError> {
        call.authorize(Action::SearchSave, Resource::Shared)?;
        let stored = self.seen_search(call, id).await?;
        may_change(call, &stored.value)?;
        check_version(&stored, seen)?;
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(self.now(), "search.remove", id, stored.value.name.clone()));
        changes.delete(Collection::SavedSearch, stored.value.key(), Expected::Version(stored.version));
        Ok(self.commit(changes).await?)
    }

    /// Checks and writes a search; whoever calls holds `saving`, so that no name is given twice.
    async fn save_search(
        &self,
        call: &Call,
        action: &str,
        search: SavedSearch,
        expected: Expected,
    ) -> Result<(), ServiceError> {
        let before = self.store().find::<SavedSearch>(&search.key()).await?;
        let was_shared = before.is_some_and(|before| before.value.is_shared);
        if search.is_shared && !was_shared {
            call.authorize(Action::SearchShare, Resource::One(&search.id.to_string()))?;
        }
        let violations = saved_search::check(&search, &*self.registry().await?);
        if !violations.is_empty() {
            return Err(wrong(violations));
        }
        let scan = Scan::index(Index::SavedSearchByOwner, format!("{}/", search.owner));
        let own = self.store().all::<SavedSearch>(scan).await?;
        let name = search.name.to_lowercase();
        if own.iter().any(|other| other.value.id != search.id && other.value.name.to_lowercase() == name) {
            return Err(invalid("/name", Phrase::new("search_taken").with("name", search.name)));
        }
        if expected == Expected::Absent && own.len() >= MOST {
            return Err(ServiceError::Conflict(Phrase::new("searches_full").with("max", MOST).into()));
        }
        let mut changes = ChangeSet::new();
        let shared = if search.is_shared { ", shared" } else { "" };
        let summary = format!("{}: {}{shared}", search.name, search.list.as_str());
        changes.audit.push(call.audit(search.updated_at, action, search.id, summary));
        changes.put(search, expected);
        Ok(self.commit(changes).await?)
    }
}
