//! Teams: made and changed by who manages accounts, known to everybody who sees tickets.

use std::collections::BTreeSet;

use muster_model::on_call::Rota;
use muster_model::right::{Action, Resource};
use muster_model::team::{Roster, Team};
use muster_model::text::{self, Phrase, Word};
use muster_model::{ChangeSet, Collection, Expected, Versioned};
use muster_shared::id::{TeamId, UserId};
use muster_store::{Scan, TypedStore};

use crate::service::class::wrong;
use crate::service::{Call, Service, ServiceError, check_version, invalid};

/// Names that a refusal gives, at most.
const GIVEN: usize = 5;
/// Characters of a name that a refusal repeats, at most.
const REPEATED: usize = 80;

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

    /// The groups that are known: teams, and those of rotas; by name.
    pub async fn groups_known(&self, call: &Call) -> Result<Vec<String>, ServiceError> {
        call.authorize(Action::TicketRead, Resource::Shared)?;
        let mut names = BTreeSet::new();
        let teams = self.store().all::<Team>(Scan::keys(Collection::Team, "")).await?;
        names.extend(teams.into_iter().map(|stored| stored.value.roster.name));
        let rotas = self.store().all::<Rota>(Scan::keys(Collection::Rota, "")).await?;
        names.extend(rotas.into_iter().filter_map(|stored| stored.value.group));
        Ok(names.into_iter().collect())
    }

    /// A group that somebody names is a team or a group of a rota, unless it stood there `before`. Where nobody said yet which there
    /// are, any name is one.
    pub(in crate::service) async fn check_group_known(
        &self,
        call: &Call,
        field: &str,
        name: Option<&str>,
        before: Option<&str>,
    ) -> Result<(), ServiceError> {
        let Some(name) = name.map(str::trim).filter(|name| !name.is_empty() && Some(*name) != before) else {
            return Ok(());
        };
        // What the collector and other desks say is kept as it was said.
        if call.actor.user().is_none() {
            return Ok(());
        }
        let known = self.groups_known(call).await?;
        let folded = name.to_lowercase();
        if known.is_empty() || known.iter().any(|one| one.to_lowercase() == folded) {
            return Ok(());
        }
        let near = text::near(name, known.iter().map(String::as_str), GIVEN);
        let why = Phrase::new(if near.is_empty() { "group_unknown" } else { "group_near" });
        let why = why.with("name", name.chars().take(REPEATED).collect::<String>());
        Err(invalid(field, if near.is_empty() { why } else { why.with("near", Word::list(near)) }))
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
