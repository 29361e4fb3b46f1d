//! What in a plan can only be a slip: attributes that no item has, values that look like a comparison and are none, a window that ends
//! before it begins or is over.
//!
//! A slip of this kind would be taken for a plan that was never carried out: nothing that an agent sees can fulfil it.

use muster_shared::{SectionName, Time, attribute};
use serde_json::Value;

use super::{Expectation, Plan};
use crate::class::Violation;
use crate::profile::expectation::unknown_attribute;
use crate::text::Phrase;
use crate::ticket::details::{is_new, minute};

/// How a comparison begins in one language or another.
const COMPARISONS: &[&str] = &["=", "<", ">", "!=", "~=", "≥", "≤", "≠"];

impl Plan {
    /// The slips, each with its place below `pointer`, where the plan stands. A window that was there before and has passed since is
    /// not told again.
    pub fn slips(&self, before: Option<&Self>, now: Time, pointer: &str) -> Vec<Violation> {
        let mut slips = Vec::new();
        let mut tell = |place: String, why: Option<Phrase>| {
            slips.extend(why.map(|why| Violation { pointer: format!("{pointer}/{place}"), why }));
        };
        for (i, fact) in self.scope.facts.iter().enumerate() {
            tell(format!("scope/facts/{i}/attribute"), unknown(fact.section, fact.attribute.as_deref()));
        }
        for (i, expectation) in self.expect.iter().enumerate() {
            let name = expectation.attribute.as_deref();
            tell(format!("expect/{i}/attribute"), unknown(expectation.section, name));
            tell(format!("expect/{i}/value"), comparison(expectation));
        }
        let is_backwards = self.planned_start.zip(self.planned_end).filter(|(start, end)| end <= start);
        let is_another = is_new(self, before, |plan| (plan.planned_end, plan.is_retroactive));
        let is_over = !self.is_retroactive && self.planned_end.is_some_and(|end| end <= now);
        let end = match is_backwards {
            Some((start, _)) => Some(Phrase::new("end_not_after").with("start", minute(start))),
            None => (is_over && is_another).then(|| Phrase::new("guard_window_past")),
        };
        tell("planned_end".to_owned(), end);
        tell("recurrence".to_owned(), self.never());
        slips
    }
}

impl Plan {
    /// Why a change that recurs would never be made: none of its times is in its window.
    fn never(&self) -> Option<Phrase> {
        let (start, end) = self.planned_start.zip(self.planned_end).filter(|(start, end)| start < end)?;
        let is_never = self.times()?.within((start, end)).is_none();
        is_never.then(|| Phrase::new("recurrence_never").with("start", minute(start)).with("end", minute(end)))
    }
}

fn unknown(section: SectionName, name: Option<&str>) -> Option<Phrase> {
    let name = name?;
    (!attribute::is_known(section, name)).then(|| unknown_attribute(section, name))
}

/// A value that begins like a comparison: only `>=` with something after it is one.
fn comparison(expectation: &Expectation) -> Option<Phrase> {
    let Value::String(value) = &expectation.value else { return None };
    let value = value.trim_start();
    let least = value.strip_prefix(">=").map(str::trim);
    let begins = |text: &str| COMPARISONS.iter().any(|sign| text.starts_with(sign));
    let is_slip = least.map_or_else(|| begins(value), |least| least.is_empty() || begins(least));
    is_slip.then(|| Phrase::new("plan_comparison").with("value", value.chars().take(60).collect::<String>()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schedule::Weekday::{Monday, Thursday};
    use crate::ticket::change::plan::{ChangeType, Fact, Scope};

    #[test]
    fn slips_are_told_where_they_stand_with_what_comes_near() {
        let expect = |attribute: &str, value: Value| Expectation {
            section: SectionName::Package,
            key: "openssl".into(),
            attribute: Some(attribute.into()),
            value,
        };
        let fact = |attribute: Option<&str>| Fact {
            section: SectionName::Package,
            key: None,
            attribute: attribute.map(str::to_owned),
        };
        let plan = Plan {
            scope: Scope { facts: vec![fact(None), fact(Some("version")), fact(Some("nope"))], ..Scope::default() },
            expect: vec![
                expect("version", json!(">= 3.0.14")),
                expect("verzion", json!("3")),
                expect("version", json!("=> 3")),
                expect("version", json!(">=")),
                expect("version", json!("3 < 4")),
                expect("version", json!(3)),
            ],
            ..Plan::default()
        };
        let slips = plan.slips(None, Time::from_millis(0), "/details/plan");
        let places: Vec<&str> = slips.iter().map(|slip| slip.pointer.as_str()).collect();
        assert_eq!(
            places,
            [
                "/details/plan/scope/facts/2/attribute",
                "/details/plan/expect/1/attribute",
                "/details/plan/expect/2/value",
                "/details/plan/expect/3/value",
            ]
        );
        let said = slips[1].why.to_string();
        assert!(said.contains("verzion") && said.contains("did you mean version?"), "{said}");
    }

    #[test]
    fn a_window_that_cannot_be_is_told_at_its_end_and_a_draft_may_lack_it() {
        let at = |hours: i64| Some(Time::from_millis(hours * 3_600_000));
        let now = at(10).unwrap();
        let plan = |planned_start, planned_end| Plan { planned_start, planned_end, ..Plan::default() };
        let told = |plan: &Plan, before: Option<&Plan>| -> Vec<String> {
            plan.slips(before, now, "").into_iter().map(|slip| slip.pointer).collect()
        };
        for right in [plan(None, None), plan(at(11), None), plan(at(9), at(11))] {
            assert!(told(&right, None).is_empty(), "{right:?}");
        }
        for wrong in [plan(at(12), at(11)), plan(at(11), at(11)), plan(at(8), at(9)), plan(None, at(9))] {
            assert_eq!(told(&wrong, None), ["/planned_end"], "{wrong:?}");
        }
        let made = Plan { is_retroactive: true, ..plan(at(8), at(9)) };
        assert!(told(&made, None).is_empty(), "what was made already is written down");
        assert_eq!(told(&Plan { is_retroactive: false, ..made.clone() }, Some(&made)), ["/planned_end"]);
        let old = plan(at(8), at(9));
        assert!(told(&Plan { reason: Some("another".into()), ..old.clone() }, Some(&old)).is_empty());
    }

    #[test]
    fn times_of_which_none_is_in_the_window_are_told() {
        let time = |text: &str| Some(text.parse::<Time>().unwrap());
        let times = |day: crate::schedule::Weekday| {
            Some(crate::schedule::Schedule::Weekly {
                days: vec![day],
                at: "02:00".into(),
                minutes: 120,
                zone: "UTC".into(),
                until: None,
            })
        };
        // From a Wednesday to the Thursday after it.
        let plan = |r#type, day| Plan {
            r#type,
            planned_start: time("2026-12-09T10:00:00Z"),
            planned_end: time("2026-12-10T10:00:00Z"),
            recurrence: times(day),
            ..Plan::default()
        };
        let told = |plan: &Plan| -> Vec<String> {
            plan.slips(None, Time::from_millis(0), "").into_iter().map(|slip| slip.pointer).collect()
        };
        assert_eq!(told(&plan(ChangeType::Standard, Monday)), ["/recurrence"]);
        assert!(told(&plan(ChangeType::Standard, Thursday)).is_empty());
        assert!(told(&plan(ChangeType::Normal, Monday)).is_empty(), "they are the times of those that repeat it");
    }
}
