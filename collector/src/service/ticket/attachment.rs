//! Files on tickets: put there, read, taken off. The bytes are durable before the commit that names them.

use muster_model::right::Action;
use muster_model::text::Phrase;
use muster_model::ticket::attachment::{self, Attachment, Refused, attachment_key};
use muster_model::ticket::{Ticket, Visibility};
use muster_model::{ChangeSet, Collection, Expected, Versioned};
use muster_shared::id::{AttachmentId, TicketId};
use muster_store::{Scan, TypedStore};

use crate::authority::sha256_hex;
use crate::service::drift::write_ticket;
use crate::service::{Call, Service, ServiceError, check_version, invalid};

/// What is called a file here, in audit and idempotency.
const ATTACH: &str = "ticket.attach";

/// A file that somebody sends.
#[derive(Clone, Debug)]
pub struct NewAttachment {
    /// What it is called.
    pub name: String,
    /// Who may see it.
    pub visibility: Visibility,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

fn refused((field, why): Refused) -> ServiceError {
    invalid(field, why)
}

impl Service {
    async fn files_of(&self, ticket: TicketId) -> Result<Vec<Versioned<Attachment>>, ServiceError> {
        Ok(self.store().all(Scan::keys(Collection::Attachment, format!("{ticket}/"))).await?)
    }

    /// The files of a ticket that the caller may see, oldest first.
    pub async fn list_attachments(&self, call: &Call, text: &str) -> Result<Vec<Versioned<Attachment>>, ServiceError> {
        let ticket = self.get_ticket(call, text).await?.value;
        let mut files = self.files_of(ticket.id).await?;
        let sees_internal = self.sees_internal(call, &ticket).await?;
        files.retain(|file| sees_internal || file.value.visibility == Visibility::Public);
        files.sort_by_key(|file| (file.value.added_at, file.value.id));
        Ok(files)
    }

    /// One file of a ticket. One that the caller may not see is not there.
    async fn get_attachment(
        &self,
        call: &Call,
        text: &str,
        id: AttachmentId,
    ) -> Result<(Versioned<Ticket>, Versioned<Attachment>), ServiceError> {
        let ticket = self.get_ticket(call, text).await?;
        let found = self.store().find::<Attachment>(&attachment_key(ticket.value.id, id)).await?;
        let sees_internal = self.sees_internal(call, &ticket.value).await?;
        let sees = |file: &Versioned<Attachment>| file.value.visibility == Visibility::Public || sees_internal;
        let missing = || ServiceError::NotFound { kind: "attachment", id: id.to_string() };
        Ok((ticket, found.filter(sees).ok_or_else(missing)?))
    }

    /// A file with its bytes, which are those that were put there.
    pub async fn read_attachment(
        &self,
        call: &Call,
        text: &str,
        id: AttachmentId,
    ) -> Result<(Versioned<Attachment>, Vec<u8>), ServiceError> {
        let (_, file) = self.get_attachment(call, text, id).await?;
        let missing = || ServiceError::NotFound { kind: "attachment", id: id.to_string() };
        let bytes = self.store().blob(&file.value.hash).await?.ok_or_else(missing)?;
        Ok((file, bytes))
    }

    /// Whether the caller may put a file on a ticket: asked before its bytes are read.
    pub async fn may_attach(&self, call: &Call, text: &str, visibility: Visibility) -> Result<(), ServiceError> {
        let ticket = self.get_ticket(call, text).await?.value;
        self.authorize_on(call, Action::TicketComment, &ticket).await?;
        self.check_internal(call, &ticket, visibility).await
    }

