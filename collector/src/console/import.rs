//! `/imports`: a file is sent, looked at as what it would do, and imported; what became of each import and of its rows.

mod upload;

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use muster_model::exchange::{self, Preset};
use muster_model::import::{Counts, Note, Recognition, Sample, State, relation};
use muster_model::right::Action;
use muster_model::ticket::Kind;
use muster_shared::Time;
use muster_shared::id::ImportId;
use serde_json::Value;
use std::time::Duration;

use super::answer::{self, see_other};
use super::form::{self, Attempt, Choice, Field, Form};
use super::list::{self, Pager};
use super::locale::Locale;
use super::relation::class_name;
use super::shell::Shell;
use super::submission::Submission;
use super::value;
use super::visitor::Visitor;
use crate::service::ServiceError;
use crate::service::import::ImportView;

pub(super) use self::upload::{MAX_FORM_BYTES, submit};

/// How long a short import is waited for, so that its page shows the end.
const PATIENCE: Duration = Duration::from_secs(2);
/// Examples of changes that the page shows.
const SHOWN: usize = 20;

/// An import in the list.
#[derive(Clone, Debug)]
pub(super) struct ImportRow {
    pub(super) id: String,
    pub(super) at: Time,
    pub(super) by: String,
    pub(super) class: String,
    pub(super) file: String,
    pub(super) state: &'static str,
    pub(super) counts: Counts,
}

/// What is to be said of a row.
#[derive(Clone, Debug)]
pub(super) struct NoteRow {
    pub(super) line: u64,
    pub(super) column: String,
    pub(super) kind: &'static str,
    pub(super) why: String,
}

/// A change that would be made.
#[derive(Clone, Debug)]
pub(super) struct ChangeRow {
    pub(super) line: u64,
    pub(super) name: String,
    pub(super) is_new: bool,
    pub(super) field: String,
    pub(super) before: String,
    pub(super) after: String,
}

#[derive(Template)]
#[template(path = "imports.html")]
pub(super) struct ImportsPage {
    pub(super) page: Shell,
    pub(super) rows: Vec<ImportRow>,
    pub(super) pager: Pager,
    pub(super) upload: Option<Form>,
    /// Whether files of tickets are asked for.
    pub(super) is_tickets: bool,
    pub(super) may_tickets: bool,
    /// Tickets in the words of each desk: its name, where it is.
    pub(super) exports: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "import.html")]
