//! The search field: an id or a number goes straight there, everything else looks for hosts by name.

use axum::response::Response;

use super::answer;
use super::markup;
use super::visitor::Visitor;
use muster_model::history::Moment;

/// Where a text leads.
fn place(text: &str) -> String {
    let path = markup::url(text);
    let upper = text.to_ascii_uppercase();
    let is_number = upper.split_once('-').is_some_and(|(kind, digits)| {
        kind == "INC" && !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit())
    });
    match text.split_once('_').map(|(prefix, _)| prefix) {
        _ if is_number => format!("/incidents/{}", markup::url(&upper)),
        Some("tkt") => format!("/incidents/{path}"),
        Some("host") => format!("/hosts/{path}"),
        Some("item") => format!("/items/{path}"),
        Some("fnd") => format!("/findings/{path}"),
        _ => format!("/hosts?q={path}"),
    }
}

/// `GET /search?q=…`.
pub(super) async fn go(visitor: Visitor) -> Response {
    let text = visitor.parameter("q").unwrap_or_default();
    let exact = if text.is_empty() || text.contains([':', '_', '*']) {
        None
    } else {
        visitor.service().find_host(&visitor.call, &text, Moment::NOW).await.ok()
    };
    match exact {
        Some(view) => answer::see_other(&format!("/hosts/{}", view.host.value.id)),
        None => answer::see_other(&place(&text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_ids_go_straight_there() {
        assert_eq!(place("inc-000012"), "/incidents/INC-000012");
        assert_eq!(place("fnd_1"), "/findings/fnd_1");
        assert_eq!(place("host_1/../x"), "/hosts/host_1%2F..%2Fx");
        assert_eq!(place("web 1"), "/hosts?q=web%201");
    }
}
