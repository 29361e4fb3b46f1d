//! Teams: made and changed by who manages accounts, known to everybody who sees tickets.

use std::collections::BTreeSet;

use muster_model::right::{Action, Resource};
use muster_model::team::{Roster, Team};
use muster_model::text::Phrase;
use muster_model::{ChangeSet, Collection, Expected, Versioned};
use muster_shared::id::{TeamId, UserId};
use muster_store::{Scan, TypedStore};

use crate::service::class::wrong;
use crate::service::{Call, Service, ServiceError, check_version, invalid};

impl Service {
    /// All teams, by name.
    pub async fn list_teams(&self, call: &Call) -> Result<Vec<Versioned<Team>>, ServiceError> {
        call.authorize(Action::TicketRead, Resource::Shared)?;
        let mut teams = self.store().all::<Team>(Scan::keys(Collection::Team, "")).await?;
        teams.sort_by_key(|team| team.value.roster.name.to_lowercase());
        Ok(teams)
    }

    /// The names of the teams that somebody is a member of.
    pub(in crate::service) async fn teams_of(&self, user: UserId) -> Result<BTreeSet<String>, ServiceError> {
        let teams = self.store().all::<Team>(Scan::keys(Collection::Team, "")).await?;
        let of = teams.into_iter().map(|stored| stored.value.roster).filter(|roster| roster.members.contains(&user));
        Ok(of.map(|roster| roster.name).collect())
    }

    /// One team.
    pub async fn get_team(&self, call: &Call, id: TeamId) -> Result<Versioned<Team>, ServiceError> {
        call.authorize(Action::TicketRead, Resource::Shared)?;
        let missing = || ServiceError::NotFound { kind: "team", id: id.to_string() };
        self.store().find::<Team>(&id.to_string()).await?.ok_or_else(missing)
    }

    /// A new team.
    pub async fn create_team(&self, call: &Call, roster: Roster) -> Result<Versioned<Team>, ServiceError> {
        call.authorize(Action::UserManage, Resource::All)?;
        self.check_roster(None, &roster).await?;
        let now = self.now();
        let team = Team { id: TeamId::new(now), roster, changed_by: call.actor.label(), changed_at: now };
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(now, "team.create", team.id, team.roster.name.clone()));
        changes.create(team.clone());
        self.commit(changes).await?;
        Ok(Versioned { value: team, version: 1 })
    }

    /// The next version of a team. Rounds of votes that are open keep their seats.
    pub async fn replace_team(
        &self,
        call: &Call,
        id: TeamId,
        roster: Roster,
        seen: Option<u64>,
    ) -> Result<Versioned<Team>, ServiceError> {
        call.authorize(Action::UserManage, Resource::All)?;
        self.check_roster(Some(id), &roster).await?;
        let roster = &roster;
        self.decide(|| async move {
            let mut stored = self.get_team(call, id).await?;
            check_version(&stored, seen)?;
            if stored.value.roster == *roster {
                return Ok((ChangeSet::new(), stored));
            }
            let now = self.now();
            stored.value.roster = roster.clone();
            (stored.value.changed_by, stored.value.changed_at) = (call.actor.label(), now);
            let mut changes = ChangeSet::new();
            changes.audit.push(call.audit(now, "team.update", id, roster.name.clone()));
            let written = Versioned { value: stored.value.clone(), version: stored.version + 1 };
            changes.update(stored);
            Ok((changes, written))
        })
        .await
    }

    /// Takes a team away. What names it keeps its name.
    pub async fn remove_team(&self, call: &Call, id: TeamId, seen: Option<u64>) -> Result<(), ServiceError> {
        call.authorize(Action::UserManage, Resource::All)?;
        self.decide(|| async move {
            let stored = self.get_team(call, id).await?;
            check_version(&stored, seen)?;
            let mut changes = ChangeSet::new();
            changes.audit.push(call.audit(self.now(), "team.remove", id, stored.value.roster.name.clone()));
            changes.delete(Collection::Team, id.to_string(), Expected::Version(stored.version));
            Ok((changes, ()))
        })
        .await
    }

    /// A team is called like no other, and its members have accounts. Who was a member before may have left since.
    async fn check_roster(&self, own: Option<TeamId>, roster: &Roster) -> Result<(), ServiceError> {
        let violations = roster.check();
        if !violations.is_empty() {
            return Err(wrong(violations));
        }
        let teams = self.store().all::<Team>(Scan::keys(Collection::Team, "")).await?;
        let name = roster.name.to_lowercase();
        let is_taken = |team: &Team| Some(team.id) != own && team.roster.name.to_lowercase() == name;
        if teams.iter().any(|stored| is_taken(&stored.value)) {
            return Err(invalid("/name", Phrase::new("team_taken")));
        }
        let before = teams.into_iter().find(|stored| Some(stored.value.id) == own).map(|stored| stored.value.roster);
        for (n, member) in roster.members.iter().enumerate() {
            if !before.as_ref().is_some_and(|before| before.members.contains(member)) {
                self.check_active(*member, &format!("/members/{n}")).await?;
            }
        }
        Ok(())
    }
}
