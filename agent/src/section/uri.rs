//! Addresses without what must not leave the host: user name, password, tokens.

/// Words in the name of a query parameter whose value is a secret.
const SECRET_WORDS: &[&str] = &["token", "key", "secret", "pass", "auth", "sig", "cred"];

/// The address without user name, password and query values that are secrets; anything else stays as it is.
pub(super) fn without_credentials(uri: &str) -> String {
    let Some((scheme, rest)) = uri.split_once("://") else { return uri.to_owned() };
    let end = rest.find(['/', '?', '#', ' ']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let Some((path, query)) = rest.split_once('?') else { return format!("{scheme}://{host}{rest}") };
    let query: Vec<String> = query.split('&').map(parameter).collect();
    format!("{scheme}://{host}{path}?{}", query.join("&"))
}

fn parameter(text: &str) -> String {
    let Some((name, _)) = text.split_once('=') else { return text.to_owned() };
    let lower = name.to_lowercase();
    if SECRET_WORDS.iter().any(|word| lower.contains(word)) { format!("{name}=***") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_left_out_and_the_rest_stays() {
        for (uri, expected) in [
            ("https://u:p@ss@repo.example.org/a?arch=$basearch", "https://repo.example.org/a?arch=$basearch"),
            ("https://token@[::1]:8443?access_token=s&x=1", "https://[::1]:8443?access_token=***&x=1"),
            ("http://deb.example.org/debian@x", "http://deb.example.org/debian@x"),
            ("file:///srv/a@b", "file:///srv/a@b"),
            ("cdrom:[Debian]/", "cdrom:[Debian]/"),
            ("", ""),
        ] {
            assert_eq!(without_credentials(uri), expected);
        }
    }
}
