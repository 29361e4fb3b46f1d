//! Who deals with an incident of drift, or with a ticket that says nothing of it: rules of owners, tried in order; the first that fits decides, and is named.

use muster_shared::Time;
use muster_shared::id::UserId;
use serde::{Deserialize, Serialize};

use super::Assigned;
use crate::class::Violation;
use crate::policy::own;
use crate::query::{Entry, Fields, Query, fields};
use crate::record::record;
use crate::text::Phrase;

/// Most rules.
const MOST: usize = 500;

/// What a rule is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// Findings: who deals with the incidents of drift.
    #[default]
    Findings,
    /// Tickets that people and other desks open without saying who deals with them.
    Tickets,
}

impl About {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Findings, Self::Tickets];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Findings => "findings",
            Self::Tickets => "tickets",
        }
    }

    /// Whether it is the usual.
    pub fn is_findings(&self) -> bool {
        *self == Self::Findings
    }

    /// What its filter asks.
    const fn fields(self) -> &'static Fields<'static> {
        match self {
            Self::Findings => &fields::ROUTE,
            Self::Tickets => &fields::TICKET,
        }
    }
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoutingRule {
    /// What it is called: incidents say which rule sent them.
    pub name: String,
    /// What it is about.
    #[serde(default, skip_serializing_if = "About::is_findings")]
    pub about: About,
    /// Which findings or tickets it means, in the query language; empty is all.
    #[serde(default)]
    pub filter: String,
    /// Which group deals with them.
    #[serde(default)]
    pub group: Option<String>,
    /// Which person.
    #[serde(default)]
    pub assignee: Option<UserId>,
}

/// All of them, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routing {
    /// The rules.
    pub rules: Vec<RoutingRule>,
    /// When they were set.
    pub changed_at: Time,
    /// Who did that.
    pub changed_by: String,
}

/// The one key.
pub const KEY: &str = "routing";

record!(Routing, Routing, |_routing| KEY.to_owned());

/// A rule that can be asked.
#[derive(Clone, Debug)]
pub struct Route {
    /// The rule.
    pub rule: RoutingRule,
    query: Query,
}

impl Route {
    /// From what is stored; what cannot be read any more is left out.
    pub fn all(routing: &Routing, about: About) -> Vec<Self> {
        let route = |rule: &RoutingRule| {
            let query = Query::parse(&rule.filter, about.fields()).ok()?;
            Some(Self { rule: rule.clone(), query })
        };
        routing.rules.iter().filter(|rule| rule.about == about).filter_map(route).collect()
    }

    /// Whether it means a finding.
    pub fn means(&self, entry: &dyn Entry) -> bool {
        self.query.matches(entry)
    }
}

/// The first rule that means a finding.
pub fn assign(routes: &[Route], entry: &dyn Entry) -> Option<Assigned> {
    let route = routes.iter().find(|route| route.means(entry))?;
    let RoutingRule { name, group, assignee, .. } = route.rule.clone();
    Some(Assigned { rule: name, group, assignee })
}

/// What forbids to save rules.
pub fn check(rules: &[RoutingRule]) -> Vec<Violation> {
    let mut wrong = Vec::new();
    if rules.len() > MOST {
        wrong.push(Violation { pointer: "/rules".into(), why: Phrase::new("at_most_entries").with("max", MOST) });
    }
    for (place, rule) in rules.iter().enumerate() {
        let at = |field: &str| format!("/rules/{place}/{field}");
        if let Some(why) = own::line(&rule.name) {
            wrong.push(Violation { pointer: at("name"), why });
        } else if rules.iter().take(place).any(|other| other.name == rule.name) {
            wrong.push(Violation { pointer: at("name"), why: Phrase::new("route_taken") });
        }
        match Query::parse(&rule.filter, rule.about.fields()) {
            Err(error) => wrong.push(Violation { pointer: at("filter"), why: error.phrase() }),
            Ok(query) if !query.moment.is_now() => {
                wrong.push(Violation { pointer: at("filter"), why: Phrase::new("scope_moment") });
            }
            Ok(_) => {}
        }
        match &rule.group {
            Some(group) => {
                wrong.extend(own::line(group).map(|why| Violation { pointer: at("group"), why }));
            }
            None if rule.assignee.is_none() => {
                wrong.push(Violation { pointer: at("group"), why: Phrase::new("route_nobody") });
            }
            None => {}
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rule(name: &str, filter: &str, group: Option<&str>) -> RoutingRule {
        RoutingRule {
            name: name.into(),
            about: About::Findings,
            filter: filter.into(),
            group: group.map(str::to_owned),
            assignee: None,
        }
    }

    #[test]
    fn the_first_rule_that_fits_decides() {
        let rules = vec![
            rule("shop", "service:shop severity:critical", Some("shop-team")),
            rule("accounts", "policy:account*", Some("security")),
            rule("rest", "", Some("linux")),
        ];
        assert_eq!(check(&rules), []);
        let routes = Route::all(&Routing { rules, ..Routing::default() }, About::Findings);
        let assigned = |entry: serde_json::Value| assign(&routes, &entry).unwrap().rule;
        assert_eq!(assigned(json!({"policy": "account", "severity": "critical", "service": ["shop"]})), "shop");
        assert_eq!(assigned(json!({"policy": "account-power", "severity": "major", "service": ["shop"]})), "accounts");
        assert_eq!(assigned(json!({"policy": "mount", "severity": "minor", "service": []})), "rest");
    }

    #[test]
    fn a_rule_is_about_findings_or_about_tickets() {
        let tickets = RoutingRule { about: About::Tickets, ..rule("mail", "category:mail", Some("mail-team")) };
        let rules = vec![tickets, rule("rest", "", Some("linux"))];
        assert_eq!(check(&rules), []);
        let routing = Routing { rules, ..Routing::default() };
        let group = |about, entry: serde_json::Value| {
            assign(&Route::all(&routing, about), &entry).and_then(|assigned| assigned.group)
        };
        assert_eq!(group(About::Tickets, json!({"category": "mail"})).as_deref(), Some("mail-team"));
        assert_eq!(group(About::Tickets, json!({"category": "print"})), None);
        assert_eq!(group(About::Findings, json!({"policy": "mount"})).as_deref(), Some("linux"));
        let wrong = RoutingRule { about: About::Findings, ..rule("a", "category:mail", Some("x")) };
        assert_eq!(check(&[wrong])[0].pointer, "/rules/0/filter", "each has its own fields");
    }

    #[test]
    fn rules_that_cannot_hold_are_refused() {
        let pointers = |rules: &[RoutingRule]| -> Vec<String> {
            check(rules).into_iter().map(|violation| violation.pointer).collect()
        };
        assert_eq!(pointers(&[rule("", "polic:x", None)]), ["/rules/0/name", "/rules/0/filter", "/rules/0/group"]);
        assert_eq!(pointers(&[rule("a", "", Some("x")), rule("a", "", Some("y"))]), ["/rules/1/name"]);
    }
}
