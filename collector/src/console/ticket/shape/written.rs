//! The ways in which people write a value of a ticket.

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::console) enum Shape {
    /// One line.
    Line,
    /// Many lines.
    Text,
    /// A moment.
    Moment,
    /// A whole number.
    Number,
    /// Yes or no.
    YesNo,
    /// One value on each line.
    Lines,
    /// One kind of facts on each line: `package openssl version`.
    Facts,
    /// One expectation on each line: `package openssl version = 3.0.15`.
    Expectations,
    /// One package on each line: `openssl 3.0.15`.
    Packages,
    /// One wave on each line: `first: site:berlin`.
    Waves,
    /// One ticket on each line, by its number.
    Tickets,
    /// A template of standard changes, by its name.
    Template,
    /// One host or item on each line, by name or id.
    Nodes,
    /// A service, an item or a host, by name or id.
    Node,
    /// Days of the week, a time, minutes and a zone: `monday, friday at 22:30 for 120 minutes, Europe/Berlin`.
    Recurrence,
    /// One of a closed set.
    Choice(&'static str),
    /// Somebody.
    Person,
}
