//! `/hosts/{id}`: the machine. What it is, what is wrong with it, how much of it is known, and what happened to it.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use muster_model::Versioned;
use muster_model::agent::Agent;
use muster_model::baseline::{Baseline, BaselineMove};
use muster_model::history::Moment;
use muster_model::host::{Criticality, Lifecycle};
use muster_model::peer;
use muster_model::right::Action;
use muster_model::ticket::Ticket;
use muster_shared::id::{HostId, NodeId};
use muster_shared::{SectionStatus, Time};

use super::recognition::{self, RecognitionRow};
use super::said::{self, SaidPanel};
use super::split;
use crate::console::answer;
use crate::console::attribute;
use crate::console::change::ChangeLine;
use crate::console::finding::list::FindingRow;
use crate::console::form::{self, Attempt, Field, Form};
use crate::console::incident::list::{TicketRow, rows_of};
use crate::console::list::Pager;
use crate::console::moment::MomentBar;
use crate::console::own::{self, Own};
use crate::console::relation::{self, Relations};
use crate::console::shell::Shell;
use crate::console::value;
use crate::console::visitor::Visitor;
use crate::console::watch::{self, Watch};
use crate::service::host::HostView;
use crate::service::identification::Recognition;
use crate::service::{ServiceError, Window};

/// Changes and moves that the page shows.
const SHOWN: usize = 20;
/// A clock that is further off than this is worth a word.
const SKEW_MS: u64 = 300_000;

/// A word and what it is on this host.
#[derive(Clone, Debug)]
pub(in crate::console) struct Fact {
    pub(in crate::console) label: String,
    pub(in crate::console) value: String,
}

/// How well a section is known.
#[derive(Clone, Debug)]
pub(in crate::console) struct SectionRow {
    pub(in crate::console) name: &'static str,
    pub(in crate::console) label: String,
    pub(in crate::console) status: &'static str,
    /// `None` when it was never collected: that is not the same as none.
    pub(in crate::console) count: Option<u64>,
    pub(in crate::console) seen_at: Option<Time>,
    /// Whether what is shown is older than the last report.
    pub(in crate::console) is_old: bool,
    pub(in crate::console) problems: Vec<String>,
}

/// A move of the baseline.
#[derive(Clone, Debug)]
pub(in crate::console) struct MoveRow {
    pub(in crate::console) version: u64,
    pub(in crate::console) what: String,
    pub(in crate::console) finding: String,
    pub(in crate::console) actor: String,
    pub(in crate::console) reason: String,
    pub(in crate::console) at: Time,
}

#[derive(Template)]
#[template(path = "host.html")]
pub(in crate::console) struct HostPage {
    pub(in crate::console) page: Shell,
    pub(in crate::console) id: String,
    pub(in crate::console) status: &'static str,
    pub(in crate::console) lifecycle: &'static str,
    pub(in crate::console) facts: Vec<Fact>,
    /// When any source was last heard.
    pub(in crate::console) last_seen: Option<Time>,
    pub(in crate::console) created_at: Time,
    pub(in crate::console) is_waiting: bool,
    pub(in crate::console) skew: Option<String>,
    pub(in crate::console) findings: Vec<FindingRow>,
    /// How many of them count as drift: no change explains them, and nobody lets them stand.
    pub(in crate::console) drift: usize,
    /// In how many facts it differs from its peers.
    pub(in crate::console) odd: usize,
    pub(in crate::console) tickets: Vec<TicketRow>,
    pub(in crate::console) sections: Vec<SectionRow>,
    pub(in crate::console) unread: usize,
    /// Sections that this system or agent does not have.
    pub(in crate::console) unsupported: Vec<String>,
    pub(in crate::console) baseline: Option<Baseline>,
    pub(in crate::console) moves: Vec<MoveRow>,
    pub(in crate::console) agents: Vec<Agent>,
    pub(in crate::console) changes: Vec<ChangeLine>,
    pub(in crate::console) pager: Pager,
    pub(in crate::console) edit: Option<Form>,
    pub(in crate::console) moment: MomentBar,
    /// Yesterday at this time, as a field takes it.
    pub(in crate::console) day_ago: String,
    /// Whether its own agent ever spoke, so that it can be asked to look again, and by the visitor.
    pub(in crate::console) may_recheck: bool,
    pub(in crate::console) may_open: bool,
    pub(in crate::console) relations: Relations,
    pub(in crate::console) watch: Option<Watch>,
    /// The id that was asked for, when that host was merged into this one.
    pub(in crate::console) alias: Option<String>,
    pub(in crate::console) identifiers: Vec<(String, String)>,
    pub(in crate::console) claims: Vec<(String, String)>,
    pub(in crate::console) recognitions: Vec<RecognitionRow>,
    pub(in crate::console) merge: Option<Form>,
    pub(in crate::console) split: Option<Form>,
    pub(in crate::console) own: Own,
    pub(in crate::console) said: SaidPanel,
}

