//! Installed packages of every manager, told apart by the attribute `manager`. Each manager's database is read as it is,
//! by a part of its own; none of them is asked, none is locked.
//!
//! Keys: `name:architecture` for dpkg, `manager:name` with what else tells two installations apart for all others. Where
//! one name is installed more than once (kernels of rpm), the newest has that key and older ones `key@version`.

use muster_shared::SectionName;

use super::{Collector, Privilege, Section};
use crate::root::Root;
use found::Found;

mod apk;
mod cargo;
mod dpkg;
mod flatpak;
mod found;
mod npm;
mod pacman;
mod pip;
pub(super) mod rpm;
mod snap;

pub(super) struct Package;

impl Collector for Package {
    fn name(&self) -> SectionName {
        SectionName::Package
    }

    fn contents(&self) -> &'static str {
        "installed packages (dpkg, rpm, apk, pacman, snap, flatpak, pip, npm, cargo): name, version, architecture, source"
    }

    fn purpose(&self) -> &'static str {
        "which software in which version: what releases, changes, vulnerabilities and licences are checked against"
    }

    fn privilege(&self) -> Privilege {
        // What people installed into their home directories with cargo.
        Privilege::ReadSearch(
            "the state of snapd and packages in home directories only root may read; without it those are missing, \
             and packages of the system are whole",
        )
    }

    fn watched(&self, root: &Root) -> Vec<String> {
        let tables = [dpkg::WATCHED, apk::WATCHED, pacman::WATCHED, snap::WATCHED, flatpak::WATCHED, npm::WATCHED];
        let fixed = tables.into_iter().flatten().map(|path| (*path).to_owned());
        fixed.chain(rpm::watched()).chain(pip::sites(root)).chain(cargo::watched(root)).collect()
    }

    fn collect(&self, root: &Root) -> Section {
        let mut found = Found::default();
        for collect in [
            dpkg::collect,
            rpm::collect,
            apk::collect,
            pacman::collect,
            snap::collect,
            flatpak::collect,
            pip::collect,
            npm::collect,
            cargo::collect,
        ] {
            collect(root, &mut found);
        }
        found.section(root)
    }
}

#[cfg(test)]
mod tests;
