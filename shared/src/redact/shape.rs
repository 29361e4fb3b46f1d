//! Secrets that are known by their form: in URLs, as tokens of clouds and forges, or because they look random.

use std::borrow::Cow;

use super::{MARK, words};

/// How many characters a random text has at least.
const RANDOM_CHARS: usize = 16;

/// Beginnings of tokens, and how many characters follow at least.
const TOKENS: &[(&str, usize)] = &[
    ("AKIA", 16),
    ("ASIA", 16),
    ("ABIA", 16),
    ("AIza", 30),
    ("ghp_", 20),
    ("gho_", 20),
    ("ghu_", 20),
    ("ghs_", 20),
    ("ghr_", 20),
    ("github_pat_", 20),
    ("glpat-", 16),
    ("gldt-", 16),
    ("glrt-", 16),
    ("xoxb-", 10),
    ("xoxp-", 10),
    ("xoxa-", 10),
    ("xoxr-", 10),
    ("xoxs-", 10),
    ("xapp-", 10),
    ("sk_live_", 16),
    ("rk_live_", 16),
    ("sk_test_", 16),
    ("sk-", 32),
    ("npm_", 30),
    ("hf_", 30),
    ("dop_v1_", 30),
    ("hvs.", 20),
    ("SG.", 30),
    ("pypi-", 30),
    ("ya29.", 20),
    ("dckr_pat_", 16),
    ("eyJ", 20),
    ("AGE-SECRET-KEY-", 20),
];

/// Hosts where the path is all that proves who asks, and behind what in it the secret begins.
const SECRET_PATHS: &[(&str, &str)] = &[
    ("api.telegram.org", "/bot"),
    ("hooks.slack.com", "/"),
    ("hooks.slack-gov.com", "/"),
    ("discord.com", "/webhooks/"),
    ("discordapp.com", "/webhooks/"),
    ("webhook.office.com", "/"),
    ("outlook.office.com", "/webhook/"),
    ("hooks.zapier.com", "/catch/"),
    ("open.feishu.cn", "/hook/"),
    ("maker.ifttt.com", "/key/"),
    ("hc-ping.com", "/"),
];

/// Whether a value is a reference to where the secret is, such as `$PASSWORD` or `@file`: that may be told.
pub(super) fn is_reference(value: &str) -> bool {
    let name = match value.strip_prefix('$') {
        Some(name) => name.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(name),
        None => return value.is_empty() || value == MARK,
    };
    !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !name.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether a text looks like a key: long, letters and digits, few repetitions, no path.
pub(super) fn is_random(value: &str) -> bool {
    let is_text =
        value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '_' | '-' | '.' | '%' | '~'));
    let has = |class: fn(&char) -> bool| value.chars().any(|c| class(&c));
    value.len() >= RANDOM_CHARS
        && is_text
        && !value.starts_with(['/', '.', '~'])
        && has(char::is_ascii_digit)
        && has(char::is_ascii_alphabetic)
        && value.bytes().fold(0_u128, |seen, byte| seen | 1 << (byte & 127)).count_ones() >= 8
}

/// The authority of a URL without its password, and what follows it.
pub(super) fn authority(text: &str) -> (String, &str) {
    let (authority, rest) = text.split_at(text.find(['/', '?', '#', ';', '"', '\'', ' ']).unwrap_or(text.len()));
    if let Some((user_info, host)) = authority.rsplit_once('@') {
        return (format!("{}@{host}", user(user_info)), rest);
    }
    // A password with an unescaped '/' or '?': what looks like a port is none, and an '@' comes later.
    let is_port = |port: &str| port.chars().all(|c| c.is_ascii_digit()) || port.ends_with(']');
    let is_password = |(_, port)| !is_port(port) || rest.starts_with('#');
    let has_password = authority.rsplit_once(':').is_some_and(is_password);
    match words::head(text).rfind('@').filter(|_| has_password) {
        Some(at) => {
            let (user_info, host) = text.split_at(at);
            (user(user_info), host)
        }
        None => (authority.to_owned(), rest),
    }
}

fn user(user_info: &str) -> String {
    match user_info.split_once(':') {
        Some((_, secret)) if is_reference(secret) => user_info.to_owned(),
        Some((user, _)) => format!("{user}:{MARK}"),
        // A token in place of the user.
        None if is_random(user_info) => MARK.to_owned(),
        None => user_info.to_owned(),
    }
}

/// Hides tokens that are known by their first characters, wherever they are.
pub(super) fn hide_tokens(text: &str) -> String {
    if text.contains("-----BEGIN") {
        return text.split("-----BEGIN").next().unwrap_or_default().to_owned() + MARK;
    }
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let mut out = String::with_capacity(text.len());
    let text = hide_paths(text);
    let mut rest = text.as_ref();
    while !rest.is_empty() {
        let start = rest.find(is_part).unwrap_or(rest.len());
        let (before, from) = rest.split_at(start);
        let (run, left) = from.split_at(from.find(|c| !is_part(c)).unwrap_or(from.len()));
        let is_token = TOKENS.iter().any(|(prefix, length)| {
            run.strip_prefix(prefix).is_some_and(|tail| tail.len() >= *length && (prefix.len() > 3 || is_random(run)))
        });
        out.push_str(before);
        out.push_str(if is_token { MARK } else { run });
        rest = left;
    }
    out
}

fn hide_paths(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    for (host, before) in SECRET_PATHS {
        let lower = text.to_ascii_lowercase();
        if lower.contains(host) {
            text = Cow::Owned(hide_path(&text, &lower, host, before));
        }
    }
    text
}

/// Hides what stands behind `before` in the paths of a host; `lower` is the text in small letters, for those of a host count alike.
fn hide_path(text: &str, mut lower: &str, host: &str, before: &str) -> String {
    let is_end = |c: char| c.is_whitespace() || "'\"?#&;,)|>\\".contains(c);
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = lower.find(host) {
        let (shown, behind) = rest.split_at(at + host.len());
        let (path, left) = behind.split_at(behind.find(is_end).unwrap_or(behind.len()));
        let secret = path.find(before).map_or(path.len(), |at| at + before.len());
        let (open, secret) = path.split_at(secret);
        out.extend([shown, open, if is_reference(secret) { secret } else { MARK }]);
        (rest, lower) = (left, lower.split_at(lower.len() - left.len()).1);
    }
    out + rest
}
