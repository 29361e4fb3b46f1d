//! A file that somebody put here, on its way out: saved, never shown. Whatever is in it runs nowhere with the rights of who looks.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use muster_model::Versioned;
use muster_model::ticket::attachment::Attachment;

use crate::console::markup::url;

/// No scripts, no forms, no origin, nothing loaded.
const SANDBOX: &str = "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// The name in the header: for old readers without what they could misread, for others as it is (RFC 6266, RFC 8187).
fn disposition(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || " ._-()".contains(c);
    let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", url(name))
}

/// The file.
pub(crate) fn download(file: &Versioned<Attachment>, bytes: Vec<u8>) -> Response {
    let mut response = (StatusCode::OK, bytes).into_response();
    let texts = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, disposition(&file.value.name)),
        (header::CONTENT_SECURITY_POLICY, SANDBOX.to_owned()),
        (header::ETAG, format!("\"{}\"", file.version)),
        (HeaderName::from_static("repr-digest"), format!("sha-256=:{}:", base64_of_hex(&file.value.sha256))),
    ];
    for (name, text) in texts {
        if let Ok(value) = HeaderValue::from_str(&text) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn base64_of_hex(hex: &str) -> String {
    use base64::Engine as _;
    let digit = |place: usize| hex.get(place..place + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes: Vec<u8> = (0..hex.len()).step_by(2).filter_map(digit).collect();
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_breaks_out_of_no_header() {
        assert_eq!(disposition("log.txt"), "attachment; filename=\"log.txt\"; filename*=UTF-8''log.txt");
        let wild = disposition("a\"; x=\r\nSet-Cookie: é.html");
        assert!(!wild.contains(['\r', '\n']) && wild.matches('"').count() == 2, "{wild}");
        assert!(HeaderValue::from_str(&wild).is_ok());
        assert_eq!(base64_of_hex("00ff10"), "AP8Q");
    }
}
