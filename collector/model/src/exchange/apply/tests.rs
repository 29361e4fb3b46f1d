//! Tickets of every kind and state go out in the words of every desk and come back as they were; news, remarks and what stands.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use muster_shared::id::UserId;
use muster_shared::{Clock, ManualClock};

use super::super::mapping::Mapping;
use super::super::tell::{Names, told};
use super::super::{Preset, Terms, read, write};
use super::*;
use crate::export::csv;
use crate::import::{Form as FileForm, Plan, table};
use crate::right::Role;
use crate::ticket::state::{CancelReason, HoldReason};
use crate::ticket::{Kind, StateName, transition};

fn at(text: &str) -> Time {
    text.parse().unwrap()
}

fn admin() -> Actor {
    Actor::User {
        id: UserId::from_bytes([7; 16]),
        name: "root".into(),
        roles: vec![Role::Administrator],
        reaches: crate::right::Reaches::new(),
        scopes: None,
    }
}

static PRIORITIES: LazyLock<Priorities> = LazyLock::new(Priorities::default);

fn ground<'a>(source: &'a str, actor: &'a Actor) -> Ground<'a> {
    let now = at("2026-01-01T00:00:00Z");
    let priorities = &*PRIORITIES;
    Ground { source, import: None, actor, now, priorities, requester: None, assignee: None, parent: None, item: None }
}

fn names(source: &str) -> Names<'_> {
    Names { source, requester: None, assignee: None, parent: None, with_internal: true }
}

fn terms(preset: Preset) -> Terms {
    Terms { preset, source: preset.as_str().into(), ..Terms::default() }
}

fn plan(terms: &Terms, form: FileForm) -> Plan {
    Plan { class: "ticket".into(), form: Some(form), tickets: Some(Box::new(terms.clone())), ..Plan::default() }
}

/// What a file tells, row by row.
fn rows(file: &str, terms: &Terms, form: FileForm) -> Vec<Result<Told, Vec<String>>> {
    let table = table::read(file.as_bytes(), &plan(terms, form)).unwrap();
    let mapping = Mapping::of(&table.columns, terms, &BTreeMap::new()).unwrap();
    let read = |row| {
        read::read(row, &mapping, terms).map_err(|wrong| {
            wrong.into_iter().map(|(column, why)| format!("{}: {why}", column.unwrap_or_default())).collect()
        })
    };
    table.rows.iter().map(read).collect()
}

