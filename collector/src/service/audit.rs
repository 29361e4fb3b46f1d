//! The audit trail: reading and verifying it.

use muster_model::Collection;
use muster_model::audit::AuditEntry;
use muster_model::right::{Action, Resource};
use muster_store::{Index, Scan};

use super::{Call, Page, Service, ServiceError, Window};

impl Service {
    /// Entries, newest first; of one record, if `object` names it.
    pub async fn list_audit(
        &self,
        call: &Call,
        object: Option<&str>,
        window: &Window,
    ) -> Result<Page<AuditEntry>, ServiceError> {
        call.authorize(Action::AuditRead, Resource::All)?;
        let scan = match object {
            Some(object) => Scan::index(Index::AuditByObject, format!("{object}/")),
            None => Scan::keys(Collection::Audit, ""),
        };
        let page = self.list(scan.descending(), window, |_: &AuditEntry| true).await?;
        Ok(Page { items: page.items.into_iter().map(|stored| stored.value).collect(), next_cursor: page.next_cursor })
    }

    /// Checks journal and audit chain; gives what is wrong, one line each.
    pub async fn verify(&self, call: &Call) -> Result<Vec<String>, ServiceError> {
        call.authorize(Action::AuditRead, Resource::All)?;
        Ok(self.store().verify().await?)
    }
}
