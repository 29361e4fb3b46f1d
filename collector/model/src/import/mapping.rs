//! What the columns of a file are: fields and attributes of the items of a class, found by their names or as it is said.

mod exported;

use std::collections::BTreeMap;

use muster_shared::attribute::Kind;
use muster_shared::volatility;
use muster_shared::{SectionName, attribute};

use self::exported::Meaning;
use super::table::short;
use super::{Plan, Recognition};
use crate::class::{Class, Origin};
use crate::identification::IdentifierKind;
use crate::text::{Phrase, Word};

/// The name that leaves a column out.
pub const LEFT_OUT: &str = "-";

/// The sections of a host that have one item: its key.
pub const SINGLE: &[(SectionName, &str)] = &[
    (SectionName::Host, "host"),
    (SectionName::Firmware, "firmware"),
    (SectionName::Kernel, "kernel"),
    (SectionName::Cpu, "cpu"),
    (SectionName::Memory, "memory"),
    (SectionName::Dns, "resolver"),
];

/// The key of the one item that a section has.
pub fn single_key(section: SectionName) -> Option<&'static str> {
    SINGLE.iter().find(|(known, _)| *known == section).map(|(_, key)| *key)
}

/// What a column is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The id of an item or a host.
    Id,
    /// Its name.
    Name,
    /// What the sender of the file calls a host.
    ExternalId,
    /// Who answers for it.
    Owner,
    /// Where a host is.
    Site,
    /// How much depends on it.
    Criticality,
    /// Where it stands in its life.
    Lifecycle,
    /// Whether it works.
    Status,
    /// Words to find it by.
    Tags,
    /// The host that something is on.
    Host,
    /// The key of an item of a host.
    Key,
    /// The class, as an export names it: it has to be the one of the file.
    Class,
    /// Whether it was there, as an export says it: what was not says nothing.
    Presence,
    /// What a host is recognised by and is no attribute.
    Identifier(IdentifierKind),
    /// An attribute that people declare.
    Attribute(String, Kind),
    /// An attribute that sources tell.
    Fact(SectionName, String, Kind),
}

/// Everything that a column of a class's file can be, by name.
pub fn targets(class: &Class) -> Vec<(String, Target)> {
    let field = |name: &str, target: Target| (name.to_owned(), target);
    let declarable = class
        .declarable()
        .map(|definition| (definition.name.clone(), Target::Attribute(definition.name.clone(), definition.kind)));
    let mut all = match class.origin {
        Origin::Shipped | Origin::Owner => vec![
            field("id", Target::Id),
            field("name", Target::Name),
            field("owner", Target::Owner),
            field("criticality", Target::Criticality),
            field("lifecycle", Target::Lifecycle),
            field("status", Target::Status),
            field("tags", Target::Tags),
        ],
        Origin::Section(SectionName::Host) => {
            let mut all = vec![
                field("id", Target::Id),
                field("name", Target::Name),
                field("external_id", Target::ExternalId),
                field("owner", Target::Owner),
                field("site", Target::Site),
                field("criticality", Target::Criticality),
                field("lifecycle", Target::Lifecycle),
                field("permanent_mac", Target::Identifier(IdentifierKind::PermanentMac)),
            ];
            for (section, _) in SINGLE {
                all.extend(facts(*section).filter(|(name, _)| !(*section == SectionName::Host && name == "name")).map(
                    |(name, kind)| {
                        let is_plain =
                            *section == SectionName::Host || matches!(&*name, "system_serial" | "system_uuid");
                        let column = if is_plain { name.clone() } else { format!("{section}.{name}") };
                        (column, Target::Fact(*section, name, kind))
                    },
                ));
            }
            all
        }
        Origin::Section(section) => {
            let mut all = vec![field("host", Target::Host), field("key", Target::Key)];
            all.extend(facts(section).map(|(name, kind)| (name.clone(), Target::Fact(section, name, kind))));
            all
        }
    };
    all.extend(declarable);
    all
}

/// The attributes of a section's items that stay until something changes.
fn facts(section: SectionName) -> impl Iterator<Item = (String, Kind)> {
    let all = attribute::of(section)
        .filter(move |(name, _)| !name.ends_with('*') && volatility::metric_rule(section, name).is_none());
    all.map(|(name, kind)| (name.to_owned(), kind))
}

/// What each column is; those that are left out are not in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// What each is, by its number.
    pub targets: BTreeMap<usize, Target>,
    /// The names of that.
    pub fields: BTreeMap<usize, String>,
}

/// A column whose meaning cannot be found, or what is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmapped {
    /// The column or the field.
    pub column: String,
    /// Why, and what would be right.
    pub why: Phrase,
}

