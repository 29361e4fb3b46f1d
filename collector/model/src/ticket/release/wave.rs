//! Waves of a release: one after the other, each watched for a while once it is out, and what stops them (service-desk rules, section 7).
//!
//! A wave begins when the one before it has been out for as long as it soaks. How far each is comes of what agents report; nobody
//! claims it. What stops a release is judged here too: hosts of a wave that went wrong, and urgent incidents on them.

use muster_shared::Time;
use muster_shared::id::HostId;
use serde::{Deserialize, Serialize};

use crate::class::Violation;
use crate::text::{Phrase, Word};

const MINUTE_MS: i64 = 60_000;
/// The longest soak: four weeks.
const MAX_SOAK_MINUTES: u32 = 40_320;
/// Longest name of a wave.
const MAX_NAME: usize = 80;
/// Most waves of a release.
const MAX_WAVES: usize = 50;
/// Hosts without the version that are shown.
pub const MOST_SHOWN: usize = 100;
/// Hosts that the word on a stop names.
const MOST_NAMED: usize = 5;

/// Hosts that are deployed to together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wave {
    /// Its name.
    pub name: String,
    /// Its hosts, by a question.
    pub hosts: String,
    /// How long it has to have been out before the next one begins, in minutes.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub soak_minutes: u32,
    /// When it is stopped.
    #[serde(default, skip_serializing_if = "Abort::is_unset")]
    pub abort: Abort,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
const fn is_nothing(minutes: &u32) -> bool {
    *minutes == 0
}

/// What stops a wave: a person has to look before it goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Abort {
    /// More than so many of a hundred of its hosts went wrong: they fell silent, or have neither the version that they had when it
    /// began nor the one that they are to get.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_percent: Option<u8>,
    /// Somebody opened an incident of priority 1 or 2 on one of its hosts.
    pub urgent_incident: bool,
}

impl Abort {
    fn is_unset(&self) -> bool {
        *self == Self::default()
    }
}

/// Where a wave stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Those before it come first.
    #[default]
    Waiting,
    /// It is on its way out.
    Open,
    /// It is out, and watched.
    Soaking,
    /// It has been out for as long as it should.
    Done,
}

impl Phase {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Waiting, Self::Open, Self::Soaking, Self::Done];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Open => "open",
            Self::Soaking => "soaking",
            Self::Done => "done",
        }
    }
}

/// What agents report of a wave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// How many hosts it has.
    pub hosts: usize,
    /// How many have all versions.
    pub deployed: usize,
    /// Names of those that went wrong since it began.
    pub failed: Vec<String>,
    /// Numbers of the urgent incidents on its hosts since it began.
    pub incidents: Vec<String>,
    /// Those that have not all versions, and what they have; at most [`MOST_SHOWN`].
    pub others: Vec<Elsewhere>,
}

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

/// How far one wave is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaveState {
    /// Its name.
    pub name: String,
    /// Where it stands.
    #[serde(default)]
    pub phase: Phase,
    /// When it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began_at: Option<Time>,
    /// Since when it is out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out_at: Option<Time>,
    /// Until when it soaks, while it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub soaks_until: Option<Time>,
    /// How many hosts it has.
    pub hosts: usize,
    /// How many have all versions.
    pub deployed: usize,
    /// Names of hosts that went wrong since it began.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<String>,
    /// Numbers of urgent incidents on its hosts since it began.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incidents: Vec<String>,
    /// Names of the hosts with which somebody let it go on all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed_taken_on: Vec<String>,
    /// Whether somebody let it go on though it means no host any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub empty_taken_on: bool,
    /// Numbers of the incidents with which somebody let it go on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incidents_taken_on: Vec<String>,
    /// The others, and what they have; at most [`MOST_SHOWN`].
    pub others: Vec<Elsewhere>,
}

/// What is wrong with waves, at their place.
pub(super) fn slips(waves: &[Wave], place: &str) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut wrong = |pointer: String, why: Phrase| found.push(Violation { pointer, why });
    if waves.len() > MAX_WAVES {
        wrong(place.to_owned(), Phrase::new("at_most_items").with("max", MAX_WAVES));
    }
    for (i, wave) in waves.iter().enumerate() {
        let at = |field: &str| format!("{place}/{i}/{field}");
        let name = wave.name.trim();
        if name.is_empty() || name.chars().count() > MAX_NAME {
            wrong(at("name"), Phrase::new("characters").with("min", "1").with("max", MAX_NAME));
        } else if waves.iter().take(i).any(|other| other.name.trim().eq_ignore_ascii_case(name)) {
            wrong(at("name"), Phrase::new("wave_twice").with("name", name));
        }
        if name.contains([':', '|']) {
            wrong(at("name"), Phrase::new("wave_name"));
        }
        if wave.hosts.trim().is_empty() {
            wrong(at("hosts"), Phrase::new("wave_hosts"));
        }
        if wave.soak_minutes > MAX_SOAK_MINUTES {
            wrong(
                at("soak_minutes"),
                Phrase::new("number_from_to").with("min", "0").with("max", MAX_SOAK_MINUTES.to_string()),
            );
        }
        if wave.abort.failed_percent.is_some_and(|percent| percent > 99) {
            wrong(at("abort/failed_percent"), Phrase::new("number_from_to").with("min", "0").with("max", "99"));
        }
    }
    found
}

