//! `/imports?class=ticket` and `/export/tickets?preset=…`: tickets out of other desks and into them, in their words.

use axum::body::Body;
use axum::http::{Method, Request};
use muster_model::right::Role;
use muster_model::ticket::Counter;
use muster_store::TypedStore;
use serde_json::{Value, json};

use crate::lab::{Device, Lab, Reply};
use crate::notification::receiver::Receiver;
use crate::notification::{channel, subscribe, work};

async fn import(lab: &Lab, token: &str, query: &str, body: impl Into<Body>) -> Reply {
    lab.clock.advance_millis(1);
    let uri = format!("/api/v1/imports?class=ticket&{query}");
    let request = Request::builder().method(Method::POST).uri(uri).header("authorization", format!("Bearer {token}"));
    lab.people(request.body(body.into()).unwrap()).await
}

fn counts(import: &Value) -> [u64; 6] {
    ["rows", "created", "updated", "unchanged", "conflicts", "refused"]
        .map(|name| import["counts"][name].as_u64().unwrap_or_else(|| panic!("no import: {import}")))
}

fn errors(import: &Value) -> Vec<String> {
    let text = |error: &Value| {
        format!("{} {} {}", error["line"], error["column"].as_str().unwrap_or("-"), error["detail"].as_str().unwrap())
    };
    import["errors"].as_array().unwrap().iter().map(text).collect()
}

async fn export(lab: &Lab, token: &str, query: &str) -> String {
    lab.get(token, &format!("/api/v1/export/tickets?{query}")).await.expect(200).text()
}

async fn last(lab: &Lab, kind: &str) -> u64 {
    lab.store.find::<Counter>(kind).await.unwrap().map_or(0, |counter| counter.value.last)
}

/// As ServiceNow writes them: the newest first, so that a part stands before its whole.
const SERVICENOW: &str = "number,sys_class_name,short_description,description,state,hold_reason,priority,impact,urgency,caller_id,opened_at,resolved_at,closed_at,close_code,close_notes,parent,cmdb_ci,assigned_to,work_notes,comments,u_vip\n\
    INC0010003,Incident,Part,,In Progress,,3 - Moderate,2 - Medium,2 - Medium,Joe Employee,2024-03-03 08:00:00,,,,,INC0010001,,,,,\n\
    INC0010002,Incident,Old one,=HYPERLINK(1),Closed,,5 - Planning,3 - Low,3 - Low,Joe Employee,2024-03-02 08:00:00,2024-03-02 09:00:00,2024-03-09 09:00:00,Solved (Work Around),restarted,,,,,,\n\
    CHG0000007,Change Request,Patch web-1,,Scheduled,,4 - Low,3 - Low,3 - Low,,2024-03-01 09:00:00,,,,,,web-1,,,,\n\
    INC0010001,Incident,Mail is down,It is.,On Hold,Awaiting Vendor,1 - Critical,1 - High,1 - High,Beth Anglin,2024-03-01 08:00:00,,,,,,,ann,\"2024-03-01 08:30:00 - Beth Anglin (Work notes)\nsecret\n\n2024-03-01 08:10:00 - Joe Employee (Work notes)\nfirst\",\"2024-03-01 08:20:00 - Joe Employee (Additional comments)\nhello\",true\n";

