//! One CA after another: who knows the next one, what agents are asked for, and when a step would lock somebody out.

use muster_model::ChangeSet;
use muster_model::agent::Agent;
use muster_model::right::{Action, Resource};
use muster_shared::Time;
use muster_shared::protocol::Settings;
use muster_store::{Scan, StoreError, TypedStore};

use crate::authority::{Authority, Root, Roots};
use crate::service::{Call, Service, ServiceError};

/// Most agents that are named one by one.
const NAMED: usize = 20;

/// The CAs, and the agents that do not know the newest one for sure.
#[derive(Clone, Debug)]
pub struct Rollover {
    /// The CAs.
    pub roots: Roots,
    /// Agents that are not revoked.
    pub agents: usize,
    /// Those of them that would be locked out, by name and id.
    pub behind: Vec<String>,
}

impl Rollover {
    /// For people.
    pub fn text(&self) -> String {
        let Roots { current, next, old } = &self.roots;
        let named = [("the collector shows", Some(current)), ("agents are signed by", next.as_ref())];
        let named = named.into_iter().chain([("believed still", old.as_ref())]);
        let line = |(what, root): (&str, Option<&Root>)| {
            root.map(|root| format!("{what}: SHA-256 {}, until {}", root.spki_sha256, root.not_after))
        };
        let mut lines: Vec<String> = named.filter_map(line).collect();
        let (newest, known) = (if next.is_some() { "next" } else { "current" }, self.agents - self.behind.len());
        lines.push(format!("{known} of {} agents are known to believe the {newest} CA", self.agents));
        lines.extend(Some(self.who()).filter(|who| !who.is_empty()));
        lines.join("\n")
    }

    fn who(&self) -> String {
        let named: Vec<&str> = self.behind.iter().take(NAMED).map(String::as_str).collect();
        let more = self.behind.len() - named.len();
        match (named.is_empty(), more) {
            (true, _) => String::new(),
            (false, 0) => format!("not yet: {}", named.join(", ")),
            (false, more) => format!("not yet: {}, and {more} more", named.join(", ")),
        }
    }
}

impl Service {
    /// The CAs.
    pub const fn authority(&self) -> &Authority {
        &self.authority
    }

    /// What is wanted of an agent: during a rollover also the certificate with which the next CA comes.
    pub(crate) fn settings_of(&self, agent: &Agent) -> Settings {
        let renew = self.authority.next_sha256().is_some_and(|next| !agent.knows_ca(&next));
        Settings { renew, ..self.policy().agents.clone() }
    }

    /// How the CAs stand.
    pub async fn rollover(&self, call: &Call) -> Result<Rollover, ServiceError> {
        call.authorize(Action::EnrollmentManage, Resource::All)?;
        let roots = self.authority.roots();
        let stored = self.store().all::<Agent>(Scan::keys(muster_model::Collection::Agent, "")).await?;
        let mut agents: Vec<Agent> = stored.into_iter().map(|stored| stored.value).collect();
        agents.retain(|agent| agent.revoked_at.is_none());
        // Before the first rollover everybody has the one CA that there is.
        let newest = match &roots {
            Roots { next: Some(next), .. } => Some(next),
            Roots { current, old: Some(_), .. } => Some(current),
            Roots { .. } => None,
        };
        let knows = |agent: &&Agent| newest.is_some_and(|ca| !agent.knows_ca(&ca.spki_sha256));
        let behind = agents.iter().filter(knows).map(|agent| format!("{} ({})", agent.hostname, agent.id)).collect();
        Ok(Rollover { agents: agents.len(), behind, roots })
    }

    async fn step(
        &self,
        call: &Call,
        action: &str,
        summary: String,
        step: impl FnOnce(Time) -> Result<(), crate::authority::AuthorityError>,
    ) -> Result<Rollover, ServiceError> {
        let now = self.clock.now();
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(now, action, "ca", summary));
        self.commit(changes).await?;
        step(now).map_err(|error| ServiceError::Store(StoreError::backend(error)))?;
        self.rollover(call).await
    }

    /// Makes the next CA. From now on agents renew and get to know it.
    pub async fn rotate_ca(&self, call: &Call) -> Result<Rollover, ServiceError> {
        let Roots { next, old, .. } = self.rollover(call).await?.roots;
        if next.is_some() || old.is_some() {
            let what = if next.is_some() { "ca switch" } else { "ca drop" };
            return Err(ServiceError::Conflict(
                format!("a rollover goes on already; its next step is `{what}`").into(),
            ));
        }
        self.step(call, "ca.rotate", "the next CA".into(), |now| self.authority.rotate(now)).await
    }

    /// The collector shows a certificate of the next CA. Refused while an agent does not know that one, unless forced.
    pub async fn switch_ca(&self, call: &Call, is_forced: bool) -> Result<Rollover, ServiceError> {
        let rollover = self.rollover(call).await?;
        if rollover.roots.next.is_none() {
            return Err(ServiceError::Conflict("there is no next CA; `ca rotate` makes one".into()));
        }
        let lost = rollover.refuse(is_forced, "would not believe this collector any more")?;
        self.step(call, "ca.switch", lost, |now| self.authority.switch(now)).await
    }

    /// The old CA is believed no more. Refused while an agent has a certificate of it, unless forced.
    pub async fn drop_ca(&self, call: &Call, is_forced: bool) -> Result<Rollover, ServiceError> {
        let rollover = self.rollover(call).await?;
        if rollover.roots.old.is_none() {
            return Err(ServiceError::Conflict("there is no old CA".into()));
        }
        let lost = rollover.refuse(is_forced, "would not be let in any more")?;
        self.step(call, "ca.drop", lost, |now| self.authority.drop_old(now)).await
    }
}

impl Rollover {
    /// What a step costs; refused when somebody would be locked out by it and it is not forced.
    fn refuse(&self, is_forced: bool, what: &str) -> Result<String, ServiceError> {
        if self.behind.is_empty() {
            return Ok(String::new());
        }
        let count = self.behind.len();
        let told = format!("{count} of {} agents {what}; {}", self.agents, self.who());
        if is_forced {
            return Ok(told);
        }
        let what =
            "wait until they were heard, revoke those that are gone, or use --force: they have to enroll anew then";
        Err(ServiceError::Conflict(format!("{told}; {what}").into()))
    }
}
