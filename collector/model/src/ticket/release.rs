//! Releases: changes and versions that go out together, in waves, and how far they really are (service-desk rules, section 7).

use muster_shared::Time;
use muster_shared::id::{HostId, TicketId};
use serde::{Deserialize, Serialize};

use super::StateName;
use super::transition::{Cause, Fields, Transition, row};
use crate::right::Action::ReleaseManage;
use crate::text::{Phrase, Word};
use StateName::{
    Attention, Cancelled, Closed, Completed, Deploying, Draft, EarlyLife, Failed, Frozen, Planned, Ready, RolledBack,
};

/// What only releases have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// What people plan.
    #[serde(default)]
    pub plan: Plan,
    /// How its changes stand. The collector keeps it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Member>,
    /// Numbers of changes that were not ready when it was frozen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deferred: Vec<String>,
    /// How far the versions are out, by what agents saw. The collector keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment: Option<Deployment>,
    /// Until when it is watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub early_life_until: Option<Time>,
}

/// What people plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Plan {
    /// Ids of its changes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<TicketId>,
    /// Packages and the versions that are to be installed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub packages: Vec<Package>,
    /// Where, one after the other.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub waves: Vec<Wave>,
    /// On how many of a hundred hosts the versions have to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_percent: Option<u8>,
}

/// A package of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// Hosts that are deployed to together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wave {
    /// Its name.
    pub name: String,
    /// Its hosts, by a question.
    pub hosts: String,
}

/// A change of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Which.
    pub ticket: TicketId,
    /// Its number.
    pub number: String,
    /// Where it stands.
    pub state: StateName,
    /// Whether a conflict blocks it.
    pub is_blocked: bool,
}

/// How far the versions are out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployment {
    /// When it was looked at.
    pub at: Time,
    /// Wave by wave.
    pub waves: Vec<WaveState>,
}

/// How far one wave is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaveState {
    /// Its name.
    pub name: String,
    /// How many hosts it has.
    pub hosts: usize,
    /// How many have all versions.
    pub deployed: usize,
    /// The others, and what they have; at most [`MOST_SHOWN`].
    pub others: Vec<Elsewhere>,
}

/// Hosts without the version that are shown.
pub const MOST_SHOWN: usize = 100;

/// A host that has another version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Elsewhere {
    /// The host.
    pub host: HostId,
    /// Its name.
    pub name: String,
    /// The package.
    pub package: String,
    /// The version that is installed; `None` is not installed.
    pub version: Option<String>,
}

impl Deployment {
    /// Of a hundred hosts of all waves, how many have all versions; rounded down.
    pub fn percent(&self) -> usize {
        let (hosts, deployed) = self.waves.iter().fold((0, 0), |(h, d), wave| (h + wave.hosts, d + wave.deployed));
        (deployed * 100).checked_div(hosts).unwrap_or(0)
    }
}

/// The transitions of a release.
pub const RELEASE: &[Transition] = &[
    row("plan", &[Draft], Planned, ReleaseManage).guard("it has changes or packages, and packages have waves"),
    row("freeze", &[Planned], Frozen, ReleaseManage).guard("changes that are not scheduled are deferred"),
    row("ready", &[Frozen], Ready, ReleaseManage).guard("all changes are scheduled and none is blocked by a conflict"),
    row("deploy", &[Ready], Deploying, ReleaseManage),
    row("attention", &[Deploying], Attention, ReleaseManage).by(Cause::Anyone).needs(&["comment"]),
    row("continue", &[Attention], Deploying, ReleaseManage).needs(&["comment"]),
    row("complete", &[Deploying], Completed, ReleaseManage)
        .guard("agents see the versions on as many hosts as the target asks for"),
    row("roll_back", &[Deploying, Attention], RolledBack, ReleaseManage).needs(&["comment"]),
    row("fail", &[Deploying, Attention], Failed, ReleaseManage).needs(&["comment"]),
    row("early_life", &[Completed], EarlyLife, ReleaseManage).needs(&["until"]).guard("until is a time to come"),
    row("close", &[EarlyLife, RolledBack, Failed], Closed, ReleaseManage).by(Cause::Anyone).takes(&["comment"]),
    row("cancel", &[Draft, Planned, Frozen, Ready], Cancelled, ReleaseManage)
        .needs(&["reason"])
        .takes(&["comment", "duplicate_of"])
        .guard("reason duplicate asks for duplicate_of, or a link duplicate_of"),
];

/// What stands against an event.
pub(super) fn refusal(release: &Release, event: &str, fields: &Fields, now: Time) -> Option<Phrase> {
    let plan = &release.plan;
    match event {
        "plan" if plan.changes.is_empty() && plan.packages.is_empty() => Some(Phrase::new("guard_release_empty")),
        "plan" if !plan.packages.is_empty() && plan.waves.is_empty() => Some(Phrase::new("guard_release_waves")),
        "ready" => {
            let waiting = release.members.iter().filter(|member| !member.is_ready()).map(|member| &member.number);
            let waiting: Vec<&String> = waiting.collect();
            (!waiting.is_empty()).then(|| Phrase::new("guard_release_members").with("changes", Word::list(waiting)))
        }
        "complete" if !plan.packages.is_empty() => {
            let (is, target) = (release.deployment.as_ref().map_or(0, Deployment::percent), release.target());
            (is < target).then(|| Phrase::new("guard_release_deployed").with("percent", is).with("target", target))
        }
        "early_life" if fields.until.is_none_or(|until| until <= now) => Some(Phrase::new("guard_until")),
        _ => None,
    }
}

impl Member {
    /// Whether it may go out.
    pub fn is_ready(&self) -> bool {
        let is_on_its_way =
            matches!(self.state, StateName::Scheduled | StateName::Implement | StateName::Review | Closed);
        is_on_its_way && !self.is_blocked
    }
}

impl Release {
    /// On how many of a hundred hosts the versions have to be.
    pub fn target(&self) -> usize {
        usize::from(self.plan.target_percent.unwrap_or(100))
    }
}

/// What an event leaves behind.
pub(super) fn effect(release: &mut Release, event: &str, fields: &Fields) {
    match event {
        "freeze" => {
            let (ready, late): (Vec<Member>, Vec<Member>) =
                std::mem::take(&mut release.members).into_iter().partition(Member::is_ready);
            release.plan.changes.retain(|id| ready.iter().any(|member| member.ticket == *id));
            release.deferred = late.into_iter().map(|member| member.number).collect();
            release.members = ready;
        }
        "early_life" => release.early_life_until = fields.until,
        _ => {}
    }
}
