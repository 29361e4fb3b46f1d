//! RFC 9457 problem details, with the errors of single fields (RFC 6901 pointers) and the request id.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The media type of a problem document.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// One wrong field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// JSON pointer to the field, such as `/urgency`.
    pub pointer: String,
    /// What is wrong and what would be right.
    pub detail: String,
}

/// A problem document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProblemDocument {
    /// A URI reference that names the kind of problem: `/problems/<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of problem in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Which fields are wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Names the request in the log of the collector.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Further members of this kind of problem, such as `allowed` for a refused transition.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

impl ProblemDocument {
    /// The code in `type`: its last path segment.
    pub fn code(&self) -> &str {
        self.kind.rsplit('/').next().unwrap_or_default()
    }
}
