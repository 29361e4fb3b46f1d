//! What systemd tells of its units, and who is believed when it does not.

use super::*;
use crate::section::bus::tests::{answer, play, push_text};

fn list(units: &[(&str, &str, &str)]) -> Vec<u8> {
    let mut list = Vec::new();
    for (name, active, sub) in units {
        list.resize(usize::next_multiple_of(list.len(), 8), 0);
        for text in [name, "Some unit", "loaded", active, sub, "", "/org/freedesktop/systemd1/unit/x"] {
            push_text(&mut list, text);
        }
        list.resize(list.len().next_multiple_of(4), 0);
        list.extend(0_u32.to_le_bytes());
        for text in ["", "/"] {
            push_text(&mut list, text);
        }
    }
    let mut body = u32::try_from(list.len()).unwrap().to_le_bytes().to_vec();
    body.resize(8, 0);
    body.extend(list);
    answer(LIST_UNITS.answer, &body)
}

#[test]
fn systemd_tells_what_failed() {
    let directory = tempfile::tempdir().unwrap();
    let bytes = list(&[
        ("on.service", "failed", "failed"),
        ("slow.service", "deactivating", "stop-sigterm"),
        ("again.service", "activating", "auto-restart"),
        ("new.service", "activating", "start"),
        ("data.mount", "failed", "failed"),
    ]);
    let (path, played) = play(directory.path(), bytes);
    let nobody = directory.path().join("nobody").to_str().unwrap().to_owned();
    let places = [Place { path: &nobody, is_bus: false }, Place { path: path.to_str().unwrap(), is_bus: true }];
    let units = ask(&places).unwrap();
    played.join().unwrap();
    let activity = Activity::told(units);
    for (name, state) in [
        ("on.service", "failed"),
        ("slow.service", "active"),
        ("again.service", "activating"),
        ("new.service", "active"),
        ("data.mount", "failed"),
        ("not-loaded.service", "inactive"),
    ] {
        assert_eq!(activity.of(name), Some(state), "{name}");
    }
}

#[test]
fn whoever_is_not_answered_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let (path, played) = play(directory.path(), b"REJECTED\r\n".to_vec());
    let nobody = directory.path().join("nobody").to_str().unwrap().to_owned();
    let places = [Place { path: path.to_str().unwrap(), is_bus: false }, Place { path: &nobody, is_bus: true }];
    let problem = ask(&places).unwrap_err();
    played.join().unwrap();
    assert!(problem.message.contains("this user") || problem.message.contains("permission denied"), "{problem:?}");
    assert!(problem.message.contains("not there"), "{problem:?}");
}

fn loaded(state: State, text: &str) -> Loaded {
    let unit = crate::section::service::unit::parse(text);
    Loaded { target: String::new(), path: String::new(), unit, digest: None, state }
}

#[test]
fn whatever_failed_is_compared() {
    let once = "[Service]\nType=oneshot\n";
    let unit = |name: &str, state: &str| Unit {
        name: name.to_owned(),
        description: "d".to_owned(),
        is_loaded: true,
        state: state.to_owned(),
    };
    let activity = Activity::told(vec![
        unit("once.service", "failed"),
        unit("done.service", "active"),
        unit("data.mount", "failed"),
        unit("getty@tty9.service", "failed"),
        unit("fine@1.service", "active"),
    ]);
    let units: BTreeMap<String, Loaded> = [
        ("once.service", State::Static, once),
        ("done.service", State::Enabled, "[Service]\nType=oneshot\nRemainAfterExit=yes\n"),
        ("idle.service", State::Disabled, ""),
        ("on.service", State::Enabled, ""),
        ("data.mount", State::Generated, ""),
        ("fine.mount", State::Generated, ""),
    ]
    .into_iter()
    .map(|(name, state, text)| (name.to_owned(), loaded(state, text)))
    .collect();
    let told = |name: &str| {
        let mut item = Item::new(name);
        activity.describe(&mut item, &units[name], &units);
        item.attributes.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(told("once.service"), "active_state=\"failed\"");
    assert_eq!(told("done.service"), "current_active_state=\"active\"");
    assert_eq!(told("idle.service"), "current_active_state=\"inactive\"");
    assert_eq!(told("on.service"), "active_state=\"inactive\"");
    assert_eq!((told("data.mount").as_str(), told("fine.mount").as_str()), ("active_state=\"failed\"", ""));
    let without_file = activity.failed_without_file(&units);
    let keys: Vec<&str> = without_file.iter().map(|item| item.key.as_str()).collect();
    assert_eq!(keys, ["getty@tty9.service"]);
}