fn facts(view: &HostView, visitor: &Visitor) -> Vec<Fact> {
    let locale = visitor.locale;
    let host = &view.host.value;
    let fact = |name: &str, value: String| Fact { label: locale.name("field", name), value };
    let known = |name: &str, text: &str| Some(fact(name, text.to_owned())).filter(|_| !text.is_empty());
    let none = || locale.t("none-set");
    let mut facts = Vec::new();
    if let Some(found) = view.known.as_ref().map(|known| &known.facts) {
        let threads = if found.cpu_threads == 0 {
            String::new()
        } else {
            format!("{} × {}", found.cpu_threads, found.cpu_model)
        };
        let memory = if found.memory_bytes == 0 { String::new() } else { value::size(found.memory_bytes) };
        facts.extend([
            known("os", &found.os),
            known("kernel", &found.kernel),
            known("architecture", &found.architecture),
            known("virtualization", &found.virtualization),
            known("cpu", threads.trim_end_matches(" × ")),
            known("memory", &memory),
            known("addresses", &found.addresses.join(", ")),
        ]);
    }
    let sources: Vec<String> = view.sources.keys().map(|source| locale.name("source", source.as_str())).collect();
    facts.push(known("sources", &sources.join(&locale.t("list-comma"))));
    let said = [
        fact("owner", host.owner.clone().unwrap_or_else(none)),
        fact("site", host.site.clone().unwrap_or_else(none)),
        fact("criticality", locale.name("criticality", host.criticality.as_str())),
    ];
    facts.into_iter().flatten().chain(said).collect()
}

fn sections(view: &HostView, visitor: &Visitor) -> Vec<SectionRow> {
    let Some(known) = &view.known else { return Vec::new() };
    let row = |(name, head): (&muster_shared::SectionName, &muster_model::inventory::SectionHead)| SectionRow {
        name: name.as_str(),
        label: visitor.locale.name("section", name.as_str()),
        status: head.status.as_str(),
        count: head.is_known.then_some(head.count),
        seen_at: head.is_known.then_some(head.seen_at),
        is_old: head.is_known && !head.status.is_collected(),
        problems: head.problems.iter().map(|problem| format!("{}: {}", problem.source, problem.message)).collect(),
    };
    let mut rows: Vec<SectionRow> = known.sections.iter().map(row).collect();
    // What could not be read comes first.
    rows.sort_by_key(|row| row.status == SectionStatus::Ok.as_str());
    rows
}

fn move_row(stored: Versioned<BaselineMove>, visitor: &Visitor) -> MoveRow {
    let moved = stored.value;
    let locale = visitor.locale;
    let section = locale.name("section", moved.section.as_str());
    let what = match &moved.attribute {
        Some(name) => {
            let (from, to) = (attribute::cell(locale, name, &moved.from), attribute::cell(locale, name, &moved.to));
            format!("{section} {}: {} {from} → {to}", moved.item_key, attribute::label(locale, name))
        }
        None => format!("{section} {}", moved.item_key),
    };
    let (finding, version) = (moved.finding.to_string(), moved.version);
    MoveRow { version, what, finding, actor: locale.actor(&moved.actor), reason: moved.reason, at: moved.at }
}

fn edit_form(view: &HostView, visitor: &Visitor, attempt: Option<&Attempt>) -> Form {
    let locale = visitor.locale;
    let host = &view.host.value;
    let criticalities = Criticality::ALL.iter().map(|c| c.as_str());
    let lifecycles = Lifecycle::BY_PEOPLE.iter().map(|l| l.as_str());
    Form::new(visitor, "edit", format!("/hosts/{}", host.id), locale.t("host-edit"))
        .submit(locale.t("save"))
        .version(view.host.version)
        .field(Field::group(locale, "owner").value(host.owner.clone().unwrap_or_default()).hint(locale.t("hint-owner")))
        .field(Field::text(locale, "site").value(host.site.clone().unwrap_or_default()))
        .field(Field::select(
            locale,
            "criticality",
            form::choices(locale, "criticality", criticalities, host.criticality.as_str()),
        ))
        .field(Field::select(
            locale,
            "lifecycle",
            form::choices(locale, "lifecycle", lifecycles, host.lifecycle.as_str()),
        ))
        .after(attempt)
}

async fn changes(visitor: &Visitor, id: HostId, moment: Moment) -> Result<(Vec<ChangeLine>, Pager), ServiceError> {
    let window = Window { limit: SHOWN, cursor: visitor.parameter("cursor") };
    let page = visitor.service().host_history(&visitor.call, id, moment, &window).await?;
    let lines = page.items.iter().map(|stored| ChangeLine::of(&stored.value, visitor.locale)).collect();
    Ok((lines, Pager::new(visitor, &format!("/hosts/{id}"), page.next_cursor)))
}

