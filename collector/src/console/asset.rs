//! Styles, scripts and icons: built into the binary, under URLs that name their content, so that browsers may keep them.

use std::sync::LazyLock;

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::authority::sha256_hex;

struct Asset {
    name: &'static str,
    kind: &'static str,
    content: &'static [u8],
    /// Start of the content's digest: part of the URL.
    digest: String,
    path: String,
}

macro_rules! assets {
    ($($name:literal, $kind:literal;)+) => {
        static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
            vec![$(Asset::new($name, $kind, include_bytes!(concat!("../../assets/", $name)))),+]
        });
    };
}

assets! {
    "console.css", "text/css; charset=utf-8";
    "console.js", "text/javascript; charset=utf-8";
    "link.js", "text/javascript; charset=utf-8";
    "icons.svg", "image/svg+xml";
    "mark.svg", "image/svg+xml";
}

impl Asset {
    fn new(name: &'static str, kind: &'static str, content: &'static [u8]) -> Self {
        let digest: String = sha256_hex(content).chars().take(12).collect();
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
        Self { name, kind, content, path: format!("/assets/{stem}-{digest}.{ending}"), digest }
    }
}

/// The URL of an asset.
pub(crate) fn path(name: &str) -> &'static str {
    ASSETS.iter().find(|asset| asset.name == name).map_or("", |asset| asset.path.as_str())
}

/// `GET /assets/{file}`. An old digest gives the present content, without a promise to keep it.
pub(super) async fn serve(Path(file): Path<String>, headers: HeaderMap) -> Response {
    let found = ASSETS.iter().find(|asset| asset.path.strip_prefix("/assets/") == Some(&file));
    let (asset, keep) = match found {
        Some(asset) => (asset, "public, max-age=31536000, immutable"),
        None => match ASSETS.iter().find(|asset| asset.name == file) {
            Some(asset) => (asset, "no-cache"),
            None => return StatusCode::NOT_FOUND.into_response(),
        },
    };
    let tag = format!("\"{}\"", asset.digest);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let describe = [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, keep.to_owned())];
    if known.is_some_and(|known| known.split(',').any(|one| one.trim() == tag)) {
        return (StatusCode::NOT_MODIFIED, describe).into_response();
    }
    (describe, [(header::CONTENT_TYPE, asset.kind)], Bytes::from_static(asset.content)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn assets_are_kept_for_good_under_their_digest() {
        let file = path("console.css").trim_start_matches("/assets/").to_owned();
        let response = serve(Path(file.clone()), HeaderMap::new()).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert!(response.headers()[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        let mut known = HeaderMap::new();
        known.insert(header::IF_NONE_MATCH, response.headers()[header::ETAG].clone());
        assert_eq!(serve(Path(file), known).await.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(serve(Path("../x".into()), HeaderMap::new()).await.status(), StatusCode::NOT_FOUND);
    }
}
