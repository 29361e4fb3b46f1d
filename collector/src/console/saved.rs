//! Saved searches: those of a list above it, `/saved-searches` with all of them, the page of one, and what it finds.

pub(super) mod rows;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use muster_model::query::Query;
use muster_model::right::Action;
use muster_model::saved_search::{ListName, SavedSearch};
use muster_model::text::{Phrase, Word};
use muster_shared::Time;
use muster_shared::id::SavedSearchId;

use super::answer::{self, see_other, sentence};
use super::form::{self, Attempt, Choice, Field, Form};
use super::list::{self, Pager};
use super::locale::Locale;
use super::markup;
use super::shell::Shell;
use super::submission::{Fields, Submission};
use super::value;
use super::visitor::Visitor;
use crate::service::saved_search::{SavedSearchDraft, SavedSearchEdit, SavedSearchView};
use crate::service::{ServiceError, Window, invalid};

/// Searches that a list shows above it.
const SHOWN: usize = 12;

/// A saved search as a link.
#[derive(Clone, Debug)]
pub(super) struct SavedLink {
    pub(super) name: String,
    pub(super) href: String,
    pub(super) is_here: bool,
    pub(super) is_broken: bool,
}

/// What stands above a list: its saved searches, and the way to save this one.
#[derive(Clone, Debug, Default)]
pub(super) struct SavedBar {
    pub(super) links: Vec<SavedLink>,
    /// Where the present question is saved; nowhere without one.
    pub(super) save: Option<String>,
}

/// The page that a saved search opens: its list, or a table of its own where columns or an order were chosen.
fn page_of(search: &SavedSearch) -> String {
    let SavedSearch { id, list, filter, columns, sort, .. } = search;
    if !columns.is_empty() || sort.is_some() {
        return format!("/saved-searches/{id}/rows");
    }
    let (path, more) = match list {
        ListName::Hosts => ("/hosts", ""),
        ListName::Items => ("/items", ""),
        ListName::Findings => ("/findings", ""),
        ListName::Tickets => ("/incidents", "show=all&kind=any&"),
    };
    format!("{path}?{more}q={}", markup::url(filter))
}

/// A question with more demands, all of which hold.
pub(super) fn with(q: &str, demands: &[String]) -> String {
    if demands.is_empty() {
        return q.to_owned();
    }
    let has_or = q.split(|c: char| !c.is_alphanumeric()).any(|word| word.eq_ignore_ascii_case("or"));
    let first = if has_or { format!("({q})") } else { q.to_owned() };
    [std::slice::from_ref(&first), demands].concat().join(" ").trim().to_owned()
}

/// The bar of a list that is asked this now.
pub(super) async fn bar(visitor: &Visitor, list: ListName, filter: &str) -> Result<SavedBar, ServiceError> {
    let mut query = Query::default();
    query
        .and("list", list.as_str(), &muster_model::query::fields::SAVED_SEARCH)
        .map_err(|why| invalid("/list", why))?;
    let window = Window { limit: SHOWN, cursor: None };
    let found = visitor.service().list_saved_searches(&visitor.call, &query, &window).await?;
    let link = |view: SavedSearchView| {
        let search = view.search.value;
        let is_here = search.filter == filter && !filter.is_empty();
        let is_broken = view.problem.is_some();
        SavedLink { href: page_of(&search), name: search.name, is_here, is_broken }
    };
    let links: Vec<SavedLink> = found.items.into_iter().map(link).collect();
    let is_saved = links.iter().any(|link| link.is_here);
    let may_save = visitor.may(Action::SearchSave) && !filter.is_empty() && !is_saved;
    let save =
        may_save.then(|| format!("/saved-searches?list={}&filter={}#form-new", list.as_str(), markup::url(filter)));
    Ok(SavedBar { links, save })
}

/// A row of the page.
#[derive(Clone, Debug)]
pub(super) struct SavedRow {
    pub(super) name: String,
    pub(super) href: String,
    /// The page on which it is changed, for whom may.
    pub(super) edit: Option<String>,
    pub(super) list: String,
    pub(super) filter: String,
    pub(super) owner: String,
    pub(super) is_shared: bool,
    pub(super) problem: Option<String>,
    pub(super) updated_at: Time,
}

#[derive(Template)]
#[template(path = "saved.html")]
pub(super) struct SavedPage {
    pub(super) page: Shell,
    /// The name of the one search, when the page is about one.
    pub(super) one: Option<String>,
    pub(super) rows: Vec<SavedRow>,
    pub(super) edit: Option<Form>,
    pub(super) remove: Option<Form>,
    pub(super) pager: Pager,
}