pub(super) struct ImportPage {
    pub(super) page: Shell,
    pub(super) import: ImportRow,
    pub(super) reason: String,
    /// What the counts count: what would be, or what was.
    pub(super) is_preview: bool,
    pub(super) counts: Vec<(String, u64, &'static str)>,
    pub(super) columns: Vec<(String, String)>,
    pub(super) changes: Vec<ChangeRow>,
    pub(super) notes: Vec<NoteRow>,
    /// How many rows have notes that are not shown.
    pub(super) pager: Pager,
    pub(super) forms: Vec<Form>,
}

impl ImportRow {
    fn of(view: ImportView, locale: Locale) -> Self {
        let state = view.state();
        let import = view.import;
        Self {
            id: import.id.to_string(),
            at: import.at,
            by: import.by,
            class: class_name(locale, &import.plan.class, &import.plan.class),
            file: import.file,
            state,
            counts: import.counts,
        }
    }
}

impl NoteRow {
    fn of(note: Note, locale: Locale) -> Self {
        let Note { line, column, kind, why, .. } = note;
        Self { line, column: column.unwrap_or_default(), kind: kind.as_str(), why: locale.say(&why) }
    }
}

fn changes(samples: Vec<Sample>) -> Vec<ChangeRow> {
    let text = |value: &Value| value::middle(&muster_model::export::csv::plain(Some(value)), 60);
    let rows = samples.into_iter().take(SHOWN).flat_map(|sample| {
        let Sample { line, name, is_new, fields, .. } = sample;
        fields.into_iter().map(move |(field, (before, after))| ChangeRow {
            line,
            name: name.clone(),
            is_new,
            field,
            before: text(&before),
            after: text(&after),
        })
    });
    rows.collect()
}

fn counted(locale: Locale, counts: Counts) -> Vec<(String, u64, &'static str)> {
    let Counts { rows, created, updated, unchanged, conflicts, refused, overruled } = counts;
    let all = [
        ("rows", rows, ""),
        ("created", created, ""),
        ("updated", updated, ""),
        ("unchanged", unchanged, ""),
        ("conflict", conflicts, "bad"),
        ("refused", refused, "bad"),
        ("overruled", overruled, "warn"),
    ];
    let shown = all
        .into_iter()
        .map(|(name, count, tone)| (locale.name("import-count", name), count, if count > 0 { tone } else { "" }));
    shown.collect()
}

/// The form by which a file is sent.
async fn upload_form(visitor: &Visitor, class: &str, attempt: Option<&Attempt>) -> Result<Form, ServiceError> {
    let locale = visitor.locale;
    let classes = visitor.service().list_classes(&visitor.call).await?;
    let mut classes: Vec<_> = classes.into_iter().map(|view| view.class).filter(|class| !class.is_retired).collect();
    // Those of people first, then hosts, then what hosts have.
    classes.sort_by_key(|class| (!class.is_declared(), class.name != "host"));
    let choices = classes.iter().map(|known| Choice {
        value: known.name.clone(),
        label: class_name(locale, &known.name, &known.label),
        is_chosen: known.name == class,
    });
    let relations = Choice {
        value: relation::CLASS.to_owned(),
        label: class_name(locale, relation::CLASS, relation::CLASS),
        is_chosen: class == relation::CLASS,
    };
    let recognitions = Recognition::ALL.iter().map(|one| one.as_str());
    let all = vec![Choice { value: "true".to_owned(), label: locale.t("import-all-or-nothing"), is_chosen: false }];
    let form = Form::new(visitor, "upload", "/imports".to_owned(), locale.t("import-upload"))
        .uploading()
        .tone("primary")
        .field(Field::select(locale, "class", choices.chain([relations]).collect()))
        .field(Field::new(locale, "file", form::Kind::Input("file")).required().hint(locale.t("hint-import-file")))
        .field(Field::area(locale, "map").hint(locale.t("hint-import-map")))
        .field(Field::select(
            locale,
            "recognise_by",
            form::choices(locale, "recognise-by", recognitions, Recognition::Identifiers.as_str()),
        ))
        .field(Field::checks(locale, "all_or_nothing", all))
        .field(Field::text(locale, "reason"));
    Ok(form.after(attempt))
}

/// The form by which a file of tickets is sent.
fn ticket_form(visitor: &Visitor, attempt: Option<&Attempt>) -> Form {
    let locale = visitor.locale;
    let presets = Preset::ALL.iter().map(|preset| preset.as_str());
    let kinds = Kind::ALL.iter().filter(|kind| **kind != Kind::Access).map(|kind| Choice {
        value: kind.as_str().to_owned(),
        label: locale.name("ticket-kind", kind.as_str()),
        is_chosen: false,
    });
    let kinds = std::iter::once(form::nothing(locale.t("import-kind-of-column"), true)).chain(kinds);
    let all = vec![Choice { value: "true".to_owned(), label: locale.t("import-all-or-nothing"), is_chosen: false }];
    Form::new(visitor, "upload", "/imports?class=ticket".to_owned(), locale.t("import-upload"))
        .uploading()
        .tone("primary")
        .field(Field::select(locale, "preset", form::choices(locale, "desk", presets, "servicenow")))
        .field(Field::text(locale, "source").hint(locale.t("hint-import-source")))
        .field(Field::select(locale, "kind", kinds.collect()))
        .field(Field::text(locale, "zone").value("UTC"))
        .field(Field::new(locale, "file", form::Kind::Input("file")).required().hint(locale.t("hint-import-file")))
        .field(Field::area(locale, "map").hint(locale.t("hint-import-map-tickets")))
        .field(Field::area(locale, "value").hint(locale.t("hint-import-value")))
        .field(Field::checks(locale, "all_or_nothing", all))
        .field(Field::text(locale, "reason"))
        .after(attempt)
}

async fn all(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let imports = visitor.service().list_imports(&visitor.call, &list::window(visitor)).await?;
    let class = visitor.parameter("class").unwrap_or_default();
    let is_tickets = class == exchange::CLASS;
    let upload = if is_tickets {
        visitor.may(Action::TicketImport).then(|| ticket_form(visitor, attempt))
    } else if visitor.may_all(Action::ItemManage) {
        Some(upload_form(visitor, &class, attempt).await?)
    } else {
        None
    };
    let exports = Preset::ALL.iter().map(|preset| {
        let name = preset.as_str();
        (locale.name("desk", name), format!("/tickets/export?preset={name}&format=csv"))
    });
    let page = ImportsPage {
        page: Shell::at(visitor, "/items", &locale.t("imports-title")).await,
        rows: imports.items.into_iter().map(|view| ImportRow::of(view, locale)).collect(),
        pager: Pager::new(visitor, "/imports", imports.next_cursor),
        upload,
        is_tickets,
        may_tickets: visitor.may(Action::TicketImport),
        exports: if is_tickets { exports.collect() } else { Vec::new() },
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /imports`.
pub(super) async fn show_all(visitor: Visitor) -> Response {
    let outcome = all(&visitor, None).await;
    visitor.answer(outcome)
}

fn parse(text: &str) -> Result<ImportId, ServiceError> {
    text.parse().map_err(|_| ServiceError::NotFound { kind: "import", id: text.chars().take(80).collect() })
}

/// Whether the visitor may import files like this.
fn may(visitor: &Visitor, view: &ImportView) -> bool {
    visitor.may(if view.import.plan.tickets.is_some() { Action::TicketImport } else { Action::ItemManage })
}

/// What can be done with an import where it stands.
fn forms(visitor: &Visitor, view: &ImportView) -> Vec<Form> {
    let (locale, id) = (visitor.locale, view.import.id);
    let form = |name: &str, title: &str, tone: &'static str| {
        Form::new(visitor, name, format!("/imports/{id}/{name}"), locale.t(title)).tone(tone)
    };
    match view.import.state {
        _ if !may(visitor, view) => Vec::new(),
        State::Waiting => {
            vec![form("apply", "import-apply", "primary"), form("discard", "import-discard", "danger")]
        }
        State::Running { .. } if !view.is_at_work => vec![form("apply", "import-resume", "primary")],
        State::Running { .. } | State::Done { .. } | State::Refused { .. } => Vec::new(),
    }
}

async fn one(visitor: &Visitor, id: ImportId) -> Result<Response, ServiceError> {
    let (service, call, locale) = (visitor.service(), &visitor.call, visitor.locale);
    let view = service.get_import(call, id).await?;
    let forms = forms(visitor, &view);
    let is_preview = view.import.state == State::Waiting && may(visitor, &view);
    let (counts, mapping, samples, notes, next) = if is_preview {
        let preview = service.preview_kept(call, id).await?;
        let columns = preview.columns.into_iter().map(|(column, field)| (column, field.unwrap_or_default()));
        (preview.counts, columns.collect(), preview.samples, preview.notes, None)
    } else {
        let notes = service.list_import_notes(call, id, &list::window(visitor)).await?;
        (view.import.counts, Vec::new(), Vec::new(), notes.items, notes.next_cursor)
    };
    let page = ImportPage {
        page: Shell::at(visitor, "/items", &view.import.file).await,
        reason: view.import.reason.clone(),
        import: ImportRow::of(view, locale),
        is_preview,
        counts: counted(locale, counts),
        columns: mapping,
        changes: changes(samples),
        notes: notes.into_iter().map(|note| NoteRow::of(note, locale)).collect(),
        pager: Pager::new(visitor, &format!("/imports/{id}"), next),
        forms,
    };
    Ok(answer::page(StatusCode::OK, &page))
}

/// `GET /imports/{id}`.
pub(super) async fn show(visitor: Visitor, Path(id): Path<String>) -> Response {
    let outcome = async { one(&visitor, parse(&id)?).await };
    let outcome = outcome.await;
    visitor.answer(outcome)
}

/// `POST /imports/{id}/apply`: a long import goes on while its page shows how far it is.
pub(super) async fn apply(Path(id): Path<String>, Submission { visitor, .. }: Submission) -> Response {
    let outcome = async {
        let id = parse(&id)?;
        let run = visitor.app.service.run_import(&visitor.call, id);
        match tokio::time::timeout(PATIENCE, run).await {
            Ok(Err(error)) => Err(error),
            Ok(Ok(_)) | Err(_) => Ok(see_other(&format!("/imports/{id}"))),
        }
    };
    let outcome = outcome.await;
    visitor.answer(outcome)
}

/// `POST /imports/{id}/discard`.
pub(super) async fn discard(Path(id): Path<String>, Submission { visitor, .. }: Submission) -> Response {
    let outcome = async {
        visitor.service().discard_import(&visitor.call, parse(&id)?).await?;
        Ok(see_other("/imports?done=saved"))
    };
    let outcome = outcome.await;
    visitor.answer(outcome)
}
