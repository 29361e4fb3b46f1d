//! The register of improvements: writing them, moving them, and measuring the figures that the collector reckons.

use muster_model::improvement::{Event, Improvement, Refused, State, Terms};
use muster_model::kpi::{Figure, Period};
use muster_model::right::{Action, Resource};
use muster_model::text::{Phrase, Word};
use muster_model::{ChangeSet, Collection, Versioned};
use muster_shared::id::ImprovementId;
use muster_store::{Index, Scan, TypedStore};
use serde_json::Value;

use super::class::wrong;
use super::drift::put_counter;
use super::ticket::check_text;
use super::{Call, Page, Service, ServiceError, Window, check_version, invalid};

/// The name of the counter of numbers.
const COUNTER: &str = "improvement";
const DAY_MS: i64 = 86_400_000;

/// An event that somebody asks for.
#[derive(Clone, Debug)]
pub struct Move {
    /// What is to happen.
    pub event: Event,
    /// What is said.
    pub note: String,
    /// What was measured, where it is no figure of the collector.
    pub value: Option<f64>,
}

fn missing(text: &str) -> ServiceError {
    ServiceError::NotFound { kind: "improvement", id: text.chars().take(80).collect() }
}

impl Service {
    /// Improvements, the newest first; those in a state.
    pub async fn list_improvements(
        &self,
        call: &Call,
        state: Option<State>,
        window: &Window,
    ) -> Result<Page<Versioned<Improvement>>, ServiceError> {
        call.authorize(Action::TicketRead, Resource::All)?;
        let scan = Scan::keys(Collection::Improvement, "").descending();
        self.list(scan, window, |it: &Improvement| state.is_none_or(|state| state == it.state)).await
    }

    /// One improvement, by id or number.
    pub async fn get_improvement(&self, call: &Call, text: &str) -> Result<Versioned<Improvement>, ServiceError> {
        call.authorize(Action::TicketRead, Resource::One(text))?;
        let found = if text.parse::<ImprovementId>().is_ok() {
            self.store().find::<Improvement>(text).await?
        } else {
            let number = text.to_uppercase();
            self.store().first::<Improvement>(Scan::exactly(Index::ImprovementByNumber, &number)).await?
        };
        found.ok_or_else(|| missing(text))
    }

    async fn check_terms(&self, terms: &Terms) -> Result<(), ServiceError> {
        check_text("/title", &terms.title, 1, 200)?;
        check_text("/description", &terms.description, 0, 10_000)?;
        check_text("/measure", &terms.measure, 0, 200)?;
        let violations = terms.check();
        if !violations.is_empty() {
            return Err(wrong(violations));
        }
        match terms.owner {
            Some(owner) => self.check_worker(owner, "/owner", &[Action::ImprovementManage]).await,
            None => Ok(()),
        }
    }

    /// Writes something that is to become better into the register.
    pub async fn create_improvement(&self, call: &Call, terms: Terms) -> Result<Versioned<Improvement>, ServiceError> {
        call.authorize(Action::ImprovementManage, Resource::All)?;
        self.check_terms(&terms).await?;
        let terms = &terms;
        self.decide(|| async move {
            let now = self.now();
            let counter = self.next_count(COUNTER).await?;
            let improvement = Improvement {
                id: ImprovementId::new(now),
                number: format!("CSI-{:06}", counter.value.last),
                terms: terms.clone(),
                state: State::default(),
                state_since: now,
                measured: None,
                steps: Vec::new(),
                created_by: call.actor.label(),
                created_at: now,
            };
            let mut changes = ChangeSet::new();
            put_counter(&mut changes, counter);
            let summary = format!("{}: {}", improvement.number, improvement.terms.title);
            changes.audit.push(call.audit(now, "improvement.create", improvement.id, summary));
            changes.create(improvement.clone());
            Ok((changes, Versioned { value: improvement, version: 1 }))
        })
        .await
    }

    /// Changes what is written of an improvement, by a merge patch (RFC 7396) of its terms.
    pub async fn edit_improvement(
        &self,
        call: &Call,
        text: &str,
        patch: &Value,
        seen: Option<u64>,
    ) -> Result<Versioned<Improvement>, ServiceError> {
        call.authorize(Action::ImprovementManage, Resource::One(text))?;
        self.decide(|| async move {
            let stored = self.get_improvement(call, text).await?;
            check_version(&stored, seen)?;
            let terms = patched(&stored.value.terms, patch)?;
            self.check_terms(&terms).await?;
            if let Some(violation) = stored.value.check_edit(&terms) {
                return Err(wrong(vec![violation]));
            }
            if terms == stored.value.terms {
                return Ok((ChangeSet::new(), stored));
            }
            let next = Improvement { terms, ..stored.value };
            let mut changes = ChangeSet::new();
            changes.audit.push(call.audit(self.now(), "improvement.update", next.id, next.number.clone()));
            changes.update(Versioned { value: next.clone(), version: stored.version });
            Ok((changes, Versioned { value: next, version: stored.version + 1 }))
        })
        .await
    }

