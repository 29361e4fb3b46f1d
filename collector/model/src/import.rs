//! Facts out of a file: what each row says, what is wrong with it, and how far an import has come.
//!
//! A file is [`table`]d, its columns are [`mapping`]ped to what the items of a class have, and each row becomes a [`row::Entry`]:
//! nothing here knows a store. An import goes on where it stopped: each bunch of rows is committed with the number of the next
//! row, and a row that says what is known already changes nothing.

use std::collections::BTreeMap;

use muster_shared::Time;
use muster_shared::canonical::Digest;
use muster_shared::id::ImportId;
use serde::{Deserialize, Serialize};

use crate::record::record;
use crate::text::Text;

pub mod mapping;
pub mod relation;
pub mod row;
pub mod table;

/// Largest file.
pub const MAX_FILE_BYTES: usize = 32 << 20;
/// Most columns.
pub const MAX_COLUMNS: usize = 500;
/// Most rows.
pub const MAX_ROWS: usize = 1_000_000;
/// Most cells that say something, and values in lists of them: what a file takes in memory is bounded.
pub const MAX_CELLS: usize = 2_000_000;
/// Longest cell.
pub const MAX_CELL_BYTES: usize = 16 << 10;
/// Most notes on rows that are kept; all are counted.
pub const MAX_NOTES: usize = 1_000;
/// Most examples of changes that a preview shows.
pub const MAX_SAMPLES: usize = 20;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// Values with a delimiter between and names of columns in the first line.
    Csv,
    /// A list of objects.
    Json,
    /// An object on each line.
    Ndjson,
}

impl Form {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Csv, Self::Json, Self::Ndjson];

    /// The name in JSON and in URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
        }
    }
}

/// How it is found which host a row is about, when it does not give an id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recognition {
    /// By the identifiers in the row, as for reports: a name alone is no reason.
    #[default]
    Identifiers,
    /// By the name, because whoever imports the file says that its names are unique.
    Name,
}

impl Recognition {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Identifiers, Self::Name];

    /// The name in JSON and in URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identifiers => "identifiers",
            Self::Name => "name",
        }
    }
}

/// How a file is to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The class of its items; `ticket` for tickets.
    pub class: String,
    /// What columns are, where their names do not say it; `-` leaves a column out.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub map: BTreeMap<String, String>,
    /// How the file is written, when it is not to be found out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<Form>,
    /// What stands between values, when it is not to be found out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    /// How hosts are recognised.
    #[serde(default)]
    pub recognise_by: Recognition,
    /// Whether nothing is taken when one row is not.
    #[serde(default)]
    pub is_all_or_nothing: bool,
    /// How tickets are read, when it is a file of tickets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tickets: Option<Box<crate::exchange::Terms>>,
}

/// How many rows had which end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Rows that were looked at.
    pub rows: u64,
    /// Rows that made something new.
    pub created: u64,
    /// Rows that changed something.
    pub updated: u64,
    /// Rows that said what was known.
    pub unchanged: u64,
    /// Rows that contradict what is stored: it is not clear what they are about.
    pub conflicts: u64,
    /// Rows that break a rule.
    pub refused: u64,
    /// Rows that were taken and have values which do not count, because another source is believed more.
    pub overruled: u64,
}

impl Counts {
    /// Counts a row.
    pub const fn add(&mut self, outcome: Outcome) {
        self.rows += 1;
        match outcome {
            Outcome::Created => self.created += 1,
            Outcome::Updated => self.updated += 1,
            Outcome::Unchanged => self.unchanged += 1,
            Outcome::Conflict => self.conflicts += 1,
            Outcome::Refused => self.refused += 1,
        }
    }

    /// How many rows were not taken.
    pub const fn not_taken(&self) -> u64 {
        self.conflicts + self.refused
    }
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It made something new.
    Created,
    /// It changed something.
    Updated,
    /// It said what was known.
    Unchanged,
    /// It contradicts what is stored.
    Conflict,
    /// It breaks a rule.
    Refused,
}

impl Outcome {
    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
            Self::Conflict => "conflict",
            Self::Refused => "refused",
        }
    }
}

/// What a note on a row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// The row breaks a rule and was not taken.
    Refused,
    /// The row contradicts what is stored and was not taken.
    Conflict,
    /// The row was taken, and this value of it does not count.
    Overruled,
}

impl NoteKind {
    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Conflict => "conflict",
            Self::Overruled => "overruled",
        }
    }
}

/// What is to be said of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Its number among the rows, from 1.
    pub row: u64,
    /// The line of the file in which it begins, from 1.
    pub line: u64,
    /// The column, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Of which kind this is.
    pub kind: NoteKind,
    /// Which rule, and what would be right.
    pub why: Text,
}

/// A note as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportNote {
    /// Of which import.
    pub import: ImportId,
    /// Its number, from 0.
    pub number: u32,
    /// The note.
    pub note: Note,
}

record!(ImportNote, ImportNote, |note| format!("{}/{:08x}", note.import, note.number));

/// What would change, or did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// The row.
    pub row: u64,
    /// Its line.
    pub line: u64,
    /// The name of the item.
    pub name: String,
    /// Whether it is new.
    pub is_new: bool,
    /// The values before and after, by field; null is none.
    pub fields: BTreeMap<String, (serde_json::Value, serde_json::Value)>,
}

/// Where an import stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// The file waits for somebody to look at the preview and say go.
    Waiting,
    /// It is being imported, or was when the collector stopped: it goes on with this row.
    Running {
        /// Number of the next row, from 1.
        next_row: u64,
    },
    /// Every row was looked at.
    Done {
        /// When.
        at: Time,
    },
    /// Nothing was taken, because some rows could not be and all or nothing was wanted.
    Refused {
        /// When.
        at: Time,
    },
}

impl State {
    /// The name in JSON and in the console.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running { .. } => "running",
            Self::Done { .. } => "done",
            Self::Refused { .. } => "refused",
        }
    }

    /// Whether its file is still needed.
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Waiting | Self::Running { .. })
    }
}

/// A file of facts, who sent it, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// Which.
    pub id: ImportId,
    /// Who.
    pub by: String,
    /// When.
    pub at: Time,
    /// Name of the file, as the sender calls it.
    pub file: String,
    /// Its digest.
    pub digest: Digest,
    /// Its size.
    pub size_bytes: u64,
    /// How it is read.
    pub plan: Plan,
    /// Why, in the actor's words.
    pub reason: String,
    /// Where it stands.
    pub state: State,
    /// How many rows had which end so far.
    pub counts: Counts,
    /// How many notes are kept.
    pub notes: u32,
}

record!(Import, Import, |import| import.id.to_string());

impl Import {
    /// Why its changes are made, for those who see one of them alone.
    pub fn reason_of(&self) -> String {
        let Self { id, file, reason, .. } = self;
        if reason.is_empty() { format!("{file} ({id})") } else { format!("{reason} ({id})") }
    }

    /// What became of its rows, in one line for the audit trail.
    pub fn summary(&self) -> String {
        let Counts { rows, created, updated, unchanged, conflicts, refused, overruled } = self.counts;
        format!(
            "{rows} rows: {created} created, {updated} updated, {unchanged} unchanged, {conflicts} conflicts, {refused} refused, \
             {overruled} overruled"
        )
    }
}

/// The bytes of a file that is not imported yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFile {
    /// Of which import.
    pub import: ImportId,
    /// The bytes, in base64.
    pub base64: String,
}

record!(ImportFile, ImportFile, |file| file.import.to_string());
