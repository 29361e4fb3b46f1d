//! Knowledge: articles in versions, found by their words, suggested on tickets.

use muster_model::knowledge::{self, Article, ArticleState, ArticleVersion, Content, Refused, Suggested};
use muster_model::query::Query;
use muster_model::right::{Action, Resource};
use muster_model::text::Phrase;
use muster_model::ticket::Visibility;
use muster_model::{ChangeSet, Collection, Versioned};
use muster_shared::Time;
use muster_shared::id::ArticleId;
use muster_store::{Index, Scan, TypedStore};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::drift::put_counter;
use super::ticket::check_text;
use super::{Call, Page, Service, ServiceError, Window, check_version, invalid};

mod review;

/// Longest text of an article, in characters.
const MAX_BODY: usize = 100_000;
/// Words that it is found by besides, at most.
const MAX_KEYWORDS: usize = 30;
/// The counter of numbers.
const COUNTER: &str = "article";

/// What is changed of an article; what is left out stays.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ArticleEdit {
    /// One line.
    pub title: Option<String>,
    /// The text.
    pub body: Option<String>,
    /// Words that it is found by besides.
    pub keywords: Option<Vec<String>>,
    /// Where it stands.
    pub state: Option<ArticleState>,
    /// Who may read it.
    pub visibility: Option<Visibility>,
    /// When somebody looks at it again.
    pub review_at: Option<Time>,
    /// Why it is changed.
    pub reason: Option<String>,
}

impl ArticleEdit {
    fn over(&self, content: &Content) -> Content {
        let text = |new: &Option<String>, old: &str| new.as_deref().map_or(old, str::trim).to_owned();
        Content {
            title: text(&self.title, &content.title),
            body: text(&self.body, &content.body),
            keywords: self.keywords.clone().unwrap_or_else(|| content.keywords.clone()),
            state: self.state.unwrap_or(content.state),
            visibility: self.visibility.unwrap_or(content.visibility),
            review_at: self.review_at.or(content.review_at),
        }
    }
}

fn refused((field, why): Refused) -> ServiceError {
    invalid(field, why)
}

fn missing(text: &str) -> ServiceError {
    ServiceError::NotFound { kind: "article", id: text.chars().take(80).collect() }
}

/// An article as queries see it.
fn entry(article: &Article, now: Time) -> Value {
    let content = &article.content;
    json!({
        "number": article.number, "title": content.title, "body": content.body, "keyword": content.keywords,
        "state": content.state, "visibility": content.visibility, "review_at": content.review_at,
        "overdue": article.is_overdue(now),
    })
}

fn check_content(content: &Content) -> Result<(), ServiceError> {
    check_text("/title", &content.title, 1, 200)?;
    check_text("/body", &content.body, 0, MAX_BODY)?;
    if content.keywords.len() > MAX_KEYWORDS {
        return Err(invalid("/keywords", Phrase::new("at_most_items").with("max", MAX_KEYWORDS)));
    }
    for (i, word) in content.keywords.iter().enumerate() {
        check_text(&format!("/keywords/{i}"), word, 1, 60)?;
    }
    Ok(())
}

impl Service {
    /// Whether the caller reads what is not for everybody: drafts, what is retired, what is internal.
    pub(super) fn reads_all_articles(call: &Call) -> bool {
        call.authorize(Action::TicketInternal, Resource::Shared).is_ok()
    }

    /// Articles, the newest first.
    pub async fn list_articles(
        &self,
        call: &Call,
        query: &Query,
        window: &Window,
    ) -> Result<Page<Versioned<Article>>, ServiceError> {
        call.authorize(Action::TicketRead, Resource::Shared)?;
        let (all, now) = (Self::reads_all_articles(call), self.now());
        let scan = Scan::keys(Collection::Article, "").descending();
        self.list(scan, window, |article: &Article| (all || article.is_public()) && query.matches(&entry(article, now)))
            .await
    }

    /// One article, by id or number. One that the caller may not read is not there.
    pub async fn get_article(&self, call: &Call, text: &str) -> Result<Versioned<Article>, ServiceError> {
        call.authorize(Action::TicketRead, Resource::Shared)?;
        let found = if text.parse::<ArticleId>().is_ok() {
            self.store().find::<Article>(text).await?
        } else {
            self.store().first::<Article>(Scan::exactly(Index::ArticleByNumber, &text.to_uppercase())).await?
        };
        let may = |found: &Versioned<Article>| found.value.is_public() || Self::reads_all_articles(call);
        found.filter(may).ok_or_else(|| missing(text))
    }

