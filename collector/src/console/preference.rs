//! `/account/notifications`: how one wishes to be told, where, when, and of what not.

use askama::Template;
use axum::response::Response;
use muster_model::notification::Topic;
use muster_model::right::Action;
use muster_model::text::Phrase;
use muster_model::zone::DayTime;

use super::answer::{self, see_other};
use super::form::{self, Attempt, Choice, Field, Form, Kind};
use super::shell::Shell;
use super::submission::{Fields, Submission};
use super::visitor::Visitor;
use crate::service::notification::Wishes;
use crate::service::{ServiceError, invalid};

#[derive(Template)]
#[template(path = "preference.html")]
pub(super) struct PreferencePage {
    pub(super) page: Shell,
    pub(super) form: Form,
    pub(super) has_mail: bool,
}

async fn channels(visitor: &Visitor, wishes: &Wishes) -> Result<Vec<Choice>, ServiceError> {
    let chosen = wishes.channel.map(|id| id.to_string());
    let mut choices = vec![form::nothing(visitor.locale.t("notify-no-channel"), chosen.is_none())];
    if visitor.may(Action::NotificationRead) {
        for stored in visitor.service().list_channels(&visitor.call).await? {
            let value = stored.value.id.to_string();
            let is_chosen = chosen.as_ref() == Some(&value);
            choices.push(Choice { value, label: stored.value.name, is_chosen });
        }
    } else if let Some(value) = chosen {
        choices.push(Choice { label: value.clone(), value, is_chosen: true });
    }
    Ok(choices)
}

async fn page(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let (service, locale) = (visitor.service(), visitor.locale);
    let stored = service.get_preference(&visitor.call, visitor.id()).await?;
    let wishes = Wishes::of(&stored.value);
    let field = |name: &'static str, kind: &'static str, value: String| {
        Field::named(name, locale.name("wish", name), Kind::Input(kind)).value(value)
    };
    let time = |time: Option<DayTime>| time.map(|time| time.to_string()).unwrap_or_default();
    let own = Choice { value: "yes".into(), label: locale.t("wish-own-yes"), is_chosen: wishes.own_tickets };
    let muted = Topic::ALL.iter().map(|topic| Choice {
        value: topic.as_str().to_owned(),
        label: locale.name("topic", topic.as_str()),
        is_chosen: wishes.muted.contains(topic),
    });
    let checks = |name: &'static str, choices: Vec<Choice>| {
        Field::named(name, locale.name("wish", name), Kind::Checks).choices(choices)
    };
    let groups = wishes.groups.iter().cloned().collect::<Vec<_>>().join(", ");
    let minutes = wishes.digest_minutes.map(|minutes| minutes.to_string()).unwrap_or_default();
    let channel = Field::named("channel", locale.t("wish-channel"), Kind::Select);
    let form = Form::new(visitor, "wishes", "/account/notifications".to_owned(), locale.t("save"))
        .tone("primary")
        .version(stored.version)
        .field(field("email", "email", wishes.email.clone().unwrap_or_default()).autocomplete("email"))
        .field(channel.choices(channels(visitor, &wishes).await?).hint(locale.t("hint-wish-channel")))
        .field(field("digest_minutes", "number", minutes).hint(locale.t("hint-wish-digest")))
        .field(field("daily_at", "time", time(wishes.daily_at)).hint(locale.t("hint-wish-daily")))
        .field(field("quiet_from", "time", time(wishes.quiet_from)).hint(locale.t("hint-wish-quiet")))
        .field(field("quiet_to", "time", time(wishes.quiet_to)))
        .field(field("zone", "text", wishes.zone.to_string()).hint(locale.t("hint-wish-zone")))
        .field(field("groups", "text", groups).hint(locale.t("hint-wish-groups")))
        .field(checks("own_tickets", vec![own]))
        .field(checks("muted", muted.collect()))
        .after(attempt);
    let page = PreferencePage {
        page: Shell::at(visitor, "/account", &locale.t("wish-title")).await,
        form,
        has_mail: service.post().has_mail(),
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /account/notifications`.
pub(super) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor, None).await;
    visitor.answer(outcome)
}

/// What a form wishes.
fn wishes(fields: &Fields) -> Result<Wishes, ServiceError> {
    let wrong = |name: &str, key: &'static str| {
        let value: String = fields.text(name).chars().take(80).collect();
        invalid(&format!("/{name}"), Phrase::new(key).with("value", value))
    };
    let time = |name: &str| fields.filled(name).map(str::parse::<DayTime>).transpose();
    let day_time = |name: &str| time(name).map_err(|_| wrong(name, "no_day_time"));
    let zone = fields.filled("zone").unwrap_or("UTC");
    let number = |name: &str| fields.filled(name).map(|_| fields.number(name).unwrap_or_default());
    let channel = fields.filled("channel").map(str::parse).transpose();
    Ok(Wishes {
        email: fields.filled("email").map(str::to_owned),
        channel: channel.map_err(|_| wrong("channel", "no_target"))?,
        digest_minutes: number("digest_minutes"),
        daily_at: day_time("daily_at")?,
        quiet_from: day_time("quiet_from")?,
        quiet_to: day_time("quiet_to")?,
        zone: zone.parse().map_err(|_| wrong("zone", "no_zone"))?,
        own_tickets: fields.filled("own_tickets").is_some(),
        groups: fields.text("groups").split(',').map(|group| group.trim().to_owned()).collect(),
        muted: fields.all("muted").filter_map(Topic::of).collect(),
    })
}

async fn saved(visitor: &Visitor, fields: Fields) -> Result<Response, ServiceError> {
    let outcome = match wishes(&fields).and_then(Wishes::draft) {
        Ok(draft) => {
            visitor.service().set_preference(&visitor.call, visitor.id(), draft, fields.version()).await.map(drop)
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => Ok(see_other("/account/notifications?done=saved")),
        Err(error) => {
            let attempt = Attempt::new("wishes", fields, error, visitor.locale)?;
            page(visitor, Some(&attempt)).await
        }
    }
}

/// `POST /account/notifications`.
pub(super) async fn save(Submission { visitor, fields }: Submission) -> Response {
    let outcome = saved(&visitor, fields).await;
    visitor.answer(outcome)
}
