//! What a login needs: sshd's settings with their defaults, its `Match` blocks, and the rules for passwords.
//!
//! A default is told only when sshd is there, and marked: OpenSSH's defaults, which a distribution may have compiled
//! otherwise.

use muster_shared::{Item, Problem, SectionName};
use serde_json::Value;

use super::sshd_config::{self, Keywords, SSHD_CONFIG};
use super::{Collector, Privilege, Section};
use crate::redact;
use crate::root::Root;

mod password;

use password::{ACCESS_CONF, LOGIN_DEFS, PWQUALITY, PWQUALITY_D};

/// How a value is told.
#[derive(Clone, Copy)]
enum Form {
    /// `yes`, `no` or one of these.
    Switch(&'static [&'static str]),
    /// As it is written.
    Text,
    /// A sorted list.
    List,
    /// A sorted list of ports, or of services that have one.
    Ports,
    /// How much is logged.
    Level,
    Number,
    /// A time such as `2m`, in seconds.
    Seconds,
    /// A command line.
    Command,
}

use Form::{Command, Level, List, Number, Ports, Seconds, Switch, Text};

/// Levels of `LogLevel`.
const LEVELS: &[&str] = &["QUIET", "FATAL", "ERROR", "INFO", "VERBOSE", "DEBUG", "DEBUG1", "DEBUG2", "DEBUG3"];

const SWITCH: Form = Switch(&[]);
const FORWARDING: Form = Switch(&["all", "local", "remote"]);

/// A keyword of `sshd_config(5)` in lower case, the attribute, its form, and OpenSSH's default (none where that depends on
/// the version).
type Row = (&'static str, &'static str, Form, &'static str);

const KEYWORDS: &[Row] = &[
    ("allowagentforwarding", "allow_agent_forwarding", SWITCH, "yes"),
    ("allowgroups", "allow_groups", List, ""),
    ("allowstreamlocalforwarding", "allow_stream_local_forwarding", FORWARDING, "yes"),
    ("allowtcpforwarding", "allow_tcp_forwarding", FORWARDING, "yes"),
    ("allowusers", "allow_users", List, ""),
    ("authenticationmethods", "authentication_methods", Text, "any"),
    ("authorizedkeyscommand", "authorized_keys_command", Command, "none"),
    ("authorizedkeyscommanduser", "authorized_keys_command_user", Text, "none"),
    ("authorizedkeysfile", "authorized_keys_file", Text, ".ssh/authorized_keys .ssh/authorized_keys2"),
    ("authorizedprincipalsfile", "authorized_principals_file", Text, "none"),
    ("banner", "banner", Text, "none"),
    ("chrootdirectory", "chroot_directory", Text, "none"),
    ("ciphers", "ciphers", Text, ""),
    ("clientalivecountmax", "client_alive_count_max", Number, "3"),
    ("clientaliveinterval", "client_alive_interval_seconds", Seconds, "0"),
    ("denygroups", "deny_groups", List, ""),
    ("denyusers", "deny_users", List, ""),
    ("disableforwarding", "disable_forwarding", SWITCH, "no"),
    ("forcecommand", "force_command", Command, "none"),
    ("gatewayports", "gateway_ports", Switch(&["clientspecified"]), "no"),
    ("gssapiauthentication", "gssapi_authentication", SWITCH, "no"),
    ("hostbasedauthentication", "hostbased_authentication", SWITCH, "no"),
    ("hostkeyalgorithms", "host_key_algorithms", Text, ""),
    ("ignorerhosts", "ignore_rhosts", Switch(&["shosts-only"]), "yes"),
    ("kbdinteractiveauthentication", "kbd_interactive_authentication", SWITCH, "yes"),
    ("kerberosauthentication", "kerberos_authentication", SWITCH, "no"),
    ("kexalgorithms", "kex_algorithms", Text, ""),
    ("listenaddress", "listen_addresses", List, ""),
    ("logingracetime", "login_grace_seconds", Seconds, "120"),
    ("loglevel", "log_level", Level, "INFO"),
    ("macs", "macs", Text, ""),
    ("maxauthtries", "max_auth_tries", Number, "6"),
    ("maxsessions", "max_sessions", Number, "10"),
    ("maxstartups", "max_startups", Text, "10:30:100"),
    ("passwordauthentication", "password_authentication", SWITCH, "yes"),
    ("permitemptypasswords", "permit_empty_passwords", SWITCH, "no"),
    ("permitlisten", "permit_listen", Text, "any"),
    ("permitopen", "permit_open", Text, "any"),
    (
        "permitrootlogin",
        "permit_root_login",
        Switch(&["prohibit-password", "forced-commands-only"]),
        "prohibit-password",
    ),
    ("permittty", "permit_tty", SWITCH, "yes"),
    ("permittunnel", "permit_tunnel", Switch(&["point-to-point", "ethernet"]), "no"),
    ("permituserenvironment", "permit_user_environment", Text, "no"),
    ("port", "ports", Ports, "22"),
    ("pubkeyacceptedalgorithms", "pubkey_accepted_algorithms", Text, ""),
    ("pubkeyauthentication", "pubkey_authentication", SWITCH, "yes"),
    ("revokedkeys", "revoked_keys", Text, "none"),
    ("strictmodes", "strict_modes", SWITCH, "yes"),
    ("trustedusercakeys", "trusted_user_ca_keys", Text, "none"),
    ("usedns", "use_dns", SWITCH, "no"),
    ("usepam", "use_pam", SWITCH, "no"),
    ("x11forwarding", "x11_forwarding", SWITCH, "no"),
    ("x11uselocalhost", "x11_use_localhost", SWITCH, "yes"),
];

pub(super) struct LoginPolicy;

impl Collector for LoginPolicy {
    fn name(&self) -> SectionName {
        SectionName::LoginPolicy
    }

    fn contents(&self) -> &'static str {
        "what a login needs: settings of sshd with defaults, Match blocks, rules for passwords and access"
    }

    fn purpose(&self) -> &'static str {
        "how people get in, and whether hardening was undone"
    }

    fn privilege(&self) -> Privilege {
        Privilege::ReadSearch(
            "some distributions let only root read `sshd_config`; without it the settings of sshd are missing there",
        )
    }

    fn watched(&self, root: &Root) -> Vec<String> {
        let mut paths = sshd_config::watched(root);
        paths.append(&mut super::paths(&[LOGIN_DEFS, PWQUALITY, PWQUALITY_D, ACCESS_CONF, "/etc/pam.d"]));
        paths
    }

    fn collect(&self, root: &Root) -> Section {
        let mut problems: Vec<Problem> = Vec::new();
        let mut items = sshd(root, &mut problems);
        password::add(root, &mut items, &mut problems);
        if items.is_empty() && problems.is_empty() {
            return Section::unsupported();
        }
        Section::of(items, problems)
    }
}

