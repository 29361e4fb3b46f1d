//! Package URLs: the name of a package in the words that vulnerability databases know (ECMA-427, purl-spec).

use muster_shared::Attributes;
use packageurl::PackageUrl;

use super::{number, text};

/// The distribution of a host, as `os-release` names it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Distribution<'a> {
    /// `ID`, such as `debian`.
    pub id: Option<&'a str>,
    /// `VERSION_ID`, such as `12`.
    pub version: Option<&'a str>,
}

/// The package URL of a package item; `None` when it has no name or is of a kind without a type.
pub fn of(package: &Attributes, distribution: Distribution<'_>) -> Option<String> {
    let name = text(package, "name")?;
    let (kind, namespace, name) = match text(package, "manager")? {
        "dpkg" => ("deb", distribution.id.map(str::to_owned), name.to_owned()),
        "rpm" => ("rpm", distribution.id.map(str::to_owned), name.to_owned()),
        "apk" => ("apk", distribution.id.map(str::to_owned), name.to_lowercase()),
        "pacman" => ("alpm", distribution.id.map(str::to_owned), name.to_lowercase()),
        // PEP 503: what pip takes for one name has one form.
        "pip" => ("pypi", None, name.to_lowercase().replace(['_', '.'], "-")),
        "npm" => match name.split_once('/') {
            Some((scope, name)) => ("npm", Some(scope.to_owned()), name.to_owned()),
            None => ("npm", None, name.to_owned()),
        },
        "cargo" => ("cargo", None, name.to_owned()),
        _ => return None,
    };
    let mut url = PackageUrl::new(kind, name).ok()?;
    if let Some(namespace) = namespace {
        url.with_namespace(namespace).ok()?;
    }
    if let Some(version) = version(package) {
        url.with_version(version).ok()?;
    }
    let mut qualifiers = Vec::new();
    if matches!(kind, "deb" | "rpm" | "apk" | "alpm") {
        qualifiers.extend(text(package, "architecture").map(|arch| ("arch", arch.to_owned())));
        qualifiers.extend(distribution.id.map(|id| {
            ("distro", [Some(id), distribution.version].into_iter().flatten().collect::<Vec<_>>().join("-"))
        }));
        qualifiers.extend(number(package, "epoch").filter(|_| kind == "rpm").map(|epoch| ("epoch", epoch.to_string())));
        qualifiers
            .extend(text(package, "source").filter(|_| kind == "deb").map(|source| ("source", source.to_owned())));
    }
    for (name, value) in qualifiers {
        url.add_qualifier(name, value).ok()?;
    }
    Some(url.to_string())
}

/// The version as package URLs write it: of rpm without its epoch, which is a qualifier there.
fn version(package: &Attributes) -> Option<&str> {
    let version = text(package, "version")?;
    let is_rpm = text(package, "manager") == Some("rpm");
    Some(version.split_once(':').filter(|_| is_rpm).map_or(version, |(_, rest)| rest))
}
