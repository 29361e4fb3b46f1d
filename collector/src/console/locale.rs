//! The languages of the console: Fluent catalogues built into the binary, and which of them a visitor gets.
//!
//! Every text that people read comes from here. Both catalogues have the same keys, and each key is used: a test holds them
//! to it. The sentences that records and API answers carry stand in English in `muster_model::text::table`, and have a
//! catalogue of their own in every other language.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use muster_model::text::{Phrase, Text, Word};
use muster_shared::Time;
use unic_langid::LanguageIdentifier;

use super::attribute;

type Bundle = FluentBundle<FluentResource>;

/// A language of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Locale {
    /// English: what is spoken when nothing else is asked for.
    English,
    /// Simplified Chinese.
    Chinese,
}

/// The English catalogue.
const ENGLISH: &[&str] = &[
    include_str!("../../locales/en/word.ftl"),
    include_str!("../../locales/en/page.ftl"),
    include_str!("../../locales/en/form.ftl"),
    include_str!("../../locales/en/attribute.ftl"),
    include_str!("../../locales/en/access.ftl"),
    include_str!("../../locales/en/alert.ftl"),
    include_str!("../../locales/en/schedule.ftl"),
    include_str!("../../locales/en/ticket.ftl"),
];
/// The Chinese catalogue.
const CHINESE: &[&str] = &[
    include_str!("../../locales/zh-CN/word.ftl"),
    include_str!("../../locales/zh-CN/page.ftl"),
    include_str!("../../locales/zh-CN/form.ftl"),
    include_str!("../../locales/zh-CN/attribute.ftl"),
    include_str!("../../locales/zh-CN/access.ftl"),
    include_str!("../../locales/zh-CN/alert.ftl"),
    include_str!("../../locales/zh-CN/schedule.ftl"),
    include_str!("../../locales/zh-CN/ticket.ftl"),
    SPOKEN,
];

/// The sentences of records and answers in Chinese.
const SPOKEN: &str = include_str!("../../locales/zh-CN/phrase.ftl");

static ENGLISH_BUNDLE: LazyLock<Bundle> = LazyLock::new(|| bundle("en", ENGLISH));
static CHINESE_BUNDLE: LazyLock<Bundle> = LazyLock::new(|| bundle("zh-CN", CHINESE));

fn bundle(tag: &str, sources: &[&str]) -> Bundle {
    let language: LanguageIdentifier = tag.parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![language]);
    // Isolating marks would stand in attributes and titles as odd characters; no text here mixes directions.
    bundle.set_use_isolating(false);
    for source in sources {
        // A catalogue with an error is used as far as it is right; a test keeps errors out of the build.
        let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(partial, _)| partial);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

impl Locale {
    /// All of them.
    pub(crate) const ALL: &'static [Self] = &[Self::English, Self::Chinese];

    /// The BCP 47 tag.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }

