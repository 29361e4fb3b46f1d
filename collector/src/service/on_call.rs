//! On call: rotas, who stands in, who is on call when, and whom to call when nobody takes a ticket.

pub mod escalation;

use muster_model::account::User;
use muster_model::on_call::shift::{self, Because, Shift};
use muster_model::on_call::{self, Layer, MAX_OVERRIDE_MS, Override, Rota};
use muster_model::right::{Action, Resource};
use muster_model::text::Phrase;
use muster_model::ticket::Kind;
use muster_model::zone::Zone;
use muster_model::{ChangeSet, Collection, Expected, Record, Versioned};
use muster_shared::Time;
use muster_shared::id::{OverrideId, RotaId, UserId};
use muster_store::index::time_key;
use muster_store::{Index, Scan, TypedStore};

use super::class::wrong;
use super::finding::words;
use super::{Call, Service, ServiceError, check_version, invalid};

/// Most rotas.
const MOST: usize = 200;
/// Most people who stand in to come, of one rota.
const MOST_OVERRIDES: usize = 200;

/// What a rota is to be.
#[derive(Clone, Debug)]
pub struct RotaDraft {
    /// What it is called.
    pub name: String,
    /// The assignment group that it is for.
    pub group: Option<String>,
    /// Where it is at home.
    pub zone: Zone,
    /// Who takes turns.
    pub layers: Vec<Layer>,
}

/// Who is on call for a rota.
#[derive(Clone, Debug)]
pub struct OnCall {
    /// The rota.
    pub rota: Rota,
    /// Who, by id and name, and why; nobody in a gap.
    pub who: Option<(UserId, String, Because)>,
    /// When that changes, within two weeks.
    pub until: Option<Time>,
}

const LOOK_AHEAD_MS: i64 = 14 * 86_400_000;

fn missing(id: RotaId) -> ServiceError {
    ServiceError::NotFound { kind: "rota", id: id.to_string() }
}

impl Service {
    /// All rotas, by name.
    pub async fn list_rotas(&self, call: &Call) -> Result<Vec<Versioned<Rota>>, ServiceError> {
        call.authorize(Action::OnCallRead, Resource::Shared)?;
        let mut all = self.store().all::<Rota>(Scan::keys(Collection::Rota, "")).await?;
        all.sort_by_key(|rota| rota.value.name.to_lowercase());
        Ok(all)
    }

    /// A rota.
    pub async fn get_rota(&self, call: &Call, id: RotaId) -> Result<Versioned<Rota>, ServiceError> {
        call.authorize(Action::OnCallRead, Resource::Shared)?;
        self.store().find::<Rota>(&id.to_string()).await?.ok_or_else(|| missing(id))
    }

    /// People who take turns must be able to work on what they are called to.
    async fn check_people(&self, layers: &[Layer]) -> Result<(), ServiceError> {
        for (i, layer) in layers.iter().enumerate() {
            for id in &layer.members {
                self.check_worker(*id, &format!("/layers/{i}/members"), Kind::Incident.work()).await?;
            }
        }
        Ok(())
    }

    /// Makes a rota, or changes the one of an id that was seen in a version.
    pub async fn save_rota(
        &self,
        call: &Call,
        known: Option<(RotaId, Option<u64>)>,
        draft: RotaDraft,
    ) -> Result<Versioned<Rota>, ServiceError> {
        call.authorize(Action::OnCallManage, Resource::All)?;
        let now = self.now();
        let (id, version) = match known {
            Some((id, seen)) => {
                let stored = self.get_rota(call, id).await?;
                check_version(&stored, seen)?;
                (id, Some(stored.version))
            }
            None => (RotaId::new(now), None),
        };
        let group = draft.group.map(|group| group.trim().to_owned()).filter(|group| !group.is_empty());
        let rota = Rota {
            id,
            name: draft.name.trim().to_owned(),
            group,
            zone: draft.zone,
            layers: draft.layers,
            changed_at: now,
            changed_by: call.actor.label(),
        };
        let violations = on_call::check(&rota);
        if !violations.is_empty() {
            return Err(wrong(violations));
        }
        self.check_people(&rota.layers).await?;
        let full = self.store().count(Scan::keys(Collection::Rota, "").limit(MOST)).await? >= MOST;
        if version.is_none() && full {
            return Err(ServiceError::Conflict(Phrase::new("many_of_these").with("max", MOST).into()));
        }
        let mut changes = ChangeSet::new();
        let action = if version.is_some() { "rota.update" } else { "rota.create" };
        changes.audit.push(call.audit(now, action, id, rota.name.clone()));
        changes.put(rota.clone(), version.map_or(Expected::Absent, Expected::Version));
        self.commit(changes).await?;
        Ok(Versioned { value: rota, version: version.unwrap_or_default() + 1 })
    }

