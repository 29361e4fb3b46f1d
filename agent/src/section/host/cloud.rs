//! Which cloud the host is in, and how it calls the host there.
//!
//! The firmware says whose machine it is; cloud-init wrote down number and region at boot. A number that lies around without
//! either (a disk image that moved) is not believed. What users hand to their machines (user data, tags, keys) is never read
//! into memory as a value. The metadata address is asked only when the configuration says so.

use std::net::{Ipv4Addr, SocketAddr};

use muster_shared::{Item, Problem};
use serde::Deserialize;

use crate::root::Root;
use crate::section::oddity;

mod metadata;

/// Where every cloud answers its own machines.
pub(super) const METADATA: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)), 80);

const CLOUD_ID: &str = "/run/cloud-init/cloud-id";
const INSTANCE_DATA: &str = "/run/cloud-init/instance-data.json";
const INSTANCE_ID: &str = "/var/lib/cloud/data/instance-id";
const DATA_CAP_BYTES: u64 = 1 << 20;
/// Longest value that is believed.
const VALUE_CAP_BYTES: usize = 256;

/// What the firmware says, file by file, and the cloud in the words of cloud-init.
const DMI: &[(&str, &str, &str)] = &[
    ("sys_vendor", "Amazon EC2", "aws"),
    ("bios_vendor", "Amazon EC2", "aws"),
    ("bios_version", "4.2.amazon", "aws"),
    ("product_name", "Google Compute Engine", "gce"),
    ("chassis_asset_tag", "7783-7084-3265-9085-8269-3286-77", "azure"),
    ("sys_vendor", "DigitalOcean", "digitalocean"),
    ("sys_vendor", "Hetzner", "hetzner"),
    ("product_name", "Alibaba Cloud ECS", "aliyun"),
    ("chassis_asset_tag", "OracleCloud.com", "oracle"),
    ("sys_vendor", "Scaleway", "scaleway"),
    ("sys_vendor", "Vultr", "vultr"),
    ("product_name", "Exoscale", "exoscale"),
    ("sys_vendor", "UpCloud", "upcloud"),
    ("sys_vendor", "Akamai", "akamai"),
    ("sys_vendor", "Linode", "akamai"),
    ("product_name", "CloudSigma", "cloudsigma"),
    ("sys_vendor", "Tencent Cloud", "tencentcloud"),
    ("product_name", "CloudStack KVM Hypervisor", "cloudstack"),
    ("chassis_asset_tag", "OpenTelekomCloud", "openstack"),
    ("product_name", "OpenStack Nova", "openstack"),
    ("product_name", "OpenStack Compute", "openstack"),
];

/// What cloud-init calls hosts that are in no cloud.
const NO_CLOUD: &[&str] = &["configdrive", "fallback", "lxd", "nocloud", "none", "not-run", "unknown"];

/// What is told of a cloud.
#[derive(Debug, Default, PartialEq, Eq)]
struct Identity {
    provider: Option<String>,
    instance_id: Option<String>,
    region: Option<String>,
}

/// The part of cloud-init's file that is the same for every cloud; the rest is skipped, not kept.
#[derive(Default, Deserialize)]
struct InstanceData {
    #[serde(default)]
    v1: Standard,
}

#[derive(Default, Deserialize)]
struct Standard {
    cloud_name: Option<String>,
    instance_id: Option<String>,
    region: Option<String>,
}

/// Sets what is known; `metadata` is the address to ask, when that is allowed.
pub(super) fn describe(root: &Root, metadata: Option<SocketAddr>, item: &mut Item, problems: &mut Vec<Problem>) {
    let mut identity = recorded(root, problems);
    if let Some(address) = metadata.filter(|_| root.is_live())
        && (identity.provider.is_none() || identity.instance_id.is_none() || identity.region.is_none())
        && let Some(answer) = metadata::ask(address, identity.provider.as_deref())
    {
        identity.provider = identity.provider.or(answer.provider);
        identity.instance_id = identity.instance_id.or(answer.instance_id);
        identity.region = identity.region.or(answer.region);
    }
    item.set("cloud_provider", identity.provider);
    item.set("cloud_instance_id", identity.instance_id);
    item.set("cloud_region", identity.region);
}

/// What firmware and files say.
fn recorded(root: &Root, problems: &mut Vec<Problem>) -> Identity {
    let by_firmware = by_dmi(root).or_else(|| by_xen(root));
    let data: InstanceData = match root.read_capped(INSTANCE_DATA, DATA_CAP_BYTES) {
        Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_else(|_| {
            problems.push(Problem { source: INSTANCE_DATA.to_owned(), message: "not in a form that is known".into() });
            InstanceData::default()
        }),
        Err(error) => {
            problems.extend((!error.is_absent()).then(|| error.problem()));
            InstanceData::default()
        }
    };
    let mut plain = |source: &str, text: &str| {
        let value = plain(text);
        if value.is_none() && !text.trim().is_empty() {
            oddity::say(problems, source, "no cloud calls itself or a host of its own", text.trim());
        }
        value
    };
    let by_cloud_init = root.text_linked(CLOUD_ID).ok().and_then(|text| plain(CLOUD_ID, &text));
    let by_cloud_init = by_cloud_init.or_else(|| plain(INSTANCE_DATA, data.v1.cloud_name.as_deref()?));
    let by_cloud_init = by_cloud_init.filter(|name| !NO_CLOUD.contains(&name.as_str()));
    // `aws-gov`, `aws-china`, `azure-china` are clouds of their own to cloud-init.
    let Some(provider) = by_cloud_init.or(by_firmware.map(str::to_owned)) else { return Identity::default() };
    let tag = root.value("/sys/class/dmi/id/board_asset_tag").filter(|tag| tag.starts_with("i-"));
    let is_aws = provider.starts_with("aws");
    let written = data.v1.instance_id.as_deref().and_then(|text| plain(INSTANCE_DATA, text));
    let written = written.or_else(|| plain(INSTANCE_ID, &root.text_linked(INSTANCE_ID).ok()?));
    Identity {
        // Of a disk image that moved cloud-init knows the number of its last boot; the firmware that of now.
        instance_id: tag.filter(|_| is_aws).or(written),
        region: data.v1.region.as_deref().and_then(|text| plain(INSTANCE_DATA, text)),
        provider: Some(provider),
    }
}

fn by_dmi(root: &Root) -> Option<&'static str> {
    DMI.iter().find_map(|(file, prefix, cloud)| {
        let value = root.value(&format!("/sys/class/dmi/id/{file}"))?;
        value.starts_with(prefix).then_some(*cloud)
    })
}

/// Old machines of EC2: Xen, with a UUID that says so.
fn by_xen(root: &Root) -> Option<&'static str> {
    let uuid = root.value("/sys/hypervisor/uuid")?;
    uuid.get(..3)?.eq_ignore_ascii_case("ec2").then_some("aws")
}

/// A short value of plain characters: what comes from files and answers of others is not believed to be more.
fn plain(text: &str) -> Option<String> {
    let text = text.trim();
    let is_plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:/".contains(&b));
    (!text.is_empty() && text.len() <= VALUE_CAP_BYTES && is_plain).then(|| text.to_owned())
}

#[cfg(test)]
mod tests;
