//! Timers of systemd, from their unit files: when they elapse, what they start, whether they are enabled.

use muster_shared::{Item, Problem, SectionName};

use super::service::search::SearchPath;
use super::service::state::State;
use super::service::{self, Loaded, unit};
use super::{Collector, Privilege, Section};
use crate::root::{Root, to_text};

/// The most values of one setting.
const VALUE_CAP: usize = 32;

pub(super) struct Timer;

impl Collector for Timer {
    fn name(&self) -> SectionName {
        SectionName::Timer
    }

    fn contents(&self) -> &'static str {
        "timers of systemd: calendar, what they start, enabled state"
    }

    fn purpose(&self) -> &'static str {
        "what starts by itself, and jobs that were switched off"
    }

    fn privilege(&self) -> Privilege {
        Privilege::None
    }

    fn watched(&self, root: &Root) -> Vec<String> {
        service::watched(root)
    }

    fn collect(&self, root: &Root) -> Section {
        let search = SearchPath::of(root);
        let mut problems: Vec<Problem> = search.problems.clone();
        if search.is_empty() {
            return Section { problems, ..Section::unsupported() };
        }
        let mut items = Vec::new();
        for file in
            search.unit_files().filter(|file| file.name.rsplit_once('.').is_some_and(|(_, kind)| kind == "timer"))
        {
            match service::load(root, &search, &file.name) {
                Ok(loaded) => items.push(item(root, &search, &file.name, &loaded, &mut problems)),
                Err(problem) => problems.push(problem),
            }
        }
        Section::of(items, problems)
    }
}

fn item(root: &Root, search: &SearchPath, name: &str, loaded: &Loaded, problems: &mut Vec<Problem>) -> Item {
    let mut item = Item::new(name)
        .with("name", name)
        .with("manager", "systemd")
        .with("enabled_state", loaded.state.as_str())
        .with("fragment_path", loaded.path.as_str());
    match loaded.state {
        State::Alias => {
            item.set("alias_of", loaded.target.as_str());
            return item;
        }
        State::Masked | State::MaskedRuntime => return item,
        _ => {}
    }
    item.set("description", loaded.unit.description.as_str());
    let mut settings = Settings::default();
    let drop_ins = search.drop_ins(name);
    for path in std::iter::once(&loaded.path).chain(drop_ins) {
        let read = |bytes: &[u8]| {
            unit::each(&to_text(bytes), |section, name, value| settings.assign(section, name, value));
        };
        root.visit_linked(path, read).unwrap_or_else(|error| problems.push(error.problem()));
    }
    if !drop_ins.is_empty() {
        item.set("drop_ins", drop_ins);
    }
    let service = || name.strip_suffix(".timer").map(|stem| format!("{stem}.service"));
    item.set("unit", settings.unit.or_else(service));
    for (name, mut values) in [("calendar", settings.calendar), ("monotonic", settings.monotonic)] {
        if !values.is_empty() {
            values.sort_unstable();
            values.dedup();
            item.set(name, values);
        }
    }
    item.set("persistent", settings.persistent);
    item.set("wakes_system", settings.wakes_system);
    item.set("randomized_delay", settings.randomized_delay);
    item
}

/// What a `[Timer]` section and its drop-ins say.
#[derive(Debug, Default, PartialEq, Eq)]
struct Settings {
    calendar: Vec<String>,
    /// `OnBootSec=15min` and its kind.
    monotonic: Vec<String>,
    unit: Option<String>,
    persistent: bool,
    wakes_system: bool,
    randomized_delay: String,
}

impl Settings {
    fn assign(&mut self, section: &str, name: &str, value: &str) {
        if section != "Timer" {
            return;
        }
        let is_yes = || matches!(value, "yes" | "true" | "on" | "1" | "y" | "t");
        match name {
            // An empty value of either clears all (systemd.timer(5)).
            "OnCalendar" | "OnActiveSec" | "OnBootSec" | "OnStartupSec" | "OnUnitActiveSec" | "OnUnitInactiveSec"
                if value.is_empty() =>
            {
                self.calendar.clear();
                self.monotonic.clear();
            }
            "OnCalendar" if self.calendar.len() < VALUE_CAP => self.calendar.push(value.to_owned()),
            "OnActiveSec" | "OnBootSec" | "OnStartupSec" | "OnUnitActiveSec" | "OnUnitInactiveSec"
                if self.monotonic.len() < VALUE_CAP =>
            {
                self.monotonic.push(format!("{name}={value}"));
            }
            "Unit" => self.unit = (!value.is_empty()).then(|| value.to_owned()),
            "Persistent" => self.persistent = is_yes(),
            "WakeSystem" => self.wakes_system = is_yes(),
            "RandomizedDelaySec" => value.clone_into(&mut self.randomized_delay),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use muster_shared::SectionStatus;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn drop_ins_change_what_a_timer_says() {
        let tree = tempfile::tempdir().unwrap();
        let vendor = tree.path().join("usr/lib/systemd/system");
        let config = tree.path().join("etc/systemd/system");
        std::fs::create_dir_all(&vendor).unwrap();
        std::fs::create_dir_all(config.join("a.timer.d")).unwrap();
        std::fs::create_dir_all(config.join("timers.target.wants")).unwrap();
        let timer = "[Unit]\nDescription=d\n[Timer]\nOnCalendar=daily\nOnBootSec=15min\nPersistent=true\n[Install]\nWantedBy=timers.target\n";
        for name in ["a.timer", "b.timer", "x.service"] {
            std::fs::write(vendor.join(name), timer).unwrap();
        }
        let drop_in = "[Timer]\nOnCalendar=\nOnCalendar=*-*-* 6:00\nUnit=other.service\nRandomizedDelaySec=1h\n";
        std::fs::write(config.join("a.timer.d/x.conf"), drop_in).unwrap();
        std::os::unix::fs::symlink("/lib/systemd/system/b.timer", config.join("timers.target.wants/b.timer")).unwrap();
        let section = Timer.collect(&Root::at(tree.path()));
        assert_eq!(section.status, SectionStatus::Ok, "{:?}", section.problems);
        let [a, b] = section.items.as_slice() else { panic!("{:?}", section.items) };
        assert_eq!(
            (&a.attributes["calendar"], &a.attributes["unit"]),
            (&json!(["*-*-* 6:00"]), &json!("other.service"))
        );
        assert_eq!(
            (&a.attributes["enabled_state"], &b.attributes["enabled_state"]),
            (&json!("disabled"), &json!("enabled"))
        );
        assert_eq!(b.attributes["monotonic"], json!(["OnBootSec=15min"]));
        assert_eq!((&b.attributes["unit"], &b.attributes["persistent"]), (&json!("b.service"), &json!(true)));
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "(?s).{0,200}") {
            let mut settings = Settings::default();
            unit::each(&format!("[Timer]\n{text}"), |section, name, value| settings.assign(section, name, value));
        }
    }
}
