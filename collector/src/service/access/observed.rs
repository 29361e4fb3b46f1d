//! What accounts have on hosts beside what grants allow: four lists in one, a few hosts at a time.

use muster_model::Versioned;
use muster_model::grant::observed::{Compared, compare};
use muster_model::grant::{Grant, Status};
use muster_model::host::Host;
use muster_model::query::Query;
use muster_model::right::Action;
use muster_model::{Collection, grant};
use muster_shared::Time;
use muster_shared::id::{GrantId, HostId, ItemId, NodeId};
use muster_store::Scan;
use muster_store::TypedStore;
use serde_json::{Value, json};

use crate::service::{Call, Page, Service, ServiceError, Window};

/// Hosts that are looked at for one page.
const HOSTS: usize = 64;

/// How what is there and what is granted stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A grant allows it.
    Granted,
    /// No grant ever did.
    Orphan,
    /// A grant did, and is over.
    LeftOver,
    /// A grant allows it, and it is not there.
    Missing,
    /// A grant allows it, and the agent cannot see whether it is there.
    Unknown,
}

impl Standing {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Granted, Self::Orphan, Self::LeftOver, Self::Missing, Self::Unknown];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Orphan => "orphan",
            Self::LeftOver => "left_over",
            Self::Missing => "missing",
            Self::Unknown => "unknown",
        }
    }
}

/// What an account has, or should have, on a host.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The host.
    pub host: HostId,
    /// Its name.
    pub host_name: String,
    /// The account.
    pub account: String,
    /// What it has: `account`, `group docker`, `sudo`, `key`.
    pub right: String,
    /// How that stands.
    pub standing: Standing,
    /// The grant that allows it, or did.
    pub grant: Option<(GrantId, String)>,
    /// When that ended.
    pub ended_at: Option<Time>,
    /// Where it stands on the host.
    pub item: Option<ItemId>,
}

fn entry(seen: &Seen) -> Value {
    json!({
        "host": seen.host, "host_name": seen.host_name, "account": seen.account, "right": seen.right,
        "standing": seen.standing.as_str(), "number": seen.grant.as_ref().map(|(_, number)| number),
    })
}

fn found(host: &Host, it: Compared<'_>) -> Seen {
    let standing = match (it.is_allowed, it.grant) {
        (true, _) => Standing::Granted,
        (false, Some(_)) => Standing::LeftOver,
        (false, None) => Standing::Orphan,
    };
    Seen {
        host: host.id,
        host_name: host.name.clone(),
        right: it.observed.right(),
        item: Some(ItemId::new(host.id, it.observed.section, &it.observed.key)),
        account: it.observed.account,
        standing,
        ended_at: it.ended_at,
        grant: it.grant.map(|grant| (grant.id, grant.number.clone())),
    }
}

fn awaited(host: &Host, grant: &Grant, standing: Standing) -> Seen {
    Seen {
        host: host.id,
        host_name: host.name.clone(),
        account: grant.account.clone(),
        right: grant.right(),
        standing,
        grant: Some((grant.id, grant.number.clone())),
        ended_at: None,
        item: None,
    }
}

/// What is to be said of a host: what is minded there, what is granted, what is left of grants that are over.
fn of_host(host: &Host, sections: &grant::observed::Sections, grants: &[Grant], now: Time) -> Vec<Seen> {
    let compared = compare(host.id, sections, grants, now);
    let is_told = |grant: &Grant| compared.iter().any(|it| it.grant.is_some_and(|known| known.id == grant.id));
    let mut all = Vec::new();
    for grant in grants.iter().filter(|grant| !is_told(grant)) {
        let status = grant.status_on(host.id, now);
        match (status, sections.has(grant)) {
            (Status::Active | Status::Expiring, Some(true)) => all.push(awaited(host, grant, Standing::Granted)),
            (Status::Active | Status::Expiring, Some(false)) => all.push(awaited(host, grant, Standing::Missing)),
            (Status::Active | Status::Expiring, None) => all.push(awaited(host, grant, Standing::Unknown)),
            (Status::Expired | Status::Revoked | Status::Suspended, Some(true)) => {
                let seen = awaited(host, grant, Standing::LeftOver);
                // What another grant allows is no left-over.
                let is_renewed = grants.iter().any(|other| {
                    other.status_on(host.id, now).holds()
                        && other.account == grant.account
                        && other.right() == grant.right()
                });
                if !is_renewed {
                    all.push(Seen { ended_at: grant.ended_on(host.id), ..seen });
                }
            }
            (Status::Expired | Status::Revoked | Status::Suspended | Status::Planned, _) => {}
        }
    }
    all.extend(compared.into_iter().map(|it| found(host, it)));
    all.sort_by(|one, other| (&one.account, &one.right).cmp(&(&other.account, &other.right)));
    all
}

impl Service {
    /// What accounts have on hosts beside what grants allow. A page may hold fewer rows than asked for, or a few more: it ends with
    /// a host.
    pub async fn list_observed(&self, call: &Call, query: &Query, window: &Window) -> Result<Page<Seen>, ServiceError> {
        let sight = self.sight(call, Action::ItemRead).await?;
        call.holds(Action::TicketRead)?;
        let now = self.now();
        let mut items: Vec<Seen> = Vec::new();
        let scan = Scan::keys(Collection::Host, "").after(window.cursor.clone()).limit(HOSTS);
        let page = self.store().page::<Host>(scan).await?;
        let mut last = None;
        for host in &page.rows {
            if items.len() >= window.limit {
                return Ok(Page { items, next_cursor: last });
            }
            last = Some(host.value.id.to_string());
            if !sight.sees_host(host.value.id) {
                continue;
            }
            if !query.allows("host", &host.value.id.to_string()) || !query.allows("host_name", &host.value.name) {
                continue;
            }
            items.extend(self.observed_on(host, now).await?.into_iter().filter(|seen| query.matches(&entry(seen))));
        }
        Ok(Page { items, next_cursor: page.next })
    }

    /// The same of one host.
    pub async fn observed_of(&self, call: &Call, host: &Versioned<Host>) -> Result<Vec<Seen>, ServiceError> {
        self.authorize_at(call, Action::ItemRead, NodeId::Host(host.value.id)).await?;
        self.observed_on(host, self.now()).await
    }

    async fn observed_on(&self, host: &Versioned<Host>, now: Time) -> Result<Vec<Seen>, ServiceError> {
        let sections = self.accounts_of(host).await?;
        let grants: Vec<Grant> =
            self.grants_of_host(host.value.id).await?.into_iter().map(|stored| stored.value).collect();
        Ok(of_host(&host.value, &sections, &grants, now))
    }
}
