//! Messages of agents of another version: read as strictly as ever, once what is not known is taken out and named.

use muster_model::skew::{self, Strange};
use muster_shared::problem::FieldError;
use muster_shared::report::{Report, SCHEMA};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::http::body::parse;
use crate::http::problem::Refusal;
use crate::service::ingest::other_schema;

/// Reads a body; of one that does not fit, what is known of it.
fn read<T: DeserializeOwned>(json: &[u8], strip: impl Fn(&mut Value) -> Strange) -> Result<(T, Strange), Refusal> {
    // All that a body of this version needs; only another one is worth the second look.
    let refusal = match parse(json) {
        Ok(message) => return Ok((message, Strange::default())),
        Err(refusal @ Refusal::Fields(_)) => refusal,
        Err(refusal) => return Err(refusal),
    };
    let Ok(mut value) = serde_json::from_slice::<Value>(json) else { return Err(refusal) };
    let strange = strip(&mut value);
    if strange == Strange::default() {
        return Err(refusal);
    }
    let known = serde_json::to_vec(&value).map_err(|error| Refusal::Malformed(error.to_string()))?;
    Ok((parse(&known)?, strange))
}

/// A message of a few fields.
pub(super) fn message<T: DeserializeOwned>(json: &[u8]) -> Result<(T, Strange), Refusal> {
    read(json, skew::message::<T>)
}

/// A report. One of another schema is refused as such, whatever else it has.
pub(super) fn report(json: &[u8]) -> Result<(Report, Strange), Refusal> {
    #[derive(serde::Deserialize)]
    struct Schema {
        schema: u32,
    }
    read(json, |value| {
        let is_ours = value["schema"].as_u64() == Some(u64::from(SCHEMA));
        if is_ours { skew::report(value) } else { Strange::default() }
    })
    .map_err(|refusal| match serde_json::from_slice(json) {
        Ok(Schema { schema }) if schema != SCHEMA && matches!(refusal, Refusal::Fields(_)) => {
            Refusal::Fields(vec![FieldError { pointer: "/schema".to_owned(), detail: other_schema(schema) }])
        }
        _ => refusal,
    })
}