fn sshd(root: &Root, problems: &mut Vec<Problem>) -> Vec<Item> {
    let is_installed = sshd_config::is_installed(root);
    let config = match sshd_config::read(root) {
        Ok(config) => config,
        // Without a file sshd works with its defaults.
        Err(error) if error.is_absent() && is_installed => sshd_config::Config::default(),
        Err(error) if error.is_absent() => return Vec::new(),
        Err(error) => {
            problems.push(error.problem());
            return Vec::new();
        }
    };
    problems.extend(config.problems);
    let mut global = Item::new("sshd").with("kind", "sshd").with("installed", is_installed);
    set(&mut global, &config.global, problems);
    if is_installed {
        let mut defaults = Vec::new();
        for (keyword, attribute, form, default) in KEYWORDS {
            if !default.is_empty() && !config.global.contains_key(*keyword) {
                global.set(attribute, value(*form, &[(*default).to_owned()]));
                defaults.push(*attribute);
            }
        }
        defaults.sort_unstable();
        global.set("defaults", defaults);
    }
    let mut files = config.files;
    files.sort_unstable();
    files.dedup();
    if !files.is_empty() {
        global.set("files", files);
    }
    let mut items = vec![global];
    for block in config.blocks {
        let key = super::bounded_key(&format!("sshd match {}", block.criteria));
        let mut item = Item::new(key).with("kind", "sshd_match").with("criteria", block.criteria.as_str());
        set(&mut item, &block.keywords, problems);
        items.push(item);
    }
    items
}

fn set(item: &mut Item, keywords: &Keywords, problems: &mut Vec<Problem>) {
    for (keyword, attribute, form, _) in KEYWORDS {
        let Some(values) = keywords.get(*keyword) else { continue };
        let value = value(*form, values);
        if value.is_none() {
            let message = format!("sshd takes no `{keyword}` such as {:.64?}", values.join(" "));
            problems.push(Problem { source: SSHD_CONFIG.to_owned(), message });
        }
        item.set(attribute, value);
    }
}

/// The value as it is told; `None` of what sshd refuses.
fn value(form: Form, words: &[String]) -> Option<Value> {
    let text = words.join(" ");
    Some(match form {
        Text => text.into(),
        Command => redact::command_line(&text).into(),
        Switch(more) => {
            let word = text.to_ascii_lowercase().replace("without-password", "prohibit-password");
            (matches!(word.as_str(), "yes" | "no") || more.contains(&word.as_str())).then(|| word.into())?
        }
        Number => text.parse::<u32>().ok()?.into(),
        Seconds => seconds(&text)?.into(),
        Level => LEVELS.contains(&text.to_ascii_uppercase().as_str()).then(|| text.into())?,
        Ports if !words.iter().all(|word| is_port(word)) => return None,
        List | Ports => {
            let mut list = words.to_vec();
            list.sort_unstable();
            list.dedup();
            list.into()
        }
    })
}

/// Whether sshd may listen there: a number, or the name of a service.
fn is_port(word: &str) -> bool {
    let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { word.parse::<u16>().is_ok_and(|port| port > 0) } else { word.is_ascii() }
}

/// A time of `sshd_config(5)`: `90`, `2m`, `1h30m`.
fn seconds(text: &str) -> Option<u64> {
    let mut total = 0_u64;
    let mut number = None;
    for c in text.chars() {
        if let Some(digit) = c.to_digit(10) {
            number = Some(number.unwrap_or(0_u64).checked_mul(10)?.checked_add(u64::from(digit))?);
            continue;
        }
        let unit = match c.to_ascii_lowercase() {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return None,
        };
        total = total.checked_add(number.take()?.checked_mul(unit)?)?;
    }
    (!text.is_empty()).then_some(())?;
    total.checked_add(number.unwrap_or(0))
}

#[cfg(test)]
mod tests;
