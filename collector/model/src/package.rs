//! What the key of a package says: who manages it and what it is called. A change of an item tells its key and what changed,
//! which is seldom the name.

/// Managers whose packages have their name before the name of the package; without one it is dpkg's.
const PREFIXED: &[&str] = &["rpm", "apk", "pacman", "snap", "flatpak", "pip", "npm", "cargo"];

/// Manager and name, of a key such as `openssl:amd64`, `rpm:kernel.x86_64@6.1` or `npm:@babel/core`.
pub fn of_key(key: &str) -> (&str, &str) {
    let prefixed = key.split_once(':').filter(|(manager, _)| PREFIXED.contains(manager));
    let (manager, rest) = prefixed.unwrap_or(("dpkg", key));
    // A scope of npm begins with the sign that stands before a place or a version.
    let end = rest.char_indices().skip(1).find(|(_, sign)| *sign == '@').map_or(rest.len(), |(at, _)| at);
    let rest = rest.get(..end).unwrap_or(rest);
    let name = match manager {
        "dpkg" => rest.split_once(':').map_or(rest, |(name, _)| name),
        "rpm" => rest.rsplit_once('.').map_or(rest, |(name, _)| name),
        "flatpak" => rest.split('/').nth(1).unwrap_or(rest),
        _ => rest,
    };
    (manager, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_say_manager_and_name() {
        for (key, expected) in [
            ("openssl:amd64", ("dpkg", "openssl")),
            ("openssl", ("dpkg", "openssl")),
            ("rpm:kernel.x86_64@6.1#2", ("rpm", "kernel")),
            ("apk:musl", ("apk", "musl")),
            ("npm:@babel/core", ("npm", "@babel/core")),
            ("pip:requests@python3.11", ("pip", "requests")),
            ("flatpak:app/org.gimp.GIMP/x86_64/stable", ("flatpak", "org.gimp.GIMP")),
            ("", ("dpkg", "")),
            ("rpm:", ("rpm", "")),
        ] {
            assert_eq!(of_key(key), expected, "{key}");
        }
    }
}
