//! Small pieces of HTML that many pages share. What comes from outside is escaped here or by the template, never trusted.

use std::fmt;

use askama::filters::HtmlSafe;
use muster_model::policy::Severity;

use super::asset;
use super::locale::Locale;

/// Finished HTML: templates write it as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Html(pub(crate) String);

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Html {}

/// Text as HTML, for text and for attributes in double quotes.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A part of a URL: everything but plain letters, digits and `-._~` is encoded.
pub(crate) fn url(text: &str) -> String {
    use fmt::Write as _;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing into a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// An icon of the sprite, for the eye only: a word stands beside it.
pub(crate) fn icon(name: &str) -> Html {
    let sprite = asset::path("icons.svg");
    Html(format!(r#"<svg class="icon" aria-hidden="true" focusable="false"><use href="{sprite}#{name}"/></svg>"#))
}

fn badge(class: &str, text: &str) -> Html {
    Html(format!(r#"<span class="badge {class}">{}</span>"#, escape(text)))
}

/// How bad: a bar in the severity's colour and the word.
pub(crate) fn severity(locale: Locale, severity: Severity) -> Html {
    badge(&format!("sev sev-{}", severity.as_str()), &locale.name("severity", severity.as_str()))
}

/// The class of a priority: the same five colours as severities.
pub(crate) const fn priority_class(priority: u8) -> &'static str {
    match priority {
        1 => "sev-critical",
        2 => "sev-major",
        3 => "sev-minor",
        4 => "sev-warning",
        _ => "sev-info",
    }
}

/// What comes first: P1 to P5.
pub(crate) fn priority(priority: u8) -> Html {
    badge(&format!("sev {}", priority_class(priority)), &format!("P{priority}"))
}

/// A state of some set of the catalogue.
pub(crate) fn state(locale: Locale, set: &str, value: &str) -> Html {
    let class = match value {
        "up" | "ok" | "active" | "open_agent" => "state good",
        "unknown" | "stale" | "missing" | "quarantined" | "down" | "at_risk" | "partial" | "denied" | "failed"
        | "revoked" | "locked" | "expired" | "quarantine" => "state bad",
        _ => "state",
    };
    badge(class, &locale.name(set, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_outside_is_inert() {
        assert_eq!(escape(r#"<a href="x" id='y'>&"#), "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;");
        assert_eq!(url("a b/ü?"), "a%20b%2F%C3%BC%3F");
        let html = state(Locale::English, "host-status", "<script>").to_string();
        assert!(!html.contains("<script>"), "{html}");
        assert!(severity(Locale::Chinese, Severity::Critical).to_string().contains("严重"));
        assert!(priority(2).to_string().contains("sev-major"));
    }
}
