//! The console: pages drawn on the server over the same use cases as the API. They work without scripts; scripts add keys,
//! live regions and times that stay right.
//!
//! One module per screen. Whoever looks is a `visitor::Visitor`, whatever is sent is a `submission::Submission` with the
//! token of its session: there is no other way into a handler that changes something, except signing in and the link of a mail
//! that votes.

mod access;
mod account;
mod agent;
mod alert;
mod answer;
pub(crate) mod asset;
mod attribute;
mod audit;
mod availability;
mod ballot;
mod capacity;
mod catalogue;
mod change;
mod chart;
mod class;
mod compare;
mod declared;
mod delivery;
mod difference;
mod evidence;
mod finding;
pub(crate) mod foreign;
mod form;
mod health;
mod host;
mod identity;
mod import;
mod improvement;
mod incident;
mod item;
mod knowledge;
mod kpi;
pub(crate) mod label;
mod level;
mod list;
mod locale;
mod map;
pub(crate) mod markup;
mod moment;
mod notification;
mod on_call;
mod overview;
mod own;
mod pin;
mod policy;
mod preference;
mod priority;
mod problem_proposal;
mod profile;
mod raw;
mod reconciliation;
mod relation;
mod report;
mod retention;
mod routing;
mod saved;
mod schedule;
mod search;
mod sheet;
mod shell;
mod sign_in;
mod source;
mod submission;
mod team;
mod ticket;
mod upload;
mod user;
mod value;
mod visitor;
mod volatility;
mod waiver;
mod watch;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::Response;
use axum::routing::{get, post};
use muster_shared::problem::ProblemDocument;

use crate::app::Shared;

/// All pages and their assets.
pub fn router() -> Router<Shared> {
    Router::new()
        .route("/", get(overview::show))
        .route("/search", get(search::go))
        .route("/assets/{file}", get(asset::serve))
        .route("/sign-in", get(sign_in::form).post(sign_in::submit))
        .route("/sign-in/link", get(sign_in::link).post(sign_in::submit_link))
        .route("/ballot", get(ballot::show).post(ballot::submit))
        .route("/sign-out", post(sign_in::sign_out))
        .merge(inventory())
        .merge(people())
        .merge(incidents())
        .merge(drift())
        .merge(levels())
        .merge(access::router())
        .merge(schedule::router())
        .merge(alert::router())
        .merge(administration())
        .merge(notifications())
}

fn inventory() -> Router<Shared> {
    Router::new()
        .route("/hosts", get(host::list::show))
        .route("/hosts/bulk", get(host::bulk::show).post(host::bulk::submit))
        .route("/hosts/{id}", get(host::detail::show).post(host::edit::save))
        .route("/hosts/{id}/recheck", post(host::edit::recheck))
        .route("/hosts/{id}/undo/{version}", post(host::said::undo))
        .route("/hosts/{id}/merge", post(host::recognition::merge))
        .route("/hosts/{id}/split", post(host::split::split))
        .route("/hosts/{id}/{section}", get(host::section::show))
        .route("/identification", get(identity::show))
        .route("/identification/rules", get(identity::rules::show).post(identity::rules::submit))
        .route("/identification/{id}/decide", post(identity::decide))
        .route("/identification/merges/{id}/undo", post(identity::undo))
        .route("/items", get(item::list::show))
        .route("/saved-searches", get(saved::show_all).post(saved::add))
        .route("/saved-searches/{id}", get(saved::show).post(saved::save))
        .route("/saved-searches/{id}/remove", post(saved::remove))
        .route("/saved-searches/{id}/rows", get(saved::rows::show))
        .route("/items/export", get(item::list::export))
        .route("/items/{id}/sbom", get(declared::bill))
        .route("/items/{id}/json", get(raw::item))
        .route("/hosts/{id}/json", get(raw::host))
        .route("/items/bulk", get(item::bulk::show).post(item::bulk::submit))
        .route("/compare", get(compare::show))
        .route("/health", get(health::show))
        .route("/findings", get(finding::list::show))
        .route("/findings/{id}", get(finding::detail::show))
        .route("/findings/{id}/{what}", post(finding::decision::decide))
}

