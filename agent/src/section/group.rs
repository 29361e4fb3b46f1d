//! Local groups and who is in them.

use muster_shared::{Item, SectionName};

use super::account::{self, GROUP};
use super::{Collector, Privilege, Section};
use crate::root::Root;

pub(super) struct Group;

impl Collector for Group {
    fn name(&self) -> SectionName {
        SectionName::Group
    }

    fn contents(&self) -> &'static str {
        "local groups with their members"
    }

    fn purpose(&self) -> &'static str {
        "who has rights through a group; what grants are checked against"
    }

    fn privilege(&self) -> Privilege {
        Privilege::None
    }

    fn watched(&self, _root: &Root) -> Vec<String> {
        super::paths(&[GROUP])
    }

    fn collect(&self, root: &Root) -> Section {
        let groups = match account::read_groups(root) {
            Ok(groups) => groups,
            Err(error) => return Section::unreadable(&error),
        };
        let items = groups.into_iter().map(|mut group| {
            group.members.sort_unstable();
            group.members.dedup();
            Item::new(&group.name).with("name", group.name).with("gid", group.gid).with("members", group.members)
        });
        Section::of(items.collect(), account::broken_lines(root, GROUP, account::parse_group).into_iter().collect())
    }
}
