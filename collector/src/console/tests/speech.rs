//! A console in another language says nothing in English: neither its pages, nor what a form was refused for.

use muster_model::right::Role;

use super::lab::{Browser, Lab};
use super::page::pages;

/// The words of a page: what stands between tags, and in attributes that are read aloud or shown.
fn shown(body: &str) -> Vec<String> {
    let main = body.split("<body").nth(1).unwrap_or_default();
    let mut texts: Vec<String> =
        main.split('>').skip(1).map(|rest| rest.split('<').next().unwrap_or("").to_owned()).collect();
    for attribute in ["aria-label=\"", "placeholder=\"", "title=\"", "value=\""] {
        texts.extend(main.split(attribute).skip(1).map(|rest| rest.split('"').next().unwrap_or("").to_owned()));
    }
    texts
}

/// Words of the lines of profiles, which are the same in every language.
const CODE: &[&str] = &["package", "user", "lacks"];

/// Runs of three and more English words, which no name in these pages has.
fn english(body: &str) -> Vec<String> {
    let is_word = |word: &&str| {
        // Names in a list have commas between them.
        let plain = word.trim_matches(|c: char| ".;:'()".contains(c));
        plain.len() > 1 && plain.bytes().all(|b| b.is_ascii_lowercase()) && !CODE.contains(&plain)
    };
    let mut runs = Vec::new();
    for text in shown(body) {
        let words: Vec<&str> = text.split_whitespace().collect();
        for run in words.windows(3) {
            if run.iter().all(is_word) {
                runs.push(text.trim().to_owned());
                break;
            }
        }
    }
    runs
}

async fn chinese(lab: &Lab, name: &str, role: Role) -> Browser {
    Browser { language: "zh-CN", ..lab.sign_in(name, role).await }
}

#[tokio::test]
async fn no_page_of_the_chinese_console_has_an_english_sentence() {
    let lab = Lab::new().await;
    let ann = chinese(&lab, "ann", Role::Administrator).await;
    let mut found = Vec::new();
    for path in pages(&lab).await {
        found.extend(english(&lab.get(&ann, &path).await.body).into_iter().map(|text| format!("{path}: {text}")));
    }
    assert_eq!(found, Vec::<String>::new());
    let body = lab.get(&ann, "/incidents/INC-000001").await.body;
    assert!(body.contains("：新增账户 "), "the title is drawn in Chinese: {body}");
}

