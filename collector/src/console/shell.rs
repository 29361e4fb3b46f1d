//! What surrounds every page: title, navigation, language, who is signed in, and the note of what was just done.

use std::borrow::Borrow;

use muster_model::policy::Severity;
use muster_model::right::Action;
use muster_shared::Time;

use super::asset;
use super::label;
use super::locale::Locale;
use super::markup::{self, Html};
use super::moment;
use super::submission::CSRF;
use super::visitor::Visitor;

/// A place that the navigation leads to.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) path: &'static str,
    pub(crate) label: String,
    pub(crate) icon: Html,
    pub(crate) is_here: bool,
    pub(crate) count: Option<String>,
}

/// The surroundings of a page.
#[derive(Clone, Debug)]
pub(crate) struct Shell {
    pub(crate) locale: Locale,
    pub(crate) title: String,
    pub(crate) places: Vec<Place>,
    /// Name of who is signed in.
    pub(crate) person: Option<String>,
    pub(crate) csrf: String,
    /// What was just done.
    pub(crate) notice: Option<String>,
    pub(crate) now: Time,
    /// Whether all that is shown is made up.
    pub(crate) is_demo: bool,
    /// Pages to which nothing leads this visitor.
    closed: Vec<&'static str>,
    /// The groups that fields offer.
    pub(crate) groups: Vec<String>,
}

/// Pages that show the whole organisation, with the right that has to count everywhere to go there.
const WHOLE: &[(&str, Action)] = &[
    ("/kpi", Action::TicketRead),
    ("/reports", Action::ReportRead),
    ("/improvements", Action::TicketRead),
    ("/identification", Action::ItemRead),
    ("/sources", Action::ItemRead),
    ("/notifications", Action::NotificationRead),
    ("/deliveries", Action::NotificationRead),
    ("/audit", Action::AuditRead),
    ("/users", Action::UserRead),
    ("/silences", Action::AlertRead),
    ("/separations", Action::TicketRead),
    ("/access-reviews", Action::TicketRead),
    ("/volatility", Action::FindingRead),
    ("/waivers", Action::FindingRead),
    ("/imports", Action::ItemRead),
    ("/problem-proposals", Action::TicketRead),
];

/// Whether a page may be gone to as far as it shows the whole organisation: nothing leads where it does not.
pub(super) fn leads(visitor: &Visitor, path: &str) -> bool {
    WHOLE.iter().find(|(whole, _)| *whole == path).is_none_or(|(_, action)| visitor.may_all(*action))
}

/// Path, icon and the right that it takes to go there.
const PLACES: &[(&str, &str, Option<Action>)] = &[
    ("/", "overview", None),
    ("/incidents", "incident", Some(Action::TicketRead)),
    ("/tickets", "ticket", Some(Action::TicketRead)),
    ("/approvals", "approval", Some(Action::ApprovalVote)),
    ("/grants", "grant", Some(Action::TicketRead)),
    ("/catalogue", "catalogue", Some(Action::TicketRead)),
    ("/knowledge", "knowledge", Some(Action::TicketRead)),
    ("/levels", "level", Some(Action::TicketRead)),
    ("/availability", "availability", Some(Action::TicketRead)),
    ("/capacity", "capacity", Some(Action::ItemRead)),
    ("/kpi", "kpi", Some(Action::TicketRead)),
    ("/reports", "report", Some(Action::ReportRead)),
    ("/improvements", "improvement", Some(Action::TicketRead)),
    ("/findings", "finding", Some(Action::FindingRead)),
    ("/alerts", "alert", Some(Action::AlertRead)),
    ("/policies", "policy", Some(Action::FindingRead)),
    ("/hosts", "host", Some(Action::ItemRead)),
    ("/items", "item", Some(Action::ItemRead)),
    ("/map", "map", Some(Action::ItemRead)),
    ("/classes", "class", Some(Action::ItemRead)),
    ("/health", "health", Some(Action::ItemRead)),
    ("/identification", "identity", Some(Action::ItemRead)),
    ("/agents", "agent", Some(Action::AgentRead)),
    ("/sources", "source", Some(Action::ItemRead)),
    ("/on-call", "on-call", Some(Action::OnCallRead)),
    ("/notifications", "notification", Some(Action::NotificationRead)),
    ("/audit", "audit", Some(Action::AuditRead)),
    ("/users", "user", Some(Action::UserRead)),
    ("/account", "account", None),
];

impl Shell {
    /// The surroundings for somebody who is not signed in.
    pub(crate) fn outside(locale: Locale, title: &str) -> Self {
        let (places, csrf) = (Vec::new(), String::new());
        Self {
            locale,
            title: title.to_owned(),
            places,
            person: None,
            csrf,
            notice: None,
            now: Time::default(),
            is_demo: label::is_demo(),
            closed: Vec::new(),
            groups: Vec::new(),
        }
    }

