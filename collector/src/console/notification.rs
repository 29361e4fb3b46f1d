//! `/notifications`: channels and subscriptions, with a test of each channel. A secret is shown in the answer that made it.

mod desk;

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use muster_model::notification::Topic;
use muster_model::notification::channel::ChannelKind;
use muster_model::notification::subscription;
use muster_model::right::Action;
use muster_model::text::Phrase;

use super::answer::{self, see_other, sentence};
use super::form::{self, Attempt, Choice, Field, Form, Kind};
use super::shell::Shell;
use super::submission::{Fields, Submission};
use super::visitor::Visitor;
use crate::service::notification::{ChannelDraft, ChannelEdit, ChannelHealth, SubscriptionDraft};
use crate::service::{ServiceError, invalid};

/// A channel.
#[derive(Clone, Debug)]
pub(super) struct ChannelRow {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) to: String,
    pub(super) is_active: bool,
    /// How it fares.
    pub(super) health: ChannelHealth,
    /// The page of its messages of a state, without the state.
    pub(super) messages: String,
    pub(super) is_webhook: bool,
    pub(super) version: u64,
}

/// A subscription.
#[derive(Clone, Debug)]
pub(super) struct SubscriptionRow {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) topics: String,
    pub(super) filter: String,
    pub(super) target: String,
    pub(super) is_urgent: bool,
    pub(super) problem: Option<String>,
    pub(super) version: u64,
}

#[derive(Template)]
#[template(path = "notifications.html")]
pub(super) struct NotificationPage {
    pub(super) page: Shell,
    pub(super) channels: Vec<ChannelRow>,
    pub(super) subscriptions: Vec<SubscriptionRow>,
    pub(super) may_change: bool,
    pub(super) has_mail: bool,
    pub(super) new_channel: Form,
    pub(super) new_subscription: Form,
    /// Why a button did nothing.
    pub(super) problem: Option<String>,
    /// A secret that was drawn just now: it is shown this once.
    pub(super) secret: Option<String>,
}

fn channel_form(visitor: &Visitor, attempt: Option<&Attempt>) -> Form {
    let locale = visitor.locale;
    let kinds = form::choices(locale, "channel-kind", ChannelKind::ALL.iter().map(|kind| kind.as_str()), "webhook");
    let text = |name: &'static str| Field::named(name, locale.name("notify", name), Kind::Input("text"));
    let secret = Field::named("secret", locale.t("notify-secret"), Kind::Input("password"));
    let form = Form::new(visitor, "channel", "/notifications/channels".to_owned(), locale.t("notify-channel-new"))
        .field(Field::text(locale, "name").required())
        .field(Field::select(locale, "kind", kinds))
        .field(text("url").hint(locale.t("hint-channel-url")))
        .field(text("addresses").hint(locale.t("hint-channel-addresses")))
        .field(secret.hint(locale.t("hint-channel-secret")));
    desk::ask(form, locale).after(attempt)
}

pub(super) async fn targets(visitor: &Visitor) -> Result<Vec<Choice>, ServiceError> {
    let (service, call, locale) = (visitor.service(), &visitor.call, visitor.locale);
    let mut choices = vec![form::nothing(locale.t("choose"), true)];
    let mut add = |id: String, set: &str, name: &str| {
        choices.push(Choice { value: id, label: format!("{}: {name}", locale.t(set)), is_chosen: false });
    };
    for channel in service.list_channels(call).await? {
        add(channel.value.id.to_string(), "notify-channel", &channel.value.name);
    }
    if visitor.may(Action::OnCallRead) {
        for rota in service.list_rotas(call).await? {
            add(rota.value.id.to_string(), "notify-rota", &rota.value.name);
        }
    }
    if visitor.may(Action::UserRead) {
        for user in service.list_users(call).await?.into_iter().filter(|user| !user.value.disabled) {
            add(user.value.id.to_string(), "notify-person", &user.value.name);
        }
    }
    Ok(choices)
}

