//! The table: per section the names of its attributes, by kind.

use super::Kind::{Any, Boolean, Integer, List, Number, Table, Text, Time, Version};
use super::Row;
use crate::section::SectionName;

const HOST: &[Row] = &[
    (Text, "chassis container"),
    (
        Text,
        "architecture boot_id cloud_instance_id cloud_provider cloud_region fqdn machine_id name os_build os_codename",
    ),
    (Text, "os_cpe os_id os_id_like os_name os_pretty_name os_variant timezone virtualization"),
    (Version, "os_version"),
    (Time, "booted_at os_support_end"),
    (Integer, "logged_in_users process_count uptime_seconds"),
    (Number, "load_1 load_15 load_5"),
];

const CPU: &[Row] = &[
    (Text, "family isa machine_type microcode mmu model model_name online stepping vendor virtualization"),
    (Integer, "cores cores_per_socket max_mhz min_mhz numa_nodes sockets threads threads_per_core"),
    (Number, "bogomips current_mhz"),
    (List, "caches flags kinds numa"),
    (Table, "vulnerabilities"),
];

const MEMORY: &[Row] = &[
    (List, "placeholders"),
    (Text, "asset_tag bank error_correction form_factor locator manufacturer part_number serial type"),
    (Integer, "available_bytes cached_bytes configured_speed_mts data_width_bits free_bytes huge_page_size_bytes"),
    (Integer, "huge_pages ranks size_bytes speed_mts swap_free_bytes swap_total_bytes total_bytes total_width_bits"),
    (Boolean, "populated registered"),
];

const FIRMWARE: &[Row] = &[
    (Text, "bios_vendor board_asset_tag board_manufacturer board_product board_serial chassis_asset_tag"),
    (Text, "chassis_manufacturer chassis_serial chassis_sku chassis_type source system_compatible system_family"),
    (Text, "system_manufacturer system_product system_serial system_sku system_uuid"),
    (Version, "bios_release bios_version board_version chassis_version embedded_controller_release smbios_version"),
    (Version, "system_version"),
    (Time, "bios_date"),
    (Integer, "uefi_platform_bits"),
    (Boolean, "secure_boot secure_boot_setup_mode uefi"),
    (List, "placeholders"),
];

const DISK: &[Row] = &[
    (
        Text,
        "bus driver mapper_name model name nvme_subsystem nvme_transport partition_table partition_table_uuid serial",
    ),
    (Text, "type vendor wwn"),
    (Version, "revision"),
    (Integer, "logical_block_size_bytes nvme_namespace physical_block_size_bytes read_bytes size_bytes written_bytes"),
    (Boolean, "read_only removable rotational"),
    (List, "held_by stacked_on"),
];

const PARTITION: &[Row] = &[
    (Text, "disk label name partition_type uuid"),
    (Integer, "number size_bytes start_sector"),
    (Boolean, "read_only"),
    (List, "flags held_by"),
];

const FILESYSTEM: &[Row] = &[
    (Text, "device label type uuid"),
    (Integer, "available_bytes free_bytes free_inodes inodes size_bytes used_bytes used_percent"),
    (List, "mount_points subvolumes"),
];

const MOUNT: &[Row] = &[
    (Text, "propagation source subtree subvolume target type"),
    (Integer, "mount_id"),
    (Boolean, "bind covered network"),
    (List, "options"),
];

const LVM: &[Row] = &[
    (Text, "format kind mapper_name name uuid volume_group device"),
    (Integer, "extent_bytes free_bytes physical_volume_count sequence_number size_bytes"),
    (Boolean, "active suspended"),
    (List, "devices flags segment_types"),
];

const RAID: &[Row] = &[
    (Text, "level name state sync_action uuid"),
    (Version, "metadata_version"),
    (Integer, "chunk_bytes degraded member_count mismatch_count size_bytes"),
    (Number, "sync_percent"),
    (List, "failed_members members spare_members"),
];

