//! The day on which somebody looks at an article again: who wrote it last is told, once.

use muster_model::ChangeSet;
use muster_model::knowledge::Article;
use muster_model::notification::subscription::Target;
use muster_model::notification::{Notice, Topic};
use muster_model::text::{Phrase, Text};
use muster_shared::Time;
use muster_store::{Index, Scan, TypedStore};
use serde_json::{Value, json};

use crate::service::{Call, Service, ServiceError};

/// Who tells.
const CALL: Call = Call::system("review");

fn notice(article: &Article, now: Time) -> Notice {
    let facts = json!({
        "id": article.id, "number": article.number, "title": article.content.title,
        "review_at": article.content.review_at, "changed_by": article.changed_by,
    });
    Notice {
        topic: Topic::ArticleReview,
        at: now,
        actor: CALL.actor.label(),
        subject: article.id.to_string(),
        label: article.number.clone(),
        title: Text::Written(article.content.title.clone()),
        what: Phrase::new("notice_review").into(),
        path: format!("/knowledge/{}", article.number),
        is_urgent: false,
        facts: if let Value::Object(facts) = facts { facts } else { serde_json::Map::new() },
        vote_in: None,
        report: None,
    }
}

impl Service {
    /// When the next review of an article is due that nobody was told of.
    pub(in crate::service) async fn next_review(&self) -> Result<Option<Time>, ServiceError> {
        let due = self.store().first::<Article>(Scan::index(Index::ArticleReview, "")).await?;
        Ok(due.and_then(|stored| stored.value.review_due()))
    }

    /// Tells who wrote an article last, else who wrote it first, that the day of its review has come. `false` when none has. What was told
    /// is noted in the commit that tells: it is told once for each day that somebody sets.
    pub async fn review_step(&self) -> Result<bool, ServiceError> {
        let now = self.now();
        let due = self.store().first::<Article>(Scan::index(Index::ArticleReview, "")).await?;
        let Some(mut stored) = due.filter(|stored| stored.value.review_due().is_some_and(|day| day <= now)) else {
            return Ok(false);
        };
        stored.value.review_told = stored.value.content.review_at;
        let mut changes = ChangeSet::new();
        let mut owner = None;
        for name in [&stored.value.changed_by, &stored.value.created_by] {
            if owner.is_none() {
                let found = self.find_user_by_name(&name.to_lowercase()).await?;
                owner = found.filter(|user| !user.value.disabled).map(|user| user.value.id);
            }
        }
        let told: Vec<Target> = owner.map(Target::User).into_iter().collect();
        self.page(&mut changes, &notice(&stored.value, now), &told).await?;
        changes.audit.push(CALL.audit(now, "article.review_due", stored.value.id, stored.value.number.clone()));
        changes.update(stored);
        self.commit_step(changes).await
    }
}
