//! Many hosts at once, pins, rules of sources and of identity, splitting a host: as a browser sends them.

use axum::http::StatusCode;
use muster_model::history::Moment;
use muster_model::right::Role;

use super::lab::{Lab, SYSTEM};

fn hidden(body: &str, name: &str) -> Vec<String> {
    let start = format!("name=\"{name}\" value=\"");
    body.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

#[tokio::test]
async fn many_hosts_are_changed_after_a_preview_and_each_is_told_of() {
    let lab = Lab::new().await;
    let ann = lab.sign_in("ann", Role::CmdbOwner).await;
    assert!(lab.get(&ann, "/hosts").await.body.contains("/hosts/bulk?q="));
    let form = lab.get(&ann, "/hosts/bulk?q=").await.body;
    assert!(form.contains(&format!("value=\"{}\" checked", lab.host)), "{form}");
    let fields =
        [("hosts", lab.host.as_str()), ("owner", "platform"), ("site", ""), ("criticality", "high"), ("lifecycle", "")];
    let preview = lab.post(&ann, "/hosts/bulk?q=", &fields).await;
    assert_eq!(preview.status, StatusCode::OK, "{}", preview.body);
    assert!(preview.body.contains("1 host would change") && preview.body.contains("platform"), "{}", preview.body);
    let id = lab.host.parse().unwrap();
    let owner = async || lab.service.get_host(&SYSTEM, id, Moment::NOW).await.unwrap().host.value.owner;
    assert_eq!(owner().await, None, "a preview changes nothing");
    let change = hidden(&preview.body, "change").remove(0);
    let apply = [("step", "apply"), ("owner", "platform"), ("criticality", "high"), ("change", change.as_str())];
    let receipt = lab.post(&ann, "/hosts/bulk", &apply).await;
    assert!(receipt.body.contains("1 host was changed"), "{}", receipt.body);
    assert_eq!(owner().await.as_deref(), Some("platform"));
    // Once more: the host was changed since, and stays as it is.
    let again =
        lab.post(&ann, "/hosts/bulk", &[("step", "apply"), ("owner", "other"), ("change", change.as_str())]).await;
    assert!(again.body.contains("0 hosts were changed") && again.body.contains("class=\"error\""), "{}", again.body);
    assert_eq!(owner().await.as_deref(), Some("platform"));
    // A dash takes a value away; what says nothing is refused beside the field.
    let take = [("hosts", lab.host.as_str()), ("owner", "-")];
    let preview = lab.post(&ann, "/hosts/bulk", &take).await.body;
    let change = hidden(&preview, "change").remove(0);
    lab.post(&ann, "/hosts/bulk", &[("step", "apply"), ("owner", "-"), ("change", change.as_str())]).await;
    assert_eq!(owner().await, None);
    let nothing = lab.post(&ann, "/hosts/bulk", &[("hosts", lab.host.as_str())]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nothing.body.contains("say what is to change"), "{}", nothing.body);
    let rob = lab.sign_in("rob", Role::Responder).await;
    assert_eq!(lab.get(&rob, "/hosts/bulk").await.status, StatusCode::FORBIDDEN);
    assert_eq!(lab.post(&rob, "/hosts/bulk", &apply).await.status, StatusCode::FORBIDDEN);
    assert!(!lab.get(&rob, "/hosts").await.body.contains("/hosts/bulk"));
}

#[tokio::test]
async fn a_value_is_pinned_and_taken_back() {
    let lab = Lab::new().await;
    let (ann, vic) = (lab.sign_in("ann", Role::CmdbOwner).await, lab.sign_in("vic", Role::Viewer).await);
    let item = format!("/items/{}", lab.finding("login policy").await.item);
    assert!(
        lab.get(&ann, &item).await.body.contains("form-pin") && !lab.get(&vic, &item).await.body.contains("form-pin")
    );
    let kind = lab.get(&ann, &item).await.body;
    let attribute = hidden(&kind, "attribute");
    assert!(attribute.is_empty(), "nothing is pinned yet");
    let pin = [("attribute", "shell"), ("value", "/bin/zsh"), ("reason", "so agreed"), ("until", "")];
    let user = lab.item_of("user").await;
    let item = format!("/items/{user}");
    let reply = lab.post(&ann, &format!("{item}/pin"), &pin).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
    let body = lab.get(&ann, &item).await.body;
    assert!(body.contains("/bin/zsh") && body.contains("so agreed") && body.contains("form-unpin-shell"), "{body}");
    let version = hidden(body.split("form-unpin-shell").nth(1).unwrap(), "version").remove(0);
    let back = [("attribute", "shell"), ("version", version.as_str())];
    assert_eq!(lab.post(&vic, &format!("{item}/unpin"), &back).await.status, StatusCode::FORBIDDEN);
    let stale = lab.post(&ann, &format!("{item}/unpin"), &[("attribute", "shell"), ("version", "99")]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert_eq!(lab.post(&ann, &format!("{item}/unpin"), &back).await.status, StatusCode::SEE_OTHER);
    assert!(!lab.get(&ann, &item).await.body.contains("so agreed</p>"));
}

#[tokio::test]
async fn rules_of_sources_are_set_changed_and_removed() {
    let lab = Lab::new().await;
    let ann = lab.sign_in("ann", Role::CmdbOwner).await;
    let set = [
        ("class", "package"),
        ("attribute", "vendor"),
        ("place.glpi", "1"),
        ("place.agent", "2"),
        ("place.import", "2"),
        ("hours.glpi", "48"),
        ("version", "0"),
    ];
    let reply = lab.post(&ann, "/sources/rules", &set).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
    let rules = lab.service.reconciliation(&SYSTEM).await.unwrap();
    let json = serde_json::to_value(&rules.value.rules).unwrap();
    let order = serde_json::json!(["glpi", ["agent", "import"]]);
    assert_eq!((&json[0]["order"], &json[0]["ttl_hours"]["glpi"]), (&order, &serde_json::json!(48)));
    let body = lab.get(&ann, "/sources/rules?edit=yes&class=package&attribute=vendor").await.body;
    assert!(
        body.contains("GLPI agent &#62; Muster agent = Import")
            || body.contains("GLPI agent &gt; Muster agent = Import"),
        "{body}"
    );
    assert!(body.contains("name=\"hours.glpi\" value=\"48\""), "{body}");
    // A form from before says so, and keeps what was typed.
    let stale = lab.post(&ann, "/sources/rules", &set).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.body.contains("name=\"hours.glpi\" value=\"48\""), "{}", stale.body);
    let wrong =
        lab.post(&ann, "/sources/rules", &[("class", "package"), ("attribute", "versoin"), ("place.glpi", "1")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("rule-attribute-error"), "{}", wrong.body);
    let wrong = lab.post(&ann, "/sources/rules", &[("hours.glpi", "0"), ("place.glpi", "1")]).await;
    assert!(wrong.body.contains("rule-hours.glpi-error"), "{}", wrong.body);
    assert_eq!(lab.post(&ann, "/sources/rules/0/remove", &[("version", "0")]).await.status, StatusCode::CONFLICT);
    assert_eq!(lab.post(&ann, "/sources/rules/0/remove", &[("version", "1")]).await.status, StatusCode::SEE_OTHER);
    assert!(lab.service.reconciliation(&SYSTEM).await.unwrap().value.rules.is_empty());
    let vic = lab.sign_in("vic", Role::Viewer).await;
    assert!(!lab.get(&vic, "/sources/rules").await.body.contains("form-rule"));
    assert_eq!(lab.post(&vic, "/sources/rules", &set).await.status, StatusCode::FORBIDDEN);
}

/// The fields of a form as it stands in a page: inputs, and what is selected.
fn standing(body: &str) -> Vec<(String, String)> {
    let form = body.split("id=\"form-rules\"").nth(1).unwrap().split("</form>").next().unwrap();
    let attribute = |tag: &str, name: &str| {
        tag.split(&format!("{name}=\"")).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
    };
    let inputs = form.split("<input").skip(1).map(|tag| tag.split('>').next().unwrap());
    let mut fields: Vec<(String, String)> =
        inputs.map(|tag| (attribute(tag, "name"), attribute(tag, "value"))).collect();
    for select in form.split("<select").skip(1) {
        let chosen = select.split("<option").skip(1).find(|tag| tag.split('>').next().unwrap().contains(" selected"));
        fields.push((attribute(select, " name"), chosen.map(|tag| attribute(tag, "value")).unwrap_or_default()));
    }
    fields.retain(|(name, _)| name != "csrf");
    fields
}

#[tokio::test]
async fn rules_of_identity_are_tried_before_they_are_saved() {
    let lab = Lab::new().await;
    let ann = lab.sign_in("ann", Role::CmdbOwner).await;
    let mut fields = standing(&lab.get(&ann, "/identification/rules").await.body);
    let set = |fields: &mut Vec<(String, String)>, name: &str, value: &str| {
        let field = fields.iter_mut().find(|(known, _)| known == name).unwrap_or_else(|| panic!("{name}"));
        field.1 = value.to_owned();
    };
    set(&mut fields, "effect.machine_id", "off");
    let borrowed = |fields: &[(String, String)]| -> Vec<(String, String)> { fields.to_vec() };
    let send = async |fields: &[(String, String)]| {
        let fields = borrowed(fields);
        let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        lab.post(&ann, "/identification/rules", &pairs).await
    };
    let tried = send(&fields).await;
    assert_eq!(tried.status, StatusCode::OK, "{}", tried.body);
    assert!(tried.body.contains("id=\"trial\"") && tried.body.contains("made again"), "{}", tried.body);
    assert_eq!(lab.service.identification_rules(&SYSTEM).await.unwrap().version, 0, "trying writes nothing");
    // What was tried is saved as it stands in the page.
    let mut fields = standing(&tried.body);
    assert!(fields.contains(&("effect.machine_id".to_owned(), "off".to_owned())), "{fields:?}");
    set(&mut fields, "step", "save");
    let refused = send(&fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "a reason is needed");
    set(&mut fields, "reason", "cloned machine ids");
    assert_eq!(send(&fields).await.status, StatusCode::SEE_OTHER);
    let rules = lab.service.identification_rules(&SYSTEM).await.unwrap();
    let off = rules.steps.iter().find(|step| step.rule.as_str() == "machine_id").unwrap();
    assert_eq!((rules.version, off.effect.as_str()), (1, "off"));
    assert_eq!(send(&fields).await.status, StatusCode::CONFLICT, "the form is from before");
    let rob = lab.sign_in("rob", Role::Responder).await;
    assert_eq!(lab.get(&rob, "/identification/rules").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_host_is_split_by_what_is_chosen() {
    let lab = Lab::new().await;
    let ann = lab.sign_in("ann", Role::CmdbOwner).await;
    let path = format!("/hosts/{}", lab.host);
    let body = lab.get(&ann, &path).await.body;
    let form = body.split("form-split").nth(1).unwrap();
    let identifier = hidden(form, "identifiers").remove(0);
    let split = [("identifiers", identifier.as_str()), ("name", "twin"), ("reason", "two machines")];
    // First what would go where; nothing is done yet.
    let preview = lab.post(&ann, &format!("{path}/split"), &split).await;
    assert_eq!(preview.status, StatusCode::OK, "{}", preview.body);
    let (stays, goes) = preview.body.split_once("Goes to the new host: twin").unwrap();
    let value = identifier.split_once('=').unwrap().1;
    assert!(goes.contains(value) && !stays.contains(&format!(">{value}<")), "{}", preview.body);
    let (name, kept) = (hidden(&preview.body, "name").remove(0), hidden(&preview.body, "identifiers").remove(0));
    assert_eq!((name.as_str(), &kept), ("twin", &identifier));
    assert!(lab.get(&ann, &path).await.body.contains(&format!("value=\"{identifier}\"")), "it has it still");
    let apply = [&split[..], &[("step", "apply")]].concat();
    let reply = lab.post(&ann, &format!("{path}/split"), &apply).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
    assert!(reply.place().contains("done=split") && !reply.place().contains(&lab.host));
    assert!(lab.get(&ann, reply.place()).await.body.contains("twin"));
    let again = lab.post(&ann, &format!("{path}/split"), &split).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "it is not its own any more");
    let rob = lab.sign_in("rob", Role::Responder).await;
    assert!(!lab.get(&rob, &path).await.body.contains("form-split"));
    assert_eq!(lab.post(&rob, &format!("{path}/split"), &split).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn attributes_of_owners_are_given_to_hosts_and_items_and_taken_away() {
    use crate::service::class::ClassDraft;
    use muster_model::class::AttributeDefinition;
    use muster_shared::attribute::Kind;

    let lab = Lab::new().await;
    let (ann, rob) = (lab.sign_in("ann", Role::CmdbOwner).await, lab.sign_in("rob", Role::Responder).await);
    let host = format!("/hosts/{}", lab.host);
    assert!(!lab.get(&ann, &host).await.body.contains("form-own"), "no owner added anything");
    let finding = lab.finding("login policy").await;
    let class = lab.service.get_class(&SYSTEM, "login_policy").await.unwrap().class.name;
    for (class, name) in [("host", "rack_unit"), (class.as_str(), "checked_by")] {
        let kind = if name == "rack_unit" { Kind::Integer } else { Kind::Text };
        let attributes = vec![AttributeDefinition::plain(name, kind)];
        let draft = ClassDraft { attributes, ..ClassDraft::default() };
        lab.service.update_class(&SYSTEM, class, draft, None).await.unwrap();
    }
    let item = format!("/items/{}", finding.item);
    for (page, id, name, value) in [
        (&host, lab.host.clone(), "attribute.rack_unit", "17"),
        (&item, finding.item.to_string(), "attribute.checked_by", "eve"),
    ] {
        let form = lab.get(&ann, page).await.body;
        assert!(form.contains("form-own") && form.contains(name), "{form}");
        assert!(!lab.get(&rob, page).await.body.contains("form-own"));
        let action = format!("/items/{id}/attributes");
        let give = [(name, value), ("reason", "asset list"), ("version", "0")];
        assert_eq!(lab.post(&rob, &action, &give).await.status, StatusCode::FORBIDDEN);
        let reply = lab.post(&ann, &action, &give).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
        assert!(reply.place().starts_with(page.as_str()), "{}", reply.place());
        let body = lab.get(&rob, page).await.body;
        assert!(body.contains(&format!("<dd>{value}</dd>")), "{body}");
        assert_eq!(lab.post(&ann, &action, &give).await.status, StatusCode::CONFLICT, "the form is from before");
        let take = [(name, ""), ("reason", ""), ("version", "1")];
        assert_eq!(lab.post(&ann, &action, &take).await.status, StatusCode::SEE_OTHER);
        assert!(!lab.get(&rob, page).await.body.contains(&format!("<dd>{value}</dd>")));
    }
    let wrong = [("attribute.rack_unit", "many"), ("reason", ""), ("version", "2")];
    let reply = lab.post(&ann, &format!("/items/{}/attributes", lab.host), &wrong).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(reply.body.contains("value=\"many\""), "{}", reply.body);
}

#[tokio::test]
async fn many_items_are_changed_after_a_preview_and_each_is_told_of() {
    use crate::service::declared::NewItem;
    use muster_model::declared::Edit;

    let lab = Lab::new().await;
    let (ann, rob) = (lab.sign_in("ann", Role::CmdbOwner).await, lab.sign_in("rob", Role::Responder).await);
    let mut ids = Vec::new();
    for name in ["r1", "r2"] {
        let edit = Edit { name: Some(name.into()), ..Edit::default() };
        let new = NewItem { class: "rack".into(), edit, reason: "x".into() };
        ids.push(lab.service.create_declared(&SYSTEM, new, None).await.unwrap().value.id.to_string());
    }
    assert!(lab.get(&ann, "/items?q=class:rack").await.body.contains("/items/bulk?q=class%3Arack"));
    assert!(!lab.get(&rob, "/items?q=class:rack").await.body.contains("/items/bulk"));
    let listed = lab.get(&ann, "/items?q=class:rack").await.body;
    assert!(listed.contains(&format!("form=\"choose\" name=\"id\" value=\"{}\"", ids[0])), "{listed}");
    assert!(!lab.get(&rob, "/items?q=class:rack").await.body.contains("form=\"choose\""));
    let one = lab.get(&ann, &format!("/items/bulk?id={}", ids[1])).await.body;
    assert!(one.contains(&format!("value=\"{}\" checked", ids[1])) && !one.contains(&ids[0]), "{one}");
    let both = lab.get(&ann, &format!("/items/bulk?id={}&id={}", ids[0], ids[1])).await.body;
    assert!(both.contains(&ids[0]) && both.contains(&ids[1]), "{both}");
    let form = lab.get(&ann, "/items/bulk?q=class:rack").await.body;
    assert!(
        form.contains("attribute.height_units") && form.contains(&format!("value=\"{}\" checked", ids[0])),
        "{form}"
    );
    let fields = [
        ("items", ids[0].as_str()),
        ("items", ids[1].as_str()),
        ("owner", "dc"),
        ("attribute.height_units", "42"),
        ("reason", "moved"),
    ];
    let preview = lab.post(&ann, "/items/bulk?q=class:rack", &fields).await;
    assert_eq!(preview.status, StatusCode::OK, "{}", preview.body);
    assert!(
        preview.body.contains("2 items would change") && preview.body.contains("<strong>42</strong>"),
        "{}",
        preview.body
    );
    let owner = async |id: &str| {
        let id = id.parse::<muster_shared::id::NodeId>().unwrap().declared().unwrap();
        lab.service.get_declared(&SYSTEM, id).await.unwrap().value.owner
    };
    assert_eq!(owner(&ids[0]).await, None, "a preview changes nothing");
    let changes = hidden(&preview.body, "change");
    let kept = ["owner", "attribute.height_units", "reason", "class"]
        .map(|name| (name, hidden(&preview.body, name).remove(0)));
    let mut apply: Vec<(&str, &str)> = vec![("step", "apply")];
    apply.extend(kept.iter().map(|(name, value)| (*name, value.as_str())));
    apply.extend(changes.iter().map(|change| ("change", change.as_str())));
    let receipt = lab.post(&ann, "/items/bulk", &apply).await;
    assert!(receipt.body.contains("2 items were changed"), "{}", receipt.body);
    assert_eq!(owner(&ids[1]).await.as_deref(), Some("dc"));
    let again = lab.post(&ann, "/items/bulk", &apply).await;
    assert!(again.body.contains("0 items were changed") && again.body.contains("class=\"error\""), "{}", again.body);
    let wrong = [("items", ids[0].as_str()), ("attribute.height_units", "tall")];
    let preview = lab.post(&ann, "/items/bulk?q=class:rack", &wrong).await;
    assert!(
        preview.body.contains("0 items would change") && preview.body.contains("class=\"error\""),
        "{}",
        preview.body
    );
    let nothing = lab.post(&ann, "/items/bulk?q=class:rack", &[("items", ids[0].as_str())]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(lab.get(&rob, "/items/bulk?q=class:rack").await.status, StatusCode::FORBIDDEN);
    assert_eq!(lab.post(&rob, "/items/bulk", &apply).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_policy_says_in_its_form_how_long_it_waits_and_what_it_tells_as_one() {
    let lab = Lab::new().await;
    let ann = lab.sign_in("ann", Role::Administrator).await;
    let rule = [
        ("id", "uid-one"),
        ("section", "user"),
        ("purpose", "nobody has uid 1"),
        ("condition", "item.uid == 1"),
        ("severity", "minor"),
        ("class", "critical"),
        ("outcome", "finding"),
        ("enabled", "yes"),
        ("intent", "save"),
        ("debounce_seconds", "600"),
        ("group_by", "site"),
    ];
    assert_eq!(lab.post(&ann, "/policies/new", &rule).await.place(), "/policies/uid-one?done=saved");
    let saved = async |id: &str| lab.service.get_policy(&SYSTEM, id).await.unwrap();
    let policy = saved("uid-one").await;
    assert_eq!((policy.patience.debounce_seconds, policy.patience.group_by.as_str()), (Some(600), "site"));
    let page = lab.get(&ann, "/policies/uid-one").await.body;
    assert!(page.contains(r#"value="600""#) && page.contains(r#"<option value="site" selected>"#), "{page}");
    // Of a shipped one too, and back to the usual way.
    let set = |seconds: &'static str, group: &'static str, version: &'static str| {
        let fields = [("severity", "minor"), ("outcome", "incident"), ("enabled", "yes"), ("version", version)];
        [fields.as_slice(), &[("debounce_seconds", seconds), ("group_by", group)]].concat()
    };
    assert_eq!(
        lab.post(&ann, "/policies/package", &set("3600", "host", "0")).await.place(),
        "/policies/package?done=saved"
    );
    let policy = saved("package").await;
    assert_eq!((policy.patience.debounce_seconds, policy.patience.group_by.as_str()), (Some(3_600), "host"));
    assert_eq!(
        lab.post(&ann, "/policies/package", &set("", "difference", "1")).await.place(),
        "/policies/package?done=saved"
    );
    let policy = saved("package").await;
    assert_eq!((policy.patience.debounce_seconds, policy.patience.group_by.as_str()), (None, "difference"));
    let wrong = lab.post(&ann, "/policies/package", &set("soon", "host", "2")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("0 to 86400 seconds"), "{}", wrong.body);
}