pub(super) fn may_change(visitor: &Visitor, view: &SavedSearchView) -> bool {
    let is_own = view.search.value.owner == visitor.id();
    visitor.may(Action::SearchSave) && (is_own || visitor.may(Action::SearchShare))
}

fn row(visitor: &Visitor, view: &SavedSearchView) -> SavedRow {
    let (locale, search) = (visitor.locale, &view.search.value);
    SavedRow {
        name: search.name.clone(),
        href: page_of(search),
        edit: may_change(visitor, view).then(|| format!("/saved-searches/{}", search.id)),
        list: locale.name("saved-list", search.list.as_str()),
        filter: value::middle(&search.filter, 160),
        owner: view.owner.clone(),
        is_shared: search.is_shared,
        problem: view.problem.as_ref().map(|problem| sentence(&problem.phrase().into(), locale)),
        updated_at: search.updated_at,
    }
}

/// What a search is, as it stands in its form.
#[derive(Default)]
struct Entered {
    name: String,
    list: String,
    filter: String,
    columns: String,
    sort: String,
    is_shared: bool,
}

/// Names with commas between.
fn listed(text: &str) -> Vec<String> {
    text.split(',').map(str::to_owned).collect()
}

/// The fields of a search.
fn fields(visitor: &Visitor, form: Form, Entered { name, list, filter, columns, sort, is_shared }: Entered) -> Form {
    let locale = visitor.locale;
    let lists = form::choices(locale, "saved-list", ListName::ALL.iter().map(|list| list.as_str()), &list);
    let form = form
        .tone("primary")
        .submit(locale.t("save"))
        .field(Field::text(locale, "name").required().value(name))
        .field(Field::select(locale, "list", lists))
        .field(Field::text(locale, "filter").value(filter).hint(locale.t("hint-filter")))
        .field(Field::text(locale, "columns").value(columns).hint(locale.t("hint-columns")))
        .field(Field::text(locale, "sort").value(sort).hint(locale.t("hint-sort")));
    // What is shared stays so when somebody edits it who shares nothing new.
    if !is_shared && !visitor.may(Action::SearchShare) {
        return form;
    }
    let label = locale.t("search-shared-all");
    form.field(Field::checks(locale, "shared", vec![Choice { value: "yes".into(), label, is_chosen: is_shared }]))
}

fn list_of(fields: &Fields) -> Result<ListName, ServiceError> {
    let wrong = || {
        let given: String = fields.text("list").chars().take(60).collect();
        let why = Phrase::new("no_choice").with("value", given).term("field", "field", "list");
        invalid("/list", why.with("choices", Word::list(ListName::ALL.iter().map(|list| list.as_str()))))
    };
    ListName::of(fields.text("list")).ok_or_else(wrong)
}

