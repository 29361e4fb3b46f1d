//! What must be separate: the rules, and what access that somebody asks for must not be together with.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use muster_model::grant::Grant;
use muster_model::grant::separation::{Asked, Clash, Rule, Separation};
use muster_model::query::Query;
use muster_model::right::{Action, Resource};
use muster_model::ticket::access::Access;
use muster_model::{ChangeSet, Collection, Expected, Versioned};
use muster_shared::id::{HostId, SeparationId, TicketId, UserId};
use muster_store::{Index, Scan, TypedStore};

use crate::service::class::wrong;
use crate::service::{Call, Service, ServiceError, check_version};

/// Access of one person that a rule keeps apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Together {
    /// The account of the one.
    pub account: String,
    /// The numbers of the tickets by which both were granted.
    pub numbers: [String; 2],
    /// Whether somebody said that it may be so.
    pub is_excepted: bool,
}

impl Together {
    fn of(one: &Grant, other: &Grant) -> Self {
        let mut numbers = [one.number.clone(), other.number.clone()];
        numbers.sort();
        let is_excepted = one.exception.is_some() || other.exception.is_some();
        Self { account: one.account.clone(), numbers, is_excepted }
    }
}

impl Service {
    /// All rules, by when they were made.
    pub async fn list_separations(&self, call: &Call) -> Result<Vec<Versioned<Separation>>, ServiceError> {
        call.authorize(Action::TicketRead, Resource::All)?;
        Ok(self.store().all::<Separation>(Scan::keys(Collection::Separation, "")).await?)
    }

    /// One rule.
    pub async fn get_separation(&self, call: &Call, id: SeparationId) -> Result<Versioned<Separation>, ServiceError> {
        call.authorize(Action::TicketRead, Resource::One(&id.to_string()))?;
        let missing = || ServiceError::NotFound { kind: "separation", id: id.to_string() };
        self.store().find::<Separation>(&id.to_string()).await?.ok_or_else(missing)
    }