    /// The figure of an improvement over its days until now, as the KPI page reckons it; none of one that a person measures.
    pub async fn figure_of_improvement(
        &self,
        call: &Call,
        improvement: &Improvement,
    ) -> Result<Option<Figure>, ServiceError> {
        let Some(name) = &improvement.terms.kpi else { return Ok(None) };
        let to = self.now().plus_millis(1);
        let period = Period { from: to.plus_millis(-i64::from(improvement.terms.days) * DAY_MS), to };
        let figures = self.kpis(call, period, None).await?;
        Ok(figures.into_iter().find(|figure| figure.definition.name == name))
    }

    /// Moves an improvement. Where the collector reckons the figure, it measures it now; nobody says what it is.
    pub async fn move_improvement(
        &self,
        call: &Call,
        text: &str,
        asked: &Move,
        seen: Option<u64>,
    ) -> Result<Versioned<Improvement>, ServiceError> {
        call.authorize(Action::ImprovementManage, Resource::One(text))?;
        check_text("/note", &asked.note, 0, 2_000)?;
        self.decide(|| async move {
            let stored = self.get_improvement(call, text).await?;
            check_version(&stored, seen)?;
            // What cannot happen is not measured for.
            if !stored.value.legal().any(|row| row.event == asked.event) {
                return Err(refused(&stored.value, Refused::NotHere));
            }
            let measured = self.measured(&stored.value, asked).await?;
            let now = self.now();
            let moved = stored.value.moved(asked.event, &asked.note, measured, &call.actor.label(), now);
            let next = moved.map_err(|refused| self::refused(&stored.value, refused))?;
            let mut changes = ChangeSet::new();
            let action = format!("improvement.{}", asked.event.as_str());
            let summary = match measured {
                Some(value) => format!("{}: {value}", next.number),
                None => next.number.clone(),
            };
            let mut audit = call.audit(now, &action, next.id, summary);
            audit.reason.clone_from(&asked.note);
            changes.audit.push(audit);
            changes.update(Versioned { value: next.clone(), version: stored.version });
            Ok((changes, Versioned { value: next, version: stored.version + 1 }))
        })
        .await
    }

    /// What an event finds of the figure. It is the collector that measures: who moves it need not see all that makes the figure.
    async fn measured(&self, improvement: &Improvement, asked: &Move) -> Result<Option<f64>, ServiceError> {
        if !matches!(asked.event, Event::Start | Event::Review) {
            return Ok(None);
        }
        let Some(kpi) = &improvement.terms.kpi else { return Ok(asked.value) };
        if asked.value.is_some() {
            return Err(invalid("/value", Phrase::new("improvement_measured")));
        }
        if asked.event == Event::Start && improvement.terms.baseline.is_some() {
            return Ok(None);
        }
        let figure = self.figure_of_improvement(&Call::system("improvement"), improvement).await?;
        let value = figure.and_then(|figure| figure.value);
        let nothing = || Phrase::new("improvement_no_figure").with("kpi", kpi.as_str());
        value.map(Some).ok_or_else(|| ServiceError::Conflict(nothing().into()))
    }
}

/// Terms with a merge patch, strictly read.
fn patched(terms: &Terms, patch: &Value) -> Result<Terms, ServiceError> {
    let mut whole = serde_json::to_value(terms).unwrap_or_default();
    let Some(fields) = patch.as_object() else {
        return Err(invalid("", Phrase::new("improvement_patch")));
    };
    if let Some(whole) = whole.as_object_mut() {
        for (name, value) in fields {
            if value.is_null() {
                whole.remove(name);
            } else {
                whole.insert(name.clone(), value.clone());
            }
        }
    }
    serde_path_to_error::deserialize(&whole).map_err(|error| {
        let place = error.path().to_string().replace('.', "/");
        let place = if place == "/" { String::new() } else { format!("/{place}") };
        invalid(&place, error.inner().to_string())
    })
}

/// What a refused event says.
fn refused(improvement: &Improvement, refused: Refused) -> ServiceError {
    match refused {
        Refused::Wrong(violation) => wrong(vec![violation]),
        Refused::NotHere => {
            let events = Word::list(improvement.legal().map(|row| row.event.as_str()));
            let why = Phrase::new("improvement_event")
                .with("number", improvement.number.as_str())
                .term("state", "improvement-state", improvement.state.as_str())
                .with("events", events);
            ServiceError::Conflict(why.into())
        }
    }
}