/// Forms, each wrong in another way.
#[expect(clippy::too_many_lines, reason = "a list of all there is")]
fn refused<'a>(finding: &str, host: &'a str, long: &'a str) -> Vec<(String, Vec<(&'a str, &'a str)>)> {
    vec![
        ("/incidents/new".into(), vec![("title", ""), ("impact", "2"), ("items", "no-such-host")]),
        ("/incidents/new".into(), vec![("title", "t\u{202e}"), ("impact", "7"), ("urgency", "x")]),
        ("/incidents/new".into(), vec![("title", "t"), ("impact", "2"), ("items", "host_1")]),
        ("/incidents/INC-000001".into(), vec![("title", ""), ("version", "1")]),
        ("/incidents/INC-000001".into(), vec![("priority", "9"), ("override_reason", "")]),
        ("/incidents/INC-000001".into(), vec![("assignee", "user_0")]),
        ("/incidents/INC-000001/do/reopen".into(), vec![("comment", "x")]),
        (
            "/incidents/INC-000001/do/resolve".into(),
            vec![("close_code", "odd"), ("close_notes", "n"), ("cause_item", "none")],
        ),
        (
            "/incidents/INC-000001/do/resolve".into(),
            vec![("close_code", "fixed"), ("close_notes", "n"), ("cause_item", "item_1")],
        ),
        ("/incidents/INC-000001/do/hold".into(), vec![("reason", "scheduled"), ("wake_at", "2001-01-01T00:00")]),
        ("/incidents/INC-000001/do/dance".into(), vec![]),
        ("/incidents/INC-000001/comments".into(), vec![("text", "")]),
        ("/incidents/INC-000001".into(), vec![("follow_up_at", "2001-01-01T00:00")]),
        ("/catalogue/new".into(), vec![("name", "a"), ("form", "x | colour")]),
        ("/catalogue/new".into(), vec![("name", "a"), ("tasks", "x")]),
        ("/catalogue/new".into(), vec![("name", "a"), ("cost", "much")]),
        ("/catalogue/new".into(), vec![("name", "a"), ("level_policy", "none")]),
        ("/catalogue/new".into(), vec![("name", "a"), ("access_grant", "sudo"), ("access_hosts", "host_1")]),
        ("/catalogue/new".into(), vec![("name", "a"), ("access_grant", "sudo"), ("access_days", "x")]),
        (
            "/catalogue/new".into(),
            vec![("name", "a"), ("access_grant", "account"), ("access_hosts", host), ("access_account", "x")],
        ),
        (
            "/capacity/thresholds/memory".into(),
            vec![("warn_percent", "90"), ("critical_percent", "80"), ("horizon_days", "0"), ("version", "0")],
        ),
        ("/improvements/new".into(), vec![("title", ""), ("kpi", "odd"), ("days", "x")]),
        ("/improvements/new".into(), vec![("title", "a"), ("kpi", "odd"), ("days", "7")]),
        ("/improvements/new".into(), vec![("title", "a"), ("target", "much")]),
        ("/reports/new".into(), vec![("name", "a"), ("subject", "kpi"), ("period_days", "x")]),
        (
            "/reports/new".into(),
            vec![
                ("name", "a"),
                ("subject", "kpi"),
                ("period_days", "7"),
                ("weekdays", "monday"),
                ("at", "07:00"),
                ("zone", "UTC"),
            ],
        ),
        (
            "/reports/new".into(),
            vec![
                ("name", "a"),
                ("subject", "search"),
                ("weekdays", "monday"),
                ("at", "07:00"),
                ("zone", "UTC"),
                ("recipients", "ann"),
            ],
        ),
        ("/incidents/INC-000001/accept".into(), vec![("reason", "")]),
        ("/incidents/INC-000001/do/cancel".into(), vec![("reason", "duplicate"), ("duplicate_of", "INC-000001")]),
        ("/incidents/INC-000001/do/cancel".into(), vec![("reason", "duplicate"), ("duplicate_of", "INC-999999")]),
        ("/incidents/INC-000001/do/cancel".into(), vec![("reason", "duplicate")]),
        ("/incidents/INC-000001/parent".into(), vec![("parent", "INC-000001"), ("auto_follow", "yes")]),
        ("/incidents/INC-000001/parent".into(), vec![("parent", "nothing"), ("auto_follow", "yes")]),
        ("/incidents/INC-000001/known-error".into(), vec![("problem", "INC-000001")]),
        ("/incidents/INC-000001/major/accept".into(), vec![("business_impact", "b")]),
        ("/incidents/INC-000001/major/reject".into(), vec![("note", "n")]),
        ("/incidents/INC-000001/attachments/remove".into(), vec![("attachment", "att_1")]),
        (
            "/on-call/rotas/new".into(),
            vec![("name", ""), ("members", "nobody"), ("zone", "UTC"), ("hours_from", "9:00")],
        ),
        (
            "/on-call/rotas/new".into(),
            vec![
                ("name", "n"),
                ("layer", "l"),
                ("members", "admin"),
                ("every", "0"),
                ("unit", "day"),
                ("starts_on", "2026-01-01"),
                ("handover", "09:00"),
                ("zone", "Mars/Olympus"),
            ],
        ),
        ("/on-call/plans/new".into(), vec![("name", "n"), ("steps", "soon: admin")]),
        ("/on-call/plans/new".into(), vec![("name", "n"), ("steps", "5: nobody")]),
        ("/on-call/plans/new".into(), vec![("name", ""), ("steps", ""), ("repeat", "99"), ("filter", "x:y:z")]),
        ("/routing".into(), vec![("name", "n"), ("assignee", "user_0"), ("version", "0")]),
        (
            "/priorities".into(),
            vec![("matrix", "1 2"), ("kinds", "x = 1"), ("major", "x"), ("urgency", "y"), ("version", "0")],
        ),
        ("/priorities".into(), vec![("matrix", "1 2 3\n2 3 9\n3 4 5"), ("major", "n: prio:1"), ("version", "0")]),
        ("/knowledge/new".into(), vec![("title", ""), ("state", "draft")]),
        ("/knowledge/new".into(), vec![("title", "t"), ("state", "published"), ("body", "b")]),
        ("/knowledge/new".into(), vec![("title", "t"), ("state", "draft"), ("review_at", "soon")]),
        (format!("{finding}/accept"), vec![("reason", "")]),
        (format!("{finding}/waive"), vec![("justification", "j"), ("expires_at", "soon")]),
        (format!("{finding}/waive"), vec![("justification", "j"), ("expires_at", "2001-01-01")]),
        (format!("{finding}/suppress"), vec![("reason", long), ("until", "2030-01-01T00:00")]),
        (format!("{finding}/forget"), vec![]),
        (host.to_owned(), vec![("owner", long), ("criticality", "high"), ("lifecycle", "active")]),
        (host.to_owned(), vec![("owner", "o"), ("criticality", "odd"), ("lifecycle", "odd")]),
        ("/agents/tokens".into(), vec![("name", ""), ("max_uses", "0"), ("minutes", "x")]),
        ("/agents/tokens".into(), vec![("name", "n"), ("max_uses", "0"), ("minutes", "60")]),
        ("/agents/tokens".into(), vec![("name", "n"), ("max_uses", "1"), ("minutes", "0")]),
        (
            "/agents/tokens".into(),
            vec![("name", "n"), ("max_uses", "1"), ("minutes", "60"), ("networks", "everywhere")],
        ),
        (format!("{host}/merge"), vec![("into", ""), ("reason", "r")]),
        (format!("{host}/merge"), vec![("into", "nobody"), ("reason", "r")]),
        (format!("{host}/merge"), vec![("into", host.trim_start_matches("/hosts/")), ("reason", "r")]),
        (format!("{host}/merge"), vec![("into", host.trim_start_matches("/hosts/")), ("reason", "")]),
        ("/identification/rev_0/decide".into(), vec![("answer", "new"), ("reason", "r")]),
        ("/identification/merges/mrg_0/undo".into(), vec![("reason", "r")]),
        ("/account/tokens".into(), vec![("name", ""), ("scopes", "read"), ("days", "9")]),
        ("/account/tokens".into(), vec![("name", "n"), ("days", "9")]),
        ("/account/tokens".into(), vec![("name", "n"), ("scopes", "odd"), ("days", "9")]),
        ("/account/tokens".into(), vec![("name", "n"), ("scopes", "read"), ("days", "9999")]),
        ("/account/password".into(), vec![("old_password", "no"), ("new_password", "also no")]),
        ("/account/language".into(), vec![("locale", "tlh")]),
        ("/levels/calendars".into(), vec![("name", "Not A Name"), ("label", "x"), ("zone", "Mars/Olympus")]),
        ("/levels/calendars".into(), vec![("name", "n"), ("label", "x"), ("zone", "UTC"), ("monday", "noon")]),
        (
            "/levels/calendars".into(),
            vec![("name", "n"), ("label", "x"), ("zone", "UTC"), ("monday", "09:00-10:00"), ("holidays", "soon Feast")],
        ),
        (
            "/levels/policies".into(),
            vec![("name", "n"), ("label", "x"), ("target", "resolve"), ("minutes", "0"), ("calendar", "none")],
        ),
        (
            "/levels/policies".into(),
            vec![("name", "n"), ("label", "x"), ("target", "resolve"), ("minutes", "1"), ("stop_when", "finished")],
        ),
        (
            "/levels/policies".into(),
            vec![("name", "n"), ("label", "x"), ("target", "resolve"), ("minutes", "1"), ("actions", "now")],
        ),
        ("/levels/policies/p1-resolve".into(), vec![("label", ""), ("target", "resolve"), ("filter", "state:new")]),
        ("/classes".into(), vec![("name", "Not A Name"), ("label", "")]),
        ("/classes".into(), vec![("name", "package"), ("label", "x")]),
        ("/classes/package".into(), vec![("name", "manager"), ("kind", "text"), ("need", "optional")]),
        (
            "/classes/package".into(),
            vec![("name", "n"), ("kind", "integer"), ("pattern", "("), ("minimum", "2"), ("maximum", "1")],
        ),
        (
            "/items/new?class=contract".into(),
            vec![("name", ""), ("attribute.type", "odd"), ("attribute.ends_on", "soon")],
        ),
        ("/items/new?class=licence".into(), vec![("name", "l"), ("attribute.seats", "many"), ("redundancy", "web")]),
        (
            "/items/new?class=application".into(),
            vec![("name", "a"), ("members", "[web] class:packge"), ("attribute.port", "0")],
        ),
        (
            format!("/items/{}/relations", host.trim_start_matches("/hosts/")),
            vec![("kind", "odd"), ("to", "nobody-knows")],
        ),
        (
            format!("/items/{}/relations", host.trim_start_matches("/hosts/")),
            vec![("kind", "runs_on"), ("to", host.trim_start_matches("/hosts/")), ("reason", "")],
        ),
        ("/users".into(), vec![("name", "Not A Name"), ("roles", "viewer")]),
        ("/users".into(), vec![("name", "bob")]),
        ("/users".into(), vec![("name", "ann"), ("roles", "viewer")]),
        ("/users".into(), vec![("name", "bob"), ("roles", "king")]),
        ("/users".into(), vec![("name", "bob"), ("roles", "viewer"), ("password", "short")]),
        ("/users".into(), vec![("name", "bob"), ("roles", "viewer"), ("password", "aaaaaaaaaaaaaaaaaaa")]),
    ]
}