/// What people declare: classes, items, relations.
fn people() -> Router<Shared> {
    let large = DefaultBodyLimit::max(import::MAX_FORM_BYTES);
    Router::new()
        .route("/map", get(map::show))
        .route("/map.svg", get(map::download))
        .route("/classes", get(class::show_all).post(class::add))
        .route("/classes/{name}", get(class::show).post(class::add_attribute))
        .route("/classes/{name}/retire", post(class::retire))
        .route("/classes/{name}/attributes/{attribute}", post(class::change_attribute))
        .route("/classes/{name}/attributes/{attribute}/remove", post(class::remove_attribute))
        .route("/items/new", get(declared::show_new).post(declared::submit_new))
        .route("/imports", get(import::show_all).merge(post(import::submit).layer(large)))
        .route("/imports/{id}", get(import::show))
        .route("/imports/{id}/apply", post(import::apply))
        .route("/imports/{id}/discard", post(import::discard))
        .route("/items/{id}", get(declared::show).post(declared::save))
        .route("/items/{id}/retire", post(declared::retire))
        .route("/items/{id}/undo", post(declared::undo))
        .route("/items/{id}/attributes", post(own::save))
        .route("/items/{id}/pin", post(pin::add))
        .route("/items/{id}/unpin", post(pin::remove))
        .route("/items/{id}/relations", post(relation::add))
        .route("/items/{id}/relations/{relation}", post(relation::retract))
}

/// What is minded, and how.
fn drift() -> Router<Shared> {
    Router::new()
        .route("/policies", get(policy::show_all))
        .route("/policies/new", get(policy::show_new).post(policy::submit_new))
        .route("/policies/{id}", get(policy::detail::show).post(policy::detail::save))
        .route("/policies/{id}/remove", post(policy::detail::remove))
        .route("/profiles", get(profile::show_all))
        .route("/profiles/new", get(profile::show_new).post(profile::submit_new))
        .route("/profiles/{id}", get(profile::show).post(profile::save))
        .route("/profiles/{id}/remove", post(profile::remove))
        .route("/hosts/{id}/profile", get(profile::host::show))
        .route("/items/{id}/watch", post(watch::add))
        .route("/items/{id}/unwatch", post(watch::remove))
        .route("/priorities", get(priority::show).post(priority::save))
        .route("/priorities/follow", post(priority::follow))
        .route("/priorities/{version}", get(priority::version))
        .route("/retention", get(retention::show).post(retention::save))
        .route("/volatility", get(volatility::show))
        .route("/volatility/{section}/{attribute}/{what}", post(volatility::decide))
        .route("/waivers", get(waiver::show).post(waiver::add))
        .route("/waivers/{id}/end", post(waiver::end))
        .route("/routing", get(routing::show).post(routing::add))
        .route("/routing/{n}", post(routing::edit))
        .route("/routing/{n}/remove", post(routing::remove))
        .route("/hosts/{id}/changes/{seq}", get(waiver::why))
}

fn incidents() -> Router<Shared> {
    Router::new()
        .route("/incidents", get(incident::list::show))
        .route("/incidents/new", get(ticket::opening::show_incident).post(ticket::opening::submit_incident))
        .route("/incidents/{number}", get(incident::detail::show).post(incident::act::save))
        .route("/incidents/{number}/take", post(incident::act::take))
        .route("/incidents/{number}/recheck", post(incident::act::recheck))
        .route("/incidents/{number}/comments", post(incident::act::comment))
        .route("/incidents/{number}/accept", post(incident::act::accept))
        .route("/incidents/{number}/do/{event}", post(incident::act::transition))
        .merge(tickets())
}

