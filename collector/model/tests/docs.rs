//! The tables of `docs/` are printed from the tables of the code, so that neither can say something else.
//!
//! `MUSTER_BLESS=1 cargo test -p muster-model --test docs` writes them anew.

#![expect(clippy::unwrap_used, reason = "a test ends with a panic")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use muster_model::alert::{alertmanager, event, rule, syslog};
use muster_model::class;
use muster_model::drift::change_match::Reason;
use muster_model::drift::{kept, tolerance};
use muster_model::exchange::{Field, Preset};
use muster_model::identification::junk;
use muster_model::identification::ladder::LADDER;
use muster_model::import::{self, mapping};
use muster_model::kpi;
use muster_model::level;
use muster_model::policy::{self, Outcome, Trigger};
use muster_model::query;
use muster_model::relation::{RelationKind, Upstream};
use muster_model::retention;
use muster_model::right::{self, Action, Role};
use muster_model::schedule;
use muster_model::ticket::Kind;
use muster_model::ticket::state::{CancelReason, CloseCode, HoldReason};
use muster_model::ticket::transition::{self, Cause};
use muster_shared::metric::{self, Step};
use muster_shared::volatility::{self, Target, Tier};

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name)
}

/// Compares a document with its committed form, or writes it.
fn check(name: &str, text: &str) {
    let path = path(name);
    if std::env::var_os("MUSTER_BLESS").is_some_and(|value| value == "1") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        return;
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == text,
        "docs/{name} is not what the code says. Run `MUSTER_BLESS=1 cargo test -p muster-model --test docs` and look at the \
         difference. It should be:\n{text}"
    );
}

/// A document: title, explanation, table.
fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut text = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(head.len()));
    for row in rows {
        assert_eq!(row.len(), head.len());
        let cells: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
        writeln!(text, "| {} |", cells.join(" | ")).unwrap();
    }
    text
}

fn document(title: &str, about: [&str; 2], head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    format!("# {title}\n\n{}\n{}\n\n{}", about[0], about[1], table(head, rows))
}

fn code(names: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    names.into_iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}

#[test]
fn change_match() {
    let (before, after) = include_str!("change-match.md").split_once("<!-- reasons -->").unwrap();
    let rows = Reason::ALL.iter().map(|reason| {
        vec![format!("`{}`", reason.as_str()), format!("{:+}", reason.points()), reason.says().to_owned()]
    });
    let reasons = table(&["reason", "points", "when"], rows);
    check("change-match.md", &format!("{before}{}{after}", reasons.trim_end()));
}

#[test]
fn proposals_of_problems() {
    let (before, after) = include_str!("problems.md").split_once("<!-- rules -->").unwrap();
    let rows = muster_model::problem_proposal::RULES.iter().map(|row| {
        vec![code([row.rule.as_str()]), row.fewest.to_string(), format!("{} days", row.days), row.counts.to_owned()]
    });
    let rules = table(&["rule", "it takes", "within", "of what"], rows);
    check("problems.md", &format!("{before}{}{after}", rules.trim_end()));
}

#[test]
fn imports() {
    let (before, rest) = include_str!("import.md").split_once("<!-- limits -->").unwrap();
    let (between, after) = rest.split_once("<!-- fields -->").unwrap();
    let mut limits = String::from("| what | most |\n|---|---|\n");
    for (what, most) in [
        ("bytes of a file", import::MAX_FILE_BYTES),
        ("rows", import::MAX_ROWS),
        ("values, those in lists counted one by one", import::MAX_CELLS),
        ("columns", import::MAX_COLUMNS),
        ("bytes of a cell", import::MAX_CELL_BYTES),
        ("notes on rows that are kept", import::MAX_NOTES),
    ] {
        writeln!(limits, "| {what} | {most} |").unwrap();
    }
    let registry = class::Registry::new([]);
    let mut fields = String::from("| class | fields |\n|---|---|\n");
    for (what, class) in [("of people", "team"), ("`host`", "host"), ("of items of hosts", "package")] {
        let class = registry.get(class).unwrap();
        let all = mapping::targets(class).into_iter();
        let names =
            all.filter(|(_, target)| !matches!(target, mapping::Target::Attribute(..) | mapping::Target::Fact(..)));
        writeln!(fields, "| {what} | {} |", code(names.map(|(name, _)| name))).unwrap();
    }
    check("import.md", &format!("{before}{}{between}{}{after}", limits.trim_end(), fields.trim_end()));
}

