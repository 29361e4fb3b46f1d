//! Times as people read them: relative at first sight, exact in UTC on hover.

use muster_model::history::Moment;
use muster_shared::Time;

use super::locale::Locale;
use super::markup::Html;

/// `2026-11-23 08:00:05 UTC`.
pub(crate) fn exact(at: Time) -> String {
    let text = at.to_string();
    match (text.get(..10), text.get(11..19)) {
        (Some(day), Some(clock)) => format!("{day} {clock} UTC"),
        _ => text,
    }
}

/// `2026-11-23 08:00:05 – 08:10:05 UTC`; the day stands twice when it is another one.
pub(crate) fn interval(from: Time, to: Time) -> String {
    let (from, to) = (exact(from), exact(to));
    let end = if from.get(..10) == to.get(..10) { to.get(11..).unwrap_or(&to) } else { &to };
    format!("{} – {end}", from.trim_end_matches(" UTC"))
}

/// `08:00`.
pub(crate) fn clock(at: Time) -> String {
    at.to_string().get(11..16).unwrap_or_default().to_owned()
}

/// `11-23`: the label of a day on an axis.
pub(crate) fn month_day(at: Time) -> String {
    at.to_string().get(5..10).unwrap_or_default().to_owned()
}

/// The moment that a field of type `date` or `datetime-local` names, in UTC.
pub(crate) fn parse_field(text: &str) -> Option<Time> {
    let text = text.trim();
    match text.len() {
        10 => format!("{text}T00:00:00Z").parse().ok(),
        16 => format!("{text}:00Z").parse().ok(),
        19 => format!("{text}Z").parse().ok(),
        _ => text.parse().ok(),
    }
}

/// A time as a field of type `datetime-local` holds it, in UTC: to the minute.
pub(crate) fn field_of(text: &str) -> String {
    text.get(..16).unwrap_or_default().to_owned()
}

/// The field in which a page is asked for the past, and what it shows now.
#[derive(Clone, Debug)]
pub(crate) struct MomentBar {
    /// The page without a moment.
    pub(crate) action: String,
    /// What the field holds.
    pub(crate) value: String,
    /// The moment that the page shows; `None` is now.
    pub(crate) at: Option<Time>,
}

impl MomentBar {
    /// The bar of a page that shows a moment.
    pub(crate) fn new(action: String, moment: Moment) -> Self {
        let value = moment.as_of.map(|at| at.to_string().chars().take(19).collect()).unwrap_or_default();
        Self { action, value, at: moment.since() }
    }
}

/// A `<time>` that scripts may keep up to date.
pub(crate) fn element(locale: Locale, at: Time, now: Time) -> Html {
    let (exact, relative) = (exact(at), locale.relative(at, now));
    Html(format!(r#"<time datetime="{at}" title="{exact}">{relative}</time>"#))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_relative_with_the_exact_time_beside() {
        let now: Time = "2026-11-23T08:00:05Z".parse().unwrap();
        let ago = |ms: i64| Locale::English.relative(now.plus_millis(-ms), now);
        assert_eq!(ago(0), "just now");
        assert_eq!(ago(59_000), "59 s ago");
        assert_eq!(ago(60_000), "1 min ago");
        assert_eq!(ago(5 * 3_600_000), "5 h ago");
        assert_eq!(ago(3 * 86_400_000), "3 d ago");
        assert_eq!(ago(-7_200_000), "in 2 h");
        assert_eq!(Locale::Chinese.relative(now.plus_millis(-60_000), now), "1 分钟前");
        let html = element(Locale::English, now, now).to_string();
        assert!(html.contains(r#"datetime="2026-11-23T08:00:05.000Z" title="2026-11-23 08:00:05 UTC""#), "{html}");
    }

    #[test]
    fn fields_of_forms_name_moments_in_utc() {
        let at: Time = "2026-11-23T08:00:00Z".parse().unwrap();
        assert_eq!(parse_field("2026-11-23T08:00"), Some(at));
        assert_eq!(parse_field("2026-11-23"), "2026-11-23T00:00:00Z".parse().ok());
        assert_eq!(parse_field("23.11.2026"), None);
        assert_eq!(interval(at, at.plus_millis(600_000)), "2026-11-23 08:00:00 – 08:10:00 UTC");
        assert!(interval(at, at.plus_millis(86_400_000)).ends_with("– 2026-11-24 08:00:00 UTC"));
        assert_eq!((clock(at), month_day(at)), ("08:00".to_owned(), "11-23".to_owned()));
    }
}
