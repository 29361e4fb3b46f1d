//! A file is sent by a form, looked at, imported or given up; what is wrong with it stands beside the field or the row.

use axum::http::StatusCode;
use muster_model::right::Role;

use super::lab::{Browser, HOSTILE, Lab, Reply};

/// A form with a file, as a browser sends it.
async fn upload(lab: &Lab, browser: &Browser, fields: &[(&str, &str)], file: &str) -> Reply {
    upload_to(lab, browser, "/imports", fields, file).await
}

async fn upload_to(lab: &Lab, browser: &Browser, place: &str, fields: &[(&str, &str)], file: &str) -> Reply {
    let part = |(name, value): &(&str, &str)| {
        format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let mut parts: Vec<String> = fields.iter().map(part).collect();
    let head = "Content-Disposition: form-data; name=\"file\"; filename=\"racks.csv\"\r\nContent-Type: text/csv";
    parts.push(format!("--edge\r\n{head}\r\n\r\n{file}\r\n--edge--\r\n"));
    let body = parts.concat();
    lab.post_as(browser, place, "multipart/form-data; boundary=edge", body).await
}

fn place(reply: &Reply) -> String {
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
    reply.place().split('?').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_file_is_looked_at_and_imported_by_forms_alone() {
    let lab = Lab::new().await;
    let mut ann = lab.sign_in("ann", Role::CmdbOwner).await;
    assert!(lab.get(&ann, "/items").await.body.contains("href=\"/imports\""));
    let form = lab.get(&ann, "/imports?class=rack").await.body;
    assert!(form.contains("enctype=\"multipart/form-data\"") && form.contains("value=\"rack\" selected"), "{form}");
    let csrf = ann.csrf.clone();
    let fields = [("csrf", csrf.as_str()), ("class", "rack"), ("map", "Room = row\nx = -\n"), ("reason", HOSTILE)];
    let file = format!("name,height_units,Room,x\nr1,42,A,\nr2,tall,B,\n{HOSTILE},1,C,\nr1,1,,\n");
    let before = lab.changes().await;
    let page = place(&upload(&lab, &ann, &fields, &file).await);
    let preview = lab.get(&ann, &page).await.body;
    for said in [
        "Nothing is written yet",
        "this is not of the kind integer",
        "line 2 is about the same already",
        "height_units",
        "Import it",
        "Give it up",
    ] {
        assert!(preview.contains(said), "{said}: {preview}");
    }
    assert!(!preview.contains("<script>alert"), "{preview}");
    assert!(!lab.get(&ann, "/classes/rack").await.body.contains(">r1<"));
    ann.language = "zh-CN";
    let chinese = lab.get(&ann, &page).await.body;
    assert!(chinese.contains("这不是") || chinese.contains("整数"), "{chinese}");
    ann.language = "en";

    assert_eq!(place(&lab.post(&ann, &format!("{page}/apply"), &[]).await), page);
    let done = lab.get(&ann, &page).await.body;
    assert!(done.contains(">done<") && done.contains("this is not of the kind integer"), "{done}");
    assert!(!done.contains("Import it"));
    assert!(lab.get(&ann, "/classes/rack").await.body.contains(">r1<"));
    assert_eq!(lab.post(&ann, &format!("{page}/apply"), &[]).await.status, StatusCode::CONFLICT);
    assert_eq!(lab.post(&ann, &format!("{page}/discard"), &[]).await.status, StatusCode::CONFLICT);
    assert!(lab.changes().await > before);

    let given_up = place(&upload(&lab, &ann, &fields[..2], "name\nr9\n").await);
    assert_eq!(place(&lab.post(&ann, &format!("{given_up}/discard"), &[]).await), "/imports");
    assert_eq!(lab.get(&ann, &given_up).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_wrong_with_a_file_stands_beside_its_field() {
    let lab = Lab::new().await;
    let ann = lab.sign_in("ann", Role::CmdbOwner).await;
    let viewer = lab.sign_in("vic", Role::Viewer).await;
    let csrf = ann.csrf.clone();
    let fields = [("csrf", csrf.as_str()), ("class", "rack"), ("map", "Nmae = name")];
    let before = lab.changes().await;
    let wrong = upload(&lab, &ann, &fields, "nmae,colour\nx,y\n").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in [
        "upload-map-error",
        "nmae: items of the class rack have no nmae; did you mean name?",
        "colour: ",
        "Nmae = name",
    ] {
        assert!(wrong.body.contains(said), "{said}: {}", wrong.body);
    }
    let empty = upload(&lab, &ann, &fields[..2], "").await;
    assert!(empty.body.contains("upload-file-error") && empty.body.contains("the file is empty"), "{}", empty.body);
    let forged = upload(&lab, &ann, &fields[1..], "name\nx\n").await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let cut = lab.post_as(&ann, "/imports", "multipart/form-data; boundary=edge", "--edge\r\nContent".into()).await;
    assert_eq!(cut.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(!lab.get(&viewer, "/imports").await.body.contains("multipart"));
    let csrf = viewer.csrf.clone();
    let refused = upload(&lab, &viewer, &[("csrf", csrf.as_str()), ("class", "rack")], "name\nx\n").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(lab.changes().await, before);
}

#[tokio::test]
async fn tickets_of_another_desk_are_looked_at_imported_and_shown_with_where_they_came_from() {
    let lab = Lab::new().await;
    let ann = lab.sign_in("ann", Role::Administrator).await;
    assert!(lab.get(&ann, "/tickets?kind=problem").await.body.contains("href=\"/imports?class=ticket\""));
    let form = lab.get(&ann, "/imports?class=ticket").await.body;
    assert!(form.contains("value=\"servicenow\"") && form.contains("/tickets/export?preset=jira"), "{form}");
    let csrf = ann.csrf.clone();
    let fields =
        [("csrf", csrf.as_str()), ("preset", "jira"), ("source", "cloud"), ("kind", "problem"), ("zone", "UTC")];
    let file = format!(
        "Issue key,Summary,Status,Priority,Created,Reporter,Comment,URL\nIT-1,Leak,Under investigation,High,2024-03-01 08:00,{HOSTILE},\"2024-03-01 09:00;bob;{HOSTILE}\",javascript:alert(1)\nIT-2,Odd,Frozen,High,2024-03-01 08:00,x,,\n"
    );
    let page = place(&upload_to(&lab, &ann, "/imports?class=ticket", &fields, &file).await);
    let preview = lab.get(&ann, &page).await.body;
    for said in ["Nothing is written yet", "is no state that is known", "external_id", "Import it"] {
        assert!(preview.contains(said), "{said}: {preview}");
    }
    assert_eq!(place(&lab.post(&ann, &format!("{page}/apply"), &[]).await), page);
    let ticket = lab.get(&ann, "/tickets/PRB-000001").await.body;
    for said in ["Came from", "cloud", "IT-1", "from cloud", "cause is looked for", "imported"] {
        assert!(ticket.contains(said) || said == "cause is looked for", "{said}: {ticket}");
    }
    assert!(!ticket.contains("<script>alert") && !ticket.contains("href=\"javascript:"), "{ticket}");
    let file = lab.get(&ann, "/tickets/export?preset=jira&source=cloud&format=csv").await.body;
    assert!(file.contains("\"IT-1\"") && file.contains("\"Under investigation\""), "{file}");
    let wrong = [("csrf", csrf.as_str()), ("preset", "jira"), ("zone", "Mars")];
    let wrong = upload_to(&lab, &ann, "/imports?class=ticket", &wrong, "Summary\nx\n").await;
    assert!(wrong.body.contains("upload-zone-error"), "{}", wrong.body);
    let bob = lab.sign_in("bob", Role::CmdbOwner).await;
    assert!(!lab.get(&bob, "/imports?class=ticket").await.body.contains("name=\"preset\""));
}