#[test]
fn exchange() {
    let (before, rest) = include_str!("exchange.md").split_once("<!-- columns -->").unwrap();
    let (between, after) = rest.split_once("<!-- values -->").unwrap();
    let others: Vec<Preset> = Preset::ALL.iter().copied().filter(|preset| *preset != Preset::Muster).collect();
    let head: Vec<&str> = std::iter::once("ours").chain(others.iter().map(|preset| preset.as_str())).collect();
    let names = |preset: &Preset, field: &Field| {
        preset.describe().into_iter().find(|(known, _)| *known == field.as_str()).map(|(_, names)| code(names))
    };
    let row = |field: &Field| {
        let cells = others.iter().map(|preset| names(preset, field).unwrap_or_default());
        std::iter::once(format!("`{}`", field.as_str())).chain(cells).collect()
    };
    let columns = table(&head, Field::ALL.iter().map(row));
    let mut values = String::new();
    for preset in others {
        let row = |(field, kinds, ours, theirs): (&str, Vec<&str>, &str, Vec<&str>)| {
            vec![format!("`{field}`"), kinds.join(", "), format!("`{ours}`"), code(theirs)]
        };
        let rows = preset.describe_values().into_iter().map(row);
        let table = table(&["field", "kinds", "ours", preset.as_str()], rows);
        writeln!(values, "### `{}`\n\n{table}", preset.as_str()).unwrap();
    }
    check(
        "exchange.md",
        &format!("{before}{}{between}{}\n", columns.trim_end(), values.trim_end()).replace("\n\n\n", "\n\n"),
    );
    assert!(after.trim().is_empty());
}

#[test]
fn events() {
    let mut limits = String::from("| what | most |\n|---|---|\n");
    for (what, most) in [
        ("events of a batch", event::MAX_BATCH),
        ("bytes of a body", 1 << 20),
        ("characters of `source`", event::MAX_SOURCE),
        ("characters of `source_event_id`, `ci_ref`, `kind`, `resource`, `metric`, `dedup_key`", event::MAX_TEXT),
        ("characters of `summary`", event::MAX_SUMMARY),
        ("attributes", event::MAX_ATTRS),
        ("characters of an attribute", event::MAX_VALUE),
    ] {
        writeln!(limits, "| {what} | {most} |").unwrap();
    }
    let mut severities = String::from("| `severity` | labels |\n|---|---|\n");
    for level in event::Level::ALL {
        let words = alertmanager::SEVERITIES.iter().filter(|(_, of)| of == level).map(|(word, _)| *word);
        let words = code(words);
        if !words.is_empty() {
            writeln!(severities, "| `{}` | {words} |", level.as_str()).unwrap();
        }
    }
    let levels = syslog::SEVERITIES.iter().enumerate();
    let levels = levels.map(|(n, (name, level))| vec![n.to_string(), code([*name]), code([level.as_str()])]);
    let levels = table(&["number", "severity", "is"], levels);
    let mut text = include_str!("events.md").to_owned();
    for (place, words) in [
        ("syslog severities", levels.trim_end().to_owned()),
        ("syslog facilities", code(syslog::FACILITIES)),
        ("syslog data", code([syslog::OWN_DATA])),
        ("syslog bytes", syslog::frame::MAX_BYTES.to_string()),
        ("batch", event::MAX_BATCH.to_string()),
        ("levels", code(event::Level::ALL.iter().map(|level| level.as_str()))),
        ("limits", limits.trim_end().to_owned()),
        ("days", retention::ALERT_DAYS.to_string()),
        ("fields", code(rule::FIELDS)),
        ("storm", muster_model::storm::TICKETS.burst.to_string()),
        ("items", code(alertmanager::ITEM)),
        ("resources", code(alertmanager::RESOURCE)),
        ("severities", severities.trim_end().to_owned()),
    ] {
        let place = format!("<!-- {place} -->");
        assert_eq!(text.matches(&place).count(), 1, "{place}");
        text = text.replace(&place, &words);
    }
    check("events.md", &text);
}

/// The examples of the page are what the types read.
#[test]
fn the_examples_of_the_events_page_are_taken() {
    let page = include_str!("events.md");
    let blocks: Vec<&str> = page.split("```json\n").skip(1).filter_map(|rest| rest.split("\n```").next()).collect();
    let event: event::Event = serde_json::from_str(blocks[0]).unwrap();
    assert!(event.check().is_empty());
    let window: serde_json::Value = serde_json::from_str(&blocks[3].replace("host_…", "host_0")).unwrap();
    let schedule: schedule::Schedule = serde_json::from_value(window["schedule"].clone()).unwrap();
    let noon = "2026-11-24T12:00:00Z".parse().unwrap();
    assert!(schedule.next(noon).is_some(), "its zone and clock are known");
    let rule: serde_json::Value = serde_json::from_str(blocks[1]).unwrap();
    let query = query::Query::parse(rule["filter"].as_str().unwrap(), &query::fields::ALERT);
    assert!(!query.unwrap().is_empty());
}

#[test]
fn query() {
    let (before, after) = include_str!("query.md").split_once("<!-- fields -->").unwrap();
    let mut text = before.to_owned();
    for (path, fields) in query::fields::ALL {
        let rows = fields.rows.iter().map(|row| {
            let choices = row.choices.map(|choices| format!(": {}", code(choices()))).unwrap_or_default();
            vec![code([row.name]), row.kind.as_str().to_owned(), format!("{}{choices}", row.meaning)]
        });
        let words = match fields.words {
            [] => "A plain word is not looked for here.".to_owned(),
            words => format!("A plain word is looked for in {}.", code(words)),
        };
        let more = if fields.attributes {
            "The attributes of every class are fields too: see [sections](sections.md)."
        } else {
            ""
        };
        let table = document("", [&words, more], &["field", "kind", "meaning"], rows);
        write!(text, "### `{path}`\n\n{}\n", table.trim_start_matches(['#', ' ', '\n'])).unwrap();
    }
    check("query.md", &format!("{}{after}", text.trim_end()));
}

