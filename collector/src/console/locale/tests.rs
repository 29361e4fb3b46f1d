//! The catalogues: the same keys in each language, no errors, nothing missing, nothing left over.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use muster_model::alert::silence::Phase;
use muster_model::alert::{AlertState, Cause};
use muster_model::approval::meeting::Outcome as MeetingOutcome;
use muster_model::approval::rule::{shipped, stage_names};
use muster_model::approval::seat::Approver;
use muster_model::class::Need;
use muster_model::declared::Status;
use muster_model::drift::change_match::Reason as MatchReason;
use muster_model::finding::FindingState;
use muster_model::health;
use muster_model::host::{Criticality, Lifecycle};
use muster_model::identification::review::ReviewKind;
use muster_model::identification::{IdentifierKind, ladder, replay};
use muster_model::import::Recognition;
use muster_model::notification::Topic;
use muster_model::notification::channel::ChannelKind;
use muster_model::notification::delivery::DeliveryState;
use muster_model::on_call::Unit;
use muster_model::policy;
use muster_model::problem_proposal::ProposalState;
use muster_model::reconcile::Reason;
use muster_model::relation::RelationKind;
use muster_model::right::{Role, Scope};
use muster_model::routing::rule::About;
use muster_model::saved_search::ListName;
use muster_model::schedule::Weekday;
use muster_model::source::Source;
use muster_model::text;
use muster_model::ticket::access::Entitlement;
use muster_model::ticket::change::ChangeType;
use muster_model::ticket::change::conflict::ConflictKind;
use muster_model::ticket::change::risk::InputName;
use muster_model::ticket::change::template::{TemplateEvent, TemplateState};
use muster_model::ticket::change::verification::Verdict;
use muster_model::ticket::release::Phase as WavePhase;
use muster_model::ticket::state::{CancelReason, CloseCode, HoldReason, StateName};
use muster_model::ticket::{Kind, LinkKind, transition};
use muster_shared::SectionName;

use super::*;
use crate::console::attribute;
use muster_model::availability::Health;

/// Keys and the texts of a catalogue.
fn entries(sources: &[&str]) -> BTreeMap<String, String> {
    let mut entries: BTreeMap<String, String> = BTreeMap::new();
    let mut key = String::new();
    for line in sources.iter().flat_map(|source| source.lines()) {
        if let Some((name, text)) = line.split_once(" =").filter(|(name, _)| !name.starts_with([' ', '#'])) {
            key = name.to_owned();
            assert!(entries.insert(key.clone(), text.to_owned()).is_none(), "{key} stands twice");
        } else if let Some(text) = entries.get_mut(&key).filter(|_| line.starts_with(' ')) {
            text.push_str(line);
        }
    }
    entries
}

/// The names of the values that a text takes.
fn arguments(text: &str) -> BTreeSet<String> {
    let name = |rest: &str| rest.chars().take_while(char::is_ascii_alphanumeric).collect();
    text.split('$').skip(1).map(name).collect()
}

fn read_all(folder: &Path, texts: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().is_some_and(|name| name == "tests") {
            continue;
        }
        if path.is_dir() {
            read_all(&path, texts);
        } else if path.file_name().is_some_and(|name| name != "tests.rs") {
            texts.push(fs::read_to_string(&path).unwrap());
        }
    }
}

/// Keys that code and templates ask for by name, and all texts in quotes.
fn asked() -> (BTreeSet<String>, BTreeSet<String>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    read_all(&root.join("templates"), &mut texts);
    read_all(&root.join("src/console"), &mut texts);
    let key = |rest: &str| rest.split('"').next().unwrap_or_default().to_owned();
    let is_key =
        |key: &String| !key.is_empty() && key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    let (mut asked, mut quoted) = (BTreeSet::new(), BTreeSet::new());
    for text in &texts {
        let plain: String = text.split_whitespace().collect::<Vec<_>>().join(" ").replace("( \"", "(\"");
        for call in [".t(\"", ".n(\""] {
            asked.extend(plain.split(call).skip(1).map(key).filter(is_key));
        }
        // The words of a phrase are put in the same way; no name of a word has a dash, every key of this kind has one.
        asked.extend(plain.split(".with(\"").skip(1).map(key).filter(is_key).filter(|key| key.contains('-')));
        quoted.extend(plain.split('"').map(str::to_owned).filter(is_key));
    }
    (asked, quoted)
}

