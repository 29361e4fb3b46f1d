//! The timeline of an incident: who did what when, each in one glance.

use muster_model::text::Text;
use muster_model::ticket::major::Step;
use muster_model::ticket::{Entry, FieldChange, TimelineEntry, Visibility};
use muster_shared::Time;

use super::list::name_of;
use crate::console::locale::Locale;
use crate::console::ticket::shape;
use crate::console::{moment, value};
use crate::service::account::Person;

/// An entry as the page shows it.
#[derive(Clone, Debug)]
pub(in crate::console) struct Moment {
    /// Class of the dot.
    pub(in crate::console) class: &'static str,
    pub(in crate::console) title: String,
    pub(in crate::console) text: String,
    pub(in crate::console) href: Option<String>,
    pub(in crate::console) actor: String,
    pub(in crate::console) at: Time,
    /// Field, before, after.
    pub(in crate::console) fields: Vec<(String, String, String)>,
    pub(in crate::console) is_internal: bool,
    /// The other desk on which it happened.
    pub(in crate::console) imported_from: Option<String>,
}

fn field(change: &FieldChange, people: &[Person], locale: Locale) -> (String, String, String) {
    let value = |text: &str| match (text.parse(), text.parse::<Time>()) {
        (Ok(id), _) => name_of(id, people),
        (Err(_), Ok(at)) => moment::exact(at),
        (Err(_), Err(_)) if text.is_empty() => locale.t("none-set"),
        (Err(_), Err(_)) => text.to_owned(),
    };
    // A wave is told with where it stands.
    let wave = |text: &str| match text.rsplit_once(": ") {
        Some((name, phase)) => format!("{name}: {}", locale.name("wave-phase", phase)),
        None => locale.t("none-set"),
    };
    let (from, to) = match change.field.as_str() {
        "wave" => (wave(&change.from), wave(&change.to)),
        field => {
            let said = |text: &str| shape::told(field, text).unwrap_or_else(|| value(text));
            (said(&change.from), said(&change.to))
        }
    };
    (locale.name("field", &change.field), from, to)
}

/// The code that an event took, in words, and what was said to it.
fn note(event: &str, code: Option<&str>, note: &Text, locale: Locale) -> String {
    let code = code.map(|code| match event {
        "resolve" | "auto_resolve" => locale.name("close-code", code),
        "hold" => locale.name("hold-reason", code),
        "cancel" => locale.name("cancel-reason", code),
        _ => code.to_owned(),
    });
    let said = Some(locale.say(note)).filter(|said| !said.is_empty());
    [code, said].into_iter().flatten().collect::<Vec<_>>().join(": ")
}

/// What the service desk did: files, the mark of a major incident, what it is a part of.
fn desk(entry: &Entry, empty: Moment, locale: Locale) -> Moment {
    match entry {
        Entry::Attached { name, visibility, is_removed, .. } => {
            let title = locale.t(if *is_removed { "timeline-detached" } else { "timeline-attached" });
            Moment { title, text: name.clone(), is_internal: *visibility == Visibility::Internal, ..empty }
        }
        Entry::Major { step, note, next_update_at } => {
            let class = match step {
                Step::Accept | Step::Remind => "bad",
                Step::StandDown => "good",
                Step::Propose | Step::Reject | Step::Update => "step",
            };
            let next = next_update_at.map(|at| locale.with("major-next", &[("at", &at.to_string())]));
            let text = [Some(locale.say(note)), next].into_iter().flatten().collect::<Vec<_>>().join("\n");
            Moment { class, title: locale.name("major-step", step.as_str()), text, ..empty }
        }
        Entry::Parent { number, state } => {
            let word = locale.name("state", state);
            let title = locale.with("timeline-parent", &[("number", number), ("state", &word)]);
            Moment { class: "quiet", title, text: number.clone(), href: Some(format!("/incidents/{number}")), ..empty }
        }
        _ => empty,
    }
}

