//! Asks policies about the items of a host. Most are about a few items and name them: nobody is asked about all others.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use muster_model::policy::book::StatePolicy;
use muster_model::policy::court::{Court, Facts};

use super::{Answer, Plan};

/// The things on which findings of policies stand: whether they still do is asked for, by key.
pub(super) type Standing = BTreeMap<String, BTreeSet<String>>;

/// Asks all policies of a plan. An error names the policy that had no answer, and why. That a policy is not broken is told where a
/// finding of it stands, or everywhere without `standing`.
pub(super) fn ask_all(
    facts: &Arc<Facts>,
    plan: &Plan,
    standing: Option<&Standing>,
) -> Vec<(String, Result<Answer, String>)> {
    let court = match Court::new(facts) {
        Ok(court) => court,
        Err(why) => return vec![(String::new(), Err(why))],
    };
    let mut answers = Vec::new();
    for (section, asked) in plan {
        let Some(known) = facts.sections.get(section) else { continue };
        let all: Vec<&Arc<StatePolicy>> = asked.all.iter().filter(|policy| policy.demanded.is_none()).collect();
        // Of a section that others read whole only these are asked about.
        let named = asked.keys.iter().filter_map(|key| known.items().get_key_value(key));
        let items: Vec<_> = if all.is_empty() { named.collect() } else { known.items().iter().collect() };
        for (key, attributes) in items {
            let some: &[_] = if asked.keys.contains(key) { &asked.some } else { &[] };
            let here = standing.and_then(|standing| standing.get(key));
            let is_asked_for = |policy: &Arc<StatePolicy>| {
                standing.is_none() || here.is_some_and(|policies| policies.contains(&policy.id))
            };
            let policies: Vec<&Arc<StatePolicy>> = some
                .iter()
                .chain(all.iter().copied())
                .filter(|policy| policy.rule.may_hold(key, attributes) || is_asked_for(policy))
                .collect();
            if policies.is_empty() {
                continue;
            }
            let said = court.ask(key, attributes, policies.iter().map(|policy| &policy.rule));
            for (policy, said) in policies.into_iter().zip(said) {
                if said == Ok(false) && !is_asked_for(policy) {
                    continue;
                }
                let answer = |is_broken: bool| Answer {
                    policy: Arc::clone(policy),
                    key: key.clone(),
                    item: key.clone(),
                    violation: is_broken.then(|| policy.violation(Some(attributes))),
                };
                answers.push((policy.id.clone(), said.map(answer)));
            }
        }
        for policy in &asked.all {
            let Some(demanded) = &policy.demanded else { continue };
            let thing = &demanded.expectation.key;
            let found = known.find(thing);
            let (key, attributes) = found.map_or_else(Default::default, |(key, item)| (key, item.clone()));
            let said = court.ask(key, &attributes, [&policy.rule]).pop();
            let answer = |is_broken: bool| Answer {
                policy: Arc::clone(policy),
                key: thing.clone(),
                item: if found.is_some() { key.to_owned() } else { thing.clone() },
                violation: is_broken.then(|| policy.violation(found.map(|(_, item)| item))),
            };
            answers.extend(said.map(|said| (policy.id.clone(), said.map(answer))));
        }
    }
    answers
}

/// Answers of some policies about the items of a host, without writing anything.
pub(in crate::service) fn ask(
    facts: &Arc<Facts>,
    policies: &[Arc<StatePolicy>],
) -> Vec<(String, Result<Answer, String>)> {
    let mut plan = Plan::new();
    for policy in policies {
        plan.entry(policy.section).or_default().all.push(Arc::clone(policy));
    }
    ask_all(facts, &plan, None)
}
