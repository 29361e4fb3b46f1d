//! `/priorities`: which priority impact and urgency make, what makes an incident a major one, and the form of those who say so.

use std::collections::BTreeMap;
use std::fmt::Write;

use axum::extract::Path;
use axum::response::Response;
use muster_model::host::Criticality;
use muster_model::policy::Severity;
use muster_model::right::Action;
use muster_model::text::{Phrase, Text};
use muster_model::ticket::Kind;
use muster_model::ticket::priority::rules::{FIRST_PRIORITY, MajorRule, Matrix, PriorityRules, PriorityVersion};

use super::answer::{self, see_other};
use super::form::{self, Attempt, Field, Form};
use super::incident::list::name_of;
use super::list::Pager;
use super::locale::Locale;
use super::sheet::{Cell, Row, SheetPage, Table};
use super::shell::Shell;
use super::submission::{Fields, Submission};
use super::visitor::Visitor;
use crate::service::account::Person;
use crate::service::ticket::priority::{AcceptDraft, MajorDraft, PriorityDraft};
use crate::service::{ServiceError, Wrong};

/// A row of a matrix as it is typed.
fn typed(row: [u8; 3]) -> String {
    row.map(|cell| cell.to_string()).join(" ")
}

fn matrix_table(locale: Locale, id: &'static str, title: String, matrix: &Matrix) -> Table {
    let urgency = (1..=3).map(|n| format!("{} {n}", locale.name("field", "urgency")));
    let row = |(n, cells): (usize, &[u8; 3])| {
        let head = Cell::text(format!("{} {}", locale.name("field", "impact"), n + 1)).look("main");
        let cells = cells.iter().map(|cell| Cell::text(locale.name("priority", &cell.to_string())));
        Row { cells: std::iter::once(head).chain(cells).collect(), forms: Vec::new() }
    };
    Table {
        id,
        title,
        heads: std::iter::once(locale.t("priorities-matrix")).chain(urgency).collect(),
        rows: matrix.iter().enumerate().map(row).collect(),
        empty: String::new(),
    }
}

fn major_table(locale: Locale, rules: &[MajorRule], people: &[Person]) -> Table {
    let row = |rule: &MajorRule| {
        let name = if rule.name == FIRST_PRIORITY { locale.name("major-rule", &rule.name) } else { rule.name.clone() };
        let makes = rule.accept.as_ref().map_or_else(
            || locale.t("priorities-proposes"),
            |accept| {
                let (who, minutes) = (name_of(accept.commander, people), accept.update_minutes.to_string());
                locale.with(
                    "priorities-accepts",
                    &[("who", &who), ("minutes", &minutes), ("what", &accept.business_impact)],
                )
            },
        );
        Row {
            cells: vec![Cell::text(name).look("main"), Cell::text(&rule.filter).look("mono"), Cell::text(makes)],
            forms: Vec::new(),
        }
    };
    Table {
        id: "major",
        title: locale.t("priorities-major"),
        heads: ["route-name", "waiver-means", "priorities-makes"].map(|key| locale.t(key)).into(),
        rows: rules.iter().map(row).collect(),
        empty: locale.t("priorities-no-major"),
    }
}

/// What the rules say beside the matrices.
fn facts(locale: Locale, rules: &PriorityRules) -> Vec<(String, Cell)> {
    let said = |set: &str, all: Vec<(&str, u8)>| {
        let one = |(name, level): (&str, u8)| format!("{} {level}", locale.name(set, name));
        Cell::text(all.into_iter().rev().map(one).collect::<Vec<_>>().join(" · "))
    };
    let floors = rules.impact_floor.iter().map(|(one, level)| (one.as_str(), *level)).collect();
    let while_down = rules.impact_floor_down.iter().map(|(one, level)| (one.as_str(), *level)).collect();
    let urgencies = rules.urgency.iter().map(|(one, level)| (one.as_str(), *level)).collect();
    vec![
        (locale.t("priorities-floor"), said("criticality", floors)),
        (locale.t("priorities-floor-down"), said("criticality", while_down)),
        (locale.t("priorities-urgency"), said("severity", urgencies)),
    ]
}

/// Rules of major incidents as they are typed: a line each.
fn major_lines(rules: &[MajorRule], people: &[Person]) -> String {
    let mut lines = String::new();
    for rule in rules {
        let _ = write!(lines, "{}: {}", rule.name, rule.filter);
        if let Some(accept) = &rule.accept {
            let who = name_of(accept.commander, people);
            let _ = write!(lines, " | {who} | {} | {}", accept.update_minutes, accept.business_impact);
        }
        lines.push('\n');
    }
    lines
}