impl Moment {
    /// An entry as a moment.
    pub(in crate::console) fn of(entry: &TimelineEntry, people: &[Person], locale: Locale) -> Self {
        let empty = Self {
            class: "",
            title: String::new(),
            text: String::new(),
            href: None,
            actor: locale.actor(&entry.actor),
            at: entry.at,
            fields: Vec::new(),
            is_internal: false,
            imported_from: entry.imported_from.clone(),
        };
        match &entry.entry {
            Entry::Opened => Self { class: "start", title: locale.t("timeline-opened"), ..empty },
            Entry::Moved { event, from, to, code, note: said } => {
                let class = match to.as_str() {
                    "resolved" | "closed" => "good",
                    "on_hold" | "cancelled" => "quiet",
                    _ => "step",
                };
                let fields =
                    vec![(locale.name("field", "state"), locale.name("state", from), locale.name("state", to))];
                let text = note(event, code.as_deref(), said, locale);
                Self { class, title: locale.name("event", event), text, fields, ..empty }
            }
            Entry::Comment { text, visibility, .. } => {
                let is_internal = *visibility == Visibility::Internal;
                Self { title: locale.t("timeline-comment"), text: text.clone(), is_internal, ..empty }
            }
            Entry::Changed { fields } => {
                let fields = fields.iter().map(|change| field(change, people, locale)).collect();
                Self { title: locale.t("timeline-changed"), fields, ..empty }
            }
            Entry::Disputed { fields } => {
                let fields = fields.iter().map(|change| field(change, people, locale)).collect();
                Self { class: "quiet", title: locale.t("timeline-disputed"), fields, ..empty }
            }
            Entry::Level { target, percent, since, .. } => {
                let target = locale.name("level-target", target.as_str());
                let (class, key) = if *percent == 100 { ("bad", "level-breached") } else { ("quiet", "level-warned") };
                let title = locale.with(key, &[("target", &target), ("percent", &percent.to_string())]);
                Self { class, title, at: *since, ..empty }
            }
            Entry::Linked { link, is_removed } => {
                let key = if *is_removed { "timeline-unlinked" } else { "timeline-linked" };
                let text = format!("{} {}", locale.name("link", link.kind.as_str()), link.number);
                Self { title: locale.t(key), text, href: Some(format!("/tickets/{}", link.number)), ..empty }
            }
            Entry::Attached { .. } | Entry::Major { .. } | Entry::Parent { .. } => desk(&entry.entry, empty, locale),
            Entry::Voted { decision, comment } => {
                let title = locale.with("timeline-voted", &[("decision", &locale.name("decision", decision.as_str()))]);
                Self { title, text: comment.clone(), ..empty }
            }
            Entry::Deferred { comment, .. } => {
                Self { class: "quiet", title: locale.t("timeline-deferred"), text: comment.clone(), ..empty }
            }
            Entry::Finding { finding, state, title } => {
                // `resolved (reverted)`: the state and how it ended.
                let (state, end) = state.split_once(" (").unwrap_or((state, ""));
                let class = if state == "resolved" { "good" } else { "bad" };
                let mut word = locale.name("finding-state", state);
                if let Some(end) = end.strip_suffix(')') {
                    word = format!("{word}: {}", locale.name("resolution", end));
                }
                let title_word = locale.with("timeline-finding", &[("state", &word)]);
                Self {
                    class,
                    title: title_word,
                    text: value::title(&locale.say(title), 200),
                    href: Some(format!("/findings/{finding}")),
                    ..empty
                }
            }
            Entry::Alert { alert, state, title } => Self {
                class: if state == "closed" { "good" } else { "bad" },
                title: locale.with("timeline-alert", &[("state", &locale.name("alert-state", state))]),
                text: value::title(&locale.say(title), 200),
                href: Some(format!("/alerts/{alert}")),
                ..empty
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_words_and_ids_names() {
        let resolved = note("resolve", Some("config_reverted"), &"by hand".into(), Locale::English);
        assert_eq!(resolved, "configuration reverted: by hand");
        assert_eq!(note("start", None, &"as it is".into(), Locale::English), "as it is");
        assert_eq!(Locale::English.actor("system:router"), "Muster, drift routing");
        assert_eq!(Locale::English.actor("ann"), "ann");
        let id = muster_shared::id::UserId::new(Time::from_millis(1));
        let change = FieldChange { field: "assignee".into(), from: String::new(), to: id.to_string() };
        let shown = field(&change, &[Person::called(id, "Ann")], Locale::English);
        assert_eq!(shown, ("Assignee".into(), "none".into(), "Ann".into()));
        let waves = r#"[{"name":"a","hosts":"site:b","soak_minutes":5},{"name":"c","hosts":"site:d"}]"#;
        let planned = FieldChange { field: "waves".into(), from: String::new(), to: waves.into() };
        assert_eq!(field(&planned, &[], Locale::English).2, "a: site:b | soak 5; c: site:d");
        let moved = FieldChange { field: "wave".into(), from: "first: b: open".into(), to: "first: b: soaking".into() };
        let shown = field(&moved, &[], Locale::English);
        assert_eq!((shown.1.as_str(), shown.2.as_str()), ("first: b: on its way out", "first: b: out, watched"));
    }
}