/// Each example of the page is one that the parser takes.
#[test]
fn the_examples_of_the_query_page_are_queries() {
    let page = include_str!("query.md");
    let blocks = page.split("```query\n").skip(1).filter_map(|rest| rest.split("\n```").next());
    let examples: Vec<&str> = blocks.flat_map(str::lines).collect();
    assert!(examples.len() > 5);
    for example in examples {
        let (list, text) = example.split_once(": ").unwrap();
        let (_, fields) = query::fields::ALL.iter().find(|(path, _)| path.trim_start_matches('/') == list).unwrap();
        assert!(!query::Query::parse(text.trim(), fields).unwrap().is_empty(), "{example}");
    }
}

#[test]
fn classes() {
    let registry = class::Registry::new([]);
    let mut text = "# Classes and relations\n\n\
        The classes that are shipped besides the sections of agents ([sections](sections.md)): people declare their items. Owners define\n\
        more, and add attributes to any class, while the collector runs. Printed from `class::shipped` and `relation::RelationKind` by a test:\n\
        `MUSTER_BLESS=1 cargo test -p muster-model --test docs`.\n"
        .to_owned();
    for class in registry.all().filter(|class| class.is_declared()) {
        write!(text, "\n## `{}`\n\n{}\n\n", class.name, class.meaning).unwrap();
        text.push_str("| attribute | kind | need | meaning |\n|---|---|---|---|\n");
        for attribute in class.declarable() {
            let choices =
                if attribute.choices.is_empty() { String::new() } else { format!(": {}", code(&attribute.choices)) };
            let bounds = match (attribute.minimum, attribute.maximum) {
                (Some(minimum), Some(maximum)) => format!(" ({minimum} to {maximum})"),
                _ => String::new(),
            };
            let (name, kind, need) = (code([&attribute.name]), attribute.kind.as_str(), attribute.need.as_str());
            writeln!(text, "| {name} | {kind}{bounds} | {need} | {}{choices} |", attribute.meaning).unwrap();
        }
        for rule in &class.rules {
            write!(text, "\n`{}` each host on which something fits `{}`.\n", rule.relation, rule.query).unwrap();
        }
    }
    let rows = RelationKind::ALL.iter().map(|kind| {
        let trouble = match kind.upstream() {
            Upstream::From => "comes to where it ends",
            Upstream::To => "comes to where it begins",
            Upstream::Neither => "goes nowhere",
        };
        vec![code([kind.as_str()]), code([kind.inverse()]), kind.meaning().to_owned(), trouble.to_owned()]
    });
    let head = ["relation", "from the other end", "meaning", "trouble at the other end"];
    let about = ["What joins hosts, their items and items of people. Impact follows trouble along them.", ""];
    let table = document("", about, &head, rows);
    write!(text, "\n## Relations\n\n{}", table.trim_start_matches(['#', ' ', '\n'])).unwrap();
    check("classes.md", &text);
}

#[test]
fn ticket_states() {
    let mut text = String::from(
        "# States of tickets\n\nThe events that move a ticket of each kind, and what each asks for; any other event is refused with the list of legal ones.\n\
         Printed from `transition::table` by a test: `MUSTER_BLESS=1 cargo test -p muster-model --test docs`.\n",
    );
    let cell = |names: String| if names.is_empty() { String::new() } else { names };
    for kind in Kind::ALL {
        write!(text, "\n## {} (`{}-000001`)\n\n", kind.as_str(), kind.prefix()).unwrap();
        text.push_str(
            "| event | from | to | required | optional | who | right | guard |\n|---|---|---|---|---|---|---|---|\n",
        );
        for row in transition::table(*kind) {
            let cause = match row.cause {
                Cause::Person => "a person",
                Cause::System => "the collector",
                Cause::Anyone => "a person or the collector",
            };
            let only = row.of.iter().map(|of| of.as_str()).collect::<Vec<_>>().join(", ");
            let event = if only.is_empty() { code([row.event]) } else { format!("{} ({only})", code([row.event])) };
            let mut right = if row.cause == Cause::System { String::new() } else { code([row.right.as_str()]) };
            if row.asker {
                right.push_str(", or whoever asked");
            }
            let from = code(row.from.iter().map(|state| state.as_str()));
            let (to, required, optional) =
                (code([row.to.as_str()]), cell(code(row.required)), cell(code(row.optional)));
            writeln!(text, "| {event} | {from} | {to} | {required} | {optional} | {cause} | {right} | {} |", row.guard)
                .unwrap();
        }
        let states = code(transition::states(*kind).iter().map(|state| state.as_str()));
        let cancel = code(CancelReason::of(*kind).iter().map(|choice| choice.as_str()));
        let close = code(CloseCode::of(*kind).iter().map(|choice| choice.as_str()));
        write!(text, "\nStates: {states}. Reasons of `cancel`: {cancel}.").unwrap();
        if !close.is_empty() {
            write!(text, " `close_code`: {close}.").unwrap();
        }
        text.push('\n');
    }
    let hold = code(HoldReason::ALL.iter().map(|choice| choice.as_str()));
    write!(text, "\nReasons of `hold`: {hold}.\n").unwrap();
    check("ticket-states.md", &text);
}