/// Forms of what is managed, each wrong in another way.
fn refused_changes(item: &str, host: &str) -> Vec<(String, Vec<(&'static str, &'static str)>)> {
    let rules = || [("place.agent", "1"), ("effect.agent", "off"), ("step", "save"), ("reason", "")].to_vec();
    vec![
        ("/hosts/bulk".into(), vec![("owner", "x")]),
        ("/hosts/bulk".into(), vec![("hosts", "host_00000000000000000000000000000000"), ("owner", "")]),
        ("/hosts/bulk".into(), vec![("hosts", "host_00000000000000000000000000000000"), ("lifecycle", "odd")]),
        ("/sources/rules".into(), vec![("class", "package"), ("attribute", "versoin"), ("place.agent", "1")]),
        ("/sources/rules".into(), vec![("attribute", "version"), ("place.agent", "1")]),
        ("/sources/rules".into(), vec![("class", "package"), ("place.agent", "none"), ("hours.glpi", "0")]),
        ("/sources/rules".into(), vec![("class", "package")]),
        ("/identification/rules".into(), rules()),
        (format!("{item}/pin"), vec![("attribute", ""), ("value", "x"), ("reason", "r")]),
        (format!("{item}/pin"), vec![("attribute", "uid"), ("value", "many"), ("reason", "r")]),
        (format!("{item}/pin"), vec![("attribute", "uid"), ("value", "7"), ("reason", "")]),
        (format!("{item}/pin"), vec![("attribute", "uid"), ("value", "7"), ("reason", "r"), ("until", "soon")]),
        (format!("{item}/unpin"), vec![("attribute", "uid")]),
        (format!("{host}/split"), vec![("reason", "r")]),
        (format!("{host}/split"), vec![("identifiers", "machine_id=machine-1"), ("reason", "")]),
    ]
}