const INTERFACE: &[Row] = &[
    (Text, "tunnel_local"),
    (Integer, "tunnel_port vxlan_id"),
    (Boolean, "wireless"),
    (List, "alternative_names"),
    (Text, "alias bond_active bond_mode driver duplex kind link_type mac master name operstate parent permanent_mac"),
    (Text, "tunnel_remote vlan_protocol"),
    (Integer, "index mtu rx_bytes rx_errors rx_packets speed_mbps tx_bytes tx_errors tx_packets vlan_id"),
    (Boolean, "physical tunnel"),
    (List, "addresses flags ports"),
    (Time, "lease_expires_at"),
    (List, "dynamic_addresses"),
];

const ROUTE: &[Row] = &[
    (List, "next_hops"),
    (Text, "destination family gateway interface preference preferred_source protocol scope type"),
    (Integer, "metric"),
    (Integer, "expires_seconds"),
];

const DNS: &[Row] = &[
    (Text, "link_target managed_by"),
    (Text, "stub"),
    (List, "name_server_order name_servers options search upstream_name_servers"),
];

const LISTENER: &[Row] = &[
    (
        Text,
        "address container_engine container_id executable family interface network_namespace package process protocol",
    ),
    (Text, "unit user"),
    (Integer, "inode pid port queue_length uid"),
    (Boolean, "client_port configured_port ephemeral executable_replaced v6_only"),
];

const CONNECTION: &[Row] = &[
    (Text, "direction process protocol remote_address unit user"),
    (Integer, "connections port samples"),
    (Time, "first_seen_at last_seen_at"),
];

const PACKAGE: &[Row] = &[
    (Text, "base confinement"),
    (Text, "architecture branch channel commit installer license location maintainer manager name origin priority"),
    (Text, "section signature_key_id source state summary target type vendor"),
    (Version, "release revision source_version version"),
    (Time, "installed_at"),
    (Integer, "epoch size_bytes"),
    (Boolean, "automatic essential held"),
    (List, "programs"),
];

const REPOSITORY: &[Row] = &[
    (Text, "file id managed_by manager metalink mirror_list name signature_level signed_by suite tag type uri"),
    (Integer, "priority"),
    (Boolean, "enabled gpg_check repository_gpg_check tls_verify trusted"),
    (List, "architectures components uris"),
];

const SERVICE: &[Row] = &[
    (
        Text,
        "active_state alias_of current_active_state description enabled_state fragment_digest fragment_path manager",
    ),
    (Text, "name program service_type type user"),
    (Boolean, "template"),
    (List, "drop_ins runlevels"),
];

const TIMER: &[Row] = &[
    (Text, "alias_of"),
    (Text, "description enabled_state fragment_path manager name randomized_delay unit"),
    (Boolean, "persistent wakes_system"),
    (List, "calendar drop_ins monotonic"),
];

const CRON: &[Row] =
    &[(Text, "command command_digest job kind managed_by schedule source time_zone user"), (Boolean, "has_input")];

const USER: &[Row] = &[
    (Text, "gecos home name password_state primary_group shell"),
    (Time, "expires_on password_changed_on"),
    (Integer, "gid uid"),
    (List, "groups"),
];

const GROUP: &[Row] = &[(Text, "name"), (Integer, "gid"), (List, "members")];

const SUDO_RULE: &[Row] = &[
    (Text, "kind name runas scope setting"),
    (Boolean, "all_commands no_password"),
    (List, "aliases commands hosts sources tags users"),
];

const AUTHORIZED_KEY: &[Row] = &[
    (Text, "account command comment file fingerprint from type"),
    (Time, "expires"),
    (Integer, "bits uid"),
    (Boolean, "cert_authority effective"),
    (List, "options"),
];

