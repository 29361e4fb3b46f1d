//! The audit trail: reading and verifying it.

use std::collections::{HashMap, HashSet};

use muster_model::audit::{self, AuditDraft, AuditEntry, Head};
use muster_model::change_set::{Put, Target};
use muster_model::query::Query;
use muster_model::right::{Action, Resource};
use muster_model::ticket::TimelineEntry;
use muster_model::{ChangeSet, Collection, Document};
use muster_shared::id::TicketId;
use muster_store::{Index, Scan, StoreError, TypedStore};
use serde_json::{Value, json};

use super::{Call, Page, Service, ServiceError, Window, invalid};

/// Ends of a trail, between commas.
pub(crate) fn anchors(text: &str) -> Result<Vec<Head>, ServiceError> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| part.parse().map_err(|why| invalid("/anchors", why))).collect()
}

/// The entries of tickets that a change set writes without a word of it, out of what it adds to their timelines (rule R2): what one
/// ticket has to do with another one happens to both.
fn unsaid(changes: &ChangeSet) -> Vec<AuditDraft> {
    let (via, request_id) = match changes.audit.first() {
        Some(said) => (said.via.clone(), said.request_id.clone()),
        None => ("job".to_owned(), None),
    };
    let written = changes.puts.iter().filter_map(|put| match &put.document {
        Document::Ticket(ticket) => Some((ticket.id, ticket.id.to_string(), ticket.number.clone())),
        _ => None,
    });
    let said: HashSet<&str> = changes.audit.iter().map(|said| said.object.as_str()).collect();
    let unsaid = written.filter(|(_, id, _)| !said.contains(id.as_str()));
    let mut told: HashMap<TicketId, &TimelineEntry> = HashMap::new();
    for put in &changes.puts {
        if let Document::Timeline(entry) = &put.document {
            told.entry(entry.ticket).or_insert(entry);
        }
    }
    let entry = |(ticket, object, summary): (TicketId, String, String)| {
        let told = told.get(&ticket)?;
        Some(AuditDraft {
            at: told.at,
            actor: told.actor.clone(),
            via: via.clone(),
            request_id: request_id.clone(),
            action: "ticket.note".to_owned(),
            object,
            summary,
            reason: told.entry.reason(),
            acting_for: None,
            before: None,
            after: None,
        })
    };
    unsaid.filter_map(entry).collect()
}

/// An entry as queries see it.
fn asked(draft: &AuditDraft) -> Value {
    json!({
        "object": draft.object, "actor": draft.actor, "acting_for": draft.acting_for, "action": draft.action, "via": draft.via,
        "at": draft.at, "summary": draft.summary, "reason": draft.reason,
    })
}

/// The record that each id names, among many. What is kept beside a ticket under its id is not the ticket.
fn by_id(puts: &[Put]) -> HashMap<String, &Put> {
    let mut named = HashMap::with_capacity(puts.len());
    for put in puts {
        let key = put.document.key();
        if matches!(put.document, Document::Ticket(_)) || key.parse::<TicketId>().is_err() {
            named.entry(key).or_insert(put);
        }
    }
    named
}

impl Service {
    /// Entries, newest first; of one record, if `object` names it.
    pub async fn list_audit(
        &self,
        call: &Call,
        query: &Query,
        window: &Window,
    ) -> Result<Page<AuditEntry>, ServiceError> {
        call.authorize(Action::AuditRead, Resource::All)?;
        let scan = match query.requires("object") {
            Some(object) => Scan::index(Index::AuditByObject, format!("{object}/")),
            None => Scan::keys(Collection::Audit, ""),
        };
        let page =
            self.list(scan.descending(), window, |entry: &AuditEntry| query.matches(&asked(&entry.draft))).await?;
        Ok(Page { items: page.items.into_iter().map(|stored| stored.value).collect(), next_cursor: page.next_cursor })
    }

    /// Checks journal and audit chain, and that the trail goes on from the ends that it had once; gives what is wrong, one line each.
    pub async fn verify(&self, call: &Call, anchors: &[Head]) -> Result<Vec<String>, ServiceError> {
        call.authorize(Action::AuditRead, Resource::All)?;
        let mut problems = self.store().verify().await?;
        let last = self.audit_head(call).await?.seq;
        for anchor in anchors {
            let there = self.store().find::<AuditEntry>(&audit::key(anchor.seq)).await?;
            let hash = there.as_ref().map(|entry| entry.value.hash.as_str());
            problems.extend(audit::held(anchor, hash, last).err().map(|error| format!("audit trail: {error}")));
        }
        Ok(problems)
    }

    /// The end of the trail.
    pub async fn audit_head(&self, call: &Call) -> Result<Head, ServiceError> {
        call.authorize(Action::AuditRead, Resource::All)?;
        let scan = Scan::keys(Collection::Audit, "").descending().limit(1);
        let last = self.store().page::<AuditEntry>(scan).await?.rows.into_iter().next();
        Ok(last.map(|entry| Head { seq: entry.value.seq, hash: entry.value.hash }).unwrap_or_default())
    }

    /// Says in the trail what each record was before and is after that a change set writes and the trail speaks of.
    pub(super) async fn attest(&self, changes: &mut ChangeSet) -> Result<(), StoreError> {
        let unsaid: Vec<AuditDraft> = unsaid(changes);
        changes.audit.extend(unsaid);
        let ChangeSet { audit, puts, deletes, .. } = changes;
        let named = by_id(puts);
        let gone: HashMap<&str, &Target> = deletes.iter().map(|gone| (gone.key.as_str(), gone)).collect();
        for draft in audit.iter_mut().filter(|draft| draft.before.is_none() && draft.after.is_none()) {
            if let Some(put) = named.get(&draft.object) {
                draft.after = Some(audit::digest(&put.document.encode().map_err(StoreError::backend)?));
                draft.before = self.digest_of(put.document.collection(), &draft.object).await?;
            } else if let Some(gone) = gone.get(draft.object.as_str()) {
                draft.before = self.digest_of(gone.collection, &draft.object).await?;
            }
        }
        Ok(())
    }

    /// The digest of a record as it is stored. Who changes it expects the version that is read here, or the commit fails.
    async fn digest_of(&self, collection: Collection, key: &str) -> Result<Option<String>, StoreError> {
        Ok(self.store().get(collection, key).await?.map(|stored| audit::digest(&stored.value)))
    }
}
