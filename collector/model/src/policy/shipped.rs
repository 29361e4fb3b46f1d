//! Policies over how things are that come with the product: those that can be switched on as they are, and examples to start
//! one's own from.

use muster_shared::SectionName;

use super::Class::{Critical as CriticalFacts, Security};
use super::Outcome::{Finding, Incident};
use super::Severity::{Critical, Info, Major, Warning};
use super::{Class, Outcome, Severity};

/// A policy over how things are.
#[derive(Clone, Copy, Debug)]
pub struct Shipped {
    /// Its name.
    pub id: &'static str,
    /// What it is for, for people; the key of the sentence is [`Shipped::says`].
    pub purpose: &'static str,
    /// The key of the purpose among the collector's sentences.
    pub says: &'static str,
    /// Whose items it looks at.
    pub section: SectionName,
    /// What must not be.
    pub condition: &'static str,
    /// How bad.
    pub severity: Severity,
    /// How patient.
    pub class: Class,
    /// With what outcome.
    pub outcome: Outcome,
    /// Whether it is asked without an owner's word.
    pub is_on: bool,
}

macro_rules! shipped {
    ($($id:literal, $says:literal, $section:ident, $condition:literal, $severity:ident, $class:ident, $outcome:ident, $on:literal, $purpose:literal;)+) => {
        &[$(Shipped {
            id: $id, says: $says, purpose: $purpose, section: SectionName::$section, condition: $condition, severity: $severity,
            class: $class, outcome: $outcome, is_on: $on,
        },)+]
    };
}

/// Those that can be switched on as they are.
pub const STATE: &[Shipped] = shipped! {
    "certificate-expiring", "policy_certificate_expiring", Certificate, "days_until(item.not_after) < 30 && !(has(item.is_ca) && item.is_ca)", Warning, CriticalFacts, Finding, true, "the certificate ends within 30 days";
    "time-not-synchronised", "policy_time_not_synchronised", TimeSync, "has(item.synchronized) && !item.synchronized", Warning, CriticalFacts, Finding, true, "the clock is not synchronised";
    "kernel-older-than-installed", "policy_kernel_older_than_installed", Kernel, "has(item.newer_installed) && item.newer_installed", Info, CriticalFacts, Finding, true, "a newer kernel is installed than the one that runs";
    "unsupported-os", "policy_unsupported_os", Host, "days_until(item.os_support_end) < 0", Major, CriticalFacts, Finding, false, "the release of the operating system is not supported any more";
    "uid-zero", "policy_uid_zero", User, "item.uid == 0 && key != 'root'", Critical, Security, Incident, false, "an account besides root has uid 0";
    "sudo-without-password", "policy_sudo_without_password", SudoRule, "has(item.no_password) && item.no_password", Major, Security, Finding, false, "sudo asks for no password";
    "account-without-password", "policy_account_without_password", User, "item.password_state == 'empty'", Critical, Security, Incident, false, "an account can be used without a password";
    "weak-login-key", "policy_weak_login_key", AuthorizedKey, "item.type == 'ssh-rsa' && item.bits < 2048", Major, Security, Finding, false, "a key that may log in is weak";
    "weak-certificate-key", "policy_weak_certificate_key", Certificate, "item.key_type == 'rsa' && item.key_bits < 2048", Warning, CriticalFacts, Finding, false, "the key of a certificate is weak";
    "executable-replaced", "policy_executable_replaced", Listener, "has(item.executable_replaced) && item.executable_replaced", Info, CriticalFacts, Finding, false, "a program listens whose file was replaced: it runs the old one";
};

/// Examples that want a name, a version or a port of one's own.
pub const EXAMPLES: &[Shipped] = shipped! {
    "listening-port-not-in-profile", "example_listening_port", Listener, "!(item.port in [22, 80, 443]) && !(has(item.client_port) && item.client_port)", Major, CriticalFacts, Incident, false, "something listens on a port that is not planned here";
    "package-below-version", "example_package_below_version", Package, "item.name == 'openssl' && older(item, '3.0.14')", Major, CriticalFacts, Incident, false, "openssl is older than 3.0.14";
    "unit-not-enabled", "example_unit_not_enabled", Service, "key == 'auditd.service' && item.enabled_state != 'enabled'", Major, CriticalFacts, Incident, false, "the unit auditd is not enabled";
    "package-not-allowed", "example_package_not_allowed", Package, "item.name in ['telnetd', 'rsh-server', 'xinetd']", Major, CriticalFacts, Incident, false, "a package is installed that is not allowed";
    "package-missing", "example_package_missing", Host, "!has_pkg('auditd')", Major, CriticalFacts, Incident, false, "the package auditd is not installed";
    "key-of-nobody", "example_key_of_nobody", AuthorizedKey, "!item.comment.endsWith('@example.org')", Major, Security, Finding, false, "a key that may log in belongs to nobody that is known";
};

/// The policy over how things are of this name.
pub fn find(id: &str) -> Option<&'static Shipped> {
    STATE.iter().chain(crate::peer::POLICIES).chain(crate::grant::observed::POLICIES).find(|policy| policy.id == id)
}

/// Whether a name is one of ours.
pub fn is_shipped(id: &str) -> bool {
    super::find(id).is_some() || find(id).is_some() || crate::storm::GATES.iter().any(|(gate, _)| *gate == id)
}