    /// The surroundings without anything that has to be looked up.
    pub(crate) fn plain(visitor: &Visitor, title: &str) -> Self {
        let may_go =
            |path: &str, right: Option<Action>| right.is_none_or(|action| visitor.may(action)) && leads(visitor, path);
        let place = |(path, icon, _): &(&'static str, &str, Option<Action>)| Place {
            path,
            label: visitor.locale.name("nav", icon),
            icon: markup::icon(icon),
            is_here: false,
            count: None,
        };
        let done = visitor.parameter("done").and_then(|what| visitor.locale.find(&format!("done-{what}")));
        Self {
            locale: visitor.locale,
            title: title.to_owned(),
            places: PLACES.iter().filter(|(path, _, right)| may_go(path, *right)).map(place).collect(),
            person: Some(visitor.user().display_name.clone()),
            csrf: visitor.signed_in.session.csrf_token.clone(),
            notice: done,
            now: visitor.now(),
            is_demo: label::is_demo(),
            closed: WHOLE.iter().map(|(path, _)| *path).filter(|path| !leads(visitor, path)).collect(),
            groups: Vec::new(),
        }
    }

    /// The surroundings of a page at a place of the navigation.
    pub(crate) async fn at(visitor: &Visitor, path: &str, title: &str) -> Self {
        let mut shell = Self::plain(visitor, title);
        // The count is a courtesy: without it the page is still a page.
        let open = visitor.service().count_open_incidents(&visitor.call).await.ok().filter(|count| *count > 0);
        let asked = visitor.service().count_reviews(&visitor.call).await.ok().filter(|count| *count > 0);
        shell.groups = visitor.service().groups_known(&visitor.call).await.unwrap_or_default();
        for place in &mut shell.places {
            if place.path == "/identification" {
                place.count = asked.map(|count| count.to_string());
            }
            place.is_here = place.path == path;
            if place.path == "/incidents" {
                place.count = open.map(|count| count.to_string());
            }
        }
        shell
    }

    /// Whether something leads to a page of the whole organisation.
    pub(crate) fn leads(&self, path: &str) -> bool {
        !self.closed.contains(&path)
    }

    /// A text of the catalogue.
    pub(crate) fn t(&self, key: &str) -> String {
        self.locale.t(key)
    }

    /// That something happened on another desk.
    pub(crate) fn imported(&self, source: &str) -> String {
        self.locale.with("imported-from", &[("source", source)])
    }

    /// A text with a number.
    pub(crate) fn n(&self, key: &str, n: impl Borrow<usize>) -> String {
        self.locale.n(key, *n.borrow())
    }

    /// The name of a value of a closed set.
    pub(crate) fn name(&self, set: &str, value: &str) -> String {
        self.locale.name(set, value)
    }

    /// A moment.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass references")]
    pub(crate) fn when(&self, at: &Time) -> Html {
        moment::element(self.locale, *at, self.now)
    }

    /// A severity's badge.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass references")]
    pub(crate) fn severity(&self, severity: &Severity) -> Html {
        markup::severity(self.locale, *severity)
    }

    /// A priority's badge.
    #[expect(clippy::unused_self, reason = "templates call all badges alike")]
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass references")]
    pub(crate) fn priority(&self, priority: &u8) -> Html {
        markup::priority(*priority)
    }

    /// A state's badge.
    pub(crate) fn state(&self, set: &str, value: &str) -> Html {
        markup::state(self.locale, set, value)
    }

    /// An icon.
    #[expect(clippy::unused_self, reason = "templates have the shell and nothing else to call")]
    pub(crate) fn icon(&self, name: &str) -> Html {
        markup::icon(name)
    }

    /// The URL of an asset.
    #[expect(clippy::unused_self, reason = "templates have the shell and nothing else to call")]
    pub(crate) fn asset(&self, name: &str) -> &'static str {
        asset::path(name)
    }

    /// The hidden field that every form carries.
    pub(crate) fn token(&self) -> Html {
        Html(format!(r#"<input type="hidden" name="{CSRF}" value="{}">"#, markup::escape(&self.csrf)))
    }

    /// What scripts need to keep relative times in the page's language: one phrase per unit, `%` for the number.
    pub(crate) fn units(&self) -> String {
        let unit = |key: &str| self.locale.n(key, 7).replace('7', "%");
        let keys = ["time-seconds-ago", "time-minutes-ago", "time-hours-ago", "time-days-ago"];
        let ahead = ["time-seconds-ahead", "time-minutes-ahead", "time-hours-ahead", "time-days-ahead"];
        let texts: Vec<String> = keys.iter().chain(&ahead).map(|key| unit(key)).collect();
        format!("{}|{}", self.t("time-now"), texts.join("|"))
    }
}
