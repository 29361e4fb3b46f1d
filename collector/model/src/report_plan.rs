//! Reports that come by themselves: what is asked, when, and who gets it. A plan says so; a run is what came of it once.
//!
//! A plan is asked with the rights of its owner, so nobody gets more by mail than its owner sees. A run that is due while nobody runs the
//! collector is made once afterwards and says how many were missed; it is made in the commit that moves the plan on.

use muster_shared::Time;
use muster_shared::id::{ChannelId, DeclaredId, ReportPlanId, ReportRunId, SavedSearchId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::calendar::Opening;
use crate::capacity::Resource;
use crate::capacity::trend::Standing;
use crate::class::Violation;
use crate::export::csv;
use crate::notification::{Notice, Topic};
use crate::record::record;
use crate::right::Action;
use crate::schedule::Schedule;
use crate::text::{Phrase, Text};

/// Rows of one run; more are counted.
pub const MOST_ROWS: usize = 5_000;
/// Rows that a message shows; the file beside it has all.
pub const SHOWN_ROWS: usize = 100;
/// Runs that are kept of a plan.
pub const KEPT_RUNS: usize = 20;
/// Addresses and channels of one plan.
pub const MOST_RECIPIENTS: usize = 50;
/// The longest period, in days.
const MOST_DAYS: u16 = 366;
/// Times that are looked at for one on which the calendar is open.
const MOST_TIMES: usize = 400;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case", deny_unknown_fields)]
pub enum Subject {
    /// The figures of a period.
    Kpi {
        /// The last so many days.
        days: u16,
    },
    /// How available services were.
    Availability {
        /// In the last so many days.
        days: u16,
        /// Which services; all without it.
        #[serde(default)]
        filter: String,
    },
    /// What runs out.
    Capacity {
        /// Which hosts; all without it.
        #[serde(default)]
        filter: String,
        /// Only those that this service stands on.
        #[serde(default)]
        service: Option<DeclaredId>,
        /// Only this.
        #[serde(default)]
        resource: Option<Resource>,
        /// Only what stands so.
        #[serde(default)]
        standing: Option<Standing>,
    },
    /// What a saved search finds.
    Search {
        /// Which.
        search: SavedSearchId,
    },
}

impl Subject {
    /// The names of all.
    pub const NAMES: &'static [&'static str] = &["kpi", "availability", "capacity", "search"];

    /// The name in JSON and in the console.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Kpi { .. } => "kpi",
            Self::Availability { .. } => "availability",
            Self::Capacity { .. } => "capacity",
            Self::Search { .. } => "search",
        }
    }

    /// The rights that it takes to see what comes of it, besides that of the list of a saved search.
    pub const fn rights(&self) -> &'static [Action] {
        match self {
            Self::Kpi { .. } => &[Action::TicketRead, Action::ItemRead, Action::FindingRead],
            Self::Availability { .. } => &[Action::TicketRead, Action::ItemRead],
            Self::Capacity { .. } => &[Action::ItemRead],
            Self::Search { .. } => &[],
        }
    }
}

/// What people write of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// What it is called.
    pub name: String,
    /// What is asked.
    pub subject: Subject,
    /// When: the times at which the windows of a weekly schedule begin.
    pub schedule: Schedule,
    /// Only when this calendar is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<String>,
    /// Addresses that get it by mail.
    #[serde(default)]
    pub recipients: Vec<String>,
    /// Channels that get it.
    #[serde(default)]
    pub channels: Vec<ChannelId>,
    /// Whether it comes at all.
    #[serde(default = "yes")]
    pub is_active: bool,
}

const fn yes() -> bool {
    true
}

/// How the last run ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Last {
    /// When it was due.
    pub due_at: Time,
    /// When it was made.
    pub made_at: Time,
    /// Rows that came of it.
    pub rows: usize,
    /// Runs that were missed before it.
    pub missed: u32,
    /// Why nothing came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Text>,
}

/// A report that comes by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportPlan {
    /// Which.
    pub id: ReportPlanId,
    /// What people write.
    pub terms: Terms,
    /// With whose rights it is asked.
    pub owner: UserId,
    /// When it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<Time>,
    /// How the last run ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Last>,
    /// When it was made.
    pub created_at: Time,
}

record!(ReportPlan, ReportPlan, |plan| plan.id.to_string());

/// What came of a question: columns and rows of texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows, as far as they are kept.
    pub rows: Vec<Vec<String>>,
    /// How many there were.
    pub total: usize,
}

/// A report that came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportRun {
    /// Which.
    pub id: ReportRunId,
    /// Of which plan.
    pub plan: ReportPlanId,
    /// What it was called.
    pub name: String,
    /// When it was due.
    pub due_at: Time,
    /// When it was made.
    pub made_at: Time,
    /// Runs that were missed before it, and since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missed: Option<(u32, Time)>,
    /// What came of it.
    pub table: Table,
}

record!(ReportRun, ReportRun, |run| run.id.to_string());

/// A run that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// When it was due: the last of the times that went by.
    pub at: Time,
    /// How many went by before it, and when the first of them was.
    pub missed: Option<(u32, Time)>,
    /// When the next one is.
    pub next_at: Option<Time>,
}

