//! What can be asked for in each list: a table that the parser, the errors and `docs/query.md` share.

use muster_shared::SectionName;
use muster_shared::attribute::{self, Kind};

mod access;
mod alert;
mod finding;
mod host;
mod knowledge;
mod level;
mod saved_search;
mod short;
mod ticket;

use super::value::Pattern;
use super::{Operator, Term};
use crate::finding::FindingState;
use crate::host::status::Status;
use crate::host::{Criticality, Lifecycle};
use crate::policy::Severity;
use crate::text::{Phrase, Word};
pub use access::{CAMPAIGN, GRANT, OBSERVED, REVIEW_ITEM};
pub use alert::{ALERT, ALERT_RULE, MAINTENANCE, SILENCE};
pub use finding::{FINDING, ROUTE};
pub use host::HOST;
pub use knowledge::{ARTICLE, KNOWN_ERROR};
pub use level::SERVICE_LEVEL;
pub use saved_search::SAVED_SEARCH;
pub use short::{AGENT, API_TOKEN, CLASS as CLASSES, ENROLLMENT_TOKEN, HOST_VERSION, POLICY, SOURCE, USER};
pub use ticket::TICKET;

/// A field of the entries of a list.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What its values are.
    pub kind: Kind,
    /// The values that it can have, if they are few.
    pub choices: Option<fn() -> Vec<&'static str>>,
    /// What it says, for people.
    pub meaning: &'static str,
}

/// The fields of a list.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a> {
    /// What the list is of.
    pub of: &'static str,
    /// The fields.
    pub rows: &'static [Field],
    /// The fields that a plain word is looked for in.
    pub words: &'static [&'static str],
    /// Whether the attributes of all classes are fields too.
    pub attributes: bool,
    /// Attributes that owners defined.
    pub own_attributes: &'a [(String, Kind)],
    /// Classes whose items people declare.
    pub own_classes: &'a [String],
}

const fn field(name: &'static str, kind: Kind, meaning: &'static str) -> Field {
    Field { name, kind, choices: None, meaning }
}

const fn choice(name: &'static str, choices: fn() -> Vec<&'static str>, meaning: &'static str) -> Field {
    Field { name, kind: Kind::Text, choices: Some(choices), meaning }
}

const fn level(name: &'static str, choices: fn() -> Vec<&'static str>, meaning: &'static str) -> Field {
    Field { name, kind: Integer, choices: Some(choices), meaning }
}

fn classes() -> Vec<&'static str> {
    SectionName::ALL.iter().map(|section| section.as_str()).collect()
}

fn criticalities() -> Vec<&'static str> {
    Criticality::ALL.iter().map(|criticality| criticality.as_str()).collect()
}

fn lifecycles() -> Vec<&'static str> {
    Lifecycle::ALL.iter().map(|lifecycle| lifecycle.as_str()).collect()
}

fn severities() -> Vec<&'static str> {
    Severity::ALL.iter().map(|severity| severity.as_str()).collect()
}

fn finding_states() -> Vec<&'static str> {
    FindingState::NAMES.iter().copied().chain(["all"]).collect()
}

use Kind::{Boolean, Integer, Text};

/// The moment that a list is looked at: by when things were so.
pub(crate) const AS_OF: &str = "as_of";
/// The moment whose knowledge is asked for: by when they were known.
pub(crate) const KNOWN_AT: &str = "known_at";

/// The class of an item.
const CLASS: &str = "class";

/// What the rows of a page of docs are made of: every list that can be asked.
pub const ALL: &[(&str, &Fields<'static>)] = &[
    ("/hosts", &HOST),
    ("/items", &ITEM),
    ("/findings", &FINDING),
    ("/routing (the rules)", &ROUTE),
    ("/tickets", &TICKET),
    ("/articles", &ARTICLE),
    ("/known-errors", &KNOWN_ERROR),
    ("/audit", &AUDIT),
    ("/identification/reviews", &REVIEW),
    ("/saved-searches", &SAVED_SEARCH),
    ("/grants", &GRANT),
    ("/observed-access", &OBSERVED),
    ("/reviews", &CAMPAIGN),
    ("/reviews/{id}/items", &REVIEW_ITEM),
    ("/service-levels", &SERVICE_LEVEL),
    ("/alerts", &ALERT),
    ("/silences", &SILENCE),
    ("/maintenance-windows", &MAINTENANCE),
    ("/alert-rules", &ALERT_RULE),
    ("/deliveries", &crate::notification::delivery::FIELDS),
    ("/agents", &AGENT),
    ("/enrollment-tokens", &ENROLLMENT_TOKEN),
    ("/sources", &SOURCE),
    ("/users", &USER),
    ("/api-tokens", &API_TOKEN),
    ("/policies", &POLICY),
    ("/hosts/{id}/versions", &HOST_VERSION),
    ("/classes", &CLASSES),
];

/// Questions of identity.
pub const REVIEW: Fields<'static> = Fields {
    of: "reviews",
    rows: &[choice(
        "state",
        || vec!["open", "all"],
        "whether it waits for a person; `all` are those that are over too",
    )],
    words: &[],
    attributes: false,
    own_attributes: &[],
    own_classes: &[],
};

