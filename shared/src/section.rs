//! The sections of an inventory, as one table: name and what it is worth to drift.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! sections {
    ($(#[doc = $doc:literal] $variant:ident = $name:literal),+ $(,)?) => {
        /// A section of an inventory; an item of a section has the class of the same name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum SectionName {
            $(#[doc = $doc] #[serde(rename = $name)] $variant,)+
        }

        impl SectionName {
            /// Every section, in the order in which an inventory prints them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in JSON, URLs and the console.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// What its items are, in one sentence for people.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $doc.trim_ascii()),+ }
            }
        }
    };
}

sections! {
    /// Name, ids, operating system, virtualisation.
    Host = "host",
    /// Sockets, cores, threads, model.
    Cpu = "cpu",
    /// Total memory and its modules.
    Memory = "memory",
    /// BIOS, board, system, serials.
    Firmware = "firmware",
    /// Whole block devices.
    Disk = "disk",
    /// Partitions of disks.
    Partition = "partition",
    /// File systems by UUID or device.
    Filesystem = "filesystem",
    /// Mount points.
    Mount = "mount",
    /// LVM volumes.
    Lvm = "lvm",
    /// Software RAID.
    Raid = "raid",
    /// Network interfaces with their addresses.
    Interface = "interface",
    /// Routes of the main table.
    Route = "route",
    /// Resolver settings.
    Dns = "dns",
    /// Listening sockets.
    Listener = "listener",
    /// Established connections.
    Connection = "connection",
    /// Installed packages of every manager.
    Package = "package",
    /// Package sources.
    Repository = "repository",
    /// Units of the service manager.
    Service = "service",
    /// Timers.
    Timer = "timer",
    /// Cron entries.
    Cron = "cron",
    /// Local accounts.
    User = "user",
    /// Local groups.
    Group = "group",
    /// Rules of sudo.
    SudoRule = "sudo_rule",
    /// SSH keys that may log in.
    AuthorizedKey = "authorized_key",
    /// What sshd lets in.
    LoginPolicy = "login_policy",
    /// The running kernel.
    Kernel = "kernel",
    /// Kernel parameters.
    Sysctl = "sysctl",
    /// Loaded kernel modules.
    Module = "module",
    /// Packet filter rules.
    Firewall = "firewall",
    /// X.509 certificates.
    Certificate = "certificate",
    /// Running containers.
    Container = "container",
    /// Container images.
    Image = "image",
    /// Virtual machines.
    VirtualMachine = "virtual_machine",
    /// PCI devices.
    Pci = "pci",
    /// USB devices.
    Usb = "usb",
    /// Screens.
    Monitor = "monitor",
    /// Batteries.
    Battery = "battery",
    /// Sensors.
    Sensor = "sensor",
    /// Files whose integrity is watched.
    File = "file",
    /// Processes (opt-in).
    Process = "process",
    /// Clock synchronisation.
    TimeSync = "time_sync",
    /// The agent itself.
    Agent = "agent",
}

impl fmt::Display for SectionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A text that names no section.
#[derive(Debug, thiserror::Error)]
#[error("there is no section '{0}'")]
pub struct UnknownSection(String);

impl FromStr for SectionName {
    type Err = UnknownSection;

    fn from_str(text: &str) -> Result<Self, UnknownSection> {
        Self::ALL.iter().copied().find(|s| s.as_str() == text).ok_or_else(|| UnknownSection(text.to_owned()))
    }
}
