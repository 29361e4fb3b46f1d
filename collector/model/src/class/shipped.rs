//! The logical classes that are shipped: what people declare and no agent can find.

use muster_shared::attribute::Kind::{self, Integer, List, Number, Text, Time, Version};

use super::Need::{self, Optional, Recommended, Required};
use super::{Attribute, AttributeDefinition, Class, Origin, Rule};
use crate::relation::RelationKind;

/// Name, kind, need and meaning of an attribute.
type Row = (&'static str, Kind, Need, &'static str);

/// A shipped class.
struct Shipped {
    name: &'static str,
    label: &'static str,
    meaning: &'static str,
    attributes: &'static [Row],
    /// Attributes with the only values that they can have.
    choices: &'static [(&'static str, &'static [&'static str])],
    /// Attributes with the numbers that they lie between.
    bounds: &'static [(&'static str, f64, f64)],
    rules: &'static [(RelationKind, &'static str)],
}

const NONE: Shipped =
    Shipped { name: "", label: "", meaning: "", attributes: &[], choices: &[], bounds: &[], rules: &[] };

const ALL: &[Shipped] = &[
    Shipped {
        name: "application",
        label: "application",
        meaning: "A program that runs on hosts for a purpose. What it listens on or is installed from tells on which.",
        attributes: &[
            ("version", Version, Optional, "its version"),
            ("url", Text, Optional, "where it is used"),
            ("support_team", Text, Recommended, "who is called when it fails"),
            ("vendor", Text, Optional, "who makes it"),
            ("repository", Text, Optional, "where its source is"),
            ("port", Integer, Optional, "it runs on hosts that listen on this port"),
            ("package", Text, Optional, "it runs on hosts that have this package"),
            ("unit", Text, Optional, "it runs on hosts that have this service"),
            ("hours", Text, Optional, "the calendar of the hours in which it is needed; always without one"),
            ("availability_percent", Number, Optional, "how available it has to be in these hours"),
        ],
        bounds: &[("port", 1.0, 65_535.0), ("availability_percent", 0.0, 100.0)],
        rules: &[
            (RelationKind::RunsOn, "class:listener port:{port}"),
            (RelationKind::RunsOn, "class:package name:{package}"),
            (RelationKind::RunsOn, "class:service name:{unit}"),
        ],
        ..NONE
    },
    Shipped {
        name: "business_service",
        label: "business service",
        meaning: "What the business gets: it depends on applications and hosts, and has an owner and a criticality.",
        attributes: &[
            ("support_team", Text, Recommended, "who is called when it fails"),
            ("url", Text, Optional, "where it is used"),
            ("hours", Text, Optional, "the calendar of the hours in which it is needed; always without one"),
            ("availability_percent", Number, Optional, "how available it has to be in these hours"),
            ("users", Integer, Optional, "how many people use it"),
            ("recovery_time_minutes", Integer, Optional, "how long it may be down"),
            ("recovery_point_minutes", Integer, Optional, "how much work may be lost"),
        ],
        bounds: &[
            ("users", 0.0, 1e10),
            ("availability_percent", 0.0, 100.0),
            ("recovery_time_minutes", 0.0, 5_256_000.0),
            ("recovery_point_minutes", 0.0, 5_256_000.0),
        ],
        ..NONE
    },
    Shipped {
        name: "environment",
        label: "environment",
        meaning: "Hosts and applications that belong together by purpose, such as production.",
        attributes: &[("stage", Text, Recommended, "what it is for")],
        choices: &[("stage", &["production", "staging", "test", "development"])],
        ..NONE
    },
    Shipped {
        name: "site",
        label: "site",
        meaning: "A place: a data centre, an office, a cloud region.",
        attributes: &[
            ("address", Text, Optional, "street and city"),
            ("country", Text, Recommended, "two letters of ISO 3166"),
            ("time_zone", Text, Optional, "such as Europe/Berlin"),
            ("latitude", Number, Optional, "degrees, north is positive"),
            ("longitude", Number, Optional, "degrees, east is positive"),
        ],
        bounds: &[("latitude", -90.0, 90.0), ("longitude", -180.0, 180.0)],
        ..NONE
    },
    Shipped {
        name: "rack",
        label: "rack",
        meaning: "A rack in a site.",
        attributes: &[
            ("row", Text, Optional, "the row that it stands in"),
            ("height_units", Integer, Optional, "its height in rack units"),
            ("power_watts", Integer, Optional, "the power that it may take"),
            ("serial", Text, Optional, "its serial number"),
        ],
        bounds: &[("height_units", 1.0, 100.0), ("power_watts", 0.0, 1e7)],
        ..NONE
    },
    Shipped {
        name: "contract",
        label: "contract",
        meaning: "What was agreed with a vendor for a time: support, maintenance, a lease.",
        attributes: &[
            ("number", Text, Optional, "the contract's number"),
            ("type", Text, Recommended, "what was agreed"),
            ("vendor", Text, Recommended, "with whom"),
            ("starts_on", Time, Optional, "its first day"),
            ("ends_on", Time, Recommended, "its last day"),
            ("notice_days", Integer, Optional, "how long before its end it can be ended"),
            ("cost_per_year", Number, Optional, "what it costs"),
            ("currency", Text, Optional, "three letters of ISO 4217"),
        ],
        choices: &[("type", &["support", "maintenance", "warranty", "lease", "hosting", "other"])],
        bounds: &[("notice_days", 0.0, 3_660.0)],
        ..NONE
    },
    Shipped {
        name: "licence",
        label: "licence",
        meaning: "The right to use a product.",
        attributes: &[
            ("product", Text, Required, "what may be used"),
            ("vendor", Text, Recommended, "who grants it"),
            ("metric", Text, Optional, "what is counted"),
            ("seats", Integer, Optional, "how many may use it"),
            ("ends_on", Time, Optional, "its last day"),
            ("packages", List, Optional, "names of the packages that need it"),
        ],
        choices: &[("metric", &["user", "device", "core", "socket", "server", "site"])],
        bounds: &[("seats", 0.0, 1e9)],
        ..NONE
    },
    Shipped {
        name: "vendor",
        label: "vendor",
        meaning: "A maker or seller.",
        attributes: &[
            ("url", Text, Optional, "its web site"),
            ("support_phone", Text, Optional, "whom to call"),
            ("support_email", Text, Optional, "whom to write to"),
            ("customer_number", Text, Optional, "what it knows us by"),
        ],
        ..NONE
    },
    Shipped {
        name: "team",
        label: "team",
        meaning: "People who answer for items.",
        attributes: &[
            ("lead", Text, Optional, "who leads it"),
            ("email", Text, Recommended, "whom to write to"),
            ("phone", Text, Optional, "whom to call"),
            ("chat", Text, Optional, "where it talks"),
        ],
        ..NONE
    },
];