    /// What the language calls itself.
    pub(crate) const fn endonym(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Chinese => "简体中文",
        }
    }

    /// The language of a tag, by its first part: there is one of each.
    pub(crate) fn of_tag(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "en" => Some(Self::English),
            "zh" => Some(Self::Chinese),
            _ => None,
        }
    }

    /// The language that an `Accept-Language` header likes best.
    pub(crate) fn negotiate(header: &str) -> Self {
        let wish = |part: &str| {
            let (tag, rest) = part.split_once(';').unwrap_or((part, "q=1"));
            let quality = rest.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()).unwrap_or(0.0);
            Self::of_tag(tag.trim()).filter(|_| quality > 0.0).map(|locale| (locale, quality))
        };
        let mut best: Option<(Self, f32)> = None;
        for (locale, quality) in header.split(',').take(20).filter_map(wish) {
            if best.is_none_or(|(_, other)| quality > other) {
                best = Some((locale, quality));
            }
        }
        best.map_or(Self::English, |(locale, _)| locale)
    }

    fn bundle(self) -> &'static Bundle {
        match self {
            Self::English => &ENGLISH_BUNDLE,
            Self::Chinese => &CHINESE_BUNDLE,
        }
    }

    fn format(self, key: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        let pattern = self.bundle().get_message(key)?.value()?;
        let mut errors = Vec::new();
        Some(self.bundle().format_pattern(pattern, args, &mut errors).into_owned())
    }

    /// A text.
    pub(crate) fn t(self, key: &str) -> String {
        self.format(key, None).unwrap_or_else(|| key.to_owned())
    }

    /// A text, if there is one of this key: for keys that come from outside.
    pub(crate) fn find(self, key: &str) -> Option<String> {
        self.format(key, None)
    }

    /// A text with the number `n`.
    pub(crate) fn n(self, key: &str, n: usize) -> String {
        let mut args = FluentArgs::new();
        args.set("n", n);
        self.format(key, Some(&args)).unwrap_or_else(|| key.to_owned())
    }

    /// A text with words in it.
    pub(crate) fn with(self, key: &str, values: &[(&str, &str)]) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in values {
            args.set(*name, *value);
        }
        self.format(key, Some(&args)).unwrap_or_else(|| key.to_owned())
    }

    /// The name of a value of a closed set: `state` and `in_progress` is the text `state-in-progress`. What the catalogue
    /// does not know stands as it is.
    pub(crate) fn name(self, set: &str, value: &str) -> String {
        let key = format!("{set}-{}", value.replace(['_', '.', ' '], "-"));
        self.format(&key, None).unwrap_or_else(|| value.replace('_', " "))
    }

    /// An actor for people: the collector's own jobs say which part of it acted.
    pub(crate) fn actor(self, label: &str) -> String {
        label.strip_prefix("system:").map_or_else(|| label.to_owned(), |job| self.name("actor", job))
    }

    /// A text of a record or an answer: what people wrote as it stands, what the collector says in this language.
    pub(crate) fn say(self, text: &Text) -> String {
        match text {
            Text::Written(text) => text.clone(),
            Text::Drawn(phrases) => phrases.iter().map(|phrase| self.phrase(phrase)).collect::<Vec<_>>().join("\n"),
        }
    }

    /// A sentence of the collector. English is what records and answers say, so there is no second wording of it here.
    pub(crate) fn phrase(self, phrase: &Phrase) -> String {
        if self == Self::English {
            return phrase.to_string();
        }
        let mut args = FluentArgs::new();
        for (name, word) in &phrase.with {
            args.set(name.clone(), self.word(word));
        }
        let key = format!("say-{}", phrase.say.replace('_', "-"));
        self.format(&key, Some(&args)).unwrap_or_else(|| phrase.to_string())
    }

    fn word(self, word: &Word) -> String {
        match word {
            Word::Plain(text) => text.clone(),
            Word::Term { set, value } if set == "actor" => self.actor(value),
            Word::Term { set, value } if set == "attribute" => attribute::label(self, value),
            Word::Term { set, value } => self.name(set, value),
            Word::Phrase(phrase) => self.phrase(phrase),
            Word::List(words) => {
                words.iter().map(|word| self.word(word)).collect::<Vec<_>>().join(&self.t("list-comma"))
            }
        }
    }

    /// What a ticket is sorted by: the collector's own categories have a word, those of people stand as they are.
    pub(crate) fn category(self, category: &str) -> String {
        let is_own = matches!(category, "drift" | "security" | "alert");
        if is_own { self.name("category", category) } else { category.to_owned() }
    }

    /// How long before or after `now` a moment is, in one short phrase.
    pub(crate) fn relative(self, at: Time, now: Time) -> String {
        let ms = now.since(at);
        let seconds = ms.unsigned_abs() / 1_000;
        let (unit, n) = match seconds {
            0..=4 => return self.t("time-now"),
            5..=59 => ("seconds", seconds),
            60..=3_599 => ("minutes", seconds / 60),
            3_600..=172_799 => ("hours", seconds / 3_600),
            _ => ("days", seconds / 86_400),
        };
        let key = format!("time-{unit}-{}", if ms < 0 { "ahead" } else { "ago" });
        self.n(&key, usize::try_from(n).unwrap_or(usize::MAX))
    }
}

#[cfg(test)]
mod tests;
