//! The form of a report that comes by itself: its fields, and what they say.

use muster_model::capacity::Resource;
use muster_model::report_plan::{Subject, Terms};
use muster_model::right::Action;
use muster_model::schedule::{Schedule, Weekday};
use muster_model::text::Phrase;

use crate::console::form::{self, Choice, Field, Form, Kind};
use crate::console::submission::Fields;
use crate::console::visitor::Visitor;
use crate::service::{ServiceError, Wrong, invalid};

pub(super) fn usual() -> Terms {
    Terms {
        name: String::new(),
        subject: Subject::Kpi { days: 7 },
        schedule: Schedule::Weekly {
            days: vec![Weekday::Monday],
            at: "07:00".into(),
            minutes: 1,
            zone: "UTC".into(),
            until: None,
        },
        calendar: None,
        recipients: Vec::new(),
        channels: Vec::new(),
        is_active: true,
    }
}

/// What a subject asks: days, filter, resource, saved search.
fn parts(subject: &Subject) -> (u16, String, &'static str, String) {
    match subject {
        Subject::Kpi { days } => (*days, String::new(), "", String::new()),
        Subject::Availability { days, filter } => (*days, filter.clone(), "", String::new()),
        Subject::Capacity { filter, resource, .. } => {
            (7, filter.clone(), resource.map_or("", Resource::as_str), String::new())
        }
        Subject::Search { search } => (7, String::new(), "", search.to_string()),
    }
}

/// The choices of what can be picked by the visitor: saved searches, calendars, channels.
async fn picks(visitor: &Visitor, terms: &Terms, search: &str) -> Result<[Vec<Choice>; 3], ServiceError> {
    let (service, call, locale) = (visitor.service(), &visitor.call, visitor.locale);
    let window = crate::service::Window { limit: 1_000, cursor: None };
    let found = service.list_saved_searches(call, &muster_model::query::Query::default(), &window).await?;
    let mut searches = vec![form::nothing(locale.t("choose"), search.is_empty())];
    searches.extend(found.items.into_iter().map(|view| {
        let value = view.search.value.id.to_string();
        Choice { is_chosen: value == search, value, label: view.search.value.name }
    }));
    let mut calendars = vec![form::nothing(locale.t("report-any-day"), terms.calendar.is_none())];
    for calendar in service.list_calendars(call).await? {
        let is_chosen = terms.calendar.as_ref() == Some(&calendar.value.name);
        calendars.push(Choice { value: calendar.value.name, label: calendar.value.plan.label, is_chosen });
    }
    let mut channels = Vec::new();
    if visitor.may(Action::NotificationRead) {
        for channel in service.list_channels(call).await?.into_iter().filter(|one| one.value.kind.takes_reports()) {
            let is_chosen = terms.channels.contains(&channel.value.id);
            channels.push(Choice { value: channel.value.id.to_string(), label: channel.value.name, is_chosen });
        }
    }
    Ok([searches, calendars, channels])
}