/// The rules of priorities as they are shipped.
fn priorities() -> String {
    use muster_model::ticket::priority::rules::PriorityRules;

    let rules = PriorityRules::default();
    let mut text = String::from(
        "\n## Priorities\n\nRules P1 to P4 are a record (`/api/v1/priority-rules`, `muster priority`, `/priorities` beside the routing), set with the right\n\
        `priority.rules`: a matrix (`kinds` may have their own), the impact that the criticality of a host or service asks for at least, the urgency\n\
        of what machines open by severity, and what makes an incident a major one. What is left out is as shipped:\n\n\
        | impact | urgency 1 | urgency 2 | urgency 3 |\n|---|---|---|---|\n",
    );
    for (impact, [one, two, three]) in rules.matrix.iter().enumerate() {
        writeln!(text, "| {} | {one} | {two} | {three} |", impact + 1).unwrap();
    }
    let floors = rules.impact_floor.iter().map(|(one, level)| format!("{} {level}", code([one.as_str()])));
    let urgencies = rules.urgency.iter().map(|(one, level)| format!("{} {level}", code([one.as_str()])));
    let (floors, urgencies) = (floors.collect::<Vec<_>>().join(", "), urgencies.collect::<Vec<_>>().join(", "));
    writeln!(text, "\nImpact at least: {floors}. Urgency: {urgencies}. Rules of major incidents, asked when an incident begins and when it is edited:\n").unwrap();
    for rule in rules.major {
        writeln!(text, "- {}: {}, proposed.", code([rule.name]), code([rule.filter])).unwrap();
    }
    text.push_str("\nWith `accept` (`business_impact`, `commander`, `update_minutes`) an incident that the rule means is a major one at once. Parts of another\n\
        incident never are, and what a person decided stands.\n\nEach version is kept (`/api/v1/priority-rules/versions/{version}`), and `priority_rules` of a ticket is the one that gave it its priority. Other rules\n\
        move no ticket: what is over stays as it was; an open ticket has its new priority when its impact or urgency is set next, or with\n\
        `POST /api/v1/priority-rules/follow` (`muster priority follow`), where each that moves has its entry. Priorities that a person set stay.\n");
    text
}

#[test]
fn service_desk() {
    use muster_model::knowledge::ArticleState;
    use muster_model::ticket::{attachment, major};

    let mut text = String::from(
        "# Service desk\n\nWhat tickets have besides their states ([ticket-states.md](ticket-states.md)), as the tables of the code say.\n\
         Printed by a test: `MUSTER_BLESS=1 cargo test -p muster-model --test docs`.\n\n## Major incidents\n\n\
         A mark beside the state of an incident: `POST /api/v1/tickets/{id}/major`, `muster incident major`, the panel of its page. It is no\n\
         priority. Until it is stood down a word is due at `next_update_at`; the collector reminds then, and again every half hour. It closes when it\n\
         is stood down, with a problem that looks for its cause: one that is linked as `caused_by`, or one that the collector opens.\n\n\
         | step | from | to | asks for | right |\n|---|---|---|---|---|\n",
    );
    for row in major::TABLE {
        let from = code(row.from.iter().map(|state| state.as_str()));
        let (step, to) = (code([row.step.as_str()]), code([row.to.as_str()]));
        let (required, right) = (code(row.required), code([row.right.as_str()]));
        writeln!(text, "| {step} | {from} | {to} | {required} | {right} |").unwrap();
    }
    text.push_str(&priorities());
    write!(
        text,
        "\n## Files on tickets\n\n`POST /api/v1/tickets/{{id}}/attachments?name=…` with the bytes as the body, `muster incident attach`, the form on the page. At most {} MiB\n\
         each, {} files and {} MiB on a ticket. Files are saved, never shown; programs are refused whatever they are called. What only those may see who\n\
         work on tickets (right `ticket.internal`) is not there for others. The bytes lie under their BLAKE3 in `store/blob`, in backups, `verify` and the daily scrub.\n\n\
         | endings | media type | begins as such |\n|---|---|---|\n",
        attachment::MAX_BYTES >> 20,
        attachment::MAX_FILES,
        attachment::MAX_TICKET_BYTES >> 20,
    )
    .unwrap();
    for kind in attachment::TYPES {
        let checked = if kind.beginnings.is_empty() { "" } else { "checked" };
        writeln!(text, "| {} | `{}` | {checked} |", code(kind.endings), kind.name).unwrap();
    }
    text.push_str(
        "\n## Families and duplicates\n\nA ticket is a part of one of its own kind (`parent`), five deep at most; a task of any. When an incident is resolved, its parts hear of it;\n\
         those with `auto_follow` are resolved with it. The reason or close code `duplicate` asks for `duplicate_of`, and the link is made with it. What is\n\
         on hold goes on by itself: at `wake_at`, when the linked change or problem is over, when the requester says something.\n\n\
         ## Known errors and knowledge\n\nA problem whose cause is known is a known error; with a workaround it is published, and suggested on incidents that have every part of its\n\
         `signature`: `kind` (of an event, or a policy), `product`, `versions` (`>=3.0.0 <3.0.15`) and `error_code`. Taking one on resolves the incident with the code\n\
         `known_error`. Articles have versions; published ones have a day to be looked at again, and are suggested by words.\n\n| article is | can become |\n|---|---|\n",
    );
    for state in ArticleState::ALL {
        let next = code(state.next().iter().map(|next| next.as_str()));
        writeln!(text, "| {} | {next} |", code([state.as_str()])).unwrap();
    }
    text.push_str(
        "\n## Catalogue\n\nAn item has a form (a JSON Schema: an object of `string`, `integer`, `number` and `boolean` with `enum`, `format` date or date-time, lengths and\n\
         bounds), roles that see it, an approval (`none` or `vote`) and tasks in an order (`after`). `POST /api/v1/catalogue/{id}/requests` makes a request that keeps the\n\
         version of the item. Its tasks begin with `fulfil`; with one that failed it is never `complete`.\n\n\
         Only who sees an item can ask for it; to others it is not there. `visible_to` names roles, `visible_within` the `sites`, `teams` and `services` whose people see it:\n\
         members of a team, and people whose roles count in such a site or for such a service (a role that counts everywhere counts there too). Both have to fit.\n\n\
         The properties of a JSON object have no order. The fields of a form stand in the order of `x-order`, a list of their names beside `properties`; then come those\n\
         of `required` as they are listed there, then the rest by name. The console writes `x-order` from the order of its lines.\n",
    );
    text.push_str(&when_and_votes());
    text.push_str(include_str!("service-desk.md"));
    check("service-desk.md", &text);
}