    /// A new rule. What was granted before stands, and is shown.
    pub async fn create_separation(&self, call: &Call, rule: Rule) -> Result<Versioned<Separation>, ServiceError> {
        call.authorize(Action::AccessReview, Resource::All)?;
        let now = self.now();
        let violations = rule.check(&self.registry().await?.host_fields());
        if !violations.is_empty() {
            return Err(wrong(violations));
        }
        let separation =
            Separation { id: SeparationId::new(now), rule, changed_by: call.actor.label(), changed_at: now };
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(now, "separation.create", separation.id, separation.rule.name.clone()));
        changes.create(separation.clone());
        self.commit(changes).await?;
        Ok(Versioned { value: separation, version: 1 })
    }

    /// The next version of a rule.
    pub async fn replace_separation(
        &self,
        call: &Call,
        id: SeparationId,
        rule: Rule,
        seen: Option<u64>,
    ) -> Result<Versioned<Separation>, ServiceError> {
        call.authorize(Action::AccessReview, Resource::One(&id.to_string()))?;
        let violations = rule.check(&self.registry().await?.host_fields());
        if !violations.is_empty() {
            return Err(wrong(violations));
        }
        let rule = &rule;
        self.decide(|| async move {
            let mut stored = self.get_separation(call, id).await?;
            check_version(&stored, seen)?;
            if stored.value.rule == *rule {
                return Ok((ChangeSet::new(), stored));
            }
            let now = self.now();
            stored.value.rule = rule.clone();
            (stored.value.changed_by, stored.value.changed_at) = (call.actor.label(), now);
            let mut changes = ChangeSet::new();
            changes.audit.push(call.audit(now, "separation.update", id, rule.name.clone()));
            let written = Versioned { value: stored.value.clone(), version: stored.version + 1 };
            changes.update(stored);
            Ok((changes, written))
        })
        .await
    }

    /// Takes a rule away.
    pub async fn remove_separation(
        &self,
        call: &Call,
        id: SeparationId,
        seen: Option<u64>,
    ) -> Result<(), ServiceError> {
        call.authorize(Action::AccessReview, Resource::One(&id.to_string()))?;
        self.decide(|| async move {
            let stored = self.get_separation(call, id).await?;
            check_version(&stored, seen)?;
            let mut changes = ChangeSet::new();
            changes.audit.push(call.audit(self.now(), "separation.remove", id, stored.value.rule.name.clone()));
            changes.delete(Collection::Separation, id.to_string(), Expected::Version(stored.version));
            Ok((changes, ()))
        })
        .await
    }

    /// What access must not be together with: other access of the same account or person.
    pub(in crate::service) async fn clashes_of(
        &self,
        ticket: TicketId,
        access: &Access,
        holder: Option<UserId>,
    ) -> Result<Vec<Clash>, ServiceError> {
        let rules = self.store().all::<Separation>(Scan::keys(Collection::Separation, "")).await?;
        if rules.is_empty() {
            return Ok(Vec::new());
        }
        let now = self.now();
        let mut others = Vec::new();
        let account = access.terms.account.clone().unwrap_or_default();
        let mut scans = vec![Scan::index(Index::GrantByAccount, account.clone())];
        scans.extend(holder.map(|holder| Scan::index(Index::GrantByHolder, holder.to_string())));
        for scan in scans {
            others.extend(self.store().all::<Grant>(scan).await?.into_iter().map(|stored| stored.value));
        }
        others.sort_by_key(|grant| grant.id);
        others.dedup_by_key(|grant| grant.id);
        others.retain(|grant| {
            let is_theirs = grant.account == account || (grant.holder.is_some() && grant.holder == holder);
            is_theirs && grant.ticket != ticket && !grant.status(now).is_over()
        });
        let mut clashes = Vec::new();
        for other in &others {
            let meant = self.meant(&rules, [access.reach.as_slice(), other.hosts.as_slice()].concat()).await?;
            let is_meant =
                |query: &str, host: HostId| meant.get(&(query.to_owned(), host)).copied().unwrap_or_default();
            for stored in &rules {
                let rule = &stored.value.rule;
                if rule.parts(Asked::from(access), Asked::from(other), is_meant) {
                    clashes.push(Clash {
                        separation: stored.value.id,
                        rule: rule.name.clone(),
                        with: other.number.clone(),
                    });
                }
            }
        }
        Ok(clashes)
    }

    /// The access that stands though rules keep it apart, by rule: what was granted before a rule was made stays until somebody takes
    /// it back.
    pub async fn standing_clashes(&self, call: &Call) -> Result<HashMap<SeparationId, Vec<Together>>, ServiceError> {
        let rules = self.list_separations(call).await?;
        let now = self.now();
        let grants = self.store().all::<Grant>(Scan::keys(Collection::Grant, "")).await?;
        let grants: Vec<Grant> =
            grants.into_iter().map(|stored| stored.value).filter(|grant| !grant.status(now).is_over()).collect();
        let mut whose: BTreeMap<String, Vec<&Grant>> = BTreeMap::new();
        for grant in &grants {
            let holder = grant.holder.map(|holder| holder.to_string());
            for of in [format!("account {}", grant.account)].into_iter().chain(holder) {
                whose.entry(of).or_default().push(grant);
            }
        }
        let mut standing: HashMap<SeparationId, Vec<Together>> = HashMap::new();
        for held in whose.values().filter(|held| held.len() > 1) {
            let meant = self.meant(&rules, held.iter().flat_map(|grant| grant.hosts.clone()).collect()).await?;
            let is_meant =
                |query: &str, host: HostId| meant.get(&(query.to_owned(), host)).copied().unwrap_or_default();
            for (n, one) in held.iter().enumerate() {
                for other in held.iter().skip(n + 1) {
                    for stored in &rules {
                        if stored.value.rule.parts(Asked::from(*one), Asked::from(*other), is_meant) {
                            let pair = Together::of(one, other);
                            let known = standing.entry(stored.value.id).or_default();
                            if !known.contains(&pair) {
                                known.push(pair);
                            }
                        }
                    }
                }
            }
        }
        Ok(standing)
    }

    /// Which hosts the queries of rules mean.
    async fn meant(
        &self,
        rules: &[Versioned<Separation>],
        hosts: Vec<HostId>,
    ) -> Result<HashMap<(String, HostId), bool>, ServiceError> {
        let (mut meant, registry) = (HashMap::new(), self.registry().await?);
        let sides = rules.iter().flat_map(|stored| [&stored.value.rule.one, &stored.value.rule.other]);
        for text in sides.map(|side| &side.hosts).filter(|text| !text.trim().is_empty()) {
            let Ok(query) = Query::parse(text, &registry.host_fields()) else { continue };
            for host in &hosts {
                if let Entry::Vacant(vacant) = meant.entry((text.clone(), *host)) {
                    vacant.insert(self.host_fits(&query, *host).await?);
                }
            }
        }
        Ok(meant)
    }
}