impl Terms {
    /// What in it cannot be, besides what is not there.
    pub fn check(&self) -> Vec<Violation> {
        let mut wrong = Vec::new();
        let mut say = |pointer: &str, why| wrong.push(Violation { pointer: pointer.to_owned(), why });
        match &self.subject {
            Subject::Kpi { days } | Subject::Availability { days, .. } if !(1..=MOST_DAYS).contains(days) => {
                let why = Phrase::new("number_from_to").with("min", "1").with("max", MOST_DAYS.to_string());
                say("/subject/days", why);
            }
            _ => {}
        }
        if matches!(self.schedule, Schedule::Never { .. }) {
            say("/schedule/repeats", Phrase::new("report_weekly"));
        }
        if self.recipients.is_empty() && self.channels.is_empty() {
            say("/recipients", Phrase::new("report_nobody"));
        }
        if self.recipients.len() + self.channels.len() > MOST_RECIPIENTS {
            say("/recipients", Phrase::new("at_most_items").with("max", MOST_RECIPIENTS));
        }
        wrong.extend(self.schedule.check("/schedule"));
        wrong
    }

    /// The first time after a moment at which it comes.
    pub fn next_after(&self, after: Time, opening: Option<&Opening>) -> Option<Time> {
        let mut at = after;
        for _ in 0..MOST_TIMES {
            at = self.schedule.next(at)?;
            if opening.is_none_or(|opening| opening.elapsed(at, at.plus_millis(1)) > 0) {
                return Some(at);
            }
        }
        None
    }
}

impl ReportPlan {
    /// What is due now. However many times went by while nobody looked, one run comes of them.
    pub fn due(&self, now: Time, opening: Option<&Opening>) -> Option<Due> {
        let first = self.next_at.filter(|at| *at <= now && self.terms.is_active)?;
        let (mut at, mut count) = (first, 0);
        loop {
            match self.terms.next_after(at, opening) {
                Some(next) if next <= now => {
                    at = next;
                    count += 1;
                }
                next_at => return Some(Due { at, missed: (count > 0).then_some((count, first)), next_at }),
            }
        }
    }
}

impl Table {
    /// Of records, by the names of their columns.
    pub fn of(columns: &[&str], records: &[Value], total: usize) -> Self {
        let row = |record: &Value| columns.iter().map(|column| csv::plain(csv::value(record, column))).collect();
        Self {
            columns: columns.iter().map(|column| (*column).to_owned()).collect(),
            rows: records.iter().take(MOST_ROWS).map(row).collect(),
            total,
        }
    }

    /// As lines with commas.
    pub fn to_csv(&self) -> String {
        let line = |cells: &Vec<String>| csv::line(cells.iter().map(String::as_str));
        std::iter::once(&self.columns).chain(&self.rows).map(line).collect()
    }
}

impl ReportRun {
    /// The name of its file.
    pub fn file_name(&self) -> String {
        let name: String = self.name.to_lowercase().chars().take(60).collect();
        let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let day = self.due_at.to_string();
        let day = day.get(..10).unwrap_or_default();
        format!("{}.csv", words.chain([day]).collect::<Vec<_>>().join("-"))
    }

    /// What its recipients are told.
    pub fn notice(&self) -> Notice {
        let key = if self.missed.is_some() { "notice_report_missed" } else { "notice_report" };
        let (missed, since) = self.missed.map_or((0, Time::default()), |missed| missed);
        let what = Phrase::new(key)
            .with("rows", self.table.total.to_string())
            .with("due", self.due_at.to_string())
            .with("missed", missed.to_string())
            .with("since", since.to_string());
        let facts = json!({
            "id": self.id, "plan": self.plan, "name": self.name, "due_at": self.due_at, "made_at": self.made_at,
            "missed": missed, "total": self.table.total, "columns": self.table.columns,
            "rows": self.table.rows.iter().take(SHOWN_ROWS).collect::<Vec<_>>(),
        });
        self.told(what, facts)
    }

    fn told(&self, what: Phrase, facts: Value) -> Notice {
        Notice {
            topic: Topic::ReportReady,
            at: self.made_at,
            actor: "system:reports".into(),
            subject: self.id.to_string(),
            label: self.name.clone(),
            title: self.name.as_str().into(),
            what: what.into(),
            path: format!("/reports/{}/runs/{}", self.plan, self.id),
            is_urgent: false,
            facts: if let Value::Object(facts) = facts { facts } else { serde_json::Map::new() },
            vote_in: None,
            report: Some(self.id),
        }
    }
}

impl ReportPlan {
    /// That a run came to nothing: its recipients are told why.
    pub fn failed(&self, due: Due, why: &Text, now: Time) -> Notice {
        let what = Phrase::new("notice_report_failed").with("due", due.at.to_string()).with("why", why.to_string());
        Notice {
            topic: Topic::ReportReady,
            at: now,
            actor: "system:reports".into(),
            subject: self.id.to_string(),
            label: self.terms.name.clone(),
            title: self.terms.name.as_str().into(),
            what: what.into(),
            path: format!("/reports/{}", self.id),
            is_urgent: false,
            facts: serde_json::Map::new(),
            vote_in: None,
            report: None,
        }
    }
}

#[cfg(test)]
mod tests;