/// The sets of imports and bridges, of capacity, improvements and reports.
fn practice_sets(set: &mut impl FnMut(&str, &[&str])) {
    set("desk", &["muster", "servicenow", "jira", "glpi", "itop"]);
    set("event", &["import"]);
    let told = ["external_id", "opened_at", "opened_by", "requester", "resolved_at", "closed_at", "state_since"];
    set("field", &told);
    set("field", &["comments", "work_notes", "test_plan", "backout_plan", "escalation"]);
    set("nav", &["capacity", "improvement", "report"]);
    set("resource", &["filesystem", "memory", "cpu", "disk"]);
    set("fullness", &["fine", "warn", "critical", "unknown"]);
    set("confidence", &["high", "medium", "low"]);
    set("silence", &["far", "no_use", "steady", "too_few"]);
    set("unit", &["count", "percent", "seconds"]);
    let moves = ["approve", "start", "review", "continue", "close", "cancel"];
    set("improvement-do", &moves);
    set("improvement-event", &moves);
    set("improvement-state", &["proposed", "approved", "in_progress", "review", "closed", "cancelled"]);
    set("offer", &["published", "retired"]);
    set("outcome-of", &["achieved", "partly", "missed"]);
    set("report-of", &["kpi", "availability", "capacity", "search"]);
}

/// The sets of tickets.
fn desk_sets(set: &mut impl FnMut(&str, &[&str])) {
    use muster_model::catalogue::{ApproverPolicy, ItemState};
    use muster_model::knowledge::ArticleState;
    use muster_model::ticket::major::{MajorState, Step};
    use muster_model::ticket::priority::rules::FIRST_PRIORITY;

    set("nav", &["catalogue", "knowledge"]);
    set("article-state", &ArticleState::ALL.iter().map(|state| state.as_str()).collect::<Vec<_>>());
    set("item-state", &ItemState::ALL.iter().map(|state| state.as_str()).collect::<Vec<_>>());
    set("approver-policy", &ApproverPolicy::ALL.iter().map(|policy| policy.as_str()).collect::<Vec<_>>());
    set("major-state", &MajorState::ALL.iter().map(|state| state.as_str()).collect::<Vec<_>>());
    set("major-step", &Step::ALL.iter().map(|step| step.as_str()).chain(["remind"]).collect::<Vec<_>>());
    set("major-do", &Step::ALL.iter().map(|step| step.as_str()).collect::<Vec<_>>());
    set("major-rule", &[FIRST_PRIORITY]);
    set("field", &["signature_kind", "signature_product", "signature_versions", "signature_error_code"]);
    set("field", &["signature", "major", "parent", "auto_follow", "duplicate_of"]);
    set("done", &["attached", "detached", "acknowledged"]);
    set("new", &["incident"]);
    set("class", &["ticket"]);
    set("actor", &["rules", "major", "parent", "caller", "catalogue", "follow-up", "review", "reports", "release"]);
}

