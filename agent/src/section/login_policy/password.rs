//! Rules for passwords and access beside sshd: login.defs(5), PAM's modules for quality and locks, access.conf(5).

use muster_shared::{Item, Problem};
use serde_json::Value;

use super::super::{glob, oddity};
use crate::root::{ReadError, Root};

pub(super) const LOGIN_DEFS: &str = "/etc/login.defs";
pub(super) const PWQUALITY: &str = "/etc/security/pwquality.conf";
pub(super) const PWQUALITY_D: &str = "/etc/security/pwquality.conf.d";
const FAILLOCK: &str = "/etc/security/faillock.conf";
pub(super) const ACCESS_CONF: &str = "/etc/security/access.conf";

/// The most rules of access.conf.
const RULE_CAP: usize = 200;

/// What login.defs says that matters for security, and the attribute for it.
const DEFINITIONS: &[(&str, &str)] = &[
    ("ENCRYPT_METHOD", "encrypt_method"),
    ("FAIL_DELAY", "fail_delay_seconds"),
    ("GID_MIN", "gid_min"),
    ("HOME_MODE", "home_mode"),
    ("LOGIN_RETRIES", "login_retries"),
    ("LOGIN_TIMEOUT", "login_timeout_seconds"),
    ("PASS_MAX_DAYS", "password_max_days"),
    ("PASS_MIN_DAYS", "password_min_days"),
    ("PASS_MIN_LEN", "password_min_length"),
    ("PASS_WARN_AGE", "password_warn_days"),
    ("SHA_CRYPT_MIN_ROUNDS", "sha_crypt_min_rounds"),
    ("SULOG_FILE", "su_log_file"),
    ("UID_MAX", "uid_max"),
    ("UID_MIN", "uid_min"),
    ("UMASK", "umask"),
    ("YESCRYPT_COST_FACTOR", "yescrypt_cost_factor"),
];

/// How `ENCRYPT_METHOD` may be.
const METHODS: &[&str] = &["BCRYPT", "BLOWFISH", "DES", "GOST_YESCRYPT", "MD5", "SHA256", "SHA512", "YESCRYPT"];

/// What is a number in pwquality.conf(5) and faillock.conf(5).
const NUMBERS: &[&str] = &[
    "dcredit",
    "deny",
    "dictcheck",
    "difok",
    "enforcing",
    "fail_interval",
    "gecoscheck",
    "lcredit",
    "maxclassrepeat",
    "maxrepeat",
    "maxsequence",
    "minclass",
    "minlen",
    "ocredit",
    "retry",
    "root_unlock_time",
    "ucredit",
    "unlock_time",
    "usercheck",
    "usersubstr",
];

/// Files of PAM where passwords are set and checked, by distribution.
const PAM_FILES: &[&str] = &[
    "/etc/pam.d/common-auth",
    "/etc/pam.d/common-password",
    "/etc/pam.d/password-auth",
    "/etc/pam.d/system-auth",
    "/etc/pam.d/base-password",
];

/// Modules whose arguments are rules for passwords.
const PAM_MODULES: &[&str] = &[
    "pam_unix.so",
    "pam_pwquality.so",
    "pam_cracklib.so",
    "pam_faillock.so",
    "pam_tally2.so",
    "pam_pwhistory.so",
    "pam_passwdqc.so",
];

/// Adds an item for each source that is there.
pub(super) fn add(root: &Root, items: &mut Vec<Item>, problems: &mut Vec<Problem>) {
    let definitions = read(root, LOGIN_DEFS, problems);
    items.extend(definitions.map(|text| login_defs(&text, problems)));
    let mut pwquality = Item::new("pwquality").with("kind", "pwquality");
    let mut is_there = false;
    // What comes later wins; the file itself comes last.
    let parts = glob::expand(root, &format!("{PWQUALITY_D}/*.conf")).unwrap_or_default();
    for path in parts.iter().map(String::as_str).chain([PWQUALITY]) {
        if let Some(text) = read(root, path, problems) {
            is_there = true;
            settings(path, &text, &mut pwquality, problems);
        }
    }
    let pwquality = is_there.then_some(pwquality);
    let faillock = read(root, FAILLOCK, problems).map(|text| {
        let mut item = Item::new("faillock").with("kind", "faillock");
        settings(FAILLOCK, &text, &mut item, problems);
        item
    });
    // A file of comments alone says nothing.
    items.extend(pwquality.into_iter().chain(faillock).filter(|item| item.attributes.len() > 1));
    for path in PAM_FILES {
        items.extend(read(root, path, problems).and_then(|text| pam(path, &text)));
    }
    items.extend(read(root, ACCESS_CONF, problems).and_then(|text| access(&text, problems)));
}