/// What is known of the present only.
#[derive(Default)]
struct Present {
    tickets: Vec<Ticket>,
    baseline: Option<Baseline>,
    moves: Vec<Versioned<BaselineMove>>,
    agents: Vec<Agent>,
    recognitions: Vec<Recognition>,
}

impl Present {
    async fn of(visitor: &Visitor, id: HostId) -> Result<Self, ServiceError> {
        let (service, call) = (visitor.service(), &visitor.call);
        let window = Window { limit: SHOWN, cursor: None };
        Ok(Self {
            tickets: service.tickets_of_item(call, &id.to_string()).await?,
            baseline: service.baseline_of_host(call, id).await?,
            moves: service.list_baseline_moves(call, id, &window).await?.items,
            agents: service.agents_of_host(call, id).await?,
            recognitions: service.recognitions(call, id).await?,
        })
    }
}

/// Yesterday at this time as a field takes it, or when the host was first known, if that is later.
fn day_ago(visitor: &Visitor, created_at: Time) -> String {
    let at = visitor.now().plus_millis(-86_400_000).max(created_at.plus_millis(1_000));
    at.to_string().chars().take(19).collect()
}

/// The page of a host, with a form that was not taken if there is one.
pub(in crate::console) async fn page(
    visitor: &Visitor,
    text: &str,
    attempt: Option<&Attempt>,
) -> Result<Response, ServiceError> {
    let (service, call, moment) = (visitor.service(), &visitor.call, visitor.moment()?);
    let view = service.find_host(call, text, moment).await?;
    let id = view.host.value.id;
    let visitor = &visitor.before_node(NodeId::Host(id)).await?;
    let present = if moment.is_now() { Present::of(visitor, id).await? } else { Present::default() };
    let findings = service.findings_of_host_at(call, id, moment).await?;
    let (changes, pager) = changes(visitor, id, moment).await?;
    // Without items and without a source there is nothing to look at: such sections are named, not listed.
    let is_absent = |row: &SectionRow| row.count.is_none() && row.status == SectionStatus::Unsupported.as_str();
    let (unsupported, sections): (Vec<SectionRow>, Vec<SectionRow>) =
        sections(&view, visitor).into_iter().partition(is_absent);
    let seen = view.last_seen.as_ref();
    let Present { tickets, baseline, moves, agents, recognitions } = present;
    let page = HostPage {
        page: Shell::at(visitor, "/hosts", &view.host.value.name).await,
        id: id.to_string(),
        status: view.status.as_str(),
        lifecycle: view.lifecycle.as_str(),
        facts: facts(&view, visitor),
        last_seen: view.heard_at,
        created_at: view.host.value.created_at,
        is_waiting: seen.is_some_and(|seen| seen.recheck),
        skew: seen.filter(|seen| seen.skew_ms.unsigned_abs() > SKEW_MS).map(|seen| (seen.skew_ms / 1_000).to_string()),
        findings: findings.iter().map(|finding| FindingRow::of(finding, visitor.locale)).collect(),
        drift: findings.iter().filter(|finding| finding.state.is_drift()).count(),
        odd: findings.iter().filter(|finding| finding.policy == peer::ODD).count(),
        tickets: Box::pin(rows_of(visitor, &tickets)).await?,
        unsupported: unsupported.into_iter().map(|row| row.label).collect(),
        unread: sections.iter().filter(|row| matches!(row.status, "denied" | "failed" | "partial")).count(),
        sections,
        baseline,
        moves: moves.into_iter().map(|moved| move_row(moved, visitor)).collect(),
        agents: agents.clone(),
        changes,
        pager,
        moment: MomentBar::new(format!("/hosts/{id}"), moment),
        day_ago: day_ago(visitor, view.host.value.created_at),
        edit: (visitor.may(Action::HostUpdate) && moment.is_now()).then(|| edit_form(&view, visitor, attempt)),
        may_recheck: visitor.may(Action::HostRecheck) && seen.is_some(),
        may_open: visitor.may(Action::TicketCreate) && moment.is_now(),
        relations: relation::of_node(visitor, NodeId::Host(id), moment, attempt).await?,
        watch: watch::of_node(visitor, NodeId::Host(id), moment).await?,
        alias: view.alias.map(|alias| alias.to_string()),
        identifiers: recognition::identifiers(visitor, &view.host.value.identifiers),
        claims: recognition::identifiers(visitor, &view.host.value.claims),
        recognitions: recognition::rows(visitor, id, recognitions),
        merge: recognition::merge_form(&view, visitor, attempt),
        split: split::form(&view, &agents, visitor, attempt),
        own: own::of_node(visitor, NodeId::Host(id), "host", moment, attempt).await?,
        said: if moment.is_now() { said::of_host(visitor, &view, attempt).await? } else { SaidPanel::default() },
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /hosts/{id}`; a name does as well as an id.
pub(in crate::console) async fn show(visitor: Visitor, Path(id): Path<String>) -> Response {
    let outcome = page(&visitor, &id, None).await;
    visitor.answer(outcome)
}