    /// Removes a rota. Whoever named it calls nobody there any more.
    pub async fn remove_rota(&self, call: &Call, id: RotaId, seen: Option<u64>) -> Result<(), ServiceError> {
        call.authorize(Action::OnCallManage, Resource::One(&id.to_string()))?;
        let stored = self.get_rota(call, id).await?;
        check_version(&stored, seen)?;
        let users = self.users_of_rota(id).await?;
        if !users.is_empty() {
            return Err(ServiceError::Conflict(Phrase::new("channel_used").with("users", users.join(", ")).into()));
        }
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(self.now(), "rota.remove", id, stored.value.name.clone()));
        for it in self.store().all::<Override>(Scan::index(Index::OverrideByRota, format!("{id}/"))).await? {
            changes.delete(Collection::Override, it.value.key(), Expected::Version(it.version));
        }
        changes.delete(Collection::Rota, stored.value.key(), Expected::Version(stored.version));
        Ok(self.commit(changes).await?)
    }

    /// Those who stand in for a rota and have not done so yet, the first first.
    pub async fn list_overrides(&self, call: &Call, rota: RotaId) -> Result<Vec<Versioned<Override>>, ServiceError> {
        self.get_rota(call, rota).await?;
        let mut all = self.overrides_from(rota, self.now()).await?;
        all.sort_by_key(|it| (it.value.from, it.value.id));
        Ok(all)
    }

    async fn overrides_from(&self, rota: RotaId, from: Time) -> Result<Vec<Versioned<Override>>, ServiceError> {
        let scan = Scan::index(Index::OverrideByRota, format!("{rota}/"));
        let after = format!("{rota}/{}", time_key(from));
        Ok(self.store().all::<Override>(scan.after(Some(after))).await?)
    }

    /// Lets somebody stand in.
    pub async fn create_override(
        &self,
        call: &Call,
        rota: RotaId,
        user: UserId,
        (from, to): (Time, Time),
        reason: &str,
    ) -> Result<Versioned<Override>, ServiceError> {
        call.authorize(Action::OnCallOverride, Resource::Shared)?;
        let stored = self.get_rota(call, rota).await?;
        let reason = words("/reason", reason)?;
        if to <= from || to <= self.now() || to.since(from) > MAX_OVERRIDE_MS {
            let days = (MAX_OVERRIDE_MS / 86_400_000).to_string();
            return Err(invalid("/to", Phrase::new("from_before_to").with("days", days)));
        }
        self.check_worker(user, "/user", Kind::Incident.work()).await?;
        let name = self.name_of_user(user).await?;
        if self.overrides_from(rota, self.now()).await?.len() >= MOST_OVERRIDES {
            return Err(ServiceError::Conflict(Phrase::new("many_of_these").with("max", MOST_OVERRIDES).into()));
        }
        let now = self.now();
        let it = Override { id: OverrideId::new(now), rota, user, from, to, reason, by: call.actor.label() };
        let mut changes = ChangeSet::new();
        let summary = format!("{}: {name} from {from} to {to}", stored.value.name);
        changes.audit.push(call.audit(now, "override.create", rota, summary));
        changes.create(it.clone());
        self.commit(changes).await?;
        Ok(Versioned { value: it, version: 1 })
    }

    /// Nobody stands in any more.
    pub async fn remove_override(
        &self,
        call: &Call,
        rota: RotaId,
        id: OverrideId,
        seen: Option<u64>,
    ) -> Result<(), ServiceError> {
        call.authorize(Action::OnCallOverride, Resource::Shared)?;
        let missing = || ServiceError::NotFound { kind: "override", id: id.to_string() };
        let stored = self.store().find::<Override>(&id.to_string()).await?;
        let stored = stored.filter(|stored| stored.value.rota == rota).ok_or_else(missing)?;
        check_version(&stored, seen)?;
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(self.now(), "override.remove", rota, stored.value.reason.clone()));
        changes.delete(Collection::Override, stored.value.key(), Expected::Version(stored.version));
        Ok(self.commit(changes).await?)
    }

    /// The turns of a rota between two moments, with the names of people.
    pub async fn shifts(
        &self,
        call: &Call,
        id: RotaId,
        from: Time,
        to: Time,
    ) -> Result<Vec<(Shift, Option<String>)>, ServiceError> {
        let rota = self.get_rota(call, id).await?.value;
        let overrides: Vec<Override> = self.overrides_from(id, from).await?.into_iter().map(|it| it.value).collect();
        let mut named = Vec::new();
        for shift in shift::shifts(&rota, &overrides, from, to) {
            let name = match &shift.who {
                Some((user, _)) => Some(self.name_of_user(*user).await?),
                None => None,
            };
            named.push((shift, name));
        }
        Ok(named)
    }

    pub(crate) async fn name_of_user(&self, id: UserId) -> Result<String, ServiceError> {
        let user = self.store().find::<User>(&id.to_string()).await?;
        Ok(user.map_or_else(|| id.to_string(), |user| user.value.name))
    }

    /// Who is on call for a rota at a moment.
    pub(crate) async fn who_is_on_call(&self, rota: &Rota, at: Time) -> Result<Option<UserId>, ServiceError> {
        let overrides: Vec<Override> = self.overrides_from(rota.id, at).await?.into_iter().map(|it| it.value).collect();
        Ok(shift::who(rota, &overrides, at).map(|(user, _)| user))
    }

    /// Who is on call at a moment, of all rotas or of those of a group.
    pub async fn list_on_call(&self, call: &Call, group: Option<&str>, at: Time) -> Result<Vec<OnCall>, ServiceError> {
        let mut all = Vec::new();
        for stored in self.list_rotas(call).await? {
            let rota = stored.value;
            if group.is_some_and(|group| rota.group.as_deref() != Some(group)) {
                continue;
            }
            let ahead = self.shifts(call, rota.id, at, at.plus_millis(LOOK_AHEAD_MS)).await?;
            let (who, until) = match ahead.first() {
                Some((shift, name)) => {
                    let who = shift.who.clone().map(|(id, why)| (id, name.clone().unwrap_or_default(), why));
                    (who, (ahead.len() > 1).then_some(shift.to))
                }
                None => (None, None),
            };
            all.push(OnCall { rota, who, until });
        }
        Ok(all)
    }
}