/// When changes may be made, and what becomes of votes by the clock.
fn when_and_votes() -> String {
    use muster_model::approval::{line, rule};
    use muster_model::ticket::change::conflict::ConflictKind;

    let mut text = String::from(
        "\n## When changes may be made\n\nConflicts are looked for when a plan is saved, handed in and started: all of them, with the other ticket and each item. What blocks\n\
         is taken on with a reason (`POST /api/v1/tickets/{id}/conflicts`); a blackout takes the right `blackout.override`. An emergency is kept by none.\n\n\
         | conflict | weight |\n|---|---|\n",
    );
    for kind in ConflictKind::ALL {
        writeln!(text, "| {} | {} |", code([kind.as_str()]), kind.weight().as_str()).unwrap();
    }
    text.push_str(
        "\nA blackout (`/api/v1/blackouts`, `muster blackout`) is of everything, of items and hosts, or of services with all that they stand on. What has maintenance\n\
         windows that come again is to be changed in them. `/api/v1/change-calendar` and `/changes/calendar` (month, week, list) show changes, blackouts and windows.\n\n\
         A standard change follows a template (`/api/v1/change-templates`, `muster change template`, `/changes/templates`): a plan without times and people that somebody else\n\
         approved. It is proposed by who plans changes, of a normal change that was voted on and ended `successful` (`from`) or of a plan, and approved or rejected by who answers\n\
         for changes (right `change.review`) and neither wrote nor proposed it since it was approved last; each step is an entry of the audit trail. Another plan or day of review\n\
         is another edition, which waits for approval again. A change names its `template` and the `template_edition` that it follows; handed in and started it has to be what\n\
         that edition says, but for when and by whom, and the edition has to be the approved one. A template is suspended when two of the last ten changes that followed it since\n\
         its approval were neither `successful` nor `successful_with_issues`, and ends on `review_at`, a year after its approval at most: proposed again, it is voted on again.\n\n\
         ## Votes\n\nWhose votes a ticket asks for is said by rules (`/api/v1/approval-rules`, `muster approve rules`, `/approvals/rules`): those of the organisation in their order, then\n\
         those that come with Muster; the first that means the ticket counts. An item of the catalogue may name stages of its own.\n\n\
         | rule | means | stages |\n|---|---|---|\n",
    );
    for rule in rule::shipped() {
        let stages = line::write(&rule.stages, &|user| user.to_string());
        let stages: Vec<String> = stages.lines().map(|line| format!("`{}`", line.replace('|', "\\|"))).collect();
        writeln!(text, "| {} | `{}` | {} |", rule.name, rule.filter, stages.join("<br>")).unwrap();
    }
    text.push_str(
        "\nA stage is `name | approvers | rule | hours | then | options`. Approvers are `peer`, `service_owners`, `board`, `security`, `manager` (of who asks), `user:NAME`, `group:NAME` (the members of the team, and who\n\
         takes turns in rotas of that group), `on_call:NAME` (whose turn it is when the round opens) and `role:NAME`. The rule is `any`, `all`, a number, or a percentage of the seats that do not abstain. Whoever has\n\
         not voted after half of the hours is asked again, as they wish to be told; each reminder is an entry of the audit trail. Then `remind` asks again, `escalate` lets administrators vote too (or whom\n\
         it names), `reject` is a no. `each` gives each member a seat of their own, `skip` leaves out approvers that are not there, `when_unreachable` bears votes against while enough may still agree.\n\
         A rule may approve without votes (`auto_approve`); none that comes with Muster does. Who asks, wrote the plan or does the work has no seat; where that leaves nobody, their manager has it.\n\n\
         Another plan is another round: it shows what was changed since somebody agreed. The digest of a plan holds its text; what that means is looked at when a change starts (A7): a host or an item that nobody voted\n\
         on, one that is named and gone, or a risk in a higher band refuses `start` and says what came. `rework` and new votes satisfy it. Of a question fewer hosts are no matter. What a meeting of the board decides (`/api/v1/board/meetings`, `muster approve meeting`, `/approvals/board`) counts as\n\
         votes of those present when half of the seats are there; who has a stake in a change does not write down what was decided of it.\n\n Somebody votes in another's place for a time\n\
         (`/api/v1/delegations`, `muster approve delegate`): not further on, for one kind or one service where wished, never on a ticket that they asked for, wrote or make, and both names are seen. Open seats of an account\n\
         that is disabled go to the others of the seat, or to those who would have had it. `/approvals/board` is the agenda of the board.\n\n\
         ## Many at once\n\n`GET /api/v1/tickets` lists tickets of all kinds, those first that were opened last; with `active:true` by priority, the oldest first.\n\
         `GET /api/v1/tickets/counts?by=state&filter=…` and `muster incident count --by assignment_group` say how many there are of each: `by` is a field\n\
         of [query.md](query.md) that has few values. `/board?kind=…` shows the active ones by state, each column by priority.\n\n\
         `POST /api/v1/tickets/bulk`, `muster bulk`, `/tickets/bulk`: one event of up to 200 tickets, or one `edit` of them (`muster bulk set`), each with its own rights, its own commit and its own answer.\n",
    );
    text
}

