//! What a form's sender is told.

use muster_model::ticket::state::StateName;
use muster_store::StoreError;

use super::*;
use crate::service::invalid;

fn fields() -> Fields {
    Fields(vec![("title".into(), "<b>".into()), ("roles".into(), "a".into()), ("roles".into(), "c".into())])
}

#[test]
fn errors_go_to_their_fields_and_the_rest_to_the_form() {
    let attempt = Attempt::new("f", fields(), invalid("/title", "too short"), Locale::English).unwrap();
    assert_eq!((attempt.status, attempt.errors.len()), (StatusCode::UNPROCESSABLE_ENTITY, 1));
    let stale = Attempt::new("f", fields(), ServiceError::Stale { have: 3 }, Locale::English).unwrap();
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let missing = TransitionError::Missing {
        from: StateName::New,
        event: "resolve".into(),
        allowed: vec![],
        missing: vec!["close_code", "close_notes"],
    };
    let attempt = Attempt::new("f", fields(), missing.into(), Locale::Chinese).unwrap();
    assert_eq!(attempt.errors.iter().map(|e| e.pointer.as_str()).collect::<Vec<_>>(), ["/close_code", "/close_notes"]);
    assert_eq!(attempt.errors[0].detail, "此项必填。");
    let broken = ServiceError::Store(StoreError::backend("disk"));
    assert!(Attempt::new("f", fields(), broken, Locale::English).is_err(), "that is no matter of the fields");
}

#[test]
fn what_was_typed_stays_except_passwords() {
    let attempt = Attempt::new("f", fields(), invalid("/roles/0", "no such role"), Locale::English).unwrap();
    let choice = |value: &str| Choice { value: value.into(), label: value.into(), is_chosen: value == "b" };
    let mut roles = Field::checks(Locale::English, "roles", ["a", "b", "c"].map(choice).into());
    roles.refill(&attempt);
    assert_eq!(roles.choices.iter().map(|c| c.is_chosen).collect::<Vec<_>>(), [true, false, true]);
    assert_eq!(roles.error.as_deref(), Some("no such role"));
    let mut title = Field::text(Locale::English, "title").value("before");
    title.refill(&attempt);
    assert_eq!((title.value.as_str(), title.error), ("<b>", None));
    let mut secret = Field::new(Locale::English, "title", Kind::Input("password"));
    secret.refill(&attempt);
    assert_eq!(secret.value, "");
}