const LOGIN_POLICY: &[Row] = &[
    (Text, "criteria encrypt_method file kind"),
    (Integer, "gid_min login_retries login_timeout_seconds password_max_days password_min_days"),
    (Integer, "password_warn_days uid_max uid_min"),
    (Boolean, "installed"),
    (List, "defaults files ports rules"),
    // The keywords of sshd and of login.defs, as they are set.
    (Any, "allow_agent_forwarding allow_groups allow_stream_local_forwarding allow_tcp_forwarding allow_users"),
    (Any, "authentication_methods authorized_keys_command authorized_keys_command_user authorized_keys_file"),
    (Any, "authorized_principals_file banner chroot_directory ciphers client_alive_count_max"),
    (Any, "client_alive_interval_seconds deny_groups deny_users disable_forwarding fail_delay_seconds"),
    (Any, "force_command gateway_ports gssapi_authentication home_mode host_key_algorithms"),
    (Any, "hostbased_authentication ignore_rhosts kbd_interactive_authentication kerberos_authentication"),
    (Any, "kex_algorithms listen_addresses log_level login_grace_seconds macs max_auth_tries max_sessions"),
    (Any, "max_startups password_authentication password_min_length permit_empty_passwords permit_listen"),
    (Any, "permit_open permit_root_login permit_tty permit_tunnel permit_user_environment"),
    (Any, "pubkey_accepted_algorithms pubkey_authentication revoked_keys sha_crypt_min_rounds strict_modes"),
    (Any, "su_log_file trusted_user_ca_keys umask use_dns use_pam x11_forwarding x11_use_localhost"),
    (Any, "yescrypt_cost_factor"),
    // What pwquality.conf and faillock.conf set is told under their own names: `written.rs` has those that there are.
    (Any, "*"),
];

const KERNEL: &[Row] = &[
    (Integer, "crash_kernel_reserved_bytes"),
    (Text, "clocksource command_line lockdown machine name security_modules version vulnerability_*"),
    (Version, "newest_installed release"),
    (Integer, "entropy_available tainted"),
    (Boolean, "crash_kernel_loaded newer_installed"),
    (List, "installed taints vulnerable"),
];

const SYSCTL: &[Row] = &[(Text, "managed_by value")];

const MODULE: &[Row] = &[
    (Text, "name state"),
    (Version, "version"),
    (Integer, "size_bytes use_count"),
    (List, "parameters taints used_by"),
];

const FIREWALL: &[Row] = &[
    (Text, "backend chain elements_sha256 family hook kind name path policy rules_sha256 set sha256 table type"),
    (Integer, "element_count priority rule_count size_bytes"),
    (Boolean, "dormant dynamic enabled map"),
    (List, "devices"),
];

const CERTIFICATE: &[Row] = &[
    (Text, "curve fingerprint_sha256 issuer key_type path serial signature_algorithm subject"),
    (Time, "not_after not_before"),
    (Integer, "key_bits"),
    (Boolean, "is_ca self_signed"),
    (List, "subject_alternative_names"),
];

const CONTAINER: &[Row] = &[
    (
        Text,
        "architecture compose_project compose_service current_state engine image image_digest image_id name namespace",
    ),
    (Text, "pod restart_policy state swarm_service user workload"),
    (Time, "created_at"),
    (Integer, "instances"),
    (Boolean, "autostart"),
    (List, "ports"),
];

const IMAGE: &[Row] = &[
    (Text, "architecture digest engine image_id name namespace repository tag user"),
    (Time, "created_at"),
    (Integer, "size_bytes"),
];

const VIRTUAL_MACHINE: &[Row] = &[
    (Text, "architecture current_state hypervisor machine manager name state uuid"),
    (Integer, "cores memory_bytes sockets vcpus"),
    (Boolean, "autostart"),
    (List, "disks macs"),
];

const PCI: &[Row] = &[
    (Text, "subsystem"),
    (Text, "class class_id device device_id driver revision slot subsystem_device_id subsystem_vendor"),
    (Text, "subsystem_vendor_id vendor vendor_id"),
];

const USB: &[Row] = &[
    (Text, "manufacturer port product product_id removable serial vendor_id"),
    (Version, "revision usb_version"),
    (Number, "speed_mbps"),
    (List, "classes drivers"),
];