async fn all(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let window = list::window(visitor);
    let found = visitor.service().list_saved_searches(&visitor.call, &Query::default(), &window).await?;
    let parameter = |name: &str| visitor.parameter(name).unwrap_or_default();
    let new = || {
        let form = Form::new(visitor, "new", "/saved-searches".to_owned(), locale.t("search-save"));
        let (list, filter) = (parameter("list"), parameter("filter"));
        let is_asked = !list.is_empty();
        let mut form = fields(visitor, form, Entered { list, filter, ..Entered::default() }).after(attempt);
        form.is_open |= is_asked;
        form
    };
    let page = SavedPage {
        page: Shell::at(visitor, "", &locale.t("searches-title")).await,
        one: None,
        rows: found.items.iter().map(|view| row(visitor, view)).collect(),
        edit: visitor.may(Action::SearchSave).then(new),
        remove: None,
        pager: Pager::new(visitor, "/saved-searches", found.next_cursor),
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /saved-searches`.
pub(super) async fn show_all(visitor: Visitor) -> Response {
    let outcome = all(&visitor, None).await;
    visitor.answer(outcome)
}

async fn create(visitor: &Visitor, fields: Fields) -> Result<Response, ServiceError> {
    let saved = match list_of(&fields) {
        Ok(list) => {
            let text = |name: &str| fields.text(name).to_owned();
            let is_shared = fields.filled("shared").is_some();
            let (columns, sort) = (listed(fields.text("columns")), text("sort"));
            let draft = SavedSearchDraft { name: text("name"), list, filter: text("filter"), columns, sort, is_shared };
            visitor.service().create_saved_search(&visitor.call, draft).await
        }
        Err(wrong) => Err(wrong),
    };
    match saved {
        Ok(view) => {
            let search = view.search.value;
            let page = page_of(&search);
            let and = if page.contains('?') { '&' } else { '?' };
            Ok(see_other(&format!("{page}{and}done=search-saved")))
        }
        Err(error) => {
            let attempt = Attempt::new("new", fields, error, visitor.locale)?;
            all(visitor, Some(&attempt)).await
        }
    }
}

/// `POST /saved-searches`.
pub(super) async fn add(Submission { visitor, fields }: Submission) -> Response {
    let outcome = create(&visitor, fields).await;
    visitor.answer(outcome)
}

fn parse(id: &str) -> Result<SavedSearchId, ServiceError> {
    id.parse().map_err(|_| ServiceError::NotFound { kind: "saved search", id: id.chars().take(80).collect() })
}

fn edit_form(visitor: &Visitor, view: &SavedSearchView, locale: Locale, attempt: Option<&Attempt>) -> Form {
    let search = &view.search.value;
    let action = format!("/saved-searches/{}", search.id);
    let form = Form::new(visitor, "edit", action, locale.t("search-edit")).version(view.search.version);
    let entered = Entered {
        name: search.name.clone(),
        list: search.list.as_str().to_owned(),
        filter: search.filter.clone(),
        columns: search.columns.join(", "),
        sort: search.sort.as_ref().map(ToString::to_string).unwrap_or_default(),
        is_shared: search.is_shared,
    };
    fields(visitor, form, entered).after(attempt)
}

async fn one(visitor: &Visitor, id: &str, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let view = visitor.service().get_saved_search(&visitor.call, parse(id)?).await?;
    let may_change = may_change(visitor, &view);
    let remove = || {
        let action = format!("/saved-searches/{id}/remove");
        Form::new(visitor, "remove", action, locale.t("search-remove"))
            .tone("danger")
            .version(view.search.version)
            .after(attempt)
    };
    let page = SavedPage {
        page: Shell::at(visitor, "", &view.search.value.name).await,
        one: Some(view.search.value.name.clone()),
        rows: vec![row(visitor, &view)],
        remove: may_change.then(remove),
        edit: may_change.then(|| edit_form(visitor, &view, locale, attempt)),
        pager: Pager::default(),
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /saved-searches/{id}`.
pub(super) async fn show(visitor: Visitor, Path(id): Path<String>) -> Response {
    let outcome = one(&visitor, &id, None).await;
    visitor.answer(outcome)
}

async fn update(visitor: &Visitor, id: &str, fields: Fields) -> Result<Response, ServiceError> {
    let changed = match list_of(&fields) {
        Ok(list) => {
            let text = |name: &str| Some(fields.text(name).to_owned());
            let is_shared = Some(fields.filled("shared").is_some());
            let (columns, sort) = (Some(listed(fields.text("columns"))), text("sort"));
            let (name, filter) = (text("name"), text("filter"));
            let edit = SavedSearchEdit { name, list: Some(list), filter, columns, sort, is_shared };
            visitor.service().update_saved_search(&visitor.call, parse(id)?, edit, fields.version()).await
        }
        Err(wrong) => Err(wrong),
    };
    match changed {
        Ok(_) => Ok(see_other("/saved-searches?done=saved")),
        Err(error) => {
            let attempt = Attempt::new("edit", fields, error, visitor.locale)?;
            one(visitor, id, Some(&attempt)).await
        }
    }
}

/// `POST /saved-searches/{id}`.
pub(super) async fn save(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = update(&visitor, &id, fields).await;
    visitor.answer(outcome)
}

async fn removed(visitor: &Visitor, id: &str, fields: Fields) -> Result<Response, ServiceError> {
    match visitor.service().remove_saved_search(&visitor.call, parse(id)?, fields.version()).await {
        Ok(()) => Ok(see_other("/saved-searches?done=search-removed")),
        Err(error) => {
            let attempt = Attempt::new("remove", fields, error, visitor.locale)?;
            one(visitor, id, Some(&attempt)).await
        }
    }
}

/// `POST /saved-searches/{id}/remove`.
pub(super) async fn remove(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = removed(&visitor, &id, fields).await;
    visitor.answer(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demands_hold_for_all_of_a_question() {
        assert_eq!(with("a b", &[]), "a b");
        assert_eq!(with("", &["state:open".into()]), "state:open");
        assert_eq!(with("a or b", &["state:open".into(), "c:d".into()]), "(a or b) state:open c:d");
        assert_eq!(with("for more", &["c:d".into()]), "for more c:d");
    }
}