async fn subscription_form(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Form, ServiceError> {
    let locale = visitor.locale;
    let topics = Topic::ALL.iter().filter(|topic| topic.can_be_asked_for()).map(|topic| topic.as_str());
    let topics = form::choices(locale, "topic", topics, "");
    let urgent = vec![Choice { value: "yes".into(), label: locale.t("notify-urgent-yes"), is_chosen: false }];
    let checks = |name: &'static str, choices| Field {
        choices,
        ..Field::named(name, locale.name("notify", name), Kind::Checks)
    };
    let target = Field::named("target", locale.t("notify-target"), Kind::Select).choices(targets(visitor).await?);
    let title = locale.t("notify-subscription-new");
    Ok(Form::new(visitor, "subscription", "/notifications/subscriptions".to_owned(), title)
        .field(Field::text(locale, "name").required())
        .field(checks("topics", topics).hint(locale.t("hint-topics")))
        .field(Field::text(locale, "filter").hint(locale.t("hint-filter")))
        .field(target.required())
        .field(checks("urgent", urgent))
        .after(attempt))
}

async fn page(
    visitor: &Visitor,
    attempt: Option<&Attempt>,
    problem: Option<String>,
    secret: Option<String>,
) -> Result<Response, ServiceError> {
    let (service, call, locale) = (visitor.service(), &visitor.call, visitor.locale);
    let all = service.list_channels(call).await?;
    let mut healths = service.channel_healths(call, &all).await?;
    let channels = all.into_iter().map(|stored| {
        let channel = stored.value;
        // Mail goes to addresses, each of which may stand in several channels.
        let only = if channel.kind == ChannelKind::Email { String::new() } else { format!("channel={}&", channel.id) };
        let to = if channel.addresses.is_empty() { channel.url_shown } else { channel.addresses.join(", ") };
        ChannelRow {
            id: channel.id.to_string(),
            name: channel.name,
            kind: locale.name("channel-kind", channel.kind.as_str()),
            to,
            is_active: channel.is_active,
            health: healths.remove(&channel.id).unwrap_or_default(),
            messages: format!("/deliveries?{only}state="),
            is_webhook: channel.kind == ChannelKind::Webhook,
            version: stored.version,
        }
    });
    let channels = channels.collect();
    let mut subscriptions = Vec::new();
    for stored in service.list_subscriptions(call).await? {
        let it = stored.value;
        let topics: Vec<String> = it.topics.iter().map(|topic| locale.name("topic", topic.as_str())).collect();
        subscriptions.push(SubscriptionRow {
            id: it.id.to_string(),
            problem: subscription::problem(&it).map(|why| sentence(&why.into(), locale)),
            topics: topics.join(", "),
            target: service.target_name(it.target).await?,
            name: it.name,
            filter: it.filter,
            is_urgent: it.is_urgent,
            version: stored.version,
        });
    }
    let page = NotificationPage {
        page: Shell::at(visitor, "/notifications", &locale.t("notify-title")).await,
        channels,
        subscriptions,
        may_change: visitor.may(Action::NotificationManage),
        has_mail: service.post().has_mail(),
        new_channel: channel_form(visitor, attempt),
        new_subscription: subscription_form(visitor, attempt).await?,
        problem,
        secret,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /notifications`.
pub(super) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor, None, None, None).await;
    visitor.answer(outcome)
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split([',', ' ', '\n']).map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned)
}

async fn created(visitor: &Visitor, fields: Fields) -> Result<Response, ServiceError> {
    let kind = ChannelKind::of(fields.text("kind"));
    let kind = kind.ok_or_else(|| invalid("/kind", Phrase::new("is_needed")));
    let draft = kind.and_then(|kind| Ok((kind, desk::read(&fields)?))).map(|(kind, desk)| ChannelDraft {
        name: fields.text("name").to_owned(),
        kind,
        url: fields.filled("url").map(str::to_owned),
        secret: fields.filled("secret").map(str::to_owned),
        addresses: words(fields.text("addresses")).collect(),
        desk,
    });
    let made = match draft {
        Ok(draft) => visitor.service().create_channel(&visitor.call, draft).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(made) if made.secret.is_some() => page(visitor, None, None, made.secret).await,
        Ok(_) => Ok(see_other("/notifications?done=saved")),
        Err(error) => {
            let attempt = Attempt::new("channel", fields, desk::at_fields(error), visitor.locale)?;
            page(visitor, Some(&attempt), None, None).await
        }
    }
}

/// `POST /notifications/channels`.
pub(super) async fn add_channel(Submission { visitor, fields }: Submission) -> Response {
    let outcome = created(&visitor, fields).await;
    visitor.answer(outcome)
}

async fn acted(visitor: &Visitor, id: &str, what: &str, fields: &Fields) -> Result<Response, ServiceError> {
    let missing = || ServiceError::NotFound { kind: "channel", id: id.chars().take(80).collect() };
    let (id, seen) = (id.parse().map_err(|_| missing())?, fields.version());
    let (service, call) = (visitor.service(), &visitor.call);
    let switch = |is_active: bool| ChannelEdit { is_active: Some(is_active), ..ChannelEdit::default() };
    let done = match what {
        "test" => service.test_channel(call, id).await.map(|_| "/deliveries?done=test-sent"),
        "on" => service.update_channel(call, id, switch(true), seen).await.map(|_| "/notifications?done=saved"),
        "off" => service.update_channel(call, id, switch(false), seen).await.map(|_| "/notifications?done=saved"),
        "remove" => service.remove_channel(call, id, seen).await.map(|()| "/notifications?done=removed"),
        "secret" => {
            let renewed = service.renew_secret(call, id, seen).await?;
            return page(visitor, None, None, renewed.secret).await;
        }
        _ => return Err(missing()),
    };
    match done {
        Ok(to) => Ok(see_other(to)),
        Err(ServiceError::Conflict(why)) => page(visitor, None, Some(sentence(&why, visitor.locale)), None).await,
        Err(error) => Err(error),
    }
}

/// `POST /notifications/channels/{id}/{what}`.
pub(super) async fn act(
    Path((id, what)): Path<(String, String)>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let outcome = acted(&visitor, &id, &what, &fields).await;
    visitor.answer(outcome)
}

async fn subscribed(visitor: &Visitor, fields: Fields) -> Result<Response, ServiceError> {
    let topics: BTreeSet<Topic> = fields.all("topics").filter_map(Topic::of).collect();
    let target = fields.text("target").parse().map_err(|()| invalid("/target", Phrase::new("is_needed")));
    let saved = match target {
        Ok(target) => {
            let draft = SubscriptionDraft {
                name: fields.text("name").to_owned(),
                topics,
                filter: fields.text("filter").to_owned(),
                target,
                is_urgent: fields.filled("urgent").is_some(),
                is_active: true,
            };
            visitor.service().save_subscription(&visitor.call, None, draft).await
        }
        Err(error) => Err(error),
    };
    match saved {
        Ok(_) => Ok(see_other("/notifications?done=saved")),
        Err(error) => {
            let attempt = Attempt::new("subscription", fields, error, visitor.locale)?;
            page(visitor, Some(&attempt), None, None).await
        }
    }
}

/// `POST /notifications/subscriptions`.
pub(super) async fn subscribe(Submission { visitor, fields }: Submission) -> Response {
    let outcome = subscribed(&visitor, fields).await;
    visitor.answer(outcome)
}

async fn unsubscribed(visitor: &Visitor, id: &str, fields: &Fields) -> Result<Response, ServiceError> {
    let missing = |_| ServiceError::NotFound { kind: "subscription", id: id.chars().take(80).collect() };
    let id = id.parse().map_err(missing)?;
    visitor.service().remove_subscription(&visitor.call, id, fields.version()).await?;
    Ok(see_other("/notifications?done=removed"))
}

/// `POST /notifications/subscriptions/{id}/remove`.
pub(super) async fn unsubscribe(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = unsubscribed(&visitor, &id, &fields).await;
    visitor.answer(outcome)
}