/// Forms of searches, each wrong in another way.
fn refused_searches() -> Vec<(String, Vec<(&'static str, &'static str)>)> {
    vec![
        ("/saved-searches".into(), vec![("name", ""), ("list", "odd"), ("filter", "")]),
        ("/notifications/channels".into(), vec![("name", ""), ("kind", "odd")]),
        ("/notifications/channels".into(), vec![("name", "x"), ("kind", "slack"), ("url", "https://127.0.0.1")]),
        ("/notifications/channels".into(), vec![("name", "x"), ("kind", "slack"), ("url", "http://example.com")]),
        ("/notifications/channels".into(), vec![("name", "x"), ("kind", "email"), ("addresses", "nobody")]),
        ("/notifications/channels".into(), vec![("name", "x"), ("kind", "pagerduty"), ("secret", "?")]),
        ("/notifications/subscriptions".into(), vec![("name", "x"), ("target", "")]),
        ("/account/notifications".into(), vec![("version", "0"), ("zone", "Mars"), ("email", "x")]),
        ("/account/notifications".into(), vec![("version", "0"), ("digest_minutes", "1"), ("daily_at", "08:00")]),
        ("/account/notifications".into(), vec![("version", "0"), ("quiet_from", "25:00")]),
        ("/saved-searches".into(), vec![("name", ""), ("list", "hosts"), ("filter", "sitte:x or")]),
        ("/saved-searches".into(), vec![("name", "a\nb"), ("list", "hosts"), ("filter", "")]),
        ("/saved-searches/srch_0".into(), vec![("name", "x"), ("list", "hosts"), ("filter", "")]),
    ]
}

