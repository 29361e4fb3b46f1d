//! `[retention]`: how long the past is kept.

use std::collections::BTreeMap;

use muster_model::class::shipped;
use muster_model::retention::Retention;
use muster_shared::SectionName;
use serde::{Deserialize, Serialize};

use super::{ConfigError, value};

/// How long the past is kept; 0 is for ever.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct RetentionLayer {
    /// Days of the history of items.
    pub history_days: Option<u32>,
    /// The same for single classes.
    pub classes: BTreeMap<String, u32>,
    /// Commits whose events can be read again.
    pub event_commits: Option<u64>,
    /// Days of closed alerts and of the events of alerts.
    pub alert_days: Option<u32>,
}

impl RetentionLayer {
    pub(super) fn of(retention: &Retention) -> Self {
        Self {
            history_days: Some(retention.history_days),
            classes: retention.classes.clone(),
            event_commits: Some(retention.event_commits),
            alert_days: Some(retention.alert_days),
        }
    }

    pub(super) fn over(mut self, below: Self) -> Self {
        for (class, days) in below.classes {
            self.classes.entry(class).or_insert(days);
        }
        Self {
            history_days: self.history_days.or(below.history_days),
            event_commits: self.event_commits.or(below.event_commits),
            alert_days: self.alert_days.or(below.alert_days),
            classes: self.classes,
        }
    }

    pub(super) fn finish(self) -> Result<Retention, ConfigError> {
        let mut retention = Retention::default();
        for (name, days) in self.classes {
            let reported = SectionName::ALL.iter().map(|section| section.as_str().to_owned());
            let known: Vec<String> = reported.chain(shipped::all().map(|class| class.name)).collect();
            if !known.contains(&name) {
                let near = known.iter().min_by_key(|known| strsim::levenshtein(known, &name));
                let hint = near.map(|near| format!("; did you mean '{near}'?")).unwrap_or_default();
                let why =
                    format!("'{name}' is no shipped class{hint} Windows of classes of your own are set by the API");
                return Err(value("retention.classes", why));
            }
            retention.classes.insert(name, days);
        }
        retention.history_days = self.history_days.unwrap_or(retention.history_days);
        retention.event_commits = self.event_commits.unwrap_or(retention.event_commits);
        retention.alert_days = self.alert_days.unwrap_or(retention.alert_days);
        Ok(retention)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Retention, String> {
        toml::from_str::<RetentionLayer>(text).unwrap().finish().map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_not_said_is_as_usual_and_a_wrong_class_is_named() {
        assert_eq!(parse("").unwrap(), Retention::default());
        let said = parse("history_days = 7\nclasses = { package = 0 }").unwrap();
        assert_eq!((said.history_days, said.classes["package"]), (7, 0));
        assert_eq!(said.classes["process"], 30, "what is shipped for other classes holds");
        assert_eq!(RetentionLayer::of(&said).finish().unwrap(), said);
        let wrong = parse("classes = { pakage = 1 }").unwrap_err();
        assert!(wrong.contains("'pakage'") && wrong.contains("'package'"), "{wrong}");
    }
}
