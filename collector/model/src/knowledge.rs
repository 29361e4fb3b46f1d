//! Knowledge: articles that people write down once, in versions, with a day on which somebody looks at them again.
//!
//! Every change is a version with who, when and why; what was published before can be read again. An article is suggested on a ticket
//! by the words that both have and few other articles.

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::Time;
use muster_shared::id::ArticleId;
use serde::{Deserialize, Serialize};

use crate::record::record;
use crate::search::fold;
use crate::text::Phrase;
use crate::ticket::Visibility;

/// The longest time until somebody looks at an article again.
pub const LONGEST_REVIEW_MS: i64 = 731 * 86_400_000;
/// Articles that are suggested on one ticket.
pub const MOST_SUGGESTED: usize = 3;
/// Words shorter than this say nothing.
const SHORTEST: usize = 3;

/// Where an article stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArticleState {
    /// Being written.
    #[default]
    Draft,
    /// For everybody who may see it.
    Published,
    /// It does not hold any more.
    Retired,
}

impl ArticleState {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Draft, Self::Published, Self::Retired];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Retired => "retired",
        }
    }

    /// Where it can go from here.
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::Draft => &[Self::Published, Self::Retired],
            Self::Published => &[Self::Draft, Self::Retired],
            Self::Retired => &[Self::Draft],
        }
    }
}

/// What people write of an article.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Content {
    /// One line.
    pub title: String,
    /// The text, as it is written.
    pub body: String,
    /// Words that it is found by besides.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    /// Where it stands.
    pub state: ArticleState,
    /// Who may read it once it is published.
    pub visibility: Visibility,
    /// When somebody looks at it again; a published one has such a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review_at: Option<Time>,
}

/// An article as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Article {
    /// Which.
    pub id: ArticleId,
    /// `KB-000012`.
    pub number: String,
    /// What it says.
    pub content: Content,
    /// Counts its versions.
    pub edition: u32,
    /// Who wrote the first one.
    pub created_by: String,
    /// When.
    pub created_at: Time,
    /// Who wrote this one.
    pub changed_by: String,
    /// When.
    pub changed_at: Time,
    /// The day of its review on which somebody was told that it is due: it is told once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_told: Option<Time>,
}

record!(Article, Article, |article| article.id.to_string());

/// An article as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleVersion {
    /// Which article.
    pub article: ArticleId,
    /// Which version.
    pub edition: u32,
    /// What it said.
    pub content: Content,
    /// Who wrote it.
    pub by: String,
    /// When.
    pub at: Time,
    /// Why.
    pub reason: String,
}

record!(ArticleVersion, ArticleVersion, |version| version_key(version.article, version.edition));

/// The key of a version.
pub fn version_key(article: ArticleId, edition: u32) -> String {
    format!("{article}/{edition:08x}")
}

/// Why a change is not taken: the field, and what would be right.
pub type Refused = (&'static str, Phrase);

/// Whether an article can become this.
pub fn check(before: Option<ArticleState>, next: &Content, now: Time) -> Result<(), Refused> {
    let from = before.unwrap_or_default();
    let moves = before.is_some() || next.state != ArticleState::Draft;
    if moves && next.state != from && !from.next().contains(&next.state) {
        let choices = crate::text::Word::list(from.next().iter().map(|state| state.as_str()));
        let phrase = Phrase::new("article_move").term("state", "article-state", from.as_str());
        return Err(("/state", phrase.with("allowed", choices)));
    }
    if next.state == ArticleState::Published {
        if next.body.trim().is_empty() {
            return Err(("/body", Phrase::new("is_needed")));
        }
        let ahead = next.review_at.map(|at| at.since(now));
        // A published one may be overdue, but is not published anew without a day to come.
        let is_due_set = ahead.is_some_and(|ahead| ahead <= LONGEST_REVIEW_MS && (ahead > 0 || from == next.state));
        if !is_due_set {
            return Err(("/review_at", Phrase::new("article_review")));
        }
    }
    Ok(())
}

impl Article {
    /// Whether its review is due.
    pub fn is_overdue(&self, now: Time) -> bool {
        self.content.state == ArticleState::Published && self.content.review_at.is_some_and(|at| at <= now)
    }

    /// When somebody is told that its review is due; `None` when nobody is to be, or was told of that day.
    pub fn review_due(&self) -> Option<Time> {
        let day = self.content.review_at.filter(|_| self.content.state == ArticleState::Published)?;
        (self.review_told != Some(day)).then_some(day)
    }

    /// Whether those may read it who only ask: it is published for all.
    pub fn is_public(&self) -> bool {
        self.content.state == ArticleState::Published && self.content.visibility == Visibility::Public
    }

    fn words(&self) -> (BTreeSet<String>, BTreeSet<String>) {
        let head = format!("{} {}", self.content.title, self.content.keywords.join(" "));
        (words(&head), words(&self.content.body))
    }
}

/// The words of a text that may say something.
fn words(text: &str) -> BTreeSet<String> {
    let folded = fold(text);
    let is_word = |word: &&str| word.chars().count() >= SHORTEST || !word.is_ascii();
    folded.split(|c: char| !c.is_alphanumeric() && c != '_').filter(is_word).map(str::to_owned).collect()
}

/// An article that is like a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggested {
    /// Which.
    pub article: ArticleId,
    /// How much speaks for it; higher is more.
    pub score: u32,
    /// The words that speak for it, the rarest first.
    pub words: Vec<String>,
}

