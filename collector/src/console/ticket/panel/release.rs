//! What a release is made of and how far it is: its changes, what was put off, its waves, and the hosts that have not got it.

use muster_model::ticket::release::clash::Clash;
use muster_model::ticket::release::{Elsewhere, Member, Phase, Release, WaveState};

use super::{Cell, Panel};
use crate::console::locale::Locale;
use crate::console::moment;
use crate::console::ticket::address;

/// Hosts that went wrong of which the names are shown.
const NAMED: usize = 5;

/// The panels of a release, with its waves as agents see them now.
pub(super) fn panels(locale: Locale, number: &str, release: &Release) -> Vec<Panel> {
    let mut panels = vec![clashes(locale, release), members(locale, release)];
    if let Some(seen) = &release.deployment {
        let percent = seen.percent().to_string();
        let mut panel = Panel::new("deployment", locale.with("release-deployed", &[("percent", &percent)]));
        let heads = ["col-wave", "col-state", "col-hosts", "col-deployed", "col-failed", "col-urgent"];
        panel.head = heads.map(|key| locale.t(key)).into();
        panel.rows = seen.waves.iter().map(|wave| row(locale, wave)).collect();
        panels.push(panel);
        panels.push(others(locale, number, &seen.waves));
    }
    panels
}

/// Other releases that bring another version to the same hosts: whichever goes out last decides.
fn clashes(locale: Locale, release: &Release) -> Panel {
    let mut panel = Panel::new("clashes", locale.t("release-clashes"));
    let row = |it: &Clash| {
        vec![
            Cell::link(&it.number, address(&it.number)),
            Cell::plain(&it.package),
            Cell::plain(&it.own),
            Cell::plain(&it.other).class("bad"),
            Cell::plain(it.hosts.to_string()),
        ]
    };
    panel.rows = release.clashes.iter().map(row).collect();
    if !panel.rows.is_empty() {
        panel.note = locale.t("release-clashes-note");
        let heads = ["col-ticket", "col-package", "col-own-version", "col-other-version", "col-hosts"];
        panel.head = heads.map(|key| locale.t(key)).into();
    }
    panel
}

fn members(locale: Locale, release: &Release) -> Panel {
    let mut panel = Panel::new("members", locale.t("release-members"));
    let row = |member: &Member| {
        let state = locale.name("state", member.state.as_str());
        vec![Cell::link(&member.number, address(&member.number)), Cell::plain(state)]
    };
    panel.rows = release.members.iter().map(row).collect();
    if !panel.rows.is_empty() {
        panel.head = ["col-ticket", "col-state"].map(|key| locale.t(key)).into();
    }
    if !release.deferred.is_empty() {
        let all = release.deferred.iter().map(|number| Cell::link(number, address(number))).collect();
        panel.pairs.push((locale.t("release-deferred"), all));
    }
    panel
}

fn row(locale: Locale, wave: &WaveState) -> Vec<Cell> {
    let phase = locale.name("wave-phase", wave.phase.as_str());
    let phase = match wave.soaks_until {
        Some(until) => locale.with("wave-until", &[("phase", &phase), ("at", &moment::exact(until))]),
        None => phase,
    };
    let class = match wave.phase {
        Phase::Done => "good",
        Phase::Open if wave.deployed < wave.hosts => "bad",
        _ => "",
    };
    let first = wave.failed.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    let more = wave.failed.len().saturating_sub(NAMED);
    let failed = Cell::plain(if more > 0 { format!("{first} +{more}") } else { first });
    vec![
        Cell::plain(&wave.name),
        Cell::plain(phase),
        Cell::plain(wave.hosts.to_string()),
        Cell::plain(wave.deployed.to_string()).class(class),
        if wave.failed.is_empty() { failed } else { failed.class("bad") },
        Cell::plain(wave.incidents.join(", ")),
    ]
}

/// The hosts of waves that began which have another version, or none.
fn others(locale: Locale, number: &str, waves: &[WaveState]) -> Panel {
    let mut panel = Panel::new("elsewhere", locale.t("release-elsewhere"));
    let row = |wave: &WaveState, it: &Elsewhere| {
        let version = it.version.clone().unwrap_or_else(|| locale.t("none-set"));
        vec![
            Cell::plain(&wave.name),
            Cell::link(&it.name, format!("/hosts/{}", it.host)),
            Cell::plain(format!("{} {version}", it.package)),
        ]
    };
    let began = waves.iter().enumerate().filter(|(_, wave)| wave.began_at.is_some());
    for (place, wave) in began {
        panel.rows.extend(wave.others.iter().map(|it| row(wave, it)));
        if wave.unnamed() > 0 {
            let left = wave.hosts.saturating_sub(wave.deployed);
            let list = format!("{}/waves/{}", address(number), place + 1);
            let all = Cell::link(locale.n("release-left-hosts", left), list);
            panel.rows.push(vec![Cell::plain(&wave.name), all, Cell::plain("")]);
        }
    }
    if !panel.rows.is_empty() {
        panel.head = ["col-wave", "col-host", "col-installed"].map(|key| locale.t(key)).into();
    }
    panel
}