/// Items of all classes.
pub const ITEM: Fields<'static> = Fields {
    of: "items",
    rows: &[
        choice("class", classes, "its class"),
        field("id", Text, "its id"),
        field("key", Text, "what tells it apart on its host"),
        field("name", Text, "its name, else its key"),
        field("host", Text, "the host's id"),
        field("host_name", Text, "the host's name"),
        field("host.name", Text, "the host's name"),
        choice("host.lifecycle", lifecycles, "where the host stands in its life"),
        field("host.owner", Text, "who answers for the host"),
        field("host.site", Text, "where the host is"),
        choice("host.criticality", criticalities, "how much depends on the host"),
        field("host.os", Text, "the host's operating system"),
        field("host.architecture", Text, "the host's architecture"),
        field("host.virtualization", Text, "what the host runs on"),
        choice("host.status", Status::names, "how the host stands with its reports"),
        choice(
            "lifecycle",
            lifecycles,
            "`active`, or `retired` when it is not there any more; others when people say so",
        ),
        field("owner", Text, "who answers for an item that people declare"),
        choice("criticality", criticalities, "how much depends on an item that people declare"),
        field("status", Text, "whether an item that people declare works, as they say"),
        field("tags", Kind::List, "words to find an item by that people declare"),
        field("declared", Boolean, "whether people declare it; without it what agents found is meant too"),
        field("incomplete", Boolean, "whether a value is missing that its class asks people for"),
        field("relations", Integer, "relations of an item that people declare"),
        field("broken_relations", Integer, "those of them that lead to what is out of service or gone"),
        field("since", Kind::Time, "since when it is so"),
        field(AS_OF, Kind::Time, "look at the list as it was then"),
        field(KNOWN_AT, Kind::Time, "look at it as far as it was known then"),
    ],
    words: &["name", "key"],
    attributes: true,
    own_attributes: &[],
    own_classes: &[],
};

/// The audit log.
pub const AUDIT: Fields<'static> = Fields {
    of: "the audit log",
    rows: &[
        field("object", Text, "the record that was changed"),
        field("actor", Text, "who changed it: a name, `agent_…` or `system:…`"),
        field("acting_for", Text, "in whose place"),
        field("action", Text, "what was done, such as `ticket.resolve`; `ticket.*` is all of a kind"),
        field("via", Text, "how it came in: `console`, `api`, `cli`, `agent`, `job`, `command`"),
        field("at", Kind::Time, "when"),
        field("summary", Text, "what is different since"),
        field("reason", Text, "why, in the words of who did it"),
    ],
    words: &["object", "action", "summary", "reason"],
    attributes: false,
    own_attributes: &[],
    own_classes: &[],
};

/// A record, of which only the moment can be chosen.
pub const MOMENT: Fields<'static> = Fields {
    of: "this record",
    rows: &[
        field(AS_OF, Kind::Time, "look at it as it was then"),
        field(KNOWN_AT, Kind::Time, "look at it as far as it was known then"),
    ],
    words: &[],
    attributes: false,
    own_attributes: &[],
    own_classes: &[],
};

/// Short lists of what has a name.
pub const NAMED: Fields<'static> = Fields {
    of: "this list",
    rows: &[field("name", Text, "its name")],
    words: &["name"],
    attributes: false,
    own_attributes: &[],
    own_classes: &[],
};

/// A list that can only be paged through.
pub const NONE: Fields<'static> =
    Fields { of: "this list", rows: &[], words: &[], attributes: false, own_attributes: &[], own_classes: &[] };

/// The kinds that an attribute has in the classes that have it. The open class of login policies would have every name:
/// it counts only for what it names.
fn kinds(name: &str) -> Vec<Kind> {
    let kind = |section: &SectionName| attribute::kind_of(*section, name).filter(|kind| *kind != Kind::Any);
    SectionName::ALL.iter().filter_map(kind).collect()
}