fn ticket_sets(set: &mut impl FnMut(&str, &[&str])) {
    desk_sets(set);
    practice_sets(set);
    let rows = || Kind::ALL.iter().flat_map(|kind| transition::table(*kind));
    set("event", &rows().map(|row| row.event).collect::<Vec<_>>());
    let by_hand = rows().filter(|row| row.cause != transition::Cause::System);
    set("do", &by_hand.map(|row| row.event).collect::<Vec<_>>());
    set("ticket-kind", &Kind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>());
    set("link", &LinkKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>());
    set("template-state", &TemplateState::ALL.iter().map(|one| one.as_str()).chain(["expired"]).collect::<Vec<_>>());
    set("template-event", &TemplateEvent::ASKED.iter().map(|one| one.as_str()).chain(["edit"]).collect::<Vec<_>>());
    set("change-type", &ChangeType::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>());
    set("conflict", &ConflictKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>());
    set("weight", &["info", "warn", "block"]);
    set("band", &["low", "moderate", "high"]);
    set("risk", &InputName::ALL.iter().map(|name| name.as_str()).collect::<Vec<_>>());
    set("verdict", &Verdict::ALL.iter().map(|verdict| verdict.as_str()).collect::<Vec<_>>());
    set("entitlement", &Entitlement::ALL.iter().map(|one| one.as_str()).collect::<Vec<_>>());
    set("known-error", &["draft", "published", "fixed", "retired"]);
    set("problem-proposal", ProposalState::NAMES);
    set("problem-proposals", ProposalState::NAMES);
    set("done", &["watched", "unwatched"]);
    let others = || Kind::ALL.iter().map(|kind| kind.as_str()).filter(|kind| *kind != "incident");
    set("kinds", &Kind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>());
    set("new", &others().filter(|kind| *kind != "task").collect::<Vec<_>>());
    set("details", &Kind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>());
    set("approver", Approver::NAMES);
    set("stage", &stage_names().iter().map(String::as_str).collect::<Vec<_>>());
    let rules = shipped();
    set("approval-rule", &rules.iter().map(|rule| rule.name.as_str()).collect::<Vec<_>>());
    set("meeting-outcome", &MeetingOutcome::ALL.iter().map(|one| one.as_str()).collect::<Vec<_>>());
    set("round-state", &["open", "approved", "rejected", "voided"]);
    set("yes-no", &["yes", "no"]);
    set("route-about", &About::ALL.iter().map(|about| about.as_str()).collect::<Vec<_>>());
    set("channel", &["agent", "api", "event", "portal", "phone", "email", "chat", "manual"]);
    set("check-found", &["passed", "failed"]);
    set(
        "hint-shape",
        &["template", "lines", "facts", "expectations", "packages", "waves", "tickets", "nodes", "node", "recurrence"],
    );
    set("nav", &["ticket", "approval", "grant"]);
    access_sets(set);
    calendar_sets(set);
    set("done", &["voted"]);
    set("actor", &["approvals", "links"]);
    let fields = Kind::ALL.iter().flat_map(|kind| crate::console::ticket::shape::shapes(*kind));
    let fields: Vec<String> = fields.map(|(path, _)| crate::console::ticket::shape::name(path)).collect();
    set("field", &fields.iter().map(String::as_str).collect::<Vec<_>>());
    set("field", &["scope", "template", "recurrence", "is_overrun", "conflict", "wave", "check", "acknowledged_at"]);
    set("wave-phase", &WavePhase::ALL.iter().map(|phase| phase.as_str()).collect::<Vec<_>>());
    set("decision", &["approve", "reject", "abstain", "need_info"]);
}