#[tokio::test]
async fn tickets_of_another_desk_become_ours_with_what_was_said_on_them() {
    let lab = Lab::new();
    let token = lab.admin().await;
    let ann = lab.user("ann", &[Role::Responder]).await;
    let mut device = Device::enroll(&lab, "web-1", &"1f".repeat(16)).await;
    let host = device.report_full(&lab).await;
    lab.settle().await;
    // Somebody wants to hear of everything.
    let receiver = Receiver::start().await;
    let hook = channel(&lab, &token, "all", "webhook", &receiver.url).await;
    subscribe(&lab, &token, &["ticket.opened", "ticket.moved", "ticket.commented", "ticket.changed"], "", &hook["id"])
        .await;
    work(&lab).await;
    receiver.take();
    let before = lab.sequence().await;
    let tried = import(&lab, &token, "preset=servicenow&dry_run=true", SERVICENOW).await.expect(200).json();
    assert_eq!(
        (lab.sequence().await, counts(&tried)),
        (before, [4, 4, 0, 0, 0, 0]),
        "a dry run writes nothing: {tried}"
    );
    assert!(tried["columns"].as_array().unwrap().contains(&json!({"column": "u_vip", "field": "other"})), "{tried}");
    assert_eq!(last(&lab, "incident").await, 0);

    let done = import(&lab, &token, "preset=servicenow&file=inc.csv", SERVICENOW).await.expect(201).json();
    assert_eq!((&done["state"], counts(&done)), (&json!("done"), [4, 4, 0, 0, 0, 0]));
    assert_eq!(done["tickets"]["preset"], "servicenow");
    assert_eq!((last(&lab, "incident").await, last(&lab, "change").await), (3, 1), "numbers have no gaps");
    let all = lab.all(&token, "/api/v1/tickets?filter=source:servicenow").await;
    assert_eq!(all.len(), 4);
    let of = |id: &str| all.iter().find(|one| one["origin"]["external_id"] == id).unwrap().clone();
    let (mail, old, part, change) = (of("INC0010001"), of("INC0010002"), of("INC0010003"), of("CHG0000007"));
    assert_eq!((&mail["state"], &mail["state_detail"]["reason"]), (&json!("on_hold"), &json!("vendor")));
    assert_eq!((&mail["assignee"], &mail["requester"]), (&json!(ann.id.to_string()), &Value::Null));
    assert_eq!(mail["origin"]["said"]["requester"], "Beth Anglin", "who has no account keeps the name");
    assert_eq!(mail["origin"]["said"]["other"], r#"{"u_vip":"true"}"#);
    assert_eq!((&old["close_code"], &old["resolved_at"]), (&json!("workaround"), &json!("2024-03-02T09:00:00.000Z")));
    assert_eq!(part["parent"], mail["id"], "a part finds its whole wherever that stands");
    assert_eq!((&change["state"], &change["items"][0]["id"]), (&json!("scheduled"), &json!(host)));
    let timeline = lab.all(&token, &format!("/api/v1/tickets/{}/timeline", mail["id"].as_str().unwrap())).await;
    let said: Vec<(&str, &str)> = timeline
        .iter()
        .filter(|entry| entry["what"] == "comment")
        .map(|entry| (entry["at"].as_str().unwrap(), entry["actor"].as_str().unwrap()))
        .collect();
    assert_eq!(
        said,
        [
            ("2024-03-01T08:10:00.000Z", "Joe Employee"),
            ("2024-03-01T08:20:00.000Z", "Joe Employee"),
            ("2024-03-01T08:30:00.000Z", "Beth Anglin")
        ]
    );
    assert!(timeline.iter().all(|entry| entry["imported_from"] == "servicenow"));
    assert_eq!(lab.last_audit().await.1, "import.done");

    // Nobody is told of what happened there, and its clocks are no news here.
    work(&lab).await;
    while lab.service.level_step().await.unwrap() || lab.service.level_due().await.unwrap() {}
    work(&lab).await;
    assert_eq!(receiver.take().len(), 0);
    let again = lab.all(&token, &format!("/api/v1/tickets/{}/timeline", mail["id"].as_str().unwrap())).await;
    assert!(again.iter().all(|entry| entry["what"] != "level"), "{again:?}");

    // The same again changes nothing, whole or cut in parts.
    let again = import(&lab, &token, "preset=servicenow", SERVICENOW).await.expect(201).json();
    assert_eq!(counts(&again), [4, 0, 0, 4, 0, 0], "{again}");
    assert_eq!(lab.all(&token, "/api/v1/tickets").await.len(), 4);
    // Another desk has numbers of its own.
    let other = import(&lab, &token, "preset=servicenow&source=prod2", SERVICENOW).await.expect(201).json();
    assert_eq!(counts(&other), [4, 4, 0, 0, 0, 0]);
}

#[tokio::test]
async fn what_is_new_in_a_file_is_taken_and_what_is_done_here_stands() {
    let lab = Lab::new();
    let token = lab.admin().await;
    let first = "number,kind,title,state,priority,opened_at\nA-1,incident,one,new,3,2024-03-01T08:00:00Z\nA-2,incident,two,new,3,2024-03-01T08:00:00Z\n";
    import(&lab, &token, "source=old", first).await.expect(201);
    let one = lab.all(&token, "/api/v1/tickets?filter=external_id:A-1").await.remove(0);
    let id = one["id"].as_str().unwrap();
    // Somebody works on the second one.
    let two = lab.all(&token, "/api/v1/tickets?filter=external_id:A-2").await.remove(0);
    let path = format!("/api/v1/tickets/{}/transitions", two["id"].as_str().unwrap());
    lab.post(&token, &path, json!({"event": "start"})).await.expect(200);

    let newer = "number,kind,title,state,priority,opened_at,comments\n\
        A-1,incident,one!,in_progress,1,2024-03-01T08:00:00Z,\"[{\"\"at\"\":\"\"2024-03-02T08:00:00Z\"\",\"\"by\"\":\"\"bob\"\",\"\"text\"\":\"\"look\"\"}]\"\n\
        A-2,incident,two,resolved,3,2024-03-01T08:00:00Z,\n\
        A-3,incident,three,Closed for good,3,2024-03-01T08:00:00Z,\n\
        A-4,problem,four,new,3,2024-03-01T08:00:00Z,\n\
        A-1,incident,again,new,3,2024-03-01T08:00:00Z,\n";
    let tried = import(&lab, &token, "source=old&dry_run=true", newer).await.expect(200).json();
    let done = import(&lab, &token, "source=old", newer).await.expect(201).json();
    assert_eq!(counts(&tried), counts(&done), "a dry run says what will be");
    assert_eq!(counts(&done), [5, 1, 1, 0, 1, 2], "{done}");
    let said = errors(&done);
    assert!(
        said[0].starts_with("3 - INC-000002 was worked on here since it was imported; told otherwise: state"),
        "{said:?}"
    );
    assert!(
        said[1].starts_with("4 state 'Closed for good' is no state that is known: one of new, in_progress"),
        "{said:?}"
    );
    assert_eq!(said[2], "6 - line 2 is about the same already; a thing stands in one row");
    let now = lab.get(&token, &format!("/api/v1/tickets/{id}")).await.json();
    assert_eq!((&now["title"], &now["state"], &now["priority"]), (&json!("one!"), &json!("in_progress"), &json!(1)));
    assert_eq!(last(&lab, "incident").await, 2, "what was refused has no number");

    // What somebody says of a value counts, and what is said wrong is named.
    let said =
        import(&lab, &token, "source=old&value=state:closed%20for%20good=closed", newer).await.expect(201).json();
    assert_eq!(counts(&said)[1], 1, "{said}");
    for (query, pointer) in [
        ("preset=remedy", "/preset"),
        ("source=a/b", "/source"),
        ("kind=access", "/kind"),
        ("zone=Mars", "/zone"),
        ("value=state", "/value"),
        ("value=title:a=b", "/value"),
        ("map=state=stat", "/map/state"),
        ("map=none=title", "/map/none"),
    ] {
        assert_eq!(import(&lab, &token, query, first).await.pointers(422), [pointer], "{query}");
    }
    let items = Request::builder().method(Method::POST).uri("/api/v1/imports?class=rack&preset=jira");
    let items = items.header("authorization", format!("Bearer {token}")).body(Body::from("name\nr1\n")).unwrap();
    assert_eq!(lab.people(items).await.pointers(422), ["/preset"]);

    // It takes a right of its own.
    let owner = lab.token_of(Role::CmdbOwner).await;
    import(&lab, &owner, "source=old", first).await.problem(403, "not-authorised");
    let id = done["id"].as_str().unwrap();
    lab.post(&owner, &format!("/api/v1/imports/{id}/apply"), Value::Null).await.problem(403, "not-authorised");
}

#[tokio::test]
async fn what_goes_out_comes_back_as_it_was_in_the_words_of_every_desk() {
    let lab = Lab::new();
    let token = lab.admin().await;
    import(&lab, &token, "preset=servicenow", SERVICENOW).await.expect(201);
    let own = json!({"kind": "incident", "title": "=ours", "description": "-1", "impact": 2, "urgency": 1});
    let own = lab.post(&token, "/api/v1/tickets", own).await.expect(201).json();
    let number = own["number"].as_str().unwrap();
    let comment = json!({"text": "among us", "visibility": "internal"});
    lab.post(&token, &format!("/api/v1/tickets/{number}/comments"), comment).await.expect(201);
    for (preset, form) in [
        ("muster", "csv"),
        ("servicenow", "csv"),
        ("jira", "csv"),
        ("glpi", "ndjson"),
        ("itop", "csv"),
        ("muster", "json"),
    ] {
        // Where the tickets are they say nothing new, whether they came from there or are our own.
        let desk = format!("preset={preset}&source=servicenow&zone=Europe/Berlin");
        let out = export(&lab, &token, &format!("{desk}&format={form}")).await;
        assert!(form != "csv" || !out.contains("\"=") && !out.contains(",="), "{out}");
        let home = import(&lab, &token, &format!("{desk}&format={form}"), out.clone()).await.expect(201).json();
        assert_eq!(counts(&home), [5, 0, 0, 5, 0, 0], "{preset}: {home}\n{out}");
        // Elsewhere they are as they were here, and go out as they came in.
        let there = Lab::new();
        let other = there.admin().await;
        let done = import(&there, &other, &format!("{desk}&format={form}"), out.clone()).await.expect(201).json();
        assert_eq!(counts(&done), [5, 5, 0, 0, 0, 0], "{preset}: {done}\n{out}");
        let mut before: Vec<&str> = out.lines().collect();
        let again = export(&there, &other, &format!("{desk}&format={form}")).await;
        let mut after: Vec<&str> = again.lines().collect();
        before.sort_unstable();
        after.sort_unstable();
        if form != "json" {
            assert_eq!(before, after, "{preset}");
        }
    }
    // Under the name of another source each is still the ticket that it is here.
    let other = "preset=servicenow&source=elsewhere&format=csv";
    let out = export(&lab, &token, other).await;
    let home = import(&lab, &token, other, out).await.expect(201).json();
    assert_eq!((&counts(&home)[..3], counts(&home)[5]), (&[5, 0, 0][..], 0), "{home}");
    // What is only for those who work on tickets is not told to others.
    let viewer = lab.token_of(Role::Viewer).await;
    assert!(!export(&lab, &viewer, "preset=muster&format=csv").await.contains("among us"));
    assert!(export(&lab, &token, "preset=muster&format=csv").await.contains("among us"));
    // A ticket of this collector is not changed by a file.
    let file = export(&lab, &token, &format!("preset=muster&format=csv&filter=number:{number}"))
        .await
        .replace("'=ours", "theirs");
    let back = import(&lab, &token, "preset=muster", file).await.expect(201).json();
    assert_eq!(counts(&back), [1, 0, 0, 0, 1, 0], "{back}");
    assert!(errors(&back)[0].contains("is a ticket of this collector and moves by its own events"), "{back}");
    assert_eq!(lab.get(&token, "/api/v1/export/tickets?preset=remedy").await.pointers(422), ["/preset"]);
}

#[tokio::test]
async fn all_or_nothing_takes_no_ticket_when_one_cannot_be_taken() {
    let lab = Lab::new();
    let token = lab.admin().await;
    let file = "number,title,opened_at\nA,one,2024-03-01\nB,two,never\n";
    let done = import(&lab, &token, "kind=request&all_or_nothing=true", file).await.expect(201).json();
    assert_eq!((&done["state"], last(&lab, "request").await), (&json!("refused"), 0));
    assert_eq!(errors(&done), ["3 opened_at 'never' is no time; write it as 2024-03-12 09:41:00, or with an offset"]);
}
