//! The criteria of a `Match`, as sshd checks them before it starts.

use std::net::IpAddr;

/// Criteria with a value.
const CRITERIA: &[&str] = &["user", "group", "host", "address", "localaddress", "localport", "rdomain", "version"];

/// Whether sshd takes a `Match` of these words: criteria with their values, `user ann` or `user=ann`, or `all` alone.
pub(super) fn is_sound(words: &[String]) -> bool {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if let [word] = words.as_slice()
        && (word.eq_ignore_ascii_case("all") || word.eq_ignore_ascii_case("invalid-user"))
    {
        return true;
    }
    let mut words = words.into_iter();
    let mut has_any = false;
    while let Some(word) = words.next() {
        if has_any && word.eq_ignore_ascii_case("invalid-user") {
            continue;
        }
        let (name, value) = match word.split_once('=') {
            Some((name, value)) if !value.is_empty() => (name, Some(value)),
            Some((name, _)) => (name, words.next()),
            None => (word, words.next()),
        };
        let name = name.to_ascii_lowercase();
        if !CRITERIA.contains(&name.as_str()) || !value.is_some_and(|value| fits(&name, value)) {
            return false;
        }
        has_any = true;
    }
    has_any
}

fn fits(name: &str, value: &str) -> bool {
    match name {
        "localport" => value.parse::<u16>().is_ok_and(|port| port > 0),
        "address" | "localaddress" => value.split(',').all(is_network),
        _ => !value.is_empty(),
    }
}

/// An address with as many bits as it has; what is none is a pattern.
fn is_network(part: &str) -> bool {
    let Some((address, bits)) = part.trim_start_matches('!').split_once('/') else { return true };
    let most = match address.parse() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return true,
    };
    bits.parse::<u8>().is_ok_and(|bits| bits <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `sshd -T` of OpenSSH 9.2 answers.
    #[test]
    fn criteria_are_checked_as_sshd_checks_them() {
        let is_sound = |text: &str| is_sound(&text.split(' ').map(str::to_owned).collect::<Vec<_>>());
        for sound in [
            "all",
            "User ann",
            "user=ann",
            "User ann,bob Address 10.0.0.0/8,!10.1.0.0/16",
            "Host *.example.org LocalAddress ::1/128 LocalPort 22",
            "Address junk",
            "Group a RDomain 4",
        ] {
            assert!(is_sound(sound), "{sound}");
        }
        for refused in [
            "",
            "User",
            "Foo bar",
            "exec /bin/true",
            "all User x",
            "User x all",
            "all x",
            "LocalPort 99999",
            "Address 10.0.0.1/33",
            "Address ::1/129",
            "User x Address",
        ] {
            assert!(!is_sound(refused), "{refused}");
        }
    }
}
