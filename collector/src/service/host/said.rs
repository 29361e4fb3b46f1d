//! What people and sources say of a host itself: each is one voice among several, and what counts of them is decided by the rules
//! and pins of owners, as of items that people declare.

use std::collections::BTreeMap;

use muster_model::audit::AuditDraft;
use muster_model::declared::voice::Hold;
use muster_model::history::Moment;
use muster_model::host::{self, Host, HostPast, voice};
use muster_model::reconcile::{Explained, Reason};
use muster_model::right::Action;
use muster_model::source::Source;
use muster_model::text::Phrase;
use muster_model::{ChangeSet, Collection, Versioned};
use muster_shared::Time;
use muster_shared::id::{HostId, NodeId};
use muster_store::{Scan, StoreError, TypedStore};
use serde_json::Value;

use super::edit::Difference;
use super::{HostEdit, HostView};
use crate::service::{Call, Service, ServiceError, check_version, declared, invalid};

/// Hosts that are read at once when what counts is looked at.
const AT_ONCE: usize = 500;

/// A value that was taken and does not count.
#[derive(Clone, Debug, PartialEq)]
pub struct Unheard {
    /// Which.
    pub field: String,
    /// What was said.
    pub told: Value,
    /// What counts.
    pub counts: Value,
    /// Who says that.
    pub source: Source,
    /// Why that one is believed.
    pub reason: Reason,
}

/// What became of what somebody said of a host.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SaidOf {
    /// What counts now and did not before: before and after, by name.
    pub changes: BTreeMap<String, (Value, Value)>,
    /// What does not count.
    pub overruled: Vec<Unheard>,
}