/// The keys of closed sets, which are put together at run time.
fn sets() -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    let mut set = |name: &str, values: &[&str]| {
        keys.extend(values.iter().map(|value| format!("{name}-{}", value.replace(['_', '.', ' '], "-"))));
    };
    inventory_sets(&mut set);
    let names = |all: &[StateName]| all.iter().map(|state| state.as_str()).collect::<Vec<_>>();
    set("nav", &["overview", "incident", "finding", "host", "identity", "item", "health"]);
    set("nav", &["agent", "source", "audit", "user", "account"]);
    set("state", &names(StateName::ALL));
    set("severity", &policy::Severity::ALL.iter().map(|s| s.as_str()).collect::<Vec<_>>());
    drift_sets(&mut set);
    set("host-status", &muster_model::host::status::Status::names());
    set("value-kind", &muster_shared::attribute::Kind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>());
    set("lifecycle", &Lifecycle::ALL.iter().map(|l| l.as_str()).collect::<Vec<_>>());
    set("criticality", &Criticality::ALL.iter().map(|c| c.as_str()).collect::<Vec<_>>());
    set("section-status", &["ok", "partial", "denied", "failed", "unsupported"]);
    set("section", &SectionName::ALL.iter().map(|s| s.as_str()).collect::<Vec<_>>());
    set(
        "actor",
        &[
            "command",
            "levels",
            "router",
            "clock",
            "drift",
            "first-report",
            "clone-detection",
            "enrollment",
            "identification",
            "alerts",
        ],
    );
    set("token-state", &["active", "used", "expired", "revoked", "locked"]);
    set("nav", &["map", "class", "alert"]);
    set("agent-state", &["active", "enrolled", "expired", "pending", "quarantined", "revoked"]);
    set("user-state", &["active", "disabled"]);
    set("category", &["drift", "identity", "security", "alert"]);
    alert_sets(&mut set);
    set("approval", &["yes", "no", "as_usual"]);
    set("operation", &["added", "removed", "modified", "first_read", "unreadable"]);
    set("role", &["cause", "affected", "suspected", "maintenance"]);
    set("role-name", &Role::ALL.iter().map(|r| r.as_str()).collect::<Vec<_>>());
    set("scope", &Scope::ALL.iter().map(|s| s.as_str()).collect::<Vec<_>>());
    set("visibility", &["public", "internal"]);
    set("impact", &["1", "2", "3"]);
    set("urgency", &["1", "2", "3"]);
    set("priority", &["1", "2", "3", "4", "5"]);
    set("hold-reason", &HoldReason::ALL.iter().map(|r| r.as_str()).collect::<Vec<_>>());
    set("cancel-reason", &CancelReason::ALL.iter().map(|r| r.as_str()).collect::<Vec<_>>());
    set("close-code", &CloseCode::ALL.iter().map(|c| c.as_str()).collect::<Vec<_>>());
    ticket_sets(&mut set);
    set("finding-do", &["confirm", "accept", "waive", "suppress"]);
    set("match-reason", &MatchReason::ALL.iter().map(|reason| reason.as_str()).collect::<Vec<_>>());
    set("match", &["attached", "tentative", "unlikely", "contradicts", "late"]);
    set("finding-note", &["confirm", "accept", "waive", "suppress"]);
    set("policy", &policy::DEFAULT.iter().map(|policy| policy.id).collect::<Vec<_>>());
    let telling: BTreeSet<&str> = SectionName::ALL.iter().flat_map(|s| attribute::telling(*s)).copied().collect();
    set("attribute", &telling.into_iter().collect::<Vec<_>>());
    set("range", &["24h", "48h", "7d"]);
    set(
        "done",
        &["saved", "recheck", "confirm", "accept", "waive", "suppress", "opened", "taken", "moved", "commented"],
    );
    set("done", &["approved", "rejected", "released", "revoked", "shut-out", "ended", "password", "signed-out"]);
    set("done", &["decided", "undone", "merged", "search-saved", "search-removed"]);
    set("done", &["pinned", "unpinned", "split"]);
    set("rules-step", &["try", "save"]);
    level_sets(&mut set);
    set("trial", &replay::Effect::ALL.iter().map(|effect| effect.as_str()).collect::<Vec<_>>());
    set("saved-list", &ListName::ALL.iter().map(|list| list.as_str()).collect::<Vec<_>>());
    set(
        "error",
        &["no-route", "no-route-detail", "cross-site", "cross-site-detail", "malformed", "media-type", "too-slow"],
    );
    set("error", &["internal-detail"]);
    for unit in ["seconds", "minutes", "hours", "days"] {
        set("time", &[&format!("{unit}-ago"), &format!("{unit}-ahead")]);
    }
    keys
}

/// The sets of the change calendar.
fn calendar_sets(set: &mut dyn FnMut(&str, &[&str])) {
    use crate::service::change_calendar::What;
    set("calendar-what", &What::ALL.iter().map(|what| what.as_str()).collect::<Vec<_>>());
    set("calendar-view", &["month", "week", "agenda"]);
}