    /// All versions of an article, the newest first: for those who read drafts.
    pub async fn article_versions(&self, call: &Call, text: &str) -> Result<Vec<ArticleVersion>, ServiceError> {
        let article = self.get_article(call, text).await?.value;
        call.authorize(Action::TicketInternal, Resource::Shared)?;
        let scan = Scan::keys(Collection::ArticleVersion, format!("{}/", article.id)).descending();
        Ok(self.store().all::<ArticleVersion>(scan).await?.into_iter().map(|stored| stored.value).collect())
    }

    /// Writes a new article.
    pub async fn create_article(&self, call: &Call, draft: ArticleEdit) -> Result<Versioned<Article>, ServiceError> {
        call.authorize(Action::KnowledgeManage, Resource::Shared)?;
        let content = draft.over(&Content::default());
        check_content(&content)?;
        knowledge::check(None, &content, self.now()).map_err(refused)?;
        let reason = draft.reason.unwrap_or_default();
        check_text("/reason", &reason, 0, 2_000)?;
        let (content, reason) = (&content, &reason);
        self.decide(|| async move {
            let now = self.now();
            let counter = self.next_count(COUNTER).await?;
            let article = Article {
                id: ArticleId::new(now),
                number: format!("KB-{:06}", counter.value.last),
                content: content.clone(),
                edition: 1,
                created_by: call.actor.label(),
                created_at: now,
                changed_by: call.actor.label(),
                changed_at: now,
                review_told: None,
            };
            let mut changes = ChangeSet::new();
            put_counter(&mut changes, counter);
            changes.audit.push(call.audit(now, "article.create", article.id, article.number.clone()));
            changes.create(version_of(&article, reason));
            changes.create(article.clone());
            Ok((changes, Versioned { value: article, version: 1 }))
        })
        .await
    }

    /// Writes the next version of an article.
    pub async fn edit_article(
        &self,
        call: &Call,
        text: &str,
        edit: ArticleEdit,
        seen: Option<u64>,
    ) -> Result<Versioned<Article>, ServiceError> {
        self.get_article(call, text).await?;
        call.authorize(Action::KnowledgeManage, Resource::Shared)?;
        let reason = edit.reason.clone().unwrap_or_default();
        check_text("/reason", &reason, 0, 2_000)?;
        let (edit, reason) = (&edit, &reason);
        self.decide(|| async move {
            let stored = self.get_article(call, text).await?;
            check_version(&stored, seen)?;
            let content = edit.over(&stored.value.content);
            check_content(&content)?;
            let now = self.now();
            knowledge::check(Some(stored.value.content.state), &content, now).map_err(refused)?;
            if content == stored.value.content {
                return Ok((ChangeSet::new(), stored));
            }
            let edition = stored.value.edition + 1;
            let next = Article { content, edition, changed_by: call.actor.label(), changed_at: now, ..stored.value };
            let mut changes = ChangeSet::new();
            let mut audit = call.audit(now, "article.update", next.id, format!("{} {edition}", next.number));
            audit.reason.clone_from(reason);
            changes.audit.push(audit);
            changes.create(version_of(&next, reason));
            changes.update(Versioned { value: next.clone(), version: stored.version });
            Ok((changes, Versioned { value: next, version: stored.version + 1 }))
        })
        .await
    }

    /// The published articles that are like a ticket, those first for which most speaks.
    pub async fn suggest_articles(&self, call: &Call, text: &str) -> Result<Vec<(Suggested, Article)>, ServiceError> {
        let ticket = self.get_ticket(call, text).await?.value;
        let all = Self::reads_all_articles(call);
        let stored = self.store().all::<Article>(Scan::keys(Collection::Article, "")).await?;
        let readable =
            |article: &Article| article.content.state == ArticleState::Published && (all || article.is_public());
        let articles: Vec<Article> = stored.into_iter().map(|stored| stored.value).filter(readable).collect();
        let about = format!("{}\n{}", ticket.title, ticket.description);
        let found = knowledge::suggest(&articles, &about).into_iter().filter_map(|found| {
            let article = articles.iter().find(|article| article.id == found.article)?.clone();
            Some((found, article))
        });
        Ok(found.collect())
    }
}

fn version_of(article: &Article, reason: &str) -> ArticleVersion {
    ArticleVersion {
        article: article.id,
        edition: article.edition,
        content: article.content.clone(),
        by: article.changed_by.clone(),
        at: article.changed_at,
        reason: reason.trim().to_owned(),
    }
}