const MONITOR: &[Row] = &[
    (Text, "card connector manufacturer manufacturer_id name native_resolution product_code serial text"),
    (Version, "edid_version"),
    (Integer, "height_mm manufactured_week manufactured_year model_year serial_number width_mm"),
    (Number, "diagonal_inches"),
    (Boolean, "digital"),
];

const BATTERY: &[Row] = &[
    (Text, "manufacturer model name serial status technology type"),
    (
        Integer,
        "charge_percent cycle_count design_energy_mwh design_voltage_mv energy_mwh full_energy_mwh health_percent",
    ),
    (Integer, "power_mw voltage_mv"),
    (Integer, "charge_mah current_ma full_charge_mah"),
];

const SENSOR: &[Row] = &[(Text, "chip device kind label name unit"), (Number, "critical value")];

const FILE: &[Row] = &[
    (Text, "group kind managed_by mode owner path sha256 target"),
    (Time, "modified_at"),
    (Integer, "gid size_bytes uid"),
];

const PROCESS: &[Row] = &[
    (Text, "container_engine executable name unit user"),
    (Time, "started_at"),
    (Integer, "count uid"),
    (Boolean, "executable_replaced"),
    (Integer, "open_files pid rss_bytes"),
    (Number, "cpu_seconds"),
];

const TIME_SYNC: &[Row] = &[
    (Text, "current_source enabled_state service"),
    (Integer, "stratum"),
    (Boolean, "synchronized"),
    (List, "fallback_servers pools servers"),
    (Number, "estimated_error_ms max_error_ms offset_ms"),
];

const AGENT: &[Row] = &[
    (Text, "commit options_digest seccomp"),
    (Version, "version"),
    (Integer, "rss_bytes sections_denied sections_failed sections_ok sections_partial sections_unsupported uid"),
    (Boolean, "no_new_privileges"),
    (List, "capabilities"),
    (Integer, "dropped_reports scan_ms spool_bytes"),
];

/// The attributes of the items of a section.
pub(super) const fn rows(section: SectionName) -> &'static [Row] {
    match section {
        SectionName::Host => HOST,
        SectionName::Cpu => CPU,
        SectionName::Memory => MEMORY,
        SectionName::Firmware => FIRMWARE,
        SectionName::Disk => DISK,
        SectionName::Partition => PARTITION,
        SectionName::Filesystem => FILESYSTEM,
        SectionName::Mount => MOUNT,
        SectionName::Lvm => LVM,
        SectionName::Raid => RAID,
        SectionName::Interface => INTERFACE,
        SectionName::Route => ROUTE,
        SectionName::Dns => DNS,
        SectionName::Listener => LISTENER,
        SectionName::Connection => CONNECTION,
        SectionName::Package => PACKAGE,
        SectionName::Repository => REPOSITORY,
        SectionName::Service => SERVICE,
        SectionName::Timer => TIMER,
        SectionName::Cron => CRON,
        SectionName::User => USER,
        SectionName::Group => GROUP,
        SectionName::SudoRule => SUDO_RULE,
        SectionName::AuthorizedKey => AUTHORIZED_KEY,
        SectionName::LoginPolicy => LOGIN_POLICY,
        SectionName::Kernel => KERNEL,
        SectionName::Sysctl => SYSCTL,
        SectionName::Module => MODULE,
        SectionName::Firewall => FIREWALL,
        SectionName::Certificate => CERTIFICATE,
        SectionName::Container => CONTAINER,
        SectionName::Image => IMAGE,
        SectionName::VirtualMachine => VIRTUAL_MACHINE,
        SectionName::Pci => PCI,
        SectionName::Usb => USB,
        SectionName::Monitor => MONITOR,
        SectionName::Battery => BATTERY,
        SectionName::Sensor => SENSOR,
        SectionName::File => FILE,
        SectionName::Process => PROCESS,
        SectionName::TimeSync => TIME_SYNC,
        SectionName::Agent => AGENT,
    }
}