pub(super) async fn written(visitor: &Visitor, form: Form, terms: &Terms) -> Result<Form, ServiceError> {
    let locale = visitor.locale;
    let (period, filter, resource, search) = parts(&terms.subject);
    let [searches, calendars, channels] = picks(visitor, terms, &search).await?;
    let (days, at, zone) = match &terms.schedule {
        Schedule::Weekly { days, at, zone, .. } => (days.clone(), at.clone(), zone.clone()),
        Schedule::Never { .. } => (Vec::new(), String::new(), String::new()),
    };
    let weekday = |day: &Weekday| Choice {
        value: day.as_str().to_owned(),
        label: locale.name("weekday", day.as_str()),
        is_chosen: days.contains(day),
    };
    let mut resources = vec![form::nothing(locale.t("capacity-all"), resource.is_empty())];
    resources.extend(form::choices(locale, "resource", Resource::ALL.iter().map(|one| one.as_str()), resource));
    let subjects = form::choices(locale, "report-of", Subject::NAMES.iter().copied(), terms.subject.as_str());
    let active = form::choices(locale, "yes-no", ["yes", "no"], if terms.is_active { "yes" } else { "no" });
    let mut form = form
        .field(Field::text(locale, "name").required().value(&terms.name))
        .field(Field::select(locale, "subject", subjects))
        .field(
            Field::new(locale, "period_days", Kind::Input("number"))
                .value(period.to_string())
                .hint(locale.t("report-days-hint")),
        )
        .field(Field::text(locale, "filter").value(filter).hint(locale.t("report-filter-hint")))
        .field(Field::select(locale, "resource", resources).hint(locale.t("report-resource-hint")))
        .field(Field::select(locale, "search", searches))
        .field(Field::checks(locale, "weekdays", Weekday::ALL.iter().map(weekday).collect()))
        .field(Field::new(locale, "at", Kind::Input("time")).required().value(at))
        .field(Field::text(locale, "zone").required().value(zone))
        .field(Field::select(locale, "calendar", calendars))
        .field(
            Field::area(locale, "recipients")
                .value(terms.recipients.join("\n"))
                .hint(locale.t("report-recipients-hint")),
        );
    if !channels.is_empty() {
        form = form.field(Field::checks(locale, "channels", channels));
    }
    Ok(form.field(Field::select(locale, "is_active", active)))
}

/// The terms in a form. What the form does not show stays as it was.
pub(super) fn terms(fields: &Fields, before: Option<&Terms>) -> Result<Terms, ServiceError> {
    let filter = fields.text("filter").trim().to_owned();
    let days = || {
        let number: Option<u16> = fields.number("period_days");
        number.ok_or_else(|| invalid("/subject/days", Phrase::new("whole_number")))
    };
    let subject = match fields.text("subject") {
        "availability" => Subject::Availability { days: days()?, filter },
        "capacity" => {
            let (service, standing) = match before.map(|before| &before.subject) {
                Some(Subject::Capacity { service, standing, .. }) => (*service, *standing),
                _ => (None, None),
            };
            Subject::Capacity { filter, service, resource: Resource::of(fields.text("resource")), standing }
        }
        "search" => {
            let search = fields.text("search").parse();
            Subject::Search { search: search.map_err(|_| invalid("/subject/search", Phrase::new("is_needed")))? }
        }
        _ => Subject::Kpi { days: days()? },
    };
    let weekdays: Vec<Weekday> =
        Weekday::ALL.iter().copied().filter(|day| fields.all("weekdays").any(|name| name == day.as_str())).collect();
    let until = match before.map(|before| &before.schedule) {
        Some(Schedule::Weekly { until, .. }) => *until,
        _ => None,
    };
    let addresses = fields.text("recipients").split([',', '\n']).map(str::trim).filter(|text| !text.is_empty());
    Ok(Terms {
        name: fields.text("name").trim().to_owned(),
        subject,
        schedule: Schedule::Weekly {
            days: weekdays,
            at: fields.text("at").trim().to_owned(),
            minutes: 1,
            zone: fields.text("zone").trim().to_owned(),
            until,
        },
        calendar: fields.filled("calendar").map(str::to_owned),
        recipients: addresses.map(str::to_owned).collect(),
        channels: fields.all("channels").filter_map(|id| id.parse().ok()).collect(),
        is_active: fields.text("is_active") != "no",
    })
}

/// Errors at the fields that the form has for them.
pub(super) fn placed(error: ServiceError) -> ServiceError {
    let place = |mut wrong: Wrong| {
        wrong.pointer = match wrong.pointer.as_str() {
            "/subject/days" => "/period_days".into(),
            "/schedule/days" => "/weekdays".into(),
            other => other.trim_start_matches("/subject").trim_start_matches("/schedule").to_owned(),
        };
        wrong
    };
    match error {
        ServiceError::Invalid(errors) => ServiceError::Invalid(errors.into_iter().map(place).collect()),
        other => other,
    }
}
