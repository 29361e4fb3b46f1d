//! What a bridge to another desk has besides its address: the part of the form of a channel, and what it says.

use std::collections::BTreeMap;

use muster_model::bridge::{self, Desk, Owner};
use muster_model::exchange::{self, Preset};
use muster_model::text::{Phrase, Word};
use muster_model::ticket;

use crate::console::form::{self, Choice, Field, Form};
use crate::console::locale::Locale;
use crate::console::submission::Fields;
use crate::service::{ServiceError, Wrong, invalid};

/// The fields of which one side's word may count; what belongs to the state goes with it.
fn owned() -> impl Iterator<Item = exchange::Field> {
    let is_own = |field: &exchange::Field| {
        use exchange::Field::{CloseCode, CloseNotes, HoldReason};
        !matches!(field, HoldReason | CloseCode | CloseNotes)
    };
    let of = |preset| bridge::fields(preset).iter().copied();
    let jira = of(Preset::Jira).filter(|field| !bridge::fields(Preset::ServiceNow).contains(field));
    of(Preset::ServiceNow).chain(jira).filter(is_own)
}

/// Adds what a bridge has.
pub(super) fn ask(form: Form, locale: Locale) -> Form {
    let fields = || form::choices(locale, "field", owned().map(exchange::Field::as_str), "");
    let yes = vec![Choice { value: "yes".into(), label: locale.t("bridge-takes-new"), is_chosen: false }];
    form.field(Field::text(locale, "project").hint(locale.t("hint-channel-project")))
        .field(Field::area(locale, "issue_types").hint(locale.t("hint-channel-issue-types")))
        .field(Field::checks(locale, "owned_here", fields()).hint(locale.t("hint-channel-owned")))
        .field(Field::checks(locale, "owned_there", fields()))
        .field(Field::checks(locale, "takes_new", yes))
}

/// What the form says of a bridge; nothing where nothing was filled in.
pub(super) fn read(fields: &Fields) -> Result<Option<Desk>, ServiceError> {
    let mut owners = BTreeMap::new();
    for (name, owner) in [("owned_here", Owner::Ours), ("owned_there", Owner::Theirs)] {
        for field in fields.all(name) {
            let Some(field) = owned().find(|known| known.as_str() == field) else { continue };
            if owners.insert(field, owner).is_some() {
                return Err(invalid("/owned_there", Phrase::new("bridge_owned_twice").with("field", field.as_str())));
            }
        }
    }
    let desk = Desk {
        project: fields.filled("project").map(str::to_owned),
        issue_types: issue_types(fields.text("issue_types"))?,
        owners,
        takes_new: fields.filled("takes_new").is_some(),
        ..Desk::default()
    };
    Ok(Some(desk).filter(|desk| *desk != Desk::default()))
}

/// A line for each kind: `incident = Bug`.
fn issue_types(text: &str) -> Result<BTreeMap<String, String>, ServiceError> {
    let mut all = BTreeMap::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let said = line.split_once('=').map(|(kind, name)| (kind.trim(), name.trim()));
        let Some((kind, name)) = said.filter(|(_, name)| !name.is_empty()) else {
            let kinds = Word::list(ticket::Kind::ALL.iter().map(|kind| kind.as_str()));
            let line: String = line.chars().take(80).collect();
            return Err(invalid(
                "/issue_types",
                Phrase::new("bridge_issue_type").with("line", line).with("kinds", kinds),
            ));
        };
        all.insert(kind.to_owned(), name.to_owned());
    }
    Ok(all)
}

/// Errors of a bridge, at the fields of the form.
pub(super) fn at_fields(error: ServiceError) -> ServiceError {
    let place = |pointer: &str| match pointer.strip_prefix("/desk") {
        Some(below) if below.starts_with("/owners") => "/owned_here".to_owned(),
        Some(below) if below.starts_with("/issue_types") => "/issue_types".to_owned(),
        Some("") => "/kind".to_owned(),
        Some(below) => below.to_owned(),
        None => pointer.to_owned(),
    };
    match error {
        ServiceError::Invalid(all) => ServiceError::Invalid(
            all.into_iter().map(|wrong| Wrong { pointer: place(&wrong.pointer), ..wrong }).collect(),
        ),
        other => other,
    }
}
