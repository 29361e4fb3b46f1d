//! Reading bodies: bounded, in time, with errors that name the field.

use std::cell::RefCell;
use std::io::Read;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use muster_model::text::parser;
use muster_shared::problem::FieldError;
use serde::de::DeserializeOwned;

use super::problem::Refusal;

mod strict;

/// Longest time that a body may take to come.
const PATIENCE: Duration = Duration::from_mins(1);
/// Longest time that a body which is not taken may go on.
const RUN_OUT: Duration = Duration::from_secs(5);
/// Largest JSON body of the REST API.
const MAX_JSON_BYTES: usize = 1 << 20;

/// Reads a body of at most `limit` bytes.
pub(crate) async fn read(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, Refusal> {
    let too_large = || Refusal::TooLarge(format!("at most {limit} bytes are taken"));
    let announced =
        headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        run_out(body, limit.saturating_mul(2)).await;
        return Err(too_large());
    }
    let collected = tokio::time::timeout(PATIENCE, Limited::new(body, limit).collect()).await;
    match collected.map_err(|_| Refusal::TooSlow)? {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => Err(too_large()),
        Err(error) => Err(Refusal::Malformed(format!("the body could not be read: {error}"))),
    }
}

/// Lets a body that is not taken come and go, as far as that is cheap: who is cut off while sending never reads why.
async fn run_out(mut body: Body, most: usize) {
    let rest = async {
        let mut left = most;
        while let Some(Ok(frame)) = body.frame().await {
            left = left.saturating_sub(frame.data_ref().map_or(0, Bytes::len));
            if left == 0 {
                return;
            }
        }
    };
    drop(tokio::time::timeout(RUN_OUT, rest).await);
}

/// Refuses a body that is compressed: its bytes would be read as something else.
pub(crate) fn check_plain(headers: &HeaderMap) -> Result<(), Refusal> {
    let encoding = headers.get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap_or("unreadable").trim());
    match encoding {
        None | Some("" | "identity") => Ok(()),
        Some(_) => Err(Refusal::MediaType("a body as it is, without a content-encoding")),
    }
}

/// Refuses what gzip made, and says what is taken instead.
pub(crate) fn check_unpacked(bytes: &[u8], taken: &'static str) -> Result<(), Refusal> {
    if bytes.starts_with(&[0x1f, 0x8b]) { Err(Refusal::MediaType(taken)) } else { Ok(()) }
}

/// Whether the body is said to be JSON.
pub(crate) fn check_json(headers: &HeaderMap) -> Result<(), Refusal> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut parts = kind.split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
    let is_utf8 = parts.all(|part| part.eq_ignore_ascii_case("charset=utf-8"));
    if is_json && is_utf8 { Ok(()) } else { Err(Refusal::MediaType("application/json in UTF-8")) }
}

/// As much may always come of a body.
const FREE_BYTES: usize = 4 << 20;

/// Inflates a zstd body, bounded in size and ratio.
pub(crate) fn inflate(bytes: &[u8], max_bytes: usize, max_ratio: usize) -> Result<Vec<u8>, Refusal> {
    // An honest body may be very much alike in itself: the ratio counts from where it would cost memory.
    let limit = max_bytes.min(bytes.len().saturating_mul(max_ratio).max(FREE_BYTES));
    let malformed = |error: std::io::Error| Refusal::Malformed(format!("the zstd body cannot be inflated: {error}"));
    if let Some(size) = told_size(bytes).filter(|size| *size <= limit) {
        return INFLATER.with_borrow_mut(|inflater| match inflater {
            Ok(inflater) => inflater.decompress(bytes, size).map_err(malformed),
            Err(error) => Err(malformed(std::io::Error::new(error.kind(), error.to_string()))),
        });
    }
    let mut decoder = zstd::stream::read::Decoder::with_buffer(bytes).map_err(malformed)?;
    decoder.window_log_max(26).map_err(malformed)?;
    let mut inflated = Vec::new();
    decoder.take(limit as u64 + 1).read_to_end(&mut inflated).map_err(malformed)?;
    if inflated.len() > limit {
        return Err(Refusal::TooLarge(format!("the body inflates to more than {limit} bytes")));
    }
    Ok(inflated)
}

thread_local! {
    /// A context is dear to make: one for each thread.
    static INFLATER: RefCell<std::io::Result<zstd::bulk::Decompressor<'static>>> = RefCell::new(zstd::bulk::Decompressor::new());
}

/// How long a body that is one frame says that it is inflated; one that is longer then is an error.
fn told_size(bytes: &[u8]) -> Option<usize> {
    let frame = zstd::zstd_safe::find_frame_compressed_size(bytes).ok()?;
    let size = zstd::zstd_safe::get_frame_content_size(bytes).ok().flatten()?;
    if frame == bytes.len() { usize::try_from(size).ok() } else { None }
}

