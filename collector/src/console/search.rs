//! The search field: an id or the name of a host goes straight there; everything else is looked for by its words.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use muster_model::history::Moment;
use muster_shared::Time;

use super::answer::{self, sentence};
use super::list::{self, Pager};
use super::locale::Locale;
use super::markup;
use super::shell::Shell;
use super::value;
use super::visitor::Visitor;
use crate::http::rest::search::page as page_of;
use crate::service::search::{Hit, Kind, Question};
use crate::service::{ServiceError, Window};

/// Entries of a kind that the page shows when it shows all kinds.
const SHOWN: usize = 8;

/// Where an id leads.
fn place(text: &str) -> Option<String> {
    let path = markup::url(text);
    let upper = text.to_ascii_uppercase();
    let is_number = upper
        .split_once('-')
        .is_some_and(|(kind, digits)| kind == "INC" && digits.len() >= 6 && digits.chars().all(|c| c.is_ascii_digit()));
    let is_id = |digits: &str| digits.len() >= 32 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    match text.split_once('_').filter(|(_, digits)| is_id(digits)).map(|(prefix, _)| prefix) {
        _ if is_number => Some(format!("/incidents/{}", markup::url(&upper))),
        Some("tkt") => Some(format!("/incidents/{path}")),
        Some("host") => Some(format!("/hosts/{path}")),
        Some("item") => Some(format!("/items/{path}")),
        Some("fnd") => Some(format!("/findings/{path}")),
        _ => None,
    }
}

/// Something that was found.
#[derive(Clone, Debug)]
pub(super) struct HitRow {
    pub(super) href: String,
    pub(super) name: String,
    pub(super) class: Option<String>,
    pub(super) hosts: Option<usize>,
    pub(super) number: Option<String>,
    /// Set and name of each.
    pub(super) states: Vec<(&'static str, &'static str)>,
    pub(super) by: Option<String>,
    pub(super) at: Option<Time>,
}

impl HitRow {
    fn of(hit: &Hit, locale: Locale) -> Self {
        let class = hit.class.as_ref().map(|(class, _)| {
            let section = locale.find(&format!("section-{}", class.replace('_', "-")));
            section.unwrap_or_else(|| locale.name("class", class))
        });
        let set = if hit.kind == Kind::Article { "article-state" } else { "state" };
        let state = hit.ticket.as_ref().map(|(_, state)| (set, *state));
        let states = state.into_iter().chain(hit.known_error.map(|known| ("known-error", known))).collect();
        Self {
            href: page_of(hit),
            name: value::middle(&locale.say(&hit.name), 160),
            class,
            hosts: hit.hosts.filter(|hosts| *hosts > 1),
            number: hit.ticket.as_ref().map(|(number, _)| number.clone()),
            states,
            by: hit.by.as_deref().map(|by| value::middle(by, 60)),
            at: hit.at,
        }
    }
}

/// What was found of a kind.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) kind: &'static str,
    pub(super) title: String,
    pub(super) total: usize,
    pub(super) rows: Vec<HitRow>,
    /// Where all of it is.
    pub(super) all: Option<String>,
}

#[derive(Template)]
#[template(path = "search.html")]
pub(super) struct SearchPage {
    pub(super) page: Shell,
    pub(super) q: String,
    pub(super) error: Option<String>,
    pub(super) groups: Vec<Group>,
    pub(super) is_cut: bool,
    pub(super) pager: Pager,
}

fn title(locale: Locale, kind: Kind) -> String {
    match kind {
        Kind::Host => locale.t("hosts-title"),
        Kind::Item => locale.t("items-title"),
        Kind::Ticket => locale.t("incidents-title"),
        Kind::Article => locale.t("knowledge-title"),
        Kind::User => locale.t("users-title"),
    }
}

/// What was found: some of every kind, or a page of one.
struct Found {
    groups: Vec<Group>,
    is_cut: bool,
    next: Option<String>,
}

async fn find(visitor: &Visitor, q: &str, kind: Option<Kind>) -> Result<Found, ServiceError> {
    let (service, locale) = (visitor.service(), visitor.locale);
    let mut found = Found { groups: Vec::new(), is_cut: false, next: None };
    // The kinds that the visitor may see are those that the first answer counts.
    let window = if kind.is_some() { list::window(visitor) } else { Window { limit: 1, cursor: None } };
    let first = service.search(&visitor.call, &Question { text: q.to_owned(), kind }, &window).await?;
    found.is_cut = first.is_cut;
    for (of, total) in first.totals {
        let (hits, all) = match kind {
            Some(_) => {
                found.next.clone_from(&first.next_cursor);
                (first.hits.clone(), None)
            }
            None if total == 0 => continue,
            None => {
                let question = Question { text: q.to_owned(), kind: Some(of) };
                let answer = service.search(&visitor.call, &question, &Window { limit: SHOWN, cursor: None }).await?;
                let all =
                    (total > answer.hits.len()).then(|| format!("/search?q={}&kind={}", markup::url(q), of.as_str()));
                (answer.hits, all)
            }
        };
        let rows: Vec<HitRow> = hits.iter().map(|hit| HitRow::of(hit, locale)).collect();
        if !rows.is_empty() {
            found.groups.push(Group { kind: of.as_str(), title: title(locale, of), total, rows, all });
        }
    }
    Ok(found)
}

async fn page(visitor: &Visitor) -> Result<Response, ServiceError> {
    let q = visitor.parameter("q").unwrap_or_default();
    let kind = visitor.parameter("kind").as_deref().map(Kind::of).transpose()?;
    if kind.is_none() && !q.is_empty() {
        if let Some(place) = place(&q) {
            return Ok(answer::see_other(&place));
        }
        if let Ok(view) = visitor.service().find_host(&visitor.call, &q, Moment::NOW).await {
            return Ok(answer::see_other(&format!("/hosts/{}", view.host.value.id)));
        }
    }
    let (found, error) = if q.is_empty() {
        (Found { groups: Vec::new(), is_cut: false, next: None }, None)
    } else {
        match find(visitor, &q, kind).await {
            Ok(found) => (found, None),
            Err(ServiceError::Invalid(errors)) => {
                let all: Vec<String> = errors.iter().map(|wrong| sentence(&wrong.detail, visitor.locale)).collect();
                (Found { groups: Vec::new(), is_cut: false, next: None }, Some(all.join(" ")))
            }
            Err(error) => return Err(error),
        }
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = SearchPage {
        page: Shell::at(visitor, "", &visitor.locale.t("search")).await,
        error,
        groups: found.groups,
        is_cut: found.is_cut,
        pager: Pager::new(visitor, "/search", found.next),
        q,
    };
    Ok(answer::page(status, &page))
}

/// `GET /search?q=…`.
pub(super) async fn go(visitor: Visitor) -> Response {
    let outcome = page(&visitor).await;
    visitor.answer(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_ids_go_straight_there() {
        let id = "0123456789abcdef0123456789abcdef";
        assert_eq!(place("inc-000012").as_deref(), Some("/incidents/INC-000012"));
        assert_eq!(place(&format!("fnd_{id}")), Some(format!("/findings/fnd_{id}")));
        assert_eq!(place(&format!("host_{id}")), Some(format!("/hosts/host_{id}")));
        for text in ["web 1", "host_name", "inc-12", "tkt_", "fnd_1"] {
            assert_eq!(place(text), None, "{text}");
        }
    }
}