/// The sets of access.
fn access_sets(set: &mut dyn FnMut(&str, &[&str])) {
    use crate::service::access::observed::Standing;
    use muster_model::grant::{Status, observed, recertification};
    set("grant-status", &Status::ALL.iter().map(|status| status.as_str()).collect::<Vec<_>>());
    set("grant-place", &["there", "gone", "left", "unknown"]);
    set("grant-do", &["revoke", "suspend", "resume"]);
    set("standing-access", &Standing::ALL.iter().map(|standing| standing.as_str()).collect::<Vec<_>>());
    set("entitlement", &["key"]);
    set("separation-side", &["one", "other"]);
    set("campaign-scope", &["all", "privileged", "rest"]);
    set("campaign-state", &recertification::CampaignState::ALL.iter().map(|state| state.as_str()).collect::<Vec<_>>());
    set("campaign-do", &["open", "remove"]);
    set("review-verdict", &recertification::Verdict::ALL.iter().map(|verdict| verdict.as_str()).collect::<Vec<_>>());
    set("review-outcome", &recertification::Outcome::ALL.iter().map(|outcome| outcome.as_str()).collect::<Vec<_>>());
    set("policy", &observed::POLICIES.iter().map(|policy| policy.id).collect::<Vec<_>>());
}

/// The sets of drift: findings, policies, waivers.
fn drift_sets(set: &mut dyn FnMut(&str, &[&str])) {
    set("finding-state", FindingState::NAMES);
    set("resolution", &["reverted", "accepted", "item_gone", "host_gone", "policy_removed"]);
    set("nav", &["policy"]);
    set("outcome", &policy::Outcome::ALL.iter().map(|outcome| outcome.as_str()).collect::<Vec<_>>());
    set("policy-class", &policy::Class::ALL.iter().map(|class| class.as_str()).collect::<Vec<_>>());
    set("policy-group", &policy::patience::GroupBy::ALL.iter().map(|group_by| group_by.as_str()).collect::<Vec<_>>());
    set("policy-state", &["on", "off", "broken"]);
    set("basis", &["change", "state", "storm"]);
    set("intent", &["preview", "save"]);
    set("demand", &["must_have", "must_not", "equals", "range", "version"]);
    set("standing", &["met", "broken", "unknown", "overruled", "undecided"]);
    set("proposal", &["proposed", "accepted", "rejected"]);
    set("suppression", &["waived", "suppressed", "flapping", "unknown", "finding", "change"]);
    set("policy", &muster_model::peer::POLICIES.iter().map(|policy| policy.id).collect::<Vec<_>>());
    set("waiver-state", &["active", "expired", "ended"]);
    set("why-went", &["on", "no_further"]);
    set("why-step", &["recorded", "policy", "finding", "state", "outcome", "grouping", "incident", "routing"]);
    set("done", &["removed"]);
    set("policy", &muster_model::storm::GATES.iter().map(|(gate, _)| *gate).collect::<Vec<_>>());
    set("policy", &policy::shipped::STATE.iter().map(|policy| policy.id).collect::<Vec<_>>());
}

/// The sets of service levels.
fn level_sets(set: &mut dyn FnMut(&str, &[&str])) {
    use muster_model::{calendar, level};
    set("level-target", &level::Target::ALL.iter().map(|target| target.as_str()).collect::<Vec<_>>());
    set("level-anchor", &level::Anchor::ALL.iter().map(|anchor| anchor.as_str()).collect::<Vec<_>>());
    set("level-outcome", &level::clock::Outcome::ALL.iter().map(|outcome| outcome.as_str()).collect::<Vec<_>>());
    set("level-mode", &level::clock::Mode::ALL.iter().map(|mode| mode.as_str()).collect::<Vec<_>>());
    set("level-line", &level::explain::Kind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>());
    set("level-policy", &level::shipped::policies().iter().map(|(name, _)| *name).collect::<Vec<_>>());
    set("calendar-name", &calendar::shipped::calendars().iter().map(|(name, _)| *name).collect::<Vec<_>>());
    set("field", &calendar::Weekday::ALL.map(calendar::Weekday::as_str));
    set("nav", &["level", "kpi", "availability"]);
    set("kpi-name", &muster_model::kpi::DEFINITIONS.iter().map(|figure| figure.name).collect::<Vec<_>>());
    set("level-switch", &["on", "off"]);
    set("level", &["breached", "warned", "over-by", "left"]);
}