impl Mapping {
    /// What the columns of a file are.
    pub fn of(columns: &[String], class: &Class, plan: &Plan) -> Result<Self, Vec<Unmapped>> {
        let all = targets(class);
        let has = |name: &str| columns.iter().any(|column| plain(column) == name);
        let is_export = exported::is_export(has);
        let mut wrong = Vec::new();
        let mut targets: BTreeMap<usize, Target> = BTreeMap::new();
        let mut fields = BTreeMap::new();
        for (place, column) in columns.iter().enumerate() {
            let said = plan.map.get(column);
            let name = said.map_or_else(|| plain(column), |said| said.trim().to_owned());
            if name == LEFT_OUT {
                continue;
            }
            let known = all.iter().find(|(known, _)| *known == name).map(|(_, target)| target);
            let meaning =
                if is_export && said.is_none() { exported::meaning(class, &name, known.is_some(), has) } else { None };
            let found = match &meaning {
                Some(Meaning::Nothing) => continue,
                Some(Meaning::Is(target)) => Some(target),
                None => known,
            };
            match found {
                None => wrong.push(Unmapped { column: column.clone(), why: unknown(class, &all, &name) }),
                Some(target) => {
                    if let Some((other, _)) = targets.iter().find(|(_, known)| *known == target) {
                        let other = columns.get(*other).cloned().unwrap_or_default();
                        let why = Phrase::new("import_target_twice").with("other", short(&other));
                        let why = why.with("field", name.as_str());
                        wrong.push(Unmapped { column: column.clone(), why });
                    }
                    targets.insert(place, target.clone());
                    fields.insert(place, name);
                }
            }
        }
        for column in plan.map.keys().filter(|column| !columns.contains(column)) {
            let near = columns.iter().min_by_key(|known| strsim::damerau_levenshtein(known, column));
            let why = Phrase::new("import_no_column").with("near", near.map(|near| short(near)).unwrap_or_default());
            wrong.push(Unmapped { column: column.clone(), why: why.with("all", Word::list(columns.iter().take(50))) });
        }
        let mapping = Self { columns: columns.to_vec(), targets, fields };
        wrong.extend(mapping.missing(class, plan));
        if wrong.is_empty() { Ok(mapping) } else { Err(wrong) }
    }

    /// What the class needs and no column gives.
    fn missing(&self, class: &Class, plan: &Plan) -> Vec<Unmapped> {
        let has = |target: &Target| self.targets.values().any(|known| known == target);
        let needed = |field: &str, why: &'static str| Unmapped { column: field.to_owned(), why: Phrase::new(why) };
        let is_by_name = plan.recognise_by == Recognition::Name;
        let missing = match class.origin {
            Origin::Section(SectionName::Host) if self.targets.values().any(is_identifier) && !is_by_name => None,
            Origin::Section(SectionName::Host) if is_by_name => Some(needed("name", "import_needs_name")),
            Origin::Section(SectionName::Host) => Some(needed("name", "import_needs_host")),
            Origin::Section(section) => {
                let keyed = single_key(section).is_some() || has(&Target::Key);
                let host = (!has(&Target::Host)).then(|| needed("host", "import_needs_place"));
                return host.into_iter().chain((!keyed).then(|| needed("key", "import_needs_key"))).collect();
            }
            Origin::Shipped | Origin::Owner => Some(needed("name", "import_needs_name")),
        };
        missing.filter(|_| !has(&Target::Id) && !has(&Target::Name)).into_iter().collect()
    }

    /// The name of the column that is something.
    pub fn column(&self, is_it: impl Fn(&Target) -> bool) -> Option<&str> {
        let (place, _) = self.targets.iter().find(|(_, target)| is_it(target))?;
        self.columns.get(*place).map(String::as_str)
    }

    /// The column of a pointer into an item or a host.
    pub fn column_at(&self, pointer: &str) -> Option<&str> {
        let path = pointer.trim_start_matches('/');
        if let Some(name) = path.strip_prefix("attributes/") {
            return self.column(|target| matches!(target, Target::Attribute(known, _) if known == name));
        }
        self.column(|target| match target {
            Target::Id => path == "id",
            Target::Name => path == "name",
            Target::Owner => path == "owner",
            Target::Site => path == "site",
            Target::Criticality => path == "criticality",
            Target::Lifecycle => path == "lifecycle",
            Target::Status => path == "status",
            Target::Tags => path.split('/').next() == Some("tags"),
            Target::ExternalId
            | Target::Host
            | Target::Key
            | Target::Class
            | Target::Presence
            | Target::Identifier(_)
            | Target::Attribute(..)
            | Target::Fact(..) => false,
        })
    }
}

/// Whether a column holds what a host is recognised by.
fn is_identifier(target: &Target) -> bool {
    match target {
        Target::Identifier(_) => true,
        Target::Fact(section, name, _) => matches!(
            (section, name.as_str()),
            (SectionName::Host, "machine_id" | "cloud_instance_id")
                | (SectionName::Firmware, "system_uuid" | "system_serial")
        ),
        _ => false,
    }
}

/// The name of a column as names of fields are written.
pub(super) fn plain(column: &str) -> String {
    column.trim().to_lowercase().replace([' ', '-'], "_")
}

fn unknown(class: &Class, all: &[(String, Target)], name: &str) -> Phrase {
    let near = all.iter().map(|(known, _)| known).min_by_key(|known| strsim::damerau_levenshtein(known, name));
    Phrase::new("import_unknown_column")
        .with("class", class.name.as_str())
        .with("name", short(name))
        .with("near", near.cloned().unwrap_or_default())
}

#[cfg(test)]
mod tests;