/// What differs of what counts, by name.
fn differences(before: &Host, after: &Host) -> BTreeMap<String, (Value, Value)> {
    let (old, new) = (host::said(before), host::said(after));
    let value = |said: &muster_shared::Attributes, name: &str| said.get(name).cloned().unwrap_or_default();
    let all = voice::FIELDS.iter().map(|name| ((*name).to_owned(), (value(&old, name), value(&new, name))));
    all.filter(|(_, (old, new))| old != new).collect()
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

impl Service {
    /// What a host would be if the caller said this of it.
    async fn told_of(
        &self,
        call: &Call,
        stored: &Versioned<Host>,
        said: Vec<(String, Value)>,
    ) -> Result<voice::Told, ServiceError> {
        let speaker = declared::source(call).speaker();
        let rules = self.rules().await?;
        Ok(voice::tell(&stored.value, (speaker, said), &rules, (self.now(), stored.version + 1)))
    }

    /// What an edit would change of what counts.
    pub(super) async fn plan_said(
        &self,
        call: &Call,
        stored: &Versioned<Host>,
        edit: &HostEdit,
    ) -> Result<Vec<Difference>, ServiceError> {
        let told = self.told_of(call, stored, edit.said()).await?;
        let mut changes = differences(&stored.value, &told.host);
        let all = voice::FIELDS.iter().filter_map(|name| Some((*name, changes.remove(*name)?)));
        Ok(all.map(|(name, (before, after))| (name, text(&before), text(&after))).collect())
    }

    /// Stores what is said of a host now. What counts and did not before is a change with its audit entry; so is what a person says.
    async fn write_said(
        &self,
        changes: &mut ChangeSet,
        call: &Call,
        (stored, next): (Versioned<Host>, Host),
        mut entry: AuditDraft,
    ) -> Result<(), ServiceError> {
        if next == stored.value {
            return Ok(());
        }
        if stored.value.lifecycle.is_over() && !next.lifecycle.is_over() {
            self.end_zombie(call, changes, next.id).await?;
        }
        let differing = differences(&stored.value, &next);
        let is_person = declared::source(call).speaker() == Source::Person && call.via != "job";
        if !differing.is_empty() || is_person || next.sayings.pins != stored.value.sayings.pins {
            if entry.summary.is_empty() {
                let shown = |value: &Value| text(value).unwrap_or_else(|| "none".to_owned());
                let all = host::said(&next);
                let said = voice::FIELDS.iter().map(|name| {
                    let value = all.get(*name).cloned().unwrap_or_default();
                    format!("{name} {}", shown(&value))
                });
                entry.summary = said.collect::<Vec<_>>().join(", ");
            }
            changes.audit.push(entry);
        }
        host::replace(changes, stored, next, self.now());
        Ok(())
    }

    /// Takes what the caller says of a host, or only tries it, and tells what became of that.
    pub(in crate::service) async fn say_of(
        &self,
        call: &Call,
        id: HostId,
        edit: &HostEdit,
        (reason, seen, is_dry): (&str, Option<u64>, bool),
    ) -> Result<SaidOf, ServiceError> {
        self.authorize_at(call, Action::HostUpdate, NodeId::Host(id)).await?;
        edit.check()?;
        self.decide(|| async move {
            let stored = self.get_host(call, id, Moment::NOW).await?.host;
            check_version(&stored, seen)?;
            let (now, said) = (self.now(), edit.said());
            let words: BTreeMap<String, Value> = said.iter().cloned().collect();
            let voice::Told { host, overruled } = self.told_of(call, &stored, said).await?;
            let explained = voice::explain(&host, &self.rules().await?, now);
            let all = host::said(&host);
            let unheard = |(field, source): (String, Source)| Unheard {
                told: words.get(&format!("/{field}")).cloned().unwrap_or_default(),
                counts: all.get(&field).cloned().unwrap_or_default(),
                reason: explained.get(&field).map_or(Reason::Rank, |known| known.reason),
                source,
                field,
            };
            let overruled = overruled.into_iter().map(unheard).collect();
            let outcome = SaidOf { changes: differences(&stored.value, &host), overruled };
            let mut changes = ChangeSet::new();
            if !is_dry {
                let mut entry = call.audit(now, "host.update", id, String::new());
                reason.clone_into(&mut entry.reason);
                self.write_said(&mut changes, call, (stored, host), entry).await?;
            }
            Ok((changes, outcome))
        })
        .await
    }

    /// Says something of a host that a script told of: what its word came to.
    pub(crate) async fn tell_of_host(&self, call: &Call, id: HostId, edit: &HostEdit) -> Result<SaidOf, ServiceError> {
        self.say_of(call, id, edit, ("", None, false)).await
    }

    /// Refuses what cannot be said of any host, or not by the caller.
    pub(crate) fn may_say(call: &Call, edit: &HostEdit) -> Result<(), ServiceError> {
        call.holds(Action::HostUpdate)?;
        edit.check()
    }

    /// Changes what people say of a host.
    pub async fn update_host(
        &self,
        call: &Call,
        id: HostId,
        edit: HostEdit,
        seen: Option<u64>,
    ) -> Result<HostView, ServiceError> {
        self.say_of(call, id, &edit, ("", seen, false)).await?;
        // Whoever gives a host away is told what they wrote, though it lies elsewhere now.
        self.get_host(&Call::system("host.update"), id, Moment::NOW).await
    }

    /// What people said of a host before: past versions of its record, newest first.
    pub async fn host_versions(&self, call: &Call, id: HostId) -> Result<Vec<HostPast>, ServiceError> {
        self.authorize_at(call, Action::ItemRead, NodeId::Host(id)).await?;
        let id = self.get_host(call, id, Moment::NOW).await?.host.value.id;
        let mut past = self.host_pasts(id).await?;
        past.reverse();
        Ok(past)
    }

    /// Says again what people said of a host in a past version: a change that takes others back, itself part of the history.
    pub async fn undo_host(
        &self,
        call: &Call,
        id: HostId,
        version: u64,
        reason: &str,
        seen: Option<u64>,
    ) -> Result<HostView, ServiceError> {
        self.authorize_at(call, Action::HostUpdate, NodeId::Host(id)).await?;
        let reason = crate::service::finding::words("/reason", reason)?;
        let reason = &reason;
        self.decide(|| async move {
            let stored = self.get_host(call, id, Moment::NOW).await?.host;
            check_version(&stored, seen)?;
            let key = host::past_key(stored.value.id, version);
            let missing = || ServiceError::NotFound { kind: "version", id: version.to_string() };
            let past = self.store().find::<HostPast>(&key).await?.ok_or_else(missing)?.value.value;
            let again = differences(&stored.value, &past);
            let again = again.into_iter().map(|(name, (_, value))| (format!("/{name}"), value)).collect();
            let told = self.told_of(call, &stored, again).await?;
            if let Some((field, _)) = told.overruled.first() {
                // It would change nothing: who is believed more has to be asked, or the value pinned.
                let why = Phrase::new("undo_overruled").with("field", field.as_str());
                return Err(ServiceError::Conflict(why.into()));
            }
            let mut changes = ChangeSet::new();
            let mut entry = call.audit(self.now(), "host.undo", id, format!("as in version {version}"));
            entry.reason.clone_from(reason);
            self.write_said(&mut changes, call, (stored, told.host), entry).await?;
            Ok((changes, ()))
        })
        .await?;
        // Whoever gives a host away is told what they wrote, though it lies elsewhere now.
        self.get_host(&Call::system("host.update"), id, Moment::NOW).await
    }

    /// All that is said of a host itself now, by name, with what counts and why.
    pub async fn explain_host(&self, host: &Host) -> Result<BTreeMap<String, Explained>, ServiceError> {
        Ok(voice::explain(host, &self.rules().await?, self.now()))
    }

    /// Sets a pin on what is said of a host, or takes it back; gives the version of the host's record.
    pub(in crate::service) async fn move_pin_of_host(
        &self,
        call: &Call,
        action: &str,
        id: HostId,
        (field, hold): (&str, Option<&Hold>),
        seen: Option<u64>,
    ) -> Result<u64, ServiceError> {
        let short = || field.chars().take(80).collect::<String>();
        let unknown = || Phrase::new("no_such_attribute").with("class", "host").with("attribute", short());
        let pointer = voice::pointer(field).ok_or_else(|| invalid("/attribute", unknown()))?;
        let pointer = pointer.as_str();
        self.decide(|| async move {
            let stored = self.get_host(call, id, Moment::NOW).await?.host;
            check_version(&stored, seen)?;
            if hold.is_none() && !stored.value.sayings.pins.contains_key(pointer) {
                return Err(ServiceError::NotFound { kind: "pin", id: short() });
            }
            let rules = self.rules().await?;
            let next = voice::pin(&stored.value, (pointer, hold.cloned()), &rules, self.now());
            let next = next.map_err(|why| invalid("/value", why))?;
            let mut entry = call.audit(self.now(), action, id, format!("{} {field}", stored.value.name));
            entry.reason = hold.map(|hold| hold.reason.clone()).unwrap_or_default();
            let (mut changes, version) = (ChangeSet::new(), stored.version);
            let is_same = next == stored.value;
            self.write_said(&mut changes, call, (stored, next), entry).await?;
            Ok((changes, if is_same { version } else { version + 1 }))
        })
        .await
    }

    /// Brings what counts of hosts up to date: a word or a pin may have ended, or the rules are others. `false` when nothing changed.
    pub(in crate::service) async fn settle_hosts(&self, call: &Call, now: Time) -> Result<bool, ServiceError> {
        let (rules, mut worked) = (self.rules().await?, false);
        let mut scan = Scan::keys(Collection::Host, "").limit(AT_ONCE);
        loop {
            let page = self.store().page::<Host>(scan.clone()).await?;
            for stored in page.rows.into_iter().filter(|stored| stored.value.sayings.is_contested()) {
                let next = voice::settle(&stored.value, &rules, now);
                if next == stored.value {
                    continue;
                }
                let mut changes = ChangeSet::new();
                let entry = call.audit(now, "host.reconcile", next.id, String::new());
                self.write_said(&mut changes, call, (stored, next), entry).await?;
                match self.commit(changes).await {
                    Ok(()) => worked = true,
                    // Somebody changed it meanwhile: the next round looks again.
                    Err(StoreError::Conflict { .. }) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            match page.next {
                None => return Ok(worked),
                next => scan.after = next,
            }
        }
    }
}
