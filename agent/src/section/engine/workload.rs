//! What a container belongs to: a compose service, a swarm task, a pod. It gives containers that are made anew all the time
//! a name that stays.

use std::collections::BTreeMap;

use muster_shared::Item;
use muster_shared::mapping::Mapping as _;
use serde_json::Value;

/// The letters of generated names in Kubernetes (`k8s.io/apimachinery/pkg/util/rand`): no vowels, nothing that looks alike.
const GENERATED: &str = "bcdfghjklmnpqrstvwxz2456789";
/// Length of the part that makes a pod's name unique.
const POD_SUFFIX: usize = 5;

/// Labels or annotations of a container.
pub(in crate::section) type Labels = BTreeMap<String, String>;

/// The labels in an engine's file.
pub(super) fn labels(value: &Value) -> Labels {
    let labels = value.as_object().into_iter().flatten();
    labels.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).into_map()
}

/// What a container belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::section) struct Workload {
    compose_project: String,
    compose_service: String,
    swarm_service: String,
    swarm_slot: String,
    namespace: String,
    pod: String,
    container: String,
}

impl Workload {
    /// Read from labels (docker, podman) or annotations (containerd).
    pub(in crate::section) fn of(labels: &Labels) -> Self {
        let first = |names: &[&str]| names.iter().find_map(|name| labels.get(*name)).cloned().unwrap_or_default();
        // `service.slot.task`: the last part is new for every task.
        let task = first(&["com.docker.swarm.task.name"]);
        Self {
            compose_project: first(&["com.docker.compose.project", "io.podman.compose.project"]),
            compose_service: first(&["com.docker.compose.service", "io.podman.compose.service"]),
            swarm_service: first(&["com.docker.swarm.service.name"]),
            swarm_slot: task.rsplit_once('.').map(|(slot, _)| slot.to_owned()).unwrap_or_default(),
            namespace: first(&["io.kubernetes.pod.namespace", "io.kubernetes.cri.sandbox-namespace"]),
            pod: first(&["io.kubernetes.pod.name", "io.kubernetes.cri.sandbox-name"]),
            container: first(&["io.kubernetes.container.name", "io.kubernetes.cri.container-name"]),
        }
    }

    /// Read from a name such as `k8s_nginx_web-0_shop_UID_3` (CRI-O, cri-dockerd).
    pub(in crate::section) fn of_name(name: &str) -> Option<Self> {
        let mut parts = name.strip_prefix("k8s_")?.split('_').map(str::to_owned);
        let (container, pod, namespace) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self { namespace, pod, container, ..Self::default() })
    }

    /// Whether it only holds the namespaces of a pod.
    pub(in crate::section) fn is_sandbox(&self, labels: &Labels) -> bool {
        let says = |name: &str| labels.get(name).is_some_and(|kind| matches!(kind.as_str(), "podsandbox" | "sandbox"));
        says("io.kubernetes.docker.type") || says("io.kubernetes.cri.container-type") || self.container == "POD"
    }

    /// The name that stays when the container is made anew; `None` when its own does.
    pub(in crate::section) fn stable_name(&self) -> Option<String> {
        if !self.pod.is_empty() {
            return Some(format!("{}/{}/{}", self.namespace, self.pod_workload(), self.container));
        }
        (!self.swarm_slot.is_empty()).then(|| self.swarm_slot.clone())
    }

    /// The pod's name without what a deployment or a daemon set adds to it.
    fn pod_workload(&self) -> &str {
        let is_generated = |part: &str| part.chars().all(|c| GENERATED.contains(c));
        let Some((rest, suffix)) = self.pod.rsplit_once('-') else { return &self.pod };
        if suffix.len() != POD_SUFFIX || !is_generated(suffix) {
            return &self.pod;
        }
        match rest.rsplit_once('-') {
            // The hash of a replica set.
            Some((name, hash)) if (8..=10).contains(&hash.len()) && is_generated(hash) => name,
            _ => rest,
        }
    }

    /// Adds what is known to an item.
    pub(super) fn describe(&self, item: &mut Item) {
        item.set("compose_project", self.compose_project.as_str());
        item.set("compose_service", self.compose_service.as_str());
        item.set("swarm_service", self.swarm_service.as_str());
        item.set("namespace", self.namespace.as_str());
        if !self.pod.is_empty() {
            item.set("workload", self.pod_workload());
        }
        item.set("pod", self.pod.as_str());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_anew_keeps_its_name() {
        let stable = |name: &str| Workload::of_name(name).and_then(|workload| workload.stable_name()).unwrap();
        assert_eq!(stable("k8s_nginx_web-7d9f8bdc6c-x2k4z_shop_0b1c_3"), "shop/web/nginx");
        assert_eq!(stable("k8s_agent_node-exporter-x2k4z_mon_0b1c_0"), "mon/node-exporter/agent");
        assert_eq!(stable("k8s_db_postgres-0_shop_0b1c_0"), "shop/postgres-0/db");
        let labels = Labels::from([
            ("com.docker.swarm.service.name".into(), "api".into()),
            ("com.docker.swarm.task.name".into(), "api.2.k3j4h5g6f7".into()),
        ]);
        assert_eq!(Workload::of(&labels).stable_name().unwrap(), "api.2");
        assert_eq!(Workload::of(&Labels::new()).stable_name(), None);
        assert!(Workload::of_name("k8s_POD_web_shop_0b1c_3").unwrap().is_sandbox(&Labels::new()));
    }
}