#[test]
fn volatile_attributes() {
    let rows = volatility::TABLE.iter().map(|rule| {
        let target = match rule.target {
            Target::Attribute(name) => format!("attribute `{name}`"),
            Target::KeyPrefix(prefix) => format!("items whose key begins with `{prefix}`"),
            Target::ValuePrefix(name, prefix) => format!("items whose `{name}` begins with `{prefix}`"),
            Target::KeyHex(prefix, digits) => format!("items whose key is `{prefix}` and {digits} hex digits"),
            Target::Has(name) => format!("items that have `{name}`"),
        };
        let treatment = match rule.tier {
            Tier::Metric => "metric: shown, never compared",
            Tier::Ephemeral => "ephemeral: left out",
            Tier::ContainerChurn => "container churn: left out",
        };
        vec![code([rule.section.as_str()]), target, treatment.to_owned(), rule.reason.to_owned()]
    });
    let text = document(
        "What is volatile",
        [
            "What never makes drift, and why: the agent takes it out before it compares, the collector when a report comes in.",
            "Printed from `volatility::TABLE` by a test: `MUSTER_BLESS=1 cargo test -p muster-model --test docs`.",
        ],
        &["section", "what", "treatment", "why"],
        rows,
    );
    let rows = tolerance::TABLE.iter().map(|row| {
        format!("| {} | `{}` | {} MiB | {} |", row.section.as_str(), row.attribute, row.least >> 20, row.reason)
    });
    let text = format!(
        "{text}\n## Slow numbers\n\nThey are in the history with each change, and nobody minds one that moves by {} % or by what stands here, \
         whichever is more.\n\n| section | attribute | at least | why |\n|---|---|---|---|\n{}\n",
        tolerance::SHARE_PERCENT,
        rows.collect::<Vec<_>>().join("\n"),
    );
    let rows = kept::TABLE.iter().map(|row| {
        let but =
            if row.people.is_empty() { String::new() } else { format!(", but {}", code(row.people.iter().copied())) };
        let comes = if row.comes_and_goes { "all of it" } else { "changes of what is there" };
        format!("| {} | `{}`{but} | {comes} | {} |", row.section.as_str(), row.attribute, row.who)
    });
    let text = format!(
        "{text}\n## What others keep\n\nTools own some of what a host has, and change it all day. Where an attribute names such a keeper, and \
         the same one before and after, a change is in the history and nobody minds it; when another one changes it, or nobody is \
         named any more, it is drift. A name in a file is easily left there by whoever changes the rest: it excuses nothing that \
         appears or vanishes, and nothing that stands for security (accounts, groups, sudo, keys, sshd, the packet filter). Of \
         *why was I not alerted* such a change says who keeps it. `managed_by` is what the comments on top of a file say, in the words \
         that Puppet, Ansible, Chef, Salt, cloud-init, NetworkManager, systemd-resolved, resolvconf, dhcpcd, dhclient and netplan \
         write there.\n\n\
         | section | keeper named by | excused | who that is |\n|---|---|---|---|\n{}\n",
        rows.collect::<Vec<_>>().join("\n"),
    );
    let rows = metric::TABLE.iter().map(|(section, attribute, step)| {
        let step = match step {
            Step::AtOnce => "any change, at once".to_owned(),
            Step::Change => "any change, once an hour".to_owned(),
            Step::By(least, percent) => {
                format!("moved by {least} and by {percent} % of the larger value, once an hour")
            }
            Step::Age => "grows old".to_owned(),
        };
        format!("| {} | `{attribute}` | {step} |", section.as_str())
    });
    let text = format!(
        "{text}\n## Metrics that are told alone\n\nMetrics come with a change of their section. Of a section named here all metrics are told \
         without one too: when one of these moved, and when they are {} hours old. That is no change: it makes no history and no drift.\n\n\
         | section | attribute | told when |\n|---|---|---|\n{}\n",
        metric::OLDEST_MS / 3_600_000,
        rows.collect::<Vec<_>>().join("\n"),
    );
    check("volatility.md", &text);
}