/// The sets of alerts, and of what mutes them.
fn alert_sets(set: &mut dyn FnMut(&str, &[&str])) {
    set("alert-state", AlertState::NAMES);
    set("alert-do", &["acknowledge", "close"]);
    set("mute", &Cause::ALL.iter().map(|cause| cause.as_str()).collect::<Vec<_>>());
    set("severity", &["clear"]);
    set("event-outcome", &["opened", "updated", "reopened", "closed", "late", "ignored"]);
    set("found-by", &["id", "name", "fqdn", "address", "unknown", "several"]);
    set("phase", &Phase::ALL.iter().map(|phase| phase.as_str()).collect::<Vec<_>>());
    set("repeats", &["never", "weekly"]);
    set("weekday", &Weekday::ALL.iter().map(|day| day.as_str()).collect::<Vec<_>>());
    set("done", &["silence-ended", "maintenance-removed", "rule-removed"]);
}

/// The sets of what items are, where they come from and how they hang together.
fn inventory_sets(set: &mut dyn FnMut(&str, &[&str])) {
    set("field", &["history_days", "alert_days", "event_commits", "classes"]);
    set("facet", muster_model::facet::FIELDS);
    set("class", &["relation"]);
    set("map-overlay", &["health", "findings", "criticality"]);
    set("actor", &["people", "reconciliation"]);
    set("dimension", &health::Dimension::ALL.iter().map(|dimension| dimension.as_str()).collect::<Vec<_>>());
    set("check", &health::CHECKS.iter().map(|check| check.id).collect::<Vec<_>>());
    set("source", &Source::ALL.iter().map(|source| source.as_str()).collect::<Vec<_>>());
    set("reason", &Reason::ALL.iter().map(|reason| reason.as_str()).collect::<Vec<_>>());
    set("bearing", &["shadowed", "view", "winner"]);
    let relations = RelationKind::ALL.iter().flat_map(|kind| [kind.as_str(), kind.inverse()]);
    set("relation", &relations.collect::<Vec<_>>());
    set("relation-source", &["discovered", "derived", "declared"]);
    set("relation-state", &["current", "stale", "candidate"]);
    set("effect", &["down", "at_risk", "needed"]);
    set("health", &Health::ALL.iter().map(|health| health.as_str()).collect::<Vec<_>>());
    set("map-way", &["up", "down"]);
    set("item-status", &Status::ALL.iter().map(|status| status.as_str()).collect::<Vec<_>>());
    set("need", &Need::ALL.iter().map(|need| need.as_str()).collect::<Vec<_>>());
    set("origin", &["section", "shipped", "owner"]);
    let shipped: Vec<String> = muster_model::class::shipped::all().map(|class| class.name).collect();
    set("class", &shipped.iter().map(String::as_str).chain(["address"]).collect::<Vec<_>>());
    set("identity-kind", &IdentifierKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>());
    set("rule", &ladder::LADDER.iter().map(|row| row.name).collect::<Vec<_>>());
    set("rule", &["new", "said", "decision", "merge", "split", "merge_undone"]);
    set("rule-effect", &ladder::Effect::ALL.iter().map(|effect| effect.as_str()).collect::<Vec<_>>());
    set("rejection", &["none", "contradicted", "weaker", "one_card", "review_only", "ambiguous", "off"]);
    set("junk", &["placeholder", "named", "shared_adapter", "shared"]);
    let reviews: Vec<&str> = ReviewKind::ALL.iter().map(|kind| kind.as_str()).collect();
    for name in ["review-kind", "review-story", "review-note"] {
        set(name, &reviews);
    }
    set("answer", &["new", "dismiss"]);
    set("recognise-by", &Recognition::ALL.iter().map(|one| one.as_str()).collect::<Vec<_>>());
    set("import-state", &["waiting", "running", "interrupted", "done", "refused"]);
    set("import-note", &["refused", "conflict", "overruled"]);
    set("import-count", &["rows", "created", "updated", "unchanged", "conflict", "refused", "overruled"]);
    set("merge-kind", &["merge", "split"]);
    notification_sets(set);
}

