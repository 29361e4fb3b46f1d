//! The time box: what hangs or panics takes nothing else with it.

use muster_shared::{Item, SectionStatus};

use std::time::Duration;

use super::*;
use crate::section::Privilege;

enum Behaviour {
    Fine,
    Hangs,
    Panics,
}

struct Fake(SectionName, Behaviour);

impl Collector for Fake {
    fn name(&self) -> SectionName {
        self.0
    }

    fn contents(&self) -> &'static str {
        "a test"
    }

    fn purpose(&self) -> &'static str {
        "a test"
    }

    fn privilege(&self) -> Privilege {
        Privilege::None
    }

    fn time_box(&self) -> Duration {
        Duration::from_millis(50)
    }

    fn collect(&self, _root: &Root) -> Section {
        match self.1 {
            Behaviour::Fine => {
                let item = Item::new("x");
                let is_host = self.0 == SectionName::Host;
                Section::of(vec![if is_host { item.with("name", "host") } else { item }], Vec::new())
            }
            Behaviour::Hangs => loop {
                std::thread::park();
            },
            Behaviour::Panics => panic!("a test"),
        }
    }
}

fn fakes() -> Collectors {
    vec![
        Arc::new(Fake(SectionName::Host, Behaviour::Fine)),
        Arc::new(Fake(SectionName::Mount, Behaviour::Hangs)),
        Arc::new(Fake(SectionName::Route, Behaviour::Fine)),
        Arc::new(Fake(SectionName::User, Behaviour::Panics)),
        Arc::new(Fake(SectionName::Group, Behaviour::Fine)),
        Arc::new(Fake(SectionName::Kernel, Behaviour::Hangs)),
    ]
}

#[test]
fn a_section_that_hangs_or_panics_fails_alone() {
    let inventory = take(&fakes(), &Root::live(), None);
    let status = |name| inventory.sections[&name].status;
    assert_eq!(inventory.host["name"], "host");
    for fine in [SectionName::Host, SectionName::Route, SectionName::Group] {
        assert_eq!(status(fine), SectionStatus::Ok, "{fine}");
    }
    for lost in [SectionName::Mount, SectionName::User, SectionName::Kernel] {
        assert_eq!(status(lost), SectionStatus::Failed, "{lost}");
    }
    assert!(inventory.sections[&SectionName::Mount].problems[0].message.starts_with("timed out"));
    assert_eq!(status(SectionName::Package), SectionStatus::Unsupported);
}

#[test]
fn every_section_is_there_and_only_what_was_asked_for() {
    let all = take(&fakes(), &Root::live(), None);
    assert!(all.sections.keys().eq(SectionName::ALL));
    let only = take(&fakes(), &Root::live(), Some(&[SectionName::Group]));
    assert!(only.sections.keys().eq(&[SectionName::Group]));
    assert_eq!(only.host["name"], "host", "the host is named whatever was asked for");
}

/// What is large is taken before the next section is read: so no more than that is there at once.
#[test]
fn what_is_large_is_taken_before_the_next_section_is_read() {
    let reading = Arc::new(Mutex::new(Vec::new()));
    let large = |name, count| -> Arc<dyn Collector> { Arc::new(Large { name, count, reading: Arc::clone(&reading) }) };
    let names = [SectionName::Host, SectionName::Package, SectionName::Service, SectionName::User];
    let counts = [1, WAITING_CAP, 1, WAITING_CAP + 1];
    let collectors: Collectors = names.iter().zip(counts).map(|(name, count)| large(*name, count)).collect();
    let mut taken = Vec::new();
    look(&collectors, &Root::live(), &names, &mut |name, section| {
        taken.push((name, section.items.len(), reading.lock().unwrap().clone()));
    });
    let names_taken: Vec<SectionName> = taken.iter().map(|(name, ..)| *name).collect();
    assert_eq!(names_taken, names);
    assert!(taken.iter().zip(counts).all(|((_, count, _), expected)| *count == expected));
    // While the first two are in hand, those behind them were not read.
    for (_, _, read) in taken.get(..2).unwrap() {
        assert_eq!(read.as_slice(), names.get(..2).unwrap());
    }
    assert_eq!(taken[3].2, names);
}

/// A section of many items, which notes that it was read.
struct Large {
    name: SectionName,
    count: usize,
    reading: Arc<Mutex<Vec<SectionName>>>,
}

impl Collector for Large {
    fn name(&self) -> SectionName {
        self.name
    }

    fn contents(&self) -> &'static str {
        "a test"
    }

    fn purpose(&self) -> &'static str {
        "a test"
    }

    fn privilege(&self) -> Privilege {
        Privilege::None
    }

    fn collect(&self, _root: &Root) -> Section {
        self.reading.lock().unwrap().push(self.name);
        Section::of((0..self.count).map(|n| Item::new(n.to_string())).collect(), Vec::new())
    }
}