/// A value from JSON in which no key stands twice; the error names the field by its pointer.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    strict::check(bytes).map_err(Refusal::Malformed)?;
    // serde would take a list for a record, field by field.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(Refusal::Fields(vec![body_error(String::new(), "an object is expected: { … }, not a list")]));
    }
    // Knowing the path of every field costs as much as reading it: only a body that is wrong is read that way.
    let read = std::str::from_utf8(bytes).ok().and_then(|text| serde_json::from_str(text).ok());
    read.map_or_else(|| parse_with_paths(bytes), Ok)
}

fn parse_with_paths<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        if matches!(error.inner().classify(), serde_json::error::Category::Data) {
            let path: String = error.path().iter().filter_map(segment).collect();
            Refusal::Fields(vec![body_error(path, &error.inner().to_string())])
        } else {
            Refusal::Malformed(format!("the body is no JSON: {}", error.inner()))
        }
    })?;
    deserializer.end().map_err(|error| Refusal::Malformed(format!("the body goes on after its end: {error}")))?;
    Ok(value)
}

/// A value of a list from JSON that was read already; the errors name their fields within it.
pub(crate) fn take<T: DeserializeOwned>(value: serde_json::Value) -> Result<T, Vec<FieldError>> {
    if !value.is_object() {
        return Err(vec![field_error(String::new(), "an object is expected: { … }")]);
    }
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path: String = error.path().iter().filter_map(segment).collect();
        vec![field_error(path, &error.inner().to_string())]
    })
}

/// The parser's words as people speak; a field that is missing is what the error points at.
pub(crate) fn field_error(path: String, message: &str) -> FieldError {
    let (pointer, detail) = parser::at(path, message);
    FieldError { pointer, detail }
}

/// The error of a field of the body; the pointer to the whole of it is empty, so that the words name it.
fn body_error(path: String, message: &str) -> FieldError {
    let error = field_error(path, message);
    if error.pointer.is_empty() { FieldError { detail: format!("the body: {}", error.detail), ..error } } else { error }
}

fn segment(segment: &serde_path_to_error::Segment) -> Option<String> {
    use serde_path_to_error::Segment;
    match segment {
        Segment::Seq { index } => Some(format!("/{index}")),
        Segment::Map { key } => Some(format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}

/// A JSON body.
#[derive(Debug)]
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        check_json(&parts.headers)?;
        check_plain(&parts.headers)?;
        let bytes = read(&parts.headers, body, MAX_JSON_BYTES).await?;
        check_unpacked(&bytes, "application/json as it is, not packed by gzip")?;
        parse(&bytes).map(Self)
    }
}

/// No body, or an object with nothing in it: what is said and not heeded would be taken for heeded.
#[derive(Debug)]
pub(crate) struct NoBody;

impl<S: Send + Sync> FromRequest<S> for NoBody {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Nothing {}

        let (parts, body) = request.into_parts();
        let bytes = read(&parts.headers, body, MAX_JSON_BYTES).await?;
        let is_empty = matches!(bytes.trim_ascii(), b"" | b"null");
        if is_empty { Ok(Self) } else { parse::<Nothing>(&bytes).map(|Nothing {}| Self) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bomb_is_cut_at_the_ratio() {
        let bomb = zstd::bulk::compress(&vec![0; 40 << 20], 3).unwrap();
        assert!(matches!(inflate(&bomb, 64 << 20, 100), Err(Refusal::TooLarge(_))));
        // What people without rights write on a host is no way to have its reports refused.
        let alike = zstd::bulk::compress(&vec![b' '; 1 << 20], 3).unwrap();
        assert_eq!(inflate(&alike, 64 << 20, 100).unwrap().len(), 1 << 20);
        assert!(inflate(&alike, 1 << 10, 100).is_err());
        let fair = zstd::bulk::compress(b"{\"a\":1}", 3).unwrap();
        assert_eq!(inflate(&fair, 64 << 20, 100).unwrap(), b"{\"a\":1}");
        assert!(matches!(inflate(b"junk", 64 << 20, 100), Err(Refusal::Malformed(_))));
    }

    #[test]
    fn errors_point_at_the_field() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Sample {
            #[expect(dead_code, reason = "only its shape is used")]
            list: Vec<u8>,
        }
        let Err(Refusal::Fields(errors)) = parse::<Sample>(br#"{"list":[1,"x"]}"#) else { panic!() };
        assert_eq!(errors[0].pointer, "/list/1");
        assert!(matches!(parse::<Sample>(b"{"), Err(Refusal::Malformed(_))));
        assert!(matches!(parse::<Sample>(br#"{"list":[],"role":"x"}"#), Err(Refusal::Fields(_))));
        assert!(parse::<Sample>("[".repeat(100_000).as_bytes()).is_err());
        for (body, said) in [
            ("5", "the body: an object is expected, not 5"),
            ("[1]", "the body: an object is expected: { … }, not a list"),
        ] {
            let Err(Refusal::Fields(errors)) = parse::<Sample>(body.as_bytes()) else { panic!("{body}") };
            assert_eq!((errors[0].pointer.as_str(), errors[0].detail.as_str()), ("", said));
        }
    }
}