fn file(all: &[Told], terms: &Terms, form: FileForm) -> String {
    if form == FileForm::Csv {
        let head = write::columns(terms.preset);
        let line = |cells: Vec<String>| csv::line(cells.iter().map(String::as_str));
        let lines = all.iter().map(|told| line(write::cells(told, terms.preset, &terms.zone)));
        line(head) + &lines.collect::<String>()
    } else {
        let line = |told: &Told| write::record(told, terms.preset, &terms.zone).to_string();
        all.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

/// Every kind in every state with everything that can belong to it, each with remarks of both sorts.
fn everything() -> Vec<Told> {
    let mut all = Vec::new();
    let mut add = |kind: Kind, state: StateName, detail: Option<(Field, &str)>| {
        let n = all.len();
        let mut fields: BTreeMap<Field, String> = BTreeMap::new();
        let mut put = |field: Field, text: &str| fields.insert(field, text.to_owned());
        put(Field::ExternalId, &format!("X-{n}"));
        put(Field::Title, &format!("=title, \"{n}\""));
        put(Field::Description, "'=1\nsecond line; ünïcode");
        put(Field::State, state.as_str());
        put(Field::Impact, &(1 + n % 3).to_string());
        put(Field::Urgency, &(1 + n / 3 % 3).to_string());
        put(Field::Priority, &(1 + n % 5).to_string());
        put(Field::OpenedAt, "2025-03-01T10:00:00Z");
        put(Field::OpenedBy, "Beth Anglin");
        put(Field::Requester, "Joe Employee");
        put(Field::Assignee, "@ann");
        put(Field::AssignmentGroup, "linux");
        put(Field::Category, "disk");
        put(Field::Other, r#"{"u_cost":"7"}"#);
        if let Some((field, text)) = detail {
            put(field, text);
        }
        if let Kind::Change = kind {
            for (field, text) in [
                (Field::ChangeType, crate::ticket::change::ChangeType::ALL[n % 3].as_str()),
                (Field::PlannedStart, "2025-04-01T10:00:00Z"),
                (Field::PlannedEnd, "2025-04-01T12:00:00Z"),
                (Field::Reason, "why"),
                (Field::Implementation, "how"),
                (Field::Test, "try"),
                (Field::Backout, "back"),
            ] {
                put(field, text);
            }
        }
        if let Kind::Problem = kind {
            put(Field::Cause, "rot");
            put(Field::Workaround, "reboot");
        }
        let remark = |at_text: &str, text: &str, is_internal| Remark {
            at: at(at_text),
            by: "Ann (ops)".into(),
            text: text.into(),
            is_internal,
        };
        let remarks = vec![
            remark("2025-03-01T10:05:00Z", "seen;\n\ntwice", false),
            remark("2025-03-01T10:06:00Z", "note", true),
            remark("2025-03-01T10:07:00Z", "-bye", false),
        ];
        all.push(Told { kind, fields, remarks });
    };
    for kind in Kind::ALL.iter().copied().filter(|kind| *kind != Kind::Access) {
        for state in transition::states(kind) {
            match state {
                StateName::OnHold => {
                    for reason in HoldReason::ALL {
                        add(kind, state, Some((Field::HoldReason, reason.as_str())));
                    }
                }
                StateName::Cancelled => {
                    for reason in CancelReason::of(kind) {
                        add(kind, state, Some((Field::CloseCode, reason.as_str())));
                    }
                }
                StateName::Resolved | StateName::Closed => {
                    for code in read::codes(kind) {
                        add(kind, state, Some((Field::CloseCode, code.as_str())));
                    }
                }
                _ => add(kind, state, None),
            }
        }
    }
    all
}

#[test]
fn every_state_goes_out_and_comes_back_in_the_words_of_every_desk() {
    let actor = admin();
    for preset in Preset::ALL.iter().copied() {
        let terms = Terms { zone: "Europe/Berlin".parse().unwrap(), ..terms(preset) };
        // As it is told of tickets that were made of it: with all that follows.
        let made =
            everything().into_iter().map(|one| create(&one, "INC-000001".into(), &ground(&terms.source, &actor)));
        let all: Vec<Told> = made.map(|(ticket, timeline)| told(&ticket, &timeline, names(&terms.source))).collect();
        assert!(all.len() > 80, "{}", all.len());
        for form in [FileForm::Csv, FileForm::Ndjson] {
            let text = file(&all, &terms, form);
            let back = rows(&text, &terms, form);
            assert_eq!(back.len(), all.len());
            for (one, back) in all.iter().zip(back) {
                let back = back.unwrap_or_else(|wrong| panic!("{preset:?} {form:?} {one:?}: {wrong:?}"));
                assert_eq!(&back, one, "{preset:?} {form:?}");
                let (ticket, timeline) = create(&back, "INC-000002".into(), &ground(&terms.source, &actor));
                assert_eq!(ticket.state.name().as_str(), one.get(Field::State).unwrap());
                assert_eq!(&told(&ticket, &timeline, names(&terms.source)), one, "a ticket made of it tells the same");
            }
        }
    }
}

#[test]
fn what_another_desk_says_is_said_in_our_words() {
    let servicenow = "number,sys_class_name,short_description,state,hold_reason,priority,impact,urgency,opened_at,closed_at,close_code,work_notes,u_x\n\
        INC0010001,Incident,Mail down,On Hold,Awaiting Vendor,1 - Critical,1 - High,1 - High,2024-03-01 10:00:00,,,\"2024-03-01 10:05:00 - Beth Anglin (Work notes)\ncalled them\",7\n\
        INC0010002,incident,Old,7,,3,2,2,2024-03-01 10:00:00,2024-03-02 10:00:00,Solved (Permanently),,\n\
        CHG0000001,Change Request,Patch,-2,,4,3,3,2024-03-01 10:00:00,,,,\n";
    let told: Vec<Told> =
        rows(servicenow, &terms(Preset::ServiceNow), FileForm::Csv).into_iter().map(Result::unwrap).collect();
    let is = |n: usize, field| told[n].get(field).unwrap_or("-");
    assert_eq!((is(0, Field::State), is(0, Field::HoldReason), is(0, Field::Priority)), ("on_hold", "vendor", "1"));
    assert_eq!(is(0, Field::Other), r#"{"u_x":"7"}"#);
    assert_eq!((told[0].remarks[0].by.as_str(), told[0].remarks[0].is_internal), ("Beth Anglin", true));
    assert_eq!(
        (is(1, Field::State), is(1, Field::CloseCode), is(1, Field::ClosedAt)),
        ("closed", "fixed", "2024-03-02T10:00:00.000Z")
    );
    assert_eq!((told[2].kind, is(2, Field::State)), (Kind::Change, "scheduled"));

    let jira = "Issue key,Issue Type,Summary,Status,Priority,Created,Comment,Comment,Labels,Labels\n\
        IT-7,[System] Service request,Laptop,Waiting for customer,High,12/Mar/24 9:41 AM,12/Mar/24 9:50 AM;ann;hello,13/Mar/24 9:50 AM;bob;bye,a,b\n";
    let told = rows(jira, &terms(Preset::Jira), FileForm::Csv).remove(0).unwrap();
    assert_eq!(
        (told.kind, told.get(Field::State), told.get(Field::HoldReason)),
        (Kind::Request, Some("on_hold"), Some("caller"))
    );
    assert_eq!(told.remarks.iter().map(|one| one.text.as_str()).collect::<Vec<_>>(), ["hello", "bye"]);
    assert_eq!(told.get(Field::Other), Some(r#"{"Labels":"a","Labels (2)":"b"}"#));

    let glpi = "\"ID\";\"Title\";\"Status\";\"Priority\";\"Opening date\";\"Requester - Requester\"\n\"1 234\";\"Printer\";\"Processing (planned)\";\"Very low\";\"2024-03-01 10:00\";\"Joe\"\n";
    let glpi_terms = Terms { kind: Some(Kind::Incident), ..terms(Preset::Glpi) };
    let told = rows(glpi, &glpi_terms, FileForm::Csv).remove(0).unwrap();
    assert_eq!(
        (told.external_id(), told.get(Field::State), told.get(Field::Priority)),
        ("1234", Some("in_progress"), Some("5"))
    );

    let itop = "ref,finalclass,title,status,priority,start_date,private_log\nC-000012,RoutineChange,Swap,plannedscheduled,4,2024-03-01 10:00:00,\"========== 2024-03-01 11:00:00 : Ann (3) ============\n\nlook\"\n";
    let told = rows(itop, &terms(Preset::Itop), FileForm::Csv).remove(0).unwrap();
    assert_eq!(
        (told.kind, told.get(Field::State), told.get(Field::ChangeType)),
        (Kind::Change, Some("authorize"), Some("standard"))
    );
    assert_eq!((told.remarks[0].text.as_str(), told.remarks[0].by.as_str()), ("look", "Ann"));
}

#[test]
fn what_is_wrong_is_said_with_the_column_and_what_is_allowed() {
    let file = "number,kind,title,state,priority,opened_at,resolved_at,close_code\n\
        ,incident,,new,9,soon,,\n\
        A,access,t,draft,3,2024-03-01,,\n\
        B,incident,t,Awaiting Info,3,2024-03-01,,\n\
        C,incident,t,resolved,3,2024-03-02,2024-03-01,odd\n\
        D,incident,t,cancelled,3,2024-03-02,,odd\n";
    let wrong: Vec<Vec<String>> = rows(file, &terms(Preset::Muster), FileForm::Csv)
        .into_iter()
        .map(|row| row.err().unwrap_or_default())
        .collect();
    assert_eq!(
        wrong[0],
        [
            "priority: '9' is no priority that is known: one of 1, 2, 3, 4, 5; or say what it is with value=priority:9=…",
            "opened_at: 'soon' is no time; write it as 2024-03-12 09:41:00, or with an offset",
            "number: this is needed",
            "title: this is needed",
        ]
    );
    assert_eq!(wrong[1], ["kind: access is not imported: grants come of votes here"]);
    assert!(
        wrong[2][0].starts_with("state: 'Awaiting Info' is no state that is known: one of new, in_progress,"),
        "{wrong:?}"
    );
    assert_eq!(wrong[3].len(), 2, "{wrong:?}");
    assert!(wrong[3][0].starts_with("resolved_at: this is before the ticket was opened"), "{wrong:?}");
    assert!(wrong[4].is_empty(), "how a ticket was given up may be said in any words");
    // What is said of a value counts.
    let values = BTreeMap::from([(
        "state".to_owned(),
        BTreeMap::from([("awaiting info".to_owned(), "on_hold:caller".to_owned())]),
    )]);
    let said = rows(file, &Terms { values, ..terms(Preset::Muster) }, FileForm::Csv).remove(2).unwrap();
    assert_eq!((said.get(Field::State), said.get(Field::HoldReason)), (Some("on_hold"), Some("caller")));
    let columns = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let why = |names: &[&str], map: &[(&str, &str)]| {
        let map = map.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let wrong = Mapping::of(&columns(names), &terms(Preset::Jira), &map).unwrap_err();
        wrong.into_iter().map(|one| one.column).collect::<Vec<_>>()
    };
    assert_eq!(why(&["Summary"], &[]), ["external_id", "kind"]);
    assert_eq!(why(&["Issue key", "Summary", "Issue Type", "x"], &[("x", "tittle"), ("y", "-")]), ["x", "y"]);
}

/// A ticket as it came, with how it would be told again.
fn imported(file: &str) -> (Ticket, Vec<TimelineEntry>) {
    let told = rows(file, &terms(Preset::Muster), FileForm::Csv).remove(0).unwrap();
    create(&told, "INC-000001".into(), &ground("muster", &admin()))
}

fn again(ticket: &Ticket, timeline: &[TimelineEntry], file: &str) -> Update {
    let now = rows(file, &terms(Preset::Muster), FileForm::Csv).remove(0).unwrap();
    let is = told(ticket, timeline, names("muster"));
    update(ticket, timeline, &now, &ground("muster", &admin()), &is)
}

const FIRST: &str = "number,kind,title,state,priority,opened_at\nA,incident,t,in_progress,2,2024-03-01T10:00:00Z\n";

#[test]
fn a_ticket_begins_where_it_is_said_to_stand() {
    let file = "number,kind,title,state,priority,opened_at,resolved_at,closed_at,close_code\n\
        A,incident,t,closed,2,2024-03-01T10:00:00Z,2024-03-01T12:00:00Z,2024-03-08T12:00:00Z,workaround\n";
    let (ticket, timeline) = imported(file);
    assert_eq!((ticket.priority, ticket.impact, ticket.urgency), (2, 2, 1));
    assert_eq!(ticket.resolved_at, Some(at("2024-03-01T12:00:00Z")));
    assert_eq!(ticket.state.resolution().unwrap().close_code.as_str(), "workaround");
    let states: Vec<&str> = timeline
        .iter()
        .filter_map(|entry| if let Entry::Moved { to, .. } = &entry.entry { Some(to.as_str()) } else { None })
        .collect();
    assert_eq!(states, ["resolved", "closed"]);
    assert!(timeline.iter().all(|entry| entry.imported_from.as_deref() == Some("muster")));
    assert!(ticket.is_as_imported());
    // The past is told as it was there.
    let then = crate::ticket::past::at(&ticket, &timeline, at("2024-03-02T00:00:00Z")).unwrap();
    assert_eq!(then.state.name(), StateName::Resolved);
}

#[test]
fn news_is_what_is_told_otherwise_and_what_is_done_here_stands() {
    let (ticket, timeline) = imported(FIRST);
    assert!(matches!(again(&ticket, &timeline, FIRST), Update::Unchanged));
    let later = "number,kind,title,state,priority,opened_at,resolved_at,comments\n\
        A,incident,t,resolved,1,2024-03-01T10:00:00Z,2024-03-02T10:00:00Z,\"[{\"\"at\"\":\"\"2024-03-02T09:00:00Z\"\",\"\"by\"\":\"\"ann\"\",\"\"text\"\":\"\"done\"\"}]\"\n";
    let Update::Changed(next, entries, news) = again(&ticket, &timeline, later) else { panic!() };
    assert_eq!(
        news.keys().map(|field| field.as_str()).collect::<Vec<_>>(),
        ["state", "priority", "resolved_at", "close_code"]
    );
    assert_eq!((next.state.name(), next.priority, next.impact, next.urgency), (StateName::Resolved, 1, 1, 1));
    assert_eq!(entries.len(), 3, "{entries:?}");
    let timeline: Vec<TimelineEntry> = timeline.into_iter().chain(entries).collect();
    assert!(next.is_as_imported());
    assert!(matches!(again(&next, &timeline, later), Update::Unchanged));

    // It closes by itself: that the file still calls it resolved is no news.
    let clock = ManualClock::at(at("2026-01-02T00:00:00Z"));
    let fields = crate::ticket::transition::Fields::default();
    let (closed, entry) =
        transition::apply(&next, "auto_close", &fields, &Actor::System("clock"), clock.now()).unwrap();
    let timeline: Vec<TimelineEntry> = timeline.into_iter().chain([entry]).collect();
    assert!(!closed.is_as_imported());
    assert!(matches!(again(&closed, &timeline, later), Update::Unchanged));

    // Somebody works on the first one here.
    let (ticket, timeline) = imported(FIRST);
    let (ours, entry) = edit::comment(&ticket, "mine".into(), Visibility::Public, &admin(), clock.now());
    let timeline: Vec<TimelineEntry> = timeline.into_iter().chain([entry]).collect();
    let Update::WorkedOn(news) = again(&ours, &timeline, later) else { panic!() };
    assert!(news.contains_key(&Field::State));
    let remark_only = FIRST.replace("opened_at\n", "opened_at,comments\n").replace("00Z\n", "00Z,late word\n");
    let Update::Changed(next, entries, news) = again(&ours, &timeline, &remark_only) else { panic!() };
    assert_eq!((news.len(), entries.len()), (0, 1));
    assert_eq!(next.state.name(), StateName::InProgress);
}
