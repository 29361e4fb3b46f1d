//! Names of lists that the contract of the API gives and that this program calls otherwise: they lead to the same.

use axum::extract::Request;
use axum::http::Uri;

/// What a list is called in the contract, and what it is called here.
const NAMES: &[(&str, &str)] = &[("slas", "service-level-policies"), ("webhooks", "channels")];

/// A request with the name that is routed.
pub(super) fn resolved(mut request: Request) -> Request {
    let uri = request.uri();
    if let Some(path) = known(uri.path()) {
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        if let Ok(renamed) = format!("{path}{query}").parse::<Uri>() {
            *request.uri_mut() = renamed;
        }
    }
    request
}

fn known(path: &str) -> Option<String> {
    let rest = path.strip_prefix("/api/v1/")?;
    let (list, below) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (_, name) = NAMES.iter().find(|(alias, _)| *alias == list)?;
    Some(format!("/api/v1/{name}{below}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_name_of_the_list_is_another_one() {
        assert_eq!(known("/api/v1/slas").as_deref(), Some("/api/v1/service-level-policies"));
        assert_eq!(known("/api/v1/webhooks/chn_1/test").as_deref(), Some("/api/v1/channels/chn_1/test"));
        for path in ["/api/v1/slashes", "/slas", "/api/v1/tickets/slas", "/api/v1/"] {
            assert_eq!(known(path), None, "{path}");
        }
    }
}