/// The sets of notifications and on-call.
fn notification_sets(set: &mut dyn FnMut(&str, &[&str])) {
    set("nav", &["notification", "on-call"]);
    set("channel-kind", &ChannelKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>());
    set("channel-state", &["active", "off"]);
    set("channel-last", &["failed", "taken", "later"]);
    set("delivery-state", DeliveryState::NAMES);
    set("escalation-state", &["running", "acknowledged", "ticket_over", "exhausted"]);
    set("topic", &Topic::ALL.iter().map(|topic| topic.as_str()).collect::<Vec<_>>());
    set("notify", &["url", "addresses", "topics", "urgent"]);
    set("on-call", &["from", "to"]);
    set(
        "rota",
        &["layer", "members", "every", "unit", "starts_on", "handover", "hours_from", "hours_to", "days", "zone"],
    );
    set("rota-unit", &Unit::ALL.iter().map(|unit| unit.as_str()).collect::<Vec<_>>());
    set("plan", &["steps", "order", "repeat", "repeat_after_minutes"]);
    set(
        "wish",
        &["email", "digest_minutes", "daily_at", "quiet_from", "quiet_to", "zone", "groups", "own_tickets", "muted"],
    );
    set("done", &["test-sent", "sent-again", "removed", "escalation-taken"]);
}

#[test]
fn the_catalogues_have_the_same_keys_with_the_same_values() {
    let pages: Vec<&str> = CHINESE.iter().copied().filter(|source| *source != SPOKEN).collect();
    let (english, chinese) = (entries(ENGLISH), entries(&pages));
    let (a, b): (BTreeSet<_>, BTreeSet<_>) = (english.keys().collect(), chinese.keys().collect());
    assert_eq!(a.symmetric_difference(&b).collect::<Vec<_>>(), Vec::<&&String>::new());
    for (key, text) in &english {
        assert_eq!(arguments(text), arguments(&chinese[key]), "{key}");
        assert!(!text.trim().is_empty() && !chinese[key].trim().is_empty(), "{key}");
    }
    for source in ENGLISH.iter().chain(CHINESE) {
        assert!(FluentResource::try_new((*source).to_owned()).is_ok(), "{source}");
    }
}

#[test]
fn every_sentence_of_the_collector_is_there_in_chinese_with_the_same_words() {
    let english: BTreeMap<String, BTreeSet<String>> = text::table::all()
        .map(|(key, sentence)| {
            let places = sentence.split('{').skip(1).filter_map(|rest| rest.split('}').next()).map(str::to_owned);
            (format!("say-{}", key.replace('_', "-")), places.collect())
        })
        .collect();
    let spoken = entries(&[SPOKEN]);
    let said: BTreeMap<String, BTreeSet<String>> = spoken
        .iter()
        .filter(|(key, _)| key.starts_with("say-"))
        .map(|(key, sentence)| (key.clone(), arguments(sentence)))
        .collect();
    assert_eq!(said, english);
    assert!(FluentResource::try_new(SPOKEN.to_owned()).is_ok());
    let kinds = [
        "action",
        "agent",
        "article",
        "attachment",
        "calendar",
        "catalogue item",
        "change",
        "channel",
        "class",
        "delivery",
        "enrollment token",
        "escalation",
        "escalation policy",
        "finding",
        "host",
        "import",
        "item",
        "override",
        "page",
        "relation",
        "rota",
        "section",
        "service",
        "session",
        "subscription",
    ];
    let kinds = kinds
        .iter()
        .chain(&[
            "approval",
            "conflict",
            "link",
            "merge",
            "report",
            "review",
            "saved search",
            "service level policy",
            "ticket",
            "user",
        ])
        .map(|kind| Locale::Chinese.name("kind", kind));
    let identifiers = IdentifierKind::ALL.iter().map(|kind| Locale::Chinese.name("identifier", kind.as_str()));
    let others = spoken.keys().filter(|key| !key.starts_with("say-")).count();
    assert_eq!(kinds.clone().count() + identifiers.clone().count(), others, "no word too many, none too few");
    assert!(kinds.chain(identifiers).all(|word| !word.is_ascii() || word == "machine-id"));
}