impl Fields<'_> {
    /// The names of the fields, without the attributes.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.rows.iter().map(|row| row.name)
    }

    /// The names that come near, for what was written wrong.
    fn unknown(&self, name: &str) -> Phrase {
        let attributes = SectionName::ALL.iter().flat_map(|section| attribute::of(*section));
        let attributes = attributes.map(|(name, _)| name).filter(|name| self.attributes && !name.ends_with('*'));
        let mut known: Vec<&str> = self.names().chain(attributes).collect();
        known.extend(self.own_attributes.iter().map(|(name, _)| name.as_str()));
        // What begins the same is meant more often than what has as many letters.
        let alike = |known: &str| (strsim::jaro_winkler(known, name) * 1_000.0).round();
        let near = known.into_iter().max_by(|one, other| alike(one).total_cmp(&alike(other)));
        let field = Pattern::literal(name).shown();
        match near {
            None => Phrase::new("no_fields").with("field", field),
            Some(near) => {
                let key = if self.attributes { "no_field_nor_attribute" } else { "no_field" };
                Phrase::new(key).with("field", field).with("near", near).with("fields", Word::list(self.names()))
            }
        }
    }

    /// Whether some class has an attribute of this name.
    pub fn has_attribute(&self, name: &str) -> bool {
        !self.kinds(name).is_empty()
    }

    /// The kinds that an attribute has in the classes that have it.
    fn kinds(&self, name: &str) -> Vec<Kind> {
        let own = self.own_attributes.iter().filter(|(known, _)| known == name).map(|(_, kind)| *kind);
        let shipped = if self.attributes { kinds(name) } else { Vec::new() };
        shipped.into_iter().chain(own).collect()
    }

    /// A comparison, checked against what the field can be.
    pub(super) fn term(&self, name: &str, operator: Operator, patterns: Vec<Pattern>) -> Result<Term, Phrase> {
        let row = self.rows.iter().find(|row| row.name == name);
        let kinds = row.map_or_else(|| self.kinds(name), |row| vec![row.kind]);
        if kinds.is_empty() {
            return Err(self.unknown(name));
        }
        for pattern in &patterns {
            check_kind(name, operator, &kinds, pattern)?;
            let Some(mut choices) = row.and_then(|row| row.choices).map(|choices| choices()) else { continue };
            if name == CLASS {
                choices.extend(self.own_classes.iter().map(String::as_str));
            }
            if operator != Operator::Is && row.is_some_and(|row| row.kind != Integer) {
                return Err(Phrase::new("query_no_order").term("field", "field", name.to_owned()));
            }
            if operator == Operator::Is && !choices.iter().any(|choice| pattern.fits(choice)) {
                let why = Phrase::new("never_value").with("field", name).with("value", pattern.shown());
                return Err(why.with("choices", Word::list(choices)));
            }
        }
        Ok(Term { field: name.to_owned(), operator, patterns, kind: row.map(|row| row.kind) })
    }
}

/// Refuses what can never hold: a number compared with a word.
fn check_kind(name: &str, operator: Operator, kinds: &[Kind], pattern: &Pattern) -> Result<(), Phrase> {
    let wrong = |key: &'static str| Err(Phrase::new(key).with("field", name).with("value", pattern.shown()));
    let all = |wanted: &[Kind]| kinds.iter().all(|kind| wanted.contains(kind));
    let is_blank = pattern.exact() == Some("");
    let is_moment = [AS_OF, KNOWN_AT].contains(&name);
    if is_moment && operator != Operator::Is {
        return wrong("query_no_order");
    }
    if operator != Operator::Is || is_moment {
        if is_blank {
            return wrong("query_blank");
        }
        if all(&[Boolean, Kind::Table]) {
            return wrong("query_no_order");
        }
        if all(&[Kind::Time]) && pattern.moment().is_none() {
            return wrong("query_time");
        }
    }
    // A part of a time, as `2026-11*`, is looked for as it is written.
    if all(&[Kind::Time]) && pattern.exact().is_some() && !is_blank && pattern.moment().is_none() {
        return wrong("query_time");
    }
    if all(&[Integer, Kind::Number]) && pattern.exact().is_some() && !is_blank && pattern.number().is_none() {
        return wrong("query_number");
    }
    if all(&[Boolean]) && !is_blank && !["true", "false"].iter().any(|word| pattern.fits(word)) {
        return wrong("query_boolean");
    }
    Ok(())
}