#[test]
fn rights() {
    let mut head = vec!["right"];
    head.extend(Role::ALL.iter().map(|role| role.as_str()));
    let rows = Action::ALL.iter().map(|action| {
        let marks = Role::ALL.iter().map(|role| if right::holders(*action).contains(role) { "yes" } else { "" });
        std::iter::once(code([action.as_str()])).chain(marks.map(str::to_owned)).collect()
    });
    let text = document(
        "Who may do what",
        [
            "Rights by role; what no cell allows is denied. The scopes of an API token narrow its user's rights, they never widen them.",
            "Printed from `right::holders` by a test: `MUSTER_BLESS=1 cargo test -p muster-model --test docs`.",
        ],
        &head,
        rows,
    );
    let whole = code(right::WHOLE.iter().map(|action| action.as_str()));
    let text = format!("{text}{}", include_str!("rights.md").replace("<!-- whole -->", &whole));
    check("rights.md", &text);
}

#[test]
fn identification() {
    let (before, after) = include_str!("identification.md").split_once("<!-- ladder -->").unwrap();
    let rows = LADDER.iter().map(|row| {
        let kinds = code(row.compares.iter().map(|kind| kind.as_str()));
        let cells = [code([row.name]), kinds, row.needs.to_owned(), code([row.effect.as_str()]), row.reason.to_owned()];
        cells.to_vec()
    });
    let head = ["rule", "compares", "what has to be so", "effect", "why it stands here"];
    let ladder = document("", ["", ""], &head, rows);
    let mut text = format!("{before}{}", ladder.trim_start_matches(['#', ' ', '\n']));
    let (limits, values) = after.split_once("<!-- limits -->").unwrap();
    text.push_str(limits);
    writeln!(text, "| kind | hosts |\n|---|---|").unwrap();
    for (kind, limit) in junk::LIMITS {
        writeln!(text, "| `{}` | {limit} |", kind.as_str()).unwrap();
    }
    text.push('\n');
    let (placeholders, rest) = values.split_once("<!-- placeholders -->").unwrap();
    write!(text, "{}{}", placeholders.trim_start_matches('\n'), code(junk::PLACEHOLDERS)).unwrap();
    let (drivers, macs) = rest.split_once("<!-- drivers -->").unwrap();
    write!(text, "{drivers}{}", code(junk::PLUGGED_DRIVERS)).unwrap();
    let (macs, end) = macs.split_once("<!-- macs -->").unwrap();
    write!(text, "{macs}| address | adapter |\n|---|---|\n").unwrap();
    for (address, adapter) in junk::SHARED_MACS {
        writeln!(text, "| `{address}` | {adapter} |").unwrap();
    }
    write!(text, "\n{}", end.trim_start_matches('\n')).unwrap();
    check("identification.md", &text);
}

#[test]
fn service_levels() {
    let (before, rest) = include_str!("service-levels.md").split_once("<!-- targets -->").unwrap();
    let (between, after) = rest.split_once("<!-- policies -->").unwrap();
    let rows = level::Target::ALL.iter().map(|target| {
        let [start, stop, pause] = level::usual(*target);
        let anchor = level::usual_anchor(*target).as_str();
        vec![code([target.as_str()]), code(start), code(stop), code(pause), code([anchor])]
    });
    let about = ["What is usual for each target, where a policy does not say otherwise:", ""];
    let head = ["target", "starts when", "stops when", "pauses while", "time begins"];
    let targets = document("", about, &head, rows);
    let rows = level::shipped::policies().into_iter().map(|(name, terms)| {
        let minutes = terms.minutes.to_string();
        vec![code([name]), code([terms.target.as_str()]), code([&terms.filter]), minutes, code([&terms.calendar])]
    });
    let policies = document("", ["", ""], &["policy", "target", "filter", "minutes", "calendar"], rows);
    let trimmed = |text: &str| text.trim_start_matches(['#', ' ', '\n']).trim_end().to_owned();
    let text = format!("{before}{}{between}{}{after}", trimmed(&targets), trimmed(&policies));
    check("service-levels.md", &text);
}