/// The parts of the sources in which the collector puts a sentence of its own together.
#[test]
fn every_sentence_is_said_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    read_all(&root.join("src"), &mut texts);
    read_all(&root.join("model/src"), &mut texts);
    let is_said =
        |key: &str| texts.iter().any(|text| !text.contains("const ENGLISH") && text.contains(&format!("\"{key}\"")));
    let unused: Vec<_> = text::table::all().map(|(key, _)| *key).filter(|key| !is_said(key)).collect();
    assert_eq!(unused, Vec::<&str>::new());
}

#[test]
fn every_key_is_there_and_every_key_is_used() {
    let known = entries(ENGLISH);
    let (asked, quoted) = asked();
    let sets = sets();
    for key in asked.iter().chain(&sets) {
        assert!(known.contains_key(key), "{key} is asked for and not in the catalogue");
    }
    // Labels of fields are asked for by the field's name.
    let is_field = |key: &str| key.strip_prefix("field-").is_some_and(|name| quoted.contains(name) || has_field(name));
    let is_used = |key: &&String| quoted.contains(*key) || sets.contains(*key) || is_field(key);
    let unused: Vec<&String> = known.keys().filter(|key| !is_used(key)).collect();
    assert_eq!(unused, Vec::<&String>::new(), "in the catalogue and not used");
}

/// Whether a field of a form or a ticket has this name (in code with underscores).
fn has_field(name: &str) -> bool {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    read_all(&root.join("src/console"), &mut texts);
    let quoted = format!("\"{}\"", name.replace('-', "_"));
    let rows = Kind::ALL.iter().flat_map(|kind| transition::table(*kind));
    let columns = rows.flat_map(|row| row.required.iter().chain(row.optional));
    columns.into_iter().any(|field| field.replace('_', "-") == name) || texts.iter().any(|text| text.contains(&quoted))
}

#[test]
fn texts_are_put_together_in_each_language() {
    assert_eq!(Locale::English.n("n-findings", 1), "1 finding");
    assert_eq!(Locale::English.n("n-findings", 2), "2 findings");
    assert_eq!(Locale::Chinese.n("n-findings", 2), "2 项偏差");
    assert_eq!(Locale::English.name("state", "in_progress"), "in progress");
    assert_eq!(Locale::English.name("state", "odd_one"), "odd one");
    let text = Locale::English.with("priority-matrix", &[("impact", "1"), ("urgency", "2")]);
    assert_eq!(text, "from impact 1 and urgency 2", "no isolating marks");
}

#[test]
fn the_browsers_wish_is_met() {
    for (header, locale) in [
        ("", Locale::English),
        ("zh", Locale::Chinese),
        ("zh-TW,zh;q=0.9,en;q=0.8", Locale::Chinese),
        ("en-GB, zh;q=0.5", Locale::English),
        ("de, fr;q=0.9", Locale::English),
        ("de, zh;q=0.3, en;q=0.2", Locale::Chinese),
        ("zh;q=0, en", Locale::English),
        ("*;;;,=,zh;q=x", Locale::English),
    ] {
        assert_eq!(Locale::negotiate(header), locale, "{header}");
    }
    assert_eq!(Locale::of_tag("zh-Hans-CN"), Some(Locale::Chinese));
}
