//! Releases: changes and versions that go out together, in waves, and how far they really are (service-desk rules, section 7).

pub mod clash;
mod wave;

use muster_shared::Time;
use muster_shared::id::TicketId;
use serde::{Deserialize, Serialize};

use super::StateName;
use super::transition::{Cause, Fields, Transition, row};
use crate::class::Violation;
use crate::right::Action::ReleaseManage;
use crate::text::{Phrase, Word};
use StateName::{
    Attention, Cancelled, Closed, Completed, Deploying, Draft, EarlyLife, Failed, Frozen, Planned, Ready, RolledBack,
};
pub use wave::{Abort, Elsewhere, Look, MOST_SHOWN, Phase, Wave, WaveState};

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
    /// Other releases that bring another version to the same hosts, when it is read: nothing of it is stored.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clashes: Vec<clash::Clash>,
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
    /// The SHA-256 of its file, as 64 hexadecimal digits. No source of inventories reports one: it is kept for people, and said not to
    /// be comparable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checksum: Option<String>,
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployment {
    /// When it was looked at.
    pub at: Time,
    /// Wave by wave.
    pub waves: Vec<WaveState>,
}

impl Deployment {
    /// Of a hundred hosts of all waves, how many have all versions; rounded down.
    pub fn percent(&self) -> usize {
        let (hosts, deployed) = self.waves.iter().fold((0, 0), |(h, d), wave| (h + wave.hosts, d + wave.deployed));
        (deployed * 100).checked_div(hosts).unwrap_or(0)
    }

    /// A wave that has not gone out: it waits, or no host of it has the versions.
    fn left(&self) -> Option<&WaveState> {
        let is_left = |wave: &&WaveState| match wave.phase {
            Phase::Waiting => true,
            Phase::Open => wave.deployed == 0,
            Phase::Soaking | Phase::Done => false,
        };
        self.waves.iter().find(is_left)
    }

    /// A wave that is out and still watched.
    fn soaking(&self) -> Option<&WaveState> {
        self.waves.iter().find(|wave| wave.phase == Phase::Soaking)
    }
}

impl Plan {
    /// What is wrong with what is written, at its place.
    pub(super) fn slips(&self, place: &str) -> Vec<Violation> {
        let mut found = wave::slips(&self.waves, &format!("{place}/waves"));
        for (i, package) in self.packages.iter().enumerate() {
            let is_digest = |text: &String| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
            if package.checksum.as_ref().is_some_and(|text| !is_digest(text)) {
                let pointer = format!("{place}/packages/{i}/checksum");
                found.push(Violation { pointer, why: Phrase::new("package_checksum") });
            }
        }
        if self.target_percent.is_some_and(|percent| !(1..=100).contains(&percent)) {
            let why = Phrase::new("number_from_to").with("min", "1").with("max", "100");
            found.push(Violation { pointer: format!("{place}/target_percent"), why });
        }
        found
    }
}

/// The transitions of a release.
pub const RELEASE: &[Transition] = &[
    row("plan", &[Draft], Planned, ReleaseManage)
        .guard("it has changes or packages, packages have waves, and each wave means hosts"),
    row("freeze", &[Planned], Frozen, ReleaseManage).guard("changes that are not scheduled are deferred"),
    row("ready", &[Frozen], Ready, ReleaseManage).guard("all changes are scheduled and none is blocked by a conflict"),
    row("deploy", &[Ready], Deploying, ReleaseManage).guard("each wave still means hosts"),
    row("attention", &[Deploying], Attention, ReleaseManage).by(Cause::Anyone).needs(&["comment"]),
    row("continue", &[Attention], Deploying, ReleaseManage).needs(&["comment"]),
    row("complete", &[Deploying], Completed, ReleaseManage)
        .guard("its changes were made, agents see the versions on as many hosts as the target asks for, and no wave is still watched"),
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
        "plan" | "deploy" => {
            let looked_at = release.deployment.iter().flat_map(|seen| &seen.waves);
            let empty: Vec<&str> = looked_at.filter(|wave| wave.hosts == 0).map(|wave| wave.name.as_str()).collect();
            (!empty.is_empty()).then(|| Phrase::new("guard_release_wave_empty").with("waves", Word::list(empty)))
        }
        "ready" => {
            let waiting = release.members.iter().filter(|member| !member.is_ready()).map(|member| &member.number);
            let waiting: Vec<&String> = waiting.collect();
            (!waiting.is_empty()).then(|| Phrase::new("guard_release_members").with("changes", Word::list(waiting)))
        }
        "complete" if release.members.iter().any(|member| !member.is_made()) => {
            let waiting = release.members.iter().filter(|member| !member.is_made()).map(|member| &member.number);
            Some(Phrase::new("guard_release_unmade").with("changes", Word::list(waiting)))
        }
        "complete" if !plan.packages.is_empty() => {
            let (is, target) = (release.deployment.as_ref().map_or(0, Deployment::percent), release.target());
            if is < target {
                return Some(Phrase::new("guard_release_deployed").with("percent", is).with("target", target));
            }
            if let Some(left) = release.deployment.as_ref().and_then(Deployment::left) {
                return Some(Phrase::new("guard_release_wave_left").with("wave", left.name.as_str()));
            }
            let soaking = release.deployment.as_ref().and_then(Deployment::soaking)?;
            let until = soaking.soaks_until.map(|until| until.to_string()).unwrap_or_default();
            Some(Phrase::new("guard_release_soak").with("wave", soaking.name.as_str()).with("until", until))
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

    /// Whether nothing of it is left to do: it was made, or will not be.
    pub fn is_made(&self) -> bool {
        matches!(self.state, StateName::Review | StateName::Rejected | Closed | Cancelled)
    }
}

impl Release {
    /// On how many of a hundred hosts the versions have to be.
    pub fn target(&self) -> usize {
        usize::from(self.plan.target_percent.unwrap_or(100))
    }

    /// How far it is after a look at each wave; waves only begin while it `is_moving`.
    pub fn judged(&self, looks: Vec<Look>, is_moving: bool, now: Time) -> Deployment {
        let before = self.deployment.as_ref().map_or(&[][..], |seen| &seen.waves);
        Deployment { at: now, waves: wave::judge(&self.plan.waves, before, looks, self.target(), is_moving, now) }
    }

    /// Why it stops, if it does.
    pub fn stop(&self) -> Option<Phrase> {
        let seen = self.deployment.iter().flat_map(|seen| &seen.waves);
        self.plan.waves.iter().zip(seen).find_map(|(wave, state)| wave.stop(state))
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
        // What stopped it is known to whoever lets it go on: it stops for what is new.
        "continue" => {
            for wave in release.deployment.iter_mut().flat_map(|seen| &mut seen.waves) {
                wave.failed_taken_on.clone_from(&wave.failed);
                wave.empty_taken_on |= wave.began_at.is_some() && wave.hosts == 0;
                wave.incidents_taken_on.clone_from(&wave.incidents);
            }
        }
        "early_life" => release.early_life_until = fields.until,
        _ => {}
    }
}