#[test]
fn kpis() {
    let rows = kpi::DEFINITIONS
        .iter()
        .map(|figure| vec![code([figure.name]), figure.unit.as_str().to_owned(), figure.meaning.to_owned()]);
    let text = document(
        "Figures",
        [
            "What `GET /api/v1/reports/kpi`, `muster kpi` and the page *Figures* say of a period; each figure opens the list that makes it.",
            "Cancelled incidents and duplicates count nowhere. Printed from `kpi::DEFINITIONS` by a test: `MUSTER_BLESS=1 cargo test -p muster-model --test docs`.",
        ],
        &["figure", "unit", "what it is"],
        rows,
    );
    check("kpi.md", &text);
}

fn trigger(trigger: Trigger) -> String {
    match trigger {
        Trigger::Added => "an item appears".to_owned(),
        Trigger::Presence => "an item appears or vanishes".to_owned(),
        Trigger::Attribute(names) => format!("{} changes", code(names)),
        Trigger::AnyAttribute => "any attribute changes".to_owned(),
        Trigger::ServicePort => "an item appears with a `port` that is not `ephemeral` (of the range from which the host's kernel picks), or is but with a sign that it was chosen (`configured_port`)".to_owned(),
        Trigger::Becomes(name, value) => format!("`{name}` becomes {value}"),
        Trigger::Gains(name, values) => format!("`{name}` gains one of {}", code(values)),
        Trigger::PowerMember => "`members` of a group with power gains one".to_owned(),
        Trigger::Downgrade => "`version` goes down".to_owned(),
        Trigger::VersionChange => "`version` changes".to_owned(),
    }
}

#[test]
fn policies() {
    let rows = policy::DEFAULT.iter().map(|policy| {
        let outcome = match policy.outcome {
            Outcome::Incident => "incident",
            Outcome::Finding => "finding",
        };
        let patience = match policy.class {
            policy::Class::Security => "at once",
            policy::Class::Critical => "after a second look or 90 s",
        };
        vec![
            code([policy.id]),
            code([policy.section.as_str()]),
            trigger(policy.trigger),
            policy.severity.as_str().to_owned(),
            outcome.to_owned(),
            patience.to_owned(),
            policy.purpose.to_owned(),
        ]
    });
    let (before, rest) = include_str!("policies.md").split_once("<!-- changes -->").unwrap();
    let (states, rest) = rest.split_once("<!-- states -->").unwrap();
    let (examples, rest) = rest.split_once("<!-- examples -->").unwrap();
    let (names, rest) = rest.split_once("<!-- names -->").unwrap();
    let (functions, after) = rest.split_once("<!-- functions -->").unwrap();
    let shipped = |policy: &policy::shipped::Shipped| {
        let state = if policy.is_on { "on" } else { "off" };
        vec![
            code([policy.id]),
            code([policy.section.as_str()]),
            code([policy.condition]),
            policy.severity.as_str().to_owned(),
            policy.outcome.as_str().to_owned(),
            state.to_owned(),
            policy.purpose.to_owned(),
        ]
    };
    let example = |policy: &policy::shipped::Shipped| {
        vec![code([policy.section.as_str()]), code([policy.condition]), policy.purpose.to_owned()]
    };
    let word = |(name, meaning): &(&str, &str)| vec![code([*name]), (*meaning).to_owned()];
    let text = [
        before.to_owned(),
        table(&["policy", "section", "when", "severity", "outcome", "opens", "purpose"], rows),
        states.to_owned(),
        table(
            &["policy", "section", "must not be", "severity", "outcome", "by default", "purpose"],
            policy::shipped::STATE.iter().map(shipped),
        ),
        examples.to_owned(),
        table(&["section", "must not be", "because"], policy::shipped::EXAMPLES.iter().map(example)),
        names.to_owned(),
        table(&["name", "what it is"], policy::rule::VARIABLES.iter().map(word)),
        functions.to_owned(),
        table(&["function", "what it gives"], policy::rule::HELPERS.iter().map(word)),
        after.to_owned(),
    ];
    check("policies.md", &text.concat());
}

#[test]
fn signs_of_profiles_and_what_is_compared_are_printed() {
    let (before, rest) = include_str!("baselines.md").split_once("<!-- signs -->").unwrap();
    let (golden, rest) = rest.split_once("<!-- golden -->").unwrap();
    let (peers, after) = rest.split_once("<!-- peers -->").unwrap();
    let taken = |(section, names): &(muster_shared::SectionName, &[&str])| {
        let same = match *names {
            [] => "that it is there".to_owned(),
            ["*"] => "all attributes".to_owned(),
            names => code(names),
        };
        vec![code([section.as_str()]), same]
    };
    let sign = |(sign, meaning): &(&str, &str)| vec![code([*sign]), (*meaning).to_owned()];
    let compared = |(section, attribute): &(muster_shared::SectionName, Option<&str>)| {
        vec![code([section.as_str()]), attribute.map_or_else(|| "whether it is there".to_owned(), |name| code([name]))]
    };
    let text = [
        before.to_owned(),
        table(&["sign", "the attribute"], muster_model::profile::expectation::SIGNS.iter().map(sign)),
        golden.to_owned(),
        table(&["section", "taken"], muster_model::profile::golden::TAKEN.iter().map(taken)),
        peers.to_owned(),
        table(&["section", "compared"], muster_model::peer::COMPARED.iter().map(compared)),
        after.to_owned(),
    ];
    check("baselines.md", &text.concat());
}
