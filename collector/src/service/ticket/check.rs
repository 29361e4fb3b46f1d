//! What people write: levels, texts of a length, labels.

use muster_model::text::{Phrase, unseen};
use muster_model::ticket::details::BadDetails;

use crate::service::{ServiceError, invalid};

pub(super) fn check_level(field: &str, level: Option<u8>, max: u8) -> Result<(), ServiceError> {
    match level {
        Some(level) if !(1..=max).contains(&level) => {
            Err(invalid(field, Phrase::new("number_from_to").with("min", "1").with("max", max.to_string())))
        }
        _ => Ok(()),
    }
}

/// Text that people write: of a length, and without characters that cannot be seen (a line may end, a tab may stand in it).
pub(in crate::service) fn check_text(field: &str, text: &str, min: usize, max: usize) -> Result<(), ServiceError> {
    if let Some(why) = unseen(text) {
        return Err(invalid(field, why));
    }
    let length = text.trim().chars().count();
    if (min..=max).contains(&length) {
        return Ok(());
    }
    Err(invalid(field, Phrase::new("characters").with("min", min).with("max", max)))
}

/// Why details were not taken.
pub(crate) fn refused_details(bad: BadDetails) -> ServiceError {
    invalid(&bad.pointer, bad.why)
}

pub(super) fn check_label(field: &str, text: Option<&str>) -> Result<(), ServiceError> {
    check_text(field, text.unwrap_or_default(), 0, 100)
}
