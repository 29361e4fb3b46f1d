//! The command line is well formed, and its helpers read what people write.

use serde_json::json;

use super::page::page;
use super::record::all_taken;
use clap::CommandFactory;

use super::*;

#[test]
fn the_command_line_is_well_formed() {
    Cli::command().debug_assert();
}

#[test]
fn manual_page_and_completions_say_what_the_command_line_says() {
    assert_eq!(muster_manual::check(&Cli::command()), Ok(()));
}

#[test]
fn fields_become_an_object() {
    let fields = ["impact=1".to_owned(), "title=a=b".to_owned(), "assignee=null".to_owned()];
    assert_eq!(object(&fields).unwrap(), json!({"impact": 1, "title": "a=b", "assignee": null}));
    assert!(object(&["x".to_owned()]).is_err());
    let nested = ["details.plan.reason=r".to_owned(), "details.plan.outage_minutes=5".to_owned()];
    assert_eq!(object(&nested).unwrap(), json!({"details": {"plan": {"reason": "r", "outage_minutes": 5}}}));
}

#[test]
fn what_was_refused_of_many_is_a_failure_that_names_it() {
    let moved = json!({"ticket": "INC-1", "moved": true, "error": null});
    let refused = json!({"ticket": "INC-9", "moved": false, "error": "there is no ticket INC-9"});
    assert!(all_taken(&[], "ticket").is_ok() && all_taken(std::slice::from_ref(&moved), "ticket").is_ok());
    let error = all_taken(&[moved, refused.clone()], "ticket").unwrap_err().to_string();
    assert_eq!(error, "1 of 2 refused: INC-9: there is no ticket INC-9");
    let error = all_taken(&vec![refused; 7], "ticket").unwrap_err().to_string();
    assert!(error.starts_with("7 of 7 refused") && error.ends_with("; and 2 more"), "{error}");
}

#[test]
fn pages_have_addresses() {
    assert_eq!(page("http://c", None), "http://c/");
    assert_eq!(page("http://c", Some("INC-000001")), "http://c/incidents/INC-000001");
    assert_eq!(page("http://c", Some("host_1")), "http://c/hosts/host_1");
    assert_eq!(page("http://c", Some("rev_1")), "http://c/identification");
}
