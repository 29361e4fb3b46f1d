//! Files that wait: kept with their record until they are imported or given up.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use muster_model::audit::AuditDraft;
use muster_model::import::{Counts, Import, ImportFile, State};
use muster_model::text::Phrase;
use muster_model::{ChangeSet, Collection, Expected};
use muster_shared::Time;
use muster_shared::canonical::Digest;
use muster_shared::id::ImportId;
use muster_store::{Scan, TypedStore};

use super::{ImportView, Order};
use crate::service::declared::check_reason;
use crate::service::{Call, Service, ServiceError, invalid};

/// How long a file waits for somebody to say go.
const WAITS_MS: i64 = 24 * 3_600_000;
/// Newest imports that are looked through.
const NEWEST: usize = 200;
/// Longest name of a file.
const MAX_NAME: usize = 200;

/// The bytes of a kept file.
pub(super) fn unpack(base64: &str) -> Option<Bytes> {
    STANDARD.decode(base64).ok().map(Bytes::from)
}

/// The entry of the trail when an import begins.
pub(super) fn start(call: &Call, import: &Import, rows: usize, now: Time) -> AuditDraft {
    let summary = format!("{} into {}, {rows} rows", import.file, import.plan.class);
    let mut audit = call.audit(now, "import.start", import.id, summary);
    audit.reason.clone_from(&import.reason);
    audit
}

impl Service {
    /// Keeps a file for an import, which `goes` at once or waits for a word. One that was interrupted with the same file and order is found again. Files that waited for too
    /// long go.
    pub async fn keep_import(
        &self,
        call: &Call,
        order: Order,
        bytes: Bytes,
        repetition: &Option<(String, String)>,
        goes: bool,
    ) -> Result<ImportView, ServiceError> {
        self.may_import(call, &order.plan).await?;
        if let Some(record) = self.answered(call, "import.create", repetition).await? {
            let id = record.parse().map_err(|_| ServiceError::NotFound { kind: "import", id: record })?;
            return self.get_import(call, id).await;
        }
        check_reason(&order.reason)?;
        if order.file.chars().count() > MAX_NAME || order.file.chars().any(char::is_control) {
            return Err(invalid("/file", Phrase::new("at_most_characters").with("max", MAX_NAME)));
        }
        // What is wrong with the file is said before it is kept.
        let rows = self.job(call, &order, bytes.clone()).await?.rows.len();
        let digest = Digest::of(&bytes);
        let now = self.now();
        let newest = self.store().page::<Import>(Scan::keys(Collection::Import, "").descending().limit(NEWEST)).await?;
        let mut changes = ChangeSet::new();
        for known in newest.rows {
            let import = &known.value;
            match import.state {
                State::Running { .. }
                    if import.digest == digest && import.plan == order.plan && !self.desk.is_at_work(import.id) =>
                {
                    return Ok(self.import_view(known.value));
                }
                State::Waiting if now.since(import.at) > WAITS_MS => {
                    let key = import.id.to_string();
                    changes.delete(Collection::ImportFile, key.clone(), Expected::Any);
                    changes.delete(Collection::Import, key, Expected::Version(known.version));
                }
                State::Waiting | State::Running { .. } | State::Done { .. } | State::Refused { .. } => {}
            }
        }
        let is_all = order.plan.is_all_or_nothing;
        let import = Import {
            id: ImportId::new(now),
            by: call.actor.label(),
            at: now,
            file: order.file,
            digest,
            size_bytes: bytes.len() as u64,
            plan: order.plan,
            reason: order.reason.trim().to_owned(),
            // All or nothing is decided when it begins.
            state: if goes && !is_all { State::Running { next_row: 1 } } else { State::Waiting },
            counts: Counts::default(),
            notes: 0,
        };
        changes.create(ImportFile { import: import.id, base64: STANDARD.encode(&bytes) });
        changes.audit.push(if import.state == State::Waiting {
            call.audit(now, "import.keep", import.id, import.file.clone())
        } else {
            start(call, &import, rows, now)
        });
        changes.create(import.clone());
        self.remember(&mut changes, call, "import.create", repetition, &import.id);
        self.commit(changes).await?;
        Ok(self.import_view(import))
    }

    /// What an import that waits would do.
    pub async fn preview_kept(&self, call: &Call, id: ImportId) -> Result<super::Preview, ServiceError> {
        let import = self.import_of(id).await?.value;
        let order = Order { plan: import.plan, file: import.file, reason: import.reason };
        self.preview_import(call, &order, self.file_of(id).await?).await
    }

    /// Gives up an import that waits.
    pub async fn discard_import(&self, call: &Call, id: ImportId) -> Result<(), ServiceError> {
        self.may_import_some(call, id).await?;
        self.decide(|| async move {
            let import = self.import_of(id).await?;
            if import.value.state != State::Waiting {
                let state = import.value.state.as_str();
                let why = Phrase::new("import_not_open").term("state", "import-state", state);
                return Err(ServiceError::Conflict(why.into()));
            }
            let mut changes = ChangeSet::new();
            changes.audit.push(call.audit(self.now(), "import.discard", id, import.value.file));
            changes.delete(Collection::ImportFile, id.to_string(), Expected::Any);
            changes.delete(Collection::Import, id.to_string(), Expected::Version(import.version));
            Ok((changes, ()))
        })
        .await
    }
}
