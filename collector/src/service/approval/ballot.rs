//! Votes by the link of a mail (rule A8): made when the mail goes, read and used without a session.

use std::collections::HashMap;

use muster_model::account::User;
use muster_model::approval::ballot::Ballot;
use muster_model::approval::{Approval, Decision};
use muster_model::notification::delivery::Delivery;
use muster_model::text::Phrase;
use muster_model::ticket::Ticket;
use muster_shared::Time;
use muster_shared::id::{ApprovalId, RequestId};
use muster_shared::secret;
use muster_store::TypedStore;

use super::Entitled;
use crate::service::{Call, Service, ServiceError};

/// What a link shows before it votes.
#[derive(Clone, Debug)]
pub struct Paper {
    /// What is voted on.
    pub ticket: Ticket,
    /// In which stage.
    pub stage: String,
    /// The name of whose vote it is.
    pub voter: String,
    /// Until when the link votes.
    pub ends_at: Time,
}

/// A ballot that is ours, with who votes by it.
struct Read {
    ballot: Ballot,
    round: Approval,
    call: Call,
}

fn damaged() -> ServiceError {
    ServiceError::Conflict(Phrase::new("ballot_damaged").into())
}

impl Service {
    /// The links that vote, for a mail to somebody: one for each round that it asks them to vote in and in which they still may.
    pub(in crate::service) async fn ballots_in(
        &self,
        delivery: &Delivery,
    ) -> Result<HashMap<ApprovalId, String>, ServiceError> {
        let mut links = HashMap::new();
        let Some(voter) = delivery.user else { return Ok(links) };
        for notice in &delivery.notices {
            let Some(id) = notice.vote_in else { continue };
            let Some(round) = self.store().find::<Approval>(&id.to_string()).await? else { continue };
            let Some(ballot) = Ballot::of(&round.value, voter, notice.at) else { continue };
            let signature = self.post().keyring().sign(&ballot.signed(&round.value));
            let text = secret::encode(&[ballot.to_bytes(), signature].concat());
            links.insert(id, format!("{}/ballot?t={text}", self.policy().console_url));
        }
        Ok(links)
    }

    /// The ballot of a link, when it is one of ours and its voter still has an account.
    async fn read_ballot(&self, text: &str, request_id: Option<RequestId>) -> Result<Read, ServiceError> {
        let bytes = secret::decode(text.trim()).ok_or_else(damaged)?;
        let (body, signature) = bytes.split_at_checked(bytes.len().saturating_sub(32)).ok_or_else(damaged)?;
        let ballot = Ballot::from_bytes(body).ok_or_else(damaged)?;
        let round = self.store().find::<Approval>(&ballot.round.to_string()).await?.ok_or_else(damaged)?.value;
        if !self.post().keyring().is_signed(&ballot.signed(&round), signature) {
            return Err(damaged());
        }
        let user = self.store().find::<User>(&ballot.voter.to_string()).await?.map(|stored| stored.value);
        let spent = || ServiceError::Conflict(Phrase::new("ballot_no_seat").into());
        let user = user.filter(|user| !user.disabled).ok_or_else(spent)?;
        let actor = user.actor(None);
        Ok(Read { ballot, round, call: Call { actor, via: "mail", request_id } })
    }

    /// What a link votes on, or why it votes no more. Changes nothing: mail programs open links by themselves.
    pub async fn see_ballot(&self, text: &str) -> Result<Paper, ServiceError> {
        let Read { ballot, round, call } = self.read_ballot(text, None).await?;
        let stage = ballot.check(&round, self.now()).map_err(|spent| ServiceError::Conflict(spent.phrase().into()))?;
        let ticket = self.get_ticket(&call, &round.ticket.to_string()).await?.value;
        Ok(Paper { ticket, stage: stage.name.clone(), voter: call.actor.label(), ends_at: ballot.ends_at() })
    }

    /// Votes by a link, for the seat that it is for, whoever holds it: the audit trail says that it came by mail.
    pub async fn vote_by_ballot(
        &self,
        text: &str,
        decision: Decision,
        comment: &str,
        request_id: Option<RequestId>,
    ) -> Result<String, ServiceError> {
        let Read { ballot, round, call } = self.read_ballot(text, request_id).await?;
        let voted = self.vote_where(&call, round.id, decision, comment, Entitled::Ballot(ballot)).await?;
        Ok(voted.value.number)
    }
}