fn read(root: &Root, path: &str, problems: &mut Vec<Problem>) -> Option<String> {
    let note = |error: ReadError| {
        if !error.is_absent() {
            problems.push(error.problem());
        }
    };
    root.text_linked(path).map_err(note).ok()
}

fn login_defs(text: &str, problems: &mut Vec<Problem>) -> Item {
    let mut item = Item::new("login.defs").with("kind", "login_defs");
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        let Some((name, value)) = line.split_once([' ', '\t', '=']) else { continue };
        if let Some((_, attribute)) = DEFINITIONS.iter().find(|(known, _)| *known == name) {
            let value = value.trim().trim_matches('"');
            let told = match name {
                // A mode keeps its leading zero.
                "UMASK" | "HOME_MODE" => {
                    i64::from_str_radix(value, 8).is_ok_and(|mode| mode >= 0).then(|| value.into())
                }
                "ENCRYPT_METHOD" => {
                    METHODS.iter().any(|method| method.eq_ignore_ascii_case(value)).then(|| value.into())
                }
                "SULOG_FILE" => value.starts_with('/').then(|| value.into()),
                _ => definition(value).map(Value::from),
            };
            if told.is_none() {
                oddity::say(problems, LOGIN_DEFS, &format!("`{name}` cannot be"), value);
            }
            item.set(attribute, told);
        }
    }
    item
}

/// A number as programs read login.defs: one that begins with a zero is octal or hexadecimal.
fn definition(text: &str) -> Option<i64> {
    match text.strip_prefix('0') {
        Some(rest) if rest.starts_with(['x', 'X']) => i64::from_str_radix(rest.get(1..)?, 16).ok(),
        Some(octal) if !octal.is_empty() => i64::from_str_radix(octal, 8).ok(),
        _ => text.parse().ok(),
    }
}

/// Lines of `name = value` or a name alone.
fn settings(path: &str, text: &str, item: &mut Item, problems: &mut Vec<Problem>) {
    for line in text.lines().map(|line| line.split('#').next().unwrap_or_default().trim()) {
        let (name, value) =
            line.split_once('=').map_or((line, None), |(name, value)| (name.trim(), Some(value.trim())));
        let is_name =
            !name.is_empty() && name.len() <= 32 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !is_name || item.attributes.len() >= 64 {
            continue;
        }
        let told = value.map_or(Value::Bool(true), number);
        let is_odd =
            NUMBERS.contains(&name) && !told.is_number() && !(name.ends_with("unlock_time") && told == "never");
        if is_odd {
            oddity::say(problems, path, &format!("`{name}` is no number:"), value.unwrap_or_default());
        } else {
            item.set(name, told);
        }
    }
}

fn number(text: &str) -> Value {
    text.parse::<i64>().map_or_else(|_| text.chars().take(200).collect::<String>().into(), Value::from)
}

/// Modules with their arguments, in the order in which they are asked.
fn pam(path: &str, text: &str) -> Option<Item> {
    let mut rules = Vec::new();
    for line in text.lines().map(|line| line.split('#').next().unwrap_or_default()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let Some(at) =
            words.iter().position(|word| PAM_MODULES.iter().any(|module| word.rsplit('/').next() == Some(module)))
        else {
            continue;
        };
        let kind = words.first().copied().unwrap_or_default().trim_start_matches('-');
        if matches!(kind, "auth" | "password") && rules.len() < 32 {
            rules.push(format!("{kind}: {}", words.get(at..).unwrap_or_default().join(" ")));
        }
    }
    let name = path.rsplit('/').next()?;
    (!rules.is_empty())
        .then(|| Item::new(format!("pam {name}")).with("kind", "pam").with("file", path).with("rules", rules))
}

/// The rules of access.conf(5), in order: the first that fits counts.
fn access(text: &str, problems: &mut Vec<Problem>) -> Option<Item> {
    let lines = text.lines().map(str::trim).filter(|line| line.starts_with(['+', '-']));
    let mut rules: Vec<String> = lines.map(|line| line.chars().take(300).collect()).collect();
    if rules.len() > RULE_CAP {
        rules.truncate(RULE_CAP);
        problems
            .push(Problem { source: ACCESS_CONF.to_owned(), message: format!("rules beyond {RULE_CAP} are left out") });
    }
    (!rules.is_empty()).then(|| Item::new("access.conf").with("kind", "access").with("rules", rules))
}
