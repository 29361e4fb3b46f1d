//! Images of container engines that have a name: one item for each.

use muster_shared::SectionName;

use super::engine::{self, Image as Found, Survey, api, containerd, docker, podman};
use super::{Collector, Privilege, Section};
use crate::root::Root;

pub(super) struct Image {
    /// Sockets that may be asked.
    pub(super) sockets: Vec<String>,
}

impl Collector for Image {
    fn name(&self) -> SectionName {
        SectionName::Image
    }

    fn contents(&self) -> &'static str {
        "container images with a name (docker, podman, containerd): digest, size, architecture"
    }

    fn purpose(&self) -> &'static str {
        "which images are there to be run, by digest: what releases are checked against"
    }

    fn privilege(&self) -> Privilege {
        Privilege::ReadSearch("engines keep their images where only root may look; without it they are missing")
    }

    fn collect(&self, root: &Root) -> Section {
        let mut survey: Survey<Found> = Survey::default();
        docker::images(root, &mut survey);
        podman::images(root, &mut survey);
        containerd::images(root, &mut survey);
        engine::ask(root, &self.sockets, &mut survey, api::images, |found| &found.engine);
        survey.section(Found::item, |_same| {})
    }
}