/// Forms of policies, each wrong in another way.
fn refused_policies() -> Vec<(String, Vec<(&'static str, &'static str)>)> {
    let rule = |condition: &'static str| {
        let fields = [("id", "x"), ("section", "user"), ("purpose", "x"), ("condition", condition), ("intent", "save")];
        let choices = [("severity", "minor"), ("class", "critical"), ("outcome", "finding"), ("enabled", "yes")];
        [fields.as_slice(), choices.as_slice()].concat()
    };
    let wrong = [
        "",
        "item.nonsense == 1",
        "exec(1)",
        "who == 1",
        "one(key, 'x').a == 1",
        "host.nme == 'x'",
        "item.uid == '0'",
        "item.uid",
        "item.uid == 0 &&\n item.groups",
    ];
    let mut forms: Vec<_> = wrong.map(|condition| ("/policies/new".to_owned(), rule(condition))).into();
    let waits = |seconds: &'static str, class: &'static str| {
        let mut fields = rule("item.uid == 0");
        fields.retain(|(name, _)| *name != "class");
        fields.extend([("class", class), ("debounce_seconds", seconds), ("group_by", "site")]);
        ("/policies/new".to_owned(), fields)
    };
    forms.extend([waits("much", "critical"), waits("90000", "critical"), waits("60", "security")]);
    forms.push(("/policies/new".into(), vec![("id", "account"), ("intent", "preview")]));
    let profile = |lines: &'static str, layer: &'static str| {
        let fields = [("id", "x"), ("purpose", "x"), ("expectations", lines), ("layer", layer), ("intent", "save")];
        let choices = [("severity", "minor"), ("class", "critical"), ("outcome", "finding"), ("enabled", "yes")];
        ("/profiles/new".to_owned(), [fields.as_slice(), choices.as_slice()].concat())
    };
    let wrong = [
        "",
        "have package",
        "package a versoin = 1",
        "package a version ~ 1",
        "package a version has 1",
        "memory total total_bytes in 8..4",
        "memory total total_bytes >= much",
        "have package a\nnot package a",
        "have package a\nhave package a",
        "have package \"a",
    ];
    forms.extend(wrong.map(|lines| profile(lines, "0")));
    forms.push(profile("have package a", "100"));
    forms.push(profile("have package a", "much"));
    forms.push(("/waivers".into(), vec![("selector", ""), ("justification", ""), ("expires_at", "2099-01-01")]));
    forms.push(("/waivers".into(), vec![("selector", "state:open"), ("expires_at", "soon")]));
    forms.push((
        "/blackouts".into(),
        vec![("name", ""), ("starts_at", "2099-01-01T00:00"), ("ends_at", "2099-01-01T00:00")],
    ));
    forms.push(("/tickets/bulk".into(), vec![("tickets", ""), ("event", "assign")]));
    forms.push(("/approvals/delegations".into(), vec![("to", ""), ("ends_at", "")]));
    forms.push(("/separations".into(), vec![("name", ""), ("one_hosts", "nme:x"), ("one_group", "x")]));
    forms.push(("/separations".into(), vec![("name", "x"), ("is_enabled", "yes")]));
    forms.push(("/access-reviews".into(), vec![("name", ""), ("window_days", "3"), ("hosts", "nme:x")]));
    forms.push(("/access-reviews/cmp_0/open".into(), vec![("version", "1")]));
    forms.push(("/grants/grt_0/revoke".into(), vec![("reason", "")]));
    forms.push(("/routing".into(), vec![("name", ""), ("filter", "polic:x"), ("version", "0")]));
    forms.push(("/policies/nothing".into(), rule("")));
    forms.push(("/policies/account/remove".into(), vec![("version", "0")]));
    forms
}