/// The other kinds. Their record is shown and moved as that of an incident is.
fn tickets() -> Router<Shared> {
    let mut router = Router::new()
        .route("/board", get(ticket::board::show))
        .route("/tickets", get(ticket::list::show))
        .route("/tickets/export", get(ticket::list::export))
        .route("/tickets/new", get(ticket::opening::show).post(ticket::opening::submit))
        .route("/tickets/{number}", get(incident::detail::show).post(incident::act::save))
        .route("/tickets/{number}/waves/{wave}", get(ticket::wave::show))
        .route("/tickets/{number}/take", post(incident::act::take))
        .route("/tickets/{number}/comments", post(incident::act::comment))
        .route("/tickets/{number}/do/{event}", post(incident::act::transition))
        .route("/tickets/{number}/details", post(ticket::act::details))
        .route("/tickets/{number}/conflicts", post(ticket::act::conflicts))
        .route("/tickets/{number}/checks", post(ticket::act::check))
        .route("/tickets/{number}/findings/confirm", post(ticket::act::confirm))
        .route("/problem-proposals", get(problem_proposal::show_all))
        .route("/problem-proposals/{id}", get(problem_proposal::show))
        .route("/problem-proposals/{id}/{what}", post(problem_proposal::decide))
        .route("/catalogue", get(catalogue::show_all))
        .route("/catalogue/new", get(catalogue::edit::show_new).post(catalogue::edit::submit_new))
        .route("/catalogue/{id}/edit", get(catalogue::edit::show).post(catalogue::edit::save))
        .route("/catalogue/{id}/state/{state}", post(catalogue::edit::set_state))
        .route("/catalogue/{id}", get(catalogue::show).post(catalogue::order))
        .route("/knowledge", get(knowledge::show_all))
        .route("/knowledge/new", get(knowledge::show_new).post(knowledge::submit_new))
        .route("/knowledge/{number}", get(knowledge::show).post(knowledge::save))
        .route("/tickets/bulk", get(ticket::bulk::show).post(ticket::bulk::submit))
        .route("/approvals", get(ticket::inbox::show))
        .route("/approvals/board", get(ticket::meeting::show).post(ticket::meeting::record))
        .route("/approvals/rules", get(ticket::approval_rule::show).post(ticket::approval_rule::add))
        .route("/approvals/rules/{n}", post(ticket::approval_rule::edit))
        .route("/approvals/rules/{n}/remove", post(ticket::approval_rule::remove))
        .route("/approvals/delegations", post(ticket::delegation::add))
        .route("/approvals/delegations/{id}/remove", post(ticket::delegation::remove))
        .route("/approvals/{id}", post(ticket::act::vote));
    let large = DefaultBodyLimit::max(ticket::attachment::MAX_FORM_BYTES);
    for place in ["incidents", "tickets"] {
        router = router
            .route(&format!("/{place}/{{number}}/attachments"), post(ticket::attachment::add).layer(large))
            .route(&format!("/{place}/{{number}}/attachments/{{id}}"), get(ticket::attachment::fetch))
            .route(&format!("/{place}/{{number}}/attachments/remove"), post(ticket::attachment::remove))
            .route(&format!("/{place}/{{number}}/major/{{step}}"), post(ticket::family::take))
            .route(&format!("/{place}/{{number}}/known-error"), post(ticket::suggestion::accept))
            .route(&format!("/{place}/{{number}}/known-error/state"), post(ticket::known::stand))
            .route(&format!("/{place}/{{number}}/parent"), post(ticket::family::save_parent))
            .route(&format!("/{place}/{{number}}/links"), post(ticket::act::link))
            .route(&format!("/{place}/{{number}}/links/remove"), post(ticket::act::unlink))
            .route(&format!("/{place}/{{number}}/acknowledge"), post(incident::act::acknowledge))
            .route(&format!("/{place}/{{number}}/again"), post(ticket::act::again))
            .route(&format!("/{place}/{{number}}/watch"), post(incident::act::watch))
            .route(&format!("/{place}/{{number}}/unwatch"), post(incident::act::unwatch))
            .route(&format!("/{place}/{{number}}/tasks"), post(ticket::act::task));
    }
    router
}