fn set_form(visitor: &Visitor, stored: &PriorityVersion, people: &[Person], attempt: Option<&Attempt>) -> Form {
    let (locale, rules) = (visitor.locale, &stored.rules);
    let pairs = |all: Vec<(&str, u8)>| {
        all.iter().map(|(name, level)| format!("{name} = {level}")).collect::<Vec<_>>().join("\n")
    };
    let kind = |(kind, matrix): (&Kind, &Matrix)| {
        format!("{} = {}\n", kind.as_str(), matrix.iter().copied().map(typed).collect::<Vec<_>>().join(" / "))
    };
    let area = |name: &'static str, label: &str, value: String, hint: &str| {
        Field::named(name, locale.t(label), form::Kind::Area).value(value).hint(locale.t(hint))
    };
    let floors = rules.impact_floor.iter().map(|(one, level)| (one.as_str(), *level)).collect();
    let while_down = rules.impact_floor_down.iter().map(|(one, level)| (one.as_str(), *level)).collect();
    let urgencies = rules.urgency.iter().map(|(one, level)| (one.as_str(), *level)).collect();
    let matrix = rules.matrix.iter().copied().map(typed).collect::<Vec<_>>().join("\n");
    Form::new(visitor, "priorities", "/priorities".to_owned(), locale.t("priorities-set"))
        .tone("primary")
        .version(stored.version)
        .note(locale.t("priorities-set-note"))
        .field(area("matrix", "priorities-matrix", matrix, "hint-priorities-matrix"))
        .field(area("kinds", "priorities-kinds", rules.kinds.iter().map(kind).collect(), "hint-priorities-kinds"))
        .field(area("impact_floor", "priorities-floor", pairs(floors), "hint-priorities-floor"))
        .field(area("impact_floor_down", "priorities-floor-down", pairs(while_down), "hint-priorities-floor"))
        .field(area("urgency", "priorities-urgency", pairs(urgencies), "hint-priorities-urgency"))
        .field(area("major", "priorities-major", major_lines(&rules.major, people), "hint-priorities-major"))
        .after(attempt)
}