impl WaveState {
    /// How many hosts have not all versions and are not among those that are named.
    pub fn unnamed(&self) -> usize {
        self.hosts.saturating_sub(self.deployed + self.others.len())
    }
}

impl Wave {
    /// How it stands after a look: `began_at` is when it began, `target` on how many of a hundred hosts the versions have to be.
    fn state(
        &self,
        before: Option<&WaveState>,
        began_at: Option<Time>,
        look: Look,
        target: usize,
        now: Time,
    ) -> WaveState {
        let empty_taken_on = before.is_some_and(|before| before.empty_taken_on);
        let has_room = look.hosts > 0 || empty_taken_on;
        let is_out = began_at.is_some() && has_room && look.deployed * 100 >= target * look.hosts;
        let out_at = is_out.then(|| before.and_then(|before| before.out_at).unwrap_or(now));
        let until = out_at.map(|at| at.plus_millis(i64::from(self.soak_minutes) * MINUTE_MS));
        let phase = match (began_at, until) {
            (None, _) => Phase::Waiting,
            (Some(_), None) => Phase::Open,
            (Some(_), Some(until)) if until > now => Phase::Soaking,
            (Some(_), Some(_)) => Phase::Done,
        };
        let Look { hosts, deployed, failed, incidents, others } = look;
        WaveState {
            name: self.name.clone(),
            phase,
            began_at,
            out_at,
            soaks_until: until.filter(|_| phase == Phase::Soaking),
            hosts,
            deployed,
            failed,
            incidents,
            failed_taken_on: before.map(|before| before.failed_taken_on.clone()).unwrap_or_default(),
            empty_taken_on,
            incidents_taken_on: before.map(|before| before.incidents_taken_on.clone()).unwrap_or_default(),
            others,
        }
    }

    /// Why it is stopped, if it is: what somebody let it go on with stops it no more.
    pub fn stop(&self, state: &WaveState) -> Option<Phrase> {
        if !matches!(state.phase, Phase::Open | Phase::Soaking) {
            return None;
        }
        let fresh = state.incidents.iter().filter(|number| !state.incidents_taken_on.contains(number));
        let fresh: Vec<&String> = fresh.collect();
        if self.abort.urgent_incident && !fresh.is_empty() {
            let why = Phrase::new("wave_stop_incident").with("wave", state.name.as_str());
            return Some(why.with("incidents", Word::list(fresh)));
        }
        if state.hosts == 0 && !state.empty_taken_on {
            return Some(Phrase::new("wave_stop_empty").with("wave", state.name.as_str()));
        }
        let percent = usize::from(self.abort.failed_percent?);
        let failed = state.failed.len();
        let is_news = state.failed.iter().any(|name| !state.failed_taken_on.contains(name));
        if !is_news || failed * 100 <= percent * state.hosts {
            return None;
        }
        let names = Word::list(state.failed.iter().take(MOST_NAMED));
        let why = Phrase::new("wave_stop_failed").with("wave", state.name.as_str()).with("failed", failed);
        Some(why.with("hosts", state.hosts).with("percent", percent).with("names", names))
    }
}

/// Whether a wave begins now, when those before it stand so: the first at once, the others after the soak of the one before.
fn begins(earlier: &[WaveState]) -> bool {
    earlier.last().is_none_or(|wave| wave.phase == Phase::Done)
}

/// How waves stand after a look at each. They only begin while the release `is_moving`.
pub(super) fn judge(
    waves: &[Wave],
    before: &[WaveState],
    looks: Vec<Look>,
    target: usize,
    is_moving: bool,
    now: Time,
) -> Vec<WaveState> {
    let mut states: Vec<WaveState> = Vec::with_capacity(waves.len());
    for (wave, look) in waves.iter().zip(looks) {
        let known = before.iter().find(|known| known.name == wave.name);
        let began_at = known.and_then(|known| known.began_at).or_else(|| (is_moving && begins(&states)).then_some(now));
        states.push(wave.state(known, began_at, look, target, now));
    }
    states
}

#[cfg(test)]
mod tests;
