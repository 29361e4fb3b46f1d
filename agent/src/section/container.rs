//! Containers, running and stopped, of every engine on this host.

use muster_shared::{Item, SectionName};

use super::engine::{self, Container as Found, Survey, api, containerd, docker, lxc, podman};
use super::{Collector, Privilege, Section};
use crate::root::Root;

pub(super) struct Container {
    /// Sockets that may be asked.
    pub(super) sockets: Vec<String>,
}

impl Collector for Container {
    fn name(&self) -> SectionName {
        SectionName::Container
    }

    fn contents(&self) -> &'static str {
        "containers (docker, podman, containerd, LXC, nspawn): image and digest, state, ports, restart policy, workload; \
         with a configured socket of podman its ports and labels too; never environment or arguments"
    }

    fn purpose(&self) -> &'static str {
        "what runs here beside packages, from which image, and what to roll back to"
    }

    fn privilege(&self) -> Privilege {
        Privilege::ReadSearch(
            "engines keep their state where only root may look; without it containers are known by their control \
             groups alone, or not at all",
        )
    }

    fn collect(&self, root: &Root) -> Section {
        let mut survey: Survey<Found> = Survey::default();
        docker::containers(root, &mut survey);
        podman::containers(root, &mut survey);
        containerd::containers(root, &mut survey);
        lxc::containers(root, &mut survey);
        engine::ask(root, &self.sockets, &mut survey, api::containers, |found| &found.engine);
        survey.section(Found::item, one_more)
    }
}

/// Several replicas of one workload on one host are one item.
fn one_more(item: &mut Item) {
    let count = item.attributes.get("instances").and_then(serde_json::Value::as_u64).unwrap_or(1);
    item.set("instances", count + 1);
    // Which of them is meant by a pod's name is chance.
    item.attributes.remove("pod");
}