/// What is promised, and whether it is kept.
fn levels() -> Router<Shared> {
    Router::new()
        .route("/availability", get(availability::show))
        .route("/availability/{id}", get(availability::outages))
        .route("/capacity", get(capacity::show_all))
        .route("/capacity/export", get(capacity::export))
        .route("/capacity/thresholds/{resource}", post(capacity::save))
        .route("/capacity/{host}", get(capacity::show))
        .route("/improvements", get(improvement::show_all))
        .route("/improvements/new", get(improvement::show_new).post(improvement::submit_new))
        .route("/improvements/{id}", get(improvement::show).post(improvement::save))
        .route("/improvements/{id}/do/{event}", post(improvement::transition))
        .route("/reports", get(report::show_all))
        .route("/reports/new", get(report::show_new).post(report::submit_new))
        .route("/reports/{id}", get(report::show).post(report::save))
        .route("/reports/{id}/run", post(report::run))
        .route("/reports/{id}/remove", post(report::remove))
        .route("/reports/{id}/runs/{run}", get(report::show_run))
        .route("/reports/{id}/runs/{run}/file", get(report::fetch))
        .route("/kpi", get(kpi::show))
        .route("/levels", get(level::show))
        .route("/levels/clocks", get(level::show_clocks))
        .route("/levels/policies", get(level::policy::show_all).post(level::policy::add))
        .route("/levels/policies/{name}", get(level::policy::show).post(level::policy::save))
        .route("/levels/calendars", get(level::calendar::show_all).post(level::calendar::add))
        .route("/levels/calendars/{name}", get(level::calendar::show).post(level::calendar::save))
}

fn administration() -> Router<Shared> {
    Router::new()
        .route("/audit", get(audit::show))
        .route("/account", get(account::show))
        .route("/account/language", post(account::save_language))
        .route("/account/password", post(account::save_password))
        .route("/account/tokens", post(account::create_token))
        .route("/account/tokens/{id}/revoke", post(account::revoke_token))
        .route("/account/sessions/{id}/end", post(account::end_session))
        .route("/users", get(user::show_all).post(user::add))
        .route("/teams", get(team::show).post(team::add))
        .route("/teams/{id}", post(team::save))
        .route("/teams/{id}/remove", post(team::remove))
        .route("/users/{id}", get(user::show).post(user::save))
        .route("/sources", get(source::show))
        .route("/sources/rules", get(reconciliation::show).post(reconciliation::save))
        .route("/sources/rules/{n}/remove", post(reconciliation::remove))
        .route("/agents", get(agent::show))
        .route("/agents/tokens", post(agent::create_token))
        .route("/agents/tokens/{id}/revoke", post(agent::revoke_token))
        .route("/agents/{id}/{what}", post(agent::decide))
}

fn notifications() -> Router<Shared> {
    Router::new()
        .route("/notifications", get(notification::show))
        .route("/notifications/channels", post(notification::add_channel))
        .route("/notifications/channels/{id}/{what}", post(notification::act))
        .route("/notifications/subscriptions", post(notification::subscribe))
        .route("/notifications/subscriptions/{id}/remove", post(notification::unsubscribe))
        .route("/deliveries", get(delivery::show))
        .route("/deliveries/{id}/retry", post(delivery::retry))
        .route("/on-call", get(on_call::show))
        .route("/on-call/rotas/new", get(on_call::rota::show_new).post(on_call::rota::submit_new))
        .route("/on-call/rotas/{id}", get(on_call::rota::show))
        .route("/on-call/rotas/{id}/{what}", post(on_call::rota::save))
        .route("/on-call/plans/new", get(on_call::plan::show_new).post(on_call::plan::submit_new))
        .route("/on-call/plans/{id}", get(on_call::plan::show).post(on_call::plan::save))
        .route("/on-call/plans/{id}/remove", post(on_call::plan::remove))
        .route("/on-call/{id}/stand-in", post(on_call::add_override))
        .route("/on-call/{id}/overrides/{it}/remove", post(on_call::remove_override))
        .route("/on-call/escalations/{ticket}/take", post(on_call::take))
        .route("/account/notifications", get(preference::show).post(preference::save))
}

/// The page of a problem, in the language that the request's `Accept-Language` likes best.
pub fn error_page(problem: &ProblemDocument, accept_language: &str) -> Response {
    answer::problem_page(problem, accept_language)
}

#[cfg(test)]
mod tests;
