//! Answers of those who look over access, and what comes of them.

use muster_shared::Time;
use muster_shared::id::UserId;

use super::{Answer, Campaign, HandedOn, Outcome, ReviewItem, Verdict};
use crate::grant::Grant;
use crate::text::Phrase;

/// Why an answer was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The campaign takes none.
    Over,
    /// It was answered.
    Answered,
    /// The access ended: there is nothing to look over.
    Ended,
    /// Somebody else looks over it.
    NotAsked,
    /// It is their own.
    Own,
    /// An answer that changes something says why.
    Comment,
    /// `modify` names an end before the one that there is.
    End,
    /// `delegate` names somebody who may look over it.
    To,
}

impl Refused {
    /// The field that is wrong; none is a matter of who asks.
    pub const fn field(self) -> Option<&'static str> {
        match self {
            Self::Over | Self::Answered | Self::Ended | Self::NotAsked | Self::Own => None,
            Self::Comment => Some("/comment"),
            Self::End => Some("/valid_to"),
            Self::To => Some("/to"),
        }
    }

    /// As a sentence.
    pub const fn phrase(self) -> Phrase {
        Phrase::new(match self {
            Self::Over => "access_review_over",
            Self::Answered => "review_answered",
            Self::Ended => "review_ended",
            Self::NotAsked => "review_not_asked",
            Self::Own => "review_own",
            Self::Comment => "review_comment",
            Self::End => "review_end",
            Self::To => "review_to",
        })
    }
}

/// What somebody answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// What.
    pub verdict: Verdict,
    /// Why.
    pub comment: String,
    /// For `modify`.
    pub valid_to: Option<Time>,
    /// For `delegate`: id, sign-in name and name.
    pub to: Option<(UserId, String, String)>,
}

/// Takes an answer of `by` (id, sign-in name) to a grant of a campaign.
pub fn answer(
    campaign: &Campaign,
    item: &ReviewItem,
    grant: &Grant,
    by: (UserId, &str),
    said: &Said,
    now: Time,
) -> Result<ReviewItem, Refused> {
    if !campaign.state.takes_answers() {
        return Err(Refused::Over);
    }
    if item.answer.is_some() {
        return Err(Refused::Answered);
    }
    if item.outcome.is_some() || grant.status(now).is_over() {
        return Err(Refused::Ended);
    }
    if grant.is_of(by.0, by.1) {
        return Err(Refused::Own);
    }
    if !item.reviewers.iter().any(|(user, _)| *user == by.0) {
        return Err(Refused::NotAsked);
    }
    let comment = said.comment.trim().to_owned();
    if said.verdict != Verdict::Keep && comment.is_empty() {
        return Err(Refused::Comment);
    }
    let mut next = item.clone();
    match said.verdict {
        Verdict::Delegate => {
            let (to, sign_in, name) = said.to.as_ref().ok_or(Refused::To)?;
            if grant.is_of(*to, sign_in) || *to == by.0 {
                return Err(Refused::To);
            }
            next.reviewers = vec![(*to, name.clone())];
            next.handed_on.push(HandedOn { by: by.1.to_owned(), to: name.clone(), comment, at: now });
            return Ok(next);
        }
        Verdict::Modify => {
            let sooner = |end: Time| end > now && grant.valid_to.is_none_or(|before| end < before);
            if !said.valid_to.is_some_and(sooner) {
                return Err(Refused::End);
            }
        }
        Verdict::Keep | Verdict::Revoke => {}
    }
    let valid_to = said.valid_to.filter(|_| said.verdict == Verdict::Modify);
    next.answer = Some(Answer { verdict: said.verdict, valid_to, comment, by: by.1.to_owned(), at: now });
    Ok(next)
}

/// What is to come of a grant when no more answers are waited for.
pub fn outcome(item: &ReviewItem, grant: &Grant, now: Time) -> Outcome {
    if grant.status(now).is_over() {
        return Outcome::Over;
    }
    match item.answer.as_ref().map(|answer| answer.verdict) {
        Some(Verdict::Revoke) => Outcome::Revoked,
        Some(Verdict::Modify) => Outcome::Modified,
        Some(Verdict::Keep | Verdict::Delegate) => Outcome::Kept,
        None if item.is_privileged => Outcome::RevokedUnanswered,
        None => Outcome::KeptUnanswered,
    }
}