async fn page(visitor: &Visitor, version: Option<u64>, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let (locale, service, call) = (visitor.locale, visitor.service(), &visitor.call);
    let stored = service.priority_rules(call, version).await?;
    let people = service.list_people(call).await?;
    let mut tables = vec![matrix_table(locale, "matrix", locale.t("priorities-matrix-title"), &stored.rules.matrix)];
    for (kind, matrix) in &stored.rules.kinds {
        let title = locale.with("priorities-matrix-of", &[("kind", &locale.name("ticket-kind", kind.as_str()))]);
        tables.push(matrix_table(locale, kind.as_str(), title, matrix));
    }
    tables.push(major_table(locale, &stored.rules.major, &people));
    let mut facts = facts(locale, &stored.rules);
    let by = if stored.version == 0 {
        locale.t("priorities-shipped")
    } else {
        let (version, by) = (stored.version.to_string(), locale.actor(&stored.changed_by));
        let at = super::moment::exact(stored.changed_at);
        locale.with("priorities-version", &[("version", &version), ("by", &by), ("at", &at)])
    };
    let before = version.unwrap_or(stored.version).checked_sub(1);
    facts.insert(0, (locale.t("priorities-version-title"), Cell::text(by)));
    facts.extend(before.map(|before| {
        let link = format!("/priorities/{before}");
        (locale.t("priorities-before"), Cell::text(before.to_string()).link(link))
    }));
    let may = version.is_none() && visitor.may(Action::PriorityRules);
    let mut forms = Vec::new();
    if may {
        forms.push(set_form(visitor, &stored, &people, attempt));
        let due = service.follow_priorities(call, true).await?;
        let count = due.tickets.len() + due.left;
        if count > 0 {
            forms.push(
                Form::new(visitor, "follow", "/priorities/follow".to_owned(), locale.t("priorities-follow"))
                    .note(locale.n("priorities-follow-note", count))
                    .after(attempt),
            );
        }
    }
    let page = SheetPage {
        tabs: Vec::new(),
        pager: Pager::default(),
        page: Shell::at(visitor, "/policies", &locale.t("priorities-title")).await,
        above: Some(("/policies", locale.t("policies-title"))),
        note: locale.t("priorities-note"),
        begin: None,
        facts,
        tables,
        forms,
        folds: Vec::new(),
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /priorities`.
pub(super) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor, None, None).await;
    visitor.answer(outcome)
}

/// `GET /priorities/{version}`.
pub(super) async fn version(Path(version): Path<u64>, visitor: Visitor) -> Response {
    let outcome = page(&visitor, Some(version), None).await;
    visitor.answer(outcome)
}

/// Lines that are no rules, by field.
#[derive(Default)]
struct Wrongs(Vec<Wrong>);

impl Wrongs {
    fn say(&mut self, field: &str, key: &'static str, line: &str) {
        let line: String = line.chars().take(60).collect();
        let detail = Phrase::new(key).with("line", line).into();
        self.0.push(Wrong { pointer: format!("/{field}"), detail });
    }
}

/// Three numbers.
fn row_of(text: &str) -> Option<[u8; 3]> {
    let cells: Vec<u8> = text.split_whitespace().map(str::parse).collect::<Result<_, _>>().ok()?;
    cells.try_into().ok()
}

fn matrix_of<'a>(rows: impl Iterator<Item = &'a str>) -> Option<Matrix> {
    rows.map(row_of).collect::<Option<Vec<_>>>()?.try_into().ok()
}

fn lines<'a>(fields: &'a Fields, name: &str) -> impl Iterator<Item = &'a str> {
    fields.text(name).lines().map(str::trim).filter(|line| !line.is_empty())
}

fn levels<K: Ord>(
    fields: &Fields,
    name: &str,
    read: impl Fn(&str) -> Option<K>,
    wrong: &mut Wrongs,
) -> BTreeMap<K, u8> {
    let mut all = BTreeMap::new();
    for line in lines(fields, name) {
        let pair = line.split_once('=').and_then(|(key, level)| Some((read(key.trim())?, level.trim().parse().ok()?)));
        match pair {
            Some((key, level)) => drop(all.insert(key, level)),
            None => wrong.say(name, "priority_level_line", line),
        }
    }
    all
}

/// `name: filter`, and what comes with a rule that accepts: `| who leads | minutes | what it means`.
fn major_of(line: &str) -> Option<MajorDraft> {
    let mut parts = line.split(" | ").map(str::trim);
    let (name, filter) = parts.next()?.split_once(':')?;
    let rest: Vec<&str> = parts.collect();
    let accept = match rest.as_slice() {
        [] => None,
        [who, minutes, what @ ..] => Some(AcceptDraft {
            business_impact: what.join(" | "),
            commander: (*who).to_owned(),
            update_minutes: minutes.parse().ok()?,
        }),
        [_] => return None,
    };
    Some(MajorDraft { name: name.trim().to_owned(), filter: filter.trim().to_owned(), accept })
}

/// The rules that a form says.
fn draft_of(fields: &Fields) -> Result<PriorityDraft, ServiceError> {
    let mut wrong = Wrongs::default();
    let mut draft = PriorityDraft::default();
    match matrix_of(lines(fields, "matrix")) {
        Some(matrix) => draft.matrix = matrix,
        None => wrong.say("matrix", "priority_matrix", fields.text("matrix")),
    }
    for line in lines(fields, "kinds") {
        let pair = line.split_once('=').and_then(|(kind, rows)| {
            let kind = Kind::ALL.iter().copied().find(|one| one.as_str() == kind.trim())?;
            Some((kind, matrix_of(rows.split('/'))?))
        });
        match pair {
            Some((kind, matrix)) => drop(draft.kinds.insert(kind, matrix)),
            None => wrong.say("kinds", "priority_kind_line", line),
        }
    }
    let criticality = |name: &str| Criticality::ALL.iter().copied().find(|one| one.as_str() == name);
    draft.impact_floor = levels(fields, "impact_floor", criticality, &mut wrong);
    draft.impact_floor_down = levels(fields, "impact_floor_down", criticality, &mut wrong);
    draft.urgency = levels(fields, "urgency", Severity::of, &mut wrong);
    draft.major.clear();
    for line in lines(fields, "major") {
        match major_of(line) {
            Some(rule) => draft.major.push(rule),
            None => wrong.say("major", "priority_major_line", line),
        }
    }
    if wrong.0.is_empty() { Ok(draft) } else { Err(ServiceError::Invalid(wrong.0)) }
}

/// An error of a cell or a rule says which: the field of the form holds all of them.
fn with_places(error: ServiceError) -> ServiceError {
    let ServiceError::Invalid(all) = error else { return error };
    let placed = |wrong: Wrong| {
        let inside = wrong.pointer.trim_start_matches('/').split_once('/').map(|(_, place)| place.to_owned());
        match (inside, wrong.detail.phrase()) {
            (Some(place), Some(why)) => {
                let detail = Text::from(Phrase::new("at_place").with("place", place).with("why", why.clone()));
                Wrong { detail, ..wrong }
            }
            _ => wrong,
        }
    };
    ServiceError::Invalid(all.into_iter().map(placed).collect())
}

async fn saved(visitor: &Visitor, fields: Fields) -> Result<Response, ServiceError> {
    let outcome = match draft_of(&fields) {
        Ok(draft) => {
            let seen = Some(fields.version().unwrap_or_default());
            visitor.service().set_priority_rules(&visitor.call, draft, seen).await.map_err(with_places)
        }
        Err(wrong) => Err(wrong),
    };
    match outcome {
        Ok(_) => Ok(see_other("/priorities?done=saved")),
        Err(error) => page(visitor, None, Some(&Attempt::new("priorities", fields, error, visitor.locale)?)).await,
    }
}

/// `POST /priorities`.
pub(super) async fn save(Submission { visitor, fields }: Submission) -> Response {
    let outcome = saved(&visitor, fields).await;
    visitor.answer(outcome)
}

async fn followed(visitor: &Visitor, fields: Fields) -> Result<Response, ServiceError> {
    match visitor.service().follow_priorities(&visitor.call, false).await {
        Ok(_) => Ok(see_other("/priorities?done=saved")),
        Err(error) => page(visitor, None, Some(&Attempt::new("follow", fields, error, visitor.locale)?)).await,
    }
}

/// `POST /priorities/follow`.
pub(super) async fn follow(Submission { visitor, fields }: Submission) -> Response {
    let outcome = followed(&visitor, fields).await;
    visitor.answer(outcome)
}