impl Shipped {
    fn attribute(&self, (name, kind, need, meaning): &Row) -> Attribute {
        let choices = self.choices.iter().find(|(known, _)| known == name).map(|(_, choices)| *choices);
        let bounds = self.bounds.iter().find(|(known, ..)| known == name);
        let definition = AttributeDefinition {
            need: *need,
            choices: choices.unwrap_or_default().iter().map(ToString::to_string).collect(),
            minimum: bounds.map(|(_, minimum, _)| *minimum),
            maximum: bounds.map(|(.., maximum)| *maximum),
            meaning: (*meaning).to_owned(),
            ..AttributeDefinition::plain(name, *kind)
        };
        Attribute { definition, is_shipped: true }
    }
}

/// The logical classes.
pub fn all() -> impl Iterator<Item = Class> {
    ALL.iter().map(|shipped| Class {
        name: shipped.name.to_owned(),
        label: shipped.label.to_owned(),
        meaning: shipped.meaning.to_owned(),
        origin: Origin::Shipped,
        attributes: shipped.attributes.iter().map(|row| shipped.attribute(row)).collect(),
        identified_by: Vec::new(),
        rules: shipped
            .rules
            .iter()
            .map(|(relation, query)| Rule { relation: *relation, query: (*query).to_owned() })
            .collect(),
        is_retired: false,
        number: 0,
    })
}