#[tokio::test]
async fn no_refused_form_of_the_chinese_console_has_an_english_sentence() {
    let lab = Lab::new().await;
    let ann = chinese(&lab, "ann", Role::Administrator).await;
    let finding = format!("/findings/{}", lab.finding("login policy").await.id);
    let long = "x".repeat(3_000);
    let host = format!("/hosts/{}", lab.host);
    let mut forms = refused(&finding, &host, &long);
    forms.extend(refused_searches());
    forms.extend(refused_policies());
    let item = format!("/items/{}", lab.item_of("user").await);
    forms.extend(refused_changes(&item, &host));
    let mut found = Vec::new();
    for (path, fields) in &forms {
        let reply = lab.post(&ann, path, fields).await;
        if !reply.status.is_client_error() {
            found.push(format!("{path} {fields:?} was taken: {}", reply.status));
        }
        found.extend(english(&reply.body).into_iter().map(|text| format!("{path} {}: {text}", reply.status)));
    }
    for path in [
        "/hosts?q=nme:x",
        "/hosts?q=name:%22x",
        "/findings?q=state:odd",
        "/incidents?q=priority:9",
        "/incidents?priority=9",
        "/hosts/nobody-knows",
        "/map?item=nobody-knows",
        "/map?as_of=soon",
        "/classes/nothing",
        "/items/x",
        "/findings/fnd_0",
        "/incidents/INC-999999",
        "/users/user_0",
        "/saved-searches/srch_0",
        "/search?q=--",
        "/nowhere",
    ] {
        let reply = lab.get(&ann, path).await;
        assert!(reply.status.is_client_error(), "{path}: {}", reply.status);
        found.extend(english(&reply.body).into_iter().map(|text| format!("{path} {}: {text}", reply.status)));
    }
    let vic = chinese(&lab, "vic", Role::Viewer).await;
    for (path, fields) in forms.iter().filter(|(path, _)| !path.starts_with("/account")) {
        let reply = lab.post(&vic, path, fields).await;
        found.extend(english(&reply.body).into_iter().map(|text| format!("viewer {path} {}: {text}", reply.status)));
    }
    assert_eq!(found, Vec::<String>::new());
}