/// The articles that are like a text: by words that both have, rare ones and those of the title first. One word that many have is
/// no likeness.
pub fn suggest(articles: &[Article], text: &str) -> Vec<Suggested> {
    let asked = words(text);
    let read: Vec<_> = articles.iter().map(|article| (article, article.words())).collect();
    let mut holders: BTreeMap<&str, u32> = BTreeMap::new();
    for (_, (head, body)) in &read {
        for word in head.union(body).filter(|word| asked.contains(*word)) {
            *holders.entry(word).or_default() += 1;
        }
    }
    let count = u32::try_from(articles.len()).unwrap_or(u32::MAX);
    let mut found = Vec::new();
    for (article, (head, body)) in &read {
        let mut hits: Vec<(u32, &String)> = head
            .union(body)
            .filter(|word| asked.contains(*word))
            .map(|word| {
                let rarity = 1 + (count / holders.get(word.as_str()).copied().unwrap_or(1).max(1)).ilog2();
                (rarity * if head.contains(word) { 3 } else { 1 }, word)
            })
            .collect();
        hits.sort_by(|a, b| b.cmp(a));
        let score = hits.iter().map(|(points, _)| points).sum();
        if hits.len() >= 2 || hits.iter().any(|(_, word)| head.contains(*word)) {
            let words = hits.iter().take(5).map(|(_, word)| (*word).clone()).collect();
            found.push(Suggested { article: article.id, score, words });
        }
    }
    found.sort_by(|a, b| b.score.cmp(&a.score).then(a.article.cmp(&b.article)));
    found.truncate(MOST_SUGGESTED);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(days: i64) -> Time {
        Time::from_millis(1_700_000_000_000 + days * 86_400_000)
    }

    fn article(n: u8, title: &str, body: &str) -> Article {
        Article {
            id: ArticleId::from_bytes([n; 16]),
            number: format!("KB-{n:06}"),
            content: Content { title: title.into(), body: body.into(), ..Content::default() },
            edition: 1,
            created_by: "ann".into(),
            created_at: at(0),
            changed_by: "ann".into(),
            changed_at: at(0),
            review_told: None,
        }
    }

    #[test]
    fn every_move_of_an_article_is_as_the_table_says() {
        for from in ArticleState::ALL {
            for to in ArticleState::ALL {
                let review_at = Some(at(30));
                let next = Content { title: "t".into(), body: "b".into(), state: *to, review_at, ..Content::default() };
                let expected = from == to || from.next().contains(to);
                assert_eq!(check(Some(*from), &next, at(0)).is_ok(), expected, "{from:?} {to:?}");
            }
        }
    }

    #[test]
    fn what_is_published_says_something_and_has_a_day_to_be_looked_at() {
        let draft = Content { title: "t".into(), ..Content::default() };
        assert!(check(None, &draft, at(0)).is_ok());
        let published = |body: &str, review_at| Content {
            body: body.into(),
            state: ArticleState::Published,
            review_at,
            ..draft.clone()
        };
        let field = |before, next: &Content| check(before, next, at(10)).map_err(|refused| refused.0);
        assert_eq!(field(None, &published(" ", Some(at(20)))), Err("/body"));
        for day in [None, Some(at(10)), Some(at(9)), Some(at(10 + 732))] {
            assert_eq!(field(None, &published("b", day)), Err("/review_at"), "{day:?}");
        }
        assert_eq!(field(Some(ArticleState::Draft), &published("b", Some(at(20)))), Ok(()));
        assert_eq!(field(Some(ArticleState::Published), &published("b", Some(at(9)))), Ok(()), "it may be overdue");
        assert_eq!(field(Some(ArticleState::Retired), &published("b", Some(at(20)))), Err("/state"));
    }

    #[test]
    fn rare_words_and_those_of_the_title_come_first_and_one_common_word_is_no_likeness() {
        let articles = [
            article(1, "Printer jams", "open the printer and take the paper out"),
            article(2, "Mail is slow", "the queue of the mail server is long; look at the disk"),
            article(3, "Disk full on backup hosts", "the backup fills the disk; remove old archives"),
            article(4, "日志磁盘已满", "清理旧日志"),
        ];
        let found = suggest(&articles, "backup failed: disk of host is full");
        assert_eq!(found.first().map(|found| found.article), Some(articles[2].id));
        assert!(found[0].words.contains(&"backup".to_owned()));
        assert!(found.iter().all(|found| found.article != articles[0].id));
        assert!(suggest(&articles, "nothing of that kind").is_empty());
        assert!(suggest(&[], "disk").is_empty());
    }
}
