//! Parameters of a request that is about no list: the one that is wrong is named.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::http::body::field_error;
use crate::http::problem::Refusal;

/// The parameters of a request.
pub(super) struct Ask<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Ask<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let asked = Query::<T>::from_request_parts(parts, state).await;
        asked.map(|Query(asked)| Self(asked)).map_err(|error| {
            let text = error.body_text();
            let text = text.strip_prefix("Failed to deserialize query string: ").unwrap_or(&text);
            // `depth: invalid digit found in string`
            Refusal::Fields(vec![match text.split_once(": ") {
                Some((name, why)) if !name.contains(' ') => field_error(format!("/{name}"), why),
                _ => field_error(String::new(), text),
            }])
        })
    }
}