    /// Puts a file on a ticket.
    pub async fn attach(
        &self,
        call: &Call,
        text: &str,
        new: NewAttachment,
        idempotency: Option<(String, String)>,
    ) -> Result<Versioned<Attachment>, ServiceError> {
        self.may_attach(call, text, new.visibility).await?;
        let kind = attachment::check(&new.name, &new.bytes).map_err(refused)?;
        let size_bytes = new.bytes.len() as u64;
        if new.bytes.len() > attachment::MAX_BYTES {
            let max = attachment::MAX_BYTES;
            return Err(ServiceError::TooLarge(format!("at most {max} bytes are taken")));
        }
        if let Some(first) = self.answered(call, ATTACH, &idempotency).await? {
            let id = first.parse().map_err(|_| ServiceError::NotFound { kind: "attachment", id: first.clone() })?;
            return self.get_attachment(call, text, id).await.map(|(_, file)| file);
        }
        let ticket = self.get_ticket(call, text).await?.value;
        self.check_quota(ticket.id, size_bytes).await?;
        let sha256 = sha256_hex(&new.bytes);
        let hash = self.store().keep_blob(new.bytes).await?;
        let file = Attachment {
            id: AttachmentId::new(self.now()),
            ticket: ticket.id,
            name: new.name,
            media_type: kind.name.to_owned(),
            size_bytes,
            hash,
            sha256,
            visibility: new.visibility,
            added_by: call.actor.label(),
            author: call.actor.user(),
            added_at: self.now(),
        };
        let (file, idempotency) = (&file, &idempotency);
        self.decide(|| async move {
            let stored = self.get_ticket(call, text).await?;
            // Whoever was quicker has written the ticket: what it holds now counts.
            self.check_quota(file.ticket, size_bytes).await?;
            let mut changes = Self::file_changes(call, &stored, file, false, self.now());
            self.remember(&mut changes, call, ATTACH, idempotency, &file.id);
            changes.create(file.clone());
            Ok((changes, Versioned { value: file.clone(), version: 1 }))
        })
        .await
    }

    async fn check_quota(&self, ticket: TicketId, size_bytes: u64) -> Result<(), ServiceError> {
        let there: Vec<Attachment> = self.files_of(ticket).await?.into_iter().map(|file| file.value).collect();
        attachment::check_quota(&there, size_bytes).map_err(refused)
    }

    fn file_changes(
        call: &Call,
        stored: &Versioned<Ticket>,
        file: &Attachment,
        is_removed: bool,
        now: muster_shared::Time,
    ) -> ChangeSet {
        let (ticket, entry) = attachment::noted(&stored.value, file, is_removed, &call.actor, now);
        let mut changes = ChangeSet::new();
        let action = if is_removed { "ticket.detach" } else { ATTACH };
        // What is only for some stands in the trail by its hash.
        let what = if file.visibility == Visibility::Internal { file.hash.to_string() } else { file.name.clone() };
        changes.audit.push(call.audit(now, action, ticket.id, format!("{}: {what}", ticket.number)));
        changes.create(entry);
        write_ticket(&mut changes, Versioned { value: ticket, version: stored.version });
        changes
    }

    /// Takes a file off a ticket: who put it there, or who may change the ticket. The timeline keeps that it was there.
    pub async fn detach(
        &self,
        call: &Call,
        text: &str,
        id: AttachmentId,
        seen: Option<u64>,
    ) -> Result<(), ServiceError> {
        call.holds(Action::TicketComment)?;
        self.decide(|| async move {
            let (ticket, file) = self.get_attachment(call, text, id).await?;
            self.authorize_on(call, Action::TicketComment, &ticket.value).await?;
            check_version(&file, seen)?;
            let is_own = file.value.author.is_some() && file.value.author == call.actor.user();
            if !is_own {
                self.authorize_on(call, ticket.value.kind().right(), &ticket.value).await?;
            }
            let mut changes = Self::file_changes(call, &ticket, &file.value, true, self.now());
            let key = attachment_key(ticket.value.id, id);
            changes.delete(Collection::Attachment, key, Expected::Version(file.version));
            Ok((changes, ()))
        })
        .await
    }
}

impl Service {
    /// Why something internal is not taken.
    pub(in crate::service) async fn check_internal(
        &self,
        call: &Call,
        ticket: &Ticket,
        visibility: Visibility,
    ) -> Result<(), ServiceError> {
        if visibility == Visibility::Internal && !self.sees_internal(call, ticket).await? {
            return Err(invalid("/visibility", Phrase::new("internal_denied")));
        }
        Ok(())
    }
}
