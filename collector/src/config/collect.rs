//! `[collect]`: what all agents leave out, and files that all of them watch. Told to them with every answer; it is all that a
//! collector can ask of a host.

use muster_shared::SectionName;
use muster_shared::protocol::{MAX_WATCHED_FILES, Settings, is_watchable};
use serde::{Deserialize, Serialize};

use super::{ConfigError, value};

/// What agents leave out, and what they watch besides.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct CollectLayer {
    /// Names of sections.
    pub exclude: Option<Vec<String>>,
    /// Absolute paths.
    pub files: Option<Vec<String>>,
}

impl CollectLayer {
    pub(super) fn of(settings: &Settings) -> Self {
        Self { exclude: Some(settings.exclude.clone()), files: Some(settings.files.clone()) }
    }

    pub(super) fn over(self, below: Self) -> Self {
        Self { exclude: self.exclude.or(below.exclude), files: self.files.or(below.files) }
    }

    /// Sections and files, checked: an agent would pass over what is wrong in silence.
    pub(super) fn finish(self) -> Result<(Vec<String>, Vec<String>), ConfigError> {
        let (exclude, files) = (self.exclude.unwrap_or_default(), self.files.unwrap_or_default());
        if let Some(name) = exclude.iter().find(|name| name.parse::<SectionName>().is_err()) {
            let near = SectionName::ALL.iter().min_by_key(|known| strsim::levenshtein(known.as_str(), name));
            let hint = near.map(|near| format!("; did you mean '{near}'?")).unwrap_or_default();
            return Err(value("collect.exclude", format!("'{name}' is no section of what agents report{hint}")));
        }
        if let Some(path) = files.iter().find(|path| !is_watchable(path)) {
            let why = format!("'{path}' is no plain absolute path of a file, such as /etc/nginx/nginx.conf");
            return Err(value("collect.files", why));
        }
        if files.len() > MAX_WATCHED_FILES {
            return Err(value("collect.files", format!("{} paths; at most {MAX_WATCHED_FILES}", files.len())));
        }
        Ok((exclude, files))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Layer;
    use super::*;

    fn parse(text: &str) -> Result<Settings, String> {
        let layer: Layer = toml::from_str(text).unwrap();
        layer.finish().map(|config| config.settings).map_err(|error| error.to_string())
    }

    #[test]
    fn what_agents_are_told_is_checked_where_it_is_written() {
        let text = "[collect]\nexclude = [\"sensor\"]\nfiles = [\"/etc/nginx/nginx.conf\"]\n";
        let settings = parse(text).unwrap();
        assert_eq!(settings.exclude, ["sensor"]);
        assert_eq!(settings.files, ["/etc/nginx/nginx.conf"]);
        let layer = Layer { collect: CollectLayer::of(&settings), ..Layer::default() };
        assert_eq!(layer.finish().unwrap().settings, settings, "what counts is what was written");
        let said = parse("[collect]\nexclude = [\"sensors\"]\n").unwrap_err();
        assert!(said.contains("collect.exclude") && said.contains("did you mean 'sensor'?"), "{said}");
        for path in ["etc/x", "/etc/*/../x", "/proc/1/mem", "/"] {
            let said = parse(&format!("[collect]\nfiles = [\"{path}\"]\n")).unwrap_err();
            assert!(said.contains("collect.files") && said.contains(path), "{said}");
        }
        let many: Vec<String> = (0..65).map(|n| format!("\"/etc/{n}\"")).collect();
        assert!(parse(&format!("[collect]\nfiles = [{}]\n", many.join(","))).unwrap_err().contains("at most 64"));
    }
}
