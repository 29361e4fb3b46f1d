//! PCI devices: what is plugged in where, and which driver runs it.

use std::collections::BTreeSet;

use muster_shared::mapping::Distinct as _;
use muster_shared::{Item, Problem, SectionName};

use super::names::Names;
use super::{Collector, Privilege, Section};
use crate::root::Root;

const DEVICES: &str = "/sys/bus/pci/devices";

/// More devices than any machine has (virtual functions of network cards count).
const DEVICE_CAP: usize = 4096;

pub(super) struct Pci;

impl Collector for Pci {
    fn name(&self) -> SectionName {
        SectionName::Pci
    }

    fn contents(&self) -> &'static str {
        "PCI devices: slot, class, vendor, device, subsystem, revision, driver"
    }

    fn purpose(&self) -> &'static str {
        "hardware and its drivers, as assets"
    }

    fn privilege(&self) -> Privilege {
        Privilege::None
    }

    fn collect(&self, root: &Root) -> Section {
        let entries = match root.list(DEVICES) {
            Ok(entries) => entries,
            Err(error) => return Section::unreadable(&error),
        };
        let mut problems = Vec::new();
        if entries.len() > DEVICE_CAP {
            let message = format!("{} devices: only the first {DEVICE_CAP} are listed", entries.len());
            problems.push(Problem { source: DEVICES.to_owned(), message });
        }
        let mut devices = Vec::new();
        for entry in entries.into_iter().take(DEVICE_CAP) {
            match Device::read(root, &entry.name) {
                Some(device) => devices.push(device),
                None => problems.push(Problem {
                    source: format!("{DEVICES}/{}", entry.name),
                    message: "has no vendor and device that can be read".to_owned(),
                }),
            }
        }
        let wanted: BTreeSet<String> = devices.iter().flat_map(Device::wanted).into_set();
        let names = Names::look_up(root, "pci.ids", &wanted);
        Section::of(devices.into_iter().map(|device| device.item(&names)).collect(), problems)
    }
}

/// The numbers of a device, in hexadecimal digits as everybody writes them.
struct Device {
    slot: String,
    /// Class, subclass and programming interface in six digits.
    class: Option<String>,
    vendor: String,
    product: String,
    subsystem: Option<(String, String)>,
    revision: Option<String>,
    driver: Option<String>,
}

impl Device {
    fn read(root: &Root, slot: &str) -> Option<Self> {
        let path = format!("{DEVICES}/{slot}");
        let digits = |file: &str, count: usize| {
            let value = root.value(&format!("{path}/{file}"))?;
            let digits = value.strip_prefix("0x")?;
            let is_number = digits.len() == count && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            is_number.then(|| digits.to_ascii_lowercase())
        };
        Some(Self {
            slot: slot.to_owned(),
            class: digits("class", 6),
            vendor: digits("vendor", 4)?,
            product: digits("device", 4)?,
            // Zeros where the maker has none, which bridges may.
            subsystem: digits("subsystem_vendor", 4)
                .zip(digits("subsystem_device", 4))
                .filter(|(vendor, device)| vendor != "0000" || device != "0000"),
            revision: digits("revision", 2),
            driver: root.link_name(&format!("{path}/driver")),
        })
    }

    fn device_path(&self) -> String {
        format!("{}/{}", self.vendor, self.product)
    }

    /// Where the class stands in the list: its first two digits, the next two.
    fn class_paths(&self) -> Option<(String, String)> {
        let class = self.class.as_deref()?;
        let (base, sub) = (class.get(..2)?, class.get(2..4)?);
        Some((format!("C {base}"), format!("C {base}/{sub}")))
    }

    fn subsystem_path(&self) -> Option<String> {
        let (vendor, device) = self.subsystem.as_ref()?;
        Some(format!("{}/{vendor} {device}", self.device_path()))
    }

    fn wanted(&self) -> Vec<String> {
        let mut wanted = vec![self.vendor.clone(), self.device_path()];
        wanted.extend(self.class_paths().into_iter().flat_map(|(base, sub)| [base, sub]));
        wanted.extend(self.subsystem_path());
        wanted.extend(self.subsystem.iter().map(|(vendor, _)| vendor.clone()));
        wanted
    }

    fn item(self, names: &Names) -> Item {
        let class = self.class_paths().and_then(|(base, sub)| names.get(&sub).or_else(|| names.get(&base)));
        let mut item = Item::new(&self.slot)
            .with("slot", self.slot.as_str())
            .with("class", class)
            .with("vendor", names.get(&self.vendor))
            .with("device", names.get(&self.device_path()))
            .with("subsystem", self.subsystem_path().and_then(|path| names.get(&path)))
            .with("vendor_id", self.vendor.as_str())
            .with("device_id", self.product.as_str())
            .with("class_id", self.class)
            .with("revision", self.revision)
            .with("driver", self.driver);
        if let Some((vendor, device)) = self.subsystem {
            item.set("subsystem_vendor", names.get(&vendor));
            item.set("subsystem_vendor_id", vendor);
            item.set("subsystem_device_id", device);
        }
        item
    }
}

#[cfg(test)]
mod tests {
    use muster_shared::SectionStatus;

    use super::super::recorded::{tree, unpack};
    use super::*;

    #[test]
    fn recorded_devices_have_their_numbers_and_driver() {
        let Some(directory) = unpack("node_exporter/collector/fixtures/sys.ttar") else { return };
        let section = Pci.collect(&Root::at(directory.path()));
        assert_eq!((section.status, section.items.len()), (SectionStatus::Ok, 3), "{section:?}");
        let nvme = section.items.iter().find(|item| item.key == "0000:01:00.0").unwrap();
        assert_eq!((nvme.text("vendor_id"), nvme.text("driver")), (Some("c0a9"), Some("nvme")), "{nvme:?}");
        assert!(nvme.text("class_id").unwrap().starts_with("0108"), "{nvme:?}");
        assert_eq!(nvme.text("vendor"), None, "no list of names is installed there");
    }

    #[test]
    fn names_come_from_the_list_and_a_device_without_numbers_is_a_problem() {
        let slot = "sys/bus/pci/devices/0000:00:03.0";
        let directory = tree(&[
            (&format!("{slot}/vendor"), b"0x8086\n"),
            (&format!("{slot}/device"), b"0x100e\n"),
            (&format!("{slot}/class"), b"0x020000\n"),
            (&format!("{slot}/subsystem_vendor"), b"0x0000\n"),
            (&format!("{slot}/subsystem_device"), b"0x0000\n"),
            ("sys/bus/pci/devices/0000:00:04.0/vendor", b"junk"),
            (
                "usr/share/misc/pci.ids",
                b"8086  Intel Corporation\n\t100e  82540EM\nC 02  Network controller\n\t00  Ethernet controller\n",
            ),
        ]);
        let section = Pci.collect(&Root::at(directory.path()));
        assert_eq!((section.status, section.problems.len()), (SectionStatus::Partial, 1));
        let [item] = section.items.as_slice() else { panic!("{section:?}") };
        for (attribute, value) in [
            ("vendor", Some("Intel Corporation")),
            ("device", Some("82540EM")),
            ("class", Some("Ethernet controller")),
            ("subsystem_vendor_id", None),
        ] {
            assert_eq!(item.text(attribute), value, "{attribute}");
        }
    }
}
